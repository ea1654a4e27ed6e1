"""Texts in files: what is found, where it stands, and what comments say of it."""

from __future__ import annotations

import json
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.code.literals import HOLE, Remark, read_literals


def texts(name: str, source: str) -> list[str]:
    return [
        literal.text.replace(HOLE, "{}")
        for literal in read_literals(name, source.encode("utf-8", "surrogateescape")).literals
    ]


PYTHON = [
    pytest.param("f('a/b')", ["a/b"], id="a string"),
    pytest.param("f('ab', b'a/b')", ["a/b"], id="bytes; without a slash it is no text of ours"),
    pytest.param("x = 'a/' 'b'", ["a/b"], id="strings side by side"),
    pytest.param("x = 'a/' + 'b' + '/c'", ["a/b/c"], id="a sum"),
    pytest.param("x = 'a/' + site + '/c'", ["a/{}/c"], id="a sum with a name"),
    pytest.param("x = ('a/' +\n     site)", ["a/{}"], id="a sum over two lines"),
    pytest.param("x = f'a/{site}/c'", ["a/{}/c"], id="an f-string"),
    pytest.param("x = f'a/{site!r:>4}/{d[\"k/v\"]}'", ["a/{}/{}", "k/v"], id="text inside a hole"),
    pytest.param("x = '/'.join(['a', site, 'c'])", ["a/{}/c"], id="a join"),
    pytest.param(
        "x = '/'.join(['a', *rest, g('k/v')])", ["a/{}/{}", "k/v"], id="a join of unknown"
    ),
    pytest.param("x = '/'.join(parts)", ["/"], id="a join of nobody knows what"),
    pytest.param("x = 'a/%s/%(b)s/%03d' % y", ["a/{}/{}/{}"], id="percent"),
    pytest.param("x = 'a/{}/{b}'.format(c)", ["a/{}/{}"], id="format"),
    pytest.param("A = 'a/b'\nx = f'{A}/c'", ["a/b", "a/b/c"], id="a constant"),
    pytest.param("A: str = 'a/b'\nx = A + '/c'", ["a/b", "a/b/c"], id="a constant with a type"),
    pytest.param(
        "x = f'{B}/c'\nA = 'a/b'\nB = f'{A}/b'", ["a/b/b/c", "a/b", "a/b/b"], id="of a constant"
    ),
    pytest.param("A = 'a/b'\nA = g()\nx = f'{A}/c'", ["a/b", "{}/c"], id="bound twice"),
    pytest.param("A = 'a/b'\ndef f(A): return f'{A}/c'", ["a/b", "{}/c"], id="an argument"),
    pytest.param("A = 'a/b'\nimport c as A\nx = f'{A}/c'", ["a/b", "{}/c"], id="an import"),
    pytest.param("A = f'{A}/c'", ["{}/c/c"], id="a constant of itself"),
    pytest.param("x = a/b", [], id="a division"),
    pytest.param("x = {'a/b': ['c/d']}", ["a/b", "c/d"], id="keys and values"),
    pytest.param("'\\x41/\\u00e9'", ["A/é"], id="escapes"),
    pytest.param("x = '\\d/y'", ["\\d/y"], id="an escape that Python warns of"),
    pytest.param("x = 'a\\0/b'", [], id="U+0000"),
    pytest.param("x = 'a/b' if y else 'c/d", ["a/b"], id="not Python"),
]

JSON = [
    pytest.param('{"a/b": ["c/d", "x"]}', ["a/b", "c/d"], id="keys and values"),
    pytest.param(r'["a\/b", "\u00e9/b", "a/\"b"]', ["a/b", "é/b", 'a/"b'], id="escapes"),
    pytest.param('// "a/b"\n/* "c/d" */ ["e/f"]', ["e/f"], id="comments"),
    pytest.param('["a/b", ', ["a/b"], id="cut short"),
    pytest.param(r'["\ud800/b", "\q/b", "c/d"]', ["\ud800/b", "c/d"], id="what is no text"),
]

TOML = [
    pytest.param(
        "a = 'b/c'\n\"d/e\" = \"f/g\" # 'h/i'", ["b/c", "d/e", "f/g"], id="strings, comment"
    ),
    pytest.param("a = \"\\u00e9/b\"\nb = '\\u00e9/b'", ["é/b", "\\u00e9/b"], id="escapes"),
    pytest.param("a = '''\nb/c'''\nd = \"\"\"e/f\"\"\"", ["b/c", "e/f"], id="strings over lines"),
    pytest.param("a = '''b/c", [], id="cut short"),
]

