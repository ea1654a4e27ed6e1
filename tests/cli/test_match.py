"""`uns match`."""

from __future__ import annotations

import io

import pytest
from hypothesis import given

from tests.cli.runs import Run
from uns.cli.inputs import lines
from uns.testing import topics


@pytest.mark.parametrize(
    ("filter_", "topics", "status", "out"),
    [
        pytest.param("acme/+/speed", ["acme/line1/speed"], 0, "acme/line1/speed\n", id="one"),
        pytest.param("acme/+/speed", ["acme/speed", "acme/a/b/speed"], 1, "", id="none"),
        pytest.param("acme/#", ["acme", "b", "acme/a"], 0, "acme\nacme/a\n", id="some, in order"),
        pytest.param("#", ["$SYS/uptime", "/"], 0, "/\n", id="a dollar in front"),
        pytest.param("$share/g/acme/#", ["acme/a"], 0, "acme/a\n", id="a shared subscription"),
        pytest.param("#", ["a/+", "", "a\0b"], 1, "", id="no topic names"),
        pytest.param("#", ["a\udcff"], 1, "", id="bytes that are not UTF-8"),
        pytest.param("#", ["a\x1b[31m\n"], 0, "a\\x1b[31m\\n\n", id="an escape sequence"),
        pytest.param("münchen/+", ["münchen/ö"], 0, "münchen/ö\n", id="letters"),
    ],
)
def test_matches(run: Run, filter_: str, topics: list[str], status: int, out: str):
    assert run("match", filter_, *topics) == (status, out, "")


@pytest.mark.parametrize(
    ("filter_", "said"),
    [
        pytest.param("a/#/b", "'#' must be the last level [MQTT-4.7.1-1]", id="wildcard"),
        pytest.param("", "it is empty [MQTT-4.7.3-1]", id="empty"),
        pytest.param("$share/g", "a topic filter must follow the ShareName", id="shared"),
        pytest.param("\x1b#", "\\x1b#", id="escape sequence"),
    ],
)
def test_no_filter(run: Run, filter_: str, said: str):
    done = run("match", filter_, "a")
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert "\x1b" not in done.err


def test_topics_from_stdin(run: Run):
    done = run("match", "a/+", "-", "a/z", stdin=b"a/b\nb/a\r\na/c\r\na/\xff\na/d")
    assert done == (0, "a/b\na/c\na/d\na/z\n", "")


def test_a_topic_that_starts_with_a_dash(run: Run):
    assert run("match", "--", "-a/+", "-a/b").out == "-a/b\n"


@given(topics().filter(lambda topic: "\n" not in topic and not topic.endswith("\r")))
def test_a_line_gives_back_the_topic(topic: str):
    assert list(lines(io.BytesIO(f"{topic}\n".encode()))) == [(1, topic)]
