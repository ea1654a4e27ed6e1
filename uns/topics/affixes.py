"""The texts that all levels of a segment start and end with.

Two segments can share a level only if one starts with a text that the other starts with too, and
ends likewise. So most segments are told apart by two look-ups, without comparing automata.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product, repeat
from typing import NamedTuple, TypeAlias

from uns.topics import automata
from uns.topics.sets import Choice, NumberRange
from uns.topics.templates import Fixed, Part, Segment

#: Most texts at one end of a segment, and the most characters of each.
MOST_TEXTS, LONGEST_TEXT = 8, 64


class Affix(NamedTuple):
    """A text at the start of levels; ``whole`` if nothing follows it."""

    text: str
    whole: bool


#: Every level starts with one of these.
_Affixes: TypeAlias = frozenset[Affix]

_NOTHING: _Affixes = frozenset([Affix("", whole=True)])
_ANYTHING: _Affixes = frozenset([Affix("", whole=False)])


class Affixes(NamedTuple):
    """Which levels a segment may have.

    A level is one of ``words``, or it starts with the first and ends with the second text of one
    of ``ends``. The second texts are written backwards.

    >>> affixes(Segment.parse("line[1..2]"))
    Affixes(words=('line1', 'line2'), ends=())
    >>> affixes(Segment.parse("line[1..99]-in"))
    Affixes(words=(), ends=(('line', 'ni-'),))
    """

    words: tuple[str, ...]
    ends: tuple[tuple[str, str], ...]


def affixes(segment: Segment) -> Affixes:
    """The texts that the levels of a segment start and end with.

    >>> from uns.topics.patterns import Pattern
    >>> affixes(Segment.parse("x-{id}", Pattern("[ab][0-9]+(-k)?")))
    Affixes(words=(), ends=(('x-a', ''), ('x-b', '')))
    """
    starts = _joined(_of_part(part, backwards=False) for part in segment.parts)
    if all(start.whole for start in starts):
        return Affixes(tuple(sorted(start.text for start in starts)), ())
    ends = _joined(_of_part(part, backwards=True) for part in reversed(segment.parts))
    return Affixes((), tuple(product(_needed(starts), _needed(ends))))


def _needed(found: _Affixes) -> list[str]:
    """The texts, without those that start with another one."""
    needed: list[str] = []
    for text in sorted(affix.text for affix in found):
        if not needed or not text.startswith(needed[-1]):
            needed.append(text)
    return needed


def _of_part(part: Part, *, backwards: bool) -> _Affixes:
    if isinstance(part, Fixed):
        return _all_of([_turned(part.text, backwards)])
    if isinstance(part, Choice):
        return _of_set(part, backwards=backwards)
    return _of_node(part.pattern.tree, backwards) if part.pattern is not None else _ANYTHING


def _turned(text: str, backwards: bool) -> str:
    return text[::-1] if backwards else text


def _of_set(choice: Choice, *, backwards: bool) -> _Affixes:
    if choice.count <= MOST_TEXTS:
        return _all_of(_turned(text, backwards) for text in choice)
    texts: list[str] = []
    for item in choice.items:
        if isinstance(item, NumberRange):
            # Numbers of one length start like the lowest and the highest; they end in any digit.
            low, high = (f"{at:0{item.width}d}" for at in (item.low, item.high))
            if backwards or len(low) != len(high):
                return _ANYTHING
            texts += [low, high]
        else:
            texts.append(_turned(item, backwards))
    return _started(texts)


def _all_of(texts: Iterable[str]) -> _Affixes:
    """Exactly these texts, shortened if they are long."""
    return _few({_cut(text, whole=True) for text in texts})


def _cut(text: str, *, whole: bool) -> Affix:
    return Affix(text[:LONGEST_TEXT], whole and len(text) <= LONGEST_TEXT)


def _few(found: Iterable[Affix]) -> _Affixes:
    """These, or if they are too many the text that all start with."""
    found = frozenset(found)
    return found if len(found) <= MOST_TEXTS else _started([affix.text for affix in found])


def _started(texts: list[str]) -> _Affixes:
    """The text that all start with."""
    low, high = min(texts), max(texts)
    same = next(
        (at for at, pair in enumerate(zip(low, high, strict=False)) if pair[0] != pair[1]), len(low)
    )
    return frozenset([Affix(low[: min(same, LONGEST_TEXT)], whole=False)])


def _joined(parts: Iterable[_Affixes]) -> _Affixes:
    """One part after the other, as far as a few texts tell."""
    found = _NOTHING
    for part in parts:
        whole = [affix.text for affix in found if affix.whole]
        if not whole:
            break
        longer = {_cut(text + more.text, whole=more.whole) for text in whole for more in part}
        longer.update(affix for affix in found if not affix.whole)
        if len(longer) > MOST_TEXTS:
            return _few(Affix(affix.text, whole=False) for affix in found)
        found = frozenset(longer)
    return found


def _of_node(node: automata.Node, backwards: bool) -> _Affixes:
    """The same of a pattern, by its syntax tree."""
    match node:
        case automata.One(characters):
            size = sum(high - low + 1 for low, high in characters)
            if size > MOST_TEXTS:
                return _ANYTHING
            return _all_of(chr(code) for low, high in characters for code in range(low, high + 1))
        case automata.Sequence(parts):
            ordered = reversed(parts) if backwards else parts
            return _joined(_of_node(part, backwards) for part in ordered)
        case automata.Choice(branches):
            return _few(affix for branch in branches for affix in _of_node(branch, backwards))
        case automata.Repeat(part, low, high):
            return _joined(_repeated(_of_node(part, backwards), low, high))


def _repeated(part: _Affixes, low: int, high: int | None) -> Iterator[_Affixes]:
    yield from repeat(part, low)
    if high == low + 1:
        yield _few(part | _NOTHING)
    elif high != low:
        yield _ANYTHING
