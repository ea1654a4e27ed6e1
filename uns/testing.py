"""Hypothesis strategies for topic names and filters, for the tests of this library and for yours.

Every strategy generates only valid values, and shrinks to short ones. Install the library with
the extra ``testing``. No other module imports this one, and only this one imports hypothesis.
"""

from __future__ import annotations

try:
    from hypothesis import strategies as st
except ImportError:
    from uns.payloads import MissingExtra

    raise MissingExtra(
        "the strategies are made with hypothesis: pip install 'unified-namespace[testing]'"
    ) from None

from uns.topics.names_and_filters import (
    SharedSubscription,
    Topic,
    TopicFilter,
    is_topic_filter,
    is_topic_name,
)

__all__ = ["shared_subscriptions", "topic_filters", "topic_levels", "topics", "topics_matching"]

#: Default for the most levels of a topic.
DEPTH = 6


def topic_levels(max_size: int = 6) -> st.SearchStrategy[str]:
    """Topic levels: any text that MQTT allows between two slashes, including the empty text."""
    return st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="/+#\0"), max_size=max_size
    )


_ANY_LEVEL = topic_levels()


def topics(
    levels: st.SearchStrategy[str] = _ANY_LEVEL, max_depth: int = DEPTH
) -> st.SearchStrategy[Topic]:
    """Topic names of up to ``max_depth`` levels, each drawn from ``levels``.

    >>> from hypothesis import find
    >>> find(topics(), lambda topic: len(topic.levels) > 2)
    '//'
    """
    drawn = st.lists(levels, min_size=1, max_size=max_depth)
    return drawn.map("/".join).filter(is_topic_name).map(Topic)


def topic_filters(
    levels: st.SearchStrategy[str] = _ANY_LEVEL, max_depth: int = DEPTH
) -> st.SearchStrategy[TopicFilter]:
    """Topic filters of up to ``max_depth`` levels, with and without wildcards.

    >>> from hypothesis import find
    >>> find(topic_filters(), lambda filter: "+" in filter and "#" in filter)
    '+/#'
    """
    level = levels | st.just("+")
    drawn = st.lists(level, min_size=1, max_size=max_depth)
    closed = drawn.map("/".join)
    opened = st.just("#") | drawn.map(lambda names: "/".join([*names[: max_depth - 1], "#"]))
    return (closed | opened).filter(is_topic_filter).map(TopicFilter)


def shared_subscriptions(
    levels: st.SearchStrategy[str] = _ANY_LEVEL, max_depth: int = DEPTH
) -> st.SearchStrategy[SharedSubscription]:
    """Shared subscriptions: ``$share/{ShareName}/{filter}``."""
    share_names = topic_levels().filter(bool)
    parts = st.tuples(st.just("$share"), share_names, topic_filters(levels, max_depth))
    return parts.map("/".join).map(SharedSubscription)


def topics_matching(
    filter: str, levels: st.SearchStrategy[str] = _ANY_LEVEL
) -> st.SearchStrategy[Topic]:
    """Topic names that ``filter`` matches, each wildcard filled from ``levels``.

    >>> from hypothesis import find
    >>> find(topics_matching("acme/+/#"), lambda topic: len(topic.levels) == 3)
    'acme//'
    """
    wanted = TopicFilter(filter)
    *heads, last = wanted.levels
    parts = [levels if name == "+" else st.just(name) for name in heads]
    head = st.tuples(*parts).map(list)
    if last == "#":
        # '#' also matches the parent level [MQTT-4.7.1-1].
        tail = st.lists(levels, max_size=DEPTH)
    else:
        tail = (levels if last == "+" else st.just(last)).map(lambda name: [name])
    joined = st.tuples(head, tail).map(lambda pair: "/".join(pair[0] + pair[1]))
    return joined.filter(is_topic_name).filter(wanted.matches).map(Topic)
