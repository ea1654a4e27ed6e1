"""Names of Kafka topics in code and configuration."""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given

import uns
from tests.cli.runs import BOTTLING
from tests.models import namespaces
from uns.code.evidence import Recognizer
from uns.code.kafka_names import KafkaNames
from uns.code.literals import read_literals
from uns.code.mentions import Mentions
from uns.code.traces import HOLE


def names_of(ns: uns.Namespace) -> KafkaNames:
    return KafkaNames(ns, Recognizer(ns.top))


@pytest.fixture(scope="module")
def bottling() -> KafkaNames:
    return names_of(uns.load(BOTTLING))


THERE = [
    pytest.param("uns.bottlingcompany.munich.bottling", id="a topic"),
    pytest.param("uns-state.bottlingcompany.munich.bottling", id="one of last values"),
    pytest.param("uns.bottlingcompany.munich", id="the start of several, and one"),
    pytest.param("uns.bottlingcompany.", id="the start of names"),
    pytest.param("uns.bottlingcompany.{}.bottling", id="a template"),
    pytest.param("uns.bottlingcompany.{}", id="its start"),
    pytest.param("uns.bottlingcompany.{}.", id="its start, with a dot"),
    pytest.param(r"^uns\.bottlingcompany\..*", id="an expression"),
    pytest.param(r"uns\\.bottlingcompany\\.[^.]+\\.bottling", id="with two backslashes each"),
    pytest.param(r"^uns[.]bottlingcompany[.](munich|rome)[.]bottling$", id="with dots in brackets"),
    pytest.param("uns.bottlingcompany.*", id="a careless one"),
    pytest.param(r"^uns\.[^.]+\.munich\.bottling$", id="that starts with what may be anything"),
    pytest.param(r"^uns\.bottlingcompany", id="for clients that match the start"),
    pytest.param(r"^uns\.bottlingcompany\.(?!x).*", id="one in another dialect"),
    pytest.param("uns.bottlingcompany.munich.bottling-value", id="a subject"),
    pytest.param("uns.bottlingcompany.munich.bottling-com.acme.State", id="another subject"),
]

MISSING = [
    pytest.param("uns.bottlingcompany.rome", None, id="an unknown site"),
    pytest.param(
        "uns.bottlingcompany.munich.botling", "uns.bottlingcompany.munich.bottling", id="a slip"
    ),
    pytest.param(
        "uns.bottlingcompany.munich.bottling.line1.oee",
        "uns.bottlingcompany.munich.bottling", id="more levels than name it",
    ),
    pytest.param("uns.bottlingcompny.munich", "uns.bottlingcompany.munich", id="a slip above"),
    pytest.param("uns.bottlingcompany.munich_bottling", "uns.bottlingcompany.munich.bottling", id="_"),
    pytest.param("uns.bottlingcompany.{}.botling", None, id="a template"),
    pytest.param(r"^uns\.bottlingcompany\.rome\..*", None, id="an expression"),
    pytest.param(r"^uns\.bottlingcompany\.munich\.bottling\.line1$", None, id="to its end"),
]  # fmt: skip

NOT_MEANT = [
    pytest.param("bottlingcompany.munich.bottling", id="no prefix"),
    pytest.param("xuns.bottlingcompany.munich", id="another prefix"),
    pytest.param("uns", id="the prefix alone"),
    pytest.param("uns.", id="and a dot"),
    pytest.param("uns.code.readers", id="a module"),
    pytest.param("uns.yaml", id="a file"),
    pytest.param("uns.bottlingcompany.yaml", id="a file of that name"),
    pytest.param(r"^uns\.acme\.[^.]+\.bottling$", id="an expression for another company"),
    pytest.param(r"^uns\.cli\..*", id="an expression for modules"),
    pytest.param("uns." + "bottlingcompany." * 100, id="too long"),
    pytest.param("uns.bottlingcompany.mün", id="what Kafka refuses"),
]


@pytest.mark.parametrize("text", THERE)
def test_there(bottling: KafkaNames, text: str):
    text = text.replace("{}", HOLE)
    assert (bottling.are_meant(text), bottling.are_there(text)) == (True, True)


@pytest.mark.parametrize(("text", "nearest"), MISSING)
def test_missing(bottling: KafkaNames, text: str, nearest: str | None):
    text = text.replace("{}", HOLE)
    assert (bottling.are_meant(text), bottling.are_there(text)) == (True, False)
    if nearest is not None:
        assert bottling.nearest(text) == nearest


@pytest.mark.parametrize("text", NOT_MEANT)
def test_not_meant(bottling: KafkaNames, text: str):
    assert not bottling.are_meant(text)


