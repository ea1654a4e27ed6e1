"""Commands as a shell reads them: their words, and the topics that MQTT clients are called with.

A variable that is assigned once gets its value; other variables and the outputs of commands
are holes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from uns.code.readers.found import Found, Use, with_holes

#: Programs that take topics, and the use; ``TOPIC`` if the word after the name decides.
_CLIENTS = {
    "mosquitto_pub": Use.PUBLISH, "mosquitto_sub": Use.SUBSCRIBE, "mosquitto_rr": Use.TOPIC,
    "amqtt_pub": Use.PUBLISH, "amqtt_sub": Use.SUBSCRIBE,
    "paho_c_pub": Use.PUBLISH, "paho_c_sub": Use.SUBSCRIBE,
    "paho_cs_pub": Use.PUBLISH, "paho_cs_sub": Use.SUBSCRIBE,
    "mqtt": Use.TOPIC, "mqtt-cli": Use.TOPIC, "mqttx": Use.TOPIC, "mqttx-cli": Use.TOPIC,
    "emqtt_bench": Use.TOPIC, "nanomq_cli": Use.TOPIC,
}  # fmt: skip

#: A call of one of them, and an option with a topic.
_CLIENT = re.compile(rf"(?<![\w-])(?:{'|'.join(_CLIENTS)})(?=[ \t\\])")
_WITH_TOPIC = re.compile(r"[ \t](?:-t|--topic)(?=[ \t=])")

#: Words after the name that decide the use.
_VERBS = {
    "pub": Use.PUBLISH,
    "publish": Use.PUBLISH,
    "sub": Use.SUBSCRIBE,
    "subscribe": Use.SUBSCRIBE,
}

#: Options with a topic, and options of mosquitto_sub with a topic filter.
_TOPIC = frozenset({"-t", "--topic"})
_FILTER = frozenset({"-T", "--filter-out", "-U", "--unsubscribe"})
_WILL = "--will-topic"

#: How deep commands inside commands are read.
DEEPEST = 8

#: Limits against hostile scripts: the longest value of a variable, how many values are put in, and
#: how many documents without an end are searched.
LONGEST, MOST_PUT_IN, MOST_UNCLOSED = 200, 10_000, 16

_SPACE = re.compile(r"(?:[ \t]|\\\r?\n)++|<<<|[<>]++&?+(?![(])")
_COMMENT = re.compile(r"\#[^\r\n]*+")
_END = re.compile(r"[;&|()<>\r\n]")
_HEREDOC = re.compile(r"""<<(?!<)-?[ \t]*+(["']?)([A-Za-z_]\w*+)\1""")
_PLAIN = re.compile(r"[^\s;&|()<>\"'`$\\]++")
_QUOTED = re.compile(r"[^\"`$\\]++")
_SINGLE = re.compile(r"'([^']*+)'")
_VARIABLE = re.compile(r"\$(?:([A-Za-z_]\w*+)|\{([A-Za-z_]\w*+)\}|\{[^{}]*+\}|[0-9@*#?$!-])")
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)\+?=")
_ASSIGNMENT = re.compile(r"(?<![\w$-])([A-Za-z_]\w*+)\+?+=|\b(?:read|for)[ \t]++([A-Za-z_]\w*+)")
_OPTION = re.compile(r"--?[A-Za-z][\w-]*=")
_PARENTHESIS = re.compile(r"""[()]|\\.|'[^']*+'|"(?:[^"\\]|\\.)*+\"""", re.DOTALL)
_BACKTICK = re.compile(r"`((?:[^`\\]|\\.)*+)`", re.DOTALL)

#: How a hole is written in a word until the word is complete.
_HOLE = "${}"


def calls_client(text: str) -> bool:
    """True if a text calls an MQTT client with a topic."""
    return _CLIENT.search(text) is not None and _WITH_TOPIC.search(text) is not None


class _Word(NamedTuple):
    """A word of a command, and from where to where it is written."""

    text: str
    start: int
    end: int


