"""Times since 1970 that are valid, and look as if they were in another unit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.payloads import doubtful_times
from uns.payloads.contracts import Field, ValueType
from uns.payloads.epochs import epoch_unit

T = ValueType
SECONDS = 1_767_225_600


def fields(**types: ValueType) -> ValueType:
    return T("object", fields=tuple(Field(name, value) for name, value in types.items()))


@pytest.mark.parametrize(
    ("body", "value", "said"),
    [
        pytest.param(T("timestamp_ms"), SECONDS, "$: expected milliseconds since 1970, and 1767225600 looks like seconds", id="seconds as timestamp_ms"),
        pytest.param(fields(at=T("timestamp_ms")), {"at": 1_648_731_311}, "$.at: expected milliseconds since 1970, and 1648731311 looks like seconds", id="seconds in a field"),
        pytest.param(fields(runs=T("array", items=fields(at=T("timestamp_ms")))), {"runs": [{"at": 1}, {"at": SECONDS}]}, "$.runs[1].at: expected milliseconds since 1970, and 1767225600 looks like seconds", id="seconds in a list"),
        pytest.param(T("map", items=T("timestamp_ms")), {"a": SECONDS}, "$.a: expected milliseconds since 1970, and 1767225600 looks like seconds", id="seconds in a map"),
        pytest.param(fields(timestamp_s=T("integer")), {"timestamp_s": SECONDS * 1000}, "$.timestamp_s: expected seconds since 1970, and 1767225600000 looks like milliseconds", id="milliseconds in timestamp_s"),
        pytest.param(fields(ts_us=T("integer")), {"ts_us": SECONDS * 1000}, "$.ts_us: expected microseconds since 1970, and 1767225600000 looks like milliseconds", id="milliseconds in ts_us"),
        pytest.param(fields(sent_epoch_nanos=T("integer")), {"sent_epoch_nanos": SECONDS}, "$.sent_epoch_nanos: expected nanoseconds since 1970, and 1767225600 looks like seconds", id="seconds in epoch_nanos"),
        pytest.param(fields(timestampMs=T("integer")), {"timestampMs": SECONDS}, "$.timestampMs: expected milliseconds since 1970, and 1767225600 looks like seconds", id="a name in camel case"),
        pytest.param(fields(timestamp=T("number", unit="s")), {"timestamp": SECONDS * 1000}, "$.timestamp: expected seconds since 1970, and 1767225600000 looks like milliseconds", id="a unit says seconds"),
    ],
)  # fmt: skip
def test_a_time_in_another_unit_is_told(body: ValueType, value: Any, said: str):
    assert list(doubtful_times(body, value)) == [said]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param(T("timestamp_ms"), SECONDS * 1000, id="milliseconds"),
        pytest.param(T("timestamp_ms"), 0, id="zero"),
        pytest.param(T("timestamp_ms"), 86_400_000, id="the second day of a simulation"),
        pytest.param(fields(timestamp_s=T("integer")), {"timestamp_s": SECONDS}, id="seconds in timestamp_s"),
        pytest.param(fields(timestamp_s=T("number")), {"timestamp_s": SECONDS + 0.25}, id="seconds with a fraction"),
        pytest.param(fields(uptime_ms=T("integer")), {"uptime_ms": SECONDS}, id="a duration"),
        pytest.param(fields(count=T("integer")), {"count": SECONDS}, id="a count"),
        pytest.param(fields(parts=T("integer", unit="ms")), {"parts": SECONDS}, id="another name with a unit of time"),
        pytest.param(fields(timestamp_s=T("string")), {"timestamp_s": "x"}, id="text"),
        pytest.param(T("any"), {"timestamp_ms": SECONDS}, id="a part that the contract leaves open"),
        pytest.param(fields(a=T("timestamp_ms")), {}, id="a field that is left out"),
    ],
)  # fmt: skip
def test_other_numbers_are_not_doubted(body: ValueType, value: Any):
    assert list(doubtful_times(body, value)) == []


@given(st.integers(1_000_000_000, 4_102_444_799))
def test_a_time_of_this_century_has_one_unit(seconds: int):
    assert [epoch_unit(seconds * 10**power) for power in (0, 3, 6, 9)] == [
        "seconds",
        "milliseconds",
        "microseconds",
        "nanoseconds",
    ]
