"""A real broker as judge: what it delivers is what a filter matches and an index finds."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.integration import cases, deviations, wire
from tests.integration.broker import Broker
from uns.topics.index import TopicIndex
from uns.topics.names_and_filters import (
    InvalidTopicFilter,
    SharedSubscription,
    TopicFilter,
    is_topic_name,
    subscription,
)

if TYPE_CHECKING:
    from tests.integration.mqtt5 import Client, Connect

pytestmark = pytest.mark.integration

END = "the end of a case"

#: So many filters in one index are few enough shapes to be written down, in all of them too many.
FEW = 8

#: Topics that are published in one go; the broker drops what a client is too slow to take.
BATCH = 20


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
        self._filters = dict(enumerate(filters, 1))
        for number, text in self._filters.items():
            client.subscribe(text, number)
        self._last = len(filters) + 1
        client.subscribe(END, self._last)

    def arrivals(self, topics: Iterable[str]) -> list[list[str]]:
        """The subscriptions that a message to each topic arrives for."""
        found: dict[bytes, list[str]] = {}
        for number, topic in enumerate(topics):
            payload = b"case %d" % number
            found[payload] = []
            self._client.publish(topic, payload)
        self._client.publish(END, b"end")
        while self._last not in (received := self._client.receive()).subscriptions:
            if received.payload in found:  # and not one of the broker's own, below $SYS
                found[received.payload] += [self._filters[n] for n in received.subscriptions]
        return [sorted(texts) for texts in found.values()]


def accepted(subject: deviations.Subject, texts: Iterable[str]) -> list[str]:
    """The texts that the broker is not known to refuse."""
    return [text for text in texts if not deviations.explained("broker", subject, "refuses", text)]


def batches(items: list[str], size: int) -> Iterator[list[str]]:
    return (items[at : at + size] for at in range(0, len(items), size))


def test_what_arrives_is_what_matches(connect: Connect):
    rng = random.Random("what arrives is what matches")
    far = cases.topics(rng, 300)
    plain = accepted("filter", cases.filters(rng, 300, far))
    near = [topic for text in plain for topic in cases.near(rng, text, 2)]
    topics = accepted("topic", dict.fromkeys((*far, *near)))
    filters = [
        f"$share/group{number}/{text}" if number % 5 == 0 else text
        for number, text in enumerate(plain)
    ]
    matching = {
        text: filter_of(text).matches
        for text in filters
        if not deviations.explained("broker", "filter", "silent", text)
    }
    index = index_of(matching)
    indexes = [index_of(few) for few in batches(list(matching), FEW)]
    arrived = []
    with connect() as client:
        subscriber = Subscriber(client, filters)
        for batch in batches(topics, BATCH):
            arrived += subscriber.arrivals(batch)
    for topic, texts in zip(topics, arrived, strict=True):
        assert texts == sorted(text for text, matches in matching.items() if matches(topic))
        assert texts == sorted(index.match(topic))
        assert texts == sorted(text for few in indexes for text in few.match(topic))
    # The cases have met: else nothing would have been compared with nothing.
    assert len(topics) > 700
    assert len(matching) > 280
    assert sum(map(len, arrived)) > 3_000


def judged(broker: Broker, subject: str, text: str) -> tuple[bool, bool]:
    """What we say and what the broker says."""
    encoded = text.encode(errors="surrogatepass")
    if subject == "filter":
        return is_subscription(text), wire.accepts_filter(broker.port, encoded)
    return is_topic_name(text), wire.accepts_topic(broker.port, encoded)


@pytest.mark.parametrize("subject", ["filter", "topic"])
def test_what_the_broker_takes_is_a_name(broker: Broker, subject: deviations.Subject):
    valid = 0
    for text in cases.texts(random.Random(subject), 1_500):
        ours, theirs = judged(broker, subject, text)
        valid += ours
        if ours != theirs:
            does = "accepts" if theirs else "refuses"
            assert deviations.explained("broker", subject, does, text), f"{does} {text!r}"
    assert 300 < valid < 1_200


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 65_535, id="as many bytes as there may be"),
        pytest.param("é" * 32_767 + "a", id="as many bytes as there may be, in fewer characters"),
        pytest.param("/" * 200, id="as many levels as Mosquitto takes"),
    ],
)
def test_long_names(broker: Broker, text: str):
    assert judged(broker, "filter", text) == judged(broker, "topic", text) == (True, True)


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
    expected = deviation.does == "refuses", deviation.does == "accepts"
    assert judged(broker, subject, text) == expected


@pytest.mark.parametrize(("deviation", "subject", "pair"), listed("silent"))
def test_the_broker_still_withholds(
    connect: Connect, deviation: deviations.Deviation, subject: str, pair: tuple[str, str]
):
    text, topic = pair
    assert deviation.pattern.search(text if subject == "filter" else topic)
    assert filter_of(text).matches(topic)
    with connect() as client:
        assert Subscriber(client, [text]).arrivals([topic]) == [[]]


@pytest.mark.parametrize(("deviation", "subject", "pair"), listed("matches"))
def test_the_broker_still_delivers_for_what_is_no_filter(
    connect: Connect, deviation: deviations.Deviation, subject: str, pair: tuple[str, str]
):
    text, topic = pair
    assert deviation.pattern.search(text)
    assert not is_subscription(text)
    with connect() as client:
        assert Subscriber(client, [text]).arrivals([topic]) == [[text]]


# -- Groups ---------------------------------------------------------------------------------------


def taken(client: Client) -> list[str]:
    """The topics of the messages that arrive before the end."""
    return list(iter(lambda: client.receive().topic, END))


def test_a_group_gets_each_message_once(connect: Connect):
    topics = [f"plant/line{number}/speed" for number in range(40)]
    index = TopicIndex[str](share="round_robin")
    with (
        connect() as one,
        connect() as other,
        connect() as alone,
        connect() as publisher,
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


def test_each_of_two_groups_gets_each_message(connect: Connect):
    texts = ["$share/historians/plant/#", "$share/dashboards/plant/+"]
    index = index_of(texts)
    with connect() as client:
        arrived = Subscriber(client, texts).arrivals(["plant/line1"])
    assert arrived == [sorted(index.match("plant/line1"))] == [sorted(texts)]


def test_filters_that_overlap_bring_a_message_twice(connect: Connect):
    """What the pages on clients warn of; a server may send a copy for each subscription (§3.3.4)."""
    with connect() as client:
        client.subscribe("plant/+", 1)
        client.subscribe("+/line1", 1)
        client.subscribe(END, 2)
        client.publish("plant/line1", b"")
        client.publish(END, b"")
        assert taken(client) == ["plant/line1", "plant/line1"]
