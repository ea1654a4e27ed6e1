"""Declared payloads into payload types: names, fields, their facets and examples checked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

from uns import payloads
from uns.loading.faults import Faults
from uns.loading.inheritance import Draft, said_facets
from uns.loading.model_format import FieldDeclaration, PayloadDeclaration, span_at
from uns.loading.value_types import misfit, value_type
from uns.loading.yaml_events import Map, key_span, value_span
from uns.payloads import Field, InvalidPayload, PayloadContract, PayloadType, ValueType

__all__ = ["check_examples", "payload_type"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]*/[1-9][0-9]*")


def payload_type(
    name: str,
    said: PayloadDeclaration,
    place: Map,
    faults: Faults,
    foreign: Callable[[str], str | None],
) -> PayloadType | None:
    """The payload type declared as ``name`` in the mapping ``place``; ``None`` when it has faults.

    ``foreign`` reads the JSON Schema file a payload may name. Faults are reported.
    """
    if _NAME.fullmatch(name) is None:
        help_ = "a payload has a name and a version, such as machine-state/1"
        faults.add("M207", f"{name!r} is no payload name", key_span(place, name), help=help_)
        return None
    if (said.fields is None) == (said.json_schema is None):
        message = f"payload {name!r} needs either `fields` or `json_schema`"
        faults.add("M203", message, key_span(place, name))
        return None
    examples = tuple(json.dumps(example) for example in said.examples or ())
    if said.json_schema is not None:
        schema = foreign(said.json_schema)
        return PayloadType(name, (), schema, said.description, examples) if schema else None
    before = len(faults)
    fields = _fields(said.fields or {}, place[name]["fields"], faults)
    if len(faults) > before:
        return None
    return PayloadType(name, fields, None, said.description, examples)


def check_examples(payload: PayloadType, place: Map, faults: Faults) -> None:
    """Report the examples of ``payload``, declared in the mapping ``place``, that are no messages.

    What a producer may send is asked for. A JSON Schema is asked where the
    package that reads it is installed.
    """
    for index, example in enumerate(payload.examples):
        where = span_at(place, (payload.name, "examples", index))
        try:
            payloads.validate(PayloadContract(payload), example, "producer")
        except InvalidPayload as invalid:
            for found in invalid.faults:
                message = f"example {index + 1} of {payload.name} is no such message: {found}"
                faults.add("M509", message, where)
        except payloads.MissingExtra:
            return
        except payloads.InvalidForeignSchema as error:
            faults.add("M204", str(error), span_at(place, (payload.name, "json_schema")))
            return


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
    reason = misfit(value, said.default)
    if not key.endswith("?"):
        reason = f"says nothing of a field that every message has; write `{key}?`"
    if reason is not None:
        message = f"`default` of field {key!r} {reason}"
        faults.add("M506", message, value_span(place, "default"))


#: What a type cannot do without, and how to say it.
_NEEDS = {"array": "items", "map": "items", "object": "fields"}
_HOW_TO_SAY = {
    "items": "say the type of its items, such as `items: {type: number}`",
    "fields": "name its fields, or use `type: any`",
}


def _value(key: str, said: FieldDeclaration, around: Map, faults: Faults) -> ValueType | None:
    """The type of the field that stands as ``key`` in the mapping ``around``."""
    place, origin = around[key], around.origin(key)
    plain = value_type(Draft(key, "field", said_facets(said, "", place), (), (origin,)), faults)
    if plain is None:
        return None
    needs = _NEEDS.get(said.type)
    if needs is not None and getattr(said, needs) is None:
        message = f"field {key!r} of type {said.type} needs `{needs}`"
        faults.add("M203", message, origin.span, help=_HOW_TO_SAY[needs])
        return None
    items = _value("items", said.items, place, faults) if said.items is not None else None
    fields = _fields(said.fields, place["fields"], faults) if said.fields else ()
    return replace(plain, items=items, fields=fields)
