"""The settings of a project, under ``[tool.uns]`` in its pyproject.toml."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uns.cli.files import attempt
from uns.cli.options import LEVELS
from uns.cli.terminal import CannotRun
from uns.diagnostics import near, visible

#: The keys, all of them optional.
KEYS = ("model", "select", "extend-select", "ignore", "severity", "fail-level", "baseline")


@dataclass(frozen=True, slots=True)
class Project:
    """The settings in one pyproject.toml."""

    file: Path
    settings: Mapping[str, Any]

    def path(self, key: str) -> str | None:
        """The path of a file, which the project writes relative to its own folder."""
        said = self.settings.get(key)
        if said is None:
            return None
        if not isinstance(said, str):
            raise self._wrong(key, "is not the path of a file")
        return said if Path(said).is_absolute() else os.path.relpath(self.file.parent / said)

    def texts(self, key: str) -> tuple[str, ...] | None:
        """A list of strings; a single string is a list of one."""
        said = self.settings.get(key)
        if said is None:
            return None
        listed = [said] if isinstance(said, str) else said
        if isinstance(listed, list) and all(isinstance(text, str) for text in listed):
            return tuple(listed)
        raise self._wrong(key, "is not a list of strings")

    def level(self, key: str) -> str | None:
        """The name of a severity."""
        said = self.settings.get(key)
        return None if said is None else self._a_level(key, said)

    def levels(self, key: str) -> dict[str, str]:
        """A table with the name of a severity for each key."""
        said = self.settings.get(key, {})
        if not isinstance(said, dict):
            raise self._wrong(key, "is not a table")
        return {name: self._a_level(f"{key}.{name}", level) for name, level in said.items()}

    def check_keys(self) -> None:
        """Check that all keys are known.

        Raises:
            CannotRun: one is not.
        """
        for key in self.settings:
            if key not in KEYS:
                close = near(key, KEYS)
                hint = f"did you mean {close!r}?" if close else f"use one of: {', '.join(KEYS)}"
                raise self._wrong(key, f"is not a known key; {hint}")

    def _a_level(self, key: str, said: object) -> str:
        if isinstance(said, str) and said in LEVELS:
            return said
        raise self._wrong(key, f"is not one of: {', '.join(LEVELS)}")

    def _wrong(self, key: str, reason: str) -> CannotRun:
        place = visible(str(self.file))
        return CannotRun(f"`{visible(key)}` under [tool.uns] in {place} {reason}")


def project() -> Project:
    """The nearest project with settings; an empty one if there is none."""
    return next(projects(), Project(Path("pyproject.toml"), {}))


def projects() -> Iterator[Project]:
    """The projects with settings of this folder and those above it, the nearest first.

    Raises:
        CannotRun: a pyproject.toml cannot be read.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        file = folder / "pyproject.toml"
        if file.is_file():
            settings = _table(file)
            if settings:
                yield Project(file, settings)


def _table(file: Path) -> Mapping[str, Any]:
    with attempt("read", file), file.open("rb") as opened:
        try:
            tools = tomllib.load(opened).get("tool")
        except RecursionError:
            raise ValueError("it is nested too deep") from None
    settings = tools.get("uns", {}) if isinstance(tools, dict) else {}
    if not isinstance(settings, dict):
        raise CannotRun(f"`tool.uns` in {visible(str(file))} is not a table")
    return settings
