"""The waist of the house: a frozen, typed namespace.

Everything above reads a :class:`Namespace`, everything below builds one. It
holds declared places (:mod:`uns.model.tree`), makes a :class:`~uns.model.nodes.Node` only
when one is asked for, and remembers the topics it has seen. Reading is safe
from any number of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, TypeAlias

from uns import payloads
from uns.diagnostics import Diagnostic, Span, UnknownName
from uns.isa95 import EquipmentLevel, EquipmentLevels
from uns.kafka import RecordAddress
from uns.memo import Memo
from uns.model import queries
from uns.model.clients import Client
from uns.model.messages import Message, message_diagnostics
from uns.model.nodes import Node, Tree
from uns.model.queries import OnOpenSet, Path
from uns.model.resolutions import NotAnEndpoint, Outcome, Resolution, UnknownTopic, look_up
from uns.model.subscriptions import Subscriptions, subscriptions
from uns.model.translation import Translation
from uns.model.tree import (
    EquipmentClass,
    FirstLevel,
    Frozen,
    Members,
    Place,
    PlaceKind,
    Source,
    descend,
)
from uns.payloads import InvalidPayload, PayloadContract, PayloadType, View
from uns.topics.names import InvalidTopic, Topic, TopicFilter, invalid_topic
from uns.topics.templates import Segment, TopicTemplate

__all__ = ["Model", "Namespace"]

#: Finds the value at a path of keys and numbers in the files of a model, or the last key itself.
Locate: TypeAlias = Callable[[tuple[str | int, ...], bool], Span | None]


def _nowhere(path: tuple[str | int, ...], key: bool) -> Span | None:
    """Where a model that no file describes says something."""


#: How many topics a namespace remembers, known ones and unknown ones apart.
KNOWN_TOPICS, UNKNOWN_TOPICS = 32_768, 4_096


@dataclass(frozen=True, slots=True)
class Model:
    """Which model a namespace was made from; ``file`` is where, and what it includes is below.

    >>> import uns
    >>> uns.loads("{uns: 1, model: {id: acme, version: '1.4.0'}}").model.version
    '1.4.0'
    """

    id: str | None = None
    version: str | None = None
    owner: str | None = None
    label: str | None = None
    description: str | None = None
    file: str | None = field(default=None, compare=False)


@dataclass(frozen=True, eq=False, kw_only=True)
class Namespace(Frozen):
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

    #: Which model it is, and its version.
    model: Model
    #: The fixed levels in front of every topic, `topic.root`.
    root_levels: tuple[str, ...]
    #: The equipment levels it knows, those of the company among them.
    levels: EquipmentLevels
    #: The equipment classes by name.
    classes: Mapping[str, EquipmentClass]
    #: The payloads by name and version, `counts/1`, those of included libraries among them.
    payloads: Mapping[str, PayloadType]
    #: The topic level of each aspect.
    aspects: Mapping[str, str]
    #: The programs that use it, by name.
    clients: Mapping[str, Client]
    #: Brokers and conventions whose limits the model keeps, `topic.profiles`.
    profiles: tuple[str, ...]
    #: What the model says under `lint:`, by its keys there.
    lint_settings: Mapping[str, Any]
    _kafka_settings: Mapping[str, Any] = field(repr=False)
    _tree: Tree = field(repr=False)
    #: The files it was made from, the main one first; built-in libraries are not among them.
    sources: tuple[Source, ...] = field(default=(), repr=False)
    #: The names of those that are payload libraries, made for other models as well.
    libraries: frozenset[str] = field(default=frozenset(), repr=False)
    #: Whether ISA-95 says which level stands under which; else `containment: free` lets any.
    is_strict: bool = field(default=True, repr=False)
    #: The pattern that the model asks of every name, `topic.segment`.
    segment: str | None = field(default=None, repr=False)
    #: What stands below each node of a class, by the class, as the class alone declares it.
    class_members: Mapping[str, Members] = field(default_factory=dict, repr=False)
    _locate: Locate = field(default=_nowhere, repr=False)
    #: Callers' own types for payloads, by the payload's name.
    _bound: Mapping[str, Any] = field(default_factory=dict, repr=False)
    _known: Memo[Resolution] = field(
        default_factory=lambda: Memo(KNOWN_TOPICS), init=False, repr=False
    )
    _unknown: Memo[Resolution] = field(
        default_factory=lambda: Memo(UNKNOWN_TOPICS), init=False, repr=False
    )
    #: Compiled contracts; there are no more than the model has.
    _checks: dict[tuple[int, View], Callable[[object], Any]] = field(
        default_factory=dict, init=False, repr=False
    )

    def __getstate__(self) -> dict[str, Any]:
        """What it was made of: neither topics seen nor compiled contracts are pickled."""
        return {made.name: getattr(self, made.name) for made in fields(self) if made.init}

    def __setstate__(self, state: dict[str, Any]) -> None:
        Namespace.__init__(self, **state)

    def __repr__(self) -> str:
        version = f" {self.model.version}" if self.model.version else ""
        return f"<Namespace {self.model.id or 'without id'}{version}>"

    @property
    def top(self) -> Members:
        """What stands at the top of the declared tree."""
        return self._tree.top

    def node(self, places: Sequence[Place], levels: Sequence[str | None] | None = None) -> Node:
        """The node at the end of declared places; families are one node where no ``levels`` say which."""
        if levels is None:
            levels = [place.segment.literal for place in places]
        return Node(self._tree, tuple(places), tuple(levels))

    def locate(self, *path: str | int, key: bool = False) -> Span | None:
        r"""Where the model says something outside its tree; ``None`` where it does not.

        ``path`` are the keys down to it, and the numbers of items in lists:
        ``locate("clients", "historian", "subscribe", 0)``. It is the place of
        the value, or with ``key`` that of the last key.

        >>> import uns
        >>> ns = uns.loads("uns: 1\nmodel: {id: acme}\nsites: {lyon: {}}")
        >>> str(ns.locate("model", "id")), ns.locate("model", "owner")
        ('<text>:2:13', None)
        """
        return self._locate(path, key)

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
            found = look_up(self._tree, str(topic))
            memo = self._known if found.outcome is Outcome.ENDPOINT else self._unknown
            memo.keep(topic, found)
        return found

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
            raise UnknownTopic(topic, resolution.matched, lambda: resolution.near)
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

    # --- messages ----------------------------------------------------------------------------------

    def validate(self, topic: str, payload: object, view: View = "consumer") -> Message:
        """A message that passed, checked against the contract of its topic.

        ``payload`` is JSON as ``bytes`` or ``str``, or a Python object that is
        judged as its JSON. A consumer accepts fields that the contract does not
        name, a producer may not send any. A topic that is not modelled passes
        below an open node, with its payload as it came.

        Raises:
            InvalidTopic: not a topic name.
            UnknownTopic: the namespace has no such topic.
            NotAnEndpoint: a position where nothing is published.
            InvalidPayload: the payload is not what the contract says; holds every fault.
        """
        found = self._known.get(topic)
        if found is None:
            found = self._resolve(topic)
        if view == "consumer":
            check = found._consumer
        else:
            check = found._producer if view == "producer" else None
        if check is None:
            check = self._check_of(found, view)
        # Filled in from here: entering the constructor takes as long as finding the topic.
        message = _blank(Message)
        message.topic, message.value, message._resolution = found.topic, check(payload), found
        return message

    def _check_of(self, found: Resolution, view: View) -> Callable[[object], Any]:
        """What checks a payload at a topic; kept with the topic, for the next message."""
        found.raise_unless_endpoint()
        contract = found.contract
        check = _as_it_came if contract is None else self._compiled(contract, view)
        if view == "consumer":
            found._consumer = check
        else:
            found._producer = check
        return check

    def _compiled(self, contract: PayloadContract, view: View) -> Callable[[object], Any]:
        # By identity: a contract lives as long as the tree, and its hash walks all of it.
        check = self._checks.get((id(contract), view))
        if check is None:
            model = self._bound.get(contract.name)
            if model is None:
                check = payloads.validator(contract, view)
            else:
                check = payloads.bound_validator(contract, model, view)
            self._checks[id(contract), view] = check
        return check

    def check(self, topic: str, payload: object, view: View = "producer") -> tuple[Diagnostic, ...]:
        """What is wrong with a message, in findings; empty when nothing is."""
        try:
            self.validate(topic, payload, view)
        except (InvalidTopic, UnknownTopic, NotAnEndpoint, InvalidPayload) as error:
            return tuple(message_diagnostics(topic, error))
        return ()

    def bind(self, payload: str, model: Any) -> Namespace:
        """A namespace whose messages of ``payload`` come out as instances of ``model``.

        ``model`` is a pydantic model, or any type pydantic can validate. The
        contract of the model file still holds. This namespace stays as it is.

        Raises:
            UnknownName: the namespace has no such payload.
            InvalidBinding: pydantic cannot validate ``model``.
        """
        declared = self.payloads.get(payload)
        if declared is None:
            raise UnknownName("payload", payload, self.payloads)
        payloads.bound_validator(PayloadContract(declared), model)
        return replace(self, _bound={**self._bound, payload: model})

    # --- many topics -------------------------------------------------------------------------------

    def topics(self, filter: str | None = None, open: OnOpenSet = "raise") -> Iterator[Topic]:
        """The topics that ``filter`` takes (all without one), made one by one.

        Raises:
            InvalidTopicFilter: not a topic filter.
            UnboundedTopics: the filter reaches an open set, unless ``open="skip"``.
        """
        return queries.topics(self.top, _filter(filter), open)

    def count(self, filter: str | None = None, open: OnOpenSet = "raise") -> int:
        """How many topics ``filter`` takes (all without one), families by arithmetic.

        Raises:
            InvalidTopicFilter: not a topic filter.
            UnboundedTopics: the filter reaches an open set, unless ``open="skip"``.
        """
        return queries.count(self.top, _filter(filter), open)

    def templates(self, filter: str | None = None) -> Iterator[TopicTemplate]:
        """The templates of the topics that ``filter`` takes; always finite.

        Raises:
            InvalidTopicFilter: not a topic filter.
        """
        return (Node(self._tree, *path).template for path in self._paths(filter))

    def endpoints(self, filter: str | None = None) -> Iterator[Node]:
        """The endpoints that ``filter`` takes, families as one template node each; always finite.

        Raises:
            InvalidTopicFilter: not a topic filter.
        """
        return (Node(self._tree, *path) for path in self._paths(filter))

    def template_count(self, filter: str | None = None) -> int:
        """How many templates :meth:`templates` lists, counted without making them.

        Raises:
            InvalidTopicFilter: not a topic filter.
        """
        return queries.template_count(self.top, _filter(filter))

    def allows_unmodelled(self, filter: str | None = None) -> bool:
        """Whether ``filter`` takes topics that are legal below an open node and not modelled.

        Raises:
            InvalidTopicFilter: not a topic filter.
        """
        return queries.reaches_open(self.top, _filter(filter))

    def _paths(self, filter: str | None) -> Iterator[Path]:
        return queries.paths(self.top, _filter(filter))

    # --- Kafka -------------------------------------------------------------------------------------

    @cached_property
    def kafka(self) -> Translation:
        """Where topics go in Kafka: ``plan``, ``budget``, the ``mapping`` and its ``settings``."""
        made = Translation(self.top, self.root_levels, self.levels, self._kafka_settings)
        # From now on the short forms are the mapping's own methods: a call between takes a fifth more.
        self.__dict__.update(to_kafka=made.mapping.to_kafka, to_mqtt=made.mapping.to_mqtt)
        return made

    def to_kafka(self, topic: str) -> RecordAddress:
        """Where a message goes, as Kafka topic, record key and partition; short for ``kafka.to_kafka``.

        A topic seen before costs less than four dict lookups; it need not be modelled.

        Raises:
            InvalidTopic: not a topic name.
            Untranslatable: the mapping does not speak for it, or Kafka cannot hold its name.
        """
        return self.kafka.mapping.to_kafka(topic)

    def to_mqtt(self, kafka_topic: str, key: bytes | None) -> Topic:
        """The MQTT topic of a Kafka record; short for ``kafka.to_mqtt``.

        Raises:
            Untranslatable: a record that this mapping would not have put there.
        """
        return self.kafka.mapping.to_mqtt(kafka_topic, key)

    # --- the tree ----------------------------------------------------------------------------------

    @property
    def root(self) -> Node:
        """The root of the tree, above every topic level."""
        return Node(self._tree, (), ())

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
            UnknownName: the model has no such class or level.
        """
        wanted = self._level(equipment_level)
        if class_ is not None and class_ not in self.classes:
            raise UnknownName("class", class_, self.classes)
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
            raise UnknownName("equipment level", level, self.levels.by_key)
        return found

    def _equipment(self, *, expand: bool) -> Iterator[Node]:
        """All equipment, without looking into topics."""

        def below(node: Node) -> Iterable[Node]:
            is_topic = node.kind is not PlaceKind.EQUIPMENT and node.kind is not PlaceKind.ROOT
            return () if is_topic else node.members(expand=expand)

        nodes = descend([self.root], below)
        return (node for node in nodes if node.kind is PlaceKind.EQUIPMENT)

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
            UnknownName: the model has no such class or level.
        """
        targets = []
        for node in self.find(class_, equipment_level, expand=False):
            if endpoint is None:
                targets.append(node.places)
            else:
                targets += [
                    found.places
                    for found in node.own_endpoints(expand=False)
                    if found.endpoint is not None and found.endpoint.key == endpoint
                ]
        return subscriptions(self.top, targets, below=endpoint is None)


_blank = Message.__new__


def _as_it_came(payload: object) -> object:
    """What an unmodelled topic carries is nobody's business here."""
    return payload


def _filter(text: str | None) -> TopicFilter | None:
    return None if text is None else TopicFilter(text)


def fixed_root(levels: Sequence[str], top: Members) -> Members:
    """``top`` below the fixed levels of ``topic.root``."""
    for level in reversed(levels):
        top = Members([Place(PlaceKind.ROOT, Segment.fixed(level), top)])
    return FirstLevel(top.order)
