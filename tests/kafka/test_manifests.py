"""Manifests, in the forms operators use."""

import json
import re
import shlex

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from uns.kafka import (
    STATE,
    InvalidKafkaTopic,
    TopicConfig,
    as_commands,
    as_json,
    as_strimzi,
    as_text,
    topic_configs,
)

TWO = topic_configs(["uns.acme.oslo", "uns.acme", "uns.acme"], partitions=12)
EVENTS = {"cleanup.policy": "delete", "retention.ms": 604_800_000, "min.insync.replicas": 2}


def test_a_manifest_is_sorted_and_has_each_topic_once():
    assert [topic.name for topic in TWO] == ["uns.acme", "uns.acme.oslo"]
    assert dict(TWO[0].settings) == EVENTS
    assert (TWO[0].partitions, TWO[0].replicas) == (12, 3)


def test_a_single_copy_asks_for_no_second():
    (topic,) = topic_configs(["uns-state.acme"], replicas=1, settings=STATE)
    assert topic.settings == (("cleanup.policy", "compact"),)


def test_a_manifest_has_legal_topics_only():
    with pytest.raises(InvalidKafkaTopic):
        topic_configs(["uns/acme"])
    with pytest.raises(ValueError, match="at least one partition"):
        topic_configs(["uns.acme"], partitions=0)


def test_text():
    assert as_text(TWO).splitlines() == [
        "uns.acme       partitions=12 replicas=3 cleanup.policy=delete retention.ms=604800000 min.insync.replicas=2",
        "uns.acme.oslo  partitions=12 replicas=3 cleanup.policy=delete retention.ms=604800000 min.insync.replicas=2",
    ]


def test_json():
    assert json.loads(as_json(TWO))[1] == {
        "topic": "uns.acme.oslo",
        "partitions": 12,
        "replicas": 3,
        "topicConfiguration": EVENTS,
    }


def test_commands_survive_the_shell():
    topic = TopicConfig(TWO[0].name, 1, 1, (("x", "it's $HOME; rm -rf /"), ("preallocate", True)))
    (line,) = as_commands([topic], bootstrap_server="kafka one:9092").splitlines()
    assert shlex.split(line) == [
        "kafka-topics.sh", "--bootstrap-server", "kafka one:9092",
        "--create", "--if-not-exists", "--topic", "uns.acme",
        "--partitions", "1", "--replication-factor", "1",
        "--config", "x=it's $HOME; rm -rf /", "--config", "preallocate=true",
    ]  # fmt: skip


def test_strimzi():
    first, second = yaml.safe_load_all(as_strimzi(TWO, cluster="plant"))
    assert second["metadata"]["name"] == "uns.acme.oslo"
    assert first == {
        "apiVersion": "kafka.strimzi.io/v1",
        "kind": "KafkaTopic",
        "metadata": {
            "name": "uns.acme",
            "labels": {"strimzi.io/cluster": "plant", "app.kubernetes.io/managed-by": "uns"},
        },
        "spec": {"topicName": "uns.acme", "partitions": 12, "replicas": 3, "config": EVENTS},
    }


def test_strimzi_texts_stay_texts():
    topic = TopicConfig(TWO[0].name, 1, 1, (("a", "no"), ("b", "1e3"), ("c", 5), ("d", True)))
    (resource,) = yaml.safe_load_all(as_strimzi([topic], cluster="0x10"))
    assert resource["spec"]["config"] == {"a": "no", "b": "1e3", "c": 5, "d": True}
    assert resource["metadata"]["labels"]["strimzi.io/cluster"] == "0x10"


def test_a_topic_without_settings_has_no_config():
    (resource,) = yaml.safe_load_all(as_strimzi([TopicConfig(TWO[0].name, 1, 1)], cluster="c"))
    assert "config" not in resource["spec"]


def test_nothing_makes_nothing():
    assert (as_text(()), as_json(()), as_commands(()), as_strimzi((), cluster="c")) == (
        "", "[]\n", "", "",
    )  # fmt: skip


kafka_names = st.from_regex(r"[a-zA-Z0-9._-]{1,249}", fullmatch=True).filter(
    lambda name: name not in {".", ".."}
)


@given(st.lists(kafka_names, min_size=2, max_size=2, unique=True))
def test_kubernetes_names_are_legal_and_apart(names):
    resources = list(yaml.safe_load_all(as_strimzi(topic_configs(names), cluster="c")))
    given = [resource["metadata"]["name"] for resource in resources]
    assert given[0] != given[1]
    for resource, name in zip(resources, given, strict=True):
        assert resource["spec"]["topicName"] in names
        assert len(name) <= 253
        assert re.fullmatch(
            r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", name
        )
