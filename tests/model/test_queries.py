"""Which topics a filter hits: listed, counted and as templates, and that the three agree."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given

import uns
from tests.models import filters, namespaces
from uns.model import queries
from uns.model.queries import UnboundedTopics
from uns.model.resolutions import Outcome
from uns.model.tree import NO_MEMBERS, Endpoint, FirstLevel, Members, Place, PlaceKind
from uns.payloads import PayloadContract, PayloadType
from uns.topics.names_and_filters import TopicFilter
from uns.topics.patterns import Pattern
from uns.topics.templates import Segment

ENDPOINT = Endpoint("", PayloadContract(PayloadType("a/1")))


def place(text: str, *members: Place, carries: bool = False, open_: bool = False) -> Place:
    """A place whose names in braces take capital letters; ``carries`` puts a payload there."""
    pattern = Pattern("[A-Z]+") if "{" in text else None
    return Place(
        PlaceKind.EQUIPMENT,
        Segment.parse(text, pattern),
        Members(members) if members else NO_MEMBERS,
        endpoint=ENDPOINT if carries else None,
        open=open_,
    )


SHARED = Members([place("x", carries=True), place("y[1..3]", carries=True)])
TREE = FirstLevel(
    [
        place(
            "a",
            place("m[1..3]", place("v", carries=True), place("w", carries=True)),
            place("{n}", place("v", carries=True)),
            place("", place("v", carries=True)),
            carries=True,
        ),
        place("$s", place("v", carries=True)),
        place("z", place("free", open_=True)),
    ]
)

LISTED = [
    # filter, topics (None: there is an open set in the way), without the open sets
    pytest.param(None, None, 9, id="no-filter"),
    pytest.param("#", None, 8, id="all"),
    pytest.param("a", ["a"], 1, id="itself"),
    pytest.param("+", ["a"], 1, id="first-level"),
    pytest.param("a/#", None, 8, id="below-and-itself"),
    pytest.param("a/m2/#", ["a/m2/v", "a/m2/w"], 2, id="one-of-a-family"),
    pytest.param("a/m4/#", [], 0, id="none-of-a-family"),
    pytest.param("a/+/w", ["a/m1/w", "a/m2/w", "a/m3/w"], 3, id="wildcard-misses-the-open-set"),
    pytest.param("a/+/v", None, 4, id="wildcard-reaches-the-open-set"),
    pytest.param("a/AB/+", ["a/AB/v"], 1, id="one-of-an-open-set"),
    pytest.param("a/ab/+", [], 0, id="none-of-an-open-set"),
    pytest.param("a//v", ["a//v"], 1, id="empty-level"),
    pytest.param("a//", [], 0, id="two-empty-levels"),
    pytest.param("a/+", [], 0, id="nothing-so-high"),
    pytest.param("a/m1/v/#", ["a/m1/v"], 1, id="below-an-endpoint-and-itself"),
    pytest.param("a/m1/v/+", [], 0, id="below-an-endpoint"),
    pytest.param("$s/#", ["$s/v"], 1, id="dollar"),
    pytest.param("+/v", [], 0, id="no-wildcard-takes-a-dollar"),
    pytest.param("z/#", [], 0, id="open-position"),
    pytest.param("zebra/#", [], 0, id="nothing"),
]


@pytest.mark.parametrize(("text", "listed", "count"), LISTED)
def test_listing_and_counting(text: str | None, listed: list[str] | None, count: int) -> None:
    filter_ = None if text is None else TopicFilter(text)
    assert queries.count(TREE, filter_, "skip") == count
    assert len(list(queries.topics(TREE, filter_, "skip"))) == count
    if listed is None:
        for ask in (queries.count, lambda *args: list(queries.topics(*args))):
            with pytest.raises(UnboundedTopics) as caught:
                ask(TREE, filter_, "raise")
            assert caught.value.template == "a/{n}"
    else:
        assert list(queries.topics(TREE, filter_, "raise")) == listed
        assert queries.count(TREE, filter_, "raise") == count


def test_open_sets_that_carry_nothing_are_no_obstacle() -> None:
    tree = Members([place("a", place("{n}", place("b")), place("c", carries=True))])
    assert list(queries.topics(tree, None, "raise")) == ["a/c"]
    assert queries.count(tree, TopicFilter("#"), "raise") == 1


def test_the_first_open_set_is_named() -> None:
    tree = Members([place("a", place("b[1..2]", place("{n}", place("{o}", carries=True))))])
    with pytest.raises(UnboundedTopics, match=r"'a/b\[1\.\.2\]/\{n\}"):
        queries.count(tree, None, "raise")
    with pytest.raises(UnboundedTopics) as caught:
        list(queries.topics(tree, TopicFilter("a/b2/X/+"), "raise"))
    assert caught.value.template == "a/b2/X/{o}"


def texts(top: Members, filter_: str | None) -> list[str]:
    found = queries.paths(top, None if filter_ is None else TopicFilter(filter_))
    return [
        "/".join(
            at.segment.text if level is None else level for at, level in zip(*path, strict=True)
        )
        for path in found
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            None,
            ["a", "a/m[1..3]/v", "a/m[1..3]/w", "a/{n}/v", "a//v", "$s/v"],
            id="no-filter",
        ),
        pytest.param("#", ["a", "a/m[1..3]/v", "a/m[1..3]/w", "a/{n}/v", "a//v"], id="all"),
        pytest.param("a/m2/+", ["a/m2/v", "a/m2/w"], id="pinned"),
        pytest.param("a/XY/+", ["a/XY/v"], id="pinned-in-an-open-set"),
        pytest.param("+/+/w", ["a/m[1..3]/w"], id="wildcards"),
        pytest.param("a/m4/+", [], id="nothing"),
    ],
)
def test_paths(text: str | None, expected: list[str]) -> None:
    assert texts(TREE, text) == expected


def test_positions() -> None:
    def found(*levels: str) -> list[str]:
        return [
            "/".join(
                at.segment.text if level is None else level for at, level in zip(*path, strict=True)
            )
            for path in queries.positions(TREE, levels)
        ]

    assert found("+") == ["a", "z"]
    assert found("$s", "+") == ["$s/v"]
    assert found("+", "+") == ["a/m[1..3]", "a/{n}", "a/", "z/free"]
    assert found("a", "m2", "w") == ["a/m2/w"]
    assert found("a", "+", "+", "+") == []


@pytest.mark.parametrize(
    ("text", "reaches"),
    [
        pytest.param("z/free/x", True, id="a-topic-below"),
        pytest.param("z/#", True, id="rest"),
        pytest.param("#", True, id="all"),
        pytest.param("+/+/+/+", True, id="wildcards"),
        pytest.param("z/free", False, id="the-open-place-itself"),
        pytest.param("z/+", False, id="not-below"),
        pytest.param("a/#", False, id="elsewhere"),
    ],
)
def test_what_is_allowed_and_not_named(text: str, reaches: bool) -> None:
    assert queries.reaches_open(TREE, TopicFilter(text)) is reaches


def test_listing_is_lazy() -> None:
    tree = Members([place("v[1..999999999999999999]", place("s", carries=True))])
    first = itertools.islice(queries.topics(tree, TopicFilter("+/s"), "raise"), 2)
    assert list(first) == ["v1/s", "v2/s"]
    assert queries.count(tree, None, "raise") == 999_999_999_999_999_999


def test_shared_members_are_counted_once() -> None:
    members = SHARED
    for _ in range(126):
        members = Members(
            [
                Place(PlaceKind.EQUIPMENT, Segment.parse("a"), members),
                Place(PlaceKind.EQUIPMENT, Segment.parse("b[1..4]"), members),
            ]
        )
    assert queries.count(members, None, "raise") == 4 * 5**126
    assert queries.count(members, TopicFilter("a/" * 126 + "+"), "raise") == 4
    assert queries.count(members, TopicFilter("+/" * 126 + "x"), "raise") == 5**126
    assert next(queries.topics(members, None, "raise")) == "a/" * 126 + "x"


# --- laws ---------------------------------------------------------------------------------------------


def answers_alike(ns: uns.Namespace, text: str | None) -> bool:
    """Whether counting and listing agree, and on what they cannot answer."""
    try:
        listed = list(ns.topics(text))
    except uns.UnboundedTopics:
        with pytest.raises(uns.UnboundedTopics):
            ns.count(text)
        return ns.count(text, open="skip") == len(list(ns.topics(text, open="skip")))
    return ns.count(text) == ns.count(text, open="skip") == len(listed)


@given(namespaces(), filters())
def test_counting_is_listing(ns: uns.Namespace, text: str) -> None:
    assert answers_alike(ns, text)
    assert answers_alike(ns, None)


@given(namespaces(), filters())
def test_a_filter_lists_what_it_matches_in_order(ns: uns.Namespace, text: str) -> None:
    listed = list(ns.topics(text, open="skip"))
    matching = [topic for topic in ns.topics(open="skip") if TopicFilter(text).matches(topic)]
    pinned = [topic for topic in listed if topic not in set(matching)]
    assert [topic for topic in listed if topic not in pinned] == matching
    # A filter that names a level of an open set lists more than a list of everything can.
    for topic in pinned:
        assert TopicFilter(text).matches(topic)
        assert ns.resolve(topic).outcome is Outcome.ENDPOINT


@given(namespaces(), filters())
def test_templates_cover_exactly_the_topics(ns: uns.Namespace, text: str) -> None:
    templates = list(ns.templates(text))
    finite = [template for template in templates if template.count is not None]
    expanded: Counter[str] = Counter()
    for template in finite:
        levels = (tuple(segment) for segment in template.segments)
        expanded.update("/".join(parts) for parts in itertools.product(*levels))
        assert TopicFilter(text).covers(template.filter) or template.filter.has_wildcards
    assert expanded == Counter(ns.topics(text, open="skip"))
    assert sum(template.count or 0 for template in finite) == ns.count(text, open="skip")
    assert [node.template for node in ns.endpoints(text)] == templates
    assert ns.template_count(text) == len(templates)


@given(namespaces())
def test_all_templates_are_counted_without_a_filter(ns: uns.Namespace) -> None:
    assert ns.template_count() == sum(1 for _ in ns.templates())
