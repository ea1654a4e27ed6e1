"""Combines the declarations of levels, classes and nodes: precedence and narrowing.

A level's contract comes first, then the classes in order, then the node. The facets that
identify an endpoint (type, unit, payload, kind, aspect, retain, qos) can be set once and not
changed; ranges may only become narrower, `every` and `expires` only shorter; texts for people,
`rate` and `bytes` are replaced. If two parents
disagree, the narrower range counts; if neither is narrower, that is a fault with both places.

The result is a :class:`Draft`: facets, each with its declaration and its place in the file, so
that a fault can show both places. Drafts become the endpoints of the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from uns.diagnostics import Span
from uns.loading.extensions import extensions
from uns.loading.faults import Faults
from uns.loading.model_format import Declaration, is_extension
from uns.loading.yaml_events import Map, value_span
from uns.model.tree import Origin
from uns.payloads import FACETS
from uns.rates import Duration

#: The facets that identify an endpoint: they are set once.
_IDENTITY = frozenset(
    {"type", "payload", "kind", "aspect", "retain", "qos"}
    | {facet.name for facet in FACETS if facet.narrows is None}
)

#: The facets that may only become narrower -> whether ``new`` is at least as narrow as ``old``.
_NARROWS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {facet.name: facet.narrows for facet in FACETS if facet.narrows is not None}
    | {
        "required": lambda old, new: new or not old,
        "every": lambda old, new: new <= old,
        "expires": lambda old, new: new <= old,
    }
)

_DENIED_BY = {facet.name: facet.denied_by for facet in FACETS if facet.denied_by is not None}


class FacetValue(NamedTuple):
    """The value of one facet; ``by`` is the declaration that sets it, such as "class Filler"."""

    value: Any
    by: str
    place: Map
    key: str

    @property
    def span(self) -> Span:
        """The place of the value in the file."""
        return value_span(self.place, self.key)


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """An endpoint or a property whose declarations are being combined.

    ``key`` is its key in the file, ``noun`` is "metric", "topic", "property" or "field".
    ``facets`` are the facets so far, ``by`` the declarations they come from, in order of
    precedence, and ``origins`` the places of these. ``is_complete`` is false if a part could
    not be read: that is already reported, so nothing is reported as missing.
    """

    key: str
    noun: str
    facets: Mapping[str, FacetValue]
    by: tuple[str, ...]
    origins: tuple[Origin, ...]
    is_complete: bool = True

    @property
    def origin(self) -> Origin:
        """The first declaration."""
        return self.origins[0]

    @property
    def span(self) -> Span:
        """The place of the first declaration."""
        return self.origin.span

    def get(self, facet: str) -> Any:
        """The value of a facet, or ``None``."""
        found = self.facets.get(facet)
        return found.value if found else None

    @property
    def is_empty(self) -> bool:
        """Whether ``min`` is above ``max``, so that no value fits."""
        low, high = self.get("min"), self.get("max")
        return low is not None and high is not None and low > high


Drafts: TypeAlias = Mapping[str, Draft]
NO_DRAFTS: Drafts = MappingProxyType({})


# --- combining -------------------------------------------------------------------------------------


def refine(
    base: Drafts,
    declared: Mapping[str, Declaration] | None,
    noun: str,
    by: str,
    place: Map,
    faults: Faults,
    *,
    is_complete: bool = True,
) -> Drafts:
    """``base`` refined by ``declared``, the mapping ``place`` of the file.

    Unless ``is_complete``, a part of the base could not be read.
    """
    if not declared:
        return base
    drafts = dict(base)
    for key, declaration in declared.items():
        before = drafts.get(key)
        facets = read_facets(declaration, by, place[key])
        is_read = len(declaration.model_fields_set) == _count_keys(place[key])
        origin = place.origin(key)
        is_known = is_complete or before is not None
        new = Draft(key, noun, facets, (by,), (origin,), is_read and is_known)
        if before is None:
            drafts[key] = new
        elif before.noun != noun:
            _report_clash(before, new, "here", faults)
        else:
            drafts[key] = Draft(
                key,
                noun,
                _refine_facets(before, facets, faults),
                (*before.by, by),
                (*before.origins, origin),
                before.is_complete and is_read and not before.is_empty,
            )
    return drafts


def read_facets(declaration: Declaration, by: str, place: Map | None) -> dict[str, FacetValue]:
    """The facets of a declaration, the mapping ``place`` of the file."""
    facets: dict[str, FacetValue] = {}
    if place is None:
        return facets
    for name in declaration.model_fields_set:
        value = getattr(declaration, name)
        if value is not None:
            facets[name] = FacetValue(value, by, place, name)
    for name, value in extensions(place).items():
        facets[name] = FacetValue(value, by, place, name)
    return facets


def _count_keys(place: Map) -> int:
    """The number of keys of a mapping that are those of the language."""
    return sum(not is_extension(key) for key in place) if place.may_extend else len(place)


def _refine_facets(
    base: Draft, refined: Mapping[str, FacetValue], faults: Faults
) -> dict[str, FacetValue]:
    facets = dict(base.facets)
    for name, new in refined.items():
        old = facets.get(name) or _denied(base, name)
        if old is None or (name not in _NARROWS and name not in _IDENTITY):
            facets[name] = new
            continue
        before = f"`{name}` of {base.noun} {base.key!r} is {_text(old.value)} in {old.by}"
        if name in _IDENTITY:
            if old.value != new.value:
                message = f"{before} and cannot become {_text(new.value)}"
                help_ = (
                    f"`{name}` of a {base.noun} is set only once; use another name for the new one"
                )
                report_conflict("M503", message, old, new, help_, faults)
        elif _NARROWS[name](old.value, new.value):
            facets[name] = new
        else:
            is_time = isinstance(new.value, Duration)
            message = (
                f"{before}, and {_text(new.value)} is {'longer' if is_time else 'not narrower'}"
            )
            help_ = (
                "a refinement can only be shorter; make it longer in the first declaration"
                if is_time
                else "a refinement can only narrow; widen it in the first declaration"
            )
            report_conflict("M504", message, old, new, help_, faults)
    return facets


def join(
    left: Drafts, right: Drafts, is_refined_by: Callable[[str, str], bool], faults: Faults
) -> Drafts:
    """Combine the drafts of two parents.

    ``is_refined_by(a, b)`` says whether the declaration ``b`` extends ``a``; then a text of
    ``a`` does not replace the text that ``b`` has instead.
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
            _report_clash(ours, theirs, f"in {theirs.by[0]}", faults)
        else:
            facets = _join_facets(ours, theirs, is_refined_by, faults)
            by = tuple(dict.fromkeys((*ours.by, *theirs.by)))
            origins = (*ours.origins, *(at for at in theirs.origins if at not in ours.origins))
            is_complete = ours.is_complete and theirs.is_complete
            drafts[key] = Draft(key, ours.noun, facets, by, origins, is_complete)
    return drafts


