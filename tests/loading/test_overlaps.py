"""Siblings that share a topic level: found, named with the level they share, and nothing else."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.topics.test_templates import segments
from uns.loading import overlaps as module
from uns.loading.overlaps import find_beside, find_overlaps
from uns.model.tree import NO_MEMBERS, Place, PlaceKind
from uns.topics import automata
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
    pytest.param(["m[10..20]", "m1[0..5]"], [("m[10..20]", "m1[0..5]", "m10")], id="other-frames"),
    pytest.param(["m[20..30]", "m1[0..5]"], [], id="other-frames-that-do-not-meet"),
    pytest.param(["[1..3][a,b]", "[3..5][b,c]"], [("[1..3][a,b]", "[3..5][b,c]", "3b")], id="two-sets"),
    pytest.param(["[1..3][a,b]", "[3..5][c,d]"], [], id="two-sets-that-do-not-meet"),
    pytest.param(["{n}:[a-z]+", "abc"], [], id="open-set-and-name"),
    pytest.param(["{n}:[a-z]+[0-9]", "m[1..3]"], [], id="open-set-and-family"),
    pytest.param(["{n}:m[1-9]", "m[1..3]", "m2"], [("m[1..3]", "m2", "m2")], id="closed-ones-in-an-open-set"),
    pytest.param(["m2", "{n}:m[1-9]", "{o}:m2|x"], [("{n}", "{o}", "m2")], id="open-sets-that-meet-in-a-name"),
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


BESIDE = [
    # an open set with its siblings, and the closed ones that it is without
    pytest.param(["{n}:[a-z]+", "abc", "ABC", "x"], ["abc", "x"], id="names"),
    pytest.param(["m[1..3]", "{n}:[a-z]+[0-9]", "m4", "m10"], ["m4", "m[1..3]"], id="names-and-families"),
    pytest.param(["m[1..3]", "{n}:[a-z]+"], [], id="nothing-shared"),
    pytest.param(["m[1..99]x", "{n}:.*[5-7]x"], ["m[1..99]x"], id="large-family"),
    pytest.param(["m[1..99]x", "{n}:m7x|a|b"], ["m[1..99]x"], id="open-set-of-a-few-words"),
    pytest.param(["m[1..99]x", "{n}:m0x|a|b"], [], id="open-set-of-a-few-other-words"),
    pytest.param(["a[b,c]", "{n}:ab|ad"], ["a[b,c]"], id="words-on-both-sides"),
    pytest.param(["m[1..99]-[a,b]", "{n}:m1[0-9]-[^a]"], ["m[1..99]-[a,b]"], id="families-of-two-sets"),
    pytest.param(["dev-a", "a", "dev-{n}:[a-z]"], ["dev-a"], id="open-set-after-text"),
    pytest.param(["a" * 100, "a" * 99, "{n}:a{100}"], ["a" * 100], id="long-names"),
]  # fmt: skip


def beside(*texts: str) -> list[tuple[str, list[str]]]:
    return [
        (one.segment.text, [segment.text for segment in closed])
        for one, closed in find_beside([place(text) for text in texts])
    ]


@pytest.mark.parametrize(("texts", "closed"), BESIDE)
def test_an_open_set_is_without_the_closed_siblings_in_it(
    texts: list[str], closed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (name,) = (text.partition(":")[0] for text in texts if "{n}" in text)
    assert beside(*texts) == ([(name, closed)] if closed else [])
    # If it takes too long to tell, it is without all of them, which is the same set of levels.
    monkeypatch.setattr(module, "MAX_COST", -1_000)
    assert beside(*texts) == [(name, sorted(text for text in texts if "{n}" not in text))]


def test_one_open_set_beside_many_names_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_COST", 0)
    names, sets = families(2_000, "m#"), families(300, "{a#}:x#-[a-z]*")
    assert beside(*names, *sets, "x7-pump") == [("{a7}", ["x7-pump"])]
    ((_, closed),) = beside(*names, "{n}:[a-z]+[0-9]*")
    assert len(closed) == 2_000


def test_what_cannot_be_told_apart_is_said_to_be_so() -> None:
    entangled = [f"{{n{c}}}:(a|b)*{c}(a|b){{900}}x" for c in "ab"]
    assert found(*entangled) == [("{na}", "{nb}", None, False)]


def families(number: int, text: str) -> list[str]:
    """Families or open sets; ``#`` in the text is the number of each."""
    return [text.replace("#", str(n)) for n in range(number)]


