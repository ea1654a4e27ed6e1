"""YAML text with positions: the only module that knows the YAML package.

The language is a small YAML: one document of mappings, lists and scalars,
keys are text, scalars follow the core schema (so ``NO`` is text). What makes
YAML dangerous or surprising is refused: duplicate keys, anchors, aliases,
merge keys, tags, deep nesting.

The builder works from parser events and makes plain dicts and lists, without
a tree of node objects in between. It keeps no positions: they are wanted for
faults and for documentation only, so :class:`Source` measures the text again
when the first one is asked for.
"""

from __future__ import annotations

import contextlib
import re
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
from uns.model.collector import collector_paused
from uns.model.tree import Origin

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "Comment",
    "Map",
    "NotYaml",
    "Seq",
    "Source",
    "Value",
    "comments",
    "find_span",
    "key_span",
    "line_starts",
    "read",
    "scalars",
    "value_span",
]

#: Deepest nesting of mappings and lists.
MAX_DEPTH = 64
#: Most mappings and lists in one file, and most values in one list.
MAX_NODES = 5_000_000
MAX_ITEMS = 100_000
#: Largest file, in bytes.
MAX_BYTES = 256 * 1024 * 1024
#: Longest key that a fault shows in quotes, and the longest that YAML finds without a `? `.
LONGEST_KEY, LONGEST_PLAIN_KEY = 200, 1_024
#: Duplicate keys of one file after which reading stops.
MAX_DUPLICATES = 200


class Map(dict[str, Any]):
    """A mapping of the file; ``source`` and ``number`` say where it stands."""

    __slots__ = ("number", "source")

    source: Source
    number: int

    def origin(self, key: str) -> Origin:
        """Where ``key`` is declared, as nodes keep it."""
        return Origin(self.source, self.number, key)


class Seq(list[Any]):
    """A list of the file; ``source`` and ``number`` say where it stands."""

    __slots__ = ("number", "source")

    source: Source
    number: int


Value: TypeAlias = "Map | Seq | str | int | float | bool | None"


class Extent(NamedTuple):
    """From where to where something stands; lines and columns count from 0."""

    line: int
    column: int
    end_line: int
    end_column: int


#: The events of both parsers, whose common base class does not say what they all have.
_Event: TypeAlias = Any


class _Parser(Protocol):
    def get_event(self) -> _Event: ...


class Entry(NamedTuple):
    """Where the key and the value of one entry stand; an item of a list is its own key.

    ``container`` is the number of the mapping or list that the value is, if it is one.
    """

    key: Extent
    value: Extent
    container: int | None = None


@dataclass(slots=True, eq=False)
class Source:
    """A file's name and text, and where in the text everything stands."""

    name: str
    text: str = field(repr=False)
    _entries: list[dict[str | int, Entry]] | None = field(default=None, repr=False)
    _lines: list[str] | None = field(default=None, repr=False)

    def __reduce__(self) -> tuple[type[Source], tuple[str, str]]:
        return Source, (self.name, self.text)

    def key_span(self, container: int, key: str | int) -> Span:
        """Where ``key`` of mapping number ``container`` stands (an item of a list: its index)."""
        entry = self._entry(container, key)
        return self.span(entry.key) if entry else self.start()

    def value_span(self, container: int, key: str | int) -> Span:
        """Where the value under ``key`` stands."""
        entry = self._entry(container, key)
        return self.span(entry.value) if entry else self.start()

    def inner_span(self, container: int, key: str | int, inner: str) -> Span | None:
        """Where the value of ``inner`` stands in the mapping under ``key``; ``None`` without one."""
        outer = self._entry(container, key)
        entry = self._entry(outer.container, inner) if outer and outer.container else None
        return self.span(entry.value) if entry else None

    def _entry(self, container: int, key: str | int) -> Entry | None:
        if self._entries is None:
            with collector_paused():
                self._entries = _measure(self.text)
        known = container < len(self._entries)
        return self._entries[container].get(key) if known else None

    def span(self, extent: Extent) -> Span:
        """A place in the text, with the line it starts on."""
        line, column, end_line, end_column = extent
        if self._lines is None:
            self._lines = _LINE_BREAK.split(self.text)
        excerpt = self._lines[line] if line < len(self._lines) else ""
        return Span(self.name, line + 1, column + 1, end_line + 1, end_column + 1, excerpt)

    def start(self) -> Span:
        """The first character of the text."""
        return self.span(Extent(0, 0, 0, 1))


