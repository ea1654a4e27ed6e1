"""Translates an MQTT topic to a Kafka record address, and back.

Nothing is lost in either direction: a topic or a record that cannot be translated is refused with
the reason, and nothing is replaced, shortened or guessed. A mapping does not know the namespace
and does not send messages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import ClassVar, Literal, NoReturn, get_args

from uns.diagnostics import InvalidText
from uns.kafka.budgets import Cluster, KafkaBudget, budget_topics, split_costs
from uns.kafka.names import KafkaTopic, Untranslatable
from uns.kafka.partitioners import PARTITIONERS, Partitioner, partition
from uns.kafka.places import MOST_LEVELS, PlaceRule, TopicShape, fillings
from uns.kafka.plans import SubscriptionPlan, plan_subscription
from uns.memo import Memo
from uns.rates import Duration
from uns.topics.names_and_filters import InvalidTopic, Topic, is_topic_name


class InvalidKafkaMapping(InvalidText):
    """An invalid option of a mapping, or two options that exclude each other."""

    noun: ClassVar[str] = "Kafka mapping"


class UndecodableKey(Untranslatable):
    """A record key that is not a topic: missing, not UTF-8, or not a topic name."""


class MismatchedKey(Untranslatable):
    """A record with a key that this mapping sends to another Kafka topic."""


@dataclass(frozen=True, slots=True)
class RecordAddress:
    """The address of a record: its Kafka topic, its key, and from that its partition.

    ``partition_key`` is the text that is hashed. If it is not the record key, the producer must
    be given :meth:`partition` explicitly.

    >>> KafkaMapping().to_kafka("acme/munich/bottling/line1/speed").partition(12)
    11
    """

    topic: KafkaTopic
    key: bytes
    partition_key: bytes
    partitioner: Partitioner = "murmur2"

    def partition(self, partitions: int) -> int:
        """The partition, from 0, when the Kafka topic has ``partitions`` of them."""
        return partition(self.partition_key, partitions, self.partitioner)


@dataclass(frozen=True, slots=True)
class KafkaMapping:
    """MQTT topics to Kafka topics and record keys, and back.

    The Kafka topic is a place: ``prefix``, the levels of ``root``, and the first
    ``min(split, levels - 1)`` levels after the root, at least one. Topics outside the root are
    refused, and topics that start with ``$`` unless the root does. Each mapping of a cluster
    needs another prefix.

    With ``key="full"`` the record key is the whole MQTT topic, and the Kafka topic is only a
    check; with ``key="tail"`` it is the levels after the place. Records are in order per MQTT
    topic, or per the first ``order_by`` levels after the root. ``overflow="bucket"`` sends topics
    whose Kafka name would be too long to ``<prefix>-x-overflow`` instead of refusing them.

    If these numbers depend on the topic, ``split_for`` and ``order_for`` return them, and
    ``split`` is the largest: a namespace uses this for equipment levels.

    Raises :class:`InvalidKafkaMapping`, :class:`~uns.topics.InvalidTopic` for the root and
    :class:`~uns.kafka.names.InvalidKafkaTopic` if the prefix is too long.

    >>> mapping = KafkaMapping(split=2)
    >>> address = mapping.to_kafka("acme/munich/bottling/line 1/speed")
    >>> address.topic, address.key
    ('uns.acme.munich', b'acme/munich/bottling/line 1/speed')
    >>> mapping.to_mqtt(address.topic, address.key)
    'acme/munich/bottling/line 1/speed'
    >>> mapping.prefix, mapping.root, mapping.split, mapping.key, mapping.order_by
    ('uns', '', 2, 'full', None)
    >>> mapping.partitioner, mapping.overflow, mapping.split_for, mapping.order_for
    ('murmur2', 'reject', None, None)
    >>> mapping.rule.place_of("acme/munich/bottling/oee", split=2)
    'acme/munich'
    """

    #: The first part of every Kafka topic.
    prefix: str = "uns"
    #: The fixed levels in front of every MQTT topic.
    root: str = ""
    #: The number of levels after the root that name a Kafka topic.
    split: int = 3
    #: What a record key holds: the whole MQTT topic, or the levels after the place.
    key: Literal["full", "tail"] = "full"
    #: The number of levels that share an order; without it, each MQTT topic has its own.
    order_by: int | None = None
    #: The function from keys to partitions, by the name that clients use.
    partitioner: Partitioner = "murmur2"
    #: What to do with topics whose Kafka name would be too long.
    overflow: Literal["reject", "bucket"] = "reject"
    #: The split for a topic, where it depends on the topic.
    split_for: Callable[[str], int] | None = field(default=None, repr=False)
    #: The same for ``order_by``.
    order_for: Callable[[str], int] | None = field(default=None, repr=False)

    #: How a topic is split into its place and the rest.
    rule: PlaceRule = field(init=False, repr=False, compare=False)
    _is_tail: bool = field(init=False, repr=False, compare=False)
    # Only successful results, and bounded: topics and keys come from the network.
    _names: Memo[KafkaTopic] = field(init=False, repr=False, compare=False)
    _addresses: Memo[RecordAddress] = field(init=False, repr=False, compare=False)
    _topics: Memo[tuple[KafkaTopic, Topic]] = field(init=False, repr=False, compare=False)
    _state: KafkaMapping | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check(self)
        is_tail = self.key == "tail"
        rule = PlaceRule(
            prefix=self.prefix,
            root=self.root,
            split=self.split,
            shortest=2 if is_tail else 1,
            overflow=self.overflow == "bucket",
            varies=self.split_for is not None,
        )
        # With the shortest level; a root that leaves no room makes each of its topics untranslatable.
        KafkaTopic(f"{self.prefix}.-")
        object.__setattr__(self, "_is_tail", is_tail)
        object.__setattr__(self, "rule", rule)
        object.__setattr__(self, "_names", Memo())
        object.__setattr__(self, "_addresses", Memo())
        object.__setattr__(self, "_topics", Memo())
        object.__setattr__(self, "_state", None)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the options, without the remembered results."""
        options = tuple(getattr(self, option.name) for option in fields(self) if option.init)
        return KafkaMapping, options

    @property
    def state(self) -> KafkaMapping:
        """The mapping to the compacted topics that keep the last retained value of each topic.

        Write only messages that are published with RETAIN=1 to it.

        >>> KafkaMapping().state.to_kafka("acme/munich/bottling/oee").topic
        'uns-state.acme.munich.bottling'
        """
        state = self._state
        if state is None:
            state = replace(self, prefix=f"{self.prefix}-state")
            object.__setattr__(self, "_state", state)
        return state

    def to_kafka(self, topic: str) -> RecordAddress:
        """The Kafka topic, record key and partition of a message.

        >>> mapping.to_kafka("acme/munich/bottling/oee").topic
        'uns.acme.munich'

        Raises:
            InvalidTopic: not a topic name.
            Untranslatable: the topic is outside the mapping (``OutsideMapping``), or its Kafka name is too long (``NameTooLong``).
        """
        return self._addresses.get(topic) or self._address(topic)

    def _address(self, topic: str) -> RecordAddress:
        address = self._addresses.recall(topic)
        if address is None:
            address = self._translate(topic)
            self._addresses.keep(topic, address)
        return address

    def _translate(self, topic: str) -> RecordAddress:
        if not is_topic_name(topic):
            Topic(topic)  # raises with the reason
        place = self._place(topic)
        key = topic[len(place) + 1 :].encode() if self._is_tail else topic.encode()
        order_by = self.order_by if self.order_for is None else self.order_for(topic)
        partition_key = key if order_by is None else self._group(topic, order_by).encode()
        return RecordAddress(self._name(place), key, partition_key, self.partitioner)

    def _place(self, topic: str) -> str:
        split = self.split if self.split_for is None else self.split_for(topic)
        return self.rule.place_of(topic, split)

    def _name(self, place: str) -> KafkaTopic:
        name = self._names.get(place) or self._names.recall(place)
        if name is None:
            name = self.rule.name(place)
            self._names.keep(place, name)
        return name

    def _group(self, topic: str, order_by: int) -> str:
        """The levels by which records are in order."""
        deepest = min(len(self.rule.root_levels) + order_by, MOST_LEVELS)
        return "/".join(topic.split("/", deepest)[:deepest])

    def to_mqtt(self, topic: str, key: bytes | None) -> Topic:
        """The MQTT topic of a record in the Kafka topic ``topic`` with this key.

        >>> mapping.to_mqtt("uns.acme.munich", b"acme/munich/bottling/oee")
        'acme/munich/bottling/oee'

        Raises:
            Untranslatable: the mapping never writes such a record (``UndecodableKey``, ``OutsideMapping``, ``MismatchedKey``).
        """
        if key is None:
            raise UndecodableKey(topic, "the record has no key")
        # Looked up as bytes: decoding the key would double the time.
        name = key if not self._is_tail else f"{topic}/".encode() + key
        seen = self._topics.get(name)
        if seen is not None and seen[0] == topic:
            return seen[1]
        return self._topic(name, topic, key)

    def _topic(self, name: bytes, topic: str, key: bytes) -> Topic:
        seen = self._topics.recall(name)
        if seen is not None and seen[0] == topic:
            return seen[1]
        sent_to, mqtt_topic = self._decode(topic, key)
        if sent_to != topic:
            reason = f"a record with this key belongs in {sent_to}, not in {topic!r}"
            raise MismatchedKey(key.decode(), reason)
        self._topics.keep(name, (sent_to, mqtt_topic))
        return mqtt_topic

    def _decode(self, topic: str, key: bytes) -> tuple[KafkaTopic, Topic]:
        """The MQTT topic of a key, and the Kafka topic that this mapping sends it to."""
        try:
            text = key.decode()
        except UnicodeDecodeError:
            raise UndecodableKey(repr(key), "the record key is not UTF-8") from None
        place = f"{self.rule.place_named(topic)}/" if self._is_tail else ""
        try:
            mqtt_topic = Topic(place + text)
        except InvalidTopic as error:
            raise UndecodableKey(text, f"not a topic name: {error.reason}") from None
        return self._name(self._place(mqtt_topic)), mqtt_topic

    def plan(self, text: str, topics: Iterable[TopicShape] | None = None) -> SubscriptionPlan:
        r"""The plan to read from Kafka for a topic filter or a shared subscription.

        ``topics`` are the shapes of all topics; leave them out if there can be others.

        Raises :class:`~uns.topics.InvalidTopicFilter`.

        >>> plan = KafkaMapping().plan("acme/+/bottling/+/speed")
        >>> plan.regex, plan.key_filter, plan.exact
        ('^uns\\.acme\\.[^.]+\\.bottling$', 'acme/+/bottling/+/speed', False)
        """
        return plan_subscription(self.rule, text, topics)

    def budget(
        self,
        topics: Iterable[TopicShape],
        cluster: Cluster | None = None,
        retention: Duration | None = None,
    ) -> KafkaBudget:
        """The cost of these topics in Kafka, for this split and every other.

        Kafka keeps messages for ``retention``; without it, the bytes that it keeps are not known.

        >>> budget = KafkaMapping().budget([TopicShape(("acme", ("munich", "oslo"), "bottling", "oee"))])
        >>> [(row.split, row.topics, row.replicas) for row in budget.rows], budget.deepest
        ([(1, 1, 18), (2, 2, 36), (3, 2, 36)], 3)
        """
        shapes, cluster = tuple(topics), cluster or Cluster()
        rows = split_costs(self.rule, shapes, cluster)
        return budget_topics(
            self.rule, self.split, rows, shapes, cluster, retention, self.locate_all
        )

    def locate(self, topic: str, partitions: int) -> tuple[KafkaTopic, int]:
        """The Kafka topic and the partition of ``topic``, if the Kafka topic has so many partitions.

        As :meth:`to_kafka`, but the result is not remembered: use it for topics that
        are not published now.

        >>> mapping.locate("acme/munich/bottling/oee", partitions=12)
        ('uns.acme.munich', 2)
        """
        address = self._translate(topic)
        return address.topic, address.partition(partitions)

    def locate_all(self, shape: TopicShape, partitions: int) -> Iterator[tuple[KafkaTopic, int]]:
        """:meth:`locate` for each topic of a listed shape, without those that have no place in Kafka.

        >>> sorted(mapping.locate_all(TopicShape(("acme", "munich", ("a", "b"), "oee")), 6))
        [('uns.acme.munich', 2), ('uns.acme.munich', 3)]
        """
        if not self._is_tail and self.order_by is None and self.order_for is None:
            yield from self._locate_keys(shape, partitions)
            return
        for levels in fillings(shape.levels):
            try:
                yield self.locate("/".join(levels), partitions)
            except Untranslatable:
                continue  # too long; the longest name in its row shows that

    def _locate_keys(self, shape: TopicShape, partitions: int) -> Iterator[tuple[KafkaTopic, int]]:
        """The same, if the key is the topic: what is below a place is hashed, and no more."""
        number_of, root = PARTITIONERS[self.partitioner], self.rule.root_levels
        for cut in self.rule.cuts(shape, 0):
            depth = len(root) + len(cut.place)
            below = ["/".join(("", *filling)) for filling in fillings(shape.levels[depth:])]
            for filling in fillings((*root, *cut.place)):
                place = "/".join(filling)
                if not root and place.startswith("$"):
                    continue
                try:
                    name = self.rule.name(place)
                except Untranslatable:
                    continue
                for rest in below:
                    yield name, number_of(f"{place}{rest}".encode()) % partitions


_prefix = re.compile(r"[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*").fullmatch


def _check(mapping: KafkaMapping) -> None:
    """Refuse invalid options."""
    if not _prefix(mapping.prefix):
        # Without '_' names never collide; without capitals they are the same on every file system.
        _refuse(mapping.prefix, "a prefix has lower-case letters, digits and '-', separated by '.'")
    if mapping.root:
        Topic(mapping.root)
    if mapping.split < 1:
        _refuse(f"split={mapping.split}", "a place has at least one level")
    if mapping.order_by is not None and mapping.order_by < 1:
        _refuse(f"order_by={mapping.order_by}", "the order needs at least one level")
    for option, known in (
        ("partitioner", get_args(Partitioner)),
        ("key", ("full", "tail")),
        ("overflow", ("reject", "bucket")),
    ):
        value = getattr(mapping, option)
        if value not in known:
            _refuse(f"{option}={value!r}", f"{option} must be one of: {', '.join(known)}")
    if mapping.key == "tail" and mapping.overflow == "bucket":
        reason = "the bucket does not keep the rest of the topic"
        _refuse("key='tail', overflow='bucket'", reason)


def _refuse(option: str, reason: str) -> NoReturn:
    raise InvalidKafkaMapping(option, (0, len(option)), reason)
