"""The table of symbols against the one that UCUM publishes, which `ucumvert` ships."""

from __future__ import annotations

import csv
import importlib.util
import math
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest

from uns.units import InvalidUnit, is_unit, unit
from uns.units.essence import ARBITRARY, BASE, METRIC, PLAIN, PREFIXABLE, PREFIXES, SPECIAL
from uns.units.measures import split_symbol

spec = importlib.util.find_spec("ucumvert")
assert spec is not None
assert spec.origin is not None
VENDORED = Path(spec.origin).parent / "vendor"
NAMESPACE = "{http://unitsofmeasure.org/ucum-essence}"


class Published(NamedTuple):
    """A unit as UCUM lists it."""

    symbol: str
    is_metric: bool
    is_special: bool
    is_arbitrary: bool
    value: str
    term: str
    function: str


def published() -> list[Published]:
    rows = []
    for row in ET.parse(VENDORED / "ucum-essence.xml").getroot().findall(f"{NAMESPACE}unit"):
        value = row.find(f"{NAMESPACE}value")
        function = value.find(f"{NAMESPACE}function")
        of = value if function is None else function
        rows.append(
            Published(
                row.get("Code"),
                row.get("isMetric") == "yes",
                row.get("isSpecial") == "yes",
                row.get("isArbitrary") == "yes",
                of.get("value"),
                of.get("Unit"),
                "" if function is None else function.get("name"),
            )
        )
    return rows


PUBLISHED = published()
RATIOS = [row for row in PUBLISHED if not row.is_special and not row.is_arbitrary]
FUNCTIONS = {
    "lg": "lg", "ln": "ln", "ld": "ld", "lgTimes2": "2lg", "pH": "-lg", "hpX": "-lg",
    "hpC": "-lg 100", "hpM": "-lg 1000", "hpQ": "-lg 50000", "sqrt": "sqrt",
    "tanTimes100": "100tan", "100tan": "100tan",
}  # fmt: skip


def test_the_published_table_is_the_one_we_mean():
    root = ET.parse(VENDORED / "ucum-essence.xml").getroot()
    assert root.get("version") == "2.2"
    assert len(PUBLISHED) == 305


def test_every_symbol_is_known_and_no_other():
    ours = METRIC.keys() | PLAIN.keys() | ARBITRARY | SPECIAL.keys()
    assert ours == {row.symbol for row in PUBLISHED}
    assert len(METRIC) + len(PLAIN) + len(ARBITRARY) + len(SPECIAL) == len(ours)


def test_prefixes_and_base_units_are_the_published_ones():
    root = ET.parse(VENDORED / "ucum-essence.xml").getroot()
    assert [row.get("Code") for row in root.findall(f"{NAMESPACE}base-unit")] == list(BASE)
    assert {
        row.get("Code"): Fraction(row.find(f"{NAMESPACE}value").get("value"))
        for row in root.findall(f"{NAMESPACE}prefix")
    } == PREFIXES


@pytest.mark.parametrize("row", RATIOS, ids=lambda row: row.symbol)
def test_a_unit_has_the_published_dimension_and_factor(row: Published):
    defined = unit(row.term)
    assert unit(row.symbol).dimension == defined.dimension
    assert unit(row.symbol).factor == Fraction(row.value) * defined.factor
    assert (unit(row.symbol).offset, unit(row.symbol).scale) == (0, None)


@pytest.mark.parametrize(
    "row", [row for row in PUBLISHED if row.is_special], ids=lambda row: row.symbol
)
def test_a_special_unit_has_the_published_function_and_reference(row: Published):
    found = unit(row.symbol)
    defined = unit(row.term)
    reference = Fraction(row.value) * defined.factor
    if row.symbol == "%[slope]":
        # UCUM's function takes degrees here, ours radians: the slope of 45 degrees is 100 %.
        assert defined.code == "deg"
        reference /= unit("deg").factor
    assert found.dimension == defined.dimension
    if found.scale is None:
        assert row.function in {"Cel", "degF", "degRe"}
        assert found.factor == reference
        assert found.offset > 0
    else:
        assert found.scale.function == FUNCTIONS[row.function]
        assert found.scale.reference == reference


@pytest.mark.parametrize(
    "row", [row for row in PUBLISHED if row.is_arbitrary], ids=lambda row: row.symbol
)
def test_an_arbitrary_unit_measures_like_nothing_else(row: Published):
    own = "[iU]" if row.symbol == "[IU]" else row.symbol
    assert (unit(row.symbol).dimension, unit(row.symbol).factor) == (own, 1)


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row.symbol)
def test_a_prefix_stands_where_the_table_allows_it(row: Published):
    assert (row.symbol in PREFIXABLE) == row.is_metric
    for prefix, factor in PREFIXES.items():
        if row.is_metric:
            assert unit(prefix + row.symbol).factor == factor * unit(row.symbol).factor
        elif is_unit(prefix + row.symbol):  # another symbol that is written the same
            assert split_symbol(prefix + row.symbol) != (prefix, row.symbol)


def test_the_examples_of_ucum_are_units():
    """Those of its list for messages that its own table holds."""
    with (VENDORED / "ucum_examples.tsv").open(encoding="utf-8") as lines:
        examples = [row[1] for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)][1:]
    refused = set()
    for example in examples:
        try:
            assert unit(example).factor > 0
        except InvalidUnit:
            refused.add(example)
    assert len(examples) > 800
    assert refused == {"Torr"}


def test_the_slope_of_half_a_right_angle():
    assert math.isclose(unit("%[slope]").scale.value(math.pi / 4), 100)
