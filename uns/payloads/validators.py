"""Checks messages against contracts, with pydantic.

A contract is compiled once, however many topics share it; a check then takes little longer than
pydantic's parser. The same rules hold everywhere: an integer may be written ``1.0``, duplicate
keys are refused, numbers that no double holds are refused at any depth, dates and units are checked as
text, and a Python object is checked as its JSON.

The value is not changed: no defaults are added, nothing is cut or rounded. Types and exceptions
of pydantic and jsonschema-rs do not leave this module.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import islice
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import GetPydanticSchema, TypeAdapter
from pydantic_core import CoreSchema, SchemaError, ValidationError, core_schema

from uns.diagnostics import UNSError
from uns.payloads import faults
from uns.payloads.contracts import (
    SCALAR_TYPES,
    TEXT_TYPES,
    Encoding,
    Field,
    PayloadContract,
    ValueType,
)
from uns.payloads.facets import bounded, limits
from uns.payloads.faults import Fault, FaultKind, InvalidPayload, View
from uns.payloads.strict_json import (
    LARGEST,
    Location,
    adds_up,
    count_strings,
    explain_bad_json,
    is_out_of_range,
    json_path,
    numeral_at,
    out_of_range,
    render,
    repeated_keys,
    shorten,
)
from uns.payloads.writing import sent
from uns.topics.patterns import Pattern
from uns.units import is_unit

try:
    import jsonschema_rs
except ImportError:
    jsonschema_rs = None  # type: ignore[assignment]

#: A compiled contract: takes a payload, returns its value or raises :class:`InvalidPayload`.
Check: TypeAlias = Callable[[object], Any]

#: Most faults one error lists.
MOST_FAULTS = 100

#: Most compiled contracts in memory; beyond that all are dropped and compiled again.
MOST_COMPILED = 4_096


class MissingExtra(UNSError, ImportError):
    """A contract needs a package that is not installed."""


class InvalidForeignSchema(UNSError, ValueError):
    """A ``json_schema`` that is not a JSON Schema, or that refers to another document."""


# --- entry points -------------------------------------------------------------------------


def validate(contract: PayloadContract, payload: object, view: View = "consumer") -> Any:
    """Check a message against its contract and return its value.

    ``payload`` is JSON as ``bytes`` or ``str``, or a Python object that is checked as its JSON. A
    ``"consumer"`` keeps fields that the contract does not name, a ``"producer"`` may not send
    any. Raises :class:`InvalidPayload` with every fault.

    >>> from uns.payloads.contracts import Field, PayloadType
    >>> speed = ValueType("number", unit="m/s", minimum=0, maximum=3)
    >>> vtq = PayloadType("vtq/1", (Field("value", ValueType("metric_value")),))
    >>> validate(PayloadContract(vtq, speed), b'{"value": 0.85}')
    {'value': 0.85}
    >>> validate(PayloadContract(vtq, speed), {"value": 5})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    uns.payloads.faults.InvalidPayload: not a vtq/1 message: $.value: expected ... found 5
    """
    try:
        known, check = _KNOWN[view][id(contract)]
    except KeyError:
        return validator(contract, view)(payload)
    return check(payload) if known is contract else validator(contract, view)(payload)


def validator(contract: PayloadContract, view: View = "consumer") -> Check:
    """Compile a contract, or return it from memory; :func:`validate` does so at every call.

    Raises :class:`MissingExtra` and :class:`InvalidForeignSchema` for a contract that is a JSON
    Schema and cannot be used.
    """
    check = _COMPILED.get((contract, view))
    if check is None:
        check = _compile(contract, view)
        if len(_COMPILED) >= MOST_COMPILED:
            _COMPILED.clear()
        _COMPILED[contract, view] = check
    known = _KNOWN[view]
    if len(known) >= MOST_COMPILED:
        known.clear()
    known[id(contract)] = (contract, check)
    return check


# By id, since hashing a contract is slow; the contract is kept, so no other object gets its id.
_KNOWN: dict[str, dict[int, tuple[PayloadContract, Check]]] = {"consumer": {}, "producer": {}}
_COMPILED: dict[tuple[PayloadContract, str], Check] = {}


def _compile(contract: PayloadContract, view: View) -> Check:
    """Compile the check of a message: of its size, and of what it holds."""
    check = _COMPILERS[contract.payload.encoding](contract, view)
    most = contract.payload.max_bytes
    if most is None:
        return check

    def check_size(payload: object) -> Any:
        message = payload if type(payload) is bytes else sent(contract, payload)
        if len(message) > most:
            raise InvalidPayload(contract.name, [faults.too_long(len(message), most)])
        return check(message)

    return check_size


def _compile_json(contract: PayloadContract, view: View) -> Check:
    """Compile the check of JSON: first the fast one, which is enough for nearly every message.

    The fast parser skips fields that the contract does not name. If the number of strings adds
    up, there were no such fields and no duplicate keys. Otherwise, and after any fault, the
    message is checked again by the careful parser.
    """
    body = contract.body
    carefully = _Careful(contract.name, body, view)
    quick = _parser(_schema(body, view, "ignore"))
    strings = _counter(body) or _none
    flat = body.type == "object" and not body.nullable and all(map(_is_scalar, body.fields))

    def check(payload: object) -> Any:
        text = payload if type(payload) is bytes else sent(contract, payload)
        try:
            value = quick(text)
            # In a flat object every key has a colon: as many colons as fields means no other keys.
            if (flat and text.count(b":") == len(value)) or adds_up(text, strings(value)):
                return value
        except (ValidationError, FloatingPointError):
            pass
        return carefully.check(text)

    return check if contract.payload.json_schema is None else _check_schema(contract, check)


def _compile_text(contract: PayloadContract, view: View) -> Check:
    """Compile the check of a message that is one value, written as text."""
    name, body = contract.name, contract.body
    read = _text_reader(body, view)

    def explain(text: bytes) -> Fault:
        try:
            found = text.decode()
        except UnicodeDecodeError as error:
            return faults.not_text(f"byte {error.start + 1} is not UTF-8")
        if body.type not in TEXT_TYPES:
            with contextlib.suppress(ValueError):
                return faults.unexpected((), body, _any_number()(text), view)
        return faults.unexpected((), body, found, view, _meant(found, read))

    def check(payload: object) -> Any:
        text = payload if type(payload) is bytes else sent(contract, payload)
        try:
            return read(text)
        except ValueError:
            raise InvalidPayload(name, [explain(text)]) from None

    return check


def _text_reader(value: ValueType, view: View) -> Callable[[bytes], Any]:
    """A function that reads the value of a text, and raises ``ValueError`` where there is none."""
    if value.type == "boolean":
        return _truth
    if value.type == "metric_value":
        return _any_value
    if value.type in TEXT_TYPES:
        checked = _validator(_schema(value, view, "forbid")).validate_python
        return lambda text: checked(text.decode())
    parse = _parser(_schema(value, view, "forbid"))

    def number(text: bytes) -> Any:
        # The parser allows white space around a number, as JSON does.
        if len(text.strip()) != len(text):
            raise ValueError
        return parse(text)

    return number


_TRUTHS = MappingProxyType({b"true": True, b"false": False})


def _truth(text: bytes) -> bool:
    if text not in _TRUTHS:
        raise ValueError
    return _TRUTHS[text]


def _any_value(text: bytes) -> Any:
    """What a text is that no metric says the type of: a number, true, false, or just text."""
    for read in (_truth, _any_number()):
        with contextlib.suppress(ValueError):
            return read(text)
    return text.decode()


@cache
def _any_number() -> Callable[[bytes], Any]:
    return _text_reader(ValueType("number"), "consumer")


def _meant(text: str, read: Callable[[bytes], Any]) -> str | None:
    """A text that can be read, if only its white space, its quotes or its case are wrong."""
    bare = text.strip()
    for meant in (bare, bare.strip('"'), bare.lower()):
        if meant != text:
            with contextlib.suppress(ValueError):
                read(meant.encode())
                return meant
    return None


def _compile_binary(contract: PayloadContract, _view: View) -> Check:
    """Bytes are not looked into."""

    def check(payload: object) -> bytes:
        return payload if type(payload) is bytes else sent(contract, payload)

    return check


_COMPILERS: Mapping[Encoding, Callable[[PayloadContract, View], Check]] = MappingProxyType(
    {"json": _compile_json, "text": _compile_text, "binary": _compile_binary}
)


class _Careful:
    """The careful check, which finds every fault."""

    def __init__(self, name: str, body: ValueType, view: View) -> None:
        self._name = name
        self._body = body
        self._view = view

    @cached_property
    def _parse(self) -> Callable[[bytes], Any]:
        extra: _Extra = "forbid" if self._view == "producer" else "allow"
        return _parser(_schema(self._body, self._view, extra))

    def check(self, text: bytes) -> Any:
        try:
            value = self._parse(text)
            found = self._find_missed(text, value)
        except ValidationError as error:
            errors = error.errors(include_url=False, include_context=False)
            if errors[0]["type"] == "json_invalid":
                raise self._invalid([faults.not_json(explain_bad_json(text))]) from None
            found = [
                *self._explain(text, errors),
                *map(faults.repeated, _first(repeated_keys(text))),
            ]
        if found:
            raise self._invalid(found)
        return value

    def _find_missed(self, text: bytes, value: object) -> list[Fault]:
        """Find the faults that pydantic misses: numbers out of range, and duplicate keys."""
        try:
            if adds_up(text, count_strings(value)):
                return []
        except FloatingPointError:
            return [
                faults.infinite(place, numeral_at(text, place))
                for place in _first(out_of_range(value))
            ]
        return [faults.repeated(location) for location in _first(repeated_keys(text))]

    def _explain(self, text: bytes, errors: Iterable[Any]) -> Iterator[Fault]:
        """Turn pydantic's errors into faults, one for each place."""
        seen: set[Location] = set()
        for error in errors:
            location, around, asked = _locate(self._body, error["loc"])
            if location in seen:
                continue
            seen.add(location)
            found = error["input"]
            if is_out_of_range(found):
                found = numeral_at(text, location)
            if asked is None:
                yield faults.unknown(location, around, found)
            elif error["type"] == "missing":
                yield faults.missing(location, asked, self._view)
            else:
                yield faults.unexpected(location, asked, found, self._view)

    def _invalid(self, found: Sequence[Fault]) -> InvalidPayload:
        return InvalidPayload(self._name, found[:MOST_FAULTS])


