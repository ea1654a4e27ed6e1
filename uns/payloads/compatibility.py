"""What changed between two versions of a contract, and which messages still pass.

Every question is one of inclusion between a producer, who sends what its closed
contract allows, and a consumer, who takes what its open contract allows:

==========  ==========================================  =====================
BACKWARD    old producers can talk to new consumers     upgrade consumers first
FORWARD     new producers can talk to old consumers     upgrade producers first
FULL        both                                        any order
==========  ==========================================  =====================

The answer is sound: where inclusion cannot be shown, it is denied. That a change
breaks somebody is a fact here; what to do about it is judged above.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Flag
from functools import reduce
from operator import and_

from uns.payloads.contracts import Field, PayloadContract, ValueType
from uns.payloads.facets import LIMITS, NARROWING, bounded, limits
from uns.payloads.faults import described
from uns.payloads.strict_json import json_path, shown
from uns.payloads.validators import is_datetime
from uns.units import is_unit

__all__ = ["Comparison", "Compatibility", "Difference", "accepts", "compare"]


class Compatibility(Flag):
    """Which way messages still pass after a change."""

    NONE = 0
    BACKWARD = 1
    FORWARD = 2
    FULL = 3

    def __str__(self) -> str:
        return str(self.name).lower()


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact about two versions of a contract.

    ``path`` is the JSON path, ``kind`` what changed there, ``before`` and ``after`` how it
    reads in each version (``None`` where it is not), ``keeps`` which way messages
    still pass this one change.
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
    """All the facts about two versions, and what they come to together."""

    differences: tuple[Difference, ...]

    @property
    def keeps(self) -> Compatibility:
        """Which way messages still pass all changes."""
        return reduce(and_, (found.keeps for found in self.differences), Compatibility.FULL)


def compare(old: PayloadContract, new: PayloadContract) -> Comparison:
    """What changed from ``old`` to ``new``, field by field.

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
        # Inclusion of JSON Schemas is not decided here, so nothing is promised.
        yield Difference("$", "JSON Schema", "one", "another", Compatibility.NONE)


def _types(path: str, old: ValueType, new: ValueType) -> Iterator[Difference]:
    yield from _units(path, old.unit, new.unit)
    if old.type != new.type:
        found = _difference(path, "type", old, new)
        keeps = found.keeps if _means_the_same(old, new) else Compatibility.NONE
        yield replace(found, keeps=keeps)
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
        yield Difference(path, f"{_need(new)} field", None, described(new.value), keeps)
    elif new is None and old is not None:
        keeps = Compatibility.BACKWARD if old.required else Compatibility.FULL
        yield Difference(path, f"{_need(old)} field", described(old.value), None, keeps)
    elif old is not None and new is not None:
        if old.required != new.required:
            keeps = Compatibility.FORWARD if new.required else Compatibility.BACKWARD
            yield Difference(path, "presence", _need(old), _need(new), keeps)
        if old.default != new.default:
            keeps = Compatibility.FULL if _stands_for(old, new) else Compatibility.NONE
            yield Difference(path, "default", _default(old), _default(new), keeps)
        if old.description != new.description:
            yield Difference(
                path, "description", old.description, new.description, Compatibility.FULL
            )
        yield from _types(path, old.value, new.value)


def _default(field: Field) -> str | None:
    return None if field.default is None else shown(field.default)


def _stands_for(old: Field, new: Field) -> bool:
    """Whether a message without the field says what it said: a meaning not stated may be."""
    return old.default in (None, new.default) or old.required or new.required


def _need(field: Field) -> str:
    return "required" if field.required else "optional"


def _units(path: str, old: str | None, new: str | None) -> Iterator[Difference]:
    """A unit that was not stated may be; one that was stays [a value alone cannot tell]."""
    if old != new:
        keeps = Compatibility.FULL if old is None else Compatibility.NONE
        yield Difference(path, "unit", old, new, keeps)


def _means_the_same(old: ValueType, new: ValueType) -> bool:
    """Whether all inside has the unit and the default it had; no validator tells those apart."""
    return all(
        one.unit in (None, other.unit) and _means_the_same(one, other)
        for one, other in _inside(old, new)
    ) and all(_stands_for(one, other) for one, other in _defaulted(old, new))


def _inside(old: ValueType, new: ValueType) -> Iterator[tuple[ValueType, ValueType]]:
    """What stands inside a value of one type, and what is there in another."""
    fields = {field.name: field.value for field in new.fields}
    for field in old.fields:
        if new.type != "object":
            yield field.value, new.items or _ANYTHING
        elif field.name in fields:
            yield field.value, fields[field.name]
    if old.items is not None:
        if new.type == "object":
            yield from ((old.items, value) for value in fields.values())
        else:
            yield old.items, new.items or _ANYTHING


def _defaulted(old: ValueType, new: ValueType) -> Iterator[tuple[Field, Field]]:
    """The fields of an object, and what stands for them in another type: one without a default."""
    fields = {field.name: field for field in new.fields}
    for field in old.fields:
        if new.type != "object":
            yield field, replace(field, required=False, default=None)
        elif field.name in fields:
            yield field, fields[field.name]


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
    return f"{described(value)}{' or others' if value.open else ''}"


# --- inclusion ----------------------------------------------------------------------------

_ANYTHING = ValueType("any")

_TEXTS = frozenset({"string", "enum", "datetime", "ucum"})
_WHOLE = frozenset({"integer", "timestamp_ms"})
_SCALARS = _TEXTS | _WHOLE | {"number", "boolean", "metric_value"}


def accepts(consumer: ValueType, producer: ValueType) -> bool:
    """Whether a consumer of one type takes every value a producer of the other may send.

    Units and defaults are no part of a value and not looked at. ``False`` where it cannot be shown.

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
    if not free:
        return consumer.type == producer.type and consumer.type in ("datetime", "ucum")
    return _limits_accept(consumer, producer)


def _takes_text(consumer: ValueType, text: str) -> bool:
    match consumer.type:
        case "enum" if not consumer.open:
            return text in consumer.values
        case "datetime":
            return is_datetime(text)
        case "ucum":
            return is_unit(text)
    return all(limit.admits(said, text) for limit, said in limits(consumer))
