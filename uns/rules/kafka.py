"""Rules of family K: a model's names and topics in Kafka.

They run on models that have a `kafka:` section or list `kafka` under their profiles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sized
from functools import partial

from uns.counts import from_number, in_words
from uns.diagnostics import Severity, Span
from uns.kafka import Cluster, encode_segment
from uns.kafka.budgets import deepest_fitting
from uns.kafka.names import MAX_LENGTH
from uns.linting.rule import Finding, rule
from uns.linting.surveys import Survey
from uns.model.namespace import Namespace
from uns.model.translation import EACH_METRIC, KafkaPlace

#: With at least so many MQTT topics, a single Kafka topic for all of them is reported.
MANY_TOPICS = 10_000

_kafka_topics = partial(in_words, noun="Kafka topic")


def _is_meant_for_kafka(namespace: Namespace) -> bool:
    return bool(namespace.kafka.settings) or "kafka" in namespace.profiles


def _places(namespace: Namespace) -> tuple[KafkaPlace, ...]:
    """The Kafka places of a model; empty if it is not meant for Kafka, or too large to list them."""
    if not _is_meant_for_kafka(namespace) or not namespace.kafka.is_surveyed:
        return ()
    return tuple(namespace.kafka.places())


def _setting(namespace: Namespace, key: str) -> Span | None:
    """The span of a Kafka setting, or else that of the `kafka:` section."""
    return namespace.locate("kafka", key) or namespace.locate("kafka", key=True)


def _declared(survey: Survey, template: str, levels: int) -> Span | None:
    """The span at which the model declares the first ``levels`` of a template, as far as it does."""
    members, origin = survey.namespace.root._members, None
    for text in template.split("/")[:levels]:
        place = next((place for place in members if place.segment.text == text), None)
        if place is None:
            break
        members, origin = place.members, place.origin or origin
    return origin.span if origin else survey.namespace.locate("topic", "root")


def _report(
    survey: Survey, message: str, help_: str, template: str, levels: int | None = None
) -> Finding:
    """A finding on a template, at the declaration of its first ``levels``."""
    depth = template.count("/") + 1 if levels is None else levels
    return Finding(message, _declared(survey, template, depth), help_, path=template)


def _others(found: Sized, noun: str) -> str:
    """All but the first, in words."""
    return in_words(len(found) - 1, f"other {noun}")


# --- names -----------------------------------------------------------------------------------------

#: The characters that the codec escapes; a dash before an x would look like an escape.
_escaped = re.compile("[^A-Za-z0-9-]|-(?=x)").findall


@rule("K101", "escaped-kafka-name", Severity.INFO)
def escaped_kafka_name(survey: Survey) -> Iterator[Finding]:
    """A topic level has a character that is escaped in the names of Kafka topics.

    Only the levels down to the split count, since the others are not in the name. Reported once
    for each character, and once for all that are not ASCII.

    Why:
        The names stay unique and this library can translate them back, but people who look for
        `line 1` in a list of Kafka topics find `line-x20-1`.

    Example:
        kafka: {prefix: uns}
        sites: {lyon_sud: {metrics: {power: {type: number}}}}

    Instead:
        kafka: {prefix: uns}
        sites: {lyon-sud: {metrics: {power: {type: number}}}}
    """
    namespace = survey.namespace
    root = namespace.root_levels
    found: dict[str, dict[str, tuple[str, int]]] = {}
    for place in _places(namespace):
        known = [*root, *(one if isinstance(one, str) else _sample(one) for one in place.levels)]
        for depth, level in enumerate(known, 1):
            for character in map(_in_words, _escaped(level)) if level else ():
                found.setdefault(character, {}).setdefault(level or "", (place.template, depth))
    for character, levels in found.items():
        level, (template, depth) = next(iter(levels.items()))
        others = f", as in {_others(levels, 'level')}" if len(levels) > 1 else ""
        yield Finding(
            f"Kafka names escape {character}: {level!r} becomes {encode_segment(level)}{others}",
            _declared(survey, template, depth),
            "letters, digits and dashes need no escape",
            path="/".join(template.split("/")[:depth]),
        )


def _in_words(character: str) -> str:
    if character == "-":
        return "'-' before an x"
    return repr(character) if character.isascii() else "characters that are not ASCII"


def _sample(level: object) -> str | None:
    """The member of a family that is longest in a Kafka name, if it is known."""
    longest = getattr(level, "longest", None)
    return longest if isinstance(longest, str) else None


@rule("K102", "kafka-name-too-long", Severity.ERROR)
def kafka_name_too_long(survey: Survey) -> Iterator[Finding]:
    """A Kafka topic would need a name of more than 249 characters.

    Why:
        Kafka does not create such a topic, so the bridge refuses every message for it.

    Example:
        kafka: {prefix: uns}
        sites:
          ビール工場ビール工場ビール工場ビール工場ビール工場ビール工場ビール工場ビール工場ビール工場ビール工場: {metrics: {power: {type: number}}}

    Instead:
        kafka: {prefix: uns, overflow: bucket}
        sites:
          ビール工場ビール工場ビール工場ビール工場ビール工場ビール工場ビール工場ビール工場ビール工場ビール工場: {metrics: {power: {type: number}}}
    """
    namespace = survey.namespace
    long = [place for place in _places(namespace) if place.is_too_long]
    if long and namespace.kafka.mapping.overflow == "reject":
        first = long[0]
        more = f" (also in {_others(long, 'place')})" if len(long) > 1 else ""
        name = f"has a name of {first.longest:,} characters{more}; Kafka allows {MAX_LENGTH}"
        help_ = "shorten the levels, split higher up, or use `overflow: bucket`"
        yield _report(survey, f"a Kafka topic of {first.template!r} {name}", help_, first.template)


# --- how many --------------------------------------------------------------------------------------


@rule("K201", "over-kafka-budget", Severity.WARNING)
def over_kafka_budget(survey: Survey) -> Iterator[Finding]:
    """The model needs more Kafka topics, or more replicas on each broker, than the limits allow.

    The limits are `max_topics` (300 by default) and 1,000 replicas a broker.

    Why:
        Each partition costs files, memory and time whenever a broker restarts, and people cannot
        work with a list of thousands of topics.

    Example:
        kafka: {split: 2, max_topics: 50}
        sites: {lyon: {areas: {"hall[1..80]": {metrics: {power: {type: number}}}}}}

    Instead:
        kafka: {split: 1, max_topics: 50}
        sites: {lyon: {areas: {"hall[1..80]": {metrics: {power: {type: number}}}}}}
    """
    namespace = survey.namespace
    if not _places(namespace):
        return
    cluster, cost = namespace.kafka.cluster, namespace.kafka.cost
    if cost.topics is None or cost.replicas_per_broker is None:
        return  # unbounded, which K202 reports
    limit = cluster.max_replicas_per_broker
    if cost.topics > cluster.max_topics:
        message = (
            f"the model needs {_kafka_topics(cost.topics)}, and {cluster.max_topics:,} are allowed"
        )
        span = _setting(namespace, "max_topics")
    elif cost.replicas_per_broker > limit:
        message = (
            f"each broker gets {cost.replicas_per_broker:,} replicas of "
            f"{_kafka_topics(cost.topics)}, and a small broker can handle {limit:,}"
        )
        span = _setting(namespace, "partitions")
    else:
        return
    yield Finding(message, span, _fitting(namespace))


def _fitting(namespace: Namespace) -> str:
    deepest = deepest_fitting(namespace.kafka.costs)
    if deepest is None:
        return "no split fits: allow more, or give each topic fewer partitions"
    return f"split higher up: `split: {deepest}` is the deepest that fits"


@rule("K202", "unbounded-kafka-topics", Severity.WARNING)
def unbounded_kafka_topics(survey: Survey) -> Iterator[Finding]:
    """Kafka topics are named after an open set, so their number is not limited.

    Why:
        Each new member of the set needs a Kafka topic that does not exist yet. Consumers see it
        minutes later, and brokers can hold only so many.

    Example:
        kafka: {split: 2}
        sites: {lyon: {work_units: {"{serial}": {pattern: "agv-[0-9]+", metrics: {battery: {type: number}}}}}}
        topic: {containment: free}

    Instead:
        kafka: {split: 1}
        sites: {lyon: {work_units: {"{serial}": {pattern: "agv-[0-9]+", metrics: {battery: {type: number}}}}}}
        topic: {containment: free}
    """
    endless = [place for place in _places(survey.namespace) if place.topics is None]
    if endless:
        first = endless[0]
        more = f" (also in {_others(endless, 'place')})" if len(endless) > 1 else ""
        message = f"each name that matches {first.template!r} gets a Kafka topic for itself{more}"
        help_ = "split above it, so that the name goes into the record key"
        yield _report(survey, message, help_, first.template, _open_depth(first))


def _open_depth(place: KafkaPlace) -> int:
    """The number of levels of a place down to its first open set."""
    parts = place.template.split("/")
    above = len(parts) - len(place.levels)
    sizes = (getattr(level, "size", 1) for level in place.levels)
    return above + next((depth for depth, size in enumerate(sizes, 1) if size is None), 0)


@rule("K203", "one-kafka-topic", Severity.INFO)
def one_kafka_topic(survey: Survey) -> Iterator[Finding]:
    """All topics of a large model go to one Kafka topic, and a deeper split would fit.

    Why:
        Every consumer reads the messages of all plants and throws most of them away, and all
        share the same rights and retention.

    Example:
        kafka: {split: 1}
        sites: {lyon: {areas: {"hall[1..80]": {metrics: {"v[1..200]": {type: number}}}}}}

    Instead:
        kafka: {split: 2}
        sites: {lyon: {areas: {"hall[1..80]": {metrics: {"v[1..200]": {type: number}}}}}}
    """
    namespace = survey.namespace
    places = _places(namespace)
    if len(places) != 1 or places[0].topics != 1:
        return
    topics = namespace.count(open="skip")
    if topics < MANY_TOPICS:
        return
    better = [
        row
        for row in namespace.kafka.costs
        if row.fits and row.topics is not None and row.topics > 1
    ]
    if better:
        yield Finding(
            f"{in_words(topics, 'topic')} go to one Kafka topic",
            _setting(namespace, "split"),
            f"`split: {better[0].split}` makes it {_kafka_topics(from_number(better[0].topics))}",
        )


# --- partitions and replicas -----------------------------------------------------------------------


@rule("K301", "one-partition", Severity.WARNING)
def one_partition(survey: Survey) -> Iterator[Finding]:
    """`order_by` names a level at or above the split, so each Kafka topic uses one partition.

    Why:
        All records of a Kafka topic then have the same partition key. The other partitions stay
        empty, and a second consumer of a group has nothing to do.

    Example:
        kafka: {split: 3, order_by: 2, partitions: 6}
        sites: {lyon: {metrics: {power: {type: number}}}}

    Instead:
        kafka: {split: 3, order_by: 4, partitions: 6}
        sites: {lyon: {metrics: {power: {type: number}}}}
    """
    namespace = survey.namespace
    order = namespace.kafka.settings.get("order_by")
    partitions = namespace.kafka.cluster.partitions if order is not None else 1
    if order is None or order == EACH_METRIC or partitions < 2:
        return
    split = namespace.kafka.settings.get("split") or namespace.kafka.mapping.split
    if _is_at_or_above(namespace, order, split):
        yield Finding(
            f"`order_by: {order}` is not below `split: {split}`, so each Kafka topic uses "
            f"one of its {partitions:,} partitions",
            _setting(namespace, "order_by"),
            "order by a level below the split, or by `metric`",
        )


def _is_at_or_above(namespace: Namespace, order: int | str, split: int | str) -> bool:
    if isinstance(order, int) and isinstance(split, int):
        return order <= split
    if isinstance(order, int) or isinstance(split, int):
        return False  # the depth of a named level differs from place to place
    levels = namespace.levels
    upper, lower = (levels.rank(levels.by_key[name]) for name in (order, split))
    return upper is not None and lower is not None and upper <= lower


@rule("K302", "replication-above-brokers", Severity.ERROR)
def replication_above_brokers(survey: Survey) -> Iterator[Finding]:
    """There are fewer brokers than copies of each partition.

    Checked only if the model gives the number of `brokers`; `replication` is 3 by default.

    Why:
        Kafka puts each copy on another broker, so it refuses to create the topics.

    Example:
        kafka: {brokers: 2, replication: 3}
        sites: {lyon: {metrics: {power: {type: number}}}}

    Instead:
        kafka: {brokers: 3, replication: 3}
        sites: {lyon: {metrics: {power: {type: number}}}}
    """
    namespace = survey.namespace
    cluster = _cluster(namespace)
    if cluster is not None and cluster.replication > cluster.brokers:
        said = namespace.kafka.settings.get("replication") is not None
        yield Finding(
            f"`replication` is {cluster.replication:,}{'' if said else ' by default'}, "
            f"and there {'is' if cluster.brokers == 1 else 'are'} "
            f"{in_words(cluster.brokers, 'broker')}",
            _setting(namespace, "replication" if said else "brokers"),
            f"use `replication: {cluster.brokers}`, or add brokers",
        )


def _cluster(namespace: Namespace) -> Cluster | None:
    """The cluster, if the model gives its size."""
    said = namespace.kafka.settings.get("brokers") is not None
    return namespace.kafka.cluster if said else None


@rule("K303", "single-copy", Severity.INFO)
def single_copy(survey: Survey) -> Iterator[Finding]:
    """Each partition has only one copy, though there are several brokers.

    Why:
        While its broker is down, a partition accepts no messages, and those on it may be lost.

    Example:
        kafka: {brokers: 3, replication: 1}
        sites: {lyon: {metrics: {power: {type: number}}}}

    Instead:
        kafka: {brokers: 3, replication: 3}
        sites: {lyon: {metrics: {power: {type: number}}}}
    """
    namespace = survey.namespace
    cluster = _cluster(namespace)
    if cluster is not None and cluster.replication == 1 and cluster.brokers > 1:
        yield Finding(
            f"`replication` is 1, but there are {cluster.brokers:,} brokers",
            _setting(namespace, "replication"),
            f"use `replication: {min(3, cluster.brokers)}`",
        )


# --- what does not go to Kafka ---------------------------------------------------------------------


@rule("K401", "outside-kafka", Severity.WARNING)
def outside_kafka(survey: Survey) -> Iterator[Finding]:
    """The Kafka mapping leaves out topics of the model.

    It leaves out topics that start with `$`, and with `key: tail` those of one level.

    Why:
        The bridge refuses their messages, and readers of Kafka never learn of them.

    Example:
        kafka: {key: tail}
        sites: {lyon: {payload: info/1, metrics: {power: {type: number}}}}

    Instead:
        kafka: {key: full}
        sites: {lyon: {payload: info/1, metrics: {power: {type: number}}}}
    """
    namespace = survey.namespace
    if not _places(namespace) and not _is_meant_for_kafka(namespace):
        return
    outside = list(namespace.kafka.outside())
    if outside:
        more = f", nor do topics of {_others(outside, 'template')}" if len(outside) > 1 else ""
        tail = namespace.kafka.mapping.key == "tail" and not outside[0].startswith("$")
        hints = "only brokers should use `$`", "use `key: full`, or put it a level deeper"
        yield _report(survey, f"{outside[0]!r} does not go to Kafka{more}", hints[tail], outside[0])
