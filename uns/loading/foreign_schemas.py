"""JSON Schemas that somebody else maintains: a file and the files it refers to, as one schema.

A ``$ref`` to another file is followed, if the file is in the folder of the model. These files
become parts of the schema. If any of them has identities or anchors, each gets an ``$id``, as JSON
Schema 2020-12 §9.3.1 describes for compound documents; else references are plain pointers. So
nobody who gets the schema needs another file, and a change in any of them is a change of the
schema. Nothing is fetched from a network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import quote, unquote, urldefrag, urljoin

from uns.diagnostics import Span
from uns.loading.faults import Faults
from uns.loading.yaml_events import Extent, Source

#: Most files of one schema, levels of nesting, and characters of all its files together.
MAX_FILES, MAX_DEPTH, MAX_CHARACTERS = 100, 200, 16_000_000

#: The code of faults in the files.
UNUSABLE = "M520"

#: The keywords that refer to another schema.
_REFERENCES = ("$ref", "$dynamicRef")

#: The keywords that make references something else than pointers into files.
_IDENTITIES = frozenset(
    {"$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef"}
)

#: The keywords whose values are data, not schemas.
_DATA = frozenset({"const", "enum", "default", "examples"})

#: What the validator knows without fetching it: the schemas of JSON Schema itself.
_BUILT_IN = ("http://json-schema.org/", "https://json-schema.org/")

#: The keywords whose values are schemas by names that the author chooses.
_BY_NAME = frozenset(
    {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"}
)

#: The start of the identity of files without an absolute `$id`.
_BASE = "file:///"

_Object: TypeAlias = dict[str, Any]

#: Reads the text of a file; ``None`` if it cannot be read, which is reported at the place.
ReadText: TypeAlias = Callable[[str, Callable[[], Span]], str | None]

#: The path of a name relative to a file; something else outside the folder of the model.
Find: TypeAlias = Callable[[str, str], object]


class _Reference(NamedTuple):
    """One reference: the object and the key that say it, and the URI that it is relative to."""

    holder: _Object
    key: str
    base: str

    @property
    def text(self) -> str:
        return str(self.holder[self.key])


@dataclass(slots=True, eq=False)
class _File:
    """A file of the schema; ``uri`` is its identity in the whole."""

    path: str
    source: Source
    schema: _Object | bool
    uri: str = ""
    references: list[_Reference] = field(default_factory=list)
    #: The URIs of the schemas in it that have an `$id` of their own.
    inner: set[str] = field(default_factory=set)
    #: The references to files, with the file and the part of it.
    links: list[tuple[_Reference, _File, str]] = field(default_factory=list)
    #: False if something in it has an identity, or refers to something but a part of a file.
    is_plain: bool = True


@dataclass(slots=True)
class ForeignSchemas:
    """Reads JSON Schemas with the files they refer to; faults are reported.

    ``label`` makes the name of a file in findings from its path.
    """

    read: ReadText
    find: Find
    label: Callable[[str], str]
    faults: Faults
    #: The paths of all files that were read.
    paths: dict[str, None] = field(default_factory=dict)

    def load(self, path: str, where: Callable[[], Span]) -> str | None:
        """Read the schema in a file as canonical JSON; ``None`` if it, or a file of it, has faults.

        Equal texts mean equal JSON. Faults of the file itself are reported at ``where``.
        """
        before = len(self.faults)
        first = self._file(path, path, where)
        files = {path: first} if first is not None else {}
        pending = list(files.values())
        characters = 0
        while pending:
            here = pending.pop()
            characters += len(here.source.text)
            if characters > MAX_CHARACTERS:
                self._report(f"the files of {path} are too large together", where())
                return None
            for reference in here.references:
                found = self._target(here, reference, files, path)
                if found is not None and found not in pending and found.path not in files:
                    files[found.path] = found
                    pending.append(found)
            if len(files) > MAX_FILES:
                self._report(f"{path} refers to more than {MAX_FILES} files", where())
                return None
        if first is None or len(self.faults) > before:
            return None
        schema = first.schema
        if isinstance(schema, dict) and not isinstance(schema.get(_section(schema), {}), dict):
            self._report(f"{_section(schema)} of {first.source.name} must be an object", where())
            return None
        return _canonical(_bundled(first, list(files.values())))

    # --- files -------------------------------------------------------------------------------------

    def _file(self, path: str, top: str, where: Callable[[], Span]) -> _File | None:
        text = self.read(path, where)
        if text is None:
            return None
        self.paths[path] = None
        source = Source(self.label(path), text)
        try:
            schema = json.loads(text, parse_constant=_refuse, parse_float=_number)
        except (ValueError, RecursionError):
            self._report(f"{path} is not JSON", where())
            return None
        if not isinstance(schema, dict | bool):
            self._report(f"{path} is not a JSON Schema: it must be an object or a boolean", where())
            return None
        made = _File(path, source, schema)
        if not _read_references(made, _uri(path, top, schema)):
            self._report(f"{path} is nested too deeply", where())
            return None
        return made

    def _target(
        self, here: _File, reference: _Reference, files: dict[str, _File], top: str
    ) -> _File | None:
        """The other file that a reference is about, with the reference changed to its URI."""
        text = reference.text
        target, fragment = _joined(reference.base, text)
        if text.startswith("#") or target in here.inner or target == here.uri:
            if target == here.uri:
                self._check(here, here, fragment, text)
                here.links.append((reference, here, fragment))
            return None
        if text.startswith(_BUILT_IN):
            here.is_plain = False
            return None
        name = unquote(text.partition("#")[0])
        is_relative = not _has_scheme(text) and not text.startswith("/") and "?" not in text
        path = self.find(here.path, name) if is_relative else None
        if not isinstance(path, str):
            message = f"{here.source.name} refers to {text!r}, which is no file in the folder of the model"
            help_ = (
                "put the schema into the folder of the model, and refer to it by a relative path"
            )
            self._report(message, _find(here.source, text), help_)
            return None
        found = files.get(path) or self._file(path, top, lambda: _find(here.source, text))
        if found is not None:
            self._check(here, found, fragment, text)
            here.links.append((reference, found, fragment))
        return found

    def _check(self, here: _File, target: _File, fragment: str, text: str) -> None:
        """Report a reference to a part that a file does not have."""
        if not fragment.startswith("/") or _has(target.schema, fragment):
            return
        message = (
            f"{here.source.name} refers to {text!r}, and {target.source.name} has no such part"
        )
        help_ = f"add #{fragment} to {target.source.name}, or correct the reference"
        self._report(message, _find(here.source, text), help_)

    def _report(self, message: str, span: Span, help_: str | None = None) -> None:
        self.faults.add(UNUSABLE, message, span, help=help_)


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _number(text: str) -> int | float:
    """A number that is equal for equal numbers: 1.0 is 1."""
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is beyond the range of a double")
    return int(value) if value.is_integer() and abs(value) <= 2**53 else value


def _find(source: Source, text: str) -> Span:
    """The first place of a JSON text in a file."""
    for written in (json.dumps(text), json.dumps(text, ensure_ascii=False), text):
        at = source.text.find(written)
        if at >= 0:
            before = source.text[:at].split("\n")
            line, column = len(before) - 1, len(before[-1])
            return source.span(Extent(line, column, line, column + len(written)))
    return source.start()


# --- references ------------------------------------------------------------------------------------


def _uri(path: str, top: str, schema: _Object | bool) -> str:
    """The identity of a file: its own absolute `$id`, or its path from the folder of the first file."""
    said = _id(schema, _id_key(schema)) if isinstance(schema, dict) else None
    if said is not None and _has_scheme(said):
        return said.partition("#")[0]
    folder = top.rpartition("/")[0]
    return _BASE + quote(path.removeprefix(f"{folder}/") if folder else path)


def _has_scheme(uri: str) -> bool:
    return _SCHEME.match(uri) is not None


_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def _joined(base: str, uri: str) -> tuple[str, str]:
    """A reference as an absolute URI, and its fragment; the text itself if it is no URI."""
    try:
        found = urldefrag(urljoin(base, uri))
    except ValueError:
        return uri, ""
    return found.url, found.fragment


def _id(schema: _Object, key: str) -> str | None:
    """The `$id` of a schema, under its ``key``; not one that only names an anchor."""
    said = schema.get(key)
    return said if isinstance(said, str) and not said.startswith("#") else None


def _id_key(schema: _Object | bool) -> str:
    """The keyword for the identity of a schema and of those in it: `id` in draft 4."""
    dialect = schema.get("$schema", "") if isinstance(schema, dict) else ""
    return "id" if "draft-04" in str(dialect) else "$id"


def _read_references(file: _File, uri: str) -> bool:
    """Find all references in a file; false if it is nested too deeply."""
    file.uri, id_key = uri, _id_key(file.schema)
    pending: list[tuple[Any, str, int, bool]] = [(file.schema, uri, 0, False)]
    while pending:
        value, base, depth, by_name = pending.pop()
        if depth > MAX_DEPTH:
            return False
        if isinstance(value, list):
            pending += [(item, base, depth + 1, False) for item in value]
        if not isinstance(value, dict):
            continue
        if by_name:
            pending += [(inner, base, depth + 1, False) for inner in value.values()]
            continue
        if not _IDENTITIES.isdisjoint(value) or (id_key == "id" and "id" in value):
            file.is_plain = False
        said = _id(value, id_key) if depth else None
        if said is not None:
            base, _ = _joined(base, said)
            file.inner.add(base)
        for key in _REFERENCES:
            if isinstance(value.get(key), str):
                file.references.append(_Reference(value, key, base))
        pending += [
            (inner, base, depth + 1, key in _BY_NAME)
            for key, inner in value.items()
            if key not in _DATA
        ]
    return True


def _has(schema: _Object | bool, pointer: str) -> bool:
    """Whether a schema has the part that a JSON pointer leads to."""
    value: Any = schema
    for step in _steps(pointer):
        if isinstance(value, list) and step.isascii() and step.isdigit():
            value = value[int(step)] if len(step) < 9 and int(step) < len(value) else None
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return False
        if value is None:
            return False
    return True


def _steps(pointer: str) -> Iterator[str]:
    for step in unquote(pointer).split("/")[1:]:
        yield step.replace("~1", "/").replace("~0", "~")


# --- one schema ------------------------------------------------------------------------------------


def _section(schema: _Object) -> str:
    """The keyword for the named parts of a schema: `definitions` up to draft 7."""
    is_old = any(f"draft-0{n}" in str(schema.get("$schema", "")) for n in (3, 4, 6, 7))
    return "definitions" if is_old else "$defs"


def _bundled(first: _File, files: list[_File]) -> _Object | bool:
    """The schema of the first file with all the others as its parts."""
    schema, others = first.schema, [file for file in files if file is not first]
    if not others or isinstance(schema, bool):
        return schema
    identity, section = _id_key(schema), _section(schema)
    if section == "definitions" and "$ref" in schema:
        # In these drafts nothing beside `$ref` counts.
        kept = {key: schema.pop(key) for key in ("$schema", identity, section) if key in schema}
        schema = {**kept, "allOf": [schema]}
    parts = schema.setdefault(section, {})
    is_plain = all(_is_plain(file, first) for file in files)
    starts = {first.path: "#" if is_plain else first.uri}
    names = {}
    for file in others:
        name = unquote(file.uri.removeprefix(_BASE))
        while name in parts or name in names:
            name += "_"
        names[name] = file
        pointer = quote(name.replace("~", "~0").replace("/", "~1"), safe="~")
        starts[file.path] = f"#/{section}/{pointer}" if is_plain else file.uri
    for file in files:
        for reference, target, fragment in file.links:
            start = starts[target.path]
            if is_plain:
                reference.holder[reference.key] = start + fragment
            elif target is not file:
                reference.holder[reference.key] = f"{start}#{fragment}" if fragment else start
    if not is_plain and _id(schema, identity) is None:
        # The other files may refer to it.
        schema[identity] = first.uri
    for name, file in names.items():
        part = file.schema if isinstance(file.schema, dict) else {"allOf": [file.schema]}
        if is_plain:
            parts[name] = {key: value for key, value in part.items() if key != "$schema"}
        else:
            parts[name] = {**part, identity: file.uri}
    return schema


def _is_plain(file: _File, first: _File) -> bool:
    """True if all references of a file can be pointers into the whole."""
    dialects = [
        one.schema.get("$schema") if isinstance(one.schema, dict) else None for one in (file, first)
    ]
    is_same = dialects[0] in (None, dialects[1])
    pointers = (not fragment or fragment.startswith("/") for _, _, fragment in file.links)
    return file.is_plain and is_same and len(file.links) == len(file.references) and all(pointers)


def _canonical(schema: _Object | bool) -> str:
    return json.dumps(schema, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
