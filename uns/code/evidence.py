"""Decide which texts are meant as topics of a namespace.

A slash does not make a text a topic: paths, URLs and MIME types have one too. It counts as a
topic if enough of its levels agree with the namespace. The evidence is :class:`Start`,
:class:`Next` and :class:`Evidence`; the table :data:`ENOUGH` says how much is needed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from uns.code.readers.found import Use
from uns.code.traces import HOLE, Piece, TopicTree, Trace, is_slip, pieces
from uns.diagnostics import InvalidText
from uns.model.tree import Members, Place, descend, fold, formerly
from uns.topics.names_and_filters import MAX_BYTES, is_topic_filter, subscription

#: An unknown level must look like this: not prose, a pattern or the query of a URL.
_NAME = re.compile(r"(?:[\w$~-][\w$.~-]*)?")

#: Topics of a plant do not have control characters; texts with line breaks do.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")

#: Ends of file names: a text with such an unknown last level is a path.
FILE_NAME = re.compile(
    r"[^.]\.(?:avro|avsc|bash|bat|bin|bmp|c|cc|cert|cfg|class|conf|cpp|cr[lt]|cs|css|csv|dat|db|dll|"
    r"docx?|env|exe|gif|git|go|gz|h|hpp|html?|ico|ini|ipynb|j2|jar|java|jinja2?|jpe?g|js|jsonl?|key|"
    r"kts?|lock|log|lua|md|mjs|mustache|parquet|pdf|pem|php|pl|png|properties|proto|ps1|pxd|py[cdix]?|"
    r"rb|rs|rst|scala|scss|sh|so|sock|sql|sqlite3?|svg|swift|tar|tf|tgz|tmpl|toml|tpl|tsx?|txt|vue|"
    r"war|wasm|webp|whl|xlsx?|xml|xsd|ya?ml|zip|zst)\Z",
    re.IGNORECASE,
)


class Start(Enum):
    """The first level of a text."""

    HOLE = "a part that is filled in at run time"
    WILDCARD = "`+`"
    SET = "a name that only an open set matches"
    SLASH = "empty, as in topics of the namespace"
    NAME = "a first level of the namespace"
    SLIP = "a slip of a first level"
    #: Only filters have levels that are wildcards.
    FILTER = "a first level, in a filter or in a call that publishes or subscribes"


class Next(Enum):
    """The second level of a text."""

    WILDCARD = "a wildcard"
    HOLE = "a part that is filled in at run time"
    BELOW = "a name below the first level"
    SET = "a name that only an open set matches"
    SLIP = "a slip of a name below the first level"
    UNKNOWN = "another name"


class Unknown(Enum):
    """The number of levels that may be unknown."""

    NONE = "none"
    NOT_MORE = "not more than are known"
    ANY = "any number"


class Enough(NamedTuple):
    """Evidence that is enough: the first two levels, and the numbers of known and unknown others."""

    start: Collection[Start]
    next: Collection[Next]
    known: int
    unknown: Unknown


_PLAIN = (Start.NAME, Start.SLIP, Start.SLASH)
_ALL = tuple(Next)

#: A text is a topic if one of these lines fits it.
ENOUGH = (
    Enough([Start.HOLE], _ALL, 3, Unknown.NONE),
    Enough([Start.WILDCARD], _ALL, 1, Unknown.NOT_MORE),
    Enough([Start.SET], _ALL, 2, Unknown.NOT_MORE),
    Enough([Start.FILTER], _ALL, 0, Unknown.ANY),
    Enough([Start.SLIP], [Next.WILDCARD], 1, Unknown.ANY),
    Enough([Start.NAME, Start.SLIP], [Next.HOLE], 1, Unknown.NOT_MORE),
    Enough(_PLAIN, [Next.BELOW], 0, Unknown.ANY),
    Enough(_PLAIN, [Next.SET], 1, Unknown.NOT_MORE),
    Enough([Start.NAME], [Next.SLIP], 0, Unknown.ANY),
    Enough([Start.NAME], [Next.UNKNOWN], 1, Unknown.NONE),
    Enough([Start.NAME], [Next.UNKNOWN], 2, Unknown.NOT_MORE),
    Enough([Start.SLASH], [Next.SLIP], 2, Unknown.NOT_MORE),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence for and against a text.

    ``known`` and ``unknown`` are its levels after the first, without open ones and those that
    only an open set matches. A level is known if the namespace has it anywhere, or if it is a
    slip of a name at its position.
    """

    start: Start
    next: Next
    known: Sequence[str]
    unknown: Sequence[str]
    #: Every unknown level looks like a name: not prose, a pattern or the query of a URL.
    looks_like_names: bool
    #: It ends like the name of a file, and its last level is unknown.
    looks_like_path: bool

    @property
    def is_enough(self) -> bool:
        """True if a topic is almost certainly meant."""
        if self.looks_like_path or not self.looks_like_names:
            return False
        known, unknown = len(self.known), len(self.unknown)
        most = {Unknown.NONE: 0, Unknown.NOT_MORE: known, Unknown.ANY: unknown}
        return any(
            self.start in line.start
            and self.next in line.next
            and known >= line.known
            and unknown <= most[line.unknown]
            for line in ENOUGH
        )