#: Where YAML 1.1, which both parsers follow in this, breaks lines.
_LINE_BREAK = re.compile("\r\n|[\n\r\u0085\u2028\u2029]")


def line_starts(text: str) -> list[int]:
    """Where each line of a text starts, so that a line and a column make an offset."""
    return [0, *(found.end() for found in _LINE_BREAK.finditer(text))]


def key_span(container: Map | Seq, key: str | int) -> Span:
    """Where ``key`` of ``container`` stands; the start of the file when it does not."""
    return container.source.key_span(container.number, key)


def value_span(container: Map | Seq, key: str | int) -> Span:
    """Where the value under ``key`` (of a list: the item number) stands."""
    return container.source.value_span(container.number, key)


def find_span(root: Map, path: tuple[str | int, ...], *, key: bool = False) -> Span | None:
    """Where the value at the end of ``path`` stands, keys and item numbers; ``None`` if nowhere.

    With ``key`` the place of the last key itself.
    """
    container: Any = root
    for part in path[:-1]:
        container = _item(container, part)
    if _item(container, path[-1]) is None:
        return None
    return (key_span if key else value_span)(container, path[-1])


def _item(container: Any, part: str | int) -> Any:
    if isinstance(container, Map):
        return container.get(str(part))
    known = isinstance(container, Seq) and isinstance(part, int) and part < len(container)
    return container[part] if known else None


def read(source: Source, faults: Faults) -> Map | None:
    """The mapping a file holds, or ``None`` when there is none to go on with.

    A mapping is returned in spite of faults when they leave the rest of the
    text readable.
    """
    for parser in (_parser, yaml.SafeLoader):
        try:
            return _Builder(source, faults).document(parser(source.text))
        except _Unreadable:
            return None
        except yaml.YAMLError as error:
            # Libyaml looks ahead, and gives up before it says where; the other parser finds the place.
            if _TOO_DEEP_FOR_LIBYAML not in str(error):
                message, span, help_, related = _explain(source, error)
                faults.add("M101", message, span, help=help_, related=related)
                return None
    return None


#: What libyaml says of a text that nests deeper than it can look ahead.
_TOO_DEEP_FOR_LIBYAML = "nesting depth"


class _Unreadable(Exception):
    """The rest of a file cannot be read; the fault has been added."""


class NotYaml(ValueError):
    """A text that is no YAML, or nested deeper than anybody reads; the message says where."""


#: Deepest nesting of foreign files, which libyaml reads ever more slowly as it grows.
MAX_FOREIGN_DEPTH = 512


