"""Mosquitto: access lists, and the bridges in its configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator

from uns.code.readers.found import Found, Use, with_holes

#: A line of an access list; everything after the right is the topic, including spaces and #.
_RIGHT = re.compile(
    r"[ \t]*+(?:topic|pattern)[ \t]++(?:(?:readwrite|read|write|deny)[ \t]++)?+([^\s][^\r\n]*)"
)

#: A line with the topics of a bridge, or with the topic of its state.
_BRIDGED = re.compile(r"[ \t]*+(topic|notification_topic)(?=[ \t])([^\r\n]*)")

_LINE = re.compile(r"[^\r\n]+")
_WORD = re.compile(r"\S+")
_DIRECTION = frozenset({"in", "out", "both"})
_QOS = frozenset({"0", "1", "2"})


def in_acl(text: str) -> Iterator[Found]:
    r"""The topics and topic filters of an access list; ``%u`` and ``%c`` of a pattern are holes.

    >>> [found.text for found in in_acl("user bob\ntopic read acme/#\npattern write acme/%u/x")]
    ['acme/#', 'acme/\x00/x']
    """
    for line in _LINE.finditer(text):
        right = _RIGHT.match(line[0])
        if right is not None:
            topic, start = right[1].rstrip(), line.start() + right.start(1)
            yield Found(with_holes(topic), start, start + len(topic), Use.TOPIC)


def in_mosquitto(text: str) -> Iterator[Found]:
    """The topics of bridges, with their names here and on the other broker.

    >>> line = "topic +/speed out 1 lyon/ acme/lyon/"
    >>> [found.text for found in in_mosquitto(line)]
    ['lyon/+/speed', 'acme/lyon/+/speed']
    """
    for line in _LINE.finditer(text):
        said = _BRIDGED.match(line[0])
        if said is None:
            continue
        ahead = line.start() + said.start(2)
        words = [(word[0], ahead + word.start()) for word in _WORD.finditer(said[2])]
        if words:
            yield from _names(words, is_bridged=said[1] == "topic")


def _names(words: list[tuple[str, int]], *, is_bridged: bool) -> Iterator[Found]:
    """The topics of ``pattern [direction [qos]] [local-prefix [remote-prefix]]``."""
    (pattern, start), *rest = words
    for optional in (_DIRECTION, _QOS):
        if rest and rest[0][0] in optional:
            del rest[0]
    # A pair of quotes is the empty text.
    pattern = "" if pattern == '""' else pattern
    ends = [("", start + len(pattern))]
    if is_bridged and rest:
        ends = [("" if word == '""' else word, at + len(word)) for word, at in rest[:2]]
    known = set()
    for prefix, end in ends:
        name = with_holes(prefix + pattern)
        if name not in known:
            known.add(name)
            yield Found(name, start, end if prefix else start + max(len(pattern), 1), Use.TOPIC)
