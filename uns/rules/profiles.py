"""Rules of family T: limits of the brokers and conventions in `topic.profiles`.

A profile is an entry of :data:`PROFILES`, with the source of each limit. Only profiles
with a topic form (Sparkplug, UMH) have rules for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from uns.counts import from_number, in_words
from uns.diagnostics import Severity
from uns.linting.client_filters import client_filters
from uns.linting.offences import Offence, Step, extent, find_offences, lengths, size, words
from uns.linting.rule import Finding, rule
from uns.linting.spellings import texts
from uns.linting.surveys import Survey
from uns.model.tree import Endpoint, Place
from uns.topics.templates import Segment


@dataclass(frozen=True, slots=True)
class Profile:
    """The limits of one broker or convention; ``None`` or empty: the same as in MQTT.

    ``levels`` and ``bytes`` limit the topic name (UTF-8), ``qos`` is the highest quality of
    service. ``reserved`` are first levels that clients may not use; ``$`` means every level
    that starts with it. ``ingest`` are patterns of first levels that clients may publish below
    all the same, and that do not count for the limits. ``refused`` finds forbidden characters,
    ``alphabet`` describes the allowed ones.
    """

    name: str
    title: str
    sources: tuple[str, ...]
    levels: int | None = None
    bytes: int | None = None
    qos: int = 2
    reserved: tuple[str, ...] = ()
    ingest: tuple[re.Pattern[str], ...] = ()
    refused: re.Pattern[str] | None = None
    alphabet: str = ""

    def reserves(self, first: str) -> bool:
        """Whether clients may not use a first level."""
        return any(
            first == word or (word == "$" and first.startswith("$")) for word in self.reserved
        )

    def counted(self, topic: str) -> str:
        """The part of a topic or filter that counts for the limits."""
        parts = topic.split("/")
        skipped = len(self.ingest)
        is_ingest = len(parts) > skipped > 0 and all(map(re.Pattern.fullmatch, self.ingest, parts))
        return "/".join(parts[skipped:]) if is_ingest else topic


#: Control characters and the non-characters of Unicode.
_UNFIT = re.compile(
    "[\x01-\x1f\x7f-\x9f\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "]"
)
_NOT_UMH = re.compile("[^a-zA-Z0-9._-]")
_BASIC_INGEST = tuple(map(re.compile, (r"\$aws", "rules", "[a-zA-Z0-9_]+")))

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
                alphabet="all but control characters and Unicode non-characters",
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
                    "AWS IoT Core Developer Guide, Basic Ingest: the first three levels do not count",
                ),
                levels=8, bytes=256, qos=1, reserved=("$",), ingest=_BASIC_INGEST,
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
            # Family K checks the names and keys of Kafka, in every model.
            Profile("kafka", "Kafka", ("Apache Kafka, org.apache.kafka.common.internals.Topic",)),
        )
    }
)  # fmt: skip


def _profiles(survey: Survey) -> Iterator[Profile]:
    """The profiles that the model lists."""
    return (PROFILES[name] for name in survey.namespace.profiles)


def _report(
    found: Iterable[Offence],
    fault: str,
    help_: str,
    example: Callable[[Offence], str] | None = None,
) -> Iterator[Finding]:
    """One finding for each node whose topics break a limit."""
    for offence in found:
        node = offence.node
        where = f"{node.equipment_level} {node.name!r}" if node.equipment_level else "the model"
        topics = in_words(offence.topics, "topic")
        shown = example(offence) if example else offence.first.text
        span = node.span or offence.survey.namespace.locate("topic", "root")
        yield Finding(
            f"{where} makes {topics} {fault}: {shown}", span, help_, path=node.template.text
        )


# --- size ------------------------------------------------------------------------------------------


@rule("T101", "too-many-levels", Severity.ERROR)
def too_many_levels(survey: Survey) -> Iterator[Finding]:
    """Topics have more levels than a profile allows.

    Reported once for the node that has them, with the deepest of them. AWS IoT Core allows 8
    levels (7 slashes), after `$aws/rules/<rule>/` if a topic starts so, Azure Event Grid 15, EMQX
    128 unless configured, Mosquitto 201.

    Why:
        The broker refuses the message, and most brokers also disconnect the client.

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
            step = _after_ingest(profile, 0, _count_levels)
            found = find_offences(survey, _Counted(0, 0), step, _more_than(most))
            fault = f"with more than {most} levels, the limit of {profile.title}"
            help_ = "remove a level, or join two of them"
            yield from _report(found, fault, help_, partial(_deepest, profile))


