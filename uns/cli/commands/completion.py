"""``uns completion``: scripts that complete commands, options and their values in a shell.

They are static: read off the parser once, so that no key press starts Python.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import NamedTuple

from uns.cli.arguments import Completion, parser, subcommands
from uns.cli.options import Parser
from uns.cli.terminal import Exit, Screen

#: Arguments that are the path of a file.
_FILES = frozenset({"MODEL", "PATH", "FILE", "DIR"})


def run(arguments: Completion, out: Screen, _: Screen) -> int:
    """Write the script of one shell."""
    commands = list(_commands("uns", parser()))
    out.line(_SCRIPTS[arguments.shell](commands))
    return Exit.CLEAN


class _Option(NamedTuple):
    """An option: its spellings, what it is for, and what may follow it."""

    spellings: tuple[str, ...]
    help: str
    takes_value: bool
    values: tuple[str, ...]
    files: bool


class _Command(NamedTuple):
    """A command by its whole name: what may stand behind it."""

    name: str
    below: dict[str, str]
    options: list[_Option]
    values: tuple[str, ...]
    files: bool


def _commands(name: str, command: Parser) -> Iterator[_Command]:
    """``command`` and all commands below it."""
    below = subcommands(command)
    arguments = [a for a in command._actions if a.nargs != argparse.PARSER]
    plain = [a for a in arguments if not a.option_strings]
    yield _Command(
        name,
        {word: _summary(inner) for word, inner in below.items()},
        [_option(argument) for argument in arguments if argument.option_strings],
        tuple(value for argument in plain for value in argument.choices or ()),
        any(argument.metavar in _FILES for argument in plain),
    )
    for word, inner in below.items():
        yield from _commands(f"{name} {word}", inner)


def _summary(command: Parser) -> str:
    return (command.description or "").partition("\n")[0].removesuffix(".")


def _option(argument: argparse.Action) -> _Option:
    values = tuple(argument.choices or ()) or getattr(argument.type, "values", ())
    return _Option(
        tuple(argument.option_strings),
        (argument.help or "").partition(";")[0],
        argument.nargs != 0,
        values,
        argument.metavar in _FILES,
    )


def _quoted(text: str) -> str:
    """``text`` as one word of any of the shells."""
    return "'" + text.replace("'", "'\\''") + "'"


def _names(commands: list[_Command]) -> str:
    """The commands below ``uns`` as a pattern of a ``case``."""
    return "|".join(_quoted(command.name) for command in commands[1:])


def _cases(commands: list[_Command], values: str, files: str) -> Iterator[str]:
    """The branches of a ``case`` over a command and its option, for bash and zsh alike."""
    for command in commands:
        for option in command.options:
            if option.takes_value:
                pattern = "|".join(_quoted(f"{command.name} {name}") for name in option.spellings)
                found = " ".join(option.values)
                action = files if option.files else values.format(found) if found else ":"
                yield f"        {pattern}) {action}; return ;;"


def _bash(commands: list[_Command]) -> str:
    words = "\n".join(
        f"        {_quoted(c.name)}) words={_quoted(' '.join(_words(c)))}"
        f"{'; files=1' if c.files else ''} ;;"
        for c in commands
    )
    cases = "\n".join(_cases(commands, 'words="{}"; _uns_reply', "files=1; _uns_reply"))
    return f"""\
# bash completion for uns, written by: uns completion bash

_uns_reply() {{
    local found
    while IFS= read -r found; do
        COMPREPLY+=("$found")
    done < <(compgen -W "$words" -- "$current"; [[ $files ]] && compgen -f -- "$current")
    if [[ $files ]]; then
        compopt -o filenames 2>/dev/null
    fi
}}

_uns() {{
    local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}"
    local command=uns words= files= word
    COMPREPLY=()
    # bash takes --option=value for three words.
    if [[ $current == '=' ]]; then
        current=
    elif [[ $previous == '=' ]]; then
        previous="${{COMP_WORDS[COMP_CWORD-2]}}"
    fi
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "$command $word" in
            {_names(commands)}) command="$command $word" ;;
        esac
    done
    case "$command $previous" in
{cases}
    esac
    case "$command" in
{words}
    esac
    _uns_reply
}}

complete -F _uns uns"""


def _words(command: _Command) -> list[str]:
    options = [name for option in command.options for name in option.spellings]
    return [*command.below, *command.values, *options]


def _zsh(commands: list[_Command]) -> str:
    found = []
    for command in commands:
        described = [f"{word}:{summary}" for word, summary in command.below.items()]
        described += [f"{o.spellings[-1]}:{o.help}" for o in command.options]
        items = " ".join(_quoted(_escaped(item)) for item in described)
        plain = f"; compadd -- {' '.join(command.values)}" if command.values else ""
        files = "; _files" if command.files else ""
        found.append(
            f"        {_quoted(command.name)}) found=({items}); _describe uns found{plain}{files} ;;"
        )
    cases = "\n".join(_cases(commands, "compadd -- {}", "_files"))
    branches = "\n".join(found)
    return f"""\
#compdef uns
# zsh completion for uns, written by: uns completion zsh

_uns() {{
    local command=uns word
    local -a found
    for word in "${{(@)words[2,CURRENT-1]}}"; do
        case "$command $word" in
            {_names(commands)}) command="$command $word" ;;
        esac
    done
    case "$command $words[CURRENT-1]" in
{cases}
    esac
    case "$command" in
{branches}
    esac
}}

if [[ $funcstack[1] == _uns ]]; then
    _uns "$@"
else
    compdef _uns uns
fi"""


def _escaped(item: str) -> str:
    """An item of ``_describe``: its first colon parts word and help, others are escaped."""
    word, _, help_ = item.partition(":")
    return f"{word}:{help_.replace(':', chr(92) + ':')}"


def _fish(commands: list[_Command]) -> str:
    names = " ".join(_quoted(command.name) for command in commands[1:])
    lines = []
    for command in commands:
        here = f"complete -c uns -n {_quoted(f'__uns_at {_fish_quoted(command.name)}')}"
        for word, summary in command.below.items():
            lines.append(f"{here} -a {word} -d {_fish_quoted(summary)}")
        if command.values:
            lines.append(f"{here} -a {_fish_quoted(' '.join(command.values))}")
        if command.files:
            lines.append(f"{here} -F")
        lines += [f"{here} {_fish_option(option)}" for option in command.options]
    body = "\n".join(lines)
    return f"""\
# fish completion for uns, written by: uns completion fish

function __uns_at --description 'Whether the words so far are this command'
    set -l command uns
    set -l words (commandline -opc)
    for word in $words[2..]
        if contains -- "$command $word" {names}
            set command "$command $word"
        end
    end
    test "$command" = "$argv[1]"
end

complete -c uns -f
{body}"""


def _fish_option(option: _Option) -> str:
    parts = [
        f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.spellings
    ]
    if option.takes_value:
        parts.append("-rF" if option.files else "-x")
    if option.values:
        parts.append(f"-a {_fish_quoted(' '.join(option.values))}")
    return f"{' '.join(parts)} -d {_fish_quoted(option.help)}"


def _fish_quoted(text: str) -> str:
    """``text`` as one word of fish, where a backslash escapes inside single quotes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


_SCRIPTS = {"bash": _bash, "zsh": _zsh, "fish": _fish}
