"""The report: findings, and what every format needs to know of them."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

from uns.diagnostics import Diagnostic, Severity, visible


@dataclass(frozen=True, slots=True)
class Report:
    """Findings in the order in which they are written.

    ``files`` are all files that were checked, also those without findings; paths are
    relative to the absolute path ``folder``; ``summary`` is a last line for people;
    findings below the severity ``fails_from`` do not count as failures; ``version`` is
    that of the program.
    """

    findings: tuple[Diagnostic, ...]
    files: tuple[str, ...] = ()
    folder: str = ""
    summary: str = ""
    fails_from: Severity = Severity.WARNING
    version: str = ""

    @property
    def shown(self) -> Iterator[Diagnostic]:
        """The findings with names escaped; only help may have several lines."""
        for found in self.findings:
            yield replace(
                found,
                message=visible(found.message),
                help=found.help and "\n".join(map(visible, found.help.split("\n"))),
                related=tuple((span, visible(label)) for span, label in found.related),
            )

    def place_of(self, found: Diagnostic) -> str | None:
        """The path of the file of a finding; ``None`` if it is not in a file."""
        if found.span is None or not is_file(found.span.file):
            return None
        return relative(found.span.file, self.folder)

    def fingerprints(self) -> list[str]:
        """A fingerprint for each finding, unique and independent of line numbers.

        It is made of rule, file, node and message, and a number if these are the same.
        """
        seen: Counter[str] = Counter()
        made = []
        for found in self.findings:
            told = [found.code, self.place_of(found) or "", found.path or "", found.message]
            # ASCII with escapes, so that a name with surrogates has a fingerprint, too.
            plain = json.dumps(told)
            seen[plain] += 1
            text = plain if seen[plain] == 1 else f"{plain} {seen[plain]}"
            made.append(hashlib.sha256(text.encode("ascii")).hexdigest()[:32])
        return made


def is_file(name: str) -> bool:
    """Whether a name is that of a file of the folder.

    `<std>` is a built-in library, `<text>` a text without a file, and `git:REF:FILE` a file of
    another revision.
    """
    return bool(name) and not name.startswith(("<", "git:"))


def relative(file: str, folder: str) -> str:
    """A path with slashes, relative to ``folder`` if it is below it.

    >>> relative("/plant/models/lyon.uns.yaml", "/plant"), relative("./a/../b.yaml", "/plant")
    ('models/lyon.uns.yaml', 'b.yaml')
    """
    path = posixpath.normpath(file.replace(os.sep, "/"))
    above = folder.replace(os.sep, "/").rstrip("/") + "/"
    return path.removeprefix(above) if folder else path


def by_weight(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings, errors first, otherwise in the same order."""
    return sorted(findings, key=lambda found: -found.severity)


def with_help(found: Diagnostic) -> str:
    """The message of a finding, and its help on the next line."""
    return found.message if found.help is None else f"{found.message}\nhelp: {found.help}"


def with_places(found: Diagnostic) -> str:
    """The message of a finding, its help, and its other places, each on a line of its own."""
    related = (f"{label}: {span}" for span, label in found.related)
    return "\n".join([with_help(found), *related])


#: The formats, each with its module and function.
FORMATS = MappingProxyType(
    {
        "full": ("texts", "full"),
        "concise": ("texts", "concise"),
        "json": ("json_records", "json_array"),
        "json-lines": ("json_records", "json_lines"),
        "github": ("github", "workflow_commands"),
        "gitlab": ("gitlab", "code_quality"),
        "sarif": ("sarif", "log"),
        "junit": ("junit", "test_suites"),
    }
)


def write(report: Report, form: str) -> Iterator[str]:
    """The text of a report in a format of :data:`FORMATS`, piece by piece.

    >>> from uns.diagnostics import Diagnostic, Severity, Span
    >>> span = Span("plant.uns.yaml", 3, 5, 3, 10)
    >>> found = Diagnostic("P201", "unknown-unit", Severity.WARNING, "no unit", span)
    >>> print("".join(write(Report((found,)), "concise")), end="")
    plant.uns.yaml:3:5: warning[P201]: no unit
    """
    module, function = FORMATS[form]
    write_format = getattr(importlib.import_module(f"uns.reports.{module}"), function)
    pieces: Iterator[str] = write_format(report)
    return pieces
