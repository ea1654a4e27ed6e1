"""What some filters take of a tree and other filters do not: found, counted, and as filters.

The algebra of filters has no complement, but a model has finitely many places. So both
lists of filters go down the declared tree together, and each shared part is visited once
for each pair of their states.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from typing import TypeAlias

from uns.counts import Count
from uns.model.queries import Path
from uns.model.tree import Endpoint, Members, Place, descend, fold
from uns.topics.filter_automaton import DEAD, FilterAutomaton
from uns.topics.names_and_filters import TopicFilter

#: Most filters that :meth:`Remainder.filters` makes of one; beyond, the filter stays as it is.
MOST_FILTERS = 100

#: Members, and the states of the wanted filters and of the others above them.
_Part: TypeAlias = tuple[Members, int, int]

#: A cell of a place: the level, or ``None`` for all that no filter names, their number, and the
#: states after it.
_Cell: TypeAlias = tuple[Place, str | None, Count, int, int]


class Remainder:
    """The topics below ``top`` that match a filter of ``wanted`` and none of the ``others``.

    Only endpoints for which ``is_meant`` holds count. Who asks more often about the same
    ``others`` gives their automaton.

    >>> import uns
    >>> ns = uns.loads('''
    ... uns: 1
    ... sites:
    ...   lyon: {metrics: {power: {type: number}, heat: {type: number}}}
    ...   "site[1..3]": {metrics: {power: {type: number}}}
    ... ''')
    >>> rest = Remainder(ns.top, ["+/power"], ["site2/#"])
    >>> rest.count(), next(rest.paths())[0][0].segment.text
    (3, 'lyon')
    """

    def __init__(
        self,
        top: Members,
        wanted: Iterable[str],
        others: Iterable[str] | FilterAutomaton,
        is_meant: Callable[[Endpoint], bool] | None = None,
    ) -> None:
        self.wanted = FilterAutomaton(wanted)
        self.others = others if isinstance(others, FilterAutomaton) else FilterAutomaton(others)
        self._top: _Part = (top, self.wanted.start, self.others.start)
        self._is_meant = is_meant
        self._counts: dict[_Part, Count] = {}

    def count(self) -> Count:
        """The number of these topics."""
        return fold(self._top, self._count, self._counts)

    def paths(self) -> Iterator[Path]:
        """The endpoints of these topics, one by one; what a family has in common is one."""

        def among(part: _Part, above: Path) -> Iterator[tuple[Path, _Part, bool]]:
            for place, level, _, wanted, others in self._cells(part):
                below = (place.members, wanted, others)
                is_found = self._is_found(place, wanted, others)
                if is_found or fold(below, self._count, self._counts) != 0:
                    yield ((*above[0], place), (*above[1], level)), below, is_found

        found = descend(among(self._top, ((), ())), lambda each: among(each[1], each[0]))
        return (path for path, _, is_found in found if is_found)

    def shares(self) -> bool:
        """Whether both lists of filters take some topic that the model has or allows."""
        return fold(self._top, self._share)

    def _count(self, part: _Part) -> Generator[_Part, Count, Count]:
        found: Count = 0
        for place, _, number, wanted, others in self._cells(part):
            below = yield place.members, wanted, others
            found += number * (below + self._is_found(place, wanted, others))
        return found

    def _cells(self, part: _Part) -> Iterator[_Cell]:
        """The levels below that may lead to such topics."""
        members, wanted, others = part
        for place in _reached(members, self.wanted, wanted):
            for level, number in self._levels(place, wanted, others):
                after = self.wanted.step(wanted, level)
                beside = self.others.step(others, level)
                if after != DEAD and not self.others.takes_all(beside):
                    yield place, level, number, after, beside

    def _levels(self, place: Place, wanted: int, others: int) -> Iterator[tuple[str | None, Count]]:
        """The levels of a place that filters name, and all others as ``None``, with their number."""
        segment = place.segment
        if segment.literal is not None:
            yield segment.literal, 1
            return
        cells = (*self.wanted.cells(wanted, segment), *self.others.cells(others, segment))
        named = {level for level, _ in cells if level is not None}
        rest = place.count - len(named)
        if rest != 0:
            yield None, rest
        yield from ((level, 1) for level in sorted(named))

    def _is_found(self, place: Place, wanted: int, others: int) -> bool:
        """Whether the topic of a place itself is one of these."""
        return (
            place.endpoint is not None
            and bool(self.wanted.taken_by(wanted))
            and not self.others.taken_by(others)
            and (self._is_meant is None or self._is_meant(place.endpoint))
        )

    # --- as filters --------------------------------------------------------------------------------

    def _share(self, part: _Part) -> Generator[_Part, bool, bool]:
        """To be folded: whether both lists of filters take a topic among ``members`` and below."""
        members, wanted, others = part
        if DEAD in {wanted, others}:
            return False
        for place in _reached(members, self.others, others):
            for level, _ in self._levels(place, wanted, others):
                after, beside = self.wanted.step(wanted, level), self.others.step(others, level)
                if self._share_own(place, after, beside) or (yield place.members, after, beside):
                    return True
        return False

    def _share_own(self, place: Place, wanted: int, others: int) -> bool:
        """Whether both take the topic of a place itself, or go on below an open one."""
        both = ((self.wanted, wanted), (self.others, others))
        own = place.endpoint is not None and all(each.taken_by(at) for each, at in both)
        return own or (place.open and all(_goes_on(*each) for each in both))

    def _leaves(self, part: _Part) -> Generator[_Part, bool, bool]:
        """To be folded: whether anything is left, modelled or below an open place."""
        for place, _, _, wanted, others in self._cells(part):
            if self._is_found(place, wanted, others) or (
                place.open and _goes_on(self.wanted, wanted)
            ):
                return True
            if (yield place.members, wanted, others):
                return True
        return False

    def _filters(self, rest: Callable[[int], tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
        """The filters of what is left, as levels; ``rest`` is how the wanted one goes on."""
        pending: list[tuple[_Part, tuple[str, ...]]] = [(self._top, ())]
        left: dict[_Part, bool] = {}
        common: dict[_Part, bool] = {}
        while pending:
            part, prefix = pending.pop()
            inner = []
            for place, level, number, wanted, others in self._cells(part):
                below = (place.members, wanted, others)
                is_found = self._is_found(place, wanted, others)
                is_open = place.open and _goes_on(self.wanted, wanted)
                if not (is_found or is_open or fold(below, self._leaves, left)):
                    continue
                mixed = self._share_own(place, wanted, others) or fold(below, self._share, common)
                for name in self._names(part, place, level, number):
                    levels = (*prefix, name)
                    if not mixed or is_open:
                        yield (*levels, *rest(len(levels)))
                        continue
                    if is_found:
                        yield levels
                    inner.append((below, levels))
            pending += reversed(inner)

    def _names(self, part: _Part, place: Place, level: str | None, number: Count) -> Iterable[str]:
        """The levels of a cell of ``part``; ``+`` if they are too many to list."""
        if level is not None:
            return (level,)
        if not number <= MOST_FILTERS:
            return ("+",)
        named = {name for name, _ in self._levels(place, *part[1:])}
        return (name for name in place.segment if name not in named)


def _reached(members: Members, filters: FilterAutomaton, state: int) -> Iterable[Place]:
    """The members that filters may take: few are looked up by name, where the filters name all."""
    named, other = filters.steps(state)
    if other != DEAD or len(named) >= len(members):
        return members
    found = (members.find(name) for name in sorted(named))
    return dict.fromkeys(place for place in found if place is not None)


def _goes_on(filters: FilterAutomaton, state: int) -> bool:
    """Whether some filter may take a longer topic."""
    return filters.steps(state) != ({}, DEAD)


def remaining_filters(
    top: Members, wanted: TopicFilter, others: Iterable[str]
) -> tuple[TopicFilter, ...]:
    """Filters for what ``wanted`` takes of a tree and ``others`` do not.

    They take no other topic of the tree that ``others`` take, but for two cases: below an
    open node, and if more than ``MOST_FILTERS`` would be needed for a family or in all.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {payload: info/1}, oslo: {payload: info/1}, porto: {}}}")
    >>> remaining_filters(ns.top, TopicFilter("#"), ["oslo/#"])
    ('lyon/#',)
    """
    levels = wanted.levels

    def rest(depth: int) -> tuple[str, ...]:
        return levels[depth:] or (("#",) if levels[-1] == "#" else ())

    remainder = Remainder(top, [wanted], others)
    if not remainder.shares():
        return (wanted,)
    found: dict[TopicFilter, None] = {}
    for each in remainder._filters(rest):
        found[TopicFilter("/".join(each))] = None
        if len(found) > MOST_FILTERS:
            return (wanted,)
    return tuple(found)
