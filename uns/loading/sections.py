"""Reads the files of a model without the tree: levels, aspects, payloads, classes, clients, settings."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from uns.diagnostics import InvalidText, Span, did_you_mean
from uns.isa95 import B2MML_LEVELS, EquipmentLevel, EquipmentLevels
from uns.loading.assembly import ChildMap, child_maps
from uns.loading.broker_reading import Brokers, DeclaredBroker, check_tree, report_unknown_broker
from uns.loading.classes import DeclaredClass, DeclaredLevel, report_unknown_level
from uns.loading.declarations import report_unknown_key
from uns.loading.extensions import Extensions
from uns.loading.faults import Faults
from uns.loading.files import MAIN_ONLY, Document, Files, Where, built_in_library
from uns.loading.finisher import BUILT_IN_PAYLOADS, EndpointDefaults
from uns.loading.foreign_schemas import ForeignSchemas
from uns.loading.kafka_reading import check_kafka
from uns.loading.model_format import (
    ClassDeclaration,
    ClientDeclaration,
    Defaults,
    LevelDeclaration,
    Sections,
    TopicSettings,
    is_extension,
    known_keys,
    level_key_clashes,
)
from uns.loading.payload_reading import check_payload, payload_type
from uns.loading.yaml_events import (
    KeyPath,
    Map,
    find_span,
    find_value,
    key_span,
    span_at,
    value_span,
)
from uns.model.clients import Client, Via
from uns.model.tiers import Broker
from uns.payloads import PayloadType
from uns.topics.names_and_filters import SharedSubscription, Topic, TopicFilter, subscription

#: The keys of a library: what models can share.
LIBRARY_KEYS = frozenset(
    {"uns", "library", "version", "description", "include"}
    | {"payloads", "classes", "levels", "aspects"}
)


@dataclass(slots=True)
class SectionReader:
    """Reads the sections of all files of a model together; faults are reported."""

    files: Files
    schemas: ForeignSchemas = field(init=False)

    def __post_init__(self) -> None:
        files = self.files
        self.schemas = ForeignSchemas(files.text, files.find, files.label, files.faults)

    @property
    def faults(self) -> Faults:
        """The faults found so far."""
        return self.files.faults

    @property
    def main(self) -> Document:
        """The main file."""
        return self.files.documents[0]

    @property
    def topic(self) -> TopicSettings:
        """The settings for topics."""
        return self.main.sections.topic or TopicSettings()

    @property
    def defaults(self) -> Defaults:
        """The defaults for metrics and topics."""
        return self.main.sections.defaults or Defaults()

    def _entries(self, section: str) -> Iterator[tuple[Document, str, Any, Map]]:
        """The entries of a section in all files; an entry in two files is reported.

        The declaration is ``None`` if it could not be read.
        """
        first: dict[str, Map] = {}
        for document in self.files.documents:
            declared = getattr(document.sections, section) or {}
            place = document.root.below(section)
            for key in place:
                if key not in first:
                    first[key] = place
                    yield document, key, declared.get(key), place
                    continue
                # The fault is not in a library that ships with the package.
                here, there = key_span(place, key), key_span(first[key], key)
                if document.is_built_in:
                    here, there = there, here
                message = f"{key!r} is declared under `{section}:` in two files"
                related = ((there, "and here"),)
                self.faults.add("M310", message, here, help="keep one of the two", related=related)

    def how_to_include(self, library: str) -> str:
        """How to add a library that ships with the package: in which file, if there are several."""
        file = self.main.root.source.name
        if self.main.sections.include:
            return f"add {library} to `include:` of {file}"
        return f"add `include: [{library}]`"

    # --- levels ------------------------------------------------------------------------------------

    def levels(self) -> EquipmentLevels:
        """The standard's levels and those the model declares."""
        levels = EquipmentLevels()
        company = []
        for _, name, said, place in self._entries("levels"):
            if said is None:
                continue
            if name in B2MML_LEVELS:
                self._check_standard_level(name, said, place)
                continue
            level = self._company_level(name, said, place, levels)
            if level is not None:
                company.append((level, place))
                levels = levels.with_company_level(level)
        named = []
        for level, place in company:
            under = []
            for index, key in enumerate(level.under or ()):
                if key in levels.by_key:
                    under.append(levels.by_key[key].name)
                else:
                    span = span_at(place, (level.name, "under", index))
                    report_unknown_level(key, levels, span, self.faults)
            # By the names of the levels, whatever key the file has.
            named.append(EquipmentLevel(level.name, level.kind, level.plural, tuple(under)))
        return EquipmentLevels(tuple(named))

    def _check_standard_level(self, name: str, said: LevelDeclaration, place: Map) -> None:
        for key in ("plural", "under", "kind"):
            if getattr(said, key) is not None:
                message = f"{name} is a level of B2MML, so its `{key}` is fixed"
                help_ = "declare a company level with another name"
                self.faults.add("M204", message, span_at(place, (name, key), key=True), help=help_)

    def _company_level(
        self, name: str, said: LevelDeclaration, place: Map, levels: EquipmentLevels
    ) -> EquipmentLevel | None:
        kind = said.kind or "Other"
        kinds = [level.kind for level in B2MML_LEVELS.values()]
        if kind not in kinds:
            message = f"{kind!r} is not a B2MML equipment level"
            help_ = did_you_mean(kind, kinds, f"use one of: {', '.join(kinds)}")
            self.faults.add("M204", message, span_at(place, (name, "kind")), help=help_)
        level = EquipmentLevel(name, kind, said.plural or f"{name}s", tuple(said.under or ()))
        taken = level_key_clashes(level) or [
            key for key in (level.name, level.plural) if key in levels.by_key
        ]
        if not taken and name.isidentifier() and level.plural.isidentifier():
            return level
        known = levels.by_key.get(name)
        reason = "the name of a level has letters, digits and _ only"
        if known is not None:
            reason = f"it is another spelling of {known.name}"
        elif taken:
            reason = f"{taken[0]!r} already has another meaning"
        message = f"{name!r} cannot be a level: {reason}"
        self.faults.add("M207", message, key_span(place, name))
        return None

    # --- the keys of files -------------------------------------------------------------------------

    def check_keys(self, levels: EquipmentLevels) -> bool:
        """Whether every key at the top of a file is known; unknown and misplaced keys are reported."""
        known, is_known = known_keys(Sections), True
        for document in self.files.documents:
            for key in document.root:
                if is_extension(key):
                    continue
                if key not in levels.by_key and key not in known:
                    report_unknown_key(key, Sections, document.root, self.faults, levels=levels)
                    is_known = False
                elif key in MAIN_ONLY and document is not self.main:
                    continue  # It is reported where the file is read.
                elif document.is_library and key not in LIBRARY_KEYS:
                    message = f"`{key}` is not allowed in a library"
                    span = key_span(document.root, key)
                    self.faults.add(
                        "M206",
                        message,
                        span,
                        help="a library has payloads, classes, levels and aspects",
                    )
                elif key == "version" and not document.is_library:
                    message = "`version` is that of a library, and this file is none"
                    help_ = "put the version of the model under `model:`"
                    span = key_span(document.root, key)
                    self.faults.add("M206", message, span, help=help_)
        return is_known

    def equipment(self, levels: EquipmentLevels) -> list[ChildMap]:
        """The mappings of equipment at the top of the files."""
        tops = (document.root for document in self.files.documents)
        return [child_map for top in tops for child_map in child_maps(top, levels, self.faults)]

    # --- names that the tree uses ------------------------------------------------------------------

    def root(self) -> tuple[str, ...]:
        """The fixed levels in front of every topic; a single slash is one empty level."""
        text = self.topic.root
        if not text:
            return ()
        if text == "/":
            return ("",)
        where = functools.partial(span_at, self.main.root, ("topic", "root"))
        if text.endswith("/"):
            help_ = "remove it; the slash in front of the equipment is added"
            self.faults.add("M401", "`root` ends in a slash", where(), help=help_)
            return ()
        try:
            levels = Topic(text).levels
        except InvalidText as error:
            self.faults.add("M401", f"`root` is not a topic name: {error.reason}", where())
            return ()
        if levels[0] == "$share":
            message = "no client can subscribe to topics below $share [MQTT-4.8.2-1]"
            self.faults.add("M401", message, where(), help="choose another root")
            return ()
        return levels

    def aspects(self) -> dict[str, str | None]:
        """The topic level of each aspect; ``None`` for an aspect with faults."""
        aspects: dict[str, str | None] = {}
        of_segment: dict[str, str] = {}
        for _, name, segment, place in self._entries("aspects"):
            code, reason = "M401", _explain_bad_level(segment) if segment is not None else None
            if segment in of_segment:
                code, reason = "M403", f"has the same level as {of_segment[segment]!r}, {segment!r}"
            if reason is not None:
                self.faults.add(code, f"aspect {name!r} {reason}", value_span(place, name))
            aspects[name] = segment if reason is None else None
            if segment is not None:
                of_segment.setdefault(segment, name)
        return aspects

    def payloads(self) -> dict[str, PayloadType | None]:
        """The payload types by name; ``None`` for a payload with faults."""
        payloads: dict[str, PayloadType | None] = {}
        for document, name, said, place in self._entries("payloads"):
            payloads[name] = None
            if document.is_built_in:
                payloads[name] = standard_payloads()[name]
            elif said is not None and not document.is_damaged("payloads", name):
                read_schema = functools.partial(self._read_schema, document=document, payload=name)
                payload = payload_type(name, said, place, self.faults, read_schema)
                if payload is not None:
                    check_payload(payload, place, self.faults)
                payloads[name] = payload
        for name in BUILT_IN_PAYLOADS:
            if name not in payloads:
                payloads[name] = standard_payloads()[name]
        return payloads

    def _read_schema(self, name: str, document: Document, payload: str) -> str | None:
        """Read the JSON Schema file that a payload names, with all files of it; faults are reported."""
        where: Where = functools.partial(
            span_at, document.root, ("payloads", payload, "json_schema")
        )
        path = self.files.beside(document.path, name, where)
        return None if path is None else self.schemas.load(path, where)

    def classes(self) -> dict[str, DeclaredClass]:
        """The declared classes by name."""
        nothing = ClassDeclaration()
        return {
            name: DeclaredClass(
                said or nothing, place.below(name), place.origin(name), said is not None
            )
            for _, name, said, place in self._entries("classes")
        }

    def contracts(self) -> dict[str, DeclaredLevel]:
        """The contracts for all nodes of a level, by the level's name."""
        return {
            name: DeclaredLevel(said, place.below(name))
            for _, name, said, place in self._entries("levels")
        }

    def endpoint_defaults(self) -> EndpointDefaults:
        """The defaults for endpoints."""
        defaults = self.defaults
        return EndpointDefaults(
            defaults.metric_payload or "vtq/1",
            functools.partial(span_at, self.main.root, ("defaults", "metric_payload")),
            True if defaults.retain is None else defaults.retain,
            1 if defaults.qos is None else defaults.qos,
        )

    # --- brokers, clients and settings -------------------------------------------------------------

    def brokers(self) -> Brokers:
        """The brokers with their valid filters; what keeps them from being a tree is reported."""
        brokers = {}
        for document, name, said, place in self._entries("brokers"):
            broker, is_complete = Broker(name), False
            if not name:
                message = "a broker needs a name"
                self.faults.add("M207", message, key_span(place, name))
            if said is not None:
                holds = self._filters(TopicFilter, said.holds, place, (name, "holds"))
                broker = Broker(name, holds, said.upstream, said.description)
                is_complete = not document.is_damaged("brokers", name)
            brokers[name] = DeclaredBroker(broker, place, is_complete)
        check_tree(brokers, self.faults)
        return brokers

    def clients(self, brokers: Brokers) -> dict[str, Client]:
        """The clients with their valid filters; the others are reported."""
        root = next((n for n, each in brokers.items() if each.broker.upstream is None), None)
        clients = {}
        for document, name, said, place in self._entries("clients"):
            if said is not None:
                publish = self._filters(TopicFilter, said.publish, place, (name, "publish"))
                subscribe = self._filters(subscription, said.subscribe, place, (name, "subscribe"))
                if not document.is_damaged("clients", name, "via"):
                    self._check_connection(name, said, subscribe, place)
                if said.broker is not None and said.broker not in brokers:
                    span = span_at(place, (name, "broker"))
                    report_unknown_broker(said.broker, brokers, span, self.faults)
                via = Via(said.via or Via.MQTT)
                broker = (said.broker or root) if via is Via.MQTT else None
                about = said.owner, said.label, said.description, said.user or "", via, broker
                clients[name] = Client(name, publish, subscribe, *about, said.group)
        return clients

    def _check_connection(
        self, name: str, said: ClientDeclaration, subscribe: tuple[object, ...], place: Map
    ) -> None:
        """Report what a client says that does not fit MQTT, or Kafka."""
        found: list[tuple[KeyPath, str, str]] = []
        if said.via == "kafka" and said.broker is not None:
            said_ = f"client {name!r} connects to Kafka, so it has no `broker`"
            found.append((("broker",), said_, "remove `broker`, or `via: kafka`"))
        if said.via != "kafka" and said.group is not None:
            said_ = f"client {name!r} has a `group`, but does not connect to Kafka"
            help_ = "add `via: kafka`; over MQTT, share by `$share/<group>/<filter>`"
            found.append((("group",), said_, help_))
        if said.via == "kafka":
            for wanted in subscribe:
                if isinstance(wanted, SharedSubscription):
                    index = (said.subscribe or []).index(str(wanted))
                    said_ = f"client {name!r} connects to Kafka, which has no shared subscriptions"
                    help_ = f"write {str(wanted.filter)!r}, and `group: {wanted.share_name}`"
                    found.append((("subscribe", index), said_, help_))
        for path, message, help_ in found:
            self.faults.add("M511", message, span_at(place, (name, *path)), help=help_)

    def _filters(
        self, parse: Callable[[str], Any], texts: list[str] | None, place: Map, path: KeyPath
    ) -> tuple[Any, ...]:
        """The texts that ``parse`` accepts; the others are reported."""
        filters = []
        for index, text in enumerate(texts or ()):
            try:
                filters.append(parse(text))
            except InvalidText as error:
                clause = f" [{error.clause}]" if error.clause else ""
                message = f"{text!r} is not a {error.noun}: {error.reason}{clause}"
                if parse is TopicFilter and text.startswith("$share/"):
                    does = "hold it" if path[-1] == "holds" else "publish to it"
                    message = f"{text!r} is a shared subscription; it is not possible to {does}"
                help_ = "write several filters as a list: [first, second]" if "," in text else None
                self.faults.add("M508", message, span_at(place, (*path, index)), help=help_)
        return tuple(filters)

    def settings(self, section: str) -> dict[str, Any]:
        """The settings in a section that only one file may have."""
        roots = [document.root for document in self.files.documents]
        roots = [root for root in roots if root.get(section) is not None]
        for root in roots[1:]:
            message = f"`{section}` is in two files"
            related = ((key_span(roots[0], section), "and here"),)
            span = key_span(root, section)
            self.faults.add("M310", message, span, help="keep one of the two", related=related)
        declared = (getattr(document.sections, section) for document in self.files.documents)
        first = next(filter(None, declared), None)
        return {name: getattr(first, name) for name in first.model_fields_set} if first else {}

    def check_kafka(self, levels: EquipmentLevels, root: tuple[str, ...]) -> None:
        """Report the faults that prevent a mapping to Kafka."""
        for document in self.files.documents:
            if document.sections.kafka is not None:
                check_kafka(document.sections.kafka, document.root, levels, root, self.faults)

    def extensions(self) -> dict[KeyPath, Extensions]:
        """The extension keys outside the tree by path; those of classes and topics are notes.

        At the top of a file, only those of the main file count.
        """
        return {
            path: found
            for document in self.files.documents
            for path, found in document.extensions.items()
            if (path or document is self.main) and not _is_noted(path)
        }

    # --- places in the files -----------------------------------------------------------------------

    def declarations(self) -> Declared:
        """What the files say outside the tree, and where."""
        return Declared([_without_tree(document.root) for document in self.files.documents])


