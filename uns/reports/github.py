"""Findings as workflow commands of GitHub Actions, which make them annotations of a pull request.

A step may make ten annotations of each level, and GitHub silently drops the
rest. So the most severe come first, and a notice gives the number of those left
out; the summary of the job lists all of them.
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from uns.diagnostics import Diagnostic, Severity, visible
from uns.reports.report import Report, by_weight, with_places

#: The most annotations of one level that a step may make.
MOST = 10

#: The largest job summary of a step is 1 MiB; rows after this many bytes are left out.
SUMMARY_BYTES = 900_000

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def workflow_commands(report: Report) -> Iterator[str]:
    """One command for each finding, and one about those left out."""
    counts = Counter(found.severity for found in report.findings)
    # The notice about findings left out is one of the ten.
    is_full = any(count > MOST for count in counts.values())
    room = Counter(dict.fromkeys(Severity, MOST)) - Counter({Severity.INFO: int(is_full)})
    for found in by_weight(report.shown):
        if room[found.severity]:
            room[found.severity] -= 1
            counts[found.severity] -= 1
            yield _command(found, report.place_of(found))
    left = +counts
    if left:
        told = ", ".join(f"{left[level]:,} {level}" for level in sorted(left, reverse=True))
        yield (
            f"::notice title=uns::{left.total():,} more findings are not shown here ({told}):"
            " GitHub takes ten of each level from a step. The summary of the job lists them.\n"
        )


def _command(found: Diagnostic, file: str | None) -> str:
    properties = {"title": f"{found.name} ({found.code})"}
    span = found.span
    if span is not None and file is not None:
        properties |= {"file": visible(file), "line": str(span.line)}
        if span.end_line == span.line:
            properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
        properties["endLine"] = str(span.end_line)
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[found.severity]} {said}::{_data(with_places(found))}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


# --- the job summary -------------------------------------------------------------------------------


def summary(report: Report) -> Iterator[str]:
    """A table of all findings in Markdown, for the file that `GITHUB_STEP_SUMMARY` names."""
    yield f"### uns\n\n{_plain(report.summary)}\n"
    if not report.findings:
        return
    yield "\n| | rule | where | what |\n|---|---|---|---|\n"
    size = 0
    for done, found in enumerate(by_weight(report.shown)):
        place = report.place_of(found)
        where = f"{visible(place)}:{found.span.line}" if place and found.span else ""
        cells = (str(found.severity), f"{found.code} {found.name}", where, found.message)
        row = f"| {' | '.join(map(_plain, cells))} |\n"
        size += len(row.encode("utf-8"))
        if size > SUMMARY_BYTES:
            yield f"\nand {len(report.findings) - done:,} more\n"
            return
        yield row


def _plain(text: str) -> str:
    """A text with the markup of Markdown and HTML escaped."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{c}" if c in _MARKS else c for c in escaped)


#: Markup of Markdown; a backslash before it makes it plain text.
_MARKS = frozenset("\\`*_{}[]()#+!|~:@$")
