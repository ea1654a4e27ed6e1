"""The fields of a message as rows of a table, fields of fields by their path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from uns.payloads import Field, ValueType, limits_in_words, named

#: How deep fields of fields are listed; the JSON Schema has them all.
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of a message, fields of fields by their path: ``positions[].x``."""

    path: str
    type: str
    unit: str | None
    #: Range, length, pattern or values, in words.
    limits: str
    required: bool
    default: str | int | float | bool | None
    description: str | None


def message_rows(body: ValueType) -> Iterator[FieldRow]:
    """The fields of a message; a message that is one value has a row with the path ``$``.

    >>> [row.path for row in message_rows(ValueType("array", items=ValueType("number")))]
    ['$']
    """
    is_plain = body.type == "object" and not body.nullable
    return field_rows(body.fields if is_plain else [Field("$", body)])


def field_rows(fields: Iterable[Field], prefix: str = "", depth: int = 0) -> Iterator[FieldRow]:
    """The fields, and below each those that it holds.

    >>> point = ValueType("object", fields=(Field("x", ValueType("number", unit="mm")),))
    >>> [row.path for row in field_rows([Field("points", ValueType("array", items=point))])]
    ['points', 'points[].x']
    """
    for each in fields:
        value, suffix, words = each.value, "", ""
        while value.items is not None:
            words += f"{named(value)} of "
            suffix += "[]" if value.type == "array" else "{}"
            value = value.items
        yield FieldRow(
            prefix + each.name,
            words + named(value),
            value.unit,
            limits_in_words(value),
            each.required,
            each.default,
            each.description,
        )
        if value.fields and depth < _DEEPEST:
            yield from field_rows(value.fields, f"{prefix}{each.name}{suffix}.", depth + 1)
