"""Rules of family P: the kinds of messages, and how a broker delivers them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from uns.counts import in_words
from uns.diagnostics import Severity
from uns.linting.rule import Finding, rule
from uns.linting.surveys import Declared, Survey
from uns.model.tree import Endpoint, Kind


def _such(survey: Survey, is_such: Callable[[Endpoint], bool]) -> Iterator[Declared]:
    """The endpoints for which ``is_such`` holds, each declaration once even if nodes narrow it."""
    seen = set()
    for declared in survey.endpoints:
        if is_such(declared.endpoint):
            origin = declared.endpoint.origin
            if origin is None or origin not in seen:
                seen.add(origin)
                yield declared


@rule("P401", "retained-event", Severity.WARNING)
def retained_event(survey: Survey) -> Iterator[Finding]:
    """An event or a command is retained.

    Why:
        A broker sends a retained message to every new subscriber. After each restart last week's
        alarm rings again, and the machine carries out the last command again.

    Example:
        sites: {lyon: {topics: {start: {payload: info/1, kind: command, retain: true}}}}

    Instead:
        sites: {lyon: {topics: {start: {payload: info/1, kind: command}}}}
    """
    for declared in _such(survey, lambda e: e.retain and e.kind in {Kind.EVENT, Kind.COMMAND}):
        endpoint = declared.endpoint
        what = "an event" if endpoint.kind is Kind.EVENT else "a command"
        yield Finding(
            f"{endpoint.key!r} is {what} and retained, so each new subscriber gets an old one",
            declared.span_of("retain"),
            "remove `retain`: only states are retained by default",
            path=declared.node.template.text,
        )


@rule("P402", "event-as-state", Severity.WARNING)
def event_as_state(survey: Survey) -> Iterator[Finding]:
    """A topic that is a retained state carries an event payload.

    Event payloads are the standard library's `alarm` and all whose names end in `event`.

    Why:
        The next message replaces a state. A late subscriber never sees the first of two alarms,
        and the second one looks as if it were still active.

    Example:
        include: [std]
        sites: {lyon: {topics: {alarm: {payload: alarm/1}}}}

    Instead:
        include: [std]
        sites: {lyon: {topics: {alarm: {payload: alarm/1, kind: event}}}}
    """
    known: dict[str, bool] = {}
    for declared in _such(survey, lambda e: e.kind is Kind.STATE and e.retain):
        payload = declared.endpoint.contract.name
        if payload not in known:
            known[payload] = _is_event(survey, payload)
        if not known[payload]:
            continue
        endpoint = declared.endpoint
        yield Finding(
            f"{endpoint.key or declared.node.name!r} carries {endpoint.contract.name} "
            "and is a retained state",
            declared.span_of("payload"),
            "add `kind: event`",
            path=declared.node.template.text,
        )


def _is_event(survey: Survey, payload: str) -> bool:
    name = payload.rpartition("/")[0].lower()
    if name == "alarm":
        # In other systems an alarm may be a state, so only the standard payload counts.
        place = survey.namespace.locate("payloads", payload, key=True)
        return place is not None and place.file == "<std>"
    return re.search(r"(^|[._-])events?$", name) is not None


@rule("P403", "unretained-state", Severity.INFO, default=False)
def unretained_state(survey: Survey) -> Iterator[Finding]:
    """A state is not retained.

    Off by default: some protocols ask for it, and values that change fast need not be retained.

    Why:
        A new subscriber gets nothing until the state changes, which may take a day.

    Example:
        sites: {lyon: {metrics: {running: {type: boolean, retain: false}}}}

    Instead:
        sites: {lyon: {metrics: {running: {type: boolean}}}}
    """
    for declared in _such(survey, lambda e: e.kind is Kind.STATE and not e.retain):
        topics = in_words(declared.topics, "topic")
        yield Finding(
            f"{declared.endpoint.key!r} is a state and not retained in {topics}",
            declared.span_of("retain"),
            "retain it, or use `kind: event` if each message counts",
            path=declared.node.template.text,
        )


@rule("P404", "unconfirmed-delivery", Severity.INFO, default=False)
def unconfirmed_delivery(survey: Survey) -> Iterator[Finding]:
    """A command or a record is sent with quality of service 0.

    Off by default: Sparkplug and VDA 5050 require it, and confirm commands in their own way.

    Why:
        With QoS 0 a message can get lost unnoticed. The next state makes up for a lost state;
        nothing makes up for a lost command.

    Example:
        sites: {lyon: {topics: {start: {payload: info/1, kind: command, qos: 0}}}}

    Instead:
        sites: {lyon: {topics: {start: {payload: info/1, kind: command, qos: 1}}}}
    """
    for declared in _such(survey, lambda e: e.qos == 0 and e.kind in {Kind.COMMAND, Kind.RECORD}):
        endpoint = declared.endpoint
        yield Finding(
            f"{endpoint.key!r} is a {endpoint.kind} and is sent with QoS 0",
            declared.span_of("qos"),
            "use `qos: 1`",
            path=declared.node.template.text,
        )


@rule("P405", "command-without-expiry", Severity.INFO)
def command_without_expiry(survey: Survey) -> Iterator[Finding]:
    """A command does not expire.

    Why:
        A broker keeps messages for a client that is away for as long as its session lasts. When
        the machine comes back, it carries out a command that nobody means any more. A message
        with an expiry is dropped instead (MQTT 5.0 §3.3.2.3.3).

    Example:
        sites: {lyon: {topics: {start: {payload: info/1, kind: command}}}}

    Instead:
        sites: {lyon: {topics: {start: {payload: info/1, kind: command, expires: 30 s}}}}
    """
    for declared in _such(survey, lambda e: e.kind is Kind.COMMAND and e.expires is None):
        yield Finding(
            f"{declared.endpoint.key!r} is a command and never expires",
            declared.span_of("kind"),
            "add `expires`, such as `expires: 30 s`: the time after which it must not be carried out",
            path=declared.node.template.text,
        )


@rule("P406", "rate-below-every", Severity.WARNING)
def rate_below_every(survey: Survey) -> Iterator[Finding]:
    """A topic has a lower mean rate than `every` promises.

    Why:
        `every` is the longest silence, so there is at least one message in each. One of the two
        is wrong: consumers raise alarms too early, or Kafka is planned too small.

    Example:
        sites: {lyon: {metrics: {power: {type: number, every: 10 s, rate: 1/min}}}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number, every: 10 s, rate: 10/min}}}}
    """
    for declared in _such(survey, _is_below_every):
        endpoint = declared.endpoint
        yield Finding(
            f"{endpoint.key!r} has {endpoint.rate} messages, and one every {endpoint.every} is promised",
            declared.span_of("rate"),
            "raise `rate`, or make `every` longer; without `rate`, it is one in each `every`",
            path=declared.node.template.text,
        )


def _is_below_every(endpoint: Endpoint) -> bool:
    if endpoint.rate is None or endpoint.every is None:
        return False
    return endpoint.rate.per_second * endpoint.every.seconds < 1
