"""The record of a rule, whatever it judges, and of what it finds.

A rule has a code, a name, a page and a check. What a check is given depends on
the kind of the rule; what it finds becomes a :class:`~uns.diagnostics.Diagnostic`.
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

__all__ = ["Finding", "Page", "Rule", "RuleKind", "collect_rules", "rule"]

#: Longest message: a file may hold a name of any length, and nobody reads it twice.
LONGEST_MESSAGE = 1_000


class RuleKind(StrEnum):
    """What a rule judges. The faults cannot be selected, ignored or weighed."""

    #: The check takes a :class:`~uns.linting.surveys.Survey`.
    MODEL = "model"
    #: The check takes a :class:`~uns.changes.Change` and a :class:`~uns.linting.verdicts.Case`.
    CHANGE = "change"
    #: The check takes a :class:`~uns.linting.verdicts.Verdict`.
    VERSION = "version"
    #: :mod:`uns.code.mentions` finds such texts in code; the check says what is wrong with one.
    TEXT = "text"
    #: These checks take :class:`~uns.linting.suppressions.Suppressions`.
    COMMENT = "comment"
    SELECTION = "selection"
    BASELINE = "baseline"

    MODEL_FAULT = "model fault"
    MESSAGE_FAULT = "message fault"
    CHANGE_FAULT = "change fault"
    LOSS = "loss"


#: The kinds that judge what keeps findings from being reported.
SUPPRESSIONS = frozenset({RuleKind.COMMENT, RuleKind.SELECTION, RuleKind.BASELINE})


class Finding(NamedTuple):
    """What a rule finds at one place; the rule adds its code, its name and its severity."""

    message: str
    span: Span | None = None
    help: str | None = None
    related: tuple[tuple[Span, str], ...] = ()
    #: What it is about: a node as its topic or template, or else a thing by kind and name.
    path: str | None = None
    fix: tuple[Edit, ...] = ()


class Page(NamedTuple):
    """What a rule says of itself; ``example`` and ``instead`` are pieces of a file in ``language``."""

    what: str
    why: str
    example: str
    instead: str
    language: str = "yaml"


def _find_nothing(*_: object) -> tuple[()]:
    """The check of rules whose findings are made elsewhere."""
    return ()


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule. ``code`` is stable and never reused, ``name`` is its readable twin.

    ``severity`` is what it weighs unless a model or a project says otherwise; one that
    is not on by ``default`` judges only where somebody selects it. Findings of a
    ``fixable`` rule may bring edits. A rule on changes looks at those in ``on``. A fault
    has no check, only a ``meaning``.
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
        """What the docstring of the check says, with `Why:`, `Example:` and `Instead:`."""
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
        """Its severity in a word; a change is an error only where it breaks somebody."""
        return "by effect" if self.kind is RuleKind.CHANGE else str(self.severity)

    def finding(self, found: Finding, severity: Severity | None = None) -> Diagnostic:
        """A finding of this rule; what files say comes out visible and cut short."""
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
    """Make a rule of a function, whose docstring is its page."""
    return lambda check: Rule(code, name, severity, check, kind, default, fixable)


def collect_rules(*modules: ModuleType) -> Mapping[str, Rule]:
    """Every rule that stands in ``modules``, by its code, in the order in which they stand."""
    rules = (each for module in modules for each in vars(module).values() if isinstance(each, Rule))
    return MappingProxyType({each.code: each for each in rules})


def _cut(text: str) -> str:
    if len(text) <= LONGEST_MESSAGE:
        return text
    return f"{text[: LONGEST_MESSAGE // 2]} ... {text[-LONGEST_MESSAGE // 2 :]}"
