"""Plain lists and all other files: lines, settings, and texts in quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from uns.code.readers.found import Found, with_holes

_LINE = re.compile(r"[^\r\n]+")
_QUOTED = re.compile(r""" " ([^"\\]*+) " | ' ([^'\\]*+) ' | ` ([^`\\]*+) ` """, re.VERBOSE)

#: A whole line of comment; elsewhere a # may be a wildcard.
_COMMENT = re.compile(r"\s*(?:#|//|;|--\s)")

#: The part of a line before its text: list marks, and the key of a setting.
_FRONT = re.compile(r"\s*+(?:[-*+]\s++)*+(?:[\w.-]++\s*+(?:=|:(?=\s))\s*+)?+")

#: A comment after the text of a line: a # between a space and other text.
_BEHIND = re.compile(r"(?<=\s)#\s*+[^\s/]")


def in_lines(text: str) -> Iterator[Found]:
    r"""The quoted texts of each line that is not a comment, or else the whole text of the line.

    >>> [found.text for found in in_lines("# list\nacme/#\ntopic: acme/+/x  # all\nf('a/b')")]
    ['acme/#', 'acme/+/x', 'a/b']
    """
    for found in _LINE.finditer(text):
        line, start = found[0], found.start()
        if "/" not in line or _COMMENT.match(line):
            continue
        quoted = [hit for hit in _QUOTED.finditer(line) if "/" in hit[hit.lastindex or 0]]
        for hit in quoted:
            said = with_holes(hit[hit.lastindex or 0])
            yield Found(said, start + hit.start(), start + hit.end())
        if quoted:
            continue
        front = _FRONT.match(line)
        first = front.end() if front else 0
        behind = _BEHIND.search(line, first)
        said = line[first : behind.start() if behind else None].rstrip()
        if said:
            yield Found(with_holes(said), start + first, start + first + len(said))
