"""Position automata (Glushkov) for patterns: matching, overlap, inclusion, count.

The automaton has one state for every character of the pattern, with repeats written out, so its
size is bounded and it matches in linear time. It decides whether two patterns overlap, whether
one includes the other and how many texts a pattern matches, or gives up after a bounded number of
steps. :mod:`uns.topics.patterns` reads and writes patterns as text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate, pairwise
from operator import or_, xor
from typing import NamedTuple, TypeAlias

from uns.diagnostics import UNSError

#: Most steps for overlap, inclusion or count before the answer is "undecided".
MOST_STEPS = 200_000

#: The same for each of many patterns that are compared at once, if that is more.
MOST_STEPS_EACH = 500

#: Most matching steps that one automaton remembers.
REMEMBERED_STEPS = 4_096


class UndecidedPattern(UNSError):
    """The patterns are too complex to decide within a bounded number of steps.

    The answer is then unknown, neither yes nor no. This happens with patterns such as
    ``[ab]*a[ab]{20}``, and with large counts on both sides.
    """


# Characters: sorted, disjoint ranges of code points, both ends included.

Characters: TypeAlias = tuple[tuple[int, int], ...]

HIGHEST = 0x10FFFF
SURROGATES = (0xD800, 0xDFFF)
DIGITS: Characters = ((0x30, 0x39),)
WORD: Characters = (*DIGITS, (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
SPACE: Characters = ((0x09, 0x0D), (0x20, 0x20))

#: Characters for examples, the most readable first.
_READABLE = ((0x61, 0x7A), (0x41, 0x5A), *DIGITS, (0x21, 0x7E))


def single(code_point: int) -> Characters:
    """The set of one character."""
    return ((code_point, code_point),)


def others(ranges: Iterable[tuple[int, int]]) -> Characters:
    """Every character outside ``ranges``, which may be unordered and may overlap."""
    others = []
    free = 0
    for low, high in sorted((*ranges, SURROGATES)):
        if free < low:
            others.append((free, low - 1))
        free = max(free, high + 1)
    if free <= HIGHEST:
        others.append((free, HIGHEST))
    return tuple(others)


EVERY = others(())


def _readable(characters: Characters) -> str:
    """The most readable of ``characters``."""
    for first, last in _READABLE:
        for low, high in characters:
            if low <= last and first <= high:
                return chr(max(low, first))
    return chr(characters[0][0])


# The syntax tree of a pattern. `size` is its number of characters with repeats written out.


@dataclass(frozen=True, slots=True)
class One:
    """One character out of a set."""

    characters: Characters
    size: int = 1


@dataclass(frozen=True, slots=True)
class Sequence:
    """One part after the other."""

    parts: tuple[Node, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the branches."""

    branches: tuple[Node, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Repeat:
    """The part ``low`` to ``high`` times; ``None`` for no limit."""

    part: Node
    low: int
    high: int | None
    size: int


Node: TypeAlias = One | Sequence | Choice | Repeat

EMPTY = Sequence((), 0)


def sequence(parts: list[Node]) -> Node:
    """The parts one after the other, without those that match only the empty text."""
    # A part without size matches only the empty text. It is dropped: many repeats of nothing
    # would be more work than the size says.
    parts = [part for part in parts if part.size]
    if len(parts) == 1:
        return parts[0]
    return Sequence(tuple(parts), sum(part.size for part in parts))


def choice(branches: list[Node]) -> Node:
    """Any one of the branches."""
    full = [branch for branch in branches if branch.size]
    if len(full) < len(branches):
        full.append(EMPTY)
    if len(full) == 1:
        return full[0]
    return Choice(tuple(full), sum(branch.size for branch in full))


def repeat(part: Node, low: int, high: int | None) -> Node:
    """The part ``low`` to ``high`` times; ``None`` for no limit."""
    if low == high == 1:
        return part
    copies = max(low, 1) if high is None else high
    return Repeat(part, low, high, part.size * copies)


# The automaton


class _Edges(NamedTuple):
    """The first and the last positions of a part of the pattern, as sets."""

    first: int
    last: int
    #: Whether the part matches the empty text.
    empty: bool


class _State(dict[str, "_State"]):
    """A set of positions after reading some text; as a mapping, the next state by character."""

    __slots__ = ("accepts", "positions")

    def __init__(self, positions: int, accepts: bool) -> None:
        super().__init__()
        self.positions = positions
        self.accepts = accepts


class _Budget:
    """The steps left before the answer is "undecided"."""

    __slots__ = ("left", "steps")

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self.steps = self.left = steps

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise UndecidedPattern(f"undecided after {self.steps:,} steps")


class Automaton:
    """The position automaton of a pattern.

    Position 0 is before the text, every other position is a character of the pattern. Sets of
    positions are integers with one bit each. Every position can be reached from 0 and leads to an
    end, since no set of characters is empty.
    """

    def __init__(self, tree: Node) -> None:
        #: The characters that lead to each position.
        self.takes: list[Characters] = [()]
        #: The positions that can follow each position.
        self.follow: list[int] = [0]
        edges = self._place(tree)
        self.follow[0] = edges.first
        #: The positions where a text can end.
        self.ends = edges.last | edges.empty
        self._split_alphabet()
        self._find_chains()
        self._start = _State(1, edges.empty)
        self._dead = _State(0, accepts=False)
        self._states: dict[int, _State] = {}
        self._forget()

    def _place(self, node: Node) -> _Edges:
        match node:
            case One(characters):
                place = 1 << len(self.takes)
                self.takes.append(characters)
                self.follow.append(0)
                return _Edges(place, place, empty=False)
            case Choice(branches):
                edges = [self._place(branch) for branch in branches]
                return _Edges(
                    _union(branch.first for branch in edges),
                    _union(branch.last for branch in edges),
                    any(branch.empty for branch in edges),
                )
            case Sequence(parts):
                return self._chain([self._place(part) for part in parts])
            case Repeat(part, low, high):
                return self._again(part, low, high)

    def _join(self, ends: int, beginnings: int) -> None:
        for position in _each(ends):
            self.follow[position] |= beginnings

    def _chain(self, parts: list[_Edges]) -> _Edges:
        # From the right, so that each end is joined only once to everything that can follow.
        first, last, empty = 0, 0, True
        for part in reversed(parts):
            self._join(part.last, first)
            first = part.first | (first if part.empty else 0)
            last |= part.last if empty else 0
            empty = empty and part.empty
        return _Edges(first, last, empty)

    def _again(self, part: Node, low: int, high: int | None) -> _Edges:
        copies = [self._place(part) for _ in range(max(low, 1) if high is None else high)]
        for copy, following in pairwise(copies):
            self._join(copy.last, following.first)
        if high is None:
            self._join(copies[-1].last, copies[-1].first)
        # A part that can be empty can be left out; then we leave out the last copies.
        least = 0 if copies[0].empty else low
        last = _union(copy.last for copy in copies[max(least, 1) - 1 :])
        return _Edges(copies[0].first, last, least == 0)

    def _split_alphabet(self) -> None:
        """Split the code points wherever a set of characters starts or ends."""
        places: defaultdict[Characters, int] = defaultdict(int)
        for position, characters in enumerate(self.takes):
            places[characters] |= 1 << position
        cuts: defaultdict[int, int] = defaultdict(int)
        for characters, positions in places.items():
            for low, high in characters:
                cuts[low] ^= positions
                cuts[high + 1] ^= positions
        self._starts = sorted(cuts)
        self._masks: list[int] = [0, *accumulate(map(cuts.__getitem__, self._starts), xor)]

    def _find_chains(self) -> None:
        """Find the positions followed only by the next one: one shift moves them all."""
        self._chained = 0
        for position, following in enumerate(self.follow):
            if following == 2 << position:
                self._chained |= 1 << position
        self._branching = ~self._chained

    @property
    def cuts(self) -> list[int]:
        """The code points where a set of characters starts, or the first after one."""
        return self._starts

    def taking(self, code_point: int) -> int:
        """The positions that a character leads to, from any position."""
        return self._masks[bisect_right(self._starts, code_point)]

    def classes(self, positions: int) -> Iterator[int]:
        """The first character of each range of characters that lead to some of ``positions``."""
        for start, led in zip(self._starts, self._masks[1:], strict=True):
            if led & positions:
                yield start

    def after(self, positions: int) -> int:
        """The positions that can follow any of ``positions``."""
        following = (positions & self._chained) << 1
        for position in _each(positions & self._branching):
            following |= self.follow[position]
        return following

    def matches(self, text: str) -> bool:
        """Whether the whole ``text`` matches; linear in its length."""
        state, dead = self._start, self._dead
        for character in text:
            try:
                state = state[character]
            except KeyError:
                state = self._step(state, character)
            if state is dead:
                return False
        return state.accepts

    def _step(self, state: _State, character: str) -> _State:
        positions = self.after(state.positions) & self.taking(ord(character))
        if self._remembered >= REMEMBERED_STEPS:
            self._forget()
        following = self._states.get(positions)
        if following is None:
            following = _State(positions, bool(positions & self.ends))
            self._states[positions] = following
        state[character] = following
        self._remembered += 1
        return following

    def _forget(self) -> None:
        """Clear the remembered states; a match in progress continues and fills them again."""
        # States refer to each other, so they must be cleared to be freed.
        for state in list(self._states.values()):
            state.clear()
        self._states = {1: self._start, 0: self._dead}
        self._remembered = 0

    def _alphabet(self, other: Automaton) -> set[tuple[int, int]]:
        """The positions in both automata that a character leads to, once per class of characters."""
        return {
            (self.taking(start), other.taking(start)) for start in (*self._starts, *other._starts)
        }

    def overlaps(self, other: Automaton) -> bool:
        """Whether some text matches both; follows both automata at once.

        For each position here we keep the set of positions there that the same text can lead to:
        at most as many pairs as the product of the sizes.
        """
        alphabet = self._alphabet(other)
        budget = _Budget()
        reached = [0] * len(self.follow)
        pending = {0: 1}
        while pending:
            onward: defaultdict[int, int] = defaultdict(int)
            for position, there in pending.items():
                new = there & ~reached[position]
                if not new:
                    continue
                if self.ends >> position & 1 and other.ends & new:
                    return True
                reached[position] |= new
                budget.spend(len(alphabet) + new.bit_count())
                following = other.after(new)
                for here, there_too in alphabet:
                    meeting = following & there_too
                    if meeting:
                        for target in _each(self.follow[position] & here):
                            onward[target] |= meeting
                            budget.spend(1)
            pending = onward
        return False

    def includes(self, other: Automaton, longest: int | None = None) -> bool:
        """Whether every text that matches ``other``, up to a length, matches here.

        Follows single positions there together with sets of positions here. A set that contains a
        smaller set already seen at the same position is skipped: it can only match more.
        """
        alphabet = self._alphabet(other)
        budget = _Budget()
        smallest: defaultdict[int, list[int]] = defaultdict(list)
        smallest[0].append(1)
        queue = [(0, 1, 0)]
        for position, here, length in queue:
            budget.spend(len(smallest[position]))
            if here not in smallest[position]:
                continue
            if other.ends >> position & 1 and not here & self.ends:
                return False
            if length == longest:
                continue
            budget.spend(len(alphabet) + here.bit_count())
            following = self.after(here)
            for ours, theirs in alphabet:
                reached = following & ours
                for target in _each(other.follow[position] & theirs):
                    known = smallest[target]
                    budget.spend(len(known) + 1)
                    if any(reached & small == small for small in known):
                        continue
                    if longest is None:  # else a larger set that was met earlier goes further
                        known[:] = [small for small in known if small & reached != reached]
                    known.append(reached)
                    queue.append((target, reached, length + 1))
        return True

    def longest(self) -> int | None:
        """The length of the longest text that matches; ``None`` without limit."""
        if self._has_loop():
            return None
        lengths = [0] * len(self.follow)
        for position, following in enumerate(self.follow):
            for target in _each(following):
                lengths[target] = max(lengths[target], lengths[position] + 1)
        return max(lengths[position] for position in _each(self.ends))

    def _has_loop(self) -> bool:
        # Positions are numbered from left to right, so only a loop goes back.
        return any(following & ((2 << place) - 1) for place, following in enumerate(self.follow))

    def count(self, limit: int) -> int | None:
        """The number of texts that match; ``None`` for more than ``limit``."""
        if self._has_loop():
            return None
        budget = _Budget()
        alphabet: Counter[int] = Counter()
        for (start, end), positions in zip(pairwise(self._starts), self._masks[1:], strict=False):
            alphabet[positions] += end - start
        texts = 0
        ways = Counter({1: 1})
        while ways:
            texts += sum(number for positions, number in ways.items() if positions & self.ends)
            onward: Counter[int] = Counter()
            for positions, number in ways.items():
                budget.spend(len(alphabet) + positions.bit_count())
                following = self.after(positions)
                for taken, characters in alphabet.items():
                    if reached := following & taken:
                        onward[reached] += number * characters
            # Each unfinished text leads to at least one more match.
            if texts + onward.total() > limit:
                return None
            ways = onward
        return texts

    def example(self, positions: int = 1) -> str:
        """One of the shortest texts that match; or that match from any of ``positions`` on."""
        text_to = dict.fromkeys(_each(positions), "")
        met = positions
        queue = deque(text_to)
        while not self.ends >> (position := queue.popleft()) & 1:
            onward = self.follow[position] & ~met
            met |= onward
            for target in _each(onward):
                text_to[target] = text_to[position] + _readable(self.takes[target])
                queue.append(target)
        return text_to[position]


def difference(wanted: list[Automaton], unwanted: list[Automaton]) -> str | None:
    """A text that all of ``wanted`` match and none of ``unwanted``; ``None`` if there is none.

    Follows all automata at once, shorter texts first, and those of ``unwanted`` only as long as
    they can still match the text. The only wanted one that none of them follows is completed.
    """
    budget = _Budget(max(MOST_STEPS, MOST_STEPS_EACH * len(unwanted)))
    first = ((1,) * len(wanted), tuple((index, 1) for index in range(len(unwanted))))
    seen = {first}
    pending = deque([(first, "")])
    while pending:
        (inside, outside), text = pending.popleft()
        if len(wanted) == 1 and not outside:
            return text + wanted[0].example(inside[0])
        is_match = all(at & each.ends for at, each in zip(inside, wanted, strict=True))
        if is_match and not any(at & unwanted[index].ends for index, at in outside):
            return text
        for state, characters in _onward(wanted, unwanted, inside, outside, budget).items():
            if state not in seen:
                seen.add(state)
                pending.append((state, text + _readable(tuple(characters))))
    return None


#: Positions in each wanted automaton, and the unwanted ones that can still match, by their index.
_Inside: TypeAlias = tuple[int, ...]
_Outside: TypeAlias = tuple[tuple[int, int], ...]


def _onward(
    wanted: list[Automaton],
    unwanted: list[Automaton],
    inside: _Inside,
    outside: _Outside,
    budget: _Budget,
) -> dict[tuple[_Inside, _Outside], list[tuple[int, int]]]:
    """What one more character leads to in all automata, with those characters."""
    wider = [(each, each.after(at)) for each, at in zip(wanted, inside, strict=True)]
    leaving = [(index, unwanted[index].after(at)) for index, at in outside]
    cuts = {start for each in wanted for start in each.cuts}
    cuts.update(start for index, _ in leaving for start in unwanted[index].cuts)
    found = defaultdict(list)
    for start, end in pairwise([*sorted(cuts), HIGHEST + 1]):
        budget.spend(1)
        reached = tuple(following & each.taking(start) for each, following in wider)
        if all(reached):
            budget.spend(len(leaving))
            beside = ((index, at & unwanted[index].taking(start)) for index, at in leaving)
            state = reached, tuple(each for each in beside if each[1])
            found[state].append((start, end - 1))
    return found


def overlapping(automata: list[Automaton]) -> Iterator[tuple[int, int]]:
    """Pairs of automata that some text matches both of; every automaton of any such pair is in one.

    Follows all automata at once, and a text only as long as two of them can still match it.
    """
    budget = _Budget(max(MOST_STEPS, MOST_STEPS_EACH * len(automata)))
    first = tuple((index, 1) for index in range(len(automata)))
    seen = {first}
    pending = [first]
    while pending:
        state = pending.pop()
        budget.spend(sum(positions.bit_count() for _, positions in state))
        accepting = [index for index, positions in state if positions & automata[index].ends]
        yield from ((accepting[0], other) for other in accepting[1:])
        alive = [(index, automata[index].after(positions)) for index, positions in state]
        starts = {
            start for index, following in alive for start in automata[index].classes(following)
        }
        for start in starts:
            budget.spend(len(alive))
            onward = tuple(
                (index, reached)
                for index, following in alive
                if (reached := following & automata[index].taking(start))
            )
            if len(onward) > 1 and onward not in seen:
                seen.add(onward)
                pending.append(onward)


def _union(sets: Iterable[int]) -> int:
    return reduce(or_, sets, 0)


def _each(positions: int) -> Iterator[int]:
    """The positions of a set, in order."""
    while positions:
        lowest = positions & -positions
        yield lowest.bit_length() - 1
        positions ^= lowest
