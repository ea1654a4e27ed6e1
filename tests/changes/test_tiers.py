"""Changes of brokers: topics whose home differs, counted one by one."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from tests.model.test_tiers import models, uns_text
from uns.changes import Subject
from uns.rules.breaking import Audience, Effect, verdict


@given(models(), models(), st.booleans(), st.booleans())
def test_homes_that_differ_are_counted_as_topic_by_topic(
    old: dict[str, Any], new: dict[str, Any], has_old: bool, is_smaller: bool
):
    if not has_old:
        del old["brokers"]
        for client in old["clients"].values():
            del client["broker"]
    if is_smaller:
        del new["sites"]["oslo"]["metrics"]
        for broker in new["brokers"].values():
            broker["holds"] = [
                each for each in broker.get("holds", []) if each.startswith("lyon/m2")
            ]
    try:
        before, after = uns.loads(uns_text(old)), uns.loads(uns_text(new))
    except uns.InvalidNamespace:
        return
    expected: Counter[tuple[str, str, bool]] = Counter()
    assert after.tiers is not None
    for topic in set(before.topics()) & set(after.topics()):
        home = before.tiers.home(topic) if before.tiers else after.tiers.root
        route = after.tiers.route(topic)
        if home != route.home:
            expected[home, route.home, home in route.brokers] += 1
    found: Counter[tuple[str, str, bool]] = Counter()
    for change in uns.diff(before, after):
        if change.subject is Subject.HOME:
            assert change.before is not None
            assert change.after is not None
            key = change.before, change.after, change.reason is None
            # What is allowed below an open node and not modelled has no number.
            found[key] = expected[key] if change.count is None else change.count
    assert {k: n for k, n in found.items() if n} == expected


BROKERS = "brokers: {lyon: {holds: lyon/#, upstream: hq}, hq: {}}\n"
TREE = "uns: 1\nsites: {lyon: {metrics: {power: {type: number}}}}\n"
READS = "clients: {board: {%ssubscribe: lyon/#}, all: {subscribe: '#'}}"


@pytest.mark.parametrize(
    ("old", "new", "effect"),
    [
        pytest.param(READS % "", BROKERS + READS % "", Effect.ADDITIVE, id="at the root as before"),
        pytest.param(
            READS % "", BROKERS + READS % "broker: lyon, ", Effect.BREAKING, id="now below the root"
        ),
        pytest.param(
            BROKERS + READS % "broker: lyon, ", READS % "", Effect.BREAKING, id="its broker is gone"
        ),
        pytest.param(
            BROKERS + READS % "", BROKERS + READS % "broker: hq, ", Effect.COMPATIBLE,
            id="the default is said",
        ),
        pytest.param(
            READS % "", READS % "via: mqtt, user: board, ", Effect.COMPATIBLE,
            id="defaults are said without brokers",
        ),
        pytest.param(
            READS % "via: kafka, ", READS % "via: kafka, group: board, ", Effect.COMPATIBLE,
            id="the default group is said",
        ),
    ],
)  # fmt: skip
def test_what_a_client_connects_to(old: str, new: str, effect: Effect):
    found = verdict(uns.diff(uns.loads(TREE + old), uns.loads(TREE + new)))
    assert found.effect is effect


def test_a_subscription_that_a_kafka_client_loses_hits_kafka_readers():
    old, new = (
        uns.loads(f"{TREE}clients: {{stream: {{via: kafka, subscribe: [{filters}]}}}}")
        for filters in ("lyon/power", "")
    )
    (found,) = verdict(uns.diff(old, new)).of(Effect.BREAKING)
    assert (found.code, found.audiences) == ("B402", frozenset({Audience.KAFKA_READERS}))


def test_a_client_that_moves_to_kafka_gets_no_message_twice():
    old, new = (
        uns.loads(f"{TREE}clients: {{stream: {{{said}}}}}")
        for said in ("subscribe: $share/s/lyon/power", "via: kafka, subscribe: lyon/power")
    )
    found = verdict(uns.diff(old, new))
    assert [judgement.code for judgement in found.of(Effect.BREAKING)] == ["B411"]


def test_a_home_below_an_open_node_has_no_number():
    tree = "uns: 1\nsites: {lab: {open: true}}\n"
    brokers = "brokers: {lab: {%supstream: hq}, hq: {}}\n"
    old, new = (uns.loads(tree + brokers % holds) for holds in ("", "holds: lab/x/#, "))
    (home,) = (change for change in uns.diff(old, new) if change.subject is Subject.HOME)
    assert (home.before, home.after, home.count, home.template) == ("hq", "lab", None, "lab/#")
