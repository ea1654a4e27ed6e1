"""Durations and rates: what is written, what it means, and what is refused."""

from __future__ import annotations

import contextlib
import copy
import pickle
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.rates import UNITS, Duration, InvalidDuration, InvalidRate, Rate

PER = [unit for unit in UNITS if unit != "ms"]


@st.composite
def numbers(draw: st.DrawFn, most: int = 36_500) -> str:
    whole, decimals = draw(st.integers(1, most - 1)), draw(st.integers(0, 999_999))
    return f"{whole}.{decimals:06d}" if draw(st.booleans()) else str(whole)


@given(numbers(), st.sampled_from(list(UNITS)), st.sampled_from(["", " "]))
def test_a_duration_is_the_same_when_it_is_written_and_read_again(number, unit, space):
    duration = Duration.parse(f"{number}{space}{unit}")
    assert duration.seconds == Fraction(number) * UNITS[unit]
    assert Duration.parse(str(duration)) == duration


@given(
    numbers(10**12), st.sampled_from(PER), st.sampled_from(["", " "]), st.sampled_from(["", " "])
)
def test_a_rate_is_the_same_when_it_is_written_and_read_again(number, unit, before, after):
    rate = Rate.parse(f"{number}{before}/{after}{unit}")
    assert rate.per_second == Fraction(number) / UNITS[unit]
    assert Rate.parse(str(rate)) == rate


@given(*[st.tuples(numbers(), st.sampled_from(list(UNITS)))] * 2)
def test_durations_are_in_the_order_of_their_seconds(one, other):
    first, second = (Duration.parse(f"{number} {unit}") for number, unit in (one, other))
    assert (first < second) == (first.seconds < second.seconds)
    assert (first == second) == (first.seconds == second.seconds)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("10 s", "10 s"), ("10s", "10 s"), ("60 s", "1 min"), ("90 s", "90 s"), ("24 h", "1 d"),
        ("0.5 s", "500 ms"), ("0.5 ms", "0.5 ms"), ("1.50 h", "90 min"), ("007 d", "7 d"),
        ("1000 ms", "1 s"), ("36500 d", "36500 d"), ("0.000001 ms", "0.000001 ms"),
    ],
)  # fmt: skip
def test_the_text_of_a_duration(said: str, written: str):
    assert str(Duration.parse(said)) == written


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("5/s", "5/s"), ("5 / s", "5/s"), ("0.5/s", "0.5/s"), ("60/min", "1/s"), ("1/min", "1/min"),
        ("1/h", "1/h"), ("24/d", "1/h"), ("1/d", "1/d"), ("0.000001/d", "0.000001/d"),
        ("7/min", "7/min"), ("0.1/min", "0.1/min"), ("0.001/min", "0.001/min"),
    ],
)  # fmt: skip
def test_the_text_of_a_rate(said: str, written: str):
    assert str(Rate.parse(said)) == written


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        pytest.param("10", "write a number and a unit", id="no unit"),
        pytest.param("s", "write a number and a unit", id="no number"),
        pytest.param("", "write a number and a unit", id="nothing"),
        pytest.param("10 sec", "write 10 s;", id="a long unit"),
        pytest.param("1 m", "write 1 min;", id="m could be metres"),
        pytest.param("2 hours", "write 2 h;", id="a plural"),
        pytest.param("2 D", "write 2 d;", id="a capital"),
        pytest.param("1.5 weeks", "write 10.5 d;", id="a week"),
        pytest.param(
            "1 month", "write a number and a unit", id="a month, which has no fixed length"
        ),
        pytest.param("0 s", "longer than zero", id="zero"),
        pytest.param("-1 s", "write a number and a unit", id="less than zero"),
        pytest.param("1e3 s", "write a number and a unit", id="an exponent"),
        pytest.param("1,5 s", "write a number and a unit", id="a comma"),
        pytest.param("10  s", "write 10 s;", id="two spaces"),
        pytest.param("1 min 30 s", "write a number and a unit", id="two units"),
        pytest.param("36500.1 d", "the longest is 36500 d", id="more than a hundred years"),
        pytest.param("9" * 400 + " s", "write a number and a unit", id="too many digits"),
        pytest.param("\u0661 s", "write a number and a unit", id="digits of another script"),
        pytest.param("10 s\n", "write", id="a line after it"),
    ],
)
def test_a_text_that_is_no_duration(said: str, reason: str):
    with pytest.raises(InvalidDuration) as caught:
        Duration.parse(said)
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        pytest.param("5", "write a number, a slash", id="no unit"),
        pytest.param("5 s", "write a number, a slash", id="a duration"),
        pytest.param("5 Hz", "write 5/s", id="hertz"),
        pytest.param("5/sec", "write 5/s", id="a long unit"),
        pytest.param("5 per minute", "write 5/min", id="in words"),
        pytest.param("5/ms", "write a number, a slash", id="per millisecond"),
        pytest.param("0/s", "more than zero", id="zero"),
        pytest.param("/s", "write a number, a slash", id="no number"),
        pytest.param("1/2/s", "write a number, a slash", id="a fraction"),
        pytest.param("", "write a number, a slash", id="nothing"),
    ],
)
def test_a_text_that_is_no_rate(said: str, reason: str):
    with pytest.raises(InvalidRate) as caught:
        Rate.parse(said)
    assert reason in caught.value.reason


@given(st.text("0123456789. /smindh", max_size=12) | st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str):
    for read in (Duration.parse, Rate.parse):
        with contextlib.suppress(InvalidDuration, InvalidRate):
            found = read(text)
            assert read(str(found)) == found


def test_copies_are_the_same():
    for value in (Duration.parse("10 s"), Rate.parse("5/s")):
        assert pickle.loads(pickle.dumps(value)) == copy.deepcopy(value) == value
    assert repr(Duration.parse("60 s")) == "Duration('1 min')"
