"""`uns check`: which findings count, and what becomes of the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.few_rules import judge_by
from tests.cli.runs import Run
from uns.rules import RULES

MODEL = """\
uns: 1
levels: {work_cell: {required: [state]}}
work_cells:
  press: {metrics: {power: {type: number, unit: kWh}}}
"""


@pytest.fixture(autouse=True)
def two_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    judge_by(monkeypatch, RULES["H201"], RULES["P201"])


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "plant.uns.yaml"
    path.write_text(MODEL, encoding="utf-8")
    return path


def codes(run: Run, *arguments: str) -> tuple[int, list[tuple[str, str]]]:
    done = run("check", "plant.uns.yaml", "--output-format", "json", *arguments)
    assert done.err == ""
    return done.status, [(found["code"], found["severity"]) for found in json.loads(done.out)]


BOTH = [("H201", "warning"), ("P201", "warning")]


@pytest.mark.parametrize(
    ("arguments", "status", "found"),
    [
        pytest.param([], 1, BOTH, id="all"),
        pytest.param(["--select", "P"], 1, BOTH[1:], id="a family"),
        pytest.param(["--select", "P,missing-required-topic"], 1, BOTH, id="two"),
        pytest.param(["--select", "P", "--select", "H"], 1, BOTH, id="said twice"),
        pytest.param(["--select", "P", "--extend-select", "H201"], 1, BOTH, id="and one more"),
        pytest.param(["--ignore", "H201, unknown-unit"], 0, [], id="none"),
        pytest.param(
            ["--severity", "P201=info,H=error"], 1, [("H201", "error"), ("P201", "info")], id="weights"
        ),
        pytest.param(["--severity", "ALL=info"], 0, [("H201", "info"), ("P201", "info")], id="told only"),
        pytest.param(["--severity", "ALL=info", "--fail-level", "info"], 1, [("H201", "info"), ("P201", "info")], id="fail on all"),
        pytest.param(["--fail-level", "error"], 0, BOTH, id="fail on errors"),
        pytest.param(["--exit-zero"], 0, BOTH, id="never fail"),
    ],
)  # fmt: skip
def test_options(plant: Path, run: Run, arguments: list[str], status: int, found: object):
    assert codes(run, *arguments) == (status, found)


@pytest.mark.parametrize(
    ("table", "arguments", "found"),
    [
        pytest.param('select = ["P"]', [], BOTH[1:], id="select"),
        pytest.param('ignore = "P"', [], BOTH[:1], id="one text"),
        pytest.param('ignore = ["P"]', ["--select", "ALL"], BOTH, id="the command line outweighs"),
        pytest.param('select = ["P"]\nextend-select = ["H201"]', [], BOTH, id="extend-select"),
        pytest.param('severity = {P201 = "error"}\nignore = ["H"]', [], [("P201", "error")], id="severity"),
    ],
)  # fmt: skip
def test_settings_of_the_project(
    plant: Path, run: Run, table: str, arguments: list[str], found: object
):
    (plant.parent / "pyproject.toml").write_text(f"[tool.uns]\n{table}\n", encoding="utf-8")
    assert codes(run, *arguments) == (1, found)


def test_the_project_outweighs_the_model(plant: Path, run: Run):
    plant.write_text(f"{MODEL}lint: {{ignore: [H], severity: {{P: error}}}}\n", encoding="utf-8")
    assert codes(run) == (1, [("P201", "error")])
    toml = '[tool.uns]\nextend-select = ["H"]\nfail-level = "error"\n'
    (plant.parent / "pyproject.toml").write_text(toml, encoding="utf-8")
    assert codes(run) == (1, [("H201", "warning"), ("P201", "error")])
    assert codes(run, "--severity", "P=warning") == (0, BOTH)


def test_the_nearest_project_counts(plant: Path, run: Run, monkeypatch: pytest.MonkeyPatch):
    (plant.parent / "pyproject.toml").write_text(
        '[tool.uns]\nselect = ["P"]\nbaseline = "known.yaml"\n', encoding="utf-8"
    )
    (plant.parent / "known.yaml").write_text("baseline: 1\n", encoding="utf-8")
    below = plant.parent / "below"
    below.mkdir()
    plant.rename(below / plant.name)
    monkeypatch.chdir(below)
    assert codes(run) == (1, BOTH[1:])
    (below / "pyproject.toml").write_text("[tool.uns]\nselect = ['H']\n", encoding="utf-8")
    assert codes(run) == (1, BOTH[:1])


@pytest.mark.parametrize(
    ("arguments", "table", "said"),
    [
        pytest.param(["--ignore", "M301"], "", "M301 is a fault, not a rule: a model that has it never loads", id="a fault"),
        pytest.param(["--severity", "M=info"], "", "M is a fault, not a rule: ", id="faults"),
        pytest.param(["--select", "unknwon-unit"], "", "no rule is called 'unknwon-unit'; did you mean 'unknown-unit'?", id="a typo"),
        pytest.param(["--severity", "P201"], "", "'P201' is not RULE=LEVEL", id="no level"),
        pytest.param(["--severity", "P201=bad"], "", "'bad' is not a level; use one of: info, warning, error", id="no such level"),
        pytest.param(["--fail-level", "eror"], "", "did you mean 'error'?", id="no such fail level"),
        pytest.param([], "ignore = ['X']", "[tool.uns] in PROJECT: no rule is called 'X'", id="a rule of the project"),
        pytest.param([], "ignores = ['P']", "`ignores` under [tool.uns] in PROJECT is not a known key; did you mean 'ignore'?", id="a key"),
        pytest.param([], "ignore = [3]", "`ignore` under [tool.uns] in PROJECT is not a list of strings", id="no texts"),
        pytest.param([], "severity = 'error'", "`severity` under [tool.uns] in PROJECT is not a table", id="no table"),
        pytest.param([], "severity = {P = 'bad'}", "`severity.P` under [tool.uns] in PROJECT is not one of: info, warning, error", id="a level of the project"),
        pytest.param([], "fail-level = 3", "`fail-level` under [tool.uns] in PROJECT is not one of: info,", id="a fail level"),
        pytest.param([], "baseline = 3", "`baseline` under [tool.uns] in PROJECT is not the path of a file", id="no path"),
        pytest.param([], '"\\u001b[31m" = 3', "`\\x1b[31m` under", id="hostile"),
        pytest.param(["--output-format", "full", "--output-format", "json"], "", "full and json cannot both go to the standard output: send one to a file, --output-format json=FILE", id="two on the screen"),
        pytest.param(["--output-format", "json=a", "--output-format", "sarif=./a"], "", "two formats cannot both go to ./a", id="two to a file"),
        pytest.param(["--output-format", "sarif=plant.uns.yaml"], "", "findings cannot go to plant.uns.yaml: it was just read", id="over the model"),
        pytest.param(["--output-format", "sarfi=a"], "", "invalid value 'sarfi'; did you mean 'sarif'?", id="no format"),
        pytest.param(["--output-format", "sarif="], "", "the file is missing after 'sarif='", id="no file"),
        pytest.param(["--output-format", "sarif=none/a"], "", "cannot write none/a: no such file or directory", id="no folder"),
        pytest.param(["--output-format", "sarif=."], "", "cannot write .: is a directory", id="a folder"),
        pytest.param(["--baseline", "b", "--output-format", "json=b"], "baseline = 'c'", "there is no baseline b", id="no baseline of that name"),
        pytest.param(["--baseline", "none.yaml"], "", "there is no baseline none.yaml; make one with --add-baseline", id="no baseline"),
        pytest.param(["--add-baseline", "--fix"], "", "use --add-baseline without --fix or --diff: apply the fixes first", id="learn what is mended"),
        pytest.param(["--add-baseline"], "", "--add-baseline needs a file: name it with --baseline", id="no name of a baseline"),
        pytest.param(["--baseline", "plant.uns.yaml"], "", "plant.uns.yaml is not a baseline", id="a model for a baseline"),
        pytest.param(["--baseline", "."], "", "cannot read .: not a regular file", id="a folder for a baseline"),
        pytest.param(["--baseline", "none/a", "--add-baseline"], "", "cannot write none/a: no such file or directory", id="no folder for it"),
    ],
)  # fmt: skip
def test_what_cannot_be_done(plant: Path, run: Run, arguments: list[str], table: str, said: str):
    project = plant.parent / "pyproject.toml"
    if table:
        project.write_text(f"[tool.uns]\n{table}\n", encoding="utf-8")
    done = run("check", *arguments)
    assert (done.status, done.out) == (2, "")
    assert said.replace("PROJECT", str(project)) in done.err
    assert plant.read_text(encoding="utf-8") == MODEL


def test_comments_ignore_findings(plant: Path, run: Run):
    plant.write_text(
        MODEL.replace("kWh}}}", "kWh}}}  # uns: ignore[P201, unknown-unti] as it is sent"),
        encoding="utf-8",
    )
    assert codes(run) == (1, [("H201", "warning"), ("U102", "warning")])


def test_a_selector_of_the_model_that_means_nothing(plant: Path, run: Run):
    plant.write_text(f"{MODEL}lint: {{select: [unknown-unti]}}\n", encoding="utf-8")
    assert codes(run) == (1, [("U104", "warning")])


# --- baselines -------------------------------------------------------------------------------------


def test_a_baseline_from_the_first_day_on(plant: Path, run: Run):
    done = run("check", "--baseline", "known.yaml", "--add-baseline")
    assert done == (0, "no findings in 1 model, 2 known\n", "")
    text = (plant.parent / "known.yaml").read_text(encoding="utf-8")
    assert text.endswith(
        'models:\n  "plant.uns.yaml":\n    "H201":\n      "press": 1\n    "P201":\n      "press/power": 1\n'
    )
    assert run("check", "--baseline", "known.yaml") == done
    # Lines move, and a second press comes.
    plant.write_text(
        MODEL.replace("work_cells:\n", "work_cells:\n\n\n  oven: {}\n"), encoding="utf-8"
    )
    done = run("check", "--baseline", "known.yaml", "--output-format", "concise")
    assert (done.status, done.out) == (
        1,
        (
            "plant.uns.yaml:6:3: warning[H201]: work_cell 'oven' has no topic 'state', which its"
            " equipment level or the node itself requires\n1 warning in 1 model, 2 known\n"
        ),
    )
    # All is mended: what the baseline says is too much, and fails nothing.
    plant.write_text("uns: 1\nwork_cells: {press: {}}\n", encoding="utf-8")
    done = run("check", "--baseline", "known.yaml", "--output-format", "concise")
    assert done == (
        0,
        (
            "known.yaml:7:7: info[U201]: the baseline lists H201 at 'press', but it is not found there\n"
            "known.yaml:9:7: info[U201]: the baseline lists P201 at 'press/power', but it is not found there\n"
            "2 info in 1 model\n"
        ),
        "",
    )
    assert run("check", "--baseline", "known.yaml", "--add-baseline").status == 0
    assert (plant.parent / "known.yaml").read_text(encoding="utf-8").endswith("models: {}\n")


def test_models_keep_their_own(plant: Path, run: Run, monkeypatch: pytest.MonkeyPatch):
    (plant.parent / "ci").mkdir()
    (plant.parent / "other.uns.yaml").write_text(MODEL, encoding="utf-8")
    both = ["check", "plant.uns.yaml", "other.uns.yaml", "--baseline", "ci/known.yaml"]
    assert run(*both, "--add-baseline").out == "no findings in 2 models, 4 known\n"
    text = (plant.parent / "ci" / "known.yaml").read_text(encoding="utf-8")
    assert '"../other.uns.yaml":' in text
    # One is written anew; the other, and what was not judged, stays.
    plant.write_text("uns: 1\n", encoding="utf-8")
    run("check", "plant.uns.yaml", "--baseline", "ci/known.yaml", "--add-baseline", "--select", "H")
    after = (plant.parent / "ci" / "known.yaml").read_text(encoding="utf-8")
    assert after == text.replace('  "../plant.uns.yaml":\n    "H201":\n      "press": 1\n', '  "../plant.uns.yaml":\n')  # fmt: skip
    monkeypatch.chdir(plant.parent / "ci")
    done = run("check", "../other.uns.yaml", "--baseline", "known.yaml")
    assert done.out == "no findings in 1 model, 2 known\n"


def test_faults_are_never_known(plant: Path, run: Run):
    plant.write_text("uns: 1\nsites: {a: {class: None}}\n", encoding="utf-8")
    done = run("check", "--baseline", "known.yaml", "--add-baseline", "--exit-zero", "--output-format", "concise")  # fmt: skip
    assert done.status == 0
    assert "error[M301]" in done.out
    assert (plant.parent / "known.yaml").read_text(encoding="utf-8").endswith("models: {}\n")
    done = run(
        "check", "--baseline", "known.yaml", "--severity", "ALL=info", "--fail-level", "error"
    )
    assert done.status == 1


def test_a_corrupt_baseline_is_told_with_its_place(plant: Path, run: Run):
    (plant.parent / "known.yaml").write_text("baseline: 1\nmodels: {m: 3}\n", encoding="utf-8")
    done = run("check", "--baseline", "known.yaml")
    assert (done.status, done.out) == (2, "")
    assert "  --> known.yaml:2:13\n" in done.err
    assert done.err.endswith("uns: error: known.yaml is not a baseline\n")


def test_findings_do_not_go_over_a_baseline(plant: Path, run: Run):
    (plant.parent / "known.yaml").write_text("baseline: 1\n", encoding="utf-8")
    done = run("check", "--baseline", "known.yaml", "--output-format", "json=./known.yaml")
    assert done == (2, "", "uns: error: findings cannot go to ./known.yaml: it was just read\n")
    assert (plant.parent / "known.yaml").read_text(encoding="utf-8") == "baseline: 1\n"


# --- statistics and reports ------------------------------------------------------------------------


def test_statistics(plant: Path, run: Run):
    plant.write_text(MODEL + "  oven: {}\n  mill: {}\n", encoding="utf-8")
    assert run("check", "--statistics") == (
        1,
        "3  H201  missing-required-topic\n1  P201  unknown-unit\n",
        "",
    )
    done = run("check", "--statistics", "--output-format", "json")
    assert json.loads(done.out) == [
        {"code": "H201", "name": "missing-required-topic", "count": 3},
        {"code": "P201", "name": "unknown-unit", "count": 1},
    ]
    done = run("check", "--statistics", "--output-format", "json-lines", "--select", "P")
    assert json.loads(done.out)["count"] == 1
    assert run("check", "--statistics", "--ignore", "ALL") == (0, "", "")


def test_several_formats_at_once(plant: Path, run: Run):
    done = run(
        "check", "--output-format", "sarif=out.sarif", "--output-format", "concise",
        "--output-format", "junit=out.xml", "--output-format", "gitlab=gl-code-quality-report.json",
    )  # fmt: skip
    assert (done.status, done.err) == (1, "")
    assert done.out.endswith("2 warnings in 1 model\n")
    folder = plant.parent
    log = json.loads((folder / "out.sarif").read_text(encoding="utf-8"))
    assert len(log["runs"][0]["results"]) == 2
    assert "</testsuites>" in (folder / "out.xml").read_text(encoding="utf-8")
    assert len(json.loads((folder / "gl-code-quality-report.json").read_bytes())) == 2
    assert sorted(path.name for path in folder.iterdir()) == [
        "gl-code-quality-report.json", "out.sarif", "out.xml", "plant.uns.yaml",
    ]  # fmt: skip


def test_only_to_a_file(plant: Path, run: Run):
    done = run("check", "--output-format", "full=out.txt")
    assert done == (1, "2 warnings in 1 model\n", "")
    assert "  --> plant.uns.yaml:4:3\n" in (plant.parent / "out.txt").read_text(encoding="utf-8")


def test_a_device_is_written_to(plant: Path, run: Run):
    assert run("check", "--output-format", "sarif=/dev/null").status == 1
    assert not Path("/dev/null").is_file()


def test_a_link_stays_one(plant: Path, run: Run):
    target = plant.parent / "report.json"
    target.write_text("old", encoding="utf-8")
    link = plant.parent / "latest.json"
    link.symlink_to(target.name)
    assert run("check", "--output-format", "json=latest.json").status == 1
    assert link.is_symlink()
    assert len(json.loads(target.read_bytes())) == 2


def test_the_summary_of_a_job(plant: Path, run: Run, monkeypatch: pytest.MonkeyPatch):
    summary = plant.parent / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    run("check")
    assert summary.read_text(encoding="utf-8") == "before\n"
    done = run("check", "--output-format", "github")
    assert done.out.count("::warning ") == 2
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n### uns\n\n2 warnings in 1 model\n")
    assert text.count("\n| warning |") == 2


def test_a_summary_that_cannot_be_written(plant: Path, run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(plant.parent / "none" / "summary.md"))
    done = run("check", "--output-format", "github")
    assert done.status == 2
    assert done.err.startswith("uns: error: cannot write ")


def test_what_two_models_include_is_told_once(plant: Path, run: Run):
    library = "uns: 1\nlibrary: x\nversion: '1.0.0'\npayloads: {p/1: {fields: {a: {type: number, unit: kWh}}}}\n"  # fmt: skip
    (plant.parent / "lib.yaml").write_text(library, encoding="utf-8")
    for name in ("a.uns.yaml", "b.uns.yaml"):
        (plant.parent / name).write_text("uns: 1\ninclude: [lib.yaml]\n", encoding="utf-8")
    done = run(
        "check", "a.uns.yaml", "b.uns.yaml", "--select", "P201", "--output-format", "concise"
    )
    assert done.out.count("lib.yaml:") == 1
    assert done.out.endswith("1 warning in 2 models\n")
