"""Judgements on a model that loads: is it wise, and does a change of it break anybody.

Facts are found below, in :mod:`uns.loading` and :mod:`uns.changes`; here stand
the rules that weigh them, in families by their letter:

    N  naming       what topic levels are called
    H  hierarchy    what stands where, and what is missing
    P  payloads     what topics carry
    K  kafka        what becomes of names and topics in Kafka
    A  access       what clients may publish and read
    T  profiles     what brokers and conventions allow
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from uns.diagnostics import Diagnostic, Span
from uns.namespace import Namespace
from uns.rules import hierarchy, payloads
from uns.rules.rule import Finding, Page, Rule
from uns.rules.surveys import Survey

__all__ = ["RULES", "Finding", "Page", "Rule", "Survey", "lint"]

#: Every rule, by its code.
RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.code: rule for room in (hierarchy, payloads) for rule in room.RULES}
)

_NOWHERE = Span("", 0, 0, 0, 0)


def lint(namespace: Namespace) -> list[Diagnostic]:
    r"""What the rules find in a namespace, by file and place.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kw}}}}")
    >>> [(found.code, found.name) for found in lint(ns)]
    [('P201', 'unknown-unit')]
    """
    survey = Survey(namespace)
    found = [finding for rule in RULES.values() for finding in rule.findings(survey)]
    return sorted(found, key=lambda finding: (finding.span or _NOWHERE, finding.code))
