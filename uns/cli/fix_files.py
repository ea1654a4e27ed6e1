"""Fixes in the files of models: applied in memory, checked, and only then written."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from uns.changes import diff
from uns.cli.files import attempt, real, write_files
from uns.cli.terminal import CannotRun
from uns.diagnostics import Diagnostic, Severity, visible
from uns.linting.fixes import apply_fixes
from uns.linting.verdicts import Audience, Effect, Judgement
from uns.loading.files import Reader, read_file
from uns.model.namespace import Namespace
from uns.rules.breaking import verdict


class Checked(NamedTuple):
    """A model that loads, with the findings that count."""

    model: str
    namespace: Namespace
    findings: tuple[Diagnostic, ...]


class Repair(NamedTuple):
    """The files that change, by the paths they really have: what they hold, and would hold."""

    before: dict[str, str]
    after: dict[str, str]
    fixed: int
    #: What the fixes break, as findings of family B: a message may carry the text that is fixed.
    breaks: tuple[Diagnostic, ...] = ()


def mend(
    checked: Iterable[Checked],
    again: Callable[[str, Reader], tuple[Namespace | None, Iterable[Diagnostic]]],
) -> Repair:
    """Apply every fix to the texts of the models, without writing any file.

    ``again`` checks a model whose files are read with the given reader; its namespace is ``None``
    if it does not load.

    Raises:
        CannotRun: the fixes would cause new findings.
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
    broken: dict[Diagnostic, None] = {}
    if made.texts:
        for one in models:
            before = Counter(map(_identity, one.findings))
            fixed, findings = again(one.model, reader(repair))
            for found in findings:
                before[_identity(found)] -= 1
                if before[_identity(found)] < 0:
                    raise CannotRun(
                        "nothing was fixed, because the fixes would cause a new finding:"
                        f" {visible(str(found))}"
                    )
            if fixed is not None:
                judged = verdict(diff(one.namespace, fixed)).of(Effect.BREAKING)
                broken |= dict.fromkeys(map(_as_information, judged))
    return repair._replace(breaks=tuple(broken))


def _as_information(judged: Judgement) -> Diagnostic:
    """A change that a fix makes, at its place in the fixed file."""
    whom = ", ".join(audience for audience in Audience if audience in judged.audiences)
    return replace(
        judged.finding,
        severity=Severity.INFO,
        related=(),
        help=f"the fix changes this, and breaks {whom}: messages and their readers must agree on"
        " it, and `uns breaking` will report it",
    )


def _identity(found: Diagnostic) -> tuple[str, str | None]:
    """The parts of a finding that other fixes do not change; its message may change."""
    return found.code, found.path


def reader(repair: Repair) -> Reader:
    """A reader that returns the fixed text of a file."""

    def read(path: str) -> bytes:
        text = repair.after.get(real(path))
        return read_file(path) if text is None else text.encode("utf-8")

    return read


def put_back(repair: Repair) -> None:
    """Write the fixed files.

    Raises:
        CannotRun: a file has changed since it was read, or cannot be written; no file is written.
    """
    write_files(list(_bytes(repair)))


def _bytes(repair: Repair) -> Iterator[tuple[str, bytes]]:
    for path, text in repair.after.items():
        with attempt("read", path):
            data = read_file(path)
        mark = _BYTE_ORDER_MARK if data.startswith(_BYTE_ORDER_MARK) else b""
        if data != mark + repair.before[path].encode("utf-8"):
            raise CannotRun(f"nothing was fixed: {visible(path)} has changed since it was read")
        yield path, mark + text.encode("utf-8")


_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def as_diff(repair: Repair) -> Iterator[str]:
    """The lines of a unified diff of the fixed files; paths are relative to this folder."""
    here = Path.cwd()
    for path, text in sorted(repair.after.items()):
        name = Path(path)
        shown = visible(name.relative_to(here).as_posix() if name.is_relative_to(here) else path)
        for line in difflib.unified_diff(_lines(repair.before[path]), _lines(text), shown, shown):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    r"""The lines with their ends; only ``\n`` ends a line."""
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])
