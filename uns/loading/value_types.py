"""Turns declared facets into value types; checks that they fit the type and each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from uns.loading.faults import Faults
from uns.loading.inheritance import Draft
from uns.loading.yaml_events import key_span
from uns.payloads import FACETS, METRIC_TYPES, ValueType, limits

#: The types that each facet is for.
_IS_FOR: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {facet.name: facet.types for facet in FACETS}
    | {"items": ("array", "map"), "fields": ("object",)}
)


def value_type(draft: Draft, faults: Faults) -> ValueType | None:
    """The value type of a draft. Facets that do not fit the type or each other are reported."""
    type_ = draft.get("type")
    if type_ is None:
        return None
    if not all([_fit_type(draft, type_, faults), _fit_each_other(draft, type_, faults)]):
        return None
    facets = {facet.attribute: draft.get(facet.name) for facet in FACETS}
    facets["values"] = tuple(facets["values"] or ())
    return ValueType(type_, **{name: value for name, value in facets.items() if value is not None})


def _fit_type(draft: Draft, type_: str, faults: Faults) -> bool:
    """Whether every facet is for the type; those that are not are reported."""
    fit = True
    for name, types in _IS_FOR.items():
        facet = draft.facets.get(name)
        if facet is not None and type_ not in types:
            owners = [each for each in types if draft.noun == "field" or each in METRIC_TYPES]
            message = f"`{name}` does not fit {draft.noun} {draft.key!r}, whose type is {type_}"
            help_ = f"`{name}` is for: {', '.join(owners)}"
            faults.add("M506", message, key_span(facet.place, facet.key), help=help_)
            fit = False
    return fit


def _fit_each_other(draft: Draft, type_: str, faults: Faults) -> bool:
    """Whether no facet contradicts itself or another; those that do are reported."""
    fit = True
    low, high, values = (draft.facets.get(name) for name in ("min", "max", "values"))
    if low and high and draft.is_complete and draft.is_empty:
        message = f"`min` {low.value} is above `max` {high.value}"
        faults.add("M506", message, low.span, related=((high.span, "`max` here"),))
        fit = False
    listed = values.value if values else []
    if type_ == "enum" and not listed and draft.is_complete:
        message = f"enum {draft.key!r} lists no values"
        faults.add("M506", message, draft.span, help="write `values: [first, second]`")
        fit = False
    elif values and len(set(listed)) != len(listed):
        twice = next(value for value, count in Counter(listed).items() if count > 1)
        faults.add("M506", f"the value {twice!r} is listed twice", values.span)
        fit = False
    return fit


def explain_misfit(type_: ValueType, value: object) -> str | None:
    """Why a text, number, true or false does not fit a type; ``None`` if it does."""
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
