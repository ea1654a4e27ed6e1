"""Policies: which rules judge a model, and how much their findings weigh.

A policy is what one place says: the model under `lint:`, a project in its
settings, a person on the command line. Each lies over the one below it. A rule
is called by its code (`H201`), by the beginning of codes (`H`, `H2`), by its
readable name (`missing-required-topic`), or with all others (`ALL`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from uns.diagnostics import Severity, UNSError, near
from uns.linting.rule import SUPPRESSIONS, Rule
from uns.loading.faults import FAULTS
from uns.model.messages import MESSAGE_FAULTS

__all__ = ["ALL", "FAMILIES", "Policy", "UnknownRule", "means", "near_rule", "why_unknown"]

#: The families of rules, by the letter of their codes; one may be named before it has any rule.
FAMILIES = MappingProxyType(
    {
        "N": "naming",
        "H": "hierarchy",
        "P": "payloads",
        "K": "Kafka",
        "A": "access",
        "T": "profiles",
        "B": "breaking changes",
        "S": "topics in code",
        "U": "what is left unsaid",
    }
)

#: Selects every rule there is.
ALL = "ALL"

#: What weighs enough to fail a check, unless somebody says otherwise.
FAIL_LEVEL = Severity.WARNING

#: How closely a selector describes a rule that it calls by its whole code or its name.
_EXACT = 1_000


class UnknownRule(UNSError, ValueError):
    """No rule is called so, or what is called so is no rule; the message says which it may be."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What one place says of the rules; ``beneath`` is the policy it lies over.

    ``select`` replaces what was selected beneath, ``extend_select`` adds to it,
    ``ignore`` takes away; of two selectors in one policy the one that describes a
    rule more closely counts, and `ignore` where they are equal. A rule that is
    off by default is on when any selector takes it; family U, which watches over what
    is left out, is on until it is ignored. ``severity`` says what
    findings weigh, ``fail_level`` from which weight on they fail a check.

    >>> from uns.rules import RULES
    >>> policy = Policy(ignore=("P",), severity={"H201": Severity.ERROR})
    >>> policy.weight(RULES["P201"]), policy.weight(RULES["H201"])
    (None, <Severity.ERROR: 3>)
    >>> Policy(select=("P2",)).over(policy).weight(RULES["P201"])
    <Severity.WARNING: 2>
    """

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    fail_level: Severity | None = None
    beneath: Policy | None = None

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Policy:
        """The policy of a `lint:` section, as :attr:`uns.Namespace.lint_settings` has it."""
        select, level = settings.get("select"), settings.get("fail_level")
        return cls(
            None if select is None else tuple(select),
            tuple(settings.get("extend_select") or ()),
            tuple(settings.get("ignore") or ()),
            {
                rule: Severity[weight.upper()]
                for rule, weight in (settings.get("severity") or {}).items()
            },
            Severity[level.upper()] if level else None,
        )

    def over(self, beneath: Policy) -> Policy:
        """This policy, and where it says nothing what ``beneath`` says."""
        below = beneath if self.beneath is None else self.beneath.over(beneath)
        return Policy(
            self.select, self.extend_select, self.ignore, self.severity, self.fail_level, below
        )

    def on(self, rules: Mapping[str, Rule]) -> Policy:
        """The policy as far as it speaks of ``rules``: a selection of none of them says nothing."""
        beneath = self.beneath and self.beneath.on(rules)
        speaks = any(means(selector, rules) for selector in self.select or ())
        return replace(self, select=self.select if speaks else None, beneath=beneath)

    def weight(self, rule: Rule) -> Severity | None:
        """What a finding of ``rule`` weighs; ``None`` when the rule is not to judge."""
        return self._severity(rule) if self._selects(rule) else None

    def weights(self, rules: Iterable[Rule]) -> dict[str, Severity]:
        """What the findings of each rule weigh that is to judge, by its code."""
        weights = {rule.code: self.weight(rule) for rule in rules}
        return {code: weight for code, weight in weights.items() if weight is not None}

    @property
    def fails_from(self) -> Severity:
        """The lowest weight that fails a check: warnings, unless a policy says otherwise."""
        if self.fail_level is not None:
            return self.fail_level
        return self.beneath.fails_from if self.beneath else FAIL_LEVEL

    def check(self, rules: Mapping[str, Rule]) -> None:
        """See that every selector of this policy, not of those beneath, means a rule.

        Raises:
            UnknownRule: one does not.
        """
        for _, problem in self.problems(rules):
            raise UnknownRule(problem)

    def problems(self, rules: Mapping[str, Rule]) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """The selectors of this policy that mean no rule: where they stand, and why."""
        for path, selector in self._selectors():
            problem = why_unknown(selector, rules)
            if problem is not None:
                yield path, problem

    def _selectors(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        for key in ("select", "extend_select", "ignore"):
            for number, selector in enumerate(getattr(self, key) or ()):
                yield (key, number), selector
        for selector in self.severity:
            yield ("severity", selector), selector

    def _selects(self, rule: Rule) -> bool:
        wanted = _closeness(rule, (*(self.select or ()), *self.extend_select))
        unwanted = _closeness(rule, self.ignore)
        if wanted < 0 and unwanted < 0:
            if self.select is not None and rule.kind not in SUPPRESSIONS:
                return False
            return rule.default if self.beneath is None else self.beneath._selects(rule)
        return wanted > unwanted

    def _severity(self, rule: Rule) -> Severity:
        close = max(self.severity, key=lambda said: _closeness(rule, (said,)), default=None)
        if close is not None and _closeness(rule, (close,)) >= 0:
            return self.severity[close]
        return rule.severity if self.beneath is None else self.beneath._severity(rule)


def _closeness(rule: Rule, selectors: Iterable[str]) -> int:
    """How closely the closest of ``selectors`` describes ``rule``; -1 when none does."""
    return max((_describes(selector, rule) for selector in selectors), default=-1)


def _describes(selector: str, rule: Rule) -> int:
    if selector in {rule.code, rule.name}:
        return _EXACT
    if selector == ALL:
        return 0
    return len(selector) if selector and rule.code.startswith(selector) else -1


def means(selector: str, rules: Mapping[str, Rule]) -> bool:
    """Whether ``selector`` calls one of ``rules``."""
    return any(_describes(selector, rule) >= 0 for rule in rules.values())


def why_unknown(selector: str, rules: Mapping[str, Rule]) -> str | None:
    """Why ``selector`` means no rule; ``None`` when it means one, or a family.

    >>> from uns.rules import RULES
    >>> why_unknown("H2", RULES), why_unknown("unknown-unti", RULES)
    (None, "no rule is called 'unknown-unti'; did you mean 'unknown-unit'?")
    """
    if selector == ALL or selector in FAMILIES or selector in rules:
        return None
    if means(selector, rules):
        return None
    for faults, problem in _OF_FAULTS:
        for code, (name, _) in faults.items():
            if selector == name or code.startswith(selector or "-"):
                return f"{selector} is a fault {problem} selected, ignored or weighed"
    close = near_rule(selector, [(rule.code, rule.name) for rule in rules.values()])
    hint = f"did you mean {close!r}?" if close else "`uns rule --all` lists them"
    return f"no rule is called {selector!r}; {hint}"


#: Why faults cannot be named, by table.
_OF_FAULTS = (
    (
        MESSAGE_FAULTS,
        "of a message and no rule: the message is refused, and that cannot be",
    ),
    (
        FAULTS,
        "and no rule: a model that has it does not load, so it is always an error and cannot be",
    ),
)


def near_rule(called: str, known: Iterable[tuple[str, str]]) -> str | None:
    """The code or the name that is most likely meant, of rules of the same letter first.

    >>> near_rule("S381", [("N301", "a"), ("S301", "b")]), near_rule("unused-clas", [("H202", "unused-class")])
    ('S301', 'unused-class')
    """
    rules = list(known)
    codes, wanted = [code for code, _ in rules], called.upper()
    if _CODE.fullmatch(wanted):
        same = [code for code in codes if code[0] == wanted[0]]
        return near(wanted, same) or near(wanted, codes)
    return near(called.casefold(), [name for _, name in rules]) or near(wanted, codes)


#: What looks like a code.
_CODE = re.compile(r"(?=.*\d)[A-Z][A-Z0-9]{1,4}")
