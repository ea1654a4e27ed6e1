"""Contracts as Python types: a ``TypedDict`` for each object, shared by all equal ones.

Ranges, lengths and patterns are left out, because Python types do not have them. So
the metrics of a plant share a few types, even if their limits differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from uns.generators.identifiers import Names, class_name, identifier
from uns.generators.targets import Losses
from uns.model.tree import descend
from uns.payloads import TEXT_TYPES, Field, PayloadContract, ValueType, limits, limits_in_words

#: The most words that are listed in a type.
MOST_WORDS = 50

_SCALARS = {
    "number": "float",
    "integer": "int",
    "timestamp_ms": "int",
    "boolean": "bool",
    "string": "str",
    "datetime": "str",
    "ucum": "str",
    "metric_value": "float | str | bool",
    "metric_unit": "str",
    "any": "_Any",
}

#: Names used in the types themselves: a field with such a name would hide it.
_USED = frozenset({"bool", "bytes", "dict", "float", "int", "list", "str"})


class TopicType(NamedTuple):
    """The class of a topic, and the type of its messages."""

    topic: str
    messages: str

    @property
    def is_json(self) -> bool:
        """Whether its messages are read and written as JSON."""
        return self.topic == "Topic"


class Types:
    """The types of one module, made as they are asked for."""

    def __init__(self, names: Names, losses: Losses) -> None:
        self.lines: list[str] = []
        self._losses = losses
        self._names = names
        #: The content of a type -> its name, so that equal types are written once.
        self._known: dict[object, str] = {}
        self._of_contract: dict[int, TopicType] = {}

    def of(self, contract: PayloadContract) -> TopicType:
        """The type of a topic with this contract."""
        # By identity, because hashing a contract takes time; it lives as long as the tree.
        found = self._of_contract.get(id(contract))
        if found is None:
            # A number and a boolean are the same as text and as JSON.
            encoding, topic = contract.payload.encoding, "Topic"
            if encoding == "binary":
                topic = "BytesTopic"
            elif encoding == "text" and contract.body.type in TEXT_TYPES:
                topic = "TextTopic"
            found = TopicType(topic, self._contract(contract))
            self._of_contract[id(contract)] = found
        return found

    def _contract(self, contract: PayloadContract) -> str:
        if contract.payload.encoding == "binary":
            return "bytes"
        if contract.payload.json_schema is not None:
            said = f"{contract.name} is a foreign JSON Schema; its type is `Any`"
            self._losses.add("X302", contract.name, said)
            return "_Any"
        if any(map(limits, _values(contract.body))):
            said = "Python types have no ranges, lengths and patterns; docstrings have them"
            self._losses.add("X301", contract.name, f"{contract.name}: {said}")
        metric = contract.metric
        parts = [contract.name.replace("/", "_")]
        if metric is not None:
            parts += filter(None, (metric.type, metric.unit))
        hint = class_name("_".join(parts))
        if contract.payload.value is not None:
            return self._value(contract.payload.value, hint, metric)
        return self._object(contract.payload.fields, hint, metric, contract.payload.description)

    def _value(self, value: ValueType, hint: str, metric: ValueType | None) -> str:
        may_be_null = value.nullable
        if value.type == "metric_value" and metric is not None:
            value, may_be_null = metric, may_be_null or metric.nullable
        said = self._value_without_null(value, hint, metric)
        return f"{said} | None" if may_be_null else said

    def _value_without_null(self, value: ValueType, hint: str, metric: ValueType | None) -> str:
        if value.type == "metric_unit" and metric is not None and metric.unit is not None:
            return f"_Literal[{metric.unit!r}]"
        match value.type:
            case "object":
                return self._object(value.fields, hint, metric, None)
            case "array" | "map":
                inner = "_Any" if value.items is None else self._value(value.items, hint, metric)
                return f"list[{inner}]" if value.type == "array" else f"dict[str, {inner}]"
            case "enum":
                # Values of an open set may be others than those listed, so the type is just text.
                listed = value.values and len(value.values) <= MOST_WORDS and not value.open
                return f"_Literal[{', '.join(map(repr, value.values))}]" if listed else "str"
            case scalar:
                return _SCALARS[scalar]

    def _object(
        self, fields: tuple[Field, ...], hint: str, metric: ValueType | None, doc: str | None
    ) -> str:
        rows = [
            (
                field.name,
                self._value(field.value, hint + class_name(field.name), metric),
                field.required,
                _doc(field),
            )
            for field in fields
        ]
        content = (tuple(rows), doc)
        name = self._known.get(content)
        if name is None:
            name = self._known[content] = self._names.take(hint)
            write = _as_class if all(_is_plain(row[0]) for row in rows) else _as_call
            self.lines += ["", "", *write(name, rows, doc)]
        return name


_Row = tuple[str, str, bool, str]


def _as_class(name: str, rows: list[_Row], doc: str | None) -> Iterator[str]:
    yield f"class {name}(_TypedDict):"
    if doc or not rows:
        yield f"    {doc or name!r}"
    for field, type_, required, said in rows:
        yield f"    {field}: {type_ if required else f'_NotRequired[{type_}]'}"
        if said:
            yield f"    {said!r}"


def _as_call(name: str, rows: list[_Row], _doc: str | None) -> Iterator[str]:
    """A type with fields whose names are not Python names."""
    yield f"{name} = _TypedDict({name!r}, {{"
    for field, type_, required, _ in rows:
        yield f"    {field!r}: {type_ if required else f'_NotRequired[{type_}]'},"
    yield "})"


def _is_plain(name: str) -> bool:
    """Whether a field can be declared in the body of a class without hiding another name."""
    return identifier(name) == name and name not in _USED


def _doc(field: Field) -> str:
    """The description of a field; the limits of a metric are described at its topic."""
    value = field.value
    parts = [field.description or ""]
    if value.type in {"number", "integer", "string"}:
        parts += filter(None, (value.unit, limits_in_words(value)))
    if field.default is not None:
        parts.append(f"absent means {field.default}")
    return "; ".join(filter(None, parts))


def _values(value: ValueType) -> Iterator[ValueType]:
    """A type and every type inside it."""

    def inside(outer: ValueType) -> Iterator[ValueType]:
        yield from filter(None, (outer.items,))
        yield from (field.value for field in outer.fields)

    return descend([value], inside)
