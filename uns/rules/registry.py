"""All rules, and :func:`lint`, which runs them on a namespace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from uns.diagnostics import Diagnostic
from uns.linting.engine import Engine
from uns.linting.histories import by_name
from uns.linting.policies import Policy
from uns.linting.rule import SUPPRESSIONS, RuleKind, collect_rules
from uns.model.namespace import Namespace
from uns.rules import (
    access,
    breaking,
    delivery,
    hierarchy,
    kafka,
    life_cycles,
    naming,
    payloads,
    profiles,
    source_code,
    suppressions,
    tiers,
    units,
    values,
)

#: All rules that a policy may name, by code: on models, on changes and on code.
EVERY_RULE = MappingProxyType(
    {
        **collect_rules(
            naming, hierarchy, life_cycles, units, values, delivery, payloads, kafka, access,
            tiers, profiles, suppressions,
        ),
        **breaking.EVERY_RULE,
        **collect_rules(source_code),
    }
)  # fmt: skip

ENGINE = Engine(EVERY_RULE, breaking.UNJUDGED)

#: Every rule on a model, by its code.
RULES = MappingProxyType(ENGINE.of_kind(RuleKind.MODEL, *SUPPRESSIONS))

weigh, judge_literals, settle = ENGINE.weigh, ENGINE.judge_literals, ENGINE.settle


def lint(
    namespace: Namespace,
    against: Namespace | Mapping[str, Namespace] | Iterable[Namespace] | None = None,
    *,
    policy: Policy | None = None,
) -> tuple[Diagnostic, ...]:
    r"""The findings of the rules in a namespace, sorted by file and place.

    With earlier versions in ``against``, also what the changes since then break (family B): one
    version, several, or several by name. If there are several, each finding names those that it is about.
    ``policy`` selects the rules and their severities, and takes precedence over the model's
    `lint:`. Findings that comments ignore are left out.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kw}}}}")
    >>> [(found.code, found.name) for found in lint(ns)]
    [('P201', 'unknown-unit')]
    >>> lint(ns, policy=Policy(ignore=("P",)))
    ()
    >>> before = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: W}}}}")
    >>> [(found.code, found.name) for found in lint(ns, before)]
    [('B203', 'unit-changed'), ('P201', 'unknown-unit')]
    >>> print(lint(ns, {"v1": before, "v2": ns})[0].message)
    lyon/power: unit of $.value: W -> kw (1 topic); against v1
    """
    return weigh(namespace, policy, against=by_name(against)).findings
