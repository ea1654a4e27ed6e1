"""``uns breaking``: whether a change of a model breaks producers, consumers or Kafka readers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from uns.changes import diff
from uns.cli.arguments import Breaking
from uns.cli.comparisons import (
    as_finding,
    verdict_as_json,
    write_verdict,
    write_verdict_as_markdown,
)
from uns.cli.findings import Outputs, OwnFormat, count_findings, given_policy
from uns.cli.models import Revision, model_path, open_revision, revision
from uns.cli.outputs import as_json
from uns.cli.projects import project
from uns.cli.terminal import CannotRun, Exit, Screen
from uns.diagnostics import Severity
from uns.reports import Report
from uns.rules import Settled, settle
from uns.rules.breaking import EVERY_RULE, verdict


def run(arguments: Breaking, out: Screen, err: Screen) -> int:
    """Write the verdict on the changes of a model since an earlier version."""
    policy = given_policy(arguments, project())
    if arguments.select is not None and policy.on(EVERY_RULE).select is None:
        raise CannotRun("--select must name a rule of family B: only these judge changes")
    path = model_path(arguments.model, option="MODEL")
    before = open_revision(revision(arguments.against, path), err)
    found = settle(verdict(diff(before, open_revision(Revision(path), err))), policy)
    is_allowed = arguments.allow_with_version_bump and found.verdict.is_raised_enough
    if not (arguments.require_version_bump or arguments.allow_with_version_bump):
        found = found._replace(version=None)
    outputs = Outputs(arguments.output_format, _own_formats(found, is_allowed=is_allowed))
    report = _report(found, path, is_allowed=is_allowed)
    outputs.write(report, out)
    counted = [found.version, *(() if is_allowed else (one.finding for one in found.broken))]
    fails = any(one is not None and one.severity >= found.fails_from for one in counted)
    return Exit.FINDINGS if fails else Exit.CLEAN


def _own_formats(found: Settled, *, is_allowed: bool) -> dict[str, OwnFormat]:
    """The formats of a verdict as a whole."""
    return {
        "text": partial(write_verdict, found, is_allowed=is_allowed),
        "markdown": partial(write_verdict_as_markdown, found, is_allowed=is_allowed),
        "json": lambda page: page.line(
            as_json(verdict_as_json(found, is_allowed=is_allowed), indent=2)
        ),
    }


def _report(found: Settled, path: str, *, is_allowed: bool) -> Report:
    """The verdict as findings; those that the version allows are only information."""
    findings = [as_finding(one) for one in found.broken]
    if is_allowed:
        findings = [replace(one, severity=Severity.INFO) for one in findings]
    if found.version is not None:
        findings.append(found.version)
    summary = f"{count_findings(findings)}; the change is {found.verdict.effect}"
    if is_allowed and findings:
        summary += ", as its version says"
    if found.verdict.ignored:
        summary += f"; {len(found.verdict.ignored):,} ignored"
    return Report(tuple(findings), (path,), summary=summary, fails_from=found.fails_from)
