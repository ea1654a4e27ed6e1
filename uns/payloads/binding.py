"""Binds a caller's pydantic model to a contract: messages become instances of the model.

Pydantic types leave the package only here, because the caller passes them in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from uns.diagnostics import UNSError
from uns.payloads.contracts import PayloadContract
from uns.payloads.faults import Fault, FaultKind, InvalidPayload, View
from uns.payloads.strict_json import json_path, render, shorten
from uns.payloads.validators import Check, validator
from uns.payloads.writing import sent, write


class InvalidBinding(UNSError, TypeError):
    """A type that pydantic cannot validate was bound to a contract."""


def bound_validator(contract: PayloadContract, model: Any, view: View = "consumer") -> Check:
    """Compile a check that makes instances of ``model`` from valid messages of the contract.

    A message must first be valid for the contract and then for ``model``. Faults of the second
    are in pydantic's words.

    Raises:
        InvalidBinding: pydantic cannot validate ``model``.
    """
    adapter = _adapter(contract, model)
    check_contract = validator(contract, view)
    is_json = contract.payload.encoding == "json"

    def check(payload: object) -> Any:
        value = check_contract(payload)
        try:
            # The text of JSON, since a model may take 1.0 where the contract makes it 1.
            return (
                adapter.validate_json(sent(contract, payload))
                if is_json
                else adapter.validate_python(value)
            )
        except ValidationError as error:
            faults = [
                Fault(
                    FaultKind.BOUND_TYPE,
                    json_path(tuple(item["loc"])),
                    None,
                    render(item["input"]),
                    shorten(f"{item['msg']}, found {render(item['input'])}"),
                )
                for item in error.errors(include_url=False, include_context=False)
            ]
            raise InvalidPayload(contract.name, faults) from None

    return check


def bound_writer(contract: PayloadContract, model: Any) -> Callable[[Any], bytes]:
    """Compile what writes the messages of instances of ``model``, without checking them.

    Fields that were never set are left out.

    Raises:
        InvalidBinding: pydantic cannot validate ``model``.
    """
    adapter = _adapter(contract, model)
    mode: Literal["python", "json"] = "python" if contract.payload.encoding == "binary" else "json"

    def write_bound(value: Any) -> bytes:
        try:
            plain = adapter.dump_python(
                value, mode=mode, by_alias=True, exclude_unset=True, warnings="error"
            )
        except PydanticSerializationError as error:
            why = str(error).partition("\n")[0]
            sentence = shorten(f"not an instance of the bound type: {why}")
            fault = Fault(FaultKind.BOUND_TYPE, "$", None, type(value).__name__, sentence)
            raise InvalidPayload(contract.name, [fault]) from None
        return write(contract, plain)

    return write_bound


def _adapter(contract: PayloadContract, model: Any) -> TypeAdapter[Any]:
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(model)
    except Exception as error:
        # Pydantic raises different errors here: a schema error, a NameError, a TypeError.
        raise InvalidBinding(f"{model!r} cannot be bound to {contract.name}: {error}") from error
    # Pydantic accepts a type with undefined names and fails only when it is used.
    if not getattr(adapter, "pydantic_complete", True):
        raise InvalidBinding(f"{model!r} cannot be bound to {contract.name}: it is not complete")
    return adapter
