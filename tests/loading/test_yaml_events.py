"""YAML text with positions: what is read, where it stands, and that both parsers agree."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.accepting import LOADER
from uns.diagnostics import Diagnostic, Span
from uns.loading import yaml_events
from uns.loading.faults import Faults
from uns.loading.yaml_events import (
    MAX_DEPTH,
    Map,
    Seq,
    Source,
    comments,
    key_span,
    read,
    value_span,
)

SCALARS = [
    pytest.param("", None, id="nothing"),
    pytest.param("~", None, id="tilde"),
    pytest.param("null", None, id="null"),
    pytest.param("Null", None, id="Null"),
    pytest.param("NULL", None, id="NULL"),
    pytest.param("nUll", "nUll", id="no-null"),
    pytest.param("true", True, id="true"),
    pytest.param("False", False, id="False"),
    pytest.param("TRUE", True, id="TRUE"),
    pytest.param("yes", "yes", id="yes-is-text"),
    pytest.param("NO", "NO", id="norway"),
    pytest.param("on", "on", id="on-is-text"),
    pytest.param("Off", "Off", id="off-is-text"),
    pytest.param("y", "y", id="y-is-text"),
    pytest.param("0", 0, id="zero"),
    pytest.param("-0", 0, id="minus-zero"),
    pytest.param("+7", 7, id="plus"),
    pytest.param("-42", -42, id="negative"),
    pytest.param("0055", "0055", id="leading-zeros-are-text"),
    pytest.param("0o17", 15, id="octal"),
    pytest.param("0x1F", 31, id="hexadecimal"),
    pytest.param("0X1F", "0X1F", id="capital-X-is-text"),
    pytest.param("-0x1F", "-0x1F", id="hexadecimal-with-a-sign-is-text"),
    pytest.param("0o18", "0o18", id="no-octal-digit"),
    pytest.param("0b11", "0b11", id="binary-is-text"),
    pytest.param("-.5", -0.5, id="sign-and-point"),
    pytest.param("0.", 0.0, id="zero-and-point"),
    pytest.param("1.e+10", 1e10, id="point-and-exponent"),
    pytest.param("+.5e1", 5.0, id="plus-point-and-exponent"),
    pytest.param(".", ".", id="a-point-is-text"),
    pytest.param("-.", "-.", id="a-sign-and-a-point-are-text"),
    pytest.param("..", "..", id="two-points-are-text"),
    pytest.param("e5", "e5", id="an-exponent-alone-is-text"),
    pytest.param("1e", "1e", id="an-exponent-without-digits-is-text"),
    pytest.param("00.5", "00.5", id="leading-zeros-of-a-fraction-are-text"),
    pytest.param("+.inf", "+.inf", id="infinity-with-a-sign-is-text"),
    pytest.param("-.INF", "-.INF", id="minus-infinity-is-text"),
    pytest.param("1_000", "1_000", id="underscores-are-text"),
    pytest.param("22:22", "22:22", id="sexagesimal-is-text"),
    pytest.param("1:30:00", "1:30:00", id="time-is-text"),
    pytest.param("2024-01-01", "2024-01-01", id="date-is-text"),
    pytest.param("1.5", 1.5, id="fraction"),
    pytest.param("-1.5e-3", -0.0015, id="exponent"),
    pytest.param("1e3", 1000.0, id="exponent-without-fraction"),
    pytest.param("1.", 1.0, id="no-digit-after-the-point"),
    pytest.param(".5", 0.5, id="no-digit-before-the-point"),
    pytest.param("1e99999", "1e99999", id="beyond-every-float"),
    pytest.param("1e-99999", 0.0, id="below-every-float"),
    pytest.param(".inf", ".inf", id="infinity-is-text"),
    pytest.param(".nan", ".nan", id="nan-is-text"),
    pytest.param("9" * 308, int("9" * 308), id="long-number"),
    pytest.param("9" * 401, "9" * 401, id="whole-number-beyond-every-float"),
    pytest.param("9" * 402, "9" * 402, id="number-too-long-to-be-one"),
    pytest.param("1.2.3", "1.2.3", id="version-is-text"),
    pytest.param("-", None, id="dash-is-a-list-of-nothing"),
    pytest.param('"42"', "42", id="quoted-number"),
    pytest.param("'null'", "null", id="quoted-null"),
    pytest.param('""', "", id="quoted-nothing"),
    pytest.param("|\n  42\n", "42\n", id="block-text-is-text"),
    pytest.param(">\n  a\n  b\n", "a b\n", id="folded-text"),
    pytest.param("a # b", "a", id="comment"),
    pytest.param("a#b", "a#b", id="no-comment"),
    pytest.param("a b", "a b", id="space-inside"),
    pytest.param("m[1..4]", "m[1..4]", id="brackets-in-block-style"),
]


def read_text(text: str) -> tuple[Map | None, list[Diagnostic]]:
    faults = Faults()
    return read(Source("plant.yaml", text), faults), list(faults)


def read_well(text: str) -> Map:
    root, faults = read_text(text)
    assert faults == []
    assert root is not None
    return root


@pytest.fixture(params=["libyaml", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both parsers of the YAML package: the one in C, and the one where that is not built."""
    if request.param == "pure":
        monkeypatch.delattr(yaml, "CSafeLoader")
    name: str = request.param
    return name


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("text", "value"), SCALARS)
def test_scalars(text: str, value: object) -> None:
    found = read_well(f"key: {text}\n" if text != "-" else "key:\n-\n")["key"]
    found = found[0] if isinstance(found, Seq) else found
    assert found == value
    assert type(found) is type(value)