# --- a contract as a pydantic schema ------------------------------------------------------

_Extra: TypeAlias = Literal["ignore", "allow", "forbid"]

_ANY = core_schema.any_schema()
_ANYTHING = ValueType("any")

#: Integers below this are exact as doubles, so they can be compared as doubles.
_EXACT = 2**53


def _parser(schema: CoreSchema) -> Callable[[bytes], Any]:
    parse: Callable[[bytes], Any] = _validator(schema).validate_json
    return parse


def _validator(schema: CoreSchema) -> Any:
    adapter: TypeAdapter[Any] = TypeAdapter(
        Annotated[Any, GetPydanticSchema(lambda _source, _handler: schema)]
    )
    return adapter.validator


def _schema(value: ValueType, view: View, extra: _Extra) -> CoreSchema:
    schema = _schema_without_null(value, view, extra)
    return core_schema.nullable_schema(schema) if value.nullable else schema


def _schema_without_null(value: ValueType, view: View, extra: _Extra) -> CoreSchema:
    match value.type:
        case "object":
            return core_schema.typed_dict_schema(
                {
                    field.name: core_schema.typed_dict_field(
                        _schema(field.value, view, extra), required=field.required
                    )
                    for field in value.fields
                },
                extra_behavior=extra,
            )
        case "array":
            return core_schema.list_schema(_items(value, view, extra), strict=True)
        case "map":
            return core_schema.dict_schema(
                core_schema.str_schema(), _items(value, view, extra), strict=True
            )
        case "any":
            return _ANY
        case _:
            return _scalar(value, view)


