"""Segments, sets and templates: what is read, what is refused, and that matching undoes building."""

from __future__ import annotations

import copy
import itertools
import pickle
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from uns.diagnostics import InvalidArgument
from uns.topics.automata import UndecidedPattern
from uns.topics.names_and_filters import InvalidTopic, Topic, TopicFilter
from uns.topics.patterns import Pattern
from uns.topics.sets import Choice, NumberRange
from uns.topics.templates import (
    MAX_WORDS,
    Fixed,
    InvalidTemplate,
    Name,
    Segment,
    TopicTemplate,
    captured,
)

# --- segments -----------------------------------------------------------------------------------------

SEGMENTS = [
    # text, how many levels, the first ones
    pytest.param("machine1", 1, ["machine1"], id="text"),
    pytest.param("", 1, [""], id="empty-level"),
    pytest.param("a b.c-ü", 1, ["a b.c-ü"], id="any-character"),
    pytest.param("machine[1..4]", 4, ["machine1", "machine2", "machine3"], id="range"),
    pytest.param("[8..11]", 4, ["8", "9", "10"], id="range-alone"),
    pytest.param("tank[01..24]", 24, ["tank01", "tank02", "tank03"], id="leading-zeros"),
    pytest.param("t[008..101]", 94, ["t008", "t009", "t010"], id="three-digits"),
    pytest.param("t[00..00]", 1, ["t00"], id="zeros"),
    pytest.param("t[0..0]", 1, ["t0"], id="zero"),
    pytest.param("tank[1..2,4..6]", 5, ["tank1", "tank2", "tank4"], id="two-ranges"),
    pytest.param("side[left,right]", 2, ["sideleft", "sideright"], id="words"),
    pytest.param("[ left , right ]", 2, ["left", "right"], id="blanks-around-items"),
    pytest.param("[a b]", 1, ["a b"], id="blank-inside-an-item"),
    pytest.param("x[1..2,spare]", 3, ["x1", "x2", "xspare"], id="range-and-word"),
    pytest.param("[10,9,010]", 3, ["10", "9", "010"], id="words-that-are-numbers"),
    pytest.param("l[1..2]-[a,b]", 4, ["l1-a", "l1-b", "l2-a"], id="two-sets"),
    pytest.param("[1..3][a,b]x", 6, ["1ax", "1bx", "2ax"], id="sets-side-by-side"),
    pytest.param("[01..12][01..31]", 372, ["0101", "0102", "0103"], id="sets-of-one-width"),
    pytest.param("[[a]", 1, ["[a]"], id="doubled-bracket"),
    pytest.param("{{a}", 1, ["{a}"], id="doubled-brace"),
    pytest.param("a]}b", 1, ["a]}b"], id="closing-ones-are-text"),
    pytest.param("[[[1..2]", 2, ["[1", "[2"], id="doubled-bracket-and-a-set"),
    pytest.param(
        "v[1..999999999999999999]", 999_999_999_999_999_999, ["v1", "v2"], id="eighteen-digits"
    ),
]


@pytest.mark.parametrize(("text", "count", "first"), SEGMENTS)
def test_segments(text: str, count: int, first: list[str]) -> None:
    segment = Segment.parse(text)
    assert segment.count == count
    assert list(itertools.islice(segment, len(first))) == first
    assert all(segment.match(level) is not None for level in first)
    assert (segment.literal is None) is bool(segment.varying)
    assert str(segment) == segment.text == text


