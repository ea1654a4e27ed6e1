"""Finds siblings that share a topic level, without comparing every pair.

A closed sibling, which is a name or a finite set, may share levels with an open set: it has them
alone. Two closed ones may not, nor two open ones.

Names and the levels of small sets are looked up. Sets of numbers and words between the same texts
are compared as sorted intervals. All other sets and patterns are compared two by two only where
both start and end alike, and where these pairs are too many, all at once as one automaton. The
work is bounded: where it takes too long the answer is an overlap that is not certain, and an open
set is told of closed siblings that may have no level of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import NamedTuple, TypeAlias

from uns.model.tree import Place
from uns.topics.affixes import affixes
from uns.topics.automata import UndecidedPattern
from uns.topics.patterns import Pattern
from uns.topics.sets import Choice, NumberRange
from uns.topics.templates import MAX_WORDS, Segment

#: The most that comparing the families under one node two by two may cost, in all and for each
#: sibling. Two groups cost 1, a small set costs its number of levels, and two patterns cost the
#: product of their sizes, at least the last number.
MAX_COST, MAX_COST_EACH, COST_OF_PATTERNS = 1_000_000, 20, 1_500

#: The fixed text before the first and after the last set or name of a segment.
Frame: TypeAlias = tuple[str, str]


class Overlap(NamedTuple):
    """Two siblings that share a topic level, the earlier one first.

    ``level`` is such a level, if one is known. ``certain`` is false if the two could not be
    compared within the bounds.
    """

    one: Place
    other: Place
    level: str | None = None
    certain: bool = True


def find_overlaps(places: Sequence[Place]) -> Iterator[Overlap]:
    """Yield an overlap for every place that shares a topic level with another of its kind.

    Closed places are one kind, open sets the other.
    """
    if any(place.segment.literal is None for place in places):
        for is_open in (False, True):
            kind = [place for place in places if (place.segment.name is not None) == is_open]
            if len(kind) > 1:
                yield from _Siblings(kind).overlaps()
        return
    seen: dict[str | None, Place] = {}
    for place in places:
        other = seen.setdefault(place.segment.literal, place)
        if other is not place:
            yield Overlap(other, place, place.segment.literal)


def find_beside(places: Sequence[Place]) -> Iterator[tuple[Place, tuple[Segment, ...]]]:
    """Yield each open set that shares levels with closed siblings, and those, in order of text."""
    opened = [place for place in places if place.segment.name is not None]
    closed = [place.segment for place in places if place.segment.name is None]
    if not opened or not closed:
        return
    beside = _Beside([place.segment for place in opened], closed)
    try:
        beside.compare()
    except _TooLong:
        every = tuple(sorted(closed, key=str))
        yield from ((place, every) for place in opened)
        return
    for place, found in zip(opened, beside.found, strict=True):
        if found:
            yield place, tuple(sorted((closed[index] for index in found), key=str))


class _TooLong(Exception):
    """Comparing two by two takes too long."""


class _TooManyPairs(_TooLong):
    """The same, with the pair that came next."""

    def __init__(self, one: int, other: int) -> None:
        self.pair = one, other


class _Siblings:
    """The places under one node, by their positions, and what is known of their levels."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = places
        self.segments = [place.segment for place in places]
        self.left = 0
        #: The levels that are known one by one, with the first place that has each.
        self.words: dict[str, int] = {}
        self.groups = _Groups()
        self.found: dict[tuple[int, int], Overlap] = {}

    def overlaps(self) -> Iterator[Overlap]:
        framed: defaultdict[Frame, list[int]] = defaultdict(list)
        for index, segment in enumerate(self.segments):
            if segment.literal is not None:
                self._add_word(segment.literal, index)
                continue
            choice = _only_set(segment)
            if choice is not None:
                framed[segment.frame].append(index)
            words, ends = affixes(segment)
            for word in words:
                self._add_word(word, index)
            for start, end in ends:
                self.groups.add(start, end, segment.frame if choice else None, index)
        for same in framed.values():
            self._compare_sets(same)
        indexes = self.groups.indexes.union(self.words.values())
        try:
            self._find_words()
            indexes = self.groups.indexes
            self._compare_pairs()
        except _TooManyPairs as error:
            self._compare_all(sorted(indexes), error.pair)
        yield from (self.found[pair] for pair in sorted(self.found))

    def _add(self, one: int, other: int, level: str | None = None, *, certain: bool = True) -> None:
        one, other = sorted((one, other))
        overlap = Overlap(self.places[one], self.places[other], level, certain)
        self.found.setdefault((one, other), overlap)

    def _add_word(self, word: str, index: int) -> None:
        other = self.words.setdefault(word, index)
        if other != index:
            self._add(other, index, word)

    def _find_words(self) -> None:
        """Find the sets and patterns that include a level that another place has as a word."""
        self.left = MAX_COST + MAX_COST_EACH * len(self.places)
        for word, index in self.words.items():
            for other in self.groups.fitting(word):
                self._spend(1, index, other)
                if self.segments[other].match(word) is not None:
                    self._add(index, other, word)

    def _compare_sets(self, same: list[int]) -> None:
        """Compare the sets between the same fixed texts, as words and as sorted intervals."""
        ranges: list[tuple[NumberRange, int]] = []
        of_word: dict[str, int] = {}
        for index in same:
            choice = _only_set(self.segments[index])
            numbers, words = choice.merged() if choice else ((), frozenset[str]())
            ranges += [(number, index) for number in numbers]
            for word in sorted(words):
                one = of_word.setdefault(word, index)
                if one != index:
                    self._add(one, index, self.segments[index].format(word))
        ranges.sort(key=lambda item: (item[0].width, item[0].low, item[0].high))
        furthest: tuple[NumberRange, int] | None = None
        for current, index in ranges:
            if furthest is None or furthest[0].width != current.width:
                furthest = (current, index)
                continue
            if current.low <= furthest[0].high and furthest[1] != index:
                level = self.segments[index].format(next(iter(current)))
                self._add(furthest[1], index, level)
            if current.high > furthest[0].high:
                furthest = (current, index)

    def _compare_pairs(self) -> None:
        """Compare the sets and patterns that start and end alike, two by two."""
        self.left = MAX_COST + MAX_COST_EACH * len(self.places)
        compared: set[tuple[int, int]] = set()
        for one, other in self._pairs():
            pair = min(one, other), max(one, other)
            if one == other or pair in compared:
                continue
            compared.add(pair)
            first, second = (self.segments[index] for index in pair)
            if pair not in self.found:
                try:
                    self._spend(_cost(first, second), *pair)
                    if first.overlaps(second):
                        self._add(*pair)
                except UndecidedPattern:
                    self._add(*pair, certain=False)

    def _pairs(self) -> Iterator[tuple[int, int]]:
        """The pairs to compare; two sets in one frame are already compared."""
        for one, other in self.groups.pairs():
            for frame, mine in one.items():
                for other_frame, theirs in other.items():
                    self._spend(1, mine[0], theirs[-1])
                    if frame is None or frame != other_frame:
                        yield from (
                            combinations(mine, 2) if mine is theirs else product(mine, theirs)
                        )

    def _spend(self, cost: int, *pair: int) -> None:
        self.left -= cost
        if self.left < 0:
            raise _TooManyPairs(*pair)

    def _compare_all(self, indexes: list[int], pair: tuple[int, int]) -> None:
        """Compare these places at once; ``pair`` is told if that takes too long as well."""
        try:
            patterns = [self.segments[index].pattern for index in indexes]
            for one, other in Pattern.overlapping(patterns):
                self._add(indexes[one], indexes[other])
        except UndecidedPattern:
            self._add(*pair, certain=False)


