"""Pairs of small models: one at random, and the same after a few changes such as people make."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from hypothesis import reject
from hypothesis import strategies as st

import uns

Said: TypeAlias = dict[str, Any]

METRICS: list[Said] = [
    {"type": "number"},
    {"type": "number", "unit": "kW"},
    {"type": "number", "unit": "W"},
    {"type": "number", "min": 0, "max": 3},
    {"type": "number", "min": 0, "max": 5},
    {"type": "number", "min": 1, "max": 3},
    {"type": "integer"},
    {"type": "integer", "min": 0, "max": 3},
    {"type": "boolean"},
    {"type": "string"},
    {"type": "string", "max_length": 1},
    {"type": "string", "pattern": "[ab]"},
    {"type": "string", "pattern": "[a-c]+"},
    {"type": "enum", "values": ["a", "b"]},
    {"type": "enum", "values": ["a", "b", "c"]},
    {"type": "enum", "values": ["a", "b"], "open": True},
    {"type": "string", "pattern": "[a-c]*", "max_length": 1},
    {"type": "number", "min": 0, "max": 3, "nullable": True},
    {"type": "enum", "values": ["a", "b"], "open": True, "nullable": True},
]
KEYS = [
    "a",
    "b",
    "m[1..2]",
    "m[1..4]",
    "m[3..4]",
    "m3",
    "[a,b]",
    "[c,m4]",
    "{id}",
    "c d",
    "p[1..2]-x",
]
LEAVES = ["x", "y", "x/z", "raw:x", "v[1..2]", "v[1..3]"]
#: Keys that stand for other names than their own.
MEMBERS: dict[str, set[str]] = {
    "m[1..2]": {"m1", "m2"},
    "m[1..4]": {"m1", "m2", "m3", "m4"},
    "m[3..4]": {"m3", "m4"},
    "[a,b]": {"a", "b"},
    "[c,m4]": {"c", "m4"},
    "v[1..2]": {"v1", "v2"},
    "v[1..3]": {"v1", "v2", "v3"},
}
FIELDS: list[Said] = [
    {"n": {"type": "integer"}},
    {"n": {"type": "number"}},
    {"n": {"type": "integer"}, "k?": {"type": "string"}},
    {"n": {"type": "integer"}, "k": {"type": "string"}},
    {"n?": {"type": "integer"}},
    {"n": {"type": "enum", "values": ["a", "b"], "open": True}},
    {"n": {"type": "enum", "values": ["a", "b", "c"], "open": True}},
    {"n": {"type": "enum", "values": ["a", "b"]}},
    {"n": {"type": "integer"}, "k?": {"type": "enum", "values": ["a"]}},
    {"n": {"type": "integer"}, "k?": {"type": "string", "default": "a"}},
    {"n": {"type": "integer"}, "k?": {"type": "string", "default": "b"}},
    {"n": {"type": "object", "fields": {"k?": {"type": "number", "unit": "kW"}}}},
    {"n": {"type": "map", "items": {"type": "number", "unit": "kW"}}},
    {"n": {"type": "map", "items": {"type": "number", "unit": "W"}}},
    {"n": {"type": "integer", "nullable": True}},
    {"n": {"type": "object", "nullable": True, "fields": {"k?": {"type": "number", "unit": "kW"}}}},
]


def _apart(said: Said) -> Said:
    """The same without keys that overlap an earlier one: a model that has both does not load."""
    kept: Said = {}
    taken: set[str] = set()
    for key, inner in said.items():
        members = MEMBERS.get(key, {key})
        if not members & taken:
            kept[key] = inner
            taken |= members
    return kept


_metric = st.sampled_from(METRICS).map(dict)
EXTRAS: dict[str, st.SearchStrategy[Any]] = {
    "retain": st.booleans(),
    "qos": st.integers(0, 2),
    "kind": st.sampled_from(["state", "event"]),
    "required": st.booleans(),
    "rate": st.sampled_from(["5/s", "1/min"]),
    "bytes": st.integers(0, 99),
    "label": st.just("x"),
}
_extras = st.fixed_dictionaries({}, optional=EXTRAS)
_metrics = st.dictionaries(
    st.sampled_from(LEAVES), st.builds(lambda a, b: {**a, **b}, _metric, _extras), max_size=3
).map(_apart)
_node = st.fixed_dictionaries(
    {},
    optional={
        "metrics": _metrics,
        "topics": st.just({"t": {"payload": "c/1"}}),
        "class": st.sampled_from(["A", "B"]),
        "open": st.booleans(),
        "payload": st.just("c/1"),
    },
)


def _named(nodes: Said, depth: int) -> Said:
    """Open sets with their pattern, no two of one name above each other."""
    named = {}
    for key, said in nodes.items():
        inner = {k: v for k, v in said.items() if k != "work_cells"}
        if "{" in key:
            inner.setdefault("pattern", "z[0-9]")
        if "work_cells" in said:
            inner["work_cells"] = _named(said["work_cells"], depth + 1)
        named[key.replace("{id}", f"{{id{depth}}}")] = inner
    return named


_tree = st.dictionaries(st.sampled_from(KEYS), _node, min_size=1, max_size=3).map(_apart)
_deep = st.dictionaries(
    st.sampled_from(KEYS),
    st.builds(lambda node, below: {**node, "work_cells": below} if below else node, _node, _tree | st.none()),
    min_size=1,
    max_size=3,
).map(_apart)  # fmt: skip
_level = st.sampled_from(
    ["a", "b", "m1", "m2", "m3", "m4", "x", "y", "z1", "root", "_raw", "+", "+", "+"]
)
_filter = st.builds(
    lambda levels, tail: "/".join(levels) + tail,
    st.lists(_level, min_size=1, max_size=4),
    st.sampled_from(["", "", "/#"]),
) | st.just("#")
#: Two groups that clients are likely to meet in.
_SHARED = st.sampled_from(["$share/g/#", "$share/h/#"])
_client = st.fixed_dictionaries(
    {},
    optional={
        "publish": st.lists(_filter, min_size=1, max_size=2),
        "subscribe": st.lists(_filter | _filter.map(lambda f: f"$share/g/{f}") | _SHARED, min_size=1, max_size=2),
    },
)  # fmt: skip
_clients_said = st.dictionaries(st.sampled_from(["p", "q"]), _client, max_size=2)
_fields = st.sampled_from(FIELDS)
_kafka = st.fixed_dictionaries(
    {},
    optional={
        "split": st.sampled_from([1, 2, 3, "work_cell"]),
        "key": st.sampled_from(["full", "tail"]),
        "prefix": st.sampled_from(["uns", "plant"]),
        "partitioner": st.sampled_from(["murmur2", "murmur2_random", "crc32"]),
        "partitions": st.sampled_from([1, 6, 12]),
        "order_by": st.sampled_from([1, 2, "metric", "work_cell"]),
    },
)


@st.composite
def models(draw: st.DrawFn) -> Said:
    """A model as data."""
    model: Said = {
        "uns": 1,
        "topic": {"containment": "free"},
        "aspects": {"raw": "_raw"},
        "payloads": {"c/1": {"fields": draw(_fields)}},
        "classes": {"A": {"metrics": draw(_metrics)}, "B": {"extends": "A"}},
        "work_cells": _named(draw(_deep), 0),
        "clients": draw(_clients_said),
    }
    if draw(st.booleans()):
        model["topic"]["root"] = "root"
    if draw(st.booleans()):
        model["kafka"] = draw(_kafka)
    return model


# --- changes ---------------------------------------------------------------------------------------


def _nodes(nodes: Said) -> Iterator[tuple[Said, str]]:
    for key, said in nodes.items():
        yield nodes, key
        yield from _nodes(said.get("work_cells", {}))


def _some_node(draw: Any, model: Said) -> tuple[Said, str]:
    nodes = [*_nodes(model["work_cells"]), *_nodes(model.get("equipment_modules", {}))]
    return draw(st.sampled_from(nodes))  # type: ignore[no-any-return]


def _holders(model: Said) -> list[Said]:
    """Everything that has metrics."""
    nodes = [nodes[key] for nodes, key in _nodes(model["work_cells"])]
    return [said for said in (*model["classes"].values(), *nodes) if said.get("metrics")]


def _rename(draw: Any, model: Said) -> None:
    nodes, key = _some_node(draw, model)
    said = nodes.pop(key)
    said.pop("pattern", None)
    nodes[draw(st.sampled_from([k for k in KEYS if "{" not in k]))] = said


def _move(draw: Any, model: Said) -> None:
    """Another name for a node, which says the former one; a family is renamed as a whole."""
    nodes, key = _some_node(draw, model)
    to = draw(st.sampled_from([k for k in KEYS if "{" not in k]))
    path = next((path for inner, path in _paths(model["work_cells"]) if inner is nodes[key]), [])
    if to not in nodes and not any("{" in level for level in path):
        root = model["topic"].get("root")
        nodes[to] = {**nodes.pop(key), "moved_from": "/".join([*([root] if root else []), *path])}


def _paths(nodes: Said, above: list[str] | None = None) -> Iterator[tuple[Said, list[str]]]:
    for key, said in nodes.items():
        path = [*(above or []), key]
        yield said, path
        yield from _paths(said.get("work_cells", {}), path)


def _move_metric(draw: Any, model: Said) -> None:
    """Another key for a metric, which says its former last level."""
    found = _some_metric(draw, model)
    to = draw(st.sampled_from(["y", "q"]))
    if found is not None and to not in found[0] and ":" not in found[1]:
        metrics, key = found
        metrics[to] = {**metrics.pop(key), "moved_from": key.rpartition("/")[2]}


def _contract(draw: Any, model: Said) -> None:
    """What every node of the level carries."""
    model["levels"] = {"work_cell": {"metrics": {"s": draw(_metric)}}}
    if draw(st.booleans()):
        model["levels"]["work_cell"]["required"] = ["s"]


def _default(draw: Any, model: Said) -> None:
    """What holds where nothing else is said."""
    model["defaults"] = draw(st.sampled_from([{"retain": False}, {"qos": 0}, {"qos": 2}]))


def _remove(draw: Any, model: Said) -> None:
    nodes, key = _some_node(draw, model)
    if len(nodes) > 1:
        del nodes[key]


def _split(draw: Any, model: Said) -> None:
    nodes, key = _some_node(draw, model)
    parts = {"m[1..4]": ["m[1..2]", "m[3..4]"], "m[1..2]": ["m1", "m[2..2]"], "[a,b]": ["a", "b"]}
    if key in parts:
        said = nodes.pop(key)
        for part in parts[key]:
            nodes[part] = copy.deepcopy(said)


def _narrow_or_widen(draw: Any, model: Said) -> None:
    nodes, key = _some_node(draw, model)
    if "{" in key:
        nodes[key]["pattern"] = draw(st.sampled_from(["z[0-9]", "z[1-2]", "z[0-9]+", "[yz][0-9]"]))
    elif key in {"m[1..2]", "m[1..4]", "m[3..4]", "m3"}:
        nodes[draw(st.sampled_from(["m[1..2]", "m[1..4]", "m[2..4]"]))] = nodes.pop(key)


def _some_metric(draw: Any, model: Said) -> tuple[Said, str] | None:
    holders = _holders(model)
    if not holders:
        return None
    metrics = draw(st.sampled_from(holders))["metrics"]
    return metrics, draw(st.sampled_from(sorted(metrics)))


def _retype(draw: Any, model: Said) -> None:
    found = _some_metric(draw, model)
    if found is not None:
        metrics, key = found
        kept = {k: v for k, v in metrics[key].items() if k in EXTRAS}
        metrics[key] = {**draw(_metric), **kept}


def _limits(draw: Any, model: Said) -> None:
    """Another unit, range or pattern of the same type."""
    found = _some_metric(draw, model)
    if found is not None:
        metrics, key = found
        kept = {k: v for k, v in metrics[key].items() if k in EXTRAS}
        alike = [said for said in METRICS if said["type"] == metrics[key]["type"]]
        metrics[key] = {**draw(st.sampled_from(alike)), **kept}


def _service(draw: Any, model: Said) -> None:
    """One other way of being published."""
    found = _some_metric(draw, model)
    if found is not None:
        metrics, key = found
        facet = draw(st.sampled_from(sorted(EXTRAS)))
        metrics[key] = {**metrics[key], facet: draw(EXTRAS[facet])}


def _metric_away(draw: Any, model: Said) -> None:
    holders = _holders(model)
    if holders:
        metrics = draw(st.sampled_from(holders))["metrics"]
        del metrics[draw(st.sampled_from(sorted(metrics)))]


def _reclass(draw: Any, model: Said) -> None:
    nodes, key = _some_node(draw, model)
    nodes[key]["class"] = draw(st.sampled_from(["A", "B"]))


def _open(draw: Any, model: Said) -> None:
    nodes, key = _some_node(draw, model)
    nodes[key]["open"] = not nodes[key].get("open", False)


def _payload(draw: Any, model: Said) -> None:
    model["payloads"]["c/1"] = {"fields": draw(_fields)}


def _rekafka(draw: Any, model: Said) -> None:
    model["kafka"] = draw(_kafka)


def _clients(draw: Any, model: Said) -> None:
    model["clients"] = draw(_clients_said)


def _reroot(draw: Any, model: Said) -> None:
    model["topic"]["root"] = draw(st.sampled_from(["root", "root/b", "a"]))


def _reaspect(draw: Any, model: Said) -> None:
    model["aspects"] = {draw(st.sampled_from(["raw"])): draw(st.sampled_from(["_raw", "_rw"]))}


def _under(draw: Any, model: Said) -> None:
    """A level more above everything."""
    model["work_cells"] = {"a": {"work_cells": model["work_cells"]}}


def _relevel(draw: Any, model: Said) -> None:
    model["equipment_modules"] = model.pop("work_cells")
    model["work_cells"] = {}


def _add(draw: Any, model: Said) -> None:
    model["work_cells"].update(_named(draw(_tree), 0))


def _lineage(draw: Any, model: Said) -> None:
    model["classes"]["B"] = {"metrics": copy.deepcopy(model["classes"]["A"].get("metrics", {}))}


def _info(draw: Any, model: Said) -> None:
    model["defaults"] = {"info": True}


def _regroup(draw: Any, model: Said) -> None:
    """A client comes, or reads otherwise than before, perhaps with others."""
    client = model["clients"].setdefault(draw(st.sampled_from(["p", "q", "r"])), {})
    client["subscribe"] = [draw(_SHARED | st.just("#"))]


MUTATIONS: list[Callable[[Any, Said], None]] = [
    _rename, _remove, _split, _narrow_or_widen, _retype, _limits, _limits, _service, _service, _metric_away, _reclass, _open,
    _payload, _rekafka, _clients, _reroot, _reaspect, _under, _add, _lineage, _info, _relevel,
    _regroup, _move, _move_metric, _contract, _default,
]  # fmt: skip


_mutations = st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=1) | st.lists(
    st.sampled_from(MUTATIONS), min_size=2, max_size=2
)
_models = models()


@st.composite
def pairs(draw: st.DrawFn) -> tuple[uns.Namespace, uns.Namespace]:
    """Two versions of a model, both of which load."""
    old = draw(_models)
    new = copy.deepcopy(old)
    for change in draw(_mutations):
        change(draw, new)
    return _loaded(old), _loaded(new)


def _loaded(model: Said) -> uns.Namespace:
    """The namespace of a model; an example whose model does not load is not tried."""
    try:
        return uns.loads(json.dumps(model))
    except uns.InvalidNamespace:
        reject()
