"""A few rules in the place of all, so that commands can be told by them."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from uns.cli import findings
from uns.linting import baselines, ignores
from uns.linting.rule import Rule
from uns.rules import engine


def judge_by(monkeypatch: pytest.MonkeyPatch, *few: Rule) -> None:
    """Let these rules judge models, with those that watch over what is left out."""
    every = MappingProxyType({r.code: r for r in (*few, *ignores.RULES, *baselines.RULES)})
    monkeypatch.setattr(engine, "_ON_MODELS", few)
    monkeypatch.setattr(engine, "RULES", every)
    monkeypatch.setattr(engine, "EVERY_RULE", every)
    monkeypatch.setattr(findings, "EVERY_RULE", every)
