"""Brokers and tiers: facts about routes and links, against brokers that really pass messages on."""

from __future__ import annotations

import pickle
from collections import Counter, deque
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from uns.diagnostics import UnknownName
from uns.model.remainders import Remainder, remaining_filters
from uns.model.tiers import Hop, Tiers
from uns.topics.names_and_filters import TopicFilter, is_topic_filter

# --- brokers that pass messages on ------------------------------------------------------------------


class Bridge(NamedTuple):
    """A bridge of a broker to another one, with the filters of what it passes on."""

    end: str
    filters: tuple[TopicFilter, ...]


class Plant:
    """The brokers of a model, with bridges made from nothing but the filters of its links."""

    def __init__(self, ns: uns.Namespace) -> None:
        assert ns.tiers is not None
        self.clients = [client for client in ns.clients.values() if client.broker is not None]
        self.bridges: dict[str, list[Bridge]] = {name: [] for name in ns.brokers}
        for link in ns.tiers.links:
            self.bridges[link.broker].append(Bridge(link.upstream, tuple(link.up)))
            self.bridges[link.upstream].append(Bridge(link.broker, tuple(link.down)))

    def publish(self, topic: str, broker: str) -> tuple[Counter[str], set[str]]:
        """How often each broker sees a message that is published there, and which clients get it."""
        seen: Counter[str] = Counter()
        pending = deque([(broker, "")])
        while pending:
            here, before = pending.popleft()
            seen[here] += 1
            assert seen[here] < 10, "the message goes in circles"
            # As with No Local in MQTT 5.0: a bridge does not get back what it brought.
            for end, filters in self.bridges[here]:
                if end != before and any(each.matches(topic) for each in filters):
                    pending.append((end, here))
        got = {each.name for each in self.clients if each.reads(topic) and each.broker in seen}
        return seen, got


NAMES = ("a", "b", "c", "hq", "e")
SITES = ("lyon", "oslo", "porto")


@st.composite
def models(draw: st.DrawFn) -> dict[str, Any]:
    """Small models with brokers; filters that two brokers would hold are left out."""
    names = draw(st.permutations(NAMES))[: draw(st.integers(1, 5))]
    level = st.sampled_from([*SITES, "m1", "m2", "x", "y", "+"])
    filters = st.builds(
        lambda front, last: "/".join((*front, last)),
        st.lists(level, max_size=2),
        st.sampled_from(["#", "+", "x", "y", "m2"]),
    ).filter(is_topic_filter)
    some = st.lists(filters, max_size=2)
    brokers: dict[str, Any] = {names[0]: {}}
    for at, name in enumerate(names[1:], 1):
        brokers[name] = {"upstream": draw(st.sampled_from(names[:at]))}
    clients = {
        f"client{number}": {
            "broker": draw(st.sampled_from(names)),
            "publish": draw(some),
            "subscribe": draw(some),
        }
        for number in range(draw(st.integers(0, 4)))
    }
    tree = {
        "lyon": {"payload": "info/1", "work_centers": {"m[1..3]": _metrics("x", "y")}},
        "oslo": {"work_centers": {"m2": _metrics("x")}, **_metrics("y")},
        "porto": {"open": draw(st.booleans()), **_metrics("x")},
    }
    model = {"uns": 1, "sites": tree, "clients": clients, "brokers": brokers}
    ns = uns.loads(uns_text(model))
    taken: list[TopicFilter] = []
    for name in names:
        for each in map(TopicFilter, draw(some)):
            commons = [common for other in taken if (common := each & other) is not None]
            if _is_used(ns, each) and not any(_is_used(ns, common) for common in commons):
                brokers[name].setdefault("holds", []).append(str(each))
        taken += [TopicFilter(text) for text in brokers[name].get("holds", ())]
    return model


def _metrics(*names: str) -> dict[str, Any]:
    return {"metrics": {name: {"type": "number"} for name in names}}


def _is_used(ns: uns.Namespace, filter_: TopicFilter) -> bool:
    return ns.count(filter_) > 0 or ns.allows_unmodelled(filter_)


def uns_text(model: dict[str, Any]) -> str:
    import yaml

    return str(yaml.safe_dump(model, sort_keys=False))


