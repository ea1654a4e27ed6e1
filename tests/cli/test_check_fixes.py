"""`uns check --fix` and `--diff`: what is mended in the files, and what is left alone."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.few_rules import judge_by
from tests.cli.runs import Run
from uns.cli import fix_files
from uns.diagnostics import Edit, Severity, Span
from uns.rules import RULES, Finding, Rule, Survey

MODEL = """\
uns: 1
include: [std]
sites:
  lyon: {label: "Lyon, OLD", description: OLD and good}
"""


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "plant.uns.yaml"
    path.write_text(MODEL, encoding="utf-8")
    return path


Judges = Callable[[str, str], None]


@pytest.fixture
def mends(monkeypatch: pytest.MonkeyPatch) -> Judges:
    """A rule that finds a word, and puts another in its place."""

    def mends(word: str, instead: str) -> None:
        def judge(survey: Survey) -> Iterator[Finding]:
            for source in survey.namespace.sources:
                for number, line in enumerate(source.text.split("\n"), start=1):
                    for found in re.finditer(word, line):
                        start, end = found.start() + 1, found.end() + 1
                        span = Span(source.name, number, start, number, end, line)
                        yield Finding(f"{word} is old", span, fix=(Edit(span, instead),))

        one = Rule("N999", "old-word", Severity.WARNING, judge)
        judge_by(monkeypatch, one, RULES["H201"])

    return mends


DIFF = """\
--- plant.uns.yaml
+++ plant.uns.yaml
@@ -1,4 +1,4 @@
 uns: 1
 include: [std]
 sites:
-  lyon: {label: "Lyon, OLD", description: OLD and good}
+  lyon: {label: "Lyon, new", description: new and good}
"""


def test_fix(plant: Path, run: Run, mends: Judges):
    mends("OLD", "new")
    assert run("check", "--diff") == (1, DIFF, "")
    assert plant.read_text(encoding="utf-8") == MODEL
    assert run("check", "--fix") == (0, "no findings in 1 model, 2 fixed\n", "")
    assert plant.read_text(encoding="utf-8") == MODEL.replace("OLD", "new")
    assert run("check", "--fix") == (0, "no findings in 1 model, 0 fixed\n", "")
    assert run("check", "--diff") == (0, "", "")


UNITS = """\
uns: 1
payloads:
  use/1: {fields: {at: {type: timestamp_ms}, "energy?": {type: number, unit: kwh}}}
classes:
  Pump: {level: work_cell, metrics: {heat: {type: number, unit: degC}}}
sites:
  lyon:
    label: Lyon
    topics: {use: {payload: use/1}}
    lines: {line1: {cells: {"pump[1..3]": {class: Pump}}}}
