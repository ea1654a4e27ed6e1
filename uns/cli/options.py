"""What commands are made of: the parser, and the arguments that several of them take.

An argument is a function that adds itself to a parser. So a table of them costs nothing until
its command is asked for, and names that other modules hold are imported only then.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from uns.diagnostics import Severity, near, visible

__all__ = [
    "FILTER",
    "LEVELS",
    "MODEL",
    "TOPIC",
    "VIEW",
    "Argument",
    "Output",
    "Parser",
    "choice",
    "flag",
    "formats",
    "group",
    "number",
    "number_or_none",
    "one_of",
    "reports",
    "rule_names",
    "severities",
    "value",
    "written",
]

#: What findings may weigh.
LEVELS = tuple(str(severity) for severity in Severity)

Argument: TypeAlias = Callable[[argparse._ActionsContainer], object]


class Output(NamedTuple):
    """A format of findings, and the file they go to; without one the standard output."""

    form: str
    file: str | None


class Parser(argparse.ArgumentParser):
    """argparse with "did you mean", and without guessing: an option is written out.

    The arguments are added when they are needed: of all commands, only one is ever asked for.
    """

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**settings, allow_abbrev=False)
        self.pending: Sequence[Argument] = ()

    def complete(self) -> Parser:
        """This parser, with all of its arguments."""
        pending, self.pending = self.pending, ()
        for add in pending:
            add(self)
        return self

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse with all of the arguments; argparse calls this for the command that is given."""
        self.complete()
        return super().parse_known_args(args, namespace)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        hint = _hint(str(value), [str(choice) for choice in action.choices])
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


def _hint(given: str, known: Sequence[str]) -> str:
    close = near(given, known)
    return f"did you mean {close!r}?" if close else f"it is one of: {', '.join(known)}"


def written(*lines: str) -> str:
    """Example commands as a help text ends with them."""
    return "\n".join(["example:" if len(lines) == 1 else "examples:", *(f"  {x}" for x in lines)])


# --- kinds of arguments ----------------------------------------------------------------------------


def value(names: str, metavar: str | None, help_: str, **settings: Any) -> Argument:
    """An argument with a value; ``names`` are its spellings, separated by a space."""
    return lambda to: to.add_argument(*names.split(), metavar=metavar, help=help_, **settings)


def flag(name: str, help_: str) -> Argument:
    """An option without a value."""
    return lambda to: to.add_argument(name, action="store_true", help=help_)


def choice(name: str, help_: str, *choices: str, default: str | None = None) -> Argument:
    """An option whose value is one of a few words."""
    return lambda to: to.add_argument(name, choices=choices, default=default, help=help_)


def group(title: str, *arguments: Argument) -> Argument:
    """Arguments that stand under a title of their own in the help."""

    def add(to: argparse._ActionsContainer) -> None:
        below = to.add_argument_group(title)
        for argument in arguments:
            argument(below)

    return add


def one_of(*arguments: Argument) -> Argument:
    """Arguments of which at most one is given."""

    def add(to: argparse._ActionsContainer) -> None:
        below = to.add_mutually_exclusive_group()
        for argument in arguments:
            argument(below)

    return add


# --- arguments that several commands take ----------------------------------------------------------

#: Which model is meant.
MODEL = value(
    "-m --model",
    "MODEL",
    "the model file; else `model` under [tool.uns] in the pyproject.toml of this folder or one"
    " above it, else the one *.uns.yaml here",
)

#: Only what a topic filter takes.
FILTER = value("filter", "FILTER", "only what this topic filter takes", nargs="?")

#: What an argument with the name of a topic is.
TOPIC = "a topic name; - reads one a line from stdin"

#: Whose view of a contract counts.
VIEW = choice(
    "--view",
    "a producer may send the fields of the contract only, a consumer accepts others"
    " (default: producer)",
    "producer",
    "consumer",
    default="producer",
)


def formats(*names: str) -> Argument:
    """The formats of the output, the first of them the default."""
    help_ = f"how to write the result (default: {names[0]})"
    return choice("--output-format", help_, *names, default=names[0])


def reports(*own: str) -> Argument:
    """The formats of findings, several at once to files; a command may have formats of its own."""

    def add(to: argparse._ActionsContainer) -> None:
        from uns.reports.report import FORMATS

        read = _OutputReader(tuple(dict.fromkeys((*own, *FORMATS))))
        to.add_argument(
            "--output-format",
            metavar="FORMAT[=FILE]",
            action="append",
            type=read,
            help=f"how to write the findings: {', '.join(read.values)} (default: {read.values[0]});"
            " to a FILE, or one of them to the standard output; may be given several times",
        )

    return add


# --- values ----------------------------------------------------------------------------------------


class _OutputReader:
    """Reads a format of findings with the file they go to."""

    def __init__(self, values: tuple[str, ...]) -> None:
        #: What a shell may complete.
        self.values = values

    def __call__(self, text: str) -> Output:
        form, equals, file = text.partition("=")
        if form not in self.values:
            hint = _hint(form, self.values)
            raise argparse.ArgumentTypeError(f"it cannot be {form!r}; {hint}")
        if equals and not file:
            raise argparse.ArgumentTypeError(f"{text!r} names no file")
        return Output(form, file or None)


def rule_names(text: str) -> list[str]:
    """Names of rules, with commas between them; at least one, for none would judge nothing."""
    found = [name for name in map(str.strip, text.split(",")) if name]
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} names no rule")
    return found


def severities(text: str) -> list[tuple[str, str]]:
    """RULE=LEVEL, with commas between them."""
    found = [part.rpartition("=")[::2] for part in rule_names(text)]
    for rule, level in found:
        if not rule:
            raise argparse.ArgumentTypeError(f"{text!r} is not RULE=LEVEL")
        if level not in LEVELS:
            raise argparse.ArgumentTypeError(
                f"{level!r} is no level; it is one of: {', '.join(LEVELS)}"
            )
    return found


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
