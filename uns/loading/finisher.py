"""Turns drafts into endpoints: resolves their names, payloads and aspects, and adds defaults."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from uns.diagnostics import Span, did_you_mean, near
from uns.loading.extensions import extensions
from uns.loading.faults import Faults
from uns.loading.inheritance import Draft, Drafts, FacetValue
from uns.loading.model_format import Deprecation, is_extension
from uns.loading.payload_reading import is_payload_name
from uns.loading.value_types import value_type
from uns.loading.yaml_events import KeyPath, Map, span_at
from uns.model.tree import Deprecated, Endpoint, Kind, Notes
from uns.payloads import UNKNOWN, PayloadContract, PayloadType, ValueType
from uns.rates import Duration
from uns.topics.templates import InvalidTemplate, TopicTemplate


@dataclass(frozen=True, slots=True)
class EndpointDefaults:
    """The defaults for endpoints; ``where`` finds the place that names the payload of metrics."""

    metric_payload: str
    where: Callable[[], Span]
    retain_state: bool
    qos: int


#: The key that an endpoint needs, and how to write it.
_NEEDS = MappingProxyType(
    {
        "metric": ("type", "add `type: number`, integer, boolean, string or enum"),
        "topic": ("payload", "add `payload: name/1`; a topic with one value is under `metrics:`"),
    }
)


#: The keys about the flow of messages that some kinds have, and what to do for the others.
_KINDS_OF: Mapping[str, tuple[tuple[Kind, ...], str]] = MappingProxyType(
    {
        "every": (
            (Kind.STATE, Kind.RECORD),
            "nobody knows when the next one comes: use `rate` for the mean number of messages",
        ),
        "expires": (
            (Kind.COMMAND, Kind.EVENT),
            "remove it: only commands and events go out of date before the next message",
        ),
    }
)

_AS_NOUN = MappingProxyType(
    {
        Kind.STATE: "a state",
        Kind.EVENT: "an event",
        Kind.RECORD: "a record",
        Kind.COMMAND: "a command",
    }
)


def is_expiry(duration: Duration) -> bool:
    """Whether MQTT can say that a message expires after ``duration`` (MQTT 5.0 §3.3.2.3.3)."""
    return duration.seconds.denominator == 1 and duration.seconds < 2**32


@dataclass(slots=True)
class Finisher:
    """Turns drafts into endpoints; equal contracts become one object.

    ``payloads`` and ``aspects`` have ``None`` for a declaration with faults. ``library`` are the
    names of the payloads that ship with the package, and ``how_to_include`` says how to add that
    library to the model.
    """

    payloads: Mapping[str, PayloadType | None]
    aspects: Mapping[str, str | None]
    defaults: EndpointDefaults
    faults: Faults
    library: Collection[str] = ()
    how_to_include: str = ""
    _contracts: dict[PayloadContract, PayloadContract] = field(default_factory=dict)
    _finished: dict[int, tuple[Draft, Endpoint | None]] = field(default_factory=dict)

    def endpoints(self, drafts: Drafts) -> dict[str, Endpoint]:
        """The endpoints of ``drafts`` by key; incomplete and wrong ones are left out."""
        finished = {}
        for key, draft in drafts.items():
            # The draft is kept too, so that no other object gets its id.
            known = self._finished.get(id(draft))
            if known is None:
                known = self._finished[id(draft)] = (draft, self._endpoint(draft))
            if known[1] is not None:
                finished[key] = known[1]
        return finished

    def report_incomplete(self, drafts: Drafts) -> None:
        """Report the metrics without a type and the topics without a payload."""
        for draft in drafts.values():
            needs, help_ = _NEEDS[draft.noun]
            if draft.is_complete and needs not in draft.facets:
                message = f"{draft.noun} {draft.key!r} has no {needs}"
                help_ = _help_with_refined(draft, drafts) or help_
                self.faults.add("M502", message, draft.span, help=help_)

    def contract(self, payload: PayloadType, metric: ValueType | None = None) -> PayloadContract:
        """The one contract object for a payload and a metric."""
        contract = PayloadContract(payload, metric)
        return self._contracts.setdefault(contract, contract)

    def payload(self, name: str, where: Callable[[], Span]) -> PayloadType | None:
        """The payload ``name``; if no file declares it, that is reported at ``where``."""
        if name in self.payloads:
            return self.payloads[name]
        if name in self.library:
            message = f"payload {name!r} is in the library std, which the model does not include"
            help_, label = self.how_to_include, f"{name!r} is in it, too"
            self.faults.add("M302", message, where(), help=help_, cause="std", label=label)
            return None
        message = f"no payload {name!r} is declared"
        self.faults.add("M302", message, where(), help=self._help_with(name), cause=name)
        return None

    def _help_with(self, name: str) -> str:
        """The help for a payload that is not declared."""
        # A payload whose name is at fault cannot be named, either.
        known = [each for each, found in self.payloads.items() if found or is_payload_name(each)]
        close = near(name, known)
        if close is not None:
            return f"did you mean {close!r}?"
        close = near(name, self.library)
        if close is not None and abs(len(close) - len(name)) <= _MOST_SLIPS:
            return f"did you mean {close!r}? It is in the library std: {self.how_to_include}"
        return _help_with_payload(known)

    def metric_payload(self, named: FacetValue | None = None) -> PayloadType | None:
        """The payload of a metric: the one it names, or the default. Faults are reported."""
        name = named.value if named else self.defaults.metric_payload

        def where() -> Span:
            return named.span if named else self.defaults.where()

        payload = self.payload(name, where)
        if payload is None or payload.metric_values == 1:
            return payload
        message = f"{name} has no value of type metric_value, so a metric cannot use it"
        help_ = "name a payload that has one, such as vtq/1 or bare/1; others are for `topics:`"
        if payload.json_schema is not None:
            message = (
                f"{name} is a JSON Schema, which cannot say the type, unit and limits of a metric"
            )
            help_ = "declare the topic under `topics:`, or name a payload with a field of type metric_value"
        elif payload.is_opaque:
            message = f"{name} is any bytes, which cannot be the value of a metric"
            help_ = "declare the topic under `topics:`"
        elif payload.metric_values > 1:
            message = f"{name} has {payload.metric_values} values of type metric_value, and a metric has one"
            help_ = "keep one of them, and give the others a type of their own"
        self.faults.add("M505", message, where(), help=help_)
        return None

    def _endpoint(self, draft: Draft) -> Endpoint | None:
        named = self._split_name(draft)
        contract = self._metric(draft) if draft.noun == "metric" else self._topic(draft)
        self._check_other_names(draft)
        self._check_flow(draft)
        if contract is not None:
            self._check_size(draft, contract.payload)
        if named is None or contract is None or not draft.is_complete:
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
            _make_notes(draft),
            draft.by,
            draft.origins,
            **{key: draft.get(key) for key in ("every", "rate", "bytes", "expires")},
        )

    def _split_name(self, draft: Draft) -> tuple[str | None, str] | None:
        """The aspect and the leaf of an endpoint; ``None`` after a fault."""
        prefix, leaf = split_key(draft.key)
        named = draft.facets.get("aspect")
        if prefix is not None and named is not None and named.value != prefix:
            message = f"the key {draft.key!r} has another aspect than `aspect: {named.value}`"
            self.faults.add("M506", message, named.span, help="remove `aspect`")
            return None
        aspect = prefix if prefix is not None else named.value if named else None
        if aspect is not None and aspect not in self.aspects:
            help_ = did_you_mean(aspect, self.aspects, "declare it under `aspects:`")
            if prefix is not None:
                help_ += "; write :: for a colon in the topic"
            span = named.span if named else draft.span
            message = f"no aspect {aspect!r} is declared"
            self.faults.add("M303", message, span, help=help_, cause=aspect)
            return None
        return aspect, leaf

    def _metric(self, draft: Draft) -> PayloadContract | None:
        named = draft.facets.get("payload")
        payload = self.metric_payload(named) if draft.is_complete or named else None
        metric = value_type(draft, self.faults)
        if payload and metric and metric.nullable and payload.encoding == "text":
            message = (
                f"metric {draft.key!r} may be null, which the text of {payload.name} cannot say"
            )
            help_ = "remove `nullable`, or use a payload that is JSON, such as bare/1"
            self.faults.add("M505", message, draft.facets["nullable"].span, help=help_)
            return None
        return self.contract(payload, metric) if payload and metric else None

    def _topic(self, draft: Draft) -> PayloadContract | None:
        named = draft.facets.get("payload")
        payload = self.payload(named.value, lambda: named.span) if named else None
        if named is None or payload is None:
            return None
        if payload.carries_metric:
            message = f"{named.value} needs the value of a metric, and topic {draft.key!r} has none"
            self.faults.add("M505", message, named.span, help="declare it under `metrics:`")
            return None
        return self.contract(payload)

    def _check_flow(self, draft: Draft) -> None:
        """Report a key about the flow of messages that does not fit the kind of the topic."""
        kind = Kind(draft.get("kind") or Kind.STATE)
        for key, (kinds, help_) in _KINDS_OF.items():
            found = draft.facets.get(key)
            # Of a draft with a part that could not be read, that part may be the kind.
            is_known = draft.is_complete or "kind" in draft.facets
            if found is not None and kind not in kinds and is_known:
                allowed = " and ".join(f"{each}s" for each in kinds)
                message = f"`{key}` is for {allowed}, and {draft.key!r} is {_AS_NOUN[kind]}"
                said = draft.facets.get("kind")
                related = ((said.span, f"set in {said.by}"),) if said else ()
                self.faults.add("M506", message, found.span, help=help_, related=related)
        expires = draft.facets.get("expires")
        if expires is not None and not is_expiry(expires.value):
            message = f"`expires` cannot be {expires.value}: MQTT counts whole seconds, in 4 bytes"
            help_ = "write 1 s to 4294967295 s (MQTT 5.0 §3.3.2.3.3)"
            self.faults.add("M204", message, expires.span, help=help_)

    def _check_size(self, draft: Draft, payload: PayloadType) -> None:
        """Report a mean size of messages above the largest that the payload allows."""
        mean = draft.facets.get("bytes")
        if mean is not None and payload.max_bytes is not None and mean.value > payload.max_bytes:
            message = (
                f"`bytes` of {draft.noun} {draft.key!r}, the mean size of a message, is {mean.value}, "
                f"above `max_bytes` {payload.max_bytes} of {payload.name}"
            )
            help_ = f"lower `bytes`, or use a payload with a larger `max_bytes` than {payload.name}"
            self.faults.add("M506", message, mean.span, help=help_)

    def _check_other_names(self, draft: Draft) -> None:
        moved, deprecated = draft.facets.get("moved_from"), draft.facets.get("deprecated")
        if moved:
            check_moved_from(moved.value, moved.place, self.faults)
        if deprecated:
            check_replaced_by(deprecated.value, deprecated.place, self.faults)


def split_key(key: str) -> tuple[str | None, str]:
    """Split an endpoint's key into its aspect and its leaf; ``::`` is a colon in the topic.

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


