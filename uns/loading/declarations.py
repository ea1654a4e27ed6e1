"""Reads declarations of the model file: what is wrong is reported with its place and left out."""

from __future__ import annotations

import json
import types
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from uns.diagnostics import Span, visible
from uns.isa95 import EquipmentLevel, EquipmentLevels
from uns.loading import hints
from uns.loading.extensions import without_extensions
from uns.loading.faults import FAULTS, Faults
from uns.loading.model_format import (
    Complaint,
    Declaration,
    EquipmentDeclaration,
    Found,
    InvalidDeclaration,
    find_field,
    known_keys,
    meaning,
    owners,
    validated,
)
from uns.loading.yaml_events import KeyPath, Map, key_span, span_at, value_span

D = TypeVar("D", bound=Declaration)


def read_declaration(
    model: type[D], values: Mapping[str, Any], place: Map, faults: Faults
) -> tuple[D | None, frozenset[KeyPath]]:
    """Read ``values`` as a declaration, without the entries that are wrong; returns those too.

    Extension keys are left out, too.

    ``place`` is the mapping of the file with these values. The smallest entry around a fault is
    left out: one key, a whole list, or a mapping without a required key. The declaration is
    ``None`` if nothing usable is left.
    """
    wrong: set[KeyPath] = set()
    if place.may_hide:
        _report_hidden(model, values, place, faults)
    if place.may_extend:
        values = without_extensions(model, values)
    while True:
        try:
            return validated(model, values), frozenset(wrong)
        except InvalidDeclaration as invalid:
            complaints = _group_by_path(values, invalid.complaints)
        if not wrong:
            # Later rounds only find keys that are missing because the round before removed them.
            unknown = {
                path[:-1]
                for path, found in complaints.items()
                if found[0]["type"] == "extra_forbidden"
            }
            for path, found in complaints.items():
                # The unknown key of a mapping may be a misspelling of the one that is missing.
                if found[0]["type"] != "missing" or path[:-1] not in unknown:
                    _report(model, place, path, found, faults)
        entries = {_smallest_entry(path, found[0]) for path, found in complaints.items()}
        if () in entries:
            return None, frozenset(wrong)
        wrong |= entries
        values = _without(values, entries)


def _group_by_path(values: Any, complaints: Iterable[Complaint]) -> dict[KeyPath, list[Complaint]]:
    """Group complaints by path; each alternative of a union has its own."""
    grouped: dict[KeyPath, list[Complaint]] = {}
    for item in complaints:
        path = list(item["loc"])
        missing = path[-1:] if item["type"] == "missing" else []
        current, known = values, []
        for part in path[: len(path) - len(missing)]:
            # A part that is not in the value is pydantic's name for one side of a union.
            if part in current if isinstance(current, Mapping) else isinstance(part, int):
                known.append(part)
                current = current[part]
        grouped.setdefault((*known, *missing), []).append(item)
    return grouped


def _smallest_entry(path: KeyPath, complaint: Complaint) -> KeyPath:
    """The smallest entry to leave out for a complaint."""
    if complaint["type"] == "missing":
        return path[:-1]
    items = (index for index, part in enumerate(path) if isinstance(part, int))
    return path[: next(items, len(path))]


def _without(values: Mapping[str, Any], entries: set[KeyPath]) -> dict[str, Any]:
    """``values`` without some entries; unchanged parts are not copied."""
    below: dict[str | int, set[KeyPath]] = {}
    for first, *rest in entries:
        below.setdefault(first, set()).add(tuple(rest))
    return {
        key: _without(value, below[key]) if key in below else value
        for key, value in values.items()
        if () not in below.get(key, ())
    }


#: The keys with topic filters.
_TOPIC_FILTERS = frozenset({"publish", "subscribe"})


def _report_hidden(
    model: type[Declaration], values: Mapping[str, Any], place: Map, faults: Faults
) -> None:
    """Report the texts that YAML takes for comments, so that their keys have no value."""
    pending: list[tuple[KeyPath, Map]] = [((), place)]
    while pending:
        path, container = pending.pop()
        for key, value in container.items():
            if isinstance(value, Map) and (path or key in values):
                pending.append(((*path, key), value))
                continue
            text = container.hidden(key) if value is None else None
            # A # alone is a topic filter, or an empty comment.
            if text is None or (text == "#" and key not in _TOPIC_FILTERS):
                continue
            is_property = model is EquipmentDeclaration and path == ("properties",)
            if is_property or find_field(model, (*path, key)).is_text:
                span = value_span(container, key)
                help_ = _help_with_text(None, span)
                faults.add("M202", f"`{key}` has no value", span, help=help_)


#: Pydantic's type errors -> the type that is expected.
_TYPES = types.MappingProxyType(
    {
        "string_type": "text",
        "int_type": "a whole number",
        "float_type": "a number",
        "bool_type": "true or false",
        "list_type": "a list",
        "dict_type": "a mapping",
        "model_type": "a mapping",
    }
)


def _report(
    model: type[Declaration],
    place: Map,
    path: KeyPath,
    complaints: list[Complaint],
    faults: Faults,
) -> None:
    """Report the complaints at ``path`` in our words."""
    complaint = next((item for item in complaints if item["type"] not in _TYPES), complaints[0])
    if complaint["type"] not in {"extra_forbidden", "missing"}:
        span = span_at(place, path)
        found = find_field(model, path)
        code, message, help_ = _explain_value(found, path, complaint, complaints, span)
        faults.add(code, message, span, help=help_)
        return
    above, key = path[:-1], str(path[-1])
    holder = find_field(model, above).holder
    if complaint["type"] == "missing":
        help_ = f"`{key}`: {meaning(holder, key)}"
        span = span_at(place, above, key=True)
        faults.add("M203", f"{holder.noun} needs `{key}`", span, help=help_)
        return
    container: Any = place
    for part in above:
        container = container[part]
    name = str(above[-1]) if find_field(model, above).is_named else None
    report_unknown_key(key, holder, container, faults, name=name)


