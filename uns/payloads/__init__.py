"""Payload contracts: the content of messages, and checking messages against it.

``contracts``      contracts as data; everything else is made from them
``facets``         the table of facets that restrict a type
``validators``     checks messages against contracts; ``strict_json`` is JSON by RFC 8259
``faults``         the faults of a message, in words; ``epochs`` times in another unit than expected
``compatibility``  compares two versions of a contract: which messages are still valid
``schemas``        contracts as JSON Schema; ``words`` contracts as text
``examples``       a valid message and an invalid one for a contract
``writing``        the message of a value
``binding``        a caller's pydantic model for a contract
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.payloads.binding import bound_validator, bound_writer
    from uns.payloads.compatibility import Comparison, Compatibility, Difference, compare
    from uns.payloads.contracts import (
        FIELD_TYPES,
        IDENTITY_TYPES,
        METRIC_TYPES,
        SCALAR_TYPES,
        TEXT_TYPES,
        UNKNOWN,
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
    from uns.payloads.words import (
        contract_as_json,
        form_in_words,
        limits_in_words,
        named,
        type_as_json,
        type_in_words,
    )
    from uns.payloads.writing import write

__all__ = [
    "FACETS",
    "FIELD_TYPES",
    "IDENTITY_TYPES",
    "METRIC_TYPES",
    "NARROWING",
    "SCALAR_TYPES",
    "TEXT_TYPES",
    "UNKNOWN",
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
    "bound_writer",
    "carries_metric",
    "compare",
    "contract_as_json",
    "doubtful_times",
    "example",
    "example_size",
    "form_in_words",
    "json_schema",
    "limits",
    "limits_in_words",
    "named",
    "refused_example",
    "type_as_json",
    "type_in_words",
    "validate",
    "validator",
    "write",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "contracts": """
            FIELD_TYPES Field IDENTITY_TYPES METRIC_TYPES PayloadContract PayloadType SCALAR_TYPES Scalar
            TEXT_TYPES UNKNOWN ValueType
            carries_metric """,
        "facets": "FACETS Facet Limit NARROWING limits",
        "faults": "Fault FaultKind InvalidPayload View",
        "binding": "bound_validator bound_writer",
        "compatibility": "Comparison Compatibility Difference compare",
        "epochs": "doubtful_times",
        "examples": "NoExample example example_size refused_example",
        "schemas": "json_schema",
        "validators": "Check InvalidForeignSchema MissingExtra validate validator",
        "words": "contract_as_json form_in_words limits_in_words named type_as_json type_in_words",
        "writing": "write",
    },
)
