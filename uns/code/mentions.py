r"""Which texts in code and configuration name topics of a namespace, and whether those are there.

A text is no topic because it holds a slash: so do paths, URLs and MIME types.
It counts when its levels agree with the namespace so far that hardly anything
else can be meant; :meth:`Mentions.are_meant` says how far that is. What then
leads nowhere is a finding. A comment on the line overrules the judgement.

    >>> import uns
    >>> from uns.code.literals import read_literals
    >>> ns = uns.loads('''
    ... uns: 1
    ... enterprise: {acme: {sites: {lyon: {lines: {line1: {metrics: {speed: {type: number}}}}}}}}
    ... ''')
    >>> code = b'client.subscribe("acme/lyon/line1/sped"); open("acme/docs/readme")'
    >>> for finding in Mentions(ns).findings(read_literals("app.py", code)):
    ...     print(f"{finding}\n{finding.help}")
    app.py:1:35: error[S301]: the namespace has no topic 'acme/lyon/line1/sped'; it goes as far as 'acme/lyon/line1'
    did you mean 'acme/lyon/line1/speed'?
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from uns.code.literals import Literal, Reading, Remark, Use
from uns.code.traces import HOLE, Piece, Trace, Tree, is_slip, pieces
from uns.diagnostics import Diagnostic, InvalidText, Span, near, visible
from uns.linting.rule import collect_rules
from uns.model.filter_reports import report_filter
from uns.model.namespace import Namespace
from uns.model.resolutions import Outcome
from uns.model.tree import Members, Place, descend, fold, formerly
from uns.rules import source_code
from uns.topics.names import MAX_BYTES, is_topic_filter, subscription

__all__ = ["Mentions"]

#: Longest text that a message shows whole.
LONGEST_SHOWN = 200

#: How many texts of one namespace get a suggestion, and of how many levels: each search is slow.
SUGGESTIONS = 200
DEEPEST_SUGGESTED = 32

#: How many names are listed that stand where a text stops; of more none is.
MOST_NAMED = 6

#: What a level of a topic looks like when the namespace does not have it: no prose, no pattern,
#: no query of a URL.
_NAME = re.compile(r"(?:[\w$~-][\w$.~-]*)?")

#: What no topic of a plant has: such a text is several lines, or made for a terminal.
RULES = collect_rules(source_code)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")

#: Ends of file names: a text that ends so, and names nothing in the namespace, is a path.
_FILE = re.compile(
    r"[^.]\.(?:avro|avsc|bash|bat|bin|bmp|c|cc|cert|cfg|class|conf|cpp|cr[lt]|cs|css|csv|dat|db|dll|"
    r"docx?|env|exe|gif|git|go|gz|h|hpp|html?|ico|ini|ipynb|j2|jar|java|jinja2?|jpe?g|js|jsonl?|key|"
    r"kts?|lock|log|lua|md|mjs|mustache|parquet|pdf|pem|php|pl|png|properties|proto|ps1|pxd|py[cdix]?|"
    r"rb|rs|rst|scala|scss|sh|so|sock|sql|sqlite3?|svg|swift|tar|tf|tgz|tmpl|toml|tpl|tsx?|txt|vue|"
    r"war|wasm|webp|whl|xlsx?|xml|xsd|ya?ml|zip|zst)\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What is wrong with a text: the part of it, in words, and the next step."""

    code: str
    message: str
    part: tuple[int, int] | None = None
    help: str | None = None
    related: tuple[tuple[Span, str], ...] = ()


