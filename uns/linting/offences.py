"""Topics that break a limit, told for the node that makes them.

A limit is a small automaton over topic levels: where one starts, where each
level leads, and what is wrong at an endpoint. It is run over the declared tree,
where shared members are passed once for each state, and topics are counted by
arithmetic. So a limit that ten million topics break is one finding, and costs
what the model costs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Hashable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeAlias, TypeVar

from uns.counts import NO_END, Count, from_number
from uns.linting.surveys import Survey
from uns.model.nodes import Node
from uns.model.tree import Endpoint, Members, Place, PlaceKind, fold, measure
from uns.topics.sets import Choice, NumberRange
from uns.topics.templates import Fixed, Name, Segment, TopicTemplate

__all__ = ["Offence", "Step", "extent", "lengths", "longest_text", "offences", "size", "words"]

S = TypeVar("S", bound=Hashable)

#: Where one gets to, and for how many levels of the segment.
Step: TypeAlias = tuple[S, Count]

#: Most nodes at the top of a tree that are told one by one.
MOST_ROOTS = 10


# --- segments ----------------------------------------------------------------------------------------


def words(segment: Segment) -> Iterator[Step[str]]:
    """The levels of a segment that are written out, and one sample for all the others.

    >>> list(words(Segment.parse("[left,right,1..3]")))
    [('left', 1), ('right', 1), ('1', 3)]
    """
    varying = segment.varying
    if len(varying) == 1 and isinstance(varying[0], Choice):
        for item in varying[0].items:
            if isinstance(item, str):
                yield segment.format(item), 1
            else:
                yield segment.format(next(iter(item))), item.count
    else:
        yield "".join(map(_sample, segment.parts)), from_number(segment.count)


def _sample(part: Fixed | Choice | Name) -> str:
    """A text that a part stands for."""
    if isinstance(part, Fixed):
        return part.text
    if isinstance(part, Choice):
        return next(iter(part))
    return part.pattern.example() if part.pattern is not None else "0"


def longest_text(segment: Segment) -> str:
    """The longest level of a segment, in bytes; of an open set the one that is always to be reckoned with."""
    return "".join(map(_longest, segment.parts))


def _longest(part: Fixed | Choice | Name) -> str:
    if not isinstance(part, Choice):
        return _sample(part)
    ends = (f"{i.high:0{i.width}d}" if isinstance(i, NumberRange) else i for i in part.items)
    return max(ends, key=size)


def size(text: str) -> int:
    """The bytes of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def lengths(most: int) -> Callable[[int, Segment], Iterator[Step[int]]]:
    """How many bytes a topic has after a level, where all that are more than ``most`` are one."""

    def step(before: int, segment: Segment) -> Iterator[Step[int]]:
        # One slash stands in front of each level.
        return (
            (min(before + 1 + grown, most + 1), count)
            for grown, count in _sizes(segment, most).items()
        )

    return step


def _sizes(segment: Segment, most: int) -> dict[int, Count]:
    """How many levels of a segment have how many bytes."""
    if segment.literal is not None:
        return {size(segment.literal): 1}
    sizes: dict[int, Count] = {0: 1}
    for part in segment.parts:
        grown: dict[int, Count] = {}
        for one, here in sizes.items():
            for other, count in _part_sizes(part).items():
                both = min(one + other, most + 1)
                grown[both] = grown.get(both, 0) + here * count
        sizes = grown
    return sizes


def _part_sizes(part: Fixed | Choice | Name) -> dict[int, Count]:
    if not isinstance(part, Choice):
        return {size(_sample(part)): NO_END if isinstance(part, Name) else 1}
    sizes: Counter[int] = Counter()
    for item in part.items:
        if isinstance(item, str):
            sizes[size(item)] += 1
        elif item.width:
            sizes[item.width] += item.count
        else:
            for digits in range(len(str(item.low)), len(str(item.high)) + 1):
                low, high = max(item.low, 10 ** (digits - 1)), min(item.high, 10**digits - 1)
                sizes[digits] += high - (low if digits > 1 else item.low) + 1
    return dict(sizes)


# --- the tree ----------------------------------------------------------------------------------------


def extent(survey: Survey) -> tuple[int, int]:
    """Levels of the deepest topic and bytes of the longest, so far as open sets are bounded below."""

    def bytes_of(segment: Segment) -> int:
        return size(longest_text(segment))

    levels, length = fold(survey.namespace.top, partial(measure, bytes_of))
    return levels, length - 1


