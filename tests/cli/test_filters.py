"""`uns match` with a question, and `uns filters check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.runs import BOTTLING, Run


@pytest.mark.parametrize(
    ("arguments", "status", "out"),
    [
        pytest.param(["a/#", "--covers", "a/+/b"], 0, "yes\n", id="covers"),
        pytest.param(["a/+", "--covers", "a/#"], 1, "no\n", id="does not cover"),
        pytest.param(["#", "--covers", "$SYS/#"], 1, "no\n", id="a dollar in front"),
        pytest.param(["a/+", "--overlaps", "+/b"], 0, "a/b\n", id="overlaps"),
        pytest.param(["a/+", "--overlaps", "b/+"], 1, "no\n", id="does not overlap"),
        pytest.param(["$share/g/a/#", "--overlaps", "$share/h/#"], 0, "a/#\n", id="shared"),
    ],
)
def test_two_filters(run: Run, arguments: list[str], status: int, out: str):
    assert run("match", *arguments) == (status, out, "")


def test_two_filters_as_json(run: Run):
    done = run("match", "a/+", "--overlaps", "+/b", "--output-format", "json")
    assert json.loads(done.out) == {
        "filter": "a/+",
        "other": "+/b",
        "overlaps": True,
        "common": "a/b",
    }


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["a"], id="no question"),
        pytest.param(["a", "b", "--covers", "c"], id="two questions"),
        pytest.param(["a", "--covers", "b", "--overlaps", "c"], id="two comparisons"),
    ],
)
def test_one_question_at_a_time(run: Run, arguments: list[str]):
    done = run("match", *arguments)
    assert (done.status, done.out) == (2, "")
    assert "error" in done.err


def test_explained_against_the_model(run: Run):
    filter_ = "bottlingcompany/+/bottling/+/+/conveyorspeed"
    done = run("match", filter_, "--explain", "-m", str(BOTTLING), "--output-format", "json")
    said = json.loads(done.out)
    assert (done.status, said["topics"], said["template_count"]) == (0, 9, 4)
    assert said["by_class"] == {"ConveyedMachine": 3, "Filler": 1}
    assert [miss["filter"] for miss in said["near_misses"]] == [
        "bottlingcompany/+/+/+/conveyorspeed"
    ]


def test_a_filter_that_takes_nothing_is_explained_too(run: Run):
    done = run("match", "nowhere/#", "--explain", "-m", str(BOTTLING))
    assert (done.status, done.out) == (1, "matches      0 topics (0 templates)\n")


FILTERS = b"""bottlingcompany/+/bottling/#
bottlingcompany/oslo/bottling/+/oee

bottlingcompany/porto/bottling/#
a/#/b
bottlingcompany/+/bottling/#
"""


def test_a_list_against_the_model(run: Run, tmp_path: Path):
    path = tmp_path / "filters.txt"
    path.write_bytes(FILTERS)
    done = run("filters", "check", str(path), "-m", str(BOTTLING), "--output-format", "json")
    assert done.status == 1
    assert [(f["line"], f["fact"]) for f in json.loads(done.out)] == [
        (2, "covered"),
        (4, "covered"),
        (4, "dead"),
        (5, "invalid"),
        (6, "duplicate"),
    ]


def test_a_list_without_a_model(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    done = run("filters", "check", "-", stdin=b"a/b\na/#\n")
    assert done == (
        1,
        "-:1: covered: a/b: filter 2, 'a/#', takes all of it\n",
        "1 finding in 2 filters\n",
    )


def test_nothing_to_say(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    assert run("filters", "check", "-", stdin=b"a\nb\n") == (0, "", "0 findings in 2 filters\n")


def test_what_no_file_is_cannot_be_read(run: Run, tmp_path: Path):
    done = run("filters", "check", str(tmp_path / "none"), "-m", str(BOTTLING))
    assert (done.status, done.out) == (2, "")
    assert "no such file" in done.err


def test_hostile_filters_are_shown_and_not_played(run: Run):
    done = run("filters", "check", "-", "-m", str(BOTTLING), stdin=b"a\x1b[31m/\xff\n#/x\n")
    assert "\x1b" not in done.out
    assert [line.split(":")[1] for line in done.out.splitlines()] == ["1", "2"]
