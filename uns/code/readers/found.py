"""What a reader finds in a text."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from uns.code.traces import HOLE

__all__ = ["HOLE", "Found", "NotReadable", "Use", "with_holes"]


class Use(StrEnum):
    """What is done with a text, as its place says: the argument of a call, or a line of a format."""

    PUBLISH = "publish"
    SUBSCRIBE = "subscribe"
    #: The format of the file says that a topic or a topic filter stands there.
    TOPIC = "topic"


class Found(NamedTuple):
    """A text, from where to where it is written, in code points, and what is done with it."""

    text: str
    start: int
    end: int
    use: Use | None = None


class NotReadable(Exception):
    """The text is not what its name says; the message says why, in one sentence."""


#: The ways in which texts say that something is put in: ``{site}``, ``${SITE}``, ``{{ site }}``,
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
    r"""``text`` with a hole for each placeholder; a text that holds U+0000 is none for a topic.

    >>> with_holes("acme/{site}/line%d"), with_holes("a\0b")
    ('acme/\x00/line\x00', '')
    """
    return "" if HOLE in text else _PLACEHOLDER.sub(HOLE, text)