class Mentions:
    """The judge of texts for one namespace.

    ``judged`` counts the texts that were taken for topics so far.
    """

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self.judged = 0
        self._tree = Tree(namespace.top)
        self._suggestions = SUGGESTIONS
        self._seen: dict[tuple[str, bool, Use | None], tuple[bool, _Verdict | None]] = {}

    @cached_property
    def _moves(self) -> dict[str, str]:
        """Former topics of positions, and where those are now."""
        return dict(_moves(self._tree.top))

    def findings(self, reading: Reading) -> Iterator[Diagnostic]:
        """What is wrong with the texts of one file, in their order."""
        found = [self._of_literal(literal) for literal in reading.literals]
        found += [self._idle(place) for place in reading.idle]
        yield from sorted(
            (finding for finding in found if finding is not None),
            key=lambda finding: (finding.span or Span("", 0, 0, 0, 0), finding.code),
        )

    def _idle(self, place: Span) -> Diagnostic:
        return _finding(
            _Verdict(
                "S305", "no text with a slash stands on this line",
                help="write the comment on the line of the text, or leave it out",
            ),
            place, "",
        )  # fmt: skip

    def _of_literal(self, literal: Literal) -> Diagnostic | None:
        if literal.remark is Remark.NOT_A_TOPIC:
            return None
        forced = literal.remark is Remark.TOPIC
        meant, verdict = self._judged(literal.text, forced, literal.use)
        self.judged += meant
        if verdict is None:
            return None
        place = literal.span if verdict.part is None else literal.part(*verdict.part)
        return _finding(verdict, place, literal.text)

    def _judged(self, text: str, forced: bool, use: Use | None) -> tuple[bool, _Verdict | None]:
        """Whether a text is taken for a topic, and what is wrong with it then."""
        key = text, forced, use
        known = self._seen.get(key)
        if known is None:
            meant = forced or self.are_meant(text, use)
            verdict = self._verdict(text, use, is_whole=forced or use is not None)
            known = self._seen[key] = meant, verdict if meant else None
        return known

    # --- what is meant -----------------------------------------------------------------------------

    def are_meant(self, text: str, use: Use | None = None) -> bool:
        """Whether topics of this namespace are meant by ``text``.

        It is a legal topic name or filter of at least two levels, with holes
        or without, and one of these holds. *Known* is a level that the
        namespace has anywhere, or a slip of the name that stands there.

        - It starts with a first level of the namespace, and goes on with a
          second level that stands below it (or a slip of one), with a
          wildcard, or with two known levels and no more unknown ones.
        - It starts with a first level of the namespace, and has a wildcard or
          is what a call publishes or subscribes to.
        - It starts with a slip of a first level, and goes on as above.
        - It starts with ``+``, with a hole behind a first level, or with a set
          that takes any name, and has known levels, at least as many as
          unknown ones.
        - It starts with a hole, and has three levels or more, all known.
        - It starts with a topic that a node has ``moved_from``.
        - It is a topic of three levels or more with a slash before it.
        - It is no topic and no filter, a call publishes or subscribes to it, and it
          has a known level.

        Where the namespace starts with a slash, so do paths: the level behind
        it must be there, or be a slip that known levels follow.

        A level that is not known must look like a name, a text that ends like
        the name of a file must be known to its end, and no text has control
        characters.
        """
        if len(text) > MAX_BYTES or _CONTROL.search(_filled(text)):
            return False
        levels = pieces(_unshared(text))
        if len(levels) < 2:
            return False
        if not _is_legal(text):
            return self._is_broken_filter(levels) or (
                use is not None and any(piece.text in self._tree for piece in levels)
            )
        return (
            self._starts_moved(levels)
            or self._agrees(levels, use)
            or self._is_behind_a_slash(levels, use)
        )

    def _is_behind_a_slash(self, levels: tuple[Piece, ...], use: Use | None) -> bool:
        """Whether a topic or a filter of the namespace stands behind a slash that is not its own."""
        first, *rest = levels
        if first.text != "" or not all(piece.is_exact for piece in rest[:2]):
            # Every path of a file starts with nothing, and any may follow.
            return False
        found = self._tree.trace(rest)
        is_there = found.fits and all(found.closed[:2])
        return is_there and len(rest) >= (2 if use else 3)

    def _is_broken_filter(self, levels: Sequence[Piece]) -> bool:
        """Whether a # stands in the middle of what is a topic of the namespace up to there."""
        at = next((at for at, piece in enumerate(levels) if piece.text == "#"), 0)
        start = self._tree.trace(levels[:at])
        return at >= 2 and start.reached == at and all(start.closed[:2])

    def _starts_moved(self, levels: Sequence[Piece]) -> bool:
        return any(self._moved(levels)) if self._moves else False

    def _moved(self, levels: Sequence[Piece]) -> Iterator[str]:
        """The text with its start replaced by where that is now, longest start first."""
        texts = [piece.text for piece in levels]
        for end in range(min(len(texts), 64), 0, -1):
            now = self._moves.get("/".join(texts[:end]))
            if now is not None:
                yield "/".join([now, *texts[end:]])

    def _agrees(self, levels: tuple[Piece, ...], use: Use | None) -> bool:
        first, second = levels[0], levels[1]
        found = self._tree.trace(levels)
        slipped = False
        if first.is_exact and not found.reached:
            if not self._tree.has_slip(first.text):
                return False
            name = next((name for name in found.names() if is_slip(first.text, name)), None)
            if name is None:
                return False
            slipped = True
            levels = (Piece(name), *levels[1:])
            found = self._tree.trace(levels)
        good, bad = self._weighed(levels, found)
        if not all(_NAME.fullmatch(level) for level in bad) or _is_path(levels[-1], bad, found):
            return False
        outweighs = len(good) >= len(bad)
        if first.is_open:
            return len(good) + len(bad) >= 3 and all(map(self._tree.has_slip, bad))
        if first.is_wildcard:
            return len(good) >= 1 and outweighs
        if first.text == "" and not second.is_exact:
            # Every path of a file starts with nothing.
            return False
        if not found.closed[0]:
            return len(good) >= 2 and outweighs
        if second.is_wildcard:
            return len(good) >= slipped
        if not slipped and first.text != "" and (use or any(p.is_wildcard for p in levels)):
            # Nothing but a filter has levels that are wildcards.
            return True
        if second.is_open:
            return len(good) >= 1 and outweighs
        if found.reached >= 2:
            return found.closed[1] or (len(good) >= 1 and outweighs)
        if slipped:
            return False
        if first.text == "":
            return self._tree.takes_for_slip(second.text, found) and len(good) >= 2 and outweighs
        is_slipped = self._tree.takes_for_slip(second.text, found)
        return is_slipped or (len(good) >= 1 and not bad) or (len(good) >= 2 and outweighs)

    def _weighed(self, levels: Sequence[Piece], found: Trace) -> tuple[list[str], list[str]]:
        """The levels behind the first that are known, and those that are not."""
        good, bad = [], []
        for at, piece in enumerate(levels):
            if at == 0 or not piece.is_exact:
                continue
            if at < found.reached:
                # What a set takes that takes any name says nothing either way.
                if found.closed[at]:
                    good.append(piece.text)
            elif piece.text in self._tree or (
                at == found.reached and self._tree.takes_for_slip(piece.text, found)
            ):
                good.append(piece.text)
            else:
                bad.append(piece.text)
        return good, bad

    # --- what is wrong -----------------------------------------------------------------------------

    def _verdict(self, text: str, use: Use | None, *, is_whole: bool) -> _Verdict | None:
        """What is wrong with a text; one that is not whole may be put together with others."""
        if not _is_legal(text):
            return _invalid(text)
        plain = _unshared(text)
        levels = pieces(plain)
        if use is Use.PUBLISH and (plain != text or any(piece.is_wildcard for piece in levels)):
            message = f"{_shown(text)} is a topic filter, and no message can be published to one"
            return _Verdict(
                "S304", f"{message} [MQTT-3.3.2-2]", help="publish to one topic that it takes"
            )
        found = self._tree.trace(levels)
        slash = self._slash(plain, found, is_whole=is_whole)
        if slash is not None:
            return slash
        if any(piece.is_open for piece in levels):
            if found.fits:
                return None
            message = f"no topic of the namespace has the form {_shown(text)}"
            return self._dead("S303", message, text, levels, found)
        if any(piece.is_wildcard for piece in levels):
            if self._is_hit(plain):
                return None
            message = f"no topic of the namespace matches {_shown(text)}"
            return self._dead("S302", message, text, levels, found)
        resolution = self.namespace.resolve(plain)
        if resolution:
            return None
        if resolution.outcome is Outcome.NOT_ENDPOINT:
            return self._position(text) if is_whole else None
        if plain != text:
            message = f"no topic of the namespace matches {_shown(text)}"
            return self._dead("S302", message, text, levels, found)
        message = f"the namespace has no topic {_shown(text)}"
        return self._dead("S301", message, text, levels, found)

    def _slash(self, text: str, found: Trace, *, is_whole: bool) -> _Verdict | None:
        """A verdict on a slash before or behind what is a topic or a filter without it."""
        before = text.startswith("/") and not found.reached
        # What is not whole may be the start of topics.
        behind = text.endswith("/") and (is_whole or before or not found.fits)
        bare = text[before : len(text) - behind] if before or behind else ""
        if not bare or not self._tree.trace(pieces(bare)).fits:
            return None
        where = "before and behind" if before and behind else "before" if before else "behind"
        message = f"{_shown(text)} has a slash {where} it, which makes another topic of it"
        part = None if before and behind else (0, 1) if before else (len(text) - 1, len(text))
        levels = pieces(bare)
        is_position = all(piece.is_exact for piece in levels) and not self.namespace.resolve(bare)
        meant = f"{bare}/#" if is_position else bare
        return _Verdict("S304", message, part, f"did you mean {_shown(meant)}?")

    def _position(self, text: str) -> _Verdict:
        below = f"{text}/#"
        hint = (
            f"{_shown(below)} takes the topics below it" if self._is_hit(_unshared(below)) else None
        )
        return _Verdict("S306", f"nothing is published at {_shown(text)} itself", None, hint)

    def _is_hit(self, filter_: str) -> bool:
        return next(
            self.namespace.endpoints(filter_), None
        ) is not None or self.namespace.allows_unmodelled(filter_)

    def _dead(
        self, code: str, message: str, text: str, levels: tuple[Piece, ...], found: Trace
    ) -> _Verdict:
        """A verdict on a text that leads nowhere: where it stops, and what may have been meant."""
        part = None
        if found.reached < len(levels) and levels[found.reached].is_exact:
            start = len(text) - len(_unshared(text))
            start += sum(len(piece.text) + 1 for piece in levels[: found.reached])
            part = start, start + len(levels[found.reached].text)
            if found.reached and not any(piece.is_wildcard or piece.is_open for piece in levels):
                message += f"; it goes as far as {_shown('/'.join(text[:start].split('/')[:-1]))}"
        hint = None
        related: tuple[tuple[Span, str], ...] = ()
        if self._suggestions and len(levels) <= DEEPEST_SUGGESTED:
            self._suggestions -= 1
            hint, declared = self._hint(code, text, levels, found)
            if declared is not None:
                related = ((declared, "declared here"),)
        return _Verdict(code, message, part, hint, related)

    def _hint(
        self, code: str, text: str, levels: tuple[Piece, ...], found: Trace
    ) -> tuple[str | None, Span | None]:
        """The next step, and where what may have been meant is declared."""
        moved = next(self._moved(levels), None)
        if moved is not None:
            return f"it has moved: {_shown(moved)}", None
        plain = _unshared(text)
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
        if code == "S302":
            for miss in report_filter(self.namespace, text).near_misses:
                more = f" and {len(miss.templates) - 1:,} more" if len(miss.templates) > 1 else ""
                hits = _shown(miss.templates[0].text)
                return f"{_shown(str(miss.filter))} would hit {hits}{more}", None
            return _there(levels, found), None
        return None, None

    def _mended(self, levels: tuple[Piece, ...], found: Trace) -> str | None:
        """The text with the level where it stops replaced by one that leads on."""
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
    """What stands where a text stops, where that is not much."""
    at = found.reached
    if not 0 < at < len(levels) or not levels[at].is_exact or len(found.stopped_at) != 1:
        return None
    names = [place.segment.text for place in islice(found.stopped_at[0], MOST_NAMED + 1)]
    if not 0 < len(names) <= MOST_NAMED:
        return None
    above = "/".join(piece.text for piece in levels[:at])
    return f"below {_shown(above)} there {'is' if len(names) == 1 else 'are'} {', '.join(map(_shown, names))}"


