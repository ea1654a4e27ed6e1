"""Places and members: which member stands for a topic level."""

from __future__ import annotations

import pytest

from uns.loading.faults import Faults
from uns.loading.yaml_events import Source, read
from uns.model.tree import (
    NO_MEMBERS,
    NO_NOTES,
    FirstLevel,
    Kind,
    Members,
    Origin,
    Place,
    PlaceKind,
)
from uns.topics.patterns import Pattern
from uns.topics.templates import Segment


def place(text: str, pattern: str | None = None) -> Place:
    segment = Segment.parse(text, Pattern(pattern) if pattern else None)
    return Place(PlaceKind.EQUIPMENT, segment, NO_MEMBERS)


PLACES = [place("a"), place(""), place("m[1..3]"), place("{n}", "[A-Z$]+"), place("$sys")]


@pytest.mark.parametrize(
    ("level", "index"),
    [
        pytest.param("a", 0, id="literal"),
        pytest.param("", 1, id="empty"),
        pytest.param("m2", 2, id="family"),
        pytest.param("m4", None, id="beyond-the-family"),
        pytest.param("ABC", 3, id="open-set"),
        pytest.param("abc", None, id="nothing"),
        pytest.param("$sys", 4, id="dollar-literal"),
        pytest.param("A$", 3, id="dollar-inside"),
    ],
)
def test_find(level: str, index: int | None) -> None:
    for members in (Members(PLACES), FirstLevel(PLACES)):
        assert members.find(level) is (None if index is None else PLACES[index])


def test_the_first_level_keeps_dollars_from_sets_and_names() -> None:
    assert Members(PLACES).find("$A") is PLACES[3]
    assert FirstLevel(PLACES).find("$A") is None
    assert FirstLevel(PLACES).find("$sys") is PLACES[4]


def test_members() -> None:
    members = Members(PLACES)
    assert list(members) == PLACES
    assert len(members) == 5
    assert members.families == (PLACES[2], PLACES[3])
    assert (len(NO_MEMBERS), list(NO_MEMBERS), NO_MEMBERS.find("a")) == (0, [], None)


def test_a_place_says_nothing_unless_told() -> None:
    found = PLACES[2]
    assert repr(found) == "<equipment 'm[1..3]'>"
    assert (found.type, found.endpoint, found.notes, found.open, found.origin) == (
        None, None, NO_NOTES, False, None,
    )  # fmt: skip
    with pytest.raises(AttributeError):
        NO_NOTES.label = "x"  # type: ignore[misc]


def test_words_of_the_language() -> None:
    assert [str(kind) for kind in Kind] == ["state", "event", "record", "command"]
    assert [str(kind) for kind in PlaceKind] == ["root", "equipment", "aspect", "level", "endpoint"]


def test_an_origin_finds_its_line_when_asked() -> None:
    source = Source("plant.yaml", "uns: 1\nsites:\n  lyon: {}\n")
    root = read(source, Faults())
    assert root is not None
    sites = root["sites"]
    assert str(Origin(source, sites.number, "lyon").span) == "plant.yaml:3:3"
