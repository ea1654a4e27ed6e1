"""The model file, version 1: every key of the language, as declared types.

A declaration says what a file may say; an absent key is ``None``. The JSON
Schema for editors is generated from these classes, and what a file says is
checked by them, with every fault placed in the text. What the declarations
*mean* together (inheritance, the tree) is read elsewhere.
"""

from __future__ import annotations

import functools
import json
import re
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictFloat,
    StrictInt,
    ValidationError,
    WithJsonSchema,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from uns.diagnostics import InvalidText, Span, near, visible
from uns.isa95 import EquipmentLevel, EquipmentLevels
from uns.kafka import Partitioner
from uns.loading.faults import FAULTS, Faults
from uns.loading.yaml_events import Map, Seq, key_span, value_span
from uns.topics.patterns import Pattern

__all__ = [
    "BUILT_IN_LIBRARIES",
    "PROFILES",
    "ClassDeclaration",
    "ClientDeclaration",
    "Defaults",
    "Deprecation",
    "EquipmentDeclaration",
    "FieldDeclaration",
    "KafkaSettings",
    "LevelDeclaration",
    "LintSettings",
    "Location",
    "MetricDeclaration",
    "ModelInfo",
    "PayloadDeclaration",
    "PropertyDeclaration",
    "Sections",
    "TopicDeclaration",
    "TopicSettings",
    "checked",
    "schema",
]

#: Payload libraries that ship with the package and are included by name.
BUILT_IN_LIBRARIES = ("std",)


# --- values --------------------------------------------------------------------------------------


def _one_or_many(value: object) -> object:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        raise PydanticCustomError("M202", "must be text or a list of texts")
    return value


def _version(value: str) -> str:
    if _SEMVER.fullmatch(value) is None:
        raise PydanticCustomError("M204", 'must be a version, such as "1.4.0"')
    return value


def _pattern(value: str) -> str:
    try:
        Pattern(value)
    except InvalidText as error:
        at = error.text[slice(*error.span)]
        reason = f"is no pattern: {error.reason}" + (f" (at '{at}')" if 0 < len(at) <= 60 else "")
        raise PydanticCustomError("M501", "{reason}", {"reason": reason}) from None
    return value


_SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?", re.ASCII
)

Texts: TypeAlias = Annotated[
    list[str],
    BeforeValidator(_one_or_many),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
Version: TypeAlias = Annotated[str, AfterValidator(_version)]
PatternText: TypeAlias = Annotated[
    str, AfterValidator(_pattern), Field(description="Full match; ASCII classes, no look-around.")
]
Number: TypeAlias = StrictInt | StrictFloat
Count: TypeAlias = Annotated[int, Field(ge=0, le=2**31 - 1)]
Qos: TypeAlias = Literal[0, 1, 2]
Kind: TypeAlias = Literal["state", "event", "record", "command"]
MetricType: TypeAlias = Literal["number", "integer", "boolean", "string", "enum"]
FieldType: TypeAlias = Literal[
    "string", "integer", "number", "boolean", "enum", "timestamp_ms", "datetime", "ucum", "object",
    "array", "map", "any", "metric_value", "metric_unit",
]  # fmt: skip
Profile: TypeAlias = Literal[
    "mqtt", "mosquitto", "emqx", "aws-iot-core", "azure-event-grid", "sparkplug-3", "sparkplug-4",
    "umh", "kafka",
]  # fmt: skip

#: The limits and habits of brokers and systems that a model may ask to be held to.
PROFILES: tuple[str, ...] = typing.get_args(Profile)


def optional(description: str, alias: str | None = None) -> Any:
    """A key that may be left out."""
    return Field(default=None, alias=alias, description=description)


class Declaration(BaseModel):
    """What one mapping of the file may say."""

    # Most declarations are parts of two others, and building each alone would double the work.
    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, populate_by_name=True, defer_build=True
    )

    #: What a fault calls this mapping.
    noun: ClassVar[str] = "this mapping"


# --- what may be said of a node or a topic ---------------------------------------------------------


