"""``uns kafka budget``: what each split costs, whether it fits the cluster, and its traffic."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import asdict
from fractions import Fraction

from uns.cli.arguments import KafkaBudget as Arguments
from uns.cli.models import open_model
from uns.cli.outputs import as_json, table
from uns.cli.terminal import Exit, Screen
from uns.counts import from_number, in_words
from uns.diagnostics import visible
from uns.kafka import KafkaBudget, PartitionLoad, PlaceTraffic, SplitCost, Traffic
from uns.kafka.names import MAX_LENGTH
from uns.model.namespace import Namespace
from uns.model.translation import Translation

_COLUMNS = ("split", "topics", "partitions", "replicas", "per broker", "longest name", "fits")

#: Most topics without a known rate that are named.
_NAMED = 3


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Write the budget of the model."""
    namespace = open_model(arguments.model, err)
    translation = namespace.kafka
    budget = translation.budget()
    if arguments.output_format == "json":
        out.line(as_json(_as_json(translation, budget), indent=2))
    else:
        rows = [_COLUMNS, *(_row(row, is_used=row is budget.cost) for row in budget.rows)]
        lines = (*table(rows, "<>>>>>>"), "", *_remarks(translation, budget))
        for line in (*lines, "", *_traffic(translation, budget), *_unrated(namespace, budget)):
            out.line(line)
    return Exit.CLEAN if budget.cost.fits else Exit.FINDINGS


def _unrated(namespace: Namespace, budget: KafkaBudget) -> Iterator[str]:
    """The first topics that the sums leave out because their rate is not known."""
    if budget.traffic.unrated == 0 or budget.traffic.messages is None:
        return
    found = (
        visible(node.template.text)
        for node in namespace.endpoints()
        if node.endpoint is not None and node.endpoint.messages_per_second is None
    )
    first = list(itertools.islice(found, _NAMED + 1))
    if first:
        more = " and more" if len(first) > _NAMED else ""
        yield f"without a known rate: {', '.join(first[:_NAMED])}{more}"


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


# --- messages and bytes ----------------------------------------------------------------------------

#: Most places whose traffic is shown as text; JSON has all.
_MOST_SHOWN = 20

_PLACE_COLUMNS = (
    "place",
    "Kafka topics",
    "MQTT topics",
    "messages/s",
    "bytes/s",
    "fullest",
    "kept",
)


def _traffic(translation: Translation, budget: KafkaBudget) -> Iterator[str]:
    """The lines about messages: by place, in all, on each broker, and with twice the partitions."""
    if budget.places and all(place.each.messages is None for place in budget.places):
        topics = in_words(from_number(budget.traffic.topics), "MQTT topic")
        yield f"messages: not known, because the model gives no rate of its {topics}: add `every` or `rate`"
        return
    shown = budget.places[:_MOST_SHOWN]
    rows = [_PLACE_COLUMNS, *(_place_row(translation, budget, place) for place in shown)]
    yield from table(rows, "<>>>>>>")
    more = len(budget.places) - len(shown)
    if more > 0:
        yield f"and {in_words(more, 'place')} more: --output-format json has all of them"
    yield ""
    traffic = budget.traffic
    yield (
        f"each row is one Kafka topic of the place: its MQTT topics, messages and bytes a second, messages"
        f" a second in its fullest partition{'' if budget.loads is not None else ' (assumed even)'}, and"
        f" bytes kept, with {in_words(budget.cluster.replication, 'replica')}"
    )
    yield _sums(traffic)
    if traffic.messages is None:
        return
    yield (
        f"on each broker: {_number(budget.messages_per_broker)} messages/s,"
        f" {_size(budget.bytes_per_broker)}/s written, replicas included"
    )
    yield f"kept for {budget.retention}, replicas included: {_size(budget.kept)}"
    yield _doubled(budget)


def _place_row(
    translation: Translation, budget: KafkaBudget, place: PlaceTraffic
) -> tuple[str, ...]:
    each = place.each
    return (
        visible(translation.template_of(place)),
        "no end" if place.topics is None else f"{place.topics:,}",
        "no end" if each.topics is None else f"{each.topics:,}",
        _number(each.messages),
        _size(each.bytes),
        _number(_fullest(translation, budget, place)),
        _size(place.kept),
    )


def _fullest(
    translation: Translation, budget: KafkaBudget, place: PlaceTraffic
) -> Fraction | float | None:
    """The messages a second of the fullest partition of a place; without real keys, the mean."""
    if place.each.messages is None:
        return None
    if budget.loads is None:
        return place.each.messages / budget.cluster.partitions
    names = set(translation.mapping.rule.names(place.levels))
    return max(
        (max(load.messages, default=0) for load in budget.loads if load.topic in names), default=0
    )


