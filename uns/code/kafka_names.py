"""Decide which texts are meant as Kafka topics of a namespace, and if it has them.

All Kafka topics of a namespace start with the prefix of its mapping. A text that starts with it
is meant as one if the rest agrees with the namespace as a topic would. Regular expressions and
texts with holes are only checked if all names can be listed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from itertools import islice, takewhile
from typing import Final

from uns.code.evidence import FILE_NAME, Recognizer
from uns.code.readers.found import Use
from uns.code.traces import HOLE, pieces
from uns.diagnostics import near
from uns.kafka.names import InvalidSegment, decode_segment
from uns.model.namespace import Namespace
from uns.topics.automata import UndecidedPattern
from uns.topics.patterns import InvalidPattern, Pattern

#: The longest text that is checked; a name has at most 249 characters.
LONGEST: Final = 1_000

_NAME = re.compile(rf"[A-Za-z0-9._{HOLE}-]+")
_SEGMENT = re.compile(r"[A-Za-z0-9_-]+")

#: A dot in a regular expression; in some files each backslash is written twice.
_DOT = re.compile(r"\\{1,2}\.|\[\.\]|\.")

#: A character that only a regular expression has.
_EXPRESSION = re.compile(r"[\\*+?()\[\]|^$]")

#: The end of a schema's subject, after the name of its topic.
_SUBJECT = re.compile(r"-(?:key|value|[\w-]+\..+)")


class KafkaNames:
    r"""Finds the Kafka topics of a namespace in texts.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}}")
    >>> names = KafkaNames(ns, Recognizer(ns.top))
    >>> [names.are_meant(text) for text in ("uns.lyon", "uns.lyon.x", r"^uns\.lyon\..*", "uns.code")]
    [True, True, True, False]
    >>> names.are_there("uns.lyon"), names.are_there("uns.lyon.x"), names.nearest("uns.lyon.x")
    (True, False, 'uns.lyon')
    """

    def __init__(self, namespace: Namespace, recognizer: Recognizer) -> None:
        self._translations = (namespace.kafka, namespace.kafka.state)
        self._recognizer = recognizer
        self._meant: dict[str, bool] = {}

    @staticmethod
    def is_name(text: str) -> bool:
        """True if a text is a name, with or without holes, and not a regular expression."""
        return _NAME.fullmatch(text) is not None

    def are_meant(self, text: str) -> bool:
        """True if a text is meant as Kafka topics of the namespace, also if it does not have them."""
        known = self._meant.get(text)
        if known is None:
            known = self._meant[text] = len(text) <= LONGEST and self._is_evident(text)
        return known

    def _is_evident(self, text: str) -> bool:
        is_name = self.is_name(text)
        if not is_name and not _EXPRESSION.search(text):
            return False
        segments = self._segments(text, is_name=is_name)
        if not segments:
            return False
        levels = pieces("/".join(map(_decoded, segments)))
        tree = self._recognizer.tree
        if len(levels) == 1 or (levels[0].is_exact and not is_name):
            return levels[0].is_exact and tree.trace(levels[:1]).fits
        if not is_name:
            return any(piece.is_exact and piece.text in tree for piece in levels)
        is_path = FILE_NAME.search(text) is not None and not self.are_there(text)
        return not is_path and self._recognizer.are_meant(
            "/".join(p.text for p in levels), Use.TOPIC
        )

    def _segments(self, text: str, *, is_name: bool) -> list[str]:
        """The parts between the dots after the prefix; empty without the prefix."""
        parts = text.split(".") if is_name else _DOT.split(text.removeprefix("^").removesuffix("$"))
        for translation in self._translations:
            prefix = translation.mapping.prefix.split(".")
            if parts[: len(prefix)] == prefix:
                return parts[len(prefix) :]
        return []

    def are_there(self, text: str) -> bool:
        """True if the namespace has such a Kafka topic, or if this cannot be decided."""
        if not self.is_name(text):
            return self._is_matched(text)
        dashes = (dash.start() for dash in re.finditer("-", text))
        of_subjects = [text[:at] for at in dashes if _SUBJECT.fullmatch(text, at)]
        names = self._names
        if names is None:
            return any(map(self._is_position, [text, *of_subjects]))
        if HOLE in text or text.endswith("."):
            parts = (f"{text}{HOLE}" if text.endswith(".") else text).split(HOLE)
            start = [*parts[:-1], f"{parts[-1]}.", ""]
            like = self._starting(parts[0])
            return any(_fits(parts, name) or _fits(start, name) for name in like)
        # The common start of several names may mean all of them.
        return any(name in names for name in [text, *of_subjects]) or any(
            self._starting(f"{text}.")
        )

    def nearest(self, text: str) -> str | None:
        """The Kafka topic that was probably meant, for a text that is not one."""
        names = self._names or {}
        above = (text[: dot.start()] for dot in re.finditer(r"\.", text))
        return near(text, names) or max((name for name in above if name in names), default=None)

    def _starting(self, start: str) -> Iterator[str]:
        """The names that start with ``start``."""
        names = self._sorted
        return takewhile(
            lambda name: name.startswith(start), islice(names, bisect_left(names, start), None)
        )

    def _is_position(self, text: str) -> bool:
        """True if a name is that of a position, in a namespace whose names cannot be listed."""
        levels = list(map(_decoded, self._segments(text, is_name=True)))
        rule = self._translations[0].mapping.rule
        is_deep = len(levels) > len(rule.root_levels) + rule.split
        return not is_deep and self._recognizer.tree.trace(pieces("/".join(levels))).fits

    def _is_matched(self, text: str) -> bool:
        if self._names is None or HOLE in text:
            return True
        # Some files write each backslash twice.
        written = text.replace("\\\\", "\\")
        try:
            # Some clients match the whole name, others its start.
            whole = Pattern(written)
            start = (
                whole if written.endswith("$") else Pattern(f"(?:{written.removeprefix('^')}).*")
            )
        except (InvalidPattern, UndecidedPattern):
            return True
        return any(whole.matches(name) or start.matches(name) for name in self._names)

    @cached_property
    def _names(self) -> dict[str, None] | None:
        """All Kafka topics of the namespace; ``None`` if they cannot be listed."""
        names: dict[str, None] = {}
        for translation in self._translations:
            listed = translation.topics()
            if listed is None:
                return None
            names.update(dict.fromkeys(listed))
        return names

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._names or ())


def _decoded(segment: str) -> str:
    """The topic level of a segment; a hole for a part of a regular expression."""
    if HOLE in segment:
        return segment
    try:
        return decode_segment(segment)
    except InvalidSegment:
        return segment if _SEGMENT.fullmatch(segment) else HOLE


def _fits(parts: list[str], name: str) -> bool:
    """True if a name has the parts in order, the first at its start and the last at its end."""
    first, *between, last = parts
    if not name.startswith(first) or len(name) < len(first) + len(last):
        return False
    at = len(first)
    for part in between:
        at = name.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return name.endswith(last) and len(name) - len(last) >= at
