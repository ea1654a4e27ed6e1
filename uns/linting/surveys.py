"""The survey: the declared tree of a namespace, as rules look at it.

Nodes of a class share the members below them, and a family is one place however many topics
it has. So the cost depends on the size of the file, and numbers of positions are calculated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple, TypeAlias, TypeVar

from uns.counts import Count
from uns.diagnostics import Span
from uns.model.namespace import Namespace
from uns.model.nodes import Node
from uns.model.tree import Endpoint, EquipmentClass, Members, Origin, Place, PlaceKind, downwards
from uns.payloads import ValueType

T = TypeVar("T")

#: The span of a facet in a declaration; ``None`` if the declaration does not have it.
_SpanOf: TypeAlias = Callable[[str], Span | None]


class Group(NamedTuple):
    """The members directly below one place; if nodes share them, below the first of these nodes.

    ``path`` are the places above, ``times`` is the number of positions that have the members.
    """

    members: Members
    path: tuple[Place, ...]
    times: Count


class Written(NamedTuple):
    """A member of a group that a file declares."""

    place: Place
    group: Group
    origin: Origin

    @property
    def path(self) -> str:
        """The topic or template of its position."""
        return "/".join(place.segment.text for place in (*self.group.path, self.place))

    @property
    def is_equipment(self) -> bool:
        """True if it is equipment, not a topic or a part of one."""
        return self.place.kind is PlaceKind.EQUIPMENT


class Declared(NamedTuple):
    """An endpoint as the model declares it, the first node that has it, and its number of topics."""

    endpoint: Endpoint
    node: Node
    topics: Count

    @property
    def span(self) -> Span | None:
        """The span of its first declaration, or else of its node."""
        origin = self.endpoint.origin
        return origin.span if origin else self.node.span

    def span_of(self, facet: str) -> Span | None:
        """The span of ``facet``, or else of its declaration."""
        return self.endpoint.span_of(facet) or self.span


class Typed(NamedTuple):
    """Something with a type: a metric, a field of a payload, a property.

    ``what`` describes it in a sentence, ``name`` is only its name.
    """

    what: str
    name: str
    value: ValueType
    said: _SpanOf
    place: Callable[[], Span | None]
    #: The first node that has it, if it is a metric.
    node: Node | None = None

    def span_of(self, facet: str) -> Span | None:
        """The span of ``facet``, or else of its declaration."""
        return self.said(facet) or self.place()

    @property
    def path(self) -> str:
        """The template of its topics, or else its description."""
        return self.node.template.text if self.node else self.what


@dataclass(frozen=True, eq=False)
class Survey:
    """The declared tree of a namespace, with each shared part once, in declaration order."""

    namespace: Namespace
    _made: dict[Callable[[Survey], Any], Any] = field(default_factory=dict, init=False, repr=False)

    def once(self, make: Callable[[Survey], T]) -> T:
        """The result of ``make`` for this survey, made once for all rules."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Every set of siblings of the tree, once, from the top down."""
        top = self.namespace.top
        paths: dict[Members, tuple[Place, ...]] = {top: ()}
        times: dict[Members, Count] = {top: 1}
        order = downwards(top)
        for members in order:
            for place in members:
                below = place.members
                if len(below):
                    paths.setdefault(below, (*paths[members], place))
                    times[below] = times.get(below, 0) + times[members] * place.count
        return tuple(Group(members, paths[members], times[members]) for members in order)

    @cached_property
    def written(self) -> tuple[tuple[Written, ...], ...]:
        """The members of every group that a file declares.

        That is all but the fixed root, the levels of aspects, and default endpoints.
        """
        return tuple(
            tuple(
                Written(place, group, place.origin)
                for place in group.members
                if place.origin is not None
                and place.kind is not PlaceKind.ASPECT
                and not (place.endpoint is not None and place.endpoint.is_info)
            )
            for group in self.groups
        )

    def node(self, path: tuple[Place, ...]) -> Node:
        """The node at the end of ``path``; a family is one template node."""
        return self.namespace.node(path)

    @cached_property
    def equipment(self) -> tuple[Node, ...]:
        """Every piece of equipment, families and what nodes share once."""
        return tuple(
            self.node((*group.path, place))
            for group in self.groups
            for place in group.members
            if place.type is not None
        )

    @property
    def members(self) -> Iterator[Written]:
        """Every member that a file declares, in declaration order."""
        return chain.from_iterable(self.written)

    @cached_property
    def endpoints(self) -> tuple[Declared, ...]:
        """Every endpoint as it is declared, once, however many nodes have it."""
        # By identity: nodes share endpoints, and the hash of one walks all of its contract.
        found: dict[int, Declared] = {}
        for group in self.groups:
            for place in group.members:
                endpoint = place.endpoint
                if endpoint is None:
                    continue
                topics = group.times * place.count
                known = found.get(id(endpoint))
                if known is None:
                    node = self.node((*group.path, place))
                    found[id(endpoint)] = Declared(endpoint, node, topics)
                else:
                    found[id(endpoint)] = known._replace(topics=known.topics + topics)
        return tuple(found.values())

    @cached_property
    def metrics(self) -> Mapping[str, tuple[Declared, ...]]:
        """The metrics by their key, which is what consumers look for across nodes."""
        by_key: defaultdict[str, list[Declared]] = defaultdict(list)
        for declared in self.endpoints:
            if declared.endpoint.metric is not None:
                by_key[declared.endpoint.key].append(declared)
        return {key: tuple(found) for key, found in by_key.items()}

    @cached_property
    def values(self) -> tuple[Typed, ...]:
        """Everything that has a type, once: payload fields, properties of classes, metrics."""
        return (*self._fields(), *self._properties(), *self._metrics())

    def _fields(self) -> Iterator[Typed]:
        for payload in self.namespace.payloads.values():
            path = ("payloads", payload.name, *(("value",) if payload.value else ()))
            yield from self._inside(f"{payload.name} $", "", payload.body, path)

    def _inside(
        self, what: str, name: str, value: ValueType, path: tuple[str, ...]
    ) -> Iterator[Typed]:
        """A type and all types in it; ``path`` is where the model declares it."""
        locate = self.namespace.locate
        yield Typed(
            what, name, value, lambda facet: locate(*path, facet), lambda: locate(*path, key=True)
        )
        for each in value.fields:
            key = each.name if each.required else f"{each.name}?"
            inner = (*path, "fields", key)
            yield from self._inside(f"{what}.{each.name}", each.name, each.value, inner)
        if value.items is not None:
            yield from self._inside(f"{what}[*]", "", value.items, (*path, "items"))

    def _properties(self) -> Iterator[Typed]:
        for class_ in self.namespace.classes.values():
            for name, value in class_.properties.items():
                extended = map(self.namespace.classes.__getitem__, class_.ancestors)
                if not any(value == one.properties.get(name) for one in extended):
                    yield self._property(class_, name, value)

    def _property(self, class_: EquipmentClass, name: str, value: ValueType) -> Typed:
        locate, lineage = self.namespace.locate, (class_.name, *class_.ancestors)

        def said(facet: str) -> Span | None:
            found = (locate("classes", owner, "properties", name, facet) for owner in lineage)
            return next(filter(None, found), None)

        def place() -> Span | None:
            return locate("classes", class_.name, "properties", name, key=True)

        return Typed(f"property {name!r} of {class_.name}", name, value, said, place)

    def _metrics(self) -> Iterator[Typed]:
        for declared in self.endpoints:
            if declared.endpoint.metric is not None:
                yield _typed_metric(declared, declared.endpoint.metric)


def _typed_metric(declared: Declared, metric: ValueType) -> Typed:
    endpoint = declared.endpoint
    what, name = f"metric {endpoint.key!r}", endpoint.leaf.rpartition("/")[2]
    return Typed(what, name, metric, endpoint.span_of, lambda: declared.span, declared.node)
