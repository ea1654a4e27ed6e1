"""The parser, and the arguments that several commands take.

The parser of a command gets its arguments only when that command is given, and names that are
defined in other modules are imported only then.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from uns.diagnostics import Severity, near, visible

#: The severities of findings, by name.
LEVELS = tuple(str(severity) for severity in Severity)

#: The group of options of which at most one is given.
AT_MOST_ONE = "at most one"


class Output(NamedTuple):
    """A format of findings, and the file to write them to; ``None`` is the standard output."""

    form: str
    file: str | None


class Parser(argparse.ArgumentParser):
    """argparse with "did you mean", and without abbreviated options.

    Arguments are added when they are needed: each run parses those of one command only.
    """

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**settings, allow_abbrev=False)
        self.pending: Iterable[tuple[str, Argument]] = ()

    def complete(self) -> Parser:
        """This parser, with all of its arguments."""
        pending, self.pending = self.pending, ()
        places: dict[str | None, argparse._ActionsContainer] = {None: self}
        for name, argument in pending:
            group = argument.group
            if group not in places:
                places[group] = (
                    self.add_mutually_exclusive_group()
                    if group == AT_MOST_ONE
                    else self.add_argument_group(group)
                )
            argument.add(name, places[group])
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
        raise argparse.ArgumentError(action, f"invalid value {value!r}; {hint}")

    def error(self, message: str) -> Any:
        """Say what is wrong with the arguments, and exit."""
        super().error(visible(message))

    def _print_message(self, message: str, file: Any = None) -> None:
        # argparse ignores errors of the disk here.
        if message:
            (file or sys.stderr).write(message)


def _hint(given: str, known: Sequence[str]) -> str:
    close = near(given, known)
    return f"did you mean {close!r}?" if close else f"use one of: {', '.join(known)}"


def written(*lines: str) -> str:
    """The examples at the end of a help text."""
    return "\n".join(["example:" if len(lines) == 1 else "examples:", *(f"  {x}" for x in lines)])


# --- kinds of arguments ----------------------------------------------------------------------------


class Argument(NamedTuple):
    """The settings of an argument for argparse, and its title in the help.

    The settings may be a function that imports what another module defines; it is called only for
    the command that is given.
    """

    settings: dict[str, Any] | Callable[[], dict[str, Any]]
    short: str | None = None
    is_option: bool = True
    group: str | None = None

    def add(self, name: str, to: argparse._ActionsContainer) -> None:
        """Add the argument to a parser."""
        settings = self.settings() if callable(self.settings) else self.settings
        # The argument of --class is `class_`, as `class` is a word of Python.
        long = f"--{name.rstrip('_').replace('_', '-')}" if self.is_option else name
        to.add_argument(*([self.short] if self.short else []), long, **settings)


def positional(metavar: str, help_: str, **settings: Any) -> Any:
    """A positional argument."""
    return Argument({"metavar": metavar, "help": help_, **settings}, is_option=False)


def option(
    metavar: str | None,
    help_: str,
    *,
    short: str | None = None,
    group: str | None = None,
    **settings: Any,
) -> Any:
    """An option with a value; ``group`` is its title in the help."""
    return Argument({"metavar": metavar, "help": help_, **settings}, short, group=group)


def flag(help_: str, *, group: str | None = None) -> Any:
    """An option without a value."""
    return Argument({"action": "store_true", "help": help_}, group=group)


def later(
    settings: Callable[[], dict[str, Any]], *, group: str | None = None, is_option: bool = True
) -> Any:
    """An argument whose values are defined in another module, which ``settings`` imports."""
    return Argument(settings, group=group, is_option=is_option)


def choice(
    help_: str,
    *choices: str,
    default: str | None = None,
    group: str | None = None,
    is_option: bool = True,
) -> Any:
    """An argument whose value is one of a few words."""
    settings = {"choices": choices, "default": default, "help": help_}
    return Argument(settings, group=group, is_option=is_option)


# --- arguments that several commands take ----------------------------------------------------------

MODEL = option(
    "MODEL",
    "the model file (default: `model` under [tool.uns] in the nearest pyproject.toml that has it,"
    " else the only *.uns.yaml in this folder)",
    short="-m",
)

FILTER = positional("FILTER", "only what matches this topic filter", nargs="?")

#: The help of an argument that is a topic.
TOPIC = "a topic name; - reads topics from stdin, one a line"

VIEW = choice(
    "a producer may only send fields of the contract, a consumer accepts others, too"
    " (default: producer)",
    "producer",
    "consumer",
    default="producer",
)


def formats(*names: str) -> Any:
    """The formats of the output; the first one is the default."""
    return choice(f"the format of the output (default: {names[0]})", *names, default=names[0])


def reports(*own: str) -> Any:
    """The formats of findings, which may be given several times; ``own`` are those of one command."""

    def settings() -> dict[str, Any]:
        from uns.reports.report import FORMATS

        read = _OutputReader(tuple(dict.fromkeys((*own, *FORMATS))))
        return {
            "metavar": "FORMAT[=FILE]",
            "action": "append",
            "type": read,
            "help": f"the format of the findings: {', '.join(read.values)} (default:"
            f" {read.values[0]}); repeat it to write several formats, all but one of them to"
            " files",
        }

    return later(settings)


# --- values ----------------------------------------------------------------------------------------


class _OutputReader:
    """Reads FORMAT or FORMAT=FILE."""

    def __init__(self, values: tuple[str, ...]) -> None:
        #: The completion scripts offer these.
        self.values = values

    def __call__(self, text: str) -> Output:
        form, equals, file = text.partition("=")
        if form not in self.values:
            hint = _hint(form, self.values)
            raise argparse.ArgumentTypeError(f"invalid value {form!r}; {hint}")
        if equals and not file:
            raise argparse.ArgumentTypeError(f"the file is missing after {text!r}")
        return Output(form, file or None)


def rule_names(text: str) -> list[str]:
    """At least one name of a rule, separated by commas."""
    found = [name for name in map(str.strip, text.split(",")) if name]
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} does not name a rule")
    return found


def severities(text: str) -> list[tuple[str, str]]:
    """RULE=LEVEL, separated by commas."""
    found = [part.rpartition("=")[::2] for part in rule_names(text)]
    for rule, level in found:
        if not rule:
            raise argparse.ArgumentTypeError(f"{text!r} is not RULE=LEVEL")
        if level not in LEVELS:
            raise argparse.ArgumentTypeError(
                f"{level!r} is not a level; use one of: {', '.join(LEVELS)}"
            )
    return found


def number(text: str) -> int:
    """A whole number above 0."""
    if not (_is_number(text) and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def number_or_none(text: str) -> int:
    """A whole number from 0 on."""
    if not _is_number(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9
