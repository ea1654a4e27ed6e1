"""The documentation is true: its code runs, its sessions print what they say, its links lead somewhere."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import uns

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


@pytest.mark.parametrize("page", cases("yaml"))
def test_models_load(page: Path):
    for text in blocks(page, "yaml"):
        if re.search(r"^uns: 1$", text, re.MULTILINE):
            uns.loads(text)


def sessions(page: Path) -> list[tuple[str, str]]:
    """Commands and what they print, from the console blocks of a page."""
    found = []
    for block in blocks(page, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            while command.endswith("\\"):
                more, _, output = output.partition("\n")
                command = f"{command[:-1]}{more.strip()}"
            if command.endswith("<<'EOF'"):
                document, _, output = output.partition("\nEOF\n")
                command = f"{command}\n{document}\nEOF"
            found.append((command, output.rstrip()))
    return found


@pytest.mark.parametrize("page", cases("console"))
def test_sessions_print_what_they_say(page: Path, tmp_path: Path):
    """All commands of a page run one after the other, in a copy of what they may read."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {
        **os.environ,
        "PATH": path,
        "NO_COLOR": "1",
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
    }
    for command, expected in sessions(page):
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        printed = (done.stdout + done.stderr).rstrip()
        assert printed == expected, f"$ {command}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path):
    for target in re.findall(
        r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8")
    ):
        assert (page.parent / target).exists(), target


def test_generated_pages_are_current():
    """Rewrite them with: python docs/reference/generate.py."""
    path = ROOT / "docs" / "reference" / "generate.py"
    spec = importlib.util.spec_from_file_location("generate", path)
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    for name, page in generate.PAGES.items():
        assert (path.parent / name).read_text(encoding="utf-8") == page()
