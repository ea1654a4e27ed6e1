"""No text of a model becomes markup: read by a real reader of Markdown, tables and autolinks with it."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.generators.hostile import texts
from uns.diagnostics import visible
from uns.generators.document.escapes import cell, code, json_block, mermaid, paragraph, prose

READER = MarkdownIt("gfm-like", {"html": True})


def inline(text: str) -> list[Token]:
    (_, found, _) = READER.parse(text)
    return found.children or []


def words(tokens: list[Token]) -> str:
    return "".join(token.content for token in tokens)


def shown(text: str) -> str:
    """What a reader of one line should see."""
    return visible(re.sub(r"\s+", " ", text).strip())


@given(texts | st.text(max_size=40))
def test_a_paragraph_is_one_paragraph_of_the_same_words(text: str) -> None:
    if not shown(text):
        assert paragraph(text) == ""
        return
    tokens = READER.parse(f"{paragraph(text)}\n")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {token.type for token in children} <= {"text", "text_special"}
    assert words(children) == shown(text)


@given(texts | st.text(max_size=40))
def test_code_is_the_text_letter_by_letter(text: str) -> None:
    children = inline(f"x {code(text)} x")
    assert {token.type for token in children} <= {"text", "text_special", "code_inline"}
    assert words(children).strip("x").strip() == (visible(text).strip() or '""')


@given(st.lists(texts | st.text(max_size=20), min_size=2, max_size=4))
def test_a_row_has_the_cells_it_was_given(row: list[str]) -> None:
    for write in (cell, code):
        line = f"| {' | '.join(map(write, row))} |"
        head = f"| {' | '.join('h' * len(row))} |\n|{'---|' * len(row)}"
        tokens = READER.parse(f"{head}\n{line}\n")
        cells = [tokens[at + 1] for at, token in enumerate(tokens) if token.type == "td_open"]
        assert len(cells) == len(row)
        for found, text in zip(cells, row, strict=True):
            children = found.children or []
            assert {token.type for token in children} <= {"text", "text_special", "code_inline"}
            expected = shown(text) if write is cell else visible(text).strip() or '""'
            assert words(children).strip() == expected


@given(texts | st.text(max_size=80))
def test_a_label_of_mermaid_ends_where_it_should(text: str) -> None:
    label = mermaid(text)
    assert re.fullmatch(r'"([\w /.,:()\[\]+-]|#\d+;)+"', label)
    assert not re.search(r"[.)+-] ", label)
    read = re.sub(r"#(\d+);", lambda found: chr(int(found[1])), label[1:-1])
    assert read == (
        shown(text) if len(shown(text)) <= 60 else f"{shown(text)[:57]}..."
    ) or not shown(text)


@given(
    st.recursive(
        texts | st.integers() | st.none(), lambda v: st.lists(v) | st.dictionaries(texts, v)
    )
)
def test_json_stays_json_and_can_be_seen(value: object) -> None:
    text = json_block(value)
    assert json.loads(text) == value
    assert not any(unicodedata.category(c) in {"Cf", "Zl", "Zp"} for c in text)
    assert "\n```" not in text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Glass line 1", "Glass line 1"),
        ("production_line", "production_line"),
        ("_info", "\\_info"),
        ("see https://example.com", "see https\\://example\\.com"),
        ("a@example.com", "a\\@example\\.com"),
        ("version 1.4.0. Next", "version 1.4.0. Next"),
        ("5 < 6 & so", "5 \\< 6 \\& so"),
        ("a\n\nb", "a b"),
    ],
)
def test_what_is_plain_stays_readable(text: str, written: str) -> None:
    assert prose(text) == written


@pytest.mark.parametrize(
    "text", ["# a", "- a", "+ a", "> a", "1. a", "12) a", "=", "---", "a\n===", ": a"]
)
def test_a_paragraph_starts_no_block(text: str) -> None:
    assert [t.type for t in READER.parse(paragraph(text))] == [
        "paragraph_open",
        "inline",
        "paragraph_close",
    ]
