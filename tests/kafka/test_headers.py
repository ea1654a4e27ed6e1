"""A packet's properties as headers and back, and last values."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.kafka import (
    InvalidProperty,
    MqttProperties,
    headers_from_mqtt,
    mqtt_from_headers,
    retained_payload,
    state_value,
)

CLOUD_EVENT = (("specversion", "1.0"), ("id", "7"), ("source", "/m1"), ("type", "com.acme.state"))


# -- Named cases ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("properties", "headers"),
    [
        pytest.param({}, [("mqtt.qos", b"0"), ("mqtt.retain", b"0")], id="always"),
        pytest.param({"qos": 2, "retain": True}, [("mqtt.qos", b"2"), ("mqtt.retain", b"1")],
                     id="qos-and-retain"),
        pytest.param(
            {"content_type": "application/json", "payload_format": 1, "expiry": 60,
             "response_topic": "a/réponse", "correlation_data": b"\x00\xff"},
            [("mqtt.qos", b"0"), ("mqtt.retain", b"0"), ("content-type", b"application/json"),
             ("mqtt.payload-format", b"1"), ("mqtt.expiry", b"60"),
             ("mqtt.response-topic", "a/réponse".encode()), ("mqtt.correlation-data", b"\x00\xff")],
            id="properties"),
        pytest.param(
            {"topic": "a/b", "schema": "state/1", "model": "1.4.0"},
            [("mqtt.qos", b"0"), ("mqtt.retain", b"0"), ("mqtt.topic", b"a/b"),
             ("uns.schema", b"state/1"), ("uns.model", b"1.4.0")],
            id="what-the-library-adds"),
        pytest.param(
            {"correlation_data": b"", "content_type": ""},
            [("mqtt.qos", b"0"), ("mqtt.retain", b"0"), ("content-type", b""),
             ("mqtt.correlation-data", b"")],
            id="empty-is-not-absent"),
        pytest.param(
            {"user_properties": (("b", "1"), ("a", ""), ("b", "1"))},
            [("mqtt.qos", b"0"), ("mqtt.retain", b"0"), ("b", b"1"), ("a", b""), ("b", b"1")],
            id="order-and-repetition"),
        pytest.param(
            {"user_properties": (("traceparent", "00-4bf9-00f0-01"), ("tracestate", "a=1"))},
            [("mqtt.qos", b"0"), ("mqtt.retain", b"0"), ("traceparent", b"00-4bf9-00f0-01"),
             ("tracestate", b"a=1")],
            id="trace-context"),
        pytest.param(
            {"user_properties": (("mqtt.qos", "9"), ("content-type", "x"), ("ce_id", "y"),
                                 ("uns.schema", "z"), ("mqtt.user.a", "b"))},
            [("mqtt.qos", b"0"), ("mqtt.retain", b"0"), ("mqtt.user.mqtt.qos", b"9"),
             ("mqtt.user.content-type", b"x"), ("mqtt.user.ce_id", b"y"),
             ("mqtt.user.uns.schema", b"z"), ("mqtt.user.mqtt.user.a", b"b")],
            id="reserved-names"),
        pytest.param(
            {"user_properties": (*CLOUD_EVENT, ("partitionkey", "m1"), ("traceparent", "00"),
                                 ("Line", "1"), ("ce_x", "2"))},
            [("mqtt.qos", b"0"), ("mqtt.retain", b"0"), ("ce_specversion", b"1.0"),
             ("ce_id", b"7"), ("ce_source", b"/m1"), ("ce_type", b"com.acme.state"),
             ("ce_partitionkey", b"m1"), ("traceparent", b"00"), ("Line", b"1"),
             ("mqtt.user.ce_x", b"2")],
            id="cloud-event"),
        pytest.param(
            {"user_properties": CLOUD_EVENT[:3]},
            [("mqtt.qos", b"0"), ("mqtt.retain", b"0"), ("specversion", b"1.0"), ("id", b"7"),
             ("source", b"/m1")],
            id="no-cloud-event-without-a-type"),
        pytest.param(
            {"user_properties": CLOUD_EVENT, "content_type": "application/cloudevents+json"},
            [("mqtt.qos", b"0"), ("mqtt.retain", b"0"),
             ("content-type", b"application/cloudevents+json"), ("specversion", b"1.0"),
             ("id", b"7"), ("source", b"/m1"), ("type", b"com.acme.state")],
            id="structured-cloud-event"),
    ],
)  # fmt: skip
def test_headers(properties, headers):
    sent = MqttProperties(**properties)
    assert headers_from_mqtt(sent) == tuple(headers)
    assert mqtt_from_headers(headers) == (sent, ())


@pytest.mark.parametrize(
    ("headers", "read", "lost"),
    [
        pytest.param([], {}, [], id="none"),
        pytest.param([("line", b"1")], {"user_properties": (("line", "1"),)}, [], id="foreign"),
        pytest.param([("mqtt.unknown", b"1")], {"user_properties": (("mqtt.unknown", "1"),)}, [],
                     id="unknown-of-ours"),
        pytest.param([("ce_id", b"1")], {"user_properties": (("ce_id", "1"),)}, [],
                     id="half-a-cloud-event"),
        pytest.param([("x", b"\xff")], {}, [("x", b"\xff")], id="not-utf-8"),
        pytest.param([("x", None)], {}, [("x", None)], id="null"),
        pytest.param([("x", b"")], {"user_properties": (("x", ""),)}, [], id="empty"),
        pytest.param([("x", b"a\0")], {}, [("x", b"a\0")], id="nul"),
        pytest.param([("x\0", b"a")], {}, [("x\0", b"a")], id="nul-in-the-name"),
        pytest.param([("x", b"a" * 65_535)], {"user_properties": (("x", "a" * 65_535),)}, [],
                     id="as-long-as-can-be"),
        pytest.param([("x", b"a" * 65_536)], {}, [("x", b"a" * 65_536)], id="too-long"),
        pytest.param([("mqtt.qos", b"3")], {}, [("mqtt.qos", b"3")], id="qos-3"),
        pytest.param([("mqtt.qos", b"+1")], {}, [("mqtt.qos", b"+1")], id="qos-with-a-sign"),
        pytest.param([("mqtt.qos", b"")], {}, [("mqtt.qos", b"")], id="qos-empty"),
        pytest.param([("mqtt.qos", None)], {}, [("mqtt.qos", None)], id="qos-null"),
        pytest.param([("mqtt.qos", b"1"), ("mqtt.qos", b"2")], {"qos": 1}, [("mqtt.qos", b"2")],
                     id="two-of-a-kind"),
        pytest.param([("mqtt.retain", b"true")], {}, [("mqtt.retain", b"true")], id="retain-text"),
        pytest.param([("mqtt.expiry", b"4294967295")], {"expiry": 4_294_967_295}, [],
                     id="longest-expiry"),
        pytest.param([("mqtt.expiry", b"4294967296")], {}, [("mqtt.expiry", b"4294967296")],
                     id="expiry-too-long"),
        pytest.param([("mqtt.expiry", b"9" * 5000)], {}, [("mqtt.expiry", b"9" * 5000)],
                     id="expiry-of-5000-digits"),
        pytest.param([("mqtt.correlation-data", b"a" * 65_536)], {},
                     [("mqtt.correlation-data", b"a" * 65_536)], id="correlation-data-too-long"),
        pytest.param([("content-type", b"\xff")], {}, [("content-type", b"\xff")],
                     id="content-type-not-utf-8"),
    ],
)  # fmt: skip
def test_headers_of_any_origin(headers, read, lost):
    properties, left = mqtt_from_headers(headers)
    assert properties == MqttProperties(**read)
    assert left == tuple(lost)


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        pytest.param({"qos": 3}, "from 0 to 2", id="qos"),
        pytest.param({"qos": -1}, "from 0 to 2", id="qos-below"),
        pytest.param({"payload_format": 2}, "from 0 to 1", id="payload-format"),
        pytest.param({"expiry": 1 << 32}, "from 0 to 4,294,967,295", id="expiry"),
        pytest.param({"content_type": "a\0"}, r"U\+0000", id="nul"),
        pytest.param({"response_topic": "\ud800"}, "surrogate", id="surrogate"),
        pytest.param(
            {"user_properties": (("a", "é" * 32_768),)}, "65,536 bytes; at most 65,535", id="value"
        ),
        pytest.param({"user_properties": (("a\0", ""),)}, r"U\+0000", id="name"),
        pytest.param(
            {"correlation_data": b"a" * 65_536}, "65,536 bytes; at most 65,535", id="datum"
        ),
    ],
)
def test_properties_no_packet_can_have(properties, reason):
    with pytest.raises(InvalidProperty, match=reason) as caught:
        MqttProperties(**properties)
    assert str(caught.value).startswith("not an MQTT property: ")


def test_state():
    assert state_value(b"") is None  # RETAIN=1 and no payload: clear, a tombstone
    assert state_value(b"\0") == b"\0"
    assert retained_payload(None) == b""
    assert retained_payload(state_value(b"21.5")) == b"21.5"


# -- Laws -----------------------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
names = st.one_of(
    texts,
    st.sampled_from([name for name, _ in CLOUD_EVENT]),
    st.sampled_from(["mqtt.qos", "content-type", "ce_id", "mqtt.user.", "mqtt.user.ce_id", "ce_"]),
    st.sampled_from(["traceparent", "tracestate", "uns.schema", "partitionkey"]),
)
pairs = st.lists(st.tuples(names, texts), max_size=6)
properties = st.builds(
    MqttProperties,
    qos=st.integers(0, 2),
    retain=st.booleans(),
    content_type=st.none() | texts | st.just("application/cloudevents+json"),
    payload_format=st.none() | st.integers(0, 1),
    expiry=st.none() | st.integers(0, 0xFFFF_FFFF),
    response_topic=st.none() | texts,
    correlation_data=st.none() | st.binary(max_size=12),
    user_properties=st.one_of(
        pairs, pairs.map(lambda more: [*more[:2], *CLOUD_EVENT, *more[2:]])
    ).map(tuple),
    topic=st.none() | texts,
    schema=st.none() | texts,
    model=st.none() | texts,
)


@given(properties)
def test_reading_undoes_writing(sent):
    assert mqtt_from_headers(headers_from_mqtt(sent)) == (sent, ())


@given(properties)
def test_every_user_property_has_its_own_header(sent):
    present = [
        each.name
        for each in fields(sent)
        if each.name != "user_properties" and getattr(sent, each.name) is not None
    ]
    headers = headers_from_mqtt(sent)
    assert len(headers) == len(present) + len(sent.user_properties)
    written = [name for name, _ in headers[: len(present)]]
    assert len(set(written)) == len(written)
    assert not set(written) & {name for name, _ in headers[len(present) :]}


@given(st.lists(st.tuples(names, st.none() | st.binary(max_size=8) | texts.map(str.encode))))
def test_no_header_is_dropped_in_silence(headers):
    read = mqtt_from_headers(headers)
    kept = len(read.properties.user_properties) + len(read.lost)
    ours = [name for name, _ in headers if name in {"mqtt.qos", "content-type", "uns.schema"}]
    assert len(headers) - len(ours) <= kept <= len(headers)
    assert set(read.lost) <= set(headers)


@given(st.binary(max_size=8))
def test_a_payload_is_its_state(payload):
    assert retained_payload(state_value(payload)) == payload
    assert (state_value(payload) is None) is (payload == b"")
