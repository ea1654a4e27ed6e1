"""What ``to_dict`` says: what topics.json says, of everything or of one node, for the caller to keep."""

from __future__ import annotations

import gc
import json
import pickle
import weakref
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given

import uns
from tests.generators import hostile
from tests.models import namespaces
from uns.generators import generate
from uns.generators.topics_json import FILE

ROOT = Path(__file__).parents[2]
MODELS = sorted(ROOT.glob("examples/*/*.uns.yaml"))
MODELS = [path for path in MODELS if "payloads" not in path.name and "hall" not in path.name]
SCHEMA = json.loads((ROOT / "schemas" / "topics.schema.json").read_text(encoding="utf-8"))

PLANT = """
uns: 1
include: [std]
model: {id: acme, x-plan: {floors: [1, 2]}}
brokers: {plant: {holds: lyon/#, upstream: hq}, hq: {}}
classes: {Filler: {level: production_line, metrics: {speed: {type: number, unit: m/s}}}}
sites:
  lyon:
    lines:
      line[1..3]: {class: Filler, label: Filling line, x-asset: {tags: [a, b]}, topics: {order: {payload: job-order/1, kind: command}}}
      "{spare}": {class: Filler, pattern: "spare[0-9]+"}
      old: {open: true}
  oslo: {lines: {hall: {open: true, work_cells: {robot: {metrics: {power: {type: number, unit: kW}}}}}}}
clients:
  two: {broker: plant, publish: lyon/line2/#}
  all: {broker: hq, subscribe: "#"}
  stream: {via: kafka, subscribe: lyon/+/speed}
"""


@pytest.fixture(scope="module")
def plant() -> uns.Namespace:
    return uns.loads(PLANT)


def in_file(ns: uns.Namespace) -> Any:
    return json.loads(generate(ns, "topics-json").files[FILE])


def templates(said: dict[str, Any]) -> list[str]:
    return [topic["template"] for topic in said["topics"]]


# --- laws ------------------------------------------------------------------------------------------


def check_namespace(ns: uns.Namespace) -> None:
    """What the namespace says is what the file says, in this order, and is JSON."""
    said, file = ns.to_dict(), in_file(ns)
    assert said == file
    assert list(said) == list(file)
    assert json.loads(json.dumps(said)) == said


def check_declared_nodes(ns: uns.Namespace) -> None:
    """A node says the entries of the file for itself and for what is below it."""
    file = in_file(ns)
    for node in (ns.root, *ns.walk(expand=False)):
        said = node.to_dict()
        depth, levels = len(node.levels), [place.segment.text for place in node.places]
        assert [level["text"] for level in said["levels"]] == levels
        topics = [
            topic
            for topic in file["topics"]
            if [level["text"] for level in topic["levels"][:depth]] == levels
        ]
        assert said["topics"] == topics
        assert all(topic["levels"][:depth] == said["levels"] for topic in topics)
        carried = dict.fromkeys(topic["contract"] for topic in topics)
        assert [contract["key"] for contract in said["contracts"]] == list(carried)
        assert all(contract in file["contracts"] for contract in said["contracts"])
        here = node.template.text
        assert said["open_nodes"] == [
            entry
            for entry in file["open_nodes"]
            if not levels
            or f"{entry['template']}/".startswith(f"{here}/")
            or f"{here}/".startswith(f"{entry['template']}/")
        ]


def check_members(ns: uns.Namespace) -> None:
    """A member of a family says what is true of its own topics."""
    for node in ns.endpoints():
        example = next(iter(ns.topics(node.template.filter, open="skip")), None)
        if example is None or ns[example].declared != node:
            continue
        said = ns[example].to_dict()
        topic = next(entry for entry in said["topics"] if entry["template"] == example)
        assert (topic["filter"], topic["count"], topic["example"]) == (example, 1, example)
        kafka = topic["kafka"]
        if "refusal" in kafka:
            with pytest.raises(uns.Untranslatable):
                ns.to_kafka(example)
        else:
            address = ns.to_kafka(example)
            assert (kafka["topic"], kafka["key"]) == (address.topic, address.key.decode())


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_the_examples_say_what_their_files_say(path: Path) -> None:
    ns = uns.load(path)
    check_namespace(ns)
    check_declared_nodes(ns)
    check_members(ns)


@given(namespaces())
def test_small_models_say_what_their_files_say(ns: uns.Namespace) -> None:
    check_namespace(ns)
    check_declared_nodes(ns)
    check_members(ns)


@given(hostile.namespaces())
def test_hostile_names_are_said_as_in_the_file(ns: uns.Namespace) -> None:
    check_namespace(ns)


def test_it_is_as_the_schema_of_the_file_says(plant: uns.Namespace) -> None:
    check_declared_nodes(plant)
    check_members(plant)
    whole, schema = plant.to_dict(), jsonschema_rs.validator_for(SCHEMA)
    schema.validate(whole)
    for node in (*plant.walk(expand=False), plant["lyon/line2"]):
        said = node.to_dict()
        del said["levels"]
        schema.validate({**whole, **said})


