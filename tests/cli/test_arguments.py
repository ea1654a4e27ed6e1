"""What the commands take, and what is said of what they do not."""

from __future__ import annotations

import re
from argparse import Action, _AppendAction, _ExtendAction
from collections.abc import Iterator
from inspect import isfunction
from typing import Literal, get_args, get_origin, get_type_hints

import pytest

import uns
from tests.cli.runs import ROOT, Run
from uns.cli.arguments import parser, subcommands
from uns.cli.options import Parser
from uns.model.queries import OnOpenSet
from uns.payloads import View
from uns.recordings import RecordingFormat


def commands(name: str, command: Parser) -> Iterator[tuple[str, Parser]]:
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
        pytest.param(["xyz"], "use one of: check, tree, topics,", id="nothing like it"),
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


# --- types -----------------------------------------------------------------------------------------

ALL = {name: command.get_default("command") for name, command in COMMANDS.items()}
ALL = {name: command for name, command in ALL.items() if command is not None}


def test_every_command_is_a_module_and_the_reverse():
    files = {path.stem for path in (ROOT / "uns" / "cli" / "commands").glob("[!_]*.py")}
    assert {command.command().replace(" ", "_") for command in ALL.values()} == files
    assert set(ALL) == {name for name, command in COMMANDS.items() if not subcommands(command)}


def expected(action: Action) -> object:
    """The type of what argparse makes of an argument."""
    if action.nargs == 0:
        return bool
    one: object = str
    if action.type is not None:
        read = action.type if isfunction(action.type) else type(action.type).__call__
        one = get_type_hints(read)["return"]
    if isinstance(action, _ExtendAction) and action.type is not None:
        many = one
    elif isinstance(action, _AppendAction) or action.nargs in {"*", "+"}:
        many = list[one]  # type: ignore[valid-type]
    else:
        many = one
    is_there = action.required or action.default is not None or action.nargs == "*"
    return many if is_there else many | None  # type: ignore[operator]


@pytest.mark.parametrize("name", ALL)
def test_the_type_of_an_argument_is_what_is_read(name: str):
    actions = {action.dest: action for action in COMMANDS[name]._actions}
    del actions["help"]
    names = {"OnOpenSet": OnOpenSet, "RecordingFormat": RecordingFormat, "View": View}
    said = get_type_hints(ALL[name], localns=names)
    assert {said for said in said if said not in {"examples", "usage"}} == set(actions)
    for argument, action in actions.items():
        literals = [
            one for one in (said[argument], *get_args(said[argument])) if get_origin(one) is Literal
        ]
        if literals:
            (words,) = literals
            assert set(get_args(words)) == set(action.choices or ())
            is_there = action.default is not None
            assert said[argument] == (words if is_there else words | None)
            assert not is_there or action.default in get_args(words)
        else:
            assert said[argument] == expected(action), argument
