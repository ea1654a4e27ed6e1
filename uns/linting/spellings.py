"""The names in a model as they are written; a family is one name, not its members."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from uns.linting.surveys import Survey, Written
from uns.model.tree import PlaceKind
from uns.topics.sets import Choice, NumberRange
from uns.topics.templates import Fixed, Part, Segment

#: Longest name that is compared with others.
LONGEST = 256

_LAST_NUMBER = re.compile(r"(?P<before>.*?)(?P<digits>[0-9]{1,18})(?P<after>[^0-9]*)", re.DOTALL)
_DIGITS = re.compile("[0-9]+")


class Name(NamedTuple):
    """One topic level that a member writes out."""

    text: str
    of: Written


class Numbers(NamedTuple):
    """Topic levels that differ in one number: ``before``, the numbers, ``after``.

    ``width`` is the number of digits if numbers have leading zeros, else 0.
    """

    before: str
    after: str
    low: int
    high: int
    width: int
    of: Written

    @property
    def is_one(self) -> bool:
        """True if it is the number of a single name, not a range."""
        return self.of.place.segment.literal is not None


def names(member: Written) -> Iterator[Name]:
    """The levels that are written out for a member: its key, or every word of its set."""
    segment = member.place.segment
    if segment.literal is not None:
        texts = [segment.literal]
    else:
        texts = [
            segment.format(item)
            for choice in _only_choice(segment)
            for item in choice.items
            if isinstance(item, str)
        ]
    return (Name(text, member) for text in texts if len(text) <= LONGEST)


def numbers(member: Written) -> Iterator[Numbers]:
    """The numbers in the names of a member, a whole range at once."""
    segment = member.place.segment
    if segment.literal is not None:
        found = _LAST_NUMBER.fullmatch(segment.literal) if len(segment.literal) <= LONGEST else None
        if found is not None:
            before, digits, after = found["before"], found["digits"], found["after"]
            padded = digits[0] == "0" and digits != "0"
            number = int(digits)
            yield Numbers(before, after, number, number, len(digits) if padded else 0, member)
        return
    before, after = segment.frame
    if not _DIGITS.search(after) and not before[-1:].isdigit():
        for choice in _only_choice(segment):
            for item in choice.items:
                if isinstance(item, NumberRange):
                    width = item.width if len(str(item.low)) < item.width else 0
                    yield Numbers(before, after, item.low, item.high, width, member)


def _only_choice(segment: Segment) -> Iterator[Choice]:
    """The set of a segment that has just one set and no open name."""
    varying = segment.varying
    if len(varying) == 1 and isinstance(varying[0], Choice):
        yield varying[0]


def texts(segment: Segment) -> Iterator[str]:
    """Topic levels that have every character of a segment; 0 stands for numbers and open names.

    >>> list(texts(Segment.parse("[left,right]-valve[1..3]")))
    ['left-valve0', 'right-valve0', '0-valve0']
    """
    if segment.literal is not None:
        yield segment.literal
        return
    for at, part in enumerate(segment.parts):
        if isinstance(part, Choice):
            for word in part.items:
                if isinstance(word, str):
                    yield "".join(
                        word if index == at else _sample(other)
                        for index, other in enumerate(segment.parts)
                    )
    yield "".join(map(_sample, segment.parts))


def _sample(part: Part) -> str:
    return part.text if isinstance(part, Fixed) else "0"


def stem(segment: Segment) -> str:
    """The fixed text of a segment, one ``#`` for each number or set in it.

    >>> stem(Segment.parse("line[1..3]-in2")), stem(Segment.parse("line12"))
    ('line#-in#', 'line#')
    """
    text = segment.literal
    if text is None:
        text = "".join(map(_sample, segment.parts))
    return _DIGITS.sub("#", text[:LONGEST])


def describe(member: Written) -> str:
    """A member in words: ``work_cell 'filler'``."""
    place = member.place
    what = "topic" if place.kind is PlaceKind.ENDPOINT else "topic level"
    return f"{place.type.level if place.type else what} {place.segment.text!r}"


class Stems(NamedTuple):
    """The stems of names, each with the first member that has it, and the number of members."""

    first: dict[str, Written]
    times: Counter[str]


def stems_of(survey: Survey) -> tuple[Stems, Stems]:
    """The stems of equipment and those of topics."""
    return _counted(survey.members)


def unbound_stems(survey: Survey) -> tuple[Stems, Stems]:
    """The stems of equipment and those of topics, of the names that no `segment` binds."""
    if survey.namespace.segment is not None:
        return _counted(())
    groups = (members for members in survey.written if members)
    return _counted(
        member
        for members in groups
        if all(place.notes.segment is None for place in members[0].group.path)
        for member in members
    )


def _counted(members: Iterable[Written]) -> tuple[Stems, Stems]:
    equipment, topics = Stems({}, Counter()), Stems({}, Counter())
    for member in members:
        into = equipment if member.is_equipment else topics
        text = stem(member.place.segment)
        into.first.setdefault(text, member)
        into.times[text] += 1
    return equipment, topics
