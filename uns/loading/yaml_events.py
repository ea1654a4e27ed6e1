"""Reads YAML with positions; the only module that imports the YAML package.

The language is a small YAML: one document of mappings, lists and scalars. Keys are text, and
scalars follow the core schema (so ``NO`` is text). The dangerous and surprising parts of YAML
are refused: duplicate keys, anchors, aliases, merge keys, tags, deep nesting.

The builder makes dicts and lists directly from parser events. It keeps no positions, which are
needed only for faults and documentation: :class:`Source` reads the text again to find them when
the first one is needed.
"""

from __future__ import annotations

import contextlib
import math
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn, Protocol, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from uns.diagnostics import Span
from uns.loading.faults import Faults
from uns.loading.quoting import eaten_text, quoted, value_text
from uns.loading.syntax_faults import (
    LINE_BREAK,
    LONGEST_KEY,
    Stop,
    SyntaxFault,
    explain,
    explain_character,
)
from uns.model.garbage_collection import collector_paused
from uns.model.tree import Origin

#: Deepest nesting of mappings and lists.
MAX_DEPTH = 64
#: Most mappings and lists in one file, and most values in one list.
MAX_NODES = 5_000_000
MAX_ITEMS = 100_000
#: Largest file, in bytes.
MAX_BYTES = 256 * 1024 * 1024
#: Duplicate keys of one file after which reading stops.
MAX_DUPLICATES = 200


#: The start of an escaped character that may be a letter.
_ESCAPED = re.compile(r"\\[xuU]")


class Map(dict[str, Any]):
    """A mapping of the file; ``source`` and ``number`` are its place."""

    __slots__ = ("number", "source")

    source: Source
    number: int

    def origin(self, key: str) -> Origin:
        """The place where ``key`` is declared, as nodes keep it."""
        part = _part(self, key)
        return Origin(part.source, part.number, key)

    def hidden(self, key: str) -> str | None:
        """The text after ``key`` that YAML takes for a comment, if the key has no value so."""
        part = _part(self, key)
        return part.source.hidden.get((part.number, key))

    @property
    def may_hide(self) -> bool:
        """Whether some key of its file has a text that YAML takes for a comment."""
        return bool(self.source.hidden)

    @property
    def may_extend(self) -> bool:
        """Whether some key of its file may be one of another program, x-..."""
        return self.source.may_extend

    def below(self, key: str) -> Map:
        """The mapping under ``key``; an empty mapping if there is none."""
        found = self.get(key)
        return found if isinstance(found, Map) else Map()


class MergedMap(Map):
    """What several files say of one thing: each entry is at its own place, in one of ``parts``.

    ``source`` and ``number`` are the place of the first part.
    """

    __slots__ = ("_part_of", "parts")

    def __init__(self, parts: list[Map]) -> None:
        super().__init__()
        self.parts = parts
        self.source, self.number = parts[0].source, parts[0].number
        self._part_of: dict[str | int, Map] = {}

    def add(self, key: str, value: Any, part: Map) -> None:
        """Add an entry, which ``part`` has."""
        self[key] = value
        self._part_of[key] = part

    def part(self, key: str | int) -> Map:
        """The mapping of a file that has ``key``; the first if none has."""
        return self._part_of.get(key, self.parts[0])

    @property
    def may_hide(self) -> bool:
        """Whether some key of its files has a text that YAML takes for a comment."""
        return any(part.may_hide for part in self.parts)

    @property
    def may_extend(self) -> bool:
        """Whether some key of its files may be one of another program, x-..."""
        return any(part.may_extend for part in self.parts)


def _part(container: Map | Seq, key: str | int) -> Map | Seq:
    """The mapping of a file that has ``key``; it is ``container`` itself unless that is merged."""
    return container.part(key) if isinstance(container, MergedMap) else container


class Seq(list[Any]):
    """A list of the file; ``source`` and ``number`` are its place."""

    __slots__ = ("number", "source")

    source: Source
    number: int


Value: TypeAlias = "Map | Seq | str | int | float | bool | None"

