"""``uns topics``: the topics of a model, listed as they are made, or counted."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias, TypeVar

from uns.cli.arguments import Topics
from uns.cli.models import open_model
from uns.cli.outputs import JsonArray, as_json
from uns.cli.terminal import CannotRun, Exit, Screen
from uns.cli.words import facts, nothing_matches
from uns.diagnostics import visible
from uns.model.namespace import Namespace
from uns.model.queries import UnboundedTopics
from uns.topics.templates import Segment

__all__ = ["instances", "run"]

_TOPIC = ("topic", "template")
_TEMPLATE = ("template", "filter", "count")
_FACTS = ("payload", "kind", "retain", "qos", "type", "unit", "owner")


def run(arguments: Topics, out: Screen, err: Screen) -> int:
    """List or count the topics that a filter takes."""
    namespace = open_model(arguments.model, err)
    # Also when it is not asked for: so that nothing is written where there is no end.
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
            f"{visible(unbounded.template)} stands for an open set of topics; name one level of it"
            " in the filter, leave such sets out with --open skip, or list --templates"
        ) from None


def _names(namespace: Namespace, arguments: Topics) -> Iterator[str]:
    if arguments.templates:
        return (template.text for template in namespace.templates(arguments.filter))
    return namespace.topics(arguments.filter, arguments.open)


def _topics(namespace: Namespace, arguments: Topics) -> Iterator[Mapping[str, Any]]:
    """What is said of each topic."""
    said = (
        (node.template.segments, {"template": node.template.text, **facts(node)})
        for node in namespace.endpoints(arguments.filter)
    )
    return ({"topic": topic, **row} for topic, row in instances(said))


def _templates(namespace: Namespace, arguments: Topics) -> Iterator[Mapping[str, Any]]:
    """What is said of each template."""
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


# --- what families stand for -----------------------------------------------------------------------

T = TypeVar("T")

#: The segments of a template, and what is said of its topics.
Said: TypeAlias = tuple[tuple[Segment, ...], T]


def instances(
    templates: Iterable[Said[T]], done: int = 0, above: str = ""
) -> Iterator[tuple[str, T]]:
    """Every topic of the templates with what is said of it; open sets are passed over.

    Templates come in the order of the tree, as :meth:`Namespace.endpoints`
    yields them, and so do the topics: all of ``machine1`` before ``machine2``.
    Held in memory is what is below one family, once, and never its topics.
    The first ``done`` segments, which all templates have in common, are ``above``.

    >>> line = Segment.parse("line[1..2]")
    >>> said = [((line, Segment.parse(leaf)), leaf.upper()) for leaf in ("speed", "oee")]
    >>> [topic for topic, _ in instances(said)]
    ['line1/speed', 'line1/oee', 'line2/speed', 'line2/oee']
    """
    for ahead, group in itertools.groupby(templates, key=lambda said: _ahead(said[0], done)):
        if ahead is None:
            for segments, said in group:
                yield f"{above}{_fixed(segments[done:])}"[1:], said
            continue
        inside = list(group)
        *fixed, family = inside[0][0][done : done + len(ahead)]
        if family.count is not None:
            for level in family:
                here = f"{above}{_fixed(fixed)}/{level}"
                yield from instances(inside, done + len(ahead), here)


def _ahead(segments: tuple[Segment, ...], done: int) -> tuple[str, ...] | None:
    """The segments from ``done`` to the next one that varies, if one does."""
    texts = []
    for segment in segments[done:]:
        texts.append(segment.text)
        if segment.literal is None:
            return tuple(texts)
    return None


def _fixed(segments: Iterable[Segment]) -> str:
    return "".join(f"/{segment.literal}" for segment in segments)
