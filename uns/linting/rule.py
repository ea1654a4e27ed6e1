"""The record of a rule, and of a finding.

A rule has a code, a name, a page and a check. The argument of the check depends on the kind
of the rule; its findings become :class:`~uns.diagnostics.Diagnostic`.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple, TypeAlias

from uns.changes import ChangeKind, Subject
from uns.diagnostics import Diagnostic, Edit, Severity, Span, visible

#: Longer messages are cut off: a name in a file may have any length.
LONGEST_MESSAGE = 1_000


class RuleKind(StrEnum):
    """The kind of thing that a rule checks. A policy cannot change the faults."""

    #: The check takes a :class:`~uns.linting.surveys.Survey`.
    MODEL = "model"
    #: The check takes a :class:`~uns.changes.Change` and a :class:`~uns.linting.verdicts.Case`.
    CHANGE = "change"
    #: The check takes a :class:`~uns.linting.verdicts.Verdict`.
    VERSION = "version"
    #: :mod:`uns.code.mentions` finds such texts in code; the check makes the message for one.
    TEXT = "text"
    #: These checks take :class:`~uns.linting.suppressions.Suppressions`.
    COMMENT = "comment"
    SELECTION = "selection"
    BASELINE = "baseline"

    MODEL_FAULT = "model fault"
    MESSAGE_FAULT = "message fault"
    CHANGE_FAULT = "change fault"
    LOSS = "loss"


#: The kinds that check what keeps findings from being reported.
SUPPRESSIONS = frozenset({RuleKind.COMMENT, RuleKind.SELECTION, RuleKind.BASELINE})


class Finding(NamedTuple):
    """A finding of a check; the rule adds its code, its name and its severity."""

    message: str
    span: Span | None = None
    help: str | None = None
    related: tuple[tuple[Span, str], ...] = ()
    #: The topic or template of a node, or else a thing by kind and name.
    path: str | None = None
    fix: tuple[Edit, ...] = ()


class Page(NamedTuple):
    """The page of a rule; ``example`` and ``instead`` are pieces of a file in ``language``."""

    what: str
    why: str
    example: str
    instead: str
    language: str = "yaml"


def _find_nothing(*_: object) -> tuple[()]:
    """The check of rules without a check."""
    return ()


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule. ``code`` is stable and never reused, ``name`` is its readable form.

    ``severity`` is the one without any policy. A rule that is not on by ``default`` runs only if
    it is selected. Findings of a ``fixable`` rule may have a fix. A rule on changes is called for
    those in ``on``. A fault has no check, only a ``meaning``.
    """

    code: str
    name: str
    severity: Severity
    check: Callable[..., Any] = _find_nothing
    kind: RuleKind = RuleKind.MODEL
    default: bool = True
    fixable: bool = False
    on: Collection[tuple[ChangeKind, Subject]] = ()
    meaning: str = ""

    @property
    def page(self) -> Page:
        """The docstring of the check, with `Why:`, `Example:` and `Instead:`."""
        parts = {"what": "", "Why": "", "Example": "", "Instead": ""}
        part = "what"
        for line in (self.meaning or inspect.getdoc(self.check) or "").splitlines():
            head = line.removesuffix(":")
            if line.endswith(":") and head in parts:
                part = head
            else:
                parts[part] += f"{line}\n"
        what, why, example, instead = (textwrap.dedent(text).strip("\n") for text in parts.values())
        return Page(what, why, example, instead, "python" if self.kind is RuleKind.TEXT else "yaml")

    @property
    def weight(self) -> str:
        """Its severity in a word; a change is an error only if it breaks something."""
        return "by effect" if self.kind is RuleKind.CHANGE else str(self.severity)

    def finding(self, found: Finding, severity: Severity | None = None) -> Diagnostic:
        """A finding of this rule, with control characters made visible and long texts cut off."""
        return Diagnostic(
            self.code,
            self.name,
            severity or self.severity,
            visible(_cut(found.message)),
            found.span,
            None if found.help is None else visible(_cut(found.help)),
            found.related,
            found.path,
            found.fix,
        )

    def findings(self, subject: object, severity: Severity | None = None) -> Iterator[Diagnostic]:
        """The findings of the check on ``subject``; equal ones at one place are reported once."""
        reported: set[tuple[Span | None, str]] = set()
        for found in self.check(subject):
            key = found.span, found.message
            if key not in reported:
                reported.add(key)
                yield self.finding(found, severity)


Check: TypeAlias = Callable[[Any], Iterator[Finding]]


def rule(
    code: str,
    name: str,
    severity: Severity,
    *,
    kind: RuleKind = RuleKind.MODEL,
    default: bool = True,
    fixable: bool = False,
) -> Callable[[Check], Rule]:
    """Make a rule from a check function, whose docstring is its page."""
    return lambda check: Rule(code, name, severity, check, kind, default, fixable)


def collect_rules(*modules: ModuleType) -> Mapping[str, Rule]:
    """The rules defined in ``modules``, by code, in the order of their definition."""
    rules = (each for module in modules for each in vars(module).values() if isinstance(each, Rule))
    return MappingProxyType({each.code: each for each in rules})


def _cut(text: str) -> str:
    if len(text) <= LONGEST_MESSAGE:
        return text
    return f"{text[: LONGEST_MESSAGE // 2]} ... {text[-LONGEST_MESSAGE // 2 :]}"