def _make_notes(draft: Draft) -> Notes:
    deprecated = draft.facets.get("deprecated")
    return Notes(
        label=draft.get("label"),
        description=draft.get("description"),
        owner=draft.get("owner"),
        deprecated=make_deprecated(deprecated.value, deprecated.place) if deprecated else None,
        moved_from=tuple(draft.get("moved_from") or ()),
        source_id=draft.get("source_id"),
        extensions={key: facet.value for key, facet in draft.facets.items() if is_extension(key)},
    )


def make_deprecated(declared: Deprecation | None, place: Map) -> Deprecated | None:
    """The deprecation under ``deprecated`` of the mapping ``place``, as the tree has it."""
    if declared is None:
        return None
    said = declared.since, declared.until, declared.replaced_by
    return Deprecated(*said, extensions=dict(extensions(place.below("deprecated"))))


def check_moved_from(topics: Iterable[str], place: Map, faults: Faults) -> None:
    """Report the entries of ``moved_from`` that are not topics or templates."""
    for index, text in enumerate(topics):
        _check_topic(text, place, ("moved_from", index), faults)


def check_replaced_by(declared: Deprecation, place: Map, faults: Faults) -> None:
    """Report a ``replaced_by`` that is not a topic or a template."""
    if declared.replaced_by is not None:
        _check_topic(declared.replaced_by, place, ("deprecated", "replaced_by"), faults)


