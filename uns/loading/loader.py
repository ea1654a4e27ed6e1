"""Loads model files into a namespace: :func:`load`, :func:`loads`. All faults come at once."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from uns.counts import in_words
from uns.diagnostics import Diagnostic, UNSError
from uns.isa95 import EquipmentLevels
from uns.loading.assembly import Assembler
from uns.loading.broker_reading import check_holds
from uns.loading.classes import ClassResolver
from uns.loading.endpoints import EndpointPlacer
from uns.loading.faults import Faults, TooManyFaults
from uns.loading.files import Files, Reader, read_file
from uns.loading.finisher import Finisher
from uns.loading.model_format import ModelInfo
from uns.loading.scopes import Scope
from uns.loading.sections import SectionReader, standard_payloads
from uns.loading.segments import NamePolicy, SegmentReader
from uns.model.descriptions import describe_node
from uns.model.facts import Model
from uns.model.garbage_collection import collector_paused
from uns.model.namespace import Namespace, fixed_root
from uns.model.nodes import Tree
from uns.topics.patterns import Pattern

#: Faults after which loading stops.
MAX_FAULTS = 1_000


class InvalidNamespace(UNSError, ValueError):
    """The model has faults. ``diagnostics`` holds all of them, in the order of the files.

    >>> try:
    ...     loads("uns: 2")
    ... except InvalidNamespace as error:
    ...     print(error)
    the model has 1 fault:
      <text>:1:6: error[M205]: the language has no version 2
    """

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        faults = "\n".join(f"  {fault}" for fault in self.diagnostics[:20])
        return f"the model has {in_words(len(self.diagnostics), 'fault')}:\n{faults}"


def load(path: str | Path, *, read: Reader | None = None) -> Namespace:
    """Load the namespace that a model file describes.

    ``read`` replaces the file system: it is called with ``path`` and with the
    paths of included files, and returns bytes.

    >>> load("examples/bottling/bottling.uns.yaml", read=lambda path: b"{uns: 1, sites: {lyon: {}}}").model.file
    'examples/bottling/bottling.uns.yaml'

    Raises:
        InvalidNamespace: the model has faults, or a file cannot be read.
    """
    return _load(str(path), read or read_file)


def load_as(path: str, read: Reader, label: Callable[[str], str]) -> Namespace:
    """Load a model as :func:`load` does; ``label`` makes the names of files in findings.

    Raises:
        InvalidNamespace: the model has faults, or a file cannot be read.
    """
    return _load(path, read, label)


def loads(text: str, *, name: str = "<text>") -> Namespace:
    r"""Load the namespace that a model text describes; it can include built-in libraries only.

    >>> loads("uns: 1\nsites: {lyon: {payload: info/1}}").count()
    1

    Raises:
        InvalidNamespace: the model has faults.
    """

    def read_text(path: str) -> bytes:
        if path == name:
            return text.encode("utf-8", "surrogatepass")
        raise FileNotFoundError(2, "a model loaded from text cannot include files", path)

    return _load(name, read_text)


def _load(path: str, reader: Reader, label: Callable[[str], str] = str) -> Namespace:
    files = Files(path, reader, Faults(MAX_FAULTS), label)
    with collector_paused(), contextlib.suppress(TooManyFaults):
        files.read()
        namespace = _build_namespace(files)
        if namespace is not None:
            return namespace
    order = {label(path): number for path, number in files.order.items()}
    raise InvalidNamespace(sorted(files.faults, key=functools.partial(_position, order)))


def _position(order: Mapping[str, int], fault: Diagnostic) -> tuple[int, int, int, str]:
    """The position of a fault: number of the file, line, column; then its code."""
    span = fault.span
    if span is None:
        return (-1, 0, 0, fault.code)
    return (order.get(span.file, len(order)), span.line, span.column, fault.code)


def _build_namespace(files: Files) -> Namespace | None:
    """Build the namespace that the files describe; ``None`` when they have faults."""
    sections, before = SectionReader(files), len(files.faults)
    levels = sections.levels()
    if not files.is_complete or len(files.faults) > before:
        return None
    if not sections.check_keys(levels):
        return None
    aspects, payloads = sections.aspects(), sections.payloads()
    defaults, library = sections.endpoint_defaults(), standard_payloads().keys()
    finisher = Finisher(payloads, aspects, defaults, files.faults, library)
    assembler = _assembler(sections, levels, finisher)
    root = sections.root()
    top = assembler.top(sections.equipment(levels), root)
    assembler.check_classes()
    sections.check_kafka(levels, root)
    model = _model(sections.main.sections.model, files.path)
    brokers = sections.brokers()
    clients = sections.clients(brokers)
    kafka, lint = sections.settings("kafka"), sections.settings("lint")
    if files.faults:
        return None
    with files.faults.mute():  # The faults of a class are reported at the nodes that have it.
        class_members = {
            name: assembler.class_members(name) for name in assembler.resolver.equipment_classes
        }
    tree = Tree(fixed_root(root, top), model.owner)
    namespace = Namespace(
        model=model,
        root_levels=root,
        levels=levels,
        classes=assembler.resolver.equipment_classes,
        payloads={name: payload for name, payload in payloads.items() if payload is not None},
        aspects={name: segment for name, segment in aspects.items() if segment is not None},
        clients=clients,
        brokers={name: declared.broker for name, declared in brokers.items()},
        profiles=tuple(sections.topic.profiles or ()),
        lint_settings=lint,
        sources=tuple(d.root.source for d in files.documents if not d.is_built_in),
        libraries=frozenset(d.root.source.name for d in files.documents if d.is_library),
        schema_files=tuple(files.label(path) for path in sections.schemas.paths),
        is_strict=sections.topic.containment != "free",
        segment=sections.topic.segment,
        class_members=class_members,
        extensions=sections.extensions(),
        _kafka_settings=kafka,
        _tree=tree,
        _declared=sections.declarations(),
    )
    # Nodes are described by a namespace that has a tree of its own: with a circle of references,
    # a namespace that nobody uses would stay in memory until the garbage collector runs.
    described = dataclasses.replace(namespace, _tree=Tree(tree.top, tree.owner))
    tree.describe = functools.partial(describe_node, described)
    check_holds(namespace, files.faults)
    return None if files.faults else namespace


def _assembler(sections: SectionReader, levels: EquipmentLevels, finisher: Finisher) -> Assembler:
    """The assembler of the tree, with the classes and contracts that the sections declare."""
    faults, topic = sections.faults, sections.topic
    classes, contracts = sections.classes(), sections.contracts()
    if sections.defaults.metric_payload is not None:
        finisher.metric_payload()
    resolver = ClassResolver(levels, classes, contracts, faults)
    segments = SegmentReader(faults)
    policy = NamePolicy(Pattern(topic.segment)) if topic.segment is not None else None
    scope = Scope(policy, bool(sections.defaults.info))
    endpoints = EndpointPlacer(finisher, segments, faults)
    # If `topic` could not be read, it may contain `containment: free`.
    is_strict = topic.containment != "free" and not sections.main.is_damaged("topic")
    return Assembler(resolver, finisher, endpoints, segments, faults, is_strict, scope)


def _model(info: ModelInfo | None, file: str) -> Model:
    if info is None:
        return Model(file=file)
    return Model(info.id, info.version, info.owner, info.label, info.description, file)
