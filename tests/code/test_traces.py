"""How far texts with open places agree with a tree."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import uns
from tests.models import namespaces, topics
from uns.code import traces
from uns.code.traces import HOLE, TopicTree, is_slip, pieces
from uns.model.tree import NO_MEMBERS, Members, Place, PlaceKind
from uns.topics.templates import Segment

NS = uns.loads(
    """
    uns: 1
    topic: {containment: free}
    enterprise:
      acme:
        sites:
          lyon: {metrics: {power: {type: number}}, lines: {"line[1..3]": {metrics: {speed: {type: number}}}}}
          "{city}": {pattern: "x[a-z]+", metrics: {power: {type: number}}}
          oslo: {open: true}
    """
)
TREE = TopicTree(NS._tree.top)

TRACES = [
    pytest.param("acme/lyon/line2/speed", 4, True, id="a topic"),
    pytest.param("acme/lyon", 2, True, id="a position"),
    pytest.param("acme/rome/line2", 1, False, id="a level that is not there"),
    pytest.param("acme/lyon/line4", 2, False, id="not one of a family"),
    pytest.param("acme/lyon/line2/speed/x", 4, False, id="below a topic"),
    pytest.param("acme/+/line2/speed", 4, True, id="a wildcard"),
    pytest.param("+/+/+/+/+/+", 4, True, id="wildcards reach below the open node"),
    pytest.param("acme/lyon/+/+/+", 4, False, id="a wildcard too many"),
    pytest.param("acme/lyon/#", 3, True, id="all below"),
    pytest.param("acme/{}/speed", 2, True, id="a hole for the open node"),
    pytest.param("{}/line2/speed", 3, True, id="a hole for two levels"),
    pytest.param("acme/lyon/{}/power", 3, False, id="no level between"),
    pytest.param("acme/lyon/{}/{}", 4, True, id="two holes"),
    pytest.param("acme/lyon/{}/{}/{}", 4, False, id="a hole too many"),
    pytest.param("acme/lyon/{}/#", 4, True, id="all below a hole"),
    pytest.param("{}/power/#", 3, True, id="a # takes the level above it"),
    pytest.param("{}/speed", 2, True, id="a hole at the start"),
    pytest.param("acme/ly{}", 2, True, id="a hole for the rest of a level"),
    pytest.param("acme/l{}d", 2, True, id="a hole for parts of two levels"),
    pytest.param("acme/ly{}/x", 2, False, id="and nothing fits behind it"),
    pytest.param("acme/r{}", 1, False, id="no such start, not of the set either"),
    pytest.param("acme/xy{}z", 2, True, id="one of the set"),
    pytest.param("acme/lyon/{}.json", 2, False, id="no such end"),
    pytest.param("acme/lyon/{}e3", 3, True, id="the end of one of a family"),
    pytest.param("acme/lyon/{}e4", 2, False, id="the end of none of a family"),
    pytest.param("acme/lyon/li{}2/speed", 4, True, id="inside a family"),
    pytest.param("acme/xa/power", 3, True, id="a set"),
    pytest.param("acme/oslo/any/thing", 2, True, id="below an open node"),
    pytest.param("acme/lyon/", 3, True, id="something follows"),
    pytest.param("acme/lyon/power/", 3, False, id="nothing can follow"),
]


@pytest.mark.parametrize(("text", "reached", "fits"), TRACES)
def test_traces(text: str, reached: int, fits: bool):
    found = TREE.trace(pieces(text.replace("{}", HOLE)))
    assert (found.reached, found.fits) == (reached, fits)


def test_sets_that_take_any_name_are_no_evidence():
    assert TREE.trace(pieces("acme/xa/power")).closed == (True, False, True)
    assert TREE.trace(pieces("acme/lyon/line1")).closed == (True, True, True)


def test_names_where_it_stops():
    found = TREE.trace(pieces("acme/lyno"))
    assert list(found.names()) == ["lyon", "oslo"]
    assert TREE.takes_for_slip("lyno", found)
    assert not TREE.takes_for_slip("rome", found)
    assert not TREE.takes_for_slip("poewr", found)
    assert TREE.takes_for_slip("line7", TREE.trace(pieces("acme/lyon/x")))


def test_among_many_names_any_name_counts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(traces, "MOST_COMPARED", 1)
    assert TREE.takes_for_slip("poewr", TREE.trace(pieces("acme/lyno")))


def test_the_vocabulary():
    names = TREE
    assert all(name in names for name in ["acme", "lyon", "line3", "speed", "power"])
    assert not any(name in names for name in ["line4", "xa", "{city}", ""])
    assert names.has_slip("poewr")
    assert not names.has_slip("energy")


@pytest.mark.parametrize(
    ("level", "name", "slip"),
    [
        pytest.param("Line1", "line1", True, id="case"),
        pytest.param("fill-level", "fill_level", True, id="separators"),
        pytest.param("speeed", "speed", True, id="one more"),
        pytest.param("sped", "speed", True, id="one less"),
        pytest.param("spead", "speed", True, id="another"),
        pytest.param("sepед", "speed", False, id="several"),
        pytest.param("psede", "speed", False, id="two swaps"),
        pytest.param("sepde", "speed", False, id="not next to each other"),
        pytest.param("spede", "speed", True, id="swapped"),
        pytest.param("oe", "oee", False, id="too short to tell"),
        pytest.param("", "x", False, id="nothing"),
        pytest.param("-", "_", False, id="separators alone"),
        pytest.param("state", "status", False, id="two letters"),
    ],
)
def test_slips(level: str, name: str, slip: bool):
    assert is_slip(level, name) is slip
    assert is_slip(name, level) is slip


@given(st.text("ab-", max_size=6), st.text("ab-", max_size=6))
def test_a_slip_is_one_edit(one: str, other: str):
    """Against the definition: what one edit makes of a name."""
    a, b = one.replace("-", ""), other.replace("-", "")
    edits = {a[:n] + a[n + 1 :] for n in range(len(a))}
    edits |= {a[:n] + letter + a[n:] for n in range(len(a) + 1) for letter in "ab"}
    edits |= {a[:n] + letter + a[n + 1 :] for n in range(len(a)) for letter in "ab"}
    edits |= {a[:n] + a[n + 1] + a[n] + a[n + 2 :] for n in range(len(a) - 1)}
    expected = bool(a) and (a == b or (min(len(a), len(b)) >= 4 and b in edits))
    assert is_slip(one, other) is expected


@given(namespaces(), topics(), st.data())
def test_a_topic_fits_whatever_part_of_it_is_left_open(
    ns: uns.Namespace, other: str, data: st.DataObject
):
    """So nothing that may become a topic of the namespace is ever called dead."""
    modelled = list(itertools.islice(ns.topics(open="skip"), 50))
    topic = data.draw(st.sampled_from([*modelled, other]))
    assume(ns.resolve(topic) or topic in ns)
    tree = TopicTree(ns._tree.top)
    start = data.draw(st.integers(0, len(topic)))
    end = data.draw(st.integers(start, len(topic)))
    assert tree.trace(pieces(topic[:start] + HOLE + topic[end:])).fits
    levels = [data.draw(st.sampled_from([level, "+"])) for level in topic.split("/")]
    if levels[-1] != "":
        assert tree.trace(pieces("/".join(levels))).fits


@given(st.text("abx-", max_size=6), st.lists(st.text("ab-", min_size=1, max_size=6), max_size=4))
def test_a_slip_of_any_name_is_a_slip_of_one(level: str, names: list[str]):
    places = [Place(PlaceKind.EQUIPMENT, Segment.fixed(name), NO_MEMBERS) for name in names]
    expected = any(is_slip(level, name) for name in names)
    assert TopicTree(Members(places)).has_slip(level) is expected
