"""``uns schema``: the JSON Schema of model files."""

from __future__ import annotations

from uns.cli.arguments import Schema
from uns.cli.models import open_model
from uns.cli.outputs import write_json
from uns.cli.terminal import Exit, Screen
from uns.loading.model_format import schema


def run(arguments: Schema, out: Screen, err: Screen) -> int:
    """Write the schema, with the equipment levels of a model if one is given."""
    levels = None if arguments.model is None else open_model(arguments.model, err).levels
    write_json(schema(levels), out)
    return Exit.CLEAN
