"""What the files of a model say besides the tree: levels, aspects, payloads, classes, clients, settings."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from uns.diagnostics import InvalidText, Span, did_you_mean
from uns.isa95 import B2MML_LEVELS, EquipmentLevel, EquipmentLevels
from uns.loading.assembly import ChildMap, child_maps
from uns.loading.classes import DeclaredClass, DeclaredLevel, report_unknown_level
from uns.loading.endpoints import INFO_PAYLOAD
from uns.loading.faults import Faults
from uns.loading.files import Document, Files, Where, read_file
from uns.loading.finisher import EndpointDefaults
from uns.loading.kafka_reading import check_kafka
from uns.loading.model_format import (
    ClassDeclaration,
    Defaults,
    LevelDeclaration,
    Location,
    Sections,
    TopicSettings,
    known_keys,
    level_key_clashes,
    report_unknown_key,
    span_at,
)
from uns.loading.payload_reading import check_examples, payload_type
from uns.loading.yaml_events import Map, find_span, key_span, value_span
from uns.model.clients import Client
from uns.payloads import PayloadType
from uns.topics.names import Topic, TopicFilter, subscription

__all__ = ["SectionReader"]

#: The keys of a payload library.
LIBRARY_KEYS = frozenset({"uns", "library", "version", "description", "payloads", "include"})


@dataclass(slots=True)
class SectionReader:
    """Reads the sections of all files of a model together; faults are reported."""

    files: Files

    @property
    def faults(self) -> Faults:
        """Where faults go."""
        return self.files.faults

    @property
    def main(self) -> Document:
        """The main file."""
        return self.files.documents[0]

    @property
    def topic(self) -> TopicSettings:
        """What the model says of its topics."""
        return self.main.sections.topic or TopicSettings()

    @property
    def defaults(self) -> Defaults:
        """What holds where nothing else is said."""
        return self.main.sections.defaults or Defaults()

    def _entries(self, section: str) -> Iterator[tuple[Document, str, Any, Map]]:
        """Every entry of a section over all files; one that two files declare is reported.

        The declaration is ``None`` where it could not be read.
        """
        first: dict[str, Map] = {}
        for document in self.files.documents:
            declared = getattr(document.sections, section) or {}
            place = _below(document.root, section)
            for key in place:
                if key not in first:
                    first[key] = place
                    yield document, key, declared.get(key), place
                    continue
                # A library that ships with the package cannot be the one at fault.
                here, there = key_span(place, key), key_span(first[key], key)
                if document.is_built_in:
                    here, there = there, here
                message = f"{key!r} is declared under `{section}:` in two files"
                related = ((there, "and here"),)
                self.faults.add("M310", message, here, help="keep one of the two", related=related)

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
            # Under levels by their own name, whatever key the file used.
            named.append(EquipmentLevel(level.name, level.kind, level.plural, tuple(under)))
        return EquipmentLevels(tuple(named))

    def _check_standard_level(self, name: str, said: LevelDeclaration, place: Map) -> None:
        for key in ("plural", "under", "kind"):
            if getattr(said, key) is not None:
                message = f"{name} is a level of B2MML, whose `{key}` is fixed"
                help_ = "declare a level of your own under another name"
                self.faults.add("M204", message, span_at(place, (name, key), key=True), help=help_)

    def _company_level(
        self, name: str, said: LevelDeclaration, place: Map, levels: EquipmentLevels
    ) -> EquipmentLevel | None:
        kind = said.kind or "Other"
        kinds = [level.kind for level in B2MML_LEVELS.values()]
        if kind not in kinds:
            message = f"{kind!r} is no B2MML equipment level"
            help_ = did_you_mean(kind, kinds, f"one of: {', '.join(kinds)}")
            self.faults.add("M204", message, span_at(place, (name, "kind")), help=help_)
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
        message = f"{name!r} cannot be a level: {reason}"
        self.faults.add("M207", message, key_span(place, name))
        return None

    # --- the keys of files -------------------------------------------------------------------------

    def check_keys(self, levels: EquipmentLevels) -> bool:
        """Whether every key at the top of a file means something; what stands wrong is reported."""
        known, is_known = known_keys(Sections), True
        for document in self.files.documents:
            for key in document.root:
                if key not in levels.by_key and key not in known:
                    span = key_span(document.root, key)
                    report_unknown_key(key, Sections, span, self.faults, levels.by_key)
                    is_known = False
                elif document.is_library and key not in LIBRARY_KEYS:
                    message = f"`{key}` cannot stand in a payload library"
                    span = key_span(document.root, key)
                    self.faults.add("M206", message, span, help="a library holds payloads only")
        return is_known

    def equipment(self, levels: EquipmentLevels) -> list[ChildMap]:
        """The mappings of equipment at the top of the files."""
        tops = (document.root for document in self.files.documents)
        return [found for top in tops for found in child_maps(top, levels, self.faults)]

    # --- names that the tree uses ------------------------------------------------------------------

    def root(self) -> tuple[str, ...]:
        """The fixed levels in front; a single slash is one empty level."""
        text = self.topic.root
        if not text:
            return ()
        if text == "/":
            return ("",)
        where = functools.partial(span_at, self.main.root, ("topic", "root"))
        if text.endswith("/"):
            help_ = "leave it out; the slash before the equipment comes by itself"
            self.faults.add("M401", "`root` ends in a slash", where(), help=help_)
            return ()
        try:
            levels = Topic(text).levels
        except InvalidText as error:
            self.faults.add("M401", f"`root` is no topic name: {error.reason}", where())
            return ()
        if levels[0] == "$share":
            message = "nobody can subscribe to topics below $share [MQTT-4.8.2-1]"
            self.faults.add("M401", message, where(), help="choose another root")
            return ()
        return levels

    def aspects(self) -> dict[str, str | None]:
        """The levels of the aspects; ``None`` for one that has faults."""
        aspects: dict[str, str | None] = {}
        of_segment: dict[str, str] = {}
        for _, name, segment, place in self._entries("aspects"):
            code, reason = "M401", _why_no_level(segment) if segment is not None else None
            if segment in of_segment:
                code, reason = "M403", f"has the level of {of_segment[segment]!r}, {segment!r}"
            if reason is not None:
                self.faults.add(code, f"aspect {name!r} {reason}", value_span(place, name))
            aspects[name] = segment if reason is None else None
            if segment is not None:
                of_segment.setdefault(segment, name)
        return aspects

    def payloads(self) -> dict[str, PayloadType | None]:
        """The payload types; ``None`` for one that has faults."""
        payloads: dict[str, PayloadType | None] = {}
        for document, name, said, place in self._entries("payloads"):
            payloads[name] = None
            if said is not None and not document.lost("payloads", name):
                foreign = functools.partial(self._foreign, document=document, payload=name)
                payload = payload_type(name, said, place, self.faults, foreign)
                # What ships with the package is tested, and need not be looked at in every model.
                if payload is not None and not document.is_built_in:
                    check_examples(payload, place, self.faults)
                payloads[name] = payload
        for name in ("vtq/1", INFO_PAYLOAD):
            if name not in payloads:
                payloads[name] = _standard_payloads()[name]
        return payloads

    def _foreign(self, name: str, document: Document, payload: str) -> str | None:
        """The JSON Schema file that a payload names, as canonical JSON; faults are reported."""
        where: Where = functools.partial(
            span_at, document.root, ("payloads", payload, "json_schema")
        )
        path = self.files.beside(document.path, name)
        if path is None:
            self.faults.add("M308", f"{name!r} leaves the folder of the model", where())
            return None
        text = self.files.text(path, where)
        if text is None:
            return None
        try:
            schema = json.loads(text, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            self.faults.add("M204", f"{path} is not JSON", where())
            return None
        if not isinstance(schema, dict | bool):
            self.faults.add("M204", f"{path} is no JSON Schema", where())
            return None
        return json.dumps(schema, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def classes(self) -> dict[str, DeclaredClass]:
        """The classes as they are declared."""
        nothing = ClassDeclaration()
        return {
            name: DeclaredClass(
                said or nothing, _below(place, name), place.origin(name), said is not None
            )
            for _, name, said, place in self._entries("classes")
        }

    def contracts(self) -> dict[str, DeclaredLevel]:
        """What the model says of all nodes of a level, by the level's name."""
        return {
            name: DeclaredLevel(said, _below(place, name))
            for _, name, said, place in self._entries("levels")
        }

    def endpoint_defaults(self) -> EndpointDefaults:
        """What holds for endpoints where nothing else is said."""
        said = self.defaults
        return EndpointDefaults(
            said.metric_payload or "vtq/1",
            functools.partial(span_at, self.main.root, ("defaults", "metric_payload")),
            True if said.retain is None else said.retain,
            1 if said.qos is None else said.qos,
        )

    # --- clients and settings ----------------------------------------------------------------------

    def clients(self) -> dict[str, Client]:
        """The clients, with the filters that are filters."""
        clients = {}
        for _, name, said, place in self._entries("clients"):
            if said is not None:
                publish = self._filters(TopicFilter, said.publish, place, (name, "publish"))
                subscribe = self._filters(subscription, said.subscribe, place, (name, "subscribe"))
                about = said.owner, said.label, said.description
                clients[name] = Client(name, publish, subscribe, *about)
        return clients

    def _filters(
        self, gate: Callable[[str], Any], texts: list[str] | None, place: Map, location: Location
    ) -> tuple[Any, ...]:
        """The texts that pass the gate; the others are reported."""
        passed = []
        for index, text in enumerate(texts or ()):
            try:
                passed.append(gate(text))
            except InvalidText as error:
                clause = f" [{error.clause}]" if error.clause else ""
                message = f"{text!r} is not a {error.noun}: {error.reason}{clause}"
                if gate is TopicFilter and text.startswith("$share/"):
                    message = f"{text!r} is a shared subscription, and nobody publishes to one"
                self.faults.add("M508", message, span_at(place, (*location, index)))
        return tuple(passed)

    def settings(self, section: str) -> dict[str, Any]:
        """What is said under a section of settings, which one file may have."""
        speaking = [document.root for document in self.files.documents]
        speaking = [root for root in speaking if root.get(section) is not None]
        for root in speaking[1:]:
            message = f"`{section}` stands in two files"
            related = ((key_span(speaking[0], section), "and here"),)
            span = key_span(root, section)
            self.faults.add("M310", message, span, help="keep one of the two", related=related)
        found = (getattr(document.sections, section) for document in self.files.documents)
        said = next(filter(None, found), None)
        return {name: getattr(said, name) for name in said.model_fields_set} if said else {}

    def check_kafka(self, levels: EquipmentLevels, root: tuple[str, ...]) -> None:
        """Report what keeps the mapping to Kafka from being made."""
        for document in self.files.documents:
            if document.sections.kafka is not None:
                check_kafka(document.sections.kafka, document.root, levels, root, self.faults)

    # --- what stays of the files -------------------------------------------------------------------

    def locator(self) -> Callable[[Location, bool], Span | None]:
        """Finds where the files say what they say outside the tree."""
        tops = [_without_tree(document.root) for document in self.files.documents]
        return functools.partial(_find_place, tops)


def _find_place(tops: list[Map], path: Location, key: bool) -> Span | None:
    return next(filter(None, (find_span(top, path, key=key) for top in tops)), None)


@functools.cache
def _standard_payloads() -> Mapping[str, PayloadType | None]:
    """The payloads of the library that ships with the package, for models that do not include it."""
    files = Files("<std>", read_file, Faults())
    files.read()
    return SectionReader(files).payloads()


def _why_no_level(segment: str) -> str | None:
    """Why an aspect's segment is no topic level, or ``None``."""
    if "/" in segment or not segment:
        return "must be one topic level"
    try:
        Topic(segment)
    except InvalidText as error:
        return f"is no topic level: {error.reason}"
    return None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _without_tree(root: Map) -> Map:
    """The top of a file without its tree, which is large, and whose nodes know where they stand."""
    known = known_keys(Sections)
    top = Map({key: value for key, value in root.items() if key in known})
    top.source, top.number = root.source, root.number
    return top


def _below(place: Map, key: str) -> Map:
    """The mapping under ``key``; an empty one where there is none."""
    found = place.get(key)
    return found if isinstance(found, Map) else Map()
