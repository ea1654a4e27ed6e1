"""MQTT 5.0 packets by hand, for names that no client library would send.

One question to a connection, for a server that is sent a malformed packet ends
the connection.
"""

from __future__ import annotations

import socket

from tests.integration.broker import HOST, PATIENCE

__all__ = ["accepts_filter", "accepts_topic"]

CONNECT, PUBLISH, SUBSCRIBE = 0x10, 0x32, 0x82
CONNACK, PUBACK, SUBACK = 0x20, 0x40, 0x90

_PACKET_IDENTIFIER = b"\0\1"
_NO_PROPERTIES = b"\0"
_AT_LEAST_ONCE = b"\1"
#: Reason codes from here on are failures (MQTT 5.0 §2.4).
_FAILURE = 0x80


def accepts_filter(port: int, text: bytes) -> bool:
    """Whether the broker grants a subscription to ``text``."""
    body = _PACKET_IDENTIFIER + _NO_PROPERTIES + _string(text) + _AT_LEAST_ONCE
    return _answer(port, SUBSCRIBE, body) == SUBACK


def accepts_topic(port: int, text: bytes) -> bool:
    """Whether the broker acknowledges a message to ``text``."""
    body = _string(text) + _PACKET_IDENTIFIER + _NO_PROPERTIES + b"payload"
    return _answer(port, PUBLISH, body) == PUBACK


def _answer(port: int, kind: int, body: bytes) -> int | None:
    """The kind of packet that grants the request; ``None`` for a refusal of any form."""
    hello = b"\0\4MQTT\5" + b"\2" + b"\0\x3c" + _NO_PROPERTIES + b"\0\0"
    with socket.create_connection((HOST, port), timeout=PATIENCE) as connection:
        connection.sendall(_packet(CONNECT, hello))
        connack, body_of_connack = _read(connection)
        assert (connack, body_of_connack[1]) == (CONNACK, 0)
        connection.sendall(_packet(kind, body))
        try:
            answer, content = _read(connection)
        except ConnectionError:
            return None
    # The reason code is the last byte of SUBACK, and the third of PUBACK if there is one.
    code = content[-1] if answer == SUBACK else (content[2:3] or b"\0")[0]
    return answer if answer in {SUBACK, PUBACK} and code < _FAILURE else None


def _packet(kind: int, body: bytes) -> bytes:
    size, length = len(body), bytearray()
    while True:
        size, digit = divmod(size, 128)
        length.append(digit | 0x80 if size else digit)
        if not size:
            return bytes([kind]) + bytes(length) + body


def _string(text: bytes) -> bytes:
    return len(text).to_bytes(2, "big") + text


def _read(connection: socket.socket) -> tuple[int, bytes]:
    """The kind and the content of the next packet; short ones only."""
    kind, length = _exactly(connection, 2)
    assert length < 0x80
    return kind, _exactly(connection, length)


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise ConnectionError("the broker closed the connection")
        data += more
    return data
