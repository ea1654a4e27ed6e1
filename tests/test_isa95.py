"""Equipment levels: B2MML's fifteen, the company's own, and which may stand under which."""

from __future__ import annotations

import itertools

import pytest

from uns.isa95 import ALIASES, B2MML_LEVELS, OTHER, EquipmentLevel, EquipmentLevels

#: OPC 10030 ISA95EquipmentElementLevelEnum, in the order of its values.
KINDS = [
    "Enterprise", "Site", "Area", "ProcessCell", "Unit", "ProductionLine", "WorkCell",
    "ProductionUnit", "StorageZone", "StorageUnit", "WorkCenter", "WorkUnit", "EquipmentModule",
    "ControlModule", "Other",
]  # fmt: skip

#: Every pair that strict containment allows, besides `other`, which stands anywhere.
ALLOWED = {
    "enterprise": "site area",
    "site": "area process_cell production_line production_unit storage_zone work_center",
    "area": "process_cell production_line production_unit storage_zone work_center",
    "process_cell": "unit equipment_module control_module",
    "unit": "equipment_module control_module",
    "production_line": "work_cell",
    "work_cell": "equipment_module control_module",
    "production_unit": "unit",
    "storage_zone": "storage_unit",
    "storage_unit": "equipment_module control_module",
    "work_center": "work_unit unit work_cell storage_unit",
    "work_unit": "equipment_module control_module",
    "equipment_module": "equipment_module control_module",
    "control_module": "control_module",
}


def test_the_fifteen() -> None:
    assert [level.kind for level in B2MML_LEVELS.values()] == KINDS
    assert [level.number for level in B2MML_LEVELS.values()] == list(range(15))
    assert [level.name for level in EquipmentLevels()] == list(B2MML_LEVELS)
    for name, level in B2MML_LEVELS.items():
        assert (str(level), level.plural, level.under) == (name, f"{name}s", None)


@pytest.mark.parametrize(
    ("parent", "child"), list(itertools.product(B2MML_LEVELS.values(), repeat=2)), ids=str
)
def test_strict_containment(parent: EquipmentLevel, child: EquipmentLevel) -> None:
    allowed = OTHER in (parent, child) or child.name in ALLOWED.get(parent.name, "").split()
    assert EquipmentLevels().may_hold(parent, child) is allowed
    assert EquipmentLevels().may_hold(None, child)
    assert (child.name in EquipmentLevels().expected_under(parent)) is allowed


@pytest.mark.parametrize(
    ("key", "name"),
    [("sites", "site"), ("site", "site"), ("lines", "production_line"), ("cell", "work_cell"),
     ("storage_zones", "storage_zone"), ("others", "other")],
)  # fmt: skip
def test_spellings(key: str, name: str) -> None:
    levels = EquipmentLevels()
    assert levels.by_key[key].name == name
    assert key in levels.spellings(levels.by_key[key])


def test_every_spelling_leads_back() -> None:
    levels = EquipmentLevels()
    for level in levels:
        assert all(levels.by_key[key] is level for key in levels.spellings(level))
    assert set(levels.by_key) == {key for level in levels for key in levels.spellings(level)}
    assert set(ALIASES.values()) <= set(B2MML_LEVELS)


COUNTRY = EquipmentLevel("country", "Other", "countries", ("enterprise",))
REGION = EquipmentLevel("region", "Other", "regions", ("country",))
BUILDING = EquipmentLevel("building", "Area", "buildings", ())
HALL = EquipmentLevel("hall", "Other", "halls", ("building",))
COMPANY = EquipmentLevels((COUNTRY, REGION, BUILDING, HALL))


@pytest.mark.parametrize(
    ("parent", "child", "allowed"),
    [
        pytest.param("enterprise", "country", True, id="where-it-says"),
        pytest.param("site", "country", False, id="not-elsewhere"),
        pytest.param("country", "site", True, id="holds-what-stands-under-what-it-stands-under"),
        pytest.param("country", "work_cell", False, id="and-no-more"),
        pytest.param("region", "site", True, id="through-two-of-them"),
        pytest.param("country", "region", True, id="one-under-the-other"),
        pytest.param("enterprise", "region", False, id="not-past-the-one-above"),
        pytest.param("line", "building", True, id="anywhere"),
        pytest.param("building", "control_module", True, id="what-stands-anywhere-holds-anything"),
        pytest.param("hall", "line", True, id="below-what-holds-anything"),
        pytest.param("other", "country", True, id="other-holds-anything"),
        pytest.param("country", "other", True, id="other-stands-anywhere"),
    ],
)
def test_company_levels(parent: str, child: str, allowed: bool) -> None:
    assert COMPANY.may_hold(COMPANY.by_key[parent], COMPANY.by_key[child]) is allowed


def test_company_levels_in_a_circle_end() -> None:
    one = EquipmentLevel("one", "Other", "ones", ("two",))
    two = EquipmentLevel("two", "Other", "twos", ("one",))
    levels = EquipmentLevels((one, two))
    assert levels.may_hold(one, two)
    assert not levels.may_hold(one, B2MML_LEVELS["site"])


def test_levels_are_values() -> None:
    assert EquipmentLevels().with_company_level(COUNTRY) == EquipmentLevels((COUNTRY,))
    assert COUNTRY.number == 14
    assert BUILDING.number == 2
    assert COMPANY.spellings(COUNTRY) == ("countries", "country")
