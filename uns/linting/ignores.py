"""Rules of family U: what comments and settings of a model keep from being told.

A comment ``# uns: ignore[CODE, name] reason`` says that a finding is meant to
be so. It speaks of the findings that start on its line, or, where it stands
alone, on the next line that says something. These rules see that nothing is
ignored by mistake, and no longer than it has to be; so they judge what the
other rules found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from uns.diagnostics import Diagnostic, Severity, Span
from uns.linting.policies import Policy, why_unknown
from uns.linting.rule import Finding, rule
from uns.linting.surveys import Survey
from uns.loading.yaml_events import Comment, comments
from uns.model.namespace import Namespace

__all__ = ["ON_COMMENTS", "RULES", "Ignore", "ignored", "ignores_of", "selectors_of"]


class Ignore(NamedTuple):
    """A comment that ignores findings of line ``about``; ``selectors`` are the rules it names."""

    span: Span
    about: int
    selectors: tuple[str, ...]


def ignores_of(namespace: Namespace) -> tuple[Ignore, ...]:
    """Every comment in the files of a model that ignores findings, also one that names no rule."""
    return tuple(
        _ignore(source.name, found)
        for source in namespace.sources
        for found in comments(source.text, _IGNORE)
    )


_IGNORE = re.compile(r"uns:[ \t]*ignore(?:[ \t]*\[([^\]]*)\])?")


def selectors_of(said: str | None) -> tuple[str, ...]:
    """The rules that a comment names between its brackets.

    >>> selectors_of("V301, dead-filter-literal"), selectors_of(None)
    (('V301', 'dead-filter-literal'), ())
    """
    return tuple(dict.fromkeys(filter(None, map(str.strip, (said or "").split(",")))))


def _ignore(file: str, comment: Comment) -> Ignore:
    said = _IGNORE.search(comment.text)
    end = comment.column + 1 + len(comment.text)
    return Ignore(
        Span(file, comment.line, comment.column, comment.line, end, comment.excerpt),
        comment.about,
        selectors_of(said and said[1]),
    )


def ignored(ignores: Iterable[Ignore], findings: Iterable[Diagnostic]) -> set[Diagnostic]:
    """The findings that a comment ignores."""
    agreed = {
        (ignore.span.file, ignore.about, selector)
        for ignore in ignores
        for selector in ignore.selectors
    }
    return {
        found
        for found in findings
        if found.span is not None
        and any(
            (found.span.file, found.span.line, spelling) in agreed
            for spelling in (found.code, found.name)
        )
    }


@rule("U101", "unused-ignore", Severity.WARNING)
def unused_ignore(survey: Survey) -> Iterator[Finding]:
    """A comment ignores a rule that finds nothing on its line.

    Why:
        What was ignored is mended, or has moved to another line. Left behind, the comment
        hides the next finding that comes to stand there.

    Example:
        # uns: ignore[unknown-unit] the gateway sends it so
        sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}
    """
    # What has not judged may well have something to find.
    judged = {spelling for code in survey.found for spelling in (code, survey.rules[code].name)}
    needed = {
        (found.span.file, found.span.line, spelling)
        for findings in survey.found.values()
        for found in findings
        if found.span is not None
        for spelling in (found.code, found.name)
    }
    for ignore in survey.ignores:
        for selector in ignore.selectors:
            if selector in judged and (ignore.span.file, ignore.about, selector) not in needed:
                yield Finding(
                    f"{selector} finds nothing on line {ignore.about}, where it is ignored",
                    ignore.span,
                    "take it off the comment",
                    path=f"ignore {selector}",
                )


@rule("U102", "unknown-ignore", Severity.WARNING)
def unknown_ignore(survey: Survey) -> Iterator[Finding]:
    """A comment ignores what is no rule.

    Why:
        Then it ignores nothing. The name is misspelled, it means a whole family, or it is that of
        a fault `M...`, with which no model loads.

    Example:
        sites: {lyon: {}}  # uns: ignore[unknown-unti]

    Instead:
        sites: {lyon: {}}
    """
    spellings = {name for rule in survey.rules.values() for name in (rule.code, rule.name)}
    for ignore in survey.ignores:
        for selector in ignore.selectors:
            if selector not in spellings:
                several = f"{selector} is more than one rule"
                yield Finding(
                    why_unknown(selector, survey.rules) or several,
                    ignore.span,
                    "name each rule by its code or its name: `# uns: ignore[P201] why`",
                    path=f"ignore {selector}",
                )


@rule("U103", "bare-ignore", Severity.WARNING)
def bare_ignore(survey: Survey) -> Iterator[Finding]:
    """A comment ignores findings and does not say which.

    Why:
        Nothing is ignored without a name: it would hide what nobody has seen yet.

    Example:
        sites: {lyon: {}}  # uns: ignore

    Instead:
        sites: {lyon: {}}
    """
    for ignore in survey.ignores:
        if not ignore.selectors:
            yield Finding(
                "this ignores nothing: it names no rule",
                ignore.span,
                "name each rule by its code or its name: `# uns: ignore[P201] why`",
            )


@rule("U104", "unknown-selector", Severity.WARNING)
def unknown_selector(survey: Survey) -> Iterator[Finding]:
    """`lint:` speaks of what is no rule.

    Why:
        What it says there has no effect. The name is misspelled, or it is that of a fault `M...`,
        with which no model loads and which always is an error.

    Example:
        lint: {ignore: [unknown-unti]}

    Instead:
        lint: {ignore: [unknown-unit]}
    """
    namespace = survey.namespace
    for (key, *place), problem in Policy.of(namespace.lint_settings).problems(survey.rules):
        where = namespace.locate("lint", key, *place) or namespace.locate("lint", key)
        yield Finding(
            problem,
            where,
            "name a rule by its code, the beginning of it, or its name",
            path=f"lint {problem}",
        )


#: The rules on comments alone, which stand in code as well.
ON_COMMENTS = (unused_ignore, unknown_ignore, bare_ignore)
RULES = (*ON_COMMENTS, unknown_selector)
