"""Explains a text that is not YAML: what was probably meant, where, and what to do.

A parser says where it stopped and what it was doing. That place is often behind the cause, so the
lines around it are looked at, too. Lines and columns count from 0.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from uns.loading.quoting import eaten_value, quoted, value_around, value_text

#: Longest key without quotes or in quotes that YAML allows without a `? `.
LONGEST_PLAIN_KEY = 1_024
#: Longest key that a fault shows in quotes.
LONGEST_KEY = 200

Place: TypeAlias = tuple[int, int]


class SyntaxFault(NamedTuple):
    """A syntax error in words; ``related`` are other places, each with its label."""

    message: str
    place: Place
    help: str | None = None
    related: tuple[tuple[Place, str], ...] = ()


class Stop(NamedTuple):
    """Where a parser stopped.

    ``context`` is what the parser was doing and ``began`` where it had begun that; ``problem`` is
    what it did not expect at ``place``.
    """

    lines: Sequence[str]
    place: Place
    began: Place
    context: str
    problem: str

    @property
    def line(self) -> str:
        """The line of the place."""
        return self.lines[self.place[0]] if self.place[0] < len(self.lines) else ""

    @property
    def first_line(self) -> str:
        """The line where the parser had begun."""
        return self.lines[self.began[0]] if self.began[0] < len(self.lines) else ""

    @property
    def before(self) -> str:
        """The line up to the place."""
        return self.line[: self.place[1]]

    @property
    def character(self) -> str:
        """The character at the place; empty at the end of a line."""
        return self.line[self.place[1] : self.place[1] + 1]

    @property
    def is_in_brackets(self) -> bool:
        """Whether the parser was inside ``[ ]`` or ``{ }``."""
        return "flow" in self.context


def explain(stop: Stop) -> SyntaxFault:
    """Explain where a parser stopped, as far as the cause can be guessed."""
    for explanation in _EXPLANATIONS:
        fault = explanation(stop)
        if fault is not None:
            return fault
    return SyntaxFault(f"not YAML: {stop.problem}", stop.place)


def explain_character(text: str) -> SyntaxFault | None:
    """Explain the first character that YAML does not allow; ``None`` if there is none."""
    found = _UNPRINTABLE.search(text)
    if found is None:
        return None
    before = LINE_BREAK.split(text[: found.start()])
    message = f"the character U+{ord(found[0]):04X} is not allowed in YAML"
    help_ = "remove it, or write it as an escape inside double quotes"
    return SyntaxFault(message, (len(before) - 1, len(before[-1])), help_)


# --- explanations, the surest first ----------------------------------------------------------------


def _other_text(stop: Stop) -> SyntaxFault | None:
    """A line that is not of a model: the mark of a conflict, or a comment of another language."""
    for number in dict.fromkeys((stop.began[0], stop.place[0], _content_above(stop)[0])):
        line = stop.lines[number] if number < len(stop.lines) else ""
        column = len(line) - len(line.lstrip())
        if _CONFLICT(line):
            message = "this line is the mark of a conflict between two versions of the file"
            return SyntaxFault(message, (number, 0), "decide for one version, and remove the marks")
        if line.startswith(("//", "/*"), column):
            message = f"a comment does not start with {line[column : column + 2]}"
            return SyntaxFault(message, (number, column), "start it with #")
    return None


def _tab(stop: Stop) -> SyntaxFault | None:
    if "\t" in (stop.before + stop.character) and not stop.before.strip():
        return SyntaxFault("a tab is used to indent", stop.place, "replace the tab with spaces")
    if stop.character == "\t":
        return SyntaxFault("a tab cannot be here", stop.place, "replace the tab with a space")
    return None


def _lookalike(stop: Stop) -> SyntaxFault | None:
    """A character that looks like a space or a colon, in a line without a colon."""
    for number in dict.fromkeys((stop.began[0], stop.place[0], stop.place[0] - 1)):
        line = stop.lines[number] if 0 <= number < len(stop.lines) else ""
        found = _LOOKALIKE.search(line)
        if found is not None and _HAS_COLON(line[: found.start()]) is None:
            at = next(index for index, group in enumerate(found.groups(), 1) if group)
            message, help_ = of_lookalike(found[at])
            return SyntaxFault(message, (number, found.start(at)), help_)
    return None


def of_lookalike(character: str) -> tuple[str, str]:
    """What is wrong with a character that looks like a space or a colon, and what to do."""
    name = name_of(character)
    if character in UNSEEN:
        return f"here is {name}, which cannot be seen", "remove it"
    instead = "a colon" if character in _COLONS else "a space"
    return f"here is {name}, which only looks like {instead}", f"type {instead} instead"


def _comment(stop: Stop) -> SyntaxFault | None:
    """A value that starts with ``#`` inside brackets: the brackets are part of the comment."""
    if not stop.is_in_brackets:
        return None
    for number in range(min(stop.place[0], len(stop.lines) - 1), -1, -1):
        found = eaten_value(stop.lines[number])
        if found is not None:
            column, text = found
            message = "a # starts a comment here, so the rest of the line is not read"
            return SyntaxFault(message, (number, column), f"put it in quotes: {quoted(text)}")
        if stop.place[0] - number >= _MOST_LINES_BACK:
            break
    return None


