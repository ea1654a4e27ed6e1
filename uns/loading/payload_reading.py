"""Turns declared payloads into payload types; checks names, fields, facets and examples."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from uns import payloads
from uns.diagnostics import did_you_mean
from uns.loading.faults import Faults
from uns.loading.inheritance import Draft, FacetValue, read_facets
from uns.loading.model_format import FieldDeclaration, MessageDeclaration, PayloadDeclaration
from uns.loading.value_types import explain_misfit, value_type
from uns.loading.yaml_events import Map, key_span, span_at, value_span
from uns.payloads import (
    IDENTITY_TYPES,
    SCALAR_TYPES,
    Field,
    InvalidPayload,
    PayloadContract,
    PayloadType,
    ValueType,
)

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]*/[1-9][0-9]*")


def is_payload_name(text: str) -> bool:
    """Whether a text is a name and a version, such as machine-state/1."""
    return _NAME.fullmatch(text) is not None


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
    if not is_payload_name(name):
        help_ = "a payload has a name and a version, such as machine-state/1"
        faults.add("M207", f"{name!r} is not a payload name", key_span(place, name), help=help_)
        return None
    if not _has_one_form(name, said, place, faults):
        return None
    before = len(faults)
    declared = place[name]
    if said.encoding == "text" and said.value is None:
        _report_text(name, declared, faults)
        return None
    schema = read_schema(said.json_schema) if said.json_schema is not None else None
    value = _whole(said.value, declared, faults) if said.value is not None else None
    fields = _fields(said.fields, declared["fields"], faults) if said.fields else ()
    if len(faults) > before or (schema is None) != (said.json_schema is None):
        return None
    if said.encoding == "text" and value is not None:
        if value.type not in SCALAR_TYPES:
            _report_text(name, declared, faults)
            return None
        if value.nullable:
            message = f"payload {name!r} is text, which cannot say null"
            span = value_span(declared["value"], "nullable")
            faults.add("M506", message, span, help="remove `nullable`, or remove `encoding`")
            return None
    if said.identity is not None and not _can_identify(name, said, fields, declared, faults):
        return None
    return PayloadType(
        name,
        fields,
        schema,
        _description(said),
        tuple(json.dumps(example) for example in said.examples or ()),
        value,
        said.encoding or "json",
        said.content_type,
        said.max_bytes,
        tuple(said.identity or ()),
    )


def _description(said: PayloadDeclaration) -> str | None:
    """The description of a payload, and of the value that is the whole message."""
    about = [said.description]
    if isinstance(said.value, MessageDeclaration):
        about.append(said.value.description)
    return " ".join(filter(None, about)) or None


def _can_identify(
    name: str,
    said: PayloadDeclaration,
    fields: tuple[Field, ...],
    declared: Map,
    faults: Faults,
) -> bool:
    """Whether the fields of `identity` tell messages apart; those that do not are reported."""
    by_name, before = {field.name: field for field in fields}, len(faults)
    listed = said.identity or []
    if said.fields is None or not listed:
        reason = "has no `fields` to choose from" if listed else "names no field in `identity`"
        message = f"payload {name!r} {reason}"
        help_ = "remove `identity`: then messages are told apart by when they were received"
        faults.add("M506", message, key_span(declared, "identity"), help=help_)
    for index, wanted in enumerate(listed if said.fields is not None else ()):
        # One name alone may be written without a list.
        is_list = isinstance(declared["identity"], list)
        span = span_at(declared, ("identity", index) if is_list else ("identity",))
        field = by_name.get(wanted)
        if field is None:
            near = did_you_mean(wanted, by_name, "only fields of the message itself count")
            faults.add("M506", f"payload {name!r} has no field {wanted!r}", span, help=near)
        elif wanted in listed[:index]:
            faults.add("M506", f"`identity` names {wanted!r} twice", span)
        elif (why := _cannot_identify(field)) is not None:
            help_ = "messages are told apart by fields that each one has, exactly the same when sent again"
            message = f"field {wanted!r} cannot be in `identity`: {why}"
            faults.add("M506", message, span, help=help_)
    return len(faults) == before


def _cannot_identify(field: Field) -> str | None:
    """Why a field does not tell messages apart; ``None`` if it does."""
    if not field.required:
        return "a message may leave it out"
    if field.value.nullable:
        return "it may be null"
    if field.value.type in IDENTITY_TYPES:
        return None
    if field.value.type in SCALAR_TYPES:
        return "it may be a number with a fraction"
    return f"it is of type {field.value.type}"


def _report_text(name: str, declared: Map, faults: Faults) -> None:
    message = f"payload {name!r} is text, and its message is not a single value"
    help_ = "give `value:` a type such as number or string, or remove `encoding`"
    faults.add("M506", message, value_span(declared, "encoding"), help=help_)


def check_payload(payload: PayloadType, place: Map, faults: Faults) -> None:
    """Report a JSON Schema that cannot be used, and examples that a producer may not send.

    ``place`` is the mapping that declares the payload. A JSON Schema is compiled, and its examples
    are checked, only if the package for it is installed.
    """
    contract = PayloadContract(payload)
    if payload.json_schema is not None:
        try:
            payloads.validator(contract, "producer")
        except payloads.MissingExtra:
            return
        except payloads.InvalidForeignSchema as error:
            span = span_at(place, (payload.name, "json_schema"))
            faults.add("M520", str(error), span, help=_UNUSABLE)
            return
    for index, example in enumerate(payload.examples):
        where = span_at(place, (payload.name, "examples", index))
        try:
            sent = payloads.write(contract, json.loads(example))
            payloads.validate(contract, sent, "producer")
        except InvalidPayload as invalid:
            for fault in invalid.faults:
                message = f"example {index + 1} is not a {payload.name} message: {fault}"
                faults.add("M509", message, where)


#: What to do with a JSON Schema that cannot be used.
_UNUSABLE = (
    "correct the file: types and keywords as in the JSON Schema that `$schema` names, references to"
    " what exists, patterns without look-around and back-references"
)


#: The keys that say what a message looks like.
_FORMS = ("fields", "value", "json_schema")


def _has_one_form(name: str, said: PayloadDeclaration, place: Map, faults: Faults) -> bool:
    """Whether the payload says in one way what a message looks like; otherwise that is reported."""
    forms = [form for form in _FORMS if getattr(said, form) is not None]
    if said.encoding == "binary":
        for key in [*forms, *(["examples"] if said.examples else [])]:
            message = f"payload {name!r} is binary, so it has no `{key}`"
            faults.add("M506", message, key_span(place[name], key), help=f"remove `{key}`")
        return not forms and not said.examples
    if len(forms) == 1:
        return True
    if not forms:
        message = f"payload {name!r} needs one of `fields`, `value` and `json_schema`"
        faults.add("M203", message, key_span(place, name), help=_UNSAID)
    else:
        message = f"payload {name!r} has `{forms[0]}` and `{forms[1]}`; a message has one form"
        related = ((key_span(place[name], forms[0]), "and here"),)
        span = key_span(place[name], forms[1])
        faults.add("M203", message, span, help="remove one of the two", related=related)
    return False


#: What to do with a payload of which nothing is said.
_UNSAID = (
    "for any bytes write `encoding: binary`; a topic whose payload is not known carries unknown/1"
)


def _whole(said: str | MessageDeclaration, place: Map, faults: Faults) -> ValueType | None:
    """The type of a message that is one value, under ``value`` of the mapping ``place``."""
    if isinstance(said, MessageDeclaration):
        return _value("value", said, place, faults)
    facets = {"type": FacetValue(said, "", place, "value")}
    return _typed("value", said, facets, place, faults)


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


def _value(
    key: str, said: FieldDeclaration | MessageDeclaration, around: Map, faults: Faults
) -> ValueType | None:
    """The type under ``key`` of the mapping ``around``."""
    place = around[key]
    plain = _typed(key, said.type, read_facets(said, "", place), around, faults)
    if plain is None:
        return None
    items = _value("items", said.items, place, faults) if said.items is not None else None
    fields = _fields(said.fields, place["fields"], faults) if said.fields else ()
    return replace(plain, items=items, fields=fields)


def _typed(
    key: str, type_: str, facets: Mapping[str, FacetValue], around: Map, faults: Faults
) -> ValueType | None:
    """The type with these facets, without what is inside it."""
    origin = around.origin(key)
    plain = value_type(Draft(key, "field", facets, (), (origin,)), faults)
    needs, help_ = _NEEDS.get(type_, (None, None))
    if plain is not None and needs is not None and needs not in facets:
        message = f"field {key!r} of type {type_} needs `{needs}`"
        faults.add("M203", message, origin.span, help=help_)
        return None
    return plain