def scalars(text: str) -> Iterator[tuple[str, int, int]]:
    """The keys and values of any YAML file as text, with where each starts and ends.

    All documents, whatever tags, anchors and aliases they bear: this is for
    files of others, which need not be of our language.

    Raises:
        NotYaml: the text is no YAML from some place on.
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

    def document(self, parser: _Parser) -> Map | None:
        parser.get_event()  # the stream starts
        event = parser.get_event()
        if isinstance(event, StreamEndEvent):
            self._refuse_nothing()
        root = self._root(parser)
        parser.get_event()  # the document ends
        event = parser.get_event()
        if isinstance(event, DocumentStartEvent):
            help_ = "put it into a file of its own and include that"
            self._refuse("M111", "a second document starts here", event, help_)
        return root

    def _root(self, parser: _Parser) -> Map:
        """Build nested dicts and lists with a stack of our own: depth never becomes recursion."""
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
                current[key] = value
                key = None
            elif len(current) < MAX_ITEMS:
                current.append(value)
            else:
                self._refuse("M107", f"a list of more than {MAX_ITEMS:,} items", event)
            if kind is not ScalarEvent:
                stack.append((current, is_map))
                current, is_map = value, kind is MappingStartEvent

    def _open(self, event: _Event, depth: int) -> Any:
        """The empty mapping or list that starts."""
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
        """Report a key that is there already; refuse one that merges mappings."""
        if event.value not in current:
            if event.implicit[0]:
                help_ = "put what is shared into a class and name it with `class:`"
                self._refuse("M105", "merge keys are not part of the language", event, help_)
            return
        self.faults.add(
            "M102",
            f"the key {event.value!r} stands twice in this mapping",
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
            help_ = "put what is shared into a class, or quote a text that starts with &"
            self._refuse("M103", message, event, help_)
        written = event.tag.replace("tag:yaml.org,2002:", "!!")
        message = f"the tag {written} is not part of the language"
        self._refuse("M104", message, event, "leave it out, or quote a text that starts with !")

    def _refuse_key(self, event: _Event) -> NoReturn:
        """Refuse a key that is an alias, a list or a mapping."""
        if isinstance(event, AliasEvent):
            self._refuse_property(event)
        span = _event_span(self.source, event)
        start = span.column - 1
        written = _KEY_UP_TO_COLON.match(span.excerpt, start, start + LONGEST_KEY)
        quoted = f'"{written[1]}":' if written else '"...":'
        message = "a key must be text, and this one starts a list or a mapping"
        help_ = f"a key that starts with [ or {{ must be quoted: {quoted}"
        self._refuse("M108", message, event, help_)

    def _refuse_root(self, event: _Event) -> NoReturn:
        if isinstance(event, ScalarEvent) and event.value == "" and event.implicit[0]:
            self._refuse_nothing()
        help_ = "start it with `uns: 1` on a line of its own"
        self._refuse("M202", "the file must hold a mapping", event, help_)

    def _refuse_nothing(self) -> NoReturn:
        start = self.source.start()
        self.faults.add("M110", "the file holds nothing", start, help="start it with `uns: 1`")
        raise _Unreadable

    def _refuse(self, code: str, message: str, event: _Event, help_: str | None = None) -> NoReturn:
        self.faults.add(code, message, _event_span(self.source, event), help=help_)
        raise _Unreadable


_KEY_UP_TO_COLON = re.compile(r"([^:#]*[\]}][^:#\s]*)\s*:")


_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,400})(\.[0-9]+)?([eE][-+]?[0-9]{1,5})?")
_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_STARTS = frozenset("-+0123456789")


def _scalar(text: str) -> str | int | float | bool | None:
    """A plain scalar by the YAML 1.2 core schema, without its octal, hexadecimal and infinities."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    found = _NUMBER.fullmatch(text)
    if found is None:
        return text
    if found[2] is None and found[3] is None:
        return int(text)
    number = float(text)
    return number if number - number == 0 else text


def _parser(text: str) -> _Parser:
    """The parser of libyaml where it is built in; elsewhere PyYAML's own, 12 times slower."""
    kind = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
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
        # A block mapping ends where the next token starts; its first line is the place to show.
        return Extent(start.line, start.column, start.line, start.column + 1)
    return Extent(start.line, start.column, end.line, end.column)


