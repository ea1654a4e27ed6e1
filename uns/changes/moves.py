"""Find moves: places with ``moved_from``, and places that look like others that are gone.

A declared move (``moved_from``) is a fact. Others are suggested, with the reason, and only if
they are unambiguous: the same topics with the same contracts have one new name, or the same
name at another place.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Collection, Container, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from uns.changes.extents import Extent, common, without
from uns.changes.shapes import Shapes
from uns.changes.trees import Comparison, Edge, Pairing, Site, in_order, trail_size
from uns.counts import Count
from uns.diagnostics import InvalidText
from uns.model.tree import Members, Place, PlaceKind, descend, fold, formerly
from uns.topics.templates import Segment, TopicTemplate

#: The least similarity of two names, from 0 to 1, for one to count as the new name of the other.
ALIKE = 0.5

#: The least share of equal names below two places, from 0 to 1, for one to be the other renamed.
MUCH = 0.5

#: Most places of one shape whose names are compared.
MOST_ALIKE = 50

#: Most places below removed or added sites that are looked at.
MOST_LOOKED_AT = 20_000

#: The steps from a site down to a place below it, and that place at the end.
Steps: TypeAlias = tuple[tuple[Extent, Place], ...]

#: A place at or below a site that is gone or new.
Target: TypeAlias = tuple[Site, Steps]


class Move(NamedTuple):
    """A move from ``old`` to ``new``; ``is_suggested`` if the model does not declare it."""

    old: Site
    new: Site
    reason: str
    is_suggested: bool
    #: The aspect whose topic level changed, if that is the reason.
    aspect: str = ""


class Astray(NamedTuple):
    """A new place whose ``moved_from`` names a topic that the old version does not have."""

    site: Site
    text: str


def find_moves(
    comparison: Comparison,
    root: Pairing,
    root_levels: tuple[tuple[str, ...], tuple[str, ...]],
    aspects: tuple[Mapping[str, str], Mapping[str, str]],
) -> tuple[list[Move], list[Astray]]:
    """The moves, and the ``moved_from`` that have no effect; what moved is no longer gone or new.

    A move is one to one: it has as many topics before as after. If two things moved to one
    place, the second is gone, and its site names the successor.
    """
    moves = _Moves(comparison, root, root_levels[0])
    moves.find(aspects)
    return moves.found, moves.astray


@dataclass(slots=True)
class _Moves:
    comparison: Comparison
    root: Pairing
    #: The fixed levels at the start of old topics.
    root_levels: tuple[str, ...]
    found: list[Move] = field(default_factory=list)
    astray: list[Astray] = field(default_factory=list)
    #: The moves of this round: those within something that moved are found in the next.
    _round: list[Move] = field(default_factory=list)
    #: The places at or below a site that moved in this round.
    _claims: dict[Site, _Claims] = field(default_factory=dict)
    #: Parts of this round whose successor is no move.
    _succeeded: list[Site] = field(default_factory=list)
    #: The sites at which something declared was found in this round.
    _meant: set[Site] = field(default_factory=set)
    #: The number of positions of each pairing, in the old version and in the new one.
    _positions: tuple[Mapping[int, Count], Mapping[int, Count]] = ({}, {})
    _shapes: Shapes = field(default_factory=Shapes)
    _signposts: dict[int, _Signposts] = field(default_factory=dict)

    def find(self, aspects: tuple[Mapping[str, str], Mapping[str, str]]) -> None:
        """Find all moves: what is declared before what is suggested, outer before inner ones."""
        while self._find_round(aspects):
            pass
        self._check_all()

    def _find_round(self, aspects: tuple[Mapping[str, str], Mapping[str, str]]) -> bool:
        """Find some more moves; false if there are none."""
        self._positions = _positions(self.root, 0), _positions(self.root, 1)
        self._signposts, self._meant = {}, set()
        self.find_aspects(*aspects)
        self.find_declared()
        if self._apply():
            return True
        self.find_succeeded()
        self.find_renamed()
        self.find_relocated()
        return self._apply()

    def _open(self, pairing: Pairing) -> tuple[list[Site], list[Site]]:
        """The siblings that are gone and those that are new, without any that moved."""
        gone, come = (
            [s for s in sites if s not in self._claims and len(s.trail) == 1 and not s.successor]
            for sites in (pairing.gone, pairing.come)
        )
        return gone, come

    def _claim(
        self,
        old: Target,
        new: Target,
        reason: str,
        *,
        is_suggested: bool = True,
        aspect: str = "",
    ) -> None:
        was, is_ = _down(*old), _down(*new)
        if self._is_one_to_one(was, is_):
            self._take(*old)
            self._take(*new)
            self._round.append(Move(was, is_, reason, is_suggested, aspect))
        elif not is_suggested:
            self._succeed(old, is_, "but has another number of topics")

    def _succeed(self, old: Target, successor: Site, why: str) -> None:
        """Record that something is gone although ``successor`` says that it took its place."""
        self._take(*old)
        self._succeeded.append(_down(*old)._replace(successor=successor, why=why))

    def _is_one_to_one(self, old: Site, new: Site) -> bool:
        """True if each position of ``old`` can be one of ``new``."""
        sizes = [
            known.get(site.pairing.number, 0) * trail_size(site.trail)
            for site, known in zip((old, new), self._positions, strict=True)
        ]
        own = [site for site in (old, new) if not site.is_whole]
        alone = [site for site in (old, new) if site.is_whole and not len(site.place.members)]
        return sizes[0] == sizes[1] and (not own or len(own) + len(alone) == 2)

    def _take(self, site: Site, steps: Steps) -> None:
        self._claims.setdefault(site, _Claims()).add(steps)

    def _is_claimed(self, site: Site, steps: Steps) -> bool:
        """True if a place, one above or one below it moved."""
        claims = self._claims.get(site)
        return claims is not None and (claims.holds(steps) or claims.holds_above_or_below(steps))

    # --- declared ----------------------------------------------------------------------------------

    def find_aspects(self, old: Mapping[str, str], new: Mapping[str, str]) -> None:
        """Find aspects whose topic level changed."""
        spelled = {old[name]: (name, new[name]) for name in old if name in new}
        for pairing in self.comparison.pairings:
            come = {s.place.segment.literal: s for s in self._open(pairing)[1] if _is_aspect(s)}
            for site in filter(_is_aspect, self._open(pairing)[0]):
                name, level = spelled.get(site.place.segment.literal or "", ("", ""))
                if level in come:
                    reason = f"the topic level of aspect {name!r} changed"
                    there = come[level], ()
                    self._claim((site, ()), there, reason, is_suggested=False, aspect=name)

    def find_declared(self) -> None:
        """Find the moves that new places declare by ``moved_from``.

        A move within another one waits for the next round, where it is found inside.
        """
        wanted: list[tuple[Target, Target]] = []
        silent: dict[Members, bool] = {}
        for pairing in self.comparison.pairings:
            for site in pairing.come:
                for steps in _find_declaring(site, silent):
                    for text in _end(site, steps).notes.moved_from:
                        gone = self._find_gone(text, site, steps)
                        wanted += [(old, (site, steps)) for old in gone]
        tops = [_Claims.of(targets) for targets in zip(*wanted, strict=True)]
        outer = [
            pair
            for pair in wanted
            if not any(_is_below(target, top) for target, top in zip(pair, tops, strict=True))
        ]
        for old, new in outer or wanted:
            self._claim_declared(old, new)

    def _claim_declared(self, old: Target, new: Target) -> None:
        if self._is_claimed(*old):
            return
        claims = self._claims.get(new[0])
        if claims is not None and claims.holds(new[1]):
            self._succeed(old, _down(*new), "together with others")
        elif claims is None or not claims.holds_above_or_below(new[1]):
            self._claim(old, new, "declared by `moved_from`", is_suggested=False)

    def find_succeeded(self) -> None:
        """Find what is gone and has a successor that existed before."""
        for _, there in self.comparison.renamed:
            for text in there.place.notes.moved_from:
                for old in self._find_gone(text, there, ()):
                    if not self._is_claimed(*old):
                        self._succeed(old, there, "and existed before")

    def _find_gone(self, text: str, site: Site, steps: Steps) -> Iterator[Target]:
        """The places that are gone at ``text``, the ``moved_from`` of a new place."""
        if not _is_last_level(text, _end(site, steps)):
            segments = _segments(text)
            levels = zip(self.root_levels, segments, strict=False)
            if all(segment.match(level) is not None for level, segment in levels):
                yield from self._descend(segments[len(self.root_levels) :], self.root)
        elif not steps and len(site.trail) == 1:
            # Below something new there was nothing beside it.
            yield from self._descend((Segment.fixed(text),), site.pairing)

    def _check_all(self) -> None:
        """Record each ``moved_from`` that the old version does not have at all."""
        silent: dict[Members, bool] = {}
        for pairing in self.comparison.pairings:
            for site in pairing.come:
                for steps in _find_declaring(site, silent):
                    self._check(site, steps, ())
        for old, new in self.comparison.renamed:
            self._check(new, (), old.place.notes.moved_from)
        for move in self.found:
            self._check(move.new, (), move.old.place.notes.moved_from)

    def _check(self, site: Site, steps: Steps, known: Container[str]) -> None:
        """Check the ``moved_from`` of a place; those that are ``known`` were there before."""
        for text in _end(site, steps).notes.moved_from:
            if text in known:
                continue
            if _is_last_level(text, _end(site, steps)):
                is_deep = bool(steps) or len(site.trail) > 1
                exists = is_deep or site.pairing.old.find(text) is not None
            else:
                segments = _segments(text)[len(self.root_levels) :]
                exists = not segments or _exists(self.root.old, segments)
            if not exists:
                self.astray.append(Astray(_down(site, steps), text))

    def _descend(self, segments: tuple[Segment, ...], start: Pairing) -> Iterator[Target]:
        """The places that are gone at ``segments``, from the sites at or above them."""
        pending: list[tuple[Pairing, int]] = [(start, 0)]
        seen: set[tuple[int, int]] = set()
        while pending:
            here, index = pending.pop()
            if (here.number, index) in seen or index >= len(segments):
                continue
            seen.add((here.number, index))
            signposts = self._signposts.get(here.number)
            if signposts is None:
                signposts = self._signposts[here.number] = _Signposts(here)
            for site in signposts.gone(segments[index:], self._meant):
                self._meant.add(site)
                yield from _descend_site(site, segments[index + len(site.trail) :])
            pending += [
                (below, index + levels) for below, levels in signposts.below(segments[index:])
            ]

    # --- suggested ---------------------------------------------------------------------------------

    def find_renamed(self) -> None:
        """Find siblings of the same shape of which one is gone and one is new."""
        for pairing in self.comparison.pairings:
            if not pairing.gone or not pairing.come:
                continue
            groups: dict[object, tuple[list[Site], list[Site]]] = {}
            for side, sites in enumerate(self._open(pairing)):
                for site in filter(self._may_be_renamed, sites):
                    shape = (site.place.kind, self._shapes.of(site.place))
                    groups.setdefault(shape, ([], []))[side].append(site)
            for gone, come in groups.values():
                for old, new in self._match(gone, come):
                    is_topic = self.comparison.size(old._replace(trail=())) == 1
                    same = "the topic has the same contract", "they have the same topics"
                    self._claim((old, ()), (new, ()), same[not is_topic])
            self._find_similar(pairing)

    def _find_similar(self, pairing: Pairing) -> None:
        """Find equipment that is gone and equipment with a similar name and similar members."""
        gone, come = (
            [s for s in sites if s.place.type is not None and self._may_be_renamed(s)]
            for sites in self._open(pairing)
        )
        gone = [s for s in gone if self._has_several_topics(s.place)]
        for old, new in self._match(gone, come):
            share = _share(old.place.members, new.place.members)
            if share >= MUCH and old.place.kind is new.place.kind:
                reason = "their names are similar, and so is most of what is below them"
                self._claim((old, ()), (new, ()), reason)

    def _may_be_renamed(self, site: Site) -> bool:
        return site.is_whole and not site.family and self._has_topics(site.place)

    def _has_topics(self, place: Place) -> bool:
        return place.endpoint is not None or self.comparison.topics(place.members) != 0

    def _has_several_topics(self, place: Place) -> bool:
        return self.comparison.topics(place.members) not in {0, 1}

    def _match(self, gone: list[Site], come: list[Site]) -> Iterator[tuple[Site, Site]]:
        """Pair the sites of one shape whose names are most similar."""
        if not come or max(len(gone), len(come)) > MOST_ALIKE:
            return
        if len(gone) == len(come) == 1 and self._is_distinctive(gone[0].place, come[0].place):
            yield gone[0], come[0]
            return
        ratios = [
            (-_ratio(old.trail[-1].text, new.trail[-1].text), i, j)
            for i, old in enumerate(gone)
            for j, new in enumerate(come)
        ]
        left: set[tuple[str, int]] = set()
        for ratio, i, j in sorted(ratios):
            if -ratio >= ALIKE and ("old", i) not in left and ("new", j) not in left:
                left |= {("old", i), ("new", j)}
                yield gone[i], come[j]

    def _is_distinctive(self, old: Place, new: Place) -> bool:
        """True if two places have so much in common that their names need not be similar."""
        return self._has_several_topics(old) and self._shapes.of(old) == self._shapes.of(new)

    def find_relocated(self) -> None:
        """Find equipment that has the same name and the same topics at another place."""
        gone = self._by_shape(s for p in self.comparison.pairings for s in p.gone)
        if not gone:
            return
        come = self._by_shape(s for p in self.comparison.pairings for s in p.come)
        matched = [
            (len(gone[key][0][1]), gone[key][0], come[key][0])
            for key in gone
            if len(gone[key]) == 1 and len(come.get(key, ())) == 1
        ]
        for _, old, new in sorted(matched, key=lambda match: match[0]):
            if not self._is_claimed(*old) and not self._is_claimed(*new):
                self._claim(old, new, "it has the same name and the same topics")

    def _by_shape(self, sites: Iterable[Site]) -> dict[object, list[Target]]:
        """The equipment at or below some sites by shape and name; empty if there is too much."""
        found: dict[object, list[Target]] = defaultdict(list)

        def below(target: Target) -> Iterable[Target]:
            site, steps = target
            place = _end(*target)
            if place.type is None or (site.family and not steps):
                return ()
            return ((site, (*steps, step)) for step in _children(place) if step[1].type)

        whole: Iterator[Target] = (
            (site, ())
            for site in sites
            if site.is_whole and site not in self._claims and not site.successor
        )
        targets = descend(whole, below)
        for number, target in enumerate(targets):
            if number >= MOST_LOOKED_AT:
                return {}
            site, steps = target
            place = _end(*target)
            if place.type and (steps or not site.family) and self._has_topics(place):
                found[self._shapes.of(place), place.segment.text].append(target)
        return found

    def _apply(self) -> bool:
        """Take what moved out of the sites that are gone or new, and compare it; false for nothing."""
        is_any = bool(self._claims)
        if is_any:
            for pairing in self.comparison.pairings:
                pairing.gone = [left for site in pairing.gone for left in self._left(site)]
                pairing.come = [left for site in pairing.come for left in self._left(site)]
        for site in self._succeeded:
            site.pairing.gone.append(site)
        for move in self._round:
            self.comparison.moved(move.old, move.new)
        self.found += self._round
        self._round, self._succeeded, self._claims = [], [], {}
        return is_any

    def _left(self, site: Site) -> Iterator[Site]:
        claims = self._claims.get(site)
        return _find_rest(site, claims.all) if claims else iter([site])


def _segments(text: str) -> tuple[Segment, ...]:
    """The levels of a topic or template; empty for any other text."""
    try:
        return TopicTemplate(text).segments
    except InvalidText:
        return ()


def _is_last_level(text: str, place: Place) -> bool:
    """True if ``text`` is only the old last level of a metric or a topic."""
    return formerly(text, place, "./") != text


def _exists(top: Members, segments: tuple[Segment, ...]) -> bool:
    """True if ``segments`` lead to a place, or below an open one."""

    def visit(part: tuple[Members, int]) -> Generator[tuple[Members, int], bool, bool]:
        members, index = part
        literal = segments[index].literal
        named = None if literal is None else members.find(literal)
        for place in members if literal is None else filter(None, (named,)):
            if common(place.segment, segments[index]) is None:
                continue
            if place.open or index + 1 == len(segments) or (yield place.members, index + 1):
                return True
        return False

    return fold((top, 0), visit)


class _Claims:
    """The places at or below one site that moved."""

    def __init__(self) -> None:
        self.all: list[Steps] = []
        self._ends: set[tuple[Place, ...]] = set()
        self._above: set[tuple[Place, ...]] = set()

    @classmethod
    def of(cls, targets: Iterable[Target]) -> dict[Site, _Claims]:
        """The places of some targets, by their sites."""
        found: dict[Site, _Claims] = {}
        for site, steps in targets:
            found.setdefault(site, cls()).add(steps)
        return found

    def add(self, steps: Steps) -> None:
        """Add one more place."""
        path = _path(steps)
        self.all.append(steps)
        self._ends.add(path)
        self._above.update(path[:depth] for depth in range(len(path)))

    def holds(self, steps: Steps) -> bool:
        """True if a place moved itself."""
        return _path(steps) in self._ends

    def holds_above(self, steps: Steps) -> bool:
        """True if something above a place moved."""
        path = _path(steps)
        return any(path[:depth] in self._ends for depth in range(len(path)))

    def holds_above_or_below(self, steps: Steps) -> bool:
        """True if something above or below a place moved."""
        return _path(steps) in self._above or self.holds_above(steps)


def _is_below(target: Target, tops: Mapping[Site, _Claims]) -> bool:
    """True if a target is below one of those of its site."""
    site, steps = target
    return tops[site].holds_above(steps)


def _positions(root: Pairing, side: int) -> Mapping[int, Count]:
    """The number of positions of each pairing that differs, in one version."""
    found: dict[int, Count] = {root.number: 1}
    for pairing in in_order(root, side):
        for edge in pairing.edges:
            if edge.side[side]:
                size = found[pairing.number] * trail_size(edge.trail)
                found[edge.below.number] = found.get(edge.below.number, 0) + size
    return found


def _path(steps: Steps) -> tuple[Place, ...]:
    return tuple(place for _, place in steps)


def _end(site: Site, steps: Steps) -> Place:
    return steps[-1][1] if steps else site.place


def _children(place: Place) -> list[tuple[Extent, Place]]:
    return [(Extent(inner.segment), inner) for inner in place.members]


def _find_rest(site: Site, moved: list[Steps]) -> Iterator[Site]:
    """The parts of a site that did not move."""

    def below(part: tuple[Site, list[Steps]]) -> Iterable[tuple[Site, list[Steps]]]:
        here, gone = part
        if not gone or not all(gone):
            return ()
        by_place: defaultdict[Place, list[Steps]] = defaultdict(list)
        for steps in gone:
            by_place[steps[0][1]].append(steps[1:])
        return ((_down(here, (step,)), by_place[step[1]]) for step in _children(here.place))

    for part, gone in descend([(site, moved)], below):
        if not gone:
            yield part
        elif all(gone) and part.place.endpoint is not None:
            yield part._replace(is_whole=False)


def _down(site: Site, steps: Steps) -> Site:
    """The place below a site as a site itself."""
    if not steps:
        return site
    trail = (*site.trail, *(extent for extent, _ in steps))
    return Site(site.pairing, trail, steps[-1][1])


def _is_aspect(site: Site) -> bool:
    return site.place.kind is PlaceKind.ASPECT


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one[:200].casefold(), other[:200].casefold()).ratio()


def _share(old: Members, new: Members) -> float:
    """The share of equal names among the members of two places, from 0 to 1."""
    was, is_ = (
        {p.segment.frame if p.segment.literal is None else p.segment.literal for p in members}
        for members in (old, new)
    )
    return len(was & is_) / max(1, len(was | is_))


def _find_declaring(site: Site, silent: dict[Members, bool]) -> Iterator[Steps]:
    """The steps to all places at or below a site that have ``moved_from``."""

    def below(steps: Steps) -> Iterable[Steps]:
        place = _end(site, steps)
        if not site.is_whole or fold(place.members, _is_silent, silent):
            return ()
        return ((*steps, step) for step in _children(place))

    start: Steps = ()
    found = descend([start], below)
    return (steps for steps in found if _end(site, steps).notes.moved_from)


def _is_silent(members: Members) -> Generator[Members, bool, bool]:
    """For ``fold``: true if no place among and below ``members`` has ``moved_from``."""
    for place in members:
        if place.notes.moved_from or not (yield place.members):
            return False
    return True


class _Signposts:
    """What was below a pairing in the old version: sites that are gone, and other pairings."""

    def __init__(self, pairing: Pairing) -> None:
        self._pairing = pairing
        self._gone: dict[str, list[Site]] = {}
        self._below: dict[str, list[Edge]] = {}
        self._gone_sets: list[Site] = []
        self._sets_below: list[Edge] = []
        for site in pairing.gone:
            literal = site.trail[0].literal
            if site.successor is not None:
                continue
            if literal is None:
                self._gone_sets.append(site)
            else:
                self._gone.setdefault(literal, []).append(site)
        for edge in pairing.edges:
            literal = edge.trail[0].literal
            if not edge.side.old:
                continue
            if literal is None:
                self._sets_below.append(edge)
            else:
                self._below.setdefault(literal, []).append(edge)

    def gone(self, segments: tuple[Segment, ...], meant: Container[Site]) -> list[Site]:
        """The sites that are gone at the first of ``segments``; of a set, only that part.

        Those that are already ``meant`` are not divided any more.
        """
        first = segments[0]
        found = [
            site
            for level in _named(first, self._gone)
            for site in self._gone[level]
            if _leads(site.trail, segments)
        ]
        for site in list(self._gone_sets):
            shared = common(site.trail[0].segment, first)
            if shared is not None and len(site.trail) == 1 and site not in meant:
                found.append(self._split(site, shared))
            elif _leads(site.trail, segments):
                found.append(site)
        return found

    def below(self, segments: tuple[Segment, ...]) -> list[tuple[Pairing, int]]:
        """The pairings below the first of ``segments``, and how many levels are above each."""
        named = [edge for level in _named(segments[0], self._below) for edge in self._below[level]]
        return [
            (edge.below, len(edge.trail))
            for edge in (*named, *self._sets_below)
            if all(common(e.segment, s) for e, s in zip(edge.trail, segments, strict=False))
        ]

    def _split(self, site: Site, part: Segment) -> Site:
        """Split a set that is gone into ``part`` and the rest, and return the site of the part."""
        (extent,) = site.trail
        if extent.less or extent.within or part == extent.segment:
            return site
        inner = site._replace(trail=(Extent(part),))
        rest = [site._replace(trail=(left,)) for left in without(extent.segment, [part])]
        for sites in (self._gone_sets, self._pairing.gone):
            sites[:] = [new for one in sites for new in ([inner, *rest] if one is site else [one])]
        return inner


def _named(segment: Segment, levels: Collection[str]) -> Iterator[str]:
    """Those of some levels that a segment has."""
    if segment.literal is not None:
        return iter([segment.literal] if segment.literal in levels else [])
    return (level for level in levels if segment.match(level) is not None)


def _leads(trail: tuple[Extent, ...], segments: tuple[Segment, ...]) -> bool:
    """True if segments have all levels of a trail."""
    return len(trail) <= len(segments) and all(
        common(extent.segment, segment) == extent.segment
        for extent, segment in zip(trail, segments, strict=False)
    )


def _descend_site(site: Site, segments: tuple[Segment, ...]) -> Iterator[Target]:
    """The places at ``segments`` below a site; a set only if all of it is meant."""

    def below(steps: Steps) -> Iterable[Steps]:
        if not site.is_whole or len(steps) == len(segments):
            return ()
        wanted = segments[len(steps)]
        inner = _children(_end(site, steps))
        return ((*steps, step) for step in inner if _leads(step[:1], (wanted,)))

    start: Steps = ()
    return ((site, way) for way in descend([start], below) if len(way) == len(segments))
