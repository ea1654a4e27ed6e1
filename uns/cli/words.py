"""Declared things in the words a person reads: what a topic carries, and how it is sent."""

from __future__ import annotations

from typing import Any

from uns.diagnostics import visible
from uns.model.namespace import Namespace
from uns.model.nodes import Node
from uns.model.tree import Endpoint, Kind
from uns.payloads import type_in_words

__all__ = [
    "carried",
    "delivery",
    "facts",
    "nothing_matches",
]


def carried(endpoint: Endpoint) -> str:
    """What a topic carries, as one phrase fit for a screen: payload, metric, kind."""
    parts = [endpoint.contract.name]
    if endpoint.metric is not None:
        parts.append(type_in_words(endpoint.metric))
    if endpoint.kind is not Kind.STATE:
        parts.append(str(endpoint.kind))
    return visible("  ".join(parts))


def delivery(endpoint: Endpoint) -> str:
    """How messages are sent: MQTT's retain flag and quality of service."""
    return f"{'retained' if endpoint.retain else 'not retained'}, QoS {endpoint.qos}"


def facts(node: Node) -> dict[str, Any]:
    """What a list of topics says of each: the columns of a table."""
    endpoint = node.endpoint
    if endpoint is None:
        return {}
    metric = endpoint.metric
    return {
        "payload": endpoint.contract.name,
        "kind": str(endpoint.kind),
        "retain": endpoint.retain,
        "qos": endpoint.qos,
        "type": metric and metric.type,
        "unit": metric and metric.unit,
        "owner": node.owner,
    }


def nothing_matches(namespace: Namespace, filter_: str | None) -> str:
    """That a filter takes nothing of the model, and what may have been meant."""
    if filter_ is None:
        return "the model has no topics"
    hint = ""
    if not filter_.endswith("#") and namespace.count(f"{filter_}/#", open="skip"):
        hint = f"; did you mean '{visible(filter_)}/#'?"
    return f"nothing in the model matches {visible(filter_)}{hint}"
