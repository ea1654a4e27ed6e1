"""`uns topic check --from-files`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.runs import BOTTLING, Run
from uns.cli.commands import topic_check

APP = """\
client.publish("bottlingcompany/munich/bottling/line1/machine1/conveyerspeed", value)
client.subscribe("bottlingcompany/+/oee")
client.subscribe(f"bottlingcompany/{site}/botling/#")
open("/etc/bottlingcompany/munich.toml")
"""

FULL = """\
error[S301]: the namespace has no topic 'bottlingcompany/munich/bottling/line1/machine1/conveyerspeed'; it only has 'bottlingcompany/munich/bottling/line1/machine1'  (unknown-topic-literal)
  --> app.py:1:64
   |
 1 | client.publish("bottlingcompany/munich/bottling/line1/machine1/conveyerspeed", value)
   |                                                                ^^^^^^^^^^^^^
  ::: MODEL:35:7
   |
35 |       conveyorspeed: {type: number, unit: m/s, min: 0, max: 3, every: 10 s, rate: 5/s, description: Belt speed at the infeed}
   |       ------------- declared here
   = help: did you mean 'bottlingcompany/munich/bottling/line1/machine1/conveyorspeed'?

error[S303]: no topic of the namespace has the form 'bottlingcompany/{}/botling/#'  (dead-template-literal)
  --> app.py:3:18
   |
 3 | client.subscribe(f"bottlingcompany/{site}/botling/#")
   |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   = help: did you mean 'bottlingcompany/{}/bottling/#'?

2 errors in 3 topics of 1 file
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(f"[tool.uns]\nmodel = {json.dumps(str(BOTTLING))}\n")
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    return tmp_path


def test_findings_in_full(here: Path, run: Run):
    done = run("topic", "check", "--from-files", "app.py")
    # The frame is as wide as the model's line number asks for.
    lines = [line.strip() for line in done.out.replace(str(BOTTLING), "MODEL").splitlines()]
    assert lines == [line.strip() for line in FULL.splitlines()]
    assert (done.status, done.err) == (1, "")


def test_findings_in_one_line_each(here: Path, run: Run):
    done = run("topic", "check", "--from-files", "app.py", "--output-format", "concise")
    assert [line.partition(" ")[0] for line in done.out.splitlines()] == [
        "app.py:1:64:", "app.py:3:18:", "2"
    ]  # fmt: skip


def test_findings_in_formats_to_files(here: Path, run: Run):
    done = run(
        "topic", "check", "--from-files", "app.py", "--output-format", "json",
        "--output-format", "gitlab=quality.json", "--output-format", "sarif=uns.sarif",
    )  # fmt: skip
    assert (done.status, done.err) == (1, "")
    first, second = json.loads(done.out)
    assert (first["code"], first["place"]["line"], first["place"]["column"]) == ("S301", 1, 64)
    assert first["path"] == "bottlingcompany/munich/bottling/line1/machine1/conveyerspeed"
    assert (second["code"], second["path"]) == ("S303", "bottlingcompany/{}/botling/#")
    quality = json.loads((here / "quality.json").read_text())
    assert sorted(found["location"]["lines"]["begin"] for found in quality) == [1, 3]
    results = json.loads((here / "uns.sarif").read_text())["runs"][0]["results"]
    assert sorted(result["ruleId"] for result in results) == ["S301", "S303"]


def test_a_clean_file(here: Path, run: Run):
    (here / "app.py").write_text("topic = 'bottlingcompany/munich/oee'\n")
    assert run("topic", "check", "--from-files", "app.py") == (
        0, "no findings in 1 topic of 1 file\n", ""
    )  # fmt: skip


def test_rules_are_ignored_and_weighed(here: Path, run: Run):
    check = ["topic", "check", "--from-files", "app.py", "--output-format", "concise"]
    done = run(*check, "--ignore", "S303", "--severity", "S301=warning", "--fail-level", "error")
    assert (done.status, done.err) == (0, "")
    assert [line.split()[1] for line in done.out.splitlines()[:-1]] == ["warning[S301]:"]
    # What is selected for models says nothing of code.
    assert run(*check, "--select", "N").status == 1
    assert "S301" not in run(*check, "--select", "S303").out


