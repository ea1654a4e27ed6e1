"""Messages: the outcomes told apart, the two views, foreign contracts, and what is remembered."""

from __future__ import annotations

import copy
import gc
import itertools
import json
import pickle
import random
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from uns import InvalidPayload, InvalidTopic, NotAnEndpoint, Outcome, UnknownTopic
from uns.model import namespace as namespace_room
from uns.model import resolutions as resolutions_room
from uns.model.messages import MESSAGE_FAULTS, Message
from uns.payloads import MissingExtra, PayloadType, example, validators

PLANT = """
uns: 1
include: [std]
classes:
  Filler:
    level: work_cell
    metrics:
      speed: {type: number, unit: 1/h, min: 0, max: 36000}
      zone[1..4]/temperature: {type: number, unit: Cel}
    topics:
      state: {payload: packml-state/1}
      alarm: {payload: alarm/1, kind: event}
sites:
  lyon:
    lines:
      line[1..3]:
        cells:
          filler: {class: Filler}
          "{serial}": {pattern: "[A-Z]{2}[0-9]+", metrics: {speed: {type: number, min: 0}}}
    areas:
      legacy: {open: true, metrics: {power: {type: number, unit: kW}}}
"""

SPEED = "lyon/line2/filler/speed"
STATE = "lyon/line2/filler/state"
ALARM = "lyon/line2/filler/alarm"
GOOD = b'{"timestamp_ms": 1767225600000, "value": 1200}'
WRONG = b'{"timestamp_ms": 1767225600000, "value": -1}'
FURTHER = b'{"timestamp_ms": 1767225600000, "value": 1200, "site": "lyon"}'


@pytest.fixture(scope="module")
def plant() -> uns.Namespace:
    return uns.loads(PLANT)


# --- outcomes ----------------------------------------------------------------------------------------

REFUSED = [
    # topic, payload, the error, the code of the finding, what it says, its help
    pytest.param(
        "lyon/line2/filler/sped",
        GOOD,
        UnknownTopic,
        "V102",
        "the namespace has no topic 'lyon/line2/filler/sped'",
        "did you mean 'lyon/line2/filler/speed'?",
        id="no match, near",
    ),
    pytest.param(
        "oslo", GOOD, UnknownTopic, "V102", "the namespace has no topic 'oslo'", None, id="no match"
    ),
    pytest.param(
        "lyon/+/filler/speed",
        GOOD,
        InvalidTopic,
        "V101",
        "not a topic name: '+' is for topic filters only [MQTT-4.7.0-1]",
        None,
        id="invalid topic",
    ),
    pytest.param(
        "",
        GOOD,
        InvalidTopic,
        "V101",
        "not a topic name: it is empty [MQTT-4.7.3-1]",
        None,
        id="empty topic",
    ),
    pytest.param(
        "lyon/line2/filler",
        GOOD,
        NotAnEndpoint,
        "V103",
        "'lyon/line2/filler' is a position of the namespace, and nothing is published there",
        None,
        id="not an endpoint",
    ),
    pytest.param(
        "lyon/line2/filler/zone2",
        GOOD,
        NotAnEndpoint,
        "V103",
        "'lyon/line2/filler/zone2' is a position of the namespace, and nothing is published there",
        None,
        id="inside a leaf",
    ),
    pytest.param(
        SPEED,
        WRONG,
        InvalidPayload,
        "V201",
        "vtq/1: $.value: expected a number from 0 to 36000 1/h, found -1",
        None,
        id="invalid payload",
    ),
    pytest.param(
        ALARM,
        b"",
        InvalidPayload,
        "V201",
        "alarm/1: $: not JSON: the message is empty; that clears a topic only if the topic is retained",
        None,
        id="empty payload",
    ),
]


@pytest.mark.parametrize(("topic", "payload", "error", "code", "message", "help_"), REFUSED)
def test_what_is_refused_is_told_apart(
    plant: uns.Namespace,
    topic: str,
    payload: bytes,
    error: type[Exception],
    code: str,
    message: str,
    help_: str | None,
) -> None:
    errors = (UnknownTopic, InvalidTopic, NotAnEndpoint, InvalidPayload)
    for _ in range(2):  # A topic seen before gets the same answer.
        with pytest.raises(uns.UNSError) as caught:
            plant.validate(topic, payload)
        assert [type(caught.value) is other for other in errors].count(True) == 1
        assert type(caught.value) is error
        (finding,) = plant.check(topic, payload)
        assert (finding.code, finding.message, finding.help) == (code, message, help_)
        assert finding.name == MESSAGE_FAULTS[code][0]
        assert finding.severity is uns.Severity.ERROR
        assert finding.path == topic


