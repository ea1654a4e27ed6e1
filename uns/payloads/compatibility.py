"""Compares two versions of a contract: what changed, and which messages are still valid.

Each answer compares a producer, which sends what its closed contract allows, with a consumer,
which accepts what its open contract allows:

==========  ==========================================  =====================
BACKWARD    old producers can talk to new consumers     upgrade consumers first
FORWARD     new producers can talk to old consumers     upgrade producers first
FULL        both                                        any order
==========  ==========================================  =====================

Messages must stay valid and keep their meaning. A consumer takes the default for a field that is
missing, and a number for one in the unit it knows. A closed enumeration promises that there are
no other values, also in later versions.

The answer is sound: if it cannot be shown that messages stay valid, the answer is no. Whether
to allow such a change is decided by the rules.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Flag
from functools import reduce
from operator import and_
from typing import Any

from uns.payloads.contracts import TEXT_TYPES, Field, PayloadContract, PayloadType, ValueType
from uns.payloads.facets import LIMITS, NARROWING, Facet, Limit, bounded, limits
from uns.payloads.faults import describe
from uns.payloads.strict_json import json_path, render
from uns.payloads.validators import is_datetime
from uns.topics.automata import UndecidedPattern
from uns.topics.patterns import InvalidPattern, Pattern
from uns.units import Incommensurable, OffScale, convert, is_unit, same_unit, unit


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
    if old.payload.is_unknown != new.payload.is_unknown:
        # Bytes that may be anything: a consumer takes all messages, a producer sends any.
        keeps = Compatibility.FORWARD if old.payload.is_unknown else Compatibility.BACKWARD
        known = ["not known" if each.payload.is_unknown else each.name for each in (old, new)]
        yield Difference("$", "contract", known[0], known[1], keeps)
        return
    yield from _forms(old.payload, new.payload)
    foreign = (old.payload.json_schema, new.payload.json_schema)
    if old.payload.encoding == "binary" or new.payload.encoding == "binary":
        return
    if foreign == (None, None):
        yield from _types("$", old.body, new.body)
    elif foreign[0] != foreign[1]:
        # We do not compare JSON Schemas, so we assume the worst.
        yield Difference("$", "JSON Schema", "one", "another", Compatibility.NONE)


def _forms(old: PayloadType, new: PayloadType) -> Iterator[Difference]:
    """What changed about the bytes of a message, whatever they hold."""
    if old.encoding != new.encoding:
        yield Difference("$", "encoding", old.encoding, new.encoding, Compatibility.NONE)
    elif str(old.media_type).lower() != str(new.media_type).lower():
        types = old.media_type, new.media_type
        yield Difference("$", "content type", *types, Compatibility.NONE)
    if old.max_bytes != new.max_bytes:
        keeps = Compatibility.NONE
        if new.max_bytes is None or (old.max_bytes is not None and old.max_bytes < new.max_bytes):
            keeps |= Compatibility.BACKWARD
        else:
            keeps |= Compatibility.FORWARD
        yield Difference("$", "size", _size(old), _size(new), keeps)
    if set(old.identity) != set(new.identity):
        # The messages stay valid; it is what is stored that is told apart in another way.
        yield Difference("$", "identity", _identity(old), _identity(new), Compatibility.FULL)


def _identity(payload: PayloadType) -> str:
    return ", ".join(payload.identity) or "none"


def _size(payload: PayloadType) -> str | None:
    return None if payload.max_bytes is None else f"at most {payload.max_bytes:,} bytes"


def _types(path: str, old: ValueType, new: ValueType) -> Iterator[Difference]:
    yield from _units(path, old.unit, new.unit)
    if old.type != new.type:
        difference = _difference(path, "type", old, new)
        if not _means_the_same(old, new):
            difference = replace(difference, keeps=Compatibility.NONE)
        yield difference
        return
    if old.nullable != new.nullable:
        keeps = Compatibility.FORWARD if old.nullable else Compatibility.BACKWARD
        yield Difference(path, "nullable", _yes(old.nullable), _yes(new.nullable), keeps)
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
        keeps = Compatibility.FORWARD if _is_assumed(new) else Compatibility.FULL
        yield Difference(path, f"{_need(new)} field", None, _field_in_words(new), keeps)
    elif new is None and old is not None:
        keeps = Compatibility.BACKWARD if _is_assumed(old) else Compatibility.FULL
        yield Difference(path, f"{_need(old)} field", _field_in_words(old), None, keeps)
    elif old is not None and new is not None:
        if old.required != new.required:
            keeps = Compatibility.FORWARD if new.required else Compatibility.BACKWARD
            yield Difference(path, "presence", _need(old), _need(new), keeps)
        if _default(old) != _default(new):
            keeps = Compatibility.FULL if _keeps_default(old, new) else Compatibility.NONE
            yield Difference(path, "default", _default(old), _default(new), keeps)
        if old.description != new.description:
            texts = old.description, new.description
            yield Difference(path, "description", *texts, Compatibility.FULL)
        yield from _types(path, old.value, new.value)


def _default(field: Field) -> str | None:
    return None if field.default is None else render(field.default)


def _is_assumed(field: Field) -> bool:
    """Whether a consumer counts on a value, sent or by default, where nobody has sent one."""
    return field.required or field.default is not None


def _field_in_words(field: Field) -> str:
    default = None if field.required else _default(field)
    return describe(field.value) + (f", {default} by default" if default else "")


def _keeps_default(old: Field, new: Field) -> bool:
    """Whether a message without the field keeps its meaning, also if that is "not known"."""
    # JSON tells true from 1.
    return _default(old) == _default(new) or old.required or new.required


def _need(field: Field) -> str:
    return "required" if field.required else "optional"


def _units(path: str, old: str | None, new: str | None) -> Iterator[Difference]:
    """Adding a unit is compatible; changing one is not, since a value does not show its unit."""
    if old != new:
        keeps = Compatibility.FULL if _keeps_unit(old, new) else Compatibility.NONE
        yield Difference(path, "unit", old, new, keeps)


def _keeps_unit(old: str | None, new: str | None) -> bool:
    """Whether values keep their meaning: no unit was known, or it is the same, perhaps respelled."""
    return old in (None, new) or _is_same(old, new)


def _is_same(one: str | None, other: str | None) -> bool:
    if one is None or other is None or one == other:
        return one == other
    return is_unit(one) and is_unit(other) and same_unit(one, other)


def _in_unit_of(old: ValueType, new: ValueType) -> ValueType | None:
    """``new`` with its range in the unit of ``old``; ``None`` if the units cannot be compared."""
    if old.unit is None or new.unit is None or _is_same(old.unit, new.unit):
        return new
    if not (is_unit(old.unit) and is_unit(new.unit)):
        return None
    if unit(old.unit).scale != unit(new.unit).scale:
        return None  # a logarithm may turn the range around
    try:
        least = _converted(new.minimum, new.unit, old.minimum, old.unit)
        most = _converted(new.maximum, new.unit, old.maximum, old.unit)
    except (Incommensurable, OffScale, OverflowError):
        return None
    return replace(new, minimum=least, maximum=most)


def _converted(
    bound: float | None, source: str, near: float | None, target: str
) -> int | float | None:
    """A bound in another unit; ``near`` itself if only rounding lies between them."""
    if bound is None:
        return None
    if near is not None and math.isclose(convert(near, target, source), bound, rel_tol=1e-9):
        return near
    return convert(bound, source, target)


def _comparable(old: ValueType, new: ValueType) -> ValueType:
    """``new`` with a range that can be compared; that of ``old`` where only the unit tells."""
    there = _in_unit_of(old, new)
    if there is None:
        return replace(new, minimum=old.minimum, maximum=old.maximum)
    return there


def _means_the_same(old: ValueType, new: ValueType) -> bool:
    """Whether all inner values keep their unit and default, which no validator can check."""
    if old.type == new.type == "object":
        names = {field.name for field in old.fields} ^ {field.name for field in new.fields}
        lone = (field for field in (*old.fields, *new.fields) if field.name in names)
        if any(not field.required and field.default is not None for field in lone):
            return False
    return all(
        _keeps_unit(one.value.unit, other.value.unit)
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


def _yes(said: bool) -> str:
    return "yes" if said else "no"


def _facets(path: str, old: ValueType, new: ValueType) -> Iterator[Difference]:
    # What is not about null says the same with it and without it.
    old, new = replace(old, nullable=False), replace(new, nullable=False)
    there = _comparable(old, new)
    # A length and a pattern may say the same of a text, so what all say together counts too.
    together = _accepted(old, there)
    for subject, facets in NARROWING.items():
        before, after = _facet(facets, old), _facet(facets, new)
        if before == after or (subject == "range" and _is_same_range(old, new)):
            continue
        alone = _accepted(old, replace(old, **_facet(facets, there)))
        changed = replace(old, unit=new.unit, **after)
        yield Difference(path, subject, _in_words(old), _in_words(changed), alone | together)


def _is_same_range(old: ValueType, new: ValueType) -> bool:
    there = _in_unit_of(old, new)
    return there is not None and (there.minimum, there.maximum) == (old.minimum, old.maximum)


def _facet(facets: tuple[Facet, ...], value: ValueType) -> dict[str, Any]:
    return {facet.attribute: getattr(value, facet.attribute) for facet in facets}


def _difference(path: str, kind: str, old: ValueType, new: ValueType) -> Difference:
    keeps = _accepted(old, _comparable(old, new))
    return Difference(path, kind, _in_words(old), _in_words(new), keeps)


def _accepted(old: ValueType, new: ValueType) -> Compatibility:
    """The directions in which one type takes the values of the other."""
    keeps = Compatibility.NONE
    if accepts(new, old):
        keeps |= Compatibility.BACKWARD
    if accepts(old, _without_promise(new)):
        keeps |= Compatibility.FORWARD
    return keeps


def _without_promise(value: ValueType) -> ValueType:
    """A type with the values that later versions may add without notice: any in an open enumeration."""
    if value.type == "enum" and value.open:
        return ValueType("string", nullable=value.nullable)
    items = None if value.items is None else _without_promise(value.items)
    fields = tuple(replace(field, value=_without_promise(field.value)) for field in value.fields)
    return replace(value, items=items, fields=fields)


def _in_words(value: ValueType) -> str:
    return f"{describe(value)}{' or others' if value.open else ''}"


# --- inclusion ----------------------------------------------------------------------------

_ANYTHING = ValueType("any")

_WHOLE = frozenset({"integer", "timestamp_ms"})
_SCALARS = TEXT_TYPES | _WHOLE | {"number", "boolean", "metric_value"}


def accepts(consumer: ValueType, producer: ValueType) -> bool:
    """Whether a consumer of one type accepts every value that a producer of the other may send.

    Units and defaults are not part of a value and are ignored. ``False`` if it cannot be shown.

    >>> accepts(ValueType("number"), ValueType("integer", minimum=0))
    True
    >>> accepts(ValueType("integer", maximum=10), ValueType("integer"))
    False
    """
    if producer.nullable and not (consumer.nullable or consumer.type == "any"):
        return False
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
        case wanted, sent if wanted in TEXT_TYPES and sent in TEXT_TYPES:
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
    if sent.type in _WHOLE:
        least, most = sent.minimum, sent.maximum
        least = None if least is None else math.ceil(least)
        most = None if most is None else math.floor(most)
        sent = replace(sent, minimum=least, maximum=most)
    return all(limit.accepts(limit.of(wanted), limit.of(sent)) for limit in LIMITS)


def _text_accepts(consumer: ValueType, producer: ValueType) -> bool:
    if producer.type == "enum":
        return all(_takes_text(consumer, text) for text in producer.values)
    match consumer.type:
        case "enum" if not consumer.open:
            return producer.type == "string" and _is_among(producer, consumer.values)
        case "string" | "enum":
            return all(_takes_all(limit, said, producer) for limit, said in limits(consumer))
    is_same = consumer.type == producer.type
    return is_same and all(_takes_all(limit, said, producer) for limit, said in limits(consumer))


def _takes_all(limit: Limit, said: Any, producer: ValueType) -> bool:
    """Whether all texts of a producer are within one limit; its length and pattern count together."""
    if limit.accepts(said, limit.of(producer)):
        return True
    try:
        if limit.name == "max_length":
            longest = Pattern(producer.pattern).longest if producer.pattern else None
            return longest is not None and longest <= said
        return Pattern(said).includes(_written(producer), producer.max_length)
    except UndecidedPattern:
        return False


def _is_among(producer: ValueType, values: tuple[str, ...]) -> bool:
    """Whether a producer of texts can send nothing but ``values``."""
    try:
        return Pattern.any_of(values).includes(_written(producer), producer.max_length)
    except (InvalidPattern, UndecidedPattern):
        return False


def _written(value: ValueType) -> Pattern:
    """The pattern of a text; without one, that of every text."""
    return Pattern(value.pattern if value.pattern is not None else r"[\s\S]*")


def _takes_text(consumer: ValueType, text: str) -> bool:
    match consumer.type:
        case "enum" if not consumer.open:
            return text in consumer.values
        case "datetime" if not is_datetime(text):
            return False
        case "ucum" if not is_unit(text):
            return False
    return all(limit.admits(said, text) for limit, said in limits(consumer))