REFUSED = [
    # text, the part at fault, the reason
    pytest.param("a/b", "/", "a segment is one topic level", id="slash"),
    pytest.param("a+", "+", "a topic name cannot contain +; write {name} for any level", id="plus"),
    pytest.param("#", "#", "a topic name cannot contain #; write {name...} for any levels", id="hash"),
    pytest.param("a\0", "\0", "a topic name cannot contain this character", id="nul"),
    pytest.param("a\ud800", "\ud800", "a topic name cannot contain this character", id="surrogate"),
    pytest.param("a[1..2", "[", "'[' is never closed; write [[ for a [ of the topic", id="open-set"),
    pytest.param("a{b", "{", "'{' is never closed; write {{ for a { of the topic", id="open-name"),
    pytest.param("a[", "[", "'[' is never closed; write [[ for a [ of the topic", id="bracket-last"),
    pytest.param("a[]", "[]", "a set needs at least one item", id="empty-set"),
    pytest.param("a[ ]", " ", "an item of the set is empty", id="blank-set"),
    pytest.param("a[b,,c]", ",", "',' is not allowed in a set", id="no-item"),
    pytest.param("a[b,]", "]", "']' is not allowed in a set", id="comma-last"),
    pytest.param("a[[1..2]]x[", "[", "'[' is never closed; write [[ for a [ of the topic", id="late"),
    pytest.param("a[b[c]]", "[", "'[' is not allowed in a set", id="set-in-a-set"),
    pytest.param("a[{b}]", "{", "'{' is not allowed in a set", id="name-in-a-set"),
    pytest.param("{}", "{}", "a name is missing", id="no-name"),
    pytest.param(
        "{a b}", " ", "a name is letters, digits and _, starts with a letter, and may end in ...",
        id="blank-in-a-name",
    ),
    pytest.param(
        "{1a}", "1", "a name is letters, digits and _, starts with a letter, and may end in ...",
        id="digit-first",
    ),
    pytest.param("{a}{b}", "{b}", "a level with two names can be split in several ways", id="names"),
    pytest.param(
        "{a...}", "{a...}", "a rest name takes several levels, but a segment is one level", id="rest"
    ),
    pytest.param("x{a...}", "x{a...}", "a rest name must be a whole level",
                 id="rest-beside-text"),
    pytest.param("a[4..1]", "4..1", "the range is reversed: write 1..4", id="backwards"),
    pytest.param(
        "a[1..x]", "1..x", "a range needs two whole numbers, such as 1..4", id="no-number"
    ),
    pytest.param("a[-1..3]", "-1..3", "a range needs two whole numbers, such as 1..4", id="minus"),
    pytest.param("a[1..]", "1..", "a range needs two whole numbers, such as 1..4", id="no-end"),
    pytest.param("a[1...3]", "1...3", "a range needs two whole numbers, such as 1..4", id="3-dots"),
    pytest.param("a[1..٣]", "1..٣", "a range needs two whole numbers, such as 1..4", id="arabic"),
    pytest.param(
        "a[1..1000000000000000000]", "1..1000000000000000000", "a number has more than 18 digits",
        id="nineteen-digits",
    ),
    pytest.param(
        "a[01..100]", "01..100",
        "a range with leading zeros needs numbers of equal width, such as 01..24", id="widths",
    ),
    pytest.param(
        "a[1..3,2]", "1..3,2", "two items of the set have the same text", id="number-twice"
    ),
    pytest.param("a[b,b]", "b,b", "two items of the set have the same text", id="word-twice"),
    pytest.param("a[1..3,3..5]", "1..3,3..5", "two items of the set have the same text",
                 id="ranges-that-meet"),
    pytest.param(
        "[1..20][1..20]", "[1..20][1..20]",
        "this can be split in several ways; put a text between the two that is in neither",
        id="sets-that-run-together",
    ),
    pytest.param(
        "[1..20]1[1..20]", "[1..20]1[1..20]",
        "this can be split in several ways; put a text between the two that is in neither",
        id="a-text-that-both-can-hold",
    ),
    pytest.param(
        "{a}[1..20]", "{a}[1..20]",
        "this can be split in several ways; put a text between the two that is in neither",
        id="a-name-before-a-set",
    ),
    pytest.param("a" + "[1..2]-" * 17, "-", "more than 32 parts in one level",
                 id="many-parts"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "part", "reason"), REFUSED)
def test_what_is_no_segment(text: str, part: str, reason: str) -> None:
    with pytest.raises(InvalidTemplate) as caught:
        Segment.parse(text)
    assert text[slice(*caught.value.span)] == part
    assert caught.value.reason == reason
    assert caught.value.text == text


