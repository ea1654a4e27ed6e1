"""The model file, version 1: every key of the language, as declared types.

A declaration lists the keys of one mapping; an absent key is ``None``. The same classes check
a file, with a place in the text for every fault, and make the JSON Schema for editors. What
the declarations *mean* together (inheritance, the tree) is in the other modules.
"""

from __future__ import annotations

import functools
import re
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    StrictFloat,
    StrictInt,
    Tag,
    ValidationError,
    WithJsonSchema,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from uns.diagnostics import InvalidText
from uns.isa95 import EquipmentLevel, EquipmentLevels
from uns.kafka import Partitioner
from uns.loading.yaml_events import KeyPath
from uns.rates import DURATION, RATE, Duration, Rate
from uns.topics.patterns import Pattern

#: The start of the keys of other programs.
EXTENSION = "x-"

#: Payload libraries that ship with the package; they are included by name.
BUILT_IN_LIBRARIES = ("std",)


# --- values --------------------------------------------------------------------------------------


def _one_or_many(value: object) -> object:
    if isinstance(value, str):
        if _DASH_LIKE(value):
            reason = f"must be text or a list of texts, whose items start with -, not {value[0]}"
            raise PydanticCustomError("M202", "{reason}", {"reason": reason})
        return [value]
    if not isinstance(value, list):
        raise PydanticCustomError("M202", "must be text or a list of texts")
    return value


def _version(value: str) -> str:
    if _SEMVER.fullmatch(value) is None:
        raise PydanticCustomError("M204", 'must be a version, such as "1.4.0"')
    return value


def _not_empty(value: str) -> str:
    if not value:
        raise PydanticCustomError("M204", "must not be empty")
    return value


def _media_type(value: str) -> str:
    if _MEDIA_TYPE.fullmatch(value) is None:
        raise PydanticCustomError("M204", "must be a media type, such as image/png")
    return value


def _pattern(value: str) -> str:
    try:
        Pattern(value)
    except InvalidText as error:
        at = error.text[slice(*error.span)]
        where = f" (at '{at}')" if 0 < len(at) <= 60 else ""
        reason = f"is not a pattern: {error.reason}{where}"
        raise PydanticCustomError("M501", "{reason}", {"reason": reason}) from None
    return value


def _duration(value: object) -> Duration:
    if not isinstance(value, str):
        said = f"; write {value} and a unit" if type(value) in {int, float} else ""
        reason = f"must be a duration in ms, s, min, h or d, such as 10 s{said}"
        raise PydanticCustomError("M204", "{reason}", {"reason": reason})
    try:
        return Duration.parse(value)
    except InvalidText as error:
        reason = f"is not a duration: {error.reason}"
        raise PydanticCustomError("M204", "{reason}", {"reason": reason}) from None


def _rate(value: object) -> Rate:
    if not isinstance(value, str):
        said = f"; write {value} and a unit" if type(value) in {int, float} else ""
        reason = f"must be a rate per s, min, h or d, such as 5/s{said}"
        raise PydanticCustomError("M204", "{reason}", {"reason": reason})
    try:
        return Rate.parse(value)
    except InvalidText as error:
        reason = f"is not a rate: {error.reason}"
        raise PydanticCustomError("M204", "{reason}", {"reason": reason}) from None


#: What word processors make of the dash before an item.
_DASH_LIKE = re.compile("[\u2010-\u2015\u2022\u2212] ").match
_SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?", re.ASCII
)

#: Type, subtype and parameters [RFC 9110 §8.3.1].
_MEDIA_TYPE = re.compile(
    r"""[\w!#$%&'*+.^`|~-]+/[\w!#$%&'*+.^`|~-]+"""
    r"""([ \t]*;[ \t]*[\w!#$%&'*+.^`|~-]+=([\w!#$%&'*+.^`|~-]+|"[^"\\\x00-\x1f]*"))*""",
    re.ASCII,
)

