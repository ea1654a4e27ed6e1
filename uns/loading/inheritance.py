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

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from uns.diagnostics import Span
from uns.loading.faults import Faults
from uns.loading.model_format import Declaration
from uns.loading.yaml_events import Map, value_span
from uns.model.tree import Origin
from uns.payloads import FACETS

__all__ = [
    "NO_DRAFTS",
    "Draft",
    "Drafts",
    "Said",
    "join",
    "refine",
    "report_conflict",
    "said_facets",
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

_DENIED_BY = {facet.name: facet.denied_by for facet in FACETS if facet.denied_by is not None}


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

    @property
    def is_empty(self) -> bool:
        """Whether no value is between the bounds."""
        low, high = self.get("min"), self.get("max")
        return low is not None and high is not None and low > high


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
        before = drafts.get(key)
        said = said_facets(declaration, by, place[key])
        is_read = len(declaration.model_fields_set) == len(place[key])
        origin = place.origin(key)
        new = Draft(key, noun, said, (by,), (origin,), is_read and (whole or before is not None))
        if before is None:
            drafts[key] = new
        elif before.noun != noun:
            _report_clash(before, new, "here", faults)
        else:
            facets = _refine_facets(before, said, faults)
            is_whole = before.whole and is_read and not before.is_empty
            by_all, origins = (*before.by, by), (*before.origins, origin)
            drafts[key] = Draft(key, noun, facets, by_all, origins, is_whole)
    return drafts


def said_facets(declaration: Declaration, by: str, place: Map | None) -> dict[str, Said]:
    """The facets that a declaration, the mapping ``place`` of the file, says."""
    said = {}
    for name in declaration.model_fields_set:
        value = getattr(declaration, name)
        if value is not None and place is not None:
            said[name] = Said(value, by, place, name)
    return said


def _refine_facets(base: Draft, said: Mapping[str, Said], faults: Faults) -> dict[str, Said]:
    facets = dict(base.facets)
    for name, new in said.items():
        old = facets.get(name) or _denied(base, name)
        if old is None or (name not in _NARROWS and name not in _IDENTITY):
            facets[name] = new
            continue
        told = f"`{name}` of {base.noun} {base.key!r} is {_text(old.value)} in {old.by}"
        if name in _IDENTITY:
            if old.value != new.value:
                message = f"{told} and cannot become {_text(new.value)}"
                help_ = f"what identifies a {base.noun} is set once; give the new one another name"
                report_conflict("M503", message, old, new, help_, faults)
        elif _NARROWS[name](old.value, new.value):
            facets[name] = new
        else:
            message = f"{told}, and {_text(new.value)} is not narrower"
            help_ = "a refinement may only narrow; widen it where it is declared first"
            report_conflict("M504", message, old, new, help_, faults)
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
            _report_clash(ours, theirs, f"in {theirs.by[0]}", faults)
        else:
            facets = _join_facets(ours, theirs, is_refined_by, faults)
            by = tuple(dict.fromkeys((*ours.by, *theirs.by)))
            origins = (*ours.origins, *(at for at in theirs.origins if at not in ours.origins))
            drafts[key] = Draft(key, ours.noun, facets, by, origins, ours.whole and theirs.whole)
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
    for name in _DENIED_BY:
        if _denied(ours, name) or _denied(theirs, name):
            facets.pop(name, None)
    return facets


def _denied(draft: Draft, name: str) -> Said | None:
    """The "no" that a draft says to a facet by saying another one without it."""
    other = draft.facets.get(_DENIED_BY.get(name, ""))
    return None if other is None or name in draft.facets else other._replace(value=False)


# --- faults ----------------------------------------------------------------------------------------


def _report_clash(first: Draft, second: Draft, where: str, faults: Faults) -> None:
    message = f"{second.key!r} is a {second.noun} {where} and a {first.noun} in {first.by[0]}"
    related = ((first.span, f"a {first.noun} here"),)
    faults.add("M403", message, second.span, related=related)


def _report_disagreement(draft: Draft, name: str, old: Said, new: Said, faults: Faults) -> None:
    message = (
        f"{old.by} and {new.by} disagree on `{name}` of {draft.noun} {draft.key!r}: "
        f"{_text(old.value)} and {_text(new.value)}"
    )
    help_ = "make one of the two agree with the other"
    report_conflict("M503", message, old, new, help_, faults)


def report_conflict(
    code: str, message: str, old: Said, new: Said, help_: str, faults: Faults
) -> None:
    """Report ``new``, which does not go together with ``old``."""
    faults.add(code, message, new.span, help=help_, related=((old.span, f"set in {old.by}"),))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(str, value)) + "]"
    return repr(value) if isinstance(value, str) else str(value)
