"""What a plan selects and what is then kept: by the broker, by the clients, and by MQTT."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from tests.integration.kafka.models import EXAMPLES, example
from tests.integration.kafka.server import Kafka
from uns.kafka import topic_configs
from uns.model.namespace import Namespace

pytestmark = pytest.mark.integration

FILTERS = [(name, text) for name, texts in EXAMPLES.items() for text in texts]


class Filled:
    """An example of which every topic was published to once, and is in Kafka."""

    def __init__(self, ns: Namespace, kafka: Kafka, clients: ModuleType) -> None:
        self.ns = ns
        self.topics = list(ns.topics())
        addresses = [ns.to_kafka(topic) for topic in self.topics]
        self.names = {address.topic for address in addresses}
        clients.created(kafka.bootstrap, topic_configs(self.names, partitions=2, replicas=1))
        clients.produce(kafka.bootstrap, [clients.Record(a.topic, a.key) for a in addresses])


@pytest.fixture(scope="module")
def filled() -> dict[tuple[str, int | str], Filled]:
    """The examples that are there already, by name and split."""
    return {}


@pytest.fixture
def fill(
    filled: dict[tuple[str, int | str], Filled], kafka: Kafka, clients: ModuleType, prefix: str
):
    def fill(name: str, split: int | str) -> Filled:
        if (name, split) not in filled:
            filled[name, split] = Filled(example(name, prefix=prefix, split=split), kafka, clients)
        return filled[name, split]

    return fill


@pytest.mark.parametrize("split", [3, "area"])
@pytest.mark.parametrize(("name", "text"), FILTERS)
def test_what_is_kept_is_what_the_filter_matches(
    name: str, text: str, split: int | str, fill, kafka: Kafka, clients: ModuleType
):
    there = fill(name, split)
    plan = there.ns.kafka.plan(text)
    records = clients.read(kafka.bootstrap, plan.topics)
    read = [there.ns.to_mqtt(record.topic, record.key) for record in records]
    kept = read if plan.exact else [topic for topic in read if plan.key_filter.matches(topic)]
    wanted = [topic for topic in there.topics if plan.key_filter.matches(topic)]
    assert sorted(kept) == sorted(wanted)
    assert wanted
    assert plan.amplification == pytest.approx(len(read) / len(kept))


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
@pytest.mark.parametrize(("name", "text"), FILTERS)
def test_expressions_select_what_is_planned(
    name: str, text: str, protocol: str, fill, kafka: Kafka, clients: ModuleType
):
    """The client evaluates the expression under the classic protocol, the broker (RE2) under the other."""
    there = fill(name, 3)
    plan = there.ns.kafka.plan(text)
    expected = {topic for topic in there.names if re.fullmatch(plan.regex, topic)}
    assert set(plan.topics) <= expected
    assert clients.selected(kafka.bootstrap, plan.regex, expected, protocol) == expected


@pytest.mark.parametrize("client", ["aiokafka", "kafka_python"])
@pytest.mark.parametrize(("name", "text"), FILTERS[:6])
def test_expressions_select_the_same_for_other_clients(
    name: str, text: str, client: str, fill, kafka: Kafka, clients: ModuleType
):
    there = fill(name, 3)
    plan = there.ns.kafka.plan(text)
    expected = {topic for topic in there.names if re.fullmatch(plan.regex, topic)}
    select = getattr(clients, f"selected_by_{client}")
    assert select(kafka.bootstrap, plan.regex, expected) == expected
