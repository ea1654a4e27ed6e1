"""JSON and TOML: texts in quotes.

The standard library does not give positions. Only strings and comments matter here, and a
scan finds all of them, also in a file with faults, in linear time and at any depth.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator

from uns.code.readers.found import Found, with_holes

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
    ''',
    re.VERBOSE | re.DOTALL,
)


def in_json(text: str) -> Iterator[Found]:
    """The strings of a JSON text, keys among them."""
    for found in _JSON.finditer(text):
        token = found["string"]
        if token is None:
            continue
        try:
            value = json.loads(token, strict=False) if "\\" in token else token[1:-1]
        except ValueError:
            continue
        yield Found(with_holes(value), *found.span())


def in_toml(text: str) -> Iterator[Found]:
    """The strings of a TOML text, quoted keys among them."""
    for found in _TOML.finditer(text):
        token = found["string"]
        if token is None:
            continue
        try:
            value = tomllib.loads(f"text = {token}")["text"]
        except ValueError:
            continue
        yield Found(with_holes(value), *found.span())
