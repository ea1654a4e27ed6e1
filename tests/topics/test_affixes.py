"""The texts that all levels of a segment start and end with: never wrong, and narrow where it counts."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given

from tests.loading.test_overlaps import FAMILIES, OPEN_SETS
from tests.topics.test_templates import segments
from uns.topics.affixes import affixes
from uns.topics.patterns import Pattern
from uns.topics.templates import Segment

LONG = "x" * 70

TABLE = [
    # segment, its words, the texts at its start, those at its end
    pytest.param("line[1..3]", ["line1", "line2", "line3"], [], [], id="small-set"),
    pytest.param("line[1..20]-in", [], ["line"], ["-in"], id="large-set"),
    pytest.param("m[100..199]", [], ["m1"], [""], id="numbers-that-start-alike"),
    pytest.param("m[99..100]", ["m100", "m99"], [], [], id="two-numbers"),
    pytest.param("m[95..120]", [], ["m"], [""], id="numbers-of-two-lengths"),
    pytest.param("m[001..020]", [], ["m0"], [""], id="padded-numbers"),
    pytest.param("[a,b]-[1..20]-x", [], ["a-", "b-"], ["-x"], id="two-sets"),
    pytest.param("{id}", [], [""], [""], id="any-name"),
    pytest.param("k{id}z:x[0-9]*y", [], ["kx"], ["yz"], id="texts-around-a-pattern"),
    pytest.param("{id}:(left|right)-.*", [], ["left-", "right-"], [""], id="alternatives"),
    pytest.param("{id}:[xX]1.*[ab]?", [], ["X1", "x1"], [""], id="either-case"),
    pytest.param("{id}:a?b.*", [], ["ab", "b"], [""], id="may-be-there"),
    pytest.param("{id}:(ab){2}", ["abab"], [], [], id="repeats"),
    pytest.param("{id}:(ab){2,}c", [], ["abab"], ["ababc"], id="repeats-without-end"),
    pytest.param("{id}:[A-Z]{2}7.*9", [], [""], ["9"], id="many-characters"),
    pytest.param(f"{LONG}[1..3]{LONG}", [], ["x" * 64], ["x" * 64], id="long-texts"),
]


@pytest.mark.parametrize(("text", "words", "starts", "ends"), TABLE)
def test_affixes(text: str, words: list[str], starts: list[str], ends: list[str]) -> None:
    name, _, pattern = text.partition(":")
    found = affixes(Segment.parse(name, Pattern(pattern) if pattern else None))
    expected = [(start, end[::-1]) for start in starts for end in ends]
    assert (list(found.words), list(found.ends)) == (words, expected)


def holds(segment: Segment, level: str) -> bool:
    """Whether the affixes of a segment allow a level."""
    words, ends = affixes(segment)
    backwards = level[::-1]
    return level in words or any(level.startswith(a) and backwards.startswith(b) for a, b in ends)


@given(segments() | FAMILIES)
def test_every_level_of_a_set_has_its_affixes(segment: Segment) -> None:
    levels = list(itertools.islice(segment, 200))
    assert all(holds(segment, level) for level in levels)
    words = affixes(segment).words
    assert not words or sorted(words) == sorted(set(levels))


TEXTS = ["".join(text) for size in range(5) for text in itertools.product("ab1x", repeat=size)]


@given(OPEN_SETS)
def test_every_level_of_an_open_set_has_its_affixes(segment: Segment) -> None:
    taken = [text for text in TEXTS if segment.match(text) is not None]
    assert all(holds(segment, text) for text in taken)
    assert all(segment.match(word) is not None for word in affixes(segment).words)
