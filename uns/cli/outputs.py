"""The output of commands: JSON as a whole or item by item, tables, and progress."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from uns.cli.terminal import Screen
from uns.diagnostics import Span, visible_json

# --- JSON ------------------------------------------------------------------------------------------


def as_json(value: Any, indent: int | None = None) -> str:
    """``value`` as JSON in ASCII, which every encoding and terminal can show."""
    return visible_json(value, indent=indent, ensure_ascii=True)


def write_json(value: Any, out: Screen) -> None:
    """Write ``value`` as JSON for a file, with non-ASCII letters if the screen can show them."""
    out.line(visible_json(value, indent=2, ensure_ascii=not out.is_unicode))


class JsonArray:
    """A JSON array that is written item by item.

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
        """Add one item; the one before it is written now, with its comma."""
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
    """JSON items, one a line."""

    def __init__(self, out: Screen) -> None:
        self.out = out

    def add(self, item: Any) -> None:
        """Write one item."""
        self.out.line(as_json(item))

    def end(self) -> None:
        """Do nothing: no text follows the last line."""


def json_items(form: str, out: Screen) -> JsonArray | JsonLines:
    """A writer of items in the format ``json``, or else ``json-lines``."""
    return JsonArray(out) if form == "json" else JsonLines(out)


def place_as_json(span: Span | None) -> dict[str, Any] | None:
    """A place in a file as JSON."""
    if span is None:
        return None
    return {"file": span.file, "line": span.line, "column": span.column}


# --- lines -----------------------------------------------------------------------------------------


def several(lines: Sequence[str], most: int, others: str = "and {} more") -> list[str]:
    """The first lines, and one more that counts the others, if there are any.

    >>> several(["a", "b", "c"], 1), several(["a"], 1)
    (['a', 'and 2 more'], ['a'])
    """
    rest = len(lines) - most
    return [*lines[:most], *([others.format(f"{rest:,}")] if rest > 0 else [])]


def table(rows: Iterable[Sequence[str]], align: str = "") -> Iterator[str]:
    """The lines of a table; each column is as wide as its longest cell.

    ``align`` has a ``<`` or ``>`` for each column; the default is ``<`` for all.

    >>> list(table([("topic", "7"), ("a", "12")], "<>"))
    ['topic   7', 'a      12']
    """
    cells = list(rows)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    sides = align or "<" * len(widths)
    for row in cells:
        padded = (f"{c:{side}{width}}" for c, side, width in zip(row, sides, widths, strict=True))
        yield "  ".join(padded).rstrip()


# --- progress --------------------------------------------------------------------------------------

#: Seconds between two updates, and steps between two looks at the clock.
_PAUSE = 0.2
_STEPS = 512


class Progress:
    """A line that shows the progress of a command; only on a terminal."""

    def __init__(self, screen: Screen, total: int = 0) -> None:
        self._screen = screen
        self._total = total
        self._watched = screen.stream.isatty() and os.environ.get("TERM") != "dumb"
        self._steps = 0
        self._due = time.monotonic() + _PAUSE
        self._shown = False

    def step(self, done: int, note: object) -> None:
        """Show that ``done`` of the total is done, and the text of ``note``; not at every step."""
        self._steps += 1
        if not self._watched or self._steps % _STEPS or time.monotonic() < self._due:
            return
        self._due = time.monotonic() + _PAUSE
        share = f"{min(done / self._total, 1):4.0%}  " if self._total else ""
        self._write(f"\r{share}{note}\x1b[K")
        self._shown = True

    def clear(self) -> None:
        """Clear the line, before other output."""
        if self._shown:
            self._write("\r\x1b[K")
            self._shown = False

    def _write(self, text: str) -> None:
        self._screen.stream.write(text)
        self._screen.flush()
