"""Errors and findings, their places in files, and how they are displayed.

There are two kinds. Invalid text from a caller raises an :class:`InvalidText` (``InvalidTopic``,
``InvalidTemplate`` and others are in the modules of their nouns). Checking a whole document gives
:class:`Diagnostic` values. Neither contains a node or a namespace, so this module needs no other
module of the library.
"""

from __future__ import annotations

import difflib
import itertools
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

__all__ = [
    "Diagnostic",
    "Edit",
    "InvalidArgument",
    "InvalidText",
    "Severity",
    "Span",
    "UNSError",
    "UnknownName",
    "did_you_mean",
    "draw",
    "is_hidden",
    "near",
    "nearest",
    "visible",
    "visible_json",
    "visible_lines",
]

#: Most candidates for "did you mean", so that it stays fast for large plants.
NEAR_CANDIDATES = 500

#: Most names that are suggested for one.
_SEVERAL_NEAR = 3

#: Longest excerpt of a source line or a text in an error, in code points.
EXCERPT = 160


class UNSError(Exception):
    """Base class of the errors of this library.

    >>> import uns
    >>> try:
    ...     uns.loads("uns: 2")
    ... except UNSError as error:
    ...     print(type(error).__name__)
    InvalidNamespace
    """


class InvalidArgument(UNSError, ValueError):
    """An invalid value of an argument: a number out of range, an unknown option.

    >>> import uns
    >>> try:
    ...     uns.KafkaMapping().to_kafka("acme/lyon/power").partition(0)
    ... except InvalidArgument as error:
    ...     print(error)
    a topic has at least one partition, not 0
    """


class UnknownName(UNSError, ValueError):
    """An unknown name of a class, an equipment level, a payload, a target.

    ``noun`` is the kind of name, ``near`` is the name that was probably meant, or ``None``.

    >>> print(UnknownName("class", "Filer", ["Filler", "Palletiser"]))
    no class 'Filer'; did you mean 'Filler'?
    >>> print(UnknownName("endpoint", "heat", ["raw:heat", "mes:heat", "speed"]))
    no endpoint 'heat'; did you mean 'raw:heat' or 'mes:heat'?
    """

    def __init__(
        self, noun: str, name: str, known: Iterable[str] = (), otherwise: str = ""
    ) -> None:
        self.noun = noun
        self.name = name
        meant = nearest(name, known)
        self.near = meant[0] if meant else None
        self.help = _question(meant) if meant else otherwise
        super().__init__(noun, name, meant, otherwise)

    def __str__(self) -> str:
        hint = f"; {self.help}" if self.help else ""
        return f"no {self.noun} {self.name!r}{hint}"


class InvalidText(UNSError, ValueError):
    """An invalid text, with the place and the reason.

    ``span`` is the half-open range of code points at fault, ``clause`` is the clause of the
    standard it breaks (``None`` for a rule of this library). ``str()`` draws the text with a
    caret under the fault.

    >>> import uns
    >>> try:
    ...     uns.TopicFilter("acme/#/speed")
    ... except InvalidText as error:
    ...     print(error)
    not a topic filter: '#' must be the last level [MQTT-4.7.1-1]
      acme/#/speed
           ^
    """

    #: The kind of text that was expected, such as "topic name".
    noun: ClassVar[str] = "text"
    article: ClassVar[str] = "a"

    def __init__(
        self, text: str, span: tuple[int, int], reason: str, clause: str | None = None
    ) -> None:
        super().__init__(text, span, reason, clause)
        self.text = text
        self.span = span
        self.reason = reason
        self.clause = clause

    def __str__(self) -> str:
        clause = f" [{self.clause}]" if self.clause else ""
        line, caret = excerpt(self.text, *self.span)
        return f"not {self.article} {self.noun}: {self.reason}{clause}\n  {line}\n  {caret}"


class Severity(IntEnum):
    """The severity of a finding. Ordered: ``INFO < WARNING < ERROR``.

    >>> Severity.WARNING > Severity.INFO, str(Severity.ERROR)
    (True, 'error')
    """

    INFO = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file: lines and columns count from 1, columns are code points.

    ``end_column`` is one after the last character. ``excerpt`` is the first source line of the
    span, so a finding can be drawn without its file.

    >>> str(Span("plant.uns.yaml", 3, 5, 3, 10))
    'plant.uns.yaml:3:5'
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    excerpt: str = ""

    def __str__(self) -> str:
        return f"{visible(self.file)}:{self.line}:{self.column}"


