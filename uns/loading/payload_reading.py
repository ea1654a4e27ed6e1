"""Declared payloads into payload types: names, fields, their facets and examples checked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from uns import payloads
from uns.diagnostics import Diagnostic
from uns.loading.faults import fault
from uns.loading.inheritance import Draft, Said, misfit, value_type
from uns.loading.model_format import FieldDeclaration, PayloadDeclaration, span_at
from uns.loading.yaml_events import Map, key_span, value_span
from uns.model.tree import Origin
from uns.payloads import Field, InvalidPayload, PayloadContract, PayloadType, ValueType

__all__ = ["check_examples", "payload_type"]

Report: TypeAlias = Callable[[Diagnostic], None]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]*/[1-9][0-9]*")


def payload_type(
    name: str,
    said: PayloadDeclaration,
    place: Map,
    report: Report,
    foreign: Callable[[str], str | None],
) -> PayloadType | None:
    """The payload type declared as ``name`` in the mapping ``place``; ``None`` when it has faults.

    ``foreign`` reads the JSON Schema file a payload may name. Faults are reported.
    """
    if _NAME.fullmatch(name) is None:
        report(
            fault(
                "M207", f"{name!r} is no payload name", key_span(place, name),
                help="a payload has a name and a version, such as machine-state/1",
            )
        )  # fmt: skip
        return None
    body = place[name]
    if (said.fields is None) == (said.json_schema is None):
        report(
            fault(
                "M203", f"payload {name!r} needs either `fields` or `json_schema`",
                key_span(place, name),
            )
        )  # fmt: skip
        return None
    examples = tuple(json.dumps(example) for example in said.examples or ())
    if said.json_schema is not None:
        schema = foreign(said.json_schema)
        return PayloadType(name, (), schema, said.description, examples) if schema else None
    faults: list[Diagnostic] = []
    fields = _fields(said.fields or {}, body["fields"], faults.append)
    for found in faults:
        report(found)
    return PayloadType(name, fields, None, said.description, examples) if not faults else None


def check_examples(payload: PayloadType, place: Map, report: Report) -> None:
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
                report(fault("M509", message, where))
        except payloads.MissingExtra:
            return
        except payloads.InvalidForeignSchema as error:
            report(fault("M204", str(error), span_at(place, (payload.name, "json_schema"))))
            return


def _fields(declared: dict[str, FieldDeclaration], place: Map, report: Report) -> tuple[Field, ...]:
    fields: dict[str, Field] = {}
    for key, said in declared.items():
        field_name = key.removesuffix("?")
        if field_name in fields:
            report(
                fault("M403", f"the field {field_name!r} is declared twice", key_span(place, key))
            )
            continue
        if not field_name:
            report(fault("M207", "a field has no name", key_span(place, key)))
            continue
        value = _value(key, said, place[key], Origin(place.source, place.number, key), report)
        if value is not None:
            _check_default(key, said, value, place[key], report)
            fields[field_name] = Field(
                field_name, value, not key.endswith("?"), said.default, said.description
            )
    return tuple(fields.values())


def _check_default(
    key: str, said: FieldDeclaration, value: ValueType, place: Map, report: Report
) -> None:
    if said.default is None:
        return
    reason = misfit(value, said.default)
    if not key.endswith("?"):
        reason = f"says nothing of a field that every message has; write `{key}?`"
    if reason is not None:
        report(fault("M506", f"`default` of field {key!r} {reason}", value_span(place, "default")))


def _value(
    key: str, said: FieldDeclaration, place: Map, origin: Origin, report: Report
) -> ValueType | None:
    facets = {
        name: Said(getattr(said, name), "", place, name)
        for name in said.model_fields_set
        if getattr(said, name) is not None
    }
    plain = value_type(Draft(key, "field", facets, (), (origin,)), report)
    if plain is None:
        return None
    if said.type in {"array", "map"} and said.items is None:
        report(
            fault(
                "M203", f"field {key!r} of type {said.type} needs `items`", origin.span,
                help="say the type of its items, such as `items: {type: number}`",
            )
        )  # fmt: skip
        return None
    if said.type == "object" and said.fields is None:
        report(
            fault(
                "M203", f"field {key!r} of type object needs `fields`", origin.span,
                help="name its fields, or use `type: any`",
            )
        )  # fmt: skip
        return None
    items = None
    if said.items is not None:
        items = _value("items", said.items, place["items"], _below(place, "items"), report)
    fields = _fields(said.fields, place["fields"], report) if said.fields else ()
    return replace(plain, items=items, fields=fields)


def _below(place: Map, key: str) -> Origin:
    return Origin(place.source, place.number, key)
