r"""What a shell sees of a command: its screen, and how it ends.

A :class:`Screen` is one text stream with what it can show. It decides on
colour once, draws findings, and knows the strokes of a tree. Names from files
and from the network pass :func:`uns.diagnostics.visible` before they get here;
a drawn finding passes it here. What is said is the commands' business.
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import NamedTuple, TextIO

from uns.diagnostics import Diagnostic, Severity, UNSError, draw, visible

__all__ = ["STYLES_OF_SEVERITIES", "CannotRun", "Exit", "Screen", "Strokes", "Style"]


class Exit(IntEnum):
    """The exit status, which scripts and CI jobs go by."""

    #: Everything asked for was found, and nothing is wrong with it.
    CLEAN = 0
    #: Something is wrong, or nothing was found.
    FINDINGS = 1
    #: The question was not answered: wrong usage, no model, a model with faults.
    COULD_NOT_RUN = 2
    #: Ctrl-C, as a shell counts it: 128 and the number of the signal.
    INTERRUPTED = 130
    #: Whoever read the output stopped reading, counted the same way.
    PIPE_CLOSED = 141


class CannotRun(UNSError):
    """The command cannot be carried out; the message says why, in one sentence."""


class Style(StrEnum):
    """How a piece of text is set off, as parameters of SGR (ECMA-48 §8.3.117)."""

    ERROR = "1;31"
    WARNING = "1;33"
    INFO = "1;36"
    GOOD = "32"
    STRONG = "1"
    FAINT = "2"
    PLACE = "34"
    NAME = "36"


STYLES_OF_SEVERITIES = {
    Severity.ERROR: Style.ERROR,
    Severity.WARNING: Style.WARNING,
    Severity.INFO: Style.INFO,
}


class Strokes(NamedTuple):
    """What a tree is drawn with, each three columns and a space wide."""

    child: str
    last_child: str
    past_child: str
    past_last_child: str


_BOX = Strokes("├── ", "└── ", "│   ", "    ")
_ASCII = Strokes("|-- ", "`-- ", "|   ", "    ")

#: The lines under the head of a drawn finding: where it is, its source, the mark under that, help.
_FRAME = re.compile(
    r"""
      (?P<arrow> [ ]*(?:-->|:::)[ ]) (?P<place>.*)
    | (?P<number>[ ]*\d+[ ]\|) (?P<source>.*)
    | (?P<gutter>[ ]*\|) (?P<mark>.*)
    | (?P<hint>  [ ]*=[ ]\w+:) (?P<help>.*)
    """,
    re.VERBOSE,
)


class Screen:
    r"""One text stream, and what it can show.

    >>> import io
    >>> stream = io.StringIO()
    >>> Screen(stream, colour=True).line("fine")
    >>> Screen(stream, colour=True).paint("fine", Style.GOOD)
    '\x1b[32mfine\x1b[0m'
    """

    def __init__(self, stream: TextIO, *, colour: bool = False) -> None:
        self.stream = stream
        self.colour = colour

    @classmethod
    def of(cls, stream: TextIO, environment: Mapping[str, str] = os.environ) -> Screen:
        """The screen behind ``stream``; in colour on a terminal, unless told otherwise.

        A ``NO_COLOR`` that is not empty forbids colour and outweighs
        ``FORCE_COLOR``, which asks for it; ``TERM=dumb`` says there is none.
        """
        if environment.get("NO_COLOR"):
            return cls(stream)
        if environment.get("FORCE_COLOR"):
            return cls(stream, colour=True)
        return cls(stream, colour=environment.get("TERM") != "dumb" and stream.isatty())

    def line(self, text: str = "") -> None:
        """Write one line."""
        self.stream.write(f"{text}\n")

    def flush(self) -> None:
        """Hand over what was written, to whoever reads along."""
        self.stream.flush()

    def paint(self, text: str, style: Style) -> str:
        """``text`` set off by ``style``, where there is colour."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour and text else text

    def error(self, message: str) -> None:
        """Say what could not be done; the message is fit for a screen."""
        self.line(f"uns: {self.paint('error', Style.ERROR)}: {message}")

    def warning(self, message: str) -> None:
        """Say what is probably wrong; the message is fit for a screen."""
        self.line(f"uns: {self.paint('warning', Style.WARNING)}: {message}")

    def note(self, message: str) -> None:
        """Say what is good to know; the message is fit for a screen."""
        self.line(f"{self.paint('note', Style.INFO)}: {message}")

    def finding(self, diagnostic: Diagnostic) -> None:
        """Write a finding with its source line, mark and help."""
        head, *frame = draw(diagnostic).split("\n")
        told, colon, message = head.partition(": ")
        style = STYLES_OF_SEVERITIES[diagnostic.severity]
        self.line(self.paint(visible(told), style) + colon + self._strong(visible(message)))
        for line in frame:
            self.line(self._painted(visible(line), style))

    def _strong(self, text: str) -> str:
        return self.paint(text, Style.STRONG)

    def _painted(self, line: str, style: Style) -> str:
        """A line of the frame, its parts told apart."""
        found = _FRAME.fullmatch(line) if self.colour else None
        if found is None:
            return line
        styles = {
            "arrow": Style.PLACE,
            "number": Style.PLACE,
            "gutter": Style.PLACE,
            "mark": style,
            "hint": Style.INFO,
        }
        return "".join(
            self.paint(part, styles[name]) if name in styles else part
            for name, part in found.groupdict().items()
            if part is not None
        )

    @property
    def is_unicode(self) -> bool:
        """Whether the encoding has a place for every character."""
        try:
            return codecs.lookup(self.stream.encoding or "ascii").name.startswith("utf-")
        except LookupError:
            return False

    @property
    def strokes(self) -> Strokes:
        """What a tree is drawn with here: box drawing, or ASCII where the encoding has none."""
        try:
            "".join(_BOX).encode(self.stream.encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            return _ASCII
        return _BOX
