"""Which version of a model is meant: a file, or a file of a git revision; and opening it.

Git is a program that is run here and nowhere else: without a shell, with a time
limit, and never with a revision that it could take for an option.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from uns.cli.exits import CannotRun
from uns.cli.models import counted, opened, unreadable
from uns.cli.terminal import Screen
from uns.diagnostics import visible
from uns.loading.loader import InvalidNamespace, load
from uns.loading.yaml_events import MAX_BYTES
from uns.model.namespace import Namespace

__all__ = ["Revision", "file_of", "opened_revision", "revision"]

_GIT = "git:"

#: Seconds that git may take to answer one question.
PATIENCE = 30

#: How the files of models end that are offered instead of one that is not there.
_ENDINGS = (".uns.yaml", ".uns.yml")

#: Most of them that are offered.
_MOST_OFFERED = 3


class Revision(NamedTuple):
    """A version of a model: its file, and the git revision it is read from, if from one."""

    path: str
    ref: str | None = None

    def __str__(self) -> str:
        return f"{_GIT}{self.ref}:{self.path}" if self.ref is not None else self.path


def revision(given: str, otherwise: str | None = None) -> Revision:
    """The version that ``FILE``, ``git:REF`` or ``git:REF:FILE`` means.

    ``otherwise`` is the file where none is named.

    >>> revision("plant.uns.yaml"), revision("git:v1.4.0", "plant.uns.yaml")
    (Revision(path='plant.uns.yaml', ref=None), Revision(path='plant.uns.yaml', ref='v1.4.0'))

    Raises:
        CannotRun: no revision and no file.
    """
    if not given.startswith(_GIT):
        return Revision(given)
    ref, _, path = given.removeprefix(_GIT).partition(":")
    path = path or otherwise or ""
    if not ref or ref.startswith("-") or not ref.isprintable() or " " in ref:
        raise CannotRun(f"{visible(ref)!r} is no git revision: write git:REF or git:REF:FILE")
    if not path:
        raise CannotRun(f"which file of {visible(given)}? write git:{visible(ref)}:FILE")
    return Revision(path, ref)


def file_of(given: str) -> str | None:
    """The file that a version names, if it names one.

    >>> file_of("plant.uns.yaml"), file_of("git:v1.4.0:old.uns.yaml"), file_of("git:v1.4.0")
    ('plant.uns.yaml', 'old.uns.yaml', None)
    """
    if not given.startswith(_GIT):
        return given
    return given.removeprefix(_GIT).partition(":")[2] or None


def opened_revision(version: Revision, err: Screen) -> Namespace:
    """The namespace of a version; findings that keep it from loading go to ``err``.

    Raises:
        CannotRun: there is no such version, or it has faults.
    """
    if version.ref is None:
        try:
            return opened(version.path, err)
        except CannotRun as reason:
            if Path(version.path).exists() or not _GitTree.knows(version.path):
                raise
            raise CannotRun(
                f"{reason}; the revision of git is {_GIT}{visible(version.path)}"
            ) from None
    tree = _GitTree(version)
    try:
        return load(tree.path, read=tree.read)
    except InvalidNamespace as invalid:
        findings = invalid.diagnostics
    name = visible(str(version))
    if unreadable(findings) is not None:
        raise CannotRun(
            f"git has no file {visible(tree.path)} in {visible(version.ref)}; {tree.instead()}"
        )
    for finding in findings:
        err.finding(finding)
    raise CannotRun(f"{name} has {counted(len(findings), 'finding')}")


class _GitTree:
    """The files of one git revision, read by their paths from the top of the repository."""

    def __init__(self, version: Revision) -> None:
        where = Path(version.path)
        folder = (Path.cwd() / where).parent
        missing: list[str] = []
        while not folder.is_dir():
            # A folder of the old version may be gone; git is asked from the nearest one above.
            missing.insert(0, folder.name)
            folder = folder.parent
        self.folder = str(folder)
        self._version = version
        prefix = self._asked(["rev-parse", "--show-prefix"], f"{self.folder} is in no git checkout")
        ref = version.ref or ""
        commit = self._asked(
            ["rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"],
            f"git knows no revision {ref!r}; a checkout of one commit has to fetch it first",
        )
        self.commit = commit.decode().strip()
        parts = [os.fsdecode(prefix).rstrip("\n"), "/".join([*missing, where.name])]
        self.path = "".join(parts)

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            OSError: there is none, or it is larger than the language allows.
        """
        name = f"{self.commit}:{path}"
        size = self._run(["cat-file", "-s", name])
        if size.returncode != 0 or not size.stdout.strip().isdigit():
            raise FileNotFoundError(2, "no such file in the git revision", path)
        if int(size.stdout) > MAX_BYTES:
            raise OSError(27, f"larger than {MAX_BYTES // 1024 // 1024} MiB", path)
        found = self._run(["cat-file", "blob", name])
        if found.returncode != 0:
            raise OSError(22, "not a regular file", path)
        return found.stdout

    def instead(self) -> str:
        """How to name another file of the revision, where the one that is meant is not there."""
        ref = visible(self._version.ref or "")
        listed = self._run(["ls-tree", "-r", "-z", "--name-only", "--full-tree", self.commit])
        found = [name for name in os.fsdecode(listed.stdout).split("\0") if name.endswith(_ENDINGS)]
        if not found:
            return "it has no model there, so there is nothing to compare with"
        top = os.fsdecode(self._run(["rev-parse", "--show-toplevel"]).stdout).rstrip("\n")
        files = [visible(os.path.relpath(Path(top) / name)) for name in found]
        offered = " or ".join(f"{_GIT}{ref}:{file}" for file in files[:_MOST_OFFERED])
        return f"where it had another name, write {offered}"

    @staticmethod
    def knows(ref: str) -> bool:
        """Whether git has a revision of that name here."""
        if ref.startswith("-") or not ref.isprintable() or " " in ref:
            return False
        try:
            question = ["rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"]
            return _git(str(Path.cwd()), question).returncode == 0
        except CannotRun:
            return False

    def _asked(self, question: Sequence[str], otherwise: str) -> bytes:
        done = self._run(question)
        if done.returncode != 0:
            raise CannotRun(visible(otherwise))
        return done.stdout

    def _run(self, question: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        return _git(self.folder, question)


def _git(folder: str, question: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(  # noqa: S603 - no shell, and no argument starts with a dash
            ["git", "-C", folder, *question],  # noqa: S607 - the git of the user's path
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
            env={**os.environ, **quiet},
        )
    except subprocess.TimeoutExpired:
        raise CannotRun(f"git did not answer within {PATIENCE} seconds") from None
    except FileNotFoundError:
        raise CannotRun("git is not installed, or not on the path") from None
    except (OSError, ValueError) as error:
        raise CannotRun(f"git cannot be run: {visible(str(error))}") from None
