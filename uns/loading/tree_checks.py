"""What makes no tree: siblings that share a topic, and topics that MQTT does not allow."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from uns.diagnostics import Span
from uns.loading.faults import Faults
from uns.loading.overlaps import overlaps
from uns.model.tree import Members, Origin, Place, PlaceKind, fold, measure
from uns.topics.names import MAX_BYTES
from uns.topics.templates import Segment

__all__ = ["MAX_LEVELS", "TreeChecks", "report_clash"]

#: Most levels of a topic. MQTT names none; no plant comes near, and it bounds all work.
MAX_LEVELS = 128


#: The open sets of a part of the tree, by name.
_Named: TypeAlias = dict[str, Place]


def _longest(segment: Segment) -> int:
    """The UTF-8 bytes of the longest level of a segment; of an open set none are known."""
    literal = segment.literal
    return len(literal) if literal is not None and literal.isascii() else segment.longest() or 0


@dataclass(slots=True)
class TreeChecks:
    """Checks the tree of one model, node by node while it grows and then as a whole."""

    faults: Faults
    #: Whether equipment is nested too deep, which has been reported.
    is_too_deep: bool = False

    def check_siblings(self, places: Sequence[Place]) -> None:
        """Report every two places of one node that stand for a common topic level."""
        for one, other, level, certain in overlaps(places):
            if one.segment.literal is not None and other.segment.literal is not None:
                report_clash(
                    _describe(other), other.origin, _describe(one), one.origin, self.faults
                )
                continue
            message = f"{_describe(other)} overlaps {_describe(one)}"
            help_ = "siblings may not share a topic; make one of the sets smaller"
            if level is not None:
                message += f"; both stand for {level!r}"
            if not certain:
                message = f"{_describe(other)} cannot be told apart from {_describe(one)}"
                help_ = "let the two start or end in different texts, or use simpler patterns"
            related = _related(one.origin, _describe(one))
            self.faults.add("M404", message, _span(other), help=help_, related=related)

    def check_topics(self, top: Members, root: tuple[str, ...], *, has_names: bool) -> None:
        """Report what makes no topic: too long, too deep, empty, or out of every wildcard's reach.

        With ``has_names`` there are open sets in the tree.
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
                    f"below {_describe(place)} topics have up to {levels + len(root)} levels "
                    f"and {size + fixed:,} bytes; at most {MAX_LEVELS} and {MAX_BYTES:,} may be",
                    _span(place),
                )
        if has_names and deepest <= MAX_LEVELS:
            fold(top, self._check_names)

    def _check_names(self, members: Members) -> Generator[Members, _Named, _Named]:
        """To be folded: the open sets among and below ``members`` by name.

        One inside its namesake is reported.
        """
        found: _Named = {}
        for place in members:
            below = yield place.members
            name = place.segment.name
            if name is not None and name in below:
                message = f"{{{name}}} stands above another {{{name}}}: a value would be lost"
                help_ = "give one of the two another name"
                related = _related(place.origin, "the upper one")
                self.faults.add("M403", message, _span(below[name]), help=help_, related=related)
            found.update(below)
            if name is not None:
                found[name] = place
        return found

    def _check_first(self, place: Place) -> None:
        """Report what cannot stand in the first level of a topic."""
        segment = place.segment
        if segment.literal == "" and place.endpoint is not None:
            reason = "a topic has at least one character [MQTT-4.7.3-1]"
        elif segment.literal is None and segment.may_start_with_dollar:
            reason = "no wildcard takes a name that starts with $ [MQTT-4.7.2-1]"
        else:
            return
        message = f"{segment.text!r} cannot be the first level of a topic: {reason}"
        self.faults.add("M401", message, _span(place))


def report_clash(
    what: str, origin: Origin | None, other: str, first: Origin | None, faults: Faults
) -> None:
    """Report two declarations of one node with the same topic; ``other`` came first."""
    faults.add(
        "M403",
        f"{what} clashes with {other}: one node, one name",
        origin.span if origin else None,
        help="children, topics and aspects of a node share one name space; rename one",
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
