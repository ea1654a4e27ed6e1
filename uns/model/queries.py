"""Which topics of a declared tree a filter hits: listed, counted, or as templates.

Everything here works on places, so a family of ten million costs as much as
one node until its topics are really asked for. Results come in declaration
order: a node's own endpoints first, ranges by number.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Literal, TypeAlias

from uns.counts import NO_END, Count, NoEnd
from uns.diagnostics import UNSError
from uns.model.tree import FirstLevel, Members, Place, descend, fold
from uns.topics.names import Topic, TopicFilter

__all__ = [
    "OnOpenSet",
    "Path",
    "UnboundedTopics",
    "count",
    "paths",
    "positions",
    "reaches_open",
    "template_count",
    "topics",
]

#: What to do where a filter reaches an open set without pinning it.
OnOpenSet: TypeAlias = Literal["raise", "skip"]

#: Places from the top down, each with the one level that was asked for, or ``None`` for all of them.
Path: TypeAlias = tuple[tuple[Place, ...], tuple[str | None, ...]]

#: Members, and the filter level they are held against.
_Part: TypeAlias = tuple[Members, int]


class UnboundedTopics(UNSError):
    """A question whose answer has no end: a filter reaches an open set.

    ``template`` shows the first such position.
    """

    def __init__(self, template: str) -> None:
        super().__init__(template)
        self.template = template

    def __str__(self) -> str:
        return (
            f"{self.template!r} stands for an open set of topics; "
            "let the filter name every open level, or pass open='skip'"
        )


class _Reach:
    """How far a filter reaches into a tree; what was found out once is remembered.

    Without a filter everything is meant, names that start with $ among it.
    """

    def __init__(self, filter_: TopicFilter | None) -> None:
        self.levels = ("#",) if filter_ is None else filter_.levels
        self.hides = filter_ is not None
        self._hits: dict[_Part, bool] = {}

    def after(self, index: int) -> int:
        """The filter level that the next topic level is held against."""
        return index if self.levels[index] == "#" else index + 1

    def accepts(self, place: Place, index: int) -> bool:
        """Whether the topic of ``place``, itself taken by filter level ``index``, is taken."""
        last = len(self.levels) - 1
        ends = index == last or (index == last - 1 and self.levels[last] == "#")
        return ends and place.endpoint is not None

    def candidates(self, members: Members, index: int) -> Iterator[tuple[Place, str | None]]:
        """The members a filter level takes, each with its level where that is one only.

        A wildcard in the first level takes no name that starts with $ [MQTT-4.7.2-1].
        """
        if index == len(self.levels):
            return
        wanted = self.levels[index]
        if wanted not in {"+", "#"}:
            place = members.find(wanted)
            if place is not None:
                yield place, wanted
            return
        hides = self.hides and isinstance(members, FirstLevel)
        for place in members:
            if not (hides and place.segment.text.startswith("$")):
                yield place, place.segment.literal

    def goes_on(self, place: Place, index: int) -> bool:
        """Whether anything below ``place``, itself taken by filter level ``index``, is taken."""
        return fold((place.members, self.after(index)), self._are_hit, self._hits)

    def _are_hit(self, part: _Part) -> Generator[_Part, bool, bool]:
        members, index = part
        for place, _ in self.candidates(members, index):
            if self.accepts(place, index) or (yield place.members, self.after(index)):
                return True
        return False

    def opens(self, part: _Part) -> Generator[_Part, bool, bool]:
        """To be folded: whether the filter goes below an open place."""
        members, index = part
        for place, _ in self.candidates(members, index):
            below = self.after(index)
            if below < len(self.levels) and (place.open or (yield place.members, below)):
                return True
        return False

    def templates(self, part: _Part) -> Generator[_Part, int, int]:
        """To be folded: how many templates the filter takes."""
        members, index = part
        found = 0
        for place, _ in self.candidates(members, index):
            found += self.accepts(place, index) + (yield place.members, self.after(index))
        return found

    def topics(self, part: _Part) -> Generator[_Part, Count, Count]:
        """To be folded: how many topics the filter takes."""
        members, index = part
        found: Count = 0
        for place, level in self.candidates(members, index):
            each = self.accepts(place, index) + (yield place.members, self.after(index))
            found += each if level is not None else place.count * each
        return found

    def closed_topics(self, part: _Part) -> Generator[_Part, int, int]:
        """To be folded: how many topics the filter takes without those of open sets."""
        members, index = part
        found = 0
        for place, level in self.candidates(members, index):
            times = 1 if level is not None else place.segment.count or 0
            if times:
                found += times * (
                    self.accepts(place, index) + (yield place.members, self.after(index))
                )
        return found

    def walk(self, top: Members) -> Iterator[tuple[Path, int]]:
        """Everything at or above what the filter takes, and the filter level that takes it."""

        def among(members: Members, above: Path, index: int) -> Iterator[tuple[Path, int]]:
            for place, level in self.candidates(members, index):
                if self.accepts(place, index) or self.goes_on(place, index):
                    yield ((*above[0], place), (*above[1], level)), index

        return descend(
            among(top, ((), ()), 0),
            lambda found: among(found[0][0][-1].members, found[0], self.after(found[1])),
        )


def count(top: Members, filter_: TopicFilter | None, open_: OnOpenSet) -> int:
    """How many topics a filter takes; families by arithmetic.

    Raises:
        UnboundedTopics: the filter reaches an open set, unless ``open_`` is ``"skip"``.
    """
    reach = _Reach(filter_)
    if open_ == "skip":
        return fold((top, 0), reach.closed_topics)
    found = fold((top, 0), reach.topics)
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
    return fold((top, 0), _Reach(filter_).templates)


def topics(top: Members, filter_: TopicFilter | None, open_: OnOpenSet) -> Iterator[Topic]:
    """The topics a filter takes, made one by one.

    Raises:
        UnboundedTopics: the filter reaches an open set, unless ``open_`` is ``"skip"``.
    """
    reach = _Reach(filter_)

    def among(members: Members, index: int, prefix: str) -> Iterator[tuple[Place, int, str]]:
        for place, level in reach.candidates(members, index):
            if not (reach.accepts(place, index) or reach.goes_on(place, index)):
                continue
            if level is not None:
                yield place, index, prefix + level
            elif place.segment.count is not None:
                for text in place.segment:
                    yield place, index, prefix + text
            elif open_ == "raise":
                raise UnboundedTopics(prefix + place.segment.text)

    def below(found: tuple[Place, int, str]) -> Iterator[tuple[Place, int, str]]:
        place, index, name = found
        return among(place.members, reach.after(index), f"{name}/")

    found = descend(among(top, 0, ""), below)
    return (Topic(name) for place, index, name in found if reach.accepts(place, index))


def paths(top: Members, filter_: TopicFilter | None) -> Iterator[Path]:
    """The endpoints a filter takes, families and open sets as one each; always finite."""
    reach = _Reach(filter_)
    return (path for path, index in reach.walk(top) if reach.accepts(path[0][-1], index))


def positions(top: Members, levels: tuple[str, ...]) -> Iterator[Path]:
    """The places exactly as deep as ``levels`` that those take, whether or not they carry anything.

    ``levels`` are topic levels, ``+`` among them but no ``#``.
    """
    reach = _Reach(TopicFilter("/".join(levels)))

    def further(above: Iterator[Path], index: int) -> Iterator[Path]:
        for places, pinned in above:
            members = places[-1].members if places else top
            for place, level in reach.candidates(members, index):
                yield (*places, place), (*pinned, level)

    found: Iterator[Path] = iter([((), ())])
    for index in range(len(levels)):
        found = further(found, index)
    return found


def reaches_open(top: Members, filter_: TopicFilter | None) -> bool:
    """Whether a filter takes topics that the model allows and does not name."""
    return fold((top, 0), _Reach(filter_).opens)
