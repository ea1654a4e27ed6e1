"""Reads the keys of a model file as topic levels, and checks them against ``topic.segment``."""

from __future__ import annotations

from dataclasses import dataclass, field

from uns.loading.faults import Faults
from uns.loading.yaml_events import Map
from uns.model.tree import Endpoint, Origin
from uns.topics.automata import UndecidedPattern
from uns.topics.lookalikes import meant_family
from uns.topics.patterns import Pattern
from uns.topics.templates import InvalidTemplate, Segment

#: The topic with the description of a node; ``topic.segment`` does not apply to it.
INFO_LEAF = "_info"

#: Longest part of a key that a fault repeats.
LONGEST_EXCERPT = 60


@dataclass(slots=True)
class SegmentReader:
    """Reads the keys of one model; reports keys that are not topic levels."""

    policy: Pattern | None
    faults: Faults
    #: Whether some equipment is an open set: its key has a name in braces.
    has_names: bool = False
    #: Segments of the keys and leaf levels read so far that are allowed, open sets left out.
    _known: dict[str, Segment] = field(default_factory=dict)

    def equipment(
        self, key: str, container: Map, pattern_text: str | None, *, is_complete: bool
    ) -> Segment | None:
        """The segment of a node's key; unless ``is_complete``, its pattern may have been unreadable."""
        if pattern_text is None and key in self._known:
            return self._known[key]
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
        if not self._is_allowed(segment, origin):
            return None
        if segment.name is None:
            self._known[key] = segment
        self.has_names = self.has_names or segment.name is not None
        return segment

    def leaf(self, endpoint: Endpoint, origin: Origin) -> list[Segment] | None:
        """The levels of an endpoint's leaf."""
        segments = []
        for level in endpoint.leaf.split("/"):
            if level in self._known:
                segments.append(self._known[level])
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
            if level != INFO_LEAF and not self._is_allowed(segment, origin):
                return None
            if level != INFO_LEAF:
                self._known[level] = segment
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

    def _is_allowed(self, segment: Segment, origin: Origin) -> bool:
        """Whether a segment matches the model's ``topic.segment``; if not, that is reported."""
        if self.policy is None:
            return True
        verb = "does not match"
        try:
            if segment.is_within(self.policy):
                return True
        except UndecidedPattern:
            verb = "cannot be shown to match"
        message = f"{segment.text!r} {verb} `topic.segment`, {self.policy.text}"
        self.faults.add("M402", message, origin.span, help=_suggest_spelling(self.policy, segment))
        return False


def _suggest_spelling(policy: Pattern, segment: Segment) -> str | None:
    """The kebab-case spelling of a key, if the policy allows it."""
    if segment.literal is None:
        return None
    spelled = "-".join(segment.literal.lower().replace("_", " ").split())
    return f"did you mean {spelled!r}?" if policy.matches(spelled) else None
