"""Texts that look like families and are none: ``vat[1-6]`` is one name, ``vat[1..6]`` are six.

Other notations for ranges come from shells, programming languages and regular expressions. In a
topic level they are legal characters, and hardly ever meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

#: What stands between two numbers of a range elsewhere.
_BETWEEN: Final = r"\s*(?:\.{2,3}|…|:|-|–|—|~|to)\s*"

_RANGE: Final = re.compile(rf"\s*(?P<low>[0-9]{{1,18}}){_BETWEEN}(?P<high>[0-9]{{1,18}})\s*")
_NUMBER: Final = re.compile(r"\s*[0-9]{1,18}\s*")
_LETTERS: Final = re.compile(r"\s*(?P<low>[a-z]|[A-Z])\s*[-–…:]\s*(?P<high>[a-z]|[A-Z])\s*")

#: A text in brackets of one kind; brackets that are doubled are meant as characters.
_BRACKETS: Final = re.compile(
    r"(?<!\[)\[(?P<square>[^\[\]]+)\]|(?<!\{)\{(?P<curly>[^{}]+)\}|<(?P<angle>[^<>]+)>"
    r"|\((?P<round>[^()]+)\)"
)
#: A range from the first number on, directly after a word. Others in round brackets are remarks,
#: and with a colon ratios.
_COUNTED: Final = re.compile(r"[^\s]\([01]\s*(?:-|–|to)[^()]*\)$")

#: A range without brackets.
_BARE: Final = re.compile(
    r"(?<![0-9.…])(?P<low>[0-9]{1,18})(?:\.{2,3}|…)(?P<high>[0-9]{1,18})(?![0-9.…])"
)


def meant_family(text: str) -> str | None:
    """The family that was probably meant by a text that is none, or ``None`` for ordinary texts.

    >>> meant_family("vat[1-6]"), meant_family("vat(01..06)"), meant_family("line1..3-in")
    ('vat[1..6]', 'vat[01..06]', 'line[1..3]-in')
    >>> meant_family("vat[1..6]"), meant_family("line1-6"), meant_family("gear (1:6)")
    (None, None, None)
    """
    for found in _BRACKETS.finditer(text):
        items = _items(found)
        if items is not None:
            return f"{text[: found.start()]}[{items}]{text[found.end() :]}"
    if "[" not in text and "{" not in text:
        for found in _BARE.finditer(text):
            low, high = found["low"], found["high"]
            if int(low) < int(high):
                return f"{text[: found.start()]}[{low}..{high}]{text[found.end() :]}"
    return None


def _items(brackets: re.Match[str]) -> str | None:
    """The items of the set that was meant, or ``None`` if the brackets mean something else."""
    kind = brackets.lastgroup or ""
    inside = brackets[kind]
    if inside.strip() == "*":
        return "1..9"
    letters = _LETTERS.fullmatch(inside) if kind == "square" else None
    if letters is not None:
        low, high = ord(letters["low"]), ord(letters["high"])
        return ",".join(map(chr, range(low, high + 1))) if low < high < low + 26 else None
    items = inside.split(",") if kind == "square" else [inside]
    written = list(_ranges(items))
    if len(written) < len(items) or not any(".." in item for item in written):
        return None
    if kind == "square" and written == items:
        return None
    has_dots = "." in inside or "…" in inside
    if kind == "round" and not has_dots and not _COUNTED.search(brackets.string[: brackets.end()]):
        return None
    return ",".join(written)


def _ranges(items: list[str]) -> Iterator[str]:
    """The items as numbers and ranges, as long as they are any and go upwards."""
    last = -1
    for item in items:
        found = _RANGE.fullmatch(item)
        if found is None and _NUMBER.fullmatch(item) is None:
            return
        low, high = (found["low"], found["high"]) if found else (item.strip(), item.strip())
        if int(low) <= last or int(low) > int(high) or (found and low == high):
            return
        last = int(high)
        yield f"{low}..{high}" if found else low