#: The keys and item numbers that lead from a mapping to a value.
KeyPath: TypeAlias = tuple[str | int, ...]


class Extent(NamedTuple):
    """The start and the end of a piece of text; lines and columns count from 0."""

    line: int
    column: int
    end_line: int
    end_column: int


#: An event of either parser. Their common base class does not have the attributes used here.
_Event: TypeAlias = Any


class _Parser(Protocol):
    def get_event(self) -> _Event: ...


class Entry(NamedTuple):
    """The places of the key and the value of one entry; an item of a list is its own key.

    ``container`` is the number of the value, if it is a mapping or a list.
    """

    key: Extent
    value: Extent
    container: int | None = None


@dataclass(slots=True, eq=False)
class Source:
    """The name and the text of a file, and the places of everything in it."""

    name: str
    text: str = field(repr=False)
    #: The texts that YAML takes for comments, by the mapping and the key that have no value so.
    hidden: dict[tuple[int, str], str] = field(default_factory=dict, repr=False)
    #: Whether some key may be one of another program, x-...
    may_extend: bool = field(init=False, repr=False)
    _entries: list[dict[str | int, Entry]] | None = field(default=None, repr=False)
    _lines: list[str] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        # The characters of a key in quotes may be escaped.
        self.may_extend = "x-" in self.text or _ESCAPED.search(self.text) is not None

    def __reduce__(self) -> tuple[type[Source], tuple[str, str]]:
        return Source, (self.name, self.text)

    def key_span(self, container: int, key: str | int) -> Span:
        """The place of ``key`` in mapping number ``container`` (in a list: the item number)."""
        entry = self._entry(container, key)
        return self.span(entry.key) if entry else self.start()

    def value_span(self, container: int, key: str | int) -> Span:
        """The place of the value under ``key``."""
        entry = self._entry(container, key)
        return self.span(entry.value) if entry else self.start()

    def inner_span(self, container: int, key: str | int, inner: str) -> Span | None:
        """The place of the value under ``inner`` in the mapping under ``key``, or ``None``."""
        outer = self._entry(container, key)
        entry = self._entry(outer.container, inner) if outer and outer.container else None
        return self.span(entry.value) if entry else None

    def _entry(self, container: int, key: str | int) -> Entry | None:
        if self._entries is None:
            with collector_paused():
                self._entries = _find_entries(self.text)
        known = container < len(self._entries)
        return self._entries[container].get(key) if known else None

    def span(self, extent: Extent) -> Span:
        """A place in the text, with the line it starts on."""
        line, column, end_line, end_column = extent
        excerpt = self.line(line)
        return Span(self.name, line + 1, column + 1, end_line + 1, end_column + 1, excerpt)

    def line(self, number: int) -> str:
        """A line of the text; lines count from 0."""
        if self._lines is None:
            self._lines = LINE_BREAK.split(self.text)
        return self._lines[number] if number < len(self._lines) else ""

    def start(self) -> Span:
        """The first character of the text."""
        return self.span(Extent(0, 0, 0, 1))


def line_starts(text: str) -> list[int]:
    """The offset of each line of a text; a line and a column then make an offset."""
    return [0, *(line_break.end() for line_break in LINE_BREAK.finditer(text))]


def key_span(container: Map | Seq, key: str | int) -> Span:
    """The place of ``key`` in ``container``; the start of the file if it is not there."""
    part = _part(container, key)
    return part.source.key_span(part.number, key)


def value_span(container: Map | Seq, key: str | int) -> Span:
    """The place of the value under ``key`` (in a list: the item number)."""
    part = _part(container, key)
    return part.source.value_span(part.number, key)


def find_span(root: Map, path: KeyPath, *, key: bool = False) -> Span | None:
    """The place of the value at the end of ``path``, with ``key`` of its key; ``None`` without one."""
    return None if find_value(root, path) is None else span_at(root, path, key=key)


def find_value(root: Map, path: KeyPath) -> Any:
    """The value at the end of ``path``; ``None`` without one."""
    value: Any = root
    for part in path:
        value = _inner(value, part)
    return value


