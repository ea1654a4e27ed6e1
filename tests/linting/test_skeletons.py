"""What two names have in common for people: laws of folds and looks."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.linting.skeletons import LOOK_ALIKES, differences, fold, look, separators

NAMES = st.text(st.sampled_from("aAlI1O0é-_. \u0301\u200bеοσß٣") | st.characters(), max_size=12)


@pytest.mark.parametrize("letter", LOOK_ALIKES)
def test_a_look_alike_is_one_letter_of_another_alphabet_drawn_as_an_ascii_one(letter: str):
    alphabet, case, _ = unicodedata.name(letter).split(" ", 2)
    assert alphabet in {"CYRILLIC", "GREEK"}
    assert LOOK_ALIKES[letter].isascii()
    assert (case == "CAPITAL") == LOOK_ALIKES[letter].isupper()


@pytest.mark.parametrize(
    ("one", "other", "text"),
    [
        pytest.param("hall", "Hall", "case", id="case"),
        pytest.param("hall-a", "hall_a", "separators", id="separators"),
        pytest.param("hall1", "hall001", "leading zeros", id="zeros"),
        pytest.param("orléans", "orle\u0301ans", "the Unicode form", id="form"),
        pytest.param("lyon", "ly\u043en", "letters that look alike", id="alphabet"),
        pytest.param("lyon", "ly\u200bon", "invisible characters", id="unseen"),
        pytest.param("HALL 7", "hall-07", "case, separators and leading zeros", id="several"),
        pytest.param("tank1", "tankl", "letters and digits that look alike", id="digits"),
    ],
)
def test_what_tells_two_names_apart(one: str, other: str, text: str):
    assert fold(one) == fold(other) or look(one) == look(other)
    assert differences(one, other) == differences(other, one) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("1-11", "11-1", id="numbers"),
        pytest.param("1--1", "11", id="two separators between numbers"),
        pytest.param("hall10", "hall1", id="a zero behind"),
        pytest.param("hall", "halle", id="a letter"),
        pytest.param("0", "", id="zero"),
    ],
)
def test_names_that_are_two(one: str, other: str):
    assert fold(one) != fold(other)
    assert look(one) != look(other)


@given(NAMES)
def test_a_fold_is_one_for_all_that_are_told_apart_by_what_it_leaves_out(name: str):
    assert fold(unicodedata.normalize("NFD", name)) == fold(unicodedata.normalize("NFC", name))
    assert fold(f" {name}_") == fold(name)
    assert fold(f"{name}\u200b") == fold(name)
    if name.isascii():
        assert fold(name.upper()) == fold(name.lower())


@given(NAMES, NAMES)
def test_differences_are_always_said_and_either_way_round(one: str, other: str):
    assert differences(one, other) == differences(other, one)
    assert differences(one, other)


@pytest.mark.parametrize(
    ("name", "found"), [("hall", ""), ("hall-a_b", "-_"), ("a b\tc", " "), ("a.b", ".")]
)
def test_separators(name: str, found: str):
    assert separators(name) == found
