"""``uns payload example``: a message that keeps to a contract, always the same one."""

from __future__ import annotations

from dataclasses import dataclass

from uns import payloads
from uns.cli.models import opened
from uns.cli.outputs import write_json
from uns.cli.terminal import CannotRun, Exit, Screen
from uns.cli.words import contract_of
from uns.diagnostics import visible

__all__ = ["Arguments", "run"]


@dataclass(frozen=True, slots=True)
class Arguments:
    """What ``uns payload example`` takes."""

    contract: str
    model: str | None


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Write the message."""
    contract = contract_of(opened(arguments.model, err), arguments.contract, err)
    if contract is None:
        return Exit.FINDINGS
    try:
        message = payloads.example(contract)
    except (payloads.NoExample, payloads.MissingExtra, payloads.InvalidForeignSchema) as error:
        raise CannotRun(visible(str(error))) from None
    write_json(message, out)
    return Exit.CLEAN
