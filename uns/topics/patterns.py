r"""The pattern dialect of the model language.

A pattern says which texts are allowed in a topic level or in a text field. The dialect contains
only what can be *decided*, so that a model can be checked before any message is sent: whether two
patterns overlap, whether one includes the other, how many texts match.

The dialect is what ECMA-262 (unicode mode), Python's ``re`` and Rust's ``regex`` have in common.
Where they differ, as in ``.`` and ``\d``, this table applies, and :attr:`Pattern.json_schema`
writes the characters out:

===================  ==========================================================
``a`` ``é``          the character itself
``.``                any character but a line feed
``\d \w \s``         ``[0-9]`` ``[0-9A-Z_a-z]`` ``[\t\n\v\f\r ]``; ``\D \W \S`` all others
``\n \r \t \f \v``   the control character; so are ``\x1b`` and ``\u00e9``
``\.``               escaped punctuation is the character
``[a-z_]`` ``[^/]``  one character that is, or is not, among these
``(…)`` ``(?:…)``    a group; ``a|b`` one or the other
``? * + {2} {2,}``   repeats, also ``{2,5}``
===================  ==========================================================

A pattern always matches the whole text: one leading ``^`` and one trailing ``$`` are allowed and
have no effect. A character is a Unicode scalar value; a lone surrogate is not a character
[MQTT-1.5.4-1] and never matches.

Everything is bounded. A pattern becomes a position automaton (see ``automata``), which is never
larger than the pattern. Matching is linear in the text; overlap, inclusion and count raise
:class:`UndecidedPattern` if they take too long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

from uns.diagnostics import InvalidArgument, InvalidText, visible
from uns.topics.automata import (
    DIGITS,
    EVERY,
    HIGHEST,
    SPACE,
    SURROGATES,
    WORD,
    Automaton,
    Characters,
    Choice,
    Node,
    One,
    Repeat,
    Sequence,
    choice,
    difference,
    others,
    overlapping,
    repeat,
    sequence,
    single,
)

#: Longest pattern, in code points.
LONGEST_PATTERN = 20_000

#: Most characters of a pattern with its repeats written out; ``(ab){3}`` has six.
MOST_POSITIONS = 2_000

#: Deepest nesting of groups.
MOST_NESTED = 64

#: Most digits of a number in a range; they fit a signed 64-bit integer.
MOST_DIGITS = 18


class InvalidPattern(InvalidText):
    """A text that is not a pattern of the dialect; the reason says what to write instead.

    >>> try:
    ...     Pattern("a{3,1}")
    ... except InvalidPattern as error:
    ...     print(error.reason, error.span)
    the bounds are reversed: write {1,3} (1, 6)
    """

    noun: ClassVar[str] = "pattern"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A set of texts, written in the dialect. Patterns are equal if their text is equal.

    Every pattern matches at least one text. Raises :class:`InvalidPattern`.

    >>> kebab = Pattern("^[a-z0-9]+(-[a-z0-9]+)*$")
    >>> kebab.matches("line-1"), kebab.matches("Line 1")
    (True, False)
    >>> kebab.overlaps(Pattern("[A-Z]+|tank")), kebab.includes(Pattern("tank-[0-9]{2}"))
    (True, True)
    """

    text: str
    _automaton: Automaton = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_automaton", Automaton(_Reader(self.text).tree()))

    def __str__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[type[Pattern], tuple[str]]:
        # Without what the automaton remembers.
        return type(self), (self.text,)

    @property
    def source(self) -> str:
        r"""The text without the two anchors, which have no effect.

        >>> Pattern("^[0-9]+$").source, Pattern(r"[0-9]+\$").source
        ('[0-9]+', '[0-9]+\\$')
        """
        body = self.text.removeprefix("^")
        stem = body.removesuffix("$")
        backslashes = len(stem) - len(stem.rstrip("\\"))
        return body if backslashes % 2 else stem

    @property
    def group(self) -> str:
        """The source for use inside a longer pattern.

        >>> Pattern("left|right").group
        '(?:left|right)'
        """
        return f"(?:{self.source})" if "|" in self.source else self.source

    @property
    def json_schema(self) -> str:
        r"""The value of JSON Schema's ``pattern``: anchored, and with one meaning in all dialects.

        It matches the same texts in ECMA-262 with the flag ``u`` (which JSON Schema requires), in
        Rust's ``regex`` and in Python's ``re.fullmatch``; in Python's ``re.search``, ``$`` also
        matches before a final line feed.

        >>> print(Pattern(r"\d+\-.").json_schema)
        ^(?:[0-9]+-[^\n])$
        """
        return f"^(?:{_portable(self.tree)})$"

    @property
    def size(self) -> int:
        """The number of its characters, with repeats written out.

        >>> Pattern("x(ab){3}").size
        7
        """
        return len(self._automaton.takes) - 1

    @property
    def tree(self) -> Node:
        """The syntax tree, read anew from the text."""
        return _Reader(self.text).tree()

    def matches(self, text: str) -> bool:
        """Whether the whole ``text`` matches; the time is linear in its length."""
        return self._automaton.matches(text)

    def overlaps(self, other: Pattern) -> bool:
        """Whether some text matches both patterns. Raises :class:`UndecidedPattern`."""
        return self._automaton.overlaps(other._automaton)

    @staticmethod
    def overlapping(patterns: Iterable[Pattern]) -> Iterator[tuple[int, int]]:
        """Pairs of positions, the smaller first, of patterns that some text matches both of.

        Every pattern that overlaps another one is in a pair, but not every pair is listed. The
        patterns are followed all at once, so those that start differently are told apart quickly.
        Raises :class:`UndecidedPattern`.

        >>> sorted(set(Pattern.overlapping([Pattern("a[0-9]"), Pattern("b[0-9]"), Pattern("a[5-7]+")])))
        [(0, 2)]
        """
        return overlapping([pattern._automaton for pattern in patterns])

    @staticmethod
    def difference(wanted: Iterable[Pattern], unwanted: Iterable[Pattern]) -> str | None:
        """A short text that matches all of ``wanted`` and none of ``unwanted``; ``None`` without one.

        It is always the same one. Raises :class:`UndecidedPattern`.

        >>> Pattern.difference([Pattern("[a-c]{1,2}")], [Pattern("a|b|.")])
        'aa'
        >>> Pattern.difference([Pattern("a|b")], [Pattern("a"), Pattern("b+")]) is None
        True
        """
        return difference(
            [pattern._automaton for pattern in wanted],
            [pattern._automaton for pattern in unwanted],
        )

    def includes(self, other: Pattern, longest: int | None = None) -> bool:
        """Whether every text that matches ``other`` matches. Raises :class:`UndecidedPattern`.

        With ``longest``, only texts of at most so many characters count.

        >>> Pattern("a{0,3}").includes(Pattern("a*")), Pattern("a{0,3}").includes(Pattern("a*"), longest=3)
        (False, True)
        """
        return self.text == other.text or self._automaton.includes(other._automaton, longest)

    @property
    def longest(self) -> int | None:
        """The length of the longest text that matches; ``None`` without limit.

        >>> Pattern("a|b{2,4}").longest, Pattern("a+").longest
        (4, None)
        """
        return self._automaton.longest()

    def count(self, limit: int) -> int | None:
        """The number of texts that match; ``None`` for more than ``limit``.

        Raises :class:`UndecidedPattern`.

        >>> Pattern("(left|right)-[1-4]").count(limit=100), Pattern("a*").count(limit=100)
        (8, None)
        """
        return self._automaton.count(limit)

    def example(self) -> str:
        """One of the shortest texts that match, always the same one.

        >>> Pattern("[A-Z]{2}[0-9]{6}").example()
        'AA000000'
        """
        return self._automaton.example()

    @classmethod
    def literal(cls, text: str) -> Pattern:
        r"""The pattern that matches only ``text``.

        >>> Pattern.literal("10.0 bar").text
        '10\\.0 bar'
        """
        return cls("".join(_escaped(ord(character)) for character in text))

    @classmethod
    def concat(cls, patterns: Iterable[Pattern]) -> Pattern:
        """One pattern after the other. Raises :class:`InvalidPattern` if that gets too large.

        >>> Pattern.concat([Pattern.literal("tank"), Pattern("[0-9]|x")]).text
        'tank(?:[0-9]|x)'
        """
        return cls("".join(pattern.group for pattern in patterns))

    @classmethod
    def either(cls, patterns: Iterable[Pattern]) -> Pattern:
        """The pattern that matches the texts of any of the patterns; at least one is needed.

        Raises :class:`InvalidPattern` if that gets too large.

        >>> Pattern.either([Pattern.number_range(1, 4), Pattern.literal("spare")]).text
        '[1-4]|spare'
        """
        sources = [pattern.source for pattern in patterns]
        if not sources:
            raise InvalidPattern("", (0, 0), "no alternatives: a pattern matches at least one text")
        return cls("|".join(sources))

    @classmethod
    def any_of(cls, words: Iterable[str]) -> Pattern:
        """The pattern that matches exactly these words; at least one is needed.

        Raises :class:`InvalidPattern` if they are too many (2,000 characters in all).

        >>> Pattern.any_of(["left", "right"]).text
        'left|right'
        """
        return cls.either(map(cls.literal, words))

    @classmethod
    def any_level(cls) -> Pattern:
        """The pattern for the MQTT wildcard ``+``: one topic level, empty or not [MQTT-4.7.1-2]."""
        return cls("[^/]*")

    @classmethod
    def number_range(cls, low: int, high: int, width: int | None = None) -> Pattern:
        """The pattern for the numbers ``low`` to ``high``, padded with zeros to ``width`` digits.

        Without ``width`` no number has a leading zero. The length of the pattern depends on the
        number of digits, not on the numbers. Raises ``InvalidArgument`` unless
        ``0 <= low <= high``, with at most 18 digits.

        >>> Pattern.number_range(1, 10_000_000).text
        '[1-9][0-9]{0,6}|10000000'
        >>> Pattern.number_range(1, 24, width=2).text
        '0[1-9]|1[0-9]|2[0-4]'
        """
        if not 0 <= low <= high:
            raise InvalidArgument(
                f"a range of numbers goes upwards from 0 or more, not from {low} to {high}"
            )
        digits = 1 if width is None else width
        if high >= 10**MOST_DIGITS or not 1 <= digits <= MOST_DIGITS:
            raise InvalidArgument(f"numbers have 1 to {MOST_DIGITS} digits")
        return cls("|".join(_numbers(low, high, digits)))


