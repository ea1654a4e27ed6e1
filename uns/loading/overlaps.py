"""Finds siblings that share a topic level, without comparing every pair.

Names are looked up in a sorted list, and sets of numbers and words are compared as sorted
intervals. Only patterns that start and end alike are compared as automata. The work is bounded:
where it takes too long the answer is an overlap that is not certain.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, product
from typing import NamedTuple, TypeAlias

from uns.model.tree import Place
from uns.topics.automata import UndecidedPattern
from uns.topics.sets import Choice, NumberRange
from uns.topics.templates import MAX_WORDS, Segment

#: The most that comparing the families under one node may cost. Two frames cost 1, a small set
#: costs its number of levels, and two patterns cost the second number.
MAX_COST, COST_OF_PATTERNS = 3_000_000, 1_500

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
    """Yield an overlap for every place that shares a topic level with another."""
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
        for overlap in _find_among(families, seen):
            if position[overlap.one] > position[overlap.other]:
                overlap = overlap._replace(one=overlap.other, other=overlap.one)  # noqa: PLW2901
            yield overlap


def _find_among(families: list[Place], literals: dict[str, Place]) -> Iterator[Overlap]:
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
        yield from _compare_sets(same)
    yield from _compare_patterns(framed)


def _only_set(segment: Segment) -> Choice | None:
    """The set of a segment that is one finite set between fixed texts."""
    varying = segment.varying
    return varying[0] if len(varying) == 1 and isinstance(varying[0], Choice) else None


def _compare_sets(families: list[Place]) -> Iterator[Overlap]:
    """Compare the sets between the same fixed texts, as words and as sorted intervals."""
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
    furthest: tuple[NumberRange, Place] | None = None
    for current, place in ranges:
        if furthest is None or furthest[0].width != current.width:
            furthest = (current, place)
            continue
        if current.low <= furthest[0].high and furthest[1] is not place:
            overlap = Overlap(furthest[1], place, place.segment.format(next(iter(current))))
            found.setdefault((furthest[1], place), overlap)
        if current.high > furthest[0].high:
            furthest = (current, place)
    yield from found.values()


def _compare_patterns(framed: Mapping[Frame, list[Place]]) -> Iterator[Overlap]:
    """Compare families whose frames fit: one prefix starts with the other, one suffix ends with it."""
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
    """The pairs to compare; two sets in one frame are already compared."""
    if families is not others:
        return product(families, others)
    sets = [place for place in families if _only_set(place.segment)]
    patterns = [place for place in families if not _only_set(place.segment)]
    return chain(combinations(patterns, 2), product(patterns, sets))
