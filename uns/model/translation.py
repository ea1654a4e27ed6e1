"""The Kafka mapping of a model: level names resolved, places known.

:mod:`uns.kafka` maps by numbers. A model may say ``split: area`` instead; then
a topic is cut after its deepest equipment that is not below an area, so a line
without an area shares the Kafka topic of its site. This module has everything
that needs the model. Families are counted, and never listed unless somebody
asks for the names.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from typing import Any, NamedTuple, TypeAlias

from uns.counts import to_number
from uns.diagnostics import InvalidArgument
from uns.isa95 import EquipmentLevel, EquipmentLevels
from uns.kafka import (
    STATE,
    Cluster,
    Flow,
    KafkaBudget,
    KafkaMapping,
    KafkaTopic,
    Level,
    LevelSet,
    PlaceTraffic,
    RecordAddress,
    SplitCost,
    SubscriptionPlan,
    TopicShape,
    collisions,
    events_for,
)
from uns.kafka.budgets import budget_topics, split_cost, split_costs
from uns.kafka.manifests import Setting
from uns.kafka.names import MAX_LENGTH, encode_levels
from uns.kafka.places import NO_FLOW, longest_segment, product_size
from uns.kafka.plans import MOST_LISTED
from uns.memo import Memo
from uns.model.clients import Client, Via
from uns.model.tree import NO_MEMBERS, Endpoint, Members, Place, fold
from uns.rates import Duration
from uns.topics.names_and_filters import Topic
from uns.topics.sets import Choice, NumberRange
from uns.topics.templates import Fixed, Name, Segment

#: Keys of ``kafka:`` that are options of the mapping, and of the cluster.
_MAPPING_KEYS = ("prefix", "key", "partitioner", "overflow")
_CLUSTER_KEYS = ("partitions", "replication", "brokers", "max_topics")

#: How long Kafka keeps messages if the model does not say it; Kafka's own default.
_RETENTION = Duration.parse("7 d")

#: The default of ``order_by``: messages of one MQTT topic are in order.
EACH_METRIC = "metric"

#: The limit on shapes of topics that are listed; a model with more counts as open.
MOST_SHAPES = 250_000

#: The limit on ways down to equipment that are remembered; models have a few.
_MOST_DEPTHS = 4_096

#: Members, the levels above them, and the rank of the equipment they stand below.
_Standing: TypeAlias = tuple[Members, int, float]

#: The limit on texts of one segment that are compared to find the longest.
_MOST_MEASURED = 10_000


@dataclass(frozen=True, slots=True)
class KafkaPlace:
    """A place of the model, and the Kafka topics named after it; a family is one place.

    ``template`` is written as in the model, and ends in ``{any...}`` where the
    model allows anything below. ``topics`` is the number of Kafka topics and
    ``longest`` the length of the longest name; ``None`` where they are not known.
    """

    template: str
    topics: int | None
    longest: int | None
    #: What is known of the levels of the place, without the root.
    levels: tuple[Level, ...] = field(repr=False)

    @property
    def is_too_long(self) -> bool:
        """Whether Kafka refuses a name."""
        return self.longest is not None and self.longest > MAX_LENGTH


class _Known(NamedTuple):
    """Topics of the model that differ in one level of each family only."""

    levels: tuple[Level, ...]
    #: The equipment above them, by the names of its levels; ``None`` if it may be any.
    equipment: tuple[str, ...] | None
    #: Whether a broker may keep their last message.
    retained: bool
    #: Whether all topics with this start are meant, in the model or not.
    is_open: bool = False
    #: What each of them publishes.
    flow: Flow = NO_FLOW


@dataclass(frozen=True, eq=False)
class Translation:
    """The Kafka mapping of a model, from ``ns.kafka``.

    >>> import uns
    >>> ns = uns.loads('''
    ... uns: 1
    ... sites:
    ...   lyon:
    ...     lines:
    ...       line[1..2]: {metrics: {speed: {type: number, unit: m/s}}}
    ... kafka: {split: 2, partitions: 12}
    ... ''')
    >>> ns.kafka.to_kafka("lyon/line2/speed").topic, ns.kafka.topics()
    ('uns.lyon.line2', ('uns.lyon.line1', 'uns.lyon.line2'))
    >>> ns.kafka.mapping.split, ns.kafka.cluster.partitions, ns.kafka.settings["split"]
    (2, 12, 2)
    >>> ns.kafka.root, ns.kafka.is_state, len(ns.kafka.top), ns.kafka.levels is ns.levels
    ((), False, 1, True)
    >>> str(ns.kafka.retention)
    '7 d'

    Raises:
        InvalidKafkaMapping, InvalidKafkaTopic: the options do not make a mapping.
        InvalidArgument: a number is out of range for a cluster.
    """

    #: What is at the top of the declared tree.
    top: Members = field(repr=False)
    #: The fixed levels in front of every topic.
    root: tuple[str, ...]
    #: The equipment levels of the model.
    levels: EquipmentLevels = field(repr=False)
    #: The settings under `kafka:` in the model, by key.
    settings: Mapping[str, Any]
    #: Whether it maps to the compacted topics, see `state`.
    is_state: bool = False
    #: The mapping by numbers, which needs no model.
    mapping: KafkaMapping = field(init=False)
    #: The settings of each Kafka topic, and the limits of the cluster.
    cluster: Cluster = field(init=False)
    #: How long Kafka keeps messages; `None` for the compacted topics, which keep the last ones.
    retention: Duration | None = field(init=False)
    _split: EquipmentLevel | None = field(init=False, repr=False)
    #: By level and equipment above the topic.
    _depths: dict[tuple[str, ...], int] = field(init=False, default_factory=dict, repr=False)
    _above: Memo[tuple[tuple[str, ...], Members]] = field(
        init=False, default_factory=Memo, repr=False
    )

    def __post_init__(self) -> None:
        said = {key: value for key, value in self.settings.items() if value is not None}
        numbers = {key: said[key] for key in _CLUSTER_KEYS if key in said}
        options = {key: said[key] for key in _MAPPING_KEYS if key in said}
        split = self._level_named(said.get("split"))
        if split is not None:
            options |= {"split": self._deepest(split), "split_for": partial(self._depth_of, split)}
        elif "split" in said:
            options["split"] = said["split"]
        order = self._level_named(said.get("order_by"))
        if order is not None:
            options["order_for"] = partial(self._depth_of, order)
        elif said.get("order_by", EACH_METRIC) != EACH_METRIC:
            options["order_by"] = said["order_by"]
        root = mapping_root(self.root)
        object.__setattr__(self, "mapping", KafkaMapping(root=root, **options))
        object.__setattr__(self, "cluster", Cluster(**numbers))
        object.__setattr__(self, "_split", split)
        kept = None if self.is_state else said.get("retention", _RETENTION)
        object.__setattr__(self, "retention", kept)

    @property
    def topic_settings(self) -> Mapping[str, Setting]:
        """The settings of each Kafka topic, by their names in Kafka.

        >>> dict(ns.kafka.topic_settings)
        {'cleanup.policy': 'delete', 'retention.ms': 604800000}
        """
        return STATE if self.retention is None else events_for(self.retention)

    def to_kafka(self, topic: str) -> RecordAddress:
        """The Kafka topic, record key and partition of a message.

        >>> ns.kafka.to_kafka("lyon/line2/speed").key
        b'lyon/line2/speed'

        Raises:
            InvalidTopic: not a topic name.
            Untranslatable: the mapping does not cover the topic, or Kafka cannot hold its name.
        """
        return self.mapping.to_kafka(topic)

    def to_mqtt(self, kafka_topic: str, key: bytes | None) -> Topic:
        """The MQTT topic of a Kafka record.

        >>> ns.kafka.to_mqtt("uns.lyon.line2", b"lyon/line2/speed")
        'lyon/line2/speed'

        Raises:
            Untranslatable: the mapping never writes such a record.
        """
        return self.mapping.to_mqtt(kafka_topic, key)

    def split_below(self, equipment: tuple[str, ...]) -> int:
        """The number of levels after the root that name the Kafka topic of what is below equipment.

        ``equipment`` are the names of its levels from the root down. A topic keeps at
        least its last level.

        >>> ns.kafka.split_below(("site", "production_line"))
        2
        """
        if self._split is None:
            return self.mapping.split
        return self._depth(equipment, self._split)

    def order_below(self, equipment: tuple[str, ...]) -> int | None:
        """The number of levels after the root that share an order; ``None`` if each key has its own.

        >>> ns.kafka.order_below(("site", "production_line")) is None
        True
        """
        order = self._level_named(self.settings.get("order_by"))
        return self.mapping.order_by if order is None else self._depth(equipment, order)

    def _level_named(self, said: int | str | None) -> EquipmentLevel | None:
        is_level = isinstance(said, str) and said != EACH_METRIC
        return self.levels.by_key[str(said)] if is_level else None

    @cached_property
    def state(self) -> Translation:
        """The mapping to the compacted topics, which keep the last retained messages.

        >>> ns.kafka.state.to_kafka("lyon/line2/speed").topic
        'uns-state.lyon.line2'
        """
        settings = {**self.settings, "prefix": self.mapping.state.prefix}
        return replace(self, settings=settings, is_state=True)

    # --- one topic -----------------------------------------------------------------------------------

    def _depth_of(self, level: EquipmentLevel, topic: str) -> int:
        """The number of levels of ``topic`` after the root, down to ``level``."""
        path = (level.name, *self._equipment(topic))
        depth = self._depths.get(path)
        if depth is None:
            if len(self._depths) >= _MOST_DEPTHS:
                self._depths.clear()
            depth = self._depths[path] = self._depth(path[1:], level)
        return depth

    def _equipment(self, topic: str) -> tuple[str, ...]:
        """The levels of the equipment above ``topic``, as far as it is in the model."""
        # One node has many topics: what is above them is looked up once.
        above = topic[: topic.rfind("/") + 1]
        path, members = self._above.find(above) or self._standing(above)
        place = members.find(topic[len(above) :])
        return path if place is None or place.type is None else (*path, place.type.level.name)

    def _standing(self, above: str) -> tuple[tuple[str, ...], Members]:
        """The levels of the equipment in ``above``, which ends in a slash, and the members below."""
        path: list[str] = []
        members = self._below_root
        for level in above.split("/")[len(self.root) : -1]:
            place = members.find(level)
            if place is None or place.type is None:
                members = NO_MEMBERS
                break
            path.append(place.type.level.name)
            members = place.members
        found = tuple(path), members
        self._above.keep(above, found)
        return found

    def _depth(self, equipment: tuple[str, ...], level: EquipmentLevel) -> int:
        """Levels down to the deepest equipment that is not below ``level``; at least one.

        This is the equipment of that level itself, if there is some. Otherwise it goes
        as far as the order of levels; a level without a rank counts as the one above it.
        """
        own = [depth for depth, name in enumerate(equipment, 1) if name == level.name]
        if own:
            return own[-1]
        limit = self.levels.rank(level) or 0.0
        deepest, rank = 1, 0.0
        for depth, name in enumerate(equipment, 1):
            above = self.levels.rank(self.levels.by_key[name])
            rank = rank if above is None else above
            if rank <= limit:
                deepest = depth
        return deepest

    def _deepest(self, level: EquipmentLevel) -> int:
        """The largest depth of a place that ends at ``level``; at least one."""
        limit = self.levels.rank(level) or 0.0
        return max(
            (depth for depth, rank, name in self._ways_down if rank <= limit or name == level.name),
            default=1,
        )

    @cached_property
    def _below_root(self) -> Members:
        members = self.top
        for level in self.root:
            members = members.literals[level].members
        return members

    @cached_property
    def _ways_down(self) -> frozenset[tuple[int, float, str]]:
        """The depths of the equipment of each level, and its rank there."""
        found = set()

        def visit(part: _Standing) -> Generator[_Standing, None, None]:
            members, depth, rank = part
            for level, below in {(p.type.level, p.members) for p in members if p.type is not None}:
                own = self.levels.rank(level)
                inner = (below, depth + 1, rank if own is None else own)
                found.add((*inner[1:], level.name))
                yield inner

        fold((self._below_root, 0, 0.0), visit)
        return frozenset(found)

    # --- all topics ----------------------------------------------------------------------------------

    def plan(self, filter: str) -> SubscriptionPlan:
        """The plan for reading a topic filter or a shared subscription from Kafka.

        Kafka topics are listed if the model has finitely many.

        >>> plan = ns.kafka.plan("lyon/+/speed")
        >>> plan.topics, plan.exact
        (('uns.lyon.line1', 'uns.lyon.line2'), True)

        Raises:
            InvalidTopicFilter: not a topic filter.
        """
        return self.mapping.plan(filter, self._shapes)

    def plans(self, client: Client) -> tuple[SubscriptionPlan, ...]:
        """The plans for what a client reads from Kafka, with its consumer group.

        >>> from uns.model.clients import Client, Via
        >>> from uns.topics import TopicFilter
        >>> stream = Client("stream", subscribe=(TopicFilter("lyon/+/speed"),), via=Via.KAFKA)
        >>> [(plan.topics, plan.group_id) for plan in ns.kafka.plans(stream)]
        [(('uns.lyon.line1', 'uns.lyon.line2'), 'stream')]

        Raises:
            InvalidArgument: not a client, such as the name of one.
        """
        given: object = client
        if not isinstance(given, Client):
            raise InvalidArgument(f"{given!r} is not a client; the clients are in ns.clients")
        if client.via is not Via.KAFKA:
            return ()
        plans = map(self.plan, client.subscribe)
        return tuple(replace(plan, group_id=client.group) for plan in plans)

    def budget(self) -> KafkaBudget:
        """Kafka topics, partitions and replicas of the whole model, and its messages and bytes.

        >>> budget = ns.kafka.budget()
        >>> [(row.split, row.topics, row.partitions) for row in budget.rows]
        [(1, 1, 12), (2, 2, 24)]
        >>> budget.traffic.topics, budget.traffic.unrated, budget.traffic.messages
        (2, 2, None)
        """
        split = self.mapping.split if self._split is None else self._split.name
        return budget_topics(
            self.mapping.rule,
            split,
            self.costs,
            self._cut_by(self._split, self._flowing),
            self.cluster,
            self.retention,
            self.mapping.locate_all,
        )

    @cached_property
    def costs(self) -> tuple[SplitCost, ...]:
        """The rows of :meth:`budget`, for every split.

        If the model names a level for ``split``, the rows are its levels.

        >>> [row.topics for row in ns.kafka.costs]
        [1, 2]
        """
        if self._split is None:
            return split_costs(self.mapping.rule, self._shapes, self.cluster)
        rule = self.mapping.rule
        used = {self._split.name, *(name for _, _, name in self._ways_down)}
        ranks = {level: self.levels.rank(level) for level in self.levels if level.name in used}
        levels = sorted((rank, level.name) for level, rank in ranks.items() if rank is not None)
        rows = [
            split_cost(rule, name, self._cut_by(self.levels.by_key[name]), self.cluster)
            for _, name in levels
        ]
        rows.sort(key=lambda row: math.inf if row.topics is None else row.topics)
        return tuple(rows)

    def template_of(self, place: PlaceTraffic) -> str:
        """The place of a row of :meth:`budget`, as the model writes it.

        >>> [ns.kafka.template_of(place) for place in ns.kafka.budget().places]
        ['lyon/line[1..2]']
        """
        return self._template((*self.root, *place.levels))

    def places(self) -> Iterator[KafkaPlace]:
        """The places that need Kafka topics, in the order of the tree; a family is one place.

        >>> [(place.template, place.topics, place.longest) for place in ns.kafka.places()]
        [('lyon/line[1..2]', 2, 14)]
        """
        for place in self._places:
            longest = [longest_segment(level) for level in place]
            known = [len(segment) + 1 for segment in longest if segment is not None]
            yield KafkaPlace(
                self._template((*self.root, *place)),
                to_number(product_size(place)),
                len(self.mapping.rule.head) + sum(known) if len(known) == len(longest) else None,
                place,
            )

    def topics(self) -> tuple[KafkaTopic, ...] | None:
        """The Kafka topics that the model needs; ``None`` if there are too many to list.

        >>> ns.kafka.topics()
        ('uns.lyon.line1', 'uns.lyon.line2')
        """
        if sum(map(product_size, self._places)) > MOST_LISTED:
            return None
        names = map(self.mapping.rule.names, self._places)
        return tuple(dict.fromkeys(itertools.chain.from_iterable(names)))

    def collisions(self, existing: Iterable[str] = ()) -> tuple[tuple[KafkaTopic, ...], ...]:
        """Groups of names that Kafka treats as the same, among the model's topics and ``existing`` ones.

        >>> ns.kafka.collisions(["uns.lyon_line1"])
        (('uns.lyon.line1', 'uns.lyon_line1'),)

        Raises:
            InvalidKafkaTopic: an existing name is not valid.
        """
        needed = set(self.topics() or ())
        return tuple(group for group in collisions([*needed, *existing]) if needed & set(group))

    def outside(self) -> Iterator[str]:
        """The templates of topics that do not go to Kafka, because the mapping does not cover them.

        >>> list(ns.kafka.outside())
        []
        """
        for shape in self._shapes:
            if self.mapping.rule.below_root(shape) is None:
                yield self._template(shape.levels)

    @cached_property
    def is_surveyed(self) -> bool:
        """Whether the model has few enough topics to know their places; if not, any text may be one.

        >>> ns.kafka.is_surveyed
        True
        """
        return fold(self._below_root, self._survey.size) <= MOST_SHAPES

    @cached_property
    def cost(self) -> SplitCost:
        """The row of :meth:`budget` for the split in use.

        >>> ns.kafka.cost.topics, ns.kafka.cost.fits
        (2, True)
        """
        split = self.mapping.split if self._split is None else self._split.name
        return split_cost(self.mapping.rule, split, self._shapes, self.cluster)

    @cached_property
    def _places(self) -> tuple[tuple[Level, ...], ...]:
        """The levels of each place, each place once; without the root."""
        rule = self.mapping.rule
        cuts = itertools.chain.from_iterable(rule.cuts(shape, 0) for shape in self._shapes)
        return tuple(dict.fromkeys(cut.place for cut in cuts))

    @cached_property
    def _shapes(self) -> tuple[TopicShape, ...]:
        return self._cut_by(self._split)

    def _cut_by(
        self, level: EquipmentLevel | None, topics: Iterable[_Known] | None = None
    ) -> tuple[TopicShape, ...]:
        """Topics of the model, or all, cut by an equipment level or by the number of the mapping."""

        @cache
        def depth(equipment: tuple[str, ...] | None) -> int | None:
            if level is None or equipment is None:
                return None
            return self._depth(equipment, level)

        return tuple(
            TopicShape(each.levels, depth(each.equipment), each.is_open, each.flow)
            for each in (self._known if topics is None else topics)
        )

    @cached_property
    def _known(self) -> tuple[_Known, ...]:
        """All topics of the model; if there are too many, any topic below its root."""
        return self._surveyed(self._survey)

    @cached_property
    def _flowing(self) -> tuple[_Known, ...]:
        """The same; topics of one node are apart if they publish more or less."""
        return self._surveyed(_Survey(_flow_of, self._survey))

    def _surveyed(self, survey: _Survey) -> tuple[_Known, ...]:
        if not self.is_surveyed:
            return (_Known((*self.root, None), None, retained=True, is_open=True),)
        known = survey.topics(self._below_root, self.root)
        return tuple(each for each in known if each.retained or not self.is_state)

    @cached_property
    def _survey(self) -> _Survey:
        return _Survey()

    def _template(self, levels: tuple[Level, ...]) -> str:
        known = list(itertools.takewhile(self._survey.is_known, levels))
        texts = map(self._survey.text, known)
        return "/".join([*texts, "{any...}"] if len(known) < len(levels) else texts)


def mapping_root(levels: tuple[str, ...]) -> str:
    """The fixed levels in front as a mapping is told them: one empty level is a slash."""
    return "/" if levels == ("",) else "/".join(levels)


def _no_flow(_: Endpoint) -> Flow:
    return NO_FLOW


def _flow_of(endpoint: Endpoint) -> Flow:
    """What a topic publishes; the size matters only if there is a rate."""
    messages = endpoint.messages_per_second
    return NO_FLOW if messages is None else Flow(messages, endpoint.bytes_per_message)


class _Leaves(NamedTuple):
    """Leaves of one node that are alike, as one level."""

    level: Level
    retained: bool
    flow: Flow


class _Survey:
    """Finds the topics of a declared tree, each family and all leaves of one node as one.

    What stands below the nodes of one class is shared, and so are the level
    sets here: one for each place, however many topics it is part of. ``flow`` tells
    what the topic of an endpoint publishes; ``known`` is a survey of the same tree.
    """

    def __init__(
        self, flow: Callable[[Endpoint], Flow] = _no_flow, known: _Survey | None = None
    ) -> None:
        self._flow = flow
        self._of_place: dict[Place, Level] = known._of_place if known else {}
        self._of_members: dict[Members, tuple[list[_Leaves], list[Place]]] = {}
        self._texts: dict[Level, str] = known._texts if known else {}

    def is_known(self, level: Level) -> bool:
        """Whether the model declares the texts of a level."""
        return isinstance(level, str) or level in self._texts

    def text(self, level: Level) -> str:
        """A level as the model writes it."""
        return Segment.fixed(level).text if isinstance(level, str) else self._texts[level]

    def size(self, members: Members) -> Generator[Members, int, int]:
        """To be folded: how much :meth:`topics` finds among ``members``, at most."""
        leaves, branches = self._parted(members)
        size = len(leaves)
        for place in branches:
            size += 2 + (yield place.members)
        return size

    def topics(
        self,
        members: Members,
        above: tuple[Level, ...],
        equipment: tuple[str, ...] = (),
        is_open: bool = False,
    ) -> Iterator[_Known]:
        """The topics among ``members``, which stand below these levels and this equipment."""
        leaves, branches = self._parted(members)
        for level, retained, flow in leaves:
            yield _Known((*above, level), equipment, retained, flow=flow)
        for place in branches:
            levels = (*above, self._level(place))
            stands = (*equipment, place.type.level.name) if place.type else equipment
            anything = is_open or place.open
            if place.endpoint is not None:
                yield _Known(levels, stands, place.endpoint.retain, flow=self._flow(place.endpoint))
            if anything and place.type is not None:
                unknown = LevelSet(holds=partial(_is_elsewhere, place.members))
                yield _Known((*levels, unknown), stands, retained=True, is_open=True)
            yield from self.topics(place.members, levels, stands, anything)

    def _parted(self, members: Members) -> tuple[list[_Leaves], list[Place]]:
        """The leaves that are retained and those that are not, as one level each; and the rest."""
        parted = self._of_members.get(members)
        if parted is None:
            leaves: dict[tuple[bool, Flow], list[str]] = {}
            branches = []
            for place in members:
                text, endpoint = place.segment.literal, place.endpoint
                if text is None or endpoint is None or place.type is not None or len(place.members):
                    branches.append(place)
                else:
                    leaves.setdefault((endpoint.retain, self._flow(endpoint)), []).append(text)
            levels = [_Leaves(self._leaves(texts), *alike) for alike, texts in leaves.items()]
            parted = self._of_members[members] = levels, branches
        return parted

    def _leaves(self, texts: list[str]) -> Level:
        if len(texts) == 1:
            return texts[0]
        longest = max(texts, key=lambda text: len(encode_levels(text)))
        level = LevelSet(len(texts), longest, frozenset(texts).__contains__, texts)
        self._texts[level] = f"[{','.join(texts)}]"
        return level

    def _level(self, place: Place) -> Level:
        segment = place.segment
        if segment.literal is not None:
            return segment.literal
        level = self._of_place.get(place)
        if level is None:
            level = LevelSet(
                segment.count,
                _longest(segment),
                segment.match,
                segment if segment.count is not None else None,
            )
            self._of_place[place] = level
            self._texts[level] = segment.text
        return level


def _is_elsewhere(members: Members, level: str) -> bool:
    """Whether what stands at ``level`` belongs to the node itself and to no equipment below it."""
    place = members.find(level)
    return place is None or place.type is None


def _longest(segment: Segment) -> str | None:
    """The level that takes most characters in a Kafka name; ``None`` where it is not soon found."""
    pieces = [_candidates(part) for part in segment.parts if not isinstance(part, Name)]
    if segment.name is not None or math.prod(map(len, pieces)) > _MOST_MEASURED:
        return None
    texts = map("".join, itertools.product(*pieces))
    return max(texts, key=lambda text: len(encode_levels(text)))


def _candidates(part: Fixed | Choice) -> list[str]:
    """The texts of a part of which one is the longest; digits are all alike in a name."""
    if isinstance(part, Fixed):
        return [part.text]
    return [
        f"{item.high:0{item.width}d}" if isinstance(item, NumberRange) else item
        for item in part.items
    ]
