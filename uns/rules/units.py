"""Rules of family P: the units of what topics carry."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from uns.counts import in_words
from uns.diagnostics import Edit, Severity, Span
from uns.linting.rule import Finding, rule
from uns.linting.surveys import Declared, Survey, Typed
from uns.units import is_unit, same_unit, unit
from uns.units.habits import QUANTITIES
from uns.units.readings import Reading, read, read_as

#: A unit that is text in YAML without quotes.
_plain = re.compile(r"[A-Za-z][A-Za-z0-9./]*").fullmatch


# --- one unit --------------------------------------------------------------------------------------


@rule("P201", "unknown-unit", Severity.WARNING, fixable=True)
def unknown_unit(survey: Survey) -> Iterator[Finding]:
    """A unit is not a UCUM code.

    `--fix` replaces it if the text can only mean one unit. If it can mean several (`kn` is a
    knot or a kilonewton), the help names them, and you choose.

    Why:
        Programs that convert values need unambiguous units. One program reads `kw` as kilowatt,
        the next does not know it.

    Example:
        sites: {lyon: {metrics: {power: {type: number, unit: kw}}}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}
    """
    return (_no_unit(typed, code) for typed, code in _with_units(survey) if not is_unit(code))


def _no_unit(typed: Typed, code: str) -> Finding:
    reading = read(code)
    said = typed.said("unit")
    # The text must have one meaning only, or the fix could change the quantity.
    return Finding(
        f"the unit {code!r} of {typed.what} is not a UCUM code",
        said or typed.place(),
        _help(reading) or "units are UCUM codes, such as kW.h or Cel",
        path=typed.path,
        fix=(Edit(said, _as_yaml(reading.codes[0])),) if said and reading.is_certain else (),
    )


def _help(reading: Reading) -> str:
    if not reading.codes:
        return f"UCUM has no code for it: {reading.words}" if reading.words else ""
    if len(reading.codes) == 1:
        return f"did you mean {reading.codes[0]!r}?"
    return _question(reading.codes)


def _question(codes: Sequence[str]) -> str:
    """Codes with what they measure: ``did you mean '[kn_i]' (velocity) or 'kN' (force)?``."""
    quantities = [(code, unit(code).quantity) for code in codes]
    told = [f"{code!r} ({quantity})" if quantity else repr(code) for code, quantity in quantities]
    listed = " or ".join(filter(None, (", ".join(told[:-1]), told[-1])))
    return f"did you mean {listed}?"


def _as_yaml(code: str) -> str:
    return code if _plain(code) else f'"{code}"'


def _with_units(survey: Survey) -> Iterator[tuple[Typed, str]]:
    return ((typed, typed.value.unit) for typed in survey.values if typed.value.unit is not None)


@rule("P202", "misleading-unit", Severity.WARNING)
def misleading_unit(survey: Survey) -> Iterator[Finding]:
    """A unit is a UCUM code, but not for the unit that was probably meant.

    It reports units that no plant measures in (`PS`, a petasiemens), decimal fractions
    (`mL/min/1.73` is divided by 1 and multiplied by 73), units that become a usual one with
    other parentheses or capitals (`W/m2.K`, `ms/cm`), and units that do not fit the name: a
    `current` in `a`, which is a year.

    Why:
        `ft` is a femtotonne in UCUM, `C` a coulomb and `pH` a picohenry. A program that uses
        UCUM converts the values to nonsense, without an error.

    Example:
        sites: {lyon: {metrics: {depth: {type: number, unit: ft}}}}

    Instead:
        sites: {lyon: {metrics: {depth: {type: number, unit: "[ft_i]"}}}}
    """
    return (
        finding
        for typed, code in _with_units(survey)
        if is_unit(code) and (finding := _misleading(typed, code))
    )


def _misleading(typed: Typed, code: str) -> Finding | None:
    reading = read(code)
    codes = reading.codes
    if not codes and not reading.words:
        codes = _by_name(typed.name, code)
        if not codes:
            return None
    dimension = unit(code).dimension
    said = f"is {reading.words}" if reading.words else "has another meaning"
    return Finding(
        f"the unit {code!r} of {typed.what} {said} in UCUM, of dimension {dimension}",
        typed.span_of("unit"),
        _question(codes) if codes else "say it in a UCUM code",
        path=typed.path,
    )


_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def _by_name(name: str, code: str) -> tuple[str, ...]:
    """The unit that a code is one slip away from, when the name says what is measured."""
    for word in reversed(_WORD.findall(name[-100:])):
        like = QUANTITIES.get(word.lower())
        if like is not None:
            meant = read_as(code, like)
            return (meant,) if meant else ()
    return ()


# --- one name, several units -----------------------------------------------------------------------


@rule("P203", "mixed-units", Severity.WARNING)
def mixed_units(survey: Survey) -> Iterator[Finding]:
    """Metrics of the same name measure the same quantity in different units.

    Metrics of different quantities, such as a `level` in percent and one in metres, are not
    compared.

    Why:
        A subscriber of `+/+/temperature` puts all values on one axis. 293 kelvin next to 20
        degrees Celsius looks like a fire.

    Example:
        sites:
          lyon: {metrics: {temperature: {type: number, unit: Cel}}}
          oslo: {metrics: {temperature: {type: number, unit: K}}}

    Instead:
        sites:
          lyon: {metrics: {temperature: {type: number, unit: Cel}}}
          oslo: {metrics: {temperature: {type: number, unit: Cel}}}
    """
    for key, metrics in survey.metrics.items():
        by_kind: dict[object, dict[str, list[Declared]]] = {}
        for declared in metrics:
            code = declared.endpoint.metric and declared.endpoint.metric.unit
            if code and is_unit(code):
                same = by_kind.setdefault(_kind(code), {})
                spelling = next((other for other in same if same_unit(code, other)), code)
                same.setdefault(spelling, []).append(declared)
        for same in by_kind.values():
            help_ = "give all of them the same unit, such as {0!r}, or different names"
            yield from report_mixed(key, "unit", same, "in {0}".format, help_)


def report_mixed(
    key: str,
    facet: str,
    groups: Mapping[str, list[Declared]],
    describe: Callable[[str], str],
    help_: str,
) -> Iterator[Finding]:
    """Findings on metrics of one name that do not have the facet of most of them."""
    usual = _most(groups)
    for name, odd in groups.items():
        if name != usual:
            yield Finding(
                f"metric {key!r} is {describe(name)} in {in_topics(odd)}, "
                f"and {describe(usual)} in {in_topics(groups[usual])}",
                odd[0].span_of(facet),
                help_.format(usual),
                _here(groups[usual][0].span_of(facet), f"{describe(usual)} here"),
                odd[0].node.template.text,
            )


def _kind(code: str) -> tuple[str, bool]:
    """What a unit measures; a level in decibels is not a ratio in percent."""
    found = unit(code)
    return found.dimension, found.dimension == "1" and found.scale is not None


@rule("P204", "missing-unit", Severity.WARNING)
def missing_unit(survey: Survey) -> Iterator[Finding]:
    """A number has no unit, and metrics of the same name elsewhere have one.

    Why:
        Readers assume the unit of the other metrics of that name, which may be wrong.

    Example:
        sites:
          lyon: {metrics: {power: {type: number, unit: kW}}}
          oslo: {metrics: {power: {type: number}}}

    Instead:
        sites:
          lyon: {metrics: {power: {type: number, unit: kW}}}
          oslo: {metrics: {power: {type: number, unit: kW}}}
    """
    for key, metrics in survey.metrics.items():
        by_unit: dict[str, list[Declared]] = {}
        without: list[Declared] = []
        for declared in metrics:
            metric = declared.endpoint.metric
            if metric and metric.unit:
                by_unit.setdefault(metric.unit, []).append(declared)
            elif metric and metric.type == "number":
                without.append(declared)
        if by_unit and without:
            usual = _most(by_unit)
            yield Finding(
                f"metric {key!r} has no unit in {in_topics(without)}, "
                f"and is in {usual} in {in_topics(by_unit[usual])}",
                without[0].span,
                "add its unit; for a ratio or a plain count it is '1'",
                _here(by_unit[usual][0].span_of("unit"), f"in {usual} here"),
                without[0].node.template.text,
            )


def _most(groups: Mapping[str, list[Declared]]) -> str:
    """The group with the most topics; the first of equals."""
    return max(groups, key=lambda name: sum(declared.topics for declared in groups[name]))


def in_topics(declared: list[Declared]) -> str:
    """The number of topics of some endpoints, in words."""
    return in_words(sum(d.topics for d in declared), "topic")


def _here(span: Span | None, label: str) -> tuple[tuple[Span, str], ...]:
    return ((span, label),) if span else ()