Texts: TypeAlias = Annotated[
    list[str],
    BeforeValidator(_one_or_many),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
MediaType: TypeAlias = Annotated[str, AfterValidator(_media_type)]
Version: TypeAlias = Annotated[str, AfterValidator(_version)]
NotEmpty: TypeAlias = Annotated[
    str, AfterValidator(_not_empty), WithJsonSchema({"type": "string", "minLength": 1})
]
PatternText: TypeAlias = Annotated[
    str,
    AfterValidator(_pattern),
    Field(description="Must match the whole text; ASCII classes, no look-around."),
]
DurationText: TypeAlias = Annotated[
    Duration,
    PlainValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": f"^{DURATION}$"}),
]
RateText: TypeAlias = Annotated[
    Rate, PlainValidator(_rate), WithJsonSchema({"type": "string", "pattern": f"^{RATE}$"})
]
Number: TypeAlias = StrictInt | StrictFloat
Count: TypeAlias = Annotated[int, Field(ge=0, le=2**31 - 1)]
Qos: TypeAlias = Literal[0, 1, 2]
Encoding: TypeAlias = Literal["json", "text", "binary"]
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

#: The brokers and systems whose limits and conventions a model can choose to keep.
PROFILES: tuple[str, ...] = typing.get_args(Profile)


def optional(description: str, alias: str | None = None) -> Any:
    """Describe a key that may be left out."""
    return Field(default=None, alias=alias, description=description)


class Declaration(BaseModel):
    """The keys that one mapping of the file may have."""

    # Most declarations are part of two others; building each one separately would double the work.
    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, populate_by_name=True, defer_build=True
    )

    #: The name of this mapping in faults.
    noun: ClassVar[str] = "this mapping"


# --- nodes and topics ------------------------------------------------------------------------------


class Deprecation(Declaration):
    """When something is deprecated and removed, in versions of the model, and what replaces it."""

    noun: ClassVar[str] = "`deprecated`"
    since: Version | None = optional("Model version from which it is deprecated.")
    until: Version | None = optional("Model version that removes it.")
    replaced_by: str | None = optional("Topic or template that replaces it.")


class Described(Declaration):
    """Texts for people, and when a declaration is deprecated."""

    label: str | None = optional("Name to display.")
    description: str | None = optional("Description, in a sentence or two.")
    owner: str | None = optional("Person or team responsible; inherited by everything below.")
    deprecated: Deprecation | None = optional("Since when it is deprecated, in model versions.")


class EndpointDeclaration(Described):
    """The keys that metrics and topics have in common."""

    payload: str | None = optional("Payload name and version, such as vtq/1.")
    kind: Kind | None = optional("state (default), event, record or command.")
    retain: bool | None = optional("MQTT retain; default true for state only.")
    qos: Qos | None = optional("MQTT quality of service; default 1.")
    aspect: str | None = optional("Functional namespace of the topic.")
    required: bool | None = optional("Every node of the class must publish it.")
    moved_from: Texts | None = optional("Previous topic or topics, or only their last level.")
    source_id: str | None = optional("Name in the source system.")
    every: DurationText | None = optional(
        "Longest silence between two messages of a state or a record, such as 10 s."
    )
    rate: RateText | None = optional(
        "Mean number of messages, such as 5/s; default one an `every`."
    )
    bytes: Annotated[int, Field(ge=0, le=268_435_455)] | None = optional(
        "Mean size of a payload, in bytes; default that of the example."
    )
    expires: DurationText | None = optional(
        "Time after which a command or an event is no longer delivered, such as 30 s."
    )


class ValueDeclaration(Declaration):
    """The type of a value, and the facets that restrict it."""

    type: FieldType | None = optional("Type of the value.")
    unit: str | None = optional("UCUM code; part of the type.")
    min: Number | None = optional("Smallest value, inclusive.")
    max: Number | None = optional("Largest value, inclusive.")
    max_length: Count | None = optional("Maximum length of a text, in code points.")
    pattern: PatternText | None = None
    values: list[str] | None = optional("The values of an enum.")
    open: bool | None = optional("Consumers also accept values of the enum that are not listed.")
    nullable: bool | None = optional("The value may be null.")


class MetricDeclaration(ValueDeclaration, EndpointDeclaration):
    """One value per topic, wrapped in a payload that carries a metric."""

    noun: ClassVar[str] = "a metric"
    type: MetricType | None = optional("Type of the value.")


