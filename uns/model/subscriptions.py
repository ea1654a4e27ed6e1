"""Few filters for many topics: what to subscribe to for a set of places.

Filters are merged level by level, a literal giving way to ``+``, as long as the
model has no topic that the merged filter would take besides. So the set is
small and exact, wherever the names of the model let it be exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from uns.model.queries import Path, paths, positions
from uns.model.tree import Members, Place, descend
from uns.topics.meetings import meetings
from uns.topics.names_and_filters import FilterSet, TopicFilter
from uns.topics.templates import Segment, TopicTemplate

#: How many filters of one group a target is tried to be merged with.
_TRIES = 8

_Places: TypeAlias = tuple[Place, ...]


class Subscriptions(FilterSet):
    """The filters to subscribe to, and what they take besides what was asked for."""

    __slots__ = ("over_matches",)

    #: Topics of the model that a family's ``+`` takes as well, as templates.
    over_matches: tuple[TopicTemplate, ...]

    def __init__(
        self, filters: Iterable[str] = (), over_matches: Iterable[TopicTemplate] = ()
    ) -> None:
        super().__init__(filters)
        self.over_matches = tuple(over_matches)


def subscriptions(top: Members, targets: Sequence[_Places], *, below: bool) -> Subscriptions:
    """The filters that take the endpoints ``targets``, or with ``below`` all topics below them.

    A filter takes other topics of the model only where the ``+`` of a family
    does; those are listed as over-matches.
    """
    merging = _Merging(top, set(targets), below)
    for target in targets:
        merging.add(target)
    filters = ["/".join((*levels, "#") if below else levels) for levels in merging.filters()]
    besides = _templates(merging.besides())
    return Subscriptions(_minimal([TopicFilter(text) for text in filters]), besides)


def _minimal(filters: Sequence[TopicFilter]) -> list[TopicFilter]:
    """The filters without those that others cover: a family's ``+`` may take a later target.

    It is :meth:`FilterSet.minimal`, at the cost of the filters that share topics.
    """
    others: defaultdict[int, set[int]] = defaultdict(set)
    for one, other in meetings(filters):
        others[one].add(other)
        others[other].add(one)
    kept = dict(enumerate(filters))
    for number in reversed(range(len(filters))):
        if FilterSet(kept[at] for at in sorted(others[number]) if at in kept).covers(
            filters[number]
        ):
            del kept[number]
    return list(kept.values())


def _templates(found: Iterable[Path]) -> list[TopicTemplate]:
    templates = (
        TopicTemplate.of(
            tuple(
                place.segment if level is None else Segment.fixed(level)
                for place, level in zip(*path, strict=True)
            )
        )
        for path in found
    )
    return list(dict.fromkeys(templates))


class _Merging:
    """Filters while they are merged, apart by depth and last level."""

    def __init__(self, top: Members, wanted: set[_Places], below: bool) -> None:
        self.top = top
        self.wanted = wanted
        self.below = below
        self._groups: defaultdict[tuple[int, str], list[tuple[str, ...]]] = defaultdict(list)
        self._covered: set[_Places] = set()
        self._failed: set[tuple[str, ...]] = set()

    def filters(self) -> Iterator[tuple[str, ...]]:
        """The filters so far, by their levels."""
        for group in self._groups.values():
            yield from group

    def add(self, places: _Places) -> None:
        """Make the filters take one more target."""
        if places in self._covered or self._is_wanted(places[:-1]):
            return
        levels = tuple(
            "+" if place.segment.literal is None else place.segment.literal for place in places
        )
        group = self._groups[len(levels), "" if self.below else levels[-1]]
        for known in group[-_TRIES:]:
            merged = tuple(a if a == b else "+" for a, b in zip(known, levels, strict=True))
            taken = self._taken(merged)
            # A wildcard in the first level does not take what starts with $.
            if taken is not None and places in taken:
                self._covered |= taken
                group[:] = [kept for kept in group if not _takes(merged, kept)]
                group.append(merged)
                return
        group.append(levels)
        self._covered.add(places)

    def _taken(self, levels: tuple[str, ...]) -> set[_Places] | None:
        """The targets a filter takes, or ``None`` when it takes anything else."""
        if levels in self._failed:
            return None
        taken = set()
        for places, _ in self._at(levels):
            if not self._is_wanted(places):
                self._failed.add(levels)
                return None
            taken.add(places)
        return taken

    def _is_wanted(self, places: _Places) -> bool:
        """Whether a position is a target, or everything below a target is meant and it is there."""
        if not self.below:
            return places in self.wanted
        return any(places[:depth] in self.wanted for depth in range(len(places), 0, -1))

    def _at(self, levels: tuple[str, ...]) -> Iterator[Path]:
        if self.below:
            return positions(self.top, levels)
        return paths(self.top, TopicFilter("/".join(levels)))

    def besides(self) -> Iterator[Path]:
        """The endpoints that the filters take and nobody asked for."""
        for levels in self.filters():
            if "+" in levels:
                for path in self._at(levels):
                    if not self._is_wanted(path[0]):
                        yield from self._topics(path) if self.below else (path,)

    def _topics(self, path: Path) -> Iterator[Path]:
        """The endpoints at and below a position, without those of targets."""

        def below(at: Path) -> Iterator[Path]:
            places, levels = at
            inner = (((*places, p), (*levels, p.segment.literal)) for p in places[-1].members)
            return (one for one in inner if one[0] not in self.wanted)

        return (at for at in descend([path], below) if at[0][-1].endpoint is not None)


def _takes(wide: tuple[str, ...], narrow: tuple[str, ...]) -> bool:
    if wide[0] == "+" and narrow[0].startswith("$"):
        return False
    return all(a in {"+", b} for a, b in zip(wide, narrow, strict=True))