"""

BREAKS = [
    "info[B201]: lyon/use: unit of $.energy: kwh -> kW.h (1 topic)",
    "info[B203]: lyon/line1/pump[1..3]/heat: unit of $.value: degC -> Cel (3 topics)",
]
WHOM = (
    "the fix changes this, and breaks producers, consumers, Kafka readers: messages and their readers"
    " must agree on it, and `uns breaking` will report it"
)


@pytest.fixture
def metered(plant: Path) -> Path:
    plant.write_text(UNITS, encoding="utf-8")
    return plant


def test_a_fix_of_a_unit_says_that_it_breaks_producers_and_consumers(metered: Path, run: Run):
    done = run("check", "--fix")
    assert (done.status, done.err) == (0, "")
    told = [line.partition("  (")[0] for line in done.out.splitlines() if line.startswith("info")]
    assert sorted(told) == BREAKS
    assert done.out.count(f"= help: {WHOM}\n") == 2
    assert done.out.endswith("2 info in 1 model, 2 fixed\n")
    # What it says is what the gate says afterwards.
    (metered.parent / "old.uns.yaml").write_text(UNITS, encoding="utf-8")
    gate = run("breaking", metered.name, "--against", "old.uns.yaml", "--output-format", "concise")
    assert sorted(re.findall(r"\[B2[^;\n]*", gate.out)) == [line[len("info") :] for line in BREAKS]
    assert run("check", metered.name, "--fix") == (0, "no findings in 1 model, 0 fixed\n", "")


def test_a_diff_of_a_unit_says_so_beside_the_patch(metered: Path, run: Run):
    done = run("check", "--diff")
    assert done.status == 1
    assert done.out.startswith("--- plant.uns.yaml\n")
    assert "info" not in done.out
    told = [line.partition("  (")[0] for line in done.err.splitlines() if line.startswith("info")]
    assert sorted(told) == BREAKS
    assert metered.read_text(encoding="utf-8") == UNITS


def test_the_json_of_a_fix_of_a_unit_says_so(metered: Path, run: Run):
    found = json.loads(run("check", "--fix", "--output-format", "json").out)
    assert sorted(f"{one['severity']}[{one['code']}]: {one['message']}" for one in found) == BREAKS
    assert {one["help"] for one in found} == {WHOM}


def test_diff_outweighs_fix(plant: Path, run: Run, mends: Judges):
    mends("OLD", "new")
    assert run("check", "--fix", "--diff") == (1, DIFF, "")
    assert plant.read_text(encoding="utf-8") == MODEL


def test_the_diff_is_one_that_patch_takes(plant: Path, run: Run, mends: Judges):
    mends("OLD", "new")
    plant.write_bytes(MODEL.rstrip("\n").encode() + "  # é OLD".encode())
    diff = run("check", "--diff", "--exit-zero").out
    assert diff.count("\n\\ No newline at end of file\n") == 2
    done = subprocess.run(
        ["git", "apply", "-p0", "-"], input=diff.encode(), cwd=plant.parent, check=False, capture_output=True
    )  # fmt: skip
    assert done.stderr == b""
    assert plant.read_text(encoding="utf-8").endswith("  # é new")
    assert "OLD" not in plant.read_text(encoding="utf-8")


def test_what_remains_is_told(plant: Path, run: Run, mends: Judges):
    mends("OLD", "new")
    plant.write_text(f"{MODEL}  metz: {{required: [state]}}\n", encoding="utf-8")
    done = run("check", "--fix", "--output-format", "concise")
    assert done.status == 1
    assert done.out.endswith("requires\n1 warning in 1 model, 2 fixed\n")


@pytest.mark.parametrize(
    ("options", "fixed"),
    [
        pytest.param(["--ignore", "N999"], 0, id="a rule that does not judge"),
        pytest.param(["--select", "old-word"], 2, id="a rule that does"),
        pytest.param(["--exit-zero"], 2, id="whatever the status"),
    ],
)
def test_only_what_is_found_is_mended(
    plant: Path, run: Run, mends: Judges, options: list[str], fixed: int
):
    mends("OLD", "new")
    assert run("check", "--fix", *options).out.endswith(f", {fixed} fixed\n")


def test_what_is_ignored_or_known_stays(plant: Path, run: Run, mends: Judges):
    mends("OLD", "new")
    ignored = MODEL.replace("good}", "good}  # uns: ignore[old-word]")
    plant.write_text(ignored, encoding="utf-8")
    assert run("check", "--fix").out == "no findings in 1 model, 0 fixed\n"
    plant.write_text(MODEL, encoding="utf-8")
    run("check", "--baseline", "known.yaml", "--add-baseline")
    assert run("check", "--fix", "--baseline", "known.yaml").out == (
        "no findings in 1 model, 2 known, 0 fixed\n"
    )
    assert plant.read_text(encoding="utf-8") == MODEL


def test_a_message_may_speak_of_what_was_mended(
    plant: Path, run: Run, monkeypatch: pytest.MonkeyPatch
):
    def judge(survey: Survey) -> Iterator[Finding]:
        (source, *_) = survey.namespace.sources
        line = source.text.split("\n")[3]
        at = line.find("OLD") + 1
        span = Span(source.name, 4, at or 1, 4, at + 3)
        yield Finding(
            f"there is {line.count('OLD')} of it", span, fix=(Edit(span, "new"),) if at else ()
        )

    judge_by(monkeypatch, Rule("N998", "counts", Severity.INFO, judge))
    assert "there is 1 of it" in run("check", "--fix").out
    assert plant.read_text(encoding="utf-8") == MODEL.replace("OLD", "new", 1)


@pytest.mark.parametrize(
    ("instead", "then"),
    [
        pytest.param('"', "error[M101]", id="no YAML"),
        pytest.param("\\q", "error[M101]", id="no text"),
        pytest.param("OLD OLD", "warning[N999]: OLD is old", id="more of the same"),
        pytest.param("a # uns: ignore", "error[M101]", id="a comment"),
    ],
)
def test_a_fix_that_makes_it_worse_is_not_written(
    plant: Path, run: Run, mends: Judges, instead: str, then: str
):
    mends("OLD", instead)
    done = run("check", "--fix")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(
        "uns: error: nothing was fixed, because the fixes would cause a new finding: "
    )
    assert then in done.err
    assert plant.read_text(encoding="utf-8") == MODEL


def test_line_ends_mark_and_mode_stay(plant: Path, run: Run, mends: Judges):
    mends("OLD", "new")
    plant.write_bytes(b"\xef\xbb\xbf" + MODEL.replace("\n", "\r\n").encode())
    plant.chmod(0o640)
    assert run("check", "--fix").status == 0
    assert plant.read_bytes() == b"\xef\xbb\xbf" + MODEL.replace("\n", "\r\n").replace("OLD", "new").encode()  # fmt: skip
    assert plant.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_one(plant: Path, run: Run, mends: Judges):
    mends("OLD", "new")
    link = plant.parent / "link.uns.yaml"
    link.symlink_to(plant.name)
    # It is the same file, and so one model.
    assert run("check", "link.uns.yaml", "plant.uns.yaml", "--fix").out == (
        "no findings in 1 model, 2 fixed\n"
    )
    assert link.is_symlink()
    assert plant.read_text(encoding="utf-8") == MODEL.replace("OLD", "new")


def test_models_that_share_a_file(plant: Path, run: Run, mends: Judges):
    mends("OLD", "new")
    folder = plant.parent
    (folder / "lib").mkdir()
    (folder / "lib" / "classes.yaml").write_text("uns: 1\nclasses: {P: {description: OLD}}\n", encoding="utf-8")  # fmt: skip
    for name in ("a", "b"):
        text = f"uns: 1\ninclude: [lib/classes.yaml]\nsites: {{{name}: {{class: P, label: OLD}}}}\n"
        (folder / f"{name}.uns.yaml").write_text(text, encoding="utf-8")
    diff = run("check", "a.uns.yaml", "b.uns.yaml", "--diff").out
    assert re.findall(r"^\+\+\+ (.*)", diff, re.MULTILINE) == [
        "a.uns.yaml", "b.uns.yaml", "lib/classes.yaml",
    ]  # fmt: skip
    assert run("check", "a.uns.yaml", "b.uns.yaml", "--fix").status == 0
    assert not [path for path in folder.rglob("*.yaml") if "OLD" in path.read_text(encoding="utf-8") and path != plant]  # fmt: skip
    assert not list(folder.rglob(".*"))


def test_one_model_that_gets_worse_keeps_all_from_being_fixed(plant: Path, run: Run, mends: Judges):
    mends("OLD", "lyon: {}")
    (plant.parent / "other.uns.yaml").write_text("uns: 1\nsites:\n  # OLD\n  lyon: {}\n", encoding="utf-8")  # fmt: skip
    (plant.parent / "third.uns.yaml").write_text("uns: 1\nsites:\n  OLD: {}\n", encoding="utf-8")
    done = run("check", "other.uns.yaml", "third.uns.yaml", "--fix")
    assert done.status == 2
    assert "OLD" in (plant.parent / "other.uns.yaml").read_text(encoding="utf-8")


def test_a_model_with_faults_is_told_and_others_are_mended(plant: Path, run: Run, mends: Judges):
    mends("OLD", "new")
    broken = plant.parent / "broken.uns.yaml"
    broken.write_text("uns: 1\nsites: {OLD: {class: X}}\n", encoding="utf-8")
    done = run("check", str(broken), "plant.uns.yaml", "--fix", "--output-format", "concise")
    assert done.status == 1
    assert "error[M301]" in done.out
    assert done.out.endswith("1 error in 2 models, 2 fixed\n")
    assert "OLD" in broken.read_text(encoding="utf-8")


def test_a_file_that_changed_meanwhile_is_left_alone(
    plant: Path, run: Run, mends: Judges, monkeypatch: pytest.MonkeyPatch
):
    mends("OLD", "new")
    put_back = fix_files.put_back

    def late(repair: fix_files.Repair) -> None:
        plant.write_text("uns: 1\n", encoding="utf-8")
        put_back(repair)

    monkeypatch.setattr("uns.cli.commands.check.put_back", late)
    done = run("check", "--fix")
    assert done.status == 2
    assert "has changed since it was read" in done.err
    assert plant.read_text(encoding="utf-8") == "uns: 1\n"


def test_a_folder_that_cannot_be_written_to(
    plant: Path, run: Run, mends: Judges, monkeypatch: pytest.MonkeyPatch
):
    mends("OLD", "new")

    def refused(self: Path, data: bytes) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", refused)
    done = run("check", "--fix")
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith(": permission denied\n")
    assert plant.read_text(encoding="utf-8") == MODEL


def test_a_fix_is_written_into_the_file_that_declares_the_metric(plant: Path, run: Run):
    head = "uns: 1\ninclude: [more.uns.yaml]\nsites:\n  lyon:\n    label: Lyon\n"
    plant.write_text(head + "    metrics: {heat: {type: number, unit: degC}}\n", "utf-8")
    more = plant.with_name("more.uns.yaml")
    part = "uns: 1\nsites:\n  lyon:\n    metrics:\n      use: {type: number, unit: kwh}"
    more.write_text(f"{part}\n", "utf-8")
    assert run("check", plant.name, "--fix").out.endswith("2 info in 1 model, 2 fixed\n")
    assert "unit: Cel" in plant.read_text("utf-8")
    assert more.read_text("utf-8") == part.replace("kwh", "kW.h") + "\n"
    more.write_text(f"{part}  # uns: ignore[P201] as the meter says it\n", "utf-8")
    done = run("check", plant.name)
    assert (done.status, done.out) == (0, "no findings in 1 model\n")
