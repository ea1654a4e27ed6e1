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
from functools import lru_cache
from typing import Final

from uns.patterns import InvalidPattern, Pattern, UndecidedPattern
from uns.templates import Segment
from uns.tree import Members, Place

__all__ = ["HOLE", "Piece", "Trace", "Vocabulary", "is_slip", "pieces", "trace"]

#: Stands in a text for what is put in later; no topic has it [MQTT-4.7.3-2].
HOLE: Final = "\0"

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

    def takes_for_slip(self, level: str) -> bool:
        """Whether ``level``, the next piece, is a slip of a name that stands there."""
        if any(is_slip(level, name) for name in self.names()):
            return True
        frames = (family.segment for members in self.stopped_at for family in members.families)
        bare = _DIGITS.sub("", level)
        return any(
            is_slip(bare, "".join(segment.frame)) for segment in frames if segment.name is None
        )


def trace(top: Members, followed: Sequence[Piece]) -> Trace:
    r"""Follow pieces down from ``top``.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {metrics: {speed: {type: number}}}}")
    >>> found = trace(ns._tree.top, pieces("ly\0/speed")), trace(ns._tree.top, pieces("lyon/x"))
    >>> [(t.reached, t.fits) for t in found]
    [(2, True), (1, False)]
    """
    frontier: tuple[Members, ...] = (top,)
    closed: list[bool] = []
    below_open = False
    for piece in followed:
        places = _taken(frontier, piece)
        if not places:
            return Trace(tuple(closed), below_open, frontier)
        below_open = below_open or any(place.open for place in places)
        closed.append(any(place.segment.name is None for place in places))
        frontier = tuple({id(place.members): place.members for place in places}.values())
    return Trace(tuple(closed), True, frontier)


def _taken(frontier: Iterable[Members], piece: Piece) -> list[Place]:
    """The places that a piece may stand for below one of ``frontier``."""
    if piece.is_exact:
        found = (members.find(piece.text) for members in frontier)
        return _distinct(place for place in found if place is not None)
    if piece.text == "#":
        return _distinct(_below(frontier))
    here = [place for members in frontier for place in members]
    if piece.text == "+":
        return _distinct(here)
    before, after = piece.before, piece.after
    starts = [place for place in here if _may_be(place.segment, before, "")]
    deeper = _below(place.members for place in starts)
    return _distinct(
        [place for place in starts if _may_be(place.segment, before, after)]
        + [place for place in deeper if _may_be(place.segment, "", after)]
    )


def _distinct(places: Iterable[Place]) -> list[Place]:
    return list({id(place): place for place in places}.values())


def _below(frontier: Iterable[Members]) -> Iterator[Place]:
    """All places below, those that are shared once."""
    pending = list(frontier)
    seen = set(map(id, pending))
    while pending:
        for place in pending.pop():
            yield place
            if id(place.members) not in seen:
                seen.add(id(place.members))
                pending.append(place.members)


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


class Vocabulary:
    """The names of all levels of a tree, sets that take any name left out."""

    def __init__(self, top: Members) -> None:
        self._names: set[str] = set()
        families: dict[str, Segment] = {}
        for place in _below((top,)):
            segment = place.segment
            if segment.literal is not None:
                self._names.add(segment.literal)
            elif segment.name is None:
                families[segment.text] = segment
        self._families = tuple(families.values())
        self._known: dict[str, bool] = {}

    def __contains__(self, level: str) -> bool:
        known = self._known.get(level)
        if known is None:
            known = self._known[level] = level in self._names or any(
                family.match(level) is not None for family in self._families
            )
        return known

    def has_slip(self, level: str) -> bool:
        """Whether ``level`` is a slip of some name."""
        return any(is_slip(level, name) for name in self._names)


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