def test_sets_of_many_words() -> None:
    assert Segment.parse(f"[{','.join(f'w{n}' for n in range(MAX_WORDS))}]").count == MAX_WORDS
    with pytest.raises(InvalidTemplate, match="more than 10,000 items in one set"):
        Segment.parse(f"[{','.join(f'w{n}' for n in range(MAX_WORDS + 1))}]")


def test_long_texts() -> None:
    assert Segment.parse("x" * 65_535).longest() == 65_535
    with pytest.raises(InvalidTemplate, match="longer than 65535 characters") as caught:
        Segment.parse("x" * 65_536)
    assert caught.value.span == (65_535, 65_536)


@pytest.mark.parametrize(
    ("text", "level", "values"),
    [
        pytest.param("line[1..3]-infeed", "line2-infeed", ("2",), id="range"),
        pytest.param("line[1..3]-infeed", "line4-infeed", None, id="beyond-the-range"),
        pytest.param("line[1..3]-infeed", "line2-outfeed", None, id="other-text"),
        pytest.param("line[1..3]", "line02", None, id="zero-in-front"),
        pytest.param("line[01..30]", "line2", None, id="no-zero-in-front"),
        pytest.param("line[01..30]", "line02", ("02",), id="zero-wanted"),
        pytest.param("line[1..3]", "line", None, id="no-number"),
        pytest.param("line[1..3]", "line+2", None, id="sign"),
        pytest.param("line[1..3]", "line２", None, id="wide-digit"),
        pytest.param("line[1..3]", "line" + "9" * 10_000, None, id="very-long-number"),
        pytest.param("[a,b]-{n}-[1..20]", "b-x-1-12", ("b", "x-1", "12"), id="name-between-sets"),
        pytest.param("[a,b]-{n}", "a--", ("a", "-"), id="name-takes-what-is-left"),
        pytest.param("{n}-[1..9]", "a-b-3", ("a-b", "3"), id="set-of-one-length-last"),
        pytest.param("x{n}x", "x", None, id="texts-that-would-share-a-character"),
        pytest.param("x{n}x", "xx", ("",), id="empty-value"),
        pytest.param("{n}", "", ("",), id="empty-level"),
        pytest.param("{n}", "a/b", None, id="two-levels"),
        pytest.param("", "", (), id="fixed-and-empty"),
        pytest.param("a", "a", (), id="fixed"),
        pytest.param("a", "A", None, id="case"),
    ],
)  # fmt: skip
def test_match(text: str, level: str, values: tuple[str, ...] | None) -> None:
    segment = Segment.parse(text)
    assert segment.match(level) == values
    if values is not None:
        assert segment.format(*values) == level


def test_a_pattern_narrows_the_name() -> None:
    segment = Segment.parse("s-{serial}", Pattern("[A-Z]{2}[0-9]"))
    assert segment.match("s-AB1") == ("AB1",)
    assert segment.match("s-AB") is None
    assert segment.count is None
    assert segment.name == "serial"
    with pytest.raises(TypeError, match=r"^\{serial\} is an open set$"):
        iter(segment)


@pytest.mark.parametrize(
    "values",
    [(), ("1",), ("1", "c"), ("4", "a"), ("1", "a", "b")],
    ids=["none", "one", "no-word", "beyond", "three"],
)
def test_what_a_segment_cannot_build(values: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"takes 2 values|is not a value for"):
        Segment.parse("[1..3]-[a,b]").format(*values)


def test_longest_in_bytes() -> None:
    assert Segment.parse("ü[001..009]").longest() == 5
    assert Segment.parse("x[8..11]").longest() == 3
    assert Segment.parse("[ü,ab]-").longest() == 3
    assert Segment.parse("{n}").longest() is None


def test_fixed_text_is_escaped() -> None:
    for text in ("a", "", "[1..2]", "{n}", "[[x", "a]b}"):
        segment = Segment.fixed(text)
        assert segment.literal == text
        assert Segment.parse(segment.text) == segment


