"""What to write instead: the words of other languages, numbers, versions, and what nobody can mean."""

from __future__ import annotations

import math
import re
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.loading import hints
from uns.loading.faults import Faults
from uns.loading.model_format import FieldType, MetricType
from uns.loading.yaml_events import Map, Source, read

METRIC_TYPES, FIELD_TYPES = typing.get_args(MetricType), typing.get_args(FieldType)


@pytest.mark.parametrize(
    ("name", "metric", "field"),
    [
        ("float", "number", "number"),
        ("LREAL", "number", "number"),
        ("double", "number", "number"),
        ("int", "integer", "integer"),
        ("UDINT", "integer", "integer"),
        ("uint16", "integer", "integer"),
        ("bool", "boolean", "boolean"),
        ("BIT", "boolean", "boolean"),
        ("str", "string", "string"),
        ("text", "string", "string"),
        ("enumeration", "enum", "enum"),
        ("date-time", None, "datetime"),
        ("timestamp", None, "datetime or timestamp_ms"),
        ("list", None, "array"),
        ("struct", None, "object"),
        ("colour", None, None),
        (5, None, None),
    ],
)
def test_types_of_other_languages(name: object, metric: str | None, field: str | None) -> None:
    assert hints.other_type_name(name, METRIC_TYPES) == metric
    assert hints.other_type_name(name, FIELD_TYPES) == field


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("0.1", "0.1.0"),
        ("1", "1.0.0"),
        ("v1.2.3", "1.2.3"),
        ('"0.1"', "0.1.0"),
        ("01.2.3", "1.2.3"),
        ("1.2.3-rc.1", "1.2.3-rc.1"),
        ("\u201c1.0.0\u201d", "1.0.0"),
        ("2024-01-01", None),
        ("1.2.3.4", None),
        ("latest", None),
        ("", None),
    ],
)
def test_versions(text: str, version: str | None) -> None:
    help_ = f'write "{version}"' if version else 'write three numbers in quotes, such as "1.0.0"'
    assert hints.for_version(text) == help_


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("0,5", "write 0.5"),
        (chr(34) + "0,5" + chr(34), "write 0.5, without quotes"),
        ("1,000", "write 1000"),
        ("1_000_000", "write 1000000"),
        ("1 000.5", "write 1000.5"),
        ("'5'", "write 5, without quotes"),
        ("007", "write 7, without leading zeros"),
        ("-00.5", "write -0.5, without leading zeros"),
        ("000", "write 0, without leading zeros"),
        ("\u22125", "write -5"),
        ("-.INF", "there is no infinity: leave the key out where there is no limit"),
        (".nan", "there is no infinity: leave the key out where there is no limit"),
        ("1e999", "the number is beyond the range of a double"),
        ("5 bar", "write 5, without a unit"),
        ("low", None),
        ("", None),
    ],
)
def test_numbers(text: str, help_: str | None) -> None:
    assert hints.for_number(text) == help_


@pytest.mark.parametrize(
    ("key", "text", "help_"),
    [
        ("bytes", "100 kB", "write 100000: it is in bytes"),
        ("max_bytes", "1.5MB", "write 1500000: it is in bytes"),
        ("max_bytes", "2 MiB", "write 2097152: it is in bytes"),
        ("bytes", "64 B", "write 64: it is in bytes"),
        ("bytes", "0.5 B", "write a whole number: it is in bytes"),
        ("bytes", "100 pages", "write a whole number: it is in bytes"),
        ("max_length", "5 characters", "write 5, without a unit"),
        ("max", "20\u00b0C", "write 20; the unit has its own key, `unit: \u00b0C`"),
    ],
)
def test_a_unit_is_counted_in_bytes_or_has_its_own_key_or_none(
    key: str, text: str, help_: str
) -> None:
    assert hints.for_number(text, key, ["max", "max_length", "unit", "bytes"]) == help_


@given(st.from_regex(r"[-+]?[0-9 _,.]{1,8}(e[0-9]{1,3})?( ?bar)?", fullmatch=True))
def test_the_number_of_a_help_is_a_number(text: str) -> None:
    found = re.match(r"write ([^;,]+)", hints.for_number(text) or "")
    if found is not None:
        root = read(Source("plant.yaml", f"a: {found[1]}"), Faults())
        assert isinstance(root, Map)
        assert isinstance(root["a"], int | float)
        assert math.isfinite(root["a"])


@pytest.mark.parametrize(
    ("value", "help_"),
    [("yes", "write true"), ("Off", "write false"), (1, "write true"), ("maybe", None), ([], None)],
)
def test_true_and_false(value: object, help_: str | None) -> None:
    assert hints.for_truth(value) == help_


KEYS = [
    pytest.param("unit:kW", 1, "a metric", ("unit",), "put a space after the colon: `unit: kW`", id="glued"),
    pytest.param("unit kW", None, "a metric", ("unit",), "put a colon after `unit`: `unit: kW`", id="no colon"),
    pytest.param("uom", "kW", "a metric", ("unit",), "did you mean `unit`?", id="another word"),
    pytest.param("unti", "kW", "a metric", ("unit",), "did you mean `unit`?", id="misspelt"),
    pytest.param(
        "optional", True, "a field", ("type",), "a field is required unless its key ends in ?, as in `name?`",
        id="what the name of a field says",
    ),
    pytest.param(
        "publish", "a", "a node", ("class",), "`publish` is a key of a client", id="another declaration has it"
    ),
    pytest.param("zebra", "a", "a node", ("class",), None, id="nobody has it"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "noun", "known", "help_"), KEYS)
def test_keys(
    key: str, value: object, noun: str, known: tuple[str, ...], help_: str | None
) -> None:
    assert hints.for_key(key, value, noun, known, {"publish": ("a client",)}) == help_


def test_a_key_with_a_character_that_cannot_be_seen() -> None:
    assert hints.for_odd_key("sites\u200b", ["sites"]) == (
        "write `sites:`; there is U+200B (zero width space) in it"
    )
    assert hints.for_odd_key("\ufeffsites", ["sites"]) == (
        "the line starts with U+FEFF (zero width no-break space): remove it"
    )
    assert hints.for_odd_key("sites", ["sites"]) is None
    assert hints.for_odd_key("caf\u00e9", ["sites"]) is None
