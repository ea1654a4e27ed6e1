"""Numbers of topics in words, as findings say them."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["in_all", "topics_in_words"]


def in_all(counts: Iterable[int | None]) -> int | None:
    """The sum; ``None``, for an open set, is more than any number."""
    total = 0
    for count in counts:
        if count is None:
            return None
        total += count
    return total


def topics_in_words(count: int | None, noun: str = "topic") -> str:
    """A number of topics; that of an open set has no end.

    >>> topics_in_words(2, "other place")
    '2 other places'
    >>> [topics_in_words(count) for count in (1, 12_000, None)]
    ['1 topic', '12,000 topics', 'an open set of topics']
    """
    if count is None:
        return f"an open set of {noun}s"
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
