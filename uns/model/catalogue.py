"""Everything a documentation target needs from a model, read once.

A :class:`Catalogue` yields one :class:`TopicEntry` for each topic template and has
one :class:`ContractEntry` for each contract, and the same for classes and clients.
A family is one entry, whatever its size. Topics share the entry of their contract,
with its example and its schema. Topic entries are made one by one, as they are
asked for.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, dataclass, field
from functools import cached_property, partial
from typing import Any, NamedTuple

from uns import payloads
from uns.counts import Count, from_number, to_number
from uns.diagnostics import InvalidArgument, Span
from uns.isa95 import EquipmentLevel
from uns.kafka import Untranslatable
from uns.model.clients import Client
from uns.model.facts import Facts
from uns.model.field_rows import FieldRow, message_rows
from uns.model.node_info import INFO, fit_example
from uns.model.nodes import Node
from uns.model.tiers import Broker, TopicRoute
from uns.model.tree import (
    NO_MEMBERS,
    Deprecated,
    Endpoint,
    EquipmentClass,
    Members,
    Place,
    PlaceKind,
    descend,
)
from uns.model.usage import States, Usage, Users
from uns.payloads import (
    InvalidForeignSchema,
    InvalidPayload,
    MissingExtra,
    NoExample,
    PayloadContract,
    ValueType,
    View,
)
from uns.topics.automata import UndecidedPattern
from uns.topics.names_and_filters import TopicFilter, is_topic_name
from uns.topics.patterns import Pattern
from uns.topics.sets import Choice
from uns.topics.templates import Name, Segment, TopicTemplate

#: The note of every target if the model does not configure Kafka.
BY_DEFAULT = "this is the default mapping, because the model does not configure Kafka"


class _Files:
    """Names the files of a model as seen from the folder of its main file."""

    def __init__(self, main: str | None) -> None:
        self._folder = posixpath.dirname(main.replace("\\", "/")) if main else ""

    def name(self, file: str) -> str:
        """The name of a file."""
        path = file.replace("\\", "/")
        return path.removeprefix(f"{self._folder}/") if self._folder else path

    def source(self, span: Span | None) -> str | None:
        """File and line of a declaration; ``None`` without a span."""
        return None if span is None else f"{self.name(span.file)}:{span.line}"


@dataclass(frozen=True, slots=True, eq=False)
class LevelEntry:
    """One topic level of a template, with the node that it leads to."""

    node: Node
    _files: _Files = field(repr=False)

    @property
    def source(self) -> str | None:
        """File and line of the declaration, the file as seen from the folder of the model."""
        return self._files.source(self.node.span)

    @property
    def text(self) -> str:
        """The level as the model writes it: ``munich``, ``line[1..3]``, ``{serial}``."""
        return self.node.segment.text

    @property
    def literal(self) -> str | None:
        """The one text it stands for; ``None`` for a family or an open set."""
        return self.node.segment.literal

    @property
    def count(self) -> int | None:
        """The number of texts it stands for; ``None`` when the set is open."""
        return self.node.segment.count

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the node's classes."""
        return tuple([class_.name for class_ in self.node.classes])

    @property
    def what(self) -> str:
        """The name of its equipment level, or its kind: root, aspect, level or endpoint."""
        level = self.node.equipment_level
        return level.name if level else str(self.node.kind)

    @property
    def patterns(self) -> Mapping[str, str]:
        """The pattern of each open set in it, by the name in its braces."""
        return {
            part.name: part.pattern.text
            for part in self.node.segment.varying
            if isinstance(part, Name) and part.pattern is not None
        }

    @property
    def less(self) -> tuple[str, ...]:
        """What stands beside an open set and takes some of its texts, as the model writes it."""
        return tuple(segment.text for segment in self.node.segment.less)