class TopicDeclaration(EndpointDeclaration):
    """A topic with an object payload: a record, a state, an event, a command."""

    noun: ClassVar[str] = "a topic"


class PropertyDeclaration(Declaration):
    """A property of the nodes of a class: a fixed fact, not a topic."""

    noun: ClassVar[str] = "a property"
    type: MetricType = Field(description="Type of the value.")
    unit: str | None = optional("UCUM code.")
    min: Number | None = None
    max: Number | None = None
    values: list[str] | None = None
    description: str | None = None


class Contract(Declaration):
    """What all nodes of a level or a class have."""

    payload: str | None = optional("Payload of the node's own topic.")
    metrics: dict[str, MetricDeclaration] | None = optional("One value per topic.")
    topics: dict[str, TopicDeclaration] | None = optional("Object payloads.")
    required: list[str] | None = optional("Topics every node must have.")


class LevelDeclaration(Contract):
    """A company level, or the contract of all nodes of a level."""

    noun: ClassVar[str] = "a level"
    plural: str | None = optional("Plural key; default is the name with an s.")
    under: Texts | None = optional("Levels it may be under; default any.")
    kind: str | None = optional("B2MML equipment level; default Other.")
    label: str | None = optional("Name to display.")
    description: str | None = optional("Description.")


class ClassDeclaration(Contract, Described):
    """An equipment class."""

    noun: ClassVar[str] = "a class"
    level: str | None = optional("Equipment level of its nodes.")
    extends: Texts | None = optional("Class or classes it extends.")
    abstract: bool | None = optional("Nodes cannot have the class, only classes can extend it.")
    properties: dict[str, PropertyDeclaration] | None = None
    children: dict[str, Any] | None = optional("Parts that every node has.")
    moved_from: Texts | None = optional("Previous name or names; `ns.find` still takes them.")


class EquipmentDeclaration(Contract, Described):
    """A node of the tree: one piece of equipment, or a family of them."""

    noun: ClassVar[str] = "a node"
    class_: Texts | None = optional("Equipment class or classes.", alias="class")
    properties: dict[str, Any] | None = optional("Values of properties.")
    pattern: PatternText | None = optional("Pattern of the {name} in the key.")
    open: bool | None = optional("Any topic below is allowed and has no contract.")
    info: bool | None = optional(
        "It and every node below get a retained topic _info; replaces `defaults.info`."
    )
    segment: PatternText | None = optional(
        "Pattern that every key and leaf below must match; replaces that of the model."
    )
    asset: str | None = optional("Physical asset in this role.")
    source_id: str | None = optional("Name in the source system.")
    moved_from: Texts | None = optional("Previous topic or topics.")


# --- payloads ------------------------------------------------------------------------------------


class FieldDeclaration(ValueDeclaration):
    """One field of a payload; the key ends in ``?`` if the field is optional."""

    noun: ClassVar[str] = "a field"
    type: FieldType = Field(description="Type of the value.")
    items: FieldDeclaration | None = optional("Type of the items.")
    fields: dict[str, FieldDeclaration] | None = optional("Fields of an object.")
    default: str | Number | bool | None = optional("Value that a missing field stands for.")
    description: str | None = None


class MessageDeclaration(ValueDeclaration):
    """The type of a message that is one value; it is like a field, without a default."""

    noun: ClassVar[str] = "the value of a message"
    type: FieldType = Field(description="Type of the value.")
    items: FieldDeclaration | None = optional("Type of the items.")
    fields: dict[str, FieldDeclaration] | None = optional("Fields of an object.")
    description: str | None = None


def _is_name(value: object) -> str:
    return "(name)" if isinstance(value, str) else "(definition)"


#: A type by its name alone, or with its facets.
MessageType: TypeAlias = Annotated[
    Annotated[FieldType, Tag("(name)")] | Annotated[MessageDeclaration, Tag("(definition)")],
    Discriminator(_is_name),
]


