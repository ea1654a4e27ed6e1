"""Which contract is meant: that of a topic, or a payload by its name."""

from __future__ import annotations

from uns.cli.outcomes import write_outcome
from uns.cli.terminal import Screen
from uns.model.namespace import Namespace
from uns.payloads import PayloadContract

__all__ = ["contract_of"]


def contract_of(namespace: Namespace, name: str, err: Screen) -> PayloadContract | None:
    """The contract of the topic ``name``, or of the payload of that name where the model has one.

    Where there is neither, ``err`` is told what became of looking the topic up.
    """
    payload = namespace.payloads.get(name)
    if payload is not None:
        return PayloadContract(payload)
    resolution = namespace.resolve(name)
    if resolution.contract is None:
        write_outcome(namespace, resolution, resolution.near, err)
    return resolution.contract
