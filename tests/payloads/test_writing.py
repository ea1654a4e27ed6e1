"""Messages as text: their grammar, and that what is written is read again."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.payloads.strategies import payloads, text_contracts
from uns.payloads.contracts import PayloadContract, PayloadType, ValueType
from uns.payloads.faults import FaultKind, InvalidPayload
from uns.payloads.schemas import json_schema
from uns.payloads.validators import validate
from uns.payloads.writing import write

T = ValueType
VIEWS = ("consumer", "producer")


def text(value: ValueType) -> PayloadContract:
    return PayloadContract(PayloadType("t/1", value=value, encoding="text"))


def bare(value: ValueType) -> PayloadContract:
    return PayloadContract(PayloadType("b/1", value=value))


@pytest.mark.parametrize(
    ("type_", "message", "value"),
    [
        pytest.param(T("number"), b"21.5", 21.5, id="a number"),
        pytest.param(T("number"), b"-0.5e-3", -0.0005, id="a number with an exponent"),
        pytest.param(T("integer"), b"21", 21, id="a whole number"),
        pytest.param(T("integer"), b"21.0", 21, id="a whole number with a fraction of zero"),
        pytest.param(T("timestamp_ms"), b"1767225600000", 1767225600000, id="a time"),
        pytest.param(T("boolean"), b"true", True, id="true"),
        pytest.param(T("boolean"), b"false", False, id="false"),
        pytest.param(T("string"), b"", "", id="an empty text"),
        pytest.param(T("string"), b"  IDLE\r\n", "  IDLE\r\n", id="a text is not trimmed"),
        pytest.param(T("string"), b'"IDLE"', '"IDLE"', id="quotes are characters"),
        pytest.param(T("string"), b"21.5", "21.5", id="digits are characters"),
        pytest.param(T("string"), "é€😀".encode(), "é€😀", id="UTF-8"),
        pytest.param(T("enum", values=("", "on")), b"", "", id="an empty value of an enum"),
        pytest.param(T("enum", values=("0", "1")), b"1", "1", id="an enum of digits"),
        pytest.param(T("datetime"), b"2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", id="a date"),
        pytest.param(T("ucum"), b"m/s", "m/s", id="a unit"),
        pytest.param(T("metric_value"), b"21.5", 21.5, id="a number of a metric without a type"),
        pytest.param(T("metric_value"), b"true", True, id="true of a metric without a type"),
        pytest.param(T("metric_value"), b"True", "True", id="a text of a metric without a type"),
    ],
)
def test_a_text_that_is_read(type_: ValueType, message: bytes, value: Any) -> None:
    for view in VIEWS:
        for sent in (message, message.decode(), bytearray(message), memoryview(message)):
            found = validate(text(type_), sent, view)
            assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "message",
    [" 1", "1 ", "1\n", "\ufeff1", "+1", "01", "1.", ".5", "1e", "1_0", "0x1", "NaN", "Infinity",
     "-Infinity", "1e400", "one", "", '"1"', "null", "true", "[1]", "١", "1,5"],
)  # fmt: skip
def test_a_text_that_is_no_number(message: str) -> None:
    for type_ in ("number", "integer"):
        with pytest.raises(InvalidPayload):
            validate(text(T(type_)), message)


@pytest.mark.parametrize("message", ["True", "TRUE", "1", "0", "on", "yes", " true", "true\n", ""])
def test_a_text_that_is_neither_true_nor_false(message: str) -> None:
    with pytest.raises(InvalidPayload, match="expected true or false"):
        validate(text(T("boolean")), message)


LIMITED = T("number", unit="bar", minimum=0, maximum=10)


@pytest.mark.parametrize(
    ("type_", "message", "sentence"),
    [
        pytest.param(
            LIMITED, b"50", "expected a number from 0 to 10 bar, found 50", id="out of range"
        ),
        pytest.param(
            LIMITED,
            b"5\n",
            "expected a number from 0 to 10 bar, found \"5\\n\"; did you mean '5'?",
            id="a line break",
        ),
        pytest.param(
            T("enum", values=("IDLE", "RUN")),
            b'"IDLE"',
            'expected one of IDLE, RUN, found ""IDLE""; did you mean \'IDLE\'?',
            id="the quotes of JSON",
        ),
        pytest.param(
            T("enum", values=("IDLE", "RUN")),
            b"IDEL",
            "expected one of IDLE, RUN, found \"IDEL\"; did you mean 'IDLE'?",
            id="a near value",
        ),
        pytest.param(
            T("boolean"),
            b"True",
            "expected true or false, found \"True\"; did you mean 'true'?",
            id="another case",
        ),
        pytest.param(
            T("string"), b"a\xff", "not text: byte 2 is not UTF-8", id="bytes that are not UTF-8"
        ),
        pytest.param(
            T("string", max_length=2),
            "äöü".encode(),
            'expected text of at most 2 characters, found "äöü"',
            id="code points are counted, not bytes",
        ),
        pytest.param(LIMITED, None, "expected a number from 0 to 10 bar, found null", id="None"),
        pytest.param(
            LIMITED,
            {"value": 5},
            "expected a number from 0 to 10 bar, found an object",
            id="a dict",
        ),
        pytest.param(T("string"), 5, "expected text, found 5", id="a number in place of a text"),
    ],
)
def test_a_text_that_is_refused(type_: ValueType, message: Any, sentence: str) -> None:
    with pytest.raises(InvalidPayload) as caught:
        validate(text(type_), message)
    (fault,) = caught.value.faults
    assert (fault.path, fault.sentence) == ("$", sentence)


def test_half_a_character_is_not_text() -> None:
    with pytest.raises(InvalidPayload, match="half of a surrogate pair") as caught:
        validate(text(T("string")), "\ud800")
    assert caught.value.faults[0].kind is FaultKind.NOT_TEXT


def test_a_number_is_a_message_of_its_own_characters() -> None:
    assert validate(text(LIMITED), 5.5) == 5.5
    assert validate(text(T("boolean")), True) is True


@pytest.mark.parametrize(
    ("value", "message"),
    [(21.5, b"21.5"), (1e300, b"1e+300"), (True, b"true"), ("a\tb ", b"a\tb "), ("5", b"5")],
)
def test_what_is_written_as_text(value: Any, message: bytes) -> None:
    assert write(text(T("metric_value")), value) == message


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        pytest.param("number", 10**5_000, id="a very long number"),
        ("string", "\ud800"),
        ("number", "5"),
        ("boolean", "true"),
        ("string", 5),
        ("string", None),
        ("number", [5]),
    ],
)
def test_what_is_not_written_as_text(type_: str, value: Any) -> None:
    with pytest.raises(InvalidPayload):
        write(text(T(type_)), value)


def test_what_is_written_as_json() -> None:
    contract = bare(T("any"))
    assert write(contract, {"a": ["é", 1.0, None]}) == '{"a":["é",1.0,null]}'.encode()
    for value in ({1, 2}, b"bytes", "\ud800"):
        with pytest.raises(InvalidPayload, match="not JSON"):
            write(contract, value)


IMAGE = PayloadContract(PayloadType("image/1", encoding="binary", max_bytes=4))
UNKNOWN = PayloadContract(PayloadType("unknown/1", encoding="binary"))


@pytest.mark.parametrize("message", [b"", b"\xff\x00", b"abc", bytearray(b"ab"), memoryview(b"ab")])
def test_bytes_come_back_as_they_are(message: Any) -> None:
    for contract in (IMAGE, UNKNOWN):
        for view in VIEWS:
            value = validate(contract, message, view)
            assert (value, type(value)) == (bytes(message), bytes)
            assert write(contract, value) == value


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (b"12345", "expected at most 4 bytes, found 5"),
        ("äöü", "expected at most 4 bytes, found 6"),
        ({"a": 1}, "expected bytes, found an object"),
        (5, "expected bytes, found 5"),
        (None, "expected bytes, found null"),
    ],
)
def test_what_is_not_a_message_of_bytes(message: Any, sentence: str) -> None:
    with pytest.raises(InvalidPayload) as caught:
        validate(IMAGE, message)
    assert [fault.sentence for fault in caught.value.faults] == [sentence]


@pytest.mark.parametrize("encoding", ["json", "text"])
def test_the_size_of_a_message_is_that_of_its_bytes(encoding: Any) -> None:
    payload = PayloadType("s/1", value=T("string"), encoding=encoding, max_bytes=6)
    contract = PayloadContract(payload)
    for view in VIEWS:
        assert validate(contract, '"äö"'.encode(), view)
        with pytest.raises(InvalidPayload, match="expected at most 6 bytes, found 8"):
            validate(contract, '"äöü"', view)


def test_a_text_is_no_value_of_bytes() -> None:
    with pytest.raises(InvalidPayload, match="expected bytes, found"):
        write(IMAGE, "ab")


@given(st.data())
def test_a_text_that_is_written_is_read_again(data: st.DataObject) -> None:
    contract = data.draw(text_contracts)
    value = data.draw(payloads(contract))
    for view in VIEWS:
        assert validate(contract, write(contract, value), view) == value


@given(st.data())
def test_the_schema_describes_the_value_of_a_text(data: st.DataObject) -> None:
    """What the text stands for is what the same contract takes as JSON."""
    contract = data.draw(text_contracts)
    as_json = bare(contract.body)
    value = data.draw(payloads(contract) | st.booleans() | st.integers() | st.text())
    schema = json_schema(contract, "producer")
    try:
        message = write(contract, value)
    except InvalidPayload:
        assert not jsonschema_rs.is_valid(schema, value)
        return
    try:
        found = validate(contract, message, "producer")
    except InvalidPayload:
        found = None
    try:
        wanted = validate(as_json, json.dumps(value), "producer")
    except InvalidPayload:
        wanted = None
    assert found == wanted
    assert found is None or jsonschema_rs.is_valid(schema, found)


@given(text_contracts, st.binary(max_size=20) | st.text(max_size=20))
def test_any_bytes_are_a_text_or_an_invalid_one(contract: PayloadContract, message: Any) -> None:
    try:
        value = validate(contract, message)
    except InvalidPayload:
        return
    assert validate(contract, write(contract, value)) == value
