"""Rules of family A: the filters that clients may publish and subscribe to."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Container, Iterator

from uns.counts import in_words
from uns.diagnostics import Severity
from uns.linting.client_filters import SIDES, ClientFilter, client_filters, filters_of
from uns.linting.coverage import find_untaken
from uns.linting.rule import Finding, rule
from uns.linting.surveys import Survey
from uns.model.clients import Client, Via
from uns.model.filter_reports import (
    FilterFact,
    is_dead,
    is_over_broad,
    review_filters,
)
from uns.model.namespace import Namespace
from uns.model.near_misses import near_miss, overlooked, respelled
from uns.model.nodes import Node
from uns.model.tree import Endpoint, Kind, Place
from uns.topics.meetings import meetings
from uns.topics.names_and_filters import TopicFilter
from uns.topics.templates import TopicTemplate

#: Most pairs of filters that are looked at for one rule.
MOST_PAIRS = 10_000

#: Most findings of one rule on one client.
MOST_FINDINGS = 5

#: Most dead filters for which another spelling is looked for.
MOST_RESPELLED = 50

#: Most dead filters for which a near miss is looked for.
MOST_NEAR_MISSES = 10


def _example(namespace: Namespace, filter_: str) -> Node | None:
    return next(namespace.endpoints(filter_), None)


# --- one filter ------------------------------------------------------------------------------------


@rule("A101", "dead-filter", Severity.WARNING)
def dead_filter(survey: Survey) -> Iterator[Finding]:
    """A filter of a client does not match any topic of the model.

    Subscriptions to the broker's own topics, such as `$SYS/#`, are not reported.

    Why:
        A broker accepts a subscription that never gets a message, without an error. Such filters
        are left over when a line is renamed or a level is added to the tree.

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
                meant = survey.once(_respelled).get(entry.filter)
                tried = meant is None and number <= MOST_NEAR_MISSES
                miss = near_miss(namespace, entry.filter) if tried else None
                help_ = str(miss) if miss else "remove it, or model the topics it is for"
                if meant is not None:
                    share = f"$share/{entry.group}/" if entry.group else ""
                    help_ = f"did you mean {f'{share}{meant}'!r}?"
                why = "which does not match any topic of the model"
                found.append(_finding(namespace, entry, why, help_))
        yield from _few(found)


def _respelled(survey: Survey) -> dict[TopicFilter, TopicFilter]:
    """What the first filters that match nothing were probably meant to be, by these filters."""
    namespace = survey.namespace
    filters = dict.fromkeys(entry.filter for entry in client_filters(namespace, *SIDES))
    dead = (each for each in filters if is_dead(namespace, each))
    found = ((each, respelled(namespace, each)) for each in itertools.islice(dead, MOST_RESPELLED))
    return {each: meant for each, meant in found if meant is not None}


def _finding(namespace: Namespace, entry: ClientFilter, why: str, help_: str | None) -> Finding:
    return Finding(f"{entry}, {why}", entry.span(namespace), help_, path=entry.path)


def _few(found: list[Finding]) -> Iterator[Finding]:
    """The findings on one client; if there are many, the first ones and the number of the others."""
    yield from found[: MOST_FINDINGS - 1]
    if len(found) >= MOST_FINDINGS:
        last, more = found[MOST_FINDINGS - 1], len(found) - MOST_FINDINGS
        also = f"; the same is true of {in_words(more, 'other filter')}" if more else ""
        yield last._replace(message=f"{last.message}{also}")


@rule("A102", "publish-anywhere", Severity.WARNING)
def publish_anywhere(survey: Survey) -> Iterator[Finding]:
    """A client may publish to any first level: its filter starts with a wildcard.

    Why:
        A wrong setting in this client, or an intruder in it, can forge the values of every plant.
        Brokers cannot revoke a part of the grant.

    Example:
        sites: {lyon: {metrics: {power: {type: number}}}}
        clients: {gateway: {publish: "#"}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number}}}}
        clients: {gateway: {publish: lyon/#}}
    """
    for entry in client_filters(survey.namespace, "publish"):
        if _is_anywhere(entry):
            why = "which covers every plant"
            yield _finding(survey.namespace, entry, why, "name at least the first levels")


def _is_anywhere(entry: ClientFilter) -> bool:
    return entry.filter.levels[0] in {"#", "+"}


@rule("A103", "over-broad-subscription", Severity.INFO, default=False)
def over_broad_subscription(survey: Survey) -> Iterator[Finding]:
    """A client subscribes to nearly all topics of the model.

    Off by default: historians and bridges are meant to do so.

    Why:
        The client gets every message of every plant, also of topics that are added later.

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
            why = f"which matches {taken[entry.filter]:,} of the {total:,} topic templates"
            yield _finding(namespace, entry, why, "subscribe only to what the client needs")


@rule("A104", "deprecated-only", Severity.WARNING)
def deprecated_only(survey: Survey) -> Iterator[Finding]:
    """All topics that match a filter of a client are deprecated.

    Why:
        When they are removed, the client gets no more messages, and no error.

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
            hint = f"{instead!r} takes the place of {first.template.text!r}" if instead else None
            yield _finding(namespace, entry, "which matches only deprecated topics", hint)


