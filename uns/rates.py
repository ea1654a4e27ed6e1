"""Durations and rates, as a model writes them: ``10 s``, ``5/min``.

Both are exact: what is written is what is compared, added and written again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import total_ordering
from types import MappingProxyType
from typing import ClassVar, Final, NoReturn

from uns.diagnostics import InvalidText

#: The units of durations, from the shortest to the longest, in seconds.
UNITS: Final[Mapping[str, Fraction]] = MappingProxyType(
    {
        "ms": Fraction(1, 1_000),
        "s": Fraction(1),
        "min": Fraction(60),
        "h": Fraction(3_600),
        "d": Fraction(86_400),
    }
)

#: The units of rates: so many messages in each.
_PER = tuple(unit for unit in UNITS if unit != "ms")

#: What people write instead of a unit.
_SLIPS: Mapping[str, str] = MappingProxyType(
    {
        slip: unit
        for unit, slips in {
            "ms": "msec msecs millisecond milliseconds",
            "s": "sec secs second seconds",
            "min": "m mins minute minutes",
            "h": "hr hrs hour hours",
            "d": "day days",
        }.items()
        for slip in slips.split()
    }
)

#: Longer units, which are not in the language, in days.
_IN_DAYS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(("w", "wk", "week", "weeks"), 7)
    | dict.fromkeys(("y", "yr", "year", "years"), 365)
)

#: Digits enough for any plant, and few enough that a file cannot make numbers of any size.
_DECIMALS = 10**6
_NUMBER = r"[0-9]{1,15}(?:\.[0-9]{1,6})?"
DURATION: Final = rf"{_NUMBER} ?(?:ms|s|min|h|d)"
RATE: Final = rf"{_NUMBER} ?/ ?(?:s|min|h|d)"
_duration = re.compile(rf"({_NUMBER}) ?(ms|s|min|h|d)", re.ASCII).fullmatch
_rate = re.compile(rf"({_NUMBER}) ?/ ?(s|min|h|d)", re.ASCII).fullmatch
_meant = re.compile(rf"({_NUMBER})\s*(/|per|p|)\s*([A-Za-z]*)\.?", re.ASCII).fullmatch

#: The longest duration: a hundred years.
_LONGEST = 36_500 * UNITS["d"]


class InvalidDuration(InvalidText):
    """A text is not a duration."""

    noun: ClassVar[str] = "duration"


class InvalidRate(InvalidText):
    """A text is not a rate."""

    noun: ClassVar[str] = "rate"


@total_ordering
@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time; texts such as ``10 s`` or ``500 ms`` are durations of ms, s, min, h or d.

    ``seconds`` is exact. The text is in the longest unit that makes a whole number.

    >>> Duration.parse("90 s"), Duration.parse("120s").seconds, str(Duration.parse("0.5 h"))
    (Duration('90 s'), Fraction(120, 1), '30 min')
    >>> Duration.parse("60 s") == Duration.parse("1 min") < Duration.parse("2 min")
    True
    """

    seconds: Fraction

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read a text: a number, an optional space, and a unit.

        Raises:
            InvalidDuration: it is none, it is zero, or it is longer than 36,500 d.
        """
        found = _duration(text)
        if found is None:
            _refuse_duration(text)
        seconds = Fraction(found[1]) * UNITS[found[2]]
        if not seconds:
            raise InvalidDuration(text, found.span(1), "it must be longer than zero")
        if seconds > _LONGEST:
            raise InvalidDuration(text, found.span(1), "the longest is 36500 d")
        return cls(seconds)

    @property
    def milliseconds(self) -> Fraction:
        """The same in milliseconds, exactly.

        >>> Duration.parse("7 d").milliseconds
        Fraction(604800000, 1)
        """
        return self.seconds * 1_000

    def __lt__(self, other: Duration) -> bool:
        return self.seconds < other.seconds

    def __str__(self) -> str:
        for unit in reversed(tuple(UNITS)):
            number = self.seconds / UNITS[unit]
            if number.denominator == 1:
                return f"{number} {unit}"
        return f"{_decimal(self.milliseconds)} ms"

    def __repr__(self) -> str:
        return f"Duration({str(self)!r})"


@total_ordering
@dataclass(frozen=True, slots=True)
class Rate:
    """A mean number of messages in a time; texts such as ``5/s`` are rates per s, min, h or d.

    ``per_second`` is exact. The text is in the shortest unit in which it is a decimal.

    >>> Rate.parse("30 / min"), Rate.parse("6/min").per_second, str(Rate.parse("1/min"))
    (Rate('0.5/s'), Fraction(1, 10), '1/min')
    >>> Rate.parse("60/min") == Rate.parse("1/s") > Rate.parse("1/h")
    True
    """

    per_second: Fraction

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Read a text: a number, a slash, and a unit; spaces around the slash are optional.

        Raises:
            InvalidRate: it is none, or it is zero.
        """
        found = _rate(text)
        if found is None:
            _refuse_rate(text)
        number = Fraction(found[1])
        if not number:
            reason = "it must be more than zero; leave it out if it is not known"
            raise InvalidRate(text, found.span(1), reason)
        return cls(number / UNITS[found[2]])

    def __lt__(self, other: Rate) -> bool:
        return self.per_second < other.per_second

    def __str__(self) -> str:
        for unit in _PER:
            number = self.per_second * UNITS[unit]
            if _DECIMALS % number.denominator == 0:
                return f"{_decimal(number)}/{unit}"
        return f"{float(number)}/{unit}"

    def __repr__(self) -> str:
        return f"Rate({str(self)!r})"


def _decimal(number: Fraction) -> str:
    """A fraction that is a short decimal, as one."""
    text = f"{Decimal(number.numerator) / Decimal(number.denominator):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _refuse_duration(text: str) -> NoReturn:
    meant = _meant(text)
    if meant is not None and not meant[2]:
        unit = _unit(meant[3])
        if unit is not None:
            reason = f"write {meant[1]} {unit}; the units are ms, s, min, h and d"
            raise InvalidDuration(text, meant.span(3), reason)
        if (days := _IN_DAYS.get(meant[3].lower())) is not None:
            reason = f"write {_decimal(Fraction(meant[1]) * days)} d; the longest unit is d"
            raise InvalidDuration(text, meant.span(3), reason)
    reason = "write a number and a unit, ms, s, min, h or d, such as 10 s"
    raise InvalidDuration(text, (0, len(text)), reason)


def _refuse_rate(text: str) -> NoReturn:
    meant = _meant(text)
    if meant is not None:
        unit = "s" if meant[3].lower() == "hz" else _unit(meant[3])
        if unit is not None and unit != "ms" and (meant[2] or meant[3].lower() == "hz"):
            raise InvalidRate(text, (0, len(text)), f"write {meant[1]}/{unit}")
    reason = "write a number, a slash, and s, min, h or d, such as 5/s"
    raise InvalidRate(text, (0, len(text)), reason)


def _unit(text: str) -> str | None:
    """The unit that a text means; ``None`` if that is not clear."""
    word = text.lower()
    return word if word in UNITS else _SLIPS.get(word)
