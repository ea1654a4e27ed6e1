"""Changes of brokers, of what clients connect to, and of the brokers where topics have their home.

A model without `brokers:` has one broker, which is the root of the other version.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

from uns.changes.declarations import deepest
from uns.changes.extents import Extent
from uns.changes.facts import Change, ChangeKind, Said, Subject
from uns.changes.pairing import pairs
from uns.counts import NO_END, Count, to_number
from uns.model.clients import Client, Via
from uns.model.namespace import Namespace
from uns.model.tiers import Broker, Tiers
from uns.model.tree import Members, fold


def tier_changes(old: Namespace, new: Namespace) -> Iterator[Change]:
    """The changes of brokers and connections, and the topics in both versions whose home differs."""
    yield from _broker_changes(old, new)
    for name, before in old.clients.items():
        if name in new.clients:
            yield from _connection_changes(before, new.clients[name], old, new)
    yield from _home_changes(old, new)


def _places(
    old: Namespace, new: Namespace, *path: str, kind: ChangeKind = ChangeKind.CHANGED
) -> dict[str, Any]:
    """The places of a path in both versions, or of what is around it."""
    places = {}
    if kind is not ChangeKind.ADDED:
        places["old_place"] = _at(old, path)
    side = "near_place" if kind is ChangeKind.REMOVED else "new_place"
    places[side] = _at(new, path)
    return places


def _at(namespace: Namespace, path: tuple[str, ...]) -> Said | None:
    """The value at a path below an entry, or the key of what there is of the path."""
    is_value = len(path) > 2 and namespace.declared(*path) is not None
    return Said(namespace, path, key=False) if is_value else deepest(namespace, path)


# --- brokers ---------------------------------------------------------------------------------------


def _broker_changes(old: Namespace, new: Namespace) -> Iterator[Change]:
    for name in dict.fromkeys((*old.brokers, *new.brokers)):
        before, after = old.brokers.get(name), new.brokers.get(name)
        path, cause = ("brokers", name), f"broker {name}"
        if before is None or after is None:
            kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED
            places = _places(old, new, *path, kind=kind)
            yield Change(kind, Subject.BROKER, detail=name, cause=cause, **places)
            continue
        for subject, key, detail in (
            (Subject.UPSTREAM, "upstream", name),
            (Subject.DESCRIPTION, "description", cause),
        ):
            places = _places(old, new, *path, key)
            yield from _changed(subject, before, after, key, detail, cause, places)
        removed = [str(each) for each in before.holds if each not in after.holds]
        added = [str(each) for each in after.holds if each not in before.holds]
        for text in removed:
            said = ChangeKind.REMOVED, Subject.HOLDS, "", text, None, name, cause
            yield Change(*said, **_places(old, new, *path, "holds", kind=ChangeKind.REMOVED))
        for text in added:
            new_said = ChangeKind.ADDED, Subject.HOLDS, "", None, text, name, cause
            yield Change(*new_said, **_places(old, new, *path, "holds", kind=ChangeKind.ADDED))


def _changed(
    subject: Subject,
    before: Broker | Client,
    after: Broker | Client,
    key: str,
    detail: str,
    cause: str,
    places: dict[str, Any],
) -> Iterator[Change]:
    """The change of one attribute, if it differs."""
    was, now = getattr(before, key), getattr(after, key)
    if was != now:
        yield Change(ChangeKind.CHANGED, subject, "", was, now, detail, cause, **places)


# --- clients ---------------------------------------------------------------------------------------


def _connection_changes(
    before: Client, after: Client, old: Namespace, new: Namespace
) -> Iterator[Change]:
    """What differs in how a client connects."""
    path, cause = ("clients", before.name), f"client {before.name}"
    tiers = _both_tiers(old, new)
    was, now = (_connection(each, at) for each, at in zip((before, after), tiers, strict=True))
    if was != now:
        key = "via" if before.via is not after.via else "broker"
        said = ChangeKind.CHANGED, Subject.CONNECTION, "", was, now, before.name, cause
        yield Change(*said, **_places(old, new, *path, key))
    for subject, key in ((Subject.USER, "user"), (Subject.GROUP, "group")):
        # A group that only one of them has is a change from MQTT to Kafka, or back.
        if key == "user" or before.via is after.via:
            places = _places(old, new, *path, key)
            yield from _changed(subject, before, after, key, before.name, cause, places)


def _connection(client: Client, tiers: Tiers | None) -> str:
    """What a client connects to, in words."""
    if client.via is Via.KAFKA:
        return "Kafka"
    return "MQTT" if tiers is None else f"broker {client.broker or tiers.root}"


def _both_tiers(old: Namespace, new: Namespace) -> tuple[Tiers | None, Tiers | None]:
    """The tiers of both versions; one without brokers gets one broker, the root of the other."""
    if old.tiers is None and new.tiers is not None:
        return _one_broker(old, new.tiers.root), new.tiers
    if new.tiers is None and old.tiers is not None:
        return old.tiers, _one_broker(new, old.tiers.root)
    return old.tiers, new.tiers


def _one_broker(namespace: Namespace, name: str) -> Tiers:
    return Tiers(namespace.top, {name: Broker(name)}, namespace.clients.values())


# --- the homes of topics ---------------------------------------------------------------------------


class _Move(NamedTuple):
    """The home of topics in each version, and whether the former one still sees them."""

    before: str
    after: str
    is_seen: bool


class _Moved(NamedTuple):
    """How many topics make a move, and the levels of the first of them."""

    topics: Count
    levels: tuple[str, ...]


#: The members of both trees, and the states of the filters of both versions above them.
_Part: TypeAlias = tuple[Members, Members, int, int]

_Moves: TypeAlias = dict[_Move, _Moved]


def _home_changes(old: Namespace, new: Namespace) -> Iterator[Change]:
    """The topics of both versions that have another home, by their homes."""
    before, after = _both_tiers(old, new)
    if before is None or after is None:
        return
    start = (old.top, new.top, before.follow.start, after.follow.start)
    for move, moved in fold(start, _Homes(before, after).moves).items():
        yield Change(
            ChangeKind.CHANGED,
            Subject.HOME,
            "/".join(moved.levels),
            move.before,
            move.after,
            cause="brokers",
            count=to_number(moved.topics),
            reason=None if move.is_seen else f"{move.before} no longer sees them",
            old_place=_at(old, ("brokers", move.before)),
            new_place=_at(new, ("brokers", move.after)),
        )


class _Homes:
    """Goes down two trees with the filters of both versions."""

    def __init__(self, old: Tiers, new: Tiers) -> None:
        self.old, self.new = old, new

    def moves(self, part: _Part) -> Generator[_Part, _Moves, _Moves]:
        """To be folded: the moves among the members of both trees, and below."""
        old, new, before, after = part
        is_first = before == self.old.follow.start and after == self.new.follow.start
        found: _Moves = {}
        for pair in pairs(old, new, first=is_first):
            if pair.old is None or pair.new is None:
                continue
            for level, number in self._cells(pair.extent, before, after):
                if number == 0:
                    continue
                states = self.old.follow.step(before, level), self.new.follow.step(after, level)
                text = pair.extent.text if level is None else level
                below = yield pair.old.members, pair.new.members, *states
                for move, moved in below.items():
                    _add(found, move, number * moved.topics, (text, *moved.levels))
                if pair.old.endpoint is not None and pair.new.endpoint is not None:
                    self._add_own(found, states, number, (text,))
                if pair.old.open and pair.new.open:
                    for inner in self._onwards(states):
                        self._add_own(found, inner, NO_END, (text, "#"))
        return found

    def _cells(self, extent: Extent, before: int, after: int) -> Iterator[tuple[str | None, Count]]:
        """The levels of an extent that filters name, and all others as ``None``."""
        if extent.literal is not None:
            yield extent.literal, 1
            return
        named = {*self.old.follow.steps(before)[0], *self.new.follow.steps(after)[0]}
        levels = [level for level in sorted(named) if extent.takes(level)]
        yield None, extent.count - len(levels)
        yield from ((level, 1) for level in levels)

    def _add_own(
        self, found: _Moves, states: tuple[int, int], number: Count, levels: tuple[str, ...]
    ) -> None:
        home, route = self.old.route_after(states[0]).home, self.new.route_after(states[1])
        if home != route.home:
            _add(found, _Move(home, route.home, home in route.brokers), number, levels)

    def _onwards(self, states: tuple[int, int]) -> Iterable[tuple[int, int]]:
        """The states after any levels."""
        found = {states: None}
        pending = [states]
        for before, after in pending:  # grows while it is gone through
            named = {*self.old.follow.steps(before)[0], *self.new.follow.steps(after)[0]}
            for level in (None, *sorted(named)):
                one = self.old.follow.step(before, level), self.new.follow.step(after, level)
                if one not in found:
                    found[one] = None
                    pending.append(one)
        del found[states]
        return found


def _add(found: _Moves, move: _Move, count: Count, levels: tuple[str, ...]) -> None:
    known = found.get(move)
    found[move] = (
        _Moved(count, levels) if known is None else known._replace(topics=known.topics + count)
    )
