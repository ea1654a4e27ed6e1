"""Which messages pass, which do not, and what is said of them."""

from __future__ import annotations

import datetime as dt
import json
import math
import pickle
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.payloads.strategies import (
    BOOLEAN_METRIC,
    EMPTY,
    INTEGER_METRIC,
    JOB_ORDER,
    MACHINE_STATE,
    SPEED,
    STANDARD,
    STRING_METRIC,
    UNBOUND,
    VTQ,
    T,
    contracts,
    json_values,
    opt,
    payloads,
)
from uns.diagnostics import UNSError
from uns.payloads import validators
from uns.payloads.contracts import Field, PayloadContract, PayloadType, ValueType
from uns.payloads.examples import example
from uns.payloads.faults import Fault, FaultKind, InvalidPayload, describe
from uns.payloads.strict_json import adds_up, count_strings, repeated_keys
from uns.payloads.validators import (
    InvalidForeignSchema,
    MissingExtra,
    is_datetime,
    validate,
    validator,
)

OK = b'"timestamp_ms": 1733904005123, "value": 1'
ANYTHING = PayloadContract(PayloadType("any/1", (opt("x", ValueType("any")),)))


def v(value: bytes) -> bytes:
    return b'{"timestamp_ms": 1733904005123, "value": ' + value + b"}"


def ts(value: bytes) -> bytes:
    return b'{"timestamp_ms": ' + value + b', "value": 1}'


def more(fields: bytes) -> bytes:
    return b"{" + OK + fields + b"}"


def job(fields: bytes) -> bytes:
    return b'{"timestamp_ms":1,"job_order_id":"J1","dispatch_status":"Ready"' + fields + b"}"


def state(fields: bytes) -> bytes:
    return b'{"timestamp_ms":1,"state":"Idle","serial":"AB123456"' + fields + b"}"


# --- messages that fail -------------------------------------------------------------------


