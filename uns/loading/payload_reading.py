"""Turns declared payloads into payload types; checks names, fields, facets and examples."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

from uns import payloads
from uns.loading.faults import Faults
from uns.loading.inheritance import Draft, read_facets
from uns.loading.model_format import FieldDeclaration, PayloadDeclaration
from uns.loading.value_types import explain_misfit, value_type
from uns.loading.yaml_events import Map, key_span, span_at, value_span
from uns.payloads import Field, InvalidPayload, PayloadContract, PayloadType, ValueType

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]*/[1-9][0-9]*")


def payload_type(
    name: str,
    said: PayloadDeclaration,
    place: Map,
    faults: Faults,
    read_schema: Callable[[str], str | None],
) -> PayloadType | None:
    """Make the payload type declared as ``name`` in the mapping ``place``; ``None`` if it has faults.

    ``read_schema`` reads the JSON Schema file that a payload can name. Faults are reported.
    """
    if _NAME.fullmatch(name) is None:
        help_ = "a payload has a name and a version, such as machine-state/1"
        faults.add("M207", f"{name!r} is not a payload name", key_span(place, name), help=help_)
        return None
    if (said.fields is None) == (said.json_schema is None):
        message = f"payload {name!r} needs either `fields` or `json_schema`"
        faults.add("M203", message, key_span(place, name))
        return None
    examples = tuple(json.dumps(example) for example in said.examples or ())
    if said.json_schema is not None:
        schema = read_schema(said.json_schema)
        return PayloadType(name, (), schema, said.description, examples) if schema else None
    before = len(faults)
    fields = _fields(said.fields or {}, place[name]["fields"], faults)
    if len(faults) > before:
        return None
    return PayloadType(name, fields, None, said.description, examples)


def check_payload(payload: PayloadType, place: Map, faults: Faults) -> None:
    """Report a JSON Schema that cannot be used, and examples that a producer may not send.

    ``place`` is the mapping that declares the payload. A JSON Schema is compiled, and its examples
    are checked, only if the package for it is installed.
    """
    if payload.json_schema is not None:
        try:
            payloads.validator(PayloadContract(payload), "producer")
        except payloads.MissingExtra:
            return
        except payloads.InvalidForeignSchema as error:
            span = span_at(place, (payload.name, "json_schema"))
            faults.add("M520", str(error), span, help=_UNUSABLE)
            return
    for index, example in enumerate(payload.examples):
        where = span_at(place, (payload.name, "examples", index))
        try:
            payloads.validate(PayloadContract(payload), example, "producer")
        except InvalidPayload as invalid:
            for fault in invalid.faults:
                message = f"example {index + 1} is not a {payload.name} message: {fault}"
                faults.add("M509", message, where)


#: What to do with a JSON Schema that cannot be used.
_UNUSABLE = (
    "correct the file: types and keywords as in the JSON Schema that `$schema` names, references to"
    " what exists, patterns without look-around and back-references"
)


def _fields(declared: dict[str, FieldDeclaration], place: Map, faults: Faults) -> tuple[Field, ...]:
    fields: dict[str, Field] = {}
    for key, said in declared.items():
        field_name = key.removesuffix("?")
        if field_name in fields:
            message = f"the field {field_name!r} is declared twice"
            faults.add("M403", message, key_span(place, key))
            continue
        if not field_name:
            faults.add("M207", "a field has no name", key_span(place, key))
            continue
        value = _value(key, said, place, faults)
        if value is not None:
            _check_default(key, said, value, place[key], faults)
            fields[field_name] = Field(
                field_name, value, not key.endswith("?"), said.default, said.description
            )
    return tuple(fields.values())


def _check_default(
    key: str, said: FieldDeclaration, value: ValueType, place: Map, faults: Faults
) -> None:
    if said.default is None:
        return
    reason = explain_misfit(value, said.default)
    if not key.endswith("?"):
        reason = f"needs an optional field; write `{key}?`"
    if reason is not None:
        message = f"`default` of field {key!r} {reason}"
        faults.add("M506", message, value_span(place, "default"))


#: The key that a type needs, and how to write it.
_ITEMS = ("items", "give the type of its items, such as `items: {type: number}`")
_NEEDS = {
    "array": _ITEMS,
    "map": _ITEMS,
    "object": ("fields", "list its fields, or use `type: any`"),
}


def _value(key: str, said: FieldDeclaration, around: Map, faults: Faults) -> ValueType | None:
    """The type of the field under ``key`` of the mapping ``around``."""
    place, origin = around[key], around.origin(key)
    plain = value_type(Draft(key, "field", read_facets(said, "", place), (), (origin,)), faults)
    if plain is None:
        return None
    needs = _NEEDS.get(said.type)
    if needs is not None and getattr(said, needs[0]) is None:
        message = f"field {key!r} of type {said.type} needs `{needs[0]}`"
        faults.add("M203", message, origin.span, help=needs[1])
        return None
    items = _value("items", said.items, place, faults) if said.items is not None else None
    fields = _fields(said.fields, place["fields"], faults) if said.fields else ()
    return replace(plain, items=items, fields=fields)
