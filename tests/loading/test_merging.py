"""A model in several files means what it means in one, however it is split."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from tests.loading.test_loader import faults, reader
from tests.models import models, text_of
from uns.generators import topics_json
from uns.loading import load
from uns.model.namespace import Namespace

MAIN = "plant.uns.yaml"
FILES = [MAIN, "a.uns.yaml", "b.uns.yaml", "c.uns.yaml"]

#: The keys whose mappings are merged entry by entry, and the sections whose entries are whole.
NAMED = ["metrics", "topics", "properties"]
SECTIONS = ["classes", "aspects", "payloads"]
TREE = "equipment_modules"

_more = st.fixed_dictionaries(
    {},
    optional={
        "label": st.just("A label"),
        "description": st.just("A description."),
        "asset": st.just("4711"),
        "deprecated": st.just({"since": "1.0.0", "until": "2.0.0"}),
        "required": st.just(["speed", "energy"]),
        "properties": st.just({"weight": 3, "colour": "red"}),
        "topics": st.just({"alarm": {"payload": "alarm/1"}, "job": {"payload": "info/1"}}),
    },
)


def _describe(draw: st.DrawFn, nodes: dict[str, Any]) -> None:
    """Let the nodes say more of themselves."""
    for said in nodes.values():
        said.update(draw(_more))
        _describe(draw, said.get(TREE, {}))


def _entries(
    draw: st.DrawFn, section: dict[str, Any], into: list[dict[str, Any]], key: str
) -> None:
    for name, value in section.items():
        draw(st.sampled_from(into)).setdefault(key, {})[name] = value


def _nodes(draw: st.DrawFn, nodes: dict[str, Any], into: list[dict[str, Any]]) -> None:
    """Split each of the nodes into the mappings ``into``, one for each file."""
    for name, said in nodes.items():
        files = draw(st.lists(st.sampled_from(range(len(into))), min_size=1, unique=True))
        parts: list[dict[str, Any]] = [{} for _ in files]
        for index, part in zip(files, parts, strict=True):
            into[index].setdefault(TREE, {})[name] = part
        for key, value in said.items():
            if key == TREE:
                _nodes(draw, value, parts)
            elif key in NAMED:
                _entries(draw, value, parts, key)
            else:
                draw(st.sampled_from(parts))[key] = value


@st.composite
def split_models(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A model in one file, and the same in several; the last of these is included by the one before."""
    whole = draw(models())
    _describe(draw, whole[TREE])
    whole["include"] = ["std"]
    whole["payloads"] = {"own/1": {"fields": {"x": {"type": "string"}}}}
    files: list[dict[str, Any]] = [{"uns": 1} for _ in FILES]
    for key, value in whole.items():
        if key in SECTIONS:
            _entries(draw, value, files, key)
        elif key == TREE:
            _nodes(draw, value, files)
        else:
            files[0][key] = value
    files[0]["include"] = [*FILES[1:3], "std"]
    files[2]["include"] = [FILES[3]]
    return whole, files


def _in_one(files: list[dict[str, Any]]) -> dict[str, Any]:
    """Several files in one: the main one first, then those it includes, in their order."""

    def add(into: dict[str, Any], more: dict[str, Any]) -> None:
        for key, value in more.items():
            known = into.setdefault(key, {} if isinstance(value, dict) else value)
            if isinstance(value, dict):
                add(known, value)

    one: dict[str, Any] = {"uns": 1, "include": ["std"]}
    for file in files:
        add(one, {key: value for key, value in file.items() if key != "include"})
    return one


def _load(files: list[dict[str, Any]]) -> Namespace:
    return load(MAIN, read=reader(dict(zip(FILES, map(text_of, files), strict=False))))


def _facts(namespace: Namespace) -> dict[str, Any]:
    """topics.json without the places in the files."""

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without(inner) for key, inner in value.items() if key != "source"}
        return [without(inner) for inner in value] if isinstance(value, list) else value

    facts = without(json.loads(topics_json.generate(namespace).files["topics.json"]))
    assert isinstance(facts, dict)
    return facts


