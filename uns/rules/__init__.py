"""Rules that judge a model that loads, a change of it, and code that uses its topics.

:mod:`uns.loading` and :mod:`uns.changes` find the facts; the rules judge them. Families, by
the letter of their codes:

    N  naming       the names of topic levels
    H  hierarchy    the shape of the tree, and what is missing in it
    P  payloads     types, units and versions of payloads
    K  kafka        names and topics in Kafka
    A  access       the filters of clients, and the way of their messages: also in `tiers`
    T  profiles     limits of brokers and conventions
    B  breaking     what a change of the model breaks: :mod:`uns.rules.breaking`
    S  source code  topics in source code and configuration: :mod:`uns.code.mentions`
    U  suppressions comments that ignore findings, selections and baselines
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.linting.baselines import Baseline, InvalidBaseline, Known
    from uns.linting.engine import Review, Settled
    from uns.linting.policies import Policy, UnknownRule
    from uns.linting.rule import Finding, Page, Rule
    from uns.linting.surveys import Survey
    from uns.rules.registry import EVERY_RULE, RULES, judge_literals, lint, settle, weigh

__all__ = [
    "EVERY_RULE",
    "RULES",
    "Baseline",
    "Finding",
    "InvalidBaseline",
    "Known",
    "Page",
    "Policy",
    "Review",
    "Rule",
    "Settled",
    "Survey",
    "UnknownRule",
    "judge_literals",
    "lint",
    "settle",
    "weigh",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "registry": "EVERY_RULE RULES lint settle weigh judge_literals",
        ".linting.baselines": "Baseline InvalidBaseline Known",
        ".linting.engine": "Review Settled",
        ".linting.policies": "Policy UnknownRule",
        ".linting.rule": "Finding Page Rule",
        ".linting.surveys": "Survey",
    },
)
