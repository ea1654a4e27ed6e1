"""What levels, classes and nodes say together: precedence and narrowing.

A level's contract comes first, then the classes in order, then the node. What
identifies an endpoint (type, unit, payload, kind, aspect, retain, qos) may be
set where it is unset and never changed; ranges may only become narrower; texts
for people are replaced. Of two parents that disagree the narrower counts, and
where neither is narrower that is an error which names both.

What is being put together is a :class:`Draft`: facets, each with who said it
and where, so that a fault can show both places. Finished drafts become the
endpoints of the tree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from uns.diagnostics import Span, did_you_mean
from uns.loading.faults import Faults
from uns.loading.model_format import Declaration, Deprecation, Location, span_at
from uns.loading.yaml_events import Map, key_span, value_span
from uns.model.tree import Deprecated, Endpoint, Kind, Notes, Origin
from uns.payloads import FACETS, METRIC_TYPES, PayloadContract, PayloadType, ValueType, limits
from uns.topics.templates import InvalidTemplate, TopicTemplate

__all__ = [
    "Draft",
    "EndpointDefaults",
    "Finisher",
    "Said",
    "check_moved_from",
    "check_replaced_by",
    "join",
    "misfit",
    "refine",
    "report_conflict",
    "value_type",
]

#: Facets that are set once: what identifies an endpoint.
_IDENTITY = frozenset(
    {"type", "payload", "kind", "aspect", "retain", "qos"}
    | {facet.name for facet in FACETS if facet.narrows is None}
)

#: Facets that may only become narrower: whether ``new`` is as narrow as ``old``.
_NARROWS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {facet.name: facet.narrows for facet in FACETS if facet.narrows is not None}
    | {"required": lambda old, new: new or not old}
)


class Said(NamedTuple):
    """The value of one facet, and who said it where."""

    value: Any
    by: str
    place: Map
    key: str

    @property
    def span(self) -> Span:
        """Where the value stands."""
        return value_span(self.place, self.key)


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """An endpoint or a property while it is put together.

    ``key`` is how the file calls it, ``noun`` what it is ("metric", "topic",
    "property"), ``facets`` what has been said of it so far, ``by`` who has
    spoken, in order of precedence, and ``origins`` where. It is not ``whole``
    when some of what was said could not be read. That was reported, and nothing
    is reported as missing from it.
    """

    key: str
    noun: str
    facets: Mapping[str, Said]
    by: tuple[str, ...]
    origins: tuple[Origin, ...]
    whole: bool = True

    @property
    def origin(self) -> Origin:
        """Where it was declared first."""
        return self.origins[0]

    @property
    def span(self) -> Span:
        """Where it was declared first."""
        return self.origin.span

    def get(self, facet: str) -> Any:
        """The value of a facet, or ``None``."""
        said = self.facets.get(facet)
        return said.value if said else None


Drafts: TypeAlias = Mapping[str, Draft]
NO_DRAFTS: Drafts = MappingProxyType({})


# --- putting together ------------------------------------------------------------------------------


def refine(
    base: Drafts,
    declared: Mapping[str, Declaration] | None,
    noun: str,
    by: str,
    place: Map,
    faults: Faults,
    *,
    whole: bool = True,
) -> Drafts:
    """``base`` with what ``declared`` (the mapping ``place`` of the file) adds and narrows.

    Without ``whole`` there may be a base that could not be read.
    """
    if not declared:
        return base
    drafts = dict(base)
    for key, declaration in declared.items():
        said = _said(declaration, by, place[key])
        before = drafts.get(key)
        origin = place.origin(key)
        read = len(declaration.model_fields_set) == len(place[key])
        if before is None:
            drafts[key] = Draft(key, noun, said, (by,), (origin,), whole and read)
        elif before.noun != noun:
            message = f"{key!r} is a {noun} here and a {before.noun} in {before.by[0]}"
            related = ((before.span, f"a {before.noun} here"),)
            faults.add("M403", message, origin.span, related=related)
        else:
            facets = _refine_facets(before, said, faults)
            by_all, origins = (*before.by, by), (*before.origins, origin)
            read = before.whole and read and not _is_empty(before)
            drafts[key] = Draft(key, noun, facets, by_all, origins, read)
    return drafts


def _said(declaration: Declaration, by: str, place: Map | None) -> dict[str, Said]:
    said = {}
    for name in declaration.model_fields_set:
        value = getattr(declaration, name)
        if value is not None and place is not None:
            said[name] = Said(value, by, place, name)
    return said


def _refine_facets(base: Draft, said: Mapping[str, Said], faults: Faults) -> dict[str, Said]:
    facets = dict(base.facets)
    for name, new in said.items():
        old = facets.get(name) or (_closed(base) if name == "open" else None)
        if old is None or (name not in _NARROWS and name not in _IDENTITY):
            facets[name] = new
        elif name in _IDENTITY:
            if old.value != new.value:
                _report_change(base, name, old, new, faults)
        elif _NARROWS[name](old.value, new.value):
            facets[name] = new
        else:
            _report_widening(base, name, old, new, faults)
    return facets


def join(
    left: Drafts, right: Drafts, is_refined_by: Callable[[str, str], bool], faults: Faults
) -> Drafts:
    """What two parents say together.

    ``is_refined_by(a, b)`` tells whether the speaker ``b`` stands below ``a``,
    so that a text which ``a`` once said does not win over the one ``b`` put in
    its place.
    """
    if left is right or not right:
        return left
    if not left:
        return right
    drafts = dict(left)
    for key, theirs in right.items():
        ours = drafts.get(key)
        if ours is None:
            drafts[key] = theirs
        elif ours is theirs:
            continue
        elif ours.noun != theirs.noun:
            message = (
                f"{key!r} is a {theirs.noun} in {theirs.by[0]} and a {ours.noun} in {ours.by[0]}"
            )
            related = ((ours.span, f"a {ours.noun} here"),)
            faults.add("M403", message, theirs.span, related=related)
        else:
            facets = _join_facets(ours, theirs, is_refined_by, faults)
            by = (*ours.by, *(name for name in theirs.by if name not in ours.by))
            whole = ours.whole and theirs.whole
            origins = (*ours.origins, *(at for at in theirs.origins if at not in ours.origins))
            drafts[key] = Draft(key, ours.noun, facets, by, origins, whole)
    return drafts


def _join_facets(
    ours: Draft, theirs: Draft, is_refined_by: Callable[[str, str], bool], faults: Faults
) -> dict[str, Said]:
    facets = dict(ours.facets)
    for name, new in theirs.facets.items():
        old = facets.get(name)
        if old is None or old is new:
            facets[name] = new
        elif name in _IDENTITY:
            if old.value != new.value:
                _report_disagreement(ours, name, old, new, faults)
        elif name in _NARROWS:
            if _NARROWS[name](old.value, new.value):
                facets[name] = new
            elif not _NARROWS[name](new.value, old.value):
                _report_disagreement(ours, name, old, new, faults)
        elif not is_refined_by(new.by, old.by):
            facets[name] = new
    if _closed(ours) or _closed(theirs):
        facets.pop("open", None)
    return facets


def _closed(draft: Draft) -> Said | None:
    """What a draft that lists values and does not say `open` says of it: they are all there are."""
    values = draft.facets.get("values")
    if values is None or "open" in draft.facets:
        return None
    return values._replace(value=False)


def report_conflict(
    code: str, message: str, old: Said, new: Said, help_: str, faults: Faults
) -> None:
    """Report ``new``, which does not go together with ``old``."""
    faults.add(code, message, new.span, help=help_, related=((old.span, f"set in {old.by}"),))


def _report_change(base: Draft, name: str, old: Said, new: Said, faults: Faults) -> None:
    message = (
        f"`{name}` of {base.noun} {base.key!r} is {_text(old.value)} in {old.by} "
        f"and cannot become {_text(new.value)}"
    )
    help_ = f"what identifies a {base.noun} is set once; give the new one another name"
    report_conflict("M503", message, old, new, help_, faults)


def _report_widening(base: Draft, name: str, old: Said, new: Said, faults: Faults) -> None:
    message = (
        f"`{name}` of {base.noun} {base.key!r} is {_text(old.value)} in {old.by}, "
        f"and {_text(new.value)} is not narrower"
    )
    help_ = "a refinement may only narrow; widen it where it is declared first"
    report_conflict("M504", message, old, new, help_, faults)


def _report_disagreement(base: Draft, name: str, old: Said, new: Said, faults: Faults) -> None:
    message = (
        f"{old.by} and {new.by} disagree on `{name}` of {base.noun} {base.key!r}: "
        f"{_text(old.value)} and {_text(new.value)}"
    )
    help_ = "make one of the two agree with the other"
    report_conflict("M503", message, old, new, help_, faults)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(str, value)) + "]"
    return repr(value) if isinstance(value, str) else str(value)


# --- finishing -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EndpointDefaults:
    """What holds for endpoints where nothing else is said.

    ``where`` is the place that names the payload of metrics.
    """

    metric_payload: str
    where: Callable[[], Span]
    retain_state: bool
    qos: int


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
            if draft.whole and draft.noun == "metric" and "type" not in draft.facets:
                help_ = "say `type: number`, integer, boolean, string or enum"
                message = f"metric {draft.key!r} has no type"
                self.faults.add("M502", message, draft.span, help=help_)
            elif draft.whole and draft.noun == "topic" and "payload" not in draft.facets:
                help_ = "say `payload: name/1`; one value per topic goes under `metrics:`"
                message = f"topic {draft.key!r} has no payload"
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
    deprecated = draft.get("deprecated")
    return Notes(
        label=draft.get("label"),
        description=draft.get("description"),
        owner=draft.get("owner"),
        deprecated=deprecation(deprecated),
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


#: Which types each facet goes with.
_GOES_WITH: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {facet.name: facet.types for facet in FACETS}
    | {"items": ("array", "map"), "fields": ("object",)}
)


def value_type(draft: Draft, faults: Faults) -> ValueType | None:
    """The value type a draft describes; facets that contradict it or each other are reported."""
    type_ = draft.get("type")
    if type_ is None:
        return None
    if not all([_have_place(draft, type_, faults), _agree(draft, type_, faults)]):
        return None
    said = {facet.attribute: draft.get(facet.name) for facet in FACETS}
    said["values"] = tuple(said["values"] or ())
    return ValueType(type_, **{name: value for name, value in said.items() if value is not None})


def _have_place(draft: Draft, type_: str, faults: Faults) -> bool:
    """Whether every facet goes with the type; those that do not are reported."""
    fits = True
    for name, types in _GOES_WITH.items():
        said = draft.facets.get(name)
        if said is not None and type_ not in types:
            owners = [each for each in types if draft.noun == "field" or each in METRIC_TYPES]
            message = f"`{name}` says nothing of {draft.noun} {draft.key!r}, whose type is {type_}"
            help_ = f"`{name}` goes with: {', '.join(owners)}"
            faults.add("M506", message, key_span(said.place, said.key), help=help_)
            fits = False
    return fits


def _agree(draft: Draft, type_: str, faults: Faults) -> bool:
    """Whether no facet contradicts itself or another; those that do are reported."""
    agree = True
    low, high, values = (draft.facets.get(name) for name in ("min", "max", "values"))
    if low and high and draft.whole and _is_empty(draft):
        message = f"`min` {low.value} is above `max` {high.value}"
        faults.add("M506", message, low.span, related=((high.span, "`max` here"),))
        agree = False
    listed = values.value if values else []
    if type_ == "enum" and not listed and draft.whole:
        message = f"enum {draft.key!r} lists no values"
        faults.add("M506", message, draft.span, help="say `values: [first, second]`")
        agree = False
    elif values and len(set(listed)) != len(listed):
        twice = next(value for value, count in Counter(listed).items() if count > 1)
        faults.add("M506", f"the value {twice!r} stands twice", values.span)
        agree = False
    return agree


#: Payloads that every model knows, and most names that are listed in a help.
_ALWAYS_KNOWN, _SEVERAL = frozenset({"vtq/1", "info/1"}), 8


def _declare(known: Iterable[str]) -> str:
    """What to do about a payload that is not among the known ones."""
    names = sorted(set(known) - _ALWAYS_KNOWN)
    if not names:
        return "declare it under `payloads:`, or `include: [std]`"
    more = f" and {len(names) - _SEVERAL:,} more" if len(names) > _SEVERAL else ""
    return f"declare it under `payloads:`; it knows {', '.join(names[:_SEVERAL])}{more}"


def _is_empty(draft: Draft) -> bool:
    """Whether no value is between the bounds."""
    low, high = draft.get("min"), draft.get("max")
    return low is not None and high is not None and low > high


def misfit(type_: ValueType, value: object) -> str | None:
    """Why a text, number, true or false does not fit a type, or ``None``."""
    if type_.type in {"any", "metric_value", "metric_unit"}:
        return None
    if not _is_a(type_.type, value):
        return f"must be {'an' if type_.type[0] in 'aeio' else 'a'} {type_.type}"
    if type_.values and value not in type_.values and not type_.open:
        return f"must be one of: {', '.join(type_.values)}"
    broken = (
        limit.must.format(said) for limit, said in limits(type_) if not limit.admits(said, value)
    )
    return next(broken, None)


def _is_a(type_: str, value: object) -> bool:
    if isinstance(value, bool):
        return type_ == "boolean"
    if isinstance(value, int | float):
        return type_ == "number" or (type_ in {"integer", "timestamp_ms"} and value % 1 == 0)
    return isinstance(value, str) and type_ in {"string", "enum", "datetime", "ucum"}
