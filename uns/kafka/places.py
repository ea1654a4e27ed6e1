"""Where a topic lives in Kafka: its place, and the shapes of topics a caller knows.

A Kafka topic is a *place*: the first levels of an MQTT topic below the root,
never its leaf. So it holds all that is said there, and a new metric makes no
new Kafka topic. Which levels those are, and how deep the topics of one place
can be, is the one rule everything else in this package is built on. Record keys,
filters and budgets are not known here.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from uns.counts import NO_END, Count, from_number, to_number
from uns.kafka.names import (
    MAX_LENGTH,
    InvalidSegment,
    KafkaTopic,
    NameTooLong,
    Untranslatable,
    decode_segment,
    encode_levels,
)

__all__ = [
    "Cut",
    "Level",
    "LevelSet",
    "OutsideMapping",
    "PlaceRule",
    "TopicShape",
    "are_listed",
    "fillings",
    "longest_segment",
    "may_be",
    "product_size",
    "size_of",
]

#: Most levels of a topic name: a slash takes one of its 65,535 bytes.
MOST_LEVELS = 65_536

#: Texts of one level that are looked at for the longest.
_MOST_MEASURED = 10_000


class OutsideMapping(Untranslatable):
    """A name this mapping does not speak for: below another root or prefix, or the broker's own."""


# -- What is known of topics ----------------------------------------------------------------------


def _any_text(_: str) -> object:
    return True


@dataclass(frozen=True, slots=True, eq=False)
class LevelSet:
    """Texts a level may have that are too many to be held: a large family, or one without end.

    ``size`` is how many there are, and ``longest`` the one that takes the most
    characters in a Kafka name; ``None`` where there is no telling. ``holds``
    answers yes or no for a text, ``texts`` goes through them if that can be
    done. A set equals itself only.

    >>> fleet = LevelSet(size=90, longest="v90")
    >>> TopicShape(("acme", fleet, "speed")).size
    90
    """

    size: int | None = None
    longest: str | None = None
    holds: Callable[[str], object] = _any_text
    texts: Iterable[str] | None = None


#: A topic level as far as it is known: its text, the texts it may be, or ``None`` for any text.
Level: TypeAlias = str | Collection[str] | LevelSet | None


@dataclass(frozen=True, slots=True)
class TopicShape:
    """Topics that differ only in the texts of some levels: what a template stands for.

    ``levels`` are those of the whole topic, root included, and hashable. Level
    sets in one position, below equal levels, are equal or share nothing; a
    namespace guarantees that. With ``is_open`` they are all topics that start
    so, whatever follows; one level after the root is known at least, and other
    shapes may tell of some of them. ``depth`` is how many levels after the root
    name their place, for a mapping that has to be told.

    >>> TopicShape(("acme", ("munich", "oslo"), "bottling", "oee")).size
    2
    """

    levels: tuple[Level, ...]
    depth: int | None = None
    is_open: bool = False

    @property
    def size(self) -> int | None:
        """How many topics there are, or ``None`` when there is no telling."""
        return None if self.is_open else to_number(product_size(self.levels))


def size_of(level: Level) -> Count:
    """How many texts the level may have; where there is no telling, there is no end."""
    if level is None or isinstance(level, str):
        return NO_END if level is None else 1
    return from_number(level.size) if isinstance(level, LevelSet) else len(level)


def product_size(levels: Iterable[Level]) -> Count:
    """In how many ways ``levels`` can be filled in."""
    size: Count = 1
    for level in levels:
        size *= size_of(level)
    return size


def are_listed(levels: Iterable[Level]) -> bool:
    """Whether :func:`fillings` can go through these levels."""
    return all(
        level is not None and (not isinstance(level, LevelSet) or level.texts is not None)
        for level in levels
    )


def fillings(levels: Iterable[Level]) -> Iterator[tuple[str, ...]]:
    """The levels filled in, in every way there is; all of them are listed."""
    return itertools.product(*map(_texts, levels))


def _texts(level: Level) -> Iterable[str]:
    if level is None or isinstance(level, str):
        return () if level is None else (level,)
    return (level.texts or ()) if isinstance(level, LevelSet) else level


def may_be(level: Level, text: str) -> bool:
    """Whether the level can have this text, as far as it is known."""
    if level is None:
        return True
    if isinstance(level, str):
        return level == text
    return bool(level.holds(text)) if isinstance(level, LevelSet) else text in level


def longest_segment(level: Level) -> str | None:
    """The longest segment that stands for the level in a name, or ``None`` without telling."""
    if isinstance(level, LevelSet):
        level = level.longest
    if level is None or isinstance(level, str):
        return None if level is None else encode_levels(level)
    if len(level) > _MOST_MEASURED:
        return None
    return max(map(encode_levels, level), key=len, default="")


# -- Where they live ------------------------------------------------------------------------------


class Cut(NamedTuple):
    """Topics of one shape whose places are equally deep, and how many levels such topics have."""

    #: What is known of the levels that name the places.
    place: tuple[Level, ...]
    fewest: int
    #: ``None`` where there is no end.
    most: int | None

    @property
    def depth(self) -> int:
        """How many levels the places have."""
        return len(self.place)


