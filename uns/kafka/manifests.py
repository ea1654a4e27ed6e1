"""Lists of Kafka topics to create, in the formats that operators use.

A manifest is data: topics, partitions, replicas and settings. Nothing is created here. The
output is deterministic, so it can be kept under version control and compared.
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from uns.diagnostics import InvalidArgument
from uns.kafka.names import KafkaTopic
from uns.rates import Duration

Setting: TypeAlias = str | int | bool

#: Every message, for a week. A reader can start again within that time.
EVENTS: Final[Mapping[str, Setting]] = MappingProxyType(
    {"cleanup.policy": "delete", "retention.ms": 604_800_000}
)


def events_for(retention: Duration) -> Mapping[str, Setting]:
    """Every message, for that long; at least a millisecond.

    >>> from uns.rates import Duration
    >>> events_for(Duration.parse("2 d"))["retention.ms"]
    172800000
    """
    return {**EVENTS, "retention.ms": max(1, int(retention.milliseconds))}


#: The last message of each key. Never ``compact,delete``: that deletes old last values.
STATE: Final[Mapping[str, Setting]] = MappingProxyType({"cleanup.policy": "compact"})


@dataclass(frozen=True, slots=True)
class TopicConfig:
    """A Kafka topic to create.

    Raises :class:`~uns.diagnostics.InvalidArgument` for less than one partition or replica.
    """

    name: KafkaTopic
    partitions: int
    replicas: int
    settings: tuple[tuple[str, Setting], ...] = ()

    def __post_init__(self) -> None:
        if self.partitions < 1 or self.replicas < 1:
            raise InvalidArgument(
                f"{self.name}: a topic has at least one partition and one replica"
            )


def topic_configs(
    names: Iterable[str],
    *,
    partitions: int = 6,
    replicas: int = 3,
    settings: Mapping[str, Setting] = EVENTS,
) -> tuple[TopicConfig, ...]:
    """Make the manifest of these topics, sorted by name and without duplicates.

    Choose enough partitions: changing the number later moves keys to other partitions. With three
    or more replicas, two must have a record before it counts as written.

    Raises :class:`~uns.kafka.names.InvalidKafkaTopic`, :class:`~uns.diagnostics.InvalidArgument`.

    >>> topic_configs(["uns.acme.oslo", "uns.acme.munich"])[0].name
    'uns.acme.munich'
    """
    durable = {"min.insync.replicas": 2} if replicas > 2 else {}
    all_settings = tuple({**settings, **durable}.items())
    unique = sorted(set(map(KafkaTopic, names)))
    return tuple(TopicConfig(name, partitions, replicas, all_settings) for name in unique)


def as_text(manifest: Iterable[TopicConfig]) -> str:
    """One line per topic, for people.

    >>> print(as_text(topic_configs(["uns.acme.oslo"])), end="")
    uns.acme.oslo  partitions=6 replicas=3 cleanup.policy=delete retention.ms=604800000 min.insync.replicas=2
    """
    manifest = tuple(manifest)
    width = max((len(topic.name) for topic in manifest), default=0)
    return "".join(
        f"{topic.name:<{width}}  partitions={topic.partitions} replicas={topic.replicas}"
        + "".join(f" {name}={_scalar(value)}" for name, value in topic.settings)
        + "\n"
        for topic in manifest
    )


def as_json(manifest: Iterable[TopicConfig]) -> str:
    """A JSON list with an object per topic, with the keys of AsyncAPI's Kafka binding."""
    topics = [
        {
            "topic": topic.name,
            "partitions": topic.partitions,
            "replicas": topic.replicas,
            "topicConfiguration": dict(topic.settings),
        }
        for topic in manifest
    ]
    return json.dumps(topics, indent=2) + "\n"


def as_commands(
    manifest: Iterable[TopicConfig], *, bootstrap_server: str = "localhost:9092"
) -> str:
    """Shell commands that create the missing topics; words are quoted if needed.

    >>> print(as_commands(topic_configs(["uns.acme"], settings=STATE)), end="")
    kafka-topics.sh --bootstrap-server localhost:9092 --create --if-not-exists --topic uns.acme --partitions 6 --replication-factor 3 --config cleanup.policy=compact --config min.insync.replicas=2
    """
    lines = []
    for topic in manifest:
        words = ["kafka-topics.sh", "--bootstrap-server", bootstrap_server]
        words += ["--create", "--if-not-exists", "--topic", topic.name]
        words += ["--partitions", str(topic.partitions)]
        words += ["--replication-factor", str(topic.replicas)]
        for name, value in topic.settings:
            words += ["--config", f"{name}={_scalar(value)}"]
        lines.append(shlex.join(words) + "\n")
    return "".join(lines)


def as_strimzi(manifest: Iterable[TopicConfig], *, cluster: str) -> str:
    """A Strimzi ``KafkaTopic`` resource per topic, as YAML documents.

    The name of a resource must be valid in Kubernetes (RFC 1123). A topic whose name is not gets
    another resource name; the name of the topic is in ``topicName``.
    """
    return "---\n".join(_resource(topic, cluster) for topic in manifest)


def _resource(topic: TopicConfig, cluster: str) -> str:
    lines = [
        "apiVersion: kafka.strimzi.io/v1",
        "kind: KafkaTopic",
        "metadata:",
        f"  name: {json.dumps(_kubernetes_name(topic.name))}",
        "  labels:",
        f"    strimzi.io/cluster: {json.dumps(cluster)}",
        "    app.kubernetes.io/managed-by: uns",
        "spec:",
        f"  topicName: {json.dumps(topic.name)}",
        f"  partitions: {topic.partitions}",
        f"  replicas: {topic.replicas}",
    ]
    if topic.settings:
        # Scalars in JSON are valid YAML; in quotes, 'no' and '1e3' stay text.
        lines.append("  config:")
        lines += [f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in topic.settings]
    return "".join(f"{line}\n" for line in lines)


_is_kubernetes_name = re.compile(
    r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
).fullmatch


def _kubernetes_name(name: str) -> str:
    """The name of the Kubernetes resource for a Kafka topic: the same, or similar with a hash.

    >>> _kubernetes_name("uns.acme.munich"), _kubernetes_name("uns.Acme.line-x5f-1")
    ('uns.acme.munich', 'uns.acme.line-x5f-1-9d2653fbe3')
    """
    if _is_kubernetes_name(name):
        return name
    likeness = re.sub(r"[^a-z0-9.]+", "-", name.lower())
    likeness = re.sub(r"-*\.[-.]*", ".", likeness).strip(".-")
    digest = hashlib.sha256(name.encode()).hexdigest()[:10]
    return f"{likeness[:200].strip('.-')}-{digest}".lstrip("-")


def _scalar(value: Setting) -> str:
    """A setting as Kafka's tools write it."""
    return value if isinstance(value, str) else json.dumps(value)
