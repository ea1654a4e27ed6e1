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


def run(arguments: KafkaPlan, out: Screen, err: Screen) -> int:
    """Write the plan for one filter."""
    plan = Meant(arguments, err).plan(arguments.filter)
    if arguments.output_format == "json":
        out.line(as_json({"filter": arguments.filter, **asdict(plan)}, indent=2))
    else:
        for name, line in _lines(plan):
            out.line(f"{name:<10}{line}")
    return Exit.FINDINGS if plan.topics == () else Exit.CLEAN


def _lines(plan: SubscriptionPlan) -> Iterator[tuple[str, str]]:
    """The lines of the plan, the first of each part with its name."""
    if plan.topics == ():
        yield "read", "nothing: no topic in Kafka matches"
        return
    if plan.topics is None:
        yield "read", "no list: there are too many topics, or their number has no end"
    for number, name in enumerate(plan.topics or ()):
        yield "" if number else "read", name
    yield "or match", plan.regex
    if plan.exact:
        yield "keep", "every record"
    else:
        yield "keep", f"records whose MQTT topic matches {visible(plan.key_filter)}"
    if plan.amplification is not None:
        yield "reads", f"{plan.amplification:,.1f} records for each one kept"
    if plan.group_id is not None:
        yield "group", visible(plan.group_id)
