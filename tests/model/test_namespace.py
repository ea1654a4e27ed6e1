"""What a namespace answers: one topic, many topics, nodes; and the laws that tie them together."""

from __future__ import annotations

import gc
import itertools
import random
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from tests.models import namespaces, topics
from uns.model.namespace import KNOWN_TOPICS, UNKNOWN_TOPICS
from uns.model.nodes import Node
from uns.model.resolutions import NotAnEndpoint, Outcome, UnknownTopic
from uns.model.tree import Deprecated, Kind, Place, PlaceKind
from uns.topics.names_and_filters import InvalidTopic, InvalidTopicFilter

PLANT = """
uns: 1
model: {id: acme, owner: it}
topic: {root: acme}
aspects: {raw: _raw, mes: _mes}
defaults: {info: true}
levels:
  site: {metrics: {heat: {type: number, unit: kW}}, required: [heat]}
  work_cell: {topics: {state: {payload: info/1}}}
classes:
  Machine:
    abstract: true
    owner: machines
    metrics:
      speed: {unit: m/s}
      raw:temperature: {type: number, aspect: raw}
    required: [speed]
  Filler:
    extends: Machine
    level: work_cell
    label: A filler
    description: Fills bottles
    deprecated: {since: "1.0.0", until: "2.0.0", replaced_by: acme/lyon}
    properties: {valves: {type: integer}}
    metrics:
      speed: {type: number, max: 3, label: Belt, owner: belts}
      energy/day: {type: number, aspect: mes}
    topics:
      alarm: {payload: info/1, kind: event}
      record: {payload: info/1, kind: record, qos: 2, retain: true}
      order: {payload: info/1, kind: command, moved_from: acme/old, source_id: DB7}
    required: [order]
    children: {equipment_modules: {"pump[1..2]": {payload: info/1}}}
sites:
  lyon:
    label: Lyon
    owner: lyon
    asset: A1
    source_id: S1
    moved_from: [acme/lugdunum]
    properties: {country: FR}
    lines:
      line[1..3]:
        cells:
          filler:
            class: Filler
            description: The big one
            metrics: {speed: {max: 2}}
            properties: {valves: 40}
          "{serial}": {class: Filler, pattern: "[A-Z]{2}[0-9]{2}"}
      legacy:
        open: true
        metrics: {count: {type: integer}}
        cells: {known: {}}
"""


@pytest.fixture(scope="module")
def plant() -> uns.Namespace:
    return uns.loads(PLANT)


