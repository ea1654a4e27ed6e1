"""Translates the properties of a PUBLISH packet to record headers and back; last values.

Headers are an ordered list of names and bytes in which names can repeat, like MQTT 5.0 user
properties, so those are copied unchanged. The other properties get reserved names; a user
property with such a name is escaped, never overwritten. A CloudEvent in MQTT's binary mode
becomes one in Kafka's. Nothing is lost silently: headers that MQTT cannot carry are returned as
``lost``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final, NamedTuple, TypeAlias

from uns.diagnostics import InvalidText

#: A record header; the value can be missing, which is not the same as empty.
Header: TypeAlias = tuple[str, bytes | None]

#: Longest UTF-8 string or binary datum in an MQTT packet, in bytes (MQTT 5.0 §1.5.4, §1.5.6).
_MAX_BYTES: Final = 65_535

#: Prefix of a user property whose name is reserved.
_USER = "mqtt.user."

#: Prefix of an attribute in the CloudEvents Kafka binding.
_CLOUD = "ce_"

_RESERVED = ("mqtt.", "uns.", _CLOUD)

#: The attributes that every CloudEvent has (CloudEvents 1.0).
_REQUIRED = frozenset({"specversion", "id", "source", "type"})

#: W3C Trace Context has the same header names everywhere, also with a CloudEvent.
_TRACE = frozenset({"traceparent", "tracestate"})

_is_attribute = re.compile(r"[a-z0-9]+").fullmatch


class InvalidProperty(InvalidText):
    """A value that an MQTT 5.0 property cannot have."""

    noun: ClassVar[str] = "MQTT property"
    article: ClassVar[str] = "an"


@dataclass(frozen=True, slots=True)
class MqttProperties:
    """The properties of a PUBLISH packet, and those that this library adds.

    The names are those of MQTT 5.0; ``expiry`` is the remaining seconds. User properties keep
    their order and duplicates. ``topic`` is for records whose key is not the whole topic;
    ``schema`` is the name of the payload contract, and ``model`` is the version of the model that
    the message was checked against.

    Raises :class:`InvalidProperty` (MQTT 5.0 §1.5.4, §3.3).
    """

    qos: int = 0
    retain: bool = False
    content_type: str | None = None
    payload_format: int | None = None
    expiry: int | None = None
    response_topic: str | None = None
    correlation_data: bytes | None = None
    user_properties: tuple[tuple[str, str], ...] = ()
    topic: str | None = None
    schema: str | None = None
    model: str | None = None

    def __post_init__(self) -> None:
        _check_number("qos", self.qos, 2, "MQTT-3.3.1-4")
        _check_number("payload_format", self.payload_format, 1)
        _check_number("expiry", self.expiry, 0xFFFF_FFFF)
        texts = (self.content_type, self.response_topic, self.topic, self.schema, self.model)
        for text in (*texts, *(part for pair in self.user_properties for part in pair)):
            if text is not None:
                _check_text(text)
        if len(self.correlation_data or b"") > _MAX_BYTES:
            size = len(self.correlation_data or b"")
            text = "correlation_data"
            reason = f"it has {size:,} bytes; at most 65,535 are allowed"
            raise InvalidProperty(text, (0, len(text)), reason)


def _check_number(name: str, number: int | None, most: int, clause: str | None = None) -> None:
    if number is not None and not 0 <= number <= most:
        text = f"{name}={number}"
        raise InvalidProperty(text, (0, len(text)), f"use a number from 0 to {most:,}", clause)


def _check_text(text: str) -> None:
    if (at := text.find("\0")) >= 0:
        raise InvalidProperty(text, (at, at + 1), "U+0000 is not allowed", "MQTT-1.5.4-2")
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        reason = "a surrogate has no UTF-8 encoding"
        raise InvalidProperty(text, (error.start, error.end), reason, "MQTT-1.5.4-1") from None
    if size > _MAX_BYTES:
        reason = f"it has {size:,} bytes; at most 65,535 are allowed"
        raise InvalidProperty(text, (0, len(text)), reason)


# -- To Kafka -------------------------------------------------------------------------------------


def headers_from_mqtt(properties: MqttProperties) -> tuple[Header, ...]:
    """The record headers for a message with these properties.

    QoS and RETAIN are always there, the rest if it is set. A user property keeps its name, except
    that names which start with ``mqtt.``, ``uns.`` or ``ce_``, and ``content-type``, get the
    prefix ``mqtt.user.``. For a CloudEvent, every property that can be an attribute gets the
    prefix ``ce_`` of the Kafka binding.

    >>> headers_from_mqtt(MqttProperties(qos=1, user_properties=(("line", "1"), ("mqtt.qos", "9"))))
    (('mqtt.qos', b'1'), ('mqtt.retain', b'0'), ('line', b'1'), ('mqtt.user.mqtt.qos', b'9'))
    """
    headers: list[Header] = []
    for name, written in _FIELDS.items():
        value = getattr(properties, written.field)
        if value is not None:
            headers.append((name, written.write(value)))
    attributes = _attributes(properties.content_type, dict(properties.user_properties))
    for name, text in properties.user_properties:
        headers.append((_header_name(name, attributes), text.encode()))
    return tuple(headers)


def _header_name(name: str, attributes: bool) -> str:
    if attributes and _is_attribute(name) and name not in _TRACE:
        return _CLOUD + name
    if name.startswith(_RESERVED) or name == "content-type":
        return _USER + name
    return name


def _attributes(content_type: str | None, names: Iterable[str]) -> bool:
    """Whether these are the attributes of a CloudEvent in binary mode."""
    structured = content_type is not None and content_type.startswith("application/cloudevents")
    return not structured and _REQUIRED.issubset(names)


# -- To MQTT --------------------------------------------------------------------------------------


class HeadersRead(NamedTuple):
    """The properties from record headers, and the headers that MQTT cannot carry."""

    properties: MqttProperties
    #: Not UTF-8, too long, without a value, out of range, or duplicates.
    lost: tuple[Header, ...]


def mqtt_from_headers(headers: Iterable[Header]) -> HeadersRead:
    r"""The properties of the message in a record with these headers.

    The reverse of :func:`headers_from_mqtt`, for headers from any source: unknown names become
    user properties.

    >>> read = mqtt_from_headers([("mqtt.qos", b"1"), ("line", b"1"), ("trace", b"\xff")])
    >>> read.properties.qos, read.properties.user_properties, read.lost
    (1, (('line', '1'),), (('trace', b'\xff'),))
    """
    headers = tuple(headers)
    fields: dict[str, Any] = {}
    user_properties: list[tuple[str, str]] = []
    lost: list[Header] = []
    cloud = [name.removeprefix(_CLOUD) for name, _ in headers if name.startswith(_CLOUD)]
    content_type = dict(headers).get("content-type") or b""
    attributes = _attributes(content_type.decode(errors="replace"), cloud)
    for name, value in headers:
        known = _FIELDS.get(name)
        if value is None or (known is not None and known.field in fields):
            lost.append((name, value))
            continue
        try:
            if known is None:
                user_properties.append((_property_name(name, attributes), _text(value)))
            else:
                fields[known.field] = known.read(value)
        except ValueError:
            lost.append((name, value))
    properties = MqttProperties(**fields, user_properties=tuple(user_properties))
    return HeadersRead(properties, tuple(lost))


def _property_name(name: str, attributes: bool) -> str:
    if attributes and name.startswith(_CLOUD):
        return name.removeprefix(_CLOUD)
    name = name.removeprefix(_USER)
    _check_text(name)
    return name


# -- The fields, both ways ------------------------------------------------------------------------


class _Field(NamedTuple):
    """A property with a reserved header; ``read`` raises ValueError for an invalid value."""

    field: str
    write: Callable[[Any], bytes]
    read: Callable[[bytes], Any]


def _digits(number: int) -> bytes:
    return b"%d" % number


def _up_to(most: int) -> Callable[[bytes], int]:
    def read(value: bytes) -> int:
        number = int(value) if len(value) <= 10 and value.isdigit() else most + 1
        if number > most:
            raise ValueError(value)
        return number

    return read


def _flag(value: bytes) -> bool:
    return bool(_up_to(1)(value))


def _text(value: bytes) -> str:
    text = value.decode()
    _check_text(text)
    return text


def _datum(value: bytes) -> bytes:
    if len(value) > _MAX_BYTES:
        raise ValueError(len(value))
    return value


_FIELDS: Mapping[str, _Field] = MappingProxyType(
    {
        "mqtt.qos": _Field("qos", _digits, _up_to(2)),
        "mqtt.retain": _Field("retain", _digits, _flag),
        "mqtt.topic": _Field("topic", str.encode, _text),
        # The CloudEvents Kafka binding has the same name for it.
        "content-type": _Field("content_type", str.encode, _text),
        "mqtt.payload-format": _Field("payload_format", _digits, _up_to(1)),
        "mqtt.expiry": _Field("expiry", _digits, _up_to(0xFFFF_FFFF)),
        "mqtt.response-topic": _Field("response_topic", str.encode, _text),
        "mqtt.correlation-data": _Field("correlation_data", bytes, _datum),
        "uns.schema": _Field("schema", str.encode, _text),
        "uns.model": _Field("model", str.encode, _text),
    }
)


# -- The state ------------------------------------------------------------------------------------


def state_value(payload: bytes) -> bytes | None:
    """The record value in a compacted topic for a payload published with RETAIN=1.

    A retained message without a payload clears the topic [MQTT-3.3.1-6], as a record without a
    value (a tombstone) does. Do not use it for payloads published with RETAIN=0: they are not
    state, and an empty one is not a tombstone.

    >>> state_value(b"21.5"), state_value(b"")
    (b'21.5', None)
    """
    return payload or None


def retained_payload(value: bytes | None) -> bytes:
    """The payload to publish with RETAIN=1 for a record of a compacted topic.

    >>> retained_payload(b"21.5"), retained_payload(None)
    (b'21.5', b'')
    """
    return value or b""
