"""Which siblings of two trees stand for the same topic levels.

Names are looked up, sets laid against each other by their bounds, open ones by
their patterns. Where too many would have to be compared, those left over count
as gone and as new: nothing is ever said to be the same that may not be.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from uns.changes.extents import Extent, common, without
from uns.model.tree import Members, Place
from uns.topics.templates import Segment

__all__ = ["Pair", "pairs"]

#: Most sets and names under one node that are compared one by one; two open ones cost more.
MOST_COMPARED, COST_OF_PATTERNS = 50_000, 25


class Pair(NamedTuple):
    """Topic levels of one place in the old tree, the new tree, or both.

    Of a set that is only partly gone, or new, the rest stands in other pairs.
    """

    old: Place | None
    new: Place | None
    extent: Extent
    is_part: bool = False


def pairs(old: Members, new: Members, *, first: bool = False) -> Iterator[Pair]:
    """The siblings of two trees side by side, in the order of the new tree, what is gone first.

    With ``first`` they are the first level of a topic, where no set and no name
    takes a level that starts with $ [MQTT-4.7.2-1].
    """
    old_families = {family.segment: family for family in old.families}
    new_families = {family.segment: family for family in new.families}
    changed_old = [p for p in old if not _stays(p, new.literals, new_families)]
    changed_new = [p for p in new if not _stays(p, old.literals, old_families)]
    shared = _shared(changed_old, changed_new, first=first)
    by_old: defaultdict[Place, list[Segment]] = defaultdict(list)
    by_new: defaultdict[Place, list[Pair]] = defaultdict(list)
    for one, other, segment in shared:
        by_old[one].append(other.segment)
        by_new[other].append(Pair(one, other, Extent(segment)))
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
    """Whether a sibling in the other tree stands for the same levels, written alike."""
    literal = place.segment.literal
    return place.segment in families if literal is None else literal in literals


def _shared(
    old: list[Place], new: list[Place], *, first: bool
) -> Iterator[tuple[Place, Place, Segment]]:
    """Every two places that share levels, and those they share."""
    old_names, old_sets = _parted(old, first=first)
    new_names, new_sets = _parted(new, first=first)
    yield from ((names, sets, names.segment) for names, sets in _named(old_names, new_sets))
    yield from ((sets, names, names.segment) for names, sets in _named(new_names, old_sets))
    cost = 0
    for one in old_sets:
        for other in new_sets:
            is_open = one.segment.name is not None or other.segment.name is not None
            cost += COST_OF_PATTERNS if is_open else 1
            if cost > MOST_COMPARED:
                return
            segment = common(one.segment, other.segment)
            if segment is not None:
                yield one, other, segment


def _parted(places: Iterable[Place], *, first: bool) -> tuple[dict[str, Place], list[Place]]:
    """Names that a set may take, and the sets."""
    names: dict[str, Place] = {}
    sets: list[Place] = []
    for place in places:
        literal = place.segment.literal
        if literal is None:
            sets.append(place)
        elif not (first and literal.startswith("$")):
            names[literal] = place
    return names, sets


def _named(names: dict[str, Place], sets: list[Place]) -> Iterator[tuple[Place, Place]]:
    """Every name that a set takes, with the set."""
    ordered = sorted(names)
    for family in sets:
        prefix, _ = family.segment.frame
        index = bisect_left(ordered, prefix)
        while index < len(ordered) and ordered[index].startswith(prefix):
            if family.segment.match(ordered[index]) is not None:
                yield names[ordered[index]], family
            index += 1