# --- looking a topic up -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "outcome", "matched"),
    [
        pytest.param("acme/lyon/heat", Outcome.ENDPOINT, "acme/lyon/heat", id="contract-of-a-level"),
        pytest.param("acme/lyon/line2/filler/speed", Outcome.ENDPOINT, "acme/lyon/line2/filler/speed",
                     id="family"),
        pytest.param("acme/lyon/line1/AB12/state", Outcome.ENDPOINT, "acme/lyon/line1/AB12/state",
                     id="open-set"),
        pytest.param("acme/lyon/line1/filler/_raw/temperature", Outcome.ENDPOINT,
                     "acme/lyon/line1/filler/_raw/temperature", id="aspect"),
        pytest.param("acme/lyon/line1/filler/_mes/energy/day", Outcome.ENDPOINT,
                     "acme/lyon/line1/filler/_mes/energy/day", id="leaf-with-a-slash"),
        pytest.param("acme/lyon/line1/filler/pump2", Outcome.ENDPOINT,
                     "acme/lyon/line1/filler/pump2", id="payload-of-a-node"),
        pytest.param("acme/lyon/_info", Outcome.ENDPOINT, "acme/lyon/_info", id="info"),
        pytest.param("acme", Outcome.NOT_ENDPOINT, "acme", id="root-level"),
        pytest.param("acme/lyon", Outcome.NOT_ENDPOINT, "acme/lyon", id="equipment"),
        pytest.param("acme/lyon/line1/filler/_raw", Outcome.NOT_ENDPOINT,
                     "acme/lyon/line1/filler/_raw", id="aspect-level"),
        pytest.param("acme/lyon/line1/filler/_mes/energy", Outcome.NOT_ENDPOINT,
                     "acme/lyon/line1/filler/_mes/energy", id="level-of-a-leaf"),
        pytest.param("acme/lyon/line4/filler/speed", Outcome.NO_MATCH, "acme/lyon",
                     id="beyond-the-family"),
        pytest.param("acme/lyon/line01", Outcome.NO_MATCH, "acme/lyon", id="zero-in-front"),
        pytest.param("acme/lyon/line1/ab12/state", Outcome.NO_MATCH, "acme/lyon/line1",
                     id="no-member-of-the-open-set"),
        pytest.param("acme/lyon/line1/filler/speed/x", Outcome.NO_MATCH,
                     "acme/lyon/line1/filler/speed", id="below-an-endpoint"),
        pytest.param("acme/lyon/", Outcome.NO_MATCH, "acme/lyon", id="slash-at-the-end"),
        pytest.param("/acme/lyon", Outcome.NO_MATCH, "", id="slash-in-front"),
        pytest.param("lyon", Outcome.NO_MATCH, "", id="without-the-root"),
        pytest.param("acme/lyon/legacy/count", Outcome.ENDPOINT, "acme/lyon/legacy/count",
                     id="modelled-below-open"),
        pytest.param("acme/lyon/legacy/a/b/c", Outcome.UNMODELLED, "acme/lyon/legacy", id="open"),
        pytest.param("acme/lyon/legacy/known", Outcome.UNMODELLED, "acme/lyon/legacy/known",
                     id="position-below-open"),
        pytest.param("acme/lyon/legacy/known/x", Outcome.UNMODELLED, "acme/lyon/legacy/known",
                     id="below-a-position-below-open"),
        pytest.param("acme/lyon/legacy", Outcome.NOT_ENDPOINT, "acme/lyon/legacy",
                     id="the-open-node-itself"),
        pytest.param("", Outcome.INVALID, "", id="empty"),
        pytest.param("acme/+", Outcome.INVALID, "", id="wildcard"),
        pytest.param("acme/\0", Outcome.INVALID, "", id="nul"),
        pytest.param("acme/\ud800", Outcome.INVALID, "", id="surrogate"),
        pytest.param("x" * 65_536, Outcome.INVALID, "", id="too-long"),
        pytest.param("acme/" * 10_000 + "x", Outcome.NO_MATCH, "acme", id="very-deep"),
    ],
)  # fmt: skip
def test_resolve(plant: uns.Namespace, topic: str, outcome: Outcome, matched: str) -> None:
    for _ in range(2):  # The second answer comes from memory.
        found = plant.resolve(topic)
        assert (found.outcome, found.matched) == (outcome, matched)
        assert bool(found) is (outcome in {Outcome.ENDPOINT, Outcome.UNMODELLED})
        assert (found.contract is not None) is (outcome is Outcome.ENDPOINT)
        assert (found.node is not None) is (outcome in {Outcome.ENDPOINT, Outcome.NOT_ENDPOINT})
        assert (found.reason is not None) is (outcome is Outcome.INVALID)
        assert found.topic == topic


@pytest.mark.parametrize(
    ("topic", "near"),
    [
        pytest.param("acme/lyon/line1/filler/sped", "acme/lyon/line1/filler/speed", id="leaf"),
        pytest.param(
            "acme/lyn/line1/filler/speed", "acme/lyon/line1/filler/speed", id="in-between"
        ),
        pytest.param("acme/Lyon", "acme/lyon", id="case"),
        pytest.param("acme/lyon/line01/filler/speed", "acme/lyon/line1/filler/speed", id="zero"),
        pytest.param("acme/lyon/lin2/filler/speed", "acme/lyon/line2/filler/speed", id="family"),
        pytest.param("acme/lyn/nothing", "acme/lyon", id="only-so-far"),
        pytest.param("acme/zebra", None, id="nothing-close"),
        pytest.param("acme/lyon/line1/filler/speed/x", None, id="nothing-below"),
        pytest.param("acme/lyon/heat", None, id="known"),
        pytest.param("acme/+", None, id="invalid"),
    ],
)
def test_near(plant: uns.Namespace, topic: str, near: str | None) -> None:
    assert plant.resolve(topic).near == near


def test_values_by_position_and_by_name() -> None:
    ns = uns.loads("""
        uns: 1
        sites:
          site[1..2]:
            lines:
              "{line}": {pattern: "[a-z]+", cells: {"c[01..12]-[in,out]": {metrics: {m: {type: number}}}}}
    """)
    found = ns.resolve("site2/abc/c07-out/m")
    assert found.values == {0: "2", "line": "abc", 1: "07", 2: "out"}
    assert found.node is not None
    assert found.node.values == found.values
    assert ns.resolve("site1/abc/nothing").values == {0: "1", "line": "abc"}
    assert ns.resolve("nothing").values == {}


