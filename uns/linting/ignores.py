"""Comments that ignore findings.

A comment ``# uns: ignore[CODE, name] reason`` ignores findings of these rules that start on
its line or, if the line has only the comment, on the next line that is not blank or a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from uns.diagnostics import Diagnostic, Span
from uns.loading.yaml_events import Comment, comments
from uns.model.namespace import Namespace


class Ignore(NamedTuple):
    """A comment that ignores findings of line ``about``; ``selectors`` are the rules it names."""

    span: Span
    about: int
    selectors: tuple[str, ...]


def ignores_of(namespace: Namespace) -> tuple[Ignore, ...]:
    """The comments in the files of a model that ignore findings, even if they do not name a rule."""
    return tuple(
        _ignore(source.name, found)
        for source in namespace.sources
        for found in comments(source.text, _IGNORE)
    )


_IGNORE = re.compile(r"uns:[ \t]*ignore(?:[ \t]*\[([^\]]*)\])?")


def selectors_of(said: str | None) -> tuple[str, ...]:
    """The rules that a comment names between its brackets.

    >>> selectors_of("S301, dead-filter-literal"), selectors_of(None)
    (('S301', 'dead-filter-literal'), ())
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


def find_ignored(ignores: Iterable[Ignore], findings: Iterable[Diagnostic]) -> set[Diagnostic]:
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
