"""Which topics of a model no filter of a list takes: exactly, and without listing topics.

All filters go down the declared tree together, each shared part once for every
set of filters that reaches it. A family is one place but for those of its
levels that a filter names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from uns.counts import Count
from uns.diagnostics import Span
from uns.linting.surveys import Survey
from uns.model.tree import Endpoint, Members, Place
from uns.topics.filter_automaton import DEAD, FilterAutomaton
from uns.topics.names import TopicFilter

__all__ = ["Untaken", "find_untaken"]

#: Most findings; what stands in more places than that is told together.
MOST = 20

#: How many sets of filters are followed down the tree, for each set of siblings in the mean and
#: at least. Sound filters make one or two; of more, topics are left out rather than told wrongly.
VISITS_EACH, VISITS = 4, 10_000

#: A way down the tree: places, and the level of each where it is one only.
_Path: TypeAlias = tuple[tuple[Place, ...], tuple[str | None, ...]]


class Untaken(NamedTuple):
    """Topics that no filter takes: how many, a template of some, and where that is declared."""

    topics: Count
    example: str
    span: Span | None


class _Visit(NamedTuple):
    """Members that topics come to in one state: how many times, and first by which way."""

    times: Count
    path: _Path


def find_untaken(
    survey: Survey, filters: Iterable[TopicFilter], wanted: Callable[[Endpoint], bool]
) -> list[Untaken]:
    """The ``wanted`` topics that none of the ``filters`` takes, what belongs together as one.

    >>> import uns
    >>> ns = uns.loads('''
    ... uns: 1
    ... sites: {lyon: {metrics: {power: {type: number}, heat: {type: number}}}, "s[1..3]": {payload: info/1}}
    ... ''')
    >>> found = find_untaken(Survey(ns), [TopicFilter("+/power"), TopicFilter("s2")], lambda _: True)
    >>> [(one.topics, one.example) for one in found]
    [(2, 's[1..3]'), (1, 'lyon/heat')]
    """
    return _Walk(survey, FilterAutomaton(filters), wanted).found()


@dataclass(slots=True)
class _Walk:
    survey: Survey
    filters: FilterAutomaton
    wanted: Callable[[Endpoint], bool]
    #: How many wanted topics stand among members and below.
    _sizes: dict[Members, Count] = field(default_factory=dict)
    _visits: dict[Members, dict[int, _Visit]] = field(default_factory=dict)
    _number: int = 0

    def found(self) -> list[Untaken]:
        groups = self.survey.groups
        for group in reversed(groups):
            self._sizes[group.members] = sum(p.count * self._each(p) for p in group.members)
        self._visits[groups[0].members] = {self.filters.start: _Visit(1, ((), ()))}
        told: dict[tuple[str, ...], Untaken] = {}
        for group in groups:
            for state, visit in self._visits.pop(group.members, {}).items():
                missed = list(self._missed(group.members, state, visit))
                if missed:
                    # Nodes that lack the same are told together, whatever they are called.
                    names = tuple(path[0][-1].segment.text for path, _ in missed)
                    topics = sum(visit.times * count for _, count in missed)
                    before = told.get(names)
                    if before is None:
                        told[names] = self._told(missed[0][0], topics)
                    else:
                        told[names] = before._replace(topics=before.topics + topics)
        return _at_most(list(told.values()))

    def _own(self, place: Place) -> int:
        return int(place.endpoint is not None and self.wanted(place.endpoint))

    def _each(self, place: Place) -> Count:
        """How many wanted topics one of a place and what is below it are."""
        return self._own(place) + self._sizes.get(place.members, 0)

    def _missed(self, members: Members, state: int, visit: _Visit) -> Iterator[tuple[_Path, Count]]:
        """What is not taken of these members, or of all that is below one of them."""
        for place in members:
            if self._each(place) == 0:
                continue
            for level, count in self.filters.cells(state, place.segment):
                after = self.filters.step(state, level)
                if self.filters.takes_all(after):
                    continue
                path = (*visit.path[0], place), (*visit.path[1], level)
                if after == DEAD:
                    yield path, count * self._each(place)
                    continue
                if self._own(place) and not self.filters.taken_by(after):
                    yield path, count
                if len(place.members):
                    self._go_on(place.members, after, _Visit(visit.times * count, path))

    def _go_on(self, members: Members, state: int, visit: _Visit) -> None:
        visits = self._visits.setdefault(members, {})
        before = visits.get(state)
        if before is not None:
            visit = before._replace(times=before.times + visit.times)
        elif self._number > max(VISITS, VISITS_EACH * len(self.survey.groups)):
            return
        else:
            self._number += 1
        visits[state] = visit

    def _told(self, path: _Path, topics: Count) -> Untaken:
        places, levels = path
        while self._own(places[-1]) == 0:
            inner = next(place for place in places[-1].members if self._each(place) != 0)
            places, levels = (*places, inner), (*levels, inner.segment.literal)
        first = path[0][-1]
        origin = first.origin or (first.endpoint and first.endpoint.origin)
        node = self.survey.namespace.node(places, levels)
        return Untaken(topics, node.template.text, origin.span if origin else node.span)


def _at_most(found: list[Untaken]) -> list[Untaken]:
    if len(found) <= MOST:
        return found
    rest = sum(one.topics for one in found[MOST - 1 :])
    return [*found[: MOST - 1], found[MOST - 1]._replace(topics=rest)]
