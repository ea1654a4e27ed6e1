"""Console blocks of a page: commands, what they print, and a folder where they run one after the other."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from uns.cli import main

__all__ = ["Command", "Session", "commands", "with_output"]

_CONSOLE = re.compile(r"^```console[^\n]*\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)

#: A command that needs no shell: ``uns`` with arguments that mean themselves, and few redirections.
_PLAIN = re.compile(
    r"""uns(?P<arguments>(?:\ +(?:[\w./:=,@%+-]|'[^']*')+)+)
        (?P<errors>\ 2>&1|\ 2>\ [\w./-]+)?
        (?P<output>\ >\ [\w./-]+)?
        (?P<status>;\ echo\ "status\ \$\?")?
        (?:\ <<'EOF'\n(?P<document>.*\n)EOF)?""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a page, and what the page says that it prints."""

    line: int
    text: str
    output: str
    #: Where the output stands in the page.
    start: int


def commands(page: str) -> list[Command]:
    """The commands of a page, from its console blocks."""
    return [
        _command(page, block.start("body") + found.end(), block.start("body") + end)
        for block in _CONSOLE.finditer(page)
        for found, end in _prompts(block["body"])
    ]


def _prompts(body: str) -> list[tuple[re.Match[str], int]]:
    """Every prompt, and where what belongs to it ends."""
    found = list(re.finditer(r"^\$ ", body, re.MULTILINE))
    return list(zip(found, [*(prompt.start() for prompt in found[1:]), len(body)], strict=True))


def _command(page: str, start: int, end: int) -> Command:
    command, _, output = page[start:end].partition("\n")
    while command.endswith("\\"):
        more, _, output = output.partition("\n")
        command = f"{command[:-1]}{more.strip()}"
    if command.endswith("<<'EOF'"):
        document, _, output = output.partition("\nEOF\n")
        command = f"{command}\n{document}\nEOF"
    line = page.count("\n", 0, start) + 1
    return Command(line, command, output.rstrip(), end - len(output))


def with_output(page: str, index: int, said: str) -> str:
    """The page in which this command prints what is said."""
    command = commands(page)[index]
    end = command.start + len(command.output)
    if not command.output:
        said = f"{said}\n"
    elif not said:
        end += 1
    made = page[: command.start] + said + page[end:]
    asked = [each.text for each in commands(made)]
    if (
        asked != [each.text for each in commands(page)]
        or commands(made)[index].output != said.rstrip()
    ):
        raise ValueError(f"no console block can hold this output: {said!r}")
    return made


class Session:
    """A folder where the commands of a page run, each once and all that stand before it first."""

    def __init__(self, page: str, folder: Path, environment: dict[str, str]) -> None:
        self._commands = commands(page)
        self._folder = folder
        self._environment = {**os.environ, **environment}
        self._printed: list[str] = []

    def printed(self, index: int) -> str:
        """What a command prints."""
        while len(self._printed) <= index:
            self._printed.append(self.run(self._commands[len(self._printed)].text).rstrip())
        return self._printed[index]

    def run(self, command: str) -> str:
        """What this command prints, on the standard output and then on the standard error."""
        plain = _PLAIN.fullmatch(command)
        return self._in_a_shell(command) if plain is None else self._in_this_process(plain)

    def _in_a_shell(self, command: str) -> str:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stdout + done.stderr

    def _in_this_process(self, command: re.Match[str]) -> str:
        """The same as a shell does, without the time that Python needs to start."""
        out = _stream()
        err = out if command["errors"] == " 2>&1" else _stream()
        with (
            chdir(self._folder),
            mock.patch.dict(os.environ, self._environment, clear=True),
            mock.patch.object(sys, "stdin", _stream((command["document"] or "").encode())),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            status = main(shlex.split(command["arguments"]))
        said = self._shown(out, command["output"])
        if command["status"]:
            said += f"status {status}\n"
        return said if err is out else said + self._shown(err, command["errors"])

    def _shown(self, stream: io.TextIOWrapper, redirection: str | None) -> str:
        """What comes to the screen of what was written; all of it goes to a file if there is one."""
        stream.flush()
        data = stream.buffer.getvalue()  # type: ignore[attr-defined]
        if redirection is None or redirection == " 2>&1":
            return str(data, "utf-8")
        (self._folder / redirection.split()[-1]).write_bytes(data)
        return ""


def _stream(data: bytes = b"") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
