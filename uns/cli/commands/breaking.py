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
from uns.cli.models import Revision, model_path, open_revision, open_versions
from uns.cli.outputs import as_json
from uns.cli.projects import project
from uns.cli.terminal import CannotRun, Exit, Screen
from uns.counts import in_words
from uns.diagnostics import Severity
from uns.linting.histories import Compared, History
from uns.model.namespace import Namespace
from uns.reports import Report
from uns.rules import Policy, settle
from uns.rules.breaking import EVERY_RULE, verdict


def run(arguments: Breaking, out: Screen, err: Screen) -> int:
    """Write the verdict on the changes of a model since one or more earlier versions."""
    policy = given_policy(arguments, project())
    if arguments.select is not None and policy.on(EVERY_RULE).select is None:
        raise CannotRun("--select must name a rule of family B: only these judge changes")
    if arguments.file is not None and arguments.model is not None:
        raise CannotRun("name one model, as MODEL or with -m")
    path = model_path(arguments.file or arguments.model, option="MODEL")
    before = open_versions(arguments.against, path, err)
    after = open_revision(Revision(path), err)
    history = History(
        tuple(_compare(name, old, after, policy, arguments) for name, old in before.items())
    )
    outputs = Outputs(arguments.output_format, _own_formats(history))
    report, fails = _report(history, path)
    outputs.write(report, out)
    return Exit.FINDINGS if fails else Exit.CLEAN


def _compare(
    name: str, before: Namespace, after: Namespace, policy: Policy, arguments: Breaking
) -> Compared:
    """The verdict on the changes since one version."""
    found = settle(verdict(diff(before, after)), policy)
    is_allowed = arguments.allow_with_version_bump and found.verdict.is_raised_enough
    if not (arguments.require_version_bump or arguments.allow_with_version_bump):
        found = found._replace(version=None)
    return Compared(name, found, is_allowed)


def _own_formats(history: History) -> dict[str, OwnFormat]:
    """The formats of a verdict as a whole."""
    return {
        "text": partial(write_verdict, history),
        "markdown": partial(write_verdict_as_markdown, history),
        "json": lambda page: page.line(as_json(verdict_as_json(history), indent=2)),
    }


def _report(history: History, path: str) -> tuple[Report, bool]:
    """The verdict as findings, and whether they fail; those that the version allows are only information."""
    counted = [as_finding(one) for one in history.broken(allowed=False)]
    versions = dict.fromkeys(one.settled.version for one in history.versions)
    counted += [found for found in versions if found is not None]
    fails_from = min(one.settled.fails_from for one in history.versions)
    allowed = [
        replace(as_finding(one), severity=Severity.INFO) for one in history.broken(allowed=True)
    ]
    findings = [*counted, *allowed]
    summary = f"{count_findings(findings)}; the change is {history.effect}"
    if history.only is None:
        effects = [one.settled.verdict.effect for one in history.versions]
        those = effects.count(history.effect)
        of = f"{those:,} of " if those < len(effects) else ""
        summary += f" against {of}{in_words(len(effects), 'version')}"
    if allowed and not counted:
        summary += ", as its version says"
    if history.ignored:
        summary += f"; {history.ignored:,} ignored"
    report = Report(tuple(findings), (path,), summary=summary, fails_from=fails_from)
    return report, any(one.severity >= fails_from for one in counted)
