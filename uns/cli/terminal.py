r"""The output streams and the exit status of a command.

A :class:`Screen` is one text stream: it decides on colour once, draws
findings, and has the lines that a tree is drawn with. Callers pass names from
files and from the network through :func:`uns.diagnostics.visible` first;
findings are made printable here.
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import NamedTuple, TextIO

from uns.diagnostics import Diagnostic, Severity, UNSError, draw, visible


class Exit(IntEnum):
    """The exit status, for scripts and CI jobs."""

    #: Everything was found, and nothing is wrong.
    CLEAN = 0
    #: Something is wrong, or nothing was found.
    FINDINGS = 1
    #: The command could not run: wrong usage, no model, a model with faults.
    COULD_NOT_RUN = 2
    #: Ctrl-C: 128 plus the number of the signal, as shells do.
    INTERRUPTED = 130
    #: The reader of the output closed the pipe: 128 plus the number of the signal.
    PIPE_CLOSED = 141


class CannotRun(UNSError):
    """The command cannot run; the message is one sentence with the reason."""


class Style(StrEnum):
    """The colours of texts, as parameters of SGR (ECMA-48 §8.3.117)."""

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
    """The lines that a tree is drawn with, each three columns and a space wide."""

    child: str
    last_child: str
    past_child: str
    past_last_child: str


_BOX = Strokes("├── ", "└── ", "│   ", "    ")
_ASCII = Strokes("|-- ", "`-- ", "|   ", "    ")

#: The lines under the head of a drawn finding: its place, the source, the mark, the help.
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
    r"""One text stream, in colour or not.

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
        """A screen for ``stream``, in colour if it is a terminal.

        ``NO_COLOR`` turns colour off, else ``FORCE_COLOR`` turns it on; a terminal
        with ``TERM=dumb`` has none.
        """
        if environment.get("NO_COLOR"):
            return cls(stream)
        if environment.get("FORCE_COLOR"):
            return cls(stream, colour=True)
        return cls(stream, colour=environment.get("TERM") != "dumb" and stream.isatty())

    def line(self, text: str = "") -> None:
        """Write one line."""
        self.stream.write(f"{text}\n")

    def write(self, message: bytes) -> None:
        """Write the bytes of a message as they are, if the stream takes bytes."""
        raw = getattr(self.stream, "buffer", None)
        if raw is None:
            self.stream.write(message.decode("utf-8", "backslashreplace"))
        else:
            self.stream.flush()
            raw.write(message)

    def flush(self) -> None:
        """Flush the stream, for a reader that waits for each line."""
        self.stream.flush()

    def paint(self, text: str, style: Style) -> str:
        """``text`` in ``style``, if there is colour."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour and text else text

    def error(self, message: str) -> None:
        """Write an error; the message must be printable."""
        self.line(f"uns: {self.paint('error', Style.ERROR)}: {message}")

    def warning(self, message: str) -> None:
        """Say what is probably wrong; the message is fit for a screen."""
        self.line(f"uns: {self.paint('warning', Style.WARNING)}: {message}")

    def note(self, message: str) -> None:
        """Write a note; the message must be printable."""
        self.line(f"{self.paint('note', Style.INFO)}: {message}")

    def finding(self, diagnostic: Diagnostic) -> None:
        """Write a finding with its source line, mark and help."""
        head, *frame = draw(diagnostic).split("\n")
        severity, colon, message = head.partition(": ")
        style = STYLES_OF_SEVERITIES[diagnostic.severity]
        message = self.paint(visible(message), Style.STRONG)
        self.line(f"{self.paint(visible(severity), style)}{colon}{message}")
        for line in frame:
            self.line(self._paint_frame(visible(line), style))

    def _paint_frame(self, line: str, style: Style) -> str:
        """A line under the head of a finding, with its parts in colour."""
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
        """Whether the encoding has every character."""
        try:
            return codecs.lookup(self.stream.encoding or "ascii").name.startswith("utf-")
        except LookupError:
            return False

    @property
    def strokes(self) -> Strokes:
        """The lines to draw a tree with: box drawing, or ASCII if the encoding has no other."""
        try:
            "".join(_BOX).encode(self.stream.encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            return _ASCII
        return _BOX
