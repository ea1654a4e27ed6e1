"""One topic to one record address, and back: nothing lost, nothing guessed."""

import json
import os
import pickle
import random
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from uns.kafka import (
    InvalidKafkaMapping,
    InvalidKafkaTopic,
    KafkaMapping,
    KafkaTopic,
    MismatchedKey,
    NameTooLong,
    OutsideMapping,
    UndecodableKey,
    Untranslatable,
    encode_segment,
    partition,
)
from uns.topics.names_and_filters import InvalidTopic, Topic

CORPUS = json.loads((Path(__file__).parents[1] / "corpus/kafka.json").read_text("utf-8"))

SPEED = "acme/munich/bottling/line1/filler/speed"


# -- Named cases ----------------------------------------------------------------------------------


@pytest.mark.parametrize("split", [1, 2, 3, 4])
def test_topic_vectors(split):
    mapping = KafkaMapping(split=split)
    cases = [case for case in CORPUS["topics"] if case["split"] == split]
    assert len(cases) == 18
    for case in cases:
        address = mapping.to_kafka(case["mqtt"])
        assert (address.topic, address.key.decode()) == (case["kafka"], case["key_utf8"])
        assert mapping.to_mqtt(case["kafka"], case["key_utf8"].encode()) == case["mqtt"]


@pytest.mark.parametrize(
    ("options", "topic", "kafka", "key"),
    [
        pytest.param({}, SPEED, "uns.acme.munich.bottling", SPEED, id="default"),
        pytest.param({"prefix": "plant.v2"}, SPEED, "plant.v2.acme.munich.bottling", SPEED,
                     id="prefix-of-two"),
        pytest.param({"root": "acme", "split": 1}, SPEED, "uns.acme.munich", SPEED, id="root"),
        pytest.param({"root": "umh/v1", "split": 2}, "umh/v1/acme/munich/x/y",
                     "uns.umh.v1.acme.munich", "umh/v1/acme/munich/x/y", id="root-of-two"),
        pytest.param({"root": "umh/v1", "split": 2}, "umh/v1/acme", "uns.umh.v1.acme",
                     "umh/v1/acme", id="one-level-after-the-root"),
        pytest.param({"root": "/acme"}, "/acme/x/y", "uns.-x-.acme.x", "/acme/x/y",
                     id="root-after-a-slash"),
        pytest.param({"root": "/", "split": 1}, "/acme/x/y", "uns.-x-.acme", "/acme/x/y",
                     id="root-of-one-empty-level"),
        pytest.param({"root": "/", "split": 1, "key": "tail"}, "/acme/x/y", "uns.-x-.acme", "x/y",
                     id="tail-after-an-empty-level"),
        pytest.param({"root": "acme"}, "acme//", "uns.acme.-x-", "acme//", id="empty-after-root"),
        pytest.param({"root": "$SYS", "prefix": "sys", "split": 1}, "$SYS/broker/uptime",
                     "sys.-x24-SYS.broker", "$SYS/broker/uptime", id="dollar-asked-for"),
        pytest.param({"key": "tail"}, SPEED, "uns.acme.munich.bottling", "line1/filler/speed",
                     id="tail"),
        pytest.param({"key": "tail"}, "acme/oee", "uns.acme", "oee", id="tail-of-one"),
        pytest.param({"key": "tail"}, "acme/", "uns.acme", "", id="tail-of-nothing"),
        pytest.param({"key": "tail", "root": "acme"}, SPEED, "uns.acme.munich.bottling.line1",
                     "filler/speed", id="tail-after-root"),
        pytest.param({"overflow": "bucket", "split": 1}, "é" * 61 + "/x", "uns-x-overflow",
                     "é" * 61 + "/x", id="bucket"),
        pytest.param({"split": 99}, SPEED, "uns.acme.munich.bottling.line1.filler", SPEED,
                     id="the-leaf-stays-out"),
    ],
)  # fmt: skip
def test_addresses(options, topic, kafka, key):
    mapping = KafkaMapping(**options)
    address = mapping.to_kafka(topic)
    assert (address.topic, address.key) == (kafka, key.encode())
    assert type(address.topic) is KafkaTopic
    back = mapping.to_mqtt(address.topic, address.key)
    assert back == topic
    assert type(back) is Topic


