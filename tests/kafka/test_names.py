"""Kafka's names: what is legal, what collides, and the segment codec."""

import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.diagnostics import InvalidText, UNSError
from uns.kafka import (
    InvalidKafkaTopic,
    InvalidSegment,
    KafkaTopic,
    Untranslatable,
    collisions,
    decode_segment,
    encode_segment,
    subject_name,
)
from uns.topics.names_and_filters import InvalidTopic

CORPUS = json.loads((Path(__file__).parents[1] / "corpus/kafka.json").read_text("utf-8"))


# -- Topic names ----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CORPUS["topic_names"], ids=lambda case: repr(case["name"][:20]))
def test_topic_name_vectors(case):
    if not case["valid"]:
        with pytest.raises(InvalidKafkaTopic):
            KafkaTopic(case["name"])
        return
    topic = KafkaTopic(case["name"])
    assert topic == case["name"]
    assert topic.is_internal is case["internal"]
    assert topic.collision_key == case["collision_key"]


@pytest.mark.parametrize(
    ("name", "span", "reason"),
    [
        pytest.param("", (0, 0), "it is empty", id="empty"),
        pytest.param("..", (0, 2), "'..' is the name of a folder", id="parent-folder"),
        pytest.param("uns/acme", (3, 4), "'/' is not one of a-z A-Z 0-9 . _ -", id="slash"),
        pytest.param("münchen", (1, 2), "'ü' is not one of a-z A-Z 0-9 . _ -", id="umlaut"),
        pytest.param(
            "uns\n", (3, 4), r"'\n' is not one of a-z A-Z 0-9 . _ -", id="line-feed-at-end"
        ),
        pytest.param(
            "a" * 250, (249, 250), "it has 250 characters; at most 249 are allowed", id="too-long"
        ),
    ],
)
def test_a_refused_name_says_what_and_where(name, span, reason):
    with pytest.raises(InvalidKafkaTopic) as caught:
        KafkaTopic(name)
    error = caught.value
    assert (error.text, error.span, error.reason) == (name, span, reason)
    assert isinstance(error, InvalidText)
    assert str(error).startswith(f"not a Kafka topic name: {reason}")


def test_the_longest_name():
    assert len(KafkaTopic("a" * 249)) == 249


def test_a_kafka_topic_is_its_text():
    topic = KafkaTopic("uns.acme")
    assert KafkaTopic(topic) is topic
    assert {"uns.acme": 1}[topic] == 1
    assert json.dumps(topic) == '"uns.acme"'
    assert type(pickle.loads(pickle.dumps(topic))) is KafkaTopic


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param([], (), id="none"),
        pytest.param(["a.b", "a.c"], (), id="apart"),
        pytest.param(["a.b", "a.b"], (), id="the-same-twice"),
        pytest.param(["a_b", "a.b", "c"], (("a.b", "a_b"),), id="twins"),
        pytest.param(["x_y.z", "b_", "x.y.z", "b.", "x.y_z"],
                     (("b.", "b_"), ("x.y.z", "x.y_z", "x_y.z")), id="two-groups"),
        pytest.param(["A", "a"], (), id="case-is-kept"),
    ],
)  # fmt: skip
def test_collisions(names, expected):
    assert collisions(names) == expected


def test_collisions_are_among_legal_names():
    with pytest.raises(InvalidKafkaTopic):
        collisions(["a.b", "a/b"])


# -- The segment codec ----------------------------------------------------------------------------


@pytest.mark.parametrize("case", CORPUS["segments"], ids=lambda case: ascii(case["level"])[:24])
def test_segment_vectors(case):
    assert encode_segment(case["level"]) == case["segment"]
    assert decode_segment(case["segment"]) == case["level"]


@pytest.mark.parametrize("segment", CORPUS["invalid_segments"], ids=repr)
def test_invalid_segment_vectors(segment):
    with pytest.raises(InvalidSegment) as caught:
        decode_segment(segment)
    assert caught.value.text == segment


