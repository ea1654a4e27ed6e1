"""Topic names, topic filters and their algebra, against a plain reading of MQTT 5.0 §4.7."""

from __future__ import annotations

import copy
import functools
import itertools
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.diagnostics import UNSError
from uns.testing import (
    shared_subscriptions,
    topic_filters,
    topic_levels,
    topics,
    topics_matching,
)
from uns.topics.names_and_filters import (
    MAX_BYTES,
    FilterSet,
    InvalidTopic,
    InvalidTopicFilter,
    SharedSubscription,
    Topic,
    TopicFilter,
    is_topic_filter,
    is_topic_name,
    subscription,
)

#: Few names, so that random filters and topics meet; 'z' stands in no filter of the brute force.
FEW_LEVELS = st.sampled_from(["", "a", "b", "$x", "a b", "\n", "é"])


def by_the_book(filter_text: str, topic: str) -> bool:
    """MQTT 5.0 §4.7, clause by clause, with nothing clever about it."""
    wanted, levels = filter_text.split("/"), topic.split("/")
    if wanted[0] in ("+", "#") and topic.startswith("$"):  # [MQTT-4.7.2-1]
        return False
    for position, name in enumerate(wanted):
        if name == "#":  # [MQTT-4.7.1-1]
            return len(levels) >= position
        if position == len(levels):
            return False
        if name not in ("+", levels[position]):  # [MQTT-4.7.1-2], [MQTT-4.7.3-4]
            return False
    return len(wanted) == len(levels)


# -- The gate -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gate", "text", "span", "clause", "reason"),
    [
        pytest.param(Topic, "", (0, 0), "MQTT-4.7.3-1", "empty", id="empty topic"),
        pytest.param(Topic, "a/b+c", (3, 4), "MQTT-4.7.0-1", "'+'", id="plus in a topic"),
        pytest.param(Topic, "a/#/+", (2, 3), "MQTT-4.7.0-1", "'#'", id="the first wildcard"),
        pytest.param(Topic, "ab\0", (2, 3), "MQTT-4.7.3-2", "U+0000", id="null"),
        pytest.param(Topic, "a\ud800\udc00", (1, 3), "MQTT-1.5.4-1", "UTF-8", id="surrogates"),
        pytest.param(
            Topic, "é" * 32_768, (32_767, 32_768), "MQTT-4.7.3-3", "65,536", id="bytes, not letters"
        ),
        pytest.param(
            Topic,
            "a" + "é" * 40_000,
            (32_768, 40_001),
            "MQTT-4.7.3-3",
            "80,001",
            id="the letter that straddles the limit is kept out of the span",
        ),
        pytest.param(TopicFilter, "", (0, 0), "MQTT-4.7.3-1", "empty", id="empty filter"),
        pytest.param(TopicFilter, "a/#/b", (2, 3), "MQTT-4.7.1-1", "last level", id="# inside"),
        pytest.param(TopicFilter, "#/", (0, 1), "MQTT-4.7.1-1", "last level", id="# then slash"),
        pytest.param(TopicFilter, "a/b#", (3, 4), "MQTT-4.7.1-1", "whole level", id="# in a level"),
        pytest.param(TopicFilter, "##", (0, 1), "MQTT-4.7.1-1", "whole level", id="two #"),
        pytest.param(TopicFilter, "+a/b", (0, 1), "MQTT-4.7.1-2", "whole level", id="+ in a level"),
        pytest.param(TopicFilter, "+/++", (2, 3), "MQTT-4.7.1-2", "whole level", id="two +"),
        pytest.param(
            TopicFilter, "+/a+/#b", (3, 4), "MQTT-4.7.1-2", "whole level", id="the first fault"
        ),
        pytest.param(TopicFilter, "a\0+b", (1, 2), "MQTT-4.7.3-2", "U+0000", id="null in a filter"),
        pytest.param(
            TopicFilter, "$share/g/a", (0, 7), "MQTT-4.8.2-1", "SharedSubscription", id="shared"
        ),
        pytest.param(SharedSubscription, "a/b", (0, 1), "MQTT-4.8.2-1", "$share/", id="not shared"),
        pytest.param(SharedSubscription, "$share", (0, 1), "MQTT-4.8.2-1", "$share/", id="alone"),
        pytest.param(
            SharedSubscription, "$share//a", (7, 8), "MQTT-4.8.2-1", "empty", id="no name"
        ),
        pytest.param(
            SharedSubscription, "$share/g", (8, 9), "MQTT-4.8.2-2", "must follow", id="no filter"
        ),
        pytest.param(
            SharedSubscription, "$share/g/", (8, 9), "MQTT-4.8.2-2", "must follow", id="no text"
        ),
        pytest.param(
            SharedSubscription, "$share/g+/a", (8, 9), "MQTT-4.8.2-2", "'+'", id="+ in a ShareName"
        ),
        pytest.param(
            SharedSubscription, "$share/#", (7, 8), "MQTT-4.8.2-2", "'#'", id="# for a ShareName"
        ),
        pytest.param(
            SharedSubscription,
            "$share/g/a/b#",
            (12, 13),
            "MQTT-4.7.1-1",
            "whole level",
            id="inner filter",
        ),
        pytest.param(
            SharedSubscription,
            "$share/g/$share/h/a",
            (9, 16),
            "MQTT-4.8.2-2",
            "another one",
            id="two",
        ),
        pytest.param(
            SharedSubscription,
            "$share/g/" + "a" * 65_527,
            (65_535, 65_536),
            "MQTT-4.7.3-3",
            "65,536",
            id="long",
        ),
    ],
)
def test_what_the_gate_refuses(gate, text, span, clause, reason):
    expected = InvalidTopic if gate is Topic else InvalidTopicFilter
    with pytest.raises(expected) as refused:
        gate(text)
    error = refused.value
    assert (error.text, error.span, error.clause) == (text, span, clause)
    assert reason in error.reason
    assert isinstance(error, ValueError)
    assert isinstance(error, UNSError)


