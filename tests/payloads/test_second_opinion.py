"""jsonschema-rs and `validate` agree on 20,000 messages: values, nullable ones, and text."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest

from tests.payloads.strategies import TIME, mutants
from uns.payloads.contracts import Field, PayloadContract, PayloadType, ValueType
from uns.payloads.faults import InvalidPayload
from uns.payloads.schemas import json_schema
from uns.payloads.validators import validate
from uns.payloads.writing import write

T = ValueType
MESSAGES = 20_000


def null(value: ValueType) -> ValueType:
    return replace(value, nullable=True)


def opt(name: str, value: ValueType) -> Field:
    return Field(name, value, required=False)


SCALARS = (
    T("number"),
    T("number", unit="bar", minimum=0, maximum=10),
    T("integer", minimum=-5),
    T("boolean"),
    T("string", max_length=4),
    T("string", pattern="[A-Z]{2}[0-9]*"),
    T("enum", values=("a", "b", "")),
    T("enum", values=("auto", "manual"), open=True),
    T("timestamp_ms"),
)
POINT = T(
    "object",
    fields=(
        Field("x", T("number")),
        Field("y", null(T("number", minimum=0))),
        opt("note", null(T("string", max_length=3))),
        opt("mode", null(T("enum", values=("a", "b")))),
    ),
)
ORDER = T(
    "object",
    fields=(
        Field("id", T("string")),
        Field("point", null(POINT)),
        Field("points", T("array", items=null(POINT))),
        opt("counts", null(T("map", items=null(T("integer", minimum=0))))),
        opt("rows", T("array", items=T("array", items=T("number")))),
    ),
)


def table() -> list[PayloadContract]:
    """Contracts of each kind, made from the types above."""
    nested = (
        T("array", items=null(T("integer"))),
        null(T("array", items=POINT)),
        T("map", items=null(POINT)),
        null(T("map", items=T("array", items=T("boolean")))),
        ORDER,
        null(ORDER),
    )
    whole = [*SCALARS, *map(null, SCALARS[:-1]), *nested]
    made = [PayloadType("value/1", value=value) for value in whole]
    made += [PayloadType("text/1", value=value, encoding="text") for value in SCALARS]
    made += [
        PayloadType("fields/1", (Field("a", value), opt("b", null(ORDER)))) for value in nested
    ]
    contracts = [PayloadContract(payload) for payload in made]
    bare = PayloadType("bare/1", value=T("metric_value"))
    wrapped = PayloadType("umh/1", (TIME, Field("value", T("metric_value"))))
    for metric in (*SCALARS[:-1], *map(null, SCALARS[:-1])):
        contracts += [PayloadContract(bare, metric), PayloadContract(wrapped, metric)]
    return contracts


def fitting(rng: random.Random, value: ValueType) -> Any:
    """A value of the type."""
    if value.nullable and rng.random() < 0.3:
        return None
    match value.type:
        case "object":
            return {
                field.name: fitting(rng, field.value)
                for field in value.fields
                if field.required or rng.random() < 0.6
            }
        case "array":
            return [fitting(rng, value.items or T("any")) for _ in range(rng.randint(0, 3))]
        case "map":
            keys = rng.sample(["a", "b", "stop reason", ""], rng.randint(0, 3))
            return {key: fitting(rng, value.items or T("any")) for key in keys}
        case "number":
            return rng.choice([0, 1, 2.5, 10, 9.999])
        case "integer":
            return rng.choice([0, 1, 7, 7.0])
        case "timestamp_ms":
            return rng.choice([0, 1_767_225_600_000])
        case "boolean":
            return rng.random() < 0.5
        case "enum":
            return rng.choice(value.values)
        case "ucum":
            return "bar"
        case _:
            return rng.choice(["AB1", "XY"])


def is_nested(value: Any) -> bool:
    members = value.values() if isinstance(value, dict) else value
    return isinstance(value, dict | list) and any(isinstance(m, dict | list) for m in members)


def verdict(contract: PayloadContract, value: Any, view: Any) -> bool:
    try:
        validate(contract, write(contract, value), view)
    except InvalidPayload:
        return False
    return True


@pytest.mark.slow
def test_a_second_opinion_on_twenty_thousand_messages() -> None:
    contracts = table()
    rng = random.Random(20_000)
    counts: Counter[str] = Counter()
    views: list[Any] = ["consumer", "producer"]
    schemas = {
        (at, view): jsonschema_rs.validator_for(json_schema(contract, view))
        for at, contract in enumerate(contracts)
        for view in views
    }
    while counts["all"] < MESSAGES:
        at = counts["all"] % len(contracts)
        contract, view = contracts[at], views[counts["all"] // len(contracts) % 2]
        value = fitting(rng, contract.body)
        if rng.random() < 0.65:
            value = next(mutants(rng, value))
        value = json.loads(json.dumps(value))
        first = verdict(contract, value, view)
        assert first == schemas[at, view].is_valid(value), (contract, contract.body, view, value)
        counts["all"] += 1
        counts["accepted"] += first
        counts["accepted, nested"] += first and is_nested(value)
        counts[f"{contract.payload.encoding}, {first}"] += 1
    assert counts["accepted"] > MESSAGES / 3
    assert counts["accepted"] < MESSAGES * 2 / 3
    assert counts["accepted, nested"] > 500
    assert min(counts["text, True"], counts["text, False"]) > 500
