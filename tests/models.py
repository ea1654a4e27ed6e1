"""Small models at random: whatever two siblings can be without standing in each other's way."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

import uns

#: Keys of equipment that share no topic level, unless the pattern of the open set is a wide one.
KEYS = ["a", "b", "", "c d", "ü", "m[1..3]", "t[01..02]", "side[l,r]", "p[1..2]-[x,y]", "{serial}"]
#: Keys of the parts of a class, which stand beside those above.
PARTS = ["part", "q[1..2]", "{batch}"]
PATTERNS = {"{serial}": "z[0-9]+", "{batch}": "y[0-9]+"}
#: Patterns that match nearly all closed keys and topics, but no {batch}.
WIDE = {"{serial}": "[a-x][0-9]?|[a-x_]*|z[0-9]+", "{batch}": "y[0-9]+"}

#: Keys of endpoints; `energy` carries a value and has topics below it.
METRICS = ["speed", "energy", "energy/day", "v[1..2]/open", "raw:speed", "raw:x/y", "at 07::20"]
CLASSES = ["A", "B", "C"]

#: What topics of these models are made of, and some levels that none of them has.
LEVELS = [
    "a", "b", "", "c d", "ü", "m1", "m3", "m4", "m01", "t01", "t1", "sidel", "sideright", "p1-x",
    "p2-z", "z7", "z", "part", "q2", "y12", "speed", "energy", "day", "v2", "open", "_raw", "x",
    "_info", "$x", "root",
]  # fmt: skip

_metrics = st.lists(st.sampled_from(METRICS), max_size=3, unique=True).map(
    lambda keys: {key: {"type": "number"} for key in keys}
)


def _by_key(keys: list[str], values: st.SearchStrategy[dict[str, Any]]) -> Any:
    def said(found: dict[str, dict[str, Any]], patterns: dict[str, str]) -> dict[str, Any]:
        return {
            key: {**each, "pattern": patterns[key]} if key in patterns else each
            for key, each in found.items()
        }

    found = st.dictionaries(st.sampled_from(keys), values, max_size=3)
    return st.builds(said, found, st.sampled_from([PATTERNS, WIDE]))


_leaf = st.fixed_dictionaries(
    {},
    optional={
        "metrics": _metrics,
        "class": st.sampled_from(CLASSES) | st.just(["A", "C"]),
        "payload": st.just("info/1"),
    },
)
_nodes = st.recursive(
    _leaf,
    lambda below: st.builds(
        lambda said, keys: {**said, "equipment_modules": keys}, _leaf, _by_key(KEYS, below)
    ),
    max_leaves=6,
)


_only_b = st.just({"class": "B"}) | st.just({})
_parts = _by_key(PARTS, _only_b)
_top = _by_key([*KEYS, "$x"], _nodes)
_roots = st.sampled_from(["root", "/root", "$x/root"])


@st.composite
def models(draw: st.DrawFn) -> dict[str, Any]:
    """A model as data: one to three classes, of which B extends A, and C has parts of class B."""
    model: dict[str, Any] = {
        "uns": 1,
        "topic": {"containment": "free"},
        "aspects": {"raw": "_raw"},
        "classes": {
            "A": {"metrics": draw(_metrics)},
            "B": {"extends": "A", "metrics": draw(_metrics)},
            "C": {"children": {"control_modules": draw(_parts)}},
        },
        "equipment_modules": draw(_top),
    }
    if draw(st.booleans()):
        model["topic"]["root"] = draw(_roots)
    if draw(st.booleans()):
        model["defaults"] = {"info": True}
    # A topic has at least one character, so that the level without any carries nothing there.
    model["equipment_modules"].get("", {}).pop("payload", None)
    return {**model, "equipment_modules": _with_names_of_their_own(model["equipment_modules"])}


def _with_names_of_their_own(nodes: dict[str, Any], depth: int = 1) -> dict[str, Any]:
    """The same equipment, no open set below another of its name."""
    renamed = {}
    for key, said in nodes.items():
        below = said.get("equipment_modules")
        inner = {"equipment_modules": _with_names_of_their_own(below, depth + 1)} if below else {}
        renamed[key.replace("{serial}", f"{{serial{depth}}}")] = {**said, **inner}
    return renamed


def text_of(model: dict[str, Any]) -> str:
    """The model as YAML, which reads JSON as it is."""
    return json.dumps(model, ensure_ascii=False)


def namespaces() -> st.SearchStrategy[uns.Namespace]:
    return models().map(lambda model: uns.loads(text_of(model)))


def filters() -> st.SearchStrategy[str]:
    """Topic filters that may hit a model."""
    level = st.sampled_from([*LEVELS, "+", "+", "+"])
    return st.tuples(st.lists(level, min_size=1, max_size=5), st.sampled_from(["", "/#"])).map(
        lambda drawn: "/".join(drawn[0]) + drawn[1]
    ).filter(bool) | st.just("#")


def topics() -> st.SearchStrategy[str]:
    """Texts that may be topics of a model."""
    return st.lists(st.sampled_from(LEVELS), min_size=1, max_size=6).map("/".join)
