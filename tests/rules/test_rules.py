"""Every rule: its page, its cases, and what holds for all of them.

The cases of a rule stand in ``<code>.yaml`` beside this file: a name, a model,
and what the rule finds in it, written ``line:column message``, with help and
related places on lines of their own. A case without ``finds`` passes; one with a
``baseline`` has findings that are known.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Any

import pytest
import yaml

import uns
from tests.rules.judged import found_by, model
from tests.test_examples import MODELS
from uns.rules import EVERY_RULE, RULES, Rule, lint
from uns.rules.breaking import UNJUDGED

HERE = Path(__file__).parent
CASES: dict[str, list[dict[str, Any]]] = {
    code: yaml.safe_load((HERE / f"{code}.yaml").read_text(encoding="utf-8")) for code in RULES
}

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
    ("code", "case"),
    [
        pytest.param(code, case, id=f"{code} {case['name']}")
        for code, cases in CASES.items()
        for case in cases
    ],
)
def test_case(code: str, case: dict[str, Any]):
    namespace = uns.loads(case["model"], name="plant.uns.yaml")
    expected = [text.rstrip() for text in case.get("finds", [])]
    findings = found_by(code, namespace, case.get("baseline"))
    assert [written(finding) for finding in findings] == expected


def test_no_cases_without_a_rule():
    assert {path.stem for path in HERE.glob("*.yaml")} == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_cases_that_it_passes_and_cases_that_it_fails(code: str):
    assert {bool(case.get("finds")) for case in CASES[code]} == {True, False}


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


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_fixable_when_its_findings_bring_edits(code: str):
    models = [uns.loads(case["model"], name="plant.uns.yaml") for case in CASES[code]]
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
