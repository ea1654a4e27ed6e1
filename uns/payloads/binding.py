"""A caller's own pydantic model for a contract: messages come out as its instances.

The one place where a type of pydantic passes the door, because the caller
handed it in.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from uns.diagnostics import UNSError
from uns.payloads.contracts import PayloadContract
from uns.payloads.faults import Fault, FaultKind, InvalidPayload, View
from uns.payloads.strict_json import clipped, encoded, json_path, shown
from uns.payloads.validators import Check, validator

__all__ = ["InvalidBinding", "bound_validator"]


class InvalidBinding(UNSError, TypeError):
    """What was given for a contract is no type that pydantic can validate."""


def bound_validator(contract: PayloadContract, model: Any, view: View = "consumer") -> Check:
    """A check that makes instances of ``model`` from messages that keep to the contract.

    Both must hold: the contract of the model file, and then the caller's type.
    Faults of the second are told in pydantic's words.

    Raises:
        InvalidBinding: ``model`` is no type that pydantic can validate.
    """
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(model)
    except Exception as error:
        # Pydantic raises what the model's author provoked: a schema error, a NameError, a TypeError.
        raise InvalidBinding(f"{model!r} cannot be bound to {contract.name}: {error}") from error
    # A type with names that are not defined yet is no error to pydantic before it is used.
    if not getattr(adapter, "pydantic_complete", True):
        raise InvalidBinding(f"{model!r} cannot be bound to {contract.name}: it is not complete")
    held = validator(contract, view)

    def check(payload: object) -> Any:
        text = payload if type(payload) is bytes else None
        value = held(payload)
        try:
            return adapter.validate_json(encoded(value) if text is None else text)
        except ValidationError as error:
            faults = [
                Fault(
                    FaultKind.BOUND_TYPE,
                    json_path(tuple(item["loc"])),
                    None,
                    shown(item["input"]),
                    clipped(f"{item['msg']}, found {shown(item['input'])}"),
                )
                for item in error.errors(include_url=False, include_context=False)
            ]
            raise InvalidPayload(contract.name, faults) from None

    return check
