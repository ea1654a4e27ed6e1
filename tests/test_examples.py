"""The example models: they load, say what their headers promise, and use the whole language.

Topics are counted twice. :func:`plain_topics` expands the YAML of a model in the
plainest way and shares no code with the library, so its answer confirms nothing
but the model.
"""

from __future__ import annotations

import itertools
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import uns
from tests.accepting import Stored
from uns.loading import model_format
from uns.loading.model_format import Declaration, EquipmentDeclaration, Sections
from uns.payloads.examples import example
from uns.payloads.validators import validate
from uns.payloads.writing import write
from uns.units import is_unit

EXAMPLES = Path(__file__).parent.parent / "examples"
GOLDEN = Path(__file__).parent / "golden" / "examples"
SHAPES = EXAMPLES / "shapes"
EVERYTHING = EXAMPLES / "everything" / "everything.uns.yaml"
BOTTLING = EXAMPLES / "bottling" / "bottling.uns.yaml"
PHARMA = EXAMPLES / "pharma" / "pharma.uns.yaml"

#: Every model among the example files; the others are included by one of these.
MODELS = [BOTTLING, PHARMA, EVERYTHING, *sorted(SHAPES.glob("*.uns.yaml"))]


def by_name(path: object) -> str | None:
    return path.name.removesuffix(".uns.yaml") if isinstance(path, Path) else None


# --- a plain expansion, for comparison -------------------------------------------------------------

LEVELS = (
    "enterprise", "site", "area", "process_cell", "unit", "production_line", "work_cell",
    "production_unit", "storage_zone", "storage_unit", "work_center", "work_unit",
    "equipment_module", "control_module", "other",
)  # fmt: skip