def _sign(stop: Stop) -> SyntaxFault | None:
    """A value that starts with a character that has a meaning in YAML."""
    place = stop.place
    if stop.context in _SIGNS:
        place = stop.began
    elif "mapping keys are not allowed" in stop.problem or (
        "node content" in stop.problem
        and (stop.character == "?" or (stop.character in _CLOSERS and not stop.is_in_brackets))
    ):
        pass
    elif "cannot start any token" not in stop.problem:
        return None
    line = stop.lines[place[0]]
    text = value_text(line, place[1]) or line[place[1] :]
    if text.startswith("```"):
        message = "this line is of Markdown, not of the model"
        return SyntaxFault(message, place, "leave out the lines with ```")
    key = _UP_TO_COLON(text)
    if key is not None:
        message = f"a key without quotes cannot start with {text[:1]}"
        return SyntaxFault(message, place, f"put it in quotes: {quoted(key[1])}:")
    message = f"a value without quotes cannot start with {text[:1]}"
    return SyntaxFault(message, place, f"put it in quotes: {quoted(text)}")


def _list_beside_key(stop: Stop) -> SyntaxFault | None:
    if "sequence entries are not allowed" not in stop.problem:
        return None
    item = value_text(stop.line, stop.place[1]).removeprefix("-").strip()
    message = "a list with dashes cannot start behind its key"
    help_ = f"start it on the next line, or write [{item}]; quote a text that starts with a dash"
    return SyntaxFault(message, stop.place, help_)


def _colon(stop: Stop) -> SyntaxFault | None:
    """A colon that makes no key: it is a second one, or the line above has none."""
    if not stop.problem.startswith("mapping values"):
        return None
    first = _KEY_AND_VALUE.match(stop.before + stop.character)
    if first is None:
        if len(stop.before.strip()) > LONGEST_PLAIN_KEY:
            return _long_key(stop.place)
        return _line_above(stop)
    key, start = first[1], first.end(1) + 1
    start += len(stop.line[start:]) - len(stop.line[start:].lstrip())
    after = stop.line[stop.place[1] + 1 :].strip()
    if not after or after[0] in "[{":
        message = f"two keys are on one line: the mapping of `{key}` starts on the next line"
        help_ = f"start a new line after `{key}:`, and indent it"
        if not after:
            help_ += f"; or put a text in quotes: {quoted(value_text(stop.line, start))}"
        return SyntaxFault(message, stop.place, help_)
    help_ = f"put it in quotes: {quoted(value_text(stop.line, start))}"
    return SyntaxFault("the value contains a second colon", stop.place, help_)


def _line_above(stop: Stop) -> SyntaxFault | None:
    """What is wrong in the line above a key that a parser takes for the rest of a text."""
    number, column, line = _content_above(stop)
    found = _KEY_AND_VALUE.match(line)
    if found is None:
        return _no_colon(line, (number, column))
    message = f"this key is indented below `{found[1]}`, which has a value already"
    help_ = "indent both alike, or remove that value"
    at = (stop.place[0], len(stop.line) - len(stop.line.lstrip()))
    return SyntaxFault(message, at, help_, (((number, column), "the value is here"),))


