"""Drafts into the endpoints of the tree: names, payloads and aspects they refer to, and defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from uns.diagnostics import Span, did_you_mean
from uns.loading.faults import Faults
from uns.loading.inheritance import Draft, Drafts, Said
from uns.loading.model_format import Deprecation, Location, span_at
from uns.loading.value_types import value_type
from uns.loading.yaml_events import Map
from uns.model.tree import Deprecated, Endpoint, Kind, Notes
from uns.payloads import PayloadContract, PayloadType, ValueType
from uns.topics.templates import InvalidTemplate, TopicTemplate

__all__ = [
    "EndpointDefaults",
    "Finisher",
    "check_moved_from",
    "check_replaced_by",
    "deprecation",
    "split_key",
]


@dataclass(frozen=True, slots=True)
class EndpointDefaults:
    """What holds for endpoints where nothing else is said.

    ``where`` is the place that names the payload of metrics.
    """

    metric_payload: str
    where: Callable[[], Span]
    retain_state: bool
    qos: int


#: What an endpoint cannot do without, and how to say it.
_NEEDS = MappingProxyType(
    {
        "metric": ("type", "say `type: number`, integer, boolean, string or enum"),
        "topic": ("payload", "say `payload: name/1`; one value per topic goes under `metrics:`"),
    }
)


@dataclass(slots=True)
class Finisher:
    """Turns drafts into endpoints; equal contracts come out as one object.

    ``payloads`` and ``aspects`` hold ``None`` for what is declared with faults.
    """

    payloads: Mapping[str, PayloadType | None]
    aspects: Mapping[str, str | None]
    defaults: EndpointDefaults
    faults: Faults
    _contracts: dict[PayloadContract, PayloadContract] = field(default_factory=dict)
    _finished: dict[int, tuple[Draft, Endpoint | None]] = field(default_factory=dict)

    def endpoints(self, drafts: Drafts) -> dict[str, Endpoint]:
        """The endpoints of ``drafts`` by their key; one that is incomplete or wrong is left out."""
        finished = {}
        for key, draft in drafts.items():
            # The draft is kept beside its endpoint, so its identity is not used again.
            known = self._finished.get(id(draft))
            if known is None:
                known = self._finished[id(draft)] = (draft, self._endpoint(draft))
            if known[1] is not None:
                finished[key] = known[1]
        return finished

    def tell_incomplete(self, drafts: Drafts) -> None:
        """Report what a node would have to publish without knowing what it is."""
        for draft in drafts.values():
            needs, help_ = _NEEDS[draft.noun]
            if draft.whole and needs not in draft.facets:
                message = f"{draft.noun} {draft.key!r} has no {needs}"
                self.faults.add("M502", message, draft.span, help=help_)

    def contract(self, payload: PayloadType, metric: ValueType | None = None) -> PayloadContract:
        """The one contract object for a payload and a metric."""
        contract = PayloadContract(payload, metric)
        return self._contracts.setdefault(contract, contract)

    def payload(self, name: str, where: Callable[[], Span]) -> PayloadType | None:
        """The payload called ``name``; one that no file declares is reported at ``where``."""
        if name not in self.payloads:
            help_ = did_you_mean(name, self.payloads, _declare(self.payloads))
            self.faults.add("M302", f"no payload {name!r} is declared", where(), help=help_)
        return self.payloads.get(name)

    def metric_payload(self, said: Said | None = None) -> PayloadType | None:
        """The payload around a metric that names none, or the one it names; faults are reported."""
        name = said.value if said else self.defaults.metric_payload

        def where() -> Span:
            return said.span if said else self.defaults.where()

        payload = self.payload(name, where)
        if payload is None or payload.json_schema is not None or payload.carries_metric:
            return payload
        message = f"{name} has no field of type metric_value, so it cannot wrap a metric"
        help_ = "name a payload that wraps one; a topic without a value goes under `topics:`"
        self.faults.add("M505", message, where(), help=help_)
        return None

    def _endpoint(self, draft: Draft) -> Endpoint | None:
        named = self._split_name(draft)
        contract = self._metric(draft) if draft.noun == "metric" else self._topic(draft)
        self._check_other_names(draft)
        if named is None or contract is None or not draft.whole:
            return None
        aspect, leaf = named
        kind = Kind(draft.get("kind") or Kind.STATE)
        retain, qos = draft.get("retain"), draft.get("qos")
        if retain is None:
            retain = kind is Kind.STATE and self.defaults.retain_state
        return Endpoint(
            leaf,
            contract,
            kind,
            retain,
            self.defaults.qos if qos is None else qos,
            aspect,
            bool(draft.get("required")),
            contract.metric,
            notes(draft),
            draft.by,
            draft.origins,
        )

    def _split_name(self, draft: Draft) -> tuple[str | None, str] | None:
        """The aspect and the leaf of an endpoint's key."""
        prefix, leaf = split_key(draft.key)
        said = draft.facets.get("aspect")
        if prefix is not None and said is not None and said.value != prefix:
            message = f"{draft.key!r} names the aspect {prefix!r}, `aspect` says {said.value!r}"
            self.faults.add("M506", message, said.span, help="leave `aspect` out")
            return None
        aspect = prefix if prefix is not None else said.value if said else None
        if aspect is not None and aspect not in self.aspects:
            help_ = did_you_mean(aspect, self.aspects, "declare it under `aspects:`")
            if prefix is not None:
                help_ += "; a colon that belongs to the topic is written ::"
            span = said.span if said else draft.span
            self.faults.add("M303", f"no aspect {aspect!r} is declared", span, help=help_)
            return None
        return aspect, leaf

    def _metric(self, draft: Draft) -> PayloadContract | None:
        said = draft.facets.get("payload")
        payload = self.metric_payload(said) if draft.whole or said else None
        metric = value_type(draft, self.faults)
        return self.contract(payload, metric) if payload and metric else None

    def _topic(self, draft: Draft) -> PayloadContract | None:
        said = draft.facets.get("payload")
        payload = self.payload(said.value, lambda: said.span) if said else None
        if said is None or payload is None:
            return None
        if payload.carries_metric:
            message = f"{said.value} wraps a metric, and topic {draft.key!r} has no value to wrap"
            self.faults.add("M505", message, said.span, help="declare it under `metrics:`")
            return None
        return self.contract(payload)

    def _check_other_names(self, draft: Draft) -> None:
        moved, deprecated = draft.facets.get("moved_from"), draft.facets.get("deprecated")
        if moved:
            check_moved_from(moved.value, moved.place, self.faults)
        if deprecated:
            check_replaced_by(deprecated.value, deprecated.place, self.faults)