def test_sets_too_large_for_a_pattern_are_gone_through() -> None:
    words = Segment.parse(f"x[{','.join(f'word{n}' for n in range(5_000))}]")
    with pytest.raises(UndecidedPattern):
        _ = words.pattern
    assert words.overlaps(Segment.parse("xw{n}", Pattern("[a-z]+77")))
    assert not Segment.parse("xw{n}", Pattern("[a-z]+x")).overlaps(words)
    assert words.is_within(Pattern("xword[0-9]+"))
    assert not words.is_within(Pattern("xword[0-8]+"))


# Parts that never run together, so that any of them make a segment.

words = st.text("abxyz", min_size=1, max_size=3)
ranges = st.tuples(st.integers(0, 30), st.integers(0, 30), st.booleans()).map(
    lambda drawn: _range(min(drawn[:2]), max(drawn[:2]), padded=drawn[2])
)
items = st.lists(words | ranges, min_size=1, max_size=4)


def _range(low: int, high: int, *, padded: bool) -> str:
    return f"{low:02d}..{high:02d}" if padded else f"{low}..{high}"


starts = st.sampled_from(["", "-", "a", "7", "é"])
sets = st.just("") | items.map(lambda drawn: f"[{','.join(drawn)}]")
ends = st.sampled_from(["", "-", "b", "1"])


@st.composite
def segments(draw: st.DrawFn) -> Segment:
    pieces = [draw(starts) + draw(sets) for _ in range(draw(st.integers(1, 3)))]
    text = "".join(pieces) + draw(ends)
    try:
        return Segment.parse(text)
    except InvalidTemplate:
        assume(False)
        raise


levels = st.text("abxyz-é0123789", max_size=6)


@given(segments())
def test_iteration_membership_and_count_agree(segment: Segment) -> None:
    all_levels = list(segment)
    assert len(all_levels) == segment.count == len(set(all_levels))
    for level in all_levels[:200]:
        values = segment.match(level)
        assert values is not None
        assert segment.format(*values) == level
        assert segment.pattern.matches(level)
    assert segment.longest() == max(len(level.encode()) for level in all_levels)


@given(segments(), levels)
def test_a_level_is_taken_exactly_when_it_is_listed(segment: Segment, level: str) -> None:
    taken = segment.match(level) is not None
    assert taken is (level in set(segment))
    assert taken is segment.pattern.matches(level)


@given(segments(), segments())
def test_overlap_is_a_common_level(one: Segment, other: Segment) -> None:
    common = set(one) & set(other)
    assert one.overlaps(other) is bool(common)
    assert other.overlaps(one) is bool(common)
    assert one.pattern.overlaps(other.pattern) is bool(common)


@given(
    segments(), st.sampled_from(["[a-z]*", "[^0-9]+", "[0-9a-z-]*", ".*", "a|b|a1", "(a|b)[0-9]*"])
)
def test_within_a_pattern(segment: Segment, text: str) -> None:
    pattern = Pattern(text)
    expected = all(pattern.matches(level) for level in segment)
    assert segment.is_within(pattern) is expected
    assert pattern.includes(segment.pattern) is expected


# --- templates ----------------------------------------------------------------------------------------

