"""What the readers find, in few words."""

from __future__ import annotations

from uns.code.literals import Literal, Reading, read_literals
from uns.code.traces import HOLE


def reading(name: str, source: str) -> Reading:
    return read_literals(name, source.encode("utf-8", "surrogateescape"))


def shown(literal: Literal) -> str:
    return literal.text.replace(HOLE, "{}")


def texts(name: str, source: str) -> list[str]:
    """Every text with a slash, in order."""
    return list(map(shown, reading(name, source).literals))


def topics(name: str, source: str) -> list[str]:
    """Those of which the format says that they are topics."""
    return [shown(literal) for literal in reading(name, source).literals if literal.use]


def marked(source: str, literal: Literal) -> str:
    """What stands at the place of a literal that is written on one line, letter for letter."""
    assert literal.column is not None
    place = literal.part(0, len(literal.text))
    line = source.split("\n")[place.line - 1]
    return line[place.column - 1 : place.end_column - 1]
