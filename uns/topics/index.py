"""Values by topic filter, found by topic name.

The filters are in two dicts, ``{filter: values}``, one of them for filters with wildcards. To
match a topic, we write down each filter that could match it and look it up. The *shapes* in use,
the positions of the wildcards, give these filters. Plants use few shapes: about twenty for a
million filters. If there are more, a trie finds the filters instead. In front of both is a
bounded memo: a topic seen before costs one look-up and is checked only once.

Values can be anything: the index does not know clients, callbacks or sessions.
"""

from __future__ import annotations

import itertools
import random
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from types import MappingProxyType
from typing import Any, Final, Generic, Literal, TypeVar, cast

from uns.diagnostics import InvalidArgument
from uns.memo import Memo
from uns.topics.names_and_filters import (
    SharedSubscription,
    TopicFilter,
    invalid_topic,
    is_topic_filter,
    is_topic_name,
)

T = TypeVar("T")
U = TypeVar("U")

#: How the member of a group is chosen for a message: in turn, at random, the one that joined
#: first, or always the same one for the same topic.
ShareStrategy = Literal["round_robin", "random", "sticky", "hash_topic"]

#: Most filters written down for a topic, and most levels they may have. Beyond that, a trie.
_MOST_PROBES: Final = 32
_DEEPEST_PROBE: Final = 64


