"""Compare two trees: what is gone, what is new, and what differs in the rest.

Parts that nodes share are compared once: two groups of siblings are one :class:`Pairing`,
however many nodes have them. Numbers of topics are products along the way from the top. So
the cost depends on the size of the files, not on the number of topics.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from uns.changes.contracts import ContractFacts
from uns.changes.extents import Extent
from uns.changes.facts import ChangeKind, Facet, Said, Subject
from uns.changes.pairing import Pair, pairs
from uns.counts import NO_END, Count
from uns.diagnostics import visible_json
from uns.model.tree import Deprecated, Endpoint, EquipmentType, Members, Notes, Origin, Place, fold
from uns.payloads import NARROWING, Compatibility


class Fact(NamedTuple):
    """One difference at one place; all that come from one declaration have the same ``identity``."""

    kind: ChangeKind
    subject: Subject
    before: str | None
    after: str | None
    cause: str
    identity: object
    detail: str = ""
    keeps: Compatibility = Compatibility.FULL
    old_place: Origin | Facet | None = None
    new_place: Origin | Facet | None = None
    deprecated: Deprecated | None = None
    reason: str | None = None
    is_suggested: bool = False
    near_place: Origin | Said | None = None


class Side(NamedTuple):
    """The versions in which something exists."""

    old: bool
    new: bool


#: Both versions, only the old one, and only the new one.
BOTH, OLD, NEW = Side(True, True), Side(True, False), Side(False, True)


class Site(NamedTuple):
    """A place of one tree, by the way to it: a pairing, and a trail of levels below.

    With ``is_whole`` it includes everything below ``place``.
    """

    pairing: Pairing
    trail: tuple[Extent, ...]
    place: Place
    is_whole: bool = True
    #: The family it was a part of, if the rest of the family stayed.
    family: str = ""
    #: The place that says it took its place, if that is no move, and why it is none.
    successor: Site | None = None
    why: str = ""
    #: The same place in the new version, if only its own topic is gone.
    left: Origin | None = None


class Edge(NamedTuple):
    """The levels from one pairing down to another that differs, in the versions that have them.

    Something that moved has two edges: the levels of the old version lead from the pairing
    where it was, those of the new one from the pairing where it is.
    """

    trail: tuple[Extent, ...]
    below: Pairing
    side: Side = BOTH
    #: Where the new version declares the place that it leads to.
    origin: Origin | None = None


class Freedom(NamedTuple):
    """The versions in which anything is legal below some levels, since a node above is open.

    Below something that ``is_moved`` the names of the two versions differ: then it says if those
    that are new were legal in the old version, and those that are gone are in the new one.
    """

    old: bool = False
    new: bool = False
    is_moved: bool = False

    def below(self, old: Place | None, new: Place | None) -> Freedom:
        """The freedom one level further down."""
        if self.is_moved:
            return self
        was_open, is_open = (place is not None and place.open for place in (old, new))
        return Freedom(self.old or was_open, self.new or is_open)

    @property
    def is_shared(self) -> bool:
        """True if anything is legal in both versions, under the same names."""
        return self.old and self.new and not self.is_moved


#: The freedom at the top: only what is modelled is legal.
CLOSED = Freedom()


class Difference(NamedTuple):
    """A fact about a place of both versions; the sites differ if it moved."""

    fact: Fact
    old: Site
    new: Site


@dataclass(slots=True, eq=False)
class Pairing:
    """Siblings of the old tree and of the new one below the same topic levels."""

    old: Members
    new: Members
    number: int
    freedom: Freedom
    #: True if anything differs here or below.
    differs: bool = False
    #: The pairings below that differ.
    edges: list[Edge] = field(default_factory=list)
    facts: list[Difference] = field(default_factory=list)
    gone: list[Site] = field(default_factory=list)
    come: list[Site] = field(default_factory=list)
    #: The number of topics here and below that both trees have.
    kept: Count = 0
    #: True if topics here or below are legal in both versions without being modelled.
    is_shared: bool = False


def _topics(members: Members) -> Generator[Members, Count, Count]:
    found: Count = 0
    for place in members:
        found += place.count * _each(place, (yield place.members))
    return found


def _each(place: Place, below: Count, *, is_whole: bool = True) -> Count:
    """The topics of one member of a place: its own and those ``below``; NO_END if it is open."""
    return NO_END if place.open and is_whole else below + (place.endpoint is not None)


def _modelled(members: Members) -> Generator[Members, Count, Count]:
    found: Count = 0
    for place in members:
        found += place.count * ((yield place.members) + (place.endpoint is not None))
    return found


def _contracted(members: Members) -> Generator[Members, Count, Count]:
    found: Count = 0
    for place in members:
        found += place.count * ((yield place.members) + _says_more(place))
    return found


def _required(members: Members) -> Generator[Members, Count, Count]:
    found: Count = 0
    for place in members:
        if place.type is None:  # what new equipment requires, nobody lacks
            own = place.endpoint
            found += place.count * ((yield place.members) + (own is not None and own.required))
    return found


def _says_more(place: Place) -> bool:
    """True if a topic is there that the model declares; `_info` is the same for every node."""
    return place.endpoint is not None and not place.endpoint.is_info


def in_order(root: Pairing, side: int) -> list[Pairing]:
    """All pairings that differ in one version (0 is the old one), from the top down."""

    def visit(pairing: Pairing) -> Generator[Pairing, None, None]:
        for edge in reversed(pairing.edges):
            if edge.side[side]:
                yield edge.below

    known: dict[Pairing, None] = {}
    fold(root, visit, known)
    return list(reversed(known))


def trail_size(trail: tuple[Extent, ...]) -> Count:
    """The number of positions that a trail leads to."""
    size: Count = 1
    for extent in trail:
        size *= extent.count
    return size


class Comparison:
    """Compares two trees, each two groups of siblings once."""

    def __init__(self) -> None:
        self.contracts = ContractFacts()
        #: Places that stayed and have ``moved_from``, as they were and as they are.
        self.renamed: list[tuple[Site, Site]] = []
        self._known: dict[tuple[Members, Members, Freedom], Pairing] = {}
        self._endpoints: dict[tuple[int, int], tuple[Fact, ...]] = {}
        self._type = cache(_compare_types)
        self._topics: dict[Members, Count] = {}
        self._modelled: dict[Members, Count] = {}
        self._contracted: dict[Members, Count] = {}
        self._required: dict[Members, Count] = {}

    def pairing(
        self, old: Members, new: Members, freedom: Freedom = CLOSED, *, first: bool = False
    ) -> Pairing:
        """Compare the siblings ``old`` and ``new``, and all below them."""
        known = self._known.get((old, new, freedom))
        if known is not None:
            return known
        here = self._known[old, new, freedom] = Pairing(old, new, len(self._known), freedom)
        for pair in pairs(old, new, first=first):
            self._add(here, pair)
        here.differs |= bool(here.edges or here.facts or here.gone or here.come)
        return here

    def _add(self, here: Pairing, pair: Pair) -> None:
        old, new, extent, is_part = pair
        freedom = here.freedom.below(old, new)
        here.is_shared |= freedom.is_shared
        if freedom.is_shared:
            here.kept = NO_END
        if old is None or new is None:
            place = old or new
            if place is not None:
                found = Site(here, (extent,), place, family=place.segment.text if is_part else "")
                (here.come if old is None else here.gone).append(found)
            return
        old_site, new_site = Site(here, (extent,), old), Site(here, (extent,), new)
        self._at(old_site, new_site)
        below = self._below(old, new, freedom)
        if below is not None:
            here.is_shared |= below.is_shared
            if below.differs:
                here.edges.append(Edge((extent,), below, origin=new.origin))
        here.kept += extent.count * self._both(old, new, below)
        if new.notes.moved_from:
            self.renamed.append((old_site, new_site))
            here.differs = True

    @staticmethod
    def _both(old: Place, new: Place, below: Pairing | None) -> Count:
        """The topics that one member of a place had and has, at it and below."""
        if old.open and new.open:
            return NO_END
        own = old.endpoint is not None and new.endpoint is not None
        return own + (0 if below is None else below.kept)

    def _at(self, old: Site, new: Site) -> None:
        """Record the differences at a place itself."""
        was, is_ = old.place, new.place
        if was.endpoint is not None and is_.endpoint is None:
            old.pairing.gone.append(old._replace(is_whole=False, left=is_.origin))
        elif is_.endpoint is not None and was.endpoint is None:
            new.pairing.come.append(new._replace(is_whole=False))
        found: list[Fact] = []
        if was.endpoint is not None and is_.endpoint is not None:
            found += self._endpoint(was.endpoint, is_.endpoint)
        found += self._position(was, is_, new.pairing.freedom)
        new.pairing.facts += [Difference(fact, old, new) for fact in found]

    def _below(self, old: Place, new: Place, freedom: Freedom) -> Pairing | None:
        if not len(old.members) and not len(new.members):
            return None
        return self.pairing(old.members, new.members, freedom)

    def moved(self, old: Site, new: Site) -> None:
        """Record the differences within something that moved, each where it is in its version."""
        self._at(old, new)
        below = self._below_sites(old, new)
        if below is not None and below.differs:
            old.pairing.edges.append(Edge(old.trail, below, OLD))
            new.pairing.edges.append(Edge(new.trail, below, NEW, new.place.origin))

    def stayed(self, old: Site, new: Site) -> Count:
        """The topics of one node of ``old`` that a move to ``new`` keeps."""
        return self._both(old.place, new.place, self._below_sites(old, new))

    def _below_sites(self, old: Site, new: Site) -> Pairing | None:
        is_whole = old.is_whole and new.is_whole
        if not is_whole:
            return None
        were_legal, are_legal = new.pairing.freedom.old, old.pairing.freedom.new
        return self._below(old.place, new.place, Freedom(were_legal, are_legal, is_moved=True))

    @property
    def pairings(self) -> list[Pairing]:
        """All pairings so far, from the top down."""
        return list(self._known.values())

    def topics(self, members: Members) -> Count:
        """The number of topics among ``members`` and below; NO_END below an open node."""
        return fold(members, _topics, self._topics)

    def size(self, site: Site, *, modelled: bool = False) -> Count:
        """The number of topics of a site, below one node; with ``modelled`` without unnamed ones."""
        place = site.place
        below: Count = 0
        if site.is_whole and modelled:
            below = fold(place.members, _modelled, self._modelled)
        elif site.is_whole:
            below = self.topics(place.members)
        is_whole = site.is_whole and not modelled
        return trail_size(site.trail) * _each(place, below, is_whole=is_whole)

    def gives_contract(self, site: Site) -> bool:
        """True if topics of a site are declared, so that messages there have to keep to something.

        The `_info` of `defaults` does not count: nothing else is meant to use that name.
        """
        below = fold(site.place.members, _contracted, self._contracted) if site.is_whole else 0
        return below != 0 or _says_more(site.place)

    def required(self, site: Site) -> Count:
        """The number of required topics of a site that is not equipment itself."""
        if site.place.type is not None and site.is_whole:
            return 0
        below = fold(site.place.members, _required, self._required) if site.is_whole else 0
        own = site.place.endpoint
        return trail_size(site.trail) * (below + (own is not None and own.required))

    # --- what differs in what stayed ---------------------------------------------------------------

    def _endpoint(self, old: Endpoint, new: Endpoint) -> tuple[Fact, ...]:
        asked = (id(old), id(new))
        known = self._endpoints.get(asked)
        if known is None:
            known = self._endpoints[asked] = tuple(self._endpoint_facts(old, new))
        return known

    def _endpoint_facts(self, old: Endpoint, new: Endpoint) -> Iterator[Fact]:
        cause = cause_of(new)
        identity = (origin_key(old.origin, old.key), origin_key(new.origin, new.key))
        for found in self.contracts.of(old.contract, new.contract):
            is_shared = found.payload is not None
            facets = () if is_shared else _facets(found.subject, old, new)
            said = found.kind, found.subject, found.before, found.after
            by, key = (
                (f"payload {found.payload}", found.payload) if is_shared else (cause, identity)
            )
            if found.subject is Subject.PAYLOAD and _is_default_payload(old, new):
                by, key = DEFAULTS, DEFAULTS
            places = Facet.of(old, *facets), Facet.of(new, *facets)
            yield Fact(*said, by, key, found.path, found.keeps, *places)
        for subject, before, after in (
            (Subject.KIND, str(old.kind), str(new.kind)),
            (Subject.RETAIN, _yes(old.retain), _yes(new.retain)),
            (Subject.QOS, str(old.qos), str(new.qos)),
            (Subject.REQUIRED, _yes(old.required), _yes(new.required)),
            (Subject.ASPECT, old.aspect, new.aspect),
            *_flows(old, new),
            *_keys(old, new),
        ):
            if before != after:
                facet = str(subject)
                is_default = _is_by_default(facet, old, new)
                by, key = (DEFAULTS, DEFAULTS) if is_default else (cause, identity)
                both = Facet.of(old, facet), Facet.of(new, facet)
                what = ChangeKind.CHANGED, subject, before, after
                # What delivery does to a message depends on its kind.
                kind = str(new.kind) if subject in _BY_KIND else ""
                yield Fact(*what, by, key, kind, old_place=both[0], new_place=both[1])

    def _position(self, old: Place, new: Place, above: Freedom) -> Iterator[Fact]:
        identity = (origin_key(old.origin, ""), origin_key(new.origin, ""))
        if old.open != new.open:
            said = ChangeKind.ADDED if new.open else ChangeKind.REMOVED, Subject.OPEN, None, None
            keeps = Compatibility.FULL
            if new.open and not above.old:
                keeps = Compatibility.BACKWARD
            elif old.open and not above.new:
                keeps = Compatibility.NONE
            places = old.origin, new.origin
            yield Fact(*said, "node", identity, "", keeps, *places)
        if old.notes is not new.notes and old.notes != new.notes:
            cause = cause_of(new.endpoint) if new.endpoint and new.type is None else "node"
            yield from _note_facts(old.notes, new.notes, cause, identity, old.origin, new.origin)
        if old.type is not new.type:
            for fact in self._type(old.type, new.type):
                # A difference of a class is one fact; one of the nodes themselves is one for each.
                by = fact.identity if fact.identity is not None else identity
                key = "class" if fact.subject is Subject.CLASS else str(fact.subject)
                both = Facet.of(old.origin, key), Facet.of(new.origin, key)
                yield fact._replace(identity=by, old_place=both[0], new_place=both[1])


#: The first part of the identity of facts that a level or a class declares for its nodes.
SHARED = "shared"


#: The subjects that mean something else for another kind of messages.
_BY_KIND = frozenset({Subject.RETAIN, Subject.QOS, Subject.EXPIRES})


def _flows(old: Endpoint, new: Endpoint) -> Iterator[tuple[Subject, str | None, str | None]]:
    """How often a topic publishes how much, and for how long it is delivered, in both versions."""
    for subject in (Subject.EVERY, Subject.RATE, Subject.BYTES, Subject.EXPIRES):
        values = (getattr(endpoint, str(subject)) for endpoint in (old, new))
        before, after = (None if value is None else str(value) for value in values)
        yield subject, before, after


def _keys(old: Endpoint, new: Endpoint) -> Iterator[tuple[Subject, str, str]]:
    """The key of one topic, if other levels of it are equipment now.

    A family that is written otherwise is no change.
    """
    if old.leaf.count("/") != new.leaf.count("/"):
        yield Subject.KEY, old.leaf, new.leaf


#: The cause of changes that the section `defaults` makes.
DEFAULTS = "defaults"


def _is_default_payload(old: Endpoint, new: Endpoint) -> bool:
    """True if the payload of a metric is that of `defaults` in both versions."""
    are_metrics = old.metric is not None and new.metric is not None
    return are_metrics and not old.span_of("payload") and not new.span_of("payload")


def _is_by_default(facet: str, old: Endpoint, new: Endpoint) -> bool:
    """True if neither version sets ``facet`` at an endpoint, so that `defaults` changed it."""
    if facet not in {"retain", "qos"} or old.kind is not new.kind:
        return False
    return old.span_of(facet) is None and new.span_of(facet) is None


def _facets(subject: Subject, old: Endpoint, new: Endpoint) -> tuple[str, ...]:
    """The facets of an endpoint that declare a part of its contract, as far as they differ."""
    if subject in {Subject.TYPE, Subject.UNIT, Subject.PAYLOAD}:
        return (str(subject),)
    if old.metric is None or new.metric is None:
        return ()
    return tuple(
        facet.name
        for facet in NARROWING.get(subject, ())
        if facet.of(old.metric) != facet.of(new.metric)
    )


def cause_of(endpoint: Endpoint) -> str:
    """The declarations of an endpoint: its level, its classes, or the node itself."""
    shared = [by for by in endpoint.declared_by if by != "node"]
    return ", ".join(shared) or "node"


def origin_key(origin: Origin | None, otherwise: str) -> object:
    """A key that is equal for two declarations at the same place of a file."""
    return (origin.source.name, origin.container, origin.key) if origin else otherwise


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _compare_types(old: EquipmentType | None, new: EquipmentType | None) -> tuple[Fact, ...]:
    return tuple(_type_facts(old, new))


def _type_facts(old: EquipmentType | None, new: EquipmentType | None) -> Iterator[Fact]:
    levels = [type_.level.name if type_ else None for type_ in (old, new)]
    if levels[0] != levels[1]:
        yield Fact(ChangeKind.CHANGED, Subject.LEVEL, levels[0], levels[1], "node", None)
    yield from _class_facts(old, new)
    required = [type_.required if type_ else () for type_ in (old, new)]
    if set(required[0]) != set(required[1]):
        cause = f"class {_names(new)}" if _names(new) else "node"
        for key in (*required[0], *required[1]):
            was, is_ = (key in listed for listed in required)
            if was != is_:
                by_class = (SHARED, cause, key) if _names(new) else None
                what = ChangeKind.CHANGED, Subject.REQUIRED, _yes(was), _yes(is_)
                yield Fact(*what, cause, by_class, key)
    if old is not None and new is not None and old.notes != new.notes:
        cause = f"class {_names(new)}"
        yield from _note_facts(old.notes, new.notes, cause, (SHARED, _names(new)), None, None)


def _class_facts(old: EquipmentType | None, new: EquipmentType | None) -> Iterator[Fact]:
    before, after = _lineage(old), _lineage(new)
    lost = (before | _former(old)) - (after | _former(new))
    if before == after and not lost:
        return
    if not lost and not before <= after:
        # All names that are gone are former names of classes that the nodes have now.
        was = ", ".join(sorted(before - after))
        is_ = ", ".join(sorted(after - before)) or _names(new)
        move = ChangeKind.MOVED, Subject.CLASS, was, is_
        yield Fact(*move, f"class {is_}", (SHARED, was, is_))
        return
    is_own = _names(old) != _names(new)
    names = _names(new) or _names(old)
    by, identity = ("node", None) if is_own else (f"class {names}", (SHARED, names))
    said = ChangeKind.CHANGED, Subject.CLASS, _listed(old), _listed(new)
    yield Fact(*said, by, identity, detail=", ".join(sorted(lost)))


def _lineage(type_: EquipmentType | None) -> frozenset[str]:
    classes = type_.classes if type_ else ()
    return frozenset(name for made in classes for name in (made.name, *made.ancestors))


def _former(type_: EquipmentType | None) -> frozenset[str]:
    classes = type_.classes if type_ else ()
    return frozenset(name for made in classes for name in made.moved_from)


def _names(type_: EquipmentType | None) -> str:
    return ", ".join(made.name for made in type_.classes) if type_ else ""


def _listed(type_: EquipmentType | None) -> str | None:
    """The classes of a type in words, with those they extend, and former names."""
    if type_ is None or not type_.classes:
        return None
    found = []
    for made in type_.classes:
        more = [*made.ancestors, *(f"before {name}" for name in made.moved_from)]
        found.append(f"{made.name} ({', '.join(more)})" if more else made.name)
    return ", ".join(found)


def _note_facts(
    old: Notes,
    new: Notes,
    cause: str,
    identity: object,
    was: Origin | Endpoint | None,
    is_: Origin | Endpoint | None,
) -> Iterator[Fact]:
    for subject, key, before, after in (
        (Subject.LABEL, "label", old.label, new.label),
        (Subject.DESCRIPTION, "description", old.description, new.description),
        (Subject.OWNER, "owner", old.owner, new.owner),
        (Subject.DEPRECATED, "deprecated", _life(old.deprecated), _life(new.deprecated)),
        (Subject.SOURCE_ID, "source_id", old.source_id, new.source_id),
        (Subject.ASSET, "asset", old.asset, new.asset),
    ):
        if before != after:
            said = ChangeKind.CHANGED, subject, before, after, cause, identity
            places = Facet.of(was, key), Facet.of(is_, key)
            yield Fact(*said, old_place=places[0], new_place=places[1], deprecated=new.deprecated)
    if old.segment != new.segment:
        kind, places = (
            _kind(old.segment, new.segment),
            (Facet.of(was, "segment"), Facet.of(is_, "segment")),
        )
        setting = kind, Subject.SETTING, old.segment, new.segment, cause, identity, "segment"
        yield Fact(*setting, old_place=places[0], new_place=places[1])
    for name in dict.fromkeys((*old.properties, *new.properties)):
        values = [notes.properties.get(name) for notes in (old, new)]
        if values[0] != values[1]:
            before, after = (None if value is None else str(value) for value in values)
            what = ChangeKind.CHANGED, Subject.PROPERTY, before, after, cause, identity, name
            places = Facet.of(was, "properties"), Facet.of(is_, "properties")
            yield Fact(*what, old_place=places[0], new_place=places[1])
    for key, before, after in extension_changes(old.extensions, new.extensions):
        what = ChangeKind.CHANGED, Subject.EXTENSION, before, after, cause, identity, key
        yield Fact(*what, old_place=Facet.of(was, key), new_place=Facet.of(is_, key))


def _kind(before: str | None, after: str | None) -> ChangeKind:
    """The kind of the change of something that one of the versions may not say."""
    if before is None:
        return ChangeKind.ADDED
    return ChangeKind.REMOVED if after is None else ChangeKind.CHANGED


def extension_changes(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[tuple[str, str | None, str | None]]:
    """The extension keys whose values differ, each with the values as JSON."""
    for key in dict.fromkeys((*old, *new)):
        before, after = (visible_json(notes[key]) if key in notes else None for notes in (old, new))
        if before != after:
            yield key, before, after


def _life(deprecated: Deprecated | None) -> str | None:
    if deprecated is None:
        return None
    values = deprecated.since, deprecated.until, deprecated.replaced_by
    said = zip(("since", "until", "replaced by"), values, strict=True)
    more = [f"{key} {visible_json(value)}" for key, value in deprecated.extensions.items()]
    return ", ".join([*(f"{word} {value}" for word, value in said if value), *more]) or "yes"
