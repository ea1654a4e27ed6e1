"""UCUM terms: reads units, computes what they measure, and suggests corrections.

Every symbol is defined by a term of other symbols, down to UCUM's seven base units, so every
valid term has a factor and a dimension, also if it is not in the table. The symbols of medicine,
typesetting and history are left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import ClassVar, NamedTuple

from uns.diagnostics import InvalidText, UNSError, visible
from uns.memo import Memo
from uns.units.table import COMMON_CODES, LISTED, SPELLINGS

#: Longest code, in code points; the longest in use have about thirty.
LONGEST_UNIT = 120

#: Largest exponent of a symbol; ``10*23`` is in use.
LARGEST_EXPONENT = 99

#: Limits of factors: values in other units do not fit into a float.
_SMALLEST, _LARGEST = Fraction(1, 10**300), Fraction(10**300)

# --- the alphabet -------------------------------------------------------------------------

_PREFIXES = MappingProxyType(
    {
        **{symbol: Fraction(10) ** power for symbol, power in (
            ("Y", 24), ("Z", 21), ("E", 18), ("P", 15), ("T", 12), ("G", 9), ("M", 6), ("k", 3),
            ("h", 2), ("da", 1), ("d", -1), ("c", -2), ("m", -3), ("u", -6), ("n", -9), ("p", -12),
            ("f", -15), ("a", -18), ("z", -21), ("y", -24),
        )},
        **{symbol: Fraction(1024) ** power for symbol, power in (
            ("Ki", 1), ("Mi", 2), ("Gi", 3), ("Ti", 4),
        )},
    }
)  # fmt: skip

#: The seven base units of all dimensions, in UCUM's order.
_BASE = ("m", "s", "g", "rad", "K", "C", "cd")

#: Arbitrary units cannot be converted [UCUM §24], and values on a logarithmic scale have no
#: factor, so each of these units is a separate dimension.
_ARBITRARY = ("[iU]", "[arb'U]", "[USP'U]", "[CFU]", "[PFU]", "[EU]")
_LOGARITHMIC = ("[pH]", "Np", "B", "B[SPL]", "B[V]", "B[mV]", "B[uV]", "B[W]", "B[kW]")

#: Scales whose zero is not the zero of the quantity -> their zero in kelvin.
_ZERO_POINT = MappingProxyType(
    {"Cel": Fraction("273.15"), "[degF]": Fraction("459.67") * Fraction(5, 9)}
)

#: Symbols that can have a prefix, each defined as "value term" or "term" of symbols above it.
_METRIC = MappingProxyType({
    "mol": "6.02214076e23 1", "sr": "rad2", "Hz": "s-1", "N": "kg.m/s2", "Pa": "N/m2", "J": "N.m",
    "W": "J/s", "A": "C/s", "V": "J/C", "F": "C/V", "Ohm": "V/A", "S": "Ohm-1", "mho": "S",
    "Wb": "V.s", "Cel": "K", "T": "Wb/m2", "H": "Wb/A", "lm": "cd.sr", "lx": "lm/m2", "Bq": "s-1",
    "Gy": "J/kg", "Sv": "J/kg", "kat": "mol/s", "U": "umol/min", "eq": "mol", "osm": "mol",
    "l": "dm3", "L": "dm3", "st": "m3", "ar": "100 m2", "t": "1000 kg", "g%": "g/dL",
    "u": "1.66053906660e-24 g", "bar": "100000 Pa", "eV": "1.602176634e-19 J", "tex": "g/km",
    "[g]": "9.80665 m/s2", "gf": "g.[g]", "[c]": "299792458 m/s", "[e]": "1.602176634e-19 C",
    "dyn": "g.cm/s2", "erg": "dyn.cm", "P": "dyn.s/cm2", "St": "cm2/s", "Gal": "cm/s2",
    "G": "0.0001 T", "Mx": "1e-8 Wb", "Ci": "3.7e10 Bq", "R": "2.58e-4 C/kg", "RAD": "0.01 Gy",
    "REM": "0.01 Sv", "cal": "cal_th", "cal_th": "4.184 J", "cal_IT": "4.1868 J",
    "m[H2O]": "9.80665 kPa", "m[Hg]": "133.3220 kPa", "[IU]": "[iU]",
    "bit": "1", "By": "8 bit", "Bd": "s-1",
})  # fmt: skip

#: Symbols that cannot have a prefix.
_NON_METRIC = MappingProxyType({
    "10*": "10", "10^": "10", "[pi]": "3.14159265358979323846264338327950288 1",
    "%": "0.01 1", "[ppth]": "1e-3 1", "[ppm]": "1e-6 1", "[ppb]": "1e-9 1", "[pptr]": "1e-12 1",
    "deg": "[pi].rad/180", "gon": "0.9 deg", "'": "deg/60", "''": "deg/3600", "circ": "2.[pi].rad",
    "min": "60 s", "h": "60 min", "d": "24 h", "wk": "7 d", "a": "365.25 d", "a_j": "365.25 d",
    "a_g": "365.2425 d", "a_t": "365.24219 d", "mo": "30.4375 d", "mo_j": "30.4375 d",
    "Ao": "0.1 nm", "b": "100 fm2", "atm": "101325 Pa", "att": "kgf/cm2",
    "[degF]": "5.K/9", "[degR]": "5.K/9",
    "[in_i]": "2.54 cm", "[ft_i]": "12 [in_i]", "[yd_i]": "3 [ft_i]", "[mi_i]": "5280 [ft_i]",
    "[fth_i]": "6 [ft_i]", "[mil_i]": "0.001 [in_i]", "[nmi_i]": "1852 m", "[kn_i]": "[nmi_i]/h",
    "[sin_i]": "[in_i]2", "[sft_i]": "[ft_i]2", "[syd_i]": "[yd_i]2", "[cml_i]": "[pi].[mil_i]2/4",
    "[cin_i]": "[in_i]3", "[cft_i]": "[ft_i]3", "[cyd_i]": "[yd_i]3", "[bf_i]": "144 [in_i]3",
    "[cr_i]": "128 [ft_i]3", "[ft_us]": "1200.m/3937", "[mi_us]": "5280 [ft_us]",
    "[acr_us]": "43560 [ft_us]2", "[mesh_i]": "[in_i]-1",
    "[gal_us]": "231 [in_i]3", "[qt_us]": "[gal_us]/4", "[pt_us]": "[gal_us]/8",
    "[foz_us]": "[gal_us]/128", "[bbl_us]": "42 [gal_us]", "[bu_us]": "2150.42 [in_i]3",
    "[gal_br]": "4.54609 L", "[qt_br]": "[gal_br]/4", "[pt_br]": "[gal_br]/8",
    "[foz_br]": "[gal_br]/160", "[bu_br]": "8 [gal_br]", "[drp]": "mL/20",
    "[gr]": "64.79891 mg", "[lb_av]": "7000 [gr]", "[oz_av]": "[lb_av]/16", "[dr_av]": "[oz_av]/16",
    "[scwt_av]": "100 [lb_av]", "[lcwt_av]": "112 [lb_av]", "[ston_av]": "2000 [lb_av]",
    "[lton_av]": "2240 [lb_av]", "[stone_av]": "14 [lb_av]", "[oz_tr]": "480 [gr]",
    "[car_m]": "0.2 g", "[car_Au]": "1/24", "[den]": "g/9/km",
    "[lbf_av]": "[lb_av].[g]", "[psi]": "[lbf_av]/[in_i]2",
    "[in_i'H2O]": "m[H2O].[in_i]/m", "[in_i'Hg]": "m[Hg].[in_i]/m",
    "[HP]": "550 [ft_i].[lbf_av]/s", "[Cal]": "kcal_th", "[Btu]": "[Btu_th]",
    "[Btu_th]": "1.054350 kJ", "[Btu_IT]": "1.05505585262 kJ",
    "[NTU]": "1", "[FNU]": "1", "[diop]": "m-1", "[HPF]": "1",
})  # fmt: skip

# --- the values ---------------------------------------------------------------------------


class InvalidUnit(InvalidText):
    """A text that is not a UCUM unit; :attr:`near` is the unit that was probably meant."""

    noun: ClassVar[str] = "UCUM unit"

    @property
    def near(self) -> str | None:
        """The code that :func:`suggest` offers for the text."""
        return suggest(self.text)


class InvalidCommonCode(InvalidText):
    """A text that is not a Recommendation 20 common code."""

    noun: ClassVar[str] = "Recommendation 20 common code"


class Incommensurable(UNSError, ValueError):
    """Two units that measure different quantities, so that values cannot be converted."""

    def __init__(self, source: Unit, target: Unit) -> None:
        super().__init__(source, target)
        self.source = source
        self.target = target

    def __str__(self) -> str:
        return f"cannot convert {self.source.described} into {self.target.described}"


@dataclass(frozen=True, slots=True)
class Unit:
    """A valid UCUM code and its meaning.

    A value ``v`` in this unit is ``v * factor + offset`` in the base units of ``dimension``, a
    UCUM code such as ``m.g.s-2``. Only the Celsius and Fahrenheit scales have an offset. Units
    without a ratio to other units (arbitrary and logarithmic ones) are separate dimensions.
    Factors are exact.

    Only units in the table have ``name``, ``quantity`` and ``common_code`` (UN/ECE
    Recommendation 20).

    >>> bar = unit("bar")
    >>> bar.dimension, float(bar.factor), bar.quantity, bar.common_code
    ('m-1.s-2.g', 100000000.0, 'pressure', 'BAR')
    """

    code: str
    dimension: str
    factor: Fraction
    offset: Fraction = Fraction(0)
    name: str | None = None
    quantity: str | None = None
    common_code: str | None = None

    @property
    def described(self) -> str:
        """The code with its quantity, for a sentence: ``kW (power)``."""
        return f"{self.code} ({self.quantity or self.dimension})"

    def measures_like(self, other: Unit) -> bool:
        """Whether values can be converted between the two units.

        >>> unit("kW.h").measures_like(unit("MJ")), unit("kW.h").measures_like(unit("kW"))
        (True, False)
        """
        return self.dimension == other.dimension


_KNOWN = Memo[Unit](entries=4_096)


def unit(code: str) -> Unit:
    """The meaning of a UCUM code.

    Raises :class:`InvalidUnit` for a text that is not a UCUM term, has an unknown symbol, or has
    a scale with a zero point or a logarithm in a product [UCUM §22].

    >>> unit("kW.h").dimension == unit("J").dimension
    True
    >>> unit("kWh")
    Traceback (most recent call last):
    uns.units.terms.InvalidUnit: not a UCUM unit: no unit symbol 'kWh' [UCUM §1]
      kWh
      ^^^
    """
    meaning = _KNOWN.get(code) or _KNOWN.recall(code)
    if meaning is None:
        meaning = _read(code)
        _KNOWN.keep(code, meaning)
    return meaning


def is_unit(code: str) -> bool:
    """Whether ``code`` is a UCUM unit.

    >>> is_unit("kW.h"), is_unit("kWh")
    (True, False)
    """
    try:
        unit(code)
    except InvalidUnit:
        return False
    return True


def convert(value: float, from_: str, to: str) -> float:
    """Convert ``value`` from the unit ``from_`` to the unit ``to``; rounded once, at the end.

    NaN and the infinities are unchanged. Raises :class:`InvalidUnit`, :class:`Incommensurable` if
    the units measure different quantities, and ``OverflowError`` if the result is too large for a
    float.

    >>> convert(21.5, "Cel", "K"), convert(1, "kW.h", "MJ"), convert(100, "Cel", "[degF]")
    (294.65, 3.6, 212.0)
    """
    source, target = unit(from_), unit(to)
    if not source.measures_like(target):
        raise Incommensurable(source, target)
    if not math.isfinite(value):
        return value
    base = Fraction(value) * source.factor + source.offset
    return float((base - target.offset) / target.factor)


def opcua_unit_id(common_code: str) -> int:
    """The ``unitId`` of OPC UA ``EUInformation`` for a Recommendation 20 code [OPC 10000-8 §5.6.3].

    The characters of the code are the digits of a number in base 256.

    >>> opcua_unit_id("CEL"), opcua_unit_id("C62")
    (4408652, 4404786)
    """
    fault = next((i for i, c in enumerate(common_code) if c not in _COMMON_CODE), None)
    if fault is not None:
        reason = "only digits and capital letters are allowed"
        raise InvalidCommonCode(common_code, (fault, fault + 1), reason)
    if not 2 <= len(common_code) <= 3:
        reason = "two or three characters are needed"
        raise InvalidCommonCode(common_code, (0, len(common_code)), reason)
    return int.from_bytes(common_code.encode("ascii"), "big")


_COMMON_CODE = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")

# --- reading a term -----------------------------------------------------------------------


class _Measure(NamedTuple):
    """The value of a symbol or a term: a factor, and the power of each base unit."""

    factor: Fraction
    powers: Mapping[str, int]


class _Component(NamedTuple):
    """One symbol or number of a term, with its position and its power there."""

    text: str
    start: int
    power: int


# [UCUM §3, §5, §8, §9]: a symbol has letters and a few signs, or any text in square brackets;
# digits after it are its exponent; an annotation in braces ends it.
_COMPONENT = re.compile(
    r"(?P<symbol>10[*^]|(?:[A-Za-z%'_]|\[[!-Z\\^-~]+\])+)(?P<exponent>[+-]?[0-9]+)?(?P<note>\{[!-z|~]*\})?"
    r"|(?P<number>[0-9]+)(?:\{[!-z|~]*\})?"
    r"|\{[!-z|~]*\}"
)
# UCUM's grammar has no annotation after parentheses, but its examples do: g/(8.h){shift}.
_ANNOTATION = re.compile(r"\{[!-z|~]*\}")


def _read(code: str) -> Unit:
    if not code:
        raise InvalidUnit(code, (0, 0), "it is empty; the unit of a plain number is '1'")
    if len(code) > LONGEST_UNIT:
        raise InvalidUnit(code, (LONGEST_UNIT, len(code)), f"longer than {LONGEST_UNIT} characters")
    components = _components(code)
    scale = next((c for c in components if _scale(c.text)), None)
    if scale is not None:
        _check_scale_is_alone(code, scale, components)
    factor, powers = _multiply(code, components)
    if not _SMALLEST < factor < _LARGEST:
        raise InvalidUnit(code, (0, len(code)), "its factor is too large or too small")
    offset = _ZERO_POINT[_scale(scale.text)] if scale and _scale(scale.text) in _ZERO_POINT else 0
    meaning = Unit(code, _written(powers), factor, Fraction(offset))
    return _with_listing(meaning)


def _with_listing(meaning: Unit) -> Unit:
    """Add the name and codes from the table, found by code or by an equal unit."""
    code = meaning.code
    if code not in LISTED:
        code = SPELLINGS.get(code, "")
        if code not in LISTED or not _same(meaning, unit(code)):
            return meaning
    quantity, row = LISTED[code]
    return replace(meaning, name=row.name, quantity=quantity, common_code=row.common_code)


def _same(one: Unit, other: Unit) -> bool:
    return (one.dimension, one.factor, one.offset) == (other.dimension, other.factor, other.offset)


def _components(code: str) -> list[_Component]:
    """Split a term into components, each with its sign, without parentheses [UCUM §7, §10].

    There are only products and quotients, so a term is one product in which every component has a
    positive or a negative power.
    """
    components: list[_Component] = []
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
            components += component
            wants_operand = False
        elif character == ")" and opened:
            _, outer = opened.pop()
            note = _ANNOTATION.match(code, at + 1)
            at = note.end() if note else at + 1
        elif character in "./":
            sign = outer if character == "." else -outer
            at += 1
            wants_operand = True
        else:
            raise InvalidUnit(code, (at, at + 1), _misplaced(character), "UCUM §7")
    if wants_operand:
        raise InvalidUnit(code, (at, at + 1), "a unit is missing at the end", "UCUM §7")
    if opened:
        span = (opened[-1][0], opened[-1][0] + 1)
        raise InvalidUnit(code, span, "the parenthesis is never closed", "UCUM §10")
    return components


def _component(code: str, at: int, sign: int) -> tuple[list[_Component], int]:
    match = _COMPONENT.match(code, at)
    if match is None:
        raise InvalidUnit(code, (at, at + 1), _misplaced(code[at]), "UCUM §3")
    number, symbol = match["number"], match["symbol"]
    if number is not None:
        if not number.strip("0"):
            raise InvalidUnit(code, match.span("number"), "a factor must be positive", "UCUM §8")
        return [_Component(number, at, sign)], match.end()
    if symbol is None:
        return [], match.end()
    exponent = match["exponent"] or "1"
    if len(exponent.lstrip("+-0")) > 2:
        reason = f"an exponent can be at most {LARGEST_EXPONENT}"
        raise InvalidUnit(code, match.span("exponent"), reason)
    return [_Component(symbol, at, sign * int(exponent))], match.end()


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


def _multiply(code: str, components: list[_Component]) -> tuple[Fraction, dict[str, int]]:
    factor = Fraction(1)
    powers: dict[str, int] = {}
    for text, start, power in components:
        measure = _measure(text)
        if measure is None:
            span = (start, start + len(text))
            raise InvalidUnit(code, span, f"no unit symbol {text!r}", "UCUM §1")
        factor *= measure.factor**power
        for base, exponent in measure.powers.items():
            powers[base] = powers.get(base, 0) + exponent * power
    return factor, powers


def _check_scale_is_alone(code: str, scale: _Component, components: list[_Component]) -> None:
    others = [c for c in components if c is not scale and not c.text.isdigit()]
    if others or scale.power != 1:
        span = (scale.start, scale.start + len(scale.text))
        reason = f"{scale.text!r} is a scale, not a ratio, and cannot be in a product"
        raise InvalidUnit(code, span, reason, "UCUM §22")


def _written(powers: dict[str, int]) -> str:
    """The dimension as a UCUM term, base units first: ``m.s-2``; ``1`` if empty."""
    order = sorted(
        (base for base, power in powers.items() if power),
        key=lambda base: (_BASE.index(base) if base in _BASE else len(_BASE), base),
    )
    return ".".join(f"{b}{powers[b] if powers[b] != 1 else ''}" for b in order) or "1"


# --- symbols ------------------------------------------------------------------------------


def _atom(symbol: str) -> tuple[Fraction, str] | None:
    """The value of the prefix and the atom of a symbol; the longest prefix counts [UCUM §4]."""
    if symbol in _BASE or symbol in _METRIC or symbol in _NON_METRIC or symbol in _OWN_KIND:
        return Fraction(1), symbol
    for length in (2, 1):
        prefix, atom = symbol[:length], symbol[length:]
        if prefix in _PREFIXES and (atom in _BASE or atom in _METRIC or atom in _PREFIXABLE):
            return _PREFIXES[prefix], atom
    return None


_OWN_KIND = frozenset(_ARBITRARY) | frozenset(_LOGARITHMIC)
_PREFIXABLE = _OWN_KIND - {"[pH]", "[arb'U]", "[USP'U]", "[CFU]", "[PFU]", "[EU]"}


def _scale(symbol: str) -> str:
    """The atom of ``symbol`` if it is a scale, which cannot be in a product; else ``""``."""
    found = _atom(symbol)
    return found[1] if found and (found[1] in _ZERO_POINT or found[1] in _LOGARITHMIC) else ""


def _measure(text: str) -> _Measure | None:
    if text.isdigit():
        return _Measure(Fraction(int(text)), MappingProxyType({}))
    found = _atom(text)
    if found is None:
        return None
    prefix, atom = found
    factor, powers = _defined(atom)
    return _Measure(prefix * factor, powers)


@cache
def _defined(atom: str) -> _Measure:
    """The value of an atom by its definition; the definitions have no circle."""
    if atom in _BASE or atom in _OWN_KIND:
        return _Measure(Fraction(1), MappingProxyType({atom: 1}))
    definition = _METRIC.get(atom) or _NON_METRIC[atom]
    value, _, term = definition.rpartition(" ")
    factor, powers = _multiply(term, _components(term))
    return _Measure(Fraction(value or 1) * factor, MappingProxyType(powers))


# --- other spellings ----------------------------------------------------------------------

_TYPOGRAPHY = str.maketrans(
    {
        **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True)),
        **dict.fromkeys("·⋅•×*∙ ", "."),
        **dict.fromkeys("µμ", "u"),
        **dict.fromkeys("ΩΩ", "Ohm"),
        "^": "",
        "−": "-",
        "∕": "/",
    }
)

_WORD = re.compile(r"[^./()0-9{}+-]+")


def suggest(code: str) -> str | None:
    """Suggest the UCUM code that was probably meant by ``code``, or ``None``.

    Works for texts that are not UCUM codes, and for valid codes that are a common spelling of
    another unit: ``ft`` is a femtotonne in UCUM.

    >>> [suggest(text) for text in ("°C", "kWh", "m³/h", "1/rpm", "KWH", "ft", "kg")]
    ['Cel', 'kW.h', 'm3/h', '1/({rev}/min)', 'kW.h', '[ft_i]', None]
    """
    if not 0 < len(code) <= LONGEST_UNIT:
        return None
    spelled = SPELLINGS.get(code)
    if is_unit(code):
        return spelled if spelled and not _same(unit(code), unit(spelled)) else None
    if spelled is None:
        spelled = COMMON_CODES.get(code)
    return spelled or _respell(code)


def _respell(code: str) -> str | None:
    """Correct the typography and the words of ``code``, if that makes it a unit."""
    tight = re.sub(r"\s*([./])\s*", r"\1", code.strip())
    plain = tight.replace("**", "^").translate(_TYPOGRAPHY)
    words = _WORD.sub(_replacement, plain)
    ratios = re.sub(r"Cel|\[degF\]", _difference, words)
    found = next((text for text in (plain, words, ratios) if is_unit(text)), None)
    return found or SPELLINGS.get(plain) or _by_case(plain)


def _replacement(match: re.Match[str]) -> str:
    word = match[0]
    known = SPELLINGS.get(word) if not is_unit(word) else None
    if known is None:
        return word
    compound = "/" in known or "." in known
    return f"({known})" if compound else known


def _difference(match: re.Match[str]) -> str:
    """The unit for differences on a scale, as in heating rates."""
    return {"Cel": "K", "[degF]": "[degR]"}[match[0]]


def _by_case(code: str) -> str | None:
    """The listed unit that differs from ``code`` only in case, if there is exactly one."""
    folded = code.casefold()
    same = [listed for listed in LISTED if listed.casefold() == folded]
    return same[0] if len(same) == 1 else None
