"""What a model says under ``brokers:``: the tree of brokers, and the topics that they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeAlias

from uns.diagnostics import Span, did_you_mean
from uns.loading.faults import Faults
from uns.loading.yaml_events import Map, key_span, span_at
from uns.model.namespace import Namespace
from uns.model.near_misses import near_miss, respelled
from uns.model.tiers import Broker, takes_any
from uns.topics.meetings import meetings
from uns.topics.names_and_filters import TopicFilter

#: Most pairs of filters of two brokers that share topics by their form, and none of the model.
MOST_PAIRS = 10_000

#: Most filters that hold nothing for which a near miss is looked for.
MOST_NEAR_MISSES = 10


class DeclaredBroker(NamedTuple):
    """A broker and its place in the file; without ``is_complete`` a part of it was left out."""

    broker: Broker
    place: Map
    is_complete: bool

    def span(self, *path: str | int) -> Span:
        """The place of a part of it, or of its name."""
        name = self.broker.name
        return span_at(self.place, (name, *path)) if path else key_span(self.place, name)


Brokers: TypeAlias = Mapping[str, DeclaredBroker]


def check_tree(brokers: Brokers, faults: Faults) -> None:
    """Report what keeps the brokers from being a tree with one root."""
    roots = []
    for name, declared in brokers.items():
        upstream = declared.broker.upstream
        if upstream is not None and upstream not in brokers:
            report_unknown_broker(upstream, brokers, declared.span("upstream"), faults)
        if upstream is None and declared.is_complete:
            roots.append(name)
    for other in roots[1:]:
        message = f"broker {other!r} has no `upstream`, and {roots[0]!r} has none either"
        related = ((brokers[roots[0]].span(), "the first one"),)
        help_ = "one broker is the root: give the others an `upstream`"
        faults.add("M312", message, brokers[other].span(), help=help_, related=related)
    _check_circles(brokers, faults)


def _check_circles(brokers: Brokers, faults: Faults) -> None:
    """Report each circle once, at the `upstream` of its first broker."""
    known: set[str] = set()
    for start in brokers:
        way: list[str] = []
        name: str | None = start
        while name is not None and name in brokers and name not in known:
            known.add(name)
            way.append(name)
            name = brokers[name].broker.upstream
        if name is not None and name in way:
            circle = way[way.index(name) :]
            among = set(circle)
            at = circle.index(next(each for each in brokers if each in among))
            circle = [*circle[at:], *circle[:at], circle[at]]
            message = f"broker {circle[0]!r} is its own upstream: {' > '.join(circle)}"
            help_ = "remove the `upstream` of the broker that is the root"
            faults.add("M312", message, brokers[circle[0]].span("upstream"), help=help_)


def report_unknown_broker(name: str, known: Iterable[str], span: Span, faults: Faults) -> None:
    """Report a broker that is not declared."""
    help_ = did_you_mean(name, known, "declare it under `brokers:`")
    faults.add("M311", f"no broker {name!r} is declared", span, help=help_)


# --- what they hold --------------------------------------------------------------------------------


class _Held(NamedTuple):
    """A filter under `holds`, and where it is."""

    broker: str
    number: int
    filter: TopicFilter


def check_holds(namespace: Namespace, faults: Faults) -> None:
    """Report filters that hold no topic of the model, and topics that two brokers hold."""

    def span(held: _Held) -> Span | None:
        where = "brokers", held.broker, "holds"
        return namespace.locate(*where, held.number) or namespace.locate(*where)

    holds = [
        _Held(broker.name, number, filter_)
        for broker in namespace.brokers.values()
        for number, filter_ in enumerate(broker.holds)
    ]
    misses = 0
    for held in holds:
        if not takes_any(namespace.top, held.filter):
            misses += 1
            message = f"broker {held.broker!r} holds {str(held.filter)!r}, and no topic matches it"
            help_ = _help_with(namespace, held.filter) if misses <= MOST_NEAR_MISSES else None
            faults.add("M512", message, span(held), help=help_)
    _check_shared(namespace, holds, span, faults)


def _help_with(namespace: Namespace, wanted: TopicFilter) -> str:
    """What a filter that no topic matches was probably meant to be."""
    meant = respelled(namespace, wanted)
    if meant is not None:
        return f"did you mean {str(meant)!r}?"
    miss = near_miss(namespace, wanted)
    return str(miss) if miss else "remove it, or model the topics it is for"


def _check_shared(
    namespace: Namespace,
    holds: list[_Held],
    span: Callable[[_Held], Span | None],
    faults: Faults,
) -> None:
    tried = 0
    for first, second in meetings([held.filter for held in holds]):
        one, other = holds[first], holds[second]
        common = one.filter & other.filter
        if one.broker == other.broker or common is None:
            continue
        node = next(namespace.endpoints(common), None)
        if node is None and not namespace.allows_unmodelled(common):
            tried += 1
            if tried > MOST_PAIRS:
                message = "too many filters under `holds` overlap to compare them"
                help_ = "name the first levels in each of them, without `+`"
                faults.add("M513", message, span(other), help=help_)
                return
            continue
        what = repr(node.template.text) if node else f"topics that match {str(common)!r}"
        at = span(one)
        faults.add(
            "M513",
            f"brokers {one.broker!r} and {other.broker!r} both hold {what}",
            span(other),
            help="a topic has its home at one broker: narrow one of the two filters",
            related=((at, f"{one.broker!r} holds it here"),) if at else (),
        )
