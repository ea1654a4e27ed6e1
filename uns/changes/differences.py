"""``diff``: two namespaces into the facts about them."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from uns.changes.extents import Extent
from uns.changes.facts import Change, ChangeKind, Subject, by_cause, counts
from uns.changes.moves import Move, find_moves
from uns.changes.reach import Mark, Reach, Reached, Side, count_lost, find_reached
from uns.changes.settings import setting_changes
from uns.changes.trees import (
    DEFAULTS,
    Comparison,
    Fact,
    Pairing,
    Site,
    cause_of,
    origin_key,
    trail_size,
)
from uns.counts import Count, to_number
from uns.diagnostics import Span
from uns.model.collector import collector_paused
from uns.model.namespace import Namespace
from uns.model.tree import Deprecated, Members, Place, PlaceKind, fold
from uns.payloads import Compatibility
from uns.topics.names import TopicFilter
from uns.topics.templates import Segment

__all__ = ["Changes", "diff"]


class Changes:
    r"""What changed from ``old`` to ``new``, fact by fact; false where nothing did.

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
        where: Where,
    ) -> None:
        self.old = old
        self.new = new
        #: How many topics both versions have under one name; ``None`` is any number.
        self.kept = to_number(kept)
        self._changes = changes
        self._where = where
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
        """How many changes there are of each kind."""
        return counts(self)

    def by_cause(self) -> Iterator[tuple[str, list[Change]]]:
        """The changes of each cause together: a class, a payload, a level, a node."""
        return by_cause(self)

    def of(self, *subjects: Subject) -> Iterator[Change]:
        """The changes of some subjects."""
        return (change for change in self if change.subject in subjects)

    def taken_by(self, filter: str) -> Iterator[tuple[Change, Reached]]:
        """The changes whose topics ``filter`` takes, with how many in each version.

        Raises:
            InvalidTopicFilter: not a topic filter.
        """
        wanted = TopicFilter(filter)
        if wanted not in self._reached:
            self._reached[wanted] = self._where.reached(wanted)
        return ((self._changes[n], found) for n, found in sorted(self._reached[wanted].items()))

    def payloads_before(self, filter: str) -> frozenset[str]:
        """The names of the payloads that ``filter`` takes in the old version."""
        top = Place(PlaceKind.ROOT, Segment.fixed(""), self.old.top)
        return Reach(TopicFilter(filter)).payloads(top, 0)

    def lost_to(self, filter: str, others: Iterable[str]) -> int | None:
        """How many topics of the old version ``filter`` takes, and none of the others does.

        ``None`` is any number, and so is a topic that is legal below an open node.
        """
        wanted = TopicFilter(filter)
        kept = [TopicFilter(other) for other in others]
        return to_number(count_lost(self.old.top, wanted, kept))


class Where(NamedTuple):
    """Where the changes are, so that filters can be held against them."""

    root: Pairing
    roots: tuple[tuple[str, ...], tuple[str, ...]]
    order: Mapping[int, int]
    marks: Mapping[int, list[Mark]]

    def reached(self, filter_: TopicFilter) -> dict[int, Reached]:
        """The changes a filter reaches, by their numbers."""
        return find_reached(filter_, self.root, self.roots, self.order, self.marks)


def diff(old: Namespace, new: Namespace) -> Changes:
    """What changed from one version of a namespace to another: facts, and no judgement.

    Families are compared as sets and classes once, so the cost is that of the
    files, not of the topics.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}}")
    >>> later = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: MW}}}}}")
    >>> [str(change.kind) for change in diff(ns, later)], bool(diff(ns, ns))
    (['changed'], False)
    """
    with collector_paused():
        return _Differences(old, new).changes()


class _Placement(NamedTuple):
    """Where a pairing stands first, and in how many positions and declared places."""

    levels: tuple[str, ...]
    positions: Count
    places: int
    #: Whether anything was legal there in the old version.
    was_open: bool = False


class _Spot(NamedTuple):
    """One place of a change, for filters to be held against."""

    pairing: Pairing
    trail: tuple[Extent, ...]
    place: Place
    side: Side
    is_whole: bool


@dataclass(slots=True)
class _Group:
    """Facts that one declaration brings about, while they are counted."""

    fact: Fact
    template: str
    count: Count = 0
    places: int = 0
    spots: list[_Spot] = field(default_factory=list)

    def change(self, number: int) -> Change:
        """The change of that number that the facts make together."""
        said = self.fact._asdict()
        del said["identity"]
        count = to_number(self.count)
        return Change(
            **said, template=self.template, count=count, places=self.places, number=number
        )


