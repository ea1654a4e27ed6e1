"""Judgements on a model that loads: is it wise, and does a change of it break anybody.

Facts are found below, in :mod:`uns.loading` and :mod:`uns.changes`; here stand
the rules that weigh them, in families by their letter:

    N  naming       what topic levels are called
    H  hierarchy    what stands where, and what is missing
    P  payloads     what topics carry
    K  kafka        what becomes of names and topics in Kafka
    A  access       what clients may publish and read
    T  profiles     what brokers and conventions allow
    B  breaking     whom a change of the model breaks: :mod:`uns.rules.breaking`
    U  unsaid       what comments, settings and baselines keep from being told
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from uns.collector import collector_paused
from uns.diagnostics import Diagnostic, Severity, Span
from uns.namespace import Namespace
from uns.rules import (
    access,
    baselines,
    delivery,
    hierarchy,
    ignores,
    kafka,
    life_cycles,
    naming,
    payloads,
    profiles,
    units,
    values,
)
from uns.rules.baselines import Baseline, InvalidBaseline, Known
from uns.rules.policies import Policy, UnknownRule
from uns.rules.rule import Finding, Page, Rule
from uns.rules.surveys import Survey

__all__ = [
    "RULES",
    "Baseline",
    "Finding",
    "InvalidBaseline",
    "Judgement",
    "Known",
    "Page",
    "Policy",
    "Rule",
    "Survey",
    "UnknownRule",
    "lint",
    "weigh",
]

#: The rules on what a model says.
_ON_MODELS = tuple(
    rule
    for room in (
        naming, hierarchy, life_cycles, units, values, delivery, payloads, kafka, access, profiles
    )
    for rule in room.RULES
)  # fmt: skip

#: Every rule, by its code.
RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.code: rule for rule in (*_ON_MODELS, *ignores.RULES, *baselines.RULES)}
)

_NOWHERE = Span("", 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules find in a namespace, and what of it is left out."""

    #: By file and place.
    findings: tuple[Diagnostic, ...]
    #: How many findings comments ignore, and how many the baseline knows.
    ignored: int
    known: int
    #: The codes of the rules that judged.
    judged: frozenset[str]
    #: The lowest weight that fails a check of this model.
    fails_from: Severity


def lint(namespace: Namespace, *, policy: Policy | None = None) -> list[Diagnostic]:
    r"""What the rules find in a namespace, by file and place.

    ``policy`` says which rules judge and what their findings weigh, where it is to be
    another one than the model has under `lint:`. What comments ignore is left out.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kw}}}}")
    >>> [(found.code, found.name) for found in lint(ns)]
    [('P201', 'unknown-unit')]
    >>> lint(ns, policy=Policy(ignore=("P",)))
    []
    """
    return list(weigh(namespace, policy).findings)


def weigh(
    namespace: Namespace, policy: Policy | None = None, known: Known | None = None
) -> Judgement:
    """What the rules find in a namespace that is neither ignored nor ``known``.

    ``policy`` lies over what the model says under `lint:`.
    """
    policy = (policy or Policy()).over(Policy.of(namespace.lint))
    weights = {
        code: weight for code, rule in RULES.items() if (weight := policy.weight(rule)) is not None
    }
    survey = Survey(namespace, RULES, ignores=ignores.ignores_of(namespace))
    with collector_paused():
        found = _judged(survey, _ON_MODELS, weights)
    found |= _judged(replace(survey, found=found), ignores.RULES, weights)
    every = [finding for findings in found.values() for finding in findings]
    told = ignores.without_ignored(survey.ignores, sorted(every, key=_place))
    new, stale = told, []
    if known is not None:
        new = known.new(told)
        left = replace(survey, found=_by_code(told, found), known=known)
        stale = [f for listed in _judged(left, baselines.RULES, weights).values() for f in listed]
    return Judgement(
        (*new, *stale),
        len(every) - len(told),
        len(told) - len(new),
        frozenset(found),
        policy.fails_from,
    )


def _judged(
    survey: Survey, rules: Iterable[Rule], weights: Mapping[str, Severity]
) -> dict[str, tuple[Diagnostic, ...]]:
    """What each of the rules that are to judge finds, with its weight."""
    return {
        rule.code: tuple(_weighing(found, weights[rule.code]) for found in rule.findings(survey))
        for rule in rules
        if rule.code in weights
    }


def _weighing(found: Diagnostic, severity: Severity) -> Diagnostic:
    return found if found.severity is severity else replace(found, severity=severity)


def _by_code(
    findings: Iterable[Diagnostic], codes: Iterable[str]
) -> dict[str, tuple[Diagnostic, ...]]:
    found: dict[str, list[Diagnostic]] = {code: [] for code in codes}
    for finding in findings:
        found[finding.code].append(finding)
    return {code: tuple(listed) for code, listed in found.items()}


def _place(finding: Diagnostic) -> tuple[Span, str]:
    return finding.span or _NOWHERE, finding.code
