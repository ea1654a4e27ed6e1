"""A rule: a judgement on a namespace that loads, with its code, its name and its page.

A rule is a small pure function from a :class:`~uns.linting.surveys.Survey` to
findings. Its docstring is its page: what it finds, why that is bad, an example,
and what to write instead.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

from uns.diagnostics import Diagnostic, Edit, Severity, Span, visible
from uns.linting.surveys import Survey

__all__ = ["Finding", "Judging", "Page", "Rule", "page_of", "rule"]

#: Longest message: a file may hold a name of any length, and nobody reads it twice.
LONGEST_MESSAGE = 1_000


class Finding(NamedTuple):
    """What a rule has to say at one place; the rule adds its code, its name and its severity."""

    message: str
    span: Span | None = None
    help: str | None = None
    related: tuple[tuple[Span, str], ...] = ()
    #: What it is about: a node as its topic or template, or else a thing by kind and name.
    path: str | None = None
    fix: tuple[Edit, ...] = ()


Judge: TypeAlias = Callable[[Survey], Iterator[Finding]]


class Page(NamedTuple):
    """What a rule says of itself; ``example`` and ``instead`` are pieces of a file in ``language``."""

    what: str
    why: str
    example: str
    instead: str
    language: str = "yaml"


class Judging(Protocol):
    """What a policy needs to know of a rule, whether it judges a model or a change of one."""

    @property
    def code(self) -> str:
        """Its code."""

    @property
    def name(self) -> str:
        """Its readable name."""

    @property
    def severity(self) -> Severity:
        """What it weighs unless somebody says otherwise."""

    @property
    def default(self) -> bool:
        """Whether it judges where nobody selects it."""

    @property
    def page(self) -> Page:
        """What it says of itself."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``code`` is stable and never reused, ``name`` is its readable twin.

    ``severity`` is what it weighs unless a model or a project says otherwise; one that
    is not on by ``default`` judges only where somebody selects it. Findings of a
    ``fixable`` rule may bring edits.
    """

    code: str
    name: str
    severity: Severity
    judge: Judge
    default: bool = True
    fixable: bool = False

    @property
    def page(self) -> Page:
        """What its docstring says: a paragraph or more, then `Why:`, `Example:` and `Instead:`."""
        return page_of(self.judge)

    def findings(self, survey: Survey) -> Iterator[Diagnostic]:
        """What the rule finds; what files say comes out visible and cut short."""
        for found in self.judge(survey):
            yield Diagnostic(
                self.code,
                self.name,
                self.severity,
                visible(_cut(found.message)),
                found.span,
                None if found.help is None else visible(_cut(found.help)),
                found.related,
                found.path,
                found.fix,
            )


def page_of(judge: Callable[..., object]) -> Page:
    """What the docstring of a rule's function says."""
    parts = {"what": "", "Why": "", "Example": "", "Instead": ""}
    part = "what"
    for line in (inspect.getdoc(judge) or "").splitlines():
        head = line.removesuffix(":")
        if line.endswith(":") and head in parts:
            part = head
        else:
            parts[part] += f"{line}\n"
    return Page(*(textwrap.dedent(text).strip("\n") for text in parts.values()))


def rule(
    code: str, name: str, severity: Severity, *, default: bool = True, fixable: bool = False
) -> Callable[[Judge], Rule]:
    """Make a rule of a function."""
    return lambda judge: Rule(code, name, severity, judge, default, fixable)


def _cut(text: str) -> str:
    if len(text) <= LONGEST_MESSAGE:
        return text
    return f"{text[: LONGEST_MESSAGE // 2]} ... {text[-LONGEST_MESSAGE // 2 :]}"
