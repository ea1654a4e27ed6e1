"""The namespace: a frozen, typed tree of topics.

Loading builds a :class:`Namespace`; everything else reads it. It holds the
declared places (:mod:`uns.model.tree`), makes a :class:`~uns.model.nodes.Node`
only when one is asked for, and remembers the topics it has seen. Any number of
threads may read it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, Protocol, get_args

from uns import payloads
from uns.diagnostics import Diagnostic, Span, UnknownName
from uns.isa95 import EquipmentLevel, EquipmentLevels
from uns.kafka import RecordAddress
from uns.memo import Memo
from uns.model import queries
from uns.model.clients import Client
from uns.model.composing import clear, compose, topic_name, writer
from uns.model.descriptions import describe
from uns.model.facts import Model
from uns.model.messages import ClearedMessage, Message, message_diagnostics, message_doubts
from uns.model.nodes import Node, Tree
from uns.model.queries import OnOpenSet, Path
from uns.model.resolutions import NotAnEndpoint, Outcome, Resolution, UnknownTopic, look_up
from uns.model.subscriptions import Subscriptions, subscriptions
from uns.model.tiers import Broker, Tiers
from uns.model.translation import Translation
from uns.model.tree import (
    NO_MEMBERS,
    Endpoint,
    EquipmentClass,
    FirstLevel,
    Frozen,
    Members,
    Place,
    PlaceKind,
    Source,
    descend,
    fold,
)
from uns.payloads import InvalidPayload, PayloadContract, PayloadType, View
from uns.topics.names_and_filters import InvalidTopic, Topic, TopicFilter, invalid_topic
from uns.topics.templates import Segment, TopicTemplate


class Declared(Protocol):
    """What the files of a model say outside the tree, by paths of keys and numbers of items."""

    def place(self, path: tuple[str | int, ...], key: bool) -> Span | None:
        """The place of a value, or with ``key`` of its key."""
        ...

    def value(self, path: tuple[str | int, ...]) -> Any:
        """A value as it was read; ``None`` for nothing."""
        ...


#: The limits on the topics that a namespace remembers, for known and for unknown ones.
KNOWN_TOPICS, UNKNOWN_TOPICS = 32_768, 4_096


@dataclass(frozen=True, eq=False, kw_only=True)
class Namespace(Frozen):
    """A Unified Namespace: every topic of a model, its payload, and the clients that use it.

    :func:`uns.load` makes it; it does not change afterwards.

    >>> import uns
    >>> ns = uns.loads('''
    ... uns: 1
    ... model: {id: acme, version: 1.4.0, x-plan: blue}
    ... classes: {Line: {level: production_line}}
    ... sites:
    ...   lyon:
    ...     lines:
    ...       line[1..3]: {class: Line, metrics: {speed: {type: number, unit: m/s}}}
    ...       "{spare}": {pattern: "spare[0-9]+", metrics: {speed: {type: number, unit: m/s}}}
    ... clients:
    ...   historian: {subscribe: ["lyon/#"]}
    ... ''')
    >>> ns.count("lyon/line2/#"), list(ns.topics("lyon/line2/#"))
    (1, ['lyon/line2/speed'])
    >>> ns.model.version, list(ns.classes), ns.clients["historian"].subscribe
    ('1.4.0', ['Line'], ('lyon/#',))
    >>> ns.payloads["vtq/1"].name, ns.levels.by_key["lines"].name, ns.aspects, ns.root_levels
    ('vtq/1', 'production_line', {}, ())
    >>> ns.profiles, ns.lint_settings, ns.is_strict, ns.segment
    ((), {}, True, None)
    >>> [source.name for source in ns.sources], ns.libraries, len(ns.class_members["Line"])
    (['<text>'], frozenset(), 0)
    >>> ns.extensions
    {('model',): {'x-plan': 'blue'}}
    """

    #: The id, version and owner of the model.
    model: Model
    #: The fixed levels in front of every topic, `topic.root`.
    root_levels: tuple[str, ...]
    #: The equipment levels of ISA-95 and of the company.
    levels: EquipmentLevels
    #: The equipment classes by name.
    classes: Mapping[str, EquipmentClass]
    #: The payloads by name and version, `counts/1`, with those of included libraries.
    payloads: Mapping[str, PayloadType]
    #: The topic level of each aspect.
    aspects: Mapping[str, str]
    #: The client programs by name.
    clients: Mapping[str, Client]
    #: The MQTT brokers by name; none where one broker has everything.
    brokers: Mapping[str, Broker] = field(default_factory=dict)
    #: The brokers and conventions that the model is checked for, `topic.profiles`.
    profiles: tuple[str, ...]
    #: The settings under `lint:` in the model, by key.
    lint_settings: Mapping[str, Any]
    _kafka_settings: Mapping[str, Any] = field(repr=False)
    _tree: Tree = field(repr=False)
    #: The files it was made from, the main one first, without built-in libraries.
    sources: tuple[Source, ...] = field(default=(), repr=False)
    #: The names of those files that are libraries.
    libraries: frozenset[str] = field(default=frozenset(), repr=False)
    #: The names of the JSON Schema files of payloads, with those that they refer to.
    schema_files: tuple[str, ...] = field(default=(), repr=False)
    #: Whether levels nest as in ISA-95; with `containment: free` any level may be under any other.
    is_strict: bool = field(default=True, repr=False)
    #: The pattern that names must match, `topic.segment`, where no node says another.
    segment: str | None = field(default=None, repr=False)
    #: By class, what the class declares below each of its nodes.
    class_members: Mapping[str, Members] = field(default_factory=dict, repr=False)
    #: The keys of other programs, `x-...`, outside the tree, by the path of their declaration.
    extensions: Mapping[tuple[str | int, ...], Mapping[str, Any]] = field(
        default_factory=dict, repr=False
    )
    _declared: Declared | None = field(default=None, repr=False)
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
    _writers: dict[int, Callable[[Any], bytes]] = field(
        default_factory=dict, init=False, repr=False
    )

    def __getstate__(self) -> dict[str, Any]:
        """The arguments it was made from; seen topics and compiled contracts are not pickled."""
        return {made.name: getattr(self, made.name) for made in fields(self) if made.init}

    def __setstate__(self, state: dict[str, Any]) -> None:
        Namespace.__init__(self, **state)

    def __repr__(self) -> str:
        version = f" {self.model.version}" if self.model.version else ""
        return f"<Namespace {self.model.id or 'without id'}{version}>"

    @property
    def top(self) -> Members:
        """What is at the top of the declared tree.

        >>> [place.segment.text for place in ns.top]
        ['lyon']
        """
        return self._tree.top

    def node(self, places: Sequence[Place], levels: Sequence[str | None] | None = None) -> Node:
        """The node at the end of declared places.

        A family is one node, unless ``levels`` say which of its members is meant.

        >>> ns.node(ns["lyon/line2"].places).template.text
        'lyon/line[1..3]'
        """
        if levels is None:
            levels = [place.segment.literal for place in places]
        return Node(self._tree, tuple(places), tuple(levels))

    def locate(self, *path: str | int, key: bool = False) -> Span | None:
        """The place in the model's files that declares something outside the tree, or ``None``.

        ``path`` are the keys down to it, and the positions of items in lists. The
        result is the place of the value, or with ``key`` that of the last key.

        >>> str(ns.locate("model", "id")), str(ns.locate("clients", "historian", "subscribe", 0))
        ('<text>:3:13', '<text>:11:27')
        >>> ns.locate("model", "owner") is None
        True
        """
        return None if self._declared is None else self._declared.place(path, key)

    def declared(self, *path: str | int) -> Any:
        """What the model's files say outside the tree at a path of keys; ``None`` for nothing.

        Nothing is inherited or filled in.

        >>> ns.declared("classes", "Line", "level"), ns.declared("model", "owner")
        ('production_line', None)
        """
        return None if self._declared is None else self._declared.value(path)

    # --- for other programs ------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Everything that ``topics.json`` says of the namespace, as dicts and lists for JSON.

        It is what ``uns export topics-json`` writes, with an empty list of findings, because
        nothing is judged here. A family is one entry, and a fact without a value is left out.
        ``schemas/topics.schema.json`` describes it. Every call reads the whole model and makes a
        new dict; ``Node.to_dict`` is for a part.

        >>> said = ns.to_dict()
        >>> [(topic["template"], topic["count"]) for topic in said["topics"][:1]]
        [('lyon/line[1..3]/speed', 3)]
        >>> said["model"], said["topics"][0]["subscribers"]
        ({'id': 'acme', 'version': '1.4.0'}, ['historian'])
        """
        return describe(self)

    # --- one topic ---------------------------------------------------------------------------------

    def resolve(self, topic: str) -> Resolution:
        """Look ``topic`` up; this never raises.

        A topic that was seen before costs about one dict lookup.

        >>> ns.resolve("lyon/line2/speed").outcome.value, ns.resolve("lyon/line9/speed").matched
        ('endpoint', 'lyon')
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

        >>> ns["lyon/line2"].equipment_level.name
        'production_line'

        Raises:
            InvalidTopic: not a topic name.
            UnknownTopic: there is no such position; the message says how far the topic matches.
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
        """Whether ``topic`` is a position of the tree.

        >>> "lyon/line2" in ns, "lyon/line9" in ns
        (True, False)
        """
        if not isinstance(topic, str):
            return False
        resolution = self.resolve(topic)
        return resolution.node is not None or self._inside_open(resolution) is not None

    # --- messages ----------------------------------------------------------------------------------

    def validate(self, topic: str, payload: object, view: View = "consumer") -> Message:
        """Check a message against the contract of its topic, and return it.

        ``payload`` is the message as ``bytes`` or ``str``, or a Python object that stands
        for its JSON; a ``str`` is always the text of a message, never a value. With the view of a consumer the payload may have fields that the
        contract does not name; a producer may not send any. Below an open node, a
        topic that is not in the model passes with its payload unchanged. The empty payload
        clears a retained topic, whatever its contract says: see ``message.is_cleared``.

        >>> ns.validate("lyon/line2/speed", b'{"timestamp_ms": 1767225600000, "value": 0.8}').value
        {'timestamp_ms': 1767225600000, 'value': 0.8}

        Raises:
            InvalidTopic: not a topic name.
            UnknownTopic: the namespace has no such topic.
            NotAnEndpoint: a position where nothing is published.
            InvalidPayload: the payload breaks the contract; the error holds every fault.
            UnknownName: ``view`` is neither ``"consumer"`` nor ``"producer"``.
        """
        found = self._known.get(topic)
        if found is None:
            found = self._resolve(topic)
        if isinstance(payload, _SENT) and not payload and _is_retained(found.endpoint):
            return ClearedMessage(found, None)
        if view == "consumer":
            check = found._consumer
        else:
            check = found._producer if view == "producer" else None
        if check is None:
            check = self._check_of(found, view)
        # Without the constructor: calling it takes as long as finding the topic.
        message = _blank(Message)
        message.topic, message.value, message._resolution = found.topic, check(payload), found
        return message

    def _check_of(self, found: Resolution, view: View) -> Callable[[object], Any]:
        """The function that checks a payload at a topic; kept with the topic for the next message."""
        if view not in get_args(View):
            raise UnknownName("view", view, get_args(View), "it is consumer or producer")
        found.raise_unless_endpoint()
        contract = found.contract
        check = _as_it_came if contract is None else self._compiled(contract, view)
        if view == "consumer":
            found._consumer = check
        else:
            found._producer = check
        return check

    def _compiled(self, contract: PayloadContract, view: View) -> Callable[[object], Any]:
        # By identity: a contract lives as long as the tree, and hashing it visits all of its fields.
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
        """The faults of a message as findings, and doubts; empty for a valid message.

        A time that is valid, but looks as if it is in another unit, is a warning (V202): seconds
        are milliseconds of January 1970.

        >>> for finding in ns.check("lyon/line2/speed", {"timestamp_ms": 1767225600000, "value": "fast"}):
        ...     print(finding.code, finding.message)
        V201 vtq/1: $.value: expected a number in m/s, found "fast"
        """
        try:
            message = self.validate(topic, payload, view)
        except (InvalidTopic, UnknownTopic, NotAnEndpoint, InvalidPayload) as error:
            return tuple(message_diagnostics(topic, error))
        contract = message.contract
        if contract is None or message.is_cleared:
            return ()
        value = message.value
        if contract.name in self._bound:
            # An instance of a bound type need not show its JSON.
            value = payloads.validate(contract, payload, view)
        return tuple(message_doubts(contract, topic, value))

    def compose(
        self, topic: str | TopicTemplate, value: Any, /, **names: str | int
    ) -> tuple[Topic, bytes]:
        """The message for a value: its topic and its bytes, checked as a producer.

        It is the other half of :meth:`validate`: ``value`` is what the value of the message
        will be, ``ns.validate(*ns.compose(topic, value)).value == value``. So it is the whole
        message (of ``vtq/1`` the object with its time), a ``str`` is a text and never JSON,
        ``None`` is ``null``, and ``bytes`` are only for payloads that are bytes. ``topic`` may be
        a template; then ``names`` are the values of its names. A text with ``{`` in it is a
        template: pass a :class:`~uns.Topic` if the topic has such a level.

        >>> ns.compose("lyon/line2/speed", {"timestamp_ms": 1, "value": 0.8})
        ('lyon/line2/speed', b'{"timestamp_ms":1,"value":0.8}')
        >>> ns.compose("lyon/{spare}/speed", {"timestamp_ms": 1, "value": 2}, spare="spare7")[0]
        'lyon/spare7/speed'

        Raises:
            InvalidTemplate: a name is missing, unknown, or does not fit.
            InvalidTopic: not a topic name.
            UnknownTopic: the namespace has no such topic.
            NotAnEndpoint: a position where nothing is published.
            InvalidPayload: the value breaks the contract, or would not be read as it is.
            InvalidArgument: the topic is below an open node, and the value is not ``bytes``.
        """
        found = self.resolve(topic_name(topic, names))
        check = self._check_of(found, "producer")
        return compose(found, value, self._writer(found.contract), check)

    def _writer(self, contract: PayloadContract | None) -> Callable[[Any], bytes]:
        known = self._writers.get(id(contract))
        if known is None:
            model = None if contract is None else self._bound.get(contract.name)
            known = self._writers[id(contract)] = writer(contract, model)
        return known

    def clear(self, topic: str) -> tuple[Topic, bytes]:
        """The empty message that clears a retained topic: the broker forgets the last one.

        >>> ns.clear("lyon/line2/speed")
        ('lyon/line2/speed', b'')

        Raises:
            InvalidTopic: not a topic name.
            UnknownTopic: the namespace has no such topic.
            NotAnEndpoint: a position where nothing is published.
            InvalidArgument: the topic is not retained.
        """
        found = self.resolve(topic)
        found.raise_unless_endpoint()
        return clear(found)

    def bind(self, payload: str, model: Any) -> Namespace:
        """A namespace whose messages of ``payload`` have instances of ``model`` as their values.

        ``model`` is a pydantic model, or any type that pydantic can validate. The
        contract of the model file still holds. This namespace does not change.

        >>> import pydantic
        >>> class Reading(pydantic.BaseModel):
        ...     timestamp_ms: int
        ...     value: float
        >>> message = ns.bind("vtq/1", Reading).validate("lyon/line2/speed", {"timestamp_ms": 1, "value": 2})
        >>> message.value
        Reading(timestamp_ms=1, value=2.0)

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
        """The topics that match ``filter``, or all of them, made one by one.

        >>> list(ns.topics("lyon/+/speed", open="skip"))
        ['lyon/line1/speed', 'lyon/line2/speed', 'lyon/line3/speed']

        Raises:
            InvalidTopicFilter: not a topic filter.
            UnboundedTopics: the filter matches an open set, and ``open`` is not ``"skip"``.
            UnknownName: ``open`` is neither ``"raise"`` nor ``"skip"``.
        """
        return queries.topics(self.top, _filter(filter), open)

    def count(self, filter: str | None = None, open: OnOpenSet = "raise") -> int:
        """The number of topics that match ``filter``, or of all; families are multiplied, not listed.

        >>> ns.count("lyon/line1/#"), ns.count(open="skip")
        (1, 3)

        Raises:
            InvalidTopicFilter: not a topic filter.
            UnboundedTopics: the filter matches an open set, and ``open`` is not ``"skip"``.
            UnknownName: ``open`` is neither ``"raise"`` nor ``"skip"``.
        """
        return queries.count(self.top, _filter(filter), open)

    def templates(self, filter: str | None = None) -> Iterator[TopicTemplate]:
        """The templates of the topics that match ``filter``, or of all; there are always finitely many.

        >>> [template.text for template in ns.templates("lyon/#")]
        ['lyon/line[1..3]/speed', 'lyon/{spare}/speed']

        Raises:
            InvalidTopicFilter: not a topic filter.
        """
        return (Node(self._tree, *path).template for path in self._paths(filter))

    def endpoints(self, filter: str | None = None) -> Iterator[Node]:
        """The endpoints that match ``filter``, or all, with one template node for each family.

        >>> [(node.template.text, node.count) for node in ns.endpoints("lyon/#")]
        [('lyon/line[1..3]/speed', 3), ('lyon/{spare}/speed', None)]

        Raises:
            InvalidTopicFilter: not a topic filter.
        """
        return (Node(self._tree, *path) for path in self._paths(filter))

    def template_count(self, filter: str | None = None) -> int:
        """The number of templates that :meth:`templates` lists, without making them.

        >>> ns.template_count()
        2

        Raises:
            InvalidTopicFilter: not a topic filter.
        """
        return queries.template_count(self.top, _filter(filter))

    def allows_unmodelled(self, filter: str | None = None) -> bool:
        """Whether ``filter`` matches topics below an open node that are not in the model.

        >>> ns.allows_unmodelled(), uns.loads("{uns: 1, sites: {oslo: {open: true}}}").allows_unmodelled()
        (False, True)

        Raises:
            InvalidTopicFilter: not a topic filter.
        """
        return queries.reaches_open(self.top, _filter(filter))

    def _paths(self, filter: str | None) -> Iterator[Path]:
        return queries.paths(self.top, _filter(filter))

    # --- Kafka -------------------------------------------------------------------------------------

    @cached_property
    def kafka(self) -> Translation:
        """The Kafka mapping of the model, with plans for topic filters and the budget.

        >>> ns.kafka.plan("lyon/+/speed").exact, ns.kafka.mapping.split
        (False, 3)
        """
        made = Translation(self.top, self.root_levels, self.levels, self._kafka_settings)
        # From now on, the short forms are the mapping's own methods: one call less saves a fifth.
        self.__dict__.update(to_kafka=made.mapping.to_kafka, to_mqtt=made.mapping.to_mqtt)
        return made

    def to_kafka(self, topic: str) -> RecordAddress:
        """The Kafka topic, record key and partition of a message; short for ``kafka.to_kafka``.

        A topic that was seen before costs less than four dict lookups. The topic need
        not be in the model.

        >>> ns.to_kafka("lyon/line2/speed").topic
        'uns.lyon.line2'

        Raises:
            InvalidTopic: not a topic name.
            Untranslatable: the mapping does not cover the topic, or Kafka cannot hold its name.
        """
        return self.kafka.mapping.to_kafka(topic)

    def to_mqtt(self, kafka_topic: str, key: bytes | None) -> Topic:
        """The MQTT topic of a Kafka record; short for ``kafka.to_mqtt``.

        >>> ns.to_mqtt("uns.lyon.line2", b"lyon/line2/speed")
        'lyon/line2/speed'

        Raises:
            Untranslatable: the mapping never writes such a record.
        """
        return self.kafka.mapping.to_mqtt(kafka_topic, key)

    # --- brokers -----------------------------------------------------------------------------------

    @cached_property
    def tiers(self) -> Tiers | None:
        """The brokers as a tree, with the way of each topic; ``None`` where the model names none.

        >>> ns.tiers is None
        True
        """
        return Tiers(self.top, self.brokers, self.clients.values()) if self.brokers else None

    # --- the tree ----------------------------------------------------------------------------------

    @property
    def root(self) -> Node:
        """The root of the tree, above the first topic level.

        >>> [node.name for node in ns.root.children]
        ['lyon']
        """
        return Node(self._tree, (), ())

    @property
    def roots(self) -> Iterator[Node]:
        """The equipment at the top, below the fixed levels of ``topic.root``.

        >>> [node.topic for node in ns.roots]
        ['lyon']
        """
        node = self.root
        for level in self.root_levels:
            node = next(n for n in node.members() if n.name == level)
        return node.children

    def walk(self, *, expand: bool = True) -> Iterator[Node]:
        """Every node, depth first, made one by one.

        With ``expand=False`` a family is one template node.

        >>> [node.template.text for node in ns.walk(expand=False)]
        ['lyon', 'lyon/line[1..3]', 'lyon/line[1..3]/speed', 'lyon/{spare}', 'lyon/{spare}/speed']
        """
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
        """The equipment of a class, including classes that extend it, and of an equipment level.

        A class that was renamed is also found by the names in its ``moved_from``.
        With ``expand=False`` a family is one template node.

        >>> [node.topic for node in ns.find("Line")]
        ['lyon/line1', 'lyon/line2', 'lyon/line3']

        Raises:
            UnknownName: the model has no such class or level.
        """
        wanted = self._level(equipment_level)
        if class_ is not None and class_ not in self.classes and class_ not in self._former_classes:
            raise UnknownName("class", class_, self.classes)

        def is_wanted(place: Place) -> bool:
            type_ = place.type
            return (
                type_ is not None
                and (class_ is None or type_.is_a(class_))
                and (wanted is None or type_.level == wanted)
            )

        return self._equipment(is_wanted, expand=expand)

    @cached_property
    def _former_classes(self) -> frozenset[str]:
        """The names that classes had before."""
        return frozenset(name for made in self.classes.values() for name in made.moved_from)

    def _level(self, level: str | EquipmentLevel | None) -> EquipmentLevel | None:
        if level is None or isinstance(level, EquipmentLevel):
            return level
        found = self.levels.by_key.get(level)
        if found is None:
            raise UnknownName("equipment level", level, self.levels.by_key)
        return found

    def _equipment(self, is_wanted: Callable[[Place], bool], *, expand: bool) -> Iterator[Node]:
        """The equipment whose places are wanted.

        Without descending into topics, and into a family only if it holds anything
        that is wanted: a family may have more members than anybody can walk through.
        """
        known: dict[Members, bool] = {}

        def has_wanted(members: Members) -> Generator[Members, bool, bool]:
            for place in filter(_is_no_topic, members):
                if is_wanted(place) or (yield place.members):
                    return True
            return False

        def leads(place: Place) -> bool:
            return _is_no_topic(place) and (
                is_wanted(place) or fold(place.members, has_wanted, known)
            )

        def below(node: Node) -> Iterator[Node]:
            members = node.places[-1].members if node.places else self._tree.top
            return node.members_among(filter(leads, members), expand=expand)

        return (node for node in descend(below(self.root), below) if is_wanted(node.places[-1]))

    def filters(
        self,
        class_: str | None = None,
        equipment_level: str | EquipmentLevel | None = None,
        endpoint: str | None = None,
    ) -> Subscriptions:
        """The filters to subscribe to for an endpoint of all equipment of a class or level.

        ``endpoint`` is the key of the endpoint (``co2-pressure``, ``mes:job-order``; the empty
        key is the equipment's own topic); without it, the filters match everything below the equipment. The set is small
        and matches every topic asked for. It matches other topics of the model only
        where the ``+`` of a family does; ``over_matches`` lists these, as templates.

        >>> found = ns.filters("Line", endpoint="speed")
        >>> list(found), [template.text for template in found.over_matches]
        (['lyon/+/speed'], ['lyon/{spare}/speed'])

        Raises:
            UnknownName: the model has no such class or level, or none of the equipment has
                the endpoint.
        """
        nodes = list(self.find(class_, equipment_level, expand=False))
        if endpoint is None:
            return subscriptions(self.top, [node.places for node in nodes], below=True)
        found = [each for node in nodes for each in (node, *node.own_endpoints(expand=False))]
        targets = [node.places for node in found if node.endpoint and _key(node) == endpoint]
        if not targets and (nodes or class_ is not None):
            if not nodes:
                top = Tree(self.class_members.get(class_ or "", NO_MEMBERS))
                found = [Node(top, (), ()), *Node(top, (), ()).own_endpoints(expand=False)]
            _check_endpoint(endpoint, {_key(node) for node in found if not nodes or node.endpoint})
        return subscriptions(self.top, targets, below=False)


#: Most endpoints that an error lists.
_SOME = 8

_blank = Message.__new__

#: What a client may deliver a payload as; anything else is judged as its JSON.
_SENT = (bytes, str, bytearray, memoryview)


def _is_retained(endpoint: Endpoint | None) -> bool:
    return endpoint is not None and endpoint.retain


def _is_no_topic(place: Place) -> bool:
    """True for equipment, and for the fixed levels above all equipment."""
    return place.kind is PlaceKind.EQUIPMENT or place.kind is PlaceKind.ROOT


def _key(node: Node) -> str:
    return node.endpoint.key if node.endpoint is not None else ""


def _check_endpoint(endpoint: str, keys: set[str]) -> None:
    """Raise UnknownName unless the endpoint is among those that the equipment has."""
    if endpoint in keys:
        return
    named = sorted(keys - {""})
    few = named[:_SOME]
    more = f" and {len(named) - _SOME} more" if len(named) > _SOME else ""
    others = f"the equipment has {', '.join(few)}{more}" if few else "the equipment has none"
    raise UnknownName("endpoint", endpoint, named, others)


def _as_it_came(payload: object) -> object:
    """Return the payload of a topic that is not in the model, unchecked."""
    return payload


def _filter(text: str | None) -> TopicFilter | None:
    return None if text is None else TopicFilter(text)


def fixed_root(levels: Sequence[str], top: Members) -> Members:
    """``top`` below the fixed levels of ``topic.root``."""
    for level in reversed(levels):
        top = Members([Place(PlaceKind.ROOT, Segment.fixed(level), top)])
    return FirstLevel(top.order)
