"""The verdict on two versions: what each change breaks, and for whom.

A rule on changes looks at one change and returns its impact. Every change is judged: one that
no rule covers counts as breaking.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from functools import cached_property
from itertools import product
from typing import NamedTuple, TypeAlias

from uns.changes import Change, ChangeKind, Changes, Reached, Subject, describe
from uns.counts import from_number, in_words, to_number
from uns.diagnostics import Diagnostic, Severity, visible
from uns.linting.rule import Rule, RuleKind
from uns.linting.versions import Bump, is_raised_enough, needed_bump, parse_version
from uns.model.clients import Client, Via
from uns.model.garbage_collection import collector_paused
from uns.topics.names_and_filters import SharedSubscription, TopicFilter


class Effect(IntEnum):
    """The effect of a change. Ordered: ``COMPATIBLE < ADDITIVE < BREAKING``."""

    COMPATIBLE = 0
    ADDITIVE = 1
    BREAKING = 2

    def __str__(self) -> str:
        return self.name.lower()


class Audience(StrEnum):
    """The users of a namespace."""

    PRODUCERS = "producers"
    CONSUMERS = "consumers"
    KAFKA_READERS = "Kafka readers"
    #: Programs that ask the model for equipment by class or level, or for topics by their keys.
    QUERIES = "model queries"


ALL = frozenset({Audience.PRODUCERS, Audience.CONSUMERS})

_AUDIENCE_OF = {"publish": Audience.PRODUCERS, "subscribe": Audience.CONSUMERS}


class Hit(NamedTuple):
    """A client's filter, with the number of topics of a change that it matches.

    ``lost`` topics no longer have a name that the filter matches, ``gained`` ones are new to it,
    ``changed`` ones differ. ``None`` is unbounded. A filter is ``dead`` if it does not match any
    topic of the new version, and ``revoked`` if the client no longer has it.
    """

    client: str
    direction: str
    filter: str
    lost: int | None = 0
    gained: int | None = 0
    changed: int | None = 0
    dead: bool = False
    revoked: bool = False


class Impact(NamedTuple):
    """The judgement of a rule on one change: its effect, and on whom."""

    effect: Effect
    audiences: frozenset[Audience] = frozenset()
    help: str | None = None
    #: If given, only these filters are hit.
    hits: tuple[Hit, ...] | None = None


#: Most earlier versions that a finding names.
MOST_VERSIONS = 5


@dataclass(frozen=True, slots=True)
class Judgement:
    """One change, judged by one rule: its effect, on whom, and which clients are hit.

    ``severity`` is that of the finding: an error for a breaking change, unless a policy says
    otherwise.
    """

    rule: Rule
    change: Change
    effect: Effect
    audiences: frozenset[Audience]
    help: str | None
    hits: tuple[Hit, ...]
    severity: Severity
    #: The names of the earlier versions that it is about, if there are several.
    against: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The code of its rule."""
        return self.rule.code

    @property
    def name(self) -> str:
        """The name of its rule."""
        return self.rule.name

    @property
    def message(self) -> str:
        """The change in one line."""
        return summarize(self.change)

    @property
    def _versions(self) -> str:
        if not self.against:
            return ""
        more = len(self.against) - MOST_VERSIONS
        others = f" and {more:,} more" if more > 0 else ""
        return f"; against {', '.join(self.against[:MOST_VERSIONS])}{others}"

    @property
    def finding(self) -> Diagnostic:
        """The judgement as a finding."""
        new, old = self.change.span, self.change.old_span
        related = ((old, "in the old version"),) if new is not None and old is not None else ()
        help_ = None if self.help is None else visible(self.help)
        path = self.change.template or None
        return Diagnostic(
            self.code,
            self.name,
            self.severity,
            visible(f"{self.message}{self._versions}"),
            new or old,
            help_,
            related,
            path,
        )