def _join_facets(
    ours: Draft, theirs: Draft, is_refined_by: Callable[[str, str], bool], faults: Faults
) -> dict[str, FacetValue]:
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
    for name in _DENIED_BY:
        if _denied(ours, name) or _denied(theirs, name):
            facets.pop(name, None)
    return facets


def _denied(draft: Draft, name: str) -> FacetValue | None:
    """The value ``False`` of a facet that a draft denies by setting another facet without it."""
    other = draft.facets.get(_DENIED_BY.get(name, ""))
    return None if other is None or name in draft.facets else other._replace(value=False)


# --- faults ----------------------------------------------------------------------------------------


def _report_clash(first: Draft, second: Draft, where: str, faults: Faults) -> None:
    message = f"{second.key!r} is a {second.noun} {where} and a {first.noun} in {first.by[0]}"
    related = ((first.span, f"a {first.noun} here"),)
    faults.add("M403", message, second.span, related=related)


def _report_disagreement(
    draft: Draft, name: str, old: FacetValue, new: FacetValue, faults: Faults
) -> None:
    message = (
        f"{old.by} and {new.by} disagree on `{name}` of {draft.noun} {draft.key!r}: "
        f"{_text(old.value)} and {_text(new.value)}"
    )
    help_ = "change one of the two"
    report_conflict("M503", message, old, new, help_, faults)


def report_conflict(
    code: str, message: str, old: FacetValue, new: FacetValue, help_: str, faults: Faults
) -> None:
    """Report that ``new`` conflicts with ``old``."""
    faults.add(code, message, new.span, help=help_, related=((old.span, f"set in {old.by}"),))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(str, value)) + "]"
    return repr(value) if isinstance(value, str) else str(value)
