"""What filters just miss: all that neighbours match, and what was probably meant."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from tests.models import filters, namespaces
from uns.model.near_misses import neighbours, overlooked, overlooked_templates
from uns.model.nodes import Node
from uns.topics.names_and_filters import TopicFilter

BOTTLING = Path(__file__).parent.parent.parent / "examples" / "bottling" / "bottling.uns.yaml"


@pytest.mark.parametrize(
    ("filter_", "first"),
    [
        pytest.param("alpmilk/+/+/+/+/_mes/x", "alpmilk/+/+/+/_mes/x", id="names stay"),
        pytest.param("acme/hall/+/x", "acme/hall/x", id="the wildcard goes before the names"),
        pytest.param("acme/hall/x", "+/acme/hall/x", id="only names"),
    ],
)
def test_a_wildcard_is_left_out_before_a_name(filter_: str, first: str) -> None:
    assert next(neighbours(TopicFilter(filter_))) == first


def test_names_are_left_out_last() -> None:
    found = list(neighbours(TopicFilter("a/+/b/x")))
    assert found[-2:] == ["+/b/x", "a/+/x"]
    assert len(found) == len(set(found)) == 6


#: A plant of two sites; Porto has no areas.
TWO_SITES = """
    uns: 1
    classes:
      Filler: {level: production_line, metrics: {speed: {type: number}}}
      Other: {level: production_line, metrics: {speed: {type: number}}}
    enterprise:
      acme:
        metrics: {power: {type: number}}
        sites:
          oslo:
            metrics: {power: {type: number}}
            areas: {hall: {lines: {line1: {class: Filler}}}, yard: {lines: {line1: {class: Filler}}}}
          porto: {lines: {line1: {class: Filler}, line2: {class: Filler}}}
"""
#: A site whose lines stand in an area and beside it.
MIXED = """
    uns: 1
    sites:
      oslo:
        lines: {line1: {metrics: {speed: {type: number}}}}
        areas: {hall: {lines: {line2: {metrics: {speed: {type: number}}}}}}
"""
#: Values of the same name of sites, of areas and of lines.
ALL_LEVELS = """
    uns: 1
    sites:
      "s[1..2]":
        metrics: {power: {type: number}}
        areas: {hall: {metrics: {power: {type: number}}, lines: {l1: {metrics: {power: {type: number}}}}}}
"""
#: Areas that are meant, and ones that are not.
AREAS = """
    uns: 1
    enterprise:
      acme:
        sites:
          oslo: {areas: {bottling: {lines: {l1: {cells: {c1: {metrics: {speed: {type: number}}}}}}}}}
          porto: {areas: {storage: {work_centers: {"c[1..3]": {metrics: {speed: {type: number}}}}}}}
"""
FAMILY = """
    uns: 1
    topic: {containment: free}
    sites:
      oslo: {areas: {hall: {lines: {"l[1..3]": {metrics: {x: {type: number}}}}}}}
      "p[1..2]": {lines: {"l[1..3]": {metrics: {x: {type: number}}}}}
