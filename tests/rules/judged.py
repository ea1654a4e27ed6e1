"""Models for rules, and what one rule says of them."""

from __future__ import annotations

import uns
from uns.rules import RULES, Survey


def model(text: str) -> uns.Namespace:
    head = "uns: 1\ninclude: [std]\ntopic: {containment: free}\naspects: {raw: _raw}\n"
    return uns.loads(head + text)


def found_by(code: str, namespace: uns.Namespace) -> list[uns.Diagnostic]:
    """The findings of one rule."""
    return list(RULES[code].findings(Survey(namespace)))
