"""A few rules in the place of all, so that commands can be told by them."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from uns import rules
from uns.cli import policies
from uns.rules import Rule, baselines, ignores


def judge_by(monkeypatch: pytest.MonkeyPatch, *few: Rule) -> None:
    """Let these rules judge models, with those that watch over what is left out."""
    every = MappingProxyType({r.code: r for r in (*few, *ignores.RULES, *baselines.RULES)})
    monkeypatch.setattr(rules, "_ON_MODELS", few)
    monkeypatch.setattr(rules, "RULES", every)
    monkeypatch.setattr(rules, "EVERY_RULE", every)
    monkeypatch.setattr(policies, "EVERY_RULE", every)
