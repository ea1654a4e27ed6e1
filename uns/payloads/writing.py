"""Writes the message of a value: JSON, text or bytes, as the payload says."""

from __future__ import annotations

from typing import Any

from uns.payloads import faults
from uns.payloads.contracts import TEXT_TYPES, PayloadContract
from uns.payloads.faults import InvalidPayload
from uns.payloads.strict_json import NotJSON, encode_json, text_bytes


def write(contract: PayloadContract, value: Any) -> bytes:
    """Write the message whose value is ``value``, without checking that the contract allows it.

    JSON is compact. Raises :class:`InvalidPayload` for a value that cannot be written.

    >>> from uns.payloads.contracts import PayloadType, ValueType
    >>> number = ValueType("number")
    >>> write(PayloadContract(PayloadType("a/1", value=number)), [21.5, "on"])
    b'[21.5,"on"]'
    >>> write(PayloadContract(PayloadType("b/1", value=number, encoding="text")), 21.5)
    b'21.5'
    """
    match contract.payload.encoding:
        case "text":
            return _write_text(contract, value)
        case "binary":
            if isinstance(value, bytes | bytearray | memoryview):
                return bytes(value)
            raise InvalidPayload(contract.name, [faults.not_bytes(value)])
        case _:
            try:
                return encode_json(value)
            except NotJSON as error:
                raise InvalidPayload(contract.name, [faults.not_json(str(error))]) from None


def sent(contract: PayloadContract, payload: object) -> bytes:
    """The bytes of a payload as a client has it: bytes and text as they are, other values written.

    Raises :class:`InvalidPayload` for a value that cannot be written.
    """
    if isinstance(payload, bytes | bytearray | memoryview):
        return bytes(payload)
    if not isinstance(payload, str):
        return write(contract, payload)
    try:
        return text_bytes(payload)
    except NotJSON as error:
        is_json = contract.payload.encoding == "json"
        fault = faults.not_json(str(error)) if is_json else faults.not_text(str(error))
        raise InvalidPayload(contract.name, [fault]) from None


def _write_text(contract: PayloadContract, value: object) -> bytes:
    """Write a text, a number, true or false as a message that is text.

    A text is not written where the contract has a number, nor a number where it has a text.
    """
    type_ = contract.body.type
    fits = isinstance(value, str) if type_ in TEXT_TYPES else isinstance(value, int | float)
    if not fits and not (type_ == "metric_value" and isinstance(value, str)):
        fault = faults.unexpected((), contract.body, value, "producer")
        raise InvalidPayload(contract.name, [fault])
    try:
        return text_bytes(value) if isinstance(value, str) else encode_json(value)
    except NotJSON as error:
        raise InvalidPayload(contract.name, [faults.not_text(str(error))]) from None
