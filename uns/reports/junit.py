"""Findings as JUnit XML: a suite for each file, a test case for each finding.

There is no common schema; this is what the readers of Jenkins, GitLab and GitHub
have in common. A file without findings is one test that passes, and so is a finding
below the fail level.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.sax.saxutils import escape

from uns.diagnostics import Diagnostic, visible
from uns.reports.report import Report, relative, with_places


def test_suites(report: Report) -> Iterator[str]:
    """The document, suite by suite."""
    suites: dict[str, list[Diagnostic]] = {
        relative(file, report.folder): [] for file in report.files
    }
    for found in report.shown:
        suites.setdefault(report.place_of(found) or ".", []).append(found)
    tests = sum(max(1, len(findings)) for findings in suites.values())
    failures = sum(found.severity >= report.fails_from for found in report.findings)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="uns" tests="{tests}" failures="{failures}" errors="0">\n'
    for file, findings in suites.items():
        yield from _suite(visible(file), findings, report)
    yield "</testsuites>\n"


def _suite(file: str, findings: list[Diagnostic], report: Report) -> Iterator[str]:
    failures = sum(found.severity >= report.fails_from for found in findings)
    name = _attribute(file)
    yield (
        f'  <testsuite name="{name}" tests="{max(1, len(findings))}" failures="{failures}"'
        ' errors="0" skipped="0">\n'
    )
    if not findings:
        yield f'    <testcase classname="{name}" name="no findings"/>\n'
    seen: Counter[str] = Counter()
    for found in findings:
        # Readers identify test cases by their names, from run to run.
        about = f"{found.code} {found.name}" + (f" {visible(found.path)}" if found.path else "")
        seen[about] += 1
        number = f" ({seen[about]})" if seen[about] > 1 else ""
        yield f'    <testcase classname="{name}" name="{_attribute(about + number)}">\n'
        yield from _outcome(found, file, found.severity >= report.fails_from)
        yield "    </testcase>\n"
    yield "  </testsuite>\n"


def _outcome(found: Diagnostic, file: str, fails: bool) -> Iterator[str]:
    place = f"{file}:{found.span.line}:{found.span.column}: " if found.span else ""
    text = escape(f"{place}{found.severity}[{found.code}]: {with_places(found)}")
    if fails:
        kind, message = _attribute(found.code), _attribute(found.message)
        yield f'      <failure type="{kind}" message="{message}">{text}</failure>\n'
    else:
        yield f"      <system-out>{text}</system-out>\n"


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})
