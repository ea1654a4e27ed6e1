"""The example of ``info/1``: the description of a node of this model.

The library's example is of an invented plant, which would confuse readers of
this model's documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uns.model.facts import Model
from uns.model.nodes import Node

#: The payload of the ``_info`` of every node.
INFO = "info/1"


def fit_example(message: Mapping[str, Any], node: Node, topic: str, model: Model) -> dict[str, Any]:
    r"""``message`` with the facts of ``node`` at ``topic``; facts that the node lacks are left out.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {lines: {line1: {label: Line 1}}}}")
    >>> fit_example({"timestamp_ms": 0, "level": "?", "label": "?"}, ns["lyon/line1"], "lyon/line1", ns.model)
    {'timestamp_ms': 0, 'level': 'production_line', 'label': 'Line 1'}
    """
    said = {
        "level": node.equipment_level.name if node.equipment_level else None,
        "id": topic.rpartition("/")[2],
        "path": topic,
        "model_id": model.id or "",
        "model_version": model.version or "",
        "label": node.label,
        "description": node.description,
        "classes": list(
            dict.fromkeys(n for each in node.classes for n in (each.name, *each.ancestors))
        ),
        "asset_id": node.asset,
        "properties": dict(node.properties),
    }
    return {
        key: said.get(key, value)
        for key, value in message.items()
        if key not in said or said[key] not in (None, [], {})
    }
