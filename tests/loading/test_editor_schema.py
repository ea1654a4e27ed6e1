"""The schema of one model knows its names and what its levels may hold."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs
import pytest
import yaml

import uns
from tests.test_schemas import parsed
from uns.loading.editor_schema import model_schema

ROOT = Path(__file__).parent.parent.parent
#: Without the files that are parts of another model.
MODELS = sorted(
    path
    for path in ROOT.glob("examples/*/*.uns.yaml")
    if "payloads" not in path.name and "hall" not in path.name
)

TEXT = """\
uns: 1
aspects: {raw: _raw}
classes: {Oven: {level: work_cell}, Big: {extends: Oven}}
payloads: {count/1: {fields: {n: {type: integer}}}}
levels: {hall: {under: site}}
"""


def valid(said: str, text: str = TEXT) -> bool:
    """Whether a model is valid for the schema of `text`."""
    validator = jsonschema_rs.validator_for(model_schema(uns.loads(text)))
    return validator.is_valid(yaml.safe_load(text + said))


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_every_example_is_valid_for_its_own_schema(path: Path) -> None:
    made = model_schema(uns.load(path))
    jsonschema_rs.meta.validate(made)
    jsonschema_rs.validate(made, parsed(path))


@pytest.mark.parametrize(
    ("definition", "key", "names"),
    [
        pytest.param("Equipment.site", "class", ["Big", "Oven"], id="the class of a node"),
        pytest.param("ClassDeclaration", "extends", ["Big", "Oven"], id="the class that a class extends"),
        pytest.param("TopicDeclaration", "payload", ["count/1", "info/1", "vtq/1"], id="the payload of a topic"),
        pytest.param("Defaults", "metric_payload", ["count/1", "info/1", "vtq/1"], id="the payload of metrics"),
        pytest.param("MetricDeclaration", "aspect", ["raw"], id="the aspect of a metric"),
    ],
)  # fmt: skip
def test_names_are_proposed(definition: str, key: str, names: list[str]) -> None:
    said = model_schema(uns.loads(TEXT))["$defs"][definition]["properties"][key]
    assert set(names) <= set(said["anyOf"][0]["enum"])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("sites: {a: {class: Oven}}", True, id="a known class"),
        pytest.param("sites: {a: {class: New}}", True, id="a class that is not declared yet"),
        pytest.param("sites: {a: {class: [Oven, New]}}", True, id="several classes"),
        pytest.param("sites: {a: {class: 5}}", False, id="a number is no class"),
        pytest.param("sites: {a: {areas: {b: {lines: {c: }}}}}", True, id="levels that nest"),
        pytest.param("sites: {a: {halls: {b: {label: B}}}}", True, id="a level of the company"),
        pytest.param("areas: {a: {sites: {b: {}}}}", False, id="a site in an area"),
        pytest.param("areas: {a: {halls: {b: {}}}}", False, id="a hall in an area"),
        pytest.param("sites: {a: {x-a: 1}}", True, id="a key of another program"),
    ],
)
def test_containment_is_known(said: str, expected: bool) -> None:
    assert valid(said) is expected


def test_free_containment_allows_every_level() -> None:
    free = TEXT + "topic: {containment: free}\n"
    assert valid("areas: {a: {sites: {b: {}}}}", free)
