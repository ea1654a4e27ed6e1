"""What the verdict promises, held against brute force: every topic, every message, every filter."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings

import uns
from tests.mutations import VALUES, pairs
from uns.changes import ChangeKind, Subject
from uns.linting.verdicts import plain
from uns.model.resolutions import Outcome
from uns.payloads import Field
from uns.rules.breaking import Audience, Effect, Verdict, verdict
from uns.topics.names_and_filters import TopicFilter

#: Levels that fill the open sets, and some that none has.
LEVELS = ["a", "b", "m1", "m4", "z1", "z5", "z12", "y1", "x", "t", "q"]


#: What is tried below open nodes.
BELOW = (["q"], ["q", "q"], ["x"], *([level, "q", "q"] for level in ("a", "b", "m1", "m3")))


def topics(ns: uns.Namespace) -> set[str]:
    """Every topic, open sets filled from a few levels."""
    found = set()
    for node in ns.endpoints():
        pools = []
        for place, level in zip(node._places, node._levels, strict=True):
            if level is not None:
                pools.append([level])
            elif place.segment.count is None:
                pools.append([text for text in LEVELS if place.segment.match(text) is not None])
            else:
                pools.append(list(place.segment))
        found |= {"/".join(levels) for levels in itertools.product(*pools)}
    return {topic for topic in found if ns.resolve(topic).outcome is Outcome.ENDPOINT}


def messages(ns: uns.Namespace, topic: str) -> list[Any]:
    """Messages to try: for a contract with a value, one for each value."""
    if ns.resolve(topic).contract.name == "vtq/1":
        units = [{}, {"unit": "kW"}, {"unit": "W"}]
        head = {"timestamp_ms": 1, "quality": "good"}
        return [{**head, "value": value, **unit} for value in VALUES for unit in units]
    if ns.resolve(topic).contract.name == "c/1":
        return [{**n, **k} for n in ({"n": v} for v in [*VALUES]) for k in ({}, {"k": "a"})] + [{}]
    return []


def passes(ns: uns.Namespace, topic: str, message: Any, view: Any) -> bool:
    return not ns.check(topic, message, view)


def unmodelled(old: uns.Namespace) -> list[str]:
    """Topics that are legal below open nodes."""
    found = []
    for node in old.walk(expand=False):
        if node._places[-1].open:
            levels = [
                level if level is not None else next((t for t in [*LEVELS, *(place.segment if place.segment.count else [])] if place.segment.match(t) is not None), "q")
                for place, level in zip(node._places, node._levels, strict=True)
            ]  # fmt: skip
            found += ["/".join([*levels, *rest]) for rest in BELOW]
    return [topic for topic in found if old.resolve(topic).outcome is Outcome.UNMODELLED]


def check_kept(old: uns.Namespace, new: uns.Namespace, found: Verdict) -> None:
    """Whoever is not called hit can work as before."""
    safe = {audience for audience in Audience if found.audiences[audience] < Effect.BREAKING}
    before = topics(old)
    if safe & {Audience.PRODUCERS, Audience.CONSUMERS}:
        for topic in (*before, *unmodelled(old)):
            assert new.resolve(topic), topic
    if Audience.PRODUCERS in safe:
        for topic in unmodelled(old):
            assert new.resolve(topic).contract is None, topic
    if Audience.KAFKA_READERS in safe:
        for topic in unmodelled(old):
            assert address(old, topic) == address(new, topic), topic
    if {Audience.PRODUCERS, Audience.CONSUMERS} & safe:
        was_meant, is_meant = (meanings(ns.payloads["c/1"].fields) for ns in (old, new))
        carried = any(old.resolve(topic).contract.name == "c/1" for topic in before)
        for key in was_meant.keys() & is_meant.keys() if carried else ():
            assert was_meant[key] in (None, is_meant[key]), key
    for topic in before:
        was, is_ = old.resolve(topic).endpoint, new.resolve(topic).endpoint
        if is_ is None:
            assert not safe & {Audience.PRODUCERS, Audience.CONSUMERS}
            continue
        tried = messages(old, topic)
        if new.resolve(topic).contract.name != old.resolve(topic).contract.name:
            tried += messages(new, topic)
        for message in tried:
            if Audience.PRODUCERS in safe and passes(old, topic, message, "producer"):
                assert passes(new, topic, message, "consumer"), (topic, message)
            if Audience.CONSUMERS in safe and passes(new, topic, message, "producer"):
                assert passes(old, topic, message, "consumer"), (topic, message)
        if Audience.CONSUMERS in safe:
            assert is_.retain >= was.retain
            assert is_.qos >= was.qos
            assert is_.kind is was.kind
            assert is_.required >= was.required
        if {Audience.PRODUCERS, Audience.CONSUMERS} <= safe:
            assert (was.metric and was.metric.unit) in (None, is_.metric and is_.metric.unit)
        if Audience.KAFKA_READERS in safe:
            assert address(old, topic) == address(new, topic), topic


def meanings(fields: tuple[Field, ...]) -> dict[str, object]:
    """What no validator tells apart: the default of ``k``, and the unit inside ``n``."""
    found: dict[str, object] = {}
    for field in fields:
        if field.name == "k" and not field.required:
            found["k"] = field.default
        if field.name == "n":
            inner = [below.value for below in field.value.fields]
            found["n"] = (field.value.items or next(iter(inner), field.value)).unit
    return found


def address(ns: uns.Namespace, topic: str) -> object:
    try:
        found = ns.to_kafka(topic)
    except uns.Untranslatable:
        return None
    return found.topic, found.key, found.partition(ns.kafka.cluster.partitions)


def check_clients(old: uns.Namespace, new: uns.Namespace, found: Verdict) -> None:
    """No client loses a topic that it may use, unless its audience is hit."""
    for name, client in old.clients.items():
        after = new.clients.get(name)
        for audience, key in ((Audience.PRODUCERS, "publish"), (Audience.CONSUMERS, "subscribe")):
            if found.audiences[audience] is Effect.BREAKING:
                continue
            had = [plain(str(f)) for f in getattr(client, key)]
            has = [plain(str(f)) for f in getattr(after, key)] if after else []
            mine = [undivided(ns, name, key) for ns in (old, new)]
            for topic in (*topics(old), *unmodelled(old)):
                if any(f.matches(topic) for f in had):
                    assert any(f.matches(topic) for f in has), (name, topic)
                if any(f.matches(topic) for f in mine[0]):
                    assert any(f.matches(topic) for f in mine[1]), (name, topic)


def undivided(ns: uns.Namespace, name: str, key: str) -> list[TopicFilter]:
    """The filters of a client that take every message, for no other client shares them."""
    client = ns.clients.get(name)
    others = {
        str(f) for c in ns.clients.values() if c.name != name for f in c.subscribe
        if str(f).startswith("$share/")
    }  # fmt: skip
    said = [str(f) for f in getattr(client, key)] if client else []
    return [plain(text) for text in said if text not in others]


def check_classes(old: uns.Namespace, new: uns.Namespace, found: Verdict) -> None:
    """Nodes that are still there are still found by their class."""
    if found.audiences[Audience.CONSUMERS] is Effect.BREAKING:
        return
    still = {n.topic for n in new.find() if not n.is_template}
    for class_ in old.classes:
        nodes = {n.topic for n in old.find(class_) if not n.is_template} & still
        assert not nodes or class_ in new.classes
        assert not nodes or nodes <= {n.topic for n in new.find(class_) if not n.is_template}


def check_hits(old: uns.Namespace, new: uns.Namespace, found: Verdict) -> None:
    """The filters that lose topics are the ones that are named, with the number of those topics."""
    moved = any(c.kind is ChangeKind.MOVED or c.subject is Subject.ROOT for c in found.changes)
    had, has = topics(old), topics(new)
    for client in old.clients.values():
        for key in ("publish", "subscribe"):
            for text in {str(f) for f in getattr(client, key)}:
                filter_: TopicFilter = plain(text)
                lost = {t for t in had - has if filter_.matches(t)}
                hits = [
                    hit for hit in found.hits
                    if hit[:3] == (client.name, key, text) and not hit.revoked
                ]  # fmt: skip
                told = [hit.lost for hit in hits]
                if moved:
                    continue
                if lost:
                    assert any(count != 0 for count in told), (text, lost)
                if not any(n.count is None for n in old.endpoints(filter_)) and None not in told:
                    assert sum(told) == len(lost), (text, lost, hits)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(pairs())
def test_whoever_is_not_hit_works_as_before(versions: tuple[uns.Namespace, uns.Namespace]):
    old, new = versions
    found = verdict(uns.diff(old, new))
    check_kept(old, new, found)
    check_clients(old, new, found)
    check_classes(old, new, found)
    check_hits(old, new, found)
    assert not any(judgement.code == "B999" for judgement in found.judgements)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(pairs())
def test_a_version_and_itself_do_not_differ(versions: tuple[uns.Namespace, uns.Namespace]):
    for namespace in versions:
        assert not uns.diff(namespace, namespace)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(pairs())
def test_there_and_back(versions: tuple[uns.Namespace, uns.Namespace]):
    """What is gone one way is new the other way."""
    old, new = versions
    there, back = uns.diff(old, new), uns.diff(new, old)
    assert bool(there) == bool(back)
    assert there.kept == back.kept
