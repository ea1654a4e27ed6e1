"""Counts that can be infinite.

A :data:`Count` is an ``int``, or :data:`NO_END` for an infinite set. Counts can be added,
multiplied and compared like numbers, also with ``sum``; :func:`in_words` writes them for people.

>>> 2 * NO_END + 1, 0 * NO_END, NO_END > 10**400
(NO_END, 0, True)
"""

from __future__ import annotations

from enum import Enum
from typing import Final, TypeAlias

__all__ = ["NO_END", "Count", "NoEnd", "from_number", "in_words", "to_number"]


class NoEnd(Enum):
    """The type of :data:`NO_END`, the count that is larger than any number."""

    NO_END = "no end"

    def __repr__(self) -> str:
        return self.name

    def __str__(self) -> str:
        return self.value

    def __add__(self, other: Count) -> NoEnd:
        return self

    __radd__ = __add__

    def __sub__(self, other: int) -> NoEnd:
        return self

    def __mul__(self, other: Count) -> Count:
        return 0 if other == 0 else self

    __rmul__ = __mul__

    def __lt__(self, other: Count) -> bool:
        return False

    def __le__(self, other: Count) -> bool:
        return other is self

    def __gt__(self, other: Count) -> bool:
        return other is not self

    def __ge__(self, other: Count) -> bool:
        return True


Count: TypeAlias = int | NoEnd

NO_END: Final = NoEnd.NO_END


def from_number(number: int | None) -> Count:
    """The number as a count; ``None`` becomes ``NO_END``."""
    return NO_END if number is None else number


def to_number(count: Count) -> int | None:
    """The count as a number; ``NO_END`` becomes ``None``, as in results and JSON."""
    return None if isinstance(count, NoEnd) else count


def in_words(count: Count, noun: str) -> str:
    """A count with its noun, for a sentence.

    >>> [in_words(count, "topic") for count in (1, 12_000, NO_END)]
    ['1 topic', '12,000 topics', 'any number of topics']
    """
    if isinstance(count, NoEnd):
        return f"any number of {noun}s"
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
