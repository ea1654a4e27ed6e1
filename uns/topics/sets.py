"""Finite sets of texts, as in the segments of a model: ranges of numbers, and words.

A set is never expanded: count, membership and comparison do not depend on its size, which can be
millions. :mod:`uns.topics.templates` uses the sets in topic levels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from uns.topics.patterns import Pattern

#: Most digits of a number in a range.
MAX_DIGITS = 18


@dataclass(frozen=True, slots=True)
class NumberRange:
    """The numbers ``low`` to ``high``, padded with zeros to ``width`` digits; 0 for no padding."""

    low: int
    high: int
    width: int = 0

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return self.high - self.low + 1

    def __contains__(self, text: str) -> bool:
        if not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS):
            return False
        if self.width:
            return len(text) == self.width and self.low <= int(text) <= self.high
        return (text[0] != "0" or text == "0") and self.low <= int(text) <= self.high

    def __iter__(self) -> Iterator[str]:
        return (f"{number:0{self.width}d}" for number in range(self.low, self.high + 1))

    @property
    def text(self) -> str:
        """The range as written in a model; a single number has no dots."""
        low, high = (f"{number:0{self.width}d}" for number in (self.low, self.high))
        return low if low == high else f"{low}..{high}"

    def without_padding(self) -> tuple[NumberRange, ...]:
        """The same texts as ranges that have padding only for numbers with a leading zero."""
        natural = 10 ** (self.width - 1) if self.width > 1 else 0
        if self.low >= natural:
            return (NumberRange(self.low, self.high),)
        if self.high < natural:
            return (self,)
        return (NumberRange(self.low, natural - 1, self.width), NumberRange(natural, self.high))


@dataclass(frozen=True, slots=True)
class Choice:
    """A finite set of texts: number ranges and words, in the order of the file."""

    items: tuple[NumberRange | str, ...]

    @property
    def count(self) -> int:
        """How many texts there are."""
        return sum(item.count if isinstance(item, NumberRange) else 1 for item in self.items)

    def __contains__(self, text: str) -> bool:
        return any(
            text in item if isinstance(item, NumberRange) else text == item for item in self.items
        )

    def __iter__(self) -> Iterator[str]:
        for item in self.items:
            if isinstance(item, NumberRange):
                yield from item
            else:
                yield item

    def merged(self) -> tuple[tuple[NumberRange, ...], frozenset[str]]:
        """The normal form of the set: sorted and joined ranges, and the words that are not numbers."""
        ranges: list[NumberRange] = []
        words: set[str] = set()
        for item in self.items:
            number = _number(item) if isinstance(item, str) else item
            if number is None:
                words.add(str(item))
            else:
                ranges += number.without_padding()
        joined: list[NumberRange] = []
        for current in sorted(ranges, key=lambda r: (r.width, r.low)):
            last = joined[-1] if joined else None
            if last and last.width == current.width and current.low <= last.high + 1:
                joined[-1] = NumberRange(last.low, max(last.high, current.high), last.width)
            else:
                joined.append(current)
        return tuple(joined), frozenset(words)

    @property
    def text(self) -> str:
        """The set as written in a model, with its brackets."""
        written = (item if isinstance(item, str) else item.text for item in self.items)
        return f"[{','.join(written)}]"

    @property
    def only(self) -> str | None:
        """The text of a set with only one text, or ``None``."""
        return next(iter(self)) if self.count == 1 else None

    def common(self, other: Choice) -> Choice | None:
        """The texts in both sets, ranges in order; ``None`` if there are none.

        >>> Choice((NumberRange(1, 4), "x")).common(Choice((NumberRange(3, 9),))).text
        '[3..4]'
        """
        mine, theirs = self.merged(), other.merged()
        ranges = [
            NumberRange(max(one.low, two.low), min(one.high, two.high), one.width)
            for one, two in _meeting(mine[0], theirs[0])
        ]
        return _tidy(ranges, mine[1] & theirs[1])

    def without(self, other: Choice) -> Choice | None:
        """The texts that are not in the other set, ranges in order; ``None`` if there are none.

        >>> Choice((NumberRange(1, 6),)).without(Choice((NumberRange(2, 4), "6"))).text
        '[1,5]'
        """
        mine, theirs = self.merged(), other.merged()
        taken: dict[NumberRange, list[NumberRange]] = {}
        for one, two in _meeting(mine[0], theirs[0]):
            taken.setdefault(one, []).append(two)
        ranges = []
        for one in mine[0]:
            low = one.low
            for two in taken.get(one, ()):
                if two.low > low:
                    ranges.append(NumberRange(low, two.low - 1, one.width))
                low = two.high + 1
            if low <= one.high:
                ranges.append(NumberRange(low, one.high, one.width))
        return _tidy(ranges, mine[1] - theirs[1])

    def same_as(self, other: Choice) -> bool:
        """Whether both sets have the same texts."""
        return self.merged() == other.merged()

    def lengths(self) -> tuple[int, int]:
        """The shortest and the longest text, in code points."""
        ends = [
            (item.width or len(str(item.low)), item.width or len(str(item.high)))
            if isinstance(item, NumberRange)
            else (len(item), len(item))
            for item in self.items
        ]
        return min(low for low, _ in ends), max(high for _, high in ends)

    def longest(self) -> int:
        """UTF-8 bytes of the longest text."""
        return max(
            item.width or len(str(item.high))
            if isinstance(item, NumberRange)
            else len(item.encode())
            for item in self.items
        )

    def alphabet(self) -> frozenset[str]:
        """Every character of the texts in the set, and perhaps digits that are in none of them."""
        if any(isinstance(item, NumberRange) for item in self.items):
            return frozenset("0123456789").union(*(i for i in self.items if isinstance(i, str)))
        return frozenset().union(*(str(item) for item in self.items))

    def pattern(self) -> Pattern:
        """The set as a pattern."""
        return Pattern.either(
            Pattern.literal(item)
            if isinstance(item, str)
            else Pattern.number_range(item.low, item.high, item.width or None)
            for item in self.items
        )


def _meeting(
    ones: tuple[NumberRange, ...], others: tuple[NumberRange, ...]
) -> Iterator[tuple[NumberRange, NumberRange]]:
    """The pairs of ranges of two merged sets that share a number, in order."""
    left = right = 0
    while left < len(ones) and right < len(others):
        one, other = ones[left], others[right]
        if one.width == other.width and max(one.low, other.low) <= min(one.high, other.high):
            yield one, other
        if (one.width, one.high) < (other.width, other.high):
            left += 1
        else:
            right += 1


def _tidy(ranges: list[NumberRange], words: frozenset[str]) -> Choice | None:
    """The set of merged ranges and words, as a person would write it."""
    joined: list[NumberRange] = []
    for current in sorted(ranges, key=lambda r: (r.low, r.width)):
        last = joined[-1] if joined else None
        # 01..09 and 10..24 are one range, because the numbers have the same number of digits.
        top = 10**last.width - 1 if last and last.width else 0
        is_next = last is not None and current.width == 0 and last.high + 1 == current.low
        if last and is_next and len(str(current.low)) == last.width:
            joined[-1] = NumberRange(last.low, min(current.high, top), last.width)
            if current.high > top:
                joined.append(NumberRange(top + 1, current.high))
        else:
            joined.append(current)
    items: tuple[NumberRange | str, ...] = (*joined, *sorted(words))
    return Choice(items) if items else None


def _number(word: str) -> NumberRange | None:
    """The range with only the number ``word``, or ``None`` if it is not a number."""
    if not (word.isascii() and word.isdigit() and len(word) <= MAX_DIGITS):
        return None
    padded = word[0] == "0" and word != "0"
    return NumberRange(int(word), int(word), len(word) if padded else 0)