def test_every_fault_is_a_finding(plant: uns.Namespace) -> None:
    findings = plant.check(SPEED, b'{"value": "fast", "colour": 1}')
    assert [finding.message for finding in findings] == [
        "vtq/1: $.timestamp_ms: missing; expected whole milliseconds since 1970",
        'vtq/1: $.value: expected a number from 0 to 36000 1/h, found "fast"',
        "vtq/1: $.colour: unknown field, found 1",
    ]
    assert plant.check(SPEED, GOOD) == ()


def test_an_error_that_is_no_fault_of_the_message_is_not_swallowed(plant: uns.Namespace) -> None:
    with pytest.raises(uns.UnknownName):
        plant.check(SPEED, GOOD, "customer")  # type: ignore[arg-type]


# --- messages that pass ------------------------------------------------------------------------------


def test_a_message(plant: uns.Namespace) -> None:
    message = plant.validate(SPEED, GOOD)
    assert isinstance(message, Message)
    assert message.value == {"timestamp_ms": 1767225600000, "value": 1200}
    assert message.topic == SPEED
    assert message.is_modelled
    assert not message.is_cleared
    assert message.node == plant[SPEED]
    assert message.endpoint is plant[SPEED].endpoint
    assert message.values == {0: "2"}
    assert message.contract is plant[SPEED].contract
    assert message.resolution.outcome is Outcome.ENDPOINT
    assert repr(message) == f"<Message {SPEED!r}>"


# --- the message that clears a retained topic ----------------------------------------------------------


@pytest.mark.parametrize("view", ["consumer", "producer"])
@pytest.mark.parametrize("payload", [b"", "", bytearray(), memoryview(b"")], ids=lambda payload: type(payload).__name__)  # fmt: skip
def test_the_empty_message_clears_a_retained_topic(
    plant: uns.Namespace, payload: object, view: Any
) -> None:
    message = plant.validate(SPEED, payload, view)
    assert isinstance(message, Message)
    assert (message.topic, message.value, message.is_cleared) == (SPEED, None, True)
    assert message.endpoint is plant[SPEED].endpoint
    assert plant.check(SPEED, payload, view) == ()


@pytest.mark.parametrize("topic", [ALARM, "lyon/line2/AB1"])
def test_elsewhere_an_empty_message_is_refused(plant: uns.Namespace, topic: str) -> None:
    with pytest.raises(uns.UNSError):
        plant.validate(topic, b"")


@pytest.mark.parametrize("payload", [GOOD, None, {}, [], 0, False, b" ", b"null", '""'])
def test_what_is_not_empty_clears_nothing(plant: uns.Namespace, payload: object) -> None:
    try:
        message = plant.validate(SPEED, payload)
    except InvalidPayload:
        return
    assert not message.is_cleared


def test_below_an_open_node_an_empty_message_is_not_known_to_clear(plant: uns.Namespace) -> None:
    assert not plant.validate("lyon/legacy/plc7/anything", b"").is_cleared


def test_a_topic_is_cleared_whatever_its_contract_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validators, "jsonschema_rs", None)
    assert foreign(SCHEMA, kind="state").validate("lyon/report", b"").is_cleared
    assert uns.loads(PLANT).bind("packml-state/1", dict).validate(STATE, b"").is_cleared


