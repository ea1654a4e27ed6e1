"""Which targets there are, what each makes, and what can be asked of it."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from uns.diagnostics import InvalidArgument, UnknownName, near, visible

__all__ = ["MOST_TEMPLATES", "TARGETS", "InvalidOption", "Option", "Target", "UnknownTarget"]


class InvalidOption(InvalidArgument):
    """An option that a target does not have, or a value that it cannot have."""


class UnknownTarget(UnknownName):
    """A name that no target has."""


#: Most topic templates that a target goes through one by one. Classes whose parts have parts make
#: more of them than anybody reads, from a file of a few lines.
MOST_TEMPLATES = 250_000

_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?").fullmatch


def _host(value: str) -> str:
    if _HOST(value) is None:
        raise InvalidOption("it is HOST or HOST:PORT")
    return value


def _module(value: str) -> str:
    if not (value.isascii() and value.isidentifier()) or keyword.iskeyword(value):
        raise InvalidOption("it is a Python name in ASCII")
    return value


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value in choices:
            return value
        close = near(value, choices)
        hint = f"did you mean {close!r}?" if close else f"it is one of: {', '.join(choices)}"
        raise InvalidOption(hint)

    return read


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


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be generated: a function ``generate`` of a room of this wing makes it.

    The room is imported when it is first used, so that no target pays for the
    packages of another.
    """

    summary: str
    room: str
    options: Mapping[str, Option] = field(default_factory=dict)

    def checked(self, name: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """Options as the generator takes them; ``name`` is what the target is called.

        Raises:
            InvalidOption: no such option, with the nearest one there is, or not a value of it.
        """
        values = {}
        for given, value in options.items():
            option = self.options.get(given)
            if option is None:
                close = near(given, self.options)
                known = ", ".join(self.options)
                others = f"its options are: {known}" if known else "it has none"
                hint = f"did you mean {close!r}?" if close else others
                raise InvalidOption(f"{name} has no option {visible(given)!r}; {hint}")
            try:
                values[given] = value if option.read is None else option.read(value)
            except InvalidOption as error:
                shown = visible(str(value))
                raise InvalidOption(f"{given} of {name} cannot be {shown!r}; {error}") from None
        return values


_FINDINGS = Option("findings to list beside what they are about", "DIAGNOSTICS")

#: What can be generated, by the name of the target.
TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "json-schema": Target(
            "JSON Schema 2020-12 of every payload contract, for producers and for consumers.",
            "json_schema",
            {
                "payloads": Option(
                    "the model's own and those in use, or also all others of included libraries",
                    "own|all", _one_of("own", "all"),
                ),
            },
        ),
        "topics-json": Target(
            "topics.json: everything the documentation says, for programs to read.",
            "topics_json",
            {"findings": _FINDINGS},
        ),
        "markdown": Target(
            "Markdown with Mermaid diagrams, for wikis and repositories.",
            "markdown",
            {
                "layout": Option(
                    "one file, or a folder with a page for each part", "file|folder",
                    _one_of("file", "folder"),
                ),
                "findings": _FINDINGS,
            },
        ),
        "asyncapi": Target(
            "AsyncAPI 3.0: channels, operations and messages on MQTT and Kafka.",
            "asyncapi",
            {
                "mqtt": Option("host and port of the MQTT broker", "HOST:PORT", _host),
                "kafka": Option("host and port of a Kafka broker", "HOST:PORT", _host),
            },
        ),
        "python": Target(
            "A typed Python module: topics to complete in an editor, payloads for mypy.",
            "python",
            {"module": Option("name of the module", "NAME", _module)},
        ),
        "site": Target(
            "A static site that finds, shows and draws the topics, opened without a server.",
            "site",
            {
                "layout": Option(
                    "a folder, or everything in one file", "folder|file",
                    _one_of("folder", "file"),
                ),
                "changes": Option("the verdict on the changes since another version", "VERDICT"),
                "mqtt": Option("host and port of the MQTT broker", "HOST:PORT", _host),
                "kafka": Option("host and port of a Kafka broker", "HOST:PORT", _host),
            },
        ),
    }
)  # fmt: skip
