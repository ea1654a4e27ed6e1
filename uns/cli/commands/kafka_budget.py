"""``uns kafka budget``: what each split costs, and whether it fits the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from uns.cli.arguments import KafkaBudget as Arguments
from uns.cli.models import open_model
from uns.cli.outputs import as_json, table
from uns.cli.terminal import Exit, Screen
from uns.counts import in_words
from uns.diagnostics import visible
from uns.kafka import KafkaBudget, SplitCost
from uns.kafka.names import MAX_LENGTH
from uns.model.translation import Translation

_COLUMNS = ("split", "topics", "partitions", "replicas", "per broker", "longest name", "fits")


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Write the budget of the model."""
    translation = open_model(arguments.model, err).kafka
    budget = translation.budget()
    if arguments.output_format == "json":
        out.line(as_json(_as_json(translation, budget), indent=2))
    else:
        rows = [_COLUMNS, *(_row(row, is_used=row is budget.cost) for row in budget.rows)]
        for line in (*table(rows, "<>>>>>>"), "", *_remarks(translation, budget)):
            out.line(line)
    return Exit.CLEAN if budget.cost.fits else Exit.FINDINGS


def _row(cost: SplitCost, *, is_used: bool) -> tuple[str, ...]:
    numbers = (
        cost.topics, cost.partitions, cost.replicas, cost.replicas_per_broker, cost.longest_name,
    )  # fmt: skip
    return (
        f"{cost.split}{' (in use)' if is_used else ''}",
        *("no end" if number is None else f"{number:,}" for number in numbers),
        "yes" if cost.fits else "no",
    )


def _remarks(translation: Translation, budget: KafkaBudget) -> Iterator[str]:
    cluster = translation.cluster
    yield (
        f"each topic has {in_words(cluster.partitions, 'partition')} and"
        f" {in_words(cluster.replication, 'replica')} of each; the limits are"
        f" {in_words(cluster.max_topics, 'topic')}, and {cluster.max_replicas_per_broker:,} replicas"
        f" on each of {in_words(cluster.brokers, 'broker')}"
    )
    deepest = "none" if budget.deepest is None else budget.deepest
    yield f"deepest split that fits: {deepest}"
    if budget.loads:
        fullest = max(budget.loads, key=lambda load: load.skew)
        yield (
            f"most uneven: {fullest.topic}, with {fullest.skew:.1f} times the mean in its fullest"
            f" partition, and {fullest.idle} idle"
        )
    for place in translation.places():
        if place.is_too_long:
            yield (
                f"too long: the name for {visible(place.template)} has {place.longest:,} characters,"
                f" and Kafka allows {MAX_LENGTH}"
            )


def _as_json(translation: Translation, budget: KafkaBudget) -> dict[str, object]:
    loads = None
    if budget.loads is not None:
        loads = [{**asdict(load), "skew": load.skew, "idle": load.idle} for load in budget.loads]
    return {
        "split": budget.cost.split,
        "deepest": budget.deepest,
        "cluster": asdict(translation.cluster),
        "rows": [asdict(row) for row in budget.rows],
        "loads": loads,
        "places": [
            {"template": place.template, "topics": place.topics, "longest_name": place.longest}
            for place in translation.places()
        ],
        "outside": list(translation.outside()),
    }
