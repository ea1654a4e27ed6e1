"""Who may publish and subscribe to what: the clients a model declares."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from uns.topics.names_and_filters import SharedSubscription, TopicFilter, plain_filter


class Via(StrEnum):
    """The way a client reaches the messages: an MQTT broker, or Kafka."""

    MQTT = "mqtt"
    KAFKA = "kafka"


@dataclass(frozen=True, slots=True)
class Client:
    """A program that uses the namespace.

    ``publish`` are the filters of the topics it may publish to, ``subscribe``
    those it may subscribe to, shared subscriptions among them. It authenticates as
    ``user``, which is its name unless the model says otherwise. A client ``via`` Kafka
    reads and writes the records of these topics; ``group`` is its consumer group, by
    default its name. ``broker`` is the MQTT broker that it connects to; ``None`` in a
    model without `brokers:`, and for Kafka.

    >>> client = Client("historian", subscribe=(TopicFilter("acme/#"),))
    >>> client.reads("acme/lyon/oven/temperature"), client.writes("acme/lyon/oven/temperature")
    (True, False)
    >>> client.user, Client("stream", via=Via.KAFKA).group
    ('historian', 'stream')
    """

    name: str
    publish: tuple[TopicFilter, ...] = ()
    subscribe: tuple[TopicFilter | SharedSubscription, ...] = ()
    owner: str | None = None
    label: str | None = None
    description: str | None = None
    user: str = ""
    via: Via = Via.MQTT
    broker: str | None = None
    group: str | None = None

    def __post_init__(self) -> None:
        if not self.user:
            object.__setattr__(self, "user", self.name)
        if self.group is None and self.via is Via.KAFKA:
            object.__setattr__(self, "group", self.name)

    def reads(self, topic: str) -> bool:
        """Whether one of its subscriptions takes ``topic``."""
        return any(plain_filter(subscription).matches(topic) for subscription in self.subscribe)

    def writes(self, topic: str) -> bool:
        """Whether it may publish to ``topic``."""
        return any(filter_.matches(topic) for filter_ in self.publish)
