"""Builds the tree from the declarations: resolves classes, places equipment, reports clashes.

The nodes with the same level and the same classes share one :class:`Shape`, which is made once.
A node with only a class costs one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

from uns.isa95 import EquipmentLevel, EquipmentLevels
from uns.loading import hints
from uns.loading.classes import ClassResolver, Resolved, report_unknown_level
from uns.loading.declarations import read_declaration, report_unknown_key
from uns.loading.endpoints import EndpointPlacer
from uns.loading.extensions import extensions
from uns.loading.faults import Faults
from uns.loading.finisher import Finisher, check_moved_from, check_replaced_by, make_deprecated
from uns.loading.merging import merged
from uns.loading.model_format import EquipmentDeclaration, equipment_keys, is_extension
from uns.loading.quoting import eaten_text, quoted
from uns.loading.scopes import Scope, ScopeKey
from uns.loading.segments import NamePolicy, SegmentReader
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


#: What declares one node: the files of the tree, or a part of a class, each with the value.
Layer: TypeAlias = list[tuple[ChildMap, Any]]


#: The level, the classes, and what is said for all nodes there.
ShapeKey: TypeAlias = tuple[str, tuple[str, ...], ScopeKey]


class _Said(NamedTuple):
    """What one layer says of a node.

    ``container`` is the mapping that has its key and first says something of the node itself,
    ``holder`` the mapping with its keys, ``facets`` those that are not equipment, ``maps`` the
    equipment below.
    """

    container: Map
    holder: Map
    facets: Mapping[str, Any]
    maps: list[ChildMap]
    is_complete: bool


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
    #: The declarations of the parts, by key.
    parts: Mapping[str, Layer]
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
    is_strict: bool
    #: What the model says for all nodes; a node may say something else.
    scope: Scope
    levels: EquipmentLevels = field(init=False)
    _checks: TreeChecks = field(init=False)
    #: The shapes by level and classes, and by what is said for all nodes there.
    _shapes: dict[ShapeKey, Shape | None] = field(default_factory=dict)
    #: The shapes of nodes that have only one class and nothing else.
    _plain: dict[tuple[str, str, ScopeKey], Shape] = field(default_factory=dict)
    #: A shape for each level and classes, whatever the pattern of the names.
    _any: dict[tuple[str, tuple[str, ...]], Shape] = field(default_factory=dict)
    #: The classes that nodes have, and those that these extend.
    _used: set[str] = field(default_factory=set)
    #: Pairs of a level and a level under it that are allowed.
    _contained: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.levels = self.resolver.levels
        self._checks = TreeChecks(self.faults)

    def check_classes(self) -> None:
        """Report the faults of all classes, also of those without nodes.

        The names in a class that nodes have are bound by what is said above these nodes, so
        this comes after them; only where no node has it, by the model.
        """
        for name, class_ in self.resolver.equipment_classes.items():
            if not class_.abstract and class_.level is not None:
                if (class_.level.name, (name,)) not in self._any:
                    policy = None if name in self._used else self.scope.policy
                    self._shape(class_.level, (name,), 0, self.scope._replace(policy=policy))
            elif not class_.abstract:
                self.finisher.endpoints(self.resolver.of_class(name).drafts)

    def class_members(self, name: str) -> Members:
        """The members that every node of a class has."""
        level = self.resolver.equipment_classes[name].level or next(iter(self.levels))
        shape = self._any.get((level.name, (name,)))
        shape = shape or self._make_shape(
            level, (name,), self.resolver.of_class(name), 0, self.scope
        )
        return shape.members

    # --- shapes ------------------------------------------------------------------------------------

    def _shape(
        self, level: EquipmentLevel, names: tuple[str, ...], depth: int, scope: Scope
    ) -> Shape | None:
        """The shape for a level and classes; ``None`` while it is being made."""
        key = (level.name, names, scope.key)
        if key not in self._shapes:
            self._shapes[key] = None
            resolved = self.resolver.of_node(level, names)
            shape = self._make_shape(level, names, resolved, depth, scope)
            self._shapes[key] = shape
            if scope.info == self.scope.info:
                self._any.setdefault((level.name, names), shape)
        return self._shapes[key]

    def _make_shape(
        self,
        level: EquipmentLevel,
        names: tuple[str, ...],
        resolved: Resolved,
        depth: int,
        scope: Scope,
    ) -> Shape:
        classes = tuple(self.resolver.equipment_classes[name] for name in names)
        for class_ in classes:
            self._used.update((class_.name, *class_.ancestors))
        endpoints = self.endpoints.places(resolved.drafts, scope)
        maps = [child_map for parts in resolved.children for child_map in self._parts(parts)]
        children, _ = self._children([maps], level, depth, {}, scope, in_tree=False)
        parts: dict[str, Layer] = {}
        for child_map in maps:
            for key, value in child_map.places.items():
                parts.setdefault(key, [(child_map, value)])
        return Shape(
            EquipmentType(level, classes, resolved.required, resolved.notes),
            resolved,
            self.endpoints.of_node(resolved.payload),
            endpoints,
            children,
            self._members(endpoints, children, []),
            self.resolver.property_types(resolved.properties),
            parts,
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
        top = Members(self._checks.siblings(self._children([maps], None, 0, {}, self.scope)[0]))
        self._checks.check_topics(top, root, has_names=self.segments.has_names)
        return top

    def _children(
        self,
        below: list[list[ChildMap]],
        parent: EquipmentLevel | None,
        depth: int,
        parts: Mapping[str, Layer],
        scope: Scope,
        *,
        in_tree: bool = True,
    ) -> tuple[list[Place], dict[str, Place | None]]:
        """The equipment under one node: its own, and the parts of its class that it refines.

        ``below`` is the equipment that each layer of the node has, ``parts`` what its classes
        bring. They are in ``scope``. Unless ``in_tree``, it is what classes bring.
        """
        stacks: dict[str, list[Layer]] = {}
        for maps in below:
            for key, layer in self._layers(maps, parent, in_tree=in_tree).items():
                stack = stacks.setdefault(key, [parts[key]] if key in parts else [])
                if not stack or stack[0][0][0].level == layer[0][0].level:
                    stack.append(layer)
                else:
                    self._report_clash(stack[0][0][0], layer[0][0], key)
        if depth >= MAX_LEVELS and stacks:
            if not self._checks.is_too_deep:
                span = key_span(below[0][0].holder, below[0][0].key)
                self.faults.add("M407", f"more than {MAX_LEVELS} levels of equipment", span)
            self._checks.is_too_deep = True
            return [], {}
        made = {key: self._equipment(key, stack, depth + 1, scope) for key, stack in stacks.items()}
        own = [place for key, place in made.items() if key not in parts and place is not None]
        return own, {key: place for key, place in made.items() if key in parts}

    def _layers(
        self, maps: list[ChildMap], parent: EquipmentLevel | None, *, in_tree: bool
    ) -> dict[str, Layer]:
        """What one layer of a node has below it, by key, combined from all files."""
        declared: dict[str, Layer] = {}
        for child_map in maps:
            if self.is_strict:
                self._check_containment(parent, child_map)
            for key, value in child_map.places.items():
                known = declared.get(key)
                if known is None:
                    declared[key] = [(child_map, value)]
                    continue
                files = [m.places.source for m, _ in known]
                is_other_file = not any(child_map.places.source is file for file in files)
                if in_tree and is_other_file and known[0][0].level == child_map.level:
                    known.append((child_map, value))
                else:
                    self._report_clash(known[0][0], child_map, key)
        return declared

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

    def _report_clash(self, first: ChildMap, again: ChildMap, key: str) -> None:
        this, other = f"{again.level} {key!r}", f"{first.level} {key!r}"
        origins = again.places.origin(key), first.places.origin(key)
        report_clash(this, origins[0], other, origins[1], self.faults)

    def _read(self, key: str, declared: Layer) -> _Said:
        """What one layer says of the node ``key``."""
        level, container = declared[0][0].level, declared[0][0].places
        parts: list[tuple[Map, dict[str, Any]]] = []
        maps: list[ChildMap] = []
        is_complete = True
        for child_map, value in declared:
            if type(value) is Map:
                own, is_known = self._split(key, value, maps)
                is_complete = is_complete and is_known
                if own:
                    container = child_map.places if not parts else container
                    parts.append((value, own))
            elif value is not None:
                is_class = isinstance(value, str) and value in self.resolver.classes
                help_ = f"write `{key}: {{class: {value}}}`" if is_class else None
                help_ = help_ or hints.for_mapping(key, value, "a node", equipment_keys())
                report_no_mapping(child_map.places, key, help_, self.faults)
                is_complete = False
        if len(parts) > 1:
            holder = merged(f"{level} {key!r}", parts, self.faults)
            return _Said(container, holder, holder, maps, is_complete)
        place, facets = parts[0] if parts else (container, {})
        return _Said(container, place, facets, maps, is_complete)

    def _equipment(self, key: str, layers: list[Layer], depth: int, scope: Scope) -> Place | None:
        """One node, or one family of nodes; each layer refines the one before."""
        level = layers[0][0][0].level
        said = [self._read(key, layer) for layer in layers]
        container = said[-1].container
        declared: list[tuple[EquipmentDeclaration, Map]] = []
        is_plain = len(said) == 1 and len(said[0].facets) == 1
        class_ = said[0].facets.get("class") if is_plain else None
        shape, inner = None, scope
        if type(class_) is str:
            shape = self._plain.get((level.name, class_, scope.key))
        if shape is None:
            declared = self._declarations(said)
            inner = Scope(
                _policy_below(f"{level} {key!r}", said, declared, scope.policy),
                _info_of(declared, scope.info),
            )
            found = (self._class_names(*one, level) for one in declared)
            names = tuple(dict.fromkeys(chain.from_iterable(found)))
            shape = self._shape(level, names, depth, inner)
            if shape is None:
                message = f"class {', '.join(names)} contains itself through {key!r}"
                help_ = "a class cannot have a part with the same class"
                self.faults.add("M305", message, key_span(container, key), help=help_)
                return None
            if names == (class_,) and type(class_) is str:
                self._plain[level.name, class_, scope.key] = shape
        below = [one.maps for one in said if one.maps]
        own, parts = self._children(below, level, depth, shape.parts, inner) if below else ([], {})
        pattern, is_complete = self._pattern(said, declared)
        segment = self.segments.equipment(
            key, container, pattern, scope.policy, is_complete=is_complete
        )
        if segment is None:
            return None
        origin = _origin(key, container, layers)
        inherited = shape.children
        if parts:
            replaced = (parts.get(p.origin.key, p) if p.origin else p for p in inherited)
            inherited = [place for place in replaced if place is not None]
        if declared and class_ is None:
            return self._refined_place(segment, shape, declared, inherited, own, origin, inner)
        self._use(shape)
        members = shape.members
        if own or parts:
            members = self._members(shape.endpoints, inherited, own)
        return Place(
            PlaceKind.EQUIPMENT, segment, members, shape.type, shape.endpoint, origin=origin
        )

    def _declarations(self, said: list[_Said]) -> list[tuple[EquipmentDeclaration, Map]]:
        """What the layers of a node say of it, each with its mapping."""
        declared = []
        for one in said:
            if one.facets:
                declaration, _ = read_declaration(
                    EquipmentDeclaration, one.facets, one.holder, self.faults
                )
                if declaration is not None:
                    declared.append((declaration, one.holder))
        return declared

    def _pattern(
        self, said: list[_Said], declared: list[tuple[EquipmentDeclaration, Map]]
    ) -> tuple[str | None, bool]:
        """The pattern of a node, and whether it and all the node's keys could be read."""
        found = [(d.pattern, holder) for d, holder in declared if d.pattern is not None]
        is_complete = all(one.is_complete for one in said)
        named = sum(one.facets.get("pattern") is not None for one in said)
        first = found[0] if found else (None, Map())
        for pattern, holder in found[1:]:
            if pattern != first[0]:
                message = "`pattern` of a part is that of its class, and cannot become another"
                related = ((value_span(first[1], "pattern"), "set here"),)
                span = value_span(holder, "pattern")
                self.faults.add("M503", message, span, help="remove it", related=related)
        return first[0], is_complete and named == len(found)

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
            elif key in known or is_extension(key):
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
        declared: list[tuple[EquipmentDeclaration, Map]],
        inherited: list[Place],
        own: list[Place],
        origin: Origin,
        scope: Scope,
    ) -> Place:
        """The place of a node that refines its classes, one declaration after the other."""
        resolved = shape.resolved
        named = {name for declaration, _ in declared for name in declaration.class_ or ()}
        for declaration, holder in declared:
            if not _CONTRACT_KEYS.isdisjoint(holder):
                if len(shape.type.classes) < len(named):
                    resolved = replace(resolved, is_complete=False)
                resolved = self.resolver.refine(resolved, declaration, holder, "node")
        endpoint, endpoints = shape.endpoint, shape.endpoints
        if resolved.payload is not shape.resolved.payload:
            endpoint = self.endpoints.of_node(resolved.payload)
        if resolved.drafts is not shape.resolved.drafts:
            endpoints = self.endpoints.places(resolved.drafts, scope)
            self._report_incomplete(resolved)
        else:
            self._use(shape)
        members = shape.members
        if own or inherited is not shape.children or endpoints is not shape.endpoints:
            members = self._members(endpoints, inherited, own)
        type_ = shape.type
        if resolved.required != type_.required:
            type_ = EquipmentType(type_.level, type_.classes, resolved.required, type_.notes)
        notes, is_open = NO_NOTES, False
        for declaration, holder in declared:
            self._check_properties(shape, declaration, holder)
            check_moved_from(declaration.moved_from or (), holder, self.faults)
            if declaration.deprecated is not None:
                check_replaced_by(declaration.deprecated, holder, self.faults)
            notes = _refined(notes, _make_notes(declaration, holder))
            is_open = is_open or bool(declaration.open)
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
        return Members(self._checks.siblings(places, inherited))


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


