"""JSON and TOML: texts in quotes; with them formats of Mosquitto and Telegraf.

The standard library does not give positions. Only strings and comments matter here, and a
scan finds all of them, also in a file with faults, in linear time and at any depth.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator

from uns.code.readers.found import Found, Use, with_holes

#: Comments are not part of JSON, but many files have them.
_JSON = re.compile(
    r"""
      (?P<string> " (?: [^"\\\r\n] | \\ [^\r\n] )*+ " )
    | // [^\r\n]*+
    | /\* .*? \*/
    """,
    re.VERBOSE | re.DOTALL,
)

_TOML = re.compile(
    r'''
      (?P<string>
          """ (?: [^"\\] | \\ . | "{1,2} (?!") )*+ "{3,5}
        | \'\'\' (?: [^'] | '{1,2} (?!') )*+ '{3,5}
        | " (?: [^"\\\r\n] | \\ [^\r\n] )*+ "
        | ' [^'\r\n]*+ '
      )
    | \# [^\r\n]*+
    | ^ [ \t]*+ (?P<key> [\w-]++ ) (?= [ \t]*+ = )
    ''',
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


def in_json(text: str) -> Iterator[Found]:
    """The strings of a JSON text, keys among them."""
    for value, start, end in _json_strings(text):
        yield Found(with_holes(value), start, end)


def in_dynamic_security(text: str) -> Iterator[Found]:
    """The strings of Mosquitto's dynamic security, in which a ``topic`` is a topic filter.

    >>> [found.use for found in in_dynamic_security('{"acltype": "x", "topic": "a/#"}') if found.use]
    [<Use.TOPIC: 'topic'>]
    """
    key, after = "", 0
    for value, start, end in _json_strings(text):
        is_topic = key == "topic" and text[after:start].strip() == ":"
        yield Found(with_holes(value), start, end, Use.TOPIC if is_topic else None)
        key, after = value, end


def _json_strings(text: str) -> Iterator[tuple[str, int, int]]:
    for found in _JSON.finditer(text):
        token = found["string"]
        if token is None:
            continue
        try:
            value = json.loads(token, strict=False) if "\\" in token else token[1:-1]
        except ValueError:
            continue
        yield value, *found.span()


def in_toml(text: str) -> Iterator[Found]:
    """The strings of a TOML text, quoted keys among them."""
    for _, value, start, end in _toml_strings(text):
        yield Found(with_holes(value), start, end)


def in_telegraf(text: str) -> Iterator[Found]:
    """The strings of Telegraf's configuration, in which ``topic`` and ``topics`` are topics.

    >>> [found.use for found in in_telegraf('topics = ["a/#", "b/c"]')]
    [<Use.TOPIC: 'topic'>, <Use.TOPIC: 'topic'>]
    """
    for key, value, start, end in _toml_strings(text):
        yield Found(with_holes(value), start, end, Use.TOPIC if key in _TELEGRAF else None)


#: Keys of Telegraf that hold topics.
_TELEGRAF = ("topic", "topics")


def _toml_strings(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Each string with its place, after the last bare key."""
    key = ""
    for found in _TOML.finditer(text):
        key = found["key"] or key
        token = found["string"]
        if token is None:
            continue
        try:
            value = tomllib.loads(f"text = {token}")["text"]
        except ValueError:
            continue
        yield key, value, *found.span()
