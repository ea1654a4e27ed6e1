"""What narrows a value type, in one table: everything the library knows of each facet.

How a refinement may narrow it, which values keep to it, how it reads, what JSON
Schema calls it and what a change of it is called stand here once. Whoever reads
a model, checks a message, writes a schema or compares two versions goes through
the table, so a new facet is a row here, an attribute of
:class:`~uns.payloads.contracts.ValueType` and a key of the model file.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from uns.payloads.contracts import ValueType
from uns.topics.patterns import Pattern, UndecidedPattern

__all__ = ["FACETS", "LATEST_MS", "LIMITS", "NARROWING", "Facet", "Limit", "bounded", "limits"]

#: The last ``timestamp_ms``, 9999-12-31T23:59:59.999Z: what lies behind it is in other units.
LATEST_MS = 253_402_300_799_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One thing that may be said of a value besides its type.

    ``name`` is its key in the model file, ``attribute`` that of a value type,
    ``types`` are the types it goes with. ``subject`` says what a change of it is
    about; facets that are one thing to a reader share it. ``narrows(old, new)``
    tells whether ``new`` is at least as narrow as ``old``; without it the facet is
    set once and never changed. ``denied_by`` names a facet that says "no" to this
    one when it stands without it: a list of values that is not open is all there is.
    """

    name: str
    attribute: str
    types: tuple[str, ...]
    subject: str
    narrows: Callable[[Any, Any], bool] | None = None
    denied_by: str | None = None

    def of(self, value: ValueType) -> Any:
        """What a value type says by this facet; ``None`` when it says nothing."""
        said = getattr(value, self.attribute)
        return None if said is False or said == () else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Facet):
    """A facet that each single value keeps to or not.

    ``admits(limit, value)`` tells which; ``fit(limit, example)`` makes an example
    that keeps to it out of one that may not. ``words`` tells the limit by itself,
    ``expected`` behind the name of a type, ``must`` to whoever wrote a value that
    breaks it. ``keyword`` is that of JSON Schema, ``in_schema`` how the limit is
    written there.
    """

    narrows: Callable[[Any, Any], bool]
    admits: Callable[[Any, Any], bool]
    words: str
    expected: str
    must: str
    keyword: str
    fit: Callable[[Any, Any], Any]
    in_schema: Callable[[Any], Any] = lambda limit: limit

    def accepts(self, wanted: Any, sent: Any) -> bool:
        """Whether every value within the limit ``sent`` is within ``wanted``; ``None`` is no limit."""
        return wanted is None or (sent is not None and self.narrows(wanted, sent))


def _includes(old: str, new: str) -> bool:
    try:
        return Pattern(old).includes(Pattern(new))
    except UndecidedPattern:
        return False


_NUMBERS = ("number", "integer")

#: Every facet, in the order in which a type is told.
FACETS: tuple[Facet, ...] = (
    Facet(name="unit", attribute="unit", types=_NUMBERS, subject="unit"),
    Limit(
        name="min",
        attribute="minimum",
        types=(*_NUMBERS, "timestamp_ms"),
        subject="range",
        narrows=lambda old, new: new >= old,
        admits=lambda limit, number: number >= limit,
        words="at least {}",
        expected="of at least {}",
        must="must be at least {}",
        keyword="minimum",
        fit=max,
    ),
    Limit(
        name="max",
        attribute="maximum",
        types=(*_NUMBERS, "timestamp_ms"),
        subject="range",
        narrows=lambda old, new: new <= old,
        admits=lambda limit, number: number <= limit,
        words="at most {}",
        expected="of at most {}",
        must="must be at most {}",
        keyword="maximum",
        fit=min,
    ),
    Limit(
        name="max_length",
        attribute="max_length",
        types=("string",),
        subject="length",
        narrows=lambda old, new: new <= old,
        admits=lambda limit, text: len(text) <= limit,
        words="at most {:,} characters",
        expected="of at most {} characters",
        must="must have at most {} characters",
        keyword="maxLength",
        fit=lambda limit, text: text[:limit],
    ),
    Limit(
        name="pattern",
        attribute="pattern",
        types=("string",),
        subject="pattern",
        narrows=_includes,
        admits=lambda limit, text: Pattern(limit).matches(text),
        words="like {}",
        expected="like {}",
        must="must match {}",
        keyword="pattern",
        in_schema=lambda limit: Pattern(limit).json_schema,
        fit=lambda limit, _text: Pattern(limit).example(),
    ),
    Facet(
        name="values",
        attribute="values",
        types=("enum",),
        subject="values",
        narrows=lambda old, new: not old or set(new) <= set(old),
    ),
    Facet(
        name="open",
        attribute="open",
        types=("enum",),
        subject="values",
        narrows=lambda old, new: old or not new,
        denied_by="values",
    ),
)

LIMITS = tuple(facet for facet in FACETS if isinstance(facet, Limit))

#: What a change may narrow or widen, by what the change is about.
NARROWING: Mapping[str, tuple[Facet, ...]] = MappingProxyType(
    {
        subject: tuple(facet for facet in FACETS if facet.subject == subject)
        for subject in dict.fromkeys(facet.subject for facet in FACETS if facet.narrows)
    }
)


def limits(value: ValueType) -> list[tuple[Limit, Any]]:
    """The limits that a value type says, each with its value."""
    found = []
    for limit in LIMITS:
        said = getattr(value, limit.attribute)
        if said is not None:
            found.append((limit, said))
    return found


def bounded(value: ValueType) -> ValueType:
    """A ``timestamp_ms`` with the range it has even if it says none; other types as they are.

    >>> bounded(ValueType("timestamp_ms", minimum=-1)).minimum
    0
    """
    return _bounded(value) if value.type == "timestamp_ms" else value


@functools.lru_cache(maxsize=64)
def _bounded(value: ValueType) -> ValueType:
    first = 0 if value.minimum is None else max(0, value.minimum)
    last = LATEST_MS if value.maximum is None else min(LATEST_MS, value.maximum)
    return replace(value, minimum=first, maximum=last)
