"""``diff``: compare two namespaces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from uns.changes.declarations import Told, declaration_changes, deepest, field_path
from uns.changes.extents import Extent
from uns.changes.facts import Change, ChangeKind, Facet, Said, Subject
from uns.changes.moves import Move, find_moves
from uns.changes.reach import FilterReach, Mark, Reached, count_lost, find_reached
from uns.changes.settings import setting_changes
from uns.changes.trees import (
    BOTH,
    DEFAULTS,
    NEW,
    OLD,
    SHARED,
    Comparison,
    Fact,
    Freedom,
    Pairing,
    Side,
    Site,
    cause_of,
    in_order,
    origin_key,
    trail_size,
)
from uns.counts import Count, to_number
from uns.model.garbage_collection import collector_paused
from uns.model.namespace import Namespace
from uns.model.tree import Deprecated, Endpoint, Members, Origin, Place, PlaceKind, descend
from uns.payloads import Compatibility
from uns.topics.names_and_filters import TopicFilter
from uns.topics.templates import Segment


class Changes:
    r"""The changes from ``old`` to ``new``; false if there are none.

    >>> import uns
    >>> old = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kW}}}}")
    >>> new = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: W}}}}")
    >>> [(str(change), change.template, change.count) for change in uns.diff(old, new)]
    [('unit of $.value: kW -> W', 'lyon/power', 1)]
    >>> bool(uns.diff(old, old))
    False
    """

    def __init__(
        self,
        old: Namespace,
        new: Namespace,
        changes: tuple[Change, ...],
        kept: Count,
        places: _Places,
    ) -> None:
        self.old = old
        self.new = new
        #: The number of topics in both versions; ``None`` if it is unbounded.
        self.kept = to_number(kept)
        self._changes = changes
        self._places = places
        self._reached: dict[str, dict[int, Reached]] = {}

    def __iter__(self) -> Iterator[Change]:
        return iter(self._changes)

    def __len__(self) -> int:
        return len(self._changes)

    def __bool__(self) -> bool:
        return bool(self._changes)

    def __repr__(self) -> str:
        return f"<Changes {', '.join(f'{n} {kind}' for kind, n in self.counts.items() if n) or 'none'}>"

    @property
    def counts(self) -> Mapping[str, int]:
        """The number of changes of each kind."""
        found: Counter[ChangeKind] = Counter(change.kind for change in self)
        return {kind.value: found[kind] for kind in ChangeKind}

    def by_cause(self) -> Iterator[tuple[str, list[Change]]]:
        """The changes grouped by cause: a class, a payload, a level, a node."""
        groups: dict[str, list[Change]] = {}
        for change in self:
            groups.setdefault(change.cause, []).append(change)
        return iter(groups.items())

    def of(self, *subjects: Subject) -> Iterator[Change]:
        """The changes to some subjects."""
        return (change for change in self if change.subject in subjects)

    def taken_by(self, filter: str) -> Iterator[tuple[Change, Reached]]:
        """The changes of topics that match ``filter``, with their number in each version.

        Raises:
            InvalidTopicFilter: not a topic filter.
        """
        wanted = TopicFilter(filter)
        if wanted not in self._reached:
            self._reached[wanted] = self._places.reached(wanted)
        return ((self._changes[n], found) for n, found in sorted(self._reached[wanted].items()))

    def payloads_before(self, filter: str) -> frozenset[str]:
        """The names of the payloads of the old topics that match ``filter``."""
        top = Place(PlaceKind.ROOT, Segment.fixed(""), self.old.top)
        return FilterReach(TopicFilter(filter)).payloads(top, 0)

    def lost_to(self, filter: str, others: Iterable[str]) -> int | None:
        """The number of old topics that match ``filter`` and none of the ``others``.

        ``None`` if it is unbounded, as below an open node.
        """
        wanted = TopicFilter(filter)
        kept = [TopicFilter(other) for other in others]
        return to_number(count_lost(self.old.top, wanted, kept))


class _Places(NamedTuple):
    """The places of the changes, to match filters against them."""

    root: Pairing
    roots: tuple[tuple[str, ...], tuple[str, ...]]
    orders: tuple[Mapping[int, int], Mapping[int, int]]
    marks: Mapping[int, list[Mark]]

    def reached(self, filter_: TopicFilter) -> dict[int, Reached]:
        """The changes a filter reaches, by their numbers."""
        return find_reached(filter_, self.root, self.roots, self.orders, self.marks)


def diff(old: Namespace, new: Namespace) -> Changes:
    """The changes from one version of a namespace to another, as facts without a judgement.

    Families are compared as sets and classes once, so the cost depends on the size of the
    files, not on the number of topics.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}}")
    >>> later = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: MW}}}}}")
    >>> [str(change.kind) for change in diff(ns, later)], bool(diff(ns, ns))
    (['changed'], False)
    """
    with collector_paused():
        return _Differences(old, new).changes()


class _Placement(NamedTuple):
    """The levels of the first position of a pairing, and how many positions and places it has."""

    levels: tuple[str, ...]
    positions: Count
    places: int
    #: The nearest declaration above, in the new version.
    near: Origin | None = None


class _MarkedPlace(NamedTuple):
    """One place of a change, to match filters against."""

    pairing: Pairing
    trail: tuple[Extent, ...]
    place: Place
    side: Side
    is_whole: bool
    #: The place that it was in the other version, if only what both have is meant.
    other: Place | None = None
    #: True if what is not modelled there does not count: it is legal in both versions.
    is_modelled: bool = False

    @classmethod
    def of(
        cls, site: Site, side: Side, other: Place | None = None, *, is_modelled: bool = False
    ) -> _MarkedPlace:
        """The place of a site, in some versions."""
        where = site.pairing, site.trail, site.place
        return cls(*where, side, site.is_whole, other, is_modelled)


@dataclass(slots=True)
class _Group:
    """The facts with the same cause, while they are counted."""

    fact: Fact
    template: str
    count: Count = 0
    places: int = 0
    marked: list[_MarkedPlace] = field(default_factory=list)

    def change(self, number: int) -> Change:
        """The change of that number that the facts make together."""
        said = self.fact._asdict()
        del said["identity"]
        count = to_number(self.count)
        return Change(
            **said, template=self.template, count=count, places=self.places, number=number
        )


#: The keys of `defaults`, and of levels and classes, that are not named as the subject.
_OF_DEFAULTS = {Subject.PAYLOAD: "metric_payload", Subject.TOPIC: "info"}
_OF_TYPES = {Subject.CLASS: "extends", Subject.TOPIC: "payload"}

#: The keys of a payload that say how its messages are written and told apart.
_OF_MESSAGES = {
    Subject.ENCODING: "encoding",
    Subject.CONTENT_TYPE: "content_type",
    Subject.SIZE: "max_bytes",
    Subject.IDENTITY: "identity",
}


class _Differences:
    """Finds the changes between two namespaces, and puts them in order."""

    def __init__(self, old: Namespace, new: Namespace) -> None:
        self.old, self.new = old, new
        self.comparison = Comparison()
        self.roots: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self.root = self.comparison.pairing(old.top, new.top, first=True)
        self.root_moved = old.root_levels != new.root_levels and self.root.kept == 0
        if self.root_moved:
            # No topic kept its name, so the trees below the two roots are compared.
            self.roots = (old.root_levels, new.root_levels)
            self.comparison = Comparison()
            below = (_below(old.top, self.roots[0]), _below(new.top, self.roots[1]))
            apart = Freedom(is_moved=True)
            self.root = self.comparison.pairing(*below, apart, first=not all(self.roots))
        self.groups: dict[object, _Group] = {}
        #: Where pairings stand in the old version and in the new one, by their numbers.
        self.placements: tuple[dict[int, _Placement], dict[int, _Placement]] = ({}, {})

    def changes(self) -> Changes:
        """All changes: those outside the tree first, then the tree from the top down."""
        aspects = (self.old.aspects, self.new.aspects)
        moves, astray = find_moves(self.comparison, self.root, self.roots, aspects)
        orders = in_order(self.root, 0), in_order(self.root, 1)
        self.placements = self._placed(orders[0], 0), self._placed(orders[1], 1)
        if self.root_moved:
            self._of_root()
        for pairing in orders[1]:
            self._of_pairing(pairing)
        for move in moves:
            self._of_move(move)
        for site, text in astray:
            self._of_astray(site, text)
        self._drop_respelled()
        kept = 0 if self.root_moved else self.root.kept
        counted = {group.fact.cause for group in self.groups.values()}
        settings = [
            change
            for change in setting_changes(
                self.old,
                self.new,
                kept,
                self.comparison.contracts,
                self._levels_changed(),
                has_unnamed=self.root.is_shared and not self.root_moved,
            )
            # A payload that topics carry is reported with their number.
            if change.cause not in counted or not change.cause.startswith("payload ")
        ]
        facts = (group.fact for group in self.groups.values())
        told = [Told(fact.subject, fact.cause, fact.before, fact.after) for fact in facts]
        settings += declaration_changes(self.old, self.new, told)
        found = [replace(change, number=number) for number, change in enumerate(settings)]
        marks: dict[int, list[Mark]] = {}
        for group in self.groups.values():
            number = len(found)
            found.append(self._placed_change(group.fact, group.change(number)))
            is_open = group.fact.subject is Subject.OPEN
            for pairing, trail, place, side, is_whole, other, is_modelled in group.marked:
                mark = Mark(number, trail, place, side, is_whole, is_open, is_modelled, other)
                marks.setdefault(pairing.number, []).append(mark)
        start = Said(self.new, ("uns",))
        found = [
            change if change.new_place or change.near_place else replace(change, near_place=start)
            for change in found
        ]
        was, is_ = ({pairing.number: n for n, pairing in enumerate(order)} for order in orders)
        places = _Places(self.root, self.roots, (was, is_), marks)
        return Changes(self.old, self.new, tuple(found), kept, places)

    def _placed_change(self, fact: Fact, change: Change) -> Change:
        """A change with the place of its declaration, if that is outside the tree."""
        for path in self._paths(fact):
            places = [deepest(namespace, path) for namespace in (self.old, self.new)]
            if change.kind is ChangeKind.REMOVED:
                # If both versions say the same there, a node of the new one says otherwise.
                is_same = self.old.declared(*path) == self.new.declared(*path)
                near = change.near_place if is_same else places[1]
                return replace(change, old_place=places[0] or change.old_place, near_place=near)
            new = places[1] or change.new_place
            if change.kind is ChangeKind.ADDED:
                return replace(change, old_place=None, new_place=new)
            return replace(change, old_place=places[0] or change.old_place, new_place=new)
        return change

    def _paths(self, fact: Fact) -> Iterator[tuple[str, ...]]:
        """The paths of the declaration that makes a fact, if it is outside the tree."""
        payload = fact.cause.removeprefix("payload ")
        if fact.subject is Subject.ROOT:
            yield "topic", "root"
        elif fact.cause == DEFAULTS:
            yield "defaults", _OF_DEFAULTS.get(fact.subject, str(fact.subject))
        elif payload != fact.cause:
            if fact.kind is not ChangeKind.MOVED:
                yield "payloads", payload, *self._in_payload(payload, fact)
        elif _is_shared(fact):
            key = _OF_TYPES.get(fact.subject, str(fact.subject))
            for section, name in self._declaring(fact):
                path = section, name, key
                if self.old.declared(*path) != self.new.declared(*path):
                    yield path

    def _in_payload(self, payload: str, fact: Fact) -> Iterator[str]:
        """The path in a payload to the declaration that makes a fact."""
        if fact.subject in _OF_MESSAGES:
            yield _OF_MESSAGES[fact.subject]
            return
        known = self.new.payloads.get(payload)
        if known is not None and known.value is not None:
            yield "value"
        yield from field_path(fact.detail)

    def _declaring(self, fact: Fact) -> Iterator[tuple[str, str]]:
        """The levels and classes that a shared fact may come from."""
        for section, name in _declaring(fact.cause):
            yield section, name
            if section == "classes" and name in self.new.classes:
                yield from (("classes", above) for above in self.new.classes[name].ancestors)
        if fact.subject is Subject.REQUIRED:
            yield from (("levels", level.name) for level in self.new.levels)

    def _levels_changed(self) -> list[tuple[str | None, str | None]]:
        facts = (group.fact for group in self.groups.values())
        return [(f.before, f.after) for f in facts if f.subject is Subject.LEVEL]

    def _drop_respelled(self) -> None:
        """Drop what is only said otherwise: that a topic is required, by itself or in a list."""
        required = [
            (key, group)
            for key, group in self.groups.items()
            if group.fact.subject is Subject.REQUIRED
        ]
        by_list = {
            (one.fact.cause, one.fact.detail, one.fact.before, one.count): key
            for key, one in required
            if one.fact.detail
        }
        for key, one in required:
            place = one.fact.new_place
            if isinstance(place, Facet) and isinstance(place.declared, Endpoint):
                said = one.fact.cause, place.declared.key, one.fact.after, one.count
                other = by_list.pop(said, None)
                if other is not None:
                    del self.groups[key], self.groups[other]

    # --- where pairings stand ----------------------------------------------------------------------

    def _placed(self, order: list[Pairing], side: int) -> dict[int, _Placement]:
        placed = {self.root.number: _Placement(self.roots[side], 1, 1)}
        for pairing in order:
            above = placed[pairing.number]
            for trail, below, in_versions, origin in pairing.edges:
                if not in_versions[side]:
                    continue
                levels = (*above.levels, *(extent.text for extent in trail))
                known = placed.get(below.number, _Placement(levels, 0, 0, origin or above.near))
                placed[below.number] = _Placement(
                    known.levels,
                    known.positions + above.positions * trail_size(trail),
                    known.places + above.places,
                    known.near,
                )
        return placed

    def _template(self, site: Site, *, old: bool = False) -> str:
        levels = self.placements[not old][site.pairing.number].levels
        return "/".join((*levels, *(extent.text for extent in site.trail)))

    # --- facts -------------------------------------------------------------------------------------

    def _add(
        self, fact: Fact, site: Site, each: Count, marked: list[_MarkedPlace], *, old: bool = False
    ) -> None:
        """Add a fact to those with the same cause; ``each`` is its number of topics at one node.

        With ``old`` its site is one of the old version.
        """
        # A move is identified by its declarations: the topics differ from node to node.
        is_move = fact.kind is ChangeKind.MOVED
        key = (fact.subject, fact.identity, fact.reason) if is_move else fact[:8]
        known = self.groups.get(key)
        if known is None:
            template = self._template(site, old=old)
            known = self.groups[key] = _Group(fact, template)
        place = self.placements[not old][site.pairing.number]
        known.count += place.positions * each
        known.places += place.places
        known.marked += marked

    def _of_pairing(self, pairing: Pairing) -> None:
        for site in pairing.gone:
            self._of_site(site, ChangeKind.REMOVED)
        for fact, was, is_ in pairing.facts:
            is_gone = fact.kind is ChangeKind.REMOVED
            site = was if is_gone else is_
            marked = []
            if fact.subject is Subject.OPEN:
                marked = [_MarkedPlace.of(site, OLD if is_gone else NEW)]
            elif is_.place.endpoint is not None:
                marked = [_MarkedPlace.of(is_, BOTH if was.pairing is is_.pairing else NEW)]
            marked = [spot._replace(is_whole=False) for spot in marked]
            self._add(fact, site, trail_size(site.trail), marked, old=is_gone)
        for site in pairing.come:
            self._of_site(site, ChangeKind.ADDED)

    def _of_site(self, site: Site, kind: ChangeKind) -> None:
        site = _topic_site(site)
        place, is_gone = site.place, kind is ChangeKind.REMOVED
        subject = Subject.TOPIC if place.type is None or not site.is_whole else Subject.EQUIPMENT
        what = _carried(place) if subject is Subject.TOPIC else _classes(place)
        reason = None
        if site.successor is not None:
            reason = f"{self._template(site.successor)} took its place, {site.why}"
        keeps = Compatibility.FULL
        # Below an open node the topics are legal in the other version, too, without a contract:
        # messages of the version without it need not keep to it.
        freedom = site.pairing.freedom
        is_legal = freedom.new if is_gone else freedom.old
        if is_legal and is_gone:
            keeps = Compatibility.BACKWARD
        elif is_legal and self.comparison.gives_contract(site):
            keeps = Compatibility.FORWARD
        name, cause = site.trail[-1].text, _cause(place)
        identity: object = (origin_key(place.origin, name), name, site.is_whole)
        if not site.is_whole and place.type is not None and place.endpoint is not None:
            cause = cause_of(place.endpoint)
            identity = identity if cause == "node" else (SHARED, cause)
        before, after = (what, None) if is_gone else (None, what)
        old, new = (place.origin, None) if is_gone else (None, place.origin)
        said = kind, subject, before, after, cause, identity, site.family, keeps
        near = self._near(site, cause) if is_gone else None
        fact = Fact(*said, old, new, _deprecated(place), reason, near_place=near)
        spot = _MarkedPlace.of(site, OLD if is_gone else NEW, is_modelled=is_legal)
        size = self.comparison.size(site, modelled=is_legal)
        self._add(fact, site, size, [spot], old=is_gone)
        if not is_gone:
            self._of_required(site, fact, spot)

    def _near(self, site: Site, cause: str) -> Origin | Said:
        """What is left in the new version around something that is gone."""
        if site.successor is not None and site.successor.place.origin is not None:
            return site.successor.place.origin
        if site.left is not None:
            return site.left
        for section, name in _declaring(cause):
            if self.new.declared(section, name) is not None:
                return Said(self.new, (section, name))
        placement = self.placements[1].get(site.pairing.number)
        above = placement.near if placement else None
        return above or Said(self.new, ("uns",))

    def _of_required(self, site: Site, fact: Fact, spot: _MarkedPlace) -> None:
        """Required topics that come to equipment that exists, so that its producers lack them."""
        count = self.comparison.required(site)
        if count != 0:
            said = ChangeKind.CHANGED, Subject.REQUIRED, "no", "yes", fact.cause, fact.identity
            required = Fact(*said, new_place=fact.new_place)
            self._add(required, site, count, [spot._replace(side=NEW)])

    def _of_move(self, move: Move) -> None:
        old, new = move.old, move.new
        before, after = self._template(old, old=True), self._template(new)
        subject = Subject.TOPIC if old.place.type is None else Subject.EQUIPMENT
        if move.aspect:
            subject = Subject.ASPECT
            before, after = old.trail[-1].text, new.trail[-1].text
        cause = f"aspect {move.aspect}" if move.aspect else _cause(new.place)
        identity: object = (before, after)
        if old.trail[-1].text == new.trail[-1].text:
            # A level inserted or removed above many nodes is one change.
            identity = (before.rpartition("/")[0], after.rpartition("/")[0])
        if move.aspect:
            identity = cause
        elif old.pairing is new.pairing and old.place.type is None:
            places = ((old.place, before), (new.place, after))
            identity = tuple(origin_key(place.origin, path) for place, path in places)
        said = ChangeKind.MOVED, subject, before, after, cause, identity
        keeps = Compatibility.FULL
        is_new_name = new.pairing.freedom.old and self.comparison.gives_contract(new)
        if old.pairing.freedom.new and not is_new_name:
            keeps = Compatibility.BACKWARD  # the old name is still legal, without a contract
        where = "", keeps, old.place.origin, new.place.origin
        fact = Fact(*said, *where, _deprecated(old.place), move.reason, move.is_suggested)
        marked = [_MarkedPlace.of(old, OLD, new.place), _MarkedPlace.of(new, NEW, old.place)]
        size = trail_size(old.trail) * self.comparison.stayed(old, new)
        if old.pairing.freedom.new:  # what is not modelled stays legal under its old name
            size = min(size, self.comparison.size(old, modelled=True))
        self._add(fact, old, size, marked, old=True)

    def _of_astray(self, site: Site, text: str) -> None:
        place = site.place
        identity = (origin_key(place.origin, self._template(site)), text)
        said = ChangeKind.ADDED, Subject.MOVED_FROM, None, text, _cause(place), identity
        fact = Fact(*said, new_place=place.origin)
        self._add(fact, site, self.comparison.size(site), [])

    def _of_root(self) -> None:
        before, after = ("/".join(levels) or None for levels in self.roots)
        fact = Fact(ChangeKind.CHANGED, Subject.ROOT, before, after, "topic", None)
        tops = [
            Place(PlaceKind.ROOT, Segment.fixed(""), members)
            for members in (self.root.old, self.root.new)
        ]
        marked = [
            _MarkedPlace(self.root, (), top, side, True)
            for top, side in zip(tops, (OLD, NEW), strict=True)
        ]
        self._add(fact, Site(self.root, (), tops[0]), self.root.kept, marked)


def _topic_site(site: Site) -> Site:
    """The site of a topic, for a site that is only a level of its name; else the site itself."""

    def below(here: Site) -> Iterator[Site]:
        place = here.place
        is_level = place.type is None and place.endpoint is None and not place.open
        if here.is_whole and is_level and len(place.members) == 1:
            for inner in place.members:
                yield here._replace(place=inner, trail=(*here.trail, Extent(inner.segment)))

    *_, last = descend([site], below)
    return last


def _declaring(cause: str) -> Iterator[tuple[str, str]]:
    """The levels and classes of a cause, such as `level hall, class Filler`, with their sections."""
    section = ""
    for part in cause.split(", "):
        kind, _, name = part.rpartition(" ")
        section = {"level": "levels", "class": "classes"}.get(kind, section)
        if section:
            yield section, name


def _is_shared(fact: Fact) -> bool:
    """True if a level or a class may declare a fact for all its nodes."""
    if fact.subject is Subject.REQUIRED:
        return bool(fact.detail)
    return isinstance(fact.identity, tuple) and fact.identity[0] == SHARED


def _below(top: Members, levels: tuple[str, ...]) -> Members:
    """The members below the fixed levels of a root."""
    for level in levels:
        top = top.literals[level].members
    return top


def _carried(place: Place) -> str | None:
    return place.endpoint.contract.name if place.endpoint else None


def _classes(place: Place) -> str | None:
    classes = place.type.classes if place.type else ()
    return ", ".join(made.name for made in classes) or None


def _cause(place: Place) -> str:
    return cause_of(place.endpoint) if place.endpoint and place.type is None else "node"


def _deprecated(place: Place) -> Deprecated | None:
    return place.notes.deprecated or (place.type.notes.deprecated if place.type else None)
