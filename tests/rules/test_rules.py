"""Every rule: its page, its cases, and what holds for all of them.

The cases of a rule stand in ``<code>.yaml`` beside this file: a name, a model,
and what the rule finds in it, written ``line:column message``, with help and
related places on lines of their own. A case without ``finds`` passes; one with a
``baseline`` has findings that are known.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

import uns
from tests.accepting import LOADER, Stored
from tests.rules.judged import found_by, model
from tests.test_examples import MODELS
from uns.generators import LOSSES
from uns.loading.faults import FAULTS
from uns.model.messages import MESSAGE_FAULTS
from uns.rules import EVERY_RULE, RULES, Rule, lint
from uns.rules.breaking import UNJUDGED

HERE = Path(__file__).parent


def file_of(code: str) -> Path:
    return HERE / f"{code}.yaml"


@functools.cache
def cases(code: str) -> list[dict[str, Any]]:
    """The cases of a rule; none where the file is missing, for which one test below fails."""
    if not file_of(code).exists():
        return []
    found: list[dict[str, Any]] = yaml.load(file_of(code).read_text(encoding="utf-8"), LOADER)
    return found


@functools.cache
def model_of(code: str, index: int) -> uns.Namespace:
    return uns.loads(cases(code)[index]["model"], name="plant.uns.yaml")


#: Rules whose pages show another file than a model.
OF_MORE_THAN_A_MODEL = {"U201"}


def written(finding: uns.Diagnostic) -> str:
    """A finding as the cases write it."""
    place = f"{finding.span.line}:{finding.span.column} " if finding.span else ""
    lines = [f"{place}{finding.message}"]
    if finding.help:
        lines.append(f"  help: {finding.help}")
    lines += [f"  {span.line}:{span.column} {label}" for span, label in finding.related]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("code", "index"),
    [
        pytest.param(code, index, id=f"{code} {case['name']}")
        for code in RULES
        for index, case in enumerate(cases(code))
    ],
)
def test_case(code: str, index: int, stored: Stored):
    case = cases(code)[index]
    expected = [text.rstrip() for text in case.get("finds", [])]
    found = [
        written(finding) for finding in found_by(code, model_of(code, index), case.get("baseline"))
    ]
    stored.value(file_of(code), (index, "finds"), found, expected)


def test_no_cases_without_a_rule():
    assert {path.stem for path in HERE.glob("*.yaml")} - set(RULES) == set()


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_cases_that_it_passes_and_cases_that_it_fails(code: str):
    assert file_of(code).exists(), f"rule {code} has no cases: write {file_of(code).name}"
    assert {bool(case.get("finds")) for case in cases(code)} == {True, False}


@pytest.mark.parametrize("code", EVERY_RULE)
def test_a_rule_has_a_whole_page(code: str):
    missing = [part for part, text in EVERY_RULE[code].page._asdict().items() if not text]
    assert missing == [], f"the docstring of rule {code} does not say: {', '.join(missing)}"


def test_every_rule_that_is_written_is_collected_under_a_code_of_its_own():
    written = {
        each
        for found in pkgutil.walk_packages(uns.rules.__path__, "uns.rules.")
        for each in vars(importlib.import_module(found.name)).values()
        if isinstance(each, Rule)
    }
    assert sorted(rule.code for rule in written) == sorted([*EVERY_RULE, UNJUDGED.code])
    assert len({rule.name for rule in written}) == len(written)


@pytest.mark.parametrize("code", sorted(set(RULES) - OF_MORE_THAN_A_MODEL))
def test_the_example_of_a_page_is_found_and_what_to_write_instead_is_not(code: str):
    page = RULES[code].page
    assert found_by(code, uns.loads(f"uns: 1\n{page.example}"))
    assert not found_by(code, uns.loads(f"uns: 1\n{page.instead}"))


@pytest.mark.parametrize("code", [code for code in RULES if cases(code)])
def test_a_rule_is_fixable_when_its_findings_bring_edits(code: str):
    models = [model_of(code, index) for index in range(len(cases(code)))]
    edits = [found.fix for namespace in models for found in found_by(code, namespace) if found.fix]
    assert bool(edits) == RULES[code].fixable


def test_findings_come_by_place():
    findings = lint(
        model("""
sites:
  a: {metrics: {x: {type: number, unit: kWh}}}
  b: {required: [state]}
  c: {metrics: {x: {type: number, unit: kWh}}}
""")
    )
    places = [(f.code, f.span.line) for f in findings if f.span and f.code in {"P201", "H201"}]
    assert places == [("P201", 7), ("H201", 8), ("P201", 9)]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_the_examples_have_no_warnings(path: Path):
    """Except for what they say themselves that they mean so."""
    namespace = uns.load(path)
    meant = tuple(namespace.lint_settings.get("ignore", ()))
    warnings = [f for f in lint(namespace) if f.severity > uns.Severity.INFO]
    assert [f for f in warnings if not f.code.startswith(meant)] == []


def test_no_two_codes_have_one_name():
    """A name selects one rule, and means one thing in every output."""
    names = [
        *(rule.name for rule in EVERY_RULE.values()),
        *(name for name, _ in FAULTS.values()),
        *(name for name, _ in MESSAGE_FAULTS.values()),
        *(name for name, _ in LOSSES.values()),
    ]
    assert [name for name, number in Counter(names).items() if number > 1] == []
