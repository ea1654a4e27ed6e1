"""`uns schema`, `uns init` and `uns completion`: what is written to be kept."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path

import pytest

import uns
from tests.accepting import Stored
from tests.cli.runs import ROOT, Run
from uns.cli import carry_out
from uns.cli.arguments import parser, subcommands
from uns.cli.terminal import Screen

# --- schema ----------------------------------------------------------------------------------------


def test_schema_is_the_one_in_the_repository(run: Run, stored: Stored):
    done = run("schema")
    assert (done.status, done.err) == (0, "")
    stored.text(ROOT / "schemas" / "uns.schema.json", done.out)


def test_schema_with_the_levels_of_a_model(run: Run, tmp_path: Path):
    path = tmp_path / "plant.uns.yaml"
    path.write_text("uns: 1\nlevels: {country: {plural: countries}}\n", encoding="utf-8")
    assert "countries" in json.loads(run("schema", "-m", str(path)).out)["properties"]
    assert "countries" not in json.loads(run("schema").out)["properties"]
    assert run("schema", "-m", "none.uns.yaml").status == 2


def test_schema_is_json_in_every_encoding():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="backslashreplace")
    carry_out(parser().parse_args(["schema"]), Screen(stream), Screen(stream))
    stream.seek(0)
    assert "$defs" in json.loads(stream.read())


# --- init ------------------------------------------------------------------------------------------


def test_the_starter_has_no_findings(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert run("init") == (0, "wrote plant.uns.yaml\nnext: uns check plant.uns.yaml\n", "")
    assert uns.load("plant.uns.yaml").count()
    assert run("check").status == 0
    assert run("topic", "check", "acme/lyon/packaging/line1/machine2/temperature").status == 0
    assert [path.name for path in tmp_path.iterdir()] == ["plant.uns.yaml"]


def test_init_names_the_file_in_a_folder(run: Run, tmp_path: Path):
    assert run("init", str(tmp_path)).status == 0
    assert run("init", str(tmp_path / "other.uns.yaml")).status == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.uns.yaml", "plant.uns.yaml"]


def test_init_adds_the_ending_by_which_commands_find_models(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    assert run("init", "dairy").out.startswith("wrote dairy.uns.yaml\n")
    assert run("check").status == 0
    assert "dairy.uns.yaml: it exists already" in run("init", "dairy").err
    assert [path.name for path in tmp_path.iterdir()] == ["dairy.uns.yaml"]


def test_init_overwrites_nothing(run: Run, tmp_path: Path):
    file, link = tmp_path / "a.uns.yaml", tmp_path / "b.uns.yaml"
    file.write_text("mine", encoding="utf-8")
    link.symlink_to(tmp_path / "nowhere")
    for path in (file, link):
        done = run("init", str(path))
        assert (done.status, done.out) == (2, "")
        assert done.err == f"uns: error: cannot write {path}: it exists already\n"
    assert file.read_text(encoding="utf-8") == "mine"
    assert sorted(tmp_path.iterdir()) == [file, link]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        pytest.param("none/plant.uns.yaml", "there is no folder none", id="no folder"),
        pytest.param("none/", "there is no folder none", id="no folder, which is meant"),
        pytest.param("a\0b", "null", id="not a path"),
        pytest.param("\x1b[31m/x", "there is no folder \\x1b[31m", id="escape sequence"),
    ],
)
def test_init_cannot_write(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, said: str
):
    monkeypatch.chdir(tmp_path)
    done = run("init", path)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert "\x1b" not in done.err
    assert list(tmp_path.iterdir()) == []


# --- completion ------------------------------------------------------------------------------------


@pytest.fixture
def bash_script(run: Run, tmp_path: Path) -> Path:
    path = tmp_path / "uns.bash"
    path.write_text(run("completion", "bash").out, encoding="utf-8")
    return path


def test_bash_reads_the_script(bash_script: Path):
    done = subprocess.run(["bash", "-n", str(bash_script)], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        pytest.param(["uns", "t"], ["tree", "topics", "topic"], id="commands"),
        pytest.param(["uns", "topic", ""], ["check", "explain", "-h", "--help"], id="below"),
        pytest.param(["uns", "topic", "check", "--o"], ["--output-format"], id="option"),
        pytest.param(
            ["uns", "topics", "--output-format", ""], ["text", "json", "csv"], id="values"
        ),
        pytest.param(
            ["uns", "topics", "--output-format", "=", "j"], ["json"], id="value behind a ="
        ),
        pytest.param(["uns", "topics", "--output-format", "="], ["text", "json", "csv"], id="="),
        pytest.param(["uns", "topics", "acme/#", "--op"], ["--open"], id="behind an argument"),
        pytest.param(["uns", "match", "topic", "--h"], ["--help"], id="an argument like a command"),
        pytest.param(["uns", "tree", "-m", "pl"], ["plant one.uns.yaml"], id="file"),
        pytest.param(["uns", "check", "pl"], ["plant one.uns.yaml"], id="file as argument"),
        pytest.param(["uns", "tree", "--depth", ""], [], id="a number"),
        pytest.param(["uns", "tree", "pl"], [], id="a filter is no file"),
        pytest.param(["uns", "completion", "f"], ["fish"], id="shell"),
    ],
)
def test_bash_completes(bash_script: Path, words: list[str], offered: list[str]):
    (bash_script.parent / "plant one.uns.yaml").touch()
    program = (
        'source ./uns.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
        '[[ $(complete -p uns) == "complete -F _uns uns" ]] || exit 3; '
        '_uns; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", program, "bash", *words],
        cwd=bash_script.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split("\n")[:-1] == (offered or [""])


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts_know_every_command_option_and_value(run: Run, shell: str):
    done = run("completion", shell)
    assert (done.status, done.err) == (0, "")
    assert run("completion", shell) == done
    pending = [parser()]
    while pending:
        command = pending.pop()
        pending += subcommands(command).values()  # type: ignore[arg-type]
        words = [*subcommands(command)]
        for action in command._actions:
            long = [name for name in action.option_strings if name.startswith("--")]
            words += [f"-l {name[2:]}" if shell == "fish" else name for name in long]
            words += [str(choice) for choice in action.choices or ()]
        assert [word for word in words if word not in done.out] == []
