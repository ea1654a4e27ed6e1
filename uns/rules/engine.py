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
    V  literals     what texts in code and configuration name: :mod:`uns.code.mentions`
    U  unsaid       what comments, settings and baselines keep from being told
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from uns.changes import diff
from uns.diagnostics import Diagnostic, Severity, Span
from uns.linting import baselines, ignores
from uns.linting.baselines import Baseline, InvalidBaseline, Known
from uns.linting.policies import Policy, UnknownRule
from uns.linting.rule import Finding, Judging, Page, Rule
from uns.linting.surveys import Survey
from uns.model.collector import collector_paused
from uns.model.namespace import Namespace
from uns.rules import (
    access,
    breaking,
    delivery,
    hierarchy,
    kafka,
    life_cycles,
    naming,
    payloads,
    profiles,
    source_code,
    units,
    values,
)

__all__ = [
    "EVERY_RULE",
    "RULES",
    "Baseline",
    "Finding",
    "InvalidBaseline",
    "Known",
    "Page",
    "Policy",
    "Review",
    "Rule",
    "Settled",
    "Survey",
    "UnknownRule",
    "lint",
    "settled",
    "weigh",
    "weigh_literals",
]

#: The rules on what a model says.
_ON_MODELS = tuple(
    rule
    for room in (
        naming, hierarchy, life_cycles, units, values, delivery, payloads, kafka, access, profiles
    )
    for rule in room.RULES
)  # fmt: skip

#: Every rule on a model, by its code.
RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.code: rule for rule in (*_ON_MODELS, *ignores.RULES, *baselines.RULES)}
)

#: Every rule on a model, on a change of one, and on code that names its topics: all that a
#: policy may name, by code.
EVERY_RULE: Mapping[str, Judging] = MappingProxyType(
    {**RULES, **breaking.EVERY_RULE, **source_code.RULES}
)

