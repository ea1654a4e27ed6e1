"""CSV: cells, and the columns with topics."""

from __future__ import annotations

import re
from collections.abc import Iterator

from uns.code.readers.found import Found, Use, with_holes

#: Separators of cells; the first line decides which.
_SEPARATORS = ("\t", ";", "|", ",")

#: The headings of columns with topics.
_TOPICS = re.compile(
    r"(?:^|[\W_])(?:topics?|filters?)(?:$|[\W_])|topic[ _.-]?(?:filter|name|path)", re.IGNORECASE
)

#: A comment line; some programs write them.
_COMMENT = re.compile(r"[ \t]*#[ \t][^\r\n]*(?:\r\n|\r|\n|\Z)")
_FIRST_LINE = re.compile(r"[^\r\n]*")


def in_csv(text: str) -> Iterator[Found]:
    r"""The cells of a table; cells under a heading such as ``topic`` or ``filter`` are topics.

    >>> [(found.text, found.use) for found in in_csv('topic,unit\n"a/b",m/s\n')][2:]
    [('a/b', <Use.TOPIC: 'topic'>), ('m/s', None)]
    """
    first = _FIRST_LINE.match(text)
    line = first[0] if first else ""
    separator = max(_SEPARATORS, key=line.count)
    cell = re.compile(
        rf"""(?:"(?P<quoted>(?:[^"]|"")*+)"|(?P<plain>[^{separator}\r\n]*+))"""
        rf"""(?P<end>[{separator}]|\r\n|\r|\n|\Z)"""
    )
    topics: set[int] = set()
    row = column = at = 0
    while at < len(text):
        comment = _COMMENT.match(text, at) if column == 0 else None
        found = cell.match(text, at)
        if comment is not None or found is None:
            at = comment.end() if comment is not None else at + 1
            continue
        yield from _cell(found, column in topics)
        if row == 0 and _TOPICS.search(found["quoted"] or found["plain"] or ""):
            topics.add(column)
        is_last = found["end"] != separator
        row, column = (row + 1, 0) if is_last else (row, column + 1)
        at = found.end()


def _cell(found: re.Match[str], is_topic: bool) -> Iterator[Found]:
    use = Use.TOPIC if is_topic else None
    if found["quoted"] is not None:
        start, end = found.span("quoted")
        yield Found(with_holes(found["quoted"].replace('""', '"').strip()), start - 1, end + 1, use)
        return
    text = found["plain"].strip()
    if text:
        start = found.start("plain") + found["plain"].index(text)
        yield Found(with_holes(text), start, start + len(text), use)
