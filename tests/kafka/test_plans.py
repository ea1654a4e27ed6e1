"""What to read from Kafka is what the MQTT filter matches: no less, and no more than said."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.kafka import KafkaMapping, KafkaTopic, LevelSet, TopicShape, Untranslatable
from uns.kafka.plans import MOST_LISTED
from uns.topics.names_and_filters import InvalidTopicFilter, TopicFilter

# -- Named cases ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "text", "regex", "topics", "exact"),
    [
        pytest.param({}, "a/b/c/d/e/speed", r"^uns\.a\.b\.c$", ["uns.a.b.c"], False, id="a-topic"),
        pytest.param({}, "a/b/c/+/+/speed", r"^uns\.a\.b\.c$", ["uns.a.b.c"], False,
                     id="pinned-place"),
        pytest.param({}, "a/+/c/+/+/speed", r"^uns\.a\.[^.]+\.c$", None, False,
                     id="wildcard-in-the-place"),
        pytest.param({}, "a/b/c/#", r"^(uns\.a\.b|uns\.a\.b\.c)$", ["uns.a.b", "uns.a.b.c"], False,
                     id="a-place-and-its-own-topic-above"),
        pytest.param({}, "a/b/c/+/#", r"^uns\.a\.b\.c$", ["uns.a.b.c"], True,
                     id="a-whole-place"),
        pytest.param({}, "a/b/#", r"^(uns\.a|uns\.a\.b(\.[^.]+)*)$", None, False, id="a-branch"),
        pytest.param({}, "a/#", r"^uns\.a(\.[^.]+)*$", None, True, id="an-enterprise"),
        pytest.param({}, "#", r"^uns\.[^.]+(\.[^.]+)*$", None, True, id="everything"),
        pytest.param({}, "+/#", r"^uns\.[^.]+(\.[^.]+)*$", None, True, id="everything-spelled-so"),
        pytest.param({}, "a/b/+", r"^uns\.a\.b$", ["uns.a.b"], True, id="all-leaves-of-a-place"),
        pytest.param({}, "a/+", r"^uns\.a$", ["uns.a"], False, id="beside-a-topic-of-one-level"),
        pytest.param({"key": "tail"}, "a/+", r"^uns\.a$", ["uns.a"], True,
                     id="there-are-no-such-with-tails"),
        pytest.param({"key": "tail"}, "a", "^$", [], True, id="no-such-topic-with-tails"),
        pytest.param({}, "/#", r"^uns\.-x-(\.[^.]+)*$", None, True, id="below-an-empty-level"),
        pytest.param({}, "/+", r"^uns\.-x-$", ["uns.-x-"], True, id="no-empty-topic-name"),
        pytest.param({}, "line 1/+/x.y/+/+", r"^uns\.line-x20-1\.[^.]+\.x-x2e-y$", None, False,
                     id="encoded"),
        pytest.param({"prefix": "p.v1"}, "a/b/c/d", r"^p\.v1\.a\.b\.c$", ["p.v1.a.b.c"], False,
                     id="prefix-of-two"),
        pytest.param({"split": 1}, "a/b/#", r"^uns\.a$", ["uns.a"], False, id="deeper-than-split"),
        pytest.param({"root": "acme", "split": 1}, "#", r"^uns\.acme\.[^.]+$", None, True,
                     id="all-below-a-root"),
        pytest.param({"root": "acme", "split": 1}, "+/b/x", r"^uns\.acme\.b$", ["uns.acme.b"],
                     False, id="wildcard-for-the-root"),
        pytest.param({"root": "acme"}, "bravo/#", "^$", [], True, id="another-root"),
        pytest.param({"root": "acme"}, "acme", "^$", [], True, id="the-root-alone"),
        pytest.param({"root": "acme"}, "acme/#", r"^uns\.acme\.[^.]+(\.[^.]+)*$", None, True,
                     id="the-root-and-below"),
        pytest.param({"root": "acme"}, "acme//+/x", r"^uns\.acme\.-x-\.[^.]+$", None, False,
                     id="an-empty-level-after-the-root"),
        pytest.param({}, "$SYS/#", "^$", [], True, id="dollar"),
        pytest.param({"root": "$SYS"}, "#", "^$", [], True, id="a-wildcard-passes-over-dollar"),
        pytest.param({"root": "$SYS"}, "$SYS/#", r"^uns\.-x24-SYS\.[^.]+(\.[^.]+)*$", None, True,
                     id="dollar-asked-for"),
        pytest.param({"overflow": "bucket"}, "#",
                     r"^(uns\.[^.]+(\.[^.]+)*|uns-x-overflow)$", None, True,
                     id="everything-and-the-bucket"),
        pytest.param({"overflow": "bucket"}, "a/+/c/+",
                     r"^(uns\.a\.[^.]+\.c|uns-x-overflow)$", None, False, id="bucket"),
        pytest.param({"overflow": "bucket"}, "a/b/c/+", r"^uns\.a\.b\.c$", ["uns.a.b.c"], False,
                     id="too-short-for-the-bucket"),
        pytest.param({"overflow": "bucket"}, "é" * 61 + "/x", "^uns-x-overflow$",
                     ["uns-x-overflow"], False, id="nothing-but-the-bucket"),
        pytest.param({}, "é" * 61 + "/x", "^$", [], True, id="no-name-no-topic"),
        pytest.param({"split": 10**9}, "a/#", r"^uns\.a(\.[^.]+)*$", None, True, id="any-split"),
    ],
)  # fmt: skip
def test_plans_without_a_model(options, text, regex, topics, exact):
    plan = KafkaMapping(**options).plan(text)
    assert plan.regex == regex
    assert plan.topics == (None if topics is None else tuple(topics))
    assert plan.exact is exact
    assert plan.key_filter == text
    assert type(plan.key_filter) is TopicFilter
    assert plan.group_id is None
    assert plan.amplification is None


def test_a_shared_subscription_is_a_consumer_group():
    mapping = KafkaMapping()
    plan = mapping.plan("$share/historians/a/+/c/#")
    assert plan.group_id == "historians"
    assert plan.key_filter == "a/+/c/#"
    assert plan.regex == mapping.plan("a/+/c/#").regex


@pytest.mark.parametrize("text", ["a/#/b", "a+", "", "$share/g"])
def test_what_is_no_filter_has_no_plan(text):
    with pytest.raises(InvalidTopicFilter):
        KafkaMapping().plan(text)


BOTTLING = [
    TopicShape(("acme", "oee")),
    TopicShape(("acme", ("munich", "oslo"), "oee")),
    TopicShape(("acme", ("munich", "oslo"), "bottling", ("line1", "line2"), "oee")),
    TopicShape(("acme", ("munich", "oslo"), "bottling", ("line1", "line2"), ("m1", "m2", "m3"), "speed")),
    TopicShape(("acme", ("munich", "oslo"), "bottling", ("line1", "line2"), ("m1", "m2", "m3"), "power")),
    TopicShape(("acme", "munich", "fleet", LevelSet(size=90), "speed")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "topics", "regex", "exact", "amplification"),
    [
        pytest.param("acme/munich/bottling/#", ["uns.acme.munich.bottling"],
                     r"^uns\.acme\.munich\.bottling$", True, 1.0, id="an-area"),
        pytest.param("acme/+/bottling/+/+/speed",
                     ["uns.acme.munich.bottling", "uns.acme.oslo.bottling"],
                     r"^uns\.acme\.[^.]+\.bottling$", False, 28 / 12, id="one-metric"),
        pytest.param("acme/+/bottling/+/m2/speed",
                     ["uns.acme.munich.bottling", "uns.acme.oslo.bottling"],
                     r"^uns\.acme\.[^.]+\.bottling$", False, 28 / 4, id="one-machine"),
        pytest.param("acme/+/oee", ["uns.acme.munich", "uns.acme.oslo"], r"^uns\.acme\.[^.]+$",
                     True, 1.0, id="all-there-is-in-these-places"),
        pytest.param("acme/+", ["uns.acme"], r"^uns\.acme$", True, 1.0, id="no-topic-beside-it"),
        pytest.param("acme/oslo/#", ["uns.acme.oslo", "uns.acme.oslo.bottling"],
                     r"^uns\.acme\.oslo(\.[^.]+)*$", True, 1.0, id="a-site"),
        pytest.param("acme/munich/fleet/+/speed", ["uns.acme.munich.fleet"],
                     r"^uns\.acme\.munich\.fleet$", True, 1.0, id="a-fleet"),
        pytest.param("acme/munich/fleet/v7/speed", ["uns.acme.munich.fleet"],
                     r"^uns\.acme\.munich\.fleet$", False, 90.0, id="one-of-a-fleet"),
        pytest.param("acme/paris/#", [], "^$", True, None, id="no-such-site"),
        pytest.param("acme/munich/bottling/line9/+/speed", [], "^$", True, None, id="no-such-line"),
        pytest.param("#", ["uns.acme", "uns.acme.munich", "uns.acme.oslo",
                           "uns.acme.munich.bottling", "uns.acme.oslo.bottling",
                           "uns.acme.munich.fleet"],
                     r"^uns\.[^.]+(\.[^.]+)*$", True, 1.0, id="everything"),
        pytest.param("$SYS/#", [], "^$", True, None, id="dollar"),
    ],
)  # fmt: skip
def test_plans_with_known_topics(text, topics, regex, exact, amplification):
    plan = KafkaMapping().plan(text, BOTTLING)
    assert plan.topics == tuple(topics)
    assert plan.regex == regex
    assert plan.exact is exact
    assert plan.amplification == (None if amplification is None else pytest.approx(amplification))


def test_an_open_set_in_the_place_is_selected_not_listed():
    shapes = [TopicShape(("acme", None, "x", "speed")), TopicShape(("acme", "oee"))]
    plan = KafkaMapping().plan("acme/+/#", shapes)
    assert plan.topics is None
    assert plan.regex == r"^(uns\.acme|uns\.acme\.[^.]+(\.[^.]+)*)$"
    assert KafkaMapping().plan("acme/v1/x/+", shapes).topics == ("uns.acme.v1.x",)


def test_an_unreached_open_set_does_not_hinder_a_list():
    shapes = [TopicShape(("acme", None, "x", "speed")), TopicShape(("acme", "oee"))]
    assert KafkaMapping().plan("acme/+", shapes).topics == ("uns.acme",)


BESIDE_THE_UNKNOWN = [
    TopicShape(("acme", "oee")),
    TopicShape(("acme", "munich", "bottling", "speed")),
    TopicShape(("acme", "legacy", "oee")),
    TopicShape(("acme", "legacy", None), is_open=True),
]


@pytest.mark.parametrize(
    ("split", "text", "topics", "exact"),
    [
        pytest.param(1, "acme/munich/#", ["uns.acme"], False, id="in-one-place"),
        pytest.param(1, "acme/#", ["uns.acme"], True, id="all-of-a-place"),
        pytest.param(2, "acme/munich/#", ["uns.acme.munich"], True, id="in-a-place-apart"),
        pytest.param(2, "acme/+/oee", ["uns.acme.legacy"], False, id="one-of-what-is-open"),
        pytest.param(2, "acme/legacy/+/+/#", ["uns.acme.legacy"], False, id="some-of-it"),
        pytest.param(3, "acme/munich/#", ["uns.acme.munich.bottling"], True, id="beside-it"),
        pytest.param(3, "acme/+/+", ["uns.acme.legacy"], True, id="no-deeper-than-places"),
        pytest.param(3, "acme/legacy/+/+", None, False, id="as-deep-as-unknown-places"),
        pytest.param(3, "acme/legacy/x/y", ["uns.acme.legacy.x"], False, id="in-a-named-one"),
        pytest.param(5, "acme/legacy/x/+", ["uns.acme.legacy.x"], True, id="all-in-a-named-one"),
        pytest.param(5, "acme/+/+/+/#", None, True, id="none-is-listed"),
    ],
)
def test_plans_beside_what_nobody_knows(split, text, topics, exact):
    plan = KafkaMapping(split=split).plan(text, BESIDE_THE_UNKNOWN)
    assert plan.topics == (None if topics is None else tuple(topics))
    assert plan.exact is exact


def test_depths_told_by_shape():
    def depth(topic: str) -> int:
        return 3 if topic.startswith("acme/munich") else 1

    shapes = [
        TopicShape(("acme", ("munich",), "bottling", "line1", "speed"), depth=3),
        TopicShape(("acme", "oslo", "bottling", "line1", "speed"), depth=1),
        TopicShape(("acme", "oee"), depth=1),
    ]
    mapping = KafkaMapping(split=3, split_for=depth)
    plan = mapping.plan("acme/+/bottling/#", shapes)
    assert plan.topics == ("uns.acme.munich.bottling", "uns.acme")
    assert plan.regex == r"^(uns\.acme|uns\.acme\.[^.]+\.bottling)$"
    assert (plan.exact, plan.amplification) == (False, 1.5)
    # Who knows no topics has to look everywhere.
    assert mapping.plan("acme/+/bottling/#").regex == (
        r"^(uns\.acme|uns\.acme\.[^.]+|uns\.acme\.[^.]+\.bottling)$"
    )
    assert mapping.plan("acme/+/+").regex == r"^(uns\.acme|uns\.acme\.[^.]+)$"


class Vehicles:
    """A family too large to list, which only says how large it is."""

    def __len__(self):
        return 10_000_000

    def __contains__(self, text):
        return re.fullmatch("vehicle[0-9]{1,8}", text) is not None

    def __iter__(self):
        raise AssertionError("a family is never expanded")


def test_a_large_family_is_never_expanded():
    mapping = KafkaMapping(split=2)
    shapes = [TopicShape(("acme", Vehicles(), "speed")), TopicShape(("acme", Vehicles(), "a", "b"))]
    assert mapping.plan("acme/+/speed", shapes).topics is None
    plan = mapping.plan("acme/vehicle7/speed", shapes)
    assert (plan.topics, plan.exact, plan.amplification) == (("uns.acme.vehicle7",), False, 2.0)
    assert KafkaMapping(split=1).plan("acme/+/speed", shapes).amplification == 2.0


def test_a_list_has_an_end():
    names = tuple(f"m{number}" for number in range(MOST_LISTED))
    shape = TopicShape(("acme", names, "x", "speed"))
    assert len(KafkaMapping(split=2).plan("#", [shape]).topics) == MOST_LISTED
    assert KafkaMapping(split=2).plan("#", [shape, TopicShape(("acme", "oee"))]).topics is None


def test_known_topics_that_overflow_are_in_the_bucket():
    shapes = [TopicShape(("é" * 61, "x")), TopicShape(("a", "b", "x"))]
    bucket = KafkaMapping(overflow="bucket")
    assert bucket.plan("+/x", shapes).topics == ("uns-x-overflow",)
    assert bucket.plan("+/x", shapes).exact is False
    assert bucket.plan("+/x", shapes).amplification is None
    assert bucket.plan("#", shapes).topics == ("uns-x-overflow", "uns.a.b")
    assert bucket.plan("#", shapes).exact is True
    assert bucket.plan("a/+/x", shapes).topics == ("uns.a.b",)
    assert bucket.plan("a/+/x", shapes).regex == r"^uns\.a\.[^.]+$"
    assert KafkaMapping().plan("#", shapes).topics == ("uns.a.b",)


# -- Without a model: every filter against every topic ---------------------------------------------

ALPHABET = ["a", "b", "", "a.b"]
TOPICS = ["/".join(levels) for depth in range(1, 5)
          for levels in itertools.product(ALPHABET, repeat=depth) if levels != ("",)]  # fmt: skip
FILTERS = [
    "/".join([*levels, *end])
    for depth in range(5)
    for levels in itertools.product(["a", "", "+"], repeat=depth)
    for end in ([], ["#"])
    if [*levels, *end] not in ([], [""])
]
MAPPINGS = [
    pytest.param(KafkaMapping(split=split, key=key, root=root), id=f"{split}-{key}-{root}")
    for split in (1, 2, 3)
    for key in ("full", "tail")
    for root in ("", "a")
]


def kafka_names(mapping, topics):
    """Kafka topic -> the MQTT topics of these that live there."""
    held = {}
    for topic in topics:
        try:
            held.setdefault(mapping.to_kafka(topic).topic, []).append(topic)
        except Untranslatable:
            continue
    return held


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_every_plan_against_every_topic(mapping):
    # Four levels with every text stand for all: filters have at most four and do not name 'b'.
    held = kafka_names(mapping, TOPICS + [f"{topic}/b" for topic in TOPICS])
    for text in FILTERS:
        plan = mapping.plan(text)
        selects = re.compile(plan.regex).fullmatch
        matches = plan.key_filter.matches
        wanted = {name for name, topics in held.items() if any(map(matches, topics))}
        selected = {name for name in held if selects(name)}
        if text == "+":
            # No portable expression leaves out one name, and no topic is the empty level alone.
            selected.discard("uns.-x-")
        # Exactly the Kafka topics that hold a match, and exact exactly where they hold no other.
        assert selected == wanted, text
        assert plan.exact is all(matches(topic) for name in selected for topic in held[name]), text
        if plan.topics is not None:
            assert selected <= set(plan.topics), text
            assert all(map(selects, plan.topics)), text


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_a_narrower_filter_selects_no_more(mapping):
    held = kafka_names(mapping, TOPICS)
    short = [text for text in FILTERS if text.count("/") < 3]
    selected = {
        text: frozenset(filter(re.compile(mapping.plan(text).regex).fullmatch, held))
        for text in short
    }
    for wide, narrow in itertools.product(short, repeat=2):
        if TopicFilter(wide).covers(narrow):
            assert selected[narrow] <= selected[wide], (wide, narrow)


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_expressions_mean_the_same_to_every_client(mapping):
    # No '(?:', no '\d', no lazy quantifier: Java, POSIX, RE2 and Python read the rest alike.
    portable = re.compile(
        r"\^\(?([a-z0-9-]+|\\\.[A-Za-z0-9-]+|\\\.\[\^\.\]\+|\(\\\.\[\^\.\]\+\)\*|\|)+\)?\$"
    )
    held = kafka_names(mapping, TOPICS)
    for text in FILTERS:
        regex = mapping.plan(text).regex
        assert regex == "^$" or portable.fullmatch(regex), regex
        for name in held:
            matched = re.fullmatch(regex, name) is not None
            assert (re.search(regex, name) is not None) is matched
            assert (re.match(regex, name) is not None) is matched


# -- With known topics: generated trees -------------------------------------------------------------


_NAMES = st.permutations(["a", "b", "c", "d.e", "", "é" * 61])
_LEVELS = st.lists(st.sampled_from(["a", "b", "c", "d.e", "", "+"]), min_size=1, max_size=5)


@st.composite
def models(draw):
    """Shapes as a namespace has them: siblings share nothing, and no topic is empty."""
    shapes = []

    def grow(above):
        names = draw(_NAMES)
        for at in range(draw(st.integers(1, 3))):
            family = tuple(names[2 * at : 2 * at + 2])
            level = draw(st.sampled_from([family, family[0]]))
            if draw(st.booleans()) and (above or "" not in family):
                shapes.append(TopicShape((*above, level)))
            if len(above) < 4 and draw(st.booleans()):
                grow((*above, level))

    grow(())
    return shapes


MODELS = models()


@st.composite
def models_and_filters(draw):
    """A model and a filter, most often made from one of its topics."""
    shapes = draw(MODELS)
    levels = draw(_LEVELS)
    if shapes and draw(st.integers(0, 3)):
        levels = draw(st.sampled_from(expand(shapes))).split("/")
        levels = [draw(st.sampled_from([level, level, "+"])) for level in levels]
    if draw(st.booleans()):
        levels[draw(st.integers(0, len(levels))) :] = ["#"]
    return shapes, "/".join(levels) or "#"


planned = st.builds(
    KafkaMapping,
    split=st.integers(1, 4),
    root=st.sampled_from(["", "", "a"]),
    overflow=st.sampled_from(["reject", "bucket"]),
) | st.builds(KafkaMapping, split=st.integers(1, 4), key=st.just("tail"))


def expand(shapes):
    """Every topic of these shapes."""
    return [
        "/".join(levels)
        for shape in shapes
        for levels in itertools.product(
            *((level,) if isinstance(level, str) else level for level in shape.levels)
        )
    ]


@given(planned, models_and_filters())
def test_a_plan_with_known_topics_reads_what_the_filter_matches(mapping, model_and_filter):
    shapes, text = model_and_filter
    held = kafka_names(mapping, expand(shapes))
    plan = mapping.plan(text, shapes)
    matches = plan.key_filter.matches
    wanted = {name for name, topics in held.items() if any(map(matches, topics))}
    assert set(plan.topics) == wanted
    assert len(plan.topics) == len(wanted)
    assert all(type(name) is KafkaTopic for name in plan.topics)

    selected = {name for name in held if re.fullmatch(plan.regex, name)}
    assert wanted <= selected
    read = [topic for name in wanted for topic in held[name]]
    found = [topic for topic in read if matches(topic)]
    whole = selected == wanted and found == read
    assert plan.exact is whole or ("uns-x-overflow" in plan.regex and whole)
    if plan.amplification is not None:
        assert plan.amplification == pytest.approx(len(read) / len(found))
    elif wanted:
        assert "uns-x-overflow" in wanted


@given(planned, models_and_filters())
def test_knowing_the_topics_never_makes_a_plan_wider(mapping, model_and_filter):
    shapes, text = model_and_filter
    held = kafka_names(mapping, expand(shapes))
    with_model, without = mapping.plan(text, shapes), mapping.plan(text)
    for name in held:
        if re.fullmatch(with_model.regex, name):
            assert re.fullmatch(without.regex, name)
    assert with_model.exact or not without.exact
