"""Family B: what a change breaks, for whom, and the version that it requires.

``topics``, ``messages``, ``rates``, ``declarations``, ``services``, ``tiers``  the rules, by what changed
``family``    the rules together, and :func:`verdict`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.linting.verdicts import ALL, Audience, Effect, Hit, Judgement, Verdict
    from uns.linting.versions import Bump, Version
    from uns.rules.breaking.family import EVERY_RULE, RULES, UNJUDGED, verdict

__all__ = [
    "ALL",
    "EVERY_RULE",
    "RULES",
    "UNJUDGED",
    "Audience",
    "Bump",
    "Effect",
    "Hit",
    "Judgement",
    "Verdict",
    "Version",
    "verdict",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "family": "EVERY_RULE RULES UNJUDGED verdict",
        "..linting.verdicts": "ALL Audience Effect Hit Judgement Verdict",
        "..linting.versions": "Bump Version",
    },
)