class _Differences:
    """The facts about two namespaces, found and put in order."""

    def __init__(self, old: Namespace, new: Namespace) -> None:
        self.old, self.new = old, new
        self.comparison = Comparison()
        self.roots: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self.root = self.comparison.pairing(old.top, new.top, first=True)
        self.root_moved = old.root_levels != new.root_levels and self.root.kept == 0
        if self.root_moved:
            # No topic kept its name, so what stands below the two roots is compared.
            self.roots = (old.root_levels, new.root_levels)
            self.comparison = Comparison()
            below = (_below(old.top, self.roots[0]), _below(new.top, self.roots[1]))
            self.root = self.comparison.pairing(*below, first=not all(self.roots))
        self.groups: dict[object, _Group] = {}
        self.placements: dict[int, _Placement] = {}

    def changes(self) -> Changes:
        """All of them: what the model says of itself first, then the tree from the top down."""
        aspects = (self.old.aspects, self.new.aspects)
        moves, astray = find_moves(self.comparison, self.root, self.roots, aspects)
        order = _order(self.root)
        self.placements = self._placed(order)
        if self.root_moved:
            self._of_root()
        for pairing in order:
            self._of_pairing(pairing)
        for move in moves:
            self._of_move(move)
        for site, text in astray:
            self._of_astray(site, text)
        kept = 0 if self.root_moved else self.root.kept
        counted = {group.fact.cause for group in self.groups.values()}
        settings = [
            change
            for change in setting_changes(
                self.old, self.new, kept, self.comparison.contracts, self._levels_changed()
            )
            # A payload that topics carry is told with their number.
            if change.cause not in counted or not change.cause.startswith("payload ")
        ]
        found = [replace(change, number=number) for number, change in enumerate(settings)]
        marks: dict[int, list[Mark]] = {}
        for group in self.groups.values():
            number = len(found)
            found.append(self._placed_change(group.change(number)))
            is_open = group.fact.subject is Subject.OPEN
            for pairing, trail, place, side, is_whole in group.spots:
                mark = Mark(number, trail, place, side, is_whole, is_open)
                marks.setdefault(pairing.number, []).append(mark)
        rank = {pairing.number: index for index, pairing in enumerate(order)}
        return Changes(
            self.old, self.new, tuple(found), kept, Where(self.root, self.roots, rank, marks)
        )

    def _placed_change(self, change: Change) -> Change:
        """A change of a payload, or of `defaults`, at the place that says it for all."""
        payload = change.cause.removeprefix("payload ")
        if change.cause == DEFAULTS:
            path: tuple[str, ...] = ("defaults", str(change.subject))
        elif payload != change.cause and change.kind is not ChangeKind.MOVED:
            path = ("payloads", payload, "fields", change.detail.removeprefix("$."))
        else:
            return change
        places = (_deepest(self.old, path), _deepest(self.new, path))
        return replace(
            change,
            old_place=places[0] or change.old_place,
            new_place=places[1] or change.new_place,
        )

    def _levels_changed(self) -> list[tuple[str | None, str | None]]:
        facts = (group.fact for group in self.groups.values())
        return [(f.before, f.after) for f in facts if f.subject is Subject.LEVEL]

    # --- where pairings stand ----------------------------------------------------------------------

    def _placed(self, order: list[Pairing]) -> dict[int, _Placement]:
        placed = {self.root.number: _Placement(self.roots[1], 1, 1)}
        for pairing in order:
            above = placed[pairing.number]
            for trail, below, _, was_open in pairing.edges:
                levels = (*above.levels, *(extent.text for extent in trail))
                known = placed.get(below.number, _Placement(levels, 0, 0))
                placed[below.number] = _Placement(
                    known.levels,
                    known.positions + above.positions * trail_size(trail),
                    known.places + above.places,
                    known.was_open or above.was_open or was_open,
                )
        return placed

    def _template(self, site: Site, *, old: bool = False) -> str:
        levels = self.placements[site.pairing.number].levels
        if old:
            levels = (*self.roots[0], *levels[len(self.roots[1]) :])
        return "/".join((*levels, *(extent.text for extent in site.trail)))

    # --- facts -------------------------------------------------------------------------------------

    def _add(self, fact: Fact, site: Site, each: Count, spots: list[_Spot]) -> None:
        """Count a fact with those that have the same cause; ``each`` is its size below one node."""
        # A move is known by its declarations; where it was and is differs from place to place.
        is_move = fact.kind is ChangeKind.MOVED
        key = (fact.subject, fact.identity, fact.reason) if is_move else fact[:8]
        known = self.groups.get(key)
        if known is None:
            template = self._template(site, old=fact.kind is ChangeKind.REMOVED)
            known = self.groups[key] = _Group(fact, template)
        place = self.placements[site.pairing.number]
        known.count += place.positions * each
        known.places += place.places
        known.spots += spots

    def _of_pairing(self, pairing: Pairing) -> None:
        for site in pairing.gone:
            self._of_site(site, ChangeKind.REMOVED)
        for fact, trail, place in pairing.facts:
            site = Site(pairing, trail, place)
            spots = []
            if fact.subject is Subject.OPEN:
                is_new = fact.kind is ChangeKind.ADDED
                spots = [_Spot(pairing, trail, place, Side(not is_new, is_new), False)]
            elif place.endpoint is not None:
                spots = [_Spot(pairing, trail, place, Side(True, True), False)]
            self._add(fact, site, trail_size(trail), spots)
        for site in pairing.come:
            self._of_site(site, ChangeKind.ADDED)

    def _of_site(self, site: Site, kind: ChangeKind) -> None:
        site = _named(site)
        place, is_gone = site.place, kind is ChangeKind.REMOVED
        subject = Subject.TOPIC if place.type is None or not site.is_whole else Subject.EQUIPMENT
        what = _carried(place) if subject is Subject.TOPIC else _classes(place)
        reason = None
        if site.successor is not None:
            reason = f"{self._template(site.successor)} took its place, and existed before"
        keeps = Compatibility.FULL
        if self.placements[site.pairing.number].was_open and not is_gone:
            # What was published there without a contract need not keep to it.
            keeps = Compatibility.FORWARD
        fact = Fact(
            kind, subject, what if is_gone else None, None if is_gone else what,
            _cause(place),
            (origin_key(place.origin, site.trail[-1].text), site.trail[-1].text, site.is_whole),
            detail=site.family, keeps=keeps,
            old_place=place.origin if is_gone else None,
            new_place=None if is_gone else place.origin,
            deprecated=_deprecated(place), reason=reason,
        )  # fmt: skip
        side = Side(is_gone, not is_gone)
        spot = _Spot(site.pairing, site.trail, place, side, site.is_whole)
        self._add(fact, site, self.comparison.size(site), [spot])

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
            # A level more or less above many nodes is one change.
            identity = (before.rpartition("/")[0], after.rpartition("/")[0])
        if move.aspect:
            identity = cause
        elif old.pairing is new.pairing and old.place.type is None:
            places = ((old.place, before), (new.place, after))
            identity = tuple(origin_key(place.origin, path) for place, path in places)
        fact = Fact(
            ChangeKind.MOVED, subject, before, after, cause, identity,
            old_place=old.place.origin, new_place=new.place.origin,
            deprecated=_deprecated(old.place), reason=move.reason, is_suggested=move.is_suggested,
        )  # fmt: skip
        spots = [
            _Spot(old.pairing, old.trail, old.place, Side(True, False), True),
            _Spot(new.pairing, new.trail, new.place, Side(False, True), True),
        ]
        self._add(fact, old, self.comparison.size(old), spots)

    def _of_astray(self, site: Site, text: str) -> None:
        place = site.place
        identity = (origin_key(place.origin, self._template(site)), text)
        fact = Fact(
            ChangeKind.ADDED, Subject.MOVED_FROM, None, text, _cause(place), identity,
            new_place=place.origin,
        )  # fmt: skip
        self._add(fact, site, self.comparison.size(site), [])

    def _of_root(self) -> None:
        before, after = ("/".join(levels) or None for levels in self.roots)
        fact = Fact(ChangeKind.CHANGED, Subject.ROOT, before, after, "topic", None)
        tops = [
            Place(PlaceKind.ROOT, Segment.fixed(""), members)
            for members in (self.root.old, self.root.new)
        ]
        spots = [
            _Spot(self.root, (), top, Side(index == 0, index == 1), True)
            for index, top in enumerate(tops)
        ]
        self._add(fact, Site(self.root, (), tops[0]), self.root.kept, spots)