def test_a_cleared_message_is_one_in_every_copy(plant: uns.Namespace) -> None:
    message = plant.validate(SPEED, b"")
    for again in (copy.copy(message), copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        assert (again.topic, again.value, again.is_cleared) == (SPEED, None, True)


@pytest.mark.parametrize(
    "payload",
    [GOOD, GOOD.decode(), bytearray(GOOD), memoryview(GOOD), json.loads(GOOD)],
    ids=lambda payload: type(payload).__name__,
)
def test_every_form_of_a_payload(plant: uns.Namespace, payload: object) -> None:
    assert plant.validate(SPEED, payload).value == json.loads(GOOD)


def test_a_topic_may_be_any_str(plant: uns.Namespace) -> None:
    fresh = uns.loads(PLANT)
    message = fresh.validate(uns.Topic(SPEED), GOOD)
    assert type(message.topic) is str
    assert fresh.validate(SPEED, GOOD).resolution is message.resolution


def test_open_sets_and_families_have_values(plant: uns.Namespace) -> None:
    assert plant.validate("lyon/line1/AB7/speed", GOOD).values == {0: "1", "serial": "AB7"}
    topic = "lyon/line3/filler/zone4/temperature"
    assert plant.validate(topic, GOOD).values == {0: "3", 1: "4"}


# --- not modelled --------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["consumer", "producer"])
@pytest.mark.parametrize(
    "payload", [b"\xff not JSON", "text", {"a": 1}, None, b""], ids=["bytes", "text", "dict", "none", "empty"]
)  # fmt: skip
def test_below_an_open_node_anything_passes_as_it_came(
    plant: uns.Namespace, payload: object, view: Any
) -> None:
    message = plant.validate("lyon/legacy/plc7/anything", payload, view)
    assert message.value is payload
    assert message.contract is None
    assert not message.is_modelled
    assert message.resolution.outcome is Outcome.UNMODELLED
    for name in ("node", "endpoint"):
        with pytest.raises(NotAnEndpoint, match="is not modelled: it stands below an open node"):
            getattr(message, name)
    assert plant.check("lyon/legacy/plc7/anything", payload, view) == ()


def test_what_is_declared_below_an_open_node_has_its_contract(plant: uns.Namespace) -> None:
    with pytest.raises(InvalidPayload):
        plant.validate("lyon/legacy/power", b'{"value": "much"}')


def test_the_open_node_itself_carries_nothing(plant: uns.Namespace) -> None:
    with pytest.raises(NotAnEndpoint):
        plant.validate("lyon/legacy", GOOD)


# --- views -------------------------------------------------------------------------------------------


def test_a_consumer_takes_what_a_producer_may_not_send(plant: uns.Namespace) -> None:
    assert plant.validate(SPEED, FURTHER).value["site"] == "lyon"
    assert plant.validate(SPEED, FURTHER, "consumer").value["site"] == "lyon"
    with pytest.raises(InvalidPayload, match=r"\$\.site: unknown field"):
        plant.validate(SPEED, FURTHER, "producer")
    assert plant.check(SPEED, FURTHER, "consumer") == ()
    (finding,) = plant.check(SPEED, FURTHER)
    assert finding.code == "V201"


def test_an_open_enumeration_is_closed_for_producers(plant: uns.Namespace) -> None:
    state = {"timestamp_ms": 1, "state": "Idle", "mode": "Cleaning"}
    assert plant.validate("lyon/line1/filler/state", state).value == state
    with pytest.raises(InvalidPayload, match=r"\$\.mode: expected one of"):
        plant.validate("lyon/line1/filler/state", state, "producer")


@pytest.mark.parametrize("topic", [SPEED, "lyon/line1/filler/state"])
def test_a_view_is_one_of_two(plant: uns.Namespace, topic: str) -> None:
    for _ in range(2):
        with pytest.raises(uns.UnknownName, match="no view 'customer'; it is consumer or producer"):
            plant.validate(topic, GOOD, "customer")  # type: ignore[arg-type]


# --- contracts written as JSON Schema ------------------------------------------------------------------

SCHEMA = {
    "type": "object",
    "required": ["sample"],
    "properties": {"sample": {"type": "string"}, "ph": {"type": "number", "maximum": 14}},
}


def foreign(schema: object, more: str = "", kind: str = "record") -> uns.Namespace:
    """A model whose one topic has a contract that is a JSON Schema."""
    files = {
        "plant.uns.yaml": f"""
uns: 1
payloads: {{report/1: {{json_schema: report.json{more}}}}}
sites: {{lyon: {{topics: {{report: {{payload: report/1, kind: {kind}}}}}}}}}
""",
        "report.json": json.dumps(schema),
    }
    return uns.load("plant.uns.yaml", read=lambda path: files[path].encode())


def test_a_foreign_contract_from_end_to_end() -> None:
    ns = foreign(SCHEMA, ", examples: [{sample: S1, ph: 6.5}]")
    assert ns.validate("lyon/report", b'{"sample": "S1", "more": 1}').value == {
        "sample": "S1",
        "more": 1,
    }
    with pytest.raises(InvalidPayload) as caught:
        ns.validate("lyon/report", b'{"sample": 1, "ph": 15}')
    assert {fault.path for fault in caught.value.faults} == {"$.sample", "$.ph"}
    assert [finding.code for finding in ns.check("lyon/report", b"{}")] == ["V201"]
    contract = ns["lyon/report"].contract
    assert contract is not None
    assert example(contract) == {"sample": "S1", "ph": 6.5}


def test_a_foreign_contract_is_strict_json_too() -> None:
    ns = foreign(SCHEMA)
    with pytest.raises(InvalidPayload, match="duplicate key"):
        ns.validate("lyon/report", b'{"sample": "a", "sample": "b"}')


def test_without_the_extra_the_error_names_the_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validators, "jsonschema_rs", None)
    ns = foreign({**SCHEMA, "title": "without the extra"}, ", examples: [{}]")
    assert ns.count() == 1  # Everything but its messages is there.
    for _ in range(2):
        with pytest.raises(MissingExtra, match=r"pip install 'unified-namespace\[jsonschema\]'"):
            ns.validate("lyon/report", b"{}")
        with pytest.raises(MissingExtra):
            ns.check("lyon/report", b"{}")


