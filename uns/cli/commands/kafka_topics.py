"""``uns kafka topics``: the Kafka topics that a model needs, in the formats of operators."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from uns.cli.arguments import KafkaTopics
from uns.cli.models import open_model
from uns.cli.terminal import CannotRun, Exit, Screen
from uns.counts import in_words
from uns.diagnostics import visible
from uns.kafka import (
    TopicConfig,
    as_commands,
    as_json,
    as_strimzi,
    as_text,
    topic_configs,
)
from uns.kafka.names import MAX_LENGTH
from uns.kafka.plans import MOST_LISTED
from uns.model.translation import Translation


def run(arguments: KafkaTopics, out: Screen, err: Screen) -> int:
    """Write the manifest, and to ``err`` what it cannot contain."""
    cluster = arguments.cluster or ""
    if arguments.output_format == "strimzi" and not cluster:
        raise CannotRun("name the Kafka cluster of the Strimzi resources with --cluster")
    translation = open_model(arguments.model, err).kafka
    wanted = [translation, translation.state] if arguments.state else [translation]
    manifest = list(itertools.chain.from_iterable(_manifest(each, arguments) for each in wanted))
    match arguments.output_format:
        case "json":
            written = as_json(manifest)
        case "commands":
            written = as_commands(manifest, bootstrap_server=arguments.bootstrap_server)
        case "strimzi":
            written = as_strimzi(manifest, cluster=cluster)
        case _:
            written = as_text(manifest)
    out.stream.write(written)
    out.flush()
    missing = [line for each in wanted for line in _left_out(each)]
    for line in missing:
        err.line(f"uns: {line}")
    return Exit.FINDINGS if missing or not manifest else Exit.CLEAN


def _manifest(translation: Translation, arguments: KafkaTopics) -> tuple[TopicConfig, ...]:
    places = list(translation.places())
    if arguments.open == "raise":
        for place in places:
            if place.topics is None:
                raise CannotRun(
                    f"{visible(place.template)} stands for an open set of Kafka topics: use a"
                    " smaller split, or leave open sets out with --open skip"
                )
    total = sum(place.topics or 0 for place in places)
    if total > MOST_LISTED:
        raise CannotRun(
            f"the model needs {in_words(total, 'Kafka topic')}, more than the {MOST_LISTED:,} that"
            " are listed here: see `uns kafka budget`"
        )
    rule, cluster = translation.mapping.rule, translation.cluster
    names = (rule.names(place.levels) for place in places if place.topics is not None)
    return topic_configs(
        itertools.chain.from_iterable(names),
        partitions=cluster.partitions,
        replicas=cluster.replication,
        settings=translation.topic_settings,
    )


def _left_out(translation: Translation) -> Iterator[str]:
    """The messages about topics of the model that do not go to Kafka."""
    if translation.mapping.rule.bucket is None:
        for place in translation.places():
            if place.is_too_long:
                length = f"{place.longest:,} characters, and Kafka allows {MAX_LENGTH}"
                yield f"left out: {visible(place.template)}: its Kafka name has {length}"
    for template in translation.outside():
        yield f"left out: {visible(template)}: the mapping does not translate such topics"
