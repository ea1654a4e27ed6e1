"""``uns check``: every finding in the files of a model."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from uns.cli.exits import Exit
from uns.cli.models import counted, model_path, unreadable
from uns.cli.writing import JsonArray
from uns.diagnostics import Diagnostic, Severity, Span, visible
from uns.loading import InvalidNamespace, load
from uns.rules import lint
from uns.terminal import Screen, Style

__all__ = ["run"]


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Load each model, and show what is wrong with it."""
    models = arguments.models or [model_path(None)]
    tally = _Tally()
    report = _Report(out, arguments.output_format)
    for model in models:
        findings = _findings(model)
        reason = unreadable(findings) if findings else None
        if reason is not None:
            out.flush()
            err.line(f"uns: {err.paint('error', Style.ERROR)}: {reason}")
            tally.unread += 1
            continue
        tally.models += 1
        tally.severities.update(finding.severity for finding in findings)
        for finding in findings:
            report.add(finding)
    report.end(tally)
    return tally.exit


def _findings(model: str) -> tuple[Diagnostic, ...]:
    try:
        namespace = load(model)
    except InvalidNamespace as invalid:
        return invalid.diagnostics
    return (*namespace.diagnostics, *lint(namespace))


@dataclass(slots=True)
class _Tally:
    """What came of the models so far."""

    models: int = 0
    unread: int = 0
    severities: Counter[Severity] = field(default_factory=Counter)

    @property
    def exit(self) -> Exit:
        if self.unread:
            return Exit.COULD_NOT_RUN
        return Exit.FINDINGS if self.severities else Exit.CLEAN

    def __str__(self) -> str:
        found = [
            counted(self.severities[severity], str(severity))
            for severity in sorted(self.severities, reverse=True)
        ]
        return f"{', '.join(found) or 'no findings'} in {counted(self.models, 'model')}"


class _Report:
    """Findings on their way out, in one of the formats."""

    def __init__(self, out: Screen, form: str) -> None:
        self.out = out
        self.form = form
        self.array = JsonArray(out)

    def add(self, finding: Diagnostic) -> None:
        """Write one finding."""
        if self.form == "json":
            self.array.add(_as_json(finding))
        elif self.form == "concise":
            self.out.line(visible(str(finding)))
        else:
            self.out.finding(finding)
            self.out.line()

    def end(self, tally: _Tally) -> None:
        """Write what stands at the end."""
        if self.form == "json":
            self.array.end()
        elif tally.models:
            style = Style.GOOD if tally.exit is Exit.CLEAN else Style.STRONG
            self.out.line(self.out.paint(str(tally), style))


def _as_json(finding: Diagnostic) -> dict[str, Any]:
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
