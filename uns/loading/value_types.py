"""Declared facets into value types: whether they go with their type and with each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from uns.diagnostics import Diagnostic
from uns.loading.faults import Faults, fault
from uns.loading.inheritance import Draft
from uns.loading.yaml_events import key_span
from uns.payloads import FACETS, METRIC_TYPES, ValueType, limits

__all__ = ["misfit", "value_type"]

#: Which types each facet goes with.
_GOES_WITH: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {facet.name: facet.types for facet in FACETS}
    | {"items": ("array", "map"), "fields": ("object",)}
)


def value_type(draft: Draft, faults: Faults) -> ValueType | None:
    """The value type a draft describes; facets that contradict it or each other are reported."""
    type_ = draft.get("type")
    if type_ is None:
        return None
    wrong = [*_misplaced(draft, type_), *_contradictions(draft, type_)]
    for found in wrong:
        faults.take(found)
    if wrong:
        return None
    said = {facet.attribute: draft.get(facet.name) for facet in FACETS}
    said["values"] = tuple(said["values"] or ())
    return ValueType(type_, **{name: value for name, value in said.items() if value is not None})


def _misplaced(draft: Draft, type_: str) -> Iterator[Diagnostic]:
    for name, types in _GOES_WITH.items():
        said = draft.facets.get(name)
        if said is not None and type_ not in types:
            owners = [each for each in types if draft.noun == "field" or each in METRIC_TYPES]
            yield fault(
                "M506",
                f"`{name}` says nothing of {draft.noun} {draft.key!r}, whose type is {type_}",
                key_span(said.place, said.key),
                help=f"`{name}` goes with: {', '.join(owners)}",
            )


def _contradictions(draft: Draft, type_: str) -> Iterator[Diagnostic]:
    low, high, values = (draft.facets.get(name) for name in ("min", "max", "values"))
    if low and high and draft.whole and draft.is_empty:
        message = f"`min` {low.value} is above `max` {high.value}"
        yield fault("M506", message, low.span, related=((high.span, "`max` here"),))
    listed = values.value if values else []
    if type_ == "enum" and not listed and draft.whole:
        message = f"enum {draft.key!r} lists no values"
        yield fault("M506", message, draft.span, help="say `values: [first, second]`")
    elif values and len(set(listed)) != len(listed):
        twice = next(value for value, count in Counter(listed).items() if count > 1)
        yield fault("M506", f"the value {twice!r} stands twice", values.span)


def misfit(type_: ValueType, value: object) -> str | None:
    """Why a text, number, true or false does not fit a type, or ``None``."""
    if type_.type in {"any", "metric_value", "metric_unit"}:
        return None
    if not _is_a(type_.type, value):
        return f"must be {'an' if type_.type[0] in 'aeio' else 'a'} {type_.type}"
    if type_.values and value not in type_.values and not type_.open:
        return f"must be one of: {', '.join(type_.values)}"
    broken = (
        limit.must.format(said) for limit, said in limits(type_) if not limit.admits(said, value)
    )
    return next(broken, None)


def _is_a(type_: str, value: object) -> bool:
    if isinstance(value, bool):
        return type_ == "boolean"
    if isinstance(value, int | float):
        return type_ == "number" or (type_ in {"integer", "timestamp_ms"} and value % 1 == 0)
    return isinstance(value, str) and type_ in {"string", "enum", "datetime", "ucum"}
