"""Contracts as data: value types, fields, payload types, contracts.

Validators, schemas, examples and comparisons are all made from these values. They are frozen
and compare by content, so topics with the same contract can share one object.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool

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


@dataclass(frozen=True, slots=True)
class ValueType:
    """The type of one value: a name from :data:`FIELD_TYPES` and the facets that restrict it.

    ``unit`` is a UCUM code and part of the type. ``minimum`` and ``maximum``
    are inclusive and in that unit, ``max_length`` counts code points,
    ``pattern`` is in the dialect of :mod:`uns.topics.patterns`. ``values`` lists an
    enumeration; ``open`` lets consumers accept others. ``items`` types the
    members of an array or map, ``fields`` those of an object.

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


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object: its name, its type, and whether it is required."""

    name: str
    value: ValueType
    required: bool = True
    default: Scalar | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class PayloadType:
    """A named, versioned payload such as ``vtq/1``; a published version never changes.

    Either ``fields`` describe a JSON object, or ``json_schema`` holds a foreign
    JSON Schema as canonical JSON text. ``examples`` are valid messages, as JSON text; types that
    differ only in their examples are equal.

    >>> power = PayloadType("power/1", (Field("kw", ValueType("number", unit="kW")),))
    >>> power.name, power.fields[0].value.unit, power.carries_metric
    ('power/1', 'kW', False)
    """

    name: str
    fields: tuple[Field, ...] = field(default=(), repr=False)
    json_schema: str | None = field(default=None, repr=False)
    description: str | None = field(default=None, repr=False)
    examples: tuple[str, ...] = field(default=(), compare=False, repr=False)

    @property
    def carries_metric(self) -> bool:
        """Whether a field takes the value of a metric, so that metrics can use the payload."""
        return any(_mentions(field.value, "metric_value") for field in self.fields)


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
        """The whole message as one type, an object with the metric filled in.

        A ``metric_unit`` becomes the unit of the metric, or any unit if the metric has none.
        Without a metric, ``metric_value`` stays.

        >>> vtq = PayloadType("vtq/1", (Field("value", ValueType("metric_value")),))
        >>> PayloadContract(vtq, ValueType("boolean")).body.fields[0].value.type
        'boolean'
        """
        return _fill(ValueType("object", fields=self.payload.fields), self.metric)


def _fill(value: ValueType, metric: ValueType | None) -> ValueType:
    if value.type == "metric_value":
        return metric or value
    if value.type == "metric_unit":
        unit = metric.unit if metric is not None else None
        return ValueType("ucum") if unit is None else ValueType("enum", values=(unit,))
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
    return _mentions(value, "metric_value") or _mentions(value, "metric_unit")


def _mentions(value: ValueType, type_: str) -> bool:
    pending = [value]
    while pending:
        current = pending.pop()
        if current.type == type_:
            return True
        if current.items is not None:
            pending.append(current.items)
        pending.extend(field.value for field in current.fields)
    return False