class PayloadDeclaration(Declaration):
    """A payload: its fields, the value that is the whole message, or a foreign JSON Schema."""

    noun: ClassVar[str] = "a payload"
    fields: dict[str, FieldDeclaration] | None = optional("Fields by name.")
    value: MessageType | None = optional(
        "Type of a message that is one value: number, or a mapping."
    )
    json_schema: str | None = optional(
        "Path of a JSON Schema file; its `$ref`s may name files in the folder of the model."
    )
    encoding: Encoding | None = optional(
        "json (default), text: the bare characters of `value`, or binary: any bytes."
    )
    identity: Texts | None = optional(
        "Fields that make two messages of a topic the same; default timestamp_ms, if it is required."
    )
    content_type: MediaType | None = optional("Media type of the messages, such as image/png.")
    max_bytes: Annotated[int, Field(ge=1, le=268_435_455)] | None = optional(
        "Size of the longest message."
    )
    label: str | None = None
    description: str | None = None
    examples: list[Any] | None = optional("Valid messages.")


# --- settings of the model -------------------------------------------------------------------------


class ModelInfo(Declaration):
    """Name, version and owner of the model."""

    noun: ClassVar[str] = "`model`"
    id: str = Field(description="Name of the model.")
    version: Version | None = optional('Semantic version, in quotes: "1.4.0".')
    owner: str | None = optional("Person or team responsible for the model.")
    label: str | None = None
    description: str | None = None


class TopicSettings(Declaration):
    """How topic names are formed."""

    noun: ClassVar[str] = "`topic`"
    root: str | None = optional("Fixed levels in front of every topic; may start with a slash.")
    segment: PatternText | None = optional("Pattern that every key and leaf must match.")
    containment: Literal["strict", "free"] | None = optional(
        "strict (default): levels nest as in ISA-95; free: any level under any other."
    )
    profiles: list[Profile] | None = optional("Brokers and systems whose limits the model keeps.")


class Defaults(Declaration):
    """Defaults for metrics and topics."""

    noun: ClassVar[str] = "`defaults`"
    metric_payload: str | None = optional("Payload of metrics; default vtq/1.")
    retain: bool | None = optional("MQTT retain of state topics; default true.")
    info: bool | None = optional("Every node gets a retained topic _info; default false.")
    qos: Qos | None = optional("MQTT quality of service; default 1.")


class KafkaSettings(Declaration):
    """How topics go to Kafka."""

    noun: ClassVar[str] = "`kafka`"
    prefix: str | None = optional("First part of every Kafka topic; default uns.")
    split: Annotated[int, Field(ge=1)] | str | None = optional(
        "Number of levels below the root that make the Kafka topic, or an equipment level."
    )
    key: Literal["full", "tail"] | None = optional("Record key; default full.")
    order_by: Annotated[int, Field(ge=1)] | str | None = optional(
        "Which messages stay in order: of one metric (default), or below a level."
    )
    partitioner: Partitioner | None = optional("Named partitioner; default murmur2.")
    partitions: Annotated[int, Field(ge=1)] | None = None
    replication: Annotated[int, Field(ge=1)] | None = None
    brokers: Annotated[int, Field(ge=1)] | None = None
    max_topics: Annotated[int, Field(ge=1)] | None = None
    retention: DurationText | None = optional(
        "How long Kafka keeps messages; default 7 d. Topics of last values keep them without end."
    )
    overflow: Literal["reject", "bucket"] | None = optional(
        "What to do with a name that is too long for Kafka; default reject."
    )


class BrokerDeclaration(Declaration):
    """An MQTT broker of a tree of brokers."""

    noun: ClassVar[str] = "a broker"
    description: str | None = None
    holds: Texts | None = optional(
        "Topic filters of the topics that have their home here; all others have it at the root."
    )
    upstream: str | None = optional("Broker above it; the root has none.")


class ClientDeclaration(Declaration):
    """A program that publishes or subscribes."""

    noun: ClassVar[str] = "a client"
    owner: str | None = optional("Person or team responsible.")
    label: str | None = None
    description: str | None = None
    publish: Texts | None = optional("Topic filters it publishes to.")
    subscribe: Texts | None = optional("Topic filters or $share subscriptions.")
    via: Literal["mqtt", "kafka"] | None = optional("What it connects to; default mqtt.")
    broker: str | None = optional("Broker that it connects to; default the root of `brokers`.")
    user: NotEmpty | None = optional("Name that it authenticates with; default its own name.")
    group: NotEmpty | None = optional("Consumer group in Kafka; default its own name.")


