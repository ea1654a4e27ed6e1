"""``uns diff``: what changed between two versions of a model."""

from __future__ import annotations

from uns.changes import diff
from uns.cli.arguments import Diff
from uns.cli.comparisons import changes_as_json, write_changes, write_changes_as_markdown
from uns.cli.models import file_of, model_path, open_revision, revision
from uns.cli.outputs import as_json
from uns.cli.terminal import Exit, Screen


def run(arguments: Diff, out: Screen, err: Screen) -> int:
    """Write every change; the exit status does not depend on them."""
    file = file_of(arguments.new) or file_of(arguments.old)
    file = file or model_path(None, option="git:REF:MODEL")
    new = revision(arguments.new, file_of(arguments.old) or file)
    changes = diff(open_revision(revision(arguments.old, file), err), open_revision(new, err))
    if arguments.output_format == "json":
        out.line(as_json(changes_as_json(changes), indent=2))
    elif arguments.output_format == "markdown":
        write_changes_as_markdown(changes, out)
    else:
        write_changes(changes, out)
    return Exit.CLEAN
