"""Rules of family H on life cycles: `deprecated`, `replaced_by` and `moved_from`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from uns.diagnostics import Severity, Span
from uns.linting.rule import Finding, rule
from uns.linting.spellings import describe
from uns.linting.surveys import Survey
from uns.linting.versions import parse_version
from uns.model.namespace import Namespace
from uns.model.resolutions import Outcome
from uns.model.tree import Deprecated, Notes, Origin, formerly
from uns.topics.automata import UndecidedPattern
from uns.topics.templates import Segment, TopicTemplate


class _Noted(NamedTuple):
    """A declaration that is deprecated or has moved."""

    what: str
    notes: Notes
    origin: Origin | None
    path: str | None

    @property
    def span(self) -> Span | None:
        return self.origin.span if self.origin else None

    def finding(
        self, fault: str, help_: str | None, related: tuple[tuple[Span, str], ...] = ()
    ) -> Finding:
        """A finding on the declaration."""
        return Finding(f"{self.what} {fault}", self.span, help_, related, self.path)


def _noted(survey: Survey) -> list[_Noted]:
    """The classes, equipment and topics that are deprecated or have moved, each once."""
    found = []
    known: set[int] = set()
    for class_ in survey.namespace.classes.values():
        deprecated = class_.notes.deprecated
        # A class has the life cycle of the one it extends, and is reported there.
        if deprecated is not None and id(deprecated) not in known:
            known.add(id(deprecated))
            found.append(_Noted(f"class {class_.name!r}", class_.notes, class_.origin, None))
    seen: set[Origin] = set()
    for member in survey.members:
        place = member.place
        notes, origin = place.notes, member.origin
        if place.endpoint is not None and place.endpoint.origin is not None:
            origin = place.endpoint.origin
        if (notes.deprecated or notes.moved_from) and origin not in seen:
            seen.add(origin)
            former = (formerly(text, place, member.path) for text in notes.moved_from)
            notes = notes._replace(moved_from=tuple(former))
            found.append(_Noted(describe(member), notes, origin, member.path))
    return found


def _deprecated(survey: Survey) -> Iterator[tuple[_Noted, Deprecated]]:
    for found in survey.once(_noted):
        if found.notes.deprecated is not None:
            yield found, found.notes.deprecated


# --- deprecation -----------------------------------------------------------------------------------


@rule("H401", "deprecated-without-plan", Severity.WARNING)
def deprecated_without_plan(survey: Survey) -> Iterator[Finding]:
    """Something is deprecated without an end (`until`) and without a successor (`replaced_by`).

    Why:
        Consumers learn that they have to move, but not where to or by when. So they stay.

    Example:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {since: "1.2.0"}}}}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {since: "1.2.0", until: "2.0.0"}}}}}
    """
    for found, said in _deprecated(survey):
        if said.until is None and said.replaced_by is None:
            yield found.finding(
                "is deprecated without a successor and without an end",
                "add `replaced_by:`, or `until:` with the model version that removes it",
            )


@rule("H402", "past-its-end", Severity.WARNING)
def past_its_end(survey: Survey) -> Iterator[Finding]:
    """Something is still in the model, though this version was to remove it.

    Why:
        Consumers who planned by `until` have moved for nothing, and will not believe the next
        one.

    Example:
        model: {id: acme, version: "2.0.0"}
        sites: {lyon: {metrics: {power: {type: number, deprecated: {until: "2.0.0"}}}}}

    Instead:
        model: {id: acme, version: "1.9.0"}
        sites: {lyon: {metrics: {power: {type: number, deprecated: {until: "2.0.0"}}}}}
    """
    version = survey.namespace.model.version
    for found, said in _deprecated(survey) if version else ():
        if version and said.until and parse_version(said.until) <= parse_version(version):
            yield found.finding(
                f"was to be removed in version {said.until}, and this is {version}",
                "remove it, or write a later version under `until:`",
            )


@rule("H403", "end-before-start", Severity.WARNING)
def end_before_start(survey: Survey) -> Iterator[Finding]:
    """Something is removed (`until`) no later than it is deprecated (`since`).

    Why:
        There is no version in which consumers can see the notice and still move.

    Example:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {since: "2.0.0", until: "2.0.0"}}}}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {since: "2.0.0", until: "3.0.0"}}}}}
    """
    for found, said in _deprecated(survey):
        if said.since and said.until and parse_version(said.until) <= parse_version(said.since):
            fault = f"is deprecated since {said.since} and removed in {said.until}"
            yield found.finding(fault, "leave at least one version between them")


@rule("H404", "unknown-successor", Severity.WARNING)
def unknown_successor(survey: Survey) -> Iterator[Finding]:
    """`replaced_by` names a topic that the model does not have.

    Why:
        Consumers move to a topic where nothing is published.

    Example:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {replaced_by: lyon/load}}}}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {replaced_by: lyon/load}}, load: {type: number}}}}
    """
    for found, said in _deprecated(survey):
        by = said.replaced_by
        if by is not None and not (_exists(survey.namespace, by) or _is_open(survey.namespace, by)):
            close = survey.namespace.resolve(by).near
            help_ = "name a topic or a template of the model, with all its levels"
            fault = f"is replaced by {by!r}, which the model does not have"
            yield found.finding(fault, f"did you mean {close!r}?" if close else help_)


@rule("H405", "deprecated-successor", Severity.WARNING)
def deprecated_successor(survey: Survey) -> Iterator[Finding]:
    """`replaced_by` names something that is deprecated itself.

    Why:
        Consumers that move have to move again.

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
            help_ = f"name the successor of both: {further!r}" if further else None
            related = ((node.span, "deprecated here"),) if node.span else ()
            fault = f"is replaced by {said.replaced_by!r}, which is deprecated itself"
            yield found.finding(fault, help_, related)


