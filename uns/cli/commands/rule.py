"""``uns rule``: the page of a rule: what it finds, why that is bad, and what to write instead."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from uns.cli.arguments import Rule as Arguments
from uns.cli.outputs import JsonArray, as_json
from uns.cli.terminal import STYLES_OF_SEVERITIES, CannotRun, Exit, Screen, Style
from uns.diagnostics import visible
from uns.linting.policies import FAMILIES
from uns.linting.rule import Rule, RuleKind
from uns.rules.catalogue import NoEntry, catalogue, entry

_STYLES = {str(severity): style for severity, style in STYLES_OF_SEVERITIES.items()}

_FAULT = "a fault, which cannot be selected or ignored"

#: The kinds of rules that cannot be selected, in words, and their consequence.
_FAULTS = {
    RuleKind.MODEL_FAULT: (_FAULT, "A model that has it does not load."),
    RuleKind.MESSAGE_FAULT: (_FAULT, "The message is refused."),
    RuleKind.CHANGE_FAULT: ("of `uns breaking`", "The comparison fails."),
    RuleKind.LOSS: ("a loss", "`uns export` reports it, and fails on it with `--strict`."),
}


def run(arguments: Arguments, out: Screen, _: Screen) -> int:
    """Write the page of one rule, or a line for each rule."""
    if (arguments.rule is None) is not arguments.all:
        raise CannotRun("give either the code or name of a rule, or --all")
    if arguments.rule is None:
        _write_all(out, as_array=arguments.output_format == "json")
        return Exit.CLEAN
    try:
        found = _entry(arguments.rule)
    except NoEntry as error:
        raise CannotRun(visible(str(error))) from None
    if arguments.output_format == "json":
        out.line(as_json(_as_json(found), indent=2))
    elif found.kind in _FAULTS:
        _write_fault(found, out)
    else:
        _write_page(found, out)
    return Exit.CLEAN


def _entry(name: str) -> Rule:
    try:
        return entry(name, {})
    except NoEntry:
        # The losses are defined by the targets, which take a while to import.
        from uns.generators import LOSSES

        return entry(name, LOSSES)


# --- one -------------------------------------------------------------------------------------------


def _write_page(rule: Rule, out: Screen) -> None:
    out.line(f"{out.paint(rule.code, Style.STRONG)} {out.paint(rule.name, Style.STRONG)}")
    notes = [
        out.paint(rule.weight, _STYLES.get(rule.weight, Style.STRONG)),
        f"family {rule.code[0]}, {_family(rule)}",
    ]
    if not rule.default:
        notes.append("off unless selected")
    if rule.fixable:
        notes.append("`uns check --fix` repairs it")
    out.line("; ".join(notes))
    out.line()
    out.line(_shown(rule.page.what, out))
    for head, text in (
        ("Why", rule.page.why),
        ("Example", rule.page.example),
        ("Instead", rule.page.instead),
    ):
        out.line()
        out.line(out.paint(f"{head}:", Style.STRONG))
        for line in _shown(text, out).splitlines():
            out.line(f"    {line}".rstrip())


def _shown(text: str, out: Screen) -> str:
    """A text with the characters escaped that the screen cannot show."""
    return text if out.is_unicode else text.encode("ascii", "backslashreplace").decode()


def _write_fault(found: Rule, out: Screen) -> None:
    kind, consequence = _FAULTS[found.kind]
    out.line(f"{out.paint(found.code, Style.STRONG)} {out.paint(found.name, Style.STRONG)}")
    out.line(f"{out.paint(found.weight, _STYLES[found.weight])}; {kind}")
    out.line()
    out.line(f"{found.page.what} {consequence}")


# --- all -------------------------------------------------------------------------------------------


def _write_all(out: Screen, *, as_array: bool) -> None:
    rules = catalogue()
    if as_array:
        array = JsonArray(out)
        for rule in rules:
            array.add(_as_json(rule))
        array.end()
        return
    width = max(len(rule.name) for rule in rules)
    for index, (family, listed) in enumerate(groupby(rules, key=_family)):
        if index:
            out.line()
        out.line(out.paint(family, Style.STRONG))
        for rule in listed:
            weight = rule.weight if rule.default else f"({rule.weight})"
            what = _shown(_first_sentence(rule), out)
            out.line(f"{rule.code}  {rule.name:<{width}}  {weight:<9}  {what}")
    out.line()
    out.line("In brackets: off unless selected. `uns rule CODE` shows the page of a rule.")


def _first_sentence(rule: Rule) -> str:
    """What a rule finds, in its first line."""
    return rule.page.what.partition("\n")[0]


def _family(rule: Rule) -> str:
    if rule.kind in _FAULTS:
        return "losses" if rule.kind is RuleKind.LOSS else "faults"
    return FAMILIES[rule.code[0]]


def _as_json(found: Rule) -> dict[str, Any]:
    head = {
        "code": found.code,
        "name": found.name,
        "family": _family(found),
        "severity": found.weight,
    }
    if found.kind in _FAULTS:
        return {**head, "what": found.page.what}
    return {
        **head,
        "default": found.default,
        "fixable": found.fixable,
        "what": found.page.what,
        "why": found.page.why,
        "example": found.page.example,
        "instead": found.page.instead,
    }
