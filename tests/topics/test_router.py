"""Dispatch by named levels."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.testing import topics
from uns.topics.names_and_filters import InvalidTopic, TopicFilter
from uns.topics.router import Router
from uns.topics.templates import InvalidTemplate


def levels_of(route: str, topic: str) -> dict[str, str] | None:
    """What a single route makes of a topic."""
    router = Router()
    router.add(route, lambda _topic, _payload, **levels: levels)
    results = router.dispatch(topic, b"")
    return results[0] if results else None


@pytest.mark.parametrize(
    ("route", "topic", "levels"),
    [
        pytest.param("a/{b}/c", "a/x/c", {"b": "x"}, id="one name"),
        pytest.param("a/{b}/c", "a/x/d", None, id="another leaf"),
        pytest.param("a/{b}/c", "a//c", {"b": ""}, id="a name takes the empty level"),
        pytest.param("a/+/{c}", "a/x/y", {"c": "y"}, id="an unnamed level"),
        pytest.param("+/+/{c}", "a/x/y", {"c": "y"}, id="two unnamed levels"),
        pytest.param("{a}/#", "x", {"a": "x"}, id="# takes the parent"),
        pytest.param("{a}/#", "x/y/z", {"a": "x"}, id="# takes any depth"),
        pytest.param("{a}/#", "$SYS/x", None, id="a name takes no $ topic"),
        pytest.param("#", "x/y", {}, id="everything"),
        pytest.param("#", "$SYS/x", None, id="everything but $ topics"),
        pytest.param("a/{rest...}", "a/x/y", {"rest": "x/y"}, id="a rest name"),
        pytest.param("a/{rest...}", "a", None, id="a rest name takes one level at least"),
        pytest.param("line[1..3]/{m}", "line2/m", {"m": "m"}, id="a set inside"),
        pytest.param("line[1..3]/{m}", "line4/m", None, id="a set outside"),
        pytest.param("plain/topic", "plain/topic", {}, id="no name"),
    ],
)
def test_named_levels(route: str, topic: str, levels: dict[str, str] | None):
    assert levels_of(route, topic) == levels


@pytest.mark.parametrize(
    ("route", "reason"),
    [
        pytest.param("a/{topic}", "a handler already has an argument 'topic'", id="name topic"),
        pytest.param(
            "a/{payload}", "a handler already has an argument 'payload'", id="name payload"
        ),
        pytest.param(
            "a/#/b", "a topic name cannot contain #; write {name...} for any levels", id="# inside"
        ),
        pytest.param(
            "a/b+", "a topic name cannot contain +; write {name} for any level", id="+ in a level"
        ),
        pytest.param("{a}/{a}", "the name 'a' is used twice", id="a name twice"),
        pytest.param("{a...}/#", "a rest name already takes what # would take", id="rest and #"),
        pytest.param("", "it is empty", id="nothing"),
    ],
)
def test_refused_routes(route: str, reason: str):
    with pytest.raises(InvalidTemplate) as caught:
        Router().add(route, print)
    assert caught.value.reason == reason
    assert caught.value.text == route


def test_all_that_match_are_called_in_the_order_of_registration():
    router = Router()
    calls: list[str] = []
    for route in ("#", "a/{b}", "a/x", "+/x", "b/x"):
        router.add(route, lambda _t, _p, route=route, **_levels: calls.append(route))
    router.dispatch("a/x", b"")
    assert calls == ["#", "a/{b}", "a/x", "+/x"]


def test_the_payload_arrives_untouched():
    router = Router()
    payload = object()
    router.add("a", lambda topic, given: (topic, given))
    assert router.dispatch("a", payload) == [("a", payload)]


def test_what_a_handler_raises_is_passed_on():
    router = Router()
    router.add("a", lambda _topic, _payload: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        router.dispatch("a", b"")


def test_a_text_that_is_no_topic_is_refused():
    router = Router()
    router.add("#", lambda *_: None)
    with pytest.raises(InvalidTopic):
        router.dispatch("a/+", b"")


def test_async_handlers_are_awaited_in_turn_and_plain_ones_called():
    router = Router()
    order: list[str] = []

    @router.on("a/{b}")
    async def slow(topic: str, payload: bytes, b: str) -> str:
        await asyncio.sleep(0)
        order.append("slow")
        return b

    @router.on("a/x")
    def plain(topic: str, payload: bytes) -> str:
        order.append("plain")
        return "plain"

    assert asyncio.run(router.dispatch_async("a/x", b"")) == ["x", "plain"]
    assert order == ["slow", "plain"]


def test_filters_are_what_to_subscribe_to():
    router = Router()
    for route in ("a/{b}", "a/x", "c/{d...}"):
        router.add(route, print)
    assert sorted(router.filters) == ["a/+", "c/+/#"]
    assert [route.text for route in router] == ["a/{b}", "a/x", "c/{d...}"]
    assert len(router) == 3


@given(topics(), st.sampled_from(["{a}/#", "+/{b}", "{a}/+/{c...}", "{x}", "#"]))
def test_a_route_takes_what_its_filter_takes(topic: str, route: str):
    router = Router()
    made = router.add(route, lambda *_args, **_levels: "called")
    assert (router.dispatch(topic, b"") == ["called"]) == TopicFilter(made.filter).matches(topic)