# --- moves -----------------------------------------------------------------------------------------


@rule("H406", "moved-and-still-there", Severity.WARNING)
def moved_and_still_there(survey: Survey) -> Iterator[Finding]:
    """`moved_from` names a topic that the model still has.

    Why:
        A topic that still exists has not moved. A comparison with the old model would report a
        breaking change as a rename.

    Example:
        sites: {lyon: {metrics: {power: {type: number}, load: {type: number, moved_from: lyon/power}}}}

    Instead:
        sites: {lyon: {metrics: {load: {type: number, moved_from: lyon/power}}}}
    """
    for found in survey.once(_noted):
        for text in found.notes.moved_from:
            if _exists(survey.namespace, text):
                yield found.finding(
                    f"moved from {text!r}, which still exists",
                    "remove the old one, or deprecate it with `replaced_by` instead",
                )


@rule("H407", "moved-twice", Severity.WARNING)
def moved_twice(survey: Survey) -> Iterator[Finding]:
    """Two declarations say that they moved from the same topic.

    Why:
        A topic can have only one successor. With two, a comparison cannot tell which is meant.

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
                related = ((other.span, "the other"),) if other.span else ()
                fault = f"and {other.what} both moved from {text!r}"
                yield found.finding(fault, "keep `moved_from` at one of them", related)


@rule("H408", "moved-from-one-level", Severity.INFO)
def moved_from_one_level(survey: Survey) -> Iterator[Finding]:
    """A node below the top of the tree moved from a topic of one level, which was at the top.

    Why:
        `moved_from` of a node is the former topic with all its levels. With the last level alone,
        a comparison finds no such node in the old model and reports that the old topics are gone.

    Example:
        sites: {lyon: {lines: {capper: {moved_from: filler, metrics: {speed: {type: number}}}}}}

    Instead:
        sites: {lyon: {lines: {capper: {moved_from: lyon/filler, metrics: {speed: {type: number}}}}}}
    """
    root = len(survey.namespace.root_levels)
    for found in survey.once(_noted):
        above, slash, _ = (found.path or "").rpartition("/")
        for text in found.notes.moved_from:
            if "/" not in text and found.path is not None and found.path.count("/") > root:
                yield found.finding(
                    f"moved from {text!r}, a topic of one level",
                    f"give all levels it had, such as `moved_from: {above}{slash}{text}`",
                )


def _exists(namespace: Namespace, text: str) -> bool:
    """True if the model has a position at ``text``, a topic or a template."""
    template = TopicTemplate(text)
    literals = [segment.literal for segment in template.segments]
    if template.rest is None and None not in literals:
        topic = "/".join(literal for literal in literals if literal is not None)
        return topic in namespace
    filter_ = template.filter if template.rest is not None else f"{template.filter}/#"
    return any(_meets(template, found) for found in namespace.templates(filter_))


def _is_open(namespace: Namespace, topic: str) -> bool:
    """True if ``topic`` is legal without being modelled."""
    return namespace.resolve(topic).outcome is Outcome.UNMODELLED


def _meets(template: TopicTemplate, found: TopicTemplate) -> bool:
    return all(
        _overlap(one, other) for one, other in zip(template.segments, found.segments, strict=False)
    )


def _overlap(one: Segment, other: Segment) -> bool:
    if None not in (one.name, other.name):
        return True  # two open sets with different names: they may be the same
    try:
        return one.overlaps(other)
    except UndecidedPattern:
        return True
