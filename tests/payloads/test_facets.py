"""The table of facets: whatever stands in it works everywhere a facet counts."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import jsonschema_rs
import pytest

import uns
from uns.changes import Subject
from uns.loading import InvalidNamespace
from uns.payloads import (
    FACETS,
    FIELD_TYPES,
    Compatibility,
    Facet,
    Field,
    InvalidPayload,
    Limit,
    PayloadContract,
    PayloadType,
    ValueType,
    compare,
    example,
    json_schema,
    limits_in_words,
    type_as_json,
    validate,
)
from uns.payloads.faults import describe

#: Limit -> (a type, a wide limit, a narrow one, a value within the wide one only).
SAMPLES: dict[str, tuple[str, Any, Any, Any]] = {
    "min": ("number", 1, 2, 1.5),
    "max": ("integer", 9, 5, 7),
    "max_length": ("string", 9, 5, "seven!!"),
    "pattern": ("string", "[a-z]+", "[a-c]+", "xyz"),
}


def typed(limit: Limit, said: Any) -> ValueType:
    return ValueType(SAMPLES[limit.name][0], **{limit.attribute: said})


def contract(value: ValueType) -> PayloadContract:
    return PayloadContract(PayloadType("sample/1", (Field("x", value),)))


def passes(value: ValueType, message: Any) -> bool:
    schema = jsonschema_rs.validator_for(json_schema(contract(value)))
    try:
        validate(contract(value), {"x": message}, "producer")
    except InvalidPayload:
        assert not schema.is_valid({"x": message})
        return False
    assert schema.is_valid({"x": message})
    return True


def model(type_: str, name: str, of_class: Any, of_node: Any) -> str:
    return (
        "uns: 1\n"
        f"classes: {{A: {{metrics: {{m: {{type: {type_}, {name}: {of_class!r}}}}}}}}}\n"
        f"sites: {{lyon: {{class: A, metrics: {{m: {{{name}: {of_node!r}}}}}}}}}\n"
    )


every_limit = pytest.mark.parametrize(
    "limit", [facet for facet in FACETS if isinstance(facet, Limit)], ids=lambda limit: limit.name
)


@pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.name)
def test_a_facet_is_an_attribute_of_some_types_and_has_a_subject(facet: Facet):
    assert facet.attribute in {field.name for field in fields(ValueType)}
    assert set(facet.types) <= set(FIELD_TYPES)
    assert Subject(facet.subject)


@every_limit
def test_one_limit_is_narrower_and_lets_less_through(limit: Limit):
    type_, wide, narrow, value = SAMPLES[limit.name]
    assert type_ in limit.types
    assert limit.narrows(wide, narrow)
    assert not limit.narrows(narrow, wide)
    assert passes(typed(limit, wide), value)
    assert not passes(typed(limit, narrow), value)


@every_limit
def test_an_example_keeps_to_it(limit: Limit):
    _, wide, narrow, _ = SAMPLES[limit.name]
    for said in (wide, narrow):
        assert passes(typed(limit, said), example(contract(typed(limit, said)))["x"])


@every_limit
def test_it_is_told(limit: Limit):
    type_, wide, _, _ = SAMPLES[limit.name]
    value = typed(limit, wide)
    assert type_as_json(value) == {"type": type_, limit.name: wide}
    assert str(wide) in limits_in_words(value)
    assert str(wide) in describe(value)


@every_limit
def test_a_change_of_it_is_one_difference(limit: Limit):
    _, wide, narrow, _ = SAMPLES[limit.name]
    comparison = compare(contract(typed(limit, wide)), contract(typed(limit, narrow)))
    assert [found.kind for found in comparison.differences] == [limit.subject]
    assert comparison.keeps == Compatibility.FORWARD
    back = compare(contract(typed(limit, narrow)), contract(typed(limit, wide)))
    assert back.keeps == Compatibility.BACKWARD


@every_limit
def test_a_node_may_narrow_what_its_class_says(limit: Limit):
    type_, wide, narrow, _ = SAMPLES[limit.name]
    node = uns.loads(model(type_, limit.name, wide, narrow))["lyon/m"]
    assert node.contract is not None
    assert node.contract.metric == typed(limit, narrow)
    with pytest.raises(InvalidNamespace) as caught:
        uns.loads(model(type_, limit.name, narrow, wide))
    assert [found.code for found in caught.value.diagnostics] == ["M504"]


@every_limit
def test_a_change_points_at_the_place_that_says_it(limit: Limit):
    type_, wide, narrow, _ = SAMPLES[limit.name]
    text = "uns: 1\nsites: {{lyon: {{metrics: {{m: {{type: {}, {}: {!r}}}}}}}}}\n"
    old, new = (uns.loads(text.format(type_, limit.name, said)) for said in (wide, narrow))
    (change,) = uns.diff(old, new)
    assert change.subject == Subject(limit.subject)
    span = change.new_span
    assert span is not None
    assert span.excerpt[span.column - 1 : span.end_column - 1] == repr(narrow)


@every_limit
def test_it_says_nothing_of_other_types(limit: Limit):
    _, wide, _, _ = SAMPLES[limit.name]
    with pytest.raises(InvalidNamespace, match=f"`{limit.name}` does not fit metric 'm'"):
        uns.loads(
            f"uns: 1\nsites: {{lyon: {{metrics: {{m: {{type: boolean, {limit.name}: {wide!r}}}}}}}}}\n"
        )


# --- date-times ------------------------------------------------------------------------------------

UTC = ValueType("datetime", pattern=".*Z")


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        pytest.param("2026-01-01T00:00:00Z", True, id="Z"),
        pytest.param("2026-01-01T00:00:00.123Z", True, id="Z and a fraction"),
        pytest.param("2026-01-01T00:00:00+00:00", False, id="an offset of zero"),
        pytest.param("2026-01-01T00:00:00+01:00", False, id="another offset"),
        pytest.param("2026-01-01T00:00:00", False, id="no offset"),
        pytest.param("2026-13-01T00:00:00Z", False, id="a month that does not exist"),
        pytest.param("soonZ", False, id="no date"),
    ],
)
def test_a_pattern_of_a_datetime_asks_for_z(text: str, is_valid: bool):
    model = (
        "{uns: 1, payloads: {run/1: {fields: {at: {type: datetime, pattern: .*Z}}}},"
        " sites: {lyon: {topics: {run: {payload: run/1}}}}}"
    )
    findings = uns.loads(model).check("lyon/run", {"at": text})
    assert (findings == ()) is is_valid


def test_the_fault_of_a_datetime_with_another_offset_tells_the_pattern():
    with pytest.raises(InvalidPayload) as caught:
        validate(contract(UTC), {"x": "2026-01-01T00:00:00+01:00"})
    assert caught.value.faults[0].sentence == (
        'expected an RFC 3339 date-time with an offset like .*Z, found "2026-01-01T00:00:00+01:00"'
    )


@pytest.mark.parametrize("pattern", [".*Z", ".*[.][0-9]{3}Z", ".*[+]00:00", ".*[+]01:00", ".*"])
def test_a_datetime_with_a_pattern_has_an_example_and_a_schema(pattern: str):
    value = ValueType("datetime", pattern=pattern)
    assert passes(value, example(contract(value))["x"])
    schema = json_schema(contract(value))["properties"]["x"]
    assert (schema["format"], "pattern" in schema) == ("date-time", True)


def test_asking_for_z_is_narrower():
    any_offset = contract(ValueType("datetime"))
    assert compare(any_offset, contract(UTC)).keeps == Compatibility.FORWARD
    assert compare(contract(UTC), any_offset).keeps == Compatibility.BACKWARD
