"""Recordings of messages: what a line is, and that no line takes more than its share."""

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.payloads.strategies import json_values, texts
from uns.cli import recordings
from uns.cli.inputs import source
from uns.cli.recordings import LONGEST_LINE, BadLine, Recorded, message, read_recording
from uns.cli.terminal import CannotRun


def only(line: bytes) -> Recorded | BadLine:
    ((number, found, size),) = read_recording(io.BytesIO(line))
    assert (number, size) == (1, len(line))
    return found


@pytest.mark.parametrize(
    ("line", "topic", "payload"),
    [
        pytest.param(b'{"topic": "a/b", "payload": {"x": 1}}', "a/b", b'{"x": 1}', id="value"),
        pytest.param(b'{"topic":"a","payload":"{\\"x\\": 1}"}', "a", '{"x": 1}', id="text"),
        pytest.param(b'{"topic":"a","payload":"\\"hot\\""}', "a", '"hot"', id="text of a text"),
        pytest.param(b'{"topic":"a","payload":""}', "a", "", id="empty text"),
        pytest.param(b'{"topic":"a","payload":null}', "a", b"null", id="null"),
        pytest.param(b'{"topic":"a","payload":1e3}', "a", b"1e3", id="a number as it is written"),
        pytest.param(b'{"topic":"a","payload":{"a":1,"a":2}}', "a", b'{"a":1,"a":2}', id="a key twice in the payload"),
        pytest.param(b'{"topic":"a","payload":[NaN,-Infinity]}', "a", b"[NaN,-Infinity]", id="no numbers"),
        pytest.param(b'{"topic":"a","payload":' + b"9" * 5_000 + b"}", "a", b"9" * 5_000, id="long number"),
        pytest.param(b'{"payload": [ 1 , 2 ] , "qos":1, "topic":"a"}\r\n', "a", b"[ 1 , 2 ]", id="any order, more members"),
        pytest.param(b' \t{ "topic" : "a" , "payload" : 1 } \t', "a", b"1", id="white space"),
        pytest.param('{"topic":"é\\n","payload":{"ü":"é"}}'.encode(), "é\n", '{"ü":"é"}'.encode(), id="any character"),
        pytest.param(b'{"topic":"\\ud800","payload":1}', "\ud800", b"1", id="half a pair"),
        pytest.param(b'{"topic":"","payload":1}', "", b"1", id="a topic that is none"),
    ],
)  # fmt: skip
def test_a_message(line: bytes, topic: str, payload: bytes | str) -> None:
    assert only(line) == Recorded(topic, payload)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param(b"hello", "no JSON object", id="a word"),
        pytest.param(b"[]", "no JSON object", id="a list"),
        pytest.param(b"\xef\xbb\xbf{}", "no JSON object", id="a byte order mark"),
        pytest.param(b"{}", "it lacks `topic` or `payload`", id="an empty object"),
        pytest.param(b'{"topic":"a"}', "it lacks `topic` or `payload`", id="no payload"),
        pytest.param(b'{"payload":"a"}', "it lacks `topic` or `payload`", id="no topic"),
        pytest.param(b'{"topic":1,"payload":1}', "`topic` is no text", id="a number as topic"),
        pytest.param(b'{"topic":["a"],"payload":1}', "`topic` is no text", id="a list as topic"),
        pytest.param(b'{"topic":"a","topic":"b","payload":1}', "a key stands twice", id="a topic twice"),
        pytest.param(b'{"topic":"a","payload":1,"\\u0074opic":"b"}', "a key stands twice", id="twice, escaped"),
        pytest.param(b'{"topic":"a","payload":1', "no JSON object: not JSON at column 25", id="cut off"),
        pytest.param(b'{"topic":"a","payload":', "no JSON object: not JSON at column 24", id="cut off before a value"),
        pytest.param(b'{"topic":"a","payload":"x', "no JSON object: not JSON at column 24", id="cut off in a text"),
        pytest.param(b'{"topic":"a","payload":1,}', "no JSON object: not JSON at column 26", id="a trailing comma"),
        pytest.param(b'{"topic":"a" "payload":1}', "no JSON object: not JSON at column 13", id="no comma"),
        pytest.param(b'{"topic" "a"}', "no JSON object: not JSON at column 9", id="no colon"),
        pytest.param(b'{topic:"a"}', "no JSON object: not JSON at column 2", id="no quotes"),
        pytest.param(b'{"topic":"a","payload":1} {}', "no JSON object: not JSON at column 25", id="two objects"),
        pytest.param(b'{"topic":"a","payload":01}', "no JSON object: not JSON at column 25", id="a leading zero"),
        pytest.param(b'{"topic":"a\xff","payload":1}', "byte 12 is not UTF-8", id="not UTF-8"),
        pytest.param(b'{"topic":"a","payload":' + b"[" * 200_000 + b"}", "nested too deep", id="deep"),
    ],
)  # fmt: skip
def test_a_line_that_holds_no_message(line: bytes, reason: str) -> None:
    assert only(line) == BadLine(reason)


