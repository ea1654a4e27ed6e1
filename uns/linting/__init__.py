"""How judging works: rules, what they look at, and what becomes of what they find. No rule is known here.

``rule``         a rule with its code and page; ``surveys`` the tree as rules look at it
``policies``     which rules judge, and what their findings weigh
``ignores``      comments that ignore findings; ``baselines`` findings that are known
``fixes``        edits of findings, put into the texts they are for
``offences``, ``coverage``, ``spellings``, ``skeletons``, ``amounts``  what several rules measure
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.linting.baselines import (
        Baseline,
        InvalidBaseline,
        Known,
    )
    from uns.linting.fixes import (
        Mended,
        mended,
    )
    from uns.linting.ignores import (
        Ignore,
    )
    from uns.linting.policies import (
        Policy,
        UnknownRule,
    )
    from uns.linting.rule import (
        Finding,
        Judging,
        Page,
        Rule,
    )
    from uns.linting.surveys import (
        Survey,
    )

__all__ = [
    "Baseline",
    "Finding",
    "Ignore",
    "InvalidBaseline",
    "Judging",
    "Known",
    "Mended",
    "Page",
    "Policy",
    "Rule",
    "Survey",
    "UnknownRule",
    "mended",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "rule": "Finding Judging Page Rule",
        "surveys": "Survey",
        "policies": "Policy UnknownRule",
        "ignores": "Ignore",
        "baselines": "Baseline InvalidBaseline Known",
        "fixes": "Mended mended",
    },
)