def _sorted(facts: dict[str, Any]) -> dict[str, Any]:
    """The same facts in an order that does not depend on the files.

    The example of a contract is for the first topic that has it.
    """
    facts["contracts"] = [{**each, "example": None} for each in facts["contracts"]]

    def ordered(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: ordered(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return sorted((ordered(inner) for inner in value), key=json.dumps)
        return value

    result = ordered(facts)
    assert isinstance(result, dict)
    return result


@given(split_models())
def test_a_model_means_the_same_however_it_is_split(
    model: tuple[dict[str, Any], list[dict[str, Any]]],
) -> None:
    whole, files = uns.loads(text_of(model[0])), _load(model[1])
    assert not uns.diff(whole, files)
    assert not uns.diff(files, whole)
    assert _sorted(_facts(files)) == _sorted(_facts(whole))


@given(split_models())
def test_topics_come_in_the_order_of_the_files(
    model: tuple[dict[str, Any], list[dict[str, Any]]],
) -> None:
    one = uns.loads(text_of(_in_one(model[1])))
    assert _facts(_load(model[1])) == _facts(one)


# --- places -------------------------------------------------------------------------------------------

TWO = {
    MAIN: """\
uns: 1
include: [more.uns.yaml]
sites:
  lyon:
    metrics: {power: {type: number, unit: kW}}
""",
    "more.uns.yaml": """\
uns: 1
sites:
  lyon:
    asset: A-1
    metrics:
      heat: {type: number, unit: celsius}
""",
}


def test_a_node_knows_each_of_its_places() -> None:
    node = load(MAIN, read=reader(TWO))["lyon"]
    assert (node.asset, node.span and (node.span.file, node.span.line)) == ("A-1", (MAIN, 4))
    origin = node._places[-1].origin
    assert origin is not None
    said = origin.span_of("asset")
    assert said is not None
    assert (said.file, said.line, said.excerpt) == ("more.uns.yaml", 4, "    asset: A-1")
    assert origin.span_of("owner") is None


def test_a_metric_is_placed_in_the_file_that_declares_it() -> None:
    endpoint = load(MAIN, read=reader(TWO))["lyon/heat"].endpoint
    assert endpoint is not None
    unit = endpoint.span_of("unit")
    assert unit is not None
    assert (unit.file, unit.line) == ("more.uns.yaml", 6)


SAID_TWICE = [
    pytest.param("label: a", "label: b", "`label` of site 'lyon'", id="a text"),
    pytest.param("required: [a]", "required: [b]", "`required` of site 'lyon'", id="a list"),
    pytest.param("class: [A]", "class: [B]", "`class` of site 'lyon'", id="classes"),
    pytest.param(
        "metrics: {p: {type: number}}", "metrics: {p: {min: 0}}", "metric 'p' of site 'lyon'",
        id="a metric",
    ),
    pytest.param(
        "topics: {p: {payload: info/1}}", "topics: {p: {qos: 0}}", "topic 'p' of site 'lyon'",
        id="a topic",
    ),
    pytest.param(
        "properties: {p: 1}", "properties: {p: 2}", "property 'p' of site 'lyon'", id="a property"
    ),
    pytest.param(
        "deprecated: {since: '1.0.0'}", "deprecated: {until: '2.0.0'}",
        "`deprecated` of site 'lyon'", id="a mapping whose keys are those of the language",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "what"), SAID_TWICE)
def test_what_two_files_say_of_a_node_is_a_fault_with_both_places(
    one: str, other: str, what: str
) -> None:
    files = {
        MAIN: f"uns: 1\ninclude: [a.uns.yaml]\nclasses: {{A: {{}}, B: {{}}}}\nsites:\n  lyon: {{{one}}}\n",
        "a.uns.yaml": f"uns: 1\nsites:\n  lyon: {{{other}}}\n",
    }
    first, *more = faults(lambda: load(MAIN, read=reader(files)))
    assert not more
    at, help_, there = first.splitlines()
    assert at.startswith("a.uns.yaml:3:")
    assert at.endswith(f"M310 {what} is declared in two files")
    assert help_ == "  help: keep one of the two"
    assert there.startswith("  5:")
    assert there.endswith("and here")


SAID_ONCE = [
    pytest.param("label: ", id="a text without a value"),
    pytest.param("metrics: ", id="a mapping without a value"),
    pytest.param("metrics: {}", id="an empty mapping"),
    pytest.param("", id="a node without keys"),
]


@pytest.mark.parametrize("swap", [False, True], ids=["first", "last"])
@pytest.mark.parametrize("nothing", SAID_ONCE)
def test_what_says_nothing_may_be_in_another_file(nothing: str, swap: bool) -> None:
    said = "{label: b, metrics: {p: {type: number}}}"
    parts = [f"{{{nothing}}}", said]
    one, other = reversed(parts) if swap else parts
    files = {
        MAIN: f"uns: 1\ninclude: [a.uns.yaml]\nsites: {{lyon: {one}}}\n",
        "a.uns.yaml": f"uns: 1\nsites: {{lyon: {other}}}\n",
    }
    whole = uns.loads(f"uns: 1\nsites: {{lyon: {said}}}")
    assert _facts(load(MAIN, read=reader(files))) == _facts(whole)


def test_a_library_holds_what_models_share() -> None:
    files = {
        MAIN: """\
uns: 1
include: [acme.uns.yaml]
topic: {containment: free}
sites: {lyon: {cell_groups: {g: {cells: {oven: {class: Oven, metrics: {raw:heat: {type: number}}}}}}}}
""",
        "acme.uns.yaml": """\
uns: 1
library: acme-types
version: "1.0.0"
levels: {cell_group: {under: site}}
aspects: {raw: _raw}
payloads: {state/1: {fields: {s: {type: string}}}}
classes: {Oven: {metrics: {heat: {type: number}}, topics: {state: {payload: state/1}}}}
""",
    }
    namespace = load(MAIN, read=reader(files))
    assert [str(template) for template in namespace.templates()] == [
        "lyon/g/oven/heat", "lyon/g/oven/state", "lyon/g/oven/_raw/heat",
    ]  # fmt: skip
    assert namespace.libraries == {"acme.uns.yaml"}


@pytest.mark.parametrize("key", ["sites", "clients", "kafka", "lint", "model", "topic", "defaults"])
def test_a_library_holds_nothing_of_one_model_alone(key: str) -> None:
    files = {
        MAIN: "{uns: 1, include: [acme.uns.yaml]}",
        "acme.uns.yaml": f"{{uns: 1, library: acme, {key}: {{}}}}",
    }
    (fault,) = faults(lambda: load(MAIN, read=reader(files)))
    assert fault.startswith("acme.uns.yaml:1:")
    assert f" M206 `{key}` is " in fault
