"""``uns topic check --from-files``: the texts in code and configuration that name topics."""

from __future__ import annotations

import re
import stat
from argparse import Namespace as Arguments
from pathlib import Path

from uns.cli.baselines import name_in, opened_baseline
from uns.cli.exits import CannotRun, Exit
from uns.cli.files import write_files
from uns.cli.globs import files_of
from uns.cli.models import counted, opened
from uns.cli.policies import given_policy
from uns.cli.projects import project
from uns.cli.reporting import Outputs, counted_findings
from uns.cli.terminal import Screen, Style
from uns.code.literals import read_literals
from uns.code.mentions import Mentions
from uns.diagnostics import Diagnostic, Span, visible
from uns.linting.baselines import NOTHING_KNOWN
from uns.reports import Report
from uns.rules import Policy, weigh_literals

__all__ = ["run"]

#: Largest file that is read, in bytes; what is larger is data, and nobody wrote it by hand.
MOST_BYTES = 4 * 1024 * 1024

#: What is not told of files in which a comment cannot be told from a text.
UNSURE = ("U1",)

#: Model files and payload libraries say so at the left margin; `uns check` is for those.
_MODEL = re.compile(rb"""^(["']?)(?:uns|library)\1[ ]*:""", re.MULTILINE)


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Read each file, and show what is wrong with the topics in it."""
    if any(output.form == "text" for output in arguments.output_format or ()):
        raise CannotRun("--output-format text is for topics; findings are written in full")
    outputs = Outputs(arguments.output_format)
    settings = project()
    policy = given_policy(arguments, settings)
    files = files_of(arguments.from_files)
    known = arguments.baseline or settings.path("baseline")
    if known is None and arguments.add_baseline:
        raise CannotRun("a baseline needs a file, see --baseline")
    baseline = opened_baseline(known, err, is_made=arguments.add_baseline)
    outputs.keep_off(files if known is None else [known, *files])
    namespace = opened(arguments.model, err)
    mentions = Mentions(namespace)
    findings: list[Diagnostic] = []
    fails_from = policy.over(Policy.of(namespace.lint_settings)).fails_from
    number_known = number_meant = 0
    read = []
    unread = 0
    for file in files:
        try:
            data = _read(file)
        except OSError as error:
            reason = visible(error.strerror or str(error)).lower()
            told = f"cannot read {visible(file)}: {reason}"
            err.line(f"uns: {err.paint('error', Style.ERROR)}: {told}")
            unread += 1
            continue
        if isinstance(data, str):
            _note(err, file, f"{data}; it is left out")
            continue
        if file.endswith((".yaml", ".yml")) and _MODEL.search(data):
            continue
        read.append(file)
        reading = read_literals(file, data)
        if reading.note is not None:
            _note(err, file, reading.note)
        number_meant += mentions.count(reading)
        name = name_in(known, file)
        found = baseline.of(name, file)
        judgement = weigh_literals(
            namespace,
            mentions.findings(reading),
            reading.ignores,
            policy if reading.is_sure else Policy(ignore=UNSURE).over(policy),
            NOTHING_KNOWN if arguments.add_baseline else found,
        )
        if arguments.add_baseline:
            number_known += len(judgement.findings)
            baseline = baseline.with_findings(name, file, judgement.findings, judgement.judged)
        else:
            number_known += judgement.known
            findings += sorted(judgement.findings, key=_place)
    if arguments.add_baseline and known is not None:
        write_files([(known, baseline.text.encode("utf-8"))])
    where = f"{counted(number_meant, 'topic')} of {counted(len(read), 'file')}"
    summary = f"{counted_findings(findings)} in {where}"
    if number_known:
        summary += f", {number_known:,} known"
    report = Report(tuple(findings), tuple(read), summary=summary, fails_from=fails_from)
    outputs.write(report, out)
    if unread:
        return Exit.COULD_NOT_RUN
    failed = any(found.severity >= fails_from for found in findings)
    return Exit.FINDINGS if failed else Exit.CLEAN


def _place(found: Diagnostic) -> tuple[Span, str]:
    return found.span or Span("", 0, 0, 0, 0), found.code


def _read(file: str) -> bytes | str:
    """What a file holds, or why it is none to look into."""
    path = Path(file)
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        return "no regular file"
    if status.st_size > MOST_BYTES:
        return f"larger than {MOST_BYTES:,} bytes"
    with path.open("rb") as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        return f"larger than {MOST_BYTES:,} bytes"
    return "binary, for it holds NUL bytes" if b"\0" in data else data


def _note(err: Screen, file: str, what: str) -> None:
    err.line(f"{err.paint('note', Style.INFO)}: {visible(file)}: {visible(what)}")