def _measure(text: str) -> list[dict[str | int, Entry]]:
    """Where every entry of a text stands, container by container, as the builder numbers them.

    A text that stops being YAML somewhere is measured up to there.
    """
    measured: list[dict[str | int, Entry]] = []
    #: The open containers: their entries, and the key that waits for its value (lists: none).
    stack: list[tuple[dict[str | int, Entry], bool, list[_Event]]] = []
    with contextlib.suppress(yaml.YAMLError):
        for event in _events(text):
            if isinstance(event, MappingEndEvent | SequenceEndEvent):
                stack.pop()
            elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent):
                if stack:
                    _note_entry(event, *stack[-1], len(measured))
                if not isinstance(event, ScalarEvent):
                    measured.append({})
                    stack.append((measured[-1], isinstance(event, MappingStartEvent), []))
            if len(stack) > MAX_DEPTH:
                break
    return measured


class Comment(NamedTuple):
    """A comment: its line and column, both from 1, and what stands behind its `#`.

    ``about`` is the line it speaks of: its own, and where it stands alone the next one
    that is no comment and not blank. ``excerpt`` is the whole line.
    """

    line: int
    column: int
    text: str
    about: int
    excerpt: str


def comments(text: str, mark: re.Pattern[str]) -> list[Comment]:
    """The comments of a YAML text that loads in which ``mark`` is found; what scalars hold is none.

    A text without ``mark`` is not looked at any further.

    >>> text = "a: 'x # todo'  # todo: b"
    >>> [(found.column, found.text) for found in comments(text, re.compile("todo"))]
    [(16, ' todo: b')]
    """
    if mark.search(text) is None:
        return []
    lines = _LINE_BREAK.split(text)
    #: What may begin a comment, by line; what turns out to stand in a scalar is taken away.
    starts = {
        number: [found.start() for found in _HASH.finditer(line)]
        for number, line in enumerate(lines)
        if mark.search(line)
    }
    for extent in _scalars(text):
        for number in range(extent.line, extent.end_line + 1):
            if number in starts:
                first = extent.column if number == extent.line else 0
                last = extent.end_column if number == extent.end_line else len(lines[number])
                starts[number] = [at for at in starts[number] if not first <= at < last]
    about = _speaking_lines(lines)
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


_HASH = re.compile("#")


def _scalars(text: str) -> Iterator[Extent]:
    """Where the scalars of a text stand, up to where it stops being YAML."""
    with contextlib.suppress(yaml.YAMLError):
        for event in _events(text):
            if isinstance(event, ScalarEvent):
                yield _text_extent(event)


def _text_extent(scalar: _Event) -> Extent:
    start, end = scalar.start_mark, scalar.end_mark
    if scalar.style in _BLOCK_STYLES:
        # What stands behind | and > on their line is no part of the text.
        return Extent(start.line + 1, 0, end.line, end.column)
    return Extent(start.line, start.column, end.line, end.column)


_BLOCK_STYLES = frozenset("|>")


def _speaking_lines(lines: list[str]) -> list[int]:
    """For every line the first one from there on that is no comment and not blank."""
    found = [len(lines) - 1] * len(lines)
    for number in range(len(lines) - 2, -1, -1):
        below = lines[number + 1].lstrip(" \t")
        speaks = below and not below.startswith("#")
        found[number] = number + 1 if speaks else found[number + 1]
    return found


def _note_entry(
    event: _Event, entries: dict[str | int, Entry], is_map: bool, waiting: list[_Event], number: int
) -> None:
    """Note an entry; ``number`` is that of the container which starts here, if one does."""
    container = None if isinstance(event, ScalarEvent) else number
    if not is_map:
        entries[len(entries)] = Entry(_extent(event), _extent(event), container)
    elif waiting:
        key = waiting.pop()
        entries.setdefault(key.value, Entry(_extent(key), _extent(event), container))
    elif isinstance(event, ScalarEvent):
        waiting.append(event)


#: What is wrong with the syntax: the message, where, a help, and a place that belongs to it.
_Explanation: TypeAlias = tuple[str, Span, str | None, tuple[tuple[Span, str], ...]]