@pytest.mark.parametrize(
    ("options", "topic", "error", "reason"),
    [
        pytest.param({}, "acme/+", InvalidTopic, "topic filters only", id="a-filter"),
        pytest.param({}, "", InvalidTopic, "is empty", id="empty"),
        pytest.param({}, "$SYS/broker/uptime", OutsideMapping, "belong to the broker", id="dollar"),
        pytest.param({"root": "acme"}, "bravo/x", OutsideMapping, "below 'acme'", id="other-root"),
        pytest.param({"root": "/"}, "bravo/x", OutsideMapping, "below '/'", id="no-slash-in-front"),
        pytest.param({"root": "acme"}, "acme", OutsideMapping, "below 'acme'", id="the-root"),
        pytest.param({"root": "acme"}, "acmes/x", OutsideMapping, "below 'acme'", id="longer-root"),
        pytest.param({"key": "tail"}, "acme", OutsideMapping, "none for the key", id="no-tail"),
        pytest.param(
            {}, "é" * 61 + "/x", NameTooLong, "251 characters; at most 249", id="too-long"
        ),
    ],
)
def test_untranslatable_topics(options, topic, error, reason):
    mapping = KafkaMapping(**options)
    for _ in range(2):  # a refusal is not remembered as anything else
        with pytest.raises(error, match=reason):
            mapping.to_kafka(topic)


@pytest.mark.parametrize(
    ("options", "kafka", "key", "error", "reason"),
    [
        pytest.param({}, "uns.acme", None, UndecodableKey, "no key", id="null-key"),
        pytest.param({}, "uns.acme", b"\xff", UndecodableKey, "not UTF-8", id="not-utf-8"),
        pytest.param({}, "uns.acme", b"\xed\xa0\x80", UndecodableKey, "not UTF-8", id="surrogate"),
        pytest.param({}, "uns.acme", b"", UndecodableKey, "is empty", id="empty-key"),
        pytest.param({}, "uns.acme", b"acme/#", UndecodableKey, "filters only", id="filter"),
        pytest.param({}, "uns.acme", b"acme/a\0", UndecodableKey, r"U\+0000", id="nul"),
        pytest.param({}, "uns.acme", b"bravo/x", MismatchedKey, "belongs in uns.bravo",
                     id="other-place"),
        pytest.param({}, "uns.acme.munich", b"acme/munich", MismatchedKey, "belongs in uns.acme,",
                     id="too-deep"),
        pytest.param({}, "dc2.uns.acme", b"acme/x", MismatchedKey, "belongs in uns.acme",
                     id="renamed-by-a-mirror"),
        pytest.param({}, "uns.acme", b"$SYS/x", OutsideMapping, "belong to the broker", id="dollar"),
        pytest.param({"root": "acme"}, "uns.acme", b"acme", OutsideMapping, "below", id="the-root"),
        pytest.param({}, "uns-x-overflow", b"acme/x", MismatchedKey, "belongs in uns.acme",
                     id="no-bucket-here"),
        pytest.param({"overflow": "bucket"}, "uns-x-overflow", b"acme/x", MismatchedKey,
                     "belongs in uns.acme", id="not-long-enough-for-the-bucket"),
        pytest.param({"key": "tail"}, "uns.acme.munich", b"a/b", MismatchedKey,
                     "belongs in uns.acme.munich.a,", id="tail-too-long"),
        pytest.param({"key": "tail"}, "uns.acme.munich.bottling.line1", b"x", MismatchedKey,
                     "belongs in uns.acme.munich.bottling,", id="place-too-deep-for-the-split"),
        pytest.param({"key": "tail"}, "uns.acme.line_1", b"x", OutsideMapping, "'line_1' is no",
                     id="not-encoded"),
        pytest.param({"key": "tail"}, "uns.acme.a-x2f-b", b"x", OutsideMapping, "is no",
                     id="slash-smuggled-in"),
        pytest.param({"key": "tail"}, "other.acme", b"x", OutsideMapping, "'uns.",
                     id="other-prefix"),
        pytest.param({"key": "tail"}, "uns", b"x", OutsideMapping, "'uns.", id="prefix-alone"),
        pytest.param({"key": "tail", "root": "acme"}, "uns.bravo.x", b"x", OutsideMapping,
                     "below 'acme'", id="tail-other-root"),
    ],
)  # fmt: skip
def test_untranslatable_records(options, kafka, key, error, reason):
    mapping = KafkaMapping(**options)
    for _ in range(2):
        with pytest.raises(error, match=reason) as caught:
            mapping.to_mqtt(kafka, key)
        assert isinstance(caught.value, Untranslatable)