def split_key(key: str) -> tuple[str | None, str]:
    """The aspect and the leaf of an endpoint's key; ``::`` is a colon of the topic.

    >>> split_key("raw:temperature"), split_key("at 07::20")
    (('raw', 'temperature'), (None, 'at 07:20'))
    """
    start = 0
    while (colon := key.find(":", start)) >= 0:
        if key.startswith("::", colon):
            start = colon + 2
            continue
        return key[:colon].replace("::", ":"), key[colon + 1 :].replace("::", ":")
    return None, key.replace("::", ":")


def notes(draft: Draft) -> Notes:
    """What a draft says for people."""
    return Notes(
        label=draft.get("label"),
        description=draft.get("description"),
        owner=draft.get("owner"),
        deprecated=deprecation(draft.get("deprecated")),
        moved_from=tuple(draft.get("moved_from") or ()),
        source_id=draft.get("source_id"),
    )


def deprecation(said: Deprecation | None) -> Deprecated | None:
    """A declared life cycle, as the tree holds it."""
    return Deprecated(said.since, said.until, said.replaced_by) if said else None


def check_moved_from(topics: Iterable[str], place: Map, faults: Faults) -> None:
    """Report what is no topic and no template under ``moved_from``."""
    for index, text in enumerate(topics):
        _check_topic(text, place, ("moved_from", index), faults)


def check_replaced_by(said: Deprecation, place: Map, faults: Faults) -> None:
    """Report a ``replaced_by`` that is no topic and no template."""
    if said.replaced_by is not None:
        _check_topic(said.replaced_by, place, ("deprecated", "replaced_by"), faults)


def _check_topic(text: str, place: Map, location: Location, faults: Faults) -> None:
    try:
        TopicTemplate(text)
    except InvalidTemplate as error:
        name = next(part for part in reversed(location) if isinstance(part, str))
        message = f"`{name}` names no topic: {error.reason}"
        faults.add("M401", message, span_at(place, location))


#: Payloads that every model knows, and most names that are listed in a help.
_ALWAYS_KNOWN, _SEVERAL = frozenset({"vtq/1", "info/1"}), 8


def _declare(known: Iterable[str]) -> str:
    """What to do about a payload that is not among the known ones."""
    names = sorted(set(known) - _ALWAYS_KNOWN)
    if not names:
        return "declare it under `payloads:`, or `include: [std]`"
    more = f" and {len(names) - _SEVERAL:,} more" if len(names) > _SEVERAL else ""
    return f"declare it under `payloads:`; it knows {', '.join(names[:_SEVERAL])}{more}"
