"""Nodes: the positions of a namespace, made from places when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from uns.counts import Count, to_number
from uns.diagnostics import Span
from uns.isa95 import EquipmentLevel
from uns.model.queries import UnboundedTopics
from uns.model.tree import (
    Deprecated,
    Endpoint,
    EquipmentClass,
    Frozen,
    Members,
    Place,
    PlaceKind,
    descend,
    formerly,
)
from uns.payloads import PayloadContract
from uns.topics.names_and_filters import Topic
from uns.topics.templates import Segment, TopicTemplate, captured

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(slots=True, eq=False)
class Tree:
    """The declared places of one namespace, and the owner of everything without one.

    ``describe`` is the namespace's description of a node; a namespace is made of its tree,
    so this is set last.
    """

    top: Members
    owner: str | None = None
    describe: Callable[[Node], dict[str, Any]] = field(init=False, repr=False)


class Node(Frozen):
    """One position of the namespace, from ``ns[topic]`` or a walk.

    A node of a walk with ``expand=False`` may stand for a whole family; then
    :attr:`is_template` is true and :attr:`topic` raises.

    >>> import uns
    >>> ns = uns.loads('''
    ... uns: 1
    ... classes: {Filler: {level: production_line, properties: {heads: {type: integer}}}}
    ... sites:
    ...   lyon:
    ...     owner: ot@acme.example
    ...     lines:
    ...       line[1..3]:
    ...         class: Filler
    ...         label: Filling line
    ...         properties: {heads: 12}
    ...         moved_from: [lyon/filler2]
    ...         metrics:
    ...           speed: {type: number, unit: m/s, description: Speed of the conveyor, source_id: DB7.DBD4}
    ...         topics: {batch: {payload: info/1, kind: record, deprecated: {since: 1.4.0}}}
    ... ''')
    >>> line, speed = ns["lyon/line2"], ns["lyon/line2/speed"]
    >>> family = next(ns.find("Filler", expand=False))
    >>> line.topic, speed.topic, family.template.text
    ('lyon/line2', 'lyon/line2/speed', 'lyon/line[1..3]')
    """

    __slots__ = ("_levels", "_places", "_tree")

    def __init__(
        self, tree: Tree, places: tuple[Place, ...], levels: tuple[str | None, ...]
    ) -> None:
        self._tree = tree
        self._places = places
        self._levels = levels

    # --- identity ----------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node):
            return NotImplemented
        return (
            self._tree is other._tree
            and self._levels == other._levels
            and all(a is b for a, b in zip(self._places, other._places, strict=True))
        )

    def __hash__(self) -> int:
        return hash(self._levels)

    def __repr__(self) -> str:
        return f"<Node {self.kind} {'/'.join(self.levels)!r}>" if self._places else "<Node root>"

    @property
    def places(self) -> tuple[Place, ...]:
        """The declared places from the top down to this node.

        >>> [place.segment.text for place in line.places]
        ['lyon', 'line[1..3]']
        """
        return self._places

    @property
    def levels(self) -> tuple[str, ...]:
        """The topic levels from the top down to this node; for a family, its segment in the model.

        >>> line.levels, family.levels
        (('lyon', 'line2'), ('lyon', 'line[1..3]'))
        """
        return tuple(
            place.segment.text if level is None else level
            for place, level in zip(self._places, self._levels, strict=True)
        )

    @property
    def name(self) -> str:
        """The last topic level; empty for the root of the tree.

        >>> line.name
        'line2'
        """
        return self.levels[-1] if self._places else ""

    @property
    def topic(self) -> Topic:
        """The topic name of this position.

        >>> line.topic
        'lyon/line2'

        Raises:
            UnboundedTopics: the node stands for a family, not for one topic.
            InvalidTopic: the root of the tree has no topic name.
        """
        if self.is_template:
            raise UnboundedTopics(self.template.text)
        return Topic("/".join(self.levels))

    @property
    def is_template(self) -> bool:
        """Whether the node stands for a family instead of one topic.

        >>> line.is_template, family.is_template
        (False, True)
        """
        return None in self._levels

    @property
    def template(self) -> TopicTemplate:
        """The template of the topics that this node stands for.

        >>> family.template.text, family.template.filter
        ('lyon/line[1..3]', 'lyon/+')
        """
        return TopicTemplate.of(
            tuple(
                place.segment if level is None else Segment.fixed(level)
                for place, level in zip(self._places, self._levels, strict=True)
            )
        )

    @property
    def declared(self) -> Node:
        """The node as the model declares it: for a member of a family, the whole family.

        >>> line.declared == family
        True
        """
        levels = tuple(place.segment.literal for place in self._places)
        return Node(self._tree, self._places, levels)

    @property
    def segment(self) -> Segment:
        """The last topic level as the model declares it; for a member of a family, its own level.

        >>> line.segment.text, family.segment.text
        ('line2', 'line[1..3]')
        """
        if not self._places:
            return Segment.fixed("")
        level, declared = self._levels[-1], self._places[-1].segment
        return declared if level is None or declared.literal == level else Segment.fixed(level)

    @property
    def count(self) -> int | None:
        """The number of positions that the node stands for; ``None`` for an open set.

        >>> line.count, family.count
        (1, 3)
        """
        count: Count = 1
        for place, level in zip(self._places, self._levels, strict=True):
            count *= 1 if level is not None else place.count
        return to_number(count)

    @property
    def values(self) -> Mapping[str | int, str]:
        """The values of families by position and of ``{name}`` by name; empty for a template.

        >>> line.values
        {0: '2'}
        """
        if self.is_template:
            return {}
        return captured([place.segment for place in self._places], self.levels) or {}

    # --- the tree ----------------------------------------------------------------------------------

    @property
    def kind(self) -> PlaceKind:
        """Root, equipment, aspect, level (inside a key with slashes) or endpoint.

        >>> line.kind.value, speed.kind.value
        ('equipment', 'endpoint')
        """
        return self._places[-1].kind if self._places else PlaceKind.ROOT

    @property
    def parent(self) -> Node | None:
        """The position one level up; ``None`` for the root of the tree.

        >>> speed.parent == line
        True
        """
        if not self._places:
            return None
        return Node(self._tree, self._places[:-1], self._levels[:-1])

    def members(self, *, expand: bool = True) -> Iterator[Node]:
        """Everything directly below, endpoints first.

        A family is listed member by member, or with ``expand=False`` as one template
        node. An open set is always one node.

        >>> [node.name for node in line.members()]
        ['speed', 'batch']
        """
        return self.members_among(self._members, expand=expand)

    def members_among(self, places: Iterable[Place], *, expand: bool) -> Iterator[Node]:
        """As :meth:`members`, for some of the places directly below.

        >>> lyon = ns["lyon"]
        >>> [node.name for node in lyon.members_among(lyon.places[-1].members, expand=True)]
        ['line1', 'line2', 'line3']
        """
        for place in places:
            literal = place.segment.literal
            if literal is not None or not expand or place.segment.count is None:
                yield self._below(place, literal)
            else:
                for level in place.segment:
                    yield self._below(place, level)

    @property
    def children(self) -> Iterator[Node]:
        """The equipment directly below.

        >>> [node.name for node in ns["lyon"].children]
        ['line1', 'line2', 'line3']
        """
        return (node for node in self.members() if node.kind is PlaceKind.EQUIPMENT)

    @property
    def endpoints(self) -> Iterator[Node]:
        """The topics of the equipment itself, those of its aspects included.

        >>> [node.topic for node in line.endpoints]
        ['lyon/line2/speed', 'lyon/line2/batch']
        """
        return self.own_endpoints(expand=True)

    def walk(self, *, expand: bool = True) -> Iterator[Node]:
        """This node and everything below it, depth first, made one by one.

        >>> [node.name for node in line.walk()]
        ['line2', 'speed', 'batch']
        """
        return descend([self], lambda node: node.members(expand=expand))

    def _below(self, place: Place, level: str | None) -> Node:
        return Node(self._tree, (*self._places, place), (*self._levels, level))

    @property
    def _members(self) -> Members:
        return self._places[-1].members if self._places else self._tree.top

    def own_endpoints(self, *, expand: bool) -> Iterator[Node]:
        """As :attr:`endpoints`; with ``expand=False`` a family is one template node.

        >>> [node.template.text for node in family.own_endpoints(expand=False)]
        ['lyon/line[1..3]/speed', 'lyon/line[1..3]/batch']
        """

        def own(node: Node) -> Iterator[Node]:
            below = node.members(expand=expand)
            return (inner for inner in below if inner.kind is not PlaceKind.EQUIPMENT)

        return (node for node in descend(own(self), own) if node.endpoint is not None)

    # --- what it is --------------------------------------------------------------------------------

    @property
    def equipment_level(self) -> EquipmentLevel | None:
        """The ISA-95 equipment level; ``None`` for anything but equipment.

        >>> line.equipment_level.name
        'production_line'
        """
        type_ = self._places[-1].type if self._places else None
        return type_.level if type_ else None

    @property
    def classes(self) -> tuple[EquipmentClass, ...]:
        """The equipment classes that the model names, without those that they extend.

        >>> [class_.name for class_ in line.classes]
        ['Filler']
        """
        type_ = self._places[-1].type if self._places else None
        return type_.classes if type_ else ()

    def is_a(self, name: str) -> bool:
        """Whether the node is of class ``name`` or of one that extends it; former names count.

        >>> line.is_a("Filler")
        True
        """
        type_ = self._places[-1].type if self._places else None
        return type_ is not None and type_.is_a(name)

    @property
    def required(self) -> tuple[str, ...]:
        """The keys of the topics that the level and the classes require.

        >>> line.required
        ()
        """
        type_ = self._places[-1].type if self._places else None
        return type_.required if type_ else ()

    @property
    def equipment(self) -> Node | None:
        """The nearest equipment at or above this position; ``None`` if there is none.

        >>> speed.equipment == line
        True
        """
        for index in range(len(self._places), 0, -1):
            if self._places[index - 1].kind is PlaceKind.EQUIPMENT:
                return Node(self._tree, self._places[:index], self._levels[:index])
        return None

    @property
    def location(self) -> dict[str, str]:
        """The topic level of each equipment level, down to this node.

        If a level occurs twice (an equipment module in another), the lower one counts.

        >>> speed.location
        {'site': 'lyon', 'production_line': 'line2'}
        """
        return {
            place.type.level.name: level
            for place, level in zip(self._places, self.levels, strict=True)
            if place.type is not None
        }

    @property
    def endpoint(self) -> Endpoint | None:
        """What is published to this position's own topic; ``None`` if nothing is.

        >>> speed.endpoint.metric.unit
        'm/s'
        """
        return self._places[-1].endpoint if self._places else None

    @property
    def contract(self) -> PayloadContract | None:
        """The payload contract of this position's own topic; ``None`` if nothing is published there.

        >>> speed.contract.name
        'vtq/1'
        """
        endpoint = self.endpoint
        return endpoint.contract if endpoint else None

    @property
    def open(self) -> bool:
        """Whether topics below may be used that are not in the model.

        >>> line.open
        False
        """
        return any(place.open for place in self._places)

    # --- what people say of it -----------------------------------------------------------------------

    def _noted(self, name: str) -> Any:
        if not self._places:
            return None
        place = self._places[-1]
        own = getattr(place.notes, name)
        return own or (getattr(place.type.notes, name) if place.type else own)

    @property
    def label(self) -> str | None:
        """The name for people.

        >>> line.label
        'Filling line'
        """
        label: str | None = self._noted("label")
        return label

    @property
    def description(self) -> str | None:
        """The description in words.

        >>> speed.description
        'Speed of the conveyor'
        """
        description: str | None = self._noted("description")
        return description

    @property
    def owner(self) -> str | None:
        """The owner: its own, its class's, or that of the nearest position above that has one.

        >>> line.owner
        'ot@acme.example'
        """
        for place in reversed(self._places):
            owner = place.notes.owner or (place.type.notes.owner if place.type else None)
            if owner:
                return owner
        return self._tree.owner

    @property
    def deprecated(self) -> Deprecated | None:
        """When it goes out of use; ``None`` if it does not.

        >>> ns["lyon/line2/batch"].deprecated.since
        '1.4.0'
        """
        deprecated: Deprecated | None = self._noted("deprecated")
        return deprecated

    @property
    def moved_from(self) -> tuple[str, ...]:
        """The topics that it had before.

        >>> line.moved_from
        ('lyon/filler2',)
        """
        if not self._places:
            return ()
        place = self._places[-1]
        return tuple(formerly(text, place, self.template.text) for text in place.notes.moved_from)

    @property
    def asset(self) -> str | None:
        """The physical asset in this role.

        >>> line.asset is None
        True
        """
        return self._places[-1].notes.asset if self._places else None

    @property
    def source_id(self) -> str | None:
        """Its name in the system that the data comes from.

        >>> speed.source_id
        'DB7.DBD4'
        """
        return self._places[-1].notes.source_id if self._places else None

    @property
    def properties(self) -> Mapping[str, Any]:
        """The values of its properties.

        >>> line.properties["heads"]
        12
        """
        return self._places[-1].notes.properties if self._places else _NOTHING

    @property
    def extensions(self) -> Mapping[str, Any]:
        """The keys of other programs, ``x-...``, with their values as JSON.

        A key of the node replaces that of its class. Nothing in this library judges them.

        >>> line.extensions
        {}
        """
        if not self._places:
            return _NOTHING
        place = self._places[-1]
        above = place.type.notes.extensions if place.type else _NOTHING
        return {**above, **place.notes.extensions}

    def to_dict(self) -> dict[str, Any]:
        """What ``topics.json`` says of this node and of everything below it, for JSON.

        ``levels`` lead down to the node, the last one is its own. ``topics`` are those at and
        below it, ``contracts`` what these carry. ``open_nodes`` are the outermost open nodes at
        and below it, or the one that it is inside. All entries are those of ``topics.json``,
        described by ``schemas/topics.schema.json``; a member of a family has entries of its own,
        with its topics instead of the family's.

        >>> said = line.to_dict()
        >>> [topic["template"] for topic in said["topics"]], list(said)
        (['lyon/line2/speed', 'lyon/line2/batch'], ['levels', 'topics', 'contracts', 'open_nodes'])
        >>> said["levels"][-1]
        {'text': 'line2', 'kind': 'equipment', 'equipment_level': 'production_line', 'classes': ['Filler'], 'label': 'Filling line'}
        >>> speed.to_dict()["topics"][0]["kafka"]["topic"]
        'uns.lyon.line2'
        """
        return self._tree.describe(self)

    @property
    def span(self) -> Span | None:
        """The place in the model's files that declares it.

        >>> str(speed.span)
        '<text>:14:11'
        """
        origin = self._places[-1].origin if self._places else None
        return origin.span if origin else None
