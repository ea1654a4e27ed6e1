"""The fixtures of the tests in a browser; without its parts they are skipped, and say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import uns
from tests.integration.conftest import INSTALL
from tests.integration.services import ROOT
from uns.changes import diff
from uns.generators import generate
from uns.rules.breaking import Verdict, verdict

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Doctests are collected from every file, and this one imports a package that may not be there.
collect_ignore = ["browser.py"]

#: Where the pictures of the main views are kept, to be looked at.
PICTURES = ROOT / "build" / "site-pictures"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if terminalreporter.config.getoption("--integration") and PICTURES.is_dir():
        terminalreporter.write_line(f"pictures of the documentation site: {PICTURES}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="pip install --group integration", exc_type=ImportError
    )
    # Not before: the tests are collected, and left out, where no browser is installed.
    from tests.integration.site.browser import launched, program

    path = program()
    if path is None:
        pytest.skip(f"Chromium is not installed; {INSTALL}")
    with sync_api.sync_playwright() as playwright, launched(playwright, path) as running:
        yield running


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, which is evaluated in a page."""
    path = ROOT / ".venv" / "site" / "node_modules" / "axe-core" / "axe.min.js"
    if not path.is_file():
        pytest.skip(f"axe-core is not installed; {INSTALL}")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Builds the site of a model, and says where its page is."""

    def build(
        namespace: uns.Namespace,
        layout: str = "file",
        changes: Verdict | None = None,
        **hosts: str,
    ) -> Path:
        folder = tmp_path_factory.mktemp("site")
        made = generate(namespace, "site", layout=layout, changes=changes, **hosts)
        for name, text in made.files.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text)
        return folder / "index.html"

    return build


def older(path: str) -> bytes:
    """The files of the example as they might have been: a unit and a class were others."""
    text = Path(path).read_bytes()
    return text.replace(b"unit: kW", b"unit: W").replace(b"old-tank", b"older-tank")


@pytest.fixture(scope="session")
def dairy(built: Callable[..., Path]) -> Path:
    """The site of the example that has every key of the language."""
    path = ROOT / "examples" / "everything" / "everything.uns.yaml"
    namespace = uns.load(path)
    return built(namespace, changes=verdict(diff(uns.load(path, read=older), namespace)))
