"""``uns topic explain``: everything the model says about one topic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from uns.cli.arguments import TopicExplain
from uns.cli.models import open_model
from uns.cli.outputs import as_json, place_as_json, several, table
from uns.cli.terminal import Exit, Screen, Style
from uns.cli.topic_outcomes import delivery, outcome_as_json, write_outcome
from uns.diagnostics import visible
from uns.model.clients import Client, Via
from uns.model.namespace import Namespace
from uns.model.near_misses import overlooked_by
from uns.model.nodes import Node
from uns.model.resolutions import Resolution
from uns.model.tree import Endpoint
from uns.payloads import (
    Field,
    PayloadContract,
    contract_as_json,
    form_in_words,
    type_as_json,
    type_in_words,
)

#: The limit on the filters, and on the clients, in the text; JSON has all of them.
_SEVERAL = 10


def run(arguments: TopicExplain, out: Screen, err: Screen) -> int:
    """Write the levels of a topic, its contract, and where they are declared."""
    namespace = open_model(arguments.model, err)
    resolution = namespace.resolve(arguments.topic)
    lineage = list(_lineage(namespace, resolution.topic))
    if arguments.output_format == "json":
        out.line(as_json(_explained(namespace, resolution, lineage), indent=2))
    else:
        _write(namespace, resolution, lineage, out)
    return Exit.CLEAN if resolution else Exit.FINDINGS


def _lineage(namespace: Namespace, topic: str) -> Iterator[tuple[str, Node]]:
    """The levels of a topic with their nodes, as far as the model has them."""
    node: Node | None = namespace.root
    for level in topic.split("/"):
        members = node.members(expand=False) if node else ()
        node = next((member for member in members if member.segment.match(level) is not None), None)
        if node is None:
            return
        yield level, node


def _filters(namespace: Namespace, node: Node, endpoint: Endpoint) -> dict[str, list[str]]:
    """For each class of its equipment, the filters for this endpoint of the whole class."""
    equipment = node.equipment
    return {
        class_.name: [
            str(filter_) for filter_ in namespace.filters(class_.name, None, endpoint.key)
        ]
        for class_ in (equipment.classes if equipment else ())
    }


def _clients(namespace: Namespace, topic: str) -> dict[str, list[str]]:
    clients = namespace.clients.values()
    return {
        "publish": [client.name for client in clients if client.writes(topic)],
        "subscribe": [client.name for client in clients if client.reads(topic)],
    }


def _overlooking(namespace: Namespace, topic: str) -> list[dict[str, str]]:
    found = overlooked_by(namespace, topic)
    return [{"client": name, "side": side, "filter": filter_} for name, side, filter_ in found]


# --- as JSON ---------------------------------------------------------------------------------------


def _explained(
    namespace: Namespace, resolution: Resolution, lineage: Sequence[tuple[str, Node]]
) -> dict[str, Any]:
    said = outcome_as_json(namespace, resolution, resolution.near)
    said["levels"] = [_level(level, node) for level, node in lineage]
    endpoint = resolution.endpoint
    if endpoint is None:
        return said
    node = lineage[-1][1]
    return {
        **said,
        "template": node.template.text,
        "values": {str(name): value for name, value in resolution.values.items()},
        "filter": node.template.filter,
        "filters_of_classes": _filters(namespace, node, endpoint),
        "label": node.label,
        "description": node.description,
        "kind": str(endpoint.kind),
        "retain": endpoint.retain,
        "qos": endpoint.qos,
        "every": endpoint.every and str(endpoint.every),
        "rate": endpoint.rate and str(endpoint.rate),
        "bytes": endpoint.bytes,
        "expires": endpoint.expires and str(endpoint.expires),
        "required": endpoint.required,
        "metric": endpoint.metric and type_as_json(endpoint.metric),
        "contract": contract_as_json(endpoint.contract),
        "owner": node.owner,
        "clients": _clients(namespace, resolution.topic),
        "route": _route(namespace, resolution.topic),
        "just_missed_by": _overlooking(namespace, resolution.topic),
        "declared": place_as_json(node.span),
        "declared_by": list(endpoint.declared_by),
    }


def _route(namespace: Namespace, topic: str) -> dict[str, Any] | None:
    if namespace.tiers is None:
        return None
    route = namespace.tiers.route(topic)
    return {
        "home": route.home,
        "brokers": list(route.brokers),
        "from": {name: list(route.reached_from(name)) for name in route.publishers},
    }


def _level(level: str, node: Node) -> dict[str, Any]:
    declared = node.segment
    return {
        "level": level,
        "segment": declared.text,
        "values": list(declared.match(level) or ()),
        "kind": str(node.kind),
        "equipment_level": node.equipment_level and node.equipment_level.name,
        "classes": [class_.name for class_ in node.classes],
        "label": node.label,
        "declared": place_as_json(node.span),
    }


# --- as text ---------------------------------------------------------------------------------------


def _write(
    namespace: Namespace, resolution: Resolution, lineage: Sequence[tuple[str, Node]], out: Screen
) -> None:
    write_outcome(namespace, resolution, resolution.near, out)
    if lineage:
        _heading("topic levels", out)
        _write_table(map(_level_cells, lineage), out)
    endpoint = resolution.endpoint
    if endpoint is None:
        return
    node = lineage[-1][1]
    _heading(f"carries {visible(endpoint.contract.name)}", out)
    _write_table(_contract_cells(endpoint.contract), out)
    _heading("about", out)
    _write_table(_facts(namespace, resolution, node, endpoint), out)


def _heading(text: str, out: Screen) -> None:
    out.line()
    out.line(out.paint(text, Style.STRONG))


def _write_table(rows: Iterable[Sequence[str]], out: Screen) -> None:
    for line in table([visible(cell) for cell in row] for row in rows):
        out.line(f"  {line}")


def _level_cells(found: tuple[str, Node]) -> Sequence[str]:
    level, node = found
    what = node.equipment_level.name if node.equipment_level else str(node.kind)
    remarks = [class_.name for class_ in node.classes]
    if node.label:
        remarks.append(f'"{node.label}"')
    declared = node.segment
    if declared.literal is None:
        remarks.append(f"one of {declared.text}")
    return level or '""', what, "  ".join(remarks)


def _contract_cells(contract: PayloadContract) -> list[Sequence[str]]:
    if contract.payload.json_schema is not None:
        return [("defined by a JSON Schema",)]
    if contract.payload.is_opaque:
        return [("any bytes",)]
    body = contract.body
    fields: list[Sequence[str]] = [
        (field.name, type_in_words(field.value), _presence(field)) for field in body.fields
    ]
    if body.type != "object" or body.nullable:
        return [("the whole message", type_in_words(body)), *fields]
    return fields


def _presence(field: Field) -> str:
    if field.required:
        return ""
    return "optional" if field.default is None else f"optional, default {field.default}"


def _facts(
    namespace: Namespace, resolution: Resolution, node: Node, endpoint: Endpoint
) -> Iterator[Sequence[str]]:
    if node.label:
        yield "label", node.label
    if node.description:
        yield "description", node.description
    yield "kind", f"{endpoint.kind}, {delivery(endpoint)}"
    if endpoint.pace:
        yield "messages", endpoint.pace
    yield from form_in_words(endpoint.contract.payload)
    yield "owner", node.owner or "not given"
    clients = _clients(namespace, resolution.topic)
    for does, verb in (("published by", "publish"), ("read by", "subscribe")):
        yield from _rows(does, [_connected(namespace.clients[name]) for name in clients[verb]])
    if namespace.tiers is not None:
        route = namespace.tiers.route(resolution.topic)
        yield "home", f"broker {route.home}"
        yield from _rows("goes", [_way(route.reached_from(name)) for name in route.publishers])
    missed = _overlooking(namespace, resolution.topic)
    shown = [f"{each['client']}, {each['side']} {each['filter']}" for each in missed]
    yield from _rows("just missed by", shown)
    if node.is_template:
        yield "template", node.template.text
        yield "filter", node.template.filter
    for name, filters in _filters(namespace, node, endpoint).items():
        yield from _rows(f"of each {name}", filters)
    if node.span is not None:
        yield "declared in", str(node.span)
    yield from _rows("declared by", endpoint.declared_by)


def _connected(client: Client) -> str:
    """A client, with what it connects to where the model says so."""
    if client.via is Via.KAFKA:
        return f"{client.name} via Kafka"
    return client.name if client.broker is None else f"{client.name} at {client.broker}"


def _way(brokers: tuple[str, ...]) -> str:
    """The brokers that a message gets to, from the one where it is published."""
    start, *others = brokers
    return f"from {start} to {', '.join(others)}" if others else f"stays at {start}"


def _rows(name: str, values: Sequence[str]) -> Iterator[Sequence[str]]:
    """A row for each value, and a last one that counts the others."""
    for index, value in enumerate(several(values, _SEVERAL)):
        yield "" if index else name, value