def _check_topic(text: str, place: Map, path: KeyPath, faults: Faults) -> None:
    try:
        TopicTemplate(text)
    except InvalidTemplate as error:
        name = next(part for part in reversed(path) if isinstance(part, str))
        message = f"`{name}` is not a topic: {error.reason}"
        faults.add("M401", message, span_at(place, path))


#: The payload of the topic that describes a node, with ``defaults.info``.
INFO_PAYLOAD = "info/1"

#: The payloads that every model has.
BUILT_IN_PAYLOADS = ("vtq/1", "bare/1", "text/1", UNKNOWN, INFO_PAYLOAD)

#: The most names that a help lists.
_MOST_LISTED = 8

#: Most characters by which a misspelt name is longer or shorter than the payload of the library.
_MOST_SLIPS = 2


def _help_with_refined(draft: Draft, drafts: Drafts) -> str | None:
    """The help for a draft that was meant to refine an inherited one, and is misspelt."""
    inherited = [
        other
        for other in drafts.values()
        if other.noun == draft.noun and other.by[0] not in draft.by
    ]
    found = near(draft.key, (other.key for other in inherited))
    return f"did you mean {found!r} (of {drafts[found].by[0]})?" if found is not None else None


def _help_with_payload(known: Iterable[str]) -> str:
    """The help for a payload that is not declared."""
    names = sorted(set(known).difference(BUILT_IN_PAYLOADS))
    if not names:
        return "declare it under `payloads:`"
    more = f" and {len(names) - _MOST_LISTED:,} more" if len(names) > _MOST_LISTED else ""
    listed = ", ".join(names[:_MOST_LISTED])
    return f"declare it under `payloads:`; declared are {listed}{more}"
