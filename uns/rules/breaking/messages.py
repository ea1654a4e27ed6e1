"""Rules of family B on messages: what they hold, how they are published, what they are said to be."""

from __future__ import annotations

from uns.changes import Change, ChangeKind, Subject
from uns.linting.verdicts import ALL, Audience, Case, Effect, Impact, breaks
from uns.payloads import NARROWING, Compatibility

_ANY = tuple(ChangeKind)
_CHANGED = [ChangeKind.CHANGED]
_CONSUMERS = frozenset({Audience.CONSUMERS})
_PRODUCERS = frozenset({Audience.PRODUCERS})
_CONTENTS = (
    *(Subject.TYPE, Subject.UNIT, Subject.FIELD),
    *(Subject.PRESENCE, Subject.DEFAULT, Subject.JSON_SCHEMA),
    *map(Subject, NARROWING),
)


def _by_messages(change: Change, help_: str | None = None) -> Impact:
    """Who cannot talk to whom any more, by the direction in which messages still pass."""
    audiences = set()
    if Compatibility.FORWARD not in change.keeps:
        audiences.add(Audience.CONSUMERS)
    if Compatibility.BACKWARD not in change.keeps:
        audiences.add(Audience.PRODUCERS)
    if not audiences:
        return Impact(Effect.COMPATIBLE)
    return Impact(Effect.BREAKING, frozenset(audiences), help_)


@breaks("B201", "published-payload-changed", _ANY, _CONTENTS)
def published_payload_changed(change: Change, case: Case) -> Impact | None:
    """A payload is not what it was, under the same name and version.

    Why:
        A published version never changes: whoever reads `counts/1` tomorrow may read messages
        of yesterday, from a file or from Kafka.

    Example:
        payloads: {counts/1: {fields: {made: {type: number}}}}  # integer before

    Instead:
        payloads: {counts/1: {fields: {made: {type: integer}}}, counts/2: {fields: {made: {type: number}}}}
    """
    if not change.cause.startswith("payload ") or change.keeps == Compatibility.FULL:
        return None
    name = change.cause.removeprefix("payload ")
    return _by_messages(
        change, f"leave {name} as it was, and publish what is new as the next version"
    )


@breaks("B202", "type-changed", _CHANGED, [Subject.TYPE])
def type_changed(change: Change, case: Case) -> Impact | None:
    """A value has another type.

    Why:
        A consumer of whole numbers fails on the first fraction; a producer of text is refused.

    Example:
        sites: {lyon: {metrics: {made: {type: number}}}}  # integer before

    Instead:
        sites: {lyon: {metrics: {made: {type: integer}, made-exact: {type: number}}}}
    """
    return _by_messages(change, "publish the new type under another topic")


@breaks("B203", "unit-changed", _CHANGED, [Subject.UNIT])
def unit_changed(change: Change, case: Case) -> Impact | None:
    """A value is in another unit.

    Why:
        The numbers still pass every check, and mean something else.

    Example:
        sites: {lyon: {metrics: {power: {type: number, unit: W}}}}  # kW before

    Instead:
        sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}
    """
    return _by_messages(change, "publish the new unit under another topic")