def _items(value: ValueType, view: View, extra: _Extra) -> CoreSchema:
    return _ANY if value.items is None else _schema(value.items, view, extra)


def _scalar(value: ValueType, view: View) -> CoreSchema:
    match value.type:
        case "number":
            return _number(value.minimum, value.maximum)
        case "integer" | "timestamp_ms":
            within = bounded(value)
            return _integer(within.minimum, within.maximum)
        case "boolean":
            return core_schema.bool_schema(strict=True)
        case "enum" if not (value.open and view == "consumer"):
            return core_schema.literal_schema(list(value.values))
        case "string" | "enum":
            return _text(value)
        case "datetime" if value.pattern is not None:
            pattern = Pattern(value.pattern)
            return _checked_text(lambda text: is_datetime(text) and pattern.matches(text))
        case "datetime":
            return _checked_text(is_datetime)
        case "ucum":
            return _checked_text(is_unit)
        case "metric_value":
            return core_schema.union_schema(
                [core_schema.bool_schema(strict=True), _number(None, None), _text(value)],
                mode="left_to_right",
            )
        case unknown:
            raise ValueError(f"no field type {unknown!r}")


def _number(low: float | None, high: float | None) -> CoreSchema:
    """A number that a double holds; integers stay integers, exact beyond 2^53 as well."""
    if any(bound is not None and abs(bound) >= _EXACT for bound in (low, high)):
        return core_schema.no_info_after_validator_function(_within(low, high), _number(None, None))
    return core_schema.union_schema(
        [
            core_schema.int_schema(strict=True, ge=_ceiling(low), le=_floor(high)),
            core_schema.float_schema(strict=True, allow_inf_nan=False, ge=low, le=high),
        ],
        mode="left_to_right",
    )


