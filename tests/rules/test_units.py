"""Rules of family P that need more than a table of cases."""

from __future__ import annotations

import json

import pytest

import uns
from tests.rules.judged import found_by, model
from uns.units import is_unit, suggest
from uns.units.readings import read
from uns.units.table import SPELLINGS


@pytest.mark.parametrize(
    ("unit", "help_"),
    [
        pytest.param("kWh", "did you mean 'kW.h'?", id="spelling"),
        pytest.param("°C", "did you mean 'Cel'?", id="degree"),
        pytest.param("m3/hr", "did you mean 'm3/h'?", id="part of it"),
        pytest.param("zonk", "units are UCUM codes, such as kW.h or Cel", id="nothing like it"),
    ],
)
def test_a_unit_that_is_none(unit: str, help_: str) -> None:
    (warning,) = found_by("P201", model(f'sites: {{a: {{metrics: {{x: {{type: number, unit: "{unit}"}}}}}}}}'))  # fmt: skip
    assert not is_unit(unit)
    assert warning.code == "P201"
    assert warning.message == f"the unit {unit!r} of metric 'x' is not a UCUM code"
    assert warning.help == help_
    assert warning.span is not None
    assert warning.span.line == 5


def test_units_stand_in_metrics_payloads_and_properties() -> None:
    ns = model("""
payloads:
  a/1: {fields: {x: {type: number, unit: kWh}, y: {type: array, items: {type: object, fields: {z: {type: number, unit: rpm}}}}}}
classes:
  M: {properties: {size: {type: number, unit: litre}}, metrics: {t: {type: number, unit: °C}}}
sites: {a: {class: M}, b: {class: M, metrics: {t: {max: 5}}}, c: {class: M}}
""")
    assert [warning.message for warning in found_by("P201", ns)] == [
        "the unit 'kWh' of a/1 $.x is not a UCUM code",
        "the unit 'rpm' of a/1 $.y[*].z is not a UCUM code",
        "the unit 'litre' of property 'size' of M is not a UCUM code",
        "the unit '°C' of metric 't' is not a UCUM code",
    ]


def test_what_is_shared_is_gone_through_once() -> None:
    ns = model("""
classes: {M: {metrics: {t: {type: number, unit: °C}}}}
sites: {"s[1..1000000]": {areas: {"a[1..1000000]": {class: M}}, class: M}}
""")
    assert len(list(found_by("P201", ns))) == 1


# --- what can be put right ---------------------------------------------------------------------------


def repaired(text: str) -> str:
    """The model with every fix that P201 offers."""
    lines = text.splitlines()
    edits = [edit for found in found_by("P201", uns.loads(text)) for edit in found.fix]
    for span, new in sorted(edits, reverse=True):
        assert span.line == span.end_line
        line = lines[span.line - 1]
        lines[span.line - 1] = line[: span.column - 1] + new + line[span.end_column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize("style", ["{}", '"{}"', "'{}'"], ids=["plain", "double", "single"])
@pytest.mark.parametrize("code", ["kWh", "°C", "RPM", "psi", "KWH"])
def test_a_fix_puts_a_unit_in_place_of_what_is_none(code: str, style: str) -> None:
    unit = style.format(code)
    text = f"uns: 1\nsites: {{a: {{metrics: {{x: {{type: number, unit: {unit}, max: 1}}}}}}}}  # {code}"
    after = repaired(text)
    metric = uns.loads(after)["a/x"].endpoint.metric
    assert metric.unit == suggest(code)
    assert metric.maximum == 1
    assert after.endswith(f"# {code}")


def test_every_spelling_that_people_use_can_be_put_right() -> None:
    spellings = [code for code in SPELLINGS if read(code).is_certain]
    assert len(spellings) > 250
    metrics = [
        f"      m{number}: {{type: number, unit: {json.dumps(code, ensure_ascii=False)}}}"
        for number, code in enumerate(spellings)
    ]
    text = "\n".join(["uns: 1", "sites:", "  a:", "    metrics:", *metrics])
    ns = uns.loads(repaired(text))
    assert [metric.unit for _, metric in _metrics(ns)] == [suggest(code) for code in spellings]
    assert not found_by("P201", ns)


def _metrics(ns: uns.Namespace) -> list[tuple[str, uns.ValueType]]:
    found = ((node.name, node.endpoint and node.endpoint.metric) for node in ns.endpoints())
    return [(name, metric) for name, metric in found if metric]


@pytest.mark.parametrize(
    "code", ["ft", "PS", "zonk", "kn", "ton", "gal", "KG/H", "Mpa", "°Bx", "Nl/min"]
)
def test_nothing_is_put_in_place_of_what_may_be_meant(code: str) -> None:
    """A legal code may be what somebody wants, and what is like no unit may be anything."""
    ns = uns.loads(f"uns: 1\nsites: {{a: {{metrics: {{x: {{type: number, unit: {code}}}}}}}}}")
    (finding,) = [found for rule in ("P201", "P202") for found in found_by(rule, ns)]
    assert finding.fix == ()


def test_a_fix_of_every_misspelling_leaves_no_finding_on_the_unit() -> None:
    """The names of the metrics say what no unit is held against."""
    codes = ["deg C", "ft.lbf", "10**6/mL", "kWh", "m³/h", "W/m²K", "°C/min", "IU/mL", "l/100km"]
    metrics = ", ".join(f'm{n}: {{type: number, unit: "{code}"}}' for n, code in enumerate(codes))
    ns = uns.loads(repaired(f"uns: 1\nsites: {{a: {{metrics: {{{metrics}}}}}}}"))
    assert not found_by("P201", ns)
    assert not found_by("P202", ns)