# Reading

_CONTROLS = MappingProxyType({"n": 0x0A, "r": 0x0D, "t": 0x09, "f": 0x0C, "v": 0x0B})
_CLASSES = MappingProxyType({"d": DIGITS, "w": WORD, "s": SPACE})
_HEX_DIGITS = MappingProxyType({"x": 2, "u": 4})

_ANCHOR = "a pattern always matches the whole text: remove the anchor"
_BACK_REFERENCE = "no back-references: write the part again"
_NAMED = "no named groups: write '('"
_LOOK_AROUND = "no look-around: write a pattern for the whole text"
_FLAGS = "no flags: write both cases, such as [aA]"
_CODE_POINT = "write the character itself or \\uhhhh"

#: Escapes of other dialects that this one does not have.
_REFUSED_ESCAPES = MappingProxyType(
    {
        **dict.fromkeys("ABGZz", _ANCHOR),
        "b": f"{_ANCHOR} (a backspace is \\x08)",
        **dict.fromkeys("123456789gk", _BACK_REFERENCE),
        **dict.fromkeys("pP", "no Unicode properties: write a class, such as [a-zäöü]"),
        **dict.fromkeys("NUo", _CODE_POINT),
        **dict.fromkeys("QE", "no quoting: escape each character"),
        # Word boundaries in some dialects, plain characters in others.
        **dict.fromkeys("<>", "write the character without the backslash"),
        "0": "write \\x00",
        "a": "write \\x07",
        "c": "write the control character as \\xhh",
        "e": "write \\x1b",
    }
)