def _named(site: Site) -> Site:
    """A site that is no more than a level of one topic's name, as the site of that topic."""
    place, trail = site.place, site.trail
    while site.is_whole and place.type is None and place.endpoint is None and not place.open:
        if len(place.members) != 1:
            break
        (place,) = place.members
        trail = (*trail, Extent(place.segment))
    return site._replace(place=place, trail=trail)


def _deepest(namespace: Namespace, path: tuple[str, ...]) -> Span | None:
    """The place of ``path`` in the files, or of as much of it as there is."""
    for end in range(len(path), max(0, len(path) - 3), -1):
        for spelled in (path[:end], (*path[: end - 1], f"{path[end - 1]}?")):
            span = namespace.locate(*spelled, key=True)
            if span is not None:
                return span
    return None


def _below(top: Members, levels: tuple[str, ...]) -> Members:
    """What stands below the fixed levels of a root."""
    for level in levels:
        top = top.literals[level].members
    return top


def _order(root: Pairing) -> list[Pairing]:
    """Every pairing that differs, those above before those below, in the order of the tree."""

    def visit(pairing: Pairing) -> Generator[Pairing, None, None]:
        for edge in reversed(pairing.edges):
            yield edge.below

    known: dict[Pairing, None] = {}
    fold(root, visit, known)
    return list(reversed(known))


def _carried(place: Place) -> str | None:
    return place.endpoint.contract.name if place.endpoint else None


def _classes(place: Place) -> str | None:
    classes = place.type.classes if place.type else ()
    return ", ".join(made.name for made in classes) or None


def _cause(place: Place) -> str:
    return cause_of(place.endpoint) if place.endpoint and place.type is None else "node"


def _deprecated(place: Place) -> Deprecated | None:
    return place.notes.deprecated or (place.type.notes.deprecated if place.type else None)
