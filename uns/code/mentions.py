r"""Check the texts in code and configuration that name topics of a namespace.

A slash does not make a text a topic: paths, URLs and MIME types have one too.
:mod:`uns.code.evidence` decides, from the levels that a text shares with the namespace, if
it is meant as a topic; a comment on the line overrules it. Texts that are meant as topics
but do not exist in the namespace are findings.

    >>> import uns
    >>> from uns.code.literals import read_literals
    >>> ns = uns.loads('''
    ... uns: 1
    ... enterprise: {acme: {sites: {lyon: {lines: {line1: {metrics: {speed: {type: number}}}}}}}}
    ... ''')
    >>> code = b'client.subscribe("acme/lyon/line1/sped"); open("acme/docs/readme")'
    >>> for finding in Mentions(ns).findings(read_literals("app.py", code)):
    ...     print(f"{finding}\n{finding.help}")
    app.py:1:35: error[S301]: the namespace has no topic 'acme/lyon/line1/sped'; it only has 'acme/lyon/line1'
    did you mean 'acme/lyon/line1/speed'?
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple, TypeAlias

from uns.code.evidence import Recognizer, filled, is_legal, without_share
from uns.code.kafka_names import KafkaNames
from uns.code.literals import Literal, Reading, Remark
from uns.code.readers.found import Use
from uns.code.traces import HOLE, Piece, Trace, pieces
from uns.diagnostics import Diagnostic, InvalidText, Span, near, visible
from uns.linting.rule import Finding, Rule
from uns.model.filter_reports import report_filter
from uns.model.namespace import Namespace
from uns.model.resolutions import Outcome
from uns.rules import source_code
from uns.topics.names_and_filters import subscription

#: Longer texts are cut off in messages.
LONGEST_SHOWN = 200

#: Most texts that get a suggestion, and most levels of such a text: each search is slow.
SUGGESTIONS = 200
DEEPEST_SUGGESTED = 32

#: Names at the level where a text stops are listed if they are not more than this.
MOST_NAMED = 6

_NOWHERE = Span("", 0, 0, 0, 0)


_Hint: TypeAlias = tuple[str | None, Span | None]


class _Fault(NamedTuple):
    """The fault of a text, wherever the text is, and the part of the text that is wrong."""

    rule: Rule
    why: str = ""
    part: tuple[int, int] | None = None
    help: str | None = None
    #: Searches for the help, and for the declaration that was probably meant.
    search: Callable[[], _Hint] | None = None


_IDLE = _Fault(
    source_code.idle_remark, help="move the comment to the line of the text, or remove it"
)


class Mentions:
    """Checks texts against one namespace.

    It remembers the texts it has seen, and makes at most :data:`SUGGESTIONS` suggestions.
    """

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self._recognizer = Recognizer(namespace.top)
        self._tree = self._recognizer.tree
        self._hints: dict[tuple[str, str], _Hint] = {}
        self._without: set[tuple[str, str]] = set()
        self._kafka = KafkaNames(namespace, self._recognizer)
        self._meant: dict[tuple[str, Use | None], bool] = {}
        self._faults: dict[tuple[str, bool, Use | None], _Fault | None] = {}
        self._kafka_faults: dict[str, _Fault | None] = {}

    def count(self, reading: Reading) -> int:
        """The number of texts of a file that are meant as topics."""
        names = self._kafka_names(reading)
        return sum(map(self._is_meant, reading.literals)) + sum(1 for _ in names)

    def findings(
        self,
        reading: Reading,
        judge: Callable[[tuple[Diagnostic, ...]], Iterable[Diagnostic]] = tuple,
    ) -> tuple[Diagnostic, ...]:
        """The findings on the texts of one file, in their order.

        ``judge`` returns the findings that count; suggestions are only made for these.
        """
        found = [(_IDLE, "", place) for place in reading.idle]
        for literal in reading.literals:
            fault = self._fault_of(literal) if self._is_meant(literal) else None
            if fault is not None:
                place = literal.span if fault.part is None else literal.part(*fault.part)
                found.append((fault, literal.text, place))
        for name in self._kafka_names(reading):
            fault = self._kafka_fault(name.text)
            if fault is not None:
                found.append((fault, name.text, name.span))
        faults = [(_finding(*one), one[0], one[1]) for one in found]
        searched = {(one.code, one.message, one.span): (fault, text) for one, fault, text in faults}
        counted = judge(tuple(sorted((one for one, _, _ in faults), key=_place)))
        return tuple(
            self._with_hint(one, *searched.get((one.code, one.message, one.span), (_IDLE, "")))
            for one in counted
        )

    def _with_hint(self, finding: Diagnostic, fault: _Fault, text: str) -> Diagnostic:
        """The finding with a suggestion, if it gets one."""
        if fault.search is None:
            return finding
        key = fault.rule.code, text
        if key not in self._hints:
            if len(self._hints) >= SUGGESTIONS:
                self._without.add(key)
                return finding
            self._hints[key] = fault.search()
        hint, declared = self._hints[key]
        related = () if declared is None else ((declared, "declared here"),)
        return replace(finding, help=hint, related=related)

    @property
    def without_suggestion(self) -> int:
        """The number of texts with a fault that got no suggestion, after :data:`SUGGESTIONS` others."""
        return len(self._without)

    def are_meant(self, text: str, use: Use | None = None) -> bool:
        """True if ``text`` is meant as topics of this namespace; see :class:`Recognizer`."""
        return self._recognizer.are_meant(text, use)

    def _kafka_names(self, reading: Reading) -> Iterator[Literal]:
        """The words of a file that are meant as Kafka topics of this namespace."""
        for name in reading.names:
            if name.remark is not Remark.NOT_A_TOPIC and self._kafka.are_meant(name.text):
                yield name

    def _kafka_fault(self, text: str) -> _Fault | None:
        if text not in self._kafka_faults:
            self._kafka_faults[text] = None if self._kafka.are_there(text) else self._no_kafka(text)
        return self._kafka_faults[text]

    def _no_kafka(self, text: str) -> _Fault:
        """The fault of a name that no Kafka topic of the namespace has."""
        if HOLE in text:
            return _Fault(source_code.dead_template, " in Kafka")
        if not KafkaNames.is_name(text):
            return _Fault(source_code.dead_filter, " in Kafka")
        return _Fault(source_code.unknown_topic, " in Kafka", search=lambda: self._near_kafka(text))

    def _near_kafka(self, text: str) -> _Hint:
        close = self._kafka.nearest(text)
        return None if close is None else f"did you mean {_shown(close)}?", None

    def _is_meant(self, literal: Literal) -> bool:
        if literal.remark is not None:
            return literal.remark is Remark.TOPIC
        key = literal.text, literal.use
        known = self._meant.get(key)
        if known is None:
            known = self._meant[key] = self.are_meant(*key)
        return known

    def _fault_of(self, literal: Literal) -> _Fault | None:
        is_whole = literal.remark is Remark.TOPIC or literal.use is not None
        key = literal.text, is_whole, literal.use
        if key not in self._faults:
            self._faults[key] = self._find_fault(literal.text, literal.use, is_whole=is_whole)
        return self._faults[key]

    def _find_fault(self, text: str, use: Use | None, *, is_whole: bool) -> _Fault | None:
        """The fault of a text, if it has one; a text that is not whole may be a part of a topic."""
        if not is_legal(text):
            return _invalid(text)
        plain = without_share(text)
        levels = pieces(plain)
        if use is Use.PUBLISH and (plain != text or any(piece.is_wildcard for piece in levels)):
            why = "is a topic filter, and no message can be published to one [MQTT-3.3.2-2]"
            return _Fault(
                source_code.invalid_text, why, help="publish to one topic that it matches"
            )
        found = self._tree.trace(levels)
        slash = self._slash(text, found, is_whole=is_whole)
        if slash is not None:
            return slash
        if any(piece.is_open for piece in levels):
            if found.fits:
                return None
            return self._dead(source_code.dead_template, text, levels, found)
        if any(piece.is_wildcard for piece in levels):
            if self._is_hit(plain):
                return None
            return self._dead(source_code.dead_filter, text, levels, found)
        resolution = self.namespace.resolve(plain)
        if resolution:
            return None
        if resolution.outcome is Outcome.NOT_ENDPOINT:
            return self._position(text) if is_whole else None
        rule = source_code.unknown_topic if plain == text else source_code.dead_filter
        return self._dead(rule, text, levels, found)

    def _slash(self, text: str, found: Trace, *, is_whole: bool) -> _Fault | None:
        """The fault of a text that is a topic or a filter but for a slash at its start or end."""
        plain = without_share(text)
        share = text[: len(text) - len(plain)]
        before = plain.startswith("/") and not found.reached
        # A text that is not whole may be the start of a topic.
        behind = plain.endswith("/") and (is_whole or before or not found.fits)
        bare = plain[before : len(plain) - behind] if before or behind else ""
        if not bare or not self._tree.trace(pieces(bare)).fits:
            return None
        where = "start and end" if before and behind else "start" if before else "end"
        why = f"has a slash at its {where}, which makes it another topic"
        at = len(share) if before else len(text) - 1
        part = None if before and behind else (at, at + 1)
        levels = pieces(bare)
        is_position = all(piece.is_exact for piece in levels) and not self.namespace.resolve(bare)
        meant = f"{share}{bare}/#" if is_position else f"{share}{bare}"
        return _Fault(source_code.invalid_text, why, part, f"did you mean {_shown(meant)}?")

    def _position(self, text: str) -> _Fault:
        below = f"{text}/#"
        hint = (
            f"{_shown(below)} matches the topics below it"
            if self._is_hit(without_share(below))
            else None
        )
        return _Fault(source_code.not_an_endpoint, help=hint)

    def _is_hit(self, filter_: str) -> bool:
        return next(
            self.namespace.endpoints(filter_), None
        ) is not None or self.namespace.allows_unmodelled(filter_)

    def _dead(self, rule: Rule, text: str, levels: tuple[Piece, ...], found: Trace) -> _Fault:
        """The fault of a text that does not exist: where it stops, and what may be meant."""
        why, part = "", None
        if found.reached < len(levels) and levels[found.reached].is_exact:
            start = len(text) - len(without_share(text))
            start += sum(len(piece.text) + 1 for piece in levels[: found.reached])
            part = start, start + len(levels[found.reached].text)
            if found.reached and not any(piece.is_wildcard or piece.is_open for piece in levels):
                why = f"; it only has {_shown('/'.join(text[:start].split('/')[:-1]))}"
        if len(levels) > DEEPEST_SUGGESTED:
            return _Fault(rule, why, part)
        return _Fault(rule, why, part, search=lambda: self._hint(rule, text, levels, found))

    def _hint(self, rule: Rule, text: str, levels: tuple[Piece, ...], found: Trace) -> _Hint:
        """A hint, and the span of the declaration that was probably meant."""
        moved = next(self._recognizer.moved(levels), None)
        if moved is not None:
            return f"it has moved to {_shown(moved)}", None
        plain = without_share(text)
        if not any(piece.is_wildcard or piece.is_open for piece in levels):
            resolution = self.namespace.resolve(plain)
            close, family = resolution.near, resolution.family
            it_is = "" if family is None else f"it is {_shown(family)}"
            if close is None:
                return it_is or _there(levels, found), None
            meant = f"did you mean {_shown(text[: len(text) - len(plain)] + close)}?"
            node = self.namespace.resolve(close).node
            return f"{meant} {it_is}".strip(), node.span if node else None
        mended = self._mended(levels, found)
        if mended is not None:
            return f"did you mean {_shown(mended)}?", None
        if rule is source_code.dead_filter:
            for miss in report_filter(self.namespace, text).near_misses:
                more = f" and {len(miss.templates) - 1:,} more" if len(miss.templates) > 1 else ""
                hits = _shown(miss.templates[0].text)
                return f"{_shown(str(miss.filter))} would match {hits}{more}", None
            return _there(levels, found), None
        return None, None

    def _mended(self, levels: tuple[Piece, ...], found: Trace) -> str | None:
        """The text with the level where it stops replaced by a near one, if that exists."""
        at = found.reached
        if at == len(levels) or not levels[at].is_exact:
            return None
        close = near(levels[at].text, found.names())
        if close is None:
            return None
        mended = (*levels[:at], Piece(close), *levels[at + 1 :])
        leads_on = self._tree.trace(mended).fits
        return "/".join(piece.text for piece in mended) if leads_on else None


def _there(levels: Sequence[Piece], found: Trace) -> str | None:
    """A hint with the names at the level where a text stops, if there are only a few."""
    at = found.reached
    if not 0 < at < len(levels) or not levels[at].is_exact or len(found.stopped_at) != 1:
        return None
    names = [place.segment.text for place in islice(found.stopped_at[0], MOST_NAMED + 1)]
    if not 0 < len(names) <= MOST_NAMED:
        return None
    above = "/".join(piece.text for piece in levels[:at])
    return f"below {_shown(above)} there {'is' if len(names) == 1 else 'are'} {', '.join(map(_shown, names))}"


def _invalid(text: str) -> _Fault:
    try:
        subscription(filled(text))
    except InvalidText as error:
        clause = f" [{error.clause}]" if error.clause else ""
        why = f"is not a topic or a topic filter: {error.reason}{clause}"
        return _Fault(source_code.invalid_text, why, error.span)
    raise AssertionError(text)


def _finding(fault: _Fault, text: str, place: Span) -> Diagnostic:
    message = fault.rule.check(_shown(text), fault.why)
    path = _spelled(text) or None
    return fault.rule.finding(Finding(message, place, fault.help, (), path))


def _place(finding: Diagnostic) -> tuple[Span, str]:
    return finding.span or _NOWHERE, finding.code


def _shown(text: str) -> str:
    """A text in quotes for a message, with control characters made visible and cut off if long."""
    spelled = _spelled(text)
    if len(spelled) > LONGEST_SHOWN:
        spelled = f"{spelled[: LONGEST_SHOWN // 2]}...{spelled[-LONGEST_SHOWN // 2 :]}"
    return f"'{spelled}'"


def _spelled(text: str) -> str:
    return visible(text.replace(HOLE, "{}"))
