"""``uns docs build``: what it writes, and when that is not current."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.runs import Run
from uns.generators import site

MODEL = "uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kW}}}}\n"


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "plant.uns.yaml"
    path.write_text(MODEL, encoding="utf-8")
    return path


def files(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_a_folder(run: Run, model: Path) -> None:
    done = run("docs", "build", "-m", str(model), "-o", "out")
    assert (done.status, done.err) == (0, "")
    assert done.out == "wrote 4 files, 0 already up to date\nopen out/index.html in a browser\n"
    assert files(Path("out")) == [
        "assets/model.js",
        "assets/site.css",
        "assets/site.js",
        "index.html",
    ]


def test_one_file(run: Run, model: Path) -> None:
    assert run("docs", "build", "-o", "out", "--single-file").status == 0
    assert files(Path("out")) == ["index.html"]


def test_what_is_not_current(run: Run, model: Path) -> None:
    check = ("docs", "build", "-o", "out", "--check")
    done = run(*check)
    assert (done.status, done.out.splitlines()[-1]) == (1, "0 of 4 files up to date")
    assert not Path("out").exists()
    run(*check[:-1])
    assert run(*check) == (0, "4 of 4 files up to date\n", "")
    model.write_text(MODEL.replace("power", "heat"), encoding="utf-8")
    assert run(*check) == (1, "stale: out/assets/model.js\n3 of 4 files up to date\n", "")
    assert run("docs", "build", "-m", str(model), "-o", "out").status == 0
    assert run(*check).status == 0


def test_the_same_model_twice(run: Run, model: Path) -> None:
    for folder in ("one", "other"):
        run("docs", "build", "-o", folder, "--single-file")
    assert Path("one/index.html").read_bytes() == Path("other/index.html").read_bytes()


def test_without_jinja2(run: Run, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "jinja2", None)
    done = run("docs", "build", "-o", "out")
    assert (done.status, done.out) == (2, "")
    assert "pip install 'unified-namespace[docs]'" in done.err
    assert not Path("out").exists()


def test_a_model_with_faults(run: Run, model: Path) -> None:
    model.write_text("uns: 1\nsites: {lyon: {class: Plant}}\n", encoding="utf-8")
    done = run("docs", "build", "-o", "out")
    assert (done.status, done.out) == (2, "")
    assert not Path("out").exists()


def test_a_file_in_the_way(run: Run, model: Path) -> None:
    Path("out").write_text("", encoding="utf-8")
    done = run("docs", "build", "-o", "out")
    assert done.status == 2
    assert "cannot read out/" in done.err


def test_a_log_of_changes(run: Run, model: Path) -> None:
    old = model.with_name("old.uns.yaml")
    old.write_text(MODEL.replace("kW", "W"), encoding="utf-8")
    with_log, without = ("docs", "build", "-m", str(model), "-o", "out", "--since", str(old)), ("docs", "build", "-m", str(model), "-o", "out")  # fmt: skip
    assert run(*with_log).status == 0
    assert run(*with_log, "--check").status == 0
    assert run(*without, "--check").status == 1


@pytest.mark.parametrize("version", ["missing.uns.yaml", "git:", "git:-x", "git:no-such-revision"])
def test_a_version_that_is_not_there(run: Run, model: Path, version: str) -> None:
    done = run("docs", "build", "-m", str(model), "-o", "out", "--since", version)
    assert (done.status, done.out) == (2, "")
    assert not Path("out").exists()
