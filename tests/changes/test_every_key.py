"""Every key of the model file is compared, or is on the list of those that are not.

A key that is added to the language fails here until there is an edit of it, or a reason.
"""

from __future__ import annotations

import copy
import json
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import uns
from uns.changes.declarations import NOT_COMPARED
from uns.loading.model_format import (
    BrokerDeclaration,
    ClassDeclaration,
    ClientDeclaration,
    Declaration,
    Defaults,
    Deprecation,
    EquipmentDeclaration,
    FieldDeclaration,
    KafkaSettings,
    LevelDeclaration,
    LintSettings,
    MessageDeclaration,
    MetricDeclaration,
    ModelInfo,
    PayloadDeclaration,
    PropertyDeclaration,
    Sections,
    TopicDeclaration,
    TopicSettings,
    known_keys,
)

LIFE = {"since": "1.0.0", "until": "2.0.0", "replaced_by": "lyon/other"}
NOTES = {"label": "L", "description": "D", "owner": "o", "deprecated": LIFE}
ENDPOINT = {
    **NOTES, "kind": "state", "retain": True, "qos": 1, "aspect": "raw", "required": False,
    "source_id": "S",
}  # fmt: skip

MODEL: dict[str, Any] = {
    "uns": 1,
    "model": {"id": "acme", "version": "1.0.0", "owner": "o", "label": "L", "description": "D"},
    "topic": {
        "root": "acme", "segment": "[a-z0-9_-]+", "containment": "strict", "profiles": ["mqtt"],
    },
    "defaults": {"metric_payload": "vtq/1", "retain": True, "info": False, "qos": 1},
    "levels": {
        "hall": {
            "plural": "halls", "under": ["site", "area"], "kind": "Area", "label": "L",
            "description": "D", "payload": "one/1", "required": ["speed"],
            "metrics": {"speed": {"type": "number"}}, "topics": {"report": {"payload": "one/1"}},
        },
    },
    "aspects": {"raw": "_raw", "spare": "_spare"},
    "payloads": {
        "one/1": {
            "label": "L", "description": "D", "examples": [{"n": 1, "o": {"k": 1}, "a": [1]}],
            "fields": {
                "n": {"type": "number", "unit": "kW", "min": 0, "max": 9, "description": "D"},
                "s?": {"type": "string", "max_length": 9, "pattern": "[a-z]*", "default": "a"},
                "e?": {"type": "enum", "values": ["a", "b"], "open": True},
                "o": {"type": "object", "fields": {"k": {"type": "number"}}},
                "a": {"type": "array", "items": {"type": "number"}},
            },
        },
        "alt/1": {"fields": {"value": {"type": "metric_value"}}},
        "two/1": {"json_schema": "two.schema.json"},
        "number/1": {"value": {"type": "number", "unit": "kW", "min": 0, "max": 9, "description": "D"}},
        "text/2": {
            "value": {"type": "string", "max_length": 9, "pattern": "[a-z]*"}, "encoding": "text",
            "content_type": "text/csv", "max_bytes": 20,
        },
        "word/1": {"value": {"type": "enum", "values": ["a", "b"], "open": True}},
        "list/1": {"value": {"type": "array", "items": {"type": "number"}}},
        "object/1": {"value": {"type": "object", "fields": {"k": {"type": "number"}}}},
        "lot/1": {"identity": ["a"], "fields": {"a": {"type": "string"}, "b": {"type": "string"}}},
    },
    "classes": {
        "Base": {},
        "Other": {"abstract": False},
        "Filler": {
            **NOTES, "level": "production_line", "extends": ["Base"], "payload": "one/1",
            "properties": {
                "size": {"type": "number", "unit": "L", "min": 0, "max": 9, "description": "D"},
                "make": {"type": "enum", "values": ["a", "b"]},
            },
            "metrics": {"power": {"type": "number"}},
            "topics": {"counts": {"payload": "one/1"}},
            "children": {"cells": {"valve": {"metrics": {"flow": {"type": "number"}}}}},
            "required": ["power"],
        },
    },
    "sites": {
        "lyon": {
            **NOTES, "asset": "A", "source_id": "S", "open": False, "payload": "one/1",
            "segment": "[a-z0-9_{}-]+",
            "metrics": {
                "temp": {**ENDPOINT, "payload": "vtq/1", "type": "number", "unit": "Cel", "min": 0, "max": 9},
                "mode": {"type": "enum", "values": ["a", "b"], "open": True},
                "lot": {"type": "string", "max_length": 9, "pattern": "[a-z]*"},
                "flow": {"type": "number", "every": "10 s", "rate": "5/s", "bytes": 40},
                "door": {"type": "boolean", "kind": "event", "expires": "1 h"},
            },
            "topics": {
                "orders": {**ENDPOINT, "payload": "one/1"}, "number": {"payload": "number/1"},
                "text": {"payload": "text/2"}, "word": {"payload": "word/1"},
                "list": {"payload": "list/1"}, "object": {"payload": "object/1"},
                "lots": {"payload": "lot/1"},
                "batch": {"payload": "one/1", "every": "10 s", "rate": "5/s", "bytes": 40},
                "start": {"payload": "one/1", "kind": "command", "expires": "30 s"},
            },
            "required": ["mode"],
            "halls": {"north": {"info": False}},
            "lines": {
                "line1": {"class": "Filler", "properties": {"size": 3}},
                "{spare}": {"pattern": "spare[0-9]", "metrics": {"speed": {"type": "number"}}},
            },
        },
    },
    "kafka": {
        "prefix": "uns", "split": 3, "key": "full", "order_by": 2, "partitioner": "murmur2",
        "partitions": 6, "replication": 3, "brokers": 3, "max_topics": 200, "overflow": "reject",
        "retention": "7 d",
    },
    "brokers": {
        "lyon": {"description": "D", "holds": ["+/lyon/#"], "upstream": "hq"},
        "spare": {"upstream": "hq"}, "mid": {"upstream": "hq"}, "hq": {},
    },
    "clients": {
        "historian": {
            "owner": "o", "label": "L", "description": "D", "publish": ["acme/lyon/#"],
            "subscribe": ["acme/#"], "broker": "lyon", "user": "u",
        },
        "plain": {"via": "mqtt", "subscribe": ["acme/#"]},
        "stream": {"via": "kafka", "group": "g", "subscribe": ["acme/#"]},
    },
}  # fmt: skip

