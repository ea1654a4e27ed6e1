"""What is generated into `schemas/` equals what the code generates now."""

from __future__ import annotations

import json
import typing
from pathlib import Path

import jsonschema_rs
import pytest

from tests.accepting import Stored
from uns.isa95 import EquipmentLevel, EquipmentLevels
from uns.loading import model_format
from uns.loading.faults import Faults
from uns.loading.yaml_events import Map, Source, read
from uns.model.tree import Kind
from uns.payloads import FIELD_TYPES, METRIC_TYPES

ROOT = Path(__file__).parent.parent


def parsed(path: Path) -> Map:
    faults = Faults()
    document = read(Source(str(path), path.read_text(encoding="utf-8")), faults)
    assert document is not None
    assert not faults
    return document


def as_json(schema: object) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def test_the_schema_of_the_model_file_is_current(stored: Stored):
    """Rewrite it with: uns schema > schemas/uns.schema.json."""
    stored.text(ROOT / "schemas" / "uns.schema.json", as_json(model_format.schema()))


def test_it_is_a_json_schema():
    jsonschema_rs.meta.validate(model_format.schema())


@pytest.mark.parametrize(
    "path", sorted((ROOT / "examples").rglob("*.uns.yaml")), ids=lambda p: p.stem
)
def test_the_examples_fit_the_schema_with_their_own_levels(path: Path):
    levels = EquipmentLevels()
    for beside in path.parent.glob("*.uns.yaml"):
        for name, said in (parsed(beside).get("levels") or {}).items():
            if name not in levels.by_key:
                plural = said.get("plural") or f"{name}s"
                levels = levels.with_company_level(EquipmentLevel(name, "Other", plural, ()))
    jsonschema_rs.validate(model_format.schema(levels), parsed(path))


@pytest.mark.parametrize(
    ("document", "where"),
    [
        pytest.param({"uns": 2}, "/uns", id="another version"),
        pytest.param({"uns": 1, "sitez": {}}, "", id="an unknown key"),
        pytest.param(
            {"uns": 1, "sites": {"a": {"clas": "X"}}}, "/sites", id="an unknown key of a node"
        ),
        pytest.param(
            {"uns": 1, "sites": {"a": {"label": 1}}}, "/sites", id="a label that is no text"
        ),
        pytest.param(
            {"uns": 1, "classes": {"A": {"metrics": {"x": {"type": "nmber"}}}}},
            "/classes",
            id="a type",
        ),
    ],
)
def test_it_refuses_what_an_editor_should_underline(document: object, where: str):
    errors = list(jsonschema_rs.iter_errors(model_format.schema(), document))
    assert errors
    assert any("/".join(["", *map(str, e.instance_path)]).startswith(where) for e in errors)


@pytest.mark.parametrize(
    ("alias", "known"),
    [
        pytest.param(model_format.MetricType, METRIC_TYPES, id="metric types"),
        pytest.param(model_format.FieldType, FIELD_TYPES, id="field types"),
        pytest.param(model_format.Profile, model_format.PROFILES, id="profiles"),
        pytest.param(model_format.Kind, [kind.value for kind in Kind], id="kinds"),
    ],
)
def test_the_words_of_the_file_are_the_words_of_the_library(alias: object, known: object):
    assert set(typing.get_args(alias)) == set(known)  # type: ignore[call-overload]
