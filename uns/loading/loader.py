"""Model files into a namespace: reading, including, and every fault in one go.

:func:`load` is the only place of the library that touches files, and it does
so through a reader that a caller may replace, to read another revision of the
model, say.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.resources
import json
import posixpath
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from uns.diagnostics import Diagnostic, InvalidText, Severity, Span, UNSError, near
from uns.isa95 import B2MML_LEVELS, EquipmentLevel, EquipmentLevels
from uns.loading.assembly import INFO_PAYLOAD, Assembler, ChildMap
from uns.loading.classes import ClassResolver, DeclaredClass, DeclaredLevel, no_level
from uns.loading.faults import fault
from uns.loading.inheritance import EndpointDefaults, Finisher
from uns.loading.kafka_reading import check_kafka
from uns.loading.model_format import (
    BUILT_IN_LIBRARIES,
    ClassDeclaration,
    Defaults,
    LevelDeclaration,
    Location,
    ModelInfo,
    Sections,
    TopicSettings,
    checked,
    known_keys,
    level_key_clashes,
    span_at,
    unknown_key,
)
from uns.loading.payload_reading import check_examples, payload_type
from uns.loading.yaml_events import MAX_BYTES, Map, Source, found_at, key_span, read, value_span
from uns.model.clients import Client
from uns.model.collector import collector_paused
from uns.model.namespace import Model, Namespace, fixed_root
from uns.model.nodes import Tree
from uns.model.tree import Members, Origin
from uns.payloads import PayloadType
from uns.topics.names import SharedSubscription, Topic, TopicFilter, subscription
from uns.topics.patterns import Pattern

__all__ = ["InvalidNamespace", "Reader", "load", "loads"]

#: Reads a file by its path, in bytes; raises OSError when it cannot.
Reader: TypeAlias = Callable[[str], bytes]

#: Where something stands, worked out when a fault needs it: measuring a file is not free.
_Where: TypeAlias = Callable[[], Span]

#: Sections that speak for the whole model, and the keys of a payload library.
MAIN_ONLY = frozenset({"model", "topic", "defaults"})
LIBRARY_KEYS = frozenset({"uns", "library", "version", "description", "payloads", "include"})

#: Sections that declare the names which the others use.
NAMING = ("include", "levels", "aspects", "payloads", "classes")

#: Faults after which loading stops.
MAX_FAULTS = 1_000

#: Most files one model may include.
MAX_FILES = 1_000


class InvalidNamespace(UNSError, ValueError):
    """A model with faults; ``diagnostics`` holds every one of them, in the order of the files."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        faults = [str(d) for d in self.diagnostics if d.severity is Severity.ERROR]
        count = f"{len(faults)} fault" + ("s" if len(faults) != 1 else "")
        return f"the model has {count}:\n" + "\n".join(f"  {text}" for text in faults[:20])


class _EnoughFaults(Exception):
    """There are more faults than anybody repairs in one go."""


def load(path: str | Path, *, read: Reader | None = None) -> Namespace:
    """The namespace that a model file describes.

    ``read`` takes the place of the file system: it is called with ``path`` and
    with the paths of included files, and returns bytes.

    Raises:
        InvalidNamespace: the model has faults, or a file cannot be read.
    """
    return _load(str(path), read or read_file)


def loads(text: str, *, name: str = "<text>") -> Namespace:
    r"""The namespace that a model text describes; it may include built-in libraries only.

    >>> loads("uns: 1\nsites: {lyon: {payload: info/1}}").count()
    1

    Raises:
        InvalidNamespace: the model has faults.
    """

    def read_text(path: str) -> bytes:
        if path == name:
            return text.encode("utf-8", "surrogatepass")
        raise FileNotFoundError(2, "a text has no files beside it", path)

    return _load(name, read_text)