def _inner(value: Any, part: str | int) -> Any:
    if isinstance(value, Map):
        return value.get(str(part))
    is_item = isinstance(value, Seq) and isinstance(part, int) and part < len(value)
    return value[part] if is_item else None


def span_at(root: Map, path: KeyPath, *, key: bool = False) -> Span:
    """As :func:`find_span`; where ``path`` goes too far, the place of its last part that exists."""
    value: Any = root
    span = root.source.start()
    for index, part in enumerate(path, 1):
        if not isinstance(value, Map | Seq):
            return span
        span = (key_span if key and index == len(path) else value_span)(value, part)
        value = _inner(value, part)
    return span


def read(source: Source, faults: Faults) -> Map | None:
    """Read the mapping of a file; ``None`` if there is nothing to continue with.

    After a fault the mapping is returned if the rest of the text is readable.
    """
    for parser in (_parser, _PurePython):
        try:
            return _Builder(source, faults).document(parser(source.text))
        except _Unreadable:
            return None
        except yaml.YAMLError as error:
            # Libyaml looks ahead and stops without a place; the other parser finds the place.
            if _TOO_DEEP_FOR_LIBYAML not in str(error):
                _report_syntax(source, error, faults)
                return None
    return None


#: Part of libyaml's error for a text that nests deeper than it can look ahead.
_TOO_DEEP_FOR_LIBYAML = "nesting depth"


class _Unreadable(Exception):
    """The rest of a file cannot be read; the fault is already reported."""


class NotYaml(ValueError):
    """A text that is not YAML or is nested too deep; the message names the line."""


#: Deepest nesting in other YAML files; libyaml gets slower with the depth.
MAX_FOREIGN_DEPTH = 512


