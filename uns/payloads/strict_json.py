"""Strict JSON for messages: RFC 8259, and explanations of texts that break it.

The parser of the validators accepts three things that are not allowed: NaN and the infinities,
numbers too large for a double, and duplicate keys. They are found here. A number that no double
holds is refused however it is written: most programs read it as an infinity (RFC 8259 §6). Whole
numbers within that range stay exact. Nesting is limited to 200 levels.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from uns.diagnostics import visible

#: Deepest nesting of arrays and objects.
DEEPEST = 200

#: Largest whole number that rounds to a double; the next one rounds to infinity.
LARGEST = 2**1024 - 2**970 - 1

#: Most digits of a whole number that is read at all.
MOST_DIGITS = 4_300

#: Longest value in a sentence, and longest sentence that another package made.
LONGEST_SHOWN = 60
LONGEST_SENTENCE = 200

#: Keys and indices that lead from the whole message to a value.
Location: TypeAlias = tuple[str | int, ...]


class NotJSON(ValueError):
    """What cannot be a message: text that is not Unicode, or an object without a JSON form."""


def encode_json(value: object) -> bytes:
    """Encode an object as compact JSON, also a text."""
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        raise NotJSON(_TOO_DEEP) from None
    except (TypeError, ValueError) as error:
        if str(error).startswith("Exceeds the limit"):
            raise NotJSON(_TOO_LONG) from None
        raise NotJSON(str(error)[:1].lower() + str(error)[1:]) from None
    return text_bytes(text)


def text_bytes(text: str) -> bytes:
    """Encode a text as UTF-8."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        half = visible(error.object[error.start])
        raise NotJSON(f"half of a surrogate pair, {half}, is not a character") from None


# --- duplicate keys, and numbers that no double holds --------------------------------------


def count_strings(value: object) -> int:
    """Count the strings in the JSON text of ``value``: one for each key and each text.

    Raises ``FloatingPointError`` when no double holds a number in it.
    """
    strings = 0
    pending = [value]
    while pending:
        current = pending.pop()
        if type(current) is str:
            strings += 1
        elif type(current) is dict:
            strings += len(current)
            pending += current.values()
        elif type(current) is list:
            pending += current
        elif (type(current) is float and not math.isfinite(current)) or (
            type(current) is int and not -LARGEST <= current <= LARGEST
        ):
            raise FloatingPointError
    return strings


def adds_up(text: bytes, strings: int) -> bool:
    """Whether a JSON text, whose value has this many strings, certainly has no duplicate key.

    Every string is between two quotation marks. A duplicate key is in the value only once, so the
    text has more quotation marks than the value explains. Quotation marks inside strings add
    further ones, so ``False`` does not prove a duplicate.
    """
    return text.count(b'"') == 2 * strings


class _Pairs(list[tuple[str, Any]]):
    """The members of a JSON object in order, duplicates included."""


def repeated_keys(text: bytes) -> Iterator[Location]:
    """Find the duplicate keys in a JSON text."""
    # Numbers stay text: converting a long number is slow, and only keys matter here.
    members = json.loads(
        text.decode(), object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=str
    )
    pending: list[tuple[Location, Any]] = [((), members)]
    while pending:
        location, value = pending.pop()
        if isinstance(value, _Pairs):
            seen: set[str] = set()
            for key, member in value:
                if key in seen:
                    yield (*location, key)
                seen.add(key)
                pending.append(((*location, key), member))
        elif isinstance(value, list):
            pending += [((*location, index), item) for index, item in enumerate(value)]


def out_of_range(value: object) -> Iterator[Location]:
    """Find the numbers in ``value`` that no double holds, NaN and infinities among them."""
    pending: list[tuple[Location, object]] = [((), value)]
    while pending:
        location, current = pending.pop()
        if isinstance(current, dict):
            pending += [((*location, key), member) for key, member in current.items()]
        elif isinstance(current, list):
            pending += [((*location, index), item) for index, item in enumerate(current)]
        elif is_out_of_range(current):
            yield location


def is_out_of_range(value: object) -> bool:
    """Whether ``value`` is a number that no double holds, NaN or an infinity."""
    return isinstance(value, int | float) and not -LARGEST <= value <= LARGEST