def read_file(path: str) -> bytes:
    """The bytes of a regular file that is not larger than the language allows."""
    # Asked before it is opened: a pipe would wait for a writer, a device never ends.
    if not stat.S_ISREG(Path(path).stat().st_mode):
        raise OSError(22, "not a regular file", path)
    with Path(path).open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise OSError(27, f"larger than {MAX_BYTES // 1024 // 1024} MiB", path)
    return data


def _load(path: str, reader: Reader) -> Namespace:
    loader = _Loader(path, reader)
    namespace = None
    with collector_paused(), contextlib.suppress(_EnoughFaults):
        namespace = loader.namespace()
    errors = _sorted(loader.diagnostics, loader.order)
    if namespace is None or any(d.severity is Severity.ERROR for d in errors):
        raise InvalidNamespace(errors)
    return namespace


def _sorted(diagnostics: Iterable[Diagnostic], order: Mapping[str, int]) -> list[Diagnostic]:
    """The findings by file and place."""

    def place(diagnostic: Diagnostic) -> tuple[int, int, int, str]:
        span = diagnostic.span
        if span is None:
            return (-1, 0, 0, diagnostic.code)
        return (order.get(span.file, len(order)), span.line, span.column, diagnostic.code)

    return sorted(diagnostics, key=place)


@dataclass(slots=True, eq=False)
class _Document:
    """One file of the model; ``sections`` is what it says besides the tree."""

    path: str
    root: Map
    is_main: bool
    sections: Sections | None = None
    #: The entries of the sections that could not be read.
    wrong: frozenset[Location] = frozenset()

    def lost(self, *location: str) -> bool:
        """Whether anything at or below ``location`` could not be read."""
        return any(entry[: len(location)] == location for entry in self.wrong)


