"""What to subscribe to in Kafka for an MQTT topic filter.

A filter becomes the Kafka topics that can hold what it matches, as a regular
expression and, where there is an end to them, as a list; and the filter to
apply to each record afterwards, unless what is read is exactly what was asked
for. A caller who knows which topics there are passes their shapes and gets
tighter plans. Consuming is left to the caller's client.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

from uns.kafka.names import MAX_LENGTH, KafkaTopic, NameTooLong, encode_levels
from uns.kafka.places import Level, PlaceRule, TopicShape, fillings, may_be, product_size
from uns.topics import SharedSubscription, TopicFilter, subscription

__all__ = ["MOST_LISTED", "SubscriptionPlan", "plan_subscription"]

#: A plan lists no more Kafka topics than this; no cluster the planner would advise has as many.
MOST_LISTED: Final = 10_000


@dataclass(frozen=True, slots=True)
class SubscriptionPlan:
    """How to read from Kafka what an MQTT subscription would deliver.

    ``topics`` are the Kafka topics to list, or ``None`` where there is no end
    of them. ``regex`` selects the same and those of their form still to come;
    it means one thing to Java, librdkafka, RE2 and Python, searched or
    matched. ``key_filter`` is what the MQTT topic of a record must match;
    ``exact`` says that every record read does, listed or selected.
    ``group_id`` is the consumer group of a shared subscription.
    ``amplification`` is how many records are read from ``topics`` for each one
    asked for, were all MQTT topics equally busy; ``None`` where not known.
    """

    topics: tuple[KafkaTopic, ...] | None
    regex: str
    exact: bool
    key_filter: TopicFilter
    group_id: str | None = None
    amplification: float | None = None


def plan_subscription(
    rule: PlaceRule, text: str, shapes: Iterable[TopicShape] | None = None
) -> SubscriptionPlan:
    """The plan for a topic filter or a shared subscription.

    ``shapes`` are all topics there are; leave them out where others may appear.

    Raises :class:`~uns.topics.InvalidTopicFilter`.
    """
    wanted = subscription(text)
    if isinstance(wanted, SharedSubscription):
        key_filter, group_id = wanted.filter, wanted.share_name
    else:
        key_filter, group_id = wanted, None
    asked = _below_root(rule, key_filter)
    selectors = () if asked is None else _selectors(rule, asked)
    plan = SubscriptionPlan(
        topics=_pinned(selectors),
        regex=_regex(selectors),
        exact=all(selector.exact for selector in selectors),
        key_filter=key_filter,
        group_id=group_id,
    )
    if asked is None or shapes is None:
        return plan
    return _tightened(plan, rule, asked, selectors, shapes)


def _tightened(
    plan: SubscriptionPlan,
    rule: PlaceRule,
    asked: _Asked,
    selectors: Iterable[_Selector],
    shapes: Iterable[TopicShape],
) -> SubscriptionPlan:
    """The plan without the places where no known topic matches."""
    depths = asked.depths(rule)
    patches = [patch for patch in _patches(rule, asked, shapes) if patch.depth in depths]
    tallies = _tallies(rule, asked, patches)
    if tallies is None:
        reached = {patch.depth for patch in patches if patch.share != 0} | {0}
    else:
        reached = {tally.depth for tally in tallies.values() if tally.is_wanted}
    kept = tuple(selector for selector in selectors if any(map(selector.takes, reached)))
    tighter = replace(
        plan,
        topics=_pinned(kept),
        regex=_regex(kept),
        exact=all(selector.exact for selector in kept),
    )
    if tallies is None:
        return tighter
    topics = tuple(name for name, tally in tallies.items() if tally.is_wanted)
    read = (tally for tally in tallies.values() if any(s.takes(tally.depth) for s in kept))
    return replace(
        tighter,
        topics=topics,
        exact=tighter.exact or all(tally.is_whole for tally in read),
        amplification=_amplification(tallies[name] for name in topics),
    )


# -- The filter below the root --------------------------------------------------------------------


class _Asked(NamedTuple):
    """A filter below the root: ``None`` for ``+``, ``open`` for a ``#`` at the end."""

    levels: tuple[str | None, ...]
    open: bool
    #: The fewest levels of a topic that starts as the filter does.
    fewest: int

    @property
    def is_everything(self) -> bool:
        """Whether it matches every topic below the root."""
        return self.open and self.levels in ((), (None,))

    def admits(self, levels: int) -> bool:
        """Whether it matches topics of so many levels."""
        return levels == len(self.levels) or (self.open and levels > len(self.levels))

    def depths(self, rule: PlaceRule) -> range:
        """How many levels the places have that can hold what it matches."""
        least = rule.depth(max(self.fewest, len(self.levels)))
        return range(least, (rule.split if self.open else least) + 1)