def _refused(contract: PayloadContract, payload: object, text: str, view: Any = "consumer") -> None:
    with pytest.raises(InvalidPayload) as caught:
        validate(contract, payload, view)
    assert str(caught.value) == f"not a {contract.name} message: {text}"


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        pytest.param(b"", "the message is empty; that clears a topic only if the topic is retained", id="empty"),
        pytest.param(b"  ", "it ends too early (line 1, column 3)", id="white space"),
        pytest.param(b"\xef\xbb\xbf" + v(b"1"), "it starts with a byte order mark [RFC 8259 §8.1]", id="BOM"),
        pytest.param('{"a":1}'.encode("utf-16-le"), 'unexpected "\\0" (line 1, column 2)', id="UTF-16"),
        pytest.param(b'{"value": "\xff"}', "byte 12 is not UTF-8 [RFC 8259 §8.1]", id="not UTF-8"),
        pytest.param(b'{"value": "\xed\xa0\x80"}', "byte 12 is not UTF-8 [RFC 8259 §8.1]", id="encoded surrogate"),
        pytest.param(b'{"value": "\\ud800"}', "half of a surrogate pair is not a character", id="half a pair"),
        pytest.param(b'{"value": "\\udc00x"}', "half of a surrogate pair is not a character", id="other half"),
        pytest.param(b'{"\\ud800": 1}', "half of a surrogate pair is not a character", id="half a pair in a key"),
        pytest.param(b"hello", 'unexpected "h" (line 1, column 1)', id="bare word"),
        pytest.param(b"{'value': 1}", 'unexpected "\'" (line 1, column 2)', id="single quotes"),
        pytest.param(b'{"value": 1,}', 'unexpected "," (line 1, column 12)', id="trailing comma"),
        pytest.param(b'{"value": 1} // ok', 'unexpected "/" (line 1, column 14)', id="comment"),
        pytest.param(b"{} {}", 'unexpected "{" (line 1, column 4)', id="two documents"),
        pytest.param(b'{"timestamp_ms": 17339', "it ends too early (line 1, column 23)", id="cut off"),
        pytest.param(b'{"quality": "go', "a text is never closed (line 1, column 13)", id="cut off in a text"),
        pytest.param(b'{"quality": "a\nb"}', 'unexpected "\\n" (line 1, column 15)', id="control character"),
        pytest.param(v(b"01"), 'unexpected "1" (line 1, column 43)', id="leading zero"),
        pytest.param(v(b"+1"), 'unexpected "+" (line 1, column 42)', id="plus"),
        pytest.param(v(b"0x10"), 'unexpected "x" (line 1, column 43)', id="hex"),
        pytest.param(b'{"quality": "\\x"}', 'unexpected "\\" (line 1, column 14)', id="bad escape"),
        pytest.param(b"{value: 1}", 'unexpected "v" (line 1, column 2)', id="no quotes"),
        pytest.param(b"\x00", 'unexpected "\\0" (line 1, column 1)', id="nul"),
        pytest.param(b"[" * 100000, "nested deeper than 200 levels", id="deep lists"),
        pytest.param(v(b"[" * 202 + b"]" * 202), "nested deeper than 200 levels", id="deep and closed"),
        pytest.param(b'{"a":' * 50000, "nested deeper than 200 levels", id="deep objects"),
        pytest.param(v(b"1" * 4301), "a whole number has more than 4,300 digits", id="too many digits"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_json(payload, text):
    _refused(SPEED, payload, f"$: not JSON: {text}")


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        pytest.param(v(b"NaN"), "$.value: expected a number from 0 to 3 m/s, found NaN", id="NaN"),
        pytest.param(v(b"Infinity"), "$.value: expected a number from 0 to 3 m/s, found Infinity", id="Infinity"),
        pytest.param(v(b"-Infinity"), "$.value: expected a number from 0 to 3 m/s, found -Infinity", id="-Infinity"),
        pytest.param(v(b"1e400"), "$.value: expected a number from 0 to 3 m/s, found a number beyond the range of a double", id="1e400"),
        pytest.param(ts(b"NaN"), "$.timestamp_ms: expected whole milliseconds since 1970, found NaN", id="NaN timestamp"),
        pytest.param(more(b', "x": NaN'), "$.x: expected a finite number, found NaN", id="NaN in unknown field"),
        pytest.param(more(b', "x": {"y": [0, -1e999]}'), "$.x.y[1]: expected a finite number, found a number beyond the range of a double", id="NaN deep in unknown field"),
        pytest.param(b'{"value": 2, ' + OK + b"}", "$.value: duplicate key", id="same key twice"),
        pytest.param(b'{"valu\\u0065": 2, ' + OK + b"}", "$.value: duplicate key", id="same key twice, escaped"),
        pytest.param(b'{"value" : 2, "value" : 3, ' + OK + b"}", ("2 faults\n  $.value: duplicate key\n  $.value: duplicate key"), id="same key thrice with spaces"),
        pytest.param(more(b', "x": 1, "x": 1'), "$.x: duplicate key", id="unknown key twice"),
        pytest.param(more(b', "x": [{"a": 1, "a": 2}]'), "$.x[0].a: duplicate key", id="unknown nested key twice"),
        pytest.param(b'{"value": "b", "value": "b", "timestamp_ms": 1}', ('2 faults\n  $.value: expected a number from 0 to 3 m/s, found "b"\n  $.value: duplicate key'), id="wrong and twice"),
        pytest.param(more(b', "x": "a: b", "x": "a: b"'), "$.x: duplicate key", id="colon text twice"),
        pytest.param(more(b', "x": "\\":", "x" : 1'), "$.x: duplicate key", id="quote colon text hides a repeat"),
        pytest.param(b"[]", "$: expected an object, found an empty list", id="list"),
        pytest.param(b"1", "$: expected an object, found 1", id="number"),
        pytest.param(b'"x"', '$: expected an object, found "x"', id="text"),
        pytest.param(b"null", "$: expected an object, found null", id="null"),
        pytest.param(b"true", "$: expected an object, found true", id="boolean"),
        pytest.param(b"{}", ("2 faults\n  $.timestamp_ms: missing; expected whole milliseconds since 1970\n  $.value: missing; expected a number from 0 to 3 m/s"), id="nothing there"),
        pytest.param(b'{"timestamp_ms": 1}', "$.value: missing; expected a number from 0 to 3 m/s", id="value missing"),
        pytest.param(v(b"null"), "$.value: expected a number from 0 to 3 m/s, found null", id="value null"),
        pytest.param(v(b'"hot"'), '$.value: expected a number from 0 to 3 m/s, found "hot"', id="value text"),
        pytest.param(v(b'"1"'), '$.value: expected a number from 0 to 3 m/s, found "1"', id="value numeric text"),
        pytest.param(v(b"true"), "$.value: expected a number from 0 to 3 m/s, found true", id="value boolean"),
        pytest.param(v(b"[1]"), "$.value: expected a number from 0 to 3 m/s, found a list", id="value list"),
        pytest.param(v(b"[]"), "$.value: expected a number from 0 to 3 m/s, found an empty list", id="value empty list"),
        pytest.param(v(b'{"a":1}'), "$.value: expected a number from 0 to 3 m/s, found an object", id="value object"),
        pytest.param(v(b"-0.1"), "$.value: expected a number from 0 to 3 m/s, found -0.1", id="below"),
        pytest.param(v(b"3.1"), "$.value: expected a number from 0 to 3 m/s, found 3.1", id="above"),
        pytest.param(v(b"4"), "$.value: expected a number from 0 to 3 m/s, found 4", id="above whole"),
        pytest.param(v(b"3.0000000000000004"), "$.value: expected a number from 0 to 3 m/s, found 3.0000000000000004", id="just above"),
        pytest.param(v(b"4.0"), "$.value: expected a number from 0 to 3 m/s, found 4.0", id="above, as a float"),
        pytest.param(v(b"1e300"), "$.value: expected a number from 0 to 3 m/s, found 1e+300", id="far above"),
        pytest.param(v(b"9" * 100), "$.value: expected a number from 0 to 3 m/s, found a very long number", id="long number"),
        pytest.param(ts(b'"2026-01-01T00:00:00Z"'), '$.timestamp_ms: expected whole milliseconds since 1970, found "2026-01-01T00:00:00Z"; it looks like a date', id="timestamp text"),
        pytest.param(ts(b"1.5"), "$.timestamp_ms: expected whole milliseconds since 1970, found 1.5", id="timestamp fraction"),
        pytest.param(ts(b"-1"), "$.timestamp_ms: expected whole milliseconds since 1970, found -1", id="timestamp negative"),
        pytest.param(ts(b"1733904005123456"), "$.timestamp_ms: expected whole milliseconds since 1970, found 1733904005123456; it looks like microseconds", id="timestamp in us"),
        pytest.param(ts(b"1733904005123456789"), "$.timestamp_ms: expected whole milliseconds since 1970, found 1733904005123456789; it looks like nanoseconds", id="timestamp in ns"),
        pytest.param(ts(b"1.7e18"), "$.timestamp_ms: expected whole milliseconds since 1970, found 1.7e+18; it looks like nanoseconds", id="timestamp in ns as float"),
        pytest.param(ts(b"253402300800000"), "$.timestamp_ms: expected whole milliseconds since 1970, found 253402300800000; it looks like microseconds or nanoseconds", id="timestamp past the end"),
        pytest.param(ts(b"null"), "$.timestamp_ms: expected whole milliseconds since 1970, found null", id="timestamp null"),
        pytest.param(ts(b"true"), "$.timestamp_ms: expected whole milliseconds since 1970, found true", id="timestamp true"),
        pytest.param(more(b', "quality": "Good"'), '$.quality: expected one of good, uncertain, bad, found "Good"; did you mean \'good\'?', id="quality unknown"),
        pytest.param(more(b', "quality": "uncertan"'), '$.quality: expected one of good, uncertain, bad, found "uncertan"; did you mean \'uncertain\'?', id="quality near"),
        pytest.param(more(b', "quality": "stale"'), '$.quality: expected one of good, uncertain, bad, found "stale"', id="quality far"),
        pytest.param(more(b', "quality": 192'), "$.quality: expected one of good, uncertain, bad, found 192", id="quality number"),
        pytest.param(more(b', "quality": null'), "$.quality: expected one of good, uncertain, bad, found null", id="quality null"),
        pytest.param(more(b', "unit": "km/h"'), '$.unit: expected "m/s", found "km/h"', id="other unit"),
        pytest.param(more(b', "seq": -1'), "$.seq: expected a whole number of at least 0, found -1", id="seq negative"),
        pytest.param(more(b', "seq": 0.5'), "$.seq: expected a whole number of at least 0, found 0.5", id="seq fraction"),
        pytest.param(b'{"timestamp_ms": "now", "quality": "x", "seq": -1}', ('4 faults\n  $.timestamp_ms: expected whole milliseconds since 1970, found "now"\n  $.value: missing; expected a number from 0 to 3 m/s\n  $.quality: expected one of good, uncertain, bad, found "x"\n  $.seq: expected a whole number of at least 0, found -1'), id="several"),
        pytest.param(v(b'"' + b"x" * 1000 + b'"'), '$.value: expected a number from 0 to 3 m/s, found "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..."', id="long text"),
        pytest.param(v(b'"\\u001b[31m"'), '$.value: expected a number from 0 to 3 m/s, found "\\x1b[31m"', id="steering text"),
        pytest.param(more(b', "unit": "M/S"'), '$.unit: expected "m/s", found "M/S"; did you mean \'m/s\'?', id="two units"),
    ],
)  # fmt: skip
def test_a_bad_metric(payload, text):
    _refused(SPEED, payload, text)


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        pytest.param(b'{"timestamp_ms":1,"job_order_id":"123456789","dispatch_status":"Ready"}', '$.job_order_id: expected text of at most 8 characters, found "123456789"', id="id too long"),
        pytest.param(job(b',"start_time":"2026-01-01T00:00:00"'), '$.start_time: expected an RFC 3339 date-time with an offset, found "2026-01-01T00:00:00"; the offset is missing, such as Z or +01:00', id="date without offset"),
        pytest.param(job(b',"start_time":"2026-01-01"'), '$.start_time: expected an RFC 3339 date-time with an offset, found "2026-01-01"; the time of day is missing', id="date only"),
        pytest.param(job(b',"start_time":"2026-02-29T00:00:00Z"'), '$.start_time: expected an RFC 3339 date-time with an offset, found "2026-02-29T00:00:00Z"', id="day that is none"),
        pytest.param(job(b',"start_time":"2026-13-01T00:00:00Z"'), '$.start_time: expected an RFC 3339 date-time with an offset, found "2026-13-01T00:00:00Z"', id="month 13"),
        pytest.param(job(b',"start_time":"2026-01-01T24:00:00Z"'), '$.start_time: expected an RFC 3339 date-time with an offset, found "2026-01-01T24:00:00Z"', id="hour 24"),
        pytest.param(job(b',"start_time":"2026-01-01T12:00:60Z"'), '$.start_time: expected an RFC 3339 date-time with an offset, found "2026-01-01T12:00:60Z"', id="leap second at noon"),
        pytest.param(job(b',"start_time":"2026-01-01 00:00:00Z"'), '$.start_time: expected an RFC 3339 date-time with an offset, found "2026-01-01 00:00:00Z"; write T between date and time', id="space for T"),
        pytest.param(job(',"start_time":"٢٠٢٦-01-01T00:00:00Z"'.encode()), '$.start_time: expected an RFC 3339 date-time with an offset, found "٢٠٢٦-01-01T00:00:00Z"', id="Arabic digits"),
        pytest.param(job(b',"start_time":1733904005'), "$.start_time: expected an RFC 3339 date-time with an offset, found 1733904005; it looks like seconds since 1970", id="date as number"),
        pytest.param(job(b',"material_requirements":[{"material_definition_id":"a","material_use":"Produced","quantity":1,"unit":"KG"}]'), '$.material_requirements[0].unit: expected a UCUM unit, found "KG"; did you mean \'kg\'?', id="unit misspelt"),
        pytest.param(job(b',"material_requirements":[{"material_definition_id":"a","material_use":"Produced","quantity":1,"unit":"bottles"}]'), '$.material_requirements[0].unit: expected a UCUM unit, found "bottles"; did you mean \'{bottle}\'?', id="unit unknown"),
        pytest.param(job(b',"material_requirements":[{"material_definition_id":"a","material_use":"Produced","quantity":1,"unit":"kg"},{"material_definition_id":1,"material_use":"made","quantity":"1"}]'), ('4 faults\n  $.material_requirements[1].material_definition_id: expected text, found 1\n  $.material_requirements[1].material_use: expected one of Consumed, Produced, Consumable, Other, found "made"\n  $.material_requirements[1].quantity: expected a number, found "1"\n  $.material_requirements[1].unit: missing; expected a UCUM unit'), id="second item wrong"),
        pytest.param(job(b',"material_requirements":{}'), "$.material_requirements: expected a list, found an empty object", id="list is an object"),
        pytest.param(job(b',"parameters":[]'), "$.parameters: expected an object with any names, found an empty list", id="map is a list"),
        pytest.param(job(b',"parameters":{"p":[1,NaN]}'), "$.parameters.p[1]: expected a finite number, found NaN", id="NaN in any"),
        pytest.param(job(b',"parameters":{"p":{"q":1,"q":1}}'), "$.parameters.p.q: duplicate key", id="key twice in any"),
    ],
)  # fmt: skip
def test_a_bad_job_order(payload, text):
    _refused(JOB_ORDER, payload, text)


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        pytest.param(b'{"timestamp_ms":1,"state":"Idle","serial":"ab123456"}', '$.serial: expected text like [A-Z]{2}[0-9]{6}, found "ab123456"', id="pattern"),
        pytest.param(b'{"timestamp_ms":1,"state":"Idle","serial":"AB123456\\n"}', '$.serial: expected text like [A-Z]{2}[0-9]{6}, found "AB123456\\n"', id="pattern, line feed"),
        pytest.param(state(b',"stop_reason":{"text":"jam"}'), "$.stop_reason.id: missing; expected a whole number", id="nested missing"),
        pytest.param(state(b',"stop_reason":{"id":"7"}'), '$.stop_reason.id: expected a whole number, found "7"', id="nested wrong"),
        pytest.param(state(b',"alarms":[{"alarm_id":"a","severity":0,"active":true}]'), "$.alarms[0].severity: expected a whole number from 1 to 1000, found 0", id="item range"),
        pytest.param(state(b',"alarms":[{"alarm_id":"a","severity":1,"active":true,"active":true}]'), "$.alarms[0].active: duplicate key", id="item field twice"),
        pytest.param(state(b',"counters":{"good":1,"bad count":-1}'), "$.counters['bad count']: expected a whole number of at least 0, found -1", id="map item"),
        pytest.param(state(b',"recipe":{"a":{"b":"c"}}'), '$.recipe.a.b: expected a number, found "c"', id="map of maps"),
        pytest.param(state(b',"counters":{"good":1,"good":2}'), "$.counters.good: duplicate key", id="map key twice"),
        pytest.param(state(b',"tags":["short","much too long for it"]'), '$.tags[1]: expected text of at most 12 characters, found "much too long for it"', id="list item too long"),
        pytest.param(state(b',"anything":[[1e999]]'), "$.anything[0][0]: expected a finite number, found a number beyond the range of a double", id="infinity in a list of anything"),
        pytest.param(state(b',"blocked":1'), "$.blocked: expected true or false, found 1", id="boolean as number"),
        pytest.param(state(b',"mode":1'), "$.mode: expected text, found 1", id="open enum is text still"),
    ],
)  # fmt: skip
def test_a_bad_machine_state(payload, text):
    _refused(MACHINE_STATE, payload, text)


