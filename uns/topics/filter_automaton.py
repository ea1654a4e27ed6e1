"""Matches many topic filters at once, level by level.

All code that follows a tree with filters uses this automaton, so the rules for wildcards are here
once: ``#`` also matches the level above it [MQTT-4.7.1-2], and no wildcard in the first level
matches a name that starts with ``$`` [MQTT-4.7.2-1].
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from uns.counts import Count, from_number
from uns.topics.templates import Segment

#: The state from which no filter can match.
DEAD = 0


class FilterAutomaton:
    """Reads a topic level by level and says which filters match it; states are numbers.

    >>> automaton = FilterAutomaton(["line/+/speed", "line/#"])
    >>> state = automaton.start
    >>> for level in "line", "line1", "speed":
    ...     state = automaton.step(state, level)
    >>> sorted(automaton.taken_by(state)), automaton.takes_all(state)
    ([0, 1], True)
    """

    def __init__(self, filters: Iterable[str]) -> None:
        #: The filters as a tree of levels: the points below each point, and the filters that end there.
        self._below: list[dict[str, int]] = [{}]
        self._ends: defaultdict[int, set[int]] = defaultdict(set)
        self._rests: set[int] = set()
        for number, filter_ in enumerate(filters):
            at = 0
            for level in filter_.split("/"):
                at = self._below[at].setdefault(level, len(self._below))
                if at == len(self._below):
                    self._below.append({})
                if level == "#":
                    self._rests.add(at)
            self._ends[at].add(number)
        #: Each state is a set of points of that tree; transitions are computed when needed.
        self._points: list[frozenset[int]] = []
        self._states: dict[frozenset[int], int] = {}
        self._steps: dict[int, tuple[dict[str, int], int]] = {}
        self._taken: dict[int, frozenset[int]] = {}
        self._state(())
        self.start = self._state((0,))

    def _state(self, points: Iterable[int]) -> int:
        found = set(points)
        found.update([self._below[at]["#"] for at in found if "#" in self._below[at]])
        state = self._states.setdefault(frozenset(found), len(self._points))
        if state == len(self._points):
            self._points.append(frozenset(found))
        return state

    def steps(self, state: int) -> tuple[dict[str, int], int]:
        """The next state for each level that a filter names, and for any other level."""
        if state not in self._steps:
            points = self._points[state]
            names = {name for at in points for name in self._below[at]} - {"+", "#"}
            wild = [self._below[at]["+"] for at in points if "+" in self._below[at]]
            wild += points & self._rests
            named = {}
            for name in names:
                own = [self._below[at][name] for at in points if name in self._below[at]]
                hides = state == self.start and name.startswith("$")
                named[name] = self._state(own if hides else own + wild)
            self._steps[state] = named, self._state(wild)
        return self._steps[state]

    def step(self, state: int, level: str | None) -> int:
        """The next state after ``level``; ``None`` is a level that no filter names."""
        named, other = self.steps(state)
        if level is None or level in named:
            return other if level is None else named[level]
        return DEAD if state == self.start and level.startswith("$") else other

    def cells(self, state: int, segment: Segment) -> Iterator[tuple[str | None, Count]]:
        """The levels of a segment by their next state, each with the number of levels it stands for.

        ``None`` is all levels that no filter names. In the first level, a set does not contain
        names that start with $.
        """
        if segment.literal is not None:
            yield segment.literal, 1
            return
        named = [
            name
            for name in self.steps(state)[0]
            if segment.match(name) is not None
            and not (state == self.start and name.startswith("$"))
        ]
        rest = from_number(segment.count) - len(named)
        if rest != 0:
            yield None, rest
        for name in sorted(named):
            yield name, 1

    def taken_by(self, state: int) -> frozenset[int]:
        """The numbers of the filters that match a topic which ends here."""
        if state not in self._taken:
            ends = (self._ends[at] for at in self._points[state] if at in self._ends)
            self._taken[state] = frozenset[int]().union(*ends)
        return self._taken[state]

    def takes_all(self, state: int) -> bool:
        """Whether every topic from here on matches, unless it starts with $."""
        return not self._rests.isdisjoint(self._points[state])
