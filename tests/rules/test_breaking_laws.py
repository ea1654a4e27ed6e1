"""What the verdict promises, held against brute force: every topic, every message, every filter."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings

import uns
from tests.mutations import VALUES, pairs
from uns.changes import ChangeKind, Subject
from uns.linting.verdicts import plain
from uns.model.resolutions import Outcome
from uns.model.tree import Kind
from uns.payloads import Field
from uns.rules.breaking import Audience, Effect, Verdict, verdict
from uns.topics.names_and_filters import TopicFilter

#: Levels that fill the open sets, and some that none has.
LEVELS = ["a", "b", "m1", "m4", "z1", "z5", "z12", "y1", "x", "t", "q"]


#: What is tried below open nodes.
BELOW = (["q"], ["q", "q"], ["x"], *([level, "q", "q"] for level in ("a", "b", "m1", "m3")))


def positions(node: uns.Node) -> set[str]:
    """The names of a node, open sets filled from a few levels."""
    pools = []
    for place, level in zip(node._places, node._levels, strict=True):
        if level is not None:
            pools.append([level])
        elif place.segment.count is None:
            pools.append([text for text in LEVELS if place.segment.match(text) is not None])
        else:
            pools.append(list(place.segment))
    return {"/".join(levels) for levels in itertools.product(*pools)}


def topics(ns: uns.Namespace) -> set[str]:
    """Every topic, open sets filled from a few levels."""
    found = {topic for node in ns.endpoints() for topic in positions(node)}
    return {topic for topic in found if ns.resolve(topic).outcome is Outcome.ENDPOINT}


def messages(ns: uns.Namespace, topic: str) -> list[Any]:
    """Messages to try: for a contract with a value, one for each value."""
    if ns.resolve(topic).contract.name == "vtq/1":
        units = [{}, {"unit": "kW"}, {"unit": "W"}]
        head = {"timestamp_ms": 1, "quality": "good"}
        return [{**head, "value": value, **unit} for value in VALUES for unit in units]
    if ns.resolve(topic).contract.name == "c/1":
        values = [*VALUES, {}, {"k": 1}]
        return [{**n, **k} for n in ({"n": v} for v in values) for k in ({}, {"k": "a"})] + [{}]
    return []


def passes(ns: uns.Namespace, topic: str, message: Any, view: Any) -> bool:
    return not ns.check(topic, message, view)


def unmodelled(old: uns.Namespace) -> list[str]:
    """Topics that are legal below open nodes."""
    found = {
        f"{name}/{'/'.join(rest)}"
        for node in old.walk(expand=False)
        if node._places[-1].open
        for name in positions(node)
        for rest in BELOW
    }
    return sorted(topic for topic in found if old.resolve(topic).outcome is Outcome.UNMODELLED)


#: Who sends or reads a message of one version, and who reads it in the other.
OLD_MESSAGES = (Audience.PRODUCERS, Audience.KAFKA_READERS)
NEW_MESSAGES = (Audience.CONSUMERS, Audience.KAFKA_READERS)
EVERYBODY = (Audience.PRODUCERS, Audience.CONSUMERS, Audience.KAFKA_READERS)

Shown: TypeAlias = Iterator[tuple[tuple[Audience, ...], str]]


def shown(old: uns.Namespace, new: uns.Namespace) -> Shown:
    """Everything that shows that somebody cannot work as before, and what it is."""
    before = topics(old)
    for topic in (*before, *unmodelled(old)):
        if not new.resolve(topic):
            yield EVERYBODY, f"{topic} is gone"
        elif address(old, topic) != address(new, topic):
            yield (Audience.KAFKA_READERS,), f"{topic} goes elsewhere in Kafka"
    for topic in (*unmodelled(old), *topics(new)):
        is_free = old.resolve(topic).outcome is Outcome.UNMODELLED
        # `_info` is reserved.
        if is_free and new.resolve(topic).contract is not None and not topic.endswith("_info"):
            yield OLD_MESSAGES, f"{topic} gains a contract"
    for topic in topics(new) - before:
        above = new[topic].equipment
        if new[topic].endpoint.required and above is not None and above.topic in old:
            yield (Audience.PRODUCERS,), f"{topic} is required of what was there before"
    for topic in before:
        was, is_ = old.resolve(topic).endpoint, new.resolve(topic).endpoint
        if is_ is None:
            yield NEW_MESSAGES, f"{topic} has no contract any more"
            continue
        yield from shown_by_messages(old, new, topic)
        is_lower = is_.qos < was.qos or is_.required < was.required or is_.retain < was.retain
        if is_lower or (is_.retain > was.retain and is_.kind is not Kind.STATE):
            yield NEW_MESSAGES, f"{topic} is delivered otherwise"
        if is_.required > was.required:
            yield (Audience.PRODUCERS,), f"{topic} is required"
        if is_.kind is not was.kind:
            yield EVERYBODY, f"{topic} is of another kind"
        if (was.metric and was.metric.unit) not in (None, is_.metric and is_.metric.unit):
            yield EVERYBODY, f"{topic} has another unit"


def shown_by_messages(old: uns.Namespace, new: uns.Namespace, topic: str) -> Shown:
    """What the messages of one topic show: those that are refused, and those that are misread."""
    if old.resolve(topic).contract.name == new.resolve(topic).contract.name == "c/1":
        yield from shown_by_meaning(*(ns.payloads["c/1"].fields for ns in (old, new)))
    for message in messages(old, topic) + messages(new, topic):
        for sender, reader, who in ((old, new, OLD_MESSAGES), (new, old, NEW_MESSAGES)):
            # Later versions may add values to an open enumeration without notice.
            metric = sender.resolve(topic).endpoint.metric
            grows = sender is new and metric is not None and metric.open
            is_sent = passes(sender, topic, message, "consumer" if grows else "producer")
            if is_sent and not passes(reader, topic, message, "consumer"):
                yield who, f"{topic}: {message}"


def shown_by_meaning(old: tuple[Field, ...], new: tuple[Field, ...]) -> Shown:
    """What no validator tells: the default of ``k`` where a message has none, the unit inside ``n``."""
    was, is_ = unit_inside(old), unit_inside(new)
    if was not in (None, is_) and {f.name for f in (*old, *new)} >= {"n"}:
        yield EVERYBODY, f"unit {was} -> {is_}"
    sent, read = ({f.name: f for f in fields}.get("k") for fields in (old, new))
    for writer, reader, who in ((sent, read, OLD_MESSAGES), (read, sent, NEW_MESSAGES)):
        may_lack = writer is None or not writer.required
        if may_lack and reader is not None and not reader.required:
            meant = writer.default if writer is not None else None
            if reader.default != meant and (writer is not None or reader.default is not None):
                yield who, f"without k: {meant} is read as {reader.default}"


def unit_inside(fields: tuple[Field, ...]) -> str | None:
    """The unit of the number inside ``n``."""
    for field in fields:
        if field.name == "n":
            inner = [below.value for below in field.value.fields]
            return (field.value.items or next(iter(inner), field.value)).unit
    return None


#: Rules that judge what a client may do, or what programs ask, not what messages say.
OF_CLIENTS = {"B401", "B402", "B405", "B406", "B407"}


def check_shown(old: uns.Namespace, new: uns.Namespace, found: Verdict) -> None:
    """Whoever is not called hit can work as before; and of whoever is, something shows it."""
    seen: dict[Audience, str] = {}
    for who, what in shown(old, new):
        seen.update(dict.fromkeys(who, what))
    for audience, what in seen.items():
        assert found.audiences[audience] is Effect.BREAKING, (audience, what)
    for judgement in found.of(Effect.BREAKING):
        # A payload that no topic carries is judged, too: stored messages may have it.
        is_about_topics = judgement.code not in OF_CLIENTS and judgement.change.count != 0
        for audience in judgement.audiences - {Audience.QUERIES} if is_about_topics else ():
            assert audience in seen, (audience, judgement.code, judgement.message)


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
    if found.audiences[Audience.QUERIES] is Effect.BREAKING or old.root_levels != new.root_levels:
        return
    still = {n.topic for n in new.find() if not n.is_template}
    for class_ in old.classes:
        nodes = {n.topic for n in old.find(class_) if not n.is_template} & still
        assert not nodes or nodes <= {n.topic for n in new.find(class_) if not n.is_template}


def check_hits(old: uns.Namespace, new: uns.Namespace, found: Verdict) -> None:
    """The filters that lose topics are the ones that are named, with the number of those topics.

    A topic is lost if it is no longer modelled, for a publisher if it is no longer legal.
    """
    moved = any(c.kind is ChangeKind.MOVED or c.subject is Subject.ROOT for c in found.changes)
    had, has = topics(old), topics(new)
    for client in old.clients.values():
        for key in ("publish", "subscribe"):
            for text in {str(f) for f in getattr(client, key)}:
                filter_: TopicFilter = plain(text)
                lost = {t for t in had - has if filter_.matches(t)}
                if key == "publish":
                    lost = {t for t in lost if not new.resolve(t)}
                if old.resolve(filter_).outcome is Outcome.UNMODELLED and not new.resolve(filter_):
                    # One topic that was legal below an open node without being modelled.
                    lost.add(str(filter_))
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
    check_shown(old, new, found)
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