YAML = [
    pytest.param(
        "a/b: [c/d, 'e/f', \"g/h\"]\n", ["a/b", "c/d", "e/f", "g/h"], id="keys and values"
    ),
    pytest.param("- a/b # c/d\n- a/#\n", ["a/b", "a/#"], id="comments and wildcards"),
    pytest.param("--- !t\n&x a: *x\n---\nb: c/d\n", ["c/d"], id="documents, tags, anchors"),
    pytest.param("a: |\n  b/c\nd: >-\n  e/f\n", ["b/c\n", "e/f"], id="blocks"),
    pytest.param(
        "{{- if x }}\n- a: b/c\n- 'd/e'\n# f/g\n", ["b/c", "d/e"], id="a template of YAML"
    ),
]

LINES = [
    pytest.param("a/b\n# c/d\na/#\n+/x\n", ["a/b", "a/#", "+/x"], id="a list"),
    pytest.param("  a/b  \n- c/d\n* e/f\n", ["a/b", "c/d", "e/f"], id="marks and spaces"),
    pytest.param("topic = a/b\nother: c/d  # why\n", ["a/b", "c/d"], id="settings"),
    pytest.param("a/# # why\n", ["a/#"], id="a comment behind a wildcard"),
    pytest.param("send('a/b', \"c/d\", `e/f`)\n", ["a/b", "c/d", "e/f"], id="in quotes"),
    pytest.param("a/${SITE}/<area>/$LINE/{{ x }}\n", ["a/{}/{}/{}/{}"], id="placeholders"),
]


@pytest.mark.parametrize(("source", "found"), PYTHON)
def test_python(source: str, found: list[str]):
    assert texts("app.py", source) == found


@pytest.mark.parametrize(("source", "found"), JSON)
def test_json(source: str, found: list[str]):
    assert texts("flow.json", source) == found


@pytest.mark.parametrize(("source", "found"), TOML)
def test_toml(source: str, found: list[str]):
    assert texts("agent.toml", source) == found


@pytest.mark.parametrize(("source", "found"), YAML)
def test_yaml(source: str, found: list[str]):
    assert texts("values.yaml", source) == found


@pytest.mark.parametrize(("source", "found"), LINES)
@pytest.mark.parametrize("name", ["topics.txt", "agent.conf", "Dockerfile"])
def test_lines(name: str, source: str, found: list[str]):
    assert texts(name, source) == found


class Place(NamedTuple):
    line: int
    column: int
    end_line: int
    end_column: int


PLACES = [
    pytest.param("a.py", "x = 'ü' + 'ü/b'", Place(1, 5, 1, 16), None, id="in code points"),
    pytest.param("a.py", "\r\nf('ü', 'a/b')\r", Place(2, 8, 2, 13), 9, id="line breaks of all kinds"),
    pytest.param("a.py", "x = ('a/'\n  'b')", Place(1, 6, 2, 6), None, id="over two lines"),
    pytest.param("a.py", "f(f'a/{b}')", Place(1, 3, 1, 11), None, id="not letter for letter"),
    pytest.param("a.json", '["ü",\n "a/b"]', Place(2, 2, 2, 7), 3, id="JSON"),
    pytest.param("a.toml", 'a = "a/b"', Place(1, 5, 1, 10), 6, id="TOML"),
    pytest.param("a.yaml", "ü: {k: a/b}", Place(1, 8, 1, 11), 8, id="YAML"),
    pytest.param("a.yaml", "- 'a/b'", Place(1, 3, 1, 8), 4, id="YAML in quotes"),
    pytest.param("a.yaml", "\ufeffk: a/b", Place(1, 4, 1, 7), 4, id="a byte order mark counts not"),
    pytest.param("a.txt", "x\n  a/b ", Place(2, 3, 2, 6), 3, id="a line"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "source", "place", "column"), PLACES)
def test_places(name: str, source: str, place: Place, column: int | None):
    (literal,) = read_literals(name, source.encode()).literals
    span = literal.span
    assert (span.line, span.column, span.end_line, span.end_column) == place
    assert literal.column == column
    if column is not None:
        part = literal.part(2, 3)
        assert part.excerpt[part.column - 1 : part.end_column - 1] == literal.text[2:3]
    else:
        assert literal.part(2, 3) == span


