"""The faults of a model file: one stable code each, with its readable name.

Family ``M`` is what loading refuses because it does not make a tree. Whether
a tree is wise is judged by the rules, whose families have other letters.
Codes are never reused.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from types import MappingProxyType

from uns.diagnostics import Diagnostic, Severity, Span, visible

__all__ = ["FAULTS", "Faults", "TooManyFaults"]

#: Longest message: a file may hold a key of any length, and nobody reads it twice.
LONGEST_MESSAGE = 1_000

#: Code -> (readable name, what the code stands for).
FAULTS = MappingProxyType(
    {
        # The text: M1
        "M101": ("yaml-syntax", "The file is not YAML."),
        "M102": ("duplicate-key", "A key stands twice in one mapping."),
        "M103": ("anchor-or-alias", "Anchors and aliases are not part of the language."),
        "M104": ("tag", "Tags are not part of the language."),
        "M105": ("merge-key", "Merge keys are not part of the language."),
        "M106": ("too-deep", "Mappings and lists are nested more than 64 deep."),
        "M107": ("too-large", "The file is larger than the language allows."),
        "M108": ("complex-key", "A key is not plain text."),
        "M109": ("not-utf-8", "The file is not UTF-8 text."),
        "M110": ("empty-file", "The file holds nothing."),
        "M111": ("several-documents", "The file holds more than one YAML document."),
        "M112": ("unreadable-file", "A file cannot be read."),
        # The form: M2
        "M201": ("unknown-key", "A key is not part of the language."),
        "M202": ("wrong-type", "A value has the wrong type."),
        "M203": ("missing-key", "A required key is missing."),
        "M204": ("invalid-value", "A value is not one of those allowed."),
        "M205": ("language-version", "The file does not say `uns: 1`."),
        "M206": ("misplaced-section", "A section stands in a file that may not hold it."),
        "M207": ("invalid-name", "A name of a class, payload, aspect or level has no valid form."),
        # References: M3
        "M301": ("undefined-class", "A class is used that no file declares."),
        "M302": ("undefined-payload", "A payload is used that no file declares."),
        "M303": ("undefined-aspect", "An aspect is used that the model does not declare."),
        "M304": ("undefined-level", "A level is named that does not exist."),
        "M305": ("class-cycle", "Classes extend or contain each other in a circle."),
        "M306": ("abstract-class", "A node is of a class that is abstract."),
        "M307": ("class-level", "A class is used at a level it is not made for."),
        "M308": ("include-outside", "An include leaves the folder of the model."),
        "M309": ("include-cycle", "Files include each other in a circle."),
        "M310": ("repeated-declaration", "Two files declare the same thing."),
        # The tree: M4
        "M401": ("invalid-segment", "A key cannot be a topic level."),
        "M402": ("segment-policy", "A topic level breaks the model's own `topic.segment`."),
        "M403": ("name-clash", "Two declarations of one node claim the same topic."),
        "M404": ("overlap", "Two sibling patterns share a topic."),
        "M405": ("containment", "A level stands where ISA-95 does not allow it."),
        "M406": ("missing-pattern", "An open set has no pattern."),
        "M407": ("topic-too-long", "A topic is longer than MQTT allows."),
        # Types: M5
        "M501": ("invalid-pattern", "A pattern is outside the pattern dialect."),
        "M502": ("incomplete-endpoint", "A metric has no type, or a topic no payload."),
        "M503": ("changed-facet", "A facet that was set already is changed."),
        "M504": ("widened-facet", "A range is made wider than the one it refines."),
        "M505": ("payload-mismatch", "A payload does not fit what carries it."),
        "M506": ("facet-mismatch", "A facet does not fit its type, or contradicts another."),
        "M507": ("property-type", "A property has another type than its class declares."),
        "M508": ("invalid-filter", "A client's filter is not a topic filter."),
        "M509": ("example-mismatch", "An example of a payload is no valid message."),
        "M510": ("invalid-kafka", "The settings for Kafka make no mapping."),
    }
)


class TooManyFaults(Exception):
    """There are more faults than anyone repairs in one go."""


class Faults:
    """The faults of one file or model: each once, in the order they were found.

    Once there are as many as ``stop_after``, adding raises :class:`TooManyFaults`.

    >>> faults = Faults()
    >>> faults.add("M110", "the file is empty", None)
    >>> len(faults), [found.name for found in faults]
    (1, ['empty-file'])
    """

    def __init__(self, stop_after: int | None = None) -> None:
        self.stop_after = stop_after
        self._found: dict[Diagnostic, None] = {}
        self._is_muted = False

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._found)

    def add(
        self,
        code: str,
        message: str,
        span: Span | None,
        *,
        help: str | None = None,
        related: tuple[tuple[Span, str], ...] = (),
    ) -> None:
        """Add one fault, an error; what a file says comes out visible and cut short."""
        if self._is_muted:
            return
        self._keep(code, message, span, help, related)
        if self.stop_after is not None and len(self._found) >= self.stop_after:
            self._keep("M107", f"more than {self.stop_after:,} faults; loading stops here", span)
            raise TooManyFaults

    def _keep(
        self,
        code: str,
        message: str,
        span: Span | None,
        help_: str | None = None,
        related: tuple[tuple[Span, str], ...] = (),
    ) -> None:
        name, _ = FAULTS[code]
        if len(message) > LONGEST_MESSAGE:
            message = f"{message[: LONGEST_MESSAGE // 2]} ... {message[-LONGEST_MESSAGE // 2 :]}"
        help_ = None if help_ is None else visible(help_)
        found = Diagnostic(code, name, Severity.ERROR, visible(message), span, help_, related)
        self._found[found] = None

    @contextlib.contextmanager
    def muted(self) -> Iterator[None]:
        """Ignore what is added inside: it is reported elsewhere."""
        self._is_muted = True
        try:
            yield
        finally:
            self._is_muted = False
