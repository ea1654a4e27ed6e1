"""The declared tree: places, what they hold, and the endpoints they carry.

A :class:`Place` is one position as the model declares it. Places are shared:
every machine of a class holds the same :class:`Members` object, and a family
(``machine[1..4]``) is one place however many topics it stands for. So the cost
of a tree is that of its file, and whoever wants concrete topics makes them
from places as they are asked for.

Whoever looks at a whole tree does it with one of two functions: :func:`fold` goes
through each shared part once, from the bottom up, and :func:`descend` through every
position, from the top down.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, Self, TypeVar

from uns.counts import Count, from_number
from uns.diagnostics import Span
from uns.isa95 import EquipmentLevel
from uns.payloads import PayloadContract, ValueType, example_size
from uns.rates import Duration, Rate
from uns.topics.templates import Segment

T = TypeVar("T")
#: A part of a tree: members, or members and what is known of the way to them.
P = TypeVar("P", bound=Hashable)


class Frozen:
    """What does not change once it is made: a copy of it is itself."""

    __slots__ = ()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


class PlaceKind(StrEnum):
    """What a position of the tree is."""

    ROOT = "root"
    EQUIPMENT = "equipment"
    ASPECT = "aspect"
    LEVEL = "level"
    ENDPOINT = "endpoint"


class Kind(StrEnum):
    """What the messages of a topic are over time.

    A *state* is the latest value, an *event* happened once, a *record* is kept,
    a *command* asks for something.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}}")
    >>> ns["lyon/power"].endpoint.kind is Kind.STATE
    True
    """

    STATE = "state"
    EVENT = "event"
    RECORD = "record"
    COMMAND = "command"


class Source(Protocol):
    """A file that can tell where the entries of its mappings stand."""

    name: str
    text: str

    def key_span(self, container: int, key: str) -> Span:
        """Where ``key`` of mapping number ``container`` stands."""
        ...

    def inner_span(self, container: int, key: str, inner: str) -> Span | None:
        """Where the value of ``inner`` stands in the mapping under ``key``; ``None`` without one."""
        ...


class Origin(NamedTuple):
    """Where a declaration stands in its file; the line is looked up when it is asked for.

    ``others`` are the places in other files that say more of the same node.
    """

    source: Source
    container: int
    key: str
    others: tuple[Origin, ...] = ()

    @property
    def span(self) -> Span:
        """The place in the file."""
        return self.source.key_span(self.container, self.key)

    def span_of(self, facet: str) -> Span | None:
        """Where the declaration says ``facet``; ``None`` where it does not."""
        spans = (
            place.source.inner_span(place.container, place.key, facet) for place in self.places
        )
        return next(filter(None, spans), None)

    @property
    def places(self) -> tuple[Origin, ...]:
        """This place and the others."""
        return (self, *self.others)


@dataclass(frozen=True, slots=True)
class Deprecated:
    """When something goes out of use, in model versions, and what takes its place."""

    since: str | None = None
    until: str | None = None
    replaced_by: str | None = None
    #: The keys of other programs, ``x-...``, with their values as JSON.
    extensions: Mapping[str, Any] = field(default_factory=dict, hash=False, repr=False)


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Notes(NamedTuple):
    """What people need to know of a node or a topic; absent is ``None``."""

    label: str | None = None
    description: str | None = None
    owner: str | None = None
    deprecated: Deprecated | None = None
    moved_from: tuple[str, ...] = ()
    source_id: str | None = None
    asset: str | None = None
    #: The pattern that the names below a node match, where the node says one.
    segment: str | None = None
    properties: Mapping[str, Any] = _NOTHING
    extensions: Mapping[str, Any] = _NOTHING

    def __reduce__(self) -> tuple[Any, ...]:
        return Notes, (*self[:-2], dict(self.properties), dict(self.extensions))


#: The notes of a declaration that says nothing of the kind.
NO_NOTES = Notes()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What one topic publishes, as its level, classes and node declare it together.

    ``leaf`` is the topic below the node, without the segment of its ``aspect``;
    it may hold slashes. ``metric`` is the type of the value when the topic is a
    metric. ``declared_by`` names everything that contributed, in order of
    precedence (``"level work_cell"``, ``"class Filler"``, ``"node"``), and
    ``origins`` the place of each; there are none for what no file declares.

    ``every`` is the longest silence between two messages of a state or a record, ``rate`` the
    mean number of messages and ``bytes`` the mean size of a payload. After ``expires`` a broker
    no longer delivers a command or an event (MQTT 5.0 §3.3.2.3.3). What the model does not say
    is ``None``.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}}")
    >>> endpoint = ns["lyon/power"].endpoint
    >>> endpoint.key, endpoint.metric.unit, endpoint.contract.name, endpoint.retain
    ('power', 'kW', 'vtq/1', True)
    """

    leaf: str
    contract: PayloadContract
    kind: Kind = Kind.STATE
    retain: bool = True
    qos: int = 1
    aspect: str | None = None
    required: bool = False
    metric: ValueType | None = None
    notes: Notes = field(default=NO_NOTES, repr=False)
    declared_by: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = field(default=(), repr=False)
    every: Duration | None = None
    rate: Rate | None = None
    bytes: int | None = None
    expires: Duration | None = None

    @property
    def messages_per_second(self) -> Fraction | None:
        """The mean number of messages a second: ``rate``, else one in each ``every``, exactly.

        >>> import uns
        >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, every: 10 s}}}}}")
        >>> ns["lyon/power"].endpoint.messages_per_second
        Fraction(1, 10)
        """
        if self.rate is not None:
            return self.rate.per_second
        return 1 / self.every.seconds if self.every is not None else None

    @property
    def bytes_per_message(self) -> int | None:
        """The mean size of a payload: ``bytes``, else the size of the example, as compact JSON.

        >>> import uns
        >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}}")
        >>> ns["lyon/power"].endpoint.bytes_per_message
        79
        """
        return example_size(self.contract) if self.bytes is None else self.bytes

    @property
    def pace(self) -> str:
        """How often and how large messages are, and when they expire, in words; may be empty.

        >>> import uns
        >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, every: 10 s}}}}}")
        >>> ns["lyon/power"].endpoint.pace
        'at least every 10 s'
        """
        parts = [
            f"at least every {self.every}" if self.every else "",
            f"{self.rate} on average" if self.rate else "",
            "" if self.bytes is None else f"{self.bytes:,} bytes on average",
            f"expires after {self.expires}" if self.expires else "",
        ]
        return ", ".join(filter(None, parts))

    @property
    def origin(self) -> Origin | None:
        """Where it is declared first."""
        return self.origins[0] if self.origins else None

    def span_of(self, facet: str) -> Span | None:
        """Where ``facet`` was said last: ``unit``, ``retain``; ``None`` where nobody says it."""
        spans = (origin.span_of(facet) for origin in reversed(self.origins))
        return next(filter(None, spans), None)

    @property
    def is_info(self) -> bool:
        """True for the `_info` that `info: true` gives to every node, which no file declares alone.

        >>> import uns
        >>> ns = uns.loads("{uns: 1, sites: {lyon: {info: true}}}")
        >>> ns["lyon/_info"].endpoint.is_info
        True
        """
        return self.declared_by in {("defaults",), ("info",)}

    @property
    def key(self) -> str:
        """How the model calls it below its node: ``temperature``, ``mes:job-order``."""
        return f"{self.aspect}:{self.leaf}" if self.aspect else self.leaf


