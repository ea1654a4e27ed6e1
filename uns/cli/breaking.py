"""``uns breaking``: does a change break anybody."""

from __future__ import annotations

from argparse import Namespace as Arguments

from uns.changes import diff
from uns.cli.comparisons import verdict_as_json, write_verdict, write_verdict_as_markdown
from uns.cli.exits import Exit
from uns.cli.models import model_path
from uns.cli.revisions import Revision, opened_revision, revision
from uns.cli.writing import as_json
from uns.rules.breaking import Effect, verdict
from uns.terminal import Screen

__all__ = ["run"]


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Write the verdict on the model as it is now, against an earlier version of it."""
    path = model_path(arguments.model)
    before = opened_revision(revision(arguments.against, path), err)
    found = verdict(diff(before, opened_revision(Revision(path), err)))
    if arguments.output_format == "json":
        out.line(as_json(verdict_as_json(found), indent=2))
    elif arguments.output_format == "markdown":
        write_verdict_as_markdown(found, out)
    else:
        write_verdict(found, out)
    version = found.version_finding if arguments.require_version_bump else None
    if version is not None:
        out.flush()
        err.finding(version)
    return Exit.FINDINGS if version or found.effect is Effect.BREAKING else Exit.CLEAN
