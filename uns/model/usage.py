"""The clients that reach each topic: their filters, followed down the declared tree.

All filters are followed at once, level by level. So a family is compared with a
filter exactly (``line[1..3]`` with ``line2``), and the cost of a topic depends only
on the filters that still match its levels.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from uns.model.clients import Client
from uns.topics.filter_automaton import DEAD, FilterAutomaton
from uns.topics.templates import Segment


class Users(NamedTuple):
    """The clients that may publish and that may subscribe to a topic, as the model lists them."""

    publishers: tuple[str, ...] = ()
    subscribers: tuple[str, ...] = ()


#: The states of the filters that are still followed after some levels of a topic.
States: TypeAlias = frozenset[int]


class Usage:
    """The filters of all clients, followed down a topic from :attr:`start`.

    >>> from uns.topics.names_and_filters import TopicFilter
    >>> usage = Usage([Client("historian", subscribe=(TopicFilter("acme/line2/#"),))])
    >>> states = usage.start
    >>> for level in "acme", "line[1..3]", "speed":
    ...     states = usage.down(states, Segment.parse(level))
    >>> usage.users(states)
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
        self._filters = FilterAutomaton(filters)
        self.start: States = frozenset({self._filters.start})
        # Topics with the same users share one object that says so.
        self._users: dict[States, Users] = {}

    def down(self, states: States, segment: Segment) -> States:
        """The states one level further down, for all levels that ``segment`` stands for."""
        filters = self._filters
        after = {
            filters.step(state, level)
            for state in states
            for level, _ in filters.cells(state, segment)
        }
        return frozenset(after - {DEAD})

    def users(self, states: States) -> Users:
        """The clients whose filters take a topic that ends here, each once, as the model lists them."""
        found = self._users.get(states)
        if found is None:
            taken = sorted(frozenset[int]().union(*map(self._filters.taken_by, states)))
            verbs = [self._verbs[number] for number in taken]
            found = self._users[states] = Users(
                tuple(dict.fromkeys(name for name, publishes in verbs if publishes)),
                tuple(dict.fromkeys(name for name, publishes in verbs if not publishes)),
            )
        return found