def listed(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [] if said in {None, ""} else [said]


def merged(one: Any, other: Any) -> Any:
    if not isinstance(one, dict) or not isinstance(other, dict):
        return one or other
    return {key: merged(one.get(key), other.get(key)) for key in one | other}


def as_written(path: Path) -> dict[str, Any]:
    """A file and what it includes, as nested dicts of text."""
    model: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    for name in listed(model.get("include")):
        if name != "std":
            model = merged(model, as_written(path.parent / name))
    return model


def spelled_out(text: str) -> list[str]:
    """Every text that a key with sets in brackets stands for."""
    before, bracket, rest = text.partition("[")
    if not bracket:
        return [text]
    inside, _, after = rest.partition("]")
    words = []
    for item in inside.split(","):
        low, dots, high = item.partition("..")
        numbers = range(int(low), int(high) + 1) if dots else ()
        words += [str(n).zfill(len(low)) for n in numbers] if dots else [item]
    return [before + word + tail for word in words for tail in spelled_out(after)]


def plain_topics(path: Path, *, sets: bool = True) -> list[str]:
    """The topics of a model, ``{name}`` as it is written, and with ``sets=False`` sets as well."""
    model = as_written(path)
    classes, contracts, aspects, settings, defaults = (
        model.get(key) or {} for key in ("classes", "levels", "aspects", "topic", "defaults")
    )
    levels = {"lines": "production_line", "cells": "work_cell"}
    for name in LEVELS:
        levels |= {name: name, f"{name}s": name}
    for name, said in contracts.items():
        levels |= {name: name, (said or {}).get("plural", f"{name}s"): name}

    def lineage(name: str) -> list[str]:
        parents = [lineage(parent) for parent in listed(classes[name].get("extends"))]
        return [*itertools.chain(*parents), name]

    def below(prefix: str, tree: dict[str, Any]) -> Iterator[str]:
        for key, nodes in tree.items():
            for name, said in (nodes or {}).items() if key in levels else ():
                for level in spelled_out(name) if sets else [name]:
                    yield from node(f"{prefix}{level}", levels[key], said or {})

    def node(topic: str, level: str, said: dict[str, Any]) -> Iterator[str]:
        names = [name for class_ in listed(said.get("class")) for name in lineage(class_)]
        inherited = [classes[name] for name in dict.fromkeys(names)]
        speakers = [contracts.get(level) or {}, *inherited, said]
        if any("payload" in speaker for speaker in speakers):
            yield topic
        leaves: dict[str, Any] = {"_info": {}} if defaults.get("info") == "true" else {}
        for speaker in speakers:
            for key, facets in merged(speaker.get("metrics"), speaker.get("topics") or {}).items():
                leaves[key] = leaves.get(key, {}) | (facets or {})
        for key, facets in leaves.items():
            *prefix, leaf = key.replace("::", "\0").split(":")
            aspect = [aspects[name] for name in prefix or listed(facets.get("aspect"))]
            for text in spelled_out(leaf) if sets else [leaf]:
                yield "/".join([topic, *aspect, text.replace("\0", ":")])
        for tree in (*(class_.get("children") or {} for class_ in inherited), said):
            yield from below(f"{topic}/", tree)

    root = settings.get("root")
    return list(below(f"{root}/" if root else "", model))


@pytest.mark.parametrize("path", MODELS, ids=by_name)
def test_an_example_loads_and_says_what_its_text_says(path: Path):
    ns = uns.load(path)
    assert sorted(t.text for t in ns.templates()) == sorted(plain_topics(path, sets=False))
    closed = [topic for topic in plain_topics(path) if "{" not in topic]
    assert sorted(ns.topics(open="skip")) == sorted(closed)
    assert ns.count(open="skip") == len(closed) == len(set(closed))
    assert all(ns.resolve(topic).outcome is uns.Outcome.ENDPOINT for topic in closed)


@pytest.mark.parametrize("path", MODELS, ids=by_name)
def test_every_contract_of_an_example_has_a_message(path: Path):
    for contract in {node.contract for node in uns.load(path).endpoints()}:
        assert contract is not None
        if contract.payload.encoding == "binary":
            continue
        assert validate(contract, write(contract, example(contract)), "producer") == example(
            contract
        )


@pytest.mark.parametrize("path", MODELS, ids=by_name)
def test_every_unit_of_an_example_is_a_ucum_code(path: Path):
    pending: list[Any] = [as_written(path)]
    while pending:
        said = pending.pop()
        if isinstance(said, dict):
            unit = said.get("unit")
            assert not isinstance(unit, str) or is_unit(unit), unit
            pending += said.values()
        elif isinstance(said, list):
            pending += said


def test_every_example_stands_in_the_list_for_readers():
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    files = {path.relative_to(EXAMPLES).as_posix() for path in MODELS}
    assert {name for name in files if f"]({name})" in readme} == files


def test_every_shape_has_its_case():
    assert {path.name for path in SHAPES.iterdir()} == {f"{p.id}.uns.yaml" for p in SHAPE_CASES}


# --- bottling and pharma -----------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "count"), [(BOTTLING, 159), (PHARMA, 314)], ids=by_name)
def test_golden_topics(path: Path, count: int, stored: Stored):
    """The list is in the order of the model; it changes with the example, and on purpose only."""
    ns = uns.load(path)
    topics = list(ns.topics())
    assert ns.count() == len(topics) == count
    assert sorted(plain_topics(path)) == sorted(topics)
    stored.text(GOLDEN / f"{by_name(path)}.topics.txt", "".join(f"{topic}\n" for topic in topics))


CONVEYORS = "bottlingcompany/+/bottling/+/+/conveyorspeed"


def test_the_filter_of_the_article_hits_munich_and_oslo():
    """Porto's line stands straight under its site, a level higher than the filter looks."""
    ns = uns.load(BOTTLING)
    assert list(ns.topics(CONVEYORS)) == [
        "bottlingcompany/munich/bottling/line1/machine1/conveyorspeed",
        "bottlingcompany/munich/bottling/line1/machine2/conveyorspeed",
        *(f"bottlingcompany/munich/bottling/line2/machine{n}/conveyorspeed" for n in range(1, 5)),
        *(f"bottlingcompany/oslo/bottling/line1/machine{n}/conveyorspeed" for n in range(1, 4)),
    ]
    assert ns.count(CONVEYORS) == 9
    assert ns.resolve("bottlingcompany/porto/line1/machine1/conveyorspeed")


def test_what_to_subscribe_to_for_all_conveyors_reaches_porto():
    ns = uns.load(BOTTLING)
    wanted = {topic for topic in ns.topics() if topic.endswith("/conveyorspeed")}
    asked = ns.filters(class_="ConveyedMachine", endpoint="conveyorspeed")
    assert {topic for topic in ns.topics() if asked.matches(topic)} == wanted
    assert len(wanted) == 11


# --- the shapes --------------------------------------------------------------------------------------

HFP = "/hfp/v2/journey/ongoing/vp/bus/0055/01216/1069/1/Malmi/07:20/1130106"
WIS2 = "origin/a/wis2/ca-eccc-msc/data"
UNIT_TAGS = (
    "Infeed", "Outfeed", "Waste", "Running", "ManualStop", "Alarm", "BatchID", "ProductID",
)  # fmt: skip
ROBOT_TOPICS = (
    "order", "instantActions", "state", "visualization", "connection", "factsheet", "zoneSet",
    "responses",
)  # fmt: skip

SHAPE_CASES = [
    # how many topics (None: there is no end), some that are endpoints, near ones that are not;
    # the id is the file
    pytest.param(
        57,
        [
            "Enterprise A/Dallas/Line 1/HotEnd/Furnace/Status/Temperature",
            "Enterprise A/Dallas/Line 1/BatchHouse/Silo01/Status/Level",
            "Enterprise A/Dallas/Line 1/ColdEnd/Inspector/Production/RejectCount",
            "Enterprise A/Dallas/Line 1/HotEnd/Furnace/edge/thermocouple_zone1_mv",
            "Enterprise A/Dallas/Line 1/BigQuery/oee_metrics.oee_percent",
            "Enterprise A/Dallas/Line 1/ISO7459/dimensional_tolerances.body_diameter.measured_actual_mm",
        ],
        [
            "Enterprise A/Dallas/HotEnd/Line 1/Furnace/Status/Temperature",
            "Enterprise A/Dallas/Line1/HotEnd/Furnace/Status/Temperature",
            "Enterprise A/Dallas/Line 1/HotEnd/Furnace/Status",
            "Enterprise A/Dallas/Line 1/HotEnd/Furnace/edge/thermocouple_zone4_mv",
            "Enterprise A/Dallas/Line 1/BatchHouse/Silo1/Status/Level",
            "Enterprise A/Dallas/Line 1/BigQuery/oee_metrics/oee_percent",
            "Enterprise A/Springfield/Line 2/HotEnd/Furnace/Status/Temperature",
        ],
        id="glass-containers",
    ),
    pytest.param(
        222,
        [
            "Enterprise B/Site1/fillerproduction/fillingline01/metric/oee",
            "Enterprise B/Site1/fillerproduction/fillingline01/filler/processdata/state/name",
            "Enterprise B/Site1/liquidprocessing/mixroom01/vat01/workorder/lotnumber/item/itemname",
            "Enterprise B/Site3/liquidprocessing/tankstorage01/tank02/node/assetidentifier/displayname",
        ],
        [
            "Enterprise B/Site3/fillerproduction/fillingline01/metric/oee",
            "Enterprise B/Site1/fillerproduction/fillingline04/metric/oee",
            "Enterprise B/Site1/fillerproduction/fillingline01/filler/metric/oee",
            "Enterprise B/Site1/liquidprocessing/mixroom01/vat01/workorder/lotnumber/item",
            "Enterprise B/Site3/liquidprocessing/tankstorage01/tank2/node/assetidentifier/displayname",
        ],
        id="beverage-sites",
    ),
    pytest.param(
        13,
        [
            "Enterprise C/sub/AIC-250-001_PV_percent",
            "Enterprise C/sub/UNIT-250_BATCH_ID",
            "Enterprise C/sum/SIC501A-PV_LPM",
            "Enterprise C/chrom/CHR01_AT003_PV",
            "Enterprise C/tff/CI8R_mS/cm",
        ],
        [
            "Enterprise C/tff/CI8R_mS",
            "Enterprise C/tff/CI8R_mS_cm",
            "Enterprise C/chrom/CHR01_AT3_PV",
            "Enterprise C/sum/AIC-250-001_PV_percent",
            "Enterprise C",
        ],
        id="bioprocess-flat",
    ),
    pytest.param(
        146,
        [
            *(f"Enterprise/DK/HI/24A/Line01/Unit01/{tag}" for tag in UNIT_TAGS),
            "Enterprise/FR/CH/NNPI/Line02/Unit03/Alarm",
            "DK/HI/24A/LineFilling/RRU/BatchID",
            "DK/HI/24A/LineFilling/HQL/Infeed",
            "DK/HI/24A/LineFilling/MLD/Waste",
            "Meta/DK/HI/24A/Line01/Unit01",
        ],
        [
            "Enterprise/DK/HI/24A/Line01/Unit02/BatchID",
            "Enterprise/DK/HI/24A/Line01/Unit03/ProductID",
            "Enterprise/FR/HI/24A/Line01/Unit01/Alarm",
            "DK/HI/24A/LineFilling/MLD/ProductID",
            "FR/CH/NNPI/Line01/Unit01/Alarm",
            "Enterprise/DK/HI/24A/Line01/Unit01",
        ],
        id="filling-two-countries",
    ),
    pytest.param(
        None,
        [
            "default/site_1/melt-shop/Furnaces/pc3/Lines/Line1/LineControl",
            "default/Z/Z/Furnaces/Z/Lines/Line9999/LineControl",
        ],
        [
            "default/site_1/melt-shop/Furnaces/pc3/Lines/Line/LineControl",
            "default/site_1/melt-shop/Furnaces/pc3/Lines/Line10000/LineControl",
            "default/site_1/melt-shop/Furnaces/pc3/Lines/LineA/LineControl",
            "default/site 1/melt-shop/Furnaces/pc3/Lines/Line1/LineControl",
            "default//melt-shop/Furnaces/pc3/Lines/Line1/LineControl",
            "default/site_1/melt-shop/Lines/Line1/LineControl",
        ],
        id="metals",
    ),
    pytest.param(
        210,
        [
            f"{WIS2}/core/weather/surface-based-observations/synop",
            "cache/a/wis2/de-dwd/metadata",
            "cache/a/wis2/de-dwd/data/core/weather/prediction/forecast/short-range/deterministic/global",
        ],
        [
            f"{WIS2}/core/weather/surface-based-observations",
            f"{WIS2}/core/weather/surface-based-observations/synop/hourly",
            f"{WIS2}/core/weather/Surface-based-observations/synop",
            f"{WIS2}/core/atmospheric-composition/surface-based-observations/ozone",
            "origin/a/wis2//data/core/weather/surface-based-observations/synop",
            "origin/b/wis2/de-dwd/metadata",
        ],
        id="weather-wis2",
    ),
    pytest.param(
        17,
        [
            "umh/v1/demo/DefaultArea/DefaultProductionLine/SIEMENS-S7/_raw/DB1.DW20",
            "umh/v1/demo/DefaultArea/DefaultProductionLine/SIEMENS-S7/_raw/DB1/DW20",
            "umh/v1/acme/chicago/packaging/line1/filler/_raw/speed",
            "umh/v1/plant/_analytics/efficiency/_kpi/oee",
            "umh/v1/enterprise/region/country/state/city/plant/area/line/station/_historian/temperature",
        ],
        [
            "umh/v1/_enterprise/_historian/temp",
            "umh/v1/factory/_/_historian/temp",
            "umh/v1/factory/_historian/temp@ture",
            "umh/v1/acme/chicago/packaging/line1/filler/speed",
            "umh/v1/acme/chicago/packaging/line1/filler/_historian",
            "umh/v1/acme/chicago/packaging/line1/_historian/filler/temperature",
        ],
        id="umh",
    ),
    pytest.param(
        44,
        [
            "UNS/v1/Acme/Northside/Hall_2/Machining/Edge/Mill/Axes/1/BaseAxis/Position/Actual",
            "UNS/v1/Acme/Northside/Edge/Site_Meter/Phases/3/RMS_Voltage",
        ],
        [
            "UNS/v1/Acme/Northside/Hall_2/Machining/Mill/Axes/1/BaseAxis/Position/Actual",
            "UNS/v1/Acme/Northside/Hall_2/Edge/Mill/Axes/1/BaseAxis/Position/Actual",
            "UNS/v1/Acme/Northside/Hall_2/Machining/Edge/Mill/Axes/4/BaseAxis/Position/Actual",
            "UNS/v1/Acme/Northside/Hall_2/Machining/Edge/Mill/Axes/1/BaseAxis/Position",
            "UNS/v1/Acme/Edge/Site_Meter/Phases/3/RMS_Voltage",
        ],
        id="factory-plus",
    ),
    pytest.param(
        25,
        [
            "spBv1.0/plantA:line1:cell5/NDATA/nodeID",
            "spBv1.0/Acme:Busan:Press/DDATA/L1:GW3/Press01",
            "spBv1.0/Acme:Busan:Press/NBIRTH/L1:GW3",
            "spBv1.0/STATE/scada-primary",
        ],
        [
            "spBv1X0/plantA:line1:cell5/NDATA/nodeID",
            "spBv1.0/plantA/line1/cell5/NDATA/nodeID",
            "spBv1.0/plantA:line1:cell5/NDATA/nodeID/Press01",
            "spBv1.0/Acme:Busan:Press/DDATA/L1:GW3",
            "spBv1.0/Acme:Busan:Press/DDATA/L1::GW3/Press01",
            "spBv1.0/STATE/NDATA/nodeID",
        ],
        id="sparkplug-3",
    ),
    pytest.param(
        81,
        [
            "group/of/any/levels/spJv4.0/DBIRTH/edge_node26/plc4/line3",
            "acme/busan/press-shop/line1/spJv4.0/DDATA/edge2/press04",
            "acme/busan/spJv4.0/NBIRTH/gateway",
        ],
        [
            "group/of/any/levels/spCv4.0/DBIRTH/edge_node26/plc4/line3",
            "group/of/any/spJv4.0/DBIRTH/edge_node26/plc4/line3",
            "spJv4.0/acme/busan/NBIRTH/gateway",
            "acme/busan/press-shop/line1/spJv4.0/DDATA/edge2",
            "acme/busan/press-shop/line1/DDATA/edge2/press04",
        ],
        id="sparkplug-4",
    ),
    pytest.param(
        None,
        [
            *(f"vda5050/v3/KIT/0001/{topic}" for topic in ROBOT_TOPICS),
            "vda5050/v3/KIT/A:b.c-d_9/state",
        ],
        [
            "vda5050/v3/KIT/0001",
            "vda5050/v2/KIT/0001/state",
            "vda5050/v3/KI/T/0001/state",
            "vda5050/v3/KIT/00+1/state",
            "vda5050/v3/KIT/00$1/state",
            "vda5050/v3/KIT/0001/unknown",
            "vda5050/v3/KIT//state",
        ],
        id="mobile-robots",
    ),
    pytest.param(
        26,
        [
            "te/device/main///m/environment",
            "te/device/child01/service/nodered/m/memory",
            "te/device/child03///a/temperature_high",
        ],
        [
            "te/device/main/m/environment",
            "te/device/main//m/environment",
            "te/device/main////m/environment",
            "te/device/child01/service//m/memory",
            "te/device/main///m",
            "/te/device/main///m/environment",
        ],
        id="edge-devices",
    ),
    pytest.param(
        None,
        [
            f"{HFP}/2/60;24/19/73/44",
            f"{HFP}/0////",
            "/hfp/v2/journey/ongoing/vp/tram/0040/00414//////5/60;24/19/73/44",
            "/hfp/v2/deadrun/upcoming/vp/bus/0055/01216//////0////",
        ],
        [
            f"{HFP[1:]}/2/60;24/19/73/44",
            f"{HFP}/2/60,24/19/73/44",
            f"{HFP}/2/60;24/19/73",
            f"{HFP}/2////",
            f"{HFP}/0///",
            f"{HFP}/0/////",
            f"{HFP.replace('/07:20/', '/7:20/')}/2/60;24/19/73/44",
            f"{HFP.replace('/1/Malmi/', '/3/Malmi/')}/2/60;24/19/73/44",
            f"{HFP.replace('/vp/', '/doo/')}/2/60;24/19/73/44",
        ],
        id="public-transport",
    ),
    pytest.param(
        12,
        [
            "unsAv1.0/Enterprise/Site 1/Area 1/BMS/Rooftop/Cooler/Fan Speed",
            "unsAv1.0/Enterprise/Site 1/Area 1/BMS/Rooftop/Cooler/Fan Speed.props",
        ],
        [
            "unsAv1.0/Enterprise/Site1/Area 1/BMS/Rooftop/Cooler/Fan Speed",
            "unsAv1.0/Enterprise/Site 1/Area 1/BMS/Rooftop/Cooler/Fan speed",
            "unsAv1.0/Enterprise/Site 1/Area 1/BMS/Rooftop/Cooler/Fan Speed/props",
            "unsAv1.0/Enterprise/Site 1/Area 1/BMS/Rooftop/Cooler.props",
            "unsAv1.0/Enterprise/Site 1/Area 1/BMS/Rooftop/Cooler/Fan Speed ",
        ],
        id="building-services",
    ),
    pytest.param(
        None,
        [
            "acme/plant-a/hot-end/line-1/furnace-1/equipment/main/measured-temperature",
            "acme/plant-a/hot-end/line-1/furnace-1/material/main/lot",
            "acme/plant-a/hot-end/line-1/cabin-1/personnel/alex/assigned-task",
            "acme/plant-a/hot-end/line-1/furnace-1/equipment/sensor-23/measured-vibration",
        ],
        [
            "acme/plant-a/hot-end/line-1/furnace-1/equipment/main",
            "acme/plant-a/hot-end/line-1/furnace-1/personnel/alex/assigned-task",
            "acme/plant-a/hot-end/line-1/cabin-1/personnel/Alex/assigned-task",
            "acme/plant-a/hot-end/line-1/cabin-1/personnel//assigned-task",
            "acme/plant-a/hot-end/line-1/furnace-1/equipment/sensor-24/measured-vibration",
        ],
        id="steel-hot-end",
    ),
    pytest.param(
        31,
        [
            "works/v1/eindhoven/cutting/laser_02/Asset/AssetID",
            "works/v1/eindhoven/cutting/laser_01/Edge/State",
            "works/v1/eindhoven/finishing/coating_line_01/Dashboard/Zones",
            "works/v1/eindhoven/finishing/coating_line_01/Camera",
            "works/v1/eindhoven/Gateway",
        ],
        [
            "works/v1/eindhoven/cutting/laser_03/Edge/State",
            "works/v1/eindhoven/cutting/laser_01/State",
            "works/v1/eindhoven/cutting/laser_01/Camera",
        ],
        id="sheet-metal",
    ),
]


def of(name: str) -> uns.Namespace:
    ns = uns.load(SHAPES / f"{name}.uns.yaml")
    assert ns.model.id == name
    return ns


@pytest.fixture
def shape(request: pytest.FixtureRequest) -> uns.Namespace:
    return of(request.node.callspec.id)


@pytest.mark.parametrize(("count", "topics", "others"), SHAPE_CASES)
def test_shape(shape: uns.Namespace, count: int | None, topics: list[str], others: list[str]):
    if count is None:  # there are open sets
        with pytest.raises(uns.UnboundedTopics):
            shape.count()
    else:
        assert shape.count() == count
    for topic in topics:
        assert shape.resolve(topic).outcome is uns.Outcome.ENDPOINT, topic
        assert shape.count(topic) == 1, topic
        assert shape[topic].topic == topic
    for topic in others:
        assert not shape.resolve(topic), topic


def test_a_line_above_its_areas():
    node = of("glass-containers")["Enterprise A/Dallas/Line 2/HotEnd/Furnace/Status/Temperature"]
    assert list(node.location.items()) == [
        ("enterprise", "Enterprise A"),
        ("site", "Dallas"),
        ("production_line", "Line 2"),
        ("area", "HotEnd"),
        ("work_cell", "Furnace"),
    ]


def test_a_topic_of_the_line_beside_its_machines():
    line = of("beverage-sites")["Enterprise B/Site1/fillerproduction/fillingline02/metric/oee"]
    assert line.equipment == line.parent.parent
    assert line.equipment.equipment_level.name == "production_line"
    assert [n.name for n in line.equipment.children] == ["washer", "filler", "capper"]


def test_a_unit_with_a_slash_belongs_to_the_leaf():
    node = of("bioprocess-flat")["Enterprise C/tff/CI8R_mS/cm"]
    assert (node.endpoint.leaf, node.endpoint.metric.unit) == ("CI8R_mS/cm", "mS/cm")
    assert node.equipment.name == "tff"
    assert node.parent.kind == "level"


def test_a_name_in_the_source_system():
    ns = of("filling-two-countries")
    alarm = ns["Enterprise/DK/HI/24A/Line01/Unit01/Alarm"].endpoint
    assert alarm.notes.source_id == "ns=2;s=Line01.Unit01.Alarm"
    assert ns["Enterprise/DK/HI/24A/Line02/Unit01/Alarm"].endpoint.notes.source_id is None


def test_open_sets_have_a_template_and_can_be_pinned():
    ns = of("metals")
    (template,) = ns.templates()
    assert template.text == (
        "default/{site_id}/{area_id}/Furnaces/{process_cell_id}/Lines/Line{number}/LineControl"
    )
    assert ns.resolve(template.format(site_id="s", area_id="a", process_cell_id="p", number="7"))
    assert ns.count("default/s/a/Furnaces/p/Lines/Line7/#") == 1


def test_what_is_experimental_is_legal_and_has_no_contract():
    ns = of("weather-wis2")
    quoted = (
        f"{WIS2}/recommended/atmospheric-composition/experimental/space-based-observation"
        "/geostationary/solar-flares"
    )
    assert ns.resolve(quoted).outcome is uns.Outcome.UNMODELLED
    assert ns.resolve(quoted).contract is None
    assert not ns.resolve(quoted.replace("experimental", "operational"))


def test_the_hub_takes_two_fields():
    node = of("umh")["umh/v1/acme/chicago/packaging/line1/filler/_historian/temperature"]
    assert [field.name for field in node.contract.body.fields] == ["timestamp_ms", "value"]
    assert len(node.location) == 5


def test_robots_differ_in_their_serial_number_only():
    ns = of("mobile-robots")
    assert ns.count("vda5050/v3/KIT/0001/#") == 8
    assert ns.resolve("vda5050/v3/KIT/0001/state").values == {"serial": "0001"}
    qos = {node.name: node.endpoint.qos for node in ns.endpoints()}
    assert {name for name, level in qos.items() if level == 1} == {"connection"}
    fleet = ns.clients["fleet-control"]
    assert fleet.writes("vda5050/v3/KIT/0001/order")
    assert not fleet.writes("vda5050/v3/KIT/0001/state")


def test_empty_levels_keep_their_place_in_a_filter():
    ns = of("edge-devices")
    assert ns.count("te/+/+/+/+/m/+") == 4 + 2 + 3
    assert list(ns.topics("te/device/main///#")) == [
        "te/device/main///m/environment",
        "te/device/main///e/login",
        "te/device/main///e/reboot",
        "te/device/main///a/temperature_high",
    ]


def test_sixteen_levels_below_a_leading_slash():
    node = of("public-transport")[f"{HFP}/2/60;24/19/73/44"]
    assert len(node.levels) == 1 + 2 + 16
    assert node.levels[0] == ""
    assert node.values["route"] == "1069"
    assert node.values["headsign"] == "Malmi"
    assert node.values["degrees"] == "60;24"
    assert node.location["geohash_level"] == "2"


def test_a_tag_and_its_twin_carry_different_things():
    ns = of("building-services")
    cooler = "unsAv1.0/Enterprise/Site 2/Area 1/BMS/Rooftop/Cooler"
    assert ns[f"{cooler}/Fan Speed"].contract.name == "vtq/1"
    assert ns[f"{cooler}/Fan Speed.props"].contract.name == "tag-properties/1"


# --- every key of the language -----------------------------------------------------------------------


def declared_in(annotation: Any) -> type[Declaration] | None:
    """The declaration that an annotation mentions, ``dict[str, MetricDeclaration] | None``, say."""
    if isinstance(annotation, type) and issubclass(annotation, Declaration):
        return annotation
    return next(filter(None, map(declared_in, typing.get_args(annotation))), None)


def is_map_of(annotation: Any) -> bool:
    origins = {typing.get_origin(part) for part in (annotation, *typing.get_args(annotation))}
    return dict in origins


def fields(model: type[Declaration]) -> dict[str, Any]:
    """The keys of a declaration as a file spells them, and the type of each."""
    spelled = model_format.known_keys(model)
    types = [field.annotation for field in model.model_fields.values()]
    return dict(zip(spelled, types, strict=True))


def reachable() -> set[type[Declaration]]:
    """Every declaration that a file may hold."""
    found: set[type[Declaration]] = set()
    pending: list[type[Declaration]] = [Sections, EquipmentDeclaration]
    while pending:
        model = pending.pop()
        if model not in found:
            found.add(model)
            pending += filter(None, map(declared_in, fields(model).values()))
    return found


def in_use(model: type[Declaration], said: dict[str, Any], levels: set[str]) -> Iterator[Any]:
    """Every (declaration, key, value) of a mapping and of what is below it."""
    known = fields(model)
    for key, value in said.items():
        if model_format.is_extension(key):
            continue
        if key not in known:
            assert key in levels, f"{model.noun} has no key {key!r}"
            yield from in_tree({key: value}, levels)
            continue
        yield model, key, value
        inner = declared_in(known[key])
        if key == "children":
            yield from in_tree(value, levels)
        elif inner is not None:
            for body in value.values() if is_map_of(known[key]) else [value]:
                if not isinstance(body, str):  # a type by its name alone
                    yield from in_use(inner, body or {}, levels)


def in_tree(tree: dict[str, Any], levels: set[str]) -> Iterator[Any]:
    for nodes in tree.values():
        for node in (nodes or {}).values():
            yield from in_use(EquipmentDeclaration, node or {}, levels)


@pytest.fixture(scope="module")
def used() -> list[tuple[type[Declaration], str, Any]]:
    """What the files of the example say, key by key."""
    levels = set(uns.load(EVERYTHING).levels.by_key)
    files = sorted(EVERYTHING.parent.glob("*.uns.yaml"))
    texts = [yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader) for path in files]
    return [place for said in texts for place in in_use(Sections, said, levels)]


