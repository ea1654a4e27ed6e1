"""Family B: what a change breaks, for whom, and the version that it requires.

The facts come from :func:`uns.diff`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from uns.changes import Change, Changes
from uns.diagnostics import Severity
from uns.linting.rule import Finding, Rule, RuleKind, collect_rules, rule
from uns.linting.verdicts import ALL, Case, Effect, Impact, Verdict, judge_changes
from uns.rules.breaking import declarations, messages, rates, services, tiers, topics

#: Every rule on a change, by its code.
RULES = collect_rules(topics, messages, rates, declarations, services, tiers)


@rule("B601", "version-not-raised", Severity.ERROR, kind=RuleKind.VERSION)
def version_not_raised(verdict: Verdict) -> Iterator[Finding]:
    """`model.version` is not raised as much as the change requires, or is lowered.

    Only `uns breaking --require-version-bump` reports it.

    Why:
        Others plan by the version: a major one means that users have to act, a minor one that
        there is something new, a patch that they need not do anything (Semantic Versioning).
        Before 1.0.0 a minor version may break things, and a patch may add some.

    Example:
        model: {id: acme, version: "1.4.1"}  # 1.4.0 before, and a topic is gone

    Instead:
        model: {id: acme, version: "2.0.0"}
    """
    if verdict.is_raised_enough:
        return
    old, new = (version or "no version" for version in verdict.versions)
    said = f"{old} -> {new}"
    message = f"the change asks for a {verdict.bump} version: {said}"
    help_ = f"raise the {verdict.bump} number of `model.version`"
    if verdict.is_lowered:
        message = f"the version was lowered: {said}"
        help_ = f"choose a version above {old}"
    model = verdict.changes.new
    yield Finding(message, model.locate("model", "version") or model.locate("model"), help_)


#: Every rule of the family, by its code: those on a change, and the one on the version.
EVERY_RULE: Mapping[str, Rule] = MappingProxyType({**RULES, "B601": version_not_raised})


def unjudged_change(change: Change, case: Case) -> Impact:
    """Judge a change that no rule covers: it counts as breaking."""
    return Impact(Effect.BREAKING, ALL, "there is no rule for such a change")


#: The fault for changes that no rule covers.
UNJUDGED = Rule("B999", "unjudged-change", Severity.ERROR, unjudged_change, RuleKind.CHANGE_FAULT)


def verdict(changes: Changes) -> Verdict:
    r"""Judge the facts about two versions of a namespace.

    >>> import uns
    >>> old = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kW}}}}")
    >>> new = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: W}}}}")
    >>> found = verdict(uns.diff(old, new))
    >>> str(found.effect), str(found.bump), [(j.code, j.name) for j in found.judgements]
    ('breaking', 'major', [('B203', 'unit-changed')])
    """
    return judge_changes(changes, RULES.values(), UNJUDGED)
