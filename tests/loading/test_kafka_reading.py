"""What is said under `kafka:` is refused with its place, or a mapping that does not fail later."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from uns.kafka import PARTITIONERS, Untranslatable
from uns.topics.names_and_filters import InvalidTopic

TREE = {
    "levels": {"hall": {}, "building": {"under": "site"}, "wing": {"under": "hall"}},
    "enterprise": {
        "acme": {
            "payload": "info/1",
            "sites": {
                "lyon": {"open": True, "halls": {"h1": {"metrics": {"p": {"type": "number"}}}}},
                "v[1..99999999]": {
                    "areas": {"a[1..3]": {"cells": {"c": {"metrics": {"q": {"type": "number"}}}}}}
                },
            },
        }
    },
}

numbers = st.sampled_from([0, 1, 2, 3, 3, 7, 7, 10**6, 2**31, 2**63, 10**40])
levels = st.sampled_from(
    [
        "site",
        "sites",
        "line",
        "cells",
        "area",
        "building",
        "hall",
        "wing",
        "other",
        "metric",
        "x",
        "3",
        "",
    ]
)
anything = (
    st.none() | st.booleans() | st.floats() | st.text("aZ_-.9 é", max_size=5) | st.lists(st.none())
)


def settings_of(values: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            key: st.integers(0, 9).flatmap(lambda n, of=of: of if n else anything)
            for key, of in values.items()
        },
    )


kafka = settings_of(
    {
        "prefix": st.sampled_from(["uns", "a.b", "v-2", "A_", "a" * 225, "a" * 249]),
        "split": numbers | levels,
        "order_by": numbers | levels,
        "key": st.sampled_from(["full", "tail"]),
        "overflow": st.sampled_from(["reject", "bucket"]),
        "partitioner": st.sampled_from([*PARTITIONERS, "murmur3"]),
        "partitions": numbers,
        "replication": numbers,
        "brokers": numbers,
        "max_topics": numbers,
    }
)
roots = st.sampled_from(["", "", "/", "r", "$r/x", "é" * 58, "é" * 61])


@given(kafka, roots)
def test_a_mapping_that_loads_does_not_fail(said: dict[str, Any], root: str):
    text = json.dumps(
        {"uns": 1, "topic": {"root": root, "containment": "free"}, "kafka": said, **TREE}
    )
    text = text.replace("NaN", ".nan").replace("-Infinity", "-.inf").replace("Infinity", ".inf")
    try:
        ns = uns.loads(text)
    except uns.InvalidNamespace as invalid:
        found = invalid.diagnostics
    else:
        every_door_opens(ns, root)
        return
    assert {each.code for each in found} <= {"M202", "M204", "M304", "M510"}
    assert all(each.span is not None for each in found)


def every_door_opens(ns: uns.Namespace, root: str) -> None:
    lead = "" if not root else "/" if root == "/" else f"{root}/"
    for translation in (ns.kafka, ns.kafka.state):
        for text in ("#", "acme/#", "+/+/v7/#", f"{lead}acme/+/a1/c/q", "$share/g/#"):
            translation.plan(text)
        assert translation.budget().rows
        assert list(translation.places())
        list(translation.outside())
        translation.topics()
        translation.collisions(["a_b"])
        for topic in ("acme", "acme/lyon/h1/p", "acme/v7/a1/c/q", "acme/x/y/z", "acme/v7//"):
            with contextlib.suppress(Untranslatable, InvalidTopic):
                address = translation.mapping.to_kafka(lead + topic)
                assert translation.mapping.to_mqtt(address.topic, address.key) == lead + topic
                with contextlib.suppress(Untranslatable):
                    assert address.partition(7) in range(7)


def test_a_level_with_a_place_below_another_can_be_named():
    ns = uns.loads(
        json.dumps(
            {"uns": 1, "kafka": {"split": "building"}, **TREE, "topic": {"containment": "free"}}
        )
    )
    assert ns.to_kafka("acme/lyon/h1/p").topic == "uns.acme.lyon.h1"


@pytest.mark.parametrize("said", ["", " {}", " {prefix: null, split: null, order_by: null}"])
def test_nothing_said_is_the_mapping_as_it_comes(said: str):
    ns = uns.loads(f"uns: 1\nsites: {{lyon: {{}}}}\nkafka:{said}\n")
    assert ns.kafka.mapping == uns.loads("uns: 1\nsites: {lyon: {}}\n").kafka.mapping
    assert (ns.kafka.mapping.prefix, ns.kafka.mapping.split) == ("uns", 3)
