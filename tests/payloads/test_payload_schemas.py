"""The JSON Schemas, and jsonschema-rs as a second opinion on the validators."""

from __future__ import annotations

import itertools
import json
import random
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.payloads.strategies import (
    SPEED,
    STANDARD,
    contracts,
    mutants,
    opt,
    payloads,
)
from uns.payloads.contracts import Field, PayloadContract, PayloadType, ValueType
from uns.payloads.examples import example
from uns.payloads.faults import InvalidPayload
from uns.payloads.schemas import DIALECT, json_schema
from uns.payloads.validators import validate

VIEWS = ("consumer", "producer")

#: Mutants each standard contract is judged by, per view; sixteen times this in all.
MUTANTS = 1_500


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (ValueType("number"), {"type": "number"}),
        (
            ValueType("number", unit="bar", minimum=0, maximum=2.5),
            {"type": "number", "minimum": 0, "maximum": 2.5, "x-unit": "bar"},
        ),
        (ValueType("integer", minimum=1), {"type": "integer", "minimum": 1}),
        (ValueType("boolean"), {"type": "boolean"}),
        (ValueType("string", max_length=4), {"type": "string", "maxLength": 4}),
        (ValueType("string", pattern=r"^\d+$"), {"type": "string", "pattern": "^(?:[0-9]+)$"}),
        (ValueType("enum", values=("a", "b")), {"type": "string", "enum": ["a", "b"]}),
        (
            ValueType("timestamp_ms"),
            {"type": "integer", "minimum": 0, "maximum": 253402300799999, "x-unit": "ms"},
        ),
        (ValueType("datetime"), {"type": "string", "format": "date-time"}),
        (ValueType("ucum"), {"type": "string", "format": "ucum"}),
        (ValueType("any"), {}),
        (ValueType("array"), {"type": "array"}),
        (ValueType("array", items=ValueType("any")), {"type": "array", "items": {}}),
        (
            ValueType("map", items=ValueType("boolean")),
            {"type": "object", "additionalProperties": {"type": "boolean"}},
        ),
        (ValueType("metric_value"), {"type": ["number", "string", "boolean"]}),
        (
            ValueType("metric_value", nullable=True),
            {"type": ["number", "string", "boolean", "null"]},
        ),
        (
            ValueType("number", minimum=0, nullable=True),
            {"type": ["number", "null"], "minimum": 0},
        ),
        (
            ValueType("enum", values=("a", "b"), nullable=True),
            {"type": ["string", "null"], "enum": ["a", "b", None]},
        ),
        (
            ValueType("array", items=ValueType("boolean", nullable=True), nullable=True),
            {"type": ["array", "null"], "items": {"type": ["boolean", "null"]}},
        ),
        (ValueType("metric_unit"), {"type": "string", "format": "ucum"}),
        (
            ValueType("object", fields=(Field("a", ValueType("boolean")),)),
            {
                "type": "object",
                "properties": {"a": {"type": "boolean"}},
                "required": ["a"],
                "additionalProperties": False,
            },
        ),
    ],
)
def test_a_type_reads(value, schema):
    contract = PayloadContract(PayloadType("t/1", (opt("x", value),)))
    assert json_schema(contract)["properties"]["x"] == schema


def test_the_two_views_of_a_contract():
    mode = ValueType("enum", values=("a", "b"), open=True)
    type_ = PayloadType(
        "t/1", (Field("mode", mode, default="a", description="d"),), description="D"
    )
    head = {"$schema": DIALECT, "title": "t/1", "description": "D", "type": "object"}
    closed = {"type": "string", "enum": ["a", "b"], "default": "a", "description": "d"}
    opened = {"type": "string", "examples": ["a", "b"], "default": "a", "description": "d"}
    assert json_schema(PayloadContract(type_), "producer") == head | {
        "properties": {"mode": closed},
        "required": ["mode"],
        "additionalProperties": False,
    }
    assert json_schema(PayloadContract(type_), "consumer") == head | {
        "properties": {"mode": opened},
        "required": ["mode"],
    }


def test_the_unit_of_a_metric_is_a_constant():
    assert json_schema(SPEED)["properties"]["unit"] == {"type": "string", "enum": ["m/s"]}


def test_a_foreign_schema_comes_back_as_written():
    foreign = PayloadContract(PayloadType("t/1", json_schema='{"type":"array"}'))
    assert json_schema(foreign) == {"type": "array"}


def test_bytes_have_a_media_type_and_what_is_not_known_has_none():
    image = PayloadType("image/1", encoding="binary", content_type="image/png", max_bytes=9)
    head = {"$schema": DIALECT, "title": "image/1"}
    assert json_schema(PayloadContract(image)) == head | {
        "contentMediaType": "image/png",
        "x-max-bytes": 9,
    }
    raw = json_schema(PayloadContract(PayloadType("raw/1", encoding="binary")))
    assert raw["contentMediaType"] == "application/octet-stream"
    unknown = json_schema(PayloadContract(PayloadType("unknown/1", encoding="binary")))
    assert set(unknown) == {"$schema", "title"}


@given(contracts)
def test_every_schema_is_one(contract):
    for view in VIEWS:
        schema = json_schema(contract, view)
        jsonschema_rs.meta.validate(schema)
        assert json.loads(json.dumps(schema)) == schema


def _verdict(contract: PayloadContract, message: Any, view: Any) -> bool:
    try:
        validate(contract, json.dumps(message), view)
    except InvalidPayload:
        return False
    return True


def _aside(contract: PayloadContract, message: Any, view: Any) -> bool:
    """Whether all that ails ``message`` are formats, on which JSON Schema has no opinion."""
    try:
        validate(contract, json.dumps(message), view)
    except InvalidPayload as error:
        formats = ("an RFC 3339 date-time with an offset", "a UCUM unit")
        return all(
            (fault.expected or "").startswith(formats) and (fault.found or "").startswith('"')
            for fault in error.faults
        )
    return False


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    "contract", STANDARD, ids=lambda contract: repr(contract.metric or contract.name)
)
def test_a_second_opinion_on_spoiled_messages(contract, view):
    second = jsonschema_rs.validator_for(json_schema(contract, view))
    rng = random.Random(f"{contract.name} {view}")
    spoiled = mutants(rng, example(contract))
    verdicts = set()
    for _ in range(MUTANTS):
        message = next(spoiled)
        text = json.dumps(message)
        first = _verdict(contract, message, view)
        if first != second.is_valid(json.loads(text)):
            assert _aside(contract, message, view), (text, first)
        verdicts.add(first)
    assert verdicts == {True, False}


@given(st.data())
def test_a_second_opinion_on_messages_that_fit(data):
    contract = data.draw(contracts)
    message = data.draw(payloads(contract))
    for view in VIEWS:
        assert jsonschema_rs.is_valid(json_schema(contract, view), message)
        assert _verdict(contract, message, view)


@given(st.data())
def test_a_second_opinion_on_any_contract(data):
    contract = data.draw(contracts)
    spoiled = mutants(random.Random(data.draw(st.integers(0, 999))), data.draw(payloads(contract)))
    for view in VIEWS:
        second = jsonschema_rs.validator_for(json_schema(contract, view))
        for message in itertools.islice(spoiled, 10):
            if _verdict(contract, message, view) != second.is_valid(message):
                assert _aside(contract, message, view)
