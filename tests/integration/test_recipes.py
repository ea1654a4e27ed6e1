"""The pages on clients are true: each is run as it stands, against a real broker."""

from __future__ import annotations

import queue
import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.integration.broker import Broker
from tests.integration.services import ROOT, running

if TYPE_CHECKING:
    from tests.integration.mqtt5 import Connect

pytestmark = pytest.mark.integration

PAGES = ("paho.md", "aiomqtt.md", "faststream.md")
ENTERPRISE = "bottlingcompany"


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / "how-to" / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def program_of(page: str) -> str:
    """The blocks of a page are one program."""
    return "\n".join(blocks(page, "python"))


def shared_program_of(page: str) -> str:
    """The same with the one line that the page says to change: the one that begins alike."""
    (changed,) = blocks(page, "text")
    beginning = re.escape(re.split(r"[,\[]", changed.lstrip(), maxsplit=1)[0])
    program, count = re.subn(rf"(?m)^ *{beginning}.*\n", changed, program_of(page))
    assert count == 1
    return program


def reading(value: float) -> bytes:
    return b'{"timestamp_ms": 1764000000000, "value": %g}' % value


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_a_service(page: str, broker: Broker, connect: Connect, tmp_path: Path):
    bottling = f"{ENTERPRISE}/munich/bottling/line1/machine1"
    with connect() as client:
        client.publish(f"{ENTERPRISE}/porto/line1/machine1/co2-pressure", reading(2.4), retain=True)
        with running(program_of(page), broker, tmp_path) as service:
            # What is retained may arrive before the subscription is confirmed.
            first = {service.line(), service.line()}
            assert first == {"listening to 4 filters", "porto has 2.4 bar"}
            for topic, payload in [
                (f"{bottling}/conveyorspeed", reading(0.85)),
                (f"{bottling}/conveyorspeed", reading(5)),
                (f"{bottling}/conveyorspeed", b"no JSON"),
                (f"{bottling}/temperature", reading(21)),
                (f"{ENTERPRISE}/rome/bottling/line1/machine1/conveyorspeed", reading(0.5)),
                (f"{ENTERPRISE}/oslo/bottling/line1/machine2/conveyorspeed", reading(1.25)),
            ]:
                client.publish(topic, payload)
            assert service.line() == "munich line1 machine1 runs at 0.85 m/s"
            for _ in range(2):
                left_out = f"left out {bottling}/conveyorspeed: not a vtq/1 message: "
                assert service.line().startswith(left_out)
            assert service.line().startswith(f"left out {ENTERPRISE}/rome/")
            assert service.line() == "oslo line1 machine2 runs at 1.25 m/s"
            client.publish(f"{ENTERPRISE}/porto/line1/machine2/conveyorspeed", reading(0.5))
            assert service.line() == "porto line1 machine2 runs at 0.5 m/s"
            client.publish(f"{bottling}/co2-pressure", b"", retain=True)
            client.publish(f"{bottling}/conveyorspeed", b"", retain=True)
            client.publish(f"{bottling}/co2-pressure", reading(3))
            assert service.line() == "munich has 3 bar"
            assert service.rest() == []


@pytest.mark.parametrize("page", PAGES)
def test_two_copies_of_a_service_share_the_work(
    page: str, broker: Broker, connect: Connect, tmp_path: Path
):
    program = shared_program_of(page)
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    with (
        connect() as client,
        running(program, broker, tmp_path / "one", lines) as one,
        running(program, broker, tmp_path / "other", lines) as other,
    ):
        assert {one.line(), one.line()} == {"listening to 4 filters"}
        values = [0.5 + number / 20 for number in range(20)]
        for value in values:
            client.publish(
                f"{ENTERPRISE}/oslo/bottling/line1/machine1/conveyorspeed", reading(value)
            )
        expected = [f"oslo line1 machine1 runs at {value:g} m/s" for value in values]
        assert sorted(one.line() for _ in values) == expected
        assert one.rest() + other.rest() == []


# -- What the pages say of the clients themselves -------------------------------------------------


def test_aiomqtt_matches_what_no_broker_would():
    from aiomqtt import Topic

    assert Topic("$SYS/broker/uptime").matches("#")


def test_paho_ends_with_what_a_handler_raises(broker: Broker, connect: Connect, tmp_path: Path):
    program, raising = re.subn(
        r"(def pressure\(.*\n)", r"\1    raise RuntimeError\n", program_of("paho.md")
    )
    assert raising == 1
    with connect() as client, running(program, broker, tmp_path) as service:
        assert service.line() == "listening to 4 filters"
        client.publish(f"{ENTERPRISE}/porto/line1/machine1/co2-pressure", reading(2.4))
        with pytest.raises(AssertionError, match="RuntimeError"):
            service.line()


FASTSTREAM_BY_ITSELF = """
import asyncio
import os
from typing import Annotated

from faststream import FastStream, Path
from faststream.exceptions import SetupError
from faststream.mqtt import MQTTBroker
from zmqtt import MQTTInvalidTopicError

url = f"mqtt://{os.environ['MQTT_HOST']}:{os.environ['MQTT_PORT']}"
broker = MQTTBroker(url)
app = FastStream(broker)


@broker.subscriber("plant/{line}/speed")
async def by_line(body: bytes, line: Annotated[str, Path()]):
    print("> line", line, flush=True)


@broker.subscriber("plant/line1/{metric}")
async def by_metric(body: bytes, metric: Annotated[str, Path()]):
    print("> metric", metric, flush=True)


@broker.subscriber("plant/#")
async def anything(body: bytes):
    print("> anything", flush=True)


@app.after_startup
async def started():
    try:
        broker.subscriber("plant/line{number}")
    except SetupError:
        print("> no part of a level", flush=True)
    try:
        another = MQTTBroker(url)
        another.subscriber("plant/$state")(anything)
        await another.start()
    except MQTTInvalidTopicError:
        print("> no dollar", flush=True)


asyncio.run(app.run())
"""


def test_faststream_by_itself_gives_a_message_to_one_handler(
    broker: Broker, connect: Connect, tmp_path: Path
):
    with connect() as client, running(FASTSTREAM_BY_ITSELF, broker, tmp_path) as service:

        def printed(count: int) -> list[str]:
            lines = iter(service.line, None)
            return list(islice((line for line in lines if line.startswith("> ")), count))

        assert printed(2) == ["> no part of a level", "> no dollar"]
        client.publish("plant/line1/speed", b"")
        assert printed(3) == ["> metric speed"] * 3
        client.publish("plant/line2/state", b"")
        assert printed(1) == ["> anything"]
        # The empty level reaches no handler at all, though two subscriptions take it.
        client.publish("plant//speed", b"")
        client.publish("plant/line2/speed", b"")
        assert printed(2) == ["> line line2"] * 2