@pytest.mark.parametrize(
    ("contract", "view", "payload", "text"),
    [
        pytest.param(SPEED, "producer", more(b', "colour": "red"'), '$.colour: unknown field, found "red"', id="unknown field"),
        pytest.param(SPEED, "producer", b'{"timestamp_ms": 1, "Value": 1}', ("2 faults\n  $.value: missing; expected a number from 0 to 3 m/s\n  $.Value: unknown field, found 1; did you mean 'value'?"), id="misspelt field"),
        pytest.param(SPEED, "producer", more(b', "qualty": "good"'), '$.qualty: unknown field, found "good"; did you mean \'quality\'?', id="near field"),
        pytest.param(SPEED, "producer", more(b', "a b": 1'), "$['a b']: unknown field, found 1", id="odd name"),
        pytest.param(SPEED, "producer", b'{"timestamp_ms": 1, "value": 9, "x": {}}', ("2 faults\n  $.value: expected a number from 0 to 3 m/s, found 9\n  $.x: unknown field, found an empty object"), id="unknown and wrong"),
        pytest.param(MACHINE_STATE, "producer", state(b',"mode":"Turbo"'), '$.mode: expected one of Produce, Manual, found "Turbo"', id="closed enum of a producer"),
        pytest.param(MACHINE_STATE, "producer", state(b',"stop_reason":{"id":7,"txt":"jam"}'), '$.stop_reason.txt: unknown field, found "jam"; did you mean \'text\'?', id="unknown nested field"),
        pytest.param(STRING_METRIC, "consumer", v(b'"123456"'), '$.value: expected text of at most 5 characters, found "123456"', id="text metric too long"),
        pytest.param(BOOLEAN_METRIC, "consumer", v(b"0"), "$.value: expected true or false, found 0", id="boolean metric"),
        pytest.param(INTEGER_METRIC, "consumer", v(b"1152921504606846977"), "$.value: expected a whole number from -5 to 1152921504606846976, found 1152921504606846977", id="integer beyond a double"),
        pytest.param(INTEGER_METRIC, "consumer", v(b"-6.0"), "$.value: expected a whole number from -5 to 1152921504606846976, found -6.0", id="integer below"),
        pytest.param(UNBOUND, "consumer", v(b"null"), "$.value: expected a number, text, true or false, found null", id="no metric, no scalar"),
        pytest.param(UNBOUND, "consumer", more(b', "unit": "kWh"'), '$.unit: expected a UCUM unit, found "kWh"; did you mean \'kW.h\'?', id="no metric, no unit"),
    ],
)  # fmt: skip
def test_a_bad_message(contract, view, payload, text):
    _refused(contract, payload, text, view)


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        pytest.param({"x": dt.datetime(2026, 1, 1)}, "object of type datetime", id="a date"),  # noqa: DTZ001
        pytest.param({"x": {1, 2}}, "object of type set", id="a set"),
        pytest.param({"x": b"bytes"}, "object of type bytes", id="bytes"),
        pytest.param({(1, 2): 1}, "keys must be str", id="a tuple as a key"),
        pytest.param({"x": "\ud800"}, "half of a surrogate pair", id="a lone surrogate"),
        pytest.param(
            "\ud800", "half of a surrogate pair, \\ud800, is no", id="text of a surrogate"
        ),
        pytest.param("\ufeff{}", "a byte order mark", id="text with a byte order mark"),
        pytest.param({"x": math.nan}, "found NaN", id="NaN"),
        pytest.param({"x": [math.inf]}, "$.x[0]: expected a finite", id="infinity"),
        pytest.param({1: 1, "1": 2}, "$['1']: duplicate key", id="keys that become one"),
    ],
)
def test_an_object_is_judged_as_its_json(payload, text):
    with pytest.raises(InvalidPayload) as caught:
        validate(ANYTHING, payload)
    assert text in str(caught.value)


