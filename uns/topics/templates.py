"""Topic templates and segments, which both match and build topic names.

A *segment* is one topic level of a template: fixed text, a set in brackets (``machine[1..4]``,
``side[left,right]``), a name in braces (``{serial}``), or a mixture (``line[1..3]-infeed``). A
*template* is segments separated by slashes; the last one may be ``{name...}``, one or more
levels. A template builds exactly the topics it matches: ``match(format(x)) == x``.

So there must be only one way to split a level into its parts; other segments are refused. Only
this module imports the parser package.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from uns.counts import from_number, to_number
from uns.diagnostics import InvalidArgument, InvalidText, did_you_mean
from uns.topics.automata import UndecidedPattern
from uns.topics.names_and_filters import InvalidTopic, InvalidTopicFilter, Topic, TopicFilter
from uns.topics.patterns import InvalidPattern, Pattern
from uns.topics.sets import MAX_DIGITS, Choice, NumberRange

#: Most parts of one segment, and most words of one set.
MAX_PARTS, MAX_WORDS = 32, 10_000
#: Longest template, in code points; a topic name is never longer.
MAX_LENGTH = 65_535


class InvalidTemplate(InvalidText):
    """A text that is not a topic template, or not a segment of a model.

    >>> try:
    ...     TopicTemplate("acme/{line")
    ... except InvalidTemplate as error:
    ...     print(error.reason, error.span)
    '{' is never closed; write {{ for a { of the topic (5, 6)
    """

    noun: ClassVar[str] = "topic template"


@dataclass(frozen=True, slots=True)
class Fixed:
    """Fixed text."""

    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A value to capture: what ``+`` matches, restricted by ``pattern`` if there is one."""

    name: str
    pattern: Pattern | None = None


Part: TypeAlias = Fixed | Choice | Name

_NO_NAMES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Segment:
    """One topic level of a template or of a model; made by :meth:`parse`.

    ``text`` is the segment as written, ``literal`` the level of a segment without sets and names.
    Captured values are a tuple: one per set or name, from left to right. ``less`` are closed
    segments beside an open set, whose levels it does not have; see :meth:`beside`.

    >>> segment = Segment.parse("line[1..3]-infeed")
    >>> segment.count, segment.match("line2-infeed"), segment.match("line4-infeed")
    (3, ('2',), None)
    >>> segment.format("3")
    'line3-infeed'
    """

    text: str
    parts: tuple[Part, ...]
    less: tuple[Segment, ...] = field(default=(), repr=False, hash=False)
    literal: str | None = field(init=False, compare=False)
    _less_names: frozenset[str] = field(init=False, repr=False, compare=False)
    _less_sets: tuple[Segment, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        texts = [part.text for part in self.parts if isinstance(part, Fixed)]
        fixed = len(texts) == len(self.parts)
        object.__setattr__(self, "literal", "".join(texts) if fixed else None)
        names, sets = _NO_NAMES, self.less
        if self.less:
            names = frozenset(each.literal for each in self.less if each.literal is not None)
            sets = tuple(each for each in self.less if each.literal is None)
        object.__setattr__(self, "_less_names", names)
        object.__setattr__(self, "_less_sets", sets)

    @classmethod
    def parse(cls, text: str, pattern: Pattern | None = None) -> Segment:
        """Read one segment; ``pattern`` restricts the name in it.

        Raises:
            InvalidTemplate: not a segment, or there is more than one way to split it.
        """
        if "/" in text:
            slash = text.index("/")
            raise InvalidTemplate(text, (slash, slash + 1), "a segment is one topic level")
        (segment,) = _parse(text)
        if isinstance(segment.parts[0], _Rest):
            raise InvalidTemplate(
                text, (0, len(text)), "a rest name takes several levels, but a segment is one level"
            )
        return segment if pattern is None else segment.narrow(pattern)

    @classmethod
    def fixed(cls, text: str) -> Segment:
        """The segment that matches only ``text``."""
        return cls(_written(Fixed(text)), (Fixed(text),))

    @classmethod
    def of(cls, parts: Iterable[Part]) -> Segment:
        """Make a segment from ``parts``; a set with one text becomes fixed text.

        >>> Segment.of((Fixed("line"), Choice((NumberRange(5, 6),)))).text
        'line[5..6]'
        """
        joined: list[Part] = []
        for part in parts:
            only = part.only if isinstance(part, Choice) else None
            current = part if only is None else Fixed(only)
            if isinstance(current, Fixed) and joined and isinstance(joined[-1], Fixed):
                joined[-1] = Fixed(joined[-1].text + current.text)
            else:
                joined.append(current)
        return cls("".join(map(_written, joined)), tuple(joined))

    def narrow(self, pattern: Pattern) -> Segment:
        """This segment with ``pattern`` for the name in it."""
        parts = (Name(p.name, pattern) if isinstance(p, Name) else p for p in self.parts)
        return Segment(self.text, tuple(parts))

    def beside(self, closed: Iterable[Segment]) -> Segment:
        """This open set without the levels of ``closed`` segments, which have no names in braces.

        >>> device = Segment.parse("{device}").beside([Segment.parse("bridge")])
        >>> device.match("lamp"), device.match("bridge"), device.text
        (('lamp',), None, '{device}')
        """
        return Segment(self.text, self.parts, tuple(closed))

    @property
    def whole(self) -> Segment:
        """The segment with the levels in ``less``."""
        return Segment(self.text, self.parts) if self.less else self

    def _is_less(self, level: str) -> bool:
        """Whether the level is among those that the segment does not have."""
        return level in self._less_names or any(
            each.match(level) is not None for each in self._less_sets
        )

    @property
    def name(self) -> str | None:
        """The name in braces, or ``None``."""
        return next((part.name for part in self.parts if isinstance(part, Name)), None)

    @property
    def varying(self) -> tuple[Choice | Name, ...]:
        """The sets and names: the parts whose values are captured."""
        return tuple(part for part in self.parts if not isinstance(part, Fixed))

    @property
    def count(self) -> int | None:
        """The number of levels that match; ``None`` for an open set."""
        if self.literal is not None:
            return 1
        if self.name is not None:
            return None
        return math.prod(part.count for part in self.parts if isinstance(part, Choice))

    def __iter__(self) -> Iterator[str]:
        """Every level that matches, ranges in order; raises TypeError for an open set."""
        if self.name is not None:
            raise TypeError(f"{{{self.name}}} is an open set")
        pieces: list[tuple[str, ...] | Choice] = [
            (part.text,) if isinstance(part, Fixed) else part
            for part in self.parts
            if not isinstance(part, Name)
        ]
        return ("".join(texts) for texts in _product(pieces))

    def match(self, level: str) -> tuple[str, ...] | None:
        """The captured values, or ``None`` if ``level`` does not match.

        Linear in the length of ``level``.
        """
        if self.literal is not None:
            return () if level == self.literal else None
        (before, after), varying = self.frame, self.varying
        if len(varying) == 1:
            end = len(level) - len(after)
            if end < len(before) or not (level.startswith(before) and level.endswith(after)):
                return None
            captured: tuple[str, ...] = (level[len(before) : end],)
        else:
            found = _splitter(self.parts).fullmatch(level)
            if found is None:
                return None
            captured = found.groups()
        fits = all(_takes(part, text) for part, text in zip(varying, captured, strict=True))
        return captured if fits and not (self.less and self._is_less(level)) else None

    @property
    def frame(self) -> tuple[str, str]:
        """The fixed texts before the first and after the last set or name."""
        first, last = self.parts[0], self.parts[-1]
        return (
            first.text if isinstance(first, Fixed) else "",
            last.text if isinstance(last, Fixed) else "",
        )

    def format(self, *values: str | int) -> str:
        """Build the level with ``values`` for the sets and names; an integer is its digits.

        Raises:
            InvalidArgument: :meth:`match` would not capture one of the values, or one is no text.
        """
        given = iter(values)
        pieces = []
        for part in self.parts:
            if isinstance(part, Fixed):
                pieces.append(part.text)
                continue
            value = next(given, None)
            if value is None:
                raise InvalidArgument(f"{self.text!r} takes {len(self.varying)} values")
            text = str(value) if type(value) is int else value
            if not isinstance(text, str) or not _takes(part, text):
                raise InvalidArgument(f"{value!r} is not a value for {self.text!r}")
            pieces.append(text)
        if next(given, None) is not None:
            raise InvalidArgument(f"{self.text!r} takes {len(self.varying)} values")
        level = "".join(pieces)
        if self.less and self._is_less(level):
            reason = f"{level!r} is not a level of {self.text!r}: it is a name beside it"
            raise InvalidArgument(reason)
        return level

    @property
    def _is_small(self) -> bool:
        """Whether it is faster to go through the levels than to make a pattern from them."""
        return self.count is not None and self.count <= MAX_WORDS

    def overlaps(self, other: Segment) -> bool:
        """Whether some level matches both segments; may raise UndecidedPattern.

        >>> Segment.parse("line[1..3]").overlaps(Segment.parse("li[ne2,on]"))
        True
        """
        small, large = (self, other) if self._is_small else (other, self)
        if small._is_small:
            return any(large.match(level) is not None for level in small)
        if not self.pattern.overlaps(other.pattern):
            return False
        less = [each.pattern for each in (*self.less, *other.less)]
        return not less or Pattern.difference([self.pattern, other.pattern], less) is not None

    def is_within(self, pattern: Pattern) -> bool:
        """Whether every level of the segment matches ``pattern``; may raise UndecidedPattern.

        >>> Segment.parse("line[1..3]").is_within(Pattern("[a-z]+[0-9]"))
        True
        """
        if self._is_small:
            return all(map(pattern.matches, self))
        if pattern.includes(self.pattern):
            return True
        return bool(self.less) and self.level_without([pattern]) is None

    def level_without(self, unwanted: Iterable[Pattern] = ()) -> str | None:
        """A short level that matches none of the patterns; ``None`` if there is none.

        May raise UndecidedPattern.

        >>> Segment.parse("{side}", Pattern("left|right")).level_without([Pattern("l.*")])
        'right'
        """
        less = (each.pattern for each in self.less)
        return Pattern.difference([self.pattern], [*less, *unwanted])

    @property
    def pattern(self) -> Pattern:
        """The levels of the segment as one pattern, with those in ``less``.

        Raises:
            UndecidedPattern: a set has too many words for a pattern.
        """
        return _pattern(self.parts)

    @property
    def may_start_with_dollar(self) -> bool:
        """Whether its first text or set has levels that start with ``$``."""
        first = self.parts[0]
        if isinstance(first, Choice):
            return any(isinstance(item, str) and item.startswith("$") for item in first.items)
        return isinstance(first, Fixed) and first.text.startswith("$")

    def longest(self) -> int | None:
        """The UTF-8 bytes of the longest level; ``None`` for an open set."""
        if self.name is not None:
            return None
        fixed = sum(len(part.text.encode()) for part in self.parts if isinstance(part, Fixed))
        return fixed + sum(part.longest() for part in self.parts if isinstance(part, Choice))

    def __str__(self) -> str:
        return self.text


def _written(part: Part) -> str:
    if isinstance(part, Choice):
        return part.text
    if isinstance(part, Name):
        return f"{{{part.name}}}"
    return part.text.replace("[", "[[").replace("{", "{{")


def _takes(part: Choice | Name, text: str) -> bool:
    if isinstance(part, Choice):
        return text in part
    if part.pattern is not None:
        return part.pattern.matches(text)
    return _LEVEL.fullmatch(text) is not None


#: What `+` matches [MQTT-4.7.1-2].
_LEVEL = re.compile(r"[^/+#\0]*")


@functools.lru_cache(maxsize=4_096)
def _splitter(parts: tuple[Part, ...]) -> re.Pattern[str]:
    """An expression that splits a level into several varying parts, whose texts are checked later.

    Each part matches its own characters between its own lengths; parsing has made sure that there
    is at most one way to split.
    """
    pieces = []
    for part in parts:
        if isinstance(part, Fixed):
            pieces.append(re.escape(part.text))
        elif isinstance(part, Name):
            pieces.append("([^/]*)")
        else:
            low, high = part.lengths()
            characters = "".join(re.escape(c) for c in sorted(part.alphabet()))
            pieces.append(f"([{characters}]{{{low},{high}}})")
    return re.compile("".join(pieces), re.DOTALL)


@functools.lru_cache(maxsize=4_096)
def _pattern(parts: tuple[Part, ...]) -> Pattern:
    def of_part(part: Part) -> Pattern:
        if isinstance(part, Fixed):
            return Pattern.literal(part.text)
        if isinstance(part, Choice):
            return part.pattern()
        return part.pattern or Pattern.any_level()

    try:
        return Pattern.concat(map(of_part, parts))
    except InvalidPattern as error:
        raise UndecidedPattern(error.reason) from None


def _product(pieces: list[tuple[str, ...] | Choice]) -> Iterator[tuple[str, ...]]:
    """All combinations, the last varying fastest, without holding any piece in memory."""
    if not pieces:
        return iter([()])
    *front, last = pieces
    return ((*texts, text) for texts in _product(front) for text in last)


class TopicTemplate:
    """A topic name with variable parts, which matches and builds topic names.

    ``{name}`` matches what ``+`` matches, a last ``{name...}`` matches one or more levels (the
    filter ``+/#``), a set in brackets matches one of its texts. Values of names are captured
    under the name, values of sets under their position from 0.

    >>> path = TopicTemplate("acme/{site}/line[1..3]/{tag...}")
    >>> path.match("acme/lyon/line2/oven/temperature")
    {'site': 'lyon', 0: '2', 'tag': 'oven/temperature'}
    >>> path.format("2", site="lyon", tag="oven/temperature")
    'acme/lyon/line2/oven/temperature'
    >>> path.filter
    'acme/+/+/+/#'

    Raises:
        InvalidTemplate: the text is not a template.
    """

    __slots__ = ("rest", "segments", "text")

    text: str
    segments: tuple[Segment, ...]
    #: The name of a last ``{name...}``, which is not in the segments.
    rest: str | None

    def __init__(self, text: str) -> None:
        segments = _parse(text)
        rest = None
        if segments and len(segments[-1].parts) == 1 and isinstance(segments[-1].parts[0], _Rest):
            rest = segments[-1].parts[0].name
            segments = segments[:-1]
        self._set(text, segments, rest)
        try:
            self.filter  # noqa: B018 - checks that it matches topic names
        except InvalidTopicFilter as error:
            raise InvalidTemplate(text, (0, len(text)), error.reason) from None
        self._check_names()

    @classmethod
    def of(cls, segments: tuple[Segment, ...]) -> TopicTemplate:
        """Make a template from ``segments``, which keep the patterns of their names."""
        template = cls.__new__(cls)
        template._set("/".join(segment.text for segment in segments), segments, None)
        return template

    def _set(self, text: str, segments: tuple[Segment, ...], rest: str | None) -> None:
        for name, value in (("text", text), ("segments", segments), ("rest", rest)):
            object.__setattr__(self, name, value)
        if segments and segments[0].literal is None and segments[0].may_start_with_dollar:
            reason = "a wildcard in the first level does not match names that start with $"
            raise InvalidTemplate(text, (0, len(segments[0].text)), reason, "MQTT-4.7.2-1")

    def _check_names(self) -> None:
        seen: set[str] = set()
        for name in (*(s.name for s in self.segments), self.rest):
            if name in seen:
                place = self.text.rindex(f"{{{name}")
                span = (place, place + len(name) + 2)
                raise InvalidTemplate(self.text, span, f"the name {name!r} is used twice")
            if name is not None:
                seen.add(name)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a TopicTemplate cannot be changed")

    @property
    def filter(self) -> TopicFilter:
        """The narrowest topic filter that matches everything the template matches.

        Raises:
            InvalidTopicFilter: the only level is empty, and a topic cannot be empty.
        """
        levels = ["+" if s.literal is None else s.literal for s in self.segments]
        if self.rest is not None:
            levels += ["+", "#"]
        return TopicFilter("/".join(levels))

    @property
    def names(self) -> tuple[str, ...]:
        """The names in braces, from left to right."""
        names = (segment.name for segment in self.segments)
        return (*(n for n in names if n is not None), *((self.rest,) if self.rest else ()))

    @property
    def count(self) -> int | None:
        """The number of topic names that match; ``None`` for an open set."""
        if self.rest is not None:
            return None
        return to_number(math.prod(from_number(segment.count) for segment in self.segments))

    def match(self, topic: str) -> dict[str | int, str] | None:
        """The captured values, names by name and sets by position from 0; ``None`` without a match."""
        levels = topic.split("/")
        given, wanted = len(levels), len(self.segments)
        if given < wanted + 1 if self.rest is not None else given != wanted:
            return None
        # A wildcard in the first level does not match names that start with $ [MQTT-4.7.2-1].
        if topic.startswith("$") and (not self.segments or self.segments[0].literal is None):
            return None
        values = captured(self.segments, levels[:wanted])
        if values is None or not topic:
            return None
        if self.rest is not None:
            tail = "/".join(levels[wanted:])
            if _REST.fullmatch(tail) is None:
                return None
            values[self.rest] = tail
        return values

    def format(self, *values: str | int, **names: str | int) -> Topic:
        """Build the topic name with ``values`` for the sets in order and ``names`` for the names.

        Raises:
            InvalidTemplate: a value is missing, unknown, or would not be captured.
            InvalidTopic: the result is too long to be a topic name.
        """
        unknown = names.keys() - set(self.names)
        if unknown:
            every = ", ".join(self.names) or "none"
            hint = did_you_mean(min(unknown), self.names, f"its names: {every}")
            raise self._refused(f"it has no name {min(unknown)!r}; {hint}")
        given = iter(values)
        levels = []
        for segment in self.segments:
            wanted = []
            for part in segment.varying:
                value = names.get(part.name) if isinstance(part, Name) else next(given, None)
                if value is None:
                    what = part.name if isinstance(part, Name) else segment.text
                    raise self._refused(f"there is no value for {what!r}")
                wanted.append(value)
            try:
                levels.append(segment.format(*wanted))
            except ValueError as error:
                raise self._refused(str(error)) from None
        if next(given, None) is not None:
            raise self._refused("there are more values than sets")
        if self.rest is not None:
            tail = names.get(self.rest)
            tail = str(tail) if type(tail) is int else tail
            if not isinstance(tail, str) or _REST.fullmatch(tail) is None:
                raise self._refused(f"{tail!r} is not a value for '{self.rest}...'")
            levels.append(tail)
        topic = Topic("/".join(levels))
        if self.match(topic) is None:
            reason = "a wildcard does not match names that start with $"
            raise InvalidTopic(topic, (0, 1), reason, "MQTT-4.7.2-1")
        return topic

    def _refused(self, reason: str) -> InvalidTemplate:
        return InvalidTemplate(self.text, (0, len(self.text)), reason)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"TopicTemplate({self.text!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TopicTemplate):
            return NotImplemented
        return (self.text, self.segments, self.rest) == (other.text, other.segments, other.rest)

    def __hash__(self) -> int:
        return hash(self.text)

    def __reduce__(self) -> tuple[object, ...]:
        return (_restored, (self.text, self.segments, self.rest))


def _restored(text: str, segments: tuple[Segment, ...], rest: str | None) -> TopicTemplate:
    template = TopicTemplate.__new__(TopicTemplate)
    template._set(text, segments, rest)
    return template


#: The values of a rest name: one or more levels.
_REST = re.compile(r"[^+#\0]*")


@dataclass(frozen=True, slots=True)
class _Rest(Name):
    """The name of the last levels; segments outside this module never have one."""


# --- reading -------------------------------------------------------------------------------------


#: The characters that topic names cannot have [MQTT-4.7.0-1, MQTT-4.7.3-2, MQTT-1.5.4-1].
_NEVER = re.compile("[+#\0\ud800-\udfff]")
_NEVER_REASON = {
    "+": "a topic name cannot contain +; write {name} for any level",
    "#": "a topic name cannot contain #; write {name...} for any levels",
}
_NO_CHARACTER = "a topic name cannot contain this character"


def _parse(text: str) -> tuple[Segment, ...]:
    """Parse the levels of a template; text without brackets and braces needs no parser."""
    if len(text) > MAX_LENGTH:
        raise InvalidTemplate(text, (MAX_LENGTH, len(text)), f"longer than {MAX_LENGTH} characters")
    never = _NEVER.search(text)
    if never is not None:
        raise InvalidTemplate(text, never.span(), _NEVER_REASON.get(never[0], _NO_CHARACTER))
    if "[" not in text and "{" not in text:
        return tuple(Segment(level, (Fixed(level),)) for level in text.split("/"))
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        raise _unexpected(text, error) from None
    levels = [_segment(text, level) for level in tree.children if isinstance(level, Tree)]
    _check_rest(text, tree, levels)
    return tuple(levels)


@functools.cache
def _grammar() -> Lark:
    return Lark.open_from_package(
        __package__, "templates.lark", parser="lalr", start="template", propagate_positions=True
    )


def _segment(text: str, level: Tree[Token]) -> Segment:
    parts: list[Part] = []
    spans: list[tuple[int, int]] = []
    for child in level.children:
        if isinstance(child, Token):
            start, end = child.start_pos or 0, child.end_pos or 0
            parts.append(Fixed(child.replace("[[", "[").replace("{{", "{")))
        else:
            start, end = child.meta.start_pos, child.meta.end_pos
            tokens = [token for token in child.children if isinstance(token, Token)]
            if child.data == "set":
                parts.append(_choice(text, tokens))
            else:
                parts.append((Name if child.data == "name" else _Rest)(str(tokens[0])))
        spans.append((start, end))
    if not parts:
        return Segment("", (Fixed(""),))
    if len(parts) > MAX_PARTS:
        raise InvalidTemplate(text, spans[MAX_PARTS], f"more than {MAX_PARTS} parts in one level")
    _check_split(text, parts, spans)
    return Segment(text[spans[0][0] : spans[-1][1]], tuple(parts))


_RANGE = re.compile(r"([0-9]+)\.\.([0-9]+)")


def _choice(text: str, tokens: list[Token]) -> Choice:
    if len(tokens) > MAX_WORDS:
        span = (tokens[MAX_WORDS].start_pos or 0, tokens[-1].end_pos or 0)
        raise InvalidTemplate(text, span, f"more than {MAX_WORDS:,} items in one set")
    items = [_item(text, token) for token in tokens]
    choice = Choice(tuple(items))
    ranges, words = choice.merged()
    if sum(r.count for r in ranges) + len(words) != choice.count:
        span = (tokens[0].start_pos or 0, tokens[-1].end_pos or 0)
        raise InvalidTemplate(text, span, "two items of the set have the same text")
    return choice


def _item(text: str, token: Token) -> NumberRange | str:
    span = (token.start_pos or 0, token.end_pos or 0)
    word = token.strip()
    if not word:
        raise InvalidTemplate(text, span, "an item of the set is empty")
    if ".." not in word:
        return word
    found = _RANGE.fullmatch(word)
    if found is None:
        raise InvalidTemplate(text, span, "a range needs two whole numbers, such as 1..4")
    low, high = found.groups()
    if max(len(low), len(high)) > MAX_DIGITS:
        raise InvalidTemplate(text, span, f"a number has more than {MAX_DIGITS} digits")
    padded = low != str(int(low)) or high != str(int(high))
    if padded and len(low) != len(high):
        raise InvalidTemplate(
            text, span, "a range with leading zeros needs numbers of equal width, such as 01..24"
        )
    if int(low) > int(high):
        raise InvalidTemplate(text, span, f"the range is reversed: write {high}..{low}")
    return NumberRange(int(low), int(high), len(low) if padded else 0)


def _check_rest(text: str, tree: Tree[Token], levels: list[Segment]) -> None:
    for index, segment in enumerate(levels):
        if not any(isinstance(part, _Rest) for part in segment.parts):
            continue
        level = tree.children[index]
        span = (level.meta.start_pos, level.meta.end_pos) if isinstance(level, Tree) else (0, 1)
        if len(segment.parts) > 1:
            raise InvalidTemplate(text, span, "a rest name must be a whole level")
        if index < len(levels) - 1:
            raise InvalidTemplate(text, span, "a rest name must be the last level, as # must")


def _check_split(text: str, parts: list[Part], spans: list[tuple[int, int]]) -> None:
    """Refuse a level with more than one way to split it.

    From the left, a boundary is certain if the part before it has only one length, or if the text
    after it starts with a character that the part cannot contain; from the right likewise.
    Between the two there may be only one varying part.
    """
    names = [i for i, part in enumerate(parts) if isinstance(part, Name)]
    if len(names) > 1:
        raise InvalidTemplate(
            text, spans[names[1]], "a level with two names can be split in several ways"
        )
    left, right = _uncertain(parts)
    if right > left:
        span = (spans[left][0], spans[right][1])
        reason = "this can be split in several ways; put a text between the two that is in neither"
        raise InvalidTemplate(text, span, reason)


def _uncertain(parts: Sequence[Part]) -> tuple[int, int]:
    """The first and the last varying part with no certain boundary between them; equal if none."""
    varying = [i for i, part in enumerate(parts) if not isinstance(part, Fixed)]
    left = 0
    while left < len(varying) and _certain(parts, varying[left], after=True):
        left += 1
    right = len(varying) - 1
    while right > left and _certain(parts, varying[right], after=False):
        right -= 1
    return (varying[left], varying[right]) if right > left else (0, 0)


def splits_once(parts: Sequence[Part]) -> bool:
    """Whether there is only one way to split a level of these parts, with at most one name."""
    left, right = _uncertain(parts)
    return left == right


def _certain(parts: Sequence[Part], index: int, *, after: bool) -> bool:
    """Whether the end of a varying part is certain; without ``after``, its start."""
    part = parts[index]
    if not isinstance(part, Choice):
        return False
    low, high = part.lengths()
    if low == high:
        return True
    beyond = index + 1 if after else index - 1
    neighbour = parts[beyond] if 0 <= beyond < len(parts) else None
    if isinstance(neighbour, Fixed):
        return neighbour.text[0 if after else -1] not in part.alphabet()
    return isinstance(neighbour, Choice) and not (neighbour.alphabet() & part.alphabet())


def _unexpected(text: str, error: UnexpectedInput) -> InvalidTemplate:
    """Explain an error of the parser."""
    token = getattr(error, "token", None)
    ended = isinstance(token, Token) and token.type == "$END"
    place = len(text) if ended or error.pos_in_stream is None else error.pos_in_stream
    opened = _open_bracket(text, place)
    if opened is None:
        return InvalidTemplate(
            text, (place, place + 1), f"{text[place : place + 1]!r} is not expected here"
        )
    start, bracket = opened
    closing = "]" if bracket == "[" else "}"
    if place >= len(text) or text[place] == "/":
        reason = f"{bracket!r} is never closed; write {bracket * 2} for a {bracket} of the topic"
        return InvalidTemplate(text, (start, start + 1), reason)
    if text[place] == closing and place == start + 1:
        reason = "a set needs at least one item" if bracket == "[" else "a name is missing"
        return InvalidTemplate(text, (start, place + 1), reason)
    if bracket == "{":
        reason = "a name is letters, digits and _, starts with a letter, and may end in ..."
    else:
        reason = f"{text[place]!r} is not allowed in a set"
    return InvalidTemplate(text, (place, place + 1), reason)


def _open_bracket(text: str, before: int) -> tuple[int, str] | None:
    """The last bracket or brace before ``before`` that is not closed."""
    found = None
    index = 0
    while index < min(before, len(text)):
        if text.startswith(("[[", "{{"), index) and found is None:
            index += 2
            continue
        if text[index] in "[{" and found is None:
            found = (index, text[index])
        elif text[index] in "]}/":
            found = None
        index += 1
    return found


def captured(segments: Sequence[Segment], levels: Sequence[str]) -> dict[str | int, str] | None:
    """Match ``levels`` against ``segments``, one by one, and return the captured values.

    Names are under their name, sets under their position from 0. ``None`` if a level does not
    match.
    """
    values: dict[str | int, str] = {}
    position = 0
    for segment, level in zip(segments, levels, strict=True):
        if segment.literal is not None:
            if level != segment.literal:
                return None
            continue
        texts = segment.match(level)
        if texts is None:
            return None
        for part, text in zip(segment.varying, texts, strict=True):
            if isinstance(part, Name):
                values[part.name] = text
            else:
                values[position] = text
                position += 1
    return values
