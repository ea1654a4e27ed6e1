"""``uns docs build``: the documentation of a model, to open in a browser."""

from __future__ import annotations

from argparse import Namespace as Arguments
from pathlib import Path
from typing import Any

from uns.changes import diff
from uns.cli.exits import CannotRun, Exit
from uns.cli.folders import not_current, write
from uns.cli.models import counted, model_path, opened
from uns.cli.policies import findings
from uns.cli.revisions import opened_revision, revision
from uns.cli.terminal import Screen, Style
from uns.diagnostics import Diagnostic, visible
from uns.generators import InvalidOption, TooManyTemplates, generate
from uns.payloads import MissingExtra
from uns.rules.breaking import verdict

__all__ = ["run"]


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Write the site, or say whether the one there is current."""
    path = model_path(arguments.model)
    namespace = opened(path, err)
    options: dict[str, Any] = {"layout": "file" if arguments.single_file else "folder"}
    options |= {
        name: host
        for name, host in (("mqtt", arguments.mqtt), ("kafka", arguments.kafka))
        if host is not None
    }
    if arguments.since is not None:
        before = opened_revision(revision(arguments.since, path), err)
        options["changes"] = verdict(diff(before, namespace))
    found = findings(namespace)
    try:
        made = generate(namespace, "site", **options)
    except (MissingExtra, InvalidOption, TooManyTemplates) as error:
        raise CannotRun(str(error)) from None
    folder = Path(arguments.output)
    stale = not_current(folder, made.files)
    current = len(made.files) - len(stale)
    if arguments.check:
        for name in stale:
            out.line(f"{out.paint('stale', Style.ERROR)}: {visible(str(folder / name))}")
        out.line(f"{current:,} of {counted(len(made.files), 'file')} current")
        _tell(found, err)
        return Exit.FINDINGS if stale else Exit.CLEAN
    write(folder, {name: made.files[name] for name in stale})
    out.line(f"wrote {counted(len(stale), 'file')}, {current:,} current already")
    _tell(found, err)
    out.line(f"open {visible(str(folder / 'index.html'))} in a browser")
    return Exit.CLEAN


def _tell(found: tuple[Diagnostic, ...], err: Screen) -> None:
    """Say that the model has findings; the check lists them."""
    if found:
        err.line(f"{counted(len(found), 'finding')} in the model: see `uns check`")
