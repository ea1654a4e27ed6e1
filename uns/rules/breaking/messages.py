"""Rules of family B: payloads, how messages are published, and the notes on them."""

from __future__ import annotations

from uns.changes import Change, ChangeKind, Subject
from uns.linting.verdicts import ALL, Audience, Case, Effect, Impact, breaks
from uns.model.tree import Kind
from uns.payloads import NARROWING, Compatibility
from uns.units import is_unit, same_unit

_ANY = tuple(ChangeKind)
_CHANGED = [ChangeKind.CHANGED]
_READERS = frozenset({Audience.KAFKA_READERS})
_CONSUMERS = frozenset({Audience.CONSUMERS})
_QUERIES = frozenset({Audience.QUERIES})
#: Whoever sent a message of the old version, and whoever reads it later: Kafka keeps the records.
_OF_OLD_MESSAGES = frozenset({Audience.PRODUCERS, Audience.KAFKA_READERS})
_PRODUCERS = frozenset({Audience.PRODUCERS})
_CONTENTS = (
    Subject.TYPE,
    Subject.UNIT,
    Subject.FIELD,
    Subject.PRESENCE,
    Subject.DEFAULT,
    Subject.JSON_SCHEMA,
    Subject.ENCODING,
    Subject.CONTENT_TYPE,
    Subject.SIZE,
    *map(Subject, NARROWING),
)


def _by_messages(change: Change, help_: str | None = None) -> Impact:
    """The impact of a changed payload, by who still understands the messages of the other version."""
    audiences: frozenset[Audience] = frozenset()
    if Compatibility.FORWARD not in change.keeps:
        audiences |= _CONSUMERS
    if Compatibility.BACKWARD not in change.keeps:
        audiences |= _OF_OLD_MESSAGES
    if not audiences:
        return Impact(Effect.COMPATIBLE)
    return Impact(Effect.BREAKING, audiences, help_)


@breaks("B201", "published-payload-changed", _ANY, _CONTENTS)
def published_payload_changed(change: Change, case: Case) -> Impact | None:
    """A payload changed, but kept its name and version.

    Why:
        A published version must never change: readers of `counts/1` may still get yesterday's
        messages, from a file or from Kafka.

    Example:
        payloads: {counts/1: {fields: {made: {type: number}}}}  # integer before

    Instead:
        payloads: {counts/1: {fields: {made: {type: integer}}}, counts/2: {fields: {made: {type: number}}}}
    """
    if not change.cause.startswith("payload ") or change.keeps == Compatibility.FULL:
        return None
    name = change.cause.removeprefix("payload ")
    return _by_messages(
        change, f"leave {name} as it was, and publish the new form as the next version"
    )


@breaks("B202", "type-changed", _CHANGED, [Subject.TYPE])
def type_changed(change: Change, case: Case) -> Impact | None:
    """A value has another type.

    Why:
        A consumer of whole numbers fails at the first fraction, and producers of the old type are
        refused.

    Example:
        sites: {lyon: {metrics: {made: {type: number}}}}  # integer before

    Instead:
        sites: {lyon: {metrics: {made: {type: integer}, made-exact: {type: number}}}}
    """
    return _by_messages(change, "publish the new type under another topic")


@breaks("B203", "unit-changed", _CHANGED, [Subject.UNIT])
def unit_changed(change: Change, case: Case) -> Impact | None:
    """A value is in another unit.

    The same unit in another spelling, such as `L/min` and `l/min`, breaks nothing, unless messages
    carry its text.

    Why:
        The numbers still pass every check, but mean something else.

    Example:
        sites: {lyon: {metrics: {power: {type: number, unit: W}}}}  # kW before

    Instead:
        sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}
    """
    before, after = change.before or "", change.after or ""
    if is_unit(before) and is_unit(after) and same_unit(before, after):
        return _by_messages(change, "it is the same unit, but messages carry its text: keep it")
    return _by_messages(change, "publish the new unit under another topic")


