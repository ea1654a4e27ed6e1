"""Rules of family A on the way of messages: brokers, Kafka, and workers that share messages."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from uns.counts import Count, in_words
from uns.diagnostics import Severity
from uns.linting.client_filters import ClientFilter, client_filters
from uns.linting.rule import Finding, rule
from uns.linting.surveys import Survey
from uns.model.clients import Via
from uns.model.namespace import Namespace
from uns.model.remainders import Remainder
from uns.model.tree import Endpoint, Kind
from uns.topics.filter_automaton import FilterAutomaton

#: Most subscriptions of a model that one rule reports.
MOST_FINDINGS = 100


def _filters(namespace: Namespace, side: str, via: Via) -> list[ClientFilter]:
    """The filters of all clients of MQTT, or of Kafka."""
    entries = client_filters(namespace, side)
    return [entry for entry in entries if namespace.clients[entry.client].via is via]


def _only_in_kafka(
    survey: Survey, is_meant: Callable[[Endpoint], bool]
) -> Iterator[tuple[ClientFilter, Count, str]]:
    """MQTT subscriptions to topics that only Kafka clients publish: the number, and the first."""
    namespace = survey.namespace
    written = _filters(namespace, "publish", Via.KAFKA)
    if not written:
        return
    over_mqtt = FilterAutomaton(e.filter for e in _filters(namespace, "publish", Via.MQTT))
    every = Remainder(namespace.top, (entry.filter for entry in written), over_mqtt, is_meant)
    if every.count() == 0:
        return
    for entry in _filters(namespace, "subscribe", Via.MQTT):
        commons = (entry.filter & other.filter for other in written)
        wanted = [common for common in commons if common is not None]
        rest = Remainder(namespace.top, wanted, over_mqtt, is_meant)
        if wanted and rest.count() != 0:
            yield entry, rest.count(), _first(namespace, rest)


def _first(namespace: Namespace, rest: Remainder) -> str:
    return namespace.node(*next(rest.paths())).template.text


@rule("A401", "unseen-topics", Severity.WARNING)
def unseen_topics(survey: Survey) -> Iterator[Finding]:
    """A client subscribes over MQTT to topics that only Kafka clients publish.

    Commands are left to unreachable-command.

    Why:
        Messages go from MQTT to Kafka, not back. A record that a Kafka client writes is never seen
        by an MQTT broker, so the subscription gets nothing, without an error.

    Example:
        sites: {lyon: {metrics: {forecast: {type: number}}}}
        clients: {model: {via: kafka, publish: lyon/forecast}, board: {subscribe: lyon/#}}

    Instead:
        sites: {lyon: {metrics: {forecast: {type: number}}}}
        clients: {model: {publish: lyon/forecast}, board: {subscribe: lyon/#}}
    """
    found = _only_in_kafka(survey, lambda endpoint: endpoint.kind is not Kind.COMMAND)
    for entry, count, first in itertools.islice(found, MOST_FINDINGS):
        yield Finding(
            f"{entry}, but only Kafka clients publish {in_words(count, 'topic')} of it, "
            f"such as {first!r}",
            entry.span(survey.namespace),
            "let the writer publish over MQTT, or let the reader read from Kafka: `via: kafka`",
            path=entry.path,
        )


@rule("A402", "unreachable-command", Severity.WARNING)
def unreachable_command(survey: Survey) -> Iterator[Finding]:
    """A command is written by Kafka clients only, and its readers subscribe over MQTT.

    Why:
        Messages go from MQTT to Kafka, not back, so the command never arrives. The sender waits
        for something that never happens.

    Example:
        sites: {lyon: {topics: {stop: {payload: info/1, kind: command}}}}
        clients: {planner: {via: kafka, publish: lyon/stop}, controller: {subscribe: lyon/stop}}

    Instead:
        sites: {lyon: {topics: {stop: {payload: info/1, kind: command}}}}
        clients: {planner: {publish: lyon/stop}, controller: {subscribe: lyon/stop}}
    """
    found = _only_in_kafka(survey, lambda endpoint: endpoint.kind is Kind.COMMAND)
    for entry, count, first in itertools.islice(found, MOST_FINDINGS):
        yield Finding(
            f"{entry}, but only Kafka clients send {in_words(count, 'command')} of it, "
            f"such as {first!r}",
            entry.span(survey.namespace),
            "let the sender publish over MQTT",
            path=entry.path,
        )


@rule("A403", "retained-state-not-carried", Severity.INFO)
def retained_state_not_carried(survey: Survey) -> Iterator[Finding]:
    """Retained states stay at a broker below the root: no client elsewhere uses them.

    Why:
        Only the brokers that see a state retain it. Who looks for it at the root, such as a new
        dashboard, gets no value and no error.

    Example:
        brokers: {lyon: {holds: lyon/#, upstream: hq}, hq: {}}
        sites: {lyon: {metrics: {power: {type: number}}}}
        clients: {meter: {broker: lyon, publish: lyon/power}}

    Instead:
        brokers: {lyon: {holds: lyon/#, upstream: hq}, hq: {}}
        sites: {lyon: {metrics: {power: {type: number}}}}
        clients: {meter: {broker: lyon, publish: lyon/power}, historian: {subscribe: "#"}}
    """
    namespace, tiers = survey.namespace, survey.namespace.tiers
    if tiers is None:
        return
    for branch in tiers.brokers.values():
        if branch.upstream != tiers.root:
            continue
        inside = tiers.below(branch.name)
        holds = [filter_ for name in inside for filter_ in tiers.brokers[name].holds]
        carried = tiers.used_elsewhere(branch.name)
        rest = Remainder(namespace.top, holds, carried, _is_retained_state)
        if holds and rest.count() != 0:
            beside = " and the brokers below it" if len(inside) > 1 else ""
            yield Finding(
                f"the root, {tiers.root!r}, never sees {in_words(rest.count(), 'retained state')} "
                f"of broker {branch.name!r}{beside}, such as {_first(namespace, rest)!r}",
                namespace.locate("brokers", branch.name, key=True),
                "subscribe to them at the root, if anybody may look for them there",
                path=f"broker {branch.name}",
            )


def _is_retained_state(endpoint: Endpoint) -> bool:
    return endpoint.retain and endpoint.kind is Kind.STATE


@rule("A404", "shared-states", Severity.WARNING)
def shared_states(survey: Survey) -> Iterator[Finding]:
    """A shared subscription (`$share`) matches states.

    Why:
        Each message of a shared subscription goes to one of its subscribers (MQTT 5.0 §4.8.2).
        Two of them handle messages of one machine at the same time, so an old value can replace
        a newer one. In a measurement with two workers, 192 of 2,400 messages were out of order.

    Example:
        sites: {lyon: {metrics: {power: {type: number}}}, oslo: {metrics: {power: {type: number}}}}
        clients: {historian: {subscribe: $share/h/+/power}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number}}}, oslo: {metrics: {power: {type: number}}}}
        clients: {historian-1: {subscribe: lyon/power}, historian-2: {subscribe: oslo/power}}
    """
    namespace = survey.namespace
    shared = (entry for entry in client_filters(namespace, "subscribe") if entry.group)
    for entry in itertools.islice(shared, MOST_FINDINGS):
        states = Remainder(namespace.top, [entry.filter], (), lambda e: e.kind is Kind.STATE)
        if states.count() != 0:
            yield Finding(
                f"{entry}, which shares {in_words(states.count(), 'state')}, "
                f"such as {_first(namespace, states)!r}, without keeping their order",
                entry.span(namespace),
                "give each worker filters of its own, or read from Kafka: `via: kafka`",
                path=entry.path,
            )


@rule("A405", "idle-broker", Severity.WARNING)
def idle_broker(survey: Survey) -> Iterator[Finding]:
    """A broker below the root holds nothing, and neither a client nor a broker connects to it.

    Why:
        No message ever gets there. Its clients were left out, or connect to the root by default,
        because their `broker:` is missing.

    Example:
        brokers: {lyon: {upstream: hq}, hq: {}}
        sites: {lyon: {metrics: {power: {type: number}}}}
        clients: {meter: {publish: lyon/power}}

    Instead:
        brokers: {lyon: {holds: lyon/#, upstream: hq}, hq: {}}
        sites: {lyon: {metrics: {power: {type: number}}}}
        clients: {meter: {broker: lyon, publish: lyon/power}, board: {subscribe: lyon/#}}
    """
    namespace, tiers = survey.namespace, survey.namespace.tiers
    if tiers is None:
        return
    in_use = {client.broker for client in namespace.clients.values()}
    in_use |= {broker.upstream for broker in tiers.brokers.values()}
    for broker in tiers.brokers.values():
        if broker.upstream is not None and not broker.holds and broker.name not in in_use:
            yield Finding(
                f"broker {broker.name!r} holds nothing, and nothing connects to it",
                namespace.locate("brokers", broker.name, key=True),
                "say what it holds, or which clients connect to it: `broker:`",
                path=f"broker {broker.name}",
            )