def test_no_number_is_infinite() -> None:
    for text in ("1e308", "-1e308", "1e309", "9e999", "1.7976931348623159e308"):
        number = read_well(f"a: {text}")["a"]
        assert isinstance(number, str) or math.isfinite(number)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    "key", ["NO", "0055", "1.10", "~", "null", "true", "2024-01-01", "=", "-1"]
)
def test_keys_are_text(key: str) -> None:
    assert list(read_well(f"{key}: 1\nlast: 2\n")) == [key, "last"]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a:\tx\nb: {c: d}\t# e\n", id="after a colon and before a comment"),
        pytest.param("a: x\t\nb: {\n\tc:\td,\t\n}\n", id="in brackets and at the end of a line"),
    ],
)
def test_tabs_between_values(text: str) -> None:
    assert read_well(text) == {"a": "x", "b": {"c": "d"}}


# --- positions ----------------------------------------------------------------------------------------

TEXT = """\
uns: 1
sites:
  lyon: {label: "Lyon", lines: {a: {}}}
  "köln":   'text'
  list: [x, {y: 1}]
  block:
    - one
    - two: 2
  long: |
    first
    second
  none:
"""


def at(span: Span) -> str:
    assert span.file == "plant.yaml"
    end = f"{span.end_line}:" if span.end_line != span.line else ""
    return f"{span.line}:{span.column}-{end}{span.end_column}"


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        pytest.param(["uns"], "1:1-4", "1:6-7", id="scalar"),
        pytest.param(["sites"], "2:1-6", "3:3-3", id="block-mapping"),
        pytest.param(["sites", "lyon"], "3:3-7", "3:9-10", id="flow-mapping"),
        pytest.param(["sites", "lyon", "label"], "3:10-15", "3:17-23", id="quoted-value"),
        pytest.param(["sites", "lyon", "lines", "a"], "3:33-34", "3:36-37", id="nested-flow"),
        pytest.param(["sites", "köln"], "4:3-9", "4:13-19", id="quoted-key"),
        pytest.param(["sites", "list"], "5:3-7", "5:9-10", id="flow-list"),
        pytest.param(["sites", "list", 0], "5:10-11", "5:10-11", id="item"),
        pytest.param(["sites", "list", 1, "y"], "5:14-15", "5:17-18", id="mapping-in-a-list"),
        pytest.param(["sites", "block", 0], "7:7-10", "7:7-10", id="item-of-a-block"),
        pytest.param(["sites", "block", 1, "two"], "8:7-10", "8:12-13", id="mapping-in-a-block"),
        pytest.param(["sites", "long"], "9:3-7", "9:9-10", id="text-over-lines"),
        pytest.param(["sites", "none"], "12:3-7", "12:8-8", id="nothing"),
    ],
)
def test_where_things_stand(path: list[str | int], key: str, value: str) -> None:
    container: Any = read_well(TEXT)
    for part in path[:-1]:
        container = container[part]
    span = key_span(container, path[-1])
    assert at(span) == key
    assert at(value_span(container, path[-1])) == value
    assert span.excerpt == TEXT.split("\n")[span.line - 1]


def test_what_does_not_stand_in_the_file_is_at_its_start() -> None:
    root = read_well(TEXT)
    assert at(key_span(root, "other")) == at(value_span(root, "other")) == "1:1-2"
    assert at(root.source.key_span(10_000, "uns")) == "1:1-2"