"""

PORTO = "acme/+/+/speed: acme/porto/line1/speed, acme/porto/line2/speed"
OSLO = "acme/+/+/+/speed: acme/oslo/hall/line1/speed, acme/oslo/yard/line1/speed"

OVERLOOKED = [
    # a model, the filters of one client, what the first of them overlooks
    pytest.param(TWO_SITES, ["acme/+/+/+/speed"], [PORTO], id="a site without areas"),
    pytest.param(TWO_SITES, ["acme/+/hall/+/speed"], [PORTO], id="a site without the area of that name"),
    pytest.param(TWO_SITES, ["acme/+/+/speed"], [OSLO], id="a site with areas"),
    pytest.param(MIXED, ["oslo/+/speed"], ["oslo/+/+/speed: oslo/hall/line2/speed"], id="an area beside lines"),
    pytest.param(FAMILY, ["+/+/+/x"], ["+/+/x: p[1..2]/l[1..3]/x"], id="a family"),
    pytest.param(FAMILY, ["+/+/l2/x"], ["+/l2/x: p[1..2]/l2/x"], id="one of a family"),
    pytest.param(FAMILY, ["+/+/+/x", "p1/+/x"], ["+/+/x: p[1..2]/l[1..3]/x"], id="a part of it is matched"),
    # no false alarm
    pytest.param(TWO_SITES, ["acme/+/+/+/speed", "acme/+/+/speed"], [], id="another filter matches it"),
    pytest.param(TWO_SITES, ["acme/+/+/+/speed", "acme/porto/#"], [], id="another one matches all"),
    pytest.param(FAMILY, ["+/+/+/x", "p1/+/x", "p2/l1/x", "p2/l2/x", "p2/l3/x"], [], id="others together"),
    pytest.param(TWO_SITES, ["acme/oslo/+/+/speed"], [], id="only one site is meant"),
    pytest.param(TWO_SITES, ["acme/oslo/hall/+/speed"], [], id="only one area is meant"),
    pytest.param(TWO_SITES, ["acme/oslo/hall/line1/speed"], [], id="only one topic is meant"),
    pytest.param(TWO_SITES, ["acme/#"], [], id="everything"),
    pytest.param(TWO_SITES, ["acme/+/power"], [], id="the same name at another level"),
    pytest.param(ALL_LEVELS, ["+/power"], [], id="values of sites"),
    pytest.param(ALL_LEVELS, ["+/+/power"], [], id="values of areas"),
    pytest.param(ALL_LEVELS, ["+/+/+/power"], [], id="values of lines"),
    pytest.param(AREAS, ["acme/+/bottling/+/+/speed"], [], id="an area that is not meant"),
    pytest.param(TWO_SITES, ["acme/+/+/+/sped"], [], id="a filter that matches nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "filters", "expected"), OVERLOOKED)
def test_what_a_filter_overlooks(model: str, filters: list[str], expected: list[str]) -> None:
    wanted, *also = map(TopicFilter, filters)
    assert [
        f"{miss.filter}: {', '.join(t.text for t in miss.templates)}"
        for miss in overlooked(uns.loads(model), wanted, also)
    ] == expected


def test_porto_is_what_everybody_overlooks() -> None:
    (miss,) = overlooked(
        uns.load(BOTTLING), TopicFilter("bottlingcompany/+/bottling/+/+/conveyorspeed")
    )
    assert [template.text for template in miss.templates] == [
        "bottlingcompany/porto/line1/machine1/conveyorspeed",
        "bottlingcompany/porto/line1/machine2/conveyorspeed",
    ]


def test_the_cost_follows_the_model_and_not_the_topics() -> None:
    ns = uns.loads("""
        uns: 1
        classes: {Filler: {level: work_cell, metrics: {speed: {type: number}}}}
        topic: {containment: free}
        sites:
          "s[1..1000000]": {areas: {"a[1..1000]": {work_cells: {"c[1..1000]": {class: Filler}}}}}
          porto: {work_cells: {"c[1..1000000]": {class: Filler}}}
    """)
    (miss,) = overlooked(ns, TopicFilter("+/+/+/speed"))
    assert [t.text for t in miss.templates] == ["porto/c[1..1000000]/speed"]


# --- by the letter of the definition -------------------------------------------------------------------


def kind_of(node: Node) -> tuple[str, str | None, set[str]]:
    assert node.endpoint is not None
    equipment = node.equipment
    level = equipment.equipment_level.name if equipment and equipment.equipment_level else None
    return (
        node.endpoint.key,
        level,
        {n for n in node.endpoint.declared_by if n.startswith("class ")},
    )


def expected(ns: uns.Namespace, wanted: TopicFilter) -> set[str]:
    """The topics of closed sets that a filter overlooks, topic by topic."""
    levels = wanted.levels
    if levels[-1] == "#":
        return set()
    everything = [ns[topic] for topic in ns.topics(open="skip")]
    hit = [node for node in everything if wanted.matches(node.topic)]
    open_hits = [node for node in ns.endpoints(wanted) if node.count is None]
    kinds = [kind_of(node) for node in [*hit, *open_hits]]
    found = set()
    for node in everything:
        key, level, classes = kind_of(node)
        if wanted.matches(node.topic) or not any(
            key == other[0] and (level == other[1] or classes & other[2]) for other in kinds
        ):
            continue
        if any(
            is_missed(ns, node, levels, at, [*hit, *open_hits]) for at in range(len(levels) - 1)
        ):
            found.add(str(node.topic))
    return found


def is_missed(
    ns: uns.Namespace, node: Node, levels: tuple[str, ...], at: int, hit: list[Node]
) -> bool:
    """Whether the wildcard number ``at`` takes a position above a node that the filter forgets."""
    if levels[at] != "+" or len(node.levels) <= at + 1:
        return False
    if not TopicFilter("/".join(levels[: at + 1])).matches("/".join(node.levels[: at + 1])):
        return False
    if any(fits(one, node, at + 1) for one in hit):
        return False
    rest, below = levels[at + 1 :], "/".join(node.levels[at + 1 :])
    for i in range(len(rest)):
        if TopicFilter("/".join((*rest[:i], "+", *rest[i:]))).matches(below):
            return True
    types = [p.type.level.name if p.type else None for p in node.places]
    for i, name in enumerate(rest[:-1]):
        if not TopicFilter("/".join((*rest[:i], *rest[i + 1 :])) or "+").matches(below):
            continue
        known = {p.type.level.name for n in hit if (p := n.places[at + 1 + i]).type}
        if name == "+" or not known.intersection(filter(None, types)):
            return True
    return False


def fits(hit: Node, node: Node, depth: int) -> bool:
    """Whether a topic that is hit stands below the same position as a node."""
    same = zip(hit.places[:depth], node.places[:depth], strict=True)
    return len(hit.places) > depth and all(a is b for a, b in same)


def _nodes(depth: int) -> st.SearchStrategy[dict[str, Any]]:
    said = {"metrics": st.just({"x": {"type": "number"}}), "class": st.just("F")}
    if not depth:
        return st.fixed_dictionaries({"metrics": said["metrics"]})
    keys = st.sampled_from(["a", "b", "c[1..2]", "{d}"])
    level = st.sampled_from(["work_centers", "work_cells", "equipment_modules"])
    children = st.dictionaries(keys, st.deferred(lambda: _nodes(depth - 1)), min_size=2, max_size=3)
    below = {"below": st.tuples(level, children)}
    nodes = st.fixed_dictionaries(below, optional=said) | st.fixed_dictionaries(
        {"metrics": said["metrics"]}
    )
    return nodes.map(lambda node: _with_children(node, depth))


def _with_children(node: dict[str, Any], depth: int) -> dict[str, Any]:
    level, below = node.pop("below", ("areas", {}))
    children = {
        key.replace("d", f"d{depth}"): {**said, "pattern": "z"} if key == "{d}" else said
        for key, said in below.items()
    }
    return {**node, level: children} if children else node


#: Trees of few names, in which nearly every filter just misses something.
TREES = _nodes(3).map(
    lambda node: uns.loads(
        json.dumps(
            {
                "uns": 1,
                "topic": {"containment": "free"},
                "classes": {"F": {"metrics": {"x": {"type": "number"}}}},
                **{key: value for key, value in node.items() if key not in {"metrics", "class"}},
            }
        )
    )
)
FEW = st.lists(st.sampled_from(["+", "+", "+", "+", "a", "c1"]), min_size=1, max_size=4).map(
    lambda levels: "/".join([*levels, "x"])
)


@given(TREES | namespaces(), FEW | filters())
def test_overlooked_is_what_it_says(ns: uns.Namespace, filter_: str) -> None:
    wanted = TopicFilter(filter_)
    closed = [t for t in overlooked_templates(ns, wanted) if t.count is not None]
    texts = {
        str(topic)
        for t in closed
        for topic in ns.topics(str(t.filter), open="skip")
        if t.match(topic) is not None
    }
    assert texts == expected(ns, wanted)
    templates = [t for miss in overlooked(ns, wanted) for t in miss.templates]
    assert set(templates) == set(itertools.islice(overlooked_templates(ns, wanted), 1_000))
    for miss in overlooked(ns, wanted):
        assert all(miss.filter.covers(t.filter) for t in miss.templates)


@given(TREES, FEW, st.lists(FEW, max_size=2))
def test_what_others_match_is_not_overlooked(
    ns: uns.Namespace, filter_: str, more: list[str]
) -> None:
    wanted, also = TopicFilter(filter_), [TopicFilter(text) for text in more]
    alone = list(overlooked_templates(ns, wanted))
    together = list(overlooked_templates(ns, wanted, also))
    assert set(together) <= set(alone)
    for template in alone:
        topics = [
            t for t in ns.topics(str(template.filter), open="skip") if template.match(t) is not None
        ]
        if template not in together:
            assert all(any(f.matches(t) for f in also) for t in topics)