def test_examples_of_a_foreign_contract_are_checked_where_they_can_be() -> None:
    with pytest.raises(uns.InvalidNamespace) as caught:
        foreign(SCHEMA, ", examples: [{sample: a}, {sample: 1}]")
    (finding,) = caught.value.diagnostics
    assert finding.code == "M509"
    assert finding.message == (
        'example 2 is not a report/1 message: $.sample: 1 is not of type "string"'
    )
    with pytest.raises(uns.InvalidNamespace) as caught:
        foreign({"type": "nothing"}, ", examples: [{}]")
    (finding,) = caught.value.diagnostics
    assert finding.code == "M520"
    assert finding.message.startswith("the JSON Schema of report/1 cannot be used: ")


# --- what is remembered, and what is not -----------------------------------------------------------------


def test_a_contract_is_compiled_once_however_many_topics_share_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled: list[str] = []
    original = validators.validator

    def counted(contract: Any, view: Any = "consumer") -> Any:
        compiled.append(f"{contract.name} {view}")
        return original(contract, view)

    monkeypatch.setattr("uns.payloads.validator", counted)
    ns = uns.loads(PLANT)
    for number, view in itertools.product(range(200), ("consumer", "producer")):
        ns.validate(f"lyon/line1/AB{number}/speed", GOOD, view)  # type: ignore[arg-type]
    assert compiled == ["vtq/1 consumer", "vtq/1 producer"]


def test_near_names_are_looked_for_when_they_are_read(
    monkeypatch: pytest.MonkeyPatch, plant: uns.Namespace
) -> None:
    looked: list[str] = []
    original = resolutions_room.near

    def counted(word: str, candidates: Any) -> str | None:
        looked.append(word)
        return original(word, candidates)

    monkeypatch.setattr(resolutions_room, "near", counted)
    with pytest.raises(UnknownTopic) as caught:
        plant.validate("lyon/line2/filler/spede", GOOD)
    assert caught.value.matched == "lyon/line2/filler"
    assert looked == []
    assert caught.value.near == caught.value.near == SPEED
    assert looked == ["spede"]
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.topic, again.matched, again.near, str(again)) == (
        "lyon/line2/filler/spede",
        "lyon/line2/filler",
        SPEED,
        str(caught.value),
    )


#: Longer than the texts that pydantic's parser remembers, of which it keeps 16,384 at most.
LONG = "x" * 64


def hostile(rng: random.Random) -> Iterator[tuple[str, bytes | str]]:
    """Topics that are all different, and payloads that are anything at all."""
    for number in itertools.count():
        text = f"{LONG}{number}"
        topic = rng.choice(
            (
                f"lyon/line1/AB{number}/speed",
                f"lyon/legacy/{number}/" + "x" * rng.randrange(900),
                f"lyon/{number}",
                f"lyon/line1/filler/{number}/+",
                f"{number}" * rng.randrange(1, 5_000),
                f"lyon/line1/AB{number}",
                f"\ud800{number}",
            )
        )
        payload = rng.choice(
            (
                GOOD,
                WRONG,
                f'{{"timestamp_ms": 1, "value": 1, "{text}": {{"{text}": []}}}}',
                f'{{"value": "{text}", "value": 1}}',
                b"[" * rng.randrange(3_000),
                b"9" * rng.randrange(6_000),
                b"\xff%d" % number,
                f"\ud800{number}",
                json.dumps({f"{text} {n}": n for n in range(40)}),
            )
        )
        yield topic, payload


