"""Topic names and topic filters by the thousand, the same ones in every run.

Made to meet: most filters are a topic with some levels blurred or wrong, so
that many match, and many fail by one level only. Texts for the question
whether they are names at all are made apart, from the characters that decide it.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from uns.topics import is_topic_filter, is_topic_name

__all__ = ["filters", "near", "texts", "topics"]

#: Levels that are alike to a careless eye: empty, dollars, blanks, one letter in several spellings.
LEVELS = (
    *("", "", "a", "a", "a", "b", "b", "c", "A", "aa", "line1", "line10"),
    *("$", "$SYS", "$share", "$x", "a$", " ", "a ", ".", "*", "[1..2]", "{a}", "%", "\\", "^a$"),
    *("é", "e\u0301", "ß", "ẞ", "日本", "🏭", "\ufeff", "\u200b", "\U0010fffd", "\ue000"),
)

#: What decides whether a text is a name.
CHARACTERS = (
    *("a", "b", "/", "/", "/", "+", "+", "#", "$", "$share/", "$share/g/", "é", "🏭", " ", "\0"),
    *("\x01", "\x1f", "\x7f", "\x80", "\x9f", "\xa0", "\ufdcf", "\ufdd0", "\ufdef", "\ufdf0"),
    *("\ufffd", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff", "\ud800", "\udfff", "\ufeff"),
)

_DEEP = 64


def topics(rng: random.Random, count: int) -> list[str]:
    """Different topic names; one in fifty is deep."""
    return _different(count, lambda: _topic(rng))


def filters(rng: random.Random, count: int, met: list[str]) -> list[str]:
    """Different topic filters, three of four made from one of the topics ``met``."""
    return _different(
        count, lambda: _blurred(rng, rng.choice(met) if rng.random() < 0.75 else _topic(rng))
    )


def near(rng: random.Random, filter_: str, count: int) -> list[str]:
    """Topic names that the filter matches, or that it fails to match by little."""
    found = []
    while len(found) < count:
        topic = _topic_for(rng, filter_)
        found += [topic] if is_topic_name(topic) else []
    return found


def texts(rng: random.Random, count: int) -> list[str]:
    """Different short texts, most of which break a rule."""
    return _different(
        count, lambda: "".join(rng.choices(CHARACTERS, k=rng.randint(0, 6))), any_text
    )


def any_text(_text: str) -> bool:
    """Every text is a text."""
    return True


def _different(
    count: int, make: Callable[[], str], wanted: Callable[[str], bool] = is_topic_filter
) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        text = make()
        if wanted(text):
            found[text] = None
    return list(found)


def _topic(rng: random.Random) -> str:
    depth = rng.randint(20, _DEEP) if rng.random() < 0.02 else rng.randint(1, 5)
    levels = rng.choices(LEVELS, k=depth)
    if rng.random() < 0.1:
        levels.append("")
    topic = "/".join(levels)
    return topic if is_topic_filter(topic) else "a"


def _blurred(rng: random.Random, topic: str) -> str:
    levels = [_blurred_level(rng, level) for level in topic.split("/")]
    if rng.random() < 0.3:
        levels = [*levels[: rng.randint(0, len(levels))], "#"]
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
            levels = levels[:-1]
    return "/".join(levels)