def test_errors_that_say_how_far_it_goes(plant: uns.Namespace) -> None:
    with pytest.raises(UnknownTopic) as unknown:
        plant["acme/lyon/line1/filler/sped"]
    assert str(unknown.value) == (
        "the namespace has no topic 'acme/lyon/line1/filler/sped'; "
        "it goes as far as 'acme/lyon/line1/filler'; did you mean 'acme/lyon/line1/filler/speed'?"
    )
    assert isinstance(unknown.value, KeyError | uns.UNSError)
    with pytest.raises(UnknownTopic, match=r"the namespace has no topic 'zebra'$"):
        plant["zebra"]
    with pytest.raises(InvalidTopic, match=r"MQTT-4\.7\.0-1"):
        plant["acme/#"]
    with pytest.raises(InvalidTopic):
        plant.resolve("acme/#").raise_unless_endpoint()
    with pytest.raises(UnknownTopic):
        plant.resolve("acme/zebra").raise_unless_endpoint()
    with pytest.raises(NotAnEndpoint, match="'acme/lyon' is a position of the namespace, and"):
        plant.resolve("acme/lyon").raise_unless_endpoint()
    plant.resolve("acme/lyon/heat").raise_unless_endpoint()
    plant.resolve("acme/lyon/legacy/x").raise_unless_endpoint()


def test_in(plant: uns.Namespace) -> None:
    for topic in (
        "acme",
        "acme/lyon",
        "acme/lyon/heat",
        "acme/lyon/line1/XY99",
        "acme/lyon/legacy/known",
    ):
        assert topic in plant
        assert plant[topic].topic == topic
    for topic in ("lyon", "acme/lyon/legacy/x", "acme/+", "", 42, None):
        assert topic not in plant


def test_no_family_in_the_first_level_takes_a_dollar() -> None:
    ns = uns.loads(
        'uns: 1\nsites: {"{site}": {pattern: "[^b]+", payload: info/1}, $bx: {payload: info/1}}'
    )
    assert ns.resolve("a")
    assert ns.resolve("$bx")
    assert ns.resolve("$x").outcome is Outcome.NO_MATCH
    assert list(ns.topics("$x")) == []
    assert list(ns.topics("$bx")) == ["$bx"]
    below = uns.loads(
        'uns: 1\ntopic: {root: r}\nsites: {"{site}": {pattern: ".+", payload: info/1}}'
    )
    assert below.resolve("r/$x")
    assert list(below.topics("r/$x")) == ["r/$x"]


def test_empty_levels() -> None:
    ns = uns.loads("""
        uns: 1
        topic: {root: /acme}
        sites: {"": {metrics: {"": {type: number}}, lines: {a: {payload: info/1}}}}
    """)
    assert list(ns.topics()) == ["/acme//", "/acme//a"]
    assert ns["/acme//"].kind is PlaceKind.ENDPOINT
    assert ns["/acme/"].kind is PlaceKind.EQUIPMENT
    assert ns["/acme"].kind is PlaceKind.ROOT
    assert ns.count("/acme/+/+") == 2
    assert ns.count("+/acme/#") == 2
    assert [str(t) for t in ns.templates()] == ["/acme//", "/acme//a"]


# --- nodes --------------------------------------------------------------------------------------------


def test_kinds(plant: uns.Namespace) -> None:
    kinds = {
        "acme": PlaceKind.ROOT,
        "acme/lyon": PlaceKind.EQUIPMENT,
        "acme/lyon/line1/filler/_raw": PlaceKind.ASPECT,
        "acme/lyon/line1/filler/_mes/energy": PlaceKind.LEVEL,
        "acme/lyon/line1/filler/_mes/energy/day": PlaceKind.ENDPOINT,
        "acme/lyon/line1/filler/pump1": PlaceKind.EQUIPMENT,
    }
    assert {topic: plant[topic].kind for topic in kinds} == kinds
    assert plant.root.kind is PlaceKind.ROOT


