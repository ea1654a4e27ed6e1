"""Contracts, messages that fit them, and messages spoiled on purpose."""

from __future__ import annotations

import copy
import math
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from uns.payloads.contracts import Field, PayloadContract, PayloadType, ValueType
from uns.payloads.facets import FACETS, LATEST_MS, bounded
from uns.topics.patterns import Pattern
from uns.units import UNITS

# --- contracts as they are in use ---------------------------------------------------------

T = ValueType
TIME = Field("timestamp_ms", T("timestamp_ms"))


def opt(name: str, value: ValueType, **more: Any) -> Field:
    return Field(name, value, required=False, **more)


VTQ = PayloadType(
    "vtq/1",
    (
        TIME,
        Field("value", T("metric_value")),
        opt("quality", T("enum", values=("good", "uncertain", "bad")), default="good"),
        opt("unit", T("metric_unit")),
        opt("seq", T("integer", minimum=0)),
    ),
)
SPEED = PayloadContract(VTQ, T("number", unit="m/s", minimum=0, maximum=3))
MATERIAL = T(
    "object",
    fields=(
        Field("material_definition_id", T("string")),
        Field("material_use", T("enum", values=("Consumed", "Produced", "Consumable", "Other"))),
        Field("quantity", T("number")),
        Field("unit", T("ucum")),
        opt("material_lot_id", T("string")),
    ),
)
JOB_ORDER = PayloadContract(
    PayloadType(
        "job-order/1",
        (
            TIME,
            Field("job_order_id", T("string", max_length=8)),
            opt("start_time", T("datetime")),
            opt("priority", T("integer")),
            Field("dispatch_status", T("enum", values=("Waiting", "Ready", "Running"))),
            opt("material_requirements", T("array", items=MATERIAL)),
            opt("parameters", T("map", items=T("any"))),
        ),
    )
)
MACHINE_STATE = PayloadContract(
    PayloadType(
        "machine-state/1",
        (
            TIME,
            Field("state", T("enum", values=("Idle", "Execute", "Held", "Stopped", "Aborted"))),
            opt("state_code", T("integer", minimum=0, maximum=17)),
            opt("mode", T("enum", values=("Produce", "Manual"), open=True)),
            opt("blocked", T("boolean")),
            opt("mach_speed", T("number", minimum=0, unit="1/h")),
            opt(
                "stop_reason",
                T("object", fields=(Field("id", T("integer")), opt("text", T("string")))),
            ),
            Field("serial", T("string", pattern="[A-Z]{2}[0-9]{6}")),
            opt(
                "alarms",
                T(
                    "array",
                    items=T(
                        "object",
                        fields=(
                            Field("alarm_id", T("string")),
                            Field("severity", T("integer", minimum=1, maximum=1000)),
                            Field("active", T("boolean")),
                            opt("text", T("string", max_length=512)),
                        ),
                    ),
                ),
            ),
            opt("counters", T("map", items=T("integer", minimum=0))),
            opt("recipe", T("map", items=T("map", items=T("number")))),
            opt("extra", T("any")),
            opt("tags", T("array", items=T("string", max_length=12))),
            opt("anything", T("array")),
        ),
    )
)
STRING_METRIC = PayloadContract(VTQ, T("string", max_length=5))
BOOLEAN_METRIC = PayloadContract(VTQ, T("boolean"))
INTEGER_METRIC = PayloadContract(VTQ, T("integer", unit="1", minimum=-5, maximum=2**60))
UNBOUND = PayloadContract(VTQ)
EMPTY = PayloadContract(PayloadType("empty/1"))
BARE = PayloadType("bare/1", value=T("metric_value"))
BARE_NUMBER = PayloadContract(BARE, T("number", unit="bar", minimum=0, maximum=10))
BARE_TEXT = PayloadContract(BARE, T("string", max_length=4))
LEVELS = PayloadContract(
    PayloadType(
        "levels/1",
        value=T(
            "array",
            items=T("object", fields=(Field("mm", T("number")), opt("note", T("string")))),
        ),
    )
)
STANDARD = (
    SPEED,
    JOB_ORDER,
    MACHINE_STATE,
    STRING_METRIC,
    BOOLEAN_METRIC,
    INTEGER_METRIC,
    UNBOUND,
    EMPTY,
    BARE_NUMBER,
    BARE_TEXT,
    LEVELS,
)

# --- contracts at random ------------------------------------------------------------------