def test_objects_that_never_end():
    endless: dict[str, Any] = {}
    endless["x"] = endless
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    for payload in (endless, {"x": deep}):
        with pytest.raises(InvalidPayload, match="not JSON"):
            validate(ANYTHING, payload)


def test_an_error_lists_a_hundred_faults_at_most():
    items = ValueType("array", items=ValueType("boolean"))
    contract = PayloadContract(PayloadType("flags/1", (Field("flags", items),)))
    with pytest.raises(InvalidPayload) as caught:
        validate(contract, {"flags": [0] * 1_000})
    assert len(caught.value.faults) == 100


def test_a_fault_is_data():
    with pytest.raises(InvalidPayload) as caught:
        validate(SPEED, v(b"5"))
    error = caught.value
    assert error.contract == "vtq/1"
    assert error.faults == (
        Fault(
            FaultKind.WRONG_VALUE,
            "$.value",
            "a number from 0 to 3 m/s",
            "5",
            "expected a number from 0 to 3 m/s, found 5",
        ),
    )
    assert isinstance(error, UNSError)
    assert isinstance(error, ValueError)
    assert error.__cause__ is None
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize(
    ("payload", "kinds"),
    [
        pytest.param(b"hello", ["not-json"], id="no JSON"),
        pytest.param(b"{}", ["missing-field", "missing-field"], id="nothing there"),
        pytest.param(more(b', "x": 1'), ["unknown-field"], id="unknown"),
        pytest.param(v(b'"hot"'), ["wrong-value"], id="another type"),
        pytest.param(v(b"9"), ["wrong-value"], id="out of range"),
        pytest.param(v(b"1e999"), ["wrong-value"], id="an infinity where a number is asked for"),
        pytest.param(b"[]", ["wrong-value"], id="no object"),
        pytest.param(b'{"value": 1, ' + OK + b"}", ["repeated-key"], id="a key twice"),
        pytest.param(b'{"x": 1, "value": "a", "value": "b"}', ["missing-field", "wrong-value", "unknown-field", "repeated-key"], id="all together"),
    ],
)  # fmt: skip
def test_the_kind_of_a_fault(payload: bytes, kinds: list[str]) -> None:
    with pytest.raises(InvalidPayload) as caught:
        validate(SPEED, payload, "producer")
    assert [fault.kind for fault in caught.value.faults] == kinds


