"""Plans which Kafka topics to read for an MQTT topic filter.

A plan has the Kafka topics that can contain matches, as a regular expression and, if they are
finite, as a list; and the filter for the records, which is needed unless every record matches. A
caller who knows all topics passes their shapes and gets narrower plans. Reading is done by the
caller's client.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from uns.counts import NO_END, NoEnd
from uns.kafka.names import MAX_LENGTH, KafkaTopic, encode_levels
from uns.kafka.places import (
    Cut,
    Level,
    PlaceRule,
    TopicShape,
    are_listed,
    may_be,
    product_size,
    size_of,
)
from uns.topics.names_and_filters import SharedSubscription, TopicFilter, subscription

#: Sizes are limited to this, so that they fit into a float.
_ASTRONOMIC = 10**300

#: Most Kafka topics that a plan lists; reasonable clusters have fewer.
MOST_LISTED: Final = 10_000


@dataclass(frozen=True, slots=True)
class SubscriptionPlan:
    """How to read from Kafka what an MQTT subscription would deliver.

    ``topics`` are the Kafka topics, or ``None`` if they cannot be listed. ``regex`` selects the
    same topics and future ones of the same form; it has the same meaning in Java, librdkafka, RE2
    and Python, for search and for match. The MQTT topic of a record must match ``key_filter``;
    ``exact`` says that every record does. ``group_id`` is the consumer group of a shared
    subscription. ``amplification`` is the number of records read from ``topics`` per record that
    matches, if all MQTT topics are equally busy; ``None`` if not known.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}}")
    >>> plan = ns.kafka.plan("+/power")
    >>> plan.topics, plan.exact, plan.amplification
    (('uns.lyon',), True, 1.0)
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
    """Make the plan for a topic filter or a shared subscription.

    ``shapes`` are all topics; leave them out if there can be others.

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
    return _narrow_plan(plan, rule, asked, selectors, shapes)


def _narrow_plan(
    plan: SubscriptionPlan,
    rule: PlaceRule,
    asked: _Asked,
    selectors: Iterable[_Selector],
    shapes: Iterable[TopicShape],
) -> SubscriptionPlan:
    """Remove the places where no known topic matches."""
    known = _known(rule, asked, shapes)
    kept = tuple(selector for selector in selectors if any(map(selector.takes, known.reached)))
    narrower = replace(
        plan,
        topics=_pinned(kept),
        regex=_regex(kept),
        exact=all(selector.exact for selector in kept),
    )
    if known.tallies is None:
        return narrower
    reads_others = any(selector.takes(depth) for selector in kept for depth in known.mixed)
    return replace(
        narrower,
        topics=tuple(known.tallies),
        exact=narrower.exact or not reads_others,
        amplification=_amplification(known.tallies.values()),
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

    def admits_some(self, fewest: int, most: int | None) -> bool:
        """Whether it matches topics with at least one number of levels from ``fewest`` to ``most``."""
        ends = most is None or most >= len(self.levels)
        return ends and (self.open or fewest <= len(self.levels))

    def admits_all(self, fewest: int, most: int | None) -> bool:
        """Whether it matches topics with each of these numbers of levels."""
        starts = fewest >= len(self.levels)
        return starts and (self.open or most == len(self.levels))

    def depths(self, rule: PlaceRule) -> range:
        """The depths of the places that can contain matches."""
        least = rule.depth(max(self.fewest, len(self.levels)))
        return range(1 if rule.varies else least, (rule.split if self.open else least) + 1)


def _below_root(rule: PlaceRule, key_filter: TopicFilter) -> _Asked | None:
    """The filter for the levels after the root; ``None`` if no topic can match."""
    levels = key_filter.canonical.levels
    first = levels[0]
    root = rule.root_levels
    # A wildcard in the first level does not match names that start with '$' [MQTT-4.7.2-1].
    if first in ("+", "#") and rule.root.startswith("$"):
        return None
    if first.startswith("$") and not root:
        return None
    is_open = levels[-1] == "#"
    levels = levels[:-1] if is_open else levels
    if any(mine not in ("+", name) for mine, name in zip(levels, root, strict=False)):
        return None
    below = tuple(None if level == "+" else level for level in levels[len(root) :])
    # Without a root, '' alone would be the empty topic name, which is not allowed [MQTT-4.7.3-1].
    fewest = 2 if not root and below[:1] == ("",) else rule.shortest
    if len(below) < fewest and not is_open:
        return None
    return _Asked(below, is_open, fewest)


# -- The Kafka topics it selects ------------------------------------------------------------------


class _Selector(NamedTuple):
    """Kafka topics of one form that can contain matches."""

    #: Their names as a regular expression, without anchors.
    pattern: str
    #: Their name, if there is only one.
    name: KafkaTopic | None
    #: Whether all their records match.
    exact: bool
    #: The number of levels of their places; 0 for the bucket, which is not a place.
    depth: int
    #: Whether deeper places are included.
    deeper: bool

    def takes(self, depth: int) -> bool:
        """Whether places of this depth are included."""
        return depth == self.depth or (self.deeper and depth > self.depth)


def _selectors(rule: PlaceRule, asked: _Asked) -> tuple[_Selector, ...]:
    """The places that can contain the shortest match, those below, and the bucket.

    The leaf is never part of a place. So the matches of ``acme/munich/#`` are not only in
    ``acme.munich`` and below: the topic ``acme/munich`` itself is in ``acme``.
    """
    reach = asked.depths(rule)
    # The last selector includes all depths beyond the levels of the filter.
    depths = reach[: max(1, len(asked.levels) - reach[0] + 1)]
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
    """Whether the filter matches all topics in places of this depth that it matches."""
    if any(level is not None for level in asked.levels[depth:]):
        return False
    fewest = asked.fewest if depth == 1 else depth + 1
    # Unless places vary, only the deepest ones contain topics with more than one further level.
    most = None if rule.varies or depth == rule.split else depth + 1
    return fewest >= len(asked.levels) and (asked.open or most == len(asked.levels))


def _quoted(name: str) -> str:
    return name.replace(".", r"\.")


def _regex(selectors: Iterable[_Selector]) -> str:
    """One anchored expression that Java, POSIX, RE2 and Python read alike: without ``(?:``.

    With nothing to select it is ``^$``, which matches no Kafka topic.
    """
    patterns = [selector.pattern for selector in selectors]
    return f"^({'|'.join(patterns)})$" if len(patterns) > 1 else f"^{''.join(patterns)}$"


def _pinned(selectors: Iterable[_Selector]) -> tuple[KafkaTopic, ...] | None:
    """The selected names, if each selector has only one."""
    names = [selector.name for selector in selectors]
    known = tuple(name for name in names if name is not None)
    return known if len(known) == len(names) else None


# -- Known topics ---------------------------------------------------------------------------------


class _Patch(NamedTuple):
    """The topics of one shape in places that can contain matches."""

    place: tuple[Level, ...]
    #: The fraction of them that matches; NaN if not known.
    share: float
    #: The number of them in each place; NaN if not known.
    each: float


@dataclass(slots=True)
class _Tally:
    """The number of topics in one Kafka topic, and how many of them match."""

    read: float = 0.0
    wanted: float = 0.0
    is_whole: bool = True

    def add(self, patch: _Patch) -> None:
        """Add the topics of one shape."""
        self.read += patch.each
        self.wanted += patch.each * patch.share if patch.share else 0.0
        self.is_whole = self.is_whole and patch.share == 1


@dataclass(slots=True)
class _Known:
    """The places of known topics that match a filter; the bucket has depth 0."""

    #: The Kafka topics that contain a match; ``None`` if they cannot be listed.
    tallies: dict[KafkaTopic, _Tally] | None
    #: The depths of the places that contain a match.
    reached: set[int]
    #: The depths of the places that contain other topics.
    mixed: set[int]

    def add(self, rule: PlaceRule, place: tuple[Level, ...], group: Iterable[_Patch]) -> None:
        """Add the topics of these places."""
        if all(patch.share == 0 for patch in group):
            if _can_be_named(rule, place):
                self.mixed.add(len(place))
            return
        size = product_size(place)
        room = 0 if self.tallies is None else MOST_LISTED - len(self.tallies)
        if self.tallies is None or size > room or not are_listed(place):
            self.tallies = None
            self.reached |= {0, len(place)}
            return
        for name in rule.names(place):
            depth = 0 if name == rule.bucket else len(place)
            tally = self.tallies.setdefault(name, _Tally())
            for patch in group:
                tally.add(patch)
            self.reached.add(depth)
            self.mixed.update(() if tally.is_whole else (depth,))


def _known(rule: PlaceRule, asked: _Asked, shapes: Iterable[TopicShape]) -> _Known:
    groups: dict[tuple[Level, ...], list[_Patch]] = {}
    for patch in _patches(rule, asked, shapes):
        groups.setdefault(patch.place, []).append(patch)
    known = _Known({}, set(), set())
    for place, group in groups.items():
        known.add(rule, place, group)
    if rule.bucket is not None and not asked.is_everything:
        # It also contains topics of places that this filter does not match.
        known.mixed.add(0)
        spilt = (known.tallies or {}).get(rule.bucket)
        if spilt is not None:
            spilt.read, spilt.is_whole = math.nan, False
    return known


def _can_be_named(rule: PlaceRule, place: tuple[Level, ...]) -> bool:
    """Whether records of these places can be in Kafka; true if that takes too long to decide."""
    size = product_size(place)
    if size > MOST_LISTED or not are_listed(place):
        return True
    return any(True for _ in rule.names(place))


def _patches(rule: PlaceRule, asked: _Asked, shapes: Iterable[TopicShape]) -> Iterator[_Patch]:
    depths = asked.depths(rule)
    for shape in shapes:
        for cut in rule.cuts(shape, len(asked.levels)):
            place = _narrow(cut.place, asked.levels) if cut.depth in depths else None
            if place is not None:
                rest = shape.levels[len(rule.root_levels) + cut.depth :]
                yield _Patch(place, _share(rest, asked, cut), _each(rest, shape.is_open))


def _narrow(place: tuple[Level, ...], asked: tuple[str | None, ...]) -> tuple[Level, ...] | None:
    """The places that match the literal levels of the filter, if any."""
    narrowed = list(place)
    for at, (level, text) in enumerate(zip(place, asked, strict=False)):
        if text is None:
            continue
        if not may_be(level, text):
            return None
        narrowed[at] = text
    return tuple(narrowed)


def _share(rest: tuple[Level, ...], asked: _Asked, cut: Cut) -> float:
    """The fraction of topics that match, in places that match and with the levels ``rest`` below."""
    if not asked.admits_some(cut.fewest, cut.most):
        return 0.0
    share = 1.0 if asked.admits_all(cut.fewest, cut.most) else math.nan
    for level, text in itertools.zip_longest(rest, asked.levels[cut.depth :]):
        if text is None:
            continue
        if not may_be(level, text):
            return 0.0
        size = size_of(level)
        share = math.nan if isinstance(size, NoEnd) else share / size
    return share


def _each(rest: tuple[Level, ...], is_open: bool) -> float:
    """The number of topics with the levels ``rest`` in each place."""
    size = NO_END if is_open else product_size(rest)
    return math.nan if isinstance(size, NoEnd) else float(min(size, _ASTRONOMIC))


def _amplification(tallies: Iterable[_Tally]) -> float | None:
    """The number of records read per record that matches."""
    tallies = tuple(tallies)
    if tallies and all(tally.is_whole for tally in tallies):
        return 1.0
    wanted = sum(tally.wanted for tally in tallies)
    ratio = sum(tally.read for tally in tallies) / wanted if wanted else math.nan
    return None if math.isnan(ratio) else ratio