def test_the_walk_reaches_every_declaration():
    concrete = set()
    pending = [Declaration]
    while pending:
        children = pending.pop().__subclasses__()
        concrete |= {child for child in children if not child.__subclasses__()}
        pending += children
    assert reachable() == concrete


def test_every_key_of_the_language_is_used(used):
    wanted = {(model.__name__, key) for model in reachable() for key in fields(model)}
    assert len(wanted) > 100
    assert {(model.__name__, key) for model, key, _ in used} == wanted


METRIC, TOPIC = model_format.MetricDeclaration, model_format.TopicDeclaration


@pytest.mark.parametrize(
    ("models", "key", "alternatives"),
    [
        pytest.param([METRIC, TOPIC], "kind", model_format.Kind, id="kinds"),
        pytest.param([METRIC, TOPIC], "qos", model_format.Qos, id="qualities-of-service"),
        pytest.param([METRIC], "type", model_format.MetricType, id="metric-types"),
        pytest.param(
            [model_format.FieldDeclaration], "type", model_format.FieldType, id="field-types"
        ),
    ],
)
def test_every_value_of_a_closed_list_is_used(used, models, key, alternatives):
    said = {text for model, k, v in used if model in models and k == key for text in listed(v)}
    assert said == {str(value) for value in typing.get_args(alternatives)}