def test_the_kinds_that_not_every_contract_has() -> None:
    with pytest.raises(InvalidPayload) as caught:
        validate(ANYTHING, b'{"x": NaN}')
    assert [fault.kind for fault in caught.value.faults] == [FaultKind.NOT_FINITE]
    with pytest.raises(InvalidPayload) as caught:
        validate(FOREIGN, b"{}")
    assert [fault.kind for fault in caught.value.faults] == [FaultKind.JSON_SCHEMA]


# --- messages that pass -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contract", "payload", "value"),
    [
        pytest.param(SPEED, v(b"1"), 1, id="a whole number stays one"),
        pytest.param(SPEED, v(b"1.0"), 1.0, id="a float stays one"),
        pytest.param(SPEED, v(b"3"), 3, id="the upper bound"),
        pytest.param(SPEED, v(b"0.0"), 0.0, id="the lower bound"),
        pytest.param(SPEED, v(b"-0.0"), -0.0, id="minus zero"),
        pytest.param(SPEED, v(b"1e-400"), 0.0, id="a number below a double's smallest"),
        pytest.param(INTEGER_METRIC, v(b"1.0"), 1, id="1.0 is an integer"),
        pytest.param(INTEGER_METRIC, v(b"1e3"), 1000, id="1e3 is an integer"),
        pytest.param(INTEGER_METRIC, v(b"-5.0"), -5, id="an integer written as a float, at the bound"),
        pytest.param(INTEGER_METRIC, v(b"1152921504606846976"), 2**60, id="beyond a double, exact"),
        pytest.param(INTEGER_METRIC, v(b"1152921504606846976.0"), 2**60, id="the same as a float"),
        pytest.param(UNBOUND, v(b"1" * 100), int("1" * 100), id="a hundred digits"),
        pytest.param(UNBOUND, v(b"18446744073709551617"), 2**64 + 1, id="beyond 64 bits, exact"),
        pytest.param(UNBOUND, v(b'"x"'), "x", id="any scalar without a metric: text"),
        pytest.param(UNBOUND, v(b"false"), False, id="any scalar without a metric: false"),
        pytest.param(STRING_METRIC, v('"\U0001f600öüä1"'.encode()), "\U0001f600öüä1", id="code points"),
        pytest.param(STRING_METRIC, v(b'"\\ud83d\\ude00"'), "\U0001f600", id="a surrogate pair"),
        pytest.param(STRING_METRIC, v(b'"\\":"'), '":', id="a quotation mark and a colon"),
        pytest.param(STRING_METRIC, v(b'"NaN"'), "NaN", id="the text NaN"),
    ],
)  # fmt: skip
def test_a_value_is_what_the_message_says(contract, payload, value):
    found = validate(contract, payload)["value"]
    assert found == value
    assert type(found) is type(value)
    assert math.copysign(1, found) == math.copysign(1, value) if value == 0.0 else True


