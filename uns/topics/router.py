"""Sends messages to handlers, by named topic levels; works with any client library.

A service registers handlers under routes and passes on every message it receives, as the plain
topic and payload from its client.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from uns.topics.index import TopicIndex
from uns.topics.names_and_filters import FilterSet, TopicFilter
from uns.topics.templates import InvalidTemplate, TopicTemplate, captured

#: Called with the topic, the payload, and the named levels as keywords.
Handler = Callable[..., Any]

H = TypeVar("H", bound=Handler)

_TAKEN = frozenset({"topic", "payload"})


@dataclass(frozen=True, slots=True)
class Route:
    """A handler and the topics it is for.

    ``filter`` is the topic filter to subscribe to, ``names`` are the levels that the handler
    gets by name.
    """

    text: str
    filter: TopicFilter
    handler: Handler
    names: tuple[str, ...]
    _template: TopicTemplate | None
    _levels: int | None

    def levels(self, topic: str) -> dict[str, str] | None:
        """The named levels of a topic that the filter matches; ``None`` if a set does not match."""
        if self._template is None:
            return {}
        if self._levels is None:
            values = self._template.match(topic)
        else:
            front = topic.split("/", self._levels)[: self._levels]
            values = captured(self._template.segments, front)
        return None if values is None else {name: values[name] for name in self.names}


class Router:
    """Dispatches messages to the handlers of all routes that match.

    A route is a topic template that can also have ``+`` for a level without a name, and ``#`` at
    the end. A handler is called with the topic, the payload and the named levels as keywords.
    Handlers are called in the order in which they were registered.

    >>> router = Router()
    >>> @router.on("{enterprise}/{site}/bottling/{line}/+/conveyorspeed")
    ... def speed(topic, payload, *, enterprise, site, line):
    ...     return f"{line} in {site}: {payload.decode()}"
    >>> router.dispatch("acme/oslo/bottling/line1/machine3/conveyorspeed", b"0.8")
    ['line1 in oslo: 0.8']
    >>> list(router.filters)
    ['+/+/bottling/+/+/conveyorspeed']
    """

    def __init__(self, *, memo: int = 65_536) -> None:
        self._memo = memo
        self._index: TopicIndex[tuple[int, Route]] = TopicIndex(memo=memo)
        self._routes: list[Route] = []

    def __repr__(self) -> str:
        return f"<Router: {len(self)} route{'s' * (len(self) != 1)}>"

    def __getstate__(self) -> dict[str, Any]:
        """The routes in order, without the remembered topics."""
        return {"memo": self._memo, "routes": [(r.text, r.handler) for r in self._routes]}

    def __setstate__(self, state: dict[str, Any]) -> None:
        Router.__init__(self, memo=state["memo"])
        for text, handler in state["routes"]:
            self.add(text, handler)

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def __len__(self) -> int:
        return len(self._routes)

    @property
    def filters(self) -> FilterSet:
        """The filters to subscribe to, without those that another one covers.

        >>> list(router.filters)
        ['+/+/bottling/+/+/conveyorspeed']
        """
        return FilterSet(route.filter for route in self._routes).minimal()

    def on(self, route: str) -> Callable[[H], H]:
        """Register the decorated function under a route.

        >>> router = Router()
        >>> @router.on("{site}/alarms/#")
        ... def alarm(topic, payload, *, site):
        ...     return site
        >>> router.dispatch("oslo/alarms/high", b"")
        ['oslo']

        Raises:
            InvalidTemplate: not a route, or a name is ``topic`` or ``payload``.
        """

        def register(handler: H) -> H:
            self.add(route, handler)
            return handler

        return register

    def add(self, route: str, handler: Handler) -> Route:
        """Register ``handler`` under a route.

        >>> router = Router()
        >>> router.add("{site}/+/power", print).names
        ('site',)

        Raises:
            InvalidTemplate: not a route, or a name is ``topic`` or ``payload``.
        """
        new = _make_route(route, handler)
        self._index.add(new.filter, (len(self._routes), new))
        self._routes.append(new)
        return new

    def match(self, topic: str) -> list[tuple[Route, dict[str, str]]]:
        """The routes that take ``topic``, in the order of registration, each with its named levels.

        >>> for route, levels in router.match("acme/oslo/bottling/line1/machine3/conveyorspeed"):
        ...     print(route.text, levels["line"])
        {enterprise}/{site}/bottling/{line}/+/conveyorspeed line1

        Raises:
            InvalidTopic: not a topic name.
        """
        found = []
        for _, route in sorted(self._index.match(topic), key=lambda item: item[0]):
            levels = route.levels(topic)
            if levels is not None:
                found.append((route, levels))
        return found

    def dispatch(self, topic: str, payload: Any) -> list[Any]:
        """Call every handler that takes the message; returns their results, in the order of registration.

        If a handler raises, the error is passed on, and no further handler is called.

        >>> router.dispatch("acme/oslo/bottling/line2/machine3/conveyorspeed", b"1.2")
        ['line2 in oslo: 1.2']

        Raises:
            InvalidTopic: not a topic name.
        """
        return [route.handler(topic, payload, **levels) for route, levels in self.match(topic)]

    async def dispatch_async(self, topic: str, payload: Any) -> list[Any]:
        """As :meth:`dispatch`; results that are awaitable are awaited one after the other.

        >>> import asyncio
        >>> topic = "acme/oslo/bottling/line2/machine3/conveyorspeed"
        >>> asyncio.run(router.dispatch_async(topic, b"1.2"))
        ['line2 in oslo: 1.2']

        Raises:
            InvalidTopic: not a topic name.
        """
        results = []
        for route, levels in self.match(topic):
            result = route.handler(topic, payload, **levels)
            results.append(await result if inspect.isawaitable(result) else result)
        return results


def _make_route(text: str, handler: Handler) -> Route:
    levels = text.split("/")
    tail = levels[-1] == "#"
    named = levels[:-1] if tail else levels
    unnamed = 0
    for index, level in enumerate(named):
        if level == "+":
            named[index] = f"{{{_UNNAMED}{unnamed}}}"
            unnamed += 1
    if tail and not named:
        return Route(text, TopicFilter("#"), handler, (), None, None)
    try:
        template = TopicTemplate("/".join(named))
    except InvalidTemplate as error:
        if unnamed:
            raise InvalidTemplate(text, (0, len(text)), error.reason) from None
        raise
    names = tuple(name for name in template.names if not name.startswith(_UNNAMED))
    taken = next((name for name in names if name in _TAKEN), None)
    if taken is not None:
        raise InvalidTemplate(text, (0, len(text)), f"a handler already has an argument {taken!r}")
    if tail and template.rest is not None:
        raise InvalidTemplate(text, (0, len(text)), "a rest name already takes what # would take")
    filter_ = TopicFilter(f"{template.filter}/#") if tail else template.filter
    return Route(text, filter_, handler, names, template, len(named) if tail else None)


#: Prefix of the names for levels without a name; in practice no template uses it.
_UNNAMED = "_unnamed_"
