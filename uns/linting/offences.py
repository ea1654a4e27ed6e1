"""Find the topics that break a limit, together for the node that has them.

A limit is a small automaton over topic levels: a start state, the next state for each level,
and a test at endpoints. It runs over the declared tree, visits shared members once for each
state, and counts topics by arithmetic. So a limit that ten million topics break is one
finding, and its cost depends on the size of the model only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Hashable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Generic, TypeAlias, TypeVar

from uns.counts import NO_END, Count, from_number
from uns.linting.surveys import Survey
from uns.model.nodes import Node
from uns.model.tree import Endpoint, Members, Place, PlaceKind, descend, fold, measure
from uns.topics.automata import UndecidedPattern
from uns.topics.sets import Choice, NumberRange
from uns.topics.templates import Fixed, Name, Segment, TopicTemplate

S = TypeVar("S", bound=Hashable)

#: A next state, and the number of levels of the segment that lead to it.
Step: TypeAlias = tuple[S, Count]

#: A position in the tree: the path, the members below it, and the states there, with how often.
_At: TypeAlias = tuple[tuple[Place, ...], Members, dict[S, Count]]

#: Most nodes at the top of a tree that are reported one by one.
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
        yield _shortest(segment), from_number(segment.count)


def _shortest(segment: Segment) -> str:
    """A level of a segment, of an open set a short one."""
    level = "".join(map(_sample, segment.parts))
    if segment.less and segment.match(level) is None:
        with suppress(UndecidedPattern):
            return segment.level_without() or level
    return level


def _sample(part: Fixed | Choice | Name) -> str:
    """A text that a part matches."""
    if isinstance(part, Fixed):
        return part.text
    if isinstance(part, Choice):
        return next(iter(part))
    return part.pattern.example() if part.pattern is not None else "0"


def longest_text(segment: Segment) -> str:
    """The longest level of a segment, in bytes; of an open set the shortest that its pattern allows."""
    return _shortest(segment) if segment.less else "".join(map(_longest, segment.parts))


def _longest(part: Fixed | Choice | Name) -> str:
    if not isinstance(part, Choice):
        return _sample(part)
    ends = (f"{i.high:0{i.width}d}" if isinstance(i, NumberRange) else i for i in part.items)
    return max(ends, key=size)


def size(text: str) -> int:
    """The bytes of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def lengths(most: int) -> Callable[[int, Segment], Iterator[Step[int]]]:
    """A step that adds the bytes of a level; all sizes above ``most`` are one state."""

    def step(before: int, segment: Segment) -> Iterator[Step[int]]:
        # There is a slash before each level.
        return (
            (min(before + 1 + grown, most + 1), count)
            for grown, count in _sizes(segment, most).items()
        )

    return step


def _sizes(segment: Segment, most: int) -> dict[int, Count]:
    """The number of levels of a segment by their size in bytes."""
    if segment.literal is not None:
        return {size(segment.literal): 1}
    if segment.less and len(segment.varying) == 1:
        return {min(size(_shortest(segment)), most + 1): NO_END}
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
    """The levels of the deepest topic and the bytes of the longest, with the shortest names of open sets."""

    def bytes_of(segment: Segment) -> int:
        return size(longest_text(segment))

    levels, length = fold(survey.namespace.top, partial(measure, bytes_of))
    return levels, length - 1


