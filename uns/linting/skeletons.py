"""Detect names that people mistake for each other.

The *fold* of a name leaves out what is not heard when it is read aloud: case, separators,
leading zeros, the Unicode form. The *look* of a name leaves out what is not seen: letters of
other alphabets that look like Latin ones, and digits that look like letters. People confuse
names with the same fold or the same look.

The table of letters is the subset of the confusables of Unicode Technical Standard
#39, "Unicode Security Mechanisms" (confusables.txt), that draws a Cyrillic or Greek
letter as one ASCII letter.
"""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType

_CYRILLIC = (
    "\u0430a \u0441c \u0501d \u0435e \u04bbh \u0456i \u0458j \u04cfl \u043eo \u0440p \u051bq \u0455s \u0475v "
    "\u051dw \u0445x \u0443y "
    "\u0410A \u0412B \u0421C \u0415E \u050cG \u041dH \u0406I \u0408J \u041aK \u041cM \u041eO \u0420P \u051aQ "
    "\u0405S \u0422T \u0474V \u051cW \u0425X \u0423Y"
)
_GREEK = (
    "\u03b1a \u03b3y \u03b9i \u03bdv \u03bfo \u03c1p \u03c3o \u03c5u "
    "\u0391A \u0392B \u0395E \u0396Z \u0397H \u0399I \u039aK \u039cM \u039dN \u039fO \u03a1P \u03a4T \u03a5Y "
    "\u03a7X"
)

#: Letters of other alphabets, with the ASCII letter that each looks like.
LOOK_ALIKES = MappingProxyType({pair[0]: pair[1] for pair in f"{_CYRILLIC} {_GREEK}".split()})

_LATIN = str.maketrans(dict(LOOK_ALIKES))
#: Drawn alike in many typefaces (UTS #39 has them as one too): the letters l and I and the digit 1; O and 0.
_DIGITS = (("l", "1"), ("I", "1"), ("O", "0"))

_SEPARATORS = re.compile(r"[\s._-]+")
_PADDING = re.compile(r"(?<![0-9])0+(?=[0-9])")
#: ASCII names that a fold leaves as they are, and those whose separators all go.
_PLAIN = re.compile(r"[a-z]*(?:[1-9][0-9]*)?")
_BETWEEN_NUMBERS = re.compile(r"[0-9][\s._-]+[0-9]")
_WITHOUT = str.maketrans("", "", " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f._-")

#: Invisible characters, besides those of the format category.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f]")


def _composed(name: str) -> str:
    return unicodedata.normalize("NFKC", name)


def _seen(name: str) -> str:
    kept = (c for c in name if unicodedata.category(c) != "Cf")
    return _UNSEEN.sub("", "".join(kept))


def _latin(name: str) -> str:
    return name.translate(_LATIN)


def _one_separator(name: str) -> str:
    return _SEPARATORS.sub(_joint, name)


def _joint(separator: re.Match[str]) -> str:
    """The replacement of a separator: it keeps two numbers apart, since 1-11 is not 11-1."""
    before, after = separator.string[: separator.start()], separator.string[separator.end() :]
    return "-" if before[-1:].isdecimal() and after[:1].isdecimal() else ""


def _without_padding(name: str) -> str:
    return _PADDING.sub("", name)


#: The steps of a fold, in order, each with a description of what it leaves out.
_STEPS = (
    ("the Unicode form", _composed),
    ("invisible characters", _seen),
    ("letters that look alike", _latin),
    ("case", str.casefold),
    ("separators", _one_separator),
    ("leading zeros", _without_padding),
)


def fold(name: str) -> str:
    """The name without what is not heard.

    >>> fold("Site 01") == fold("site1"), fold("line1-2") == fold("line12")
    (True, False)
    """
    if name.isascii():
        if _PLAIN.fullmatch(name):
            return name
        name = name.lower()
        loose = _BETWEEN_NUMBERS.search(name) is None
        name = name.translate(_WITHOUT) if loose else _one_separator(name)
        return _without_padding(name) if "0" in name else name
    for _, step in _STEPS:
        name = step(name)
    return _composed(name)


def look(name: str) -> str:
    """The name as it looks, in ASCII where that is possible.

    >>> look("tank1") == look("tankl"), look("tank1") == look("TANK1")
    (True, False)
    """
    if not name.isascii():
        name = _latin(_seen(_composed(name)))
    for letter, digit in _DIGITS:
        name = name.replace(letter, digit)
    return name


def differences(one: str, other: str) -> str:
    """The differences of two names with the same fold or look, in words.

    >>> differences("Line-1", "line01")
    'case, separators and leading zeros'
    """
    if fold(one) != fold(other):
        return "letters and digits that look alike"
    if unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other):
        return _STEPS[0][0]
    needed = [
        what for index, (what, _) in enumerate(_STEPS) if _but(index, one) != _but(index, other)
    ]
    *most, last = needed or ["their spelling"]
    return f"{', '.join(most)} and {last}" if most else last


def _but(left_out: int, name: str) -> str:
    """The fold of a name with one step left out."""
    for index, (_, step) in enumerate(_STEPS):
        if index != left_out:
            name = step(name)
    return name


def separators(name: str) -> str:
    """The kinds of separators in a name, sorted: `_-` in `CHR01_AT-1`."""
    return "".join(sorted({" " if c.isspace() else c for c in name if c in "._-" or c.isspace()}))
