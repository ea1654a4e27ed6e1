"""Payload contracts: the content of messages, and checking messages against it.

``contracts``      contracts as data; everything else is made from them
``facets``         the table of facets that restrict a type
``validators``     checks messages against contracts; ``strict_json`` is JSON by RFC 8259
``faults``         the faults of a message, in words; ``epochs`` times in another unit than expected
``compatibility``  compares two versions of a contract: which messages are still valid
``schemas``        contracts as JSON Schema; ``words`` contracts as text
``examples``       a valid message and an invalid one for a contract
``binding``        a caller's pydantic model for a contract
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.payloads.binding import bound_validator
    from uns.payloads.compatibility import Comparison, Compatibility, Difference, compare
    from uns.payloads.contracts import (
        FIELD_TYPES,
        METRIC_TYPES,
        Field,
        PayloadContract,
        PayloadType,
        Scalar,
        ValueType,
        carries_metric,
    )
    from uns.payloads.epochs import doubtful_times
    from uns.payloads.examples import NoExample, example, example_size, refused_example
    from uns.payloads.facets import FACETS, NARROWING, Facet, Limit, limits
    from uns.payloads.faults import Fault, FaultKind, InvalidPayload, View
    from uns.payloads.schemas import json_schema
    from uns.payloads.validators import (
        Check,
        InvalidForeignSchema,
        MissingExtra,
        validate,
        validator,
    )
    from uns.payloads.words import contract_as_json, limits_in_words, type_as_json, type_in_words

__all__ = [
    "FACETS",
    "FIELD_TYPES",
    "METRIC_TYPES",
    "NARROWING",
    "Check",
    "Comparison",
    "Compatibility",
    "Difference",
    "Facet",
    "Fault",
    "FaultKind",
    "Field",
    "InvalidForeignSchema",
    "InvalidPayload",
    "Limit",
    "MissingExtra",
    "NoExample",
    "PayloadContract",
    "PayloadType",
    "Scalar",
    "ValueType",
    "View",
    "bound_validator",
    "carries_metric",
    "compare",
    "contract_as_json",
    "doubtful_times",
    "example",
    "example_size",
    "json_schema",
    "limits",
    "limits_in_words",
    "refused_example",
    "type_as_json",
    "type_in_words",
    "validate",
    "validator",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "contracts": """
            FIELD_TYPES Field METRIC_TYPES PayloadContract PayloadType Scalar ValueType
            carries_metric """,
        "facets": "FACETS Facet Limit NARROWING limits",
        "faults": "Fault FaultKind InvalidPayload View",
        "binding": "bound_validator",
        "compatibility": "Comparison Compatibility Difference compare",
        "epochs": "doubtful_times",
        "examples": "NoExample example example_size refused_example",
        "schemas": "json_schema",
        "validators": "Check InvalidForeignSchema MissingExtra validate validator",
        "words": "contract_as_json limits_in_words type_as_json type_in_words",
    },
)