@breaks("B204", "range-widened", _CHANGED, [Subject.RANGE])
def range_widened(change: Change, case: Case) -> Impact | None:
    """A value may be smaller or larger than consumers were told.

    Why:
        A consumer that checks, scales a chart or sizes a column meets values it never expected.

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
    """A value that producers might send is out of range now.

    Why:
        Their messages are refused by whoever validates.

    Example:
        sites: {lyon: {metrics: {speed: {type: number, max: 2}}}}  # max 3 before

    Instead:
        sites: {lyon: {metrics: {speed: {type: number, max: 3}}}}
    """
    if Compatibility.FORWARD not in change.keeps:
        return None
    return _by_messages(change, "make sure that no producer sends such values any more")


@breaks("B206", "values-changed", _CHANGED, [Subject.VALUES])
def values_changed(change: Change, case: Case) -> Impact | None:
    """An enumeration has other values.

    Why:
        A consumer has no case for a new value; a producer may still send one that is gone.

    Example:
        sites: {lyon: {metrics: {mode: {type: enum, values: [auto, manual, test]}}}}  # no test before

    Instead:
        sites: {lyon: {metrics: {mode: {type: enum, values: [auto, manual], open: true}}}}
    """
    if Compatibility.FORWARD in change.keeps:
        return _by_messages(change, "make sure that no producer sends a value that is gone")
    if Compatibility.BACKWARD in change.keeps:
        help_ = (
            "let consumers learn the new values first; an enum that is `open: true` before may grow"
        )
        return _by_messages(change, help_)
    return _by_messages(change, "publish other values under another topic")


@breaks("B207", "text-limits-changed", _CHANGED, [Subject.LENGTH, Subject.PATTERN])
def text_limits_changed(change: Change, case: Case) -> Impact | None:
    """A text may be longer or shorter than before, or follows another pattern.

    Why:
        A consumer cuts or refuses what it was not made for; a producer is refused.

    Example:
        sites: {lyon: {metrics: {lot: {type: string, max_length: 12}}}}  # 8 before

    Instead:
        sites: {lyon: {metrics: {lot: {type: string, max_length: 8}}}}
    """
    return _by_messages(change, "publish other texts under another topic")


@breaks("B208", "field-added", [ChangeKind.ADDED], [Subject.FIELD])
def field_added(change: Change, case: Case) -> Impact | None:
    """Messages must have a field that they did not have.

    Why:
        Producers that do not send it are refused.

    Example:
        payloads: {counts/1: {fields: {made: {type: integer}, scrap: {type: integer}}}}  # no scrap before

    Instead:
        payloads: {counts/1: {fields: {made: {type: integer}, "scrap?": {type: integer}}}}
    """
    judged = _by_messages(change, "make it optional: end its key in `?`")
    return judged if judged.effect is Effect.BREAKING else Impact(Effect.ADDITIVE)


@breaks("B209", "field-removed", [ChangeKind.REMOVED], [Subject.FIELD])
def field_removed(change: Change, case: Case) -> Impact | None:
    """Messages have a field no more that consumers could rely on.

    Why:
        A consumer that reads it fails.

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
        Consumers rely on what is required; producers leave out what is optional.

    Example:
        payloads: {counts/1: {fields: {"made?": {type: integer}}}}  # made before

    Instead:
        payloads: {counts/1: {fields: {made: {type: integer}}}}
    """
    return _by_messages(change, "say it in the next version of the payload")


@breaks("B211", "json-schema-changed", _CHANGED, [Subject.JSON_SCHEMA])
def json_schema_changed(change: Change, case: Case) -> Impact | None:
    """A payload that is a JSON Schema of its own has another one.

    Why:
        Which messages pass both is not decided here, so nothing is promised.

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
        What differs in the messages is judged field by field. The name alone breaks nobody who
        reads the message, and everybody who goes by the name.

    Example:
        sites: {lyon: {topics: {counts: {payload: counts/2}}}}  # counts/1 before

    Instead:
        sites: {lyon: {topics: {counts: {payload: counts/1}, counts-2: {payload: counts/2}}}}
    """
    return Impact(Effect.COMPATIBLE)


@breaks("B213", "payload-added", [ChangeKind.ADDED], [Subject.PAYLOAD])
def payload_added(change: Change, case: Case) -> Impact | None:
    """The model declares a payload that it did not have.

    Why:
        No topic carries it for that alone; which topics do is told of each of them.

    Example:
        payloads: {counts/1: {fields: {made: {type: integer}}}}  # no payload before

    Instead:
        payloads: {counts/1: {fields: {made: {type: integer}}}}
    """
    return Impact(Effect.ADDITIVE)


@breaks("B214", "payload-removed", [ChangeKind.REMOVED], [Subject.PAYLOAD])
def payload_removed(change: Change, case: Case) -> Impact | None:
    """The model declares a payload no more.

    Why:
        No topic carries it any more, and what that means for the readers of a topic is told of
        each. Messages of it that were stored lose their description.

    Example:
        payloads: {}  # counts/1 before

    Instead:
        payloads: {counts/1: {fields: {made: {type: integer}}}}
    """
    return Impact(Effect.COMPATIBLE)


@breaks("B215", "default-changed", _CHANGED, [Subject.DEFAULT])
def default_changed(change: Change, case: Case) -> Impact | None:
    """A message without a field means something else than before.

    Why:
        The message passes every check, and a consumer takes it for what it meant yesterday.

    Example:
        payloads: {state/1: {fields: {"quality?": {type: enum, values: [good, bad], default: bad}}}}  # good before

    Instead:
        payloads: {state/2: {fields: {quality: {type: enum, values: [good, bad]}}}}
    """
    return _by_messages(change, "require the field in the next version of the payload")


@breaks("B301", "retain-changed", _CHANGED, [Subject.RETAIN])
def retain_changed(change: Change, case: Case) -> Impact | None:
    """A broker no longer keeps the last message.

    Why:
        Who subscribes late, or again, gets nothing until the next message.

    Example:
        sites: {lyon: {metrics: {power: {type: number, retain: false}}}}  # true before

    Instead:
        sites: {lyon: {metrics: {power: {type: number, retain: true}}}}
    """
    if change.after == "yes":
        return Impact(Effect.COMPATIBLE)
    return Impact(Effect.BREAKING, _CONSUMERS, "keep `retain: true`")


@breaks("B302", "kind-changed", _CHANGED, [Subject.KIND])
def kind_changed(change: Change, case: Case) -> Impact | None:
    """A topic is a state, an event, a record or a command, and was another of them.

    Why:
        The latest of some states is enough; of events each one counts. Consumers are built on it.

    Example:
        sites: {lyon: {metrics: {alarm: {type: boolean, kind: event}}}}  # state before

    Instead:
        sites: {lyon: {metrics: {alarm: {type: boolean}, alarm-raised: {type: boolean, kind: event}}}}
    """
    return Impact(Effect.BREAKING, ALL, "publish it under another topic")


@breaks("B303", "qos-changed", _CHANGED, [Subject.QOS])
def qos_changed(change: Change, case: Case) -> Impact | None:
    """Messages are delivered with less care than before.

    Why:
        At QoS 0 messages get lost where none were.

    Example:
        sites: {lyon: {metrics: {power: {type: number, qos: 0}}}}  # 1 before

    Instead:
        sites: {lyon: {metrics: {power: {type: number, qos: 1}}}}
    """
    if (change.after or "") > (change.before or ""):
        return Impact(Effect.COMPATIBLE)
    return Impact(Effect.BREAKING, _CONSUMERS, "keep the quality of service")


@breaks("B304", "topic-became-optional", _CHANGED, [Subject.REQUIRED])
def topic_became_optional(change: Change, case: Case) -> Impact | None:
    """Nodes need not publish a topic any more that they had to publish.

    Why:
        Consumers count on what is required of every node of a class.

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
    """Nodes must publish a topic that they might leave out.

    Why:
        Producers that left it out do not keep to the model any more.

    Example:
        classes: {Filler: {metrics: {speed: {type: number, required: true}}}}  # not required before

    Instead:
        classes: {Filler: {metrics: {speed: {type: number}}}}
    """
    if change.after != "yes":
        return None
    return Impact(Effect.BREAKING, _PRODUCERS, "make sure every producer sends it")


