"""Which texts name topics of a namespace, and what is wrong with them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from tests.cli.runs import BOTTLING
from tests.models import filters, namespaces, topics
from uns.code.literals import read_literals
from uns.code.mentions import Mentions
from uns.code.traces import HOLE
from uns.diagnostics import Diagnostic, Severity
from uns.linting.rule import RuleKind
from uns.loading.faults import FAULTS
from uns.model.messages import MESSAGE_FAULTS
from uns.rules import EVERY_RULE

#: The start of most topics of the bottling company.
LINE = "bottlingcompany/munich/bottling/line1"


@pytest.fixture(scope="module")
def bottling() -> Mentions:
    return Mentions(uns.load(BOTTLING))


MEANT = [
    # what names something
    pytest.param(f"{LINE}/machine1/conveyorspeed", id="a topic"),
    pytest.param(LINE, id="a position"),
    pytest.param("bottlingcompany/munich", id="two levels"),
    pytest.param("bottlingcompany/#", id="all"),
    pytest.param("bottlingcompany/+/oee", id="a filter"),
    pytest.param(f"$share/g/{LINE}/#", id="a shared subscription"),
    pytest.param("$share/g/+/munich/#", id="a shared subscription from a wildcard on"),
    pytest.param("bottlingcompany/{}/oee", id="a template"),
    pytest.param(f"{LINE}/", id="the start of topics"),
    # what just misses
    pytest.param(f"{LINE}/machine1/no-such", id="an unknown leaf"),
    pytest.param("bottlingcompany/munich/no/such/place", id="nothing known below the second level"),
    pytest.param("bottlingcompany/rome/bottling/line1/speed", id="an unknown second level"),
    pytest.param("bottlingcompany/munihc", id="a slip in the second level"),
    pytest.param("bottlingcompany/state", id="a known level at the wrong place"),
    pytest.param("bottlingcompny/munich/bottling", id="a slip in the first level"),
    pytest.param("Bottling-Company/munich", id="the first level in other letters"),
    pytest.param("bottlingcompny/+/oee", id="a slip in the first level of a filter"),
    pytest.param("bottlingcompny/{}/oee", id="a slip in the first level of a template"),
    pytest.param("+/munich/#", id="a wildcard, and a known level"),
    pytest.param("+/munihc/#", id="a wildcard, and a slip"),
    pytest.param("+/+/+/no-such/state", id="a wildcard, and one of two levels known"),
    pytest.param("bottlingcompany/+/no-such", id="a wildcard behind the first level"),
    pytest.param("{}/munich/bottling/line1/sped", id="a hole, and known levels"),
    pytest.param("bottlingcompany/munich/#/state", id="a # in the middle"),
    pytest.param("bottlingcompany/#/oee", id="a # behind the first level"),
    pytest.param("bottlingcompany/munich/bottling/Line 1/speed", id="a slip with a space"),
    pytest.param("bottlingcompany/rome/#", id="a filter below an unknown second level"),
    pytest.param("bottlingcompany/rome/+/+/no-such", id="a filter with two unknown levels"),
    pytest.param("/bottlingcompany/munich/oee", id="a slash before a topic"),
    pytest.param("/bottlingcompany/munich/#", id="a slash before a filter"),
]

NOT_MEANT = [
    pytest.param("bottlingcompany", id="one level"),
    pytest.param("#", id="the filter that takes all"),
    pytest.param("+/+", id="wildcards alone"),
    pytest.param("application/json", id="a MIME type"),
    pytest.param("https://bottlingcompany/munich/oee", id="a URL"),
    pytest.param("mqtt://bottlingcompany/munich", id="a broker"),
    pytest.param("/bottlingcompany/munich", id="a short path"),
    pytest.param("/bottlingcompany/munich/docs", id="an absolute path"),
    pytest.param("./bottlingcompany/munich/oee", id="a relative path"),
    pytest.param("bottlingcompany/munich/../oslo/x", id="a path upwards"),
    pytest.param("bottlingcompany/munich/.git/x", id="a hidden folder"),
    pytest.param("bottlingcompany/munich/settings.yaml", id="a file of that name"),
    pytest.param("bottlingcompany/munich/{}.json", id="files of that name"),
    pytest.param("bottlingcompany/#/login", id="a fragment of a page"),
    pytest.param("{}/#/oee", id="a fragment of any page"),
    pytest.param("bottlingcompany/docs/readme", id="another folder"),
    pytest.param("bottlingcompany/{}/orders/today", id="another template"),
    pytest.param("bottlingcompany/app:1.4", id="an image"),
    pytest.param("bottlingcompany/munich/oee?last=1", id="a query"),
    pytest.param("bottlingcompany/munich/.*", id="a regular expression"),
    pytest.param("bottlingcompany/munich/[^/]+/oee", id="another regular expression"),
    pytest.param("bottlingcompany/munich/*", id="a pattern of files"),
    pytest.param("bottlingcompany/munich is down, see wiki/oee", id="prose"),
    pytest.param("bottlingcompany/munich/oee\nbottlingcompany/oslo/oee", id="two lines"),
    pytest.param("bottlingcompany/munich/\x1b[31moee", id="for a terminal"),
    pytest.param("zigbee2mqtt/+/set", id="a filter of another namespace"),
    pytest.param("$SYS/broker/load", id="a topic of the broker"),
    pytest.param("$share/g", id="no shared subscription"),
    pytest.param("+/no/such/#", id="a wildcard, and nothing known"),
    pytest.param("+/-", id="a sign"),
    pytest.param("{}/api/state", id="a URL with a base"),
    pytest.param("{}/munich/line1/metadata", id="a longer one"),
    pytest.param("raw/munich/bottling/line1/speed", id="another root"),
    pytest.param("munich/bottling", id="no root"),
    pytest.param("a/" * 40_000, id="too long for a topic"),
]


@pytest.mark.parametrize("text", MEANT)
def test_meant(bottling: Mentions, text: str):
    assert bottling.are_meant(text.replace("{}", HOLE))


@pytest.mark.parametrize("text", NOT_MEANT)
def test_not_meant(bottling: Mentions, text: str):
    assert not bottling.are_meant(text.replace("{}", HOLE))


OPEN = """
uns: 1
topic: {containment: free}
enterprises:
  "{tenant}":
    pattern: "[a-z]+"
    sites: {lyon: {lines: {line1: {metrics: {speed: {type: number}}}}}}
