"""Topic names and sets of topic names, as MQTT 5.0 defines them.

``names_and_filters`` topic names, topic filters, shared subscriptions, and their algebra
``filter_automaton``  matches many topic filters at once, level by level
``meetings``          pairs of topic filters that match a common topic
``index``             values by topic filter, found by topic name
``patterns``          the pattern dialect; ``automata`` decides questions about patterns
``sets``              finite sets of texts: ranges of numbers, and words
``templates``         templates that match and build topic names
``lookalikes``        texts that look like families and are none
``affixes``           the texts that all levels of a segment start and end with
``router``            sends messages to handlers, by named topic levels
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.topics.automata import UndecidedPattern
    from uns.topics.index import TopicIndex
    from uns.topics.names_and_filters import (
        MAX_BYTES,
        FilterSet,
        InvalidTopic,
        InvalidTopicFilter,
        SharedSubscription,
        Topic,
        TopicFilter,
        invalid_topic,
        is_topic_filter,
        is_topic_name,
        subscription,
    )
    from uns.topics.patterns import InvalidPattern, Pattern
    from uns.topics.router import Route, Router
    from uns.topics.sets import Choice, NumberRange
    from uns.topics.templates import Fixed, InvalidTemplate, Name, Segment, TopicTemplate, captured

__all__ = [
    "MAX_BYTES",
    "Choice",
    "FilterSet",
    "Fixed",
    "InvalidPattern",
    "InvalidTemplate",
    "InvalidTopic",
    "InvalidTopicFilter",
    "Name",
    "NumberRange",
    "Pattern",
    "Route",
    "Router",
    "Segment",
    "SharedSubscription",
    "Topic",
    "TopicFilter",
    "TopicIndex",
    "TopicTemplate",
    "UndecidedPattern",
    "captured",
    "invalid_topic",
    "is_topic_filter",
    "is_topic_name",
    "subscription",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "names_and_filters": """
            FilterSet InvalidTopic InvalidTopicFilter MAX_BYTES SharedSubscription Topic
            TopicFilter invalid_topic is_topic_filter is_topic_name subscription """,
        "index": "TopicIndex",
        "patterns": "InvalidPattern Pattern",
        "automata": "UndecidedPattern",
        "router": "Route Router",
        "sets": "Choice NumberRange",
        "templates": "Fixed InvalidTemplate Name Segment TopicTemplate captured",
    },
)
