"""`uns rule`."""

from __future__ import annotations

import json

import pytest

from tests.cli.runs import Run
from uns.generators import LOSSES
from uns.loading.faults import FAULTS
from uns.model.messages import MESSAGE_FAULTS
from uns.rules import EVERY_RULE
from uns.rules.catalogue import catalogue

PAGE = """\
H205 redundant-class
warning; family H, hierarchy

A node lists a class and one that extends it: `class: [Machine, Filler]`.

Why:
    The second includes the first. Readers look in vain for what the first adds.

Example:
    classes: {Machine: {level: work_cell}, Filler: {extends: Machine}}
    sites: {lyon: {lines: {line1: {cells: {filler: {class: [Machine, Filler]}}}}}}

Instead:
    classes: {Machine: {level: work_cell}, Filler: {extends: Machine}}
    sites: {lyon: {lines: {line1: {cells: {filler: {class: Filler}}}}}}
"""


@pytest.mark.parametrize("called", ["H205", "h205", "redundant-class", "Redundant-Class"])
def test_the_page_of_a_rule(run: Run, called: str):
    assert run("rule", called) == (0, PAGE, "")


def test_a_rule_that_is_off_says_so(run: Run):
    assert "info; family H, hierarchy; off unless selected\n" in run("rule", "H303").out


def test_a_fault_is_no_rule_and_is_told_all_the_same(run: Run):
    assert run("rule", "M201").out == (
        "M201 unknown-key\n"
        "error; a fault, which cannot be selected or ignored\n"
        "\n"
        "A key is not part of the language. A model that has it does not load.\n"
    )
    assert run("rule", "invalid-payload").out.endswith("The message is refused.\n")


@pytest.mark.parametrize("code", [*EVERY_RULE, *FAULTS, *MESSAGE_FAULTS, *LOSSES, "B999"])
def test_every_code_has_a_page_as_text_and_as_json(run: Run, code: str):
    assert run("rule", code).out.startswith(f"{code} ")
    assert json.loads(run("rule", code, "--output-format", "json").out)["code"] == code


@pytest.mark.parametrize(
    ("called", "said"),
    [
        pytest.param("N1O1", "no rule is called 'N1O1'; did you mean 'N101'?", id="code"),
        pytest.param("S381", "did you mean 'S301'?", id="of the same letter"),
        pytest.param("unused-clas", "did you mean 'unused-class'?", id="name"),
        pytest.param("zzz", "no rule is called 'zzz'; `uns rule --all` lists them", id="nothing"),
        pytest.param("\x1b[31m", "'\\x1b[31m'", id="escape sequence"),
        pytest.param("", "no rule is called ''", id="empty"),
    ],
)
def test_what_is_no_rule(run: Run, called: str, said: str):
    done = run("rule", called)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert "\x1b" not in done.err


def test_one_rule_or_all(run: Run):
    both = run("rule", "N101", "--all")
    assert both == run("rule")
    assert (both.status, both.out) == (2, "")


def test_all_rules_one_a_line(run: Run):
    lines = run("rule", "--all").out.splitlines()
    listed = [line.split()[0] for line in lines if line[:1].isupper() and line[1:4].isdigit()]
    assert listed == [rule.code for rule in catalogue()]
    assert sorted(listed) == sorted(EVERY_RULE)


def test_all_rules_as_one_array(run: Run):
    rules = json.loads(run("rule", "--all", "--output-format", "json").out)
    assert [rule["code"] for rule in rules] == [rule.code for rule in catalogue()]
    assert set(rules[0]) == {
        "code", "name", "family", "severity", "default", "fixable", "what", "why", "example", "instead",
    }  # fmt: skip
    assert all(rule["what"] and rule["why"] and rule["example"] for rule in rules)
