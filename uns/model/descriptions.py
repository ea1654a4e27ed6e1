"""What a namespace says of itself as JSON: in topics.json, and from ``to_dict``.

Facts without a value are left out: no ``null``, no empty list.
``schemas/topics.schema.json`` describes it.
"""

from __future__ import annotations

import functools
import json
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from uns.diagnostics import Diagnostic
from uns.isa95 import EquipmentLevel
from uns.kafka import SubscriptionPlan
from uns.model.catalogue import (
    BrokerEntry,
    Catalogue,
    ClassEntry,
    ClassPart,
    ClassTopic,
    ContractEntry,
    KafkaEntry,
    LevelEntry,
    OpenEntry,
    TopicEntry,
)
from uns.model.clients import Client, Via
from uns.model.facts import Facts, Model
from uns.model.field_rows import FieldRow
from uns.model.nodes import Node
from uns.model.tree import Deprecated, Kind, PlaceKind
from uns.payloads import ValueType, type_as_json
from uns.rates import Duration, Rate

#: The value of the key ``format``.
FORMAT = "uns-topics/1"

#: The facts of each thing, in this order. ``key=attribute`` where the key has another name than
#: the attribute; with ``?`` the fact is left out where it is false.
_SAID: Mapping[type, str] = {
    Model: "id version owner label description",
    TopicEntry: "template filter example count levels key kind=endpoint.kind retain=endpoint.retain"
    " qos=endpoint.qos every=endpoint.every rate=endpoint.rate bytes=endpoint.bytes"
    " expires=endpoint.expires required?=endpoint.required contract label=node.label"
    " description=node.description owner=node.owner deprecated moved_from=node.moved_from"
    " source_id=node.source_id extensions=node.extensions publishers=users.publishers"
    " subscribers=users.subscribers kafka"
    " homes brokers source declared_by=endpoint.declared_by",
    LevelEntry: "text kind=node.kind equipment_level=node.equipment_level classes label=node.label"
    " patterns except=less extensions=node.extensions",
    Deprecated: "since until replaced_by extensions",
    KafkaEntry: "topic pattern topics key partition partitions refusal",
    OpenEntry: "template=template.text filter label=node.label description=node.description"
    " owner=node.owner source",
    FieldRow: "path type unit limits? required default description",
    ClassEntry: "name=declared.name label=declared.notes.label"
    " description=declared.notes.description owner=declared.notes.owner"
    " deprecated=declared.notes.deprecated extensions=declared.notes.extensions equipment_level=declared.level"
    " abstract?=declared.abstract extends=declared.ancestors properties=declared.properties"
    " required=declared.required topics parts templates nodes source",
    ClassTopic: "key=endpoint.key kind=endpoint.kind retain=endpoint.retain qos=endpoint.qos"
    " every=endpoint.every rate=endpoint.rate bytes=endpoint.bytes expires=endpoint.expires contract"
    " label=endpoint.notes.label description=endpoint.notes.description"
    " deprecated=endpoint.notes.deprecated extensions=endpoint.notes.extensions declared_by=endpoint.declared_by",
    ClassPart: "path equipment_level=level classes count label description topics",
    Client: "name label description owner via broker user group publish subscribe",
    BrokerEntry: "name=broker.name description=broker.description upstream=broker.upstream"
    " holds=broker.holds clients up down",
    SubscriptionPlan: "filter=key_filter topics regex exact?",
}


def _path(entry: tuple[tuple[str | int, ...], object]) -> tuple[str, ...]:
    return tuple(map(str, entry[0]))


def _fact(text: str) -> tuple[str, Callable[[Any], Any], bool]:
    key, _, attribute = text.partition("=")
    name = key.rstrip("?")
    return name, operator.attrgetter(attribute or name), key != name


#: The same, each fact as its key, what reads it, and whether it is left out where it is false.
_FACTS = {of: [_fact(text) for text in said.split()] for of, said in _SAID.items()}

#: Types that JSON has as they are; most values are of these.
_SCALARS = frozenset({str, int, float, bool, type(None), Kind, PlaceKind, Via})


def describe(namespace: Facts) -> dict[str, Any]:
    """Everything, without findings, in dicts and lists that belong to the caller."""
    catalogue = Catalogue(namespace)
    return _own({**head(catalogue), **sections(catalogue)})


