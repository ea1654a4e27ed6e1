"""The cost of a split for a cluster, before any topic is created.

Counts Kafka topics, partitions and replicas for every possible split, compares them with the
limits of a cluster, and shows how evenly keys are distributed over partitions. Sets of topics are
multiplied, not listed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Final, TypeAlias

from uns.counts import NO_END, Count, NoEnd, from_number, to_number
from uns.diagnostics import InvalidArgument
from uns.kafka.names import MAX_LENGTH, KafkaTopic, Untranslatable
from uns.kafka.places import (
    Level,
    PlaceRule,
    TopicShape,
    are_listed,
    fillings,
    longest_segment,
    product_size,
)

#: Most topics for which the load of partitions is computed: each topic must be hashed.
MOST_SPREAD: Final = 100_000

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
class PartitionLoad:
    """The number of MQTT topics in each partition of one Kafka topic.

    >>> load = PartitionLoad(KafkaTopic("uns.acme"), (4, 0, 2))
    >>> load.skew, load.idle
    (2.0, 1)
    """

    topic: KafkaTopic
    counts: tuple[int, ...]

    @property
    def skew(self) -> float:
        """The fullest partition divided by the mean; 1.0 is perfectly even."""
        return max(self.counts) * len(self.counts) / sum(self.counts)

    @property
    def idle(self) -> int:
        """The number of partitions without topics."""
        return self.counts.count(0)


@dataclass(frozen=True, slots=True)
class KafkaBudget:
    """The cost of every split, and the load of the partitions for the split in use.

    ``rows`` go from the fewest Kafka topics to the most, and end where a deeper split changes
    nothing. ``deepest`` is the deepest split that fits, if any. ``loads`` has an entry per Kafka
    topic, or is ``None`` for infinite sets, more than 100,000 MQTT topics or more than a million
    partitions.
    """

    split: int | str
    rows: tuple[SplitCost, ...]
    deepest: int | str | None
    loads: tuple[PartitionLoad, ...] | None

    @property
    def cost(self) -> SplitCost:
        """The row of the split in use."""
        return next((row for row in self.rows if row.split == self.split), self.rows[-1])

    @property
    def skew(self) -> float | None:
        """The skew of the most uneven Kafka topic."""
        return None if not self.loads else max(load.skew for load in self.loads)


#: Finds the Kafka topic of an MQTT topic, and its partition; takes the number of partitions.
Locate: TypeAlias = Callable[[str, int], tuple[KafkaTopic, int]]


def budget_topics(
    rule: PlaceRule, shapes: Iterable[TopicShape], cluster: Cluster, locate: Locate
) -> KafkaBudget:
    """The budget for topics of these ``shapes``, for every number of levels."""
    known = [shape for shape in shapes if rule.below_root(shape) is not None]
    above = len(rule.root_levels) + 1
    # An open shape has at least one more level.
    deepest = max((len(each.levels) + each.is_open - above for each in known), default=1)
    rows = [
        split_cost(replace(rule, split=split), split, known, cluster)
        for split in range(1, max(deepest, 1) + 1)
    ]
    return with_loads(rule.split, rows, known, cluster, locate)


def with_loads(
    split: int | str,
    rows: Iterable[SplitCost],
    shapes: Iterable[TopicShape],
    cluster: Cluster,
    locate: Locate,
) -> KafkaBudget:
    """The budget with these ``rows``, and the load of the partitions for the split in use."""
    rows = tuple(rows)
    fitting = [row.split for row in rows if row.fits]
    budget = KafkaBudget(split, rows, fitting[-1] if fitting else None, None)
    if (budget.cost.partitions or 0) > _MOST_PARTITIONS:
        return budget
    return replace(budget, loads=_loads(shapes, cluster.partitions, locate))


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


def _loads(
    shapes: Iterable[TopicShape], partitions: int, locate: Locate
) -> tuple[PartitionLoad, ...] | None:
    shapes = tuple(shapes)
    if sum(from_number(shape.size) for shape in shapes) > MOST_SPREAD:
        return None
    if not all(are_listed(shape.levels) for shape in shapes):
        return None
    counts: dict[KafkaTopic, list[int]] = {}
    for topic in map("/".join, itertools.chain.from_iterable(fillings(s.levels) for s in shapes)):
        try:
            name, partition = locate(topic, partitions)
        except Untranslatable:
            continue  # too long; the longest name in its row shows that
        counts.setdefault(name, [0] * partitions)[partition] += 1
    return tuple(PartitionLoad(name, tuple(spread)) for name, spread in counts.items())