def _ends(place: Place) -> bool:
    """True if a place is deprecated, itself or by its class."""
    notes = (place.notes, place.type.notes) if place.type else (place.notes,)
    return any(each.deprecated is not None for each in notes)


def _upwards(node: Node) -> Iterator[Node]:
    at: Node | None = node
    while at is not None:
        yield at
        at = at.parent


def _is_deprecated(node: Node) -> bool:
    return any(each.deprecated for each in _upwards(node))


@rule("A105", "overlooked-topics", Severity.INFO)
def overlooked_topics(survey: Survey) -> Iterator[Finding]:
    """A filter of a client just misses topics that a filter with one level more or less matches.

    Reported if a wildcard of the filter takes a position, the filter matches nothing below it, and
    the same endpoint is there one level higher or lower: a site without areas, a line that stands
    in an area. It is the same if the equipment has the same level or class. A level with a name
    counts as missing only where the topic has no equipment of its level. Topics that the client
    reads by another filter, or that another client may publish, are left out.

    Why:
        Each `+` stands for exactly one level, so a filter that is right for most sites gets nothing
        from the others, and no error.

    Example:
        sites:
          lyon: {areas: {hall: {lines: {line1: {metrics: {speed: {type: number}}}}}}}
          oslo: {lines: {line1: {metrics: {speed: {type: number}}}}}
        clients: {dashboard: {subscribe: +/+/+/speed}}

    Instead:
        sites:
          lyon: {areas: {hall: {lines: {line1: {metrics: {speed: {type: number}}}}}}}
          oslo: {lines: {line1: {metrics: {speed: {type: number}}}}}
        clients: {dashboard: {subscribe: [+/+/+/speed, +/+/speed]}}
    """
    namespace = survey.namespace
    granted = [entry.filter for entry in client_filters(namespace, "publish")]
    for client in namespace.clients.values():
        found = []
        for entry in filters_of(client):
            own = [each.filter for each in filters_of(client, "subscribe")]
            also = granted if entry.side == "publish" else own
            for miss in overlooked(namespace, entry.filter, also)[:1]:
                why = f"which just misses {miss.templates[0].text!r}"
                found.append(_finding(namespace, entry, why, f"{miss}: add that filter"))
        yield from _few(found)


# --- the filters of one client ---------------------------------------------------------------------


