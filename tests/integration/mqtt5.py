"""An MQTT 5.0 client that does one thing at a time and waits for its answer; paho underneath."""

from __future__ import annotations

import queue
from collections.abc import Callable
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeAlias

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from tests.integration.broker import HOST, PATIENCE

__all__ = ["Client", "Connect", "Received"]


class Received(NamedTuple):
    """A message, and the numbers of the subscriptions it was sent for."""

    topic: str
    payload: bytes
    subscriptions: tuple[int, ...]


class Client:
    """Connected for as long as the ``with`` block lasts.

    A request without answer raises :class:`queue.Empty` or :class:`AssertionError`.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._connected: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._granted: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._received: queue.SimpleQueue[Received] = queue.SimpleQueue()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        self._client.on_connect = lambda *args: self._connected.put(args[3])
        self._client.on_subscribe = lambda *args: self._granted.put(args[3])
        self._client.on_message = lambda *args: self._received.put(_received(args[2]))

    def __enter__(self) -> Self:
        self._client.connect(HOST, self._port)
        self._client.loop_start()
        assert not self._connected.get(timeout=PATIENCE).is_failure
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        # Without the circle through these it closes its sockets at once, not at some later time.
        self._client.on_connect = self._client.on_subscribe = self._client.on_message = None

    def subscribe(self, filter_: str, number: int) -> None:
        """Subscribe at QoS 0, and have ``number`` on each message that arrives for it."""
        properties = Properties(PacketTypes.SUBSCRIBE)
        properties.SubscriptionIdentifier = number
        self._client.subscribe(filter_, options=SubscribeOptions(qos=0), properties=properties)
        (code,) = self._granted.get(timeout=PATIENCE)
        assert not code.is_failure, f"{filter_!r}: {code}"

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish at QoS 0: sent in order, and received in order by whoever subscribed before."""
        sent = self._client.publish(topic, payload, qos=0, retain=retain)
        sent.wait_for_publish(PATIENCE)
        assert sent.is_published(), f"{topic!r} was not sent"

    def receive(self) -> Received:
        """The next message."""
        return self._received.get(timeout=PATIENCE)


#: Makes a client of the broker at hand, for a ``with`` block.
Connect: TypeAlias = Callable[[], Client]


def _received(message: paho.MQTTMessage) -> Received:
    numbers = getattr(message.properties, "SubscriptionIdentifier", [])
    return Received(message.topic, message.payload, tuple(numbers))