@breaks("B204", "range-widened", _CHANGED, [Subject.RANGE])
def range_widened(change: Change, case: Case) -> Impact | None:
    """A value may now be smaller or larger than before.

    Why:
        A consumer that checks values, scales a chart or sizes a column gets values it does not
        expect.

    Example:
        sites: {lyon: {metrics: {speed: {type: number, max: 5}}}}  # max 3 before

    Instead:
        sites: {lyon: {metrics: {speed: {type: number, max: 3}}}}
    """
    if Compatibility.FORWARD in change.keeps:
        return None
    return _by_messages(change, "tell consumers before the first such value is published")


@breaks("B205", "range-narrowed", _CHANGED, [Subject.RANGE])
def range_narrowed(change: Change, case: Case) -> Impact | None:
    """Values that producers were allowed to send are now out of range.

    Why:
        Validation refuses their messages.

    Example:
        sites: {lyon: {metrics: {speed: {type: number, max: 2}}}}  # max 3 before

    Instead:
        sites: {lyon: {metrics: {speed: {type: number, max: 3}}}}
    """
    if Compatibility.FORWARD not in change.keeps:
        return None
    return _by_messages(change, "make sure that producers no longer send such values")


@breaks("B206", "values-changed", _CHANGED, [Subject.VALUES])
def values_changed(change: Change, case: Case) -> Impact | None:
    """An enumeration has other values, or is now open, or closed.

    Why:
        A consumer does not know a new value; a producer may still send a removed one. A consumer
        of a closed enumeration may refuse others, so to open it breaks consumers, too.

    Example:
        sites: {lyon: {metrics: {mode: {type: enum, values: [auto, manual, test]}}}}  # no test before

    Instead:
        sites: {lyon: {metrics: {mode: {type: enum, values: [auto, manual], open: true}}}}
    """
    if Compatibility.FORWARD in change.keeps:
        return _by_messages(change, "make sure that producers no longer send the removed values")
    if Compatibility.BACKWARD in change.keeps:
        if (change.after or "").endswith(" or others"):
            help_ = "teach consumers first what to do with a value that they do not know"
            return _by_messages(change, help_)
        help_ = "teach consumers the new values first; an enum with `open: true` may grow freely"
        return _by_messages(change, help_)
    return _by_messages(change, "publish other values under another topic")


@breaks("B207", "text-limits-changed", _CHANGED, [Subject.LENGTH, Subject.PATTERN])
def text_limits_changed(change: Change, case: Case) -> Impact | None:
    """The length limits or the pattern of a text changed.

    Why:
        A consumer may cut off or refuse longer texts; a producer of texts that no longer fit is
        refused.

    Example:
        sites: {lyon: {metrics: {lot: {type: string, max_length: 12}}}}  # 8 before

    Instead:
        sites: {lyon: {metrics: {lot: {type: string, max_length: 8}}}}
    """
    return _by_messages(change, "publish other texts under another topic")


@breaks("B208", "field-added", [ChangeKind.ADDED], [Subject.FIELD])
def field_added(change: Change, case: Case) -> Impact | None:
    """Messages have a new field.

    Why:
        If it is required, producers that do not send it are refused. If it has a default, older
        messages, in Kafka or retained, now say something that nobody said.

    Example:
        payloads: {counts/1: {fields: {made: {type: integer}, scrap: {type: integer}}}}  # no scrap before

    Instead:
        payloads: {counts/1: {fields: {made: {type: integer}, "scrap?": {type: integer}}}}
    """
    is_optional = (change.after or "").startswith("optional")
    help_ = "add it without a default: then a message without it says nothing of it"
    judged = _by_messages(
        change, help_ if is_optional else "make it optional: end its key with `?`"
    )
    return judged if judged.effect is Effect.BREAKING else Impact(Effect.ADDITIVE)


