"""JSON Schema files of a model: which there are, how they are called, what they leave unsaid."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given

import uns
from tests.payloads.strategies import contracts
from uns.generators.json_schema import INDEX, VIEWS, file_name, generate
from uns.payloads import PayloadContract, PayloadType, ValueType, example, json_schema

EXAMPLES = Path(__file__).parent.parent.parent / "examples"

MODEL = """
uns: 1
payloads:
  plan/1: {fields: {at: {type: datetime}, steps: {type: array, items: {type: object, fields: {unit: {type: ucum}}}}}}
  unused/2: {fields: {a: {type: string}}}
sites:
  lyon:
    metrics:
      power: {type: number, unit: kW}
      heat: {type: number, unit: kW}
      running: {type: boolean}
    topics: {plan: {payload: plan/1, kind: command}}
    lines: {"line[1..3]": {metrics: {power: {type: number, unit: kW}}}}
"""


def test_every_payload_and_every_metric_it_wraps_once_for_each_view() -> None:
    made = generate(uns.loads(MODEL))
    stems = {name.rsplit(".", 3)[0] for name in made.files if name != INDEX}
    number, boolean = ValueType("number", unit="kW"), ValueType("boolean")
    vtq = PayloadType("vtq/1")
    wrapped = {
        file_name(PayloadContract(vtq, metric), "producer").rsplit(".", 3)[0]
        for metric in (number, boolean)
    }
    assert stems == {"plan.1", "unused.2", "vtq.1", *wrapped}
    assert len(made.files) == 2 * len(stems) + 1


def test_what_only_a_library_declares_is_written_when_it_is_asked_for() -> None:
    ns = uns.loads("uns: 1\ninclude: [std]\nsites: {lyon: {metrics: {power: {type: number}}}}")
    own, every = generate(ns).files, generate(ns, "all").files
    assert {name.split(".")[0] for name in own} == {"index", "vtq"}
    assert {"info.1.consumer.schema.json", *own} < set(every)


def test_topics_lead_to_their_files() -> None:
    made = generate(uns.loads(MODEL))
    rows = {row["topic"]: row for row in json.loads(made.files[INDEX])}
    assert list(rows) == ["lyon/power", "lyon/heat", "lyon/running", "lyon/plan", "lyon/line[1..3]/power"]  # fmt: skip
    assert rows["lyon/line[1..3]/power"]["filter"] == "lyon/+/power"
    assert rows["lyon/power"]["producer"] == rows["lyon/heat"]["producer"]
    for row in rows.values():
        for view in VIEWS:
            assert json.loads(made.files[row[view]])["title"] == row["payload"]


def test_a_file_is_the_schema_of_its_view() -> None:
    ns = uns.loads(MODEL)
    files = generate(ns).files
    contract = ns["lyon/power"].contract
    assert contract is not None
    for view in VIEWS:
        assert json.loads(files[file_name(contract, view)]) == json_schema(contract, view)


def test_a_name_does_not_depend_on_the_rest_of_the_model() -> None:
    alone = uns.loads("uns: 1\nsites: {oslo: {metrics: {x: {type: number, unit: kW}}}}")
    assert set(generate(alone).files) <= set(generate(uns.loads(MODEL)).files)


@given(contracts)
def test_different_metrics_have_different_files(contract: PayloadContract) -> None:
    types = {field.value for field in contract.body.fields}
    names = {file_name(PayloadContract(PayloadType("v/1"), type_), "producer") for type_ in types}
    assert len(names) == len(types)


def test_what_is_lost() -> None:
    reason = "JSON Schema only notes the format {}; most validators accept any text"
    assert [loss.message for loss in generate(uns.loads(MODEL)).losses] == [
        f"plan/1 $.at: {reason.format('date-time')}",
        f"plan/1 $.steps[*].unit: {reason.format('ucum')}",
        f"vtq/1 $.unit: {reason.format('ucum')}",
    ]


def test_a_model_without_topics_has_no_index() -> None:
    assert INDEX not in generate(uns.loads("uns: 1\ninclude: [std]\n")).files


@pytest.mark.parametrize("name", ["bottling/bottling", "pharma/pharma", "everything/everything"])
def test_the_files_of_an_example_are_schemas_and_take_its_messages(name: str) -> None:
    ns = uns.load(EXAMPLES / f"{name}.uns.yaml")
    files = generate(ns).files
    for contract in {node.contract for node in ns.endpoints()}:
        assert contract is not None
        for view in VIEWS:
            schema = json.loads(files[file_name(contract, view)])
            jsonschema_rs.meta.validate(schema)
            if contract.payload.encoding != "binary":
                jsonschema_rs.validate(schema, example(contract))


def test_bytes_and_their_number_are_not_checked_by_a_schema() -> None:
    text = """
    uns: 1
    payloads:
      image/1: {encoding: binary}
      name/1: {value: string, max_bytes: 9}
      mode/1: {encoding: text, value: string}
    sites: {lyon: {topics: {image: {payload: image/1}, name: {payload: name/1}, mode: {payload: mode/1}}}}
    """
    losses = generate(uns.loads(text)).losses
    assert [(loss.code, loss.path) for loss in losses] == [
        ("X102", "image/1"),
        ("X102", "name/1"),
        ("X102", "mode/1"),
    ]
