"""Findings as a code quality report of GitLab.

The keys are those of the Code Climate specification that GitLab reads. GitLab
shows only the first of several findings with one fingerprint, so each has its own.
https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from uns.diagnostics import Diagnostic, Severity, visible, visible_json
from uns.reports.report import Report

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def code_quality(report: Report) -> Iterator[str]:
    """One array with an issue for each finding."""
    issues = [
        _issue(found, report.place_of(found), fingerprint)
        for found, fingerprint in zip(report.shown, report.fingerprints(), strict=True)
    ]
    yield visible_json(issues, indent=2, ensure_ascii=True) + "\n"


def _issue(found: Diagnostic, file: str | None, fingerprint: str) -> dict[str, Any]:
    span = found.span
    issue: dict[str, Any] = {
        "type": "issue",
        "check_name": found.code,
        "description": f"{found.message} ({found.name})",
        "categories": ["Style"],
        "severity": _SEVERITIES[found.severity],
        "fingerprint": fingerprint,
        "location": {
            "path": visible(file or "."),
            "lines": {"begin": span.line if span else 1, "end": span.end_line if span else 1},
        },
    }
    more = [*filter(None, [found.help]), *(f"{label}: {span}" for span, label in found.related)]
    if more:
        issue["content"] = {"body": "\n".join(more)}
    return issue