def test_a_node(plant: uns.Namespace) -> None:
    filler = plant["acme/lyon/line2/filler"]
    assert filler.levels == ("acme", "lyon", "line2", "filler")
    assert filler.name == "filler"
    assert filler.parent == plant["acme/lyon/line2"]
    assert filler.parent != plant["acme/lyon/line1"]
    assert filler != "acme/lyon/line2/filler"
    assert hash(filler) == hash(plant["acme/lyon/line2/filler"])
    assert repr(filler) == "<Node equipment 'acme/lyon/line2/filler'>"
    assert (filler.is_template, filler.count) == (False, 1)
    assert str(filler.template) == "acme/lyon/line2/filler"
    assert filler.equipment_level is not None
    assert filler.equipment_level.name == "work_cell"
    assert [c.name for c in filler.classes] == ["Filler"]
    assert filler.is_a("Filler")
    assert filler.is_a("Machine")
    assert not filler.is_a("Tank")
    assert filler.required == ("speed", "order")
    assert plant["acme/lyon"].required == ("heat",)
    assert filler.location == {"site": "lyon", "production_line": "line2", "work_cell": "filler"}
    assert filler.endpoint is None
    assert filler.contract is None
    assert not filler.open
    assert plant["acme/lyon/legacy/known"].open
    line = PLANT.splitlines().index("          filler:") + 1
    assert str(filler.span) == f"<text>:{line}:11"


def test_the_root(plant: uns.Namespace) -> None:
    root = plant.root
    assert (root.name, root.levels, root.parent, root.equipment) == ("", (), None, None)
    assert (root.equipment_level, root.classes, root.required, root.span) == (None, (), (), None)
    assert (root.location, dict(root.values), dict(root.properties)) == ({}, {}, {})
    assert (root.label, root.owner, root.asset, root.moved_from) == (None, "it", None, ())
    assert repr(root) == "<Node root>"
    with pytest.raises(InvalidTopic):
        _ = root.topic
    assert [node.topic for node in plant.roots] == ["acme/lyon"]


def test_what_people_say_of_it(plant: uns.Namespace) -> None:
    lyon = plant["acme/lyon"]
    assert (lyon.label, lyon.asset, lyon.source_id) == ("Lyon", "A1", "S1")
    assert (lyon.moved_from, dict(lyon.properties)) == (("acme/lugdunum",), {"country": "FR"})
    filler = plant["acme/lyon/line1/filler"]
    assert filler.label == "A filler"
    assert filler.description == "The big one"
    assert filler.deprecated == Deprecated("1.0.0", "2.0.0", "acme/lyon")
    order = plant["acme/lyon/line1/filler/order"]
    assert (order.moved_from, order.source_id) == (("acme/old",), "DB7")
    assert plant["acme/lyon/line1/AB12"].description == "Fills bottles"


@pytest.mark.parametrize(
    ("topic", "owner"),
    [
        ("acme", "it"),
        ("acme/lyon", "lyon"),
        ("acme/lyon/heat", "lyon"),
        ("acme/lyon/line1", "lyon"),
        ("acme/lyon/line1/filler", "machines"),
        ("acme/lyon/line1/filler/speed", "belts"),
        ("acme/lyon/line1/filler/order", "machines"),
        ("acme/lyon/line1/filler/pump1", "machines"),
    ],
)
def test_owners_inherit_downwards(plant: uns.Namespace, topic: str, owner: str) -> None:
    assert plant[topic].owner == owner


def test_members_of_a_node(plant: uns.Namespace) -> None:
    filler = plant["acme/lyon/line1/filler"]
    assert [node.name for node in filler.members()] == [
        "state", "speed", "_raw", "_mes", "alarm", "record", "order", "_info", "pump1", "pump2",
    ]  # fmt: skip
    assert [node.name for node in filler.members(expand=False)][-1] == "pump[1..2]"
    assert [node.name for node in filler.children] == ["pump1", "pump2"]
    assert [node.topic.removeprefix(filler.topic + "/") for node in filler.endpoints] == [
        "state", "speed", "_raw/temperature", "_mes/energy/day", "alarm", "record", "order", "_info",
    ]  # fmt: skip
    assert filler.equipment == filler
    assert plant["acme/lyon/line1/filler/_mes/energy/day"].equipment == filler


def test_walks(plant: uns.Namespace) -> None:
    compact = list(plant.walk(expand=False))
    assert [node.template.text for node in compact if node.kind is PlaceKind.EQUIPMENT] == [
        "acme/lyon",
        "acme/lyon/line[1..3]",
        "acme/lyon/line[1..3]/filler",
        "acme/lyon/line[1..3]/filler/pump[1..2]",
        "acme/lyon/line[1..3]/{serial}",
        "acme/lyon/line[1..3]/{serial}/pump[1..2]",
        "acme/lyon/legacy",
        "acme/lyon/legacy/known",
    ]
    pump = next(node for node in compact if node.name == "pump[1..2]")
    assert (pump.is_template, pump.count, dict(pump.values)) == (True, 6, {})
    assert pump.parent is not None
    assert pump.parent.count == 3
    with pytest.raises(uns.UnboundedTopics):
        _ = pump.topic
    serial = next(node for node in compact if node.name == "{serial}")
    assert serial.count is None
    expanded = [node for node in plant.walk() if node.kind is PlaceKind.EQUIPMENT]
    assert len(expanded) == 1 + 3 * (1 + 1 + 2 + 1 + 2) + 2
    assert next(plant["acme/lyon"].walk()) == plant["acme/lyon"]


