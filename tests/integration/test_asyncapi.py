"""Generated AsyncAPI documents, read by the parser that other tools read them with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import uns
from uns.generators import generate
from uns.generators.asyncapi import FILE

ROOT = Path(__file__).parent.parent.parent
SCRIPT = ROOT / "tests" / "integration" / "asyncapi" / "validate.mjs"
PARSER = ROOT / ".venv" / "asyncapi"

MODELS = sorted(ROOT.glob("examples/*/*.uns.yaml"))
MODELS = [path for path in MODELS if "payloads" not in path.name and "hall" not in path.name]

#: Names that mean something to YAML, to JSON pointers, to URIs, or to the parser.
HOSTILE = """
uns: 1
model: {id: "a b/c#d%", version: "1.0.0", label: "{{x}} $ref: <b>", owner: "- x"}
topic: {containment: free}
payloads:
  p/1:
    description: "yes: no # [a](b)"
    fields: {$ref: {type: string}, "~0/1": {type: number}, __proto__: {type: string}, "a b": {type: object, fields: {properties: {type: any}}}}
  q/1: {fields: {x: {type: enum, values: ["null", "", "{a}", "\\u2028"]}, y?: {type: map, items: {type: datetime}}}}
classes: {"{Class}": {metrics: {x: {type: boolean}}}}
sites:
  "a.b{{c}": {class: "{Class}", topics: {"t{{1}": {payload: p/1}, "$ref": {payload: q/1}}}
  "a.b-[1..3]": {class: "{Class}", lines: {"{who}": {pattern: "z[0-9]+", class: "{Class}"}, "l[1..2]": {class: "{Class}"}, "l[3..4]": {class: "{Class}"}}}
  "~1": {class: "{Class}"}
  "a?b=c": {class: "{Class}"}
  "é 日": {class: "{Class}", deprecated: {since: "1.0.0"}}
clients:
  "{c}/~1 #": {owner: "a: b", publish: "#", subscribe: ["$share/g/+/x", "~1/#"]}
"""

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def node() -> str:
    program = shutil.which("node")
    if program is None or not (PARSER / "installed.json").exists():
        pytest.skip(
            "the AsyncAPI parser is not installed; install it with: sh tests/integration/install.sh"
        )
    return program


def said_of(node: str, folder: Path, documents: dict[str, bytes]) -> list[dict[str, Any]]:
    """What the parser says of each document."""
    for name, text in documents.items():
        (folder / name).write_bytes(text)
    done = subprocess.run(
        [node, str(SCRIPT), *(str(folder / name) for name in documents)],
        env={**os.environ, "ASYNCAPI_PARSER": str(PARSER)}, capture_output=True, text=True, timeout=120,
        check=True,
    )  # fmt: skip
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def faults(said: dict[str, Any]) -> list[dict[str, Any]]:
    """Errors and warnings; that 3.1 is the latest version is only told."""
    return [d for d in said["diagnostics"] if d["severity"] < 2]


VERSIONS = pytest.mark.parametrize("version", ["3.0", "3.1"])


@VERSIONS
def test_the_examples_are_documents_without_a_fault(
    node: str, tmp_path: Path, version: str
) -> None:
    namespaces = {path.name: uns.load(path) for path in MODELS}
    documents = {
        name: generate(ns, "asyncapi", version=version).files[FILE]
        for name, ns in namespaces.items()
    }
    for said, ns in zip(said_of(node, tmp_path, documents), namespaces.values(), strict=True):
        assert said["isDocument"], said
        assert faults(said) == []
        assert said["channels"] > sum(1 for _ in ns.templates())
        assert (said["operations"] > 0) == bool(ns.clients)


@VERSIONS
def test_hostile_names_make_a_document_without_a_fault(
    node: str, tmp_path: Path, version: str
) -> None:
    made = generate(uns.loads(HOSTILE), "asyncapi", version=version)
    (said,) = said_of(node, tmp_path, {"hostile.yaml": made.files[FILE]})
    assert said["isDocument"], said
    assert faults(said) == []


def test_the_parser_does_refuse_what_is_wrong(node: str, tmp_path: Path) -> None:
    """A check that never fails proves nothing."""
    text = generate(uns.load(MODELS[0]), "asyncapi").files[FILE]
    broken = {
        "reference.yaml": text.replace(b"#/components/schemas/", b"#/components/schemes/", 1),
        "binding.yaml": text.replace(b"payloadFormatIndicator: 1", b"payloadFormatIndicator: 7", 1),
        "version.yaml": text.replace(b'asyncapi: "3.0.0"', b'asyncapi: "9.0.0"'),
    }
    for said in said_of(node, tmp_path, broken):
        assert faults(said), said["source"]
