"""The input of a command: a file or the standard input, as one message, or as topics, one a line."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from uns.cli.files import attempt
from uns.cli.terminal import CannotRun
from uns.topics.names_and_filters import MAX_BYTES

#: Longest message: no MQTT packet is longer [MQTT-1.5.5].
LONGEST_MESSAGE = 268_435_455

#: A line is read up to this length, one byte more than the longest topic name.
_ENOUGH = MAX_BYTES + 1


@contextlib.contextmanager
def source(file: str) -> Iterator[BinaryIO]:
    """The file, or the standard input for ``-``.

    Raises:
        CannotRun: it cannot be opened.
    """
    if file == "-":
        if sys.stdin is None:
            raise CannotRun("there is no standard input")
        yield sys.stdin.buffer
        return
    with attempt("read", file):
        stream = Path(file).open("rb")  # noqa: SIM115 - closed below, and not in this `with`
    with stream:
        yield stream


def message(stream: BinaryIO) -> bytes:
    """All that a stream holds, as one message.

    Raises:
        CannotRun: it is longer than a message can be.
    """
    payload = stream.read(LONGEST_MESSAGE + 1)
    if len(payload) > LONGEST_MESSAGE:
        raise CannotRun(f"longer than {LONGEST_MESSAGE:,} bytes, which no MQTT message is")
    return payload


def given_topics(arguments: Iterable[str]) -> Iterator[tuple[str, int | None]]:
    """The topics of the arguments; ``-`` reads topics from the standard input, with line numbers."""
    for argument in arguments:
        if argument != "-":
            yield argument, None
        elif sys.stdin is not None:
            for number, line in lines(sys.stdin.buffer):
                yield line, number


def lines(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    r"""The lines that are not empty, with their numbers from 1, as soon as each can be read.

    Bytes that are not UTF-8 become lone surrogates, which are invalid in a
    topic name, so such a line is reported and not lost. A line that is too long
    for a topic name is cut off, so that memory is bounded.

    >>> import io
    >>> list(lines(io.BytesIO(b"acme/speed\r\n\nacme/\xff")))
    [(1, 'acme/speed'), (3, 'acme/\udcff')]
    """
    number = 0
    while start := stream.readline(_ENOUGH + 2):
        number += 1
        end = start
        while not end.endswith(b"\n") and end:
            end = stream.readline(_ENOUGH)
        line = start.removesuffix(b"\n").removesuffix(b"\r")[:_ENOUGH]
        if line:
            yield number, line.decode("utf-8", "surrogateescape")
