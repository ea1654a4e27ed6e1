"""What a command came to, and the files that commands are tried on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeAlias

ROOT = Path(__file__).parent.parent.parent
BOTTLING = ROOT / "examples" / "bottling" / "bottling.uns.yaml"


class Ran(NamedTuple):
    """The exit status of a command, and what it wrote."""

    status: int
    out: str
    err: str


#: Runs one command: its arguments, and as ``stdin`` the bytes of the standard input.
Run: TypeAlias = Callable[..., Ran]