def scalars(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the keys and values of any YAML file as text, each with its start and end offset.

    Reads all documents and ignores tags, anchors and aliases: the file need not be in the
    language of models.

    Raises:
        NotYaml: the text is not YAML; what comes before the fault is yielded first.
    """
    depth = 0
    try:
        for event in _events(text):
            kind = type(event)
            if kind is ScalarEvent:
                yield event.value, event.start_mark.index, event.end_mark.index
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                depth += 1
                if depth > MAX_FOREIGN_DEPTH:
                    raise NotYaml(f"line {event.start_mark.line + 1} is nested too deep")
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                depth -= 1
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1} cannot be read" if mark else "it cannot be read"
        raise NotYaml(where) from None
    except UnicodeError:
        raise NotYaml("it is not UTF-8 text throughout") from None


@dataclass(slots=True)
class _Builder:
    source: Source
    faults: Faults
    _containers: int = 0
    _duplicates: int = 0
    _has_comments: bool = False

    def __post_init__(self) -> None:
        self._has_comments = "#" in self.source.text

    def document(self, parser: _Parser) -> Map | None:
        parser.get_event()  # the stream starts
        event = parser.get_event()
        if isinstance(event, StreamEndEvent):
            self._refuse_nothing()
        root = self._root(parser)
        parser.get_event()  # the document ends
        event = parser.get_event()
        if isinstance(event, DocumentStartEvent):
            help_ = "put it into a separate file and include that file"
            self._refuse("M111", "a second document starts here", event, help_)
        return root

    def _root(self, parser: _Parser) -> Map:
        """Build nested dicts and lists with a stack, so that deep nesting is not recursion."""
        get_event = parser.get_event
        event = get_event()
        if type(event) is not MappingStartEvent:
            self._refuse_root(event)
        root: Map = self._open(event, 0)
        current: Any = root
        is_map, key = True, None
        stack: list[tuple[Any, bool]] = []
        while True:
            event = get_event()
            kind = type(event)
            if kind is ScalarEvent:
                if event.anchor is not None or event.tag is not None:
                    self._refuse_property(event)
                if is_map and key is None:
                    key = event.value
                    if key in current or key == "<<":
                        self._check_key(event, current)
                    continue
                value = _scalar(event.value) if event.implicit[0] else event.value
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                if not stack:
                    return root
                current, is_map = stack.pop()
                continue
            else:
                if is_map and key is None:
                    self._refuse_key(event)
                value = self._open(event, len(stack) + 1)
            if is_map:
                if value is None and self._has_comments:
                    self._note_hidden(event, current, str(key))
                current[key] = value
                key = None
            elif len(current) < MAX_ITEMS:
                current.append(value)
            else:
                self._refuse("M107", f"a list of more than {MAX_ITEMS:,} items", event)
            if kind is not ScalarEvent:
                stack.append((current, is_map))
                current, is_map = value, kind is MappingStartEvent

    def _note_hidden(self, event: _Event, current: Map, key: str) -> None:
        """Note a key without a value, if the comment after it was probably meant as its value."""
        end = event.end_mark
        text = eaten_text(self.source.line(end.line), end.column) if not event.value else None
        if text is not None:
            self.source.hidden[current.number, key] = text

    def _open(self, event: _Event, depth: int) -> Any:
        """Start an empty mapping or list."""
        if event.anchor is not None or event.tag is not None:
            self._refuse_property(event)
        if depth >= MAX_DEPTH:
            self._refuse("M106", f"nested more than {MAX_DEPTH} deep", event)
        if self._containers >= MAX_NODES:
            self._refuse("M107", f"more than {MAX_NODES:,} mappings and lists", event)
        container = Map() if type(event) is MappingStartEvent else Seq()
        container.source = self.source
        container.number = self._containers
        self._containers += 1
        return container

    def _check_key(self, event: _Event, current: Map) -> None:
        """Report a duplicate key; refuse a merge key."""
        if event.value not in current:
            if event.implicit[0]:
                help_ = "put the shared part into a class and refer to it with `class:`"
                self._refuse("M105", "merge keys are not part of the language", event, help_)
            return
        self.faults.add(
            "M102",
            f"the key {event.value!r} is in this mapping twice",
            _event_span(self.source, event),
            help="merge the two, or rename one",
            related=((key_span(current, event.value), "first here"),),
        )
        self._duplicates += 1
        if self._duplicates >= MAX_DUPLICATES:
            self._refuse("M107", f"more than {MAX_DUPLICATES} faults; reading stops here", event)

    def _refuse_property(self, event: _Event) -> NoReturn:
        """Refuse an alias, an anchor or a tag."""
        if isinstance(event, AliasEvent):
            message = f"the alias *{event.anchor} is not part of the language"
            help_ = "repeat the value, put it into a class, or quote a text that starts with *"
            self._refuse("M103", message, event, help_)
        if event.anchor is not None:
            message = f"the anchor &{event.anchor} is not part of the language"
            help_ = "put the shared part into a class, or quote a text that starts with &"
            self._refuse("M103", message, event, help_)
        written = event.tag.replace("tag:yaml.org,2002:", "!!")
        message = f"the tag {written} is not part of the language"
        self._refuse("M104", message, event, "remove it, or quote a text that starts with !")

    def _refuse_key(self, event: _Event) -> NoReturn:
        """Refuse a key that is an alias, a list or a mapping."""
        if isinstance(event, AliasEvent):
            self._refuse_property(event)
        span = _event_span(self.source, event)
        start = span.column - 1
        written = _KEY_UP_TO_COLON.match(span.excerpt, start, start + LONGEST_KEY)
        key = f'"{written[1]}":' if written else '"...":'
        message = "a key must be text, but here a list or a mapping starts"
        help_ = f"put a key that starts with [ or {{ in quotes: {key}"
        text = value_text(span.excerpt, start - 1) if start else ""
        if _IN_BRACES(text) and not span.excerpt[start + len(text) - 1 :].lstrip().startswith(":"):
            help_ = f"put a text that starts with {{{{ in quotes: {quoted(text)}"
        self._refuse("M108", message, event, help_)

    def _refuse_root(self, event: _Event) -> NoReturn:
        if isinstance(event, ScalarEvent) and event.value == "" and event.implicit[0]:
            self._refuse_nothing()
        help_ = "start it with the line `uns: 1`"
        if isinstance(event, ScalarEvent) and _FILE_NAME(event.value):
            help_ = "this text is the name of a file: `uns.load` reads files, `uns.loads` texts"
        self._refuse("M202", "the file must be a mapping", event, help_)

    def _refuse_nothing(self) -> NoReturn:
        start = self.source.start()
        self.faults.add("M110", "the file is empty", start, help="start it with `uns: 1`")
        raise _Unreadable

    def _refuse(self, code: str, message: str, event: _Event, help_: str | None = None) -> NoReturn:
        self.faults.add(code, message, _event_span(self.source, event), help=help_)
        raise _Unreadable


_FILE_NAME = re.compile(r"[^\n]{1,4000}\.(?:ya?ml|json)").fullmatch
_IN_BRACES = re.compile(r"\{\{[^{}:]*\}\}.*").fullmatch
_KEY_UP_TO_COLON = re.compile(r"([^:#]*[\]}][^:#\s]*)\s*:")


_NUMBER = re.compile(
    r"[-+]?(?:(?:0|[1-9][0-9]{0,400})(\.[0-9]*)?|(\.[0-9]+))([eE][-+]?[0-9]{1,5})?"
    r"|0(?:o[0-7]{1,400}|x[0-9a-fA-F]{1,400})"
)
_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_STARTS = frozenset("-+.0123456789")


def _scalar(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar by the YAML 1.2 core schema.

    There are no infinities and no "not a number", and a number has no leading zeros (``0055`` is a
    text): these are texts.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBER_STARTS or not (match := _NUMBER.fullmatch(text)):
        return text
    # As in a message, a number that no double holds is none.
    if match.lastindex is None:
        number = int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
        return number if abs(number) <= sys.float_info.max else text
    real = float(text)
    return text if math.isinf(real) else real


class _PurePython(yaml.SafeLoader):
    """PyYAML's own parser, with tabs where libyaml and YAML 1.2 allow them: between tokens."""

    def scan_to_next_token(self) -> None:
        scanner: Any = self
        super().scan_to_next_token()
        while scanner.peek() == "\t" and (scanner.flow_level or not scanner.allow_simple_key):
            scanner.forward()
            super().scan_to_next_token()


def _parser(text: str) -> _Parser:
    """The parser of libyaml if it is installed; otherwise PyYAML's own, which is 12 times slower."""
    kind = getattr(yaml, "CSafeLoader", _PurePython)
    return kind(text)


def _events(text: str) -> Iterator[_Event]:
    parser = _parser(text)
    while not isinstance(event := parser.get_event(), StreamEndEvent):
        yield event


def _event_span(source: Source, event: _Event) -> Span:
    return source.span(_extent(event))


def _extent(event: _Event) -> Extent:
    start, end = event.start_mark, event.end_mark
    if end.line > start.line and end.column == 0:
        # A block mapping ends where the next token starts; show only its first character.
        return Extent(start.line, start.column, start.line, start.column + 1)
    return Extent(start.line, start.column, end.line, end.column)


def _find_entries(text: str) -> list[dict[str | int, Entry]]:
    """Find the places of all entries, by container number; up to the first syntax error."""
    containers: list[dict[str | int, Entry]] = []
    #: The open containers: their entries, whether it is a mapping, and a key without its value yet.
    stack: list[tuple[dict[str | int, Entry], bool, list[_Event]]] = []
    with contextlib.suppress(yaml.YAMLError):
        for event in _events(text):
            if isinstance(event, MappingEndEvent | SequenceEndEvent):
                stack.pop()
            elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent):
                if stack:
                    _add_entry(event, *stack[-1], len(containers))
                if not isinstance(event, ScalarEvent):
                    containers.append({})
                    stack.append((containers[-1], isinstance(event, MappingStartEvent), []))
            if len(stack) > MAX_DEPTH:
                break
    return containers


