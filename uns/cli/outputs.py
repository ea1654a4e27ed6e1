"""What commands write: numbers in words, JSON item by item, and how far they are."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from uns.cli.terminal import Screen

__all__ = ["JsonArray", "JsonLines", "Progress", "as_json", "counted", "json_items"]


def counted(number: int, noun: str) -> str:
    """``number`` of a thing, in words.

    >>> counted(1, "finding"), counted(12_000, "finding")
    ('1 finding', '12,000 findings')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


# --- JSON ------------------------------------------------------------------------------------------


def as_json(value: Any, indent: int | None = None) -> str:
    """``value`` as JSON in ASCII, so that no encoding and no terminal can spoil it."""
    return json.dumps(value, indent=indent)


class JsonArray:
    """An array that is written as its items come.

    >>> import sys
    >>> array = JsonArray(Screen(sys.stdout))
    >>> array.add("a")
    [
    >>> array.add("b")
    "a",
    >>> array.end()
    "b"
    ]
    """

    def __init__(self, out: Screen) -> None:
        self.out = out
        self._last: str | None = None

    def add(self, item: Any) -> None:
        """Write one item, or rather the one before: whether a comma follows is not known yet."""
        self.out.line("[" if self._last is None else f"{self._last},")
        self._last = as_json(item)

    def end(self) -> None:
        """Close the array."""
        if self._last is None:
            self.out.line("[]")
        else:
            self.out.line(self._last)
            self.out.line("]")


class JsonLines:
    """Items that are written a line each."""

    def __init__(self, out: Screen) -> None:
        self.out = out

    def add(self, item: Any) -> None:
        """Write one item."""
        self.out.line(as_json(item))

    def end(self) -> None:
        """Nothing stands behind the last line."""


def json_items(form: str, out: Screen) -> JsonArray | JsonLines:
    """Items in the format ``json``, and otherwise as ``json-lines``."""
    return JsonArray(out) if form == "json" else JsonLines(out)


# --- progress --------------------------------------------------------------------------------------

#: Seconds between two sights of it, and steps between two looks at the clock.
_PAUSE = 0.2
_STEPS = 512


class Progress:
    """A line that says how far a command is; nothing at all where nobody is looking."""

    def __init__(self, screen: Screen, total: int = 0) -> None:
        self._screen = screen
        self._total = total
        self._watched = screen.stream.isatty() and os.environ.get("TERM") != "dumb"
        self._steps = 0
        self._due = time.monotonic() + _PAUSE
        self._shown = False

    def step(self, done: int, said: object) -> None:
        """One step further: ``done`` of the total, if there is one, and ``said``, whose text is shown."""
        self._steps += 1
        if not self._watched or self._steps % _STEPS or time.monotonic() < self._due:
            return
        self._due = time.monotonic() + _PAUSE
        share = f"{min(done / self._total, 1):4.0%}  " if self._total else ""
        self._write(f"\r{share}{said}\x1b[K")
        self._shown = True

    def clear(self) -> None:
        """Make room for something else to be written."""
        if self._shown:
            self._write("\r\x1b[K")
            self._shown = False

    def _write(self, text: str) -> None:
        self._screen.stream.write(text)
        self._screen.flush()