"""


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        pytest.param("acme/lyon/line1/speed", True, id="a topic"),
        pytest.param("acme/lyon/line9/sped", True, id="known levels behind the set"),
        pytest.param("usr/lib/python", False, id="a path, which the set would take"),
        pytest.param("usr/lib/speed", False, id="a path that ends like a topic"),
    ],
)
def test_a_set_that_takes_any_name_is_no_evidence(text: str, meant: bool):
    assert Mentions(uns.loads(OPEN)).are_meant(text) is meant


SLASH = """
uns: 1
topic: {root: /hfp}
enterprise: {v2: {sites: {lyon: {metrics: {speed: {type: number}}}}}}
"""


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        pytest.param("/hfp/v2/lyon/speed", True, id="a topic"),
        pytest.param("/hfp/v2/rome", True, id="below the root"),
        pytest.param("/hfpp/v2/lyon/speed", False, id="a slip too short to tell"),
        pytest.param("/usr/lib/lyon/speed", False, id="a path"),
        pytest.param("/{}/v2/speed", False, id="a path with an open place"),
        pytest.param("//{}/v2", False, id="a comment of another language"),
        pytest.param("/+/v2/speed", False, id="a pattern"),
    ],
)
def test_a_slash_in_front_is_no_evidence(text: str, meant: bool):
    assert Mentions(uns.loads(SLASH)).are_meant(text.replace("{}", HOLE)) is meant


def findings(ns: uns.Namespace, name: str, source: str) -> list[Diagnostic]:
    return list(Mentions(ns).findings(read_literals(name, source.encode())))


FINDINGS = [
    pytest.param(
        f"x = '{LINE}/machine1/conveyerspeed'", "S301", "conveyerspeed",
        f"the namespace has no topic '{LINE}/machine1/conveyerspeed'; it only has '{LINE}/machine1'",
        f"did you mean '{LINE}/machine1/conveyorspeed'?", id="a topic",
    ),
    pytest.param(
        "x = 'bottlingcompny/munich/oee'", "S301", "bottlingcompny",
        "the namespace has no topic 'bottlingcompny/munich/oee'",
        "did you mean 'bottlingcompany/munich/oee'?", id="the first level",
    ),
    pytest.param(
        "x = '$share/g/bottlingcompany/rom/bottling/line1'", "S302", "rom",
        "no topic of the namespace matches '$share/g/bottlingcompany/rom/bottling/line1'; "
        "it only has '$share/g/bottlingcompany'",
        "below 'bottlingcompany' there are 'oee', 'output', '_info', 'munich', 'oslo', 'porto'", id="a shared subscription to one topic",
    ),
    pytest.param(
        "x = 'bottlingcompany/+/botling/#'", "S302", "botling",
        "no topic of the namespace matches 'bottlingcompany/+/botling/#'",
        "did you mean 'bottlingcompany/+/bottling/#'?", id="a filter with a slip",
    ),
    pytest.param(
        "x = 'bottlingcompany/porto/+/+/+/conveyorspeed'", "S302",
        "conveyorspeed",
        "no topic of the namespace matches 'bottlingcompany/porto/+/+/+/conveyorspeed'",
        "'bottlingcompany/porto/+/+/conveyorspeed' would match "
        "'bottlingcompany/porto/line1/machine1/conveyorspeed' and 1 more", id="a level too many",
    ),
    pytest.param(
        f"x = f'{LINE}/{{m}}/conveyerspeed'", "S303", f"f'{LINE}/{{m}}/conveyerspeed'",
        f"no topic of the namespace has the form '{LINE}/{{}}/conveyerspeed'",
        f"did you mean '{LINE}/{{}}/conveyorspeed'?", id="a template",
    ),
    pytest.param(
        "x = f'bottlingcompany/munihc/{a}/line1'", "S303", "f'bottlingcompany/munihc/{a}/line1'",
        "no topic of the namespace has the form 'bottlingcompany/munihc/{}/line1'",
        "did you mean 'bottlingcompany/munich/{}/line1'?", id="a template with a slip",
    ),
    pytest.param(
        "x = 'bottlingcompany/munich/#/oee'", "S304", "#",
        "'bottlingcompany/munich/#/oee' is not a topic or a topic filter: '#' must be the last level "
        "[MQTT-4.7.1-1]",
        None, id="a # in the middle",
    ),
    pytest.param(
        "x = 'old/a+'  # uns: topic", "S304", "+",
        "'old/a+' is not a topic or a topic filter: '+' must be a whole level [MQTT-4.7.1-2]",
        None, id="forced, and illegal",
    ),
    pytest.param(
        "x = 'old/\\x1b[31m'  # uns: topic", "S301", "'old/\\x1b[31m'",
        "the namespace has no topic 'old/\\x1b[31m'", None, id="forced, and unknown",
    ),
    pytest.param(
        "x = 'bottlingcompany/rome/#'", "S302", "rome",
        "no topic of the namespace matches 'bottlingcompany/rome/#'",
        "below 'bottlingcompany' there are 'oee', 'output', '_info', 'munich', 'oslo', 'porto'", id="an unknown site",
    ),
    pytest.param(
        "x = '/bottlingcompany/munich/oee'", "S304", "/",
        "'/bottlingcompany/munich/oee' has a slash at its start, which makes it another topic",
        "did you mean 'bottlingcompany/munich/oee'?", id="a slash before",
    ),
    pytest.param(
        "c.subscribe('bottlingcompany/munich/')", "S304", "/",
        "'bottlingcompany/munich/' has a slash at its end, which makes it another topic",
        "did you mean 'bottlingcompany/munich/#'?", id="a slash behind",
    ),
    pytest.param(
        "c.subscribe(topic='#/oee')", "S304", "#",
        "'#/oee' is not a topic or a topic filter: '#' must be the last level [MQTT-4.7.1-1]",
        None, id="subscribed to, and illegal",
    ),
    pytest.param(
        "publish('bottlingcompany/+/oee', 1)", "S304", "'bottlingcompany/+/oee'",
        "'bottlingcompany/+/oee' is a topic filter, and no message can be published to one [MQTT-3.3.2-2]",
        "publish to one topic that it matches", id="a filter published to",
    ),
    pytest.param(
        "c.publish('bottlingcompany/munich')", "S306", "'bottlingcompany/munich'",
        "nothing is published at 'bottlingcompany/munich' itself",
        "'bottlingcompany/munich/#' matches the topics below it", id="a position published to",
    ),
    pytest.param(
        "c.subscribe([('bottlingcompany/munich', 1)])", "S306", "'bottlingcompany/munich'",
        "nothing is published at 'bottlingcompany/munich' itself",
        "'bottlingcompany/munich/#' matches the topics below it", id="a position subscribed to",
    ),
    pytest.param(
        "x = 'bottlingcompany/munich'  # uns: topic", "S306", "'bottlingcompany/munich'",
        "nothing is published at 'bottlingcompany/munich' itself",
        "'bottlingcompany/munich/#' matches the topics below it", id="a position called a topic",
    ),
    pytest.param(
        "x = 'old'  # uns: topic", "S305", "# uns: topic", "there is no text with a slash on this line",
        "move the comment to the line of the text, or remove it", id="an idle comment",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("source", "code", "marked", "message", "help_"), FINDINGS)
def test_findings(
    bottling: Mentions, source: str, code: str, marked: str, message: str, help_: str | None
):
    (found,) = findings(bottling.namespace, "app.py", source)
    assert (found.code, found.name) == (code, EVERY_RULE[code].name)
    assert (found.message, found.help) == (message, help_)
    assert found.severity is (Severity.WARNING if code == "S305" else Severity.ERROR)
    assert found.span is not None
    assert found.span.excerpt == source
    assert source[found.span.column - 1 : found.span.end_column - 1] == marked


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f"x = '{LINE}/machine1/conveyorspeed'", id="a topic"),
        pytest.param(f"x = '{LINE}'", id="a position"),
        pytest.param(f"x = '{LINE}/'", id="the start of topics"),
        pytest.param("x = 'bottlingcompany/+/oee'", id="a filter"),
        pytest.param("x = f'bottlingcompany/{site}/{rest}'", id="a template"),
        pytest.param("x = f'{base}/munich/bottling/line1/speed'", id="a template that fits"),
        pytest.param("x = 'bottlingcompany/rome/oee'  # uns: not-a-topic", id="left out"),
        pytest.param("x = 'application/json'", id="something else"),
    ],
)
def test_nothing_to_say(bottling: Mentions, source: str):
    assert findings(bottling.namespace, "app.py", source) == []


def test_a_topic_that_has_moved():
    ns = uns.loads(
        """
        uns: 1
        enterprise:
          acme: {sites: {lyon: {moved_from: plant7/lyon, metrics: {power: {type: number, moved_from: p/q}}}}}
        """
    )
    found = findings(ns, "a.txt", "plant7/lyon/power\np/q\nplant7/rome\n")
    assert [(f.code, f.help) for f in found] == [
        ("S301", "it has moved to 'acme/lyon/power'"),
        ("S301", "it has moved to 'acme/lyon/power'"),
    ]


def test_a_suggestion_shows_where_it_is_declared(bottling: Mentions):
    (found,) = findings(bottling.namespace, "a.txt", f"{LINE}/machine1/conveyerspeed\n")
    ((place, label),) = found.related
    assert (place.excerpt.split(":")[0].strip(), label) == ("conveyorspeed", "declared here")


def test_suggestions_are_for_findings_that_count_and_their_end_is_known(
    bottling: Mentions, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("uns.code.mentions.SUGGESTIONS", 2)
    source = "\n".join(f"- {LINE}/machine1/conveyorspee{x}" for x in "abcaeb")
    reading = read_literals("a.yaml", source.encode())
    mentions = Mentions(bottling.namespace)
    assert mentions.findings(reading, lambda found: []) == ()
    assert mentions.without_suggestion == 0
    found = mentions.findings(reading, lambda found: found[1:])
    assert [(one.span.line if one.span else 0, one.help is not None) for one in found] == [
        (2, True), (3, True), (4, False), (5, False), (6, True)
    ]  # fmt: skip
    assert mentions.without_suggestion == 2


def test_below_an_open_node_everything_is_there():
    ns = uns.loads("uns: 1\nsites: {lyon: {open: true, metrics: {power: {type: number}}}}")
    assert findings(ns, "a.txt", "lyon/any/thing\nlyon/+/x/#\nlyon/{a}/b/c\n") == []


def test_findings_come_in_order_and_each_time(bottling: Mentions):
    found = findings(
        bottling.namespace, "a.yaml", f"- {LINE}/x\n- {LINE}/y\n# uns: topic\n- x\n- {LINE}/x\n"
    )
    assert [(f.span.line if f.span else 0, f.code) for f in found] == [
        (1, "S301"), (2, "S301"), (3, "S305"), (5, "S301")
    ]  # fmt: skip


def test_codes_are_unique():
    names = [name for codes in (FAULTS, MESSAGE_FAULTS) for name, _ in codes.values()] + [
        rule.name for rule in EVERY_RULE.values() if rule.kind is RuleKind.TEXT
    ]
    assert len(names) == len(set(names))
    assert not EVERY_RULE.keys() & (FAULTS.keys() | MESSAGE_FAULTS.keys())
    for code, rule in EVERY_RULE.items():
        assert (rule.kind is RuleKind.TEXT) is bool(re.fullmatch(r"S3[0-9]{2}", code))


@given(namespaces(), st.lists(topics() | filters(), max_size=8))
def test_what_is_there_is_never_a_finding(ns: uns.Namespace, texts: list[str]):
    """A forced text is a finding exactly when the namespace has nothing for it."""
    texts = [text for text in texts if "/" in text and not text.endswith("/") and "\n" not in text]
    source = "\n".join(f"x = {text!r}  # uns: topic" for text in texts)
    found = {f.span.line for f in findings(ns, "a.py", source) if f.span}
    for line, text in enumerate(texts, start=1):
        if "+" in text or "#" in text:
            there = (
                ns.count(text, open="skip") or any(ns.templates(text)) or ns.allows_unmodelled(text)
            )
        else:
            there = ns.resolve(text)
        assert (line not in found) == bool(there), text
