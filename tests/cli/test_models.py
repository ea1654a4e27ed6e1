"""Which model is meant when none is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.runs import Run

SMALL = "uns: 1\nsites: {%s: {metrics: {power: {type: number, unit: kW}}}}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project with a folder in it, which is the current one."""
    inner = tmp_path / "project" / "inner"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    return inner


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


#: A file that says where the model is, and files that are models of a site called after them.
@pytest.mark.parametrize(
    ("files", "site"),
    [
        pytest.param({"lyon.uns.yaml": None}, "lyon", id="the only one here"),
        pytest.param(
            {"lyon.uns.yaml": None, "std.uns.yaml": "uns: 1\nlibrary: std\npayloads: {}\n"},
            "lyon",
            id="a library is no model",
        ),
        pytest.param(
            {"lyon.uns.yaml": None, "std.uns.yaml": "\ufeff'library': std\nuns: 1\n"},
            "lyon",
            id="a library with a byte order mark and quotes",
        ),
        pytest.param(
            {"pyproject.toml": '[tool.uns]\nmodel = "m/lyon.uns.yaml"\n', "m/lyon.uns.yaml": None},
            "lyon",
            id="pyproject here",
        ),
        pytest.param(
            {
                "../pyproject.toml": '[tool.uns]\nmodel = "m/lyon.uns.yaml"\n',
                "../m/lyon.uns.yaml": None,
                "oslo.uns.yaml": None,
            },
            "lyon",
            id="pyproject above comes before the only one here",
        ),
        pytest.param(
            {
                "pyproject.toml": "[tool.uns]\n[project]\nname = 'x'\n",
                "../pyproject.toml": '[tool.uns]\nmodel = "inner/lyon.uns.yaml"\n',
                "lyon.uns.yaml": None,
                "oslo.uns.yaml": None,
            },
            "lyon",
            id="a pyproject that names no model is passed over",
        ),
        pytest.param(
            {"pyproject.toml": "tool = 3\n", "lyon.uns.yaml": None}, "lyon", id="no tool table"
        ),
    ],
)
def test_the_model_that_is_meant(folder: Path, run: Run, files: dict[str, str | None], site: str):
    for name, text in files.items():
        write(folder / name, text or SMALL % Path(name).name.partition(".")[0])
    assert run("topics") == (0, f"{site}/power\n", "")


def test_a_part_that_the_model_includes_is_no_model_of_its_own(folder: Path, run: Run):
    write(folder / "a.uns.yaml", "uns: 1\ninclude: [b.uns.yaml]\n")
    write(folder / "b.uns.yaml", SMALL % "lyon")
    assert run("topics") == (0, "lyon/power\n", "")
    assert run("tree").status == 0
    assert run("check").status == 0


def test_models_that_include_each_other_are_several(folder: Path, run: Run):
    write(folder / "a.uns.yaml", "uns: 1\ninclude: [b.uns.yaml]\n")
    write(folder / "b.uns.yaml", "uns: 1\ninclude: [a.uns.yaml]\n")
    assert run("tree").status == 2


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param(
            {},
            "there is no model here: name one with -m MODEL, or write one with `uns init`",
            id="none",
        ),
        pytest.param(
            {"b.uns.yaml": "uns: 1", "a.uns.yaml": "uns: 1"},
            "there are several models here: choose one with -m MODEL: a.uns.yaml, b.uns.yaml",
            id="several",
        ),
        pytest.param(
            {"std.uns.yaml": "library: std"},
            "there is no model here: name one",
            id="only a library",
        ),
        pytest.param({"pyproject.toml": "[tool"}, "cannot read ", id="no TOML"),
        pytest.param(
            {"pyproject.toml": "[tool.uns]\nmodel = 3\n"}, "is not the path of a file", id="number"
        ),
        pytest.param(
            {"pyproject.toml": '[tool.uns]\nmodel = "none.uns.yaml"\n'},
            "cannot read none.uns.yaml: no such file",
            id="a model that is not there",
        ),
        pytest.param(
            {"a.uns.yaml": "uns: 1\nincluding: []\n"}, "a.uns.yaml has 1 finding", id="faults"
        ),
    ],
)
def test_no_model(folder: Path, run: Run, files: dict[str, str], said: str):
    for name, text in files.items():
        write(folder / name, text)
    done = run("topics")
    assert (done.status, done.out) == (2, "")
    assert said in done.err


def test_faults_of_a_model_are_drawn_before_a_command_gives_up(folder: Path, run: Run):
    write(folder / "a.uns.yaml", "uns: 1\nincluding: []\n")
    said = run("tree").err.splitlines()
    assert said[0] == "error[M201]: the file has no key 'including'  (unknown-key)"
    assert said[1] == "  --> a.uns.yaml:2:1"
    assert said[-1] == "uns: error: a.uns.yaml has 1 finding"


def test_a_named_model_is_the_one(folder: Path, run: Run):
    for site in ("lyon", "oslo"):
        write(folder / f"{site}.uns.yaml", SMALL % site)
    assert run("topics", "-m", "oslo.uns.yaml").out == "oslo/power\n"
    assert run("topics", "--model", "lyon.uns.yaml").out == "lyon/power\n"


def test_a_folder_stands_for_the_models_below_it(folder: Path, run: Run):
    write(folder / "a.uns.yaml", SMALL % "a")
    write(folder / "deep" / "er" / "b.uns.yaml", "include: [part.uns.yaml]\n" + SMALL % "b")
    write(folder / "deep" / "er" / "part.uns.yaml", "uns: 1\nclasses: {}\n")
    write(folder / "lib" / "l.uns.yaml", "uns: 1\nlibrary: l\npayloads: {}\n")
    write(folder / "deep" / "c.yaml", "uns: 9\n")
    write(folder / ".venv" / "d.uns.yaml", "uns: 9\n")
    (folder / "link").symlink_to(folder / "deep")
    done = run("check", ".")
    assert (done.status, done.out) == (0, "no findings in 2 models\n")
    assert done.err == (
        "note: skipped, as libraries or parts of other models:"
        " deep/er/part.uns.yaml, lib/l.uns.yaml\n"
    )
    assert run("check", "deep/er", "-m", str(folder)).out == "no findings in 2 models\n"
    (folder / "a[1]").mkdir()
    write(folder / "a[1]" / "e.uns.yaml", SMALL % "e")
    assert run("check", "a[1]") == (0, "no findings in 1 model\n", "")
    done = run("check", "lib")
    assert done.status == 2
    assert "there is no model *.uns.yaml in lib: name the model file" in done.err
