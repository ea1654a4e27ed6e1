"""Findings as others read them: people, scripts, and the services of code hosts.

    report         what is reported, and what all formats need of it
    texts          full and concise, for people
    records        JSON and JSON lines
    github         workflow commands of GitHub Actions, and a job summary
    gitlab         a code quality report of GitLab
    sarif          SARIF 2.1.0
    junit          JUnit XML

Each format is a pure function from a report to the pieces of a text. What names
hold is shown escaped, so none of them can break a format or forge a finding.
A format is imported when it is asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from types import MappingProxyType

from uns.reports.report import Report

__all__ = ["FORMATS", "Report", "write"]

#: The formats, and the function that makes each.
FORMATS = MappingProxyType(
    {
        "full": ("texts", "full"),
        "concise": ("texts", "concise"),
        "json": ("records", "json_array"),
        "json-lines": ("records", "json_lines"),
        "github": ("github", "workflow_commands"),
        "gitlab": ("gitlab", "code_quality"),
        "sarif": ("sarif", "log"),
        "junit": ("junit", "test_suites"),
    }
)


def write(report: Report, form: str) -> Iterator[str]:
    """The text of a report in a format of :data:`FORMATS`, piece by piece.

    >>> from uns.diagnostics import Diagnostic, Severity, Span
    >>> span = Span("plant.uns.yaml", 3, 5, 3, 10)
    >>> found = Diagnostic("P201", "unknown-unit", Severity.WARNING, "no unit", span)
    >>> print("".join(write(Report((found,)), "concise")), end="")
    plant.uns.yaml:3:5: warning[P201]: no unit
    """
    room, function = FORMATS[form]
    made: Iterator[str] = getattr(importlib.import_module(f"uns.reports.{room}"), function)(report)
    return made
