"""GitLab's code quality report, by what its documentation and Code Climate's require."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
from hypothesis import given

from tests.reports.hostile import finding, reports
from uns.diagnostics import Diagnostic, Severity, Span, visible
from uns.reports import Report, write

#: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format and, for `type`,
#: `categories` and `content`, the Code Climate specification it is a part of.
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "type": {"const": "issue"},
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "categories": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "enum": [
                        "Bug Risk", "Clarity", "Compatibility", "Complexity", "Duplication",
                        "Performance", "Security", "Style",
                    ]
                },
            },
            "content": {"type": "object", "required": ["body"], "properties": {"body": {"type": "string"}}},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./)."},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
        "additionalProperties": False,
    },
}  # fmt: skip
VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA)


def issues(report: Report) -> list[dict[str, Any]]:
    text = "".join(write(report, "gitlab"))
    found: list[dict[str, Any]] = json.loads(text)
    VALIDATOR.validate(found)
    return found


def test_a_finding():
    (issue,) = issues(Report((finding(2, Severity.ERROR),)))
    fingerprint = issue.pop("fingerprint")
    assert len(fingerprint) == 32
    assert issue == {
        "type": "issue",
        "check_name": "P201",
        "description": "no unit (unknown-unit)",
        "categories": ["Style"],
        "severity": "major",
        "location": {"path": "plant.uns.yaml", "lines": {"begin": 3, "end": 3}},
        "content": {"body": "try kW"},
    }


def test_nothing_to_tell():
    assert issues(Report(())) == []


def test_a_fingerprint_stays_when_lines_move():
    def prints(*findings: Diagnostic) -> list[str]:
        return [issue["fingerprint"] for issue in issues(Report(findings))]

    (before,) = prints(finding(3))
    assert prints(finding(70)) == [before]
    assert prints(finding(70, message="another")) != [before]
    # The second of the same keeps its own, whatever stands around it.
    first, second = prints(finding(3), finding(4))
    assert first == before != second
    assert prints(finding(1, message="another"), finding(3), finding(9))[1:] == [first, second]


def test_a_path_is_one_of_the_project():
    span = Span("/builds/plant/models/a.uns.yaml", 1, 1, 1, 1)
    found = Diagnostic("P201", "unknown-unit", Severity.INFO, "x", span)
    (issue,) = issues(Report((found,), folder="/builds/plant"))
    assert issue["location"]["path"] == "models/a.uns.yaml"


@given(reports)
def test_every_finding_is_an_issue_of_its_own(report: Report):
    found = issues(report)
    assert [i["description"] for i in found] == [
        f"{visible(f.message)} ({f.name})" for f in report.findings
    ]
    assert len({issue["fingerprint"] for issue in found}) == len(found)
    assert not any("\ud800" <= c <= "\udfff" for c in json.dumps(found, ensure_ascii=False))
