r"""Read the texts in a file that may be topics, with their places: source code, configuration, lists.

    found      the result of a reader
    python     Python, by its syntax tree: concatenations, f-strings, joins
    quoted     JSON and TOML: texts in quotes; dynamic security of Mosquitto, Telegraf
    values     YAML: keys and values
    xml        XML: texts and attributes; the file RBAC of HiveMQ
    tables     CSV: cells
    mosquitto  access lists and bridges of Mosquitto
    shell      shell scripts: the words of each command, read by commands
    lines      plain lists and all other files: lines, settings, texts in quotes

Nothing here decides if a text is a topic. A part that is filled in at run time, such as
``{site}`` in an f-string, is a :data:`HOLE`.

>>> reading = read_literals("app.py", b'publish(f"acme/{site}/speed")  # uns: topic\n')
>>> literal, = reading.literals
>>> literal.text, str(literal.span), literal.remark
('acme/\x00/speed', 'app.py:1:9', <Remark.TOPIC: 'topic'>)
"""

from __future__ import annotations

import bisect
import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from uns.code.readers.found import Found, NotReadable, Use
from uns.code.readers.lines import in_lines
from uns.code.readers.mosquitto import in_acl, in_mosquitto
from uns.code.readers.python import comments, in_python
from uns.code.readers.quoted import in_dynamic_security, in_json, in_telegraf, in_toml
from uns.code.readers.shell import in_shell
from uns.code.readers.tables import in_csv
from uns.code.readers.values import in_yaml
from uns.code.readers.xml import in_xml
from uns.code.traces import HOLE
from uns.diagnostics import Span
from uns.linting.ignores import Ignore, selectors_of


class Remark(StrEnum):
    """A comment about the texts on its line."""

    TOPIC = "topic"
    NOT_A_TOPIC = "not-a-topic"


@dataclass(frozen=True, slots=True)
class Literal:
    """A text that may be a topic.

    ``text`` has a :data:`HOLE` for each part that is filled in at run time. ``column`` is the
    column on the first line of ``span`` where the text begins, ``None`` if it is not written
    there letter for letter. ``use`` is set if it is the argument of a call that publishes or
    subscribes.
    """

    text: str
    span: Span
    column: int | None = None
    remark: Remark | None = None
    use: Use | None = None

    def part(self, start: int, end: int) -> Span:
        """The place of a part of the text, or of the whole text if the part is not known."""
        if self.column is None:
            return self.span
        first, last = self.column + start, self.column + max(end, start + 1)
        return replace(self.span, column=first, end_line=self.span.line, end_column=last)