GONE = object()

#: By declaration and key: where it stands in the model, and what is put there.
EDITS: dict[tuple[type[Declaration], str], tuple[str, Any]] = {}


def _edits(holder: type[Declaration], above: str, **edits: Any) -> None:
    """Edits of keys of one declaration; a pair names another place for one key."""
    for key, new in edits.items():
        name = key.rstrip("_")
        path, value = new if isinstance(new, tuple) else (f"{above} {name}", new)
        EDITS[holder, name] = (path, value)


_notes: dict[str, Any] = {"label": "M", "description": "E", "owner": "p"}
_endpoint: dict[str, Any] = {
    **_notes, "kind": "event", "retain": False, "qos": 2, "aspect": "spare", "required": True,
    "source_id": "T", "deprecated": GONE,
}  # fmt: skip
_edits(
    Sections, "", model=("model id", "other"), topic=("topic root", "other"),
    defaults=("defaults qos", 2), levels=("levels hall label", "M"), aspects=("aspects spare", "_s"),
    payloads=("payloads two/1", GONE), classes=("classes Other", GONE),
    kafka=("kafka prefix", "p"), brokers=("brokers spare", GONE), clients=("clients historian", GONE),
)  # fmt: skip
_edits(ModelInfo, "model", id="b", version="1.1.0", **_notes)
_edits(TopicSettings, "topic", root="b", segment="[a-z0-9_{}-]+", containment="free", profiles=["emqx"])  # fmt: skip
_edits(Defaults, "defaults", metric_payload="alt/1", retain=False, info=True, qos=2)
_edits(
    LevelDeclaration, "levels hall", plural="hallen", under=["site"], kind="Site", label="M",
    description="E", payload=GONE, required=GONE, metrics=("levels hall metrics speed type", "boolean"),
    topics=("levels hall topics report", GONE),
)  # fmt: skip
_edits(
    ClassDeclaration, "classes Filler", **_notes, level=GONE, extends=GONE, payload=GONE,
    properties=("classes Filler properties make", GONE), required=GONE,
    abstract=("classes Other abstract", True), deprecated=GONE,
    metrics=("classes Filler metrics power type", "boolean"),
    topics=("classes Filler topics counts", GONE),
    children=("classes Filler children cells valve metrics flow type", "boolean"),
)  # fmt: skip
_edits(
    PropertyDeclaration, "classes Filler properties size", type="integer", unit="hL", min=1, max=8,
    values=("classes Filler properties make values", ["a", "b", "c"]), description="E",
)  # fmt: skip
_edits(
    EquipmentDeclaration, "sites lyon", **_notes, asset="B", source_id="T", open=True, payload=GONE,
    deprecated=GONE, metrics=("sites lyon metrics lot", GONE), topics=("sites lyon topics orders", GONE),
    required=GONE, class_=("sites lyon lines line1 class", "Base"),
    properties=("sites lyon lines line1 properties size", 4),
    pattern=("sites lyon lines {spare} pattern", "spare[0-4]"), segment="[a-z0-9_-]+",
    info=("sites lyon halls north info", True),
)  # fmt: skip
_edits(Deprecation, "sites lyon deprecated", since="1.1.0", until="3.0.0", replaced_by="lyon/b")
_edits(
    MetricDeclaration, "sites lyon metrics temp", **_endpoint, payload="alt/1", type="integer", unit="K",
    min=1, max=8, max_length=("sites lyon metrics lot max_length", 8),
    pattern=("sites lyon metrics lot pattern", "[a-y]*"),
    values=("sites lyon metrics mode values", ["a"]), open=("sites lyon metrics mode open", False),
    nullable=True,
    every=("sites lyon metrics flow every", "5 s"), rate=("sites lyon metrics flow rate", "7/s"),
    bytes=("sites lyon metrics flow bytes", 50), expires=("sites lyon metrics door expires", "2 h"),
)  # fmt: skip
_edits(
    TopicDeclaration, "sites lyon topics orders", **_endpoint, payload="two/1",
    every=("sites lyon topics batch every", "20 s"), rate=("sites lyon topics batch rate", "7/s"),
    bytes=("sites lyon topics batch bytes", 50), expires=("sites lyon topics start expires", "20 s"),
)  # fmt: skip
_edits(
    PayloadDeclaration, "payloads one/1", label="M", description="E", examples=GONE,
    fields=("payloads one/1 fields e?", GONE), json_schema=("payloads two/1 json_schema", "three.schema.json"),
    value=("payloads number/1 value", "boolean"), encoding=("payloads text/2 encoding", GONE),
    content_type=("payloads text/2 content_type", "text/plain"), max_bytes=("payloads text/2 max_bytes", 30),
    identity=("payloads lot/1 identity", ["b"]),
)  # fmt: skip
_edits(
    FieldDeclaration, "payloads one/1 fields n", type="integer", unit="W", min=1, max=8, description="E",
    max_length=("payloads one/1 fields s? max_length", 8),
    pattern=("payloads one/1 fields s? pattern", "[a-y]*"),
    default=("payloads one/1 fields s? default", "b"),
    values=("payloads one/1 fields e? values", ["a"]), open=("payloads one/1 fields e? open", False),
    fields=("payloads one/1 fields o fields k type", "integer"),
    items=("payloads one/1 fields a items type", "integer"), nullable=True,
)  # fmt: skip
_edits(
    MessageDeclaration, "payloads number/1 value", type="integer", unit="W", min=1, max=8, description="E",
    nullable=True, max_length=("payloads text/2 value max_length", 8),
    pattern=("payloads text/2 value pattern", "[a-y]*"),
    values=("payloads word/1 value values", ["a"]), open=("payloads word/1 value open", False),
    fields=("payloads object/1 value fields k type", "integer"),
    items=("payloads list/1 value items type", "integer"),
)  # fmt: skip
_edits(
    KafkaSettings, "kafka", prefix="p", split=2, key="tail", order_by=1, partitioner="crc32",
    partitions=12, replication=1, brokers=1, max_topics=100, overflow="bucket",
    retention="1 d",
)  # fmt: skip
_edits(
    ClientDeclaration, "clients historian", **_notes, publish=["acme/lyon/+"], subscribe=["acme/+/#"],
    broker="hq", user="v", via=("clients plain via", "kafka"), group=("clients stream group", "h"),
)  # fmt: skip
_edits(BrokerDeclaration, "brokers lyon", description="E", holds=["+/lyon/+/#"], upstream="mid")