def _below_root(rule: PlaceRule, key_filter: TopicFilter) -> _Asked | None:
    """What the filter asks of the levels after the root; ``None`` when no topic can match."""
    levels = key_filter.canonical.levels
    first = levels[0]
    root = rule.root_levels
    # A wildcard in the first level passes over names that start with '$' [MQTT-4.7.2-1].
    if first in ("+", "#") and rule.root.startswith("$"):
        return None
    if first.startswith("$") and not root:
        return None
    is_open = levels[-1] == "#"
    levels = levels[:-1] if is_open else levels
    if any(mine not in ("+", name) for mine, name in zip(levels, root, strict=False)):
        return None
    below = tuple(None if level == "+" else level for level in levels[len(root) :])
    # Without a root, '' alone would be the empty topic name, which does not exist [MQTT-4.7.3-1].
    fewest = 2 if not root and below[:1] == ("",) else rule.shortest
    if len(below) < fewest and not is_open:
        return None
    return _Asked(below, is_open, fewest)


# -- The names it selects -------------------------------------------------------------------------


class _Selector(NamedTuple):
    """Kafka topics of one form, which can hold topics the filter matches."""

    #: Their names as a regular expression, without anchors.
    pattern: str
    #: Their name, where there is one only.
    name: KafkaTopic | None
    #: Whether all they hold matches.
    exact: bool
    #: How many levels their places have; 0 for the bucket, which is no place.
    depth: int
    #: Whether deeper places are meant as well.
    deeper: bool

    def takes(self, depth: int) -> bool:
        """Whether places of this depth are among them."""
        return depth == self.depth or (self.deeper and depth > self.depth)


def _selectors(rule: PlaceRule, asked: _Asked) -> tuple[_Selector, ...]:
    """At most three: the places that can hold the shortest match, deeper ones, the bucket.

    The leaf is never part of a place. So what ``acme/munich/#`` matches is not
    only in ``acme.munich`` and below it: the topic ``acme/munich`` itself is in
    ``acme``, among others.
    """
    depths = [asked.depths(rule)[0]]
    if len(asked.levels) in asked.depths(rule)[1:]:
        depths.append(len(asked.levels))
    selectors: list[_Selector] = []
    spills = False
    for depth in depths:
        levels = asked.levels[:depth]
        segments = [None if level is None else encode_levels(level) for level in levels]
        segments += [None] * (depth - len(segments))
        deeper = asked.open and len(asked.levels) <= depth < rule.split
        fits = len(rule.head) + sum(len(segment or "-") + 1 for segment in segments) <= MAX_LENGTH
        spills = spills or deeper or not fits or None in segments
        if fits:
            selectors.append(_selector(rule, asked, segments, deeper=deeper))
    if rule.bucket is not None and spills:
        pattern = _quoted(rule.bucket)
        selectors.append(_Selector(pattern, rule.bucket, asked.is_everything, 0, deeper=False))
    return tuple(selectors)


def _selector(
    rule: PlaceRule, asked: _Asked, segments: list[str | None], *, deeper: bool
) -> _Selector:
    depth = len(segments)
    wildcards = deeper or None in segments
    pattern = "".join(rf"\.{segment or '[^.]+'}" for segment in segments)
    return _Selector(
        pattern=_quoted(rule.head) + pattern + (r"(\.[^.]+)*" if deeper else ""),
        name=None if wildcards else KafkaTopic(".".join([rule.head, *filter(None, segments)])),
        exact=_takes_all(rule, asked, depth),
        depth=depth,
        deeper=deeper,
    )


def _takes_all(rule: PlaceRule, asked: _Asked, depth: int) -> bool:
    """Whether the filter matches all that places of this depth hold, if it matches the place."""
    if any(level is not None for level in asked.levels[depth:]):
        return False
    fewest = asked.fewest if depth == 1 else depth + 1
    # Only the deepest places hold topics of more than one level further.
    most = None if depth == rule.split else depth + 1
    return fewest >= len(asked.levels) and (asked.open or most == len(asked.levels))


def _quoted(name: str) -> str:
    return name.replace(".", r"\.")