def _integer(low: float | None, high: float | None) -> CoreSchema:
    """A whole number, which may be written ``1.0`` or ``1e3``; the value is an ``int``."""
    within = _within(low, high)

    def whole(number: object) -> object:
        if isinstance(number, float) and number.is_integer():
            return within(int(number))
        raise ValueError

    return core_schema.union_schema(
        [
            core_schema.int_schema(strict=True, ge=_ceiling(low), le=_floor(high)),
            core_schema.no_info_plain_validator_function(whole),
        ],
        mode="left_to_right",
    )


def _ceiling(bound: float | None) -> int:
    return -LARGEST if bound is None else math.ceil(bound)


def _floor(bound: float | None) -> int:
    return LARGEST if bound is None else math.floor(bound)


def _within(low: float | None, high: float | None) -> Callable[[float], float]:
    def check(number: float) -> float:
        if (low is not None and number < low) or (high is not None and number > high):
            raise ValueError
        return number

    return check


def _text(value: ValueType) -> CoreSchema:
    # Pydantic has the same names for the limits of a text as the model file.
    asked = {limit.name: limit.in_schema(said) for limit, said in limits(value)}
    schema = core_schema.str_schema(strict=True, **asked)
    if value.pattern is None:
        return schema
    try:
        _parser(schema)
    except SchemaError:
        # The pattern is too large for pydantic's regular expressions: use our automaton.
        del asked["pattern"]
        return _checked_text(Pattern(value.pattern).matches, **asked)
    return schema


def _checked_text(accepts: Callable[[str], bool], **asked: Any) -> CoreSchema:
    def check(text: str) -> str:
        if not accepts(text):
            raise ValueError
        return text

    text_schema = core_schema.str_schema(strict=True, **asked)
    return core_schema.no_info_after_validator_function(check, text_schema)


# --- counting the strings of a checked value ----------------------------------------------

_Counter: TypeAlias = Callable[[Any], int]


def _none(_value: object) -> int:
    return 0


def _one(_value: object) -> int:
    return 1


def _one_unless_null(value: object) -> int:
    return 0 if value is None else 1


def _counter(value: ValueType) -> _Counter | None:
    """A function that counts the strings of a valid value, or ``None`` if the type has none.

    It looks only at the parts that the type leaves open.
    """
    counter = _counter_without_null(value)
    if not value.nullable or counter is None or counter is count_strings:
        return counter
    if counter is _one:
        return _one_unless_null
    return lambda found: 0 if found is None else counter(found)


def _counter_without_null(value: ValueType) -> _Counter | None:
    match value.type:
        case "object":
            return _object_counter(value)
        case "array":
            return _list_counter(value.items or _ANYTHING)
        case "map":
            return _map_counter(value.items or _ANYTHING)
        case "any" | "metric_value":
            return count_strings
        case text if text in TEXT_TYPES:
            return _one
        case _:
            return None


def _is_scalar(field: Field) -> bool:
    return field.value.type in SCALAR_TYPES


def _object_counter(value: ValueType) -> _Counter:
    certain, possible, inner = _strings_of(value)

    def count(found: dict[str, Any]) -> int:
        strings = len(found) + certain
        for name in possible:
            if name in found:
                strings += 1
        for name, counter in inner:
            if name in found:
                strings += counter(found[name])
        return strings

    return count if certain or possible or inner else len


def _strings_of(value: ValueType) -> tuple[int, list[str], list[tuple[str, Any]]]:
    """The number of required texts, the names of optional texts, and the fields to look into."""
    counters = [(field, _counter(field.value)) for field in value.fields]
    texts = [field for field, counter in counters if counter is _one]
    possible = [field.name for field in texts if not field.required]
    inner = [(f.name, counter) for f, counter in counters if counter not in (None, _one)]
    return len(texts) - len(possible), possible, inner