def _sums(traffic: Traffic) -> str:
    """The sums over all topics, and what they leave out."""
    topics = in_words(from_number(traffic.topics), "MQTT topic")
    flow = f"{_number(traffic.messages)} messages/s, {_size(traffic.bytes)}/s"
    left_out = [
        f"{in_words(from_number(number), 'MQTT topic')} without a known {what}"
        for number, what in ((traffic.unrated, "rate"), (traffic.unsized, "size"))
        if number != 0
    ]
    if traffic.messages is None:
        return f"in all: not known, because of {left_out[0]}"
    if not left_out:
        return f"in all: {flow}, from {topics}"
    return f"in all: {flow}, and more: this leaves out {' and '.join(left_out)}, of {topics}"


def _doubled(budget: KafkaBudget) -> str:
    """What twice the partitions would change."""
    partitions, cost = 2 * budget.cluster.partitions, budget.doubled
    replicas = "no end of" if cost.replicas_per_broker is None else f"{cost.replicas_per_broker:,}"
    fits = "fits" if cost.fits else "does not fit"
    head = f"with {partitions} partitions: {replicas} replicas on each broker, which {fits};"
    if budget.loads is None:
        return f"{head} half the messages in each, and half the keys in another one (assumed even)"
    before = max((max(load.messages, default=0) for load in budget.loads), default=0)
    after = max((load.doubled for load in budget.loads), default=0)
    moved, keys = (
        sum(load.moved for load in budget.loads),
        sum(sum(load.counts) for load in budget.loads),
    )
    return (
        f"{head} {_number(after)} messages/s in the fullest instead of {_number(before)}, and"
        f" {moved:,} of {keys:,} keys in another one, no longer in order with older records"
    )


def _number(number: Fraction | float | None) -> str:
    if number is None:
        return "not known"
    value = float(number)
    return f"{value:,.0f}" if value >= 100 or value == 0 else f"{value:.3g}"


def _size(size: Fraction | float | None) -> str:
    """Bytes with a decimal prefix."""
    if size is None:
        return "not known"
    value, prefix = float(size), ""
    for larger in ("k", "M", "G", "T", "P"):
        if value < 999.5:
            break
        value, prefix = value / 1_000, larger
    return f"{value:,.3g} {prefix}B"


# --- as JSON ---------------------------------------------------------------------------------------


def _as_json(translation: Translation, budget: KafkaBudget) -> dict[str, object]:
    retention = budget.retention
    return {
        "split": budget.cost.split,
        "deepest": budget.deepest,
        "cluster": asdict(translation.cluster),
        "rows": [asdict(row) for row in budget.rows],
        "loads": None if budget.loads is None else list(map(_load_as_json, budget.loads)),
        "places": [
            {"template": place.template, "topics": place.topics, "longest_name": place.longest}
            for place in translation.places()
        ],
        "outside": list(translation.outside()),
        "retention_seconds": None if retention is None else float(retention.seconds),
        "traffic": {
            **_traffic_as_json(budget.traffic),
            "kept_bytes": _plain(budget.kept),
            "per_broker": {
                "messages_per_second": _plain(budget.messages_per_broker),
                "bytes_per_second": _plain(budget.bytes_per_broker),
            },
            "by_place": [
                {
                    "template": translation.template_of(place),
                    "topics": place.topics,
                    "each": {**_traffic_as_json(place.each), "kept_bytes": _plain(place.kept)},
                }
                for place in budget.places
            ],
        },
        "doubled": asdict(budget.doubled),
    }


def _load_as_json(load: PartitionLoad) -> dict[str, object]:
    is_known = bool(load.messages)
    return {
        "topic": load.topic,
        "counts": load.counts,
        "skew": load.skew,
        "idle": load.idle,
        "messages_per_second": load.messages if is_known else None,
        "bytes_per_second": load.bytes if is_known else None,
        "doubled": {
            "fullest_messages_per_second": load.doubled if is_known else None,
            "moved": load.moved,
        },
    }


def _traffic_as_json(traffic: Traffic) -> dict[str, object]:
    return {
        "mqtt_topics": traffic.topics,
        "without_rate": traffic.unrated,
        "without_size": traffic.unsized,
        "messages_per_second": _plain(traffic.messages),
        "bytes_per_second": _plain(traffic.bytes),
    }


def _plain(number: Fraction | None) -> float | None:
    return None if number is None else float(number)
