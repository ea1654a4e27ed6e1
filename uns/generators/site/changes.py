"""What the change log of a site holds: facts about two versions, judged, in words.

The facts and the judgement are made elsewhere and handed in.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ChangeEntry", "ChangeLog"]


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """One change: the topic or what else it is about, what is different, and how it was judged.

    ``code`` names the rule that judged it, if one did; ``help`` says what to do.
    """

    subject: str
    text: str
    is_breaking: bool = False
    code: str | None = None
    help: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """The changes since another version, which ``since`` names."""

    since: str
    entries: tuple[ChangeEntry, ...] = ()