@dataclass(frozen=True, eq=False)
class ContractEntry:
    """A contract with everything that documents show of it; one object for all topics that have it.

    ``key`` is a unique name: ``packml-state.1``, or with a metric inside
    ``vtq.1.number-c99058432951``.
    """

    contract: PayloadContract
    key: str
    #: Adapts the library's example to this model.
    _fit: Callable[[Any], Any] = field(default=lambda message: message, repr=False)

    @property
    def name(self) -> str:
        """The name and version of the payload."""
        return self.contract.name

    @property
    def description(self) -> str | None:
        """The description of the payload."""
        return self.contract.payload.description

    @property
    def metric(self) -> ValueType | None:
        """The type of the wrapped value, if there is one."""
        return self.contract.metric

    @property
    def form(self) -> list[tuple[str, str]]:
        """How the messages are written, as facts with their names; empty for plain JSON."""
        return payloads.form_in_words(self.contract.payload)

    @property
    def is_text(self) -> bool:
        """Whether the messages are text, without the quotes that JSON has."""
        return self.contract.payload.encoding == "text"

    @property
    def text(self) -> str:
        """The example as it is sent; JSON over several lines."""
        if self.is_text:
            return payloads.write(self.contract, self.example).decode()
        return json.dumps(self.example, indent=2, ensure_ascii=False)

    @property
    def is_foreign(self) -> bool:
        """Whether the payload is a foreign JSON Schema, so that its fields are unknown."""
        return self.contract.payload.json_schema is not None

    @cached_property
    def fields(self) -> tuple[FieldRow, ...]:
        """Every field, followed by the fields inside it; ``$`` is a message that is one value."""
        is_opaque = self.contract.payload.is_opaque
        return () if is_opaque else tuple(message_rows(self.contract.body))

    def schema(self, view: View = "producer") -> dict[str, Any]:
        """JSON Schema 2020-12 of the message."""
        return payloads.json_schema(self.contract, view)

    @cached_property
    def example(self) -> Any:
        """A message that a producer may send; ``None`` if there is none, see :attr:`no_example`."""
        return self._example[0]

    @property
    def no_example(self) -> str | None:
        """The reason why there is no example; ``None`` if there is one."""
        return self._example[1]

    @cached_property
    def _example(self) -> tuple[Any, str | None]:
        try:
            return self._fit(payloads.example(self.contract)), None
        except (NoExample, MissingExtra, InvalidForeignSchema) as error:
            return None, str(error)