class TopicIndex(Generic[T]):
    """Values by topic filter, found by topic name.

    A filter can have several values, and the same value several times. A shared subscription
    (``$share/{ShareName}/{filter}``) gives each message to one member of its group, chosen by
    ``share`` (MQTT 5.0 §4.8.2).

    ``memo`` is the number of topics to remember; twice the number of topics in use is best. The
    same number of topics without a match is remembered separately. Several threads may match
    while one thread adds and removes.

    >>> index = TopicIndex[str]()
    >>> index.add("acme/+/bottling/#", "historian")
    >>> index.add("acme/munich/bottling/oee", "dashboard")
    >>> sorted(index.match("acme/munich/bottling/oee"))
    ['dashboard', 'historian']
    >>> index.match("acme/munich/paint/oee")
    ()
    """

    __slots__ = ("_exact", "_finder", "_memo", "_seen", "_shapes", "_share", "_values", "_wild")

    def __init__(self, memo: int = 65_536, share: ShareStrategy = "round_robin") -> None:
        if share not in _CHOICES:
            raise InvalidArgument(f"share is one of {', '.join(_CHOICES)}, not {share!r}")
        self._memo = memo
        self._share: ShareStrategy = share
        # Two dicts, because more of a smaller dict fits into the processor's cache.
        self._exact: dict[str, T | _Several[T]] = {}
        self._wild: dict[str, T | _Several[T]] = {}
        #: The number of filters of each shape, while the finder uses shapes.
        self._shapes: dict[str, int] = {}
        self._finder: _Probes | _Trie = _Probes(())
        self._values = 0
        self._seen = _Seen[T](memo)

    def match(self, topic: str) -> tuple[T, ...]:
        """The values of all filters that match, and one member of each group; in any order.

        Raises :class:`~uns.topics.InvalidTopic`.
        """
        found = self._seen.get(topic)
        return self._match_further(topic) if found is None else found

    def match_filters(self, topic: str) -> tuple[TopicFilter | SharedSubscription, ...]:
        """The filters and shared subscriptions that match. Slow: results are not remembered.

        Raises :class:`~uns.topics.InvalidTopic`.

        >>> index = TopicIndex[int]()
        >>> index.add("a/#", 1)
        >>> index.add("$share/historians/a/+", 2)
        >>> sorted(index.match_filters("a/b"))
        ['$share/historians/a/+', 'a/#']
        """
        if not is_topic_name(topic):
            raise invalid_topic(topic)
        exact, wild = self._exact.get(topic), self._wild.get
        found = self._finder.find(
            str(topic), lambda text: None if (held := wild(text)) is None else (text, held)
        )
        if exact is not None:
            found.append((topic, exact))
        return tuple(dict.fromkeys(name for pair in found for name, _ in _spelled(*pair)))

    def __iter__(self) -> Iterator[tuple[TopicFilter | SharedSubscription, T]]:
        """Each filter or shared subscription with each of its values."""
        for text, held in itertools.chain(self._exact.items(), self._wild.items()):
            yield from _spelled(text, held)

    def __len__(self) -> int:
        """The number of values under all filters."""
        return self._values

    def __repr__(self) -> str:
        filters = len(self._exact) + len(self._wild)
        return f"<TopicIndex: {self._values:,} values under {filters:,} filters>"

    def add(self, filter: str, value: T) -> None:
        """Add ``value`` under a topic filter or a shared subscription.

        Raises :class:`~uns.topics.InvalidTopicFilter`.
        """
        share_name, text = _parted(filter)
        has_wildcards = "+" in text or "#" in text
        table = self._wild if has_wildcards else self._exact
        held = table.get(text)
        if held is None and share_name is None and value is not None:
            # Without a list: most filters have one value, and a million lists need much memory.
            table[text] = value
        else:
            several = _several(held)
            several.add(share_name, value)
            table[text] = several
        if has_wildcards and held is None:
            self._admit(text)
        self._values += 1
        if self._seen.in_use:
            self._forget()

    def remove(self, filter: str, value: T) -> None:
        """Remove ``value`` once from a topic filter or a shared subscription.

        Raises :class:`KeyError` if it is not there, and :class:`~uns.topics.InvalidTopicFilter`.
        """
        share_name, text = _parted(filter)
        has_wildcards = "+" in text or "#" in text
        table = self._wild if has_wildcards else self._exact
        several = _several(table.get(text))
        if not several.discard(share_name, value):
            raise KeyError(filter, value)
        if several:
            table[text] = several
        else:
            del table[text]
            if has_wildcards:
                self._dismiss(text)
        self._values -= 1
        if self._seen.in_use:
            self._forget()

    def copy(self) -> TopicIndex[T]:
        """A copy with the same values and settings; the turns of groups start again."""
        twin = TopicIndex[T](self._memo, self._share)
        twin._exact = {text: _copied(held) for text, held in self._exact.items()}
        twin._wild = {text: _copied(held) for text, held in self._wild.items()}
        twin._shapes = dict(self._shapes)
        twin._finder = self._finder if isinstance(self._finder, _Probes) else _Trie(self._wild)
        twin._values = self._values
        return twin

    def _match_further(self, topic: str) -> tuple[T, ...]:
        """Match a topic that is not among the latest hits."""
        # Read once, before any look-up. A write in the meantime replaces it, and then the result
        # of this call goes into the old memo, which is not used any more.
        seen = self._seen
        found = seen.misses.get(topic)
        if found is not None:
            return found
        seen.in_use = True
        found = seen.recall(topic)
        if found is None:
            found = seen.misses.recall(topic)
        if found is not None:
            return found
        shared = seen.shared.find(topic) if seen.shared else None
        if shared is None:
            values, groups = self._look_up(topic)
            if not groups:
                (seen if values else seen.misses).keep(topic, values)
                return values
            shared = values, groups
            seen.shared.keep(topic, shared)
        values, groups = shared
        choose = _CHOICES[self._share]
        return (*values, *(choose(group, topic) for group in groups))

    def _look_up(self, topic: str) -> _Found[T]:
        if not is_topic_name(topic):
            raise invalid_topic(topic)
        found: list[T | _Several[T]] = self._finder.find(str(topic), self._wild.get)
        exact = self._exact.get(topic)
        if exact is not None:
            found.append(exact)
        if _Several not in map(type, found):
            return tuple(cast("list[T]", found)), ()
        values: list[T] = []
        groups: list[_Group[T]] = []
        for held in found:
            if isinstance(held, _Several):
                values += held.values
                groups += held.groups.values()
            else:
                values.append(held)
        return tuple(values), tuple(groups)

    def _admit(self, text: str) -> None:
        """Add a filter to the finder."""
        if isinstance(self._finder, _Trie):
            self._finder.add(text)
            return
        shape = _shape(text)
        known = self._shapes.get(shape, 0)
        self._shapes[shape] = known + 1
        if not known:
            probes = _Probes(self._shapes)
            self._finder = _Trie(self._wild) if probes.too_many() else probes

    def _dismiss(self, text: str) -> None:
        """Remove a filter from the finder."""
        if isinstance(self._finder, _Trie):
            self._finder.discard(text)
            return
        shape = _shape(text)
        self._shapes[shape] -= 1
        if not self._shapes[shape]:
            del self._shapes[shape]
            self._finder = _Probes(self._shapes)

    def _forget(self) -> None:
        """Drop the remembered results; the last step of a write after a read."""
        self._seen = _Seen(self._memo)


def _parted(name: str) -> tuple[str | None, str]:
    """A topic filter, or a shared subscription's ShareName and topic filter; as exact ``str``."""
    if type(name) is TopicFilter or is_topic_filter(name):
        return None, str(name)
    if name.startswith("$share/"):
        shared = SharedSubscription(name)
        return shared.share_name, str(shared.filter)
    return None, str(TopicFilter(name))


# -- The values of a filter -----------------------------------------------------------------------


