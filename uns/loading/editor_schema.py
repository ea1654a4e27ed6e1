"""The JSON Schema of one model, for editors: with its names, and with what its levels may hold."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeAlias

from uns.isa95 import EquipmentLevel, EquipmentLevels
from uns.loading.model_format import schema
from uns.model.namespace import Namespace

_Json: TypeAlias = dict[str, Any]


def model_schema(namespace: Namespace) -> _Json:
    """The JSON Schema 2020-12 of the files of a model.

    An editor completes the names of the model's classes, payloads and aspects; other names stay
    valid, because they may be declared next. With strict containment, each level has the keys
    of the levels that it may hold.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, classes: {Oven: {level: work_cell}}}")
    >>> model_schema(ns)["$defs"]["Equipment.site"]["properties"]["class"]["anyOf"][0]
    {'enum': ['Oven']}
    """
    document = schema(namespace.levels)
    classes, payloads = list(namespace.classes), list(namespace.payloads)
    names = {
        "class": classes,
        "extends": classes,
        "payload": payloads,
        "metric_payload": payloads,
        "aspect": list(namespace.aspects),
    }
    for definition in document["$defs"].values():
        properties = definition.get("properties", {})
        for key in names.keys() & properties.keys():
            properties[key] = _proposing(properties[key], names[key])
    if namespace.is_strict:
        _contain(document, namespace.levels)
    return document


def _proposing(said: _Json, names: Collection[str]) -> _Json:
    """The schema of a text or of texts, with the names that an editor proposes."""
    if not names:
        return said
    enum = {"enum": sorted(names)}
    if said.get("type") == "string":
        rest = {key: value for key, value in said.items() if key != "type"}
        return {**rest, "anyOf": [enum, {"type": "string"}]}
    items = {"anyOf": [enum, {"type": "string"}]}
    return {**said, "anyOf": [enum, {"type": "string"}, {"type": "array", "items": items}]}


def _contain(document: _Json, levels: EquipmentLevels) -> None:
    """Give each equipment level a definition of its own, with the levels that it may hold."""
    definitions = document["$defs"]
    equipment = definitions.pop("Equipment")
    nodes = definitions.pop("EquipmentMap")
    own = {key: value for key, value in equipment["properties"].items() if key not in levels.by_key}
    for level in levels:
        held = {
            key: _nodes_of(child)
            for child in levels
            if levels.may_hold(level, child)
            for key in levels.spellings(child)
        }
        definitions[f"Equipment.{level.name}"] = {**equipment, "properties": {**own, **held}}
        node = {"anyOf": [{"$ref": f"#/$defs/Equipment.{level.name}"}, {"type": "null"}]}
        definitions[f"EquipmentMap.{level.name}"] = {**nodes, "additionalProperties": node}
    every = {key: _nodes_of(level) for level in levels for key in levels.spellings(level)}
    document["properties"].update(every)
    definitions["ClassDeclaration"]["properties"]["children"]["properties"] = every


def _nodes_of(level: EquipmentLevel) -> _Json:
    return {
        "description": f"Equipment of level {level.name}; each key is a topic level.",
        "$ref": f"#/$defs/EquipmentMap.{level.name}",
    }
