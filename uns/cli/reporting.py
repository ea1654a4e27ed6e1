"""Findings on their way out: in one format to the screen, in any number of formats to files.

Every command that has findings offers the same with ``add_reports`` of
:mod:`uns.cli.options`.
"""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import uns
from uns.cli.exits import CannotRun
from uns.cli.files import is_device, real, write_files
from uns.cli.options import Output
from uns.cli.terminal import Screen, Style
from uns.diagnostics import Diagnostic, Severity, visible
from uns.reports import Report, write

__all__ = ["Outputs", "OwnFormat", "counted_findings"]

#: Writes a format that one command alone has.
OwnFormat: TypeAlias = Callable[[Screen], None]

_NO_FORMATS: Mapping[str, OwnFormat] = MappingProxyType({})

#: Where GitHub Actions says which file the summary of the job is added to.
_GITHUB_SUMMARY = "GITHUB_STEP_SUMMARY"


class Outputs:
    """Where findings go, and in which formats; without any ``given``, in full to the screen.

    ``own`` are formats that the command writes itself; the first of them is what
    goes to the screen, then.

    Raises:
        CannotRun: two formats are to go to one place.
    """

    def __init__(
        self, given: Iterable[Output] | None, own: Mapping[str, OwnFormat] = _NO_FORMATS
    ) -> None:
        self._own = own
        outputs = list(given or [Output(next(iter(own), "full"), None)])
        self._screen = [output.form for output in outputs if output.file is None]
        self._files = [(output.form, output.file) for output in outputs if output.file is not None]
        if len(self._screen) > 1:
            raise CannotRun(
                f"{' and '.join(self._screen)} cannot both go to the standard output: send one to a"
                f" file, --output-format {self._screen[1]}=FILE"
            )
        taken = set()
        for _, file in self._files:
            place = real(file)
            if place in taken:
                raise CannotRun(f"two formats cannot both go to {visible(file)}")
            if not is_device(file):
                taken.add(place)

    @property
    def form(self) -> str | None:
        """The format of the standard output, if any goes there."""
        return self._screen[0] if self._screen else None

    def keep_off(self, files: Iterable[str]) -> None:
        """See that no file that was read is written over.

        Raises:
            CannotRun: one would be.
        """
        read = {real(file) for file in files}
        for _, file in self._files:
            if real(file) in read:
                raise CannotRun(f"findings cannot go to {visible(file)}: it was just read")

    def write(self, report: Report, out: Screen, *, to_screen: bool = True) -> None:
        """Write the findings everywhere they go.

        Raises:
            CannotRun: a file cannot be written.
        """
        report = replace(report, folder=str(Path.cwd()), version=uns.__version__)
        write_files(
            (file, self._text(form, report).encode("utf-8", "backslashreplace"))
            for form, file in self._files
        )
        if "github" in [*self._screen, *(form for form, _ in self._files)]:
            _add_github_summary(report)
        if to_screen:
            self._show(report, out)

    def _text(self, form: str, report: Report) -> str:
        own = self._own.get(form)
        if own is None:
            return "".join(write(report, form))
        stream = io.StringIO()
        page = Screen(stream)
        own(page)
        page.flush()
        return stream.getvalue()

    def _show(self, report: Report, out: Screen) -> None:
        own = self._own.get(self.form or "")
        if own is not None:
            own(out)
            return
        if self.form in {"full", "concise", None}:
            for found in report.shown if self.form else ():
                if self.form == "full":
                    out.finding(found)
                    out.line()
                else:
                    out.line(visible(str(found)))
            if report.summary:
                style = Style.STRONG if report.findings else Style.GOOD
                out.line(out.paint(report.summary, style))
            return
        for piece in write(report, self.form):
            out.stream.write(piece)


def _add_github_summary(report: Report) -> None:
    file = os.environ.get(_GITHUB_SUMMARY)
    if not file:
        return
    # Made where it is needed, as all formats are.
    from uns.reports.github import summary

    text = "".join(summary(report))
    try:
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as opened:
            opened.write(text)
    except (OSError, ValueError) as error:
        reason = visible(getattr(error, "strerror", None) or str(error)).lower()
        raise CannotRun(f"cannot write {visible(file)}: {reason}") from None


def counted_findings(findings: Iterable[Diagnostic]) -> str:
    """How many findings there are of each weight, in words.

    >>> from uns.diagnostics import Diagnostic, Severity
    >>> counted_findings([Diagnostic("P201", "unknown-unit", Severity.WARNING, "")])
    '1 warning'
    """
    counts = Counter(found.severity for found in findings)
    told = [
        f"{number:,} {severity if number == 1 or severity is Severity.INFO else f'{severity}s'}"
        for severity, number in sorted(counts.items(), reverse=True)
    ]
    return ", ".join(told) or "no findings"