def test_a_known_key_in_the_wrong_topic_is_still_refused():
    mapping = KafkaMapping()
    mapping.to_mqtt("uns.acme", b"acme/x")
    with pytest.raises(MismatchedKey):
        mapping.to_mqtt("uns.bravo", b"acme/x")
    assert mapping.to_mqtt("uns.acme", b"acme/x") == "acme/x"


@pytest.mark.parametrize(
    ("options", "error", "reason"),
    [
        pytest.param({"prefix": ""}, InvalidKafkaMapping, "a prefix has", id="no-prefix"),
        pytest.param({"prefix": "a_b"}, InvalidKafkaMapping, "a prefix has", id="underscore"),
        pytest.param({"prefix": "-a"}, InvalidKafkaMapping, "a prefix has", id="leading-dash"),
        pytest.param({"prefix": "a..b"}, InvalidKafkaMapping, "a prefix has", id="empty-part"),
        pytest.param({"prefix": "uns\n"}, InvalidKafkaMapping, "a prefix has", id="line-feed"),
        pytest.param({"prefix": "a" * 248}, InvalidKafkaTopic, "250 characters; at most 249", id="no-room"),
        pytest.param({"root": "a/#"}, InvalidTopic, "'#'", id="root-is-a-filter"),
        pytest.param({"split": 0}, InvalidKafkaMapping, "at least one level", id="split-0"),
        pytest.param({"order_by": 0}, InvalidKafkaMapping, "at least one level", id="order-by-0"),
        pytest.param({"partitioner": "md5"}, InvalidKafkaMapping, "murmur2", id="partitioner"),
        pytest.param({"key": "both"}, InvalidKafkaMapping, "full, tail", id="key"),
        pytest.param({"overflow": "cut"}, InvalidKafkaMapping, "reject, bucket", id="overflow"),
        pytest.param({"key": "tail", "overflow": "bucket"}, InvalidKafkaMapping, "does not keep the rest",
                     id="tail-in-a-bucket"),
    ],
)  # fmt: skip
def test_options_no_mapping_can_have(options, error, reason):
    with pytest.raises(error, match=reason):
        KafkaMapping(**options)


@pytest.mark.parametrize("key", ["full", "tail"])
def test_a_root_that_leaves_no_room_refuses_each_of_its_topics(key):
    mapping = KafkaMapping(root="é" * 61, key=key)
    with pytest.raises(NameTooLong, match="its Kafka name has"):
        mapping.to_kafka(f"{'é' * 61}/lyon/power")
    assert KafkaMapping(root="é" * 61, overflow="bucket").to_kafka(f"{'é' * 61}/a").topic == (
        "uns-x-overflow"
    )


