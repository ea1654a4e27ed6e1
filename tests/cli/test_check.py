"""`uns check`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.runs import Run
from uns.reports import FORMATS

TWO_FAULTS = """\
uns: 1
sites:
  lyon:
    class: Filer
    metrics: {power: {type: nubmer}}
classes:
  Filler: {level: site}
"""

FULL = """\
error[M301]: no class 'Filer' is declared  (undefined-class)
  --> plant.uns.yaml:4:12
   |
 4 |     class: Filer
   |            ^^^^^
   = help: did you mean 'Filler'?

error[M204]: `type` cannot be "nubmer"; use one of: number, integer, boolean, string, enum  (invalid-value)
  --> plant.uns.yaml:5:29
   |
 5 |     metrics: {power: {type: nubmer}}
   |                             ^^^^^^
   = help: did you mean 'number'?

2 errors in 1 model
"""

CONCISE = """\
plant.uns.yaml:4:12: error[M301]: no class 'Filer' is declared
plant.uns.yaml:5:29: error[M204]: `type` cannot be "nubmer"; use one of: number, integer, boolean, string, enum
2 errors in 1 model
"""


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "plant.uns.yaml"
    path.write_text(TWO_FAULTS, encoding="utf-8")
    return path


def test_a_sound_model(bottling: Run):
    assert bottling("check", "--ignore", "A105") == (0, "no findings in 1 model\n", "")
    assert bottling("check", "--ignore", "A105", "--output-format", "json") == (0, "[]\n", "")


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        pytest.param([], FULL, id="the model that is meant, in full"),
        pytest.param(["plant.uns.yaml", "--output-format", "full"], FULL, id="full"),
        pytest.param(["plant.uns.yaml", "--output-format", "concise"], CONCISE, id="concise"),
    ],
)
def test_findings(plant: Path, run: Run, arguments: list[str], out: str):
    assert run("check", *arguments) == (1, out, "")


def test_findings_as_json(plant: Path, run: Run):
    done = run("check", "--output-format", "json")
    assert (done.status, done.err) == (1, "")
    first, second = json.loads(done.out)
    assert first == {
        "code": "M301",
        "name": "undefined-class",
        "severity": "error",
        "message": "no class 'Filer' is declared",
        "place": {
            "file": "plant.uns.yaml",
            "line": 4,
            "column": 12,
            "end_line": 4,
            "end_column": 17,
        },
        "help": "did you mean 'Filler'?",
        "related": [],
        "path": None,
        "fix": [],
    }
    assert second["code"] == "M204"


def test_both_places_of_a_clash(plant: Path, run: Run):
    plant.write_text("uns: 1\nsites: {a: {}}\nenterprise: {a: {}}\n", encoding="utf-8")
    (finding,) = json.loads(run("check", "--output-format", "json").out)
    (related,) = finding["related"]
    assert {finding["place"]["line"], related["place"]["line"]} == {2, 3}
    assert related["label"]


def test_a_file_that_cannot_be_read_does_not_hide_the_findings_of_others(plant: Path, run: Run):
    done = run("check", "none.uns.yaml", "plant.uns.yaml", "--output-format", "concise")
    assert done == (
        2,
        CONCISE,
        "uns: error: cannot read none.uns.yaml: no such file or directory\n",
    )
    done = run("check", "none.uns.yaml", "--output-format", "json")
    assert (done.status, done.out) == (2, "[]\n")


def test_an_included_file_that_is_missing_is_a_finding(plant: Path, run: Run):
    plant.write_text("uns: 1\ninclude: [more.uns.yaml]\n", encoding="utf-8")
    done = run("check")
    assert done.status == 1
    assert "error[M112]" in done.out


def test_the_site_that_a_dashboard_overlooks_is_told(bottling: Run):
    done = bottling("check", "--output-format", "concise")
    assert done.status == 0
    assert "which just misses 'bottlingcompany/porto/line1/machine1/conveyorspeed'" in done.out


def test_several_models(plant: Path, run: Run, bottling: Run):
    done = run("check", str(plant), "bottling.uns.yaml", "--output-format", "concise")
    assert done.status == 1
    assert done.out.endswith("2 errors, 1 info in 2 models\n")


#: Names and values that try to get out of a format, or to be taken for a finding.
HOSTILE = """\
uns: 1
sites:
  "a\\e[31m\\a": {class: "\\e]0;x"}
  "b\\n::error file=x::forged": {class: "]]></failure>"}
  "c\\u2028": {class: "\\r\\nplant.uns.yaml:1:1: error[M301]: forged"}
  'd"},{"code": "M301"': {class: "%0A::stop-commands::x"}
  "e\\u202e|<script>": {class: "](https://example.org)"}
"""


@pytest.mark.parametrize("form", FORMATS)
def test_names_do_not_steer_the_terminal(plant: Path, run: Run, form: str):
    plant.write_text(HOSTILE, encoding="utf-8")
    told = json.loads(run("check", "--output-format", "json").out)
    done = run("check", "--output-format", form, "--output-format", f"{form}=report")
    assert (done.status, done.err) == (1, "")
    assert not {c for c in done.out if ord(c) < 32 or c in "\x7f\x85\u2028\u202e"} - {"\n"}
    report = (plant.parent / "report").read_text(encoding="utf-8")
    assert report == done.out
    heads = {
        "full": r"^error\[M\d+\]: ",
        "concise": r"^plant\.uns\.yaml:\d+:\d+: error\[M\d+\]: ",
        "json": r'^\{"code": "M',
        "json-lines": r'^\{"code": "M',
        "github": r"^::error title=",
        "gitlab": r'^    "fingerprint": "',
        "sarif": r'^          "ruleId": "M',
        "junit": r"^      <failure type=",
    }
    assert len(re.findall(heads[form], done.out, re.MULTILINE)) == len(told) >= 5


def test_a_path_does_not_steer_the_terminal(run: Run):
    done = run("check", "\x1b[31m.uns.yaml")
    assert done.status == 2
    assert "\\x1b[31m.uns.yaml" in done.err
    assert "\x1b" not in done.err
