"""XML, and the file RBAC of HiveMQ."""

from __future__ import annotations

import pytest

from tests.code.readers.readings import reading, texts, topics

RBAC = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<file-rbac>
  <!-- who may do what: <topic>x/y</topic> -->
  <users><user><name>gw/1</name></user></users>
  <roles>
    <role><id>writer</id><permissions>
      <permission><topic>a/+/speed</topic><activity>PUBLISH</activity></permission>
      <permission><topic> a/#/x\t</topic></permission>
      <permission><topic>a/${{clientid}}/&amp;b</topic></permission>
    </permissions></role>
  </roles>
</file-rbac>
"""


@pytest.mark.parametrize("name", ["credentials.xml", "file-rbac.conf"])
def test_hivemq(name: str):
    assert topics(name, RBAC) == ["a/+/speed", "a/#/x", "a/{}/&b"]
    assert texts(name, RBAC) == ["gw/1", "a/+/speed", "a/#/x", "a/{}/&b"]
    spans = [(str(one.span), one.column) for one in reading("x", RBAC).literals if one.use]
    assert spans == [("x:7:26", 26), ("x:8:27", 27), ("x:9:26", None)]


XML = [
    pytest.param("<a>b/c</a>", ["b/c"], id="text"),
    pytest.param("<a>b/c<d>e/f</d>g/h</a>", ["b/c", "e/f", "g/h"], id="between tags"),
    pytest.param("<a b='c/d' e = \"f/g\"/>", ["c/d", "f/g"], id="attributes"),
    pytest.param(
        "<a\n  b='c/d'\n  e='x>y'\n  f='g/h'>i/j</a>", ["c/d", "g/h", "i/j"], id="over lines"
    ),
    pytest.param("<a b='&#99;/d&lt;'>e&#47;f</a>", ["c/d<", "e/f"], id="characters by number"),
    pytest.param("<a><![CDATA[b/<c>]]></a>", ["b/{}"], id="CDATA, with an open place"),
    pytest.param("<a>b/<!-- x/y -->c<?p q/r?>/d</a>", ["b/c/d"], id="a comment inside"),
    pytest.param("<n:a xmlns:n='u:x'><n:b>c/d</n:b></n:a>", ["c/d"], id="name spaces"),
    pytest.param("<topic>a/b</topic>", ["a/b"], id="another format's topic"),
    pytest.param("\ufeff<a>ü/é</a>", ["ü/é"], id="a byte order mark"),
    pytest.param("<?xml version='1.0' encoding='latin-1'?><a>ü/b</a>", ["ü/b"], id="it is UTF-8"),
]


@pytest.mark.parametrize(("source", "found"), XML)
def test_xml(source: str, found: list[str]):
    assert texts("a.xml", source) == found
    assert reading("a.xml", source).note is None
    assert topics("a.xml", source) == []


DTD = "<!DOCTYPE a [<!ENTITY b 'c/d'>]>\n"
NESTED = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
LAUGHS = f"<!DOCTYPE a [<!ENTITY l0 'ha'>{NESTED}]>\n<a>&l9;</a>"

REFUSED = [
    pytest.param(f"{DTD}<a>&b;</a>", "a document type (line 1)", id="an entity"),
    pytest.param(LAUGHS, "a document type (line 1)", id="entities of entities"),
    pytest.param(
        "\n<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "a document type (line 2)",
        id="another file",
    ),
    pytest.param(
        "<!DOCTYPE a [<!ENTITY b SYSTEM 'http://x/y'>]><a>&b;</a>",
        "a document type",
        id="the network",
    ),
    pytest.param("<a>&b;</a>", "not XML: line 1: undefined entity", id="an entity of nobody"),
    pytest.param("<a>\n<b></a>", "not XML: line 2: mismatched tag", id="tags that do not match"),
    pytest.param("<a>", "not XML: line 1: no element found", id="cut short"),
    pytest.param("", "not XML: line 1: no element found", id="nothing"),
    pytest.param("<a b='c' b='d'/>", "duplicate attribute", id="an attribute twice"),
    pytest.param("<a>" * 101, "nested too deep (line 1)", id="deep"),
    pytest.param("<a>" * 1_000_000, "nested too deep (line 1)", id="very deep"),
    pytest.param(f"<a>{' ' * (4 << 20)}</a>", "4,194,304 characters", id="large"),
    pytest.param("<a>\udcff/b</a>", "not utf-8 text", id="bytes that are not UTF-8"),
    pytest.param("<a>\x1b/b</a>", "not XML: line 1: not well-formed", id="a control character"),
]


@pytest.mark.parametrize(("source", "note"), REFUSED)
def test_what_is_refused_is_said_with_its_line(source: str, note: str):
    found = reading("a.xml", source)
    assert found.note is not None
    assert note in found.note


def test_many_texts_that_are_not_ascii_cost_little():
    """The place of each is counted on from the last."""
    source = f"<a>{'<b c=`ü/x`>é/y</b>' * 20_000}</a>".replace("`", '"')
    found = reading("a.xml", source).literals
    assert len(found) == 40_000
    assert found[-1].column == len(source) - len("é/y</b></a>") + 1


def test_comments():
    found = reading("a.xml", "<a>\n<!-- # uns: not-a-topic -->\n<b>c/d</b>\n</a>")
    assert [one.remark for one in found.literals] == [None]
