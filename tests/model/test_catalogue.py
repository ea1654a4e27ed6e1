"""The catalogue says what the namespace says: held against it topic by topic, and on tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

import uns
from tests.models import namespaces
from uns.model.catalogue import Catalogue, contract_key
from uns.payloads import validate

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
MODELS = sorted(EXAMPLES.glob("*/*.uns.yaml"))
MODELS = [path for path in MODELS if "payloads" not in path.name and "hall" not in path.name]

MODEL = """
uns: 1
model: {id: plant, version: "1.0.0", owner: all@example.com}
payloads:
  order/1:
    description: What to make
    fields:
      id: {type: string, max_length: 8, description: Which}
      parts?: {type: array, items: {type: object, fields: {weight: {type: number, unit: kg, min: 0}}}}
      speed?: {type: number, default: 0.5}
aspects: {mes: _mes}
classes:
  Machine: {abstract: true, metrics: {power: {type: number, unit: kW, min: 0, max: 500}}, owner: tech@example.com}
  Filler:
    extends: Machine
    level: work_cell
    label: Filler
    properties: {valves: {type: integer}}
    metrics: {level: {type: number, unit: mL}}
    required: [power]
sites:
  lyon:
    label: Lyon
    lines:
      line[1..3]:
        topics: {mes:order: {payload: order/1, kind: command, label: Order}}
        cells:
          "{serial}":
            pattern: "[A-Z]{2}[0-9]{2}"
            class: Filler
          spare: {class: Filler, metrics: {power: {max: 100}}, deprecated: {since: "1.0.0", replaced_by: lyon/x}}
clients:
  gateway: {publish: ["lyon/line2/#"], subscribe: ["lyon/+/_mes/order"]}
  historian: {subscribe: ["$share/h/#"]}
  nobody: {subscribe: ["lyon/line4/#"]}
