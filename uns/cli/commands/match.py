"""``uns match``: match a topic filter with topics, with a model, or with another filter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from uns.cli.arguments import Match
from uns.cli.inputs import given_topics
from uns.cli.outputs import as_json, several
from uns.cli.terminal import CannotRun, Exit, Screen, Style
from uns.counts import from_number, in_words
from uns.diagnostics import visible
from uns.topics.names_and_filters import TopicFilter, is_topic_name, plain_filter, subscription

if TYPE_CHECKING:
    from uns.model.filter_reports import FilterReport

#: The limit on the templates of one near miss that are written as text.
_WRITTEN = 5


def run(arguments: Match, out: Screen, err: Screen) -> int:
    """Answer one question about the filter."""
    filter_ = _plain(arguments.filter)
    asked = [
        arguments.covers,
        arguments.overlaps,
        arguments.explain or None,
        arguments.topics or None,
    ]
    if sum(question is not None for question in asked) != 1:
        raise CannotRun("give topics, or one of --covers, --overlaps and --explain")
    if arguments.covers is not None:
        return _compared(arguments, out, filter_.covers(_plain(arguments.covers)), None)
    if arguments.overlaps is not None:
        common = filter_ & _plain(arguments.overlaps)
        return _compared(arguments, out, common is not None, common)
    if arguments.explain:
        return _explained(arguments, filter_, out, err)
    return _matched(arguments, out, filter_)


def _plain(text: str) -> TopicFilter:
    return plain_filter(subscription(text))


def _matched(arguments: Match, out: Screen, filter_: TopicFilter) -> int:
    """Write the topics that match, as soon as each is seen."""
    status = Exit.FINDINGS
    for topic, line in given_topics(arguments.topics):
        # A filter also matches names that are not valid UTF-8, which no message can have.
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


def _compared(arguments: Match, out: Screen, holds: bool, common: TopicFilter | None) -> int:
    """Write whether the comparison with the other filter holds."""
    if arguments.output_format == "json":
        other = arguments.covers if arguments.overlaps is None else arguments.overlaps
        question = "covers" if arguments.overlaps is None else "overlaps"
        result = {"filter": arguments.filter, "other": other, question: holds}
        out.line(as_json(result if common is None else {**result, "common": common}))
    elif common is not None:
        out.line(visible(common))
    else:
        out.line("yes" if holds else "no")
    return Exit.CLEAN if holds else Exit.FINDINGS


# --- in a model ------------------------------------------------------------------------------------


def _explained(arguments: Match, filter_: TopicFilter, out: Screen, err: Screen) -> int:
    """Write what the filter matches in the model, and what it just misses."""
    # Imported here: the other questions need no model.
    from uns.cli.models import open_model
    from uns.model.filter_reports import report_filter
    from uns.model.near_misses import respelled

    namespace = open_model(arguments.model, err)
    report = report_filter(namespace, filter_)
    if arguments.output_format == "json":
        out.line(as_json(_report_as_json(report), indent=2))
    else:
        _write_report(report, out)
        meant = None if report.template_count else respelled(namespace, filter_)
        if meant is not None:
            out.line(f"{'':<12} did you mean {visible(meant)}?")
    return Exit.CLEAN if report.template_count else Exit.FINDINGS


def _write_report(report: FilterReport, out: Screen) -> None:
    topics = in_words(from_number(report.topics), "topic")
    rows = [
        ("matches", f"{topics} ({in_words(report.template_count, 'template')})"),
        ("by level", _templates(report.by_level)),
        ("by class", _templates(report.by_class)),
        ("by payload", _templates(report.by_payload)),
    ]
    for name, text in rows:
        if text:
            out.line(f"{out.paint(f'{name:<12}', Style.FAINT)} {text}")
    for miss in report.near_misses:
        name = out.paint(f"{'just misses':<12}", Style.FAINT)
        number = in_words(len(miss.templates), "template")
        out.line(f"{name} {number} that {visible(miss.filter)} matches:")
        for line in several([visible(template.text) for template in miss.templates], _WRITTEN):
            out.line(f"{'':<12}   {line}")


def _templates(by_name: Mapping[str, int]) -> str:
    """The numbers of templates by name."""
    counted = [f"{visible(name)} {number:,}" for name, number in by_name.items()]
    return f"{', '.join(counted)} (templates)" if counted else ""


def _report_as_json(report: FilterReport) -> dict[str, object]:
    return {
        "filter": report.filter,
        "topics": report.topics,
        "templates": [template.text for template in report.templates],
        "template_count": report.template_count,
        "by_level": dict(report.by_level),
        "by_class": dict(report.by_class),
        "by_payload": dict(report.by_payload),
        "near_misses": [
            {"filter": miss.filter, "templates": [template.text for template in miss.templates]}
            for miss in report.near_misses
        ],
    }
