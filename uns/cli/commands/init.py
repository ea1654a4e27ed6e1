"""``uns init``: a small model to start from."""

from __future__ import annotations

import importlib.resources
import os
from argparse import Namespace as Arguments
from pathlib import Path

from uns.cli.exits import CannotRun, Exit
from uns.cli.terminal import Screen
from uns.diagnostics import visible

__all__ = ["run"]

#: What the model is called where only its folder is given.
NAME = "plant.uns.yaml"


def run(arguments: Arguments, out: Screen, _: Screen) -> int:
    """Write the starter model where nothing is yet."""
    path = Path(arguments.path)
    if path.is_dir():
        path /= NAME
    elif arguments.path.endswith("/") or not path.parent.is_dir():
        folder = path if arguments.path.endswith("/") else path.parent
        raise CannotRun(f"there is no folder {visible(str(folder))}")
    try:
        _write(path, (importlib.resources.files("uns.cli") / "starter.uns.yaml").read_bytes())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CannotRun(f"cannot write {visible(str(path))}: {visible(reason.lower())}") from None
    name = visible(str(path))
    out.line(f"wrote {name}")
    out.line(f"next: uns check {name}")
    return Exit.CLEAN


def _write(path: Path, text: bytes) -> None:
    """Write a file as a whole or not at all, and never over another."""
    if os.path.lexists(path):
        raise FileExistsError(17, "it is there already", str(path))
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("xb") as file:
            file.write(text)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
