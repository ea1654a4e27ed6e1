"""What a filter does not match, though one with a level more or less would.

MQTT has no wildcard for "any number of levels in between", so a filter that is right for one
site is wrong for a site with a level less, and no broker says so.

There are two answers. :func:`near_misses` lists everything that the neighbours of a filter match
besides. :func:`overlooked` lists only what was probably meant: a wildcard of the filter takes a
position, the filter matches nothing below it, and yet the same endpoint is there, one level
higher or lower.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from uns.diagnostics import near
from uns.model.namespace import Namespace
from uns.model.queries import Path, Reach, positions
from uns.model.resolutions import spellings
from uns.model.tree import Endpoint, Members, Place, descend, fold
from uns.topics.filter_automaton import FilterAutomaton
from uns.topics.names_and_filters import TopicFilter, is_topic_filter, plain_filter
from uns.topics.templates import Segment, TopicTemplate

#: Most templates that are listed for one filter.
LISTED = 1_000

#: Levels of a filter beyond which nothing is near it: no topic of a model has as many.
DEEPEST = 512


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Topics that a filter one level longer or shorter would hit, and this one does not.

    ``filter`` is that other filter, ``templates`` what it would hit besides.
    """

    filter: TopicFilter
    templates: tuple[TopicTemplate, ...]

    def __str__(self) -> str:
        more = f" and {len(self.templates) - 1} more" if len(self.templates) > 1 else ""
        return f"{str(self.filter)!r} would hit {self.templates[0].text}{more}"


def near_misses(namespace: Namespace, wanted: TopicFilter) -> Iterator[NearMiss]:
    """What the filters one level shorter or longer hit besides, each topic under the first of them."""
    if wanted.levels[-1] == "#" or len(wanted.levels) > DEEPEST:
        return
    seen: set[TopicTemplate] = set()
    for neighbour in neighbours(wanted):
        missed = []
        for node in namespace.endpoints(neighbour):
            template = node.template
            if template not in seen and not wanted.covers(template.filter):
                seen.add(template)
                missed.append(template)
                if len(missed) == LISTED:
                    break
        if missed:
            yield NearMiss(neighbour, tuple(missed))


def near_miss(namespace: Namespace, wanted: TopicFilter) -> NearMiss | None:
    """What a filter that hits nothing was probably meant to hit."""
    return next(near_misses(namespace, wanted), None)


def neighbours(wanted: TopicFilter) -> Iterator[TopicFilter]:
    """The filters with one level less, or with one ``+`` more, before the last level.

    Those that keep all names come first.

    >>> list(neighbours(TopicFilter("acme/+/speed")))
    ['acme/speed', '+/acme/+/speed', 'acme/+/+/speed', '+/speed']
    """
    *front, last = wanted.levels
    shorter = [([*front[:at], *front[at + 1 :], last], front[at]) for at in range(len(front))]
    longer = ([*front[:at], "+", *front[at:], last] for at in range(len(front) + 1))
    ordered = itertools.chain(
        (levels for levels, left_out in shorter if left_out == "+"),
        longer,
        (levels for levels, left_out in shorter if left_out != "+"),
    )
    texts = dict.fromkeys("/".join(levels) or "+" for levels in ordered)
    # Without its first level, `a/$share/+` is a shared subscription and not a filter.
    yield from (TopicFilter(text) for text in texts if text != wanted and is_topic_filter(text))


def respelled(namespace: Namespace, wanted: TopicFilter) -> TopicFilter | None:
    """The filter that was meant by one that hits nothing because of how its levels are written.

    That is the spelling of names, a family or a ``{name}`` in place of ``+``, a slash at either
    end, or the position of equipment without ``/#``.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {reutte: {metrics: {power: {type: number}}}}}")
    >>> respelled(ns, TopicFilter("reute/pwer")), respelled(ns, TopicFilter("/reutte[1..3]/power"))
    ('reutte/power', '+/power')
    """
    levels = list(wanted.levels[:DEEPEST])
    if levels[0] == "":
        del levels[0]
    if levels and levels[-1] == "":
        levels.pop()
    if not levels or not is_topic_filter("/".join(levels)):
        return None
    for at, level in enumerate(levels):
        if level in {"+", "#"} or _is_hit(namespace, "/".join([*levels[: at + 1], "#"])):
            continue
        if _VARYING.search(level):
            levels[at] = "+"
            continue
        close = near(level, dict.fromkeys(_names(namespace, levels[:at], level)))
        if close is None or _is_other_number(level, close):
            return None
        levels[at] = close
    forms = (
        ["/".join(levels)] if levels[-1] == "#" else ["/".join(levels), "/".join([*levels, "#"])]
    )
    meant = (TopicFilter(form) for form in forms if form != wanted)
    return next((form for form in meant if _is_hit(namespace, form)), None)


