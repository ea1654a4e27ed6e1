"""UCUM units: their meaning, and conversion of values."""

from __future__ import annotations

import importlib
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from uns.diagnostics import InvalidText, UNSError
from uns.memo import Memo
from uns.units.measures import Misread, Scale, collect_notes, measure
from uns.units.table import LISTED, SPELLINGS


class InvalidUnit(InvalidText):
    """A text that is not a UCUM unit; :attr:`near` is the unit that was probably meant."""

    noun: ClassVar[str] = "UCUM unit"

    @property
    def near(self) -> str | None:
        """The code that :func:`suggest` offers for the text."""
        # Most programs never need it, and it has large tables.
        readings = importlib.import_module("uns.units.readings")
        near: str | None = readings.suggest(self.text)
        return near


class InvalidCommonCode(InvalidText):
    """A text that is not a Recommendation 20 common code."""

    noun: ClassVar[str] = "Recommendation 20 common code"


class OffScale(UNSError, ValueError):
    """A value that a scale does not have: -3 watts have no level in decibels."""

    def __init__(self, value: float, source: Unit, target: Unit) -> None:
        super().__init__(value, source, target)
        self.value = value
        self.source = source
        self.target = target

    def __str__(self) -> str:
        return f"{self.value} {self.source.code} has no value in {self.target.described}"


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

    A value ``v`` in this unit is ``v * factor + offset`` in the base units of
    ``dimension``, a UCUM code such as ``m.g.s-2``. Only degrees Celsius, Fahrenheit and
    Réaumur have an offset. Factors are exact. If the unit is a logarithm, a root or a slope,
    ``v * factor`` is a value on its ``scale``. Arbitrary units are separate dimensions.

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
    scale: Scale | None = None
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
    found = _KNOWN.get(code) or _KNOWN.recall(code)
    if found is None:
        try:
            found = _with_listing(code)
        except Misread as error:
            raise InvalidUnit(code, error.span, error.reason, error.clause) from None
        _KNOWN.keep(code, found)
    return found


def _with_listing(code: str) -> Unit:
    """Read a unit, with the name and codes from the table, found by code or by an equal spelling."""
    meaning = measure(code)
    listed = code if code in LISTED else SPELLINGS.get(code, "")
    if listed not in LISTED or (listed != code and meaning != measure(listed)):
        return Unit(code, *meaning)
    quantity, row = LISTED[listed]
    return Unit(code, *meaning, row.name, quantity, row.common_code)


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


def same_unit(one: str, other: str) -> bool:
    """Whether two codes are spellings of the same unit, so that values need no conversion.

    They have the same dimension, factor and scale, and the same annotations. Symbols that say
    what is measured must be the same too: equivalents are not moles, though both are amounts.

    >>> same_unit("L/min", "l/min"), same_unit("m/s", "m.s-1"), same_unit("1/h", "/h")
    (True, True, True)
    >>> same_unit("bar", "bar{gauge}"), same_unit("Gy", "Sv"), same_unit("kW", "W")
    (False, False, False)
    """
    first, second = unit(one), unit(other)
    return _meaning(first) == _meaning(second) and collect_notes(one) == collect_notes(other)


def _meaning(of: Unit) -> tuple[object, ...]:
    return of.dimension, of.factor, of.offset, of.scale


def convert(value: float, from_: str, to: str) -> float:
    """Convert ``value`` from the unit ``from_`` to the unit ``to``; rounded once, at the end.

    NaN and the infinities are unchanged. Logarithms, roots and slopes are computed in floats.
    Raises :class:`InvalidUnit`, :class:`Incommensurable` if the units measure different
    quantities, :class:`OffScale` if the scale does not have the value, and ``OverflowError`` if
    the result is too large for a float.

    >>> convert(21.5, "Cel", "K"), convert(1, "kW.h", "MJ"), convert(100, "Cel", "[degF]")
    (294.65, 3.6, 212.0)
    >>> convert(30, "dB[W]", "kW"), convert(0.001, "mol/L", "[pH]")
    (1.0, 3.0)
    """
    source, target = unit(from_), unit(to)
    if not source.measures_like(target):
        raise Incommensurable(source, target)
    if not math.isfinite(value):
        return value
    base = Fraction(value) * source.factor
    if source.scale == target.scale:
        return float((base + source.offset - target.offset) / target.factor)
    if source.scale is None:
        base += source.offset
    else:
        base = _exact(source.scale.ratio(float(base)), value, source, target)
        base *= source.scale.reference
    if target.scale is None:
        return float((base - target.offset) / target.factor)
    ratio = float(base / target.scale.reference)
    return float(_exact(target.scale.value(ratio), value, source, target) / target.factor)


def _exact(found: float, value: float, source: Unit, target: Unit) -> Fraction:
    if math.isnan(found):
        raise OffScale(value, source, target)
    return Fraction(found)


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
