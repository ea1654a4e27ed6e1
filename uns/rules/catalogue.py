"""Every rule as somebody looks it up: by its code or its name, with its page.

The faults of a model file and of a message are no rules, for nobody can leave
them out. They are found here by their codes all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from uns.diagnostics import UNSError, near
from uns.faults import FAULTS
from uns.messages import MESSAGE_FAULTS
from uns.rules import RULES, breaking
from uns.rules.policies import FAMILIES
from uns.rules.rule import Page

__all__ = ["Entry", "FaultEntry", "NoEntry", "catalogue", "entry"]


#: The weight of a rule of family B: a change is an error where it breaks somebody.
BY_EFFECT = "by effect"


class NoEntry(UNSError, ValueError):
    """Nothing is called so; the message says what may be meant."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule. ``severity`` is a word; ``fixable`` tells whether `uns check --fix` repairs it.

    What a rule of family B weighs is said :data:`BY_EFFECT`.
    """

    code: str
    name: str
    severity: str
    page: Page
    default: bool = True
    fixable: bool = False

    @property
    def family(self) -> str:
        """The name of its family."""
        return FAMILIES[self.code[0]]


@dataclass(frozen=True, slots=True)
class FaultEntry:
    """One fault: what loading refuses, or what is wrong with a message."""

    code: str
    name: str
    meaning: str


def catalogue() -> tuple[Entry, ...]:
    """Every rule, by family and code in the order of :data:`uns.rules.policies.FAMILIES`."""
    rules = [
        Entry(rule.code, rule.name, str(rule.severity), rule.page, rule.default, rule.fixable)
        for rule in RULES.values()
    ]
    rules += [
        Entry(
            rule.code,
            rule.name,
            BY_EFFECT if code in breaking.RULES else str(rule.severity),
            rule.page,
        )
        for code, rule in breaking.EVERY_RULE.items()
    ]
    order = list(FAMILIES)
    return tuple(sorted(rules, key=lambda rule: (order.index(rule.code[0]), rule.code)))


def entry(called: str) -> Entry | FaultEntry:
    """The rule or the fault that is called so, by code or by name; case does not count.

    >>> entry("h201").name, entry("duplicate-key").code
    ('missing-required-topic', 'M102')

    Raises:
        NoEntry: nothing is called so.
    """
    wanted = called.casefold()
    faults = [FaultEntry(code, *said) for code, said in (FAULTS | MESSAGE_FAULTS).items()]
    known: tuple[Entry | FaultEntry, ...] = (*catalogue(), *faults)
    for found in known:
        if wanted in (found.code.casefold(), found.name):
            return found
    close = near(called.upper(), [found.code for found in known]) or near(
        wanted, [found.name for found in known]
    )
    hint = f"did you mean {close!r}?" if close else "`uns rule --all` lists them"
    raise NoEntry(f"no rule is called {called!r}; {hint}")
