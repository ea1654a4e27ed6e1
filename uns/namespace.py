"""The waist of the house: a frozen, typed namespace and the nodes in it.

Everything above reads a :class:`Namespace`, everything below builds one. It
holds declared places (:mod:`uns.tree`) and makes a :class:`Node` only when one
is asked for. Reading is safe from any number of threads.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar

from uns import queries
from uns.access import Client
from uns.diagnostics import Diagnostic, Span, UNSError, near
from uns.isa95 import EquipmentLevel, EquipmentLevels
from uns.memo import Memo
from uns.payloads import PayloadContract, PayloadType
from uns.queries import OnOpenSet, Path, UnboundedTopics
from uns.subscriptions import Subscriptions, subscriptions
from uns.templates import Segment, TopicTemplate, captured
from uns.topics import InvalidTopic, Topic, TopicFilter, invalid_topic, is_topic_name
from uns.tree import Deprecated, Endpoint, EquipmentClass, Members, Place, PlaceKind

__all__ = [
    "Model",
    "Namespace",
    "Node",
    "NotAnEndpoint",
    "Outcome",
    "Resolution",
    "UnknownTopic",
]

#: How many topics a namespace remembers, known ones and unknown ones apart.
KNOWN_TOPICS, UNKNOWN_TOPICS = 32_768, 4_096

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class UnknownTopic(UNSError, KeyError):
    """A topic that the namespace does not have; ``matched`` is how far it has it."""

    def __init__(self, topic: str, matched: str, suggestion: str | None) -> None:
        super().__init__(topic)
        self.topic = topic
        self.matched = matched
        self.suggestion = suggestion

    def __str__(self) -> str:
        up_to = f"; it goes as far as {self.matched!r}" if self.matched else ""
        hint = f"; did you mean {self.suggestion!r}?" if self.suggestion else ""
        return f"the namespace has no topic {self.topic!r}{up_to}{hint}"


class NotAnEndpoint(UNSError):
    """A topic that is a position of the namespace and carries no payload itself."""

    def __init__(self, topic: str) -> None:
        super().__init__(topic)
        self.topic = topic

    def __str__(self) -> str:
        return f"{self.topic!r} is a position of the namespace, and nothing is published there"


class Outcome(StrEnum):
    """What became of looking a topic up."""

    ENDPOINT = "endpoint"
    NO_MATCH = "no-match"
    INVALID = "invalid"
    NOT_ENDPOINT = "not-an-endpoint"
    UNMODELLED = "unmodelled"


@dataclass(frozen=True, slots=True)
class Model:
    """Which model a namespace was made from."""

    id: str | None = None
    version: str | None = None
    owner: str | None = None
    label: str | None = None
    description: str | None = None


class Node:
    """One position of the namespace, from :meth:`Namespace.__getitem__` or a walk.

    A node of a walk with ``expand=False`` may stand for a whole family; then
    :attr:`is_template` is true and :attr:`topic` has no answer.
    """

    __slots__ = ("_levels", "_namespace", "_places")

    def __init__(
        self, namespace: Namespace, places: tuple[Place, ...], levels: tuple[str | None, ...]
    ) -> None:
        self._namespace = namespace
        self._places = places
        self._levels = levels

    # --- identity ----------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node):
            return NotImplemented
        return (
            self._namespace is other._namespace
            and self._levels == other._levels
            and all(a is b for a, b in zip(self._places, other._places, strict=True))
        )

    def __hash__(self) -> int:
        return hash(self._levels)

    def __repr__(self) -> str:
        return f"<Node {self.kind} {self.template.text!r}>" if self._places else "<Node root>"

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
    def count(self) -> int | None:
        """How many positions the node stands for; ``None`` when a set is open."""
        total = 1
        for place, level in zip(self._places, self._levels, strict=True):
            size = place.segment.count if level is None else 1
            if size is None:
                return None
            total *= size
        return total

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
        return Node(self._namespace, self._places[:-1], self._levels[:-1])

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
        pending = [self.members()]
        while pending:
            node = next(pending[-1], None)
            if node is None:
                pending.pop()
            elif node.kind is not PlaceKind.EQUIPMENT:
                if node.endpoint is not None:
                    yield node
                pending.append(node.members())

    def walk(self, *, expand: bool = True) -> Iterator[Node]:
        """This node and everything below it, depth first, made one by one."""
        yield self
        pending = [self.members(expand=expand)]
        while pending:
            node = next(pending[-1], None)
            if node is None:
                pending.pop()
            else:
                yield node
                pending.append(node.members(expand=expand))

    def _below(self, place: Place, level: str | None) -> Node:
        return Node(self._namespace, (*self._places, place), (*self._levels, level))

    @property
    def _members(self) -> Members:
        return self._places[-1].members if self._places else self._namespace._top

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
                return Node(self._namespace, self._places[:index], self._levels[:index])
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
        return self._namespace.model.owner

    @property
    def deprecated(self) -> Deprecated | None:
        """Its life cycle, if it is going out of use."""
        deprecated: Deprecated | None = self._noted("deprecated")
        return deprecated

    @property
    def moved_from(self) -> tuple[str, ...]:
        """The topics it had before."""
        return self._places[-1].notes.moved_from if self._places else ()

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


class Resolution:
    """What looking up a topic came to, from :meth:`Namespace.resolve`.

    ``outcome`` tells the five cases apart, ``matched`` is the longest prefix
    the namespace has. Everything else is worked out when it is read.
    """

    __slots__ = ("_namespace", "_node", "_places", "outcome", "topic")

    def __init__(
        self, namespace: Namespace, topic: str, outcome: Outcome, places: tuple[Place, ...]
    ) -> None:
        self.topic = topic
        self.outcome = outcome
        self._namespace = namespace
        self._places = places
        self._node: Node | None = None

    def __bool__(self) -> bool:
        """Whether a message may be published there."""
        return self.outcome is Outcome.ENDPOINT or self.outcome is Outcome.UNMODELLED

    def __repr__(self) -> str:
        return f"<Resolution {self.outcome} {self.topic!r}>"

    @property
    def node(self) -> Node | None:
        """The node of the topic, whether or not it is an endpoint; ``None`` when there is none."""
        if self.outcome in {Outcome.NO_MATCH, Outcome.INVALID, Outcome.UNMODELLED}:
            return None
        if self._node is None:
            self._node = self._reached
        return self._node

    @property
    def _reached(self) -> Node:
        levels = tuple(self.topic.split("/", len(self._places))[: len(self._places)])
        return Node(self._namespace, self._places, levels)

    @property
    def endpoint(self) -> Endpoint | None:
        """What the topic publishes, or ``None``."""
        return self._places[-1].endpoint if self.outcome is Outcome.ENDPOINT else None

    @property
    def contract(self) -> PayloadContract | None:
        """The payload contract of the topic, or ``None``."""
        endpoint = self.endpoint
        return endpoint.contract if endpoint else None

    @property
    def values(self) -> Mapping[str | int, str]:
        """The values of families by position and of ``{name}`` by name, as far as it matched."""
        return self._reached.values

    @property
    def matched(self) -> str:
        """The longest prefix of the topic that is a position of the namespace."""
        return "/".join(self._reached.levels)

    @property
    def reason(self) -> InvalidTopic | None:
        """Why the text is no topic name, when it is none."""
        return invalid_topic(self.topic) if self.outcome is Outcome.INVALID else None

    @property
    def near(self) -> str | None:
        """A topic or position of the namespace that may have been meant."""
        if self.outcome is not Outcome.NO_MATCH:
            return None
        levels = self.topic.split("/")
        depth = len(self._places)
        members = self._reached._members
        if depth >= len(levels):
            return None
        close = near(levels[depth], _spellings(members, levels[depth]))
        if close is None:
            return None
        mended = "/".join([*levels[:depth], close, *levels[depth + 1 :]])
        if self._namespace.resolve(mended):
            return mended
        return "/".join([*levels[:depth], close])

    def raise_unless_endpoint(self) -> None:
        """Raise the error that says why nothing may be published there.

        Raises:
            InvalidTopic: the text is no topic name.
            UnknownTopic: the namespace has no such topic.
            NotAnEndpoint: it is a position that carries no payload.
        """
        if self.outcome is Outcome.INVALID:
            raise invalid_topic(self.topic)
        if self.outcome is Outcome.NO_MATCH:
            raise UnknownTopic(self.topic, self.matched, self.near)
        if self.outcome is Outcome.NOT_ENDPOINT:
            raise NotAnEndpoint(self.topic)


def _spellings(members: Members, level: str) -> Iterator[str]:
    """What might have been meant by a level: the members, families by their nearest number."""
    for place in members.families:
        digits = "".join(c for c in level if c.isdigit()).lstrip("0") or "0"
        size = place.segment.count
        if size is not None and len(place.segment.varying) == 1:
            for text in (digits, digits.zfill(2), digits.zfill(3)):
                try:
                    yield place.segment.format(text)
                except ValueError:
                    continue
            yield from itertools.islice(place.segment, 50)
    yield from members.literals


@dataclass(frozen=True, eq=False)
class Namespace:
    """A Unified Namespace: every topic of a model, what it carries and who uses it.

    Made by :func:`uns.load`; it does not change afterwards.

    >>> import uns
    >>> ns = uns.loads('''
    ... uns: 1
    ... sites:
    ...   lyon:
    ...     lines:
    ...       line[1..3]: {metrics: {speed: {type: number, unit: m/s}}}
    ... ''')
    >>> ns.count(), list(ns.topics("lyon/line2/#"))
    (3, ['lyon/line2/speed'])
    >>> ns["lyon/line2"].equipment_level.name
    'production_line'
    """

    model: Model
    root_levels: tuple[str, ...]
    levels: EquipmentLevels
    classes: Mapping[str, EquipmentClass]
    payloads: Mapping[str, PayloadType]
    aspects: Mapping[str, str]
    clients: Mapping[str, Client]
    profiles: tuple[str, ...]
    kafka: Mapping[str, Any]
    lint: Mapping[str, Any]
    #: What is worth knowing about the model and did not keep it from loading.
    diagnostics: tuple[Diagnostic, ...]
    _top: Members = field(repr=False)
    _known: Memo[Resolution] = field(
        default_factory=lambda: Memo(KNOWN_TOPICS), init=False, repr=False
    )
    _unknown: Memo[Resolution] = field(
        default_factory=lambda: Memo(UNKNOWN_TOPICS), init=False, repr=False
    )

    #: What ``open`` may be in :meth:`topics` and :meth:`count`.
    ON_OPEN_SET: ClassVar[tuple[OnOpenSet, ...]] = ("raise", "skip")

    def __repr__(self) -> str:
        version = f" {self.model.version}" if self.model.version else ""
        return f"<Namespace {self.model.id or 'without id'}{version}>"

    # --- one topic ---------------------------------------------------------------------------------

    def resolve(self, topic: str) -> Resolution:
        """What ``topic`` is in this namespace; never raises.

        About one dict lookup for a topic seen before.
        """
        found = self._known.get(topic)
        return found if found is not None else self._resolve(topic)

    def _resolve(self, topic: str) -> Resolution:
        found = self._known.recall(topic) or self._unknown.get(topic) or self._unknown.recall(topic)
        if found is None:
            found = self._looked_up(str(topic))
            memo = self._known if found.outcome is Outcome.ENDPOINT else self._unknown
            memo.keep(topic, found)
        return found

    def _looked_up(self, topic: str) -> Resolution:
        if not is_topic_name(topic):
            return Resolution(self, topic, Outcome.INVALID, ())
        members = self._top
        places: list[Place] = []
        for level in topic.split("/"):
            place = members.find(level)
            if place is None:
                open_ = any(above.open for above in places)
                outcome = Outcome.UNMODELLED if open_ else Outcome.NO_MATCH
                return Resolution(self, topic, outcome, tuple(places))
            places.append(place)
            members = place.members
        last = places[-1]
        if last.endpoint is not None:
            return Resolution(self, topic, Outcome.ENDPOINT, tuple(places))
        below_open = any(place.open for place in places[:-1])
        outcome = Outcome.UNMODELLED if below_open else Outcome.NOT_ENDPOINT
        return Resolution(self, topic, outcome, tuple(places))

    def __getitem__(self, topic: str) -> Node:
        """The node at ``topic``, which may be any position of the tree.

        Raises:
            InvalidTopic: not a topic name.
            UnknownTopic: no such position; the message says how far it goes.
        """
        resolution = self.resolve(topic)
        node = resolution.node or self._inside_open(resolution)
        if node is None:
            if resolution.outcome is Outcome.INVALID:
                raise invalid_topic(topic)
            raise UnknownTopic(topic, resolution.matched, resolution.near)
        return node

    def _inside_open(self, resolution: Resolution) -> Node | None:
        """The node of a declared position without payload below an open one."""
        if resolution.outcome is not Outcome.UNMODELLED:
            return None
        return resolution._reached if resolution.matched == resolution.topic else None

    def __contains__(self, topic: object) -> bool:
        """Whether ``topic`` is a position of the tree."""
        if not isinstance(topic, str):
            return False
        resolution = self.resolve(topic)
        return resolution.node is not None or self._inside_open(resolution) is not None

    # --- many topics -------------------------------------------------------------------------------

    def topics(self, filter: str | None = None, open: OnOpenSet = "raise") -> Iterator[Topic]:  # noqa: A002
        """The topics that ``filter`` takes (all without one), made one by one.

        Raises:
            InvalidTopicFilter: not a topic filter.
            UnboundedTopics: the filter reaches an open set, unless ``open="skip"``.
        """
        return queries.topics(self._top, _filter(filter), open)

    def count(self, filter: str | None = None, open: OnOpenSet = "raise") -> int:  # noqa: A002
        """How many topics ``filter`` takes (all without one), families by arithmetic.

        Raises:
            InvalidTopicFilter: not a topic filter.
            UnboundedTopics: the filter reaches an open set, unless ``open="skip"``.
        """
        return queries.count(self._top, _filter(filter), open)

    def templates(self, filter: str | None = None) -> Iterator[TopicTemplate]:  # noqa: A002
        """The templates of the topics that ``filter`` takes; always finite.

        Raises:
            InvalidTopicFilter: not a topic filter.
        """
        return (Node(self, *path).template for path in self._paths(filter))

    def endpoints(self, filter: str | None = None) -> Iterator[Node]:  # noqa: A002
        """The endpoints that ``filter`` takes, families as one template node each; always finite.

        Raises:
            InvalidTopicFilter: not a topic filter.
        """
        return (Node(self, *path) for path in self._paths(filter))

    def _paths(self, filter: str | None) -> Iterator[Path]:  # noqa: A002
        return queries.paths(self._top, _filter(filter))

    # --- the tree ----------------------------------------------------------------------------------

    @property
    def root(self) -> Node:
        """The root of the tree, above every topic level."""
        return Node(self, (), ())

    @property
    def roots(self) -> Iterator[Node]:
        """The equipment at the top, below the fixed root levels."""
        node = self.root
        for level in self.root_levels:
            node = next(n for n in node.members() if n.name == level)
        return node.children

    def walk(self, *, expand: bool = True) -> Iterator[Node]:
        """Every node, depth first, made one by one; families one by one or as one template node."""
        nodes = self.root.walk(expand=expand)
        next(nodes)
        return nodes

    def find(
        self,
        class_: str | None = None,
        equipment_level: str | EquipmentLevel | None = None,
        *,
        expand: bool = True,
    ) -> Iterator[Node]:
        """The equipment of a class (or one that extends it) and of a level.

        With ``expand=False`` a family comes as one template node.

        Raises:
            ValueError: the model has no such class or level.
        """
        wanted = self._level(equipment_level)
        if class_ is not None and class_ not in self.classes:
            close = near(class_, self.classes)
            raise ValueError(
                f"no class {class_!r}" + (f"; did you mean {close!r}?" if close else "")
            )
        return (
            node
            for node in self._equipment(expand=expand)
            if (class_ is None or node.is_a(class_))
            and (wanted is None or node.equipment_level == wanted)
        )

    def _level(self, level: str | EquipmentLevel | None) -> EquipmentLevel | None:
        if level is None or isinstance(level, EquipmentLevel):
            return level
        found = self.levels.by_key.get(level)
        if found is None:
            close = near(level, self.levels.by_key)
            hint = f"; did you mean {close!r}?" if close else ""
            raise ValueError(f"no equipment level {level!r}{hint}")
        return found

    def _equipment(self, *, expand: bool) -> Iterator[Node]:
        """All equipment, without looking into topics."""
        pending: list[Iterator[Node]] = [iter((self.root,))]
        while pending:
            node = next(pending[-1], None)
            if node is None:
                pending.pop()
            elif node.kind is PlaceKind.EQUIPMENT or node.kind is PlaceKind.ROOT:
                if node.kind is PlaceKind.EQUIPMENT:
                    yield node
                pending.append(node.members(expand=expand))

    def filters(
        self,
        class_: str | None = None,
        equipment_level: str | EquipmentLevel | None = None,
        endpoint: str | None = None,
    ) -> Subscriptions:
        """What to subscribe to for an endpoint of all equipment of a class or level.

        ``endpoint`` is the key of the endpoint (``co2-pressure``,
        ``mes:job-order``); without it, everything below the equipment. The set
        is small, takes every topic asked for, and takes others of the model
        only where the ``+`` of a family does: ``over_matches`` lists them.

        Raises:
            ValueError: the model has no such class or level.
        """
        targets = []
        for node in self.find(class_, equipment_level, expand=False):
            if endpoint is None:
                targets.append(node._places)
            else:
                targets += [
                    found._places
                    for found in _own_endpoints(node)
                    if found.endpoint is not None and found.endpoint.key == endpoint
                ]
        return subscriptions(self._top, targets, below=endpoint is None)


def _own_endpoints(node: Node) -> Iterator[Node]:
    """The endpoints of one equipment node, with its families left as templates."""
    pending: list[Iterator[Node]] = [node.members(expand=False)]
    while pending:
        below = next(pending[-1], None)
        if below is None:
            pending.pop()
        elif below.kind is not PlaceKind.EQUIPMENT:
            yield below
            pending.append(below.members(expand=False))


def _filter(text: str | None) -> TopicFilter | None:
    return None if text is None else TopicFilter(text)


def fixed_root(levels: Sequence[str], top: Members) -> Members:
    """``top`` below the fixed levels of ``topic.root``."""
    for level in reversed(levels):
        top = Members([Place(PlaceKind.ROOT, Segment.fixed(level), top)])
    return top
