"""Finds the unit that was probably meant by a misspelled or a misleading code.

A misspelling is corrected in stages: typography, words, capitals. Only units that plants use
count. With one possible unit the reading is certain; with several, they are suggestions. A valid
code is misleading if plants do not use it and a similar one is in use.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import chain, islice, product
from typing import NamedTuple

from uns.memo import Memo
from uns.units.essence import ARBITRARY, METRIC, PLAIN, SPECIAL
from uns.units.habits import (
    AMBIGUOUS,
    COMPOUNDS,
    COUNTED,
    MISLEADING,
    MISTAKEN,
    NAMES,
    PREFIX_NAMES,
    PREFIXES_IN_USE,
    UNCODED,
)
from uns.units.measures import (
    LONGEST_UNIT,
    Measure,
    collect_notes,
    measure,
    read_components,
    split_symbol,
    try_measure,
)
from uns.units.table import COMMON_CODES, LISTED, SPELLINGS

#: The most combinations that are tried for a text in each stage, and the most suggestions.
_MOST_TRIED, _MOST_TOLD = 40, 4

#: The most words and signs of a text; ``kJ/(kg.K.h)`` has nine.
_MOST_PARTS = 12


class Reading(NamedTuple):
    """What a text may mean: ``codes``, the likeliest first; ``is_certain`` if there is no doubt.

    ``words`` describe what UCUM has no code for, or what a misleading code means in UCUM.
    """

    codes: tuple[str, ...] = ()
    is_certain: bool = False
    words: str = ""


_READ = Memo[Reading](entries=1_024)
_measure = lru_cache(maxsize=2_048)(try_measure)


def suggest(code: str) -> str | None:
    """Suggest the UCUM code that was probably meant by ``code``, or ``None``.

    Works for texts that are not UCUM codes, and for valid codes that are a common spelling of
    another unit: ``ft`` is a femtotonne in UCUM.

    >>> [suggest(text) for text in ("°C", "kWh", "m³/h", "1/rpm", "KWH", "ft", "kg")]
    ['Cel', 'kW.h', 'm3/h', '1/({rev}/min)', 'kW.h', '[ft_i]', None]
    """
    return next(iter(read(code).codes), None)


def read(text: str) -> Reading:
    """Find what was meant by ``text``, if it is not a unit or is a misleading one.

    The reading of a code that plants use is empty. A certain reading can replace the text: there
    is no other one, and plants use each of its symbols.

    >>> read("kW h"), read("kn").codes, read("kg")
    (Reading(codes=('kW.h',), is_certain=True, words=''), ('[kn_i]', 'kN'), Reading(codes=(), is_certain=False, words=''))
    """
    if not 0 < len(text) <= LONGEST_UNIT:
        return Reading()
    known = _READ.find(text)
    if known is None:
        known = _read_legal(text) if _measure(text) else _read_illegal(text)
        _READ.keep(text, known)
    return known


def _read_illegal(text: str) -> Reading:
    plain = _normalise(text)
    for spelled in (text.strip(), plain, plain.replace(" ", "")):
        if spelled in UNCODED:
            return Reading(words=UNCODED[spelled])
        if spelled in AMBIGUOUS:
            return Reading(AMBIGUOUS[spelled][0])
        if spelled in SPELLINGS:
            # Blanks around a unit that is mistaken for another, and words for such a one.
            either = (spelled,) if spelled in LISTED else ()
            code = SPELLINGS[spelled]
            return Reading((code, *either), not either and not _read_legal(code).codes)
    if _measure(plain) and _is_known(plain) and _is_of_a_plant(plain):
        doubt = _read_legal(plain)
        return Reading(doubt.codes or (plain,), not doubt.codes)
    found = _read_words(plain)
    if found.is_certain and (doubt := _read_legal(found.codes[0])).codes:
        return Reading((*doubt.codes, *found.codes)[:_MOST_TOLD])
    common = COMMON_CODES.get(text)
    return Reading((common,)) if common and not found.codes else found


# --- legal codes ------------------------------------------------------------------------------


def _read_legal(code: str) -> Reading:
    """Find what was meant by a valid code, if it is misleading."""
    if code in MISLEADING:
        codes, why = MISLEADING[code]
        return Reading(codes, words=why)
    spelled = SPELLINGS.get(code)
    if spelled is not None:
        return Reading() if _measure(code) == _measure(spelled) else Reading((spelled,))
    plain = _normalise(code)
    if plain != code and plain in SPELLINGS and not _is_of_a_plant(code):
        return Reading((SPELLINGS[plain],))
    decimal = re.search(_DECIMAL, code)
    if decimal:
        digits = decimal["fraction"]
        exact = f"{decimal['start']}({decimal['whole'].lstrip('0')}{digits}.10*-{len(digits)})"
        meant = f"{code[: decimal.start()]}{exact}{code[decimal.end() :]}"
        return Reading(
            (meant,) if _measure(meant) else (),
            words=f"divided or multiplied by {decimal['whole']} and by {digits}",
        )
    is_of_a_plant = _is_of_a_plant(code)
    if is_of_a_plant and _is_known(code):
        return Reading()
    # An unknown product of usual symbols may be meant, unless a similar unit is in the table.
    others = [
        other
        for other in _find_candidates(code, _by_any_case)
        if other in LISTED or (_is_known(other) and not is_of_a_plant)
    ]
    return Reading(tuple(_without_repeats(others))[:_MOST_TOLD])


#: A decimal fraction; in UCUM ``1.73`` is 1 times 73.
_DECIMAL = r"(?P<start>^|[./(])(?P<whole>[0-9]+)\.(?P<fraction>[0-9]+)(?![0-9*^])"


def _is_of_a_plant(code: str) -> bool:
    """Whether plants use every symbol of a valid code."""
    return all(
        component.text.isdigit() or _is_in_use(component.text)
        for component in read_components(code)
    )


def _is_in_use(symbol: str) -> bool:
    prefix, atom = split_symbol(symbol) or ("", "")
    if symbol in MISLEADING:
        return False
    if "[" in atom:
        return prefix in {"", "k", "M", "d", "c", "m", "u", "n"}
    return (prefix or "1") in PREFIXES_IN_USE.get(atom, "").split()


@cache
def _known_dimensions() -> frozenset[str]:
    """The dimensions of the units in the table."""
    return frozenset(measure(code).dimension for code in LISTED)


def _is_known(code: str) -> bool:
    meaning = _measure(code)
    return meaning is not None and meaning.dimension in _known_dimensions()


def read_as(code: str, like: str) -> str | None:
    """Find a unit of the same quantity as ``like`` that differs from ``code`` in capitals only.

    ``None`` if ``code`` is of that quantity itself.

    >>> read_as("a", "A"), read_as("G", "kg"), read_as("mA", "A")
    ('A', 'g', None)
    """
    meant = measure(like).dimension
    if measure(code).dimension == meant:
        return None
    others = (*_find_candidates(_normalise(code), _by_any_case), *MISTAKEN.get(code, ()))
    return next((other for other in others if measure(other).dimension == meant), None)


def _without_repeats(codes: Iterable[str]) -> Iterator[str]:
    """Leave out codes that are another spelling of an earlier one."""
    seen: list[tuple[Measure | None, Counter[str]]] = []
    for code in codes:
        meaning = _measure(code), collect_notes(code)
        if meaning not in seen:
            seen.append(meaning)
            yield code


# --- texts that are no unit -------------------------------------------------------------------

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SIGNS = str.maketrans(
    dict.fromkeys("·⋅•×∙‧", ".")
    | dict.fromkeys("∕÷", "/")
    | dict.fromkeys("−–‐‑", "-")
    | {"μ": "u", "Ω": "Ohm", "′": "'", "″": '"'}
)


def _normalise(text: str) -> str:
    """Write ``text`` in UCUM's characters: superscripts, signs, powers, words between units."""
    raised = re.sub(
        r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", lambda match: "^" + match[0].translate(_SUPERSCRIPTS), text.strip()
    )
    plain = unicodedata.normalize("NFKC", raised).translate(_SIGNS).replace("**", "^")
    for pattern, replacement in _respellings():
        plain = pattern.sub(replacement, plain)
    return plain


