"""From declarations to the tree: classes resolved, equipment placed, clashes found.

What every node of a level and a list of classes has in common is worked out
once, as a :class:`Shape`, and shared by all of them. A node that says nothing
but its class costs one place and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from uns.isa95 import EquipmentLevel, EquipmentLevels
from uns.loading.classes import ClassResolver, Resolved, report_unknown_level
from uns.loading.endpoints import EndpointPlacer
from uns.loading.faults import Faults
from uns.loading.finisher import Finisher, check_moved_from, check_replaced_by, deprecation
from uns.loading.model_format import (
    EquipmentDeclaration,
    checked,
    equipment_keys,
    report_unknown_key,
    span_at,
)
from uns.loading.segments import SegmentReader
from uns.loading.tree_checks import MAX_LEVELS, TreeChecks, report_clash
from uns.loading.value_types import misfit
from uns.loading.yaml_events import Map, key_span, value_span
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

__all__ = ["Assembler", "ChildMap", "child_maps"]

#: The keys by which a node changes what it carries.
_CONTRACT_KEYS = frozenset({"metrics", "topics", "required", "payload"})


class ChildMap(NamedTuple):
    """Equipment of one level under one node: the mapping, and the node's mapping that holds it."""

    level: EquipmentLevel
    key: str
    holder: Map
    places: Map


@dataclass(slots=True, eq=False)
class Shape:
    """What all nodes of one level and one list of classes have in common."""

    type: EquipmentType
    resolved: Resolved
    endpoint: Endpoint | None
    endpoints: list[Place]
    children: list[Place]
    members: Members
    properties: Mapping[str, ValueType]
    #: Whether some node has all of it as it is, so that what is incomplete was reported.
    is_used: bool = False