#: The keys on the list of what is not compared, as declarations and keys.
LISTED: dict[str, list[tuple[type[Declaration], str]]] = {
    "uns": [(Sections, "uns")],
    "include": [(Sections, "include")],
    "library, version and description of a file": [
        (Sections, "library"), (Sections, "version"), (Sections, "description"),
    ],
    "moved_from": [
        (holder, "moved_from")
        for holder in (ClassDeclaration, EquipmentDeclaration, MetricDeclaration, TopicDeclaration)
    ],
    "lint": [(Sections, "lint"), *((LintSettings, key) for key in known_keys(LintSettings))],
    "metrics, topics, required and children of a class without nodes": [],
}  # fmt: skip


def _holders(holder: type[Declaration], known: set[type[Declaration]]) -> set[type[Declaration]]:
    """All declarations that the language has."""
    known.add(holder)
    for field in holder.model_fields.values():
        for inner in _declarations_in(field.annotation):
            if inner not in known:
                _holders(inner, known)
    return known


def _declarations_in(annotation: Any) -> Iterator[type[Declaration]]:
    if isinstance(annotation, type) and issubclass(annotation, Declaration):
        yield annotation
    for part in typing.get_args(annotation):
        yield from _declarations_in(part)


def test_every_key_of_the_language_is_edited_here_or_listed_as_not_compared():
    holders = _holders(EquipmentDeclaration, _holders(Sections, set()))
    every = {(holder, key) for holder in holders for key in known_keys(holder)}
    listed = [pair for pairs in LISTED.values() for pair in pairs]
    assert set(LISTED) == set(NOT_COMPARED)
    assert {(h.__name__, k) for h, k in every} == {(h.__name__, k) for h, k in [*EDITS, *listed]}


