"""``uns init``: a small model to start from."""

from __future__ import annotations

import importlib.resources
import os
from pathlib import Path

from uns.cli.arguments import Init
from uns.cli.files import attempt, replace_file
from uns.cli.terminal import CannotRun, Exit, Screen
from uns.diagnostics import visible

#: The name of the file if only a folder is given.
NAME = "plant.uns.yaml"


def run(arguments: Init, out: Screen, _: Screen) -> int:
    """Write the starter model, unless there is a file already."""
    path = Path(arguments.path)
    if path.is_dir():
        path /= NAME
    elif arguments.path.endswith("/") or not path.parent.is_dir():
        folder = path if arguments.path.endswith("/") else path.parent
        raise CannotRun(f"there is no folder {visible(str(folder))}")
    elif not path.suffix:
        # The other commands find models by this ending.
        path = path.with_name(f"{path.name}.uns.yaml")
    with attempt("write", path):
        if os.path.lexists(path):
            raise FileExistsError(17, "it exists already", str(path))
        replace_file(path, (importlib.resources.files("uns.cli") / "starter.uns.yaml").read_bytes())
    name = visible(str(path))
    out.line(f"wrote {name}")
    out.line(f"next: uns check {name}")
    return Exit.CLEAN
