"""What filters hit, what they miss, and which of a list could go."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from uns.model.filter_reports import FilterFact, report_filter, review_filters
from uns.testing import topic_filters
from uns.topics.names_and_filters import FilterSet, InvalidTopicFilter

BOTTLING = Path(__file__).parent.parent.parent / "examples" / "bottling" / "bottling.uns.yaml"


@pytest.fixture(scope="module")
def ns() -> uns.Namespace:
    return uns.load(BOTTLING)


def test_a_report_counts_by_level_class_and_payload(ns: uns.Namespace):
    report = report_filter(ns, "bottlingcompany/munich/bottling/line1/#")
    assert report.template_count == len(report.templates) == 29
    assert report.topics == 29
    assert report.by_level == {"production_line": 6, "work_cell": 23}
    assert report.by_class == {
        "BottlingLine": 6, "ConveyedMachine": 7, "Filler": 10, "Palletiser": 6
    }  # fmt: skip
    assert report.by_payload["vtq/1"] == 13


def test_porto_is_the_near_miss_of_the_filter_everybody_writes(ns: uns.Namespace):
    report = report_filter(ns, "bottlingcompany/+/bottling/+/+/conveyorspeed")
    assert report.topics == 9
    (miss,) = report.near_misses
    assert miss.filter == "bottlingcompany/+/+/+/conveyorspeed"
    assert [template.text for template in miss.templates] == [
        "bottlingcompany/porto/line1/machine1/conveyorspeed",
        "bottlingcompany/porto/line1/machine2/conveyorspeed",
    ]


def test_a_shared_subscription_is_reported_by_its_filter(ns: uns.Namespace):
    assert report_filter(ns, "$share/g/bottlingcompany/#").topics == 159


def test_a_neighbour_that_would_be_a_shared_subscription_is_left_out(ns: uns.Namespace):
    assert report_filter(ns, "a/$share/+").templates == ()


def test_an_open_set_has_no_number():
    ns = uns.loads(
        """
        uns: 1
        sites:
          lyon:
            work_cells: {"{serial}": {pattern: "[A-Z]{2}", metrics: {x: {type: number}}}}
        topic: {containment: free}
        """
    )
    report = report_filter(ns, "#")
    assert (report.topics, report.template_count) == (None, 1)


def test_what_is_no_filter_is_refused(ns: uns.Namespace):
    with pytest.raises(InvalidTopicFilter):
        report_filter(ns, "a/#/b")


@pytest.mark.parametrize(
    ("filters", "facts"),
    [
        pytest.param(["a", "b"], [], id="nothing to say"),
        pytest.param(["a", "a"], [(1, "duplicate")], id="twice"),
        pytest.param(["#", "+/#"], [(1, "duplicate")], id="one meaning in two spellings"),
        pytest.param(["a/b", "a/#"], [(0, "covered")], id="covered by a later one"),
        pytest.param(
            ["#", "+", "+/+/#"], [(1, "covered"), (2, "covered")], id="the earlier of equals stays"
        ),
        pytest.param(["+", "+/+/#", "#"], [(2, "covered")], id="covered by two together"),
        pytest.param(["a/#", "a", "a/+"], [(1, "covered"), (2, "covered")], id="parts of a whole"),
        pytest.param(["$share/g/a", "$share/h/#"], [], id="groups do not cover each other"),
        pytest.param(["$share/g/a", "$share/g/#"], [(0, "covered")], id="one group does"),
        pytest.param(["#", "$SYS/#"], [], id="# takes no $ topic"),
        pytest.param(
            ["", "a/#/b", "a+"], [(0, "invalid"), (1, "invalid"), (2, "invalid")], id="no filters"
        ),
    ],
)
def test_reviewing_a_list(filters: list[str], facts: list[tuple[int, str]]):
    assert [(f.index, f.fact.value) for f in review_filters(filters)] == facts


def test_reviewing_against_a_namespace(ns: uns.Namespace):
    filters = [
        "bottlingcompany/#",
        "bottlingcompany/+/botling/#",
        "bottlingcompany/porto/line1/oee",
    ]
    findings = [(f.index, f.fact) for f in review_filters(filters, ns)]
    assert (0, FilterFact.OVER_BROAD) in findings
    assert (1, FilterFact.DEAD) in findings
    assert not [f for f in findings if f[0] == 2 and f[1] is not FilterFact.COVERED]


def test_a_dead_filter_says_what_was_meant(ns: uns.Namespace):
    (finding,) = review_filters(["bottlingcompany/porto/bottling/line1/oee"], ns)
    assert finding.message == (
        "no topic of the namespace matches; 'bottlingcompany/porto/line1/oee' would hit "
        "bottlingcompany/porto/line1/oee"
    )


def test_a_filter_into_an_open_subtree_is_not_dead():
    ns = uns.loads("uns: 1\nsites: {lyon: {open: true}}")
    assert review_filters(["lyon/anything/#"], ns) == ()


@pytest.mark.parametrize(
    ("filters", "index", "others"),
    [
        pytest.param(["a/#", "a/b"], 1, (0,), id="covered"),
        pytest.param(["a/b", "a/b"], 1, (0,), id="the same"),
        pytest.param(["a/+", "b", "a/+/+/#", "a/+/#"], 3, (0, 2), id="by two together"),
    ],
)
def test_a_finding_names_the_filters_that_are_the_reason(
    filters: list[str], index: int, others: tuple[int, ...]
):
    found = [f for f in review_filters(filters) if f.index == index]
    assert [f.others for f in found] == [others]


def test_filters_of_thousands_of_levels_are_reviewed(ns: uns.Namespace):
    deep = "/".join(["+"] * 20_000)
    facts = [(f.index, f.fact) for f in review_filters(["a/#", deep, "#"], ns)]
    assert (0, FilterFact.COVERED) in facts
    assert (1, FilterFact.DEAD) in facts


@given(st.lists(topic_filters(), min_size=1, max_size=5))
def test_dropping_what_is_covered_loses_nothing(filters: list[str]):
    dropped = {f.index for f in review_filters(filters)}
    kept = [f for i, f in enumerate(filters) if i not in dropped]
    assert FilterSet(kept) == FilterSet(filters)
