"""What the rules look at: the declared tree of a namespace, gone through once.

Nodes of one class share what stands below them, and a family is one place
however many topics it stands for. So a survey costs what the file costs, and
says by arithmetic how many positions each of its parts stands for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from uns.namespace import Namespace
from uns.nodes import Node
from uns.tree import Endpoint, Members, Place

__all__ = ["Declared", "Group", "Survey"]


class Group(NamedTuple):
    """What stands directly below one place; where nodes share it, below the first of them.

    ``path`` are the places above it, ``times`` says below how many positions it
    stands, ``None`` when an open set is among them.
    """

    members: Members
    path: tuple[Place, ...]
    times: int | None


class Declared(NamedTuple):
    """An endpoint as the model declares it, and the first node that has it.

    ``topics`` says how many topics it stands for, ``None`` when a set is open.
    """

    endpoint: Endpoint
    node: Node
    topics: int | None


@dataclass(frozen=True, eq=False)
class Survey:
    """The declared tree of a namespace, each shared part once, in declaration order."""

    namespace: Namespace

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Every set of siblings of the tree, once, from the top down."""
        top = self.namespace._tree.top
        paths: dict[int, tuple[Members, tuple[Place, ...]]] = {id(top): (top, ())}
        order = self._downwards(top)
        times: dict[int, int | None] = {id(top): 1}
        for members in order:
            path, here = paths[id(members)][1], times[id(members)]
            for place in members:
                below = place.members
                if not len(below):
                    continue
                paths.setdefault(id(below), (below, (*path, place)))
                before = times.get(id(below), 0)
                times[id(below)] = _sum(before, _product(here, place.segment.count))
        return tuple(Group(m, paths[id(m)][1], times[id(m)]) for m in order)

    def _downwards(self, top: Members) -> list[Members]:
        """Every set of siblings, those above before those below, without recursion."""
        done: list[Members] = []
        seen = {id(top)}
        pending: list[tuple[Members, Iterator[Place]]] = [(top, iter(reversed(list(top))))]
        while pending:
            members, places = pending[-1]
            place = next(places, None)
            if place is None:
                pending.pop()
                done.append(members)
            elif len(place.members) and id(place.members) not in seen:
                seen.add(id(place.members))
                pending.append((place.members, iter(reversed(list(place.members)))))
        done.reverse()
        return done

    def node(self, path: tuple[Place, ...]) -> Node:
        """The node at the end of ``path``; a family is one template node."""
        return Node(self.namespace._tree, path, tuple(p.segment.literal for p in path))

    @cached_property
    def equipment(self) -> tuple[Node, ...]:
        """Every piece of equipment, families and what nodes share once."""
        return tuple(
            self.node((*group.path, place))
            for group in self.groups
            for place in group.members
            if place.type is not None
        )

    @cached_property
    def endpoints(self) -> tuple[Declared, ...]:
        """Every endpoint as it is declared, once, however many nodes have it."""
        # By identity: nodes share endpoints, and the hash of one walks all of its contract.
        found: dict[int, Declared] = {}
        for group in self.groups:
            for place in group.members:
                endpoint = place.endpoint
                if endpoint is None:
                    continue
                topics = _product(group.times, place.segment.count)
                known = found.get(id(endpoint))
                if known is None:
                    node = self.node((*group.path, place))
                    found[id(endpoint)] = Declared(endpoint, node, topics)
                else:
                    found[id(endpoint)] = known._replace(topics=_sum(known.topics, topics))
        return tuple(found.values())


def _product(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one * other


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
