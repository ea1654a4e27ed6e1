"""Pair the siblings of two trees by the topic levels they have in common.

Names are looked up, sets are compared by their bounds, open sets by their patterns. If there
are too many to compare, the rest counts as gone and as new, never as the same.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from uns.changes.extents import Extent, shared, without
from uns.model.tree import Members, Place
from uns.topics.templates import Segment

#: Most comparisons of sets under one node; one with an open set counts as several.
MOST_COMPARED, COST_OF_PATTERNS = 50_000, 25


class Pair(NamedTuple):
    """Topic levels of one place in the old tree, the new tree, or both.

    If a set is only partly gone, or new, the rest of it is in other pairs.
    """

    old: Place | None
    new: Place | None
    extent: Extent
    is_part: bool = False


def pairs(old: Members, new: Members, *, first: bool = False) -> Iterator[Pair]:
    """Pair the siblings of two trees, those that are gone first, then in the order of the new tree.

    With ``first`` they are the first level of a topic, where sets do not match levels that
    start with $ [MQTT-4.7.2-1].
    """
    old_families = {family.segment: family for family in old.families}
    new_families = {family.segment: family for family in new.families}
    changed_old = [p for p in old if not _stays(p, new.literals, new_families)]
    changed_new = [p for p in new if not _stays(p, old.literals, old_families)]
    found_in_both = _in_both(changed_old, changed_new, first=first)
    by_old: defaultdict[Place, list[Segment]] = defaultdict(list)
    by_new: defaultdict[Place, list[Pair]] = defaultdict(list)
    for one, other, extents in found_in_both:
        by_old[one].append(other.segment)
        by_new[other] += (Pair(one, other, extent) for extent in extents)
    for place in changed_old:
        taken = by_old[place]
        for extent in without(place.segment, taken):
            yield Pair(place, None, extent, is_part=bool(taken))
    unlike = set(changed_new)
    for place in new:
        if place not in unlike:
            literal = place.segment.literal
            known = old_families[place.segment] if literal is None else old.literals[literal]
            yield Pair(known, place, Extent(place.segment))
            continue
        found = by_new[place]
        yield from found
        taken = [pair.old.segment for pair in found if pair.old is not None]
        for extent in without(place.segment, taken):
            yield Pair(None, place, extent, is_part=bool(taken))


def _stays(place: Place, literals: Mapping[str, Place], families: Mapping[Segment, Place]) -> bool:
    """True if the other tree has a sibling of the same levels, written in the same way."""
    literal = place.segment.literal
    return place.segment in families if literal is None else literal in literals


def _in_both(
    old: list[Place], new: list[Place], *, first: bool
) -> Iterator[tuple[Place, Place, tuple[Extent, ...]]]:
    """All pairs of places that share levels, with those levels."""
    old_names, old_sets = _separate(old, first=first)
    new_names, new_sets = _separate(new, first=first)
    for named, family in _match_names(old_names, new_sets):
        yield named, family, (Extent(named.segment),)
    for named, family in _match_names(new_names, old_sets):
        yield family, named, (Extent(named.segment),)
    cost = 0
    for one in old_sets:
        for other in new_sets:
            is_open = one.segment.name is not None or other.segment.name is not None
            cost += COST_OF_PATTERNS if is_open else 1
            if cost > MOST_COMPARED:
                return
            extents = shared(one.segment, other.segment)
            if extents:
                yield one, other, extents


def _separate(places: Iterable[Place], *, first: bool) -> tuple[dict[str, Place], list[Place]]:
    """Separate names that a set may match, and sets."""
    names: dict[str, Place] = {}
    sets: list[Place] = []
    for place in places:
        literal = place.segment.literal
        if literal is None:
            sets.append(place)
        elif not (first and literal.startswith("$")):
            names[literal] = place
    return names, sets


def _match_names(names: dict[str, Place], sets: list[Place]) -> Iterator[tuple[Place, Place]]:
    """All names that a set matches, with the set."""
    ordered = sorted(names)
    for family in sets:
        prefix, _ = family.segment.frame
        index = bisect_left(ordered, prefix)
        while index < len(ordered) and ordered[index].startswith(prefix):
            if family.segment.match(ordered[index]) is not None:
                yield names[ordered[index]], family
            index += 1
