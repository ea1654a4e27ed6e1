"""A caller's own types for payloads: instances out, with the contract still held."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pydantic
import pytest

import uns
from tests.payloads.strategies import SPEED, STANDARD
from uns import InvalidPayload
from uns.payloads import FaultKind, binding, bound_validator, example
from uns.payloads.binding import InvalidBinding

PLANT = """
uns: 1
include: [std]
sites:
  lyon:
    lines:
      "line[1..500]":
        metrics: {speed: {type: number, unit: m/s, min: 0, max: 3}, running: {type: boolean}}
        topics: {state: {payload: packml-state/1}}
    areas: {legacy: {open: true}}
"""

STATE = b'{"timestamp_ms": 1767225600000, "state": "Held", "mach_speed": 12.5, "shift": "late"}'


class State(pydantic.BaseModel):
    timestamp_ms: int
    state: str
    mach_speed: float | None = None


class Reading(pydantic.BaseModel):
    timestamp_ms: int
    value: float | bool


@dataclasses.dataclass
class PlainState:
    timestamp_ms: int
    state: str


@pytest.fixture(scope="module")
def plant() -> uns.Namespace:
    return uns.loads(PLANT)


# --- through a namespace -----------------------------------------------------------------------------


def test_binding_gives_a_new_namespace_and_leaves_the_old_one(plant: uns.Namespace) -> None:
    bound = plant.bind("packml-state/1", State)
    assert bound is not plant
    message = bound.validate("lyon/line1/state", STATE)
    assert message.value == State(timestamp_ms=1767225600000, state="Held", mach_speed=12.5)
    assert type(message.value) is State
    assert message.contract is plant["lyon/line1/state"].contract
    assert type(plant.validate("lyon/line1/state", STATE).value) is dict
    assert list(bound.templates()) == list(plant.templates())
    # What is not bound stays as it was.
    assert type(bound.validate("lyon/line1/speed", example(SPEED)).value) is dict


def test_bindings_add_up_and_the_last_one_wins(plant: uns.Namespace) -> None:
    bound = plant.bind("packml-state/1", State).bind("vtq/1", Reading)
    assert type(bound.validate("lyon/line1/state", STATE).value) is State
    assert type(bound.validate("lyon/line7/speed", example(SPEED)).value) is Reading
    again = bound.bind("packml-state/1", PlainState)
    assert type(again.validate("lyon/line1/state", STATE).value) is PlainState
    assert type(bound.validate("lyon/line1/state", STATE).value) is State


def test_a_bound_metric_keeps_the_range_of_each_topic(plant: uns.Namespace) -> None:
    bound = plant.bind("vtq/1", Reading)
    with pytest.raises(InvalidPayload, match=r"\$\.value: expected a number from 0 to 3 m/s"):
        bound.validate("lyon/line1/speed", b'{"timestamp_ms": 1, "value": 5}')
    reading = bound.validate("lyon/line1/running", b'{"timestamp_ms": 1, "value": true}').value
    assert reading.value is True


@pytest.mark.parametrize("view", ["consumer", "producer"])
def test_the_contract_comes_first(plant: uns.Namespace, view: Any) -> None:
    bound = plant.bind("packml-state/1", State)
    with pytest.raises(InvalidPayload) as caught:
        bound.validate("lyon/line1/state", b'{"timestamp_ms": 1, "state": "Melting"}', view)
    assert [fault.kind for fault in caught.value.faults] == [FaultKind.WRONG_VALUE]
    assert (bound.check("lyon/line1/state", STATE, view) == ()) is (view == "consumer")


def test_what_the_model_refuses_is_a_fault_in_its_words(plant: uns.Namespace) -> None:
    class Fast(State):
        mach_speed: float = pydantic.Field(ge=100)

        @pydantic.field_validator("state")
        @classmethod
        def no_hold(cls, state: str) -> str:
            if state == "Held":
                raise ValueError("not on a Sunday")
            return state

    with pytest.raises(InvalidPayload) as caught:
        plant.bind("packml-state/1", Fast).validate("lyon/line1/state", STATE)
    assert [str(fault) for fault in caught.value.faults] == [
        '$.state: Value error, not on a Sunday, found "Held"',
        "$.mach_speed: Input should be greater than or equal to 100, found 12.5",
    ]
    assert {fault.kind for fault in caught.value.faults} == {FaultKind.BOUND_TYPE}


def test_what_is_not_modelled_is_not_bound(plant: uns.Namespace) -> None:
    bound = plant.bind("packml-state/1", State)
    assert bound.validate("lyon/legacy/state", STATE).value is STATE


@pytest.mark.parametrize("payload", [STATE, STATE.decode(), bytearray(STATE)])
def test_every_form_of_a_payload(plant: uns.Namespace, payload: object) -> None:
    bound = plant.bind("packml-state/1", State)
    assert bound.validate("lyon/line1/state", payload).value.state == "Held"
    assert bound.validate("lyon/line1/state", {"timestamp_ms": 1, "state": "Idle"}).value == State(
        timestamp_ms=1, state="Idle"
    )


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        pytest.param(PlainState, PlainState(1767225600000, "Held"), id="dataclass"),
        pytest.param(dict[str, Any], {"timestamp_ms": 1767225600000, "state": "Held", "mach_speed": 12.5, "shift": "late"}, id="dictionary"),
    ],
)  # fmt: skip
def test_any_type_that_pydantic_can_validate(
    plant: uns.Namespace, type_: Any, value: object
) -> None:
    assert plant.bind("packml-state/1", type_).validate("lyon/line1/state", STATE).value == value


def test_a_model_is_compiled_once_for_each_contract(
    plant: uns.Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound = plant.bind("vtq/1", Reading)
    made: list[object] = []
    original = binding.TypeAdapter

    def counted(model: Any) -> Any:
        made.append(model)
        return original(model)

    monkeypatch.setattr(binding, "TypeAdapter", counted)
    for number in range(1, 301):
        bound.validate(f"lyon/line{number}/running", b'{"timestamp_ms": 1, "value": true}')
        bound.check(f"lyon/line{number}/running", b'{"timestamp_ms": 1, "value": true}')
    assert made == [Reading, Reading]  # One for each view.


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("packml-state/2", "no payload 'packml-state/2'; did you mean 'packml-state/1'?"),
        ("x", "no payload 'x'"),
    ],
)  # fmt: skip
def test_a_payload_that_the_model_does_not_have(plant: uns.Namespace, name: str, said: str) -> None:
    with pytest.raises(ValueError, match="no payload") as caught:
        plant.bind(name, State)
    assert str(caught.value) == said


class NoType:
    pass


class Incomplete(pydantic.BaseModel):
    state: Nowhere  # type: ignore[name-defined] # noqa: F821


@pytest.mark.parametrize("model", [NoType, Incomplete, 7, "list[Nowhere]"])
def test_what_cannot_be_bound_is_refused_at_once(plant: uns.Namespace, model: object) -> None:
    with pytest.raises(InvalidBinding, match="cannot be bound to vtq/1") as caught:
        plant.bind("vtq/1", model)
    assert isinstance(caught.value, uns.UNSError)
    assert isinstance(caught.value, TypeError)


# --- the validator itself ----------------------------------------------------------------------------


@pytest.mark.parametrize("contract", STANDARD, ids=lambda contract: contract.name)
def test_a_type_that_takes_everything_changes_nothing(contract: Any) -> None:
    for view in ("consumer", "producer"):
        check = bound_validator(contract, Any, view)  # type: ignore[arg-type]
        assert check(json.dumps(example(contract))) == example(contract)


def test_a_value_is_the_message_as_it_was_sent() -> None:
    """The model reads the text, not what the contract made of it: 1.0 stays what it was."""
    contract = uns.PayloadContract(
        uns.PayloadType("n/1", (uns.payloads.Field("n", uns.ValueType("integer")),))
    )
    check = bound_validator(contract, dict[str, Any])
    assert type(check(b'{"n": 1.0}')["n"]) is float
