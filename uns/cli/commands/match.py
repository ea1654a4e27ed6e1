"""``uns match``: which topics a topic filter takes, and how it stands to another."""

from __future__ import annotations

from argparse import Namespace as Arguments

from uns.cli.exits import CannotRun, Exit
from uns.cli.stdin import given_topics
from uns.cli.terminal import Screen
from uns.cli.writing import as_json
from uns.diagnostics import visible
from uns.topics.names import TopicFilter, is_topic_name, plain_filter, subscription

__all__ = ["run"]


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Answer the one question that was asked of the filter."""
    filter_ = plain_filter(subscription(arguments.filter))
    asked = [
        arguments.covers,
        arguments.overlaps,
        arguments.explain or None,
        arguments.topics or None,
    ]
    if sum(question is not None for question in asked) != 1:
        raise CannotRun("give topics, or one of --covers, --overlaps and --explain")
    if arguments.covers is not None:
        return _compared(
            arguments, out, filter_.covers(plain_filter(subscription(arguments.covers))), None
        )
    if arguments.overlaps is not None:
        common = filter_ & plain_filter(subscription(arguments.overlaps))
        return _compared(arguments, out, common is not None, common)
    if arguments.explain:
        # The rest needs no model, and is not made to wait for one.
        from uns.cli.commands.match_explain import explain

        return explain(arguments, filter_, out, err)
    return _matched(arguments, out, filter_)


def _matched(arguments: Arguments, out: Screen, filter_: TopicFilter) -> int:
    """Write the topics that match, as soon as each is seen."""
    status = Exit.FINDINGS
    for topic, line in given_topics(arguments.topics):
        # A filter does not look at bytes that are no text; no message can have them.
        matches = filter_.matches(topic) and is_topic_name(topic)
        if matches:
            status = Exit.CLEAN
        if arguments.output_format == "json":
            out.line(as_json({"topic": topic, "matches": matches}))
        elif matches:
            out.line(visible(topic))
        if line is not None:
            out.flush()
    return status


def _compared(arguments: Arguments, out: Screen, holds: bool, common: TopicFilter | None) -> int:
    """Write how the filter stands to the other one."""
    if arguments.output_format == "json":
        other = arguments.covers if arguments.overlaps is None else arguments.overlaps
        question = "covers" if arguments.overlaps is None else "overlaps"
        said = {"filter": arguments.filter, "other": other, question: holds}
        out.line(as_json(said if common is None else {**said, "common": common}))
    elif common is not None:
        out.line(visible(common))
    else:
        out.line("yes" if holds else "no")
    return Exit.CLEAN if holds else Exit.FINDINGS
