"""UCUM: what codes mean, which texts are none, what was meant instead."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.diagnostics import UNSError
from uns.units import (
    LONGEST_UNIT,
    UNITS,
    Incommensurable,
    InvalidCommonCode,
    InvalidUnit,
    OffScale,
    convert,
    opcua_unit_id,
    same_unit,
    suggest,
    unit,
)
from uns.units.essence import ARBITRARY, BASE, METRIC, PLAIN, PREFIXABLE, PREFIXES, SPECIAL

LISTED = [(quantity, row) for quantity, rows in UNITS.items() for row in rows]


# --- meaning ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "dimension", "factor"),
    [
        ("m", "m", "1"),
        ("kg", "g", "1000"),
        ("bar", "m-1.s-2.g", "1e8"),
        ("V", "m2.s-2.g.C-1", "1000"),
        ("kW.h", "m2.s-2.g", "3.6e9"),
        ("%", "1", "0.01"),
        ("1", "1", "1"),
        ("10*3/uL", "m-3", "1e12"),
        ("10*-3", "1", "0.001"),
        ("cm3", "m3", "1e-6"),
        ("m/s2", "m.s-2", "1"),
        ("m.s-2", "m.s-2", "1"),
        ("/min", "s-1", Fraction(1, 60)),
        ("1/min", "s-1", Fraction(1, 60)),
        ("{bottle}/h", "s-1", Fraction(1, 3600)),
        ("{bottle}", "1", "1"),
        ("kg{CO2}", "g", "1000"),
        ("24.h", "s", "86400"),
        ("100{cells}", "1", "100"),
        ("g/(8.h){shift}", "s-1.g", Fraction(1, 28800)),
        ("kg/m.s", "m-1.s.g", "1000"),
        ("kg/(m.s)", "m-1.s-1.g", "1000"),
        ("kg/(m/(s.K))", "m-1.s.g.K", "1000"),
        ("m/m", "1", "1"),
        ("m+2", "m2", "1"),
        ("m0", "1", "1"),
        ("lx", "m-2.rad2.cd", "1"),
        ("mm[Hg]", "m-1.s-2.g", "133322"),
        ("[in_i]", "m", "0.0254"),
        ("[lb_av]", "g", "453.59237"),
        ("[gal_us]", "m3", "0.003785411784"),
        ("[degR]", "K", Fraction(5, 9)),
        ("dam", "m", "10"),
        ("KiBy", "1", "8192"),
        ("[iU]/mL", "m-3.[iU]", "1e6"),
        ("k[IU]", "[iU]", "1000"),
        ("dB", "1", "0.1"),
        ("dB[W]", "m2.s-3.g", "0.1"),
        ("[pH]", "m-3", "1"),
        ("10.dB", "1", "1"),
        ("[degRe]", "K", "1.25"),
        ("[TCID_50]/mL", "m-3.[TCID_50]", "1e6"),
        ("k[iU]/L", "m-3.[iU]", "1e6"),
        ("mL/min/{1.73_m2}", "m3.s-1", Fraction(1, 60_000_000)),
        ("2.[pi].rad", "rad", None),
    ],
)
def test_a_code_means(code, dimension, factor):
    assert unit(code).dimension == dimension
    if factor is not None:
        assert unit(code).factor == Fraction(factor)


@pytest.mark.parametrize(
    ("value", "from_", "to", "result"),
    [
        (0, "Cel", "K", 273.15),
        (-40, "Cel", "[degF]", -40.0),
        (32, "[degF]", "Cel", 0.0),
        (98.6, "[degF]", "Cel", 37.0),
        (100, "Cel", "[degR]", 671.67),
        (1000, "mCel", "Cel", 1.0),
        (0.1, "m", "cm", 10.0),
        (1, "kW.h", "kJ", 3600.0),
        (1, "[psi]", "bar", 0.06894757293168361),
        (1, "[HP]", "W", 745.6998715822702),
        (1, "[gal_us]/min", "L/h", 227.12470704),
        (60, "Hz", "1/min", 3600.0),
        (180, "deg", "rad", math.pi),
        (25, "%", "[ppth]", 250.0),
        (3, "dB", "B", 0.3),
        (1, "atm", "mm[Hg]", 101325 / 133.322),
        (12, "{bottle}/s", "{case}/min", 720.0),
        (7, "kg", "kg", 7.0),
        (10**400, "m", "km", None),
        (80, "[degRe]", "Cel", 100.0),
        (30, "dB", "1", 1000.0),
        (50, "%", "dB", -3.010299956639812),
        (1, "Np", "dB", 4.342944819032518),
        (94, "dB[SPL]", "Pa", 1.0023744672545447),
        (30, "dB[W]", "kW", 1.0),
        (1, "dB[kW]", "dB[W]", 31.0),
        (60, "dB[uV]", "mV", 1.0),
        (7, "[pH]", "mol/L", 1e-7),
        (0.001, "mol/L", "[pH]", 3.0),
        (45, "deg", "%[slope]", 100.0),
        (100, "[p'diop]", "deg", 45.0),
        (8, "bit_s", "1", 256.0),
        (3, "[hp'_X]", "1", 1e-3),
        (2, "[hp'_C]", "1", 1e-4),
        (3, "[m/s2/Hz^(1/2)]", "m2/s4/Hz", 9.0),
        (5000, "B", "dB", 50000.0),
        (5000, "B", "1", None),
    ],
)
def test_values_convert(value, from_, to, result):
    if result is None:
        with pytest.raises(OverflowError):
            convert(value, from_, to)
    else:
        assert convert(value, from_, to) == pytest.approx(result, rel=1e-15)


def test_what_is_not_finite_stays_so():
    assert math.isnan(convert(math.nan, "Cel", "K"))
    assert convert(-math.inf, "m", "km") == -math.inf


@pytest.mark.parametrize(
    ("from_", "to", "sentence"),
    [
        ("kW.h", "kW", "cannot convert kW.h (energy) into kW (power)"),
        ("Cel", "%", "cannot convert Cel (temperature) into % (ratio)"),
        ("dB[W]", "%", "cannot convert dB[W] (m2.s-3.g) into % (ratio)"),
        ("[TCID_50]", "[FFU]", "cannot convert [TCID_50] ([TCID_50]) into [FFU] ([FFU])"),
        ("[iU]", "1", "cannot convert [iU] (biological activity) into 1 (count)"),
        ("m5/s", "m", "cannot convert m5/s (m5.s-1) into m (length)"),
    ],
)
def test_units_that_measure_different_things(from_, to, sentence):
    with pytest.raises(Incommensurable) as caught:
        convert(1, from_, to)
    assert str(caught.value) == sentence
    assert isinstance(caught.value, UNSError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("value", "from_", "to"),
    [
        (0, "W", "dB[W]"), (-3, "W", "dB[W]"), (0, "mol/L", "[pH]"), (90.1, "deg", "%[slope]"),
        (-1, "m2/s4/Hz", "[m/s2/Hz^(1/2)]"), (-1, "[m/s2/Hz^(1/2)]", "m2/s4/Hz"),
    ],
)  # fmt: skip
def test_a_value_that_a_scale_does_not_hold(value, from_, to):
    with pytest.raises(OffScale) as caught:
        convert(value, from_, to)
    assert str(caught.value).startswith(f"{value} {from_} has no value in {to}")


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("L/min", "l/min", True), ("m/s", "m.s-1", True), ("1/h", "/h", True), ("kg", "1000.g", True),
        ("W/(m2.K)", "W/m2/K", True), ("m3{normal}/h", "m3/h{normal}", False),
        ("kg{CO2}/h", "/h.kg{CO2}", True), ("g/(8.h){shift}", "g/(8.h{shift})", True),
        ("Hz", "1/s", True), ("N.m", "J", True), ("Cel", "K", False),
        ("dB", "B", False), ("dB", "1", False), ("[p'diop]", "%[slope]", True), ("kW", "W", False),
        ("bar", "bar{gauge}", False), ("bar{gauge}", "bar{absolute}", False), ("Gy", "Sv", False),
        ("Bq", "Hz", False), ("mmol/L", "meq/L", False), ("[NTU]", "[FNU]", False),
        ("[iU]", "[IU]", True), ("[iU]", "[arb'U]", False), ("{piece}/min", "1/min", False),
    ],
)  # fmt: skip
def test_two_codes_of_one_unit(one, other, is_same):
    assert same_unit(one, other) is is_same
    assert same_unit(other, one) is is_same
    assert same_unit(one, one)


def test_what_is_no_unit_is_not_the_same_as_itself():
    with pytest.raises(InvalidUnit):
        same_unit("kWh", "kWh")


# --- texts that are no unit ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "span", "reason"),
    [
        ("", (0, 0), "it is empty; the unit of a plain number is '1'"),
        ("kWh", (0, 3), "no unit symbol 'kWh'"),
        ("m/foo", (2, 5), "no unit symbol 'foo'"),
        ("kmin", (0, 4), "no unit symbol 'kmin'"),
        ("kkg", (0, 3), "no unit symbol 'kkg'"),
        ("k%", (0, 2), "no unit symbol 'k%'"),
        ("[HPX]", (0, 5), "no unit symbol '[HPX]'"),
        ("°C", (0, 1), "'°' is not a character of a unit symbol"),
        ("m³", (1, 2), "'³' is not a character of a unit symbol"),
        ("m^2", (1, 2), "'^' is not a character of a unit symbol"),
        ("m*s", (1, 2), "'*' is not a character of a unit symbol"),
        ("kg m", (2, 3), "white space is not allowed in a unit; '.' multiplies"),
        ("kg\n", (2, 3), "white space is not allowed in a unit; '.' multiplies"),
        ("m\x1b", (1, 2), "an operator '.' or '/' is missing"),
        ("m//s", (2, 3), "a unit is missing before the operator"),
        (".m", (0, 1), "a unit is missing before the operator"),
        ("m.", (2, 3), "a unit is missing at the end"),
        ("/", (1, 2), "a unit is missing at the end"),
        ("(m", (0, 1), "the parenthesis is never closed"),
        ("m)", (1, 2), "this parenthesis closes nothing"),
        ("()", (1, 2), "this parenthesis closes nothing"),
        ("(/m)", (1, 2), "a unit is missing before the operator"),
        ("(m.s)2", (5, 6), "an operator '.' or '/' is missing"),
        ("k(m)", (1, 2), "an operator '.' or '/' is missing"),
        ("m{a{b}}", (1, 2), "'{' has no counterpart"),
        ("m{Stück}", (1, 2), "'{' has no counterpart"),
        ("[in_i", (0, 1), "'[' has no counterpart"),
        ("m]", (1, 2), "']' has no counterpart"),
        ("2m", (1, 2), "an operator '.' or '/' is missing"),
        ("2.5e3", (3, 4), "an operator '.' or '/' is missing"),
        ("0", (0, 1), "a factor must be positive"),
        ("m-", (1, 2), "an operator '.' or '/' is missing"),
        ("m100", (1, 4), "an exponent can be at most 99"),
        ("10*99.10*99.10*99.10*99", (0, 23), "its factor is too large or too small"),
        ("Cel/min", (0, 3), "'Cel' is a scale, not a ratio, and cannot be in a product"),
        ("W/(m2.Cel)", (6, 9), "'Cel' is a scale, not a ratio, and cannot be in a product"),
        ("Cel2", (0, 3), "'Cel' is a scale, not a ratio, and cannot be in a product"),
        ("1/Cel", (2, 5), "'Cel' is a scale, not a ratio, and cannot be in a product"),
        ("dB/m", (0, 2), "'dB' is a scale, not a ratio, and cannot be in a product"),
    ],
)
def test_a_text_that_is_no_unit(text, span, reason):
    with pytest.raises(InvalidUnit) as caught:
        unit(text)
    assert caught.value.text == text
    assert (caught.value.span, caught.value.reason) == (span, reason)
    assert "not a UCUM unit" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("m" * 1_000_000, id="long"),
        pytest.param("(" * 60 + "m" + ")" * 59, id="deep"),
        pytest.param("m" + "." * 100, id="operators"),
        pytest.param("9" * 121, id="digits"),
        pytest.param("[" * 120, id="brackets"),
        pytest.param("{" * 120, id="braces"),
        pytest.param("\ud800", id="lone surrogate"),
        pytest.param("m٣", id="digits of other scripts"),
    ],
)
def test_hostile_texts_are_refused(text):
    with pytest.raises(InvalidUnit):
        unit(text)
    suggest(text)


def test_deep_parentheses_are_read_without_recursion():
    depth = (LONGEST_UNIT - 1) // 2
    assert unit("(" * depth + "m" + ")" * depth).dimension == "m"


# --- the table ----------------------------------------------------------------------------


def test_every_listed_unit_is_legal_and_measures_its_quantity():
    for quantity, row in LISTED:
        found = unit(row.code)
        assert (found.name, found.quantity, found.common_code) == (
            row.name,
            quantity,
            row.common_code,
        )


def test_units_of_a_quantity_measure_the_same_thing_where_they_should():
    mixed = {
        "acidity", "biological activity", "count", "concentration of amount", "data rate", "density", "energy, specific",
        "heat transfer", "illumination", "ionising radiation", "level", "magnetic field",
        "mass by length and area", "viscosity",
    }  # fmt: skip
    for quantity, rows in UNITS.items():
        if quantity not in mixed:
            assert len({unit(row.code).dimension for row in rows}) == 1, quantity


def test_codes_common_codes_and_spellings_are_listed_once():
    for column in (
        [row.code for _, row in LISTED],
        [row.common_code for _, row in LISTED if row.common_code],
        [spelling for _, row in LISTED for spelling in row.spellings],
    ):
        assert len(column) == len(set(column)), sorted(c for c in column if column.count(c) > 1)


def test_every_spelling_is_suggested_or_means_the_same():
    for _, row in LISTED:
        for spelling in row.spellings:
            suggested = suggest(spelling)
            if suggested is None:
                assert unit(spelling).measures_like(unit(row.code))
                assert unit(spelling).common_code == row.common_code
            else:
                assert suggested == row.code


def test_no_symbol_reads_two_ways():
    atoms = {*BASE, *METRIC, *PLAIN, *ARBITRARY, *SPECIAL}
    prefixed = {prefix + atom for prefix in PREFIXES for atom in PREFIXABLE}
    assert not prefixed & atoms
    assert len(prefixed) == len(PREFIXES) * len(PREFIXABLE)


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("CEL", 4408652), ("MTS", 5067859), ("KWH", 4937544), ("BAR", 4342098), ("RPM", 5394509),
        ("C62", 4404786), ("H87", 4732983), ("P1", 20529), ("4H", 13384), ("23", 12851),
    ],
)  # fmt: skip
def test_opcua_unit_ids(code, number):
    assert opcua_unit_id(code) == number


@pytest.mark.parametrize("code", ["", "C", "KWHH", "kwh", "K h", "Ω1", "²1"])
def test_texts_that_are_no_common_code(code):
    with pytest.raises(InvalidCommonCode):
        opcua_unit_id(code)


# --- what people write --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("°C", "Cel"), ("degC", "Cel"), ("℃", "Cel"), ("C", "Cel"), ("°F", "[degF]"),
        ("ppm", "[ppm]"), ("kWh", "kW.h"), ("kW·h", "kW.h"), ("KWH", "kW.h"), ("m³", "m3"),
        ("m^3", "m3"), ("m**3", "m3"), ("m³/h", "m3/h"), ("m3/hr", "m3/h"), ("m / s", "m/s"),
        ("rpm", "{rev}/min"), ("1/rpm", "1/({rev}/min)"), ("kJ/kWh", "kJ/(kW.h)"),
        ("kg/m³", "kg/m3"), ("kg/m^3", "kg/m3"), ("Nm", "N.m"), ("N·m", "N.m"), ("µm", "um"),
        ("μm", "um"), ("µS/cm", "uS/cm"), ("Ω", "Ohm"), ("kΩ", "kOhm"), ("Ω·m", "Ohm.m"),
        ("m·s⁻¹", "m.s-1"), ("W/m²K", "W/(m2.K)"), ("W/(m²·K)", "W/(m2.K)"),
        ("°C/min", "K/min"), ("Cel/min", "K/min"), ("Mpa", "MPa"), ("KPA", "kPa"), ("Kg", "kg"),
        ("CEL", "Cel"), ("MTS", "m/s"), ("ft", "[ft_i]"), ("pH", "[pH]"), ("kB", "kBy"),
        ("psi", "[psi]"), ("barg", "bar{gauge}"), ("VA", "V.A"), ("kvar", "kV.A{reactive}"),
        ("Nm3/h", "m3{normal}/h"), ("%RH", "%{RH}"), ("mmHg", "mm[Hg]"), ("gpm", "[gal_us]/min"),
        ("kg", None), ("l/min", None), ("m/s", None), ("Cel", None), ("foo", None), ("", None),
        ("kg/foo", None), ("x" * 500, None),
    ],
)  # fmt: skip
def test_a_spelling_is_understood(written, meant):
    assert suggest(written) == meant


def test_an_invalid_unit_carries_what_was_meant():
    with pytest.raises(InvalidUnit) as caught:
        unit("kWh")
    assert caught.value.near == "kW.h"


# --- laws ---------------------------------------------------------------------------------

SYMBOLS = sorted({*BASE, *METRIC, *PLAIN, *ARBITRARY, *SPECIAL})
atoms = st.sampled_from(SYMBOLS)
prefixed = st.builds(
    str.__add__, st.sampled_from(sorted(PREFIXES)), st.sampled_from(sorted(PREFIXABLE))
)
codes = st.sampled_from([row.code for _, row in LISTED]) | atoms | prefixed
ratios = codes.filter(lambda code: unit(code).offset == 0 and unit(code).scale is None)


@given(ratios, ratios)
def test_a_product_multiplies_and_a_quotient_divides(a, b):
    product, quotient = unit(f"({a}).({b})"), unit(f"({a})/({b})")
    assert product.factor == unit(a).factor * unit(b).factor
    assert quotient.factor == unit(a).factor / unit(b).factor
    assert unit(f"({product.dimension})/({b})").dimension == unit(a).dimension
    assert unit(f"({quotient.dimension}).({b})").dimension == unit(a).dimension


@given(codes)
def test_a_dimension_is_a_code_of_that_dimension(code):
    dimension = unit(code).dimension
    assert unit(dimension).factor == 1
    assert unit(dimension).dimension == dimension


@given(ratios, ratios)
def test_one_unit_is_one_number_and_the_same_in_every_spelling(a, b):
    spellings = (f"({a})/({b})", f"/({b}).({a})", f"1.({a})/({b})", f"1/(({b})/({a}))")
    assert all(same_unit(one, other) for one in spellings for other in spellings)
    if same_unit(a, b):
        assert convert(1, a, b) == 1


COMMENSURABLE = [
    (a, b)
    for a in SYMBOLS
    for b in SYMBOLS
    if unit(a).measures_like(unit(b)) and a not in ARBITRARY
]


@given(st.sampled_from(COMMENSURABLE), st.floats(0.01, 0.5))
def test_conversion_goes_there_and_back(pair, value):
    there_and_back(*pair, value)


def test_conversion_of_every_pair_goes_there_and_back():
    for a, b in COMMENSURABLE:
        there_and_back(a, b, 0.25)


def there_and_back(a, b, value):
    """Convert a value that every scale has: a positive ratio, no vertical slope."""
    source, target = unit(a), unit(b)
    if source.scale is None and target.scale is not None:
        # As many references of the scale, in the other unit.
        value = float(Fraction(value) * target.scale.reference / source.factor)
    try:
        there = convert(value, a, b)
    except OffScale:
        assert source.scale != target.scale
        assert target.scale is not None
        return
    # The one rounding on the way is relative to the larger of value and zero point.
    scale = max(abs(value), float(abs(source.offset - target.offset) / source.factor))
    back = convert(there, b, a)
    tolerance = 1e-12 if source.scale is target.scale is None else 1e-6
    assert back == pytest.approx(value, rel=tolerance, abs=tolerance * scale + 1e-300)


@given(st.text(max_size=40) | st.text("mskgKC.()/{}[]%1290-+ ²·°", max_size=30))
def test_any_text_is_a_unit_or_an_invalid_unit(text):
    try:
        found = unit(text)
    except InvalidUnit as error:
        start, end = error.span
        assert 0 <= start <= end <= len(text) + 1
    else:
        assert found.code == text
        assert found.factor > 0
    suggested = suggest(text)
    if suggested is not None:
        assert suggested != text
        assert unit(suggested)
