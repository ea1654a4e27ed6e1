"""Which siblings share a topic level: every pair, without comparing every pair."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from uns.patterns import InvalidPattern, UndecidedPattern
from uns.templates import Choice, Fixed, NumberRange, Segment
from uns.tree import Place

__all__ = ["MAX_COMPARISONS", "overlaps"]

#: Pairs of patterns with a common start that are compared by automaton under one node.
MAX_COMPARISONS = 5_000


def overlaps(places: Sequence[Place]) -> Iterator[tuple[Place, Place, str | None]]:
    """Pairs of places whose segments stand for a common level, the earlier place first.

    The third item is a level both stand for, where one is known. Sets with one
    frame (the same text before and after) are compared as sorted intervals;
    only patterns that start alike are laid against each other.
    """
    seen: dict[str, Place] = {}
    families: list[Place] = []
    for place in places:
        literal = place.segment.literal
        if literal is None:
            families.append(place)
        elif literal in seen:
            yield seen[literal], place, literal
        else:
            seen[literal] = place
    if families:
        position = {id(place): index for index, place in enumerate(places)}
        for one, other, level in _among(families, seen):
            if position[id(one)] > position[id(other)]:
                yield other, one, level
            else:
                yield one, other, level


def _among(
    families: list[Place], literals: dict[str, Place]
) -> Iterator[tuple[Place, Place, str | None]]:
    ordered = sorted(literals)
    for family in families:
        prefix, _ = _frame(family.segment)
        index = bisect_left(ordered, prefix)
        while index < len(ordered) and ordered[index].startswith(prefix):
            if family.segment.match(ordered[index]) is not None:
                yield literals[ordered[index]], family, ordered[index]
            index += 1
    framed: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for family in families:
        framed[_frame(family.segment)].append(family)
    for same in framed.values():
        yield from _in_one_frame(same)
    yield from _across_frames(families)


def _frame(segment: Segment) -> tuple[str, str]:
    """The fixed text before the first and after the last varying part."""
    first, last = segment.parts[0], segment.parts[-1]
    return (
        first.text if isinstance(first, Fixed) else "",
        last.text if isinstance(last, Fixed) else "",
    )


def _is_simple(segment: Segment) -> bool:
    """One finite set between fixed texts."""
    return len(segment.varying) == 1 and isinstance(segment.varying[0], Choice)


def _in_one_frame(families: list[Place]) -> Iterator[tuple[Place, Place, str | None]]:
    """Sets between the same texts: as sorted intervals, and as words."""
    ranges: list[tuple[NumberRange, Place]] = []
    words: dict[str, Place] = {}
    reported: set[tuple[int, int]] = set()
    for place in families:
        if not _is_simple(place.segment):
            continue
        (choice,) = place.segment.varying
        if isinstance(choice, Choice):
            numbers, texts = choice.merged()
            ranges += [(number, place) for number in numbers]
            for text in sorted(texts):
                if text in words:
                    yield words[text], place, place.segment.format(text)
                words.setdefault(text, place)
    ranges.sort(key=lambda item: (item[0].width, item[0].low, item[0].high))
    reach: tuple[NumberRange, Place] | None = None
    for current, place in ranges:
        if reach and reach[0].width == current.width and current.low <= reach[0].high:
            pair = (id(reach[1]), id(place))
            if reach[1] is not place and pair not in reported:
                reported.add(pair)
                yield reach[1], place, place.segment.format(next(iter(current)))
        if reach is None or reach[0].width != current.width or current.high > reach[0].high:
            reach = (current, place)


def _across_frames(families: list[Place]) -> Iterator[tuple[Place, Place, str | None]]:
    """Patterns of different frames, where one starts as the other does."""
    ordered = sorted(families, key=lambda place: _frame(place.segment)[0])
    compared = 0
    for index, one in enumerate(ordered):
        prefix = _frame(one.segment)[0]
        for other in ordered[index + 1 :]:
            if not _frame(other.segment)[0].startswith(prefix):
                break
            same_frame = _frame(one.segment) == _frame(other.segment)
            if same_frame and _is_simple(one.segment) and _is_simple(other.segment):
                continue
            compared += 1
            if compared > MAX_COMPARISONS or _undecided_or_overlapping(one, other):
                yield one, other, None
                if compared > MAX_COMPARISONS:
                    return


def _undecided_or_overlapping(one: Place, other: Place) -> bool:
    """Siblings whose overlap cannot be decided count as overlapping: nothing is guessed."""
    try:
        return one.segment.overlaps(other.segment)
    except (UndecidedPattern, InvalidPattern):
        return True
