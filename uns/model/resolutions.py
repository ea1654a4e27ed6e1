"""Looking a topic up: which of five things it is, and why.

Nothing here remembers: :class:`uns.model.namespace.Namespace` does.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from uns.diagnostics import UNSError, near
from uns.model.nodes import Node, Tree
from uns.model.tree import Endpoint, Frozen, Members, Place
from uns.payloads import PayloadContract
from uns.topics.names_and_filters import InvalidTopic, invalid_topic, is_topic_name

#: The most digits that the number of a family is padded to, looking for one that is meant.
LONGEST_NUMBER = 12


class UnknownTopic(UNSError, KeyError):
    """A topic that the namespace does not have; ``matched`` is how far it has it.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}}")
    >>> try:
    ...     ns["lyon/pwoer"]
    ... except UnknownTopic as error:
    ...     print(error.matched, error.near)
    lyon lyon/power
    """

    def __init__(
        self, topic: str, matched: str, near: Callable[[], str | None] | str | None = None
    ) -> None:
        super().__init__(topic)
        self.topic = topic
        self.matched = matched
        self._near = near

    def __reduce__(self) -> tuple[Any, ...]:
        return UnknownTopic, (self.topic, self.matched, self.near)

    @property
    def near(self) -> str | None:
        """A topic that may have been meant; looked for when it is read, for that takes a while."""
        if callable(self._near):
            self._near = self._near()
        return self._near

    def __str__(self) -> str:
        up_to = f"; it goes as far as {self.matched!r}" if self.matched else ""
        hint = f"; did you mean {self.near!r}?" if self.near else ""
        return f"the namespace has no topic {self.topic!r}{up_to}{hint}"


class NotAnEndpoint(UNSError):
    """A topic that is a position of the namespace and carries no payload itself.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}}")
    >>> try:
    ...     ns.validate("lyon", b"1")
    ... except NotAnEndpoint as error:
    ...     print(error)
    'lyon' is a position of the namespace, and nothing is published there
    """

    def __init__(
        self,
        topic: str,
        why: str = "is a position of the namespace, and nothing is published there",
    ) -> None:
        super().__init__(topic, why)
        self.topic = topic

    def __str__(self) -> str:
        return f"{self.topic!r} {self.args[1]}"


class Outcome(StrEnum):
    """What became of looking a topic up.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}}")
    >>> [ns.resolve(topic).outcome.value for topic in ("lyon/power", "lyon", "oslo", "lyon/#")]
    ['endpoint', 'not-an-endpoint', 'no-match', 'invalid']
    """

    ENDPOINT = "endpoint"
    NO_MATCH = "no-match"
    INVALID = "invalid"
    NOT_ENDPOINT = "not-an-endpoint"
    UNMODELLED = "unmodelled"


class Resolution(Frozen):
    """What looking up a topic came to, from :meth:`Namespace.resolve`.

    ``outcome`` tells the five cases apart, ``matched`` is the longest prefix
    the namespace has. Everything else is worked out when it is read.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}}")
    >>> found = ns.resolve("lyon/pwoer")
    >>> bool(found), found.outcome.value, found.matched, found.near
    (False, 'no-match', 'lyon', 'lyon/power')
    """

    __slots__ = ("_consumer", "_node", "_places", "_producer", "_tree", "outcome", "topic")

    def __init__(self, tree: Tree, topic: str, outcome: Outcome, places: tuple[Place, ...]) -> None:
        self.topic = topic
        self.outcome = outcome
        self._tree = tree
        self._places = places
        self._node: Node | None = None
        # What checks a payload, for each view; the namespace sets it when it is first used.
        self._consumer: Callable[[object], Any] | None = None
        self._producer: Callable[[object], Any] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what was looked up and the tree, not what is worked out from them."""
        return Resolution, (self._tree, self.topic, self.outcome, self._places)

    def __bool__(self) -> bool:
        """Whether a message may be published there."""
        return self.outcome is Outcome.ENDPOINT or self.outcome is Outcome.UNMODELLED

    def __repr__(self) -> str:
        return f"<Resolution {self.outcome} {self.topic!r}>"

    @property
    def node(self) -> Node | None:
        """The node of the topic, whether or not it is an endpoint; ``None`` when there is none."""
        if self.outcome in {Outcome.NO_MATCH, Outcome.INVALID, Outcome.UNMODELLED}:
            return None
        if self._node is None:
            self._node = self._reached
        return self._node

    @property
    def _reached(self) -> Node:
        levels = tuple(self.topic.split("/", len(self._places))[: len(self._places)])
        return Node(self._tree, self._places, levels)

    @property
    def endpoint(self) -> Endpoint | None:
        """What the topic publishes, or ``None``."""
        return self._places[-1].endpoint if self.outcome is Outcome.ENDPOINT else None

    @property
    def contract(self) -> PayloadContract | None:
        """The payload contract of the topic, or ``None``."""
        endpoint = self.endpoint
        return endpoint.contract if endpoint else None

    @property
    def values(self) -> Mapping[str | int, str]:
        """The values of families by position and of ``{name}`` by name, as far as it matched."""
        return self._reached.values

    @property
    def matched(self) -> str:
        """The longest prefix of the topic that is a position of the namespace."""
        return "/".join(self._reached.levels)

    @property
    def reason(self) -> InvalidTopic | None:
        """Why the text is no topic name, when it is none."""
        return invalid_topic(self.topic) if self.outcome is Outcome.INVALID else None

    @property
    def near(self) -> str | None:
        """A topic or position of the namespace that may have been meant."""
        if self.outcome is not Outcome.NO_MATCH:
            return None
        levels = self.topic.split("/")
        depth = len(self._places)
        members = self._places[-1].members if self._places else self._tree.top
        if depth >= len(levels):
            return None
        close = _same_number(members, levels[depth]) or near(
            levels[depth], spellings(members, levels[depth])
        )
        if close is None:
            return None
        mended = "/".join([*levels[:depth], close, *levels[depth + 1 :]])
        if look_up(self._tree, mended):
            return mended
        return "/".join([*levels[:depth], close])

    @property
    def family(self) -> str | None:
        """The only family at the level that is unknown, as the model writes it: ``pump[01..12]``."""
        if self.outcome is not Outcome.NO_MATCH:
            return None
        members = self._places[-1].members if self._places else self._tree.top
        segments = [place.segment for place in members.families if place.segment.count is not None]
        level = self.topic.split("/", len(self._places) + 1)[len(self._places)]
        bare = level.rstrip("0123456789")
        meant = [segment.text for segment in segments if segment.frame[0] == bare != ""]
        return meant[0] if len(meant) == 1 and bare != level else None

    def raise_unless_endpoint(self) -> None:
        """Raise the error that says why nothing may be published there.

        Raises:
            InvalidTopic: the text is no topic name.
            UnknownTopic: the namespace has no such topic.
            NotAnEndpoint: it is a position that carries no payload.
        """
        if self.outcome is Outcome.INVALID:
            raise invalid_topic(self.topic)
        if self.outcome is Outcome.NO_MATCH:
            raise UnknownTopic(self.topic, self.matched, lambda: self.near)
        if self.outcome is Outcome.NOT_ENDPOINT:
            raise NotAnEndpoint(self.topic)