def _content_above(stop: Stop) -> tuple[int, int, str]:
    """The line above the place that is not blank or a comment: its number, its indent and itself."""
    for number in range(min(stop.place[0], len(stop.lines)) - 1, -1, -1):
        line = stop.lines[number]
        if line.strip() and not line.lstrip().startswith("#"):
            return number, len(line) - len(line.lstrip()), line
    return 0, 0, ""


def _indent(stop: Stop) -> SyntaxFault | None:
    """A line whose indent is that of no mapping and no list around it."""
    if "while parsing a block" not in stop.context or stop.before.strip() or not stop.character:
        return None
    number, column, above = _content_above(stop)
    is_key = _HAS_COLON(above) is not None or above.lstrip().startswith("- ")
    if column == stop.place[1] and not is_key:
        return _no_colon(above, (number, column))
    if not stop.began[1] < stop.place[1] < column:
        return None
    message, label = _INTERRUPTED[stop.context]
    deeper = column
    for line in reversed(stop.lines[stop.began[0] : number]):
        indent = len(line) - len(line.lstrip())
        if line.strip() and not line.lstrip().startswith("#") and indent < deeper:
            if indent <= stop.place[1]:
                break
            deeper = indent
    help_ = f"indent it by {deeper} spaces, or by {min(indent, stop.place[1])}"
    return SyntaxFault(message, stop.place, help_, ((stop.began, label),))


def _simple_key(stop: Stop) -> SyntaxFault | None:
    """A text where a key must be."""
    if stop.context != "while scanning a simple key":
        return None
    text = stop.first_line[stop.began[1] :]
    key = _TO_COLON(text)
    if key is not None and len(key[0]) > LONGEST_PLAIN_KEY:
        return _long_key(stop.began)
    number, column, above = _content_above(stop._replace(place=stop.began))
    if above.startswith("- ", column) and column == stop.began[1]:
        text = short(stop.first_line.strip())
        message = "this is neither a key nor an item of the list above"
        help_ = f"write `- {text}` for an item of the list, or `{text}:` for a key"
        return SyntaxFault(message, stop.began, help_, (((number, column), "the list is here"),))
    return _no_colon(stop.first_line, stop.began)


def _no_colon(line: str, place: Place) -> SyntaxFault:
    """A line that should be a key, with or without a value."""
    text = value_text(line, place[1]).removeprefix("- ")
    if text[:1] == "-" and text[1:2] not in {"", "-"}:
        message = "there is no space after the dash"
        return SyntaxFault(message, place, f"write {short(f'`- {text[1:]}`')}")
    name, colon, value = text.partition(":")
    if colon and value and _WORD(name):
        help_ = f"write {short(f'`{name}: {value}`')}"
        return SyntaxFault("there is no space after the colon", place, help_)
    name, _, value = text.partition(" ")
    example = f"{name}: {value.strip('= ')}".rstrip() if _WORD(name) else "key: value"
    help_ = f"write {short(f'`{example}`')}; a text over several lines needs quotes"
    return SyntaxFault("there is no colon after this key", place, help_)


def _long_key(place: Place) -> SyntaxFault:
    message = f"the key has more than {LONGEST_PLAIN_KEY:,} characters"
    help_ = "write `? ` before the key, and `: ` before the value on the next line"
    return SyntaxFault(message, place, help_)


def _long_key_in_brackets(stop: Stop) -> SyntaxFault | None:
    if stop.context == "while parsing a flow mapping" and stop.character == ":":
        key = re.split(r"[{,]", stop.before)[-1].strip()
        return _long_key(stop.place) if len(key) > LONGEST_PLAIN_KEY else None
    return None


def _bracket_key(stop: Stop) -> SyntaxFault | None:
    """An unquoted key with brackets inside brackets."""
    column = stop.place[1]
    around = stop.line[max(0, column - LONGEST_KEY) : column + LONGEST_KEY]
    here = min(column, LONGEST_KEY)
    for found in _BRACKET_KEY.finditer(around):
        if found.start() <= here < found.end():
            message = "a key with one of [ ] { } , must be quoted here"
            return SyntaxFault(message, stop.place, f'write "{found[1]}":')
    return None


