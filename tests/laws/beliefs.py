"""What a reader believes of a message, worked out from the contracts alone.

It uses neither the validators nor the comparison of contracts: a message is made as a writer
of one contract may make it, and read as a reader of another one reads it.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from uns.payloads import Field, ValueType
from uns.units import is_unit

#: The last ``timestamp_ms``: 9999-12-31T23:59:59.999Z.
_LATEST_MS = 253_402_300_799_999
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

#: Values to try everywhere.
_PLAIN: tuple[Any, ...] = (
    0,
    1,
    -1,
    2.5,
    True,
    "a",
    "b",
    "zz",
    "",
    "2026-05-04T10:00:00Z",
    "1970-01-01T00:00:00Z",
    "kW",
    "W",
)
_OTHERS: tuple[Any, ...] = (None, [], {}, [1], {"k": 1})

#: Texts that tell patterns apart.
_LETTERS = "abZ0"
_TEXTS = ["".join(t) for n in range(1, 4) for t in itertools.product(_LETTERS, repeat=n)]

#: A value that a later version may list: a reader who was promised a closed enum does not expect it.
LATER = "a later value"

#: Units written in several ways, as one of them.
_SAME_UNIT = {"l/min": "L/min", "m.s-1": "m/s", "/h": "1/h", "l": "L"}


def same_unit(one: str | None, other: str | None) -> bool:
    """Whether a number in one unit means the same in the other one."""
    return _SAME_UNIT.get(one or "", one) == _SAME_UNIT.get(other or "", other)


# --- which values a type has ---------------------------------------------------------------------


def fits(kind: ValueType, value: Any, *, writes: bool) -> bool:
    """Whether a value is one of a type, for a writer (``writes``) or for a reader."""
    if value is None and kind.nullable:
        return True
    match kind.type:
        case "any":
            return True
        case "object":
            return isinstance(value, dict) and _fits_fields(kind, value, writes)
        case "map" | "array":
            if not isinstance(value, dict if kind.type == "map" else list):
                return False
            inner = value.values() if isinstance(value, dict) else value
            return all(kind.items is None or fits(kind.items, v, writes=writes) for v in inner)
        case "metric_value":
            return isinstance(value, str | int | float)
        case "boolean":
            return isinstance(value, bool)
        case "number" | "integer" | "timestamp_ms":
            return _fits_number(kind, value)
        case _:
            return isinstance(value, str) and _fits_text(kind, value, writes)


def _fits_fields(kind: ValueType, value: dict[str, Any], writes: bool) -> bool:
    known = {field.name: field for field in kind.fields}
    if any(field.required and name not in value for name, field in known.items()):
        return False
    if writes and not value.keys() <= known.keys():
        return False
    return all(fits(known[k].value, v, writes=writes) for k, v in value.items() if k in known)


def _fits_number(kind: ValueType, value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if kind.type != "number" and value != math.floor(value):
        return False
    if kind.type == "timestamp_ms" and not 0 <= value <= _LATEST_MS:
        return False
    too_small = kind.minimum is not None and value < kind.minimum
    return not (too_small or (kind.maximum is not None and value > kind.maximum))


def _fits_text(kind: ValueType, text: str, writes: bool) -> bool:
    match kind.type:
        case "datetime":
            return _MOMENT.fullmatch(text) is not None
        case "ucum":
            return is_unit(text)
        case "enum":
            return text in kind.values or (kind.open and (text == LATER or not writes))
    if kind.max_length is not None and len(text) > kind.max_length:
        return False
    return kind.pattern is None or re.fullmatch(kind.pattern, text, re.ASCII) is not None


# --- messages ------------------------------------------------------------------------------------


def messages(writer: ValueType, reader: ValueType | None) -> list[Any]:
    """Messages of a writer, with the values at which a reader of another type might stumble."""
    found = _messages(writer, reader)
    return [*found, None] if writer.nullable and None not in found else found


def _messages(writer: ValueType, reader: ValueType | None) -> list[Any]:
    match writer.type:
        case "object":
            return list(_objects(writer, reader))
        case "array":
            inner = messages(writer.items or _ANYTHING, _items(reader))
            return [[], *([value] for value in inner)]
        case "map":
            names = ["k", *(f.name for f in (reader.fields if reader else ()))]
            found: list[Any] = [{}]
            for name in names:
                field = _field(reader, name)
                other = field.value if field else _items(reader)
                found += [{name: value} for value in messages(writer.items or _ANYTHING, other)]
            return found
    tried = [*_PLAIN, *_OTHERS, *edges(writer), *(edges(reader) if reader else ())]
    if reader is not None and writer.type == "any":
        tried += messages(reader, None)
    found = []
    for value in tried:
        if fits(writer, value, writes=True) and not any(_same(value, known) for known in found):
            found.append(value)
    return found


_ANYTHING = ValueType("any")


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def _items(kind: ValueType | None) -> ValueType | None:
    return kind.items if kind else None


def _field(kind: ValueType | None, name: str) -> Field | None:
    fields = kind.fields if kind else ()
    return next((field for field in fields if field.name == name), None)


def _objects(writer: ValueType, reader: ValueType | None) -> Iterator[Any]:
    """One object with all fields, then others that differ from it in one field, and the least one."""
    tried = {}
    for field in writer.fields:
        other = _field(reader, field.name)
        tried[field.name] = messages(field.value, other.value if other else _items(reader))
    required = {field.name for field in writer.fields if field.required}
    if not all(tried[name] for name in required):
        return
    base = {name: values[0] for name, values in tried.items() if values}
    yield base
    for name, values in tried.items():
        yield from ({**base, name: value} for value in values[1:])
        if name not in required:
            yield {k: v for k, v in base.items() if k != name}
    yield {name: base[name] for name in base if name in required}


@lru_cache(maxsize=4096)
def edges(kind: ValueType) -> tuple[Any, ...]:
    """The values at the edges of a type, and just beyond them."""
    found: list[Any] = []
    for bound in (kind.minimum, kind.maximum):
        if bound is not None:
            found += [bound, bound - 1, bound + 1, bound + 0.5, bound - 0.5]
    if kind.type == "timestamp_ms":
        found.append(_LATEST_MS)
    if kind.max_length is not None:
        found += ["a" * kind.max_length, "a" * (kind.max_length + 1)]
    if kind.pattern is not None:
        found += _TEXTS
    found += kind.values
    if kind.open:
        found.append(LATER)
    return tuple(found)


# --- what is believed ----------------------------------------------------------------------------


@cache
def misread(writer: ValueType, reader: ValueType, *, reader_is_new: bool) -> str | None:
    """The first message that a reader refuses or takes for something else, or ``None``.

    A writer of the old version knows the values that the old version lists. One of the new
    version may send what a still later version lists.
    """
    for message in messages(writer, reader):
        if reader_is_new and mentions(message, LATER):
            continue
        wrong = _wrong(writer, reader, message, reader_is_new, "$")
        if wrong is not None:
            return f"{message!r}: {wrong}"
    return None


def mentions(value: Any, text: str) -> bool:
    """Whether a text is somewhere in a message."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return any(mentions(below, text) for below in inner)
    return bool(value == text)


