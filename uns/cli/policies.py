"""Which rules count, as a project and the command line say it."""

from __future__ import annotations

from argparse import Namespace as Arguments

from uns.cli.exits import CannotRun
from uns.cli.projects import Project, project
from uns.diagnostics import Diagnostic, Severity, visible
from uns.model.namespace import Namespace
from uns.rules import EVERY_RULE, Policy, UnknownRule, weigh

__all__ = ["findings", "given_policy"]


def given_policy(arguments: Arguments, project: Project) -> Policy:
    """The policy of the command line over that of the project.

    Raises:
        CannotRun: one of them names no rule.
    """
    project.check_keys()
    said = Policy(
        project.texts("select"),
        project.texts("extend-select") or (),
        project.texts("ignore") or (),
        {rule: _severity(level) for rule, level in project.levels("severity").items()},
        _severity(level) if (level := project.level("fail-level")) else None,
    )
    _check(said, f"[tool.uns] in {visible(str(project.file))}: ")
    asked = Policy(
        None if arguments.select is None else tuple(arguments.select),
        tuple(arguments.extend_select or ()),
        tuple(arguments.ignore or ()),
        {rule: _severity(level) for rule, level in arguments.severity or ()},
        _severity(arguments.fail_level) if arguments.fail_level else None,
    )
    _check(asked, "")
    return asked.over(said)


def findings(namespace: Namespace) -> tuple[Diagnostic, ...]:
    """What `uns check` says of a model by the policy of the project, whatever a baseline knows."""
    policy = given_policy(_NOTHING_ASKED, project())
    return weigh(namespace, policy).findings


#: A command line that says nothing of rules.
_NOTHING_ASKED = Arguments(
    select=None, extend_select=None, ignore=None, severity=None, fail_level=None
)


def _severity(level: str) -> Severity:
    return Severity[level.upper()]


def _check(policy: Policy, where: str) -> None:
    try:
        policy.check(EVERY_RULE)
    except UnknownRule as unknown:
        raise CannotRun(f"{where}{visible(str(unknown))}") from None
