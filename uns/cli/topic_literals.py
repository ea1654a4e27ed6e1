"""``uns topic check --from-files``: the texts in code and configuration that name topics."""

from __future__ import annotations

import re
import stat
from argparse import Namespace as Arguments
from collections import Counter
from pathlib import Path

from uns.cli.exits import Exit
from uns.cli.findings import finding_as_json
from uns.cli.globs import files_of
from uns.cli.models import counted, opened
from uns.cli.writing import JsonArray, as_json
from uns.diagnostics import Diagnostic, Severity, visible
from uns.literals import read_literals
from uns.mentions import Mentions
from uns.terminal import Screen, Style

__all__ = ["run"]

#: Largest file that is read, in bytes; what is larger is data, and nobody wrote it by hand.
MOST_BYTES = 4 * 1024 * 1024

#: Model files and payload libraries say so at the left margin; `uns check` is for those.
_MODEL = re.compile(rb"""^(["']?)(?:uns|library)\1[ ]*:""", re.MULTILINE)


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Read each file, and show what is wrong with the topics in it."""
    files = files_of(arguments.from_files)
    mentions = Mentions(opened(arguments.model, err))
    form = arguments.output_format or "full"
    report = _Report(out, "full" if form == "text" else form)
    unread = 0
    for file in files:
        try:
            data = _read(file)
        except OSError as error:
            reason = visible(error.strerror or str(error)).lower()
            err.line(
                f"uns: {err.paint('error', Style.ERROR)}: cannot read {visible(file)}: {reason}"
            )
            unread += 1
            continue
        if isinstance(data, str):
            _note(err, file, f"{data}; it is left out")
            continue
        if file.endswith((".yaml", ".yml")) and _MODEL.search(data):
            continue
        reading = read_literals(file, data)
        if reading.note is not None:
            _note(err, file, reading.note)
        for finding in mentions.findings(reading):
            report.add(finding)
    report.end(f"{counted(mentions.judged, 'topic')} of {counted(len(files) - unread, 'file')}")
    if unread:
        return Exit.COULD_NOT_RUN
    return Exit.FINDINGS if report.severities else Exit.CLEAN


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


class _Report:
    """Findings on their way out, in one of the formats."""

    def __init__(self, out: Screen, form: str) -> None:
        self.out = out
        self.form = form
        self.array = JsonArray(out)
        self.severities: Counter[Severity] = Counter()

    def add(self, finding: Diagnostic) -> None:
        """Write one finding."""
        self.severities[finding.severity] += 1
        if self.form == "json":
            self.array.add(finding_as_json(finding))
        elif self.form == "json-lines":
            self.out.line(as_json(finding_as_json(finding)))
        elif self.form == "concise":
            self.out.line(visible(str(finding)))
        else:
            self.out.finding(finding)
            self.out.line()

    def end(self, where: str) -> None:
        """Write what stands at the end."""
        if self.form == "json":
            self.array.end()
        elif self.form in {"full", "concise"}:
            found = [
                counted(self.severities[severity], str(severity))
                for severity in sorted(self.severities, reverse=True)
            ]
            style = Style.STRONG if found else Style.GOOD
            self.out.line(self.out.paint(f"{', '.join(found) or 'no findings'} in {where}", style))
