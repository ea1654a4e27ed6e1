"""Judgements on a model that loads: is it wise, and does a change of it break anybody.

Facts are found below, in :mod:`uns.loading` and :mod:`uns.changes`; here stand
the rules that weigh them, in families by their letter:

    N  naming       what topic levels are called
    H  hierarchy    what stands where, and what is missing
    P  payloads     what topics carry
    K  kafka        what becomes of names and topics in Kafka
    A  access       what clients may publish and read
    T  profiles     what brokers and conventions allow
    B  breaking     whom a change of the model breaks: :mod:`uns.rules.breaking`
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
    from uns.rules.registry import EVERY_RULE, RULES, lint, settle, weigh, weigh_literals

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
    "lint",
    "settle",
    "weigh",
    "weigh_literals",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "registry": "EVERY_RULE RULES lint settle weigh weigh_literals",
        ".linting.baselines": "Baseline InvalidBaseline Known",
        ".linting.engine": "Review Settled",
        ".linting.policies": "Policy UnknownRule",
        ".linting.rule": "Finding Page Rule",
        ".linting.surveys": "Survey",
    },
)
