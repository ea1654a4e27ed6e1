"""Siblings that share a topic level: found, named with the level they share, and nothing else."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.topics.test_templates import segments
from uns.loading import overlaps as module
from uns.loading.overlaps import find_overlaps
from uns.model.tree import NO_MEMBERS, Place, PlaceKind
from uns.topics.patterns import Pattern
from uns.topics.templates import Segment


def place(text: str) -> Place:
    """A place; ``{n:[a-z]}`` is the name ``n`` with its pattern."""
    name, _, pattern = text.partition(":")
    segment = Segment.parse(name, Pattern(pattern) if pattern else None)
    return Place(PlaceKind.EQUIPMENT, segment, NO_MEMBERS)


def found(*texts: str) -> list[tuple[str, str, str | None, bool]]:
    places = [place(text) for text in texts]
    return [
        (one.segment.text, other.segment.text, level, certain)
        for one, other, level, certain in find_overlaps(places)
    ]


TABLE = [
    # siblings, the pairs that share a level, with one they share
    pytest.param(["a", "b", ""], [], id="names"),
    pytest.param(["a", "b", "a"], [("a", "a", "a")], id="name-twice"),
    pytest.param(["m[1..3]", "m4", "m0", "m02", "n2"], [], id="names-beside-a-family"),
    pytest.param(["m[1..3]", "m2"], [("m[1..3]", "m2", "m2")], id="name-in-a-family"),
    pytest.param(["m2", "m[1..3]"], [("m2", "m[1..3]", "m2")], id="family-around-a-name"),
    pytest.param(["m[1..3]", "m[4..6]"], [], id="one-range-after-the-other"),
    pytest.param(["m[4..6]", "m[1..4]"], [("m[4..6]", "m[1..4]", "m4")], id="ranges-that-meet"),
    pytest.param(["m[1..9]", "m[01..09]"], [], id="padded-and-not"),
    pytest.param(["m[1..20]", "m[01..20]"], [("m[1..20]", "m[01..20]", "m10")], id="both-of-two-digits"),
    pytest.param(["m[1,5]", "m[2..4,6..9]"], [], id="gaps"),
    pytest.param(["m[1,5]", "m[2..5]"], [("m[1,5]", "m[2..5]", "m5")], id="word-that-is-a-number"),
    pytest.param(["s[l,r]", "s[t,b]"], [], id="words"),
    pytest.param(["s[l,r,x]", "s[x,r,t]"], [("s[l,r,x]", "s[x,r,t]", "sr")], id="words-told-once"),
    pytest.param(["m[1..3]-a", "m[1..3]-b"], [], id="other-texts-after"),
    pytest.param(["m[1..3]", "m[1..3]x"], [], id="text-after-or-not"),
    pytest.param(["m[10..20]", "m1[0..5]"], [("m[10..20]", "m1[0..5]", None)], id="other-frames"),
    pytest.param(["m[20..30]", "m1[0..5]"], [], id="other-frames-that-do-not-meet"),
    pytest.param(["[1..3][a,b]", "[3..5][b,c]"], [("[1..3][a,b]", "[3..5][b,c]", None)], id="two-sets"),
    pytest.param(["[1..3][a,b]", "[3..5][c,d]"], [], id="two-sets-that-do-not-meet"),
    pytest.param(["{n}:[a-z]+", "abc"], [("{n}", "abc", "abc")], id="open-set-and-name"),
    pytest.param(["{n}:[a-z]+", "m[1..3]"], [], id="open-set-and-family"),
    pytest.param(["{n}:[a-z]+[0-9]", "m[1..3]"], [("{n}", "m[1..3]", None)], id="open-set-with-digits"),
    pytest.param(["{n}:[a-z]+", "{o}:[A-Z]+"], [], id="open-sets"),
    pytest.param(["{n}:[a-z]+", "{o}:[x-z0-9]+"], [("{n}", "{o}", None)], id="open-sets-that-meet"),
    pytest.param(["a{n}:[a-z]", "b{o}:[a-z]", "ab{p}:[a-z]"], [], id="open-sets-after-text"),
    pytest.param(
        ["a{n}:[a-z]+", "ab{p}:[a-z]"], [("a{n}", "ab{p}", None)], id="open-sets-after-a-common-text"
    ),
    pytest.param(
        ["m[1..9]", "m[2..3]", "m[5..6]"],
        [("m[1..9]", "m[2..3]", "m2"), ("m[1..9]", "m[5..6]", "m5")],
        id="two-inside-one",
    ),
    pytest.param(
        ["v[1..999999999999999999]", "v[5..6]"],
        [("v[1..999999999999999999]", "v[5..6]", "v5")],
        id="very-large",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "expected"), TABLE)
def test_overlaps(texts: list[str], expected: list[tuple[str, str, str | None]]) -> None:
    assert found(*texts) == [(*pair, True) for pair in expected]


def test_what_cannot_be_told_apart_is_said_to_be_so() -> None:
    entangled = [f"{{n{c}}}:(a|b)*{c}(a|b){{900}}{c}" for c in "ab"]
    assert found(*entangled) == [("{na}", "{nb}", None, False)]


def test_comparing_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [f"x[1..2]-{n}-[1..2]" for n in range(20)]
    assert found(*many) == []
    monkeypatch.setattr(module, "MAX_COST", 100)
    (told,) = found(*many)
    assert told[2:] == (None, False)
    frames = [f"[1..2]-{n:02d}" for n in range(20)]
    (told,) = found(*frames)
    assert told[2:] == (None, False)


def test_many_families_of_one_frame_are_not_compared_two_by_two() -> None:
    assert found(*(f"m[{10 * n}..{10 * n + 9}]" for n in range(1_000))) == []


@given(st.lists(segments() | st.sampled_from(["a", "1", "-"]).map(Segment.fixed), max_size=6))
def test_every_sibling_that_shares_a_level_is_found(siblings: list[Segment]) -> None:
    places = [Place(PlaceKind.EQUIPMENT, segment, NO_MEMBERS) for segment in siblings]
    levels = {id(at): set(at.segment) for at in places}
    position = {id(at): index for index, at in enumerate(places)}
    told = set()
    for one, other, level, certain in find_overlaps(places):
        assert certain
        common = levels[id(one)] & levels[id(other)]
        assert common
        assert level is None or level in common
        assert position[id(one)] < position[id(other)]
        told |= {id(one), id(other)}
    assert told == {
        id(at)
        for pair in itertools.combinations(places, 2)
        if levels[id(pair[0])] & levels[id(pair[1])]
        for at in pair
    }