class Deprecation(Declaration):
    """When something goes out of use, in versions of the model, and what takes its place."""

    noun: ClassVar[str] = "`deprecated`"
    since: Version | None = optional("Model version from which it is deprecated.")
    until: Version | None = optional("Model version that removes it.")
    replaced_by: str | None = optional("Topic or template that takes its place.")


class Described(Declaration):
    """What people need to know of a declaration, and its life cycle."""

    label: str | None = optional("Name for people.")
    description: str | None = optional("What it is, in a sentence or two.")
    owner: str | None = optional("Who answers for it; inherited downwards.")
    deprecated: Deprecation | None = optional("Life cycle, in model versions.")


class EndpointDeclaration(Described):
    """What metrics and topics have in common."""

    payload: str | None = optional("Payload name and version, such as vtq/1.")
    kind: Kind | None = optional("state (default), event, record or command.")
    retain: bool | None = optional("MQTT retain; default true for state only.")
    qos: Qos | None = optional("MQTT quality of service; default 1.")
    aspect: str | None = optional("Functional namespace the topic stands in.")
    required: bool | None = optional("Every node of the class must publish it.")
    moved_from: Texts | None = optional("Topic or topics it had before, or the last level alone.")
    source_id: str | None = optional("Its name in the system it comes from.")


class ValueDeclaration(Declaration):
    """The type of a value, and the facets that narrow it."""

    type: FieldType | None = optional("Type of the value.")
    unit: str | None = optional("UCUM code; part of the type.")
    min: Number | None = optional("Smallest value, inclusive.")
    max: Number | None = optional("Largest value, inclusive.")
    max_length: Count | None = optional("Longest text, in code points.")
    pattern: PatternText | None = None
    values: list[str] | None = optional("The values of an enum.")
    open: bool | None = optional("Consumers accept other values of an enum.")


class MetricDeclaration(ValueDeclaration, EndpointDeclaration):
    """One value per topic, wrapped in a payload that carries a metric."""

    noun: ClassVar[str] = "a metric"
    type: MetricType | None = optional("Type of the value.")


class TopicDeclaration(EndpointDeclaration):
    """A topic with an object payload: a record, a state, an event, a command."""

    noun: ClassVar[str] = "a topic"


class PropertyDeclaration(Declaration):
    """A property that nodes of a class have: fixed facts, not topics."""

    noun: ClassVar[str] = "a property"
    type: MetricType = Field(description="Type of the value.")
    unit: str | None = optional("UCUM code.")
    min: Number | None = None
    max: Number | None = None
    values: list[str] | None = None
    description: str | None = None


class Contract(Declaration):
    """What a level or a class says of all its nodes."""

    payload: str | None = optional("Payload of the node's own topic.")
    metrics: dict[str, MetricDeclaration] | None = optional("One value per topic.")
    topics: dict[str, TopicDeclaration] | None = optional("Object payloads.")
    required: list[str] | None = optional("Topics every node must have.")


class LevelDeclaration(Contract):
    """A level of the company's own, or the contract that all nodes of a level carry."""

    noun: ClassVar[str] = "a level"
    plural: str | None = optional("Plural key; default is the name with an s.")
    under: Texts | None = optional("Levels it may stand under; default anywhere.")
    kind: str | None = optional("B2MML equipment level; default Other.")
    label: str | None = optional("Name for people.")
    description: str | None = optional("What it is.")


class ClassDeclaration(Contract, Described):
    """An equipment class."""

    noun: ClassVar[str] = "a class"
    level: str | None = optional("Equipment level its nodes have.")
    extends: Texts | None = optional("Class or classes it refines.")
    abstract: bool | None = optional("Not for nodes, only to be extended.")
    properties: dict[str, PropertyDeclaration] | None = None
    children: dict[str, Any] | None = optional("Parts that every node has.")


class EquipmentDeclaration(Contract, Described):
    """A node of the tree: one piece of equipment, or a family of them."""

    noun: ClassVar[str] = "a node"
    class_: Texts | None = optional("Equipment class or classes.", alias="class")
    properties: dict[str, Any] | None = optional("Values of properties.")
    pattern: PatternText | None = optional("Pattern of the {name} in the key.")
    open: bool | None = optional("Anything below is legal and has no contract.")
    asset: str | None = optional("Physical asset that fills the role.")
    source_id: str | None = optional("Its name in the system it comes from.")
    moved_from: Texts | None = optional("Topic or topics it had before.")