@pytest.mark.parametrize(
    ("contract", "payload"),
    [
        pytest.param(SPEED, ts(b"1733904005123.0"), id="a timestamp as a float"),
        pytest.param(SPEED, ts(b"0"), id="the first millisecond"),
        pytest.param(SPEED, ts(b"253402300799999"), id="the last millisecond"),
        pytest.param(SPEED, more(b', "unit": "m/s", "seq": 0'), id="the metric's unit"),
        pytest.param(SPEED, b' {"value" : 1 ,\n"timestamp_ms"\t:\r\n1 } ', id="white space everywhere"),
        pytest.param(SPEED, more(b', "note": "a: b", "more": {"c": ": "}'), id="further fields"),
        pytest.param(JOB_ORDER, job(b',"start_time":"2024-02-29T23:59:60Z"'), id="a leap second"),
        pytest.param(JOB_ORDER, job(b',"start_time":"2026-01-01t05:29:60.5+05:30"'), id="one in India"),
        pytest.param(JOB_ORDER, job(b',"parameters":{"a:b":"\\":","c":[{"d":null}]}'), id="colons"),
        pytest.param(MACHINE_STATE, state(b',"mode":"Turbo"'), id="an open enumeration"),
        pytest.param(MACHINE_STATE, state(b',"recipe":{"a":{"b":1},"c":{}}'), id="maps of maps"),
        pytest.param(MACHINE_STATE, state(b',"anything":[{"a":1},[]],"extra":{"a":{}}'), id="anything"),
        pytest.param(EMPTY, b"{}", id="a contract of no fields"),
        pytest.param(EMPTY, b'{"a": 1}', id="a contract of no fields, open"),
    ],
)  # fmt: skip
def test_a_good_message(contract, payload):
    value = validate(contract, payload)
    assert value == json.loads(payload)
    assert validate(contract, payload.decode()) == value
    assert validate(contract, bytearray(payload)) == value
    assert validate(contract, memoryview(payload)) == value
    assert validate(contract, json.loads(payload)) == value


def test_a_consumer_keeps_what_a_producer_may_not_send():
    payload = more(b', "new": {"a": [1]}')
    assert validate(SPEED, payload, "consumer")["new"] == {"a": [1]}
    with pytest.raises(InvalidPayload):
        validate(SPEED, payload, "producer")


def test_a_default_is_not_filled_in():
    assert "quality" not in validate(SPEED, v(b"1"))


def test_a_view_is_one_of_two():
    with pytest.raises(KeyError):
        validate(SPEED, v(b"1"), "customer")  # type: ignore[arg-type]


@pytest.mark.parametrize("type_", ["text", "float", ""])
def test_a_type_that_is_none(type_):
    with pytest.raises(ValueError, match="no field type"):
        validator(PayloadContract(PayloadType("t/1", (Field("a", ValueType(type_)),))))


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("2026-01-01T00:00:00Z", True),
        ("2026-01-01T00:00:00+00:00", True),
        ("2026-01-01t00:00:00.000000000001z", True),
        ("0000-01-01T00:00:00-00:00", True),
        ("2000-02-29T00:00:00Z", True),
        ("1900-02-29T00:00:00Z", False),
        ("2026-00-01T00:00:00Z", False),
        ("2026-01-00T00:00:00Z", False),
        ("2026-04-31T00:00:00Z", False),
        ("2026-01-01T00:60:00Z", False),
        ("2026-01-01T00:00:61Z", False),
        ("2026-01-01T00:00:00+24:00", False),
        ("2026-01-01T00:00:00+00:60", False),
        ("2026-01-01T00:00:00+0000", False),
        ("2026-01-01T00:00:00.Z", False),
        ("2026-01-01T00:00Z", False),
        ("2026-01-01T00:00:00Z\n", False),
        ("+2026-01-01T00:00:00Z", False),
        ("2016-12-31T18:59:60-05:00", True),
        ("2016-12-31T23:59:60-05:00", False),
    ],
)
def test_date_times(text, good):
    assert is_datetime(text) is good


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (ValueType("number", unit="kW"), "a number in kW"),
        (ValueType("number", unit="1"), "a number"),
        (ValueType("number", maximum=2.5, unit="bar"), "a number of at most 2.5 bar"),
        (ValueType("integer", minimum=1), "a whole number of at least 1"),
        (ValueType("string", max_length=5, pattern="a*"), "text of at most 5 characters like a*"),
        (ValueType("enum", values=("m/s",)), '"m/s"'),
        (ValueType("enum", values=tuple("abcdefghijklmnopqrstuv")), f"one of {', '.join('abcdefghijklmnopqrst')} and 2 more"),
        (ValueType("any"), "any JSON value"),
        (ValueType("metric_unit"), "the unit of the metric"),
    ],
)  # fmt: skip
def test_a_type_in_words(value, words):
    assert describe(value) == words


