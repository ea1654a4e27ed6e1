"""Texts that look like families: found in all notations, and no ordinary name is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.topics.test_templates import segments
from uns.topics.lookalikes import meant_family
from uns.topics.templates import Segment


@pytest.mark.parametrize(
    ("text", "family"),
    [
        *(
            (text, "vat[1..6]")
            for text in [
                "vat[1-6]", "vat[1:6]", "vat1..6", "vat(1..6)", "vat{1..6}", "vat[1…6]", "vat<1-6>",
                "vat[1–6]", "vat[1 - 6]", "vat[1...6]", "vat[1 .. 6]", "vat[1to6]", "vat[1~6]",
                "vat{1-6}", "vat(1-6)", "vat1…6", "vat<1..6>",
            ]
        ),
        ("vat (1..6)", "vat [1..6]"),
        ("vat[*]", "vat[1..9]"),
        ("vat(*)", "vat[1..9]"),
        ("vat[01-06]", "vat[01..06]"),
        ("vat[1-3,5-7]", "vat[1..3,5..7]"),
        ("vat[1-3,5]", "vat[1..3,5]"),
        ("vat[1-6]-in", "vat[1..6]-in"),
        ("vat[a-f]", "vat[a,b,c,d,e,f]"),
        ("[1-6]", "[1..6]"),
        ("1..6", "[1..6]"),
    ],
)  # fmt: skip
def test_what_was_meant(text: str, family: str) -> None:
    assert meant_family(text) == family
    assert Segment.parse(family).count != 1


@pytest.mark.parametrize(
    "text",
    [
        "vat", "vat1", "vat1-6", "line 1-6", "vat1.6", "v1.2.3", "vat[1..6]", "vat[01..06,8]", "vat[a,b]",
        "side[left,right]", "{serial}", "k{id}x", "gear(1:6)", "gear (1:6)", "pump (A-B)", "Pt(100)",
        "range(100-200)", "tank (1-6)", "T<1>", "vat[6-1]", "bin[0-10,10-20]", "vat[[1-6]", "vat{{1..6}",
        "2024-01", "[2024-01,2024-02]", "x...", "..", "a..b", "ISO 9001:2015", "10:30", "vat[n]", "vat[5]",
        "1.2...", "a[b-cd]", "(x)", "[a-A]", "*", "vat*", "",
    ],
)  # fmt: skip
def test_ordinary_texts(text: str) -> None:
    assert meant_family(text) is None


@given(segments())
def test_what_is_a_family_is_not_said_to_be_none(segment: Segment) -> None:
    if segment.count != 1 and all(part.isascii() for part in segment.text):
        again = meant_family(segment.text)
        assert again is None or again != segment.text
