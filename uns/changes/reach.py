"""Which topics of a tree a filter takes, and which of them another set of filters does not.

All of it is arithmetic on declared places: families are counted, and what nodes
share is gone through once for each part of a filter that reaches it.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from uns.changes.extents import Extent, without
from uns.changes.trees import Pairing, product, total
from uns.model.tree import Members, Place
from uns.topics.names import FilterSet, TopicFilter
from uns.topics.templates import Segment

__all__ = ["Mark", "Reach", "Reached", "Side", "lost_grants", "reached"]


class Side(NamedTuple):
    """In which of two versions something is."""

    old: bool
    new: bool


class Mark(NamedTuple):
    """Where a change is found: by its number, at the end of a trail.

    ``place`` is what stands there; with ``is_whole`` all topics below it are
    meant, with ``is_open`` all that are legal below it and have no name.
    """

    change: int
    trail: tuple[Extent, ...]
    place: Place
    side: Side
    is_whole: bool = False
    is_open: bool = False


@dataclass(slots=True)
class Reached:
    """How many topics of one change a filter takes in the old version and in the new one.

    ``None`` is any number. What moved was elsewhere, and what changed in it is
    counted in the new version only. It ``follows`` a move when what it took before it takes
    afterwards, under the other name.
    """

    old: int | None = 0
    new: int | None = 0
    #: Payloads of what is new, by name.
    payloads: frozenset[str] = frozenset()
    #: How much of the filter is left where the change is found in each version, as bits.
    rest_old: int = 0
    rest_new: int = 0

    @property
    def follows(self) -> bool:
        """Whether what was taken before is taken still."""
        enough = self.new is None or (self.old is not None and self.old <= self.new)
        return enough and self.rest_old == self.rest_new


class Reach:
    """How far one filter reaches; a state is the number of the filter level that is next."""

    def __init__(self, filter_: TopicFilter) -> None:
        self.levels = filter_.levels
        self._taken: dict[tuple[int, int], int | None] = {}
        self._payloads: dict[tuple[int, int], frozenset[str]] = {}

    def step(self, state: int, extent: Extent, *, first: bool = False) -> tuple[int, int | None]:
        """The state after the levels of ``extent``, and how many of them are taken.

        With ``first`` it is the first level of a topic, and a wildcard there
        takes no name that starts with $ [MQTT-4.7.2-1].
        """
        if state == len(self.levels):
            return state, 0
        level = self.levels[state]
        if level in {"+", "#"}:
            hidden = first and extent.text.startswith("$")
            return state if level == "#" else state + 1, 0 if hidden else extent.count
        return state + 1, 1 if extent.takes(level) else 0

    def accepts(self, state: int) -> bool:
        """Whether a topic that ends here is taken."""
        return state == len(self.levels) or self.levels[state] == "#"

    def goes_on(self, state: int) -> bool:
        """Whether a longer topic may be taken."""
        return state < len(self.levels)

    def taken(self, members: Members, state: int) -> int | None:
        """How many topics among ``members`` and below are taken; any number below an open node."""
        if state == len(self.levels):
            return 0
        asked = (id(members), state)
        known = self._taken.get(asked, -1)
        if known == -1:
            known = 0
            for place in self._candidates(members, state):
                after, times = self.step(state, Extent(place.segment))
                known = total(known, product(times, self.of_place(place, after)))
            self._taken[asked] = known
        return known

    def _candidates(self, members: Members, state: int) -> Iterable[Place]:
        level = self.levels[state]
        if level in {"+", "#"}:
            return members
        named = members.find(level)
        return () if named is None else (named,)

    def payloads(self, place: Place, state: int, *, is_whole: bool = True) -> frozenset[str]:
        """The names of the payloads of what is taken at a place, and below it."""
        own = place.endpoint
        found = frozenset({own.contract.name} if own and self.accepts(state) else ())
        if not is_whole or state == len(self.levels):
            return found
        asked = (id(place.members), state)
        if asked not in self._payloads:
            below = frozenset[str]()
            for inner in self._candidates(place.members, state):
                after, times = self.step(state, Extent(inner.segment))
                if times != 0:
                    below |= self.payloads(inner, after)
            self._payloads[asked] = below
        return found | self._payloads[asked]

    def unmodelled(self, place: Place, state: int) -> int | None:
        """How many topics are taken that may stand below an open place and have no name there."""
        rest = self.levels[state:]
        if not rest or "+" in rest or rest[-1] == "#":
            return None if rest else 0
        found: Place | None = place
        for level in rest:
            found = None if found is None else found.members.find(level)
        return 0 if found is not None and found.endpoint is not None else 1

    def of_place(self, place: Place, state: int, *, is_whole: bool = True) -> int | None:
        """How many topics at a place, and with ``is_whole`` below it, are taken."""
        found: int | None = 1 if place.endpoint is not None and self.accepts(state) else 0
        if not is_whole:
            return found
        if place.open and self.goes_on(state):
            return None
        return total(found, self.taken(place.members, state))


def reached(
    filter_: TopicFilter,
    root: Pairing,
    roots: tuple[Sequence[str], Sequence[str]],
    order: Mapping[int, int],
    marks: Mapping[int, Iterable[Mark]],
) -> dict[int, Reached]:
    """The changes a filter reaches, by their numbers.

    ``order`` says which pairings stand above which, ``marks`` where the changes
    are; ``roots`` are the fixed levels in front, in each version.
    """
    reach = Reach(filter_)
    found: dict[int, Reached] = {}
    for side in (0, 1):
        start: tuple[int, int | None] = (0, 1)
        for index, level in enumerate(roots[side]):
            after, times = reach.step(start[0], _fixed(level), first=index == 0)
            start = (after, product(start[1], times))
        if start[1] == 0:
            continue
        first = root.number if not roots[side] else -1
        for mark, state, times in _walk(reach, root, start, order, marks, first=first, side=side):
            if not mark.side[side]:
                continue
            if mark.is_open:
                amount = reach.unmodelled(mark.place, state)
            else:
                amount = reach.of_place(mark.place, state, is_whole=mark.is_whole)
            amount = product(times, amount)
            if amount != 0:
                item = found.setdefault(mark.change, Reached())
                if side == 0:
                    item.rest_old |= 1 << state
                    item.old = total(item.old, amount)
                else:
                    item.rest_new |= 1 << state
                    item.new = total(item.new, amount)
                    if not mark.side.old and not mark.is_open:
                        item.payloads |= reach.payloads(mark.place, state, is_whole=mark.is_whole)
    return found


def _fixed(level: str) -> Extent:
    return Extent(Segment.fixed(level))


def _walk(
    reach: Reach,
    root: Pairing,
    start: tuple[int, int | None],
    order: Mapping[int, int],
    marks: Mapping[int, Iterable[Mark]],
    *,
    first: int,
    side: int,
) -> Iterator[tuple[Mark, int, int | None]]:
    """The marks a filter reaches, with the state there and how many ways lead to it."""
    ways: dict[int, dict[int, int | None]] = {root.number: {start[0]: start[1]}}
    pending = [(order[root.number], root.number, root)]
    while pending:
        _, number, here = heapq.heappop(pending)
        states = ways.pop(number)
        for state, times in states.items():
            for mark in marks.get(number, ()):
                after, amount = _along(reach, mark.trail, state, first=number == first)
                amount = product(times, amount)
                if amount != 0:
                    yield mark, after, amount
            if state == len(reach.levels):
                continue
            for trail, below, is_move, _ in here.edges:
                if is_move and side == 0:
                    continue  # what moved was elsewhere, and is counted there
                after, amount = _along(reach, trail, state, first=number == first)
                amount = product(times, amount)
                if amount == 0 or below.number not in order:
                    continue
                if below.number not in ways:
                    ways[below.number] = {}
                    heapq.heappush(pending, (order[below.number], below.number, below))
                into = ways[below.number]
                into[after] = total(into.get(after, 0), amount)


def _along(
    reach: Reach, trail: tuple[Extent, ...], state: int, *, first: bool
) -> tuple[int, int | None]:
    times: int | None = 1
    for index, extent in enumerate(trail):
        state, amount = reach.step(state, extent, first=first and index == 0)
        times = product(times, amount)
        if times == 0:
            break
    return state, times


# --- grants ----------------------------------------------------------------------------------------


def lost_grants(top: Members, filter_: TopicFilter, others: Iterable[TopicFilter]) -> int | None:
    """How many topics of a tree ``filter_`` takes, and none of the ``others``; ``None`` is any number."""
    kept = FilterSet(others)
    if kept.covers(filter_):
        return 0
    return _Grants(filter_, tuple(kept)).lost(top, 0, tuple(0 for _ in kept), first=True)


class _Grants:
    """One filter beside others that may take over from it."""

    def __init__(self, filter_: TopicFilter, others: tuple[TopicFilter, ...]) -> None:
        self.reach = Reach(filter_)
        self.others = tuple(map(Reach, others))
        self._lost: dict[tuple[int, int, tuple[int, ...]], int | None] = {}

    def lost(
        self, members: Members, state: int, states: tuple[int, ...], *, first: bool = False
    ) -> int | None:
        """How many topics among ``members`` and below are lost; -1 is the state of what fell away."""
        if not self.reach.goes_on(state):
            return 0
        asked = (id(members), state, states)
        if asked not in self._lost:
            self._lost[asked] = self._summed(members, state, states, first=first)
        return self._lost[asked]

    def _summed(
        self, members: Members, state: int, states: tuple[int, ...], *, first: bool
    ) -> int | None:
        found: int | None = 0
        named = {self.reach.levels[state]} | {
            reach.levels[at]
            for reach, at in zip(self.others, states, strict=True)
            if at >= 0 and reach.goes_on(at)
        }
        for place in members:
            literal = place.segment.literal
            # A family falls into the levels that a filter names, and all the others.
            cells = [Extent(place.segment)]
            if literal is None:
                pinned = [n for n in sorted(named) if place.segment.match(n) is not None]
                cells = [_fixed(level) for level in pinned]
                cells += without(place.segment, [cell.segment for cell in cells])
            for cell in cells:
                after, times = self.reach.step(state, cell, first=first)
                if times == 0:
                    continue
                beside = tuple(
                    self._beside(reach, at, cell, first=first)
                    for reach, at in zip(self.others, states, strict=True)
                )
                found = total(found, product(times, self._at(place, after, beside)))
        return found

    @staticmethod
    def _beside(reach: Reach, state: int, cell: Extent, *, first: bool) -> int:
        if state < 0:
            return -1
        after, times = reach.step(state, cell, first=first)
        return after if times != 0 else -1

    def _at(self, place: Place, state: int, states: tuple[int, ...]) -> int | None:
        taken = any(
            at >= 0 and reach.accepts(at) for reach, at in zip(self.others, states, strict=True)
        )
        own = 1 if place.endpoint is not None and self.reach.accepts(state) and not taken else 0
        everything = any(
            at >= 0 and reach.goes_on(at) and reach.levels[at] == "#"
            for reach, at in zip(self.others, states, strict=True)
        )
        if everything:
            return own
        if place.open and self.reach.goes_on(state):
            return None
        return total(own, self.lost(place.members, state, states))
