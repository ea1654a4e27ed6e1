"""The documentation is true: its code runs, its sessions print what they say, its links lead somewhere."""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import mypy.api
import pytest

import uns
from tests.accepting import Stored
from tests.sessions import Session, commands, with_output

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *ROOT.glob("examples/*.md"),
        *ROOT.glob("docs/**/*.md"),
    ]
)
#: Pages whose code needs a server; the integration tests run it.
WITH_SERVER = {"paho.md", "aiomqtt.md", "faststream.md"}

FENCE = re.compile(r"^```(?P<language>[a-z]*)[^\n]*\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return [found["body"] for found in FENCE.finditer(text) if found["language"] == language]


def cases(language: str) -> list[object]:
    return [
        pytest.param(page, id=str(page.relative_to(ROOT)))
        for page in PAGES
        if page.exists() and blocks(page, language) and page.name not in WITH_SERVER
    ]


@pytest.mark.parametrize("page", cases("python"))
def test_python_runs(page: Path, monkeypatch: pytest.MonkeyPatch):
    """The blocks of a page are one program, run where the repository is."""
    monkeypatch.chdir(ROOT)
    program = "\n".join(blocks(page, "python"))
    exec(compile(program, str(page), "exec"), {"__name__": page.stem})


@pytest.mark.slow
def test_python_is_typed(tmp_path: Path):
    """What a reader copies passes `mypy --strict`; packages that are not installed are of any type."""
    for page in PAGES:
        if program := "\n".join(blocks(page, "python")):
            name = re.sub(r"\W", "_", str(page.relative_to(ROOT).with_suffix("")))
            (tmp_path / f"{name}.py").write_text(program, encoding="utf-8")
    options = [
        "--strict",
        "--ignore-missing-imports",
        "--allow-untyped-decorators",
        "--config-file=",
    ]
    out, err, status = mypy.api.run([*options, f"--cache-dir={tmp_path / '.cache'}", str(tmp_path)])
    assert status == 0, out + err


@pytest.mark.parametrize("page", cases("yaml"))
def test_models_load(page: Path):
    for text in blocks(page, "yaml"):
        if re.search(r"^uns: 1$", text, re.MULTILINE):
            uns.loads(text)


@pytest.fixture(scope="session")
def session_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Session]:
    """The session of a page, in a copy of what its commands may read."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {"PATH": path, "NO_COLOR": "1", "COLUMNS": "100", "LC_ALL": "C.UTF-8"}

    @functools.cache
    def session_of(page: Path) -> Session:
        folder = tmp_path_factory.mktemp("page")
        (folder / "examples").symlink_to(ROOT / "examples")
        return Session(page.read_text(encoding="utf-8"), folder, environment)

    return session_of


@pytest.mark.parametrize(
    ("page", "index"),
    [
        pytest.param(page, index, id=f"{page.relative_to(ROOT)}:{command.line}")
        for page in PAGES
        if page.name not in WITH_SERVER
        for index, command in enumerate(commands(page.read_text(encoding="utf-8")))
    ],
)
def test_sessions_print_what_they_say(
    page: Path, index: int, session_of: Callable[[Path], Session], stored: Stored
):
    """The commands of a page run one after the other, and each prints what stands below it."""
    command = commands(page.read_text(encoding="utf-8"))[index]
    printed = session_of(page).printed(index)
    stored.part(page, printed, command.output, lambda text: with_output(text, index, printed))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path):
    for target in re.findall(
        r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8")
    ):
        assert (page.parent / target).exists(), target


def test_generated_pages_are_current(stored: Stored):
    """Rewrite them with: python docs/reference/generate.py."""
    path = ROOT / "docs" / "reference" / "generate.py"
    spec = importlib.util.spec_from_file_location("generate", path)
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    for name, page in generate.PAGES.items():
        stored.text(path.parent / name, page())
