"""What a line of a recording is: a message, or a bad line."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class RecordedMessage(NamedTuple):
    """One published message, with what the recording says of it.

    ``payload`` is empty where a retained message was cleared. ``retain``, ``qos`` and
    ``time`` are ``None`` where the recording does not hold them. A broker sends the
    retain flag with the messages that it kept, and not with those that come while a
    client listens.
    """

    #: Line number, from 1.
    line: int
    #: Bytes of the line.
    size: int
    topic: str
    payload: bytes
    retain: bool | None = None
    qos: int | None = None
    time: datetime | None = None
    #: Whether the topic may go on after the space where the reader ended it.
    topic_is_guessed: bool = False


class BadLine(NamedTuple):
    """A line that does not hold a whole message, and why."""

    line: int
    size: int
    reason: str
    #: The topic, where the line says it for sure.
    topic: str | None = None
