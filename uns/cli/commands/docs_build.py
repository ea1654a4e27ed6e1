"""``uns docs build``: the documentation of a model, to open in a browser."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uns.changes import diff
from uns.cli.files import not_current, write_folder
from uns.cli.findings import findings
from uns.cli.models import model_path, opened, opened_revision, revision
from uns.cli.outputs import counted
from uns.cli.terminal import CannotRun, Exit, Screen, Style
from uns.diagnostics import Diagnostic, visible
from uns.generators import InvalidOption, TooManyTemplates, generate
from uns.payloads import MissingExtra
from uns.rules.breaking import verdict

__all__ = ["Arguments", "run"]


@dataclass(frozen=True, slots=True)
class Arguments:
    """What ``uns docs build`` takes."""

    model: str | None
    output: str
    single_file: bool
    since: str | None
    mqtt: str | None
    kafka: str | None
    check: bool


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
    write_folder(folder, {name: made.files[name] for name in stale})
    out.line(f"wrote {counted(len(stale), 'file')}, {current:,} current already")
    _tell(found, err)
    out.line(f"open {visible(str(folder / 'index.html'))} in a browser")
    return Exit.CLEAN


def _tell(found: tuple[Diagnostic, ...], err: Screen) -> None:
    """Say that the model has findings; the check lists them."""
    if found:
        err.line(f"{counted(len(found), 'finding')} in the model: see `uns check`")
