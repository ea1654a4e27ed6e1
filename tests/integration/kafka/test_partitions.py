"""Keys land on the partitions we say, for every client as it hashes."""

from __future__ import annotations

import random
from types import ModuleType

import pytest

from tests.integration.cases import topics as generated
from tests.integration.kafka.server import Kafka
from uns.kafka import KafkaMapping, topic_configs

pytestmark = pytest.mark.integration

#: The names of ``clients.PRODUCERS``, which is there only where the clients are.
CLIENTS = [
    "confluent-kafka, as it comes",
    "confluent-kafka, murmur2_random",
    "confluent-kafka, murmur2",
    "confluent-kafka, consistent_random",
    "confluent-kafka, consistent",
    "confluent-kafka, fnv1a_random",
    "confluent-kafka, fnv1a",
    "aiokafka",
    "kafka-python",
]

#: Not a power of two, so that no bit of the hash is left out.
PARTITIONS = 23


def plant(count: int) -> list[str]:
    """Topics of one place, with Unicode, empty levels and as many bytes as there may be."""
    below = [*generated(random.Random("plant"), count), "x" * 20_000, "é" * 32_764]
    return [f"plant/{topic}" for topic in below]


@pytest.mark.parametrize("client", CLIENTS)
def test_keys_land_where_we_say(client: str, kafka: Kafka, clients: ModuleType, prefix: str):
    assert clients.PRODUCERS.keys() == set(CLIENTS)
    produce, partitioner = clients.PRODUCERS[client]
    mapping = KafkaMapping(prefix=prefix, split=1, partitioner=partitioner)
    addresses = [mapping.to_kafka(topic) for topic in plant(600)]
    (name,) = {address.topic for address in addresses}
    clients.created(kafka.bootstrap, topic_configs([name], partitions=PARTITIONS, replicas=1))
    produce(kafka.bootstrap, [clients.Record(name, address.key) for address in addresses])
    landed = {record.key: record.partition for record in clients.read(kafka.bootstrap, [name])}
    assert landed == {address.key: address.partition(PARTITIONS) for address in addresses}
    assert len(set(landed.values())) == PARTITIONS


@pytest.mark.parametrize("client", ["confluent-kafka, as it comes", "aiokafka", "kafka-python"])
def test_a_partition_that_is_told_is_taken(
    client: str, kafka: Kafka, clients: ModuleType, prefix: str
):
    """How a whole machine stays in order, and its keys stay what they were."""
    produce, _ = clients.PRODUCERS[client]
    mapping = KafkaMapping(prefix=prefix, split=1, order_by=3)
    topics = [f"plant/line{n % 5}/machine{n % 7}/metric{n}" for n in range(210)]
    addresses = [mapping.to_kafka(topic) for topic in topics]
    (name,) = {address.topic for address in addresses}
    clients.created(kafka.bootstrap, topic_configs([name], partitions=PARTITIONS, replicas=1))
    produce(
        kafka.bootstrap,
        [
            clients.Record(name, address.key, b"", address.partition(PARTITIONS))
            for address in addresses
        ],
    )
    records = clients.read(kafka.bootstrap, [name])
    assert sorted(record.key for record in records) == sorted(a.key for a in addresses)
    machines = {
        (b"/".join(record.key.split(b"/")[:3]), record.partition): None for record in records
    }
    # Each machine in one partition, in the order in which its records were sent.
    assert len(machines) == len({machine for machine, _ in machines}) == 35
    for machine, partition in machines:
        sent = [a.key for a in addresses if a.partition_key == machine]
        assert [r.key for r in records if r.partition == partition and r.key in sent] == sent
