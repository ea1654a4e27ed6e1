"""Recordings of messages: what a line is, which format it has, and that no line takes too much."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.payloads.strategies import json_values
from tests.recordings.writers import (
    Sent,
    by_hand,
    mosquitto_json,
    mosquitto_lines,
    mosquitto_values,
)
from uns.recordings import (
    LONGEST_LINE,
    BadLine,
    RecordedMessage,
    RecordingFormat,
    read_recording,
    reader,
)

Found = RecordedMessage | BadLine


def read(
    data: bytes, form: RecordingFormat | None = None, topics: Collection[str] = ()
) -> list[Found]:
    return list(read_recording(io.BytesIO(data), form, topics.__contains__))


def only(line: bytes, form: RecordingFormat | None = None, topics: Collection[str] = ()) -> Found:
    (found,) = read(line, form, topics)
    assert (found.line, found.size) == (1, len(line))
    return found


def message(line: bytes, form: RecordingFormat | None = None, topics: Collection[str] = ()) -> RecordedMessage:  # fmt: skip
    found = only(line, form, topics)
    assert isinstance(found, RecordedMessage), found
    return found


def reason(line: bytes, form: RecordingFormat | None = None, topics: Collection[str] = ()) -> str:
    found = only(line, form, topics)
    assert isinstance(found, BadLine), found
    return found.reason


# --- an object a line --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "topic", "payload"),
    [
        pytest.param(b'{"topic": "a/b", "payload": {"x": 1}}', "a/b", b'{"x": 1}', id="value"),
        pytest.param(b'{"topic":"a","payload":"{\\"x\\": 1}"}', "a", b'{"x": 1}', id="text"),
        pytest.param(b'{"topic":"a","payload":"\\"hot\\""}', "a", b'"hot"', id="text of a text"),
        pytest.param(b'{"topic":"a","payload":""}', "a", b"", id="empty text"),
        pytest.param(b'{"topic":"a","payload":null}', "a", b"null", id="null"),
        pytest.param(b'{"topic":"a","payloadlen":0,"payload":null}', "a", b"", id="empty, by Mosquitto"),
        pytest.param(b'{"topic":"a","payloadlen":4,"payload":null}', "a", b"null", id="null, by Mosquitto"),
        pytest.param(b'{"topic":"a","payloadlen":"0","payload":null}', "a", b"null", id="not a length"),
        pytest.param(b'{"topic":"a","payload":1e3}', "a", b"1e3", id="a number as it is written"),
        pytest.param(b'{"topic":"a","payload":{"a":1,"a":2}}', "a", b'{"a":1,"a":2}', id="a key twice in the payload"),
        pytest.param(b'{"payload": [ 1 , 2 ] , "x":1, "topic":"a"}\r\n', "a", b"[ 1 , 2 ]", id="any order, more members"),
        pytest.param('{"topic":"é\\n","payload":{"ü":"é"}}'.encode(), "é\n", '{"ü":"é"}'.encode(), id="any character"),
        pytest.param(b'{"topic":"\\ud800","payload":1}', "\ud800", b"1", id="half a pair"),
        pytest.param(b'{"topic":"","payload":1}', "", b"1", id="not a topic"),
        pytest.param(b'{"topic":"a\xff","payload":1}', "a\udcff", b"1", id="a topic that is not UTF-8"),
        pytest.param(b'{"topic":"a","payloadlen":2,"payload":"\xff\xfe"}', "a", b"\xff\xfe", id="bytes"),
        pytest.param(b'{"topic":"a","payload":"\\udcff"}', "a", b"\xff", id="bytes, as Python escapes them"),
        pytest.param(b'{"topic":"a","payload":["\xff"]}', "a", b'["\xff"]', id="bytes in a value"),
        pytest.param(b'\xef\xbb\xbf{"topic":"a","payload":1}', "a", b"1", id="a byte order mark in front"),
    ],
)  # fmt: skip
def test_a_message_as_an_object(line: bytes, topic: str, payload: bytes) -> None:
    found = message(line)
    assert (found.topic, found.payload) == (topic, payload)
    assert message(line, "ndjson") == found


@pytest.mark.parametrize(
    ("line", "payload"),
    [
        pytest.param(b'{"topic":"a","payload":"hot"}', b'"hot"', id="text"),
        pytest.param(b'{"topic":"a","payloadlen":5,"payload":"hot"}', b'"hot"', id="text by Mosquitto"),
        pytest.param(b'{"topic":"a","payloadlen":8,"payload":"h\\"t"}', b'"h\\"t"', id="an escape"),
        pytest.param(b'{"topic":"a","payloadlen":3,"payload":"hot"}', b"hot", id="written by %j in truth"),
        pytest.param(b'{"topic":"a","payloadlen":0,"payload":null}', b"", id="empty"),
        pytest.param(b'{"topic":"a","payloadlen":9,"payload":{"a":1}}', b'{"a":1}', id="an object"),
    ],
)  # fmt: skip
def test_a_message_as_a_value(line: bytes, payload: bytes) -> None:
    assert message(line, "ndjson-values").payload == payload


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param(b"{}", "it lacks `topic` or `payload`", id="an empty object"),
        pytest.param(b'{"topic":"a"}', "it lacks `topic` or `payload`", id="no payload"),
        pytest.param(b'{"payload":"a"}', "it lacks `topic` or `payload`", id="no topic"),
        pytest.param(b'{"topic":1,"payload":1}', "`topic` is not text", id="a number as topic"),
        pytest.param(b'{"topic":["a"],"payload":1}', "`topic` is not text", id="a list as topic"),
        pytest.param(b'{"topic":"a","topic":"b","payload":1}', "a key appears twice", id="a topic twice"),
        pytest.param(b'{"topic":"a","payload":1', "not a JSON object: not JSON at column 25", id="cut off"),
        pytest.param(b'{"topic":"a","payload":"\\ud800"}', "`payload` holds half a surrogate pair, which is not text", id="half a pair"),
        pytest.param(b'{"topic":"a","payload":' + b"[" * 200_000 + b"}", "nested too deep", id="deep"),
    ],
)  # fmt: skip
def test_an_object_that_is_not_a_message(line: bytes, said: str) -> None:
    assert reason(line) == said
    assert reason(line, "ndjson") == said


CUT = b'{"topic":"a/b","payloadlen":6,"payload":"\xff\xfe"}'


def test_a_payload_that_is_cut_off_is_a_bad_line_with_its_topic() -> None:
    found = only(CUT, "ndjson")
    assert isinstance(found, BadLine)
    assert found.topic == "a/b"
    assert found.reason == (
        "`payload` is 2 bytes long, not 6 as `payloadlen` says: "
        "mosquitto_sub -F %j ends it at a zero byte"
    )
    assert reason(CUT).endswith(
        "either mosquitto_sub -F %j ends it at a zero byte, or the format is ndjson-values"
    )


@pytest.mark.parametrize(
    ("more", "retain", "qos", "time"),
    [
        pytest.param({}, None, None, None, id="nothing"),
        pytest.param({"retain": 1, "qos": 2}, True, 2, None, id="numbers"),
        pytest.param({"retain": False, "qos": 0}, False, 0, None, id="a boolean"),
        pytest.param({"retain": "yes", "qos": 3}, None, None, None, id="something else"),
        pytest.param({"retain": [1], "qos": 10**30}, None, None, None, id="hostile"),
        pytest.param(
            {"tst": "2026-12-01T05:43:11.453103Z+0100"},
            None, None, datetime(2026, 12, 1, 5, 43, 11, 453103, timezone(timedelta(hours=1))),
            id="time by Mosquitto",
        ),
        pytest.param({"tst": 86_400}, None, None, datetime(1970, 1, 2, tzinfo=UTC), id="seconds by Mosquitto 1"),
        pytest.param({"timestamp": "2026-12-01T05:43:11Z"}, None, None, datetime(2026, 12, 1, 5, 43, 11, tzinfo=UTC), id="time by others"),
        pytest.param({"timestamp": 86_400}, None, None, None, id="of no known unit"),
        pytest.param({"timestamp": "2026-12-01T05:43:11"}, None, None, None, id="no zone"),
        pytest.param({"tst": "yesterday"}, None, None, None, id="not a time"),
        pytest.param({"tst": 10**300}, None, None, None, id="beyond time"),
    ],
)  # fmt: skip
def test_what_else_a_line_says(
    more: dict[str, Any], retain: bool | None, qos: int | None, time: datetime | None
) -> None:
    found = message(json.dumps({"topic": "a", "payload": 1, **more}).encode())
    assert (found.retain, found.qos, found.time) == (retain, qos, time)


# --- topic, space, payload ---------------------------------------------------------------------------

TOPICS = {"a/b", "hall 1/power", "hall 1/power 2", " x", "x ", "{a} b"}


@pytest.mark.parametrize(
    ("line", "topic", "payload"),
    [
        pytest.param(b'a/b {"x": 1}\n', "a/b", b'{"x": 1}', id="a known topic"),
        pytest.param(b"hall 1/power 3\n", "hall 1/power", b"3", id="a topic with a space"),
        pytest.param(b"hall 1/power  \n", "hall 1/power", b" ", id="a space as payload"),
        pytest.param(b" x 1\n", " x", b"1", id="a topic that starts with a space"),
        pytest.param(b"x  1\n", "x ", b"1", id="a topic that ends with a space"),
        pytest.param(b"{a} b 1\n", "{a} b", b"1", id="a topic that starts as an object"),
        pytest.param(b"a/b (null)\n", "a/b", b"", id="empty, by Mosquitto"),
        pytest.param(b"a/b (null)\r\n", "a/b", b"", id="empty, on Windows"),
        pytest.param(b"a/b \n", "a/b", b"", id="empty, by others"),
        pytest.param(b"a/b null\n", "a/b", b"null", id="null"),
        pytest.param(b"a/b \xff\0\r\n", "a/b", b"\xff\0\r", id="bytes"),
        pytest.param(b"a/b 1", "a/b", b"1", id="no line end"),
        pytest.param(b"c/d 1\n", "c/d", b"1", id="an unknown topic"),
        pytest.param(b"c d 1 2\n", "c", b"d 1 2", id="an unknown topic with a space"),
        pytest.param(b"\xff 1\n", "\udcff", b"1", id="a topic that is not UTF-8"),
    ],
)
def test_a_message_as_a_line(line: bytes, topic: str, payload: bytes) -> None:
    found = message(line, "lines", TOPICS)
    assert (found.topic, found.payload) == (topic, payload)
    assert found.topic_is_guessed == (topic == "c")
    assert message(line, None, TOPICS) == found


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param(b"hello\n", "no space after a topic; a payload with line breaks needs mosquitto_sub -F %j", id="a word"),
        pytest.param(b'  "x": 1\n', "no topic before the space; a payload with line breaks needs mosquitto_sub -F %j", id="goes on"),
        pytest.param(b"hall 1/power 2 3\n", "the line may begin with the topic 'hall 1/power' or 'hall 1/power 2'; record with mosquitto_sub -F %j", id="two topics"),
        pytest.param(b"x" * 70_000 + b" 1", "no space after a topic; a payload with line breaks needs mosquitto_sub -F %j", id="long"),
    ],
)  # fmt: skip
def test_a_line_that_is_not_a_message(line: bytes, said: str) -> None:
    assert reason(line, "lines", TOPICS) == said
    assert reason(line, None, TOPICS) == said


def test_without_a_model_a_topic_ends_at_the_first_space() -> None:
    (found,) = read_recording(io.BytesIO(b"hall 1/power 3\n"))
    assert isinstance(found, RecordedMessage)
    assert (found.topic, found.topic_is_guessed) == ("hall", True)


def test_many_spaces_are_not_many_look_ups() -> None:
    asked: list[str] = []
    line = b"a " * 500_000
    list(read_recording(io.BytesIO(line * 2), "lines", lambda topic: bool(asked.append(topic))))
    assert len(asked) == reader.MOST_SPACES


# --- which format it is ------------------------------------------------------------------------------

OBJECT = b'{"topic":"a/b","payload":1}\n'
TEXT = b'{"topic":"a/b","payloadlen":1,"payload":"1"}\n'
VALUE = b'{"topic":"a/b","payloadlen":1,"payload":1}\n'
QUOTED = b'{"topic":"a/b","payloadlen":3,"payload":"1"}\n'
LINE = b"a/b 1\n"


@pytest.mark.parametrize(
    ("lines", "payloads"),
    [
        pytest.param([OBJECT, LINE], [b"1", None], id="objects, then no lines"),
        pytest.param([LINE, OBJECT], [b"1", None], id="lines, then no objects"),
        pytest.param([b"hello\n", OBJECT, LINE], [None, b"1", None], id="noise, objects"),
        pytest.param([b"hello\n", LINE], [None, b"1"], id="noise, lines"),
        pytest.param([b"{}\n", b"c/d 1\n", LINE], [None, b"1", b"1"], id="noise, unknown topics"),
        pytest.param([b"c/d 1\n", OBJECT, LINE], [b"1", b"1", None], id="noise like a line"),
        pytest.param([TEXT, QUOTED], [b"1", None], id="texts, one cut off"),
        pytest.param([VALUE, QUOTED], [b"1", b'"1"'], id="values, one a text"),
        pytest.param([QUOTED, VALUE, QUOTED], [None, b"1", b'"1"'], id="not known at first"),
        pytest.param([OBJECT, QUOTED, TEXT], [b"1", None, b"1"], id="objects of our own"),
        pytest.param([b"\n", VALUE, b"\n", VALUE], [b"1", None, b"1"], id="values left out"),
        pytest.param([b"\n", TEXT, b" \r\n", TEXT], [b"1", b"1"], id="empty lines"),
        pytest.param([b"\n", LINE, b"\n", LINE], [b"1", b"1"], id="empty lines in lines"),
    ],
)  # fmt: skip
def test_the_first_lines_say_the_format(lines: list[bytes], payloads: list[bytes | None]) -> None:
    found = read(b"".join(lines), None, {"a/b"})
    assert [line.payload if isinstance(line, RecordedMessage) else None for line in found] == payloads  # fmt: skip


def test_values_that_were_left_out_are_said() -> None:
    assert reason(b"\n", "ndjson-values") == (
        "empty: mosquitto_sub -F %J leaves out what is not JSON; record with -F %j"
    )


# --- lines and memory --------------------------------------------------------------------------------


def test_lines_are_counted_and_empty_ones_passed_over() -> None:
    found = read(b'\n{"topic":"a","payload":1}\n \t\r\nx\n')
    assert [(line.line, line.size) for line in found] == [(2, 26), (4, 2)]


@pytest.mark.parametrize("form", [None, "ndjson", "lines"])
def test_a_line_that_is_too_long_is_told_and_not_kept(
    monkeypatch: pytest.MonkeyPatch, form: RecordingFormat | None
) -> None:
    monkeypatch.setattr(reader, "LONGEST_LINE", 30)
    short = b"a 1\n" if form == "lines" else b'{"topic":"a","payload":1}\n'
    data = short + b"x" * 100 + b"\n" + short + b"y" * 31
    found = read(data, form)
    assert [(line.line, type(line)) for line in found] == [
        (1, RecordedMessage), (2, BadLine), (3, RecordedMessage), (4, BadLine),
    ]  # fmt: skip
    assert {line.reason for line in found if isinstance(line, BadLine)} == {"longer than 30 bytes"}
    assert sum(line.size for line in found) == len(data)


@pytest.mark.parametrize("longest", [25, 26])
def test_the_longest_line_is_still_read(longest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "LONGEST_LINE", longest)
    for end in (b"", b"\n"):
        assert message(b'{"topic":"a","payload":1}' + end).payload == b"1"


class Endless(io.RawIOBase):
    """A stream of one line that goes on and on."""

    def __init__(self, size: int) -> None:
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), self._left)
        self._left -= count
        buffer[:count] = b"x" * count
        return count


def test_memory_does_not_grow_with_a_line() -> None:
    size = 20 * LONGEST_LINE
    tracemalloc.start()
    try:
        (found,) = read_recording(io.BufferedReader(Endless(size)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == BadLine(1, size, f"longer than {LONGEST_LINE:,} bytes")
    assert peak < 3 * LONGEST_LINE


def test_messages_come_as_lines_come() -> None:
    class Stream(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            assert size == LONGEST_LINE + 1
            given.append(1)
            return super().readline(size)

    given: list[int] = []
    lines = read_recording(Stream(OBJECT * 3))
    for number in (1, 2, 3):
        next(lines)
        assert len(given) == number


# --- laws --------------------------------------------------------------------------------------------

levels = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\n+#/"), max_size=5)
names = st.lists(levels | st.sampled_from(["a", "b c", " "]), min_size=1, max_size=3).map("/".join)
topics = names.filter(bool)
values = json_values.map(lambda value: json.dumps(value, ensure_ascii=False).encode())
payloads = st.binary(max_size=8) | values | st.just(b"")


def sent(payload: st.SearchStrategy[bytes]) -> st.SearchStrategy[list[Sent]]:
    one = st.builds(Sent, topics, payload, st.booleans(), st.integers(0, 2))
    return st.lists(one, max_size=4)


def same(found: Collection[Found], messages: list[Sent]) -> None:
    assert [
        Sent(line.topic, line.payload, bool(line.retain), line.qos or 0)
        for line in found
        if isinstance(line, RecordedMessage)
    ] == messages
    assert len(found) == len(messages)


def written(write: Callable[[Sent], bytes], messages: list[Sent]) -> bytes:
    return b"".join(map(write, messages))


@given(sent(payloads), st.sampled_from(["ndjson", None]))
def test_what_is_written_by_hand_is_read(
    messages: list[Sent], form: RecordingFormat | None
) -> None:
    same(read(written(by_hand, messages), form), messages)


@given(sent(payloads))
def test_what_mosquitto_writes_as_text_is_read_or_said_to_be_cut_off(messages: list[Sent]) -> None:
    found = read(written(mosquitto_json, messages), "ndjson")
    whole = [(line, one) for line, one in zip(found, messages, strict=True) if b"\0" not in one.payload]  # fmt: skip
    same([line for line, _ in whole], [one for _, one in whole])
    for line, one in zip(found, messages, strict=True):
        if b"\0" in one.payload:
            assert isinstance(line, BadLine)
            assert line.topic == one.topic


@given(sent(values | st.just(b"")))
def test_what_mosquitto_writes_as_values_is_read(messages: list[Sent]) -> None:
    found = read(written(mosquitto_values, messages), "ndjson-values")
    for line, one in zip(found, messages, strict=True):
        assert isinstance(line, RecordedMessage)
        assert (line.topic, line.retain, line.qos) == (one.topic, one.retain, one.qos)
        assert bool(line.payload) == bool(one.payload)
        assert not line.payload or json.loads(line.payload) == json.loads(one.payload)


@given(sent(payloads), st.sampled_from(["lines", None]))
def test_what_mosquitto_writes_as_lines_is_read(
    messages: list[Sent], form: RecordingFormat | None
) -> None:
    known = {one.topic for one in messages}
    for one in messages:
        # What the format cannot say.
        assume(b"\n" not in one.payload and one.payload not in {b"(null)", b"(null)\r"})
        line = f"{one.topic} ".encode() + one.payload
        assume(not line.isspace())
        assume(not any(line.startswith(f"{name} ".encode()) for name in known - {one.topic}))
    bare = [Sent(one.topic, one.payload) for one in messages]
    same(read(written(mosquitto_lines, messages), form, known), bare)


@given(st.lists(sent(values | st.just(b"")).filter(bool), min_size=1, max_size=1))
def test_the_format_is_never_taken_for_another(messages: list[list[Sent]]) -> None:
    """What is read without knowing the format is what is read with it, or a bad line."""
    for write, form in ((mosquitto_json, "ndjson"), (mosquitto_values, "ndjson-values")):
        data = written(write, messages[0])
        for guessed, known in zip(read(data), read(data, form), strict=True):  # type: ignore[arg-type]
            assert guessed == known or isinstance(guessed, BadLine)


@given(
    st.binary(max_size=60) | st.text('{}[]":,\\topicaylod019 \t\n', max_size=60).map(str.encode),
    st.sampled_from(["ndjson", "ndjson-values", "lines", None]),
)
def test_any_bytes_are_messages_and_bad_lines(data: bytes, form: RecordingFormat | None) -> None:
    found = read(data, form, {"a", "o 1"})
    assert [line.line for line in found] == sorted({line.line for line in found})
    assert sum(line.size for line in found) <= len(data)
    for line in found:
        if isinstance(line, RecordedMessage):
            assert isinstance(line.payload, bytes)