def test_find(plant: uns.Namespace) -> None:
    found = [node.template.text for node in plant.find("Machine")]
    assert found == [
        "acme/lyon/line1/filler", "acme/lyon/line1/{serial}", "acme/lyon/line2/filler",
        "acme/lyon/line2/{serial}", "acme/lyon/line3/filler", "acme/lyon/line3/{serial}",
    ]  # fmt: skip
    assert found == [node.template.text for node in plant.find("Filler", "cells")]
    assert [n.template.text for n in plant.find(equipment_level="line", expand=False)] == [
        "acme/lyon/line[1..3]", "acme/lyon/legacy",
    ]  # fmt: skip
    assert list(plant.find("Filler", plant.levels.by_key["site"])) == []
    assert len(list(plant.find())) == len([n for n in plant.walk() if n.equipment_level])
    with pytest.raises(ValueError, match="no class 'Filer'; did you mean 'Filler'"):
        plant.find("Filer")
    with pytest.raises(ValueError, match="no equipment level 'lin'; did you mean 'line'"):
        plant.find(equipment_level="lin")


def test_find_does_not_walk_through_families_that_hold_nothing_wanted() -> None:
    ns = uns.loads(
        """
        uns: 1
        topic: {root: v1}
        classes: {Pump: {}, Unused: {}}
        sites:
          lyon:
            lines:
              line[1..1000000000000]: {cells: {c1: {metrics: {m: {type: number}}}}}
              other: {cells: {c1: {class: Pump, control_modules: {"m[1..1000000000000]": {}}}}}
        """
    )
    assert [node.topic for node in ns.find("Pump")] == ["v1/lyon/other/c1"]
    assert list(ns.find("Unused")) == []
    assert [node.topic for node in ns.find("Pump", "cell")] == ["v1/lyon/other/c1"]


# --- endpoints ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("leaf", "kind", "retain", "qos"),
    [
        ("speed", Kind.STATE, True, 1),
        ("state", Kind.STATE, True, 1),
        ("alarm", Kind.EVENT, False, 1),
        ("record", Kind.RECORD, True, 2),
        ("order", Kind.COMMAND, False, 1),
        ("_info", Kind.STATE, True, 1),
        ("pump1", Kind.STATE, True, 1),
    ],
)
def test_delivery(plant: uns.Namespace, leaf: str, kind: Kind, retain: bool, qos: int) -> None:
    endpoint = plant[f"acme/lyon/line1/filler/{leaf}"].endpoint
    assert endpoint is not None
    assert (endpoint.kind, endpoint.retain, endpoint.qos) == (kind, retain, qos)


def test_defaults_of_delivery() -> None:
    ns = uns.loads("""
        uns: 1
        defaults: {retain: false, qos: 2, info: true}
        sites: {a: {payload: info/1, metrics: {m: {type: number}, n: {type: number, retain: true, qos: 0}},
                    topics: {e: {payload: info/1, kind: event, retain: true}}}}
    """)
    delivery = {}
    for node in ns.endpoints():
        assert node.endpoint is not None
        delivery[node.name] = (node.endpoint.retain, node.endpoint.qos)
    assert delivery == {
        "a": (False, 2),
        "m": (False, 2),
        "n": (True, 0),
        "e": (True, 2),
        "_info": (True, 2),
    }


@pytest.mark.parametrize(
    ("topic", "declared_by"),
    [
        ("acme/lyon/heat", ("level site",)),
        ("acme/lyon/line1/filler/state", ("level work_cell",)),
        ("acme/lyon/line1/filler/speed", ("class Machine", "class Filler", "node")),
        ("acme/lyon/line1/AB12/speed", ("class Machine", "class Filler")),
        ("acme/lyon/line1/filler/_raw/temperature", ("class Machine",)),
        ("acme/lyon/line1/filler/_info", ("defaults",)),
        ("acme/lyon/line1/filler/pump1", ("node",)),
        ("acme/lyon/legacy/count", ("node",)),
    ],
)
def test_who_declared_it(plant: uns.Namespace, topic: str, declared_by: tuple[str, ...]) -> None:
    endpoint = plant[topic].endpoint
    assert endpoint is not None
    assert endpoint.declared_by == declared_by