class Recognizer:
    """Decides which texts are meant as topics of a namespace."""

    def __init__(self, top: Members) -> None:
        self.tree = TopicTree(top)

    def are_meant(self, text: str, use: Use | None = None) -> bool:
        """True if ``text``, which may have holes, is meant as topics of the namespace.

        It must be a legal topic name or filter with at least two levels, without control
        characters, and one of these must be true:

        - there is enough :class:`Evidence`,
        - it starts with a topic that a node has ``moved_from``,
        - it is a topic or a filter of three or more levels with a slash before it.

        An illegal topic or filter counts if it has a # after levels of the namespace, or if a
        call publishes or subscribes to it and one of its levels is known.
        """
        if len(text) > MAX_BYTES or _CONTROL.search(filled(text)):
            return False
        levels = pieces(without_share(text))
        if len(levels) < 2:
            return False
        if not is_legal(text):
            return self._is_broken_filter(levels) or (
                use is not None and any(piece.text in self.tree for piece in levels)
            )
        if next(self.moved(levels), None) is not None:
            return True
        evidence = self.evidence(levels, use)
        return (evidence is not None and evidence.is_enough) or self._is_behind_a_slash(levels, use)

    def moved(self, levels: Sequence[Piece]) -> Iterator[str]:
        """The text with a start that has moved replaced by the new one, longest start first."""
        texts = [piece.text for piece in levels] if self._moves else []
        for end in range(min(len(texts), 64), 0, -1):
            now = self._moves.get("/".join(texts[:end]))
            if now is not None:
                yield "/".join([now, *texts[end:]])

    @cached_property
    def _moves(self) -> dict[str, str]:
        """Former topics of positions, with their new ones."""
        return dict(_moves(self.tree.top))

    def _is_behind_a_slash(self, levels: tuple[Piece, ...], use: Use | None) -> bool:
        """True if the text is a topic or a filter of the namespace after an extra slash."""
        first, *rest = levels
        if first.text != "" or not all(piece.is_exact for piece in rest[:2]):
            # Absolute paths start like this too.
            return False
        found = self.tree.trace(rest)
        is_there = found.fits and all(found.closed[:2])
        return is_there and len(rest) >= (2 if use else 3)

    def _is_broken_filter(self, levels: Sequence[Piece]) -> bool:
        """True if a # comes after at least two levels of a topic of the namespace.

        After one level, if one of the levels after the # is in the namespace.
        """
        at = next((at for at, piece in enumerate(levels) if piece.text == "#"), 0)
        start = self.tree.trace(levels[:at])
        is_known = at >= 2 or (
            levels[0].is_exact and any(piece.text in self.tree for piece in levels[at + 1 :])
        )
        return at >= 1 and is_known and start.reached == at and all(start.closed[:2])

    def evidence(self, levels: Sequence[Piece], use: Use | None) -> Evidence | None:
        """The evidence for a text; ``None`` if its first level is unknown."""
        first, second = levels[:2]
        found = self.tree.trace(levels)
        is_slipped = first.is_exact and not found.reached
        if is_slipped:
            name = self._find_slip(first.text, found)
            if name is None:
                return None
            levels = (Piece(name), *levels[1:])
            found = self.tree.trace(levels)
        known, unknown = self._divide(levels, found)
        are_names = all(_NAME.fullmatch(level) for level in unknown)
        is_path = _is_path(levels[-1], unknown, found)
        if first.is_open:
            # With an open start no level may be unknown, so slips of any name count as known.
            slips = [level for level in unknown if self.tree.has_slip(level)]
            known, unknown = [*known, *slips], [one for one in unknown if one not in slips]
        start = _start(levels, found, use, is_slipped=is_slipped)
        following = self._next(second, found)
        return Evidence(start, following, known, unknown, are_names, is_path)

    def _find_slip(self, level: str, found: Trace) -> str | None:
        """The name of a first level that ``level`` is a slip of."""
        if not self.tree.has_slip(level):
            return None
        return next((name for name in found.names() if is_slip(level, name)), None)

    def _next(self, second: Piece, found: Trace) -> Next:
        if second.is_wildcard:
            return Next.WILDCARD
        if second.is_open:
            return Next.HOLE
        if found.reached >= 2:
            return Next.BELOW if found.closed[1] else Next.SET
        is_slip = found.reached == 1 and self.tree.takes_for_slip(second.text, found)
        return Next.SLIP if is_slip else Next.UNKNOWN

    def _divide(self, levels: Sequence[Piece], found: Trace) -> tuple[list[str], list[str]]:
        """The known and the unknown levels after the first."""
        known, unknown = [], []
        for at, piece in enumerate(levels):
            if at == 0 or not piece.is_exact:
                continue
            if at < found.reached:
                # A level that only an open set matches is not evidence.
                if found.closed[at]:
                    known.append(piece.text)
            elif piece.text in self.tree or (
                at == found.reached and self.tree.takes_for_slip(piece.text, found)
            ):
                known.append(piece.text)
            else:
                unknown.append(piece.text)
        return known, unknown


