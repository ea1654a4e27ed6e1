"""Declarations: what is wrong is told once and left out, and nothing more than that."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.isa95 import EquipmentLevels
from uns.loading.declarations import read_declaration, report_unknown_key
from uns.loading.faults import Faults
from uns.loading.model_format import (
    Declaration,
    EquipmentDeclaration,
    FieldDeclaration,
    MetricDeclaration,
    Sections,
)
from uns.loading.yaml_events import Map, Source, read, span_at


def mapping(text: str) -> Map:
    root = read(Source("plant.yaml", text), Faults())
    assert root is not None
    return root


def check(model: type[Declaration], text: str) -> tuple[Any, set[tuple[Any, ...]], list[str]]:
    """The declaration, what was left out, and the faults in short."""
    root = mapping(text)
    faults = Faults()
    found, wrong = read_declaration(model, root, root, faults)
    return found, set(wrong), [f"{fault.span} {fault.code}" for fault in faults]


LEFT_OUT = [
    # declaration, text, what is left out, what stays
    pytest.param(
        MetricDeclaration, "{type: number, min: low, max: 3}", {("min",)},
        {"type": "number", "max": 3}, id="one-value",
    ),
    pytest.param(
        MetricDeclaration, "{type: number, unti: K}", {("unti",)}, {"type": "number"}, id="unknown-key"
    ),
    pytest.param(
        EquipmentDeclaration, "{metrics: {a: {type: nubmer}, b: {type: number}}}",
        {("metrics", "a", "type")}, {"metrics": {"a": {}, "b": {"type": "number"}}}, id="deep",
    ),
    pytest.param(
        EquipmentDeclaration, "{metrics: {a: number, b: {}}}", {("metrics", "a")},
        {"metrics": {"b": {}}}, id="entry-that-is-no-mapping",
    ),
    pytest.param(
        EquipmentDeclaration, "{metrics: [a], label: x}", {("metrics",)}, {"label": "x"},
        id="mapping-that-is-a-list",
    ),
    pytest.param(
        EquipmentDeclaration, "{class: [A, 5, B], label: x}", {("class",)}, {"label": "x"},
        id="a-list-goes-as-a-whole",
    ),
    pytest.param(
        Sections, "{uns: 1, payloads: {a/1: {fields: {x: {min: 1}, y: {type: any}}}}}",
        {("payloads", "a/1", "fields", "x")},
        {"uns": 1, "payloads": {"a/1": {"fields": {"y": {"type": "any"}}}}},
        id="entry-that-lacks-what-it-needs",
    ),
    pytest.param(
        Sections, "{uns: 1, payloads: {a/1: {fields: {x: {type: text, min: 1}, y: {type: any}}}}}",
        {("payloads", "a/1", "fields", "x", "type"), ("payloads", "a/1", "fields", "x")},
        {"uns": 1, "payloads": {"a/1": {"fields": {"y": {"type": "any"}}}}},
        id="entry-whose-needed-value-is-wrong",
    ),
    pytest.param(
        Sections,
        "{uns: 1, payloads: {a/1: {fields: {x: {type: array, items: {type: array, items: {type: text}}}}}}}",
        {
            ("payloads", "a/1", "fields", "x", "items", "items", "type"),
            ("payloads", "a/1", "fields", "x", "items", "items"),
        },
        {"uns": 1, "payloads": {"a/1": {"fields": {"x": {"type": "array", "items": {"type": "array"}}}}}},
        id="items-of-items",
    ),
    pytest.param(
        Sections, "{uns: 1, classes: {int: {metrics: {str: {min: low, float: 1}}}}}",
        {("classes", "int", "metrics", "str", "min"), ("classes", "int", "metrics", "str", "float")},
        {"uns": 1, "classes": {"int": {"metrics": {"str": {}}}}},
        id="names-that-are-words-of-the-checker",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("model", "text", "wrong", "left"), LEFT_OUT)
def test_the_smallest_wrong_entry_is_left_out(
    model: type[Declaration], text: str, wrong: set[tuple[str, ...]], left: dict[str, Any]
) -> None:
    found, left_out, faults = check(model, text)
    assert left_out == wrong
    assert found is not None
    assert found.model_dump(exclude_unset=True, by_alias=True) == left
    assert faults


def test_nothing_usable() -> None:
    assert check(FieldDeclaration, "{type: text}")[0] is None
    assert check(FieldDeclaration, "{min: 3}") == (None, set(), ["plant.yaml:1:1 M203"])


def test_nothing_wrong() -> None:
    found, wrong, faults = check(MetricDeclaration, "{type: number, min: 0, max: 1.5, label: x}")
    assert (wrong, faults) == (set(), [])
    assert (found.type, found.min, found.max, found.label) == ("number", 0, 1.5, "x")
    assert found.unit is None


LEVELS = EquipmentLevels()


@pytest.mark.parametrize(
    ("key", "levels", "help_"),
    [
        ("unti", None, "did you mean `unit`?"),
        ("aeras", LEVELS, "did you mean `areas`?"),
        ("unit:kW", None, "put a space after the colon: `unit: kW`"),
        ("zebra", LEVELS, "; and the levels of equipment: cells, others"),
    ],
)
def test_help_with_an_unknown_key(key: str, levels: EquipmentLevels | None, help_: str) -> None:
    root = mapping(json.dumps({key: 1}))
    faults = Faults()
    line = LEVELS.by_key["lines"]
    report_unknown_key(key, MetricDeclaration, root, faults, levels=levels, parent=line)
    (found,) = faults
    assert found.code == "M201"
    assert (found.help or "").endswith(help_)


@pytest.mark.parametrize(
    ("location", "key", "value"),
    [
        ((), "1:1", "1:1"),
        (("a",), "1:2", "1:5"),
        (("a", "b"), "1:6", "1:9"),
        (("a", "b", 1), "1:13", "1:13"),
        (("a", "b", 1, "more"), "1:13", "1:13"),
        (("none",), "1:1", "1:1"),
    ],
)
def test_span_at(location: tuple[Any, ...], key: str, value: str) -> None:
    root = mapping("{a: {b: [x, y]}}")
    assert str(span_at(root, location, key=True)) == f"plant.yaml:{key}"
    assert str(span_at(root, location)) == f"plant.yaml:{value}"


# --- laws ---------------------------------------------------------------------------------------------

GOOD: dict[str, Any] = {
    "uns": 1,
    "model": {"id": "m", "version": "1.0.0"},
    "topic": {"profiles": ["mqtt", "emqx"], "segment": "[a-z]+"},
    "levels": {"hall": {"plural": "halls", "under": ["site"], "metrics": {"h": {"type": "number"}}}},
    "aspects": {"raw": "_raw"},
    "payloads": {
        "a/1": {
            "fields": {
                "x": {"type": "array", "items": {"type": "object", "fields": {"y": {"type": "any"}}}},
                "z": {"type": "enum", "values": ["a", "b"], "default": "a"},
            }
        }
    },
    "classes": {
        "A": {
            "extends": ["B"], "properties": {"p": {"type": "string"}}, "required": ["m"],
            "metrics": {"m": {"type": "number", "min": 0, "moved_from": "a/b",
                              "deprecated": {"since": "1.0.0"}}},
            "topics": {"t": {"payload": "a/1", "qos": 1, "retain": True}},
        },
    },
    "kafka": {"split": 3, "key": "full"},
    "clients": {"c": {"subscribe": "a/#", "publish": ["b"]}},
    "lint": {"severity": {"N101": "info"}},
}  # fmt: skip

spoiled = st.sampled_from(
    [None, 42, -1, 1.5, True, "", "text", [], ["a"], [1], {}, {"x": 1}, {"type": 5}, {"int": "a"}]
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    found = [path] if path else []
    return found + [place for key, below in inner for place in places(below, (*path, key))]


def spoil(model: dict[str, Any], path: tuple[str | int, ...], new: object) -> None:
    """Put ``new`` at ``path``, or give its key another name; a path that is gone stays so."""
    holder: Any = model
    for part in path[:-1]:
        holder = holder[part] if part in keys(holder) else None
    last = path[-1]
    if last not in keys(holder):
        return
    if new == "rename" and isinstance(holder, dict):
        holder[f"{last}x"] = holder.pop(last)
    else:
        holder[last] = new


def keys(holder: object) -> Any:
    return (
        holder
        if isinstance(holder, dict)
        else range(len(holder))
        if isinstance(holder, list)
        else ()
    )


class EveryFault(Faults):
    """Counts what is added, also what is there already."""

    added = 0

    def add(self, *args: Any, **more: Any) -> None:
        self.added += 1
        super().add(*args, **more)


@given(st.lists(st.tuples(st.sampled_from(places(GOOD)), spoiled | st.just("rename")), max_size=4))
def test_whatever_is_wrong_the_rest_is_read(spoils: list[tuple[Any, Any]]) -> None:
    model = json.loads(json.dumps(GOOD))
    for path, new in spoils:
        spoil(model, path, new)
    model["uns"] = 1
    root = mapping(json.dumps(model))
    faults = EveryFault()
    found, wrong = read_declaration(Sections, dict(root), root, faults)
    assert found is not None
    assert bool(faults) is bool(wrong)
    assert len(faults) == faults.added
    for location in wrong:
        value: Any = root
        for part in location:
            assert part in value
            value = value[part]
    assert all(fault.span is not None for fault in faults)
    # What is left is a model without faults.
    left = found.model_dump(exclude_unset=True, by_alias=True)
    assert read_declaration(Sections, left, root, faults)[1] == frozenset()