def _regex(selectors: Iterable[_Selector]) -> str:
    """One anchored expression, in what Java, POSIX, RE2 and Python read alike: no ``(?:``.

    With nothing to select it is ``^$``: no Kafka topic has an empty name.
    """
    patterns = [selector.pattern for selector in selectors]
    return f"^({'|'.join(patterns)})$" if len(patterns) > 1 else f"^{''.join(patterns)}$"


def _pinned(selectors: Iterable[_Selector]) -> tuple[KafkaTopic, ...] | None:
    """The names selected, when each selector has one only."""
    names = [selector.name for selector in selectors]
    known = tuple(name for name in names if name is not None)
    return known if len(known) == len(names) else None


# -- The topics there are -------------------------------------------------------------------------


class _Patch(NamedTuple):
    """Topics of one shape, in those of their places that the filter may reach."""

    place: tuple[Level, ...]
    #: The part of them that matches; not a number where that is unknown.
    share: float
    #: How many of them each place holds; not a number where that is unknown.
    each: float

    @property
    def depth(self) -> int:
        """How many levels the places have."""
        return len(self.place)


def _patches(rule: PlaceRule, asked: _Asked, shapes: Iterable[TopicShape]) -> Iterator[_Patch]:
    for shape in shapes:
        levels = rule.below_root(shape.levels)
        if levels is None:
            continue
        depth = rule.depth(len(levels))
        place = _narrowed(levels[:depth], asked.levels)
        if place is None:
            continue
        share = _share(levels[depth:], asked.levels[depth:]) if asked.admits(len(levels)) else 0.0
        places = product_size(shape.levels[: len(rule.root_levels) + depth])
        each = math.nan if shape.size is None or not places else shape.size / places
        yield _Patch(place, share, each)


def _narrowed(place: tuple[Level, ...], asked: tuple[str | None, ...]) -> tuple[Level, ...] | None:
    """What the literals of the filter leave of these places, if anything."""
    narrowed = list(place)
    for at, (level, text) in enumerate(zip(place, asked, strict=False)):
        if text is None:
            continue
        if not may_be(level, text):
            return None
        narrowed[at] = text
    return tuple(narrowed)


def _share(levels: tuple[Level, ...], asked: tuple[str | None, ...]) -> float:
    """Which part of the topics that end in these ``levels`` ends as asked."""
    share = 1.0
    for level, text in zip(levels, asked, strict=False):
        if text is None:
            continue
        if not may_be(level, text):
            return 0.0
        size = product_size((level,))
        share = math.nan if size is None else share / size
    return share


@dataclass(slots=True)
class _Tally:
    """How many topics one Kafka topic holds, and how many of them match."""

    depth: int
    read: float = 0.0
    wanted: float = 0.0
    is_wanted: bool = False
    is_whole: bool = True

    def add(self, patch: _Patch) -> None:
        """Count in the topics of one shape."""
        self.read += patch.each
        self.wanted += patch.each * patch.share
        self.is_wanted = self.is_wanted or patch.share != 0
        self.is_whole = self.is_whole and patch.share == 1


_Tallies: TypeAlias = dict[KafkaTopic, _Tally]


def _tallies(rule: PlaceRule, asked: _Asked, patches: Iterable[_Patch]) -> _Tallies | None:
    """What each Kafka topic holds that the filter may reach; ``None`` if there is no listing them."""
    groups: dict[tuple[Level, ...], list[_Patch]] = {}
    for patch in patches:
        groups.setdefault(patch.place, []).append(patch)
    tallies: _Tallies = {}
    for place, group in groups.items():
        size = product_size(place)
        if size is None or size + len(tallies) > MOST_LISTED:
            return None
        for filling in fillings(place):
            try:
                name = rule.name("/".join((*rule.root_levels, *filling)))
            except NameTooLong:
                continue  # no record of these topics can be in Kafka
            depth = 0 if name == rule.bucket else len(place)
            tally = tallies.setdefault(name, _Tally(depth))
            for patch in group:
                tally.add(patch)
    if rule.bucket is not None and rule.bucket in tallies and not asked.is_everything:
        # It also holds topics of places that this filter does not reach.
        tallies[rule.bucket].is_whole = False
        tallies[rule.bucket].read = math.nan
    return tallies


def _amplification(tallies: Iterable[_Tally]) -> float | None:
    """Records read for each one asked for."""
    read = wanted = 0.0
    for tally in tallies:
        read += tally.read
        wanted += tally.wanted
    ratio = read / wanted if wanted else math.nan
    return None if math.isnan(ratio) else ratio
