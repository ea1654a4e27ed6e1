"""Texts as they stand in a line of YAML, and how to write them in quotes.

The functions work on one line without a parser, because the line may be the one that cannot be parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Longest text that a help repeats in quotes.
LONGEST_QUOTED = 60

#: How much of a line around a place is looked at, so that the time is bounded.
_CLIPPED = 500

_OPENING, _CLOSING = "[{", "]}"


def quoted(text: str) -> str:
    """A text in the quotes that YAML reads it with; a long text is shortened.

    >>> print(quoted("%"), quoted('19" rack'), quoted("it's"))
    "%" '19" rack' "it's"
    """
    if len(text) > LONGEST_QUOTED:
        text = text[:LONGEST_QUOTED] + "..."
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def value_text(line: str, column: int) -> str:
    """The text that starts at ``column`` and was meant as one value.

    It ends before a comment, and after 500 characters at the latest; inside brackets it ends before the next comma or closing bracket.

    >>> value_text("p: {unit: {rev}/min, min: 0}", 10), value_text("unit: [in_i]  # inch", 6)
    ('{rev}/min', '[in_i]')
    """
    is_inside, depth = _depth(line[:column]) > 0, 0
    rest = line[column : column + _CLIPPED]
    end = len(rest)
    for at, character in enumerate(rest):
        if character == "#" and at > 0 and rest[at - 1] in " \t":
            end = at
            break
        if is_inside and depth == 0 and character in ",]}":
            end = at
            break
        depth += (character in _OPENING) - (character in _CLOSING)
    text = rest[:end].rstrip()
    # Closing brackets of an earlier line are not part of the text.
    while text and text[-1] in ",]}" and (text[-1] == "," or _depth(text) < 0):
        text = text[:-1].rstrip()
    return text


def value_around(line: str, column: int) -> str | None:
    """The value that ``column`` is in, if it has brackets that YAML does not read as text.

    >>> value_around("p: {type: number, unit: mm[Hg]}", 26)
    'mm[Hg]'
    """
    first = max(0, column - _CLIPPED)
    line, column = line[first : column + _CLIPPED], column - first
    for start in _starts(line, column):
        text = value_text(line, start)
        if column < start + len(text) and _HAS_BRACKETS(text) and not _IS_MAPPING(text):
            return text
    return None


def eaten_text(line: str, column: int) -> str | None:
    """The text after ``column`` that YAML reads as a comment, if it was meant as a value.

    A comment has a space after its ``#``, a text has none; a ``#`` alone is a topic filter.

    >>> eaten_text("subscribe: #", 10), eaten_text("label: #3  # third", 6), eaten_text("label: # no", 6)
    ('#', '#3', None)
    """
    found = _EATEN.match(line, column)
    return found[1].rstrip() if found else None


def eaten_value(line: str) -> tuple[int, str] | None:
    """The column and the text of a value that a ``#`` hides, with the brackets or the comma after it.

    >>> eaten_value("clients: {c: {subscribe: #}}")
    (25, '#')
    """
    for found in _EATEN_INSIDE.finditer(line):
        hidden = found[1] + found[2]
        if (_depth(hidden) < 0 or hidden.rstrip()[-1:] == ",") and not _is_in_quotes(
            line[: found.start(1)]
        ):
            return found.start(1), found[1].rstrip()
    return None


def _depth(text: str) -> int:
    """How many brackets are open at the end of a text, quoted texts left out."""
    plain = _QUOTED.sub("", text)
    return sum((c in _OPENING) - (c in _CLOSING) for c in plain)


def _is_in_quotes(text: str) -> bool:
    return any(quote in _QUOTED.sub("", text) for quote in ("'", '"'))


def _starts(line: str, column: int) -> Iterator[int]:
    """The columns up to ``column`` where a value may start, from the right."""
    starts = [found.end() for found in _SEPARATOR.finditer(line, 0, column + 1)]
    yield from (start for start in reversed(starts) if start <= column)


_SEPARATOR = re.compile(r":[ \t]+|,[ \t]*|[\[{][ \t]*|-[ \t]+|^[ \t]*")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'')
_HAS_BRACKETS = re.compile(r"[\[\]{}]").search
_IS_MAPPING = re.compile(r":(?=\s|$)").search
_EATEN = re.compile(r"[ \t]+(#(?:[\w+/$](?:(?![ \t]#).)*|(?=[ \t]*$|[ \t]+#)))")
_EATEN_INSIDE = re.compile(r"(?:[\[{,][ \t]*|:[ \t]+|^[ \t]*-[ \t]+)(#[^,\]}]*)(.*)")
