"""The result of a reader."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from uns.code.traces import HOLE


class Use(StrEnum):
    """The use of a text, by the call it is an argument of, or by the format of the file."""

    PUBLISH = "publish"
    SUBSCRIBE = "subscribe"
    #: A topic or a topic filter, by the format of the file.
    TOPIC = "topic"


class Found(NamedTuple):
    """A text, its start and end in code points, and its use."""

    text: str
    start: int
    end: int
    use: Use | None = None


class NotReadable(Exception):
    """The text is not of the kind that its name says; the message gives the reason."""


#: The placeholders in texts: ``{site}``, ``${SITE}``, ``{{ site }}``,
#: ``%s``, ``%(site)s``, ``<site>``, and after a slash ``$SITE``.
_PLACEHOLDER = re.compile(
    r"""
      \$? \{\{ [^{}]* \}\}
    | \$? \{ [^{}/]* \}
    | \$ \( [^()/]* \)
    | % \( [^()/]* \) [a-z]
    | % [-0-9.]* [a-zA-Z]
    | < [A-Za-z_] [\w. -]* >
    | (?<=/) \$ [A-Za-z_] \w*
    """,
    re.VERBOSE,
)


def with_holes(text: str) -> str:
    r"""Put a hole in place of each placeholder of ``text``; a text with U+0000 becomes empty.

    >>> with_holes("acme/{site}/line%d"), with_holes("a\0b")
    ('acme/\x00/line\x00', '')
    """
    return "" if HOLE in text else _PLACEHOLDER.sub(HOLE, text)