def test_an_error_points_at_the_character():
    with pytest.raises(InvalidTopicFilter) as refused:
        TopicFilter("acme/#/temperature")
    assert str(refused.value).splitlines() == [
        "not a topic filter: '#' must be the last level [MQTT-4.7.1-1]",
        "  acme/#/temperature",
        "       ^",
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("/", id="two empty levels"),
        pytest.param(" ", id="a space"),
        pytest.param("a//b/", id="empty levels"),
        pytest.param("\x01\n\x7f", id="control characters"),
        pytest.param("\ufeff\ufffe", id="byte order mark and non-character"),
        pytest.param("$SYS/broker", id="dollar"),
        pytest.param("a/$x", id="dollar below"),
        pytest.param("\U0010ffff" * 16_383, id="four bytes each"),
        pytest.param("/" * MAX_BYTES, id="65,536 levels"),
        pytest.param("$share", id="share alone"),
    ],
)
def test_what_is_both_a_topic_and_a_filter(text):
    assert Topic(text) == TopicFilter(text) == subscription(text) == text
    assert "/".join(Topic(text).levels) == "/".join(TopicFilter(text).levels) == text


def test_a_name_under_share_is_a_topic_that_no_filter_is_spelled_as():
    assert Topic("$share/g/a") == "$share/g/a"
    assert not is_topic_filter("$share/g/a")


def test_what_passed_the_gate_is_not_checked_again():
    for made in (Topic("a"), TopicFilter("a/+"), SharedSubscription("$share/g/a")):
        assert type(made)(made) is made


def test_parents():
    assert Topic("a/b//c").parent == "a/b/"
    assert Topic("a/b/").parent == "a/b"
    assert Topic("/a").parent is None
    assert Topic("a").parent is None
    assert type(Topic("a/b").parent) is Topic


def test_below():
    assert Topic("a") / "b/c" == Topic("a/b/c")
    assert Topic("a") / "" == "a/"
    with pytest.raises(InvalidTopic):
        Topic("a") / "+"


def test_a_shared_subscription_comes_apart():
    shared = SharedSubscription("$share/g//+/#")
    assert (shared.share_name, shared.filter) == ("g", "/+/#")
    assert type(shared.filter) is TopicFilter


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(Topic("a/b"), id="topic"),
        pytest.param(TopicFilter("a/+/b"), id="filter"),
        pytest.param(SharedSubscription("$share/g/a/#"), id="shared subscription"),
    ],
)
def test_copies_and_pickles(made):
    if isinstance(made, TopicFilter):
        assert made.matches("a/x/b")
    for twin in (
        copy.copy(made),
        copy.deepcopy(made),
        *(pickle.loads(pickle.dumps(made, protocol)) for protocol in range(2, 6)),
    ):
        assert type(twin) is type(made)
        assert twin == made
        assert hash(twin) == hash(str(made))
        if isinstance(twin, TopicFilter):
            assert twin.matches("a/x/b")
        if isinstance(twin, SharedSubscription):
            assert twin.filter.matches("a")


# -- One filter, one topic ------------------------------------------------------------------------

