"""``uns kafka plan``: what to read from Kafka for an MQTT subscription."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from uns.cli.arguments import KafkaPlan
from uns.cli.mappings import Meant
from uns.cli.outputs import as_json
from uns.cli.terminal import Exit, Screen
from uns.diagnostics import visible
from uns.kafka import SubscriptionPlan

__all__ = ["run"]


def run(arguments: KafkaPlan, out: Screen, err: Screen) -> int:
    """Write the plan for one filter."""
    plan = Meant(arguments, err).plan(arguments.filter)
    if arguments.output_format == "json":
        out.line(as_json({"filter": arguments.filter, **asdict(plan)}, indent=2))
    else:
        for name, line in _told(plan):
            out.line(f"{name:<10}{line}")
    return Exit.FINDINGS if plan.topics == () else Exit.CLEAN


def _told(plan: SubscriptionPlan) -> Iterator[tuple[str, str]]:
    """The plan line by line, each with a name in front where it begins something."""
    if plan.topics == ():
        yield "read", "nothing: no topic in Kafka matches"
        return
    if plan.topics is None:
        yield "read", "no list: there is no end of topics, or more than anybody lists"
    for number, name in enumerate(plan.topics or ()):
        yield "" if number else "read", name
    yield "or match", plan.regex
    if plan.exact:
        yield "keep", "every record"
    else:
        yield "keep", f"where the MQTT topic matches {visible(plan.key_filter)}"
    if plan.amplification is not None:
        yield "reads", f"{plan.amplification:,.1f} records for each one kept"
    if plan.group_id is not None:
        yield "group", visible(plan.group_id)
