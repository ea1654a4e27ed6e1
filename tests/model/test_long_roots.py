"""Models whose root is too long for a name of a Kafka topic."""

from __future__ import annotations

import pytest

import uns
from uns.generators import TARGETS
from uns.kafka import NameTooLong


def test_a_root_that_kafka_cannot_hold_is_no_harm_to_a_model_without_kafka():
    root = "r" * 300
    ns = uns.loads(
        f"{{uns: 1, topic: {{root: {root}}}, sites: {{lyon: {{metrics: {{x: {{type: number}}}}}}}}}}"
    )
    assert uns.lint(ns) == ()
    assert not uns.diff(ns, ns)
    assert ns.kafka.topics() == ()
    with pytest.raises(NameTooLong, match="its Kafka name has 309 characters"):
        ns.to_kafka(f"{root}/lyon/x")
    for target in TARGETS:
        assert uns.generate(ns, target).files


def test_a_root_that_kafka_cannot_hold_is_told_where_the_profile_asks_for_kafka():
    root = "r" * 300
    ns = uns.loads(
        f"{{uns: 1, topic: {{root: {root}, profiles: [kafka]}},"
        " sites: {lyon: {metrics: {x: {type: number}}}}}"
    )
    found = [finding for finding in uns.lint(ns) if finding.code == "K102"]
    assert [finding.span is not None for finding in found] == [True]
