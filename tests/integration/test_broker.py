"""A real broker as judge: what it delivers is what a filter matches and an index finds."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

import cases
import deviations
import pytest
import wire
from broker import Broker
from mqtt5 import Client

from uns.index import TopicIndex
from uns.topics import (
    InvalidTopicFilter,
    SharedSubscription,
    TopicFilter,
    is_topic_name,
    subscription,
)

pytestmark = pytest.mark.integration

END = "the end of a case"

#: So many filters in one index are few enough shapes to be written down, in all of them too many.
FEW = 8


def is_subscription(text: str) -> bool:
    try:
        subscription(text)
    except InvalidTopicFilter:
        return False
    return True


def filter_of(text: str) -> TopicFilter:
    named = subscription(text)
    return named.filter if isinstance(named, SharedSubscription) else named


def index_of(texts: Iterable[str]) -> TopicIndex[str]:
    index = TopicIndex[str]()
    for text in texts:
        index.add(text, text)
    return index


class Subscriber:
    """A client with many subscriptions that knows which of them a message came for."""

    def __init__(self, client: Client, filters: list[str]) -> None:
        self._client = client
        self._filters = {number: text for number, text in enumerate(filters, 1)}
        for number, text in self._filters.items():
            client.subscribe(text, number)
        self._last = len(filters) + 1
        client.subscribe(END, self._last)

    def arrivals(self, topic: str) -> list[str]:
        """The subscriptions that a message to ``topic`` arrives for."""
        self._client.publish(topic, b"mine")
        self._client.publish(END, b"mine")
        return sorted(self._until_the_end(topic))

    def _until_the_end(self, topic: str) -> Iterator[str]:
        while True:
            received = self._client.receive()
            if received.payload != b"mine":
                continue  # the broker's own, below $SYS
            if received.topic == topic:
                yield from (self._filters[number] for number in received.subscriptions)
            elif self._last in received.subscriptions:
                return


def test_what_arrives_is_what_matches(broker: Broker):
    rng = random.Random("what arrives is what matches")
    topics = cases.topics(rng, 300)
    filters = [
        f"$share/group{number}/{text}" if number % 5 == 0 else text
        for number, text in enumerate(cases.filters(rng, 300, topics))
        if not deviations.explained("broker", "filter", "refuses", text)
    ]
    parsed = {text: filter_of(text) for text in filters}
    indexes = [index_of(filters[at : at + FEW]) for at in range(0, len(filters), FEW)]
    everything = index_of(filters)
    silent = {
        text for text in filters if deviations.explained("broker", "filter", "silent", text)
    }
    matched = withheld = 0
    with Client(broker.port) as client:
        subscriber = Subscriber(client, filters)
        for topic in topics:
            expected = sorted(text for text, filter_ in parsed.items() if filter_.matches(topic))
            assert sorted(everything.match(topic)) == expected
            assert sorted(found for few in indexes for found in few.match(topic)) == expected
            delivered = [
                text
                for text in expected
                if text not in silent
                and not deviations.explained("broker", "topic", "silent", topic)
            ]
            assert subscriber.arrivals(topic) == delivered, topic
            matched += len(delivered)
            withheld += len(expected) - len(delivered)
    # The cases have met: else the comparison would be one of nothing with nothing.
    assert len(filters) > 290
    assert matched > 5_000
    assert 0 < withheld < 100


def test_what_may_be_subscribed_to_is_a_filter(broker: Broker):
    for text in cases.texts(random.Random("filters"), 1_500):
        granted = wire.accepts_filter(broker.port, text.encode(errors="surrogatepass"))
        if granted != is_subscription(text):
            does = "accepts" if granted else "refuses"
            assert deviations.explained("broker", "filter", does, text), f"{does} {text!r}"


def test_what_may_be_published_to_is_a_topic(broker: Broker):
    for text in cases.texts(random.Random("topics"), 1_500):
        granted = wire.accepts_topic(broker.port, text.encode(errors="surrogatepass"))
        if granted != is_topic_name(text):
            does = "accepts" if granted else "refuses"
            assert deviations.explained("broker", "topic", does, text), f"{does} {text!r}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 65_535, id="as many bytes as there may be"),
        pytest.param("é" * 32_767 + "a", id="as many bytes as there may be, in fewer characters"),
        pytest.param("/" * 200, id="as many levels as Mosquitto takes"),
    ],
)
def test_long_names(broker: Broker, text: str):
    assert is_subscription(text)
    assert is_topic_name(text)
    assert wire.accepts_filter(broker.port, text.encode())
    assert wire.accepts_topic(broker.port, text.encode())


def listed(*does: deviations.Does) -> list[object]:
    return [
        pytest.param(deviation, subject, example, id=f"{deviation.name}: {example!a:.40} {subject}")
        for deviation, subject, example in deviations.examples("broker", *does)
    ]


@pytest.mark.parametrize(("deviation", "subject", "text"), listed("accepts", "refuses"))
def test_the_broker_still_judges_otherwise(
    broker: Broker, deviation: deviations.Deviation, subject: str, text: str
):
    assert deviation.pattern.search(text)
    if subject == "filter":
        ours, theirs = is_subscription(text), wire.accepts_filter(broker.port, text.encode())
    else:
        ours, theirs = is_topic_name(text), wire.accepts_topic(broker.port, text.encode())
    assert (ours, theirs) == (deviation.does == "refuses", deviation.does == "accepts")


@pytest.mark.parametrize(("deviation", "subject", "pair"), listed("silent"))
def test_the_broker_still_withholds(
    broker: Broker, deviation: deviations.Deviation, subject: str, pair: tuple[str, str]
):
    text, topic = pair
    assert deviation.pattern.search(text if subject == "filter" else topic)
    assert filter_of(text).matches(topic)
    with Client(broker.port) as client:
        assert Subscriber(client, [text]).arrivals(topic) == []


@pytest.mark.parametrize(("deviation", "subject", "pair"), listed("matches"))
def test_the_broker_still_delivers_for_what_is_no_filter(
    broker: Broker, deviation: deviations.Deviation, subject: str, pair: tuple[str, str]
):
    text, topic = pair
    assert deviation.pattern.search(text)
    assert not is_subscription(text)
    with Client(broker.port) as client:
        assert Subscriber(client, [text]).arrivals(topic) == [text]


# -- Groups ---------------------------------------------------------------------------------------


def taken(client: Client) -> list[str]:
    """The topics of the messages that arrive before the end."""
    return list(iter(lambda: client.receive().topic, END))


def test_a_group_gets_each_message_once(broker: Broker):
    topics = [f"plant/line{number}/speed" for number in range(40)]
    index = TopicIndex[str](share="round_robin")
    with (
        Client(broker.port) as one,
        Client(broker.port) as other,
        Client(broker.port) as alone,
        Client(broker.port) as publisher,
    ):
        names = {"one": one, "other": other, "alone": alone}
        for name, client in names.items():
            text = "plant/+/speed" if name == "alone" else "$share/historians/plant/+/speed"
            client.subscribe(text, 1)
            client.subscribe(END, 2)
            index.add(text, name)
        for topic in (*topics, END):
            publisher.publish(topic, b"")
        by_broker = {name: taken(client) for name, client in names.items()}
    by_index: dict[str, list[str]] = {name: [] for name in names}
    for topic in topics:
        for name in index.match(topic):
            by_index[name].append(topic)
    for shared_out in (by_broker, by_index):
        assert shared_out["alone"] == topics
        assert sorted(shared_out["one"] + shared_out["other"]) == sorted(topics)
        assert len(shared_out["one"]) == len(shared_out["other"])


def test_each_of_two_groups_gets_each_message(broker: Broker):
    texts = ["$share/historians/plant/#", "$share/dashboards/plant/+"]
    index = index_of(texts)
    with Client(broker.port) as client:
        arrived = Subscriber(client, texts).arrivals("plant/line1")
    assert arrived == sorted(index.match("plant/line1")) == sorted(texts)


def test_filters_that_overlap_bring_a_message_twice(broker: Broker):
    """What the pages on clients warn of; the standard lets a server choose [MQTT-3.3.4-2]."""
    with Client(broker.port) as client:
        client.subscribe("plant/+", 1)
        client.subscribe("+/line1", 1)
        client.subscribe(END, 2)
        client.publish("plant/line1", b"")
        client.publish(END, b"")
        assert taken(client) == ["plant/line1", "plant/line1"]
