"""Count the topics of changes that a filter matches, and those that other filters do not.

It is arithmetic on declared places: families are counted, and shared parts are visited once for
each state of a filter.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from uns.changes.extents import Extent, without
from uns.changes.pairing import pairs
from uns.changes.trees import Pairing, Side
from uns.counts import NO_END, Count, from_number, to_number
from uns.model.tree import FirstLevel, Members, Place, fold
from uns.topics.names_and_filters import FilterSet, TopicFilter
from uns.topics.templates import Segment

#: Members, and the state of a filter above them; or the states of one filter and of others.
_Part: TypeAlias = tuple[Members, int]
_PartOfAll: TypeAlias = tuple[Members, int, tuple[int, ...]]

#: Members of two trees, and the state of a filter above them.
_PartOfBoth: TypeAlias = tuple[Members, Members, int]


class Mark(NamedTuple):
    """A place of a change, at the end of a trail.

    With ``is_whole`` the change includes all topics below ``place``, with ``is_modelled`` only
    those that are modelled, with ``is_open`` all that are legal below it but not modelled, and
    with ``other`` only those that the place of the other version has, too.
    """

    change: int
    trail: tuple[Extent, ...]
    place: Place
    side: Side
    is_whole: bool = False
    is_open: bool = False
    is_modelled: bool = False
    other: Place | None = None


@dataclass(slots=True)
class Reached:
    """The number of topics of a change that a filter matches, in the old and the new version.

    ``None`` is unbounded. Changes within something that moved are counted in the new version
    only. The filter ``follows`` a move if it matches the topics under both names.
    """

    old: int | None = 0
    new: int | None = 0
    #: The names of the payloads of new topics.
    payloads: frozenset[str] = frozenset()
    #: The states of the filter at the change in each version, as bits.
    rest_old: int = 0
    rest_new: int = 0

    @property
    def follows(self) -> bool:
        """True if the filter still matches what it matched before."""
        enough = self.new is None or (self.old is not None and self.old <= self.new)
        return enough and self.rest_old == self.rest_new


class FilterReach:
    """One filter on its way down a tree; a state is the index of its next level.

    With ``is_modelled`` it counts only modelled topics, not all that are legal below open nodes.
    """

    def __init__(self, filter_: TopicFilter, *, is_modelled: bool = False) -> None:
        self.levels = filter_.levels
        self._is_modelled = is_modelled
        self._taken: dict[_Part, Count] = {}
        self._payloads: dict[_Part, frozenset[str]] = {}
        self._shared: dict[_PartOfBoth, Count] = {}

    def step(self, state: int, extent: Extent, *, first: bool = False) -> tuple[int, Count]:
        """The state after the levels of ``extent``, and the number of them that match.

        With ``first`` it is the first level of a topic, where a wildcard does not match names
        that start with $ [MQTT-4.7.2-1].
        """
        if state == len(self.levels):
            return state, 0
        level = self.levels[state]
        if level in {"+", "#"}:
            hidden = first and extent.text.startswith("$")
            return state if level == "#" else state + 1, 0 if hidden else extent.count
        return state + 1, 1 if extent.takes(level) else 0

    def accepts(self, state: int) -> bool:
        """True if a topic that ends here matches."""
        return state == len(self.levels) or self.levels[state] == "#"

    def goes_on(self, state: int) -> bool:
        """True if a longer topic may match."""
        return state < len(self.levels)

    def _below(self, part: _Part) -> Iterator[tuple[Place, int, Count]]:
        """The places that may match, the state after each, and the number of its levels that match."""
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
        if place.open and self.goes_on(state) and not self._is_modelled:
            return NO_END
        return below + (place.endpoint is not None and self.accepts(state))

    def of_place(self, place: Place, state: int, *, is_whole: bool = True) -> Count:
        """The number of matching topics at a place, and with ``is_whole`` also below it."""
        if not is_whole:
            return int(place.endpoint is not None and self.accepts(state))
        return self._each(place, state, fold((place.members, state), self._count, self._taken))

    def of_both(self, place: Place, other: Place, state: int, *, is_whole: bool = True) -> Count:
        """The number of matching topics at and below two places that both of them have."""
        if not is_whole:
            has_both = place.endpoint is not None and other.endpoint is not None
            return int(has_both and self.accepts(state))
        below = fold((place.members, other.members, state), self._count_shared, self._shared)
        return self._each_of(place, other, state, below)

    def _count_shared(self, part: _PartOfBoth) -> Generator[_PartOfBoth, Count, Count]:
        one, two, state = part
        found: Count = 0
        if not self.goes_on(state):
            return found
        for place, other, extent, _ in pairs(one, two):
            if place is not None and other is not None:
                after, times = self.step(state, extent)
                if times != 0:
                    below = yield place.members, other.members, after
                    found += times * self._each_of(place, other, after, below)
        return found

    def _each_of(self, place: Place, other: Place, state: int, below: Count) -> Count:
        if place.open and other.open and self.goes_on(state):
            return NO_END
        has_both = place.endpoint is not None and other.endpoint is not None
        return below + (has_both and self.accepts(state))

    def payloads(self, place: Place, state: int, *, is_whole: bool = True) -> frozenset[str]:
        """The names of the payloads of matching topics at a place, and below it."""
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
        """The number of matching topics that are legal below an open place but not modelled."""
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
    orders: tuple[Mapping[int, int], Mapping[int, int]],
    marks: Mapping[int, Iterable[Mark]],
) -> dict[int, Reached]:
    """The changes with topics that a filter matches, by their numbers.

    ``orders`` rank the pairings of each version from the top down, ``marks`` are the places of
    the changes; ``roots`` are the fixed first levels in each version.
    """
    reach, modelled = FilterReach(filter_), FilterReach(filter_, is_modelled=True)
    found: dict[int, Reached] = {}
    for side in (0, 1):
        start: tuple[int, Count] = (0, 1)
        for index, level in enumerate(roots[side]):
            after, times = reach.step(start[0], _fixed(level), first=index == 0)
            start = (after, start[1] * times)
        if start[1] == 0:
            continue
        first = root.number if not roots[side] else -1
        for mark, state, times in _find_marks(
            reach, root, start, orders[side], marks, first=first, side=side
        ):
            if not mark.side[side]:
                continue
            if mark.is_open:
                each = reach.unmodelled(mark.place, state)
            elif mark.other is not None:
                each = reach.of_both(mark.place, mark.other, state, is_whole=mark.is_whole)
            else:
                counting = modelled if mark.is_modelled else reach
                each = counting.of_place(mark.place, state, is_whole=mark.is_whole)
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


def _find_marks(
    reach: FilterReach,
    root: Pairing,
    start: tuple[int, Count],
    order: Mapping[int, int],
    marks: Mapping[int, Iterable[Mark]],
    *,
    first: int,
    side: int,
) -> Iterator[tuple[Mark, int, Count]]:
    """The marks that a filter matches, with the state there and the number of ways to it."""
    # A way is known by the state of the filter, and whether it leads through something that moved.
    ways: dict[int, dict[tuple[int, bool], Count]] = {root.number: {(start[0], False): start[1]}}
    pending = [(order[root.number], root.number, root)]
    while pending:
        _, number, here = heapq.heappop(pending)
        for (state, has_moved), times in ways.pop(number).items():
            for mark in marks.get(number, ()):
                if has_moved and mark.side.new:
                    continue  # a change within something that moved is counted where it is now
                after, amount = _follow(reach, mark.trail, state, first=number == first)
                amount *= times
                if amount != 0:
                    yield mark, after, amount
            if state == len(reach.levels):
                continue
            for trail, below, in_versions, _ in here.edges:
                if not in_versions[side]:
                    continue
                after, amount = _follow(reach, trail, state, first=number == first)
                amount *= times
                if amount == 0 or below.number not in order:
                    continue
                if below.number not in ways:
                    ways[below.number] = {}
                    heapq.heappush(pending, (order[below.number], below.number, below))
                into, key = ways[below.number], (after, has_moved or not in_versions.new)
                into[key] = into.get(key, 0) + amount


def _follow(
    reach: FilterReach, trail: tuple[Extent, ...], state: int, *, first: bool
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
    """The number of topics of a tree that match ``filter_`` and none of the ``others``."""
    kept = FilterSet(others)
    if kept.covers(filter_):
        return 0
    grants = _Grants(filter_, tuple(kept))
    return fold((top, 0, tuple(0 for _ in kept)), grants.lost)


class _Grants:
    """One filter, and others that may replace it."""

    def __init__(self, filter_: TopicFilter, others: tuple[TopicFilter, ...]) -> None:
        self.reach = FilterReach(filter_)
        self.others = tuple(map(FilterReach, others))

    def lost(self, part: _PartOfAll) -> Generator[_PartOfAll, Count, Count]:
        """For ``fold``: the number of lost topics; -1 is the state of a filter that cannot match."""
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
                    self._step_other(reach, at, cell, first=first)
                    for reach, at in zip(self.others, states, strict=True)
                )
                if any(reach.levels[at] == "#" for reach, at in self._going_on(beside)):
                    below: Count = 0
                elif place.open and self.reach.goes_on(after):
                    below = yield place.members, after, beside
                    if not self._covers_rest(after, beside):
                        is_one = not {"+", "#"} & set(self.reach.levels[after:])
                        below = max(below, 1) if is_one else NO_END
                else:
                    below = yield place.members, after, beside
                found += times * (below + self._is_lost(place, after, beside))
        return found

    def _going_on(self, states: tuple[int, ...]) -> Iterator[tuple[FilterReach, int]]:
        for reach, at in zip(self.others, states, strict=True):
            if at >= 0 and reach.goes_on(at):
                yield reach, at

    def _covers_rest(self, state: int, states: tuple[int, ...]) -> bool:
        """True if the other filters match everything below an open place that the filter does."""
        others = FilterSet(_rest(reach, at) for reach, at in self._going_on(states))
        return others.covers(_rest(self.reach, state))

    @staticmethod
    def _step_other(reach: FilterReach, state: int, cell: Extent, *, first: bool) -> int:
        if state < 0:
            return -1
        after, times = reach.step(state, cell, first=first)
        return after if times != 0 else -1

    def _is_lost(self, place: Place, state: int, states: tuple[int, ...]) -> bool:
        """True if the topic of a place itself matches the filter and none of the others."""
        return (
            place.endpoint is not None
            and self.reach.accepts(state)
            and not any(
                at >= 0 and reach.accepts(at) for reach, at in zip(self.others, states, strict=True)
            )
        )


def _rest(reach: FilterReach, state: int) -> TopicFilter:
    """The rest of a filter below some place, whose own topic does not count, as a filter."""
    rest = reach.levels[state:]
    # A level in front, since wildcards of the first level do not match names that start with $.
    return TopicFilter("/".join(("place", *(["+"] if rest == ("#",) else []), *rest)))


def _cells(segment: Segment, named: set[str]) -> list[Extent]:
    """The levels that filters name, one by one, and all the others together."""
    if segment.literal is not None:
        return [Extent(segment)]
    cells = [_fixed(level) for level in sorted(named) if segment.match(level) is not None]
    return cells + list(without(segment, [cell.segment for cell in cells]))
