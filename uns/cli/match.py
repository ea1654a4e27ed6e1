"""``uns match``: which topics a topic filter takes, by MQTT alone."""

from __future__ import annotations

from argparse import Namespace as Arguments

from uns.cli.exits import Exit
from uns.cli.stdin import given_topics
from uns.diagnostics import visible
from uns.terminal import Screen
from uns.topics import SharedSubscription, is_topic_name, subscription

__all__ = ["run"]


def run(arguments: Arguments, out: Screen, _: Screen) -> int:
    """Write the topics that match, as soon as each is seen."""
    found = subscription(arguments.filter)
    filter_ = found.filter if isinstance(found, SharedSubscription) else found
    status = Exit.FINDINGS
    for topic, line in given_topics(arguments.topics):
        # A filter does not look at bytes that are no text; no message can have them.
        if filter_.matches(topic) and is_topic_name(topic):
            status = Exit.CLEAN
            out.line(visible(topic))
            if line is not None:
                out.flush()
    return status
