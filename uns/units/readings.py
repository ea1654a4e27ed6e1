"""What people write instead of UCUM codes, and what they may mean by it.

A misspelling is read as a person would: typography first, then words, then other
capitals. Every reading whose symbols a plant measures in counts. One reading is
certain; several are only offered. A legal code is misleading where its symbols
are none of a plant and a reading of it is.
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
from uns.units.essence import ARBITRARY, METRIC, PLAIN, SPECIAL, TELLING
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
    measure,
    measured,
    read_components,
    split_symbol,
)
from uns.units.table import COMMON_CODES, LISTED, SPELLINGS

__all__ = ["Reading", "notes", "read", "read_as", "suggest"]

#: How many readings of one text are looked at, and how many are told.
_MOST_TRIED, _MOST_TOLD = 40, 4

#: Words and signs of the longest text that is read; ``kJ/(kg.K.h)`` has nine.
_MOST_PARTS = 12


class Reading(NamedTuple):
    """What a text may mean: ``codes``, the likeliest first; ``is_certain`` when there is no doubt.

    ``words`` say what UCUM has no code for, or what a legal code stands for in UCUM.
    """

    codes: tuple[str, ...] = ()
    is_certain: bool = False
    words: str = ""


_READ = Memo[Reading](entries=1_024)


_measure = lru_cache(maxsize=2_048)(measured)


def suggest(code: str) -> str | None:
    """Suggest the UCUM code that was probably meant by ``code``, or ``None``.

    Works for texts that are not UCUM codes, and for valid codes that are a common spelling of
    another unit: ``ft`` is a femtotonne in UCUM.

    >>> [suggest(text) for text in ("°C", "kWh", "m³/h", "1/rpm", "KWH", "ft", "kg")]
    ['Cel', 'kW.h', 'm3/h', '1/({rev}/min)', 'kW.h', '[ft_i]', None]
    """
    return next(iter(read(code).codes), None)


def read(text: str) -> Reading:
    """What ``text`` may mean where that is not what it says.

    Nothing for a legal code that a plant means as it stands. A certain reading may be written
    in place of the text: there is no other, and each of its symbols is one that a plant means.

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
    plain = _plain(text)
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
    """What a legal code is mistaken for, or nothing."""
    if code in MISLEADING:
        codes, why = MISLEADING[code]
        return Reading(codes, words=why)
    spelled = SPELLINGS.get(code)
    if spelled is not None:
        return Reading() if _measure(code) == _measure(spelled) else Reading((spelled,))
    plain = _plain(code)
    if plain != code and plain in SPELLINGS and not _is_of_a_plant(code):
        return Reading((SPELLINGS[plain],))
    decimal = _DECIMAL.search(code)
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
    # A product of a plant's symbols may be meant, unless a unit of the table is one slip away.
    others = [
        other
        for other in _candidates(code, _by_any_case)
        if other in LISTED or (_is_known(other) and not is_of_a_plant)
    ]
    return Reading(tuple(_distinct(others))[:_MOST_TOLD])


#: A decimal fraction: to UCUM two factors, ``1`` and ``73``.
_DECIMAL = re.compile(r"(?P<start>^|[./(])(?P<whole>[0-9]+)\.(?P<fraction>[0-9]+)(?![0-9*^])")


def _is_of_a_plant(code: str) -> bool:
    """Whether every symbol of a legal code is one that a plant measures in."""
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
    """What a plant measures: the dimensions of the units in the table."""
    return frozenset(measure(code).dimension for code in LISTED)


def _is_known(code: str) -> bool:
    meaning = _measure(code)
    return meaning is not None and meaning.dimension in _known_dimensions()


def read_as(code: str, like: str) -> str | None:
    """The unit of the quantity of ``like`` that a legal code is one slip away from, if it is not one.

    >>> read_as("a", "A"), read_as("G", "kg"), read_as("mA", "A")
    ('A', 'g', None)
    """
    meant = measure(like).dimension
    if measure(code).dimension == meant:
        return None
    others = (*_candidates(_plain(code), _by_any_case), *MISTAKEN.get(code, ()))
    return next((other for other in others if measure(other).dimension == meant), None)


def notes(code: str) -> Counter[str]:
    """What no dimension holds: the annotations of a legal code and its telling symbols."""
    found: Counter[str] = Counter()
    for text, _, power, note in read_components(code):
        parts = split_symbol(text)
        if parts and parts[1] in TELLING:
            found[parts[1]] += power
        if note:
            found[note] += power
    return found


def _distinct(codes: Iterable[str]) -> Iterator[str]:
    """One spelling of each unit, the first."""
    seen: list[tuple[Measure | None, Counter[str]]] = []
    for code in codes:
        meaning = _measure(code), notes(code)
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


def _plain(text: str) -> str:
    """``text`` in the characters of UCUM: superscripts, signs, powers, and words between units."""
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
    """The readings of a text, by the smallest change of its letters that makes a plant's unit."""
    unsure: list[str] = []
    stages = [
        list(_distinct(_candidates(plain, choices)))
        for choices in (_as_it_stands, _by_word, _by_capitals, _by_any_case)
    ]
    for number, found in enumerate(stages):
        known = [code for code in found if _is_known(code)]
        if known:
            # Capitals say nothing of what is written in capitals: H is a henry or an hour.
            others = [code for code in stages[max(number, 2)] if _is_known(code)]
            known = list(_distinct(sorted([*known, *others], key=lambda code: code not in LISTED)))
            is_certain = len(known) == 1 and not unsure and not _is_doubtful(plain, number, found)
            return Reading(tuple(known)[:_MOST_TOLD], is_certain)
        unsure += found
    known = list(_distinct(unsure))
    is_certain = len(known) == 1 and not _is_doubtful(plain, 3, known)
    return Reading(tuple(known)[:_MOST_TOLD], is_certain)