@breaks("B209", "field-removed", [ChangeKind.REMOVED], [Subject.FIELD])
def field_removed(change: Change, case: Case) -> Impact | None:
    """Messages no longer have a field.

    Why:
        Consumers that read it fail. If it has a default, they take the default, which nobody
        said. An optional field without a default may go.

    Example:
        payloads: {counts/1: {fields: {made: {type: integer}}}}  # with scrap before

    Instead:
        payloads: {counts/2: {fields: {made: {type: integer}}}}
    """
    return _by_messages(change, "publish the shorter message as the next version")


@breaks("B210", "presence-changed", _CHANGED, [Subject.PRESENCE])
def presence_changed(change: Change, case: Case) -> Impact | None:
    """A field became optional, or required.

    Why:
        Consumers rely on required fields; producers leave out optional ones.

    Example:
        payloads: {counts/1: {fields: {"made?": {type: integer}}}}  # made before

    Instead:
        payloads: {counts/1: {fields: {made: {type: integer}}}}
    """
    return _by_messages(change, "make the change in the next version of the payload")


@breaks("B211", "json-schema-changed", _CHANGED, [Subject.JSON_SCHEMA])
def json_schema_changed(change: Change, case: Case) -> Impact | None:
    """A payload that is given as a JSON Schema has another schema.

    Why:
        JSON Schemas are compared as JSON, with the files that they refer to. What a difference means
        is not decided, so it counts as breaking.

    Example:
        payloads: {report/1: {json_schema: report-v2.schema.json}}  # another schema before

    Instead:
        payloads: {report/2: {json_schema: report-v2.schema.json}}
    """
    return _by_messages(change, "publish it as the next version")


@breaks("B212", "payload-replaced", _CHANGED, [Subject.PAYLOAD])
def payload_replaced(change: Change, case: Case) -> Impact | None:
    """Topics carry a payload of another name or version.

    Why:
        The fields are compared one by one, and each difference is a finding. The new name itself
        breaks only consumers that check the name of the payload.

    Example:
        sites: {lyon: {topics: {counts: {payload: counts/2}}}}  # counts/1 before

    Instead:
        sites: {lyon: {topics: {counts: {payload: counts/1}, counts-2: {payload: counts/2}}}}
    """
    return Impact(Effect.COMPATIBLE)


@breaks("B213", "payload-added", [ChangeKind.ADDED], [Subject.PAYLOAD])
def payload_added(change: Change, case: Case) -> Impact | None:
    """The model declares a new payload.

    Why:
        It breaks nothing. Topics that carry it now are reported one by one.

    Example:
        payloads: {counts/1: {fields: {made: {type: integer}}}}  # no payload before

    Instead:
        payloads: {counts/1: {fields: {made: {type: integer}}}}
    """
    return Impact(Effect.ADDITIVE)


@breaks("B214", "payload-removed", [ChangeKind.REMOVED], [Subject.PAYLOAD])
def payload_removed(change: Change, case: Case) -> Impact | None:
    """The model no longer declares a payload.

    Why:
        Topics that carried it are reported one by one. Stored messages of this payload lose their
        description.

    Example:
        payloads: {}  # counts/1 before

    Instead:
        payloads: {counts/1: {fields: {made: {type: integer}}}}
    """
    return Impact(Effect.COMPATIBLE)


@breaks("B215", "default-changed", _CHANGED, [Subject.DEFAULT])
def default_changed(change: Change, case: Case) -> Impact | None:
    """The default of a field changed, so a message without the field has another meaning.

    A default that is added or removed is such a change, too.

    Why:
        The message passes every check, but consumers still assume the old default, and read old
        messages by the new one.

    Example:
        payloads: {state/1: {fields: {"quality?": {type: enum, values: [good, bad], default: bad}}}}  # good before

    Instead:
        payloads: {state/2: {fields: {quality: {type: enum, values: [good, bad]}}}}
    """
    return _by_messages(change, "require the field in the next version of the payload")


