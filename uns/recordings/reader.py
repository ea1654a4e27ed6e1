r"""The formats of recordings, and the one reader of them all.

``ndjson``, an object a line, is what ``mosquitto_sub -F %j`` writes, and what is easy to
write from any client. A payload that is text is the message as it was sent; any other
JSON value is itself the message::

    {"topic": "acme/lyon/line1/speed", "payload": "{\"timestamp_ms\": 1, \"value\": 2}"}
    {"topic": "acme/lyon/line1/speed", "payload": {"timestamp_ms": 1, "value": 2}}
    {"topic": "acme/lyon/line1/speed", "payload": ""}

``ndjson-values`` is what ``mosquitto_sub -F %J`` writes: the payload is the message as a
JSON value, also where it is text. ``lines`` is what ``mosquitto_sub -v`` writes: topic, a
space, payload.

Facts of Mosquitto 2.0: an empty payload is ``null`` with ``"payloadlen": 0`` in JSON and
``(null)`` in lines. ``%j`` ends a payload at its first zero byte, while ``payloadlen``
counts all of it; bytes that are not UTF-8 it writes as they are. ``%J`` writes an empty
line for a message that is not JSON, and numbers as doubles. In lines nothing marks a line
break inside a payload.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import BinaryIO, Literal, TypeAlias

from uns.counts import in_words
from uns.recordings.members import Member, NotAnObject, members
from uns.recordings.records import BadLine, RecordedMessage
from uns.topics.names_and_filters import MAX_BYTES

#: How the lines of a recording are written.
RecordingFormat: TypeAlias = Literal["ndjson", "ndjson-values", "lines"]

#: Longest line of a recording, in bytes.
LONGEST_LINE = 4 * 1024 * 1024

#: In ``lines`` a topic ends at one of this many first spaces.
MOST_SPACES = 64

#: A byte order mark in front of an object.
_MARKED = b"\xef\xbb\xbf{"
_SPACE = re.compile(b" ")
#: Mosquitto writes ``Z`` in front of the offset.
_ZULU = re.compile(r"Z(?=[+-]\d)")


def read_recording(
    stream: BinaryIO,
    form: RecordingFormat | None = None,
    is_topic: Callable[[str], bool] | None = None,
) -> Iterator[RecordedMessage | BadLine]:
    r"""The messages of a recording and its bad lines, as the lines come; empty lines are skipped.

    Without a ``form`` the first lines decide. ``is_topic`` says where a topic ends in
    ``lines``: a topic may hold spaces, and so may a payload. A topic for which it says
    nothing ends at the first space. No line takes more memory than the longest allowed.

    >>> import io
    >>> lines = b'{"topic": "a/b", "payload": {"x" : 1}}\n\nhello\n'
    >>> for found in read_recording(io.BytesIO(lines)):
    ...     print(found.line, found.payload if isinstance(found, RecordedMessage) else found.reason)
    1 b'{"x" : 1}'
    3 not a JSON object
    >>> [message] = read_recording(io.BytesIO(b"hall 1/power 2.5\n"), is_topic={"hall 1/power"}.__contains__)
    >>> message.topic, message.payload
    ('hall 1/power', b'2.5')
    """
    reader = _Reader(form, is_topic or _is_unknown)
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            size = len(line) + _skip_line(stream)
            yield BadLine(number, size, f"longer than {LONGEST_LINE:,} bytes")
            continue
        is_marked = number == 1 and line.startswith(_MARKED)
        found = reader.read(line[3:] if is_marked else line)
        if found is not None:
            yield found._replace(line=number, size=len(line))


def _skip_line(stream: BinaryIO) -> int:
    """Read to the end of a line, and return how many bytes that took."""
    size = 0
    while rest := stream.readline(65_536):
        size += len(rest)
        if rest.endswith(b"\n"):
            break
    return size


_BROKEN = "a payload with line breaks needs mosquitto_sub -F %j"


def _is_unknown(_: str) -> bool:
    return False


def _bad(reason: str, topic: str | None = None) -> BadLine:
    return BadLine(0, 0, reason, topic)


class _NotWhole(ValueError):
    """A payload that is not the one that was sent."""


class _Reader:
    """Reads one line after the other, and remembers their format as soon as one shows it."""

    def __init__(self, form: RecordingFormat | None, is_topic: Callable[[str], bool]) -> None:
        #: ``None`` as long as it may be ``ndjson`` or ``ndjson-values``, or still be ``lines``.
        self._form = form
        self._may_be_lines = form is None
        self._is_topic = is_topic

    def read(self, line: bytes) -> RecordedMessage | BadLine | None:
        """What the line holds, its number and size apart; ``None`` for an empty line."""
        if line.isspace():
            if self._form != "ndjson-values":
                return None
            return _bad("empty: mosquitto_sub -F %J leaves out what is not JSON; record with -F %j")
        if self._form == "lines":
            return self._read_pair(line)
        if not self._may_be_lines:
            return self._read_object(line)
        return self._read_first(line)

    def _read_first(self, line: bytes) -> RecordedMessage | BadLine:
        """Read a line that may be written in any format."""
        found = self._read_object(line)
        if isinstance(found, RecordedMessage):
            self._may_be_lines = False
            return found
        pair = self._read_pair(line)
        if isinstance(pair, RecordedMessage) and self._is_topic(pair.topic):
            self._form = "lines"
            return pair
        return found if line.lstrip().startswith(b"{") else pair

    # --- an object a line --------------------------------------------------------------------------

    def _read_object(self, line: bytes) -> RecordedMessage | BadLine:
        try:
            # Bytes that are not UTF-8 become lone surrogates, and bytes again in the payload.
            found = members(line.decode("utf-8", "surrogateescape"))
        except NotAnObject as error:
            return _bad(str(error))
        if "topic" not in found or "payload" not in found:
            return _bad("it lacks `topic` or `payload`")
        topic = found["topic"]
        if not topic.is_text:
            return _bad("`topic` is not text")
        try:
            payload = self._payload(found["payload"], _integer(found.get("payloadlen")))
        except _NotWhole as error:
            return _bad(f"`payload` {error}", topic.value)
        return RecordedMessage(
            0,
            0,
            topic.value,
            payload,
            _flag(found.get("retain")),
            _qos(found.get("qos")),
            _time(found),
        )

    def _payload(self, payload: Member, length: int | None) -> bytes:
        """The bytes that were sent; a recording by Mosquitto says how many they were."""
        written = payload.written.encode("utf-8", "surrogateescape")
        if not payload.is_text:
            if length == 0:
                return b""
            if length is not None and self._form is None:
                self._form = "ndjson-values"
            return written
        try:
            sent: bytes = payload.value.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            raise _NotWhole("holds half a surrogate pair, which is not text") from None
        if length == len(sent):
            # Certain: as a JSON value the text would have been longer by its quotes.
            self._form = self._form or "ndjson"
            return sent
        if self._form == "ndjson-values":
            return written
        if length is None:
            return sent
        why = "mosquitto_sub -F %j ends it at a zero byte"
        if self._form is None:
            why = f"either {why}, or the format is ndjson-values"
        is_long = f"is {in_words(len(sent), 'byte')} long, not {length:,}"
        raise _NotWhole(f"{is_long} as `payloadlen` says: {why}")

    # --- topic, space, payload ---------------------------------------------------------------------

    def _read_pair(self, line: bytes) -> RecordedMessage | BadLine:
        line = line.removesuffix(b"\n")
        spaces = [at.start() for at in islice(_SPACE.finditer(line, 0, MAX_BYTES + 1), MOST_SPACES)]
        if not spaces:
            return _bad(f"no space after a topic; {_BROKEN}")
        ends = [at for at in spaces if self._is_topic(_name(line[:at]))]
        if len(ends) > 1:
            either = " or ".join(repr(_name(line[:at])) for at in ends[:2])
            return _bad(
                f"the line may begin with the topic {either}; record with mosquitto_sub -F %j"
            )
        end = ends[0] if ends else spaces[0]
        if end == 0:
            return _bad(f"no topic before the space; {_BROKEN}")
        payload = line[end + 1 :]
        if payload in {b"(null)", b"(null)\r"}:
            payload = b""
        is_guessed = not ends and len(spaces) > 1
        return RecordedMessage(0, 0, _name(line[:end]), payload, topic_is_guessed=is_guessed)


def _name(text: bytes) -> str:
    """A topic; of bytes that are not UTF-8 it keeps lone surrogates, which no topic has."""
    return text.decode("utf-8", "surrogateescape")


# --- what Mosquitto says beside it -----------------------------------------------------------------


def _integer(member: Member | None) -> int | None:
    if member is None or not re.fullmatch(r"\d{1,9}", member.written):
        return None
    return int(member.written)


def _flag(member: Member | None) -> bool | None:
    written = member.written if member else None
    return True if written in {"1", "true"} else False if written in {"0", "false"} else None


def _qos(member: Member | None) -> int | None:
    number = _integer(member)
    return number if number in {0, 1, 2} else None


def _time(found: Mapping[str, Member]) -> datetime | None:
    """The time that ``tst`` or ``timestamp`` says, if it says its zone too."""
    stamp = found.get("tst") or found.get("timestamp")
    if stamp is None:
        return None
    try:
        if stamp.is_text:
            time = datetime.fromisoformat(_ZULU.sub("", stamp.value))
            return time if time.tzinfo else None
        # Before 2.0 Mosquitto wrote seconds; the unit of others is not known.
        return datetime.fromtimestamp(int(stamp.written), UTC) if "tst" in found else None
    except (ValueError, OverflowError, OSError):
        return None
