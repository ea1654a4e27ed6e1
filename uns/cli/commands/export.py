"""``uns export``: a model in the formats of other tools."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from uns.cli.arguments import Export
from uns.cli.files import update_folder
from uns.cli.findings import findings
from uns.cli.models import open_model
from uns.cli.outputs import several
from uns.cli.terminal import CannotRun, Exit, Screen, Style
from uns.diagnostics import Diagnostic, visible
from uns.generators import TARGETS, generate
from uns.generators.targets import mark

#: The limit on the losses, and on the left-over files, that are listed.
_SEVERAL = 10

#: The limits on the files of a folder that are searched for a mark, and on the bytes of each.
_MOST_FILES, _HEAD = 100_000, 1_024


def run(arguments: Export, out: Screen, err: Screen) -> int:
    """Write the files of a target, or report whether they are up to date; or list the targets."""
    if arguments.list:
        _list(out)
        return Exit.CLEAN
    if arguments.target is None or arguments.output is None:
        raise CannotRun("give a TARGET (see --list) and a folder (--output)")
    options = _options(arguments.target, arguments.option or ())
    namespace = open_model(arguments.model, err)
    handed: dict[str, Any] = dict(options)
    if "findings" in TARGETS[arguments.target].options:
        handed["findings"] = findings(namespace)
    made = generate(namespace, arguments.target, **handed)
    folder = Path(arguments.output)
    left = _left_over(folder, made.files, arguments.target)
    is_stale = update_folder(
        folder, made.files, out, is_check=arguments.check, notes=_left_over_lines(left, out)
    )
    out.flush()
    _write_losses(made.losses, err)
    has_lost = arguments.strict and made.losses
    return Exit.FINDINGS if has_lost or (arguments.check and (is_stale or left)) else Exit.CLEAN


def _list(out: Screen) -> None:
    width = max(map(len, TARGETS))
    for name, target in TARGETS.items():
        out.line(f"{name:<{width}}  {target.summary}")
        for option, said in target.options.items():
            if said.read is not None:
                out.line(f"{'':<{width}}  --option {option}={said.shown}: {said.meaning}")


def _options(target: str, given: Iterable[str]) -> dict[str, str]:
    """The options of a target from ``NAME=VALUE``; the last value of a name counts."""
    options = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise CannotRun(f"write --option NAME=VALUE, not {visible(text)!r}")
        options[name] = value
    known = TARGETS[target]
    written = {name: option for name, option in known.options.items() if option.read is not None}
    # Checked before the model is read, which may take long.
    replace(known, options=written).checked(target, options)
    return options


def _write_losses(losses: tuple[Diagnostic, ...], err: Screen) -> None:
    lines = [
        f"{err.paint(f'lost[{loss.code}]', Style.WARNING)}: {visible(loss.message)}"
        for loss in losses
    ]
    for line in several(lines, _SEVERAL):
        err.line(line)


def _left_over_lines(left: list[Path], out: Screen) -> list[str]:
    word = out.paint("left over", Style.WARNING)
    return several([f"{word}: {visible(str(path))}" for path in left], _SEVERAL)


# --- files -----------------------------------------------------------------------------------------


def _left_over(folder: Path, made: Mapping[str, bytes], target: str) -> list[Path]:
    """Files that an earlier export to this target wrote, and this one does not.

    They bear the mark of the target. Only the folders that this export writes to
    are searched, and only files with the endings that it writes. Nothing is
    deleted: the user decides.
    """
    sought = mark(target).encode()
    endings = {PurePosixPath(name).suffix for name in made}
    ours = {folder / name for name in made}
    found: list[Path] = []
    for place in sorted({path.parent for path in ours}):
        found += [
            path
            for path in _files(place)
            if path.suffix in endings and path not in ours and sought in _head(path)
        ]
    return found


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(itertools.islice(folder.iterdir(), _MOST_FILES))
    except (OSError, ValueError):
        return []


def _head(path: Path) -> bytes:
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return b""