def _deepest(profile: Profile, offence: Offence) -> str:
    text = offence.deepest.text
    return f"{text} has {profile.counted(text).count('/') + 1}"


class _Counted(NamedTuple):
    """How many levels of the ingest prefix are matched, and what the limit counts so far.

    ``matched`` is -1 where no further level can belong to the prefix.
    """

    matched: int
    number: int


def _after_ingest(
    profile: Profile, start: int, step: Callable[[int, Segment], Iterator[Step[int]]]
) -> Callable[[_Counted, Segment], Iterator[Step[_Counted]]]:
    """A step that begins to count anew, from ``start``, after the ingest prefix of a profile."""
    prefix = profile.ingest

    def counting(before: _Counted, segment: Segment) -> Iterator[Step[_Counted]]:
        is_part = 0 <= before.matched < len(prefix) and all(
            prefix[before.matched].fullmatch(word) for word, _ in words(segment)
        )
        matched = before.matched + 1 if is_part else -1
        if matched == len(prefix):
            yield _Counted(-1, start), from_number(segment.count)
            return
        for number, count in step(before.number, segment):
            yield _Counted(matched, number), count

    return counting


def _more_than(most: int) -> Callable[[_Counted, Endpoint], bool]:
    return lambda counted, _: counted.number > most


def _count_levels(levels: int, segment: Segment) -> Iterator[Step[int]]:
    yield levels + 1, from_number(segment.count)


@rule("T102", "too-many-bytes", Severity.ERROR)
def topic_too_long(survey: Survey) -> Iterator[Finding]:
    """Topics have more bytes than a profile allows.

    Reported once for the node that has them, with the longest of them. Bytes are counted in
    UTF-8: é has two. AWS IoT Core and Azure Event Grid allow 256; AWS IoT Core does not count
    `$aws/rules/<rule>/` at the start. For an open set the shortest
    name counts.

    Why:
        The broker refuses the message, and most brokers also disconnect the client.

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
            # A topic starts at -1: its first level has no slash in front.
            step = _after_ingest(profile, -1, lengths(most))
            found = find_offences(survey, _Counted(0, -1), step, _more_than(most))
            fault = f"with more than {most:,} bytes, the limit of {profile.title}"
            help_ = "shorten the names of the upper levels, which they share"
            yield from _report(found, fault, help_, partial(_longest, profile))


def _longest(profile: Profile, offence: Offence) -> str:
    longest, _ = offence.longest
    return f"the longest is {longest} with {size(profile.counted(longest)):,}"


@rule("T103", "reserved-first-level", Severity.ERROR)
def reserved_first_level(survey: Survey) -> Iterator[Finding]:
    """Topics start with a level that the broker of a profile reserves for itself: `$SYS`, `$aws`.

    AWS IoT Core takes messages below `$aws/rules/<rule>/` (Basic Ingest): they go to that rule and
    to no subscriber.

    Why:
        The broker drops messages that clients publish there, or takes them as its own requests.

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
            if profile.reserves(first) and not _is_ingest_of(profile, place):
                span = place.origin.span if place.origin else None
                yield Finding(
                    f"{profile.title} reserves the topics below {first!r} for itself",
                    span or survey.namespace.locate("topic", "root"),
                    _other_first_level(profile, first),
                    path=first,
                )


def is_ingest(survey: Survey, place: Place) -> bool:
    """True if all topics at or below ``place`` are for the ingest of a broker of the model."""
    return any(_is_ingest_of(profile, place) for profile in _profiles(survey))


def _is_ingest_of(profile: Profile, place: Place) -> bool:
    return bool(profile.ingest) and _is_ingest(place, profile.ingest)


def _is_ingest(place: Place, prefix: Sequence[re.Pattern[str]]) -> bool:
    """True if all topics at or below ``place`` start with the prefix, and go on after it."""
    if not prefix:
        return True
    return (
        place.endpoint is None
        and len(place.members) > 0
        and all(prefix[0].fullmatch(word) for word, _ in words(place.segment))
        and all(_is_ingest(below, prefix[1:]) for below in place.members)
    )


def _other_first_level(profile: Profile, first: str) -> str:
    bare = first.lstrip("$")
    other = f"call it {bare!r}" if bare else "give it another name"
    is_ingest = profile.ingest and profile.ingest[0].fullmatch(first)
    return f"{other}, or publish below '$aws/rules/<rule>/'" if is_ingest else other


