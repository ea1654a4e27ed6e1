"""Reads UCUM terms and computes their factor, their dimension, and the function of special units.

A term that breaks the grammar is refused, with the place and the reason.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from uns.diagnostics import visible
from uns.units.essence import ARBITRARY, BASE, METRIC, PLAIN, PREFIXABLE, PREFIXES, SPECIAL, TELLING

#: Longest code, in code points; the longest in use have about thirty.
LONGEST_UNIT = 120

#: Largest exponent of a symbol; ``10*23`` is in use.
LARGEST_EXPONENT = 99

#: Limits of factors: values in other units do not fit into a float.
_SMALLEST, _LARGEST = Fraction(1, 10**300), Fraction(10**300)


class Misread(Exception):
    """A text is not a UCUM term: the place in it, the reason, and the clause."""

    def __init__(self, span: tuple[int, int], reason: str, clause: str | None = None) -> None:
        super().__init__(span, reason, clause)
        self.span = span
        self.reason = reason
        self.clause = clause


# --- scales ----------------------------------------------------------------------------------


class Scale(NamedTuple):
    """The function of a special unit: a value ``v`` on the scale is ``ratio(v)`` references.

    ``reference`` is in base units. The result is NaN for values that the function does not have:
    a logarithm of 0 or less, a root of less than 0, a slope of 90 degrees or more.

    >>> Scale("lg", Fraction(1)).ratio(2), Scale("lg", Fraction(1)).value(1000)
    (100.0, 3.0)
    """

    function: str
    reference: Fraction

    def ratio(self, value: float) -> float:
        """How many references a value on the scale stands for."""
        if self.function == "100tan":
            return math.atan(value / 100)
        if self.function == "sqrt":
            return value * value if value >= 0 else math.nan
        base, times = _LOGARITHMS[self.function]
        return float(base ** (value / times))

    def value(self, ratio: float) -> float:
        """The value on the scale of so many references."""
        if self.function == "100tan":
            return math.tan(ratio) * 100 if abs(ratio) < math.pi / 2 else math.nan
        if self.function == "sqrt":
            return math.sqrt(ratio) if ratio >= 0 else math.nan
        if ratio <= 0:
            return math.nan
        base, times = _LOGARITHMS[self.function]
        if base in (2, 10):  # exact where the ratio is a power
            return times * (math.log10(ratio) if base == 10 else math.log2(ratio))
        return times * math.log(ratio) / math.log(base)


#: Logarithms: their base, and how often it is taken.
_LOGARITHMS: Mapping[str, tuple[float, int]] = MappingProxyType(
    {
        "lg": (10, 1), "2lg": (10, 2), "ln": (math.e, 1), "ld": (2, 1), "-lg": (10, -1),
        "-lg 100": (100, -1), "-lg 1000": (1000, -1), "-lg 50000": (50000, -1),
    }
)  # fmt: skip

#: Scales whose zero is not the zero of the quantity: degrees of the scale above it.
_ZERO_POINTS = MappingProxyType(
    {
        "Cel": Fraction("273.15"),
        "[degF]": Fraction("459.67"),
        "[degRe]": Fraction("218.52"),
    }
)

# --- the meaning of a term ------------------------------------------------------------------


class Measure(NamedTuple):
    """The meaning of a term: with the same measure, equal numbers are equal quantities."""

    dimension: str
    factor: Fraction
    offset: Fraction = Fraction(0)
    scale: Scale | None = None


class Component(NamedTuple):
    """One symbol or number of a term, with its place, its power and its annotation."""

    text: str
    start: int
    power: int
    note: str = ""


def measure(code: str) -> Measure:
    """Compute the meaning of a UCUM term. Raises :class:`Misread`.

    >>> measure("km/h").dimension, measure("km/h").factor
    ('m.s-1', Fraction(5, 18))
    """
    if not code:
        raise Misread((0, 0), "it is empty; the unit of a plain number is '1'")
    if len(code) > LONGEST_UNIT:
        raise Misread((LONGEST_UNIT, len(code)), f"longer than {LONGEST_UNIT} characters")
    components = read_components(code)
    special = None
    for component in components:
        found = split_symbol(component.text)
        if found and found[1] in SPECIAL:
            _check_stands_alone(component, components)
            special = found[1]
    factor, powers = _multiplied(components)
    if not _SMALLEST < factor < _LARGEST:
        raise Misread((0, len(code)), "its factor is too large or too small")
    return _as_measure(factor, powers, special)


def try_measure(code: str) -> Measure | None:
    """The meaning of ``code``, or ``None`` if it is not a UCUM term."""
    try:
        return measure(code)
    except Misread:
        return None


def _as_measure(factor: Fraction, powers: Mapping[str, int], special: str | None) -> Measure:
    if special is None:
        return Measure(_write(powers), factor)
    function, term = SPECIAL[special]
    reference, powers = evaluate(term)
    if function in _ZERO_POINTS:
        return Measure(_write(powers), factor * reference, _ZERO_POINTS[function] * reference)
    return Measure(_write(powers), factor, scale=Scale(function, reference))


def _check_stands_alone(special: Component, components: list[Component]) -> None:
    others = [c for c in components if c is not special and not c.text.isdigit()]
    if others or special.power != 1:
        span = (special.start, special.start + len(special.text))
        reason = f"{special.text!r} is a scale, not a ratio, and cannot be in a product"
        raise Misread(span, reason, "UCUM §22")


def _write(powers: Mapping[str, int]) -> str:
    """The dimension as a UCUM term, base units first: ``m.s-2``; ``1`` if empty."""
    order = sorted(
        (base for base, power in powers.items() if power),
        key=lambda base: (BASE.index(base) if base in BASE else len(BASE), base),
    )
    return ".".join(f"{b}{powers[b] if powers[b] != 1 else ''}" for b in order) or "1"


def _multiplied(components: list[Component]) -> tuple[Fraction, dict[str, int]]:
    factor = Fraction(1)
    powers: dict[str, int] = {}
    for text, start, power, _ in components:
        if text.isdigit():
            factor *= Fraction(int(text)) ** power
            continue
        found = split_symbol(text)
        if found is None:
            raise Misread((start, start + len(text)), f"no unit symbol {text!r}", "UCUM §1")
        prefix, atom = found
        value, dimension = _defined(atom)
        factor *= ((PREFIXES[prefix] if prefix else 1) * value) ** power
        for base, exponent in dimension.items():
            powers[base] = powers.get(base, 0) + exponent * power
    return factor, powers


def split_symbol(symbol: str) -> tuple[str, str] | None:
    """Split a symbol into prefix and atom; ``None`` if it is not a symbol [UCUM §4].

    >>> split_symbol("kPa"), split_symbol("cd"), split_symbol("kmin")
    (('k', 'Pa'), ('', 'cd'), None)
    """
    if symbol in PREFIXABLE or symbol in PLAIN or symbol in ARBITRARY or symbol in SPECIAL:
        return "", symbol
    for length in (2, 1):
        prefix, atom = symbol[:length], symbol[length:]
        if prefix in PREFIXES and atom in PREFIXABLE:
            return prefix, atom
    return None


@cache
def _defined(atom: str) -> tuple[Fraction, Mapping[str, int]]:
    """The value of an atom by its definition; the definitions have no circle."""
    if atom in BASE or atom in ARBITRARY:
        return Fraction(1), MappingProxyType({atom: 1})
    if atom in SPECIAL:  # its value goes through a function: the reference is not its factor
        return Fraction(1), MappingProxyType({})
    return evaluate(METRIC.get(atom) or PLAIN[atom])


def evaluate(definition: str) -> tuple[Fraction, Mapping[str, int]]:
    """The factor and the powers of base units of a number and a term: ``0.9 deg``."""
    value, _, term = definition.rpartition(" ")
    factor, powers = _multiplied(read_components(term))
    return Fraction(value or 1) * factor, MappingProxyType(powers)


def collect_notes(code: str) -> Counter[str]:
    """Count what the dimension does not show: annotations, and symbols that say what is measured."""
    found: Counter[str] = Counter()
    for text, _, power, note in read_components(code):
        parts = split_symbol(text)
        if parts and parts[1] in TELLING:
            found[parts[1]] += power
        if note:
            found[note] += power
    return found


# --- reading a term -------------------------------------------------------------------------

# [UCUM §3, §5, §8, §9]: a symbol is made of letters and a few signs, or anything in square
# brackets; digits behind it are its exponent; an annotation in braces ends it.
_COMPONENT = re.compile(
    r"(?:(?P<symbol>10[*^]|(?:[A-Za-z%'_]|\[[!-Z\\^-~]+\])+)(?P<exponent>[+-]?[0-9]+)?"
    r"|(?P<number>[0-9]+)|(?=\{))(?P<note>\{[!-z|~]*\})?"
)
# The grammar gives parentheses no annotation, UCUM's own examples do: g/(8.h){shift}.
_ANNOTATION = re.compile(r"\{[!-z|~]*\}")


def read_components(code: str) -> list[Component]:
    """Split a term into components, each with its sign, without parentheses [UCUM §7, §10].

    Since only products and quotients exist, a term is one flat product once
    every component knows whether it stands above or below the line.
    """
    components: list[Component] = []
    outer, sign = 1, 1
    opened: list[tuple[int, int]] = []
    at, wants_operand = 0, True
    if code.startswith("/"):
        at, sign = 1, -1
    while at < len(code):
        character = code[at]
        if wants_operand and character == "(":
            opened.append((at, outer))
            outer = sign
            at += 1
        elif wants_operand:
            component, at = _component(code, at, sign)
            components.append(component)
            wants_operand = False
        elif character == ")" and opened:
            note = _ANNOTATION.match(code, at + 1)
            if note:
                components.append(Component("1", at + 1, outer, note[0]))
            at = note.end() if note else at + 1
            _, outer = opened.pop()
        elif character in "./":
            sign = outer if character == "." else -outer
            at += 1
            wants_operand = True
        else:
            raise Misread((at, at + 1), _misplaced(character), "UCUM §7")
    if wants_operand:
        raise Misread((at, at + 1), "a unit is missing at the end", "UCUM §7")
    if opened:
        raise Misread(
            (opened[-1][0], opened[-1][0] + 1), "the parenthesis is never closed", "UCUM §10"
        )
    return components


def _component(code: str, at: int, sign: int) -> tuple[Component, int]:
    match = _COMPONENT.match(code, at)
    if match is None or match.end() == at:
        raise Misread((at, at + 1), _misplaced(code[at]), "UCUM §3")
    number, symbol, note = match["number"], match["symbol"], match["note"] or ""
    if symbol is None:
        if number is not None and not number.strip("0"):
            raise Misread(match.span("number"), "a factor must be positive", "UCUM §8")
        return Component(number or "1", at, sign, note), match.end()
    exponent = match["exponent"] or "1"
    if len(exponent.lstrip("+-0")) > 2:
        reason = f"an exponent can be at most {LARGEST_EXPONENT}"
        raise Misread(match.span("exponent"), reason)
    return Component(symbol, at, sign * int(exponent), note), match.end()


def _misplaced(character: str) -> str:
    if character in "./":
        return "a unit is missing before the operator"
    if character == ")":
        return "this parenthesis closes nothing"
    if character.isspace():
        return "white space is not allowed in a unit; '.' multiplies"
    if character in "{}[]":
        return f"{character!r} has no counterpart"
    if not character.isascii() or character in '*^"=!#$&,:;<>?@\\`|~':
        return f"{visible(character)!r} is not a character of a unit symbol"
    return "an operator '.' or '/' is missing"
