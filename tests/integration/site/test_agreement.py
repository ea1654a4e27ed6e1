"""What the page works out is what the library says: names, clients, Kafka, and what a filter takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uns
from tests.integration.services import ROOT
from tests.models import filters, models, text_of
from uns.generators.site.tables import tables
from uns.model.catalogue import Catalogue
from uns.model.near_misses import near_misses

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.integration

#: The examples, without what one of them includes.
MODELS = sorted(
    path
    for path in (ROOT / "examples").rglob("*.uns.yaml")
    if "\nmodel:" in path.read_text("utf-8")
)

#: Sections of the model file, all of which the page has to follow.
MAPPINGS = {
    "by default": {},
    "split at one level": {"split": 1},
    "split at many": {"split": 9},
    "split by equipment level": {"split": "area"},
    "tail": {"split": 2, "key": "tail", "prefix": "plant.one"},
    "order by level": {"order_by": 2, "partitions": 7},
    "order by equipment level": {"order_by": "production_line"},
    "crc32": {"partitioner": "consistent"},
    "fnv1a": {"partitioner": "fnv1a"},
    "fnv1a masked": {"partitioner": "fnv1a_masked", "partitions": 1000},
}

DESCRIBE = """templates => templates.map(levels => {
    const position = positionAt(levels);
    const address = kafkaAddress(position);
    const names = verb => users(position, verb).map(({client}) => client.name);
    const count = position.count;
    return {
        template: position.template, filter: position.filter, example: position.example,
        count: count === null ? null : String(count), owner: position.owner,
        deprecated: position.deprecated !== null, source: position.source,
        publishers: names("publish"), subscribers: names("subscribe"),
        homes: model.brokers.length ? homesOf(position) : [],
        brokers: model.brokers.length ? seenBy(position) : [],
        kafka: address.problem ? null : {
            topic: address.topic, pattern: address.pattern, key: address.key,
            partition: address.partition, partitions: address.partitions,
            topics: address.topics === null ? null : String(address.topics),
        },
    };
})"""

COUNT = """query => {
    const {templates, topics} = Search.of(query).count(model.top);
    return [templates, String(topics), [...Search.of(query).positions()].map(each => each.template)];
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, dairy: Path) -> Iterator[Page]:
    """A page that any model is put into."""
    from tests.integration.site.browser import opened

    with opened(browser, dairy) as guarded:
        yield guarded.open()


def put(page: Page, namespace: uns.Namespace) -> None:
    page.evaluate(
        "tables => { model = read(JSON.parse(tables)); Search.last = null; }",
        json.dumps(tables(namespace)),
    )


def text(number: int | None) -> str | None:
    return None if number is None else str(number)


def expected(namespace: uns.Namespace) -> Iterator[dict[str, Any]]:
    for entry in Catalogue(namespace).topics():
        address = entry.kafka
        yield {
            "template": entry.template,
            "filter": entry.filter,
            "example": entry.example,
            "count": text(entry.count),
            "owner": entry.node.owner,
            "deprecated": entry.deprecated is not None,
            "source": entry.source,
            "publishers": list(entry.users.publishers),
            "subscribers": list(entry.users.subscribers),
            "homes": [name for name in namespace.brokers if name in entry.homes],
            "brokers": [name for name in namespace.brokers if name in entry.brokers],
            "kafka": None
            if address.refusal
            else {
                "topic": address.topic,
                "pattern": address.pattern,
                "key": address.key,
                "partition": address.partition,
                "partitions": address.partitions,
                "topics": text(address.topics),
            },
        }


def check(page: Page, namespace: uns.Namespace) -> None:
    put(page, namespace)
    wanted = list(expected(namespace))
    assert page.evaluate(DESCRIBE, [each["template"].split("/") for each in wanted]) == wanted


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_topic_of_the_examples(page: Page, path: Path) -> None:
    check(page, uns.load(path))


def bottling(kind: str) -> uns.Namespace:
    model = (ROOT / "examples" / "bottling" / "bottling.uns.yaml").read_text("utf-8")
    return uns.loads(f"{model}\nkafka: {json.dumps(MAPPINGS[kind])}\n")


TIERS = """
uns: 1
brokers:
  a: {holds: [site1/#, +/line2/power], upstream: hq}
  b: {holds: [site2/heat, site3/heat, "site2/line1/#"], upstream: hq}
  c: {holds: lab/#, upstream: a}
  hq: {}
sites:
  "site[1..3]":
    metrics: {heat: {type: number}, speed: {type: number}}
    lines: {"line[1..2]": {metrics: {power: {type: number}}}, "{spare}": {pattern: "s[0-9]+", metrics: {power: {type: number}}}}
  lab: {metrics: {heat: {type: number}}, lines: {line2: {metrics: {heat: {type: number}}}}}
clients:
  one: {broker: c, publish: site1/+/power, subscribe: +/heat}
  two: {broker: b, publish: +/heat}
  three: {subscribe: lab/#}
  four: {via: kafka, publish: lab/#, subscribe: "#"}
"""


def test_homes_of_families_that_filters_divide(page: Page) -> None:
    check(page, uns.loads(TIERS.replace("site1/#", "site1/heat")))


@pytest.mark.parametrize("kind", MAPPINGS)
def test_every_mapping_to_kafka(page: Page, kind: str) -> None:
    check(page, bottling(kind))


_kafka = st.fixed_dictionaries(
    {},
    optional={
        "split": st.integers(1, 4) | st.just("equipment_module"),
        "order_by": st.integers(1, 3) | st.just("equipment_module"),
        "partitioner": st.sampled_from(["murmur2", "crc32", "fnv1a"]),
    },
)


@settings(max_examples=60)
@given(models(), _kafka, st.lists(filters(), min_size=1, max_size=6))
def test_any_model_and_any_filter(
    page: Page, model: dict[str, Any], kafka: dict[str, Any], asked: list[str]
) -> None:
    clients = {"reader": {"subscribe": asked}, "writer": {"publish": asked[:1]}}
    namespace = uns.loads(text_of({**model, "kafka": kafka, "clients": clients}))
    check(page, namespace)
    for filter_ in asked:
        found = page.evaluate(COUNT, f'filter:"{filter_}"')
        templates = [template.text for template in namespace.templates(filter_)]
        assert found == [len(templates), str(namespace.count(filter_, open="skip")), templates]


@pytest.mark.parametrize("kind", MAPPINGS)
def test_kafka_topics_are_searched_by_name(page: Page, kind: str) -> None:
    namespace = bottling(kind)
    put(page, namespace)
    entries = list(Catalogue(namespace).topics())
    # What goes to a family of Kafka topics is found by the name of each, and by some that are none.
    single = {e.template: str(e.kafka.topic) for e in entries if "*" not in str(e.kafka.pattern)}
    for sought in set(single.values()):
        found = [name for name in page.evaluate(COUNT, f"kafka:{sought}")[2] if name in single]
        assert found == [name for name, topic in single.items() if sought in topic]


NEAR_MISSES = """query => nearMisses(query).map(({filter, search}) => (
    [filter, [...search.positions()].map(each => each.template)]
))"""


@settings(max_examples=60)
@given(models(), st.lists(filters(), min_size=1, max_size=6))
def test_what_any_filter_just_misses(page: Page, model: dict[str, Any], asked: list[str]) -> None:
    namespace = uns.loads(text_of(model))
    put(page, namespace)
    for filter_ in asked:
        assert page.evaluate(NEAR_MISSES, f'filter:"{filter_}"') == [
            [miss.filter, [template.text for template in miss.templates]]
            for miss in near_misses(namespace, uns.TopicFilter(filter_))
        ]