def _list_counter(items: ValueType) -> _Counter | None:
    counter = _counter(items)
    if counter is None:
        return None
    if counter is _one:
        return len
    if items.type == "object" and not items.nullable:
        certain, possible, inner = _strings_of(items)
        if not inner:
            return _record_counter(certain, possible)
    return lambda found: sum(map(counter, found))


def _record_counter(certain: int, possible: list[str]) -> _Counter:
    """Lists of flat objects are common and long, so they are counted without a call per object."""

    def count(found: list[dict[str, Any]]) -> int:
        strings = sum(map(len, found)) + certain * len(found)
        for name in possible:
            for record in found:
                if name in record:
                    strings += 1
        return strings

    return count


def _map_counter(items: ValueType) -> _Counter:
    counter = _counter(items)
    if counter is None:
        return len
    return lambda found: len(found) + sum(map(counter, found.values()))


# --- dates --------------------------------------------------------------------------------

_DATETIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_datetime(text: str) -> bool:
    """Whether ``text`` is a date-time of RFC 3339, with an offset and an existing day.

    Second 60 is allowed only in the last minute of a UTC day.

    >>> is_datetime("2026-02-28T23:59:60Z"), is_datetime("2026-02-29T12:00:00+01:00")
    (True, False)
    """
    match = _DATETIME.fullmatch(text)
    if match is None:
        return False
    year, month, day, hour, minute, second = (int(digits) for digits in match.groups()[:6])
    sign, ahead, ahead_minutes = match[7], int(match[8] or 0), int(match[9] or 0)
    if not (1 <= month <= 12 and 1 <= day <= _DAYS[month - 1] and hour < 24 and minute < 60):
        return False
    if (month, day) == (2, 29) and not (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)):
        return False
    if ahead > 23 or ahead_minutes > 59 or second > 60:
        return False
    offset = (ahead * 60 + ahead_minutes) * (-1 if sign == "-" else 1)
    return second < 60 or (hour * 60 + minute - offset) % 1_440 == 1_439


# --- finding the place of an error --------------------------------------------------------


def _locate(
    body: ValueType, place: Sequence[str | int]
) -> tuple[Location, ValueType, ValueType | None]:
    """The location of a pydantic error, the type around it, and the type expected there.

    The end of pydantic's own location has the names of union members, which are dropped.
    """
    around = body
    asked: ValueType | None = body
    depth = 0
    for part in place:
        if asked is None or asked.type not in ("object", "array", "map"):
            break
        around, asked = asked, _member(asked, part)
        depth += 1
    return tuple(place[:depth]), around, asked


def _member(value: ValueType, part: str | int) -> ValueType | None:
    if value.type == "object":
        return next((field.value for field in value.fields if field.name == part), None)
    return value.items


def _first(items: Iterable[Any]) -> Iterator[Any]:
    return islice(items, MOST_FAULTS)


# --- contracts that are a JSON Schema -----------------------------------------------------


def _check_schema(contract: PayloadContract, check_json: Check) -> Check:
    """The check of a contract that is a JSON Schema, by jsonschema-rs."""
    name = contract.name
    if jsonschema_rs is None:
        raise MissingExtra(
            f"the contract {name} is a JSON Schema, which needs jsonschema-rs: "
            "pip install 'unified-namespace[jsonschema]'"
        )
    try:
        compiled = jsonschema_rs.validator_for(
            json.loads(contract.payload.json_schema or "true"),
            validate_formats=True,
            retriever=_refused,
            # Without look-around, so that the time for matching stays linear.
            pattern_options=jsonschema_rs.RegexOptions(),
        )
    except (
        jsonschema_rs.ValidationError,
        jsonschema_rs.ReferencingError,
        RecursionError,
        ValueError,
    ) as error:
        reason = shorten(str(error).strip().partition("\n")[0])
        raise InvalidForeignSchema(f"the JSON Schema of {name} cannot be used: {reason}") from None

    def check(payload: object) -> Any:
        value = check_json(payload)
        if not compiled.is_valid(value):
            errors = islice(compiled.iter_errors(value), MOST_FAULTS)
            raise InvalidPayload(name, [_foreign_fault(error) for error in errors])
        return value

    return check


def _refused(uri: str) -> Any:
    raise ValueError(f"{uri} is outside the schema, and other documents are not fetched")


def _foreign_fault(error: Any) -> Fault:
    # The message contains the value, which can be long.
    sentence = shorten(error.message)
    path = json_path(tuple(error.instance_path))
    return Fault(FaultKind.JSON_SCHEMA, path, sentence, render(error.instance), sentence)
