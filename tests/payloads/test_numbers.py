"""Numbers: one limit however they are written, wherever they are, and on every path."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.payloads.strategies import BOOLEAN_METRIC, INTEGER_METRIC, UNBOUND, opt
from uns.payloads import InvalidPayload, View, validate
from uns.payloads.contracts import PayloadContract, PayloadType, ValueType
from uns.payloads.strict_json import LARGEST

VIEWS: tuple[View, ...] = ("consumer", "producer")

T = ValueType


def contract(value: ValueType) -> PayloadContract:
    return PayloadContract(PayloadType("x/1", (opt("x", value),)))


#: Places of a number: the contract, the message around the number, and the path of the number.
PLACES = {
    "number": (contract(T("number")), '{"x": %s}', "$.x"),
    "number with a range": (contract(T("number", minimum=-1e308)), '{"x": %s}', "$.x"),
    "number with a long range": (contract(T("number", maximum=10**300)), '{"x": %s}', "$.x"),
    "list of numbers": (contract(T("array", items=T("number"))), '{"x": [0, %s]}', "$.x[1]"),
    "map of numbers": (contract(T("map", items=T("number"))), '{"x": {"a": %s}}', "$.x.a"),
    "any": (contract(T("any")), '{"x": %s}', "$.x"),
    "deep in any": (contract(T("any")), '{"x": [{"y": [%s]}]}', "$.x[0].y[0]"),
    "list of anything": (contract(T("array")), '{"x": [[%s]]}', "$.x[0][0]"),
    "map of anything": (contract(T("map")), '{"x": {"a": {"b": %s}}}', "$.x.a.b"),
    "metric": (UNBOUND, '{"timestamp_ms": 1, "value": %s}', "$.value"),
    "JSON Schema": (PayloadContract(PayloadType("f/1", json_schema="true")), '{"x": %s}', "$.x"),
}
#: Places where more is asked of a number than that a double holds it.
STRICTER = {
    "integer": (contract(T("integer")), '{"x": %s}', "$.x"),
    "integer with a range": (INTEGER_METRIC, '{"timestamp_ms": 1, "value": %s}', "$.value"),
    "timestamp": (contract(T("timestamp_ms")), '{"x": %s}', "$.x"),
    "boolean": (BOOLEAN_METRIC, '{"timestamp_ms": 1, "value": %s}', "$.value"),
}

HELD = {
    "the largest double": "1.7976931348623157e308",
    "the largest double as a whole number": str(2**1024 - 2**971),
    "the largest whole number that rounds to a double": str(LARGEST),
    "a whole number of 309 digits": "1" + "0" * 308,
    "a number too small for a double": "1e-400",
    "a long fraction": "0." + "1" * 400,
    "many zeros and no size": "0e999999",
}
BEYOND = {
    "1e400": "1e400",
    "400 digits": "1" + "0" * 399,
    "400 digits and a fraction": "1" + "0" * 399 + ".5",
    "the first whole number beyond": str(LARGEST + 1),
    "the first fraction beyond": f"{LARGEST + 1}.0",
    "4,300 digits": "9" * 4_300,
}


def verdict(contract: PayloadContract, payload: object, view: View) -> str:
    """The fault of a message, or an empty text."""
    try:
        validate(contract, payload, view)
    except InvalidPayload as error:
        (fault,) = error.faults
        return str(fault)
    return ""


def verdicts(place: tuple[PayloadContract, str, str], numeral: str) -> set[str]:
    """What is said of a number on every path: bytes, text, an object, as consumer and producer."""
    contract, around, _ = place
    text = around % numeral
    payloads = (text.encode(), text, json.loads(text))
    return {verdict(contract, payload, view) for payload in payloads for view in VIEWS}


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("numeral", HELD.values(), ids=HELD)
@pytest.mark.parametrize("place", PLACES)
def test_a_number_that_a_double_holds_passes_everywhere(place: str, numeral: str, sign: str):
    if "range" in place and float(numeral) > 1e300:
        numeral = "1e299"
    assert verdicts(PLACES[place], sign + numeral) == {""}


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("numeral", BEYOND.values(), ids=BEYOND)
@pytest.mark.parametrize("place", [*PLACES, *STRICTER])
def test_a_number_that_no_double_holds_is_refused_everywhere(place: str, numeral: str, sign: str):
    contract, around, path = (PLACES | STRICTER)[place]
    for view in VIEWS:
        said = verdict(contract, (around % (sign + numeral)).encode(), view)
        assert said.startswith(f"{path}: expected ")
        assert said.endswith(", found a number beyond the range of a double")
    assert "" not in verdicts((contract, around, path), sign + numeral)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("numeral", BEYOND.values(), ids=BEYOND)
def test_a_field_that_the_contract_does_not_name_is_no_way_around(numeral: str, view: View):
    text = f'{{"y": {{"z": {numeral}}}}}'.encode()
    assert verdict(contract(T("number")), text, view) == (
        "$.y.z: expected a finite number, found a number beyond the range of a double"
        if view == "consumer"
        else "$.y: unknown field, found an object"
    )


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("place", [*PLACES, *STRICTER])
def test_a_word_that_is_no_number_of_json_is_told_as_it_is_written(place: str, literal: str):
    contract, around, path = (PLACES | STRICTER)[place]
    payloads = ((around % literal).encode(), json.loads(around % literal))
    for payload in payloads:
        for view in VIEWS:
            said = verdict(contract, payload, view)
            assert said.startswith(f"{path}: expected ")
            assert said.endswith(f", found {literal}")


@pytest.mark.parametrize("numeral", [2**53 + 1, 2**64 + 1, 10**300 + 1])
@pytest.mark.parametrize("place", ["number", "any", "metric", "list of numbers"])
def test_whole_numbers_stay_exact_beyond_what_doubles_tell_apart(place: str, numeral: int):
    contract, around, _ = PLACES[place]
    text = around % numeral
    assert validate(contract, text.encode()) == json.loads(text)


def test_a_number_of_more_digits_than_are_read_is_refused_on_both_paths():
    limit = sys.get_int_max_str_digits()
    number = 10**5_000
    said = "$: not JSON: a whole number has more than 4,300 digits"
    assert verdict(contract(T("any")), {"x": number}, "consumer") == said
    sys.set_int_max_str_digits(6_000)
    try:
        text = f'{{"x": {number}}}'
    finally:
        sys.set_int_max_str_digits(limit)
    assert verdict(contract(T("any")), text, "consumer") == said


numerals = st.one_of(
    st.integers().map(str),
    st.integers(-3, 3).map(lambda more: str(LARGEST + more)),
    st.integers(-(10**400), 10**400).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.tuples(st.integers(), st.integers(0, 10**6), st.integers(-400, 400)).map(
        lambda parts: "{}.{}e{}".format(*parts)
    ),
)


@given(numerals, st.sampled_from(sorted(PLACES)))
def test_every_path_has_the_same_limit(numeral: str, name: str):
    said = verdicts(PLACES[name], numeral)
    assert len({fault.partition(", found")[0] for fault in said}) == 1
    if Decimal(numeral).copy_abs() > LARGEST:
        assert "" not in said
    elif "range" not in name:
        assert said == {""}


@given(numerals, st.sampled_from(sorted(STRICTER)))
def test_every_path_agrees_on_whole_numbers(numeral: str, name: str):
    said = verdicts(STRICTER[name], numeral)
    assert len({fault.partition(", found")[0] for fault in said}) == 1
    if Decimal(numeral).copy_abs() > LARGEST:
        assert "" not in said


@given(st.lists(numerals, max_size=5))
def test_the_value_is_what_any_reader_of_json_gets(listed: list[str]):
    text = f'{{"x": [{", ".join(listed)}]}}'
    shape: Any = contract(T("array", items=T("number")))
    if all(Decimal(numeral).copy_abs() <= LARGEST for numeral in listed):
        assert validate(shape, text.encode()) == json.loads(text)