def test_keys_and_aspects() -> None:
    ns = uns.loads("""
        uns: 1
        aspects: {raw: _raw}
        sites:
          a:
            metrics:
              temperature: {type: number}
              raw:temperature: {type: number}
              pressure: {type: number, aspect: raw}
              at 07::20: {type: number}
              raw:a::b/c:d: {type: number}
    """)
    assert list(ns.topics()) == [
        "a/temperature", "a/_raw/temperature", "a/_raw/pressure", "a/_raw/a:b/c:d", "a/at 07:20",
    ]  # fmt: skip
    aspects = {node.topic: node.endpoint.aspect for node in ns.endpoints() if node.endpoint}
    assert aspects == {
        "a/temperature": None, "a/_raw/temperature": "raw", "a/_raw/pressure": "raw",
        "a/_raw/a:b/c:d": "raw", "a/at 07:20": None,
    }  # fmt: skip


def test_filters_to_subscribe_to(plant: uns.Namespace) -> None:
    assert list(plant.filters("Filler", endpoint="speed")) == ["acme/lyon/+/+/speed"]
    assert list(plant.filters("Filler", endpoint="mes:energy/day")) == [
        "acme/lyon/+/+/_mes/energy/day"
    ]
    assert list(plant.filters(equipment_level="site")) == ["acme/lyon/#"]
    with pytest.raises(ValueError, match="no class"):
        plant.filters("Filer")


# --- many topics --------------------------------------------------------------------------------------


def test_open_sets(plant: uns.Namespace) -> None:
    for filter_ in (None, "#", "+/+/+/+/speed", "acme/lyon/line1/+/speed"):
        with pytest.raises(uns.UnboundedTopics, match="open='skip'") as caught:
            plant.count(filter_)
        assert caught.value.template == "acme/lyon/line[1..3]/{serial}"
        with pytest.raises(uns.UnboundedTopics, match="open='skip'") as caught:
            list(plant.topics(filter_))
        assert caught.value.template == "acme/lyon/line1/{serial}"
    assert plant.count("acme/lyon/line1/filler/#") == 12
    assert plant.count("acme/lyon/line1/AB12/#") == 12
    assert list(plant.topics("acme/+/+/AB12/speed")) == [
        f"acme/lyon/line{n}/AB12/speed" for n in (1, 2, 3)
    ]
    assert plant.count("acme/lyon/line1/+/speed", open="skip") == 1
    assert plant.count("acme/lyon/+/ab12/speed") == 0
    assert plant.count("+/+/heat") == 1
    assert [str(t) for t in plant.templates("#") if "{" in str(t)][:1] == [
        "acme/lyon/line[1..3]/{serial}/state"
    ]


def test_no_filter_and_bad_filters(plant: uns.Namespace) -> None:
    for ask in (plant.count, plant.topics, plant.templates, plant.endpoints):
        with pytest.raises(InvalidTopicFilter):
            ask("acme/#/x")
        with pytest.raises(InvalidTopicFilter):
            ask("")


def test_topics_that_start_with_a_dollar() -> None:
    ns = uns.loads("uns: 1\nsites: {$SYS: {payload: info/1}, a: {payload: info/1}}")
    assert list(ns.topics()) == ["$SYS", "a"]
    assert ns.count() == 2
    assert list(ns.topics("#")) == ["a"] == list(ns.topics("+"))
    assert ns.count("#") == ns.count("+") == 1
    assert list(ns.topics("$SYS/#")) == ["$SYS"]
    assert [str(t) for t in ns.templates("+")] == ["a"]


def test_order_of_declaration() -> None:
    ns = uns.loads("""
        uns: 1
        sites:
          z: {lines: {b: {payload: info/1}, "n[9..11]": {payload: info/1}}, metrics: {y: {type: number}, x: {type: number}}}
          a: {payload: info/1}
    """)
    assert list(ns.topics()) == ["z/y", "z/x", "z/b", "z/n9", "z/n10", "z/n11", "a"]


# --- cost follows the model, not the topics -----------------------------------------------------------


@pytest.fixture(scope="module")
def fleet() -> uns.Namespace:
    return uns.loads("""
        uns: 1
        classes:
          Vehicle: {metrics: {speed: {type: number}, heading: {type: number}, load: {type: number},
                              battery: {type: number}, error: {type: integer}}}
        sites: {depot: {work_cells: {"vehicle[1..10000000]": {class: Vehicle}}}}
        topic: {containment: free}
    """)


