"""The model's side of Kafka: where its topics go, level names resolved, places known.

:mod:`uns.kafka` translates by numbers. A model may say ``split: area`` instead,
and then a topic goes as deep as its deepest equipment that is not below an
area: the line without an area goes with its site. Everything that needs the
model is here, everything that does not is in the wing.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from uns.isa95 import EquipmentLevel, EquipmentLevels
from uns.kafka import (
    Cluster,
    KafkaBudget,
    KafkaMapping,
    KafkaTopic,
    MismatchedKey,
    RecordAddress,
    SubscriptionPlan,
    TopicShape,
)
from uns.memo import Memo
from uns.queries import Path, count_paths, paths, reaches_open
from uns.sets import NumberRange
from uns.templates import Segment
from uns.topics import SharedSubscription, Topic, subscription
from uns.tree import Members, Place

__all__ = ["Translation"]

#: Keys of ``kafka:`` that are options of the mapping, and of the cluster.
_MAPPING_KEYS = ("prefix", "key", "partitioner", "overflow")
_CLUSTER_KEYS = ("partitions", "replication", "brokers", "max_topics")

#: Most topic templates that are gone through for plans and budgets.
_MOST_SHAPES = 1_000_000

#: Deepest place that is looked for where the model names a level and not all topics are known.
MAX_DEPTH = 8

#: Families larger than this are given to the wing with an example of their longest topic.
_LARGE = 10_000


class _Texts(Collection[str]):
    """The levels a family stands for, as the set the wing counts."""

    __slots__ = ("_count", "_segment")

    def __init__(self, segment: Segment, count: int) -> None:
        self._segment = segment
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return iter(self._segment)

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and self._segment.match(text) is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Texts) and self._segment.parts == other._segment.parts

    def __hash__(self) -> int:
        return hash(self._segment.parts)


@dataclass(frozen=True, eq=False)
class Translation:
    """The Kafka mapping of one model; ``options`` are the keys of ``kafka:`` in its file.

    Raises:
        InvalidKafkaMapping: options that no mapping can have.
        ValueError: a number that is no size of a cluster.
    """

    top: Members
    root: tuple[str, ...]
    levels: EquipmentLevels
    options: Mapping[str, Any]
    mapping: KafkaMapping = field(init=False)
    cluster: Cluster = field(init=False)
    _split: EquipmentLevel | None = field(init=False)
    _order: EquipmentLevel | None = field(init=False)
    _cut: dict[tuple[int, int | None], KafkaMapping] = field(init=False, default_factory=dict)
    _addresses: Memo[RecordAddress] = field(init=False, default_factory=Memo)

    def __post_init__(self) -> None:
        said = self.options
        split, order = said.get("split", 3), said.get("order_by")
        named = {
            key: said[key] for key in (*_MAPPING_KEYS, *_CLUSTER_KEYS) if said.get(key) is not None
        }
        mapping = KafkaMapping(
            root="/".join(self.root),
            split=split if isinstance(split, int) else 3,
            order_by=order if isinstance(order, int) else None,
            **{key: value for key, value in named.items() if key in _MAPPING_KEYS},
        )
        cluster = Cluster(**{key: named[key] for key in named if key in _CLUSTER_KEYS})
        by_level = self.levels.by_key
        object.__setattr__(self, "mapping", mapping)
        object.__setattr__(self, "cluster", cluster)
        object.__setattr__(self, "_split", by_level[split] if isinstance(split, str) else None)
        ordered = isinstance(order, str) and order != "metric"
        object.__setattr__(self, "_order", by_level[str(order)] if ordered else None)

    @property
    def by_level(self) -> bool:
        """Whether the model names equipment levels, so that the depth depends on the topic."""
        return self._split is not None or self._order is not None

    # --- one topic -----------------------------------------------------------------------------------

    def to_kafka(self, topic: str) -> RecordAddress:
        """The address of what is published to ``topic``; as :meth:`KafkaMapping.to_kafka`."""
        if self._split is None and self._order is None:
            return self.mapping.to_kafka(topic)
        return self._addresses.get(topic) or self._address(topic)

    def _address(self, topic: str) -> RecordAddress:
        address = self._addresses.recall(topic)
        if address is None:
            address = self._mapping_of(self._equipment(topic)).to_kafka(topic)
            self._addresses.keep(topic, address)
        return address

    def to_mqtt(self, topic: str, key: bytes | None) -> Topic:
        """The MQTT topic of a record; as :meth:`KafkaMapping.to_mqtt`."""
        if self._split is None:
            return self.mapping.to_mqtt(topic, key)
        depth = topic.count(".") - self.mapping.prefix.count(".") - len(self.root)
        mqtt_topic = self._cut_at(max(depth, 1), None).to_mqtt(topic, key)
        sent_to = self.to_kafka(mqtt_topic).topic
        if sent_to != topic:
            raise MismatchedKey(mqtt_topic, f"such a key is sent to {sent_to}, not to {topic!r}")
        return mqtt_topic

    # --- depths by level -----------------------------------------------------------------------------

    def _equipment(self, topic: str) -> tuple[Place, ...]:
        """The equipment a topic stands below, from the top; root levels are left out."""
        found: list[Place] = []
        members = self.top
        for index, level in enumerate(topic.split("/")):
            place = members.find(level)
            if place is None or (index >= len(self.root) and place.type is None):
                break
            if index >= len(self.root):
                found.append(place)
            members = place.members
        return tuple(found)

    def _mapping_of(self, equipment: tuple[Place, ...]) -> KafkaMapping:
        """The mapping with the numbers that the named levels mean below this equipment."""
        split = self.mapping.split if self._split is None else self._depth(equipment, self._split)
        order = (
            self.mapping.order_by if self._order is None else self._depth(equipment, self._order)
        )
        return self._cut_at(split, order)

    def _depth(self, equipment: tuple[Place, ...], level: EquipmentLevel) -> int:
        """Levels down to the deepest equipment that is not below ``level``; at least one."""
        limit = self.levels.rank(level)
        depth, rank = 1, 0.0
        for index, place in enumerate(equipment, 1):
            own = self.levels.rank(place.type.level) if place.type else None
            rank = rank if own is None else own
            if limit is None or rank <= limit or (place.type and place.type.level == level):
                depth = index
        return depth

    def _cut_at(self, split: int, order_by: int | None) -> KafkaMapping:
        mapping = self._cut.get((split, order_by))
        if mapping is None:
            mapping = replace(self.mapping, split=split, order_by=order_by)
            self._cut[split, order_by] = mapping
        return mapping

    # --- all topics ----------------------------------------------------------------------------------

    @cached_property
    def _shapes(self) -> dict[KafkaMapping, list[TopicShape]] | None:
        """The topics of the model as the wing counts them, by the mapping each goes by.

        ``None`` where they are too many to be gone through.
        """
        if count_paths(self.top) > _MOST_SHAPES:
            return None
        shapes: defaultdict[KafkaMapping, list[TopicShape]] = defaultdict(list)
        for path in paths(self.top, None):
            equipment = [place for place in path[0][len(self.root) :] if place.type is not None]
            shapes[self._mapping_of(tuple(equipment))].append(_shape(path))
        return dict(shapes)

    def plan(self, text: str) -> SubscriptionPlan:
        """What to read from Kafka for a topic filter or a shared subscription.

        Kafka topics are listed wherever the model makes them finite.

        Raises:
            InvalidTopicFilter: not a topic filter.
        """
        wanted = subscription(text)
        plain = wanted.filter if isinstance(wanted, SharedSubscription) else wanted
        shapes = self._shapes
        if shapes is None or reaches_open(self.top, plain):
            return self.mapping.plan(text) if self._split is None else self._widest(text)
        plans = [mapping.plan(text, some) for mapping, some in shapes.items()]
        plans = [plan for plan in plans if plan.topics != ()] or plans[:1]
        if not plans:
            return self.mapping.plan(text, ())
        return plans[0] if len(plans) == 1 else _merged(plans)

    def _widest(self, text: str) -> SubscriptionPlan:
        """The plan for topics nobody knows, at every depth that a place may have."""
        deepest = max((mapping.split for mapping in self._shapes or ()), default=MAX_DEPTH)
        return _merged([self._cut_at(n, None).plan(text) for n in range(1, deepest + 1)])

    def budget(self) -> KafkaBudget:
        """Kafka topics, partitions and replicas per split level, for all topics of the model.

        Where the model names a level, ``split`` is the deepest place in use and
        the load of partitions is not predicted.
        """
        known = self._shapes or {}
        shapes = [shape for some in known.values() for shape in some]
        if self._split is None:
            return self.mapping.budget(shapes, self.cluster)
        deepest = max((mapping.split for mapping in known), default=1)
        budget = self._cut_at(deepest, None).budget(shapes, self.cluster)
        return replace(budget, loads=None)

    def topics(self) -> tuple[KafkaTopic, ...] | None:
        """The Kafka topics that the model needs, or ``None`` where there is no end of them."""
        return self.plan("/".join((*self.root, "#"))).topics


def _shape(path: Path) -> TopicShape:
    levels: list[str | _Texts | None] = []
    longest: list[str] = []
    needs_example = False
    for place, level in zip(*path, strict=True):
        count = place.segment.count if level is None else 1
        if level is not None:
            levels.append(level)
        elif count is None or count > sys.maxsize:
            levels.append(None)
        else:
            levels.append(_Texts(place.segment, count))
        longest.append(level if level is not None else _longest(place.segment))
        needs_example = needs_example or count is None or count > _LARGE
    return TopicShape(tuple(levels), longest="/".join(longest) if needs_example else "")


def _longest(segment: Segment) -> str:
    """A level that is as long as any of the segment's; of an open set, its name."""
    values = []
    for part in segment.varying:
        items = getattr(part, "items", None)
        if items is None:
            return segment.text
        ends = [
            f"{item.high:0{item.width}d}" if isinstance(item, NumberRange) else item
            for item in items
        ]
        values.append(max(ends, key=len))
    return segment.format(*values)


def _merged(plans: list[SubscriptionPlan]) -> SubscriptionPlan:
    """One plan for all: what any of them reads, exact where none reads what another filters."""
    listed = [plan.topics for plan in plans if plan.topics is not None]
    topics = None
    if len(listed) == len(plans):
        topics = tuple(dict.fromkeys(name for names in listed for name in names))
    apart = topics is not None and len(topics) == sum(map(len, listed))
    patterns = dict.fromkeys(
        plan.regex.removeprefix("^").removesuffix("$") for plan in plans if plan.regex != "^$"
    )
    return replace(
        plans[0],
        topics=topics,
        regex=f"^({'|'.join(patterns)})$" if patterns else "^$",
        exact=apart and all(plan.exact for plan in plans),
        amplification=None,
    )