# --- payloads ------------------------------------------------------------------------------------


class FieldDeclaration(ValueDeclaration):
    """One field of a payload; its key ends in ``?`` when a message may leave it out."""

    noun: ClassVar[str] = "a field"
    type: FieldType = Field(description="Type of the value.")
    items: FieldDeclaration | None = optional("Type of the items.")
    fields: dict[str, FieldDeclaration] | None = optional("Fields of an object.")
    default: str | Number | bool | None = optional("What absence means.")
    description: str | None = None


class PayloadDeclaration(Declaration):
    """A payload: its fields, or a foreign JSON Schema."""

    noun: ClassVar[str] = "a payload"
    fields: dict[str, FieldDeclaration] | None = optional("Fields by name.")
    json_schema: str | None = optional("Path of a JSON Schema file.")
    label: str | None = None
    description: str | None = None
    examples: list[Any] | None = optional("Valid messages.")


# --- settings of the model -------------------------------------------------------------------------


class ModelInfo(Declaration):
    """Which model this is."""

    noun: ClassVar[str] = "`model`"
    id: str = Field(description="Name of the model.")
    version: Version | None = optional('Semantic version, in quotes: "1.4.0".')
    owner: str | None = optional("Who answers for the model.")
    label: str | None = None
    description: str | None = None


class TopicSettings(Declaration):
    """How topic names are formed."""

    noun: ClassVar[str] = "`topic`"
    root: str | None = optional("Fixed levels in front; may start with a slash.")
    segment: PatternText | None = optional("Pattern of every key and leaf.")
    containment: Literal["strict", "free"] | None = optional(
        "Whether ISA-95 says which level stands under which (strict, default)."
    )
    profiles: list[Profile] | None = optional(
        "Brokers and systems whose limits the model is meant for."
    )


class Defaults(Declaration):
    """What holds where nothing else is said."""

    noun: ClassVar[str] = "`defaults`"
    metric_payload: str | None = optional("Payload of metrics; default vtq/1.")
    retain: bool | None = optional("MQTT retain of state topics; default true.")
    info: bool | None = optional("Every node gets a retained _info; default false.")
    qos: Qos | None = optional("MQTT quality of service; default 1.")


class KafkaSettings(Declaration):
    """How topics go to Kafka."""

    noun: ClassVar[str] = "`kafka`"
    prefix: str | None = optional("First part of every Kafka topic; default uns.")
    split: Annotated[int, Field(ge=1)] | str | None = optional(
        "Levels below the root that name the Kafka topic, or an equipment level."
    )
    key: Literal["full", "tail"] | None = optional("Record key; default full.")
    order_by: Annotated[int, Field(ge=1)] | str | None = optional(
        "What keeps its order: metric (default), a number of levels, or a level."
    )
    partitioner: Partitioner | None = optional("Named partitioner; default murmur2.")
    partitions: Annotated[int, Field(ge=1)] | None = None
    replication: Annotated[int, Field(ge=1)] | None = None
    brokers: Annotated[int, Field(ge=1)] | None = None
    max_topics: Annotated[int, Field(ge=1)] | None = None
    overflow: Literal["reject", "bucket"] | None = optional(
        "What happens to a name Kafka cannot hold; default reject."
    )


class ClientDeclaration(Declaration):
    """A program that publishes or subscribes."""

    noun: ClassVar[str] = "a client"
    owner: str | None = optional("Who answers for it.")
    label: str | None = None
    description: str | None = None
    publish: Texts | None = optional("Topic filters it publishes to.")
    subscribe: Texts | None = optional("Topic filters or $share subscriptions.")


class LintSettings(Declaration):
    """Which rules judge the model, and how hard."""

    noun: ClassVar[str] = "`lint`"
    select: Texts | None = optional("Only these rules or families.")
    extend_select: Texts | None = optional("These rules as well.")
    ignore: Texts | None = optional("Not these rules or families.")
    severity: dict[str, Literal["info", "warning", "error"]] | None = optional(
        "What findings weigh, by rule or family."
    )
    fail_level: Literal["info", "warning", "error"] | None = optional(
        "From which weight on a check fails; default warning."
    )


