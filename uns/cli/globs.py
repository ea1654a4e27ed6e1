"""Which files a pattern of the command line means."""

from __future__ import annotations

import fnmatch
import os
import re

from uns.cli.exits import CannotRun
from uns.diagnostics import visible

__all__ = ["files_of"]

_MAGIC = re.compile(r"[*?\[]")


def files_of(patterns: list[str]) -> list[str]:
    """The files that the patterns match, each once, in the order of the patterns and by name.

    ``**`` stands for any number of folders; links to folders are not followed
    there, so a walk ends. As in a shell, ``*`` and ``**`` pass over names that
    start with a dot. The name of a file means that file, whatever is in it.

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
            raise CannotRun(_nothing(pattern))
        found.update(dict.fromkeys(matching))
    return list(found)


def _nothing(pattern: str) -> str:
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
    try:
        with os.scandir(folder or ".") as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise CannotRun(f"cannot list the folder {visible(folder)}: {reason}") from None
