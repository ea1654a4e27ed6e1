"""Findings in text and in JSON, and what holds for every format."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from tests.hidden import HOSTILE, VALID, hidden
from tests.reports.hostile import finding, reports
from uns.diagnostics import Diagnostic, Edit, Severity, Span, visible
from uns.reports import FORMATS, Report, write
from uns.reports.report import relative


def test_full():
    report = Report((finding(),), summary="1 warning in 1 model")
    assert "".join(write(report, "full")) == (
        "warning[P201]: no unit  (unknown-unit)\n"
        "  --> plant.uns.yaml:1:1\n"
        "   |\n"
        " 1 | line\n"
        "   | ^^^^\n"
        "   = help: try kW\n"
        "\n"
        "1 warning in 1 model\n"
    )


def test_json_lines_are_what_the_array_holds():
    report = Report((finding(), finding(3, Severity.ERROR)))
    lines = [json.loads(line) for line in "".join(write(report, "json-lines")).splitlines()]
    assert json.loads("".join(write(report, "json"))) == lines
    assert lines[1]["severity"] == "error"
    assert lines[1]["place"] == {
        "file": "plant.uns.yaml", "line": 4, "column": 1, "end_line": 4, "end_column": 5,
    }  # fmt: skip


def test_json_tells_of_fixes():
    span = Span("/ws/plant.uns.yaml", 3, 5, 3, 9)
    found = Diagnostic("P201", "x", Severity.INFO, "y", span, fix=(Edit(span, "kW"),))
    (record,) = json.loads("".join(write(Report((found,), folder="/ws"), "json")))
    (fix,) = record["fix"]
    assert fix["text"] == "kW"
    assert fix["place"]["file"] == "plant.uns.yaml"


@pytest.mark.parametrize("form", ["json", "json-lines"])
def test_nothing_to_tell(form: str):
    assert "".join(write(Report(()), form)) == ("[]\n" if form == "json" else "")


@pytest.mark.parametrize(
    ("file", "folder", "path"),
    [
        pytest.param("a.yaml", "/ws", "a.yaml", id="as given"),
        pytest.param("./b/../a.yaml", "/ws", "a.yaml", id="the short way"),
        pytest.param("/ws/b/a.yaml", "/ws", "b/a.yaml", id="below"),
        pytest.param("/ws/b/a.yaml", "/ws/", "b/a.yaml", id="below, with a slash"),
        pytest.param("/wsx/a.yaml", "/ws", "/wsx/a.yaml", id="a longer name is no folder"),
        pytest.param("/ws/a.yaml", "", "/ws/a.yaml", id="from nowhere"),
        pytest.param("../a.yaml", "/ws", "../a.yaml", id="above"),
    ],
)
def test_paths(file: str, folder: str, path: str):
    assert relative(file, folder) == path


@given(reports)
def test_concise_is_a_line_each(report: Report):
    lines = "".join(write(report, "concise")).splitlines()
    if report.summary:
        assert lines.pop() == report.summary
    assert len(lines) == len(report.findings)
    for found, line in zip(report.findings, lines, strict=True):
        assert line.endswith(f"{found.severity}[{found.code}]: {visible(found.message)}")


@given(reports)
def test_full_has_a_head_for_each(report: Report):
    lines = "".join(write(report, "full")).splitlines()
    heads = [line for line in lines if line[:1] not in {" ", "", *"0123456789"}]
    if report.summary:
        assert lines[-1] == report.summary
    assert heads == [
        f"{f.severity}[{f.code}]: {visible(f.message)}  ({f.name})" for f in report.findings
    ]


@given(reports)
def test_json_holds_the_names_themselves(report: Report):
    records = json.loads("".join(write(report, "json")))
    assert [record["path"] for record in records] == [f.path for f in report.findings]
    assert [record["message"] for record in records] == [
        visible(f.message) for f in report.findings
    ]
    lines = "".join(write(report, "json-lines")).splitlines()
    assert [json.loads(line) for line in lines] == records


@pytest.mark.parametrize("form", FORMATS)
@given(report=reports)
def test_no_format_steers_a_terminal(form: str, report: Report):
    text = "".join(write(report, form))
    assert visible(text.replace("\n", "")) == text.replace("\n", "")


@pytest.mark.parametrize("form", FORMATS)
def test_a_name_of_a_million_characters(form: str):
    report = Report((finding(message="x]]>\n" * 200_000),))
    assert "".join(write(report, form)).count("]]") in {200_000, 400_000}


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_findings_make_the_same_text(form: str):
    report = Report(tuple(map(finding, range(20))), ("plant.uns.yaml",), "/ws", "20 warnings")
    assert list(write(report, form)) == list(write(report, form))


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_writes_a_hidden_character(form: str):
    span = Span(f"{HOSTILE}.yaml", 1, 1, 1, 9, f"a: {HOSTILE}")
    found = Diagnostic(
        "P201", "x", Severity.ERROR, HOSTILE, span, f"{HOSTILE}\n{HOSTILE}", ((span, HOSTILE),),
        HOSTILE, (Edit(span, HOSTILE),),
    )  # fmt: skip
    report = Report((found, Diagnostic("P202", "y", Severity.INFO, HOSTILE)), (f"{HOSTILE}.yaml",))
    assert hidden("".join(write(report, form))) == set()


@given(reports)
def test_no_format_writes_a_hidden_character_of_any_report(report: Report):
    for form in FORMATS:
        assert hidden("".join(write(report, form))) == set()


@pytest.mark.parametrize("text", VALID, ids=ascii)
@pytest.mark.parametrize("form", ["full", "concise", "github", "junit"])
def test_text_of_every_language_stays_as_it_is(form: str, text: str):
    found = Diagnostic("P201", "x", Severity.ERROR, text, Span("a.yaml", 1, 1, 1, 2, "a: 1"))
    written = "".join(write(Report((found,), ("a.yaml",)), form))
    assert text.replace("\u3000", "\\u3000") in written