@pytest.mark.parametrize(
    ("text", "there"),
    [
        pytest.param("uns.acme", True, id="the start"),
        pytest.param("uns.acm", False, id="not up to a dot"),
        pytest.param("uns.acme.{}yon", True, id="the start of what a template may be"),
        pytest.param("uns.acme.{}yo", False, id="not up to a dot, with an open place"),
        pytest.param("uns.{}.{}yon.", True, id="up to a dot"),
        pytest.param("uns.acme.{}.hall.{}", False, id="more levels than there are"),
    ],
)
def test_starts_of_names(text: str, there: bool):
    areas = "{hall: {metrics: {speed: {type: number}}}}"
    ns = uns.loads(f"{{uns: 1, enterprise: {{acme: {{sites: {{lyon: {{areas: {areas}}}}}}}}}}}")
    assert names_of(ns).are_there(text.replace("{}", HOLE)) is there


OPEN = """
uns: 1
kafka: {prefix: plant.x, split: 2}
topic: {root: acme}
sites: {"{site}": {pattern: "[a-z]+", areas: {hall: {lines: {"line[1..99999]": {metrics: {speed: {type: number}}}}}}}}
"""


@pytest.mark.parametrize(
    ("text", "there"),
    [
        pytest.param("plant.x.acme.lyon.hall", True, id="a member of a set"),
        pytest.param("plant.x.acme.lyon.hal", False, id="a slip below it"),
        pytest.param("plant.x.acme.lyon.hall.line7", False, id="more levels than name it"),
        pytest.param(r"plant\.x\.acme\..*\.hal", True, id="an expression, which cannot be told"),
        pytest.param(f"plant.x.acme.{HOLE}.hal", False, id="a template"),
    ],
)
def test_names_without_end(text: str, there: bool):
    names = names_of(uns.loads(OPEN))
    assert (names.are_meant(text), names.are_there(text)) == (True, there)


@given(namespaces())
def test_every_kafka_topic_of_a_namespace_is_there(ns: uns.Namespace):
    names = names_of(ns)
    for topic in islice(ns.topics(open="skip"), 20):
        try:
            name = ns.to_kafka(topic).topic
        except uns.Untranslatable:
            continue
        assert names.are_there(name), topic
        assert names.are_there(f"{name}-value")


@pytest.mark.parametrize(
    ("name", "source", "place"),
    [
        pytest.param("a.py", "c.subscribe(['@'])", 15, id="Python"),
        pytest.param("a.yaml", "topics: [x.y, @]", 15, id="YAML"),
        pytest.param("a.properties", "topics=x.y,@", 12, id="a list"),
        pytest.param("a.properties", "topics.regex = @", 16, id="a setting"),
        pytest.param("a.toml", "[[inputs.kafka_consumer]]\ntopics = ['@']", 12, id="Telegraf"),
        pytest.param("a.sh", "kcat -b x -t @ -p 1", 14, id="a command"),
        pytest.param("a.csv", "kafka_topic,x\n@,1", 1, id="a cell"),
        pytest.param("a.txt", "log to /var/log/x, read @", 25, id="beside a path"),
    ],
)
def test_findings(bottling: KafkaNames, name: str, source: str, place: int):
    ns = uns.load(BOTTLING)
    text = "uns.bottlingcompany.munich.botling"
    reading = read_literals(name, source.replace("@", text).encode())
    (found,) = Mentions(ns).findings(reading)
    assert found.code == "S301"
    assert found.message == f"the namespace has no topic '{text}' in Kafka"
    assert found.help == "did you mean 'uns.bottlingcompany.munich.bottling'?"
    assert found.span is not None
    assert (found.span.column, found.span.end_column) == (place, place + len(text))
    assert Mentions(ns).count(reading) == 1
    good = read_literals(name, source.replace("@", text.replace("botling", "bottling")).encode())
    assert (Mentions(ns).findings(good), Mentions(ns).count(good)) == ((), 1)


def test_a_root_that_kafka_cannot_hold():
    """The namespace has no Kafka topics then, and its topics are checked all the same."""
    root = "a" * 300
    ns = uns.loads(f"{{uns: 1, topic: {{root: {root}}}, sites: {{lyon: {{metrics: {{}}}}}}}}")
    reading = read_literals("a.txt", f"uns.{root}.lyon\n{root}/lyon/x\n".encode())
    assert [one.code for one in Mentions(ns).findings(reading)] == ["S301", "S301"]


def test_other_findings():
    ns = uns.load(BOTTLING)
    source = (
        "f'uns.bottlingcompany.{site}.botling'\nr'^uns\\.bottlingcompany\\.rome\\..*'\n"
        "'uns.bottlingcompany.rome'  # uns: not-a-topic\n'/x/uns.bottlingcompany.rome'\n"
    )
    found = Mentions(ns).findings(read_literals("a.py", source.encode()))
    assert [(one.code, one.message) for one in found] == [
        (
            "S303",
            "no topic of the namespace has the form 'uns.bottlingcompany.{}.botling' in Kafka",
        ),
        ("S302", "no topic of the namespace matches '^uns\\.bottlingcompany\\.rome\\..*' in Kafka"),
    ]
