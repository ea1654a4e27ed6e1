"""``uns schema``: the JSON Schema of model files."""

from __future__ import annotations

from dataclasses import dataclass

from uns.cli.models import opened
from uns.cli.outputs import write_json
from uns.cli.terminal import Exit, Screen
from uns.loading.model_format import schema

__all__ = ["Arguments", "run"]


@dataclass(frozen=True, slots=True)
class Arguments:
    """What ``uns schema`` takes."""

    model: str | None


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Write the schema, with the equipment levels of a model if one is named."""
    levels = None if arguments.model is None else opened(arguments.model, err).levels
    write_json(schema(levels), out)
    return Exit.CLEAN