class Edit(NamedTuple):
    """A part of a file and its replacement text."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding in a document.

    ``code`` is stable and never reused, ``name`` is its readable name, ``related`` are other
    places of the finding, each with a label, ``help`` is the next step. ``fix`` are the edits for
    that step if they are safe: they change only what the finding is about.

    >>> str(Diagnostic("M301", "undefined-class", Severity.ERROR, "no class 'Filer'"))
    "error[M301]: no class 'Filer'"
    """

    code: str
    name: str
    severity: Severity
    message: str
    span: Span | None = None
    help: str | None = None
    related: tuple[tuple[Span, str], ...] = ()
    #: The subject of the finding: the topic or template of a node, or a kind and a name
    #: (`class Filler`, `payload reel/1`, `client mes`). Baselines and groups use it as a key.
    path: str | None = None
    fix: tuple[Edit, ...] = ()

    def __str__(self) -> str:
        place = f"{self.span}: " if self.span else ""
        return f"{place}{self.severity}[{self.code}]: {self.message}"


#: Characters with a short escape.
_SHOWN = MappingProxyType({"\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0", "\u00a0": "\\xa0"})

#: Control, format and unassigned characters, and the ends of lines and paragraphs.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

#: Zero-width joiners; words of some languages and emoji need them.
_JOINERS = frozenset({"\u200c", "\u200d"})


def visible(text: str) -> str:
    r"""Escape control, format and unassigned characters in ``text``, and all spaces but the usual one.

    Names come from files and from the network, and must not control a terminal. Text of any
    language stays as it is.

    >>> visible("line\x1b[31m1\n")
    'line\\x1b[31m1\\n'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        _escape(character)
        if is_hidden(text, at) or (character != " " and unicodedata.category(character) == "Zs")
        else character
        for at, character in enumerate(text)
    )


def visible_lines(text: str) -> str:
    r"""A text of several lines, each of them :func:`visible`.

    >>> visible_lines("first\x1b\nsecond")
    'first\\x1b\nsecond'
    """
    return "\n".join(map(visible, text.split("\n")))


def visible_json(value: Any, **layout: Any) -> str:
    r"""``value`` as JSON, in which hidden characters are escapes and all others stand for themselves.

    ``layout`` is for ``json.dumps``.

    >>> visible_json({"name": "süd\u202e"})
    '{"name": "süd\\u202e"}'
    """
    text = json.dumps(value, **{"ensure_ascii": False, **layout})
    if text.isascii() and "\x7f" not in text:
        return text
    # Only the layout has ends of lines; those in texts are escapes already.
    return "".join(
        _in_json(character) if character != "\n" and is_hidden(text, at) else character
        for at, character in enumerate(text)
    )


def _in_json(character: str) -> str:
    """A character as an escape of JSON: its units in UTF-16."""
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def is_hidden(text: str, at: int) -> bool:
    """Whether the character of ``text`` at an index does not show, or changes how others do.

    A joiner between letters of Arabic, Indic and later scripts, or between symbols, is part of them.
    """
    character = text[at]
    if character in _JOINERS:
        around = text[at - 1 : at], text[at + 1 : at + 2]
        return not all(one > "\u05ff" and unicodedata.category(one)[0] in "LMS" for one in around)
    return unicodedata.category(character) in _HIDDEN


def _escape(character: str) -> str:
    return _SHOWN.get(character) or character.encode("unicode_escape").decode("ascii")


def excerpt(text: str, start: int, end: int) -> tuple[str, str]:
    """A printable excerpt of ``text`` around ``start:end``, and its line of carets."""
    end = max(end, start + 1)
    first = max(0, start - EXCERPT // 2) if len(text) > EXCERPT else 0
    last = min(len(text), first + EXCERPT)
    before = visible(text[first : min(start, last)])
    marked = visible(text[start : min(end, last)])
    after = visible(text[min(end, last) : last])
    lead = "..." if first else ""
    tail = "..." if last < len(text) else ""
    line = f"{lead}{before}{marked}{after}{tail}"
    return line, " " * (_columns(lead) + _columns(before)) + "^" * max(1, _columns(marked))


def _columns(text: str) -> int:
    """The width of ``text`` in terminal columns: wide characters have two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def draw(diagnostic: Diagnostic) -> str:
    """Draw a finding for people: message, place, source line, help.

    >>> span = Span("plant.uns.yaml", 3, 5, 3, 10, "  - Filer")
    >>> finding = Diagnostic("M301", "undefined-class", Severity.ERROR, "no class 'Filer'", span,
    ...                      help="did you mean 'Filler'?")
    >>> print(draw(finding))
    error[M301]: no class 'Filer'  (undefined-class)
      --> plant.uns.yaml:3:5
       |
     3 |   - Filer
       |     ^^^^^
       = help: did you mean 'Filler'?
    """
    head = f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}  ({diagnostic.name})"
    lines = [head]
    places = [(diagnostic.span, "")] if diagnostic.span else []
    places += list(diagnostic.related)
    width = max((len(str(span.line)) for span, _ in places), default=1) + 1
    for index, (span, label) in enumerate(places):
        lines += _frame(span, label, "-->" if index == 0 and diagnostic.span else ":::", width)
    if diagnostic.help:
        first, *rest = diagnostic.help.splitlines()
        lines.append(f"{' ' * width} = help: {first}")
        lines += [f"{' ' * width}         {line}" for line in rest]
    return "\n".join(lines)


