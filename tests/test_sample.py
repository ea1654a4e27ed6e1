"""The living sample is current: what docs/sample shows is what the code makes of the bottling example."""

from __future__ import annotations

from pathlib import Path

import pytest

import uns
from tests.accepting import Stored
from uns.generators import TARGETS, generate

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "docs" / "sample"
MODEL = ROOT / "examples" / "bottling" / "bottling.uns.yaml"

#: Make it anew with: make sample.
NAMES = ["markdown", "topics-json", "asyncapi", "python"]


@pytest.mark.parametrize("target", NAMES)
def test_it_is_current(target: str, stored: Stored) -> None:
    namespace = uns.load(MODEL)
    findings = {"findings": uns.lint(namespace)} if "findings" in TARGETS[target].options else {}
    for name, text in generate(namespace, target, **findings).files.items():
        stored.data(SAMPLE / name, text)