_RESPELLINGS = (
    (r"\s+", " "),
    (r"(?<=[\w)\]}%])[ -](?:per|p\.)[ -](?=[\w(\[{])", "/"),
    (r"\b(?:us|u\.s\.)[ .-]gal(?:lon)?s?\b", "[gal_us]"),
    (r"\b(?:uk|imp|imperial)[ .-]+gal(?:lon)?s?\b", "[gal_br]"),
    (r"\b(?:sq|square)(?:\.\s*|\s+|_)([a-z]+)", r"\1^2"),
    (r"\b(?:cu|cubic)(?:\.\s*|\s+|_)([a-z]+)", r"\1^3"),
    (r"([a-z]+) squared\b", r"\1^2"),
    (r"([a-z]+) cubed\b", r"\1^3"),
    (r"(?<![\w.])(?:1?[x.] ?)?10 ?\^ ?(?=[+-]?[0-9])", "10*"),
    (r"(?<![\w.])1e\+?(?=-?[0-9])", "10*"),
    (r"(?<=[a-z\]]) (?=\^|-?[1-9](?!\d))", ""),
    (r"(?<=[a-z0-9\]])\^ ?\(?([+-]?[0-9]+)\)?", r"\1"),
    (r"(?<=[a-z])\*(?=[a-z(])", "."),
    (r"(?<=[a-z])-(?=[a-z])", "."),
    (r" ?([./()]) ?", r"\1"),
    (r"(?<!\[)\bdeg(?:ree)?s?[ ._]?([cfk])\b", r"°\1"),
    (r"\bdeg(?:ree)?s?[ ._](?=cel|fah|kel)", ""),
    (r"° (?=[cfk]\b)", "°"),
)

