"""The targets, and what each of them is made of.

A target is one module of this package, with a function ``generate`` and the
constant ``TARGET``: its options and its losses. A module is imported when its
target is looked up, so the names alone cost nothing, and a target does not import
the packages of another.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from uns.diagnostics import Diagnostic, InvalidArgument, Severity, UnknownName, visible

# --- the result of a generator ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Generated:
    """Files by their path below the output folder, and the losses.

    Paths are relative, with ``/`` between their parts, and valid on every system: no
    two differ only in case. ``losses`` are findings with a code of
    :data:`~uns.generators.losses.LOSSES`.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}}")
    >>> made = uns.generate(ns, "markdown")
    >>> sorted(made.files), made.losses
    (['topics.md'], ())
    """

    files: Mapping[str, bytes] = field(repr=False)
    losses: tuple[Diagnostic, ...] = ()


class Losses:
    """The facts that a target cannot express: each once, in the order they were found.

    ``kinds`` are the codes of the target, each with a readable name and its meaning.
    Codes are never reused. A loss is a finding of severity ``info``: the model is
    right, but readers of the files should know of it.

    >>> losses = Losses({"X101": ("noted-format", "A format is only noted.")})
    >>> losses.add("X101", "vtq/1", "vtq/1 $.unit: the format ucum is only noted")
    >>> [str(loss) for loss in losses]
    ['info[X101]: vtq/1 $.unit: the format ucum is only noted']
    """

    def __init__(self, kinds: Mapping[str, tuple[str, str]]) -> None:
        self._kinds = kinds
        self._found: dict[Diagnostic, None] = {}

    def add(self, code: str, subject: str, message: str, help: str | None = None) -> None:
        """Add a loss; ``subject`` is the part of the model that it is about."""
        name, _ = self._kinds[code]
        loss = Diagnostic(code, name, Severity.INFO, message, help=help, path=subject)
        self._found[loss] = None

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._found)


def mark(target: str) -> str:
    """A sentence in every generated file, by which left-over files are recognised.

    >>> mark("markdown")
    'Made by `uns export markdown`; what is changed here is lost.'
    """
    return f"Made by `uns export {target}`; what is changed here is lost."


# --- options -----------------------------------------------------------------------------------------


class InvalidOption(InvalidArgument):
    """An option that a target does not have, or a value that it cannot have."""


class UnknownTarget(UnknownName):
    """A name that no target has."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a target.

    ``read`` makes the value from the text of a command line, or refuses it; ``None``
    if only a program can pass such a value. ``shown`` is the value's name in help.
    """

    meaning: str
    shown: str
    read: Callable[[str], Any] | None = None


def one_of(meaning: str, *choices: str) -> Option:
    """An option whose value is one of some words."""

    def read(value: str) -> str:
        if value in choices:
            return value
        every = f"it is one of: {', '.join(choices)}"
        raise InvalidOption(UnknownName("choice", value, choices, every).help)

    return Option(meaning, "|".join(choices), read)


_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?").fullmatch


def _host(value: str) -> str:
    if _HOST(value) is None:
        raise InvalidOption("it is HOST or HOST:PORT")
    return value


#: Options that several targets have.
FINDINGS = Option("findings to list with their topics", "DIAGNOSTICS")
MQTT = Option("host and port of the MQTT broker", "HOST:PORT", _host)
KAFKA = Option("host and port of a Kafka broker", "HOST:PORT", _host)


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be generated from a namespace.

    ``losses`` are the codes of what it cannot express, see :class:`Losses`.
    """

    summary: str
    generate: Callable[..., Generated]
    options: Mapping[str, Option] = field(default_factory=dict)
    losses: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def checked(self, name: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """Options as the generator takes them; ``name`` is what the target is called.

        Raises:
            InvalidOption: no such option, with the nearest one there is, or not a value of it.
        """
        values = {}
        for given, value in options.items():
            option = self.options.get(given)
            if option is None:
                known = ", ".join(self.options)
                every = f"its options are: {known}" if known else "it has none"
                hint = UnknownName("option", given, self.options, every).help
                raise InvalidOption(f"{name} has no option {visible(given)!r}; {hint}")
            try:
                values[given] = value if option.read is None else option.read(value)
            except InvalidOption as error:
                shown = visible(str(value))
                raise InvalidOption(f"{given} of {name} cannot be {shown!r}; {error}") from None
        return values


# --- the targets -----------------------------------------------------------------------------------


class _Targets(Mapping[str, Target]):
    """Targets by name; the module of one is imported when the target is looked up."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def __getitem__(self, name: str) -> Target:
        if name not in self._names:
            raise KeyError(name)
        module = importlib.import_module(f"uns.generators.{name.replace('-', '_')}")
        target: Target = module.TARGET
        return target

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


#: Every target by its name: the name of its module, with dashes.
TARGETS: Mapping[str, Target] = _Targets(
    "json-schema", "topics-json", "markdown", "asyncapi", "python", "site"
)
