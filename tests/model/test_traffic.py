"""The messages in each Kafka topic and partition, against topics that are counted one by one."""

from __future__ import annotations

import json
import pickle
from collections import defaultdict
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from uns.kafka.traffic import MOST_KEYS
from uns.payloads import example

FLOW = st.one_of(
    st.just(""),
    st.builds(", every: {} s".format, st.integers(1, 90)),
    st.builds(", rate: {}/min".format, st.integers(1, 90)),
    st.builds(", every: {} h, rate: {}/s".format, st.integers(1, 9), st.integers(1, 9)),
    st.builds(", rate: {}/d, bytes: {}".format, st.integers(1, 9), st.integers(0, 900)),
)


@st.composite
def models(draw: st.DrawFn) -> str:
    def metrics(most: int, stem: str = "m") -> str:
        said = (
            f"{stem}{n}: {{type: number{draw(FLOW)}}}" for n in range(draw(st.integers(0, most)))
        )
        return f"metrics: {{{', '.join(said)}}}"

    split = draw(st.sampled_from(["1", "2", "3", "site", "work_cell"]))
    order = draw(st.sampled_from(["", ", order_by: 2", ", order_by: site"]))
    key = draw(st.sampled_from(["full", "tail"]))
    partitions = draw(st.integers(1, 7))
    return f"""
uns: 1
topic: {{containment: free}}
classes:
  Cell: {{level: work_cell, {metrics(4)}}}
sites:
  lyon:
    {metrics(2)}
    lines:
      line[1..{draw(st.integers(1, 4))}]:
        {metrics(3)}
        work_cells:
          "cell[1..{draw(st.integers(1, 4))}]": {{class: Cell}}
          press: {{class: Cell, {metrics(2, "p")}}}
  oslo: {{{metrics(2)}}}
kafka: {{split: {split}, key: {key}, partitions: {partitions}, retention: 36 h, replication: 2{order}}}
"""


