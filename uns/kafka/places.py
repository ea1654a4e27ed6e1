"""Where a topic lives in Kafka: its place, and the shapes of topics a caller knows.

A Kafka topic is a *place*: the first levels of an MQTT topic below the root,
never its leaf. So it holds all that is said there, and a new metric makes no
new Kafka topic. Which levels those are, and how deep the topics of one place
can be, is the one rule everything else in this wing is built on. Record keys,
filters and budgets are not known here.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

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
    "Level",
    "OutsideMapping",
    "PlaceRule",
    "TopicShape",
    "fillings",
    "may_be",
    "product_size",
]

#: A topic level as far as it is known: its text, the texts it may be, or ``None`` for any text.
Level: TypeAlias = str | Collection[str] | None


class OutsideMapping(Untranslatable):
    """A name this mapping does not speak for: below another root or prefix, or the broker's own."""


@dataclass(frozen=True, slots=True)
class TopicShape:
    """Topics that differ only in the texts of some levels: what a template stands for.

    ``levels`` are those of the whole topic, root included, and hashable. Level
    sets in one position, below equal levels, are equal or share nothing; a
    namespace guarantees that. ``count`` is how many topics there are, needed
    only where an open level (``None``) keeps it from being computed.
    ``longest`` is an example of the longest topic, needed only for large or
    open sets.

    >>> TopicShape(("acme", ("munich", "oslo"), "bottling", "oee")).size
    2
    """

    levels: tuple[Level, ...]
    count: int | None = None
    longest: str = ""

    @property
    def size(self) -> int | None:
        """How many topics there are: as given, else as computed, else ``None``."""
        return product_size(self.levels) if self.count is None else self.count


def product_size(levels: Iterable[Level]) -> int | None:
    """In how many ways ``levels`` can be filled in, or ``None`` when there is no end of them."""
    size = 1
    for level in levels:
        if level is None:
            return None
        if not isinstance(level, str):
            size *= len(level)
    return size


def fillings(levels: Iterable[Level]) -> Iterator[tuple[str, ...]]:
    """The levels filled in, in every way there is; none of them is open."""
    return itertools.product(
        *((level,) if isinstance(level, str) else level for level in levels if level is not None)
    )


def may_be(level: Level, text: str) -> bool:
    """Whether the level can have this text, as far as it is known."""
    if level is None:
        return True
    return level == text if isinstance(level, str) else text in level


@dataclass(frozen=True, slots=True)
class PlaceRule:
    """How a topic is cut into its place and the rest.

    The place is the root and the first ``min(split, levels - 1)`` levels after
    it, at least one; ``shortest`` is the fewest levels after the root a topic
    may have: 2 where something must be left for the record key.
    """

    prefix: str
    root: str
    split: int
    shortest: int
    overflow: bool
    #: What every name starts with: the prefix and the root's segments.
    head: str = field(init=False)
    #: Where topics go whose own name would be too long, if anywhere.
    bucket: KafkaTopic | None = field(init=False)
    root_levels: tuple[str, ...] = field(init=False)
    _lead: str = field(init=False)
    _deepest: int = field(init=False)

    def __post_init__(self) -> None:
        root_levels = tuple(self.root.split("/")) if self.root else ()
        head = f"{self.prefix}.{encode_levels(self.root)}" if self.root else self.prefix
        # No dot after the prefix: no selector of places can take the bucket for one.
        bucket = KafkaTopic(f"{self.prefix}-x-overflow") if self.overflow else None
        object.__setattr__(self, "head", head)
        object.__setattr__(self, "bucket", bucket)
        object.__setattr__(self, "root_levels", root_levels)
        object.__setattr__(self, "_lead", f"{self.root}/" if self.root else "")
        object.__setattr__(self, "_deepest", len(root_levels) + self.split)

    def depth(self, levels: int) -> int:
        """How many of a topic's ``levels`` after the root name its place."""
        return max(1, min(self.split, levels - 1))

    def below_root(self, levels: tuple[Level, ...]) -> tuple[Level, ...] | None:
        """The levels after the root, or ``None`` for topics this mapping does not translate."""
        below = levels[len(self.root_levels) :]
        if len(below) < self.shortest or not all(map(may_be, levels, self.root_levels)):
            return None
        hidden = not self.root and isinstance(below[0], str) and below[0].startswith("$")
        return None if hidden else below

    def place_of(self, topic: str) -> str:
        """The levels of ``topic``, a valid name, that name its place; root included.

        Raises :class:`OutsideMapping`.
        """
        # Names that start with '$' are the broker's own [MQTT-4.7.2-1]: a root must ask for them.
        if not topic.startswith(self._lead) or (not self.root and topic[0] == "$"):
            raise OutsideMapping(topic, self._why_outside())
        levels = topic.split("/", self._deepest)
        if len(levels) > self._deepest:
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
            return KafkaTopic(name)
        if self.bucket is not None:
            return self.bucket
        raise NameTooLong(place, f"its Kafka name takes {len(name):,} of {MAX_LENGTH} characters")

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