def test_a_comment_ignores_a_finding_and_an_idle_one_is_told(here: Path, run: Run):
    (here / "app.py").write_text(
        "x = 'bottlingcompany/rome/#'  # uns: ignore[S302] comes soon\n"
        "y = 'bottlingcompany/munich/#'  # uns: ignore[S302] is there\n"
        "z = '# uns: ignore[S302]'\n"
    )
    done = run("topic", "check", "--from-files", "app.py", "--output-format", "concise")
    assert done.out.splitlines() == [
        "app.py:2:33: warning[U101]: S302 is ignored on line 2, but finds nothing there",
        "1 warning in 2 topics of 1 file",
    ]


def test_a_baseline_knows_the_file_and_the_text(here: Path, run: Run):
    check = ["topic", "check", "--from-files", "app.py", "--baseline", "known.yaml"]
    assert run(*check, "--add-baseline").out == "no findings in 3 topics of 1 file, 2 known\n"
    assert run(*check).status == 0
    app = (here / "app.py").read_text()
    (here / "app.py").write_text(f"\n{app.replace('conveyerspeed', 'conveyorsped')}")
    done = run(*check, "--output-format", "concise")
    assert (done.status, "app.py:2:64: error[S301]" in done.out) == (1, True)
    assert "1 known" in done.out


def test_a_file_given_as_a_topic_is_pointed_out(here: Path, run: Run):
    assert "`uns topic check --from-files app.py`" in run("topic", "check", "app.py").err


