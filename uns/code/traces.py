"""How far a text agrees with a declared tree, level by level, where parts of it are open.

A *piece* is what stands between two slashes of a text. It is a topic level, a
wildcard, or open: what is put in there later may be any text, slashes among
it. So an open piece stands for one level or for many, and a text is held to be
in the tree when it can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import Final, TypeAlias

from uns.model.tree import Members, Place, PlaceKind, downwards
from uns.topics.patterns import InvalidPattern, Pattern, UndecidedPattern
from uns.topics.templates import Segment

__all__ = ["HOLE", "Piece", "Trace", "Tree", "is_slip", "pieces"]

#: Stands in a text for what is put in later; no topic has it [MQTT-4.7.3-2].
HOLE: Final = "\0"

#: For how many stands it is kept what lies below them; one takes as much memory as the model.
KEPT = 8

#: How many names a level is compared with one by one.
MOST_COMPARED = 1_000

#: Shortest name in which one wrong letter is taken for a slip, and the longest that is looked at.
SHORTEST_SLIP, LONGEST_SLIP = 4, 200


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between two slashes of a text."""

    text: str

    @property
    def is_open(self) -> bool:
        """Whether something is put in later."""
        return HOLE in self.text

    @property
    def is_wildcard(self) -> bool:
        """Whether it is ``+`` or ``#``."""
        return self.text in {"+", "#"}

    @property
    def is_exact(self) -> bool:
        """Whether it is one topic level."""
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
    """The pieces of a text; behind a slash at its end something is expected to follow."""
    levels = text.split("/")
    if len(levels) > 1 and levels[-1] == "":
        levels[-1] = HOLE
    return tuple(map(Piece, levels))


@dataclass(frozen=True, slots=True)
class Trace:
    """How far pieces can be followed down a tree.

    ``closed`` says of each piece followed whether it met a name that the model
    writes out, or a family, and not only a set that takes any name. ``fits``
    says whether all of it leads to a position, or below one that is open.
    """

    closed: tuple[bool, ...]
    fits: bool
    stopped_at: tuple[Members, ...]

    @property
    def reached(self) -> int:
        """How many pieces were followed."""
        return len(self.closed)

    def names(self) -> Iterator[str]:
        """The names that stand where the next piece was not found."""
        for members in self.stopped_at:
            yield from members.literals


