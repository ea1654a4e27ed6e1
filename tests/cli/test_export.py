"""`uns export`: files written whole, looked at with --check, and what they leave unsaid."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import uns
from tests.cli.runs import BOTTLING, Run
from uns.cli.commands import export
from uns.generators import TARGETS, generate

FILES = generate(uns.load(BOTTLING), "json-schema").files

PLAIN = "uns: 1\npayloads: {vtq/1: {fields: {value: {type: metric_value}}}}\nsites: {a: {metrics: {x: {type: number}}}}\n"


@pytest.fixture
def plain(tmp_path: Path) -> str:
    """A model of which nothing is lost but what `info/1`, which nobody uses, does not have."""
    path = tmp_path / "plain.uns.yaml"
    path.write_text(PLAIN, encoding="utf-8")
    return str(path)


def test_the_targets_are_listed(run: Run) -> None:
    done = run("export", "--list")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == list(TARGETS)
    assert lines[0] == (
        "json-schema  JSON Schema 2020-12 of every payload contract, for producers and for consumers."
    )
    assert (
        "--option layout=file|folder: one file, or a folder with a page for each part" in done.out
    )
    assert "findings" not in done.out


def test_files_are_written_and_current_afterwards(bottling: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "schemas"
    done = bottling("export", "json-schema", "-o", str(folder))
    assert (done.status, done.out) == (0, f"wrote {len(FILES)} files, 0 already up to date\n")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == dict(FILES)
    done = bottling("export", "json-schema", "-o", str(folder), "--check")
    assert (done.status, done.out) == (0, f"{len(FILES)} of {len(FILES)} files up to date\n")


def test_only_what_changed_is_written(bottling: Run, tmp_path: Path) -> None:
    bottling("export", "json-schema", "-o", str(tmp_path))
    (tmp_path / "alarm.1.producer.schema.json").write_text("{}", encoding="utf-8")
    (tmp_path / "kpi.1.producer.schema.json").unlink()
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    untouched = tmp_path / "vtq.1.producer.schema.json"
    os.utime(untouched, (1, 1))
    done = bottling("export", "json-schema", "-o", str(tmp_path))
    assert done.out == f"wrote 2 files, {len(FILES) - 2} already up to date\n"
    assert untouched.stat().st_mtime == 1
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {*FILES, "mine.txt"}


def test_check_writes_nothing_and_names_what_is_stale(bottling: Run, tmp_path: Path) -> None:
    folder = tmp_path / "none"
    done = bottling("export", "json-schema", "-o", str(folder), "--check")
    assert done.status == 1
    assert not folder.exists()
    bottling("export", "json-schema", "-o", str(folder))
    path = folder / "alarm.1.consumer.schema.json"
    path.write_text("{}", encoding="utf-8")
    done = bottling("export", "json-schema", "-o", str(folder), "--check")
    assert (done.status, done.out) == (
        1,
        f"stale: {path}\n{len(FILES) - 1} of {len(FILES)} files up to date\n",
    )
    assert path.read_text(encoding="utf-8") == "{}"


def test_what_is_lost_is_told(bottling: Run, tmp_path: Path) -> None:
    done = bottling("export", "json-schema", "-o", str(tmp_path))
    assert done.err.splitlines()[0] == (
        "lost[X101]: vtq/1 $.unit: JSON Schema only notes the format ucum; most validators accept any text"
    )
    assert bottling("export", "json-schema", "-o", str(tmp_path), "--strict").status == 1


def test_long_lists_of_losses_are_cut(
    bottling: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_SEVERAL", 3)
    lines = bottling("export", "json-schema", "-o", str(tmp_path)).err.splitlines()
    losses = generate(uns.load(BOTTLING), "json-schema").losses
    assert [line.split()[0] for line in lines] == ["lost[X101]:"] * 3 + ["and"]
    assert lines[-1] == f"and {len(losses) - 3} more"


def test_strict_is_content_when_nothing_is_lost(run: Run, plain: str, tmp_path: Path) -> None:
    done = run("export", "json-schema", "-m", plain, "-o", str(tmp_path / "out"), "--strict")
    assert (done.status, done.err) == (0, "")


def test_a_file_that_cannot_be_written_leaves_nothing_behind(
    run: Run, plain: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:3])
        raise OSError(28, "No space left on device")

    folder = tmp_path / "out"
    run("export", "json-schema", "-m", plain, "-o", str(folder))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / "vtq.1.producer.schema.json").write_text("old", encoding="utf-8")
    monkeypatch.setattr(Path, "write_bytes", full)
    done = run("export", "json-schema", "-m", plain, "-o", str(folder))
    assert (done.status, done.out) == (2, "")
    assert "vtq.1.producer.schema.json: no space left on device" in done.err
    assert (folder / "vtq.1.producer.schema.json").read_text(encoding="utf-8") == "old"
    assert {path.name for path in folder.iterdir()} == set(before)


@pytest.fixture
def wiki(bottling: Run, tmp_path: Path) -> Path:
    """A folder of Markdown, some of which no export made or none makes any longer."""
    bottling("export", "markdown", "-o", str(tmp_path), "--option", "layout=folder")
    made = (tmp_path / "lists" / "classes.md").read_bytes()
    (tmp_path / "lists" / "old.md").write_bytes(made)
    (tmp_path / "lists" / "old.txt").write_bytes(made)
    (tmp_path / "lists" / "by-hand.md").write_text("Mine.\n", encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "copy.md").write_bytes(made)
    (tmp_path / "contracts" / "folder.md").mkdir()
    return tmp_path


@pytest.mark.parametrize("check", [True, False])
def test_what_an_earlier_export_left_over_is_told_and_not_deleted(
    bottling: Run, wiki: Path, check: bool
) -> None:
    before = sorted(wiki.rglob("*"))
    flags = ["--check"] if check else []
    done = bottling("export", "markdown", "-o", str(wiki), "--option", "layout=folder", *flags)
    assert done.status == (1 if check else 0)
    told = [line for line in done.out.splitlines() if line.startswith("left over")]
    assert told == [f"left over: {wiki / 'lists' / 'old.md'}"]
    assert sorted(wiki.rglob("*")) == before


def test_many_that_are_left_over_are_counted(
    bottling: Run, wiki: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_SEVERAL", 1)
    (wiki / "lists" / "older.md").write_bytes((wiki / "lists" / "old.md").read_bytes())
    done = bottling("export", "markdown", "-o", str(wiki), "--option", "layout=folder")
    assert done.out.splitlines()[-2:] == [f"left over: {wiki / 'lists' / 'old.md'}", "and 1 more"]


def test_another_target_leaves_nothing_over(bottling: Run, wiki: Path) -> None:
    (wiki / "lists" / "old.md").unlink()
    done = bottling("export", "topics-json", "-o", str(wiki))
    assert "left over" not in done.out


def test_the_last_of_an_option_holds(run: Run, plain: str, tmp_path: Path) -> None:
    options = ["--option", "module=a", "--option", "module=b"]
    run("export", "python", "-m", plain, "-o", str(tmp_path / "out"), *options)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b.py"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param([], "give a TARGET (see --list) and a folder", id="nothing"),
        pytest.param(["json-schema"], "give a TARGET", id="no folder"),
        pytest.param(["-o", "x"], "give a TARGET", id="no target"),
        pytest.param(["json-schma", "-o", "x"], "did you mean 'json-schema'?", id="no such target"),
        pytest.param(["json-schema", "-o", "file"], "cannot read file", id="a file for a folder"),
        pytest.param(["json-schema", "-o", "a\0b"], "null", id="no path"),
        pytest.param(
            ["markdown", "-o", "x", "--option", "layout"],
            "write --option NAME=VALUE, not 'layout'",
            id="no value",
        ),
        pytest.param(
            ["markdown", "-o", "x", "--option", "layuot=file"],
            "did you mean 'layout'?",
            id="no such option",
        ),
        pytest.param(
            ["markdown", "-o", "x", "--option", "layout=fil"],
            "did you mean 'file'?",
            id="no such layout",
        ),
        pytest.param(
            ["markdown", "-o", "x", "--option", "findings=x"],
            "no option 'findings'",
            id="for programs",
        ),
        pytest.param(
            ["topics-json", "-o", "x", "--option", "a=b"], "it has none", id="no options at all"
        ),
        pytest.param(
            ["json-schema", "-o", "x", "-m", "none.uns.yaml"], "cannot read none", id="no model"
        ),
    ],
)
def test_what_cannot_be_run(
    run: Run, plain: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = run("export", *arguments)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "plain.uns.yaml"]


def test_the_stored_schemas_are_those_of_the_command(run: Run) -> None:
    stored = BOTTLING.parent.parent.parent / "schemas" / "std"
    model = str(stored / "std.uns.yaml")
    assert run("export", "json-schema", "-m", model, "-o", str(stored), "--check").status == 0
    assert json.loads((stored / "vtq.1.producer.schema.json").read_bytes())["title"] == "vtq/1"
