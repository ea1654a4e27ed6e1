"""Which topics of a tree a filter takes, and which of them another set of filters does not.

All of it is arithmetic on declared places: families are counted, and what nodes
share is gone through once for each part of a filter that reaches it.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from uns.changes.extents import Extent, without
from uns.changes.trees import Pairing
from uns.counts import NO_END, Count, from_number, to_number
from uns.model.tree import FirstLevel, Members, Place, fold
from uns.topics.names import FilterSet, TopicFilter
from uns.topics.templates import Segment

__all__ = ["Mark", "Reach", "Reached", "Side", "count_lost", "find_reached"]


#: Members, and the state of a filter above them; or of one filter and of others beside it.
_Part: TypeAlias = tuple[Members, int]
_Beside: TypeAlias = tuple[Members, int, tuple[int, ...]]


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
        self._taken: dict[_Part, Count] = {}
        self._payloads: dict[_Part, frozenset[str]] = {}

    def step(self, state: int, extent: Extent, *, first: bool = False) -> tuple[int, Count]:
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

    def _below(self, part: _Part) -> Iterator[tuple[Place, int, Count]]:
        """Places that may be taken, the state after each, and how many of its levels are taken."""
        members, state = part
        if state == len(self.levels):
            return
        level = self.levels[state]
        named = None if level in {"+", "#"} else members.find(level)
        for place in members if level in {"+", "#"} else filter(None, (named,)):
            after, times = self.step(state, Extent(place.segment))
            if times != 0:
                yield place, after, times

    def _count(self, part: _Part) -> Generator[_Part, Count, Count]:
        found: Count = 0
        for place, after, times in self._below(part):
            found += times * self._each(place, after, (yield place.members, after))
        return found

    def _each(self, place: Place, state: int, below: Count) -> Count:
        if place.open and self.goes_on(state):
            return NO_END
        return below + (place.endpoint is not None and self.accepts(state))

    def of_place(self, place: Place, state: int, *, is_whole: bool = True) -> Count:
        """How many topics at a place, and with ``is_whole`` below it, are taken; any below an open one."""
        if not is_whole:
            return int(place.endpoint is not None and self.accepts(state))
        return self._each(place, state, fold((place.members, state), self._count, self._taken))

    def payloads(self, place: Place, state: int, *, is_whole: bool = True) -> frozenset[str]:
        """The names of the payloads of what is taken at a place, and below it."""
        own = self._payload(place, state)
        if not is_whole:
            return own
        below = fold((place.members, state), self._payloads_of, self._payloads)
        return own | below

    def _payloads_of(self, part: _Part) -> Generator[_Part, frozenset[str], frozenset[str]]:
        found = frozenset[str]()
        for place, after, _ in self._below(part):
            found |= self._payload(place, after) | (yield place.members, after)
        return found

    def _payload(self, place: Place, state: int) -> frozenset[str]:
        own = place.endpoint
        return frozenset({own.contract.name} if own and self.accepts(state) else ())

    def unmodelled(self, place: Place, state: int) -> Count:
        """How many topics are taken that may stand below an open place and have no name there."""
        rest = self.levels[state:]
        if not rest or "+" in rest or rest[-1] == "#":
            return NO_END if rest else 0
        found: Place | None = place
        for level in rest:
            found = None if found is None else found.members.find(level)
        return 0 if found is not None and found.endpoint is not None else 1


def find_reached(
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
        start: tuple[int, Count] = (0, 1)
        for index, level in enumerate(roots[side]):
            after, times = reach.step(start[0], _fixed(level), first=index == 0)
            start = (after, start[1] * times)
        if start[1] == 0:
            continue
        first = root.number if not roots[side] else -1
        for mark, state, times in _walk(reach, root, start, order, marks, first=first, side=side):
            if not mark.side[side]:
                continue
            if mark.is_open:
                each = reach.unmodelled(mark.place, state)
            else:
                each = reach.of_place(mark.place, state, is_whole=mark.is_whole)
            amount = times * each
            if amount != 0:
                item = found.setdefault(mark.change, Reached())
                if side == 0:
                    item.rest_old |= 1 << state
                    item.old = to_number(from_number(item.old) + amount)
                else:
                    item.rest_new |= 1 << state
                    item.new = to_number(from_number(item.new) + amount)
                    if not mark.side.old and not mark.is_open:
                        item.payloads |= reach.payloads(mark.place, state, is_whole=mark.is_whole)
    return found


def _fixed(level: str) -> Extent:
    return Extent(Segment.fixed(level))


def _walk(
    reach: Reach,
    root: Pairing,
    start: tuple[int, Count],
    order: Mapping[int, int],
    marks: Mapping[int, Iterable[Mark]],
    *,
    first: int,
    side: int,
) -> Iterator[tuple[Mark, int, Count]]:
    """The marks a filter reaches, with the state there and how many ways lead to it."""
    ways: dict[int, dict[int, Count]] = {root.number: {start[0]: start[1]}}
    pending = [(order[root.number], root.number, root)]
    while pending:
        _, number, here = heapq.heappop(pending)
        states = ways.pop(number)
        for state, times in states.items():
            for mark in marks.get(number, ()):
                after, amount = _along(reach, mark.trail, state, first=number == first)
                amount *= times
                if amount != 0:
                    yield mark, after, amount
            if state == len(reach.levels):
                continue
            for trail, below, is_move, _ in here.edges:
                if is_move and side == 0:
                    continue  # what moved was elsewhere, and is counted there
                after, amount = _along(reach, trail, state, first=number == first)
                amount *= times
                if amount == 0 or below.number not in order:
                    continue
                if below.number not in ways:
                    ways[below.number] = {}
                    heapq.heappush(pending, (order[below.number], below.number, below))
                into = ways[below.number]
                into[after] = into.get(after, 0) + amount


def _along(
    reach: Reach, trail: tuple[Extent, ...], state: int, *, first: bool
) -> tuple[int, Count]:
    times: Count = 1
    for index, extent in enumerate(trail):
        state, amount = reach.step(state, extent, first=first and index == 0)
        times *= amount
        if times == 0:
            break
    return state, times


# --- grants ----------------------------------------------------------------------------------------


def count_lost(top: Members, filter_: TopicFilter, others: Iterable[TopicFilter]) -> Count:
    """How many topics of a tree ``filter_`` takes, and none of the ``others``."""
    kept = FilterSet(others)
    if kept.covers(filter_):
        return 0
    grants = _Grants(filter_, tuple(kept))
    return fold((top, 0, tuple(0 for _ in kept)), grants.lost)


class _Grants:
    """One filter beside others that may take over from it."""

    def __init__(self, filter_: TopicFilter, others: tuple[TopicFilter, ...]) -> None:
        self.reach = Reach(filter_)
        self.others = tuple(map(Reach, others))

    def lost(self, part: _Beside) -> Generator[_Beside, Count, Count]:
        """To be folded: how many topics are lost; -1 is the state of what fell away."""
        members, state, states = part
        found: Count = 0
        if not self.reach.goes_on(state):
            return found
        first = isinstance(members, FirstLevel)
        named = {self.reach.levels[state]} | {
            reach.levels[at] for reach, at in self._going_on(states)
        }
        for place in members:
            for cell in _cells(place.segment, named):
                after, times = self.reach.step(state, cell, first=first)
                if times == 0:
                    continue
                beside = tuple(
                    self._beside(reach, at, cell, first=first)
                    for reach, at in zip(self.others, states, strict=True)
                )
                if any(reach.levels[at] == "#" for reach, at in self._going_on(beside)):
                    below: Count = 0
                elif place.open and self.reach.goes_on(after):
                    below = NO_END
                else:
                    below = yield place.members, after, beside
                found += times * (below + self._is_lost(place, after, beside))
        return found

    def _going_on(self, states: tuple[int, ...]) -> Iterator[tuple[Reach, int]]:
        for reach, at in zip(self.others, states, strict=True):
            if at >= 0 and reach.goes_on(at):
                yield reach, at

    @staticmethod
    def _beside(reach: Reach, state: int, cell: Extent, *, first: bool) -> int:
        if state < 0:
            return -1
        after, times = reach.step(state, cell, first=first)
        return after if times != 0 else -1

    def _is_lost(self, place: Place, state: int, states: tuple[int, ...]) -> bool:
        """Whether the own topic of a place is taken, and none of the others takes it."""
        return (
            place.endpoint is not None
            and self.reach.accepts(state)
            and not any(
                at >= 0 and reach.accepts(at) for reach, at in zip(self.others, states, strict=True)
            )
        )


def _cells(segment: Segment, named: set[str]) -> list[Extent]:
    """The levels that filters name, each by itself, and all the others together."""
    if segment.literal is not None:
        return [Extent(segment)]
    cells = [_fixed(level) for level in sorted(named) if segment.match(level) is not None]
    return cells + list(without(segment, [cell.segment for cell in cells]))