def counted(ns: uns.Namespace, partitions: int) -> tuple[dict[Any, Any], dict[Any, int], int]:
    """Messages and bytes a second by Kafka topic and partition, MQTT topics, and those without a rate."""
    flows: dict[Any, list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    topics: dict[Any, int] = defaultdict(int)
    unrated = 0
    for topic in ns.topics():
        endpoint = ns[topic].endpoint
        assert endpoint is not None
        address = ns.kafka.to_kafka(topic)
        where = address.topic, address.partition(partitions)
        topics[where] += 1
        messages = endpoint.messages_per_second
        if messages is None:
            unrated += 1
            continue
        size = endpoint.bytes_per_message
        assert size is not None
        flows[where][0] += messages
        flows[where][1] += messages * size
    return flows, topics, unrated


@given(models())
def test_the_budget_is_the_sum_over_all_topics(text: str):
    ns = uns.loads(text)
    partitions = ns.kafka.cluster.partitions
    budget = ns.kafka.budget()
    flows, topics, unrated = counted(ns, partitions)
    messages = sum((flow[0] for flow in flows.values()), Fraction(0))
    size = sum((flow[1] for flow in flows.values()), Fraction(0))
    traffic = budget.traffic
    assert (traffic.topics, traffic.unrated, traffic.unsized) == (ns.count(), unrated, 0)
    known = messages > 0 or ns.count() == 0
    assert (traffic.messages, traffic.bytes) == ((messages, size) if known else (None, None))
    assert budget.kept == (size * 36 * 3_600 * 2 if known else None)
    assert budget.messages_per_broker == (messages * 2 / 3 if known else None)
    # By place: all Kafka topics of one have the same traffic.
    by_topic: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for (name, _), flow in flows.items():
        by_topic[name] = [one + more for one, more in zip(by_topic[name], flow, strict=True)]
    names = set()
    for place in budget.places:
        for name in ns.kafka.mapping.rule.names(place.levels):
            names.add(name)
            assert [place.each.messages or 0, place.each.bytes or 0] == by_topic[name]
    assert names == {name for name, _ in topics}


@given(models())
def test_the_load_of_partitions_is_that_of_the_real_keys(text: str):
    ns = uns.loads(text)
    partitions = ns.kafka.cluster.partitions
    loads = ns.kafka.budget().loads
    assert loads is not None
    flows, topics, _ = counted(ns, partitions)
    twice, _, _ = counted(ns, 2 * partitions)
    assert {load.topic for load in loads} == {name for name, _ in topics}
    for load in loads:
        places = [(load.topic, number) for number in range(partitions)]
        assert list(load.counts) == [topics[place] for place in places]
        if load.messages:
            assert load.messages == pytest.approx([float(flows[place][0]) for place in places])
            assert load.bytes == pytest.approx([float(flows[place][1]) for place in places])
        fullest = max(
            (flow[0] for (name, _), flow in twice.items() if name == load.topic), default=0
        )
        assert load.doubled == pytest.approx(float(fullest))
        moved = sum(
            ns.kafka.to_kafka(topic).partition(partitions)
            != ns.kafka.to_kafka(topic).partition(2 * partitions)
            for topic in ns.topics()
            if ns.kafka.to_kafka(topic).topic == load.topic
        )
        assert load.moved == moved


def one_metric(said: str, site: str = "lyon", more: str = "") -> uns.Namespace:
    return uns.loads(
        f"uns: 1\nsites: {{'{site}': {{{more} metrics: {{m: {{type: number{said}}}}}}}}}"
    )


def test_what_is_not_known_is_never_zero():
    budget = one_metric("").kafka.budget()
    assert (budget.traffic.messages, budget.traffic.bytes, budget.kept) == (None, None, None)
    assert (budget.traffic.topics, budget.traffic.unrated) == (1, 1)
    assert budget.loads is not None
    assert budget.loads[0].messages == ()


def test_a_size_that_is_not_known_is_counted(tmp_path):
    (tmp_path / "any.schema.json").write_text('{"type": "object"}')
    (tmp_path / "m.uns.yaml").write_text(
        "uns: 1\npayloads: {any/1: {json_schema: any.schema.json}}\n"
        "sites: {lyon: {topics: {a: {payload: any/1, rate: 1/s}, b: {payload: any/1, rate: 1/s, bytes: 9}}}}"
    )
    traffic = uns.load(tmp_path / "m.uns.yaml").kafka.budget().traffic
    assert (traffic.unsized, traffic.messages, traffic.bytes) == (1, 2, 9)


def test_topics_without_end_have_no_rate_that_could_be_told():
    ns = uns.loads(
        "uns: 1\nsites: {lyon: {lines: {'{serial}': {pattern: 'v[0-9]+', metrics: {m: {type: number, rate: 1/s}}}}}}"
    )
    budget = ns.kafka.budget()
    assert (budget.traffic.topics, budget.traffic.unrated, budget.traffic.messages) == (
        None,
        None,
        None,
    )
    assert budget.loads is None
    (place,) = budget.places
    assert (place.topics, place.each.messages) == (None, 1)


def test_an_open_node_can_have_any_number_of_messages():
    budget = one_metric(", rate: 1/s", more="open: true,").kafka.budget()
    assert (budget.traffic.messages, budget.traffic.unrated, budget.loads) == (1, None, None)


def test_beyond_a_million_keys_they_are_counted_but_not_looked_up():
    most = one_metric(", rate: 1/s", site=f"s[1..{MOST_KEYS + 1}]").kafka.budget()
    assert (most.traffic.messages, most.loads) == (MOST_KEYS + 1, None)


def test_the_size_is_that_of_the_example_unless_the_model_says_it():
    size = one_metric("")["lyon/m"].endpoint
    assert size is not None
    compact = json.dumps(example(size.contract), separators=(",", ":"))
    assert size.bytes_per_message == len(compact) == 79
    said = one_metric(", bytes: 7")["lyon/m"].endpoint
    assert said is not None
    assert (said.bytes, said.bytes_per_message) == (7, 7)


def test_a_rate_counts_instead_of_one_in_each_every():
    both = one_metric(", every: 10 s, rate: 5/s")["lyon/m"].endpoint
    every = one_metric(", every: 10 s")["lyon/m"].endpoint
    assert both is not None
    assert every is not None
    assert (both.messages_per_second, every.messages_per_second) == (5, Fraction(1, 10))


def test_retention_is_a_week_unless_the_model_says_it():
    ns = one_metric("")
    assert (str(ns.kafka.retention), ns.kafka.state.retention) == ("7 d", None)
    short = uns.loads("uns: 1\nsites: {lyon: {}}\nkafka: {retention: 1.5 d}")
    assert short.kafka.topic_settings["retention.ms"] == 129_600_000
    assert "retention.ms" not in short.kafka.state.topic_settings


def test_compacted_topics_have_no_retention_to_keep_bytes_for():
    budget = one_metric(", rate: 1/s").kafka.state.budget()
    assert (budget.traffic.messages, budget.retention, budget.kept) == (1, None, None)


def test_a_translation_can_be_pickled_after_its_budget_was_asked_for():
    ns = one_metric(", rate: 1/s")
    budget = ns.kafka.budget()
    again = pickle.loads(pickle.dumps(ns.kafka))
    assert again.budget().traffic == budget.traffic