@dataclass(frozen=True, slots=True)
class KafkaEntry:
    """The place of a template in Kafka; key and partition are those of its example topic.

    ``pattern`` is the name of the Kafka topic with ``*`` for each segment of a
    family or an open set. ``topics`` is the number of such names; ``None`` if it
    has no end. ``refusal`` is the reason why the template does not go to Kafka;
    then all other fields are ``None``.
    """

    topic: str | None = None
    pattern: str | None = None
    topics: int | None = None
    #: The number of topic levels that name the Kafka topic; 0 without one.
    place_levels: int = 0
    key: str | None = None
    partition: int | None = None
    partitions: int | None = None
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class TopicEntry:
    """One topic template: a single topic, or all topics of a family.

    ``example`` is one topic of the template; ``None`` in the rare case that it has
    none. ``count`` is the number of topics; ``None`` when a set is open.
    ``deprecated`` is its own or that of the nearest node above.
    """

    template: str
    filter: str
    levels: tuple[LevelEntry, ...]
    example: str | None
    count: int | None
    endpoint: Endpoint
    contract: ContractEntry
    deprecated: Deprecated | None
    users: Users
    kafka: KafkaEntry
    #: Its routes between the brokers of the model; several if its topics differ in them.
    routes: tuple[TopicRoute, ...] = ()

    @property
    def homes(self) -> tuple[str, ...]:
        """The brokers where its topics have their home."""
        return tuple(dict.fromkeys(route.home for route in self.routes))

    @property
    def brokers(self) -> tuple[str, ...]:
        """The brokers that see any of its topics."""
        return tuple(dict.fromkeys(name for route in self.routes for name in route.brokers))

    @property
    def node(self) -> Node:
        """The node that has this topic."""
        return self.levels[-1].node

    @property
    def key(self) -> str:
        """Its name in the model, below its equipment: ``mes:job-order``."""
        return self.endpoint.key or self.node.name

    @property
    def source(self) -> str | None:
        """File and line of its declaration; if it has none, those of the nearest node above."""
        return next(filter(None, (level.source for level in reversed(self.levels))), None)

    @property
    def equipment(self) -> tuple[LevelEntry, ...]:
        """The levels down to the equipment that publishes it."""
        for at in range(len(self.levels), 0, -1):
            if self.levels[at - 1].node.kind is PlaceKind.EQUIPMENT:
                return self.levels[:at]
        return ()

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes of that equipment."""
        equipment = self.equipment
        return equipment[-1].classes if equipment else ()


class ClassTopic(NamedTuple):
    """A topic that nodes have from a class, as the class declares it."""

    endpoint: Endpoint
    contract: ContractEntry


@dataclass(frozen=True, slots=True)
class ClassPart:
    """Equipment that every node of a class has below it.

    ``path`` leads down from the node. Parts of a part are listed only if the part has
    no class; otherwise the entry of that class has them. ``count`` is the size of a
    family, ``None`` for an open set. ``topics`` are those declared for the part
    itself, without those of its classes.
    """

    path: str
    level: EquipmentLevel
    classes: tuple[str, ...]
    count: int | None
    label: str | None
    description: str | None
    topics: tuple[ClassTopic, ...]


@dataclass(frozen=True, slots=True)
class ClassEntry:
    """An equipment class with everything that its nodes get from it.

    ``descendants`` are the classes that extend it. ``topics`` and ``parts`` are
    what each node has from it or its ancestors, as these declare it: a node's own
    refinements do not count. A topic that the class leaves incomplete is shown as
    one of its nodes completes it. ``templates`` counts a family of nodes once,
    ``nodes`` counts its members (``None``: an open set is among them).
    """

    declared: EquipmentClass
    descendants: tuple[str, ...]
    topics: tuple[ClassTopic, ...]
    parts: tuple[ClassPart, ...]
    templates: int
    nodes: int | None
    source: str | None


@dataclass(frozen=True, slots=True)
class BrokerEntry:
    """A broker, with its clients, and filters for what crosses the link to its upstream."""

    broker: Broker
    clients: tuple[str, ...]
    up: tuple[TopicFilter, ...] = ()
    down: tuple[TopicFilter, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """An open node: anything may be published below it, also what is not modelled."""

    node: Node
    template: TopicTemplate
    source: str | None

    @property
    def filter(self) -> str:
        """The filter for every topic there, the modelled ones among them."""
        return f"{self.template.filter}/#"


def open_nodes(namespace: Facts, node: Node | None = None) -> Iterator[Node]:
    r"""The outermost open nodes in the order of the tree, families as one.

    With ``node``, those at and below it; if it is inside an open node, that one.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {lines: {old: {open: true, label: Old hall}}}}")
    >>> [node.topic for node in open_nodes(ns)]
    ['lyon/old']
    """
    if not namespace.allows_unmodelled():
        return iter(())
    start = namespace.root if node is None else node
    while start.parent is not None and start.parent.open:
        start = start.parent
    nodes = descend([start], lambda node: () if node.open else node.members(expand=False))
    return (node for node in nodes if node.open)


def contract_key(contract: PayloadContract) -> str:
    """A name for a contract that does not depend on the rest of the model.

    >>> from uns.payloads import PayloadType
    >>> contract_key(PayloadContract(PayloadType("job-order/1")))
    'job-order.1'
    >>> contract_key(PayloadContract(PayloadType("vtq/1"), ValueType("number")))
    'vtq.1.number-c99058432951'
    """
    name = contract.name.replace("/", ".")
    if contract.metric is not None:
        *first, nullable = astuple(contract.metric)
        # A name stays the same when the language gets a new word that the model does not use.
        facets = json.dumps([*first, nullable] if nullable else first, ensure_ascii=False)
        digest = hashlib.sha256(facets.encode()).hexdigest()[:12]
        name += f".{contract.metric.type}-{digest}"
    return name


class Catalogue:
    r"""Everything in a namespace, in the form that documentation targets need.

    >>> import uns
    >>> ns = uns.loads('''
    ... uns: 1
    ... sites:
    ...   lyon:
    ...     lines:
    ...       line[1..3]: {metrics: {speed: {type: number, unit: m/s, min: 0}}}
    ... ''')
    >>> (topic,) = Catalogue(ns).topics()
    >>> topic.template, topic.filter, topic.example, topic.count
    ('lyon/line[1..3]/speed', 'lyon/+/speed', 'lyon/line1/speed', 3)
    >>> topic.kafka.topic, topic.kafka.pattern, topic.contract.metric.unit
    ('uns.lyon.line1', 'uns.lyon.*', 'm/s')
    """

    def __init__(self, namespace: Facts) -> None:
        self.namespace = namespace
        self._usage = Usage(namespace.clients.values())
        self._routes: dict[States, tuple[TopicRoute, ...]] = {}
        # By identity first, because hashing a contract takes time; it lives as long as the tree.
        self._by_identity: dict[int, ContractEntry] = {}
        self._by_content: dict[PayloadContract, ContractEntry] = {}
        self._files = _Files(namespace.model.file)

    def file_name(self, file: str) -> str:
        """The path of a file of the model, relative to the folder of its main file."""
        return self._files.name(file)

    def levels(self, node: Node) -> tuple[LevelEntry, ...]:
        """The topic levels that lead down to a node."""
        return self._position(node).levels

    def topics(self, node: Node | None = None) -> Iterator[TopicEntry]:
        """Every topic template in the order of the tree, one by one, or those at and below a node.

        Below a member of a family, the templates are those of this member alone.
        """
        start = self._position(self.namespace.root if node is None else node)
        for position in descend([start], self._below):
            if position.node.endpoint is not None:
                yield self._entry(position, position.node.endpoint)

    def contract(self, contract: PayloadContract) -> ContractEntry:
        """The entry of a contract, one for all that are equal."""
        found = self._by_identity.get(id(contract))
        if found is None:
            found = self._by_content.get(contract)
            if found is None:
                found = self._by_content[contract] = ContractEntry(
                    contract, contract_key(contract), partial(self._fit, contract)
                )
            self._by_identity[id(contract)] = found
        return found

    def _fit(self, contract: PayloadContract, message: Any) -> Any:
        """Adapt the example of ``info/1`` to the first node that has it; keep any other."""
        if contract.name != INFO or not isinstance(message, dict):
            return message
        for topic in self.topics():
            if topic.contract.contract is contract and topic.example is not None:
                levels = topic.equipment
                if not levels:
                    break
                path = "/".join(topic.example.split("/")[: len(levels)])
                own = fit_example(message, levels[-1].node, path, self.namespace.model)
                try:
                    payloads.validate(contract, own, "producer")
                except InvalidPayload:
                    break
                return own
        return message

    @cached_property
    def contracts(self) -> tuple[ContractEntry, ...]:
        """The contracts of all topics in the order of the tree, each once; then those of classes.

        Only payloads in use are among them, not all that are declared.
        """
        found: dict[ContractEntry, None] = {}
        for node in self.namespace.endpoints():
            if node.contract is not None:
                found[self.contract(node.contract)] = None
        for entry in self.classes:
            topics = (entry.topics, *(part.topics for part in entry.parts))
            found.update((topic.contract, None) for some in topics for topic in some)
        return tuple(found)

    @cached_property
    def classes(self) -> tuple[ClassEntry, ...]:
        """Every class, in the order of the model."""
        nodes = {name: _ClassNodes() for name in self.namespace.classes}
        for node in self.namespace.find(expand=False):
            names = {
                name: None for class_ in node.classes for name in (class_.name, *class_.ancestors)
            }
            for name in names:
                nodes[name].add(node)
        extended: dict[str, list[str]] = {name: [] for name in nodes}
        for class_ in self.namespace.classes.values():
            for ancestor in class_.ancestors:
                extended[ancestor].append(class_.name)
        return tuple(
            self._class(class_, nodes[name], extended[name])
            for name, class_ in self.namespace.classes.items()
        )

    @cached_property
    def clients(self) -> tuple[Client, ...]:
        """Every client, in the order of the model."""
        return tuple(self.namespace.clients.values())

    @cached_property
    def brokers(self) -> tuple[BrokerEntry, ...]:
        """Every broker, in the order of the model."""
        tiers = self.namespace.tiers
        if tiers is None:
            return ()
        links = {link.broker: (tuple(link.up), tuple(link.down)) for link in tiers.links}
        return tuple(
            BrokerEntry(
                broker,
                tuple(client.name for client in tiers.clients_at(broker.name)),
                *links.get(broker.name, ()),
            )
            for broker in tiers.brokers.values()
        )

    @cached_property
    def open_nodes(self) -> tuple[OpenEntry, ...]:
        """The outermost open nodes, in the order of the tree."""
        return tuple(self.open_at(self.namespace.root))

    def open_at(self, node: Node) -> Iterator[OpenEntry]:
        """The outermost open nodes at and below a node; if it is inside an open node, that one."""
        for found in open_nodes(self.namespace, node):
            yield OpenEntry(found, found.template, self._files.source(found.span))

    @property
    def kafka_by_default(self) -> bool:
        """Whether the model does not configure Kafka, so that the mapping is the default one."""
        return not self.namespace.kafka.settings

    # --- one topic ---------------------------------------------------------------------------------

    def _position(self, node: Node) -> _Position:
        path = []
        while (parent := node.parent) is not None:
            path.append(node)
            node = parent
        tiers = self.namespace.tiers
        states = self._usage.start, tiers.start if tiers else frozenset()
        position = _Position(node, *states, (), "", "", "", 1, None)
        for below in reversed(path):
            position = self._down(position, below)
        return position

    def _below(self, position: _Position) -> Iterator[_Position]:
        for node in position.node.members(expand=False):
            yield self._down(position, node)

    def _down(self, position: _Position, node: Node) -> _Position:
        tiers = self.namespace.tiers
        segment, literal = node.segment, node.segment.literal
        is_first = not position.levels
        slash = "" if is_first else "/"
        text = example_level(segment, is_first=is_first) if literal is None else literal
        example = position.example
        return _Position(
            node,
            self._usage.down(position.states, segment),
            tiers.down(position.tier_states, segment) if tiers else position.tier_states,
            (*position.levels, LevelEntry(node, self._files)),
            f"{position.template}{slash}{segment.text}",
            f"{position.filter}{slash}{'+' if literal is None else literal}",
            None if example is None or text is None else f"{example}{slash}{text}",
            position.count * from_number(segment.count),
            node.deprecated or position.deprecated,
        )

    def _entry(self, position: _Position, endpoint: Endpoint) -> TopicEntry:
        example = position.example if is_topic_name(position.example or "") else None
        return TopicEntry(
            position.template,
            position.filter,
            position.levels,
            example,
            to_number(position.count),
            endpoint,
            self.contract(endpoint.contract),
            position.deprecated,
            self._usage.users(position.states),
            self._kafka(position.levels, example),
            self._ways(position.tier_states),
        )

    def _ways(self, states: States) -> tuple[TopicRoute, ...]:
        """The routes of topics that end in these states; topics with the same ones share them."""
        tiers = self.namespace.tiers
        if tiers is not None and states not in self._routes:
            self._routes[states] = tiers.routes_after(states)
        return self._routes.get(states, ())

    def _kafka(self, levels: tuple[LevelEntry, ...], example: str | None) -> KafkaEntry:
        if example is None:
            return KafkaEntry(refusal="the template has no topics")
        translation = self.namespace.kafka
        try:
            address = translation.mapping.to_kafka(example)
        except Untranslatable as error:
            return KafkaEntry(refusal=error.reason)
        partitions = translation.cluster.partitions
        pattern = str(address.topic)
        topics: Count = 1
        place_levels = 0
        lead = f"{translation.mapping.prefix}."
        if address.topic.startswith(lead):
            # One segment of the name for each level of the place; a family fills one as a whole.
            segments = address.topic[len(lead) :].split(".")
            place_levels = len(segments)
            for at, level in enumerate(levels[: len(segments)]):
                if level.literal is None:
                    segments[at] = "*"
                    topics *= from_number(level.count)
            pattern = lead + ".".join(segments)
        return KafkaEntry(
            topic=str(address.topic),
            pattern=pattern,
            topics=to_number(topics),
            place_levels=place_levels,
            key=address.key.decode(),
            partition=address.partition(partitions),
            partitions=partitions,
        )

    # --- one class ---------------------------------------------------------------------------------

    def _class(
        self, class_: EquipmentClass, nodes: _ClassNodes, descendants: list[str]
    ) -> ClassEntry:
        members = self.namespace.class_members.get(class_.name, NO_MEMBERS)
        names = {f"class {name}" for name in (class_.name, *class_.ancestors)}
        topics = {endpoint.key: endpoint for endpoint in _endpoints(members)}
        # What the class leaves incomplete is shown as one of its nodes completes it.
        for endpoint in nodes.endpoints.values():
            topics.setdefault(endpoint.key, endpoint)
        return ClassEntry(
            class_,
            tuple(descendants),
            tuple(
                self._class_topic(endpoint)
                for endpoint in topics.values()
                if names.intersection(endpoint.declared_by)
            ),
            tuple(self._parts(members, ())),
            nodes.templates,
            to_number(nodes.count),
            self._files.source(class_.origin and class_.origin.span),
        )

    def _class_topic(self, endpoint: Endpoint) -> ClassTopic:
        return ClassTopic(endpoint, self.contract(endpoint.contract))

    def _parts(self, members: Members, above: tuple[str, ...]) -> Iterator[ClassPart]:
        """The equipment among ``members``, and the parts of a part that has no class."""
        for place in members:
            if place.type is None:
                continue
            path = (*above, place.segment.text)
            yield ClassPart(
                path="/".join(path),
                level=place.type.level,
                classes=tuple([class_.name for class_ in place.type.classes]),
                count=place.segment.count,
                label=place.notes.label or place.type.notes.label,
                description=place.notes.description or place.type.notes.description,
                topics=tuple(
                    self._class_topic(endpoint)
                    for endpoint in _endpoints(place.members)
                    if "node" in endpoint.declared_by
                ),
            )
            if not place.type.classes:
                yield from self._parts(place.members, path)


def _endpoints(members: Members) -> Iterator[Endpoint]:
    """The endpoints of the equipment itself, not those of equipment below it."""

    def own(members: Members) -> Iterator[Place]:
        return (place for place in members if place.type is None)

    places = descend(own(members), lambda place: own(place.members))
    return (place.endpoint for place in places if place.endpoint is not None)


# --- on the way down -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Position:
    """A node with what adds up on the way down to it."""

    node: Node
    states: States
    tier_states: States
    levels: tuple[LevelEntry, ...]
    template: str
    filter: str
    #: ``None`` if a level of the template cannot have any text.
    example: str | None
    count: Count
    deprecated: Deprecated | None


def example_level(segment: Segment, *, is_first: bool) -> str | None:
    """The first or simplest level of a family or an open set; ``None`` if there is none."""
    values = [_values(part) for part in segment.varying]
    # The simplest text of a pattern may be empty, or hold characters that no topic level has.
    for at in range(max(map(len, values))):
        chosen = [options[min(at, len(options) - 1)] for options in values]
        try:
            level = segment.format(*chosen)
        except InvalidArgument:
            continue  # a closed sibling of the open set
        is_level = "/" not in level and is_topic_name(f"-{level}")
        if is_level and not (is_first and level.startswith("$")):
            return level
    return _level_besides(segment, is_first=is_first) if segment.less else None


#: Texts that are no topic level, and levels that no wildcard matches first in a topic.
_NO_LEVEL, _HIDDEN = Pattern(r"[^/+#\x00]*[/+#\x00](.|\n)*"), Pattern(r"\$(.|\n)*")


def _level_besides(segment: Segment, *, is_first: bool) -> str | None:
    """A level of an open set that is none of its closed siblings."""
    try:
        return segment.level_without([_NO_LEVEL, *([_HIDDEN] if is_first else [])])
    except UndecidedPattern:
        return None


def _values(part: Choice | Name) -> list[str]:
    """Values of a part, the best example first; at least one."""
    if isinstance(part, Choice):
        return [next(iter(part))]
    if part.pattern is None:
        return [part.name]
    simplest = part.pattern.example()
    named = [part.name] if part.pattern.matches(part.name) else []
    return [simplest, *named] if simplest else [*named, simplest]


class _ClassNodes:
    """The nodes of one class, counted, with their endpoints."""

    def __init__(self) -> None:
        self.templates = 0
        self.count: Count = 0
        self.endpoints: dict[int, Endpoint] = {}

    def add(self, node: Node) -> None:
        self.templates += 1
        self.count += from_number(node.count)
        for found in node.own_endpoints(expand=False):
            # Nodes without declarations of their own share the endpoints of their class.
            if found.endpoint is not None:
                self.endpoints.setdefault(id(found.endpoint), found.endpoint)