"""


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_it_agrees_with_the_namespace(path: Path) -> None:
    ns = uns.load(path)
    topics = list(Catalogue(ns).topics())
    assert [topic.template for topic in topics] == [t.text for t in ns.templates()]
    assert [topic.filter for topic in topics] == [t.filter for t in ns.templates()]
    for topic, node in zip(topics, ns.endpoints(), strict=True):
        assert topic.count == node.count
        assert topic.node.owner == node.owner
        assert topic.example is not None
        found = ns.resolve(topic.example)
        assert found.endpoint is node.endpoint
        assert topic.contract.contract == node.contract
        assert topic.template.startswith("/".join(level.text for level in topic.equipment))
        if topic.kafka.topic is not None:
            address = ns.to_kafka(topic.example)
            assert (topic.kafka.topic, topic.kafka.key) == (address.topic, address.key.decode())


@given(namespaces())
def test_any_model_is_catalogued_in_the_order_of_its_tree(ns: uns.Namespace) -> None:
    topics = list(Catalogue(ns).topics())
    assert [topic.template for topic in topics] == [t.text for t in ns.templates()]
    for topic in topics:
        assert topic.example is None or ns.resolve(topic.example)
    known = [topic.count for topic in topics]
    assert sum(filter(None, known)) == ns.count(open="skip")


def catalogue() -> Catalogue:
    return Catalogue(uns.loads(MODEL, name="plant.uns.yaml"))


def test_one_topic_in_full() -> None:
    topic = next(topic for topic in catalogue().topics() if topic.key == "mes:order")
    assert topic.template == "lyon/line[1..3]/_mes/order"
    assert (topic.filter, topic.example) == ("lyon/+/_mes/order", "lyon/line1/_mes/order")
    assert topic.count == 3
    assert (topic.endpoint.kind, topic.endpoint.retain, topic.endpoint.qos) == ("command", False, 1)
    assert [(level.text, str(level.node.kind)) for level in topic.levels] == [
        ("lyon", "equipment"), ("line[1..3]", "equipment"), ("_mes", "aspect"), ("order", "endpoint"),
    ]  # fmt: skip
    assert topic.levels[1].what == "production_line"
    assert topic.node.label == "Order"
    assert topic.node.owner == "all@example.com"
    assert topic.source == "plant.uns.yaml:26"
    assert topic.endpoint.declared_by == ("node",)
    assert topic.users.publishers == ("gateway",)
    assert topic.users.subscribers == ("gateway", "historian")


def test_open_sets_have_an_example_and_no_count() -> None:
    topic = next(topic for topic in catalogue().topics() if "{serial}" in topic.template)
    assert topic.example == "lyon/line1/AA00/power"
    assert topic.count is None
    assert topic.classes == ("Filler",)


def test_where_it_goes_in_kafka() -> None:
    topics = {topic.template: topic.kafka for topic in catalogue().topics()}
    kafka = topics["lyon/line[1..3]/spare/power"]
    assert (kafka.topic, kafka.pattern, kafka.topics) == ("uns.lyon.line1.spare", "uns.lyon.*.spare", 3)  # fmt: skip
    assert topics["lyon/line[1..3]/{serial}/power"].topics is None
    assert topics["lyon/line[1..3]/_mes/order"].place_levels == 3
    ns = uns.loads(
        "uns: 1\nkafka: {prefix: k}\ntopic: {root: $SYS/x}\nsites: {a: {metrics: {m: {type: number}}}}"
    )
    (topic,) = Catalogue(ns).topics()
    assert topic.kafka.pattern == ns.to_kafka(topic.example or "").topic


def test_what_kafka_cannot_hold_is_refused_with_the_reason() -> None:
    text = f"uns: 1\nsites: {{{'x' * 250}: {{metrics: {{m: {{type: number}}}}}}}}"
    (topic,) = Catalogue(uns.loads(text)).topics()
    assert topic.kafka.topic is None
    assert "its Kafka name has 254 characters; at most 249 are allowed" in (
        topic.kafka.refusal or ""
    )


def test_deprecation_goes_down() -> None:
    topic = next(t for t in catalogue().topics() if t.template == "lyon/line[1..3]/spare/level")
    assert topic.deprecated is not None
    assert topic.deprecated.replaced_by == "lyon/x"


def test_contracts_are_shared_and_shown_field_by_field() -> None:
    found = catalogue()
    contracts = {id(topic.contract) for topic in found.topics()}
    assert contracts == {id(contract) for contract in found.contracts}
    order = next(contract for contract in found.contracts if contract.name == "order/1")
    assert [(row.path, row.type, row.unit, row.limits, row.required, row.default) for row in order.fields] == [
        ("id", "string", None, "at most 8 characters", True, None),
        ("parts", "array of object", None, "", False, None),
        ("parts[].weight", "number", "kg", "at least 0", True, None),
        ("speed", "number", None, "", False, 0.5),
    ]  # fmt: skip
    validate(order.contract, order.example, "producer")
    assert order.no_example is None
    assert order.schema()["title"] == "order/1"


def test_a_contract_without_an_example_says_why() -> None:
    text = """
