"""``uns payload example``: an example of a valid message, always the same one."""

from __future__ import annotations

from uns import payloads
from uns.cli.arguments import PayloadExample
from uns.cli.models import open_model
from uns.cli.outputs import write_json
from uns.cli.terminal import Exit, Screen
from uns.cli.topic_outcomes import contract_of


def run(arguments: PayloadExample, out: Screen, err: Screen) -> int:
    """Write the message."""
    contract = contract_of(open_model(arguments.model, err), arguments.contract, err)
    if contract is None:
        return Exit.FINDINGS
    value = payloads.example(contract)
    if contract.payload.encoding == "json":
        write_json(value, out)
    else:
        # Without a line break, which would be a part of the message.
        out.write(payloads.write(contract, value))
    return Exit.CLEAN
