"""From MQTT topics to Kafka records and back: names, keys, partitions, plans, headers.

``names``         Kafka's rules, the segment codec, subjects; what cannot be said
``partitioners``  from a key to a partition, as the clients do it
``places``        which levels of a topic name its Kafka topic; shapes of known topics
``plans``         what to subscribe to for a topic filter
``budgets``       what a split costs a cluster
``mapping``       :class:`KafkaMapping`, which holds the above together
``headers``       a packet's properties as record headers; last values
``manifests``     the Kafka topics to create, in the forms operators use

A namespace is not known here: what needs one takes the shapes of its topics.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.kafka.budgets import Cluster, KafkaBudget, PartitionLoad, SplitCost
    from uns.kafka.headers import (
        Header,
        HeadersRead,
        InvalidProperty,
        MqttProperties,
        headers_from_mqtt,
        mqtt_from_headers,
        retained_payload,
        state_value,
    )
    from uns.kafka.manifests import (
        EVENTS,
        STATE,
        TopicConfig,
        as_commands,
        as_json,
        as_strimzi,
        as_text,
        topic_configs,
    )
    from uns.kafka.mapping import (
        InvalidKafkaMapping,
        KafkaMapping,
        MismatchedKey,
        RecordAddress,
        UndecodableKey,
    )
    from uns.kafka.names import (
        InvalidKafkaTopic,
        InvalidSegment,
        KafkaTopic,
        NameTooLong,
        SubjectStrategy,
        Untranslatable,
        collisions,
        decode_segment,
        encode_segment,
        subject_name,
    )
    from uns.kafka.partitioners import PARTITIONERS, Partitioner, fnv1a, murmur2, partition
    from uns.kafka.places import Level, LevelSet, OutsideMapping, TopicShape
    from uns.kafka.plans import SubscriptionPlan

__all__ = [
    "EVENTS",
    "PARTITIONERS",
    "STATE",
    "Cluster",
    "Header",
    "HeadersRead",
    "InvalidKafkaMapping",
    "InvalidKafkaTopic",
    "InvalidProperty",
    "InvalidSegment",
    "KafkaBudget",
    "KafkaMapping",
    "KafkaTopic",
    "Level",
    "LevelSet",
    "MismatchedKey",
    "MqttProperties",
    "NameTooLong",
    "OutsideMapping",
    "PartitionLoad",
    "Partitioner",
    "RecordAddress",
    "SplitCost",
    "SubjectStrategy",
    "SubscriptionPlan",
    "TopicConfig",
    "TopicShape",
    "UndecodableKey",
    "Untranslatable",
    "as_commands",
    "as_json",
    "as_strimzi",
    "as_text",
    "collisions",
    "decode_segment",
    "encode_segment",
    "fnv1a",
    "headers_from_mqtt",
    "mqtt_from_headers",
    "murmur2",
    "partition",
    "retained_payload",
    "state_value",
    "subject_name",
    "topic_configs",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "budgets": "Cluster KafkaBudget PartitionLoad SplitCost",
        "headers": """
            Header HeadersRead InvalidProperty MqttProperties headers_from_mqtt
            mqtt_from_headers retained_payload state_value """,
        "manifests": """
            EVENTS STATE TopicConfig as_commands as_json as_strimzi as_text
            topic_configs """,
        "mapping": """
            InvalidKafkaMapping KafkaMapping MismatchedKey RecordAddress UndecodableKey """,
        "names": """
            InvalidKafkaTopic InvalidSegment KafkaTopic NameTooLong SubjectStrategy
            Untranslatable collisions decode_segment encode_segment subject_name """,
        "partitioners": "PARTITIONERS Partitioner fnv1a murmur2 partition",
        "places": "Level LevelSet OutsideMapping TopicShape",
        "plans": "SubscriptionPlan",
    },
)
