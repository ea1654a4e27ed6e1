"""Recordings as they are written: by hand, and by ``mosquitto_sub`` 2.0 with -v, -F %j and -F %J.

``tests/integration/test_recordings.py`` holds the real program against these.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

__all__ = ["Sent", "by_hand", "mosquitto_json", "mosquitto_lines", "mosquitto_values"]


class Sent(NamedTuple):
    """A message as it was published."""

    topic: str
    payload: bytes
    retain: bool = False
    qos: int = 0


def by_hand(sent: Sent) -> bytes:
    """A line of our own: bytes that are not UTF-8 as lone surrogates, as Python decodes them."""
    payload = sent.payload.decode("utf-8", "surrogateescape")
    line = {"topic": sent.topic, "payload": payload, "retain": sent.retain, "qos": sent.qos}
    return json.dumps(line).encode() + b"\n"


def mosquitto_json(sent: Sent) -> bytes:
    """``mosquitto_sub -F %j``: the payload as text, up to its first zero byte."""
    text = sent.payload.partition(b"\0")[0].decode("utf-8", "surrogateescape")
    return _mosquitto(sent, text if sent.payload else None)


def mosquitto_values(sent: Sent) -> bytes:
    """``mosquitto_sub -F %J``: the payload as JSON; an empty line if it is not JSON."""
    if not sent.payload:
        return _mosquitto(sent, None)
    try:
        value = json.loads(sent.payload)
    except ValueError:
        return b"\n"
    return _mosquitto(sent, value)


def _mosquitto(sent: Sent, payload: Any) -> bytes:
    line = {
        "tst": "2026-12-01T05:43:11.453101Z+0000",
        "topic": sent.topic,
        "qos": sent.qos,
        "retain": int(sent.retain),
        "payloadlen": len(sent.payload),
        "payload": payload,
    }
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogateescape") + b"\n"


def mosquitto_lines(sent: Sent) -> bytes:
    """``mosquitto_sub -v``: topic, space, payload."""
    return sent.topic.encode() + b" " + (sent.payload or b"(null)") + b"\n"
