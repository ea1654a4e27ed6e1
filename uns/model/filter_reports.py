"""What a filter means in a namespace, as facts: what it hits, and what it just misses.

MQTT never says that a filter hits nothing, or less than was meant. These
reports do; whether that is a fault is judged by whoever reads them.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from uns.counts import Count, from_number, to_number
from uns.diagnostics import InvalidText
from uns.model.namespace import Namespace
from uns.model.near_misses import LISTED, NearMiss, near_miss, near_misses, respelled
from uns.topics.index import TopicIndex
from uns.topics.names_and_filters import (
    SharedSubscription,
    TopicFilter,
    plain_filter,
    subscription,
)
from uns.topics.templates import TopicTemplate

#: The share of all templates above which a filter counts as over-broad.
BROAD = 0.9


@dataclass(frozen=True, slots=True)
class FilterReport:
    """What a filter hits, in templates: families and open sets count as one each.

    ``topics`` is the number of topics, ``None`` when an open set is among
    them. The mappings count templates by equipment level, class and payload.
    """

    filter: TopicFilter
    templates: tuple[TopicTemplate, ...]
    template_count: int
    topics: int | None
    by_level: Mapping[str, int]
    by_class: Mapping[str, int]
    by_payload: Mapping[str, int]
    near_misses: tuple[NearMiss, ...]


def report_filter(namespace: Namespace, filter: str) -> FilterReport:
    """What ``filter``, which may be a shared subscription, hits and just misses.

    >>> import uns
    >>> ns = uns.loads('''
    ... uns: 1
    ... sites:
    ...   oslo: {areas: {hall: {lines: {line1: {metrics: {speed: {type: number}}}}}}}
    ...   porto: {lines: {line1: {metrics: {speed: {type: number}}}}}
    ... ''')
    >>> report = report_filter(ns, "+/hall/+/speed")
    >>> report.topics, [(miss.filter, miss.templates) for miss in report.near_misses]
    (1, [('+/+/speed', (TopicTemplate('porto/line1/speed'),))])

    Raises:
        InvalidTopicFilter: not a topic filter.
    """
    wanted = plain_filter(subscription(filter))
    templates: list[TopicTemplate] = []
    levels: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    payloads: Counter[str] = Counter()
    topics: Count = 0
    number = 0
    for node in namespace.endpoints(wanted):
        number += 1
        if len(templates) < LISTED:
            templates.append(node.template)
        topics += from_number(node.count)
        equipment = node.equipment
        if equipment is not None and equipment.equipment_level is not None:
            levels[equipment.equipment_level.name] += 1
            classes.update(made.name for made in equipment.classes)
        if node.contract is not None:
            payloads[node.contract.name] += 1
    return FilterReport(
        wanted,
        tuple(templates),
        number,
        to_number(topics),
        dict(sorted(levels.items())),
        dict(sorted(classes.items())),
        dict(sorted(payloads.items())),
        tuple(near_misses(namespace, wanted)),
    )


def is_dead(namespace: Namespace, wanted: TopicFilter) -> bool:
    """Whether no topic can match: none that is modelled, and none below an open node."""
    hit = next(namespace.endpoints(wanted), None)
    return hit is None and not namespace.allows_unmodelled(wanted)


def is_over_broad(hits: int, total: int) -> bool:
    """Whether a filter that hits so many of all templates takes nearly everything."""
    return total > 1 and hits > total * BROAD


class FilterFact(StrEnum):
    """What there is to say of one filter in a list of filters."""

    INVALID = "invalid"
    DUPLICATE = "duplicate"
    COVERED = "covered"
    DEAD = "dead"
    OVER_BROAD = "over-broad"


@dataclass(frozen=True, slots=True)
class FilterFinding:
    """One fact about the filter at position ``index`` of a list, in words.

    ``others`` are the positions of the filters that are the reason.
    """

    index: int
    text: str
    fact: FilterFact
    message: str
    others: tuple[int, ...] = ()


class _Valid(NamedTuple):
    """A filter of the list that is one, with the name of its shared group."""

    position: int
    text: str
    filter: TopicFilter
    group: str


def review_filters(
    filters: Iterable[str], namespace: Namespace | None = None
) -> tuple[FilterFinding, ...]:
    """What there is to say of a list of filters, together and, with a namespace, against it.

    Members of one shared group share messages, so subscriptions of different
    groups never cover each other.

    >>> [(f.text, f.fact.value) for f in review_filters(["a/#", "a/b", "a/b", "a/#/c"])]
    [('a/b', 'covered'), ('a/b', 'duplicate'), ('a/#/c', 'invalid')]
    """
    findings: list[FilterFinding] = []
    valid: list[_Valid] = []
    first: dict[tuple[str, str], int] = {}
    for index, text in enumerate(filters):
        try:
            wanted = subscription(text)
        except InvalidText as error:
            clause = f" [{error.clause}]" if error.clause else ""
            findings.append(
                FilterFinding(index, text, FilterFact.INVALID, f"{error.reason}{clause}")
            )
            continue
        group = wanted.share_name if isinstance(wanted, SharedSubscription) else ""
        meaning = (group, str(plain_filter(wanted).canonical))
        if meaning in first:
            message, same = f"the same as filter {first[meaning] + 1}", (first[meaning],)
            findings.append(FilterFinding(index, text, FilterFact.DUPLICATE, message, same))
            continue
        first[meaning] = index
        valid.append(_Valid(index, text, plain_filter(wanted), group))
    findings += _covered(valid)
    if namespace is not None:
        findings += _against(valid, namespace)
    order = list(FilterFact)
    return tuple(sorted(findings, key=lambda found: (found.index, order.index(found.fact))))


def _covered(valid: list[_Valid]) -> Iterator[FilterFinding]:
    """Filters that could all go without a topic being lost; of equals the earlier stays."""
    groups: defaultdict[str, list[_Valid]] = defaultdict(list)
    for item in valid:
        groups[item.group].append(item)
    for members in groups.values():
        kept = TopicIndex[_Valid](memo=0)
        for member in members:
            kept.add(member.filter, member)
        sizes = {len(member.filter.levels) for member in members}
        # Only where some filter ends can the answer for one depth differ from that for the next.
        depths = sorted({size + more for size in sizes for more in (-1, 0, 1)})
        fresh = _fresh_level(member.filter for member in members)
        for member in reversed(members):
            kept.remove(member.filter, member)
            covering = _covering(kept, member.filter, depths, fresh)
            if covering is None:
                kept.add(member.filter, member)
                continue
            one = next((other for other in covering if other.filter.covers(member.filter)), None)
            message = (
                f"filter {one.position + 1}, {str(one.filter)!r}, takes all of it"
                if one is not None
                else "the other filters together take all of it"
            )
            others = tuple(other.position for other in ([one] if one else covering))
            yield FilterFinding(member.position, member.text, FilterFact.COVERED, message, others)


def _covering(
    kept: TopicIndex[_Valid], wanted: TopicFilter, depths: Sequence[int], fresh: str
) -> list[_Valid] | None:
    """The filters that together take all that ``wanted`` takes, or ``None`` when they do not.

    A topic whose open levels nobody names stands for all topics of its depth,
    so one filter must take all of them or none does; depths differ only where
    ``wanted`` ends in ``#``, and ``depths`` are those that need not be alike.
    """
    levels = [fresh if level == "+" else level for level in wanted.levels]
    witnesses = ["/".join(levels)]
    if levels[-1] == "#":
        parent = levels[:-1]
        lengths = [len(parent), *(depth for depth in depths if depth > len(parent))]
        witnesses = ["/".join([*parent, *[fresh] * (n - len(parent))]) for n in lengths]
    covering: dict[int, _Valid] = {}
    for witness in filter(None, witnesses):
        matching = kept.match(witness)
        if not matching:
            return None
        covering.update((item.position, item) for item in matching)
    return [covering[index] for index in sorted(covering)]


def _fresh_level(filters: Iterable[TopicFilter]) -> str:
    """A topic level that none of the filters names."""
    named = {level for filter_ in filters for level in filter_.levels}
    return next(name for n in itertools.count() if (name := f"x{n}") not in named)


def _against(valid: list[_Valid], namespace: Namespace) -> Iterator[FilterFinding]:
    total = namespace.template_count()
    for index, text, wanted, _ in valid:
        hits = namespace.template_count(wanted)
        if not hits:
            if is_dead(namespace, wanted):
                meant = respelled(namespace, wanted)
                miss = near_miss(namespace, wanted) if meant is None else None
                hint = f"; did you mean {str(meant)!r}?" if meant else f"; {miss}" if miss else ""
                message = f"no topic of the namespace matches{hint}"
                yield FilterFinding(index, text, FilterFact.DEAD, message)
        elif is_over_broad(hits, total):
            message = f"takes {hits:,} of the {total:,} topic templates"
            yield FilterFinding(index, text, FilterFact.OVER_BROAD, message)
