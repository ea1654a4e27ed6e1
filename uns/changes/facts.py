"""The record of a change between two versions of a namespace.

A :class:`Change` is a fact; the rules judge if it breaks anything. All effects of one
declaration are one change, with the number of topics they concern.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from uns.diagnostics import Span
from uns.model.namespace import Namespace
from uns.model.tree import Deprecated, Endpoint, Origin
from uns.payloads import Compatibility


class ChangeKind(StrEnum):
    """The kind of a change."""

    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"
    ADDED = "added"


class Subject(StrEnum):
    """The thing that changed."""

    #: Topics and nodes that exist or not.
    TOPIC = "topic"
    EQUIPMENT = "equipment"
    ROOT = "root"
    OPEN = "open"

    #: The payloads of topics.
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
    NULLABLE = "nullable"
    ENCODING = "encoding"
    CONTENT_TYPE = "content type"
    SIZE = "size"
    IDENTITY = "identity"
    CONTRACT = "contract"

    #: The way they are published.
    KIND = "kind"
    RETAIN = "retain"
    QOS = "qos"
    REQUIRED = "required"
    ASPECT = "aspect"
    EVERY = "every"
    RATE = "rate"
    BYTES = "bytes"
    EXPIRES = "expires"

    #: The type of a node, and the name of a topic below it.
    CLASS = "class"
    KEY = "key"
    LEVEL = "equipment level"
    LEVEL_KIND = "kind of level"
    PROPERTY_TYPE = "type of property"

    #: Notes on it.
    OWNER = "owner"
    LABEL = "label"
    DESCRIPTION = "description"
    DEPRECATED = "deprecated"
    MOVED_FROM = "moved_from"
    SOURCE_ID = "source id"
    ASSET = "asset"
    PROPERTY = "property"
    EXTENSION = "extension"

    #: Parts of the model outside its tree.
    MODEL = "model"
    VERSION = "version"
    SETTING = "setting"
    CLIENT = "client"
    PUBLISH = "publish"
    SUBSCRIBE = "subscribe"
    CONNECTION = "connection"
    USER = "user"
    GROUP = "consumer group"
    BROKER = "broker"
    UPSTREAM = "upstream"
    HOLDS = "holds"
    HOME = "home"
    KAFKA_PREFIX = "Kafka prefix"
    KAFKA_SPLIT = "Kafka split"
    KAFKA_KEY = "Kafka key"
    KAFKA_ORDER = "Kafka order"
    KAFKA_PARTITIONER = "Kafka partitioner"
    KAFKA_PARTITIONS = "Kafka partitions"
    KAFKA_OVERFLOW = "Kafka overflow"
    KAFKA_RETENTION = "Kafka retention"


class Facet(NamedTuple):
    """The place of a facet of a node or an endpoint, or else of its declaration."""

    declared: Endpoint | Origin
    names: tuple[str, ...]

    @classmethod
    def of(cls, declared: Endpoint | Origin | None, *names: str) -> Facet | None:
        """The place of the facets ``names``; ``None`` if no file declares it."""
        if declared is None or (isinstance(declared, Endpoint) and not declared.origins):
            return None
        return cls(declared, names)

    @property
    def span(self) -> Span | None:
        """The place in the file."""
        said = filter(None, map(self.declared.span_of, self.names))
        origin = self.declared.origin if isinstance(self.declared, Endpoint) else self.declared
        return next(said, origin.span if origin else None)


class Said(NamedTuple):
    """The place of a declaration outside the tree, or with ``key`` of its key."""

    namespace: Namespace
    path: tuple[str | int, ...]
    key: bool = True

    @property
    def span(self) -> Span | None:
        """The place in the file."""
        return self.namespace.locate(*self.path, key=self.key)


#: A place of a change, which is looked up in the text when it is asked for.
Where: TypeAlias = Origin | Facet | Said | None


@dataclass(frozen=True, slots=True)
class Change:
    """One fact about two versions of a namespace, with everything needed to report it.

    ``template`` is the first of the ``places`` in the model that it concerns, ``count`` the
    number of topics there (of nodes, if it is about nodes); ``None`` if an open set is among
    them. ``before`` and ``after`` are its texts in each version. ``detail`` is the JSON path of
    a field, the name of a client, the family of a removed part, or the kind of the topics whose
    delivery changed; ``cause`` is the declaration that changed. ``keeps`` are the directions in which messages are still understood.
    A move that the model does not declare is ``is_suggested``, with the ``reason``.

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
    old_place: Where = field(default=None, repr=False, compare=False)
    new_place: Where = field(default=None, repr=False, compare=False)
    #: For something removed: what is left around it in the new version.
    near_place: Where = field(default=None, repr=False, compare=False)
    #: Its number among the changes, the key to the topics it concerns.
    number: int = field(default=0, repr=False)

    @property
    def old_span(self) -> Span | None:
        """The span in the old version."""
        return _span(self.old_place)

    @property
    def new_span(self) -> Span | None:
        """The span in the new version."""
        return _span(self.new_place)

    @property
    def span(self) -> Span | None:
        """The span to show in the new version: its own, or that of what is left around it."""
        return self.new_span or _span(self.near_place)

    @property
    def about_nodes(self) -> bool:
        """True if ``count`` is a number of nodes, not of topics."""
        return self.subject in NODE_SUBJECTS

    def __str__(self) -> str:
        return describe(self)


#: The subjects whose count is a number of positions in the tree.
NODE_SUBJECTS = frozenset(
    {
        Subject.CLASS, Subject.LEVEL, Subject.OWNER, Subject.LABEL, Subject.DESCRIPTION,
        Subject.DEPRECATED, Subject.SOURCE_ID, Subject.ASSET, Subject.PROPERTY, Subject.OPEN,
        Subject.LEVEL_KIND, Subject.PROPERTY_TYPE, Subject.EXTENSION,
    }
)  # fmt: skip

#: The subjects whose detail is their name.
_NAMED = frozenset(
    {
        Subject.BROKER, Subject.CLIENT, Subject.PAYLOAD, Subject.PROPERTY, Subject.MODEL, Subject.SETTING,
        Subject.LEVEL_KIND, Subject.PROPERTY_TYPE, Subject.EXTENSION,
    }
)  # fmt: skip


def _span(place: Where) -> Span | None:
    return None if place is None else place.span


def describe(change: Change, *, verb: bool = True) -> str:
    """A change in one line, without the topics it concerns.

    Without ``verb`` it leaves out the kind of the change.

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
