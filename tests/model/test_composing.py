"""Messages are made as they are read: `ns.compose` and `ns.clear`, the other half of `ns.validate`."""

from __future__ import annotations

import enum
import math
from typing import Any

import pydantic
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import uns
from tests.payloads.strategies import json_values, payloads
from uns.diagnostics import InvalidArgument
from uns.model import NotAnEndpoint, UnknownTopic

MODEL = """
uns: 1
payloads:
  counts/1: {fields: {timestamp_ms: {type: timestamp_ms}, made: {type: integer}, "lot?": {type: string, nullable: true}}}
  list/1: {value: {type: array, items: {type: object, fields: {x: {type: number, nullable: true}}}}}
  map/1: {value: {type: map, items: {type: integer}}}
  any/1: {value: any}
  word/1: {value: string}
  number/1: {encoding: text, value: number}
  whole/1: {encoding: text, value: {type: integer, min: -5}}
  flag/1: {encoding: text, value: boolean}
  text/2: {encoding: text, value: string}
  mode/1: {encoding: text, value: {type: enum, values: [auto, manual, ""]}}
  at/1: {encoding: text, value: datetime}
  image/1: {encoding: binary, content_type: image/png, max_bytes: 40}
defaults: {metric_payload: bare/1}
sites:
  lyon:
    metrics:
      vtq: {type: number, unit: bar, min: 0, max: 10, payload: vtq/1}
      bare: {type: number, nullable: true}
      bare-text: {type: string, kind: event}
      text: {type: string, payload: text/1}
      text-number: {type: number, payload: text/1, kind: event}
    topics:
      counts: {payload: counts/1}
      list: {payload: list/1}
      map: {payload: map/1, kind: record}
      any: {payload: any/1}
      word: {payload: word/1}
      number: {payload: number/1}
      whole: {payload: whole/1}
      flag: {payload: flag/1}
      text2: {payload: text/2, kind: command}
      mode: {payload: mode/1}
      at: {payload: at/1}
      image: {payload: image/1}
      image-event: {payload: image/1, kind: event}
      unknown: {payload: unknown/1}
      unknown-event: {payload: unknown/1, kind: event}
    areas:
      "{serial}": {pattern: "[A-Z]{2}[0-9]+", metrics: {speed: {type: number}}}
      legacy: {open: true}
"""
NS = uns.loads(MODEL)
TOPICS = sorted(topic for topic in NS.topics(open="skip"))


# --- laws ------------------------------------------------------------------------------------------------


@given(st.data())
def test_what_is_composed_is_read_again(data: st.DataObject) -> None:
    topic = data.draw(st.sampled_from(TOPICS))
    node = NS[topic]
    assert node.contract is not None
    assert node.endpoint is not None
    is_bytes = node.contract.payload.encoding == "binary"
    value = data.draw(st.binary(max_size=40) if is_bytes else payloads(node.contract))
    assume(not (node.endpoint.retain and value in ("", b"")))
    name, message = NS.compose(topic, value)
    assert (name, type(name), type(message)) == (topic, uns.Topic, bytes)
    for view in ("consumer", "producer"):
        read = NS.validate(name, message, view)
        assert read.value == value
        assert not read.is_cleared


@given(st.data())
def test_any_value_is_read_again_or_refused(data: st.DataObject) -> None:
    topic = data.draw(st.sampled_from(TOPICS))
    value = data.draw(json_values | st.binary(max_size=50) | st.floats() | st.tuples(st.integers()))
    try:
        name, message = NS.compose(topic, value)
    except uns.InvalidPayload:
        return
    assert NS.validate(name, message).value == value


# --- values ----------------------------------------------------------------------------------------------


class Mode(enum.StrEnum):
    AUTO = "auto"