class LintSettings(Declaration):
    """The rules that check the model, and their severity."""

    noun: ClassVar[str] = "`lint`"
    select: Texts | None = optional("Only these rules or families.")
    extend_select: Texts | None = optional("These rules or families as well.")
    ignore: Texts | None = optional("Not these rules or families.")
    severity: dict[str, Literal["info", "warning", "error"]] | None = optional(
        "Severity of findings, by rule or family."
    )
    fail_level: Literal["info", "warning", "error"] | None = optional(
        "Lowest severity that makes a check fail; default warning."
    )


class Sections(Declaration):
    """The top level of a file, without the tree."""

    noun: ClassVar[str] = "the file"
    uns: Literal[1] = Field(description="Version of the language.")
    model: ModelInfo | None = None
    library: str | None = optional("Name of a library: what models share.")
    version: Version | None = optional("Version of a library, in quotes.")
    description: str | None = None
    include: Texts | None = optional("Further files to read, or `std`.")
    topic: TopicSettings | None = None
    defaults: Defaults | None = None
    levels: dict[str, LevelDeclaration] | None = None
    aspects: dict[str, str] | None = optional("Functional namespaces, each with its topic level.")
    payloads: dict[str, PayloadDeclaration] | None = None
    classes: dict[str, ClassDeclaration] | None = None
    kafka: KafkaSettings | None = None
    brokers: dict[str, BrokerDeclaration] | None = None
    clients: dict[str, ClientDeclaration] | None = None
    lint: LintSettings | None = None


# --- the declarations as data -----------------------------------------------------------------------

D = TypeVar("D", bound=Declaration)

#: What pydantic says about one wrong value.
Complaint: TypeAlias = Mapping[str, Any]


class InvalidDeclaration(ValueError):
    """Values that are not a declaration; ``complaints`` says of each what is wrong, as pydantic does."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(complaints)
        super().__init__(f"{len(self.complaints)} complaints")


def validated(model: type[D], values: Mapping[str, Any]) -> D:
    """The declaration with these values.

    Raises:
        InvalidDeclaration: some of the values are wrong.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise InvalidDeclaration(error.errors(include_url=False)) from None


def known_keys(model: type[Declaration]) -> tuple[str, ...]:
    """The keys of a declaration, as a file spells them."""
    return tuple(_fields(model))


@functools.cache
def owners() -> Mapping[str, tuple[str, ...]]:
    """The names of the declarations that have a key, by key."""
    found: dict[str, dict[str, None]] = {}
    for model in _with_subclasses(Declaration):
        for key in known_keys(model) if model.noun != Declaration.noun else ():
            found.setdefault(key, {})[model.noun] = None
    return types.MappingProxyType({key: tuple(nouns) for key, nouns in found.items()})


def _with_subclasses(model: type[Declaration]) -> Iterator[type[Declaration]]:
    yield model
    for below in model.__subclasses__():
        yield from _with_subclasses(below)


def is_extension(key: str) -> bool:
    """Whether a key is one of another program, where the keys are those of the language."""
    return key.startswith(EXTENSION)


@functools.cache
def inner_declarations(
    model: type[Declaration],
) -> Mapping[str, tuple[type[Declaration], bool]]:
    """The keys with declarations below them, and whether these are under names."""
    found = {}
    for key, field in _fields(model).items():
        below = _declaration_in(field.annotation)
        if below is not None:
            found[key] = (below, _is_by_name(field.annotation))
    return types.MappingProxyType(found)


def maps_of_names(model: type[Declaration]) -> Mapping[str, str]:
    """The keys whose values are mappings with names as keys, and what each entry is, in a word."""
    nouns = {}
    for key, field in _fields(model).items():
        if _is_by_name(field.annotation):
            entry = _declaration_in(field.annotation) or PropertyDeclaration
            nouns[key] = entry.noun.partition(" ")[2]
    return nouns


