"""Find the topics of a model that no filter of a list matches, without listing topics.

All filters go down the declared tree together, and visit each shared part once for every set
of filters that reaches it. A family stays one place, except for levels that a filter names.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from uns.counts import Count
from uns.diagnostics import Span
from uns.linting.surveys import Survey
from uns.model.tree import Endpoint, Members, Place, descend, fold
from uns.topics.filter_automaton import DEAD, FilterAutomaton
from uns.topics.names_and_filters import TopicFilter

#: Most findings; the last of them stands for all others.
MOST = 20

#: Most sets of filters that are followed down the tree: on average for each set of siblings, and
#: in all at least. Typical filters make one or two; beyond the limit, topics are left out.
VISITS_EACH, VISITS = 4, 10_000

#: A way down the tree: the places, and their levels where only one level is meant.
_Path: TypeAlias = tuple[tuple[Place, ...], tuple[str | None, ...]]


class Untaken(NamedTuple):
    """Topics that no filter matches: their number, and the template and the span of the first."""

    topics: Count
    example: str
    span: Span | None


class _Visit(NamedTuple):
    """Members that are reached in one state: how many times, and the first way to them."""

    times: Count
    path: _Path


def find_untaken(
    survey: Survey, filters: Iterable[TopicFilter], wanted: Callable[[Endpoint], bool]
) -> list[Untaken]:
    """The ``wanted`` topics that none of the ``filters`` matches, similar ones together.

    >>> import uns
    >>> ns = uns.loads('''
    ... uns: 1
    ... sites: {lyon: {metrics: {power: {type: number}, heat: {type: number}}}, "s[1..3]": {payload: info/1}}
    ... ''')
    >>> found = find_untaken(Survey(ns), [TopicFilter("+/power"), TopicFilter("s2")], lambda _: True)
    >>> [(one.topics, one.example) for one in found]
    [(2, 's[1..3]'), (1, 'lyon/heat')]
    """
    return _Search(survey, FilterAutomaton(filters), wanted).run()


@dataclass(slots=True)
class _Search:
    survey: Survey
    filters: FilterAutomaton
    wanted: Callable[[Endpoint], bool]
    #: The number of wanted topics among members and below.
    _sizes: dict[Members, Count] = field(default_factory=dict)
    _visits: dict[Members, dict[int, _Visit]] = field(default_factory=dict)
    _number: int = 0

    def run(self) -> list[Untaken]:
        groups = self.survey.groups
        fold(groups[0].members, self._size, self._sizes)
        self._visits[groups[0].members] = {self.filters.start: _Visit(1, ((), ()))}
        found: dict[tuple[str, ...], Untaken] = {}
        for group in groups:
            for state, visit in self._visits.pop(group.members, {}).items():
                missed = list(self._find_missed(group.members, state, visit))
                if missed:
                    # Nodes with the same missing names are one finding, whatever their own names.
                    names = tuple(path[0][-1].segment.text for path, _ in missed)
                    topics = sum(visit.times * count for _, count in missed)
                    one = found.get(names) or self._describe(missed[0][0])
                    found[names] = one._replace(topics=one.topics + topics)
        return _at_most(list(found.values()))

    def _size(self, members: Members) -> Generator[Members, Count, Count]:
        size: Count = 0
        for place in members:
            size += place.count * (self._own(place) + (yield place.members))
        return size

    def _own(self, place: Place) -> int:
        return int(place.endpoint is not None and self.wanted(place.endpoint))

    def _each(self, place: Place) -> Count:
        """The number of wanted topics of one member of a place, its own and those below."""
        return self._own(place) + self._sizes.get(place.members, 0)

    def _find_missed(
        self, members: Members, state: int, visit: _Visit
    ) -> Iterator[tuple[_Path, Count]]:
        """The members, or whole parts below them, that are not matched, with their number."""
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

    def _describe(self, path: _Path) -> Untaken:
        """The first wanted topic at or below a path; its number is added later."""

        def below(at: _Path) -> Iterator[_Path]:
            places, levels = at
            wanted = (p for p in places[-1].members if self._each(p) != 0)
            return (((*places, p), (*levels, p.segment.literal)) for p in wanted)

        places, levels = next(at for at in descend([path], below) if self._own(at[0][-1]))
        first = path[0][-1]
        origin = first.origin or (first.endpoint and first.endpoint.origin)
        node = self.survey.namespace.node(places, levels)
        return Untaken(0, node.template.text, origin.span if origin else node.span)


def _at_most(found: list[Untaken]) -> list[Untaken]:
    if len(found) <= MOST:
        return found
    rest = sum(one.topics for one in found[MOST - 1 :])
    return [*found[: MOST - 1], found[MOST - 1]._replace(topics=rest)]
