"""Rules of family P that need more than a table of cases."""

from __future__ import annotations

import pytest

from tests.rules.judged import found_by, model
from uns.units import is_unit


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
    assert warning.message == f"the unit {unit!r} of metric 'x' is no UCUM code"
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
        "the unit 'kWh' of a/1 $.x is no UCUM code",
        "the unit 'rpm' of a/1 $.y[*].z is no UCUM code",
        "the unit 'litre' of property 'size' of M is no UCUM code",
        "the unit '°C' of metric 't' is no UCUM code",
    ]


def test_what_is_shared_is_gone_through_once() -> None:
    ns = model("""
classes: {M: {metrics: {t: {type: number, unit: °C}}}}
sites: {"s[1..1000000]": {areas: {"a[1..1000000]": {class: M}}, class: M}}
""")
    assert len(list(found_by("P201", ns))) == 1
