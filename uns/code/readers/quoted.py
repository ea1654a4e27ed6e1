"""JSON and TOML: what stands in quotes; with them formats of Mosquitto and Telegraf.

The standard library reads both without saying where anything stands. Strings
and comments are all that matters here, so a scan for them finds every one of
a valid file, and those of a file with faults as well, in linear time and
however deep it is nested.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator

from uns.code.readers.found import Found, Use, with_holes

__all__ = ["in_dynamic_security", "in_json", "in_telegraf", "in_toml"]

#: Comments are no part of JSON, and many files have them.
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
    """The same of the dynamic security of Mosquitto, where a ``topic`` is a topic filter.

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
    """The same of the configuration of Telegraf, where ``topic`` and ``topics`` are for MQTT.

    >>> [found.use for found in in_telegraf('topics = ["a/#", "b/c"]')]
    [<Use.TOPIC: 'topic'>, <Use.TOPIC: 'topic'>]
    """
    for key, value, start, end in _toml_strings(text):
        yield Found(with_holes(value), start, end, Use.TOPIC if key in _TELEGRAF else None)


#: Keys of Telegraf that hold topics.
_TELEGRAF = ("topic", "topics")


def _toml_strings(text: str) -> Iterator[tuple[str, str, int, int]]:
    """The bare key last met, and a string with its place."""
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
