"""``uns schema``: the JSON Schema of model files."""

from __future__ import annotations

import json
from argparse import Namespace as Arguments

from uns.cli.exits import Exit
from uns.cli.models import opened
from uns.cli.terminal import Screen
from uns.loading.model_format import schema

__all__ = ["run"]


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Write the schema, with the equipment levels of a model if one is named."""
    levels = None if arguments.model is None else opened(arguments.model, err).levels
    out.line(json.dumps(schema(levels), indent=2, ensure_ascii=not out.is_unicode))
    return Exit.CLEAN
