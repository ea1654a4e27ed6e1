"""Checks of the tree: siblings that share a topic, and topics that MQTT does not allow."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from uns.diagnostics import Span
from uns.loading.faults import Faults
from uns.loading.overlaps import find_beside, find_overlaps
from uns.model.tree import Members, Origin, Place, PlaceKind, fold, measure
from uns.topics.automata import UndecidedPattern
from uns.topics.names_and_filters import MAX_BYTES
from uns.topics.templates import Segment

#: Most levels of a topic. MQTT sets no limit; this one is far above any plant and bounds the work.
MAX_LEVELS = 128

#: Most siblings that a message names.
MOST_NAMED = 3

#: The open sets of a part of the tree, by name.
_Named: TypeAlias = dict[str, Place]


def _longest(segment: Segment) -> int:
    """The UTF-8 bytes of the longest level of a segment; 0 for an open set."""
    literal = segment.literal
    return len(literal) if literal is not None and literal.isascii() else segment.longest() or 0


def _has_levels(segment: Segment) -> bool:
    """Whether an open set has levels besides those of closed siblings, or it cannot be decided."""
    try:
        if segment.pattern.count(sum(each.count or 0 for each in segment.less)) is None:
            return True
        return segment.level_without() is not None
    except UndecidedPattern:
        return True


@dataclass(slots=True)
class TreeChecks:
    """Checks the tree of one model: the siblings while it is built, then the whole tree."""

    faults: Faults
    #: Whether it has been reported that equipment is nested too deep.
    is_too_deep: bool = False

    def siblings(self, places: Sequence[Place], parts: Sequence[Place] = ()) -> list[Place]:
        """The places under one node, open sets without the levels of closed ones beside them.

        Reports every two closed ones, and every two open ones, that share a topic level.
        ``parts`` are the places that the classes of the node bring.
        """
        self._check_overlaps(places, parts)
        beside = dict(find_beside(places))
        return [self._narrowed(place, beside.get(place, ())) for place in places]

    def _narrowed(self, place: Place, closed: tuple[Segment, ...]) -> Place:
        """An open set without the levels of closed siblings. Reports one that has no others."""
        if not closed:
            return place
        segment = place.segment.beside(closed)
        if not _has_levels(segment):
            names = ", ".join(repr(each.text) for each in closed[:MOST_NAMED])
            more = f" and {len(closed) - MOST_NAMED} more" if len(closed) > MOST_NAMED else ""
            message = (
                f"{_describe(place)} has no topic level left: {names}{more} beside it take them all"
            )
            help_ = "remove the open set, or let its pattern take other levels too"
            self.faults.add("M404", message, _span(place), help=help_)
        narrowed = copy(place)
        narrowed.segment = segment
        return narrowed

    def _check_overlaps(self, places: Sequence[Place], parts: Sequence[Place]) -> None:
        for one, other, level, certain in find_overlaps(places):
            if one.segment.literal is not None and other.segment.literal is not None:
                report_clash(
                    _describe(other), other.origin, _describe(one), one.origin, self.faults
                )
                continue
            message = f"{_describe(other)} overlaps {_describe(one)}"
            help_ = "siblings may not share a topic; make one of the sets smaller"
            if one in parts and other not in parts:
                help_ = f"a part of a class is refined as a whole: write {one.segment.text!r}"
            if level is not None:
                message += f"; both include {level!r}"
            if not certain:
                message = f"{_describe(other)} may overlap {_describe(one)}: it cannot be decided"
                help_ = "let the two start or end with different texts, or use simpler patterns"
            related = _related(one.origin, _describe(one))
            self.faults.add("M404", message, _span(other), help=help_, related=related)

    def check_topics(self, top: Members, root: tuple[str, ...], *, has_names: bool) -> None:
        """Report invalid topics: too long, too deep, empty, or not reachable by any wildcard.

        ``has_names`` says that the tree contains open sets.
        """
        fixed = sum(len(level.encode()) + 1 for level in root)
        deepest = 0
        known: dict[Members, tuple[int, int]] = {}
        for place in top:
            if not root:
                self._check_first(place)
            below, size = fold(place.members, partial(measure, _longest), known)
            levels, size = below + 1, size + (place.segment.longest() or 0)
            deepest = max(deepest, levels)
            is_too_deep = levels + len(root) > MAX_LEVELS and not self.is_too_deep
            if size + fixed > MAX_BYTES or is_too_deep:
                self.faults.add(
                    "M407",
                    f"topics below {_describe(place)} have up to {levels + len(root)} levels "
                    f"and {size + fixed:,} bytes; at most {MAX_LEVELS} and {MAX_BYTES:,} are allowed",
                    _span(place),
                )
        if has_names and deepest <= MAX_LEVELS:
            fold(top, self._check_names)

    def _check_names(self, members: Members) -> Generator[Members, _Named, _Named]:
        """Visit a part of the tree: its open sets by name. Reports a name inside the same name."""
        found: _Named = {}
        for place in members:
            below = yield place.members
            name = place.segment.name
            if name is not None and name in below:
                message = f"{{{name}}} has another {{{name}}} below it: one value would be lost"
                help_ = "give one of the two another name"
                related = _related(place.origin, "the upper one")
                self.faults.add("M403", message, _span(below[name]), help=help_, related=related)
            found.update(below)
            if name is not None:
                found[name] = place
        return found

    def _check_first(self, place: Place) -> None:
        """Report what cannot be the first level of a topic."""
        segment = place.segment
        if segment.literal == "" and place.endpoint is not None:
            reason = "a topic has at least one character [MQTT-4.7.3-1]"
        elif segment.literal is None and segment.may_start_with_dollar:
            reason = "no wildcard matches a name that starts with $ [MQTT-4.7.2-1]"
        else:
            return
        message = f"{segment.text!r} cannot be the first level of a topic: {reason}"
        self.faults.add("M401", message, _span(place))


def report_clash(
    what: str, origin: Origin | None, other: str, first: Origin | None, faults: Faults
) -> None:
    """Report two declarations under one node with the same topic; ``other`` came first."""
    faults.add(
        "M403",
        f"{what} clashes with {other}: both have the same topic",
        origin.span if origin else None,
        help="children, topics and aspects of a node must have different names; rename one",
        related=_related(first, f"{other} here"),
    )


def _span(place: Place) -> Span | None:
    return place.origin.span if place.origin else None


def _related(origin: Origin | None, label: str) -> tuple[tuple[Span, str], ...]:
    return ((origin.span, label),) if origin else ()


def _describe(place: Place) -> str:
    what = place.type.level.name if place.type else "topic"
    if place.kind is PlaceKind.ASPECT:
        what = "aspect segment"
    return f"{what} {place.segment.text!r}"
