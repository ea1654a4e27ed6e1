"""``uns schema``: the JSON Schema of model files."""

from __future__ import annotations

from uns.cli.arguments import Schema
from uns.cli.models import open_model
from uns.cli.outputs import write_json
from uns.cli.terminal import Exit, Screen
from uns.loading.editor_schema import model_schema
from uns.loading.model_format import schema


def run(arguments: Schema, out: Screen, err: Screen) -> int:
    """Write the schema, that of one model if one is given."""
    if arguments.model is None:
        write_json(schema(), out)
    else:
        write_json(model_schema(open_model(arguments.model, err)), out)
    return Exit.CLEAN
