"""Builds the tree from the declarations: resolves classes, places equipment, reports clashes.

The nodes with the same level and the same classes share one :class:`Shape`, which is made once.
A node with only a class costs one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from uns.isa95 import EquipmentLevel, EquipmentLevels
from uns.loading import hints
from uns.loading.classes import ClassResolver, Resolved, report_unknown_level
from uns.loading.declarations import read_declaration, report_unknown_key
from uns.loading.endpoints import EndpointPlacer
from uns.loading.faults import Faults
from uns.loading.finisher import Finisher, check_moved_from, check_replaced_by, make_deprecated
from uns.loading.model_format import EquipmentDeclaration, equipment_keys
from uns.loading.quoting import eaten_text, quoted
from uns.loading.segments import SegmentReader
from uns.loading.tree_checks import MAX_LEVELS, TreeChecks, report_clash
from uns.loading.value_types import explain_misfit
from uns.loading.yaml_events import Map, key_span, span_at, value_span
from uns.model.tree import (
    NO_MEMBERS,
    NO_NOTES,
    Endpoint,
    EquipmentType,
    Members,
    Notes,
    Origin,
    Place,
    PlaceKind,
)
from uns.payloads import ValueType
from uns.topics.templates import Segment

#: The keys with which a node changes the contract of its classes.
_CONTRACT_KEYS = frozenset({"metrics", "topics", "required", "payload"})


class ChildMap(NamedTuple):
    """The equipment of one level under one node: ``places`` is the mapping, under ``key`` of ``holder``."""

    level: EquipmentLevel
    key: str
    holder: Map
    places: Map


@dataclass(slots=True, eq=False)
class Shape:
    """What all nodes with one level and one list of classes have in common."""

    type: EquipmentType
    resolved: Resolved
    endpoint: Endpoint | None
    endpoints: list[Place]
    children: list[Place]
    members: Members
    properties: Mapping[str, ValueType]
    #: Whether a node has it unchanged, so that its incomplete endpoints have been reported.
    is_used: bool = False


@dataclass(slots=True)
class Assembler:
    """Builds the tree of one model and reports its faults."""

    resolver: ClassResolver
    finisher: Finisher
    endpoints: EndpointPlacer
    segments: SegmentReader
    faults: Faults
    is_strict: bool = True
    levels: EquipmentLevels = field(init=False)
    _checks: TreeChecks = field(init=False)
    _shapes: dict[tuple[str, tuple[str, ...]], Shape | None] = field(default_factory=dict)
    #: The shapes of nodes that have only one class and nothing else, by level and class.
    _plain: dict[tuple[str, str], Shape] = field(default_factory=dict)
    #: Pairs of a level and a level under it that are allowed.
    _contained: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.levels = self.resolver.levels
        self._checks = TreeChecks(self.faults)

    def check_classes(self) -> None:
        """Report the faults of all classes, also of those without nodes."""
        for name, class_ in self.resolver.equipment_classes.items():
            if not class_.abstract and class_.level is not None:
                self._shape(class_.level, (name,), 0)
            elif not class_.abstract:
                self.finisher.endpoints(self.resolver.of_class(name).drafts)

    def class_members(self, name: str) -> Members:
        """The members that every node of a class has."""
        level = self.resolver.equipment_classes[name].level or next(iter(self.levels))
        shape = self._shapes.get((level.name, (name,)))
        shape = shape or self._make_shape(level, (name,), self.resolver.of_class(name), 0)
        return shape.members

    # --- shapes ------------------------------------------------------------------------------------

    def _shape(self, level: EquipmentLevel, names: tuple[str, ...], depth: int) -> Shape | None:
        """The shape for a level and classes; ``None`` while it is being made."""
        key = (level.name, names)
        if key not in self._shapes:
            self._shapes[key] = None
            resolved = self.resolver.of_node(level, names)
            self._shapes[key] = self._make_shape(level, names, resolved, depth)
        return self._shapes[key]

    def _make_shape(
        self, level: EquipmentLevel, names: tuple[str, ...], resolved: Resolved, depth: int
    ) -> Shape:
        classes = tuple(self.resolver.equipment_classes[name] for name in names)
        endpoints = self.endpoints.places(resolved.drafts)
        maps = [child_map for parts in resolved.children for child_map in self._parts(parts)]
        children = self._children(maps, level, depth) if maps else []
        return Shape(
            EquipmentType(level, classes, resolved.required, resolved.notes),
            resolved,
            self.endpoints.of_node(resolved.payload),
            endpoints,
            children,
            self._members(endpoints, children, []),
            self.resolver.property_types(resolved.properties),
        )

    def _parts(self, children: Map) -> Iterator[ChildMap]:
        """The equipment in the ``children`` of a class."""
        for key in children:
            if key not in self.levels.by_key:
                report_unknown_level(key, self.levels, key_span(children, key), self.faults)
        return child_maps(children, self.levels, self.faults)

    # --- equipment ---------------------------------------------------------------------------------

    def top(self, maps: list[ChildMap], root: tuple[str, ...]) -> Members:
        """The equipment at the top of the tree, below the fixed levels ``root``."""
        top = Members(self._checks.siblings(self._children(maps, None, 0)))
        self._checks.check_topics(top, root, has_names=self.segments.has_names)
        return top

    def _children(
        self, maps: list[ChildMap], parent: EquipmentLevel | None, depth: int
    ) -> list[Place]:
        """The equipment under one node, combined from all files."""
        declared: dict[str, list[tuple[ChildMap, Any]]] = {}
        for child_map in maps:
            if self.is_strict:
                self._check_containment(parent, child_map)
            for key, value in child_map.places.items():
                if key in declared:
                    self._add_again(declared[key], child_map, key, value)
                else:
                    declared[key] = [(child_map, value)]
        if depth >= MAX_LEVELS and declared:
            if not self._checks.is_too_deep:
                span = key_span(maps[0].holder, maps[0].key)
                self.faults.add("M407", f"more than {MAX_LEVELS} levels of equipment", span)
            self._checks.is_too_deep = True
            return []
        places = (self._equipment(key, entries, depth + 1) for key, entries in declared.items())
        return [place for place in places if place is not None]

    def _check_containment(self, parent: EquipmentLevel | None, child_map: ChildMap) -> None:
        if parent is None or (parent.name, child_map.level.name) in self._contained:
            return
        if self.levels.may_hold(parent, child_map.level):
            self._contained.add((parent.name, child_map.level.name))
            return
        expected = ", ".join(self.levels.expected_under(parent))
        self.faults.add(
            "M405",
            f"level {child_map.level} cannot be directly under level {parent}",
            key_span(child_map.holder, child_map.key),
            help=f"allowed there: {expected}; `containment: free` under `topic:` allows any level",
        )

    def _add_again(
        self, known: list[tuple[ChildMap, Any]], child_map: ChildMap, key: str, value: Any
    ) -> None:
        """Add a key that is there already: a part of the tree in another file, or a clash."""
        first_map, _ = known[0]
        level, places = child_map.level, child_map.places
        files = [m.places.source for m, _ in known]
        if first_map.level != level or any(places.source is file for file in files):
            this, other = f"{level} {key!r}", f"{first_map.level} {key!r}"
            first = first_map.places.origin(key)
            report_clash(this, places.origin(key), other, first, self.faults)
            return
        described = [m for m, other in known if not self._only_child_maps(other)]
        if not described or self._only_child_maps(value):
            known.append((child_map, value))
            return
        message = f"{level} {key!r} is declared in two files"
        help_ = "only one of them may have other keys than the equipment below"
        related = ((key_span(described[0].places, key), "first here"),)
        self.faults.add("M310", message, key_span(places, key), help=help_, related=related)

    def _only_child_maps(self, value: Any) -> bool:
        return value is None or (
            isinstance(value, Map) and all(k in self.levels.by_key for k in value)
        )

    def _equipment(
        self, key: str, declared: list[tuple[ChildMap, Any]], depth: int
    ) -> Place | None:
        """One node, or one family of nodes."""
        level, container = declared[0][0].level, declared[0][0].places
        facets: dict[str, Any] = {}
        holder = container
        maps: list[ChildMap] = []
        is_complete = True
        for child_map, value in declared:
            if type(value) is Map:
                own, is_known = self._split(key, value, maps)
                is_complete = is_complete and is_known
                if own:
                    facets, holder, container = own, value, child_map.places
            elif value is not None:
                is_class = isinstance(value, str) and value in self.resolver.classes
                help_ = f"write `{key}: {{class: {value}}}`" if is_class else None
                help_ = help_ or hints.for_mapping(key, value, "a node", equipment_keys())
                report_no_mapping(child_map.places, key, help_, self.faults)
                is_complete = False
        declaration = None
        class_ = facets.get("class") if len(facets) == 1 else None
        shape = self._plain.get((level.name, class_)) if type(class_) is str else None
        if shape is None:
            if facets:
                declaration, _ = read_declaration(EquipmentDeclaration, facets, holder, self.faults)
            names = self._class_names(declaration, holder, level) if declaration else ()
            shape = self._shape(level, names, depth)
            if shape is None:
                message = f"class {', '.join(names)} contains itself through {key!r}"
                help_ = "a class cannot have a part with the same class"
                self.faults.add("M305", message, key_span(container, key), help=help_)
                return None
            if names == (class_,) and type(class_) is str:
                self._plain[level.name, class_] = shape
        pattern = declaration.pattern if declaration else None
        is_complete = is_complete and (facets.get("pattern") is None or pattern is not None)
        children = self._children(maps, level, depth) if maps else []
        segment = self.segments.equipment(key, container, pattern, is_complete=is_complete)
        if segment is None:
            return None
        origin = container.origin(key)
        if declaration is not None and class_ is None:
            return self._refined_place(segment, shape, declaration, holder, children, origin)
        self._use(shape)
        members = shape.members
        if children:
            members = self._members(shape.endpoints, shape.children, children)
        return Place(
            PlaceKind.EQUIPMENT, segment, members, shape.type, shape.endpoint, origin=origin
        )

    def _split(self, name: str, value: Map, maps: list[ChildMap]) -> tuple[dict[str, Any], bool]:
        """The keys of the node ``name`` itself, and whether all keys are known.

        The equipment below it is appended to ``maps``.
        """
        by_key, known = self.levels.by_key, equipment_keys()
        facets, unknown = {}, []
        has_equipment = False
        for key, inner in value.items():
            if key in by_key:
                has_equipment = True
            elif key in known:
                facets[key] = inner
            else:
                unknown.append(key)
        if unknown and (name in by_key or name in known):
            message = f"{name!r} is a node here, and a node has no key {unknown[0]!r}"
            help_ = f"to declare `{name}:` of the node above, indent it under that node"
            self.faults.add("M201", message, key_span(value, unknown[0]), help=help_)
        else:
            for key in unknown:
                report_unknown_key(key, EquipmentDeclaration, value, self.faults, levels=by_key)
        if has_equipment:
            maps += child_maps(value, self.levels, self.faults)
        return facets, not unknown

    def _class_names(
        self, declaration: EquipmentDeclaration, place: Map, level: EquipmentLevel
    ) -> tuple[str, ...]:
        """The classes of a node that exist and fit it; the others are reported."""
        names: list[str] = []
        for index, name in enumerate(declaration.class_ or ()):
            class_ = self.resolver.equipment_classes.get(name)
            if class_ is None:
                if name not in self.resolver.classes:
                    self.resolver.report_unknown_class(name, place, "class", index)
            elif class_.abstract:
                span = span_at(place, ("class", index))
                help_ = "use a class that extends it"
                message = f"class {name!r} is abstract"
                self.faults.add("M306", message, span, help=help_, cause=name)
            elif class_.level is not None and class_.level != level:
                message = f"class {name!r} is for level {class_.level}, and this is level {level}"
                help_ = f"move the node under `{class_.level.plural}:`, or use another class"
                span = span_at(place, ("class", index))
                self.faults.add("M307", message, span, help=help_, cause=message)
            elif name not in names:
                names.append(name)
        return tuple(names)

    def _use(self, shape: Shape) -> None:
        """Report the incomplete endpoints of a shape when the first node has it unchanged."""
        if not shape.is_used:
            shape.is_used = True
            self._report_incomplete(shape.resolved)

    def _report_incomplete(self, resolved: Resolved) -> None:
        if resolved.is_complete:
            self.finisher.report_incomplete(resolved.drafts)

    def _refined_place(
        self,
        segment: Segment,
        shape: Shape,
        declaration: EquipmentDeclaration,
        holder: Map,
        children: list[Place],
        origin: Origin,
    ) -> Place:
        """The place of a node that refines its classes."""
        resolved = shape.resolved
        if not _CONTRACT_KEYS.isdisjoint(holder):
            if len(shape.type.classes) < len(set(declaration.class_ or ())):
                resolved = replace(resolved, is_complete=False)
            resolved = self.resolver.refine(resolved, declaration, holder, "node")
        endpoint, endpoints = shape.endpoint, shape.endpoints
        if resolved.payload is not shape.resolved.payload:
            endpoint = self.endpoints.of_node(resolved.payload)
        if resolved.drafts is not shape.resolved.drafts:
            endpoints = self.endpoints.places(resolved.drafts)
            self._report_incomplete(resolved)
        else:
            self._use(shape)
        members = shape.members
        if children or endpoints is not shape.endpoints:
            members = self._members(endpoints, shape.children, children)
        type_ = shape.type
        if resolved.required != type_.required:
            type_ = EquipmentType(type_.level, type_.classes, resolved.required, type_.notes)
        self._check_properties(shape, declaration, holder)
        check_moved_from(declaration.moved_from or (), holder, self.faults)
        if declaration.deprecated is not None:
            check_replaced_by(declaration.deprecated, holder, self.faults)
        notes, is_open = _make_notes(declaration), bool(declaration.open)
        return Place(PlaceKind.EQUIPMENT, segment, members, type_, endpoint, notes, is_open, origin)

    def _check_properties(
        self, shape: Shape, declaration: EquipmentDeclaration, holder: Map
    ) -> None:
        for key, value in (declaration.properties or {}).items():
            type_ = shape.properties.get(key)
            reason = explain_misfit(type_, value) if type_ is not None else None
            if reason is not None:
                span = span_at(holder, ("properties", key))
                self.faults.add("M507", f"property {key!r} {reason}", span)

    def _members(self, endpoints: list[Place], inherited: list[Place], own: list[Place]) -> Members:
        places = [*endpoints, *inherited, *own]
        if not places:
            return NO_MEMBERS
        return Members(self._checks.siblings(places))


def child_maps(holder: Map, levels: EquipmentLevels, faults: Faults) -> Iterator[ChildMap]:
    """The equipment in a mapping, by level; other keys are skipped."""
    for key, places in holder.items():
        level = levels.by_key.get(key)
        if level is not None and isinstance(places, Map):
            yield ChildMap(level, key, holder, places)
        elif level is not None and places is not None:
            help_ = hints.for_mapping(key, places) or "write each node as `name: {...}`"
            report_no_mapping(holder, key, help_, faults)


def report_no_mapping(holder: Map, key: str, help_: str | None, faults: Faults) -> None:
    """Report a value that is not a mapping."""
    span = value_span(holder, key)
    text = eaten_text(span.excerpt, span.end_column - 1)
    if text is not None and ":" in text:
        name = quoted(f"{holder[key]} {text.partition(':')[0]}")
        help_ = f"a # after a space starts a comment: put the key in quotes: {name}:"
    faults.add("M202", f"`{key}` must be a mapping", span, help=help_)


def _make_notes(declaration: EquipmentDeclaration) -> Notes:
    return Notes(
        declaration.label,
        declaration.description,
        declaration.owner,
        make_deprecated(declaration.deprecated),
        tuple(declaration.moved_from or ()),
        declaration.source_id,
        declaration.asset,
        declaration.properties or NO_NOTES.properties,
    )
