"""The cost of a split for a cluster, before any topic is created.

Counts Kafka topics, partitions and replicas for every possible split, compares them with the
limits of a cluster, and shows how evenly keys are distributed over partitions. Sets of topics are
multiplied, not listed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from fractions import Fraction

from uns.counts import NO_END, Count, NoEnd, to_number
from uns.diagnostics import InvalidArgument
from uns.kafka.names import MAX_LENGTH
from uns.kafka.places import Level, PlaceRule, TopicShape, longest_segment, product_size
from uns.kafka.traffic import (
    Locate,
    PartitionLoad,
    PlaceTraffic,
    Traffic,
    partition_loads,
    place_traffic,
)
from uns.rates import Duration

#: Most partitions for which the load is computed: each partition needs a counter.
_MOST_PARTITIONS = 1_000_000


@dataclass(frozen=True, slots=True)
class Cluster:
    """The settings of each Kafka topic, and the limits of the cluster.

    The limits are advice, not Kafka's: people can keep track of a few hundred topics, and 1,000
    replicas are usual for a small broker.

    Raises :class:`~uns.diagnostics.InvalidArgument` for a number below 1.
    """

    partitions: int = 6
    replication: int = 3
    brokers: int = 3
    max_topics: int = 300
    max_replicas_per_broker: int = 1_000

    def __post_init__(self) -> None:
        for name, number in asdict(self).items():
            if number < 1:
                raise InvalidArgument(f"{name} must be at least 1, not {number}")


@dataclass(frozen=True, slots=True)
class SplitCost:
    """The topics that the mapping creates with one split; ``None`` if a number is not known.

    ``split`` is a number of levels or an equipment level of the model. ``replicas_per_broker`` is
    rounded up, ``longest_name`` is in characters, and ``fits`` says that all numbers are within
    the limits of the cluster and of Kafka. Names that go to the overflow bucket are counted as
    if there were no bucket.
    """

    split: int | str
    topics: int | None
    partitions: int | None
    replicas: int | None
    replicas_per_broker: int | None
    longest_name: int | None
    fits: bool


@dataclass(frozen=True, slots=True)
class KafkaBudget:
    """The cost of every split, and for the split in use the traffic and the load of the partitions.

    ``rows`` go from the fewest Kafka topics to the most, and end where a deeper split changes
    nothing. ``deepest`` is the deepest split that fits, if any. ``traffic`` is that of all topics
    together, and ``places`` that of each Kafka topic, the busiest first. Kafka keeps messages for
    ``retention``; ``None`` is not known. ``loads`` has an entry per Kafka topic; it is ``None`` for
    infinite sets, more than a million MQTT topics or more than a million partitions: then assume
    that the topics are spread evenly. ``doubled`` is the cost with twice the partitions.
    """

    split: int | str
    rows: tuple[SplitCost, ...]
    deepest: int | str | None
    cluster: Cluster
    retention: Duration | None
    traffic: Traffic
    places: tuple[PlaceTraffic, ...]
    loads: tuple[PartitionLoad, ...] | None
    doubled: SplitCost

    @property
    def cost(self) -> SplitCost:
        """The row of the split in use."""
        return next((row for row in self.rows if row.split == self.split), self.rows[-1])

    @property
    def skew(self) -> float | None:
        """The skew of the most uneven Kafka topic."""
        return None if not self.loads else max(load.skew for load in self.loads)

    @property
    def kept(self) -> Fraction | None:
        """The bytes that Kafka keeps of all topics, with all replicas; ``None`` if not known."""
        if self.traffic.bytes is None or self.retention is None:
            return None
        return self.traffic.bytes * self.retention.seconds * self.cluster.replication

    @property
    def messages_per_broker(self) -> Fraction | None:
        """The messages a second that each broker writes, if replicas are spread evenly."""
        return self._per_broker(self.traffic.messages)

    @property
    def bytes_per_broker(self) -> Fraction | None:
        """The bytes a second that each broker writes, if replicas are spread evenly."""
        return self._per_broker(self.traffic.bytes)

    def _per_broker(self, number: Fraction | None) -> Fraction | None:
        if number is None:
            return None
        return number * self.cluster.replication / self.cluster.brokers


def split_costs(
    rule: PlaceRule, shapes: Iterable[TopicShape], cluster: Cluster
) -> tuple[SplitCost, ...]:
    """The rows for topics of these ``shapes``, for every number of levels."""
    known = [shape for shape in shapes if rule.below_root(shape) is not None]
    above = len(rule.root_levels) + 1
    # An open shape has at least one more level.
    deepest = max((len(each.levels) + each.is_open - above for each in known), default=1)
    return tuple(
        split_cost(replace(rule, split=split), split, known, cluster)
        for split in range(1, max(deepest, 1) + 1)
    )


def deepest_fitting(rows: Iterable[SplitCost]) -> int | str | None:
    """The deepest split that fits; ``None`` if none does."""
    fitting = [row.split for row in rows if row.fits]
    return fitting[-1] if fitting else None


def budget_topics(
    rule: PlaceRule,
    split: int | str,
    rows: tuple[SplitCost, ...],
    shapes: Iterable[TopicShape],
    cluster: Cluster,
    retention: Duration | None,
    locate: Locate,
) -> KafkaBudget:
    """The budget with these ``rows``, for topics of these ``shapes``, cut by the split in use."""
    shapes = [shape for shape in shapes if rule.below_root(shape) is not None]
    keeps = None if retention is None else retention.seconds * cluster.replication
    traffic, places = place_traffic(rule, shapes, keeps)
    twice = replace(cluster, partitions=2 * cluster.partitions)
    doubled = split_cost(rule, split, shapes, twice)
    loads = None
    if (doubled.partitions or 0) <= 2 * _MOST_PARTITIONS:
        loads = partition_loads(shapes, cluster.partitions, locate)
    return KafkaBudget(
        split, rows, deepest_fitting(rows), cluster, retention, traffic, places, loads, doubled
    )


def split_cost(
    rule: PlaceRule, split: int | str, shapes: Iterable[TopicShape], cluster: Cluster
) -> SplitCost:
    """The row with the cost of topics of these ``shapes`` under ``rule``."""
    places: set[tuple[Level, ...]] = set()
    for shape in shapes:
        places.update(cut.place for cut in rule.cuts(shape, 0))
    longest = to_number(_longest_name(rule, places))
    topics = sum(map(product_size, places))
    if isinstance(topics, NoEnd):
        return SplitCost(split, None, None, None, None, longest, fits=False)
    partitions = topics * cluster.partitions
    replicas = partitions * cluster.replication
    per_broker = -(-replicas // cluster.brokers)
    fits = (
        topics <= cluster.max_topics
        and per_broker <= cluster.max_replicas_per_broker
        and longest is not None
        and (longest <= MAX_LENGTH or rule.bucket is not None)
    )
    return SplitCost(split, topics, partitions, replicas, per_broker, longest, fits)


def _longest_name(rule: PlaceRule, places: Iterable[tuple[Level, ...]]) -> Count:
    """The length of the longest name of these places; ``NO_END`` if it is not known."""
    measured: dict[Level, Count] = {}
    longest: Count = 0
    for place in places:
        for level in place:
            if level not in measured:
                segment = longest_segment(level)
                measured[level] = NO_END if segment is None else len(segment)
        length = len(rule.head) + len(place) + sum(measured[level] for level in place)
        longest = max(longest, length)
    return longest
