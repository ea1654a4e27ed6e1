"""Policies: which rules run on a model, and how severe their findings are.

There is one policy for each place with settings: the model under `lint:`, a project, the
command line; each takes precedence over the one ``beneath`` it. A selector names rules by
code (`H201`), by the beginning of codes (`H`, `H2`), by name (`missing-required-topic`),
or all of them (`ALL`).
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

#: The families of rules, by the letter of their codes.
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
        "U": "ignored findings",
    }
)

#: Selects all rules.
ALL = "ALL"

#: The lowest severity that fails a check, by default.
FAIL_LEVEL = Severity.WARNING

#: How closely a selector describes a rule if it is the whole code or the name.
_EXACT = 1_000


class UnknownRule(UNSError, ValueError):
    """A selector does not name a rule; the message suggests a near one."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings of one place; it takes precedence over the policy ``beneath``.

    ``select`` replaces the selection beneath, ``extend_select`` adds to it, ``ignore``
    removes rules. If selectors of one policy disagree on a rule, the longer one wins, and
    `ignore` if they are equal. A rule that is off by default is on if any selector names it.
    Family U, which checks what is ignored, stays on unless it is ignored itself.
    ``severity`` sets the severity of findings, ``fail_level`` the lowest one that fails a
    check.

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
        """This policy with ``beneath`` below it, and below what is already beneath it."""
        below = beneath if self.beneath is None else self.beneath.over(beneath)
        return Policy(
            self.select, self.extend_select, self.ignore, self.severity, self.fail_level, below
        )

    def on(self, rules: Mapping[str, Rule]) -> Policy:
        """The policy without any ``select`` that names none of ``rules``."""
        beneath = self.beneath and self.beneath.on(rules)
        speaks = any(means(selector, rules) for selector in self.select or ())
        return replace(self, select=self.select if speaks else None, beneath=beneath)

    def weight(self, rule: Rule) -> Severity | None:
        """The severity of findings of ``rule``; ``None`` if the rule is off."""
        return self._severity(rule) if self._selects(rule) else None

    def weights(self, rules: Iterable[Rule]) -> dict[str, Severity]:
        """The severity of findings, by code, of the rules that are on."""
        weights = {rule.code: self.weight(rule) for rule in rules}
        return {code: weight for code, weight in weights.items() if weight is not None}

    @property
    def fails_from(self) -> Severity:
        """The lowest severity that fails a check: warnings by default."""
        if self.fail_level is not None:
            return self.fail_level
        return self.beneath.fails_from if self.beneath else FAIL_LEVEL

    def check(self, rules: Mapping[str, Rule]) -> None:
        """Check that every selector of this policy, not of those beneath, names a rule.

        Raises:
            UnknownRule: one does not.
        """
        for _, problem in self.problems(rules):
            raise UnknownRule(problem)

    def problems(self, rules: Mapping[str, Rule]) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """The selectors of this policy that do not name a rule: their path, and why."""
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
    """How closely the closest of ``selectors`` describes ``rule``; -1 if none does."""
    return max((_describes(selector, rule) for selector in selectors), default=-1)


def _describes(selector: str, rule: Rule) -> int:
    if selector in {rule.code, rule.name}:
        return _EXACT
    if selector == ALL:
        return 0
    return len(selector) if selector and rule.code.startswith(selector) else -1


def means(selector: str, rules: Mapping[str, Rule]) -> bool:
    """True if ``selector`` names one of ``rules``."""
    return any(_describes(selector, rule) >= 0 for rule in rules.values())


def why_unknown(selector: str, rules: Mapping[str, Rule]) -> str | None:
    """The reason why ``selector`` does not name a rule; ``None`` if it names one or a family.

    >>> from uns.rules import RULES
    >>> why_unknown("H2", RULES), why_unknown("unknown-unti", RULES)
    (None, "no rule is called 'unknown-unti'; did you mean 'unknown-unit'?")
    """
    if selector == ALL or selector in FAMILIES or selector in rules:
        return None
    if means(selector, rules):
        return None
    for faults, problem in _FAULTS:
        for code, (name, _) in faults.items():
            if selector == name or code.startswith(selector or "-"):
                return f"{selector} is a fault, not a rule: {problem}"
    close = near_rule(selector, [(rule.code, rule.name) for rule in rules.values()])
    hint = f"did you mean {close!r}?" if close else "`uns rule --all` lists them"
    return f"no rule is called {selector!r}; {hint}"


#: Why faults cannot be named, by table.
_FAULTS = (
    (MESSAGE_FAULTS, "a message that has it is always refused"),
    (FAULTS, "a model that has it never loads, so it is always an error"),
)


def near_rule(called: str, known: Iterable[tuple[str, str]]) -> str | None:
    """The code or the name that was probably meant; rules of the same letter come first.

    >>> near_rule("S381", [("N301", "a"), ("S301", "b")]), near_rule("unused-clas", [("H202", "unused-class")])
    ('S301', 'unused-class')
    """
    rules = list(known)
    codes, wanted = [code for code, _ in rules], called.upper()
    if _CODE.fullmatch(wanted):
        same = [code for code in codes if code[0] == wanted[0]]
        return near(wanted, same) or near(wanted, codes)
    return near(called.casefold(), [name for _, name in rules]) or near(wanted, codes)


#: A text that looks like a code.
_CODE = re.compile(r"(?=.*\d)[A-Z][A-Z0-9]{1,4}")