def formerly(text: str, place: Place, here: str) -> str:
    """The topic that ``moved_from`` means at a place, which stands at ``here``.

    A metric or a topic may say the last level it had alone: whatever has a class has a
    place of its own for each node.
    """
    if "/" in text or place.endpoint is None or place.type is not None:
        return text
    above, slash, _ = here.rpartition("/")
    return f"{above}{slash}{text}"


@dataclass(frozen=True, slots=True)
class EquipmentClass:
    """An equipment class as declared, with every class it refines.

    ``ancestors`` lists them from the nearest to the furthest. ``moved_from`` are the names that
    it and they had before.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, classes: {Machine: {level: work_cell}, Filler: {extends: Machine}}}")
    >>> ns.classes["Filler"].ancestors
    ('Machine',)
    """

    name: str
    level: EquipmentLevel | None
    ancestors: tuple[str, ...] = ()
    abstract: bool = False
    required: tuple[str, ...] = ()
    properties: Mapping[str, ValueType] = field(default_factory=dict, repr=False)
    notes: Notes = field(default=NO_NOTES, repr=False)
    origin: Origin | None = field(default=None, repr=False)
    moved_from: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The names under which its nodes are found: its own, those it refines, former ones.

        >>> import uns
        >>> ns = uns.loads("{uns: 1, classes: {Filler: {moved_from: Fller}}}")
        >>> sorted(ns.classes["Filler"].names)
        ['Filler', 'Fller']
        """
        return frozenset((self.name, *self.ancestors, *self.moved_from))


@dataclass(frozen=True, slots=True, eq=False)
class EquipmentType:
    """What all nodes of one level and one list of classes have in common.

    ``required`` are the topics every such node must have, ``notes`` what the
    classes say of it.
    """

    level: EquipmentLevel
    classes: tuple[EquipmentClass, ...] = ()
    required: tuple[str, ...] = ()
    notes: Notes = field(default=NO_NOTES, repr=False)

    def is_a(self, name: str) -> bool:
        """Whether the nodes are of class ``name`` or of one that extends it; former names count."""
        return any(
            name == c.name or name in c.ancestors or name in c.moved_from for c in self.classes
        )


class Place:
    """One position of the declared tree.

    ``segment`` says which topic levels it stands for, ``members`` what stands
    below it, ``endpoint`` what its own topic carries, ``open`` that anything
    below it is legal.
    """

    __slots__ = ("endpoint", "kind", "members", "notes", "open", "origin", "segment", "type")

    def __init__(
        self,
        kind: PlaceKind,
        segment: Segment,
        members: Members,
        type: EquipmentType | None = None,
        endpoint: Endpoint | None = None,
        notes: Notes = NO_NOTES,
        open: bool = False,
        origin: Origin | None = None,
    ) -> None:
        self.kind = kind
        self.segment = segment
        self.members = members
        self.type = type
        self.endpoint = endpoint
        self.notes = notes
        self.open = open
        self.origin = origin

    def __repr__(self) -> str:
        return f"<{self.kind} {self.segment.text!r}>"

    @property
    def count(self) -> Count:
        """How many topic levels it stands for."""
        return from_number(self.segment.count)


class Members:
    """What stands directly below a place, in declaration order, endpoints first.

    Segments of members never overlap, so a topic level belongs to one at most.
    """

    __slots__ = ("families", "literals", "order")

    def __init__(self, places: list[Place] | tuple[Place, ...] = ()) -> None:
        self.order = places
        self.literals: dict[str, Place] = {}
        families = []
        for place in places:
            literal = place.segment.literal
            if literal is None:
                families.append(place)
            else:
                self.literals[literal] = place
        self.families = tuple(families)

    def find(self, level: str) -> Place | None:
        """The member that stands for the topic level, if one does."""
        place = self.literals.get(level)
        if place is None and self.families:
            for family in self.families:
                if family.segment.match(level) is not None:
                    return family
        return place

    def __iter__(self) -> Iterator[Place]:
        return iter(self.order)

    def __len__(self) -> int:
        return len(self.order)


class FirstLevel(Members):
    """Members that start a topic: no set and no name among them takes a level that starts with $.

    A template is no wider than the filter it stands for [MQTT-4.7.2-1].
    """

    __slots__ = ()

    def find(self, level: str) -> Place | None:
        """The member that stands for the topic level, if one does."""
        return self.literals.get(level) if level.startswith("$") else super().find(level)


#: The members of a place with nothing below it.
NO_MEMBERS = Members()


# --- walks -------------------------------------------------------------------------------------------


def fold(part: P, visit: Callable[[P], Generator[P, T, T]], known: dict[P, T] | None = None) -> T:
    """What ``visit`` makes of a part of a tree, from what it makes of the parts below.

    ``visit`` is written as if it called itself: it yields a part below to get its result,
    and returns its own. Each part is visited once, however many nodes share it, and a deep
    tree needs no deep stack. ``known`` keeps the results, those below before those above.

    >>> from uns.topics.templates import Segment
    >>> def depth(members):
    ...     deepest = 0
    ...     for place in members:
    ...         deepest = max(deepest, 1 + (yield place.members))
    ...     return deepest
    >>> leaf = Members([Place(PlaceKind.ENDPOINT, Segment.fixed("speed"), NO_MEMBERS)])
    >>> line = Place(PlaceKind.EQUIPMENT, Segment.parse("line[1..3]"), leaf)
    >>> fold(Members([line]), depth)
    2
    """
    known = {} if known is None else known
    pending: list[tuple[P, Generator[P, Any, T]]] = [] if part in known else [(part, visit(part))]
    answer: Any = None
    while pending:
        going = pending[-1][1]
        try:
            wanted = going.send(answer)
            while wanted in known:
                wanted = going.send(known[wanted])
        except StopIteration as finished:
            answer = known[pending.pop()[0]] = finished.value
        else:
            pending.append((wanted, visit(wanted)))
            answer = None
    return known[part]


def measure(
    size: Callable[[Segment], int], members: Members
) -> Generator[Members, tuple[int, int], tuple[int, int]]:
    """To be folded: how many levels the deepest topic among ``members`` has, and the longest bytes.

    ``size`` tells the bytes of a level; one slash is counted in front of each.
    """
    deepest = longest = 0
    for place in members:
        levels, bytes_ = yield place.members
        deepest = max(deepest, levels + 1)
        longest = max(longest, bytes_ + size(place.segment) + 1)
    return deepest, longest


def downwards(top: Members) -> list[Members]:
    """All members of a tree that are not empty, each once: those above before those below.

    As far as that allows, they come in the order in which they are declared.
    """

    def visit(members: Members) -> Generator[Members, None, None]:
        for place in reversed(members.order):
            if len(place.members):
                yield place.members

    known: dict[Members, None] = {}
    fold(top, visit, known)
    return list(reversed(known))


def descend(first: Iterable[T], below: Callable[[T], Iterable[T]]) -> Iterator[T]:
    """``first`` and everything ``below`` it, what stands above before what stands below.

    Made one by one: ``below`` is asked when the next one is, and may leave out what nobody
    wants to see.

    >>> "".join(descend("a", lambda letter: "bc" if letter == "a" else ""))
    'abc'
    """
    pending = [iter(first)]
    while pending:
        for found in pending[-1]:
            yield found
            inner = below(found)
            if inner:
                pending.append(iter(inner))
                break
        else:
            pending.pop()