def _frame(span: Span, label: str, arrow: str, width: int) -> list[str]:
    gutter = " " * width
    lines = [f"{gutter}{arrow} {span}"]
    if not span.excerpt:
        return lines + ([f"{gutter} | {label}"] if label else [])
    end = span.end_column if span.end_line == span.line else len(span.excerpt) + 1
    source, caret = excerpt(span.excerpt, span.column - 1, end - 1)
    if label:
        caret = caret.replace("^", "-") + f" {label}"
    return [*lines, f"{gutter} |", f"{span.line:>{width}} | {source}", f"{gutter} | {caret}"]


def near(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that was most likely meant, or ``None`` if none is similar.

    Only the first 500 candidates are compared, so it is fast on any model.

    >>> near("Filer", ["Filler", "Palletiser"])
    'Filler'
    """
    return next(iter(nearest(word, candidates)), None)


def nearest(word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """The candidates that were most likely meant; of the first 500.

    There are several where a part of each is the word: the aspect or the version is missing.

    >>> nearest("heat", ["raw:heat", "mes:heat", "speed"]), nearest("vtq", ["vtq/1", "info/1"])
    (('raw:heat', 'mes:heat'), ('vtq/1',))
    """
    if len(word) > EXCERPT:
        return ()
    pool = [c for c in itertools.islice(candidates, NEAR_CANDIDATES) if len(c) <= EXCERPT]
    spelled: dict[str, list[str]] = {}
    for candidate in pool:
        spelled.setdefault(candidate.casefold(), []).append(candidate)
    same = spelled.get(word.casefold())
    if same is not None and word not in same:
        close = [word.casefold()]
    else:
        longer = [c for c in dict.fromkeys(pool) if word and _is_part(word, c)]
        if longer:
            return tuple(longer[:_SEVERAL_NEAR])
        close = difflib.get_close_matches(word.casefold(), spelled, n=1, cutoff=0.7)
    if not close:
        return ()
    # Of several spellings of one name, the one with the most similar capitals.
    return tuple(difflib.get_close_matches(word, spelled[close[0]], n=1, cutoff=0))


def _is_part(word: str, name: str) -> bool:
    """Whether a name is the word with an aspect in front or a version after it."""
    return name.partition(":")[2] == word or name.rpartition("/")[0] == word


def _question(meant: Iterable[str]) -> str:
    return f"did you mean {' or '.join(map(repr, meant))}?"


def did_you_mean(word: str, candidates: Iterable[str], otherwise: str) -> str:
    """The help for an unknown word: the nearest candidate, or ``otherwise`` if there is none.

    >>> did_you_mean("Filer", ["Filler", "Palletiser"], "declare it")
    "did you mean 'Filler'?"
    """
    meant = nearest(word, candidates)
    return _question(meant) if meant else otherwise
