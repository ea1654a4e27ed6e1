"""The command line: the only room that reads arguments, writes to a screen, and exits.

    exits         how a command ends
    arguments     which commands there are, and what each takes
    models        which model is meant, and opening it
    words         declared things in the words a person reads, and as JSON
    listing       endpoints of families, one concrete topic after the other
    stdin         one topic a line, without end if need be
    check  tree  topics  topic_check  topic_explain  match  schema  init  completion

Below the line is one room per command, each with one function ``run``. It is
imported when its command is asked for, so that ``uns --help`` costs no more
than argparse, and a command no more than what it needs.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from uns.cli.arguments import parser
from uns.cli.exits import CannotRun, Exit
from uns.diagnostics import InvalidText, UNSError, visible
from uns.terminal import Screen, Style

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
        status = _failed(err, error.strerror or str(error))
    if status != Exit.CLEAN:
        _give_up_output()
    return int(status)


def _status(arguments: Sequence[str] | None, out: Screen, err: Screen) -> int:
    try:
        given = parser().parse_args(arguments)
        status: int = importlib.import_module(f"uns.cli.{given.room}").run(given, out, err)
    except SystemExit as stop:
        # argparse leaves this way, after help as after an error.
        return stop.code if isinstance(stop.code, int) else Exit.CLEAN
    except (CannotRun, InvalidText) as error:
        return _failed(err, str(error))
    except UNSError as error:
        return _failed(err, visible(str(error)))
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
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _give_up_output() -> None:
    """Keep what was not written from failing once more, with a traceback, when Python ends."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
