"""Topics that break a limit, told for the node that makes them.

A limit is a small automaton over topic levels: where one starts, where each
level leads, and what is wrong at an endpoint. It is run over the declared tree,
where shared members are passed once for each state, and topics are counted by
arithmetic. So a limit that ten million topics break is one finding, and costs
what the model costs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

from uns.linting.surveys import Survey, product, total
from uns.model.nodes import Node
from uns.model.tree import Endpoint, Members, Place, PlaceKind
from uns.topics.sets import Choice, NumberRange
from uns.topics.templates import Fixed, Name, Segment, TopicTemplate

__all__ = ["Offence", "Step", "extent", "lengths", "longest_text", "offences", "size", "words"]

S = TypeVar("S", bound=Hashable)

#: Where one gets to, and for how many levels of the segment; ``None`` for an open set.
Step: TypeAlias = tuple[S, int | None]

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
        yield "".join(map(_sample, segment.parts)), segment.count


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


def _sizes(segment: Segment, most: int) -> dict[int, int | None]:
    """How many levels of a segment have how many bytes."""
    if segment.literal is not None:
        return {size(segment.literal): 1}
    sizes: dict[int, int | None] = {0: 1}
    for part in segment.parts:
        grown: dict[int, int | None] = {}
        for one, here in sizes.items():
            for other, count in _part_sizes(part).items():
                both = min(one + other, most + 1)
                grown[both] = total(grown.get(both, 0), product(here, count))
        sizes = grown
    return sizes


def _part_sizes(part: Fixed | Choice | Name) -> dict[int, int | None]:
    if not isinstance(part, Choice):
        return {size(_sample(part)): None if isinstance(part, Name) else 1}
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
    known: dict[int, tuple[int, int]] = {}
    for group in reversed(survey.groups):
        deepest, longest = 0, -1
        for place in group.members:
            levels, bytes_ = known.get(id(place.members), (0, -1))
            literal = place.segment.literal
            here = size(literal if literal is not None else longest_text(place.segment))
            deepest = max(deepest, levels + 1)
            longest = max(longest, here + 1 + bytes_)
        known[id(group.members)] = (deepest, longest)
    return known.get(id(survey.namespace._tree.top), (0, 0))


@dataclass(frozen=True, slots=True)
class Offence:
    """The topics below one node that break a limit; ``topics`` is ``None`` when they are open.

    ``path`` are the places down to the node, ``first`` those of the first topic at fault.
    """

    survey: Survey
    path: tuple[Place, ...]
    topics: int | None
    first: TopicTemplate

    @property
    def node(self) -> Node:
        """The node that has all of them."""
        return self.survey.node(self.path)

    def largest(self, measure: Callable[[Segment], int]) -> tuple[Place, ...]:
        """The places of the topic below the node whose levels measure most together."""
        known: dict[int, int] = {}

        def below(members: Members) -> int:
            found = known.get(id(members))
            if found is None:
                found = known[id(members)] = max(map(at, members), default=-1)
            return found

        def at(place: Place) -> int:
            further = below(place.members) if len(place.members) else -1
            if further < 0 and place.endpoint is None:
                return -1
            return measure(place.segment) + max(further, 0)

        path = list(self.path)
        members = path[-1].members if path else self.survey.namespace._tree.top
        while below(members) >= 0:
            path.append(max(members, key=at))
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
class _Walk(Generic[S]):
    """The run of one automaton over the declared tree."""

    step: Callable[[S, Segment], Iterator[Step[S]]]
    is_wrong: Callable[[S, Endpoint], bool]
    _known: dict[tuple[int, S], int | None] = field(default_factory=dict)

    def at(self, place: Place, state: S) -> int | None:
        """How many topics at or below ``place`` are wrong, coming there in ``state``."""
        found: int | None = 0
        for after, count in self.step(state, place.segment):
            wrong: int | None = 0
            if place.endpoint is not None and self.is_wrong(after, place.endpoint):
                wrong = 1
            if len(place.members):
                wrong = total(wrong, self._below(place.members, after))
            if wrong != 0:
                found = total(found, product(count, wrong))
        return found

    def _below(self, members: Members, state: S) -> int | None:
        key = id(members), state
        if key not in self._known:
            found: int | None = 0
            for place in members:
                found = total(found, self.at(place, state))
            self._known[key] = found
        return self._known[key]

    def of_all(self, place: Place, states: dict[S, int | None]) -> int | None:
        """As :meth:`at`, coming there in several states, each so many times."""
        found: int | None = 0
        for state, times in states.items():
            wrong = self.at(place, state)
            if wrong != 0:
                found = total(found, product(times, wrong))
        return found

    def after(self, place: Place, states: dict[S, int | None]) -> dict[S, int | None]:
        """The states in which one leaves ``place``, each so many times."""
        left: dict[S, int | None] = {}
        for state, times in states.items():
            for after, count in self.step(state, place.segment):
                left[after] = total(left.get(after, 0), product(times, count))
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
    walk = _Walk(step, is_wrong)
    pending: list[tuple[tuple[Place, ...], Members, dict[S, int | None]]] = [
        ((), survey.namespace._tree.top, {start: 1})
    ]
    while pending:
        path, members, states = pending.pop()
        wrong = [place for place in members if walk.of_all(place, states) != 0]
        for place in wrong if len(wrong) <= MOST_ROOTS else ():
            left = walk.after(place, states)
            if place.kind is PlaceKind.ROOT:
                pending.append(((*path, place), place.members, left))
            else:
                yield _cause(survey, walk, (*path, place), states)
        if len(wrong) > MOST_ROOTS:
            topics: int | None = 0
            for place in wrong:
                topics = total(topics, walk.of_all(place, states))
            first = _first(survey, walk, (*path, wrong[0]), walk.after(wrong[0], states))
            yield Offence(survey, path, topics, first)


def _cause(
    survey: Survey, walk: _Walk[S], path: tuple[Place, ...], states: dict[S, int | None]
) -> Offence:
    """The lowest node at or below the end of ``path`` that has all topics at fault."""
    while True:
        left = walk.after(path[-1], states)
        own = _is_wrong_itself(walk, path[-1], left)
        wrong = [place for place in path[-1].members if walk.of_all(place, left) != 0]
        if own or len(wrong) != 1 or wrong[0].kind is not PlaceKind.EQUIPMENT:
            topics = walk.of_all(path[-1], states)
            return Offence(survey, path, topics, _first(survey, walk, path, left))
        path, states = (*path, wrong[0]), left


def _first(
    survey: Survey, walk: _Walk[S], path: tuple[Place, ...], states: dict[S, int | None]
) -> TopicTemplate:
    """The first topic at fault at or below the end of ``path``, left in ``states``."""
    while not _is_wrong_itself(walk, path[-1], states):
        place = next(place for place in path[-1].members if walk.of_all(place, states) != 0)
        path, states = (*path, place), walk.after(place, states)
    return survey.node(path).template


def _is_wrong_itself(walk: _Walk[S], place: Place, states: dict[S, int | None]) -> bool:
    endpoint = place.endpoint
    return endpoint is not None and any(walk.is_wrong(state, endpoint) for state in states)
