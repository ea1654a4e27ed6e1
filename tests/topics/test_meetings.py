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
