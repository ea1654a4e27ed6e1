r"""Messages as they were sent: one alone, or a recording of many.

A recording holds one JSON object a line, with ``topic`` and ``payload``, and
whatever else whoever recorded it liked to keep::

    {"topic": "acme/lyon/line1/speed", "payload": {"timestamp_ms": 1767225600000, "value": 2}}
    {"topic": "acme/lyon/line1/speed", "payload": "{\"timestamp_ms\": 1767225600000, \"value\": 2}"}

A payload that is a text is the message as it was sent; any other JSON value is
itself the message. Both are handed on as they are written, so nothing that is
wrong with them is lost on the way. A recording is read line by line, and no
line takes more memory than the longest allowed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, TypeAlias

from uns.cli.terminal import CannotRun

#: Longest message: no MQTT packet is longer [MQTT-1.5.5].
LONGEST_MESSAGE = 268_435_455

#: Longest line of a recording.
LONGEST_LINE = 4 * 1024 * 1024


class Recorded(NamedTuple):
    """One message of a recording: its topic, and its payload as it was sent."""

    topic: str
    payload: bytes | str


class BadLine(NamedTuple):
    """A line that holds no message."""

    reason: str


#: The number of a line, what it holds, and how many bytes it takes.
_Line: TypeAlias = tuple[int, Recorded | BadLine, int]


def message(stream: BinaryIO) -> bytes:
    """All that a stream holds, as one message.

    Raises:
        CannotRun: it is longer than a message can be.
    """
    payload = stream.read(LONGEST_MESSAGE + 1)
    if len(payload) > LONGEST_MESSAGE:
        raise CannotRun(f"longer than {LONGEST_MESSAGE:,} bytes, which no MQTT message is")
    return payload


def read_recording(stream: BinaryIO) -> Iterator[_Line]:
    r"""The messages of a recording, and the lines that hold none; empty lines are passed over.

    >>> import io
    >>> for line in read_recording(io.BytesIO(b'{"topic": "a/b", "payload": {"x" : 1}}\n\nhello\n')):
    ...     print(line)
    (1, Recorded(topic='a/b', payload=b'{"x" : 1}'), 39)
    (3, BadLine(reason='no JSON object'), 6)
    """
    number = 0
    while start := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(start) > LONGEST_LINE and not start.endswith(b"\n"):
            rest = _skipped(stream)
            yield number, BadLine(f"longer than {LONGEST_LINE:,} bytes"), len(start) + rest
        elif not start.isspace():
            yield number, _read(start), len(start)


def _skipped(stream: BinaryIO) -> int:
    """Read to the end of a line, and say how many bytes that took."""
    size = 0
    while rest := stream.readline(65_536):
        size += len(rest)
        if rest.endswith(b"\n"):
            break
    return size


def _read(line: bytes) -> Recorded | BadLine:
    try:
        text = line.decode()
        members = dict(_members(text))
    except UnicodeDecodeError as error:
        return BadLine(f"byte {error.start + 1} is not UTF-8")
    except RecursionError:
        return BadLine("nested too deep")
    except _NoObject as error:
        return BadLine(str(error))
    if "topic" not in members or "payload" not in members:
        return BadLine("it lacks `topic` or `payload`")
    topic, payload = members["topic"], members["payload"]
    if not topic.is_text:
        return BadLine("`topic` is no text")
    return Recorded(topic.value, payload.value if payload.is_text else payload.written.encode())


# --- the members of a line, with the text of their values ------------------------------------------


class _NoObject(ValueError):
    """A line that is no JSON object with each key once."""


class _Member(NamedTuple):
    value: Any
    written: str

    @property
    def is_text(self) -> bool:
        return self.written.startswith('"')


_OPENED = re.compile(r"[ \t\r\n]*\{[ \t\r\n]*")
_CLOSED = re.compile(r"[ \t\r\n]*\}[ \t\r\n]*\Z")
_KEY = re.compile(r'[ \t\r\n]*(?=")')
_COLON = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_COMMA = re.compile(r"[ \t\r\n]*,")
# Numbers stay text: what they are is for the contract to ask, and long ones take long to convert.
_VALUE = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


def _members(text: str) -> Iterator[tuple[str, _Member]]:
    """The members of the object that ``text`` is, each value also as it is written."""
    opened = _OPENED.match(text)
    if opened is None:
        raise _NoObject("no JSON object")
    at = opened.end()
    if _CLOSED.match(text, at):
        return
    keys: set[str] = set()
    while True:
        try:
            key, at = _VALUE.raw_decode(text, _past(_KEY, text, at))
            start = _past(_COLON, text, at)
            value, at = _VALUE.raw_decode(text, start)
        except json.JSONDecodeError as error:
            raise _NoObject(f"no JSON object: not JSON at column {error.pos + 1}") from None
        if key in keys:
            raise _NoObject("a key stands twice")
        keys.add(key)
        yield key, _Member(value, text[start:at])
        if _CLOSED.match(text, at):
            return
        at = _past(_COMMA, text, at)


def _past(mark: re.Pattern[str], text: str, at: int) -> int:
    """Where ``mark`` ends, which must stand at ``at``."""
    found = mark.match(text, at)
    if found is None:
        raise _NoObject(f"no JSON object: not JSON at column {at + 1}")
    return found.end()
