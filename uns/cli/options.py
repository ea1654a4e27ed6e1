"""What commands are made of: the parser, and the arguments that several of them take.

Like :mod:`uns.cli.arguments`, it imports no room that carries a command out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from uns.diagnostics import near, visible

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction["Parser"]

__all__ = [
    "LEVELS",
    "REPORTS",
    "Output",
    "Parser",
    "add_command",
    "add_commands",
    "add_filter",
    "add_format",
    "add_model",
    "add_reports",
    "add_topics",
    "add_view",
    "names",
    "number",
    "number_or_none",
    "weights",
    "written",
]

#: How findings are written; the formats themselves are not imported for their names.
REPORTS = ("full", "concise", "json", "json-lines", "github", "gitlab", "sarif", "junit")

#: What findings may weigh.
LEVELS = ("info", "warning", "error")


class Output(NamedTuple):
    """A format of findings, and the file they go to; without one the standard output."""

    form: str
    file: str | None


class Parser(argparse.ArgumentParser):
    """argparse with "did you mean", and without guessing: an option is written out."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**settings, allow_abbrev=False)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        choices = [str(choice) for choice in action.choices]
        close = near(str(value), choices)
        hint = f"did you mean {close!r}?" if close else f"it is one of: {', '.join(choices)}"
        if action.nargs == argparse.PARSER:
            raise argparse.ArgumentError(None, f"no command {value!r}; {hint}")
        raise argparse.ArgumentError(action, f"it cannot be {value!r}; {hint}")

    def error(self, message: str) -> Any:
        """Say what is wrong with the arguments, and leave."""
        super().error(visible(message))

    def _print_message(self, message: str, file: Any = None) -> None:
        # argparse keeps to itself that a disk is full.
        if message:
            (file or sys.stderr).write(message)


def add_commands(above: Parser) -> Commands:
    """The place for the commands below a command, or below the program."""
    return above.add_subparsers(metavar="COMMAND", required=True, title="commands")


def add_command(
    commands: Commands,
    name: str,
    room: str,
    summary: str,
    *paragraphs: str,
    examples: Iterable[str],
) -> Parser:
    """A command: the room that does it, one line on what it is, more on what it does, examples."""
    command = commands.add_parser(
        name,
        help=summary,
        description="\n\n".join([f"{summary[0].upper()}{summary[1:]}.", *paragraphs]),
        epilog=written(*examples),
    )
    command.set_defaults(room=room)
    return command


def written(*lines: str) -> str:
    """Example commands as a help text ends with them."""
    return "\n".join(["example:" if len(lines) == 1 else "examples:", *(f"  {x}" for x in lines)])


# --- arguments that several commands take ----------------------------------------------------------


def add_model(command: Parser) -> None:
    """Which model is meant."""
    command.add_argument(
        "-m",
        "--model",
        metavar="MODEL",
        help="the model file; else `model` under [tool.uns] in the pyproject.toml of this folder"
        " or one above it, else the one *.uns.yaml here",
    )


def add_filter(command: Parser) -> None:
    """Only what a topic filter takes."""
    command.add_argument(
        "filter", metavar="FILTER", nargs="?", help="only what this topic filter takes"
    )


def add_topics(command: Parser) -> None:
    """Topic names, or - for those of the standard input."""
    command.add_argument(
        "topics", metavar="TOPIC", nargs="+", help="a topic name; - reads one a line from stdin"
    )


def add_format(command: Parser, *formats: str) -> None:
    """The formats of the output, the first of them the default."""
    command.add_argument(
        "--output-format",
        choices=formats,
        default=formats[0],
        help=f"how to write the result (default: {formats[0]})",
    )


def add_reports(command: Parser, *own: str) -> None:
    """The formats of findings, several at once to files; a command may have formats of its own."""
    formats = tuple(dict.fromkeys((*own, *REPORTS)))
    command.add_argument(
        "--output-format",
        metavar="FORMAT[=FILE]",
        action="append",
        type=_Outputs(formats),
        help=f"how to write the findings: {', '.join(formats)} (default: {formats[0]}); to a FILE,"
        " or one of them to the standard output; may be given several times",
    )


class _Outputs:
    """Reads a format of findings with the file they go to."""

    def __init__(self, values: tuple[str, ...]) -> None:
        #: What a shell may complete.
        self.values = values

    def __call__(self, text: str) -> Output:
        form, equals, file = text.partition("=")
        if form not in self.values:
            close = near(form, self.values)
            listed = ", ".join(self.values)
            hint = f"did you mean {close!r}?" if close else f"it is one of: {listed}"
            raise argparse.ArgumentTypeError(f"it cannot be {form!r}; {hint}")
        if equals and not file:
            raise argparse.ArgumentTypeError(f"{text!r} names no file")
        return Output(form, file or None)


def names(text: str) -> list[str]:
    """Names of rules, with commas between them; at least one, for none would judge nothing."""
    found = [name for name in map(str.strip, text.split(",")) if name]
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} names no rule")
    return found


def weights(text: str) -> list[tuple[str, str]]:
    """RULE=LEVEL, with commas between them."""
    weights = [part.rpartition("=")[::2] for part in names(text)]
    for rule, level in weights:
        if not rule:
            raise argparse.ArgumentTypeError(f"{text!r} is not RULE=LEVEL")
        if level not in LEVELS:
            raise argparse.ArgumentTypeError(
                f"{level!r} is no level; it is one of: {', '.join(LEVELS)}"
            )
    return weights


def add_view(command: Parser) -> None:
    """Whose view of a contract counts."""
    command.add_argument(
        "--view",
        choices=("producer", "consumer"),
        default="producer",
        help="a producer may send the fields of the contract only, a consumer accepts others"
        " (default: producer)",
    )


def number(text: str) -> int:
    """A whole number above 0."""
    if not (_is_number(text) and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def number_or_none(text: str) -> int:
    """A whole number; 0 is one."""
    if not _is_number(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9