class _Beside:
    """The open and the closed segments under one node; finds the closed ones of each open one."""

    def __init__(self, opened: list[Segment], closed: list[Segment]) -> None:
        self.opened = opened
        self.closed = closed
        #: For each open segment, the positions of the closed ones that share a level with it.
        self.found: list[set[int]] = [set() for _ in opened]
        self.left = MAX_COST + MAX_COST_EACH * (len(opened) + len(closed))

    def compare(self) -> None:
        """Fill in ``found``. Raises _TooLong."""
        open_words, open_groups = _words_and_groups(self.opened)
        words, groups = _words_and_groups(self.closed)
        for word, indexes in words.items():
            for at in open_groups.fitting(word):
                self._spend(1)
                if self.opened[at].match(word) is not None:
                    self.found[at].update(indexes)
        for word, openings in open_words.items():
            fitting = (index for index in groups.fitting(word) if self._has(index, word))
            shared = {*words.get(word, ()), *fitting}
            for at in openings:
                self.found[at] |= shared
        for at in open_groups.indexes:
            for index in groups.indexes:
                self._spend(1)
                if self._may_share(at, index):
                    self.found[at].add(index)

    def _has(self, index: int, word: str) -> bool:
        self._spend(1)
        return self.closed[index].match(word) is not None

    def _may_share(self, at: int, index: int) -> bool:
        one, other = self.opened[at], self.closed[index]
        try:
            self._spend(_cost(one, other))
            return one.overlaps(other)
        except UndecidedPattern:
            return True

    def _spend(self, cost: int) -> None:
        self.left -= cost
        if self.left < 0:
            raise _TooLong