@breaks("B306", "classes-changed", _CHANGED, [Subject.CLASS])
def classes_changed(change: Change, case: Case) -> Impact | None:
    """Nodes are not of a class any more.

    Why:
        `ns.find` and `ns.filters` no longer give them to whoever asks for the class.

    Example:
        sites: {lyon: {work_cells: {cell1: {class: Filler2}}}}  # class Filler before

    Instead:
        classes: {Filler2: {extends: Filler}}
    """
    if not change.detail:
        return Impact(Effect.ADDITIVE)
    return Impact(Effect.BREAKING, _CONSUMERS, f"let the new class extend {change.detail}", hits=())


@breaks("B307", "equipment-level-changed", _CHANGED, [Subject.LEVEL])
def equipment_level_changed(change: Change, case: Case) -> Impact | None:
    """Nodes are of another equipment level under the same name.

    Why:
        Topics stay, but whoever asks for the nodes of a level, or exports them to B2MML, misses them.

    Example:
        sites: {lyon: {work_centers: {line1: {}}}}  # lines before

    Instead:
        sites: {lyon: {lines: {line1: {}}}}
    """
    return Impact(Effect.BREAKING, _CONSUMERS, "keep the level", hits=())


@breaks(
    "B308", "notes-changed", _ANY,
    [
        Subject.OWNER, Subject.LABEL, Subject.DESCRIPTION, Subject.SOURCE_ID,
        Subject.ASSET, Subject.PROPERTY, Subject.MODEL, Subject.VERSION,
    ],
)  # fmt: skip
def notes_changed(change: Change, case: Case) -> Impact | None:
    """What people say of something changed: its owner, its label, what it is.

    Why:
        No message is another one for it. It is told so that nobody misses it.

    Example:
        sites: {lyon: {owner: utilities}}  # owner operations before

    Instead:
        sites: {lyon: {owner: utilities}}
    """
    return Impact(Effect.COMPATIBLE)


@breaks("B309", "deprecation-changed", _CHANGED, [Subject.DEPRECATED])
def deprecation_changed(change: Change, case: Case) -> Impact | None:
    """Something is going out of use, at another time than before, or not any more.

    Why:
        It is what consumers plan by, and asks for a minor version (Semantic Versioning §7).

    Example:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {until: "2.0.0"}}}}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {until: "2.0.0"}}}}}
    """
    return Impact(Effect.ADDITIVE)


@breaks("B310", "aspect-renamed", _CHANGED, [Subject.ASPECT])
def aspect_renamed(change: Change, case: Case) -> Impact | None:
    """An aspect has another name in the model, and its topics stay.

    Why:
        Topics are the same. Whoever asks for an endpoint by its key writes the new name.

    Example:
        aspects: {source: _raw}  # raw: _raw before

    Instead:
        aspects: {raw: _raw}
    """
    return Impact(Effect.COMPATIBLE)
