"""What the real ``mosquitto_sub`` writes is what the reader of recordings takes it for."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.integration.broker import HOST, PATIENCE, Broker, stop
from tests.integration.conftest import INSTALL
from tests.recordings.writers import Sent, mosquitto_json, mosquitto_lines, mosquitto_values
from uns.recordings import BadLine, RecordedMessage, RecordingFormat, read_recording

if TYPE_CHECKING:
    from tests.integration.mqtt5 import Connect

pytestmark = pytest.mark.integration

OPTIONS: dict[RecordingFormat, list[str]] = {
    "ndjson": ["-F", "%j"],
    "ndjson-values": ["-F", "%J"],
    "lines": ["-v"],
}
END = Sent("the/end", b"0")

KEPT_TOPICS = "kept/+"

#: Retained before anybody listens, so that they come with the retain flag.
KEPT = [
    Sent("kept/value", b'{"value": 1}', retain=True),
    Sent("kept/text", b'"on"', retain=True),
]
#: Messages that are JSON, or empty; numbers as cJSON writes them.
JSON = [
    Sent("lyon/value", b'{"value": 0.5, "list": [1, true, null]}'),
    Sent("lyon/null", b"null"),
    Sent("lyon/text", '"ä\\n\\u00e4\\"🏭"'.encode()),
    Sent("kept/value", b""),
    Sent("lyon/empty", b""),
    Sent("hall 1/a b", b"1"),
    Sent('a/"b\\c', b'{"a":1}'),
    Sent("é/日本/🏭", b"[]"),
    Sent("/", b"1"),
]
#: Messages that are not JSON; nothing but lines can say the last two.
OTHERS = [
    Sent("lyon/plain", b"IDLE now"),
    Sent("lyon/bytes", b"\xff\xfe\x01\x7f"),
    Sent("lyon/return", b"a\r"),
    Sent("lyon/zero", b"a\0b"),
    Sent("lyon/packed", b"\x08\x96\x01\x00\xff"),
]
BROKEN = Sent("lyon/broken", b"one\ntwo\n")


@contextmanager
def recorders(broker: Broker, folder: Path) -> Iterator[dict[RecordingFormat, Path]]:
    """One ``mosquitto_sub`` for each format; all have ended with the block."""
    program = shutil.which("mosquitto_sub")
    if program is None:
        pytest.skip(f"mosquitto_sub is not installed; {INSTALL}")
    files = {form: folder / form for form in OPTIONS}
    command = [program, "-h", HOST, "-p", str(broker.port), "-t", "#", "-V", "5", "-q", "1"]
    with ExitStack() as stack:
        for form, file in files.items():
            out = stack.enter_context(file.open("wb"))
            process = subprocess.Popen(
                [*command, *OPTIONS[form]], stdout=out, stderr=subprocess.DEVNULL
            )
            stack.callback(stop, process)
        yield files


def wait_for(files: dict[RecordingFormat, Path], text: bytes) -> None:
    deadline = time.monotonic() + PATIENCE
    while not all(text in file.read_bytes() for file in files.values()):
        assert time.monotonic() < deadline, f"{text!r} was not recorded"
        time.sleep(0.02)


@pytest.fixture
def recordings(broker: Broker, connect: Connect, tmp_path: Path) -> dict[RecordingFormat, bytes]:
    """The same messages in every format."""
    with connect() as client:
        client.subscribe(KEPT_TOPICS, 1)
        for sent in KEPT:
            client.publish(sent.topic, sent.payload, retain=True)
            client.receive()  # The broker has it.
        with recorders(broker, tmp_path) as files:
            for sent in KEPT:
                wait_for(files, sent.topic.encode())
            for sent in [*JSON, *OTHERS, BROKEN, END]:
                client.publish(sent.topic, sent.payload, retain=sent.topic.startswith("kept/"))
            wait_for(files, END.topic.encode())
        return {form: file.read_bytes() for form, file in files.items()}


def read(
    recordings: dict[RecordingFormat, bytes], form: RecordingFormat
) -> list[RecordedMessage | BadLine]:
    """What a recording holds; its format is seen from its first lines."""
    topics = {sent.topic for sent in [*KEPT, *JSON, *OTHERS, BROKEN, END]}
    found = list(read_recording(io.BytesIO(recordings[form]), None, topics.__contains__))
    assert found == list(read_recording(io.BytesIO(recordings[form]), form, topics.__contains__))
    return found


def messages(found: list[RecordedMessage | BadLine]) -> list[Sent]:
    """The messages, those retained before in the order of their names."""
    sent = [
        Sent(one.topic, one.payload, bool(one.retain))
        for one in found
        if isinstance(one, RecordedMessage)
    ]
    return sorted(sent[: len(KEPT)]) + sent[len(KEPT) :]


def test_text_is_the_message_as_it_was_sent(recordings: dict[RecordingFormat, bytes]) -> None:
    found = read(recordings, "ndjson")
    whole = [sent for sent in OTHERS if b"\0" not in sent.payload]
    assert messages(found) == [*sorted(KEPT), *JSON, *whole, BROKEN, END]
    assert [bad.topic for bad in found if isinstance(bad, BadLine)] == ["lyon/zero", "lyon/packed"]
    assert all(
        one.time and one.qos is not None for one in found if isinstance(one, RecordedMessage)
    )


def test_values_are_the_messages_that_are_json(recordings: dict[RecordingFormat, bytes]) -> None:
    found = read(recordings, "ndjson-values")
    read_, wanted = messages(found), [*sorted(KEPT), *JSON, END]
    assert [(one.topic, one.retain) for one in read_] == [(one.topic, one.retain) for one in wanted]
    for one, sent in zip(read_, wanted, strict=True):
        assert (one.payload and json.loads(one.payload)) == (sent.payload and json.loads(sent.payload))  # fmt: skip
    left_out = [bad for bad in found if isinstance(bad, BadLine)]
    assert len(left_out) == len([*OTHERS, BROKEN])


def test_lines_are_the_messages_without_line_breaks(
    recordings: dict[RecordingFormat, bytes],
) -> None:
    found = read(recordings, "lines")
    bare = [sent._replace(retain=False) for sent in [*sorted(KEPT), *JSON, *OTHERS]]
    assert messages(found) == [*bare, Sent(BROKEN.topic, b"one"), END]
    assert [bad.reason.partition(";")[0] for bad in found if isinstance(bad, BadLine)] == [
        "no space after a topic"
    ]


def test_every_format_reads_the_json_messages_alike(
    recordings: dict[RecordingFormat, bytes],
) -> None:
    def outcome(form: RecordingFormat) -> dict[str, list[object]]:
        values: dict[str, list[object]] = {}
        topics = {sent.topic for sent in [*KEPT, *JSON]}
        for one in messages(read(recordings, form)):
            if one.topic in topics:
                value = json.loads(one.payload) if one.payload else "cleared"
                values.setdefault(one.topic, []).append(value)
        return values

    assert outcome("ndjson") == outcome("ndjson-values") == outcome("lines")


def test_the_writers_of_the_other_tests_write_as_mosquitto_does(
    recordings: dict[RecordingFormat, bytes],
) -> None:
    writers = {
        "ndjson": mosquitto_json,
        "ndjson-values": mosquitto_values,
        "lines": mosquitto_lines,
    }

    def plain(line: bytes) -> object:
        """A line without its time, and however its text is escaped."""
        if not line.startswith(b"{"):
            return line
        value = json.loads(line.decode("utf-8", "surrogateescape"))
        return {key: value[key] for key in value if key not in {"tst", "mid", "properties"}}

    for form, write in writers.items():
        sent = [one._replace(retain=False) for one in [*JSON, *OTHERS, BROKEN, END]]
        expected = b"".join(map(write, sent)).split(b"\n")
        real = recordings[form].split(b"\n")[-len(expected) :]
        assert list(map(plain, real)) == list(map(plain, expected))
