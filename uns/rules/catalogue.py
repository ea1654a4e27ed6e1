"""Look up a rule by its code or its name.

The lookup also knows codes that a policy cannot change: the faults of a model file, of a
message and of a comparison, and what is lost when files are generated.
"""

from __future__ import annotations

from collections.abc import Mapping

from uns.diagnostics import Severity, UNSError
from uns.linting.policies import FAMILIES, near_rule
from uns.linting.rule import Rule, RuleKind
from uns.loading.faults import FAULTS
from uns.model.messages import MESSAGE_FAULTS
from uns.rules.registry import ENGINE, EVERY_RULE


class NoEntry(UNSError, ValueError):
    """There is no rule of that code or name; the message suggests a near one."""


def catalogue() -> tuple[Rule, ...]:
    """Every rule that a policy may name, by family and code, in the order of the families."""
    order = list(FAMILIES)
    return tuple(
        sorted(EVERY_RULE.values(), key=lambda rule: (order.index(rule.code[0]), rule.code))
    )


def entry(called: str, losses: Mapping[str, tuple[str, str]]) -> Rule:
    """The rule, fault or loss of that code or name; case does not matter.

    ``losses`` are the names and meanings of what targets cannot express, by code.

    >>> entry("h201", {}).name, entry("duplicate-key", {}).code
    ('missing-required-topic', 'M102')

    Raises:
        NoEntry: there is none of that code or name.
    """
    wanted = called.casefold()
    known = (*catalogue(), ENGINE.unjudged)
    for table, kind, severity in (
        (FAULTS, RuleKind.MODEL_FAULT, Severity.ERROR),
        (MESSAGE_FAULTS, RuleKind.MESSAGE_FAULT, Severity.ERROR),
        (losses, RuleKind.LOSS, Severity.INFO),
    ):
        known += tuple(
            Rule(code, name, severity, kind=kind, meaning=meaning)
            for code, (name, meaning) in table.items()
        )
    for found in known:
        if wanted in (found.code.casefold(), found.name):
            return found
    close = near_rule(called, [(found.code, found.name) for found in known])
    hint = f"did you mean {close!r}?" if close else "`uns rule --all` lists them"
    raise NoEntry(f"no rule is called {called!r}; {hint}")
