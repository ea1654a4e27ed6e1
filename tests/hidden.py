"""Characters that no output may have as they are, and texts that must stay as they are."""

from __future__ import annotations

import unicodedata

#: Escapes for terminals, other controls, the ends of lines of Unicode, what changes the direction of a
#: text, and what does not show at all.
HOSTILE = "\x1b[31mred\x07\x7f\x85\u2028\u200b\u202egnp\u2066x\u2069\ufeff\U000e0041"

#: Words of languages that need more than letters: joiners, marks, and other spaces.
VALID = (
    "日本\u3000語",
    "می\u200cخواهم",
    "क्\u200dष",
    "👨\u200d👩\u200d👧",
    "Ελληνικά",
    "שלום",
    "é̂",
    "𝔘",
)


def hidden(text: str) -> set[str]:
    """The characters of a text that no output may have, but for the ends of lines."""
    return {
        f"U+{ord(c):04X}"
        for at, c in enumerate(text)
        if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"}
        and not (c in "\u200c\u200d" and text[at - 1 : at] > "\u05ff" < text[at + 1 : at + 2])
    }  # fmt: skip
