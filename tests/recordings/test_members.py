"""The members of a JSON object: what is written is kept, and what is not an object is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.payloads.strategies import json_values, texts
from uns.recordings.members import NotAnObject, members


@pytest.mark.parametrize(
    ("text", "key", "written"),
    [
        pytest.param('{"a": {"x" : 1.0}}', "a", '{"x" : 1.0}', id="an object with its spaces"),
        pytest.param('{"a":{"b":1,"b":2}}', "a", '{"b":1,"b":2}', id="a key twice inside"),
        pytest.param('{"a":[NaN,-Infinity]}', "a", "[NaN,-Infinity]", id="not numbers"),
        pytest.param('{"a":' + "9" * 5_000 + "}", "a", "9" * 5_000, id="a long number"),
        pytest.param(' \t{ "b" : 2 , "a" : "x" }\r\n', "a", '"x"', id="white space"),
        pytest.param('{"\\u0061":null}', "a", "null", id="an escaped key"),
    ],
)
def test_a_value_is_kept_as_it_is_written(text: str, key: str, written: str) -> None:
    assert members(text)[key].written == written


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("hello", "not a JSON object", id="a word"),
        pytest.param("[]", "not a JSON object", id="a list"),
        pytest.param("", "not a JSON object", id="nothing"),
        pytest.param("\ufeff{}", "not a JSON object", id="a byte order mark"),
        pytest.param('{"a":1', "not a JSON object: not JSON at column 7", id="cut off"),
        pytest.param('{"a":', "not a JSON object: not JSON at column 6", id="cut off before a value"),
        pytest.param('{"a":"x', "not a JSON object: not JSON at column 6", id="cut off in a text"),
        pytest.param('{"a":1,}', "not a JSON object: not JSON at column 8", id="a trailing comma"),
        pytest.param('{"a":1 "b":1}', "not a JSON object: not JSON at column 7", id="no comma"),
        pytest.param('{"a" 1}', "not a JSON object: not JSON at column 5", id="no colon"),
        pytest.param("{a:1}", "not a JSON object: not JSON at column 2", id="no quotes"),
        pytest.param('{"a":1} {}', "not a JSON object: not JSON at column 7", id="two objects"),
        pytest.param('{"a":01}', "not a JSON object: not JSON at column 7", id="a leading zero"),
        pytest.param('{"a":1,"\\u0061":2}', "a key appears twice", id="a key twice"),
        pytest.param('{"a":' + "[" * 200_000 + "}", "nested too deep", id="deep"),
    ],
)  # fmt: skip
def test_what_is_not_an_object(text: str, reason: str) -> None:
    with pytest.raises(NotAnObject) as caught:
        members(text)
    assert str(caught.value) == reason


@given(st.dictionaries(texts, json_values, max_size=4))
def test_an_object_is_its_members(value: dict[str, Any]) -> None:
    found = members(json.dumps(value))
    assert {key: json.loads(member.written) for key, member in found.items()} == value
    assert {key for key, member in found.items() if member.is_text} == {
        key for key, member in value.items() if isinstance(member, str)
    }
