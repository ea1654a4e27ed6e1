"""Workflow commands, read as the runner of GitHub Actions reads them."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given

from tests.reports.hostile import finding, reports
from uns.diagnostics import Diagnostic, Severity, Span, visible
from uns.reports import Report, write
from uns.reports.github import SUMMARY_BYTES, summary


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    data: str


def unescaped(text: str, escapes: dict[str, str]) -> str:
    """As the runner does: one escape after the other, `%25` last."""
    for token, character in escapes.items():
        text = text.replace(token, character)
    return text.replace("%25", "%")


def read(line: str) -> Command | str:
    """A line of a log: a command, or what is only shown.

    A command starts with `::` after blanks; what stands between there and the next
    `::` is its name and properties, the rest its data. Then there is the old form,
    `##[name]`, anywhere in a line.
    """
    told = line.lstrip()
    if told.startswith("::") and (end := told.find("::", 2)) >= 0:
        name, _, said = told[2:end].partition(" ")
        properties = {}
        for part in filter(None, (part.strip() for part in said.split(","))):
            key, _, value = part.partition("=")
            properties[key] = unescaped(value, {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","})
        return Command(name, properties, unescaped(told[end + 2 :], {"%0D": "\r", "%0A": "\n"}))
    assert "##[" not in line
    return line


def commands(report: Report) -> list[Command]:
    text = "".join(write(report, "github"))
    # Everything that any reader of a log may take for the end of a line.
    found = [read(line) for line in text.splitlines()]
    assert all(isinstance(command, Command) for command in found)
    return found  # type: ignore[return-value]


def test_a_finding():
    span = Span("lines/plant.uns.yaml", 3, 5, 3, 9)
    found = Diagnostic("P201", "unknown-unit", Severity.ERROR, "50 %, no: unit", span, "try kW")
    assert list(write(Report((found,)), "github")) == [
        (
            "::error title=unknown-unit (P201),file=lines/plant.uns.yaml,line=3,col=5,endColumn=9,"
            "endLine=3::50 %25, no: unit%0Ahelp: try kW\n"
        )
    ]


def test_columns_are_of_one_line_only():
    span = Span("plant.uns.yaml", 3, 5, 4, 9)
    (command,) = commands(Report((Diagnostic("P201", "x", Severity.INFO, "y", span),)))
    assert command.properties == {
        "title": "x (P201)", "file": "plant.uns.yaml", "line": "3", "endLine": "4",
    }  # fmt: skip


def test_nothing_to_tell():
    assert commands(Report(())) == []


@pytest.mark.parametrize(
    ("errors", "warnings", "notices", "shown"),
    [
        pytest.param(10, 10, 10, {"error": 10, "warning": 10, "notice": 10}, id="all fit"),
        pytest.param(11, 0, 0, {"error": 10, "notice": 1}, id="an error too many"),
        pytest.param(1, 12, 10, {"error": 1, "warning": 10, "notice": 10}, id="a notice gives way"),
        pytest.param(0, 0, 11, {"notice": 10}, id="notices"),
    ],
)
def test_ten_of_each_level(errors: int, warnings: int, notices: int, shown: dict[str, int]):
    levels = [Severity.INFO] * notices + [Severity.WARNING] * warnings + [Severity.ERROR] * errors
    found = commands(Report(tuple(finding(n, level) for n, level in enumerate(levels))))
    names = [command.name for command in found]
    assert {name: names.count(name) for name in names} == shown
    assert sorted(names, key=["error", "warning", "notice"].index) == names


def test_what_is_left_out_is_told():
    levels = [Severity.WARNING] * 13 + [Severity.ERROR] * 12
    *_, last = commands(Report(tuple(map(finding, range(25), levels))))
    assert last.data.startswith("5 more findings are not shown here (2 error, 3 warning): ")


@given(reports)
def test_nothing_forges_a_command(report: Report):
    found = commands(report)
    told = [c for c in found if c.properties["title"] != "uns"]
    assert len(told) == len(found) or len(told) < len(report.findings)
    assert len(told) == len(report.findings) or len(told) < len(found)
    names = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
    messages = {(names[f.severity], visible(f.message)) for f in report.findings}
    for command in told:
        assert set(command.properties) <= {"title", "file", "line", "col", "endLine", "endColumn"}
        message = command.data.partition("\n")[0]
        assert any(
            name == command.name and (message == text or text.startswith(message))
            for name, text in messages
        )


# --- the summary -----------------------------------------------------------------------------------


def test_a_summary_lists_everything():
    report = Report(tuple(map(finding, range(40))), summary="40 warnings in 1 model")
    text = "".join(summary(report))
    assert text.startswith("### uns\n\n40 warnings in 1 model\n\n| | rule | where | what |\n|---|")
    assert text.count("\n| warning | P201 unknown-unit | plant.uns.yaml\\:") == 40


def test_a_summary_of_nothing():
    assert "".join(summary(Report((), summary="no findings"))) == "### uns\n\nno findings\n"


def test_a_summary_is_not_larger_than_github_takes():
    report = Report(tuple(finding(n, message="x" * 10_000) for n in range(120)))
    text = "".join(summary(report))
    assert len(text.encode()) < SUMMARY_BYTES + 10_000
    assert text.endswith(f"\nand {120 - text.count('| warning |')} more\n")


@given(reports)
def test_a_summary_has_a_row_for_each_finding(report: Report):
    text = "".join(summary(report))
    rows = [line for line in text.splitlines() if line.startswith("| ") and "rule" not in line[:8]]
    assert len(rows) == len(report.findings)
    for row in rows:
        # Cells end at bars that no backslash precedes.
        bare = row.replace("\\\\", "").replace("\\|", "")
        assert bare.count("|") == 5
        assert "<" not in row
