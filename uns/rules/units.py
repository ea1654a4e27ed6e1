"""Rules of family P: the units of what topics carry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from uns.counts import in_words
from uns.diagnostics import Edit, Severity, Span
from uns.linting.rule import Finding, rule
from uns.linting.surveys import Declared, Survey, Typed
from uns.units import is_unit, same_unit, unit
from uns.units.habits import QUANTITIES
from uns.units.readings import Reading, read, read_as

__all__ = ["once"]

#: A unit that is text in YAML without quotes, wherever it stands.
_plain = re.compile(r"[A-Za-z][A-Za-z0-9./]*").fullmatch


def once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each finding once: a node that narrows a metric of its class says nothing new of its unit."""
    seen: set[tuple[Span | None, str]] = set()
    for finding in findings:
        told = finding.span, finding.message
        if told not in seen:
            seen.add(told)
            yield finding


# --- one unit --------------------------------------------------------------------------------------


@rule("P201", "unknown-unit", Severity.WARNING, fixable=True)
def unknown_unit(survey: Survey) -> Iterator[Finding]:
    """A unit is not written in UCUM.

    A fix is offered where the text can mean one unit only. Where it can mean several (`kn` is a
    knot or a kilonewton) they are named, and the choice is yours.

    Why:
        Whoever converts a value needs a unit that means one thing. `kw` is read as kilowatt by
        one program, and as nothing by the next.

    Example:
        sites: {lyon: {metrics: {power: {type: number, unit: kw}}}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}
    """
    return once(_no_unit(typed, code) for typed, code in _with_units(survey) if not is_unit(code))


def _no_unit(typed: Typed, code: str) -> Finding:
    reading = read(code)
    said = typed.said("unit")
    # Written only where nothing else can be meant: a fix must not change a dimension.
    is_fixable = reading.is_certain and said is not None
    return Finding(
        f"the unit {code!r} of {typed.what} is no UCUM code",
        said or typed.place(),
        _help(reading) or "units are UCUM codes, such as kW.h or Cel",
        path=typed.path,
        fix=(Edit(said, _as_yaml(reading.codes[0])),) if said and is_fixable else (),
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
    """A unit is a UCUM code, but of something else than people mean when they write it.

    Told are codes whose symbols no plant measures in (`PS`, a petasiemens), decimal fractions
    (`mL/min/1.73` is divided by 1 and multiplied by 73), products that another grouping or
    another capital makes a known quantity (`W/m2.K`, `ms/cm`), and codes that are not of the
    quantity in the name: a `current` in `a`, which is a year.

    Why:
        `ft` is a femtotonne in UCUM, `C` a coulomb and `pH` a picohenry. A program that knows
        UCUM converts the values to nonsense, and reports no error.

    Example:
        sites: {lyon: {metrics: {depth: {type: number, unit: ft}}}}

    Instead:
        sites: {lyon: {metrics: {depth: {type: number, unit: "[ft_i]"}}}}
    """
    return once(
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
    is_told = reading.words or f"something else in UCUM, of dimension {unit(code).dimension}"
    return Finding(
        f"the unit {code!r} of {typed.what} is {is_told}{' in UCUM' if reading.words else ''}",
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
    """Metrics of one name measure the same quantity in different units.

    Names that stand for different quantities, such as a `level` in percent and one in metres,
    are left alone.

    Why:
        Who subscribes to `+/+/temperature` puts all values on one axis. 20 degrees Celsius next
        to 293 kelvin look like a fire.

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
        units = {metric.unit for d in metrics if (metric := d.endpoint.metric) and metric.unit}
        if len(units) < 2:
            continue
        by_kind: dict[object, dict[str, list[Declared]]] = {}
        for declared in metrics:
            code = declared.endpoint.metric and declared.endpoint.metric.unit
            if code and is_unit(code):
                same = by_kind.setdefault(_kind(code), {})
                same.setdefault(code, []).append(declared)
        for same in by_kind.values():
            usual = _most(same)
            for code, odd in same.items():
                if not same_unit(code, usual):
                    yield Finding(
                        f"metric {key!r} is in {code} in {_topics(odd)}, "
                        f"and in {usual} in {_topics(same[usual])}",
                        odd[0].span_of("unit"),
                        f"give all of them one unit, such as {usual!r}, or different names",
                        _here(same[usual][0].span_of("unit"), f"in {usual} here"),
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
        A value without a unit passes for one in the unit of its namesakes, whether it is or not.

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
                f"metric {key!r} has no unit in {_topics(without)}, "
                f"and is in {usual} in {_topics(by_unit[usual])}",
                without[0].span,
                "say its unit; a ratio or a plain count is in '1'",
                _here(by_unit[usual][0].span_of("unit"), f"in {usual} here"),
                without[0].node.template.text,
            )


def _most(groups: Mapping[str, list[Declared]]) -> str:
    """The group that stands for most topics, of equals the first."""
    return max(groups, key=lambda name: sum(declared.topics for declared in groups[name]))


def _topics(declared: list[Declared]) -> str:
    return in_words(sum(d.topics for d in declared), "topic")


def _here(span: Span | None, label: str) -> tuple[tuple[Span, str], ...]:
    return ((span, label),) if span else ()