EVERY_KIND = ["a/b", "#", "+/#", "a/#", "/#", "+", "+/b", "a/+", "a/+/#", "+/+/" * 70 + "#"]


@pytest.mark.parametrize("text", EVERY_KIND)
@pytest.mark.parametrize("topic", ["", "+", "#", "a/+", "a/#", "a/b#", "+/b", "a/b\0", "\0", "/+"])
def test_what_is_no_topic_name_matches_nothing(text, topic):
    assert TopicFilter(text).matches(topic) is False


def test_a_filter_is_not_in_its_own_set():
    for text in ("a/+", "a/#", "+", "#", "+/#", "a/+/b/#"):
        assert not TopicFilter(text).matches(text)


@pytest.mark.parametrize("text", ["/" * MAX_BYTES, "+/" * 32_767 + "+", "+/" * 32_767 + "#", "#"])
def test_65_536_levels(text):
    deepest = Topic("/" * MAX_BYTES)
    wanted = TopicFilter(text)
    assert wanted.matches(deepest) is by_the_book(text, deepest)
    assert wanted.covers(wanted)
    assert wanted & wanted == wanted.canonical
    assert FilterSet([wanted, "a/#"]).covers(wanted)


@pytest.mark.parametrize(
    ("text", "topic", "expected"),
    [
        pytest.param("a/" + "+/" * 200 + "#", "a/" + "b/" * 200, True, id="long, open"),
        pytest.param("a/" + "+/" * 200 + "#", "a/" + "b/" * 199 + "b", True, id="long, parent"),
        pytest.param("a/" + "+/" * 200 + "#", "a/" + "b/" * 198 + "b", False, id="long, above"),
        pytest.param("a/" + "+/" * 200 + "b", "a/" + "b/" * 200 + "b", True, id="long, closed"),
        pytest.param("a/" + "+/" * 200 + "b", "a/" + "b/" * 201 + "b", False, id="long, deeper"),
        pytest.param("+/" * 200 + "b", "$x/" * 200 + "b", False, id="long, dollar"),
        pytest.param("a.c/+", "abc/x", False, id="no expression in a literal"),
        pytest.param("a(b/+", "a(b/x", True, id="no group in a literal"),
        pytest.param("a/+", "a/\n", True, id="line break for a level"),
        pytest.param("a/#", "a/b\n", True, id="line break at the end"),
        pytest.param("a/b/#", "a/b0", False, id="the name after the last below"),
        pytest.param("a/b/#", "a/b.", False, id="the name before the first below"),
    ],
)
def test_matches(text, topic, expected):
    assert by_the_book(text, topic) is expected
    assert TopicFilter(text).matches(topic) is expected


@given(topic_filters(FEW_LEVELS), topics(FEW_LEVELS))
def test_matches_as_the_book_says(wanted, topic):
    # Twice, because the first time may compile.
    assert wanted.matches(topic) is by_the_book(wanted, topic)
    assert wanted.matches(str(topic)) is by_the_book(wanted, topic)


@given(st.data(), topic_filters())
def test_matches_what_its_wildcards_are_filled_with(data, wanted):
    topic = data.draw(topics_matching(wanted))
    assert by_the_book(wanted, topic)
    assert wanted.matches(topic)


@given(topic_filters(), topics())
def test_any_text_matches_as_the_book_says(wanted, topic):
    assert wanted.matches(topic) is by_the_book(wanted, topic)


# -- The gate, as laws ----------------------------------------------------------------------------

ANY_TEXT = st.text(st.sampled_from("ab/+#$\0é\ud800") | st.characters(), max_size=12)


@given(ANY_TEXT | ANY_TEXT.map("$share/".__add__))
def test_each_gate_agrees_with_itself_and_says_where(text):
    for gate, passes in (
        (Topic, is_topic_name(text)),
        (TopicFilter, is_topic_filter(text)),
        (subscription, is_topic_filter(text) or _is_shared(text)),
    ):
        if passes:
            assert gate(text) == text
            continue
        with pytest.raises((InvalidTopic, InvalidTopicFilter)) as refused:
            gate(text)
        start, end = refused.value.span
        assert 0 <= start <= end <= len(text) + 1
        assert refused.value.clause is not None
        assert refused.value.reason in str(refused.value)


def _is_shared(text: str) -> bool:
    parts = text.split("/", 2)
    return (
        len(parts) == 3
        and parts[0] == "$share"
        and parts[1] != ""
        and is_topic_name(parts[1])
        and is_topic_filter(parts[2])
    )