@pytest.mark.parametrize(
    ("bound", "inside", "outside"),
    [
        (2**53, 2**53, 2**53 + 1),
        (2**53, float(2**53), float(2**53 + 2)),
        (2**60, 2**60, 2**60 + 1),
        (2**60, float(2**60), float(2**60) * 2),
        (2**64 + 1, 2**64 + 1, 2**64 + 2),
        (0.1, 0.1, 0.10000000000000002),
        (2.5, 2, 3),
    ],
)
def test_bounds_are_exact(bound, inside, outside):
    upper, lower = ValueType("number", maximum=bound), ValueType("number", minimum=-bound)
    contract = PayloadContract(PayloadType("t/1", (opt("up", upper), opt("low", lower))))
    assert validate(contract, {"up": inside, "low": -inside})
    for message in ({"up": outside}, {"low": -outside}):
        with pytest.raises(InvalidPayload):
            validate(contract, message)


# --- one contract, one compiled form ------------------------------------------------------


def test_equal_contracts_are_compiled_once():
    again = PayloadContract(PayloadType(VTQ.name, VTQ.fields), SPEED.metric)
    assert again is not SPEED
    assert validator(again) is validator(SPEED)
    assert validator(SPEED, "producer") is not validator(SPEED)


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(validators, "MOST_COMPILED", 3)
    monkeypatch.setattr(validators, "_COMPILED", {})
    monkeypatch.setattr(validators, "_KNOWN", {"consumer": {}, "producer": {}})
    for number in range(10):
        contract = PayloadContract(PayloadType(f"t/{number}", (opt("a", ValueType("any")),)))
        validate(contract, b"{}")
        assert len(validators._COMPILED) <= 3
        assert len(validators._KNOWN["consumer"]) <= 3


def test_a_contract_in_place_of_a_forgotten_one_is_not_mistaken_for_it(monkeypatch):
    # An id may be used again once its contract is gone, so the contract is compared as well.
    monkeypatch.setattr(validators, "_KNOWN", {"consumer": {id(SPEED): (EMPTY, len)}})
    assert validate(SPEED, v(b"1")) == json.loads(v(b"1"))


def test_a_pattern_too_large_for_pydantic_is_still_checked():
    scattered = "".join(map(chr, range(0x100, 0x700, 7)))
    wide = ValueType("string", pattern=f"[^{scattered}]{{1500}}")
    contract = PayloadContract(PayloadType("wide/1", (Field("x", wide),)))
    assert validate(contract, {"x": "é" * 1500}) == {"x": "é" * 1500}
    for refused in ("é" * 1499, "é" * 1499 + scattered[0]):
        with pytest.raises(InvalidPayload):
            validate(contract, {"x": refused})


# --- contracts written as JSON Schema -----------------------------------------------------

FOREIGN = PayloadContract(
    PayloadType(
        "foreign/1",
        json_schema='{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}}',
    )
)


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (b"{}", '$: "a" is a required property'),
        (b'{"a": "b"}', '$.a: "b" is not of type "integer"'),
        (b'{"a": NaN}', "$.a: expected a finite number, found NaN"),
        (b'{"a": 1, "a": 2}', "$.a: duplicate key"),
        (b'{"a": 1, "b": [{"c": 1, "c": 2}]}', "$.b[0].c: duplicate key"),
        (b"[", "$: not JSON: it ends too early (line 1, column 2)"),
        (b"[]", '$: [] is not of type "object"'),
    ],
)
def test_a_foreign_contract_refuses(payload, text):
    with pytest.raises(InvalidPayload) as caught:
        validate(FOREIGN, payload)
    assert str(caught.value) == f"not a foreign/1 message: {text}"


def test_what_a_foreign_contract_says_is_cut():
    with pytest.raises(InvalidPayload) as caught:
        validate(FOREIGN, json.dumps(["\x1b[31m" * 10_000]))
    assert len(str(caught.value)) < 300
    assert "\x1b" not in str(caught.value)


def test_a_foreign_contract_accepts():
    for view in ("consumer", "producer"):
        assert validate(FOREIGN, b'{"a": 1.0, "b": "x: y"}', view) == {"a": 1.0, "b": "x: y"}


@pytest.mark.parametrize(
    "schema",
    [
        '{"type": "no such type"}',
        '{"$ref": "https://example.com/schema.json"}',
        '{"$ref": "file:///etc/hosts"}',
        '{"type": "string", "pattern": "(?=a)b"}',
        "not json",
    ],
)
def test_a_foreign_schema_that_cannot_be_used(schema):
    with pytest.raises(InvalidForeignSchema, match="the JSON Schema of f/1 cannot be used"):
        validator(PayloadContract(PayloadType("f/1", json_schema=schema)))


