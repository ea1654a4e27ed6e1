"""JUnit XML, read by a program that reads what many tools write."""

from __future__ import annotations

from hypothesis import given
from junitparser import Failure, JUnitXml, TestSuite

from tests.reports.hostile import finding, reports
from uns.diagnostics import Severity, visible
from uns.reports import Report, write


def suites(report: Report) -> list[TestSuite]:
    text = "".join(write(report, "junit"))
    whole = JUnitXml.fromstring(text.encode("utf-8"))
    found = list(whole)
    for suite in found:
        assert suite.tests == len(list(suite))
        failed = [case for case in suite if any(isinstance(r, Failure) for r in case.result)]
        assert suite.failures == len(failed)
        # Readers tell test cases apart by these two.
        names = [(case.classname, case.name) for case in suite]
        assert len(set(names)) == len(names)
    assert whole.tests == sum(suite.tests for suite in found)
    assert whole.failures == sum(suite.failures for suite in found)
    return found


def test_findings_and_a_file_without():
    report = Report(
        (finding(2, Severity.ERROR), finding(7), finding(8, Severity.INFO)),
        ("plant.uns.yaml", "other.uns.yaml"),
    )
    plant, other = suites(report)
    assert (plant.name, plant.tests, plant.failures) == ("plant.uns.yaml", 3, 2)
    first, second, third = plant
    assert [case.name for case in plant] == [
        "P201 unknown-unit", "P201 unknown-unit (2)", "P201 unknown-unit (3)"
    ]  # fmt: skip
    (failure,) = first.result
    assert (failure.type, failure.message) == ("P201", "no unit")
    assert failure.text == "plant.uns.yaml:3:1: error[P201]: no unit\nhelp: try kW"
    assert second.is_failure
    assert third.is_passed
    assert third.system_out == "plant.uns.yaml:9:1: info[P201]: no unit\nhelp: try kW"
    assert (other.name, other.tests, other.failures) == ("other.uns.yaml", 1, 0)


def test_what_fails_is_for_the_policy_to_say():
    (plant,) = suites(Report((finding(1), finding(2, Severity.ERROR)), fails_from=Severity.ERROR))
    assert plant.failures == 1


def test_nothing_to_tell():
    assert suites(Report(())) == []


@given(reports)
def test_every_finding_is_a_test_case(report: Report):
    told = [
        text
        for suite in suites(report)
        for case in suite
        for text in [*(r.text for r in case.result), case.system_out]
        if text is not None
    ]
    expected = [f"{f.severity}[{f.code}]: {visible(f.message)}" for f in report.findings]
    assert len(told) == len(expected)
    assert all(any(text in line for line in told) for text in expected)
