"""What is worth knowing of a model that loads: required topics it lacks, units that are none.

Facts first: :func:`lacking` says which nodes lack what. What is said of them,
and how much it weighs, are warnings, for nothing here keeps a model from being
used.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import NamedTuple

from uns.diagnostics import Diagnostic, Severity, Span
from uns.namespace import Namespace
from uns.nodes import Node
from uns.payloads import ValueType
from uns.tree import Endpoint, EquipmentClass, Origin
from uns.units import is_unit, suggest

__all__ = ["REVIEWS", "Lacking", "lacking", "missing_required", "review", "unknown_units"]

#: Code -> (readable name, what the code stands for).
REVIEWS = MappingProxyType(
    {
        "H201": (
            "missing-required-topic",
            "A node lacks a topic that its level or class requires.",
        ),
        "P201": ("unknown-unit", "A unit is not written in UCUM."),
    }
)


def review(namespace: Namespace) -> tuple[Diagnostic, ...]:
    """Everything that is worth knowing of a model, by file and place."""
    found = [*missing_required(namespace), *unknown_units(namespace)]
    nowhere = Span("", 0, 0, 0, 0)
    return tuple(sorted(found, key=lambda finding: finding.span or nowhere))


# --- required topics -------------------------------------------------------------------------------


class Lacking(NamedTuple):
    """A node, or a family of nodes as one template, and a required topic that it does not have."""

    node: Node
    key: str


def lacking(namespace: Namespace) -> Iterator[Lacking]:
    r"""Which nodes lack a topic that their level, a class or they themselves list as required.

    An endpoint that says ``required: true`` itself is there wherever its level or
    class is, so nothing can lack it in a model.

    >>> import uns
    >>> ns = uns.loads('''
    ... uns: 1
    ... levels: {work_cell: {required: [state]}}
    ... sites: {lyon: {lines: {line1: {cells: {"cell[1..3]": {}}}}}}
    ... ''')
    >>> [(found.node.template.text, found.key) for found in lacking(ns)]
    [('lyon/line1/cell[1..3]', 'state')]
    """
    known: dict[tuple[int, int], tuple[str, ...]] = {}
    for node in namespace.find(expand=False):
        if not node.required:
            continue
        # Nodes of one class share what they require and what they have, so that is looked at once.
        place = node._places[-1]
        shared = id(place.type), id(place.members)
        if shared not in known:
            known[shared] = tuple(_missing(namespace, node))
        for key in known[shared]:
            yield Lacking(node, key)


def _missing(namespace: Namespace, node: Node) -> Iterator[str]:
    endpoints = [found.endpoint for found in node.own_endpoints(expand=False)]
    has = {spelling for endpoint in endpoints if endpoint for spelling in _spellings(endpoint)}
    for key in node.required:
        if key not in has and not _is_in_a_family(namespace, node, key):
            yield key


def _spellings(endpoint: Endpoint) -> Iterator[str]:
    """How a model may call an endpoint: with its aspect, or as it is declared."""
    yield endpoint.key
    if endpoint.origin is not None:
        yield endpoint.origin.key


def _is_in_a_family(namespace: Namespace, node: Node, key: str) -> bool:
    """Whether ``key`` is one topic of a family, such as ``zone1/speed`` of ``zone[1..4]/speed``."""
    aspect, colon, leaf = key.rpartition(":")
    levels = [namespace.aspects.get(aspect, aspect)] if colon else []
    members = node._places[-1].members
    place = None
    for level in (*levels, *leaf.split("/")):
        place = members.find(level)
        if place is None or place.type is not None:
            return False
        members = place.members
    return place is not None and place.endpoint is not None


def missing_required(namespace: Namespace) -> Iterator[Diagnostic]:
    """A warning for each node and each topic that it must have and lacks."""
    for node, key in lacking(namespace):
        by = next((c for c in _lineage(namespace, node) if key in c.required), None)
        asks = f"class {by.name}" if by else "its level or the node itself"
        place = by.origin.span if by and by.origin else None
        yield _warning(
            "H201",
            f"{node.equipment_level} {node.name!r} has no topic {key!r}, which {asks} requires",
            node.span,
            help_=f"declare {key!r} under `topics:` or `metrics:`, or take it off `required`",
            related=((place, "required of this class"),) if place else (),
            path=node.template.text,
        )


def _lineage(namespace: Namespace, node: Node) -> Iterator[EquipmentClass]:
    """The classes of a node and all they extend, the most general first."""
    for class_ in node.classes:
        yield from (namespace.classes[name] for name in reversed(class_.ancestors))
        yield class_


# --- units -----------------------------------------------------------------------------------------


def unknown_units(namespace: Namespace) -> Iterator[Diagnostic]:
    """A warning for each declaration whose unit is no UCUM code, with what was probably meant."""
    for payload in namespace.payloads.values():
        for path, value in _values("$", ValueType("object", fields=payload.fields)):
            yield from _unit_warnings(f"{payload.name} {path}", value, None)
    for class_ in namespace.classes.values():
        for name, value in class_.properties.items():
            yield from _unit_warnings(f"property {name!r} of {class_.name}", value, class_.origin)
    seen: set[Origin | None] = set()
    for endpoint in _endpoints(namespace):
        if endpoint.metric is not None and endpoint.origin not in seen:
            seen.add(endpoint.origin)
            yield from _unit_warnings(f"metric {endpoint.key!r}", endpoint.metric, endpoint.origin)


def _values(path: str, value: ValueType) -> Iterator[tuple[str, ValueType]]:
    """A type and all types in it, with their JSON paths."""
    yield path, value
    for field in value.fields:
        yield from _values(f"{path}.{field.name}", field.value)
    if value.items is not None:
        yield from _values(f"{path}[*]", value.items)


def _endpoints(namespace: Namespace) -> Iterator[Endpoint]:
    """Every endpoint as it is declared: what nodes share is gone through once."""
    top = namespace._tree.top
    pending, seen = [top], {id(top)}
    while pending:
        for place in pending.pop():
            if place.endpoint is not None:
                yield place.endpoint
            if id(place.members) not in seen:
                seen.add(id(place.members))
                pending.append(place.members)


def _unit_warnings(what: str, value: ValueType, origin: Origin | None) -> Iterator[Diagnostic]:
    if value.unit is None or is_unit(value.unit):
        return
    meant = suggest(value.unit)
    hint = f"did you mean {meant!r}?" if meant else "units are UCUM codes, such as kW.h or Cel"
    span = origin.span if origin else None
    yield _warning("P201", f"the unit {value.unit!r} of {what} is no UCUM code", span, help_=hint)


def _warning(
    code: str,
    message: str,
    span: Span | None,
    *,
    help_: str,
    related: tuple[tuple[Span, str], ...] = (),
    path: str | None = None,
) -> Diagnostic:
    name, _ = REVIEWS[code]
    return Diagnostic(code, name, Severity.WARNING, message, span, help_, related, path)
