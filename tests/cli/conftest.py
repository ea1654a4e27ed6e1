"""Commands run in this process."""

from __future__ import annotations

import io
import sys

import pytest

from tests.cli.runs import BOTTLING, Ran, Run
from uns.cli import main


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    # argparse asks for a translation of each of its words, in English as well.
    monkeypatch.setenv("LANGUAGE", "C")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command, with bytes for the standard input if it reads any."""

    def run(*arguments: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = main(arguments)
        return Ran(status, *capsys.readouterr())

    return run


@pytest.fixture
def bottling(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command where the bottling company's model is the only one."""
    monkeypatch.chdir(BOTTLING.parent)
    return run
