"""A message a contract accepts, and one it refuses: always the same two.

They stand in documentation, in generated files and in the answers of the
command line, so they depend on the contract alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, NamedTuple

from uns.diagnostics import UNSError
from uns.payloads.contracts import METRIC_TYPES, Field, PayloadContract, ValueType
from uns.payloads.facets import limits
from uns.payloads.faults import InvalidPayload
from uns.payloads.validators import validate

__all__ = ["NoExample", "Refused", "example", "refused_example"]

#: 2026-01-01T00:00:00Z, in both notations.
_A_MOMENT_MS = 1_767_225_600_000
_A_MOMENT = "2026-01-01T00:00:00Z"


class NoExample(UNSError, ValueError):
    """No message can be written for a contract: its facets exclude each other, or it is foreign."""


class Refused(NamedTuple):
    """A message that a producer may not send, and why."""

    message: Any
    reason: str


def example(contract: PayloadContract) -> Any:
    """A message of the contract, valid for producers and consumers.

    The first of the payload's own examples, unless it wraps a metric, which those
    know nothing of; else one with every field. A JSON Schema has ``examples``, too.
    Raises :class:`NoExample`.

    >>> from uns.payloads.contracts import PayloadType
    >>> vtq = PayloadType("vtq/1", (Field("value", ValueType("metric_value")),))
    >>> example(PayloadContract(vtq, ValueType("number", unit="m/s", minimum=0, maximum=3)))
    {'value': 1.5}
    """
    message = _message(contract)
    try:
        return validate(_judge(contract), json.dumps(message), "producer")
    except InvalidPayload as error:
        raise NoExample(f"no message fits {contract.name}: {error.faults[0]}") from None


def refused_example(contract: PayloadContract) -> Refused:
    """A message near :func:`example` that the contract refuses, with the reason.

    Raises :class:`NoExample` for a contract that refuses nothing.

    >>> from uns.payloads.contracts import PayloadType
    >>> vtq = PayloadType("vtq/1", (Field("value", ValueType("metric_value")),))
    >>> speed = ValueType("number", unit="m/s", minimum=0, maximum=3)
    >>> refused_example(PayloadContract(vtq, speed))
    Refused(message={'value': 4}, reason='$.value: expected a number from 0 to 3 m/s, found 4')
    """
    for message in _spoiled(contract):
        try:
            validate(contract, json.dumps(message), "producer")
        except InvalidPayload as error:
            return Refused(message, str(error.faults[0]))
    raise NoExample(f"{contract.name} refuses nothing")


# --- messages that fit --------------------------------------------------------------------


def _message(contract: PayloadContract) -> Any:
    if contract.metric is None and contract.payload.examples:
        return json.loads(contract.payload.examples[0])
    if contract.payload.json_schema is not None:
        return _of_schema(contract.name, json.loads(contract.payload.json_schema))
    return _object(contract.body)


def _object(value: ValueType) -> dict[str, Any]:
    return {field.name: _field(field) for field in value.fields}


def _field(field: Field) -> Any:
    return _value(field.value, field.name) if field.default is None else field.default


def _value(value: ValueType, name: str) -> Any:
    match value.type:
        case "object":
            return _object(value)
        case "array":
            return [_value(value.items or ValueType("any"), name)]
        case "map":
            return {"key": _value(value.items or ValueType("any"), "value")}
        case "number":
            return _number(value.minimum, value.maximum)
        case "integer":
            return _whole(value.minimum, value.maximum)
        case "timestamp_ms":
            return math.ceil(_fitted(value, _A_MOMENT_MS))
        case "boolean":
            return True
        case "enum":
            return value.values[0] if value.values else None
        case "datetime":
            return _A_MOMENT
        case "ucum":
            return "kg"
        case "metric_value":
            return 1.5
        case _:
            return _fitted(value, name.replace("_", "-"))


def _number(low: float | None, high: float | None) -> float:
    if low is not None and high is not None:
        return low + (high - low) / 2
    if low is not None:
        return low + 1.5
    return 1.5 if high is None else high - 1.5


def _whole(low: float | None, high: float | None) -> int:
    if low is not None and high is not None:
        return math.ceil(low) + (math.floor(high) - math.ceil(low)) // 2
    if low is not None:
        return math.ceil(low) + 1
    return 1 if high is None else math.floor(high) - 1


def _fitted(value: ValueType, example: Any) -> Any:
    for limit, said in limits(value):
        example = limit.fit(said, example)
    return example


def _of_schema(name: str, schema: Any) -> Any:
    examples = schema.get("examples") if isinstance(schema, dict) else None
    if not isinstance(examples, list) or not examples:
        raise NoExample(f"the JSON Schema of {name} gives no `examples`")
    return examples[0]


def _judge(contract: PayloadContract) -> PayloadContract:
    """The contract that decides on the example: without the limits of the metric where it fits them.

    A contract takes long to compile; so metrics that differ in their limits alone share one.
    """
    metric = contract.metric
    if metric is None or not _fits(metric):
        return contract
    plain = "string" if metric.type == "enum" else metric.type
    return PayloadContract(contract.payload, ValueType(plain, unit=metric.unit))


def _fits(metric: ValueType) -> bool:
    """Whether the value that is made for a metric is plainly within its limits."""
    if metric.type == "enum":
        return bool(metric.values)
    value = _value(metric, "value")
    return metric.type in METRIC_TYPES and all(
        limit.admits(said, value) for limit, said in limits(metric)
    )


# --- messages that do not -----------------------------------------------------------------


def _spoiled(contract: PayloadContract) -> Iterator[Any]:
    """Messages that are probably refused, the most telling ones first."""
    fields = contract.body.fields
    message = _near(contract)
    for mistake in (_too_large, _in_other_case, _too_small, _in_other_notation):
        for field in sorted(fields, key=lambda field: not field.required):
            found = mistake(field.value)
            if found is not None:
                yield message | {field.name: found}
    for name in [field.name for field in fields if field.required] or message:
        yield message | {name: None}
    yield message | {"no_such_field": 1}
    yield from ([], 1, "text", None, True)


def _too_large(value: ValueType) -> int | None:
    return None if value.maximum is None else math.floor(value.maximum) + 1


def _too_small(value: ValueType) -> int | None:
    return None if value.minimum is None else math.ceil(value.minimum) - 1


def _in_other_case(value: ValueType) -> str | None:
    spellings = [text for first in value.values[:1] for text in (first.lower(), first.upper())]
    return next((text for text in spellings if text not in value.values), None)


#: How people write what a contract asks for in another notation.
_OTHER_NOTATIONS = MappingProxyType(
    {
        "ucum": "kWh",
        "timestamp_ms": _A_MOMENT,
        "datetime": _A_MOMENT.removesuffix("Z"),
        "boolean": "yes",
    }
)


def _in_other_notation(value: ValueType) -> str | None:
    return _OTHER_NOTATIONS.get(value.type)


def _near(contract: PayloadContract) -> dict[str, Any]:
    """The object that fits, or an empty one where there is none to be had."""
    try:
        message = _message(contract)
    except NoExample:
        return {}
    return message if isinstance(message, dict) else {}
