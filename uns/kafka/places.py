"""The place of a topic in Kafka, and the shapes of the topics that a caller knows.

A Kafka topic is a *place*: the first levels of an MQTT topic below the root, never its leaf. So
it has the messages of everything there, and a new metric needs no new Kafka topic. The rest of
the package builds on this rule: which levels make the place, and how deep its topics can be.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
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

#: Most levels of a topic name: each slash is one of its 65,535 bytes.
MOST_LEVELS = 65_536

#: Most texts of one level that are compared to find the longest.
_MOST_MEASURED = 10_000


class OutsideMapping(Untranslatable):
    """A name outside this mapping: below another root or prefix, or one of the broker's topics."""


# -- Known topics ---------------------------------------------------------------------------------


def _any_text(_: str) -> object:
    return True


@dataclass(frozen=True, slots=True, eq=False)
class LevelSet:
    """The texts of a level that are too many to list: a large family, or an infinite one.

    ``size`` is their number, ``longest`` is the text with the longest Kafka name; both are
    ``None`` if not known. ``holds`` says whether a text is in the set, ``texts`` iterates over
    them if possible. A set is equal only to itself.

    >>> fleet = LevelSet(size=90, longest="v90")
    >>> TopicShape(("acme", fleet, "speed")).size
    90
    """

    size: int | None = None
    longest: str | None = None
    holds: Callable[[str], object] = _any_text
    texts: Iterable[str] | None = None


#: A topic level as far as it is known: its text, the possible texts, or ``None`` for any text.
Level: TypeAlias = str | Collection[str] | LevelSet | None


class Flow(NamedTuple):
    """What each of some topics publishes: messages a second, and the mean size of one in bytes.

    What is not known is ``None``, never 0.
    """

    messages: Fraction | None = None
    size: int | None = None


#: What a topic publishes of which nothing is known.
NO_FLOW = Flow()


@dataclass(frozen=True, slots=True)
class TopicShape:
    """Topics that differ only in the texts of some levels, like those of a template.

    ``levels`` are all levels, root included, and hashable. Level sets in one position below equal
    levels are equal or disjoint; a namespace guarantees that. With ``is_open`` the shape is all
    topics that start with these levels; at least one level after the root is known, and other
    shapes may be part of it. ``depth`` is the number of levels after the root that make the
    place, for a mapping in which it depends on the topic. ``flow`` is what each topic publishes.

    >>> TopicShape(("acme", ("munich", "oslo"), "bottling", "oee")).size
    2
    """

    levels: tuple[Level, ...]
    depth: int | None = None
    is_open: bool = False
    flow: Flow = NO_FLOW

    @property
    def size(self) -> int | None:
        """The number of topics, or ``None`` if not known."""
        return None if self.is_open else to_number(product_size(self.levels))


def size_of(level: Level) -> Count:
    """The number of texts of a level; ``NO_END`` if not known."""
    if level is None or isinstance(level, str):
        return NO_END if level is None else 1
    return from_number(level.size) if isinstance(level, LevelSet) else len(level)


def product_size(levels: Iterable[Level]) -> Count:
    """The number of combinations of ``levels``."""
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
    """All combinations of ``levels``, which must all be listed."""
    return itertools.product(*map(_texts, levels))


def _texts(level: Level) -> Iterable[str]:
    if level is None or isinstance(level, str):
        return () if level is None else (level,)
    return (level.texts or ()) if isinstance(level, LevelSet) else level


def may_be(level: Level, text: str) -> bool:
    """Whether the level can have this text."""
    if level is None:
        return True
    if isinstance(level, str):
        return level == text
    return bool(level.holds(text)) if isinstance(level, LevelSet) else text in level


def longest_segment(level: Level) -> str | None:
    """The longest segment of the level in a Kafka name, or ``None`` if not known."""
    if isinstance(level, LevelSet):
        level = level.longest
    if level is None or isinstance(level, str):
        return None if level is None else encode_levels(level)
    if len(level) > _MOST_MEASURED:
        return None
    return max(map(encode_levels, level), key=len, default="")


# -- Places ---------------------------------------------------------------------------------------


class Cut(NamedTuple):
    """The topics of one shape with places of equal depth, and how many levels they have."""

    #: The levels of the places.
    place: tuple[Level, ...]
    fewest: int
    #: ``None`` for no limit.
    most: int | None

    @property
    def depth(self) -> int:
        """The number of levels of the places."""
        return len(self.place)


