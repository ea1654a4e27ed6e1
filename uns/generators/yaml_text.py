"""JSON values as YAML for people: block style, with quotes where they are needed.

A double-quoted YAML text is written like a JSON one, so only bare words need care: a
text is unquoted only if every version of YAML, also 1.1, reads it as that text.
"""

from __future__ import annotations

import functools
import json
import re
from typing import Any

from uns.diagnostics import is_hidden

_BARE = re.compile(r"[A-Za-z$][A-Za-z0-9_/.$-]*( [A-Za-z0-9_/.$-]+)*").fullmatch
#: Words that some version of YAML reads as a boolean, as null, or as a number.
_TAKEN = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"})
_LONGEST_BARE = 500


def as_yaml(value: Any, depth: int = 0) -> str:
    r"""``value`` as lines of YAML, indented by ``depth`` steps.

    >>> print(as_yaml({"address": "acme/{line}", "enum": ["NO", 7], "messages": {}}), end="")
    address: "acme/{line}"
    enum:
      - "NO"
      - 7
    messages: {}
    """
    lines: list[str] = []
    _write(lines, value, "  " * depth, "  " * depth)
    return "".join(lines)


def _write(lines: list[str], value: Any, indent: str, head: str) -> None:
    """Append ``value``; its first line begins with ``head``, the others with ``indent``."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            if isinstance(inner, dict | list) and inner:
                lines.append(f"{head}{_text(key)}:\n")
                _write(lines, inner, f"{indent}  ", f"{indent}  ")
            else:
                lines.append(f"{head}{_text(key)}: {_scalar(inner)}\n")
            head = indent
    elif isinstance(value, list) and value:
        for inner in value:
            _write(lines, inner, f"{indent}  ", f"{head}- ")
            head = indent
    else:
        lines.append(f"{head}{_scalar(value)}\n")


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    if isinstance(value, float) and "e" in repr(value) and "." not in repr(value):
        # YAML 1.1 reads 1e+16 as text.
        mantissa, _, exponent = repr(value).partition("e")
        sign = "" if exponent.startswith(("-", "+")) else "+"
        return f"{mantissa}.0e{sign}{exponent}"
    return json.dumps(value)


@functools.lru_cache(maxsize=4_096)
def _text(text: str) -> str:
    if len(text) <= _LONGEST_BARE and _BARE(text) and text.lower() not in _TAKEN:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    if quoted.isascii() and quoted.isprintable():
        return quoted
    return "".join(_escaped(c) if is_hidden(quoted, at) else c for at, c in enumerate(quoted))


def _escaped(character: str) -> str:
    code_point = ord(character)
    return f"\\u{code_point:04x}" if code_point < 0x10000 else f"\\U{code_point:08x}"
