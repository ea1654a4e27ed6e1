"""Every rule as somebody looks it up: by its code or its name, with its page.

The faults of a model file and of a message are no rules, for nobody can leave
them out, nor is what is noted when files are generated. They are found here by
their codes all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from uns.diagnostics import UNSError
from uns.linting.policies import FAMILIES, near_rule
from uns.linting.rule import Page
from uns.loading.faults import FAULTS
from uns.model.messages import MESSAGE_FAULTS
from uns.rules import breaking, source_code
from uns.rules.engine import RULES

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
    """What has a code and is no rule: a fault, or a loss when files are generated.

    ``severity`` is a word, ``kind`` says what it is, ``consequence`` what comes of it.
    """

    code: str
    name: str
    meaning: str
    severity: str
    kind: str
    consequence: str


def catalogue() -> tuple[Entry, ...]:
    """Every rule, by family and code in the order of :data:`uns.linting.policies.FAMILIES`."""
    rules = [
        Entry(rule.code, rule.name, str(rule.severity), rule.page, rule.default, rule.fixable)
        for rule in RULES.values()
    ]
    rules += [
        Entry(rule.code, rule.name, str(rule.severity), rule.page, rule.default)
        for rule in source_code.RULES.values()
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


def entry(called: str, losses: Mapping[str, tuple[str, str]]) -> Entry | FaultEntry:
    """The rule, the fault or the loss that is called so, by code or by name; case does not count.

    ``losses`` are names and meanings of what targets leave unsaid, by code.

    >>> entry("h201", {}).name, entry("duplicate-key", {}).code
    ('missing-required-topic', 'M102')

    Raises:
        NoEntry: nothing is called so.
    """
    wanted = called.casefold()
    known: tuple[Entry | FaultEntry, ...] = (*catalogue(), *_others(losses))
    for found in known:
        if wanted in (found.code.casefold(), found.name):
            return found
    close = near_rule(called, [(found.code, found.name) for found in known])
    hint = f"did you mean {close!r}?" if close else "`uns rule --all` lists them"
    raise NoEntry(f"no rule is called {called!r}; {hint}")


#: What ``uns breaking`` says of a change that no rule speaks of.
_OF_BREAKING = {
    "B999": ("unjudged-change", "A change that no rule speaks of, and that counts as breaking."),
}


def _others(losses: Mapping[str, tuple[str, str]]) -> Iterator[FaultEntry]:
    """Every code that is no rule."""
    fault = "a fault, which nobody can select or ignore"
    for told, severity, kind, consequence in (
        (FAULTS, "error", fault, "A model that has it does not load."),
        (MESSAGE_FAULTS, "error", fault, "The message is refused."),
        (_OF_BREAKING, "error", "of `uns breaking`", "The comparison fails."),
        (losses, "info", "a loss", "`uns export` tells it, and fails on it with `--strict`."),
    ):
        for code, (name, meaning) in told.items():
            yield FaultEntry(code, name, meaning, severity, kind, consequence)
