"""Edits put into texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.diagnostics import Edit, Span
from uns.linting.fixes import apply_fixes


def edit(line: int, column: int, end: int, text: str, file: str = "a", end_line: int = 0) -> Edit:
    return Edit(Span(file, line, column, end_line or line, end), text)


TEXT = "one\r\ntwo\u2028three é four\nfive"


@pytest.mark.parametrize(
    ("fixes", "text", "fixed"),
    [
        pytest.param([[edit(1, 1, 4, "1")]], "1\r\ntwo\u2028three é four\nfive", 1, id="one"),
        pytest.param([[edit(3, 9, 13, "4")]], "one\r\ntwo\u2028three é 4\nfive", 1, id="lines as YAML breaks them"),
        pytest.param([[edit(4, 1, 5, "5")], [edit(1, 1, 4, "1")]], "1\r\ntwo\u2028three é four\n5", 2, id="upwards"),
        pytest.param([[edit(1, 1, 4, "1"), edit(4, 1, 5, "5")]], "1\r\ntwo\u2028three é four\n5", 1, id="two places"),
        pytest.param([[edit(1, 1, 3, "x")], [edit(1, 2, 4, "y")]], "xe\r\ntwo\u2028three é four\nfive", 1, id="overlapping"),
        pytest.param([[edit(1, 1, 3, "x")], [edit(1, 3, 4, "y")]], "xy\r\ntwo\u2028three é four\nfive", 2, id="side by side"),
        pytest.param([[edit(1, 1, 3, "x")], [edit(1, 1, 3, "x")]], "xe\r\ntwo\u2028three é four\nfive", 2, id="the same twice"),
        pytest.param([[edit(1, 1, 1, "x")], [edit(1, 1, 1, "y")]], "xone\r\ntwo\u2028three é four\nfive", 1, id="put in at one place"),
        pytest.param([[edit(1, 1, 4, "x")], [edit(1, 2, 2, "y")]], "x\r\ntwo\u2028three é four\nfive", 1, id="put into what goes"),
        pytest.param([[edit(1, 1, 3, "x")], [edit(4, 1, 5, "5"), edit(1, 2, 4, "y")]], "xe\r\ntwo\u2028three é four\nfive", 1, id="whole or not at all"),
        pytest.param([[edit(1, 3, 4, "x", end_line=2)]], "onx\u2028three é four\nfive", 1, id="over two lines"),
        pytest.param([[edit(4, 5, 5, "!")]], "one\r\ntwo\u2028three é four\nfive!", 1, id="at the end"),
    ],
)  # fmt: skip
def test_fixes(fixes: list[list[Edit]], text: str, fixed: int):
    made = apply_fixes(map(tuple, fixes), {"a": TEXT, "b": TEXT})
    assert made == ({"a": text}, fixed)


def test_other_files_are_not_touched():
    assert apply_fixes([(edit(1, 1, 2, "x"), edit(1, 1, 2, "x", file="<std>"))], {"a": TEXT}) == (
        {},
        0,
    )
    assert apply_fixes([()], {"a": TEXT}) == ({}, 0)


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 4), st.text("xy", max_size=2)), max_size=8
    )
)
def test_a_fix_is_there_as_it_was_or_not_at_all(places: list[tuple[int, int, str]]):
    text = "abcdefghijklmnopqrstuvwxyz"[:24]
    fixes = [
        (edit(1, start + 1, min(start + length, 24) + 1, new.upper()),)
        for start, length, new in places
    ]
    made = apply_fixes(fixes, {"a": text})
    result = made.texts.get("a", text)
    # What no fix touches is there, in order.
    touched = {n for start, length, _ in places for n in range(start, start + length)}
    kept = [c for n, c in enumerate(text) if n not in touched]
    assert [c for c in result if c in set(kept)] == kept
    assert made.fixed <= len(fixes)
    assert bool(made.texts) == bool(made.fixed)
