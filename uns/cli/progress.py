"""How far a long command is: one line of a terminal that is written over and over."""

from __future__ import annotations

import os
import time

from uns.cli.terminal import Screen

__all__ = ["Progress"]

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
