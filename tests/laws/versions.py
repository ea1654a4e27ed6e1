"""Versions of small models: each model has slots, and each slot has variants.

A version chooses one variant for each slot. Two versions that differ in one slot are an edit,
and those that differ in more are several edits at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import uns

Said: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Slot:
    """A place in a model, and what may be said there; the first variant is the usual one.

    A variant is merged with what the model says there; ``None`` removes a key.
    """

    name: str
    path: tuple[str, ...]
    variants: tuple[Said, ...]


@dataclass(frozen=True)
class Family:
    """A model with slots."""

    name: str
    base: Said
    slots: tuple[Slot, ...]

    def text(self, chosen: dict[str, int]) -> str:
        """The model with some slots filled otherwise than usual."""
        said: Said = _copy(self.base)
        for slot in self.slots:
            here = said
            for key in slot.path:
                here = here.setdefault(key, {})
            here.update(_copy(slot.variants[chosen.get(slot.name, 0)]))
            for key in [key for key, value in here.items() if value is None]:
                del here[key]
        return json.dumps(said)


def _copy(said: Said) -> Said:
    """A copy in which nothing is shared."""
    copied: Said = json.loads(json.dumps(said))
    return copied


@cache
def loads(text: str) -> bool:
    """Whether a model loads."""
    try:
        uns.loads(text)
    except uns.InvalidNamespace:
        return False
    return True


def edits(family: Family, slot: Slot) -> Iterator[tuple[str, str]]:
    """All versions that differ in one slot, by twos."""
    texts = [family.text({slot.name: n}) for n in range(len(slot.variants))]
    texts = [text for text in dict.fromkeys(texts) if loads(text)]
    yield from ((old, new) for old in texts for new in texts if old != new)


def _slot(name: str, path: str, *variants: Said) -> Slot:
    return Slot(name, tuple(path.split()), variants)


# --- values --------------------------------------------------------------------------------------


def _number(**facets: Any) -> Said:
    return {"type": "number", **facets}


VALUES: list[Said] = [
    _number(),
    _number(unit="kW"), _number(unit="W"), _number(unit="L/min"), _number(unit="l/min"), _number(unit="m/s"),
    _number(unit="m.s-1"), _number(min=0), _number(max=3), _number(min=0, max=3), _number(min=0, max=5),
    _number(min=1, max=3), _number(min=0, max=3, unit="kW"), _number(min=0, max=5, unit="kW"),
    _number(min=0, max=3, unit="W"), _number(min=0, max=140, unit="Cel"), _number(min=0, max=400, unit="K"),
    _number(min=0.5, max=2.5),
    {"type": "integer"}, {"type": "integer", "min": 0}, {"type": "integer", "min": 0, "max": 3}, {"type": "integer", "unit": "kW"},
    {"type": "integer", "min": 1, "max": 3}, {"type": "number", "nullable": True}, {"type": "integer", "min": 0, "nullable": True}, {"type": "enum", "values": ["a", "b"], "nullable": True},
    {"type": "boolean"},
    {"type": "string"}, {"type": "string", "max_length": 1}, {"type": "string", "max_length": 2},
    {"type": "string", "pattern": "[ab]"}, {"type": "string", "pattern": "[abZ]+"}, {"type": "string", "pattern": "[ab]{1,2}"},
    {"type": "string", "pattern": "a|b"}, {"type": "string", "pattern": "[ab]+", "max_length": 1},
    {"type": "enum", "values": ["a", "b"]}, {"type": "enum", "values": ["b", "a"]}, {"type": "enum", "values": ["a", "b", "c"]}, {"type": "enum", "values": ["a"]},
    {"type": "enum", "values": ["a", "b"], "open": True}, {"type": "enum", "values": ["a", "b", "c"], "open": True},
]  # fmt: skip

_METRIC = {
    "uns": 1,
    "payloads": {"bare/1": {"fields": {"value": {"type": "metric_value"}}}},
    "sites": {"lyon": {"metrics": {"m": {}}}},
}
_WRAPPERS: list[Said] = [
    {"value": {"type": "metric_value"}},
    {"v": {"type": "metric_value"}},
    {"value": {"type": "metric_value"}, "unit?": {"type": "metric_unit"}},
    {"value": {"type": "metric_value"}, "unit": {"type": "metric_unit"}},
    {"value": {"type": "metric_value"}, "quality?": {"type": "enum", "values": ["good", "bad"], "default": "good"}},
    {"value": {"type": "metric_value"}, "quality?": {"type": "enum", "values": ["good", "bad"], "default": "bad"}},
    {"value": {"type": "metric_value"}, "quality?": {"type": "enum", "values": ["good", "bad"]}},
    {"value": {"type": "metric_value"}, "quality": {"type": "enum", "values": ["good", "bad"]}},
    {"value?": {"type": "metric_value"}},
    {"all": {"type": "array", "items": {"type": "metric_value"}}},
    {"all": {"type": "map", "items": {"type": "metric_value"}}},
    {"in": {"type": "object", "fields": {"value": {"type": "metric_value"}}}},
]  # fmt: skip

METRICS = Family(
    "metrics",
    _METRIC,
    (
        _slot("value", "sites lyon metrics m", *VALUES),
        _slot("payload", "sites lyon metrics m", {"payload": "bare/1"}, {}, {"payload": "vtq/1"}),
        _slot("wrapper", "payloads bare/1", *({"fields": fields} for fields in _WRAPPERS)),
        _slot(
            "unit of it",
            "sites lyon metrics m",
            {},
            {"unit": "kW"},
            {"unit": "W"},
            {"unit": "l/min"},
            {"unit": "L/min"},
        ),
        _slot("default payload", "defaults", {}, {"metric_payload": "bare/1"}),
    ),
)

# --- fields ----------------------------------------------------------------------------------------

TYPES: list[Said] = [
    {"type": "integer"}, {"type": "number"}, {"type": "number", "unit": "kW"}, {"type": "number", "unit": "W"},
    {"type": "integer", "min": 0, "max": 3}, {"type": "string"}, {"type": "string", "max_length": 1}, {"type": "string", "pattern": "[ab]"},
    {"type": "boolean"}, {"type": "any"}, {"type": "timestamp_ms"}, {"type": "timestamp_ms", "min": 5}, {"type": "datetime"}, {"type": "ucum"},
    {"type": "enum", "values": ["a", "b"]}, {"type": "enum", "values": ["a", "b"], "open": True}, {"type": "enum", "values": ["a", "b", "c"], "open": True},
    {"type": "enum", "values": ["kW", "W"]}, {"type": "enum", "values": ["2026-05-04T10:00:00Z"]},
    {"type": "array", "items": {"type": "integer"}}, {"type": "array", "items": {"type": "number", "unit": "kW"}}, {"type": "array", "items": {"type": "number"}},
    {"type": "array", "items": {"type": "enum", "values": ["a", "b"]}},
    {"type": "map", "items": {"type": "integer"}}, {"type": "map", "items": {"type": "number", "unit": "kW"}}, {"type": "map", "items": {"type": "any"}},
    {"type": "object", "fields": {"k": {"type": "integer"}}}, {"type": "object", "fields": {"k?": {"type": "integer"}}},
    {"type": "object", "fields": {"k?": {"type": "integer", "default": 1}}}, {"type": "object", "fields": {"k?": {"type": "integer", "default": 2}}},
    {"type": "integer", "nullable": True}, {"type": "string", "nullable": True}, {"type": "object", "nullable": True, "fields": {"k?": {"type": "integer"}}}, {"type": "array", "items": {"type": "integer", "nullable": True}},
    {"type": "object", "fields": {"j": {"type": "string"}}}, {"type": "object", "fields": {"j?": {"type": "string"}}},
    {"type": "object", "fields": {"k?": {"type": "number", "unit": "kW"}}},
    {"type": "object", "fields": {"k": {"type": "object", "fields": {"z?": {"type": "string", "default": "a"}}}}},
    {"type": "object", "fields": {"k": {"type": "object", "fields": {"z?": {"type": "string"}}}}},
]  # fmt: skip
_PRESENCES: list[Said] = [
    {}, {"k": {"type": "integer"}}, {"k?": {"type": "integer"}}, {"k?": {"type": "integer", "default": 0}}, {"k?": {"type": "integer", "default": 1}},
    {"k?": {"type": "number", "default": 1}}, {"k?": {"type": "string"}}, {"k?": {"type": "string", "default": "a"}},
    {"k?": {"type": "enum", "values": ["a", "b"], "default": "a"}}, {"k": {"type": "integer", "description": "x"}},
    {"k?": {"type": "boolean", "default": True}}, {"k?": {"type": "boolean", "default": False}}, {"k?": {"type": "any"}},
]  # fmt: skip

#: Payloads that a topic may change to, so that nothing that is published changes under its name.
_OTHER_PAYLOADS: Said = {
    f"other/{n}": {"fields": {"s": {"type": "string"}, "n": {"type": "integer"}, **more}}
    for n, more in enumerate([*_PRESENCES, {"n": {"type": "number"}}, {"s": {"type": "string", "max_length": 3}}, {"s": {"type": "enum", "values": ["a", "b"]}}], 1)
}  # fmt: skip

#: Messages that are no object, or no JSON.
_WHOLE: list[Said] = [
    {"value": {"type": "number"}}, {"value": {"type": "integer"}}, {"value": {"type": "number", "nullable": True}}, {"value": {"type": "string"}},
    {"value": {"type": "number"}, "encoding": "text"}, {"value": {"type": "string"}, "encoding": "text"}, {"value": {"type": "string"}, "encoding": "text", "content_type": "text/csv"},
    {"encoding": "binary"}, {"encoding": "binary", "content_type": "image/png"}, {"encoding": "binary", "content_type": "image/png", "max_bytes": 100}, {"encoding": "binary", "content_type": "image/png", "max_bytes": 200},
    {"fields": {"n": {"type": "integer"}, "k": {"type": "string"}}}, {"fields": {"n": {"type": "integer"}, "k": {"type": "string"}}, "identity": ["k"]}, {"fields": {"n": {"type": "integer"}, "k": {"type": "string"}}, "identity": ["n", "k"]},
    {"fields": {"n": {"type": "integer"}, "k": {"type": "string"}}, "max_bytes": 100},
]  # fmt: skip

WHOLE = Family(
    "whole messages",
    {
        "uns": 1,
        "payloads": {f"w/{n}": said for n, said in enumerate(_WHOLE, 1)},
        "sites": {"lyon": {"topics": {"t": {}}, "metrics": {}}},
    },
    (
        _slot("payload", "sites lyon topics t", *({"payload": f"w/{n}"} for n in range(1, len(_WHOLE) + 1)), {"payload": "unknown/1"}),
        _slot("form", "payloads w/1", *({"fields": None, "value": None, **said} for said in _WHOLE)),
        _slot("kind", "sites lyon topics t", {}, {"kind": "event"}),
    ),
)  # fmt: skip

FIELDS = Family(
    "fields",
    {
        "uns": 1,
        "payloads": {"p/1": {"fields": {"s": {"type": "string"}}}, **_OTHER_PAYLOADS},
        "sites": {"lyon": {"topics": {"t": {}}}},
    },
    (
        _slot("type", "payloads p/1 fields", *({"n": said} for said in TYPES)),
        _slot("type of an optional one", "payloads p/1 fields", {}, *({"o?": said} for said in TYPES)),
        _slot("presence", "payloads p/1 fields", *_PRESENCES),
        _slot("payload", "sites lyon topics t", {"payload": "p/1"}, {"payload": "info/1"}, *({"payload": name} for name in _OTHER_PAYLOADS)),
        _slot("another payload", "payloads", {}, {"r/1": {"fields": {"s": {"type": "string"}}}}),
    ),
)  # fmt: skip

# --- delivery --------------------------------------------------------------------------------------

_X: Said = {"type": "number"}

DELIVERY = Family(
    "delivery",
    {
        "uns": 1,
        "aspects": {"raw": "_raw", "mes": "_mes"},
        "classes": {
            "A": {"metrics": {"speed": _X}},
            "B": {"extends": "A", "metrics": {"load": _X}},
            "C": {},
        },
        "levels": {"hall": {"under": "site"}},
        "sites": {
            "lyon": {
                "metrics": {"power": _X, "raw:draft": _X},
                "lines": {"line1": {"cells": {"c[1..2]": {"class": "A"}}}},
                "halls": {"h": {"metrics": {"x": _X}}},
            }
        },
        "clients": {"p": {"publish": ["lyon/#"]}, "q": {"subscribe": ["lyon/#"]}},
    },
    (
        _slot("kind", "sites lyon metrics power", {}, *({"kind": k} for k in ("state", "event", "record", "command"))),
        _slot("retain", "sites lyon metrics power", {}, {"retain": True}, {"retain": False}),
        _slot("kind and retain", "sites lyon metrics power", {}, *({"kind": k, "retain": r} for k in ("state", "event", "record", "command") for r in (True, False))),
        _slot("qos", "sites lyon metrics power", {}, {"qos": 0}, {"qos": 1}, {"qos": 2}),
        _slot("required", "sites lyon metrics power", {}, {"required": True}, {"required": False}),
        _slot("aspect", "sites lyon metrics power", {}, {"aspect": "raw"}, {"aspect": "mes"}),
        _slot("aspects", "", {}, {"aspects": {"raw": "_source", "mes": "_mes"}}, {"aspects": {"raw": "_raw", "mes": "_mes", "lab": "_lab"}}),
        _slot("name of an aspect", "", {}, {"aspects": {"rough": "_raw", "mes": "_mes"}, "sites": {"lyon": {"metrics": {"power": _X, "rough:draft": _X}}}}, {"sites": {"lyon": {"metrics": {"power": _X, "raw:draft": _X}}}}),
        _slot("in an aspect", "sites lyon metrics", {}, {"raw:power": _X}, {"raw:x/y": _X}, {"raw:draft": {**_X, "kind": "event"}}),
        _slot("notes", "sites lyon metrics power", {}, {"label": "x"}, {"description": "x"}, {"owner": "x"}, {"source_id": "x"}),
        _slot("deprecated", "sites lyon metrics power", {}, {"deprecated": {"since": "1.0.0"}}, {"deprecated": {"since": "1.0.0", "until": "2.0.0"}}),
        _slot("moved", "sites lyon metrics power", {}, {"moved_from": "lyon/pwr"}),
        _slot("defaults", "defaults", {}, {"retain": False}, {"qos": 0}, {"qos": 2}, {"info": True}),
        _slot("class", "sites lyon lines line1 cells c[1..2]", {}, {"class": None}, {"class": "B"}, {"class": "C"}, {"class": ["A", "C"]}, {"class": ["C", "B"]}),
        _slot("class written out", "sites lyon lines line1 cells c[1..2]", {}, {"metrics": {"speed": _X}}, {"metrics": {"speed": _X, "load": _X}}, {"metrics": {"speed": {**_X, "max": 5}}}, {"metrics": {"speed": {**_X, "required": True}}}),
        _slot("class A", "classes A", {}, {"metrics": {"speed": {**_X, "unit": "kW"}}}, {"metrics": {"speed": {**_X, "required": True}}}, {"metrics": {}}, {"metrics": {"speed": _X, "load": _X}},
              {"required": ["speed"]}, {"children": {"equipment_modules": {"em": {"metrics": {"x": _X}}}}}, {"metrics": {"speed": {**_X, "kind": "event"}}}, {"level": "work_cell"},
              {"topics": {"about": {"payload": "info/1", "kind": "command"}}}, {"payload": "info/1"}, {"properties": {"volume": {"type": "number", "unit": "L"}}}, {"abstract": True}),
        _slot("properties", "classes A", {}, *({"properties": said} for said in (
            {"volume": {"type": "number", "unit": "L"}}, {"volume": {"type": "number", "unit": "hL"}}, {"volume": {"type": "number", "unit": "l"}}, {"volume": {"type": "integer", "unit": "L"}},
            {"volume": {"type": "number", "unit": "L", "min": 0}}, {"volume": {"type": "string"}}, {"mode": {"type": "enum", "values": ["a", "b"]}}, {"mode": {"type": "enum", "values": ["a"]}}))),
        _slot("renamed", "classes", {}, {"A": None, "A2": {"moved_from": "A", "metrics": {"speed": _X}}, "B": {"extends": "A2", "metrics": {"load": _X}}}, {"A2": {"metrics": {"speed": _X}}}, {"A2": {"moved_from": "X"}}),
        _slot("class B", "classes B", {}, {"extends": "C"}, {"extends": ["A", "C"]}, {"metrics": {"speed": {"max": 5}}}, {"metrics": {}}),
        _slot("level", "levels", {}, {"work_cell": {"metrics": {"state": _X}}}, {"work_cell": {"metrics": {"state": _X}, "required": ["state"]}},
              {"production_line": {"metrics": {"oee": _X}}}, {"hall": {"under": "site", "kind": "Area"}}, {"hall": {"under": "site", "kind": "Site"}}, {"hall": {"under": ["site", "area"]}}),
        _slot("own topic", "sites lyon", {}, {"payload": "info/1"}, {"payload": "vtq/1"}, {"properties": {"volume": 5}}, {"asset": "x"}, {"label": "x"}),
    ),
)  # fmt: skip

# --- the tree --------------------------------------------------------------------------------------

_M = {"metrics": {"power": _X}}
_OPEN = {"open": True}
_Z = {"{id}": {"pattern": "z[0-9]", **_M}}
TREES: list[Said] = [
    {"a": _M}, {"b": _M}, {"a": _M, "b": _M}, {"[a,b]": _M}, {"a": {}}, {"a": {"metrics": {"q": _X}}}, {"a": {"metrics": {"power": _X, "q": _X}}},
    {"m[1..2]": _M}, {"m[1..4]": _M}, {"m[1..2]": _M, "m[3..4]": _M}, {"m1": _M, "m2": _M}, {"m[2..4]": _M}, {"m[1..2]": {"metrics": {"power": {"type": "string"}}}, "m[3..4]": _M},
    _Z, {"{id}": {"pattern": "z[0-9]+", **_M}}, {"{id}": {"pattern": "z1|z5", **_M}}, {"{id}": {"pattern": "[yz][0-9]", **_M}}, {"z[1..5]": _M}, {"z5": _M}, {"{id}": {"pattern": "z[0-9]", **_OPEN}},
    {**_Z, "z5": {"metrics": {"power": {"type": "string"}}}},
    {"a": _OPEN}, {"a": {**_OPEN, **_M}}, {"a": {**_OPEN, "metrics": {"q": _X}}}, {"a": {**_OPEN, "work_cells": {"a": _OPEN}}}, {"a": {**_OPEN, "work_cells": {"a": _M}}}, {"a": {"work_cells": {"a": _OPEN}}},
    {"a": {"work_cells": {"a": _M}}}, {"a": {**_M, "work_cells": {"a": _M}}}, {"a": {"work_cells": {"m[1..2]": _M}}}, {"a": {"work_cells": {"a": {**_OPEN, **_M}}}}, {"m[1..2]": _OPEN}, {"m[1..4]": {**_OPEN, **_M}},
    {"a": {"payload": "info/1"}}, {"a": {"payload": "info/1", **_OPEN}}, {"a": {"metrics": {"v[1..2]": _X}}}, {"a": {"metrics": {"v[1..3]": _X}}}, {"a": {"metrics": {"power/q": _X}}}, {"a": {"work_cells": {"power": {"metrics": {"q": _X}}}}},
    {"b": {**_M, "moved_from": "lyon/a"}}, {"b": {**_M, "moved_from": "lyon/nowhere"}}, {"a": {"metrics": {"q": {**_X, "moved_from": "power"}}}}, {"a": {"metrics": {"power": {**_X, "moved_from": "nope"}}}},
    {"m[1..2]": {**_M, "moved_from": "lyon/a"}}, {"b": {"work_cells": {"a": {**_M, "moved_from": "lyon/a"}}}}, {"b": {"moved_from": "lyon/a", "metrics": {"q": {**_X, "moved_from": "power"}}}},
    {"b": {**_OPEN, "moved_from": "lyon/a"}}, {"b": {"moved_from": "lyon/a", "metrics": {"q": _X}}}, {"b": {"moved_from": "lyon/a", **_M}, "a": {"metrics": {"q": _X}}},
    {"a": {"metrics": {"power": {**_X, "deprecated": {"since": "1.0.0"}}}}}, {"a": {**_M, "deprecated": {"since": "1.0.0", "until": "2.0.0"}}},
    {"a": {**_M, "moved_from": "lyon/b"}, "b": {**_M, "moved_from": "lyon/a"}}, {"b": {**_M, "moved_from": "lyon/a"}, "c": {**_M, "moved_from": "lyon/b"}},
    {"a": {"class": "A"}}, {"m[1..2]": {"class": "A"}}, {"a": {"class": "P"}}, {"a": {"class": "P", "work_cells": {"part": {"metrics": {"q": _X}}}}},
]  # fmt: skip

TREE = Family(
    "tree",
    {
        "uns": 1,
        "model": {"id": "acme", "version": "1.0.0"},
        "topic": {"containment": "free"},
        "classes": {"A": _M, "P": {"children": {"work_cells": {"part": _M}}}},
        "sites": {"lyon": {}},
        "clients": {"p": {"publish": ["lyon/#"]}, "q": {"subscribe": ["lyon/+/power", "+/a/#"]}},
    },
    (
        _slot("cells", "sites lyon", *({"work_cells": tree} for tree in TREES)),
        _slot("lines", "sites lyon", {}, {"lines": {"m9": _M}}, {"lines": {"line[1..2]": {"cells": {"a": _M}}}}, {"areas": {"area": {"cells": {"a": _M}}}}, {"lines": {"line-1": {"cells": {"a": _M}}}}),
        _slot("site", "sites lyon", {}, _OPEN, _M, {"payload": "info/1"}, {"moved_from": "reims"}, {"info": True}),
        _slot("sites", "sites", {}, {"oslo": _M}, {"oslo": _OPEN}, {"{site}": {"pattern": "y[0-9]", **_M}}, {"[reims,rouen]": _M}),
        _slot("root", "topic", {}, {"root": "uns"}, {"root": "uns/v1"}, {"root": "lyon"}, {"root": "/x"}),
        _slot("info", "defaults", {}, {"info": True}),
        _slot("segment", "topic", {}, {"segment": "[a-z0-9{}]+"}),
        _slot("version", "model", {}, {"version": "2.0.0"}, {"version": "0.1.0"}),
        _slot("end of life", "", {}, {"sites": {"lyon": {"work_cells": {"a": {**_M, "deprecated": {"since": "1.0.0", "until": "2.0.0"}}}}}}, {"sites": {"lyon": {}}},
              {"model": {"id": "acme", "version": "2.0.0"}, "sites": {"lyon": {}}}),
        _slot("top", "", {}, {"areas": {"hall": _M}}, {"enterprise": {"acme": {"sites": {"lyon": _M}}}}),
    ),
)  # fmt: skip

# --- clients ---------------------------------------------------------------------------------------

_FILTERS = [
    "#", "lyon/#", "lyon/a/#", "lyon/a/power", "lyon/+/power", "+/+/power", "lyon/a/+", "lyon/b/#", "oslo/#", "lyon/a", "+", "lyon/+/#", "lyon/o/q", "lyon/nothing",
]  # fmt: skip
_PUBLISH: list[Said] = [
    {}, *({"publish": [text]} for text in _FILTERS), {"publish": ["lyon/a/#", "lyon/b/#"]}, {"publish": ["lyon/a/power", "lyon/a/#"]}, {"publish": ["lyon/a/power", "lyon/a/speed"]},
]  # fmt: skip
_SUBSCRIBE: list[Said] = [
    {}, *({"subscribe": [text]} for text in _FILTERS), {"subscribe": ["lyon/a/#", "lyon/b/#"]}, {"subscribe": ["lyon/a/power", "lyon/a/#"]},
    *({"subscribe": [f"$share/{text}"]} for text in ("g/#", "g/lyon/#", "h/lyon/#", "g/lyon/a/power", "h/lyon/a/#")),
    {"subscribe": ["lyon/a/#", "$share/g/lyon/#"]}, {"subscribe": ["lyon/#", "$share/g/lyon/#"]}, {"subscribe": ["$share/g/lyon/a/#", "$share/g/lyon/b/#"]}, {"subscribe": ["$share/g/lyon/#", "$share/h/lyon/#"]},
]  # fmt: skip
_OTHER_CLIENTS: list[Said] = [
    {}, {"q": {}}, {"q": {"subscribe": ["#"]}}, {"q": {"subscribe": ["$share/g/lyon/#"]}}, {"q": {"subscribe": ["$share/h/lyon/#"]}}, {"q": {"subscribe": ["$share/g/lyon/#"]}, "r": {"subscribe": ["$share/g/lyon/#"]}},
    {"q": {"subscribe": ["$share/g/lyon/a/power"]}}, {"q": {"publish": ["#"]}}, {"q": {"label": "x"}}, {"q": {"owner": "x"}}, {"q": {"description": "x"}},
]  # fmt: skip

CLIENTS = Family(
    "clients",
    {
        "uns": 1,
        "topic": {"containment": "free"},
        "sites": {
            "lyon": {
                "payload": "info/1",
                "work_cells": {
                    "a": {"metrics": {"power": _X, "speed": {**_X, "kind": "event"}}},
                    "b": _M,
                    "o": _OPEN,
                },
            }
        },
        "clients": {"p": {}},
    },
    (
        _slot("publish", "clients p", *_PUBLISH),
        _slot("subscribe", "clients p", *_SUBSCRIBE),
        _slot("others", "clients", *_OTHER_CLIENTS),
        _slot("sharer", "clients p", {}, {"subscribe": ["$share/g/lyon/#"]}, {"subscribe": ["$share/g/lyon/#", "lyon/a/power"]}, {"subscribe": ["lyon/#"]}),
        _slot("tree", "sites lyon work_cells", {}, {"a": {}}, {"c": _M}, {"o": {}}),
    ),
)  # fmt: skip

# --- Kafka -----------------------------------------------------------------------------------------

_LONG = "x" * 245
_PARTITIONERS = [
    "murmur2", "murmur2_random", "crc32", "consistent", "consistent_random", "fnv1a", "fnv1a_random", "fnv1a_masked",
]  # fmt: skip
_KAFKA_TREES: list[Said] = [
    {},
    {"lyon": {"areas": {"hall": {"lines": {"line1": {"cells": {"m1": _M}}}}}}},
    {"lyon": {"lines": {"line1": {"cells": {"m1": _M}}, _LONG: {"cells": {"m1": _M}}}}},
    {"lyon": {"lines": {"line1": {"cells": {"m1": _M}}, "o": _OPEN}}},
    {"lyon": _OPEN},
    {"lyon": {"metrics": {"power": _X, "load": _X, "speed": _X, "state": _X}}},
    {"lyon": {"production_units": {"line1": {"units": {"m1": _M}}}}},
    {"lyon": {"areas": {"line1": {"metrics": {"m1/power": _X}}}}},
    {"lyon": {"lines": {"{id}": {"pattern": "z[0-9]", "cells": {"m1": _M}}}}},
]

KAFKA = Family(
    "kafka",
    {
        "uns": 1,
        "sites": {"lyon": {"metrics": {"power": _X}, "lines": {"line1": {"cells": {"m[1..6]": _M, "n": _M}}, "line2": _M, _LONG: _M, "line3": {"metrics": {"speed": _X, "load": _X}}}}},
        "kafka": {},
    },
    (
        _slot("prefix", "kafka", {}, {"prefix": "uns"}, {"prefix": "plant"}),
        _slot("split", "kafka", {}, *({"split": n} for n in (1, 2, 3, 4, 5, "site", "area", "production_line", "work_cell"))),
        _slot("key", "kafka", {}, {"key": "full"}, {"key": "tail"}),
        _slot("order", "kafka", {}, *({"order_by": n} for n in (1, 2, 3, 5, "metric", "site", "production_line", "work_cell"))),
        _slot("partitioner", "kafka", {}, *({"partitioner": name} for name in _PARTITIONERS)),
        _slot("partitions", "kafka", {}, *({"partitions": n} for n in (1, 2, 6, 12))),
        _slot("overflow", "kafka", {}, {"overflow": "reject"}, {"overflow": "bucket"}),
        _slot("cluster", "kafka", {}, {"replication": 1}, {"brokers": 5}, {"max_topics": 100}),
        _slot("tree", "sites", *_KAFKA_TREES),
        _slot("root", "topic", {}, {"root": "uns"}, {"root": "uns/v1"}),
    ),
)  # fmt: skip

FAMILIES = (METRICS, FIELDS, WHOLE, DELIVERY, TREE, CLIENTS, KAFKA)
