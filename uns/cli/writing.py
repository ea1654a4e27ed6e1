"""JSON on its way out: item by item, valid whatever the names hold and the screen can show."""

from __future__ import annotations

import json
from typing import Any

from uns.cli.terminal import Screen

__all__ = ["JsonArray", "as_json"]


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
