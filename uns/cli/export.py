"""``uns export``: what others read of a model, written to a folder."""

from __future__ import annotations

import os
from argparse import Namespace as Arguments
from collections.abc import Mapping
from pathlib import Path

from uns.cli.exits import CannotRun, Exit
from uns.cli.models import counted, opened
from uns.diagnostics import visible
from uns.generators import GENERATORS, Loss, generate
from uns.terminal import Screen, Style

__all__ = ["run"]

#: Most losses that are told one by one.
_SEVERAL = 10


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Write the files of a target, or say whether those there are current; or list the targets."""
    if arguments.list:
        _list(out)
        return Exit.CLEAN
    if arguments.target is None or arguments.output is None:
        raise CannotRun("an export needs a TARGET, see --list, and a folder, see --output")
    made = generate(opened(arguments.model, err), arguments.target)
    folder = Path(arguments.output)
    stale = [name for name, text in made.files.items() if _there(folder / name) != text]
    if arguments.check:
        for name in stale:
            out.line(f"{out.paint('stale', Style.ERROR)}: {visible(str(folder / name))}")
        out.line(f"{len(made.files) - len(stale):,} of {counted(len(made.files), 'file')} current")
    else:
        _write(folder, {name: made.files[name] for name in stale})
        current = len(made.files) - len(stale)
        out.line(f"wrote {counted(len(stale), 'file')}, {current:,} current already")
    out.flush()
    _tell(made.losses, err)
    unsaid = arguments.strict and made.losses
    return Exit.FINDINGS if unsaid or (arguments.check and stale) else Exit.CLEAN


def _list(out: Screen) -> None:
    width = max(map(len, GENERATORS))
    for name, generator in GENERATORS.items():
        summary = (generator.__doc__ or "").partition("\n")[0]
        out.line(f"{name:<{width}}  {summary}")


def _tell(losses: tuple[Loss, ...], err: Screen) -> None:
    """Say what the files leave unsaid."""
    for loss in losses[:_SEVERAL]:
        err.line(f"{err.paint('lost', Style.WARNING)}: {visible(str(loss))}")
    if len(losses) > _SEVERAL:
        err.line(f"and {len(losses) - _SEVERAL:,} more")


# --- files -----------------------------------------------------------------------------------------


def _there(path: Path) -> bytes | None:
    """What a file holds; ``None`` when there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _failed("read", path, error) from None


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, text in files.items():
        try:
            _replace(folder / name, text)
        except (OSError, ValueError) as error:
            raise _failed("write", folder / name, error) from None


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
