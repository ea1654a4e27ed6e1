"""Findings and errors: how they are drawn, what is never drawn raw, and what was probably meant."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hidden import VALID, hidden
from uns.diagnostics import (
    EXCERPT,
    NEAR_CANDIDATES,
    Diagnostic,
    InvalidText,
    Severity,
    Span,
    draw,
    excerpt,
    near,
    visible,
    visible_json,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("line-1 é 漢 😀", "line-1 é 漢 😀", id="letters"),
        pytest.param("a\tb\nc\rd\0", "a\\tb\\nc\\rd\\0", id="controls-with-a-name"),
        pytest.param("\x1b[31m", "\\x1b[31m", id="escape"),
        pytest.param("\x7f\x85", "\\x7f\\x85", id="other-controls"),
        pytest.param("a\u00a0b", "a\\xa0b", id="look-alike-space"),
        pytest.param("\u202eabc", "\\u202eabc", id="right-to-left"),
        pytest.param("a\u200bb", "a\\u200bb", id="zero-width"),
        pytest.param("\u2028\u2029", "\\u2028\\u2029", id="separators"),
        pytest.param("\ud800", "\\ud800", id="surrogate"),
        pytest.param("\ue000", "\\ue000", id="private"),
        pytest.param("\U000e0001", "\\U000e0001", id="tag"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters()))
def test_what_is_visible_stays_so(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert shown.isprintable()
    assert len(shown.splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        pytest.param("acme/#/x", (5, 6), ("acme/#/x", "     ^"), id="one"),
        pytest.param("acme", (1, 3), ("acme", " ^^"), id="two"),
        pytest.param("acme", (4, 4), ("acme", "    ^"), id="at-the-end"),
        pytest.param("", (0, 0), ("", "^"), id="nothing"),
        pytest.param("\x1bx", (1, 2), ("\\x1bx", "    ^"), id="after-what-is-escaped"),
        pytest.param("a\nb", (1, 2), ("a\\nb", " ^^"), id="what-is-escaped"),
        pytest.param("漢漢x", (2, 3), ("漢漢x", "    ^"), id="after-wide-characters"),
        pytest.param("漢x", (0, 1), ("漢x", "^^"), id="wide-character"),
        pytest.param("e\u0301x", (2, 3), ("e\u0301x", " ^"), id="after-a-combining-mark"),
    ],
)
def test_excerpt(text: str, span: tuple[int, int], expected: tuple[str, str]) -> None:
    assert excerpt(text, *span) == expected


@given(st.text(max_size=400), st.integers(0, 400), st.integers(0, 400))
def test_an_excerpt_is_short_and_shows_the_place(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    line, caret = excerpt(text, start, end)
    assert line.isprintable()
    assert len(line) <= EXCERPT * len("\\U000e0001") + len("......")
    assert set(caret) <= {" ", "^"}
    assert "^" in caret
    if start < end and text[start].isascii() and text.isascii() and text.isprintable():
        assert line[caret.index("^")] == text[start]


SPAN = Span("plant.uns.yaml", 12, 5, 12, 10, "  - Filer")
OTHER = Span("a.yaml", 3, 1, 4, 2, "Filler: {")


def finding(**more: object) -> Diagnostic:
    return Diagnostic("M301", "undefined-class", Severity.ERROR, "no class", **more)  # type: ignore[arg-type]


DRAWN = [
    pytest.param(finding(), ["error[M301]: no class  (undefined-class)"], id="no-place"),
    pytest.param(
        finding(span=SPAN),
        [
            "error[M301]: no class  (undefined-class)",
            "   --> plant.uns.yaml:12:5",
            "    |",
            " 12 |   - Filer",
            "    |     ^^^^^",
        ],
        id="place",
    ),
    pytest.param(
        finding(span=SPAN, help="first\nsecond", related=((OTHER, "declared here"),)),
        [
            "error[M301]: no class  (undefined-class)",
            "   --> plant.uns.yaml:12:5",
            "    |",
            " 12 |   - Filer",
            "    |     ^^^^^",
            "   ::: a.yaml:3:1",
            "    |",
            "  3 | Filler: {",
            "    | --------- declared here",
            "    = help: first",
            "            second",
        ],
        id="other-place-and-help",
    ),
    pytest.param(
        finding(related=((Span("a.yaml", 3, 1, 3, 2), "here"),)),
        ["error[M301]: no class  (undefined-class)", "  ::: a.yaml:3:1", "   | here"],
        id="other-place-without-a-line",
    ),
]


@pytest.mark.parametrize(("diagnostic", "lines"), DRAWN)
def test_draw(diagnostic: Diagnostic, lines: list[str]) -> None:
    assert draw(diagnostic).splitlines() == lines


def test_a_finding_in_one_line() -> None:
    assert str(finding(span=SPAN)) == "plant.uns.yaml:12:5: error[M301]: no class"
    assert str(Span("a\x1bb", 1, 2, 1, 3)) == "a\\x1bb:1:2"


def test_findings_are_values() -> None:
    assert finding(span=SPAN) == finding(span=SPAN)
    assert len({finding(span=SPAN), finding(span=SPAN), finding()}) == 2
    assert pickle.loads(pickle.dumps(finding(span=SPAN))) == finding(span=SPAN)
    assert SPAN > OTHER


def test_severities() -> None:
    assert Severity.INFO < Severity.WARNING < Severity.ERROR
    assert [str(severity) for severity in Severity] == ["info", "warning", "error"]


def test_invalid_text() -> None:
    error = InvalidText("acme/#/x", (5, 6), "'#' must be the last level", "MQTT-4.7.1-1")
    assert str(error).splitlines() == [
        "not a text: '#' must be the last level [MQTT-4.7.1-1]",
        "  acme/#/x",
        "       ^",
    ]
    assert str(InvalidText("x", (0, 1), "no")) == "not a text: no\n  x\n  ^"
    copied = pickle.loads(pickle.dumps(error))
    assert (copied.text, copied.span, copied.reason, copied.clause) == (
        error.text, error.span, error.reason, error.clause,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("word", "candidates", "meant"),
    [
        pytest.param("Filer", ["Filler", "Palletiser"], "Filler", id="letter-missing"),
        pytest.param("filler", ["FILLER", "miller"], "FILLER", id="case"),
        pytest.param("Filler", ["Filler"], "Filler", id="the-same"),
        pytest.param("zebra", ["Filler", "Palletiser"], None, id="nothing-close"),
        pytest.param("metric", ["metrics", "topics"], "metrics", id="plural"),
        pytest.param("x", [], None, id="nothing-at-all"),
        pytest.param("", ["a"], None, id="no-word"),
        pytest.param("a" * 1_000, ["a" * 1_000 + "b"], None, id="too-long-to-compare"),
        pytest.param("Filer", ["F" * 1_000, "Filler"], "Filler", id="long-candidates"),
    ],
)
def test_near(word: str, candidates: list[str], meant: str | None) -> None:
    assert near(word, candidates) == meant


def test_near_looks_at_so_many_only() -> None:
    looked_at = []

    def candidates() -> object:
        for number in range(10**9):
            looked_at.append(number)
            yield f"c{number}"

    assert near("zebra", candidates()) is None  # type: ignore[arg-type]
    assert len(looked_at) == NEAR_CANDIDATES


@pytest.mark.parametrize("text", [t for t in VALID if "\u3000" not in t], ids=ascii)
def test_text_of_every_language_is_visible_as_it_is(text: str):
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\u200db", "a\\u200db", id="between Latin letters"),
        pytest.param("ли\u200cния", "ли\\u200cния", id="between Cyrillic letters"),
        pytest.param("\u200dم", "\\u200dم", id="at the start"),
        pytest.param("م\u200c", "م\\u200c", id="at the end"),
        pytest.param("م\u200c\u200cم", "م\\u200c\\u200cم", id="two in a row"),
        pytest.param("م\u200c\u202eم", "م\\u200c\\u202eم", id="beside a change of direction"),
    ],
)
def test_a_joiner_that_joins_nothing_is_escaped(text: str, shown: str):
    assert visible(text) == shown


@given(st.text() | st.text(st.sampled_from('\x7f\u202e\u200c\u200d\U000e0041م👩a\n"\\')))
def test_visible_json_is_the_same_value_without_hidden_characters(text: str):
    for layout in ({}, {"indent": 2}, {"ensure_ascii": True}):
        written = visible_json({text: [text]}, **layout)
        assert json.loads(written) == {text: [text]}
        assert hidden(written) == set()
