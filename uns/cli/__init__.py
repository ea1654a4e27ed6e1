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
import contextlib
import importlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from uns.cli.arguments import Arguments, parser
from uns.cli.terminal import Exit, Screen
from uns.diagnostics import UNSError, visible_lines

__all__ = ["carry_out", "main"]


#: The variable that asks for the traceback of an error.
TRACEBACK = "UNS_TRACEBACK"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; the default arguments are those of the process.

    Every error, also one that nobody foresaw, ends with a status of its own and at most a message:
    a traceback has the status 1, which a CI job takes for findings.
    """
    _open_standard_streams()
    out, err = Screen.of(sys.stdout), Screen.of(sys.stderr)
    status: int
    try:
        status = _status(arguments, out, err)
        out.flush()
    except KeyboardInterrupt:
        status = Exit.INTERRUPTED
    except BrokenPipeError:
        status = Exit.PIPE_CLOSED
    except Exception as error:
        _tell(error, out, err)
        status = Exit.COULD_NOT_RUN
    return int(_drained(status))


def _status(arguments: Sequence[str] | None, out: Screen, err: Screen) -> int:
    try:
        return carry_out(parser().parse_args(arguments), out, err)
    except SystemExit as stop:
        # argparse exits like this, after help as after an error.
        return stop.code if isinstance(stop.code, int) else Exit.CLEAN


def _tell(error: Exception, out: Screen, err: Screen) -> None:
    """Write why the command could not run; if nothing can be written, the status has to do."""
    if os.environ.get(TRACEBACK):
        import traceback  # only for this

        err.line(visible_lines("".join(traceback.format_exception(error)).rstrip()))
    with contextlib.suppress(OSError, ValueError):
        out.flush()
    with contextlib.suppress(OSError, ValueError):
        err.error(visible_lines(_reason(error)))
        err.flush()


def _reason(error: Exception) -> str:
    """Why the command could not run; one line, but for texts that are drawn with their fault."""
    if isinstance(error, UNSError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        where = "" if error.filename is None else f": {os.fsdecode(error.filename)}"
        return f"{error.strerror.lower()}{where}"
    if isinstance(error, MemoryError):
        return "out of memory"
    said = " ".join(str(error).split())[:_LONGEST_REASON]
    kind = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return f"uns failed with {kind}; please report it, with what {TRACEBACK}=1 shows"


#: Longest text of an unforeseen error that is shown, in code points.
_LONGEST_REASON = 200


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


def _drained(status: int) -> int:
    """Flush the standard streams, so that Python does not fail on them at exit.

    Output that could not be written is dropped.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            _drop(stream)
        except (OSError, ValueError):
            _drop(stream)
            status = status or Exit.COULD_NOT_RUN
    return status


def _drop(stream: TextIO) -> None:
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
