"""XML: texts of elements and values of attributes; also the file RBAC of HiveMQ.

No other module reads XML. A document type is refused, so a file cannot declare entities;
size and depth are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from uns.code.readers.found import Found, NotReadable, Use, with_holes

#: The largest text in characters, and the deepest nesting of elements.
LARGEST = 4 * 1024 * 1024
DEEPEST = 100

#: The root element of HiveMQ's file RBAC.
_HIVEMQ = "file-rbac"

_ATTRIBUTE = re.compile(r"""\s+[^\s=<>"'/]+\s*=\s*("[^"]*+"|'[^']*+')""")
_TAG_START = re.compile(r"<[^\s<>/]+")


def in_xml(text: str) -> Iterator[Found]:
    """The texts and attributes of an XML text; a ``<topic>`` of HiveMQ is a topic filter.

    Raises:
        NotReadable: it is not XML, has a document type, or is too large or too deep.
    """
    if len(text) > LARGEST:
        raise NotReadable(f"it has more than {LARGEST:,} characters")
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise NotReadable("it is not XML in UTF-8") from None
    document = _Document(text, data)
    try:
        document.parser.Parse(data, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise NotReadable(f"it is not XML: line {error.lineno}: {reason}") from None
    yield from document.found


class _Document:
    """Collects texts while a document is parsed."""

    def __init__(self, text: str, data: bytes) -> None:
        self.found: list[Found] = []
        #: The open elements, outermost first.
        self.open: list[str] = []
        self.parser = parser = expat.ParserCreate("utf-8")
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._add
        parser.StartDoctypeDeclHandler = self._refuse
        self._text = text
        self._data = data
        #: The last position in bytes, and in code points: the parser counts bytes.
        self._passed = (0, 0)
        #: The text since the last tag, and where it starts.
        self._pieces: list[str] = []
        self._since = 0

    def _at(self) -> int:
        """The position of the parser in code points."""
        passed, counted = self._passed
        now = self.parser.CurrentByteIndex
        self._passed = now, counted + len(self._data[passed:now].decode())
        return self._passed[1]

    def _refuse(self, *_: object) -> None:
        line = self.parser.CurrentLineNumber
        raise NotReadable(f"it declares a document type (line {line}), which is not read")

    def _start(self, name: str, attributes: list[str]) -> None:
        at = self._at()
        self._flush(at)
        self.open.append(name)
        if len(self.open) > DEEPEST:
            line = self.parser.CurrentLineNumber
            raise NotReadable(f"its elements are nested too deep (line {line})")
        tag = _TAG_START.match(self._text, at)
        end = tag.end() if tag else at
        for value in attributes[1::2]:
            written = _ATTRIBUTE.match(self._text, end)
            if written is None:
                break
            end = written.end()
            self.found.append(Found(with_holes(value), *written.span(1)))

    def _end(self, _: str) -> None:
        self._flush(self._at())
        self.open.pop()

    def _add(self, text: str) -> None:
        if not self._pieces:
            self._since = self._at()
        self._pieces.append(text)

    def _flush(self, end: int) -> None:
        """Add the text that ends at ``end``."""
        text = "".join(self._pieces).strip()
        self._pieces.clear()
        if not text:
            return
        is_topic = self.open[0] == _HIVEMQ and self.open[-1] == "topic"
        start = self._text.find(text, self._since, end)
        place = (start, start + len(text)) if start >= 0 else (self._since, end)
        self.found.append(Found(with_holes(text), *place, Use.TOPIC if is_topic else None))
