"""The members of a JSON object, each with its value as it is written.

What is wrong with a payload is for its contract to say, so it must not get lost while a
line is read: a key that appears twice, ``NaN``, a number of five thousand digits.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple


class NotAnObject(ValueError):
    """A text that is not a JSON object with each key once."""


class Member(NamedTuple):
    """The value of a key, decoded and as it is written; numbers are not decoded."""

    value: Any
    written: str

    @property
    def is_text(self) -> bool:
        """Whether the value is a JSON string."""
        return self.written.startswith('"')


_OPENED = re.compile(r"[ \t\r\n]*\{[ \t\r\n]*")
_CLOSED = re.compile(r"[ \t\r\n]*\}[ \t\r\n]*\Z")
_KEY = re.compile(r'[ \t\r\n]*(?=")')
_COLON = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_COMMA = re.compile(r"[ \t\r\n]*,")
# Numbers stay text: long ones take long to convert.
_VALUE = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


def members(text: str) -> dict[str, Member]:
    """The members of the JSON object ``text``.

    >>> members('{"topic": "a", "payload": [1.0]}')["payload"].written
    '[1.0]'

    Raises:
        NotAnObject: the text is not a JSON object, or a key appears twice.
    """
    opened = _OPENED.match(text)
    if opened is None:
        raise NotAnObject("not a JSON object")
    at = opened.end()
    found: dict[str, Member] = {}
    if _CLOSED.match(text, at):
        return found
    while True:
        try:
            key, at = _VALUE.raw_decode(text, _past(_KEY, text, at))
            start = _past(_COLON, text, at)
            value, at = _VALUE.raw_decode(text, start)
        except json.JSONDecodeError as error:
            raise _not_json(error.pos) from None
        except RecursionError:
            raise NotAnObject("nested too deep") from None
        if key in found:
            raise NotAnObject("a key appears twice")
        found[key] = Member(value, text[start:at])
        if _CLOSED.match(text, at):
            return found
        at = _past(_COMMA, text, at)


def _past(mark: re.Pattern[str], text: str, at: int) -> int:
    """Where ``mark``, which must be at ``at``, ends."""
    found = mark.match(text, at)
    if found is None:
        raise _not_json(at)
    return found.end()


def _not_json(at: int) -> NotAnObject:
    return NotAnObject(f"not a JSON object: not JSON at column {at + 1}")
