"""Pairs of topic filters that some topic matches both of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from uns.topics.names_and_filters import TopicFilter


class _Branch:
    """What starts with the same levels: filters that end here, in ``#`` or not, and what goes on."""

    __slots__ = ("below", "ends", "everything")

    def __init__(self) -> None:
        self.below: dict[str, _Branch] = {}
        self.ends: list[int] = []
        self.everything: list[int] = []


def meetings(filters: Sequence[TopicFilter], first: int | None = None) -> Iterator[tuple[int, int]]:
    """The positions of every two filters that some topic matches both of, the earlier one first.

    Costs what the filters have in common, not what there are pairs of them. With ``first``,
    the earlier one is among the first so many filters; pairs of later ones cost nothing.

    >>> list(meetings([TopicFilter(text) for text in ("a/#", "b/+", "+/c", "a/b/c")]))
    [(0, 2), (1, 2), (0, 3)]
    >>> list(meetings([TopicFilter(text) for text in ("a/#", "b/+", "+/c", "a/b/c")], first=1))
    [(0, 2), (0, 3)]
    """
    top = _Branch()
    for index, wanted in enumerate(filters):
        found = sorted(set(_candidates(top, wanted.levels)))
        yield from ((other, index) for other in found if filters[other].intersects(wanted))
        if first is not None and index >= first:
            continue
        branch = top
        for level in wanted.levels:
            if level == "#":
                branch.everything.append(index)
                break
            branch = branch.below.setdefault(level, _Branch())
        else:
            branch.ends.append(index)


def _candidates(top: _Branch, levels: tuple[str, ...]) -> Iterator[int]:
    """Filters that agree with one of these ``levels``, but for what it says of ``$``."""
    pending = [(top, 0)]
    while pending:
        branch, index = pending.pop()
        yield from branch.everything
        if index == len(levels):
            yield from branch.ends
        elif levels[index] == "#":
            yield from branch.ends
            pending += [(inner, index) for inner in branch.below.values()]
        elif levels[index] == "+":
            pending += [(inner, index + 1) for inner in branch.below.values()]
        else:
            fitting = (branch.below.get(level) for level in (levels[index], "+"))
            pending += [(inner, index + 1) for inner in fitting if inner is not None]
