"""Find, compare and write files; a file is written completely or not at all."""

from __future__ import annotations

import contextlib
import fnmatch
import glob
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from uns.cli.terminal import CannotRun, Screen, Style
from uns.counts import in_words
from uns.diagnostics import visible


@contextlib.contextmanager
def attempt(what: str, path: str | Path) -> Iterator[None]:
    """Turn errors of the body, which does ``what`` to a file, into a message for the user.

    Raises:
        CannotRun: the body raised ``OSError`` or ``ValueError``.
    """
    try:
        yield
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "").lower() or str(error)
        raise CannotRun(f"cannot {what} {visible(str(path))}: {visible(reason)}") from None


def real(path: str) -> str:
    """The path with all links resolved; one that no file can have comes back as it is."""
    try:
        return os.path.realpath(path)
    except UnicodeEncodeError:
        return path


def is_device(path: str) -> bool:
    """Whether a path exists and is not a regular file: a pipe, a device or a folder."""
    return Path(path).exists() and not Path(path).is_file()


# --- writing ---------------------------------------------------------------------------------------


def write_files(files: Iterable[tuple[str, bytes]]) -> None:
    """Write files completely, all of them or none.

    Each file is written beside its target first; the targets are replaced at the
    end. A pipe or a device is written directly.

    Raises:
        CannotRun: a file cannot be written.
    """
    drafts: list[tuple[Path, Path]] = []
    try:
        for path, data in files:
            with attempt("write", path):
                if is_device(path):
                    Path(path).write_bytes(data)
                    continue
                target = Path(real(path))
                draft = target.with_name(f".uns.{os.getpid()}.{len(drafts)}")
                drafts.append((draft, target))
                draft.write_bytes(data)
                if target.exists():
                    draft.chmod(stat.S_IMODE(target.stat().st_mode))
        for draft, target in drafts:
            with attempt("write", target):
                draft.replace(target)
    finally:
        for draft, _ in drafts:
            _remove(draft)


def replace_file(path: Path, data: bytes) -> None:
    """Write one file completely, replacing an existing file or link."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        _remove(draft)


def _remove(draft: Path) -> None:
    """Remove a draft if it is there; the reason why it could not be written counts more."""
    with contextlib.suppress(OSError, ValueError):
        draft.unlink(missing_ok=True)


def update_folder(
    folder: Path,
    files: Mapping[str, bytes],
    out: Screen,
    *,
    is_check: bool,
    notes: Sequence[str] = (),
) -> bool:
    """Write every file below ``folder`` that is out of date, or with ``is_check`` only list them.

    ``notes`` are lines to add to the output. Returns whether any file was out of date.

    Raises:
        CannotRun: a file cannot be read or written.
    """
    stale = [name for name in files if not _is_current(folder / name, files[name])]
    current = len(files) - len(stale)
    if is_check:
        shown = [visible(str(folder / name)) for name in stale]
        lines = [f"{out.paint('stale', Style.ERROR)}: {name}" for name in shown]
        lines += [*notes, f"{current:,} of {in_words(len(files), 'file')} up to date"]
    else:
        for name in stale:
            path = folder / name
            with attempt("write", path):
                path.parent.mkdir(parents=True, exist_ok=True)
                replace_file(path, files[name])
        lines = [f"wrote {in_words(len(stale), 'file')}, {current:,} already up to date", *notes]
    for line in lines:
        out.line(line)
    return bool(stale)


def _is_current(path: Path, data: bytes) -> bool:
    with attempt("read", path):
        try:
            return path.read_bytes() == data
        except FileNotFoundError:
            return False


# --- patterns --------------------------------------------------------------------------------------

_MAGIC = re.compile(r"[*?\[]")


def files_of(patterns: list[str]) -> list[str]:
    """The files that the patterns match, each once, in the order of the patterns and by name.

    ``**`` stands for any number of folders; it does not follow links to folders,
    which could lead back. As in a shell, ``*`` and ``**`` skip names that start
    with a dot. The name of an existing file is not a pattern.

    Raises:
        CannotRun: a pattern matches no file, or a folder cannot be listed.
    """
    found: dict[str, None] = {}
    for pattern in patterns:
        if os.path.lexists(pattern) and not os.path.isdir(pattern):  # noqa: PTH112 - any text
            found[pattern] = None
            continue
        matching = sorted(_expanded(pattern)) if _MAGIC.search(pattern) else []
        if not matching:
            raise CannotRun(_no_file(pattern))
        found.update(dict.fromkeys(matching))
    return list(found)


def files_below(folder: str, name: str) -> list[str]:
    """The files in a folder and the folders below it whose names match ``name``, sorted.

    As in :func:`files_of`, names that start with a dot and links to folders are ignored.

    Raises:
        CannotRun: a folder cannot be listed.
    """
    return sorted(str(Path(file)) for file in _expanded(f"{glob.escape(folder)}/**/{name}"))


def _no_file(pattern: str) -> str:
    shown = visible(pattern)
    if os.path.isdir(pattern):  # noqa: PTH112
        return f"{shown} is a folder; name its files: {shown.rstrip('/')}/**/*.py"
    return f"no file matches {shown}" if _MAGIC.search(pattern) else f"there is no file {shown}"


def _expanded(pattern: str) -> set[str]:
    parts: list[str] = []
    for part in pattern.split("/"):
        if part and parts[-1:] != [part if part == "**" else ""]:
            parts.append(part)
    found: set[str] = set()
    seen: set[tuple[str, int]] = set()
    pending = [("/" if pattern.startswith("/") else "", 0)]
    while pending:
        here = pending.pop()
        if here in seen:
            continue
        seen.add(here)
        folder, index = here
        part, is_last = parts[index], index + 1 == len(parts)
        if part == "**" and not is_last:
            pending.append((folder, index + 1))
        if not _MAGIC.search(part):
            below = f"{folder}{part}"
            if not is_last:
                pending.append((f"{below}/", index + 1))
            elif os.path.isfile(below):  # noqa: PTH113
                found.add(below)
            continue
        for entry in _entries(folder):
            if not fnmatch.fnmatchcase(entry.name, part) or (
                entry.name.startswith(".") and not part.startswith(".")
            ):
                continue
            path = f"{folder}{entry.name}"
            if entry.is_dir(follow_symlinks=part != "**"):
                if part == "**":
                    pending.append((f"{path}/", index))
                elif not is_last:
                    pending.append((f"{path}/", index + 1))
            elif is_last and not entry.is_dir():
                found.add(path)
    return found


def _entries(folder: str) -> list[os.DirEntry[str]]:
    with attempt("list the folder", folder):
        try:
            with os.scandir(folder or ".") as entries:
                return list(entries)
        except (FileNotFoundError, NotADirectoryError):
            return []
