"""``uns match --explain``: what a filter takes in a model, and what it just misses."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections.abc import Mapping

from uns.cli.exits import Exit
from uns.cli.models import counted, opened
from uns.cli.terminal import Screen, Style
from uns.cli.writing import as_json
from uns.diagnostics import visible
from uns.model.filter_reports import FilterReport, report_filter
from uns.topics.names import TopicFilter

__all__ = ["explain"]

#: Most templates of one near miss that are written as text.
_WRITTEN = 5


def explain(arguments: Arguments, filter_: TopicFilter, out: Screen, err: Screen) -> int:
    """Write the report of a filter."""
    report = report_filter(opened(arguments.model, err), filter_)
    if arguments.output_format == "json":
        out.line(as_json(_report_as_json(report), indent=2))
    else:
        _write_report(report, out)
    return Exit.CLEAN if report.template_count else Exit.FINDINGS


def _write_report(report: FilterReport, out: Screen) -> None:
    topics = "an open set of topics" if report.topics is None else counted(report.topics, "topic")
    rows = [
        ("takes", f"{topics} ({counted(report.template_count, 'template')})"),
        ("by level", _numbers(report.by_level)),
        ("by class", _numbers(report.by_class)),
        ("by payload", _numbers(report.by_payload)),
    ]
    for name, text in rows:
        if text:
            out.line(f"{out.paint(f'{name:<12}', Style.FAINT)} {text}")
    for miss in report.near_misses:
        name = out.paint(f"{'just misses':<12}", Style.FAINT)
        number = counted(len(miss.templates), "template")
        out.line(f"{name} {number} that {visible(miss.filter)} takes:")
        for template in miss.templates[:_WRITTEN]:
            out.line(f"{'':<12}   {visible(template.text)}")
        if len(miss.templates) > _WRITTEN:
            out.line(f"{'':<12}   and {len(miss.templates) - _WRITTEN:,} more")


def _numbers(by_name: Mapping[str, int]) -> str:
    return ", ".join(f"{visible(name)} {number:,}" for name, number in by_name.items())


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
