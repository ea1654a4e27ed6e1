"""The standard library, and every contract of the examples: what passes, what does not, what is stored."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest

import uns
from tests.accepting import Stored
from tests.test_examples import MODELS
from uns.generators import generate
from uns.generators.json_schema import VIEWS, file_name
from uns.model.field_rows import message_rows
from uns.payloads import (
    InvalidPayload,
    NoExample,
    PayloadContract,
    ValueType,
    example,
    json_schema,
    refused_example,
    validate,
    write,
)
from uns.units import is_unit

STORED = Path(__file__).parent.parent.parent / "schemas" / "std"
LIBRARY = uns.loads("uns: 1\ninclude: [std]\n").payloads
CONTRACTS = [PayloadContract(payload) for payload in LIBRARY.values()]

by_name = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)

NAMES = [
    "vtq/1", "bare/1", "text/1", "unknown/1", "umh/1", "info/1", "kpi/1", "energy/1", "oee/1", "job-order/1", "job-response/1",
    "material-lot/1", "batch-state/1", "packml-state/1", "counts/1", "alarm/1",
]  # fmt: skip

#: Fields that other systems count on, required ones first.
FIELDS = {
    "vtq/1": "timestamp_ms value quality? unit? seq?",
    "bare/1": "$",
    "text/1": "$",
    "unknown/1": "$",
    "umh/1": "timestamp_ms value",
    "info/1": "timestamp_ms level id path model_id model_version label? description? classes? asset_id? properties?",
    "kpi/1": "timestamp_ms kpi value unit period_start_ms period_end_ms target? source?",
    "energy/1": "timestamp_ms carrier counter power? volume? meter_id? co2e?",
    "oee/1": "timestamp_ms period_start_ms period_end_ms apt pbt pri pq gq availability effectiveness quality_ratio oee adet? adot? aust? job_order_id?",
    "job-order/1": "timestamp_ms job_order_id work_master_id? work_type? start_time? end_time? priority? command? dispatch_status parameters? material_requirements?",
    "job-response/1": "timestamp_ms job_order_id job_response_id? job_state start_time? end_time? material_actuals?",
    "material-lot/1": "timestamp_ms lot_id material_definition_id status? disposition? quantity unit storage_location?",
    "batch-state/1": "timestamp_ms batch_id recipe_id? unit_procedure? operation? phase? state mode?",
    "packml-state/1": "timestamp_ms state state_code? state_since_ms? mode? mode_code? blocked? starved? mach_speed? stop_reason? job_order_id?",
    "counts/1": "timestamp_ms consumed? processed defective reset_ms?",
    "alarm/1": "timestamp_ms alarm_id active severity acknowledged? text?",
}

#: ISA-TR88.00.02, in the order of its numbers 0 to 17.
PACKML_STATES = [
    "Undefined",
    "Clearing",
    "Stopped",
    "Starting",
    "Idle",
    "Suspended",
    "Execute",
    "Stopping",
    "Aborting",
    "Aborted",
    "Holding",
    "Held",
    "Unholding",
    "Suspending",
    "Unsuspending",
    "Resetting",
    "Completing",
    "Complete",
]


# --- what it holds -----------------------------------------------------------------------------------


def test_the_library_holds() -> None:
    assert list(LIBRARY) == NAMES == list(FIELDS)


@by_name
def test_a_published_payload_never_changes(contract: PayloadContract) -> None:
    rows = message_rows(contract.payload.body)
    fields = [f"{row.path}{'' if row.required else '?'}" for row in rows if "." not in row.path]
    assert " ".join(fields) == FIELDS[contract.name]


def test_machine_states_are_those_of_packml() -> None:
    state = next(f for f in LIBRARY["packml-state/1"].fields if f.name == "state")
    assert list(state.value.values) == PACKML_STATES
    code = next(f for f in LIBRARY["packml-state/1"].fields if f.name == "state_code")
    assert (code.value.minimum, code.value.maximum) == (0, len(PACKML_STATES) - 1)


def test_a_ratio_is_no_percentage_and_effectiveness_may_exceed_one() -> None:
    ratios = {
        f.name: (f.value.unit, f.value.maximum)
        for f in LIBRARY["oee/1"].fields
        if f.name in {"availability", "effectiveness", "quality_ratio", "oee"}
    }
    assert ratios.pop("quality_ratio") == ("1", 1)
    assert set(ratios.values()) == {("1", None)}


@by_name
def test_every_payload_says_what_it_is(contract: PayloadContract) -> None:
    assert contract.payload.description
    assert all(field.description for field in contract.payload.fields)


@by_name
def test_every_unit_is_a_ucum_code(contract: PayloadContract) -> None:
    pending = [contract.body]
    while pending:
        value: ValueType = pending.pop()
        assert value.unit is None or is_unit(value.unit)
        pending += [field.value for field in value.fields]
        if value.items is not None:
            pending.append(value.items)


# --- what passes, and what does not --------------------------------------------------------------------


@by_name
def test_its_own_examples_pass(contract: PayloadContract) -> None:
    assert contract.payload.examples or contract.payload.is_unknown
    for text in contract.payload.examples:
        for view in VIEWS:
            assert validate(contract, write(contract, json.loads(text)), view) == json.loads(text)
            assert jsonschema_rs.is_valid(json_schema(contract, view), json.loads(text))
    if contract.payload.examples:
        assert example(contract) == json.loads(contract.payload.examples[0])


#: Contracts that refuse no value which can be written.
REFUSE_NOTHING = {"text/1", "unknown/1"}


@by_name
def test_its_refused_example_is_refused_by_everybody(contract: PayloadContract) -> None:
    if contract.name in REFUSE_NOTHING:
        with pytest.raises(NoExample):
            refused_example(contract)
        return
    refused = refused_example(contract)
    for view in VIEWS:
        with pytest.raises(InvalidPayload) as caught:
            validate(contract, json.dumps(refused.message), view)
        assert str(caught.value.faults[0]) == refused.reason
        assert not jsonschema_rs.is_valid(json_schema(contract, view), refused.message)


def contracts_of(path: Path) -> list[PayloadContract]:
    """Every contract of a model: those of its topics, and payloads that no topic carries yet."""
    ns = uns.load(path)
    used = [node.contract for node in ns.endpoints() if node.contract is not None]
    return list(dict.fromkeys([*used, *map(PayloadContract, ns.payloads.values())]))


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_contract_of_an_example_has_a_message_that_passes_and_one_that_does_not(
    path: Path,
) -> None:
    for contract in contracts_of(path):
        if contract.payload.encoding == "binary":
            with pytest.raises(NoExample):
                example(contract)
            continue
        text = write(contract, example(contract))
        for view in VIEWS:
            assert validate(contract, text, view) == example(contract)
        if contract.name in REFUSE_NOTHING:
            continue
        refused = refused_example(contract)
        with pytest.raises(InvalidPayload) as caught:
            validate(contract, write(contract, refused.message), "producer")
        assert str(caught.value.faults[0]) == refused.reason


# --- what is stored ------------------------------------------------------------------------------------


def test_the_stored_schemas_are_current(stored: Stored) -> None:
    """Rewrite them with: uns export json-schema -m schemas/std/std.uns.yaml -o schemas/std --option payloads=all."""
    files = generate(uns.load(STORED / "std.uns.yaml"), "json-schema", payloads="all").files
    assert set(files) == {file_name(c, view) for c in CONTRACTS for view in VIEWS}
    stored.folder(STORED, {**files, "std.uns.yaml": (STORED / "std.uns.yaml").read_bytes()})


@by_name
@pytest.mark.parametrize("view", VIEWS)
def test_a_stored_schema_is_one(contract: PayloadContract, view: str) -> None:
    schema = json.loads((STORED / file_name(contract, view)).read_bytes())  # type: ignore[arg-type]
    jsonschema_rs.meta.validate(schema)
    is_object = contract.body.type == "object"
    assert ("additionalProperties" in schema) is (is_object and view == "producer")
