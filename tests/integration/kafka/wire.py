"""One request of Kafka's protocol by hand, because clients look at names before they send them.

CreateTopics, version 2 (KIP-4): the last without fields that nobody here needs,
and one that Kafka 4 still speaks. Names go out as they are, U+0000 among them.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from itertools import count
from typing import NamedTuple

from tests.integration.broker import HOST, PATIENCE

__all__ = ["ACCEPTED", "EXISTS", "INVALID_NAME", "RESERVED", "Connection", "Verdict"]

#: What the broker answers for a topic, of all its error codes.
ACCEPTED, INVALID_NAME, EXISTS, RESERVED = 0, 17, 36, 42

_CREATE_TOPICS, _VERSION = 19, 2


class Verdict(NamedTuple):
    """What the broker says of one topic."""

    code: int
    message: str


class Connection:
    """A connection that creates topics of one partition, or asks whether it could."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((HOST, port), timeout=PATIENCE)
        self._numbers = count()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def create(self, names: Iterable[str], *, only_ask: bool = False) -> dict[str, Verdict]:
        """The verdict on each name, all of them in one request."""
        topics = [_text(name) + struct.pack(">ihii", 1, 1, 0, 0) for name in names]
        number = next(self._numbers)
        header = struct.pack(">hhi", _CREATE_TOPICS, _VERSION, number) + _text("tests")
        body = struct.pack(">i", len(topics)) + b"".join(topics)
        request = header + body + struct.pack(">i?", int(PATIENCE * 1000), only_ask)
        self._socket.sendall(struct.pack(">i", len(request)) + request)
        answer = _Answer(self._read(*struct.unpack(">i", self._read(4))))
        correlation, _throttled, found = answer.take(">iii")
        assert correlation == number
        verdicts = {}
        for _ in range(found):
            name, (code,), message = answer.text(), answer.take(">h"), answer.text()
            verdicts[name] = Verdict(code, message)
        return verdicts

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._socket.recv(size - len(data))
            assert part, "the broker hung up"
            data += part
        return data


def _text(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack(">h", len(encoded)) + encoded


class _Answer:
    """A response, taken apart from the front."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, layout: str) -> tuple[int, ...]:
        taken = struct.unpack_from(layout, self._data, self._at)
        self._at += struct.calcsize(layout)
        return taken

    def text(self) -> str:
        (size,) = self.take(">h")
        start, self._at = self._at, self._at + max(size, 0)
        return self._data[start : self._at].decode()