def test_a_mapping_is_a_value():
    mapping = KafkaMapping(split=2)
    mapping.to_kafka(SPEED)
    assert mapping == KafkaMapping(split=2)
    assert hash(mapping) == hash(KafkaMapping(split=2))
    assert mapping != KafkaMapping()
    assert pickle.loads(pickle.dumps(mapping)) == mapping
    assert replace(mapping, split=1).to_kafka(SPEED).topic == "uns.acme"
    with pytest.raises(FrozenInstanceError):
        mapping.split = 3


def test_a_topic_seen_before_has_the_address_it_had():
    mapping = KafkaMapping()
    address = mapping.to_kafka(SPEED)
    assert mapping.to_kafka(SPEED.encode().decode()) is address
    assert mapping.to_kafka(Topic(SPEED)) is address
    topic = mapping.to_mqtt(address.topic, address.key)
    assert mapping.to_mqtt(str(address.topic), bytes(bytearray(address.key))) is topic


@pytest.mark.slow
def test_many_topics_do_not_push_a_mapping_off_course():
    mapping = KafkaMapping(split=2)
    for number in range(100_000):
        topic = f"acme/site-{number % 977}/line/{number}"
        address = mapping.to_kafka(topic)
        assert mapping.to_mqtt(address.topic, address.key) == topic
    assert mapping.to_kafka("acme/site-0/line/0").topic == "uns.acme.site-0"


@pytest.mark.parametrize(
    ("order_by", "partition_key"),
    [
        pytest.param(None, SPEED, id="per-topic"),
        pytest.param(1, "acme", id="per-enterprise"),
        pytest.param(5, "acme/munich/bottling/line1/filler", id="per-machine"),
        pytest.param(9, SPEED, id="deeper-than-the-topic"),
    ],
)
def test_what_is_kept_in_order(order_by, partition_key):
    address = KafkaMapping(order_by=order_by).to_kafka(SPEED)
    assert address.key == SPEED.encode()
    assert address.partition_key == partition_key.encode()
    assert address.partition(48) == partition(partition_key.encode(), 48)


def depth_of_filler(topic: str) -> int:
    """As many levels as go down to the filler, or one."""
    levels = topic.split("/")
    return levels.index("filler") + 1 if "filler" in levels else 1


@pytest.mark.parametrize("key", ["full", "tail"])
def test_depths_told_by_topic(key):
    mapping = KafkaMapping(split=5, key=key, split_for=depth_of_filler, order_for=lambda _: 2)
    deep, shallow = mapping.to_kafka(SPEED), mapping.to_kafka("acme/munich/oee")
    assert deep.topic == "uns.acme.munich.bottling.line1.filler"
    assert shallow.topic == "uns.acme"
    assert deep.partition_key == shallow.partition_key == b"acme/munich"
    assert mapping.to_mqtt(deep.topic, deep.key) == SPEED
    assert mapping.state.to_kafka(SPEED).topic == "uns-state.acme.munich.bottling.line1.filler"
    with pytest.raises(MismatchedKey, match=r"belongs in uns.acme,"):
        mapping.to_mqtt("uns.acme.munich", b"acme/munich/oee" if key == "full" else b"oee")
    # The leaf stays out, whatever is told.
    assert mapping.to_kafka("acme/filler").topic == "uns.acme"
    assert KafkaMapping(split=5, split_for=depth_of_filler) != KafkaMapping(split=5)


def test_a_split_deeper_than_any_topic():
    mapping = KafkaMapping(split=10**30, order_by=10**30)
    address = mapping.to_kafka(SPEED)
    assert address.topic == "uns.acme.munich.bottling.line1.filler"
    assert address.partition_key == SPEED.encode()
    assert mapping.to_mqtt(address.topic, address.key) == SPEED
    assert mapping.plan("acme/#").regex == r"^uns\.acme(\.[^.]+)*$"


def test_tails_that_read_alike_with_their_topics():
    mapping = KafkaMapping(key="tail", split=2)
    assert mapping.to_mqtt("uns.a.b", b"c/d") == "a/b/c/d"
    with pytest.raises(Untranslatable):
        mapping.to_mqtt("uns.a.b/c", b"d")
    assert mapping.to_mqtt("uns.a.b", b"c/d") == "a/b/c/d"


