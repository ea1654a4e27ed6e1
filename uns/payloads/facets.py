"""The table of facets, which restrict a value type.

Each row says how a refinement may narrow the facet, which values are within it, how it reads in
a sentence, its JSON Schema keyword, and the name of a change. Loading, validation, schemas and
comparisons all use the table, so a new facet is a row here, an attribute of
:class:`~uns.payloads.contracts.ValueType` and a key of the model file.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from uns.payloads.contracts import METRIC_TYPES, ValueType
from uns.topics.automata import UndecidedPattern
from uns.topics.patterns import Pattern

#: The last ``timestamp_ms``, 9999-12-31T23:59:59.999Z. Larger numbers are in other units.
LATEST_MS = 253_402_300_799_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A restriction of a value besides its type.

    ``name`` is its key in the model file, ``attribute`` its attribute of a value type, ``types``
    are the types it is for. ``subject`` names a change of it; facets that a reader sees as one
    share it. ``narrows(old, new)`` says whether ``new`` is at least as narrow as ``old``; without
    it the facet is set once and not changed. ``denied_by`` is a facet that sets this one to
    ``False`` if it is given alone: ``values`` without ``open`` is a closed list.
    """

    name: str
    attribute: str
    types: tuple[str, ...]
    subject: str
    narrows: Callable[[Any, Any], bool] | None = None
    denied_by: str | None = None

    def of(self, value: ValueType) -> Any:
        """The value of this facet in a value type, or ``None``."""
        said = getattr(value, self.attribute)
        return None if said is False or said == () else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Facet):
    """A facet that a single value can break.

    ``admits(limit, value)`` checks a value; ``fit(limit, example)`` changes an example so that it
    passes. ``words`` is the text of the limit alone, ``expected`` after the name of a type,
    ``must`` in a fault. ``keyword`` is the JSON Schema keyword, ``in_schema`` makes its value.
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
        """Whether every value within ``sent`` is within ``wanted``; ``None`` means without limit."""
        return wanted is None or (sent is not None and self.narrows(wanted, sent))


def _includes(old: str, new: str) -> bool:
    try:
        return Pattern(old).includes(Pattern(new))
    except UndecidedPattern:
        return False


_NUMBERS = ("number", "integer")

#: All facets, in the order in which a type is described.
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
        types=("string", "datetime"),
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
    Facet(
        name="nullable",
        attribute="nullable",
        types=(*METRIC_TYPES, "ucum", "object", "array", "map", "metric_value", "metric_unit"),
        subject="nullable",
        narrows=lambda old, new: old or not new,
        denied_by="type",
    ),
)

LIMITS = tuple(facet for facet in FACETS if isinstance(facet, Limit))

#: The facets that a change can narrow or widen, by subject.
NARROWING: Mapping[str, tuple[Facet, ...]] = MappingProxyType(
    {
        subject: tuple(facet for facet in FACETS if facet.subject == subject)
        for subject in dict.fromkeys(facet.subject for facet in FACETS if facet.narrows)
    }
)


def limits(value: ValueType) -> list[tuple[Limit, Any]]:
    """The limits that a value type has, each with its value."""
    found = ((limit, getattr(value, limit.attribute)) for limit in LIMITS)
    return [(limit, bound) for limit, bound in found if bound is not None]


def bounded(value: ValueType) -> ValueType:
    """Add the implied range to a ``timestamp_ms``; other types are returned unchanged.

    >>> bounded(ValueType("timestamp_ms", minimum=-1)).minimum
    0
    """
    return _bounded(value) if value.type == "timestamp_ms" else value


@functools.lru_cache(maxsize=64)
def _bounded(value: ValueType) -> ValueType:
    first = 0 if value.minimum is None else max(0, value.minimum)
    last = LATEST_MS if value.maximum is None else min(LATEST_MS, value.maximum)
    return replace(value, minimum=first, maximum=last)