def meaning(model: type[Declaration], key: str) -> str | None:
    """What a key of a declaration says, in a sentence."""
    return _fields(model)[key].description


class Found(NamedTuple):
    """The declaration at or around a path, and the field of it that the path goes to last.

    ``is_declaration`` says that the path ends at the declaration, ``is_named`` that the file
    chooses the name of that.
    """

    holder: type[Declaration]
    field: FieldInfo | None
    is_declaration: bool
    is_named: bool = False

    @property
    def is_version(self) -> bool:
        """Whether the value is a version."""
        return self.field is not None and Version in typing.get_args(self.field.annotation)

    @property
    def is_text(self) -> bool:
        """Whether the value can be a text."""
        pending = [self.field.annotation] if self.field is not None else []
        while pending:
            annotation: Any = pending.pop()
            if annotation in {str, Duration, Rate} or typing.get_origin(annotation) is Literal:
                return True
            if typing.get_origin(annotation) is not dict:
                pending += typing.get_args(annotation)
        return False

    @property
    def choices(self) -> list[str]:
        """The values that a field with a closed list may have."""
        pending, choices = [self.field and self.field.annotation], []
        while pending:
            annotation = pending.pop(0)
            if typing.get_origin(annotation) is Literal:
                choices += [str(value) for value in typing.get_args(annotation)]
            else:
                pending += typing.get_args(annotation)
        return choices


def find_field(model: type[Declaration], path: KeyPath) -> Found:
    """Find the declaration at or around ``path``, and the field of it."""
    holder, field, parts = model, None, iter(path)
    is_named = False
    for part in parts:
        field = _fields(holder).get(str(part))
        inner = _declaration_in(field.annotation) if field else None
        if field is None or inner is None:
            return Found(holder, field, is_declaration=False)
        is_named = _is_by_name(field.annotation)
        if is_named and next(parts, None) is None:
            return Found(holder, field, is_declaration=False)
        holder = inner
    return Found(holder, field, is_declaration=True, is_named=is_named)


def _fields(model: type[Declaration]) -> dict[str, FieldInfo]:
    """The fields of a declaration by key, as a file spells it."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _declaration_in(annotation: Any) -> type[Declaration] | None:
    if isinstance(annotation, type) and issubclass(annotation, Declaration):
        return annotation
    return next(filter(None, map(_declaration_in, typing.get_args(annotation))), None)


def _is_by_name(annotation: Any) -> bool:
    """Whether the declarations of a field are under names that the file chooses."""
    parts = typing.get_args(annotation)
    return typing.get_origin(annotation) is dict or any(map(_is_by_name, parts))


# --- the schema for editors ------------------------------------------------------------------------


TITLE = "Unified Namespace model, version 1"


def schema(levels: EquipmentLevels | None = None) -> dict[str, Any]:
    """Make the JSON Schema 2020-12 of the model file, with the given equipment levels as keys.

    >>> sorted(schema()["$defs"]["Equipment"]["properties"])[:3]
    ['area', 'areas', 'asset']
    """
    levels = levels or EquipmentLevels()
    top = Sections.model_json_schema(ref_template="#/$defs/{model}")
    definitions: dict[str, Any] = top.pop("$defs")
    equipment = EquipmentDeclaration.model_json_schema(ref_template="#/$defs/{model}")
    definitions.update(equipment.pop("$defs", {}))
    tree = {
        key: {
            "description": f"Equipment of level {level.name}; each key is a topic level.",
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
    for definition in (document, *definitions.values()):
        if definition.get("additionalProperties") is False:
            definition["patternProperties"] = {f"^{EXTENSION}": {}}
    return {"$schema": document.pop("$schema"), "title": TITLE, **_tidy(document)}


def _tidy(value: Any) -> Any:
    """Drop the titles and null defaults, which an editor need not show."""
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
    """The names of a company level that are already keys of a node or a file."""
    taken = equipment_keys() | set(known_keys(Sections))
    return [key for key in (level.name, level.plural) if key in taken]