def test_the_docs_list_what_is_not_compared():
    page = Path("docs/how-to/review-changes.md").read_text(encoding="utf-8")
    for keys, reason in NOT_COMPARED.items():
        assert f"| {keys} | {reason} |" in page


def _written(value: Any, depth: int = 0, path: str = "") -> Iterator[tuple[str, str]]:
    """The lines of a mapping as YAML, each with its path."""
    for key, inner in value.items():
        here = f"{path} {key}".strip()
        is_map = isinstance(inner, dict) and inner
        text = "" if is_map else f" {json.dumps(inner)}"
        yield f"{'  ' * depth}{json.dumps(key)}:{text}", here
        if is_map:
            yield from _written(inner, depth + 1, here)


class _Version:
    """A version of the model, with the line of each path."""

    def __init__(self, said: dict[str, Any], folder: Path) -> None:
        lines = list(_written(said))
        self.line_of = {path: number for number, (_, path) in enumerate(lines, 1)}
        file = folder / "m.uns.yaml"
        file.write_text("\n".join(line for line, _ in lines), encoding="utf-8")
        for name in ("two", "three"):
            schema = json.dumps({"title": name, "type": "object"})
            (folder / f"{name}.schema.json").write_text(schema, encoding="utf-8")
        self.namespace = uns.load(file)

    def near(self, path: str) -> set[int]:
        """The lines of a path, of everything in it, and of the start of what is around it."""
        around = path.rpartition(" ")[0]
        lines = {line for known, line in self.line_of.items() if f"{known} ".startswith(f"{path} ")}
        start = self.line_of.get(around, 0)
        return lines | {start, start + 1}


def _edited(path: str, value: Any) -> dict[str, Any]:
    said = copy.deepcopy(MODEL)
    *above, last = path.split()
    inner = said
    for key in above:
        inner = inner[key]
    if value is GONE:
        del inner[last]
    else:
        assert inner.get(last) != value
        inner[last] = value
    return said


def _repaired(said: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """What else has to change, so that the edited model loads."""
    if path == "levels hall plural":
        said["sites"]["lyon"][value] = said["sites"]["lyon"].pop("halls")
    if path == "sites lyon lines line1 class":
        del said["sites"]["lyon"]["lines"]["line1"]["properties"]
    return said


@pytest.mark.parametrize(
    ("path", "value"),
    [pytest.param(*edit, id=f"{h.__name__}.{k}") for (h, k), edit in EDITS.items()],
)
def test_an_edit_of_a_key_is_a_change_at_its_place(path: str, value: Any, tmp_path: Path):
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    old = _Version(MODEL, tmp_path / "old")
    new = _Version(_repaired(_edited(path, value), path, value), tmp_path / "new")
    changes = uns.diff(old.namespace, new.namespace)
    assert changes, "nothing changed"
    places = [
        (change.old_span and change.old_span.line in old.near(path))
        or (change.new_span and change.new_span.line in new.near(path))
        for change in changes
    ]
    assert any(places), [(str(c), str(c.old_span), str(c.new_span)) for c in changes]
