"""Texts that are not YAML: both parsers give one explanation, wherever a text breaks off.

The explanations of single slips are in tests/broken/text.yaml.
"""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from uns.diagnostics import Diagnostic
from uns.loading.faults import Faults
from uns.loading.loader import InvalidNamespace, loads
from uns.loading.syntax_faults import explain_character, name_of
from uns.loading.yaml_events import Source, read

MODEL = """\
uns: 1
include: [std]
classes:
  Filler:
    level: work_cell
    metrics: {speed: {type: number, unit: "1/min"}, mode: {type: enum, values: [a, b]}}
sites:
  lyon:   # the plant
    label: 'Lyon'
    lines:
      line[1..2]:
        cells: {filler: {class: Filler}}
clients:
  historian:
    subscribe:
      - lyon/#
"""


def faults_of(text: str) -> list[Diagnostic]:
    faults = Faults()
    read(Source("plant.yaml", text), faults)
    return list(faults)


@given(
    st.integers(0, len(MODEL)),
    st.integers(0, 3),
    st.sampled_from(
        [*"#:-[]{}'\",|>!&*%@`?\t\n\\ ", "\u00a0", "\uff1a", "\ufeff", "\u201c", ": ", " #", "x"]
    ),
)
def test_whatever_is_typed_where_there_is_an_answer(at: int, gone: int, typed: str) -> None:
    text = MODEL[:at] + typed + MODEL[at + gone :]
    for fault in faults_of(text):
        assert fault.span is not None
        assert fault.span.line <= text.count("\n") + 1
        if fault.code == "M101" and not fault.message.startswith("not YAML"):
            assert fault.help or fault.related


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(MODEL)),
            st.sampled_from([*"#:-[]{}',0\n ", "sites", "type", "areas:"]),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_a_model_with_slips_loads_or_has_faults_with_places(slips: list[tuple[int, str]]) -> None:
    text = MODEL
    for at, typed in slips:
        text = text[:at] + typed + text[at:]
    try:
        loads(text)
    except InvalidNamespace as invalid:
        for fault in invalid.diagnostics:
            assert fault.span is not None
            assert fault.span.line <= text.count("\n") + 1
            assert fault.message


@given(st.integers(0, len(MODEL)))
def test_wherever_a_model_breaks_off_there_is_an_answer(at: int) -> None:
    for fault in faults_of(MODEL[:at]):
        assert not fault.message.startswith("not YAML")


SLIPS = [
    pytest.param("a: {b: #}\n", id="comment"),
    pytest.param("a: {b: {c}/d}\n", id="brackets"),
    pytest.param("a:\n  b c\n  d: e\n", id="missing colon"),
    pytest.param("a: b: c\n", id="second colon"),
    pytest.param("a: 'b'c\n", id="quotes"),
    pytest.param('a: "\\d"\n', id="escape"),
    pytest.param("a: >b\n", id="block text"),
    pytest.param("a: {" + "k" * 1_100 + ": c}\n", id="long key"),
]


@pytest.mark.parametrize("text", SLIPS)
def test_both_parsers_give_one_explanation(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = faults_of(text)
    assert [fault.code for fault in found] == ["M101"]
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert faults_of(text) == found


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("\u0007", "1:4"),
        ("x\n\ud83d\ude00\u0000".encode("utf-16", "surrogatepass").decode("utf-16"), "2:2"),
    ],
    ids=["bell", "null after a character of two units"],
)
def test_the_first_character_that_yaml_does_not_allow(typed: str, span: str) -> None:
    fault = explain_character("a: " + typed)
    assert fault is not None
    assert f"{fault.place[0] + 1}:{fault.place[1] + 1}" == span


def test_a_text_that_yaml_allows() -> None:
    assert explain_character("a: é\t\n") is None


def test_a_character_without_a_name() -> None:
    assert name_of("\x07") == "U+0007"