@rule("A201", "redundant-filter", Severity.WARNING)
def redundant_filter(survey: Survey) -> Iterator[Finding]:
    """The other filters of the client already match all that a filter matches.

    Why:
        A broker may deliver a message once for each subscription that matches [MQTT 5.0 §3.3.4],
        so the client may count it twice. And removing the narrow filter does not stop the
        messages, though it looks so.

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
        spans = [(s, "this one covers it") for other in others if (s := other.span(namespace))]
        same = found.fact is FilterFact.DUPLICATE
        yield Finding(
            f"{entry}{' twice' if same else ', which its other filters cover'}",
            entry.span(namespace),
            "remove it",
            tuple(spans),
            entry.path,
        )


@rule("A202", "overlapping-subscriptions", Severity.INFO)
def overlapping_subscriptions(survey: Survey) -> Iterator[Finding]:
    """Two subscriptions of a client match some of the same topics, and neither covers the other.

    Why:
        A broker may deliver a message once for each subscription that matches [MQTT 5.0 §3.3.4].
        Then a client that counts or adds up values is wrong for these topics.

    Example:
        sites: {lyon: {metrics: {power: {type: number}, heat: {type: number}}}, oslo: {metrics: {power: {type: number}}}}
        clients: {dashboard: {subscribe: [+/power, lyon/#]}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number}, heat: {type: number}}}, oslo: {metrics: {power: {type: number}}}}
        clients: {dashboard: {subscribe: [oslo/power, lyon/#]}}
    """
    namespace = survey.namespace
    for client in namespace.clients.values():
        if client.via is Via.KAFKA:  # a record is read once, whatever matches it
            continue
        groups: defaultdict[str, list[ClientFilter]] = defaultdict(list)
        for entry in filters_of(client, "subscribe"):
            groups[entry.group].append(entry)
        found = [pair for entries in groups.values() for pair in _overlaps(namespace, entries)]
        if found:
            (one, other, node), *more = found
            also = f", and {in_words(len(more), 'other pair')} overlap too" if more else ""
            span = one.span(namespace)
            yield Finding(
                f"{other} and to {one.text!r}, which both match {node.template.text!r}{also}",
                other.span(namespace),
                "narrow one of them, so that each topic matches one filter",
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
        It gets no rights from the model, and changes that break it are not reported.

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
    """No client may publish to some topics, though clients may publish to others.

    Not reported if no client of the model publishes; deprecated topics are left out, and so are
    those that a misspelled filter was meant to match, which is reported as dead-filter.

    Why:
        Brokers that take their rights from the model refuse these messages, and with MQTT 3.1.1
        the publisher does not even get an error.

    Example:
        sites: {lyon: {metrics: {power: {type: number}, heat: {type: number}}}}
        clients: {gateway: {publish: lyon/power}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number}, heat: {type: number}}}}
        clients: {gateway: {publish: lyon/+}}
    """
    help_ = "add a `publish:` filter to the client that sends them"
    yield from _report_untaken(survey, "publish", "may publish", help_)


def _report_untaken(
    survey: Survey,
    side: str,
    does: str,
    help_: str,
    noun: str = "topic",
    kinds: Container[Kind] = tuple(Kind),
) -> Iterator[Finding]:
    """The topics of some kinds that no client publishes, or subscribes to, if any filter exists."""
    # What a misspelled filter was meant to match is not reported: the filter is.
    meant = survey.once(_respelled)
    filters = [
        meant.get(entry.filter, entry.filter) for entry in client_filters(survey.namespace, side)
    ]

    def is_wanted(endpoint: Endpoint) -> bool:
        return endpoint.kind in kinds and _is_for_clients(endpoint)

    for found in find_untaken(survey, filters, is_wanted) if filters else ():
        message = f"no client {does} {in_words(found.topics, noun)}, such as {found.example!r}"
        yield Finding(message, found.span, help_, path=found.example)


def _is_for_clients(endpoint: Endpoint) -> bool:
    """True if the model declares the endpoint itself and has not deprecated it."""
    return endpoint.notes.deprecated is None and not endpoint.is_info


@rule("A302", "unread-commands", Severity.WARNING)
def unread_commands(survey: Survey) -> Iterator[Finding]:
    """No client subscribes to some commands, though clients subscribe to other topics.

    Why:
        The sender of such a command waits for something that never happens.

    Example:
        sites: {lyon: {metrics: {power: {type: number}}, topics: {stop: {payload: info/1, kind: command}}}}
        clients: {dashboard: {subscribe: lyon/power}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number}}, topics: {stop: {payload: info/1, kind: command}}}}
        clients: {dashboard: {subscribe: lyon/power}, controller: {subscribe: lyon/stop}}
    """
    help_ = "add a `subscribe:` filter to the client that carries them out"
    yield from _report_untaken(survey, "subscribe", "reads", help_, "command", (Kind.COMMAND,))


@rule("A303", "unread-topics", Severity.INFO, default=False)
def unread_topics(survey: Survey) -> Iterator[Finding]:
    """No client subscribes to some topics, though clients subscribe to others.

    Off by default: few models list every reader.

    Why:
        Topics that are not read still cost work in the publisher, the broker and the model.

    Example:
        sites: {lyon: {metrics: {power: {type: number}, heat: {type: number}}}}
        clients: {dashboard: {subscribe: lyon/power}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number}, heat: {type: number}}}}
        clients: {dashboard: {subscribe: [lyon/power, lyon/heat]}}
    """
    help_ = "add the client that reads them, or remove the topics"
    yield from _report_untaken(survey, "subscribe", "reads", help_)


@rule("A304", "two-writers", Severity.WARNING)
def two_writers(survey: Survey) -> Iterator[Finding]:
    """Two clients may publish to the same state.

    Clients that may publish anywhere are left to publish-anywhere.

    Why:
        A state should have one source. With two writers the last message wins, and the retained
        value depends on which of them was slower.

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
        shared = [pair for pair in shared if not _is_covered(pair, cause, clients, states)]
        one, other, node = mine[0]
        if other.client == cause:
            one, other = other, one
        more = f" and {len(clients) - 2:,} more" if len(clients) > 2 else ""
        span = other.span(namespace)
        yield Finding(
            f"{one}, and so may {other.client!r}{more}: both may write the state {node.template.text!r}",
            one.span(namespace),
            "let one client publish each state",
            ((span, f"{other.client!r} may publish it too"),) if span else (),
            node.template.text,
        )


def _is_covered(
    pair: tuple[ClientFilter, ClientFilter, Node],
    cause: str,
    clients: set[str],
    states: set[TopicTemplate],
) -> bool:
    """True if the finding on ``cause`` covers a pair, or the state in which it meets."""
    both = {pair[0].client, pair[1].client}
    return cause in both or (both <= clients and pair[2].template in states)


def _written_twice(namespace: Namespace) -> Iterator[tuple[ClientFilter, ClientFilter, Node]]:
    """Pairs of grants that meet in a state, one pair for each two clients."""
    entries = [entry for entry in client_filters(namespace, "publish") if not _is_anywhere(entry)]
    seen: set[tuple[str, str]] = set()
    for first, second in itertools.islice(meetings([e.filter for e in entries]), MOST_PAIRS):
        one, other = entries[first], entries[second]
        if one.client == other.client or (one.client, other.client) in seen:
            continue
        common = one.filter & other.filter
        states = (n for n in namespace.endpoints(common) if _is_state(n)) if common else iter(())
        node = next(states, None)
        if node is not None:
            seen.add((one.client, other.client))
            yield one, other, node


def _is_state(node: Node) -> bool:
    return node.endpoint is not None and node.endpoint.kind is Kind.STATE
