"""Family B: does a change break anybody, whom, and which version does it ask for.

``topics``, ``messages``, ``services``  the rules, by what changed
``verdicts``  the words of a verdict; ``versions`` Semantic Versioning
``family``    the rules together, and :func:`verdict`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.rules.breaking.family import (
        EVERY_RULE,
        RULES,
        VERSION,
        Verdict,
        VersionRule,
        verdict,
    )
    from uns.rules.breaking.verdicts import (
        ALL,
        Audience,
        BreakingRule,
        Case,
        Effect,
        Hit,
        Judged,
        Judgement,
    )
    from uns.rules.breaking.versions import (
        Bump,
        Version,
    )

__all__ = [
    "ALL",
    "EVERY_RULE",
    "RULES",
    "VERSION",
    "Audience",
    "BreakingRule",
    "Bump",
    "Case",
    "Effect",
    "Hit",
    "Judged",
    "Judgement",
    "Verdict",
    "Version",
    "VersionRule",
    "verdict",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "family": "EVERY_RULE RULES VERSION Verdict VersionRule verdict",
        "verdicts": "ALL Audience BreakingRule Case Effect Hit Judged Judgement",
        "versions": "Bump Version",
    },
)
