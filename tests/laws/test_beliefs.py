"""The reading of messages that the laws rely on, against tables and against the library's checks."""

from __future__ import annotations

import json
from typing import Any

import pytest

import uns
from tests.laws.beliefs import LATER, edges, fits, mentions, messages, misread
from tests.laws.versions import TYPES, VALUES, Said
from uns.payloads import PayloadContract, ValueType


def body(fields: Said) -> ValueType:
    """The type of the messages of one topic."""
    return PayloadContract(namespace(fields).payloads["p/1"]).body


def namespace(fields: Said) -> uns.Namespace:
    """A model with one topic."""
    payload = {"p/1": {"fields": fields}}
    tree = {"lyon": {"topics": {"t": {"payload": "p/1"}}}}
    return uns.loads(json.dumps({"uns": 1, "payloads": payload, "sites": tree}))


#: What the old version says, what the new one says, and who reads something else than was meant:
#: the new reader of old messages, the old reader of new ones.
READINGS = {
    "a default is dropped with its field": ({"k?": {"type": "integer", "default": 1}}, {}, False, True),
    "a field without default is dropped": ({"k?": {"type": "integer"}}, {}, False, False),
    "a default is added": ({"k?": {"type": "integer"}}, {"k?": {"type": "integer", "default": 1}}, True, True),
    "a field with a default is added": ({}, {"k?": {"type": "integer", "default": 1}}, True, False),
    "a required field is added": ({}, {"k": {"type": "integer"}}, True, False),
    "another unit": ({"k": {"type": "number", "unit": "kW"}}, {"k": {"type": "number", "unit": "W"}}, True, True),
    "the unit spelled otherwise": ({"k": {"type": "number", "unit": "L/min"}}, {"k": {"type": "number", "unit": "l/min"}}, False, False),
    "a unit for the first time": ({"k": {"type": "number"}}, {"k": {"type": "number", "unit": "W"}}, False, False),
    "a closed enum is opened": ({"k": {"type": "enum", "values": ["a"]}}, {"k": {"type": "enum", "values": ["a"], "open": True}}, False, True),
    "an open enum is closed": ({"k": {"type": "enum", "values": ["a"], "open": True}}, {"k": {"type": "enum", "values": ["a"]}}, False, False),
    "an open enum lists more": ({"k": {"type": "enum", "values": ["a"], "open": True}}, {"k": {"type": "enum", "values": ["a", "b"], "open": True}}, False, False),
    "a wider range": ({"k": {"type": "integer", "max": 3}}, {"k": {"type": "integer", "max": 5}}, False, True),
    "a length that a pattern says": ({"k": {"type": "string", "max_length": 1}}, {"k": {"type": "string", "pattern": "[ab]"}}, True, False),
}  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "old_messages", "new_messages"), READINGS.values(), ids=READINGS
)
def test_what_is_misread(old: Said, new: Said, old_messages: bool, new_messages: bool) -> None:
    was, is_ = body({"s": {"type": "string"}, **old}), body({"s": {"type": "string"}, **new})
    assert (misread(was, is_, reader_is_new=True) is not None) == old_messages
    assert (misread(is_, was, reader_is_new=False) is not None) == new_messages


@pytest.mark.parametrize("said", [*VALUES, *TYPES], ids=json.dumps)
def test_the_values_of_a_type_are_those_that_the_library_accepts(said: Said) -> None:
    ns = namespace({"n": said})
    kind = ns.payloads["p/1"].fields[0].value
    for value in tried(kind):
        message = {"n": value}
        assert fits(kind, value, writes=True) == (not ns.check("lyon/t", message, "producer")), (
            value
        )
        assert fits(kind, value, writes=False) == (not ns.check("lyon/t", message, "consumer")), (
            value
        )


def tried(kind: ValueType) -> list[Any]:
    """Values of the type, of any type, and at the edges; no writer sends what is not listed yet."""
    anything = messages(ValueType("any"), kind)
    found = [*anything, *messages(kind, None), *edges(kind), *([value] for value in edges(kind))]
    return [value for value in found if not mentions(value, LATER)]
