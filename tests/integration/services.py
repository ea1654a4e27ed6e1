"""A program under test that runs until it is told to end, seen through the lines it prints."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from tests.integration.broker import PATIENCE, Broker

__all__ = ["ROOT", "Lines", "Service", "running"]

ROOT = Path(__file__).parent.parent.parent

#: FastStream writes its log to standard output as well.
_LOGGED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")

#: What programs print, in the order it came; ``None`` where one ended.
Lines: TypeAlias = "queue.SimpleQueue[str | None]"


class Service:
    """A running program."""

    def __init__(self, process: subprocess.Popen[str], errors: Path, lines: Lines) -> None:
        self._process = process
        self._errors = errors
        self._lines = lines
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not _LOGGED.match(line):
                self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def line(self) -> str:
        """The next line it prints."""
        line = self._lines.get(timeout=PATIENCE)
        assert line is not None, f"the program ended: {self._errors.read_text()}"
        return line

    def rest(self) -> list[str | None]:
        """What it had still printed, now that it is told to end."""
        self._process.terminate()
        return list(iter(lambda: self._lines.get(timeout=PATIENCE), None))

    def stop(self) -> None:
        """End the program, whatever it is doing."""
        self._process.kill()
        self._reader.join(PATIENCE)


@contextmanager
def running(
    program: str, broker: Broker, folder: Path, lines: Lines | None = None
) -> Iterator[Service]:
    """A Python program that finds the broker by its environment, as the pages tell it to.

    Several programs may print into the same ``lines``.
    """
    folder.mkdir(exist_ok=True)
    script, errors = folder / "service.py", folder / "errors"
    script.write_text(program, encoding="utf-8")
    with (
        errors.open("w") as stderr,
        subprocess.Popen(
            [sys.executable, str(script)],
            cwd=ROOT,
            env={**os.environ, **broker.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process,
    ):
        service = Service(process, errors, queue.SimpleQueue() if lines is None else lines)
        try:
            yield service
        finally:
            service.stop()
