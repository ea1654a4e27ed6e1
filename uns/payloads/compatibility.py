"""Compares two versions of a contract: what changed, and which messages are still valid.

Each answer compares a producer, which sends what its closed contract allows, with a consumer,
which accepts what its open contract allows:

==========  ==========================================  =====================
BACKWARD    old producers can talk to new consumers     upgrade consumers first
FORWARD     new producers can talk to old consumers     upgrade producers first
FULL        both                                        any order
==========  ==========================================  =====================

The answer is sound: if it cannot be shown that messages stay valid, the answer is no. Whether
to allow such a change is decided by the rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Flag
from functools import reduce
from operator import and_

from uns.payloads.contracts import Field, PayloadContract, ValueType
from uns.payloads.facets import LIMITS, NARROWING, bounded, limits
from uns.payloads.faults import describe
from uns.payloads.strict_json import json_path, render
from uns.payloads.validators import is_datetime
from uns.units import is_unit


class Compatibility(Flag):
    """The directions in which messages are still valid after a change."""

    NONE = 0
    BACKWARD = 1
    FORWARD = 2
    FULL = 3

    def __str__(self) -> str:
        return str(self.name).lower()


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between two versions of a contract.

    ``path`` is the JSON path, ``kind`` is what changed there, ``before`` and ``after`` are its
    text in each version (``None`` if it is missing). ``keeps`` are the directions in which
    messages are still valid after this change alone.
    """

    path: str
    kind: str
    before: str | None
    after: str | None
    keeps: Compatibility

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.path}: {self.kind} added: {self.after}"
        if self.after is None:
            return f"{self.path}: {self.kind} removed: {self.before}"
        return f"{self.path}: {self.kind} changed: {self.before} -> {self.after}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences between two versions, and their combined compatibility."""

    differences: tuple[Difference, ...]

    @property
    def keeps(self) -> Compatibility:
        """The directions in which messages are still valid after all changes."""
        keeps = (difference.keeps for difference in self.differences)
        return reduce(and_, keeps, Compatibility.FULL)


def compare(old: PayloadContract, new: PayloadContract) -> Comparison:
    """Compare ``old`` with ``new``, field by field.

    >>> from uns.payloads.contracts import PayloadType
    >>> def counts(*fields): return PayloadContract(PayloadType("counts/1", fields))
    >>> processed = Field("processed", ValueType("integer", minimum=0))
    >>> rejected = Field("rejected", ValueType("integer", minimum=0))
    >>> result = compare(counts(processed), counts(processed, rejected))
    >>> print(result.keeps, *result.differences)
    forward $.rejected: required field added: a whole number of at least 0
    """
    return Comparison(tuple(_contracts(old, new)))


def _contracts(old: PayloadContract, new: PayloadContract) -> Iterator[Difference]:
    if old.name != new.name:
        yield Difference("$", "name", old.name, new.name, Compatibility.FULL)
    foreign = (old.payload.json_schema, new.payload.json_schema)
    if foreign == (None, None):
        yield from _types("$", old.body, new.body)
    elif foreign[0] != foreign[1]:
        # We do not compare JSON Schemas, so we assume the worst.
        yield Difference("$", "JSON Schema", "one", "another", Compatibility.NONE)


def _types(path: str, old: ValueType, new: ValueType) -> Iterator[Difference]:
    yield from _units(path, old.unit, new.unit)
    if old.type != new.type:
        difference = _difference(path, "type", old, new)
        if not _means_the_same(old, new):
            difference = replace(difference, keeps=Compatibility.NONE)
        yield difference
        return
    match old.type:
        case "object":
            yield from _fields(path, old, new)
        case "array":
            yield from _types(f"{path}[*]", old.items or _ANYTHING, new.items or _ANYTHING)
        case "map":
            yield from _types(f"{path}.*", old.items or _ANYTHING, new.items or _ANYTHING)
        case _:
            yield from _facets(path, old, new)


def _fields(path: str, old: ValueType, new: ValueType) -> Iterator[Difference]:
    before = {field.name: field for field in old.fields}
    after = {field.name: field for field in new.fields}
    for name in dict.fromkeys((*before, *after)):
        yield from _field(path + json_path((name,))[1:], before.get(name), after.get(name))


def _field(path: str, old: Field | None, new: Field | None) -> Iterator[Difference]:
    if old is None and new is not None:
        keeps = Compatibility.FORWARD if new.required else Compatibility.FULL
        yield Difference(path, f"{_need(new)} field", None, describe(new.value), keeps)
    elif new is None and old is not None:
        keeps = Compatibility.BACKWARD if old.required else Compatibility.FULL
        yield Difference(path, f"{_need(old)} field", describe(old.value), None, keeps)
    elif old is not None and new is not None:
        if old.required != new.required:
            keeps = Compatibility.FORWARD if new.required else Compatibility.BACKWARD
            yield Difference(path, "presence", _need(old), _need(new), keeps)
        if old.default != new.default:
            keeps = Compatibility.FULL if _keeps_default(old, new) else Compatibility.NONE
            yield Difference(path, "default", _default(old), _default(new), keeps)
        if old.description != new.description:
            texts = old.description, new.description
            yield Difference(path, "description", *texts, Compatibility.FULL)
        yield from _types(path, old.value, new.value)


