"""What to subscribe to for a class: all that was asked for, and what else the filters take."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from tests.models import namespaces

MODEL = """
    uns: 1
    aspects: {mes: _mes, raw: _raw}
    classes:
      Filler:
        level: production_line
        metrics: {speed: {type: number}, raw:heat: {type: number}, mes:heat: {type: number}}
        topics: {mes:job-order: {payload: info/1}}
      Spare: {level: production_line, metrics: {mes:hours: {type: number}}}
    sites:
      lyon: {lines: {"line[1..3]": {class: Filler, metrics: {own: {type: number}}}}}
"""


@pytest.fixture(scope="module")
def plant() -> uns.Namespace:
    return uns.loads(MODEL)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        pytest.param(
            {"class_": "Filler", "endpoint": "sped"},
            "no endpoint 'sped'; did you mean 'speed'?",
            id="a typo",
        ),
        pytest.param(
            {"class_": "Filler", "endpoint": "job-order"},
            "no endpoint 'job-order'; did you mean 'mes:job-order'?",
            id="without its aspect",
        ),
        pytest.param(
            {"class_": "Filler", "endpoint": "heat"},
            "no endpoint 'heat'; did you mean 'mes:heat' or 'raw:heat'?",
            id="of two aspects",
        ),
        pytest.param(
            {"class_": "Filler", "endpoint": "_mes/job-order"},
            "no endpoint '_mes/job-order'; did you mean 'mes:job-order'?",
            id="by its topic",
        ),
        pytest.param(
            {"class_": "Filler", "endpoint": "zzz"},
            "no endpoint 'zzz'; the equipment has mes:heat, mes:job-order, own, raw:heat, speed",
            id="nothing like it",
        ),
        pytest.param(
            {"equipment_level": "production_line", "endpoint": "own2"},
            "no endpoint 'own2'; did you mean 'own'?",
            id="of a level",
        ),
        pytest.param(
            {"equipment_level": "site", "endpoint": "speed"},
            "no endpoint 'speed'; the equipment has none",
            id="only what stands below has it",
        ),
        pytest.param(
            {"class_": "Spare", "endpoint": "hours"},
            "no endpoint 'hours'; did you mean 'mes:hours'?",
            id="of a class without equipment",
        ),
        pytest.param(
            {"endpoint": "sped"}, "no endpoint 'sped'; did you mean 'speed'?", id="of all"
        ),
        pytest.param(
            {"equipment_level": "production_lin"},
            "no equipment level 'production_lin'; did you mean 'production_line'?",
            id="an unknown level",
        ),
    ],
)
def test_a_name_that_does_not_exist_is_an_error_and_not_an_empty_set(
    plant: uns.Namespace, asked: dict[str, Any], message: str
) -> None:
    with pytest.raises(uns.UnknownName) as caught:
        plant.filters(**asked)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("asked", "filters"),
    [
        pytest.param(
            {"class_": "Filler", "endpoint": "mes:heat"}, ["lyon/+/_mes/heat"], id="class"
        ),
        pytest.param({"class_": "Filler", "endpoint": "own"}, ["lyon/+/own"], id="equipment's own"),
        pytest.param({"endpoint": "speed"}, ["lyon/+/speed"], id="all equipment"),
        pytest.param(
            {"class_": "Spare", "endpoint": "mes:hours"}, [], id="class without equipment"
        ),
        pytest.param({"equipment_level": "area", "endpoint": "speed"}, [], id="level without any"),
        pytest.param({"equipment_level": "area"}, [], id="everything below no equipment"),
    ],
)
def test_names_that_exist_are_not_refused(
    plant: uns.Namespace, asked: dict[str, Any], filters: list[str]
) -> None:
    assert list(plant.filters(**asked)) == filters


def test_the_empty_key_is_the_topic_of_the_equipment_itself() -> None:
    ns = uns.loads(
        "uns: 1\nclasses: {F: {level: production_line, payload: info/1}, E: {payload: info/1}}\n"
        "sites: {lyon: {lines: {'l[1..2]': {class: F}}}}"
    )
    assert list(ns.filters("F", endpoint="")) == ["lyon/+"]
    assert list(ns.filters("E", endpoint="")) == []
    with pytest.raises(uns.UnknownName, match="the equipment has none"):
        ns.filters(equipment_level="site", endpoint="")


OVER_MATCHES = [
    # a model below `sites:`, the filters for everything below class F, the topics they take besides
    pytest.param(
        '{"m[1..2]": {class: F}, c: {metrics: {secret: {type: number}}}}', ["+/#"], ["c/secret"],
        id="a sibling",
    ),
    pytest.param('{"m[1..2]": {class: F}, c: {}}', ["+/#"], [], id="a sibling without topics"),
    pytest.param(
        '{"m[1..2]": {class: F}, d: {class: F}, c: {metrics: {secret: {type: number}}}}',
        ["+/#"], ["c/secret"],
        id="a later one of the class beside a sibling is covered by the family",
    ),
    pytest.param(
        '{d: {class: F}, "m[1..2]": {class: F}, c: {metrics: {secret: {type: number}}}}',
        ["+/#"], ["c/secret"],
        id="an earlier one of the class beside a sibling is covered by the family",
    ),
    pytest.param(
        '{"m[1..2]": {class: F}, c: {payload: info/1, areas: {a: {metrics: {x: {type: number}}}}}}',
        ["+/#"], ["c", "c/a/x"],
        id="the sibling's own topic, and what stands below it",
    ),
    pytest.param(
        '{"m[1..2]": {class: F}, c: {areas: {d: {class: F}, e: {metrics: {x: {type: number}}}}}}',
        ["+/#"], ["c/e/x"],
        id="a sibling with equipment of the class",
    ),
    pytest.param(
        '{"m[1..2]": {class: F}, "n[1..9]": {metrics: {x: {type: number}}}}',
        ["+/#"], ["n[1..9]/x"],
        id="a family",
    ),
    pytest.param("{m: {class: F}, c: {metrics: {x: {type: number}}}}", ["m/#"], [], id="no wildcard"),
]  # fmt: skip


@pytest.mark.parametrize(("sites", "filters", "besides"), OVER_MATCHES)
def test_over_matches_are_topics_as_templates(
    sites: str, filters: list[str], besides: list[str]
) -> None:
    ns = uns.loads(
        "uns: 1\ntopic: {containment: free}\n"
        f"classes: {{F: {{metrics: {{x: {{type: number}}}}}}}}\nsites: {sites}\n"
    )
    found = ns.filters("F")
    assert (list(found), [str(t) for t in found.over_matches]) == (filters, besides)


@given(namespaces(), st.data())
def test_the_filters_take_what_was_asked_for_and_the_over_matches(
    ns: uns.Namespace, data: st.DataObject
) -> None:
    class_ = data.draw(st.sampled_from([None, *ns.classes]))
    level = data.draw(st.sampled_from([None, "site", "area", "work_cell"]))
    equipment = list(ns.find(class_, level, expand=False))
    keys = {n.endpoint.key for e in equipment for n in e.own_endpoints(expand=False) if n.endpoint}
    endpoint = data.draw(st.sampled_from([None, *sorted(keys)]))
    found = ns.filters(class_, level, endpoint)
    asked = set()
    for node in equipment:
        if endpoint is None:
            asked |= {n.template for n in node.walk(expand=False) if n.endpoint}
        else:
            own = node.own_endpoints(expand=False)
            asked |= {n.template for n in own if n.endpoint and n.endpoint.key == endpoint}
    taken = {t.text for filter_ in found for t in ns.templates(filter_)}
    besides = {t.text for t in found.over_matches}
    assert taken == {t.text for t in asked} | besides
    assert not besides & {t.text for t in asked}
    assert list(found) == list(found.minimal()), "no filter is covered by the others"