class Numeral(NamedTuple):
    """A number as it is written in a message."""

    text: str


def numeral_at(text: bytes, location: Location) -> Numeral:
    """The number at ``location`` in a JSON text, as it is written."""
    # Of a key that is there twice, this finds the last one, as all parsers do.
    value = json.loads(
        text.decode(), parse_int=Numeral, parse_float=Numeral, parse_constant=Numeral
    )
    for part in location:
        value = value[part]
    found: Numeral = value
    return found


# --- explaining invalid JSON --------------------------------------------------------------

_TOO_DEEP = f"nested deeper than {DEEPEST} levels"
_TOO_LONG = f"a whole number has more than {MOST_DIGITS:,} digits"
_HALF_PAIR = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]"
)


def explain_bad_json(text: bytes) -> str:
    """Explain why ``text``, which the parser refused, is not JSON."""
    if not text:
        return "the message is empty; that clears a topic only if the topic is retained"
    if text.startswith(b"\xef\xbb\xbf"):
        return "it starts with a byte order mark [RFC 8259 §8.1]"
    try:
        characters = text.decode()
    except UnicodeDecodeError as error:
        return f"byte {error.start + 1} is not UTF-8 [RFC 8259 §8.1]"
    try:
        json.loads(characters, parse_int=_bounded, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        return _misplaced(error)
    except RecursionError:
        return _TOO_DEEP
    except _TooManyDigits:
        return _TOO_LONG
    return (
        "half of a surrogate pair is not a character"
        if _HALF_PAIR.search(characters)
        else _TOO_DEEP
    )


class _TooManyDigits(Exception):
    pass


def _bounded(digits: str) -> str:
    if len(digits.lstrip("-")) > MOST_DIGITS:
        raise _TooManyDigits
    return digits


def _misplaced(error: json.JSONDecodeError) -> str:
    text, at = error.doc, error.pos
    if text[at : at + 1] in ("}", "]") and text[:at].rstrip().endswith(","):
        # As Python 3.13 does: the fault is the comma.
        at = text.rindex(",", 0, at)
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    place = f"(line {line}, column {column})"
    if at >= len(text):
        return f"it ends too early {place}"
    if error.msg.startswith("Unterminated string"):
        return f"a text is never closed {place}"
    return f"unexpected {render(text[at])} {place}"


# --- rendering ----------------------------------------------------------------------------

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def json_path(location: Location) -> str:
    """A location as a JSON path: ``$.alarms[2].severity``, ``$['stop reason']``.

    >>> json_path(("alarms", 2, "severity")), json_path(("stop reason",))
    ('$.alarms[2].severity', "$['stop reason']")
    """
    return "$" + "".join(_step(part) for part in location)


def _step(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    if _NAME.fullmatch(part):
        return f".{part}"
    return f"['{shorten(part, LONGEST_SHOWN)}']"


def render(value: object) -> str:
    """Render a JSON value for a sentence: long texts shortened, collections only by their kind.

    >>> [render(value) for value in ("hot", 5, None, {"a": 1}, [])]
    ['"hot"', '5', 'null', 'an object', 'an empty list']
    """
    if isinstance(value, dict):
        return "an object" if value else "an empty object"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, str):
        return f'"{shorten(value, LONGEST_SHOWN)}"'
    if isinstance(value, Numeral):
        is_word = value.text.endswith(("NaN", "Infinity"))
        return value.text if is_word else "a number beyond the range of a double"
    if isinstance(value, int) and abs(value) >= 10**LONGEST_SHOWN:
        return "a very long number"
    if isinstance(value, bytes | bytearray | memoryview):
        return "bytes"
    if value is None or isinstance(value, int | float):
        return json.dumps(value)
    return f"an object of type {type(value).__name__}"


def shorten(text: str, longest: int = LONGEST_SENTENCE) -> str:
    """Escape control characters in ``text`` and cut it at ``longest`` code points.

    >>> shorten("steam pressure", longest=8)
    'steam...'
    """
    fit = visible(text[: longest + 1])
    return fit if len(fit) <= longest else fit[: longest - 3] + "..."