@pytest.mark.parametrize(
    ("topic", "value", "message"),
    [
        ("vtq", {"timestamp_ms": 1, "value": 2.5}, b'{"timestamp_ms":1,"value":2.5}'),
        ("bare", 2.5, b"2.5"),
        ("bare", None, b"null"),
        ("bare-text", "2.5", b'"2.5"'),
        ("bare-text", "", b'""'),
        ("text", "é 2.5\n", "é 2.5\n".encode()),
        ("text-number", 2.5, b"2.5"),
        ("flag", False, b"false"),
        ("text2", "", b""),
        ("mode", Mode.AUTO, b"auto"),
        ("word", '{"a": 1}', b'"{\\"a\\": 1}"'),
        ("any", "é", '"é"'.encode()),
        ("image", b"\xff", b"\xff"),
        ("image-event", b"", b""),
        ("unknown", bytearray(b"a"), b"a"),
    ],
)
def test_what_is_composed(topic: str, value: Any, message: bytes) -> None:
    assert NS.compose(f"lyon/{topic}", value) == (f"lyon/{topic}", message)


@pytest.mark.parametrize(
    ("topic", "value", "reason"),
    [
        ("vtq", 2.5, "expected an object, found 2.5"),
        ("vtq", '{"timestamp_ms": 1, "value": 2.5}', "expected an object, found"),
        ("vtq", {"timestamp_ms": 1, "value": 2.5, "more": 1}, "unknown field"),
        ("vtq", {"timestamp_ms": 1, "value": 11}, "expected a number from 0 to 10 bar"),
        ("bare", "2.5", "expected a number in bar or null|expected a number or null"),
        ("bare", math.nan, "found NaN"),
        ("bare", b"2.5", "not JSON: object of type bytes"),
        ("text-number", "2.5", 'expected a number, found "2.5"'),
        ("text", 2.5, "expected text, found 2.5"),
        ("text", None, "expected text, found null"),
        ("text", b"a", "expected text"),
        ("flag", 1, "expected true or false, found 1"),
        ("map", {1: 2}, "keys that are text"),
        ("any", (1, 2), "with lists and keys that are text"),
        ("any", {1, 2}, "not JSON: object of type set"),
        ("any", "\ud800", "half of a surrogate pair"),
        ("unknown", "text", "expected bytes, found"),
        ("image", b"x" * 41, "at most 40 bytes"),
        ("text", "", "the empty message clears a retained topic; use ns.clear"),
        ("mode", "", "the empty message clears a retained topic; use ns.clear"),
        ("unknown", b"", "the empty message clears a retained topic; use ns.clear"),
    ],
)
def test_what_is_not_composed(topic: str, value: Any, reason: str) -> None:
    with pytest.raises(uns.InvalidPayload, match=reason):
        NS.compose(f"lyon/{topic}", value)


# --- topics ----------------------------------------------------------------------------------------------


def test_a_template_takes_names() -> None:
    value = 2.5
    for template in ("lyon/{serial}/speed", uns.TopicTemplate("lyon/{serial}/speed")):
        assert NS.compose(template, value, serial="AB1")[0] == "lyon/AB1/speed"
    node = next(node for node in NS.endpoints("lyon/+/speed"))
    assert NS.compose(node.template, value, serial="AB1")[0] == "lyon/AB1/speed"
    with pytest.raises(uns.InvalidTemplate, match="there is no value for 'serial'"):
        NS.compose("lyon/{serial}/speed", value)
    with pytest.raises(uns.InvalidTemplate, match="it has no name 'machine'"):
        NS.compose("lyon/{serial}/speed", value, serial="AB1", machine="a")
    with pytest.raises(UnknownTopic):
        NS.compose("lyon/{serial}/speed", value, serial="ab1")


@pytest.mark.parametrize("value", [3, "3"])
def test_a_number_stands_for_its_digits(value: str | int) -> None:
    ns = uns.loads(
        "{uns: 1, sites: {'filler[1..3]': {metrics: {m: {type: number, payload: bare/1}}}}}"
    )
    assert ns.compose("filler{n}/m", 1, n=value) == ("filler3/m", b"1")
    assert uns.TopicTemplate("{any...}").format(any=value) == "3"
    assert uns.TopicTemplate("filler[1..3]/m").format(value) == "filler3/m"


