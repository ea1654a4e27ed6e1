"""``uns payload schema``: a contract as JSON Schema."""

from __future__ import annotations

import json
from argparse import Namespace as Arguments

from uns import payloads
from uns.cli.contracts import contract_of
from uns.cli.exits import Exit
from uns.cli.models import opened
from uns.cli.terminal import Screen

__all__ = ["run"]


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Write the schema of one view."""
    contract = contract_of(opened(arguments.model, err), arguments.contract, err)
    if contract is None:
        return Exit.FINDINGS
    schema = payloads.json_schema(contract, arguments.view)
    out.line(json.dumps(schema, indent=2, ensure_ascii=not out.is_unicode))
    return Exit.CLEAN