def _words_and_groups(segments: list[Segment]) -> tuple[dict[str, list[int]], _Groups]:
    """The levels that are known one by one, with the positions that have each; and the others."""
    words: defaultdict[str, list[int]] = defaultdict(list)
    groups = _Groups()
    for index, segment in enumerate(segments):
        if segment.literal is not None:
            words[segment.literal].append(index)
            continue
        known, ends = affixes(segment)
        for word in known:
            words[word].append(index)
        for start, end in ends:
            groups.add(start, end, None, index)
    return words, groups


#: The places that start and end with the same texts: sets by their frame, all others under ``None``.
_Group: TypeAlias = dict[Frame | None, list[int]]


class _Ends:
    """The groups that start with one text, by the text that they end with, written backwards."""

    def __init__(self) -> None:
        self.groups: dict[str, _Group] = {}
        self.lengths: set[int] = set()
        self._ordered: list[str] = []

    def shorter(self, end: str) -> Iterator[_Group]:
        """The groups whose texts are at the end of ``end``; its own is not among them."""
        for length in self.lengths:
            if length < len(end) and end[:length] in self.groups:
                yield self.groups[end[:length]]

    def longer(self, end: str) -> Iterator[_Group]:
        """The groups whose texts end with ``end``, which may be their own text."""
        if len(self._ordered) < len(self.groups):
            self._ordered = sorted(self.groups)
        index = bisect_left(self._ordered, end)
        while index < len(self._ordered) and self._ordered[index].startswith(end):
            yield self.groups[self._ordered[index]]
            index += 1


class _Groups:
    """Places by the texts that their levels start and end with."""

    def __init__(self) -> None:
        self.indexes: set[int] = set()
        self._starts: dict[str, _Ends] = {}
        self._lengths: set[int] = set()

    def add(self, start: str, end: str, frame: Frame | None, index: int) -> None:
        self.indexes.add(index)
        self._lengths.add(len(start))
        ends = self._starts.setdefault(start, _Ends())
        ends.lengths.add(len(end))
        ends.groups.setdefault(end, {}).setdefault(frame, []).append(index)

    def _above(self, start: str) -> Iterator[_Ends]:
        """What starts with a shorter text that ``start`` starts with."""
        for length in self._lengths:
            if length < len(start) and start[:length] in self._starts:
                yield self._starts[start[:length]]

    def pairs(self) -> Iterator[tuple[_Group, _Group]]:
        """Every two groups that may share a level, and each group with itself."""
        for start, ends in self._starts.items():
            for end, group in ends.groups.items():
                yield from ((group, other) for other in ends.longer(end))
                for above in self._above(start):
                    yield from ((group, other) for other in above.shorter(end))
                    yield from ((group, other) for other in above.longer(end))

    def fitting(self, word: str) -> Iterator[int]:
        """The places that start and end like ``word``."""
        backwards = word[::-1]
        for ends in (*self._above(word), *filter(None, [self._starts.get(word)])):
            for group in (*ends.shorter(backwards), *filter(None, [ends.groups.get(backwards)])):
                for indexes in group.values():
                    yield from indexes


def _only_set(segment: Segment) -> Choice | None:
    """The set of a segment that is one finite set between fixed texts."""
    varying = segment.varying
    return varying[0] if len(varying) == 1 and isinstance(varying[0], Choice) else None


def _cost(one: Segment, other: Segment) -> int:
    sizes = (size for size in (one.count, other.count) if size is not None and size <= MAX_WORDS)
    small = min(sizes, default=None)
    if small is not None:
        return small
    return max(COST_OF_PATTERNS, one.pattern.size * other.pattern.size)