def _is_hit(namespace: Namespace, filter_: str) -> bool:
    return next(namespace.endpoints(filter_), None) is not None


def _is_other_number(one: str, other: str) -> bool:
    """Whether two names differ in a number: ``line7`` is no way to spell ``line1``."""
    same = _DIGITS.sub("#", one) == _DIGITS.sub("#", other)
    return same and list(map(int, _DIGITS.findall(one))) != list(map(int, _DIGITS.findall(other)))


_DIGITS = re.compile("[0-9]{1,18}")

#: What varies in a level of a model: a filter has ``+`` there.
_VARYING = re.compile(r"\[[^\]]*\]|\{[^}]*\}")


def _names(namespace: Namespace, above: list[str], level: str) -> Iterator[str]:
    """The names that may stand in place of ``level`` below the positions ``above``."""
    top: Path = (), ()
    found = positions(namespace.top, tuple(above)) if above else iter([top])
    places = (places[-1].members if places else namespace.top for places, _ in found)
    for members in dict.fromkeys(itertools.islice(places, LISTED)):
        yield from spellings(members, level)


def overlooked(
    namespace: Namespace, wanted: TopicFilter, also: Iterable[TopicFilter] = ()
) -> tuple[NearMiss, ...]:
    """What a filter just misses, and was probably meant to match.

    A topic counts if a wildcard of the filter takes a position above it, and the filter matches
    nothing below that position; if a neighbour of the filter matches the topic; and if it is the
    same endpoint as one that the filter does match, of equipment of the same level or of the same
    class. A level with a name is only left out where the topic has no equipment of its level. What
    one of the filters ``also`` matches does not count.

    >>> import uns
    >>> ns = uns.loads('''
    ... uns: 1
    ... sites:
    ...   oslo: {areas: {hall: {lines: {line1: {metrics: {speed: {type: number}}}}}}}
    ...   porto: {lines: {line1: {metrics: {speed: {type: number}}}}}
    ... ''')
    >>> [str(miss) for miss in overlooked(ns, TopicFilter("+/hall/+/speed"))]
    ["'+/+/speed' would hit porto/line1/speed"]
    >>> overlooked(ns, TopicFilter("oslo/+/+/speed"))
    ()
    """
    found: defaultdict[TopicFilter, list[TopicTemplate]] = defaultdict(list)
    templates = overlooked_templates(namespace, wanted, also)
    nearby = list(neighbours(wanted)) if len(wanted.levels) <= DEEPEST else []
    for template in itertools.islice(templates, LISTED):
        narrow = template.filter
        found[next(each for each in nearby if each.covers(narrow))].append(template)
    return tuple(NearMiss(filter_, tuple(missed)) for filter_, missed in found.items())


def overlooked_templates(
    namespace: Namespace, wanted: TopicFilter, also: Iterable[TopicFilter] = ()
) -> Iterator[TopicTemplate]:
    """The templates of :func:`overlooked`, one by one."""
    levels = wanted.levels
    if "+" not in levels[:-1] or levels[-1] == "#" or len(levels) > DEEPEST:
        return iter(())
    return _Search(namespace.top, wanted, FilterAutomaton([wanted, *also])).run()


#: The levels of the equipment from the top down.
_Levels: TypeAlias = tuple[str, ...]


def overlooked_by(namespace: Namespace, topic: str) -> Iterator[tuple[str, str, TopicFilter]]:
    """The filters of clients that overlook a topic: the client, ``publish`` or ``subscribe``, the filter."""
    depth = topic.count("/") + 1
    granted = [filter_ for client in namespace.clients.values() for filter_ in client.publish]
    for client in namespace.clients.values():
        read = [plain_filter(each) for each in client.subscribe]
        for side, filters, also in (
            ("publish", client.publish, granted),
            ("subscribe", read, read),
        ):
            if any(each.matches(topic) for each in also):
                continue
            for wanted in filters:
                is_near = abs(len(wanted.levels) - depth) == 1
                if is_near and any(
                    template.match(topic) is not None
                    for template in overlooked_templates(namespace, wanted, also)
                ):
                    yield client.name, side, wanted