class Tree:
    r"""A declared tree, to follow texts down from its top; what lies below a place is kept by name.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {metrics: {speed: {type: number}}}}")
    >>> tree = Tree(ns.top)
    >>> [(t.reached, t.fits) for t in map(tree.trace, map(pieces, ("ly\0/speed", "lyon/x")))]
    [(2, True), (1, False)]
    """

    def __init__(self, top: Members) -> None:
        self.top = top
        self._known: dict[str, bool] = {}
        self._slips: dict[str, bool] = {}
        self._kept: dict[tuple[Members, ...], _Beneath] = {}

    def trace(self, followed: Sequence[Piece]) -> Trace:
        """Follow pieces down from the top."""
        # Mostly what is put in is one level or a part of one, and that is quickly found.
        found = self._follow(followed, wide=False)
        if found.fits or not any(piece.is_open for piece in followed):
            return found
        return self._follow(followed, wide=True)

    def _follow(self, followed: Sequence[Piece], *, wide: bool) -> Trace:
        stand: _Stand = _Beside((self.top,))
        closed: list[bool] = []
        below_open = False
        for piece in followed:
            if piece.text == "#":
                # It takes the level above it as well [MQTT-4.7.1-1], which is there.
                return Trace((*closed, True), True, stand.members)
            if wide and piece.text == HOLE:
                beneath = self._beneath(stand.members)
                if not beneath.direct:
                    return Trace(tuple(closed), below_open, stand.members)
                closed.append(False)
                below_open = below_open or beneath.is_open
                stand = beneath
                continue
            places = _distinct(self._taken(stand, piece, wide=wide))
            if not places:
                return Trace(tuple(closed), below_open, stand.members)
            below_open = below_open or any(place.open for place in places)
            closed.append(any(place.segment.name is None for place in places))
            stand = _Beside(_members_of(places))
        return Trace(tuple(closed), True, stand.members)

    def _taken(self, stand: _Stand, piece: Piece, *, wide: bool) -> Iterator[Place]:
        """The places that a piece may stand for."""
        if piece.is_exact:
            yield from stand.find(piece.text)
        elif piece.is_wildcard:
            yield from stand.places()
        elif not wide:
            for place in stand.places():
                if _may_be(place.segment, piece.before, piece.after):
                    yield place
        else:
            starts = [p for p in stand.places() if _may_be(p.segment, piece.before, "")]
            yield from (p for p in starts if _may_be(p.segment, piece.before, piece.after))
            for place in self._beneath(_members_of(starts)).direct_and_deep():
                if _may_be(place.segment, "", piece.after):
                    yield place

    def _beneath(self, members: tuple[Members, ...]) -> _Beneath:
        found = self._kept.get(members)
        if found is None:
            found = _Beneath(members)
            if len(self._kept) >= KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[members] = found
        return found

    @cached_property
    def _all(self) -> _Beneath:
        return _Beneath((Members([Place(PlaceKind.ROOT, Segment.fixed(""), self.top)]),))

    def __contains__(self, level: object) -> bool:
        """Whether a level of that name is somewhere; sets that take any name are left out."""
        if not isinstance(level, str):
            return False
        known = self._known.get(level)
        if known is None:
            found = self._all.find(level)
            known = self._known[level] = any(place.segment.name is None for place in found)
        return known

    def takes_for_slip(self, level: str, found: Trace) -> bool:
        """Whether ``level``, the piece where a trace stopped, is a slip of a name that stands there.

        Among very many names, of any name of the tree.
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
        """Whether ``level`` is a slip of some name; as :func:`is_slip`, for any number of names."""
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
        """The word, and all that one edit makes of it with the letters there are."""
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


class _Beside:
    """A stand right above some members."""

    def __init__(self, members: tuple[Members, ...]) -> None:
        self.members = members

    def find(self, level: str) -> Iterator[Place]:
        """The members that stand for a level."""
        for members in self.members:
            place = members.find(level)
            if place is not None:
                yield place

    def places(self) -> Iterator[Place]:
        """All members."""
        return chain.from_iterable(self.members)


class _Beneath:
    """A stand one level or more below some members: ``direct`` are the places passed at least."""

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
        """The places deeper down that stand for a level."""
        yield from self.literals.get(level, ())
        yield from (p for p in self._families if p.segment.match(level) is not None)

    def places(self) -> Iterator[Place]:
        """All places deeper down."""
        return chain.from_iterable(self.members)

    def direct_and_deep(self) -> Iterator[Place]:
        """All places there are."""
        return chain(self.direct, self.places())


_Stand: TypeAlias = "_Beside | _Beneath"


def _members_of(places: Iterable[Place]) -> tuple[Members, ...]:
    return tuple(dict.fromkeys(place.members for place in places))


def _distinct(places: Iterable[Place]) -> list[Place]:
    return list(dict.fromkeys(places))


def _may_be(segment: Segment, before: str, after: str) -> bool:
    """Whether some level of a segment starts with one text and, behind that, ends with the other."""
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
        asked = Pattern.concat(
            [Pattern.literal(before), Pattern.any_level(), Pattern.literal(after)]
        )
        return asked.overlaps(segment.pattern)
    except (InvalidPattern, UndecidedPattern):
        return True


_DIGITS = re.compile(r"\d+")
_SEPARATORS = str.maketrans("", "", "-_ .")


def is_slip(level: str, name: str) -> bool:
    """Whether ``level`` is most likely ``name`` misspelt: by case or separators, or by one letter.

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
    """Whether one letter more, less or other, or two swapped, make one of the other."""
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
