"""Find and open the model, or the version of a model, that a command is about.

This is the only module that runs git: without a shell, with a time limit, and
never with a revision that git could read as an option.
"""

from __future__ import annotations

import fnmatch
import os
import posixpath
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from uns.cli.files import files_below
from uns.cli.projects import projects
from uns.cli.terminal import CannotRun, Screen
from uns.counts import in_words
from uns.diagnostics import Diagnostic, visible
from uns.linting.versions import parse_version
from uns.loading.loader import InvalidNamespace, load, load_as
from uns.loading.yaml_events import MAX_BYTES
from uns.model.namespace import Namespace

#: The key, at the left margin, that makes a file a library.
_LIBRARY = re.compile(rb"""(?:\xef\xbb\xbf)?(["']?)library\1[ ]*:""")


def open_model(model: str | None, err: Screen) -> Namespace:
    """Load the model; its faults are written to ``err``.

    Raises:
        CannotRun: there is no such model, or it has faults.
    """
    path = model_path(model)
    try:
        return load(path)
    except InvalidNamespace as invalid:
        findings = invalid.diagnostics
    reason = unreadable(findings)
    if reason is not None:
        raise CannotRun(reason)
    for finding in findings:
        err.finding(finding)
    raise CannotRun(f"{visible(path)} has {in_words(len(findings), 'finding')}")


def unreadable(findings: tuple[Diagnostic, ...]) -> str | None:
    """The reason why the main file could not be read at all; ``None`` if it could."""
    first = findings[0]
    # A missing file that is included is a finding with the line that includes it.
    if first.code == "M112" and first.span is not None and not first.span.excerpt:
        return visible(first.message)
    return None


def model_path(given: str | None, *, option: str = "-m MODEL") -> str:
    """The path of the model: the given one, that of the nearest project, or the only one here.

    ``option`` is how the user can name a model.

    Raises:
        CannotRun: there is no model here, or more than one.
    """
    if given is not None:
        return given
    of_projects = filter(None, (project.path("model") for project in projects()))
    return next(of_projects, None) or _only_one_here(option)


def _only_one_here(option: str) -> str:
    found = sorted(path.name for path in Path().glob("*.uns.yaml") if not _is_library(path))
    if len(found) > 1:
        found = _models_among(found) or found
    if len(found) == 1:
        return found[0]
    if not found:
        raise CannotRun(
            f"there is no model here: name one with {option}, or write one with `uns init`"
        )
    listed = ", ".join(map(visible, found))
    raise CannotRun(f"there are several models here: choose one with {option}: {listed}")


def models_in(folder: str) -> tuple[list[str], list[str]]:
    """The models ``*.uns.yaml`` in a folder and the folders below it, and the other such files.

    The other files are libraries, and parts that a model there includes.

    Raises:
        CannotRun: there is no model, or a folder cannot be listed.
    """
    files = files_below(folder, "*.uns.yaml")
    models = _models_among(file for file in files if not _is_library(Path(file)))
    if not models:
        raise CannotRun(f"there is no model *.uns.yaml in {visible(folder)}: name the model file")
    return models, [file for file in files if file not in models]


def _models_among(files: Iterable[str]) -> list[str]:
    """The files that no other one of them includes."""
    found = {file: Path(file).resolve() for file in files}
    parts = {part for path in found.values() for part in _included(path)}
    return [name for name, path in found.items() if path not in parts]


def _included(model: Path) -> Iterator[Path]:
    """The files that a model includes; none if it does not load, which is reported later."""
    try:
        sources = load(str(model)).sources
    except InvalidNamespace:
        return
    for source in sources:
        path = Path(source.name).resolve()
        if path != model:
            yield path


