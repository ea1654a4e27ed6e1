"""Equipment classes resolved: ancestors, levels, texts, parts; faults stand in tests/broken."""

from __future__ import annotations

import pytest

import uns
from uns.model.tree import Deprecated, EquipmentClass
from uns.payloads import ValueType

MODEL = """
uns: 1
classes:
  Machine:
    abstract: true
    label: A machine
    description: Anything that runs
    owner: machines
    deprecated: {since: "1.0.0"}
    properties: {maker: {type: string, description: Who made it}}
    children: {equipment_modules: {motor: {}}}
  Conveyed: {extends: Machine, level: work_cell, description: With a belt}
  Cleaned: {extends: Machine, properties: {cip: {type: boolean}}, children: {equipment_modules: {cip: {}}}}
  Filler:
    extends: [Conveyed, Cleaned]
    label: A filler
    properties: {maker: {type: string, description: Always Acme}, valves: {type: integer, min: 1}}
    children: {control_modules: {valve: {}}}
work_cells:
  f: {class: Filler}
  g: {class: [Filler, Conveyed], properties: {maker: Acme, valves: 3, more: [x]}}
"""


@pytest.fixture(scope="module")
def ns() -> uns.Namespace:
    return uns.loads(MODEL)


@pytest.mark.parametrize(
    ("name", "ancestors", "level", "abstract"),
    [
        ("Machine", (), None, True),
        ("Conveyed", ("Machine",), "work_cell", False),
        ("Cleaned", ("Machine",), None, False),
        ("Filler", ("Conveyed", "Machine", "Cleaned"), "work_cell", False),
    ],
)
def test_what_a_class_is(
    ns: uns.Namespace, name: str, ancestors: tuple[str, ...], level: str | None, abstract: bool
) -> None:
    found = ns.classes[name]
    assert isinstance(found, EquipmentClass)
    assert (found.ancestors, found.abstract) == (ancestors, abstract)
    assert (found.level and found.level.name) == level
    assert found.origin is not None
    assert found.origin.key == name


def test_texts_of_a_class(ns: uns.Namespace) -> None:
    notes = ns.classes["Filler"].notes
    assert (notes.label, notes.owner) == ("A filler", "machines")
    assert notes.deprecated == Deprecated("1.0.0")
    # Of two parents the later one has the word; it says again what both have from above.
    assert notes.description == "Anything that runs"
    assert ns.classes["Conveyed"].notes.description == "With a belt"


def test_properties_of_a_class(ns: uns.Namespace) -> None:
    assert ns.classes["Filler"].properties == {
        "maker": ValueType("string"),
        "cip": ValueType("boolean"),
        "valves": ValueType("integer", minimum=1),
    }
    assert dict(ns["g"].properties) == {"maker": "Acme", "valves": 3, "more": ["x"]}


def test_parts_of_a_class_come_once(ns: uns.Namespace) -> None:
    assert [node.name for node in ns["f"].children] == ["motor", "cip", "valve"]
    assert [node.name for node in ns["g"].children] == ["motor", "cip", "valve"]


def test_a_node_of_two_classes(ns: uns.Namespace) -> None:
    assert [one.name for one in ns["g"].classes] == ["Filler", "Conveyed"]
    assert all(ns["g"].is_a(name) for name in ns.classes)
    assert {node.name for node in ns.find("Cleaned")} == {"f", "g"}


def test_classes_in_any_order() -> None:
    for names in (["A", "B", "C"], ["C", "B", "A"], ["B", "C", "A"]):
        said = {
            "A": "A: {metrics: {m: {type: number}}}",
            "B": "B: {extends: A, metrics: {m: {min: 1}}}",
            "C": "C: {extends: B, metrics: {m: {max: 2}}}",
        }
        text = f"uns: 1\nclasses: {{{', '.join(said[name] for name in names)}}}\nsites: {{s: {{class: C}}}}\n"
        found = uns.loads(text)["s/m"].endpoint
        assert found is not None
        assert found.metric == ValueType("number", minimum=1, maximum=2)


def test_a_class_without_a_level_goes_anywhere() -> None:
    ns = uns.loads(
        "uns: 1\nclasses: {A: {payload: info/1}}\nsites: {s: {class: A, lines: {l: {class: A}}}}\n"
    )
    assert list(ns.topics()) == ["s", "s/l"]


def test_a_class_named_twice_counts_once() -> None:
    ns = uns.loads("uns: 1\nclasses: {A: {payload: info/1}}\nsites: {s: {class: [A, A]}}\n")
    assert [one.name for one in ns["s"].classes] == ["A"]
