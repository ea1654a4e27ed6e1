"""Contracts as JSON Schema 2020-12.

A contract has two schemas: the *producer*'s is closed, the *consumer*'s is open, so that adding
an optional field is compatible. Units are in the annotation ``x-unit``, and the formats of dates
and UCUM codes are annotations too. JSON Schema cannot forbid duplicate keys, and leaves it to the
reader of a message to refuse a number that no double holds. A schema describes the value of a
message: of text what it stands for, and of bytes only their media type.
"""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from uns.payloads.contracts import Field, PayloadContract, ValueType
from uns.payloads.facets import bounded, limits
from uns.payloads.faults import View

#: The dialect of the schemas.
DIALECT = "https://json-schema.org/draft/2020-12/schema"

_Schema: TypeAlias = dict[str, Any]


def json_schema(contract: PayloadContract, view: View = "producer") -> _Schema:
    """Make the JSON Schema of a contract; a contract that is a JSON Schema is returned unchanged.

    >>> from uns.payloads.contracts import PayloadType
    >>> counts = PayloadType("counts/1", (Field("processed", ValueType("integer", minimum=0)),))
    >>> json_schema(PayloadContract(counts))["properties"]
    {'processed': {'type': 'integer', 'minimum': 0}}
    """
    if contract.payload.json_schema is not None:
        foreign: _Schema = json.loads(contract.payload.json_schema)
        return foreign
    head: _Schema = {"$schema": DIALECT, "title": contract.name}
    if contract.payload.description is not None:
        head["description"] = contract.payload.description
    schema = head | _schema(contract.body, view)
    if contract.payload.encoding == "binary" and contract.payload.media_type is not None:
        schema["contentMediaType"] = contract.payload.media_type
    if contract.payload.max_bytes is not None:
        schema["x-max-bytes"] = contract.payload.max_bytes
    if contract.payload.stated_identity:
        schema["x-identity"] = list(contract.payload.stated_identity)
    if contract.payload.examples and contract.metric is None:
        schema["examples"] = [json.loads(example) for example in contract.payload.examples]
    return schema


def _schema(value: ValueType, view: View) -> _Schema:
    schema = _schema_without_null(value, view)
    if value.nullable:
        types = schema["type"]
        schema["type"] = [*(types if isinstance(types, list) else [types]), "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return schema


def _schema_without_null(value: ValueType, view: View) -> _Schema:
    match value.type:
        case "object":
            return _object(value, view)
        case "array":
            return {"type": "array"} | _items("items", value, view)
        case "map":
            return {"type": "object"} | _items("additionalProperties", value, view)
        case "any":
            return {}
        case "enum":
            return _enum(value, view)
        case _:
            return _scalar(value)


def _object(value: ValueType, view: View) -> _Schema:
    schema: _Schema = {
        "type": "object",
        "properties": {field.name: _property(field, view) for field in value.fields},
    }
    required = [field.name for field in value.fields if field.required]
    if required:
        schema["required"] = required
    if view == "producer":
        schema["additionalProperties"] = False
    return schema


def _property(field: Field, view: View) -> _Schema:
    schema = _schema(field.value, view)
    if field.default is not None:
        schema["default"] = field.default
    if field.description is not None:
        schema["description"] = field.description
    return schema


def _items(keyword: str, value: ValueType, view: View) -> _Schema:
    return {} if value.items is None else {keyword: _schema(value.items, view)}


def _enum(value: ValueType, view: View) -> _Schema:
    if value.open and view == "consumer":
        return {"type": "string", "examples": list(value.values)}
    return {"type": "string", "enum": list(value.values)}


def _scalar(value: ValueType) -> _Schema:
    match value.type:
        case "number" | "integer":
            return {"type": value.type} | _limits(value) | _unit(value)
        case "timestamp_ms":
            return {"type": "integer"} | _limits(bounded(value)) | {"x-unit": "ms"}
        case "boolean":
            return {"type": "boolean"}
        case "string":
            return {"type": "string"} | _limits(value)
        case "datetime":
            return {"type": "string", "format": "date-time"} | _limits(value)
        case "ucum":
            return {"type": "string", "format": "ucum"}
        case "metric_value":
            return {"type": ["number", "string", "boolean"]}
        case unknown:
            raise ValueError(f"no field type {unknown!r}")


def _limits(value: ValueType) -> _Schema:
    return {limit.keyword: limit.in_schema(said) for limit, said in limits(value)}


def _unit(value: ValueType) -> _Schema:
    return {} if value.unit is None else {"x-unit": value.unit}
