"""Rules on clients, over models and clients at random."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from tests.models import filters, models, text_of
from tests.rules.judged import found_by
from uns.rules import RULES, Survey
from uns.rules.access import MOST_FINDINGS, MOST_NEAR_MISSES

MINE = [code for code in RULES if code[0] in "PKA"]

_subscriptions = st.one_of(
    filters(), filters().map("$share/g/{}".format), st.sampled_from(["$SYS/#", "$x/#"])
)
_client = st.fixed_dictionaries(
    {},
    optional={
        "publish": st.lists(filters(), max_size=2),
        "subscribe": st.lists(_subscriptions, max_size=2),
    },
)
_kafka = st.fixed_dictionaries(
    {},
    optional={
        "split": st.sampled_from([1, 2, 3, 9, "equipment_module", "site"]),
        "order_by": st.sampled_from(["metric", 1, 3, "control_module"]),
        "key": st.sampled_from(["full", "tail"]),
        "partitions": st.sampled_from([1, 6, 50_000_000]),
        "replication": st.integers(1, 4),
        "brokers": st.integers(1, 4),
        "max_topics": st.integers(1, 4),
    },
)


_models = models()
_clients = st.dictionaries(
    st.sampled_from(["a", "b", "c", "\u202e", "::error::", "Ω" * 300]), _client, max_size=4
)


@st.composite
def used_models(draw: st.DrawFn) -> dict[str, Any]:
    """A model with clients and settings of Kafka."""
    return {**draw(_models), "clients": draw(_clients), "kafka": draw(_kafka)}


def loaded(model: dict[str, Any]) -> uns.Namespace:
    """The namespace of a model; a level of its Kafka settings may be one that stands anywhere."""
    try:
        return uns.loads(text_of(model))
    except uns.InvalidNamespace:
        return uns.loads(text_of({**model, "kafka": {"split": 2}}))


@given(used_models())
def test_every_rule_judges_every_model_and_says_the_same_twice(model: dict[str, Any]):
    one, other = loaded(model), loaded(model)
    for code in MINE:
        found = found_by(code, one)
        assert found == found_by(code, other)
        assert all(text.isprintable() for f in found for text in (f.message, f.help or ""))


@given(used_models())
def test_a_dead_filter_takes_no_topic(model: dict[str, Any]):
    ns = loaded(model)
    dead = {(found.span.line, found.span.column) for found in found_by("A101", ns) if found.span}
    for client in ns.clients.values():
        for side, wanted in (("publish", client.publish), ("subscribe", client.subscribe)):
            for number, each in enumerate(wanted):
                plain = each.filter if isinstance(each, uns.SharedSubscription) else each
                span = ns.locate("clients", client.name, side, number)
                assert span is not None
                is_brokers = side == "subscribe" and plain.startswith("$")
                takes = next(ns.endpoints(plain), None) is not None
                assert ((span.line, span.column) in dead) == (not takes and not is_brokers)


def clients(number: int, **said: Any) -> str:
    model = {
        "uns": 1,
        "sites": {"lyon": {"metrics": {"power": {"type": "number"}}}},
        "clients": {f"c{n}": said for n in range(number)},
    }
    return json.dumps(model)


@pytest.mark.parametrize(("code", "filters"), [("A101", "lyon/{}/power"), ("A201", "lyon/{}")])
def test_many_filters_of_one_client_are_a_few_findings(code: str, filters: str):
    said = [filters.format(n) for n in range(50)] + ["lyon/#"]
    found = found_by(code, uns.loads(clients(1, subscribe=said)))
    assert len(found) == MOST_FINDINGS
    assert found[-1].message.endswith("; the same is true of 45 other filters")


@pytest.mark.parametrize("number", [MOST_FINDINGS - 1, MOST_FINDINGS])
def test_as_many_as_are_told_are_told_one_by_one(number: int):
    said = [f"lyon/{n}/power" for n in range(number)]
    found = found_by("A101", uns.loads(clients(1, subscribe=said)))
    assert len(found) == number
    assert not any("the same" in one.message for one in found)


def test_what_many_dead_filters_may_have_meant_is_found_out_for_some():
    found = found_by("A101", uns.loads(clients(50, subscribe="lyon/hall/power")))
    helped = [one for one in found if one.help and "would hit" in one.help]
    assert (len(found), len(helped)) == (50, MOST_NEAR_MISSES)


def test_many_clients_with_one_grant_are_one_finding():
    (found,) = found_by("A304", uns.loads(clients(30, publish="lyon/power")))
    assert found.message.startswith("client 'c29' may publish to 'lyon/power'")
    assert "and so may 'c0' and 28 more" in found.message


@pytest.mark.parametrize("code", MINE)
def test_a_model_without_anything_has_no_findings(code: str):
    assert not list(RULES[code].findings(Survey(uns.loads("uns: 1"))))
