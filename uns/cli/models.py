"""Which model is meant, and opening it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from uns.cli.exits import CannotRun
from uns.cli.projects import projects
from uns.cli.terminal import Screen
from uns.diagnostics import Diagnostic, visible
from uns.loading.loader import InvalidNamespace, load
from uns.model.namespace import Namespace

__all__ = ["counted", "model_path", "models_in", "opened", "unreadable"]

#: The key that says a file is a payload library and no model; it stands at the left margin.
_LIBRARY = re.compile(rb"""(?:\xef\xbb\xbf)?(["']?)library\1[ ]*:""")


def opened(model: str | None, err: Screen) -> Namespace:
    """The namespace of the model that is meant; findings that keep it from loading go to ``err``.

    Raises:
        CannotRun: there is no such model, or it has faults.
    """
    path = model_path(model)
    try:
        return load(path)
    except InvalidNamespace as invalid:
        findings = invalid.diagnostics
    reason = unreadable(findings)
    if reason is not None:
        raise CannotRun(reason)
    for finding in findings:
        err.finding(finding)
    raise CannotRun(f"{visible(path)} has {counted(len(findings), 'finding')}")


def unreadable(findings: tuple[Diagnostic, ...]) -> str | None:
    """Why the main file could not be read at all, if it could not."""
    first = findings[0]
    # A file that is included, and missing, is a finding at the line that includes it.
    if first.code == "M112" and first.span is not None and not first.span.excerpt:
        return visible(first.message)
    return None


def counted(number: int, noun: str) -> str:
    """``number`` of a thing, in words.

    >>> counted(1, "finding"), counted(12_000, "finding")
    ('1 finding', '12,000 findings')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def model_path(given: str | None, *, option: str = "-m MODEL") -> str:
    """The path of the model that is meant: the one given, the project's, or the only one here.

    ``option`` is how the command takes it.

    Raises:
        CannotRun: none is given, and it is not clear which one is meant.
    """
    if given is not None:
        return given
    return _of_project() or _only_one_here(option)


def _of_project() -> str | None:
    """What the nearest project says that names a model."""
    return next(filter(None, (project.path("model") for project in projects())), None)


def _only_one_here(option: str) -> str:
    found = sorted(path.name for path in Path().glob("*.uns.yaml") if not _is_library(path))
    if len(found) == 1:
        return found[0]
    if not found:
        raise CannotRun(f"which model? name it with {option}, or write one with `uns init`")
    listed = ", ".join(map(visible, found))
    raise CannotRun(f"which model? name one of these with {option}: {listed}")


def models_in(folder: str) -> list[str]:
    """The models right in a folder: each ``*.uns.yaml`` that is not a library, nor included by another.

    Raises:
        CannotRun: there is none.
    """
    found = {
        str(path): path.resolve()
        for path in sorted(Path(folder).glob("*.uns.yaml"))
        if not _is_library(path)
    }
    parts = {part for path in found.values() for part in _included(path)}
    models = [name for name, path in found.items() if path not in parts]
    if not models:
        raise CannotRun(f"no model *.uns.yaml is in {visible(folder)}; name the file of one")
    return models


def _included(model: Path) -> Iterator[Path]:
    """The other files that a model is made of; none where it does not load, which is told later."""
    try:
        sources = load(str(model)).sources
    except InvalidNamespace:
        return
    for source in sources:
        path = Path(source.name).resolve()
        if path != model:
            yield path


def _is_library(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return any(_LIBRARY.match(line) for line in file)
    except OSError:
        # Not for this to say: loading will.
        return False
