"""``uns kafka to``: where messages go in Kafka, topic by topic."""

from __future__ import annotations

from typing import Any

from uns.cli.arguments import KafkaTo
from uns.cli.inputs import given_topics
from uns.cli.mappings import Meant, refusal
from uns.cli.outputs import json_items
from uns.cli.terminal import Exit, Screen
from uns.diagnostics import InvalidText, visible
from uns.kafka import RecordAddress, Untranslatable

_ADDRESS = ("kafka_topic", "key", "partition_key", "partitioner", "partition", "partitions")


def run(arguments: KafkaTo, out: Screen, err: Screen) -> int:
    """Write the address of each topic as soon as it is known, and to ``err`` why one has none."""
    meant = Meant(arguments, err)
    partitions = arguments.partitions or meant.cluster.partitions
    items = json_items(arguments.output_format, out)
    status = Exit.CLEAN
    for topic, line in given_topics(arguments.topics):
        said: dict[str, Any] = {"line": line, "topic": topic, **dict.fromkeys(_ADDRESS)}
        said["error"] = None
        try:
            said |= _as_json(meant.mapping.to_kafka(topic), partitions)
        except (InvalidText, Untranslatable) as error:
            status = Exit.FINDINGS
            said["error"] = error.reason
            if arguments.output_format == "text":
                out.flush()
                err.line(f"uns: {refusal(topic, error)}")
        if arguments.output_format != "text":
            items.add(said)
        elif said["error"] is None:
            out.line(f"{said['kafka_topic']} {said['partition']} {visible(said['key'])}")
        if line is not None:
            # The sender of the topics may wait for the answer to each line.
            out.flush()
    items.end()
    return status


def _as_json(address: RecordAddress, partitions: int) -> dict[str, Any]:
    key, hashed = address.key.decode(), address.partition_key.decode()
    partition = address.partition(partitions)
    said = (address.topic, key, hashed, address.partitioner, partition, partitions)
    return dict(zip(_ADDRESS, said, strict=True))