REMARKS = [
    pytest.param("a.py", "x = 'a/b'  # uns: topic", ["topic"], 0, id="Python"),
    pytest.param("a.py", "x = 'a/b # uns: topic'", [None], 0, id="inside a string"),
    pytest.param("a.py", "x = ('a/'  # uns: not-a-topic\n 'b')", ["not-a-topic"], 0, id="two lines"),
    pytest.param("a.py", "x = 'ab'  # uns: topic", [], 1, id="idle"),
    pytest.param("a.py", "# uns: not-a-topic", [], 0, id="leaving out nothing is no harm"),
    pytest.param("a.py", "x = 'a/b'  # uns: topical", [None], 0, id="another word"),
    pytest.param("a.py", "x = 'a/b'  # why # uns: not-a-topic", ["not-a-topic"], 0, id="after a remark"),
    pytest.param("a.yaml", "k: a/# # uns: topic\nl: c/d", ["topic", None], 0, id="YAML"),
    pytest.param("a.yaml", "k: |\n  a/b\n  # uns: topic\n", [None], 0, id="inside a block"),
    pytest.param("a.json", '["a/b", // uns: not-a-topic\n"c/d"]', ["not-a-topic", None], 0, id="JSON"),
    pytest.param("a.toml", "a = 'a/b' # uns: topic", ["topic"], 0, id="TOML"),
    pytest.param("a.txt", "a/b # uns: topic\n# uns: topic", ["topic"], 0, id="a list"),
    pytest.param("a.py", "# uns: topic\n\n# why\nx = 'a/b'", ["topic"], 0, id="on a line above"),
    pytest.param("a.py", "# uns: topic\nx = 1\ny = 'a/b'", [None], 1, id="above another line"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "source", "remarks", "idle"), REMARKS)
def test_remarks(name: str, source: str, remarks: list[str | None], idle: int):
    reading = read_literals(name, source.encode())
    assert [literal.remark for literal in reading.literals] == [r and Remark(r) for r in remarks]
    assert len(reading.idle) == idle


NOTES = [
    pytest.param("a.py", b"x = (\n'a/b'", "not Python", id="not Python"),
    pytest.param("a.py", b"x = " + b"(" * 300 + b"'a/b'" + b")" * 300, "not Python", id="deep"),
    pytest.param("a.py", b"x = 1" + b"+1" * 30_000 + b"; '/'", "not Python", id="a long sum"),
    pytest.param("a.py", b"'a/b'" + b"#" * 600_000, "524,288 characters", id="large"),
    pytest.param("a.py", b"'a/\xff'", "not utf-8 text", id="bytes that are not UTF-8"),
    pytest.param("a.py", b"# coding: latin-1\n'a/\xff'", None, id="in Latin-1, as it says"),
    pytest.param("a.py", b"# coding: no-such\n'a/b'", "not no-such text", id="unknown encoding"),
    pytest.param("a.yaml", b"a: [b", "not YAML: line 2", id="not YAML"),
    pytest.param("a.yaml", b"- " * 1_000 + b"a/b", "nested too deep", id="deep YAML"),
    pytest.param("a.yaml", b"a: b/\xff", "not utf-8", id="YAML with bytes that are not UTF-8"),
    pytest.param("a.json", b"[" * 100_000 + b'"a/b"', None, id="deep JSON"),
]


@pytest.mark.parametrize(("name", "data", "note"), NOTES)
def test_notes(name: str, data: bytes, note: str | None):
    reading = read_literals(name, data)
    if note is None:
        assert reading.note is None
    else:
        assert reading.note is not None
        assert note in reading.note
    if data.find(b"a/b") >= 0:
        assert [literal.text for literal in reading.literals] == ["a/b"]


plain = st.text("abc/ü #+.\"'\\\n\t", min_size=1, max_size=12).map(lambda text: f"x/{text}y")


@given(st.lists(plain, max_size=4))
def test_what_is_written_is_read(found: list[str]):
    """Whatever texts a file holds, they come back in order, each within its place."""
    written = {
        "a.py": "\n".join(map(repr, found)),
        "a.json": json.dumps(found, ensure_ascii=False),
        "a.toml": "\n".join(f"k{n} = {json.dumps(text)}" for n, text in enumerate(found)),
        "a.yaml": json.dumps(found),
    }
    for name, source in written.items():
        assert texts(name, source) == found, name


@given(st.sampled_from(["a.py", "a.json", "a.toml", "a.yaml", "a.txt"]), st.binary(max_size=200))
def test_any_bytes_are_read(name: str, data: bytes):
    reading = read_literals(name, data)
    assert all("/" in literal.text for literal in reading.literals)
    assert all(literal.span.file == name for literal in reading.literals)


@given(
    st.sampled_from(["a.py", "a.json", "a.toml", "a.yaml", "a.txt"]),
    st.text("a/'\"\\{}[]()#:-+=%$<> \n\0\t!&*|>", max_size=60),
)
def test_any_text_is_read(name: str, text: str):
    lines = text.split("\n")
    for literal in read_literals(name, text.encode()).literals:
        span = literal.span
        assert 1 <= span.line <= span.end_line <= len(lines)
        assert lines[span.line - 1].startswith(span.excerpt)
        assert (span.line, span.column) < (span.end_line, span.end_column)
