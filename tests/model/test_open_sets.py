"""A closed name beside an open set: it has its levels alone, and everything agrees on that.

Small models at random are compared with a slow reading of them: of the siblings that match a
level, the closed one wins, with everything below it.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import uns
from uns.changes import ChangeKind, Subject
from uns.model.resolutions import Outcome
from uns.topics.names_and_filters import TopicFilter

#: Levels of the topics that are asked for; no model has topics of other closed levels, or deeper.
LEVELS = ["a", "b", "ab", "a1", "a2", "1", "0", "_info", "c", ""]
TOPICS = [
    "/".join(levels)
    for depth in (1, 2, 3)
    for levels in itertools.product(LEVELS, repeat=depth)
    if levels != ("",)
]

CLOSED = {
    "a": {"a"}, "b": {"b"}, "ab": {"ab"}, "1": {"1"}, "[a,b]": {"a", "b"}, "a[1..2]": {"a1", "a2"},
    "[0..1]": {"0", "1"}, "a[b,1]": {"ab", "a1"},
}  # fmt: skip
OPEN = ["[ab]+", "[ab]?[0-9]?", "a?[^a]*", "[^/]*", "_info|c|a|1", "[a-c]{1,2}"]
#: Keys of metrics, and the levels they have: leaves, a longer leaf, families, an aspect.
METRICS = {
    "a": ("a",), "b/c": ("b", "c"), "a[1..2]": ("a[1..2]",), "[a,b]/c": ("[a,b]", "c"),
    "raw:c": ("ab", "c"), "1": ("1",),
}  # fmt: skip
TYPES = {"number": "a number", "boolean": "true or false", "string": "text"}

#: What changes are about if topics exist or not.
EXISTING = {Subject.TOPIC, Subject.EQUIPMENT}


@dataclass
class Slow:
    """A position, read slowly: closed siblings by their levels, one open set, a type.

    ``is_part`` says that it is the part {k} of class K.
    """

    closed: list[tuple[set[str], Slow]] = field(default_factory=list)
    opened: tuple[str, Slow] | None = None
    type: str | None = None
    is_part: bool = False

    def find(self, level: str) -> Slow | None:
        for levels, below in self.closed:
            if level in levels:
                return below
        if self.opened is not None and re.fullmatch(self.opened[0], level):
            return self.opened[1]
        return None

    def resolve(self, topic: str) -> tuple[str | None, list[bool]]:
        """The type at a topic, and whether each of its levels is one of an open set."""
        at: Slow | None = self
        opens = []
        for level in topic.split("/"):
            opens.append(not any(level in levels for levels, _ in at.closed))
            at = at.find(level)
            if at is None:
                return None, []
        return at.type, opens

    def add(self, levels: set[str], below: Slow) -> bool:
        if any(levels & known for known, _ in self.closed):
            return False
        self.closed.append((levels, below))
        return True


def _levels(text: str) -> set[str]:
    return CLOSED.get(text, {text})


@st.composite
def nodes(draw: st.DrawFn, depth: int, part: dict[str, Any] | None) -> tuple[dict[str, Any], Slow]:
    """A node as data and read slowly; with ``part`` it may be of class K, which has this open set."""
    said: dict[str, Any] = {}
    slow = Slow()
    keys = sorted(key for key, levels in METRICS.items() if depth + len(levels) <= 4)
    for key in draw(st.lists(st.sampled_from(keys), max_size=2, unique=True)):
        type_ = draw(st.sampled_from(sorted(TYPES)))
        *above, leaf = METRICS[key]
        at = Slow()
        if slow.add(_levels((*above, leaf)[0]), at):
            if above:
                below = Slow(type=type_)
                at.closed.append((_levels(leaf), below))
            else:
                at.type = type_
            said.setdefault("metrics", {})[key] = {"type": type_}
    if depth == 3:
        return said, slow
    children: dict[str, Any] = {}
    for key in draw(st.lists(st.sampled_from(sorted(CLOSED)), max_size=2, unique=True)):
        child, below = draw(nodes(depth + 1, part))
        if slow.add(CLOSED[key], below):
            children[key] = child
    if draw(st.booleans()) and part is not None:
        said["class"] = "K"
        below = Slow([({"c"}, Slow(type="number"))], is_part=True)
        slow.opened = (part["pattern"], below)
    elif draw(st.booleans()):
        pattern = draw(st.sampled_from(OPEN))
        child, below = draw(nodes(depth + 1, part))
        children[f"{{n{depth}}}"] = {**child, "pattern": pattern}
        slow.opened = (pattern, below)
    if children:
        said["equipment_modules"] = children
    return said, slow


@st.composite
def models(draw: st.DrawFn) -> tuple[uns.Namespace, Slow]:
    """A model, loaded and read slowly."""
    part = {"pattern": draw(st.sampled_from(OPEN)), "metrics": {"c": {"type": "number"}}}
    said, slow = draw(nodes(1, part))
    model = {
        "uns": 1,
        "topic": {"containment": "free"},
        "aspects": {"raw": "ab"},
        "classes": {"K": {"children": {"control_modules": {"{k}": part}}}},
        "equipment_modules": {"x": said},
    }
    try:
        return uns.loads(json.dumps(model)), slow
    except uns.InvalidNamespace as error:
        # The only fault that there can be: closed siblings take all levels of a set.
        if not all("no topic level left" in found.message for found in error.diagnostics):
            raise
        return uns.loads("{uns: 1}"), Slow()


def answers(slow: Slow) -> dict[str, tuple[str, list[bool]]]:
    """The topics of a model below x: the type of each, and which of its levels are open."""
    found = ((f"x/{topic}", slow.resolve(topic)) for topic in TOPICS)
    return {t: (type_, [False, *opens]) for t, (type_, opens) in found if type_ is not None}


def is_in_part(slow: Slow, topic: str) -> bool:
    """Whether a topic below x is at or below a part {k}."""
    at: Slow | None = slow
    for level in topic.split("/")[1:]:
        at = None if at is None else at.find(level)
        if at is not None and at.is_part:
            return True
    return False


def filters() -> st.SearchStrategy[str]:
    levels = st.lists(st.sampled_from([*LEVELS, "+", "+"]), min_size=1, max_size=3)
    return st.builds(
        lambda at, end: "/".join(["x", *at]) + end, levels, st.sampled_from(["", "/#"])
    )


@given(models())
def test_a_topic_belongs_to_the_closed_sibling(model: tuple[uns.Namespace, Slow]) -> None:
    ns, slow = model
    expected = answers(slow)
    templates = list(ns.templates())
    for topic in (f"x/{topic}" for topic in TOPICS):
        found = ns.resolve(topic)
        type_ = expected.get(topic, (None,))[0]
        assert (found.outcome is Outcome.ENDPOINT) == (type_ is not None), topic
        if found.endpoint is not None:
            assert str(found.endpoint.metric.type) == type_
        matching = [template for template in templates if template.match(topic) is not None]
        assert len(matching) == (type_ is not None), topic
        for template in matching:
            captured = template.match(topic)
            values = [v for key, v in captured.items() if isinstance(key, int)]
            names = {key: v for key, v in captured.items() if isinstance(key, str)}
            assert template.format(*values, **names) == topic


@given(models(), st.lists(filters(), min_size=1, max_size=5))
def test_filters_take_what_the_slow_reading_takes(
    model: tuple[uns.Namespace, Slow], asked: list[str]
) -> None:
    ns, slow = model
    expected = answers(slow)
    for text in asked:
        filter_ = TopicFilter(text)
        taken = {topic for topic in expected if filter_.matches(topic)}
        pinned = {t for t in taken if all(_is_pinned(text, expected[t][1]))}
        assert set(ns.topics(text, open="skip")) & set(expected) == pinned
        assert ns.count(text, open="skip") == len(set(ns.topics(text, open="skip")))
        templates = list(ns.templates(text))
        assert len(templates) == ns.template_count(text)
        for topic in taken:
            assert sum(template.match(topic) is not None for template in templates) == 1
        if "+" not in text and "#" not in text:
            assert ns.count(text) == len(taken)


def _is_pinned(filter_: str, opens: list[bool]) -> Iterator[bool]:
    """For each level of a topic, whether a filter names it or it is not one of an open set."""
    levels = [level for level in filter_.split("/") if level != "#"]
    for level, is_open in itertools.zip_longest(levels, opens, fillvalue="+"):
        yield is_open is not True or level != "+"


@given(models(), models())
def test_each_topic_is_in_the_changes_that_it_has(
    old: tuple[uns.Namespace, Slow], new: tuple[uns.Namespace, Slow]
) -> None:
    was, is_ = answers(old[1]), answers(new[1])
    changes = uns.diff(old[0], new[0])
    for topic in {**was, **is_}:
        gone = come = 0
        types = set[tuple[str | None, str | None]]()
        for change, reached in changes.taken_by(topic):
            if change.subject in EXISTING and change.kind is not ChangeKind.CHANGED:
                gone += reached.old or 0
                come += reached.new or 0
            elif change.subject is Subject.TYPE:
                types.add((change.before, change.after))
                assert (reached.old, reached.new) == (1, 1)
        before, after = (known.get(topic, (None,))[0] for known in (was, is_))
        if before is None or after is None:
            assert (gone, come) == (before is not None, after is not None), topic
        else:
            assert gone == come == 0, topic
            expected = {(TYPES[before], TYPES[after])} if before != after else set()
            assert types == expected, topic


@given(models())
def test_subscriptions_tell_what_they_take_besides(model: tuple[uns.Namespace, Slow]) -> None:
    ns, slow = model
    found = ns.filters(equipment_level="control_module")
    for topic in answers(slow):
        wanted = is_in_part(slow, topic)
        taken = found.matches(topic)
        besides = any(template.match(topic) is not None for template in found.over_matches)
        assert taken or not wanted, topic
        assert besides == (taken and not wanted), topic


@given(models(), st.lists(filters(), min_size=1, max_size=3))
def test_plans_read_what_a_filter_takes_and_know_what_else(
    model: tuple[uns.Namespace, Slow], asked: list[str]
) -> None:
    ns, slow = model
    records = {topic: ns.to_kafka(topic).topic for topic in answers(slow)}
    for text in asked:
        filter_ = TopicFilter(text)
        plan = ns.kafka.plan(text)
        names = set(records.values())
        read = {n for n in names if re.search(plan.regex, n)}
        if plan.topics is not None:
            assert set(plan.topics) & names <= read
            read = set(plan.topics)
        wanted = {name for topic, name in records.items() if filter_.matches(topic)}
        assert wanted <= read, text
        if plan.exact:
            assert {t for t, name in records.items() if name in read} == {
                t for t in records if filter_.matches(t)
            }, text
        if plan.topics is not None:
            assert wanted == read, text