class _Group(Generic[T]):
    """The members of one shared subscription."""

    __slots__ = ("members", "share_name", "turns")

    def __init__(self, share_name: str, members: Iterable[T]) -> None:
        self.share_name = share_name
        self.members = list(members)
        self.turns = itertools.count()


class _Several(Generic[T]):
    """The values of a filter that has groups, or not exactly one value."""

    __slots__ = ("groups", "values")

    def __init__(self, values: Iterable[T]) -> None:
        self.values = list(values)
        self.groups: dict[str, _Group[T]] = {}

    def __bool__(self) -> bool:
        return bool(self.values or self.groups)

    def copy(self) -> _Several[T]:
        twin = _Several(self.values)
        for group in self.groups.values():
            twin.groups[group.share_name] = _Group(group.share_name, group.members)
        return twin

    def add(self, share_name: str | None, value: T) -> None:
        if share_name is None:
            self.values.append(value)
        elif share_name in self.groups:
            self.groups[share_name].members.append(value)
        else:
            # A new dict, because a reader may be iterating over the old one.
            self.groups = {**self.groups, share_name: _Group(share_name, [value])}

    def discard(self, share_name: str | None, value: T) -> bool:
        """Remove ``value`` once; returns whether it was there."""
        if share_name is None:
            if value not in self.values:
                return False
            self.values.remove(value)
            return True
        group = self.groups.get(share_name)
        if group is None or value not in group.members:
            return False
        if len(group.members) == 1:
            # The group keeps its last member, because a reader may be about to choose it.
            self.groups = {k: v for k, v in self.groups.items() if v is not group}
        else:
            at = group.members.index(value)
            group.members = group.members[:at] + group.members[at + 1 :]
        return True


def _several(held: T | _Several[T] | None) -> _Several[T]:
    if isinstance(held, _Several):
        return held
    return _Several([] if held is None else [held])


def _copied(held: T | _Several[T]) -> T | _Several[T]:
    return held.copy() if isinstance(held, _Several) else held


def _spelled(
    text: str, held: T | _Several[T]
) -> Iterator[tuple[TopicFilter | SharedSubscription, T]]:
    """Each value of a filter, with the filter or shared subscription it was added under."""
    several = _several(held)
    for value in several.values:
        yield TopicFilter(text), value
    for group in several.groups.values():
        for value in group.members:
            yield SharedSubscription(f"$share/{group.share_name}/{text}"), value


def _in_turn(group: _Group[T], _topic: str) -> T:
    # Read once, because another thread may replace the list.
    members = group.members
    return members[next(group.turns) % len(members)]


def _any(group: _Group[T], _topic: str) -> T:
    return random.choice(group.members)  # noqa: S311 - for load balancing, not for security


def _first(group: _Group[T], _topic: str) -> T:
    return group.members[0]


def _by_topic(group: _Group[T], topic: str) -> T:
    members = group.members
    return members[zlib.crc32(topic.encode()) % len(members)]


_CHOICES: MappingProxyType[ShareStrategy, Callable[[_Group[Any], str], Any]] = MappingProxyType(
    {"round_robin": _in_turn, "random": _any, "sticky": _first, "hash_topic": _by_topic}
)


# -- Remembered results ---------------------------------------------------------------------------


#: Plain values, and the groups from which one member each must be chosen.
_Found = tuple[tuple[T, ...], tuple[_Group[T], ...]]


class _Seen(Memo[tuple[T, ...]]):
    """The results for topics since the last write; the memo itself has the plain hits.

    Topics without a match, of which a client can invent any number, and topics with groups are
    remembered separately.
    """

    __slots__ = ("in_use", "misses", "shared")

    def __init__(self, entries: int) -> None:
        super().__init__(entries, tuple.__sizeof__)
        #: Whether a reader may have started to fill it; before that a write need not replace it.
        self.in_use = False
        self.misses = Memo[tuple[T, ...]](entries)
        self.shared = Memo[_Found[T]](entries, _size_of_found)


def _size_of_found(found: _Found[Any]) -> int:
    return sum(map(tuple.__sizeof__, (found, *found)))


# -- Finding the filters that match ---------------------------------------------------------------


def _shape(text: str) -> str:
    """The shape of a filter: its wildcards, with all other levels empty.

    >>> _shape("acme/+/bottling/#")
    '/+//#'
    """
    return "/".join([level if level in ("+", "#") else "" for level in text.split("/")])