def describe_node(namespace: Facts, node: Node) -> dict[str, Any]:
    """The entries of a node and of what is below it, in dicts and lists that belong to the caller."""
    catalogue = Catalogue(namespace)
    topics = list(catalogue.topics(node))
    return _own(
        {
            "levels": map(as_json, catalogue.levels(node)),
            "topics": map(as_json, topics),
            "contracts": map(_contract, dict.fromkeys(topic.contract for topic in topics)),
            "open_nodes": map(as_json, catalogue.open_at(node)),
        }
    )


def _own(said: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of what is said, because entries share their parts."""
    copied: dict[str, Any] = json.loads(json.dumps(said, default=list))
    return copied


def head(catalogue: Catalogue) -> dict[str, Any]:
    """The facts of the model as a whole."""
    model = catalogue.namespace.model
    return {"format": FORMAT, "model": as_json(model), "kafka": _mapping(catalogue)}


def sections(
    catalogue: Catalogue, findings: Sequence[Diagnostic] = ()
) -> dict[str, Iterable[dict[str, Any]]]:
    """The lists of entries, each made while it is read."""
    namespace = catalogue.namespace
    made: dict[str, Iterable[dict[str, Any]]] = {
        "topics": map(as_json, catalogue.topics()),
        "contracts": map(_contract, catalogue.contracts),
        "open_nodes": map(as_json, catalogue.open_nodes),
        "classes": map(as_json, catalogue.classes),
        "clients": (_client(catalogue, client) for client in catalogue.clients),
        "extensions": [
            {"path": list(path), "extensions": found}
            for path, found in sorted(namespace.extensions.items(), key=_path)
        ],
        "findings": map(_finding, findings),
    }
    if catalogue.brokers:
        made["brokers"] = map(as_json, catalogue.brokers)
    return made


def as_json(entry: object) -> dict[str, Any]:
    """An entry of the catalogue as JSON, without the facts that it does not have."""
    facts: dict[str, Any] = {}
    for key, read, only_true in _FACTS[type(entry)]:
        value = read(entry)
        if type(value) not in _SCALARS:
            value = _plain(value)
        if value or not (only_true or value in _NOTHING):
            facts[key] = value
    return facts


#: Topics of the same equipment share all levels but the last ones.
_level = functools.lru_cache(maxsize=256)(as_json)


def _plain(value: Any) -> Any:
    """A value of an entry as JSON; a contract as its key."""
    if isinstance(value, LevelEntry):
        return _level(value)
    if type(value) in _FACTS:
        return as_json(value)
    if isinstance(value, tuple):
        return [each if type(each) in _SCALARS else _plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, ContractEntry):
        return value.key
    if isinstance(value, EquipmentLevel):
        return value.name
    if isinstance(value, Duration | Rate):
        return str(value)
    return type_as_json(value) if isinstance(value, ValueType) else value


#: Values that are left out; ``False``, ``0`` and an empty text are not.
_NOTHING: tuple[Any, ...] = (None, [], {})


def _without_empty(**facts: Any) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value not in _NOTHING}


def _mapping(catalogue: Catalogue) -> dict[str, Any]:
    translation = catalogue.namespace.kafka
    return {
        "prefix": translation.mapping.prefix,
        "key": translation.mapping.key,
        "partitioner": translation.mapping.partitioner,
        "partitions": translation.cluster.partitions,
        "by_default": catalogue.kafka_by_default,
    }


def _client(catalogue: Catalogue, client: Client) -> dict[str, Any]:
    """A client; if it reads from Kafka, with the plan of each subscription."""
    plans = [as_json(plan) for plan in catalogue.namespace.kafka.plans(client)]
    return as_json(client) | _without_empty(plans=plans)


def _contract(contract: ContractEntry) -> dict[str, Any]:
    payload = contract.contract.payload
    said = _without_empty(
        key=contract.key,
        payload=contract.name,
        description=contract.description,
        metric=contract.metric and type_as_json(contract.metric),
        encoding=None if payload.encoding == "json" else payload.encoding,
        content_type=payload.content_type,
        max_bytes=payload.max_bytes,
        identity=list(payload.identity),
        fields=list(map(as_json, contract.fields)),
        json_schema=contract.schema("producer"),
        no_example=contract.no_example,
    )
    return said if contract.no_example else {**said, "example": contract.example}


def _finding(finding: Diagnostic) -> dict[str, Any]:
    span = finding.span
    return _without_empty(
        code=finding.code,
        name=finding.name,
        severity=str(finding.severity),
        message=finding.message,
        help=finding.help,
        path=finding.path,
        line=span and span.line,
        column=span and span.column,
    )
