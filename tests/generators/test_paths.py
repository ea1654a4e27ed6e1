"""File names are safe on every system, and two texts never share one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.generators.hostile import texts
from uns.generators.paths import LONGEST_NAME, safe_name, topic_name, unsafe


@given(
    st.lists(texts | st.text(max_size=100), unique=True, max_size=8),
    st.sampled_from([safe_name, topic_name]),
)
def test_every_text_has_a_safe_name_of_its_own(found: list[str], name_of: object) -> None:
    names = [name_of(text) for text in found]  # type: ignore[operator]
    assert unsafe(f"{name}.md" for name in names) is None
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= LONGEST_NAME + 2 for name in names)
    assert all(name.isascii() and not name.startswith((".", "-")) for name in names)


@pytest.mark.parametrize("text", ["vtq.1", "job-order.1", "a_b", "0055", "info.1.producer"])
def test_a_plain_text_is_its_own_name(text: str) -> None:
    assert safe_name(text) == text


def test_slashes_and_dots_are_not_confused() -> None:
    assert len({topic_name(text) for text in ("a/b", "a.b", "a.b/c", "a/b.c", "a/b/c")}) == 5
    assert topic_name(".") != topic_name("/")


@pytest.mark.parametrize(
    "path",
    ["", "/a", "../a", "a/../b", "a//b", "a/", "con", "x/NUL.md", "a\\b", "c:x", "a.", "a ", "com1.txt", "x" * 241],
)  # fmt: skip
def test_a_path_that_cannot_be_written_everywhere(path: str) -> None:
    assert unsafe([path]) is not None


def test_two_paths_that_differ_in_case() -> None:
    assert "one file where case is ignored" in (unsafe(["a/b.md", "A/b.md"]) or "")
    assert unsafe(["a/b.md", "a/c.md"]) is None
