"""What people write instead of UCUM codes."""

from __future__ import annotations

import re

from uns.units.measures import LONGEST_UNIT, measured
from uns.units.table import COMMON_CODES, LISTED, SPELLINGS

__all__ = ["suggest"]


_TYPOGRAPHY = str.maketrans(
    {
        **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True)),
        **dict.fromkeys("·⋅•×*∙ ", "."),
        **dict.fromkeys("µμ", "u"),
        **dict.fromkeys("ΩΩ", "Ohm"),
        "^": "",
        "−": "-",
        "∕": "/",
    }
)

_WORD = re.compile(r"[^./()0-9{}+-]+")


def suggest(code: str) -> str | None:
    """The UCUM code somebody who wrote ``code`` probably meant, or ``None``.

    Answers for texts that are no UCUM code, and for legal codes that are a
    common spelling of something else: ``ft`` is a femtotonne to UCUM.

    >>> [suggest(text) for text in ("°C", "kWh", "m³/h", "1/rpm", "KWH", "ft", "kg")]
    ['Cel', 'kW.h', 'm3/h', '1/({rev}/min)', 'kW.h', '[ft_i]', None]
    """
    if not 0 < len(code) <= LONGEST_UNIT:
        return None
    spelled = SPELLINGS.get(code)
    if measured(code):
        return spelled if spelled and measured(code) != measured(spelled) else None
    if spelled is None:
        spelled = COMMON_CODES.get(code)
    return spelled or _respelled(code)


def _respelled(code: str) -> str | None:
    """``code`` with its typography and its words put right, if that makes it a unit."""
    tight = re.sub(r"\s*([./])\s*", r"\1", code.strip())
    plain = tight.replace("**", "^").translate(_TYPOGRAPHY)
    words = _WORD.sub(_replacement, plain)
    ratios = re.sub(r"Cel|\[degF\]", _difference, words)
    found = next((text for text in (plain, words, ratios) if measured(text)), None)
    return found or SPELLINGS.get(plain) or _by_case(plain)


def _replacement(match: re.Match[str]) -> str:
    word = match[0]
    known = SPELLINGS.get(word) if not measured(word) else None
    if known is None:
        return word
    compound = "/" in known or "." in known
    return f"({known})" if compound else known


def _difference(match: re.Match[str]) -> str:
    """The ratio unit a degree of the scale is as wide as: what heating rates are meant in."""
    return {"Cel": "K", "[degF]": "[degR]"}[match[0]]


def _by_case(code: str) -> str | None:
    """The one listed unit that differs from ``code`` in case only."""
    folded = code.casefold()
    same = [listed for listed in LISTED if listed.casefold() == folded]
    return same[0] if len(same) == 1 else None