@given(topics() | topic_filters() | shared_subscriptions())
def test_str_gives_the_text_back(made):
    assert type(made)(str(made)) == made
    assert "/".join(made.levels if not isinstance(made, SharedSubscription) else [made]) == made


@given(shared_subscriptions(), topics())
def test_a_shared_subscription_is_its_name_and_its_filter(shared, topic):
    assert f"$share/{shared.share_name}/{shared.filter}" == shared
    assert shared.filter.matches(topic) is by_the_book(shared.filter, topic)


@given(topic_levels())
def test_a_level_is_a_level(level):
    assert Topic(f"a/{level}").levels == ("a", level)


# -- The algebra, by brute force ------------------------------------------------------------------
#
# Every filter of up to three levels over two names, a '$' name and the empty level, against every
# topic of up to five levels over these and 'z', a name that no filter has. Deeper topics bring
# nothing new: five levels are two more than any filter can tell apart.

_NAMES = ("", "a", "b", "$x")
TOPICS = [
    text
    for depth in range(1, 6)
    for levels in itertools.product((*_NAMES, "z"), repeat=depth)
    if (text := "/".join(levels))
]
FILTERS = [
    TopicFilter(text)
    for depth in range(1, 4)
    for levels in itertools.product((*_NAMES, "+", "#"), repeat=depth)
    if is_topic_filter(text := "/".join(levels))
]


@functools.cache
def reach_of(wanted: str | None) -> int:
    """The topics a filter matches, one bit each."""
    if wanted is None:
        return 0
    return sum(1 << bit for bit, topic in enumerate(TOPICS) if by_the_book(wanted, topic))


def test_the_brute_force_is_strong_enough():
    assert (len(FILTERS), len(TOPICS)) == (185, 3_904)
    assert (
        len({reach_of(wanted) for wanted in FILTERS}) == len(FILTERS) - 2
    )  # '+/#' is '#', '/+/#' is '/#'


def test_every_filter_matches_its_topics():
    for wanted in FILTERS:
        matched = sum(1 << bit for bit, topic in enumerate(TOPICS) if wanted.matches(topic))
        assert matched == reach_of(wanted), wanted


@pytest.mark.slow
def test_every_pair():
    for one, other in itertools.product(FILTERS, repeat=2):
        mine, theirs = reach_of(one), reach_of(other)
        common = one & other
        assert reach_of(common) == mine & theirs, (one, other)
        assert common is None or common == common.canonical, (one, other)
        assert one.intersects(other) is (mine & theirs != 0), (one, other)
        assert one.covers(other) is (mine | theirs == mine), (one, other)
        assert one.same_as(other) is (mine == theirs), (one, other)
        assert (one.canonical == other.canonical) is (mine == theirs), (one, other)


@pytest.mark.slow
def test_every_pair_as_a_union():
    for one, other in itertools.combinations(FILTERS, 2):
        both = FilterSet([one, other])
        mine = reach_of(one) | reach_of(other)
        for third in ("#", "+/#", "+", "/#", "a/#", "$x/#", "+/a", "+/+/#"):
            assert both.covers(third) is (mine | reach_of(third) == mine), (one, other, third)
        assert len(both.minimal()) == (1 if mine in (reach_of(one), reach_of(other)) else 2), (
            one,
            other,
        )


SETS = st.lists(st.sampled_from(FILTERS), max_size=5).map(FilterSet)


def union_of(filters: FilterSet) -> int:
    union = 0
    for wanted in filters:
        union |= reach_of(wanted)
    return union


@given(SETS, SETS)
def test_unions(one, other):
    mine, theirs = union_of(one), union_of(other)
    assert one.covers(other) is (mine | theirs == mine)
    assert one.intersects(other) is (mine & theirs != 0)
    assert union_of(one & other) == mine & theirs
    assert union_of(one | other) == mine | theirs
    assert (one == other) is (mine == theirs)


@given(SETS)
def test_a_minimal_union_is_the_same_and_has_nothing_to_spare(filters):
    least = filters.minimal()
    assert union_of(least) == union_of(filters)
    assert set(least) <= set(filters)
    for wanted in least:
        assert not FilterSet(other for other in least if other != wanted).covers(wanted)


@given(SETS, st.sampled_from(TOPICS))
def test_a_union_matches_what_a_member_matches(filters, topic):
    assert filters.matches(topic) is any(by_the_book(wanted, topic) for wanted in filters)


