"""Rules of family T: what the brokers and conventions of `topic.profiles` take.

A profile is one line of :data:`PROFILES`, with the source of each limit. Rules
know no profile by name but those whose topics have a form of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from uns.counts import from_number, in_words
from uns.diagnostics import Severity
from uns.linting.client_filters import client_filters
from uns.linting.offences import Offence, Step, extent, lengths, offences, words
from uns.linting.rule import Finding, rule
from uns.linting.spellings import texts
from uns.linting.surveys import Survey
from uns.model.tree import Endpoint
from uns.topics.templates import Segment

__all__ = ["PROFILES", "Profile"]


@dataclass(frozen=True, slots=True)
class Profile:
    """What one broker or convention takes; ``None`` and empty where it sets no limit that MQTT has not.

    ``levels`` and ``bytes`` are the most a topic name may have (UTF-8), ``qos`` the highest
    quality of service. ``reserved`` are first levels that clients may not use, ``$`` any that
    starts so. ``refused`` finds characters that it does not take, which ``alphabet`` tells in words.
    """

    name: str
    title: str
    sources: tuple[str, ...]
    levels: int | None = None
    bytes: int | None = None
    qos: int = 2
    reserved: tuple[str, ...] = ()
    refused: re.Pattern[str] | None = None
    alphabet: str = ""


#: Control characters and the non-characters of Unicode.
_UNFIT = re.compile(
    "[\x01-\x1f\x7f-\x9f\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "]"
)
_NOT_UMH = re.compile("[^a-zA-Z0-9._-]")

PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            Profile(
                "mqtt", "MQTT 5.0",
                (
                    "MQTT 5.0 §4.7.3: 65,535 bytes of UTF-8, any number of levels",
                    "MQTT 5.0 §4.7.2: a server should keep names that start with $ to itself",
                ),
                bytes=65_535, reserved=("$",),
            ),
            Profile(
                "mosquitto", "Eclipse Mosquitto",
                (
                    "mosquitto 2.0 config.h, TOPIC_HIERARCHY_LIMIT: 200 slashes",
                    "mosquitto 2.0 utf8_mosq.c, mosquitto_validate_utf8: no control characters, no non-characters",
                    "mosquitto 2.0: what clients publish to $SYS is dropped, $CONTROL goes to plugins",
                ),
                levels=201, bytes=65_535, reserved=("$SYS", "$CONTROL"), refused=_UNFIT,
                alphabet="no control characters and no Unicode non-characters",
            ),
            Profile(
                "emqx", "EMQX",
                (
                    "EMQX emqx_schema.erl, mqtt.max_topic_levels: 128 unless configured",
                    "EMQX emqx_mqtt.hrl, MAX_TOPIC_LEN: 65,535 bytes",
                    "EMQX documentation: $SYS, $delayed, $queue and $exclusive have a meaning of their own",
                ),
                levels=128, bytes=65_535, reserved=("$SYS", "$delayed", "$queue", "$exclusive"),
            ),
            Profile(
                "aws-iot-core", "AWS IoT Core",
                (
                    "AWS IoT Core quotas, message broker: 7 forward slashes, 256 bytes of UTF-8",
                    "AWS IoT Core Developer Guide, MQTT: QoS 0 and 1; reserved topics start with $",
                ),
                levels=8, bytes=256, qos=1, reserved=("$",),
            ),
            Profile(
                "azure-event-grid", "Azure Event Grid",
                (
                    "Azure Event Grid quotas and limits, MQTT: 15 segments (8 before May 2025), 256 bytes",
                    "Azure Event Grid, MQTT features: maximum QoS is 1",
                ),
                levels=15, bytes=256, qos=1, reserved=("$",),
            ),
            Profile(
                "sparkplug-3", "Sparkplug 3.0",
                ("Sparkplug 3.0.0 §4, §6: the form of topics, and how messages are sent",),
            ),
            Profile(
                "sparkplug-4", "Sparkplug 4.0",
                ("Sparkplug 4.0 draft, chapter Topics: any prefix, the namespace, the type, the edge node",),
            ),
            Profile(
                "umh", "the United Manufacturing Hub",
                ("benthos-umh pkg/umh/topic: umh.v1, locations, a contract, a name; letters, digits, . _ -",),
                refused=_NOT_UMH, alphabet="letters, digits, '.', '_' and '-'",
            ),
            # Which names and keys Kafka takes is judged by family K, in every model.
            Profile("kafka", "Kafka", ("Apache Kafka, org.apache.kafka.common.internals.Topic",)),
        )
    }
)  # fmt: skip


def _profiles(survey: Survey) -> Iterator[Profile]:
    """The profiles that the model asks to be held to."""
    return (PROFILES[name] for name in survey.namespace.profiles)


def _found(survey: Survey, offence: Offence, said: str, help_: str, example: str) -> Finding:
    """One finding for all topics that break a limit below one node."""
    node = offence.node
    where = f"{node.equipment_level} {node.name!r}" if node.equipment_level else "the model"
    topics = in_words(offence.topics, "topic")
    return Finding(
        f"{where} makes {topics} {said}: {example}",
        node.span or survey.namespace.locate("topic", "root"),
        help_,
        path=node.template.text,
    )


# --- size ------------------------------------------------------------------------------------------


@rule("T101", "too-many-levels", Severity.ERROR)
def too_many_levels(survey: Survey) -> Iterator[Finding]:
    """Topics have more levels than a profile takes.

    Told once for the node that makes them, with the deepest of them. AWS IoT Core takes 8 levels
    (7 slashes), Azure Event Grid 15, EMQX 128 unless configured, Mosquitto 201.

    Why:
        The broker refuses the message, and most close the connection of the client that sent it.

    Example:
        topic: {root: a/b/c/d/e, profiles: [aws-iot-core]}
        sites: {lyon: {areas: {filling: {lines: {line1: {metrics: {speed: {type: number}}}}}}}}

    Instead:
        topic: {root: a, profiles: [aws-iot-core]}
        sites: {lyon: {areas: {filling: {lines: {line1: {metrics: {speed: {type: number}}}}}}}}
    """
    for profile in _profiles(survey):
        most = profile.levels
        if most is not None and survey.once(extent)[0] > most:
            for offence in offences(survey, 0, _count_levels, _more_than(most)):
                yield _found(
                    survey,
                    offence,
                    f"of more than {most} levels, which is what {profile.title} takes",
                    "leave out a level that says nothing, or join two of them",
                    f"{offence.deepest.text} has {len(offence.deepest.segments)}",
                )


def _more_than(most: int) -> Callable[[int, Endpoint], bool]:
    return lambda number, _: number > most


def _count_levels(levels: int, segment: Segment) -> Iterator[Step[int]]:
    yield levels + 1, from_number(segment.count)


@rule("T102", "topic-too-long", Severity.ERROR)
def topic_too_long(survey: Survey) -> Iterator[Finding]:
    """Topics have more bytes than a profile takes.

    Told once for the node that makes them, with the longest of them. Bytes are those of UTF-8: é
    has two. AWS IoT Core and Azure Event Grid take 256. Of an open set the shortest name counts.

    Why:
        The broker refuses the message, and most close the connection of the client that sent it.

    Example:
        topic: {profiles: [aws-iot-core]}
        sites: {"lyon-[1..999999999999999999]-[1..999999999999999999]-[1..999999999999999999]-[1..999999999999999999]-[1..999999999999999999]-[1..999999999999999999]-[1..999999999999999999]-[1..999999999999999999]-[1..999999999999999999]-[1..999999999999999999]-[1..999999999999999999]-[1..999999999999999999]-[1..999999999999999999]-[1..999999999999999999]": {metrics: {power: {type: number}}}}

    Instead:
        topic: {profiles: [aws-iot-core]}
        sites: {"lyon-[1..999]": {metrics: {power: {type: number}}}}
    """
    for profile in _profiles(survey):
        most = profile.bytes
        if most is not None and survey.once(extent)[1] > most:
            # A topic starts one below: its first level has no slash in front.
            grown = lengths(most)
            for offence in offences(survey, -1, grown, _more_than(most)):
                longest, size = offence.longest
                yield _found(
                    survey,
                    offence,
                    f"of more than {most:,} bytes, which is what {profile.title} takes",
                    "shorten the names of the upper levels, which all of them have",
                    f"the longest is {longest} with {size:,}",
                )


@rule("T103", "reserved-first-level", Severity.ERROR)
def reserved_first_level(survey: Survey) -> Iterator[Finding]:
    """Topics start with a level that a profile keeps for the broker: `$SYS`, `$aws`.

    Why:
        The broker drops what clients publish there, or takes it for a request to itself.

    Example:
        topic: {root: $SYS, profiles: [mosquitto]}
        sites: {lyon: {}}

    Instead:
        topic: {root: sys, profiles: [mosquitto]}
        sites: {lyon: {}}
    """
    for profile in _profiles(survey):
        for place in survey.namespace.top:
            first = place.segment.literal or ""
            if any(
                first == word or (word == "$" and first.startswith("$"))
                for word in profile.reserved
            ):
                span = place.origin.span if place.origin else None
                yield Finding(
                    f"{profile.title} keeps topics below {first!r} to itself",
                    span or survey.namespace.locate("topic", "root"),
                    f"call it {first.lstrip('$')!r}"
                    if first.lstrip("$")
                    else "give it another name",
                    path=first,
                )


@rule("T104", "refused-character", Severity.ERROR)
def refused_character(survey: Survey) -> Iterator[Finding]:
    """Topics hold characters that a profile does not take.

    Mosquitto takes no control characters, the United Manufacturing Hub only letters, digits and
    `._-`.

    Why:
        The broker closes the connection of the client, or the bridge drops the message.

    Example:
        topic: {root: umh/v1, profiles: [umh]}
        aspects: {raw: _raw}
        sites: {Saint-Étienne: {metrics: {raw:power: {type: number}}}}

    Instead:
        topic: {root: umh/v1, profiles: [umh]}
        aspects: {raw: _raw}
        sites: {Saint-Etienne: {metrics: {raw:power: {type: number}}}}
    """
    for profile in _profiles(survey):
        if profile.refused is None:
            continue
        for offence in offences(survey, False, _holding(profile.refused), lambda wrong, _: wrong):
            yield _found(
                survey,
                offence,
                f"with characters that {profile.title} does not take (it takes {profile.alphabet})",
                "spell the names in other characters",
                offence.first.text,
            )


def _holding(refused: re.Pattern[str]) -> Callable[[bool, Segment], Iterator[Step[bool]]]:
    """Whether a topic holds one of the characters, after a level."""

    def step(wrong: bool, segment: Segment) -> Iterator[Step[bool]]:
        yield wrong or any(map(refused.search, texts(segment))), from_number(segment.count)

    return step


# --- delivery --------------------------------------------------------------------------------------


@rule("T201", "unsupported-qos", Severity.ERROR)
def unsupported_qos(survey: Survey) -> Iterator[Finding]:
    """Topics are sent with a quality of service that a profile does not have: QoS 2.

    Why:
        AWS IoT Core and Azure Event Grid close the connection of a client that publishes with QoS 2.

    Example:
        topic: {profiles: [aws-iot-core]}
        sites: {lyon: {topics: {about: {payload: info/1, qos: 2}}}}

    Instead:
        topic: {profiles: [aws-iot-core]}
        sites: {lyon: {topics: {about: {payload: info/1, qos: 1}}}}
    """
    highest = max((found.endpoint.qos for found in survey.endpoints), default=0)
    for profile in _profiles(survey):
        if profile.qos < highest:
            for offence in offences(survey, None, _anywhere, _of_qos_above(profile.qos)):
                yield _found(
                    survey,
                    offence,
                    f"of QoS 2, and {profile.title} has QoS 0 and 1",
                    "say `qos: 1` and let consumers take a message twice",
                    offence.first.text,
                )


def _of_qos_above(most: int) -> Callable[[None, Endpoint], bool]:
    return lambda _, endpoint: endpoint.qos > most


def _anywhere(_: None, segment: Segment) -> Iterator[Step[None]]:
    yield None, from_number(segment.count)


@rule("T202", "filter-beyond-limits", Severity.ERROR)
def filter_beyond_limits(survey: Survey) -> Iterator[Finding]:
    """A client's filter has more levels or more bytes than a profile takes.

    The `$share/<group>/` in front of a shared subscription does not count.

    Why:
        The broker refuses the subscription, and many clients do not look at the answer.

    Example:
        topic: {profiles: [aws-iot-core]}
        clients: {historian: {subscribe: "+/+/+/+/+/+/+/+/power"}}

    Instead:
        topic: {profiles: [aws-iot-core]}
        clients: {historian: {subscribe: "+/+/+/#"}}
    """
    namespace = survey.namespace
    for profile in _profiles(survey):
        for found in client_filters(namespace):
            excess = _excess(profile, found.filter)
            if excess:
                yield Finding(
                    f"filter {found.text!r} of client {found.client!r} has {excess}, "
                    f"more than {profile.title} takes",
                    found.span(namespace),
                    "end it earlier in `#`",
                    path=found.path,
                )


def _excess(profile: Profile, filter_: str) -> str | None:
    levels, size = filter_.count("/") + 1, len(filter_.encode())
    if profile.levels is not None and levels > profile.levels:
        return f"{levels} levels"
    return f"{size:,} bytes" if profile.bytes is not None and size > profile.bytes else None


# --- Sparkplug -------------------------------------------------------------------------------------

_TYPES = frozenset(f"{who}{what}" for who in "ND" for what in ("BIRTH", "DEATH", "DATA", "CMD"))

#: Where in a topic of Sparkplug one is: a word for the position, and the type of message.
_State: TypeAlias = tuple[str, str]

#: Where a level leads.
_After: TypeAlias = Callable[[_State, str], _State]

_START: _State = ("start", "")
_WRONG: _State = ("wrong", "")


def _sparkplug_3(state: _State, level: str) -> _State:
    """What follows a position: `spBv1.0/<group>/<type>/<edge node>[/<device>]`, `spBv1.0/STATE/<host>`."""
    where, type_ = state
    match where, level:
        case "start", "spBv1.0":
            return "group", ""
        case "group", "STATE":
            return "host", "STATE"
        case "group", _:
            return "type", ""
        case "type", word if word in _TYPES:
            return "edge node", word
        case "host", _:
            return "end", type_
        case "edge node", _:
            return ("device" if type_[0] == "D" else "end"), type_
        case "device", _:
            return "end", type_
    return _WRONG


def _sparkplug_4(state: _State, level: str) -> _State:
    """What follows a position: `[<prefix>/...]<namespace>/<type>/<edge node>[/<device token>/...]`."""
    where, type_ = state
    match where, level:
        case "start" | "prefix", "spCv4.0" | "spJv4.0":
            return ("first type" if where == "start" else "type"), ""
        case "start" | "prefix", _:
            return "prefix", ""
        case "first type", "STATE":
            return "host", "STATE"
        case "first type" | "type", word if word in _TYPES:
            return "edge node", word
        case "host", _:
            return "end", type_
        case "edge node", _:
            return ("device" if type_[0] == "D" else "end"), type_
        case "device", _:
            return "devices", type_
        case "devices", _:
            return "devices", type_
    return _WRONG


_SPARKPLUG = MappingProxyType({"sparkplug-3": _sparkplug_3, "sparkplug-4": _sparkplug_4})
_FORMS = MappingProxyType(
    {
        "sparkplug-3": "spBv1.0/<group>/<type>/<edge node>[/<device>]",
        "sparkplug-4": "[<prefix>/...]spJv4.0/<type>/<edge node>[/<device>/...]",
    }
)


def _is_whole(state: _State) -> bool:
    return state[0] in {"end", "devices"}


@rule("T301", "no-sparkplug-topic", Severity.ERROR)
def no_sparkplug_topic(survey: Survey) -> Iterator[Finding]:
    """Topics do not have the form of the Sparkplug version that the model asks for.

    Sparkplug 3.0 has `spBv1.0/<group>/<type>/<edge node>[/<device>]` and `spBv1.0/STATE/<host>`; the
    draft of 4.0 lets any prefix stand in front of `spCv4.0` or `spJv4.0`.

    Why:
        A host application subscribes to `spBv1.0/#` and reads the type of a message off its topic.
        It ignores what has another form.

    Example:
        topic: {root: spBv1.0, profiles: [sparkplug-3], containment: free}
        sites: {lyon: {metrics: {power: {type: number}}}}

    Instead:
        topic: {root: spBv1.0, profiles: [sparkplug-3], containment: free}
        sites: {lyon: {topics: {NDATA/gateway: {payload: info/1, kind: event, qos: 0}}}}
    """
    for profile in _profiles(survey):
        after = _SPARKPLUG.get(profile.name)
        if after is None:
            continue
        for offence in offences(survey, _START, _by_word(after), _is_no_topic):
            yield _found(
                survey,
                offence,
                f"that {profile.title} does not have",
                f"give them the form {_FORMS[profile.name]}",
                offence.first.text,
            )


@rule("T302", "sparkplug-delivery", Severity.ERROR)
def sparkplug_delivery(survey: Survey) -> Iterator[Finding]:
    """Messages of Sparkplug 3.0 are not sent as it says: QoS and retain belong to the type.

    NDEATH has QoS 1 and STATE has QoS 1 and is retained. All others have QoS 0, and are not retained
    (Sparkplug 3.0.0 §6.4).

    Why:
        A retained birth is taken for a new one by every host that connects, and a
        retained command is carried out again.

    Example:
        topic: {root: spBv1.0, profiles: [sparkplug-3]}
        sites: {lyon: {topics: {NDATA/gateway: {payload: info/1, retain: true, qos: 0}}}}

    Instead:
        topic: {root: spBv1.0, profiles: [sparkplug-3]}
        sites: {lyon: {topics: {NDATA/gateway: {payload: info/1, retain: false, qos: 0}}}}
    """
    if "sparkplug-3" not in survey.namespace.profiles:
        return

    for offence in offences(survey, _START, _by_word(_sparkplug_3), _is_sent_otherwise):
        yield _found(
            survey,
            offence,
            "sent otherwise than Sparkplug 3.0 says",
            "NDEATH: QoS 1; STATE: QoS 1, retained; all others: QoS 0, not retained",
            offence.first.text,
        )


def _is_sent_otherwise(state: _State, endpoint: Endpoint) -> bool:
    _, type_ = state
    qos = 1 if type_ in {"NDEATH", "STATE"} else 0
    return _is_whole(state) and (endpoint.qos, endpoint.retain) != (qos, type_ == "STATE")


# --- United Manufacturing Hub ------------------------------------------------------------------------


def _umh(state: _State, level: str) -> _State:
    """What follows a position: `umh/v1/<location>/.../<_contract>/.../<name>`."""
    where, _ = state
    marked = level.startswith("_")
    match where, marked:
        case "start", _:
            return ("version", "") if level == "umh" else _WRONG
        case "version", _:
            return ("enterprise", "") if level == "v1" else _WRONG
        case "enterprise", False:
            return ("location", "") if level != "" else _WRONG
        case "location", False:
            return ("location", "") if level != "" else _WRONG
        case "location", True:
            return ("name", "") if level != "_" else _WRONG
        case "name" | "end", _:
            return ("end", "") if level != "" else _WRONG
    return _WRONG


@rule("T401", "no-umh-topic", Severity.ERROR)
def no_umh_topic(survey: Survey) -> Iterator[Finding]:
    """Topics do not have the form of the United Manufacturing Hub.

    That is `umh/v1/`, at least one level of location, a data contract that starts with `_`, and a
    name, with levels between as you like. A location does not start with `_`, and no level is empty.

    Why:
        The hub's bridges drop what has another form, or read the contract off the wrong level.

    Example:
        topic: {root: umh/v1, profiles: [umh]}
        sites: {lyon: {metrics: {power: {type: number}}}}

    Instead:
        topic: {root: umh/v1, profiles: [umh]}
        aspects: {raw: _raw}
        sites: {lyon: {metrics: {raw:power: {type: number}}}}
    """
    if "umh" not in survey.namespace.profiles:
        return

    for offence in offences(survey, _START, _by_word(_umh), _is_no_topic):
        yield _found(
            survey,
            offence,
            "that the United Manufacturing Hub does not have",
            "give them the form umh/v1/<location>/.../<_contract>/.../<name>",
            offence.first.text,
        )


def _by_word(after: _After) -> Callable[[_State, Segment], Iterator[Step[_State]]]:
    """Where each level of a segment leads."""
    return lambda state, segment: ((after(state, word), count) for word, count in words(segment))


def _is_no_topic(state: _State, _: Endpoint) -> bool:
    return not _is_whole(state)