# --- one node --------------------------------------------------------------------------------------


def test_a_topic_says_who_uses_it_and_where_it_goes(plant: uns.Namespace) -> None:
    (said,) = plant["lyon/line2/speed"].to_dict()["topics"]
    assert (said["publishers"], said["subscribers"]) == (["two"], ["all", "stream"])
    assert (said["homes"], said["brokers"]) == (["plant"], ["plant", "hq"])
    assert said["kafka"]["topic"] == "uns.lyon.line2"


def test_a_member_of_a_family_is_not_used_by_who_uses_another_member(plant: uns.Namespace) -> None:
    (other,) = plant["lyon/line3/speed"].to_dict()["topics"]
    (family,) = plant["lyon/line3/speed"].declared.to_dict()["topics"]
    assert "publishers" not in other
    assert family["publishers"] == ["two"]
    assert (other["template"], family["template"]) == ("lyon/line3/speed", "lyon/line[1..3]/speed")


def test_a_member_of_an_open_set_has_its_own_topics(plant: uns.Namespace) -> None:
    (said,) = plant["lyon/spare7/speed"].to_dict()["topics"]
    assert (said["template"], said["count"]) == ("lyon/spare7/speed", 1)
    assert "patterns" not in said["levels"][1]


@pytest.mark.parametrize(
    ("topic", "found"),
    [
        ("lyon", ["lyon/old"]),
        ("lyon/old", ["lyon/old"]),
        ("lyon/line2", []),
        ("oslo", ["oslo/hall"]),
        ("oslo/hall/robot/power", ["oslo/hall"]),
    ],
    ids=["open below", "open itself", "nothing open", "another site", "inside an open node"],
)
def test_open_nodes_of_a_node(plant: uns.Namespace, topic: str, found: list[str]) -> None:
    said = plant[topic].to_dict()
    assert [entry["template"] for entry in said["open_nodes"]] == found


def test_equipment_without_topics_says_its_levels() -> None:
    said = uns.loads("uns: 1\nsites: {lyon: {label: Lyon}}")["lyon"].to_dict()
    assert said == {
        "levels": [
            {"text": "lyon", "kind": "equipment", "equipment_level": "site", "label": "Lyon"}
        ],
        "topics": [],
        "contracts": [],
        "open_nodes": [],
    }  # fmt: skip


def test_a_family_is_one_entry_whatever_its_size() -> None:
    ns = uns.loads(
        "uns: 1\nsites: {lyon: {lines: {'line[1..900000000]': {metrics: {speed: {type: number}}}}}}"
    )
    for said in (ns.to_dict(), ns.root.to_dict(), ns["lyon"].to_dict()):
        assert [(topic["template"], topic["count"]) for topic in said["topics"]] == [
            ("lyon/line[1..900000000]/speed", 900_000_000)
        ]
    assert templates(ns["lyon/line899999999"].to_dict()) == ["lyon/line899999999/speed"]


# --- whose it is -----------------------------------------------------------------------------------


def spoil(said: Any) -> None:
    """Change every dict and list in it."""
    for inner in list(said.values() if isinstance(said, dict) else said):
        if isinstance(inner, dict | list):
            spoil(inner)
    said.clear()


def test_a_caller_may_change_what_it_got(plant: uns.Namespace) -> None:
    before, of_line, file = plant.to_dict(), plant["lyon/line2"].to_dict(), in_file(plant)
    spoil(plant.to_dict())
    spoil(plant["lyon/line2"].to_dict())
    assert plant.to_dict() == before
    assert plant["lyon/line2"].to_dict() == of_line
    assert in_file(plant) == file
    assert plant["lyon/line2"].extensions == {"x-asset": {"tags": ["a", "b"]}}


def test_a_node_that_went_to_another_process_says_the_same(plant: uns.Namespace) -> None:
    line = plant["lyon/line2"]
    assert pickle.loads(pickle.dumps(line)).to_dict() == line.to_dict()
    sent = pickle.loads(pickle.dumps(plant))
    assert sent["lyon/line2"].to_dict() == line.to_dict()
    assert sent.to_dict() == plant.to_dict()


def test_a_node_says_it_when_the_namespace_is_gone() -> None:
    line = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number}}}}")["lyon"]
    gc.collect()
    assert templates(line.to_dict()) == ["lyon/power"]


def test_a_namespace_that_nobody_uses_is_freed_at_once() -> None:
    ns = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number}}}}")
    held = [each for each in gc.get_objects() if isinstance(each, uns.Namespace)]
    gone = [weakref.ref(each) for each in held if each.model is ns.model]
    assert len(gone) == 2  # itself, and the one that describes its nodes
    gc.disable()
    try:
        del ns, held
        assert [reference() for reference in gone] == [None, None]
    finally:
        gc.enable()


def test_a_namespace_with_a_bound_type_says_the_same(plant: uns.Namespace) -> None:
    bound = plant.bind("vtq/1", dict)
    assert bound.to_dict() == plant.to_dict()
    assert bound["lyon/line2"].to_dict() == plant["lyon/line2"].to_dict()
