"""Which files a pattern means."""

from __future__ import annotations

from pathlib import Path

import pytest

from uns.cli.files import files_of
from uns.cli.terminal import CannotRun

FILES = [
    "a.py", "b.py", ".hidden.py", "c.yaml", "src/a.py", "src/deep/er/d.py", "src/.git/e.py",
    "src/deep/f.yaml", "we[i]rd.py", "src/x.py/y.py",
]  # fmt: skip

CASES = [
    pytest.param(["*.py"], ["a.py", "b.py", "we[i]rd.py"], id="here"),
    pytest.param(["**/*.py"], ["a.py", "b.py", "src/a.py", "src/deep/er/d.py", "src/x.py/y.py", "we[i]rd.py"], id="everywhere"),
    pytest.param(["src/**/*.yaml"], ["src/deep/f.yaml"], id="below a folder"),
    pytest.param(["src/**"], ["src/a.py", "src/deep/er/d.py", "src/deep/f.yaml", "src/x.py/y.py"], id="all below a folder"),
    pytest.param(["**/**/deep/**/*.py"], ["src/deep/er/d.py"], id="folders on both sides"),
    pytest.param(["*/a.py"], ["src/a.py"], id="one folder"),
    pytest.param(["?.py"], ["a.py", "b.py"], id="one character"),
    pytest.param(["[ab].py"], ["a.py", "b.py"], id="a set"),
    pytest.param(["we[i]rd.py"], ["we[i]rd.py"], id="the name of a file, whatever is in it"),
    pytest.param([".*.py"], [".hidden.py"], id="hidden, when asked for"),
    pytest.param(["src/.git/*.py"], ["src/.git/e.py"], id="a hidden folder, when asked for"),
    pytest.param(["b.py", "*.py"], ["b.py", "a.py", "we[i]rd.py"], id="each once"),
]  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(("patterns", "files"), CASES)
def test_files(here: Path, patterns: list[str], files: list[str]):
    assert files_of(patterns) == files


def test_an_absolute_pattern(here: Path):
    assert files_of([f"{here}/*.yaml"]) == [f"{here}/c.yaml"]


def test_links_to_folders_end_no_walk_in_a_circle(here: Path):
    (here / "src" / "deep" / "again").symlink_to(here / "src")
    assert files_of(["src/**/d.py"]) == ["src/deep/er/d.py"]
    assert files_of(["src/deep/*/a.py"]) == ["src/deep/again/a.py"]


@pytest.mark.parametrize(
    "pattern", ["*.rs", "no.py", "src", "src/", "", "no/*.py", "a.py/*", "a\0*"]
)
def test_nothing_matches(here: Path, pattern: str):
    with pytest.raises(CannotRun):
        files_of(["a.py", pattern])