def _bracket_value(stop: Stop) -> SyntaxFault | None:
    """An unquoted value that is a list or a mapping to YAML, and a text to people."""
    if stop.context not in _INTERRUPTED or stop.character in {":", ""}:
        return None
    text = value_around(stop.line, stop.place[1])
    if text is None:
        return None
    message = "a value with one of [ ] { } must be quoted here"
    return SyntaxFault(message, stop.place, f"put it in quotes: {quoted(text)}")


def _after_quotes(stop: Stop) -> SyntaxFault | None:
    """A text that goes on after its closing quote."""
    before = stop.before.rstrip()
    if stop.context not in _INTERRUPTED or before[-1:] not in {"'", '"'} or not before:
        return None
    if stop.character in {":", ""}:
        return None
    opening = _OPENING_QUOTE.search(before)
    if opening is None:
        return None
    text = value_text(stop.line, opening.start(1))
    inner = text[1:-1] if text[:1] == text[-1:] else text
    help_ = f"put all of it in quotes: {quoted(inner)}"
    return SyntaxFault("the text goes on after its closing quote", stop.place, help_)


def _second_colon_in_brackets(stop: Stop) -> SyntaxFault | None:
    if stop.context != "while parsing a flow mapping" or stop.character != ":":
        return None
    found = _VALUE_IN_BRACKETS.search(stop.before)
    if found is None:
        return None
    help_ = f"put it in quotes: {quoted(value_text(stop.line, found.start(1)))}"
    return SyntaxFault("the value contains a second colon", stop.place, help_)


def _no_space(stop: Stop) -> SyntaxFault | None:
    if "unexpected ':'" not in stop.problem:
        return None
    help_ = "put a space after the colon"
    return SyntaxFault("there is no space after the colon", stop.place, help_)


def _escape(stop: Stop) -> SyntaxFault | None:
    if not any(word in stop.problem for word in ("escape", "hexdecimal")):
        return None
    line, column = stop.place
    # One parser stops at the backslash, the other one behind it.
    column = max(stop.line.rfind("\\", 0, column + 1), 0)
    message = "inside double quotes a \\ starts an escape, and this is none"
    found = _DOUBLE_QUOTED.match(stop.first_line, stop.began[1])
    help_ = f"write {quoted(found[1])}" if found else "use single quotes, where \\ is a character"
    return SyntaxFault(message, (line, column), help_)


def _closing_bracket(stop: Stop) -> SyntaxFault | None:
    if stop.context == "while parsing a block mapping" and stop.character in {"]", "}"}:
        glued = _GLUED_BRACKET.match(stop.line)
        if glued is not None:
            help_ = f"write `{glued[1]}: {glued[2]}...`"
            return SyntaxFault(
                "there is no space after the colon", (stop.place[0], glued.start(1)), help_
            )
        message = f"there is one {stop.character} too many"
        return SyntaxFault(message, stop.place, "remove it, or open it before")
    return None


def _missing_value(stop: Stop) -> SyntaxFault | None:
    if "node content" not in stop.problem or not stop.is_in_brackets:
        return None
    if stop.character in _CLOSERS and stop.character:
        message = f"a value is missing before this {stop.character}"
        return SyntaxFault(message, stop.place, 'write it, or "" for an empty text')
    if stop.character == "-":
        message = "a list with dashes cannot be inside [ ] or { }"
        return SyntaxFault(message, stop.place, "write [first, second]")
    if stop.character == ":":
        message = "a key is missing before this colon"
        return SyntaxFault(message, stop.place, 'write it, or "" for an empty key')
    if not any(stop.lines[stop.place[0] :]):
        message = "the file ends where [ or { is still open"
        return SyntaxFault(message, stop.place, "close it with ] or }")
    return None


def _after_document(stop: Stop) -> SyntaxFault | None:
    if "<document start>" not in stop.problem:
        return None
    message = "the model ends before this line"
    return SyntaxFault(message, stop.place, "check the brackets and the indentation above")


