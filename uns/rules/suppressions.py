"""Rules of family U: checks on comments that ignore findings, on selections and on baselines.

They see that nothing is ignored by mistake, and no longer than it has to be; so
they judge what the other rules found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from uns.diagnostics import Severity
from uns.linting.policies import Policy, why_unknown
from uns.linting.rule import Finding, Kind, rule
from uns.linting.suppressions import Suppressions


@rule("U101", "unused-ignore", Severity.WARNING, kind=Kind.COMMENT)
def unused_ignore(given: Suppressions) -> Iterator[Finding]:
    """A comment ignores a rule that finds nothing on its line.

    Why:
        What was ignored is mended, or has moved to another line. Left behind, the comment
        hides the next finding that comes to stand there.

    Example:
        # uns: ignore[unknown-unit] the gateway sends it so
        sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}
    """
    # What has not judged may well have something to find.
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
                    f"{selector} finds nothing on line {ignore.about}, where it is ignored",
                    ignore.span,
                    "take it off the comment",
                    path=f"ignore {selector}",
                )


@rule("U102", "unknown-ignore", Severity.WARNING, kind=Kind.COMMENT)
def unknown_ignore(given: Suppressions) -> Iterator[Finding]:
    """A comment ignores what is no rule.

    Why:
        Then it ignores nothing. The name is misspelled, it means a whole family, or it is that of
        a fault `M...`, with which no model loads.

    Example:
        sites: {lyon: {}}  # uns: ignore[unknown-unti]

    Instead:
        sites: {lyon: {}}
    """
    spellings = {name for rule in given.rules.values() for name in (rule.code, rule.name)}
    for ignore in given.ignores:
        for selector in ignore.selectors:
            if selector not in spellings:
                several = f"{selector} is more than one rule"
                yield Finding(
                    why_unknown(selector, given.rules) or several,
                    ignore.span,
                    "name each rule by its code or its name: `# uns: ignore[P201] why`",
                    path=f"ignore {selector}",
                )


@rule("U103", "bare-ignore", Severity.WARNING, kind=Kind.COMMENT)
def bare_ignore(given: Suppressions) -> Iterator[Finding]:
    """A comment ignores findings and does not say which.

    Why:
        Nothing is ignored without a name: it would hide what nobody has seen yet.

    Example:
        sites: {lyon: {}}  # uns: ignore

    Instead:
        sites: {lyon: {}}
    """
    for ignore in given.ignores:
        if not ignore.selectors:
            yield Finding(
                "this ignores nothing: it names no rule",
                ignore.span,
                "name each rule by its code or its name: `# uns: ignore[P201] why`",
            )


@rule("U104", "unknown-selector", Severity.WARNING, kind=Kind.SELECTION)
def unknown_selector(given: Suppressions) -> Iterator[Finding]:
    """`lint:` speaks of what is no rule.

    Why:
        What it says there has no effect. The name is misspelled, or it is that of a fault `M...`,
        with which no model loads and which always is an error.

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


@rule("U201", "stale-baseline", Severity.INFO, kind=Kind.BASELINE)
def stale_baseline(given: Suppressions) -> Iterator[Finding]:
    """A baseline knows of findings that are gone.

    Why:
        They are mended, or the node has another name now. Left in the baseline they let as many
        new findings pass unseen.

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
            there = f"{counts[key]} of {entry.number}" if counts[key] else "none"
            yield Finding(
                f"{code} is known at {path!r}, and {there} is found there",
                entry.span,
                "write the baseline anew with `--add-baseline`",
            )
