"""``uns topics``: the topics of a model, listed one by one or counted."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from uns.cli.arguments import Topics
from uns.cli.models import open_model
from uns.cli.outputs import JsonArray, as_json
from uns.cli.terminal import CannotRun, Exit, Screen
from uns.cli.topic_outcomes import facts, nothing_matches
from uns.diagnostics import visible
from uns.model.namespace import Namespace
from uns.model.queries import Path, UnboundedTopics, instances
from uns.topics.names_and_filters import TopicFilter

_TOPIC = ("topic", "template")
_TEMPLATE = ("template", "filter", "count")
_FACTS = ("payload", "kind", "retain", "qos", "type", "unit", "owner")


def run(arguments: Topics, out: Screen, err: Screen) -> int:
    """List or count the topics that match a filter."""
    namespace = open_model(arguments.model, err)
    # Counted first: if their number has no end, nothing is written.
    total = _count(namespace, arguments)
    if arguments.count:
        out.line(str(total))
    elif arguments.output_format == "text":
        for name in _names(namespace, arguments):
            out.line(visible(name))
    else:
        rows, first = (_templates, _TEMPLATE) if arguments.templates else (_topics, _TOPIC)
        write = _WRITERS[arguments.output_format]
        write(rows(namespace, arguments), (*first, *_FACTS), out)
    if not total and not arguments.count:
        err.line(nothing_matches(namespace, arguments.filter))
    return Exit.CLEAN if total else Exit.FINDINGS


def _count(namespace: Namespace, arguments: Topics) -> int:
    if arguments.templates:
        return sum(1 for _ in namespace.endpoints(arguments.filter))
    try:
        return namespace.count(arguments.filter, arguments.open)
    except UnboundedTopics as unbounded:
        raise CannotRun(
            f"{visible(unbounded.template)} stands for an open set of topics: name one of its"
            " levels in the filter, leave open sets out with --open skip, or list --templates"
        ) from None


def _names(namespace: Namespace, arguments: Topics) -> Iterator[str]:
    if arguments.templates:
        return (template.text for template in namespace.templates(arguments.filter))
    return namespace.topics(arguments.filter, arguments.open)


def _topics(namespace: Namespace, arguments: Topics) -> Iterator[Mapping[str, Any]]:
    """The rows of a list of topics."""
    wanted = None if arguments.filter is None else TopicFilter(arguments.filter)
    rows: dict[Path, dict[str, Any]] = {}
    for topic, path in instances(namespace.top, wanted, arguments.open):
        row = rows.get(path)
        if row is None:
            node = namespace.node(*path)
            row = rows[path] = {"template": node.template.text, **facts(node)}
        yield {"topic": topic, **row}


def _templates(namespace: Namespace, arguments: Topics) -> Iterator[Mapping[str, Any]]:
    """The rows of a list of templates."""
    for node in namespace.endpoints(arguments.filter):
        template = node.template
        yield {
            "template": template.text,
            "filter": template.filter,
            "count": template.count,
            **facts(node),
        }


# --- writing, one by one ---------------------------------------------------------------------------


def _as_json(rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...], out: Screen) -> None:
    array = JsonArray(out)
    for row in rows:
        array.add({column: row[column] for column in columns})
    array.end()


def _as_csv(rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...], out: Screen) -> None:
    writer = csv.writer(out.stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(map(_cell, map(row.__getitem__, columns)) for row in rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return as_json(value) if isinstance(value, bool) else visible(str(value))


_WRITERS = {"json": _as_json, "csv": _as_csv}