@dataclass(frozen=True, slots=True)
class Offence:
    """The topics below one node that break a limit, and how many.

    ``path`` are the places down to the node, ``first`` those of the first topic at fault.
    """

    survey: Survey
    path: tuple[Place, ...]
    topics: Count
    first: TopicTemplate

    @property
    def node(self) -> Node:
        """The node that has all of them."""
        return self.survey.node(self.path)

    def largest(self, measure: Callable[[Segment], int]) -> tuple[Place, ...]:
        """The places of the topic below the node whose levels measure most together."""
        known: dict[Members, int] = {}

        def at(place: Place, below: int) -> int:
            if below < 0 and place.endpoint is None:
                return -1
            return measure(place.segment) + max(below, 0)

        def most(members: Members) -> Generator[Members, int, int]:
            found = -1
            for place in members:
                found = max(found, at(place, (yield place.members)))
            return found

        path = list(self.path)
        members = path[-1].members if path else self.survey.namespace.top
        while fold(members, most, known) >= 0:
            path.append(max(members, key=lambda place: at(place, known[place.members])))
            members = path[-1].members
        return tuple(path)

    @property
    def deepest(self) -> TopicTemplate:
        """The topic of most levels."""
        return self.survey.node(self.largest(lambda _: 1)).template

    @property
    def longest(self) -> tuple[str, int]:
        """The topic of most bytes, and how many it has."""
        path = self.largest(lambda segment: 1 + size(longest_text(segment)))
        text = "/".join(longest_text(place.segment) for place in path)
        return text, size(text)


@dataclass(slots=True)
class _Limit(Generic[S]):
    """One automaton, run over the declared tree."""

    step: Callable[[S, Segment], Iterator[Step[S]]]
    is_wrong: Callable[[S, Endpoint], bool]
    _known: dict[tuple[Members, S], Count] = field(default_factory=dict)

    def breaks(self, place: Place, state: S) -> bool:
        """Whether the own topic of ``place`` is wrong, leaving it in ``state``."""
        return place.endpoint is not None and self.is_wrong(state, place.endpoint)

    def count(self, place: Place, states: dict[S, Count]) -> Count:
        """How many topics at or below ``place`` are wrong, coming there in each state so often."""
        return sum(
            times
            * (self.breaks(place, state) + fold((place.members, state), self._below, self._known))
            for state, times in self.after(place, states).items()
        )

    def _below(self, part: tuple[Members, S]) -> Generator[tuple[Members, S], Count, Count]:
        members, state = part
        found: Count = 0
        for place in members:
            for after, count in self.step(state, place.segment):
                below = (yield place.members, after) if len(place.members) else 0
                found += count * (self.breaks(place, after) + below)
        return found

    def after(self, place: Place, states: dict[S, Count]) -> dict[S, Count]:
        """The states in which one leaves ``place``, each so many times."""
        left: dict[S, Count] = {}
        for state, times in states.items():
            for after, count in self.step(state, place.segment):
                left[after] = left.get(after, 0) + times * count
        return left


def offences(
    survey: Survey,
    start: S,
    step: Callable[[S, Segment], Iterator[Step[S]]],
    is_wrong: Callable[[S, Endpoint], bool],
) -> Iterator[Offence]:
    """The topics that ``is_wrong`` finds, by the lowest node that has all of them.

    Trees side by side at the top are told one by one, unless they are many.
    """
    limit = _Limit(step, is_wrong)
    pending: list[tuple[tuple[Place, ...], Members, dict[S, Count]]] = [
        ((), survey.namespace.top, {start: 1})
    ]
    while pending:
        path, members, states = pending.pop()
        wrong = [place for place in members if limit.count(place, states) != 0]
        for place in wrong if len(wrong) <= MOST_ROOTS else ():
            if place.kind is PlaceKind.ROOT:
                pending.append(((*path, place), place.members, limit.after(place, states)))
            else:
                yield _cause(survey, limit, (*path, place), states)
        if len(wrong) > MOST_ROOTS:
            topics = sum(limit.count(place, states) for place in wrong)
            first = _first(survey, limit, (*path, wrong[0]), limit.after(wrong[0], states))
            yield Offence(survey, path, topics, first)


def _cause(
    survey: Survey, limit: _Limit[S], path: tuple[Place, ...], states: dict[S, Count]
) -> Offence:
    """The lowest node at or below the end of ``path`` that has all topics at fault."""
    while True:
        left = limit.after(path[-1], states)
        own = any(limit.breaks(path[-1], state) for state in left)
        wrong = [place for place in path[-1].members if limit.count(place, left) != 0]
        if own or len(wrong) != 1 or wrong[0].kind is not PlaceKind.EQUIPMENT:
            topics = limit.count(path[-1], states)
            return Offence(survey, path, topics, _first(survey, limit, path, left))
        path, states = (*path, wrong[0]), left


def _first(
    survey: Survey, limit: _Limit[S], path: tuple[Place, ...], states: dict[S, Count]
) -> TopicTemplate:
    """The first topic at fault at or below the end of ``path``, left in ``states``."""
    while not any(limit.breaks(path[-1], state) for state in states):
        place = next(place for place in path[-1].members if limit.count(place, states) != 0)
        path, states = (*path, place), limit.after(place, states)
    return survey.node(path).template
