"""Times since 1970, and what they are when they are in another unit than their field.

A number of seconds is a valid number of milliseconds, in January 1970. A contract cannot refuse it,
so it is told beside the verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from uns.payloads.contracts import ValueType
from uns.payloads.strict_json import Location, json_path, render

#: The first and the last second of the times that a plant sends, of the years 2001 to 2099.
_FIRST, _LAST = 1_000_000_000, 4_102_444_799

#: The units of time since 1970, with how many of them a second has. No number of one is in the
#: range of another.
_UNITS = {
    "seconds": 1,
    "milliseconds": 1_000,
    "microseconds": 1_000_000,
    "nanoseconds": 1_000_000_000,
}

_UNITS_OF_CODES = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}

#: The end of a field's name that says it is a time since 1970, and in what unit.
_NAMED = re.compile(
    r"(?:.*_)?(?:timestamp|time_stamp|ts|epoch|unix_time|unixtime)"
    r"_?(?P<unit>s|ms|us|ns|secs?|seconds|millis|milliseconds|micros|microseconds|nanos|nanoseconds)",
    re.IGNORECASE,
)
_INSTANT = re.compile(
    r"(?:.*_)?(?:timestamp|time_stamp|ts|epoch|unix_time|unixtime)", re.IGNORECASE
)


def epoch_unit(number: float) -> str | None:
    """The unit in which ``number`` is a time of this century since 1970, or ``None`` for others.

    >>> epoch_unit(1767225600), epoch_unit(1767225600000), epoch_unit(42)
    ('seconds', 'milliseconds', None)
    """
    return next(
        (
            unit
            for unit, a_second in _UNITS.items()
            if _FIRST * a_second <= number <= _LAST * a_second
        ),
        None,
    )


def doubtful_times(body: ValueType, value: object) -> Iterator[str]:
    """Tell of the times in a valid message that look as if they are in another unit.

    >>> at = ValueType("timestamp_ms")
    >>> list(doubtful_times(at, 1767225600))
    ['$: expected milliseconds since 1970, and 1767225600 looks like seconds']
    """
    pending: list[tuple[Location, str, ValueType, object]] = [((), "", body, value)]
    while pending:
        location, name, asked, found = pending.pop()
        if asked.fields and isinstance(found, dict):
            pending += [
                ((*location, field.name), field.name, field.value, found[field.name])
                for field in reversed(asked.fields)
                if field.name in found
            ]
        elif asked.items is not None and isinstance(found, dict | list):
            members = found.items() if isinstance(found, dict) else enumerate(found)
            pending += [
                ((*location, key), name, asked.items, member)
                for key, member in reversed(list(members))
            ]
        elif isinstance(found, int | float):
            expected, looks_like = _expected(name, asked), epoch_unit(found)
            if expected is not None and looks_like not in (None, expected):
                yield (
                    f"{json_path(location)}: expected {expected} since 1970, and {render(found)}"
                    f" looks like {looks_like}"
                )


def _expected(name: str, asked: ValueType) -> str | None:
    """The unit of a field that is a time since 1970, by its type, its name or its unit."""
    if asked.type == "timestamp_ms":
        return "milliseconds"
    if asked.type not in ("integer", "number"):
        return None
    named = _NAMED.fullmatch(name)
    if named is not None:
        said = named["unit"].lower()
        return next(
            (unit for unit in _UNITS if unit.startswith(said) and len(said) > 2),
            _UNITS_OF_CODES.get(said),
        )
    if asked.unit is not None and _INSTANT.fullmatch(name):
        return _UNITS_OF_CODES.get(asked.unit)
    return None