TEMPLATES = [
    # template, filter, topic, values
    pytest.param("a/b", "a/b", "a/b", {}, id="no-name"),
    pytest.param("a/{x}/c", "a/+/c", "a/b/c", {"x": "b"}, id="name"),
    pytest.param("{x}", "+", "b", {"x": "b"}, id="name-alone"),
    pytest.param("a/{x}", "a/+", "a/", {"x": ""}, id="empty-value"),
    pytest.param("/{x}", "/+", "/b", {"x": "b"}, id="slash-in-front"),
    pytest.param("a/{x...}", "a/+/#", "a/b", {"x": "b"}, id="rest-of-one"),
    pytest.param("a/{x...}", "a/+/#", "a/b/c/d", {"x": "b/c/d"}, id="rest-of-three"),
    pytest.param("a/{x...}", "a/+/#", "a//", {"x": "/"}, id="rest-of-empty-levels"),
    pytest.param("{x...}", "+/#", "a/b", {"x": "a/b"}, id="rest-alone"),
    pytest.param("a/l[1..3]", "a/+", "a/l2", {0: "2"}, id="set"),
    pytest.param("a/[x,y]-[1..3]/{n}", "a/+/+", "a/y-3/z", {0: "y", 1: "3", "n": "z"}, id="sets"),
    pytest.param("$SYS/{x}", "$SYS/+", "$SYS/load", {"x": "load"}, id="dollar-text"),
    pytest.param("a/$x[1..2]", "a/+", "a/$x1", {0: "1"}, id="dollar-below"),
    pytest.param("[[a]/{{b}", "[a]/{b}", "[a]/{b}", {}, id="escapes"),
    pytest.param("a/{x}-{{", "a/+", "a/b-{", {"x": "b"}, id="escape-beside-a-name"),
]


@pytest.mark.parametrize(("text", "filter_", "topic", "values"), TEMPLATES)
def test_templates(text: str, filter_: str, topic: str, values: dict[str | int, str]) -> None:
    template = TopicTemplate(text)
    assert template.filter == filter_
    assert template.match(topic) == values
    assert template.filter.matches(topic)
    assert built(template, values) == topic


def built(template: TopicTemplate, values: dict[str | int, str]) -> Topic:
    numbered = sorted(key for key in values if isinstance(key, int))
    names = {key: value for key, value in values.items() if isinstance(key, str)}
    return template.format(*(values[key] for key in numbered), **names)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        pytest.param("a/{x}", "a", id="too-few-levels"),
        pytest.param("a/{x}", "a/b/c", id="too-many-levels"),
        pytest.param("a/{x...}", "a", id="no-level-for-the-rest"),
        pytest.param("{x}", "$SYS", id="dollar-for-a-name"),
        pytest.param("{x...}", "$SYS/load", id="dollar-for-the-rest"),
        pytest.param("{x}", "", id="no-topic"),
        pytest.param("a/{x}", "a/+", id="wildcard-in-the-topic"),
        pytest.param("a/{x...}", "a/b/#", id="wildcard-in-the-rest"),
        pytest.param("a/{x...}", "a/b\0", id="nul-in-the-rest"),
        pytest.param("a/l[1..3]", "a/l4", id="beyond-the-set"),
    ],
)
def test_what_a_template_does_not_match(text: str, topic: str) -> None:
    assert TopicTemplate(text).match(topic) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "it is empty", id="nothing"),
        pytest.param("a/{x}/{x}", "the name 'x' is used twice", id="name-twice"),
        pytest.param("a/{x}/{x...}", "the name 'x' is used twice", id="name-and-rest"),
        pytest.param("{x...}/b", "a rest name must be the last level, as # must",
                     id="rest-in-front"),
        pytest.param("a/b{x...}", "a rest name must be a whole level",
                     id="rest-beside-text"),
        pytest.param("$x[1..2]/a", "a wildcard in the first level does not match names that start with $",
                     id="dollar-before-a-set"),
        pytest.param("[$a,b]/a", "a wildcard in the first level does not match names that start with $",
                     id="dollar-in-a-set"),
        pytest.param("${x}", "a wildcard in the first level does not match names that start with $",
                     id="dollar-before-a-name"),
        pytest.param("$share/g/{x}", "'$share/' starts a shared subscription; "
                     "use SharedSubscription(text).filter", id="shared-subscription"),
        pytest.param("a/+/b", "a topic name cannot contain +; write {name} for any level", id="wildcard"),
    ],
)  # fmt: skip
def test_what_is_no_template(text: str, reason: str) -> None:
    with pytest.raises(InvalidTemplate) as caught:
        TopicTemplate(text)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("given_", "named", "reason"),
    [
        pytest.param((), {"x": "a", "r": "b"}, "there is no value for 'l[1..3]'", id="no-value"),
        pytest.param(("1",), {"r": "b"}, "there is no value for 'x'", id="no-name"),
        pytest.param(("1",), {"x": "a"}, "None is not a value for 'r...'", id="no-rest"),
        pytest.param(("1",), {"x": "a", "r": "b", "y": "c"}, "it has no name 'y'; its names: x, r", id="strange"),
        pytest.param(("1", "2"), {"x": "a", "r": "b"}, "there are more values than sets",
                     id="too-many"),
        pytest.param(("4",), {"x": "a", "r": "b"}, "'4' is not a value for 'l[1..3]'", id="beyond"),
        pytest.param(("1",), {"x": "a/b", "r": "b"}, "'a/b' is not a value for '{x}'", id="levels"),
        pytest.param(("1",), {"x": "+", "r": "b"}, "'+' is not a value for '{x}'", id="wildcard"),
        pytest.param(("1",), {"x": "a", "r": "b/#"}, "'b/#' is not a value for 'r...'", id="hash"),
    ],
)  # fmt: skip
def test_what_a_template_cannot_build(
    given_: tuple[str, ...], named: dict[str, str], reason: str
) -> None:
    template = TopicTemplate("l[1..3]/{x}/{r...}")
    with pytest.raises(InvalidTemplate, match=re.escape(reason)):
        template.format(*given_, **named)


