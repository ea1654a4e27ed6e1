r"""Model a Unified Namespace: one file describes what a plant publishes, and this library uses it.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kW}}}}")
    >>> ns.count("lyon/#"), bool(ns.resolve("lyon/power")), bool(ns.resolve("lyon/pwoer"))
    (1, True, False)

The packages, from the bottom up; each imports only what is listed before it:

    diagnostics  findings and errors, and drawing them
    memo         a bounded cache of names
    counts       a number, or no end
    rates        durations and rates
    isa95        equipment levels
    units        UCUM: codes, what they mean, what people write instead
    topics       topic names, filters, templates, and sets of names
    payloads     payload contracts, and checking messages
    kafka        mapping topics to Kafka, without a model
    model        the frozen namespace, and its queries
    loading      from YAML text to a namespace
    changes      the changes between two versions of a namespace
    linting      running rules; it knows none of them
    rules        the rules, one family a file
    code         topics in source code and configuration
    recordings   messages as they were published
    generators   the targets of `uns export`, each a file or a folder
    reports      the formats of findings
    cli          the command line
    testing      hypothesis strategies, for the tests of this library and for yours

A module is imported when one of its names is used: a service that only matches
filters never loads the model format.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uns.changes import (
        Change,
        Changes,
        diff,
    )
    from uns.diagnostics import (
        Diagnostic,
        InvalidArgument,
        InvalidText,
        Severity,
        Span,
        UnknownName,
        UNSError,
        draw,
    )
    from uns.generators import (
        Generated,
        generate,
    )
    from uns.isa95 import (
        EquipmentLevel,
        EquipmentLevels,
    )
    from uns.kafka import (
        KafkaMapping,
        RecordAddress,
        SubscriptionPlan,
        Untranslatable,
    )
    from uns.loading import (
        InvalidNamespace,
        load,
        loads,
    )
    from uns.model import (
        Client,
        Endpoint,
        EquipmentClass,
        Kind,
        Message,
        Model,
        Namespace,
        Node,
        NotAnEndpoint,
        Outcome,
        Resolution,
        UnboundedTopics,
        UnknownTopic,
    )
    from uns.payloads import (
        InvalidPayload,
        PayloadContract,
        PayloadType,
        ValueType,
    )
    from uns.rates import (
        Duration,
        Rate,
    )
    from uns.rules import (
        lint,
    )
    from uns.topics import (
        FilterSet,
        InvalidPattern,
        InvalidTemplate,
        InvalidTopic,
        InvalidTopicFilter,
        Pattern,
        Router,
        Segment,
        SharedSubscription,
        Topic,
        TopicFilter,
        TopicIndex,
        TopicTemplate,
        subscription,
    )

__all__ = [
    "Change",
    "Changes",
    "Client",
    "Diagnostic",
    "Duration",
    "Endpoint",
    "EquipmentClass",
    "EquipmentLevel",
    "EquipmentLevels",
    "FilterSet",
    "Generated",
    "InvalidArgument",
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
    "Rate",
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
    "UnknownName",
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


def lazy(
    package: str, modules: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The ``__getattr__`` and ``__dir__`` of a package that imports a module when it is needed.

    ``modules`` lists the public names of each module, separated by spaces.
    """
    module_of = {name: module for module, names in modules.items() for name in names.split()}

    def get(name: str) -> Any:
        module = module_of.get(name)
        if module is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f".{module}", package), name)
        setattr(sys.modules[package], name, value)
        return value

    return get, lambda: sorted(module_of)


__getattr__, __dir__ = lazy(
    __name__,
    {
        "changes": "Change Changes diff",
        "diagnostics": """
            Diagnostic InvalidArgument InvalidText Severity Span UNSError UnknownName draw """,
        "generators": "Generated generate",
        "isa95": "EquipmentLevel EquipmentLevels",
        "kafka": "KafkaMapping RecordAddress SubscriptionPlan Untranslatable",
        "loading": "InvalidNamespace load loads",
        "model": """
            Client Endpoint EquipmentClass Kind Message Model Namespace Node
            NotAnEndpoint Outcome Resolution UnboundedTopics UnknownTopic """,
        "payloads": "InvalidPayload PayloadContract PayloadType ValueType",
        "rates": "Duration Rate",
        "rules": "lint",
        "topics": """
            FilterSet InvalidPattern InvalidTemplate InvalidTopic InvalidTopicFilter
            Pattern Router Segment SharedSubscription Topic TopicFilter TopicIndex
            TopicTemplate subscription """,
    },
)