def _finding(verdict: _Verdict, place: Span, text: str) -> Diagnostic:
    code = verdict.code
    return Diagnostic(
        code, RULES[code].name, RULES[code].severity, verdict.message, place, verdict.help,
        verdict.related, _spelled(text) or None,
    )  # fmt: skip


def _invalid(text: str) -> _Verdict:
    try:
        subscription(_filled(text))
    except InvalidText as error:
        clause = f" [{error.clause}]" if error.clause else ""
        message = f"{_shown(text)} is no topic and no topic filter: {error.reason}{clause}"
        return _Verdict("S304", message, error.span)
    raise AssertionError(text)


def _is_legal(text: str) -> bool:
    """Whether a text is a topic name, a topic filter or a shared subscription, holes filled in."""
    filled = _filled(text)
    if not filled.startswith("$share/"):
        return is_topic_filter(filled)
    try:
        subscription(filled)
    except InvalidText:
        return False
    return True


def _filled(text: str) -> str:
    return text.replace(HOLE, "x")


def _unshared(text: str) -> str:
    """The filter of a shared subscription; any other text as it is."""
    return text.split("/", 2)[-1] if text.startswith("$share/") else text


def _is_path(last: Piece, bad: Sequence[str], found: Trace) -> bool:
    """Whether a text that ends with ``last`` is most likely the path of a file."""
    if last.is_open:
        return not found.fits and _FILE.search(last.text.replace(HOLE, "x")) is not None
    return last.text in bad and _FILE.search(last.text) is not None


