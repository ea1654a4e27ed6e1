"""The model as tables in the page: anything that the model shares is written once.

The page has one row for each declared place, not one for each topic, and one group
for the members that all machines of a class have in common. A column with few
different values has each value once, and a code for each row; so a hundred thousand
rows compress to some bytes each. The page itself works out what follows from a row:
Kafka topics, instances, clients.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from uns.generators.site.changes import change_log
from uns.isa95 import EquipmentLevel
from uns.model.catalogue import (
    Catalogue,
    ClassEntry,
    ClassPart,
    ClassTopic,
    ContractEntry,
    contract_key,
    example_level,
)
from uns.model.clients import Client
from uns.model.field_rows import FieldRow
from uns.model.namespace import Namespace
from uns.model.near_misses import overlooked
from uns.model.translation import EACH_METRIC
from uns.model.tree import (
    Endpoint,
    EquipmentType,
    Members,
    Notes,
    Origin,
)
from uns.payloads import PayloadContract, PayloadType, ValueType, limits_in_words, named
from uns.rules.breaking import Verdict
from uns.topics.names_and_filters import plain_filter
from uns.topics.sets import Choice, NumberRange
from uns.topics.templates import Fixed, Name, Segment

T = TypeVar("T")

#: A JSON object.
_Table: TypeAlias = dict[str, Any]


class _Column:
    """A column of few different values: code 0 is the next new one, code k value number k - 1."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.codes: list[int] = []
        self._known: dict[Hashable, int] = {}

    def add(self, value: Any, key: Hashable = None) -> None:
        """One more row; ``key`` tells values apart that cannot be hashed."""
        key = (type(value), value) if key is None else key
        code = self._known.get(key, 0)
        if not code:
            self.values.append(value)
            self._known[key] = len(self.values)
        self.codes.append(code)

    def table(self) -> _Table:
        return {"values": self.values, "codes": self.codes}


def _columns(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> _Table:
    """Rows of values that can be hashed, column by column."""
    columns = {name: _Column() for name in names}
    for row in rows:
        for column, value in zip(columns.values(), row, strict=True):
            column.add(value)
    return {name: column.table() for name, column in columns.items()}


class _Numbered(Generic[T]):
    """Things by number, in the order in which they were first asked for."""

    def __init__(self, key: Callable[[T], Hashable]) -> None:
        self.found: list[T] = []
        self._key = key
        self._numbers: dict[Hashable, int] = {}

    def number(self, thing: T) -> int:
        """The number of ``thing``, from 0."""
        key = self._key(thing)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.found)
            self.found.append(thing)
        return number


#: The facts that the page shows of the model, of each client, and of each broker.
_MODEL = ("id", "version", "label", "description", "owner")
_DEPRECATED = ("since", "until", "replaced_by")
_CLIENT = (
    "name", "label", "description", "owner", "via", "broker", "user", "group", "publish",
    "subscribe",
)  # fmt: skip
_BROKER = ("name", "upstream", "description", "holds")

#: The columns of endpoints.
_ENDPOINT = ("contract", "kind", "retain", "qos", "pace", "aspect", "required", "declared_by")


class Hosts(NamedTuple):
    """The brokers in the lines to copy, as host or host and port."""

    mqtt: str = "localhost"
    kafka: str = "localhost"


def tables(
    namespace: Namespace, changes: Verdict | None = None, hosts: Hosts | None = None
) -> _Table:
    """Everything the page knows about a namespace, as JSON values.

    ``changes`` is the verdict on the changes since another version, if there is one.
    """
    found = _Tables(namespace).all(changes)
    return found | {"hosts": (hosts or Hosts())._asdict()}