def _is_library(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return any(_LIBRARY.match(line) for line in file)
    except OSError:
        # Loading reports it.
        return False


# --- versions --------------------------------------------------------------------------------------

_GIT = "git:"

#: The time limit of one git command, in seconds.
PATIENCE = 30

#: The endings of model files that are suggested instead of a missing one, and how many at most.
_ENDINGS = (".uns.yaml", ".uns.yml")
_MOST_OFFERED = 3

#: Of so many files, models are suggested before libraries: git is asked for each of them.
_MOST_RANKED = 20


class Revision(NamedTuple):
    """A version of a model: its file, and the git revision if it is read from one."""

    path: str
    ref: str | None = None

    def __str__(self) -> str:
        return f"{_GIT}{self.ref}:{self.path}" if self.ref is not None else self.path


def revision(given: str, otherwise: str | None = None) -> Revision:
    """Read ``FILE``, ``git:REF`` or ``git:REF:FILE``; ``otherwise`` is the file of ``git:REF``.

    >>> revision("plant.uns.yaml"), revision("git:v1.4.0", "plant.uns.yaml")
    (Revision(path='plant.uns.yaml', ref=None), Revision(path='plant.uns.yaml', ref='v1.4.0'))

    Raises:
        CannotRun: the revision or the file is missing, or a pattern is given for the revision.
    """
    if not given.startswith(_GIT):
        return Revision(given)
    ref, _, path = given.removeprefix(_GIT).partition(":")
    path = path or otherwise or ""
    if not _is_ref(ref):
        raise CannotRun(f"{visible(ref)!r} is not a git revision: write git:REF or git:REF:FILE")
    if _is_pattern(given):
        raise CannotRun(f"{visible(ref)!r} is a pattern: name a single revision here")
    if not path:
        raise CannotRun(f"{visible(given)} needs a file: write git:{visible(ref)}:FILE")
    return Revision(path, ref)


def _is_ref(ref: str) -> bool:
    return bool(ref) and not ref.startswith("-") and ref.isprintable() and " " not in ref


def revisions(given: Iterable[str], otherwise: str) -> dict[str, Revision]:
    """Read several versions, as :func:`revision` does, by a short name, each of them once.

    A pattern in ``git:REF`` means all tags that match it and have the file, in the order of their
    versions.

    Raises:
        CannotRun: a version is missing, or a pattern finds none.
    """
    found: dict[Revision, None] = {}
    for text in given:
        if _is_pattern(text):
            found |= dict.fromkeys(_tagged(text, otherwise))
        else:
            found[revision(text, otherwise)] = None
    names: dict[str, Revision] = {}
    for version in found:
        name = version.ref or version.path
        names[str(version) if name in names else name] = version
    return names


def open_versions(given: Iterable[str], otherwise: str, err: Screen) -> dict[str, Namespace]:
    """Load several versions of a model, by name; their faults are written to ``err``.

    Raises:
        CannotRun: one of them is missing, or has faults.
    """
    found = revisions(given, otherwise)
    return {name: open_revision(version, err) for name, version in found.items()}


def _is_pattern(given: str) -> bool:
    """True for ``git:REF`` with a wildcard, which no name of a revision has."""
    ref = given.removeprefix(_GIT).partition(":")[0]
    return given.startswith(_GIT) and any(mark in ref for mark in "*?[")


def _tagged(given: str, otherwise: str) -> list[Revision]:
    """The tags that match a pattern and have the file, in the order of their versions."""
    pattern, _, path = given.removeprefix(_GIT).partition(":")
    path = path or otherwise
    tags = [tag for tag in _GitTree.tags(path) if fnmatch.fnmatchcase(tag, pattern)]
    if not tags:
        raise CannotRun(
            f"no tag matches {visible(pattern)!r}; in a shallow checkout, run `git fetch --tags` first"
        )
    found = [Revision(path, tag) for tag in sorted(tags, key=_rank) if _is_ref(tag)]
    found = [version for version in found if _GitTree(version).has_file()]
    if not found:
        raise CannotRun(
            f"no tag that matches {visible(pattern)!r} has a file {visible(path)};"
            f" if it had another name, write {_GIT}{visible(pattern)}:FILE"
        )
    return found


def _rank(tag: str) -> tuple[bool, tuple[Any, ...], str]:
    """The place of a tag in the order of versions; those without a version come first.

    >>> sorted(["v1.10.0", "v1.9.0", "v2.0.0", "v2.0.0-rc.1", "old", "v1"], key=_rank)
    ['old', 'v1', 'v1.9.0', 'v1.10.0', 'v2.0.0-rc.1', 'v2.0.0']
    """
    found = _NUMBERED.search(tag)
    if found is None:
        return False, (), tag
    numbers = ".".join(number or "0" for number in found.group(1, 2, 3))
    return True, parse_version(f"{numbers}{found[4] or ''}"), tag


_NUMBERED = re.compile(
    r"(\d+)(?:\.(\d+))?(?:\.(\d+))?(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$", re.ASCII
)


def file_of(given: str) -> str | None:
    """The file named by ``FILE`` or ``git:REF:FILE``; ``None`` for ``git:REF``.

    >>> file_of("plant.uns.yaml"), file_of("git:v1.4.0:old.uns.yaml"), file_of("git:v1.4.0")
    ('plant.uns.yaml', 'old.uns.yaml', None)
    """
    if not given.startswith(_GIT):
        return given
    return given.removeprefix(_GIT).partition(":")[2] or None


def open_revision(version: Revision, err: Screen) -> Namespace:
    """Load a version of a model; its faults are written to ``err``.

    Raises:
        CannotRun: there is no such version, or it has faults.
    """
    if version.ref is None:
        try:
            return open_model(version.path, err)
        except CannotRun as reason:
            if Path(version.path).exists() or not _GitTree.knows(version.path):
                raise
            raise CannotRun(
                f"{reason}; for the git revision write {_GIT}{visible(version.path)}"
            ) from None
    tree = _GitTree(version)
    try:
        return load_as(tree.path, tree.read, tree.label)
    except InvalidNamespace as invalid:
        findings = invalid.diagnostics
    name = visible(str(version))
    if unreadable(findings) is not None:
        raise CannotRun(
            f"there is no file {visible(tree.path)} in git revision {visible(version.ref)};"
            f" {tree.instead()}"
        )
    for finding in findings:
        err.finding(finding)
    raise CannotRun(f"{name} has {in_words(len(findings), 'finding')}")


class _GitTree:
    """The files of one git revision, by their paths from the top of the repository."""

    def __init__(self, version: Revision) -> None:
        where = Path(version.path)
        folder = (Path.cwd() / where).parent
        missing: list[str] = []
        while not folder.is_dir():
            # A folder of the old version may be gone: run git in the nearest one above.
            missing.insert(0, folder.name)
            folder = folder.parent
        self.folder = str(folder)
        self._version = version
        prefix = self._ask(
            ["rev-parse", "--show-prefix"], f"{self.folder} is not in a git checkout"
        )
        ref = version.ref or ""
        commit = self._ask(
            ["rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"],
            f"git has no revision {ref!r}; in a shallow checkout, fetch it first",
        )
        self.commit = commit.decode().strip()
        parts = [os.fsdecode(prefix).rstrip("\n"), "/".join([*missing, where.name])]
        self.path = "".join(parts)

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            OSError: there is no such file, or it is larger than a model file may be.
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

    @classmethod
    def tags(cls, path: str) -> list[str]:
        """The names of all tags of the repository that a file is in."""
        tree = cls(Revision(path, "HEAD"))
        listed = tree._run(["for-each-ref", "--format=%(refname:strip=2)", "refs/tags"])
        return os.fsdecode(listed.stdout).splitlines()

    def has_file(self) -> bool:
        """Whether the revision has the file."""
        return self._run(["cat-file", "-e", f"{self.commit}:{self.path}"]).returncode == 0

    def label(self, path: str) -> str:
        """The name of a file in findings: ``git:REF:FILE``, from the folder of the user."""
        folder = posixpath.dirname(self.path) or "."
        beside = posixpath.relpath(path, folder)
        name = posixpath.normpath(posixpath.join(posixpath.dirname(self._version.path), beside))
        return f"{_GIT}{self._version.ref}:{name}"

    def instead(self) -> str:
        """A hint at other models in the revision, for a file that it does not have."""
        ref = visible(self._version.ref or "")
        listed = self._run(["ls-tree", "-r", "-z", "--name-only", "--full-tree", self.commit])
        found = [name for name in os.fsdecode(listed.stdout).split("\0") if name.endswith(_ENDINGS)]
        if not found:
            return "it has no model to compare with"
        found[:_MOST_RANKED] = sorted(found[:_MOST_RANKED], key=self._is_library)
        top = os.fsdecode(self._run(["rev-parse", "--show-toplevel"]).stdout).rstrip("\n")
        files = [visible(os.path.relpath(Path(top) / name)) for name in found]
        offered = " or ".join(f"{_GIT}{ref}:{file}" for file in files[:_MOST_OFFERED])
        return f"if it had another name, write {offered}"

    def _is_library(self, path: str) -> bool:
        try:
            return any(_LIBRARY.match(line) for line in self.read(path).splitlines())
        except OSError:
            return False

    @staticmethod
    def knows(ref: str) -> bool:
        """Whether git has a revision of that name here."""
        try:
            question = ["rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"]
            return _is_ref(ref) and _git(str(Path.cwd()), question).returncode == 0
        except CannotRun:
            return False

    def _ask(self, question: Sequence[str], otherwise: str) -> bytes:
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
        raise CannotRun("git is not installed, or not on the PATH") from None
    except (OSError, ValueError) as error:
        raise CannotRun(f"git cannot be run: {visible(str(error))}") from None
