"""Access lists and bridges of Mosquitto."""

from __future__ import annotations

import pytest

from tests.code.readers.readings import reading, topics
from uns.code.readers.found import Use

ACL = [
    pytest.param("topic read a/#", ["a/#"], id="a right"),
    pytest.param("topic a/b", ["a/b"], id="no right"),
    pytest.param(
        "topic write a/b\ntopic readwrite a/c\ntopic deny a/+/d",
        ["a/b", "a/c", "a/+/d"],
        id="others",
    ),
    pytest.param("user bob\ntopic read a/b", ["a/b"], id="of a user"),
    pytest.param("# topic read a/b\n\n  \ntopic read c/d", ["c/d"], id="comments and blank lines"),
    pytest.param("pattern read a/%u/%c/b", ["a/{}/{}/b"], id="a pattern"),
    pytest.param("pattern a/%u", ["a/{}"], id="a pattern without a right"),
    pytest.param("\ttopic \t read   a/b  \r\n", ["a/b"], id="spaces and tabs"),
    pytest.param("topic read a/Line 1/b", ["a/Line 1/b"], id="a space in it"),
    pytest.param("topic read a/b # c/d", ["a/b # c/d"], id="a # behind it is a part of it"),
    pytest.param("topic read read/a", ["read/a"], id="that starts like a right"),
    pytest.param("topic reader/a", ["reader/a"], id="that starts like one, and no right"),
    pytest.param("topic read a/#/b", ["a/#/b"], id="a broken filter"),
    pytest.param("topic read $share/g/a/#", ["$share/g/a/#"], id="a shared subscription"),
    pytest.param("topic\ntopic read\nuser a/b\ntopics a/b", [], id="what says nothing"),
    pytest.param("topic read a/\0b", [], id="U+0000"),
]


@pytest.mark.parametrize(("source", "found"), ACL)
@pytest.mark.parametrize(
    "name", ["a.acl", "mosquitto.acl", "etc/aclfile", "acl.conf", "ACL", "acls"]
)
def test_access_lists(name: str, source: str, found: list[str]):
    assert topics(name, source) == found


@pytest.mark.parametrize(
    ("source", "is_one"),
    [
        pytest.param("topic read a/b\n", True, id="a right"),
        pytest.param("topic a/b\n", True, id="no right"),
        pytest.param("# why\nuser bob\r\n\r\npattern write a/%u\n# end", True, id="all there is"),
        pytest.param("topic read a/b\nport 1883\n", False, id="another word"),
        pytest.param("topic of the day: a/b\n", False, id="prose"),
        pytest.param("user bob\n", False, id="nobody may do anything"),
        pytest.param("", False, id="nothing"),
        pytest.param("topic read a/b\n" * 20_000 + "x", False, id="long, with another word"),
        pytest.param("\n" * 200_000 + " " * 200_000 + "x", False, id="blank"),
    ],
)
def test_access_lists_by_what_they_hold(source: str, is_one: bool):
    assert any(one.use for one in reading("rights.txt", source).literals) is is_one


BRIDGES = [
    pytest.param("topic a/# out 1", ["a/#"], id="no prefix"),
    pytest.param("topic a/#", ["a/#"], id="the pattern alone"),
    pytest.param("topic a/# both", ["a/#"], id="a direction"),
    pytest.param("topic # in 0 l/ r/x/", ["l/#", "r/x/#"], id="two prefixes"),
    pytest.param("topic b/+ in 2 l/ l/", ["l/b/+"], id="the same prefix twice"),
    pytest.param('topic b/+ in 2 "" r/', ["b/+", "r/b/+"], id="no local prefix"),
    pytest.param('topic b/+ in 2 l/ ""', ["b/+", "l/b/+"], id="no remote prefix"),
    pytest.param("topic b/+ in 2 l/", ["l/b/+"], id="a local prefix alone"),
    pytest.param('topic "" out 1 l/a r/a', ["l/a", "r/a"], id="one topic, renamed"),
    pytest.param("# topic a/b out", [], id="a comment"),
    pytest.param("notification_topic a/state", ["a/state"], id="whether it is connected"),
    pytest.param("topic\ncafile /etc/ca.pem\ntopics a/b", [], id="other settings"),
]


@pytest.mark.parametrize(("source", "found"), BRIDGES)
def test_bridges(source: str, found: list[str]):
    source = f"listener 1883\nconnection up\naddress b:1883\ntopic x\n{source}\n"
    assert sorted(topics("bridge.conf", source)) == sorted(found)


def test_places():
    source = "connection up\ntopic a/b out 1\ntopic c/d in 0 l/ r/\n"
    spans = [
        str(one.span) + f"-{one.span.end_column}" for one in reading("b.conf", source).literals
    ]
    assert spans == ["b.conf:2:7-10", "b.conf:3:7-18", "b.conf:3:7-21"]
    (right,) = reading("a.acl", "user ü\n\ttopic read ü/b \n").literals
    assert (str(right.span), right.column, right.use) == ("a.acl:2:13", 13, Use.TOPIC)


def test_what_only_looks_like_a_bridge_costs_little():
    """No line is looked at once for each other line."""
    source = "connection up\n" * 100_000
    assert reading("b.conf", source).literals == ()


def test_comments():
    source = "# uns: ignore[S302] soon\ntopic read a/b\n# uns: not-a-topic\ntopic read c/d\n"
    found = reading("a.acl", source)
    assert [one.remark for one in found.literals] == [None, "not-a-topic"]
    assert found.is_sure
    assert [str(ignore.span) for ignore in found.ignores] == ["a.acl:1:1"]