@pytest.mark.parametrize("value", [None, 3.0, True, ["3"], b"3"])
def test_what_is_no_text_is_no_value_of_a_name(value: Any) -> None:
    for template in ("filler{n}/m", "filler{n}/{any...}"):
        names = dict.fromkeys(uns.TopicTemplate(template).names, value)
        with pytest.raises(uns.InvalidTemplate):
            NS.compose(template, 1, **names)
        with pytest.raises(uns.InvalidTemplate):
            uns.TopicTemplate("{any...}").format(any=value)


def test_a_topic_may_have_braces() -> None:
    ns = uns.loads("{uns: 1, sites: {'{{x}': {metrics: {m: {type: number, payload: bare/1}}}}}")
    (topic,) = ns.topics()
    assert ns.compose(topic, 1) == (topic, b"1")


def test_only_endpoints_take_messages() -> None:
    with pytest.raises(NotAnEndpoint):
        NS.compose("lyon", 1)
    with pytest.raises(UnknownTopic):
        NS.compose("lyon/speeed", 1)
    with pytest.raises(uns.InvalidTopic):
        NS.compose("lyon/#", 1)


def test_what_is_not_modelled_takes_bytes() -> None:
    assert NS.compose("lyon/legacy/a", b"\xff") == ("lyon/legacy/a", b"\xff")
    with pytest.raises(InvalidArgument, match="must be bytes"):
        NS.compose("lyon/legacy/a", "text")


# --- types of the caller ---------------------------------------------------------------------------------


class Counts(pydantic.BaseModel):
    timestamp_ms: int
    made: int = pydantic.Field(alias="made")
    lot: str | None = None


def test_an_instance_of_a_bound_type_is_composed() -> None:
    ns = NS.bind("counts/1", Counts)
    for value in (Counts(timestamp_ms=1, made=2), Counts(timestamp_ms=1, made=2, lot=None)):
        assert ns.validate(*ns.compose("lyon/counts", value)).value == value
    assert ns.compose("lyon/counts", Counts(timestamp_ms=1, made=2))[1] == (
        b'{"timestamp_ms":1,"made":2}'
    )
    with pytest.raises(uns.InvalidPayload, match="not an instance of the bound type"):
        ns.compose("lyon/counts", 5)
    with pytest.raises(uns.InvalidPayload, match="whole milliseconds"):
        ns.compose("lyon/counts", Counts(timestamp_ms=-1, made=2))


def test_a_bound_text_and_bound_bytes_are_composed() -> None:
    ns = NS.bind("mode/1", Mode).bind("image/1", bytes)
    assert ns.compose("lyon/mode", Mode.AUTO)[1] == b"auto"
    assert ns.validate("lyon/mode", b"auto").value is Mode.AUTO
    assert ns.compose("lyon/image", b"\xff")[1] == b"\xff"


# --- clearing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("topic", TOPICS)
def test_every_retained_topic_is_cleared_whatever_it_carries(topic: str) -> None:
    endpoint = NS[topic].endpoint
    assert endpoint is not None
    if not endpoint.retain:
        with pytest.raises(InvalidArgument, match="is not retained"):
            NS.clear(topic)
        return
    assert NS.clear(topic) == (topic, b"")
    for view in ("consumer", "producer"):
        for empty in (b"", "", bytearray(), memoryview(b"")):
            message = NS.validate(topic, empty, view)
            assert message.is_cleared
            assert message.value is None
    assert NS.check(topic, b"") == ()


@pytest.mark.parametrize(
    ("topic", "taken"),
    [
        ("bare-text", False),
        ("map", False),
        ("text2", True),
        ("text-number", False),
        ("image-event", True),
        ("unknown-event", True),
    ],
)
def test_the_empty_message_on_a_topic_that_is_not_retained(topic: str, taken: bool) -> None:
    """Text takes it if its facets do, bytes always, JSON never."""
    assert (NS.check(f"lyon/{topic}", b"") == ()) is taken
    if taken:
        assert not NS.validate(f"lyon/{topic}", b"").is_cleared


def test_what_is_not_an_endpoint_is_not_cleared() -> None:
    with pytest.raises(NotAnEndpoint):
        NS.clear("lyon")
    with pytest.raises(UnknownTopic):
        NS.clear("lyon/speeed")
    with pytest.raises(InvalidArgument):
        NS.clear("lyon/legacy/a")