def _start(levels: Sequence[Piece], found: Trace, use: Use | None, *, is_slipped: bool) -> Start:
    first, second = levels[:2]
    if first.is_open:
        return Start.HOLE
    if first.is_wildcard:
        return Start.WILDCARD
    if first.text == "" and (found.closed[0] or not second.is_exact):
        return Start.SLASH
    if not found.closed[0]:
        return Start.SET
    if is_slipped:
        return Start.SLIP
    is_filter = use is not None or any(piece.is_wildcard for piece in levels)
    return Start.FILTER if is_filter else Start.NAME


def is_legal(text: str) -> bool:
    """True if a text, with its holes filled, is a topic name, a filter or a shared subscription."""
    whole = filled(text)
    if not whole.startswith("$share/"):
        return is_topic_filter(whole)
    try:
        subscription(whole)
    except InvalidText:
        return False
    return True


def filled(text: str) -> str:
    """A text with each hole filled by a letter."""
    return text.replace(HOLE, "x")


def without_share(text: str) -> str:
    """The filter of a shared subscription; any other text as it is."""
    return text.split("/", 2)[-1] if text.startswith("$share/") else text


def _is_path(last: Piece, unknown: Sequence[str], found: Trace) -> bool:
    """True if a text that ends with ``last`` is probably the path of a file."""
    if last.is_open:
        return not found.fits and FILE_NAME.search(last.text.replace(HOLE, "x")) is not None
    return last.text in unknown and FILE_NAME.search(last.text) is not None


def _moves(top: Members) -> Iterator[tuple[str, str]]:
    """Former topics, with the topics or templates that moved from there."""
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
