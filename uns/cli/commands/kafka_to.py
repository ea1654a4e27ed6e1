"""``uns kafka to``: where messages go in Kafka, topic by topic."""

from __future__ import annotations

from argparse import Namespace as Arguments
from typing import Any

from uns.cli.exits import Exit
from uns.cli.mappings import Meant, refusal
from uns.cli.stdin import given_topics
from uns.cli.terminal import Screen
from uns.cli.writing import JsonArray, as_json
from uns.diagnostics import InvalidText, visible
from uns.kafka import RecordAddress, Untranslatable

__all__ = ["run"]

_ADDRESS = ("kafka_topic", "key", "partition_key", "partitioner", "partition", "partitions")


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Write the address of each topic as soon as it is known, and on ``err`` why one has none."""
    meant = Meant(arguments, err)
    partitions = arguments.partitions or meant.cluster.partitions
    array = JsonArray(out)
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
        if arguments.output_format == "json":
            array.add(said)
        elif arguments.output_format == "json-lines":
            out.line(as_json(said))
        elif said["error"] is None:
            out.line(f"{said['kafka_topic']} {said['partition']} {visible(said['key'])}")
        if line is not None:
            # Whoever feeds topics line by line may wait for the answer.
            out.flush()
    if arguments.output_format == "json":
        array.end()
    return status


def _as_json(address: RecordAddress, partitions: int) -> dict[str, Any]:
    key, hashed = address.key.decode(), address.partition_key.decode()
    partition = address.partition(partitions)
    said = (address.topic, key, hashed, address.partitioner, partition, partitions)
    return dict(zip(_ADDRESS, said, strict=True))
