"""Rules of family H on life cycles: what goes out of use, what takes its place, and what moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from uns.diagnostics import Severity, Span
from uns.linting.rule import Finding, rule
from uns.linting.spellings import called
from uns.linting.surveys import Survey
from uns.linting.versions import parsed
from uns.model.namespace import Namespace
from uns.model.resolutions import Outcome
from uns.model.tree import Deprecated, Notes, Origin, formerly
from uns.topics.patterns import UndecidedPattern
from uns.topics.templates import Segment, TopicTemplate


class _Noted(NamedTuple):
    """A declaration that says something of its life cycle."""

    what: str
    notes: Notes
    origin: Origin | None
    path: str | None

    @property
    def span(self) -> Span | None:
        return self.origin.span if self.origin else None


def _noted(survey: Survey) -> list[_Noted]:
    """Classes, equipment and topics that say anything of their life cycle, each once."""
    found = []
    known: set[int] = set()
    for class_ in survey.namespace.classes.values():
        deprecated = class_.notes.deprecated
        # A class has the life cycle of the one it extends; that is told at the other.
        if deprecated is not None and id(deprecated) not in known:
            known.add(id(deprecated))
            found.append(_Noted(f"class {class_.name!r}", class_.notes, class_.origin, None))
    told: set[Origin] = set()
    for members in survey.written:
        for member in members:
            place = member.place
            notes, origin = place.notes, member.origin
            if place.endpoint is not None and place.endpoint.origin is not None:
                origin = place.endpoint.origin
            if (notes.deprecated or notes.moved_from) and origin not in told:
                told.add(origin)
                former = (formerly(text, place, member.path) for text in notes.moved_from)
                notes = notes._replace(moved_from=tuple(former))
                found.append(_Noted(called(member), notes, origin, member.path))
    return found


def _deprecated(survey: Survey) -> Iterator[tuple[_Noted, Deprecated]]:
    for found in survey.once(_noted):
        if found.notes.deprecated is not None:
            yield found, found.notes.deprecated


# --- deprecation -----------------------------------------------------------------------------------


@rule("H401", "deprecated-without-plan", Severity.WARNING)
def deprecated_without_plan(survey: Survey) -> Iterator[Finding]:
    """Something is deprecated, and neither says when it goes nor what takes its place.

    Why:
        Consumers learn that they have to move, and neither where to nor until when. So nobody moves.

    Example:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {since: "1.2.0"}}}}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {since: "1.2.0", until: "2.0.0"}}}}}
    """
    for found, said in _deprecated(survey):
        if said.until is None and said.replaced_by is None:
            yield Finding(
                f"{found.what} is deprecated without a successor and without an end",
                found.span,
                "say `replaced_by:`, or the model version that takes it out under `until:`",
                path=found.path,
            )


@rule("H402", "past-its-end", Severity.WARNING)
def past_its_end(survey: Survey) -> Iterator[Finding]:
    """Something is still in the model in the version that was to take it out.

    Why:
        Consumers were told that it would be gone. Those who believed it have moved, those
        who did not were right, and the next `until` convinces nobody.

    Example:
        model: {id: acme, version: "2.0.0"}
        sites: {lyon: {metrics: {power: {type: number, deprecated: {until: "2.0.0"}}}}}

    Instead:
        model: {id: acme, version: "1.9.0"}
        sites: {lyon: {metrics: {power: {type: number, deprecated: {until: "2.0.0"}}}}}
    """
    version = survey.namespace.model.version
    for found, said in _deprecated(survey) if version else ():
        if version and said.until and parsed(said.until) <= parsed(version):
            yield Finding(
                f"{found.what} was to be gone in version {said.until}, and this is {version}",
                found.span,
                "take it out, or say a later version under `until:`",
                path=found.path,
            )


@rule("H403", "end-before-start", Severity.WARNING)
def end_before_start(survey: Survey) -> Iterator[Finding]:
    """Something goes in a version that does not come after the one that deprecates it.

    Why:
        There is no version in which consumers are told and can still move.

    Example:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {since: "2.0.0", until: "2.0.0"}}}}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {since: "2.0.0", until: "3.0.0"}}}}}
    """
    for found, said in _deprecated(survey):
        if said.since and said.until and parsed(said.until) <= parsed(said.since):
            yield Finding(
                f"{found.what} is deprecated since {said.since} and gone in {said.until}",
                found.span,
                "let at least one version lie between them",
                path=found.path,
            )


@rule("H404", "unknown-successor", Severity.WARNING)
def unknown_successor(survey: Survey) -> Iterator[Finding]:
    """`replaced_by` names a topic that the model does not have.

    Why:
        Consumers move to where nothing is published, and hear nothing from then on.

    Example:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {replaced_by: lyon/load}}}}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {replaced_by: lyon/load}}, load: {type: number}}}}
    """
    for found, said in _deprecated(survey):
        by = said.replaced_by
        if by is not None and not (_exists(survey.namespace, by) or _is_open(survey.namespace, by)):
            yield Finding(
                f"{found.what} is replaced by {said.replaced_by!r}, which the model does not have",
                found.span,
                _nearest(survey.namespace, by),
                path=found.path,
            )


def _nearest(namespace: Namespace, text: str) -> str:
    close = namespace.resolve(text).near
    return (
        f"did you mean {close!r}?"
        if close
        else "name a topic or a template of the model, from its root on"
    )


@rule("H405", "deprecated-successor", Severity.WARNING)
def deprecated_successor(survey: Survey) -> Iterator[Finding]:
    """`replaced_by` names something that is deprecated itself.

    Why:
        Whoever moves has to move again.

    Example:
        sites:
          lyon:
            metrics:
              power: {type: number, deprecated: {replaced_by: lyon/load}}
              load: {type: number, deprecated: {replaced_by: lyon/draw}}
              draw: {type: number}

    Instead:
        sites:
          lyon:
            metrics:
              power: {type: number, deprecated: {replaced_by: lyon/draw}}
              load: {type: number, deprecated: {replaced_by: lyon/draw}}
              draw: {type: number}
    """
    for found, said in _deprecated(survey):
        if said.replaced_by is None:
            continue
        node = survey.namespace.resolve(said.replaced_by).node
        if node is not None and node.deprecated is not None:
            further = node.deprecated.replaced_by
            yield Finding(
                f"{found.what} is replaced by {said.replaced_by!r}, which is deprecated itself",
                found.span,
                f"name what takes the place of both: {further!r}" if further else None,
                ((node.span, "deprecated here"),) if node.span else (),
                found.path,
            )


# --- moves -----------------------------------------------------------------------------------------


@rule("H406", "moved-and-still-there", Severity.WARNING)
def moved_and_still_there(survey: Survey) -> Iterator[Finding]:
    """`moved_from` names a topic that the model still has.

    Why:
        What is still there has not moved. A comparison with the old model takes the one for the
        other, and calls a breaking change a rename.

    Example:
        sites: {lyon: {metrics: {power: {type: number}, load: {type: number, moved_from: lyon/power}}}}

    Instead:
        sites: {lyon: {metrics: {load: {type: number, moved_from: lyon/power}}}}
    """
    for found in survey.once(_noted):
        for text in found.notes.moved_from:
            if _exists(survey.namespace, text):
                yield Finding(
                    f"{found.what} moved from {text!r}, which is still there",
                    found.span,
                    "take the old one out, or deprecate it with `replaced_by` instead of moving it",
                    path=found.path,
                )


@rule("H407", "moved-twice", Severity.WARNING)
def moved_twice(survey: Survey) -> Iterator[Finding]:
    """Two declarations say that they moved from the same topic.

    Why:
        A topic has one successor. Of two, a comparison can believe neither.

    Example:
        sites: {lyon: {metrics: {load: {type: number, moved_from: lyon/power}, draw: {type: number, moved_from: lyon/power}}}}

    Instead:
        sites: {lyon: {metrics: {load: {type: number, moved_from: lyon/power}, draw: {type: number}}}}
    """
    first: dict[str, _Noted] = {}
    for found in survey.once(_noted):
        for text in found.notes.moved_from:
            other = first.setdefault(text, found)
            if other is not found:
                yield Finding(
                    f"{found.what} and {other.what} both moved from {text!r}",
                    found.span,
                    "let one of them keep `moved_from`",
                    ((other.span, "the other"),) if other.span else (),
                    found.path,
                )


def _exists(namespace: Namespace, text: str) -> bool:
    """Whether the model has a position at ``text``, a topic or a template."""
    template = TopicTemplate(text)
    literals = [segment.literal for segment in template.segments]
    if template.rest is None and None not in literals:
        topic = "/".join(literal for literal in literals if literal is not None)
        return topic in namespace
    filter_ = template.filter if template.rest is not None else f"{template.filter}/#"
    return any(_meets(template, found) for found in namespace.templates(filter_))


def _is_open(namespace: Namespace, topic: str) -> bool:
    """Whether ``topic`` is legal without being modelled."""
    return namespace.resolve(topic).outcome is Outcome.UNMODELLED


def _meets(template: TopicTemplate, found: TopicTemplate) -> bool:
    return all(
        _overlap(one, other) for one, other in zip(template.segments, found.segments, strict=False)
    )


def _overlap(one: Segment, other: Segment) -> bool:
    if None not in (one.name, other.name):
        return True  # two open sets under names of their own: which is meant is not known
    try:
        return one.overlaps(other)
    except UndecidedPattern:
        return True
