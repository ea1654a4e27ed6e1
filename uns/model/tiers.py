"""The brokers of a model: where each topic has its home, and the way of its messages.

The brokers are a tree. A topic has its home at the one broker that holds it, or else at
the root. A message goes from the broker of its publisher to the home of its topic, and on
to each broker where a client subscribes to it. No broker returns a message on the link by
which it came, so each gets it once: there are no circles in a tree.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from uns.diagnostics import UnknownName
from uns.model.clients import Client, Via
from uns.model.queries import paths, reaches_open
from uns.model.remainders import remaining_filters
from uns.model.tree import Frozen, Members
from uns.topics.filter_automaton import FilterAutomaton
from uns.topics.meetings import meetings
from uns.topics.names_and_filters import FilterSet, Topic, TopicFilter, plain_filter
from uns.topics.templates import Segment


@dataclass(frozen=True, slots=True)
class Broker:
    """An MQTT broker: the topics it ``holds``, and the broker above it.

    ``upstream`` is ``None`` for the root only.

    >>> Broker("munich", (TopicFilter("acme/munich/#"),), "central").upstream
    'central'
    """

    name: str
    holds: tuple[TopicFilter, ...] = ()
    upstream: str | None = None
    description: str | None = None


class Hop(NamedTuple):
    """One link in one direction, from broker to broker."""

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class TopicRoute:
    """The way of the messages of a topic.

    ``publishers`` and ``subscribers`` are the brokers of the clients that publish and read it.
    ``hops`` are the links it crosses, each in one direction; a link may be crossed in both, by
    messages from different publishers. ``brokers`` are all that see it. Brokers are in
    the order of the model.
    """

    home: str
    publishers: tuple[str, ...]
    subscribers: tuple[str, ...]
    hops: tuple[Hop, ...]
    brokers: tuple[str, ...]

    def reached_from(self, broker: str) -> tuple[str, ...]:
        """The brokers that a message published at ``broker`` gets to, each once, that one first.

        >>> route = TopicRoute("b", ("a",), ("c",), (Hop("a", "b"), Hop("b", "c")), ("a", "b", "c"))
        >>> route.reached_from("a"), route.reached_from("c")
        (('a', 'b', 'c'), ('c',))
        """
        found, pending = [broker], [(broker, "")]
        for here, before in pending:  # grows while it is gone through
            onwards = [hop.end for hop in self.hops if hop.start == here and hop.end != before]
            found += onwards
            pending += [(end, here) for end in onwards]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Link:
    """The link between a broker and its upstream: the topics that cross it each way.

    >>> import uns
    >>> ns = uns.loads('''
    ... uns: 1
    ... brokers: {lyon: {holds: lyon/#, upstream: hq}, hq: {}}
    ... sites: {lyon: {metrics: {power: {type: number}}}}
    ... clients: {meter: {broker: lyon, publish: lyon/power}, board: {subscribe: +/power}}
    ... ''')
    >>> (link,) = ns.tiers.links
    >>> link.broker, list(link.up), link.upstream, list(link.down)
    ('lyon', ['lyon/power'], 'hq', [])
    """

    broker: str
    upstream: str
    up: FilterSet
    down: FilterSet


#: The states of the filters that are still followed after some levels of a topic.
States: TypeAlias = frozenset[int]


class _Entry(NamedTuple):
    """A filter that a broker holds, or that a client at a broker publishes or subscribes to."""

    broker: str
    says: str
    filter: TopicFilter


class Tiers(Frozen):
    """The brokers of a model as a tree, and what follows for its topics.

    >>> import uns
    >>> ns = uns.loads('''
    ... uns: 1
    ... brokers: {lyon: {holds: lyon/#, upstream: hq}, oslo: {holds: oslo/#, upstream: hq}, hq: {}}
    ... sites:
    ...   lyon: {metrics: {power: {type: number}}, topics: {stop: {payload: info/1, kind: command}}}
    ...   oslo: {metrics: {power: {type: number}}}
    ... clients:
    ...   plc: {broker: lyon, publish: lyon/power, subscribe: lyon/stop}
    ...   mes: {publish: lyon/stop, subscribe: +/power}
    ... ''')
    >>> ns.tiers.root, ns.tiers.home("lyon/stop"), ns.tiers.path("lyon", "oslo")
    ('hq', 'lyon', ('lyon', 'hq', 'oslo'))
    >>> ns.tiers.route("lyon/stop").reached_from("hq")
    ('hq', 'lyon')
    """

    def __init__(
        self, top: Members, brokers: Mapping[str, Broker], clients: Iterable[Client]
    ) -> None:
        self._top = top
        #: The brokers by name, in the order of the model.
        self.brokers = MappingProxyType(dict(brokers))
        self._clients = tuple(client for client in clients if client.via is Via.MQTT)
        self._order = {name: at for at, name in enumerate(brokers)}
        #: The name of the broker at the top.
        self.root = next(each.name for each in brokers.values() if each.upstream is None)
        #: The brokers directly below each broker.
        self._beneath: dict[str, list[str]] = {}
        for broker in brokers.values():
            if broker.upstream is not None:
                self._beneath.setdefault(broker.upstream, []).append(broker.name)
        #: The filters of all brokers, and then those of all clients.
        self._entries = tuple(self._all_entries())
        #: Follows these filters; see :meth:`route_after`.
        self.follow = FilterAutomaton(entry.filter for entry in self._entries)
        #: Where to start with :meth:`down`.
        self.start: States = frozenset({self.follow.start})
        self._routes: dict[tuple[str, frozenset[str], frozenset[str]], TopicRoute] = {}

    def _all_entries(self) -> Iterator[_Entry]:
        for broker in self.brokers.values():
            yield from (_Entry(broker.name, "holds", each) for each in broker.holds)
        for client in self._clients:
            at = client.broker or self.root
            yield from (_Entry(at, "publish", each) for each in client.publish)
            yield from (_Entry(at, "subscribe", plain_filter(each)) for each in client.subscribe)

    # --- the tree of brokers -----------------------------------------------------------------------

    def path(self, start: str, end: str) -> tuple[str, ...]:
        """The brokers from one to another, both included.

        >>> ns.tiers.path("oslo", "hq")
        ('oslo', 'hq')

        Raises:
            UnknownName: the model has no such broker.
        """
        up, down = self._upwards(start), self._upwards(end)
        while len(up) > 1 and len(down) > 1 and up[-2] == down[-2]:
            up.pop()
            down.pop()
        return (*up, *reversed(down[:-1]))

    def _upwards(self, name: str) -> list[str]:
        found = [self._known(name)]
        while (above := self.brokers[found[-1]].upstream) is not None:
            found.append(above)
        return found

    def _known(self, broker: str) -> str:
        if broker not in self.brokers:
            raise UnknownName("broker", broker, self.brokers)
        return broker

    def below(self, broker: str) -> tuple[str, ...]:
        """A broker and all that are below it, in the order of the model.

        >>> ns.tiers.below("lyon"), ns.tiers.below("hq")
        (('lyon',), ('lyon', 'oslo', 'hq'))

        Raises:
            UnknownName: the model has no such broker.
        """
        found = [self._known(broker)]
        for name in found:  # grows while it is gone through
            found += self._beneath.get(name, ())
        return self._sorted(found)

    def clients_at(self, broker: str) -> tuple[Client, ...]:
        """The clients that connect to a broker, in the order of the model.

        >>> [client.name for client in ns.tiers.clients_at("hq")]
        ['mes']

        Raises:
            UnknownName: the model has no such broker.
        """
        self._known(broker)
        return tuple(client for client in self._clients if client.broker == broker)

    # --- topics ------------------------------------------------------------------------------------

    def home(self, topic: str) -> str:
        """The broker where a topic has its home; the topic need not be in the model.

        >>> ns.tiers.home("lyon/anything"), ns.tiers.home("elsewhere")
        ('lyon', 'hq')

        Raises:
            InvalidTopic: not a topic name.
        """
        return self.route(topic).home

    def route(self, topic: str) -> TopicRoute:
        """The way of the messages of a topic, which need not be in the model.

        >>> route = ns.tiers.route("lyon/power")
        >>> route.home, route.publishers, route.subscribers, route.brokers
        ('lyon', ('lyon',), ('hq',), ('lyon', 'hq'))

        Raises:
            InvalidTopic: not a topic name.
        """
        state = self.follow.start
        for level in Topic(topic).levels:
            state = self.follow.step(state, level)
        return self.route_after(state)

    def routes(self, segments: Sequence[Segment]) -> tuple[TopicRoute, ...]:
        """The routes of the topics of a template; several only if filters tell its topics apart.

        >>> (template,) = ns.templates("lyon/power")
        >>> [route.home for route in ns.tiers.routes(template.segments)]
        ['lyon']
        """
        states = self.start
        for segment in segments:
            states = self.down(states, segment)
        return self.routes_after(states)

    def down(self, states: States, segment: Segment) -> States:
        """The states one level further down, for all levels that ``segment`` stands for."""
        return frozenset(
            self.follow.step(state, level)
            for state in states
            for level, _ in self.follow.cells(state, segment)
        )

    def routes_after(self, states: States) -> tuple[TopicRoute, ...]:
        """The routes of topics that end here, in the order of their homes."""
        found = set(map(self.route_after, states))
        order = self._order

        def rank(route: TopicRoute) -> tuple[object, ...]:
            return order[route.home], [order[name] for name in route.brokers], route.hops

        return tuple(sorted(found, key=rank))

    def route_after(self, state: int) -> TopicRoute:
        """The route of a topic that ends in a state of :attr:`follow`."""
        taken = [self._entries[number] for number in sorted(self.follow.taken_by(state))]
        home = next((entry.broker for entry in taken if entry.says == "holds"), self.root)
        publishers, subscribers = (
            frozenset(entry.broker for entry in taken if entry.says == verb)
            for verb in ("publish", "subscribe")
        )
        key = home, publishers, subscribers
        route = self._routes.get(key)
        if route is None:
            route = self._routes[key] = self._make_route(*key)
        return route

    def _make_route(
        self, home: str, publishers: frozenset[str], subscribers: frozenset[str]
    ) -> TopicRoute:
        ways = [self.path(name, home) for name in self._sorted(publishers)]
        ways += [self.path(home, name) for name in self._sorted(subscribers)]
        hops = dict.fromkeys(Hop(*each) for way in ways for each in itertools.pairwise(way))
        seen = {home}.union(*ways)
        return TopicRoute(
            home,
            self._sorted(publishers),
            self._sorted(subscribers),
            tuple(hops),
            self._sorted(seen),
        )

    def _sorted(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(names, key=self._order.__getitem__))

    # --- links -------------------------------------------------------------------------------------

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The link of each broker but the root, with filters for the topics that cross it.

        The filters are exact for the topics of the model, with two exceptions that take more
        than needed: below an open node, and where more than 100 filters would be needed to
        leave out what is held elsewhere.

        >>> [(link.broker, list(link.up), list(link.down)) for link in ns.tiers.links]
        [('lyon', ['lyon/power'], ['lyon/stop']), ('oslo', ['oslo/power'], [])]
        """
        links = []
        for broker in self.brokers.values():
            if broker.upstream is None:
                continue
            inside = self.below(broker.name)
            held = [each for name in inside for each in self.brokers[name].holds]
            up, down = self._uses_elsewhere(inside)
            # What is held elsewhere goes up from publishers here, and comes down to readers here.
            for name in inside:
                for entry in self._by_broker.get(name, ()):
                    way = up if entry.says == "publish" else down
                    way += remaining_filters(self._top, entry.filter, held)
            links.append(Link(broker.name, broker.upstream, self._set(up), self._set(down)))
        return tuple(links)

    def used_elsewhere(self, broker: str) -> tuple[TopicFilter, ...]:
        """What clients elsewhere use of the topics held at a broker and at those below it.

        >>> ns.tiers.used_elsewhere("lyon")
        ('lyon/power', 'lyon/stop')

        Raises:
            UnknownName: the model has no such broker.
        """
        return tuple(itertools.chain(*self._uses_elsewhere(self.below(broker))))

    def _uses_elsewhere(
        self, inside: tuple[str, ...]
    ) -> tuple[list[TopicFilter], list[TopicFilter]]:
        """What is held at some brokers: what goes to readers elsewhere, and comes from publishers."""
        here = set(inside)
        uses = [
            use for name in inside for use in self._uses.get(name, ()) if use.broker not in here
        ]
        read = [use.filter for use in uses if use.says == "subscribe"]
        return read, [use.filter for use in uses if use.says == "publish"]

    @cached_property
    def _by_broker(self) -> Mapping[str, list[_Entry]]:
        """The filters of clients by their broker."""
        found: defaultdict[str, list[_Entry]] = defaultdict(list)
        for entry in self._entries:
            if entry.says != "holds":
                found[entry.broker].append(entry)
        return dict(found)

    @cached_property
    def _uses(self) -> Mapping[str, list[_Entry]]:
        """By broker, what clients' filters take of what it holds."""
        found: defaultdict[str, list[_Entry]] = defaultdict(list)
        # What brokers hold comes first. What clients' filters share with each other does not count.
        held = sum(entry.says == "holds" for entry in self._entries)
        for one, other in meetings([entry.filter for entry in self._entries], first=held):
            holder, user = self._entries[one], self._entries[other]
            common = holder.filter & user.filter if user.says != "holds" else None
            if common is not None:
                found[holder.broker].append(user._replace(filter=common))
        return dict(found)

    def _set(self, filters: Iterable[TopicFilter]) -> FilterSet:
        """The filters that take any topic of the model, without those that others cover."""
        return FilterSet(
            each for each in dict.fromkeys(filters) if takes_any(self._top, each)
        ).minimal()


def takes_any(top: Members, filter_: TopicFilter) -> bool:
    """Whether a filter takes a topic that a tree has or allows."""
    return next(paths(top, filter_), None) is not None or reaches_open(top, filter_)
