"""Many filters, one topic: the same answers as asking each filter, however they are found."""

from __future__ import annotations

import itertools
import sys
import threading
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns.topics.index
from uns.testing import shared_subscriptions, topic_filters, topics
from uns.topics.index import TopicIndex
from uns.topics.names_and_filters import (
    MAX_BYTES,
    InvalidTopic,
    InvalidTopicFilter,
    SharedSubscription,
    Topic,
    TopicFilter,
    subscription,
)

FEW_LEVELS = st.sampled_from(["", "a", "b", "$x", "{l0}", "'"])

#: The two ways to find filters, and the change from one to the other.
FINDERS = [
    pytest.param({}, id="probes"),
    pytest.param({"_MOST_PROBES": 2}, id="probes, then a trie"),
    pytest.param({"_MOST_PROBES": 0}, id="a trie"),
    pytest.param({"_DEEPEST_PROBE": 2}, id="a trie for deep filters"),
]


@pytest.fixture(params=FINDERS)
def _finder(request, monkeypatch):
    for name, value in request.param.items():
        monkeypatch.setattr(uns.topics.index, name, value)


def index_of(*filters: str, **settings) -> TopicIndex[str]:
    """Each filter under its own name."""
    index = TopicIndex[str](**settings)
    for text in filters:
        index.add(text, text)
    return index


# -- By name --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_finder")
@pytest.mark.parametrize(
    ("filters", "topic", "found"),
    [
        pytest.param(["a/b", "a/c"], "a/b", {"a/b"}, id="exact"),
        pytest.param(["a/#"], "a", {"a/#"}, id="# takes the parent"),
        pytest.param(["a/+/#"], "a", set(), id="but not its parent"),
        pytest.param(["a/+", "+/+", "+/b"], "a/", {"a/+", "+/+"}, id="+ takes the empty level"),
        pytest.param(["#", "+/b", "$x/#", "+/#"], "$x/b", {"$x/#"}, id="dollar"),
        pytest.param(["#", "+", "$share", "+/#"], "$share", {"$share"}, id="share alone"),
        pytest.param(["a/$x", "+/$x"], "a/$x", {"a/$x", "+/$x"}, id="dollar below"),
        pytest.param(["/#", "/+", "+/", "/"], "/", {"/#", "/+", "+/", "/"}, id="empty levels"),
        pytest.param(["#", "a/#", "a/b/#"], "a/b/c/d/e", {"#", "a/#", "a/b/#"}, id="deeper"),
        pytest.param(["a/+/c", "a/b"], "a", set(), id="shallower"),
        pytest.param(["{l0}/+", "{{/+", "'/+"], "{l0}/a", {"{l0}/+"}, id="braces are names"),
        pytest.param(["'\"\\/+/\n"], "'\"\\/a/\n", {"'\"\\/+/\n"}, id="quotes are names"),
    ],
)
def test_match(filters, topic, found):
    index = index_of(*filters)
    # Thrice: the first fills the memo, and a Topic must find what a str left there.
    assert set(index.match(topic)) == found
    assert set(index.match(topic)) == found
    assert set(index.match(Topic(topic))) == found
    assert set(index.match_filters(topic)) == found


@pytest.mark.parametrize("memo", [0, 1, 65_536])
def test_an_invalid_topic_is_refused_each_time(memo):
    index = index_of("#", "a/+", memo=memo)
    for topic in ("", "a/+", "#", "a\0", "\ud800", "a" * 65_536):
        for _ in range(2):
            with pytest.raises(InvalidTopic):
                index.match(topic)
            with pytest.raises(InvalidTopic):
                index.match_filters(topic)


@pytest.mark.parametrize("text", ["", "a/#/b", "a+", "$share/g", "$share//a", "$share/g/a#"])
def test_an_invalid_filter_is_refused(text):
    index = TopicIndex[int]()
    with pytest.raises(InvalidTopicFilter):
        index.add(text, 1)
    with pytest.raises(InvalidTopicFilter):
        index.remove(text, 1)
    assert len(index) == 0


@pytest.mark.usefixtures("_finder")
def test_a_filter_holds_several_values_as_often_as_they_were_added():
    index = TopicIndex[object]()
    for value in (None, 0, (), None):
        index.add("a/+", value)
    assert index.match("a/b") == (None, 0, (), None)
    assert list(index) == [("a/+", None), ("a/+", 0), ("a/+", ()), ("a/+", None)]
    assert len(index) == 4
    index.remove("a/+", None)
    assert index.match("a/b") == (0, (), None)


