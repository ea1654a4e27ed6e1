"""Changes of declarations outside the tree: levels, aspects, classes, settings, and notes.

What such a declaration makes of topics and nodes is told in the tree, with their number. Here is
the rest, so that :func:`uns.diff` misses no key of the model file but those in
:data:`NOT_COMPARED`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from uns.changes.facts import Change, ChangeKind, Said, Subject
from uns.changes.trees import extension_changes
from uns.counts import Count, from_number, to_number
from uns.model.namespace import Namespace
from uns.model.nodes import Node
from uns.model.tree import EquipmentClass
from uns.payloads import (
    Compatibility,
    Field,
    PayloadContract,
    PayloadType,
    ValueType,
    compare,
)
from uns.payloads.faults import describe

#: The keys of the model file that :func:`uns.diff` does not compare, each with the reason.
NOT_COMPARED: Mapping[str, str] = MappingProxyType(
    {
        "uns": "there is one version of the language",
        "include": "where something is declared does not matter, only what is declared",
        "library, version and description of a file": "they describe a file, not the namespace",
        "moved_from": "it declares a move, and the move is compared",
        "lint": "it says how the model is checked, not what it describes",
        "metrics, topics, required and children of a class without nodes": "no topic has them",
    }
)

#: A path of keys, and of numbers of items, to a declaration.
Path: TypeAlias = tuple[str | int, ...]

#: Most nodes that are compared one by one.
MOST_NODES = 10_000

#: The longest text of a value in a change.
MOST_TEXT = 120


class Told(NamedTuple):
    """A fact about the tree."""

    subject: Subject
    cause: str
    before: str | None
    after: str | None


def declaration_changes(old: Namespace, new: Namespace, told: Collection[Told]) -> Iterator[Change]:
    """The changes of declarations, without those that are ``told`` in the tree."""
    both = _Both(old, new)
    yield from _topic_changes(both)
    yield from _level_changes(both)
    yield from _aspect_changes(both, told)
    yield from _payload_notes(both)
    yield from _class_changes(both, told)
    yield from _client_notes(both)
    yield from _extension_changes(both)
    for key in ("replication", "brokers", "max_topics"):
        yield from both.setting("kafka", key)
    kept = str(old.kafka.retention), str(new.kafka.retention)
    yield from both.change(Subject.KAFKA_RETENTION, kept, ("kafka", "retention"), "kafka")


class _Both:
    """Two versions, to compare what their files say."""

    def __init__(self, old: Namespace, new: Namespace) -> None:
        self.old, self.new = old, new

    def change(
        self,
        subject: Subject,
        values: tuple[Any, Any],
        path: tuple[str, ...],
        cause: str,
        detail: str = "",
        **more: Any,
    ) -> Iterator[Change]:
        """The change of a value, with its place in both versions; none if it is the same."""
        if values[0] == values[1]:
            return
        texts = map(_text, values)
        kind = ChangeKind.CHANGED
        if subject is Subject.SETTING and None in values:
            kind = ChangeKind.ADDED if values[0] is None else ChangeKind.REMOVED
        places = (deepest(namespace, path) for namespace in (self.old, self.new))
        yield _change(kind, subject, texts, places, detail=detail, cause=cause, **more)

    def is_same(self, *path: str) -> bool:
        """True if the files of both versions say the same at a path."""
        return bool(self.old.declared(*path) == self.new.declared(*path))

    def have(self, path: Path) -> bool:
        """True if the files of both versions have a declaration."""
        return all(namespace.locate(*path, key=True) for namespace in (self.old, self.new))

    def nodes(self, **wanted: Any) -> dict[str, Any]:
        """The first node that both versions have, and how many they are, for a change.

        In a large model a node counts if it is in the new version, and there is any in the old.
        """
        old, new = (_positions(ns.find(**wanted, expand=False)) for ns in (self.old, self.new))
        sizes = [from_number(side["count"]) for side in (old, new)]
        if sizes[0] == 0 or max(sizes) > MOST_NODES:
            return new if sizes[0] != 0 else {"count": 0}
        known = {node.topic for node in self.old.find(**wanted)}
        kept = [node.topic for node in self.new.find(**wanted) if node.topic in known]
        if len(kept) == sizes[1]:
            return new
        return {"template": kept[0] if kept else "", "count": len(kept)}

    def setting(self, *path: str, cause: str = "") -> Iterator[Change]:
        """The change of a value as the files say it."""
        values = self.old.declared(*path), self.new.declared(*path)
        by = cause or path[0]
        yield from self.change(Subject.SETTING, values, path, by, ".".join(path))

    def notes(self, keys: Iterable[str], path: tuple[str, ...], detail: str) -> Iterator[Change]:
        """The changes of texts for people, as the files say them."""
        for key in keys:
            here = (*path, key)
            values = self.old.declared(*here), self.new.declared(*here)
            yield from self.change(Subject(key), values, here, detail, detail)

    def extensions(
        self, values: tuple[Mapping[str, Any], Mapping[str, Any]], path: Path, cause: str
    ) -> Iterator[Change]:
        """The changes of the extension keys of a declaration."""
        where = ".".join(map(str, path))
        for key, *texts in extension_changes(*values):
            places = (deepest(namespace, (*path, key)) for namespace in (self.old, self.new))
            detail = f"{key} of {where}" if where else key
            said = ChangeKind.CHANGED, Subject.EXTENSION, texts, places
            yield _change(*said, detail=detail, cause=cause)


def _extension_changes(both: _Both) -> Iterator[Change]:
    """The changes of extension keys outside the tree, where both versions have the declaration."""
    old, new = both.old.extensions, both.new.extensions
    for path in dict.fromkeys((*old, *new)):
        if not path or path == ("model",) or both.have(path):
            cause = ".".join(map(str, path)) or "model"
            yield from both.extensions((old.get(path, {}), new.get(path, {})), path, cause)


def _change(
    kind: ChangeKind,
    subject: Subject,
    texts: Iterable[str | None],
    places: Iterable[Said | None],
    **more: Any,
) -> Change:
    (before, after), (was, is_) = texts, places
    there: dict[str, Any] = {
        ChangeKind.ADDED: {"new_place": is_},
        ChangeKind.REMOVED: {"old_place": was, "near_place": is_},
    }.get(kind, {"old_place": was, "new_place": is_})
    return Change(kind, subject, before=before, after=after, **there, **more)


def deepest(namespace: Namespace, path: Path) -> Said | None:
    """The place of the deepest part of a path that the files have; a field may be optional."""
    known: Path = ()
    for part in path:
        spelled = ((*known, part), (*known, f"{part}?"))
        found = next((here for here in spelled if namespace.declared(*here) is not None), None)
        if found is None:
            break
        known = found
    return Said(namespace, known) if known else None


_STEP = re.compile(r"\.(?P<plain>[^.\[]+)|\['(?P<quoted>[^']*)'\]|(?P<items>\[\*\])")


def field_path(detail: str) -> Iterator[str]:
    """The keys of a field in a payload, from its JSON path: ``$.a[*].b`` is the field `b` of items."""
    for step in _STEP.finditer(detail):
        name = step["plain"] or step["quoted"]
        if step["items"] or name == "*":
            yield "items"
        elif name:
            yield "fields"
            yield name


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 3]}..."


def _names(one: Iterable[str], other: Iterable[str]) -> Iterator[str]:
    return iter(dict.fromkeys((*one, *other)))


def _topic_changes(both: _Both) -> Iterator[Change]:
    for key in ("segment", "containment", "profiles"):
        yield from both.setting("topic", key)


# --- levels and aspects ----------------------------------------------------------------------------


def _level_changes(both: _Both) -> Iterator[Change]:
    levels = [{level.name: level for level in ns.levels} for ns in (both.old, both.new)]
    for name in _names(*levels):
        path, cause = ("levels", name), f"level {name}"
        before, after = levels[0].get(name), levels[1].get(name)
        if before is None or after is None:
            said = before and before.kind, after and after.kind
            yield from both.change(Subject.SETTING, said, path, cause, ".".join(path))
            continue
        if before == after and both.is_same(*path):
            continue
        kinds = before.kind, after.kind
        if kinds[0] != kinds[1]:
            more = both.nodes(equipment_level=name)
            yield from both.change(Subject.LEVEL_KIND, kinds, (*path, "kind"), cause, name, **more)
        for key in ("plural", "under"):
            values = getattr(before, key), getattr(after, key)
            yield from both.change(
                Subject.SETTING, values, (*path, key), cause, ".".join((*path, key))
            )
        yield from both.notes(("label", "description"), path, cause)


def _positions(nodes: Iterator[Node]) -> dict[str, Any]:
    """The first of some nodes, and how many they are, for a change."""
    count: Count = 0
    template = ""
    for node in nodes:
        template = template or node.template.text
        count += from_number(node.count)
    return {"template": template, "count": to_number(count)}


def _aspect_changes(both: _Both, told: Collection[Told]) -> Iterator[Change]:
    by_tree = {fact.cause for fact in told} | {
        f"aspect {name}"
        for fact in told
        if fact.subject is Subject.ASPECT
        for name in (fact.before, fact.after)
    }
    aspects = both.old.aspects, both.new.aspects
    for name in _names(*aspects):
        cause = f"aspect {name}"
        if cause not in by_tree:
            values = aspects[0].get(name), aspects[1].get(name)
            yield from both.change(
                Subject.SETTING, values, ("aspects", name), cause, f"aspects.{name}"
            )


# --- payloads and clients --------------------------------------------------------------------------


def _payload_notes(both: _Both) -> Iterator[Change]:
    for name in both.old.payloads:
        path, cause = ("payloads", name), f"payload {name}"
        # The standard payloads need no declaration.
        if not both.is_same(*path) and all(
            namespace.declared(*path) for namespace in (both.old, both.new)
        ):
            yield from both.notes(("label", "description"), path, cause)
            yield from both.notes(("description",), (*path, "value"), cause)
            yield from both.setting(*path, "examples", cause=cause)


def _client_notes(both: _Both) -> Iterator[Change]:
    for name in both.old.clients:
        if name in both.new.clients and not both.is_same("clients", name):
            yield from both.notes(("label", "description"), ("clients", name), f"client {name}")


# --- classes ---------------------------------------------------------------------------------------


def _class_changes(both: _Both, told: Collection[Told]) -> Iterator[Change]:
    known = [fact for fact in told if fact.cause.startswith("class ")]
    noted = {(fact.subject, name) for fact in known for name in _classes_of(fact.cause)}
    changed = _classes_told(told)
    for name in _names(both.old.classes, both.new.classes):
        path, cause = ("classes", name), f"class {name}"
        before, after = both.old.classes.get(name), both.new.classes.get(name)
        if before is None or after is None:
            if name not in changed:
                values = _at_level(before), _at_level(after)
                yield from both.change(Subject.SETTING, values, path, cause, ".".join(path))
            continue
        if both.is_same(*path):
            continue
        yield from both.setting(*path, "level", cause=cause)
        yield from both.setting(*path, "abstract", cause=cause)
        if name not in changed:
            yield from both.setting(*path, "extends", cause=cause)
        for key in ("label", "description", "owner", "deprecated"):
            if (Subject(key), name) not in noted:
                yield from both.notes((key,), path, cause)
        if (Subject.EXTENSION, name) not in noted:
            notes = before.notes.extensions, after.notes.extensions
            yield from both.extensions(notes, path, cause)
        yield from _property_changes(both, before, after)


def _at_level(made: EquipmentClass | None) -> str | None:
    if made is None:
        return None
    return made.level.name if made.level else "any level"


def _classes_of(cause: str) -> list[str]:
    return cause.removeprefix("class ").split(", ")


def _classes_told(told: Collection[Told]) -> set[str]:
    """The names of the classes that nodes have or had, where their classes changed."""
    texts = [
        text
        for fact in told
        if fact.subject is Subject.CLASS
        for text in (fact.before, fact.after)
        if text is not None
    ]
    listed = (text.replace(" (", ", ").replace(")", "").split(", ") for text in texts)
    return {name.removeprefix("before ") for names in listed for name in names}


def _property_changes(
    both: _Both, before: EquipmentClass, after: EquipmentClass
) -> Iterator[Change]:
    """The changes of the types of properties, at the class that declares them."""
    for name in _names(before.properties, after.properties):
        path = ("classes", after.name, "properties", name)
        types = before.properties.get(name), after.properties.get(name)
        detail, cause = f"{name} of class {after.name}", f"class {after.name}"
        if types[0] != types[1] and not _is_inherited(both, before, after, name):
            more = both.nodes(class_=after.name)
            kind = ChangeKind.CHANGED
            if None in types:
                kind = ChangeKind.ADDED if types[0] is None else ChangeKind.REMOVED
            words = (None if type_ is None else describe(type_) for type_ in types)
            places = (deepest(namespace, path) for namespace in (both.old, both.new))
            more |= {"detail": detail, "cause": cause, "keeps": _keeps(*types)}
            yield _change(kind, Subject.PROPERTY_TYPE, words, places, **more)
        yield from both.notes(("description",), path, f"property {detail}")


def _is_inherited(both: _Both, before: EquipmentClass, after: EquipmentClass, name: str) -> bool:
    """True if a class that it extends has the same change."""
    types = before.properties.get(name), after.properties.get(name)
    return any(
        types
        == (
            both.old.classes[above].properties.get(name),
            both.new.classes[above].properties.get(name),
        )
        for above in after.ancestors
        if above in both.old.classes
    )


def _keeps(old: ValueType | None, new: ValueType | None) -> Compatibility:
    """The directions in which the values of a property are still understood."""
    if old is None:
        return Compatibility.FULL
    if new is None:
        return Compatibility.NONE
    fields = (Field("p", old),), (Field("p", new),)
    contracts = [PayloadContract(PayloadType("property/1", field)) for field in fields]
    return compare(*contracts).keeps