@dataclass(frozen=True, slots=True)
class PlaceRule:
    """How a topic is cut into its place and the rest.

    The place is the root and the first ``min(split, levels - 1)`` levels after
    it, at least one; ``shortest`` is the fewest levels after the root a topic
    may have: 2 where something must be left for the record key. A root of one
    slash is the empty level in front of names that start with it.
    """

    prefix: str
    root: str
    split: int
    shortest: int
    overflow: bool
    #: Whether the caller says for each topic how deep its place is; ``split`` is then the deepest.
    varies: bool = False
    #: What every name starts with: the prefix and the root's segments.
    head: str = field(init=False)
    #: Where topics go whose own name would be too long, if anywhere.
    bucket: KafkaTopic | None = field(init=False)
    root_levels: tuple[str, ...] = field(init=False)
    _lead: str = field(init=False)

    def __post_init__(self) -> None:
        # One slash is the empty level in front of names that start with it, not two of them.
        root = self.root if self.root != "/" else ""
        root_levels = tuple(root.split("/")) if self.root else ()
        head = f"{self.prefix}.{encode_levels(root)}" if self.root else self.prefix
        # No dot after the prefix: no selector of places can take the bucket for one.
        bucket = KafkaTopic(f"{self.prefix}-x-overflow") if self.overflow else None
        object.__setattr__(self, "head", head)
        object.__setattr__(self, "bucket", bucket)
        object.__setattr__(self, "root_levels", root_levels)
        object.__setattr__(self, "_lead", f"{root}/" if self.root else "")

    def depth(self, levels: int) -> int:
        """How many of a topic's ``levels`` after the root name its place, if nobody says it."""
        return max(1, min(self.split, levels - 1))

    def below_root(self, shape: TopicShape) -> tuple[Level, ...] | None:
        """The levels after the root, or ``None`` for topics this mapping does not translate."""
        below = shape.levels[len(self.root_levels) :]
        shortest = 1 if shape.is_open else self.shortest
        if len(below) < shortest or not all(map(may_be, shape.levels, self.root_levels)):
            return None
        hidden = not self.root and isinstance(below[0], str) and below[0].startswith("$")
        return None if hidden else below

    def cuts(self, shape: TopicShape, beyond: int) -> Iterator[Cut]:
        """The topics of a shape by the depth of their places; none that are not translated.

        Places deeper than ``beyond`` levels, of which nothing is known, are not told apart.
        """
        below = self.below_root(shape)
        if below is None:
            return
        known = len(below)
        first = self.depth(known) if shape.depth is None else max(1, min(shape.depth, known - 1))
        if not shape.is_open or shape.depth is not None:
            yield Cut(below[:first], max(known, self.shortest), None if shape.is_open else known)
            return
        last = max(first, min(self.split, max(known, beyond) + 1))
        for depth in range(first, last + 1):
            place = (*below[:depth], *(None,) * (depth - known))
            fewest = max(known, self.shortest, depth + 1 if depth > 1 else 1)
            yield Cut(place, fewest, None if self.varies or depth == last else depth + 1)

    def place_of(self, topic: str, split: int) -> str:
        """The levels of ``topic``, a valid name, that name its place; root included.

        They are as many after the root as ``split`` says, without the leaf.
        Raises :class:`OutsideMapping`.
        """
        # Names that start with '$' are the broker's own [MQTT-4.7.2-1]: a root must ask for them.
        if not topic.startswith(self._lead) or (not self.root and topic[0] == "$"):
            raise OutsideMapping(topic, self._why_outside())
        deepest = min(len(self.root_levels) + split, MOST_LEVELS)
        levels = topic.split("/", deepest)
        if len(levels) > deepest:
            return topic[: -len(levels[-1]) - 1]
        if len(levels) > len(self.root_levels) + 1:
            return topic.rpartition("/")[0]
        if self.shortest > 1:
            raise OutsideMapping(topic, "one level names the place and leaves none for the key")
        return topic

    def _why_outside(self) -> str:
        if self.root:
            return f"this mapping translates topics below {self.root!r} only"
        return (
            "topics that start with '$' are the broker's own; a mapping with such a root has them"
        )

    def name(self, place: str) -> KafkaTopic:
        """The Kafka topic of a place.

        Raises :class:`~uns.kafka.names.NameTooLong` where there is no bucket.
        """
        name = f"{self.prefix}.{encode_levels(place)}"
        if len(name) <= MAX_LENGTH:
            # Past the gate, for what the codec writes is legal but for its length.
            return str.__new__(KafkaTopic, name)
        if self.bucket is not None:
            return self.bucket
        raise NameTooLong(place, f"its Kafka name takes {len(name):,} of {MAX_LENGTH} characters")

    def names(self, place: tuple[Level, ...]) -> Iterator[KafkaTopic]:
        """The Kafka topics of places without their root, all listed; none that are too long."""
        for filling in fillings(place):
            try:
                yield self.name("/".join((*self.root_levels, *filling)))
            except NameTooLong:
                continue  # no record of these topics can be in Kafka

    def place_named(self, name: str) -> str:
        """The place a Kafka topic is named after; root included.

        Raises :class:`OutsideMapping` for a name no place has.
        """
        lead = f"{self.prefix}."
        if not name.startswith(lead):
            raise OutsideMapping(name, f"this mapping names its Kafka topics '{lead}...'")
        try:
            return "/".join(map(decode_segment, name[len(lead) :].split(".")))
        except InvalidSegment as error:
            raise OutsideMapping(name, f"{error.text!r} is no topic level, encoded") from None