def _same_number(members: Members, level: str) -> str | None:
    """The member of a family with the number of ``level``, as the family pads it."""
    for place in members.families:
        segment = place.segment
        first, last = segment.frame
        digits = level[len(first) : len(level) - len(last)]
        if (
            segment.count is not None
            and len(segment.varying) == 1
            and level == f"{first}{digits}{last}"
            and digits.isascii()
            and digits.isdigit()
        ):
            bare = digits.lstrip("0") or "0"
            for width in range(1, LONGEST_NUMBER + 1):
                try:
                    return segment.format(bare.zfill(width))
                except ValueError:
                    continue
    return None


def spellings(members: Members, level: str) -> Iterator[str]:
    """What might have been meant by a level: the members, families by their nearest number."""
    for place in members.families:
        digits = "".join(c for c in level if c.isdigit()).lstrip("0") or "0"
        size = place.segment.count
        if size is not None and len(place.segment.varying) == 1:
            for text in (digits, digits.zfill(2), digits.zfill(3)):
                try:
                    yield place.segment.format(text)
                except ValueError:
                    continue
            yield from itertools.islice(place.segment, 50)
    yield from members.literals


def look_up(tree: Tree, topic: str) -> Resolution:
    """What ``topic`` is in a tree, looked up level by level."""
    if not is_topic_name(topic):
        return Resolution(tree, topic, Outcome.INVALID, ())
    members = tree.top
    places: list[Place] = []
    for level in topic.split("/"):
        place = members.find(level)
        if place is None:
            open_ = any(above.open for above in places)
            outcome = Outcome.UNMODELLED if open_ else Outcome.NO_MATCH
            return Resolution(tree, topic, outcome, tuple(places))
        places.append(place)
        members = place.members
    last = places[-1]
    if last.endpoint is not None:
        return Resolution(tree, topic, Outcome.ENDPOINT, tuple(places))
    below_open = any(place.open for place in places[:-1])
    outcome = Outcome.UNMODELLED if below_open else Outcome.NOT_ENDPOINT
    return Resolution(tree, topic, outcome, tuple(places))
