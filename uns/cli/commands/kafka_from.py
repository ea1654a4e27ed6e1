"""``uns kafka from``: the MQTT topic of one Kafka record."""

from __future__ import annotations

import os

from uns.cli.arguments import KafkaFrom
from uns.cli.mappings import Meant, refusal
from uns.cli.outputs import as_json
from uns.cli.terminal import Exit, Screen
from uns.diagnostics import visible
from uns.kafka import Untranslatable
from uns.topics.names_and_filters import Topic


def run(arguments: KafkaFrom, out: Screen, err: Screen) -> int:
    """Write the topic, or the reason why there is none."""
    meant = Meant(arguments, err)
    topic: Topic | None = None
    reason = None
    try:
        topic = meant.mapping.to_mqtt(arguments.kafka_topic, _as_given(arguments.record_key))
    except Untranslatable as error:
        reason = error.reason
        if arguments.output_format == "text":
            err.line(f"uns: {refusal(error.text, error)}")
    if arguments.output_format == "json":
        record = {"kafka_topic": arguments.kafka_topic, "key": arguments.record_key}
        out.line(as_json({**record, "topic": topic, "error": reason}))
    elif topic is not None:
        out.line(visible(topic))
    return Exit.FINDINGS if topic is None else Exit.CLEAN


def _as_given(key: str) -> bytes:
    """The key as the shell passed it, byte for byte."""
    try:
        return os.fsencode(key)
    except UnicodeEncodeError:
        # No shell passes such a text; as bytes it is not UTF-8 either.
        return key.encode(errors="surrogatepass")
