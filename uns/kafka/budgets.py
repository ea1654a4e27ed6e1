"""What a split costs a cluster, before anything is created.

Kafka topics, partitions and replicas for every split the known topics allow,
held against what a cluster bears; and how evenly keys spread over partitions.
Counting is by shape: sets of topics are multiplied, never listed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final, NamedTuple, TypeAlias

from uns.kafka.names import MAX_LENGTH, KafkaTopic, Untranslatable, encode_levels
from uns.kafka.places import Level, PlaceRule, TopicShape, fillings, product_size

__all__ = [
    "MOST_SPREAD",
    "Cluster",
    "KafkaBudget",
    "PartitionLoad",
    "SplitCost",
    "budget_topics",
]

#: Topics up to which the load of partitions is predicted: each one has to be hashed.
MOST_SPREAD: Final = 100_000

#: Partitions up to which it is: each one has a number of its own.
_MOST_PARTITIONS = 1_000_000

#: Texts of one level that are looked at for the longest.
_MOST_MEASURED = 10_000


@dataclass(frozen=True, slots=True)
class Cluster:
    """What each Kafka topic gets, and what the cluster bears.

    The limits are advice, not Kafka's: a few hundred topics stay in one's head,
    and 1,000 replicas are what a small broker is rated for.

    Raises :class:`ValueError` for a number below 1.
    """

    partitions: int = 6
    replication: int = 3
    brokers: int = 3
    max_topics: int = 300
    max_replicas_per_broker: int = 1_000

    def __post_init__(self) -> None:
        for name, number in asdict(self).items():
            if number < 1:
                raise ValueError(f"{name} is at least 1, not {number}")


@dataclass(frozen=True, slots=True)
class SplitCost:
    """What the mapping would create with one split; ``None`` where there is no telling.

    ``replicas_per_broker`` is rounded up, ``longest_name`` in characters, and
    ``fits`` says that all stay within the limits asked for and Kafka's own.
    Places whose names overflow into a bucket are counted as if they had none.
    """

    split: int
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

    ``rows`` start with split 1 and end where a deeper one changes nothing.
    ``deepest`` is the deepest split that fits, if any. ``loads`` has an entry
    per Kafka topic, or is ``None`` for open sets, more than 100,000 MQTT topics
    and more than a million partitions.
    """

    split: int
    rows: tuple[SplitCost, ...]
    deepest: int | None
    loads: tuple[PartitionLoad, ...] | None

    @property
    def cost(self) -> SplitCost:
        """The row of the split in use."""
        return self.rows[min(self.split, len(self.rows)) - 1]

    @property
    def skew(self) -> float | None:
        """The skew of the most uneven Kafka topic."""
        return None if not self.loads else max(load.skew for load in self.loads)


#: Where a topic goes: its Kafka topic and its partition there.
Locate: TypeAlias = Callable[[str], tuple[KafkaTopic, int]]


def budget_topics(
    rule: PlaceRule, shapes: Iterable[TopicShape], cluster: Cluster, locate: Locate
) -> KafkaBudget:
    """The budget of the topics of these ``shapes``."""
    known = [shape for shape in shapes if rule.below_root(shape.levels) is not None]
    measured = [_measured(rule, shape) for shape in known]
    deepest = max((len(one.levels) - 1 for one in measured), default=1)
    rows = tuple(_cost(rule, measured, split, cluster) for split in range(1, max(deepest, 1) + 1))
    budget = KafkaBudget(
        split=rule.split,
        rows=rows,
        deepest=max((row.split for row in rows if row.fits), default=None),
        loads=None,
    )
    if (budget.cost.partitions or 0) > _MOST_PARTITIONS:
        return budget
    return replace(budget, loads=_loads(known, cluster.partitions, locate))


class _Measured(NamedTuple):
    """The levels of a shape after the root, and how many characters each takes as a segment."""

    levels: tuple[Level, ...]
    lengths: list[int | None]


def _measured(rule: PlaceRule, shape: TopicShape) -> _Measured:
    skipped = len(rule.root_levels)
    levels = shape.levels[skipped:]
    examples: list[str | None] = [*shape.longest.split("/")[skipped:]] if shape.longest else []
    examples += [None] * (len(levels) - len(examples))
    return _Measured(levels, list(map(_length, levels, examples)))


def _length(level: Level, example: str | None) -> int | None:
    """The most characters a level takes as a segment, or ``None`` where there is no telling."""
    if isinstance(level, str):
        return len(encode_levels(level))
    if example is not None:
        return len(encode_levels(example))
    if level is None or len(level) > _MOST_MEASURED:
        return None
    return max((len(encode_levels(text)) for text in level), default=0)


def _cost(rule: PlaceRule, known: Iterable[_Measured], split: int, cluster: Cluster) -> SplitCost:
    cut = replace(rule, split=split)
    places: set[tuple[Level, ...]] = set()
    longest: int | None = 0
    for one in known:
        depth = cut.depth(len(one.levels))
        places.add(one.levels[:depth])
        name = _sum(one.lengths[:depth], start=len(rule.head) + depth)
        longest = None if longest is None or name is None else max(longest, name)
    topics = _sum(product_size(place) for place in places)
    if topics is None:
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


def _sum(numbers: Iterable[int | None], start: int = 0) -> int | None:
    """The sum, or ``None`` if a number is missing."""
    for number in numbers:
        if number is None:
            return None
        start += number
    return start


def _loads(
    shapes: Sequence[TopicShape], partitions: int, locate: Locate
) -> tuple[PartitionLoad, ...] | None:
    topics = _sum(product_size(shape.levels) for shape in shapes)
    if topics is None or topics > MOST_SPREAD:
        return None
    counts: dict[KafkaTopic, list[int]] = {}
    for topic in map("/".join, itertools.chain.from_iterable(fillings(s.levels) for s in shapes)):
        try:
            name, partition = locate(topic)
        except Untranslatable:
            continue  # too long, as the longest name of its row tells
        counts.setdefault(name, [0] * partitions)[partition] += 1
    return tuple(PartitionLoad(name, tuple(spread)) for name, spread in counts.items())
