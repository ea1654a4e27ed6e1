"""Apply the fixes of findings to the texts of files."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from uns.diagnostics import Edit
from uns.loading.yaml_events import line_starts


class Fixed(NamedTuple):
    """The texts that changed, by name, and the number of fixes applied."""

    texts: dict[str, str]
    fixed: int


class _Piece(NamedTuple):
    """A piece of one text, and its replacement."""

    start: int
    end: int
    text: str


def apply_fixes(fixes: Iterable[tuple[Edit, ...]], texts: Mapping[str, str]) -> Fixed:
    r"""Apply fixes to texts.

    A fix is applied with all of its edits or not at all: it is left out if it is for a text
    that is not in ``texts``, or overlaps an earlier fix.

    >>> from uns.diagnostics import Span
    >>> fix = (Edit(Span("plant", 2, 4, 2, 6), "kW"),)
    >>> apply_fixes([fix, fix], {"plant": "power:\n - kw", "other": ""})
    Fixed(texts={'plant': 'power:\n - kW'}, fixed=2)
    """
    starts = {name: line_starts(text) for name, text in texts.items()}
    taken: dict[str, list[_Piece]] = {name: [] for name in texts}
    fixed = 0
    for fix in fixes:
        if not fix or not all(edit.span.file in texts for edit in fix):
            continue
        pieces = [(taken[e.span.file], _piece(e, starts[e.span.file])) for e in fix]
        if all(_is_free(piece, there) for there, piece in pieces):
            fixed += 1
            for there, piece in pieces:
                place = bisect.bisect_left(there, piece)
                if there[place : place + 1] != [piece]:
                    there.insert(place, piece)
    changed = {name: _replaced(texts[name], pieces) for name, pieces in taken.items() if pieces}
    return Fixed(changed, fixed)


def _piece(edit: Edit, starts: list[int]) -> _Piece:
    span = edit.span
    return _Piece(
        starts[span.line - 1] + span.column - 1,
        starts[span.end_line - 1] + span.end_column - 1,
        edit.text,
    )


def _is_free(piece: _Piece, taken: list[_Piece]) -> bool:
    """True if ``piece`` does not overlap the ``taken`` ones, or is one of them."""
    place = bisect.bisect_left(taken, piece)
    after = taken[place : place + 1]
    return after == [piece] or all(
        not _touches(piece, other) for other in (*taken[max(place - 1, 0) : place], *after)
    )


def _touches(one: _Piece, other: _Piece) -> bool:
    """True if two pieces share a character, or start at the same place."""
    return one.start == other.start or (one.start < other.end and other.start < one.end)


def _replaced(text: str, pieces: list[_Piece]) -> str:
    done, parts = 0, []
    for piece in pieces:
        parts += [text[done : piece.start], piece.text]
        done = piece.end
    return "".join([*parts, text[done:]])
