"""The tree that declarations make; what makes none stands in tests/broken/tree.yaml."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from tests.models import models, text_of
from uns.model.tree import PlaceKind


def topics(text: str) -> list[str]:
    return list(uns.loads(f"uns: 1\n{text}").topics())


TREES = [
    pytest.param("sites: {a: , b: {}}", [], id="nodes-that-say-nothing"),
    pytest.param("site: {a: {payload: info/1}}", ["a"], id="singular"),
    pytest.param(
        "line: {b: {payload: info/1}}\nlines: {a: {payload: info/1}}\nsites: {c: {payload: info/1}}",
        ["b", "a", "c"],
        id="several-maps-in-their-order",
    ),
    pytest.param(
        "sites: {s: {lines: {l: {payload: info/1}}, metrics: {m: {type: number}}, "
        "areas: {a: {payload: info/1}}, topics: {t: {payload: info/1}}}}",
        ["s/m", "s/t", "s/l", "s/a"],
        id="endpoints-first",
    ),
    pytest.param(
        "classes: {L: {level: line, children: {cells: {part: {payload: info/1}}}, metrics: {m: {type: number}}}}\n"
        "lines: {l: {class: L, cells: {own: {payload: info/1}}, metrics: {n: {type: number}}}}",
        ["l/m", "l/n", "l/part", "l/own"],
        id="parts-of-the-class-before-ones-own",
    ),
    pytest.param(
        "aspects: {raw: _raw}\nsites: {s: {metrics: {b/c: {type: number}, raw:x/y: {type: number}, "
        "b: {type: number}, b/a: {type: number}, raw:x: {type: number}}}}",
        ["s/b", "s/b/c", "s/b/a", "s/_raw/x", "s/_raw/x/y"],
        id="leaves-share-levels",
    ),
    pytest.param(
        "sites: {s: {metrics: {'valve[1..2]/open': {type: boolean}, 'valve[3..4]/[a,b]': {type: boolean}}}}",
        ["s/valve1/open", "s/valve2/open", "s/valve3/a", "s/valve3/b", "s/valve4/a", "s/valve4/b"],
        id="families-in-leaves",
    ),
    pytest.param(
        "defaults: {info: true}\nsites: {s: {lines: {'l[1..2]': {}}}}",
        ["s/_info", "s/l1/_info", "s/l2/_info"],
        id="info",
    ),
    pytest.param(
        "sites: {s: {info: true, lines: {'l[1..2]': {}}}, t: {lines: {l: {}}}}",
        ["s/_info", "s/l1/_info", "s/l2/_info"],
        id="info-of-a-node-and-all-below",
    ),
    pytest.param(
        "defaults: {info: true}\nsites: {s: {info: false, lines: {l: {}, m: {info: true}}}, t: {}}",
        ["s/m/_info", "t/_info"],
        id="the-nearest-node-says-info",
    ),
    pytest.param(
        "classes: {L: {level: line, children: {cells: {c: {}, d: {info: false}}}}}\n"
        "sites: {s: {info: true, lines: {l: {class: L}}}, t: {lines: {l: {class: L, cells: {d: {info: true}}}}}}",
        ["s/_info", "s/l/_info", "s/l/c/_info", "t/l/d/_info"],
        id="info-of-what-a-class-brings",
    ),
    pytest.param(
        "lines: {l: {info: true, topics: {_info: {payload: info/1}}, cells: {'c[1..2]': {}}}, m: {info: }}",
        ["l/_info", "l/c1/_info", "l/c2/_info"],
        id="info-of-ones-own-at-a-node-that-says-info",
    ),
    pytest.param(
        "defaults: {info: true}\nsites: {s: {topics: {_info: {payload: info/1, retain: false}}}}",
        ["s/_info"],
        id="info-of-ones-own",
    ),
    pytest.param(
        "defaults: {info: true}\naspects: {raw: _raw}\nsites: {s: {topics: {raw:_info: {payload: info/1}}}}",
        ["s/_raw/_info", "s/_info"],
        id="info-of-an-aspect-is-another",
    ),
    pytest.param(
        "topic: {segment: '[a-z]+', root: ROOT/1}\naspects: {raw: _RAW}\ndefaults: {info: true}\n"
        "sites: {s: {metrics: {raw:m: {type: number}}}}",
        ["ROOT/1/s/_RAW/m", "ROOT/1/s/_info"],
        id="policy-leaves-root-aspects-and-info-alone",
    ),
    pytest.param(
        "topic: {segment: '[a-z]+[0-9]*'}\nlines: {'l[1..3]': {payload: info/1}}",
        ["l1", "l2", "l3"],
        id="policy-and-a-family",
    ),
    pytest.param(
        "topic: {containment: free}\nlines: {l: {enterprises: {e: {payload: info/1}}}}",
        ["l/e"],
        id="free-containment",
    ),
    pytest.param(
        "levels: {country: {plural: countries, under: enterprise}}\n"
        "enterprises: {e: {countries: {c: {sites: {s: {payload: info/1}}}}}}",
        ["e/c/s"],
        id="company-level",
    ),
    pytest.param(
        "levels: {hall: {payload: info/1}, site: {metrics: {m: {type: number}}}}\n"
        "sites: {s: {halls: {h: }}}",
        ["s/m", "s/h"],
        id="contracts-of-levels",
    ),
    pytest.param(
        "classes: {U: {metrics: {m: {min: 0}}, topics: {t: {qos: 0}}}}\nsites: {s: {payload: info/1}}",
        ["s"],
        id="a-class-nobody-uses-may-be-incomplete",
    ),
    pytest.param(
        "classes: {A: {metrics: {m: {unit: K}}, topics: {t: {qos: 0}}}}\n"
        "sites: {s: {class: A, metrics: {m: {type: number}}, topics: {t: {payload: info/1}}}}",
        ["s/m", "s/t"],
        id="a-node-completes-its-class",
    ),
    pytest.param(
        "classes: {A: {metrics: {m: {unit: K}}}, B: {metrics: {m: {type: number}}}}\n"
        "sites: {s: {class: [A, B]}}",
        ["s/m"],
        id="one-class-completes-the-other",
    ),
]


@pytest.mark.parametrize(("text", "expected"), TREES)
def test_trees(text: str, expected: list[str]) -> None:
    assert topics(text) == expected


def test_an_endpoint_inside_a_leaf_is_an_endpoint() -> None:
    ns = uns.loads("uns: 1\nsites: {s: {metrics: {a/b: {type: number}, a: {type: number}}}}\n")
    assert ns["s/a"].kind is ns["s/a/b"].kind is PlaceKind.ENDPOINT
    assert [node.name for node in ns["s/a"].members()] == ["b"]


def test_equal_contracts_are_one() -> None:
    ns = uns.loads("""
        uns: 1
        classes: {A: {metrics: {m: {type: number}}}, B: {metrics: {m: {type: number}, n: {type: number}}}}
        sites: {a: {class: A}, b: {class: B}, c: {metrics: {x: {type: number}}}}
    """)
    assert len({id(node.contract) for node in ns.endpoints()}) == 1


def test_nodes_that_say_the_same_share_everything_below() -> None:
    ns = uns.loads("""
        uns: 1
        classes: {A: {metrics: {m: {type: number}}, children: {cells: {c: {payload: info/1}}}}}
        lines: {a: {class: A}, b: {class: A, label: B}, c: {class: A, metrics: {m: {max: 3}}}}
    """)
    a, b, c = (ns[name]._members for name in "abc")
    assert a is b
    assert a is not c
    assert a.literals["c"] is c.literals["c"]


def test_topics_as_long_as_may_be() -> None:
    root = "/".join(["r" * 500] * 100)
    fits = 65_535 - len(root) - len("/s/")
    for length, refused in ((fits, False), (fits + 1, True)):
        leaf = "/".join("m" * 999 for _ in range(40))
        leaf = leaf[: length - 1].rstrip("/")
        leaf += "n" * (length - len(leaf))
        text = f"uns: 1\ntopic: {{root: {root}, containment: free}}\nsites: {{s: {{metrics: {{? {leaf} : {{type: number}}}}}}}}\n"
        if refused:
            with pytest.raises(uns.InvalidNamespace, match="M407"):
                uns.loads(text)
        else:
            assert len(next(uns.loads(text).topics())) == 65_535


def test_levels_as_deep_as_may_be() -> None:
    def model(levels: int) -> str:
        return f"uns: 1\ntopic: {{root: {'/'.join('r' * (levels - 2))}}}\nsites: {{s: {{metrics: {{m: {{type: number}}}}}}}}\n"

    assert uns.loads(model(128)).count() == 1
    with pytest.raises(uns.InvalidNamespace, match="M407"):
        uns.loads(model(129))


@given(models(), st.integers(0, 6), st.integers(0, 6))
def test_splitting_a_range_changes_no_topic(model: dict[str, Any], low: int, size: int) -> None:
    said = {
        "metrics": {"speed": {"type": "number"}},
        "equipment_modules": model["equipment_modules"],
    }
    high, middle = low + size, low + size // 2
    whole = {f"n[{low}..{high}]": said}
    halves = {f"n[{low}..{middle}]": said}
    if middle < high:
        halves[f"n[{middle + 1}..{high}]"] = said
    for half in (whole, halves):
        half["a"] = {}
    one = uns.loads(text_of({**model, "equipment_modules": whole}))
    other = uns.loads(text_of({**model, "equipment_modules": halves}))
    assert list(one.topics(open="skip")) == list(other.topics(open="skip"))
    assert one.count(open="skip") == other.count(open="skip")


@given(models())
def test_a_tree_in_two_files_is_the_same_tree(model: dict[str, Any]) -> None:
    tree = model.pop("equipment_modules")
    files = {
        "main": {**model, "include": ["a.yaml", "b.yaml"]},
        "a.yaml": {"uns": 1, "equipment_modules": dict(list(tree.items())[:1])},
        "b.yaml": {"uns": 1, "equipment_modules": dict(list(tree.items())[1:])},
    }
    parts = uns.load("main", read=lambda path: json.dumps(files[path]).encode())
    whole = uns.loads(text_of({**model, "equipment_modules": tree}))
    assert list(parts.topics(open="skip")) == list(whole.topics(open="skip"))


@given(models())
def test_info_at_the_root_node_equals_info_in_defaults(model: dict[str, Any]) -> None:
    model.pop("defaults", None)
    plant = {"equipment_modules": model.pop("equipment_modules")}
    by_default = {**model, "defaults": {"info": True}, "sites": {"plant": plant}}
    at_node = {**model, "sites": {"plant": {"info": True, **plant}}}
    one, other = (uns.loads(text_of(said)) for said in (by_default, at_node))
    assert not uns.diff(one, other)
    assert not uns.diff(other, one)
    assert [str(t) for t in one.templates()] == [str(t) for t in other.templates()]
    found = [[(f.code, f.message) for f in uns.lint(namespace)] for namespace in (one, other)]
    assert found[0] == found[1]


@given(models())
def test_no_info_at_the_root_node_equals_none_in_defaults(model: dict[str, Any]) -> None:
    model.pop("defaults", None)
    plant = {"equipment_modules": model.pop("equipment_modules")}
    none = {**model, "sites": {"plant": plant}}
    denied = {**model, "defaults": {"info": True}, "sites": {"plant": {"info": False, **plant}}}
    assert not uns.diff(*(uns.loads(text_of(said)) for said in (none, denied)))