uns: 1
payloads: {a/1: {fields: {x: {type: string, max_length: 2, pattern: "[a-z]{5}"}}}}
sites: {a: {topics: {t: {payload: a/1}}}}
"""
    (contract,) = Catalogue(uns.loads(text)).contracts
    assert contract.example is None
    assert "no message fits a/1" in (contract.no_example or "")


def test_equal_contracts_of_a_model_have_one_key_and_others_another() -> None:
    keys = [contract.key for contract in catalogue().contracts]
    assert len(set(keys)) == len(keys)
    assert all(contract_key(c.contract) == c.key for c in catalogue().contracts)


def test_classes_with_what_they_bring() -> None:
    machine, filler = catalogue().classes
    assert (machine.declared.name, machine.declared.abstract, machine.descendants) == (
        "Machine",
        True,
        ("Filler",),
    )
    assert [topic.endpoint.key for topic in machine.topics] == ["power"]
    assert machine.topics[0].contract.metric is not None
    assert machine.topics[0].contract.metric.maximum == 500  # the class's, not the spare's
    assert filler.declared.notes.label == "Filler"
    assert (filler.declared.ancestors, filler.declared.required) == (("Machine",), ("power",))
    assert sorted(topic.endpoint.key for topic in filler.topics) == ["level", "power"]
    assert (filler.templates, filler.nodes) == (2, None)
    assert filler.source == "plant.uns.yaml:14"


def test_what_a_node_narrows_is_not_its_classes() -> None:
    text = """
    uns: 1
    classes:
      Kettle: {abstract: true, level: work_cell, metrics: {temperature: {type: number, max: 105}, speed: {min: 0}}}
      Agitated: {extends: Kettle, metrics: {speed: {type: number}}}
      Unused: {extends: Kettle, metrics: {speed: {type: integer}}}
    sites:
      lyon:
        lines:
          brewhouse:
            cells:
              kettle4: {class: Agitated, metrics: {temperature: {max: 100}}}
    """
    kettle, agitated, unused = Catalogue(uns.loads(text)).classes
    for entry in (kettle, agitated, unused):
        metrics = {topic.endpoint.key: topic.contract.metric for topic in entry.topics}
        assert metrics["temperature"] is not None
        assert metrics["temperature"].maximum == 105
    # An abstract class may leave a type to those that extend it.
    assert [topic.endpoint.key for topic in kettle.topics] == ["temperature", "speed"]
    assert (unused.templates, len(unused.topics)) == (0, 2)


def test_the_parts_of_a_class() -> None:
    text = """
    uns: 1
    classes:
      Pump: {metrics: {flow: {type: number}}}
      Frame: {children: {control_modules: {door: {metrics: {shut: {type: boolean}}}}}}
      Kettle:
        level: work_cell
        children:
          equipment_modules:
            pump[1..2]: {class: Pump, label: Pump, metrics: {wear: {type: number}}}
            frame:
              class: Frame
            hood:
              control_modules:
                light: {metrics: {on: {type: boolean}}}
    """
    kettle = Catalogue(uns.loads(text)).classes[-1]
    assert [
        (
            part.path,
            part.level.name,
            part.classes,
            part.count,
            [t.endpoint.key for t in part.topics],
        )
        for part in kettle.parts
    ] == [
        ("pump[1..2]", "equipment_module", ("Pump",), 2, ["wear"]),
        ("frame", "equipment_module", ("Frame",), 1, []),
        ("hood", "equipment_module", (), 1, []),
        ("hood/light", "control_module", (), 1, ["on"]),
    ]
    assert kettle.parts[0].label == "Pump"


def test_clients_with_what_they_reach() -> None:
    gateway, historian, nobody = catalogue().clients
    assert (gateway.publish, gateway.subscribe) == (("lyon/line2/#",), ("lyon/+/_mes/order",))
    assert historian.subscribe == ("$share/h/#",)
    topics = {topic.template: topic for topic in catalogue().topics()}
    assert all(gateway.name in topic.users.publishers for topic in topics.values())
    reads = {
        client.name: [name for name in topics if client.name in topics[name].users.subscribers]
        for client in (gateway, historian, nobody)
    }
    assert reads[gateway.name] == ["lyon/line[1..3]/_mes/order"]
    assert reads[historian.name] == list(topics)
    assert len(topics) == 5
    assert reads[nobody.name] == []


@pytest.mark.parametrize(
    ("pattern", "example"),
    [
        (".*", "s"),  # the simplest is empty: its name is better
        ("[0-9]*", ""),  # nothing better than empty
        ("[+]", None),  # what it takes is no topic level
        (r"\$[a-z]", None),  # no wildcard of the first level takes that
        ("[a-c]", "a"),
    ],
)
def test_an_example_of_an_open_set(pattern: str, example: str | None) -> None:
    text = f"uns: 1\nsites: {{'{{s}}': {{pattern: '{pattern}', metrics: {{m: {{type: number}}}}}}}}"
    (topic,) = Catalogue(uns.loads(text)).topics()
    assert topic.example == (None if example is None else f"{example}/m")
    assert (topic.kafka.refusal is None) == (example is not None)