class _Tables:
    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self.catalogue = Catalogue(namespace)
        self.payloads: _Numbered[PayloadType] = _Numbered(lambda payload: payload.name)
        self.contracts: _Numbered[PayloadContract] = _Numbered(_contract_key)
        self.levels: _Numbered[EquipmentLevel] = _Numbered(lambda level: level.name)
        self.types: _Numbered[EquipmentType] = _Numbered(_type_key)
        self.notes: _Numbered[Notes] = _Numbered(_notes_key)
        self.endpoints: _Numbered[tuple[Hashable, ...]] = _Numbered(lambda row: row)
        # By identity first: many places share one endpoint of a class.
        self._endpoint_numbers: dict[int, int] = {}

    def all(self, changes: Verdict | None) -> _Table:
        ns = self.namespace
        for payload in ns.payloads.values():
            self.payloads.number(payload)
        places, members = self._places()
        classes = [self._class(entry) for entry in self.catalogue.classes]
        types = [self._type(each) for each in self.types.found]
        contracts = [self._contract(each) for each in self.contracts.found]
        return {
            "about": _facts(ns.model, _MODEL) | {"generator": "uns"},
            "root": len(ns.root_levels),
            "levels": [self._level(level) for level in self.levels.found],
            "classes": classes,
            "payloads": [self._payload(payload) for payload in self.payloads.found],
            "contracts": contracts,
            "types": types,
            "notes": _notes(self.notes.found),
            "endpoints": _columns(_ENDPOINT, self.endpoints.found),
            "places": places,
            "members": members,
            "clients": [self._client(client) for client in self.catalogue.clients],
            "extensions": [
                [path, [[key, _shown(value)] for key, value in found.items()]]
                for path, found in ns.extensions.items()
            ],
            "brokers": [
                _facts(entry.broker, _BROKER)
                | {"clients": entry.clients, "up": entry.up, "down": entry.down}
                for entry in self.catalogue.brokers
            ],
            "kafka": _kafka(ns),
            "changes": None if changes is None else change_log(changes),
        }

    def _client(self, client: Client) -> _Table:
        """A client, with what its filters just miss: the key, the filter, a near one, what it would hit."""
        granted = [filter_ for each in self.catalogue.clients for filter_ in each.publish]
        read = [plain_filter(each) for each in client.subscribe]
        sides = (
            ("publish", client.publish, client.publish, granted),
            ("subscribe", client.subscribe, read, read),
        )
        missed = [
            [side, text, miss.filter, miss.templates[0].text, len(miss.templates)]
            for side, texts, filters, also in sides
            for text, filter_ in zip(texts, filters, strict=True)
            for miss in overlooked(self.namespace, filter_, also)
        ]
        return _facts(client, _CLIENT) | ({"missed": missed} if missed else {})

    # --- the tree --------------------------------------------------------------------------------

    def _places(self) -> tuple[_Table, list[int]]:
        """The places, group by group, and the size of each group.

        Groups are numbered as places lead to them, so a place mostly leads to
        the next new one.
        """
        names = ("segment", "kind", "type", "endpoint", "notes", "open", "file")
        columns = {name: _Column() for name in names}
        lines: list[int] = []
        below: list[int] = []
        pending: list[Members] = [self.namespace.kafka.top]
        numbers = {pending[0]: 1}
        line = 0
        for members in pending:  # grows while it is gone through
            is_first = members is pending[0]
            for place in members:
                key = _segment_key(place.segment, is_first=is_first)
                columns["segment"].add(_segment(place.segment, is_first=is_first), key=key)
                columns["kind"].add(str(place.kind))
                columns["type"].add(None if place.type is None else self.types.number(place.type))
                columns["endpoint"].add(self._endpoint_number(place.endpoint))
                columns["notes"].add(self.notes.number(place.notes))
                columns["open"].add(place.open)
                file, here = self._where(place.origin)
                columns["file"].add(file)
                here = here or line
                lines.append(here - line)
                line = here
                number = numbers.get(place.members)
                if not len(place.members):
                    below.append(-1)
                elif number is None:
                    pending.append(place.members)
                    numbers[place.members] = len(pending)
                    below.append(0)
                else:
                    below.append(number)
        tables = {name: column.table() for name, column in columns.items()}
        return tables | {"line": lines, "members": below}, list(map(len, pending))

    def _endpoint_number(self, endpoint: Endpoint | None) -> int | None:
        if endpoint is None:
            return None
        number = self._endpoint_numbers.get(id(endpoint))
        if number is None:
            contract = self.contracts.number(endpoint.contract)
            row = (contract, *(getattr(endpoint, name) for name in _ENDPOINT[1:]))
            number = self._endpoint_numbers[id(endpoint)] = self.endpoints.number(row)
        return number

    def _where(self, origin: Origin | None) -> tuple[str | None, int | None]:
        if origin is None:
            return None, None
        return self.catalogue.file_name(origin.source.name), origin.span.line

    # --- what places share -------------------------------------------------------------------------

    def _level(self, level: EquipmentLevel) -> _Table:
        return {"name": level.name, "kind": level.kind, "rank": self.namespace.levels.rank(level)}

    def _type(self, type_: EquipmentType) -> list[Any]:
        return [
            self.levels.number(type_.level),
            [each.name for each in type_.classes],
            self.notes.number(type_.notes),
            type_.required,
        ]

    def _class(self, entry: ClassEntry) -> _Table:
        each = entry.declared
        file, line = self._where(each.origin)
        return {
            "name": each.name,
            "level": None if each.level is None else each.level.name,
            "ancestors": each.ancestors,
            "abstract": each.abstract,
            "required": each.required,
            "properties": [[name, _value(value)] for name, value in each.properties.items()],
            "notes": self.notes.number(each.notes),
            "topics": [self._class_topic(topic) for topic in entry.topics],
            "parts": [self._class_part(part) for part in entry.parts],
            "file": file,
            "line": line,
        }

    def _class_topic(self, topic: ClassTopic) -> _Table:
        endpoint, notes = topic.endpoint, topic.endpoint.notes
        return {
            "key": endpoint.key,
            "kind": str(endpoint.kind),
            "contract": self.contracts.number(endpoint.contract),
            "required": endpoint.required,
            "deprecated": notes.deprecated is not None,
            "declared_by": endpoint.declared_by,
            "text": notes.label or notes.description,
        }

    def _class_part(self, part: ClassPart) -> _Table:
        return {
            "path": part.path,
            "level": part.level.name,
            "classes": part.classes,
            "text": part.label or part.description,
            "topics": [self._class_topic(topic) for topic in part.topics],
        }

    def _contract(self, contract: PayloadContract) -> _Table:
        entry = self.catalogue.contract(contract)
        metric = contract.metric
        return {
            "payload": self.payloads.number(contract.payload),
            "metric": None if metric is None else _value(metric),
            "fields": [_row(row) for row in entry.fields],
            "example": entry.text if entry.no_example is None else None,
            "no_example": entry.no_example,
        }

    def _payload(self, payload: PayloadType) -> _Table:
        schema = payload.json_schema
        # Not from the catalogue, which keeps contracts by identity: this one is temporary.
        contract = PayloadContract(payload)
        entry = ContractEntry(contract, contract_key(contract))
        return {
            "name": payload.name,
            "description": payload.description,
            "form": entry.form,
            "encoding": payload.encoding,
            "fields": [_row(row) for row in entry.fields],
            "schema": None if schema is None else _json(json.loads(schema)),
        }


