"""Nodes: the positions of a namespace, made from places when somebody asks for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
from uns.topics.names import Topic
from uns.topics.templates import Segment, TopicTemplate, captured

__all__ = ["Node", "Tree"]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """The declared places of one namespace, and who answers where nobody says so."""

    top: Members
    owner: str | None = None


class Node(Frozen):
    """One position of the namespace, from :meth:`Namespace.__getitem__` or a walk.

    A node of a walk with ``expand=False`` may stand for a whole family; then
    :attr:`is_template` is true and :attr:`topic` has no answer.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {lines: {'line[1..3]': {metrics: {speed: {type: number}}}}}}}")
    >>> line = ns["lyon/line2"]
    >>> line.equipment_level.name, line.parent.name, [node.topic for node in line.endpoints]
    ('production_line', 'lyon', ['lyon/line2/speed'])
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
        """The declared places down to here."""
        return self._places

    @property
    def levels(self) -> tuple[str, ...]:
        """The topic levels down to here; for a family its segment as the model writes it."""
        return tuple(
            place.segment.text if level is None else level
            for place, level in zip(self._places, self._levels, strict=True)
        )

    @property
    def name(self) -> str:
        """The last topic level; empty for the root of the tree."""
        return self.levels[-1] if self._places else ""

    @property
    def topic(self) -> Topic:
        """The topic name of this position.

        Raises:
            UnboundedTopics: the node stands for a family, not for one topic.
            InvalidTopic: the root of the tree has no topic name.
        """
        if self.is_template:
            raise UnboundedTopics(self.template.text)
        return Topic("/".join(self.levels))

    @property
    def is_template(self) -> bool:
        """Whether the node stands for more than one topic."""
        return None in self._levels

    @property
    def template(self) -> TopicTemplate:
        """The template of the topics this node stands for."""
        return TopicTemplate.of(
            tuple(
                place.segment if level is None else Segment.fixed(level)
                for place, level in zip(self._places, self._levels, strict=True)
            )
        )

    @property
    def declared(self) -> Node:
        """This position as the model declares it: of one of a family, the template of the family."""
        levels = tuple(place.segment.literal for place in self._places)
        return Node(self._tree, self._places, levels)

    @property
    def segment(self) -> Segment:
        """Its topic level as the model declares it, one of a family as the one it is."""
        if not self._places:
            return Segment.fixed("")
        level, declared = self._levels[-1], self._places[-1].segment
        return declared if level is None or declared.literal == level else Segment.fixed(level)

    @property
    def count(self) -> int | None:
        """How many positions the node stands for; ``None`` when a set is open."""
        count: Count = 1
        for place, level in zip(self._places, self._levels, strict=True):
            count *= 1 if level is not None else place.count
        return to_number(count)

    @property
    def values(self) -> Mapping[str | int, str]:
        """The values of families by position and of ``{name}`` by name; empty for a template."""
        if self.is_template:
            return {}
        return captured([place.segment for place in self._places], self.levels) or {}

    # --- the tree ----------------------------------------------------------------------------------

    @property
    def kind(self) -> PlaceKind:
        """Root, equipment, aspect, level (inside a leaf with slashes) or endpoint."""
        return self._places[-1].kind if self._places else PlaceKind.ROOT

    @property
    def parent(self) -> Node | None:
        """The position one level up; ``None`` for the root of the tree."""
        if not self._places:
            return None
        return Node(self._tree, self._places[:-1], self._levels[:-1])

    def members(self, *, expand: bool = True) -> Iterator[Node]:
        """Everything directly below, endpoints first.

        A family comes one by one, or with ``expand=False`` as one template
        node; an open set always comes as one.
        """
        for place in self._members:
            literal = place.segment.literal
            if literal is not None or not expand or place.segment.count is None:
                yield self._below(place, literal)
            else:
                for level in place.segment:
                    yield self._below(place, level)

    @property
    def children(self) -> Iterator[Node]:
        """The equipment directly below."""
        return (node for node in self.members() if node.kind is PlaceKind.EQUIPMENT)

    @property
    def endpoints(self) -> Iterator[Node]:
        """What the equipment itself publishes: its topics, those of its aspects among them."""
        return self.own_endpoints(expand=True)

    def walk(self, *, expand: bool = True) -> Iterator[Node]:
        """This node and everything below it, depth first, made one by one."""
        return descend([self], lambda node: node.members(expand=expand))

    def _below(self, place: Place, level: str | None) -> Node:
        return Node(self._tree, (*self._places, place), (*self._levels, level))

    @property
    def _members(self) -> Members:
        return self._places[-1].members if self._places else self._tree.top

    def own_endpoints(self, *, expand: bool) -> Iterator[Node]:
        """As :attr:`endpoints`; with ``expand=False`` families are one template node each."""

        def own(node: Node) -> Iterator[Node]:
            below = node.members(expand=expand)
            return (inner for inner in below if inner.kind is not PlaceKind.EQUIPMENT)

        return (node for node in descend(own(self), own) if node.endpoint is not None)

    # --- what it is --------------------------------------------------------------------------------

    @property
    def equipment_level(self) -> EquipmentLevel | None:
        """The ISA-95 equipment level; ``None`` for anything but equipment."""
        type_ = self._places[-1].type if self._places else None
        return type_.level if type_ else None

    @property
    def classes(self) -> tuple[EquipmentClass, ...]:
        """The equipment classes as the model names them, without those they extend."""
        type_ = self._places[-1].type if self._places else None
        return type_.classes if type_ else ()

    def is_a(self, name: str) -> bool:
        """Whether the node is of class ``name`` or of one that extends it."""
        return any(name == c.name or name in c.ancestors for c in self.classes)

    @property
    def required(self) -> tuple[str, ...]:
        """The topics that its level and classes say a node must have, by their keys."""
        type_ = self._places[-1].type if self._places else None
        return type_.required if type_ else ()

    @property
    def equipment(self) -> Node | None:
        """The nearest equipment at or above this position."""
        for index in range(len(self._places), 0, -1):
            if self._places[index - 1].kind is PlaceKind.EQUIPMENT:
                return Node(self._tree, self._places[:index], self._levels[:index])
        return None

    @property
    def location(self) -> dict[str, str]:
        """The equipment down to here: the topic level of each equipment level.

        Where a level stands twice (an equipment module in another), the lower
        one counts.
        """
        return {
            place.type.level.name: level
            for place, level in zip(self._places, self.levels, strict=True)
            if place.type is not None
        }

    @property
    def endpoint(self) -> Endpoint | None:
        """What the topic of this very position publishes, or ``None``."""
        return self._places[-1].endpoint if self._places else None

    @property
    def contract(self) -> PayloadContract | None:
        """The payload contract of this position's own topic, or ``None``."""
        endpoint = self.endpoint
        return endpoint.contract if endpoint else None

    @property
    def open(self) -> bool:
        """Whether anything below is legal."""
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
        """Its name for people."""
        label: str | None = self._noted("label")
        return label

    @property
    def description(self) -> str | None:
        """What it is, in words."""
        description: str | None = self._noted("description")
        return description

    @property
    def owner(self) -> str | None:
        """Who answers for it: itself, its class, or the nearest position above that says so."""
        for place in reversed(self._places):
            owner = place.notes.owner or (place.type.notes.owner if place.type else None)
            if owner:
                return owner
        return self._tree.owner

    @property
    def deprecated(self) -> Deprecated | None:
        """Its life cycle, if it is going out of use."""
        deprecated: Deprecated | None = self._noted("deprecated")
        return deprecated

    @property
    def moved_from(self) -> tuple[str, ...]:
        """The topics it had before."""
        if not self._places:
            return ()
        place = self._places[-1]
        return tuple(formerly(text, place, self.template.text) for text in place.notes.moved_from)

    @property
    def asset(self) -> str | None:
        """The physical asset that fills the role."""
        return self._places[-1].notes.asset if self._places else None

    @property
    def source_id(self) -> str | None:
        """Its name in the system it comes from."""
        return self._places[-1].notes.source_id if self._places else None

    @property
    def properties(self) -> Mapping[str, Any]:
        """The values of its properties."""
        return self._places[-1].notes.properties if self._places else _NOTHING

    @property
    def span(self) -> Span | None:
        """Where the model declares it."""
        origin = self._places[-1].origin if self._places else None
        return origin.span if origin else None