@rule("T104", "refused-character", Severity.ERROR)
def refused_character(survey: Survey) -> Iterator[Finding]:
    """Topics have characters that a profile does not allow.

    Mosquitto does not allow control characters; the United Manufacturing Hub allows only
    letters, digits and `._-`.

    Why:
        The broker disconnects the client, or the bridge drops the message.

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
        if profile.refused is not None:
            found = find_offences(survey, False, _holding(profile.refused), lambda wrong, _: wrong)
            fault = f"with characters that {profile.title} does not allow"
            help_ = "write the names without these characters"
            yield from _report(found, f"{fault} (allowed: {profile.alphabet})", help_)


def _holding(refused: re.Pattern[str]) -> Callable[[bool, Segment], Iterator[Step[bool]]]:
    """Remember, level by level, if a topic has one of the characters."""

    def step(wrong: bool, segment: Segment) -> Iterator[Step[bool]]:
        yield wrong or any(map(refused.search, texts(segment))), from_number(segment.count)

    return step


# --- delivery --------------------------------------------------------------------------------------


@rule("T201", "unsupported-qos", Severity.ERROR)
def unsupported_qos(survey: Survey) -> Iterator[Finding]:
    """Topics are sent with a quality of service that a profile does not support: QoS 2.

    Why:
        AWS IoT Core and Azure Event Grid disconnect a client that publishes with QoS 2.

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
            found = find_offences(survey, None, _anywhere, _of_qos_above(profile.qos))
            fault = f"with QoS 2, but {profile.title} supports only QoS 0 and 1"
            help_ = "use `qos: 1`, and expect that a message may arrive twice"
            yield from _report(found, fault, help_)


def _of_qos_above(most: int) -> Callable[[None, Endpoint], bool]:
    return lambda _, endpoint: endpoint.qos > most


def _anywhere(_: None, segment: Segment) -> Iterator[Step[None]]:
    yield None, from_number(segment.count)


