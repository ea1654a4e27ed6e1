"""Who may publish and subscribe to what: the clients a model declares."""

from __future__ import annotations

from dataclasses import dataclass

from uns.topics.names_and_filters import SharedSubscription, TopicFilter, plain_filter


@dataclass(frozen=True, slots=True)
class Client:
    """A program that uses the namespace.

    ``publish`` are the filters of the topics it may publish to, ``subscribe``
    those it may subscribe to, shared subscriptions among them.

    >>> client = Client("historian", subscribe=(TopicFilter("acme/#"),))
    >>> client.reads("acme/lyon/oven/temperature"), client.writes("acme/lyon/oven/temperature")
    (True, False)
    """

    name: str
    publish: tuple[TopicFilter, ...] = ()
    subscribe: tuple[TopicFilter | SharedSubscription, ...] = ()
    owner: str | None = None
    label: str | None = None
    description: str | None = None

    def reads(self, topic: str) -> bool:
        """Whether one of its subscriptions takes ``topic``."""
        return any(plain_filter(subscription).matches(topic) for subscription in self.subscribe)

    def writes(self, topic: str) -> bool:
        """Whether it may publish to ``topic``."""
        return any(filter_.matches(topic) for filter_ in self.publish)