def between(ns: uns.Namespace, start: str, end: str) -> list[str]:
    """The brokers from one to another, by looking everywhere."""
    links = {(each.name, each.upstream) for each in ns.brokers.values() if each.upstream}
    ways = [[start]]
    for way in ways:
        if way[-1] == end:
            return way
        beside = {b for a, b in links if a == way[-1]} | {a for a, b in links if b == way[-1]}
        ways += [[*way, name] for name in sorted(beside - set(way))]
    raise AssertionError("the brokers are not connected")


@given(models())
def test_facts_are_what_their_definition_says(model: dict[str, Any]):
    ns = uns.loads(uns_text(model))
    assert ns.tiers is not None
    for topic in (*ns.topics(), "porto/x/y", "elsewhere"):
        holders = [b.name for b in ns.brokers.values() if any(f.matches(topic) for f in b.holds)]
        if len(holders) > 1:  # such a topic is not in the model
            continue
        (home,) = holders or [ns.tiers.root]
        clients = ns.clients.values()
        writers = {c.broker for c in clients if c.writes(topic) and c.broker is not None}
        readers = {c.broker for c in clients if c.reads(topic) and c.broker is not None}
        ways = [between(ns, broker, home) for broker in writers]
        ways += [between(ns, home, broker) for broker in readers]
        route = ns.tiers.route(topic)
        assert (route.home, set(route.publishers), set(route.subscribers)) == (
            home,
            writers,
            readers,
        )
        assert set(route.brokers) == {home}.union(*ways)
        assert set(route.hops) == {Hop(*pair) for way in ways for pair in pairwise(way)}
        for broker in writers:
            onwards = (between(ns, home, reader) for reader in readers)
            assert set(route.reached_from(broker)) == set(between(ns, broker, home)).union(*onwards)


@given(models())
def test_the_routes_of_a_template_are_those_of_its_topics(model: dict[str, Any]):
    ns = uns.loads(uns_text(model))
    assert ns.tiers is not None
    for template in ns.templates():
        topics = ns.topics(template.filter)
        singles = {ns.tiers.route(topic) for topic in topics if template.match(topic) is not None}
        assert set(ns.tiers.routes(template.segments)) == singles


@given(models())
def test_a_message_gets_where_the_facts_say_once_and_never_in_circles(model: dict[str, Any]):
    ns = uns.loads(uns_text(model))
    assert ns.tiers is not None
    plant = Plant(ns)
    topics = [*ns.topics(), *(["porto/x/y", "porto/z"] if ns.allows_unmodelled() else [])]
    for topic in topics:
        route = ns.tiers.route(topic)
        readers = {each.name for each in ns.clients.values() if each.reads(topic)}
        for broker in route.publishers:
            seen, got = plant.publish(topic, broker)
            assert set(seen.values()) == {1}
            assert got == readers
            reached = set(route.reached_from(broker))
            assert {route.home, *route.subscribers} <= reached <= set(route.brokers)
            if topic.startswith("porto/") and ns.allows_unmodelled():
                # No filter takes all below an open node but what another filter names.
                assert reached <= seen.keys()
            else:
                assert reached == seen.keys()


# --- remainders -------------------------------------------------------------------------------------

NS = uns.loads(
    """
    uns: 1
    sites:
      lyon: {payload: info/1, work_centers: {"m[1..3]": {payload: info/1, metrics: {x: {type: number}, y: {type: number}}}}}
      oslo: {work_centers: {m2: {metrics: {x: {type: number}}}}, metrics: {y: {type: number}}}
      porto: {metrics: {x: {type: number}}}
      "s[1..4]": {payload: info/1, metrics: {x: {type: number}}}
    """
)
LEVEL = st.sampled_from([*SITES, "m1", "m2", "x", "s2", "+"])
FILTERS = st.builds(
    lambda front, last: "/".join((*front, last)),
    st.lists(LEVEL, max_size=2),
    st.sampled_from(["#", "+", "x", "m2"]),
).filter(is_topic_filter)


@given(FILTERS.map(TopicFilter), st.lists(FILTERS.map(TopicFilter), max_size=3))
def test_a_remainder_is_what_is_taken_and_not_by_others(
    wanted: TopicFilter, others: list[TopicFilter]
):
    left = [t for t in NS.topics(wanted) if not any(other.matches(t) for other in others)]
    rest = Remainder(NS.top, [wanted], others)
    assert rest.count() == len(left)
    assert {path[0] for path in rest.paths()} == {NS[topic].places for topic in left}
    filters = remaining_filters(NS.top, wanted, others)
    assert {topic for each in filters for topic in NS.topics(each)} == set(left)