@rule("T202", "filter-beyond-limits", Severity.ERROR)
def filter_beyond_limits(survey: Survey) -> Iterator[Finding]:
    """A client's filter has more levels or more bytes than a profile allows.

    The `$share/<group>/` in front of a shared subscription does not count, nor what AWS IoT Core
    does not count of a topic.

    Why:
        The broker refuses the subscription, and many clients do not check its answer.

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
                    f"more than {profile.title} allows",
                    found.span(namespace),
                    "shorten it with `#` at the end",
                    path=found.path,
                )


def _excess(profile: Profile, filter_: str) -> str | None:
    counted = profile.counted(filter_)
    levels, length = counted.count("/") + 1, size(counted)
    if profile.levels is not None and levels > profile.levels:
        return f"{levels} levels"
    return f"{length:,} bytes" if profile.bytes is not None and length > profile.bytes else None


# --- Sparkplug -------------------------------------------------------------------------------------

_TYPES = frozenset(f"{who}{what}" for who in "ND" for what in ("BIRTH", "DEATH", "DATA", "CMD"))

#: A position in a topic: a word for it, and the Sparkplug message type if it is known.
_State: TypeAlias = tuple[str, str]

#: The position after the next level.
_After: TypeAlias = Callable[[_State, str], _State]

_START: _State = ("start", "")
_WRONG: _State = ("wrong", "")


def _sparkplug_3(state: _State, level: str) -> _State:
    """The next position in `spBv1.0/<group>/<type>/<edge node>[/<device>]`, `spBv1.0/STATE/<host>`."""
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
        case "edge node", _:
            return ("device" if type_[0] == "D" else "end"), type_
        case "host" | "device", _:
            return "end", type_
    return _WRONG


def _sparkplug_4(state: _State, level: str) -> _State:
    """The next position in `[<prefix>/...]<namespace>/<type>/<edge node>[/<device token>/...]`."""
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
        case "device" | "devices", _:
            return "devices", type_
    return _WRONG


_SPARKPLUG = {
    "sparkplug-3": (_sparkplug_3, "spBv1.0/<group>/<type>/<edge node>[/<device>]"),
    "sparkplug-4": (_sparkplug_4, "[<prefix>/...]spJv4.0/<type>/<edge node>[/<device>/...]"),
}


def _is_whole(state: _State) -> bool:
    return state[0] in {"end", "devices"}


@rule("T301", "no-sparkplug-topic", Severity.ERROR)
def no_sparkplug_topic(survey: Survey) -> Iterator[Finding]:
    """Topics do not have the form of the Sparkplug version that the model asks for.

    Sparkplug 3.0 has `spBv1.0/<group>/<type>/<edge node>[/<device>]` and `spBv1.0/STATE/<host>`; the
    draft of 4.0 allows any prefix before `spCv4.0` or `spJv4.0`.

    Why:
        A host application subscribes to `spBv1.0/#` and takes the message type from the topic.
        It ignores topics of any other form.

    Example:
        topic: {root: spBv1.0, profiles: [sparkplug-3], containment: free}
        sites: {lyon: {metrics: {power: {type: number}}}}

    Instead:
        topic: {root: spBv1.0, profiles: [sparkplug-3], containment: free}
        sites: {lyon: {topics: {NDATA/gateway: {payload: info/1, kind: event, qos: 0}}}}
    """
    for profile in _profiles(survey):
        if profile.name in _SPARKPLUG:
            after, form = _SPARKPLUG[profile.name]
            yield from _report_form(survey, after, profile.title, form)


def _report_form(survey: Survey, after: _After, title: str, form: str) -> Iterator[Finding]:
    found = find_offences(survey, _START, _by_word(after), lambda state, _: not _is_whole(state))
    return _report(found, f"that {title} does not allow", f"give them the form {form}")


@rule("T302", "sparkplug-delivery", Severity.ERROR)
def sparkplug_delivery(survey: Survey) -> Iterator[Finding]:
    """Sparkplug 3.0 messages have the wrong QoS or retain flag for their type.

    NDEATH has QoS 1; STATE has QoS 1 and is retained; all others have QoS 0 and are not retained
    (Sparkplug 3.0.0 §6.4).

    Why:
        Every host that connects takes a retained birth as a new one, and carries out a retained
        command again.

    Example:
        topic: {root: spBv1.0, profiles: [sparkplug-3]}
        sites: {lyon: {topics: {NDATA/gateway: {payload: info/1, retain: true, qos: 0}}}}

    Instead:
        topic: {root: spBv1.0, profiles: [sparkplug-3]}
        sites: {lyon: {topics: {NDATA/gateway: {payload: info/1, retain: false, qos: 0}}}}
    """
    if "sparkplug-3" in survey.namespace.profiles:
        found = find_offences(survey, _START, _by_word(_sparkplug_3), _has_wrong_delivery)
        fault = "with a QoS or retain flag that Sparkplug 3.0 does not allow"
        help_ = "NDEATH: QoS 1; STATE: QoS 1, retained; all others: QoS 0, not retained"
        yield from _report(found, fault, help_)


def _has_wrong_delivery(state: _State, endpoint: Endpoint) -> bool:
    _, type_ = state
    qos = 1 if type_ in {"NDEATH", "STATE"} else 0
    return _is_whole(state) and (endpoint.qos, endpoint.retain) != (qos, type_ == "STATE")


# --- United Manufacturing Hub ------------------------------------------------------------------------


def _umh(state: _State, level: str) -> _State:
    """The next position in `umh/v1/<location>/.../<_contract>/.../<name>`."""
    where, _ = state
    marked = level.startswith("_")
    match where, marked:
        case "start", _ if level == "umh":
            return "version", ""
        case "version", _ if level == "v1":
            return "enterprise", ""
        case "enterprise" | "location", False if level:
            return "location", ""
        case "location", True if level != "_":
            return "name", ""
        case "name" | "end", _ if level:
            return "end", ""
    return _WRONG


@rule("T401", "no-umh-topic", Severity.ERROR)
def no_umh_topic(survey: Survey) -> Iterator[Finding]:
    """Topics do not have the form of the United Manufacturing Hub.

    It is `umh/v1/`, at least one level of location, a data contract that starts with `_`, and a
    name, with any levels between the two. A location does not start with `_`, and levels are
    never empty.

    Why:
        The hub's bridges drop other topics, or take the contract from the wrong level.

    Example:
        topic: {root: umh/v1, profiles: [umh]}
        sites: {lyon: {metrics: {power: {type: number}}}}

    Instead:
        topic: {root: umh/v1, profiles: [umh]}
        aspects: {raw: _raw}
        sites: {lyon: {metrics: {raw:power: {type: number}}}}
    """
    if "umh" in survey.namespace.profiles:
        form = "umh/v1/<location>/.../<_contract>/.../<name>"
        yield from _report_form(survey, _umh, "the United Manufacturing Hub", form)


def _by_word(after: _After) -> Callable[[_State, Segment], Iterator[Step[_State]]]:
    """Step through the levels that a segment can be."""
    return lambda state, segment: ((after(state, word), count) for word, count in words(segment))
