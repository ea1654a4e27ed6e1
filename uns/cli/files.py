"""Files on their way in and out: read as text, written as a whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from uns.cli.exits import CannotRun
from uns.diagnostics import visible
from uns.loading.loader import read_file

__all__ = ["as_text", "is_device", "real", "write_files"]


def as_text(path: str) -> str | None:
    """The text of a file; ``None`` when there is none.

    Raises:
        CannotRun: it cannot be read.
    """
    try:
        return read_file(path).decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _failed("read", path, error) from None


def real(path: str) -> str:
    """Which file a path means, whatever links lead there."""
    return os.path.realpath(path)


def is_device(path: str) -> bool:
    """Whether a path leads to what is no file, such as a pipe; a folder is none either."""
    return Path(path).exists() and not Path(path).is_file()


def write_files(files: Iterable[tuple[str, bytes]]) -> None:
    """Write each file as a whole; whoever reads one meanwhile sees the old one.

    No file takes its place before all are written. What is no regular file, such as
    a pipe, is written to.

    Raises:
        CannotRun: one cannot be written.
    """
    drafts: list[tuple[Path, Path]] = []
    try:
        for path, data in files:
            try:
                if is_device(path):
                    Path(path).write_bytes(data)
                    continue
                target = Path(real(path))
                draft = target.with_name(f".uns.{os.getpid()}.{len(drafts)}")
                drafts.append((draft, target))
                draft.write_bytes(data)
                _keep_mode(target, draft)
            except (OSError, ValueError) as error:
                raise _failed("write", path, error) from None
        for draft, target in drafts:
            try:
                draft.replace(target)
            except OSError as error:
                raise _failed("write", str(target), error) from None
    finally:
        for draft, _ in drafts:
            draft.unlink(missing_ok=True)


def _keep_mode(target: Path, draft: Path) -> None:
    if target.exists():
        draft.chmod(stat.S_IMODE(target.stat().st_mode))


def _failed(verb: str, path: str, error: Exception) -> CannotRun:
    reason = getattr(error, "strerror", None) or str(error)
    return CannotRun(f"cannot {verb} {visible(path)}: {visible(reason.lower())}")