# --- cases ------------------------------------------------------------------------------------------

TIERS = """
uns: 1
brokers:
  munich: {holds: [munich/#], upstream: central}
  oslo: {holds: [oslo/#], upstream: central}
  cell: {upstream: munich}
  central: {}
sites:
  munich: {lines: {"line[1..3]": {metrics: {speed: {type: number}}, topics: {order: {payload: info/1, kind: command}}}}}
  oslo: {metrics: {power: {type: number}}}
clients:
  plc: {broker: cell, publish: munich/+/speed, subscribe: munich/line1/order}
  mes: {publish: munich/+/order, subscribe: $share/mes/munich/line2/speed}
  north: {broker: oslo, subscribe: [munich/line3/speed, "$SYS/#"]}
  stream: {via: kafka, subscribe: "#"}
"""


def tiers() -> Tiers:
    found = uns.loads(TIERS).tiers
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("topic", "start", "reached"),
    [
        pytest.param(
            "munich/line1/order", "central", "central munich cell", id="a command goes down"
        ),
        pytest.param("munich/line2/order", "central", "central munich", id="only to its home"),
        pytest.param("munich/line1/speed", "cell", "cell munich", id="a value goes to its home"),
        pytest.param(
            "munich/line2/speed", "cell", "cell munich central", id="and to who shares it"
        ),
        pytest.param(
            "munich/line3/speed", "cell", "cell munich central oslo", id="and up and down"
        ),
        pytest.param("oslo/power", "oslo", "oslo", id="Kafka clients are at no broker"),
        pytest.param("elsewhere", "oslo", "oslo", id="nobody publishes it there"),
    ],
)
def test_where_messages_go(topic: str, start: str, reached: str):
    assert tiers().route(topic).reached_from(start) == tuple(reached.split())


def test_links_say_what_crosses_them():
    said = {link.broker: (list(link.up), list(link.down)) for link in tiers().links}
    assert said == {
        "munich": (["munich/line2/speed", "munich/line3/speed"], ["munich/+/order"]),
        "oslo": ([], ["munich/line3/speed"]),
        "cell": (["munich/+/speed"], ["munich/line1/order"]),
    }


def test_a_subscriber_of_everything_gets_only_what_is_held_elsewhere():
    ns = uns.loads(TIERS.replace("[munich/line3/speed, ", '["#", '))
    assert ns.tiers is not None
    link = next(link for link in ns.tiers.links if link.broker == "oslo")
    assert list(link.down) == ["munich/#"]


def test_a_model_without_brokers_has_no_tiers():
    ns = uns.loads("{uns: 1, brokers: {}, clients: {mes: {subscribe: lyon/#}}}")
    assert (ns.tiers, ns.brokers, ns.clients["mes"].broker) == (None, {}, None)


@pytest.mark.parametrize("ask", ["clients_at", "below", "used_elsewhere"])
def test_unknown_brokers_are_told_with_the_nearest(ask: str):
    with pytest.raises(UnknownName, match="munich"):
        getattr(tiers(), ask)("munch")


def test_tiers_survive_pickling():
    ns = pickle.loads(pickle.dumps(uns.loads(TIERS)))
    assert ns.tiers is not None
    assert ns.tiers.links == tiers().links


def test_a_family_of_millions_is_not_expanded():
    text = """
uns: 1
brokers: {a: {holds: "fleet/vehicle7/#", upstream: b}, b: {}}
sites: {fleet: {work_centers: {"vehicle[1..10000000]": {metrics: {speed: {type: number}}}}}}
clients: {all: {broker: a, publish: fleet/+/speed, subscribe: fleet/+/speed}, board: {subscribe: fleet/vehicle7/speed}}
"""
    ns = uns.loads(text)
    assert ns.tiers is not None
    (link,) = ns.tiers.links
    # Too many to leave one out, so it crosses as well.
    assert (list(link.up), list(link.down)) == (["fleet/+/speed"], ["fleet/+/speed"])
    (template,) = ns.templates()
    assert {route.home for route in ns.tiers.routes(template.segments)} == {"a", "b"}
