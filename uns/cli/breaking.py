"""``uns breaking``: does a change break anybody."""

from __future__ import annotations

from argparse import Namespace as Arguments
from functools import partial

from uns.changes import diff
from uns.cli.comparisons import verdict_as_json, write_verdict, write_verdict_as_markdown
from uns.cli.exits import Exit
from uns.cli.models import model_path
from uns.cli.reporting import Outputs, OwnFormat, counted_findings
from uns.cli.revisions import Revision, opened_revision, revision
from uns.cli.writing import as_json
from uns.reports import Report
from uns.rules.breaking import Effect, verdict
from uns.terminal import Screen

__all__ = ["run"]


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Write the verdict on the model as it is now, against an earlier version of it."""
    path = model_path(arguments.model)
    before = opened_revision(revision(arguments.against, path), err)
    found = verdict(diff(before, opened_revision(Revision(path), err)))
    version = found.version_finding if arguments.require_version_bump else None
    own: dict[str, OwnFormat] = {
        "text": partial(write_verdict, found),
        "markdown": partial(write_verdict_as_markdown, found),
        "json": lambda page: page.line(as_json(verdict_as_json(found), indent=2)),
    }
    outputs = Outputs(arguments.output_format, own)
    broken = [judgement.diagnostic for judgement in found.of(Effect.BREAKING)]
    findings = (*broken, *([version] if version else ()))
    report = Report(findings, (path,), summary=counted_findings(findings))
    outputs.write(report, out)
    if version is not None and outputs.form in own:
        out.flush()
        err.finding(version)
    return Exit.FINDINGS if findings else Exit.CLEAN
