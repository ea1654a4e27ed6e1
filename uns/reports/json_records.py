"""Findings as JSON: one array, or one object a line; in ASCII, to be valid in every encoding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from uns.diagnostics import Diagnostic, Span, visible_json
from uns.reports.report import Report, relative


def json_array(report: Report) -> Iterator[str]:
    """One array with an object for each finding."""
    above = None
    for record in json_lines(report):
        yield "[\n" if above is None else f"{above},\n"
        above = record.removesuffix("\n")
    yield "[]\n" if above is None else f"{above}\n]\n"


def json_lines(report: Report) -> Iterator[str]:
    """One object for each finding, one a line."""
    for found, shown in zip(report.findings, report.shown, strict=True):
        yield visible_json(_record(shown, found.path, report.folder), ensure_ascii=True) + "\n"


def _record(found: Diagnostic, path: str | None, folder: str) -> dict[str, Any]:
    return {
        "code": found.code,
        "name": found.name,
        "severity": str(found.severity),
        "message": found.message,
        "place": found.span and _place(found.span, folder),
        "help": found.help,
        "related": [
            {"place": _place(span, folder), "label": label} for span, label in found.related
        ],
        "path": path,
        "fix": [{"place": _place(edit.span, folder), "text": edit.text} for edit in found.fix],
    }


def _place(span: Span, folder: str) -> dict[str, Any]:
    return {
        "file": relative(span.file, folder),
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