class Script:
    r"""Reads words from left to right, then the commands inside of them.

    >>> text = 'AREA=acme/lyon; mosquitto_pub -h broker -t "$AREA/$1/speed" -m 1'
    >>> [(found.text, found.use) for found in Script(text).find_words(0, len(text)) if found.use]
    [('acme/lyon/\x00/speed', <Use.PUBLISH: 'publish'>)]
    """

    def __init__(self, text: str) -> None:
        self.text = text
        #: The start and end of each document (``<<EOF``) in the script.
        self.documents: list[tuple[int, int]] = []
        self._values: dict[str, str] = {}
        self._put = 0
        self._assigned = Counter(one[1] or one[2] for one in _ASSIGNMENT.finditer(text))
        #: Parts of the text with further commands, and their depth.
        self._inner: list[tuple[int, int, int]] = []
        self._depth = 0
        #: The closing words of documents that begin on the next line, and how many had no end.
        self._closings: list[str] = []
        self._unclosed = 0

    def find_words(self, start: int, end: int) -> Iterator[Found]:
        """The words from ``start`` to ``end``, with their use."""
        self._inner = [(start, end, 0)]
        while self._inner:
            start, end, self._depth = self._inner.pop()
            self._closings.clear()
            for command in self._commands(start, end):
                yield from self._words(command)

    def _commands(self, at: int, end: int) -> Iterator[list[_Word]]:
        text, command = self.text, list[_Word]()
        while at < end:
            heredoc = _HEREDOC.match(text, at, end)
            if heredoc is not None:
                self._closings.append(heredoc[2])
                at = heredoc.end()
                continue
            skipped = _SPACE.match(text, at, end) or _COMMENT.match(text, at, end)
            if skipped is not None:
                at = skipped.end()
                continue
            if _END.match(text, at, end):
                yield command
                command = []
                at += 1
                if text[at - 1] == "\n":
                    at = self._skip_documents(at, end)
                continue
            word = self._word(at, end)
            command.append(word)
            at = word.end
        yield command

    def _skip_documents(self, at: int, end: int) -> int:
        """The end of the documents that begin here; ``at`` without any."""
        for name in self._closings:
            line = re.compile(rf"^[ \t]*{name}[ \t]*\r?$", re.MULTILINE)
            found = line.search(self.text, at, end) if self._unclosed < MOST_UNCLOSED else None
            if found is not None:
                self.documents.append((at, found.start()))
                at = found.end()
            else:
                self._unclosed += 1
        self._closings.clear()
        return at

    def _word(self, start: int, end: int) -> _Word:
        """The word that starts here; at least one character."""
        pieces: list[str] = []
        at = start
        is_quoted = False
        while at < end:
            character = self.text[at]
            if character == '"':
                is_quoted = not is_quoted
                at += 1
                continue
            run = (_QUOTED if is_quoted else _PLAIN).match(self.text, at, end)
            if run is not None:
                pieces.append(run[0])
                at = run.end()
                continue
            if character == "'" and not is_quoted:
                single = _SINGLE.match(self.text, at, end)
                pieces.append(single[1] if single else "'")
                at = single.end() if single else at + 1
            elif character == "\\":
                pieces.append(self.text[at + 1 : min(at + 2, end)].strip("\r\n"))
                at += 2
            elif character in "$`":
                piece, at = self._put_in(at, end)
                pieces.append(piece)
            elif is_quoted:
                pieces.append(character)
                at += 1
            else:
                break
        text = "".join(pieces)
        if self._depth < DEEPEST and calls_client(text):
            # A command as an argument of another, such as sh -c.
            self._inner.append((start + 1, min(at, end) - 1, self._depth + 1))
        return _Word(text, start, max(min(at, end), start + 1))

    def _put_in(self, at: int, end: int) -> tuple[str, int]:
        """The value of a variable, or a hole, and where the variable or command ends."""
        variable = _VARIABLE.match(self.text, at, end)
        if variable is not None:
            name = variable[1] or variable[2]
            value = self._values.get(name) if self._put < MOST_PUT_IN else None
            self._put += value is not None
            return value or _HOLE, variable.end()
        if self.text.startswith("$(", at):
            closing = self._closing(at + 2, end)
            self._look_into(at + 2, closing)
            return _HOLE, min(closing + 1, end)
        quoted = _BACKTICK.match(self.text, at, end)
        if quoted is not None:
            self._look_into(*quoted.span(1))
            return _HOLE, quoted.end()
        return self.text[at], at + 1

    def _look_into(self, start: int, end: int) -> None:
        if self._depth < DEEPEST:
            self._inner.append((start, end, self._depth + 1))

    def _closing(self, at: int, end: int) -> int:
        """The place of the closing parenthesis; ``end`` without one."""
        depth = 1
        for found in _PARENTHESIS.finditer(self.text, at, end):
            depth += {"(": 1, ")": -1}.get(found[0], 0)
            if not depth:
                return found.start()
        return end

    def _words(self, command: list[_Word]) -> Iterator[Found]:
        """The words of one command, with their use."""
        client, use, before = "", Use.TOPIC, ""
        for text, start, end in command:
            name = text.rpartition("/")[2]
            if not client and name in _CLIENTS:
                client, use = name, _CLIENTS[name]
            elif use is Use.TOPIC and not before.startswith("-"):
                use = _VERBS.get(text, use)
            assigned = None if client else _ASSIGNED.match(text)
            front = assigned or _OPTION.match(text)
            ahead = front.end() if front else 0
            inner = text[ahead:]
            if assigned is not None:
                self._assign(assigned[1], inner)
            option = text[: ahead - 1] if ahead and not assigned else before
            if self.text.startswith(text[:ahead], start):
                start += ahead  # noqa: PLW2901 - the word without what is in front of it
            yield Found(with_holes(inner), start, max(end, start + 1), _use(client, option, use))
            before = text

    def _assign(self, name: str, value: str) -> None:
        is_known = self._assigned[name] == 1 and _HOLE not in value
        if is_known and len(value) <= LONGEST:
            self._values[name] = value


def _use(client: str, option: str, use: Use) -> Use | None:
    """The use of the word after an option of a client."""
    if not client:
        return None
    if option in _TOPIC:
        return use
    if option == _WILL:
        return Use.PUBLISH
    return Use.SUBSCRIBE if option in _FILTER and client.startswith("mosquitto") else None
