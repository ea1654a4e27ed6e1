"""Every contract shows one message that passes and one that does not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from tests.payloads.strategies import (
    EMPTY,
    INTEGER_METRIC,
    JOB_ORDER,
    MACHINE_STATE,
    SPEED,
    STANDARD,
    STRING_METRIC,
    T,
    contracts,
    opt,
)
from uns.payloads.contracts import Field, PayloadContract, PayloadType, ValueType
from uns.payloads.examples import NoExample, Refused, example, refused_example
from uns.payloads.faults import InvalidPayload
from uns.payloads.validators import validate


def contract(*fields: Field) -> PayloadContract:
    return PayloadContract(PayloadType("t/1", fields))


@pytest.mark.parametrize(
    ("contract", "message"),
    [
        (
            SPEED,
            {
                "timestamp_ms": 1767225600000,
                "value": 1.5,
                "quality": "good",
                "unit": "m/s",
                "seq": 1,
            },
        ),
        (
            JOB_ORDER,
            {
                "timestamp_ms": 1767225600000,
                "job_order_id": "job-orde",
                "start_time": "2026-01-01T00:00:00Z",
                "priority": 1,
                "dispatch_status": "Waiting",
                "material_requirements": [
                    {
                        "material_definition_id": "material-definition-id",
                        "material_use": "Consumed",
                        "quantity": 1.5,
                        "unit": "kg",
                        "material_lot_id": "material-lot-id",
                    }
                ],
                "parameters": {"key": "value"},
            },
        ),
        (EMPTY, {}),
    ],
    ids=lambda value: value.name if isinstance(value, PayloadContract) else "",
)
def test_the_example_of_a_contract(contract, message):
    assert example(contract) == message


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (ValueType("number", minimum=0), 1.5),
        (ValueType("number", maximum=0), -1.5),
        (ValueType("number", minimum=-20, maximum=150), 65.0),
        (ValueType("number", minimum=7, maximum=7), 7.0),
        (ValueType("integer", minimum=0, maximum=17), 8),
        (ValueType("integer", minimum=0.5, maximum=1.5), 1),
        (ValueType("integer", minimum=2**64), 2**64 + 1),
        (ValueType("timestamp_ms", maximum=5), 5),
        (ValueType("string", pattern="[A-Z]{2}[0-9]{6}"), "AA000000"),
        (ValueType("string", max_length=3), "a-f"),
        (ValueType("array", items=ValueType("boolean")), [True]),
        (ValueType("map", items=ValueType("integer")), {"key": 1}),
        (ValueType("array"), ["a-field"]),
        (ValueType("metric_value"), 1.5),
        (ValueType("metric_unit"), "kg"),
    ],
)
def test_the_example_of_a_type(value, shown):
    assert example(contract(opt("a_field", value))) == {"a_field": shown}


def test_a_default_is_shown():
    quality = ValueType("enum", values=("good", "bad"))
    assert example(contract(opt("quality", quality, default="bad"))) == {"quality": "bad"}


@pytest.mark.parametrize(
    ("contract", "refused"),
    [
        (SPEED, "$.value: expected a number from 0 to 3 m/s, found 4"),
        (INTEGER_METRIC, f"$.value: expected a whole number from -5 to {2**60}, found {2**60 + 1}"),
        (STRING_METRIC, '$.quality: expected one of good, uncertain, bad, found "GOOD"; did you mean \'good\'?'),
        (contract(Field("a", T("integer", minimum=0))), "$.a: expected a whole number of at least 0, found -1"),
        (contract(Field("a", T("ucum"))), "$.a: expected a UCUM unit, found \"kWh\"; did you mean 'kW.h'?"),
        (contract(opt("a", T("datetime"))), '$.a: expected an RFC 3339 date-time with an offset, found "2026-01-01T00:00:00"; the offset is missing, such as Z or +01:00'),
        (contract(Field("a", T("timestamp_ms"))), '$.a: expected whole milliseconds since 1970, found "2026-01-01T00:00:00Z"; it looks like a date'),
        (contract(Field("a", T("boolean"))), '$.a: expected true or false, found "yes"'),
        (contract(Field("a", T("string"))), "$.a: expected text, found null"),
        (MACHINE_STATE, "$.state_code: expected a whole number from 0 to 17, found 18"),
        (EMPTY, "$.no_such_field: unknown field, found 1"),
        (contract(opt("x", ValueType("any"))), "$.no_such_field: unknown field, found 1"),
    ],
    ids=lambda value: value.name if isinstance(value, PayloadContract) else "",
)  # fmt: skip
def test_the_refused_example_of_a_contract(contract, refused):
    assert refused_example(contract).reason == refused


def test_foreign_contracts_show_their_own_examples():
    schema = '{"type": "array", "maxItems": 1, "examples": [[1], [2]]}'
    foreign = PayloadContract(PayloadType("f/1", json_schema=schema))
    assert example(foreign) == [1]
    text = PayloadContract(PayloadType("f/1", json_schema='{"const": "{", "examples": ["{"]}'))
    assert example(text) == "{"
    assert refused_example(foreign) == Refused(
        {"no_such_field": 1}, '$: {"no_such_field":1} is not of type "array"'
    )


@pytest.mark.parametrize(
    "schema",
    ["{}", "true", '{"examples": []}', '{"examples": 1}', '{"type": "null", "examples": [1]}'],
)
def test_foreign_contracts_without_an_example(schema):
    with pytest.raises(NoExample):
        example(PayloadContract(PayloadType("f/1", json_schema=schema)))


def test_a_contract_that_refuses_nothing():
    with pytest.raises(NoExample, match="f/1 refuses nothing"):
        refused_example(PayloadContract(PayloadType("f/1", json_schema="true")))


def test_facets_that_exclude_each_other():
    long = ValueType("string", pattern="[a-z]{5}", max_length=4)
    with pytest.raises(NoExample, match=r"no message fits t/1: \$\.x: expected text"):
        example(contract(Field("x", long)))


@given(contracts)
def test_examples_are_what_they_claim(contract):
    assert validate(contract, json.dumps(example(contract)), "producer") == example(contract)
    try:
        refused = refused_example(contract)
    except NoExample:
        assert contract.body.type == "any"
        return
    with pytest.raises(InvalidPayload) as caught:
        validate(contract, json.dumps(refused.message), "producer")
    assert str(caught.value.faults[0]) == refused.reason


@pytest.mark.parametrize("contract", STANDARD, ids=lambda contract: contract.name)
def test_examples_pass_for_consumers_too(contract):
    assert validate(contract, json.dumps(example(contract)), "consumer") == example(contract)
