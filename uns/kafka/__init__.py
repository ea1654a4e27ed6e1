"""Translates MQTT topics to Kafka records and back: names, keys, partitions, plans, headers.

``names``         rules for Kafka names, the encoding of topic levels, subjects
``partitioners``  from a key to a partition, as Kafka clients do it
``places``        the levels of a topic that make its Kafka topic; shapes of known topics
``plans``         the Kafka topics to subscribe to for a topic filter
``traffic``       the messages in each Kafka topic and partition
``budgets``       the cost of a split for a cluster
``mapping``       :class:`KafkaMapping`, which uses all of the above
``headers``       the properties of a packet as record headers; last values
``manifests``     lists of Kafka topics to create, in the formats of operators

The package does not know namespaces: where one is needed, it takes the shapes of its topics.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.kafka.budgets import Cluster, KafkaBudget, SplitCost
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
        events_for,
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
    from uns.kafka.places import Flow, Level, LevelSet, OutsideMapping, TopicShape
    from uns.kafka.plans import SubscriptionPlan
    from uns.kafka.traffic import PartitionLoad, PlaceTraffic, Traffic

__all__ = [
    "EVENTS",
    "PARTITIONERS",
    "STATE",
    "Cluster",
    "Flow",
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
    "PlaceTraffic",
    "RecordAddress",
    "SplitCost",
    "SubjectStrategy",
    "SubscriptionPlan",
    "TopicConfig",
    "TopicShape",
    "Traffic",
    "UndecodableKey",
    "Untranslatable",
    "as_commands",
    "as_json",
    "as_strimzi",
    "as_text",
    "collisions",
    "decode_segment",
    "encode_segment",
    "events_for",
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
        "budgets": "Cluster KafkaBudget SplitCost",
        "headers": """
            Header HeadersRead InvalidProperty MqttProperties headers_from_mqtt
            mqtt_from_headers retained_payload state_value """,
        "manifests": """
            EVENTS STATE TopicConfig as_commands as_json as_strimzi as_text
            events_for topic_configs """,
        "mapping": """
            InvalidKafkaMapping KafkaMapping MismatchedKey RecordAddress UndecodableKey """,
        "names": """
            InvalidKafkaTopic InvalidSegment KafkaTopic NameTooLong SubjectStrategy
            Untranslatable collisions decode_segment encode_segment subject_name """,
        "partitioners": "PARTITIONERS Partitioner fnv1a murmur2 partition",
        "places": "Flow Level LevelSet OutsideMapping TopicShape",
        "plans": "SubscriptionPlan",
        "traffic": "PartitionLoad PlaceTraffic Traffic",
    },
)
