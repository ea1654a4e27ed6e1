"""What goes to another process, and what is left behind: caches, compiled contracts, and the model of a message."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

import uns
from tests.models import namespaces, topics
from uns.model import ModelLeftBehind

MODEL = Path(__file__).parents[2] / "examples" / "bottling" / "bottling.uns.yaml"
SPEED = "bottlingcompany/munich/bottling/line2/machine3/conveyorspeed"
GOOD = b'{"timestamp_ms": 1767225600000, "value": 2.5}'


@pytest.fixture(scope="module")
def plant() -> uns.Namespace:
    return uns.load(MODEL)


def sent(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))


# --- what a worker does --------------------------------------------------------------------------------

ROUTER = uns.Router()


@ROUTER.on("bottlingcompany/{site}/#")
def site_of(topic: str, payload: object, *, site: str) -> str:
    return site


WORKER: dict[str, uns.Namespace] = {}


def start(namespace: uns.Namespace) -> None:
    WORKER["plant"] = namespace


def judged(topic: str, payload: bytes) -> tuple[uns.Message, str, object, str]:
    plant = WORKER["plant"]
    message = plant.validate(topic, payload)
    return message, message.endpoint.contract.name, plant[topic].span, plant.to_kafka(topic).topic


def routed(router: uns.Router, node: uns.Node, found: uns.Resolution) -> tuple[Any, ...]:
    return router.dispatch(node.topic, b""), node.location, found.matched


def test_the_namespace_is_sent_once_a_worker_and_messages_between_them(plant: uns.Namespace):
    plant.validate(SPEED, GOOD)  # compiled contracts and topics seen stay here
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(2, start, (plant,)) as pool:
        message, contract, span, kafka = pool.apply(judged, (SPEED, GOOD))
        results = pool.apply(routed, (ROUTER, plant[SPEED], plant.resolve(SPEED)))
    assert (message.topic, message.value["value"]) == (SPEED, 2.5)
    assert (contract, span, kafka) == ("vtq/1", plant[SPEED].span, plant.to_kafka(SPEED).topic)
    assert results == (["munich"], plant[SPEED].location, SPEED)


def address(namespace: uns.Namespace, topic: str) -> uns.RecordAddress | str:
    try:
        return namespace.to_kafka(topic)
    except uns.UNSError as error:
        return str(error)


# --- one thing at a time -------------------------------------------------------------------------------


@given(namespaces(), topics())
def test_a_namespace_that_was_sent_answers_alike(namespace: uns.Namespace, topic: str):
    there = sent(namespace)
    assert list(there.templates()) == list(namespace.templates())
    here, found = namespace.resolve(topic), there.resolve(topic)
    assert (found.outcome, found.matched, found.near) == (here.outcome, here.matched, here.near)
    assert address(there, topic) == address(namespace, topic)
    assert (there.kafka.settings, there.clients) == (namespace.kafka.settings, namespace.clients)


def test_what_is_remembered_is_not_sent(plant: uns.Namespace):
    fresh = uns.load(MODEL)
    before = len(pickle.dumps(fresh))
    for topic in fresh.topics():
        fresh.resolve(topic)
        fresh.to_kafka(topic)
    assert fresh[SPEED].span is not None
    fresh.validate(SPEED, GOOD)
    assert len(pickle.dumps(fresh)) == before


def test_places_in_files_are_known_there(plant: uns.Namespace):
    there = sent(plant)
    assert there.locate("model", "id") == plant.locate("model", "id") is not None
    assert there[SPEED].endpoint.span_of("unit") == plant[SPEED].endpoint.span_of("unit")


def test_nodes_of_one_tree_that_are_sent_together_are_of_one_tree(plant: uns.Namespace):
    node, parent, there = sent((plant[SPEED], plant[SPEED].parent, plant))
    assert node.parent == parent
    assert there[SPEED] == node != plant[SPEED]


def test_a_message_leaves_the_model_behind(plant: uns.Namespace):
    message = plant.validate(SPEED, GOOD)
    assert len(pickle.dumps(message)) < 300 < len(pickle.dumps(plant))
    there = sent(message)
    assert (there.topic, there.value, repr(there)) == (SPEED, message.value, repr(message))
    for name in ("resolution", "is_modelled", "node", "endpoint", "contract", "values"):
        with pytest.raises(ModelLeftBehind, match=r"ask a namespace: ns.resolve\(message.topic\)"):
            getattr(there, name)
    assert sent(there).topic == SPEED


def test_a_copy_of_what_does_not_change_is_itself(plant: uns.Namespace):
    for thing in (plant, plant[SPEED], plant.resolve(SPEED)):
        assert copy.copy(thing) is thing is copy.deepcopy(thing)


def test_a_copy_of_a_message_keeps_its_model_and_a_deep_one_has_its_own_value(plant: uns.Namespace):
    message = plant.validate(SPEED, GOOD)
    shallow, deep = copy.copy(message), copy.deepcopy(message)
    assert shallow.endpoint is deep.endpoint is message.endpoint
    assert shallow.value is message.value
    assert deep.value == message.value
    assert deep.value is not message.value


def test_a_message_is_made_whole():
    with pytest.raises(TypeError):
        uns.Message()  # type: ignore[call-arg]


def test_a_router_keeps_its_routes_and_their_order(plant: uns.Namespace):
    there = sent(ROUTER)
    assert repr(there) == "<Router: 1 route>"
    assert there.dispatch(SPEED, b"") == ["munich"]
    assert [(route.text, route.handler) for route in there] == [
        ("bottlingcompany/{site}/#", site_of)
    ]


@pytest.mark.parametrize(
    "error",
    [
        uns.UnknownTopic("a/b", "a", "a/c"),
        uns.NotAnEndpoint("a"),
        uns.UnknownName("class", "Filer", ["Filler"]),
        ModelLeftBehind("a/b"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_say_the_same_there(error: uns.UNSError):
    assert str(sent(error)) == str(error)


def test_nothing_prints_the_model_file(plant: uns.Namespace):
    node = plant[SPEED]
    assert node.equipment is not None
    things = (
        plant, plant.kafka, node, node.endpoint, *plant.classes.values(), *plant.payloads.values(), node.contract,
        plant.sources[0], plant.top.order[0].origin,
    )  # fmt: skip
    for thing in things:
        assert len(repr(thing)) < 1_000, thing