@dataclass(frozen=True, eq=False)
class Case:
    """The two versions that are judged, and the clients of the old one."""

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
        """The number of topics that an old filter gave a client and its filters no longer do.

        A message of a shared subscription goes to only one of the clients that share it (MQTT
        5.0 §4.8.2), so such a filter counts only if no new client shares it. Instances of one
        client are meant to share.
        """
        before, after = self.sharers
        had = before.get(filter_, frozenset()) | {client}
        now = self.changes.new.clients.get(client)
        kept = [str(filter_) for filter_ in now.subscribe] if now else []
        others = [plain(text) for text in kept if after.get(text, frozenset()) <= had]
        return self.changes.lost_to(plain(filter_), others)

    def only_shared(self, client: str, filter_: str) -> int | None:
        """The number of topics of an old subscription that a client now only gets by shared ones.

        Of these, an instance no longer gets each message, nor the retained ones when it subscribes
        (MQTT 5.0 §4.8.2).
        """
        now = self.changes.new.clients.get(client)
        if now is None or filter_.startswith("$share/"):
            return 0
        return self.changes.lost_to(filter_, unshared(now))

    def multiplied(
        self, client: str, filter_: str
    ) -> Iterator[tuple[SharedSubscription, int | None]]:
        """The old shared subscriptions of a client that a new filter overlaps, with so many topics.

        Topics that every instance of the client got before anyway do not count.
        """
        before, now = (side.clients.get(client) for side in (self.changes.old, self.changes.new))
        if before is None or (now is not None and now.via is Via.KAFKA):
            return  # in Kafka, the consumer group shares the work
        for shared in before.subscribe:
            if isinstance(shared, SharedSubscription):
                both = shared.filter & plain(filter_)
                topics = 0 if both is None else self.changes.lost_to(both, unshared(before))
                if topics != 0:
                    yield shared, topics

    def shares(self, client: Client | None, filter_: str) -> int:
        """The number of shared subscriptions of a client that overlap a filter.

        Each gives it a copy of a message.
        """
        found = client.subscribe if client else ()
        shared = (one.filter for one in found if isinstance(one, SharedSubscription))
        return sum((one & plain(filter_)) is not None for one in shared)

    def is_dead(self, filter_: str) -> bool:
        """True if a filter does not match any topic of the new version."""
        new = self.changes.new
        return next(new.endpoints(filter_), None) is None and not new.allows_unmodelled(filter_)

    @cached_property
    def reached(self) -> Mapping[int, tuple[Hit, ...]]:
        """The clients whose filters match topics of each change, by the number of the change."""
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
        """The clients that get a new payload by a change, with the payloads, by its number."""
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


def unshared(client: Client) -> list[TopicFilter]:
    """The subscriptions of which each instance of a client gets every message."""
    return [text for text in client.subscribe if not isinstance(text, SharedSubscription)]


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
    """True if topics continue under another name."""
    return change.kind is ChangeKind.MOVED or change.subject is Subject.ROOT


#: Subjects that are added or removed within messages, while the topics stay.
MESSAGE_SUBJECTS = frozenset({Subject.FIELD})

#: Names of clients, by the shared subscription they have.
_Sharers: TypeAlias = Mapping[str, frozenset[str]]

ChangeCheck: TypeAlias = Callable[[Change, Case], Impact | None]


def breaks(
    code: str, name: str, kinds: Iterable[ChangeKind], subjects: Iterable[Subject]
) -> Callable[[ChangeCheck], Rule]:
    """Make a rule from a check function, for some kinds of change to some subjects."""
    on = frozenset(product(kinds, subjects))
    return lambda check: Rule(code, name, Severity.ERROR, check, RuleKind.CHANGE, on=on)


def summarize(change: Change, *, verb: bool = True) -> str:
    """A change in one line, like :func:`uns.changes.describe`, with its place and its size."""
    said = describe(change, verb=verb)
    size = ""
    # A change of the whole model has no place, but may affect topics.
    if change.template or change.count != 0:
        size = f" ({amount(change)})"
    more = f" and {change.places - 1:,} more" if change.places > 1 else ""
    if change.kind is ChangeKind.MOVED:
        return f"{said}{more}{size}"
    place = f"{change.template}{more}: " if change.template else ""
    return f"{place}{said}{size}"


def amount(change: Change) -> str:
    """The number of topics or nodes of a change, in words.

    >>> amount(Change(ChangeKind.REMOVED, Subject.TOPIC, "a/b", count=1))
    '1 topic'
    """
    return in_words(from_number(change.count), "node" if change.about_nodes else "topic")


@dataclass(frozen=True, eq=False)
class Verdict:
    """The effects of the changes between two versions, and the version that they require.

    ``judgements`` have the order of the changes, breaking ones first. The ``ignored`` ones
    do not count.
    """

    changes: Changes
    judgements: tuple[Judgement, ...]
    ignored: tuple[Judgement, ...] = ()

    def __repr__(self) -> str:
        counts = [f"{len(self.of(effect)):,} {effect}" for effect in reversed(Effect)]
        return f"<Verdict {', '.join(counts)}>"

    def without(self, ignored: Container[Judgement]) -> Verdict:
        """The verdict with some judgements ignored."""
        left = tuple(found for found in self.judgements if found not in ignored)
        out = tuple(found for found in self.judgements if found in ignored)
        return replace(self, judgements=left, ignored=(*self.ignored, *out))

    @cached_property
    def effect(self) -> Effect:
        """The worst of all effects."""
        return max((found.effect for found in self.judgements), default=Effect.COMPATIBLE)

    @cached_property
    def audiences(self) -> Mapping[Audience, Effect]:
        """The worst effect on each audience."""
        worst = dict.fromkeys(Audience, Effect.COMPATIBLE)
        for found in self.judgements:
            for audience in found.audiences:
                worst[audience] = max(worst[audience], found.effect)
        return worst

    def of(self, effect: Effect) -> tuple[Judgement, ...]:
        """The judgements with one effect."""
        return tuple(found for found in self.judgements if found.effect is effect)

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """The judgements as findings; breaking ones are errors."""
        return tuple(found.finding for found in self.judgements)

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """Every filter that breaking changes hit, with the sums over all of them."""
        found: dict[Hit, Hit] = {}
        counted: set[tuple[int, Hit]] = set()
        for judgement in self.of(Effect.BREAKING):
            for hit in judgement.hits:
                # The filter, and if it was revoked; two rules may judge the same change.
                key = hit._replace(lost=0, gained=0, changed=0)
                if (judgement.change.number, key) not in counted:
                    counted.add((judgement.change.number, key))
                    known = found.get(key, key)
                    found[key] = key._replace(
                        lost=_total(known.lost, hit.lost),
                        gained=_total(known.gained, hit.gained),
                        changed=_total(known.changed, hit.changed),
                    )
        return tuple(found.values())

    @cached_property
    def bump(self) -> Bump:
        """The number of ``model.version`` that must be raised (Semantic Versioning §2 to §8)."""
        if all(change.subject is Subject.VERSION for change in self.changes):
            return Bump.NONE
        return needed_bump(self.versions[0], (Bump.PATCH, Bump.MINOR, Bump.MAJOR)[self.effect])

    @property
    def versions(self) -> tuple[str | None, str | None]:
        """The versions the two models have."""
        return self.changes.old.model.version, self.changes.new.model.version

    @property
    def is_raised_enough(self) -> bool:
        """True if ``model.version`` was raised as far as needed."""
        return is_raised_enough(*self.versions, self.bump)

    @property
    def is_lowered(self) -> bool:
        """True if ``model.version`` is lower than before, or gone."""
        old, new = self.versions
        return old is not None and (new is None or parse_version(new) < parse_version(old))


