"""The topic levels of segments as sets: intersection and difference.

Sets of numbers and words are cut exactly, by their bounds, even with millions of members. Open
sets are compared by their patterns. If that is undecided, both answers are on the safe side:
the segments may share levels, and each may have others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from uns.counts import NO_END, Count, from_number
from uns.topics.automata import UndecidedPattern
from uns.topics.patterns import InvalidPattern, Pattern
from uns.topics.sets import Choice
from uns.topics.templates import MAX_WORDS, Fixed, Part, Segment, splits_once

#: Most pieces that the rest of one segment may have.
MOST_PIECES = 64

#: Most levels that are looked at one by one to cut one segment.
MOST_LEVELS = 100_000

#: The sets of a segment without names, from left to right.
_Box: TypeAlias = tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """The topic levels of a segment without those of ``less``, as far as all of ``within`` have them.

    ``less`` and ``within`` are used only for sets that cannot be cut, such as open ones.

    >>> vehicles = Extent(Segment.parse("{vehicle}"), (Segment.parse("v[1..9]"),))
    >>> vehicles.takes("v9"), vehicles.takes("v10"), vehicles.count
    (False, True, NO_END)
    """

    segment: Segment
    less: tuple[Segment, ...] = ()
    within: tuple[Segment, ...] = ()

    @property
    def text(self) -> str:
        """The levels as a model writes them."""
        return self.segment.text

    @property
    def literal(self) -> str | None:
        """The only level, if there is just one."""
        return self.segment.literal

    @property
    def count(self) -> Count:
        """The number of levels."""
        return NO_END if self.less else from_number(self.segment.count)

    def takes(self, level: str) -> bool:
        """True if ``level`` is one of them."""
        return (
            self.segment.match(level) is not None
            and all(other.match(level) is not None for other in self.within)
            and all(other.match(level) is None for other in self.less)
        )


def shared(one: Segment, other: Segment) -> tuple[Extent, ...]:
    """The levels of both segments; empty if there are certainly none.

    >>> [found.text for found in shared(Segment.parse("line[1..4]"), Segment.parse("line[3..9]"))]
    ['line[3..4]']
    >>> shared(Segment.parse("line[1..4]"), Segment.parse("lines"))
    ()
    """
    if one == other:
        return (Extent(one),)
    found = _common(one.whole, other.whole)
    if found is None:
        return ()
    for mine, theirs in ((one, other), (other, one)):
        if found.segment == mine.whole and not theirs.less:
            return (replace(found, segment=mine),)
    segment, within = found.segment, found.within
    left = without(segment, dict.fromkeys((*one.less, *other.less)))
    if segment.name is None:
        return tuple(replace(piece, within=within) for piece in left)
    return tuple(Extent(segment.beside(sorted(each.less, key=str)), (), within) for each in left)


def common(one: Segment, other: Segment) -> Segment | None:
    """The first piece of the levels of both segments; ``None`` if there are certainly none.

    >>> common(Segment.parse("line[1..4]"), Segment.parse("line[3..9]")).text
    'line[3..4]'
    """
    return next((found.segment for found in shared(one, other)), None)


def _common(one: Segment, other: Segment) -> Extent | None:
    """The levels of two segments that have no ``less``."""
    if one == other:
        return Extent(one)
    if one.literal is not None or other.literal is not None:
        literal, wide = (one, other) if one.literal is not None else (other, one)
        return Extent(literal) if wide.match(literal.literal or "") is not None else None
    if not _may_meet(one.frame, other.frame):
        return None
    boxes = _alike(one, other)
    if boxes is not None:
        both = [mine.common(theirs) for mine, theirs in zip(*boxes, strict=True)]
        sets = [choice for choice in both if choice is not None]
        return Extent(_filled(one, sets)) if len(sets) == len(both) else None
    if _is_small(one) or _is_small(other):
        small, large = (one, other) if _is_small(one) else (other, one)
        found = _of_levels(small, [level for level in small if large.match(level) is not None])
        return None if found is None else Extent(found)
    return _common_by_pattern(one, other)


def without(one: Segment, others: Iterable[Segment]) -> tuple[Extent, ...]:
    """The levels of ``one`` that no other segment has, nor a closed sibling of one.

    >>> [left.text for left in without(Segment.parse("m[1..6]"), [Segment.parse("m[1..4]")])]
    ['m[5..6]']
    >>> without(Segment.parse("m[1..6]"), map(Segment.parse, ["m[1..3]", "m[4..6]"]))
    ()
    """
    whole = one.whole
    others = [other for other in (each.whole for each in others) if _common(whole, other)]
    if not others:
        return (Extent(one),)
    if any(other == whole for other in others):
        return ()
    if one.literal is not None:
        return ()
    if one.name is not None:
        return () if _is_covered(one, [*others, *one.less]) else (Extent(one, tuple(others)),)
    return _cut(one, others)


def _may_meet(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """True if a level can have the start and the end of both frames."""
    (start, end), (begin, finish) = one, other
    return (start.startswith(begin) or begin.startswith(start)) and (
        end.endswith(finish) or finish.endswith(end)
    )


def _is_small(segment: Segment) -> bool:
    return segment.count is not None and segment.count <= MAX_WORDS


# --- by bounds -------------------------------------------------------------------------------------


def _sets(segment: Segment) -> _Box:
    return tuple(part for part in segment.parts if isinstance(part, Choice))


def _skeleton(segment: Segment) -> tuple[str | None, ...]:
    return tuple(part.text if isinstance(part, Fixed) else None for part in segment.parts)


def _alike(one: Segment, other: Segment) -> tuple[_Box, _Box] | None:
    """The sets of two segments that split every level in the same way; ``None`` if unsure."""
    if one.name is not None or other.name is not None or _skeleton(one) != _skeleton(other):
        return None
    mine, theirs = _sets(one), _sets(other)
    if len(mine) > 1:
        both = [Choice((*a.items, *b.items)) for a, b in zip(mine, theirs, strict=True)]
        if not splits_once(_refilled(one, both)):
            return None
    return mine, theirs


def _refilled(segment: Segment, sets: Sequence[Choice]) -> list[Part]:
    given = iter(sets)
    return [next(given) if isinstance(part, Choice) else part for part in segment.parts]


def _filled(segment: Segment, sets: Sequence[Choice]) -> Segment:
    """The segment with other sets; itself if they are the same."""
    if all(a.same_as(b) for a, b in zip(_sets(segment), sets, strict=True)):
        return segment
    return Segment.of(_refilled(segment, sets))


def _of_levels(segment: Segment, levels: Sequence[str]) -> Segment | None:
    """Some levels of a segment, as a segment."""
    if not levels:
        return None
    if len(levels) == segment.count:
        return segment
    if len(segment.varying) == 1:
        words = tuple(captured[0] for level in levels if (captured := segment.match(level)))
        tidy = Choice(words).common(Choice(words))
        return _filled(segment, [tidy]) if tidy is not None else None
    return Segment.of((Choice(tuple(levels)),))


def _cut(one: Segment, others: Sequence[Segment]) -> tuple[Extent, ...]:
    """The rest of a segment without open names."""
    foreign: list[Segment] = []
    boxes: list[_Box] = []
    for other in others:
        if other.literal is not None:
            captured = one.match(other.literal) or ()
            boxes.append(tuple(Choice((word,)) for word in captured))
        else:
            alike = _alike(one, other)
            if alike is None:
                foreign.append(other)
            else:
                boxes.append(alike[1])
    if len(_sets(one)) == 1:
        taken = Choice(tuple(item for (choice,) in boxes for item in choice.items))
        rest = _sets(one)[0].without(taken)
        left: list[_Box] = [] if rest is None else [(rest,)]
    else:
        left = [_sets(one)]
        for box in boxes:
            left = [piece for whole in left for piece in _outside(whole, box)]
            if len(left) > MOST_PIECES:
                return (Extent(one, tuple(others)),)
    pieces = [_filled(one, sets) for sets in left]
    return tuple(found for piece in pieces for found in _less(piece, foreign))


def _outside(whole: _Box, taken: _Box) -> Iterator[_Box]:
    """The difference of two products of sets, as products."""
    done: list[Choice] = []
    for index, (mine, theirs) in enumerate(zip(whole, taken, strict=True)):
        apart = mine.without(theirs)
        if apart is not None:
            yield (*done, apart, *whole[index + 1 :])
        shared = mine.common(theirs)
        if shared is None:
            return
        done.append(shared)


def _less(piece: Segment, others: Sequence[Segment]) -> Iterator[Extent]:
    """A piece without the levels of segments of another form."""
    if not others:
        yield Extent(piece)
        return
    size = piece.count or 0
    if size * len(others) <= MOST_LEVELS:
        levels = [level for level in piece if all(other.match(level) is None for other in others)]
        rest = _of_levels(piece, levels)
        if rest is not None:
            yield Extent(rest)
    elif not _is_covered(piece, others):
        yield Extent(piece, tuple(others))


# --- by pattern ------------------------------------------------------------------------------------


def _common_by_pattern(one: Segment, other: Segment) -> Extent | None:
    """The intersection of two sets of which at least one is open, or both are large."""
    try:
        if one.pattern.includes(other.pattern):
            return Extent(other)
        if other.pattern.includes(one.pattern):
            return Extent(one)
        if not one.pattern.overlaps(other.pattern):
            return None
    except UndecidedPattern:
        pass
    found, within = (one, other) if one.name is None else (other, one)
    return Extent(found, within=(within,))


def _is_covered(one: Segment, others: Sequence[Segment]) -> bool:
    """True if the others together certainly have every level of ``one``."""
    try:
        patterns = [other.pattern for other in others]
    except UndecidedPattern:
        return False
    try:
        return Pattern.either(patterns).includes(one.pattern)
    except (UndecidedPattern, InvalidPattern):
        pass
    try:
        return Pattern.difference([one.pattern], patterns) is None
    except UndecidedPattern:
        return False
