"""Findings for people: in full with the source line, or in one line each."""

from __future__ import annotations

from collections.abc import Iterator

from uns.diagnostics import draw, visible
from uns.reports.report import Report


def full(report: Report) -> Iterator[str]:
    """Each finding with its source line, a mark under it, and its help."""
    for found in report.shown:
        yield "".join(f"{visible(line)}\n" for line in draw(found).split("\n")) + "\n"
    yield from _summary(report)


def concise(report: Report) -> Iterator[str]:
    """One line each: position, severity, code, message."""
    for found in report.shown:
        yield f"{visible(str(found))}\n"
    yield from _summary(report)


def _summary(report: Report) -> Iterator[str]:
    if report.summary:
        yield f"{report.summary}\n"
