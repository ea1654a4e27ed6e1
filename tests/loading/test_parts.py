"""A part that a class brings, written again at a node of the class."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

import uns
from tests.loading.test_loader import reader
from tests.loading.test_merging import _facts, _load
from tests.models import PARTS, models, text_of
from uns.loading import load, loads

CLASSES = """\
uns: 1
topic: {containment: free}
classes:
  Motor: {level: control_module, metrics: {current: {type: number, unit: A, max: 40}}}
  Servo: {extends: Motor, metrics: {angle: {type: number, unit: deg}}}
  Filler:
    level: work_cell
    children:
      control_modules:
        motor: {class: Motor, label: Motor, owner: me, x-a: 1, metrics: {hours: {type: number, unit: h}}}
        "valve[1..4]": {metrics: {open: {type: boolean}}}
  Line:
    level: production_line
    children: {cells: {filler: {class: Filler}}}
"""
PLAIN = CLASSES + "lines:\n  a: {cells: {filler: {class: Filler}}}\n"


def at(said: str) -> uns.Namespace:
    """The model with a filler whose parts say more."""
    node = f"{{class: Filler, control_modules: {said}}}"
    return loads(f"{CLASSES}lines:\n  a: {{cells: {{filler: {node}}}}}\n")


def test_a_part_refines_as_a_node_refines_its_class() -> None:
    namespace = at(
        "{motor: {asset: M-7, label: Drive, metrics: {current: {max: 30}, hours: {max: 9}}}}"
    )
    motor = namespace["a/filler/motor"]
    assert (motor.label, motor.owner, motor.asset) == ("Drive", "me", "M-7")
    assert motor.extensions == {"x-a": 1}
    assert motor.is_a("Motor")
    endpoint = namespace["a/filler/motor/current"].endpoint
    assert endpoint is not None
    assert endpoint.metric is not None
    assert (endpoint.metric.maximum, endpoint.metric.unit) == (30, "A")
    assert endpoint.declared_by == ("class Motor", "node")
    changes = sorted(map(str, uns.diff(loads(PLAIN), namespace)))
    assert changes == [
        "asset: none -> M-7",
        "label: Motor -> Drive",
        "range of $.value: a number in h -> a number of at most 9 h",
        "range of $.value: a number of at most 40 A -> a number of at most 30 A",
    ]


def test_a_part_may_get_more_than_its_class_has() -> None:
    namespace = at(
        "{motor: {metrics: {heat: {type: number}}, control_modules: {brake: {metrics: {on: {type: boolean}}}}}}"
    )
    assert [str(template) for template in namespace.templates()] == [
        "a/filler/motor/current", "a/filler/motor/hours", "a/filler/motor/heat", "a/filler/motor/brake/on",
        "a/filler/valve[1..4]/open",
    ]  # fmt: skip


def test_a_part_may_get_a_class_that_extends_its_own() -> None:
    motor = at("{motor: {class: Servo}}")["a/filler/motor"]
    assert motor.is_a("Servo")
    assert [node.name for node in motor.endpoints] == ["current", "angle", "hours"]


def test_a_family_is_refined_as_a_whole() -> None:
    namespace = at('{"valve[1..4]": {metrics: {open: {description: Is it open?}}}}')
    assert namespace["a/filler/valve3/open"].description == "Is it open?"
    assert namespace.count("a/filler/+/open") == 4


def test_other_nodes_of_the_class_stay_as_they_were() -> None:
    namespace = loads(
        CLASSES
        + "lines:\n  a: {cells: {filler: {class: Filler, control_modules: {motor: {label: Drive}}}}}\n"
        "  b: {cells: {filler: {class: Filler}}}\n"
    )
    assert namespace["a/filler/motor"].label == "Drive"
    assert namespace["b/filler/motor"].label == "Motor"


def test_a_part_of_a_part_is_refined() -> None:
    text = "lines:\n  a: {class: Line, cells: {filler: {control_modules: {motor: {metrics: {current: {max: 30}}}}}}}\n"
    endpoint = loads(CLASSES + text)["a/filler/motor/current"].endpoint
    assert endpoint is not None
    assert endpoint.metric is not None
    assert endpoint.metric.maximum == 30


def test_a_class_refines_a_part_and_a_node_refines_it_again() -> None:
    text = CLASSES.replace(
        "filler: {class: Filler}",
        "filler: {class: Filler, control_modules: {motor: {metrics: {current: {max: 30}}}}}",
    )
    node = (
        "{class: Line, cells: {filler: {control_modules: {motor: {metrics: {current: {min: 1}}}}}}}"
    )
    endpoint = loads(f"{text}lines:\n  a: {node}\n  b: {{class: Line}}\n")[
        "a/filler/motor/current"
    ].endpoint
    assert endpoint is not None
    assert endpoint.metric is not None
    assert (endpoint.metric.minimum, endpoint.metric.maximum) == (1, 30)


def test_the_singular_and_the_plural_are_one_level() -> None:
    text = (
        "lines:\n  a: {cells: {filler: {class: Filler, control_module: {motor: {label: Drive}}}}}\n"
    )
    assert loads(CLASSES + text)["a/filler/motor"].label == "Drive"


def test_its_places_are_those_of_the_node_then_of_the_class() -> None:
    files = {
        "plant.uns.yaml": "uns: 1\ninclude: [types.uns.yaml]\ntopic: {containment: free}\n"
        "lines:\n  a:\n    class: Line\n    cells:\n      filler:\n        asset: F-1\n",
        "types.uns.yaml": CLASSES.replace("topic: {containment: free}\n", "library: acme\n"),
    }
    filler = load("plant.uns.yaml", read=reader(files))["a/filler"]
    assert str(filler.span).startswith("plant.uns.yaml:8:")
    origin = filler.places[-1].origin
    assert origin is not None
    for facet, file in (("asset", "plant.uns.yaml"), ("class", "types.uns.yaml")):
        span = origin.span_of(facet)
        assert span is not None
        assert span.file == file


@pytest.mark.parametrize("nothing", ["", "{}"])
def test_a_part_that_says_nothing_changes_nothing(nothing: str) -> None:
    plain, again = loads(PLAIN), at(f"{{motor: {nothing}}}")
    assert not uns.diff(plain, again)
    assert _facts(plain) == _facts(again)


def _with_parts(model: dict[str, Any], nodes: dict[str, Any]) -> int:
    """Write the parts again at every node of the class C; returns how many there are."""
    parts = model["classes"]["C"]["children"]["control_modules"]
    count = 0
    for said in nodes.values():
        count += _with_parts(model, said.get("equipment_modules", {}))
        if "C" in said.get("class", ()):
            said["control_modules"] = {key: {} for key in PARTS if key in parts}
            count += len(parts)
    return count


@given(models())
def test_writing_every_part_again_changes_nothing(model: dict[str, Any]) -> None:
    plain = loads(text_of(model))
    again = json.loads(text_of(model))
    _with_parts(again, again["equipment_modules"])
    written = _load([again])
    assert not uns.diff(plain, written)
    assert _facts(plain) == _facts(written)
