"""Which clients reach which topics: the walk beside the tree agrees with asking filter by filter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from tests.models import filters, namespaces
from uns.model.catalogue import Catalogue
from uns.model.clients import Client
from uns.model.usage import Usage, Users
from uns.topics.names_and_filters import TopicFilter
from uns.topics.templates import Segment

clients = st.lists(filters(), min_size=1, max_size=4).map(
    lambda found: {
        f"c{at}": Client(f"c{at}", publish=(TopicFilter(text),)) for at, text in enumerate(found)
    }
)


@given(namespaces(), clients)
def test_a_client_reaches_what_its_filter_hits(ns: uns.Namespace, found: dict[str, Client]) -> None:
    ns = replace(ns, clients=found)
    hit = {
        name: {node.declared for node in ns.endpoints(client.publish[0])}
        for name, client in found.items()
    }
    for topic, node in zip(Catalogue(ns).topics(), ns.endpoints(), strict=True):
        assert topic.users.publishers == tuple(name for name in found if node in hit[name])


@pytest.mark.parametrize(
    ("filter_", "levels", "takes"),
    [
        ("#", ["a", "b"], True),
        ("a/#", ["a"], True),
        ("a/+", ["a"], False),
        ("+/b", ["a", "b"], True),
        ("a/line2/x", ["a", "line[1..3]", "x"], True),
        ("a/line4/x", ["a", "line[1..3]", "x"], False),
        ("a/+/x", ["a", "line[1..3]", "x"], True),
        ("#", ["$SYS", "x"], False),
        ("+/x", ["$SYS", "x"], False),
        ("$SYS/#", ["$SYS", "x"], True),
        ("$SYS/x", ["{any}", "x"], False),
        ("/#", ["", "x"], True),
        ("a/b/c", ["a", "b"], False),
    ],
)
def test_cases(filter_: str, levels: list[str], takes: bool) -> None:
    usage = Usage([Client("c", subscribe=(TopicFilter(filter_),))])
    states = usage.start
    for level in levels:
        states = usage.down(states, Segment.parse(level))
    assert usage.users(states) == Users((), ("c",) if takes else ())


def test_topics_with_the_same_users_share_what_says_so() -> None:
    usage = Usage([Client("c", subscribe=(TopicFilter("a/#"),))])
    at_a = usage.down(usage.start, Segment.parse("a"))
    below = [usage.down(at_a, Segment.parse(level)) for level in ("b", "c")]
    assert usage.users(below[0]) is usage.users(below[1])