@breaks("B221", "encoding-changed", _CHANGED, [Subject.ENCODING])
def encoding_changed(change: Change, case: Case) -> Impact | None:
    """Messages have another encoding.

    Why:
        A consumer of JSON does not read the bare text `IDLE`, and a consumer of text takes the
        quotes of JSON for a part of the value.

    Example:
        sites: {lyon: {metrics: {mode: {type: string, payload: text/1}}}}  # bare/1 before

    Instead:
        sites: {lyon: {metrics: {mode: {type: string, payload: bare/1}, mode-text: {type: string, payload: text/1}}}}
    """
    return _by_messages(change, "publish the other encoding under another topic")


@breaks("B222", "nullability-changed", _CHANGED, [Subject.NULLABLE])
def nullability_changed(change: Change, case: Case) -> Impact | None:
    """A value may now be null, or may no longer be null.

    Why:
        A consumer that calculates with the value fails at the first null. A producer that still
        sends null is refused.

    Example:
        sites: {lyon: {metrics: {speed: {type: number, nullable: true}}}}  # never null before

    Instead:
        sites: {lyon: {metrics: {speed: {type: number}}}}
    """
    if Compatibility.FORWARD in change.keeps:
        return _by_messages(change, "make sure that producers no longer send null")
    return _by_messages(change, "teach consumers to read null first")


@breaks("B223", "content-type-changed", _CHANGED, [Subject.CONTENT_TYPE])
def content_type_changed(change: Change, case: Case) -> Impact | None:
    """Messages have another media type.

    Why:
        Consumers choose by it how to read the bytes: a JPEG reader cannot show a PNG.

    Example:
        payloads: {image/1: {encoding: binary, content_type: image/png}}  # image/jpeg before

    Instead:
        payloads: {image/2: {encoding: binary, content_type: image/png}}
    """
    return _by_messages(change, "publish the other media type under another topic")


@breaks("B224", "size-changed", _ANY, [Subject.SIZE])
def size_changed(change: Change, case: Case) -> Impact | None:
    """The size of the longest message changed.

    Why:
        A consumer may have a buffer of that size; a producer of longer messages is refused.

    Example:
        payloads: {image/1: {encoding: binary, max_bytes: 200000}}  # 100000 before

    Instead:
        payloads: {image/1: {encoding: binary, max_bytes: 100000}}
    """
    return _by_messages(change, "publish longer messages under another topic")


@breaks("B225", "first-contract", _CHANGED, [Subject.CONTRACT])
def first_contract(change: Change, case: Case) -> Impact | None:
    """Topics that carried `unknown/1` have a contract now.

    Why:
        Nobody could rely on what they carry, so this breaks nobody, although messages that
        passed as `unknown/1` may be refused now.

    Example:
        payloads: {counts/1: {fields: {made: {type: integer}}}}
        sites: {lyon: {topics: {counts: {payload: counts/1}}}}  # unknown/1 before

    Instead:
        payloads: {counts/1: {fields: {made: {type: integer}}}}
        sites: {lyon: {topics: {counts: {payload: counts/1}}}}
    """
    return None if Compatibility.BACKWARD in change.keeps else Impact(Effect.ADDITIVE)


@breaks("B226", "contract-lost", _CHANGED, [Subject.CONTRACT])
def contract_lost(change: Change, case: Case) -> Impact | None:
    """Topics that had a contract carry `unknown/1` now.

    Why:
        Consumers of the contract may get any bytes.

    Example:
        sites: {lyon: {topics: {counts: {payload: unknown/1}}}}  # counts/1 before

    Instead:
        sites: {lyon: {topics: {counts: {payload: counts/1}}}}
    """
    if Compatibility.BACKWARD not in change.keeps:
        return None
    return Impact(Effect.BREAKING, _CONSUMERS, "keep the contract")


