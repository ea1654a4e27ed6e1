"""Which topics of two versions go elsewhere in Kafka, counted and not gone through.

Both trees are walked side by side, families as sets, what nodes share once for
each way of cutting there is above it. What is legal below an open node is cut by
the equipment above it as well, and that may stand in one of the trees alone.
Where that cannot be decided, topics count as moved: nothing is ever said to
stay that may not.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

from uns.changes.extents import Extent
from uns.changes.facts import Subject
from uns.changes.pairing import pairs
from uns.counts import NO_END, Count
from uns.model.namespace import Namespace
from uns.model.tree import NO_MEMBERS, Members, Place

__all__ = ["Moved", "moved_records"]

#: Most groups of siblings that are looked at; where there are more, all topics count as moved.
MOST_LOOKED_AT = 100_000

#: Most levels of a set that are tried for an example.
MOST_TRIED = 1_000

#: The names of the equipment levels that something stands below, from the root down.
Stands: TypeAlias = tuple[str, ...]

#: How many levels of a topic count, from the levels it has and the equipment it stands below.
Cut: TypeAlias = Callable[[float, Stands], object]

#: A level that stands for those that no model names, and most of them that an example gets.
ANY_LEVEL, MOST_ANY = "any", 8


class Moved(NamedTuple):
    """How many topics move, and one of them where one can be named."""

    topics: Count = 0
    example: str | None = None


class _Side(NamedTuple):
    """What is known of the way down to some siblings in one of the versions."""

    stands: Stands = ()
    #: Whether all of it is equipment, below the root.
    is_equipment: bool = True
    #: Whether any topic is legal here.
    is_open: bool = False

    def below(self, place: Place | None, depth: int, root: int) -> _Side:
        """The same for what stands below ``place``, the level number ``depth`` of the topic.

        ``None`` is a level that this version does not name.
        """
        if place is None:
            return self._replace(is_equipment=False)
        side = self._replace(is_open=self.is_open or place.open)
        if depth <= root or not self.is_equipment:
            return side
        if place.type is None:
            return side._replace(is_equipment=False)
        return side._replace(stands=(*self.stands, place.type.level.name))


def moved_records(old: Namespace, new: Namespace, subject: Subject) -> Moved | None:
    """The topics of both versions that another split, or another order, puts elsewhere.

    ``None`` where the tree is too large to be looked at.
    """
    cut = _place if subject is Subject.KAFKA_SPLIT else _group
    walk = _Walk(old, new, cut(old), cut(new))
    try:
        found = walk.among(old.top, new.top, 0, _Side(), _Side())
    except _TooMuch:
        return None
    example = None if found.trail is None else "/".join(found.trail)
    return Moved(found.topics, example)


def _place(namespace: Namespace) -> Cut:
    """How many levels name the Kafka topic."""
    translation, root = namespace.kafka, len(namespace.root_levels)

    def levels(depth: float, stands: Stands) -> object:
        return root + max(1, min(translation.split_below(stands), depth - root - 1))

    return levels


def _group(namespace: Namespace) -> Cut:
    """How many levels choose the partition."""
    translation, root = namespace.kafka, len(namespace.root_levels)
    by_key = "key" if translation.mapping.key == "tail" else None

    def levels(depth: float, stands: Stands) -> object:
        order = translation.order_below(stands)
        return (by_key or depth) if order is None else min(root + order, depth)

    return levels


class _TooMuch(Exception):
    """More is to be looked at than is worth it."""


class _Found(NamedTuple):
    """What moves among some siblings, and the levels down to one topic of it."""

    topics: Count = 0
    trail: tuple[str, ...] | None = None


class _Walk:
    def __init__(self, old: Namespace, new: Namespace, before: Cut, after: Cut) -> None:
        self._roots = len(old.root_levels), len(new.root_levels)
        self._before, self._after = before, after
        self._known: dict[tuple[object, ...], _Found] = {}

    def among(self, old: Members, new: Members, depth: int, was: _Side, is_: _Side) -> _Found:
        """What moves among siblings of both versions that stand below ``depth`` levels."""
        asked = (old, new, depth, was, is_)
        known = self._known.get(asked)
        if known is not None:
            return known
        if len(self._known) >= MOST_LOOKED_AT:
            raise _TooMuch
        topics: Count = 0
        trail = None
        for pair in pairs(old, new, first=depth == 0):
            if (pair.old is None and not was.is_open) or (pair.new is None and not is_.is_open):
                continue  # no topic there is in both versions
            found = self._at(pair.old, pair.new, depth + 1, was, is_)
            topics += pair.extent.count * found.topics
            if trail is None and found.trail is not None:
                level = _level(pair.extent)
                trail = None if level is None else (level, *found.trail)
        made = self._known[asked] = _Found(topics, trail)
        return made

    def _at(
        self, old: Place | None, new: Place | None, depth: int, above: _Side, over: _Side
    ) -> _Found:
        was = above.below(old, depth, self._roots[0])
        is_ = over.below(new, depth, self._roots[1])
        # A topic has its own name, or is one of those below an open node.
        here = all(
            side.is_open or (place is not None and place.endpoint is not None)
            for place, side in ((old, above), (new, over))
        )
        moves = here and self._differ(depth, was, is_)
        found = self.among(_below(old), _below(new), depth, was, is_)
        topics = moves + found.topics
        trail: tuple[str, ...] | None = () if moves else found.trail
        # What has no name may have any number of levels; what no end of them tells apart stays.
        ends = (depth + 1, math.inf) if was.is_open and is_.is_open else ()
        if any(self._differ(end, was, is_) for end in ends):
            topics = NO_END
            trail = self._unnamed((old, new), depth, was, is_) if trail is None else trail
        return _Found(topics, trail)

    def _differ(self, depth: float, was: _Side, is_: _Side) -> bool:
        return self._before(depth, was.stands) != self._after(depth, is_.stands)

    def _unnamed(
        self, places: Iterable[Place | None], depth: int, was: _Side, is_: _Side
    ) -> tuple[str, ...] | None:
        """The levels down to a topic that moves and that neither version names."""
        if any(place is not None and place.members.find(ANY_LEVEL) for place in places):
            return None
        more = (n for n in range(1, MOST_ANY + 1) if self._differ(depth + n, was, is_))
        count = next(more, None)
        return None if count is None else (ANY_LEVEL,) * count


def _below(place: Place | None) -> Members:
    return NO_MEMBERS if place is None else place.members


def _level(extent: Extent) -> str | None:
    """A level of an extent; ``None`` where none is easily found."""
    if extent.literal is not None:
        return extent.literal
    if extent.segment.count is None:
        return None
    some = itertools.islice(extent.segment, MOST_TRIED)
    return next((level for level in some if extent.takes(level)), None)
