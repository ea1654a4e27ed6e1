"""The pattern for names: of the model, and of nodes for what is below them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from uns.model.tree import Place
from uns.topics.patterns import Pattern

CLASSES = "classes: {Line: {level: line, metrics: {Speed: {type: number}}, children: {cells: {Robot: {}}}}}\n"

LOADS = [
    pytest.param("sites: {LYON: {segment: '[a-z]+'}}", id="a-nodes-own-name-is-not-below-it"),
    pytest.param(
        "topic: {segment: '[a-z]+'}\n"
        + CLASSES
        + "sites: {lyon: {segment: '.*', lines: {A: {class: Line}}}}",
        id="the-names-of-a-class-are-bound-where-its-nodes-are",
    ),
    pytest.param(
        "topic: {segment: '[a-z]+'}\n"
        + CLASSES
        + "lines: {a: {class: Line, segment: '[A-Za-z]+', cells: {Robot: {metrics: {V: {type: number}}}}}}",
        id="the-segment-of-a-node-binds-what-its-class-brings",
    ),
    pytest.param(
        "topic: {segment: '[a-z]+'}\n"
        "classes: {Base: {level: line, metrics: {Speed: {type: number}}}, Line: {extends: Base}}\n"
        "sites: {lyon: {segment: '.*', lines: {a: {class: Line}}}}",
        id="a-class-that-only-others-extend",
    ),
    pytest.param(
        "defaults: {info: true}\naspects: {raw: _raw}\n"
        "sites: {lyon: {segment: '[a-z]+', metrics: {raw:speed: {type: number}}}}",
        id="it-does-not-bind-info-and-aspects",
    ),
    pytest.param("sites: {lyon: {segment: , metrics: {Speed: {type: number}}}}", id="nothing-said"),
    pytest.param(
        "sites: {lyon: {segment: 'a', lines: {a: {segment: '.*', metrics: {Speed: {type: number}}}}}}",
        id="the-nearest-node-says",
    ),
    pytest.param(
        "sites: {'s[1..3]': {segment: '[a-z0-9]+', lines: {'{id}': {pattern: '[a-z]{2}'}, 'l[1..9]': {}}}}",
        id="families-and-open-sets",
    ),
]


@pytest.mark.parametrize("text", LOADS)
def test_names_that_match_the_nearest_segment(text: str) -> None:
    assert uns.loads(f"uns: 1\n{text}")


def test_it_is_kept_with_the_node_that_says_it() -> None:
    namespace = uns.loads("uns: 1\nsites: {lyon: {segment: '[a-z]+', lines: {a: {}}}, oslo: {}}")
    lyon, oslo = namespace.top
    assert [place.notes.segment for place in (lyon, *lyon.members, oslo)] == ["[a-z]+", None, None]


def test_two_files_cannot_both_say_it() -> None:
    files = {
        "a.uns.yaml": b"uns: 1\ninclude: [b.uns.yaml]\nsites: {lyon: {segment: '[a-z]+'}}",
        "b.uns.yaml": b"uns: 1\nsites: {lyon: {segment: '[A-Z]+'}}",
    }
    with pytest.raises(uns.InvalidNamespace) as caught:
        uns.load("a.uns.yaml", read=files.__getitem__)
    assert len(caught.value.diagnostics) == 1


def test_a_family_of_classes_costs_one_shape_for_each_pattern() -> None:
    sites = {
        f"s{number}": {"segment": "[a-z0-9]+", "lines": {"a": {"class": "L"}}}
        for number in range(50)
    }
    model = {
        "uns": 1,
        "classes": {"L": {"level": "line", "metrics": {"m": {"type": "number"}}}},
        "sites": sites,
    }
    namespace = uns.loads(json.dumps(model))
    lines = [line for site in namespace.top for line in site.members]
    assert len(lines) == 50
    assert len({id(line.members) for line in lines}) == 1


_words = st.sampled_from(["a", "b", "A", "B", "a1", "x-y", "l[1..3]", "[m,N]"])
_metrics = st.dictionaries(_words, st.just({"type": "number"}), max_size=2)
_nodes = st.dictionaries(
    _words,
    st.fixed_dictionaries({}, optional={"metrics": _metrics, "class": st.sampled_from(["C", "D"])}),
    max_size=3,
)


@given(
    st.sampled_from(["[a-z]+", "[A-Z]+", "[a-z0-9]*", "[a-zA-Z0-9-]+", "a|b"]),
    _metrics,
    _metrics,
    _nodes,
)
def test_saying_it_at_the_root_node_equals_saying_it_for_the_model(
    pattern: str, shared: dict[str, Any], part: dict[str, Any], lines: dict[str, Any]
) -> None:
    model = {
        "uns": 1,
        "classes": {
            "C": {"level": "line", "metrics": shared},
            "D": {"extends": "C", "children": {"cells": {"a": {"metrics": part}}}},
        },
    }
    # The name of the root node itself is bound by the model only; all patterns take it. What no
    # node has is bound by the model only, so there is a node of each class.
    used = {"a": {"class": "C"}, "b": {"class": "D"}}
    plant = (
        {"lines": lines, "areas": {"a": {"lines": used}}}
        if "a" not in lines
        else {"lines": lines | used}
    )
    for_model = {**model, "topic": {"segment": pattern}, "sites": {"a": plant}}
    at_node = {**model, "sites": {"a": {"segment": pattern, **plant}}}
    if pattern == "[A-Z]+":
        for_model["sites"], at_node["sites"] = (
            {"A": sites["a"]}
            for sites in (for_model["sites"], at_node["sites"])  # type: ignore[index]
        )
    assert _outcome(for_model) == _outcome(at_node)


def _outcome(model: dict[str, Any]) -> object:
    """The topics of a model, or the places of its faults."""
    text = json.dumps(model, indent=1, sort_keys=True)
    try:
        return list(uns.loads(text).topics())
    except uns.InvalidNamespace as error:
        lines = text.splitlines()
        return sorted(
            (fault.code, lines[fault.span.line - 1]) for fault in error.diagnostics if fault.span
        )


_patterns = st.sampled_from(["[a-z]+", "[A-Z]+", "[a-z0-9]*", ".*", "a|b"])
_said = {"segment": _patterns, "metrics": _metrics}
_parts = st.dictionaries(st.sampled_from(["p", "Q"]), st.fixed_dictionaries({}, optional=_said))
_cells = st.dictionaries(
    st.sampled_from(["p", "Q", "r1"]), st.fixed_dictionaries({}, optional=_said), max_size=2
)
_lines = st.dictionaries(
    st.sampled_from(["k", "K", "k[1..3]"]),
    st.fixed_dictionaries(
        {}, optional={**_said, "class": st.sampled_from(["C", "D"]), "cells": _cells}
    ),
    max_size=3,
)
_sites = st.dictionaries(
    st.sampled_from(["a", "B"]),
    st.fixed_dictionaries({}, optional={**_said, "lines": _lines}),
    max_size=2,
)


@given(st.none() | _patterns, _metrics, _parts, _sites)
def test_a_model_loads_if_each_name_matches_the_nearest_segment(
    pattern: str | None, shared: dict[str, Any], parts: dict[str, Any], sites: dict[str, Any]
) -> None:
    model = {
        "uns": 1,
        "classes": {
            "C": {"level": "line", "metrics": shared},
            "D": {"extends": "C", "children": {"cells": parts}},
        },
        # Each class has a node, since the model binds the names in a class without nodes.
        "areas": {"free": {"segment": ".*", "lines": {"a": {"class": "C"}, "b": {"class": "D"}}}},
        "sites": sites,
    }
    text = json.dumps(model)
    unbound = uns.loads(text.replace('"segment"', '"x-segment"'))
    policy = Pattern(pattern) if pattern is not None else None
    # `free` is the name of the area above, for the test.
    is_right = all(
        place.segment.text == "free" or place.segment.is_within(bound)
        for place, bound in _bound(unbound.top, policy)
        if bound is not None
    )
    if pattern is not None:
        model["topic"] = {"segment": f"{pattern}|free"}
    assert _codes(model) == (set() if is_right else {"M402"})


def _codes(model: dict[str, Any]) -> set[str]:
    try:
        uns.loads(json.dumps(model))
    except uns.InvalidNamespace as error:
        return {fault.code for fault in error.diagnostics}
    return set()


def _bound(
    members: Iterable[Place], above: Pattern | None
) -> Iterator[tuple[Place, Pattern | None]]:
    """All places, each with the pattern that binds its name."""
    for place in members:
        yield place, above
        said = place.notes.extensions.get("x-segment")
        yield from _bound(place.members, above if said is None else Pattern(said))
