r"""Topic names, topic filters and their algebra, as in MQTT 5.0 §4.7 and §4.8.2.

A topic name is a string; a topic filter is a string for a set of topic names. Both are ``str``
subclasses, because MQTT compares names character by character [MQTT-4.7.3-4]: ``==``, hash and
order are those of the text, and a name can be passed to any client, dict or JSON document. Use
:meth:`TopicFilter.same_as`, :attr:`TopicFilter.canonical` and :meth:`TopicFilter.covers` to
compare the *meaning* of filters.

The algebra is closed: the intersection of two filters is one filter or nothing, a union of
filters is a :class:`FilterSet`, and whether a union covers a filter is decided exactly. There is
no complement and no difference, because a finite union of filters cannot express them. Broker
limits and naming style are checked elsewhere.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar, Final, NamedTuple, Self

from uns.diagnostics import InvalidText

#: Longest topic name or topic filter, in bytes of UTF-8 [MQTT-4.7.3-3].
MAX_BYTES: Final = 65_535

#: Longest filter that is compiled to a regular expression; for longer ones compiling is too slow.
_LONGEST_EXPRESSION = 256

_SHARE = "$share/"


class InvalidTopic(InvalidText):
    """A text that is not a topic name.

    >>> try:
    ...     Topic("acme/+/speed")
    ... except InvalidTopic as error:
    ...     print(error.reason, error.span)
    '+' is for topic filters only (5, 6)
    """

    noun: ClassVar[str] = "topic name"


class InvalidTopicFilter(InvalidText):
    """A text that is not a topic filter.

    >>> try:
    ...     TopicFilter("acme/#/speed")
    ... except InvalidTopicFilter as error:
    ...     print(error.reason, error.span)
    '#' must be the last level (5, 6)
    """

    noun: ClassVar[str] = "topic filter"


class Topic(str):
    """A topic name, to which messages are published.

    At least one character, at most 65,535 bytes of UTF-8, no ``+``, ``#`` or U+0000. Everything
    else is legal and kept unchanged: spaces, empty levels, a slash at either end, control
    characters. A ``Topic`` passed to ``Topic`` is returned unchanged.

    Raises :class:`InvalidTopic` (MQTT 5.0 §4.7, §1.5.4).

    >>> Topic("acme/munich/bottling").levels
    ('acme', 'munich', 'bottling')
    >>> Topic("acme/+/bottling")
    Traceback (most recent call last):
    uns.topics.names_and_filters.InvalidTopic: not a topic name: '+' is for topic filters only [MQTT-4.7.0-1]
      acme/+/bottling
           ^
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Check ``text``."""
        if type(text) is cls:
            return text
        if not is_topic_name(text):
            raise invalid_topic(text)
        return super().__new__(cls, text)

    @property
    def levels(self) -> tuple[str, ...]:
        """The topic levels; an empty string is a level too."""
        return tuple(self.split("/"))

    @property
    def parent(self) -> Topic | None:
        """The topic one level up, or ``None`` if there is none.

        The level above ``/a`` would be the empty name, which is not allowed [MQTT-4.7.3-1].

        >>> Topic("acme/munich").parent, Topic("acme").parent, Topic("/acme").parent
        ('acme', None, None)
        """
        above = self.rpartition("/")[0]
        return Topic(above) if above else None

    def __truediv__(self, below: str) -> Topic:
        """The topic ``below`` this one.

        >>> Topic("acme/munich") / "bottling"
        'acme/munich/bottling'
        """
        return Topic(f"{self}/{below}")


class TopicFilter(str):
    """A topic filter: a set of topic names, written with ``+`` and ``#``.

    Two filters are *equal* if their text is equal, and *the same* if they match the same topics.
    Only two pairs of texts are the same without being equal: ``+/#`` is ``#``, and ``/+/#`` is
    ``/#``, because a topic name has at least one level and one character. The algebra ignores
    lengths: it assumes that a further level always fits into 65,535 bytes.

    A shared subscription (``$share/...``) is not a filter but contains one:
    :class:`SharedSubscription`. ``$share`` alone is a filter.

    Raises :class:`InvalidTopicFilter` (MQTT 5.0 §4.7, §1.5.4).

    >>> bottling = TopicFilter("acme/+/bottling/#")
    >>> bottling.matches("acme/munich/bottling/line1"), bottling.matches("acme/munich/bottling")
    (True, True)
    >>> bottling & "+/munich/#"
    'acme/munich/bottling/#'
    """

    __slots__ = {
        "matches": """Whether ``topic`` is in the set: ``matches(topic: str) -> bool``.

        The empty text and texts with ``+``, ``#`` or U+0000 are not topic names and do not match.
        Length and lone surrogates are not checked: no packet can contain them.
        """
    }

    matches: Callable[[str], bool]

    def __new__(cls, text: str) -> Self:
        """Check ``text``."""
        if type(text) is cls:
            return text
        if not is_topic_filter(text):
            raise _filter_fault(text)
        self = super().__new__(cls, text)
        self.matches = _matcher(str(text))
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return type(self), (str(self),)

    @property
    def levels(self) -> tuple[str, ...]:
        """The topic levels as written, wildcards included."""
        return tuple(self.split("/"))

    @property
    def has_wildcards(self) -> bool:
        """Whether the filter can match more than one topic."""
        return "+" in self or "#" in self

    @property
    def canonical(self) -> TopicFilter:
        """The shortest filter that matches the same topics.

        >>> TopicFilter("+/#").canonical, TopicFilter("/+/#").canonical
        ('#', '/#')
        """
        spelled = _spell(_reach(self))
        return self if spelled == self else TopicFilter(spelled)

    def same_as(self, other: str) -> bool:
        """Whether both filters match the same topics.

        >>> TopicFilter("+/#").same_as("#"), TopicFilter("+/#") == TopicFilter("#")
        (True, False)
        """
        return _reach(self) == _reach(TopicFilter(other))

    def covers(self, other: str) -> bool:
        """Whether this filter matches every topic that the other one matches.

        >>> TopicFilter("acme/#").covers("acme/+/bottling"), TopicFilter("#").covers("$SYS/#")
        (True, False)
        """
        return _cover((_reach(self),), _reach(TopicFilter(other)))

    def intersects(self, other: str) -> bool:
        """Whether some topic matches both filters."""
        return _common(_reach(self), _reach(TopicFilter(other))) is not None

    def __and__(self, other: str) -> TopicFilter | None:
        """The filter for the topics that match both, in canonical form, or ``None``.

        Also ``None`` if it would be longer than 65,535 bytes.

        >>> TopicFilter("a/+/#") & TopicFilter("+/b"), TopicFilter("+") & TopicFilter("/#")
        ('a/b', None)
        """
        common = _common(_reach(self), _reach(TopicFilter(other)))
        return None if common is None else TopicFilter(common)


class SharedSubscription(str):
    """``$share/{ShareName}/{filter}``: a filter whose messages are distributed among a group.

    The group does not affect which topics match, so compare ``filter`` with ``filter``. The
    ShareName has at least one character and no ``/``, ``+`` or ``#``.

    Raises :class:`InvalidTopicFilter` (MQTT 5.0 §4.8.2).

    >>> shared = SharedSubscription("$share/historians/acme/#")
    >>> shared.share_name, shared.filter
    ('historians', 'acme/#')
    """

    __slots__ = {
        "filter": "The topic filter of the group.",
        "share_name": "The name of the group, MQTT's ShareName.",
    }

    share_name: str
    filter: TopicFilter

    def __new__(cls, text: str) -> Self:
        """Check ``text``."""
        if type(text) is cls:
            return text
        share_name = _share_name(text)
        self = super().__new__(cls, text)
        self.share_name = share_name
        self.filter = TopicFilter(text[len(_SHARE) + len(share_name) + 1 :])
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return type(self), (str(self),)


def subscription(text: str) -> TopicFilter | SharedSubscription:
    """Read what a SUBSCRIBE packet can contain: a topic filter or a shared subscription.

    Raises :class:`InvalidTopicFilter`.

    >>> type(subscription("$share/g/a/+")).__name__, type(subscription("$share")).__name__
    ('SharedSubscription', 'TopicFilter')
    """
    return SharedSubscription(text) if text.startswith(_SHARE) else TopicFilter(text)


def plain_filter(wanted: TopicFilter | SharedSubscription) -> TopicFilter:
    """The filter of a subscription, without the group that shares its messages."""
    return wanted.filter if isinstance(wanted, SharedSubscription) else wanted


class FilterSet:
    """A union of topic filters, in the given order, without duplicates.

    Sets are equal if they match the same topics (``{+, +/+/#}`` equals ``{#}``), so a set has no
    hash. Cover is decided exactly: a union can cover a filter that no single member covers.

    Raises :class:`InvalidTopicFilter`, and :class:`TypeError` for a single ``str``, whose letters
    would otherwise be taken as filters.

    >>> wanted = FilterSet(["+", "+/+/#"])
    >>> wanted.covers("#"), wanted == FilterSet(["#"])
    (True, True)
    """

    __slots__ = ("_filters", "_reaches")

    __hash__: ClassVar[None]  # type: ignore[assignment]

    #: ``in`` could mean ``matches`` (a topic) or ``covers`` (a filter), so it is not allowed.
    __contains__: ClassVar[None] = None

    def __init__(self, filters: Iterable[str] = ()) -> None:
        if isinstance(filters, str):
            raise TypeError("a FilterSet takes several filters; write [text] for one")
        self._filters = tuple(dict.fromkeys(map(TopicFilter, filters)))
        self._reaches = tuple(map(_reach, self._filters))

    def __iter__(self) -> Iterator[TopicFilter]:
        return iter(self._filters)

    def __len__(self) -> int:
        return len(self._filters)

    def __repr__(self) -> str:
        return f"FilterSet({[str(member) for member in self._filters]})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FilterSet):
            return NotImplemented
        return self.covers(other) and other.covers(self)

    def matches(self, topic: str) -> bool:
        """Whether some member matches ``topic``."""
        return any(member.matches(topic) for member in self._filters)

    def covers(self, other: str | FilterSet) -> bool:
        """Whether this set matches every topic of the other filter or set. Exact.

        >>> FilterSet(["a", "a/+", "a/+/+/#"]).covers("a/#")
        True
        """
        return all(_cover(self._reaches, reach) for reach in _union(other)._reaches)

    def intersects(self, other: str | FilterSet) -> bool:
        """Whether some topic matches both."""
        return next(self._common_with(other), None) is not None

    def __and__(self, other: str | FilterSet) -> FilterSet:
        """The topics in both: the intersections of all pairs of members."""
        return FilterSet(dict.fromkeys(self._common_with(other)))

    def _common_with(self, other: str | FilterSet) -> Iterator[str]:
        pairs = itertools.product(self._reaches, _union(other)._reaches)
        return (common for pair in pairs if (common := _common(*pair)) is not None)

    def __or__(self, other: str | FilterSet) -> FilterSet:
        """The topics in either."""
        return FilterSet(itertools.chain(self, _union(other)))

    def minimal(self) -> FilterSet:
        """The same topics without the members that the other members cover together.

        If there are several choices, the earlier members stay.

        >>> list(FilterSet(["a/#", "a/b", "a", "$SYS/#", "#"]).minimal())
        ['$SYS/#', '#']
        """
        kept = dict(zip(self._filters, self._reaches, strict=True))
        for member, reach in reversed(tuple(kept.items())):
            del kept[member]
            if not _cover(kept.values(), reach):
                kept[member] = reach
        return FilterSet(member for member in self._filters if member in kept)


def _union(filters: str | FilterSet) -> FilterSet:
    return FilterSet([filters]) if isinstance(filters, str) else filters


# -- Checking texts -------------------------------------------------------------------------------

#: A range of code points, the fault there, and the clause it breaks.
_Fault = tuple[tuple[int, int], str, str]


def is_topic_name(text: str) -> bool:
    """Whether ``text`` is a topic name. Faster than :class:`Topic`, but gives no reason.

    >>> is_topic_name("acme/munich"), is_topic_name("acme/#"), is_topic_name("")
    (True, False, False)
    """
    return (
        "+" not in text
        and "#" not in text
        and "\0" not in text
        and text != ""
        and ((text.isascii() and len(text) <= MAX_BYTES) or _fits(text))
    )


def is_topic_filter(text: str) -> bool:
    """Whether ``text`` is a topic filter. Faster than :class:`TopicFilter`, but gives no reason.

    >>> is_topic_filter("acme/+/#"), is_topic_filter("acme/a+"), is_topic_filter("$share/g/a")
    (True, False, False)
    """
    return (
        "\0" not in text
        and text != ""
        and ((text.isascii() and len(text) <= MAX_BYTES) or _fits(text))
        # Every '+' is a whole level [MQTT-4.7.1-2]; '#' is the last level [MQTT-4.7.1-1].
        and ("+" not in text or text.count("+") == text.split("/").count("+"))
        and ("#" not in text or (text.index("#") == len(text) - 1 and text[-2:] in ("#", "/#")))
        and not (text[0] == "$" and text.startswith(_SHARE))
    )


def _fits(text: str) -> bool:
    """Whether ``text`` is UTF-8 of at most 65,535 bytes."""
    try:
        return len(text) <= MAX_BYTES and len(text.encode()) <= MAX_BYTES
    except UnicodeEncodeError:
        return False


def invalid_topic(text: str) -> InvalidTopic:
    """The error that explains why ``text`` is not a topic name."""
    fault = _text_fault(text)
    if fault is None:
        at = next(at for at, character in enumerate(text) if character in "+#")
        fault = (at, at + 1), f"{text[at]!r} is for topic filters only", "MQTT-4.7.0-1"
    return InvalidTopic(text, *fault)


def _filter_fault(text: str) -> InvalidTopicFilter:
    fault = _text_fault(text) or _wildcard_fault(text)
    if fault is None:
        reason = "'$share/' starts a shared subscription; use SharedSubscription(text).filter"
        fault = (0, len(_SHARE)), reason, "MQTT-4.8.2-1"
    return InvalidTopicFilter(text, *fault)


def _share_name(text: str) -> str:
    """The ShareName of a valid shared subscription."""
    fault = _text_fault(text) or _share_fault(text)
    if fault is not None:
        raise InvalidTopicFilter(text, *fault)
    return text.split("/", 2)[1]


def _text_fault(text: str) -> _Fault | None:
    """The first fault that names and filters have in common (MQTT 5.0 §4.7.3)."""
    if text == "":
        return (0, 0), "it is empty", "MQTT-4.7.3-1"
    if (at := text.find("\0")) >= 0:
        return (at, at + 1), "U+0000 is not allowed", "MQTT-4.7.3-2"
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        return (error.start, error.end), "a surrogate has no UTF-8 form", "MQTT-1.5.4-1"
    if len(encoded) > MAX_BYTES:
        within = len(encoded[:MAX_BYTES].decode(errors="ignore"))
        reason = f"it has {len(encoded):,} bytes; at most {MAX_BYTES:,} are allowed"
        return (within, len(text)), reason, "MQTT-4.7.3-3"
    return None


def _wildcard_fault(text: str, start: int = 0) -> _Fault | None:
    """The first misplaced wildcard from ``start`` on (MQTT 5.0 §4.7.1)."""
    for level in text[start:].split("/"):
        end = start + len(level)
        if level == "#" and end < len(text):
            return (start, end), "'#' must be the last level", "MQTT-4.7.1-1"
        if len(level) > 1:
            for at, character in enumerate(level, start):
                if character in "+#":
                    clause = "MQTT-4.7.1-1" if character == "#" else "MQTT-4.7.1-2"
                    return (at, at + 1), f"{character!r} must be a whole level", clause
        start = end + 1
    return None


def _share_fault(text: str) -> _Fault | None:
    """The first fault against ``$share/{ShareName}/{filter}`` (MQTT 5.0 §4.8.2)."""
    if not text.startswith(_SHARE):
        return (0, 1), "a shared subscription starts with '$share/'", "MQTT-4.8.2-1"
    share_name, _, rest = text[len(_SHARE) :].partition("/")
    for at, character in enumerate(share_name, len(_SHARE)):
        if character in "+#":
            return (at, at + 1), f"a ShareName cannot contain {character!r}", "MQTT-4.8.2-2"
    end = len(_SHARE) + len(share_name)
    if not share_name:
        return (end, end + 1), "the ShareName is empty", "MQTT-4.8.2-1"
    if not rest:
        return (end, end + 1), "a topic filter must follow the ShareName", "MQTT-4.8.2-2"
    if rest.startswith(_SHARE):
        # The rest has the syntax of a filter in a *non-shared* subscription.
        span = (end + 1, end + 1 + len(_SHARE))
        return span, "a shared subscription cannot contain another one", "MQTT-4.8.2-2"
    return _wildcard_fault(text, end + 1)


# -- One filter, one topic ------------------------------------------------------------------------


def _matcher(text: str) -> Callable[[str], bool]:
    """A function that matches topics, the fastest for the wildcards in ``text``.

    Each function checks for wildcards and U+0000 itself: calling another function for that would
    double the time.
    """
    reach = _reach(text)
    canonical = _spell(reach)
    if "+" in canonical:
        return (_by_expression if len(text) <= _LONGEST_EXPRESSION else _by_levels)(reach)
    if canonical == "#":
        return _any_name
    if canonical.endswith("#"):
        return _below(canonical[:-2])
    return lambda topic: topic == text


def _any_name(topic: str) -> bool:
    # '#' does not match names that start with '$' [MQTT-4.7.2-1].
    return (
        topic[:1] not in ("", "$") and "+" not in topic and "#" not in topic and "\0" not in topic
    )


def _below(parent: str) -> Callable[[str], bool]:
    """The matcher of ``parent/#``."""
    # The names that start with 'a/b/' are those from 'a/b/' to 'a/b0', since '0' follows '/'.
    first, end = parent + "/", parent + "0"
    # '#' also matches the parent level [MQTT-4.7.1-1]; above '/' there is only the empty text.
    itself = parent or first

    def matches(topic: str) -> bool:
        return (
            (first <= topic < end or topic == itself)
            and "+" not in topic
            and "#" not in topic
            and "\0" not in topic
        )

    return matches


def _by_expression(reach: _Reach) -> Callable[[str], bool]:
    """The matcher of a filter with ``+``, as one regular expression."""
    match: Callable[[str], re.Match[str] | None]

    def compile_and_match(topic: str) -> re.Match[str] | None:
        # On first use, because compiling takes as long as hundreds of matches.
        nonlocal match
        match = re.compile(_expression(reach), re.DOTALL).fullmatch
        return match(topic)

    match = compile_and_match

    def matches(topic: str) -> bool:
        return (
            match(topic) is not None and "+" not in topic and "#" not in topic and "\0" not in topic
        )

    return matches


def _expression(reach: _Reach) -> str:
    r"""``reach`` as an expression for whole texts, without backtracking (``*+``)."""
    levels = "/".join("[^/]*+" if level == "+" else re.escape(level) for level in reach.levels)
    # A wildcard in the first level does not match names that start with '$' [MQTT-4.7.2-1], and
    # '+' alone does not match the empty text, which is not a name [MQTT-4.7.3-1].
    first = r"(?!\$|\Z)" if reach.levels[0] == "+" else ""
    return first + levels + ("(?:/.*+)?+" if reach.open else "")


def _by_levels(reach: _Reach) -> Callable[[str], bool]:
    """The matcher of a filter with ``+`` that is too long for an expression."""
    depth = len(reach.levels)
    literal = [at for at, level in enumerate(reach.levels) if level != "+"]
    literals = [reach.levels[at] for at in literal]
    starts_open = reach.levels[0] == "+"

    def matches(topic: str) -> bool:
        if not is_topic_name(topic) or (starts_open and topic.startswith("$")):
            return False
        levels = topic.split("/", depth)
        if len(levels) < depth or (len(levels) > depth and not reach.open):
            return False
        return [levels[at] for at in literal] == literals

    return matches


# -- The meaning of filters -----------------------------------------------------------------------


class _Reach(NamedTuple):
    """A filter in normal form: every level that a topic must have to match.

    ``#`` needs one level, because every topic name has one, and ``/#`` needs two, because the
    empty name is not allowed [MQTT-4.7.3-1]: they become ``+`` and ``/+``, both ``open``. So two
    filters match the same topics exactly if their reaches are equal, and intersection and cover
    need no special case.
    """

    levels: tuple[str, ...]
    #: Whether further levels may follow.
    open: bool


def _reach(text: str) -> _Reach:
    levels = text.split("/")
    if levels[-1] != "#":
        return _Reach(tuple(levels), open=False)
    levels.pop()
    if levels in ([], [""]):
        levels.append("+")
    return _Reach(tuple(levels), open=True)


def _spell(reach: _Reach) -> str:
    if not reach.open:
        return "/".join(reach.levels)
    if reach.levels == ("+",):
        return "#"
    if reach.levels == ("", "+"):
        return "/#"
    return "/".join((*reach.levels, "#"))


def _passes_over(first: str, name: str) -> bool:
    """Whether a filter's first level does not match ``name`` because of its $ [MQTT-4.7.2-1]."""
    return first == "+" and name.startswith("$")


def _common(one: _Reach, other: _Reach) -> str | None:
    """The intersection of two filters as text; ``None`` if it is empty or too long."""
    met = _meet(one, other)
    if met is None:
        return None
    spelled = _spell(met)
    return spelled if _fits(spelled) else None


def _meet(one: _Reach, other: _Reach) -> _Reach | None:
    """The intersection of two filters."""
    short, long = sorted((one, other), key=lambda reach: len(reach.levels))
    depth = len(short.levels)
    if depth < len(long.levels) and not short.open:
        return None
    first, name = short.levels[0], long.levels[0]
    if _passes_over(first, name) or _passes_over(name, first):
        return None
    met: list[str] = []
    for mine, theirs in zip(short.levels, long.levels, strict=False):
        if mine != theirs and "+" not in (mine, theirs):
            return None
        met.append(theirs if mine == "+" else mine)
    return _Reach((*met, *long.levels[depth:]), open=short.open and long.open)


def _cover(members: Iterable[_Reach], asked: _Reach) -> bool:
    """Whether the union of ``members`` contains every topic that ``asked`` matches.

    There are infinitely many level names, so among topics of one depth a union covers only what
    its best member covers: put a name that is in no filter into every ``+``, and the member that
    matches must have a ``+`` there. Members can only cover different depths. So we ask which
    depths a member covers, and from which depth on a member covers all. Linear in the text of all
    filters.
    """
    depths: set[int] = set()
    onward: int | None = None
    for member in members:
        if not _passes(member, asked):
            continue
        depth = len(member.levels)
        if not member.open:
            depths.add(depth)
        elif onward is None or depth < onward:
            onward = depth
    least = len(asked.levels)
    if not asked.open:
        return least in depths or (onward is not None and onward <= least)
    return onward is not None and all(depth in depths for depth in range(least, onward))


def _passes(member: _Reach, asked: _Reach) -> bool:
    """Whether ``member`` matches every name that ``asked`` matches, ignoring depth."""
    if _passes_over(member.levels[0], asked.levels[0]):
        return False
    for mine, theirs in zip(member.levels, asked.levels, strict=False):
        if mine not in (theirs, "+"):
            return False
    # Below the levels of ``asked`` there can be any name.
    return all(mine == "+" for mine in member.levels[len(asked.levels) :])
