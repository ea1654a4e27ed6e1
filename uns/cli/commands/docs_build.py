"""``uns docs build``: the documentation of a model, to open in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from uns.changes import diff
from uns.cli.arguments import DocsBuild
from uns.cli.files import update_folder
from uns.cli.findings import findings
from uns.cli.models import model_path, open_model, open_revision, revision
from uns.cli.terminal import Exit, Screen
from uns.counts import in_words
from uns.diagnostics import visible
from uns.generators import generate
from uns.rules.breaking import verdict


def run(arguments: DocsBuild, out: Screen, err: Screen) -> int:
    """Write the site, or report whether it is up to date."""
    path = model_path(arguments.model)
    namespace = open_model(path, err)
    options: dict[str, Any] = {"layout": "file" if arguments.single_file else "folder"}
    options |= {
        name: host
        for name, host in (("mqtt", arguments.mqtt), ("kafka", arguments.kafka))
        if host is not None
    }
    if arguments.since is not None:
        before = open_revision(revision(arguments.since, path), err)
        options["changes"] = verdict(diff(before, namespace))
    found = findings(namespace)
    made = generate(namespace, "site", **options)
    folder = Path(arguments.output)
    is_stale = update_folder(folder, made.files, out, is_check=arguments.check)
    if found:
        err.line(f"{in_words(len(found), 'finding')} in the model: see `uns check`")
    if arguments.check:
        return Exit.FINDINGS if is_stale else Exit.CLEAN
    out.line(f"open {visible(str(folder / 'index.html'))} in a browser")
    return Exit.CLEAN
