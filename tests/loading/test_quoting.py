"""Texts in a line of YAML: where a value ends, what a comment hides, and quotes that YAML reads."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.accepting import LOADER
from uns.loading.quoting import (
    LONGEST_QUOTED,
    eaten_text,
    eaten_value,
    quoted,
    value_around,
    value_text,
)


@pytest.mark.parametrize(
    ("line", "start", "text"),
    [
        pytest.param("unit: {rev}/min", 6, "{rev}/min", id="to the end of the line"),
        pytest.param("unit: [in_i]  # inch", 6, "[in_i]", id="to a comment"),
        pytest.param("label: a#b", 7, "a#b", id="a # inside a word"),
        pytest.param("{unit: mm[Hg], min: 0}", 7, "mm[Hg]", id="to a comma in brackets"),
        pytest.param("{unit: [psi]}", 7, "[psi]", id="to the closing bracket"),
        pytest.param('{label: "}", unit: {a}}', 19, "{a}", id="a bracket in quotes does not count"),
        pytest.param("  unit: {rev}/min},", 8, "{rev}/min", id="brackets of an earlier line"),
        pytest.param("label: Lyon, France", 7, "Lyon, France", id="a comma without brackets"),
    ],
)
def test_where_a_value_ends(line: str, start: int, text: str) -> None:
    assert value_text(line, start) == text


@pytest.mark.parametrize(
    ("line", "column", "text"),
    [
        pytest.param("p: {type: number, unit: mm[Hg]}", 26, "mm[Hg]", id="inside brackets"),
        pytest.param("    pattern: [A-Z]{2}", 18, "[A-Z]{2}", id="behind a list"),
        pytest.param("    pattern: [A-Z]+ # x", 18, "[A-Z]+", id="before a comment"),
        pytest.param("p: {a: [1, 2] b: 3}", 14, None, id="a comma is missing"),
        pytest.param("p: {lyon: {} paris: {}}", 13, None, id="a comma between mappings is missing"),
        pytest.param("label: plain", 9, None, id="no brackets"),
    ],
)
def test_a_value_with_brackets(line: str, column: int, text: str | None) -> None:
    assert value_around(line, column) == text


@pytest.mark.parametrize(
    ("rest", "text"),
    [
        pytest.param(" #", "#", id="a topic filter"),
        pytest.param(" #  # all of it", "#", id="a topic filter and a comment"),
        pytest.param("  #3 of 4", "#3 of 4", id="a number"),
        pytest.param(" #3 # third", "#3", id="a number and a comment"),
        pytest.param(" # comment", None, id="a comment"),
        pytest.param(" ## comment", None, id="a comment with two signs"),
        pytest.param(" #-------", None, id="a line"),
        pytest.param("#", None, id="no space before it"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_text_that_yaml_takes_for_a_comment(rest: str, text: str | None) -> None:
    assert eaten_text("label:" + rest, 6) == text


@pytest.mark.parametrize(
    ("line", "found"),
    [
        pytest.param("{subscribe: #}", (12, "#"), id="in a mapping"),
        pytest.param("subscribe: [#, a/b]", (12, "#"), id="in a list"),
        pytest.param("[a, #]  # all", (4, "#"), id="at the end of a list"),
        pytest.param("{a: b,  # see [1]", None, id="a comment with both brackets"),
        pytest.param("{a: b # }", None, id="a comment after a value"),
        pytest.param("{a: 'x, #}'}", None, id="in quotes"),
    ],
)
def test_a_value_that_hides_brackets(line: str, found: tuple[int, str] | None) -> None:
    assert eaten_value(line) == found


@given(st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=LONGEST_QUOTED))
def test_yaml_reads_a_quoted_text_as_it_is(text: str) -> None:
    assert yaml.load(quoted(text), LOADER) == text


@given(st.text("a:#[]{}, '\"\\-\t", max_size=30), st.integers(0, 30))
def test_every_line_has_an_answer(line: str, column: int) -> None:
    for function in (value_text, value_around, eaten_text):
        text = function(line, column)
        assert text is None or text in line
    found = eaten_value(line)
    assert found is None or line[found[0] :].startswith(found[1])
