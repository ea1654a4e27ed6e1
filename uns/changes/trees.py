"""Two trees side by side: what is gone, what is new, and what differs in what stayed.

What nodes share is compared once. Two groups of siblings are one
:class:`Pairing` however many nodes have them, and how many those are is
multiplied up from the top. So the cost follows the two files.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from uns.changes.contracts import ContractFacts
from uns.changes.extents import Extent
from uns.changes.facts import ChangeKind, Facet, Subject
from uns.changes.pairing import Pair, pairs
from uns.counts import NO_END, Count
from uns.model.tree import Deprecated, Endpoint, EquipmentType, Members, Notes, Origin, Place, fold
from uns.payloads import NARROWING, Compatibility

__all__ = ["Comparison", "Fact", "Pairing", "Site"]


class Fact(NamedTuple):
    """What differs at one place; ``identity`` is the same for all that one declaration brings about."""

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


class Site(NamedTuple):
    """Where something is: below a pairing, down a trail of levels.

    ``place`` is what stands there, in the tree that has it, and with
    ``is_whole`` everything below it is meant too.
    """

    pairing: Pairing
    trail: tuple[Extent, ...]
    place: Place
    is_whole: bool = True
    #: The family it was a part of, where the rest of that stayed.
    family: str = ""
    #: Where its successor stands, which was there already.
    successor: Site | None = None


class Edge(NamedTuple):
    """The levels down to siblings that differ; of a move the new ones."""

    trail: tuple[Extent, ...]
    below: Pairing
    is_move: bool = False
    #: Whether anything was legal below in the old version, and so without a contract.
    was_open: bool = False


@dataclass(slots=True, eq=False)
class Pairing:
    """Siblings of the old tree and of the new one that stand below the same topic levels."""

    old: Members
    new: Members
    number: int
    #: Whether anything differs here or below.
    differs: bool = False
    #: What stayed and differs below: the levels down to it, and its own siblings below.
    edges: list[Edge] = field(default_factory=list)
    facts: list[tuple[Fact, tuple[Extent, ...], Place]] = field(default_factory=list)
    gone: list[Site] = field(default_factory=list)
    come: list[Site] = field(default_factory=list)
    #: Topics here and below that both trees have.
    kept: Count = 0


def _topics(members: Members) -> Generator[Members, Count, Count]:
    found: Count = 0
    for place in members:
        found += place.count * _each(place, (yield place.members))
    return found


def _each(place: Place, below: Count, *, is_whole: bool = True) -> Count:
    """How many topics one of a place is and has ``below``; any number where it is open."""
    return NO_END if place.open and is_whole else below + (place.endpoint is not None)


def trail_size(trail: tuple[Extent, ...]) -> Count:
    """How many ways down there are in a trail."""
    size: Count = 1
    for extent in trail:
        size *= extent.count
    return size


class Comparison:
    """Compares two trees; every two groups of siblings once."""

    def __init__(self) -> None:
        self.contracts = ContractFacts()
        #: Places that stayed and name topics they had before; as they were, and as they are.
        self.renamed: list[tuple[Pairing, Extent, Place, Place]] = []
        self._known: dict[tuple[Members, Members], Pairing] = {}
        self._endpoints: dict[tuple[int, int], tuple[Fact, ...]] = {}
        self._types: dict[object, tuple[Fact, ...]] = {}
        self._topics: dict[Members, Count] = {}

    def pairing(self, old: Members, new: Members, *, first: bool = False) -> Pairing:
        """What the siblings ``old`` and ``new`` come to, and all below them."""
        known = self._known.get((old, new))
        if known is not None:
            return known
        here = self._known[old, new] = Pairing(old, new, len(self._known))
        for pair in pairs(old, new, first=first):
            self._add(here, pair)
        here.differs = bool(here.edges or here.facts or here.gone or here.come)
        return here

    def _add(self, here: Pairing, pair: Pair) -> None:
        old, new, extent, is_part = pair
        if old is None or new is None:
            place = old or new
            if place is not None:
                found = Site(here, (extent,), place, family=place.segment.text if is_part else "")
                (here.come if old is None else here.gone).append(found)
            return
        self._at(here, (extent,), old, new)
        both: Count = int(old.endpoint is not None and new.endpoint is not None)
        below = self._below(old, new)
        if below is not None:
            if below.differs:
                here.edges.append(Edge((extent,), below, was_open=old.open))
            both += below.kept
        if old.open and new.open:
            both = NO_END
        here.kept += extent.count * both
        if new.notes.moved_from:
            self.renamed.append((here, extent, old, new))

    def _at(self, here: Pairing, trail: tuple[Extent, ...], old: Place, new: Place) -> None:
        """Take down what differs at a place itself."""
        if old.endpoint is not None and new.endpoint is not None:
            here.facts += [(f, trail, new) for f in self._endpoint(old.endpoint, new.endpoint)]
        elif old.endpoint is not None:
            here.gone.append(Site(here, trail, old, is_whole=False))
        elif new.endpoint is not None:
            here.come.append(Site(here, trail, new, is_whole=False))
        here.facts += [(fact, trail, new) for fact in self._position(old, new)]

    def _below(self, old: Place, new: Place) -> Pairing | None:
        if not len(old.members) and not len(new.members):
            return None
        return self.pairing(old.members, new.members)

    def moved(self, old: Site, new: Site) -> None:
        """Take down what differs within something that moved, at its new place."""
        here, one, other = new.pairing, old.place, new.place
        if one.endpoint is not None and other.endpoint is not None:
            here.facts += [
                (f, new.trail, other) for f in self._endpoint(one.endpoint, other.endpoint)
            ]
        here.facts += [(fact, new.trail, other) for fact in self._position(one, other)]
        below = self._below(one, other)
        if below is not None and below.differs:
            here.edges.append(Edge(new.trail, below, is_move=True))

    @property
    def pairings(self) -> list[Pairing]:
        """All pairings so far, from the top down."""
        return list(self._known.values())

    def topics(self, members: Members) -> Count:
        """How many topics there are among ``members`` and below; any number below an open node."""
        return fold(members, _topics, self._topics)

    def size(self, site: Site) -> Count:
        """How many topics a site has, below one node."""
        place = site.place
        below = self.topics(place.members) if site.is_whole else 0
        return trail_size(site.trail) * _each(place, below, is_whole=site.is_whole)

    # --- what differs in what stayed ---------------------------------------------------------------

    def _endpoint(self, old: Endpoint, new: Endpoint) -> tuple[Fact, ...]:
        asked = (id(old), id(new))
        known = self._endpoints.get(asked)
        if known is None:
            known = self._endpoints[asked] = tuple(self._of_endpoint(old, new))
        return known

    def _of_endpoint(self, old: Endpoint, new: Endpoint) -> Iterator[Fact]:
        cause = cause_of(new)
        identity = (origin_key(old.origin, old.key), origin_key(new.origin, new.key))
        for found in self.contracts.of(old.contract, new.contract):
            is_shared = found.payload is not None
            facets = () if is_shared else _facets(found.subject, old, new)
            yield Fact(
                found.kind, found.subject, found.before, found.after,
                f"payload {found.payload}" if is_shared else cause,
                found.payload if is_shared else identity,
                found.path, found.keeps, Facet.of(old, *facets), Facet.of(new, *facets),
            )  # fmt: skip
        for subject, before, after in (
            (Subject.KIND, str(old.kind), str(new.kind)),
            (Subject.RETAIN, _yes(old.retain), _yes(new.retain)),
            (Subject.QOS, str(old.qos), str(new.qos)),
            (Subject.REQUIRED, _yes(old.required), _yes(new.required)),
            (Subject.ASPECT, old.aspect, new.aspect),
        ):
            if before != after:
                facet = str(subject)
                by_default = _is_by_default(facet, old, new)
                yield Fact(
                    ChangeKind.CHANGED, subject, before, after,
                    DEFAULTS if by_default else cause, DEFAULTS if by_default else identity,
                    old_place=Facet.of(old, facet), new_place=Facet.of(new, facet),
                )  # fmt: skip

    def _position(self, old: Place, new: Place) -> Iterator[Fact]:
        identity = (origin_key(old.origin, ""), origin_key(new.origin, ""))
        if old.open != new.open:
            kind = ChangeKind.ADDED if new.open else ChangeKind.REMOVED
            yield Fact(
                kind, Subject.OPEN, None, None, "node", identity,
                old_place=old.origin, new_place=new.origin,
            )  # fmt: skip
        if old.notes is not new.notes and old.notes != new.notes:
            cause = cause_of(new.endpoint) if new.endpoint and new.type is None else "node"
            yield from _of_notes(old.notes, new.notes, cause, identity, old.origin, new.origin)
        if old.type is not new.type:
            for fact in self._type(old.type, new.type):
                # What a class says is one fact, what a node is said to be is one for each node.
                by = fact.identity if fact.identity is not None else identity
                yield fact._replace(identity=by, old_place=old.origin, new_place=new.origin)

    def _type(self, old: EquipmentType | None, new: EquipmentType | None) -> tuple[Fact, ...]:
        asked = (old, new)
        known = self._types.get(asked)
        if known is None:
            known = self._types[asked] = tuple(_of_types(old, new))
        return known


#: What the model declares by its section of that name.
DEFAULTS = "defaults"


def _is_by_default(facet: str, old: Endpoint, new: Endpoint) -> bool:
    """Whether neither version says ``facet`` at an endpoint, so that `defaults` changed it."""
    if facet not in {"retain", "qos"} or old.kind is not new.kind:
        return False
    return old.span_of(facet) is None and new.span_of(facet) is None


def _facets(subject: Subject, old: Endpoint, new: Endpoint) -> tuple[str, ...]:
    """What the model says a part of a contract by, as far as it differs."""
    if subject in {Subject.TYPE, Subject.UNIT, Subject.PAYLOAD}:
        return (str(subject),)
    if old.metric is None or new.metric is None:
        return ()
    return tuple(
        facet.name
        for facet in NARROWING.get(subject, ())
        if subject is not Subject.RANGE or facet.of(old.metric) != facet.of(new.metric)
    )


def cause_of(endpoint: Endpoint) -> str:
    """What the model declares an endpoint by: its level, its classes, or the node itself."""
    shared = [by for by in endpoint.declared_by if by != "node"]
    return ", ".join(shared) or "node"


def origin_key(origin: Origin | None, otherwise: str) -> object:
    """What two declarations have in common when they are one."""
    return (origin.source.name, origin.container, origin.key) if origin else otherwise


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _of_types(old: EquipmentType | None, new: EquipmentType | None) -> Iterator[Fact]:
    levels = [type_.level.name if type_ else None for type_ in (old, new)]
    if levels[0] != levels[1]:
        yield Fact(ChangeKind.CHANGED, Subject.LEVEL, levels[0], levels[1], "node", None)
    before, after = _lineage(old), _lineage(new)
    if before != after:
        is_own = _names(old) != _names(new)
        names = _names(new) or _names(old)
        lost = sorted(before - after)
        yield Fact(
            ChangeKind.CHANGED, Subject.CLASS, _listed(old), _listed(new),
            "node" if is_own else f"class {names}", None if is_own else ("class", names),
            detail="" if not lost else ", ".join(lost),
        )  # fmt: skip
    required = [type_.required if type_ else () for type_ in (old, new)]
    if set(required[0]) != set(required[1]):
        cause = f"class {_names(new)}" if _names(new) else "node"
        for key in (*required[0], *required[1]):
            was, is_ = (key in listed for listed in required)
            if was != is_:
                yield Fact(
                    ChangeKind.CHANGED, Subject.REQUIRED, _yes(was), _yes(is_), cause,
                    ("required", cause, key) if _names(new) else None, key,
                )  # fmt: skip
    if old is not None and new is not None and old.notes != new.notes:
        cause = f"class {_names(new)}"
        yield from _of_notes(old.notes, new.notes, cause, ("class", _names(new)), None, None)


def _lineage(type_: EquipmentType | None) -> frozenset[str]:
    classes = type_.classes if type_ else ()
    return frozenset(name for made in classes for name in (made.name, *made.ancestors))


def _names(type_: EquipmentType | None) -> str:
    return ", ".join(made.name for made in type_.classes) if type_ else ""


def _listed(type_: EquipmentType | None) -> str | None:
    """The classes of a type as a person reads them, with those they extend."""
    if type_ is None or not type_.classes:
        return None
    return ", ".join(
        f"{made.name} ({', '.join(made.ancestors)})" if made.ancestors else made.name
        for made in type_.classes
    )


def _of_notes(
    old: Notes, new: Notes, cause: str, identity: object, was: Origin | None, is_: Origin | None
) -> Iterator[Fact]:
    for subject, before, after in (
        (Subject.LABEL, old.label, new.label),
        (Subject.DESCRIPTION, old.description, new.description),
        (Subject.OWNER, old.owner, new.owner),
        (Subject.DEPRECATED, _life(old.deprecated), _life(new.deprecated)),
        (Subject.SOURCE_ID, old.source_id, new.source_id),
        (Subject.ASSET, old.asset, new.asset),
    ):
        if before != after:
            yield Fact(
                ChangeKind.CHANGED, subject, before, after, cause, identity,
                old_place=was, new_place=is_, deprecated=new.deprecated,
            )  # fmt: skip
    for name in dict.fromkeys((*old.properties, *new.properties)):
        values = [notes.properties.get(name) for notes in (old, new)]
        if values[0] != values[1]:
            before, after = (None if value is None else str(value) for value in values)
            yield Fact(
                ChangeKind.CHANGED, Subject.PROPERTY, before, after, cause, identity, name,
                old_place=was, new_place=is_,
            )  # fmt: skip


def _life(deprecated: Deprecated | None) -> str | None:
    if deprecated is None:
        return None
    said = (
        ("since", deprecated.since), ("until", deprecated.until),
        ("replaced by", deprecated.replaced_by),
    )  # fmt: skip
    return ", ".join(f"{word} {value}" for word, value in said if value) or "yes"
