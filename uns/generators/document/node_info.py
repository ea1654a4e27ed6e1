"""The example of ``info/1``: what a node of this model says of itself.

The library's own example is of a plant that nobody has; below a topic of the
reader's it would only confuse.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uns.model.namespace import Model
from uns.model.nodes import Node

__all__ = ["INFO", "fitted"]

#: The payload of the ``_info`` of every node.
INFO = "info/1"


def fitted(message: Mapping[str, Any], node: Node, topic: str, model: Model) -> dict[str, Any]:
    r"""``message`` as it would be of ``node``, at ``topic``; what the node does not say is left out.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {lines: {line1: {label: Line 1}}}}")
    >>> fitted({"timestamp_ms": 0, "level": "?", "label": "?"}, ns["lyon/line1"], "lyon/line1", ns.model)
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
