"""The command line: the only package that reads arguments, writes to a screen, and exits.

    terminal     the screen, in colour or not, and the exit status
    arguments    the commands and their arguments
    options      the parser, and the arguments that several commands take
    files        find, compare and write files
    inputs       a file or the standard input: one message, or topics, one a line
    outputs      JSON item by item, tables, progress
    projects     the settings in a pyproject.toml
    models       find and open a model, or a version of one
    mappings     the Kafka mapping of a model or of options
    topic_outcomes  a topic of a model, in words and as JSON
    findings     policy, baseline and output formats
    fix_files    fixes in the files of models
    comparisons  changes and verdicts in words, and as JSON

A command is a class in ``arguments``, which declares its arguments, and a module in ``commands`` with
the same name and a function ``run``. That module is imported only when its command is given, so that
``uns --help`` costs little more than argparse.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from uns.cli.arguments import Arguments, parser
from uns.cli.terminal import CannotRun, Exit, Screen
from uns.diagnostics import InvalidText, visible

__all__ = ["carry_out", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; the default arguments are those of the process."""
    _open_standard_streams()
    out, err = Screen.of(sys.stdout), Screen.of(sys.stderr)
    try:
        status = _status(arguments, out, err)
        out.flush()
    except KeyboardInterrupt:
        status = Exit.INTERRUPTED
    except BrokenPipeError:
        status = Exit.PIPE_CLOSED
    except OSError as error:
        err.error(visible(error.strerror or str(error)).lower())
        status = Exit.COULD_NOT_RUN
    if status != Exit.CLEAN:
        _drop_output()
    return int(status)


def _status(arguments: Sequence[str] | None, out: Screen, err: Screen) -> int:
    try:
        return carry_out(parser().parse_args(arguments), out, err)
    except SystemExit as stop:
        # argparse exits like this, after help as after an error.
        return stop.code if isinstance(stop.code, int) else Exit.CLEAN
    except (CannotRun, InvalidText) as error:
        out.flush()
        err.error(str(error))
        return Exit.COULD_NOT_RUN


def carry_out(given: argparse.Namespace, out: Screen, err: Screen) -> int:
    """Run the parsed command, with its arguments as an instance of its class."""
    values = vars(given).copy()
    command: type[Arguments] = values.pop("command")
    module = importlib.import_module(f"uns.cli.commands.{command.command().replace(' ', '_')}")
    status: int = module.run(command(values), out, err)
    return status


def _open_standard_streams() -> None:
    """Make the standard streams accept every name.

    Characters that the encoding lacks are escaped. A process may also have been
    started without the streams.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for good
            setattr(sys, name, nowhere)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Drop output that could not be written, so that Python does not fail on it again at exit."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
