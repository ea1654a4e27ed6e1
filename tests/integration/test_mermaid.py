"""Generated diagrams, read by Mermaid: hostile names stay the labels of their boxes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import uns
from tests.generators.hostile import NASTY
from uns.diagnostics import visible
from uns.generators import generate
from uns.generators.document.escapes import mermaid

ROOT = Path(__file__).parent.parent.parent
SCRIPT = ROOT / "tests" / "integration" / "mermaid" / "parse.mjs"
MERMAID = ROOT / ".venv" / "mermaid"

MODELS = sorted(ROOT.glob("examples/*/*.uns.yaml"))
MODELS = [path for path in MODELS if "payloads" not in path.name and "hall" not in path.name]

pytestmark = pytest.mark.integration


def read(diagrams: list[str]) -> list[dict[str, Any]]:
    """What Mermaid reads in each diagram: the boxes with their labels, or a fault."""
    node = shutil.which("node")
    if node is None or not (MERMAID / "installed.json").exists():
        pytest.skip("Mermaid is not installed; install it with: sh tests/integration/install.sh")
    done = subprocess.run(
        [node, str(SCRIPT)], input=json.dumps(diagrams), env={**os.environ, "MERMAID": str(MERMAID)},
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_the_diagrams_of_the_examples_are_read() -> None:
    diagrams = []
    for path in MODELS:
        page = generate(uns.load(path), "markdown").files["topics.md"].decode()
        diagrams += re.findall(r"```mermaid\n(.*?)```", page, re.DOTALL)
    assert len(diagrams) == 2 * len(MODELS)
    for diagram, said in zip(diagrams, read(diagrams), strict=True):
        assert "fault" not in said, diagram
        assert len(said["boxes"]) == diagram.count('["') - diagram.count("subgraph")


def test_hostile_names_stay_labels() -> None:
    lines = [f"  e{at}[{mermaid(text)}]" for at, text in enumerate(NASTY)]
    (said,) = read(["\n".join(["flowchart TD", *lines, "  e0 --> e1", ""])])
    assert "fault" not in said, said
    boxes = {name: (label, type_, link) for name, label, type_, link in said["boxes"]}
    assert len(boxes) == len(NASTY)
    for at, text in enumerate(NASTY):
        label, type_, link = boxes[f"e{at}"]
        shown = visible(re.sub(r"\s+", " ", text).strip())
        assert label.strip() == (shown if len(shown) <= 60 else f"{shown[:57]}...")
        assert (type_, link) == ("string", None)


def test_mermaid_does_refuse_what_is_wrong() -> None:
    """A check that never fails proves nothing."""
    (said,) = read(['flowchart TD\n  e0["a"b"]\n'])
    assert "fault" in said
