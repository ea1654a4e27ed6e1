"""Payload contracts: what a topic carries, and whether a message is that.

``contracts`` holds the data everything else here is read off.
"""

from uns.payloads.contracts import (
    FIELD_TYPES,
    METRIC_TYPES,
    Field,
    PayloadContract,
    PayloadType,
    Scalar,
    ValueType,
)

__all__ = [
    "FIELD_TYPES",
    "METRIC_TYPES",
    "Field",
    "PayloadContract",
    "PayloadType",
    "Scalar",
    "ValueType",
]
