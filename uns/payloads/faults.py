"""The faults of a message, in words.

A fault has the JSON path, what the contract expects there, and what was found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, TypeAlias

from uns import units
from uns.diagnostics import UNSError, near
from uns.payloads.contracts import ValueType
from uns.payloads.epochs import epoch_unit
from uns.payloads.facets import LATEST_MS, limits
from uns.payloads.strict_json import Location, Numeral, json_path, render

#: Who checks a message: a producer may send only known fields, a consumer accepts others too.
View: TypeAlias = Literal["consumer", "producer"]


class FaultKind(StrEnum):
    """The kind of a fault, by which faults are counted."""

    NOT_JSON = "not-json"
    NOT_TEXT = "not-text"
    NOT_BYTES = "not-bytes"
    TOO_LONG = "too-long"
    MISSING_FIELD = "missing-field"
    UNKNOWN_FIELD = "unknown-field"
    WRONG_VALUE = "wrong-value"
    NOT_FINITE = "not-finite"
    REPEATED_KEY = "repeated-key"
    #: Found by a contract that is a JSON Schema.
    JSON_SCHEMA = "json-schema"
    #: Found by the type that a caller bound to the payload.
    BOUND_TYPE = "bound-type"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a message.

    ``path`` is the JSON path of the value. ``expected`` is ``None`` if it should not be there,
    ``found`` is ``None`` if it is missing. ``sentence`` is the text of the fault.
    """

    kind: FaultKind
    path: str
    expected: str | None
    found: str | None
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


class InvalidPayload(UNSError, ValueError):
    """A message that is not valid for its contract; ``faults`` has the first hundred faults.

    ``contract`` is the contract's name.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}}")
    >>> try:
    ...     ns.validate("lyon/power", '{"timestamp_ms": 1, "value": "high"}')
    ... except InvalidPayload as error:
    ...     print(error.contract, error.faults[0].path, error.faults[0].sentence)
    vtq/1 $.value expected a number in kW, found "high"
    """

    def __init__(self, contract: str, faults: Sequence[Fault]) -> None:
        super().__init__(contract, tuple(faults))
        self.contract = contract
        self.faults = tuple(faults)

    def __str__(self) -> str:
        head = f"not a {self.contract} message"
        if len(self.faults) == 1:
            return f"{head}: {self.faults[0]}"
        return "\n  ".join((f"{head}: {len(self.faults)} faults", *map(str, self.faults)))


# --- the kinds of fault -------------------------------------------------------------------


def missing(location: Location, asked: ValueType, view: View) -> Fault:
    """A required field is missing."""
    expected = describe(asked, view)
    sentence = f"missing; expected {expected}"
    return Fault(FaultKind.MISSING_FIELD, json_path(location), expected, None, sentence)


def unknown(location: Location, around: ValueType, found: object) -> Fault:
    """A field the contract does not name."""
    closest = near(str(location[-1]), [field.name for field in around.fields])
    hint = f"; did you mean {closest!r}?" if closest else ""
    rendered = render(found)
    sentence = f"unknown field, found {rendered}{hint}"
    return Fault(FaultKind.UNKNOWN_FIELD, json_path(location), None, rendered, sentence)


def unexpected(
    location: Location, asked: ValueType, found: object, view: View, meant: str | None = None
) -> Fault:
    """A value does not have the expected type; ``meant`` is the text that was probably meant."""
    expected, rendered = describe(asked, view), render(found)
    hint = f"; did you mean {meant!r}?" if meant is not None else _hint(asked, found)
    sentence = f"expected {expected}, found {rendered}{hint}"
    return Fault(FaultKind.WRONG_VALUE, json_path(location), expected, rendered, sentence)


def infinite(location: Location, found: Numeral) -> Fault:
    """A number that no double holds, where the contract allows any value."""
    expected, rendered = "a finite number", render(found)
    sentence = f"expected {expected}, found {rendered}"
    return Fault(FaultKind.NOT_FINITE, json_path(location), expected, rendered, sentence)


def repeated(location: Location) -> Fault:
    """A key is in its object twice."""
    return Fault(FaultKind.REPEATED_KEY, json_path(location), None, None, "duplicate key")


def not_json(reason: str) -> Fault:
    """A text that is not JSON."""
    return Fault(FaultKind.NOT_JSON, "$", "JSON", None, f"not JSON: {reason}")


def not_bytes(found: object) -> Fault:
    """A value in place of the bytes of a message."""
    sentence = f"expected bytes, found {render(found)}"
    return Fault(FaultKind.NOT_BYTES, "$", "bytes", render(found), sentence)