def test_what_is_built_must_be_a_topic() -> None:
    with pytest.raises(InvalidTopic, match="65,535"):
        TopicTemplate("a/{x...}").format(x="b" * 65_535)
    with pytest.raises(InvalidTopic, match=r"MQTT-4\.7\.2-1"):
        TopicTemplate("{x}/a").format(x="$SYS")
    with pytest.raises(InvalidTopic, match=r"MQTT-4\.7\.3-1"):
        TopicTemplate("{x}").format(x="")


def test_values_and_identity() -> None:
    template = TopicTemplate("a/{x}/l[1..3]/{r...}")
    assert template.names == ("x", "r")
    assert template.count is None
    assert TopicTemplate("a/l[1..3]-[x,y]").count == 6
    assert template == TopicTemplate("a/{x}/l[1..3]/{r...}")
    assert template != TopicTemplate("a/{x}/l[1..3]/{q...}")
    assert template != "a/{x}/l[1..3]/{r...}"
    assert hash(template) == hash(TopicTemplate(str(template)))
    assert repr(template) == "TopicTemplate('a/{x}/l[1..3]/{r...}')"
    assert pickle.loads(pickle.dumps(template)) == template
    assert copy.deepcopy(template) == template
    with pytest.raises(AttributeError, match="cannot be changed"):
        template.rest = "y"


def test_templates_of_segments_keep_their_patterns() -> None:
    segment = Segment.parse("{serial}", Pattern("[A-Z]{2}"))
    template = TopicTemplate.of((Segment.fixed("a"), segment))
    assert template.text == "a/{serial}"
    assert template.match("a/AB") == {"serial": "AB"}
    assert template.match("a/ab") is None
    assert pickle.loads(pickle.dumps(template)).match("a/ab") is None
    assert template != TopicTemplate("a/{serial}")


def test_captured() -> None:
    wanted = [Segment.parse("a"), Segment.parse("[1..2]-{n}")]
    assert captured(wanted, ["a", "1-x"]) == {0: "1", "n": "x"}
    assert captured(wanted, ["b", "1-x"]) is None
    assert captured(wanted, ["a", "3-x"]) is None


def test_parts() -> None:
    assert Segment.parse("a[1..2]{n}").parts == (
        Fixed("a"), Choice((NumberRange(1, 2),)), Name("n"),
    )  # fmt: skip


names = st.sampled_from(["{x}", "s-{y}", "{z}.v"])
fixed = st.sampled_from(["a", "b", "", "[[q", "$x"])
small_sets = st.sampled_from(["l[1..3]", "[01..03]", "[a,b]-x", "[1..2]-[a,b]"])
value_texts = st.text("ab$-.é ", max_size=3)