# --- keys, where hashing the whole object is slow or impossible ------------------------------------------


def _contract_key(contract: PayloadContract) -> Hashable:
    return contract.payload.name, contract.metric


def _type_key(type_: EquipmentType) -> Hashable:
    return type_.level.name, tuple(each.name for each in type_.classes)


def _notes_key(notes: Notes) -> Hashable:
    said = notes[:-2]
    if not notes.properties and not notes.extensions:
        return said
    return (*said, json.dumps([dict(notes.properties), dict(notes.extensions)]))


def _segment_key(segment: Segment, *, is_first: bool) -> Hashable:
    return segment.literal if segment.literal is not None else (segment, is_first)


# --- values -----------------------------------------------------------------------------------------------


def _segment(segment: Segment, *, is_first: bool) -> str | _Table:
    """A fixed level as its text, a family as its parts and one of its levels."""
    if segment.literal is not None:
        return segment.literal
    table: _Table = {
        "text": segment.text,
        "parts": [_part(part) for part in segment.parts],
        "example": example_level(segment, is_first=is_first),
    }
    if segment.less:
        table["less"] = [_segment(each, is_first=False) for each in segment.less]
    return table


def _part(part: Fixed | Choice | Name) -> str | _Table:
    if isinstance(part, Fixed):
        return part.text
    if isinstance(part, Choice):
        return {"items": [_item(item) for item in part.items]}
    pattern = part.pattern
    return {
        "name": part.name,
        "written": None if pattern is None else pattern.text,
        "pattern": r"^[^/+#\0]*$" if pattern is None else pattern.json_schema,
    }


def _item(item: NumberRange | str) -> str | list[Any]:
    # As text: the numbers of a range may have more digits than a JavaScript number.
    return item if isinstance(item, str) else [str(item.low), str(item.high), item.width]


def _facts(entry: object, names: Sequence[str]) -> _Table:
    return {name: getattr(entry, name) for name in names}


def _value(value: ValueType) -> list[Any]:
    return [named(value), value.unit, limits_in_words(value)]


def _row(row: FieldRow) -> list[Any]:
    default = None if row.default is None else json.dumps(row.default, ensure_ascii=False)
    return [row.path, row.type, row.unit, row.limits, row.required, default, row.description]


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _notes(found: Iterable[Notes]) -> _Table:
    words = _columns(("label", "description", "owner"), (notes[:3] for notes in found))
    rest = _Column()
    for notes in found:
        more = _more(notes)
        rest.add(more, key=json.dumps(more))
    return words | {"more": rest.table()}


def _more(notes: Notes) -> _Table | None:
    """The facts that few places have."""
    said = {
        "deprecated": None if notes.deprecated is None else _facts(notes.deprecated, _DEPRECATED),
        "moved_from": list(notes.moved_from),
        "source_id": notes.source_id,
        "asset": notes.asset,
        "properties": [[name, _shown(value)] for name, value in notes.properties.items()],
        "extensions": [[key, _shown(value)] for key, value in notes.extensions.items()],
    }
    return {key: found for key, found in said.items() if found not in (None, [])} or None


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _kafka(namespace: Namespace) -> _Table:
    """The mapping, from which the page works out where a topic goes."""
    mapping, said = namespace.kafka.mapping, namespace.kafka.settings
    return {
        "declared": any(value is not None for value in said.values()),
        "prefix": mapping.prefix,
        "split": _depth(namespace, said.get("split"), mapping.split),
        "key": mapping.key,
        "order": _depth(namespace, said.get("order_by"), mapping.order_by),
        "partitioner": mapping.partitioner,
        "partitions": namespace.kafka.cluster.partitions,
        "overflow": mapping.overflow,
    }


def _depth(namespace: Namespace, said: object, number: int | None) -> Any:
    """A depth: a number of levels, or the equipment level that the model names."""
    if not isinstance(said, str) or said == EACH_METRIC:
        return number
    level = namespace.levels.by_key[said]
    return {"name": level.name, "rank": namespace.levels.rank(level) or 0.0}