def test_where_things_stand_in_the_mapping_of_a_key() -> None:
    root = read_well("a: {x: 1, y: [2, {z: 3}]}\nb: text\nc:\n  y:\n    - 4\n")
    source = root.source

    def inner(key: str, name: str) -> str | None:
        span = source.inner_span(root.number, key, name)
        return at(span) if span else None

    assert [inner("a", "x"), inner("a", "y"), inner("c", "y")] == ["1:8-9", "1:14-15", "5:5-5"]
    assert [inner("a", "z"), inner("b", "x"), inner("d", "x")] == [None, None, None]


def test_the_first_of_two_keys_has_the_place() -> None:
    root, faults = read_text("a: 1\na: 2\n")
    assert root == {"a": 2}
    assert [at(fault.span) for fault in faults if fault.span] == ["2:1-2"]
    assert at(key_span(root, "a")) == "1:1-2"


def test_positions_up_to_where_the_text_breaks_off() -> None:
    root, faults = read_text("a: 1\na: 2\nb: [\n")
    assert root is None
    assert [fault.code for fault in faults] == ["M102", "M101"]


# --- bounds -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("parser")
def test_as_deep_as_may_be() -> None:
    assert read_text("{a: " * MAX_DEPTH + "}" * MAX_DEPTH)[0] is not None
    root, faults = read_text("{a: " * (MAX_DEPTH + 1) + "}" * (MAX_DEPTH + 1))
    assert (root, [fault.code for fault in faults]) == (None, ["M106"])


def test_as_many_containers_as_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_events, "MAX_NODES", 10)
    assert read_text("a: [" + "{}," * 8 + "]")[0] is not None
    root, faults = read_text("a: [" + "{}," * 9 + "]")
    assert (root, [fault.code for fault in faults]) == (None, ["M107"])


def test_as_many_duplicates_as_anybody_repairs() -> None:
    root, faults = read_text("a: 1\n" * 1_000)
    assert root is None
    assert [fault.code for fault in faults] == ["M102"] * 200 + ["M107"]


# --- laws ---------------------------------------------------------------------------------------------

#: Text that JSON and YAML write alike, surrogate pairs left out.
texts = st.text(st.characters(max_codepoint=0xD7FF), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(texts, values, max_size=4))
def test_json_is_read_as_it_is(value: dict[str, Any]) -> None:
    assert read_well(json.dumps(value)) == value


@given(st.dictionaries(texts, values, max_size=4), st.integers(0, 2))
def test_every_key_stands_where_it_is_said_to(value: dict[str, Any], indent: int) -> None:
    text = json.dumps(value, indent=indent or None)
    pending: list[Any] = [read_well(text)]
    while pending:
        container = pending.pop()
        for key in container if isinstance(container, Map) else range(len(container)):
            if isinstance(key, str):
                span = key_span(container, key)
                assert json.loads(span.excerpt[span.column - 1 : span.end_column - 1]) == key
            if isinstance(container[key], Map | Seq):
                assert at(value_span(container, key))
                pending.append(container[key])
            else:
                span = value_span(container, key)
                written = span.excerpt[span.column - 1 : span.end_column - 1]
                assert json.loads(written) == container[key]


#: The numbers of the YAML 1.2 core schema, clause 10.3.2; leading zeros, infinities and .nan left out.
numbers = st.one_of(
    st.from_regex(r"[-+]?(0|[1-9][0-9]{0,20})", fullmatch=True),
    st.from_regex(r"[-+]?(\.[0-9]{1,9}|(0|[1-9][0-9]{0,9})(\.[0-9]{0,9})?)([eE][-+]?[0-9]{1,2})?",
                  fullmatch=True),
    st.from_regex(r"0o[0-7]{1,20}|0x[0-9a-fA-F]{1,20}", fullmatch=True),
)  # fmt: skip


@given(st.one_of(numbers, st.from_regex(r"[-+.0-9eExoaf_]{1,6}", fullmatch=True)))
def test_both_parsers_read_the_same_numbers(text: str) -> None:
    found = []
    for kind in (yaml.CSafeLoader, yaml.SafeLoader):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(yaml, "CSafeLoader", kind)
            found.append([read_text(f"a: {text}\n"), read_text(f"a: [x, {text}]\n")])
    assert [root for root, _ in found[0]] == [root for root, _ in found[1]]