def test_what_takes_too_long_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    many = families(20, "[1..20]-#-[1..20]")
    assert found(*many) == []
    monkeypatch.setattr(module, "MAX_COST", 0)
    monkeypatch.setattr(module, "MAX_COST_EACH", 1)
    assert found(*many) == []  # all at once instead
    monkeypatch.setattr(automata, "MOST_STEPS_EACH", 5)
    monkeypatch.setattr(automata, "MOST_STEPS", 100)
    (told,) = found(*many)
    assert told[2:] == (None, False)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("m[#0..#9]", id="ranges-of-one-frame"),
        pytest.param("m[1..20]-n#", id="families-with-other-ends"),
        pytest.param("n#-m[1..20]", id="families-with-other-starts"),
        pytest.param("m[1..20]-[a,b]-n#", id="families-of-two-sets"),
        pytest.param("{a#}:x#-[a-z]*", id="open-sets-with-other-starts"),
        pytest.param("{a#}:[a-z]*-#", id="open-sets-with-other-ends"),
        pytest.param("{a#}:(left|right)-#-[0-9]+", id="open-sets-that-start-with-alternatives"),
        pytest.param("{a#}:[xX]#-[a-z]*", id="open-sets-that-start-in-either-case"),
        pytest.param("{a#}:[a-z]+-#-[a-z]+", id="open-sets-that-differ-in-the-middle"),
    ],
)
def test_three_hundred_siblings_that_share_nothing_are_told_apart(text: str) -> None:
    assert found(*families(300, text)) == []
    twice = [*families(300, text), text.replace("#", "7").replace("{a7}", "{again}")]
    assert [(pair[:2], pair[3]) for pair in found(*twice)] == [
        ((twice[7].partition(":")[0], twice[-1].partition(":")[0]), True)
    ]


@pytest.mark.parametrize("text", ["{a#}:x#-[a-z]*", "{a#}:[a-z]*-#", "m[1..20]-n#", "m[#0..#9]"])
def test_the_number_of_comparisons_grows_as_the_siblings(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cost(number: int) -> int:
        spent = 0

        def spend(siblings: object, cost: int, *pair: int) -> None:
            nonlocal spent
            spent += cost

        monkeypatch.setattr(module._Siblings, "_spend", spend)
        assert found(*families(number, text)) == []
        return spent

    assert cost(400) <= 2.3 * cost(200)  # n log n


@given(st.lists(segments() | st.sampled_from(["a", "1", "-"]).map(Segment.fixed), max_size=6))
def test_every_sibling_that_shares_a_level_is_found(siblings: list[Segment]) -> None:
    check_all(siblings, [set(segment) for segment in siblings])


#: Patterns of at most a few texts, over an alphabet so small that many of them overlap.
SMALL_PATTERNS = st.recursive(
    st.sampled_from(["a", "b", "1", "[ab]", "[a1]", "[0-9]", "[^b]", "."]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from("?*+")).map(lambda part: f"({part[0]}){part[1]}"),
        inner.map(lambda part: f"({part}){{2}}"),
    ),
    max_leaves=5,
)
OPEN_SETS = st.builds(
    lambda before, pattern, after: Segment.parse(f"{before}{{n}}{after}", Pattern(pattern)),
    st.sampled_from(["", "a", "b", "1"]),
    SMALL_PATTERNS,
    st.sampled_from(["", "a", "1"]),
)
FAMILIES = st.sampled_from(
    [
        "a[1..2]",
        "a[0..9]",
        "[1..11]",
        "[a,b,1]",
        "b[8..12]a",
        "[a,b][1..2]",
        "[a,b,1,0,ab,ba,aa,bb,a1]",
    ]
).map(Segment.parse)
LITERALS = st.text("ab1", max_size=3).map(Segment.fixed)

#: Every text of up to four characters; texts for the characters that none of the above name.
TEXTS = ["".join(text) for size in range(5) for text in itertools.product("ab1x", repeat=size)]


@pytest.mark.parametrize("at_once", [False, True], ids=["two-by-two", "at-once"])
@given(siblings=st.lists(OPEN_SETS | FAMILIES | LITERALS, min_size=2, max_size=5))
def test_open_sets_that_share_a_level_are_found(siblings: list[Segment], at_once: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if at_once:
            patch.setattr(module, "MAX_COST", -1_000)
        levels = [
            set(segment) if segment.count is not None else {t for t in TEXTS if segment.match(t)}
            for segment in siblings
        ]
        check_all(siblings, levels, complete=False)


def check_all(siblings: list[Segment], known: list[set[str]], *, complete: bool = True) -> None:
    """Check the overlaps of siblings against their levels; ``complete`` if these are all."""
    places = [Place(PlaceKind.EQUIPMENT, segment, NO_MEMBERS) for segment in siblings]
    levels = {id(at): one for at, one in zip(places, known, strict=True)}
    position = {id(at): index for index, at in enumerate(places)}
    told = set()
    for one, other, level, certain in find_overlaps(places):
        assert certain
        common = levels[id(one)] & levels[id(other)]
        assert common or (not complete and one.segment.overlaps(other.segment))
        assert level is None or all(at.segment.match(level) is not None for at in (one, other))
        assert position[id(one)] < position[id(other)]
        told |= {id(one), id(other)}
    pairs = [
        pair
        for pair in itertools.combinations(places, 2)
        if levels[id(pair[0])] & levels[id(pair[1])]
    ]
    alike = {
        id(at) for one, other in pairs if _is_open(one) == _is_open(other) for at in (one, other)
    }
    assert told == alike if complete else told >= alike
    without = {(id(one), segment) for one, closed in find_beside(places) for segment in closed}
    for one, other in pairs:
        if _is_open(one) != _is_open(other):
            opened, closed = (one, other) if _is_open(one) else (other, one)
            assert (id(opened), closed.segment) in without


def _is_open(at: Place) -> bool:
    return at.segment.name is not None
