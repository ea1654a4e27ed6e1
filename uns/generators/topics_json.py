"""topics.json: everything the documentation says, for programs to read.

One line for each topic template, so that a change of the model is a small
change of the file. What says nothing is left out: no ``null``, no empty list.
``schemas/topics.schema.json`` describes it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

from uns.diagnostics import Diagnostic
from uns.generators.document.catalogue import (
    Catalogue,
    ClassEntry,
    ClassPart,
    ClassTopic,
    ClientEntry,
    ContractEntry,
    KafkaEntry,
    LevelEntry,
    TopicEntry,
)
from uns.generators.document.open_nodes import OpenEntry
from uns.generators.generated import Generated
from uns.model.namespace import Namespace
from uns.model.tree import Deprecated
from uns.payloads import type_as_json
from uns.topics.templates import Name

__all__ = ["FILE", "FORMAT", "generate", "topic_as_json"]

#: The one file there is, and what its first key says of its form.
FILE, FORMAT = "topics.json", "uns-topics/1"


def generate(namespace: Namespace, findings: Sequence[Diagnostic] = ()) -> Generated:
    """The file; ``findings`` are listed in it as they come."""
    catalogue = Catalogue(namespace)
    model = namespace.model
    head = {
        "format": FORMAT,
        "model": _said(
            id=model.id, version=model.version, owner=model.owner, label=model.label,
            description=model.description,
        ),
        "kafka": _mapping(catalogue),
    }  # fmt: skip
    sections = {
        "topics": map(topic_as_json, catalogue.topics()),
        "contracts": map(_contract, catalogue.contracts),
        "open_nodes": map(_open, catalogue.open_nodes),
        "classes": map(_class, catalogue.classes),
        "clients": map(_client, catalogue.clients),
        "findings": map(_finding, findings),
    }
    # Line by line into one buffer: of a large model the file takes many times what an entry does.
    file = io.BytesIO()
    file.write(b"{")
    between = ""
    for key, value in head.items():
        file.write(f'{between}\n"{key}": {_text(value)}'.encode())
        between = ","
    for key, values in sections.items():
        file.write(f',\n"{key}": ['.encode())
        between = ""
        for value in values:
            file.write(f"{between}\n{_text(value)}".encode())
            between = ","
        file.write(b"\n]" if between else b"]")
    file.write(b"\n}\n")
    return Generated({FILE: file.getvalue()})


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _said(**facts: Any) -> dict[str, Any]:
    """The facts that say something; ``False``, ``0`` and an empty text do."""
    return {key: value for key, value in facts.items() if value not in (None, [], {})}


def topic_as_json(topic: TopicEntry) -> dict[str, Any]:
    """One topic template, without what it does not have."""
    return _said(
        template=topic.template,
        filter=topic.filter,
        example=topic.example,
        count=topic.count,
        levels=list(map(_level, topic.levels)),
        key=topic.key,
        kind=str(topic.kind),
        retain=topic.retain,
        qos=topic.qos,
        required=topic.required or None,
        contract=topic.contract.key,
        label=topic.label,
        description=topic.description,
        owner=topic.owner,
        deprecated=_deprecated(topic.deprecated),
        moved_from=list(topic.moved_from),
        source_id=topic.source_id,
        publishers=list(topic.publishers),
        subscribers=list(topic.subscribers),
        kafka=_kafka(topic.kafka),
        source=topic.source,
        declared_by=list(topic.declared_by),
    )


def _level(level: LevelEntry) -> dict[str, Any]:
    return _said(
        text=level.text,
        kind=str(level.kind),
        equipment_level=level.equipment_level and level.equipment_level.name,
        classes=list(level.classes),
        label=level.label,
        patterns={
            part.name: part.pattern.text
            for part in level.segment.varying
            if isinstance(part, Name) and part.pattern is not None
        },
    )


def _deprecated(deprecated: Deprecated | None) -> dict[str, Any] | None:
    if deprecated is None:
        return None
    return _said(since=deprecated.since, until=deprecated.until, replaced_by=deprecated.replaced_by)


def _kafka(kafka: KafkaEntry) -> dict[str, Any]:
    return _said(
        topic=kafka.topic,
        pattern=kafka.pattern,
        topics=kafka.topics,
        key=kafka.key,
        partition=kafka.partition,
        partitions=kafka.partitions,
        refusal=kafka.refusal,
    )


def _mapping(catalogue: Catalogue) -> dict[str, Any]:
    translation = catalogue.namespace.kafka
    return {
        "prefix": translation.mapping.prefix,
        "key": translation.mapping.key,
        "partitioner": translation.mapping.partitioner,
        "partitions": translation.cluster.partitions,
        "by_default": catalogue.kafka_by_default,
    }


def _open(entry: OpenEntry) -> dict[str, Any]:
    return _said(
        template=entry.template,
        filter=entry.filter,
        label=entry.label,
        description=entry.description,
        owner=entry.owner,
        source=entry.source,
    )


def _contract(contract: ContractEntry) -> dict[str, Any]:
    said = _said(
        key=contract.key,
        payload=contract.name,
        description=contract.description,
        metric=contract.metric and type_as_json(contract.metric),
        fields=[
            _said(
                path=field.path,
                type=field.type,
                unit=field.unit,
                limits=field.limits or None,
                required=field.required,
                default=field.default,
                description=field.description,
            )
            for field in contract.fields
        ],
        json_schema=contract.schema("producer"),
        no_example=contract.no_example,
    )
    return said if contract.no_example else {**said, "example": contract.example}


def _class(entry: ClassEntry) -> dict[str, Any]:
    return _said(
        name=entry.name,
        label=entry.label,
        description=entry.description,
        owner=entry.owner,
        deprecated=_deprecated(entry.deprecated),
        equipment_level=entry.level and entry.level.name,
        abstract=entry.abstract or None,
        extends=list(entry.ancestors),
        properties={name: type_as_json(value) for name, value in entry.properties.items()},
        required=list(entry.required),
        topics=list(map(_class_topic, entry.topics)),
        parts=list(map(_part, entry.parts)),
        templates=entry.templates,
        nodes=entry.nodes,
        source=entry.source,
    )


def _class_topic(topic: ClassTopic) -> dict[str, Any]:
    return _said(
        key=topic.key,
        kind=str(topic.kind),
        retain=topic.retain,
        qos=topic.qos,
        contract=topic.contract.key,
        label=topic.label,
        description=topic.description,
        deprecated=_deprecated(topic.deprecated),
        declared_by=list(topic.declared_by),
    )


def _part(part: ClassPart) -> dict[str, Any]:
    return _said(
        path=part.path,
        equipment_level=part.level.name,
        classes=list(part.classes),
        count=part.count,
        label=part.label,
        description=part.description,
        topics=list(map(_class_topic, part.topics)),
    )


def _client(entry: ClientEntry) -> dict[str, Any]:
    return _said(
        name=entry.name,
        label=entry.label,
        description=entry.description,
        owner=entry.owner,
        publish=list(entry.publish),
        subscribe=list(entry.subscribe),
    )


def _finding(finding: Diagnostic) -> dict[str, Any]:
    span = finding.span
    return _said(
        code=finding.code,
        name=finding.name,
        severity=str(finding.severity),
        message=finding.message,
        help=finding.help,
        path=finding.path,
        line=span and span.line,
        column=span and span.column,
    )
