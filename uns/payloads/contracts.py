"""Contracts as data: value types, fields, payload types, contracts.

Validators, schemas, examples and comparisons are all made from these values. They are frozen
and compare by content, so topics with the same contract can share one object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, TypeAlias

Scalar: TypeAlias = str | int | float | bool

#: What the bytes of a message are.
Encoding: TypeAlias = Literal["json", "text", "binary"]

#: The media type of each encoding.
MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "json": "application/json",
        "text": "text/plain; charset=utf-8",
        "binary": "application/octet-stream",
    }
)

#: The payload of topics whose contract is not known yet.
UNKNOWN = "unknown/1"

#: The types of a metric, each with its meaning.
METRIC_TYPES = MappingProxyType(
    {
        "number": "a JSON number that a double holds",
        "integer": "a whole number; 1.0 is one, as in JSON Schema",
        "boolean": "true or false",
        "string": "text",
        "enum": "one of the listed values",
    }
)

#: The types of a payload field.
FIELD_TYPES = MappingProxyType(
    {
        **METRIC_TYPES,
        "timestamp_ms": "integer milliseconds since 1970-01-01T00:00:00Z",
        "datetime": 'RFC 3339 text with an offset; `pattern: ".*Z"` asks for UTC, written `Z`',
        "ucum": "a UCUM unit code",
        "object": "an object with the listed fields",
        "array": "a list of items",
        "map": "an object with free keys whose values are items",
        "any": "any JSON value",
        "metric_value": "the value of the metric the payload carries",
        "metric_unit": "the unit of that metric, as a constant",
    }
)

#: The types whose values are text.
TEXT_TYPES = frozenset({"string", "enum", "datetime", "ucum", "metric_unit"})

#: The types whose values are a single text, number, true or false.
SCALAR_TYPES = frozenset(FIELD_TYPES).difference(("object", "array", "map", "any"))


@dataclass(frozen=True, slots=True)
class ValueType:
    """The type of one value: a name from :data:`FIELD_TYPES` and the facets that restrict it.

    ``unit`` is a UCUM code and part of the type. ``minimum`` and ``maximum``
    are inclusive and in that unit, ``max_length`` counts code points,
    ``pattern`` is in the dialect of :mod:`uns.topics.patterns`. ``values`` lists an
    enumeration; ``open`` lets consumers accept others. ``items`` types the
    members of an array or map, ``fields`` those of an object. A ``nullable``
    value may be ``null``.

    >>> ValueType("number", unit="m/s", minimum=0, maximum=3).unit
    'm/s'
    """

    type: str
    unit: str | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    max_length: int | None = None
    pattern: str | None = None
    values: tuple[str, ...] = ()
    open: bool = False
    items: ValueType | None = None
    fields: tuple[Field, ...] = ()
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object: its name, its type, and whether it is required."""

    name: str
    value: ValueType
    required: bool = True
    default: Scalar | None = None
    description: str | None = None


#: The types of fields that can tell messages apart: scalars without fractions.
IDENTITY_TYPES = SCALAR_TYPES.difference(("number", "metric_value"))


def identifies(field: Field) -> bool:
    """Whether a field can be a part of the identity of messages: it is always there.

    >>> identifies(Field("order_id", ValueType("string")))
    True
    >>> identifies(Field("order_id", ValueType("string"), required=False))
    False
    """
    value = field.value
    return field.required and not value.nullable and value.type in IDENTITY_TYPES


