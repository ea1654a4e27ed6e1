"""The Kafka clients of services, each made to do one thing and wait for its end.

Whatever is not done within ``PATIENCE`` fails; nothing is waited for by
sleeping and hoping.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeAlias

import aiokafka
import confluent_kafka
import kafka
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

from tests.integration.broker import PATIENCE
from uns.kafka import TopicConfig

__all__ = [
    "PRODUCERS",
    "Record",
    "created",
    "described",
    "produce",
    "produced_by_aiokafka",
    "produced_by_kafka_python",
    "read",
    "selected",
    "selected_by_aiokafka",
    "selected_by_kafka_python",
]


class Record(NamedTuple):
    """A record, and where it was found or is to be put; without a partition the client chooses."""

    topic: str
    key: bytes | None
    value: bytes | None = b""
    partition: int | None = None
    headers: tuple[tuple[str, bytes | None], ...] = ()


def admin(bootstrap: str) -> AdminClient:
    return AdminClient({"bootstrap.servers": bootstrap})


def created(bootstrap: str, manifest: Iterable[TopicConfig]) -> None:
    """Create the topics of a manifest on one broker, and wait until clients can see them."""
    manifest = list(manifest)
    topics = [
        NewTopic(
            topic.name,
            topic.partitions,
            1,
            config={name: str(value) for name, value in topic.settings},
        )
        for topic in manifest
    ]
    client = admin(bootstrap)
    for future in client.create_topics(topics, operation_timeout=PATIENCE).values():
        future.result(PATIENCE)
    names = {topic.name for topic in manifest}
    deadline = time.monotonic() + PATIENCE
    while not names <= client.list_topics(timeout=PATIENCE).topics.keys():
        assert time.monotonic() < deadline, "the topics do not appear"


def described(bootstrap: str, name: str) -> tuple[int, dict[str, str]]:
    """How many partitions a topic has, and its settings."""
    client = admin(bootstrap)
    partitions = client.list_topics(name, timeout=PATIENCE).topics[name].partitions
    # Here confluent-kafka takes no kind of str but str itself.
    resource = ConfigResource(ResourceType.TOPIC, str(name))
    entries = client.describe_configs([resource])[resource].result(PATIENCE)
    return len(partitions), {key: entry.value for key, entry in entries.items()}


# --- writing ---------------------------------------------------------------------------------------


def produce(bootstrap: str, records: Iterable[Record], **settings: Any) -> None:
    """Send records with confluent-kafka; each one is acknowledged."""
    failed: list[confluent_kafka.KafkaError] = []
    producer = confluent_kafka.Producer(
        {"bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 5, **settings}
    )
    for record in records:
        place = {} if record.partition is None else {"partition": record.partition}
        while True:
            try:
                producer.produce(
                    record.topic,
                    key=record.key,
                    value=record.value,
                    headers=list(record.headers),
                    on_delivery=lambda error, _: failed.append(error) if error else None,
                    **place,
                )
                break
            except BufferError:
                producer.poll(1.0)
        producer.poll(0)
    assert producer.flush(PATIENCE) == 0
    assert not failed, str(failed[0])


def produced_by_aiokafka(bootstrap: str, records: Iterable[Record]) -> None:
    """Send records with aiokafka."""

    async def send() -> None:
        async with aiokafka.AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
            sent = [
                await producer.send(record.topic, record.value, record.key, record.partition)
                for record in records
            ]
            await asyncio.gather(*sent)

    asyncio.run(asyncio.wait_for(send(), PATIENCE))


def produced_by_kafka_python(bootstrap: str, records: Iterable[Record]) -> None:
    """Send records with kafka-python."""
    producer = kafka.KafkaProducer(bootstrap_servers=bootstrap)
    try:
        sent = [
            producer.send(record.topic, record.value, record.key, partition=record.partition)
            for record in records
        ]
        for future in sent:
            future.get(timeout=PATIENCE)
    finally:
        producer.close(timeout=PATIENCE)


#: Sends records to the address of a broker.
Produce: TypeAlias = Callable[[str, Iterable[Record]], None]


def _by_confluent(**settings: str) -> Produce:
    return lambda bootstrap, records: produce(bootstrap, records, **settings)


#: Clients by name and setting, with the partitioner of ours that each is.
PRODUCERS: dict[str, tuple[Produce, str]] = {
    "confluent-kafka, as it comes": (_by_confluent(), "consistent_random"),
    **{
        f"confluent-kafka, {name}": (_by_confluent(partitioner=name), name)
        for name in (
            "murmur2_random", "murmur2", "consistent_random", "consistent", "fnv1a_random", "fnv1a",
        )
    },
    "aiokafka": (produced_by_aiokafka, "murmur2"),
    "kafka-python": (produced_by_kafka_python, "murmur2"),
}  # fmt: skip


# --- reading ---------------------------------------------------------------------------------------


@contextmanager
def _consumer(bootstrap: str, **settings: Any) -> Iterator[confluent_kafka.Consumer]:
    consumer = confluent_kafka.Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": f"group-{time.monotonic_ns()}",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "allow.auto.create.topics": False,
            **settings,
        }
    )
    try:
        yield consumer
    finally:
        consumer.close()


def read(bootstrap: str, topics: Iterable[str]) -> list[Record]:
    """All records that are in these topics now."""
    with _consumer(bootstrap) as consumer:
        ends: dict[tuple[str, int], int] = {}
        for name in topics:
            partitions = consumer.list_topics(name, timeout=PATIENCE).topics[name].partitions
            for number in partitions:
                place = confluent_kafka.TopicPartition(name, number)
                low, high = consumer.get_watermark_offsets(place, timeout=PATIENCE)
                if low < high:
                    ends[name, number] = high
        consumer.assign([confluent_kafka.TopicPartition(*place, 0) for place in ends])
        records = []
        deadline = time.monotonic() + 3 * PATIENCE
        while ends:
            assert time.monotonic() < deadline, f"not read to the end: {ends}"
            for message in consumer.consume(10_000, timeout=0.5):
                assert message.error() is None
                records.append(_record(message))
            # What is compacted away, or marks a transaction, has an offset and no message.
            for position in consumer.position(
                [confluent_kafka.TopicPartition(*place) for place in ends]
            ):
                place = position.topic, position.partition
                if position.offset >= ends[place]:
                    del ends[place]
        return records


def _record(message: confluent_kafka.Message) -> Record:
    return Record(
        message.topic(),
        message.key(),
        message.value(),
        message.partition(),
        tuple(message.headers() or ()),
    )


def selected(bootstrap: str, regex: str, expected: set[str], protocol: str) -> set[str]:
    """The topics that a consumer gets which subscribes to the expression; waits for ``expected``."""
    settings = {"group.protocol": protocol, "topic.metadata.refresh.interval.ms": 500}
    with _consumer(bootstrap, **settings) as consumer:
        consumer.subscribe([regex])

        def assigned() -> set[str]:
            message = consumer.poll(0.05)
            assert message is None or message.error() is None
            return {place.topic for place in consumer.assignment()}

        return _settled(assigned, expected)


def selected_by_kafka_python(bootstrap: str, regex: str, expected: set[str]) -> set[str]:
    """As :func:`selected`, with kafka-python."""
    consumer = kafka.KafkaConsumer(
        bootstrap_servers=bootstrap, group_id=f"group-{time.monotonic_ns()}"
    )
    try:
        consumer.subscribe(pattern=regex)

        def assigned() -> set[str]:
            consumer.poll(timeout_ms=50)
            return {place.topic for place in consumer.assignment()}

        return _settled(assigned, expected)
    finally:
        consumer.close()


def selected_by_aiokafka(bootstrap: str, regex: str, expected: set[str]) -> set[str]:
    """As :func:`selected`, with aiokafka."""

    async def select() -> set[str]:
        consumer = aiokafka.AIOKafkaConsumer(
            bootstrap_servers=bootstrap, group_id=f"group-{time.monotonic_ns()}"
        )
        consumer.subscribe(pattern=regex)
        async with consumer:
            deadline = time.monotonic() + PATIENCE
            found: set[str] = set()
            while found != expected and time.monotonic() < deadline:
                await consumer.getmany(timeout_ms=50)
                found = {place.topic for place in consumer.assignment()}
            return found

    return asyncio.run(select())


def _settled(assigned: Callable[[], set[str]], expected: set[str]) -> set[str]:
    """What is assigned when it is what was expected, or else at the end of all patience."""
    deadline = time.monotonic() + PATIENCE
    found = assigned()
    while found != expected and time.monotonic() < deadline:
        found = assigned()
    return found
