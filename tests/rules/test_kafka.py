"""Rules on Kafka that need larger models than a table of cases holds."""

from __future__ import annotations

import pytest

import uns
from tests.rules.judged import found_by
from uns.model import translation
from uns.rules import RULES

K = [code for code in RULES if code[0] == "K"]


@pytest.fixture
def few_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "MOST_SHAPES", 1)


@pytest.mark.usefixtures("few_shapes")
@pytest.mark.parametrize("code", K)
def test_of_a_model_too_large_to_know_nothing_is_claimed(code: str):
    ns = uns.loads("""
uns: 1
kafka: {split: 1}
sites: {a_b: {areas: {x: {metrics: {p: {type: number}}}, y: {metrics: {p: {type: number}}}}}}
""")
    assert not found_by(code, ns)


@pytest.mark.parametrize("code", K)
def test_a_fleet_costs_no_more_than_one_vehicle(code: str):
    ns = uns.loads("""
uns: 1
kafka: {split: 2}
sites: {lyon: {areas: {"vehicle[1..10000000]": {metrics: {a: {type: number}, b: {type: number}}}}}}
""")
    found = [one.message for one in found_by(code, ns)]
    assert found == (
        ["the model needs 10,000,000 Kafka topics, and 300 are allowed"] if code == "K201" else []
    )
