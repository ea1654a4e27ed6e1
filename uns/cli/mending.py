"""Fixes in the files of models: made together, tried out, and only then written."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from uns.cli.files import attempt, real, write_files
from uns.cli.terminal import CannotRun
from uns.diagnostics import Diagnostic, visible
from uns.linting.fixes import apply_fixes
from uns.loading.loader import Reader, read_file
from uns.model.namespace import Namespace

__all__ = ["Checked", "Repair", "as_diff", "mend", "put_back", "reader"]


class Checked(NamedTuple):
    """A model that loads, and the findings in it that count."""

    model: str
    namespace: Namespace
    findings: tuple[Diagnostic, ...]


class Repair(NamedTuple):
    """The files that change, by the paths they really have: what they hold, and would hold."""

    before: dict[str, str]
    after: dict[str, str]
    fixed: int


def mend(
    checked: Iterable[Checked], again: Callable[[str, Reader], Iterable[Diagnostic]]
) -> Repair:
    """The files of the models with every fix in them. Nothing is written.

    ``again`` judges a model as a reader of files gives it.

    Raises:
        CannotRun: with the fixes a model would have findings that it does not have now.
    """
    models = list(checked)
    sources = {source.name: source.text for one in models for source in one.namespace.sources}
    names = {name: real(name) for name in sources}
    texts = {names[name]: text for name, text in sources.items()}
    made = apply_fixes(
        (
            tuple(e._replace(span=replace(e.span, file=names[e.span.file])) for e in found.fix)
            for one in models
            for found in one.findings
            if all(e.span.file in names for e in found.fix)
        ),
        texts,
    )
    repair = Repair({path: texts[path] for path in made.texts}, made.texts, made.fixed)
    if made.texts:
        for one in models:
            before = Counter(map(_told, one.findings))
            for found in again(one.model, reader(repair)):
                before[_told(found)] -= 1
                if before[_told(found)] < 0:
                    raise CannotRun(
                        f"nothing is fixed, for then there would be: {visible(str(found))}"
                    )
    return repair


def _told(found: Diagnostic) -> tuple[str, str | None]:
    """What a finding is the same by; its message may speak of what was mended beside it."""
    return found.code, found.path


def reader(repair: Repair) -> Reader:
    """Reads files as they would be."""

    def read(path: str) -> bytes:
        text = repair.after.get(real(path))
        return read_file(path) if text is None else text.encode("utf-8")

    return read


def put_back(repair: Repair) -> None:
    """Write the files that change.

    Raises:
        CannotRun: one has changed since it was read, or cannot be written; then none is written.
    """
    write_files(list(_bytes(repair)))


def _bytes(repair: Repair) -> Iterator[tuple[str, bytes]]:
    for path, text in repair.after.items():
        with attempt("read", path):
            data = read_file(path)
        mark = _BYTE_ORDER_MARK if data.startswith(_BYTE_ORDER_MARK) else b""
        if data != mark + repair.before[path].encode("utf-8"):
            raise CannotRun(f"nothing is fixed: {visible(path)} has changed since it was read")
        yield path, mark + text.encode("utf-8")


_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def as_diff(repair: Repair) -> Iterator[str]:
    """What changes in the files as a unified diff, line by line; paths as seen from here."""
    here = Path.cwd()
    for path, text in sorted(repair.after.items()):
        name = Path(path)
        shown = visible(name.relative_to(here).as_posix() if name.is_relative_to(here) else path)
        for line in difflib.unified_diff(_lines(repair.before[path]), _lines(text), shown, shown):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """The lines with their ends; other characters that break lines are left in them."""
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])
