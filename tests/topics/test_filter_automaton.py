"""Filters followed level by level agree with asking each filter about the whole topic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.counts import NO_END
from uns.topics.filter_automaton import DEAD, FilterAutomaton
from uns.topics.names_and_filters import TopicFilter, is_topic_filter
from uns.topics.patterns import Pattern
from uns.topics.templates import Segment

LEVELS = st.sampled_from(["a", "b", "", "$x"])
TOPICS = st.lists(LEVELS, min_size=1, max_size=4).map("/".join).filter(bool)
FILTERS = (
    st.tuples(st.lists(LEVELS | st.just("+"), max_size=3), st.sampled_from(["#", "+", "a"]))
    .map(lambda parts: "/".join((*parts[0], parts[1])))
    .filter(is_topic_filter)
)


def state_after(automaton: FilterAutomaton, topic: str) -> int:
    state = automaton.start
    for level in topic.split("/"):
        state = automaton.step(state, level)
    return state


@given(st.lists(FILTERS, max_size=5), TOPICS)
def test_it_takes_what_the_filters_take(filters: list[str], topic: str) -> None:
    automaton = FilterAutomaton(filters)
    taken = automaton.taken_by(state_after(automaton, topic))
    assert taken == {n for n, text in enumerate(filters) if TopicFilter(text).matches(topic)}


@given(st.lists(FILTERS, max_size=5), TOPICS, TOPICS)
def test_where_all_is_taken_so_is_whatever_follows(
    filters: list[str], topic: str, more: str
) -> None:
    automaton = FilterAutomaton(filters)
    longer = automaton.taken_by(state_after(automaton, f"{topic}/{more}"))
    state = state_after(automaton, topic)
    if automaton.takes_all(state):
        assert longer
    if state == DEAD:
        assert not longer


@pytest.mark.parametrize(
    ("segment", "cells"),
    [
        pytest.param("line2", [("line2", 1)], id="a-name"),
        pytest.param("line[1..3]", [(None, 1), ("line1", 1), ("line2", 1)], id="some-are-named"),
        pytest.param("line[1..2]", [("line1", 1), ("line2", 1)], id="all-are-named"),
        pytest.param("cell[1..9]", [(None, 9)], id="none-is-named"),
        pytest.param("{any}", [(None, NO_END), ("line1", 1), ("line2", 1)], id="an-open-set"),
    ],
)
def test_cells(segment: str, cells: list[object]) -> None:
    automaton = FilterAutomaton(["line2/x", "line1", "+/y", "$s/z"])
    parsed = Segment.parse(segment, Pattern("[a-z0-9$]+") if "{" in segment else None)
    assert list(automaton.cells(automaton.start, parsed)) == cells