def _explain_value(
    found: Found, path: KeyPath, complaint: Complaint, complaints: list[Complaint], span: Span
) -> tuple[str, str, str | None]:
    """The code, the message and the help for a wrong value."""
    kind, value, name = complaint["type"], complaint["input"], _describe(path)
    written = _written(span)
    if kind in FAULTS:
        if kind == "M202":
            items = "write - and a space before each item"
            help_ = items if isinstance(value, str) else _help_with_text(value, span)
            return kind, f"{name} {complaint['msg']}", help_
        version = hints.for_version(written) if found.is_version else None
        return kind, f"{name} {complaint['msg']}", version
    if kind in _TYPES:
        expected = dict.fromkeys(_TYPES[item["type"]] for item in complaints)
        if "a number" in expected:
            expected.pop("a whole number", None)
        message = f"{name} must be {' or '.join(expected)}"
        if found.is_version and isinstance(value, int | float):
            return "M202", message, hints.for_version(written)
        return "M202", message, _help_with_type(found, path, value, tuple(expected), span)
    if kind == "greater_than_equal":
        return "M204", f"{name} must be at least {complaint['ctx']['ge']}", None
    if kind == "less_than_equal":
        return "M204", f"{name} must be at most {complaint['ctx']['le']:,}", None
    choices = found.choices
    message = f"{name} cannot be {visible(_brief(value))}; use one of: {', '.join(choices)}"
    return "M204", message, hints.for_choice(value, choices)


def _help_with_type(
    found: Found, path: KeyPath, value: object, expected: tuple[str, ...], span: Span
) -> str | None:
    """The help for a value whose type is none of ``expected``."""
    if "text" in expected:
        help_ = _help_with_text(value, span)
        other = hints.for_value_of_enum(value) if path[-2:-1] == ("values",) else None
        return "; or, ".join(filter(None, (help_, other))) or None
    if "a mapping" in expected:
        key = str(path[-1])
        if not found.is_declaration:
            return hints.for_mapping(key, value)
        noun, known = found.holder.noun, known_keys(found.holder)
        return hints.for_mapping(key, value, noun, known, is_name=found.is_named)
    if expected == ("true or false",):
        return hints.for_truth(value)
    if expected == ("a list",):
        items = _written(span) if isinstance(value, str) and not value.startswith('"') else ""
        return f"write a list: [{items or 'first, second'}]"
    if not isinstance(value, str):
        return None
    return hints.for_number(_written(span), str(path[-1]), known_keys(found.holder))


def _help_with_text(value: object, span: Span) -> str | None:
    """The help for a value that is no text; it is shown as the file has it (1.10, not 1.1)."""
    if span.end_line != span.line:
        return None
    return hints.for_text(value, span.excerpt, span.column - 1, span.end_column - 1)


def _written(span: Span) -> str:
    """The value at a place, as the file has it."""
    return span.excerpt[span.column - 1 : span.end_column - 1]


def report_unknown_key(
    key: str,
    holder: type[Declaration],
    container: Map,
    faults: Faults,
    *,
    levels: EquipmentLevels | None = None,
    parent: EquipmentLevel | None = None,
    name: str | None = None,
) -> None:
    """Report a key of ``container`` that ``holder`` does not have.

    ``levels`` are those of equipment, if ``container`` may hold some, and ``parent`` is its own;
    ``name`` is the name that the file gives it.
    """
    known = known_keys(holder)
    span, value = key_span(container, key), container[key]
    every = (*known, *(levels.by_key if levels else ()))
    help_ = hints.for_odd_key(key, every) or _help_with_indent(key, holder, container, name)
    if help_ is None and levels is not None and (value is None or isinstance(value, Map)):
        help_ = hints.for_level(key, levels, parent)
    help_ = help_ or hints.for_key(key, value, holder.noun, every, owners())
    if help_ is None and value is None:
        help_ = hints.for_piece(span.excerpt, span.column - 1, key)
    if help_ is None and "children" in known and isinstance(value, Map):
        help_ = f"parts that every node of the class has are under `children:`, as in `children: {{{key}: ...}}`"
    if help_ is None and key in EquipmentLevels().by_key:
        help_ = "equipment is under a node of the tree"
    if help_ is None:
        help_ = "its keys are: " + ", ".join(known)
        if levels:
            help_ += f"; and the levels of equipment: {hints.allowed_levels(levels, parent)}"
    faults.add("M201", f"{holder.noun} has no key {key!r}", span, help=help_)


def _help_with_indent(
    key: str, holder: type[Declaration], container: Map, name: str | None
) -> str | None:
    """The help for a key that is not indented enough."""
    if name in known_keys(holder) and isinstance(container[key], Map):
        return f"`{name}` is a key of {holder.noun}: indent it under the one it belongs to"
    above = None
    for other, value in container.items():
        if other == key:
            break
        above = other if value is None else None
    if above is not None and isinstance(container[key], Map):
        return f"`{above}:` has nothing below it: indent {key!r} under it"
    return None


def _describe(path: KeyPath) -> str:
    *above, last = path
    return f"`{last}`" if isinstance(last, str) else f"item {last + 1} of `{above[-1]}`"


def _brief(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."