class Sections(Declaration):
    """The top of a file, without the tree."""

    noun: ClassVar[str] = "the file"
    uns: Literal[1] = Field(description="Version of the language.")
    model: ModelInfo | None = None
    library: str | None = optional("Name of a payload library.")
    version: Version | None = optional("Version of a payload library, in quotes.")
    description: str | None = None
    include: Texts | None = optional("Files to read as well, or `std`.")
    topic: TopicSettings | None = None
    defaults: Defaults | None = None
    levels: dict[str, LevelDeclaration] | None = None
    aspects: dict[str, str] | None = optional("Functional namespaces: name: _level.")
    payloads: dict[str, PayloadDeclaration] | None = None
    classes: dict[str, ClassDeclaration] | None = None
    kafka: KafkaSettings | None = None
    clients: dict[str, ClientDeclaration] | None = None
    lint: LintSettings | None = None


# --- checking --------------------------------------------------------------------------------------

D = TypeVar("D", bound=Declaration)
#: The keys and item numbers that lead to a value, from the declaration on.
Location: TypeAlias = tuple[str | int, ...]


def known_keys(model: type[Declaration]) -> tuple[str, ...]:
    """The keys a declaration has, as a file spells them."""
    return tuple(_fields(model))


def checked(
    model: type[D], said: Mapping[str, Any], place: Map, faults: Faults
) -> tuple[D | None, frozenset[Location]]:
    """``said`` as a declaration, and the entries in it that are wrong and were left out.

    ``place`` is the mapping of the file that ``said`` stands in. The smallest
    entry around a fault goes: one key, a list as a whole, or the mapping that
    lacks a key it needs. ``None`` when nothing usable is left.
    """
    wrong: set[Location] = set()
    while True:
        try:
            return model.model_validate(said), frozenset(wrong)
        except ValidationError as error:
            found = _by_location(said, error)
        if not wrong:
            # Later rounds complain only of what an entry lacks since the round before.
            for location, complaints in _select_complaints(found):
                _report(model, place, location, complaints, faults)
        entries = {_entry(location, complaints[0]) for location, complaints in found.items()}
        if () in entries:
            return None, frozenset(wrong)
        wrong |= entries
        said = _without(said, entries)


def _by_location(said: Any, error: ValidationError) -> dict[Location, list[Any]]:
    """What pydantic complains of, by place: every alternative of a union complains on its own."""
    found: dict[Location, list[Any]] = {}
    for item in error.errors(include_url=False):
        location = list(item["loc"])
        lacks = location[-1:] if item["type"] == "missing" else []
        current, known = said, []
        for part in location[: len(location) - len(lacks)]:
            # What is no part of the value names one side of a union.
            if part in current if isinstance(current, Mapping) else isinstance(part, int):
                known.append(part)
                current = current[part]
        found.setdefault((*known, *lacks), []).append(item)
    return found


def _select_complaints(found: Mapping[Location, list[Any]]) -> Iterator[tuple[Location, list[Any]]]:
    """What is worth telling: a mapping with an unknown key may have meant the one it lacks."""
    strange = {at[:-1] for at, items in found.items() if items[0]["type"] == "extra_forbidden"}
    for location, complaints in found.items():
        if complaints[0]["type"] != "missing" or location[:-1] not in strange:
            yield location, complaints


def _entry(location: Location, complaint: Mapping[str, Any]) -> Location:
    """The smallest entry that must go."""
    if complaint["type"] == "missing":
        return location[:-1]
    items = (index for index, part in enumerate(location) if isinstance(part, int))
    return location[: next(items, len(location))]


def _without(said: Mapping[str, Any], entries: set[Location]) -> dict[str, Any]:
    """``said`` without some entries; what is not changed is not copied."""
    below: dict[str | int, set[Location]] = {}
    for first, *rest in entries:
        below.setdefault(first, set()).add(tuple(rest))
    return {
        key: _without(value, below[key]) if key in below else value
        for key, value in said.items()
        if () not in below.get(key, ())
    }