_NOWHERE = Span("", 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Review:
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


def lint(
    namespace: Namespace, against: Namespace | None = None, *, policy: Policy | None = None
) -> list[Diagnostic]:
    r"""What the rules find in a namespace, by file and place.

    Against an earlier version it is also told what breaks since then (family B). ``policy`` says which rules judge and what their findings weigh, where it is to be
    another one than the model has under `lint:`. What comments ignore is left out.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kw}}}}")
    >>> [(found.code, found.name) for found in lint(ns)]
    [('P201', 'unknown-unit')]
    >>> lint(ns, policy=Policy(ignore=("P",)))
    []
    >>> before = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: W}}}}")
    >>> [(found.code, found.name) for found in lint(ns, before)]
    [('B203', 'unit-changed'), ('P201', 'unknown-unit')]
    """
    return list(weigh(namespace, policy, against=against).findings)


def weigh(
    namespace: Namespace,
    policy: Policy | None = None,
    known: Known | None = None,
    against: Namespace | None = None,
) -> Review:
    """What the rules find in a namespace that is neither ignored nor ``known``.

    ``against`` is an earlier version of it, where what breaks since then is to be told.

    ``policy`` lies over what the model says under `lint:`.
    """
    policy = (policy or Policy()).over(Policy.of(namespace.lint_settings))
    weights = _weights(policy, EVERY_RULE)
    survey = Survey(namespace, EVERY_RULE, ignores=ignores.ignores_of(namespace))
    with collector_paused():
        found = _judged(survey, _ON_MODELS, weights)
    gone: frozenset[Diagnostic] = frozenset()
    if against is not None:
        broken = _broken(against, namespace, weights)
        gone = frozenset(b.finding for b in broken if b.judgement.change.new_place is None)
        found |= _by_code((b.finding for b in broken), _all_of_change(weights, broken))
    watching = (*ignores.ON_COMMENTS, ignores.unknown_selector)
    return _reviewed(replace(survey, found=found), watching, policy, weights, known, gone)


def weigh_literals(
    namespace: Namespace,
    findings: Iterable[Diagnostic],
    comments: Iterable[ignores.Ignore],
    policy: Policy | None = None,
    known: Known | None = None,
) -> Review:
    """What counts of the findings of family V in one file of code, whose ``comments`` ignore some.

    ``policy`` and ``known`` are as for :func:`weigh`.
    """
    policy = (policy or Policy()).over(Policy.of(namespace.lint_settings)).on(source_code.RULES)
    weights = _weights(policy, EVERY_RULE)
    found: dict[str, tuple[Diagnostic, ...]] = {
        code: () for code in source_code.RULES if code in weights
    }
    for finding in findings:
        if finding.code in found:
            found[finding.code] += (_weighing(finding, weights[finding.code]),)
    survey = Survey(namespace, EVERY_RULE, ignores=tuple(comments), found=found)
    return _reviewed(survey, ignores.ON_COMMENTS, policy, weights, known)


def _reviewed(
    survey: Survey,
    watching: Iterable[Rule],
    policy: Policy,
    weights: Mapping[str, Severity],
    known: Known | None,
    gone: Collection[Diagnostic] = (),
) -> Review:
    """What is left of the findings without those that are ignored or known; ``gone`` is of before."""
    found = {**survey.found, **_judged(survey, watching, weights)}
    every = [finding for findings in found.values() for finding in findings]
    ordered = sorted(every, key=_place)
    # A comment of this version says nothing of a line of the other.
    agreed = ignores.ignored(survey.ignores, (one for one in ordered if one not in gone))
    told = [one for one in ordered if one not in agreed]
    new, stale = told, []
    if known is not None:
        new = known.new(told)
        left = replace(survey, found=_by_code(told, found), known=known)
        stale = [f for listed in _judged(left, baselines.RULES, weights).values() for f in listed]
    return Review(
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


class Broken(NamedTuple):
    """A judgement that something breaks, and the finding it is with the weight that counts."""

    judgement: breaking.Judgement
    finding: Diagnostic


class Settled(NamedTuple):
    """A verdict by a policy: without what was agreed to, and what of it fails."""

    verdict: breaking.Verdict
    #: What breaks somebody and is not ignored, with its weight.
    broken: tuple[Broken, ...]
    #: The error of a version that is not raised far enough, where its rule counts.
    version: Diagnostic | None
    fails_from: Severity


def settled(verdict: breaking.Verdict, policy: Policy | None = None) -> Settled:
    r"""A verdict as ``policy`` over `lint:` of the new version, and its comments, have it.

    A selection that names no rule of family B says nothing of it: whoever asks what breaks
    is not told that nothing does because other rules are selected elsewhere.

    >>> import uns
    >>> old = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kW}}}}")
    >>> new = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: W}}}}")
    >>> found = settled(breaking.verdict(diff(old, new)), Policy(ignore=("B203",)))
    >>> found.broken, [judgement.code for judgement in found.verdict.ignored]
    ((), ['B203'])
    """
    new = verdict.changes.new
    policy = (policy or Policy()).over(Policy.of(new.lint_settings)).on(breaking.EVERY_RULE)
    weights = _weights(policy, breaking.EVERY_RULE)
    broken = _weighed(verdict, weights)
    left = {b.judgement for b in broken}
    out = {found for found in verdict.of(breaking.Effect.BREAKING) if found not in left}
    here = [b for b in broken if b.judgement.change.new_place is not None]
    agreed = ignores.ignored(ignores.ignores_of(new), (b.finding for b in here))
    out |= {b.judgement for b in here if b.finding in agreed}
    verdict = verdict.without(out)
    version = verdict.version_finding
    if version is not None:
        weight = weights.get(version.code)
        version = None if weight is None else _weighing(version, weight)
    counted = tuple(b for b in broken if b.judgement not in out)
    return Settled(verdict, counted, version, policy.fails_from)


def _weights(policy: Policy, rules: Mapping[str, Judging]) -> dict[str, Severity]:
    """What the findings of each rule weigh that is to judge."""
    weights = {code: policy.weight(rule) for code, rule in rules.items()}
    return {code: weight for code, weight in weights.items() if weight is not None}


def _broken(old: Namespace, new: Namespace, weights: Mapping[str, Severity]) -> list[Broken]:
    """What the rules of family B that are to judge find broken, with its weight."""
    return _weighed(breaking.verdict(diff(old, new)), weights)


def _weighed(verdict: breaking.Verdict, weights: Mapping[str, Severity]) -> list[Broken]:
    # What no rule speaks of has no weight of its own, and cannot be left out.
    return [
        Broken(found, _weighing(found.diagnostic, weights.get(found.code, Severity.ERROR)))
        for found in verdict.of(breaking.Effect.BREAKING)
        if found.code in weights or found.code not in breaking.RULES
    ]


def _all_of_change(weights: Mapping[str, Severity], broken: Iterable[Broken]) -> dict[str, None]:
    """The codes of the rules that judged a change."""
    judged = [code for code in breaking.RULES if code in weights]
    return dict.fromkeys([*judged, *(b.judgement.code for b in broken)])


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
