"""Walks over declared trees: what nodes share once, or every position."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from uns.counts import NO_END, Count
from uns.model.tree import NO_MEMBERS, Members, Place, PlaceKind, descend, downwards, fold
from uns.topics.templates import Segment


def tree(*segments: str, below: Members = NO_MEMBERS) -> Members:
    """Members of these names, all with the same things below."""
    return Members([Place(PlaceKind.EQUIPMENT, Segment.parse(each), below) for each in segments])


LEAVES = tree("a", "b[1..3]")
LINES = tree("line[1..5]", "{name}", below=LEAVES)
TOP = tree("lyon", "oslo", below=LINES)


def size(members: Members) -> Generator[Members, Count, Count]:
    total: Count = 0 if len(members) else 1
    for place in members:
        total += place.count * (yield place.members)
    return total


def test_a_fold_visits_shared_members_once() -> None:
    visited = []

    def visit(members: Members) -> Generator[Members, Count, Count]:
        visited.append(members)
        return (yield from size(members))

    assert fold(TOP, visit) is NO_END
    assert visited == [TOP, LINES, LEAVES, NO_MEMBERS]


def test_a_fold_remembers_what_it_is_asked_to() -> None:
    known: dict[Members, Count] = {}
    assert fold(LEAVES, size, known) == 4
    assert list(known) == [NO_MEMBERS, LEAVES]
    known[LEAVES] = 7
    assert fold(tree("x", "y", below=LEAVES), size, known) == 14


def test_a_fold_looks_no_further_than_it_is_asked_to() -> None:
    looked = []

    def has_families(members: Members) -> Generator[Members, bool, bool]:
        looked.append(members)
        if members.families:
            return True
        for place in members:
            if (yield place.members):
                return True
        return False

    assert fold(TOP, has_families)
    assert looked == [TOP, LINES]


def test_deep_trees_are_folded_and_walked() -> None:
    deep = NO_MEMBERS
    for _ in range(20_000):
        deep = tree("level", "other", below=deep)
    assert fold(deep, size) == 2**20_000
    assert len(downwards(deep)) == 20_000
    first: Iterator[Members] = descend([deep], lambda members: [p.members for p in members])
    assert sum(1 for _ in zip(range(30_000), first, strict=False)) == 30_000


def test_downwards_what_stands_above_comes_first() -> None:
    early, late = tree("x", below=LINES), tree("y", below=tree("z"))
    top = Members([*tree("early", below=early), *tree("late", below=late), *LEAVES])
    order = downwards(top)
    assert order == [top, early, LINES, LEAVES, late, late.order[0].members]


def test_descend_goes_through_every_position() -> None:
    def below(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        members = TOP
        for level in path:
            members = next(p for p in members if p.segment.text == level).members
        return ((*path, place.segment.text) for place in members)

    found = ["/".join(path) for path in descend(below(()), below)]
    assert found[:4] == ["lyon", "lyon/line[1..5]", "lyon/line[1..5]/a", "lyon/line[1..5]/b[1..3]"]
    assert len(found) == 2 + 4 + 8
