"""CSV."""

from __future__ import annotations

import pytest

from tests.code.readers.readings import reading, texts, topics

TABLES = [
    pytest.param("topic,unit\na/b,m/s\nc/d,1/h\n", ["a/b", "c/d"], id="a column"),
    pytest.param("unit;MQTT Topic\nm/s;a/b\n", ["a/b"], id="with semicolons"),
    pytest.param("id\ttopic_filter\tqos\n1\ta/#\t0", ["a/#"], id="with tabs"),
    pytest.param("id|filters\n1|a/+\n", ["a/+"], id="with bars"),
    pytest.param("topicName,mqtt-topics\na/b,c/d\n", ["a/b", "c/d"], id="two columns"),
    pytest.param('"topic"\r\n"a/""b"\r\n', ['a/"b'], id="in quotes"),
    pytest.param('topic,x\n"a/b,c",1\n', ["a/b,c"], id="a separator in quotes"),
    pytest.param("tag,topic\n1\n2,a/b,c/d\n,e/f", ["a/b", "e/f"], id="rows of other lengths"),
    pytest.param("# list\n\ntopic\na/b", [], id="a blank line is a row"),
    pytest.param("# list\ntopic\n # old\na/b", ["a/b"], id="comments"),
    pytest.param("utopical,profiltered\na/b,c/d\n", [], id="other columns"),
    pytest.param("a/b,c/d\ne/f,g/h\n", [], id="no heading"),
    pytest.param('topic\n"a/b\nc/d"\n', ["a/b\nc/d"], id="two lines in quotes"),
    pytest.param('topic\n"a/b\n', ['"a/b'], id="a quote that is not closed"),
]


@pytest.mark.parametrize(("source", "found"), TABLES)
def test_columns_of_topics(source: str, found: list[str]):
    assert topics("a.csv", source) == found


def test_all_cells_are_read():
    assert texts("a.csv", 'a/b, c/d ,"e/f"\n') == ["a/b", "c/d", "e/f"]
    assert texts("a.tsv", "a/b\tc/d, e\n") == ["a/b", "c/d, e"]


def test_places():
    found = reading("a.csv", 'x,topic\n1,"ü/b"\n2, c/d\n').literals
    assert [(str(one.span), one.span.end_column, one.column) for one in found] == [
        ("a.csv:2:3", 8, 4), ("a.csv:3:4", 7, 4)
    ]  # fmt: skip


@pytest.mark.parametrize("part", ['"', '""', '",', '"""",', '"x""', ",", "\n", "# "])
def test_hostile_tables_cost_little(part: str):
    reading("a.csv", f'topic,"{part * 200_000}')
