"""The messages that Kafka gets: in each Kafka topic, in each partition, and on each broker.

Sets of topics are multiplied, not listed. Only the partitions of the keys are looked up one by
one, up to :data:`MOST_KEYS`. What is not known is never 0: topics without a rate are counted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NamedTuple, TypeAlias

from uns.counts import NO_END, Count, NoEnd, from_number, to_number
from uns.kafka.names import KafkaTopic
from uns.kafka.places import Flow, Level, PlaceRule, TopicShape, are_listed, product_size

#: Most topics whose partition is computed: each must be hashed.
MOST_KEYS: Final = 1_000_000

#: The Kafka topics of all topics of a shape, and their partitions out of so many, one by one.
Locate: TypeAlias = Callable[[TopicShape, int], Iterator[tuple[KafkaTopic, int]]]


@dataclass(frozen=True, slots=True)
class Traffic:
    """What some MQTT topics publish.

    ``topics`` is their number, ``unrated`` are those of which the model gives no rate, or of which
    there can be any number; ``unsized`` have a rate, but no size. ``messages`` and ``bytes`` are a
    second, of the others. A number that is not known is ``None``.
    """

    topics: int | None
    unrated: int | None
    unsized: int | None
    messages: Fraction | None
    bytes: Fraction | None


@dataclass(frozen=True, slots=True)
class PlaceTraffic:
    """The traffic of each Kafka topic of a place; a family is one place.

    ``topics`` is the number of Kafka topics, ``None`` if it has no end. ``kept`` are the bytes that
    Kafka keeps of each, with all replicas.
    """

    topics: int | None
    each: Traffic
    kept: Fraction | None
    #: What is known of the levels of the place, without the root.
    levels: tuple[Level, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PartitionLoad:
    """The number of MQTT topics in each partition of one Kafka topic, and their messages.

    ``messages`` and ``bytes`` are a second, in each partition; they are empty if no topic has a
    rate. ``doubled`` are the messages a second of the fullest partition if there were twice as
    many, and ``moved`` the topics that would then go to another partition.

    >>> load = PartitionLoad(KafkaTopic("uns.acme"), (4, 0, 2))
    >>> load.skew, load.idle
    (2.0, 1)
    """

    topic: KafkaTopic
    counts: tuple[int, ...]
    messages: tuple[float, ...] = ()
    bytes: tuple[float, ...] = ()
    doubled: float = 0.0
    moved: int = 0

    @property
    def skew(self) -> float:
        """The fullest partition divided by the mean; 1.0 is perfectly even."""
        return max(self.counts) * len(self.counts) / sum(self.counts)

    @property
    def idle(self) -> int:
        """The number of partitions without topics."""
        return self.counts.count(0)


# --- by place ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Sum:
    """Traffic while it is added up."""

    topics: Count = 0
    unrated: Count = 0
    unsized: Count = 0
    messages: Fraction = Fraction(0)
    bytes: Fraction = Fraction(0)

    def add(self, count: Count, flow: Flow) -> None:
        """Add ``count`` topics, each with this flow."""
        self.topics += count
        if flow.messages is None or isinstance(count, NoEnd):
            self.unrated += count
            return
        self.messages += count * flow.messages
        if flow.size is None:
            self.unsized += count
        else:
            self.bytes += count * flow.messages * flow.size

    def add_all(self, count: Count, each: _Sum) -> None:
        """Add ``count`` Kafka topics, each with this traffic."""
        self.topics += count * each.topics
        self.unsized += count * each.unsized
        if isinstance(count, NoEnd):
            self.unrated += NO_END
            return
        self.unrated += count * each.unrated
        self.messages += count * each.messages
        self.bytes += count * each.bytes

    def traffic(self) -> Traffic:
        """The sum; nothing that is known of is 0 only if there are no topics at all."""
        is_known = self.messages > 0 or self.topics == 0
        is_sized = self.bytes > 0 or (is_known and self.unsized == 0)
        return Traffic(
            to_number(self.topics),
            to_number(self.unrated),
            to_number(self.unsized),
            self.messages if is_known else None,
            self.bytes if is_sized else None,
        )


def place_traffic(
    rule: PlaceRule, shapes: Iterable[TopicShape], keeps: Fraction | None
) -> tuple[Traffic, tuple[PlaceTraffic, ...]]:
    """The traffic of all topics together, and of each Kafka topic by place, busiest first.

    Kafka keeps ``keeps`` bytes for each byte a second: the seconds of retention, times the replicas.
    """
    sums: dict[tuple[Level, ...], _Sum] = {}
    for shape in shapes:
        for cut in rule.cuts(shape, 0):
            below = shape.levels[len(rule.root_levels) + len(cut.place) :]
            count = NO_END if shape.is_open else product_size(below)
            sums.setdefault(cut.place, _Sum()).add(count, shape.flow)
    total = _Sum()
    places = []
    for levels, found in sums.items():
        count = product_size(levels)
        total.add_all(count, found)
        each = found.traffic()
        places.append(PlaceTraffic(to_number(count), each, _times(each.bytes, keeps), levels))
    places.sort(key=lambda place: -(place.each.messages or 0))
    return total.traffic(), tuple(places)


def _times(number: Fraction | None, factor: Fraction | None) -> Fraction | None:
    return None if number is None or factor is None else number * factor


# --- by partition ----------------------------------------------------------------------------------


class _Scale(NamedTuple):
    """Makes whole numbers of the messages and bytes a second of flows, so that adding them is exact."""

    messages: int
    bytes: int

    @classmethod
    def of(cls, flows: Iterable[Flow]) -> _Scale:
        known = [flow for flow in flows if flow.messages is not None]
        return cls(
            math.lcm(*(_messages(flow).denominator for flow in known)),
            math.lcm(*(_bytes(flow).denominator for flow in known)),
        )

    def weigh(self, flow: Flow) -> tuple[int, int]:
        """The messages and bytes of one topic, scaled."""
        return int(_messages(flow) * self.messages), int(_bytes(flow) * self.bytes)


def _messages(flow: Flow) -> Fraction:
    return flow.messages or Fraction(0)


def _bytes(flow: Flow) -> Fraction:
    return _messages(flow) * (flow.size or 0)


@dataclass(slots=True)
class _Partitions:
    """The topics of one Kafka topic in each of twice as many partitions as it has."""

    topics: list[int]
    messages: list[int]
    bytes: list[int]

    def load(self, name: KafkaTopic, scale: _Scale) -> PartitionLoad:
        """The load of its partitions; those that are twice as many are added in pairs."""
        half = len(self.topics) // 2

        def folded(numbers: list[int]) -> Iterator[int]:
            return map(int.__add__, numbers[:half], numbers[half:])

        # A key has the remainder by n of its remainder by 2n; the others go to a new partition.
        counts, moved = tuple(folded(self.topics)), sum(self.topics[half:])
        if not any(self.messages):
            return PartitionLoad(name, counts, moved=moved)
        return PartitionLoad(
            name,
            counts,
            tuple(number / scale.messages for number in folded(self.messages)),
            tuple(number / scale.bytes for number in folded(self.bytes)),
            max(self.messages) / scale.messages,
            moved,
        )


def partition_loads(
    shapes: Iterable[TopicShape], partitions: int, locate: Locate
) -> tuple[PartitionLoad, ...] | None:
    """The load of the partitions of each Kafka topic.

    ``None`` for open or infinite sets, and for more than :data:`MOST_KEYS` topics.
    """
    shapes = tuple(shapes)
    if sum(from_number(shape.size) for shape in shapes) > MOST_KEYS:
        return None
    if not all(are_listed(shape.levels) for shape in shapes):
        return None
    scale = _Scale.of(shape.flow for shape in shapes)
    doubled = 2 * partitions
    found: dict[KafkaTopic, _Partitions] = {}
    for shape in shapes:
        messages, size = scale.weigh(shape.flow)
        for name, partition in locate(shape, doubled):
            into = found.get(name)
            if into is None:
                into = found[name] = _Partitions([0] * doubled, [0] * doubled, [0] * doubled)
            into.topics[partition] += 1
            into.messages[partition] += messages
            into.bytes[partition] += size
    return tuple(load.load(name, scale) for name, load in found.items())