@given(numbers)
def test_a_number_of_the_core_schema_is_a_number(text: str) -> None:
    value = read_well(f"a: {text}")["a"]
    digits = text.lstrip("+-")
    assert type(value) is (int if digits[:2] in {"0o", "0x"} or digits.isdigit() else float)
    assert value == (int(text, 0) if type(value) is int else float(text))


BROKEN = yaml.load(
    (Path(__file__).parent.parent / "broken" / "text.yaml").read_text("utf-8"), LOADER
)


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_both_parsers_find_the_same_faults(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = BROKEN[name]["model"]
    root, faults = read_text(text)
    monkeypatch.delattr(yaml, "CSafeLoader")
    pure_root, pure_faults = read_text(text)
    assert pure_root == root
    assert [(fault.code, str(fault.span)) for fault in pure_faults] == [
        (fault.code, str(fault.span)) for fault in faults
    ]


def test_both_parsers_read_the_standard_library_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    file = Path(yaml_events.__file__).parent.parent / "std" / "payloads.uns.yaml"
    text = file.read_text("utf-8")
    root = read_well(text)
    monkeypatch.delattr(yaml, "CSafeLoader")
    pure = read_well(text)
    assert pure == root
    assert at(key_span(pure["payloads"], "oee/1")) == at(key_span(root["payloads"], "oee/1"))


# --- comments --------------------------------------------------------------------------------------

MARK = re.compile("mark")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("a: 1 # mark", [(1, 6, 1)], id="behind a value"),
        pytest.param("# mark\na: 1", [(1, 1, 2)], id="alone: about the next line"),
        pytest.param(
            "# mark\n\n  # more\n\na: 1", [(1, 1, 5)], id="about the next line that speaks"
        ),
        pytest.param("# mark\n# mark\na: 1", [(1, 1, 3), (2, 1, 3)], id="one above the other"),
        pytest.param("a: 1\n# mark", [(2, 1, 2)], id="nothing after it"),
        pytest.param("a: 'x # mark'", [], id="in quotes"),
        pytest.param('a: "x # mark" # mark', [(1, 15, 1)], id="in quotes and behind"),
        pytest.param("a: 'x\n  # mark\n  y'", [], id="in quotes over lines"),
        pytest.param("a: x# mark", [], id="no blank before it"),
        pytest.param("mark: 1 # other", [], id="a key"),
        pytest.param("a: |\n  # mark\nb: 1", [], id="in a block"),
        pytest.param("a: | # mark\n  # mark\nb: 1", [(1, 6, 1)], id="at the head of a block"),
        pytest.param("a: >-\n  x\n# mark\nb: 1", [(3, 1, 4)], id="behind a block"),
        pytest.param("a: |\n  x\n\n # mark\nb: 1", [(4, 2, 5)], id="less deep than a block"),
        pytest.param("a: [x, # mark\n  y]", [(1, 8, 1)], id="in a list"),
        pytest.param("a: [x,# mark\n  y]", [(1, 7, 1)], id="right behind a comma"),
        pytest.param("a: é # x # mark", [(1, 6, 1)], id="further on in a comment"),
        pytest.param("a: 1\r\nb: 2 # mark\r\n", [(2, 6, 2)], id="other line ends"),
        pytest.param("a: # mark\n  b: 1", [(1, 4, 1)], id="behind a key"),
        pytest.param("{", [], id="no mark, no look"),
        pytest.param("a: 1 # mark\nb: [", [(1, 6, 1)], id="before a fault"),
    ],
)
def test_comments(text: str, found: list[tuple[int, int, int]]):
    assert [(c.line, c.column, c.about) for c in comments(text, MARK)] == found


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_both_parsers_find_the_same_comments(loader: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(yaml_events.yaml, "CSafeLoader", getattr(yaml_events.yaml, loader))
    text = "a: | # mark 1\n  # mark\n\n # mark 2\nb: 'x # mark\n  y' # mark 3\nc: >+\n  z\n\n# mark 4\n"
    assert [c.text for c in comments(text, MARK)] == [f" mark {n}" for n in (1, 2, 3, 4)]


def test_a_text_without_the_mark_is_not_parsed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(yaml_events, "_parser", None)
    assert comments("a: 1 # comment", MARK) == []


def test_many_comments_are_read_in_one_go():
    text = "# mark\n" * 20_000 + "a: 1 # mark\n"
    found = comments(text, MARK)
    assert len(found) == 20_001
    assert {c.about for c in found} == {20_001}
