"""What no filter takes, compared with every topic held against every filter."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from tests.models import filters, namespaces
from uns.counts import NO_END
from uns.linting.coverage import MOST, find_untaken
from uns.rules import Survey
from uns.topics.names_and_filters import TopicFilter

some_filters = st.lists(filters().map(TopicFilter), max_size=4)


@given(namespaces(), some_filters)
def test_what_is_not_taken_is_counted_exactly(ns: uns.Namespace, wanted: list[TopicFilter]):
    found = find_untaken(Survey(ns), wanted, lambda _: True)
    closed = [t for t in ns.topics(open="skip") if not any(f.matches(t) for f in wanted)]
    counts = [one.topics for one in found]
    if NO_END not in counts:
        assert sum(counts) == len(closed)
    else:
        assert any("{" in template.text for template in ns.templates())
    assert all(one.topics > 0 for one in found)


@given(namespaces(), some_filters)
def test_examples_are_templates_of_the_model(ns: uns.Namespace, wanted: list[TopicFilter]):
    declared = [template.text for template in ns.templates()]
    for one in find_untaken(Survey(ns), wanted, lambda _: True):
        levels = one.example.split("/")
        # A filter may name one of a family: then the example has that level in its place.
        assert any(len(text.split("/")) == len(levels) for text in declared), one.example


@given(namespaces(), some_filters)
def test_all_that_is_wanted_is_taken_by_everything(ns: uns.Namespace, wanted: list[TopicFilter]):
    everything = [*wanted, TopicFilter("#"), TopicFilter("$x/#")]
    assert find_untaken(Survey(ns), everything, lambda _: True) == []


def test_a_model_with_much_that_is_not_taken_is_told_in_a_few_findings():
    nodes = {f"s{n}": {"metrics": {f"m{n}": {"type": "number"}, "x": {"type": "number"}}} for n in range(500)}  # fmt: skip
    ns = uns.loads(json.dumps({"uns": 1, "sites": nodes}))
    found = find_untaken(Survey(ns), [TopicFilter("+/x")], lambda _: True)
    assert len(found) == MOST
    assert sum(one.topics for one in found) == 500


@pytest.mark.parametrize("depth", [3, 60])
def test_shared_parts_are_gone_through_once_for_each_set_of_filters(depth: int):
    """Twice as many ways down with every class: no walk along all of them would end."""
    classes = {
        f"C{n}": {"level": "equipment_module", "children": {"equipment_modules": {"a": {"class": f"C{n + 1}"}, "b": {"class": f"C{n + 1}"}}}}
        for n in range(depth)
    }  # fmt: skip
    classes[f"C{depth}"] = {"level": "equipment_module", "metrics": {"x": {"type": "number"}}}
    model = {
        "uns": 1,
        "topic": {"containment": "free"},
        "classes": classes,
        "equipment_modules": {"top": {"class": "C0"}},
    }
    ns = uns.loads(json.dumps(model))
    (found,) = find_untaken(Survey(ns), [TopicFilter("top/+/a/#")], lambda _: True)
    assert found.topics == 2**depth // 2


def test_filters_that_part_at_every_level_have_an_end():
    """Each of 40 filters names one of two at another level: 2^40 sets of them reach the bottom."""
    depth = 40
    classes = {
        f"C{n}": {"level": "equipment_module", "children": {"equipment_modules": {"a[1..2]": {"class": f"C{n + 1}"}}}}
        for n in range(depth)
    }  # fmt: skip
    classes[f"C{depth}"] = {"level": "equipment_module", "metrics": {"x": {"type": "number"}}}
    model = {
        "uns": 1,
        "topic": {"containment": "free"},
        "classes": classes,
        "equipment_modules": {"a[1..2]": {"class": "C0"}},
    }
    parting = ["/".join(["+"] * n + ["a1"] + ["+"] * (depth - n) + ["x"]) for n in range(depth)]
    found = find_untaken(
        Survey(uns.loads(json.dumps(model))), map(TopicFilter, parting), lambda _: True
    )
    assert all(one.topics and one.topics < 2 ** (depth + 1) for one in found)
