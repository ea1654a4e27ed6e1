"""MQTT 5.0 §4.7 and §4.8.2, case by case, from the language-neutral corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from uns.topics.index import TopicIndex
from uns.topics.names_and_filters import (
    InvalidTopic,
    InvalidTopicFilter,
    SharedSubscription,
    Topic,
    TopicFilter,
    is_topic_filter,
    is_topic_name,
    subscription,
)

CORPUS: dict[str, list[dict[str, Any]]] = yaml.load(
    (Path(__file__).parent.parent / "corpus" / "mqtt5.yaml").read_text(encoding="utf-8"),
    Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),
)


def text_of(given: Any) -> str:
    match given:
        case {"parts": parts}:
            return "".join(part * times for part, times in parts)
        case {"code_points": numbers}:
            return "".join(map(chr, numbers))
        case _:
            return str(given)


def cases(section: str, *keys: str) -> list[Any]:
    return [
        pytest.param(case, id=" ".join(ascii(case[key])[:60] for key in keys))
        for case in CORPUS[section]
    ]


def filter_of(text: str) -> TopicFilter:
    parsed = subscription(text)
    return parsed.filter if isinstance(parsed, SharedSubscription) else parsed


def test_the_corpus_is_whole():
    assert {section: len(found) for section, found in CORPUS.items()} == {
        "matches": 724,
        "validity": 403,
        "covers": 57,
    }


@pytest.mark.parametrize("case", cases("matches", "filter", "topic"))
def test_matches(case):
    text, topic = text_of(case["filter"]), text_of(case["topic"])
    if case.get("invalid") == "filter":
        with pytest.raises(InvalidTopicFilter) as refused:
            subscription(text)
        assert refused.value.clause == case["clause"]
        return
    index = TopicIndex[str]()
    index.add(text, "found")
    if case.get("invalid") == "topic":
        assert not filter_of(text).matches(topic)
        with pytest.raises(InvalidTopic) as refused_topic:
            index.match(topic)
        assert refused_topic.value.clause == case["clause"]
        return
    assert filter_of(text).matches(topic) is case["matches"]
    assert index.match(topic) == (("found",) if case["matches"] else ())


@pytest.mark.parametrize("case", cases("validity", "kind", "text"))
def test_validity(case):
    text = text_of(case["text"])
    gate = Topic if case["kind"] == "topic" else subscription
    if case["kind"] == "topic":
        assert is_topic_name(text) is case["valid"]
    elif not text.startswith("$share/"):
        assert is_topic_filter(text) is case["valid"]
    if case["valid"]:
        assert gate(text) == text
        return
    with pytest.raises((InvalidTopic, InvalidTopicFilter)) as refused:
        gate(text)
    assert refused.value.clause == case["clause"]


@pytest.mark.parametrize("case", cases("covers", "covering", "covered"))
def test_covers(case):
    assert TopicFilter(case["covering"]).covers(case["covered"]) is case["covers"]