class Comment(NamedTuple):
    """A comment: its line and column, both from 1, and the text after its `#`.

    ``about`` is the line it is about: its own line, or for a comment on a separate line the next
    line that is not a comment or blank. ``excerpt`` is the whole line.
    """

    line: int
    column: int
    text: str
    about: int
    excerpt: str


def comments(text: str, mark: re.Pattern[str]) -> list[Comment]:
    """Find the comments that contain ``mark`` in a YAML text; a `#` inside a scalar is not a comment.

    >>> text = "a: 'x # todo'  # todo: b"
    >>> [(comment.column, comment.text) for comment in comments(text, re.compile("todo"))]
    [(16, ' todo: b')]
    """
    if mark.search(text) is None:
        return []
    lines = LINE_BREAK.split(text)
    #: Where a comment may start, by line; positions inside scalars are removed.
    starts = {
        number: [at for at, character in enumerate(line) if character == "#"]
        for number, line in enumerate(lines)
        if mark.search(line)
    }
    for extent in _scalars(text):
        for number in range(extent.line, extent.end_line + 1):
            if number in starts:
                first = extent.column if number == extent.line else 0
                last = extent.end_column if number == extent.end_line else len(lines[number])
                starts[number] = [at for at in starts[number] if not first <= at < last]
    about = _next_content_lines(lines)
    return [
        Comment(
            number + 1,
            hashes[0] + 1,
            lines[number][hashes[0] + 1 :],
            number + 1 if lines[number][: hashes[0]].strip() else about[number] + 1,
            lines[number],
        )
        for number, hashes in starts.items()
        if hashes and mark.search(lines[number], hashes[0])
    ]