# -- The algebra, by name -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        pytest.param("a/+", "+/b", "a/b", id="each names what the other leaves open"),
        pytest.param("a/#", "+/b/+", "a/b/+", id="the longer gives the rest"),
        pytest.param("a/#", "a/b/#", "a/b/#", id="open below open"),
        pytest.param("a/#", "a", "a", id="the parent"),
        pytest.param("#", "+/#", "#", id="two spellings of everything"),
        pytest.param("+", "/#", None, id="only the empty name, which is none"),
        pytest.param("#", "$SYS/#", None, id="wildcards pass over a dollar"),
        pytest.param("$SYS/#", "$SYS/+", "$SYS/+", id="below a dollar"),
        pytest.param("a/b", "a/c", None, id="other names"),
        pytest.param("a", "a/+", None, id="other depths"),
    ],
)
def test_what_two_filters_share(one, other, common):
    assert TopicFilter(one) & other == common
    assert TopicFilter(other) & one == common
    assert common is None or type(TopicFilter(one) & other) is TopicFilter


def test_what_cannot_be_spelled_is_not_shared():
    one, other = "a" * 40_000 + "/+", "+/" + "b" * 40_000
    assert TopicFilter(one) & other is None
    assert not TopicFilter(one).intersects(other)


@pytest.mark.parametrize("question", ["covers", "intersects", "same_as", "__and__"])
def test_the_algebra_takes_text_through_the_gate(question):
    with pytest.raises(InvalidTopicFilter):
        getattr(TopicFilter("a/#"), question)("a/#/b")


@given(topic_filters(FEW_LEVELS), topic_filters(FEW_LEVELS), topics(FEW_LEVELS))
def test_sharing_is_matching_both(one, other, topic):
    common = one & other
    assert (common is not None and common.matches(topic)) is (
        one.matches(topic) and other.matches(topic)
    )
    assert common == (other & one)
    assert one.covers(other) is (common is not None and common.same_as(other))


@given(topic_filters(FEW_LEVELS), topic_filters(FEW_LEVELS), topic_filters(FEW_LEVELS))
def test_sharing_does_not_depend_on_the_order(one, other, third):
    left = one & other
    right = other & third
    assert (left and left & third) == (right and one & right)


@given(topic_filters(FEW_LEVELS))
def test_canonical(wanted):
    assert wanted.canonical.canonical == wanted.canonical
    assert wanted.same_as(wanted.canonical)
    assert wanted.has_wildcards is any(name in ("+", "#") for name in wanted.levels)


@pytest.mark.parametrize(
    ("members", "covered"),
    [
        pytest.param(["+", "+/+/#"], "#", id="by depth"),
        pytest.param(["a", "a/+", "a/+/+/#"], "a/#", id="by three depths"),
        pytest.param(["+/+", "+/+/+/#"], "/#", id="/# begins at two levels"),
    ],
)
def test_a_union_covers_what_no_member_covers(members, covered):
    assert FilterSet(members).covers(covered)
    for left_out in members:
        assert not FilterSet(member for member in members if member != left_out).covers(covered)


def test_of_several_choices_the_earlier_members_stay():
    assert list(FilterSet(["b", "+/#", "#", "a/#", "/#", "/+/#"]).minimal()) == ["+/#"]
    assert list(FilterSet(["/+/#", "a", "/#"]).minimal()) == ["/+/#", "a"]


def test_a_set_is_not_made_of_letters():
    with pytest.raises(TypeError, match="several filters"):
        FilterSet("a/b")


def test_a_set_refuses_what_is_no_filter():
    with pytest.raises(InvalidTopicFilter):
        FilterSet(["a", "$share/g/a"])


def test_a_set_as_a_value():
    filters = FilterSet(["b/+", "a", "b/+"])
    assert list(filters) == ["b/+", "a"]
    assert len(filters) == 2
    assert repr(filters) == "FilterSet(['b/+', 'a'])"
    assert filters != ["b/+", "a"]
    assert not FilterSet()
    assert FilterSet().minimal() == FilterSet()
    assert filters.covers(FilterSet())
    assert not FilterSet().covers("a")
    with pytest.raises(TypeError, match="unhashable"):
        hash(filters)
    with pytest.raises(TypeError, match="not a container"):
        assert "a" in filters
    assert pickle.loads(pickle.dumps(filters)) == filters


def test_a_set_takes_text_too():
    filters = FilterSet(["a/#"])
    assert list(filters & "+/b") == ["a/b"]
    assert list(filters | "b") == ["a/#", "b"]
    assert filters.intersects("+/b")


def test_sets_of_equal_meaning_need_not_look_alike():
    assert FilterSet(["+/+/#", "a"]) == FilterSet(["+/+/#", "a/#"])
