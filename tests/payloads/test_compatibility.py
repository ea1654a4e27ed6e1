"""Which changes keep messages passing, and that the answer never promises too much."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.payloads.strategies import (
    NULLABLE,
    SPEED,
    VTQ,
    contracts,
    opt,
    payloads,
    scalar_types,
    text_contracts,
    value_types,
    values,
)
from uns.payloads.compatibility import Comparison, Compatibility, Difference, accepts, compare
from uns.payloads.contracts import SCALAR_TYPES, Field, PayloadContract, PayloadType, ValueType
from uns.payloads.validators import validate
from uns.payloads.writing import write

T = ValueType
NONE, BACKWARD, FORWARD, FULL = (
    Compatibility.NONE,
    Compatibility.BACKWARD,
    Compatibility.FORWARD,
    Compatibility.FULL,
)
NUMBER = Field("a", T("number"))
KW, W = T("number", unit="kW"), T("number", unit="W")


def contract(*fields: Field) -> PayloadContract:
    return PayloadContract(PayloadType("t/1", fields))


def a(value: ValueType) -> tuple[Field, ...]:
    return (Field("a", value),)


def enum(*words: str, open: bool = False) -> ValueType:
    return T("enum", values=words, open=open)


@pytest.mark.parametrize(
    ("old", "new", "keeps", "kinds"),
    [
        pytest.param((), (), FULL, [], id="nothing"),
        pytest.param((), (opt("a", T("number")),), FULL, ["optional field"], id="add optional"),
        pytest.param((opt("a", T("number")),), (), FULL, ["optional field"], id="remove optional"),
        pytest.param((), (NUMBER,), FORWARD, ["required field"], id="add required"),
        pytest.param((NUMBER,), (), BACKWARD, ["required field"], id="remove required"),
        pytest.param((opt("a", T("number")),), (NUMBER,), FORWARD, ["presence"], id="optional becomes required"),
        pytest.param((NUMBER,), (opt("a", T("number")),), BACKWARD, ["presence"], id="required becomes optional"),
        pytest.param((NUMBER,), (Field("b", T("number")),), NONE, ["required field"] * 2, id="rename"),
        pytest.param(a(T("integer")), a(T("number")), BACKWARD, ["type"], id="integer becomes number"),
        pytest.param(a(T("number")), a(T("integer")), FORWARD, ["type"], id="number becomes integer"),
        pytest.param(a(T("number")), a(T("string")), NONE, ["type"], id="number becomes text"),
        pytest.param(a(T("string")), a(T("any")), BACKWARD, ["type"], id="text becomes anything"),
        pytest.param(a(T("timestamp_ms")), a(T("integer")), BACKWARD, ["type"], id="time becomes integer"),
        pytest.param(a(T("datetime")), a(T("string")), BACKWARD, ["type"], id="date becomes text"),
        pytest.param(a(enum("kg", "g")), a(T("ucum")), BACKWARD, ["type"], id="listed units become any unit"),
        pytest.param(a(T("number", maximum=3)), a(T("number", maximum=5)), BACKWARD, ["range"], id="larger range"),
        pytest.param(a(T("number", maximum=3)), a(T("number")), BACKWARD, ["range"], id="no more range"),
        pytest.param(a(T("number", minimum=0)), a(T("number", minimum=1)), FORWARD, ["range"], id="smaller range"),
        pytest.param(a(T("number", minimum=0, maximum=3)), a(T("number", minimum=1, maximum=5)), NONE, ["range"], id="other range"),
        pytest.param(a(T("string", max_length=5)), a(T("string", max_length=9)), BACKWARD, ["length"], id="longer text"),
        pytest.param(a(T("string")), a(T("string", max_length=9)), FORWARD, ["length"], id="shorter text"),
        pytest.param(a(T("string", pattern="[a-c]+")), a(T("string", pattern="[a-z]+")), BACKWARD, ["pattern"], id="wider pattern"),
        pytest.param(a(T("string")), a(T("string", pattern="[a-z]+")), FORWARD, ["pattern"], id="a pattern"),
        pytest.param(a(T("string", pattern="[ab]+")), a(T("string", pattern="(a|b)+")), FULL, ["pattern"], id="another pattern of the same texts"),
        pytest.param(a(enum("a")), a(enum("a", "b")), BACKWARD, ["values"], id="more values"),
        pytest.param(a(enum("a", "b")), a(enum("a")), FORWARD, ["values"], id="fewer values"),
        pytest.param(a(enum("a", "b")), a(enum("b", "a")), FULL, ["values"], id="values in another order"),
        pytest.param(a(enum("a", open=True)), a(enum("a", "b", open=True)), FULL, ["values"], id="more values, open"),
        pytest.param(a(enum("a")), a(enum("a", open=True)), BACKWARD, ["values"], id="a closed enum opens: others may come"),
        pytest.param(a(enum("a")), a(enum("a", "b", open=True)), BACKWARD, ["values"], id="a closed enum opens and grows"),
        pytest.param(a(T("array", items=enum("a"))), a(T("array", items=enum("a", open=True))), BACKWARD, ["values"], id="a closed enum opens in a list"),
        pytest.param(a(T("map", items=enum("a"))), a(T("object", fields=(opt("b", enum("a", open=True)),))), BACKWARD, ["type"], id="a closed enum opens where a map becomes an object"),
        pytest.param(a(T("string")), a(enum("a", open=True)), FULL, ["type"], id="text becomes an open enum"),
        pytest.param(a(T("string", max_length=1)), a(enum("a", open=True)), BACKWARD, ["type"], id="short text becomes an open enum"),
        pytest.param(a(enum("a", open=True)), a(T("string")), FULL, ["type"], id="an open enum becomes text"),
        pytest.param(a(enum("a", open=True)), a(enum("a", "b")), FULL, ["values"], id="more values, and closed"),
        pytest.param(a(T("number")), a(T("number", unit="bar")), FULL, ["unit"], id="a unit stated"),
        pytest.param(a(T("number", unit="bar")), a(T("number", unit="mbar")), NONE, ["unit"], id="another unit"),
        pytest.param(a(T("number", unit="bar")), a(T("number")), NONE, ["unit"], id="a unit no longer stated"),
        pytest.param(a(T("integer", unit="bar")), a(T("number", unit="Pa")), NONE, ["unit", "type"], id="unit and type"),
        pytest.param(a(T("array", items=T("integer"))), a(T("array", items=T("number"))), BACKWARD, ["type"], id="items"),
        pytest.param(a(T("map", items=T("integer"))), a(T("map")), BACKWARD, ["type"], id="items become anything"),
        pytest.param(a(T("object", fields=(NUMBER,))), a(T("map", items=T("number"))), BACKWARD, ["type"], id="object becomes map"),
        pytest.param(a(T("object", fields=(opt("a", T("any")),))), a(T("map")), FULL, ["type"], id="open object becomes map"),
        pytest.param(a(T("object", fields=(NUMBER,))), a(T("object", fields=(NUMBER, opt("b", T("any"))))), FULL, ["optional field"], id="nested"),
        pytest.param((opt("a", T("boolean"), default=True),), (opt("a", T("boolean"), default=False),), NONE, ["default"], id="default"),
        pytest.param((opt("a", T("boolean"), default=True),), (opt("a", T("boolean")),), NONE, ["default"], id="no more default"),
        pytest.param((opt("a", T("boolean"), default=True),), (Field("a", T("boolean")),), FORWARD, ["presence", "default"], id="required, and no more default"),
        pytest.param(a(T("object", fields=(opt("b", KW),))), a(T("map", items=W)), NONE, ["type"], id="object becomes map of another unit"),
        pytest.param(a(T("object", fields=(opt("b", KW),))), a(T("map", items=KW)), FULL, ["type"], id="object becomes map of its unit"),
        pytest.param(a(T("object", fields=(opt("b", T("number")),))), a(T("map", items=KW)), FULL, ["type"], id="object becomes map with a unit"),
        pytest.param(a(T("map", items=W)), a(T("object", fields=(opt("b", KW),))), NONE, ["type"], id="map becomes object of another unit"),
        pytest.param(a(T("map", items=KW)), a(T("any")), NONE, ["type"], id="a map with a unit becomes anything"),
        pytest.param(a(T("map", items=T("array", items=KW))), a(T("object", fields=(opt("b", T("array", items=W)),))), NONE, ["type"], id="another unit deep inside"),
        pytest.param(a(T("object", fields=(opt("b", T("boolean"), default=True),))), a(T("map", items=T("boolean"))), NONE, ["type"], id="object with a default becomes map"),
        pytest.param((opt("a", T("boolean")),), (opt("a", T("boolean"), default=False),), NONE, ["default"], id="a default is added"),
        pytest.param((), (opt("a", T("boolean"), default=False),), FORWARD, ["optional field"], id="a field with a default is added: old messages do not say so"),
        pytest.param((opt("a", T("boolean"), default=False),), (), BACKWARD, ["optional field"], id="a field with a default is dropped: old readers take the default"),
        pytest.param((Field("a", T("boolean")),), (opt("a", T("boolean"), default=False),), BACKWARD, ["presence", "default"], id="required becomes optional with a default"),
        pytest.param((opt("a", T("integer"), default=1),), (opt("a", T("integer"), default=True),), NONE, ["default"], id="a default of true is not 1"),
        pytest.param(a(T("object", fields=(opt("b", T("boolean"), default=True),))), a(T("object")), BACKWARD, ["optional field"], id="a nested field with a default is dropped"),
        pytest.param(a(T("map", items=T("object"))), a(T("map", items=T("object", fields=(opt("b", T("boolean"), default=True),)))), FORWARD, ["optional field"], id="a field with a default is added in a map"),
        pytest.param(a(T("array", items=T("object", fields=(opt("b", T("boolean")),)))), a(T("array", items=T("object", fields=(opt("b", T("boolean"), default=True),)))), NONE, ["default"], id="a default is added in a list"),
        pytest.param(a(T("map", items=T("object", fields=(opt("b", T("boolean"), default=True),)))), a(T("object", fields=(opt("c", T("object")),))), NONE, ["type"], id="a default is dropped where a map becomes an object"),
        pytest.param(a(T("number", unit="L/min")), a(T("number", unit="l/min")), FULL, ["unit"], id="litres respelled"),
        pytest.param(a(T("number", unit="m/s")), a(T("number", unit="m.s-1")), FULL, ["unit"], id="a fraction respelled"),
        pytest.param(a(T("map", items=T("number", unit="1/h"))), a(T("object", fields=(opt("b", T("number", unit="/h")),))), FULL, ["type"], id="a respelled unit where a map becomes an object"),
        pytest.param(a(T("number", unit="furlong")), a(T("number", unit="FURLONG")), NONE, ["unit"], id="no UCUM units"),
        pytest.param(a(T("number", unit="L", minimum=0, maximum=3)), a(T("number", unit="l", minimum=0, maximum=5)), BACKWARD, ["unit", "range"], id="a respelled unit and a wider range"),
        pytest.param(a(T("number", unit="Cel", minimum=0, maximum=140)), a(T("number", unit="K", minimum=273.15, maximum=413.15)), NONE, ["unit"], id="the same range in another unit"),
        pytest.param(a(T("number", unit="Cel", minimum=0, maximum=140)), a(T("number", unit="K", minimum=0, maximum=400)), NONE, ["unit", "range"], id="another range in another unit"),
        pytest.param(a(T("number", unit="Cel", minimum=0)), a(T("number", unit="bar", minimum=5)), NONE, ["unit", "range"], id="ranges that cannot be compared"),
        pytest.param(a(T("integer", minimum=0.5, maximum=3.5)), a(T("integer", minimum=1, maximum=3)), FULL, ["range"], id="the same whole numbers"),
        pytest.param(a(T("integer", maximum=3.5)), a(T("number", maximum=3)), BACKWARD, ["type"], id="whole numbers up to the same become numbers"),
        pytest.param(a(T("string", pattern="[ab]")), a(T("string", pattern="[ab]", max_length=1)), FULL, ["length"], id="a length that the pattern has anyway"),
        pytest.param(a(T("string", pattern="[ab]*", max_length=2)), a(T("string", pattern="[ab]{0,2}")), FULL, ["length", "pattern"], id="a length becomes part of the pattern"),
        pytest.param(a(T("string", pattern="[ab]*", max_length=2)), a(T("string", pattern="[ab]{0,3}")), BACKWARD, ["length", "pattern"], id="a longer one becomes part of the pattern"),
        pytest.param(a(enum("a", "b")), a(T("string", pattern="a|b")), FULL, ["type"], id="an enum becomes a pattern of its values"),
        pytest.param(a(enum("a", "b")), a(T("string", pattern="[ab]*", max_length=1)), BACKWARD, ["type"], id="an enum becomes a pattern with one more text"),
        pytest.param((Field("a", T("any"), description="x"),), (Field("a", T("any")),), FULL, ["description"], id="description"),
    ],
)  # fmt: skip
def test_a_change_keeps(old, new, keeps, kinds):
    comparison = compare(contract(*old), contract(*new))
    assert comparison.keeps == keeps
    assert [difference.kind for difference in comparison.differences] == kinds
    mirror = {BACKWARD: FORWARD, FORWARD: BACKWARD}
    said = repr(old + new)
    one_way = {"unit=", "default=True", "default=False", "open=True"}
    if not any(facet in said.replace("open=False", "") for facet in one_way):
        assert compare(contract(*new), contract(*old)).keeps == mirror.get(keeps, keeps)


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (a(T("number", unit="m/s", maximum=3)), a(T("number", unit="m/s", maximum=5)), "$.a: range changed: a number of at most 3 m/s -> a number of at most 5 m/s"),
        ((), (NUMBER,), "$.a: required field added: a number"),
        ((), (opt("a", T("boolean"), default=True),), "$.a: optional field added: true or false, true by default"),
        (a(T("number", unit="L", maximum=3)), a(T("number", unit="L", maximum=5)), "$.a: range changed: a number of at most 3 L -> a number of at most 5 L"),
        ((opt("a b", T("boolean")),), (), "$['a b']: optional field removed: true or false"),
        (a(enum("a")), a(enum("a", open=True)), '$.a: values changed: "a" -> "a" or others'),
        (a(T("array", items=T("integer"))), a(T("array")), "$.a[*]: type changed: a whole number -> any JSON value"),
        (a(T("map", items=T("integer"))), a(T("map")), "$.a.*: type changed: a whole number -> any JSON value"),
        (a(T("object")), a(T("map")), "$.a: type changed: an object -> an object with any names"),
        (a(T("number")), a(T("number", unit="bar")), "$.a: unit added: bar"),
        ((opt("a", T("boolean"), default=True),), (opt("a", T("boolean")),), "$.a: default removed: true"),
    ],
)  # fmt: skip
def test_a_difference_reads(old, new, text):
    (difference,) = compare(contract(*old), contract(*new)).differences
    assert str(difference) == text


def test_each_range_reads_in_its_own_unit():
    old, new = (T("number", unit=u, minimum=0, maximum=m) for u, m in (("Cel", 140), ("K", 400)))
    assert [str(found) for found in compare(contract(*a(old)), contract(*a(new))).differences] == [
        "$.a: unit changed: Cel -> K",
        "$.a: range changed: a number from 0 to 140 Cel -> a number from 0 to 400 K",
    ]


def test_compatibility_reads():
    assert [str(keeps) for keeps in (NONE, BACKWARD, FORWARD, FULL)] == [
        "none",
        "backward",
        "forward",
        "full",
    ]


def test_the_metric_is_part_of_the_contract():
    slower = PayloadContract(VTQ, replace(SPEED.metric, maximum=2))
    other = PayloadContract(VTQ, replace(SPEED.metric, unit="km/h"))
    assert compare(SPEED, slower) == Comparison(
        (
            Difference(
                "$.value",
                "range",
                "a number from 0 to 3 m/s",
                "a number from 0 to 2 m/s",
                FORWARD,
            ),
        )
    )
    assert [str(found) for found in compare(SPEED, other).differences] == [
        "$.value: unit changed: m/s -> km/h",
        '$.unit: values changed: "m/s" -> "km/h"',
    ]
    assert compare(SPEED, other).keeps == NONE


def test_another_version_is_only_named():
    renamed = PayloadContract(PayloadType("vtq/2", VTQ.fields), SPEED.metric)
    assert compare(SPEED, renamed) == Comparison((Difference("$", "name", "vtq/1", "vtq/2", FULL),))


def test_nothing_is_promised_of_foreign_schemas():
    one = PayloadContract(PayloadType("f/1", json_schema='{"type":"integer"}'))
    other = PayloadContract(PayloadType("f/1", json_schema='{"type":"number"}'))
    assert compare(one, one) == Comparison(())
    assert compare(one, other).keeps == NONE
    assert compare(one, contract()).keeps == NONE


def nullable(value: ValueType) -> ValueType:
    return replace(value, nullable=True)


WHOLE = T("array", items=T("number"))


@pytest.mark.parametrize(
    ("old", "new", "keeps", "kinds"),
    [
        pytest.param(T("number"), nullable(T("number")), BACKWARD, ["nullable"], id="null added"),
        pytest.param(nullable(T("number")), T("number"), FORWARD, ["nullable"], id="null removed"),
        pytest.param(WHOLE, nullable(WHOLE), BACKWARD, ["nullable"], id="null for a list"),
        pytest.param(
            WHOLE,
            T("array", items=nullable(T("number"))),
            BACKWARD,
            ["nullable"],
            id="null in a list",
        ),
        pytest.param(
            nullable(T("number", maximum=3)),
            nullable(T("number", maximum=5)),
            BACKWARD,
            ["range"],
            id="a wider range beside null",
        ),
        pytest.param(
            T("number", maximum=3),
            nullable(T("number", maximum=2)),
            NONE,
            ["nullable", "range"],
            id="null added and a range narrowed",
        ),
        pytest.param(
            T("integer"),
            nullable(T("number")),
            BACKWARD,
            ["type"],
            id="null added and a wider type",
        ),
        pytest.param(
            nullable(T("integer")), T("number"), NONE, ["type"], id="null removed and a wider type"
        ),
        pytest.param(nullable(T("number")), T("any"), BACKWARD, ["type"], id="null and anything"),
        pytest.param(T("number"), T("boolean"), NONE, ["type"], id="another type"),
    ],
)
@pytest.mark.parametrize("place", ["a field", "the whole message", "the metric"])
def test_null_and_messages_that_are_one_value(old, new, keeps, kinds, place):
    def made(value: ValueType) -> PayloadContract:
        if place == "a field":
            return contract(Field("a", value))
        if place == "the metric":
            return PayloadContract(PayloadType("b/1", value=T("metric_value")), value)
        return PayloadContract(PayloadType("t/1", value=value))

    found = compare(made(old), made(new))
    assert (found.keeps, [difference.kind for difference in found.differences]) == (keeps, kinds)


def test_a_payload_that_may_hold_null_makes_the_metric_nullable():
    bare = PayloadType("b/1", value=T("metric_value"))
    null = replace(bare, value=nullable(T("metric_value")))
    found = compare(PayloadContract(bare, T("number")), PayloadContract(null, T("number")))
    assert [str(difference) for difference in found.differences] == [
        "$: nullable changed: no -> yes"
    ]


def test_another_encoding_breaks_both():
    one = PayloadType("t/1", value=T("number"))
    other = replace(one, encoding="text")
    for old, new in ((one, other), (other, one)):
        found = compare(PayloadContract(old), PayloadContract(new))
        assert (found.keeps, [each.kind for each in found.differences]) == (NONE, ["encoding"])


@pytest.mark.parametrize(
    ("old", "new", "keeps", "kinds"),
    [
        pytest.param({}, {}, FULL, [], id="nothing"),
        pytest.param({}, {"content_type": "image/png"}, NONE, ["content type"], id="a media type"),
        pytest.param(
            {"content_type": "image/png"}, {"content_type": "IMAGE/PNG"}, FULL, [], id="its case"
        ),
        pytest.param({"max_bytes": 9}, {"max_bytes": 10}, BACKWARD, ["size"], id="longer"),
        pytest.param({"max_bytes": 9}, {"max_bytes": 8}, FORWARD, ["size"], id="shorter"),
        pytest.param({"max_bytes": 9}, {}, BACKWARD, ["size"], id="without limit"),
        pytest.param({}, {"max_bytes": 9}, FORWARD, ["size"], id="with a limit"),
    ],
)
def test_the_bytes_of_a_message(old, new, keeps, kinds):
    def made(facts) -> PayloadContract:
        return PayloadContract(PayloadType("image/1", encoding="binary", **facts))

    found = compare(made(old), made(new))
    assert (found.keeps, [each.kind for each in found.differences]) == (keeps, kinds)


def test_a_first_contract_and_a_lost_one():
    unknown = PayloadContract(PayloadType("unknown/1", encoding="binary"))
    for known in (SPEED, PayloadContract(PayloadType("image/1", encoding="binary"))):
        kinds = ["name", "contract"]
        first, lost = compare(unknown, known), compare(known, unknown)
        assert (first.keeps, [each.kind for each in first.differences]) == (FORWARD, kinds)
        assert (lost.keeps, [each.kind for each in lost.differences]) == (BACKWARD, kinds)
    assert compare(unknown, unknown) == Comparison(())


def test_a_payload_of_that_name_that_says_something_is_known():
    unknown = PayloadType("unknown/1", encoding="binary")
    for known in (
        replace(unknown, content_type="image/png"),
        replace(unknown, max_bytes=9),
        PayloadType("unknown/1", (NUMBER,)),
    ):
        assert not known.is_unknown
        found = compare(PayloadContract(unknown), PayloadContract(known))
        assert [each.kind for each in found.differences] == ["contract"]


def test_what_cannot_be_decided_is_denied():
    tangled = T("string", pattern="[ab]*a[ab]{60}")
    assert not accepts(tangled, T("string", pattern="[ab]*b[ab]{61}a[ab]*"))
    assert accepts(tangled, tangled)


# --- laws ---------------------------------------------------------------------------------


@st.composite
def changed(draw: st.DrawFn, value: ValueType) -> ValueType:
    """A type that differs from ``value`` in a place or two, or in nothing."""
    action = draw(st.integers(0, 7))
    if action == 0:
        return draw(value_types)
    if action == 7 and value.type in NULLABLE:
        return replace(value, nullable=not value.nullable)
    if value.type == "object" and value.fields:
        index = draw(st.integers(0, len(value.fields) - 1))
        old = value.fields[index]
        new = {
            1: [],
            2: [replace(old, required=not old.required)],
            3: [
                old,
                Field(f"new{len(value.fields)}", draw(scalar_types), required=draw(st.booleans())),
            ],
            4: [
                Field(
                    old.name, T("boolean"), required=False, default=draw(st.none() | st.booleans())
                )
            ],
        }.get(action, [replace(old, value=draw(changed(old.value)))])
        return replace(value, fields=(*value.fields[:index], *new, *value.fields[index + 1 :]))
    if value.items is not None:
        return replace(value, items=draw(st.none() | changed(value.items)))
    match value.type:
        case "number" | "integer" if value.minimum is not None:
            return replace(value, minimum=draw(st.sampled_from([None, value.minimum - 1])))
        case "string":
            return replace(value, max_length=draw(st.none() | st.integers(3, 12)))
        case "enum":
            return replace(value, values=(*value.values, "new"), open=draw(st.booleans()))
        case _:
            return draw(scalar_types.filter(lambda other: other.type != value.type))


def of_body(body: ValueType) -> PayloadContract:
    """A contract whose whole message is of the given type."""
    if body.type == "object" and not body.nullable:
        return PayloadContract(PayloadType("random/1", body.fields))
    return PayloadContract(PayloadType("random/1", value=body))


@st.composite
def versions(draw: st.DrawFn) -> tuple[PayloadContract, PayloadContract]:
    old = draw(contracts)
    new = draw(changed(old.body))
    between = of_body(new)
    last = of_body(draw(st.just(new) | changed(new)))
    return draw(st.sampled_from([(old, between), (between, old), (between, last)]))


@given(st.data())
def test_what_is_called_compatible_never_fails(data):
    old, new = data.draw(versions())
    keeps = compare(old, new).keeps
    if BACKWARD in keeps:
        message = data.draw(payloads(old))
        assert validate(new, json.dumps(message), "consumer") == message
    if FORWARD in keeps:
        message = data.draw(payloads(new))
        assert validate(old, json.dumps(message), "consumer") == message


@given(st.data())
def test_what_is_called_compatible_never_fails_as_text(data):
    old = data.draw(text_contracts)
    body = data.draw(
        changed(old.body).filter(lambda b: b.type in SCALAR_TYPES and b.type != "metric_value")
    )
    new = replace(old, payload=replace(old.payload, value=replace(body, nullable=False)))
    keeps = compare(old, new).keeps
    for way, sender, reader in ((BACKWARD, old, new), (FORWARD, new, old)):
        if way in keeps:
            message = data.draw(payloads(sender))
            assert validate(reader, write(sender, message), "consumer") == message


@given(value_types, st.data())
def test_what_accepts_another_takes_its_values(consumer, data):
    producer = data.draw(changed(consumer))
    if accepts(consumer, producer):
        taking = contract(Field("x", consumer))
        validate(taking, {"x": data.draw(values(producer))}, "consumer")


@given(value_types)
def test_every_type_accepts_itself(value):
    assert accepts(value, value)
    assert compare(contract(Field("x", value)), contract(Field("x", value))) == Comparison(())


def meanings(value: ValueType, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], object]:
    """The units and defaults of a type, by where they stand; "*" is any name or index."""
    found: dict[tuple[str, ...], object] = {(*path, "unit"): value.unit} if value.unit else {}
    if value.items is not None:
        found |= meanings(value.items, (*path, "*"))
    for field in value.fields:
        found |= meanings(field.value, (*path, field.name))
        if field.default is not None and not field.required:
            found[*path, field.name, "default"] = field.default
    return found


@given(versions())
def test_the_whole_is_what_the_bodies_say(pair):
    old, new = pair
    keeps = compare(old, new).keeps
    if not meanings(old.body) and not meanings(new.body):
        assert (BACKWARD in keeps) == accepts(new.body, old.body)
        if "open=True" not in repr(new.body):
            assert (FORWARD in keeps) == accepts(old.body, new.body)
    assert BACKWARD not in keeps or accepts(new.body, old.body)
    assert FORWARD not in keeps or accepts(old.body, new.body)


@given(versions())
def test_what_is_called_compatible_keeps_its_meaning(pair):
    old, new = pair
    if compare(old, new).keeps is NONE:
        return
    after = meanings(new.body)
    for path, meaning in meanings(old.body).items():
        for other, meant in after.items():
            if len(path) == len(other) and all(
                "*" in levels or levels[0] == levels[1] for levels in zip(path, other, strict=True)
            ):
                assert meant == meaning, (path, other)
