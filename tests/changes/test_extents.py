"""Topic levels as sets: what two segments share, and what one has alone."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from uns.changes.extents import Extent, common, shared, without
from uns.counts import NO_END
from uns.topics.patterns import Pattern
from uns.topics.templates import InvalidTemplate, Segment


def segment(text: str) -> Segment:
    written, _, pattern = text.partition(" ~ ")
    return Segment.parse(written, Pattern(pattern) if pattern else None)


COMMON = [
    ("line1", "line1", "line1"),
    ("line1", "line2", None),
    ("line[1..4]", "line3", "line3"),
    ("line[1..4]", "line5", None),
    ("line[1..4]", "line[3..9]", "line[3..4]"),
    ("line[1..4]", "line[1,2,3,4]", "line[1..4]"),
    ("line[01..24]", "line[7..12]", "line[10..12]"),
    ("line[01..24]", "line[05..11]", "line[05..11]"),
    ("line[1..30]", "line1[0..5]", "line[10..15]"),
    ("p[1..3]-[x,y]", "p[2..9]-[y,z]", "p[2..3]-y"),
    ("[a,ab][c,d]", "[ab,x][c,e]", "abc"),
    ("v[1..10000000]", "v[10000000..10000001]", "v10000000"),
    ("v[1..10000000]", "{v}", "v[1..10000000]"),
    ("{v} ~ v[0-9]+", "v[1..10000000]", "v[1..10000000]"),
    ("{v} ~ v[0-9]", "v[5..12]", "v[5..9]"),
    ("{v} ~ v[0-9]+", "{w} ~ w[0-9]+", None),
    ("{v} ~ [a-z]+", "{w} ~ [a-c]+", "{w}"),
]


@pytest.mark.parametrize(("one", "other", "expected"), COMMON)
def test_what_two_segments_share(one: str, other: str, expected: str | None):
    for found in (common(segment(one), segment(other)), common(segment(other), segment(one))):
        assert (found and _levels(found)) == (expected and _levels(segment(_with(expected))))


def _with(text: str) -> str:
    return f"{text} ~ [a-c]+" if text == "{w}" else text


def _levels(of: Segment) -> object:
    if of.name is not None or (of.count or 0) > 100:
        return of.text
    return sorted(of)


WITHOUT = [
    ("line1", ["line2"], ["line1"]),
    ("line1", ["line[1..2]"], []),
    ("m[1..6]", ["m[1..4]"], ["m[5..6]"]),
    ("m[1..6]", ["m[1..3]", "m[4..6]"], []),
    ("m[1..6]", ["m2", "m4"], ["m[1,3,5..6]"]),
    ("m[01..24]", ["m[20..24]"], ["m[01..19]"]),
    ("m[01..24]", ["m07"], ["m[01..06,08..24]"]),
    ("v[1..10000000]", ["v5000000"], ["v[1..4999999,5000001..10000000]"]),
    ("v[1..10000000]", ["{v}"], []),
    ("v[1..10000000]", ["{v} ~ v[1-9][0-9]{0,7}"], []),
    ("v[1..20]", ["{v} ~ v[0-9]"], ["v[10..20]"]),
    ("line[1..30]", ["line1[0..5]"], ["line[1..9,16..30]"]),
    ("p[1..3]-[x,y]", ["p2-y"], ["p[1,3]-[x,y]", "p2-x"]),
    ("{v} ~ v[0-9]+", ["{w} ~ [a-z][0-9]+"], []),
    ("{v} ~ v[0-9]+", ["{w} ~ v[0-4][0-9]*", "{x} ~ v[5-9][0-9]*"], []),
    ("{v} ~ v[0-9]+", ["v[1..5]"], ["{v}"]),
]


@pytest.mark.parametrize(("one", "others", "expected"), WITHOUT)
def test_what_one_has_alone(one: str, others: list[str], expected: list[str]):
    left = without(segment(one), map(segment, others))
    assert [extent.text for extent in left] == expected


def test_what_is_taken_from_an_open_set_is_remembered():
    (left,) = without(segment("{v} ~ v[0-9]+"), [segment("v[1..5]")])
    assert left.count is NO_END
    assert not left.takes("v5")
    assert left.takes("v6")
    assert not left.takes("w6")


def test_what_two_open_sets_share_is_in_both_and_beside_neither():
    one = segment("{v} ~ [a-m]+").beside([segment("c")])
    other = segment("{w} ~ [g-z]+").beside([segment("h[1..9]"), segment("k")])
    (found,) = shared(one, other)
    assert found.count is NO_END
    assert [level for level in "abcghiklz" if found.takes(level)] == ["g", "h", "i", "l"]


def test_an_open_set_that_closed_ones_fill_shares_nothing():
    sides = segment("{s} ~ left|right|top").beside([segment("top")])
    assert shared(sides, segment("{t} ~ [a-z]+").beside([segment("left"), segment("right")])) == ()
    assert without(sides, [segment("left"), segment("right")]) == ()


def test_what_falls_into_too_many_pieces_stays_whole():
    boxes = [segment(f"p{n}-{n}") for n in range(1, 200)]
    (left,) = without(segment("p[1..200]-[1..200]"), boxes)
    assert left.takes("p200-200")
    assert not left.takes("p7-7")


_words = st.sampled_from(["x", "y", "1", "2", "12", "01", "02", "3"])
_ranges = st.tuples(st.integers(0, 4), st.integers(0, 9)).map(lambda r: f"{r[0]}..{r[0] + r[1]}")
_padded = st.tuples(st.integers(1, 4), st.integers(0, 9)).map(
    lambda r: f"{r[0]:02}..{r[0] + r[1]:02}"
)
_choice = st.lists(_words | _ranges | _padded, min_size=1, max_size=3).map(
    lambda items: f"[{','.join(items)}]"
)
_parts = st.lists(_choice | st.sampled_from(["a", "-", "1"]), min_size=1, max_size=4).map("".join)
_names = st.sampled_from(["{n} ~ [0-9]", "{n} ~ a[0-9]*", "a{n} ~ 0[0-9]|x", "{n} ~ [^/]*"])

_texts = _parts | _names


@st.composite
def segments(draw: st.DrawFn) -> Segment:
    while True:
        try:
            return segment(draw(_texts))
        except InvalidTemplate:
            continue


LEVELS = ["".join(text) for n in range(4) for text in itertools.product("a-012x", repeat=n)]


def takes(found: Segment | Extent | None, level: str) -> bool:
    if isinstance(found, Extent):
        return found.takes(level)
    return found is not None and found.match(level) is not None


@st.composite
def siblings(draw: st.DrawFn) -> Segment:
    """A segment, an open one without some closed ones."""
    found = draw(segments())
    if found.name is None:
        return found
    closed = st.lists(segments().filter(lambda each: each.name is None), max_size=2)
    return found.beside(draw(closed))


@given(siblings(), siblings())
@example(segment("[2,01]"), segment("[2,01..01]"))
def test_what_is_shared_is_in_both(one: Segment, other: Segment):
    found = shared(one, other)
    for level in LEVELS:
        both = takes(one, level) and takes(other, level)
        assert sum(takes(piece, level) for piece in found) == both
    assert bool(found) == (common(one, other) is not None)


@given(siblings(), st.lists(segments(), max_size=3))
def test_nothing_left_is_missed(one: Segment, others: list[Segment]):
    left = without(one, others)
    for level in LEVELS:
        alone = takes(one, level) and not any(takes(other, level) for other in others)
        assert alone == any(takes(extent, level) for extent in left)