@breaks("B227", "identity-changed", _CHANGED, [Subject.IDENTITY])
def identity_changed(change: Change, case: Case) -> Impact | None:
    """Other fields than before make two messages of a topic the same.

    Why:
        Who reads messages from Kafka into a table or an index keeps one row for each identity.
        With another one, messages that were two rows become one, or the reverse.

    Example:
        payloads:
          alarm/1:
            identity: [timestamp_ms, alarm_id]  # timestamp_ms alone before
            fields: {timestamp_ms: {type: timestamp_ms}, alarm_id: {type: string}}

    Instead:
        payloads:
          alarm/1:
            fields: {timestamp_ms: {type: timestamp_ms}, alarm_id: {type: string}}
    """
    return Impact(Effect.BREAKING, _READERS, "make the change in the next version of the payload")


@breaks("B301", "retain-changed", _CHANGED, [Subject.RETAIN])
def retain_changed(change: Change, case: Case) -> Impact | None:
    """A broker no longer keeps the last message, or now keeps one that is not a state.

    Why:
        A client that subscribes late, or again, gets nothing until the next message. If an event,
        a record or a command is kept, each client that connects gets an old one, and counts it or
        carries it out again.

    Example:
        sites: {lyon: {metrics: {power: {type: number, retain: false}}}}  # true before

    Instead:
        sites: {lyon: {metrics: {power: {type: number, retain: true}}}}
    """
    if change.after != "yes":
        return Impact(Effect.BREAKING, _CONSUMERS, "keep `retain: true`")
    if change.detail == Kind.STATE:
        return Impact(Effect.COMPATIBLE)
    help_ = f"remove `retain: true`: each client that connects would get an old {change.detail}"
    return Impact(Effect.BREAKING, _CONSUMERS, help_)


@breaks("B302", "kind-changed", _CHANGED, [Subject.KIND])
def kind_changed(change: Change, case: Case) -> Impact | None:
    """The kind of a topic (state, event, record, command) changed.

    Why:
        The latest state is enough, but every event counts. Consumers are built for one or the
        other.

    Example:
        sites: {lyon: {metrics: {alarm: {type: boolean, kind: event}}}}  # state before

    Instead:
        sites: {lyon: {metrics: {alarm: {type: boolean}, alarm-raised: {type: boolean, kind: event}}}}
    """
    return Impact(Effect.BREAKING, ALL, "publish it under another topic")


@breaks("B303", "qos-changed", _CHANGED, [Subject.QOS])
def qos_changed(change: Change, case: Case) -> Impact | None:
    """Messages are published with another quality of service.

    Why:
        With QoS 0, messages may get lost that were safe before. With QoS 1 they may come twice,
        which matters for all but states (MQTT 5.0 §4.3).

    Example:
        sites: {lyon: {metrics: {power: {type: number, qos: 0}}}}  # 1 before

    Instead:
        sites: {lyon: {metrics: {power: {type: number, qos: 1}}}}
    """
    if (change.after or "") > (change.before or ""):
        if change.after == "1" and change.detail != Kind.STATE:
            return Impact(Effect.ADDITIVE, _CONSUMERS, "with QoS 1 a message may come twice")
        return Impact(Effect.COMPATIBLE)
    return Impact(Effect.BREAKING, _CONSUMERS, "keep the quality of service")


@breaks("B304", "topic-became-optional", _CHANGED, [Subject.REQUIRED])
def topic_became_optional(change: Change, case: Case) -> Impact | None:
    """A required topic is now optional.

    Why:
        Consumers rely on every node of a class publishing it.

    Example:
        classes: {Filler: {metrics: {speed: {type: number}}}}  # required: true before

    Instead:
        classes: {Filler: {metrics: {speed: {type: number, required: true}}}}
    """
    if change.after == "yes":
        return None
    return Impact(Effect.BREAKING, _CONSUMERS, "keep it required")


@breaks("B305", "topic-became-required", _CHANGED, [Subject.REQUIRED])
def topic_became_required(change: Change, case: Case) -> Impact | None:
    """An optional topic is now required.

    Why:
        Producers that left it out no longer keep to the model.

    Example:
        classes: {Filler: {metrics: {speed: {type: number, required: true}}}}  # not required before

    Instead:
        classes: {Filler: {metrics: {speed: {type: number}}}}
    """
    if change.after != "yes":
        return None
    return Impact(Effect.BREAKING, _PRODUCERS, "make sure that every producer sends it")


