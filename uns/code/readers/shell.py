"""Shell scripts: the words of their commands, and the lines of texts that they hold."""

from __future__ import annotations

from collections.abc import Iterator

from uns.code.readers.commands import Script
from uns.code.readers.found import Found
from uns.code.readers.lines import in_lines

__all__ = ["in_shell"]


def in_shell(text: str) -> Iterator[Found]:
    r"""The words of each command; of a text between ``<<EOF`` and ``EOF`` what its lines hold.

    >>> [found.text for found in in_shell("cat <<END > list\nacme/#\nEND\nmosquitto_sub -t 'a/+'\n")]
    ['cat', 'list', 'mosquitto_sub', '-t', 'a/+', 'acme/#']
    """
    script = Script(text)
    yield from script.found(0, len(text))
    for start, end in script.documents:
        for found in in_lines(text[start:end]):
            yield found._replace(start=start + found.start, end=start + found.end)
