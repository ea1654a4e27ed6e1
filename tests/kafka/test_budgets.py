"""What a split costs, and how evenly keys spread."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.kafka import (
    Cluster,
    KafkaMapping,
    KafkaTopic,
    LevelSet,
    PartitionLoad,
    TopicShape,
    partition,
)


def numbered(stem, count):
    return tuple(f"{stem}{number}" for number in range(1, count + 1))


#: 1 enterprise, 8 sites, 6 areas, 5 lines, 8 machines, 25 metrics: 48,000 topics.
PLANT = TopicShape(
    (
        "acme",
        numbered("site", 8),
        numbered("area", 6),
        numbered("line", 5),
        numbered("machine", 8),
        numbered("metric", 25),
    )
)


@pytest.mark.slow
def test_the_cost_of_every_split():
    budget = KafkaMapping().budget([PLANT])
    table = [
        (row.split, row.topics, row.partitions, row.replicas, row.replicas_per_broker, row.fits)
        for row in budget.rows
    ]
    assert table == [
        (1, 1, 6, 18, 6, True),
        (2, 8, 48, 144, 48, True),
        (3, 48, 288, 864, 288, True),
        (4, 240, 1_440, 4_320, 1_440, False),
        (5, 1_920, 11_520, 34_560, 11_520, False),
    ]
    assert budget.deepest == 3
    assert budget.cost is budget.rows[2]
    assert budget.cost.longest_name == len("uns.acme.site1.area1")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cluster", "deepest"),
    [
        pytest.param(Cluster(max_replicas_per_broker=2_000), 4, id="larger-brokers"),
        pytest.param(Cluster(brokers=5), 4, id="more-brokers"),
        pytest.param(Cluster(max_topics=40), 2, id="fewer-topics"),
        pytest.param(Cluster(partitions=24), 2, id="more-partitions"),
        pytest.param(Cluster(replication=1, max_topics=2_000, partitions=1), 5, id="one-of-each"),
        pytest.param(Cluster(max_replicas_per_broker=5), None, id="none-fits"),
    ],
)
def test_the_deepest_split_that_fits(cluster, deepest):
    assert KafkaMapping().budget([PLANT], cluster).deepest == deepest


@pytest.mark.parametrize("field", ["partitions", "replication", "brokers", "max_topics"])
def test_a_cluster_has_at_least_one_of_each(field):
    with pytest.raises(ValueError, match=f"{field} must be at least 1"):
        Cluster(**{field: 0})


def test_shapes_of_one_place_are_counted_once():
    shapes = [
        TopicShape(("acme", ("munich", "oslo"), "bottling", "line1", "oee")),
        TopicShape(("acme", ("munich", "oslo"), "bottling", "line1", "speed")),
        TopicShape(("acme", ("munich", "oslo"), "oee")),
    ]
    assert [row.topics for row in KafkaMapping().budget(shapes).rows] == [1, 2, 4, 4]


def test_nothing_costs_nothing():
    budget = KafkaMapping().budget([])
    assert [(row.split, row.topics, row.replicas, row.fits) for row in budget.rows] == [
        (1, 0, 0, True)
    ]
    assert (budget.loads, budget.skew) == ((), None)


def test_topics_outside_the_mapping_cost_nothing():
    shapes = [TopicShape(("bravo", "x", "y")), TopicShape(("acme", "x", "y"))]
    assert KafkaMapping(root="acme").budget(shapes).cost.topics == 1
    assert KafkaMapping().budget([TopicShape(("$SYS", "x"))]).cost.topics == 0


def test_an_open_set_has_no_cost_that_could_be_told():
    shapes = [TopicShape(("acme", "fleet", LevelSet(longest="v77"), "speed"))]
    budget = KafkaMapping(split=2).budget(shapes)
    assert [(row.topics, row.replicas, row.longest_name, row.fits) for row in budget.rows] == [
        (1, 18, 8, True),
        (1, 18, 14, True),
        (None, None, 18, False),
    ]
    assert (budget.deepest, budget.loads, budget.skew) == (2, None, None)


def test_an_open_set_without_an_example_may_have_any_length():
    row = KafkaMapping(split=3).budget([TopicShape(("acme", "fleet", None, "x"))]).cost
    assert (row.longest_name, row.fits) == (None, False)


def test_a_name_too_long_does_not_fit():
    budget = KafkaMapping().budget([TopicShape(("acme", "é" * 60, "x", "y"))])
    assert [(row.longest_name, row.fits) for row in budget.rows] == [
        (8, True),
        (252, False),
        (254, False),
    ]
    assert budget.loads == ()


def test_a_name_too_long_fits_into_a_bucket():
    budget = KafkaMapping(overflow="bucket").budget([TopicShape(("acme", "é" * 60, "x", "y"))])
    assert budget.cost.fits is True
    assert [load.topic for load in budget.loads] == ["uns-x-overflow"]


def test_no_load_is_predicted_for_more_partitions_than_a_cluster_has():
    shape = TopicShape(("acme", "x", "y"))
    assert KafkaMapping().budget([shape], Cluster(partitions=1_000_000)).loads is not None
    assert KafkaMapping().budget([shape], Cluster(partitions=1_000_001)).loads is None


def test_a_large_family_is_multiplied():
    vehicles = LevelSet(size=10**12, longest="v999999999999")
    budget = KafkaMapping(split=2).budget([TopicShape(("acme", vehicles, "speed"))])
    assert budget.cost.topics == 10**12
    assert budget.cost.longest_name == len("uns.acme.v999999999999")
    assert budget.loads is None


def test_the_load_is_what_the_partitioner_does():
    metrics = numbered("metric", 40)
    budget = KafkaMapping(split=1).budget(
        [TopicShape(("acme", "munich", metrics))], Cluster(partitions=4)
    )
    (load,) = budget.loads
    expected = [0] * 4
    for metric in metrics:
        expected[partition(f"acme/munich/{metric}".encode(), 4)] += 1
    assert (load.topic, load.counts) == ("uns.acme", tuple(expected))
    assert budget.skew == load.skew == max(expected) / 10


def test_order_by_a_place_costs_evenness():
    shape = TopicShape(("acme", "munich", "bottling", numbered("line", 5), numbered("m", 200)))
    per_metric = KafkaMapping().budget([shape], Cluster(partitions=12))
    per_line = KafkaMapping(order_by=4).budget([shape], Cluster(partitions=12))
    assert per_metric.skew < 1.5
    assert per_line.skew >= 12 / 5
    assert per_line.loads[0].idle >= 7


def test_skew():
    assert PartitionLoad(KafkaTopic("a"), (3, 3, 3)).skew == 1.0
    assert PartitionLoad(KafkaTopic("a"), (3, 3, 3)).idle == 0
    assert PartitionLoad(KafkaTopic("a"), (9, 0, 0)).skew == 3.0


# -- Laws -----------------------------------------------------------------------------------------

level = st.sampled_from(["a", "b", "c d", ("x", "y"), ("u", "v", "w.z")])
#: Texts and sets that share nothing, as siblings in a namespace do.
shapes = st.lists(st.lists(level, min_size=1, max_size=5).map(tuple).map(TopicShape), max_size=6)
mappings = st.builds(
    KafkaMapping, split=st.integers(1, 5), order_by=st.none() | st.integers(1, 4)
) | st.builds(KafkaMapping, split=st.integers(1, 5), key=st.just("tail"))


def topics(shapes):
    return [
        "/".join(levels)
        for shape in shapes
        for levels in itertools.product(
            *((each,) if isinstance(each, str) else each for each in shape.levels)
        )
    ]


@given(mappings, shapes, st.integers(1, 9))
def test_a_budget_is_what_the_mapping_makes(mapping, shapes, partitions):
    budget = mapping.budget(shapes, Cluster(partitions=partitions))
    known = [topic for topic in topics(shapes) if mapping.key == "full" or "/" in topic]
    names = {mapping.to_kafka(topic).topic for topic in known}
    assert budget.cost.topics == len(names)
    assert budget.cost.partitions == len(names) * partitions
    assert budget.cost.replicas_per_broker == math.ceil(len(names) * partitions * 3 / 3)
    assert budget.cost.longest_name == max(map(len, names), default=0)
    assert {load.topic for load in budget.loads} == names
    assert sum(sum(load.counts) for load in budget.loads) == len(known)


@given(mappings, shapes)
def test_deeper_splits_cost_more(mapping, shapes):
    counts = [row.topics for row in mapping.budget(shapes).rows]
    assert counts == sorted(counts)
