"""The command line: the only package that reads arguments, writes to a screen, and exits.

    terminal     the screen, in colour or not, and how a command ends
    arguments    which commands there are, and what each takes
    options      the parser, and the arguments that several commands take
    files        which files are meant; written as a whole
    inputs       a file or the standard input: one message, or topics, one a line
    outputs      numbers in words, JSON item by item, how far a command is
    projects     what a pyproject.toml says
    models       which model, or which version of one, is meant; opening it
    mappings     which Kafka mapping is meant
    words        what a model says of a topic, in words and as JSON
    findings     which rules count, what is known, and where findings go
    mending      fixes in the files of models
    comparisons  changes and verdicts in words, and as JSON

A command is a class of ``arguments``, which says what it takes, and the module of ``commands`` with
its name, whose function ``run`` carries it out. The module is imported when its command is asked
for, so that ``uns --help`` costs little more than argparse, and a command no more than what it needs.
A new command needs both, a test in ``tests/cli`` and a section of ``docs/reference/cli.md``.
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
    """Carry out one command, and return its exit status; ``arguments`` default to the program's."""
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
        status = _failed(err, visible(error.strerror or str(error)).lower())
    if status != Exit.CLEAN:
        _give_up_output()
    return int(status)


def _status(arguments: Sequence[str] | None, out: Screen, err: Screen) -> int:
    try:
        status = carry_out(parser().parse_args(arguments), out, err)
    except SystemExit as stop:
        # argparse leaves this way, after help as after an error.
        status = stop.code if isinstance(stop.code, int) else Exit.CLEAN
    except (CannotRun, InvalidText) as error:
        out.flush()
        status = _failed(err, str(error))
    return status


def carry_out(given: argparse.Namespace, out: Screen, err: Screen) -> int:
    """Carry out the command that was parsed, with what it takes as the type that it declares."""
    values = vars(given).copy()
    command: type[Arguments] = values.pop("command")
    module = importlib.import_module(f"uns.cli.commands.{command.command().replace(' ', '_')}")
    status: int = module.run(command(values), out, err)
    return status


def _failed(err: Screen, message: str) -> Exit:
    """Say why the command could not be carried out; the message is fit for a screen."""
    err.error(message)
    return Exit.COULD_NOT_RUN


def _open_standard_streams() -> None:
    """Make the standard streams fit to write any name to.

    A program may be started without them; and a name that their encoding does
    not have is written escaped.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for good
            setattr(sys, name, nowhere)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _give_up_output() -> None:
    """Keep what was not written from failing once more, with a traceback, when Python ends."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