class _Probes:
    """Looks up every filter that could match a topic, for one set of shapes.

    For each number of levels, a generated function builds the filters as f-strings, by far the
    fastest way, and looks them up. The text of the function contains only variable names, slashes
    and wildcards, nothing from a filter or topic.
    """

    __slots__ = ("_deepest", "_finders", "_shapes")

    def __init__(self, shapes: Iterable[str]) -> None:
        self._shapes = tuple(tuple(shape.split("/")) for shape in shapes)
        self._deepest = max((_least_levels(shape) for shape in self._shapes), default=0)
        self._finders: dict[int, Callable[[list[str], Callable[[str], Any]], list[Any]]] = {}

    def too_many(self) -> bool:
        """Whether there are so many shapes that a trie is faster."""
        return (
            self._deepest > _DEEPEST_PROBE
            or len(self._shapes) > 4 * _MOST_PROBES
            or any(
                len(self._fitting(depth)) > _MOST_PROBES for depth in range(1, self._deepest + 2)
            )
        )

    def find(self, topic: str, get: Callable[[str], U | None]) -> list[U]:
        """The results of ``get`` for the filters that match."""
        # Beyond the deepest filter the number of levels does not matter.
        levels = topic.split("/", self._deepest)
        # A wildcard in the first level does not match a topic that starts with '$' [MQTT-4.7.2-1].
        depth = -len(levels) if topic[0] == "$" else len(levels)
        finder = self._finders.get(depth)
        if finder is None:
            finder = self._finders[depth] = self._finder(depth)
        return finder(levels, get)

    def _fitting(self, depth: int) -> list[tuple[str, ...]]:
        return [
            shape
            for shape in self._shapes
            if _least_levels(shape) == depth or (shape[-1] == "#" and _least_levels(shape) < depth)
        ]

    def _finder(self, depth: int) -> Callable[..., list[Any]]:
        shapes = self._fitting(abs(depth))
        if depth < 0:
            shapes = [shape for shape in shapes if shape[0] == ""]
        names = "".join(f"l{at}," for at in range(abs(depth)))
        filters = [
            "/".join(level or f"{{l{at}}}" for at, level in enumerate(shape)) for shape in shapes
        ]
        lines = [
            "def find(levels, get):",
            f"    {names} = levels",
            "    found = []",
            *(f"    if (held := get(f'{f}')) is not None: found.append(held)" for f in filters),
            "    return found",
        ]
        scope: dict[str, Any] = {"__builtins__": {}}
        exec("\n".join(lines), scope)  # noqa: S102 - see the class
        finder: Callable[..., list[Any]] = scope["find"]
        return finder


def _least_levels(shape: tuple[str, ...]) -> int:
    return len(shape) - (shape[-1] == "#")


class _Trie:
    """The filters with wildcards as nested dicts, one for each level.

    The key ``/``, which cannot be a level, has the filter that ends at a node; the key ``#`` has
    the filter that ends there with ``#``.
    """

    __slots__ = ("_root",)

    def __init__(self, filters: Iterable[str]) -> None:
        self._root: dict[str, Any] = {}
        for text in filters:
            self.add(text)

    def add(self, text: str) -> None:
        node = self._root
        levels, end = _path(text)
        for level in levels:
            below = node.get(level)
            if below is None:
                # One string object for all equal names, because most names repeat.
                below = node[sys.intern(level)] = {}
            node = below
        node[end] = text

    def discard(self, text: str) -> None:
        levels, end = _path(text)
        nodes = list(itertools.accumulate(levels, dict.__getitem__, initial=self._root))
        for node, name in zip(reversed(nodes), (end, *reversed(levels)), strict=True):
            del node[name]
            if node:
                return

    def find(self, topic: str, get: Callable[[str], U | None]) -> list[U]:
        """The results of ``get`` for the filters that match."""
        return [held for text in self._texts(topic) if (held := get(text)) is not None]

    def _texts(self, topic: str) -> list[str]:
        found: list[str] = []
        levels = topic.split("/")
        nodes = [self._root]
        if topic[0] == "$":
            # A wildcard in the first level does not match a topic that starts with '$' [MQTT-4.7.2-1].
            below = self._root.get(levels.pop(0))
            nodes = [] if below is None else [below]
        for level in levels:
            below = []
            for node in nodes:
                if (child := node.get(level)) is not None:
                    below.append(child)
                if (child := node.get("+")) is not None:
                    below.append(child)
                if (text := node.get("#")) is not None:
                    found.append(text)
            if not below:
                return found
            nodes = below
        for node in nodes:
            if (text := node.get("/")) is not None:
                found.append(text)
            # '#' also matches the parent level [MQTT-4.7.1-1].
            if (text := node.get("#")) is not None:
                found.append(text)
        return found


def _path(text: str) -> tuple[list[str], str]:
    """The levels of a filter in the trie, and the key at its end."""
    levels = text.split("/")
    return (levels[:-1], "#") if levels[-1] == "#" else (levels, "/")