def test_ten_million_vehicles(fleet: uns.Namespace) -> None:
    before = len(places())
    assert fleet.count() == 50_000_000
    assert fleet.count("+/+/speed") == 10_000_000
    assert fleet.count("depot/vehicle77/#") == 5
    assert fleet.count("depot/#") == 50_000_000
    assert fleet.count("depot/vehicle0/#") == fleet.count("depot/vehicle10000001/#") == 0
    assert fleet.resolve("depot/vehicle77/speed").values == {0: "77"}
    assert list(itertools.islice(fleet.topics(), 3)) == [
        "depot/vehicle1/speed", "depot/vehicle1/heading", "depot/vehicle1/load",
    ]  # fmt: skip
    assert list(itertools.islice(fleet.topics("+/+/error"), 1)) == ["depot/vehicle1/error"]
    assert [str(t) for t in fleet.templates("+/+/error")] == ["depot/vehicle[1..10000000]/error"]
    assert sum(1 for _ in fleet.walk(expand=False)) == 7
    assert len(places()) == before
    assert next(itertools.islice(fleet.find("Vehicle"), 41, None)).name == "vehicle42"
    assert list(fleet.filters("Vehicle", endpoint="speed")) == ["depot/+/speed"]


def places() -> list[Place]:
    return [found for found in gc.get_objects() if type(found) is Place]


def test_nodes_of_a_class_share_what_they_have() -> None:
    ns = uns.loads(
        "uns: 1\nclasses: {A: {metrics: {x: {type: number}, y: {type: number}}}}\nsites:\n"
        + "".join(f"  s{n}: {{class: A, label: L}}\n" for n in range(500))
    )
    nodes = list(ns.roots)
    assert len({id(node._members) for node in nodes}) == 1
    assert len({id(ns[f"s{n}/x"].endpoint) for n in range(500)}) == 1
    contracts = {id(node.contract) for node in ns.endpoints()}
    assert len(contracts) == 1


@pytest.mark.slow
def test_a_flood_of_unknown_names_is_not_remembered(fleet: uns.Namespace) -> None:
    for number in range(KNOWN_TOPICS):
        fleet.resolve(f"depot/none{number}")
        fleet.resolve(f"depot/vehicle{number + 1}/speed")
    assert len(fleet._unknown) <= UNKNOWN_TOPICS
    assert len(fleet._known) <= KNOWN_TOPICS
    fleet.resolve("depot/" + "x" * 5_000)
    assert max(map(len, fleet._unknown)) < 5_000


def test_unknown_names_do_not_push_out_the_known_ones() -> None:
    ns = uns.loads("uns: 1\nsites: {a: {payload: info/1}}")
    known = ns.resolve("a")
    for number in range(3 * UNKNOWN_TOPICS):
        ns.resolve(f"b{number}")
    assert ns.resolve("a") is known


def test_memory_holds_plain_text() -> None:
    class Name(str):
        pass

    ns = uns.loads("uns: 1\nsites: {a: {payload: info/1}}")
    assert ns.resolve(Name("a")).outcome is Outcome.ENDPOINT
    assert ns.resolve(uns.Topic("b")).outcome is Outcome.NO_MATCH
    assert {type(key) for key in (*ns._known, *ns._unknown)} == {str}


def test_many_threads_get_the_same_answers(plant: uns.Namespace) -> None:
    ns = uns.loads(PLANT)
    wanted = [
        *(
            f"acme/lyon/line{n}/filler/{leaf}"
            for n in range(6)
            for leaf in ("speed", "state", "no")
        ),
        *(f"acme/lyon/line1/AB{n:02d}/speed" for n in range(50)),
        *(f"acme/lyon/legacy/{n}" for n in range(50)),
        *(f"acme/zebra{n}" for n in range(50)),
    ]
    expected = {
        topic: (plant.resolve(topic).outcome, plant.resolve(topic).matched) for topic in wanted
    }
    wrong: list[str] = []

    def ask(seed: int) -> None:
        rng = random.Random(seed)
        for _ in range(2_000):
            topic = rng.choice(wanted)
            found = ns.resolve(topic)
            if (found.outcome, found.matched) != expected[topic]:
                wrong.append(topic)
            if found and found.node is not None and found.node.topic != topic:
                wrong.append(topic)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# --- laws ---------------------------------------------------------------------------------------------


