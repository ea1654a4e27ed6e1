"""The faults of a model file: one stable code each, with its readable name.

Family ``M`` are the faults for which loading refuses a file. Style and limits are checked by
the rules, whose families have other letters. Codes are never reused.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from uns.diagnostics import Diagnostic, Severity, Span, visible

#: Longest message. A key in a file can have any length, and the message repeats it.
LONGEST_MESSAGE = 1_000

#: Code -> (readable name, meaning).
FAULTS = MappingProxyType(
    {
        # The text: M1
        "M101": ("yaml-syntax", "The file is not YAML."),
        "M102": ("duplicate-key", "A mapping has the same key twice."),
        "M103": ("anchor-or-alias", "Anchors and aliases are not part of the language."),
        "M104": ("tag", "Tags are not part of the language."),
        "M105": ("merge-key", "Merge keys are not part of the language."),
        "M106": ("too-deep", "Mappings and lists are nested more than 64 deep."),
        "M107": ("too-large", "The file is larger than the language allows."),
        "M108": ("complex-key", "A key is not plain text."),
        "M109": ("not-utf-8", "The file is not UTF-8 text."),
        "M110": ("empty-file", "The file is empty."),
        "M111": ("several-documents", "The file contains more than one YAML document."),
        "M112": ("unreadable-file", "A file cannot be read."),
        # The form: M2
        "M201": ("unknown-key", "A key is not part of the language."),
        "M202": ("wrong-type", "A value has the wrong type."),
        "M203": ("missing-key", "A required key is missing."),
        "M204": ("invalid-value", "A value is not one of those allowed."),
        "M205": ("language-version", "The file does not say `uns: 1`."),
        "M206": ("misplaced-section", "A section is in a file where it is not allowed."),
        "M207": ("invalid-name", "The name of a level, payload or field is not valid."),
        # References: M3
        "M301": ("undefined-class", "A class is used but not declared."),
        "M302": ("undefined-payload", "A payload is used but not declared."),
        "M303": ("undefined-aspect", "An aspect is used but not declared."),
        "M304": ("undefined-level", "An equipment level does not exist."),
        "M305": ("class-cycle", "Classes extend or contain each other in a circle."),
        "M306": ("abstract-class", "A node has an abstract class."),
        "M307": ("class-level", "A class is used at another level than its own."),
        "M308": ("include-outside", "An included file is outside the folder of the model."),
        "M309": ("include-cycle", "Files include each other in a circle."),
        "M310": ("repeated-declaration", "Two files declare the same thing."),
        "M311": ("undefined-broker", "A broker is used but not declared."),
        "M312": ("broker-tree", "The brokers are not a tree with one root."),
        # The tree: M4
        "M401": ("invalid-segment", "A key cannot be a topic level."),
        "M402": (
            "segment-policy",
            "A topic level does not match the `segment` of the model, or of the nearest node above.",
        ),
        "M403": ("name-clash", "Two declarations under one node have the same topic."),
        "M404": ("overlap", "Two siblings share a topic, or an open set has no level left."),
        "M405": ("containment", "ISA-95 does not allow this level directly under that one."),
        "M406": ("missing-pattern", "An open set has no pattern."),
        "M407": ("topic-too-long", "A topic is longer than MQTT allows."),
        # Types: M5
        "M501": ("invalid-pattern", "A pattern is outside the pattern dialect."),
        "M502": ("incomplete-endpoint", "A metric has no type, or a topic no payload."),
        "M503": ("changed-facet", "A facet that is already set gets another value."),
        "M504": (
            "widened-facet",
            "A range is made wider, or a duration longer, than the one it refines.",
        ),
        "M505": (
            "payload-mismatch",
            "A payload does not fit the metric, topic or node that uses it.",
        ),
        "M506": ("facet-mismatch", "A facet does not fit its type, or contradicts another."),
        "M507": ("property-type", "A property has another type than its class declares."),
        "M508": ("invalid-filter", "A filter of a client or a broker is not a topic filter."),
        "M509": ("example-mismatch", "An example of a payload is not a valid message."),
        "M510": ("invalid-kafka", "The Kafka settings do not make a valid mapping."),
        "M511": ("client-mismatch", "A key of a client does not fit what it connects to."),
        "M512": ("empty-holds", "A broker holds a filter that no topic matches."),
        "M513": ("shared-holds", "Two brokers hold the same topic."),
        "M520": ("unusable-schema", "A JSON Schema, or a file that it refers to, cannot be used."),
    }
)


#: Most faults with one cause that are kept, and most of their places that are told.
MOST_OF_ONE_CAUSE, MOST_TOLD = 1_000, 8


class TooManyFaults(Exception):
    """Too many faults: loading stops here."""


class Faults:
    """The faults of one file or model, each once, in the order they were found.

    Adding number ``stop_after`` raises :class:`TooManyFaults`.

    >>> faults = Faults()
    >>> faults.add("M110", "the file is empty", None)
    >>> len(faults), [fault.name for fault in faults]
    (1, ['empty-file'])
    """

    def __init__(self, stop_after: int | None = None) -> None:
        self.stop_after = stop_after
        self._found: dict[Diagnostic, None] = {}
        #: The faults with one cause, each with its label, by their code and the cause.
        self._groups: dict[tuple[str, str], dict[Diagnostic, str]] = {}
        self._is_muted = False

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Diagnostic]:
        groups = {next(iter(group)): group for group in self._groups.values()}
        return (_as_one(groups[fault]) if fault in groups else fault for fault in self._found)

    def add(
        self,
        code: str,
        message: str,
        span: Span | None,
        *,
        help: str | None = None,
        related: tuple[tuple[Span, str], ...] = (),
        cause: str | None = None,
        label: str = "and here",
    ) -> None:
        """Add one fault, an error. A long message is shortened, control characters are escaped.

        The faults with one code and one ``cause`` are told as one, which has the others as related
        places, each with its ``label``.
        """
        if self._is_muted:
            return
        name, _ = FAULTS[code]
        if len(message) > LONGEST_MESSAGE:
            message = f"{message[: LONGEST_MESSAGE // 2]} ... {message[-LONGEST_MESSAGE // 2 :]}"
        help = None if help is None else visible(help)
        fault = Diagnostic(code, name, Severity.ERROR, visible(message), span, help, related)
        if cause is not None:
            group = self._groups.setdefault((code, cause), {})
            is_new = not group
            if len(group) < MOST_OF_ONE_CAUSE:
                group.setdefault(fault, label)
            if not is_new:
                return
        self._found[fault] = None
        if len(self._found) == self.stop_after:
            self.add("M107", f"more than {self.stop_after:,} faults; loading stops here", span)
            raise TooManyFaults

    @contextlib.contextmanager
    def mute(self) -> Iterator[None]:
        """Ignore the faults that are added inside, because they are reported elsewhere."""
        self._is_muted = True
        try:
            yield
        finally:
            self._is_muted = False


def _as_one(group: Mapping[Diagnostic, str]) -> Diagnostic:
    """The first fault of a group in its file, with the places of the others."""
    start = next(iter(group)).span

    def position(fault: Diagnostic) -> tuple[bool, int, int]:
        span = fault.span
        if span is None or start is None:
            return (True, 0, 0)
        return (span.file != start.file, span.line, span.column)

    first, *others = sorted(group, key=position)
    places = [(other.span, group[other]) for other in others if other.span is not None]
    related = places[:MOST_TOLD]
    if len(places) > MOST_TOLD:
        span, label = related[-1]
        more = f" and in {len(places) - MOST_TOLD:,} more places"
        if len(group) == MOST_OF_ONE_CAUSE:
            more = " and in many more places"
        related[-1] = (span, label + more)
    return replace(first, related=(*first.related, *related))
