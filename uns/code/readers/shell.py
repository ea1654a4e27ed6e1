"""Shell scripts: the words of commands, and the lines of documents."""

from __future__ import annotations

from collections.abc import Iterator

from uns.code.readers.commands import Script
from uns.code.readers.found import Found
from uns.code.readers.lines import in_lines


def in_shell(text: str) -> Iterator[Found]:
    r"""The words of each command, and the texts in lines between ``<<EOF`` and ``EOF``.

    >>> [found.text for found in in_shell("cat <<END > list\nacme/#\nEND\nmosquitto_sub -t 'a/+'\n")]
    ['cat', 'list', 'mosquitto_sub', '-t', 'a/+', 'acme/#']
    """
    script = Script(text)
    yield from script.find_words(0, len(text))
    for start, end in script.documents:
        for found in in_lines(text[start:end]):
            yield found._replace(start=start + found.start, end=start + found.end)
