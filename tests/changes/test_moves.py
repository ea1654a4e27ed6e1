"""What is gone, new or moved: every topic is told once, under the name it had or has."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from hypothesis import given
from hypothesis import strategies as st

import uns
from uns.changes import Change, ChangeKind, Changes, Subject
from uns.topics.templates import TopicTemplate

Said: TypeAlias = dict[str, Any]

NAMES = ["a", "b", "c", "m[1..2]", "m[3..4]", "k[1..4]", "k[2..3]"]
LEAVES = ["x", "y", "z/w", "raw:x", "v[1..2]"]
MEMBERS = {
    "m[1..2]": {"m1", "m2"},
    "m[3..4]": {"m3", "m4"},
    "k[1..4]": {"k1", "k2", "k3", "k4"},
    "k[2..3]": {"k2", "k3"},
}


def _apart(nodes: Said) -> Said:
    """The same without keys that overlap an earlier one."""
    kept: Said = {}
    taken: set[str] = set()
    for key, inner in nodes.items():
        members = MEMBERS.get(key, {key})
        if not members & taken:
            kept[key] = inner
            taken |= members
    return kept


_metrics = st.dictionaries(
    st.sampled_from(LEAVES), st.builds(lambda: {"type": "number"}), max_size=3
)
_leaf = st.fixed_dictionaries(
    {},
    optional={"metrics": _metrics, "payload": st.just("info/1"), "class": st.just("F")},
)


def _with(below: st.SearchStrategy[Said]) -> st.SearchStrategy[Said]:
    nodes = st.dictionaries(st.sampled_from(NAMES), below, max_size=3).map(_apart)
    return st.builds(lambda node, inner: {**node, "areas": inner} if inner else node, _leaf, nodes)


_trees = st.dictionaries(
    st.sampled_from(NAMES), _with(_with(_leaf)), min_size=1, max_size=3
).map(_apart)  # fmt: skip


def _nodes(nodes: Said, above: str = "") -> Iterator[tuple[str, Said, str]]:
    """Every node: its path, the nodes around it, and its key."""
    for key, said in list(nodes.items()):
        yield above + key, nodes, key
        yield from _nodes(said.get("areas", {}), f"{above}{key}/")


def _edit(draw: Any, tree: Said, paths: list[str]) -> None:
    """Rename, move, remove or add a node or a metric; mostly with `moved_from`."""
    places = list(_nodes(tree))
    if not places:
        return
    path, nodes, key = draw(st.sampled_from(places))
    action = draw(st.sampled_from(["rename", "move", "remove", "add", "metric", "claim"]))
    said = nodes[key]
    if action == "claim":
        said["moved_from"] = draw(st.lists(st.sampled_from(paths), min_size=1, max_size=2, unique=True))  # fmt: skip
    elif action == "remove":
        del nodes[key]
    elif action == "add":
        said.setdefault("areas", {}).setdefault(draw(st.sampled_from(NAMES)), draw(_leaf))
        said["areas"] = _apart(said["areas"])
    elif action == "metric":
        metrics = said.setdefault("metrics", {})
        old = draw(st.sampled_from(sorted(metrics))) if metrics else None
        new = draw(st.sampled_from(LEAVES))
        inner = metrics.pop(old) if old else {"type": "number"}
        if old and draw(st.booleans()):
            inner = {**inner, "moved_from": old.removeprefix("raw:")}
        metrics.setdefault(new, inner)
    else:
        del nodes[key]
        into = nodes
        if action == "move":
            others = [n[k] for _, n, k in _nodes(tree)]
            if others:
                into = draw(st.sampled_from(others)).setdefault("areas", {})
        if draw(st.integers(0, 4)):
            said = {**said, "moved_from": path}
        name = draw(st.sampled_from(NAMES))
        into[name] = said
        kept = _apart(into)
        into.clear()
        into.update(kept)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[uns.Namespace, uns.Namespace]:
    """A model, and the same after a few edits."""
    tree = draw(_trees)
    later = copy.deepcopy(tree)
    paths = [path for path, _, _ in _nodes(tree)]
    for _ in range(draw(st.integers(1, 4))):
        _edit(draw, later, paths)
    classes = [
        draw(st.sampled_from([{"x": {"type": "number"}}, {"q": {"type": "number", "moved_from": "x"}}]))
        for _ in range(2)
    ]  # fmt: skip
    aspects = [draw(st.sampled_from(["_raw", "_r"])) for _ in range(2)]
    roots = draw(st.sampled_from([{}, {}, {"root": "acme"}]))
    versions = []
    for said, metrics, raw in zip((tree, later), classes, aspects, strict=True):
        model = {
            "uns": 1,
            "topic": {"containment": "free", **roots},
            "aspects": {"raw": raw},
            "classes": {"F": {"metrics": metrics}},
            "areas": said,
        }
        versions.append(uns.loads(json.dumps(model)))
    return versions[0], versions[1]


_WHERE = {Subject.TOPIC, Subject.EQUIPMENT, Subject.ASPECT}


def _places(changes: Changes) -> list[Change]:
    kinds = {ChangeKind.REMOVED, ChangeKind.ADDED, ChangeKind.MOVED}
    return [c for c in changes if c.kind in kinds and c.subject in _WHERE]


def _told(changes: Changes, topic: str, side: str) -> list[Change]:
    """The changes that say that a topic is gone, or new."""
    kinds = {ChangeKind.MOVED, ChangeKind.REMOVED if side == "old" else ChangeKind.ADDED}
    return [
        change
        for change, reached in changes.taken_by(topic)
        if change.kind in kinds and change.subject in _WHERE and getattr(reached, side)
    ]


@given(pairs())
def test_every_topic_that_is_gone_or_new_is_told_once_by_its_name(
    both: tuple[uns.Namespace, uns.Namespace],
):
    before, after = ({str(topic) for topic in ns.topics()} for ns in both)
    changes = uns.diff(*both)
    for topic in before:
        assert len(_told(changes, topic, "old")) == (topic not in after), topic
    for topic in after:
        assert len(_told(changes, topic, "new")) == (topic not in before), topic


@given(pairs())
def test_the_counts_are_those_of_the_sets(both: tuple[uns.Namespace, uns.Namespace]):
    before, after = ({str(topic) for topic in ns.topics()} for ns in both)
    changes = uns.diff(*both)
    sums = dict.fromkeys(ChangeKind, 0)
    for change in _places(changes):
        sums[change.kind] += change.count or 0
    assert sums[ChangeKind.REMOVED] + sums[ChangeKind.MOVED] == len(before - after)
    assert sums[ChangeKind.ADDED] + sums[ChangeKind.MOVED] == len(after - before)
    assert changes.kept == len(before & after)


@given(pairs())
def test_the_place_of_a_change_is_in_the_version_it_is_about(
    both: tuple[uns.Namespace, uns.Namespace],
):
    for change in _places(uns.diff(*both)):
        version = both[0] if change.kind is not ChangeKind.ADDED else both[1]
        levels = [next(iter(part)) for part in TopicTemplate(change.template).segments]
        assert "/".join(levels) in version, change
