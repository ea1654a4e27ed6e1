"""Rules of family H that need more than a table of cases."""

from __future__ import annotations

import pytest

import uns
from tests.rules.judged import found_by, model
from uns.rules import Survey, hierarchy
from uns.rules.hierarchy import find_lacking


def found(text: str) -> list[tuple[str, str]]:
    return [(node.template.text, key) for node, key in find_lacking(Survey(model(text)))]


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
            [("a/valve", "position")],
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
    original = hierarchy._missing

    def counted(namespace: uns.Namespace, node: uns.Node) -> object:
        looked.append(node)
        return original(namespace, node)

    monkeypatch.setattr(hierarchy, "_missing", counted)
    assert len(list(find_lacking(Survey(ns)))) == 500
    assert len(looked) == 1


def test_the_warning_for_a_missing_topic() -> None:
    ns = uns.loads("""
uns: 1
classes:
  Machine: {level: work_cell, required: [state]}
  Filler: {extends: Machine}
sites: {lyon: {lines: {line1: {cells: {"filler[1..2]": {class: Filler}}}}}}
""")
    (warning,) = found_by("H201", ns)
    assert (warning.code, warning.name) == ("H201", "missing-required-topic")
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
        "declare 'state' under `topics:` or `metrics:`, or remove it from `required`"
    )


def test_a_requirement_of_no_class_has_no_second_place() -> None:
    (warning,) = found_by("H201", model("sites: {a: {required: [state]}}"))
    assert warning.message.endswith("which its equipment level or the node itself requires")
    assert warning.related == ()
