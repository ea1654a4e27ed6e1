"""What moved: a place that names the topics it had before, or one that looks like what is gone.

A declared move (``moved_from``) is a fact. One that only looks like it is
suggested, with the reason, and only where nothing else could be meant: the same
topics with the same contracts stand under one other name, or elsewhere under
the same name.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from uns.changes.extents import Extent, common, without
from uns.changes.shapes import Shapes
from uns.changes.trees import Comparison, Pairing, Site
from uns.diagnostics import InvalidText
from uns.model.tree import Members, Place, PlaceKind, descend, fold, formerly
from uns.topics.templates import Segment, TopicTemplate

__all__ = ["Move", "find_moves"]

#: How alike two names are, from 0 to 1, for one to be taken for the other's new spelling.
ALIKE = 0.5

#: How much of what stands below must be called the same, from 0 to 1, for a new name of the whole.
MUCH = 0.5

#: Most places of one shape whose names are held against each other.
MOST_ALIKE = 50

#: Most places below what is gone or new that are looked at.
MOST_LOOKED_AT = 20_000

#: The rest of the way down to a place that is gone, or new, with what stands above it.
Way: TypeAlias = tuple[tuple[Extent, Place], ...]


class Move(NamedTuple):
    """What was at ``old`` is at ``new``; ``is_suggested`` where nobody declared it."""

    old: Site
    new: Site
    reason: str
    is_suggested: bool
    #: The aspect whose level changed, if that is why.
    aspect: str = ""


class Astray(NamedTuple):
    """A new place that says it had a topic which the old version does not have."""

    site: Site
    text: str


def find_moves(
    comparison: Comparison,
    root: Pairing,
    root_levels: tuple[tuple[str, ...], tuple[str, ...]],
    aspects: tuple[Mapping[str, str], Mapping[str, str]],
) -> tuple[list[Move], list[Astray]]:
    """The moves, each taken out of what is gone and what is new; and declarations of none."""
    moves = _Moves(comparison, root)
    moves.of_aspects(*aspects)
    moves.declared(root_levels[0])
    moves.renamed()
    moves.elsewhere()
    return moves.carried_out(), moves.astray


@dataclass(slots=True)
class _Moves:
    comparison: Comparison
    root: Pairing
    found: list[Move] = field(default_factory=list)
    astray: list[Astray] = field(default_factory=list)
    #: The ways from a site to what moved.
    _claims: dict[Site, _Claims] = field(default_factory=dict)
    #: Parts whose successor was there already.
    _succeeded: list[Site] = field(default_factory=list)
    _shapes: Shapes = field(default_factory=Shapes)
    _signposts: dict[int, _Signposts] = field(default_factory=dict)

    def _open(self, pairing: Pairing) -> tuple[list[Site], list[Site]]:
        """What is gone and what is new, and not known to have moved."""
        return (
            [site for site in pairing.gone if not self._claims.get(site)],
            [site for site in pairing.come if not self._claims.get(site)],
        )

    def _claim(self, old: tuple[Site, Way], new: tuple[Site, Way], reason: str, *,
               is_suggested: bool, aspect: str = "") -> None:  # fmt: skip
        self._take(*old)
        self._take(*new)
        self.found.append(Move(_down(*old), _down(*new), reason, is_suggested, aspect))

    def _take(self, site: Site, way: Way) -> None:
        self._claims.setdefault(site, _Claims()).add(way)

    def _is_claimed(self, site: Site, way: Way) -> bool:
        """Whether a place, one above or one below it is known to have moved."""
        claims = self._claims.get(site)
        return claims is not None and (claims.holds(way) or claims.holds_above_or_below(way))

    # --- declared ----------------------------------------------------------------------------------

    def of_aspects(self, old: Mapping[str, str], new: Mapping[str, str]) -> None:
        """The levels of aspects that are spelled anew."""
        spelled = {old[name]: (name, new[name]) for name in old if name in new}
        for pairing in self.comparison.pairings:
            come = {s.place.segment.literal: s for s in pairing.come if _is_aspect(s)}
            for site in filter(_is_aspect, pairing.gone):
                name, level = spelled.get(site.place.segment.literal or "", ("", ""))
                if level in come:
                    reason = f"the level of aspect {name!r} changed"
                    self._claim(
                        (site, ()), (come[level], ()), reason, is_suggested=False, aspect=name
                    )

    def declared(self, root: tuple[str, ...]) -> None:
        """What places say they were before."""
        for pairing in self.comparison.pairings:
            for site in pairing.come:
                for way in _declaring(site, {}):
                    place = way[-1][1] if way else site.place
                    for text in place.notes.moved_from:
                        self._declared(text, root, site, way)
        for pairing, extent, before, place in self.comparison.renamed:
            there = Site(pairing, (extent,), place)
            for text in place.notes.moved_from:
                gone = list(self._gone(text, root, there, ()))
                for old in gone:
                    self._take(*old)
                    self._succeeded.append(_down(*old)._replace(successor=there))
                if not gone and text not in before.notes.moved_from:
                    self._look_for(text, root, there, ())

    def _declared(self, text: str, root: tuple[str, ...], site: Site, way: Way) -> None:
        gone = list(self._gone(text, root, site, way))
        if not gone:
            self._look_for(text, root, site, way)
        for old in gone:
            if not self._is_claimed(*old) and not self._is_above(site, way):
                self._claim(old, (site, way), "declared by `moved_from`", is_suggested=False)

    def _is_above(self, site: Site, way: Way) -> bool:
        """Whether something above or below a new place is known to have moved; not itself."""
        claims = self._claims.get(site)
        return claims is not None and claims.holds_above_or_below(way)

    def _gone(
        self, text: str, root: tuple[str, ...], site: Site, way: Way
    ) -> Iterator[tuple[Site, Way]]:
        """What is gone where a place says it was: at a topic, or beside it."""
        place = way[-1][1] if way else site.place
        if not _is_beside(text, place):
            yield from self._gone_at(text, root)
        elif not way:
            # What stands below something new had nothing beside it.
            yield from self._descend((Segment.fixed(text),), site.pairing)

    def _look_for(self, text: str, root: tuple[str, ...], site: Site, way: Way) -> None:
        """Take down a declaration of what the old version does not have at all."""
        place = way[-1][1] if way else site.place
        if _is_beside(text, place):
            is_there = bool(way) or site.pairing.old.find(text) is not None
        else:
            segments = _segments(text)[len(root) :]
            is_there = not segments or _stands(self.root.old, segments)
        if not is_there:
            self.astray.append(Astray(_down(site, way), text))

    def _gone_at(self, text: str, root: tuple[str, ...]) -> Iterator[tuple[Site, Way]]:
        """What is gone at a topic or template."""
        segments = _segments(text)
        for level, segment in zip(root, segments, strict=False):
            if segment.match(level) is None:
                return
        yield from self._descend(segments[len(root) :], self.root)

    def _descend(self, segments: tuple[Segment, ...], start: Pairing) -> Iterator[tuple[Site, Way]]:
        """What is gone at ``segments`` or above, and the rest of the way down."""
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
            for site in signposts.gone(segments[index], is_last=index == len(segments) - 1):
                yield from _further(site, segments[index + 1 :])
            pending += [(below, index + 1) for below in signposts.below(segments[index])]

    # --- suggested ---------------------------------------------------------------------------------

    def renamed(self) -> None:
        """Siblings of which one is gone and one is new, and both have the same shape."""
        for pairing in self.comparison.pairings:
            if not pairing.gone or not pairing.come:
                continue
            groups: dict[object, tuple[list[Site], list[Site]]] = {}
            for side, sites in enumerate(self._open(pairing)):
                for site in filter(self._may_be_renamed, sites):
                    shape = (site.place.kind, self._shapes.of(site.place))
                    groups.setdefault(shape, ([], []))[side].append(site)
            for gone, come in groups.values():
                for old, new in self._matched(gone, come):
                    size = self.comparison.size(old._replace(trail=()))
                    what = (
                        "the topic has the same contract"
                        if size == 1
                        else "they have the same topics"
                    )
                    self._claim((old, ()), (new, ()), what, is_suggested=True)

            self._alike(pairing)

    def _alike(self, pairing: Pairing) -> None:
        """Equipment that is gone and new under names that are alike, with much the same below."""
        gone, come = (
            [s for s in sites if s.place.type is not None and self._may_be_renamed(s)]
            for sites in self._open(pairing)
        )
        gone = [s for s in gone if self._has_several_topics(s.place)]
        for old, new in self._matched(gone, come):
            share = _share(old.place.members, new.place.members)
            if share >= MUCH and old.place.kind is new.place.kind:
                reason = "their names are alike, and most of what stands below them"
                self._claim((old, ()), (new, ()), reason, is_suggested=True)

    def _may_be_renamed(self, site: Site) -> bool:
        return site.is_whole and not site.family and self._has_topics(site.place)

    def _has_topics(self, place: Place) -> bool:
        return place.endpoint is not None or self.comparison.topics(place.members) != 0

    def _has_several_topics(self, place: Place) -> bool:
        return self.comparison.topics(place.members) not in {0, 1}

    def _matched(self, gone: list[Site], come: list[Site]) -> Iterator[tuple[Site, Site]]:
        """Which of the sites of one shape belong together: those whose names are most alike."""
        if not come or max(len(gone), len(come)) > MOST_ALIKE:
            return
        if len(gone) == len(come) == 1 and self._is_telling(gone[0].place, come[0].place):
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

    def _is_telling(self, old: Place, new: Place) -> bool:
        """Whether two places have so much in common that their names need not be alike."""
        return self._has_several_topics(old) and self._shapes.of(old) == self._shapes.of(new)

    def elsewhere(self) -> None:
        """Equipment that stands elsewhere under the name it had, with the topics it had."""
        gone = self._by_shape([s for p in self.comparison.pairings for s in self._open(p)[0]])
        if not gone:
            return
        come = self._by_shape([s for p in self.comparison.pairings for s in self._open(p)[1]])
        matched = [
            (len(gone[key][0][1]), gone[key][0], come[key][0])
            for key in gone
            if len(gone[key]) == 1 and len(come.get(key, ())) == 1
        ]
        for _, old, new in sorted(matched, key=lambda match: match[0]):
            if not self._is_claimed(*old) and not self._is_claimed(*new):
                reason = "it has the same name and the same topics"
                self._claim(old, new, reason, is_suggested=True)

    def _by_shape(self, sites: list[Site]) -> dict[object, list[tuple[Site, Way]]]:
        found: dict[object, list[tuple[Site, Way]]] = defaultdict(list)
        left = MOST_LOOKED_AT
        pending: list[tuple[Site, Way]] = [(site, ()) for site in sites if site.is_whole]
        for site, way in pending:
            place = way[-1][1] if way else site.place
            left -= 1
            if left < 0:
                return {}
            if place.type is None or (site.family and not way):
                continue
            if self._has_topics(place):
                found[self._shapes.of(place), place.segment.text].append((site, way))
            pending += [(site, (*way, (Extent(p.segment), p))) for p in place.members if p.type]
        return found

    # --- taking them out ---------------------------------------------------------------------------

    def carried_out(self) -> list[Move]:
        """The moves, once what moved is neither gone nor new any more."""
        for pairing in self.comparison.pairings:
            pairing.gone = [left for site in pairing.gone for left in self._left(site)]
            pairing.come = [left for site in pairing.come for left in self._left(site)]
        for site in self._succeeded:
            site.pairing.gone.append(site)
        for move in self.found:
            self.comparison.moved(move.old, move.new)
        return self.found

    def _left(self, site: Site) -> Iterator[Site]:
        claims = self._claims.get(site)
        if claims is None:
            yield site
        else:
            yield from _rest(site, claims.ways)


def _segments(text: str) -> tuple[Segment, ...]:
    """The levels of a topic or template; none of what is neither."""
    try:
        return TopicTemplate(text).segments
    except InvalidText:
        return ()


def _is_beside(text: str, place: Place) -> bool:
    """Whether ``moved_from`` names the last level alone that a metric or a topic had."""
    return formerly(text, place, "./") != text


def _stands(members: Members, segments: tuple[Segment, ...]) -> bool:
    """Whether anything stands at ``segments``, or is legal there below an open node."""
    here: list[Members] = [members]
    for index, segment in enumerate(segments, 1):
        found = [
            place
            for siblings in here
            for place in siblings
            if common(place.segment, segment) is not None
        ]
        if any(place.open for place in found):
            return True
        if index == len(segments):
            return bool(found)
        here = list(dict.fromkeys(place.members for place in found))
    return False


class _Claims:
    """The ways from one site to what moved."""

    def __init__(self) -> None:
        self.ways: list[Way] = []
        self._ends: set[tuple[Place, ...]] = set()
        self._above: set[tuple[Place, ...]] = set()

    def add(self, way: Way) -> None:
        """One more way."""
        path = _path(way)
        self.ways.append(way)
        self._ends.add(path)
        self._above.update(path[:depth] for depth in range(len(path)))

    def holds(self, way: Way) -> bool:
        """Whether what stands at the end of a way is known to have moved."""
        return _path(way) in self._ends

    def holds_above_or_below(self, way: Way) -> bool:
        """Whether something above it or below it is."""
        path = _path(way)
        return path in self._above or any(path[:depth] in self._ends for depth in range(len(path)))


def _path(way: Way) -> tuple[Place, ...]:
    return tuple(place for _, place in way)


def _rest(site: Site, ways: list[Way]) -> Iterator[Site]:
    """What of a site did not move."""
    if not all(ways):
        return
    if site.place.endpoint is not None:
        yield site._replace(is_whole=False)
    below: defaultdict[Place, list[Way]] = defaultdict(list)
    for way in ways:
        below[way[0][1]].append(way[1:])
    for place in site.place.members:
        inner = _down(site, ((Extent(place.segment), place),))
        if place in below:
            yield from _rest(inner, below[place])
        else:
            yield inner


def _down(site: Site, way: Way) -> Site:
    """The site at the end of a way."""
    if not way:
        return site
    trail = (*site.trail, *(extent for extent, _ in way))
    return Site(site.pairing, trail, way[-1][1])


def _is_aspect(site: Site) -> bool:
    return site.place.kind is PlaceKind.ASPECT


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one[:200].casefold(), other[:200].casefold()).ratio()


def _share(old: Members, new: Members) -> float:
    """How much of what stands below two places is called the same, from 0 to 1."""
    was, is_ = (
        {p.segment.frame if p.segment.literal is None else p.segment.literal for p in members}
        for members in (old, new)
    )
    return len(was & is_) / max(1, len(was | is_))


def _declaring(site: Site, silent: dict[Members, bool]) -> Iterator[Way]:
    """The ways to all places of a site that say what they were before."""

    def below(found: tuple[Place, Way]) -> Iterable[tuple[Place, Way]]:
        place, way = found
        if not site.is_whole or fold(place.members, _is_silent, silent):
            return ()
        return ((inner, (*way, (Extent(inner.segment), inner))) for inner in place.members)

    start: tuple[Place, Way] = site.place, ()
    return (way for place, way in descend([start], below) if place.notes.moved_from)


def _is_silent(members: Members) -> Generator[Members, bool, bool]:
    """To be folded: whether no place among and below ``members`` says what it was before."""
    for place in members:
        if place.notes.moved_from or not (yield place.members):
            return False
    return True


class _Signposts:
    """What is gone among siblings, and what stayed and differs below, by the levels it stands at."""

    def __init__(self, pairing: Pairing) -> None:
        self._pairing = pairing
        self._gone: dict[str, Site] = {}
        self._below: dict[str, Pairing] = {}
        self._gone_sets: list[Site] = []
        self._sets_below: list[tuple[Segment, Pairing]] = []
        for site in pairing.gone:
            literal = site.trail[0].literal
            if literal is None:
                self._gone_sets.append(site)
            else:
                self._gone[literal] = site
        for (extent,), below, *_ in pairing.edges:
            if extent.literal is None:
                self._sets_below.append((extent.segment, below))
            else:
                self._below[extent.literal] = below

    def gone(self, segment: Segment, *, is_last: bool) -> list[Site]:
        """What is gone at the levels of ``segment``; of a set, if nothing follows, that part alone."""
        named = (
            [self._gone.get(segment.literal)]
            if segment.literal is not None
            else [site for level, site in self._gone.items() if segment.match(level) is not None]
        )
        found = [site for site in named if site is not None]
        for site in list(self._gone_sets):
            shared = common(site.trail[0].segment, segment)
            if shared is not None:
                found.append(self._parted(site, shared) if is_last else site)
        return found

    def below(self, segment: Segment) -> list[Pairing]:
        """What stayed and differs below the levels of ``segment``."""
        named = (
            [self._below.get(segment.literal)]
            if segment.literal is not None
            else [below for level, below in self._below.items() if segment.match(level) is not None]
        )
        found = [below for below in named if below is not None]
        return found + [b for s, b in self._sets_below if common(s, segment) is not None]

    def _parted(self, site: Site, part: Segment) -> Site:
        """A part of a set that is gone, as a site of its own beside the rest."""
        (extent,) = site.trail
        if extent.less or part == extent.segment:
            return site
        inner = site._replace(trail=(Extent(part),))
        rest = [site._replace(trail=(left,)) for left in without(extent.segment, [part])]
        for sites in (self._gone_sets, self._pairing.gone):
            sites[:] = [new for one in sites for new in ([inner, *rest] if one is site else [one])]
        return inner


def _further(site: Site, segments: tuple[Segment, ...]) -> Iterator[tuple[Site, Way]]:
    ways: list[Way] = [()]
    for segment in segments if site.is_whole else ():
        ways = [
            (*way, (Extent(place.segment), place))
            for way in ways
            for place in (way[-1][1] if way else site.place).members
            if common(place.segment, segment) is not None
        ]
    if site.is_whole or not segments:
        yield from ((site, way) for way in ways)
