"""The engine: runs rules on models, changes and code.

It collects the findings of all rules, with the severity that a policy gives them, and leaves
out those that comments ignore or a baseline knows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from uns.changes import diff
from uns.diagnostics import Diagnostic, Severity, Span
from uns.linting.baselines import NO_BASELINE, Known
from uns.linting.ignores import Ignore, find_ignored, ignores_of
from uns.linting.policies import Policy
from uns.linting.rule import Rule, RuleKind
from uns.linting.suppressions import Suppressions
from uns.linting.surveys import Survey
from uns.linting.verdicts import Effect, Judgement, Verdict, judge_changes, merged
from uns.model.garbage_collection import collector_paused
from uns.model.namespace import Namespace

#: No earlier versions.
NOTHING: Mapping[str, Namespace] = MappingProxyType({})

_NOWHERE = Span("", 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Review:
    """The findings of the rules, and how many are left out."""

    #: Sorted by file and place.
    findings: tuple[Diagnostic, ...]
    #: The number of findings that comments ignore, and of those that the baseline knows.
    ignored: int
    known: int
    #: The codes of the rules that ran.
    judged: frozenset[str]
    #: The lowest severity that fails a check of this model.
    fails_from: Severity


class Settled(NamedTuple):
    """A verdict with a policy applied: without ignored judgements, and with its severities."""

    verdict: Verdict
    #: The finding on a version that is not raised far enough, if its rule is on.
    version: Diagnostic | None
    #: The lowest severity that fails the comparison.
    fails_from: Severity

    @property
    def broken(self) -> tuple[Judgement, ...]:
        """The breaking judgements that are not ignored."""
        return self.verdict.of(Effect.BREAKING)


@dataclass(frozen=True, slots=True, eq=False)
class Engine:
    """Runs ``rules``, the ones that a policy may name, by their codes.

    ``unjudged`` is for changes that no rule covers; a policy cannot turn it off.
    """

    rules: Mapping[str, Rule]
    unjudged: Rule

    def of_kind(self, *kinds: RuleKind) -> dict[str, Rule]:
        """The rules of some kinds, by code."""
        return {code: rule for code, rule in self.rules.items() if rule.kind in kinds}

    def weigh(
        self,
        namespace: Namespace,
        policy: Policy | None = None,
        known: Known = NO_BASELINE,
        against: Mapping[str, Namespace] = NOTHING,
    ) -> Review:
        """The findings in a namespace that are neither ignored nor ``known``.

        ``policy`` takes precedence over the model's `lint:`. With earlier versions in
        ``against``, by name, also what the changes since then break.
        """
        policy = _over_settings(policy, namespace)
        weights = policy.weights(self.rules.values())
        with collector_paused():
            found = self._find(Survey(namespace), weights, RuleKind.MODEL)
        gone: frozenset[Diagnostic] = frozenset()
        if against:
            rules = self.of_kind(RuleKind.CHANGE)
            broken = self._broken(namespace, against, weights)
            gone = frozenset(one.finding for one in broken if one.change.new_place is None)
            codes = [*(code for code in rules if code in weights), *(one.code for one in broken)]
            found |= _by_code((one.finding for one in broken), codes)
        given = Suppressions(namespace, self.rules, found, ignores_of(namespace), known)
        return self._review(given, policy, weights, (RuleKind.COMMENT, RuleKind.SELECTION), gone)

    def _broken(
        self,
        namespace: Namespace,
        against: Mapping[str, Namespace],
        weights: Mapping[str, Severity],
    ) -> list[Judgement]:
        """What the changes since some versions break."""
        rules = self.of_kind(RuleKind.CHANGE).values()
        found = {
            name: [
                _weighed(one, weights)
                for one in judge_changes(diff(before, namespace), rules, self.unjudged).of(
                    Effect.BREAKING
                )
                if self._judges(one, weights)
            ]
            for name, before in against.items()
        }
        return merged(found) if len(found) > 1 else [one for few in found.values() for one in few]

    def judge_literals(
        self,
        namespace: Namespace,
        findings: Iterable[Diagnostic],
        comments: Iterable[Ignore],
        policy: Policy | None = None,
        known: Known = NO_BASELINE,
    ) -> Review:
        """The findings of family S in one file of code, without those that ``comments`` ignore.

        ``policy`` and ``known`` are as for :meth:`weigh`.
        """
        rules = self.of_kind(RuleKind.TEXT)
        policy = _over_settings(policy, namespace).on(rules)
        weights = policy.weights(self.rules.values())
        codes = [code for code in rules if code in weights]
        counted = (
            replace(one, severity=weights[one.code]) for one in findings if one.code in codes
        )
        found = _by_code(counted, codes)
        given = Suppressions(namespace, self.rules, found, tuple(comments), known)
        return self._review(given, policy, weights, (RuleKind.COMMENT,))

    def settle(self, verdict: Verdict, policy: Policy | None = None) -> Settled:
        """Apply ``policy``, over `lint:` of the new version, and its comments to a verdict.

        A selection without any rule on changes does not turn them off: otherwise `uns breaking`
        would find nothing just because the project selects other families.
        """
        new, rules = verdict.changes.new, self.of_kind(RuleKind.CHANGE, RuleKind.VERSION)
        policy = _over_settings(policy, new).on(rules)
        weights = policy.weights(rules.values())
        broken = verdict.of(Effect.BREAKING)
        here = [one for one in broken if one.change.new_place is not None]
        agreed = find_ignored(ignores_of(new), (one.finding for one in here))
        out = {one for one in here if one.finding in agreed}
        out |= {one for one in broken if not self._judges(one, weights)}
        verdict = verdict.without(out)
        version = next(iter(self._find(verdict, weights, RuleKind.VERSION).values()), ())
        judgements = tuple(_weighed(one, weights) for one in verdict.judgements)
        verdict = replace(verdict, judgements=judgements)
        return Settled(verdict, next(iter(version), None), policy.fails_from)

    def _judges(self, judgement: Judgement, weights: Mapping[str, Severity]) -> bool:
        """True if the rule of a judgement is on; changes that no rule covers always count."""
        return judgement.code in weights or judgement.rule is self.unjudged

    def _find(
        self, subject: object, weights: Mapping[str, Severity], *kinds: RuleKind
    ) -> dict[str, tuple[Diagnostic, ...]]:
        """The findings of the rules of some kinds that are on, by code."""
        return {
            code: tuple(rule.findings(subject, weights[code]))
            for code, rule in self.of_kind(*kinds).items()
            if code in weights
        }

    def _review(
        self,
        given: Suppressions,
        policy: Policy,
        weights: Mapping[str, Severity],
        kinds: Iterable[RuleKind],
        gone: Collection[Diagnostic] = (),
    ) -> Review:
        """The review without ignored or known findings; ``gone`` have no place in this version."""
        found = {**given.found, **self._find(given, weights, *kinds)}
        every = sorted((one for listed in found.values() for one in listed), key=_place)
        # A comment of this version does not apply to a line of the other.
        agreed = find_ignored(given.ignores, (one for one in every if one not in gone))
        left = [one for one in every if one not in agreed]
        new = given.known.new(left)
        known = self._find(replace(given, found=_by_code(left, found)), weights, RuleKind.BASELINE)
        stale = (one for listed in known.values() for one in listed)
        return Review(
            (*new, *stale),
            len(every) - len(left),
            len(left) - len(new),
            frozenset(found),
            policy.fails_from,
        )


def _over_settings(policy: Policy | None, namespace: Namespace) -> Policy:
    """A policy over the model's `lint:`."""
    return (policy or Policy()).over(Policy.of(namespace.lint_settings))


def _weighed(judgement: Judgement, weights: Mapping[str, Severity]) -> Judgement:
    """A judgement with the severity of its rule, if it is breaking."""
    if judgement.effect is not Effect.BREAKING or judgement.code not in weights:
        return judgement
    return replace(judgement, severity=weights[judgement.code])


def _by_code(
    findings: Iterable[Diagnostic], codes: Iterable[str]
) -> dict[str, tuple[Diagnostic, ...]]:
    found: dict[str, list[Diagnostic]] = {code: [] for code in codes}
    for finding in findings:
        found[finding.code].append(finding)
    return {code: tuple(listed) for code, listed in found.items()}


def _place(finding: Diagnostic) -> tuple[Span, str]:
    return finding.span or _NOWHERE, finding.code