def _is_noted(path: KeyPath) -> bool:
    """Whether a path is a class, or a metric or topic of a class or level, or below these."""
    if path[:1] == ("classes",) and path[2:3] in ((), ("deprecated",)):
        return True
    return path[:1] in (("classes",), ("levels",)) and path[2:3] in (("metrics",), ("topics",))


@dataclass(frozen=True, slots=True)
class Declared:
    """What the files of a model say outside the tree, by paths of keys and numbers of items."""

    tops: list[Map]

    def place(self, path: KeyPath, key: bool) -> Span | None:
        """The place of a value, or with ``key`` of its key."""
        return next(filter(None, (find_span(top, path, key=key) for top in self.tops)), None)

    def value(self, path: KeyPath) -> Any:
        """A value as it was read; ``None`` for nothing."""
        values = (find_value(top, path) for top in self.tops)
        return next((value for value in values if value is not None), None)


@functools.cache
def standard_payloads() -> Mapping[str, PayloadType]:
    """The payloads of the built-in library; their examples are tested, not checked in every model."""
    library = built_in_library("<std>")
    place, faults = library.root.below("payloads"), Faults()
    declared = (library.sections.payloads or {}).items()
    types = (payload_type(name, said, place, faults, lambda _: None) for name, said in declared)
    return MappingProxyType({type_.name: type_ for type_ in types if type_ is not None})


def _explain_bad_level(segment: str) -> str | None:
    """Why an aspect's segment is not a topic level; ``None`` if it is one."""
    if "/" in segment or not segment:
        return "must be one topic level"
    try:
        Topic(segment)
    except InvalidText as error:
        return f"is not a topic level: {error.reason}"
    return None


def _without_tree(root: Map) -> Map:
    """The top of a file without its tree, which is large and whose nodes have their own places."""
    known = known_keys(Sections)
    top = Map({key: value for key, value in root.items() if key in known or is_extension(key)})
    top.source, top.number = root.source, root.number
    return top
