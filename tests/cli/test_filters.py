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


FILTERS_LIST = """
uns: 1
topic: {containment: free}
aspects: {mes: _mes}
classes:
  F: {metrics: {x: {type: number}, mes:order: {type: string}}}
  Empty: {metrics: {x: {type: number}}}
sites:
  "m[1..2]": {class: F}
  c: {metrics: {secret: {type: number}}}
"""


@pytest.mark.parametrize(
    ("arguments", "status", "out", "err"),
    [
        pytest.param(["--class", "F", "--endpoint", "x"], 0, "+/x\n", "", id="an endpoint"),
        pytest.param(
            ["--class", "F"], 0, "+/#\n", "1 topic template more that the filters match:\n  c/secret\n",
            id="everything, with what is matched besides",
        ),
        pytest.param(["--level", "site", "--endpoint", "mes:order"], 0, "+/_mes/order\n", "", id="a level"),
        pytest.param(["--endpoint", "secret"], 0, "c/secret\n", "", id="of all equipment"),
        pytest.param(["--class", "Empty"], 1, "", "the model has no such equipment\n", id="no equipment"),
        pytest.param(
            ["--class", "F", "--endpoint", "order"], 2, "",
            "uns: error: no endpoint 'order'; did you mean 'mes:order'?\n", id="without its aspect",
        ),
        pytest.param(
            ["--class", "G"], 2, "", "uns: error: no class 'G'\n", id="no such class",
        ),
        pytest.param(
            ["--level", "sit"], 2, "", "uns: error: no equipment level 'sit'; did you mean 'site'?\n",
            id="no such level",
        ),
        pytest.param(
            [], 2, "", "uns: error: give at least one of --class, --level and --endpoint\n", id="nothing",
        ),
    ],
)  # fmt: skip
def test_what_to_subscribe_to(
    run: Run, tmp_path: Path, arguments: list[str], status: int, out: str, err: str
):
    model = tmp_path / "m.uns.yaml"
    model.write_text(FILTERS_LIST, encoding="utf-8")
    assert run("filters", "list", *arguments, "-m", str(model)) == (status, out, err)


def test_what_to_subscribe_to_as_json(run: Run, tmp_path: Path):
    model = tmp_path / "m.uns.yaml"
    model.write_text(FILTERS_LIST, encoding="utf-8")
    done = run("filters", "list", "--class", "F", "--output-format", "json", "-m", str(model))
    assert json.loads(done.out) == {"filters": ["+/#"], "over_matches": ["c/secret"]}


def test_a_misspelled_filter_is_mended(run: Run):
    done = run("match", "bottlingcompany/+/botling/#", "--explain", "-m", str(BOTTLING))
    assert (done.status, done.out.splitlines()[-1].strip()) == (
        1, "did you mean bottlingcompany/+/bottling/#?",
    )  # fmt: skip


def test_a_topic_names_the_filters_that_just_miss_it(run: Run):
    topic = "bottlingcompany/porto/line1/machine1/conveyorspeed"
    done = run("topic", "explain", topic, "-m", str(BOTTLING), "--output-format", "json")
    assert json.loads(done.out)["just_missed_by"] == [
        {
            "client": "speed-dashboard",
            "side": "subscribe",
            "filter": "bottlingcompany/+/bottling/+/+/conveyorspeed",
        }
    ]
    assert "just missed by" in run("topic", "explain", topic, "-m", str(BOTTLING)).out
    other = topic.replace("porto/line1", "munich/bottling/line1")
    assert "just missed by" not in run("topic", "explain", other, "-m", str(BOTTLING)).out


def test_the_topic_of_equipment_itself_is_explained(run: Run, tmp_path: Path):
    model = tmp_path / "own.uns.yaml"
    model.write_text(
        "uns: 1\nclasses: {F: {level: site, payload: info/1}}\nsites: {'s[1..2]': {class: F}}\n",
        encoding="utf-8",
    )
    done = run("topic", "explain", "s1", "-m", str(model))
    assert (done.status, done.err) == (0, "")
    assert "of each F    +" in done.out
