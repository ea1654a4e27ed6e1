"""Findings: the policy that chooses rules, the baseline of known findings, the output formats.

All commands with findings take the same arguments, :class:`uns.cli.arguments.FindingArguments`.
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
from uns.cli.arguments import FindingArguments, GateArguments
from uns.cli.files import attempt, is_device, real, write_files
from uns.cli.options import Output
from uns.cli.projects import Project, project
from uns.cli.terminal import CannotRun, Screen, Style
from uns.diagnostics import Diagnostic, Severity, visible
from uns.linting.baselines import NO_BASELINE, Known
from uns.loading.files import read_file
from uns.model.namespace import Namespace
from uns.reports import Report, write
from uns.rules import EVERY_RULE, Baseline, InvalidBaseline, Policy, Review, UnknownRule, weigh

# --- policies --------------------------------------------------------------------------------------


def given_policy(arguments: FindingArguments, project: Project) -> Policy:
    """The policy of the command line, which overrides that of the project.

    Raises:
        CannotRun: one of them names a rule that does not exist.
    """
    of_project = _policy_of(project)
    asked = Policy(
        None if arguments.select is None else tuple(arguments.select),
        tuple(arguments.extend_select or ()),
        tuple(arguments.ignore or ()),
        {rule: _severity(level) for rule, level in arguments.severity or ()},
        _severity(arguments.fail_level) if arguments.fail_level else None,
    )
    _check(asked, "")
    return asked.over(of_project)


def _policy_of(project: Project) -> Policy:
    project.check_keys()
    said = Policy(
        project.texts("select"),
        project.texts("extend-select") or (),
        project.texts("ignore") or (),
        {rule: _severity(level) for rule, level in project.levels("severity").items()},
        _severity(level) if (level := project.level("fail-level")) else None,
    )
    _check(said, f"[tool.uns] in {visible(str(project.file))}: ")
    return said


def _severity(level: str) -> Severity:
    return Severity[level.upper()]


def _check(policy: Policy, where: str) -> None:
    try:
        policy.check(EVERY_RULE)
    except UnknownRule as unknown:
        raise CannotRun(f"{where}{visible(str(unknown))}") from None


def findings(namespace: Namespace) -> tuple[Diagnostic, ...]:
    """The findings of `uns check` by the policy of the project, without a baseline."""
    return weigh(namespace, _policy_of(project())).findings


# --- the gate --------------------------------------------------------------------------------------


class Gate:
    """The policy, baseline and output formats of a command that checks files.

    Raises:
        CannotRun: the arguments contradict each other, or there is no such rule or baseline.
    """

    def __init__(self, arguments: GateArguments, err: Screen) -> None:
        self.outputs = Outputs(arguments.output_format)
        settings = project()
        self.policy = given_policy(arguments, settings)
        #: Whether the findings are written to the baseline.
        self.learns = arguments.add_baseline
        self._file = arguments.baseline or settings.path("baseline")
        self._baseline = self._read_baseline(err)

    def _read_baseline(self, err: Screen) -> Baseline:
        file = self._file
        if file is None:
            if self.learns:
                raise CannotRun("--add-baseline needs a file: name it with --baseline")
            return Baseline()
        with attempt("read", file):
            try:
                text = read_file(file).decode("utf-8-sig")
            except FileNotFoundError:
                if self.learns:
                    return Baseline()
                raise CannotRun(
                    f"there is no baseline {visible(file)}; make one with --add-baseline"
                ) from None
        try:
            return Baseline.read(file, text)
        except InvalidBaseline as invalid:
            for found in invalid.diagnostics:
                err.finding(found)
        raise CannotRun(f"{visible(file)} is not a baseline")

    def _name(self, file: str) -> str:
        """The name of a file in the baseline: its path from the folder of the baseline."""
        folder = Path(self._file or "").parent
        try:
            return Path(os.path.relpath(file, folder)).as_posix()
        except ValueError:  # another drive
            return Path(file).as_posix()

    def known_in(self, file: str) -> Known:
        """The known findings of a file; none while the baseline is written."""
        return NO_BASELINE if self.learns else self._baseline.of(self._name(file), file)

    def count(self, file: str, review: Review) -> tuple[tuple[Diagnostic, ...], int]:
        """The findings in a file that count, and the number of known ones."""
        if not self.learns:
            return review.findings, review.known
        self._baseline = self._baseline.with_findings(
            self._name(file), file, review.findings, review.judged
        )
        return (), len(review.findings)

    def protect(self, files: Iterable[str]) -> None:
        """Check that no output overwrites one of these files, or the baseline.

        Raises:
            CannotRun: one does.
        """
        self.outputs.protect(files if self._file is None else [self._file, *files])

    def save(self) -> None:
        """Write the baseline, if the command adds to it."""
        if self.learns and self._file is not None:
            write_files([(self._file, self._baseline.text.encode("utf-8"))])


def summary(findings: Iterable[Diagnostic], where: str, known: int, *more: str) -> str:
    """The last line of a report: ``2 errors in 1 model, 3 known``."""
    total = f"{count_findings(findings)} in {where}"
    return ", ".join([total, *([f"{known:,} known"] if known else []), *more])


def count_findings(findings: Iterable[Diagnostic]) -> str:
    """The number of findings of each severity, in words.

    >>> from uns.diagnostics import Diagnostic, Severity
    >>> count_findings([Diagnostic("P201", "unknown-unit", Severity.WARNING, "")])
    '1 warning'
    """
    counts = Counter(found.severity for found in findings)
    numbers = [
        f"{number:,} {severity if number == 1 or severity is Severity.INFO else f'{severity}s'}"
        for severity, number in sorted(counts.items(), reverse=True)
    ]
    return ", ".join(numbers) or "no findings"


# --- formats ---------------------------------------------------------------------------------------

#: Writes a format that only one command has.
OwnFormat: TypeAlias = Callable[[Screen], None]

_NO_FORMATS: Mapping[str, OwnFormat] = MappingProxyType({})

#: The variable in which GitHub Actions names the file for the summary of a job.
_GITHUB_SUMMARY = "GITHUB_STEP_SUMMARY"


class Outputs:
    """The formats of the findings, and where each is written.

    ``own`` are formats that the command writes itself. Without any ``given``
    outputs, the first of ``own`` or else ``full`` goes to the screen.

    Raises:
        CannotRun: two formats would go to the same place.
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
        """The format for the standard output; ``None`` if all go to files."""
        return self._screen[0] if self._screen else None

    def protect(self, files: Iterable[str]) -> None:
        """Check that no output overwrites one of these files.

        Raises:
            CannotRun: one does.
        """
        read = {real(file) for file in files}
        for _, file in self._files:
            if real(file) in read:
                raise CannotRun(f"findings cannot go to {visible(file)}: it was just read")

    def write(self, report: Report, out: Screen, *, to_screen: bool = True) -> None:
        """Write the findings to the screen and to the files.

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
    # Formats are imported only where they are used.
    from uns.reports.github import summary

    text = "".join(summary(report))
    with (
        attempt("write", file),
        Path(file).open("a", encoding="utf-8", errors="backslashreplace") as opened,
    ):
        opened.write(text)
