"""Rules of family P: what topics carry."""

from __future__ import annotations

from collections.abc import Iterator

from uns.diagnostics import Severity, Span
from uns.payloads import ValueType
from uns.rules.rule import Finding, rule
from uns.rules.surveys import Survey
from uns.tree import Origin
from uns.units import is_unit, suggest

__all__ = ["RULES"]

# --- units -----------------------------------------------------------------------------------------


@rule("P201", "unknown-unit", Severity.WARNING)
def unknown_unit(survey: Survey) -> Iterator[Finding]:
    """A unit is not written in UCUM.

    Why:
        Whoever converts a value needs a unit that means one thing. `kw` is read as kilowatt by
        one program, and as nothing by the next.

    Example:
        sites: {lyon: {metrics: {power: {type: number, unit: kw}}}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}
    """
    namespace = survey.namespace
    for payload in namespace.payloads.values():
        place = namespace.locate("payloads", payload.name)
        for path, value in _values("$", ValueType("object", fields=payload.fields)):
            yield from _judged(f"{payload.name} {path}", value, place)
    for class_ in namespace.classes.values():
        for name, value in class_.properties.items():
            yield from _judged(f"property {name!r} of {class_.name}", value, _span(class_.origin))
    seen: set[Origin | None] = set()
    for endpoint, _, _ in survey.endpoints:
        if endpoint.metric is not None and endpoint.origin not in seen:
            seen.add(endpoint.origin)
            yield from _judged(f"metric {endpoint.key!r}", endpoint.metric, _span(endpoint.origin))


def _span(origin: Origin | None) -> Span | None:
    return origin.span if origin else None


def _values(path: str, value: ValueType) -> Iterator[tuple[str, ValueType]]:
    """A type and all types in it, with their JSON paths."""
    yield path, value
    for field in value.fields:
        yield from _values(f"{path}.{field.name}", field.value)
    if value.items is not None:
        yield from _values(f"{path}[*]", value.items)


def _judged(what: str, value: ValueType, span: Span | None) -> Iterator[Finding]:
    if value.unit is None or is_unit(value.unit):
        return
    meant = suggest(value.unit)
    hint = f"did you mean {meant!r}?" if meant else "units are UCUM codes, such as kW.h or Cel"
    yield Finding(f"the unit {value.unit!r} of {what} is no UCUM code", span, hint)


RULES = (unknown_unit,)
