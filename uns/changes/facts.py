"""What changed between two versions of a namespace, as facts.

A :class:`Change` says what happened to what, and where; whether that breaks
anybody is judged by the rules. Everything that one declaration brings about is
one change, with the number of topics it concerns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from uns.diagnostics import Span
from uns.model.tree import Deprecated, Endpoint, Origin
from uns.payloads import Compatibility

__all__ = ["Change", "ChangeKind", "Subject"]


class ChangeKind(StrEnum):
    """What happened."""

    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"
    ADDED = "added"


class Subject(StrEnum):
    """What it happened to."""

    #: Topics and nodes that are there or not.
    TOPIC = "topic"
    EQUIPMENT = "equipment"
    ROOT = "root"
    OPEN = "open"

    #: What topics carry.
    PAYLOAD = "payload"
    TYPE = "type"
    UNIT = "unit"
    RANGE = "range"
    VALUES = "values"
    LENGTH = "length"
    PATTERN = "pattern"
    FIELD = "field"
    PRESENCE = "presence"
    DEFAULT = "default"
    JSON_SCHEMA = "JSON Schema"

    #: How they are published.
    KIND = "kind"
    RETAIN = "retain"
    QOS = "qos"
    REQUIRED = "required"
    ASPECT = "aspect"

    #: What a node is.
    CLASS = "class"
    LEVEL = "equipment level"

    #: What people say of it.
    OWNER = "owner"
    LABEL = "label"
    DESCRIPTION = "description"
    DEPRECATED = "deprecated"
    MOVED_FROM = "moved_from"
    SOURCE_ID = "source id"
    ASSET = "asset"
    PROPERTY = "property"

    #: What the model says outside its tree.
    MODEL = "model"
    VERSION = "version"
    CLIENT = "client"
    PUBLISH = "publish"
    SUBSCRIBE = "subscribe"
    KAFKA_PREFIX = "Kafka prefix"
    KAFKA_SPLIT = "Kafka split"
    KAFKA_KEY = "Kafka key"
    KAFKA_ORDER = "Kafka order"
    KAFKA_PARTITIONER = "Kafka partitioner"
    KAFKA_PARTITIONS = "Kafka partitions"
    KAFKA_OVERFLOW = "Kafka overflow"


class Facet(NamedTuple):
    """Where an endpoint says one of its facets; its declaration, where nobody says it."""

    endpoint: Endpoint
    names: tuple[str, ...]

    @classmethod
    def of(cls, endpoint: Endpoint, *names: str) -> Facet | None:
        """The place of the facets that are called so; ``None`` for what no file declares."""
        return cls(endpoint, names) if endpoint.origins else None

    @property
    def span(self) -> Span | None:
        """The place in the file."""
        said = filter(None, map(self.endpoint.span_of, self.names))
        origin = self.endpoint.origin
        return next(said, origin.span if origin else None)


@dataclass(frozen=True, slots=True)
class Change:
    """One fact about two versions of a namespace, with everything that is needed to tell it.

    ``template`` is the first place it concerns, of ``places`` in the model, and
    ``count`` the number of topics there (of nodes, where it is about nodes);
    ``None`` where an open set is among them. ``before`` and ``after`` say how it
    reads in each version. ``detail`` is the JSON path of a field, the name of a
    client, or the family a removed part belonged to; ``cause`` what the model
    declares it by. ``keeps`` says which way messages still pass.
    A move that nobody declared is ``is_suggested``, with the ``reason``.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}}")
    >>> (change,) = uns.diff(ns, uns.loads("{uns: 1, sites: {lyon: {}}}"))
    >>> change.kind.value, change.subject.value, change.template, change.count
    ('removed', 'topic', 'lyon/power', 1)
    """

    kind: ChangeKind
    subject: Subject
    template: str = ""
    before: str | None = None
    after: str | None = None
    detail: str = ""
    cause: str = ""
    count: int | None = 0
    places: int = 1
    keeps: Compatibility = Compatibility.FULL
    reason: str | None = None
    is_suggested: bool = False
    deprecated: Deprecated | None = None
    old_place: Origin | Facet | Span | None = field(default=None, repr=False, compare=False)
    new_place: Origin | Facet | Span | None = field(default=None, repr=False, compare=False)
    #: Its number among the changes, by which the topics it concerns are found.
    number: int = field(default=0, repr=False)

    @property
    def old_span(self) -> Span | None:
        """Where the old version declares what is concerned."""
        return _span(self.old_place)

    @property
    def new_span(self) -> Span | None:
        """Where the new version declares what is concerned."""
        return _span(self.new_place)

    @property
    def about_nodes(self) -> bool:
        """Whether ``count`` is a number of nodes, not of topics."""
        return self.subject in NODE_SUBJECTS

    def __str__(self) -> str:
        return describe(self)


#: Of these the count is one of positions in the tree.
NODE_SUBJECTS = frozenset(
    {
        Subject.CLASS, Subject.LEVEL, Subject.OWNER, Subject.LABEL, Subject.DESCRIPTION,
        Subject.DEPRECATED, Subject.SOURCE_ID, Subject.ASSET, Subject.PROPERTY, Subject.OPEN,
    }
)  # fmt: skip

#: Of these the detail is their name.
_NAMED = frozenset({Subject.CLIENT, Subject.PAYLOAD, Subject.PROPERTY, Subject.MODEL})


def _span(place: Origin | Facet | Span | None) -> Span | None:
    return place if place is None or isinstance(place, Span) else place.span


def describe(change: Change, *, verb: bool = True) -> str:
    """A change in one line, without the topics it concerns.

    Without ``verb`` it does not say what happened, where that stands beside it.

    >>> describe(Change(ChangeKind.CHANGED, Subject.UNIT, "lyon/power", "kW", "W", "$.value"))
    'unit of $.value: kW -> W'
    >>> describe(Change(ChangeKind.ADDED, Subject.CLIENT, after="historian"), verb=False)
    'client: historian'
    """
    happened = f" {change.kind}" if verb else ""
    if change.kind is ChangeKind.MOVED:
        return f"{change.subject}{happened}: {change.before} -> {change.after}"
    said = str(change.subject)
    if change.detail and change.subject is not Subject.CLASS:
        said += f" {change.detail}" if change.subject in _NAMED else f" of {change.detail}"
    if change.kind is ChangeKind.CHANGED:
        return f"{said}: {_value(change.before)} -> {_value(change.after)}"
    value = change.before if change.kind is ChangeKind.REMOVED else change.after
    return f"{said}{happened}" + (f": {value}" if value is not None else "")


def _value(text: str | None) -> str:
    return "none" if text is None else text


def counts(changes: Iterable[Change]) -> Mapping[str, int]:
    """How many changes there are of each kind, in the order of :class:`ChangeKind`."""
    found: Counter[Any] = Counter(change.kind for change in changes)
    return {kind.value: found[kind] for kind in ChangeKind}


def by_cause(changes: Iterable[Change]) -> Iterator[tuple[str, list[Change]]]:
    """The changes of each cause together, in the order of their first."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.cause, []).append(change)
    yield from groups.items()