#: Groups of other dialects that start with ``(?``, each with the reason; the first match counts.
_REFUSED_GROUPS = (
    *((opening, _LOOK_AROUND) for opening in ("(?=", "(?!", "(?<=", "(?<!")),
    ("(?P=", _BACK_REFERENCE),
    *((opening, _NAMED) for opening in ("(?P<", "(?<", "(?'")),
    ("(?>", "no atomic groups: write '(?:'"),
    ("(?#", "no comments: remove it"),
    ("(?(", "no conditions: write the alternatives out"),
    *((f"(?{flag}", _FLAGS) for flag in "aimsuxL-^"),
    ("(?", "write '(?:' or '('"),
)


class _Reader:
    """Reads a text into its syntax tree, from left to right, up to the first fault."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.nested = 0

    def fault(self, start: int, end: int, reason: str) -> InvalidPattern:
        return InvalidPattern(self.text, (start, end), reason)

    def ahead(self, length: int = 1) -> str:
        """The next characters; fewer, or none, at the end of the text."""
        return self.text[self.at : self.at + length]

    def tree(self) -> Node:
        length = len(self.text)
        if length > LONGEST_PATTERN:
            raise self.fault(LONGEST_PATTERN, length, f"longer than {LONGEST_PATTERN:,} characters")
        for index, character in enumerate(self.text):
            if SURROGATES[0] <= ord(character) <= SURROGATES[1]:
                raise self.fault(index, index + 1, "a lone surrogate is not a character")
        if self.ahead() == "^":
            self.at += 1
        tree = self.choice()
        if self.ahead() == ")":
            raise self.fault(
                self.at, self.at + 1, "no '(' before it: write '\\)' for the character"
            )
        self.refuse_large(tree, 0)
        return tree

    def refuse_large(self, node: Node, start: int) -> None:
        """Refuse a part that is too large, before its automaton is built."""
        if node.size > MOST_POSITIONS:
            reason = f"more than {MOST_POSITIONS:,} characters with its repeats written out"
            raise self.fault(start, self.at, reason)

    def choice(self) -> Node:
        branches = [self.sequence()]
        while self.ahead() == "|":
            self.at += 1
            branches.append(self.sequence())
        return choice(branches)

    def sequence(self) -> Node:
        parts = []
        while (character := self.ahead()) and character not in "|)":
            if character == "$" and self.at + 1 == len(self.text):
                self.at += 1
                break
            start = self.at
            parts.append(self.repeated(self.atom(character), start))
        return sequence(parts)

    def atom(self, character: str) -> Node:
        start = self.at
        match character:
            case "(":
                return self.parenthesised()
            case "[":
                return One(self.bracketed())
            case "\\":
                return One(self.escape())
            case ".":
                self.at += 1
                return One(others(single(0x0A)))
            case "^" | "$":
                reason = f"an anchor inside the pattern: write '\\{character}' for the character"
            case "*" | "+" | "?" | "{":
                reason = f"nothing to repeat: write '\\{character}' for the character"
            case "]" | "}":
                reason = f"nothing to close: write '\\{character}' for the character"
            case _:
                self.at += 1
                return One(single(ord(character)))
        raise self.fault(start, start + 1, reason)

    def parenthesised(self) -> Node:
        start = self.at
        if self.ahead(3) == "(?:":
            self.at += 3
        elif self.ahead(2) == "(?":
            opening, reason = next(
                refused for refused in _REFUSED_GROUPS if self.text.startswith(refused[0], start)
            )
            raise self.fault(start, start + len(opening), reason)
        else:
            self.at += 1
        if self.nested == MOST_NESTED:
            raise self.fault(start, self.at, f"more than {MOST_NESTED} groups inside each other")
        self.nested += 1
        inside = self.choice()
        self.nested -= 1
        if not self.ahead():
            raise self.fault(start, start + 1, "no ')' after it: write '\\(' for the character")
        self.at += 1
        return inside

    def repeated(self, part: Node, start: int) -> Node:
        sign = self.ahead()
        if not sign or sign not in "*+?{":
            return part
        signed = self.at
        low, high = self.bounds(sign)
        if (again := self.ahead()) and again in "*+?{":
            reason = "a repeat of a repeat: put the first in a group"
            if again in "+?":
                reason = "no lazy or possessive repeats: they match the same texts"
            raise self.fault(signed, self.at + 1, reason)
        whole = repeat(part, low, high)
        self.refuse_large(whole, start)
        return whole

    def bounds(self, sign: str) -> tuple[int, int | None]:
        if sign != "{":
            self.at += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        start = self.at
        inside, closed, _ = self.text[start + 1 :].partition("}")
        least, comma, most = inside.partition(",")
        if not (closed and _is_number(least or "0") and _is_number(most or "0") and inside):
            raise self.fault(
                start, start + 1, "no repeat such as {2} or {2,5}: write '\\{' for the character"
            )
        self.at = end = start + len(inside) + 2
        if not least:
            raise self.fault(start, end, f"write {{0,{most}}}")
        if max(len(least), len(most)) > len(str(MOST_POSITIONS)):
            raise self.fault(start, end, f"more than {MOST_POSITIONS:,} repeats")
        low = int(least)
        high = int(most) if most else None if comma else low
        if high is not None and high < low:
            raise self.fault(start, end, f"the bounds are reversed: write {{{high},{low}}}")
        if max(low, high or 0) > MOST_POSITIONS:
            raise self.fault(start, end, f"more than {MOST_POSITIONS:,} repeats")
        return low, high

    def escape(self) -> Characters:
        start = self.at
        character = self.text[start + 1 : start + 2]
        self.at += 2
        if not character:
            raise self.fault(start, start + 1, "nothing after it: write '\\\\' for the character")
        if character in _CONTROLS:
            return single(_CONTROLS[character])
        if character in _CLASSES:
            return _CLASSES[character]
        if character.lower() in _CLASSES:
            return others(_CLASSES[character.lower()])
        if character in _HEX_DIGITS:
            return self.code_point(_HEX_DIGITS[character])
        if character in _REFUSED_ESCAPES:
            raise self.fault(start, self.at, _REFUSED_ESCAPES[character])
        if not character.isascii() or character.isalnum() or not character.isprintable():
            shown = visible(character)
            raise self.fault(start, self.at, f"'{shown}' cannot be escaped: remove the backslash")
        return single(ord(character))

    def code_point(self, length: int) -> Characters:
        start = self.at - 2
        digits = self.ahead(length)
        if len(digits) < length or not set(digits) <= set("0123456789abcdefABCDEF"):
            escape = self.text[start : self.at]
            raise self.fault(start, self.at, f"{escape} needs {length} hexadecimal digits")
        self.at += length
        code_point = int(digits, 16)
        if SURROGATES[0] <= code_point <= SURROGATES[1]:
            raise self.fault(start, self.at, "a surrogate is not a character: write the character")
        return single(code_point)

    def bracketed(self) -> Characters:
        """A class: ``[...]`` or ``[^...]``."""
        start = self.at
        self.at += 1
        negated = self.ahead() == "^"
        self.at += negated
        first = self.at
        ranges: list[tuple[int, int]] = []
        while self.ahead() != "]":
            if not self.ahead():
                raise self.fault(start, start + 1, "no ']' after it: write '\\[' for the character")
            ranges += self.range(first)
        self.at += 1
        if self.at == first + 1:
            raise self.fault(start, self.at, "an empty class: write '\\]' for the character")
        # `others` twice is the class itself, but sorted, merged and without surrogates.
        taken = others(ranges) if negated else others(others(ranges))
        if not taken:
            raise self.fault(start, self.at, "the class matches no character")
        return taken

    def range(self, first: int) -> Characters:
        """One item of a class: a character, an escape, or two characters and a hyphen."""
        start = self.at
        if (
            self.ahead() == "-"
            and start != first
            and self.text[start + 1 : start + 2] not in ("", "]")
        ):
            reason = "a hyphen outside a range: write '\\-', or put it first or last"
            raise self.fault(start, start + 1, reason)
        low = self.item()
        middle = self.at
        if self.ahead() != "-" or self.ahead(2) in ("-", "-]"):
            return low
        self.refuse_set_operator()
        self.at += 1
        high = self.item()
        if low[0][0] != low[-1][1] or high[0][0] != high[-1][1]:
            reason = "a range needs a character on each side: write '\\-' for a hyphen"
            raise self.fault(start, self.at, reason)
        if high < low:
            right = f"{self.text[middle + 1 : self.at]}-{self.text[start:middle]}"
            raise self.fault(start, self.at, f"the range is reversed: write '{visible(right)}'")
        return ((low[0][0], high[0][0]),)

    def item(self) -> Characters:
        character = self.ahead()
        if character == "\\":
            return self.escape()
        self.refuse_set_operator()
        self.at += 1
        return single(ord(character))

    def refuse_set_operator(self) -> None:
        """Refuse characters that are a set operation in some engines and plain in others."""
        pair = self.ahead(2)
        if pair in ("--", "&&", "~~", "||"):
            reason = f"a set operation in other dialects: write '\\{pair[0]}' for the character"
            raise self.fault(self.at, self.at + 2, reason)
        if pair[:1] == "[":
            reason = "a class inside a class: write '\\[' for the character"
            raise self.fault(self.at, self.at + 1, reason)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


# Writing: only escapes that are needed, since ECMA-262 refuses others in unicode mode.

_SYNTAX_CHARACTERS = "^$\\.*+?()[]{}|"
_CLASS_CHARACTERS = "^\\[]-"


def _portable(node: Node) -> str:
    match node:
        case One(characters):
            return _written(characters)
        case Sequence(parts):
            return "".join(
                f"(?:{_portable(part)})" if isinstance(part, Choice) else _portable(part)
                for part in parts
            )
        case Choice(branches):
            return "|".join(map(_portable, branches))
        case Repeat(part, low, high):
            inside = _portable(part)
            return (inside if isinstance(part, One) else f"(?:{inside})") + _sign(low, high)


def _sign(low: int, high: int | None) -> str:
    match low, high:
        case 0, None:
            return "*"
        case 1, None:
            return "+"
        case 0, 1:
            return "?"
        case _, None:
            return f"{{{low},}}"
    return f"{{{low}}}" if low == high else f"{{{low},{high}}}"


def _written(characters: Characters) -> str:
    if characters == EVERY:
        return "[\\s\\S]"
    negated = characters[-1][1] == HIGHEST
    ranges = others(characters) if negated else characters
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1] and not negated:
        return _escaped(ranges[0][0])
    inside = "".join(_written_range(low, high) for low, high in ranges)
    return f"[{'^' * negated}{inside}]"


def _written_range(low: int, high: int) -> str:
    first, last = _escaped(low, _CLASS_CHARACTERS), _escaped(high, _CLASS_CHARACTERS)
    return first if low == high else f"{first}{'-' * (high > low + 1)}{last}"


def _escaped(code_point: int, special: str = _SYNTAX_CHARACTERS) -> str:
    """A character that every engine reads the same way and a person can see."""
    character = chr(code_point)
    if character in special:
        return f"\\{character}"
    if 0x20 <= code_point <= 0x7E or code_point > 0xFFFF:
        return character
    for letter, control in _CONTROLS.items():
        if code_point == control:
            return f"\\{letter}"
    return f"\\x{code_point:02x}" if code_point <= 0x7F else f"\\u{code_point:04x}"


# Ranges of numbers


def _numbers(low: int, high: int, digits: int) -> Iterator[str]:
    """Alternatives by number of digits; complete lengths share one alternative."""
    complete = len(str(high + 1)) - 1
    while low <= high:
        if low == 10 ** (digits - 1) and digits <= complete:
            yield f"[1-9]{_any_digits(digits - 1, complete - 1)}"
            low, digits = 10**complete, complete
        elif low < 10**digits:
            top = min(high, 10**digits - 1)
            yield from _between(f"{low:0{digits}}", f"{top:0{digits}}")
            low = top + 1
        digits += 1


def _between(low: str, high: str) -> Iterator[str]:
    """Alternatives by first digit, for bounds with the same number of digits."""
    if low == high:
        yield low
        return
    first, last, rest = int(low[0]), int(high[0]), len(low) - 1
    nines, zeros = "9" * rest, "0" * rest
    if first == last:
        yield low[0] + _grouped(_between(low[1:], high[1:]))
        return
    if low[1:] != zeros:
        yield low[0] + _grouped(_between(low[1:], nines))
        first += 1
    partly = high[1:] != nines
    last -= partly
    if first <= last:
        leading = str(first) if first == last else f"[{first}-{last}]"
        yield leading + _any_digits(rest, rest)
    if partly:
        yield high[0] + _grouped(_between(zeros, high[1:]))


def _grouped(alternatives: Iterable[str]) -> str:
    first, *more = alternatives
    return f"(?:{'|'.join([first, *more])})" if more else first


def _any_digits(least: int, most: int) -> str:
    if most == 0:
        return ""
    return "[0-9]" if least == most == 1 else f"[0-9]{_sign(least, most)}"
