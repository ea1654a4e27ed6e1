"""No generated file has a control character or a change of direction as it is; valid text stays."""

from __future__ import annotations

import base64
import gzip
import json
import re

import pytest
import yaml
from hypothesis import given, settings

import uns
from tests.generators.hostile import namespaces
from tests.hidden import HOSTILE, VALID, hidden
from uns.diagnostics import visible
from uns.generators import TARGETS, generate
from uns.generators.yaml_text import as_yaml

#: What a topic level can hold of it.
LEVEL = "".join(c for c in HOSTILE if c not in "\x1b\x07\x7f\x85\u2028[")


def model(text: str, level: str) -> uns.Namespace:
    """A model that has a text wherever it can have one."""
    said = {"label": text, "description": text, "owner": text}
    fields = {
        "a": {"type": "string", "description": text},
        text: {"type": "enum", "values": [text]},
    }
    metric = {"type": "number", "unit": "kW", "label": text, "description": text}
    return uns.loads(
        as_yaml(
            {
                "uns": 1,
                "model": {"id": text, "version": "1.0.0", **said},
                "payloads": {
                    "p/1": {"description": text, "fields": fields, "examples": [{"a": text, text: text}]}
                },
                "classes": {text: {**said, "properties": {text: {"type": "string"}}, "metrics": {"m": metric}}},
                "sites": {
                    level: {**said, "class": text, "properties": {text: text}, "topics": {"t": {"payload": "p/1", **said}}},
                },
                "clients": {text: {"publish": "#", **said}},
            }
        )
    )  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
def test_no_target_writes_a_hidden_character(target: str):
    made = generate(model(HOSTILE, f"lyon{LEVEL}"), target)
    for name, data in made.files.items():
        assert hidden(name) == hidden(data.decode()) == set()


@pytest.mark.slow
@settings(max_examples=25)
@given(namespaces())
def test_no_target_writes_a_hidden_character_of_any_model(namespace: uns.Namespace):
    for target in TARGETS:
        for name, data in generate(namespace, target).files.items():
            assert hidden(name) == hidden(data.decode()) == set()


def test_the_page_in_one_file_has_none_either():
    made = generate(model(HOSTILE, "lyon"), "site", layout="file")
    assert hidden(made.files["index.html"].decode()) == set()


@pytest.mark.parametrize("text", VALID, ids=ascii)
@pytest.mark.parametrize("target", ["json-schema", "topics-json", "markdown", "asyncapi"])
def test_text_of_every_language_stays_as_it_is(target: str, text: str):
    said = text.replace("\u3000", " ") if target == "markdown" else text
    files = generate(model(text, "lyon"), target).files.values()
    assert any(said in data.decode() for data in files)


@pytest.mark.parametrize("text", VALID, ids=ascii)
def test_text_of_every_language_stays_as_it_is_on_the_page(text: str):
    data = generate(model(text, "lyon"), "site").files["assets/model.js"].decode()
    packed = re.fullmatch(r'const unsModel = "(.*)";\n', data)
    assert packed is not None
    assert text in gzip.decompress(base64.b64decode(packed[1])).decode()


def test_readers_of_json_and_yaml_get_the_text_itself():
    namespace = model(HOSTILE, "lyon")
    topics = json.loads(generate(namespace, "topics-json").files["topics.json"])
    assert topics["model"]["description"] == HOSTILE
    document = yaml.safe_load(generate(namespace, "asyncapi").files["asyncapi.yaml"])
    assert document["info"]["description"] == HOSTILE


def test_a_title_of_the_page_is_told_with_escapes():
    page = generate(model(HOSTILE, "lyon"), "site").files["index.html"].decode()
    assert f"<title>{visible(HOSTILE)}</title>" in page
