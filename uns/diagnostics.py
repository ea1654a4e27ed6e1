"""What is wrong, where, and how it is drawn.

Two shapes, and no third. Bad text handed over by a caller raises an
:class:`InvalidText` (``InvalidTopic``, ``InvalidTemplate`` and their kin live
beside their nouns). A whole document that is judged yields
:class:`Diagnostic` values. Neither carries a node or a namespace, so this
module knows nothing of the rooms above it.
"""

from __future__ import annotations

import difflib
import itertools
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import ClassVar, NamedTuple

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
    "near",
    "visible",
]

#: How many candidates a "did you mean" looks at; a plant has more names than patience.
NEAR_CANDIDATES = 500

#: Longest excerpt of a source line or a text that an error shows, in code points.
EXCERPT = 160


class UNSError(Exception):
    """Any failure this library reports on purpose.

    >>> import uns
    >>> try:
    ...     uns.loads("uns: 2")
    ... except UNSError as error:
    ...     print(type(error).__name__)
    InvalidNamespace
    """


class InvalidArgument(UNSError, ValueError):
    """A value that an argument cannot have: a number out of range, an option that there is not.

    >>> import uns
    >>> try:
    ...     uns.KafkaMapping().to_kafka("acme/lyon/power").partition(0)
    ... except InvalidArgument as error:
    ...     print(error)
    a topic has at least one partition, not 0
    """


class UnknownName(UNSError, ValueError):
    """A name that nothing has: a class, an equipment level, a payload, a target.

    ``noun`` says what it was taken for, ``near`` is the name that was probably
    meant, or ``None``.

    >>> print(UnknownName("class", "Filer", ["Filler", "Palletiser"]))
    no class 'Filer'; did you mean 'Filler'?
    """

    def __init__(
        self, noun: str, name: str, known: Iterable[str] = (), otherwise: str = ""
    ) -> None:
        self.noun = noun
        self.name = name
        self.near = near(name, known)
        self.help = f"did you mean {self.near!r}?" if self.near else otherwise
        super().__init__(noun, name, [self.near] if self.near else (), otherwise)

    def __str__(self) -> str:
        hint = f"; {self.help}" if self.help else ""
        return f"no {self.noun} {self.name!r}{hint}"


class InvalidText(UNSError, ValueError):
    """A text that did not pass its gate: what, where in it, why, and by which clause.

    ``span`` is the half-open range of code points at fault, ``clause`` the
    normative statement it breaks (or ``None`` for a rule of this library).
    ``str()`` draws the text with a caret under the fault.

    >>> import uns
    >>> try:
    ...     uns.TopicFilter("acme/#/speed")
    ... except InvalidText as error:
    ...     print(error)
    not a topic filter: '#' must be the last level [MQTT-4.7.1-1]
      acme/#/speed
           ^
    """

    #: What the text should have been, in the field's words ("topic name").
    noun: ClassVar[str] = "text"

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
        return f"not a {self.noun}: {self.reason}{clause}\n  {line}\n  {caret}"


class Severity(IntEnum):
    """How much a finding weighs. Ordered: ``INFO < WARNING < ERROR``.

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

    ``end_column`` is one past the last character. ``excerpt`` is the source
    line the span starts on, so a finding can be drawn without its file.

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
    """A piece of a file, and the text to put in its place."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding in a document.

    ``code`` is stable and never reused, ``name`` is its readable twin,
    ``related`` holds other places that belong to the finding with a label
    each, ``help`` is the one next step. ``fix`` are the edits that do it, where
    that is safe: they change no meaning but the one found wrong.

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
    #: What the finding is about: a node as its topic or template, anything else by kind and name
    #: (`class Filler`, `payload reel/1`, `client mes`). Baselines and groups key on it.
    path: str | None = None
    fix: tuple[Edit, ...] = ()

    def __str__(self) -> str:
        place = f"{self.span}: " if self.span else ""
        return f"{place}{self.severity}[{self.code}]: {self.message}"


#: What a terminal must never be handed raw: look-alike spaces and invisible characters, by name.
_SHOWN = MappingProxyType({"\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0", "\u00a0": "\\xa0"})

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})


def visible(text: str) -> str:
    r"""``text`` with every control, format and unassigned character escaped, and every space but the usual.

    Names come from files and from the network; what prints them must not be
    steered by them.

    >>> visible("line\x1b[31m1\n")
    'line\\x1b[31m1\\n'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in _SHOWN:
        return _SHOWN[character]
    if character != " " and unicodedata.category(character) in _HIDDEN_CATEGORIES:
        return character.encode("unicode_escape").decode("ascii")
    return character


def excerpt(text: str, start: int, end: int) -> tuple[str, str]:
    """A printable window of ``text`` around ``start:end`` and the caret line for it."""
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
    """How many terminal columns ``text`` takes; wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def draw(diagnostic: Diagnostic) -> str:
    """A finding as a person reads it: message, place, the source line, help.

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
    """The candidate a person most likely meant, or ``None`` when nothing is close.

    Looks at the first 500 candidates only, so it is cheap on any model.

    >>> near("Filer", ["Filler", "Palletiser"])
    'Filler'
    """
    if len(word) > EXCERPT:
        return None
    pool = [c for c in itertools.islice(candidates, NEAR_CANDIDATES) if len(c) <= EXCERPT]
    spelled: dict[str, list[str]] = {}
    for candidate in pool:
        spelled.setdefault(candidate.casefold(), []).append(candidate)
    same = spelled.get(word.casefold())
    close = (
        [word.casefold()]
        if same is not None and word not in same
        else (difflib.get_close_matches(word.casefold(), spelled, n=1, cutoff=0.7))
    )
    if not close:
        return None
    # Of several spellings of one name the one that is nearest in its capitals.
    return difflib.get_close_matches(word, spelled[close[0]], n=1, cutoff=0)[0]


def did_you_mean(word: str, candidates: Iterable[str], otherwise: str) -> str:
    """The help for a word that is not known: the nearest candidate, or ``otherwise`` without one.

    >>> did_you_mean("Filer", ["Filler", "Palletiser"], "declare it")
    "did you mean 'Filler'?"
    """
    close = near(word, candidates)
    return f"did you mean {close!r}?" if close else otherwise
