"""Baselines on the command line: the file that is meant, and what its entries are called."""

from __future__ import annotations

import os
from pathlib import Path

from uns.cli.exits import CannotRun
from uns.cli.files import as_text
from uns.cli.terminal import Screen
from uns.diagnostics import visible
from uns.rules import Baseline, InvalidBaseline

__all__ = ["name_in", "opened_baseline"]


def opened_baseline(file: str | None, err: Screen, *, is_made: bool) -> Baseline:
    """What a baseline file holds; nothing when it is about to be made.

    Raises:
        CannotRun: there is no such file, or it is no baseline.
    """
    text = None if file is None else as_text(file)
    if file is None or (text is None and is_made):
        return Baseline()
    if text is None:
        raise CannotRun(f"there is no baseline {visible(file)}; make one with --add-baseline")
    try:
        return Baseline.read(file, text)
    except InvalidBaseline as invalid:
        for found in invalid.diagnostics:
            err.finding(found)
    raise CannotRun(f"{visible(file)} is no baseline")


def name_in(baseline: str | None, file: str) -> str:
    """A model or another file as the baseline calls it: by its path from the folder of the baseline."""
    folder = Path(baseline or "").parent
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # another drive
        return Path(file).as_posix()
