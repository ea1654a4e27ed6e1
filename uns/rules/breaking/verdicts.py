"""What a change does to whom: the words of a verdict, and the rules that find it.

A rule of family B looks at one fact about two versions and says who can no
longer work as before. Its docstring is its page, as that of any other rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import ClassVar, NamedTuple, TypeAlias

from uns.changes import Change, ChangeKind, Changes, Reached, Subject, describe
from uns.diagnostics import Diagnostic, Severity, visible
from uns.linting.rule import Page, page_of
from uns.model.clients import Client
from uns.payloads import Compatibility
from uns.topics.names import SharedSubscription, TopicFilter

__all__ = [
    "ALL",
    "Audience",
    "BreakingRule",
    "Case",
    "Effect",
    "Hit",
    "Judged",
    "Judgement",
    "amount",
    "breaks",
    "by_messages",
    "is_move",
    "told",
]


class Effect(IntEnum):
    """What a change does. Ordered: ``COMPATIBLE < ADDITIVE < BREAKING``."""

    COMPATIBLE = 0
    ADDITIVE = 1
    BREAKING = 2

    def __str__(self) -> str:
        return self.name.lower()


class Audience(StrEnum):
    """Who works with a namespace."""

    PRODUCERS = "producers"
    CONSUMERS = "consumers"
    KAFKA_READERS = "Kafka readers"


ALL = frozenset({Audience.PRODUCERS, Audience.CONSUMERS})


class Hit(NamedTuple):
    """A client's filter and the topics of a change that it takes.

    ``lost`` topics are there no more under any name the filter takes, ``gained``
    ones are new to it, of ``changed`` ones something is not what it was.
    ``None`` is any number. A filter is ``dead`` when it takes nothing of the new
    version, and ``revoked`` when the model takes it away from its client.
    """

    client: str
    direction: str
    filter: str
    lost: int | None = 0
    gained: int | None = 0
    changed: int | None = 0
    dead: bool = False
    revoked: bool = False


class Judged(NamedTuple):
    """What a rule says of one change."""

    effect: Effect
    audiences: frozenset[Audience] = frozenset()
    help: str | None = None
    message: str | None = None
    #: Only these filters are hit, whatever others take.
    hits: tuple[Hit, ...] | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one rule makes of one change: its effect, on whom, and which clients are hit."""

    code: str
    name: str
    change: Change
    effect: Effect
    audiences: frozenset[Audience]
    message: str
    help: str | None = None
    hits: tuple[Hit, ...] = ()

    @property
    def diagnostic(self) -> Diagnostic:
        """The judgement as a finding: an error where it breaks somebody."""
        severity = Severity.ERROR if self.effect is Effect.BREAKING else Severity.INFO
        new, old = self.change.new_span, self.change.old_span
        related = ((old, "in the old version"),) if new is not None and old is not None else ()
        help_ = None if self.help is None else visible(self.help)
        path = self.change.template or None
        return Diagnostic(
            self.code, self.name, severity, visible(self.message), new or old, help_, related, path
        )


@dataclass(frozen=True, eq=False)
class Case:
    """Two versions that are judged, and the clients of the old one."""

    changes: Changes

    def filters(self, direction: str) -> Iterator[tuple[Client, str]]:
        """Every filter of the old version's clients, shared subscriptions as written."""
        for client in self.changes.old.clients.values():
            for filter_ in client.publish if direction == "publish" else client.subscribe:
                yield client, str(filter_)

    @cached_property
    def sharers(self) -> tuple[_Sharers, _Sharers]:
        """The clients of each shared subscription, in the old version and in the new one."""
        return _sharers(self.changes.old.clients), _sharers(self.changes.new.clients)

    def lost_to_others(self, client: str, filter_: str) -> int | None:
        """How many topics a client took by an old filter and can no longer count on.

        A message of a shared subscription goes to one of the clients that share it (MQTT 5.0
        §4.8.2), so a filter takes over only if no other client than before has part in it.
        The instances of one client share by design.
        """
        before, after = self.sharers
        had = before.get(filter_, frozenset()) | {client}
        now = self.changes.new.clients.get(client)
        kept = [str(filter_) for filter_ in now.subscribe] if now else []
        others = [plain(text) for text in kept if after.get(text, frozenset()) <= had]
        return self.changes.lost_to(plain(filter_), others)

    def is_dead(self, filter_: str) -> bool:
        """Whether a filter takes nothing of the new version."""
        new = self.changes.new
        return next(new.endpoints(filter_), None) is None and not new.allows_unmodelled(filter_)

    @cached_property
    def reached(self) -> Mapping[int, tuple[Hit, ...]]:
        """The clients whose filters take topics of each change, by its number."""
        found: defaultdict[int, list[Hit]] = defaultdict(list)
        for direction in ("publish", "subscribe"):
            for client, text in self.filters(direction):
                taken = list(self.changes.taken_by(plain(text)))
                dead = bool(taken) and self.is_dead(plain(text))
                for change, reached in taken:
                    hit = _hit(client.name, direction, text, change, reached, dead=dead)
                    found[change.number].append(hit)
        return {number: tuple(hits) for number, hits in found.items()}

    @cached_property
    def surprises(self) -> Mapping[int, tuple[tuple[str, tuple[str, ...]], ...]]:
        """Clients that a change brings payloads which they never got, with those, by its number."""
        found: defaultdict[int, dict[str, set[str]]] = defaultdict(dict)
        for client, text in self.filters("subscribe"):
            new = [
                (c.number, r.payloads) for c, r in self.changes.taken_by(plain(text)) if r.payloads
            ]
            known = self.changes.payloads_before(plain(text)) if new else frozenset()
            for number, payloads in new:
                if payloads - known:
                    found[number].setdefault(client.name, set()).update(payloads - known)
        return {
            number: tuple((name, tuple(sorted(more))) for name, more in clients.items())
            for number, clients in found.items()
        }


