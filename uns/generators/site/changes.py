"""What the change log of a site holds: facts about two versions, judged, in words.

The facts and the judgement are made elsewhere and handed in.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ChangeEntry", "ChangeLog"]


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """One change: what it is about, what is different, and how it was judged.

    ``subject`` is a template, or empty for what is said outside the tree.
    ``effect`` is ``breaking``, ``additive`` or ``compatible``; ``code`` names the
    rule that judged it, ``help`` says what to do, and ``clients`` are those hit.
    """

    subject: str
    text: str
    effect: str = "compatible"
    code: str | None = None
    help: str | None = None
    clients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """The changes since another version, which ``since`` names; what breaks first."""

    since: str
    entries: tuple[ChangeEntry, ...] = ()