@pytest.mark.parametrize(
    "segment",
    [
        pytest.param("-x2f-", id="slash"),
        pytest.param("-x00-", id="nul"),
        pytest.param("-xeda080-", id="surrogate"),
        pytest.param("-xc0af-", id="overlong-utf-8"),
        pytest.param("-x 20-", id="space-between-digits"),
        pytest.param("-x20-\n", id="line-feed-at-end"),
        pytest.param("ü", id="not-ascii"),
    ],
)
def test_a_segment_of_no_level_is_refused(segment):
    with pytest.raises(InvalidSegment):
        decode_segment(segment)


@pytest.mark.parametrize(
    ("level", "span"),
    [
        pytest.param("a/b", (1, 2), id="slash"),
        pytest.param("ab\0", (2, 3), id="nul"),
        pytest.param("a\ud800", (1, 2), id="surrogate"),
    ],
)
def test_what_is_no_level_has_no_segment(level, span):
    with pytest.raises(InvalidTopic) as caught:
        encode_segment(level)
    assert caught.value.span == span


#: Levels with everything the codec has to tell apart, close together.
levels = st.one_of(
    st.text(st.sampled_from("-x2dfA. _/é\U0001f3ed"), max_size=8),
    st.text(max_size=12),
).map(lambda text: text.replace("/", "").replace("\0", ""))
encodable = levels.filter(lambda level: not any("\ud800" <= c <= "\udfff" for c in level))


@given(encodable)
def test_decoding_undoes_encoding(level):
    segment = encode_segment(level)
    assert decode_segment(segment) == level
    assert segment
    assert set(segment) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")


@given(st.from_regex(r"[a-z0-9]+(-[a-wyz0-9][a-z0-9]*)*", fullmatch=True))
def test_kebab_case_is_its_own_segment(level):
    assert encode_segment(level) == level


@given(st.text(st.sampled_from("-x0123456789abcdef"), max_size=12))
def test_only_what_was_encoded_is_decoded(segment):
    try:
        level = decode_segment(segment)
    except InvalidSegment:
        return
    assert encode_segment(level) == segment


@given(st.lists(encodable, min_size=1, max_size=4), st.lists(encodable, min_size=1, max_size=4))
def test_different_levels_never_collide(mine, theirs):
    keys = [KafkaTopic(".".join(map(encode_segment, each))[:249]).collision_key
            for each in (mine, theirs)
            if len(".".join(map(encode_segment, each))) <= 249]  # fmt: skip
    if len(keys) == 2:
        assert (keys[0] == keys[1]) is (mine == theirs)


# -- Subjects -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param({"record": "com.acme.State"}, "uns.a-com.acme.State", id="topic-and-record"),
        pytest.param({"record": "com.acme.State", "is_key": True}, "uns.a-com.acme.State",
                     id="topic-and-record-of-a-key"),
        pytest.param({"record": "com.acme.State", "strategy": "RecordNameStrategy"},
                     "com.acme.State", id="record"),
        pytest.param({"strategy": "TopicNameStrategy"}, "uns.a-value", id="topic"),
        pytest.param({"strategy": "TopicNameStrategy", "is_key": True}, "uns.a-key",
                     id="topic-of-a-key"),
    ],
)  # fmt: skip
def test_subject_names(arguments, expected):
    assert subject_name("uns.a", **arguments) == expected


@pytest.mark.parametrize("strategy", ["RecordNameStrategy", "TopicRecordNameStrategy"])
def test_a_schema_without_a_name_has_no_subject(strategy):
    with pytest.raises(Untranslatable, match="full name"):
        subject_name("uns.a", strategy=strategy)


def test_an_untranslatable_text_is_shown_harmless_and_short():
    error = Untranslatable("\x1b[31m" + "a" * 70_000, "no")
    assert isinstance(error, UNSError)
    assert "\x1b" not in str(error)
    assert len(str(error)) < 200
