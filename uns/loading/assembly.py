"""From declarations to the tree: classes resolved, equipment placed, clashes found.

What every node of a level and a list of classes has in common is worked out
once, as a :class:`Shape`, and shared by all of them. A node that says nothing
but its class costs one place and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from uns.diagnostics import Diagnostic
from uns.isa95 import EquipmentLevel, EquipmentLevels
from uns.loading.classes import ClassResolver, Resolved, no_level
from uns.loading.faults import fault
from uns.loading.inheritance import (
    Finisher,
    Said,
    check_moved_from,
    check_replaced_by,
    deprecation,
    misfit,
)
from uns.loading.model_format import (
    EquipmentDeclaration,
    checked,
    equipment_keys,
    span_at,
    unknown_key,
)
from uns.loading.overlaps import overlaps
from uns.loading.yaml_events import Map, key_span, value_span
from uns.model.tree import (
    NO_MEMBERS,
    NO_NOTES,
    Endpoint,
    EquipmentType,
    Kind,
    Members,
    Notes,
    Origin,
    Place,
    PlaceKind,
    fold,
    measure,
)
from uns.payloads import PayloadType, ValueType
from uns.topics.names import MAX_BYTES
from uns.topics.patterns import Pattern, UndecidedPattern
from uns.topics.templates import InvalidTemplate, Segment

__all__ = ["MAX_LEVELS", "Assembler", "ChildMap"]

Report: TypeAlias = Callable[[Diagnostic], None]

#: Most levels of a topic. MQTT names none; no plant comes near, and it bounds all work.
MAX_LEVELS = 128

#: Longest part of a key that a fault repeats.
LONGEST_EXCERPT = 60

#: The topic that describes a node, and its payload, where ``defaults.info`` asks for it.
INFO_LEAF, INFO_PAYLOAD = "_info", "info/1"


#: The keys by which a node changes what it carries.
_CONTRACT_KEYS = frozenset({"metrics", "topics", "required", "payload"})


#: The open sets of a part of the tree, by name.
_Named: TypeAlias = dict[str, Place]


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
    """Builds the tree of one model."""

    resolver: ClassResolver
    finisher: Finisher
    report: Report
    strict: bool = True
    policy: Pattern | None = None
    info: bool = False
    levels: EquipmentLevels = field(init=False)
    _shapes: dict[tuple[str, tuple[str, ...]], Shape | None] = field(default_factory=dict)
    _segments: dict[str, Segment | None] = field(default_factory=dict)
    #: The shapes of nodes that say nothing but one class, by level and class.
    _plain: dict[tuple[str, str], Shape] = field(default_factory=dict)
    _contained: set[tuple[str, str]] = field(default_factory=set)
    _too_deep: bool = False
    _named: bool = False

    def __post_init__(self) -> None:
        self.levels = self.resolver.levels

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
        shape = shape or self._finished(level, (name,), self.resolver.of_class(name), 0)
        return shape.members

    # --- shapes ------------------------------------------------------------------------------------

    def _shape(self, level: EquipmentLevel, names: tuple[str, ...], depth: int) -> Shape | None:
        """What a level and classes have in common; ``None`` while it is being worked out."""
        wanted = (level.name, names)
        if wanted in self._shapes:
            return self._shapes[wanted]
        self._shapes[wanted] = None
        resolved = self.resolver.of_node(level, names)
        shape = self._finished(level, names, resolved, depth)
        self._shapes[wanted] = shape
        return shape

    def _finished(
        self, level: EquipmentLevel, names: tuple[str, ...], resolved: Resolved, depth: int
    ) -> Shape:
        type_ = EquipmentType(
            level,
            tuple(self.resolver.made[name] for name in names),
            resolved.required,
            resolved.notes,
        )
        endpoints = self._endpoint_places(resolved)
        child_maps = [
            ChildMap(*found)
            for children in resolved.children
            for found in self._child_maps(children)
        ]
        children = self._children(child_maps, level, depth) if child_maps else []
        return Shape(
            type_,
            resolved,
            self._own_endpoint(resolved.payload),
            endpoints,
            children,
            self._members(endpoints, children, ()),
            self.resolver.property_types(resolved.properties),
        )

    def _child_maps(self, children: Map) -> Iterator[tuple[EquipmentLevel, str, Map, Map]]:
        """The equipment a class's ``children`` declares, by level."""
        for key, places in children.items():
            level = self.levels.by_key.get(key)
            if level is None:
                self.report(no_level(key, self.levels, key_span(children, key)))
            elif isinstance(places, Map):
                yield level, key, children, places
            elif places is not None:
                self._not_a_mapping(children, key)

    def _own_endpoint(self, payload: Said | None) -> Endpoint | None:
        """The endpoint of a node whose own topic carries a payload."""
        if payload is None:
            return None
        type_ = self.finisher.payload(payload.value, lambda: payload.span)
        if type_ is None:
            return None
        if type_.carries_metric:
            self.report(
                fault(
                    "M505", f"{payload.value} wraps a metric, and a node has no value to wrap",
                    payload.span, help="declare a metric below the node instead",
                )
            )  # fmt: skip
            return None
        defaults = self.finisher.defaults
        return Endpoint(
            "", self.finisher.contract(type_), Kind.STATE, defaults.retain_state, defaults.qos,
            declared_by=(payload.by,),
        )  # fmt: skip

    # --- endpoints ---------------------------------------------------------------------------------

    def _endpoint_places(self, resolved: Resolved) -> list[Place]:
        """Endpoints as places: aspects first make a level, and so does every slash of a leaf."""
        growing = _Growing()
        described = False
        endpoints = self.finisher.endpoints(resolved.drafts)
        for endpoint in endpoints.values():
            origin = endpoint.origin
            if origin is None:
                continue
            segments = self._leaf_segments(endpoint, origin)
            if segments is None:
                continue
            described = described or (endpoint.aspect is None and endpoint.leaf == INFO_LEAF)
            taken = growing.put(segments, endpoint, aspect=endpoint.aspect is not None)
            if taken is not None and taken.origin is not None:
                self._clash(
                    origin, f"topic {origin.key!r}", taken.origin, f"topic {taken.origin.key!r}"
                )
        if self.info and not described:
            payload = self.finisher.payloads[INFO_PAYLOAD]
            if payload is not None:
                growing.put([Segment.fixed(INFO_LEAF)], self._info_endpoint(payload), aspect=False)
        return growing.places()

    def _info_endpoint(self, payload: PayloadType) -> Endpoint:
        return Endpoint(
            INFO_LEAF, self.finisher.contract(payload), Kind.STATE, retain=True,
            qos=self.finisher.defaults.qos, declared_by=("defaults",),
        )  # fmt: skip

    def _leaf_segments(self, endpoint: Endpoint, origin: Origin) -> list[Segment] | None:
        """The levels of a leaf, with the segment of its aspect in front."""
        levels = endpoint.leaf.split("/")
        if len(levels) > MAX_LEVELS:
            self.report(fault("M407", f"a topic of more than {MAX_LEVELS} levels", origin.span))
            return None
        segments = []
        if endpoint.aspect is not None:
            aspect = self.finisher.aspects[endpoint.aspect]
            if aspect is None:
                return None
            segments.append(Segment.fixed(aspect))
        for level in levels:
            segment = self._parsed(level, None, origin)
            if segment is None:
                return None
            if segment.name is not None:
                self.report(
                    fault(
                        "M401", f"{endpoint.leaf!r} has a name in braces, and a leaf has none",
                        origin.span, help="write {{ for a brace, or make it a node with a pattern",
                    )
                )  # fmt: skip
                return None
            if level != INFO_LEAF and not self._allowed(segment, origin):
                return None
            segments.append(segment)
        return segments

    # --- segments ----------------------------------------------------------------------------------

    def _parsed(self, text: str, pattern: Pattern | None, origin: Origin) -> Segment | None:
        try:
            return Segment.parse(text, pattern)
        except InvalidTemplate as error:
            at = error.text[slice(*error.span)]
            reason = error.reason
            if at != text and 0 < len(at) <= LONGEST_EXCERPT:
                reason += f" (at {at!r})"
            self.report(fault("M401", f"{text!r} cannot be a topic level: {reason}", origin.span))
            return None

    def _allowed(self, segment: Segment, origin: Origin) -> bool:
        """Whether a segment keeps to the model's own ``topic.segment``."""
        if self.policy is None:
            return True
        said = "does not match"
        try:
            if segment.is_within(self.policy):
                return True
        except UndecidedPattern:
            said = "cannot be shown to match"
        self.report(
            fault(
                "M402", f"{segment.text!r} {said} `topic.segment`, {self.policy.text}",
                origin.span, help=_spelled_by(self.policy, segment),
            )
        )  # fmt: skip
        return False

    def _equipment_segment(
        self, key: str, container: Map, said_pattern: str | None, *, whole: bool
    ) -> Segment | None:
        """The segment of a node's key; plain keys are read once each.

        Without ``whole`` there may be a pattern that could not be read.
        """
        if said_pattern is None and key in self._segments:
            return self._segments[key]
        origin = Origin(container.source, container.number, key)
        pattern = Pattern(said_pattern) if said_pattern is not None else None
        segment = self._parsed(key, pattern, origin)
        if segment is None:
            return None
        if segment.name is not None and pattern is None:
            if whole:
                self.report(
                    fault(
                        "M406", f"the open set {key!r} has no pattern", origin.span,
                        help="say which texts it takes, such as `pattern: '[A-Z]{2}[0-9]{6}'`",
                    )
                )  # fmt: skip
            return None
        if segment.name is None and pattern is not None:
            self.report(
                fault(
                    "M506", f"`pattern` narrows a {{name}} in the key, and {key!r} has none",
                    origin.span,
                )
            )  # fmt: skip
            return None
        if not self._allowed(segment, origin):
            return None
        if segment.literal is not None:
            self._segments[key] = segment
        self._named = self._named or segment.name is not None
        return segment

    # --- equipment ---------------------------------------------------------------------------------

    def top(self, maps: list[ChildMap]) -> Members:
        """The equipment at the top of the tree."""
        places = self._children(maps, None, 0)
        self._check_siblings(places)
        return Members(places)

    def _children(
        self, maps: list[ChildMap], parent: EquipmentLevel | None, depth: int
    ) -> list[Place]:
        """The equipment under one node, file by file put together."""
        found: dict[str, list[tuple[ChildMap, Any]]] = {}
        for child_map in maps:
            if (
                self.strict
                and (parent.name if parent else "", child_map.level.name) not in self._contained
            ):
                self._check_containment(parent, child_map)
            for key, value in child_map.places.items():
                if key in found:
                    self._repeat(found[key], child_map, key, value)
                else:
                    found[key] = [(child_map, value)]
        if depth >= MAX_LEVELS and found:
            if not self._too_deep:
                span = key_span(maps[0].holder, maps[0].key)
                self.report(fault("M407", f"more than {MAX_LEVELS} levels of equipment", span))
            self._too_deep = True
            return []
        places = []
        for key, declared in found.items():
            place_ = self._equipment(key, declared, depth + 1)
            if place_ is not None:
                places.append(place_)
        return places

    def _check_containment(self, parent: EquipmentLevel | None, child_map: ChildMap) -> None:
        if self.levels.may_hold(parent, child_map.level):
            self._contained.add((parent.name if parent else "", child_map.level.name))
            return
        assert parent is not None  # noqa: S101 - any level may stand at the top
        expected = ", ".join(self.levels.expected_under(parent))
        self.report(
            fault(
                "M405",
                f"level {child_map.level} cannot stand directly under level {parent}",
                key_span(child_map.holder, child_map.key),
                help=f"it may hold: {expected}; `containment: free` under `topic:` allows any",
            )
        )

    def _repeat(
        self, known: list[tuple[ChildMap, Any]], child_map: ChildMap, key: str, value: Any
    ) -> None:
        """A key that is there already: a partial tree of another file, or a clash."""
        first_map, _ = known[0]
        same_level = first_map.level == child_map.level
        files = {id(m.places.source) for m, _ in known}
        if same_level and id(child_map.places.source) not in files:
            speaking = [m for m, said in known if not self._only_child_maps(said)]
            if not speaking or self._only_child_maps(value):
                known.append((child_map, value))
                return
            self.report(
                fault(
                    "M310", f"{child_map.level} {key!r} is declared in two files",
                    key_span(child_map.places, key),
                    help="only one of them may say more than which equipment it holds",
                    related=((key_span(speaking[0].places, key), "first here"),),
                )
            )  # fmt: skip
            return
        origin = Origin(child_map.places.source, child_map.places.number, key)
        first = Origin(first_map.places.source, first_map.places.number, key)
        self._clash(origin, f"{child_map.level} {key!r}", first, f"{first_map.level} {key!r}")

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
        child_maps: list[ChildMap] = []
        whole = True
        for child_map, value in declared:
            if type(value) is Map:
                said, read = self._split(value, child_maps)
                whole = whole and read
                if said:
                    facets, holder, container = said, value, child_map.places
            elif value is not None:
                self._not_a_mapping(child_map.places, key)
                whole = False
        declaration = None
        said_class, said_pattern = facets.get("class"), facets.get("pattern")
        class_ = said_class if len(facets) == 1 else None
        shape = self._plain.get((level.name, class_)) if type(class_) is str else None
        if shape is None:
            if facets:
                declaration, _ = checked(EquipmentDeclaration, facets, holder, self.report)
            names = self._class_names(declaration, holder, level) if declaration else ()
            shape = self._shape(level, names, depth)
            if shape is None:
                self._contains_itself(names, container, key)
                return None
            if names == (class_,) and type(class_) is str:
                self._plain[level.name, class_] = shape
        pattern = declaration.pattern if declaration else None
        whole = whole and (said_pattern is None or pattern is not None)
        children = self._children(child_maps, level, depth) if child_maps else []
        segment = self._equipment_segment(key, container, pattern, whole=whole)
        if segment is None:
            return None
        origin = Origin(container.source, container.number, key)
        if declaration is not None and class_ is None:
            return self._outspoken(segment, shape, declaration, holder, children, origin)
        self._use(shape)
        members = shape.members
        if children:
            members = self._members(shape.endpoints, shape.children, children)
        return Place(
            PlaceKind.EQUIPMENT, segment, members, shape.type, shape.endpoint, origin=origin
        )

    def _use(self, shape: Shape) -> None:
        """Report what a shape leaves incomplete, once there is a node that does not complete it."""
        if not shape.is_used:
            shape.is_used = True
            self._tell_incomplete(shape.resolved)

    def _tell_incomplete(self, resolved: Resolved) -> None:
        if resolved.whole:
            self.finisher.tell_incomplete(resolved.drafts)

    def _split(self, value: Map, child_maps: list[ChildMap]) -> tuple[dict[str, Any], bool]:
        """What a node says of itself, and whether it has no unknown key.

        The equipment it holds is appended to ``child_maps``.
        """
        by_key = self.levels.by_key
        known = equipment_keys()
        facets = {}
        whole = True
        for key, said in value.items():
            level = by_key.get(key)
            if level is not None:
                if type(said) is Map:
                    child_maps.append(ChildMap(level, key, value, said))
                elif said is not None:
                    self._not_a_mapping(value, key)
            elif key in known:
                facets[key] = said
            else:
                self.report(unknown_key(key, EquipmentDeclaration, key_span(value, key), by_key))
                whole = False
        return facets, whole

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
            endpoint = self._own_endpoint(resolved.payload)
        if resolved.drafts is not shape.resolved.drafts:
            endpoints = self._endpoint_places(resolved)
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
        check_moved_from(said.moved_from or (), holder, self.report)
        if said.deprecated is not None:
            check_replaced_by(said.deprecated, holder, self.report)
        return Place(
            PlaceKind.EQUIPMENT, segment, members, type_, endpoint, _node_notes(said),
            bool(said.open), origin,
        )  # fmt: skip

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
                continue
            if made.abstract:
                self.report(
                    fault(
                        "M306", f"class {name!r} is abstract", span_at(place, ("class", index)),
                        help="use a class that extends it",
                    )
                )  # fmt: skip
            elif made.level is not None and made.level != level:
                self.report(
                    fault(
                        "M307", f"class {name!r} is for level {made.level}, and this is level {level}",
                        span_at(place, ("class", index)),
                        help=f"move the node under `{made.level.plural}:`, or use another class",
                    )
                )  # fmt: skip
            elif name not in names:
                names.append(name)
        return tuple(names)

    def _contains_itself(self, names: tuple[str, ...], container: Map, key: str) -> None:
        self.report(
            fault(
                "M305", f"class {', '.join(names)} contains itself through {key!r}",
                key_span(container, key), help="a class cannot have a part that has the class",
            )
        )  # fmt: skip

    def _not_a_mapping(self, holder: Map, key: str) -> None:
        self.report(fault("M202", f"`{key}` must be a mapping", value_span(holder, key)))

    # --- checks ------------------------------------------------------------------------------------

    def _members(
        self, endpoints: list[Place], inherited: list[Place], own: Iterable[Place]
    ) -> Members:
        places = [*endpoints, *inherited, *own]
        if not places:
            return NO_MEMBERS
        self._check_siblings(places)
        return Members(places)

    def _check_siblings(self, places: list[Place]) -> None:
        """Report every two places of one node that stand for a common topic level."""
        for one, other, level, certain in overlaps(places):
            if one.segment.literal is not None and other.segment.literal is not None:
                self._clash(_origin(other), _called(other), _origin(one), _called(one))
                continue
            message = f"{_called(other)} overlaps {_called(one)}"
            help_ = "siblings may not share a topic; make one of the sets smaller"
            if level is not None:
                message += f"; both stand for {level!r}"
            if not certain:
                message = f"{_called(other)} cannot be told apart from {_called(one)}"
                help_ = "let the two start or end in different texts, or use simpler patterns"
            first = _origin(one)
            self.report(
                fault(
                    "M404", message, _span(_origin(other)), help=help_,
                    related=((first.span, _called(one)),) if first else (),
                )
            )  # fmt: skip

    def _clash(self, origin: Origin | None, what: str, first: Origin | None, other: str) -> None:
        related = ((first.span, f"{other} here"),) if first else ()
        self.report(
            fault(
                "M403",
                f"{what} clashes with {other}: one node, one name",
                _span(origin),
                help="children, topics and aspects of a node share one name space; rename one",
                related=related,
            )
        )

    def check_topics(self, top: Members, root: tuple[str, ...]) -> None:
        """Report what makes no topic: too long, too deep, empty, or out of every wildcard's reach."""
        fixed = sum(len(level.encode()) + 1 for level in root)
        deepest = 0
        known: dict[Members, tuple[int, int]] = {}
        for place in top:
            if not root:
                self._check_first(place)
            below, size = fold(place.members, _measure, known)
            levels, size = below + 1, size + (place.segment.longest() or 0)
            deepest = max(deepest, levels)
            too_deep = levels + len(root) > MAX_LEVELS and not self._too_deep
            if size + fixed > MAX_BYTES or too_deep:
                self.report(
                    fault(
                        "M407",
                        f"below {_called(place)} topics have up to {levels + len(root)} levels "
                        f"and {size + fixed:,} bytes; at most {MAX_LEVELS} and {MAX_BYTES:,} may be",
                        _span(_origin(place)),
                    )
                )
        if self._named and deepest <= MAX_LEVELS:
            fold(top, self._check_names)

    def _check_names(self, members: Members) -> Generator[Members, _Named, _Named]:
        """To be folded: the open sets among and below ``members`` by name.

        One inside its namesake is reported.
        """
        found: _Named = {}
        for place in members:
            below = yield place.members
            name = place.segment.name
            if name is not None and name in below:
                inner = below[name]
                self.report(
                    fault(
                        "M403", f"{{{name}}} stands above another {{{name}}}: a value would be lost",
                        _span(_origin(inner)), help="give one of the two another name",
                        related=((place.origin.span, "the upper one"),) if place.origin else (),
                    )
                )  # fmt: skip
            found.update(below)
            if name is not None:
                found[name] = place
        return found

    def _check_first(self, place: Place) -> None:
        """Report what cannot stand in the first level of a topic."""
        segment, origin = place.segment, place.origin
        if segment.literal == "" and place.endpoint is not None:
            reason = "a topic has at least one character [MQTT-4.7.3-1]"
        elif segment.literal is None and segment.may_start_with_dollar:
            reason = "no wildcard takes a name that starts with $ [MQTT-4.7.2-1]"
        else:
            return
        message = f"{segment.text!r} cannot be the first level of a topic: {reason}"
        self.report(fault("M401", message, _span(origin)))

    def _check_properties(self, shape: Shape, said: EquipmentDeclaration, holder: Map) -> None:
        for key, value in (said.properties or {}).items():
            type_ = shape.properties.get(key)
            reason = misfit(type_, value) if type_ is not None else None
            if reason is not None:
                self.report(
                    fault(
                        "M507", f"property {key!r} {reason}",
                        span_at(holder, ("properties", key)),
                    )
                )  # fmt: skip


