"""Which clients reach which topics: their filters, followed down the declared tree.

All filters are followed at once, level by level, beside the tree itself. So a
family is held against a filter exactly (``line[1..3]`` against ``line2``), and
a topic costs the filters that are still in play there, not all there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from uns.model.clients import Client
from uns.topics.names import plain_filter
from uns.topics.templates import Segment

__all__ = ["Reach", "Usage", "Users"]


class Users(NamedTuple):
    """The clients that may publish and that may subscribe to a topic, as the model lists them."""

    publishers: tuple[str, ...] = ()
    subscribers: tuple[str, ...] = ()


class _Branch:
    """A position in the trie of filters: those that end here, and those that end here in ``#``."""

    __slots__ = ("below", "ends", "rests")

    def __init__(self) -> None:
        self.below: dict[str, _Branch] = {}
        self.ends: set[int] = set()
        self.rests: set[int] = set()


class Reach:
    """What is known of the filters after some levels of a topic; made by :meth:`Usage.start`.

    ``live`` are the branches the levels led to, ``carried`` the filters that
    take everything from here on.
    """

    __slots__ = ("_live", "_usage", "_users", "carried", "is_start")

    def __init__(
        self,
        usage: Usage,
        live: tuple[_Branch, ...],
        carried: frozenset[int],
        *,
        is_start: bool = False,
    ) -> None:
        self._usage = usage
        self._live = live
        self.carried = carried
        self.is_start = is_start
        self._users: Users | None = None

    def down(self, segment: Segment) -> Reach:
        """What is known one level further down, for all levels that ``segment`` stands for."""
        if not self._live:
            return self
        live: list[_Branch] = []
        carried = self.carried
        literal = segment.literal
        # A wildcard in the first level takes no name that starts with $ [MQTT-4.7.2-1], and a
        # family there stands for no such name.
        hides = self.is_start and literal is not None and literal.startswith("$")
        for branch in self._live:
            if self.is_start and not hides:
                carried |= branch.rests
            live += (
                below
                for level, below in _taken(branch, segment, literal)
                if not (hides and level == "+")
                and not (self.is_start and literal is None and level.startswith("$"))
            )
        for branch in live:
            # '#' takes the level in front of it, too [MQTT-4.7.1-2].
            if branch.rests:
                carried |= branch.rests
        return self._usage.reach(tuple(live), carried)

    @property
    def users(self) -> Users:
        """The clients whose filters take a topic that ends here."""
        if self._users is None:
            taken = self.carried.union(*(branch.ends for branch in self._live))
            self._users = self._usage.users(taken)
        return self._users


def _taken(branch: _Branch, segment: Segment, literal: str | None) -> Iterable[tuple[str, _Branch]]:
    if literal is not None:
        levels: Iterable[str] = (literal, "+")
    else:
        levels = (
            level for level in branch.below if level == "+" or segment.match(level) is not None
        )
    return ((level, branch.below[level]) for level in levels if level in branch.below)


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
        self._verbs: list[tuple[str, bool]] = []
        #: Each state once, so that topics with the same users share what says so.
        self._reaches: dict[tuple[frozenset[int], tuple[int, ...]], Reach] = {}
        self._users: dict[frozenset[int], Users] = {}
        root = _Branch()
        for client in clients:
            for filter_ in client.publish:
                self._add(root, filter_, client.name, publishes=True)
            for wanted in client.subscribe:
                self._add(root, plain_filter(wanted), client.name, publishes=False)
        self.start = Reach(self, (root,), frozenset(), is_start=True)

    def _add(self, branch: _Branch, filter_: str, client: str, *, publishes: bool) -> None:
        number = len(self._verbs)
        self._verbs.append((client, publishes))
        levels = filter_.split("/")
        ends_in_rest = levels[-1] == "#"
        for level in levels[:-1] if ends_in_rest else levels:
            branch = branch.below.setdefault(level, _Branch())
        (branch.rests if ends_in_rest else branch.ends).add(number)

    def reach(self, live: tuple[_Branch, ...], carried: frozenset[int]) -> Reach:
        """The one state with these branches and these filters."""
        key = carried, tuple(map(id, live))
        found = self._reaches.get(key)
        if found is None:
            found = self._reaches[key] = Reach(self, live, carried)
        return found

    def users(self, taken: frozenset[int]) -> Users:
        """The clients of some filters, each once, in the order of the model."""
        found = self._users.get(taken)
        if found is None:
            verbs = [self._verbs[number] for number in sorted(taken)]
            found = self._users[taken] = Users(
                tuple(dict.fromkeys(name for name, publishes in verbs if publishes)),
                tuple(dict.fromkeys(name for name, publishes in verbs if not publishes)),
            )
        return found
