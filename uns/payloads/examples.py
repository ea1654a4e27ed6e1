"""Makes a valid message and an invalid one for a contract.

They are shown in documentation, in generated files and by the command line, so they depend on
the contract only and are always the same.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, NamedTuple

from uns.diagnostics import UNSError
from uns.payloads.contracts import METRIC_TYPES, Field, PayloadContract, ValueType
from uns.payloads.facets import limits
from uns.payloads.faults import InvalidPayload
from uns.payloads.validators import InvalidForeignSchema, MissingExtra, validate
from uns.payloads.writing import write

#: 2026-01-01T00:00:00Z, in both notations.
_A_MOMENT_MS = 1_767_225_600_000
_A_MOMENT = "2026-01-01T00:00:00Z"
#: The same moment as a pattern may ask for it.
_SPELLINGS = (
    _A_MOMENT,
    *(f"2026-01-01T00:00:00{part}Z" for part in (".000", ".000000", ".000000000")),
    *(f"2026-01-01T{hour}:00:00{offset}" for hour, offset in (("00", "+00:00"), ("01", "+01:00"))),
)


class NoExample(UNSError, ValueError):
    """A contract has no example: its facets contradict each other, or it is a JSON Schema without one."""


class Refused(NamedTuple):
    """A message that a producer may not send, with the reason."""

    message: Any
    reason: str


def example(contract: PayloadContract) -> Any:
    """Make a message of the contract, valid for producers and consumers.

    It is the first example of the payload if there is one and the contract has no metric;
    otherwise a message with every field. A JSON Schema must have ``examples``.
    Raises :class:`NoExample`.

    >>> from uns.payloads.contracts import PayloadType
    >>> vtq = PayloadType("vtq/1", (Field("value", ValueType("metric_value")),))
    >>> example(PayloadContract(vtq, ValueType("number", unit="m/s", minimum=0, maximum=3)))
    {'value': 1.5}
    """
    message = _message(contract)
    try:
        return validate(_simplify(contract), write(contract, message), "producer")
    except InvalidPayload as error:
        raise NoExample(f"no message fits {contract.name}: {error.faults[0]}") from None


@functools.lru_cache(maxsize=4_096)
def example_size(contract: PayloadContract) -> int | None:
    """The size of :func:`example` as it is sent, in bytes; ``None`` if there is no example.

    >>> from uns.payloads.contracts import PayloadType
    >>> example_size(PayloadContract(PayloadType("counts/1", (Field("made", ValueType("integer")),))))
    10
    """
    try:
        return len(write(contract, example(contract)))
    except (NoExample, MissingExtra, InvalidForeignSchema, InvalidPayload):
        return None


def refused_example(contract: PayloadContract) -> Refused:
    """Make a message similar to :func:`example` that the contract refuses, with the reason.

    Raises :class:`NoExample` for a contract that accepts every message.

    >>> from uns.payloads.contracts import PayloadType
    >>> vtq = PayloadType("vtq/1", (Field("value", ValueType("metric_value")),))
    >>> speed = ValueType("number", unit="m/s", minimum=0, maximum=3)
    >>> refused_example(PayloadContract(vtq, speed))
    Refused(message={'value': 4}, reason='$.value: expected a number from 0 to 3 m/s, found 4')
    """
    bad = _bad_messages(contract) if contract.payload.encoding != "binary" else ()
    for message in bad:
        try:
            text = write(contract, message)
        except InvalidPayload:
            continue
        try:
            validate(contract, text, "producer")
        except InvalidPayload as error:
            return Refused(message, str(error.faults[0]))
    raise NoExample(f"{contract.name} refuses nothing")


# --- valid messages -----------------------------------------------------------------------


def _message(contract: PayloadContract) -> Any:
    if contract.metric is None and contract.payload.examples:
        return json.loads(contract.payload.examples[0])
    if contract.payload.encoding == "binary":
        why = "not known yet" if contract.payload.is_unknown else "binary"
        raise NoExample(f"{contract.name} is {why}, so it has no example")
    if contract.payload.json_schema is not None:
        return _of_schema(contract.name, json.loads(contract.payload.json_schema))
    return _value(contract.body, "value")


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
            return math.ceil(_fit(value, _A_MOMENT_MS))
        case "boolean":
            return True
        case "enum":
            return value.values[0] if value.values else None
        case "datetime":
            fits = (at for at in _SPELLINGS if all(x.admits(said, at) for x, said in limits(value)))
            return next(fits, _A_MOMENT)
        case "ucum":
            return "kg"
        case "metric_value":
            return 1.5
        case _:
            return _fit(value, name.replace("_", "-"))


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


def _fit(value: ValueType, example: Any) -> Any:
    for limit, said in limits(value):
        example = limit.fit(said, example)
    return example


def _of_schema(name: str, schema: Any) -> Any:
    examples = schema.get("examples") if isinstance(schema, dict) else None
    if not isinstance(examples, list) or not examples:
        raise NoExample(f"the JSON Schema of {name} has no `examples`")
    return examples[0]


def _simplify(contract: PayloadContract) -> PayloadContract:
    """The contract to check the example with: without the limits of the metric if the value fits.

    Compiling a contract is slow; metrics that differ only in their limits share one this way.
    """
    metric = contract.metric
    if metric is None or not _fits(metric):
        return contract
    plain = "string" if metric.type == "enum" else metric.type
    return PayloadContract(contract.payload, ValueType(plain, unit=metric.unit))


def _fits(metric: ValueType) -> bool:
    """Whether the example for a metric is within its limits."""
    if metric.type == "enum":
        return bool(metric.values)
    value = _value(metric, "value")
    return metric.type in METRIC_TYPES and all(
        limit.admits(said, value) for limit, said in limits(metric)
    )


# --- invalid messages ---------------------------------------------------------------------


def _bad_messages(contract: PayloadContract) -> Iterator[Any]:
    """Messages that are probably invalid, the most instructive ones first."""
    body = contract.body
    fields = body.fields
    try:
        message = _message(contract)
    except NoExample:
        message = {}
    if not isinstance(message, dict):
        message = {}
    for mistake in (_too_large, _in_other_case, _too_small, _in_other_notation):
        value = mistake(body)
        if value is not None:
            yield value
        for field in sorted(fields, key=lambda field: not field.required):
            value = mistake(field.value)
            if value is not None:
                yield message | {field.name: value}
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


#: Values in a notation that people use instead of the one in the contract.
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