def _shown(text: str) -> str:
    """A text in quotes, as a message shows it: visible and cut short."""
    spelled = _spelled(text)
    if len(spelled) > LONGEST_SHOWN:
        spelled = f"{spelled[: LONGEST_SHOWN // 2]}...{spelled[-LONGEST_SHOWN // 2 :]}"
    return f"'{spelled}'"


def _spelled(text: str) -> str:
    return visible(text.replace(HOLE, "{}"))


def _moves(top: Members) -> Iterator[tuple[str, str]]:
    """Former topics, and the topics or templates of the positions that moved from there."""
    known: dict[Members, bool] = {}

    def leads_to_some(members: Members) -> Generator[Members, bool, bool]:
        for place in members:
            if _moved_from(place) or (yield place.members):
                return True
        return False

    def among(members: Members, above: str) -> Iterator[tuple[Place, str]]:
        if fold(members, leads_to_some, known):
            for place in members:
                yield place, above + place.segment.text

    for place, here in descend(among(top, ""), lambda at: among(at[0].members, f"{at[1]}/")):
        for former in _moved_from(place):
            yield formerly(former, place, here), here


def _moved_from(place: Place) -> tuple[str, ...]:
    endpoint = place.endpoint.notes.moved_from if place.endpoint else ()
    return (*place.notes.moved_from, *endpoint)
