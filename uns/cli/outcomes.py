"""What came of looking a topic up: as a person reads it, and as JSON."""

from __future__ import annotations

from typing import Any

from uns.cli.terminal import Screen, Style
from uns.cli.words import carried
from uns.diagnostics import excerpt, visible
from uns.model.namespace import Namespace
from uns.model.resolutions import Outcome, Resolution

__all__ = ["outcome_as_json", "write_outcome"]

#: Room for the longest outcome, in front of the topic.
_MARGIN = max(map(len, Outcome)) + 2


def write_outcome(
    namespace: Namespace, resolution: Resolution, near: str | None, out: Screen
) -> None:
    """Write the outcome, the topic with its fault marked, and what there is to say of it."""
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
    """The part of the topic that is at fault, in code points; ``None`` when none is."""
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
    # A topic that starts with a slash has an empty first level, which a model may have, too.
    return any(node.name == "" for node in namespace.root.members(expand=False))


def _remarks(resolution: Resolution, near: str | None) -> list[str]:
    """What is to be said below a topic, line by line."""
    if resolution.reason is not None:
        clause = f" [{resolution.reason.clause}]" if resolution.reason.clause else ""
        return [visible(resolution.reason.reason) + clause]
    if resolution.outcome is Outcome.NOT_ENDPOINT:
        return ["a position of the namespace; nothing is published there"]
    if resolution.outcome is Outcome.UNMODELLED:
        return ["below a position that is open: legal, and without contract"]
    if resolution.endpoint is not None:
        return [carried(resolution.endpoint)]
    where = f"below {visible(resolution.matched)}" if resolution.matched else "in the namespace"
    remarks = [f"nothing of that name {where}"]
    if near is not None:
        remarks.append(f"did you mean {visible(near)}?")
    return remarks


def outcome_as_json(
    namespace: Namespace, resolution: Resolution, near: str | None
) -> dict[str, Any]:
    """What came of looking a topic up, as JSON."""
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
