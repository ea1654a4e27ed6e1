"""A few rules in the place of all, so that commands can be told by them."""

from __future__ import annotations

import pytest

from uns.cli import findings
from uns.cli.commands import check
from uns.linting.engine import Engine
from uns.linting.rule import SUPPRESSIONS, Rule
from uns.rules.registry import ENGINE


def judge_by(monkeypatch: pytest.MonkeyPatch, *few: Rule) -> None:
    """Let these rules judge models, with those on what is ignored, selected or known."""
    every = {**{rule.code: rule for rule in few}, **ENGINE.of_kind(*SUPPRESSIONS)}
    engine = Engine(every, ENGINE.unjudged)
    for module in (findings, check):
        monkeypatch.setattr(module, "weigh", engine.weigh)
    monkeypatch.setattr(findings, "EVERY_RULE", every)
