"""Escapes texts of the model for Markdown and Mermaid.

Many people may edit a model, and wikis render whatever they are given. So no
text of a model becomes markup: no HTML, no link, no table cell, no new line.
"""

from __future__ import annotations

import re
from typing import Any

from uns.diagnostics import visible, visible_json

#: Signs with a meaning inside a line of CommonMark, GFM or the dialects of wikis; a '_' between
#: letters has none.
_SIGNS = re.compile(r"[\\`*\[\]<>&~$#@{}]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
#: Texts that become links by themselves, unless a sign in them is escaped.
_AUTOLINK = re.compile(r"(?i)\bwww\.|(?<=\w)\.(?=[^\W\d_])|:(?=//)|\b(?:mailto|xmpp):")
#: The beginnings of a list, a quotation, a heading or a rule.
_START = re.compile(r"[-+>:=|]|\d{1,9}(?=[.)])")
_SPACE = re.compile(r"\s+")


def prose(text: str) -> str:
    r"""``text`` as words within a line.

    >>> prose("<b>Line_1</b> | see www.example.com")
    '\\<b\\>Line_1\\</b\\> &#124; see www\\.example\\.com'
    """
    said = visible(_SPACE.sub(" ", text).strip())
    said = _SIGNS.sub(r"\\\g<0>", said)
    said = _AUTOLINK.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", said)
    # An entity, because not every table takes a '|' behind a backslash for text.
    return said.replace("|", "&#124;")


def paragraph(text: str) -> str:
    r"""``text`` as a paragraph on one line.

    >>> paragraph("1. Stop the line"), paragraph("- all of it")
    ('1\\. Stop the line', '\\- all of it')
    """
    said = prose(text)
    found = _START.match(said)
    if found is None:
        return said
    end = found.end()
    return f"{said[:end]}\\{said[end:]}" if found[0].isdigit() else f"\\{said}"


def code(text: str) -> str:
    """``text`` as code; text that cannot be code in a table becomes prose.

    >>> code("acme/line1/speed"), code("a|b")
    ('`acme/line1/speed`', 'a&#124;b')
    """
    shown = visible(text)
    if not shown.strip() or "|" in shown or "`" in shown or shown.endswith("\\"):
        return prose(shown) or '""'
    return f"` {shown} `" if shown != shown.strip() else f"`{shown}`"


def cell(text: str | None) -> str:
    """``text`` in a table cell; a cell is never empty, so that no renderer drops it."""
    return (prose(text) if text else "") or " "


def mermaid(text: str, longest: int = 60) -> str:
    r"""``text`` as a quoted label of a Mermaid diagram.

    Every sign that is not plain is written as its code point, which Mermaid
    turns back: a label can neither end, nor be HTML or Markdown, nor an icon.

    >>> mermaid('say "<b>hi</b>"')
    '"say #34;#60;b#62;hi#60;/b#62;#34;"'
    """
    shown = visible(_SPACE.sub(" ", text).strip()) or " "
    if len(shown) > longest:
        shown = f"{shown[: longest - 3]}..."
    return f'"{_NOT_PLAIN.sub(lambda found: f"#{ord(found[0])};", shown)}"'


#: All but letters, digits and a few signs that mean nothing in a label, where they mean nothing:
#: "1. " would begin a list there.
_NOT_PLAIN = re.compile(r"[^\w /.,:()\[\]+-]|[.)+-](?= )")


def json_block(value: Any) -> str:
    """``value`` as JSON over several lines, with hidden characters escaped."""
    return visible_json(value, indent=2)