names = st.sampled_from(["a", "b", "c", "value", "stop reason", "ü", "$", ""])
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
patterns = st.sampled_from(["[a-c]*", "[a-z]+", "a|b", "[A-Z]{2}[0-9]{1,3}", r"\d+", ".*", "[^/]*"])
# None above 2**53, where jsonschema-rs compares a float with an integer bound wrongly.
bounds = st.none() | st.integers(-20, 20) | st.sampled_from([-2.5, 0.5, 1e3, 2**53 - 1, 2**53])


_units = st.none() | st.sampled_from(["bar", "Pa", "1"])


@st.composite
def _ranged(draw: st.DrawFn, type_: str) -> ValueType:
    low, high = draw(bounds), draw(bounds)
    if low is not None and high is not None and low > high:
        low, high = high, low
    if type_ != "number" and low is not None and high is not None:
        low = min(low, math.floor(high))
    if type_ == "timestamp_ms":
        low = None if low is None else min(low, 20)
        high = None if high is None else max(high, 20)
    unit = draw(_units) if type_ == "number" else None
    return ValueType(type_, minimum=low, maximum=high, unit=unit)


scalar_types = st.one_of(
    st.sampled_from(["number", "integer", "timestamp_ms"]).flatmap(_ranged),
    st.sampled_from(["boolean", "datetime", "ucum", "any", "metric_value"]).map(ValueType),
    st.builds(ValueType, st.just("string"), max_length=st.none() | st.integers(3, 9)),
    st.builds(ValueType, st.just("string"), pattern=patterns),
    st.builds(ValueType, st.just("datetime"), pattern=st.sampled_from([".*Z", "[^z]*", "2026.*"])),
    st.builds(
        ValueType,
        st.just("enum"),
        values=st.lists(
            st.sampled_from(["a", "b", "c", "kg", "bar", "A1", "2026-01-01T00:00:00Z", ""]),
            min_size=1,
            max_size=4,
            unique=True,
        ).map(tuple),
        open=st.booleans(),
    ),
)

#: Messages that are one value, as text. A metric without a type is no contract of a topic.
text_contracts = (
    scalar_types.filter(lambda value: value.type not in {"any", "metric_value"})
    .map(lambda value: PayloadType("text/1", value=value, encoding="text"))
    .map(PayloadContract)
)


def _objects(values: st.SearchStrategy[ValueType]) -> st.SearchStrategy[ValueType]:
    return st.builds(ValueType, st.just("object"), fields=fields(values))


def fields(values: st.SearchStrategy[ValueType]) -> st.SearchStrategy[tuple[Field, ...]]:
    field = st.builds(
        Field, names, values, required=st.booleans(), default=st.none(), description=st.none()
    )
    return st.lists(field, max_size=4, unique_by=lambda field: field.name).map(tuple)


def _now_and_then_null(values: st.SearchStrategy[ValueType]) -> st.SearchStrategy[ValueType]:
    """Some of the types that can be, nullable."""

    def made(value: ValueType, wanted: int) -> ValueType:
        is_nullable = wanted == 0 and value.type in NULLABLE
        return replace(value, nullable=True) if is_nullable else value

    return st.builds(made, values, st.integers(0, 3))


NULLABLE = next(facet.types for facet in FACETS if facet.name == "nullable")

value_types: st.SearchStrategy[ValueType] = st.recursive(
    _now_and_then_null(scalar_types),
    lambda inner: _now_and_then_null(
        st.one_of(
            _objects(inner),
            st.builds(ValueType, st.just("array"), items=st.none() | inner),
            st.builds(ValueType, st.just("map"), items=st.none() | inner),
        )
    ),
    max_leaves=6,
)
payload_types = st.one_of(
    st.builds(PayloadType, st.just("random/1"), fields(value_types)),
    st.builds(PayloadType, st.just("random/1"), value=value_types),
)
contracts = st.builds(PayloadContract, payload_types)

# --- messages that fit --------------------------------------------------------------------

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)  # fmt: skip
moments = st.sampled_from(
    ["2026-01-01T00:00:00Z", "1999-12-31t23:59:60z", "2024-02-29T12:00:00.123456789-23:59"]
)
units = st.sampled_from([row.code for rows in UNITS.values() for row in rows])


def payloads(contract: PayloadContract) -> st.SearchStrategy[Any]:
    """Messages a producer may send under ``contract``."""
    return values(contract.body)


