"""Declared facets into value types: whether they go with their type and with each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from uns.loading.faults import Faults
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
    if not all([_have_place(draft, type_, faults), _agree(draft, type_, faults)]):
        return None
    said = {facet.attribute: draft.get(facet.name) for facet in FACETS}
    said["values"] = tuple(said["values"] or ())
    return ValueType(type_, **{name: value for name, value in said.items() if value is not None})


def _have_place(draft: Draft, type_: str, faults: Faults) -> bool:
    """Whether every facet goes with the type; those that do not are reported."""
    fits = True
    for name, types in _GOES_WITH.items():
        said = draft.facets.get(name)
        if said is not None and type_ not in types:
            owners = [each for each in types if draft.noun == "field" or each in METRIC_TYPES]
            message = f"`{name}` says nothing of {draft.noun} {draft.key!r}, whose type is {type_}"
            help_ = f"`{name}` goes with: {', '.join(owners)}"
            faults.add("M506", message, key_span(said.place, said.key), help=help_)
            fits = False
    return fits


def _agree(draft: Draft, type_: str, faults: Faults) -> bool:
    """Whether no facet contradicts itself or another; those that do are reported."""
    agree = True
    low, high, values = (draft.facets.get(name) for name in ("min", "max", "values"))
    if low and high and draft.whole and draft.is_empty:
        message = f"`min` {low.value} is above `max` {high.value}"
        faults.add("M506", message, low.span, related=((high.span, "`max` here"),))
        agree = False
    listed = values.value if values else []
    if type_ == "enum" and not listed and draft.whole:
        message = f"enum {draft.key!r} lists no values"
        faults.add("M506", message, draft.span, help="say `values: [first, second]`")
        agree = False
    elif values and len(set(listed)) != len(listed):
        twice = next(value for value, count in Counter(listed).items() if count > 1)
        faults.add("M506", f"the value {twice!r} stands twice", values.span)
        agree = False
    return agree


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
