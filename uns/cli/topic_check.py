"""``uns topic check``: whether a message may be published there, topic by topic."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections import Counter
from typing import Any

from uns.cli.exits import Exit
from uns.cli.models import counted, opened
from uns.cli.stdin import given_topics
from uns.cli.words import carried
from uns.cli.writing import JsonArray, as_json
from uns.diagnostics import excerpt, visible
from uns.namespace import Namespace, Outcome, Resolution
from uns.terminal import Screen, Style

__all__ = ["fault_span", "run", "spoken"]

#: Near names are looked for this often in one run: among many siblings each search is slow.
_SUGGESTIONS = 200

#: Room for the longest outcome, in front of the topic.
_MARGIN = max(map(len, Outcome)) + 2


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Look each topic up, and say what came of it as soon as it is known."""
    namespace = opened(arguments.model, err)
    report = _Report(namespace, arguments.output_format, out)
    for topic, line in given_topics(arguments.topics):
        report.add(namespace.resolve(topic), line)
        if line is not None:
            # Whoever feeds topics line by line may wait for the answer.
            out.flush()
    report.end(err)
    return report.exit


class _Report:
    """Outcomes on their way out, in one of the formats."""

    def __init__(self, namespace: Namespace, form: str, out: Screen) -> None:
        self.namespace = namespace
        self.form = form
        self.out = out
        self.array = JsonArray(out)
        self.exit = Exit.CLEAN
        self._outcomes: Counter[Outcome] = Counter()

    def add(self, resolution: Resolution, line: int | None) -> None:
        """Write one outcome."""
        self._outcomes[resolution.outcome] += 1
        if not resolution:
            self.exit = Exit.FINDINGS
        near = None
        if resolution.outcome is Outcome.NO_MATCH and self._outcomes[Outcome.NO_MATCH] <= _SUGGESTIONS:
            near = resolution.near
        if self.form == "text":
            self._write(resolution, near)
        else:
            said = {"line": line, **spoken(self.namespace, resolution, near)}
            if self.form == "json":
                self.array.add(said)
            else:
                self.out.line(as_json(said))

    def _write(self, resolution: Resolution, near: str | None) -> None:
        style = Style.GOOD if resolution else Style.ERROR
        outcome = self.out.paint(f"{resolution.outcome:<{_MARGIN}}", style)
        span = fault_span(self.namespace, resolution)
        topic, mark = excerpt(resolution.topic, *(span or (0, 0)))
        self.out.line(f"{outcome}{topic}")
        remarks = _remarks(resolution, near)
        if span is not None:
            remarks[0] = f"{self.out.paint(mark, style)} {remarks[0]}"
        for remark in remarks:
            self.out.line(f"{' ' * _MARGIN}{remark}")

    def end(self, err: Screen) -> None:
        """Write what stands at the end."""
        total = self._outcomes.total()
        if self.form == "json":
            self.array.end()
        elif self.form == "text" and total > 1:
            found = ", ".join(f"{number:,} {outcome}" for outcome, number in self._sorted())
            err.line(f"{counted(total, 'topic')}: {found}")

    def _sorted(self) -> list[tuple[Outcome, int]]:
        return [(outcome, self._outcomes[outcome]) for outcome in Outcome if self._outcomes[outcome]]


def fault_span(namespace: Namespace, resolution: Resolution) -> tuple[int, int] | None:
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


def spoken(namespace: Namespace, resolution: Resolution, near: str | None) -> dict[str, Any]:
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
        "span": fault_span(namespace, resolution),
        "payload": endpoint and endpoint.contract.name,
    }
