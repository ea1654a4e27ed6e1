"""Required topics that a model lacks, and units that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

import uns
from tests.test_examples import MODELS
from uns.reviews import REVIEWS, lacking, missing_required, review, unknown_units
from uns.units import is_unit


def model(text: str) -> uns.Namespace:
    head = "uns: 1\ninclude: [std]\ntopic: {containment: free}\naspects: {raw: _raw}\n"
    return uns.loads(head + text)


def found(text: str) -> list[tuple[str, str]]:
    return [(node.template.text, key) for node, key in lacking(model(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "levels: {work_cell: {required: [state]}}\nwork_cells: {a: {}, b: {topics: {state: {payload: packml-state/1}}}}",
            [("a", "state")],
            id="a level",
        ),
        pytest.param(
            "classes: {Machine: {required: [state]}}\nsites: {a: {class: Machine}, b: {}}",
            [("a", "state")],
            id="a class",
        ),
        pytest.param(
            "classes: {Machine: {required: [state]}, Filler: {extends: Machine}}\n"
            "sites: {a: {class: Filler}, b: {class: Filler, topics: {state: {payload: packml-state/1}}}}",
            [("a", "state")],
            id="a class above",
        ),
        pytest.param(
            "sites: {a: {required: [state, oee]}}", [("a", "state"), ("a", "oee")], id="a node"
        ),
        pytest.param(
            "levels: {work_cell: {required: [state], topics: {state: {payload: packml-state/1}}}}\nwork_cells: {a: {}}",
            [],
            id="the level brings it",
        ),
        pytest.param(
            "levels: {work_cell: {required: [state]}}\n"
            'sites: {a: {work_cells: {"cell[1..1000000]": {}}}}',
            [("a/cell[1..1000000]", "state")],
            id="a family is one",
        ),
        pytest.param(
            "levels: {work_cell: {required: [state]}}\n"
            'work_cells: {"{serial}": {pattern: "[A-Z]{3}"}}',
            [("{serial}", "state")],
            id="an open set is one",
        ),
        pytest.param(
            "sites: {a: {required: [t], metrics: {raw:t: {type: number}}}}",
            [("a", "t")],
            id="another aspect",
        ),
        pytest.param(
            "sites: {a: {required: [raw:t], metrics: {raw:t: {type: number}}}}",
            [],
            id="with its aspect",
        ),
        pytest.param(
            "sites: {a: {required: [raw:t, t], metrics: {t: {type: number, aspect: raw}}}}",
            [],
            id="an aspect that is said apart",
        ),
        pytest.param(
            "sites: {a: {required: [b], work_cells: {b: {payload: info/1}}}}",
            [("a", "b")],
            id="equipment below is no topic of the node",
        ),
        pytest.param(
            'sites: {a: {required: [z2/t, "z[1..3]/t", z4/t, z2], metrics: {"z[1..3]/t": {type: number}}}}',
            [("a", "z4/t"), ("a", "z2")],
            id="one of a family",
        ),
        pytest.param(
            'sites: {a: {required: [raw:z2], metrics: {"raw:z[1..3]": {type: number}}}}',
            [],
            id="one of a family in an aspect",
        ),
        pytest.param(
            "classes: {M: {children: {control_modules: {valve: {required: [position]}}}}}\n"
            "sites: {a: {class: M}, b: {class: M}}",
            [("a/valve", "position"), ("b/valve", "position")],
            id="a part of a class",
        ),
    ],
)
def test_what_is_lacking(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_nodes_that_share_everything_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ns = model(
        "levels: {work_cell: {required: [state]}}\n"
        f"work_cells: {{{', '.join(f'c{n}: {{}}' for n in range(500))}}}"
    )
    looked = []
    original = uns.reviews._missing

    def counted(namespace: uns.Namespace, node: uns.Node) -> object:
        looked.append(node)
        return original(namespace, node)

    monkeypatch.setattr(uns.reviews, "_missing", counted)
    assert len(list(lacking(ns))) == 500
    assert len(looked) == 1


def test_the_warning_for_a_missing_topic() -> None:
    ns = uns.loads("""
