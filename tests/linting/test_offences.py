"""Counting what breaks a limit: the same as asking topic by topic, without doing so."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from tests.models import namespaces
from uns.linting.offences import extent, find_offences, lengths, longest_text, size, words
from uns.rules import Survey
from uns.rules.profiles import _count_levels
from uns.topics.templates import Segment


def sized(topic: str) -> int:
    return len(topic.encode())


def closed(namespace: uns.Namespace) -> list[str] | None:
    """Every topic; none of a model whose topics have no end."""
    try:
        return list(namespace.topics())
    except uns.UnboundedTopics:
        return None


@given(namespaces(), st.integers(0, 40))
def test_topics_of_more_bytes(namespace: uns.Namespace, most: int):
    topics = closed(namespace)
    found = list(
        find_offences(Survey(namespace), -1, lengths(most), lambda length, _: length > most)
    )
    if topics is not None:
        assert sum(offence.topics or 0 for offence in found) == sum(sized(t) > most for t in topics)
        for offence in found:
            longest, length = offence.longest
            assert longest in namespace
            assert length == sized(longest)
            below = [
                t for t in topics if offence.node.template.rest is None and _is_below(offence, t)
            ]
            assert length == max(map(sized, below))


@given(namespaces(), st.integers(0, 6))
def test_topics_of_more_levels(namespace: uns.Namespace, most: int):
    topics = closed(namespace)
    found = list(
        find_offences(Survey(namespace), 0, _count_levels, lambda levels, _: levels > most)
    )
    if topics is not None:
        told = sum(offence.topics or 0 for offence in found)
        assert told == sum(t.count("/") + 1 > most for t in topics)
    for offence in found:
        assert len(offence.deepest.segments) > most
        assert len(offence.first.segments) > most


def _is_below(offence: object, topic: str) -> bool:
    segments = offence.node.template.segments  # type: ignore[attr-defined]
    levels = topic.split("/")
    return len(levels) >= len(segments) and all(
        segment.match(level) is not None for segment, level in zip(segments, levels, strict=False)
    )


@given(namespaces())
def test_how_far_topics_go(namespace: uns.Namespace):
    topics = closed(namespace)
    if topics:
        levels, length = extent(Survey(namespace))
        assert levels >= max(t.count("/") + 1 for t in topics)
        assert length >= max(map(sized, topics))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("line", [("line", 1)], id="a name"),
        pytest.param("[a,b]-x", [("a-x", 1), ("b-x", 1)], id="words"),
        pytest.param("l[1..9]", [("l1", 9)], id="a range"),
        pytest.param("[a,1..9]", [("a", 1), ("1", 9)], id="both"),
        pytest.param("[a,b][1..3]", [("a1", 6)], id="two sets are not written out"),
    ],
)
def test_words_of_a_segment(text: str, found: list[tuple[str, int]]):
    assert list(words(Segment.parse(text))) == found


@pytest.mark.parametrize(
    ("text", "longest"),
    [
        pytest.param("line[8..1000]", "line1000", id="the last number"),
        pytest.param("[é,bb,a]", "é", id="bytes, the first of equal ones"),
        pytest.param("t[01..09]", "t09", id="zeros"),
    ],
)
def test_the_longest_level(text: str, longest: str):
    assert longest_text(Segment.parse(text)) == longest
    assert size(longest) == Segment.parse(text).longest()


@given(st.integers(0, 10**6), st.integers(0, 10**4), st.integers(1, 12))
def test_numbers_by_their_length(low: int, more: int, most: int):
    segment = Segment.parse(f"m[{low}..{low + more}]")
    told: Counter[int] = Counter()
    for length, count in lengths(most)(0, segment):
        told[length] += count or 0
    assert told == Counter(min(len(level) + 1, most + 1) for level in segment)