def values(value: ValueType) -> st.SearchStrategy[Any]:
    return st.none() | _values(value) if value.nullable else _values(value)


def _values(value: ValueType) -> st.SearchStrategy[Any]:
    match value.type:
        case "object":
            return st.fixed_dictionaries(
                {field.name: values(field.value) for field in value.fields if field.required},
                optional={f.name: values(f.value) for f in value.fields if not f.required},
            )
        case "array":
            return st.lists(_items(value), max_size=3)
        case "map":
            return st.dictionaries(names, _items(value), max_size=3)
        case "number":
            return _numbers(value.minimum, value.maximum)
        case "integer":
            return _whole_numbers(value.minimum, value.maximum)
        case "timestamp_ms":
            within = bounded(value)
            return _whole_numbers(within.minimum, within.maximum)
        case "boolean":
            return st.booleans()
        case "string":
            return _texts(value)
        case "enum":
            return st.sampled_from(value.values)
        case "datetime":
            return moments.filter(lambda at: Pattern(value.pattern or ".*").matches(at))
        case "ucum":
            return units
        case "metric_value":
            return st.booleans() | _numbers(None, None) | texts
        case _:
            return json_values


def _items(value: ValueType) -> st.SearchStrategy[Any]:
    return json_values if value.items is None else values(value.items)


def _numbers(low: float | None, high: float | None) -> st.SearchStrategy[Any]:
    floats = st.floats(
        None if low is None else _float_from(low),
        None if high is None else 0.0 - _float_from(-high),
        allow_nan=False,
        allow_infinity=False,
    )
    first = None if low is None else math.ceil(low)
    last = None if high is None else math.floor(high)
    if first is not None and last is not None and first > last:
        return floats
    return floats | st.integers(first, last)


def _float_from(low: float) -> float:
    """The smallest double that is not below ``low``."""
    nearest = float(low)
    return nearest if nearest >= low else math.nextafter(nearest, math.inf)


def _whole_numbers(low: float | None, high: float | None) -> st.SearchStrategy[Any]:
    first = None if low is None else math.ceil(low)
    last = None if high is None else math.floor(high)
    whole = st.integers(first, last)
    return whole | whole.filter(lambda n: abs(n) < 2**53).map(float)


def _texts(value: ValueType) -> st.SearchStrategy[str]:
    if value.pattern is None:
        return st.text(st.characters(exclude_categories=["Cs"]), max_size=value.max_length)
    pattern, longest = Pattern(value.pattern), value.max_length
    return st.from_regex(re.compile(pattern.source, re.ASCII), fullmatch=True).filter(
        lambda text: pattern.matches(text) and (longest is None or len(text) <= longest)
    )


# --- messages spoiled on purpose ----------------------------------------------------------

_STRANGERS: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 1.0, 1.5, -0.0, 1e300, 2**53, 2**53 + 1, 2**63, 2**64, -(2**70),
    LATEST_MS, LATEST_MS + 1, 17, 18, 1000, 1001, 0.5, 3, 3.0000000000000004, 1e-320, "", "good",
    "Good", "x" * 13, "x" * 600, "AB123456", "AB123456\n", "AB12345６", "m/s", "kg", "ü", "\U0001f600",
    [], {}, [1], [[]], {"": 1}, {"a": None}, [None],
)  # fmt: skip


def mutants(rng: random.Random, message: Any) -> Iterator[Any]:
    """Endless copies of ``message``, each with one or two places changed."""
    while True:
        mutant = copy.deepcopy(message)
        for _ in range(rng.choice((1, 1, 1, 2))):
            mutant = _mutated(rng, mutant)
        yield mutant


def _mutated(rng: random.Random, message: Any) -> Any:
    places = list(_places(message))
    if not places or rng.random() < 0.01:
        return rng.choice(_STRANGERS)
    holder, key = rng.choice(places)
    action = rng.random()
    if action < 0.6:
        holder[key] = copy.deepcopy(rng.choice(_STRANGERS))
    elif action < 0.75:
        del holder[key]
    elif isinstance(holder, dict):
        holder[rng.choice(("new", "value", "Value", "", "a b"))] = copy.deepcopy(
            rng.choice(_STRANGERS)
        )
    else:
        holder.insert(key, copy.deepcopy(rng.choice(_STRANGERS)))
    return message


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield value, key
            yield from _places(member)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield value, index
            yield from _places(item)
