"""Files written to a folder: whole or not at all, and only those that are not current."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from uns.cli.exits import CannotRun
from uns.diagnostics import visible

__all__ = ["not_current", "write"]


def not_current(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """The names of ``files`` that are not there as they should be."""
    return [name for name, text in files.items() if _there(folder / name) != text]


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put every file in its place below ``folder``."""
    for name, text in files.items():
        try:
            _replace(folder / name, text)
        except (OSError, ValueError) as error:
            raise _failed("write", folder / name, error) from None


def _there(path: Path) -> bytes | None:
    """What a file holds; ``None`` when there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _failed("read", path, error) from None


def _replace(path: Path, text: bytes) -> None:
    """Write a file as a whole or not at all: whoever reads it meanwhile sees the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(text)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _failed(verb: str, path: Path, error: Exception) -> CannotRun:
    reason = getattr(error, "strerror", None) or str(error)
    return CannotRun(f"cannot {verb} {visible(str(path))}: {visible(reason.lower())}")