@pytest.mark.usefixtures("_finder")
def test_a_lone_value_may_be_none():
    index = TopicIndex[None]()
    index.add("a/+", None)
    assert index.match("a/b") == (None,)
    index.remove("a/+", None)
    assert index.match("a/b") == ()


@pytest.mark.usefixtures("_finder")
def test_what_is_not_held_cannot_be_removed():
    index = index_of("a/+", "$share/g/a/+")
    for text, value in [
        ("a/+", "other"),
        ("a/b", "a/b"),
        ("$share/g/a/+", "other"),
        ("$share/h/a/+", "$share/g/a/+"),
        ("$share/g/a/b", "$share/g/a/b"),
    ]:
        with pytest.raises(KeyError):
            index.remove(text, value)
    assert len(index) == 2
    index.remove("a/+", "a/+")
    with pytest.raises(KeyError):
        index.remove("a/+", "a/+")
    index.remove("$share/g/a/+", "$share/g/a/+")
    assert list(index) == []
    assert index.match("a/b") == ()


@pytest.mark.usefixtures("_finder")
def test_a_write_is_seen_at_once():
    index = index_of("a/#")
    assert index.match("a/b") == ("a/#",)
    index.add("+/b", "+/b")
    assert set(index.match("a/b")) == {"a/#", "+/b"}
    index.remove("a/#", "a/#")
    assert index.match("a/b") == ("+/b",)
    index.remove("+/b", "+/b")
    assert index.match("a/b") == ()


@pytest.mark.usefixtures("_finder")
def test_a_copy_goes_its_own_way():
    index = index_of("a/b", "a/+", "+/+/c", "$share/g/a/+", "$share/g/#")
    index.add("a/+", "second")
    twin = index.copy()
    assert Counter(twin) == Counter(index)
    index.remove("a/+", "a/+")
    index.add("$share/g/a/+", "later")
    twin.add("+/b", "+/b")
    assert len(index) == len(twin) - 1 == 6
    assert set(index.match_filters("a/b")) == {"a/b", "a/+", "$share/g/a/+", "$share/g/#"}
    assert set(twin.match_filters("a/b")) == {*index.match_filters("a/b"), "+/b"}
    assert "a/+" not in index.match("a/b")
    assert "a/+" in twin.match("a/b")


def test_names_come_back_typed():
    index = index_of("a/+", "$share/g/a/#")
    assert [type(name) for name, _ in index] == [TopicFilter, SharedSubscription]
    assert repr(index) == "<TopicIndex: 2 values under 2 filters>"


def test_filters_may_be_given_typed():
    index = TopicIndex[int]()
    index.add(TopicFilter("a/+"), 1)
    index.add(SharedSubscription("$share/g/a/+"), 2)
    assert sorted(index.match("a/b")) == [1, 2]
    index.remove(TopicFilter("a/+"), 1)
    index.remove(SharedSubscription("$share/g/a/+"), 2)
    assert index.match("a/b") == ()


# -- Shared subscriptions -------------------------------------------------------------------------


def chosen(share, times=6, topic="a/b", members="xyz"):
    index = TopicIndex[str](share=share)
    for member in members:
        index.add("$share/g/a/+", member)
    return [index.match(topic) for _ in range(times)]


def test_in_turn():
    assert chosen("round_robin") == [("x",), ("y",), ("z",), ("x",), ("y",), ("z",)]


def test_the_first_as_long_as_it_stays():
    assert chosen("sticky") == [("x",)] * 6


def test_any_member_and_no_other():
    found = chosen("random", times=200)
    assert {member for (member,) in found} == set("xyz")


def test_by_topic():
    by_topic = {topic: chosen("hash_topic", topic=topic) for topic in map("a/{}".format, range(50))}
    assert all(len(set(found)) == 1 for found in by_topic.values())
    assert {found[0][0] for found in by_topic.values()} == set("xyz")
    # The same on every machine and in every run: CRC-32 of the name in UTF-8.
    assert by_topic["a/0"][0] == ("y",)


def test_each_shared_subscription_gets_its_own_copy():
    """A group is a ShareName *and* a filter (MQTT 5.0 §4.8.2); plain subscribers always get one."""
    index = TopicIndex[str]()
    for text, value in [
        ("a/+", "plain"),
        ("$share/g/a/+", "g1"),
        ("$share/g/a/+", "g2"),
        ("$share/h/a/+", "h1"),
        ("$share/g/a/b", "other filter"),
    ]:
        index.add(text, value)
    for turn in ("g1", "g2", "g1"):
        assert Counter(index.match("a/b")) == Counter(["plain", turn, "h1", "other filter"])