def _is_doubtful(plain: str, stage: int, found: list[str]) -> bool:
    """Whether a text says too little, although one reading of it is left."""
    if " " in plain and len(found) > 1:  # blanks join or multiply
        return True
    if stage > 1 and len(plain) == 1:
        return True
    if re.match(r"[0-9]+ ?[^\W\d]", plain):  # a value with its unit
        return True
    return any(isinstance(part, _Factor) and _is_ambiguous(part) for part in _parts(plain) or ())


def _is_ambiguous(factor: _Factor) -> bool:
    """Whether a word is one that may mean several units."""
    if factor.word in SPELLINGS:
        return False
    if factor.word in _ambiguous_words():
        return not factor.power
    same = _folded().get(factor.word.casefold(), ())
    return not _by_word(factor) and not _ambiguous_words().isdisjoint(same)


def _candidates(plain: str, choices: Callable[[_Factor], list[str]]) -> Iterator[str]:
    """Legal codes of a plant's symbols that a text may stand for."""
    if choices in {_by_capitals, _by_any_case}:
        for phrase in _folded().get(plain.casefold(), ()):
            yield from _words().get(phrase, ())
    parts = _parts(plain) or ()
    picks = chain.from_iterable(
        product(*([part] if isinstance(part, str) else choices(part) for part in arranged))
        for arranged in _arranged(parts)
    )
    for picked in islice(picks, _MOST_TRIED):
        code = _written(picked)
        if _measure(code) and _is_of_a_plant(code):
            yield code


def _parts(plain: str) -> _Parts | None:
    """The words of a text and the signs between them, ``""`` where they stand side by side.

    ``None`` for what has other characters, or more parts than any unit.
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


def _arranged(parts: _Parts) -> Iterator[_Parts]:
    """The ways a text may be meant: blanks that join or multiply, products that are divided by."""
    blanks = [place for place, part in enumerate(parts) if part == " "][:2]
    for joined in product((True, False), repeat=len(blanks)):
        united = _united(parts, {place for place, does in zip(blanks, joined, strict=True) if does})
        if united is not None:
            yield from _divided(united)


def _united(parts: _Parts, places: set[int]) -> _Parts | None:
    """The parts with the words on both sides of the blanks at ``places`` made one word."""
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


def _divided(parts: _Parts) -> Iterator[_Parts]:
    """What stands behind a stroke with a dot or a blank in it: divided by the whole, or by one."""
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


def _written(picked: tuple[str, ...]) -> str:
    """The parts as a term: products in parentheses where they are divided by."""
    is_compound = sum(part not in _SIGNS_BETWEEN for part in picked) > 1
    code = ""
    for part in picked:
        if part in _SIGNS_BETWEEN:
            code += part if part in {"/", "(", ")"} else "."
            continue
        word = _DIFFERENCES.get(part, part) if is_compound else part
        signs = _ANNOTATION.sub("", word)
        is_product = "/" in signs or ("." in signs and code.endswith("/"))
        code += f"({word})" if is_product and code else word
    return code


#: A degree of a scale in a product is as wide as this.
_DIFFERENCES = {"Cel": "K", "[degF]": "[degR]", "[degRe]": "(5.K/4)"}
_ANNOTATION = re.compile(r"\{[^}]*\}")


_SIGNS_BETWEEN = {"", " ", ".", "/", "(", ")"}

# --- words ------------------------------------------------------------------------------------


def _as_it_stands(factor: _Factor) -> list[str]:
    """The symbol that a word is."""
    symbol = factor.word
    if not symbol or symbol[0].isdigit():
        return [symbol + factor.note]
    if split_symbol(symbol) and _is_in_use(symbol):
        return [symbol + factor.power + factor.note]
    return []


def _by_word(factor: _Factor) -> list[str]:
    """What a word is a symbol, a name or a spelling of."""
    return _as_it_stands(factor) + _raised(factor, _words())


def _by_capitals(factor: _Factor) -> list[str]:
    """The same with other capitals, where the word as it stands is none, or all in capitals."""
    codes = _by_word(factor)
    return codes if codes and factor.word != factor.word.upper() else _by_any_case(factor)


def _by_any_case(factor: _Factor) -> list[str]:
    """What a word is a symbol, a name or a spelling of with other capitals."""
    codes = _by_word(factor)
    for spelling in _folded().get(factor.word.casefold(), ()):
        written = factor._replace(word=spelling)
        codes += _as_it_stands(written) + _raised(written, _words())
    return list(dict.fromkeys(codes))


def _raised(factor: _Factor, words: dict[str, tuple[str, ...]]) -> list[str]:
    """The codes of a word with its power: ``ft2`` has a code of its own, ``ft4`` has not."""
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
    """Words and the codes they stand for: names, compounds, what is counted, and spellings."""
    words: dict[str, tuple[str, ...]] = {}
    for thing in COUNTED:
        words[thing] = words[_plural(thing)] = (f"{{{thing}}}",)
    for name, symbol in NAMES.items():
        for prefix_name, prefix in {"": "", **PREFIX_NAMES}.items():
            if _is_in_use(prefix + symbol):
                words[prefix_name + name] = words[_plural(prefix_name + name)] = (prefix + symbol,)
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


def _plural(name: str) -> str:
    return name + ("es" if name.endswith(("x", "ch", "s")) else "s")


@cache
def _folded() -> dict[str, list[str]]:
    """Every symbol in use and every word, by its letters in lower case."""
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
    """Words that may mean several units; ``Ws`` is a watt second, or several watts."""
    return frozenset((*AMBIGUOUS, *(word for word, _ in _compounds() if word.endswith("s"))))
