"""Which topics of a declared tree a filter hits: listed, counted, or as templates.

Everything here works on places, so a family of ten million costs as much as
one node until its topics are really asked for. Results come in declaration
order: a node's own endpoints first, ranges by number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from uns.diagnostics import UNSError
from uns.model.tree import Members, Place
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

#: The levels of the filter that takes everything.
_ALL = ("#",)


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


def _candidates(
    members: Members, wanted: str, *, hides: bool = False
) -> Iterator[tuple[Place, str | None]]:
    """The members a filter level takes, each with its level where that is one only.

    With ``hides`` it is the first level of a topic, and a wildcard there takes
    no name that starts with $ [MQTT-4.7.2-1].
    """
    if wanted not in {"+", "#"}:
        place = members.find(wanted)
        if place is not None:
            yield place, wanted
        return
    for place in members:
        literal = place.segment.literal
        if not (hides and place.segment.text.startswith("$")):
            yield place, literal


class _Reach:
    """How far a filter reaches into a tree; what was found out once is remembered."""

    def __init__(self, filter_: TopicFilter | None) -> None:
        self.levels = _ALL if filter_ is None else filter_.levels
        #: Without a filter everything is meant, names that start with $ among it.
        self.hides = filter_ is not None
        self._hits: dict[tuple[int, int], bool] = {}
        self._opens: dict[tuple[int, int], bool] = {}
        self._counts: dict[tuple[int, int], int] = {}
        self._templates: dict[tuple[int, int], int] = {}

    def after(self, index: int) -> int:
        """The filter level that the next topic level is held against."""
        return index if self.levels[index] == "#" else index + 1

    def accepts(self, index: int) -> bool:
        """Whether a topic that ends here, at filter level ``index``, is taken."""
        last = len(self.levels) - 1
        return index == last or (index == last - 1 and self.levels[last] == "#")

    def goes_on(self, place: Place, index: int) -> bool:
        """Whether anything below ``place``, itself taken by filter level ``index``, is taken."""
        below = self.after(index)
        return below < len(self.levels) and self.hits(place.members, below)

    def hits(self, members: Members, index: int) -> bool:
        """Whether the filter from ``index`` on takes any topic among ``members``."""
        asked = (id(members), index)
        known = self._hits.get(asked)
        if known is None:
            known = self._hits[asked] = any(
                (place.endpoint is not None and self.accepts(index)) or self.goes_on(place, index)
                for place, _ in _candidates(members, self.levels[index])
            )
        return known

    def opens(self, members: Members, index: int) -> bool:
        """Whether the filter from ``index`` on goes below an open place among ``members``."""
        asked = (id(members), index)
        known = self._opens.get(asked)
        if known is None:
            below = self.after(index)
            known = self._opens[asked] = below < len(self.levels) and any(
                place.open or self.opens(place.members, below)
                for place, _ in _candidates(members, self.levels[index])
            )
        return known

    def templates(self, members: Members, index: int, *, hides: bool = False) -> int:
        """How many templates the filter from ``index`` on takes among ``members``."""
        asked = (id(members), index)
        known = self._templates.get(asked)
        if known is None:
            known = 0
            for place, _ in _candidates(members, self.levels[index], hides=hides):
                known += place.endpoint is not None and self.accepts(index)
                if self.goes_on(place, index):
                    known += self.templates(place.members, self.after(index))
            self._templates[asked] = known
        return known

    def count(
        self, members: Members, index: int, open_: OnOpenSet, prefix: str, *, hides: bool = False
    ) -> int:
        """How many topics the filter from ``index`` on takes among ``members``."""
        asked = (id(members), index)
        known = self._counts.get(asked)
        if known is not None:
            return known
        total = 0
        for place, level in _candidates(members, self.levels[index], hides=hides):
            here = prefix + place.segment.text
            each = 1 if place.endpoint is not None and self.accepts(index) else 0
            if self.goes_on(place, index):
                each += self.count(place.members, self.after(index), open_, f"{here}/")
            if each and level is None:
                size = place.segment.count
                if size is None and open_ == "raise":
                    raise UnboundedTopics(here)
                each *= size or 0
            total += each
        self._counts[asked] = total
        return total


def count(top: Members, filter_: TopicFilter | None, open_: OnOpenSet) -> int:
    """How many topics a filter takes; families by arithmetic.

    Raises:
        UnboundedTopics: the filter reaches an open set, unless ``open_`` is ``"skip"``.
    """
    reach = _Reach(filter_)
    return reach.count(top, 0, open_, "", hides=reach.hides)


def template_count(top: Members, filter_: TopicFilter | None) -> int:
    """How many templates a filter takes: as many as :func:`paths` goes through."""
    reach = _Reach(filter_)
    return reach.templates(top, 0, hides=reach.hides)


def topics(top: Members, filter_: TopicFilter | None, open_: OnOpenSet) -> Iterator[Topic]:
    """The topics a filter takes, made one by one.

    Raises:
        UnboundedTopics: the filter reaches an open set, unless ``open_`` is ``"skip"``.
    """
    reach = _Reach(filter_)
    stack = [(_instances(top, 0, reach, open_, "", hides=reach.hides), "", 0)]
    while stack:
        instances, prefix, index = stack[-1]
        found = next(instances, None)
        if found is None:
            stack.pop()
            continue
        place, level = found
        name = prefix + level
        if place.endpoint is not None and reach.accepts(index):
            yield Topic(name)
        if reach.goes_on(place, index):
            below, inner = reach.after(index), f"{name}/"
            stack.append((_instances(place.members, below, reach, open_, inner), inner, below))


def _instances(
    members: Members,
    index: int,
    reach: _Reach,
    open_: OnOpenSet,
    prefix: str,
    *,
    hides: bool = False,
) -> Iterator[tuple[Place, str]]:
    """The members taken by filter level ``index``, families level by level."""
    for place, level in _candidates(members, reach.levels[index], hides=hides):
        taken = place.endpoint is not None and reach.accepts(index)
        if not taken and not reach.goes_on(place, index):
            continue
        if level is not None:
            yield place, level
        elif place.segment.count is not None:
            for text in place.segment:
                yield place, text
        elif open_ == "raise":
            raise UnboundedTopics(prefix + place.segment.text)


def paths(top: Members, filter_: TopicFilter | None) -> Iterator[Path]:
    """The endpoints a filter takes, families and open sets as one each; always finite."""
    reach = _Reach(filter_)
    stack: list[tuple[Iterator[tuple[Place, str | None]], Path, int]] = [
        (_candidates(top, reach.levels[0], hides=reach.hides), ((), ()), 0)
    ]
    while stack:
        candidates, (places, levels), index = stack[-1]
        found = next(candidates, None)
        if found is None:
            stack.pop()
            continue
        place, level = found
        path = ((*places, place), (*levels, level))
        if place.endpoint is not None and reach.accepts(index):
            yield path
        if reach.goes_on(place, index):
            below = reach.after(index)
            stack.append((_candidates(place.members, reach.levels[below]), path, below))


def positions(top: Members, levels: tuple[str, ...]) -> Iterator[Path]:
    """The places exactly as deep as ``levels`` that those take, whether or not they carry anything.

    ``levels`` are topic levels, ``+`` among them but no ``#``.
    """
    stack: list[tuple[Iterator[tuple[Place, str | None]], Path]] = [
        (_candidates(top, levels[0], hides=True), ((), ()))
    ]
    while stack:
        candidates, (places, pinned) = stack[-1]
        found = next(candidates, None)
        if found is None:
            stack.pop()
            continue
        place, level = found
        path = ((*places, place), (*pinned, level))
        if len(stack) == len(levels):
            yield path
        else:
            inner = _candidates(place.members, levels[len(stack)])
            stack.append((inner, path))


def reaches_open(top: Members, filter_: TopicFilter | None) -> bool:
    """Whether a filter takes topics that the model allows and does not name."""
    reach = _Reach(filter_)
    return reach.opens(top, 0)
