"""Follow a text down a declared tree, level by level; parts of the text may be open.

A *piece* is the text between two slashes: a topic level, a wildcard, or open, with a hole that
is filled at run time. The filling may contain slashes, so an open piece can be one level or
many. A text counts as in the tree if it can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import Final, TypeAlias

from uns.model.tree import Members, Place, PlaceKind, downwards
from uns.topics.automata import UndecidedPattern
from uns.topics.templates import Fixed, Name, Segment

#: The character for a part that is filled in later; no topic has it [MQTT-4.7.3-2].
HOLE: Final = "\0"

#: Most positions whose places below are kept; each takes as much memory as the model.
KEPT = 8

#: Most names that a level is compared with one by one.
MOST_COMPARED = 1_000

#: Shortest name in which one wrong letter counts as a slip, and the longest that is looked at.
SHORTEST_SLIP, LONGEST_SLIP = 4, 200


@dataclass(frozen=True, slots=True)
class Piece:
    """The text between two slashes."""

    text: str

    @property
    def is_open(self) -> bool:
        """True if a part is filled in later."""
        return HOLE in self.text

    @property
    def is_wildcard(self) -> bool:
        """True if it is ``+`` or ``#``."""
        return self.text in {"+", "#"}

    @property
    def is_exact(self) -> bool:
        """True if it is one topic level."""
        return not self.is_open and not self.is_wildcard

    @property
    def before(self) -> str:
        """The text before the first hole."""
        return self.text.partition(HOLE)[0]

    @property
    def after(self) -> str:
        """The text after the last hole."""
        return self.text.rpartition(HOLE)[2]


def pieces(text: str) -> tuple[Piece, ...]:
    """The pieces of a text; a slash at its end is followed by an open piece."""
    levels = text.split("/")
    if len(levels) > 1 and levels[-1] == "":
        levels[-1] = HOLE
    return tuple(map(Piece, levels))


@dataclass(frozen=True, slots=True)
class Trace:
    """The result of following pieces down a tree.

    ``closed`` has an entry for each piece that was followed: true if it matches a name or a
    family, false if only an open set. ``fits`` is true if all pieces lead to a position, or
    below one that is open.
    """

    closed: tuple[bool, ...]
    fits: bool
    stopped_at: tuple[Members, ...]

    @property
    def reached(self) -> int:
        """The number of pieces that were followed."""
        return len(self.closed)

    def names(self) -> Iterator[str]:
        """The names at the position where the next piece was not found."""
        for members in self.stopped_at:
            yield from members.literals


class TopicTree:
    r"""A declared tree, to follow texts down from its top.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {metrics: {speed: {type: number}}}}")
    >>> tree = TopicTree(ns.top)
    >>> [(t.reached, t.fits) for t in map(tree.trace, map(pieces, ("ly\0/speed", "lyon/x")))]
    [(2, True), (1, False)]
    """

    def __init__(self, top: Members) -> None:
        self.top = top
        self._known: dict[str, bool] = {}
        self._slips: dict[str, bool] = {}
        self._kept: dict[tuple[Members, ...], _Deeper] = {}

    def trace(self, followed: Sequence[Piece]) -> Trace:
        """Follow pieces down from the top."""
        # Usually a hole is one level or a part of one, which is quickly found.
        found = self._follow(followed, wide=False)
        if found.fits or not any(piece.is_open for piece in followed):
            return found
        return self._follow(followed, wide=True)

    def _follow(self, followed: Sequence[Piece], *, wide: bool) -> Trace:
        position: _Position = _Directly((self.top,))
        closed: list[bool] = []
        below_open = False
        for piece in followed:
            if piece.text == "#":
                # It matches the level above too [MQTT-4.7.1-1], which exists.
                return Trace((*closed, True), True, position.members)
            if wide and piece.text == HOLE:
                deeper = self._deeper(position.members)
                if not deeper.direct:
                    return Trace(tuple(closed), below_open, position.members)
                closed.append(False)
                below_open = below_open or deeper.is_open
                position = deeper
                continue
            places = _distinct(self._taken(position, piece, wide=wide))
            if not places:
                return Trace(tuple(closed), below_open, position.members)
            below_open = below_open or any(place.open for place in places)
            closed.append(any(place.segment.name is None for place in places))
            position = _Directly(_members_of(places))
        return Trace(tuple(closed), True, position.members)

    def _taken(self, position: _Position, piece: Piece, *, wide: bool) -> Iterator[Place]:
        """The places that a piece may match."""
        if piece.is_exact:
            yield from position.find(piece.text)
        elif piece.is_wildcard:
            yield from position.places()
        elif not wide:
            for place in position.places():
                if _may_be(place.segment, piece.before, piece.after):
                    yield place
        else:
            starts = [p for p in position.places() if _may_be(p.segment, piece.before, "")]
            yield from (p for p in starts if _may_be(p.segment, piece.before, piece.after))
            for place in self._deeper(_members_of(starts)).direct_and_deep():
                if _may_be(place.segment, "", piece.after):
                    yield place

    def _deeper(self, members: tuple[Members, ...]) -> _Deeper:
        found = self._kept.get(members)
        if found is None:
            found = _Deeper(members)
            if len(self._kept) >= KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[members] = found
        return found

    @cached_property
    def _all(self) -> _Deeper:
        return _Deeper((Members([Place(PlaceKind.ROOT, Segment.fixed(""), self.top)]),))

    def __contains__(self, level: object) -> bool:
        """True if a level of that name is anywhere in the tree; open sets do not count."""
        if not isinstance(level, str):
            return False
        known = self._known.get(level)
        if known is None:
            found = self._all.find(level)
            known = self._known[level] = any(place.segment.name is None for place in found)
        return known

    def takes_for_slip(self, level: str, found: Trace) -> bool:
        """True if ``level``, the piece where a trace stopped, is a slip of a name at that position.

        If there are very many names at it, of any name in the tree.
        """
        if next(islice(found.names(), MOST_COMPARED, None), None) is not None:
            return self.has_slip(level)
        if any(is_slip(level, name) for name in found.names()):
            return True
        frames = (family.segment for members in found.stopped_at for family in members.families)
        bare = _DIGITS.sub("", level)
        return any(
            is_slip(bare, "".join(segment.frame)) for segment in frames if segment.name is None
        )

    def has_slip(self, level: str) -> bool:
        """True if ``level`` is a slip of any name in the tree; see :func:`is_slip`."""
        if len(level) > LONGEST_SLIP:
            return False
        known = self._slips.get(level)
        if known is None:
            known = self._slips[level] = not self._names.isdisjoint(self._edits(_bare(level)))
        return known

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(map(_bare, self._all.literals)) - {""}

    @cached_property
    def _letters(self) -> frozenset[str]:
        return frozenset(chain.from_iterable(self._names))

    def _edits(self, word: str) -> Iterator[str]:
        """The word, and all that one edit makes of it with the letters of the tree."""
        yield word
        if len(word) < SHORTEST_SLIP:
            return
        for at in range(len(word) + 1):
            before, after = word[:at], word[at:]
            if len(word) > SHORTEST_SLIP:
                yield before + after[1:]
            if len(after) > 1:
                yield before + after[1] + after[0] + after[2:]
            for letter in self._letters:
                yield before + letter + after
                yield before + letter + after[1:]