def _wrong(
    writer: ValueType, reader: ValueType, value: Any, reader_is_new: bool, path: str
) -> str | None:
    """What a reader gets wrong about a value."""
    if reader.type == "object" and isinstance(value, dict):
        return _wrong_fields(writer, reader, value, reader_is_new, path)
    if not fits(reader, value, writes=False):
        return f"{path} is refused"
    if writer.type == "object" and (reader.type == "map" or reader_is_new):
        # Such a reader looks at every name, so that a missing one means that nothing is known.
        lost = (f for f in writer.fields if f.default is not None and f.name not in value)
        if (field := next(lost, None)) is not None:
            return f"{path}.{field.name} is absent, which means nothing, not {field.default!r}"
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for name, below in inner:
            sent = _field(writer, str(name))
            wrote = sent.value if sent else writer.items or _ANYTHING
            found = _wrong(wrote, reader.items or _ANYTHING, below, reader_is_new, f"{path}.{name}")
            if found is not None:
                return found
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        old, new = (writer, reader) if reader_is_new else (reader, writer)
        # A unit that is said for the first time was meant before.
        if old.unit is not None and not same_unit(old.unit, new.unit):
            return f"{path} is read in {reader.unit}, not in {writer.unit}"
    return None


def _wrong_fields(
    writer: ValueType, reader: ValueType, value: dict[str, Any], reader_is_new: bool, path: str
) -> str | None:
    for field in reader.fields:
        here = f"{path}.{field.name}"
        sent = _field(writer, field.name)
        if field.name in value:
            wrote = sent.value if sent else writer.items or _ANYTHING
            found = _wrong(wrote, field.value, value[field.name], reader_is_new, here)
            if found is not None:
                return found
        elif field.required:
            return f"{here} is missing"
        elif (said := sent.default if sent else None) != field.default:
            return f"{here} is absent, which means {field.default!r}, not {said!r}"
    return None
