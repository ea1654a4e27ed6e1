"""The files of a model: the main file and the files it includes, each read once.

Only this module reads the files of a model. It does so through a reader that the caller can
replace, for example to read another revision of the model.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
import posixpath
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias

from uns.diagnostics import Span, near
from uns.loading.declarations import read_declaration
from uns.loading.extensions import Extensions, find_extensions
from uns.loading.faults import Faults
from uns.loading.model_format import BUILT_IN_LIBRARIES, Sections, known_keys
from uns.loading.yaml_events import (
    MAX_BYTES,
    KeyPath,
    Map,
    Source,
    key_span,
    read,
    span_at,
    value_span,
)

#: Reads the bytes of a file by its path; raises OSError if it cannot.
Reader: TypeAlias = Callable[[str], bytes]

#: Finds a place in a file. Called only when there is a fault, because finding places takes time.
Where: TypeAlias = Callable[[], Span]

#: Sections that only the main file may have.
MAIN_ONLY = frozenset({"model", "topic", "defaults"})

#: Sections that declare names which other sections use.
NAMING = ("include", "levels", "aspects", "payloads", "classes", "brokers")

#: Most files one model may include.
MAX_FILES = 1_000

_BUILT_IN_PATHS = frozenset(f"<{name}>" for name in BUILT_IN_LIBRARIES)


def read_file(path: str) -> bytes:
    """Read a regular file that is not larger than the language allows."""
    # Checked before opening: a pipe would wait for a writer, and a device never ends.
    if not stat.S_ISREG(Path(path).stat().st_mode):
        raise OSError(22, "not a regular file", path)
    with Path(path).open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise OSError(27, f"larger than {MAX_BYTES // 1024 // 1024} MiB", path)
    return data


@dataclass(slots=True, eq=False)
class Document:
    """One file of the model. ``sections`` is its content without the tree."""

    path: str
    root: Map
    sections: Sections
    #: The entries of the sections that are wrong and were left out.
    wrong: frozenset[KeyPath]
    #: The extension keys outside the tree, by the path of their declaration.
    extensions: Mapping[KeyPath, Extensions] = field(default_factory=dict)

    @property
    def is_built_in(self) -> bool:
        """Whether it ships with the package."""
        return self.path in _BUILT_IN_PATHS

    @property
    def is_library(self) -> bool:
        """Whether it is a library."""
        return self.root.get("library") is not None

    def is_damaged(self, *location: str) -> bool:
        """Whether an entry at or below ``location`` was wrong and left out."""
        return any(entry[: len(location)] == location for entry in self.wrong)


class Outside(NamedTuple):
    """Why a path is not one in the folder of the model, and what to write instead."""

    reason: str
    help: str


@dataclass(slots=True)
class Files:
    """The files of a model; ``path`` is the main file."""

    path: str
    reader: Reader
    faults: Faults
    #: The name of a file in spans, by its path.
    label: Callable[[str], str] = str
    documents: list[Document] = field(default_factory=list)
    #: The number of each file by its path, in reading order.
    order: dict[str, int] = field(default_factory=dict)
    #: False when a section that declares names could not be read. Then we build no tree and
    #: report no undefined names, since any of them may be in the part we missed.
    is_complete: bool = True

    def read(self) -> None:
        """Read the main file and everything it includes, depth first."""
        self.order[self.path] = 0
        main = self._document(self.path, lambda: Span(self.label(self.path), 1, 1, 1, 1))
        if main is None:
            return
        open_ = {self.path: self._includes(main)}
        while open_:
            include = next(next(reversed(open_.values())), None)
            if include is None:
                open_.popitem()
                continue
            path, where = include
            if path in open_:
                chain = " > ".join([*list(open_)[list(open_).index(path) :], path])
                self.faults.add("M309", f"files include each other: {chain}", where())
            elif path not in self.order:
                if len(self.order) >= MAX_FILES:
                    self.faults.add("M107", f"the model has more than {MAX_FILES} files", where())
                    self.is_complete = False
                    return
                self.order[path] = len(self.order)
                included = self._document(path, where)
                if included is not None:
                    open_[path] = self._includes(included)

    def text(self, path: str, where: Where) -> str | None:
        """The text of a file. If it cannot be read, that is reported at ``where``."""
        try:
            data = self.reader(path)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            close = near(posixpath.basename(path), BUILT_IN_LIBRARIES)
            help_ = f"for the library that ships with the package write {close}" if close else None
            self.faults.add("M112", f"cannot read {path}: {reason.lower()}", where(), help=help_)
            return None
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = data[: error.start].decode("utf-8", "replace").split("\n")
            line, column = len(before), len(before[-1]) + 1
            excerpt = data.decode("utf-8", "replace").split("\n")[line - 1]
            message = f"byte {error.start} of the file is not UTF-8 text"
            span = Span(self.label(path), line, column, line, column + 1, excerpt)
            self.faults.add("M109", message, span, help="save the file as UTF-8")
            return None

    def beside(self, base: str, name: str, where: Where) -> str | None:
        """The path of ``name`` relative to the file ``base``.

        ``None`` if it is not in the folder of the model; that is reported at ``where``.
        """
        found = self.find(base, name)
        if isinstance(found, str):
            return found
        self.faults.add("M308", f"{name!r} {found.reason}", where(), help=found.help)
        return None

    def find(self, base: str, name: str) -> str | Outside:
        """The path of ``name`` relative to the file ``base``, or why it is not in the model's folder."""
        if "\\" in name:
            return Outside("has a backslash", "write / between folders and names")
        if not name or "\0" in name or ":" in name or posixpath.isabs(name):
            reason = "is not a path relative to this file"
            return Outside(reason, "write the path from this file's folder")
        folder = _parts(posixpath.dirname(self.path.replace("\\", "/")))
        here = posixpath.dirname(base.replace("\\", "/"))
        path = posixpath.normpath(posixpath.join(here, name))
        parts = _parts(path)
        below = parts[len(folder) :]
        if parts[: len(folder)] == folder and ".." not in below and self._stays_inside(path):
            return path
        help_ = "use a path relative to this file, inside the folder of the main file"
        return Outside("is outside the folder of the model", help_)

    def _stays_inside(self, path: str) -> bool:
        """Whether a file is in the model's folder after links are followed.

        The main file may be a link itself: then its folder is where the link is, or where it goes.
        """
        if self.reader is not read_file:
            return True
        try:
            main, file = Path(self.path), Path(path).resolve()
            folders = (main.parent.resolve(), main.resolve().parent)
            return any(file.is_relative_to(folder) for folder in folders)
        except (OSError, RuntimeError):
            return False  # links in a circle

    def _document(self, path: str, where: Where) -> Document | None:
        if path in _BUILT_IN_PATHS:
            library = built_in_library(path)
            self.documents.append(library)
            return library
        before = len(self.faults)
        text = self.text(path, where)
        root = read(Source(self.label(path), text), self.faults) if text is not None else None
        if root is None or len(self.faults) > before:
            self.is_complete = False
        if root is None:
            return None
        document = self._with_sections(path, root)
        self.documents.append(document)
        if document.is_damaged("levels") or any((key,) in document.wrong for key in NAMING):
            self.is_complete = False
        return document

    def _with_sections(self, path: str, root: Map) -> Document:
        """Read the sections of a file. The keys of the tree are checked when levels are known."""
        known = known_keys(Sections)
        values = {key: value for key, value in root.items() if key in known}
        if "uns" not in values:
            message = "the file does not name the version of the language"
            help_ = "put `uns: 1` on the first line"
            self.faults.add("M205", message, root.source.start(), help=help_)
        elif type(values["uns"]) is not int or values["uns"] != 1:
            message = f"the language has no version {json.dumps(values['uns'])}"
            help_ = "this is version 1: write `uns: 1`"
            self.faults.add("M205", message, value_span(root, "uns"), help=help_)
        values["uns"] = 1
        if path != self.path:
            for key in MAIN_ONLY & values.keys():
                del values[key]
                message = f"`{key}` is allowed in the main file only"
                help_ = f"move it to {self.path}"
                self.faults.add("M206", message, key_span(root, key), help=help_)
        sections, wrong = read_declaration(Sections, values, root, self.faults)
        found = dict(find_extensions(Sections, root))
        return Document(path, root, sections or Sections(uns=1), wrong, found)

    def _includes(self, document: Document) -> Iterator[tuple[str, Where]]:
        """The paths that a file includes, each with its place in the file."""
        for index, name in enumerate(document.sections.include or ()):
            where = functools.partial(span_at, document.root, ("include", index))
            if name in BUILT_IN_LIBRARIES:
                yield f"<{name}>", where
            elif not document.is_built_in:
                path = self.beside(document.path, name, where)
                if path is not None:
                    yield path, where
                else:
                    self.is_complete = False


def _parts(path: str) -> list[str]:
    """The parts of a path without `.`; ``/`` is the first part of an absolute one.

    >>> _parts("../plant/./lib"), _parts("/srv/plant"), _parts("")
    (['..', 'plant', 'lib'], ['/', 'srv', 'plant'], [])
    """
    path = posixpath.normpath(path)
    root = ["/"] if path.startswith("/") else []
    return [*root, *(part for part in path.split("/") if part not in {"", "."})]


@functools.cache
def built_in_library(path: str) -> Document:
    """A library that ships with the package, read once; works from a wheel and from a checkout."""
    folder = importlib.resources.files("uns") / path.strip("<>")
    text = (folder / "payloads.uns.yaml").read_bytes().decode()
    faults = Faults()
    root = read(Source(path, text), faults) or Map()
    sections, wrong = read_declaration(Sections, root, root, faults)
    return Document(path, root, sections or Sections(uns=1), wrong)