@breaks("B306", "classes-changed", _CHANGED, [Subject.CLASS])
def classes_changed(change: Change, case: Case) -> Impact | None:
    """Nodes no longer have a class.

    Why:
        Topics stay, but `ns.find` and `ns.filters` no longer return the nodes for the class.

    Example:
        sites: {lyon: {work_cells: {cell1: {class: Filler2}}}}  # class Filler before

    Instead:
        classes: {Filler2: {moved_from: Filler}}
    """
    if not change.detail:
        return Impact(Effect.ADDITIVE)
    lost = change.detail
    help_ = f"let the new class extend {lost}, or say `moved_from: {lost}` if it was renamed"
    return Impact(Effect.BREAKING, _QUERIES, help_, hits=())


@breaks("B307", "equipment-level-changed", _CHANGED, [Subject.LEVEL])
def equipment_level_changed(change: Change, case: Case) -> Impact | None:
    """Nodes have another equipment level under the same name.

    Fixed levels of the root that become equipment break nothing.

    Why:
        Topics stay, but programs that look for nodes by level, and exports to B2MML, miss them.

    Example:
        sites: {lyon: {work_centers: {line1: {}}}}  # lines before

    Instead:
        sites: {lyon: {lines: {line1: {}}}}
    """
    if change.before is None:
        return Impact(Effect.COMPATIBLE)
    return Impact(Effect.BREAKING, _QUERIES, "keep the level", hits=())


@breaks(
    "B308", "notes-changed", _ANY,
    [
        Subject.OWNER, Subject.LABEL, Subject.DESCRIPTION, Subject.SOURCE_ID,
        Subject.ASSET, Subject.PROPERTY, Subject.EXTENSION, Subject.MODEL, Subject.VERSION,
    ],
)  # fmt: skip
def notes_changed(change: Change, case: Case) -> Impact | None:
    """The notes on something changed: its owner, its label, its description.

    Why:
        Messages stay the same. It is listed for completeness.

    Example:
        sites: {lyon: {owner: utilities}}  # owner operations before

    Instead:
        sites: {lyon: {owner: utilities}}
    """
    return Impact(Effect.COMPATIBLE)


@breaks("B309", "deprecation-changed", _CHANGED, [Subject.DEPRECATED])
def deprecation_changed(change: Change, case: Case) -> Impact | None:
    """Something became deprecated, is no longer deprecated, or its end moved.

    Why:
        Consumers plan by it, and it requires a minor version (Semantic Versioning §7).

    Example:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {until: "2.0.0"}}}}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {until: "2.0.0"}}}}}
    """
    return Impact(Effect.ADDITIVE)


@breaks("B310", "aspect-renamed", _CHANGED, [Subject.ASPECT, Subject.KEY])
def aspect_renamed(change: Change, case: Case) -> Impact | None:
    """An aspect has a new name in the model, or an endpoint another key; its topics stay the same.

    Why:
        Programs that look up an endpoint by its key, `raw:speed`, do not find it.

    Example:
        aspects: {source: _raw}  # raw: _raw before

    Instead:
        aspects: {raw: _raw}
    """
    help_ = "keep the name of the aspect"
    if change.subject is Subject.KEY:
        help_ = "keep the levels of equipment above it"
    return Impact(Effect.BREAKING, _QUERIES, help_, hits=())


@breaks("B311", "class-renamed", [ChangeKind.MOVED], [Subject.CLASS])
def class_renamed(change: Change, case: Case) -> Impact | None:
    """A class has a new name, as its `moved_from` declares.

    Why:
        It breaks nothing: `ns.find` and `ns.filters` take the old name, too, until `moved_from`
        is removed.

    Example:
        classes: {Filler2: {moved_from: Filler}}  # Filler before

    Instead:
        classes: {Filler2: {moved_from: Filler}}
    """
    return Impact(Effect.COMPATIBLE)
