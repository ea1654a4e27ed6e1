"""Family B and the verdict: does a change break anybody, whom, and which version does it ask for.

The facts come from :func:`uns.diff`. Every one of them is judged; what no rule
speaks of would break, for nothing is called compatible that nobody looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import ClassVar

from uns.changes import Change, ChangeKind, Changes, Subject
from uns.diagnostics import Diagnostic, Severity
from uns.linting.rule import Judging, Page, page_of
from uns.model.collector import collector_paused
from uns.rules.breaking import messages, services, topics
from uns.rules.breaking.verdicts import (
    ALL,
    Audience,
    BreakingRule,
    Case,
    Effect,
    Hit,
    Judged,
    Judgement,
    is_move,
    told,
)
from uns.rules.breaking.versions import Bump, is_raised_enough, parsed

__all__ = [
    "EVERY_RULE",
    "RULES",
    "Audience",
    "Bump",
    "Effect",
    "Hit",
    "Judgement",
    "Verdict",
    "verdict",
]

#: Every rule on a change, by its code.
RULES: Mapping[str, BreakingRule] = MappingProxyType(
    {rule.code: rule for room in (topics, messages, services) for rule in room.RULES}
)


@dataclass(frozen=True, eq=False)
class Verdict:
    """What a change of a namespace does, to whom, and which version it asks for.

    ``judgements`` are in the order of the changes, what breaks first. Those in ``ignored``
    somebody has agreed to: they have no part in the verdict.
    """

    changes: Changes
    judgements: tuple[Judgement, ...]
    ignored: tuple[Judgement, ...] = ()

    def without(self, ignored: Container[Judgement]) -> Verdict:
        """The verdict, but for what is ``ignored``."""
        left = tuple(found for found in self.judgements if found not in ignored)
        out = tuple(found for found in self.judgements if found in ignored)
        return replace(self, judgements=left, ignored=(*self.ignored, *out))

    @cached_property
    def effect(self) -> Effect:
        """The worst of all effects."""
        return max((found.effect for found in self.judgements), default=Effect.COMPATIBLE)

    @cached_property
    def audiences(self) -> Mapping[Audience, Effect]:
        """The worst effect on each audience."""
        worst = dict.fromkeys(Audience, Effect.COMPATIBLE)
        for found in self.judgements:
            for audience in found.audiences:
                worst[audience] = max(worst[audience], found.effect)
        return worst

    def of(self, effect: Effect) -> tuple[Judgement, ...]:
        """The judgements with one effect."""
        return tuple(found for found in self.judgements if found.effect is effect)

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """The judgements as findings; an error for each that breaks somebody."""
        return tuple(found.diagnostic for found in self.judgements)

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """Every filter of a client that breaking changes hit, with all it loses."""
        found: dict[Hit, Hit] = {}
        counted: set[tuple[int, Hit]] = set()
        for judgement in self.of(Effect.BREAKING):
            for hit in judgement.hits:
                # Which filter, and whether it was taken away; two rules may speak of one change.
                key = hit._replace(lost=0, gained=0, changed=0)
                if (judgement.change.number, key) not in counted:
                    counted.add((judgement.change.number, key))
                    known = found.get(key, key)
                    found[key] = key._replace(
                        lost=_total(known.lost, hit.lost),
                        gained=_total(known.gained, hit.gained),
                        changed=_total(known.changed, hit.changed),
                    )
        return tuple(found.values())

    @cached_property
    def bump(self) -> Bump:
        """The number of ``model.version`` that must be raised (Semantic Versioning §2 to §8)."""
        if all(change.subject is Subject.VERSION for change in self.changes):
            return Bump.NONE
        return {
            Effect.BREAKING: Bump.MAJOR, Effect.ADDITIVE: Bump.MINOR, Effect.COMPATIBLE: Bump.PATCH,
        }[self.effect]  # fmt: skip

    @property
    def versions(self) -> tuple[str | None, str | None]:
        """The versions the two models have."""
        return self.changes.old.model.version, self.changes.new.model.version

    @property
    def is_raised_enough(self) -> bool:
        """Whether ``model.version`` was raised as far as it must be."""
        return is_raised_enough(*self.versions, self.bump)

    @property
    def is_lowered(self) -> bool:
        """Whether ``model.version`` comes before the one it had, or is gone."""
        old, new = self.versions
        return old is not None and (new is None or parsed(new) < parsed(old))

    @property
    def version_finding(self) -> Diagnostic | None:
        """The error of a version that was not raised far enough, where it was not."""
        if self.is_raised_enough:
            return None
        old, new = (version or "no version" for version in self.versions)
        said = f"{old} -> {new}"
        message = f"the change asks for a {self.bump} version: {said}"
        help_ = f"raise the {self.bump} number of `model.version`"
        if self.is_lowered:
            message = f"the version was lowered: {said}"
            help_ = f"a later version of the model has a version above {old}"
        span = self.changes.new.locate("model", "version") or self.changes.new.locate("model")
        return Diagnostic(VERSION.code, VERSION.name, VERSION.severity, message, span, help_)


@dataclass(frozen=True, slots=True)
class VersionRule:
    """The rule on the version that all changes together ask for."""

    code: ClassVar[str] = "B601"
    name: ClassVar[str] = "version-not-raised"
    severity: ClassVar[Severity] = Severity.ERROR
    default: ClassVar[bool] = True

    @property
    def page(self) -> Page:
        """What it says of itself."""
        return page_of(_version_not_raised)


def _version_not_raised() -> None:
    """`model.version` is not raised as far as the change asks for, or is lowered.

    It is found by `uns breaking --require-version-bump` alone.

    Why:
        The version is what others plan by: a major one says that somebody has to act, a minor one
        that there is more, a patch that nothing is to be done (Semantic Versioning).

    Example:
        model: {id: acme, version: "1.4.1"}  # 1.4.0 before, and a topic is gone

    Instead:
        model: {id: acme, version: "2.0.0"}
    """


VERSION = VersionRule()

#: Every rule of the family, by its code: those on a change, and the one on the version.
EVERY_RULE: Mapping[str, Judging] = MappingProxyType({**RULES, VERSION.code: VERSION})


def verdict(changes: Changes) -> Verdict:
    r"""Judge the facts about two versions of a namespace.

    >>> import uns
    >>> old = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kW}}}}")
    >>> new = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: W}}}}")
    >>> found = verdict(uns.diff(old, new))
    >>> str(found.effect), str(found.bump), [(j.code, j.name) for j in found.judgements]
    ('breaking', 'major', [('B203', 'unit-changed')])
    """
    case = Case(changes)
    by_subject: defaultdict[tuple[ChangeKind, Subject], list[BreakingRule]] = defaultdict(list)
    for rule in RULES.values():
        for on in rule.on:
            by_subject[on].append(rule)
    with collector_paused():
        judgements = [
            found
            for change in changes
            for found in _judged(change, by_subject[change.kind, change.subject], case)
        ]
    judgements.sort(key=lambda found: -found.effect)
    return Verdict(changes, tuple(judgements))


def _judged(change: Change, rules: list[BreakingRule], case: Case) -> list[Judgement]:
    found: list[Judgement] = []
    for rule in rules:
        judged = rule.judge(change, case)
        if judged is None:
            continue
        judgement = _judgement(rule.code, rule.name, change, judged, case)
        # What a rule before it said of the same change, of the same people, is said.
        if not any(
            (other.effect, other.audiences) == (judgement.effect, judgement.audiences)
            for other in found
        ):
            found.append(judgement)
    if not found:
        unknown = Judged(Effect.BREAKING, ALL, "no rule speaks of such a change")
        found.append(_judgement("B999", "unjudged-change", change, unknown, case))
    return found


def _judgement(code: str, name: str, change: Change, judged: Judged, case: Case) -> Judgement:
    audiences = set(judged.audiences)
    if Audience.CONSUMERS in audiences and judged.hits is None:
        # What is read from Kafka are the same messages; every model has a mapping.
        audiences.add(Audience.KAFKA_READERS)
    return Judgement(
        code, name, change, judged.effect, frozenset(audiences), told(change), judged.help,
        _hits(change, judged, case),
    )  # fmt: skip


def _hits(change: Change, judged: Judged, case: Case) -> tuple[Hit, ...]:
    if judged.hits is not None:
        return judged.hits
    directions = {
        direction
        for audience, direction in (
            (Audience.PRODUCERS, "publish"),
            (Audience.CONSUMERS, "subscribe"),
        )
        if audience in judged.audiences or not judged.audiences
    }
    if judged.effect is Effect.COMPATIBLE:
        return ()
    return tuple(
        hit
        for hit in case.reached.get(change.number, ())
        if hit.direction in directions and not _follows(change, hit)
    )


def _follows(change: Change, hit: Hit) -> bool:
    """Whether a move takes nothing from a filter, which takes the topics under both names."""
    return is_move(change) and hit.lost == 0 and hit.changed != 0


def _total(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
