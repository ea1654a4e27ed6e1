"""Which clients reach which topics: their filters, followed down the declared tree.

All filters are followed at once, level by level, beside the tree itself. So a
family is held against a filter exactly (``line[1..3]`` against ``line2``), and
a topic costs the filters that are still in play there, not all there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from uns.model.clients import Client
from uns.topics.filter_automaton import DEAD, FilterAutomaton
from uns.topics.templates import Segment

__all__ = ["Reach", "Usage", "Users"]


class Users(NamedTuple):
    """The clients that may publish and that may subscribe to a topic, as the model lists them."""

    publishers: tuple[str, ...] = ()
    subscribers: tuple[str, ...] = ()


class Reach:
    """How far the filters are followed after some levels of a topic; see :attr:`Usage.start`."""

    __slots__ = ("_states", "_usage")

    def __init__(self, usage: Usage, states: frozenset[int]) -> None:
        self._usage = usage
        self._states = states

    def down(self, segment: Segment) -> Reach:
        """The same one level further down, for all levels that ``segment`` stands for."""
        if not self._states:
            return self
        filters = self._usage.filters
        after = {
            filters.step(state, level)
            for state in self._states
            for level, _ in filters.cells(state, segment)
        }
        return self._usage.reach(frozenset(after - {DEAD}))

    @property
    def users(self) -> Users:
        """The clients whose filters take a topic that ends here."""
        return self._usage.users(self._states)


class Usage:
    """The filters of all clients, ready to be followed from :attr:`start`.

    >>> from uns.topics.names import TopicFilter
    >>> usage = Usage([Client("historian", subscribe=(TopicFilter("acme/line2/#"),))])
    >>> reach = usage.start
    >>> for level in "acme", "line[1..3]", "speed":
    ...     reach = reach.down(Segment.parse(level))
    >>> reach.users
    Users(publishers=(), subscribers=('historian',))
    """

    def __init__(self, clients: Iterable[Client]) -> None:
        filters: list[str] = []
        #: The client of each filter, and whether it publishes there.
        self._verbs: list[tuple[str, bool]] = []
        for client in clients:
            plain = [getattr(wanted, "filter", wanted) for wanted in client.subscribe]
            filters += [*client.publish, *plain]
            self._verbs += [(client.name, True)] * len(client.publish)
            self._verbs += [(client.name, False)] * len(plain)
        self.filters = FilterAutomaton(filters)
        self._reaches: dict[frozenset[int], Reach] = {}
        self.start = self.reach(frozenset({self.filters.start}))
        #: Topics with the same users share what says so.
        self._users: dict[frozenset[int], Users] = {}

    def reach(self, states: frozenset[int]) -> Reach:
        """The one reach that is in these states."""
        found = self._reaches.get(states)
        if found is None:
            found = self._reaches[states] = Reach(self, states)
        return found

    def users(self, states: frozenset[int]) -> Users:
        """The clients of the filters taken in some states, each once, in the order of the model."""
        found = self._users.get(states)
        if found is None:
            taken = sorted(frozenset[int]().union(*map(self.filters.taken_by, states)))
            verbs = [self._verbs[number] for number in taken]
            found = self._users[states] = Users(
                tuple(dict.fromkeys(name for name, publishes in verbs if publishes)),
                tuple(dict.fromkeys(name for name, publishes in verbs if not publishes)),
            )
        return found
