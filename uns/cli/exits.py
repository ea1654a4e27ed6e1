"""How a command ends."""

from __future__ import annotations

from enum import IntEnum

from uns.diagnostics import UNSError

__all__ = ["CannotRun", "Exit"]


class Exit(IntEnum):
    """The exit status, which scripts and CI jobs go by."""

    #: Everything asked for was found, and nothing is wrong with it.
    CLEAN = 0
    #: Something is wrong, or nothing was found.
    FINDINGS = 1
    #: The question was not answered: wrong usage, no model, a model with faults.
    COULD_NOT_RUN = 2
    #: Ctrl-C, as a shell counts it: 128 and the number of the signal.
    INTERRUPTED = 130
    #: Whoever read the output stopped reading, counted the same way.
    PIPE_CLOSED = 141


class CannotRun(UNSError):
    """The command cannot be carried out; the message says why, in one sentence."""
