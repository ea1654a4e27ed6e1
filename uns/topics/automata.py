"""Sets of texts as automata: what a pattern's tree takes, and what can be decided of it.

The automaton of positions (Glushkov): one state for every character of the
tree, repeats written out. It is bounded by construction, matches in linear
time, and answers whether two of them meet, whether one holds the other and how
many texts there are, or gives up after a bounded number of steps. How trees are
written as text is known in :mod:`uns.topics.patterns`.
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

__all__ = [
    "DIGITS",
    "EVERY",
    "HIGHEST",
    "SPACE",
    "SURROGATES",
    "WORD",
    "Automaton",
    "Characters",
    "Choice",
    "Node",
    "One",
    "Repeat",
    "Sequence",
    "UndecidedPattern",
    "choice",
    "others",
    "repeat",
    "sequence",
    "single",
]

#: Steps that overlap, inclusion or count may take before the answer is "undecided".
MOST_STEPS = 200_000

#: Steps of matching that one pattern remembers.
REMEMBERED_STEPS = 4_096


class UndecidedPattern(UNSError):
    """The patterns are too entangled to answer within a bounded number of steps.

    Nothing is known then, neither yes nor no. It takes an alternative that must
    be remembered for long, such as ``[ab]*a[ab]{20}``, or long counts on both sides.
    """


# Characters: sorted, disjoint ranges of code points, both ends included.

Characters: TypeAlias = tuple[tuple[int, int], ...]

HIGHEST = 0x10FFFF
SURROGATES = (0xD800, 0xDFFF)
DIGITS: Characters = ((0x30, 0x39),)
WORD: Characters = (*DIGITS, (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
SPACE: Characters = ((0x09, 0x0D), (0x20, 0x20))

#: Where an example takes its characters from, the most readable first.
_READABLE = ((0x61, 0x7A), (0x41, 0x5A), *DIGITS, (0x21, 0x7E))


def single(code_point: int) -> Characters:
    """The set of one character."""
    return ((code_point, code_point),)


def others(ranges: Iterable[tuple[int, int]]) -> Characters:
    """Every character outside ``ranges``, which may come in any order and overlap."""
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
    """The character that shows best what ``characters`` are."""
    for first, last in _READABLE:
        for low, high in characters:
            if low <= last and first <= high:
                return chr(max(low, first))
    return chr(characters[0][0])


# The tree of a pattern. `size` counts its characters with repeats written out.


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
    """``low`` times at least and ``high`` times at most, or without end."""

    part: Node
    low: int
    high: int | None
    size: int


Node: TypeAlias = One | Sequence | Choice | Repeat

EMPTY = Sequence((), 0)


def sequence(parts: list[Node]) -> Node:
    """The parts one after the other, without those that take nothing."""
    # What has no size takes the empty text alone. It goes, or many repeats of nothing would be
    # more work than the size says.
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
    """The part ``low`` to ``high`` times, or without end."""
    if low == high == 1:
        return part
    copies = max(low, 1) if high is None else high
    return Repeat(part, low, high, part.size * copies)


# The automaton


class _Edges(NamedTuple):
    """Where a part of the pattern begins and ends, as sets of positions."""

    first: int
    last: int
    #: Whether the part takes the empty text.
    empty: bool


class _State(dict[str, "_State"]):
    """A set of positions a text may have led to; as a mapping, what follows on characters seen."""

    __slots__ = ("accepts", "positions")

    def __init__(self, positions: int, accepts: bool) -> None:
        super().__init__()
        self.positions = positions
        self.accepts = accepts


class _Budget:
    """The steps that are left before a question stays undecided."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MOST_STEPS

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise UndecidedPattern(f"undecided after {MOST_STEPS:,} steps")