@dataclass(frozen=True, slots=True)
class Offence:
    """The topics below one node that break a limit.

    ``path`` leads down to the node, ``first`` is the first topic that breaks it.
    """

    survey: Survey
    path: tuple[Place, ...]
    topics: Count
    first: TopicTemplate

    @property
    def node(self) -> Node:
        """The node that has all these topics."""
        return self.survey.node(self.path)

    def largest(self, measure: Callable[[Segment], int]) -> tuple[Place, ...]:
        """The path of the topic below the node with the largest sum of ``measure`` over its levels."""
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

        def largest(path: tuple[Place, ...]) -> list[tuple[Place, ...]]:
            members = path[-1].members if path else self.survey.namespace.top
            if fold(members, most, known) < 0:
                return []
            return [(*path, max(members, key=lambda place: at(place, known[place.members])))]

        *_, path = descend([self.path], largest)
        return path

    @property
    def deepest(self) -> TopicTemplate:
        """The topic with the most levels."""
        return self.survey.node(self.largest(lambda _: 1)).template

    @property
    def longest(self) -> tuple[str, int]:
        """The topic with the most bytes, and its size."""
        path = self.largest(lambda segment: 1 + size(longest_text(segment)))
        text = "/".join(longest_text(place.segment) for place in path)
        return text, size(text)


@dataclass(slots=True)
class _Limit(Generic[S]):
    """One automaton, to run over the declared tree."""

    step: Callable[[S, Segment], Iterator[Step[S]]]
    is_wrong: Callable[[S, Endpoint], bool]
    _known: dict[tuple[Members, S], Count] = field(default_factory=dict)

    def breaks(self, place: Place, state: S) -> bool:
        """True if the topic of ``place`` itself breaks the limit, with ``state`` after it."""
        return place.endpoint is not None and self.is_wrong(state, place.endpoint)

    def count(self, place: Place, states: dict[S, Count]) -> Count:
        """The number of wrong topics at or below ``place``; ``states`` before it, with how often."""
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
        """The states after ``place``, with how often."""
        left: dict[S, Count] = {}
        for state, times in states.items():
            for after, count in self.step(state, place.segment):
                left[after] = left.get(after, 0) + times * count
        return left

    def below(self, at: _At[S]) -> Iterator[_At[S]]:
        """The members at ``at`` that have wrong topics, themselves or below."""
        path, members, states = at
        wrong = (place for place in members if self.count(place, states) != 0)
        return (((*path, place), place.members, self.after(place, states)) for place in wrong)

    def own(self, at: _At[S]) -> Count:
        """The number of wrong topics at ``at`` itself, over all states."""
        path, _, states = at
        return sum(times * self.breaks(path[-1], state) for state, times in states.items())

    def lowest(self, at: _At[S]) -> _At[S]:
        """The lowest equipment at or below ``at`` that has all its wrong topics."""

        def only(here: _At[S]) -> list[_At[S]]:
            found = [] if self.own(here) != 0 else list(islice(self.below(here), 2))
            is_one = len(found) == 1 and found[0][0][-1].kind is PlaceKind.EQUIPMENT
            return found if is_one else []

        *_, last = descend([at], only)
        return last

    def first(self, at: _At[S]) -> tuple[Place, ...]:
        """The path of the first wrong topic at or below ``at``."""
        found = descend([at] if at[0] else self.below(at), self.below)
        return next(one[0] for one in found if self.own(one) != 0)


def find_offences(
    survey: Survey,
    start: S,
    step: Callable[[S, Segment], Iterator[Step[S]]],
    is_wrong: Callable[[S, Endpoint], bool],
) -> Iterator[Offence]:
    """The topics for which ``is_wrong`` holds, by the lowest node that has all of them.

    Trees side by side at the top are reported one by one, unless they are many.
    """
    limit = _Limit(step, is_wrong)

    def is_root(at: _At[S]) -> bool:
        return not at[0] or at[0][-1].kind is PlaceKind.ROOT

    def roots(at: _At[S]) -> list[_At[S]]:
        found = list(limit.below(at)) if is_root(at) else []
        return found if len(found) <= MOST_ROOTS else []

    top: _At[S] = (), survey.namespace.top, {start: 1}
    for at in descend([top], roots):
        if is_root(at) and len(list(limit.below(at))) <= MOST_ROOTS:
            continue
        path, members, states = found = at if is_root(at) else limit.lowest(at)
        topics = (limit.own(found) if path else 0) + sum(limit.count(p, states) for p in members)
        yield Offence(survey, path, topics, survey.node(limit.first(found)).template)