def test_a_group_keeps_the_dollar_rule_of_its_filter():
    index = index_of("$share/g/#", "$share/g/$SYS/#")
    assert index.match("$SYS/x") == ("$share/g/$SYS/#",)
    assert index.match("$share/g/x") == ()


def test_members_leave():
    index = TopicIndex[str]()
    for member in ("x", "y"):
        index.add("$share/g/a", member)
    index.remove("$share/g/a", "x")
    assert [index.match("a") for _ in range(3)] == [("y",)] * 3
    index.remove("$share/g/a", "y")
    assert index.match("a") == ()
    assert index.match_filters("a") == ()


def test_an_unknown_strategy_is_refused():
    with pytest.raises(ValueError, match="round_robin, random, sticky, hash_topic"):
        TopicIndex[int](share="fair")  # type: ignore[arg-type]


# -- The memo -------------------------------------------------------------------------------------


@pytest.fixture
def looked_up(monkeypatch):
    """The topics that were not answered from memory."""
    asked: list[str] = []
    look_up = TopicIndex._look_up

    def counted(self, topic):
        asked.append(topic)
        return look_up(self, topic)

    monkeypatch.setattr(TopicIndex, "_look_up", counted)
    return asked


@pytest.mark.parametrize("text", ["a/+", "b/+", "$share/g/a/+"])
def test_a_topic_seen_before_is_not_looked_up(looked_up, text):
    index = index_of(text)
    for _ in range(3):
        index.match("a/b")
    assert looked_up == ["a/b"]


def test_topics_that_match_nothing_displace_no_others(looked_up):
    index = index_of("a/#", "$share/g/b/#", memo=64)
    known = [f"a/{number}" for number in range(20)] + [f"b/{number}" for number in range(20)]
    for topic in known:
        index.match(topic)
    for number in range(1_000):
        index.match(f"unknown/{number}")
    looked_up.clear()
    for topic in known:
        index.match(topic)
    assert looked_up == []


def test_topics_in_use_stay(looked_up):
    index = index_of("#", memo=64)
    in_use = [f"a/{number}" for number in range(8)]
    for number in range(2_000):
        index.match(in_use[number % 8])
        index.match(f"once/{number}")
    assert Counter(looked_up).keys() >= set(in_use)
    assert max(Counter(looked_up)[topic] for topic in in_use) == 1


@pytest.mark.parametrize("text", ["#", "none", "$share/g/#"])
def test_a_flood_of_names_takes_bounded_space(text):
    index = index_of(text, memo=100)
    for number in range(1_000):
        index.match(f"flood/{number}")
        index.match(f"long/{number}/" + "x" * 2_000)
    seen = index._seen
    for memo in (seen, seen.misses, seen.shared):
        assert len(memo) + len(memo._old) <= 100


def test_large_answers_count_as_large():
    index = TopicIndex[int](memo=1_000)
    for value in range(10_000):
        index.add("#", value)
    for number in range(100):
        assert len(index.match(f"a/{number}")) == 10_000
    assert len(index._seen) + len(index._seen._old) < 10


def test_no_memo(looked_up):
    index = index_of("a/+", memo=0)
    assert index.match("a/b") == index.match("a/b") == ("a/+",)
    assert looked_up == ["a/b", "a/b"]


def test_what_a_reader_finds_during_a_write_is_not_kept(monkeypatch):
    index = index_of("a/+")
    look_up = TopicIndex._look_up

    def interrupted(self, topic):
        found = look_up(self, topic)
        monkeypatch.setattr(TopicIndex, "_look_up", look_up)
        index.add("#", "#")
        return found

    monkeypatch.setattr(TopicIndex, "_look_up", interrupted)
    assert index.match("a/b") == ("a/+",)
    assert set(index.match("a/b")) == {"a/+", "#"}


# -- Extremes -------------------------------------------------------------------------------------


def test_65_536_levels():
    deepest = "/" * MAX_BYTES
    filters = ["#", "/#", deepest, "+/" * 32_767 + "#", "+/" * 32_767 + "+"]
    index = index_of(*filters)
    expected = {text for text in filters if TopicFilter(text).matches(deepest)}
    assert set(index.match(deepest)) == expected
    assert set(index.match("a/b")) == {"#"}
    for text in filters:
        index.remove(text, text)
    assert index.match(deepest) == ()


def test_thousands_of_shapes():
    filters = {
        "/".join(levels) + end
        for levels in itertools.product(("a", "+"), repeat=10)
        for end in ("", "/#")
    }
    index = index_of(*filters)
    assert len(index.match("/".join("a" * 10))) == 2_048
    assert len(index.match("/".join("a" * 9 + "b"))) == 1_024
    assert len(index.match("/".join("a" * 11))) == 1_024
    assert index.match("b") == ()


