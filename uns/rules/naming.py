"""Rules of family N: the names of topic levels."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain, islice
from typing import NamedTuple

from uns.counts import in_words
from uns.diagnostics import Severity, Span
from uns.linting.rule import Finding, rule
from uns.linting.skeletons import LOOK_ALIKES, differences, fold, look, separators
from uns.linting.spellings import (
    Name,
    Numbers,
    Stems,
    describe,
    names,
    numbers,
    stem,
    stems_of,
    texts,
    unbound_stems,
)
from uns.linting.surveys import Survey, Written
from uns.loading.yaml_events import comments
from uns.model.tree import Origin, Place, PlaceKind
from uns.rules.profiles import is_ingest
from uns.topics.lookalikes import meant_family
from uns.units import is_unit, suggest, unit

# --- siblings ----------------------------------------------------------------------------------------


@rule("N101", "look-alike-siblings", Severity.WARNING)
def look_alike_siblings(survey: Survey) -> Iterator[Finding]:
    """Two siblings have names that are easily mistaken for each other.

    They differ only in case, separators, leading zeros of a number, the Unicode
    form, or letters that look alike (Unicode Technical Standard #39). Families are
    compared as a whole: `machine[1..4]` beside `Machine3`.

    Why:
        MQTT compares topics character by character. Some messages go to one topic and
        some to the other, and it is hard to see why both have gaps.

    Example:
        sites: {lyon: {areas: {hall1: {}, "Hall 1": {}}}}

    Instead:
        sites: {lyon: {areas: {hall1: {}, hall2: {}}}}
    """
    seen: set[tuple[Origin, Origin]] = set()
    for one, other, text in chain.from_iterable(map(_alike, survey.written)):
        pair = (one.origin, other.origin)
        if pair not in seen:
            seen.add(pair)
            yield Finding(
                f"{describe(other)} and {describe(one)} differ only in {text}",
                other.origin.span,
                "if they are the same thing, keep one name; if not, make the names differ by a word",
                ((one.origin.span, "the other"),),
                other.path,
            )


def _alike(members: tuple[Written, ...]) -> Iterator[tuple[Written, Written, str]]:
    """Members of one group that look alike, the earlier first, with their differences in words."""
    folds: dict[str, Name] = {}
    looks: dict[str, Name] = {}
    for member in members:
        for name in names(member):
            same = folds.setdefault(fold(name.text), name)
            also = looks.setdefault(look(name.text), name)
            other = also if same.of is member else same
            if other.of is not member:
                yield other.of, member, differences(other.text, name.text)
    if any(member.place.segment.literal is None for member in members):
        for items in _by_stem(members).values():
            yield from _overlapping(items)


def _by_stem(members: tuple[Written, ...]) -> dict[tuple[str, str], list[Numbers]]:
    """The numbers of members by the folded texts before and after them."""
    folded = cache(fold)  # numbered siblings share their stems
    counted: dict[tuple[str, str], list[Numbers]] = defaultdict(list)
    for member in members:
        for item in numbers(member):
            counted[folded(item.before), folded(item.after)].append(item)
    return counted


def _overlapping(items: list[Numbers]) -> Iterator[tuple[Written, Written, str]]:
    """Ranges that include a number of another member; two single names are compared elsewhere."""
    if all(item.is_one for item in items):
        return
    ordered = sorted(items, key=lambda item: (item.low, item.high))
    widest = ordered[0]
    for item in ordered[1:]:
        overlaps = item.low <= widest.high and item.of is not widest.of
        if overlaps and not (widest.is_one and item.is_one):
            one, other = _number(widest, item.low), _number(item, item.low)
            yield widest.of, item.of, differences(one, other)
        widest = max(widest, item, key=lambda each: each.high)


def _number(numbers: Numbers, number: int) -> str:
    return f"{numbers.before}{number:0{numbers.width}d}{numbers.after}"


@rule("N102", "mixed-numbering", Severity.WARNING)
def mixed_numbering(survey: Survey) -> Iterator[Finding]:
    """Numbered siblings are not all written the same way: `line1`, `Line2`, `line-03`.

    Why:
        A dashboard or a script that builds the topic from the number gets some of them
        right and the others wrong. Sorted by name they come out of order.

    Example:
        sites: {lyon: {areas: {hall1: {}, hall2: {}, hall-3: {}}}}

    Instead:
        sites: {lyon: {areas: {"hall[1..3]": {}}}}
    """
    seen: set[Origin] = set()
    stems = (items for members in survey.written for items in _by_stem(members).values())
    for item, usual in chain.from_iterable(map(_odd_ones, stems)):
        if item.of.origin not in seen:
            seen.add(item.of.origin)
            yield Finding(
                f"{describe(item.of)} is not numbered like its sibling {describe(usual.of)}",
                item.of.origin.span,
                f"write it as {_number(usual, item.low)!r}",
                ((usual.of.origin.span, "numbered like most"),),
                item.of.path,
            )


def _odd_ones(items: list[Numbers]) -> Iterator[tuple[Numbers, Numbers]]:
    """The items that are not spelled like most, each with one that is."""
    if len(items) < 2:
        return
    padded = max((item.width for item in items), default=0)
    styles = [_style(item, padded) for item in items]
    counted = Counter(styles)
    if len(counted) == 1:
        return
    usual, _ = counted.most_common(1)[0]
    like_most = items[styles.index(usual)]
    known = [
        (item.low, item.high) for item, style in zip(items, styles, strict=True) if style == usual
    ]
    for item, style in zip(items, styles, strict=True):
        # If the usual style has the same number, look-alike-siblings reports it.
        if style != usual and not any(low <= item.low <= high for low, high in known):
            yield item, like_most


def _style(item: Numbers, padded: int) -> tuple[str, str, bool]:
    """The style of a number; one with as many digits as padded ones counts as either style."""
    unpadded = padded > 0 and not item.width and len(str(item.low)) < padded
    return item.before, item.after, unpadded


# --- one spelling over the whole model ---------------------------------------------------------------


@rule("N103", "no-family", Severity.WARNING)
def no_family(survey: Survey) -> Iterator[Finding]:
    """A name looks like a family and is one name: `vat[1-6]`, `vat[*]`, `vat1..6`, `vat(1..6)`.

    A family has square brackets and two dots: `vat[1..6]`.

    Why:
        The name is legal, so the model has one topic with an odd name, and the topics of the six
        machines are not in it.

    Example:
        sites: {lyon: {lines: {"vat[1-6]": {}}}}

    Instead:
        sites: {lyon: {lines: {"vat[1..6]": {}}}}
    """
    for member in survey.members:
        text = member.place.segment.text
        family = meant_family(text) if _MAY_BE_RANGE.search(text) else None
        if family is not None:
            yield Finding(
                f"{describe(member)} is not a family of several names",
                member.origin.span,
                f"write a family with square brackets and two dots, such as {family!r}",
                path=member.path,
            )


_MAY_BE_RANGE = re.compile(r"[\[(<]|\.\.|…")


@rule("N201", "mixed-case", Severity.WARNING)
def mixed_case(survey: Survey) -> Iterator[Finding]:
    """A name is not in the case that most names of the model are in.

    "Most" means at least four of five names, and at least eight names; otherwise nothing is
    reported. Equipment and topics are counted apart. Names that a `segment`
    binds, that of `topic` or of a node above, have their own check and are left alone.

    Why:
        People write topics from memory. Where all names but three are in lower case, they
        subscribe to those three in lower case too, and MQTT delivers nothing.

    Example:
        sites:
          lyon:
            areas: {mixing: {}, filling: {}, packing: {}, storage: {}, tanks: {}, boilers: {}, Cooling: {}, air: {}, water: {}}

    Instead:
        sites:
          lyon:
            areas: {mixing: {}, filling: {}, packing: {}, storage: {}, tanks: {}, boilers: {}, cooling: {}, air: {}, water: {}}
    """
    yield from _unlike_most(survey, _case, 8, "is {0}, and most names are {1}", _respell_case)


@rule("N202", "mixed-separators", Severity.WARNING)
def mixed_separators(survey: Survey) -> Iterator[Finding]:
    """A name does not join its words like most names of the model: `fill_level` among `flow-rate`.

    "Most" means at least four of five names that have several words, and at least four names;
    otherwise nothing is reported. Names that a `segment` binds are left alone.

    Why:
        People write topics from memory, and programs build them from names in a database.
        They get the exceptions wrong, and those subscriptions receive nothing.

    Example:
        sites: {lyon: {metrics: {flow-rate: {type: number}, air-flow: {type: number}, supply-pressure: {type: number}, belt-speed: {type: number}, fill_level: {type: number}}}}

    Instead:
        sites: {lyon: {metrics: {flow-rate: {type: number}, air-flow: {type: number}, supply-pressure: {type: number}, belt-speed: {type: number}, fill-level: {type: number}}}}
    """
    yield from _unlike_most(
        survey, _joined_by, 4, "joins words by {0}, and most names by {1}", _respell_separators
    )


def _unlike_most(
    survey: Survey,
    style: Callable[[str], str | None],
    least: int,
    said: str,
    respelled: Callable[[str, str], str],
) -> Iterator[Finding]:
    """Findings on names whose style differs from four fifths of all (equipment, or topics)."""
    for stems in survey.once(unbound_stems):
        styles = {text: found for text in stems.first if (found := style(text)) is not None}
        counted = Counter(styles.values())
        usual, most = next(iter(counted.most_common(1)), ("", 0))
        if most < least or most == len(styles) or most * 5 < len(styles) * 4:
            continue
        for text, found in styles.items():
            if found != usual:
                member, more = stems.first[text], stems.times[text] - 1
                also = f" ({more:,} more of the name)" if more else ""
                yield Finding(
                    f"{describe(member)} {said.format(found, usual)}{also}",
                    member.origin.span,
                    f"did you mean {respelled(member.place.segment.text, usual)!r}?",
                    path=member.path,
                )


def _case(text: str) -> str | None:
    """The case of a name; ``None`` when it has no cased letter."""
    if text.islower():
        return "in lower case"
    if text.isupper():
        return "in upper case"
    return "in mixed case" if text.lower() != text.upper() else None


def _respell_case(text: str, usual: str) -> str:
    if usual == "in lower case":
        return text.lower()
    return text.upper() if usual == "in upper case" else text[:1].upper() + text[1:].lower()


_SEPARATORS = {"-": "a hyphen", "_": "an underscore", ".": "a dot", " ": "a space"}
_BY_WORDS = {words: mark for mark, words in _SEPARATORS.items()}


def _joined_by(text: str) -> str | None:
    """The separators of a name, in words; ``None`` if it has one word."""
    marks = separators(text.strip("._- "))
    return " and ".join(_SEPARATORS[mark] for mark in marks) or None


def _respell_separators(text: str, usual: str) -> str:
    return re.sub(r"[\s_.-]+", _BY_WORDS.get(usual, "-"), text)


@rule("N203", "several-spellings", Severity.WARNING)
def several_spellings(survey: Survey) -> Iterator[Finding]:
    """The same name is spelled differently under different parents: `conveyorspeed` and `conveyor-speed`.

    Numbers are ignored, so `line1` and `Line2` are two spellings of one name. Siblings are
    checked by look-alike-siblings and mixed-numbering.

    Why:
        A filter spells a level in one way: `+/+/+/conveyor-speed` matches the machines of one
        class, and misses those whose class spells it differently.

    Example:
        sites:
          lyon: {metrics: {conveyor-speed: {type: number}}}
          oslo: {metrics: {conveyorspeed: {type: number}}}

    Instead:
        sites:
          lyon: {metrics: {conveyor-speed: {type: number}}}
          oslo: {metrics: {conveyor-speed: {type: number}}}
    """
    siblings = {frozenset(texts) for texts in _sibling_spellings(survey)}
    for stems in survey.once(stems_of):
        spelled: dict[str, list[str]] = defaultdict(list)
        for text in stems.first:
            if len(text) >= _SHORTEST:
                spelled[fold(text)].append(text)
        for same in spelled.values():
            usual = max(same, key=lambda text: stems.times[text])
            for text in same:
                if text != usual and frozenset((text, usual)) not in siblings:
                    yield _spelled_otherwise(stems, text, usual)


#: Shortest name that is compared: T1 may be a tank here and a temperature there.
_SHORTEST = 3


def _spelled_otherwise(stems: Stems, text: str, usual: str) -> Finding:
    member, other = stems.first[text], stems.first[usual]
    times = stems.times[text]
    also = f" (as in {in_words(times - 1, 'other place')})" if times > 1 else ""
    return Finding(
        f"{describe(member)} is spelled differently elsewhere{also}: {other.place.segment.text!r}",
        member.origin.span,
        "use one spelling, so that one filter matches them all",
        ((other.origin.span, f"the spelling in {in_words(stems.times[usual], 'place')}"),),
        member.path,
    )


def _sibling_spellings(survey: Survey) -> Iterator[tuple[str, str]]:
    """Pairs of spellings of one name among siblings."""
    for members in survey.written:
        spelled: dict[str, str] = {}
        for member in members:
            text = stem(member.place.segment)
            other = spelled.setdefault(fold(text), text)
            if other != text:
                yield other, text


# --- characters --------------------------------------------------------------------------------------


@rule("N301", "stray-white-space", Severity.WARNING)
def stray_white_space(survey: Survey) -> Iterator[Finding]:
    """A name has white space at its start or end, two spaces in a row, or white space other than a space.

    A single space between words is legal in MQTT and common; it is not reported.

    Why:
        It cannot be seen, so it gets lost when the name is copied by hand.

    Example:
        sites: {"lyon ": {}}

    Instead:
        sites: {lyon: {}}
    """
    yield from _check_texts(
        survey,
        _stray_white_space.search,
        "has white space that is hard to see",
        lambda text: f"write {' '.join(text.split())!r}",
    )


_stray_white_space = re.compile(r"^\s|\s$|\s\s|[^\S ]")


@rule("N302", "invisible-character", Severity.WARNING)
def invisible_character(survey: Survey) -> Iterator[Finding]:
    r"""A name has an invisible character: a control, format, private-use or unassigned one.

    Why:
        Two names that look the same are different topics. MQTT 5.0 §1.5.4 says that text should
        not include control characters and non-characters, and a broker may close the connection
        of a client that sends one.

    Example:
        sites: {"ly\u200bon": {}}

    Instead:
        sites: {lyon: {}}
    """
    yield from _check_texts(
        survey,
        lambda text: _CONTROL.search(text) or (not text.isascii() and any(map(_is_unseen, text))),
        "has an invisible character",
        lambda text: f"write {''.join(c for c in text if not _is_unseen(c))!r}",
    )


_CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f]")


def _is_unseen(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] == "C" and not character.isspace()


@rule("N303", "not-normalised", Severity.WARNING)
def not_normalised(survey: Survey) -> Iterator[Finding]:
    r"""A name is not in Unicode normalisation form C: its é is an e followed by an accent.

    Why:
        MQTT does not normalise [MQTT-4.7.3-4]. Keyboards and most programs write form C, so a
        filter that is typed in does not match.

    Example:
        sites: {"orle\u0301ans": {}}

    Instead:
        sites: {"orléans": {}}
    """
    yield from _check_texts(
        survey,
        lambda text: not text.isascii() and not unicodedata.is_normalized("NFC", text),
        "is not in Unicode form C",
        lambda text: f"write {unicodedata.normalize('NFC', text)!r} in form C",
    )


@rule("N304", "mixed-scripts", Severity.WARNING)
def mixed_scripts(survey: Survey) -> Iterator[Finding]:
    r"""A word mixes Latin letters with Cyrillic or Greek ones that look like Latin.

    The letters are the confusables of Unicode Technical Standard #39. A Greek letter used as
    such, as in `α-angle` or `Δp`, is not reported.

    Why:
        A reader of the name cannot type it. Such names come from a keyboard in the wrong
        layout, or from an attempt to pass one topic off as another.

    Example:
        sites: {"ly\u043en": {}}

    Instead:
        sites: {lyon: {}}
    """
    yield from _check_texts(
        survey,
        lambda text: not text.isascii() and any(map(_is_mixed, _WORDS.findall(text))),
        "mixes letters of two alphabets that look alike",
        lambda text: f"write {_WORDS.sub(_in_latin, text)!r} in Latin letters",
    )


_WORDS = re.compile(r"[^\W\d_]+")


def _is_mixed(word: str) -> bool:
    return any(map(str.isascii, word)) and any(map(LOOK_ALIKES.__contains__, word))


def _in_latin(word: re.Match[str]) -> str:
    return "".join(LOOK_ALIKES.get(c, c) for c in word[0]) if _is_mixed(word[0]) else word[0]


@rule("N305", "empty-level", Severity.WARNING)
def empty_level(survey: Survey) -> Iterator[Finding]:
    """A topic level is empty: the key `""`, or a root that starts with a slash or has two in a row.

    Why:
        `/acme` and `acme` are different topics, and so are `a//b` and `a/b`. Many programs trim
        and join slashes as if topics were paths, and in several of them `+` does not match an
        empty level.

    Example:
        topic: {root: /acme}
        sites: {lyon: {}}

    Instead:
        topic: {root: acme}
        sites: {lyon: {}}
    """
    yield from _check_texts(
        survey,
        lambda text: not text,
        "is an empty topic level",
        lambda _: "give the level a name, or leave it out",
    )


@rule("N306", "leading-dollar", Severity.WARNING)
def leading_dollar(survey: Survey) -> Iterator[Finding]:
    """Topics start with `$`, so filters that start with a wildcard do not match them.

    With the profile `aws-iot-core`, topics of Basic Ingest are not reported: nobody can subscribe
    to them.

    Why:
        `#` and `+/state` never match a topic whose first character is `$` [MQTT-4.7.2-1], and
        brokers reserve such names for themselves (MQTT 5.0 §4.7.2). A historian that subscribes
        to `#` misses these topics and gets no error.

    Example:
        sites: {$lyon: {}}

    Instead:
        sites: {lyon: {}}
    """
    namespace = survey.namespace
    root = namespace.root_levels
    first = root[:1] or [
        place.segment.literal for place in namespace.top if place.segment.literal is not None
    ]
    for text in first:
        if text.startswith("$") and not is_ingest(survey, namespace.top.literals[text]):
            place = None if root else namespace.top.literals[text]
            yield Finding(
                f"filters that start with a wildcard do not match the topics below {text!r}",
                _span(survey, place),
                f"call it {text.lstrip('$')!r}" if text.lstrip("$") else "give it another name",
                path=text,
            )


def _span(survey: Survey, place: Place | None) -> Span | None:
    """The span of a place, or else of the fixed root of the model."""
    if place is None:
        return survey.namespace.locate("topic", "root")
    return place.origin.span if place.origin else None


def _check_texts(
    survey: Survey,
    is_wrong: Callable[[str], object],
    fault: str,
    help_: Callable[[str], str | None],
) -> Iterator[Finding]:
    """Findings on the topic levels, as they are written, for which ``is_wrong`` holds."""
    root = survey.namespace.root_levels
    for index, text in enumerate(root):
        if is_wrong(text):
            message = f"level {index + 1} of the root, {text!r}, {fault}"
            path = "/".join(root[: index + 1]) or None
            yield Finding(message, _span(survey, None), help_(text), path=path)
    for member in survey.once(_find_unusual):
        if any(map(is_wrong, texts(member.place.segment))):
            literal = member.place.segment.literal
            fix = help_(literal) if literal is not None else None
            yield Finding(f"{describe(member)} {fault}", member.origin.span, fix, path=member.path)


_ORDINARY = re.compile("[!-~]+")


def _find_unusual(survey: Survey) -> list[Written]:
    """The members whose names are empty or have other characters than visible ASCII ones."""
    return [m for m in survey.members if _ORDINARY.fullmatch(m.place.segment.text) is None]


# --- what a name says --------------------------------------------------------------------------------


@rule("N401", "repeated-parent", Severity.WARNING)
def repeated_parent(survey: Survey) -> Iterator[Finding]:
    """A name repeats the name of its parent: `filler/filler-speed`, or `mixer/mixer`.

    Why:
        The level above already says it. `+/+/+/speed` would match the speed of every machine;
        with the machine in the name, each machine needs its own filter.

    Example:
        sites: {lyon: {lines: {line1: {cells: {filler: {metrics: {filler-speed: {type: number}}}}}}}}

    Instead:
        sites: {lyon: {lines: {line1: {cells: {filler: {metrics: {speed: {type: number}}}}}}}}
    """
    seen: set[Origin] = set()
    for group, members in zip(survey.groups, survey.written, strict=True):
        parent = group.path[-1] if group.path else None
        if parent is None or parent.kind is not PlaceKind.EQUIPMENT:
            continue
        above = stem(parent.segment).rstrip("#").rstrip("._- ").lower()
        if len(above) < 2:
            continue
        for member in members:
            text = member.place.segment.text
            rest = text[len(above) :].lstrip("0123456789")
            # Equipment is numbered within its kind: silo-1 in silo, line1 in lines.
            repeats = text.lower().startswith(above) and (rest[:1] in tuple("._- ") or not rest)
            is_numbered = member.is_equipment and not rest.strip("._- 0123456789")
            if repeats and not is_numbered and member.origin not in seen:
                seen.add(member.origin)
                shorter = rest.lstrip("._- ") or None
                yield Finding(
                    f"{describe(member)} repeats the name of its parent, {parent.segment.text!r}",
                    member.origin.span,
                    f"call it {shorter!r}: the level above says the rest" if shorter else None,
                    path=member.path,
                )


@rule("N402", "unit-in-name", Severity.INFO)
def unit_in_name(survey: Survey) -> Iterator[Finding]:
    """The name of a metric ends in its unit: `pressure_bar` with `unit: bar`.

    Why:
        The unit is part of the type, and every message can carry it. With the unit in the name
        too, a new unit means a new topic.

    Example:
        sites: {lyon: {metrics: {pressure_bar: {type: number, unit: bar}}}}

    Instead:
        sites: {lyon: {metrics: {pressure: {type: number, unit: bar}}}}
    """
    for key, word, declared, span, path in survey.once(_units_in_names):
        if word.code == declared:
            yield Finding(
                f"the name of metric {key!r} ends in its unit, {declared}",
                span,
                f"call it {word.rest!r}",
                path=path,
            )


@rule("N403", "unit-contradicts-name", Severity.WARNING)
def unit_contradicts_name(survey: Survey) -> Iterator[Finding]:
    """The name of a metric ends in a unit, but its `unit` is another one of the same quantity.

    Why:
        Some readers believe the name and some the unit, and one group is wrong by a factor of
        ten or a thousand.

    Example:
        sites: {lyon: {metrics: {length_mm: {type: number, unit: m}}}}

    Instead:
        sites: {lyon: {metrics: {length: {type: number, unit: m}}}}
    """
    for key, word, declared, span, path in survey.once(_units_in_names):
        if word.code != declared:
            yield Finding(
                f"the name of metric {key!r} ends in {word.text!r}, but its unit is {declared}",
                span,
                f"call it {word.rest!r}, or declare `unit: {word.code}`",
                path=path,
            )


class _UnitWord(NamedTuple):
    """The last word of a name, if it is a unit: the word, its UCUM code, and the rest of the name."""

    text: str
    code: str
    rest: str


def _units_in_names(survey: Survey) -> list[tuple[str, _UnitWord, str, Span | None, str]]:
    """Metrics whose names end in a unit of the same quantity as theirs."""
    found = []
    for endpoint, node, _ in survey.endpoints:
        metric = endpoint.metric
        if metric is None or metric.unit is None:
            continue
        word = _unit_word(endpoint.leaf.rpartition("/")[2], metric.unit)
        if word is not None:
            span = endpoint.origin.span if endpoint.origin else None
            found.append((endpoint.key, word, metric.unit, span, node.template.text))
    return found


_LAST_WORD = re.compile(r"(?P<rest>.*[^._\s-])[._\s-]+(?P<word>[^\W_]{1,12}|%)", re.DOTALL)

#: Common words for units in names, besides their codes.
_WORDS_OF_UNITS: Mapping[str, str] = {
    "celsius": "Cel", "degc": "Cel", "percent": "%", "pct": "%", "rpm": "1/min", "lpm": "L/min",
    "kwh": "kW.h", "kw": "kW", "mbar": "mbar", "bar": "bar", "pa": "Pa", "kpa": "kPa", "mm": "mm",
    "cm": "cm", "kg": "kg", "hz": "Hz", "mv": "mV", "mps": "m/s", "ms": "ms", "sec": "s",
}  # fmt: skip


def _unit_word(name: str, declared: str) -> _UnitWord | None:
    """The unit at the end of a name, if it measures the same quantity as the declared one."""
    found = _LAST_WORD.fullmatch(name[-100:])
    if found is None or not is_unit(declared):
        return None
    word, rest = found["word"], found["rest"]
    code = _WORDS_OF_UNITS.get(word.lower())
    if code is None and word in (declared, suggest(declared)):
        code = declared
    if code is None or not unit(code).measures_like(unit(declared)):
        return None
    one, other = unit(code), unit(declared)
    # Two ways to write a unit are the same unit.
    is_same = (one.factor, one.offset, one.scale) == (other.factor, other.offset, other.scale)
    return _UnitWord(word, declared if is_same else code, rest)


# --- aspects -----------------------------------------------------------------------------------------


@rule("N501", "aspect-look-alike", Severity.WARNING)
def aspect_look_alike(survey: Survey) -> Iterator[Finding]:
    """Equipment or a topic is named like the topic level of an aspect: `raw` where the aspect is `_raw`.

    Why:
        A filter such as `+/+/_raw/#` selects raw values by the level of the aspect. People
        confuse a name that differs from it by one mark, and filters match a name that is equal.

    Example:
        aspects: {raw: _raw}
        sites: {lyon: {areas: {raw: {}}}}

    Instead:
        aspects: {raw: _raw}
        sites: {lyon: {areas: {raw-materials: {}}}}
    """
    aspects = {fold(segment): (name, segment) for name, segment in survey.namespace.aspects.items()}
    for member in survey.members if aspects else ():
        found = (aspects[folded] for n in names(member) if (folded := fold(n.text)) in aspects)
        for aspect, segment in islice(found, 1):
            place = survey.namespace.locate("aspects", aspect)
            yield Finding(
                f"{describe(member)} looks like {segment!r}, the topic level of aspect {aspect!r}",
                member.origin.span,
                f"give it another name, or declare it as an endpoint of the aspect: `{aspect}:<name>`",
                ((place, "the aspect"),) if place else (),
                member.path,
            )


# --- texts -----------------------------------------------------------------------------------------


@rule("N601", "text-cut-by-comment", Severity.WARNING)
def text_cut_by_comment(survey: Survey) -> Iterator[Finding]:
    """A comment that starts with a number follows a text, as in `label: Filler #3`.

    Why:
        To YAML a `#` after a space starts a comment, so the label is only `Filler`.

    Example:
        sites:
          lyon:
            label: Plant #3

    Instead:
        sites:
          lyon:
            label: "Plant #3"
    """
    for source in survey.namespace.sources:
        for comment in comments(source.text, _NUMBER_SIGN):
            before = comment.excerpt[: comment.column - 1]
            found = _PLAIN_TEXT.search(before)
            if found is None or not comment.text[:1].isdigit():
                continue
            line, end = comment.line, len(comment.excerpt) + 1
            yield Finding(
                f"the text ends before {comment.excerpt[comment.column - 1 :]!r}, which is a comment",
                Span(source.name, line, comment.column, line, end, comment.excerpt),
                "put the whole text in quotes, or a space after the # of a comment",
            )


_NUMBER_SIGN = re.compile("#[0-9]")
#: A value without quotes that is no number, and one space, at the end of a text.
_PLAIN_TEXT = re.compile(
    r"(?::|-|\[|,)[ \t]+(?=[^\s\[\]{}'\"]*[A-Za-z])[^\[\]{}'\"]*[^\s\[\]{}'\":,][ ]$"
)
