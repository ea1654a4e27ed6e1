"""What changed in what a model says outside its tree: itself, payloads, clients, Kafka."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, TypeAlias

from uns.changes.contracts import ContractFacts
from uns.changes.facts import Change, ChangeKind, Subject
from uns.changes.records import Moved, moved_records
from uns.counts import NO_END, Count, to_number
from uns.isa95 import EquipmentLevel
from uns.kafka import Untranslatable
from uns.model.clients import Client
from uns.model.namespace import Namespace
from uns.model.translation import EACH_METRIC

__all__ = ["setting_changes"]

#: The equipment levels that nodes had and have, where they changed.
Levels: TypeAlias = Collection[tuple[str | None, str | None]]

#: What a model may say of itself, besides its version.
_OF_MODEL = ("id", "owner", "label", "description")


def setting_changes(
    old: Namespace,
    new: Namespace,
    kept: Count,
    contracts: ContractFacts,
    levels_changed: Levels,
) -> Iterator[Change]:
    """The changes outside the tree; ``kept`` topics are in both versions."""
    yield from _of_model(old, new)
    yield from _of_payloads(old, new, contracts)
    yield from _of_clients(old, new)
    yield from _of_kafka(old, new, kept, levels_changed)


def _changed(subject: Subject, before: str | None, after: str | None, **more: Any) -> Change:
    kind = ChangeKind.CHANGED
    return Change(kind, subject, "", before, after, **{"places": 1, **more})


def _of_model(old: Namespace, new: Namespace) -> Iterator[Change]:
    if old.model.version != new.model.version:
        places = (old.locate("model", "version"), new.locate("model", "version"))
        yield _changed(
            Subject.VERSION, old.model.version, new.model.version,
            cause="model", old_place=places[0], new_place=places[1],
        )  # fmt: skip
    for key in _OF_MODEL:
        before, after = getattr(old.model, key), getattr(new.model, key)
        if before != after:
            places = (old.locate("model", key), new.locate("model", key))
            yield _changed(
                Subject.MODEL, before, after,
                detail=key, cause="model", old_place=places[0], new_place=places[1],
            )  # fmt: skip


def _of_payloads(old: Namespace, new: Namespace, contracts: ContractFacts) -> Iterator[Change]:
    """Payloads by themselves; of those that topics carry the tree tells more."""
    for name in dict.fromkeys((*old.payloads, *new.payloads)):
        before, after = old.payloads.get(name), new.payloads.get(name)
        places = (old.locate("payloads", name), new.locate("payloads", name))
        if before is None or after is None:
            kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED
            yield Change(
                kind, Subject.PAYLOAD, detail=name, cause=f"payload {name}",
                old_place=places[0], new_place=places[1],
            )  # fmt: skip
            continue
        for fact in contracts.of_payload(before, after):
            yield Change(
                fact.kind, fact.subject, "", fact.before, fact.after, fact.path,
                f"payload {name}", keeps=fact.keeps, old_place=places[0], new_place=places[1],
            )  # fmt: skip


# --- clients ---------------------------------------------------------------------------------------


def _of_clients(old: Namespace, new: Namespace) -> Iterator[Change]:
    for name in dict.fromkeys((*old.clients, *new.clients)):
        before, after = old.clients.get(name), new.clients.get(name)
        if before is None or after is None:
            kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED
            yield Change(
                kind, Subject.CLIENT, detail=name, cause=f"client {name}",
                old_place=old.locate("clients", name), new_place=new.locate("clients", name),
            )  # fmt: skip
        if before is not None and after is not None and before.owner != after.owner:
            yield _changed(
                Subject.OWNER, before.owner, after.owner, detail=f"client {name}",
                cause=f"client {name}", count=0,
                old_place=old.locate("clients", name), new_place=new.locate("clients", name),
            )  # fmt: skip
        for subject in (Subject.PUBLISH, Subject.SUBSCRIBE):
            yield from _of_filters(name, subject, before, after, old, new)


def _of_filters(
    name: str,
    subject: Subject,
    before: Client | None,
    after: Client | None,
    old: Namespace,
    new: Namespace,
) -> Iterator[Change]:
    key = str(subject)
    was, is_ = ([str(f) for f in getattr(c, key)] if c else [] for c in (before, after))
    for filter_ in was:
        if filter_ not in is_:
            yield Change(
                ChangeKind.REMOVED, subject, before=filter_, detail=name, cause=f"client {name}",
                old_place=old.locate("clients", name, key, was.index(filter_)),
                new_place=new.locate("clients", name),
            )  # fmt: skip
    for filter_ in is_:
        if filter_ not in was:
            yield Change(
                ChangeKind.ADDED, subject, after=filter_, detail=name, cause=f"client {name}",
                old_place=old.locate("clients", name),
                new_place=new.locate("clients", name, key, is_.index(filter_)),
            )  # fmt: skip


# --- Kafka -----------------------------------------------------------------------------------------


def _of_kafka(
    old: Namespace, new: Namespace, kept: Count, levels_changed: Levels
) -> Iterator[Change]:
    """What differs in where records go; ``kept`` MQTT topics are in both versions."""
    has_unnamed = old.allows_unmodelled("#") and new.allows_unmodelled("#")
    if has_unnamed and old.root_levels == new.root_levels:
        kept = NO_END
    said = [_effective(namespace) for namespace in (old, new)]
    plain = [dict(effective) for effective in said]
    if old.root_levels != new.root_levels and kept != 0:
        # Levels are counted from below the root.
        for effective, namespace in zip(said, (old, new), strict=True):
            below = "/".join(namespace.root_levels) or "no root"
            effective[Subject.KAFKA_SPLIT] += f" below {below}"
            effective[Subject.KAFKA_ORDER] += f" below {below}"
    for subject, before in said[0].items():
        after = said[1][subject]
        reason = None
        if before == after:
            reason = _why_moved(subject, before, old, new, levels_changed)
            if reason is None and has_unnamed and _level(subject, before, old) is not None:
                reason = "equipment below an open node came or went"
            if reason is None:
                continue
        moved = _moved(subject, old, new, kept)
        if plain[0][subject] == plain[1][subject] and moved.topics == 0:
            continue
        goes = _goes(subject, moved.example, old, new)
        key = _KEYS[subject]
        yield Change(
            ChangeKind.CHANGED, subject, moved.example or "", before, after, cause="kafka",
            count=to_number(moved.topics), reason="; ".join(filter(None, (reason, goes))) or None,
            old_place=old.locate("kafka", key) or old.locate("kafka"),
            new_place=new.locate("kafka", key) or new.locate("kafka"),
        )  # fmt: skip


_KEYS = {
    Subject.KAFKA_PREFIX: "prefix",
    Subject.KAFKA_SPLIT: "split",
    Subject.KAFKA_KEY: "key",
    Subject.KAFKA_ORDER: "order_by",
    Subject.KAFKA_PARTITIONER: "partitioner",
    Subject.KAFKA_PARTITIONS: "partitions",
    Subject.KAFKA_OVERFLOW: "overflow",
}


def _effective(namespace: Namespace) -> dict[Subject, str]:
    """What holds, whether or not the model says it."""
    said = {key: value for key, value in namespace.kafka.settings.items() if value is not None}
    mapping, cluster = namespace.kafka.mapping, namespace.kafka.cluster
    return {
        Subject.KAFKA_PREFIX: mapping.prefix,
        Subject.KAFKA_SPLIT: str(said.get("split", mapping.split)),
        Subject.KAFKA_KEY: mapping.key,
        Subject.KAFKA_ORDER: str(said.get("order_by", EACH_METRIC)),
        Subject.KAFKA_PARTITIONER: mapping.partitioner,
        Subject.KAFKA_PARTITIONS: str(cluster.partitions),
        Subject.KAFKA_OVERFLOW: mapping.overflow,
    }


def _why_moved(
    subject: Subject, value: str, old: Namespace, new: Namespace, levels_changed: Levels
) -> str | None:
    """Why records move although nothing else is said: an equipment level cuts elsewhere."""
    level = _level(subject, value, old)
    if level is None:
        return None
    stayed = [
        (name, name) for name in (one.name for one in old.levels) if name in new.levels.by_key
    ]
    for before, after in (*levels_changed, *stayed):
        if _cuts(old, before, level) != _cuts(new, after, level):
            return f"where {before or 'no equipment'} stands as to {level.name} changed"
    return None


def _level(subject: Subject, value: str, namespace: Namespace) -> EquipmentLevel | None:
    """The equipment level that a cut is said by, where it is."""
    by_level = subject in {Subject.KAFKA_SPLIT, Subject.KAFKA_ORDER}
    return namespace.levels.by_key.get(value) if by_level else None


def _cuts(namespace: Namespace, name: str | None, level: EquipmentLevel) -> object:
    """How equipment of one level counts for a cut at ``level``: itself, above it, below it, or not."""
    levels = namespace.levels
    if name is None or name == level.name:
        return name
    rank, limit = levels.rank(levels.by_key[name]), levels.rank(levels.by_key[level.name])
    return None if rank is None else rank <= (limit or 0.0)


def _moved(subject: Subject, old: Namespace, new: Namespace, kept: Count) -> Moved:
    """How many of the ``kept`` topics go elsewhere, and one of them."""
    found = None
    if subject in {Subject.KAFKA_SPLIT, Subject.KAFKA_ORDER}:
        found = moved_records(old, new, subject)
    if subject is Subject.KAFKA_OVERFLOW and not _may_overflow(old):
        return Moved()
    if found is None:
        return Moved(kept, _example(old, new))
    return (
        found if found.example or found.topics == 0 else found._replace(example=_example(old, new))
    )


def _may_overflow(namespace: Namespace) -> bool:
    """Whether a place may have a name that is too long for a Kafka topic."""
    return any(place.is_too_long or place.longest is None for place in namespace.kafka.places())


def _goes(subject: Subject, topic: str | None, old: Namespace, new: Namespace) -> str | None:
    """From which Kafka topic to which one a topic goes, where it does."""
    if topic is None or subject not in {Subject.KAFKA_SPLIT, Subject.KAFKA_PREFIX}:
        return None
    try:
        before, after = old.to_kafka(topic).topic, new.to_kafka(topic).topic
    except Untranslatable:
        return None
    return f"{topic} goes from {before} to {after}" if before != after else None


def _example(old: Namespace, new: Namespace) -> str | None:
    """A topic of both versions."""
    for topic in old.topics(open="skip"):
        if new.resolve(topic):
            return str(topic)
        break
    return None