_PART = (
    r"(?P<number>10\*[+-]?[0-9]+|[0-9]+)"
    r"|(?P<word>(?:[^\W\d_]|[%°'\"‰$#]|\[[!-Z\\^-~]+\])+(?:_[^\W\d_]+)?)(?P<power>[+-]?[0-9]{1,2})?"
    r"|(?P<note>\{[!-z|~]*\})|(?P<sign>[ ./()])"
)


@cache
def _respellings() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(text, re.IGNORECASE), put) for text, put in _RESPELLINGS)


@cache
def _part() -> re.Pattern[str]:
    return re.compile(_PART)


class _Factor(NamedTuple):
    """A word or a number of a text, its power, and its annotation."""

    word: str
    power: str = ""
    note: str = ""


#: A text in parts: factors, and the signs between them.
_Parts = tuple["_Factor | str", ...]


def _read_words(plain: str) -> Reading:
    """Find what a text means, with as few changes of its letters as possible."""
    unsure: list[str] = []
    stages = [
        list(_without_repeats(_find_candidates(plain, choices)))
        for choices in (_as_it_stands, _by_word, _by_capitals, _by_any_case)
    ]
    for number, found in enumerate(stages):
        known = [code for code in found if _is_known(code)]
        if known:
            # A word in capitals may be the symbol, or be written so: H is a henry or an hour.
            others = [code for code in stages[max(number, 2)] if _is_known(code)]
            known = list(
                _without_repeats(sorted([*known, *others], key=lambda code: code not in LISTED))
            )
            is_certain = len(known) == 1 and not unsure and not _is_doubtful(plain, number, found)
            return Reading(tuple(known)[:_MOST_TOLD], is_certain)
        unsure += found
    known = list(_without_repeats(unsure))
    is_certain = len(known) == 1 and not _is_doubtful(plain, 3, known)
    return Reading(tuple(known)[:_MOST_TOLD], is_certain)


def _is_doubtful(plain: str, stage: int, found: list[str]) -> bool:
    """Whether a text says too little to be certain of its only reading."""
    if " " in plain and len(found) > 1:  # blanks join or multiply
        return True
    if stage > 1 and len(plain) == 1:
        return True
    if re.match(r"[0-9]+ ?[^\W\d]", plain):  # a value with its unit
        return True
    return any(isinstance(part, _Factor) and _is_ambiguous(part) for part in _split(plain) or ())


def _is_ambiguous(factor: _Factor) -> bool:
    """Whether a word can mean several units."""
    if factor.word in SPELLINGS:
        return False
    if factor.word in _ambiguous_words():
        return not factor.power
    same = _folded().get(factor.word.casefold(), ())
    return not _by_word(factor) and not _ambiguous_words().isdisjoint(same)


