"""The frozen namespace, and every question it answers.

``tree``           the declared tree: places, what they hold, the endpoints they carry
``clients``        who may publish and subscribe to what
``tiers``          the tree of brokers, and the way of each topic between them
``remainders``     what some filters take and others do not
``queries``        which topics a filter hits; ``subscriptions`` few filters for many topics
``nodes``          positions, made when somebody asks for one; ``resolutions`` looking one up
``composing``      the topic and the bytes for a value
``messages``       a topic and a payload that keeps to its contract
``translation``    where topics go in Kafka
``facts``          what a namespace holds, for the modules that describe it
``catalogue``      an entry for each topic template, contract, class and broker;
                   ``usage`` the clients of a topic, ``field_rows`` the fields of a message,
                   ``node_info`` the example of ``info/1``
``descriptions``   the same as JSON
``namespace``      :class:`Namespace`, which holds the above together
``near_misses``    what a filter just misses
``filter_reports`` what a filter means in a namespace
``garbage_collection`` the garbage collector, paused while many small objects are made
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.model.clients import (
        Client,
        Via,
    )
    from uns.model.facts import (
        Model,
    )
    from uns.model.filter_reports import (
        FilterFact,
        FilterFinding,
        FilterReport,
        report_filter,
        review_filters,
    )
    from uns.model.messages import (
        MESSAGE_FAULTS,
        Message,
        ModelLeftBehind,
    )
    from uns.model.namespace import (
        Namespace,
    )
    from uns.model.near_misses import NearMiss, overlooked
    from uns.model.nodes import (
        Node,
    )
    from uns.model.queries import (
        UnboundedTopics,
    )
    from uns.model.resolutions import (
        NotAnEndpoint,
        Outcome,
        Resolution,
        UnknownTopic,
    )
    from uns.model.tiers import (
        Broker,
        Hop,
        Link,
        Tiers,
        TopicRoute,
    )
    from uns.model.translation import (
        KafkaPlace,
        Translation,
    )
    from uns.model.tree import (
        Deprecated,
        Endpoint,
        EquipmentClass,
        EquipmentType,
        Kind,
        Members,
        Notes,
        Origin,
        Place,
        PlaceKind,
        Source,
    )

__all__ = [
    "MESSAGE_FAULTS",
    "Broker",
    "Client",
    "Deprecated",
    "Endpoint",
    "EquipmentClass",
    "EquipmentType",
    "FilterFact",
    "FilterFinding",
    "FilterReport",
    "Hop",
    "KafkaPlace",
    "Kind",
    "Link",
    "Members",
    "Message",
    "Model",
    "ModelLeftBehind",
    "Namespace",
    "NearMiss",
    "Node",
    "NotAnEndpoint",
    "Notes",
    "Origin",
    "Outcome",
    "Place",
    "PlaceKind",
    "Resolution",
    "Source",
    "Tiers",
    "TopicRoute",
    "Translation",
    "UnboundedTopics",
    "UnknownTopic",
    "Via",
    "overlooked",
    "report_filter",
    "review_filters",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "facts": "Model",
        "namespace": "Namespace",
        "nodes": "Node",
        "tree": """
            Deprecated Endpoint EquipmentClass EquipmentType Kind Members Notes Origin
            Place PlaceKind Source """,
        "clients": "Client Via",
        "tiers": "Broker Hop Link Tiers TopicRoute",
        "messages": "MESSAGE_FAULTS Message ModelLeftBehind",
        "queries": "UnboundedTopics",
        "resolutions": "NotAnEndpoint Outcome Resolution UnknownTopic",
        "translation": "KafkaPlace Translation",
        "filter_reports": """
            FilterFact FilterFinding FilterReport report_filter review_filters """,
        "near_misses": "NearMiss overlooked",
    },
)