class _Directly:
    """A position directly above some members."""

    def __init__(self, members: tuple[Members, ...]) -> None:
        self.members = members

    def find(self, level: str) -> Iterator[Place]:
        """The members that match a level."""
        for members in self.members:
            place = members.find(level)
            if place is not None:
                yield place

    def places(self) -> Iterator[Place]:
        """All members."""
        return chain.from_iterable(self.members)


class _Deeper:
    """A position one level or more below some members, the places ``direct``."""

    def __init__(self, members: tuple[Members, ...]) -> None:
        self.direct = _distinct(chain.from_iterable(members))
        self.is_open = any(place.open for place in self.direct)
        self.literals: dict[str, list[Place]] = {}
        self._families: list[Place] = []
        self.members = tuple(downwards(Members(self.direct))[1:])
        for place in self.places():
            self.is_open = self.is_open or place.open
            if place.segment.literal is None:
                self._families.append(place)
            else:
                self.literals.setdefault(place.segment.literal, []).append(place)

    def find(self, level: str) -> Iterator[Place]:
        """The places deeper down that match a level."""
        yield from self.literals.get(level, ())
        yield from (p for p in self._families if p.segment.match(level) is not None)

    def places(self) -> Iterator[Place]:
        """All places deeper down."""
        return chain.from_iterable(self.members)

    def direct_and_deep(self) -> Iterator[Place]:
        """All places, direct and deeper."""
        return chain(self.direct, self.places())


_Position: TypeAlias = "_Directly | _Deeper"


def _members_of(places: Iterable[Place]) -> tuple[Members, ...]:
    return tuple(dict.fromkeys(place.members for place in places))


def _distinct(places: Iterable[Place]) -> list[Place]:
    return list(dict.fromkeys(places))


def _may_be(segment: Segment, before: str, after: str) -> bool:
    """True if a level of a segment can start with one text and, after that, end with the other."""
    level = segment.literal
    if level is not None:
        fits = level.startswith(before) and level.endswith(after)
        return fits and len(level) >= len(before) + len(after)
    first, last = segment.frame
    if first.startswith(before) and last.endswith(after):
        return True
    if not (before.startswith(first) or first.startswith(before)):
        return False
    return _overlaps(segment, before, after)


@lru_cache(maxsize=4_096)
def _overlaps(segment: Segment, before: str, after: str) -> bool:
    try:
        return Segment.of((Fixed(before), Name("rest"), Fixed(after))).overlaps(segment)
    except UndecidedPattern:
        return True


_DIGITS = re.compile(r"\d+")
_SEPARATORS = str.maketrans("", "", "-_ .")


def is_slip(level: str, name: str) -> bool:
    """True if ``level`` is probably ``name`` misspelled: in case or separators, or in one letter.

    >>> is_slip("Line_1", "line1"), is_slip("bottlign", "bottling"), is_slip("x1", "x2")
    (True, True, False)
    """
    if max(len(level), len(name)) > LONGEST_SLIP:
        return False
    one, other = _bare(level), _bare(name)
    if one == other:
        return bool(one)
    if min(len(one), len(other)) < SHORTEST_SLIP or abs(len(one) - len(other)) > 1:
        return False
    return _one_edit(one, other)


@lru_cache(maxsize=65_536)
def _bare(text: str) -> str:
    return text.casefold().translate(_SEPARATORS)


def _one_edit(one: str, other: str) -> bool:
    """True if one letter added, removed or replaced, or two swapped, turn one into the other."""
    same = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        same += 1
    one, other = one[same:], other[same:]
    if len(one) == len(other):
        return one[1:] == other[1:] or (
            one[:2] == other[1::-1] and len(one) > 1 and one[2:] == other[2:]
        )
    short, long = sorted((one, other), key=len)
    return short == long[1:]