class _Growing:
    """Endpoints of one node while they become places: a tree of leaves with slashes."""

    def __init__(self) -> None:
        self._levels: dict[str, tuple[Segment, PlaceKind, _Growing]] = {}
        self.endpoint: Endpoint | None = None

    def put(self, segments: list[Segment], endpoint: Endpoint, *, aspect: bool) -> Endpoint | None:
        """Place an endpoint; the one that has its topic or its first level already, if there is one.

        Leaves may share levels, but not with the segment of an aspect.
        """
        current = self
        for index, segment in enumerate(segments):
            kind = PlaceKind.ASPECT if aspect and index == 0 else PlaceKind.LEVEL
            name = segment.text
            if name not in current._levels:
                current._levels[name] = (segment, kind, _Growing())
            _, known_kind, below = current._levels[name]
            if kind is not known_kind:
                return below.first()
            current = below
        if current.endpoint is not None:
            return current.endpoint
        current.endpoint = endpoint
        return None

    def places(self) -> list[Place]:
        """The places of everything that was put."""
        return [
            Place(
                PlaceKind.ENDPOINT if below.endpoint is not None else kind,
                segment,
                Members(below.places()) if below._levels else NO_MEMBERS,
                endpoint=below.endpoint,
                notes=below.endpoint.notes if below.endpoint is not None else NO_NOTES,
                origin=below.first().origin,
            )
            for segment, kind, below in self._levels.values()
        ]

    def first(self) -> Endpoint:
        """The first endpoint at or below this level; there is one, or the level would not be."""
        current = self
        while current.endpoint is None:
            current = next(iter(current._levels.values()))[2]
        return current.endpoint


def _longest(segment: Segment) -> int:
    literal = segment.literal
    return len(literal) if literal is not None and literal.isascii() else segment.longest() or 0


#: To be folded: levels and UTF-8 bytes of what members add to the topic of their place.
_measure = partial(measure, _longest)


def _origin(place: Place) -> Origin | None:
    return place.origin


def _span(origin: Origin | None) -> Any:
    return origin.span if origin else None


def _called(place: Place) -> str:
    what = place.type.level.name if place.type else "topic"
    if place.kind is PlaceKind.ASPECT:
        what = "aspect segment"
    return f"{what} {place.segment.text!r}"


def _node_notes(said: EquipmentDeclaration) -> Notes:
    return Notes(
        said.label, said.description, said.owner, deprecation(said.deprecated),
        tuple(said.moved_from or ()), said.source_id, said.asset,
        said.properties or NO_NOTES.properties,
    )  # fmt: skip


def _spelled_by(policy: Pattern, segment: Segment) -> str | None:
    """The nearest spelling that the policy allows, for the slips people make."""
    if segment.literal is None:
        return None
    spelled = "-".join(segment.literal.lower().replace("_", " ").split())
    return f"did you mean {spelled!r}?" if policy.matches(spelled) else None
