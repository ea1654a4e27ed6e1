"""Whatever a name holds: commands end properly, and write nothing raw."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.runs import BOTTLING, Ran
from uns.cli import main

MODEL = ["-m", str(BOTTLING)]

#: Names as they come from a command line, bytes that are not UTF-8 among them.
NAMES = (
    st.lists(
        st.sampled_from(["/", "+", "#", "$", "bottlingcompany", "machine1", "[1..4]", "\x1b[31m"])
        | st.characters(exclude_characters="\0"),
        max_size=12,
    )
    .map("".join)
    .filter(lambda name: not name.startswith("-"))
)


def run(*arguments: str, stdin: bytes = b"") -> Ran:
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in "oe")
    source = io.TextIOWrapper(io.BytesIO(stdin))
    with (
        mock.patch.object(sys, "stdin", source),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        status = main(arguments)
    texts = []
    for stream in (out, err):
        stream.seek(0)
        texts.append(stream.read())
    return Ran(status, *texts)


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["topic", "check", *MODEL], id="topic check"),
        pytest.param(["topic", "explain", *MODEL], id="topic explain"),
        pytest.param(["topics", *MODEL], id="topics"),
        pytest.param(["topics", "--output-format", "csv", *MODEL], id="csv"),
        pytest.param(["tree", *MODEL], id="tree"),
        pytest.param(["match", "#"], id="match topic"),
        pytest.param(["check"], id="check"),
    ],
)
@settings(max_examples=20)
@given(name=NAMES)
def test_text_is_fit_for_a_screen(command: list[str], name: str):
    done = run(*command, name)
    assert done.status in {0, 1, 2}
    assert not {c for c in done.out + done.err if ord(c) < 32 or ord(c) == 127} - {"\n"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["topic", "check"], id="topic check"),
        pytest.param(["topic", "explain"], id="topic explain"),
        pytest.param(["topics"], id="topics"),
    ],
)
@settings(max_examples=20)
@given(name=NAMES)
def test_json_is_json(command: list[str], name: str):
    done = run(*command, name, *MODEL, "--output-format", "json")
    if done.status != 2:
        json.loads(done.out)


@pytest.mark.slow
@settings(max_examples=20)
@given(st.binary(max_size=200))
def test_any_bytes_on_stdin(stdin: bytes):
    done = run("topic", "check", "-", *MODEL, "--output-format", "json", stdin=stdin)
    found = [item["line"] for item in json.loads(done.out)]
    lines = stdin.split(b"\n")
    assert found == [at for at, line in enumerate(lines, 1) if line.removesuffix(b"\r")]
