"""What the examples need in Kafka is created: by an administrator's client and by its commands."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from tests.integration.broker import PATIENCE
from tests.integration.kafka.models import EXAMPLES, example
from tests.integration.kafka.server import Kafka
from uns.kafka import EVENTS, STATE, TopicConfig, as_commands, topic_configs
from uns.model.translation import Translation

pytestmark = pytest.mark.integration


def manifest(translation: Translation) -> tuple[TopicConfig, ...]:
    settings = STATE if translation.is_state else EVENTS
    names = translation.topics()
    assert names is not None
    return topic_configs(names, partitions=2, replicas=1, settings=settings)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("split", [3, 9, "area", "control_module"])
def test_every_mapped_topic_is_created(
    name: str, split: int | str, kafka: Kafka, clients: ModuleType, prefix: str
):
    ns = example(name, prefix=prefix, split=split)
    wanted = [*manifest(ns.kafka), *manifest(ns.kafka.state)]
    clients.created(kafka.bootstrap, wanted)
    there = clients.admin(kafka.bootstrap).list_topics(timeout=PATIENCE).topics
    created = {topic for topic in there if topic.startswith((f"{prefix}.", f"{prefix}-state."))}
    assert created == {topic.name for topic in wanted}
    addresses = [ns.to_kafka(topic).topic for topic in ns.topics()]
    assert set(addresses) <= created
    for topic in (wanted[0], wanted[-1]):
        partitions, settings = clients.described(kafka.bootstrap, topic.name)
        assert partitions == 2
        assert {key: settings[key] for key, _ in topic.settings} == {
            key: str(value) for key, value in topic.settings
        }


def test_the_commands_create_the_topics(
    kafka: Kafka, clients: ModuleType, prefix: str, tmp_path: Path
):
    ns = example("bottling", prefix=prefix, split=1)
    wanted = [*manifest(ns.kafka), *manifest(ns.kafka.state)]
    program = tmp_path / "kafka-topics.sh"
    java = shlex.join(kafka.tool("org.apache.kafka.tools.TopicCommand"))
    program.write_text(f'#!/bin/sh\nexec {java} "$@"\n')
    program.chmod(0o755)
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    # Twice: what is there already is no fault.
    for _ in range(2):
        subprocess.run(
            ["sh", "-e", "-c", as_commands(wanted, bootstrap_server=kafka.bootstrap)],
            check=True,
            env={**os.environ, "PATH": path},
            capture_output=True,
            timeout=3 * PATIENCE,
        )
    assert [topic.name for topic in wanted] == [
        f"{prefix}.bottlingcompany",
        f"{prefix}-state.bottlingcompany",
    ]
    for topic in wanted:
        partitions, settings = clients.described(kafka.bootstrap, topic.name)
        assert partitions == 2
        assert settings["cleanup.policy"] == dict(topic.settings)["cleanup.policy"]