def _sharers(clients: Mapping[str, Client]) -> _Sharers:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for client in clients.values():
        for filter_ in client.subscribe:
            if isinstance(filter_, SharedSubscription):
                found[str(filter_)].add(client.name)
    return {text: frozenset(names) for text, names in found.items()}


def plain(text: str) -> TopicFilter:
    """The topic filter of a subscription."""
    return SharedSubscription(text).filter if text.startswith("$share/") else TopicFilter(text)


def _hit(
    client: str, direction: str, text: str, change: Change, reached: Reached, *, dead: bool
) -> Hit:
    match change.kind:
        case ChangeKind.REMOVED if change.subject not in MESSAGE_SUBJECTS:
            return Hit(client, direction, text, lost=reached.old, dead=dead)
        case ChangeKind.ADDED if change.subject not in MESSAGE_SUBJECTS:
            return Hit(client, direction, text, gained=reached.new, dead=dead)
        case _ if is_move(change):
            if reached.follows:
                return Hit(client, direction, text, changed=reached.old, dead=dead)
            return Hit(client, direction, text, reached.old, reached.new, dead=dead)
        case _:
            touched = reached.old if reached.new == 0 else reached.new
            return Hit(client, direction, text, changed=touched, dead=dead)


def is_move(change: Change) -> bool:
    """Whether topics go on under another name."""
    return change.kind is ChangeKind.MOVED or change.subject is Subject.ROOT


#: Of these something is added or removed within messages, and the topics stay.
MESSAGE_SUBJECTS = frozenset({Subject.FIELD})

#: Names of clients, by the shared subscription they have.
_Sharers: TypeAlias = Mapping[str, frozenset[str]]

Judge: TypeAlias = Callable[[Change, Case], Judged | None]


@dataclass(frozen=True, slots=True)
class BreakingRule:
    """One rule of family B: which changes it looks at, and what it says of each.

    As a finding it is an error, where a change breaks somebody.
    """

    severity: ClassVar[Severity] = Severity.ERROR
    default: ClassVar[bool] = True

    code: str
    name: str
    on: frozenset[tuple[ChangeKind, Subject]]
    judge: Judge

    @property
    def page(self) -> Page:
        """What its docstring says: a paragraph or more, then `Why:`, `Example:` and `Instead:`."""
        return page_of(self.judge)


def breaks(
    code: str, name: str, kinds: Iterable[ChangeKind], subjects: Iterable[Subject]
) -> Callable[[Judge], BreakingRule]:
    """Make a rule of a function, for some kinds of change to some subjects."""
    listed = list(subjects)
    on = frozenset((kind, subject) for kind in kinds for subject in listed)
    return lambda judge: BreakingRule(code, name, on, judge)


def by_messages(change: Change, help_: str | None = None) -> Judged:
    """Who cannot talk to whom any more, by the direction in which messages still pass."""
    audiences = set()
    if Compatibility.FORWARD not in change.keeps:
        audiences.add(Audience.CONSUMERS)
    if Compatibility.BACKWARD not in change.keeps:
        audiences.add(Audience.PRODUCERS)
    if not audiences:
        return Judged(Effect.COMPATIBLE)
    return Judged(Effect.BREAKING, frozenset(audiences), help_)


def told(change: Change, *, verb: bool = True) -> str:
    """A change with its place and its size, in one line; as :func:`uns.changes.describe`."""
    said = describe(change, verb=verb)
    size = ""
    # What is said of the whole model has no place, and may concern topics all the same.
    if change.template or change.count != 0:
        size = f" ({amount(change)})"
    more = f" and {change.places - 1:,} more" if change.places > 1 else ""
    if change.kind is ChangeKind.MOVED:
        return f"{said}{more}{size}"
    place = f"{change.template}{more}: " if change.template else ""
    return f"{place}{said}{size}"


def amount(change: Change) -> str:
    """How much a change concerns, in words.

    >>> amount(Change(ChangeKind.REMOVED, Subject.TOPIC, "a/b", count=1))
    '1 topic'
    """
    noun = "node" if change.about_nodes else "topic"
    if change.count is None:
        return f"any number of {noun}s"
    return f"{change.count:,} {noun}" if change.count == 1 else f"{change.count:,} {noun}s"
