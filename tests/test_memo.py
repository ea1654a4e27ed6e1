"""A bounded memory: what is in use stays, what is seen once goes, and nothing grows without end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.memo import ENTRY_BYTES, LONGEST_NAME, Memo


def held(memo: Memo[int]) -> int:
    return len(memo) + len(memo._old)


def test_what_was_kept_is_found() -> None:
    memo = Memo[int](entries=4)
    memo.keep("a", 1)
    assert (memo.get("a"), memo.find("a"), memo.recall("a"), memo.find("b")) == (1, 1, None, None)


def test_what_is_in_use_stays() -> None:
    memo = Memo[int](entries=10)
    memo.keep("used", 0)
    for number in range(1_000):
        assert memo.find("used") == 0
        memo.keep(f"once{number}", number)
    assert memo.find("once0") is None
    assert held(memo) <= 10


def test_what_was_recalled_is_young_again() -> None:
    memo = Memo[int](entries=4)
    for number, name in enumerate("abc"):
        memo.keep(name, number)
    assert memo.get("a") is None
    assert memo.find("a") == 0
    assert memo.get("a") == 0


def test_no_entries_at_all() -> None:
    memo = Memo[int](entries=0)
    memo.keep("a", 1)
    assert memo.find("a") is None


def test_long_names_are_not_kept() -> None:
    memo = Memo[int]()
    memo.keep("a" * LONGEST_NAME, 1)
    memo.keep("a" * (LONGEST_NAME + 1), 2)
    assert list(memo) == ["a" * LONGEST_NAME]


def test_bytes_are_bounded_by_names_and_by_values() -> None:
    entries = 1_000
    by_name = Memo[int](entries)
    for number in range(5 * entries):
        by_name.keep(f"{number:0{LONGEST_NAME}d}", number)
    assert held(by_name) * LONGEST_NAME <= entries * ENTRY_BYTES + 2 * LONGEST_NAME
    by_value = Memo[int](entries, sizeof=lambda _: 100 * ENTRY_BYTES)
    for number in range(5 * entries):
        by_value.keep(str(number), number)
    assert held(by_value) <= entries // 100 + 2


@pytest.mark.parametrize("make", [str, type("Name", (str,), {})], ids=["str", "subclass"])
def test_keys_are_exact_text(make: Callable[[str], str]) -> None:
    memo = Memo[int]()
    memo.keep(make("a"), 1)
    assert [type(key) for key in memo] == [str]
    assert memo.get(make("a")) == 1


@given(st.integers(0, 20), st.lists(st.tuples(st.sampled_from("abcdefghijklmnop"), st.booleans())))
def test_it_never_lies_and_never_grows(entries: int, steps: list[tuple[str, bool]]) -> None:
    memo = Memo[int](entries)
    said: dict[str, int] = {}
    for number, (name, keep) in enumerate(steps, start=1):
        if keep:
            memo.keep(name, number)
            said[name] = number
        else:
            assert memo.find(name) in {None, said.get(name)}
        assert held(memo) <= max(entries, 0)
