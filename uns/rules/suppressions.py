"""Rules of family U: checks on comments that ignore findings, on selections and on baselines.

They run after the other rules and look at what those found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from uns.diagnostics import Severity
from uns.linting.policies import Policy, why_unknown
from uns.linting.rule import Finding, RuleKind, rule
from uns.linting.suppressions import Suppressions


@rule("U101", "unused-ignore", Severity.WARNING, kind=RuleKind.COMMENT)
def unused_ignore(given: Suppressions) -> Iterator[Finding]:
    """A comment ignores a rule that finds nothing on its line.

    Why:
        The problem is solved, or has moved to another line. If the comment stays, it hides the
        next finding on its line.

    Example:
        # uns: ignore[unknown-unit] the gateway sends it so
        sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}
    """
    # A rule that did not run might still find something.
    judged = {
        spelling
        for code in given.rules.keys() & given.found
        for spelling in (code, given.rules[code].name)
    }
    needed = {
        (found.span.file, found.span.line, spelling)
        for findings in given.found.values()
        for found in findings
        if found.span is not None
        for spelling in (found.code, found.name)
    }
    for ignore in given.ignores:
        for selector in ignore.selectors:
            if selector in judged and (ignore.span.file, ignore.about, selector) not in needed:
                yield Finding(
                    f"{selector} is ignored on line {ignore.about}, but finds nothing there",
                    ignore.span,
                    "remove it from the comment",
                    path=f"ignore {selector}",
                )


@rule("U102", "unknown-ignore", Severity.WARNING, kind=RuleKind.COMMENT)
def unknown_ignore(given: Suppressions) -> Iterator[Finding]:
    """A comment ignores something that is not a rule.

    Why:
        It has no effect. The name is misspelled, or it means a whole family, or it is a fault
        `M...`, which cannot be ignored.

    Example:
        sites: {lyon: {}}  # uns: ignore[unknown-unti]

    Instead:
        sites: {lyon: {}}
    """
    spellings = {name for rule in given.rules.values() for name in (rule.code, rule.name)}
    for ignore in given.ignores:
        for selector in ignore.selectors:
            if selector not in spellings:
                several = f"{selector} means more than one rule"
                yield Finding(
                    why_unknown(selector, given.rules) or several,
                    ignore.span,
                    "name each rule by its code or its name: `# uns: ignore[P201] reason`",
                    path=f"ignore {selector}",
                )


@rule("U103", "bare-ignore", Severity.WARNING, kind=RuleKind.COMMENT)
def bare_ignore(given: Suppressions) -> Iterator[Finding]:
    """A comment ignores findings but does not name a rule.

    Why:
        It has no effect: a comment without a name would also hide findings that come later.

    Example:
        sites: {lyon: {}}  # uns: ignore

    Instead:
        sites: {lyon: {}}
    """
    for ignore in given.ignores:
        if not ignore.selectors:
            yield Finding(
                "this has no effect: it does not name a rule",
                ignore.span,
                "name each rule by its code or its name: `# uns: ignore[P201] reason`",
            )


@rule("U104", "unknown-selector", Severity.WARNING, kind=RuleKind.SELECTION)
def unknown_selector(given: Suppressions) -> Iterator[Finding]:
    """`lint:` names something that is not a rule.

    Why:
        The setting has no effect. The name is misspelled, or it is a fault `M...`, which is always
        an error.

    Example:
        lint: {ignore: [unknown-unti]}

    Instead:
        lint: {ignore: [unknown-unit]}
    """
    namespace = given.namespace
    for (key, *place), problem in Policy.of(namespace.lint_settings).problems(given.rules):
        where = namespace.locate("lint", key, *place) or namespace.locate("lint", key)
        yield Finding(
            problem,
            where,
            "name a rule by its code, the beginning of it, or its name",
            path=f"lint {problem}",
        )


@rule("U201", "stale-baseline", Severity.INFO, kind=RuleKind.BASELINE)
def stale_baseline(given: Suppressions) -> Iterator[Finding]:
    """A baseline lists findings that are gone.

    Why:
        They are solved, or the node has been renamed. If they stay in the baseline, it hides as
        many new findings.

    Example:
        baseline: 1
        models: {plant.uns.yaml: {P201: {lyon/power: 2}}}

    Instead:
        baseline: 1
        models: {plant.uns.yaml: {P201: {lyon/power: 1}}}
    """
    known = given.known
    counts = Counter(known.key(found) for findings in given.found.values() for found in findings)
    for key, entry in known.entries.items():
        code, path = key
        if code in given.found and counts[key] < entry.number:
            there = f"only {counts[key]} of {entry.number} are" if counts[key] else "it is not"
            yield Finding(
                f"the baseline lists {code} at {path!r}, but {there} found there",
                entry.span,
                "update the baseline with `--add-baseline`",
            )
