"""What people write for units: what is put in its place, what is only offered, and what is left."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.units.misspellings import misspellings
from uns.units import UNITS, is_unit, suggest, unit
from uns.units.habits import (
    AMBIGUOUS,
    COMPOUNDS,
    MISLEADING,
    MISTAKEN,
    NAMES,
    PREFIXES_IN_USE,
    QUANTITIES,
    UNCODED,
)
from uns.units.measures import measure, read_components, split_symbol
from uns.units.readings import read, read_as
from uns.units.table import SPELLINGS

LISTED = [row for rows in UNITS.values() for row in rows]

# --- one reading ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("deg C", "Cel"), ("ft.lbf", "[ft_i].[lbf_av]"), ("10**6/mL", "10*6/mL"),
        ("10⁶/mL", "10*6/mL"), ("x10^3/µL", "10*3/uL"), ("1e6/mL", "10*6/mL"),
        ("IU/mL", "[iU]/mL"), ("l/100km", "l/(100.km)"), ("mm H2O", "mm[H2O]"), ("kWH", "kW.h"),
        ("Kwh", "kW.h"), ("KWH", "kW.h"), ("DegF", "[degF]"), ("mEq/L", "meq/L"), ("cfu/ml", "[CFU]/ml"),
        ("W/m²K", "W/(m2.K)"), ("W/m²·K", "W/(m2.K)"), ("kJ/(kg·K)", "kJ/(kg.K)"), ("m/s^2", "m/s2"), ("ha", "har"), ("ka", "kA"), ("Ma", "mA"), ("db", "dB"),
        ("ft-lb", "[ft_i].[lbf_av]"), ("in-lb", "[in_i].[lbf_av]"), ("lb/ft3", "[lb_av]/[cft_i]"),
        ("KG/M3", "kg/m3"), ("KPA", "kPa"), ("hz", "Hz"), ("mAh", "mA.h"), ("kvar", "kV.A{reactive}"),
        ("kilometers per hour", "km/h"), ("watt hours", "W.h"), ("cubic meters per hour", "m3/h"),
        ("sq ft", "[sft_i]"), ("cu ft/min", "[cft_i]/min"), ("US gallons", "[gal_us]"),
        ("bottles/min", "{bottle}/min"), ("Nm3/h", "m3{normal}/h"), ("% RH", "%{RH}"), (" kW", "kW"),
        ("{piece} / min", "{piece}/min"), ("[LB_AV]", "[lb_av]"), ("lb_av", "[lb_av]"), ("m 2", "m2"),
        ("°C/min", "K/min"), ("1/rpm", "1/({rev}/min)"), ("kg/m^5", "kg/m5"), ("㎥/h", "m3/h"),
    ],
)  # fmt: skip
def test_a_text_with_one_reading(written, meant):
    assert not is_unit(written)
    assert read(written).codes == (meant,)
    assert read(written).is_certain


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("kn", ("[kn_i]", "kN")),
        ("ton", ("t", "[ston_av]", "[lton_av]")),
        ("gal", ("[gal_us]", "[gal_br]", "Gal")),
        ("GAL/MIN", ("[gal_us]/min", "[gal_br]/min")),
        ("KG/H", ("kg/h",)),
        ("KM/H", ("km/h",)),
        ("M/S", ("m/s", "m/S")),
        ("T / H", ("t/h",)),
        ("Mpa", ("MPa", "mPa")),
        ("mw", ("MW", "mW")),
        ("MWH", ("MW.h", "mW.h")),
        ("m s", ("ms",)),
        ("Ws", ("W.s",)),
        ("10e3/uL", ("10*3/uL", "10*4/uL")),
        ("Nl/min", ("L{normal}/min",)),
        ("slpm", ("L{standard}/min",)),
        ("scfm", ("[cft_i]{standard}/min",)),
        ("% (m/m)", ("%{mass}",)),
        ("hp", ("[HP]", "75.m.kgf/s")),
        ("BTU/hr", ("[Btu_IT]/h", "[Btu_th]/h")),
        ("kg/cm²", ("kgf/cm2",)),
        ("lb/in2", ("[psi]",)),
        ("pounds per square inch", ("[lb_av]/[in_i]2", "[lbf_av]/[in_i]2")),
        ("#/mL", ("{count}/mL", "[lb_av]/mL")),
        (" C", ("Cel", "C")),
        ("m s^-1", ("ms-1", "m.s-1")),
        ("pa", ("Pa", "pA")),
        ("mb", ("mbar", "MBy")),
        ("farad", ("F",)),
        ("v", ("V",)),
        ("5 min", ("5.min",)),
    ],
)
def test_a_text_with_several_readings_or_a_doubtful_one(written, codes):
    assert not is_unit(written)
    assert read(written).codes == codes
    assert not read(written).is_certain


@pytest.mark.parametrize("written", ["°Bx", "dBm", "°dH", "HRC", "AWG", "SG", "°API"])
def test_what_ucum_has_no_code_for_is_said_in_words(written):
    reading = read(written)
    assert reading.codes == ()
    assert reading.words


@pytest.mark.parametrize(
    "written", ["", "foo", "zonk", "kg/foo", "x" * 500, "m//s", "((m", "\ud800"]
)
def test_what_is_like_no_unit_is_left(written):
    assert read(written).codes == ()
    assert not read(written).words


# --- legal codes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "codes"),
    [
        ("mL/min/1.73", ("mL/min/{1.73_m2}",)), ("PS", ("75.m.kgf/s",)), ("MT", ("t", "mT")),
        ("at", ("att",)), ("l/m", ("L/min",)), ("kt", ("[kn_i]", "Gg")), ("ms/cm", ("mS/cm",)),
        ("deg.C", ("Cel",)), ("C", ("Cel",)), ("ft", ("[ft_i]",)), ("pH", ("[pH]",)),
        ("W/m2.K", ("W/(m2.K)",)), ("kJ/kg.K", ("kJ/(kg.K)",)), ("T/H", ("t/h",)), ("G/L", ("g/L",)),
        ("1.5.m", ("(15.10*-1).m",)), ("PA", ("Pa",)),
        ("cst", ("cSt",)),
        ("kG", ("kg",)), ("nm3/h", ("m3{normal}/h",)), ("kg/cm2", ("kgf/cm2",)), ("K/uL", ("10*3/uL",)),
        ("MB", ("MBy",)), ("kph", ("km/h",)), ("mph", ("[mi_i]/h",)), ("pc", ("{piece}",)),
    ],
)  # fmt: skip
def test_a_legal_code_that_no_plant_means(code, codes):
    assert is_unit(code)
    assert read(code).codes == codes
    assert not read(code).is_certain


@pytest.mark.parametrize(
    "code",
    [
        "kg", "kW.h", "a", "G", "T", "S", "H", "kW.h/a", "mS/m", "A/m", "V/m", "kN/m3", "W/K", "T/m",
        "fL", "pg/mL", "kt/a", "ML/d", "Gg", "uT", "mGy", "t/d", "10*6/mL", "10.L/min", "24.h",
        "[TCID_50]/mL", "%[slope]", "kg/m.s", "m3.h", "dB[W]", "PBq", "GHz", "Pa.m3/s",
    ],
)  # fmt: skip
def test_a_legal_code_that_may_be_meant(code):
    assert is_unit(code)
    assert read(code).codes == ()


@pytest.mark.parametrize(
    ("code", "like", "meant"),
    [
        ("a", "A", "A"), ("G", "kg", "g"), ("S", "s", "s"), ("H", "s", "h"), ("T", "g", "t"),
        ("deg", "K", "Cel"), ("mA", "A", None), ("h", "A", None), ("bar", "A", None), ("Pa", "Pa", None),
    ],
)  # fmt: skip
def test_a_code_that_is_not_of_the_quantity_in_a_name(code, like, meant):
    assert read_as(code, like) == meant


def test_units_of_the_table_mean_what_they_say():
    """But for a coulomb and a farad alone, which are degrees more often."""
    assert {row.code for row in LISTED if read(row.code).codes} == {"C", "F"}


def test_few_examples_of_ucum_are_taken_for_something_else():
    spec = importlib.util.find_spec("ucumvert")
    examples = Path(spec.origin).parent / "vendor" / "ucum_examples.tsv"
    with examples.open(encoding="utf-8") as lines:
        codes = {row[1] for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}
    assert {c for c in codes if is_unit(c) and read(c).codes} == {"U/min", "F", "Ms"}


# --- the tables -------------------------------------------------------------------------------


def test_every_code_of_the_tables_is_legal():
    codes = {
        code for table in (AMBIGUOUS, MISLEADING) for codes, _ in table.values() for code in codes
    }
    codes |= {code for codes in MISTAKEN.values() for code in codes}
    codes |= set(NAMES.values()) | set(QUANTITIES.values())
    codes |= {entry.split()[0] for entry in COMPOUNDS.values()}
    assert {code for code in codes if not is_unit(code)} == set()


def test_what_is_misleading_is_legal_and_what_is_ambiguous_is_not():
    assert {text for text in MISLEADING if not is_unit(text)} == set()
    assert {text for text in AMBIGUOUS if is_unit(text)} == set()
    assert {text for text in UNCODED if is_unit(text)} == set()
    assert not AMBIGUOUS.keys() & SPELLINGS.keys()
    assert not MISLEADING.keys() & SPELLINGS.keys()


def test_prefixes_in_use_are_legal():
    for atom, prefixes in PREFIXES_IN_USE.items():
        for prefix in prefixes.split():
            assert split_symbol(prefix.replace("1", "") + atom) == (prefix.replace("1", ""), atom)


# --- laws -------------------------------------------------------------------------------------


def is_proved(text: str) -> bool:
    """Whether a reading that may be written is legal, and means itself, symbol by symbol."""
    reading = read(text)
    (code,) = reading.codes
    symbols = [part.text for part in read_components(code) if not part.text.isdigit()]
    return is_unit(code) and not read(code).codes and all(not read(s).codes for s in symbols)


@pytest.mark.slow
def test_no_fix_means_something_else():
    """Of thousands of misspellings whose unit is known, what is certain is that unit."""
    texts = misspellings()
    outcome = dict.fromkeys(("written", "offered", "offered wrongly", "nothing"), 0)
    for text, meant in texts.items():
        reading = read(text)
        # The table of spellings decides between what one hand could make of several codes.
        measures = {measure(code) for code in ([SPELLINGS[text]] if text in SPELLINGS else meant)}
        if reading.is_certain:
            assert {measure(reading.codes[0])} == measures, (text, reading.codes, meant)
            assert is_proved(text), text
            outcome["written"] += 1
        elif not reading.codes:
            outcome["nothing"] += 1
        elif measures & {measure(code) for code in reading.codes}:
            outcome["offered"] += 1
        else:
            outcome["offered wrongly"] += 1
    assert len(texts) > 5_000
    assert outcome["written"] > 4_500
    assert outcome["offered"] > 200
    assert outcome["offered wrongly"] < 70


@given(st.text("kKmMgGhHsStTnNlL°CcFfdeWwpPaAbrRuxo./ *^()23-{}%[]_'", max_size=14))
def test_what_may_be_written_is_a_unit_of_a_plant(text):
    reading = read(text)
    assert all(is_unit(code) for code in reading.codes)
    if reading.is_certain:
        assert not is_unit(text)
        assert is_proved(text)
    if not is_unit(text):
        assert suggest(text) == next(iter(reading.codes), None)


@given(st.sampled_from([row.code for row in LISTED]))
def test_blanks_around_a_unit_change_nothing(code):
    assert read(f" {code} ").codes[-1] == code
    assert unit(read(f" {code} ").codes[-1]).dimension == unit(code).dimension
