"""Payload contracts: what a topic carries, and whether a message is that.

Everything is read off the data in ``contracts``. What needs pydantic is
imported when it is first used, so that whoever only reads a namespace does not
pay for it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

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
from uns.payloads.faults import Fault, FaultKind, InvalidPayload, View

if TYPE_CHECKING:
    from uns.payloads.binding import bound_validator
    from uns.payloads.compatibility import Comparison, Compatibility, Difference, compare
    from uns.payloads.examples import NoExample, example, refused_example
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
        limits_in_words,
        type_as_json,
        type_in_words,
    )

__all__ = [
    "FIELD_TYPES",
    "METRIC_TYPES",
    "Check",
    "Comparison",
    "Compatibility",
    "Difference",
    "Fault",
    "FaultKind",
    "Field",
    "InvalidForeignSchema",
    "InvalidPayload",
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
    "example",
    "json_schema",
    "limits_in_words",
    "refused_example",
    "type_as_json",
    "type_in_words",
    "validate",
    "validator",
]

_LAZY = {
    "bound_validator": "binding",
    "Comparison": "compatibility",
    "Compatibility": "compatibility",
    "Difference": "compatibility",
    "compare": "compatibility",
    "NoExample": "examples",
    "example": "examples",
    "refused_example": "examples",
    "json_schema": "schemas",
    "Check": "validators",
    "InvalidForeignSchema": "validators",
    "MissingExtra": "validators",
    "validate": "validators",
    "validator": "validators",
    "contract_as_json": "words",
    "limits_in_words": "words",
    "type_as_json": "words",
    "type_in_words": "words",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'uns.payloads' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"uns.payloads.{_LAZY[name]}"), name)
    globals()[name] = value
    return value
