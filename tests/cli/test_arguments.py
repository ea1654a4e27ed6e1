"""What the commands take, and what is said of what they do not."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Iterator

import pytest

import uns
from tests.cli.runs import ROOT, Run
from uns.cli.arguments import parser, subcommands


def commands(name: str, command: ArgumentParser) -> Iterator[tuple[str, ArgumentParser]]:
    yield name, command
    for word, below in subcommands(command).items():
        yield from commands(f"{name} {word}", below)


COMMANDS = dict(commands("uns", parser()))


@pytest.mark.parametrize("name", COMMANDS)
def test_help_ends_with_an_example_of_the_command(run: Run, name: str):
    done = run(*name.split()[1:], "--help")
    assert done.status == 0
    _, _, examples = done.out.partition("example")
    assert f"  {name} " in examples or f"| {name} " in examples


@pytest.mark.parametrize("name", COMMANDS)
def test_the_reference_tells_of_every_command_and_option(name: str):
    page = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## `([^`]*)`\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    if subcommands(COMMANDS[name]):
        return
    options = [o for a in COMMANDS[name]._actions for o in a.option_strings]
    missing = [o for o in options if f"`{o}" not in sections[name] and o not in {"-h", "--help"}]
    assert missing == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["chek"], "no command 'chek'; did you mean 'check'?", id="command"),
        pytest.param(["CHECK"], "no command 'CHECK'; did you mean 'check'?", id="case"),
        pytest.param(["topic", "explian"], "did you mean 'explain'?", id="command below a command"),
        pytest.param(["xyz"], "it is one of: check, tree, topics,", id="nothing like it"),
        pytest.param(
            ["topics", "--output-format", "jsno"], "'jsno'; did you mean 'json'?", id="value"
        ),
        pytest.param([], "required: COMMAND", id="no command"),
        pytest.param(["topic"], "required: COMMAND", id="no command below"),
        pytest.param(["tree", "--depth", "0"], "'0' is not a whole number above 0", id="zero"),
        pytest.param(["tree", "--depth", "٣"], "is not a whole number", id="digits of Arabic"),
        pytest.param(["tree", "--limit", "9" * 5000], "is not a whole number", id="huge number"),
        pytest.param(["tree", "--count"], "unrecognized arguments: --count", id="abbreviation"),
        pytest.param(["tree", "--\x1b[31m"], "--\\x1b[31m", id="escape sequence in an option"),
        pytest.param(["\x1b]0;x\x07"], "'\\x1b]0;x\\x07'", id="escape sequence in a command"),
        pytest.param(["tree", "--\udcff"], "--\\udcff", id="bytes that are not UTF-8"),
    ],
)
def test_wrong_usage(run: Run, arguments: list[str], said: str):
    done = run(*arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("usage: uns")
    assert said in done.err
    assert "\x1b" not in done.err


def test_version(run: Run):
    assert run("--version") == (0, f"uns {uns.__version__}\n", "")


def test_every_room_of_a_command_is_there():
    rooms = {command.get_default("room") for command in COMMANDS.values()} - {None}
    files = {path.stem for path in (ROOT / "uns" / "cli" / "commands").glob("*.py")}
    assert rooms <= files
    assert len(rooms) == sum(1 for command in COMMANDS.values() if not subcommands(command))
