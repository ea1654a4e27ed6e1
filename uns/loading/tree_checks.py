"""What makes no tree: siblings that share a topic, and topics that MQTT does not allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from uns.diagnostics import Span
from uns.loading.faults import Faults
from uns.loading.overlaps import overlaps
from uns.model.tree import Members, Origin, Place, PlaceKind
from uns.topics.names import MAX_BYTES

__all__ = ["MAX_LEVELS", "TreeChecks", "report_clash"]

#: Most levels of a topic. MQTT names none; no plant comes near, and it bounds all work.
MAX_LEVELS = 128


class _Extent:
    """How deep and how long the topics below a place become; shared members are measured once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, int]] = {}

    def of(self, place: Place) -> tuple[int, int]:
        """Levels and UTF-8 bytes of the deepest and the longest topic at or below ``place``."""
        levels, size = self._known.get(id(place.members)) or self.below(place.members)
        return levels + 1, size + (place.segment.longest() or 0)

    def below(self, members: Members) -> tuple[int, int]:
        """Levels and UTF-8 bytes of what ``members`` add to the topic of their place."""
        levels = size = 0
        known = self._known
        for member in members.order:
            below = known.get(id(member.members)) or self.below(member.members)
            literal = member.segment.literal
            if literal is not None and literal.isascii():
                here = len(literal)
            else:
                here = member.segment.longest() or 0
            if below[0] >= levels:
                levels = below[0] + 1
            if below[1] + here >= size:
                size = below[1] + here + 1
        known[id(members)] = (levels, size)
        return levels, size


@dataclass(slots=True)
class TreeChecks:
    """Checks the tree of one model, node by node while it grows and then as a whole."""

    faults: Faults
    #: Whether equipment is nested too deep, which has been reported.
    is_too_deep: bool = False
    _extent: _Extent = field(default_factory=_Extent)

    def check_siblings(self, places: Sequence[Place]) -> None:
        """Report every two places of one node that stand for a common topic level."""
        for one, other, level, certain in overlaps(places):
            if one.segment.literal is not None and other.segment.literal is not None:
                report_clash(_called(other), other.origin, _called(one), one.origin, self.faults)
                continue
            message = f"{_called(other)} overlaps {_called(one)}"
            help_ = "siblings may not share a topic; make one of the sets smaller"
            if level is not None:
                message += f"; both stand for {level!r}"
            if not certain:
                message = f"{_called(other)} cannot be told apart from {_called(one)}"
                help_ = "let the two start or end in different texts, or use simpler patterns"
            related = _related(one.origin, _called(one))
            self.faults.add("M404", message, _span(other), help=help_, related=related)

    def measure(self, members: Members) -> None:
        """Measure what stands below ``members``; from the leaves up, this never recurses."""
        self._extent.below(members)

    def check_topics(self, top: Members, root: tuple[str, ...], *, has_names: bool) -> None:
        """Report what makes no topic: too long, too deep, empty, or out of every wildcard's reach.

        With ``has_names`` there are open sets in the tree.
        """
        fixed = sum(len(level.encode()) + 1 for level in root)
        deepest = 0
        for place in top:
            if not root:
                self._check_first(place)
            levels, size = self._extent.of(place)
            deepest = max(deepest, levels)
            is_too_deep = levels + len(root) > MAX_LEVELS and not self.is_too_deep
            if size + fixed > MAX_BYTES or is_too_deep:
                self.faults.add(
                    "M407",
                    f"below {_called(place)} topics have up to {levels + len(root)} levels "
                    f"and {size + fixed:,} bytes; at most {MAX_LEVELS} and {MAX_BYTES:,} may be",
                    _span(place),
                )
        if has_names and deepest <= MAX_LEVELS:
            self._check_names(top, {})

    def _check_names(
        self, members: Members, known: dict[int, dict[str, Place]]
    ) -> dict[str, Place]:
        """The open sets among and below ``members`` by name; one inside its namesake is reported."""
        found = known.get(id(members))
        if found is not None:
            return found
        found = known[id(members)] = {}
        for place in members:
            below = self._check_names(place.members, known)
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


def _called(place: Place) -> str:
    what = place.type.level.name if place.type else "topic"
    if place.kind is PlaceKind.ASPECT:
        what = "aspect segment"
    return f"{what} {place.segment.text!r}"
