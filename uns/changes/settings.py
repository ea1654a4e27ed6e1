"""Changes outside the tree: the model itself, payloads, clients and Kafka."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, TypeAlias

from uns.changes.contracts import ContractFacts
from uns.changes.declarations import Path, deepest
from uns.changes.facts import Change, ChangeKind, Said, Subject
from uns.changes.kafka_moves import Moved, listed_moves, moved_records, translate_all
from uns.changes.tiers import tier_changes
from uns.counts import NO_END, Count, to_number
from uns.isa95 import EquipmentLevel
from uns.kafka import Untranslatable
from uns.kafka.partitioners import PARTITIONERS
from uns.model.namespace import Namespace
from uns.model.translation import EACH_METRIC

#: The equipment levels of nodes in both versions, where they differ.
Levels: TypeAlias = Collection[tuple[str | None, str | None]]


def setting_changes(
    old: Namespace,
    new: Namespace,
    kept: Count,
    contracts: ContractFacts,
    levels_changed: Levels,
    *,
    has_unnamed: bool,
) -> Iterator[Change]:
    """The changes outside the tree; ``kept`` is the number of topics in both versions.

    With ``has_unnamed`` some of them are legal in both without being modelled.
    """
    yield from _model_changes(old, new)
    yield from _payload_changes(old, new, contracts)
    yield from _class_changes(old, new)
    yield from _client_changes(old, new)
    yield from tier_changes(old, new)
    yield from _kafka_changes(old, new, kept, levels_changed, has_unnamed=has_unnamed)


def _places(
    old: Namespace,
    new: Namespace,
    was: Path,
    is_: Path = (),
    kind: ChangeKind = ChangeKind.CHANGED,
) -> dict[str, Any]:
    """The places of a change: the path ``was`` in the old version, ``is_`` or the same in the new.

    What is added has none in the old version; what is removed has one near it in the new.
    """
    places = {}
    if kind is not ChangeKind.ADDED:
        places["old_place"] = _at(old, was)
    side = "near_place" if kind is ChangeKind.REMOVED else "new_place"
    places[side] = _at(new, is_ or was)
    return places


def _at(namespace: Namespace, path: Path) -> Said | None:
    if namespace.declared(*path) is None:
        return deepest(namespace, path)
    return Said(namespace, path, key=False)


def _model_changes(old: Namespace, new: Namespace) -> Iterator[Change]:
    for key in ("version", "id", "owner", "label", "description"):
        before, after = getattr(old.model, key), getattr(new.model, key)
        if before != after:
            subject, detail = (Subject.VERSION, "") if key == "version" else (Subject.MODEL, key)
            said = ChangeKind.CHANGED, subject, "", before, after, detail, "model"
            yield Change(*said, **_places(old, new, ("model", key)))


def _payload_changes(old: Namespace, new: Namespace, contracts: ContractFacts) -> Iterator[Change]:
    """Changes of payloads as such; the tree has those of the topics that carry them."""
    for name in dict.fromkeys((*old.payloads, *new.payloads)):
        before, after = old.payloads.get(name), new.payloads.get(name)
        places, cause = _places(old, new, ("payloads", name)), f"payload {name}"
        if before is None or after is None:
            kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED
            places = _places(old, new, ("payloads", name), kind=kind)
            yield Change(kind, Subject.PAYLOAD, detail=name, cause=cause, **places)
            continue
        for fact in contracts.of_payload(before, after):
            said = fact.kind, fact.subject, "", fact.before, fact.after, fact.path, cause
            yield Change(*said, keeps=fact.keeps, **places)


def _class_changes(old: Namespace, new: Namespace) -> Iterator[Change]:
    """Former names of classes that the old version does not have; the tree has the rest."""
    known = {name for made in old.classes.values() for name in made.names}
    for name, made in new.classes.items():
        for text in made.moved_from:
            if text not in known:
                known.add(text)
                cause = f"class {name}"
                said = ChangeKind.ADDED, Subject.MOVED_FROM, "", None, text, cause, cause
                yield Change(*said, new_place=deepest(new, ("classes", name, "moved_from")))


# --- clients ---------------------------------------------------------------------------------------


def _client_changes(old: Namespace, new: Namespace) -> Iterator[Change]:
    for name in dict.fromkeys((*old.clients, *new.clients)):
        before, after = old.clients.get(name), new.clients.get(name)
        path, cause = ("clients", name), f"client {name}"
        if before is None or after is None:
            kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED
            places = _places(old, new, path, kind=kind)
            yield Change(kind, Subject.CLIENT, detail=name, cause=cause, **places)
        elif before.owner != after.owner:
            said = ChangeKind.CHANGED, Subject.OWNER, "", before.owner, after.owner, cause, cause
            yield Change(*said, **_places(old, new, (*path, "owner")))
        for subject in (Subject.PUBLISH, Subject.SUBSCRIBE):
            key = str(subject)
            was, is_ = (list(map(str, getattr(c, key))) if c else [] for c in (before, after))
            for text in was:
                if text not in is_:
                    kind, here = ChangeKind.REMOVED, (*path, key, was.index(text))
                    at = _places(old, new, here, (*path, key), kind)
                    yield Change(kind, subject, "", text, None, name, cause, **at)
            for text in is_:
                if text not in was:
                    kind, here = ChangeKind.ADDED, (*path, key, is_.index(text))
                    at = _places(old, new, here, kind=kind)
                    yield Change(kind, subject, "", None, text, name, cause, **at)


# --- Kafka -----------------------------------------------------------------------------------------


def _kafka_changes(
    old: Namespace, new: Namespace, kept: Count, levels_changed: Levels, *, has_unnamed: bool
) -> Iterator[Change]:
    """The changes in where records go; ``kept`` is the number of MQTT topics in both versions."""
    if has_unnamed:
        kept = NO_END
    said = [_effective(namespace) for namespace in (old, new)]
    plain = [dict(effective) for effective in said]
    if old.root_levels != new.root_levels and kept != 0:
        # Levels are counted from below the root.
        for effective, namespace in zip(said, (old, new), strict=True):
            below = "/".join(namespace.root_levels) or "no root"
            effective[Subject.KAFKA_SPLIT] += f" below {below}"
            effective[Subject.KAFKA_ORDER] += f" below {below}"
    records = None
    if said[0] != said[1] or levels_changed:
        records = None if has_unnamed else translate_all(old, new)
    for subject, before in said[0].items():
        after = said[1][subject]
        reason = None
        if before == after:
            reason = _why_moved(subject, before, old, new, levels_changed)
            if reason is None and has_unnamed and _level(subject, before, old) is not None:
                reason = "equipment below an open node was added or removed"
            if reason is None:
                continue
        if records is not None:
            moved = listed_moves(records, subject)
        else:
            moved = _moved(subject, old, new, kept)
        if plain[0][subject] == plain[1][subject] and moved.topics == 0:
            continue
        goes = _goes(subject, moved.example, old, new)
        key = _KEYS[subject]
        yield Change(
            ChangeKind.CHANGED,
            subject,
            moved.example or "",
            before,
            after,
            cause="kafka",
            count=to_number(moved.topics),
            reason="; ".join(filter(None, (reason, goes))) or None,
            old_place=deepest(old, ("kafka", key)),
            new_place=deepest(new, ("kafka", key)),
        )


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
    """The Kafka settings in effect, with defaults filled in."""
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
    """Why records move although the setting is the same: the order of equipment levels changed."""
    level = _level(subject, value, old)
    if level is None:
        return None
    stayed = [
        (name, name) for name in (one.name for one in old.levels) if name in new.levels.by_key
    ]
    for before, after in (*levels_changed, *stayed):
        if _cuts(old, before, level) != _cuts(new, after, level):
            return f"the order of {before or 'some equipment'} and {level.name} changed"
    return None


def _level(subject: Subject, value: str, namespace: Namespace) -> EquipmentLevel | None:
    """The equipment level that a setting names, if it names one."""
    by_level = subject in {Subject.KAFKA_SPLIT, Subject.KAFKA_ORDER}
    return namespace.levels.by_key.get(value) if by_level else None


def _cuts(namespace: Namespace, name: str | None, level: EquipmentLevel) -> object:
    """The relation of an equipment level to ``level``: the same, above, below, or neither."""
    levels = namespace.levels
    if name is None or name == level.name:
        return name
    rank, limit = levels.rank(levels.by_key[name]), levels.rank(levels.by_key[level.name])
    return None if rank is None else rank <= (limit or 0.0)


def _moved(subject: Subject, old: Namespace, new: Namespace, kept: Count) -> Moved:
    """The number of the ``kept`` topics that go elsewhere, and an example."""
    found = None
    if subject in _OF_PARTITIONS and _shares_partitions(subject, old, new):
        return Moved()
    if subject in {Subject.KAFKA_SPLIT, Subject.KAFKA_ORDER}:
        found = moved_records(old, new, subject)
    if subject is Subject.KAFKA_OVERFLOW and not _may_overflow(old):
        return Moved()
    if found is None:
        return Moved(kept, _example(old, new))
    return (
        found if found.example or found.topics == 0 else found._replace(example=_example(old, new))
    )


#: The settings that decide the partition of a record.
_OF_PARTITIONS = {Subject.KAFKA_ORDER, Subject.KAFKA_PARTITIONER, Subject.KAFKA_PARTITIONS}


def _shares_partitions(subject: Subject, old: Namespace, new: Namespace) -> bool:
    """True if records with the same text to hash surely keep their partition."""
    if old.kafka.cluster.partitions == new.kafka.cluster.partitions == 1:
        return True
    if subject is not Subject.KAFKA_PARTITIONER:
        return False
    mappings = old.kafka.mapping, new.kafka.mapping
    names = {mapping.partitioner for mapping in mappings}
    # Only records without a key differ in these, and ours have one; consistent_random takes an
    # empty one for none, and the end of a topic may be empty.
    if "consistent_random" in names and any(mapping.key == "tail" for mapping in mappings):
        return False
    return len({PARTITIONERS[name] for name in names}) == 1


def _may_overflow(namespace: Namespace) -> bool:
    """True if a place may have a name that is too long for a Kafka topic."""
    return any(place.is_too_long or place.longest is None for place in namespace.kafka.places())


def _goes(subject: Subject, topic: str | None, old: Namespace, new: Namespace) -> str | None:
    """The old and the new Kafka topic of a topic, in words, if they differ."""
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