class Automaton:
    """The position automaton of a tree, and what can be asked of it.

    Position 0 stands before the text, every other one on a character of the
    pattern. Sets of positions are integers, one bit each. Every position can be
    reached from 0 and reaches an end, since no set of characters is empty.
    """

    def __init__(self, tree: Node) -> None:
        #: The characters that lead to each position.
        self.takes: list[Characters] = [()]
        #: The positions that may come after each position.
        self.follow: list[int] = [0]
        edges = self._place(tree)
        self.follow[0] = edges.first
        #: The positions a whole text may end on.
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
        # From the right, so that each end is joined once to all it may be followed by.
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
        # A part that may be empty may as well be left out, and then it is the last ones that are.
        least = 0 if copies[0].empty else low
        last = _union(copy.last for copy in copies[max(least, 1) - 1 :])
        return _Edges(copies[0].first, last, least == 0)

    def _split_alphabet(self) -> None:
        """Cut the code points where some set of characters begins or ends."""
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
        """Find the positions that only the next one follows: one shift steps them all."""
        self._chained = 0
        for position, following in enumerate(self.follow):
            if following == 2 << position:
                self._chained |= 1 << position
        self._branching = ~self._chained

    def taking(self, code_point: int) -> int:
        """The positions that a character leads to, from wherever."""
        return self._masks[bisect_right(self._starts, code_point)]

    def after(self, positions: int) -> int:
        """The positions that may come after any of ``positions``."""
        following = (positions & self._chained) << 1
        for position in _each(positions & self._branching):
            following |= self.follow[position]
        return following

    def matches(self, text: str) -> bool:
        """Whether the whole of ``text`` reaches an end; linear in its length."""
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
        """Start with an empty memory; a match under way goes on and learns anew."""
        # States lead to each other, so they must let go to be freed.
        for state in list(self._states.values()):
            state.clear()
        self._states = {1: self._start, 0: self._dead}
        self._remembered = 0

    def _alphabet(self, other: Automaton) -> set[tuple[int, int]]:
        """The positions here and there that a character leads to, once for all characters alike."""
        return {
            (self.taking(start), other.taking(start)) for start in (*self._starts, *other._starts)
        }

    def overlaps(self, other: Automaton) -> bool:
        """Whether both reach an end on the same text, by walking both at once.

        For each position here, the set of positions there that some text leads to
        as well: at most as many pairs as the product of the sizes.
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

    def includes(self, other: Automaton) -> bool:
        """Whether no text ends there without ending here.

        Walks single positions there beside sets of positions here. A set that
        holds a smaller one met at the same position cannot be the worse, and is left out.
        """
        alphabet = self._alphabet(other)
        budget = _Budget()
        smallest: defaultdict[int, list[int]] = defaultdict(list)
        smallest[0].append(1)
        queue = [(0, 1)]
        for position, here in queue:
            budget.spend(len(smallest[position]))
            if here not in smallest[position]:
                continue
            if other.ends >> position & 1 and not here & self.ends:
                return False
            budget.spend(len(alphabet) + here.bit_count())
            following = self.after(here)
            for ours, theirs in alphabet:
                reached = following & ours
                for target in _each(other.follow[position] & theirs):
                    known = smallest[target]
                    budget.spend(len(known) + 1)
                    if any(reached & small == small for small in known):
                        continue
                    known[:] = [small for small in known if small & reached != reached]
                    known.append(reached)
                    queue.append((target, reached))
        return True

    def count(self, limit: int) -> int | None:
        """How many texts reach an end: by length, and by the set of positions they lead to."""
        # Positions are numbered from left to right, so only a loop leads back.
        if any(following & ((2 << place) - 1) for place, following in enumerate(self.follow)):
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
            # What is under way leads to at least one more text each.
            if texts + onward.total() > limit:
                return None
            ways = onward
        return texts

    def example(self) -> str:
        """One of the shortest texts that reach an end."""
        text_to = {0: ""}
        met = 1
        queue = deque([0])
        while not self.ends >> (position := queue.popleft()) & 1:
            onward = self.follow[position] & ~met
            met |= onward
            for target in _each(onward):
                text_to[target] = text_to[position] + _readable(self.takes[target])
                queue.append(target)
        return text_to[position]


def _union(sets: Iterable[int]) -> int:
    return reduce(or_, sets, 0)


def _each(positions: int) -> Iterator[int]:
    """The positions of a set, in order."""
    while positions:
        lowest = positions & -positions
        yield lowest.bit_length() - 1
        positions ^= lowest
