"""Family B among the findings of a check: what breaks since an earlier version."""

from __future__ import annotations

import uns
from uns.rules import Policy, lint
from uns.rules.breaking import RULES

OLD = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: W}}}}")
NEW = "uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kW}}}}"


def broken(text: str, **policy: object) -> list[tuple[str, uns.Severity]]:
    found = lint(uns.loads(text), OLD, policy=Policy(**policy))  # type: ignore[arg-type]
    return [(finding.code, finding.severity) for finding in found if finding.code[0] == "B"]


def test_what_breaks_is_an_error():
    assert broken(NEW) == [("B203", uns.Severity.ERROR)]
    assert broken(NEW.replace("kW", "W")) == []
    assert [f.code for f in lint(uns.loads(NEW)) if f.code in RULES] == []


def test_policies_speak_of_it_like_of_any_rule():
    assert broken(NEW, ignore=("B203",)) == []
    assert broken(NEW, ignore=("unit-changed",)) == []
    assert broken(NEW, severity={"B": uns.Severity.WARNING}) == [("B203", uns.Severity.WARNING)]
    assert broken(NEW.replace("uns: 1", "uns: 1\nlint: {ignore: [B2]}")) == []


def test_a_comment_ignores_it():
    line = "sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}"
    said = NEW.replace(line, f"{line}  # uns: ignore[B203] agreed with all readers")
    assert broken(said) == []
    # Without a version to compare with, nobody can tell whether the comment is used.
    assert [f.code for f in lint(uns.loads(said)) if f.code[0] == "U"] == []
