"""Models for rules, and what one rule says of them."""

from __future__ import annotations

import uns
from uns.linting.rule import RuleKind
from uns.rules import RULES, Baseline, Survey, weigh


def model(text: str) -> uns.Namespace:
    head = "uns: 1\ninclude: [std]\ntopic: {containment: free}\naspects: {raw: _raw}\n"
    return uns.loads(head + text)


def found_by(
    code: str, namespace: uns.Namespace, baseline: str | None = None
) -> list[uns.Diagnostic]:
    """The findings of one rule; those of family U judge what all the others found."""
    if RULES[code].kind is RuleKind.MODEL:
        return list(RULES[code].findings(Survey(namespace)))
    baselines = Baseline.read("baseline.yaml", baseline) if baseline else Baseline()
    every = weigh(namespace, known=baselines.of("plant.uns.yaml", ""))
    return [found for found in every.findings if found.code == code]