def test_lines_are_counted_and_empty_ones_passed_over() -> None:
    lines = list(read_recording(io.BytesIO(b'\n{"topic":"a","payload":1}\n \t\r\nx\n')))
    assert [(number, size) for number, _, size in lines] == [(2, 26), (4, 2)]


def test_a_line_that_is_too_long_is_told_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "LONGEST_LINE", 30)
    text = b'{"topic":"a","payload":1}\n' + b"x" * 100 + b"\n" + b'{"topic":"b","payload":1}\n' + b"y" * 31  # fmt: skip
    found = [(number, line, size) for number, line, size in read_recording(io.BytesIO(text))]
    too_long = BadLine("longer than 30 bytes")
    assert found == [
        (1, Recorded("a", b"1"), 26),
        (2, too_long, 101),
        (3, Recorded("b", b"1"), 26),
        (4, too_long, 31),
    ]
    assert sum(size for _, _, size in found) == len(text)


@pytest.mark.parametrize("longest", [25, 26])
def test_the_longest_line_is_still_read(longest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "LONGEST_LINE", longest)
    for end in (b"", b"\n"):
        ((_, line, _),) = read_recording(io.BytesIO(b'{"topic":"a","payload":1}' + end))
        assert line == Recorded("a", b"1")


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
        ((_, line, taken),) = read_recording(io.BufferedReader(Endless(size)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert line == BadLine(f"longer than {LONGEST_LINE:,} bytes")
    assert taken == size
    assert peak < 3 * LONGEST_LINE


# --- files -------------------------------------------------------------------------------------------


def test_a_message_is_no_longer_than_mqtt_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "LONGEST_MESSAGE", 3)
    assert message(io.BytesIO(b"123")) == b"123"
    with pytest.raises(CannotRun, match="longer than 3 bytes"):
        message(io.BytesIO(b"1234"))


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        pytest.param("none.json", "no such file or directory", id="no file"),
        pytest.param(".", "is a directory", id="a folder"),
        pytest.param("a\0b", "null", id="no path"),
    ],
)
def test_a_file_that_cannot_be_read(file: str, reason: str) -> None:
    with pytest.raises(CannotRun, match=reason), source(file):
        pass


def test_what_goes_wrong_while_a_file_is_read_is_not_its_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"{}")

    def read() -> None:
        with source(str(path)) as stream:
            assert message(stream) == b"{}"
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        read()


def test_without_a_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(CannotRun, match="there is no standard input"), source("-"):
        pass


# --- laws --------------------------------------------------------------------------------------------


@given(st.dictionaries(texts, json_values, max_size=4), texts, json_values)
def test_what_is_recorded_is_what_was_sent(more: dict[str, Any], topic: str, payload: Any) -> None:
    line = json.dumps({**more, "topic": topic, "payload": payload}).encode()
    found = only(line)
    assert isinstance(found, Recorded)
    assert found.topic == topic
    sent = found.payload if isinstance(payload, str) else json.loads(found.payload)
    assert sent == payload


@given(st.binary(max_size=60) | st.text('{}[]":,\\topicaylod019 \t', max_size=60))
def test_any_line_is_a_message_or_a_bad_one(line: bytes | str) -> None:
    data = (line if isinstance(line, bytes) else line.encode()).replace(b"\n", b"")
    for _, found, _ in read_recording(io.BytesIO(data)):
        if isinstance(found, Recorded):
            said = json.loads(data)
            assert said["topic"] == found.topic
