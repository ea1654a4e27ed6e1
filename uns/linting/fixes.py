"""Fixes: edits of findings, put into the texts they are for."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from uns.diagnostics import Edit
from uns.loading.yaml_events import line_starts

__all__ = ["Fixed", "apply_fixes"]


class Fixed(NamedTuple):
    """The texts that change, by their names, and how many of the fixes are in them."""

    texts: dict[str, str]
    fixed: int


class _Piece(NamedTuple):
    """A piece of one text, and what takes its place."""

    start: int
    end: int
    text: str


def apply_fixes(fixes: Iterable[tuple[Edit, ...]], texts: Mapping[str, str]) -> Fixed:
    r"""The texts with the fixes in them.

    A fix is made with all of its edits or not at all: it is left out when it is for a text
    that is not given, or touches what one before it changes.

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
    """Whether nothing else changes what ``piece`` changes; the same change twice is one."""
    place = bisect.bisect_left(taken, piece)
    after = taken[place : place + 1]
    return after == [piece] or all(
        not _touches(piece, other) for other in (*taken[max(place - 1, 0) : place], *after)
    )


def _touches(one: _Piece, other: _Piece) -> bool:
    """Whether two pieces share a character, or are put in at one place."""
    return one.start == other.start or (one.start < other.end and other.start < one.end)


def _replaced(text: str, pieces: list[_Piece]) -> str:
    done, parts = 0, []
    for piece in pieces:
        parts += [text[done : piece.start], piece.text]
        done = piece.end
    return "".join([*parts, text[done:]])
