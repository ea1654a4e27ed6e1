"""Count the topics of both versions that go elsewhere in Kafka.

In a small model every topic is translated in both versions, so the answer is exact: a setting that
changes may move nothing. In a large one both trees are compared side by side, families as sets, and parts that nodes share once for
each combination of what is above them. Topics below an open node depend on the equipment
above it too, which may exist in only one of the trees. If it cannot be decided, topics count
as moved.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Generator, Iterable, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from uns.changes.extents import Extent
from uns.changes.facts import Subject
from uns.changes.pairing import pairs
from uns.counts import NO_END, Count
from uns.kafka import Untranslatable
from uns.model.namespace import Namespace
from uns.model.queries import UnboundedTopics
from uns.model.tree import NO_MEMBERS, Members, Place, fold

#: Most topics that are translated one by one.
MOST_TRANSLATED = 2_000

#: Most groups of siblings that are looked at; if there are more, all topics count as moved.
MOST_LOOKED_AT = 100_000

#: Most levels of a set that are tried for an example.
MOST_TRIED = 1_000

#: The names of the equipment levels above something, from the root down.
Above: TypeAlias = tuple[str, ...]

#: The number of levels that count, for a topic of so many levels below some equipment.
Cut: TypeAlias = Callable[[float, Above], object]

#: A level for examples of topics that no model names, and most of them in one example.
ANY_LEVEL, MOST_ANY = "any", 8


class Moved(NamedTuple):
    """The number of topics that move, and an example if there is one."""

    topics: Count = 0
    example: str | None = None


class _Side(NamedTuple):
    """The way down to some siblings in one of the versions."""

    above: Above = ()
    #: True if all levels below the root are equipment.
    is_equipment: bool = True
    #: True if any topic is legal here.
    is_open: bool = False

    def below(self, place: Place | None, depth: int, root: int) -> _Side:
        """The way down to the members of ``place``, which is level number ``depth``.

        ``None`` is a level that this version does not name.
        """
        if place is None:
            return self._replace(is_equipment=False)
        side = self._replace(is_open=self.is_open or place.open)
        if depth <= root or not self.is_equipment:
            return side
        if place.type is None:
            return side._replace(is_equipment=False)
        return side._replace(above=(*self.above, place.type.level.name))


class _Record(NamedTuple):
    """A record, by the parts that settings decide."""

    topic: str
    #: The Kafka topic without the prefix.
    place: str
    key: bytes
    #: ``None`` if it is any one, record by record.
    partition: int | None
    in_bucket: bool


class Translated(NamedTuple):
    """A topic of both versions, with its record in each; ``None`` if Kafka does not get it."""

    topic: str
    before: _Record | None
    after: _Record | None


#: The part of a record that a setting decides.
_PARTS: Mapping[Subject, Callable[[_Record], object]] = MappingProxyType(
    {
        Subject.KAFKA_PREFIX: attrgetter("topic"),
        Subject.KAFKA_SPLIT: attrgetter("place"),
        Subject.KAFKA_KEY: attrgetter("key"),
        Subject.KAFKA_ORDER: attrgetter("partition"),
        Subject.KAFKA_PARTITIONER: attrgetter("partition"),
        Subject.KAFKA_PARTITIONS: attrgetter("partition"),
        Subject.KAFKA_OVERFLOW: attrgetter("in_bucket"),
    }
)


def translate_all(old: Namespace, new: Namespace) -> list[Translated] | None:
    """All topics of both versions with their records; ``None`` if there are too many."""
    try:
        if max(old.count(), new.count()) > MOST_TRANSLATED:
            return None
    except UnboundedTopics:
        return None
    topics = dict.fromkeys((*map(str, old.topics()), *map(str, new.topics())))
    both = (topic for topic in topics if old.resolve(topic) and new.resolve(topic))
    return [Translated(topic, _record(old, topic), _record(new, topic)) for topic in both]


def _record(namespace: Namespace, topic: str) -> _Record | None:
    kafka = namespace.kafka
    try:
        address = kafka.to_kafka(topic)
    except Untranslatable:
        return None
    try:
        partition = address.partition(kafka.cluster.partitions)
    except Untranslatable:
        partition = None
    name = str(address.topic)
    place = name.removeprefix(kafka.mapping.prefix)
    return _Record(name, place, address.key, partition, place == "-x-overflow")


def listed_moves(records: Iterable[Translated], subject: Subject) -> Moved:
    """The topics whose record a setting moves: to another Kafka topic, key or partition."""
    part = _PARTS[subject]
    moved = [
        topic
        for topic, before, after in records
        if before is not None and (after is None or part(before) != part(after))
    ]
    return Moved(len(moved), moved[0] if moved else None)


def moved_records(old: Namespace, new: Namespace, subject: Subject) -> Moved | None:
    """The topics of both versions that a new split, or a new order, puts elsewhere.

    ``None`` if the tree is too large.
    """
    cut = _place if subject is Subject.KAFKA_SPLIT else _group
    records = _Records(old, new, cut(old), cut(new))
    try:
        found = fold((old.top, new.top, 0, _Side(), _Side()), records.among, records.known)
    except _TooMuch:
        return None
    example = None if found.trail is None else "/".join(found.trail)
    return Moved(found.topics, example)


def _place(namespace: Namespace) -> Cut:
    """The cut that names the Kafka topic."""
    translation, root = namespace.kafka, len(namespace.root_levels)

    def levels(depth: float, above: Above) -> object:
        return root + max(1, min(translation.split_below(above), depth - root - 1))

    return levels


def _group(namespace: Namespace) -> Cut:
    """The cut that chooses the partition."""
    translation, root = namespace.kafka, len(namespace.root_levels)
    by_key = "key" if translation.mapping.key == "tail" else None

    def levels(depth: float, above: Above) -> object:
        order = translation.order_below(above)
        return (by_key or depth) if order is None else min(root + order, depth)

    return levels


class _TooMuch(Exception):
    """There are more than :data:`MOST_LOOKED_AT` groups of siblings."""


class _Found(NamedTuple):
    """The topics that move among some siblings, and the levels of an example."""

    topics: Count = 0
    trail: tuple[str, ...] | None = None


#: Siblings of both versions below a number of levels, and the ways down to them.
_Part: TypeAlias = tuple[Members, Members, int, _Side, _Side]


class _Records:
    """Counts topics that move, as a fold over both trees."""

    def __init__(self, old: Namespace, new: Namespace, before: Cut, after: Cut) -> None:
        self._roots = len(old.root_levels), len(new.root_levels)
        self._before, self._after = before, after
        self.known: dict[_Part, _Found] = {}

    def among(self, part: _Part) -> Generator[_Part, _Found, _Found]:
        """For ``fold``: the topics that move among siblings and below."""
        old, new, depth, was, is_ = part
        if len(self.known) >= MOST_LOOKED_AT:
            raise _TooMuch
        topics: Count = 0
        trail = None
        for pair in pairs(old, new, first=depth == 0):
            if (pair.old is None and not was.is_open) or (pair.new is None and not is_.is_open):
                continue  # not in both versions
            found = yield from self._at(pair.old, pair.new, depth + 1, was, is_)
            topics += pair.extent.count * found.topics
            if trail is None and found.trail is not None:
                level = _level(pair.extent)
                trail = None if level is None else (level, *found.trail)
        return _Found(topics, trail)

    def _at(
        self, old: Place | None, new: Place | None, depth: int, above: _Side, over: _Side
    ) -> Generator[_Part, _Found, _Found]:
        was = above.below(old, depth, self._roots[0])
        is_ = over.below(new, depth, self._roots[1])
        # A topic is named, or is below an open node.
        here = all(
            side.is_open or (place is not None and place.endpoint is not None)
            for place, side in ((old, above), (new, over))
        )
        moves = here and self._differ(depth, was, is_)
        found = yield _below(old), _below(new), depth, was, is_
        topics = moves + found.topics
        trail: tuple[str, ...] | None = () if moves else found.trail
        # Topics without a name may have any number of levels; they move if any number makes them.
        ends = (depth + 1, math.inf) if was.is_open and is_.is_open else ()
        if any(self._differ(end, was, is_) for end in ends):
            topics = NO_END
            trail = self._unnamed((old, new), depth, was, is_) if trail is None else trail
        return _Found(topics, trail)

    def _differ(self, depth: float, was: _Side, is_: _Side) -> bool:
        return self._before(depth, was.above) != self._after(depth, is_.above)

    def _unnamed(
        self, places: Iterable[Place | None], depth: int, was: _Side, is_: _Side
    ) -> tuple[str, ...] | None:
        """The levels below an open node of a topic that moves and that neither version names."""
        if any(place is not None and place.members.find(ANY_LEVEL) for place in places):
            return None
        more = (n for n in range(1, MOST_ANY + 1) if self._differ(depth + n, was, is_))
        count = next(more, None)
        return None if count is None else (ANY_LEVEL,) * count


def _below(place: Place | None) -> Members:
    return NO_MEMBERS if place is None else place.members


def _level(extent: Extent) -> str | None:
    """A level of an extent; ``None`` if it is hard to find one."""
    if extent.literal is not None:
        return extent.literal
    if extent.segment.count is None:
        return None
    some = itertools.islice(extent.segment, MOST_TRIED)
    return next((level for level in some if extent.takes(level)), None)
