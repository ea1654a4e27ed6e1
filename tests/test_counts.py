"""Counts obey the arithmetic of numbers, with an end and without."""

from __future__ import annotations

import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.counts import NO_END, Count, from_number, in_words, to_number

COUNTS = st.one_of(st.just(NO_END), st.integers(0, 10**30))


@given(COUNTS, COUNTS, COUNTS)
def test_counts_are_added_and_multiplied_as_numbers_are(a: Count, b: Count, c: Count) -> None:
    assert a + b == b + a
    assert a * b == b * a
    assert a + (b + c) == (a + b) + c
    assert a * (b * c) == (a * b) * c
    assert a * (b + c) == a * b + a * c
    assert a + 0 == a
    assert a * 1 == a
    assert a * 0 == 0


@pytest.mark.parametrize("number", [1, 2, 10**400])
def test_no_end_is_more_than_any_number(number: int) -> None:
    assert number < NO_END
    assert [number >= NO_END, number == NO_END, max(NO_END, number)] == [False, False, NO_END]
    assert NO_END + number is NO_END
    assert number * NO_END is NO_END
    assert NO_END - number is NO_END
    assert max(number, NO_END) is NO_END


def test_none_of_anything_is_none_in_either_order() -> None:
    assert (0 * NO_END, NO_END * 0) == (0, 0)
    assert NO_END * NO_END is NO_END
    assert NO_END + NO_END is NO_END


@given(st.lists(COUNTS, max_size=5))
def test_sums_and_products_of_many(counts: list[Count]) -> None:
    assert (sum(counts) is NO_END) is (NO_END in counts)
    assert (math.prod(counts) is NO_END) is (NO_END in counts and 0 not in counts)


@given(COUNTS, COUNTS)
def test_every_two_counts_are_in_order(a: Count, b: Count) -> None:
    assert [a < b, a == b, a > b].count(True) == 1
    assert (a <= b) is (a < b or a == b)
    assert (a >= b) is (a > b or a == b)


def test_there_is_one_no_end() -> None:
    assert pickle.loads(pickle.dumps(NO_END)) is NO_END
    assert (str(NO_END), repr(NO_END)) == ("no end", "NO_END")


@given(st.one_of(st.none(), st.integers(0)))
def test_none_is_no_end_where_results_show_it(number: int | None) -> None:
    assert to_number(from_number(number)) == number


@pytest.mark.parametrize(
    ("count", "noun", "words"),
    [
        pytest.param(0, "topic", "0 topics", id="none"),
        pytest.param(1, "other place", "1 other place", id="one"),
        pytest.param(12_000, "finding", "12,000 findings", id="many"),
        pytest.param(NO_END, "topic", "any number of topics", id="no end"),
    ],
)
def test_counts_in_words(count: Count, noun: str, words: str) -> None:
    assert in_words(count, noun) == words
