"""Which siblings share a topic level, found without comparing every two of them.

Names are looked up in sorted lists, sets of numbers and words are laid side by
side as intervals; only patterns that start and end alike are compared by
automaton. All of it is bounded: what cannot be told apart within the bounds is
said to be so, and nothing is guessed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, product
from typing import NamedTuple, TypeAlias

from uns.model.tree import Place
from uns.topics.patterns import UndecidedPattern
from uns.topics.sets import Choice, NumberRange
from uns.topics.templates import MAX_WORDS, Segment

__all__ = ["Overlap", "overlaps"]

#: What comparing the families under one node may cost: two frames cost 1, a small set as many as
#: it has levels, and two patterns as much as this.
MAX_COST, COST_OF_PATTERNS = 3_000_000, 1_500

#: The fixed text before the first and after the last set or name of a segment.
Frame: TypeAlias = tuple[str, str]


class Overlap(NamedTuple):
    """Two siblings that stand for a common topic level, the earlier one first.

    ``level`` is one they share, where one is known. They are not ``certain`` to
    share one when they could not be told apart within the bounds.
    """

    one: Place
    other: Place
    level: str | None = None
    certain: bool = True


def overlaps(places: Sequence[Place]) -> Iterator[Overlap]:
    """An overlap for every place that shares a topic level with one of the others."""
    seen: dict[str, Place] = {}
    families: list[Place] = []
    for place in places:
        literal = place.segment.literal
        if literal is None:
            families.append(place)
        elif literal in seen:
            yield Overlap(seen[literal], place, literal)
        else:
            seen[literal] = place
    if families:
        position = {place: index for index, place in enumerate(places)}
        for found in _among(families, seen):
            if position[found.one] > position[found.other]:
                yield found._replace(one=found.other, other=found.one)
            else:
                yield found


def _among(families: list[Place], literals: dict[str, Place]) -> Iterator[Overlap]:
    ordered = sorted(literals)
    framed: dict[Frame, list[Place]] = defaultdict(list)
    for family in families:
        prefix, _ = frame = family.segment.frame
        framed[frame].append(family)
        index = bisect_left(ordered, prefix)
        while index < len(ordered) and ordered[index].startswith(prefix):
            if family.segment.match(ordered[index]) is not None:
                yield Overlap(literals[ordered[index]], family, ordered[index])
            index += 1
    for same in framed.values():
        yield from _sets_of_one_frame(same)
    yield from _patterns(framed)


def _only_set(segment: Segment) -> Choice | None:
    """The set of a segment that is one finite set between fixed texts."""
    varying = segment.varying
    return varying[0] if len(varying) == 1 and isinstance(varying[0], Choice) else None


def _sets_of_one_frame(families: list[Place]) -> Iterator[Overlap]:
    """Sets between the same texts: as words, and as sorted intervals."""
    ranges: list[tuple[NumberRange, Place]] = []
    of_word: dict[str, Place] = {}
    found: dict[tuple[Place, Place], Overlap] = {}
    for place in families:
        choice = _only_set(place.segment)
        numbers, words = choice.merged() if choice else ((), frozenset[str]())
        ranges += [(number, place) for number in numbers]
        for word in sorted(words):
            one = of_word.setdefault(word, place)
            if one is not place:
                overlap = Overlap(one, place, place.segment.format(word))
                found.setdefault((one, place), overlap)
    ranges.sort(key=lambda item: (item[0].width, item[0].low, item[0].high))
    reach: tuple[NumberRange, Place] | None = None
    for current, place in ranges:
        goes_on = reach is not None and reach[0].width == current.width
        if reach and goes_on and current.low <= reach[0].high and reach[1] is not place:
            overlap = Overlap(reach[1], place, place.segment.format(next(iter(current))))
            found.setdefault((reach[1], place), overlap)
        if reach is None or not goes_on or current.high > reach[0].high:
            reach = (current, place)
    yield from found.values()


def _patterns(framed: Mapping[Frame, list[Place]]) -> Iterator[Overlap]:
    """Families whose frames fit each other: one starts as the other does, and ends as it does."""
    frames = sorted(framed)
    cost = 0
    for index, (prefix, suffix) in enumerate(frames):
        families = framed[prefix, suffix]
        for later in range(index, len(frames)):
            other_prefix, other_suffix = other_frame = frames[later]
            if not other_prefix.startswith(prefix):
                break
            cost += 1
            fit = suffix.endswith(other_suffix) or other_suffix.endswith(suffix)
            for one, other in _pairs(families, framed[other_frame]) if fit else ():
                cost += _cost(one.segment, other.segment)
                try:
                    if one.segment.overlaps(other.segment):
                        yield Overlap(one, other)
                except UndecidedPattern:
                    cost = MAX_COST
                if cost >= MAX_COST:
                    yield Overlap(one, other, certain=False)
                    return
            if cost >= MAX_COST:
                yield Overlap(families[0], framed[other_frame][-1], certain=False)
                return


def _cost(one: Segment, other: Segment) -> int:
    sizes = (size for size in (one.count, other.count) if size is not None and size <= MAX_WORDS)
    return min(sizes, default=COST_OF_PATTERNS)


def _pairs(families: list[Place], others: list[Place]) -> Iterable[tuple[Place, Place]]:
    """Every two to be compared; two sets of one frame are compared already."""
    if families is not others:
        return product(families, others)
    sets = [place for place in families if _only_set(place.segment)]
    patterns = [place for place in families if not _only_set(place.segment)]
    return chain(combinations(patterns, 2), product(patterns, sets))