#: Members, the state of the filter above them, and the equipment that they are below.
_Part: TypeAlias = tuple[Members, int, _Levels]

#: A position: its place and those above, each level where it is one only, the state of the filter
#: after it, and the equipment down to it.
_At: TypeAlias = tuple[tuple[Place, ...], tuple[str | None, ...], int, _Levels]


class _Kind(NamedTuple):
    """Endpoints that the filter matches, by key: the levels and the classes that have them."""

    levels: set[_Levels]
    classes: set[str]


class _Rest(NamedTuple):
    """What may follow a position: the levels, and the equipment levels that must not be there."""

    levels: tuple[str, ...]
    without: tuple[str, ...]


#: Rests, each with the number of levels that were read of it.
_Rests: TypeAlias = frozenset[tuple[_Rest, int]]

#: The segments down to a place, the place, the rest that follows, and the equipment down to there.
_Found: TypeAlias = tuple[tuple[Segment, ...], Place, _Rests, _Levels]

#: Members, what may follow there, and the equipment that they are below.
_Below: TypeAlias = tuple[Members, _Rests, _Levels]


class _Search:
    """Finds what one filter overlooks; what is found out of shared parts is remembered."""

    def __init__(self, top: Members, wanted: TopicFilter, taken: FilterAutomaton) -> None:
        self.top = top
        self.wanted = wanted.levels
        self.taken = taken
        self.reach = Reach(wanted)
        self.kinds: dict[str, _Kind] = {}
        #: The equipment levels of what the filter takes, by the number of topic levels above.
        self.equipment: defaultdict[int, set[str]] = defaultdict(set)
        self._depths = {self.reach.start: 0}
        self._hit: dict[_Part, bool] = {}
        self._holding: dict[_Part, bool] = {}
        self._near: dict[_Below, bool] = {}
        self._after: dict[tuple[int, _Levels], _Rests] = {}

    def run(self) -> Iterator[TopicTemplate]:
        start = (self.top, self.reach.start, ())
        if not fold(start, self._learn, self._hit) or not fold(start, self._holds, self._holding):
            return
        seen = set()
        for at in descend(self._among(start, ((), ())), self._go_on):
            for template in self._missed(at, self._rests(at[0][-1], *at[2:])):
                if template not in seen:
                    seen.add(template)
                    yield template

    def _learn(self, part: _Part) -> Generator[_Part, bool, bool]:
        """To be folded: whether the filter matches anything here; collects what it matches."""
        members, state, owner = part
        depth = self._depths[state]
        hits = False
        for place, _, after in self.reach.among((members, state)):
            self._depths[after] = depth + 1
            level = _level(place, owner)
            own = self.reach.accepts(place, after)
            if own and place.endpoint is not None:
                kind = self.kinds.setdefault(place.endpoint.key, _Kind(set(), set()))
                kind.levels.add(level[-1:])
                kind.classes.update(_classes(place.endpoint))
            if (yield place.members, after, level) or own:
                hits = True
                if place.type is not None:
                    self.equipment[depth].add(place.type.level.name)
        return hits

    def _is_alike(self, endpoint: Endpoint | None, owner: _Levels) -> bool:
        kind = self.kinds.get(endpoint.key) if endpoint is not None else None
        if endpoint is None or kind is None:
            return False
        return owner[-1:] in kind.levels or not kind.classes.isdisjoint(_classes(endpoint))

    def _rests(self, place: Place, state: int, owner: _Levels) -> _Rests:
        """What may follow a position that a wildcard takes; nothing if the filter goes on there."""
        depth = self._depths[state]
        if self.wanted[depth - 1] != "+" or depth == len(self.wanted):
            return frozenset()
        if self.reach.goes_on(place, state):
            return frozenset()
        if (depth, owner) not in self._after:
            self._after[depth, owner] = self._neighbours_of_rest(depth, owner)
        return self._after[depth, owner]

    def _neighbours_of_rest(self, depth: int, owner: _Levels) -> _Rests:
        rest = self.wanted[depth:]
        found = {_Rest((*rest[:at], "+", *rest[at:]), ()) for at in range(len(rest))}
        for at, level in enumerate(rest[:-1]):
            without = tuple(sorted(self.equipment[depth + at])) if level != "+" else ()
            if not set(without).intersection(owner):
                found.add(_Rest((*rest[:at], *rest[at + 1 :]), without))
        return frozenset((each, 0) for each in found)

    def _holds(self, part: _Part) -> Generator[_Part, bool, bool]:
        """To be folded: whether anything is overlooked here, if no other filter matches it."""
        members, state, owner = part
        for place, _, after in self.reach.among((members, state)):
            self._depths[after] = self._depths[state] + 1
            level = _level(place, owner)
            rests = self._rests(place, after, level)
            if self._is_near_below(place, rests, level):
                return True
            if (yield place.members, after, level):
                return True
        return False

    def _is_near_below(self, place: Place, rests: _Rests, level: _Levels) -> bool:
        return bool(rests) and fold((place.members, rests, level), self._is_near, self._near)

    def _is_near(self, below: _Below) -> Generator[_Below, bool, bool]:
        """To be folded: whether what follows is the same as something that the filter matches."""
        members, rests, owner = below
        for place in members:
            after, level = _after(rests, place), _level(place, owner)
            if after and (
                (_is_read(after) and self._is_alike(place.endpoint, level))
                or (yield place.members, after, level)
            ):
                return True
        return False

    def _among(
        self, part: _Part, above: tuple[tuple[Place, ...], tuple[str | None, ...]]
    ) -> Iterator[_At]:
        """The members that the filter takes, and that hold something overlooked."""
        members, state, owner = part
        for place, text, after in self.reach.among((members, state)):
            level = _level(place, owner)
            if self._is_near_below(place, self._rests(place, after, level), level) or fold(
                (place.members, after, level), self._holds, self._holding
            ):
                yield (*above[0], place), (*above[1], text), after, level

    def _go_on(self, at: _At) -> Iterable[_At]:
        places, levels, state, owner = at
        return self._among((places[-1].members, state, owner), (places, levels))

    def _missed(self, at: _At, rests: _Rests) -> Iterator[TopicTemplate]:
        """The templates below a position that the filter overlooks."""
        places, levels, _, owner = at
        front = tuple(
            place.segment if level is None else Segment.fixed(level)
            for place, level in zip(places, levels, strict=True)
        )

        def below(found: _Found) -> Iterator[_Found]:
            segments, place, read, above = found
            for inner in place.members:
                after, level = _after(read, inner), _level(inner, above)
                if after and (_is_read(after) or self._is_near_below(inner, after, level)):
                    yield (*segments, _pinned(inner.segment, read)), inner, after, level

        for rest in sorted(rests):
            start = front, places[-1], frozenset([rest]), owner
            for segments, place, read, level in descend([start], below):
                is_meant = _is_read(read) and self._is_alike(place.endpoint, level)
                if is_meant and self._is_untaken(segments):
                    yield TopicTemplate.of(segments)

    def _is_untaken(self, segments: Sequence[Segment]) -> bool:
        """Whether no filter matches some of these topics."""
        states = {self.taken.start}
        for segment in segments:
            states = {
                self.taken.step(state, level)
                for state in states
                for level, count in self.taken.cells(state, segment)
                if count != 0
            }
        return any(not self.taken.taken_by(state) for state in states)


def _level(place: Place, owner: _Levels) -> _Levels:
    """The levels of the equipment down to a place."""
    return (*owner, place.type.level.name) if place.type is not None else owner


def _classes(endpoint: Endpoint) -> list[str]:
    return [name for name in endpoint.declared_by if name.startswith("class ")]


def _after(rests: _Rests, place: Place) -> _Rests:
    """The rests that are still possible after one more place."""
    level = place.type.level.name if place.type is not None else None
    return frozenset(
        (rest, read + 1)
        for rest, read in rests
        if read < len(rest.levels)
        and level not in rest.without
        and (rest.levels[read] == "+" or place.segment.match(rest.levels[read]) is not None)
    )


def _is_read(rests: _Rests) -> bool:
    return any(read == len(rest.levels) for rest, read in rests)


def _pinned(segment: Segment, rests: _Rests) -> Segment:
    """The segment, or the one level of it that the rest names."""
    (name,) = (rest.levels[read] for rest, read in rests)
    return segment if name == "+" else Segment.fixed(name)
