"""Reads the keys of a model file as topic levels, and checks them against the pattern for names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from uns.diagnostics import Span
from uns.loading.faults import Faults
from uns.loading.yaml_events import Map, value_span
from uns.model.tree import Endpoint, Origin
from uns.topics.automata import UndecidedPattern
from uns.topics.lookalikes import meant_family
from uns.topics.patterns import Pattern
from uns.topics.templates import InvalidTemplate, Segment

#: The topic with the description of a node; no `segment` applies to it.
INFO_LEAF = "_info"

#: Longest part of a key that a fault repeats.
LONGEST_EXCERPT = 60


class NamePolicy(NamedTuple):
    """The pattern that names must match: that of the model, or of the nearest node above."""

    pattern: Pattern
    #: Who says it, in words, and for a node the place.
    said_by: str = "`topic.segment`"
    span: Span | None = None

    @classmethod
    def of_node(cls, text: str, what: str, holder: Map) -> NamePolicy:
        """The policy that the node ``what`` says in the mapping ``holder``."""
        return cls(Pattern(text), f"`segment` of {what}", value_span(holder, "segment"))


@dataclass(slots=True)
class SegmentReader:
    """Reads the keys of one model; reports keys that are not topic levels."""

    faults: Faults
    #: Whether some equipment is an open set: its key has a name in braces.
    has_names: bool = False
    #: Segments of the keys and leaf levels read so far, open sets left out, by the pattern that
    #: allows them.
    _known: dict[tuple[str, Pattern | None], Segment] = field(default_factory=dict)

    def equipment(
        self,
        key: str,
        container: Map,
        pattern_text: str | None,
        policy: NamePolicy | None,
        *,
        is_complete: bool,
    ) -> Segment | None:
        """The segment of a node's key; unless ``is_complete``, its pattern may have been unreadable."""
        cached = (key, policy.pattern if policy is not None else None)
        if pattern_text is None and cached in self._known:
            return self._known[cached]
        origin = container.origin(key)
        pattern = Pattern(pattern_text) if pattern_text is not None else None
        segment = self._parse(key, pattern, origin)
        if segment is None:
            return None
        if segment.name is not None and pattern is None:
            if is_complete:
                help_ = "add the texts it takes, such as `pattern: '[A-Z]{2}[0-9]{6}'`"
                message = f"the open set {key!r} has no pattern"
                self.faults.add("M406", message, origin.span, help=help_)
            return None
        if segment.name is None and pattern is not None:
            message = f"`pattern` is for a {{name}} in the key, and {key!r} has none"
            self.faults.add("M506", message, origin.span)
            return None
        if not self._is_allowed(segment, origin, policy):
            return None
        if segment.name is None:
            self._known[cached] = segment
        self.has_names = self.has_names or segment.name is not None
        return segment

    def leaf(
        self, endpoint: Endpoint, origin: Origin, policy: NamePolicy | None
    ) -> list[Segment] | None:
        """The levels of an endpoint's leaf."""
        segments = []
        pattern = policy.pattern if policy is not None else None
        for level in endpoint.leaf.split("/"):
            known = self._known.get((level, pattern))
            if known is not None:
                segments.append(known)
                continue
            segment = self._parse(level, None, origin)
            if segment is None:
                return None
            if segment.name is not None:
                message = f"{endpoint.leaf!r} has a name in braces, which only a node can have"
                help_ = (
                    f"make {level} a node under an equipment level, with `pattern:` and, for "
                    "its own topic, `payload:`; for a brace in the topic write {{"
                )
                self.faults.add("M401", message, origin.span, help=help_)
                return None
            if level != INFO_LEAF and not self._is_allowed(segment, origin, policy):
                return None
            if level != INFO_LEAF:
                self._known[level, pattern] = segment
            segments.append(segment)
        return segments

    def _parse(self, text: str, pattern: Pattern | None, origin: Origin) -> Segment | None:
        try:
            return Segment.parse(text, pattern)
        except InvalidTemplate as error:
            at = error.text[slice(*error.span)]
            reason = error.reason
            if at != text and 0 < len(at) <= LONGEST_EXCERPT:
                reason += f" (at {at!r})"
            message = f"{text!r} cannot be a topic level: {reason}"
            family = meant_family(text)
            help_ = f"did you mean {family!r}?" if family is not None else None
            self.faults.add("M401", message, origin.span, help=help_)
            return None

    def _is_allowed(self, segment: Segment, origin: Origin, policy: NamePolicy | None) -> bool:
        """Whether a segment matches the pattern for names; if not, that is reported."""
        if policy is None:
            return True
        pattern = policy.pattern
        verb = "does not match"
        try:
            if segment.is_within(pattern):
                return True
        except UndecidedPattern:
            verb = "cannot be shown to match"
        message = f"{segment.text!r} {verb} {policy.said_by}, {pattern.text}"
        related = ((policy.span, "set here"),) if policy.span is not None else ()
        help_ = _suggest_spelling(pattern, segment)
        self.faults.add("M402", message, origin.span, help=help_, related=related)
        return False


def _suggest_spelling(policy: Pattern, segment: Segment) -> str | None:
    """The kebab-case spelling of a key, if the policy allows it."""
    if segment.literal is None:
        return None
    spelled = "-".join(segment.literal.lower().replace("_", " ").split())
    return f"did you mean {spelled!r}?" if policy.matches(spelled) else None