def _default(field: Field) -> str | None:
    return None if field.default is None else render(field.default)


def _keeps_default(old: Field, new: Field) -> bool:
    """Whether a message without the field keeps its meaning; adding a default is allowed."""
    return old.default in (None, new.default) or old.required or new.required


def _need(field: Field) -> str:
    return "required" if field.required else "optional"


def _units(path: str, old: str | None, new: str | None) -> Iterator[Difference]:
    """Adding a unit is compatible; changing one is not, since a value does not show its unit."""
    if old != new:
        keeps = Compatibility.FULL if old is None else Compatibility.NONE
        yield Difference(path, "unit", old, new, keeps)


def _means_the_same(old: ValueType, new: ValueType) -> bool:
    """Whether all inner values keep their unit and default, which no validator can check."""
    return all(
        one.value.unit in (None, other.value.unit)
        and _means_the_same(one.value, other.value)
        and _keeps_default(one, other)
        for one, other in _inner_fields(old, new)
    )


def _inner_fields(old: ValueType, new: ValueType) -> Iterator[tuple[Field, Field]]:
    """The inner values of one type with those of another; items count as optional fields."""
    fields = {field.name: field for field in new.fields}
    items = Field("*", new.items or _ANYTHING, required=False)
    for field in old.fields:
        other = fields.get(field.name) if new.type == "object" else items
        if other is not None:
            yield field, other
    if old.items is not None:
        others = fields.values() if new.type == "object" else (items,)
        yield from ((Field("*", old.items, required=False), other) for other in others)


def _facets(path: str, old: ValueType, new: ValueType) -> Iterator[Difference]:
    for subject, facets in NARROWING.items():
        after = replace(old, **{each.attribute: getattr(new, each.attribute) for each in facets})
        if after != old:
            yield _difference(path, subject, old, after)


def _difference(path: str, kind: str, old: ValueType, new: ValueType) -> Difference:
    keeps = Compatibility.NONE
    if accepts(new, old):
        keeps |= Compatibility.BACKWARD
    if accepts(old, new):
        keeps |= Compatibility.FORWARD
    return Difference(path, kind, _in_words(old), _in_words(new), keeps)


def _in_words(value: ValueType) -> str:
    return f"{describe(value)}{' or others' if value.open else ''}"


# --- inclusion ----------------------------------------------------------------------------

_ANYTHING = ValueType("any")

_TEXTS = frozenset({"string", "enum", "datetime", "ucum"})
_WHOLE = frozenset({"integer", "timestamp_ms"})
_SCALARS = _TEXTS | _WHOLE | {"number", "boolean", "metric_value"}


def accepts(consumer: ValueType, producer: ValueType) -> bool:
    """Whether a consumer of one type accepts every value that a producer of the other may send.

    Units and defaults are not part of a value and are ignored. ``False`` if it cannot be shown.

    >>> accepts(ValueType("number"), ValueType("integer", minimum=0))
    True
    >>> accepts(ValueType("integer", maximum=10), ValueType("integer"))
    False
    """
    match consumer.type, producer.type:
        case "any", _:
            return True
        case "object", "object":
            return _object_accepts(consumer, producer)
        case "object", "map":
            items = producer.items or _ANYTHING
            return all(not f.required and accepts(f.value, items) for f in consumer.fields)
        case "map", "object":
            items = consumer.items or _ANYTHING
            return all(accepts(items, field.value) for field in producer.fields)
        case ("array", "array") | ("map", "map"):
            return accepts(consumer.items or _ANYTHING, producer.items or _ANYTHING)
        case "metric_value", sent:
            return sent in _SCALARS
        case wanted, sent if wanted in _TEXTS and sent in _TEXTS:
            return _text_accepts(consumer, producer)
        case wanted, sent if wanted == "number" and sent in _WHOLE:
            return _limits_accept(consumer, producer)
        case wanted, sent if wanted == sent or (wanted in _WHOLE and sent in _WHOLE):
            return _limits_accept(consumer, producer)
        case _:
            return False


def _object_accepts(consumer: ValueType, producer: ValueType) -> bool:
    sent = {field.name: field for field in producer.fields}
    for wanted in consumer.fields:
        field = sent.get(wanted.name)
        if wanted.required and not (field is not None and field.required):
            return False
        if field is not None and not accepts(wanted.value, field.value):
            return False
    return True


def _limits_accept(consumer: ValueType, producer: ValueType) -> bool:
    wanted, sent = bounded(consumer), bounded(producer)
    return all(limit.accepts(limit.of(wanted), limit.of(sent)) for limit in LIMITS)


def _text_accepts(consumer: ValueType, producer: ValueType) -> bool:
    if producer.type == "enum":
        return all(_takes_text(consumer, text) for text in producer.values)
    free = consumer.type == "string" or (consumer.type == "enum" and consumer.open)
    if not free and (consumer.type != producer.type or consumer.type == "enum"):
        return False
    return _limits_accept(consumer, producer)


def _takes_text(consumer: ValueType, text: str) -> bool:
    match consumer.type:
        case "enum" if not consumer.open:
            return text in consumer.values
        case "datetime" if not is_datetime(text):
            return False
        case "ucum" if not is_unit(text):
            return False
    return all(limit.admits(said, text) for limit, said in limits(consumer))
