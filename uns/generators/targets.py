"""What a target is, and which there are.

A target is one module of this package. It holds a function ``generate``, and as
``TARGET`` what can be asked of it and what it cannot say. Modules are imported
when something of theirs is asked for, so the names alone cost nothing, and no
target pays for the packages of another.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from uns.diagnostics import Diagnostic, InvalidArgument, Severity, UnknownName, visible

__all__ = [
    "FINDINGS",
    "KAFKA",
    "MQTT",
    "TARGETS",
    "Generated",
    "InvalidOption",
    "Losses",
    "Option",
    "Target",
    "UnknownTarget",
    "mark",
    "one_of",
]


# --- what a generator hands back -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Generated:
    """Files by their path below the folder they are written to, and what they leave unsaid.

    Paths are relative, with ``/`` between their parts, and files on every
    system: no two are equal where case is ignored. ``losses`` are findings with
    a code of :data:`~uns.generators.losses.LOSSES`.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}}")
    >>> made = uns.generate(ns, "markdown")
    >>> sorted(made.files), made.losses
    (['topics.md'], ())
    """

    files: Mapping[str, bytes] = field(repr=False)
    losses: tuple[Diagnostic, ...] = ()


class Losses:
    """What the files of a target leave unsaid: each thing once, in the order it was met.

    ``kinds`` are the codes of the target, each with a readable name and what it
    stands for. Codes are never reused. A loss is a finding of severity ``info``:
    the model is right as it is, and whoever reads the files should know.

    >>> losses = Losses({"X101": ("noted-format", "A format is only noted.")})
    >>> losses.add("X101", "vtq/1", "vtq/1 $.unit: the format ucum is only noted")
    >>> [str(loss) for loss in losses]
    ['info[X101]: vtq/1 $.unit: the format ucum is only noted']
    """

    def __init__(self, kinds: Mapping[str, tuple[str, str]]) -> None:
        self._kinds = kinds
        self._found: dict[Diagnostic, None] = {}

    def add(self, code: str, subject: str, message: str, help: str | None = None) -> None:
        """Take in a loss; ``subject`` is what in the model it is about."""
        name, _ = self._kinds[code]
        loss = Diagnostic(code, name, Severity.INFO, message, help=help, path=subject)
        self._found[loss] = None

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._found)


def mark(target: str) -> str:
    """The sentence by which a file is known to be an export's, so that it is missed when it is old.

    >>> mark("markdown")
    'Made by `uns export markdown`; what is changed here is lost.'
    """
    return f"Made by `uns export {target}`; what is changed here is lost."


# --- what can be asked of a target -----------------------------------------------------------------


class InvalidOption(InvalidArgument):
    """An option that a target does not have, or a value that it cannot have."""


class UnknownTarget(UnknownName):
    """A name that no target has."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a target.

    ``read`` makes the value from the text of a command line, or refuses it; it
    is ``None`` where only a program has such a value to hand in. ``shown`` is
    what stands for the value in help.
    """

    meaning: str
    shown: str
    read: Callable[[str], Any] | None = None


def one_of(meaning: str, *choices: str) -> Option:
    """An option with one of some words as its value."""

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
FINDINGS = Option("findings to list beside what they are about", "DIAGNOSTICS")
MQTT = Option("host and port of the MQTT broker", "HOST:PORT", _host)
KAFKA = Option("host and port of a Kafka broker", "HOST:PORT", _host)


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be generated from a namespace.

    ``losses`` are the codes of what it cannot say, see :class:`Losses`.
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


# --- which there are -------------------------------------------------------------------------------


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


#: What can be generated, by the name of the target: that of its module, with dashes.
TARGETS: Mapping[str, Target] = _Targets(
    "json-schema", "topics-json", "markdown", "asyncapi", "python", "site"
)
