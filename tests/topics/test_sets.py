"""Finite sets of texts: what they hold, how many, and their one sorted form."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.topics.test_templates import items
from uns.topics.sets import Choice, NumberRange
from uns.topics.templates import InvalidTemplate, Segment

HOLDING = [
    # the set, texts it holds, texts it does not
    pytest.param(NumberRange(1, 12), ["1", "9", "12"], ["0", "13", "01", "", "a"], id="range"),
    pytest.param(NumberRange(0, 3), ["0", "3"], ["00", "-0", "+1", " 1"], id="from-zero"),
    pytest.param(NumberRange(1, 12, 2), ["01", "12"], ["1", "001", "13"], id="padded"),
    pytest.param(NumberRange(8, 101, 3), ["008", "101"], ["8", "08", "102"], id="three-digits"),
    pytest.param(NumberRange(1, 9), ["1"], ["\u0661", "\uff11", "\u00b9"], id="ascii-digits-only"),
    pytest.param(
        NumberRange(1, 10**18 - 1), ["9" * 18], ["9" * 19, "1" * 5_000], id="as-long-as-may-be"
    ),
    pytest.param(Choice(("left", "right")), ["left"], ["", "lef", "LEFT"], id="words"),
    pytest.param(Choice((NumberRange(1, 3), "x", "05")), ["2", "x", "05"], ["5", "4"], id="mixed"),
]


@pytest.mark.parametrize(("texts", "held", "others"), HOLDING)
def test_membership(texts: NumberRange | Choice, held: list[str], others: list[str]) -> None:
    assert all(text in texts for text in held)
    assert not any(text in texts for text in others)


def test_the_longest_text_in_bytes() -> None:
    assert Choice((NumberRange(1, 9, 3),)).longest() == 3
    assert Choice((NumberRange(8, 11), "ü")).longest() == 2
    assert Choice(("üü", "abc")).longest() == 4


@given(items)
def test_one_set_has_one_form(drawn: list[str]) -> None:
    try:
        segment = Segment.parse(f"[{','.join(drawn)}]")
    except InvalidTemplate:
        assume(False)
    (choice,) = segment.varying
    assert isinstance(choice, Choice)
    numbers, texts = choice.merged()
    written = Choice((*numbers, *sorted(texts)))
    assert set(written) == set(choice)
    assert written.merged() == (numbers, texts)
    assert Choice(tuple(reversed(choice.items))).merged() == (numbers, texts)
    assert Choice(tuple(choice)).merged() == (numbers, texts)
    for level in choice:
        assert level in choice
        assert level in written
    low, high = choice.lengths()
    lengths = {len(text) for text in choice}
    assert (low, high) == (min(lengths), max(lengths))
    assert set("".join(choice)) <= choice.alphabet()


@given(st.integers(0, 120), st.integers(0, 120), st.sampled_from([0, 3]), st.integers(0, 130))
def test_number_ranges(low: int, high: int, width: int, number: int) -> None:
    low, high = sorted((low, high))
    numbers = NumberRange(low, high, width)
    assert list(numbers) == [f"{n:0{width}d}" for n in range(low, high + 1)]
    assert numbers.count == len(list(numbers))
    for text in (str(number), f"{number:02d}", f"{number:03d}"):
        assert (text in numbers) is (text in set(numbers))
    whole = [text for part in numbers.without_padding() for text in part]
    assert whole == list(numbers)