def merged(found: Mapping[str, Iterable[Judgement]]) -> list[Judgement]:
    """The judgements against several versions, by name: equal ones are one that names them all.

    Each old version has its own place for what is gone, and its own numbers for a filter: these
    make no other judgement. The first place and the largest numbers stay.
    """
    known: dict[object, Judgement] = {}
    for name, judgements in found.items():
        for one in judgements:
            told = one.message, one.help, one.change.span, one.change.template
            hit = frozenset(map(_unnumbered, one.hits))
            key = (one.code, one.effect, one.severity, one.audiences, hit, told)
            first = known.setdefault(key, one)
            known[key] = replace(
                first,
                against=tuple(dict.fromkeys((*first.against, name))),
                hits=joined((*first.hits, *one.hits)),
            )
    return list(known.values())


def joined(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Every filter that is hit once, with the largest numbers of any version."""
    found: dict[Hit, Hit] = {}
    for hit in hits:
        key = _unnumbered(hit)
        known = found.get(key, key)
        found[key] = key._replace(
            lost=_larger(known.lost, hit.lost),
            gained=_larger(known.gained, hit.gained),
            changed=_larger(known.changed, hit.changed),
        )
    return tuple(found.values())


def _unnumbered(hit: Hit) -> Hit:
    return hit._replace(lost=0, gained=0, changed=0)


def _larger(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)


# --- judging ---------------------------------------------------------------------------------------


def judge_changes(changes: Changes, rules: Iterable[Rule], unjudged: Rule) -> Verdict:
    """Judge every change by the rules for it, or else by ``unjudged``."""
    case = Case(changes)
    by_subject: defaultdict[tuple[ChangeKind, Subject], list[Rule]] = defaultdict(list)
    for rule in rules:
        for on in rule.on:
            by_subject[on].append(rule)
    with collector_paused():
        judgements = [
            found
            for change in changes
            for found in _judge(change, by_subject[change.kind, change.subject], case)
            or _judge(change, [unjudged], case)
        ]
    judgements.sort(key=lambda found: -found.effect)
    return Verdict(changes, tuple(judgements))


def _judge(change: Change, rules: list[Rule], case: Case) -> list[Judgement]:
    found: list[Judgement] = []
    for rule in rules:
        impact: Impact | None = rule.check(change, case)
        if impact is None:
            continue
        audiences = impact.audiences
        if Audience.CONSUMERS in audiences and impact.hits is None:
            # Kafka readers get the same messages; every model has a mapping.
            audiences |= {Audience.KAFKA_READERS}
        # Skip it if an earlier rule found the same effect on the same audiences.
        if any((one.effect, one.audiences) == (impact.effect, audiences) for one in found):
            continue
        severity = Severity.ERROR if impact.effect is Effect.BREAKING else Severity.INFO
        hits = _hits(change, impact, case)
        found.append(Judgement(rule, change, impact.effect, audiences, impact.help, hits, severity))
    return found


def _hits(change: Change, impact: Impact, case: Case) -> tuple[Hit, ...]:
    if impact.hits is not None:
        return impact.hits
    if impact.effect is Effect.COMPATIBLE:
        return ()
    audiences = impact.audiences or ALL
    return tuple(
        hit
        for hit in case.reached.get(change.number, ())
        if _AUDIENCE_OF[hit.direction] in audiences and not _follows(change, hit)
    )


def _follows(change: Change, hit: Hit) -> bool:
    """True if a filter matches all topics of a move under both names."""
    return is_move(change) and hit.lost == 0 and hit.changed != 0


def _total(one: int | None, other: int | None) -> int | None:
    return to_number(from_number(one) + from_number(other))