def _scalars(text: str) -> Iterator[Extent]:
    """The places of the scalars of a text, up to the first syntax error."""
    with contextlib.suppress(yaml.YAMLError):
        for event in _events(text):
            if isinstance(event, ScalarEvent):
                yield _text_extent(event)


def _text_extent(scalar: _Event) -> Extent:
    start, end = scalar.start_mark, scalar.end_mark
    # The rest of the line after | and > is not part of the text.
    if scalar.style in {"|", ">"}:
        return Extent(start.line + 1, 0, end.line, end.column)
    return Extent(start.line, start.column, end.line, end.column)


def _next_content_lines(lines: list[str]) -> list[int]:
    """For every line the next one after it that is not a comment or blank."""
    following = [len(lines) - 1] * len(lines)
    for number in range(len(lines) - 2, -1, -1):
        below = lines[number + 1].lstrip(" \t")
        has_content = below and not below.startswith("#")
        following[number] = number + 1 if has_content else following[number + 1]
    return following


def _add_entry(
    event: _Event, entries: dict[str | int, Entry], is_map: bool, waiting: list[_Event], number: int
) -> None:
    """Add an entry; ``number`` is for the container that starts here, if one does."""
    container = None if isinstance(event, ScalarEvent) else number
    if not is_map:
        entries[len(entries)] = Entry(_extent(event), _extent(event), container)
    elif waiting:
        key = waiting.pop()
        entries.setdefault(key.value, Entry(_extent(key), _extent(event), container))
    elif isinstance(event, ScalarEvent):
        waiting.append(event)


def _report_syntax(source: Source, error: yaml.YAMLError, faults: Faults) -> None:
    """Report a syntax error, with its cause as far as it can be guessed."""
    fault = explain_character(source.text) if isinstance(error, yaml.reader.ReaderError) else None
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    if fault is None and mark is not None and problem is not None:
        began = getattr(error, "context_mark", None) or mark
        place, start = (mark.line, mark.column), (began.line, began.column)
        lines = LINE_BREAK.split(source.text)
        fault = explain(Stop(lines, place, start, getattr(error, "context", None) or "", problem))
    if fault is None:
        fault = SyntaxFault(f"not YAML: {error}", (0, 0))
    related = tuple((_character(source, place), label) for place, label in fault.related)
    span = _character(source, fault.place)
    faults.add("M101", fault.message, span, help=fault.help, related=related)


def _character(source: Source, place: tuple[int, int]) -> Span:
    line, column = place
    return source.span(Extent(line, column, line, column + 1))
