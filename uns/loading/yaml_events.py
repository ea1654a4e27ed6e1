"""YAML text with positions: the only room that knows the YAML package.

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

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeAlias

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

from uns.diagnostics import Diagnostic, Span
from uns.loading.faults import fault
from uns.model.collector import collector_paused

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
    "found_at",
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
#: Faults of one file after which reading stops; nobody repairs more in one go.
MAX_FAULTS = 200


class Map(dict[str, Any]):
    """A mapping of the file; ``source`` and ``number`` say where it stands."""

    __slots__ = ("number", "source")

    source: Source
    number: int


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


def found_at(root: Map, path: tuple[str | int, ...], *, key: bool = False) -> Span | None:
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


def read(source: Source, faults: list[Diagnostic]) -> Map | None:
    """The mapping a file holds, or ``None`` when there is none to go on with.

    Faults are appended to ``faults``; a mapping is still returned when what is
    wrong with the text leaves the rest of it readable.
    """
    try:
        return _read(source, faults, _parser(source.text))
    except yaml.YAMLError as error:
        if _TOO_DEEP_FOR_LIBYAML not in str(error):
            faults.append(_syntax_fault(source, error))
            return None
    # Libyaml looks ahead and gave up before it said a word; this one finds the place.
    return _read(source, faults, yaml.SafeLoader(source.text))


#: What libyaml says of a text that nests deeper than it can look ahead.
_TOO_DEEP_FOR_LIBYAML = "nesting depth"


def _read(source: Source, faults: list[Diagnostic], parser: _Parser) -> Map | None:
    try:
        return _Builder(source, faults).document(parser)
    except _Unreadable as unreadable:
        faults.append(unreadable.diagnostic)
    return None


class _Unreadable(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


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
        parser = _parser(text)
        while True:
            event = parser.get_event()
            kind = type(event)
            if kind is ScalarEvent:
                yield event.value, event.start_mark.index, event.end_mark.index
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                depth += 1
                if depth > MAX_FOREIGN_DEPTH:
                    raise NotYaml(f"line {event.start_mark.line + 1} is nested too deep")
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                depth -= 1
            elif kind is StreamEndEvent:
                return
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise NotYaml(
            f"line {mark.line + 1} cannot be read" if mark else "it cannot be read"
        ) from None
    except UnicodeError:
        raise NotYaml("it is not UTF-8 text throughout") from None


def _nothing(source: Source) -> _Unreadable:
    help_ = "start it with `uns: 1`"
    return _Unreadable(fault("M110", "the file holds nothing", source.start(), help=help_))


@dataclass(slots=True)
class _Builder:
    source: Source
    faults: list[Diagnostic]

    def document(self, parser: _Parser) -> Map | None:
        parser.get_event()  # the stream starts
        event = parser.get_event()
        if isinstance(event, StreamEndEvent):
            raise _nothing(self.source)
        root = self._containers(parser)
        parser.get_event()  # the document ends
        event = parser.get_event()
        if isinstance(event, DocumentStartEvent):
            self._refuse(
                "M111", "a second document starts here", event,
                help="put it into a file of its own and include that",
            )  # fmt: skip
        return root

    def _containers(self, parser: _Parser) -> Map:
        """Build nested dicts and lists with a stack of our own: depth never becomes recursion."""
        get_event = parser.get_event
        source = self.source
        event = get_event()
        if type(event) is not MappingStartEvent:
            self._refuse_root(event)
        current: Any = _new(Map, source, 0)
        stack: list[tuple[Any, str | None]] = []
        key: str | None = None
        in_map = True
        containers = 1
        if event.anchor is not None or event.tag is not None:
            self._refuse_property(event)
        while True:
            event = get_event()
            kind = type(event)
            if kind is ScalarEvent:
                if event.anchor is not None or event.tag is not None:
                    self._refuse_property(event)
                if not in_map:
                    if len(current) >= MAX_ITEMS:
                        self._refuse("M107", f"a list of more than {MAX_ITEMS:,} items", event)
                    current.append(_scalar(event.value) if event.implicit[0] else event.value)
                elif key is None:
                    key = event.value
                    if key in current:
                        self._duplicate(event, current)
                    elif key == "<<" and event.implicit[0]:
                        self._refuse(
                            "M105", "merge keys are not part of the language", event,
                            help="put what is shared into a class and name it with `class:`",
                        )  # fmt: skip
                else:
                    current[key] = _scalar(event.value) if event.implicit[0] else event.value
                    key = None
                continue
            if kind is MappingEndEvent or kind is SequenceEndEvent:
                if not stack:
                    return current  # type: ignore[no-any-return]
                current, key = stack.pop()
                in_map = key is not None
                key = None
                continue
            if kind is AliasEvent:
                self._refuse_property(event)
            if in_map and key is None:
                self._complex_key(event)
            if event.anchor is not None or event.tag is not None:
                self._refuse_property(event)
            if len(stack) + 1 >= MAX_DEPTH:
                self._refuse("M106", f"nested more than {MAX_DEPTH} deep", event)
            container = _new(Map if kind is MappingStartEvent else Seq, source, containers)
            containers += 1
            if containers > MAX_NODES:
                self._refuse("M107", f"more than {MAX_NODES:,} mappings and lists", event)
            if in_map:
                current[key] = container
            else:
                current.append(container)
            stack.append((current, key))
            current, key, in_map = container, None, kind is MappingStartEvent

    def _duplicate(self, event: _Event, current: Map) -> None:
        first = key_span(current, event.value)
        self.faults.append(
            fault(
                "M102",
                f"the key {event.value!r} stands twice in this mapping",
                _event_span(self.source, event),
                help="merge the two, or rename one",
                related=((first, "first here"),),
            )
        )
        if len(self.faults) >= MAX_FAULTS:
            self._refuse("M107", f"more than {MAX_FAULTS} faults; reading stops here", event)

    def _refuse_property(self, event: _Event) -> None:
        if isinstance(event, AliasEvent):
            self._refuse(
                "M103", f"the alias *{event.anchor} is not part of the language", event,
                help="repeat the value, put it into a class, or quote a text that starts with *",
            )  # fmt: skip
        if event.anchor is not None:
            self._refuse(
                "M103", f"the anchor &{event.anchor} is not part of the language", event,
                help="put what is shared into a class, or quote a text that starts with &",
            )  # fmt: skip
        written = event.tag.replace("tag:yaml.org,2002:", "!!")
        self._refuse(
            "M104", f"the tag {written} is not part of the language", event,
            help="leave it out, or quote a text that starts with !",
        )  # fmt: skip

    def _complex_key(self, event: _Event) -> None:
        span = _event_span(self.source, event)
        start = span.column - 1
        written = _KEY_UP_TO_COLON.match(span.excerpt, start, start + LONGEST_KEY)
        quoted = f'"{written[1]}":' if written else '"...":'
        self._refuse(
            "M108", "a key must be text, and this one starts a list or a mapping", event,
            help=f"a key that starts with [ or {{ must be quoted: {quoted}",
        )  # fmt: skip

    def _refuse_root(self, event: _Event) -> None:
        if isinstance(event, ScalarEvent) and event.value == "" and event.implicit[0]:
            raise _nothing(self.source)
        self._refuse(
            "M202", "the file must hold a mapping", event,
            help="start it with `uns: 1` on a line of its own",
        )  # fmt: skip

    def _refuse(self, code: str, message: str, event: _Event, *, help: str | None = None) -> None:  # noqa: A002
        raise _Unreadable(fault(code, message, _event_span(self.source, event), help=help))


_KEY_UP_TO_COLON = re.compile(r"([^:#]*[\]}][^:#\s]*)\s*:")


def _new(kind: type[Any], source: Source, number: int) -> Any:
    container = kind()
    container.source = source
    container.number = number
    return container


_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,400})(\.[0-9]+)?([eE][-+]?[0-9]{1,5})?")
_CONSTANTS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
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
    parser = _parser(text)
    try:
        while True:
            event = parser.get_event()
            if isinstance(event, StreamEndEvent):
                return measured
            if isinstance(event, MappingEndEvent | SequenceEndEvent):
                stack.pop()
            elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent):
                if stack:
                    _place(event, *stack[-1], len(measured))
                if not isinstance(event, ScalarEvent):
                    measured.append({})
                    stack.append((measured[-1], isinstance(event, MappingStartEvent), []))
            if len(stack) > MAX_DEPTH:
                return measured
    except yaml.YAMLError:
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
    parser = _parser(text)
    try:
        while True:
            event = parser.get_event()
            if isinstance(event, StreamEndEvent):
                return
            if isinstance(event, ScalarEvent):
                yield _text_extent(event)
    except yaml.YAMLError:
        return


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


def _place(
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


def _syntax_fault(source: Source, error: yaml.YAMLError) -> Diagnostic:
    unprintable = _UNPRINTABLE.search(source.text)
    if isinstance(error, yaml.reader.ReaderError) and unprintable:
        before = _LINE_BREAK.split(source.text[: unprintable.start()])
        line, column = len(before) - 1, len(before[-1])
        return fault(
            "M101",
            f"the character U+{ord(unprintable[0]):04X} is not allowed in YAML",
            source.span(Extent(line, column, line, column + 1)),
            help="remove it, or write it as an escape inside double quotes",
        )
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    if mark is None or problem is None:
        return fault("M101", f"not YAML: {error}", source.start())
    context = getattr(error, "context", None) or ""
    began = _mark_span(source, getattr(error, "context_mark", None) or mark)
    span = _mark_span(source, mark)
    character = span.excerpt[mark.column : mark.column + 1]
    if "\t" in span.excerpt[: mark.column + 1] and not span.excerpt[: mark.column].strip():
        return fault(
            "M101", "a tab stands where spaces must indent", span, help="replace the tab by spaces"
        )
    if "cannot start any token" in problem or context in _SIGNS:
        sign = _SIGNS.get(context, character)
        return fault(
            "M101", f"a plain value cannot start with {sign}", began if context in _SIGNS else span,
            help=f'put it in quotes: "{sign}..."',
        )  # fmt: skip
    if problem.startswith("mapping values"):
        message, help_ = "a second colon in one value", 'put the value in quotes: "...: ..."'
        if mark.column > LONGEST_PLAIN_KEY:
            message, help_ = (
                f"a key of more than {LONGEST_PLAIN_KEY:,} characters",
                "write `? ` before the key, and `: ` before the value on the next line",
            )
        return fault("M101", message, span, help=help_)
    if key := _bracket_key(span.excerpt, mark.column):
        return fault(
            "M101", "a key that contains one of [ ] { } , must be quoted here", span,
            help=f'write "{key}":',
        )  # fmt: skip
    if context in _UNFINISHED:
        message, help_ = _UNFINISHED[context]
        return fault("M101", message, began, help=help_)
    if context in _INTERRUPTED:
        message, label = _INTERRUPTED[context]
        return fault("M101", message, span, related=((began, label),))
    return fault("M101", f"not YAML: {problem}", span)


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
        "this quote is never closed", "close it, or leave both quotes out",
    ),
    "while scanning a simple key": (
        "no colon follows this key", "write `key: value`; a text over several lines needs quotes",
    ),
}  # fmt: skip

#: What the parsers were at when something else came: the sentence, and what began above.
_INTERRUPTED = {
    "while parsing a flow mapping": ("a comma or the closing } is missing here", "opened here"),
    "while parsing a flow sequence": ("a comma or the closing ] is missing here", "opened here"),
    "while parsing a block mapping": (
        "this is no further key of the mapping; look at its indent and its quotes",
        "the mapping starts here",
    ),
    "while parsing a block collection": (
        "this is no further item of the list; look at its indent", "the list starts here",
    ),
}  # fmt: skip

_UNPRINTABLE = re.compile(
    "[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_BRACKET_KEY = re.compile(r"[{,]\s*([^\s{}\[\],\"':]*(?:\[[^\]]*\]|\{[^}]*\})[^\s{}\[\],:]*)\s*:")
