"""topics.json: as its schema says, one line for each template, and nothing that says nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given

import uns
from tests.generators.hostile import namespaces
from uns.diagnostics import Diagnostic, Severity, Span
from uns.generators import generate
from uns.generators.topics_json import FILE
from uns.payloads import json_schema

ROOT = Path(__file__).parent.parent.parent
SCHEMA = json.loads((ROOT / "schemas" / "topics.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema_rs.validator_for(SCHEMA)

MODELS = sorted(ROOT.glob("examples/*/*.uns.yaml"))
MODELS = [path for path in MODELS if "payloads" not in path.name and "hall" not in path.name]


def made(ns: uns.Namespace, **options: Any) -> Any:
    return json.loads(generate(ns, "topics-json", **options).files[FILE])


def test_the_schema_is_one() -> None:
    jsonschema_rs.meta.validate(SCHEMA)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_the_examples_are_as_the_schema_says(path: Path) -> None:
    ns = uns.load(path)
    file = made(ns)
    VALIDATOR.validate(file)
    assert [topic["template"] for topic in file["topics"]] == [t.text for t in ns.templates()]
    contracts = {contract["key"]: contract for contract in file["contracts"]}
    for topic, node in zip(file["topics"], ns.endpoints(), strict=True):
        assert node.contract is not None
        assert contracts[topic["contract"]]["json_schema"] == json_schema(node.contract)
    for contract in file["contracts"]:
        if "example" in contract:
            jsonschema_rs.validate(contract["json_schema"], contract["example"])


@given(namespaces())
def test_hostile_names_stay_texts(ns: uns.Namespace) -> None:
    file = made(ns)
    VALIDATOR.validate(file)
    assert [topic["template"] for topic in file["topics"]] == [t.text for t in ns.templates()]


TIERS = """
uns: 1
brokers:
  a: {holds: site1/#, upstream: hq, description: In the plant}
  b: {holds: site2/#, upstream: hq}
  hq: {}
sites: {"site[1..3]": {metrics: {power: {type: number}}}, lab: {metrics: {power: {type: number}}}}
clients:
  meter: {broker: a, user: svc-meter, publish: site1/power}
  board: {subscribe: [+/power]}
  stream: {via: kafka, subscribe: site1/power}
"""


def test_brokers_and_homes() -> None:
    file = made(uns.loads(TIERS))
    VALIDATOR.validate(file)
    family, lab = file["topics"]
    assert (family["homes"], family["brokers"]) == (["a", "b", "hq"], ["a", "hq", "b"])
    assert (lab["homes"], lab["brokers"]) == (["hq"], ["hq"])
    assert file["brokers"] == [
        {
            "name": "a", "description": "In the plant", "upstream": "hq", "holds": ["site1/#"],
            "clients": ["meter"], "up": ["site1/power"],
        },
        {"name": "b", "upstream": "hq", "holds": ["site2/#"], "up": ["site2/power"]},
        {"name": "hq", "clients": ["board"]},
    ]  # fmt: skip


def test_what_clients_connect_to() -> None:
    meter, board, stream = made(uns.loads(TIERS))["clients"]
    assert (meter["via"], meter["broker"], meter["user"]) == ("mqtt", "a", "svc-meter")
    assert (board["broker"], board["user"]) == ("hq", "board")
    assert (stream["via"], stream["group"]) == ("kafka", "stream")
    assert "broker" not in stream
    assert stream["plans"] == [
        {"filter": "site1/power", "topics": ["uns.site1"], "regex": "^uns\\.site1$", "exact": True}
    ]


def test_a_model_without_brokers_says_nothing_of_them() -> None:
    file = made(
        uns.loads("{uns: 1, sites: {lyon: {payload: info/1}}, clients: {c: {subscribe: lyon}}}")
    )
    VALIDATOR.validate(file)
    assert "brokers" not in file
    assert not {"homes", "brokers"} & set(file["topics"][0])
    assert "broker" not in file["clients"][0]


def test_each_template_is_one_line() -> None:
    ns = uns.load(ROOT / "examples" / "bottling" / "bottling.uns.yaml")
    lines = generate(ns, "topics-json").files[FILE].decode().splitlines()
    assert sum(line.startswith('{"template":') for line in lines) == 104


def test_findings_are_those_handed_in() -> None:
    span = Span("plant.uns.yaml", 3, 5, 3, 9)
    finding = Diagnostic("N101", "bad-name", Severity.WARNING, "a", span, "rename it", path="a/b")
    file = made(uns.loads("uns: 1\n"), findings=[finding])
    VALIDATOR.validate(file)
    assert file["findings"] == [
        {"code": "N101", "name": "bad-name", "severity": "warning", "message": "a", "help": "rename it", "path": "a/b", "line": 3, "column": 5}
    ]  # fmt: skip


def test_rates_are_texts_as_in_the_model() -> None:
    ns = uns.loads(
        "uns: 1\nclasses: {Line: {metrics: {power: {type: number, every: 10 s, rate: 60/min, bytes: 0}},"
        " topics: {start: {payload: info/1, kind: command, expires: 90 s}}}}\n"
        "sites: {lyon: {lines: {l1: {class: Line}}}}"
    )
    said = made(ns)
    for topics in (said["topics"], said["classes"][0]["topics"]):
        power, start = topics
        assert (power["every"], power["rate"], power["bytes"]) == ("10 s", "1/s", 0)
        assert (start["expires"], "every" in start) == ("90 s", False)


def test_messages_that_are_not_json_say_what_they_are() -> None:
    text = """
    uns: 1
    payloads:
      mode/1: {encoding: text, value: {type: enum, values: [auto]}}
      image/1: {encoding: binary, content_type: image/png, max_bytes: 9}
    sites: {lyon: {topics: {mode: {payload: mode/1}, image: {payload: image/1}}}}
    """
    mode, image = json.loads(generate(uns.loads(text), "topics-json").files[FILE])["contracts"]
    assert (mode["encoding"], mode["example"]) == ("text", "auto")
    assert mode["fields"] == [{"path": "$", "type": "enum", "limits": "auto", "required": True}]
    assert [image[key] for key in ("encoding", "content_type", "max_bytes", "no_example")] == [
        "binary",
        "image/png",
        9,
        "image/1 is binary, so it has no example",
    ]
