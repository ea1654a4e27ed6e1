"""Misspellings of units with what was meant, made by the slips that people make."""

from __future__ import annotations

import re
from collections.abc import Iterator

from uns.units import UNITS, is_unit

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
POWER = re.compile(r"(?<=[A-Za-z])(-?[0-9]+)")


def slips(code: str) -> Iterator[str]:
    """What one hand makes of a code."""
    yield from (code.upper(), code.lower(), code.capitalize(), code.swapcase())
    yield from (f" {code}", f"{code} ", f"{code}s", code.replace("_", " "))
    for sign in (" ", "·", "*", "-", "×", "⋅", " . ", ""):
        yield code.replace(".", sign)
    for sign in (" / ", " per ", "∕", "÷", "/ ", " p. "):
        yield code.replace("/", sign)
    for raised in (r"^\1", r"**\1", r"^(\1)", r" \1", r"^ \1"):
        yield POWER.sub(raised, code)
    yield POWER.sub(lambda match: match[0].translate(SUPERSCRIPTS), code)
    yield re.sub(r"[\[\]]", "", code)
    yield re.sub(r"\[([a-zA-Z0-9]+)(_\w+)?\]", r"\1", code)
    yield re.sub(r"\{.*?\}", "", code).replace("//", "/") if "{" in code else code
    yield re.sub(r"[()]", "", code)
    yield re.sub(r"(?<![A-Za-z])u(?=[A-Za-z])", "µ", code)
    yield re.sub(r"(?<![A-Za-z])u(?=[A-Za-z])", "μ", code)
    yield code.replace("Ohm", "Ω")
    yield re.sub(r"\bh\b", "hr", code)
    yield re.sub(r"\bs\b", "sec", code)
    yield re.sub(r"\bmin\b", "Min", code)
    yield re.sub(r"\bL\b", "liter", code)
    for degree in ("°", "deg ", "deg", "Deg", "degree ", "° ", "DEG ", "grd "):
        yield code.replace("Cel", f"{degree}C").replace("[degF]", f"{degree}F")


def in_words(name: str) -> Iterator[str]:
    """What one hand makes of the name of a unit."""
    yield from (name, name.upper(), name.title(), name.replace(" ", "-"), f"{name}s")
    first, per, rest = name.partition(" per ")
    if per:
        yield f"{first}s per {rest}"
        yield f"{first}s/{rest}"
        yield f"{first} / {rest}"
    yield name.replace("metre", "meter").replace("litre", "liter").replace("gram", "gramme")
    yield re.sub(r"(square|cubic) (\w+)", r"\2 \1", name).replace("square", "squared")


def misspellings() -> dict[str, list[str]]:
    """Texts that are no unit, and the codes that they may have been meant for."""
    found: dict[str, list[str]] = {}
    for rows in UNITS.values():
        for row in rows:
            bases = [row.code, *row.spellings]
            texts = [text for base in bases for text in slips(base)]
            if not re.search(r"[(,]", row.name):
                texts += in_words(row.name)
            for text in [*row.spellings, *texts]:
                if text and not is_unit(text) and row.code not in found.setdefault(text, []):
                    found[text].append(row.code)
    return {text: codes for text, codes in found.items() if codes}
