"""Mosquitto's C library as second opinion: what matches, and what is a name at all."""

from __future__ import annotations

import random

import pytest

from tests.integration import cases, deviations
from tests.integration.libmosquitto import Library
from uns.topics.index import TopicIndex
from uns.topics.names_and_filters import TopicFilter, is_topic_filter, is_topic_name

pytestmark = pytest.mark.integration


def test_200_000_pairs(library: Library):
    rng = random.Random("a second opinion")
    topics = cases.topics(rng, 5_000)
    pairs = matched = 0
    for text in cases.filters(rng, 4_000, topics):
        filter_, encoded = TopicFilter(text), text.encode()
        for topic in (*cases.near(rng, text, 25), *rng.choices(topics, k=25)):
            ours = filter_.matches(topic)
            assert ours == library.matches(encoded, topic.encode()), (text, topic)
            pairs += 1
            matched += ours
    assert pairs == 200_000
    assert 50_000 < matched < 100_000


@pytest.mark.parametrize(
    "size",
    [pytest.param(8, id="few filters"), pytest.param(400, id="many filters")],
)
def test_an_index_finds_what_the_library_matches(library: Library, size: int):
    rng = random.Random("an index")
    topics = cases.topics(rng, 500)
    filters = cases.filters(rng, 400, topics)
    for at in range(0, len(filters), size):
        index = TopicIndex[str]()
        for text in filters[at : at + size]:
            index.add(text, text)
        for topic in topics:
            encoded = topic.encode()
            theirs = [
                text for text in filters[at : at + size] if library.matches(text.encode(), encoded)
            ]
            assert sorted(index.match(topic)) == sorted(theirs), topic


def judged(library: Library, subject: str, text: str) -> tuple[bool, bool]:
    """What we say and what the library says."""
    encoded = text.encode(errors="surrogatepass")
    if subject == "filter":
        return is_topic_filter(text), library.accepts_filter(encoded)
    return is_topic_name(text), library.accepts_topic(encoded)


@pytest.mark.parametrize("subject", ["filter", "topic"])
def test_what_is_a_name(library: Library, subject: deviations.Subject):
    valid = 0
    for text in cases.texts(random.Random(subject), 50_000):
        ours, theirs = judged(library, subject, text)
        valid += ours
        if ours != theirs:
            does = "accepts" if theirs else "refuses"
            assert deviations.explained("libmosquitto", subject, does, text), f"{does} {text!r}"
    assert 5_000 < valid < 45_000


@pytest.mark.parametrize("subject", ["filter", "topic"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 65_535, id="as many bytes as there may be"),
        pytest.param("a" * 65_536, id="a byte too many"),
        pytest.param("é" * 32_768, id="a byte too many, in fewer characters"),
        pytest.param("/" * 200, id="as many levels as Mosquitto takes"),
    ],
)
def test_what_is_a_long_name(library: Library, subject: str, text: str):
    ours, theirs = judged(library, subject, text)
    assert ours == theirs


def listed(*does: deviations.Does) -> list[object]:
    return [
        pytest.param(deviation, subject, example, id=f"{deviation.name}: {example!a:.40} {subject}")
        for deviation, subject, example in deviations.examples("libmosquitto", *does)
    ]


@pytest.mark.parametrize(("deviation", "subject", "text"), listed("accepts", "refuses"))
def test_the_library_still_judges_otherwise(
    library: Library, deviation: deviations.Deviation, subject: str, text: str
):
    assert deviation.pattern.search(text)
    expected = deviation.does == "refuses", deviation.does == "accepts"
    assert judged(library, subject, text) == expected, library.version


@pytest.mark.parametrize(("deviation", "subject", "pair"), listed("matches"))
def test_the_library_still_matches_with_what_is_no_filter(
    library: Library, deviation: deviations.Deviation, subject: str, pair: tuple[str, str]
):
    text, topic = pair
    assert deviation.pattern.search(text)
    assert not is_topic_filter(text)
    assert library.matches(text.encode(), topic.encode()), library.version
