"""Real brokers as judges: bridges with the filters of the links carry messages where the facts say."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

import uns
from tests.integration.broker import HOST, PATIENCE, Broker, installed, running_broker
from tests.integration.conftest import INSTALL
from uns.model import Tiers

if TYPE_CHECKING:
    from tests.integration.mqtt5 import Client

pytestmark = pytest.mark.integration

MODEL = """
uns: 1
brokers:
  munich: {holds: ["munich/tanks/#", munich/+/speed], upstream: central}
  line1: {holds: ["munich/line1/oee", "munich/line1/_mes/#"], upstream: munich}
  oslo: {holds: oslo/#, upstream: central}
  central: {}
aspects: {mes: _mes}
sites:
  munich:
    lines:
      line[1..3]: {metrics: {speed: {type: number}, oee: {type: number}}, topics: {mes:order: {payload: info/1, kind: command}}}
    work_centers: {tanks: {metrics: {level: {type: number}}}}
    metrics: {power: {type: number}}
  oslo: {metrics: {power: {type: number}}, lines: {line1: {metrics: {speed: {type: number}}}}}
clients:
  plc: {broker: line1, publish: "munich/line1/#", subscribe: munich/line1/_mes/order}
  plant: {broker: munich, publish: [munich/line2/speed, munich/power, munich/tanks/level], subscribe: munich/+/+}
  north: {broker: oslo, publish: [oslo/#, munich/line1/_mes/order], subscribe: [munich/line1/#, oslo/+/speed]}
  mes: {publish: munich/+/_mes/order, subscribe: [munich/line3/oee, +/power]}
"""

#: Carried on every link in both directions, so that it comes after what was sent before it.
DONE = "done"


def bridge(tiers: Tiers, name: str, ports: dict[str, int]) -> list[str]:
    """The lines of the bridge of a broker to its upstream, made from its link."""
    for link in tiers.links:
        if link.broker == name:
            return [
                f"connection {name}-to-{link.upstream}",
                f"address {HOST}:{ports[link.upstream]}",
                "try_private true",
                "notifications false",
                *(f"topic {each} out 1" for each in link.up),
                *(f"topic {each} in 1" for each in link.down),
                f"topic {DONE}/# both 1",
            ]
    return []


@contextmanager
def running(program: str, tiers: Tiers) -> Iterator[dict[str, Broker]]:
    """The brokers of a model with their bridges, the root first."""
    with ExitStack() as stack:
        brokers: dict[str, Broker] = {}
        for name in sorted(tiers.brokers, key=lambda name: len(tiers.path(name, tiers.root))):
            ports = {each: broker.port for each, broker in brokers.items()}
            lines = bridge(tiers, name, ports)
            brokers[name] = stack.enter_context(running_broker(program, *lines))
            wanted = sum(" in 1" in line or " both 1" in line for line in lines)
            deadline = time.monotonic() + PATIENCE
            while brokers[name].log.read_text().count("SUBACK") < wanted:
                assert time.monotonic() < deadline, brokers[name].log.read_text()
                time.sleep(0.02)
        yield brokers


def test_bridges_carry_each_message_once_to_the_brokers_of_its_route():
    program = installed()
    if program is None:
        pytest.skip(f"mosquitto is not installed; {INSTALL}")
    from tests.integration.mqtt5 import Client

    ns = uns.loads(MODEL)
    assert ns.tiers is not None
    with running(program, ns.tiers) as brokers, ExitStack() as stack:
        clients: dict[str, Client] = {
            name: stack.enter_context(Client(broker.port)) for name, broker in brokers.items()
        }
        for client in clients.values():
            client.subscribe("#", 1)
        sent = [
            (topic, broker) for topic in ns.topics() for broker in ns.tiers.route(topic).publishers
        ]
        for topic, broker in sent:
            clients[broker].publish(topic, broker.encode())
        for name, client in clients.items():
            client.publish(f"{DONE}/{name}", b"")
        expected: Counter[tuple[str, str, str]] = Counter()
        for topic, broker in sent:
            for name in ns.tiers.route(topic).reached_from(broker):
                expected[topic, broker, name] += 1
        found: Counter[tuple[str, str, str]] = Counter()
        for name, client in clients.items():
            for topic, payload in until_done(client, len(clients)):
                found[topic, payload.decode(), name] += 1
        assert found == expected
        assert len(sent) > 10


def until_done(client: Client, number: int) -> Iterator[tuple[str, bytes]]:
    """What a client receives until every broker is done."""
    while number:
        message = client.receive()
        if message.topic.startswith(f"{DONE}/"):
            number -= 1
        else:
            yield message.topic, message.payload
