"""Rules of family A: what clients may publish and read."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator

from uns.counts import in_words
from uns.diagnostics import Severity
from uns.linting.client_filters import SIDES, ClientFilter, client_filters, filters_of
from uns.linting.coverage import untaken
from uns.linting.rule import Finding, rule
from uns.linting.surveys import Survey
from uns.model.clients import Client
from uns.model.filter_reports import (
    FilterFact,
    is_dead,
    is_over_broad,
    meetings,
    near_miss,
    review_filters,
)
from uns.model.namespace import Namespace
from uns.model.nodes import Node
from uns.model.tree import Endpoint, Kind, Place
from uns.topics.templates import TopicTemplate

#: Most pairs of filters that are looked at for one rule.
MOST_PAIRS = 10_000

#: Most findings of one rule on one client.
MOST_TOLD = 5

#: Most dead filters for which it is found out what they may have meant.
MOST_NEAR_MISSES = 10


def _example(namespace: Namespace, filter_: str) -> Node | None:
    return next(namespace.endpoints(filter_), None)


# --- one filter ------------------------------------------------------------------------------------


@rule("A101", "dead-filter", Severity.WARNING)
def dead_filter(survey: Survey) -> Iterator[Finding]:
    """No topic of the model matches a filter of a client.

    Subscriptions to the broker's own topics, such as `$SYS/#`, are left alone.

    Why:
        A broker accepts a subscription that never gets a message, and says nothing. It is what
        is left when a line is renamed, or a level more stands in the tree.

    Example:
        sites: {lyon: {lines: {line1: {metrics: {speed: {type: number}}}}}}
        clients: {dashboard: {subscribe: lyon/speed}}

    Instead:
        sites: {lyon: {lines: {line1: {metrics: {speed: {type: number}}}}}}
        clients: {dashboard: {subscribe: lyon/+/speed}}
    """
    namespace = survey.namespace
    number = 0
    for client in namespace.clients.values():
        found = []
        for entry in filters_of(client):
            is_brokers = entry.side == "subscribe" and entry.filter.startswith("$")
            if not is_brokers and is_dead(namespace, entry.filter):
                number += 1
                miss = near_miss(namespace, entry.filter) if number <= MOST_NEAR_MISSES else None
                found.append(
                    Finding(
                        f"{entry}, and no topic of the model matches",
                        entry.span(namespace),
                        str(miss) if miss else "take it out, or model what it is for",
                        path=entry.path,
                    )
                )
        yield from _few(found)


def _few(found: list[Finding]) -> Iterator[Finding]:
    """The findings on one client; of many the first ones, and how many there are."""
    yield from found[: MOST_TOLD - 1]
    if len(found) >= MOST_TOLD:
        last, more = found[MOST_TOLD - 1], len(found) - MOST_TOLD
        also = f"; it is the same with {in_words(more, 'other filter')} of it" if more else ""
        yield last._replace(message=f"{last.message}{also}")


@rule("A102", "publish-anywhere", Severity.WARNING)
def publish_anywhere(survey: Survey) -> Iterator[Finding]:
    """A client may publish to topics whose first level may be anything.

    Why:
        One wrong setting in this client, or one who takes it over, and values of any plant are
        forged. Brokers cannot take the grant back for a part.

    Example:
        sites: {lyon: {metrics: {power: {type: number}}}}
        clients: {gateway: {publish: "#"}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number}}}}
        clients: {gateway: {publish: lyon/#}}
    """
    for entry in client_filters(survey.namespace, "publish"):
        if _is_anywhere(entry):
            yield Finding(
                f"{entry}, which is in every plant there is",
                entry.span(survey.namespace),
                "name the first levels at least",
                path=entry.path,
            )


def _is_anywhere(entry: ClientFilter) -> bool:
    return entry.filter.levels[0] in {"#", "+"}


@rule("A103", "over-broad-subscription", Severity.INFO, default=False)
def over_broad_subscription(survey: Survey) -> Iterator[Finding]:
    """A client subscribes to nearly all topics of the model.

    Off by default: historians and bridges do just that.

    Why:
        It gets every message of every plant, and those of each topic that is added later.

    Example:
        sites: {lyon: {metrics: {power: {type: number}, heat: {type: number}}}}
        clients: {dashboard: {subscribe: "#"}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number}, heat: {type: number}}}}
        clients: {dashboard: {subscribe: lyon/power}}
    """
    namespace = survey.namespace
    entries = client_filters(namespace, "subscribe")
    total = namespace.template_count() if entries else 0
    taken = {each: namespace.template_count(each) for each in {e.filter for e in entries}}
    for entry in entries:
        if is_over_broad(taken[entry.filter], total):
            yield Finding(
                f"{entry}, which takes {taken[entry.filter]:,} of the {total:,} topic templates",
                entry.span(namespace),
                "subscribe to what is needed",
                path=entry.path,
            )


@rule("A104", "deprecated-only", Severity.WARNING)
def deprecated_only(survey: Survey) -> Iterator[Finding]:
    """All topics that match a filter of a client are deprecated.

    Why:
        When they are taken out, the client goes silent, and no error says so.

    Example:
        sites:
          lyon: {metrics: {heat: {type: number, deprecated: {replaced_by: lyon/temperature}}}}
        clients: {dashboard: {subscribe: lyon/heat}}

    Instead:
        sites:
          lyon:
            metrics:
              heat: {type: number, deprecated: {replaced_by: lyon/temperature}}
              temperature: {type: number}
        clients: {dashboard: {subscribe: lyon/temperature}}
    """
    namespace = survey.namespace
    if not any(map(_ends, itertools.chain.from_iterable(g.members for g in survey.groups))):
        return
    for entry in client_filters(namespace, "publish", "subscribe"):
        first = _example(namespace, entry.filter)
        if first is not None and all(map(_is_deprecated, namespace.endpoints(entry.filter))):
            ends = [node.deprecated for node in _upwards(first) if node.deprecated]
            instead = next((end.replaced_by for end in ends if end.replaced_by), None)
            yield Finding(
                f"{entry}, and every topic that matches is deprecated",
                entry.span(namespace),
                f"{instead!r} takes the place of {first.template.text!r}" if instead else None,
                path=entry.path,
            )


def _ends(place: Place) -> bool:
    """Whether something of the declared tree is deprecated, itself or by its class."""
    notes = (place.notes, place.type.notes) if place.type else (place.notes,)
    return any(each.deprecated is not None for each in notes)


def _upwards(node: Node) -> Iterator[Node]:
    at: Node | None = node
    while at is not None:
        yield at
        at = at.parent


def _is_deprecated(node: Node) -> bool:
    return any(each.deprecated for each in _upwards(node))


# --- the filters of one client ---------------------------------------------------------------------


@rule("A201", "redundant-filter", Severity.WARNING)
def redundant_filter(survey: Survey) -> Iterator[Finding]:
    """A filter takes nothing that the other filters of the client do not take.

    Why:
        A broker may deliver a message once for each subscription that matches [MQTT 5.0 §3.3.4],
        so the client counts it twice. And who takes the narrow filter away thinks that the
        client reads less.

    Example:
        sites: {lyon: {metrics: {power: {type: number}}}}
        clients: {dashboard: {subscribe: [lyon/#, lyon/power]}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number}}}}
        clients: {dashboard: {subscribe: [lyon/#]}}
    """
    namespace = survey.namespace
    for client in namespace.clients.values():
        yield from _few([each for side in SIDES for each in _redundant(namespace, client, side)])


def _redundant(namespace: Namespace, client: Client, side: str) -> Iterator[Finding]:
    entries = filters_of(client, side)
    for found in review_filters(entry.text for entry in entries):
        entry, others = entries[found.index], [entries[at] for at in found.others[:3]]
        spans = [(s, "this one takes it") for other in others if (s := other.span(namespace))]
        same = found.fact is FilterFact.DUPLICATE
        yield Finding(
            f"{entry}{' twice' if same else ', which other filters of it take'}",
            entry.span(namespace),
            "take it out",
            tuple(spans),
            entry.path,
        )


@rule("A202", "overlapping-subscriptions", Severity.INFO)
def overlapping_subscriptions(survey: Survey) -> Iterator[Finding]:
    """Two subscriptions of a client take the same topics, and each takes others as well.

    Why:
        A broker may deliver a message once for each subscription that matches [MQTT 5.0 §3.3.4].
        What the client counts or adds up is then wrong for these topics only.

    Example:
        sites: {lyon: {metrics: {power: {type: number}, heat: {type: number}}}, oslo: {metrics: {power: {type: number}}}}
        clients: {dashboard: {subscribe: [+/power, lyon/#]}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number}, heat: {type: number}}}, oslo: {metrics: {power: {type: number}}}}
        clients: {dashboard: {subscribe: [oslo/power, lyon/#]}}
    """
    namespace = survey.namespace
    for client in namespace.clients.values():
        groups: defaultdict[str, list[ClientFilter]] = defaultdict(list)
        for entry in filters_of(client, "subscribe"):
            groups[entry.group].append(entry)
        found = [pair for entries in groups.values() for pair in _overlaps(namespace, entries)]
        if found:
            (one, other, node), *more = found
            also = f", and so do {in_words(len(more), 'other pair')} of them" if more else ""
            span = one.span(namespace)
            yield Finding(
                f"{other} and to {one.text!r}, which both take {node.template.text!r}{also}",
                other.span(namespace),
                "let each filter name what the other leaves out",
                ((span, "the other filter"),) if span else (),
                other.path,
            )


def _overlaps(
    namespace: Namespace, entries: list[ClientFilter]
) -> Iterator[tuple[ClientFilter, ClientFilter, Node]]:
    pairs = meetings([entry.filter for entry in entries])
    for first, second in itertools.islice(pairs, MOST_PAIRS):
        one, other = entries[first], entries[second]
        if one.filter.covers(other.filter) or other.filter.covers(one.filter):
            continue
        common = one.filter & other.filter
        node = _example(namespace, common) if common is not None else None
        if node is not None:
            yield one, other, node


@rule("A203", "idle-client", Severity.WARNING)
def idle_client(survey: Survey) -> Iterator[Finding]:
    """A client neither publishes nor subscribes to anything.

    Why:
        It gets no rights from the model, and a change that breaks it warns nobody.

    Example:
        sites: {lyon: {metrics: {power: {type: number}}}}
        clients: {dashboard: {owner: energy team}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number}}}}
        clients: {dashboard: {owner: energy team, subscribe: lyon/power}}
    """
    for client in survey.namespace.clients.values():
        if not client.publish and not client.subscribe:
            yield Finding(
                f"client {client.name!r} neither publishes nor subscribes to anything",
                survey.namespace.locate("clients", client.name, key=True),
                "say what it uses under `publish:` or `subscribe:`",
                path=f"client {client.name}",
            )


# --- all clients -----------------------------------------------------------------------------------


@rule("A301", "unpublished-topics", Severity.WARNING)
def unpublished_topics(survey: Survey) -> Iterator[Finding]:
    """Topics that no client may publish to, where others have clients that may.

    Models whose clients publish nothing are left alone, and so are topics that are deprecated.

    Why:
        Brokers that take their rights from the model refuse these messages, and with MQTT 3.1.1
        the publisher is not even told.

    Example:
        sites: {lyon: {metrics: {power: {type: number}, heat: {type: number}}}}
        clients: {gateway: {publish: lyon/power}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number}, heat: {type: number}}}}
        clients: {gateway: {publish: lyon/+}}
    """
    granted = [entry.filter for entry in client_filters(survey.namespace, "publish")]
    if granted:
        for found in untaken(survey, granted, _is_for_clients):
            yield Finding(
                f"no client may publish {in_words(found.topics, 'topic')}, such as {found.example!r}",
                found.span,
                "let the client that sends them publish there",
                path=found.example,
            )


def _is_for_clients(endpoint: Endpoint) -> bool:
    """Whether the model declares it, as it does not declare the ``_info`` of every node."""
    return endpoint.notes.deprecated is None and endpoint.declared_by != ("defaults",)


@rule("A302", "unread-commands", Severity.WARNING)
def unread_commands(survey: Survey) -> Iterator[Finding]:
    """Commands that no client subscribes to, where clients subscribe to other topics.

    Why:
        Whoever sends such a command waits for something that nobody does.

    Example:
        sites: {lyon: {metrics: {power: {type: number}}, topics: {stop: {payload: info/1, kind: command}}}}
        clients: {dashboard: {subscribe: lyon/power}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number}}, topics: {stop: {payload: info/1, kind: command}}}}
        clients: {dashboard: {subscribe: lyon/power}, controller: {subscribe: lyon/stop}}
    """
    read = [entry.filter for entry in client_filters(survey.namespace, "subscribe")]
    if read:
        for found in untaken(survey, read, lambda e: e.kind is Kind.COMMAND and _is_for_clients(e)):
            yield Finding(
                f"no client reads {in_words(found.topics, 'command')}, such as {found.example!r}",
                found.span,
                "let the client that carries them out subscribe there",
                path=found.example,
            )


@rule("A303", "unread-topics", Severity.INFO, default=False)
def unread_topics(survey: Survey) -> Iterator[Finding]:
    """Topics that no client subscribes to, where clients subscribe to others.

    Off by default: few models list everybody who reads.

    Why:
        What nobody reads costs its publisher, the broker and the next change of the model.

    Example:
        sites: {lyon: {metrics: {power: {type: number}, heat: {type: number}}}}
        clients: {dashboard: {subscribe: lyon/power}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number}, heat: {type: number}}}}
        clients: {dashboard: {subscribe: [lyon/power, lyon/heat]}}
    """
    read = [entry.filter for entry in client_filters(survey.namespace, "subscribe")]
    if read:
        for found in untaken(survey, read, _is_for_clients):
            yield Finding(
                f"no client reads {in_words(found.topics, 'topic')}, such as {found.example!r}",
                found.span,
                "name who reads them, or take them out",
                path=found.example,
            )


@rule("A304", "two-writers", Severity.WARNING)
def two_writers(survey: Survey) -> Iterator[Finding]:
    """Two clients may publish to the same state.

    Clients that may publish anywhere have a rule of their own.

    Why:
        A state has one truth. With two writers the last message wins, and what is retained
        depends on which of them was slower.

    Example:
        sites: {lyon: {metrics: {power: {type: number}}}}
        clients: {meter: {publish: lyon/power}, gateway: {publish: lyon/#}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number}, heat: {type: number}}}}
        clients: {meter: {publish: lyon/power}, gateway: {publish: lyon/heat}}
    """
    namespace = survey.namespace
    shared = list(_written_twice(namespace))
    order = {name: position for position, name in enumerate(namespace.clients)}
    while shared:
        # The client that shares most is the cause, of equals the last: what it shares is one finding.
        meets = Counter(entry.client for pair in shared for entry in pair[:2])
        cause = max(meets, key=lambda name: (meets[name], order[name]))
        mine = [pair for pair in shared if cause in {pair[0].client, pair[1].client}]
        clients = {entry.client for pair in mine for entry in pair[:2]}
        states = {node.template for _, _, node in mine}
        shared = [pair for pair in shared if not _is_told(pair, cause, clients, states)]
        one, other, node = mine[0]
        if other.client == cause:
            one, other = other, one
        more = f" and {len(clients) - 2:,} more" if len(clients) > 2 else ""
        span = other.span(namespace)
        yield Finding(
            f"{one}, and so may {other.client!r}{more}: {node.template.text!r} is a state of both",
            one.span(namespace),
            "let one client publish each state",
            ((span, f"{other.client!r} may publish it as well"),) if span else (),
            node.template.text,
        )


def _is_told(
    pair: tuple[ClientFilter, ClientFilter, Node],
    cause: str,
    clients: set[str],
    states: set[TopicTemplate],
) -> bool:
    """Whether a pair is told with its cause, or meets in a state that is."""
    both = {pair[0].client, pair[1].client}
    return cause in both or (both <= clients and pair[2].template in states)


def _written_twice(namespace: Namespace) -> Iterator[tuple[ClientFilter, ClientFilter, Node]]:
    """Grants of two clients that meet in a state, each two clients once."""
    entries = [entry for entry in client_filters(namespace, "publish") if not _is_anywhere(entry)]
    told: set[tuple[str, str]] = set()
    for first, second in itertools.islice(meetings([e.filter for e in entries]), MOST_PAIRS):
        one, other = entries[first], entries[second]
        if one.client == other.client or (one.client, other.client) in told:
            continue
        common = one.filter & other.filter
        states = (n for n in namespace.endpoints(common) if _is_state(n)) if common else iter(())
        node = next(states, None)
        if node is not None:
            told.add((one.client, other.client))
            yield one, other, node


def _is_state(node: Node) -> bool:
    return node.endpoint is not None and node.endpoint.kind is Kind.STATE
