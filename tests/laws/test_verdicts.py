"""What the verdict promises, against plants in operation: each pair of versions both ways.

Compatible means that nobody is worse off; breaking means that somebody is, who can be shown.
"""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uns
from tests.laws.judging import broken_by, judge, report
from tests.laws.plants import Plant
from tests.laws.versions import FAMILIES, Family, Slot, edits, loads
from tests.mutations import pairs

SLOTS = [
    pytest.param(family, slot, id=f"{family.name}, {slot.name}")
    for family in FAMILIES
    for slot in family.slots
]


@pytest.mark.slow
@pytest.mark.parametrize(("family", "slot"), SLOTS)
def test_one_edit_is_judged_by_what_it_does(family: Family, slot: Slot) -> None:
    wrong = report(edits(family, slot))
    assert not wrong, wrong


@st.composite
def histories(draw: st.DrawFn) -> list[str]:
    """Three versions of one model, each with up to three edits of the one before."""
    family = draw(st.sampled_from(FAMILIES))
    slots = st.sampled_from(family.slots)
    chosen: dict[str, int] = {}
    texts = []
    for _ in range(3):
        for slot in draw(st.lists(slots, min_size=1, max_size=3)):
            chosen[slot.name] = draw(st.integers(0, len(slot.variants) - 1))
        texts.append(family.text(chosen))
    return [text for text in texts if loads(text)]


@given(histories())
def test_several_edits_are_judged_by_what_they_do(versions: list[str]) -> None:
    wrong = report(itertools.permutations(versions, 2))
    assert not wrong, wrong


@pytest.mark.slow
@settings(max_examples=60, derandomize=True)
@given(pairs())
def test_any_change_is_judged_by_what_it_does(
    versions: tuple[uns.Namespace, uns.Namespace],
) -> None:
    wrong = [said for pair in both_ways(*versions) for said in broken_by(judge(*pair))]
    assert not wrong


def both_ways(old: uns.Namespace, new: uns.Namespace) -> list[tuple[Plant, Plant]]:
    """Two versions as plants, each of them once as the old one."""
    one, other = Plant(old), Plant(new)
    return [(one, other), (other, one)]


@pytest.mark.slow
@settings(max_examples=40)
@given(pairs())
def test_a_version_and_itself_do_not_differ(versions: tuple[uns.Namespace, uns.Namespace]) -> None:
    for namespace in versions:
        assert not uns.diff(namespace, namespace)


@pytest.mark.slow
@settings(max_examples=40)
@given(pairs())
def test_there_and_back(versions: tuple[uns.Namespace, uns.Namespace]) -> None:
    """What is gone one way is new the other way."""
    old, new = versions
    there, back = uns.diff(old, new), uns.diff(new, old)
    assert bool(there) == bool(back)
    assert there.kept == back.kept