template_levels = st.lists(fixed | names | small_sets, min_size=1, max_size=4)
rests = st.sampled_from([[], ["{rest...}"]])
tails = st.lists(value_texts, min_size=1, max_size=3)


@st.composite
def templates(draw: st.DrawFn) -> TopicTemplate:
    text = "/".join(draw(template_levels) + draw(rests))
    try:
        return TopicTemplate(text)
    except InvalidTemplate:
        assume(False)
        raise


_templates = templates()


@st.composite
def filled(draw: st.DrawFn) -> tuple[TopicTemplate, dict[str | int, str], Topic]:
    template = draw(_templates)
    values: dict[str | int, str] = {}
    for part in (part for segment in template.segments for part in segment.varying):
        if isinstance(part, Name):
            values[part.name] = draw(value_texts)
        else:
            number = sum(isinstance(key, int) for key in values)
            values[number] = draw(st.sampled_from(list(part)))
    if template.rest is not None:
        values[template.rest] = "/".join(draw(tails))
    try:
        return template, values, built(template, values)
    except InvalidTopic:
        assume(False)
        raise


@given(filled())
def test_matching_undoes_building(drawn: tuple[TopicTemplate, dict[str | int, str], Topic]) -> None:
    template, values, topic = drawn
    assert template.match(topic) == values
    assert template.filter.matches(topic)


@given(templates(), st.lists(value_texts | fixed | st.sampled_from(["l1", "02", "a-x", "1-b", "s-"]),
                             min_size=1, max_size=5).map("/".join))  # fmt: skip
def test_building_undoes_matching(template: TopicTemplate, topic: str) -> None:
    values = template.match(topic)
    if values is not None:
        assert built(template, values) == topic
        assert template.filter.matches(topic)


@given(templates())
def test_a_template_is_its_text(template: TopicTemplate) -> None:
    assert TopicTemplate(str(template)) == template
    assert TopicFilter(template.filter) == template.filter


def test_an_open_set_is_without_what_is_beside_it() -> None:
    closed = [Segment.parse("dev-bridge"), Segment.parse("dev-gw[1..3]")]
    device = Segment.parse("dev-{id}", Pattern("[a-z]+[0-9]*")).beside(closed)
    assert device.text == "dev-{id}"
    assert device.match("dev-gw4") == ("gw4",)
    assert device.match("dev-gw3") is device.match("dev-bridge") is None
    assert device.format("lamp") == "dev-lamp"
    with pytest.raises(InvalidArgument, match="'dev-gw1' is not a level"):
        device.format("gw1")
    assert device != device.whole == Segment.parse("dev-{id}", Pattern("[a-z]+[0-9]*"))
    template = TopicTemplate.of((device, Segment.fixed("state")))
    assert template.match("dev-lamp/state") == {"id": "lamp"}
    assert template.match("dev-bridge/state") is None
    with pytest.raises(InvalidTemplate):
        template.format(id="bridge")
    assert pickle.loads(pickle.dumps(device)) == device


def test_what_is_beside_an_open_set_counts_for_overlap_and_inclusion() -> None:
    name = Segment.parse("{n}", Pattern("[a-c]+")).beside([Segment.parse("c"), Segment.parse("bb")])
    assert name.overlaps(Segment.parse("[c,a]"))
    assert not name.overlaps(Segment.parse("[c,bb]"))
    assert not name.overlaps(Segment.parse("{o}", Pattern("bb|c")))
    assert name.overlaps(Segment.parse("{o}", Pattern("b+|c")))
    assert name.is_within(Pattern("a.*|b|b[ac].*|bb.+|c.+"))
    assert not name.is_within(Pattern("a.*|bb.+|c.+"))
    assert name.level_without() == "a"
    assert name.level_without([Pattern("[ab]")]) == "aa"
    assert name.level_without([Pattern(".*")]) is None