def _unfinished(stop: Stop) -> SyntaxFault | None:
    if stop.context == "while scanning a quoted scalar":
        help_ = "close it, or remove both quotes"
        return SyntaxFault("this quote is never closed", stop.began, help_)
    if stop.context in _INTERRUPTED:
        message, label = _INTERRUPTED[stop.context]
        return SyntaxFault(message, stop.place, None, ((stop.began, label),))
    return None


_EXPLANATIONS: tuple[Callable[[Stop], SyntaxFault | None], ...] = (
    _other_text,
    _tab,
    _lookalike,
    _comment,
    _sign,
    _list_beside_key,
    _colon,
    _simple_key,
    _long_key_in_brackets,
    _bracket_key,
    _bracket_value,
    _after_quotes,
    _indent,
    _second_colon_in_brackets,
    _no_space,
    _escape,
    _closing_bracket,
    _missing_value,
    _after_document,
    _unfinished,
)


def name_of(character: str) -> str:
    r"""The code point of a character, with its name.

    >>> name_of("\xa0")
    'U+00A0 (no-break space)'
    """
    name = unicodedata.name(character, "").lower()
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")


def short(text: str) -> str:
    """A text of at most 120 characters."""
    return text if len(text) <= 120 else text[:117] + "..."


#: Most lines that are searched upwards for the cause.
_MOST_LINES_BACK = 100

#: The line breaks of YAML 1.1, which both parsers use.
LINE_BREAK = re.compile("\r\n|[\n\r\u0085\u2028\u2029]")

#: The contexts in which a parser found a character with a meaning in YAML.
_SIGNS = frozenset(
    f"while scanning {what}"
    for what in ("an alias", "an anchor", "a tag", "a directive", "a block scalar")
)

_CLOSERS = frozenset(",]}")

#: The contexts in which something unexpected came: message, and the label of the start.
_INTERRUPTED = {
    "while parsing a flow mapping": ("a comma or the closing } is missing here", "opened here"),
    "while parsing a flow sequence": ("a comma or the closing ] is missing here", "opened here"),
    "while parsing a block mapping": (
        "this is not another key of the mapping; check its indentation and quotes",
        "the mapping starts here",
    ),
    "while parsing a block collection": (
        "this is not another item of the list; check its dash and its indentation",
        "the list starts here",
    ),
}

#: Characters that have no width.
UNSEEN = frozenset("\u200b\ufeff")
_CONFLICT = re.compile(r"(?:<{7}|>{7})[ \t]|={7}$").match
_COLONS = "\uff1a\ufe55\ua789\u2236"
#: Characters that look like a space; a range of a pattern.
SPACES = "\u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff"
_LOOKALIKE = re.compile(f"^\\s*([{SPACES}])|:([{SPACES}])|([{_COLONS}])")
_UP_TO_COLON = re.compile(r"([^{}\[\]]+?)[ \t]*:(?=\s|$)").match
_TO_COLON = re.compile(r"[^:]*:(?=\s|$)").match
_HAS_COLON = re.compile(r":(?=[ \t]|$)").search
_UNPRINTABLE = re.compile(
    "[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_BRACKET_KEY = re.compile(r"[{,]\s*([^\s{}\[\],\"':]*(?:\[[^\]]*\]|\{[^}]*\})[^\s{}\[\],:]*)\s*:")
_KEY_AND_VALUE = re.compile(r"[ \t]*(?:-[ \t]+)*([^\s#'\"][^#]*?|'[^']*'|\"[^\"]*\"):[ \t]+\S")
_VALUE_IN_BRACKETS = re.compile(r"[{,][^,{}\[\]]*?:[ \t]+([^,{}\[\]]*)$")
_OPENING_QUOTE = re.compile(r"(?:[:,\[{-][ \t]+|[\[{,]|^[ \t]*)((?:\"[^\"]*\"|'[^']*'))$")
_DOUBLE_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_GLUED_BRACKET = re.compile(r"[ \t]*(?:-[ \t]+)*([A-Za-z_][A-Za-z0-9_]*):([\[{])")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_/-]*").fullmatch
