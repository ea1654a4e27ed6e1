r"""Model a Unified Namespace: one file says what a plant publishes, and this library answers for it.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kW}}}}")
    >>> ns.count("lyon/#"), bool(ns.resolve("lyon/power")), bool(ns.resolve("lyon/pwoer"))
    (1, True, False)

The house, from the ground up; imports only go down:

    diagnostics  memo  faults            findings and errors; what is remembered of names
    isa95  units  patterns               equipment levels; UCUM; the one pattern dialect
    topics  payloads                     names and their algebra; what a topic carries
    index  templates  access             many filters; templates that match and build; clients
    kafka  router  tree  extents         translation; dispatch; the declared tree; topic levels as sets
    queries  traces  subscriptions       which topics a filter hits, or a text means; few filters
    nodes  resolutions  namespace        positions, looking them up; the waist: Namespace
    yaml_events ... loading              text with positions, the file format, a namespace
    changes                              what differs between two versions, as facts
    rules  reports  generators           what is unwise, and why; what others read of it
    literals  mentions                   texts in code and configuration that name topics
    terminal  cli  testing               faces: screen, command line, hypothesis strategies

Nothing is imported before it is used: a service that only matches filters
never pays for the model format.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uns.access import Client
    from uns.changes import Change, Changes, diff
    from uns.diagnostics import Diagnostic, InvalidText, Severity, Span, UNSError, draw
    from uns.generators import Generated, generate
    from uns.index import TopicIndex
    from uns.isa95 import EquipmentLevel, EquipmentLevels
    from uns.kafka import KafkaMapping, RecordAddress, SubscriptionPlan, Untranslatable
    from uns.loading import InvalidNamespace, load, loads
    from uns.messages import Message
    from uns.namespace import Model, Namespace
    from uns.nodes import Node
    from uns.patterns import InvalidPattern, Pattern
    from uns.payloads import InvalidPayload, PayloadContract, PayloadType, ValueType
    from uns.queries import UnboundedTopics
    from uns.resolutions import NotAnEndpoint, Outcome, Resolution, UnknownTopic
    from uns.router import Router
    from uns.rules import lint
    from uns.templates import InvalidTemplate, Segment, TopicTemplate
    from uns.topics import (
        FilterSet,
        InvalidTopic,
        InvalidTopicFilter,
        SharedSubscription,
        Topic,
        TopicFilter,
        subscription,
    )
    from uns.tree import Endpoint, EquipmentClass, Kind

#: Where every public name lives.
_ROOMS = {
    "access": ("Client",),
    "changes": ("Change", "Changes", "diff"),
    "diagnostics": ("Diagnostic", "InvalidText", "Severity", "Span", "UNSError", "draw"),
    "generators": ("Generated", "generate"),
    "index": ("TopicIndex",),
    "isa95": ("EquipmentLevel", "EquipmentLevels"),
    "kafka": ("KafkaMapping", "RecordAddress", "SubscriptionPlan", "Untranslatable"),
    "loading": ("InvalidNamespace", "load", "loads"),
    "namespace": ("Model", "Namespace"),
    "nodes": ("Node",),
    "patterns": ("InvalidPattern", "Pattern"),
    "messages": ("Message",),
    "payloads": ("InvalidPayload", "PayloadContract", "PayloadType", "ValueType"),
    "queries": ("UnboundedTopics",),
    "resolutions": ("NotAnEndpoint", "Outcome", "Resolution", "UnknownTopic"),
    "router": ("Router",),
    "rules": ("lint",),
    "templates": ("InvalidTemplate", "Segment", "TopicTemplate"),
    "topics": (
        "FilterSet",
        "InvalidTopic",
        "InvalidTopicFilter",
        "SharedSubscription",
        "Topic",
        "TopicFilter",
        "subscription",
    ),
    "tree": ("Endpoint", "EquipmentClass", "Kind"),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "Change",
    "Changes",
    "Client",
    "Diagnostic",
    "Endpoint",
    "EquipmentClass",
    "EquipmentLevel",
    "EquipmentLevels",
    "FilterSet",
    "Generated",
    "InvalidNamespace",
    "InvalidPattern",
    "InvalidPayload",
    "InvalidTemplate",
    "InvalidText",
    "InvalidTopic",
    "InvalidTopicFilter",
    "KafkaMapping",
    "Kind",
    "Message",
    "Model",
    "Namespace",
    "Node",
    "NotAnEndpoint",
    "Outcome",
    "Pattern",
    "PayloadContract",
    "PayloadType",
    "RecordAddress",
    "Resolution",
    "Router",
    "Segment",
    "Severity",
    "SharedSubscription",
    "Span",
    "SubscriptionPlan",
    "Topic",
    "TopicFilter",
    "TopicIndex",
    "TopicTemplate",
    "UNSError",
    "UnboundedTopics",
    "UnknownTopic",
    "Untranslatable",
    "ValueType",
    "diff",
    "draw",
    "generate",
    "lint",
    "load",
    "loads",
    "subscription",
]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    room = _ROOM_OF.get(name)
    if room is None:
        raise AttributeError(f"module 'uns' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"uns.{room}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