@dataclass(slots=True)
class _Loader:
    """Reads the files of one model and puts them together."""

    path: str
    reader: Reader
    #: Each finding once, in the order of their discovery.
    diagnostics: dict[Diagnostic, None] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)
    _documents: list[_Document] = field(default_factory=list)
    #: Whether every name that the model declares is known. What is missing may be anything, so
    #: without it no tree is put together, and nothing is called undefined.
    _whole: bool = True

    def report(self, diagnostic: Diagnostic) -> None:
        """Take a finding.

        Raises:
            _EnoughFaults: nobody repairs more in one go.
        """
        self.diagnostics[diagnostic] = None
        if len(self.diagnostics) >= MAX_FAULTS:
            message = f"more than {MAX_FAULTS:,} faults; loading stops here"
            self.diagnostics[fault("M107", message, diagnostic.span)] = None
            raise _EnoughFaults

    # --- files -------------------------------------------------------------------------------------

    def namespace(self) -> Namespace | None:
        """The namespace, or ``None`` when not everything that it is made of could be read."""
        self._read_files()
        before = len(self.diagnostics)
        levels = self._levels()
        if not self._whole or len(self.diagnostics) > before:
            return None
        for document in self._documents:
            self._check_keys(document, levels)
        return self._assembled(levels) if self._whole else None

    def _read_files(self) -> None:
        """Read the main file and everything it includes, depth first, each file once."""
        self.order[self.path] = 0
        main = self._document(self.path, None, is_main=True)
        if main is None:
            return
        pending = [(main, iter(self._includes(main)))]
        open_ = [self.path]
        while pending:
            _, includes = pending[-1]
            found = next(includes, None)
            if found is None:
                pending.pop()
                open_.pop()
                continue
            path, where = found
            if path in open_:
                chain = " > ".join([*open_[open_.index(path) :], path])
                self.report(fault("M309", f"files include each other: {chain}", where()))
            elif path not in self.order:
                if len(self.order) >= MAX_FILES:
                    self.report(fault("M107", f"a model of more than {MAX_FILES} files", where()))
                    self._whole = False
                    return
                self.order[path] = len(self.order)
                included = self._document(path, where, is_main=False)
                if included is not None:
                    pending.append((included, iter(self._includes(included))))
                    open_.append(path)

    def _document(self, path: str, where: _Where | None, *, is_main: bool) -> _Document | None:
        before = len(self.diagnostics)
        text = self._text(path, where)
        faults: list[Diagnostic] = []
        root = read(Source(path, text), faults) if text is not None else None
        for found in faults:
            self.report(found)
        if root is None or len(self.diagnostics) > before:
            self._whole = False
        if root is None:
            return None
        document = _Document(path, root, is_main)
        self._read_sections(document)
        self._documents.append(document)
        return document

    def _text(self, path: str, where: _Where | None) -> str | None:
        try:
            data = _built_in(path) if path in _BUILT_IN_PATHS else self.reader(path)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self.report(
                fault(
                    "M112",
                    f"cannot read {path}: {reason.lower()}",
                    where() if where else _nowhere(path),
                )
            )
            return None
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = data[: error.start].decode("utf-8", "replace").split("\n")
            line, column = len(before), len(before[-1]) + 1
            excerpt = data.decode("utf-8", "replace").split("\n")[line - 1]
            place = Span(path, line, column, line, column + 1, excerpt)
            self.report(
                fault(
                    "M109", f"byte {error.start} of the file is not UTF-8 text", place,
                    help="save the file as UTF-8",
                )
            )  # fmt: skip
            return None

    def _includes(self, document: _Document) -> Iterator[tuple[str, _Where]]:
        """The paths a file includes, with where it says so."""
        for index, name in enumerate((document.sections and document.sections.include) or ()):
            where = functools.partial(span_at, document.root, ("include", index))
            if name in BUILT_IN_LIBRARIES:
                yield f"<{name}>", where
                continue
            if document.path in _BUILT_IN_PATHS:
                continue
            path = self._beside(document.path, name)
            if path is None:
                self.report(
                    fault(
                        "M308", f"{name!r} leaves the folder of the model", where(),
                        help="includes are relative paths below the folder of the main file",
                    )
                )  # fmt: skip
                self._whole = False
            else:
                yield path, where

    def _beside(self, base: str, name: str) -> str | None:
        """The path of ``name`` seen from the file ``base``, if it stays in the model's folder."""
        if not name or "\0" in name or "\\" in name or posixpath.isabs(name) or ":" in name:
            return None
        folder = posixpath.dirname(self.path.replace("\\", "/"))
        here = posixpath.dirname(base.replace("\\", "/"))
        path = posixpath.normpath(posixpath.join(here, name))
        top = posixpath.normpath(folder) if folder else ""
        inside = (
            not path.startswith("../") and path != ".."
            if top in {"", "."}
            else (path.startswith(top.rstrip("/") + "/"))
        )
        return path if inside and self._stays_inside(path) else None

    def _stays_inside(self, path: str) -> bool:
        """Whether a file of the file system is in the folder when links are followed."""
        if self.reader is not read_file:
            return True
        try:
            folder = Path(self.path).resolve().parent
            return Path(path).resolve().is_relative_to(folder)
        except (OSError, RuntimeError):
            return False  # links in a circle lead nowhere

    # --- sections ----------------------------------------------------------------------------------

    def _read_sections(self, document: _Document) -> None:
        """Read what a file says besides the tree, whose keys are checked once levels are known."""
        root = document.root
        known = known_keys(Sections)
        said = {key: value for key, value in root.items() if key in known}
        if "uns" not in said:
            self.report(
                fault(
                    "M205", "the file does not say which version of the language it is in",
                    root.source.start(), help="put `uns: 1` on the first line",
                )
            )  # fmt: skip
            said["uns"] = 1
        elif type(said["uns"]) is not int or said["uns"] != 1:
            self.report(
                fault(
                    "M205", f"{json.dumps(said['uns'])} is no version of the language",
                    value_span(root, "uns"), help="this is version 1: write `uns: 1`",
                )
            )  # fmt: skip
            said["uns"] = 1
        if not document.is_main:
            for key in MAIN_ONLY & said.keys():
                del said[key]
                self.report(
                    fault(
                        "M206", f"`{key}` stands in the main file only", key_span(root, key),
                        help=f"move it to {self.path}",
                    )
                )  # fmt: skip
        document.sections, document.wrong = checked(Sections, said, root, self.report)
        if document.lost("levels") or any((key,) in document.wrong for key in NAMING):
            self._whole = False

    def _check_keys(self, document: _Document, levels: EquipmentLevels) -> None:
        """Report the keys at the top of a file that stand in the wrong file, or mean nothing."""
        is_library = document.root.get("library") is not None
        for key in document.root:
            if key in levels.by_key or key in known_keys(Sections):
                if is_library and key not in LIBRARY_KEYS:
                    self.report(
                        fault(
                            "M206", f"`{key}` cannot stand in a payload library",
                            key_span(document.root, key), help="a library holds payloads only",
                        )
                    )  # fmt: skip
            else:
                span = key_span(document.root, key)
                self.report(unknown_key(key, Sections, span, levels.by_key))
                self._whole = False

    def _each(self, section: str) -> Iterator[tuple[_Document, str, Any, Map]]:
        """Every entry of a section over all files; one that two files declare is reported.

        The declaration is ``None`` where it could not be read.
        """
        first: dict[str, Map] = {}
        for document in self._documents:
            declared = getattr(document.sections, section, None) or {}
            place = document.root.get(section)
            if not isinstance(place, Map):
                continue
            for key in place:
                if key in first:
                    # A library that ships with the package cannot be the one at fault.
                    here, there = key_span(place, key), key_span(first[key], key)
                    if document.path in _BUILT_IN_PATHS:
                        here, there = there, here
                    self.report(
                        fault(
                            "M310", f"{key!r} is declared under `{section}:` in two files", here,
                            help="keep one of the two", related=((there, "and here"),),
                        )
                    )  # fmt: skip
                    continue
                first[key] = place
                yield document, key, declared.get(key), place

    def _main(self) -> Sections | None:
        return next((d.sections for d in self._documents if d.is_main), None)

    def _levels(self) -> EquipmentLevels:
        """The standard's levels and those the model declares."""
        levels = EquipmentLevels()
        company = []
        for _, name, said, place in self._each("levels"):
            if said is None:
                continue
            if name in B2MML_LEVELS:
                for key in ("plural", "under", "kind"):
                    if getattr(said, key) is not None:
                        self.report(
                            fault(
                                "M204", f"{name} is a level of B2MML, whose `{key}` is fixed",
                                span_at(place, (name, key), key=True),
                                help="declare a level of your own under another name",
                            )
                        )  # fmt: skip
                continue
            level = self._company_level(name, said, place, levels)
            if level is not None:
                company.append((level, place))
                levels = levels.with_company_level(level)
        for level, place in company:
            for index, above in enumerate(level.under or ()):
                if above not in levels.by_key:
                    self.report(
                        no_level(above, levels, span_at(place, (level.name, "under", index)))
                    )
        return self._with_known_names(levels)

    def _with_known_names(self, levels: EquipmentLevels) -> EquipmentLevels:
        """The levels, each standing under levels by their own name, whatever key the file used."""
        company = tuple(
            EquipmentLevel(
                level.name,
                level.kind,
                level.plural,
                tuple(levels.by_key[key].name for key in level.under or () if key in levels.by_key),
            )
            for level in levels.company
        )
        return EquipmentLevels(company)

    def _company_level(
        self, name: str, said: LevelDeclaration, place: Map, levels: EquipmentLevels
    ) -> EquipmentLevel | None:
        kind = said.kind or "Other"
        kinds = [level.kind for level in B2MML_LEVELS.values()]
        if kind not in kinds:
            close = near(kind, kinds)
            self.report(
                fault(
                    "M204", f"{kind!r} is no B2MML equipment level",
                    span_at(place, (name, "kind")),
                    help=f"did you mean {close!r}?" if close else f"one of: {', '.join(kinds)}",
                )
            )  # fmt: skip
        level = EquipmentLevel(name, kind, said.plural or f"{name}s", tuple(said.under or ()))
        taken = level_key_clashes(level) or [
            key for key in (level.name, level.plural) if key in levels.by_key
        ]
        if not taken and name.isidentifier() and level.plural.isidentifier():
            return level
        known = levels.by_key.get(name)
        reason = "a level is called by letters, digits and _"
        if known is not None:
            reason = f"it is another spelling of {known.name}"
        elif taken:
            reason = f"{taken[0]!r} means something else already"
        self.report(fault("M207", f"{name!r} cannot be a level: {reason}", key_span(place, name)))
        return None

    # --- putting together --------------------------------------------------------------------------

    def _assembled(self, levels: EquipmentLevels) -> Namespace:
        main = self._main()
        settings = (main and main.topic) or TopicSettings()
        defaults = (main and main.defaults) or Defaults()
        aspects = self._aspects()
        payloads = self._payloads()
        document = self._documents[0]
        finisher = Finisher(
            payloads,
            aspects,
            EndpointDefaults(
                defaults.metric_payload or "vtq/1",
                functools.partial(span_at, document.root, ("defaults", "metric_payload")),
                True if defaults.retain is None else defaults.retain,
                1 if defaults.qos is None else defaults.qos,
            ),
            self.report,
        )
        classes = {
            name: DeclaredClass(
                said or ClassDeclaration(), _below(place, name), _origin(place, name),
                whole=said is not None,
            )
            for _, name, said, place in self._each("classes")
        }  # fmt: skip
        contracts = {
            name: DeclaredLevel(said, _below(place, name))
            for _, name, said, place in self._each("levels")
        }
        if defaults.metric_payload is not None:
            finisher.metric_payload()
        resolver = ClassResolver(levels, classes, contracts, self.report)
        assembler = Assembler(
            resolver,
            finisher,
            self.report,
            # Where `topic` could not be read, it may have said that anything goes.
            strict=settings.containment != "free" and not document.lost("topic"),
            policy=Pattern(settings.segment) if settings.segment is not None else None,
            info=bool(defaults.info),
        )
        assembler.check_classes()
        top = assembler.top(self._tree(levels))
        root = self._root(settings)
        assembler.check_topics(top, root)
        self._check_kafka(levels, root)
        model = _model((main and main.model) or None, self.path)
        documents = self._documents
        return Namespace(
            model=model,
            root_levels=root,
            levels=levels,
            classes=resolver.made,
            payloads={name: payload for name, payload in payloads.items() if payload is not None},
            aspects={name: segment for name, segment in aspects.items() if segment is not None},
            clients=self._clients(),
            profiles=tuple(settings.profiles or ()),
            lint_settings=self._settings("lint"),
            sources=tuple(d.root.source for d in documents if d.path not in _BUILT_IN_PATHS),
            libraries=frozenset(d.path for d in documents if d.root.get("library") is not None),
            is_strict=settings.containment != "free",
            segment=settings.segment,
            class_members=_class_members(assembler),
            _kafka_settings=self._settings("kafka"),
            _tree=Tree(fixed_root(root, top), model.owner),
            _locate=functools.partial(_find_place, [_without_tree(d.root) for d in documents]),
        )

    def _tree(self, levels: EquipmentLevels) -> list[ChildMap]:
        maps = []
        for document in self._documents:
            for key, value in document.root.items():
                level = levels.by_key.get(key)
                if level is None:
                    continue
                if isinstance(value, Map):
                    maps.append(ChildMap(level, key, document.root, value))
                elif value is not None:
                    self.report(
                        fault("M202", f"`{key}` must be a mapping", value_span(document.root, key))
                    )
        return maps

    def _root(self, settings: TopicSettings) -> tuple[str, ...]:
        """The fixed levels in front; a single slash is one empty level."""
        if not settings.root:
            return ()
        where = functools.partial(span_at, self._documents[0].root, ("topic", "root"))
        if settings.root == "/":
            return ("",)
        if settings.root.endswith("/"):
            self.report(
                fault(
                    "M401", "`root` ends in a slash", where(),
                    help="leave it out; the slash before the equipment comes by itself",
                )
            )  # fmt: skip
            return ()
        try:
            levels = Topic(settings.root).levels
        except InvalidText as error:
            self.report(fault("M401", f"`root` is no topic name: {error.reason}", where()))
            return ()
        if levels[0] == "$share":
            self.report(
                fault(
                    "M401", "nobody can subscribe to topics below $share [MQTT-4.8.2-1]", where(),
                    help="choose another root",
                )
            )  # fmt: skip
            return ()
        return levels

    def _aspects(self) -> dict[str, str | None]:
        """The levels of the aspects; ``None`` for one that has faults."""
        aspects: dict[str, str | None] = {}
        of_segment: dict[str, str] = {}
        for _, name, segment, place in self._each("aspects"):
            reason = _no_level(segment) if segment is not None else None
            if segment in of_segment:
                reason = f"has the level of {of_segment[segment]!r}, {segment!r}"
            if reason is not None:
                code = "M403" if segment in of_segment else "M401"
                self.report(fault(code, f"aspect {name!r} {reason}", value_span(place, name)))
            aspects[name] = segment if reason is None else None
            if segment is not None:
                of_segment.setdefault(segment, name)
        return aspects

    def _payloads(self) -> dict[str, PayloadType | None]:
        """The payload types; ``None`` for one that has faults."""
        payloads: dict[str, PayloadType | None] = {}
        for document, name, said, place in self._each("payloads"):
            payloads[name] = None
            if said is not None and not document.lost("payloads", name):
                where = functools.partial(span_at, document.root, ("payloads", name, "json_schema"))
                foreign = functools.partial(self._foreign, document=document, where=where)
                payload = payload_type(name, said, place, self.report, foreign)
                # What ships with the package is tested, and need not be looked at in every model.
                if payload is not None and document.path not in _BUILT_IN_PATHS:
                    check_examples(payload, place, self.report)
                payloads[name] = payload
        for name in ("vtq/1", INFO_PAYLOAD):
            if name not in payloads:
                payloads[name] = _standard_payload(name)
        return payloads

    def _foreign(self, name: str, document: _Document, where: _Where) -> str | None:
        """The JSON Schema file that a payload names, as canonical JSON; faults are reported."""
        path = self._beside(document.path, name)
        if path is None:
            self.report(fault("M308", f"{name!r} leaves the folder of the model", where()))
            return None
        text = self._text(path, where)
        if text is None:
            return None
        try:
            schema = json.loads(text, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            self.report(fault("M204", f"{path} is not JSON", where()))
            return None
        if not isinstance(schema, dict | bool):
            self.report(fault("M204", f"{path} is no JSON Schema", where()))
            return None
        return json.dumps(schema, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def _clients(self) -> dict[str, Client]:
        clients = {}
        for _, name, said, place in self._each("clients"):
            if said is None:
                continue
            publish = [
                found
                for index, text in enumerate(said.publish or ())
                if (found := self._filter(TopicFilter, text, place, (name, "publish", index)))
            ]
            subscribe: list[TopicFilter | SharedSubscription] = [
                found
                for index, text in enumerate(said.subscribe or ())
                if (found := self._filter(subscription, text, place, (name, "subscribe", index)))
            ]
            clients[name] = Client(
                name, tuple(publish), tuple(subscribe), said.owner, said.label, said.description
            )
        return clients

    def _settings(self, section: str) -> dict[str, Any]:
        """What is said under a section of settings, which one file may have."""
        speaking = [d.root for d in self._documents if d.root.get(section) is not None]
        for root in speaking[1:]:
            self.report(
                fault(
                    "M310", f"`{section}` stands in two files", key_span(root, section),
                    help="keep one of the two",
                    related=((key_span(speaking[0], section), "and here"),),
                )
            )  # fmt: skip
        found = (getattr(document.sections, section, None) for document in self._documents)
        said = next(filter(None, found), None)
        return {name: getattr(said, name) for name in said.model_fields_set} if said else {}

    def _check_kafka(self, levels: EquipmentLevels, root: tuple[str, ...]) -> None:
        for document in self._documents:
            if document.sections is not None and document.sections.kafka is not None:
                check_kafka(document.sections.kafka, document.root, levels, root, self.report)

    def _filter(
        self, gate: Callable[[str], Any], text: str, place: Map, location: tuple[Any, ...]
    ) -> Any:
        try:
            return gate(text)
        except InvalidText as error:
            clause = f" [{error.clause}]" if error.clause else ""
            message = f"{text!r} is not a {error.noun}: {error.reason}{clause}"
        if gate is TopicFilter and text.startswith("$share/"):
            message = f"{text!r} is a shared subscription, and nobody publishes to one"
        self.report(fault("M508", message, span_at(place, location)))
        return None


def _class_members(assembler: Assembler) -> dict[str, Members]:
    """What each class brings by itself; what is wrong there is told where a node has it."""
    assembler.report = assembler.finisher.report = assembler.resolver.report = lambda _: None
    return {name: assembler.class_members(name) for name in assembler.resolver.made}


def _no_level(segment: str) -> str | None:
    """Why an aspect's segment is no topic level, or ``None``."""
    if "/" in segment or not segment:
        return "must be one topic level"
    try:
        Topic(segment)
    except InvalidText as error:
        return f"is no topic level: {error.reason}"
    return None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_BUILT_IN_PATHS = frozenset(f"<{name}>" for name in BUILT_IN_LIBRARIES)


def _built_in(path: str) -> bytes:
    """The text of a library that ships with the package, from a wheel or a checkout alike."""
    folder = importlib.resources.files("uns") / path.strip("<>")
    return (folder / "payloads.uns.yaml").read_bytes()


def _standard_payload(name: str) -> PayloadType:
    """A payload of the standard library, for models that do not include it."""
    faults: list[Diagnostic] = []
    root = read(Source("<std>", _built_in("<std>").decode()), faults)
    sections, _ = checked(Sections, root or {}, root or Map(), faults.append)
    declared = sections.payloads if sections else None
    if not declared or root is None:
        raise UNSError(f"the standard library has no {name}")
    payload = payload_type(name, declared[name], root["payloads"], faults.append, lambda _: None)
    if payload is None:
        raise UNSError(f"the standard library's {name} has faults: {faults}")
    return payload


def _find_place(files: list[Map], path: Location, key: bool) -> Span | None:
    """Where the files say something outside the tree."""
    return next(filter(None, (found_at(file, path, key=key) for file in files)), None)


def _without_tree(root: Map) -> Map:
    """The top of a file without its tree, which is large, and whose nodes know where they stand."""
    known = known_keys(Sections)
    top = Map({key: value for key, value in root.items() if key in known})
    top.source, top.number = root.source, root.number
    return top


def _below(place: Map, key: str) -> Map:
    """The mapping under ``key``; an empty one where there is none."""
    found = place[key]
    return found if isinstance(found, Map) else Map()


def _origin(place: Map, key: str) -> Origin:
    return Origin(place.source, place.number, key)


def _nowhere(path: str) -> Span:
    return Span(path, 1, 1, 1, 1)


def _model(said: ModelInfo | None, file: str) -> Model:
    if said is None:
        return Model(file=file)
    return Model(said.id, said.version, said.owner, said.label, said.description, file)