def _find_candidates(plain: str, choices: Callable[[_Factor], list[str]]) -> Iterator[str]:
    """Find the valid codes that a text may stand for, with symbols that plants use."""
    if choices in {_by_capitals, _by_any_case}:
        for phrase in _folded().get(plain.casefold(), ()):
            yield from _words().get(phrase, ())
    parts = _split(plain) or ()
    picks = chain.from_iterable(
        product(*([part] if isinstance(part, str) else choices(part) for part in arranged))
        for arranged in _arrange(parts)
    )
    for picked in islice(picks, _MOST_TRIED):
        code = _write(picked)
        if _measure(code) and _is_of_a_plant(code):
            yield code


def _split(plain: str) -> _Parts | None:
    """Split a text into words and the signs between them, ``""`` between adjacent words.

    ``None`` if it has other characters, or too many parts.
    """
    parts: list[_Factor | str] = []
    at = 0
    while at < len(plain):
        match = _part().match(plain, at)
        if match is None or len(parts) > _MOST_PARTS:
            return None
        at = match.end()
        last = parts[-1] if parts else "("
        if match["note"] and isinstance(last, _Factor) and not last.note:
            parts[-1] = last._replace(note=match["note"])
        elif match["sign"]:
            parts.append(match["sign"])
        elif isinstance(last, _Factor) and last.note:
            return None
        elif match["note"]:
            parts.append(_Factor("", note=match["note"]))
        else:
            if isinstance(last, _Factor) or last == ")":
                parts.append("")
            parts.append(_Factor(match["number"] or match["word"], match["power"] or ""))
    return tuple(parts)


def _arrange(parts: _Parts) -> Iterator[_Parts]:
    """Try the structures of a text: blanks that join or multiply, products below the line."""
    blanks = [place for place, part in enumerate(parts) if part == " "][:2]
    for joined in product((True, False), repeat=len(blanks)):
        united = _unite(parts, {place for place, does in zip(blanks, joined, strict=True) if does})
        if united is not None:
            yield from _divide(united)


def _unite(parts: _Parts, places: set[int]) -> _Parts | None:
    """Join the words on both sides of the blanks at ``places``."""
    united: list[_Factor | str] = []
    for place, part in enumerate(parts):
        if place - 1 in places:
            first = united.pop() if united else ""
            if not (isinstance(first, _Factor) and isinstance(part, _Factor)):
                return None
            if first.power or first.note:
                return None
            united.append(part._replace(word=first.word + part.word))
        elif place not in places:
            united.append(part)
    return tuple(united)


def _divide(parts: _Parts) -> Iterator[_Parts]:
    """Try both meanings of a product after ``/``: all of it is below the line, or its first part."""
    segments: list[list[_Factor | str]] = [[]]
    depth = 0
    for part in parts:
        depth += (part == "(") - (part == ")")
        if part == "/" and not depth:
            segments.append([])
        else:
            segments[-1].append(part)
    tails = segments[1:]
    is_open = any("." in tail or " " in tail for tail in tails)
    for grouped in (True, False) if is_open else (True,):
        arranged = list(segments[0])
        for tail in tails:
            is_group = len(tail) > 1 and tail[0] != "(" and (grouped or "" in tail)
            arranged += ["/", *(["(", *tail, ")"] if is_group else tail)]
        yield tuple(arranged)


def _write(picked: tuple[str, ...]) -> str:
    """Write the parts as a UCUM term."""
    is_compound = sum(part not in _SIGNS_BETWEEN for part in picked) > 1
    code = ""
    for part in picked:
        if part in _SIGNS_BETWEEN:
            code += part if part in {"/", "(", ")"} else "."
            continue
        word = _DIFFERENCES.get(part, part) if is_compound else part
        signs = re.sub(_ANNOTATION, "", word)
        is_product = "/" in signs or ("." in signs and code.endswith("/"))
        code += f"({word})" if is_product and code else word
    return code


#: The units of differences on a scale, for products.
_DIFFERENCES = {"Cel": "K", "[degF]": "[degR]", "[degRe]": "(5.K/4)"}
_ANNOTATION = r"\{[^}]*\}"


