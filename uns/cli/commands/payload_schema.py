"""``uns payload schema``: a contract as JSON Schema."""

from __future__ import annotations

from uns import payloads
from uns.cli.arguments import PayloadSchema
from uns.cli.models import open_model
from uns.cli.outputs import write_json
from uns.cli.terminal import Exit, Screen
from uns.cli.topic_outcomes import contract_of


def run(arguments: PayloadSchema, out: Screen, err: Screen) -> int:
    """Write the schema of one view."""
    contract = contract_of(open_model(arguments.model, err), arguments.contract, err)
    if contract is None:
        return Exit.FINDINGS
    write_json(payloads.json_schema(contract, arguments.view), out)
    return Exit.CLEAN
