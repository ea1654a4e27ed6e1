"""Keys of other programs: ``x-...``, allowed wherever the keys are those of the language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from uns.loading.model_format import Declaration, inner_declarations, is_extension
from uns.loading.yaml_events import KeyPath, Map

#: Extension keys by name, with their values as JSON.
Extensions: TypeAlias = Mapping[str, Any]

NO_EXTENSIONS: Extensions = MappingProxyType({})


def extensions(place: Map) -> Extensions:
    """The extension keys of a mapping, with their values as JSON."""
    if not place or not place.may_extend:
        return NO_EXTENSIONS
    return {key: _as_json(value) for key, value in place.items() if is_extension(key)}


def without_extensions(model: type[Declaration], values: Mapping[str, Any]) -> Mapping[str, Any]:
    """``values`` of a declaration without extension keys; unchanged parts are not copied."""
    inner = inner_declarations(model)
    plain: dict[str, Any] = {}
    is_changed = False
    for key, value in values.items():
        if is_extension(key):
            is_changed = True
            continue
        new = value
        if key in inner and isinstance(value, Mapping):
            below, is_named = inner[key]
            new = _each_without(below, value) if is_named else without_extensions(below, value)
        plain[key] = new
        is_changed = is_changed or new is not value
    return plain if is_changed else values


def _each_without(model: type[Declaration], values: Mapping[str, Any]) -> Mapping[str, Any]:
    plain = {
        name: without_extensions(model, value) if isinstance(value, Mapping) else value
        for name, value in values.items()
    }
    return plain if any(plain[name] is not value for name, value in values.items()) else values


def find_extensions(
    model: type[Declaration], place: Map, path: KeyPath = ()
) -> Iterator[tuple[KeyPath, Extensions]]:
    """Every declaration at or below ``place`` that has extension keys, by its path."""
    if not place.may_extend:
        return
    found = extensions(place)
    if found:
        yield path, found
    for key, (below, is_named) in inner_declarations(model).items():
        value = place.get(key)
        if not isinstance(value, Map):
            continue
        if not is_named:
            yield from find_extensions(below, value, (*path, key))
            continue
        for name, entry in value.items():
            if isinstance(entry, Map):
                yield from find_extensions(below, entry, (*path, key, name))


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    return [_as_json(inner) for inner in value] if isinstance(value, list) else value