def too_long(size: int, most: int) -> Fault:
    """A message with too many bytes."""
    expected, found = f"at most {most:,} bytes", f"{size:,}"
    return Fault(FaultKind.TOO_LONG, "$", expected, found, f"expected {expected}, found {found}")


def read_otherwise(found: object) -> Fault:
    """A value that would not come back: JSON has no tuples, and its keys are text."""
    expected = "a value that is read again as it is"
    sentence = f"expected {expected}, with lists and keys that are text; found {render(found)}"
    return Fault(FaultKind.WRONG_VALUE, "$", expected, render(found), sentence)


def would_clear() -> Fault:
    """An empty message in place of a value, on a retained topic."""
    sentence = "the empty message clears a retained topic; use ns.clear"
    return Fault(FaultKind.WRONG_VALUE, "$", "a message that is not empty", "nothing", sentence)


def not_text(reason: str) -> Fault:
    """Bytes that are not text in UTF-8."""
    return Fault(FaultKind.NOT_TEXT, "$", "text in UTF-8", None, f"not text: {reason}")


def _hint(asked: ValueType, found: object) -> str:
    """A hint for a common mistake, or an empty text."""
    if asked.type in ("timestamp_ms", "datetime"):
        remark = _remark_on_time(asked, found)
        return f"; {remark}" if remark else ""
    if not isinstance(found, str):
        return ""
    meant = None
    if asked.type == "ucum":
        meant = units.suggest(found)
    elif asked.type == "enum":
        meant = near(found, asked.values)
    return f"; did you mean {meant!r}?" if meant else ""


def _remark_on_time(asked: ValueType, found: object) -> str | None:
    """What a value is instead of the time that was expected."""
    if isinstance(found, int | float) and not isinstance(found, bool):
        unit = epoch_unit(found)
        if asked.type == "timestamp_ms" and found > LATEST_MS:
            return f"it looks like {unit or 'microseconds or nanoseconds'}"
        return f"it looks like {unit} since 1970" if unit else None
    if not isinstance(found, str):
        return None
    if asked.type == "timestamp_ms":
        if found.isascii() and found.isdigit():
            return "send the number without quotation marks"
        return "it looks like a date" if _DATE(found) else None
    without = _DATE(found)
    if without is None:
        return None
    if without["time"] is None:
        return "the time of day is missing"
    if without["offset"] is None:
        return "the offset is missing, such as Z or +01:00"
    return "write T between date and time" if without["between"] == " " else None


_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:(?P<between>[Tt ])(?P<time>\d\d:\d\d(?::\d\d(?:\.\d+)?)?)"
    r"[ ]?(?P<offset>[Zz]|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
).fullmatch

# --- types in words -----------------------------------------------------------------------

_NAMED = MappingProxyType(
    {
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true or false",
        "string": "text",
        "timestamp_ms": "whole milliseconds since 1970",
        "datetime": "an RFC 3339 date-time with an offset",
        "ucum": "a UCUM unit",
        "object": "an object",
        "array": "a list",
        "map": "an object with any names",
        "any": "any JSON value",
        "metric_value": "a number, text, true or false",
        "metric_unit": "the unit of the metric",
    }
)

#: Most values of an enum that a sentence lists.
_MOST_LISTED = 20


def describe(value: ValueType, view: View = "producer") -> str:
    """Describe a type, as the end of a sentence that starts with "expected".

    >>> describe(ValueType("number", unit="m/s", minimum=0, maximum=3))
    'a number from 0 to 3 m/s'
    >>> describe(ValueType("enum", values=("good", "bad")))
    'one of good, bad'
    """
    said = _describe(value, view)
    return f"{said} or null" if value.nullable else said


def _describe(value: ValueType, view: View) -> str:
    if value.type == "enum" and not (value.open and view == "consumer"):
        return _one_of(value.values)
    name = _NAMED["string" if value.type == "enum" else value.type]
    unit = f" {value.unit}" if value.unit and value.unit != "1" else ""
    said = limits(value)
    if not said:
        return f"{name} in{unit}" if unit else name
    if value.minimum is not None and value.maximum is not None:
        name += f" from {value.minimum} to {value.maximum}"
        said = said[2:]
    for limit, bound in said:
        name += f" {limit.expected.format(bound)}"
    return name + unit


def _one_of(values: tuple[str, ...]) -> str:
    if len(values) == 1:
        return f'"{values[0]}"'
    listed = ", ".join(values[:_MOST_LISTED])
    more = f" and {len(values) - _MOST_LISTED} more" if len(values) > _MOST_LISTED else ""
    return f"one of {listed}{more}"