def _explain(source: Source, error: yaml.YAMLError) -> _Explanation:
    """A syntax error in words that help, as far as one can tell what was meant."""
    unprintable = _UNPRINTABLE.search(source.text)
    if isinstance(error, yaml.reader.ReaderError) and unprintable:
        before = _LINE_BREAK.split(source.text[: unprintable.start()])
        line, column = len(before) - 1, len(before[-1])
        message = f"the character U+{ord(unprintable[0]):04X} is not allowed in YAML"
        help_ = "remove it, or write it as an escape inside double quotes"
        return message, source.span(Extent(line, column, line, column + 1)), help_, ()
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    if mark is None or problem is None:
        return f"not YAML: {error}", source.start(), None, ()
    context = getattr(error, "context", None) or ""
    began = _mark_span(source, getattr(error, "context_mark", None) or mark)
    span = _mark_span(source, mark)
    character = span.excerpt[mark.column : mark.column + 1]
    if "\t" in span.excerpt[: mark.column + 1] and not span.excerpt[: mark.column].strip():
        return "a tab stands where spaces must indent", span, "replace the tab by spaces", ()
    if context in _SIGNS or "cannot start any token" in problem:
        sign = _SIGNS.get(context, character)
        where = began if context in _SIGNS else span
        return (
            f"a plain value cannot start with {sign}",
            where,
            f'put it in quotes: "{sign}..."',
            (),
        )
    if problem.startswith("mapping values") and mark.column > LONGEST_PLAIN_KEY:
        message = f"a key of more than {LONGEST_PLAIN_KEY:,} characters"
        help_ = "write `? ` before the key, and `: ` before the value on the next line"
        return message, span, help_, ()
    if problem.startswith("mapping values"):
        return "a second colon in one value", span, 'put the value in quotes: "...: ..."', ()
    if key := _bracket_key(span.excerpt, mark.column):
        message = "a key that contains one of [ ] { } , must be quoted here"
        return message, span, f'write "{key}":', ()
    if context in _UNFINISHED:
        message, help_ = _UNFINISHED[context]
        return message, began, help_, ()
    if context in _INTERRUPTED:
        message, label = _INTERRUPTED[context]
        return message, span, None, ((began, label),)
    return f"not YAML: {problem}", span, None, ()


def _bracket_key(text: str, column: int) -> str | None:
    """The key around ``column`` with brackets inside flow style, where a plain scalar ends at them."""
    near_by = text[max(0, column - LONGEST_KEY) : column + LONGEST_KEY]
    here = min(column, LONGEST_KEY)
    found = _BRACKET_KEY.finditer(near_by)
    return next((key[1] for key in found if key.start() <= here < key.end()), None)


def _mark_span(source: Source, mark: Any) -> Span:
    return source.span(Extent(mark.line, mark.column, mark.line, mark.column + 1))


#: What the parsers were at when a sign of YAML's own turned out to be none.
_SIGNS = {"while scanning an alias": "*", "while scanning an anchor": "&"}

#: What the parsers were at when a text ended too soon: the fault is where it began.
_UNFINISHED = {
    "while scanning a quoted scalar": (
        "this quote is never closed",
        "close it, or leave both quotes out",
    ),
    "while scanning a simple key": (
        "no colon follows this key",
        "write `key: value`; a text over several lines needs quotes",
    ),
}

#: What the parsers were at when something else came: the sentence, and what began above.
_INTERRUPTED = {
    "while parsing a flow mapping": ("a comma or the closing } is missing here", "opened here"),
    "while parsing a flow sequence": ("a comma or the closing ] is missing here", "opened here"),
    "while parsing a block mapping": (
        "this is no further key of the mapping; look at its indent and its quotes",
        "the mapping starts here",
    ),
    "while parsing a block collection": (
        "this is no further item of the list; look at its indent",
        "the list starts here",
    ),
}

_UNPRINTABLE = re.compile(
    "[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_BRACKET_KEY = re.compile(r"[{,]\s*([^\s{}\[\],\"':]*(?:\[[^\]]*\]|\{[^}]*\})[^\s{}\[\],:]*)\s*:")
