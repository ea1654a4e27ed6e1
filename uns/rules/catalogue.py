"""Every rule as somebody looks it up: by its code or its name, with its page.

The faults of a model file, of a message and of a comparison are found here too, and what is
lost when files are generated, though nobody can leave them out.
"""

from __future__ import annotations

from collections.abc import Mapping

from uns.diagnostics import Severity, UNSError
from uns.linting.policies import FAMILIES, near_rule
from uns.linting.rule import Kind, Rule
from uns.loading.faults import FAULTS
from uns.model.messages import MESSAGE_FAULTS
from uns.rules.registry import ENGINE, EVERY_RULE

__all__ = ["NoEntry", "catalogue", "entry"]


class NoEntry(UNSError, ValueError):
    """Nothing is called so; the message says what may be meant."""


def catalogue() -> tuple[Rule, ...]:
    """Every rule that a policy may name, by family and code, in the order of the families."""
    order = list(FAMILIES)
    return tuple(
        sorted(EVERY_RULE.values(), key=lambda rule: (order.index(rule.code[0]), rule.code))
    )


def entry(called: str, losses: Mapping[str, tuple[str, str]]) -> Rule:
    """The rule, the fault or the loss of that code or name; case does not count.

    ``losses`` are names and meanings of what targets leave unsaid, by code.

    >>> entry("h201", {}).name, entry("duplicate-key", {}).code
    ('missing-required-topic', 'M102')

    Raises:
        NoEntry: nothing is called so.
    """
    wanted = called.casefold()
    known = (*catalogue(), ENGINE.unjudged)
    for table, kind, severity in (
        (FAULTS, Kind.MODEL_FAULT, Severity.ERROR),
        (MESSAGE_FAULTS, Kind.MESSAGE_FAULT, Severity.ERROR),
        (losses, Kind.LOSS, Severity.INFO),
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
