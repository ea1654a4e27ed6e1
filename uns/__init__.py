r"""Model a Unified Namespace: one file says what a plant publishes, and this library answers for it.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kW}}}}")
    >>> ns.count("lyon/#"), bool(ns.resolve("lyon/power")), bool(ns.resolve("lyon/pwoer"))
    (1, True, False)

The packages, from the bottom up; each imports only what is listed before it:

    diagnostics  findings and errors, and how they are drawn
    memo         a bounded memory of names
    counts       how many there are: a number, or no end
    isa95        equipment levels
    units        UCUM: codes, what they mean, what people write instead
    topics       what a topic name is, and sets of names
    payloads     what a message carries, and whether it is one
    kafka        where topics go in Kafka, by numbers alone
    model        the frozen namespace, and every question it answers
    loading      YAML text with positions into a namespace
    changes      facts about two versions of a namespace
    linting      how judging works; no rule is known here
    rules        the rules, one family a file
    code         topics in source code and configuration
    recordings   messages as they were published
    generators   what is made from a namespace, one target a file or folder
    reports      findings as other tools read them
    cli          the command line
    testing      hypothesis strategies, for the tests of this library and for yours

Nothing is imported before it is used: a service that only matches filters
never pays for the model format.
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
        "rules": "lint",
        "topics": """
            FilterSet InvalidPattern InvalidTemplate InvalidTopic InvalidTopicFilter
            Pattern Router Segment SharedSubscription Topic TopicFilter TopicIndex
            TopicTemplate subscription """,
    },
)
