"""The compacted topics keep the last retained value of each MQTT topic, and nothing of cleared ones."""

from __future__ import annotations

import random
import time
from types import ModuleType
from typing import NamedTuple

import pytest

from tests.integration.broker import PATIENCE
from tests.integration.kafka.server import Kafka
from uns.kafka import STATE, KafkaMapping, retained_payload, state_value, topic_configs

pytestmark = pytest.mark.integration

#: So that segments close, are cleaned and forget tombstones while somebody waits for it.
IMPATIENT = {
    "segment.ms": 300,
    "min.cleanable.dirty.ratio": "0.001",
    "delete.retention.ms": 0,
    "max.compaction.lag.ms": 300,
}


class Message(NamedTuple):
    """What is published over MQTT."""

    topic: str
    payload: bytes
    retain: bool


def published(rng: random.Random, topics: list[str], count: int) -> list[Message]:
    """Messages to the topics: most retained, some that clear, some that are just empty."""
    return [
        Message(
            rng.choice(topics),
            rng.choice([b"", b"%d" % number, b"%d" % number]),
            rng.random() < 0.8,
        )
        for number in range(count)
    ]


def retained(messages: list[Message]) -> dict[str, bytes]:
    """What an MQTT broker has for who subscribes now (MQTT 5.0 §3.3.1.3)."""
    kept: dict[str, bytes] = {}
    for topic, payload, retain in messages:
        if retain and payload:
            kept[topic] = payload
        elif retain:
            kept.pop(topic, None)
    return kept


@pytest.mark.parametrize("key", ["full", "tail"])
def test_compaction_keeps_what_is_retained(
    key: str, kafka: Kafka, clients: ModuleType, prefix: str
):
    mapping = KafkaMapping(prefix=prefix, split=1, key=key).state
    topics = [f"plant/línea {n % 4}//m_{n}/state" for n in range(40)]
    (name,) = {mapping.to_kafka(topic).topic for topic in topics}
    settings = {**STATE, **IMPATIENT}
    clients.created(
        kafka.bootstrap, topic_configs([name], partitions=3, replicas=1, settings=settings)
    )
    rng = random.Random(key)
    messages: list[Message] = []
    for _ in range(4):
        batch = published(rng, topics, 500)
        messages += batch
        produce_states(kafka, clients, mapping, batch)
    expected = retained(messages)
    assert 5 < len(expected) < len(topics)

    deadline = time.monotonic() + 3 * PATIENCE
    while True:
        # What is written last stays as it is, so something else has to be last.
        for partition in range(3):
            last = clients.Record(name, b"plant/last", b"", partition)
            clients.produce(kafka.bootstrap, [last])
        records = [
            record
            for record in clients.read(kafka.bootstrap, [name])
            if record.key != b"plant/last"
        ]
        found = {mapping.to_mqtt(record.topic, record.key): record.value for record in records}
        # Before and after: the last record of each key says what is retained.
        assert {topic: value for topic, value in found.items() if value is not None} == expected
        if len(records) == len(expected):
            break
        assert time.monotonic() < deadline, f"{len(records)} records left of {len(messages)}"
    assert {topic: retained_payload(value) for topic, value in found.items()} == expected


def produce_states(
    kafka: Kafka, clients: ModuleType, mapping: KafkaMapping, messages: list[Message]
) -> None:
    """What a bridge sends for the messages that a broker retains or clears."""
    records = []
    for message in messages:
        if message.retain:
            address = mapping.to_kafka(message.topic)
            value = state_value(message.payload)
            records.append(clients.Record(address.topic, address.key, value))
    clients.produce(kafka.bootstrap, records, partitioner="murmur2_random")


def test_a_compacted_topic_takes_no_record_without_a_key(
    kafka: Kafka, clients: ModuleType, prefix: str
):
    """Why no address is ever without one."""
    (topic,) = topic_configs([prefix], partitions=1, replicas=1, settings=STATE)
    clients.created(kafka.bootstrap, [topic])
    with pytest.raises(AssertionError, match="INVALID_RECORD"):
        clients.produce(kafka.bootstrap, [clients.Record(prefix, None)])
