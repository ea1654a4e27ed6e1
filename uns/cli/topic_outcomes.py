"""A topic of a model in words and as JSON: its payload, and the result of looking it up."""

from __future__ import annotations

from typing import Any

from uns.cli.terminal import Screen, Style
from uns.diagnostics import excerpt, visible
from uns.model.namespace import Namespace
from uns.model.nodes import Node
from uns.model.resolutions import Outcome, Resolution
from uns.model.tree import Endpoint, Kind
from uns.payloads import PayloadContract, type_in_words


def carried(endpoint: Endpoint) -> str:
    """The payload, metric and kind of a topic, in one printable line."""
    parts = [endpoint.contract.name]
    if endpoint.metric is not None:
        parts.append(type_in_words(endpoint.metric))
    if endpoint.kind is not Kind.STATE:
        parts.append(str(endpoint.kind))
    return visible("  ".join(parts))


def delivery(endpoint: Endpoint) -> str:
    """MQTT's retain flag and quality of service, in words."""
    return f"{'retained' if endpoint.retain else 'not retained'}, QoS {endpoint.qos}"


def facts(node: Node) -> dict[str, Any]:
    """The columns of a list of topics, by name."""
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
    """The message that a filter matches nothing, with a suggestion."""
    if filter_ is None:
        return "the model has no topics"
    hint = ""
    if not filter_.endswith("#") and namespace.count(f"{filter_}/#", open="skip"):
        hint = f"; did you mean '{visible(filter_)}/#'?"
    return f"nothing in the model matches {visible(filter_)}{hint}"


# --- looking topics up -----------------------------------------------------------------------------

#: The width of the longest outcome, which is written before the topic.
_MARGIN = max(map(len, Outcome)) + 2


def write_outcome(
    namespace: Namespace, resolution: Resolution, near: str | None, out: Screen
) -> None:
    """Write the outcome, the topic with its fault marked, and remarks."""
    style = Style.GOOD if resolution else Style.ERROR
    outcome = out.paint(resolution.outcome, style)
    span = _fault_span(namespace, resolution)
    topic, mark = excerpt(resolution.topic, *(span or (0, 0)))
    out.line(f"{outcome}{' ' * (_MARGIN - len(resolution.outcome))}{topic}".rstrip())
    remarks = _remarks(resolution, near)
    if span is not None:
        remarks[0] = f"{out.paint(mark, style)} {remarks[0]}"
    for remark in remarks:
        out.line(f"{' ' * _MARGIN}{remark}")


def _fault_span(namespace: Namespace, resolution: Resolution) -> tuple[int, int] | None:
    """The part of the topic that is wrong, in code points; ``None`` if no part is."""
    if resolution.reason is not None:
        return resolution.reason.span
    if resolution.outcome is not Outcome.NO_MATCH:
        return None
    start = len(resolution.matched) + 1 if _matched_a_level(namespace, resolution) else 0
    end = resolution.topic.find("/", start)
    return start, len(resolution.topic) if end < 0 else end


def _matched_a_level(namespace: Namespace, resolution: Resolution) -> bool:
    if resolution.matched or not resolution.topic.startswith("/"):
        return bool(resolution.matched)
    # A topic that starts with a slash has an empty first level; a model may have one, too.
    return any(node.name == "" for node in namespace.root.members(expand=False))


def _remarks(resolution: Resolution, near: str | None) -> list[str]:
    """The lines below a topic."""
    if resolution.reason is not None:
        clause = f" [{resolution.reason.clause}]" if resolution.reason.clause else ""
        return [visible(resolution.reason.reason) + clause]
    if resolution.outcome is Outcome.NOT_ENDPOINT:
        return ["a position of the namespace; nothing is published there"]
    if resolution.outcome is Outcome.UNMODELLED:
        return ["below an open position: allowed, and without a contract"]
    if resolution.endpoint is not None:
        return [carried(resolution.endpoint)]
    where = f"below {visible(resolution.matched)}" if resolution.matched else "in the namespace"
    remarks = [f"there is no such name {where}"]
    if near is not None:
        remarks.append(f"did you mean {visible(near)}?")
    return remarks


def outcome_as_json(
    namespace: Namespace, resolution: Resolution, near: str | None
) -> dict[str, Any]:
    """The result of looking a topic up, as JSON."""
    reason = resolution.reason
    endpoint = resolution.endpoint
    return {
        "topic": resolution.topic,
        "outcome": str(resolution.outcome),
        "legal": bool(resolution),
        "matched": "" if reason else resolution.matched,
        "near": near,
        "reason": reason and reason.reason,
        "clause": reason and reason.clause,
        "span": _fault_span(namespace, resolution),
        "payload": endpoint and endpoint.contract.name,
    }


def contract_of(namespace: Namespace, name: str, err: Screen) -> PayloadContract | None:
    """The contract of the payload ``name``, else of the topic ``name``.

    If there is neither, the result of looking the topic up is written to ``err``.
    """
    payload = namespace.payloads.get(name)
    if payload is not None:
        return PayloadContract(payload)
    resolution = namespace.resolve(name)
    if resolution.contract is None:
        write_outcome(namespace, resolution, resolution.near, err)
    return resolution.contract