_SIGNS_BETWEEN = {"", " ", ".", "/", "(", ")"}

# --- words ------------------------------------------------------------------------------------


def _as_it_stands(factor: _Factor) -> list[str]:
    """The word itself, if it is a symbol in use."""
    symbol = factor.word
    if not symbol or symbol[0].isdigit():
        return [symbol + factor.note]
    if split_symbol(symbol) and _is_in_use(symbol):
        return [symbol + factor.power + factor.note]
    return []


def _by_word(factor: _Factor) -> list[str]:
    """The symbols that a word is, names, or is a spelling of."""
    return _as_it_stands(factor) + _with_power(factor, _words())


def _by_capitals(factor: _Factor) -> list[str]:
    """The same in other capitals, if the word is unknown or all in capitals."""
    codes = _by_word(factor)
    return codes if codes and factor.word != factor.word.upper() else _by_any_case(factor)


def _by_any_case(factor: _Factor) -> list[str]:
    """The same in any capitals."""
    codes = _by_word(factor)
    for spelling in _folded().get(factor.word.casefold(), ()):
        written = factor._replace(word=spelling)
        codes += _as_it_stands(written) + _with_power(written, _words())
    return list(dict.fromkeys(codes))


def _with_power(factor: _Factor, words: dict[str, tuple[str, ...]]) -> list[str]:
    """The codes of a word with its power; ``ft2`` has a code of its own, ``ft4`` does not."""
    whole = words.get(factor.word + factor.power, ())
    if whole or not factor.power:
        return [code + factor.note for code in whole]
    return [
        code + factor.power + factor.note
        for code in words.get(factor.word, ())
        if split_symbol(code)
    ]


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """Words and their codes: names, compounds, things that are counted, and spellings."""
    words: dict[str, tuple[str, ...]] = {}
    for thing in COUNTED:
        words[thing] = words[_pluralise(thing)] = (f"{{{thing}}}",)
    for name, symbol in NAMES.items():
        for prefix_name, prefix in {"": "", **PREFIX_NAMES}.items():
            if _is_in_use(prefix + symbol):
                words[prefix_name + name] = words[_pluralise(prefix_name + name)] = (
                    prefix + symbol,
                )
    words |= {word: (code,) for word, code in _compounds()}
    symbols = METRIC.keys() | PLAIN.keys() | ARBITRARY | SPECIAL.keys()
    words |= {
        text: (symbol,)
        for symbol in symbols
        if "[" in symbol
        for text in {symbol, symbol.strip("[]") if "_" in symbol else symbol}
    }
    words |= {row.name: (code,) for code, (_, row) in LISTED.items()}
    words |= {spelling: (code,) for spelling, code in SPELLINGS.items()}
    words |= {text: codes for text, (codes, _) in AMBIGUOUS.items()}
    return words | dict.fromkeys(("lb", "lbs", "pound", "pounds"), ("[lb_av]", "[lbf_av]"))


def _compounds() -> Iterator[tuple[str, str]]:
    for compound, entry in COMPOUNDS.items():
        code, prefixes = entry.split()
        for prefix in prefixes.replace("1", " "):
            yield prefix.strip() + compound, prefix.strip() + code


def _pluralise(name: str) -> str:
    return name + ("es" if name.endswith(("x", "ch", "s")) else "s")


@cache
def _folded() -> dict[str, list[str]]:
    """The symbols in use and the words, by their letters in lower case."""
    symbols = (
        ("" if prefix == "1" else prefix) + atom
        for atom, prefixes in PREFIXES_IN_USE.items()
        for prefix in prefixes.split()
    )
    folded: dict[str, list[str]] = {}
    words = (word for word in _words() if len(word) > 1 or word not in AMBIGUOUS)
    for spelling in (*symbols, *words):
        folded.setdefault(spelling.casefold(), []).append(spelling)
    return folded


@cache
def _ambiguous_words() -> frozenset[str]:
    """Words that can mean several units; ``Ws`` is a watt second, or the plural of watt."""
    return frozenset((*AMBIGUOUS, *(word for word, _ in _compounds() if word.endswith("s"))))