@dataclass(frozen=True, slots=True)
class PlaceRule:
    """Splits a topic into its place and the rest.

    The place is the root and the first ``min(split, levels - 1)`` levels after it, at least one.
    ``shortest`` is the fewest levels that a topic may have after the root: 2 if the record key
    needs one. A root of one slash is the empty level in front of names that start with it.
    """

    prefix: str
    root: str
    split: int
    shortest: int
    overflow: bool
    #: Whether the depth of the place depends on the topic; ``split`` is then the deepest.
    varies: bool = False
    #: The start of every name: the prefix and the root's segments.
    head: str = field(init=False)
    #: The Kafka topic for topics whose name would be too long, if there is one.
    bucket: KafkaTopic | None = field(init=False)
    root_levels: tuple[str, ...] = field(init=False)
    _lead: str = field(init=False)

    def __post_init__(self) -> None:
        # One slash is one empty level, not two.
        root = self.root if self.root != "/" else ""
        root_levels = tuple(root.split("/")) if self.root else ()
        head = f"{self.prefix}.{encode_levels(root)}" if self.root else self.prefix
        # Without a dot after the prefix, so that the bucket never looks like a place.
        bucket = KafkaTopic(f"{self.prefix}-x-overflow") if self.overflow else None
        object.__setattr__(self, "head", head)
        object.__setattr__(self, "bucket", bucket)
        object.__setattr__(self, "root_levels", root_levels)
        object.__setattr__(self, "_lead", f"{root}/" if self.root else "")

    def depth(self, levels: int) -> int:
        """The default number of levels of the place, for a topic with ``levels`` after the root."""
        return max(1, min(self.split, levels - 1))

    def below_root(self, shape: TopicShape) -> tuple[Level, ...] | None:
        """The levels after the root, or ``None`` for topics that this mapping does not translate."""
        below = shape.levels[len(self.root_levels) :]
        shortest = 1 if shape.is_open else self.shortest
        if len(below) < shortest or not all(map(may_be, shape.levels, self.root_levels)):
            return None
        hidden = not self.root and isinstance(below[0], str) and below[0].startswith("$")
        return None if hidden else below

    def cuts(self, shape: TopicShape, beyond: int) -> Iterator[Cut]:
        """The translated topics of a shape, by the depth of their places.

        Places deeper than ``beyond`` levels, of which nothing is known, are combined.
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
        """The place of ``topic``, a valid name: the root and ``split`` levels, without the leaf.

        Raises :class:`OutsideMapping`.
        """
        # Names that start with '$' belong to the broker [MQTT-4.7.2-1], unless the root has them.
        if not topic.startswith(self._lead) or (not self.root and topic[0] == "$"):
            raise OutsideMapping(topic, self._why_outside())
        deepest = min(len(self.root_levels) + split, MOST_LEVELS)
        levels = topic.split("/", deepest)
        if len(levels) > deepest:
            return topic[: -len(levels[-1]) - 1]
        if len(levels) > len(self.root_levels) + 1:
            return topic.rpartition("/")[0]
        if self.shortest > 1:
            raise OutsideMapping(topic, "its only level is the place, so there is none for the key")
        return topic

    def _why_outside(self) -> str:
        if self.root:
            return f"this mapping translates topics below {self.root!r} only"
        return "topics that start with '$' belong to the broker; use a root that starts with '$'"

    def name(self, place: str) -> KafkaTopic:
        """The Kafka topic of a place.

        Raises :class:`~uns.kafka.names.NameTooLong` if there is no bucket.
        """
        name = f"{self.prefix}.{encode_levels(place)}"
        if len(name) <= MAX_LENGTH:
            # Not checked again: an encoded name is valid except for its length.
            return str.__new__(KafkaTopic, name)
        if self.bucket is not None:
            return self.bucket
        reason = f"its Kafka name has {len(name):,} characters; at most {MAX_LENGTH} are allowed"
        raise NameTooLong(place, reason)

    def names(self, place: tuple[Level, ...]) -> Iterator[KafkaTopic]:
        """The Kafka topics of listed places without their root; names that are too long are skipped."""
        for filling in fillings(place):
            try:
                yield self.name("/".join((*self.root_levels, *filling)))
            except NameTooLong:
                continue  # Kafka cannot have records of these topics

    def place_named(self, name: str) -> str:
        """The place of a Kafka topic, root included.

        Raises :class:`OutsideMapping` for a name that is not of a place.
        """
        lead = f"{self.prefix}."
        if not name.startswith(lead):
            raise OutsideMapping(name, f"the Kafka topics of this mapping start with {lead!r}")
        try:
            return "/".join(map(decode_segment, name[len(lead) :].split(".")))
        except InvalidSegment as error:
            raise OutsideMapping(name, f"{error.text!r} is not an encoded topic level") from None