def _origin(key: str, container: Map, layers: list[Layer]) -> Origin:
    """The place of the node ``key`` in ``container``, with the others that say more of it."""
    origin = container.origin(key)
    if len(layers) == 1 and len(layers[0]) == 1:
        return origin
    entries = chain.from_iterable(reversed(layers))
    origins = (child_map.places.origin(key) for child_map, _ in entries)
    return origin._replace(others=tuple(at for at in origins if at != origin))


def _policy_below(
    what: str,
    said: list[_Said],
    declared: list[tuple[EquipmentDeclaration, Map]],
    above: NamePolicy | None,
) -> NamePolicy | None:
    """What binds the names below the node ``what``: its `segment`, else what binds its own name.

    A `segment` that cannot be read is reported, and binds nothing.
    """
    for one in reversed(said):
        if one.facets.get("segment") is not None:
            for declaration, holder in declared:
                if holder is one.holder and declaration.segment is not None:
                    return NamePolicy.of_node(declaration.segment, what, holder)
            return None
    return above


def _info_of(
    declared: list[tuple[EquipmentDeclaration, Map]], above: Origin | bool
) -> Origin | bool:
    """Whether a node and those below it have a topic that describes them: what it says, or ``above``."""
    for declaration, holder in reversed(declared):
        if declaration.info is not None:
            return holder.origin("info") if declaration.info else False
    return above


def _refined(base: Notes, later: Notes) -> Notes:
    """The notes of a part of a class, with those that are written at the instance."""
    if base is NO_NOTES:
        return later
    said = {name: value for name, value in later._asdict().items() if value}
    said["properties"] = {**base.properties, **later.properties}
    said["extensions"] = {**base.extensions, **later.extensions}
    return base._replace(**said)


def _make_notes(declaration: EquipmentDeclaration, holder: Map) -> Notes:
    return Notes(
        declaration.label,
        declaration.description,
        declaration.owner,
        make_deprecated(declaration.deprecated, holder),
        tuple(declaration.moved_from or ()),
        declaration.source_id,
        declaration.asset,
        declaration.segment,
        declaration.properties or NO_NOTES.properties,
        extensions(holder),
    )
