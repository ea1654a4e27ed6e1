"""Value types and contracts as text for people, and as JSON with the keys of the model file."""

from __future__ import annotations

import json
from typing import Any

from uns.payloads.contracts import Field, PayloadContract, PayloadType, ValueType
from uns.payloads.facets import FACETS, limits

#: How many levels of a nested value type a phrase shows; JSON shows all.
_DEEP = 3


def type_in_words(value: ValueType, depth: int = 0) -> str:
    """A value type as one phrase.

    >>> type_in_words(ValueType("number", unit="m/s", minimum=0, maximum=3))
    'number m/s, 0 to 3'
    >>> type_in_words(ValueType("array", items=ValueType("string", pattern="[A-Z]+")))
    'array of string, like [A-Z]+'
    """
    if value.items is not None and depth < _DEEP:
        return f"{named(value)} of {type_in_words(value.items, depth + 1)}"
    if value.fields and depth < _DEEP:
        return f"{named(value)} of {', '.join(field.name for field in value.fields)}"
    return ", ".join([" ".join(filter(None, [named(value), value.unit])), *_limits(value)])


def named(value: ValueType) -> str:
    """The name of a type, with a word for one that may be null.

    >>> named(ValueType("number", nullable=True))
    'nullable number'
    """
    return f"nullable {value.type}" if value.nullable else value.type


def limits_in_words(value: ValueType) -> str:
    """The limits of a value type without its unit, as one phrase; empty without limits.

    >>> limits_in_words(ValueType("number", unit="m/s", minimum=0, maximum=3))
    '0 to 3'
    """
    return ", ".join(_limits(value))


def _limits(value: ValueType) -> list[str]:
    phrases = [limit.words.format(said) for limit, said in limits(value)]
    if value.minimum is not None and value.maximum is not None:
        phrases[:2] = [f"{value.minimum} to {value.maximum}"]
    if value.values:
        phrases.append(" | ".join(value.values) + (" | ..." if value.open else ""))
    return phrases


def type_as_json(value: ValueType) -> dict[str, Any]:
    """A value type with the keys of the model file; absent facets are left out."""
    said = {
        "type": value.type,
        **{facet.name: facet.of(value) for facet in FACETS},
        "values": list(value.values) or None,
        "items": value.items and type_as_json(value.items),
        "fields": [_field(field) for field in value.fields] or None,
    }
    return {key: part for key, part in said.items() if part is not None}


def _field(field: Field) -> dict[str, Any]:
    said: dict[str, Any] = {"name": field.name, **type_as_json(field.value)}
    said["required"] = field.required
    if field.default is not None:
        said["default"] = field.default
    if field.description is not None:
        said["description"] = field.description
    return said


def form_in_words(payload: PayloadType) -> list[tuple[str, str]]:
    """How the messages of a payload are written and told apart, as facts with their names.

    What nearly every payload has is not mentioned: JSON, and an identity by ``timestamp_ms``.

    >>> form_in_words(PayloadType("a/1", value=ValueType("number"), encoding="text"))
    [('encoding', 'text'), ('content type', 'text/plain; charset=utf-8')]
    """
    if payload.is_unknown:
        return [("contract", "not known yet")]
    facts: list[tuple[str, str]] = []
    if payload.encoding != "json":
        facts.append(("encoding", payload.encoding))
    if payload.media_type is not None and (facts or payload.content_type):
        facts.append(("content type", payload.media_type))
    if payload.max_bytes is not None:
        facts.append(("longest message", f"{payload.max_bytes:,} bytes"))
    if payload.stated_identity:
        facts.append(("identity", ", ".join(payload.stated_identity)))
    return facts


def contract_as_json(contract: PayloadContract) -> dict[str, Any]:
    """A payload contract as JSON: its fields, the value that is the whole message, or its JSON Schema."""
    schema = contract.payload.json_schema
    return {
        "name": contract.name,
        "description": contract.payload.description,
        "fields": [_field(field) for field in contract.body.fields],
        "value": None if contract.payload.value is None else type_as_json(contract.body),
        "json_schema": None if schema is None else json.loads(schema),
        "encoding": contract.payload.encoding,
        "content_type": contract.payload.media_type,
        "max_bytes": contract.payload.max_bytes,
        "identity": list(contract.payload.identity),
    }
