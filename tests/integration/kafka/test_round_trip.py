"""Messages with MQTT names go into Kafka and come back: none lost, none renamed."""

from __future__ import annotations

import random
from types import ModuleType

import pytest

from tests.integration.kafka.models import example
from tests.integration.kafka.server import Kafka
from uns.kafka import (
    KafkaMapping,
    MqttProperties,
    headers_from_mqtt,
    mqtt_from_headers,
    topic_configs,
)

pytestmark = pytest.mark.integration

#: What names look like, and what replacement of characters gets wrong.
PLACES = ["acme", "münchen", "10.0.0.1", "_historian", "", "a-x"]
LEVELS = [
    *PLACES,
    "line 1",
    "line_1",
    "アクメ",
    "v1.0",
    "-",
    "a.b",
    "🏭",
    "$x",
    "e\u0301",
    "é",
    "\x01",
]

PARTITIONS = 3


def names(count: int) -> list[str]:
    """Different topics of few places, one of them as long as MQTT allows."""
    rng = random.Random("there and back")
    found = ["acme/münchen/" + "x" * 65_000]
    for number in range(count - 1):
        place = [rng.choice(PLACES), rng.choice(PLACES)]
        below = rng.choices(LEVELS, k=rng.randint(0, 5))
        found.append("/".join([*place, *below, str(number)]))
    return found


def properties(rng: random.Random) -> MqttProperties:
    return MqttProperties(
        qos=rng.randint(0, 2),
        retain=rng.random() < 0.5,
        content_type=rng.choice([None, "application/json"]),
        correlation_data=rng.choice([None, b"\xff\0", b""]),
        user_properties=tuple(
            rng.choices(
                [("batch", "4711"), ("batch", ""), ("mqtt.qos", "no"), ("ce_id", "ü")],
                k=rng.randint(0, 3),
            )
        ),
    )


def test_100_000_messages(kafka: Kafka, clients: ModuleType, prefix: str):
    mapping = KafkaMapping(prefix=prefix, split=2)
    sent = names(100_000)
    addresses = [mapping.to_kafka(topic) for topic in sent]
    places = {address.topic for address in addresses}
    assert len(places) == len(PLACES) ** 2
    clients.created(kafka.bootstrap, topic_configs(places, partitions=PARTITIONS, replicas=1))
    rng = random.Random("properties")
    packets = [properties(rng) for _ in range(1_000)]
    clients.produce(
        kafka.bootstrap,
        (
            clients.Record(
                address.topic,
                address.key,
                b"%d" % number,
                None,
                headers_from_mqtt(packets[number % len(packets)]),
            )
            for number, address in enumerate(addresses)
        ),
        partitioner="murmur2_random",
    )
    # What comes back is read by somebody who has not seen any of it.
    mapping = KafkaMapping(prefix=prefix, split=2)
    received: dict[int, str] = {}
    for record in clients.read(kafka.bootstrap, places):
        topic = mapping.to_mqtt(record.topic, record.key)
        number = int(record.value)
        assert number not in received
        received[number] = topic
        assert record.partition == mapping.to_kafka(topic).partition(PARTITIONS)
        assert mqtt_from_headers(record.headers) == (packets[number % len(packets)], ())
    assert len(received) == len(sent)
    assert [received[number] for number in range(len(sent))] == sent


@pytest.mark.parametrize("key", ["full", "tail"])
def test_a_model_cut_by_level(key: str, kafka: Kafka, clients: ModuleType, prefix: str):
    """Every topic, ten times: in its own place, in order, and back under its own name."""
    ns = example("bottling", prefix=prefix, split="area", key=key, order_by="work_cell")
    topics = list(ns.topics())
    clients.created(
        kafka.bootstrap,
        topic_configs(ns.kafka.topics(), partitions=PARTITIONS, replicas=1),
    )
    sent = [(topic, b"%d" % number) for number in range(10) for topic in topics]
    records = []
    for topic, payload in sent:
        address = ns.to_kafka(topic)
        place = address.partition(PARTITIONS)
        records.append(clients.Record(address.topic, address.key, payload, place))
    clients.produce(kafka.bootstrap, records)
    received = [
        (ns.to_mqtt(record.topic, record.key), record.value)
        for record in clients.read(kafka.bootstrap, ns.kafka.topics())
    ]
    assert sorted(received) == sorted(sent)
    for topic in topics:
        assert [payload for name, payload in received if name == topic] == [
            b"%d" % number for number in range(10)
        ]
