"""What is written as YAML is read back as it was, by YAML 1.1 and by our own reader."""

from __future__ import annotations

import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.generators.hostile import texts
from uns.generators.yaml_text import as_yaml

scalars = (
    texts
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4)
)


@given(values)
def test_there_and_back(value: object) -> None:
    assert yaml.safe_load(as_yaml(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        "yes", "No", "on", "OFF", "y", "N", "null", "~", "true", "1", "1.5", "1e3", "0x1f", "0o7", "1_000", "12:30:45",
        "2026-01-01", ".inf", "nan", "<<", "=", "- a", "a: b", "a #b", "@x", "`x`", "%x", "&x", "*x", "!x", "| x", "> x",
        "{a}", "[a]", "", " a", "a ", "a\nb", "\u2028", "\x85", "\ufeff", "\U0001f600", "\U000e0001", "a\tb", "'", '"', "\\",
    ],
)  # fmt: skip
def test_texts_that_look_like_something_else(text: str) -> None:
    assert yaml.safe_load(as_yaml({text: [text]})) == {text: [text]}
    assert as_yaml(text).isprintable() or as_yaml(text)[:-1].isprintable()


@pytest.mark.parametrize("number", [1e16, 1e-7, 1.5e300, 5e-324, -1e22, 0.1, -0.0])
def test_numbers_stay_numbers(number: float) -> None:
    read = yaml.safe_load(as_yaml([number]))
    assert isinstance(read[0], float)
    assert math.copysign(1, read[0]) == math.copysign(1, number)
    assert read == [number]


def test_plain_words_stay_plain() -> None:
    assert as_yaml({"address": "acme/line1", "$ref": "a", "list": [1, {"a": {}, "b": []}]}) == (
        "address: acme/line1\n$ref: a\nlist:\n  - 1\n  - a: {}\n    b: []\n"
    )