@given(namespaces())
def test_listed_topics_are_the_endpoints(ns: uns.Namespace) -> None:
    listed = list(ns.topics(open="skip"))
    assert len(listed) == len(set(listed))
    for topic in listed:
        assert ns.resolve(topic).outcome is Outcome.ENDPOINT
        assert ns[topic].topic == topic
    walked = [node for node in ns.walk() if not node.is_template]
    assert [node.topic for node in walked if node.endpoint is not None] == listed
    for node in walked:
        if "/".join(node.levels):  # The level without a character is a position, and no topic.
            assert ns[node.topic] == node


@given(namespaces(), st.lists(topics(), min_size=1, max_size=30))
def test_what_resolves_is_listed(ns: uns.Namespace, probes: list[str]) -> None:
    listed = set(ns.topics(open="skip"))
    for probe in probes:
        found = ns.resolve(probe)
        if found.outcome is Outcome.ENDPOINT and found.node is not None:
            below_open_set = any(segment.count is None for segment in ns_segments(found.node))
            assert probe in listed or below_open_set
            assert list(ns.topics(probe)) == [probe]
            assert ns.count(probe) == 1
        else:
            assert probe not in listed
            if probe:
                assert list(ns.topics(probe)) == []
        assert probe.startswith(found.matched)


def ns_segments(node: Node) -> list[uns.Segment]:
    return [place.segment for place in node._places]


@given(namespaces())
def test_nodes_know_their_place(ns: uns.Namespace) -> None:
    for node in ns.walk(expand=False):
        parent = node.parent
        assert parent is not None
        assert node in list(parent.members(expand=False))
        assert node.levels[:-1] == parent.levels
        assert (node.count is None) is any(s.count is None for s in ns_segments(node))
        assert repr(node) == f"<Node {node.kind} {'/'.join(node.levels)!r}>"
        equipment = node.equipment
        if node.kind is PlaceKind.EQUIPMENT:
            assert equipment == node
            assert node.equipment_level is not None
            assert node.location[node.equipment_level.name] == node.name


def test_a_range_in_two_halves_gives_the_same_topics() -> None:
    model = "uns: 1\nlines: {%s}\n"
    said = "{metrics: {speed: {type: number}}, cells: {'c[1..2]': {payload: info/1}}}"
    whole = uns.loads(model % f"'line[1..4]': {said}")
    halves = uns.loads(model % f"'line[1..2]': {said}, 'line[3..4]': {said}")
    assert list(whole.topics()) == list(halves.topics())
    assert whole.count("+/c2") == halves.count("+/c2") == 4


def test_where_the_model_says_things_outside_its_tree():
    ns = uns.loads("uns: 1\nkafka: {split: 2}\nclients:\n  a: {publish: [x/y]}\nsites: {x: {}}")
    asked: list[tuple[str | int, ...]] = [("kafka",), ("clients", "a", "publish", 0), ("lint",)]
    values, keys = [ns.locate(*path) for path in asked], [ns.locate(*p, key=True) for p in asked]
    assert [span and str(span) for span in values] == ["<text>:2:8", "<text>:4:17", None]
    assert [span and str(span) for span in keys] == ["<text>:2:1", "<text>:4:17", None]


def test_which_files_are_libraries_of_payloads():
    files = {
        "plant.yaml": "uns: 1\ninclude: [std, doors.yaml, part.yaml]",
        "doors.yaml": "uns: 1\nlibrary: doors\npayloads: {door/1: {fields: {at: {type: datetime}}}}",
        "part.yaml": "uns: 1\nsites: {lyon: {topics: {door: {payload: door/1}}}}",
    }
    ns = uns.load("plant.yaml", read=lambda path: files[path].encode())
    assert [source.name for source in ns.sources if source.name in ns.libraries] == ["doors.yaml"]


def test_one_of_a_family_knows_its_family_and_its_segment() -> None:
    ns = uns.loads(
        "uns: 1\nsites: {lyon: {lines: {'line[1..3]': {metrics: {speed: {type: number}}}}}}"
    )
    node = ns["lyon/line2/speed"]
    assert node.declared.template.text == "lyon/line[1..3]/speed"
    assert node.declared.declared == node.declared
    assert node.segment.text == "speed"
    assert ns["lyon/line2"].segment.text == "line2"
    assert ns["lyon/line2"].declared.segment.text == "line[1..3]"
    assert ns["lyon"].declared == ns["lyon"]
    assert ns.root.segment.text == ""