def test_what_is_no_text_is_left_out_and_said(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(topic_check, "MOST_BYTES", 200)
    (here / "image.bin").write_bytes(b"bottlingcompany/munich/x\0")
    (here / "large.txt").write_bytes(b"bottlingcompany/munich/x\n" * 9)
    (here / "broken.py").write_bytes(b"x = ('bottlingcompany/munich/oee'\n")
    os.mkfifo(here / "pipe.txt")
    done = run("topic", "check", "--from-files", "image.bin", "large.txt", "pipe.txt", "broken.py")
    assert done.status == 0
    assert done.out == "no findings in 1 topic of 1 file\n"
    assert "no topic of the model" not in done.err
    assert done.err.splitlines() == [
        "note: image.bin: skipped: a binary file (it has NUL bytes)",
        "note: large.txt: skipped: larger than 200 bytes",
        "note: pipe.txt: skipped: not a regular file",
        "note: broken.py: it is not Python as this version reads it (line 1); it was read line by line",
    ]


def test_models_are_for_uns_check(here: Path, run: Run):
    (here / "old.uns.yaml").write_text(
        "uns: 1\nsites: {lyon: {moved_from: bottlingcompany/munich/old/place}}\n"
    )
    done = run("topic", "check", "--from-files", "old.uns.yaml")
    assert done.status == 0
    assert done.err == "note: old.uns.yaml: skipped: a model, see `uns check`\n"
    assert run("topic", "check", "--from-files", "*.yaml").err == ""


def test_a_file_that_is_named_and_has_no_topic_is_a_warning(here: Path, run: Run):
    names = [f"{n}.conf" for n in range(7)]
    for name in names:
        (here / name).write_text("connection up\ntopic other/# out\n")
    done = run("topic", "check", "--from-files", "app.py", "0.conf", "1.conf")
    assert done.err == "uns: warning: no topic of the model is in 0.conf, 1.conf\n"
    done = run("topic", "check", "--from-files", *names)
    assert (done.status, done.out) == (0, "no findings in 0 topics of 7 files\n")
    assert done.err == (
        "uns: warning: no topic of the model is in 0.conf, 1.conf, 2.conf, 3.conf, 4.conf, 2 more\n"
    )
    # What a pattern finds may well have none.
    assert run("topic", "check", "--from-files", "*.conf").err == ""


def test_suggestions_are_not_spent_on_what_does_not_count(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
):
    for module in ("uns.code.mentions", "uns.cli.commands.topic_check"):
        monkeypatch.setattr(f"{module}.SUGGESTIONS", 2)
    line = "bottlingcompany/munich/bottling/line1/machine1/conveyorspe"
    rules = [f"{line}{n}  # uns: ignore[S301] known\n" for n in range(5)]
    (here / "a.txt").write_text("".join(rules) + f"{line}a\n{line}b\n")
    check = ["topic", "check", "--from-files", "a.txt", "--output-format", "json"]
    done = run(*check)
    assert ([found["help"] is not None for found in json.loads(done.out)], done.err) == (
        [True] * 2,
        "",
    )
    (here / "a.txt").write_text(f"{line}a\n{line}b\n{line}c\n{line}d\n")
    done = run(*check)
    assert [found["help"] is not None for found in json.loads(done.out)] == [
        True,
        True,
        False,
        False,
    ]
    assert done.err == "note: suggestions stop after 2 texts; 2 more texts got none\n"


FORMATS = {
    "rights.acl": ("user x\ntopic read bottlingcompany/@/#\n", "2:12"),
    "bridge.conf": ("connection up\ntopic bottlingcompany/@/# out 1\n", "2:7"),
    "rbac.xml": ("<file-rbac>\n<topic>bottlingcompany/@/#</topic></file-rbac>", "2:8"),
    "run.sh": ("mosquitto_sub -v -t 'bottlingcompany/@/#'\n", "1:22"),
    "points.csv": ("id,topic\n1,bottlingcompany/@/#\n", "2:3"),
    "telegraf.conf": ('[[inputs.mqtt_consumer]]\ntopics = ["bottlingcompany/@/#"]\n', "2:12"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_formats(here: Path, run: Run, name: str):
    source, place = FORMATS[name]
    line, column = place.split(":")
    at = f"{line}:{int(column) + len('bottlingcompany/')}"
    check = ["topic", "check", "--from-files", name, "--output-format", "concise"]
    (here / name).write_text(source.replace("@", "rome"))
    done = run(*check)
    assert done.out.startswith(f"{name}:{at}: error[S302]: no topic of the namespace matches")
    (here / name).write_text(source.replace("@", "#"))
    assert run(*check).out.startswith(f"{name}:{at}: error[S304]: 'bottlingcompany/#/#' is")
    (here / name).write_text(source.replace("@", "munich"))
    assert run(*check) == (0, "no findings in 1 topic of 1 file\n", "")


def test_a_file_that_is_refused_says_where(here: Path, run: Run):
    (here / "rbac.xml").write_text("<!DOCTYPE a [<!ENTITY b 'c/d'>]>\n<file-rbac>&b;</file-rbac>")
    done = run("topic", "check", "--from-files", "rbac.xml")
    assert done.err.splitlines() == [
        "note: rbac.xml: it declares a document type (line 1), which is not read; it was read line by line",
        "uns: warning: no topic of the model is in rbac.xml",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["--from-files", "no.py"], "there is no file no.py", id="no such file"),
        pytest.param(["--from-files", "src/**/*.py"], "no file matches src/**/*.py", id="no match"),
        pytest.param(["--from-files", "."], "name its files: ./**/*.py", id="a folder"),
        pytest.param(["--from-files", "gone.py"], "cannot read gone.py: no such file", id="a dead link"),
        pytest.param(["--from-files", "app.py", "--output-format", "text"], "for topics", id="text"),
        pytest.param([], "give a topic, or files with --from-files", id="nothing"),
        pytest.param(["a/b", "--from-files", "app.py"], "not both: a/b would be a topic", id="both"),
        pytest.param(["a/b", "--ignore", "S301"], "--ignore is only for --from-files", id="a policy"),
        pytest.param(["--from-files", "app.py", "--add-baseline"], "name it with --baseline", id="no baseline"),
        pytest.param(["a/b", "--output-format", "full"], "full is only for --from-files", id="full"),
        pytest.param(["a/b", "--output-format", "json=x"], "json=x is only for", id="a file"),
        pytest.param(["--from-files", "app.py", "-m", "no.yaml"], "no.yaml", id="no model"),
        pytest.param(
            ["--from-files", "app.py", "--output-format", "json=app.py"], "it was just read", id="itself"
        ),
    ],
)  # fmt: skip
def test_what_cannot_run(here: Path, run: Run, arguments: list[str], said: str):
    (here / "gone.py").symlink_to(here / "nowhere")
    done = run("topic", "check", *arguments)
    assert done.status == 2
    assert said in done.err


def test_a_file_that_cannot_be_read_does_not_hide_the_others(here: Path, run: Run):
    (here / "gone.py").symlink_to(here / "nowhere")
    done = run("topic", "check", "--from-files", "gone.py", "app.py", "--output-format", "concise")
    assert done.status == 2
    assert "S301" in done.out


def test_names_steer_no_terminal(here: Path, run: Run):
    name = "a\x1b[31m\n::error::.py"
    (here / name).write_text("x = 'bottlingcompany/munich/no'  # uns: topic\n")
    for form in ["full", "concise", "github"]:
        done = run("topic", "check", "--from-files", name, "--output-format", form)
        assert done.status == 1
        assert "\x1b" not in done.out
        assert not any(line.startswith("::error::") for line in done.out.splitlines())
