"""Topic names, topic filters and texts that may be neither, by the thousand, the same every time.

Made to meet: most filters are a topic with some levels blurred or wrong, and
topics are made from a filter, so that many pairs match and as many fail by one
level only.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from uns.topics.names_and_filters import is_topic_filter, is_topic_name

__all__ = ["filters", "near", "texts", "topics"]

#: Levels a careless matcher takes for each other, and characters that mean something elsewhere.
LEVELS = (
    *("", "", "", "", *("a",) * 9, "b", "b", "b", "A", "aa", "line1", "line10", " ", "a "),
    *("$", "$SYS", "$SYS", "$share", "$x", "$x", "a$"),
    *(".", "*", "?", "[1..2]", "{a}", "{0}", "%s", "\\", "^a$", "a|b", '"'),
    *("é", "e\u0301", "ß", "ẞ", "日本", "🏭", "\ufeff", "\u200b", "\ue000", "\U0010fffd"),
)

#: What decides whether a text is a name, and what stands between.
_PLAIN = ("a", "b", "é", "🏭", "\ufeff", " ", "$", "$share/", "$share/g/", "/", "/", "+", "#")
_RARE = (
    *("\0", "\x01", "\x1f", "\x7f", "\x80", "\x9f", "\xa0", "\ud800", "\udfff", "\ufffd"),
    *("\ufdcf", "\ufdd0", "\ufdef", "\ufdf0", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"),
)

#: Beyond the depth at which an index changes its ways, and within what Mosquitto takes.
DEEPEST = 190


def topics(rng: random.Random, count: int) -> list[str]:
    """Different topic names; one in fifty is deep, one in ten ends with a slash."""
    return _different(count, lambda: _topic(rng), is_topic_name)


def filters(rng: random.Random, count: int, met: list[str]) -> list[str]:
    """Different topic filters, three of four made from one of the topics ``met``."""

    def make() -> str:
        return _blurred(rng, rng.choice(met) if rng.random() < 0.75 else _topic(rng))

    return _different(count, make, is_topic_filter)


def near(rng: random.Random, filter_: str, count: int) -> list[str]:
    """Topic names that the filter matches or misses by a level, some of them twice."""
    found: list[str] = []
    while len(found) < count:
        topic = _topic_for(rng, filter_)
        if is_topic_name(topic):
            found.append(topic)
    return found


def texts(rng: random.Random, count: int) -> list[str]:
    """Different short texts, most of which break a rule; one in three by a rare character."""

    def make() -> str:
        parts = rng.choices(_PLAIN, k=rng.randint(0, 6))
        if rng.random() < 0.33:
            parts.insert(rng.randint(0, len(parts)), rng.choice(_RARE))
        return "".join(parts)

    return _different(count, make, lambda _: True)


def _different(count: int, make: Callable[[], str], wanted: Callable[[str], bool]) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        text = make()
        if wanted(text):
            found[text] = None
    return list(found)


def _topic(rng: random.Random) -> str:
    depth = rng.randint(20, DEEPEST) if rng.random() < 0.02 else rng.randint(1, 5)
    levels = rng.choices(LEVELS, k=depth)
    return "/".join([*levels, ""] if rng.random() < 0.1 else levels)


def _blurred(rng: random.Random, topic: str) -> str:
    levels = [_blurred_level(rng, level) for level in topic.split("/")]
    if rng.random() < 0.3:
        levels[rng.randint(0, len(levels)) :] = ["#"]
    return "/".join(levels)


def _blurred_level(rng: random.Random, level: str) -> str:
    chance = rng.random()
    if chance < 0.35:
        return "+"
    return rng.choice(LEVELS) if chance < 0.42 else level


def _topic_for(rng: random.Random, filter_: str) -> str:
    levels = filter_.split("/")
    if levels[-1] == "#":
        levels[-1:] = rng.choices(LEVELS, k=rng.randint(0, 3))
    levels = [rng.choice(LEVELS) if level == "+" else level for level in levels]
    match rng.randint(0, 5):
        case 0 if levels:
            levels[rng.randrange(len(levels))] = rng.choice(LEVELS)
        case 1:
            levels.append(rng.choice(LEVELS))
        case 2:
            levels[-1:] = []
    return "/".join(levels)