uns: 1
classes:
  Machine: {level: work_cell, required: [state]}
  Filler: {extends: Machine}
sites: {lyon: {lines: {line1: {cells: {"filler[1..2]": {class: Filler}}}}}}
""")
    (warning,) = missing_required(ns)
    assert (warning.code, warning.name) == ("H201", REVIEWS["H201"][0])
    assert warning.severity is uns.Severity.WARNING
    assert warning.message == (
        "work_cell 'filler[1..2]' has no topic 'state', which class Machine requires"
    )
    assert warning.path == "lyon/line1/filler[1..2]"
    assert warning.span is not None
    assert (warning.span.line, warning.span.column) == (6, 40)
    ((place, label),) = warning.related
    assert (place.line, label) == (4, "required of this class")
    assert warning.help == (
        "declare 'state' under `topics:` or `metrics:`, or take it off `required`"
    )


def test_a_requirement_of_no_class_has_no_second_place() -> None:
    (warning,) = missing_required(model("sites: {a: {required: [state]}}"))
    assert warning.message.endswith("which its level or the node itself requires")
    assert warning.related == ()


# --- units -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "help_"),
    [
        pytest.param("kWh", "did you mean 'kW.h'?", id="spelling"),
        pytest.param("°C", "did you mean 'Cel'?", id="degree"),
        pytest.param("m3/hr", "did you mean 'm3/h'?", id="part of it"),
        pytest.param("zonk", "units are UCUM codes, such as kW.h or Cel", id="nothing like it"),
    ],
)
def test_a_unit_that_is_none(unit: str, help_: str) -> None:
    (warning,) = unknown_units(model(f'sites: {{a: {{metrics: {{x: {{type: number, unit: "{unit}"}}}}}}}}'))  # fmt: skip
    assert not is_unit(unit)
    assert warning.code == "P201"
    assert warning.message == f"the unit {unit!r} of metric 'x' is no UCUM code"
    assert warning.help == help_
    assert warning.span is not None
    assert warning.span.line == 5


def test_units_stand_in_metrics_payloads_and_properties() -> None:
    ns = model("""
payloads:
  a/1: {fields: {x: {type: number, unit: kWh}, y: {type: array, items: {type: object, fields: {z: {type: number, unit: rpm}}}}}}
classes:
  M: {properties: {size: {type: number, unit: litre}}, metrics: {t: {type: number, unit: °C}}}
sites: {a: {class: M}, b: {class: M, metrics: {t: {max: 5}}}, c: {class: M}}
""")
    assert [warning.message for warning in unknown_units(ns)] == [
        "the unit 'kWh' of a/1 $.x is no UCUM code",
        "the unit 'rpm' of a/1 $.y[*].z is no UCUM code",
        "the unit 'litre' of property 'size' of M is no UCUM code",
        "the unit '°C' of metric 't' is no UCUM code",
    ]


def test_what_is_shared_is_gone_through_once() -> None:
    ns = model("""
classes: {M: {metrics: {t: {type: number, unit: °C}}}}
sites: {"s[1..1000000]": {areas: {"a[1..1000000]": {class: M}}, class: M}}
""")
    assert len(list(unknown_units(ns))) == 1


# --- all together --------------------------------------------------------------------------------------


def test_findings_come_by_place() -> None:
    findings = review(
        model("""
sites:
  a: {metrics: {x: {type: number, unit: kWh}}}
  b: {required: [state]}
  c: {metrics: {x: {type: number, unit: kWh}}}
""")
    )
    assert [f.code for f in findings] == ["P201", "H201", "P201"]
    assert [f.span.line for f in findings if f.span] == [7, 8, 9]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_the_examples_have_no_findings(path: Path) -> None:
    assert review(uns.load(path)) == ()
