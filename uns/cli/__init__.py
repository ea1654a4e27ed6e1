"""The command line: the only room that reads arguments, writes to a screen, and exits.

    terminal    the screen: what is written where, in colour or not
    arguments   which commands there are, and what each takes
    options     the parser, and the arguments that several commands take
    exits       how a command ends
    models      which model is meant, and opening it
    stdin       topics from the standard input, one a line
    recordings  messages from files, one alone or many, one a line
    contracts   which contract is meant
    mappings    which Kafka mapping is meant
    folders     files written to a folder, those only that are not current
    listing     what families stand for, topic by topic
    words       declared things as a person reads them, and as JSON
    revisions   which version of a model is meant, and opening it
    comparisons  changes and verdicts in words, and as JSON
    outcomes    what came of looking a topic up
    writing     JSON, item by item
    reporting   findings in any format, to the screen and to files
    files       files read as text, written as a whole
    projects    what a pyproject.toml says
    policies    which rules count
    baselines   which baseline is meant
    mending     fixes in the files of models
    globs       which files a pattern means
    progress    how far a long command is

A module of ``commands`` is one command with one function, ``run``. It is imported when
its command is asked for, so that ``uns --help`` costs little more than
argparse, and a command no more than what it needs.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from uns.cli.arguments import parser
from uns.cli.exits import CannotRun, Exit
from uns.cli.terminal import Screen, Style
from uns.diagnostics import InvalidText, visible

__all__ = ["main"]


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
        given = parser().parse_args(arguments)
        status: int = importlib.import_module(f"uns.cli.commands.{given.room}").run(given, out, err)
    except SystemExit as stop:
        # argparse leaves this way, after help as after an error.
        status = stop.code if isinstance(stop.code, int) else Exit.CLEAN
    except (CannotRun, InvalidText) as error:
        out.flush()
        status = _failed(err, str(error))
    return status


def _failed(err: Screen, message: str) -> Exit:
    """Say why the command could not be carried out; the message is fit for a screen."""
    err.line(f"uns: {err.paint('error', Style.ERROR)}: {message}")
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