@pytest.mark.slow
def test_a_flood_of_hostile_messages_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(namespace_room, "KNOWN_TOPICS", 64)
    monkeypatch.setattr(namespace_room, "UNKNOWN_TOPICS", 64)
    ns = uns.loads(PLANT)
    messages = hostile(random.Random(4))

    def judged(number: int) -> None:
        for topic, payload in itertools.islice(messages, number):
            ns.check(topic, payload, "consumer" if number % 2 else "producer")

    tracemalloc.start()
    try:
        judged(600)
        judged(601)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        judged(2_001)
        gc.collect()
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(ns._known) <= 64
    assert len(ns._unknown) <= 64
    assert len(ns._checks) <= 2 * len({node.contract for node in ns.endpoints()})
    assert after - before < 200_000
    assert peak - before < 2_000_000


# --- laws ------------------------------------------------------------------------------------------------

TOPICS = st.sampled_from(
    [SPEED, "lyon/line1/AB7/speed", "lyon/legacy/x", "lyon/line1", "oslo", "a/#", ""]
)
PAYLOADS = st.sampled_from([GOOD, WRONG, FURTHER, b"", b"{}", "1", b"\xff"])


@given(TOPICS, PAYLOADS, st.sampled_from(["consumer", "producer"]))
def test_check_finds_what_validate_raises(topic: str, payload: Any, view: Any) -> None:
    findings = SHARED.check(topic, payload, view)
    try:
        message = SHARED.validate(topic, payload, view)
    except (UnknownTopic, InvalidTopic, NotAnEndpoint, InvalidPayload):
        assert findings
    else:
        assert findings == ()
        assert bool(message.resolution)


@given(TOPICS, PAYLOADS, st.sampled_from(["consumer", "producer"]))
def test_a_namespace_gives_the_same_answer_whatever_it_has_seen(
    topic: str, payload: Any, view: Any
) -> None:
    assert SHARED.check(topic, payload, view) == uns.loads(PLANT).check(topic, payload, view)


SHARED = uns.loads(PLANT)


def test_what_a_producer_may_send_every_consumer_takes(plant: uns.Namespace) -> None:
    for node in plant.endpoints():
        contract = node.contract
        assert contract is not None
        topic = node.template.text.replace("[1..3]", "1").replace("[1..4]", "1")
        topic = topic.replace("{serial}", "AB1")
        message = json.dumps(example(contract))
        assert plant.check(topic, message) == ()
        assert plant.validate(topic, message).value == example(contract)


def test_examples_are_no_part_of_what_a_payload_is() -> None:
    one, other = PayloadType("a/1", examples=('{"x": 1}',)), PayloadType("a/1")
    assert one == other
    assert hash(one) == hash(other)


# --- doubts ----------------------------------------------------------------------------------------


def test_seconds_for_milliseconds_are_valid_and_check_doubts_them(plant: uns.Namespace) -> None:
    seconds = b'{"timestamp_ms": 1767225600, "value": 1}'
    assert plant.validate(SPEED, seconds).value["timestamp_ms"] == 1_767_225_600
    for view in ("consumer", "producer"):
        (finding,) = plant.check(SPEED, seconds, view)  # type: ignore[arg-type]
        assert str(finding) == (
            "warning[V202]: vtq/1: $.timestamp_ms: expected milliseconds since 1970, and 1767225600"
            " looks like seconds"
        )
        assert finding.path == SPEED


def test_a_bound_message_is_doubted_by_its_json(plant: uns.Namespace) -> None:
    class Own(pydantic.RootModel[Any]):
        pass

    bound = plant.bind("vtq/1", Own)
    (finding,) = bound.check(SPEED, b'{"timestamp_ms": 1767225600, "value": 1}')
    assert finding.code == "V202"
