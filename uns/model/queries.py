"""Which topics of a declared tree a filter hits: listed, counted, or as templates.

Everything here works on places, so a family of ten million costs as much as
one node until its topics are really asked for. Results come in declaration
order: a node's own endpoints first, ranges by number.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import Literal, TypeAlias, get_args

from uns.counts import NO_END, Count, NoEnd
from uns.diagnostics import UnknownName, UNSError
from uns.model.tree import Members, Place, descend, fold
from uns.topics.filter_automaton import DEAD, FilterAutomaton
from uns.topics.names_and_filters import Topic, TopicFilter

#: What to do where a filter reaches an open set without pinning it.
OnOpenSet: TypeAlias = Literal["raise", "skip"]

_Places: TypeAlias = tuple[Place, ...]
_Levels: TypeAlias = tuple[str | None, ...]

#: Places from the top down, each with the one level that was asked for, or ``None`` for all of them.
Path: TypeAlias = tuple[_Places, _Levels]

#: Members, and the state of the filter above them.
_Part: TypeAlias = tuple[Members, int]

#: A position that a filter reaches: the one above, the place, its level if the filter or the model
#: names one, the state of the filter after it, and the topic name down to here.
_Hit: TypeAlias = tuple["_Hit | None", Place, str | None, int, str]


class UnboundedTopics(UNSError):
    """A question whose answer has no end: a filter reaches an open set.

    ``template`` shows the first such position.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {'{site}': {pattern: '[a-z]+', metrics: {power: {type: number}}}}}")
    >>> try:
    ...     ns.count()
    ... except UnboundedTopics as error:
    ...     print(error.template, ns.count("lyon/#"), ns.count(open="skip"))
    {site} 1 0
    """

    def __init__(self, template: str) -> None:
        super().__init__(template)
        self.template = template

    def __str__(self) -> str:
        return (
            f"{self.template!r} stands for an open set of topics; "
            "let the filter name every open level, or pass open='skip'"
        )


class Reach:
    """How far a filter reaches into a tree; what was found out once is remembered.

    Without a filter everything is meant, names that start with $ among it.
    """

    def __init__(self, filter_: str | None) -> None:
        self.filter = FilterAutomaton(["#" if filter_ is None else filter_])
        start = self.filter.start
        self.start = start if filter_ is not None else self.filter.step(start, None)
        self._hits: dict[_Part, bool] = {}

    def among(self, part: _Part) -> Iterator[tuple[Place, str | None, int]]:
        """The members the filter may take, each with its level where that is one only, and the state."""
        members, state = part
        named, other = self.filter.steps(state)
        if other == DEAD:
            for name, after in named.items():
                place = members.find(name)
                if place is not None:
                    yield place, name, after
            return
        is_first = state == self.filter.start
        for place in members:
            literal = place.segment.literal
            after = self.filter.step(state, literal) if is_first else other
            if after != DEAD:
                yield place, literal, after

    def accepts(self, place: Place, state: int) -> bool:
        """Whether the own topic of ``place`` is taken, in the state after it."""
        return place.endpoint is not None and bool(self.filter.taken_by(state))

    def goes_on(self, place: Place, state: int) -> bool:
        """Whether anything below ``place`` is taken."""
        part = place.members, state
        known = self._hits.get(part)
        return fold(part, self._are_hit, self._hits) if known is None else known

    def _are_hit(self, part: _Part) -> Generator[_Part, bool, bool]:
        for place, _, after in self.among(part):
            if self.accepts(place, after) or (yield place.members, after):
                return True
        return False

    def opens(self, part: _Part) -> Generator[_Part, bool, bool]:
        """To be folded: whether the filter goes below an open place."""
        for place, _, after in self.among(part):
            goes_on = self.filter.steps(after) != ({}, DEAD)
            if goes_on and (place.open or (yield place.members, after)):
                return True
        return False

    def templates(self, part: _Part) -> Generator[_Part, int, int]:
        """To be folded: how many templates the filter takes."""
        found = 0
        for place, _, after in self.among(part):
            found += self.accepts(place, after) + (yield place.members, after)
        return found

    def topics(self, part: _Part) -> Generator[_Part, Count, Count]:
        """To be folded: how many topics the filter takes."""
        found: Count = 0
        for place, level, after in self.among(part):
            each = self.accepts(place, after) + (yield place.members, after)
            found += each if level is not None else place.count * each
        return found

    def closed_topics(self, part: _Part) -> Generator[_Part, int, int]:
        """To be folded: how many topics the filter takes without those of open sets."""
        found = 0
        for place, level, after in self.among(part):
            times = 1 if level is not None else place.segment.count or 0
            if times:
                found += times * (self.accepts(place, after) + (yield place.members, after))
        return found


def count(top: Members, filter_: TopicFilter | None, open_: OnOpenSet) -> int:
    """How many topics a filter takes; families by arithmetic.

    Raises:
        UnboundedTopics: the filter reaches an open set, unless ``open_`` is ``"skip"``.
        UnknownName: ``open_`` is neither ``"raise"`` nor ``"skip"``.
    """
    _check_choice(open_)
    reach = Reach(filter_)
    if open_ == "skip":
        return fold((top, reach.start), reach.closed_topics)
    found = fold((top, reach.start), reach.topics)
    if isinstance(found, NoEnd):
        raise UnboundedTopics(_first_open(top, filter_))
    return found


def _first_open(top: Members, filter_: TopicFilter | None) -> str:
    """The first position that a filter takes and that stands for an open set."""
    for places, levels in paths(top, filter_):
        for depth in range(len(places), 0, -1):
            if levels[depth - 1] is None and places[depth - 1].count is NO_END:
                return "/".join(place.segment.text for place in places[:depth])
    raise AssertionError("a filter without end takes an open set")


def template_count(top: Members, filter_: TopicFilter | None) -> int:
    """How many templates a filter takes: as many as :func:`paths` goes through."""
    reach = Reach(filter_)
    return fold((top, reach.start), reach.templates)


def topics(top: Members, filter_: TopicFilter | None, open_: OnOpenSet) -> Iterator[Topic]:
    """The topics that a filter takes, made one by one.

    Raises:
        UnboundedTopics: the filter reaches an open set, unless ``open_`` is ``"skip"``.
        UnknownName: ``open_`` is neither ``"raise"`` nor ``"skip"``.
    """
    _check_choice(open_)
    return (Topic(name) for *_, name in _hits(top, filter_, open_))


def instances(
    top: Members, filter_: TopicFilter | None, open_: OnOpenSet
) -> Iterator[tuple[str, Path]]:
    """As :func:`topics`, each with the path that :func:`paths` has for it or its family."""
    return ((hit[-1], _path(hit)) for hit in _hits(top, filter_, open_))


def _check_choice(open_: OnOpenSet) -> None:
    if open_ not in get_args(OnOpenSet):
        raise UnknownName("choice", open_, get_args(OnOpenSet), "it is raise or skip")


def _hits(top: Members, filter_: TopicFilter | None, open_: OnOpenSet) -> Iterator[_Hit]:
    reach = Reach(filter_)

    def among(part: _Part, above: _Hit | None, prefix: str) -> Iterator[_Hit]:
        for place, level, after in reach.among(part):
            if not (reach.accepts(place, after) or reach.goes_on(place, after)):
                continue
            if level is not None:
                yield above, place, level, after, prefix + level
            elif place.segment.count is not None:
                for text in place.segment:
                    yield above, place, None, after, prefix + text
            elif open_ == "raise":
                raise UnboundedTopics(prefix + place.segment.text)

    def below(hit: _Hit) -> Iterable[_Hit]:
        _, place, _, state, name = hit
        return among((place.members, state), hit, f"{name}/") if reach.goes_on(place, state) else ()

    hits = descend(among((top, reach.start), None, ""), below)
    return (hit for hit in hits if reach.accepts(hit[1], hit[3]))


def _path(hit: _Hit | None) -> Path:
    places: _Places = ()
    levels: _Levels = ()
    while hit is not None:
        hit, place, level, _, _ = hit
        places, levels = (place, *places), (level, *levels)
    return places, levels


def paths(top: Members, filter_: TopicFilter | None) -> Iterator[Path]:
    """The endpoints a filter takes, families and open sets as one each; always finite."""
    reach = Reach(filter_)

    def among(part: _Part, places: _Places, levels: _Levels) -> Iterator[tuple[Path, int]]:
        for place, level, after in reach.among(part):
            yield ((*places, place), (*levels, level)), after

    def below(found: tuple[Path, int]) -> Iterable[tuple[Path, int]]:
        path, state = found
        place = path[0][-1]
        return among((place.members, state), *path) if reach.goes_on(place, state) else ()

    found = descend(among((top, reach.start), (), ()), below)
    return (path for path, state in found if reach.accepts(path[0][-1], state))


def positions(top: Members, levels: tuple[str, ...]) -> Iterator[Path]:
    """The places exactly as deep as ``levels`` that those take, whether or not they carry anything.

    ``levels`` are topic levels, ``+`` among them but no ``#``.
    """
    reach = Reach("/".join(levels))

    def further(above: Iterator[tuple[Path, int]]) -> Iterator[tuple[Path, int]]:
        for (places, pinned), state in above:
            members = places[-1].members if places else top
            for place, level, after in reach.among((members, state)):
                yield ((*places, place), (*pinned, level)), after

    found: Iterator[tuple[Path, int]] = iter([(((), ()), reach.start)])
    for _ in levels:
        found = further(found)
    return (path for path, _ in found)


def reaches_open(top: Members, filter_: TopicFilter | None) -> bool:
    """Whether a filter takes topics that the model allows and does not name."""
    reach = Reach(filter_)
    return fold((top, reach.start), reach.opens)
