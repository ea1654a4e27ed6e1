"""What several files say of one node, merged: each entry, text and list is said once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from uns.loading.faults import Faults
from uns.loading.model_format import EquipmentDeclaration, maps_of_names
from uns.loading.yaml_events import Map, MergedMap, key_span

#: The keys of a node whose mappings are merged entry by entry -> what an entry is.
_MERGED: Mapping[str, str] = maps_of_names(EquipmentDeclaration)


def merged(node: str, parts: Sequence[tuple[Map, Mapping[str, Any]]], faults: Faults) -> MergedMap:
    """What the files say of a node, as one mapping; what two of them say is reported.

    ``node`` describes it. Each part is the mapping of one file, and the keys of it that are not
    equipment. The part that says a thing first counts.
    """
    whole = MergedMap([place for place, _ in parts])
    for place, said in parts:
        for key, value in said.items():
            if key not in whole or _says_nothing(whole, key):
                whole.add(key, value, place)
            elif key in _MERGED and isinstance(value, Map) and isinstance(whole[key], Map):
                noun = f"{_MERGED[key]} {{!r}} of {node}"
                whole.add(key, _entries(noun, whole[key], value, faults), whole.part(key))
            elif not _says_nothing(place, key):
                _report_twice(f"`{key}` of {node}", key, whole, place, faults)
    return whole


def _entries(noun: str, first: Map, more: Map, faults: Faults) -> MergedMap:
    """The entries of two mappings; ``noun`` is a format that describes one by its key."""
    if isinstance(first, MergedMap):
        first.parts.append(more)
        whole = first
    else:
        whole = MergedMap([first, more])
        for key, value in first.items():
            whole.add(key, value, first)
    for key, value in more.items():
        if key in whole:
            _report_twice(noun.format(key), key, whole, more, faults)
        else:
            whole.add(key, value, more)
    return whole


def _says_nothing(place: Map, key: str) -> bool:
    """Whether a key has no value, nor a text that YAML takes for a comment."""
    return place[key] is None and place.hidden(key) is None


def _report_twice(what: str, key: str, first: Map, again: Map, faults: Faults) -> None:
    faults.add(
        "M310",
        f"{what} is declared in two files",
        key_span(again, key),
        help="keep one of the two",
        related=((key_span(first, key), "and here"),),
    )