def test_every_profile_is_asked_for_by_an_example():
    asked = {profile for path in MODELS for profile in uns.load(path).profiles}
    assert asked == set(model_format.PROFILES)


def test_the_examples_of_a_payload_are_messages_of_it():
    ns = uns.load(EVERYTHING)
    models = [yaml.safe_load(p.read_text("utf-8")) for p in EVERYTHING.parent.glob("*.uns.yaml")]
    examples = [
        (name, message)
        for model in models
        for name, payload in (model.get("payloads") or {}).items()
        for message in payload.get("examples", [])
    ]
    assert len(examples) == 5
    for name, message in examples:
        contract = uns.PayloadContract(ns.payloads[name])
        assert validate(contract, write(contract, message), "producer") == message


def test_what_the_files_of_the_example_add_to_each_other():
    ns = uns.load(EVERYTHING)
    reutte = ns["milk/alpenmilch/at/reutte"]
    assert [node.name for node in reutte.children] == [
        "dairy", "silos", "logistics", "pilot-plant", "line-1", "line-2",
    ]  # fmt: skip
    line = "milk/alpenmilch/at/reutte/line-1"
    assert ns[line].owner == "plant-manager@alpenmilch.example"
    assert ns[f"{line}/capper"].owner == "maintenance@alpenmilch.example"
    assert ns[f"{line}/capper/speed"].endpoint.metric.maximum == 18_000
    assert ns["milk/alpenmilch/at/reutte/dairy/pasteuriser/valve-02"].contract.name == "valve/1"
    assert ns.resolve("milk/alpenmilch/at/reutte/logistics/agv-007/battery").values == {
        "serial": "agv-007"
    }
    assert ns.resolve("milk/alpenmilch/at/reutte/pilot-plant/any/thing").outcome == "unmodelled"
