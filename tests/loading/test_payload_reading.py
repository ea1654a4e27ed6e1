"""Payloads of a model file, as types; their faults stand in tests/broken/types.yaml."""

from __future__ import annotations

import pytest

import uns
from uns.loading.finisher import BUILT_IN_PAYLOADS
from uns.payloads import Field, PayloadType, ValueType


def payloads(text: str) -> dict[str, PayloadType]:
    found = dict(uns.loads(f"uns: 1\npayloads: {text}\n").payloads)
    for built_in in BUILT_IN_PAYLOADS:
        del found[built_in]
    return found


def field(text: str) -> Field:
    """The one field that the text declares."""
    (found,) = payloads(f"{{a/1: {{fields: {{{text}}}}}}}").values()
    (only,) = found.fields
    return only


FIELDS = [
    pytest.param("x: {type: string}", Field("x", ValueType("string")), id="required"),
    pytest.param(
        "x?: {type: string, default: a, description: An x}",
        Field("x", ValueType("string"), required=False, default="a", description="An x"),
        id="optional",
    ),
    pytest.param(
        "'x??': {type: any}", Field("x?", ValueType("any"), required=False), id="mark-twice"
    ),
    pytest.param(
        "x: {type: number, unit: kW, min: 0, max: 1.5}",
        Field("x", ValueType("number", unit="kW", minimum=0, maximum=1.5)),
        id="number",
    ),
    pytest.param(
        "x: {type: integer, min: -3}", Field("x", ValueType("integer", minimum=-3)), id="integer"
    ),
    pytest.param(
        "x: {type: string, max_length: 4, pattern: '[a-z]+'}",
        Field("x", ValueType("string", max_length=4, pattern="[a-z]+")),
        id="text",
    ),
    pytest.param(
        "x: {type: enum, values: [a, b], open: true}",
        Field("x", ValueType("enum", values=("a", "b"), open=True)),
        id="enum",
    ),
    pytest.param(
        "x?: {type: enum, values: [a], open: true, default: c}",
        Field("x", ValueType("enum", values=("a",), open=True), required=False, default="c"),
        id="default-of-an-open-enum",
    ),
    pytest.param(
        "x?: {type: boolean, default: false}",
        Field("x", ValueType("boolean"), required=False, default=False),
        id="default-that-is-false",
    ),
    pytest.param(
        "x?: {type: number, default: 3}",
        Field("x", ValueType("number"), required=False, default=3),
        id="whole-default-of-a-number",
    ),
    pytest.param(
        "x?: {type: integer, default: 3.0}",
        Field("x", ValueType("integer"), required=False, default=3.0),
        id="whole-default-written-as-a-fraction",
    ),
    pytest.param("x: {type: timestamp_ms}", Field("x", ValueType("timestamp_ms")), id="timestamp"),
    pytest.param("x: {type: datetime}", Field("x", ValueType("datetime")), id="datetime"),
    pytest.param("x: {type: ucum}", Field("x", ValueType("ucum")), id="ucum"),
    pytest.param(
        "x: {type: metric_value}", Field("x", ValueType("metric_value")), id="metric-value"
    ),
    pytest.param("x: {type: metric_unit}", Field("x", ValueType("metric_unit")), id="metric-unit"),
    pytest.param(
        "x: {type: array, items: {type: map, items: {type: number, min: 0}}}",
        Field(
            "x", ValueType("array", items=ValueType("map", items=ValueType("number", minimum=0)))
        ),
        id="items-of-items",
    ),
    pytest.param(
        "x: {type: object, fields: {y: {type: boolean}, z?: {type: object, fields: {}}}}",
        Field(
            "x",
            ValueType(
                "object",
                fields=(
                    Field("y", ValueType("boolean")),
                    Field("z", ValueType("object"), required=False),
                ),
            ),
        ),
        id="object-in-an-object",
    ),
]


@pytest.mark.parametrize(("text", "expected"), FIELDS)
def test_fields(text: str, expected: Field) -> None:
    assert field(text) == expected


@pytest.mark.parametrize("name", ["a/1", "machine-state/12", "x.y_z-1/3", "A/999"])
def test_names(name: str) -> None:
    assert payloads(f"{{{name}: {{fields: {{x: {{type: any}}}}}}}}")[name].name == name


def test_fields_keep_their_order() -> None:
    (found,) = payloads(
        "{a/1: {fields: {z: {type: any}, a: {type: any}, m?: {type: any}}}}"
    ).values()
    assert [one.name for one in found.fields] == ["z", "a", "m"]


def test_a_payload_and_what_is_said_of_it() -> None:
    found = payloads(
        "{a/1: {description: An a, label: A, fields: {x: {type: string}}, examples: [{x: b}]}}"
    )["a/1"]
    assert (found.description, found.examples) == ("An a", ('{"x": "b"}',))
    assert not found.carries_metric


@pytest.mark.parametrize(
    ("text", "carries"),
    [
        ("v: {type: metric_value}", True),
        ("v: {type: object, fields: {w: {type: metric_value}}}", True),
        ("v: {type: array, items: {type: metric_value}}", True),
        ("v: {type: metric_unit}", False),
    ],
)
def test_what_can_wrap_a_metric(text: str, carries: bool) -> None:
    (found,) = payloads(f"{{a/1: {{fields: {{{text}}}}}}}").values()
    assert found.carries_metric is carries


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("number", ValueType("number"), id="the name of a type"),
        pytest.param("metric_value", ValueType("metric_value"), id="the value of a metric"),
        pytest.param(
            "{type: number, unit: bar, min: 0}",
            ValueType("number", unit="bar", minimum=0),
            id="a type with facets",
        ),
        pytest.param(
            "{type: enum, values: [on, off], open: true}",
            ValueType("enum", values=("on", "off"), open=True),
            id="an open enum",
        ),
        pytest.param(
            "{type: array, items: {type: object, fields: {x?: {type: number}}}}",
            ValueType(
                "array",
                items=ValueType(
                    "object", fields=(Field("x", ValueType("number"), required=False),)
                ),
            ),
            id="a list",
        ),
    ],
)
def test_a_message_that_is_one_value(text: str, value: ValueType) -> None:
    (found,) = payloads(f"{{a/1: {{value: {text}}}}}").values()
    assert found == PayloadType("a/1", value=value)
    assert found.body == value


def test_a_value_is_described_at_the_payload_or_at_the_value() -> None:
    said = payloads("{a/1: {description: A., value: {type: number, description: B.}}}")["a/1"]
    assert said.description == "A. B."


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        pytest.param(
            "fields: {timestamp_ms: {type: timestamp_ms}}", ("timestamp_ms",), id="a time"
        ),
        pytest.param(
            "fields: {timestamp_ms?: {type: timestamp_ms}}", (), id="a time that may lack"
        ),
        pytest.param("fields: {timestamp_ms: {type: number}}", (), id="a number of that name"),
        pytest.param(
            "fields: {timestamp_ms: {type: integer, nullable: true}}",
            (),
            id="a time that may be null",
        ),
        pytest.param("fields: {at: {type: datetime}}", (), id="a time of another name"),
        pytest.param("value: number", (), id="one value"),
        pytest.param("encoding: binary", (), id="bytes"),
        pytest.param(
            "identity: lot_id, fields: {lot_id: {type: string}, timestamp_ms: {type: timestamp_ms}}",
            ("lot_id",),
            id="stated",
        ),
    ],
)
def test_what_makes_two_messages_the_same(text: str, identity: tuple[str, ...]) -> None:
    assert payloads(f"{{a/1: {{{text}}}}}")["a/1"].identity == identity