@dataclass(frozen=True, slots=True)
class Reading:
    """The texts with a slash in a file, in order, and a ``note`` if it could not be read well.

    ``names`` are the words with a dot and without a slash: some may be Kafka topics.
    ``idle`` are the places of `uns: topic` comments without a text with a slash on their line;
    ``ignores`` are the comments that ignore findings. In a file that is read line by line,
    comments cannot be recognised for certain: ``is_sure`` is false, and none counts as idle or
    unused.
    """

    literals: tuple[Literal, ...]
    note: str | None = None
    idle: tuple[Span, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    is_sure: bool = True
    names: tuple[Literal, ...] = ()


_Reader: TypeAlias = Callable[[str], Iterator[Found]]


class _Kind(NamedTuple):
    """A kind of file: its reader, and patterns for the end of its name and for its content."""

    reader: _Reader
    name: str
    content: str = ""

    def takes(self, name: str, text: str) -> bool:
        """True if a file is of this kind."""
        is_named = re.search(rf"(?:{self.name})\Z", name, re.IGNORECASE) is not None
        return is_named and re.search(self.content, text, re.MULTILINE) is not None


#: The first kind that takes a file reads it; other files are read line by line.
_KINDS = (
    _Kind(in_python, r"\.py[iw]?"),
    _Kind(in_yaml, r"\.ya?ml"),
    _Kind(in_dynamic_security, r"\.json", r'"acltype"'),
    _Kind(in_json, r"\.jsonc?|\.ipynb"),
    _Kind(in_xml, r"\.xml"),
    _Kind(in_csv, r"\.[ct]sv"),
    _Kind(in_shell, r"\.(?:ba|da|k|z)?sh"),
    _Kind(in_telegraf, r"\.conf|\.toml", r"^[ \t]*\[\[(?:inputs|outputs|processors)\."),
    _Kind(in_toml, r"\.toml"),
    _Kind(in_acl, r"(?:\A|[/.])acl(?:s|_?file)?(?:\.\w+)?"),
    # Each line of an access list starts with one of three words.
    _Kind(
        in_acl, "",
        r"\A(?:[ \t]*+(?:#[^\r\n]*+|user[ \t][^\r\n]*+)?+[\r\n]++)*+"
        r"[ \t]*+(?:topic|pattern)[ \t]++(?:(?:read|write|readwrite|deny)[ \t]|\S++[ \t]*+$)"
        r"(?!(?s:.)*^[ \t]*+(?!user\b|topic\b|pattern\b)[^\s#])",
    ),
    _Kind(
        in_mosquitto, "",
        r"\A(?=(?s:.)*?^[ \t]*+connection[ \t])(?=(?s:.)*?^[ \t]*+(?:notification_)?topic[ \t])",
    ),
    _Kind(in_shell, "", r"\A#![^\r\n]*sh\b"),
    _Kind(in_xml, "", r"\A\s*(?:<\?xml[^>]*>\s*)?<file-rbac\b"),
)  # fmt: skip

#: A comment about the texts on its line; in JSON such comments start with slashes.
_REMARK = re.compile(r"(?:#|//)[ \t]*uns:[ \t]*(topic|not-a-topic)(?![\w/-])")

#: A comment that ignores findings on its line.
_IGNORE = re.compile(r"(?:#|//)[ \t]*uns:[ \t]*ignore(?:[ \t]*\[([^\]\n]*)\])?(?![\w/-])")

#: The encoding declared in a Python file (PEP 263).
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)


#: A word that may be a Kafka topic, or a regular expression for some.
_WORD = re.compile(r"""(?<![^\s,;="'`<>])[^\s/,;="'`<>]++(?!/)""")


def read_literals(name: str, data: bytes) -> Reading:
    """Read the texts with a slash in ``data``, the content of file ``name``; never raises.

    Its name and its content select the reader. A file that does not fit its name is read line
    by line, with a note.
    """
    text = data.decode("utf-8", "replace")
    reader = next((kind.reader for kind in _KINDS if kind.takes(name, text)), in_lines)
    text, note = _decoded(data, reader)
    try:
        found = list(reader(text))
    except NotReadable as error:
        note = f"{note or error}; it was read line by line"
        reader = in_lines
        found = list(in_lines(text))
    return _reading(name, text, found, note, reader)


def _decoded(data: bytes, reader: object) -> tuple[str, str | None]:
    """The text of a file; invalid bytes become characters that no topic has."""
    encoding = "utf-8"
    if reader is in_python:
        lines = data.split(b"\n", 2)[:2]
        said = next((found[1] for line in lines if (found := _CODING.match(line))), b"utf-8")
        encoding = said.decode("ascii", "replace")
    if data.startswith(codecs.BOM_UTF8):
        # Columns do not count it.
        data, encoding = data[len(codecs.BOM_UTF8) :], "utf-8"
    try:
        return data.decode(encoding), None
    except (UnicodeError, LookupError, ValueError):
        return data.decode("utf-8", "surrogateescape"), f"it is not {encoding} text throughout"