@dataclass(slots=True)
class Assembler:
    """Builds the tree of one model; what makes no tree is reported."""

    resolver: ClassResolver
    finisher: Finisher
    endpoints: EndpointPlacer
    segments: SegmentReader
    faults: Faults
    is_strict: bool = True
    levels: EquipmentLevels = field(init=False)
    _checks: TreeChecks = field(init=False)
    _shapes: dict[tuple[str, tuple[str, ...]], Shape | None] = field(default_factory=dict)
    #: The shapes of nodes that say nothing but one class, by level and class.
    _plain: dict[tuple[str, str], Shape] = field(default_factory=dict)
    #: Which levels are known to stand rightly under which.
    _contained: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.levels = self.resolver.levels
        self._checks = TreeChecks(self.faults)

    def check_classes(self) -> None:
        """Report what is wrong with classes that no node may use yet."""
        for name, made in self.resolver.made.items():
            if not made.abstract and made.level is not None:
                self._shape(made.level, (name,), 0)
            elif not made.abstract:
                self.finisher.endpoints(self.resolver.of_class(name).drafts)

    def class_members(self, name: str) -> Members:
        """What stands below each node of a class, with nothing that a node says of its own."""
        level = self.resolver.made[name].level or next(iter(self.levels))
        shape = self._shapes.get((level.name, (name,)))
        shape = shape or self._make_shape(level, (name,), self.resolver.of_class(name), 0)
        return shape.members

    # --- shapes ------------------------------------------------------------------------------------

    def _shape(self, level: EquipmentLevel, names: tuple[str, ...], depth: int) -> Shape | None:
        """What a level and classes have in common; ``None`` while it is being worked out."""
        wanted = (level.name, names)
        if wanted in self._shapes:
            return self._shapes[wanted]
        self._shapes[wanted] = None
        resolved = self.resolver.of_node(level, names)
        shape = self._make_shape(level, names, resolved, depth)
        self._shapes[wanted] = shape
        return shape

    def _make_shape(
        self, level: EquipmentLevel, names: tuple[str, ...], resolved: Resolved, depth: int
    ) -> Shape:
        classes = tuple(self.resolver.made[name] for name in names)
        endpoints = self.endpoints.places(resolved.drafts)
        child_maps = [found for said in resolved.children for found in self._parts(said)]
        children = self._children(child_maps, level, depth) if child_maps else []
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
        """The equipment that a class declares under ``children``."""
        for key in children:
            if key not in self.levels.by_key:
                report_unknown_level(key, self.levels, key_span(children, key), self.faults)
        return child_maps(children, self.levels, self.faults)

    # --- equipment ---------------------------------------------------------------------------------

    def top(self, maps: list[ChildMap], root: tuple[str, ...]) -> Members:
        """The equipment at the top of the tree, below the fixed levels ``root``."""
        top = Members(self._children(maps, None, 0))
        self._checks.check_siblings(top.order)
        self._checks.check_topics(top, root, has_names=self.segments.has_names)
        return top

    def _children(
        self, maps: list[ChildMap], parent: EquipmentLevel | None, depth: int
    ) -> list[Place]:
        """The equipment under one node, file by file put together."""
        found: dict[str, list[tuple[ChildMap, Any]]] = {}
        for child_map in maps:
            if self.is_strict:
                self._check_containment(parent, child_map)
            for key, value in child_map.places.items():
                if key in found:
                    self._repeat(found[key], child_map, key, value)
                else:
                    found[key] = [(child_map, value)]
        if depth >= MAX_LEVELS and found:
            if not self._checks.is_too_deep:
                span = key_span(maps[0].holder, maps[0].key)
                self.faults.add("M407", f"more than {MAX_LEVELS} levels of equipment", span)
            self._checks.is_too_deep = True
            return []
        places = (self._equipment(key, declared, depth + 1) for key, declared in found.items())
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
            f"level {child_map.level} cannot stand directly under level {parent}",
            key_span(child_map.holder, child_map.key),
            help=f"it may hold: {expected}; `containment: free` under `topic:` allows any",
        )

    def _repeat(
        self, known: list[tuple[ChildMap, Any]], child_map: ChildMap, key: str, value: Any
    ) -> None:
        """A key that is there already: a partial tree of another file, or a clash."""
        first_map, _ = known[0]
        level, places = child_map.level, child_map.places
        files = [m.places.source for m, _ in known]
        if first_map.level != level or any(places.source is file for file in files):
            this, other = f"{level} {key!r}", f"{first_map.level} {key!r}"
            first = first_map.places.origin(key)
            report_clash(this, places.origin(key), other, first, self.faults)
            return
        speaking = [m for m, said in known if not self._only_child_maps(said)]
        if not speaking or self._only_child_maps(value):
            known.append((child_map, value))
            return
        message = f"{level} {key!r} is declared in two files"
        help_ = "only one of them may say more than which equipment it holds"
        related = ((key_span(speaking[0].places, key), "first here"),)
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
        whole = True
        for child_map, value in declared:
            if type(value) is Map:
                said, is_known = self._split(value, maps)
                whole = whole and is_known
                if said:
                    facets, holder, container = said, value, child_map.places
            elif value is not None:
                report_no_mapping(child_map.places, key, self.faults)
                whole = False
        declaration = None
        class_ = facets.get("class") if len(facets) == 1 else None
        shape = self._plain.get((level.name, class_)) if type(class_) is str else None
        if shape is None:
            if facets:
                declaration, _ = checked(EquipmentDeclaration, facets, holder, self.faults)
            names = self._class_names(declaration, holder, level) if declaration else ()
            shape = self._shape(level, names, depth)
            if shape is None:
                message = f"class {', '.join(names)} contains itself through {key!r}"
                help_ = "a class cannot have a part that has the class"
                self.faults.add("M305", message, key_span(container, key), help=help_)
                return None
            if names == (class_,) and type(class_) is str:
                self._plain[level.name, class_] = shape
        pattern = declaration.pattern if declaration else None
        whole = whole and (facets.get("pattern") is None or pattern is not None)
        children = self._children(maps, level, depth) if maps else []
        segment = self.segments.equipment(key, container, pattern, whole=whole)
        if segment is None:
            return None
        origin = container.origin(key)
        if declaration is not None and class_ is None:
            return self._outspoken(segment, shape, declaration, holder, children, origin)
        self._use(shape)
        members = shape.members
        if children:
            members = self._members(shape.endpoints, shape.children, children)
        return Place(
            PlaceKind.EQUIPMENT, segment, members, shape.type, shape.endpoint, origin=origin
        )

    def _split(self, value: Map, maps: list[ChildMap]) -> tuple[dict[str, Any], bool]:
        """What a node says of itself, and whether it has no unknown key.

        The equipment it holds is appended to ``maps``.
        """
        by_key, known = self.levels.by_key, equipment_keys()
        facets = {}
        whole, holds = True, False
        for key, said in value.items():
            if key in by_key:
                holds = True
            elif key in known:
                facets[key] = said
            else:
                span = key_span(value, key)
                report_unknown_key(key, EquipmentDeclaration, span, self.faults, by_key)
                whole = False
        if holds:
            maps += child_maps(value, self.levels, self.faults)
        return facets, whole

    def _class_names(
        self, said: EquipmentDeclaration, place: Map, level: EquipmentLevel
    ) -> tuple[str, ...]:
        """The classes of a node that exist and fit it; the others are reported."""
        names: list[str] = []
        for index, name in enumerate(said.class_ or ()):
            made = self.resolver.made.get(name)
            if made is None:
                if name not in self.resolver.classes:
                    self.resolver.no_class(name, place, "class", index)
            elif made.abstract:
                span = span_at(place, ("class", index))
                help_ = "use a class that extends it"
                self.faults.add("M306", f"class {name!r} is abstract", span, help=help_)
            elif made.level is not None and made.level != level:
                message = f"class {name!r} is for level {made.level}, and this is level {level}"
                help_ = f"move the node under `{made.level.plural}:`, or use another class"
                span = span_at(place, ("class", index))
                self.faults.add("M307", message, span, help=help_)
            elif name not in names:
                names.append(name)
        return tuple(names)

    def _use(self, shape: Shape) -> None:
        """Report what a shape leaves incomplete, once there is a node that does not complete it."""
        if not shape.is_used:
            shape.is_used = True
            self._tell_incomplete(shape.resolved)

    def _tell_incomplete(self, resolved: Resolved) -> None:
        if resolved.whole:
            self.finisher.tell_incomplete(resolved.drafts)

    def _outspoken(
        self,
        segment: Segment,
        shape: Shape,
        said: EquipmentDeclaration,
        holder: Map,
        children: list[Place],
        origin: Origin,
    ) -> Place:
        """A node that says more than its classes."""
        resolved = shape.resolved
        if not _CONTRACT_KEYS.isdisjoint(holder):
            if len(shape.type.classes) < len(set(said.class_ or ())):
                resolved = replace(resolved, whole=False)
            resolved = self.resolver.refined(resolved, said, holder, "node")
        endpoint, endpoints = shape.endpoint, shape.endpoints
        if resolved.payload is not shape.resolved.payload:
            endpoint = self.endpoints.of_node(resolved.payload)
        if resolved.drafts is not shape.resolved.drafts:
            endpoints = self.endpoints.places(resolved.drafts)
            self._tell_incomplete(resolved)
        else:
            self._use(shape)
        members = shape.members
        if children or endpoints is not shape.endpoints:
            members = self._members(endpoints, shape.children, children)
        type_ = shape.type
        if resolved.required != type_.required:
            type_ = EquipmentType(type_.level, type_.classes, resolved.required, type_.notes)
        self._check_properties(shape, said, holder)
        check_moved_from(said.moved_from or (), holder, self.faults)
        if said.deprecated is not None:
            check_replaced_by(said.deprecated, holder, self.faults)
        notes, is_open = _notes(said), bool(said.open)
        return Place(PlaceKind.EQUIPMENT, segment, members, type_, endpoint, notes, is_open, origin)

    def _check_properties(self, shape: Shape, said: EquipmentDeclaration, holder: Map) -> None:
        for key, value in (said.properties or {}).items():
            type_ = shape.properties.get(key)
            reason = misfit(type_, value) if type_ is not None else None
            if reason is not None:
                span = span_at(holder, ("properties", key))
                self.faults.add("M507", f"property {key!r} {reason}", span)

    def _members(self, endpoints: list[Place], inherited: list[Place], own: list[Place]) -> Members:
        places = [*endpoints, *inherited, *own]
        if not places:
            return NO_MEMBERS
        self._checks.check_siblings(places)
        return Members(places)


def child_maps(holder: Map, levels: EquipmentLevels, faults: Faults) -> Iterator[ChildMap]:
    """The equipment that a mapping holds, by level; other keys are passed over."""
    for key, places in holder.items():
        level = levels.by_key.get(key)
        if level is not None and isinstance(places, Map):
            yield ChildMap(level, key, holder, places)
        elif level is not None and places is not None:
            report_no_mapping(holder, key, faults)


def report_no_mapping(holder: Map, key: str, faults: Faults) -> None:
    """Report a value that must be a mapping."""
    faults.add("M202", f"`{key}` must be a mapping", value_span(holder, key))


def _notes(said: EquipmentDeclaration) -> Notes:
    return Notes(
        said.label,
        said.description,
        said.owner,
        deprecation(said.deprecated),
        tuple(said.moved_from or ()),
        said.source_id,
        said.asset,
        said.properties or NO_NOTES.properties,
    )
