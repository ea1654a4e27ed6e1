"""topics.json: the documentation as JSON, for programs to read.

One line for each topic template, so that a change of the model is a small
change of the file. Facts without a value are left out: no ``null``, no empty list.
``schemas/topics.schema.json`` describes it.
"""

from __future__ import annotations

import functools
import io
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from uns.diagnostics import Diagnostic, visible_json
from uns.generators.document.catalogue import (
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
from uns.generators.document.field_rows import FieldRow
from uns.generators.targets import FINDINGS, Generated, Target
from uns.isa95 import EquipmentLevel
from uns.kafka import SubscriptionPlan
from uns.model.clients import Client, Via
from uns.model.namespace import Model, Namespace
from uns.model.tree import Deprecated, Kind, PlaceKind
from uns.payloads import ValueType, type_as_json
from uns.rates import Duration, Rate

#: The name of the file, and the value of its key ``format``.
FILE, FORMAT = "topics.json", "uns-topics/1"

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


def generate(namespace: Namespace, findings: Sequence[Diagnostic] = ()) -> Generated:
    """The file, with ``findings`` in the given order."""
    catalogue = Catalogue(namespace)
    head = {"format": FORMAT, "model": as_json(namespace.model), "kafka": _mapping(catalogue)}
    sections = {
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
        sections["brokers"] = map(as_json, catalogue.brokers)
    # Line by line into one buffer: the file of a large model is much larger than one entry.
    file = io.BytesIO()
    file.write(b"{")
    between = ""
    for key, value in head.items():
        file.write(f'{between}\n"{key}": {visible_json(value)}'.encode())
        between = ","
    for key, values in sections.items():
        file.write(f',\n"{key}": ['.encode())
        between = ""
        for value in values:
            file.write(f"{between}\n{visible_json(value)}".encode())
            between = ","
        file.write(b"\n]" if between else b"]")
    file.write(b"\n}\n")
    return Generated({FILE: file.getvalue()})


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


TARGET = Target(
    "topics.json: the documentation as JSON, for programs to read.",
    generate,
    {"findings": FINDINGS},
)
