"""``uns topics``: the topics of a model, listed as they are made, or counted."""

from __future__ import annotations

import csv
from argparse import Namespace as Arguments
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from uns.cli.exits import CannotRun, Exit
from uns.cli.listing import instances
from uns.cli.models import opened
from uns.cli.words import facts
from uns.cli.writing import JsonArray, as_json
from uns.diagnostics import visible
from uns.namespace import Namespace
from uns.queries import UnboundedTopics
from uns.terminal import Screen

__all__ = ["run"]

_TOPIC = ("topic", "template")
_TEMPLATE = ("template", "filter", "count")
_FACTS = ("payload", "kind", "retain", "qos", "type", "unit", "owner")


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """List or count the topics that a filter takes."""
    namespace = opened(arguments.model, err)
    if arguments.templates:
        wanted = _templates(namespace, arguments.filter)
        columns = (*_TEMPLATE, *_FACTS)
        total = None
    else:
        # First of all, so that nothing is written when there is no end.
        total = _count(namespace, arguments)
        wanted = _topics(namespace, arguments)
        columns = (*_TOPIC, *_FACTS)
    if arguments.count:
        total = sum(1 for _ in namespace.endpoints(arguments.filter)) if total is None else total
        out.line(str(total))
    else:
        total = _WRITERS[arguments.output_format](wanted, columns, out)
    return Exit.CLEAN if total else Exit.FINDINGS


def _count(namespace: Namespace, arguments: Arguments) -> int:
    try:
        return namespace.count(arguments.filter, arguments.open)
    except UnboundedTopics as unbounded:
        raise CannotRun(
            f"{visible(unbounded.template)} stands for an open set of topics; name one level of it"
            " in the filter, leave such sets out with --open skip, or list --templates"
        ) from None


def _topics(namespace: Namespace, arguments: Arguments) -> Iterator[Mapping[str, Any]]:
    """What is said of each topic; in text no more than its name."""
    if arguments.output_format == "text":
        for topic in namespace.topics(arguments.filter, arguments.open):
            yield {"topic": topic}
        return
    said = (
        (node.template.segments, {"template": node.template.text, **facts(node)})
        for node in namespace.endpoints(arguments.filter)
    )
    for topic, row in instances(said):
        yield {"topic": topic, **row}


def _templates(namespace: Namespace, filter_: str | None) -> Iterator[Mapping[str, Any]]:
    for node in namespace.endpoints(filter_):
        template = node.template
        yield {
            "template": template.text,
            "filter": template.filter,
            "count": template.count,
            **facts(node),
        }


# --- writing, one by one; each says how many there were --------------------------------------------


def _as_text(rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...], out: Screen) -> int:
    total = 0
    for total, row in enumerate(rows, 1):  # noqa: B007 - the last number is the total
        out.line(visible(row[columns[0]]))
    return total


def _as_json(rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...], out: Screen) -> int:
    array = JsonArray(out)
    total = 0
    for total, row in enumerate(rows, 1):  # noqa: B007 - the last number is the total
        array.add({column: row[column] for column in columns})
    array.end()
    return total


def _as_csv(rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...], out: Screen) -> int:
    writer = csv.writer(out.stream, lineterminator="\n")
    writer.writerow(columns)
    total = 0
    for total, row in enumerate(rows, 1):  # noqa: B007 - the last number is the total
        writer.writerow(_cell(row[column]) for column in columns)
    return total


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return as_json(value) if isinstance(value, bool) else visible(str(value))


_WRITERS = {"text": _as_text, "json": _as_json, "csv": _as_csv}
