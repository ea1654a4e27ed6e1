"""The living sample is current: what docs/sample shows is what the code makes of the bottling example."""

from __future__ import annotations

from pathlib import Path

import pytest

import uns
from tests.accepting import Stored
from uns.generators import generate

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "docs" / "sample"
MODEL = ROOT / "examples" / "bottling" / "bottling.uns.yaml"

#: Make it anew with: make sample.
TARGETS = ["markdown", "topics-json", "asyncapi", "python"]


@pytest.mark.parametrize("target", TARGETS)
def test_it_is_current(target: str, stored: Stored) -> None:
    for name, text in generate(uns.load(MODEL), target).files.items():
        stored.data(SAMPLE / name, text)