def test_without_jsonschema_rs_the_error_names_the_install(monkeypatch):
    monkeypatch.setattr(validators, "jsonschema_rs", None)
    with pytest.raises(MissingExtra, match=r"pip install 'unified-namespace\[jsonschema\]'"):
        validator(PayloadContract(PayloadType("g/1", json_schema="{}")))


# --- laws ---------------------------------------------------------------------------------


@given(st.data())
def test_what_fits_passes_unchanged_on_every_path(data):
    contract = data.draw(contracts)
    message = data.draw(payloads(contract))
    text = json.dumps(message)
    for view in ("consumer", "producer"):
        value = validate(contract, text, view)
        assert value == message
        if not isinstance(message, str):  # which would be the text of a message
            assert validate(contract, message, view) == value
            assert validate(contract, value, view) == value


@pytest.mark.parametrize("contract", STANDARD, ids=lambda contract: contract.name)
def test_the_strings_of_an_example_are_counted_by_type(contract):
    count = validators._counter(contract.body) or (lambda _: 0)
    assert count(example(contract)) == count_strings(example(contract))


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        pytest.param(T("number", minimum=0), "a number of at least 0 or null", id="number"),
        pytest.param(T("integer"), "a whole number or null", id="integer"),
        pytest.param(T("boolean"), "true or false or null", id="boolean"),
        pytest.param(T("string"), "text or null", id="string"),
        pytest.param(T("enum", values=("a", "b")), "one of a, b or null", id="enum"),
        pytest.param(T("ucum"), "a UCUM unit or null", id="unit"),
        pytest.param(T("array", items=T("number")), "a list or null", id="list"),
        pytest.param(T("map", items=T("number")), "an object with any names or null", id="map"),
        pytest.param(
            T("object", fields=(Field("x", T("string")),)), "an object or null", id="object"
        ),
    ],
)
def test_a_value_that_may_be_null(type_: ValueType, expected: str) -> None:
    for value in (replace(type_, nullable=True), type_):
        for contract in (
            PayloadContract(PayloadType("t/1", (Field("x", value), Field("s", T("string"))))),
            PayloadContract(VTQ, value),
        ):
            name = "x" if contract.metric is None else "value"
            message = f'{{"{name}": null, "s": ":", "timestamp_ms": 1}}'
            for view in ("consumer", "producer"):
                try:
                    validate(contract, message, view)
                    found = []
                except InvalidPayload as error:
                    found = [f.sentence for f in error.faults if f.path == f"$.{name}"]
                wanted = f"expected {expected.removesuffix(' or null')}, found null"
                assert found == ([] if value.nullable else [wanted])
    with pytest.raises(InvalidPayload) as caught:
        validate(
            PayloadContract(PayloadType("t/1", value=replace(type_, nullable=True))), '{"a": []}'
        )
    assert f"expected {expected}, found an object" in str(caught.value) or type_.type in {
        "object",
        "map",
    }


@given(st.data())
def test_the_quick_count_of_strings_is_the_slow_one(data):
    contract = data.draw(contracts)
    message = data.draw(payloads(contract))
    count = validators._counter(contract.body) or (lambda _: 0)
    assert count(message) == count_strings(message)


@st.composite
def texts_of_json(draw: st.DrawFn, value: Any, repeats: list[bool]) -> str:
    """``value`` as JSON with any white space, now and then with a key written twice."""
    space = st.sampled_from(["", "", " ", "\n", "\t ", "\r"])
    if isinstance(value, dict):
        members = [(key, member) for key, member in value.items()]
        if members and draw(st.integers(0, 5)) == 0:
            repeats.append(True)
            members.append((draw(st.sampled_from(members))[0], draw(json_values)))
        parts = [
            f"{draw(space)}{json.dumps(key)}{draw(space)}:{draw(space)}{draw(texts_of_json(member, repeats))}"
            for key, member in members
        ]
        return f"{{{','.join(parts)}{draw(space)}}}"
    if isinstance(value, list):
        return f"[{','.join(draw(texts_of_json(item, repeats)) for item in value)}{draw(space)}]"
    return json.dumps(value, ensure_ascii=draw(st.booleans()))


# Keys and texts that look like the very thing that is counted.
tricky = st.sampled_from(["a", ":", '":', '" :', '\\":', "a: b", "", "::", "b"])
tricky_values = st.recursive(
    tricky | st.integers(0, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(tricky, inner, max_size=3),
    max_leaves=8,
)


@given(st.data(), st.dictionaries(tricky, tricky_values, max_size=4))
def test_a_key_written_twice_is_always_found(data, message):
    repeats: list[bool] = []
    text = data.draw(texts_of_json(message, repeats)).encode()
    assert bool(list(repeated_keys(text))) == bool(repeats)
    if adds_up(text, count_strings(json.loads(text))):
        assert not repeats
    for contract in (ANYTHING, EMPTY, FOREIGN_ANYTHING):
        if repeats:
            with pytest.raises(InvalidPayload, match="duplicate key"):
                validate(contract, text)
        else:
            assert validate(contract, text) == message


FOREIGN_ANYTHING = PayloadContract(PayloadType("anything/1", json_schema="true"))


@given(st.binary(max_size=40) | st.text('{}[]":,\\0123eEnulNa \n\ud800', max_size=30))
def test_any_bytes_are_a_message_or_an_invalid_one(payload):
    for contract in (ANYTHING, SPEED, FOREIGN_ANYTHING):
        try:
            value = validate(contract, payload)
        except InvalidPayload:
            continue
        assert value == json.loads(payload)
