"""What a split costs a cluster, before anything is created.

Kafka topics, partitions and replicas for every split the known topics allow,
held against what a cluster bears; and how evenly keys spread over partitions.
Counting is by shape: sets of topics are multiplied, never listed.
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

__all__ = [
    "MOST_SPREAD",
    "Cluster",
    "KafkaBudget",
    "PartitionLoad",
    "SplitCost",
    "budget_topics",
    "split_cost",
    "with_loads",
]

#: Topics up to which the load of partitions is predicted: each one has to be hashed.
MOST_SPREAD: Final = 100_000

#: Partitions up to which it is: each one has a number of its own.
_MOST_PARTITIONS = 1_000_000


@dataclass(frozen=True, slots=True)
class Cluster:
    """What each Kafka topic gets, and what the cluster bears.

    The limits are advice, not Kafka's: a few hundred topics stay in one's head,
    and 1,000 replicas are what a small broker is rated for.

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
                raise InvalidArgument(f"{name} is at least 1, not {number}")


@dataclass(frozen=True, slots=True)
class SplitCost:
    """What the mapping would create with one split; ``None`` where there is no telling.

    ``split`` is a number of levels or, where a model cuts so, an equipment
    level. ``replicas_per_broker`` is rounded up, ``longest_name`` in characters, and
    ``fits`` says that all stay within the limits asked for and Kafka's own.
    Places whose names overflow into a bucket are counted as if they had none.
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
    """How many MQTT topics each partition of one Kafka topic gets.

    >>> load = PartitionLoad(KafkaTopic("uns.acme"), (4, 0, 2))
    >>> load.skew, load.idle
    (2.0, 1)
    """

    topic: KafkaTopic
    counts: tuple[int, ...]

    @property
    def skew(self) -> float:
        """The fullest partition against the mean: 1.0 is even."""
        return max(self.counts) * len(self.counts) / sum(self.counts)

    @property
    def idle(self) -> int:
        """How many partitions get nothing."""
        return self.counts.count(0)


@dataclass(frozen=True, slots=True)
class KafkaBudget:
    """The cost of every split, and the load of the partitions with the one in use.

    ``rows`` go from the fewest Kafka topics to the most, and end where a deeper
    split changes nothing. ``deepest`` is the deepest split that fits, if any.
    ``loads`` has an entry per Kafka topic, or is ``None`` for sets without end,
    more than 100,000 MQTT topics and more than a million partitions.
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


#: Where a topic goes: its Kafka topic, and its partition of so many.
Locate: TypeAlias = Callable[[str, int], tuple[KafkaTopic, int]]


def budget_topics(
    rule: PlaceRule, shapes: Iterable[TopicShape], cluster: Cluster, locate: Locate
) -> KafkaBudget:
    """The budget of the topics of these ``shapes``, for every number of levels."""
    known = [shape for shape in shapes if rule.below_root(shape) is not None]
    above = len(rule.root_levels) + 1
    # An open shape goes on for one level more, and to no end.
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
    """The budget of these ``rows``, with the load of the partitions for the one in use."""
    rows = tuple(rows)
    fitting = [row.split for row in rows if row.fits]
    budget = KafkaBudget(split, rows, fitting[-1] if fitting else None, None)
    if (budget.cost.partitions or 0) > _MOST_PARTITIONS:
        return budget
    return replace(budget, loads=_loads(shapes, cluster.partitions, locate))


def split_cost(
    rule: PlaceRule, split: int | str, shapes: Iterable[TopicShape], cluster: Cluster
) -> SplitCost:
    """What the topics of these ``shapes`` cost when they are cut by ``rule``, as one row."""
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
    """The most characters a name of these places takes; where there is no telling, there is no end."""
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
            continue  # too long, as the longest name of its row tells
        counts.setdefault(name, [0] * partitions)[partition] += 1
    return tuple(PartitionLoad(name, tuple(spread)) for name, spread in counts.items())
