"""Findings as JSON."""

from __future__ import annotations

from typing import Any

from uns.diagnostics import Diagnostic, Span

__all__ = ["finding_as_json"]


def finding_as_json(finding: Diagnostic) -> dict[str, Any]:
    """One finding with all its places."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": str(finding.severity),
        "message": finding.message,
        "place": finding.span and _place(finding.span),
        "help": finding.help,
        "related": [{"place": _place(span), "label": label} for span, label in finding.related],
        "path": finding.path,
    }


def _place(span: Span) -> dict[str, Any]:
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