def test_order_is_counted_after_the_root():
    address = KafkaMapping(root="acme/munich", split=1, order_by=2).to_kafka(SPEED)
    assert address.partition_key == b"acme/munich/bottling/line1"


def test_the_partitioner_is_the_one_named():
    address = KafkaMapping(partitioner="consistent_random").to_kafka(SPEED)
    assert address.partition(12) == partition(SPEED.encode(), 12, "crc32")


def test_a_tail_is_what_the_producer_would_hash():
    address = KafkaMapping(key="tail").to_kafka(SPEED)
    assert address.partition_key == address.key == b"line1/filler/speed"


def test_state_has_topics_of_its_own():
    mapping = KafkaMapping(split=2, order_by=3)
    assert mapping.state == replace(mapping, prefix="uns-state")
    assert mapping.state is mapping.state  # it remembers topics, too
    address = mapping.state.to_kafka(SPEED)
    assert address.topic == "uns-state.acme.munich"
    assert address.partition(6) == mapping.to_kafka(SPEED).partition(6)


def test_output_does_not_depend_on_the_hash_seed():
    program = (
        "from uns.kafka import KafkaMapping, TopicShape\n"
        "m = KafkaMapping(split=2)\n"
        "shapes = [TopicShape(('a', (x, x + 'b'), 'c', 'd')) for x in 'qwertz']\n"
        "print(m.plan('a/+/+/d', shapes), m.budget(shapes))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1


# -- Laws -----------------------------------------------------------------------------------------

level = st.one_of(
    st.sampled_from(["", "a", "b", "a.b", "a_b", "a b", "-", "-x", "-x-", "x", "line-1", "$SYS"]),
    st.text(st.sampled_from("-x2d. _/Aé\u0301\U0001f3ed"), max_size=6),
    st.text(max_size=8),
    st.sampled_from(["a" * 120, "é" * 61, "b" * 249]),
)
topics = (
    st.lists(level, min_size=1, max_size=7)
    .map("/".join)
    .filter(lambda text: text and not set(text) & set("+#\0"))
    .filter(lambda text: not any("\ud800" <= character <= "\udfff" for character in text))
)
rejecting = st.builds(
    KafkaMapping,
    prefix=st.sampled_from(["uns", "a.b", "u-1"]),
    root=st.sampled_from(["", "", "a", "a.b/a", "/a", "$SYS"]),
    split=st.integers(1, 6),
    key=st.sampled_from(["full", "tail"]),
    order_by=st.one_of(st.none(), st.integers(1, 6)),
)
mappings = rejecting | st.builds(KafkaMapping, split=st.integers(1, 6), overflow=st.just("bucket"))


def under(mapping: KafkaMapping, topic: str) -> str:
    """The topic, put where the mapping looks for it."""
    return f"{mapping.root}/{topic}" if mapping.root else topic


@given(mappings, topics)
def test_to_mqtt_undoes_to_kafka(mapping, topic):
    topic = under(mapping, topic)
    try:
        address = mapping.to_kafka(topic)
    except Untranslatable:
        return
    assert mapping.to_mqtt(address.topic, address.key) == topic
    # ... and for a mapping that has not seen it.
    assert pickle.loads(pickle.dumps(mapping)).to_mqtt(address.topic, address.key) == topic


@given(mappings, topics)
def test_every_name_is_one_that_kafka_takes(mapping, topic):
    try:
        name = mapping.to_kafka(under(mapping, topic)).topic
    except Untranslatable:
        return
    assert KafkaTopic(str(name)) == name
    assert "_" not in name


@given(rejecting, topics, topics)
def test_two_topics_share_a_name_exactly_when_they_share_a_place(mapping, mine, theirs):
    places = []
    names = []
    for topic in (mine, theirs):
        levels = topic.split("/")
        places.append(levels[: max(1, min(mapping.split, len(levels) - 1))])
        try:
            names.append(mapping.to_kafka(under(mapping, topic)).topic.collision_key)
        except Untranslatable:
            return
    assert (names[0] == names[1]) is (places[0] == places[1])


@given(rejecting, topics)
def test_a_name_is_prefix_root_and_place_encoded(mapping, topic):
    levels = topic.split("/")
    place = levels[: max(1, min(mapping.split, len(levels) - 1))]
    root = mapping.root.split("/") if mapping.root else []
    expected = ".".join([mapping.prefix, *map(encode_segment, [*root, *place])])
    try:
        assert mapping.to_kafka(under(mapping, topic)).topic == expected
    except NameTooLong:
        assert len(expected) > 249
    except OutsideMapping:
        assert (topic[0] == "$" and not root) or (mapping.key == "tail" and len(levels) == 1)


@given(mappings, topics, topics)
def test_a_record_is_read_exactly_where_it_would_be_sent(mapping, mine, theirs):
    try:
        key = mapping.to_kafka(under(mapping, mine)).key
        kafka = mapping.to_kafka(under(mapping, theirs)).topic
    except Untranslatable:
        return
    try:
        topic = mapping.to_mqtt(kafka, key)
    except Untranslatable:
        assert mapping.key == "tail" or mapping.to_kafka(under(mapping, mine)).topic != kafka
    else:
        address = mapping.to_kafka(topic)
        assert (address.topic, address.key) == (kafka, key)


@given(mappings, st.text(max_size=20), st.binary(max_size=20))
def test_noise_is_refused_by_name(mapping, kafka, key):
    with pytest.raises(Untranslatable):
        mapping.to_mqtt(f"{kafka}/", key)


@given(st.integers(1, 5), topics, topics, st.integers(1, 200))
def test_equal_first_levels_are_kept_in_order(order_by, mine, other, partitions):
    assume(not mine.startswith("$"))
    mapping = KafkaMapping(order_by=order_by, overflow="bucket")
    first = mine.split("/")[:order_by]
    theirs = "/".join([*first, *other.split("/")]) if len(first) == order_by else mine
    addresses = mapping.to_kafka(mine), mapping.to_kafka(theirs)
    assert addresses[0].partition_key == addresses[1].partition_key
    assert addresses[0].partition(partitions) == addresses[1].partition(partitions)


@given(topics)
def test_the_bucket_takes_every_topic(topic):
    assume(not topic.startswith("$"))
    mapping = KafkaMapping(overflow="bucket")
    name = mapping.to_kafka(topic).topic
    try:
        assert name == KafkaMapping().to_kafka(topic).topic
    except NameTooLong:
        assert name == "uns-x-overflow"


def test_composed_and_decomposed_names_stay_apart():
    mapping = KafkaMapping()
    assert mapping.to_kafka("caf\u00e9/x").topic != mapping.to_kafka("cafe\u0301/x").topic


@pytest.mark.slow
def test_fifty_thousand_topics_there_and_back():
    generator = random.Random(20_251_122)
    words = ["acme", "münchen", "line 1", "10.0.0.1", "_historian", "", "a-x", "アクメ", "v1", "-"]
    mapping = KafkaMapping(split=3)
    tail = KafkaMapping(split=2, key="tail")
    names: dict[str, set[str]] = {}
    for number in range(50_000):
        levels = generator.choices(words, k=generator.randint(1, 7))
        topic = "/".join([*levels, f"m{number}"])
        for each in (mapping, tail):
            address = each.to_kafka(topic)
            assert each.to_mqtt(address.topic, address.key) == topic
        names.setdefault(mapping.to_kafka(topic).topic, set()).add("/".join(levels[:3]))
    assert all(len(places) == 1 for places in names.values())
    assert len(names) == 10 + 10**2 + 10**3