def test_shapes_that_each_topic_shares_few_of():
    filters = ["a/" * depth + "+/" * plus + "b" for depth in range(30) for plus in range(1, 30)]
    index = index_of(*filters)
    for text in filters:
        assert text in index.match(text.replace("+", "x"))


def test_a_shape_that_is_gone_is_gone():
    index = index_of("a/+")
    for levels in itertools.product(("a", "+"), repeat=6):
        text = "/".join(levels)
        index.add(text, text)
        index.remove(text, text)
    assert set(index._shapes) == {"/+"}
    assert index.match("a/b") == ("a/+",)


def test_what_is_removed_leaves_no_trace_in_a_trie(monkeypatch):
    monkeypatch.setattr(uns.topics.index, "_MOST_PROBES", 0)
    filters = ["a/+", "a/+/b/#", "a/+/b", "#", "+/" * 1_000 + "+"]
    index = index_of(*filters)
    for text in filters:
        index.remove(text, text)
    assert index._finder._root == {}


def test_a_flood_of_depths_takes_bounded_space():
    index = index_of("a/+/#", "+/b/c")
    for depth in range(1, 200):
        index.match("/".join("a" * depth))
        index.match("$" + "/".join("a" * depth))
    assert len(index._finder._finders) == 2 * 4


@pytest.mark.usefixtures("_finder")
def test_reading_while_another_thread_writes():
    index = index_of("a/+", "$share/g/a/#", "b/c")
    allowed = {"a/+", "$share/g/a/#", "extra"}
    done = threading.Event()
    faults: list[object] = []

    def read():
        topics_read = itertools.cycle([f"a/{number}" for number in range(30)])
        try:
            while not done.is_set():
                found = set(index.match(next(topics_read)))
                if not {"a/+", "$share/g/a/#"} <= found <= allowed:
                    faults.append(found)
        except Exception as error:
            faults.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for reader in readers:
            reader.start()
        for number in range(300):
            for text in ("+/#", f"a/{number % 30}", "a/+", f"$share/g{number}/a/+", "+/+/+/+"):
                index.add(text, "extra")
            for text in ("+/#", f"a/{number % 30}", "a/+", f"$share/g{number}/a/+", "+/+/+/+"):
                index.remove(text, "extra")
    finally:
        done.set()
        for reader in readers:
            reader.join()
        sys.setswitchinterval(interval)
    assert faults == []
    assert set(index.match("a/1")) == {"a/+", "$share/g/a/#"}


# -- The law --------------------------------------------------------------------------------------

NAMES = topic_filters(FEW_LEVELS, max_depth=4) | shared_subscriptions(FEW_LEVELS, max_depth=3)
STEPS = st.lists(
    st.tuples(st.just("add"), NAMES, st.integers(0, 2))
    | st.tuples(st.just("remove"), st.integers(0, 50), st.none())
    | st.tuples(st.just("match"), topics(FEW_LEVELS, max_depth=5), st.none()),
    max_size=40,
)


def agrees(index: TopicIndex[int], held: list[tuple[str, int]], topic: str) -> None:
    plain: list[int] = []
    groups: dict[str, list[int]] = {}
    names: set[str] = set()
    for name, value in held:
        parsed = subscription(name)
        shared = isinstance(parsed, SharedSubscription)
        if (parsed.filter if isinstance(parsed, SharedSubscription) else parsed).matches(topic):
            names.add(name)
            (groups.setdefault(name, []) if shared else plain).append(value)
    found = Counter(index.match(topic))
    assert found >= Counter(plain)
    chosen_members = list((found - Counter(plain)).elements())
    assert len(chosen_members) == len(groups)
    for members in groups.values():
        assert set(members) & set(chosen_members)
    assert set(index.match_filters(topic)) == names


@pytest.mark.parametrize("limits", FINDERS)
@given(steps=STEPS)
def test_the_index_answers_as_each_filter_would(limits, steps):
    index = TopicIndex[int](memo=8)
    held: list[tuple[str, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        for name, limit in limits.items():
            patch.setattr(uns.topics.index, name, limit)
        for step, operand, value in steps:
            if step == "add":
                index.add(operand, value)
                held.append((operand, value))
            elif step == "remove" and held:
                gone = held.pop(operand % len(held))
                index.remove(*gone)
            elif step == "match":
                agrees(index, held, operand)
        assert Counter(index) == Counter(held)
        assert len(index) == len(held)
        for topic in ("a", "a/b", "/", "$x/b", "a/b/a/b"):
            agrees(index, held, topic)
            agrees(index.copy(), held, topic)
