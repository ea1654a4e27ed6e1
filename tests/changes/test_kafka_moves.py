"""Which topics go elsewhere in Kafka, held against every topic one by one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

import uns
from tests.laws.plants import Plant
from tests.mutations import pairs
from uns.changes import Subject
from uns.changes.kafka_moves import moved_records
from uns.counts import NO_END


def place(ns: uns.Namespace, topic: str) -> str:
    """The Kafka topic without its prefix."""
    return ns.to_kafka(topic).topic.removeprefix(ns.kafka.mapping.prefix)


def group(ns: uns.Namespace, topic: str) -> bytes:
    """What the partition is chosen by."""
    return ns.to_kafka(topic).partition_key


def goes(ns: uns.Namespace, topic: str, subject: Subject) -> object:
    try:
        return place(ns, topic) if subject is Subject.KAFKA_SPLIT else group(ns, topic)
    except uns.Untranslatable:
        return None


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(pairs())
def test_topics_are_counted_exactly(versions: tuple[uns.Namespace, uns.Namespace]):
    old, new = versions
    both = {
        topic
        for topic in Plant(old).topics | Plant(new).topics
        if old.resolve(topic) and new.resolve(topic)
    }
    for subject in (Subject.KAFKA_SPLIT, Subject.KAFKA_ORDER):
        if old.kafka.mapping.key != new.kafka.mapping.key:
            continue
        found = moved_records(old, new, subject)
        moved = {topic for topic in both if goes(old, topic, subject) != goes(new, topic, subject)}
        assert found is not None
        if found.example is not None:
            assert old.resolve(found.example)
            assert new.resolve(found.example)
            assert goes(old, found.example, subject) != goes(new, found.example, subject)
        if found.topics is NO_END:
            assert any(node.count is None for node in old.endpoints()) or any(
                node.open for node in old.walk(expand=False)
            )
        else:
            assert found.topics == len(moved), (subject, moved)


def test_families_are_not_gone_through():
    text = "uns: 1\nsites: {a: {lines: {'l[1..9000000]': {cells: {c: {metrics: {x: {type: number}}}}}}}}\n"
    old, new = (
        uns.loads(f"{text}kafka: {{split: {split}}}") for split in ("site", "production_line")
    )
    assert moved_records(old, new, Subject.KAFKA_SPLIT) == (9_000_000, "a/l1/c/x")
    assert moved_records(old, old, Subject.KAFKA_SPLIT) == (0, None)
