"""Pairs of filters that meet are those that intersect."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from uns.testing import topic_filters
from uns.topics.meetings import meetings
from uns.topics.names_and_filters import TopicFilter


@given(st.lists(topic_filters().map(TopicFilter), max_size=8))
def test_filters_meet_where_they_intersect(filters: list[TopicFilter]):
    pairs = [(i, j) for j in range(len(filters)) for i in range(j)]
    assert list(meetings(filters)) == [
        (i, j) for i, j in pairs if filters[i].intersects(filters[j])
    ]


def test_filters_of_thousands_of_levels_meet():
    deep = TopicFilter("/".join(["+"] * 20_000))
    assert list(meetings([deep, TopicFilter("a/#"), deep])) == [(0, 1), (0, 2), (1, 2)]


def test_pairs_of_later_filters_are_left_out_and_cost_nothing() -> None:
    crossing = [TopicFilter(f"a/{number}/#") for number in range(3000)]
    crossing += [TopicFilter(f"a/+/{number}") for number in range(3000)]
    found = list(meetings([TopicFilter("a/7/7"), *crossing], first=1))
    assert found == [(0, 8), (0, 3008)]