@dataclass(frozen=True, slots=True)
class PayloadType:
    """A named, versioned payload such as ``vtq/1``; a published version never changes.

    ``fields`` describe a JSON object, ``value`` a message that is one value as a whole, and
    ``json_schema`` holds a foreign JSON Schema as canonical JSON text. ``examples`` are the values
    of valid messages, as JSON text; types that differ only in their examples are equal.

    ``encoding`` says what the bytes of a message are. Text is a single value in UTF-8: a number as
    in JSON, ``true`` or ``false``, or the characters of a text, with nothing around them.
    Binary messages are bytes, of which nothing more is said. ``content_type`` is a media type, and
    ``max_bytes`` the size of the longest message. ``stated_identity`` are the names of the fields
    that make two messages of a topic the same, see :attr:`identity`.

    >>> power = PayloadType("power/1", (Field("kw", ValueType("number", unit="kW")),))
    >>> power.name, power.fields[0].value.unit, power.carries_metric
    ('power/1', 'kW', False)
    >>> PayloadType("bare/1", value=ValueType("metric_value")).carries_metric
    True
    """

    name: str
    fields: tuple[Field, ...] = field(default=(), repr=False)
    json_schema: str | None = field(default=None, repr=False)
    description: str | None = field(default=None, repr=False)
    examples: tuple[str, ...] = field(default=(), compare=False, repr=False)
    value: ValueType | None = field(default=None, repr=False)
    encoding: Encoding = field(default="json", repr=False)
    content_type: str | None = field(default=None, repr=False)
    max_bytes: int | None = field(default=None, repr=False)
    stated_identity: tuple[str, ...] = field(default=(), repr=False)

    @property
    def body(self) -> ValueType:
        """The whole message as one type; ``any`` if that is not known, see :attr:`is_opaque`.

        >>> PayloadType("bare/1", value=ValueType("metric_value")).body.type
        'metric_value'
        """
        if self.is_opaque:
            return ValueType("any")
        return ValueType("object", fields=self.fields) if self.value is None else self.value

    @property
    def is_opaque(self) -> bool:
        """Whether nothing is known of what is inside a message: a JSON Schema, or bytes.

        >>> PayloadType("image/1", encoding="binary").is_opaque
        True
        """
        return self.json_schema is not None or self.encoding == "binary"

    @property
    def is_unknown(self) -> bool:
        """Whether the contract is not known yet: the built-in ``unknown/1``.

        >>> PayloadType("unknown/1", encoding="binary").is_unknown
        True
        """
        nothing_said = self.content_type is None and self.max_bytes is None
        return self.name == UNKNOWN and self.encoding == "binary" and nothing_said

    @property
    def identity(self) -> tuple[str, ...]:
        """The fields that make two messages of a topic the same; empty if nothing does.

        By default it is ``timestamp_ms``, if that is a required field.

        >>> PayloadType("a/1", (Field("timestamp_ms", ValueType("timestamp_ms")),)).identity
        ('timestamp_ms',)
        """
        if self.stated_identity:
            return self.stated_identity
        return tuple(f.name for f in self.fields if f.name == "timestamp_ms" and identifies(f))

    @property
    def media_type(self) -> str | None:
        """The media type of the messages; ``None`` if it is not known.

        >>> PayloadType("bare/1", value=ValueType("metric_value")).media_type
        'application/json'
        """
        return None if self.is_unknown else self.content_type or MEDIA_TYPES[self.encoding]

    @property
    def carries_metric(self) -> bool:
        """Whether the message holds the value of a metric, so that metrics can use the payload."""
        return self.metric_values > 0

    @property
    def metric_values(self) -> int:
        """The number of places for the value of a metric; a metric's payload has one.

        >>> PayloadType("bare/1", value=ValueType("metric_value")).metric_values
        1
        """
        return _mentions(self.body, "metric_value")


@dataclass(frozen=True, slots=True)
class PayloadContract:
    """The contract of one topic: a payload type, and the metric in it if there is one.

    >>> vtq = PayloadType("vtq/1", (Field("value", ValueType("metric_value")),))
    >>> PayloadContract(vtq, ValueType("boolean")) == PayloadContract(vtq, ValueType("boolean"))
    True
    """

    payload: PayloadType
    metric: ValueType | None = None

    @property
    def name(self) -> str:
        """The payload's name and version, such as ``vtq/1``."""
        return self.payload.name

    @property
    def body(self) -> ValueType:
        """The whole message as one type, with the metric filled in.

        A ``metric_unit`` becomes the unit of the metric, or any unit if the metric has none.
        Without a metric, ``metric_value`` stays.

        >>> vtq = PayloadType("vtq/1", (Field("value", ValueType("metric_value")),))
        >>> PayloadContract(vtq, ValueType("boolean")).body.fields[0].value.type
        'boolean'
        """
        return _fill(self.payload.body, self.metric)


def _fill(value: ValueType, metric: ValueType | None) -> ValueType:
    if value.type == "metric_value":
        if metric is None or metric.nullable or not value.nullable:
            return metric or value
        return replace(metric, nullable=True)
    if value.type == "metric_unit":
        unit = metric.unit if metric is not None else None
        filled = ValueType("ucum") if unit is None else ValueType("enum", values=(unit,))
        return replace(filled, nullable=True) if value.nullable else filled
    items = _fill(value.items, metric) if value.items is not None else None
    fields = tuple([_fill_field(field, metric) for field in value.fields])
    # A type without a metric stays the same object: thousands of contracts share one payload.
    if items is value.items and all(a is b for a, b in zip(fields, value.fields, strict=True)):
        return value
    return replace(value, items=items, fields=fields)


def _fill_field(field: Field, metric: ValueType | None) -> Field:
    value = _fill(field.value, metric)
    return field if value is field.value else replace(field, value=value)


def carries_metric(value: ValueType) -> bool:
    """Whether a type contains the value of the metric, or its unit."""
    return _mentions(value, "metric_value") + _mentions(value, "metric_unit") > 0


def _mentions(value: ValueType, type_: str) -> int:
    """The number of places of a type in another."""
    found, pending = 0, [value]
    while pending:
        current = pending.pop()
        found += current.type == type_
        if current.items is not None:
            pending.append(current.items)
        pending.extend(field.value for field in current.fields)
    return found
