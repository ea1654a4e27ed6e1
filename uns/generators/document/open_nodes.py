"""The open nodes of a model: where anything below is legal, and nothing there is modelled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from uns.diagnostics import Span
from uns.model.namespace import Namespace
from uns.model.nodes import Node
from uns.model.tree import descend

__all__ = ["OpenEntry", "open_nodes"]


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """A node below which others publish as they like.

    ``filter`` takes every topic there, modelled ones among them.
    """

    template: str
    filter: str
    label: str | None
    description: str | None
    owner: str | None
    source: str | None


def _as_it_is(span: Span | None) -> str | None:
    return None if span is None else str(span)


def open_nodes(
    namespace: Namespace, shown: Callable[[Span | None], str | None] = _as_it_is
) -> Iterator[OpenEntry]:
    r"""The outermost open nodes in the order of the tree, families as one.

    ``shown`` writes the place of a declaration.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {lines: {old: {open: true, label: Old hall}}}}")
    >>> [(entry.filter, entry.label) for entry in open_nodes(ns)]
    [('lyon/old/#', 'Old hall')]
    """
    if not namespace.allows_unmodelled():
        return

    def below(node: Node) -> Iterator[Node]:
        return iter(()) if node.open else node.members(expand=False)

    for node in descend([namespace.root], below):
        if node.open:
            template = node.template
            yield OpenEntry(
                template.text, f"{template.filter}/#", node.label, node.description, node.owner, shown(node.span)
            )  # fmt: skip