#: What a value must be, for each of pydantic's complaints of its type.
_TYPES = types.MappingProxyType(
    {
        "string_type": "text",
        "int_type": "a whole number",
        "float_type": "a number",
        "bool_type": "true or false",
        "list_type": "a list",
        "dict_type": "a mapping",
        "model_type": "a mapping",
    }
)


def _report(
    model: type[Declaration], place: Map, location: Location, complaints: list[Any], faults: Faults
) -> None:
    """Report what pydantic complains of at ``location``, in our words."""
    complaint = next((item for item in complaints if item["type"] not in _TYPES), complaints[0])
    kind, value = complaint["type"], complaint["input"]
    if kind in {"extra_forbidden", "missing"}:
        above, key = location[:-1], str(location[-1])
        holder, _ = _at(model, above)
        if kind == "missing":
            what = f"`{key}`: {_fields(holder)[key].description}"
            span = span_at(place, above, key=True)
            faults.add("M203", f"{holder.noun} needs `{key}`", span, help=what)
        else:
            report_unknown_key(key, holder, span_at(place, location, key=True), faults)
        return
    span, name = span_at(place, location), _describe(location)
    help_: str | None = None
    code = "M204"
    if kind in FAULTS:
        code, message = kind, f"{name} {complaint['msg']}"
    elif kind in _TYPES:
        expected = dict.fromkeys(_TYPES[item["type"]] for item in complaints)
        if "a number" in expected:
            expected.pop("a whole number", None)
        code, message = "M202", f"{name} must be {' or '.join(expected)}"
        help_ = _help_with_type(value, "text" in expected, "a mapping" in expected, span)
    elif kind == "greater_than_equal":
        message = f"{name} must be at least {complaint['ctx']['ge']}"
    elif kind == "less_than_equal":
        message = f"{name} must be at most {complaint['ctx']['le']:,}"
    else:
        choices = _choices(_at(model, location)[1])
        message = f"{name} cannot be {visible(_brief(value))}; it is one of: {', '.join(choices)}"
        close = near(str(value), choices)
        help_ = f"did you mean {close!r}?" if close else None
    faults.add(code, message, span, help=help_)


def report_unknown_key(
    key: str, holder: type[Declaration], span: Span, faults: Faults, levels: Iterable[str] = ()
) -> None:
    """Report a key that ``holder`` does not have; ``levels`` are keys of equipment."""
    known, levels = known_keys(holder), tuple(levels)
    close = near(key, (*known, *levels))
    name, colon, value = key.partition(":")
    if colon and name in known:
        help_ = f"a space follows the colon: `{name}: {value}`"
    elif close:
        help_ = f"did you mean `{close}`?"
    elif " " in key:
        help_ = "inside {...} a comma starts a new key: put a text that holds one in quotes"
    else:
        help_ = "it has: " + ", ".join(known)
        if levels:
            help_ += "; and equipment under its level, such as `areas`"
    faults.add("M201", f"{holder.noun} has no key {key!r}", span, help=help_)


def _describe(location: Location) -> str:
    *above, last = location
    return f"`{last}`" if isinstance(last, str) else f"item {last + 1} of `{above[-1]}`"


def _help_with_type(
    value: object, may_be_text: bool, may_be_mapping: bool, span: Span
) -> str | None:
    if value is None and may_be_mapping:
        return "write {} where there is nothing to say"
    if isinstance(value, bool | int | float) and may_be_text:
        # As the file has it, for the value has lost the zero of 1.10.
        return f'put it in quotes: "{span.excerpt[span.column - 1 : span.end_column - 1]}"'
    return None


