"""Rules of family H: what stands where in the tree, and what is missing there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from uns.diagnostics import Severity
from uns.namespace import Namespace
from uns.nodes import Node
from uns.rules.rule import Finding, rule
from uns.rules.surveys import Survey
from uns.tree import Endpoint, EquipmentClass

__all__ = ["RULES", "Lacking", "lacking"]

# --- required topics -------------------------------------------------------------------------------


class Lacking(NamedTuple):
    """A node, or a family of nodes as one template, and a required topic that it does not have."""

    node: Node
    key: str


def lacking(namespace: Namespace) -> Iterator[Lacking]:
    r"""Which nodes lack a topic that their level, a class or they themselves list as required.

    An endpoint that says ``required: true`` itself is there wherever its level or
    class is, so nothing can lack it in a model.

    >>> import uns
    >>> ns = uns.loads('''
    ... uns: 1
    ... levels: {work_cell: {required: [state]}}
    ... sites: {lyon: {lines: {line1: {cells: {"cell[1..3]": {}}}}}}
    ... ''')
    >>> [(found.node.template.text, found.key) for found in lacking(ns)]
    [('lyon/line1/cell[1..3]', 'state')]
    """
    known: dict[tuple[int, int], tuple[str, ...]] = {}
    for node in namespace.find(expand=False):
        if not node.required:
            continue
        # Nodes of one class share what they require and what they have, so that is looked at once.
        place = node._places[-1]
        shared = id(place.type), id(place.members)
        if shared not in known:
            known[shared] = tuple(_missing(namespace, node))
        for key in known[shared]:
            yield Lacking(node, key)


def _missing(namespace: Namespace, node: Node) -> Iterator[str]:
    endpoints = [found.endpoint for found in node.own_endpoints(expand=False)]
    has = {spelling for endpoint in endpoints if endpoint for spelling in _spellings(endpoint)}
    for key in node.required:
        if key not in has and not _is_in_a_family(namespace, node, key):
            yield key


def _spellings(endpoint: Endpoint) -> Iterator[str]:
    """How a model may call an endpoint: with its aspect, or as it is declared."""
    yield endpoint.key
    if endpoint.origin is not None:
        yield endpoint.origin.key


def _is_in_a_family(namespace: Namespace, node: Node, key: str) -> bool:
    """Whether ``key`` is one topic of a family, such as ``zone1/speed`` of ``zone[1..4]/speed``."""
    aspect, colon, leaf = key.rpartition(":")
    levels = [namespace.aspects.get(aspect, aspect)] if colon else []
    members = node._places[-1].members
    place = None
    for level in (*levels, *leaf.split("/")):
        place = members.find(level)
        if place is None or place.type is not None:
            return False
        members = place.members
    return place is not None and place.endpoint is not None


@rule("H201", "missing-required-topic", Severity.WARNING)
def missing_required_topic(survey: Survey) -> Iterator[Finding]:
    """A node lacks a topic that its level, its class or it itself lists under `required`.

    Why:
        Consumers subscribe to a required topic without looking whether it is there: a
        dashboard stays empty and nobody is told.

    Example:
        levels: {work_cell: {required: [state]}}
        sites: {lyon: {lines: {line1: {cells: {oven: {}}}}}}

    Instead:
        levels: {work_cell: {required: [state]}}
        sites: {lyon: {lines: {line1: {cells: {oven: {topics: {state: {payload: info/1}}}}}}}}
    """
    namespace = survey.namespace
    for node, key in lacking(namespace):
        by = next((c for c in _lineage(namespace, node) if key in c.required), None)
        asks = f"class {by.name}" if by else "its level or the node itself"
        place = by.origin.span if by and by.origin else None
        yield Finding(
            f"{node.equipment_level} {node.name!r} has no topic {key!r}, which {asks} requires",
            node.span,
            f"declare {key!r} under `topics:` or `metrics:`, or take it off `required`",
            ((place, "required of this class"),) if place else (),
            node.template.text,
        )


def _lineage(namespace: Namespace, node: Node) -> Iterator[EquipmentClass]:
    """The classes of a node and all they extend, the most general first."""
    for class_ in node.classes:
        yield from (namespace.classes[name] for name in reversed(class_.ancestors))
        yield class_


RULES = (missing_required_topic,)