def _reading(name: str, text: str, found: list[Found], note: str | None, reader: object) -> Reading:
    places = _Places(name, text)
    said = _comments(text, found, reader)
    remarks = {hit.start(): Remark(hit[1]) for hit in said if hit.re is _REMARK}
    by_line = {places.about(at): remark for at, remark in remarks.items()}
    busy: set[int] = set()
    literals, names = [], []
    for text_, start, end, use in found:
        words = [word for word in _WORD.finditer(text_) if "." in word[0]] if "." in text_ else []
        if "/" not in text_ and not words:
            continue
        span = places.span(start, end)
        lines = [n for n in range(span.line, span.end_line + 1) if n in by_line] if by_line else ()
        remark = by_line[lines[-1]] if lines else None
        within = text.find(text_, start, end) if HOLE not in text_ else -1
        column = span.column + within - start if within >= 0 and "\n" not in text_ else None
        if span.line != span.end_line:
            column = None
        literal = Literal(text_, span, column, remark, use)
        if "/" in text_:
            busy.update(lines)
            literals.append(literal)
        for word in words:
            first = None if column is None else column + word.start()
            names.append(Literal(word[0], literal.part(*word.span()), first, remark))
    idle = tuple(
        places.span(at, _end_of_line(text, at))
        for at, remark in remarks.items()
        if remark is Remark.TOPIC
        # Line by line, comments cannot be recognised for certain.
        and reader is not in_lines
        and places.about(at) not in busy
    )
    ignores = tuple(
        Ignore(
            places.span(hit.start(), _end_of_line(text, hit.start())),
            places.about(hit.start()),
            selectors_of(hit[1]),
        )
        for hit in said
        if hit.re is _IGNORE
    )
    literals.sort(key=lambda literal: literal.span)
    return Reading(tuple(literals), note, idle, ignores, reader is not in_lines, tuple(names))


def _end_of_line(text: str, at: int) -> int:
    end = _LINE_BREAK.search(text, at)
    return end.start() if end else len(text)


def _comments(text: str, found: Iterable[Found], reader: object) -> list[re.Match[str]]:
    """The comments about the texts on their line, without those inside a text."""
    hits = [*_REMARK.finditer(text), *_IGNORE.finditer(text)]
    if not hits or reader is in_lines:
        return hits
    starts = sorted(hit.start() for hit in hits)

    def within(extents: Iterable[tuple[int, int]]) -> set[int]:
        return {
            at
            for start, end in extents
            for at in starts[bisect.bisect_left(starts, start) : bisect.bisect_left(starts, end)]
        }

    if reader is in_python:
        # A comment may be between the parts of a text.
        kept = within(comments(text))
    else:
        kept = set(starts) - within((start, end) for _, start, end, _ in found)
    return [hit for hit in hits if hit.start() in kept]


_LINE_BREAK = re.compile(r"\r\n|\r|\n")
#: A line that is blank or a comment.
_COMMENT = re.compile(r"[ \t]*(?:#|//|[\r\n]|\Z)")


class _Places:
    """The lines and columns of the characters of a text."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.starts = [0, *(found.end() for found in _LINE_BREAK.finditer(text))]
        #: The last line that was asked for: the texts of one long line share it.
        self._shown = (0, "")
        #: For each line the next one, or itself, that is not blank or a comment; made lazily.
        self._speaking: list[int] | None = None

    def line(self, at: int) -> int:
        """The line of a character, counted from 1."""
        return bisect.bisect_right(self.starts, at)

    def about(self, at: int) -> int:
        """The line a comment is about: its own, or the next one if the line has only the comment."""
        if self._speaking is None:
            self._speaking = [*range(1, len(self.starts) + 1)]
            for index in range(len(self.starts) - 2, -1, -1):
                if _COMMENT.match(self.text, self.starts[index]):
                    self._speaking[index] = self._speaking[index + 1]
        return self._speaking[self.line(at) - 1]

    def span(self, start: int, end: int) -> Span:
        """The place from ``start`` up to ``end``, with the line it starts on."""
        line, end_line = self.line(start), self.line(max(start, end - 1))
        first, last = self.starts[line - 1], self.starts[end_line - 1]
        if self._shown[0] != line:
            stop = self.starts[line] if line < len(self.starts) else len(self.text)
            self._shown = line, self.text[first:stop].rstrip("\r\n")
        return Span(self.name, line, start - first + 1, end_line, end - last + 1, self._shown[1])