def _brief(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def _fields(model: type[Declaration]) -> dict[str, FieldInfo]:
    """The fields of a declaration, as a file spells them."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _at(model: type[Declaration], location: Location) -> tuple[type[Declaration], FieldInfo | None]:
    """The declaration that stands at ``location`` or around it, and the field it stands in."""
    holder, field = model, None
    parts = iter(location)
    for part in parts:
        field = _fields(holder).get(str(part))
        inner = _declaration_in(field.annotation) if field else None
        if field is None or inner is None:
            break
        if _is_by_name(field.annotation) and next(parts, None) is None:
            break
        holder = inner
    return holder, field


def _declaration_in(annotation: Any) -> type[Declaration] | None:
    if isinstance(annotation, type) and issubclass(annotation, Declaration):
        return annotation
    return next(filter(None, map(_declaration_in, typing.get_args(annotation))), None)


def _is_by_name(annotation: Any) -> bool:
    """Whether the declarations of a field stand under names of the file's own."""
    parts = typing.get_args(annotation)
    return typing.get_origin(annotation) is dict or any(map(_is_by_name, parts))


def _choices(field: FieldInfo | None) -> list[str]:
    """What a field with listed values may be."""
    pending, found = [field and field.annotation], []
    while pending:
        annotation = pending.pop(0)
        if typing.get_origin(annotation) is Literal:
            found += [str(value) for value in typing.get_args(annotation)]
        else:
            pending += typing.get_args(annotation)
    return found


def span_at(place: Map, location: Location, *, key: bool = False) -> Span:
    """Where ``location`` stands below ``place``: its value, or with ``key`` its key."""
    container: Any = place
    span = place.source.start()
    for index, part in enumerate(location):
        last = index == len(location) - 1
        span = (key_span if key and last else value_span)(container, part)
        container = container[part] if part in container or isinstance(part, int) else None
        if not isinstance(container, Map | Seq):
            break
    return span


# --- the schema for editors ------------------------------------------------------------------------


TITLE = "Unified Namespace model, version 1"


def schema(levels: EquipmentLevels | None = None) -> dict[str, Any]:
    """JSON Schema 2020-12 of the model file, with the given equipment levels as keys.

    >>> sorted(schema()["$defs"]["Equipment"]["properties"])[:3]
    ['area', 'areas', 'asset']
    """
    levels = levels or EquipmentLevels()
    top = Sections.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
    definitions: dict[str, Any] = top.pop("$defs")
    equipment = EquipmentDeclaration.model_json_schema(
        by_alias=True, ref_template="#/$defs/{model}"
    )
    definitions.update(equipment.pop("$defs", {}))
    tree = {
        key: {
            "description": f"Equipment of the level {level.name}, by topic level.",
            "$ref": "#/$defs/EquipmentMap",
        }
        for level in levels
        for key in levels.spellings(level)
    }
    equipment["properties"].update(tree)
    definitions["Equipment"] = {**equipment, "title": "Equipment"}
    definitions["EquipmentMap"] = {
        "type": ["object", "null"],
        "additionalProperties": {"anyOf": [{"$ref": "#/$defs/Equipment"}, {"type": "null"}]},
    }
    definitions["ClassDeclaration"]["properties"]["children"] = {
        "type": "object",
        "description": "Parts that every node has.",
        "properties": tree,
        "additionalProperties": False,
    }
    top["properties"].update(tree)
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **{key: value for key, value in top.items() if key != "description"},
        "$defs": dict(sorted(definitions.items())),
    }
    return {"$schema": document.pop("$schema"), "title": TITLE, **_tidy(document)}


def _tidy(value: Any) -> Any:
    """Without the titles and null defaults that say nothing to an editor's reader."""
    if isinstance(value, dict):
        plain = {
            key: _tidy(inner)
            for key, inner in value.items()
            if not (key == "default" and inner is None)
            and not (key == "title" and isinstance(inner, str))
        }
        choices = plain.get("anyOf")
        if isinstance(choices, list) and {"type": "null"} in choices and len(choices) == 2:
            other = next(choice for choice in choices if choice != {"type": "null"})
            if "$ref" not in other:
                return {**other, **{k: v for k, v in plain.items() if k != "anyOf"}}
        return plain
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    return value


@functools.cache
def equipment_keys() -> frozenset[str]:
    """The keys of a node that are not levels."""
    return frozenset(known_keys(EquipmentDeclaration))


def level_key_clashes(level: EquipmentLevel) -> list[str]:
    """The spellings of a company level that already mean something as a key of a node or a file."""
    taken = equipment_keys() | set(known_keys(Sections))
    return [key for key in (level.name, level.plural) if key in taken]
