"""What to write instead of a key or a value that the language does not have there.

Each function returns a help, or ``None`` if there is nothing better to say than the fault itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType

from uns.diagnostics import near
from uns.isa95 import EquipmentLevel, EquipmentLevels
from uns.loading.quoting import eaten_text, quoted, value_text
from uns.loading.syntax_faults import SPACES, UNSEEN, name_of, short

# --- values ----------------------------------------------------------------------------------------


def other_type_name(name: object, types: Collection[str]) -> str | None:
    """Those of ``types`` that are called ``name`` in JSON Schema, programming languages and PLCs.

    >>> other_type_name("float", ["number", "integer"]), other_type_name("DINT", ["number", "integer"])
    ('number', 'integer')
    """
    if not isinstance(name, str):
        return None
    names = _TYPE_NAMES.get(name.lower().replace("-", "").replace("_", ""), ())
    return " or ".join(each for each in names if each in types) or None


def for_choice(value: object, choices: Collection[str]) -> str | None:
    """The help for a text that is none of ``choices``."""
    if "number" in choices and (
        value == "null" or (isinstance(value, list) and ("null" in value or None in value))
    ):
        types = [each for each in value if each not in {"null", None}] if value != "null" else []
        meant = types[0] if len(types) == 1 and types[0] in choices else None
        given = f"`type: {meant}, nullable: true`" if meant else "its type and `nullable: true`"
        return f"for a value that may be null, give {given}"
    meant = other_type_name(value, choices)
    if meant is not None:
        return f"write {meant}"
    close = near(str(value), choices) or _of_abbreviation(str(value), choices)
    if close is not None:
        return f"did you mean {close!r}?"
    if "number" in choices and other_type_name(value, _TIMES) is not None:
        return "a metric has no type for times: use string, or a topic whose payload has a datetime"
    return None


def _of_abbreviation(text: str, choices: Collection[str]) -> str | None:
    """The one choice that has the letters of ``text`` in this order, from its first letter."""
    text = text.lower()
    if not _FEWEST_LETTERS <= len(text) <= _MOST_LETTERS:
        return None
    found = []
    for choice in choices:
        letters = iter(choice)
        if choice.startswith(text[0]) and all(letter in letters for letter in text):
            found.append(choice)
    return found[0] if len(found) == 1 else None


def for_version(text: str) -> str:
    """The help for a text that is no version; the version is written out in full.

    >>> for_version("0.1"), for_version("v2")
    ('write "0.1.0"', 'write "2.0.0"')
    """
    found = _VERSION.fullmatch(text)
    if found is None or (found[4] and found[3] is None):
        return 'write three numbers in quotes, such as "1.0.0"'
    numbers = [str(int(number or 0)) for number in found.groups()[:3]]
    return f'write "{".".join(numbers)}{found[4]}"'


def for_number(text: str, key: str = "", known: Collection[str] = ()) -> str | None:
    """The help for a text under ``key`` where a number is expected; ``known`` are the keys beside it.

    >>> for_number("0,5"), for_number("1_000"), for_number("017"), for_number("4 kB", "bytes")
    ('write 0.5', 'write 1000', 'write 17, without leading zeros', 'write 4000: it is in bytes')
    """
    is_quoted = text[:1] in {"'", '"'}
    text = text[1:-1] if is_quoted else text
    plain = text.strip().replace("\u2212", "-")
    if _INFINITE(plain):
        return "there is no infinity: leave the key out where there is no limit"
    found = _NUMBER_AND_UNIT(plain)
    if found is not None and not _NUMBER(plain):
        return _without_unit(found[1], found[2], key, known)
    if _DECIMAL_COMMA(plain):
        plain = plain.replace(",", ".")
    elif _THOUSANDS(plain):
        plain = re.sub("[_ ,]", "", plain)
    if not _NUMBER(plain):
        return None
    number = _normal(plain)
    if not math.isfinite(float(number)) or len(number) > _LONGEST_NUMBER:
        return "the number is beyond the range of a double"
    without = "leading zeros" if len(number) < len(plain) else "quotes" if is_quoted else None
    return f"write {number}, without {without}" if without else f"write {number}"


def _without_unit(number: str, unit: str, key: str, known: Collection[str]) -> str | None:
    """The help for a number with a unit; only numbers of a value have a unit of their own."""
    if key.endswith("bytes"):
        size = _SIZES.get(unit.lower())
        whole = len(number) <= _LONGEST_NUMBER and size and Fraction(number) * size
        return f"write {whole}: it is in bytes" if whole and whole.denominator == 1 else _IN_BYTES
    if "unit" in known and key in _HAVE_UNIT:
        return f"write {_normal(number)}; the unit has its own key, `unit: {unit}`"
    return f"write {_normal(number)}, without a unit"


def _normal(number: str) -> str:
    """A number without leading zeros."""
    return _LEADING_ZEROS.sub("", number)


def for_truth(value: object) -> str | None:
    """The help for a value that is neither true nor false.

    >>> for_truth("yes"), for_truth(0)
    ('write true', 'write false')
    """
    word = str(value).strip().lower()
    truth = {"true": _TRUE, "false": _FALSE}
    return next((f"write {name}" for name, words in truth.items() if word in words), None)


def for_value_of_enum(value: object) -> str | None:
    """What to write instead of an enum, for a value of it that is no text.

    >>> for_value_of_enum(True), for_value_of_enum("a")
    ('if all are true or false, write `type: boolean` without `values`', None)
    """
    types = {
        bool: ("true or false", "boolean"),
        int: ("whole numbers", "integer"),
        float: ("numbers", "number"),
    }
    found = types.get(type(value))
    return f"if all are {found[0]}, write `type: {found[1]}` without `values`" if found else None


def for_text(value: object, line: str, column: int, end: int) -> str | None:
    """The help for a value from ``column`` to ``end`` of a line that should be a text.

    For a list or a mapping ``end`` does not matter.
    """
    if value is None:
        text = eaten_text(line, column)
        if text is None:
            return None
        more = "; or put a space after the # of a comment" if text != "#" else ""
        return f"a # after a space starts a comment: put it in quotes: {quoted(text)}{more}"
    if not isinstance(value, list | dict):
        return f"put it in quotes: {quoted(line[column:end])}"
    if line[column:].startswith("-"):
        return "write one text, without a dash"
    parts = value if isinstance(value, list) else value.values()
    is_one_text = line[column : column + 1] in {"[", "{"} and not any(
        isinstance(part, list | dict) or (part is not None and isinstance(value, dict))
        for part in parts
    )
    return f"put it in quotes: {quoted(value_text(line, column))}" if is_one_text else None


def for_mapping(
    key: str, value: object, noun: str = "", known: Collection[str] = (), *, is_name: bool = True
) -> str | None:
    """The help for a value under ``key`` that should be a mapping, with the keys ``known``.

    ``noun`` is what the mapping declares. ``is_name`` says that ``key`` is a name, not a key of the
    language.
    """
    if value is None:
        example = _EXAMPLES.get(noun)
        return f"write {example}, or {{}} for an empty mapping" if example else _EMPTY
    if isinstance(value, list):
        return "write each entry as `name: {...}`, without a dash"
    word, space, rest = key.partition(" ")
    if space and rest[:1] in {"{", "["}:
        return f"put a colon after `{word}`: `{word}: {short(rest)}...`"
    if is_name and key in known:
        return f"`{key}` is a key of {noun}: indent it under the {noun.rsplit(maxsplit=1)[-1]} it belongs to"
    if not is_name and (setting := _for_setting(key, value, noun)) is not None:
        return setting
    if not isinstance(value, str):
        return None
    if (odd := _COLON_AND_SPACE_LIKE(value)) is not None:
        return f"type a space after the colon: there is {name_of(odd[1])}"
    name, colon, rest = value.partition(":")
    if colon and rest and name in known:
        return f"put a space after the colon: `{name}: {short(rest)}`"
    name, equals, rest = value.partition("=")
    if equals and name.strip() in known:
        return f"write `{name.strip()}: {short(rest.strip())}`"
    if value in known:
        return f"put a colon after `{value}`"
    if "type" in known:
        meant = other_type_name(value, _ALL_TYPES) or near(value, _ALL_TYPES)
        return f"write `{key}: {{type: {meant}}}`" if meant else None
    if "payload" in known and _PAYLOAD(value):
        return f"write `{key}: {{payload: {value}}}`"
    return None


def _for_setting(key: str, value: object, noun: str) -> str | None:
    """The help for a single value instead of the mapping of settings ``noun``."""
    if noun == "`deprecated`":
        if for_truth(value) == "write false":
            return f"remove `{key}`"
        version = value if isinstance(value, str) and _PLAIN_VERSION(value) else "1.1.0"
        return f'write `{key}: {{since: "{version}"}}`, the version of the model that deprecates it'
    if noun == "`model`" and isinstance(value, str) and ":" not in value and "=" not in value:
        return f"write `{key}: {{id: {short(value)}}}`"
    if noun == "`kafka`" and isinstance(value, str) and _SERVER(value):
        return (
            f"write settings, such as `{key}: {{prefix: acme}}`; the model names no Kafka servers"
        )
    return None


# --- keys ------------------------------------------------------------------------------------------


def for_key(
    key: str, value: object, noun: str, known: Collection[str], owners: Mapping[str, Iterable[str]]
) -> str | None:
    """The help for a key that the declaration ``noun``, with the keys ``known``, does not have.

    ``owners`` are the declarations that have a key, by key.
    """
    name, colon, rest = key.partition(":")
    if colon and name in known and not rest:
        return f"write one colon: `{name}:`"
    if colon and name in known:
        return f"put a space after the colon: `{name}: {short(rest)}`"
    name, space, rest = key.partition(" ")
    if space and name in known and value is None:
        return f"put a colon after `{name}`: `{name}: {short(rest)}`"
    special = _PLACES.get((noun, key)) or _PLACES.get((noun, key.lower()))
    if special is not None:
        return special
    meant = next((name for name in _OTHER_NAMES.get(key.lower(), ()) if name in known), None)
    close = f"did you mean `{meant}`?" if meant else None
    if close is None and (other := near(key, known)) is not None:
        close = f"did you mean `{other}`?"
    having = list(owners.get(key, ()))
    elsewhere = f"`{key}` is a key of {_listed(having)}" if having else None
    return " ".join(filter(None, (close, elsewhere))) or None


def for_level(
    key: str, levels: EquipmentLevels, parent: EquipmentLevel | None = None
) -> str | None:
    """The help for a word that companies use for one of the standard's levels.

    ``parent`` is the level around it, which holds only some of the levels.

    >>> for_level("machine", EquipmentLevels()), for_level("press", EquipmentLevels())
    ('did you mean `cell`?', None)
    """
    word, is_plural = key.lower().removesuffix("s"), key.lower().endswith("s")
    for name in _LEVEL_WORDS.get(word, ()):
        level = levels.by_key[name]
        if levels.may_hold(parent, level):
            spelling = _short_key(level, levels) if is_plural else name
            return f"did you mean `{spelling}`?"
    return None


def allowed_levels(levels: EquipmentLevels, parent: EquipmentLevel | None) -> str:
    """The keys of equipment under a node of the level ``parent``, or at the top of a file."""
    return ", ".join(
        _short_key(level, levels) for level in levels if levels.may_hold(parent, level)
    )


def _short_key(level: EquipmentLevel, levels: EquipmentLevels) -> str:
    """The shortest plural of a level's keys, such as `lines`."""
    return min(
        (key for key in levels.spellings(level) if key.endswith("s")), key=len, default=level.plural
    )


def for_odd_key(key: str, known: Collection[str]) -> str | None:
    """The help for a key with characters that nobody typed.

    >>> for_odd_key("\u201csites\u201d", ["sites"])
    'write `sites:`; there is U+201C (left double quotation mark) in it'
    """
    if _SPACE_LIKE(key[:1]):
        what = "remove it" if key[0] in UNSEEN else "type spaces instead"
        return f"the line starts with {name_of(key[0])}: {what}"
    plain = key.translate(_TYPED).strip()
    if plain == key or plain not in known:
        return None
    odd = next(character for character in key if character not in plain)
    return f"write `{plain}:`; there is {name_of(odd)} in it"


def for_piece(line: str, column: int, key: str) -> str | None:
    """The help for a key at ``column`` that is the rest of a text with a comma, inside ``{}``.

    >>> for_piece("{label: Lyon, France}", 14, "France")
    'a comma starts a new key here: put the text in quotes: "Lyon, France"'
    """
    found = _TEXT_AND_COMMA.search(line, max(0, column - _MOST_SEARCHED), column)
    if found is None:
        return None
    whole = f"{found[1]}{key}"
    return f"a comma starts a new key here: put the text in quotes: {quoted(whole)}"


def _listed(nouns: list[str]) -> str:
    nouns = nouns[:_MOST_OWNERS]
    return " and ".join(filter(None, [", ".join(nouns[:-1]), nouns[-1]]))


# --- the words -------------------------------------------------------------------------------------

#: Most declarations that a help names as having a key.
_MOST_OWNERS = 4
_LONGEST_NUMBER = 40
#: The length of a text that is taken for an abbreviation.
_FEWEST_LETTERS, _MOST_LETTERS = 3, 20
#: The keys whose number is in the `unit` beside them.
_HAVE_UNIT = frozenset({"min", "max"})
_IN_BYTES = "write a whole number: it is in bytes"
#: Bytes of a unit, in small letters.
_SIZES: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(("b", "byte", "bytes"), 1)
    | {
        name: base**power
        for power, prefix in enumerate("kmg", 1)
        for base, names in ((1000, (prefix, f"{prefix}b")), (1024, (f"{prefix}i", f"{prefix}ib")))
        for name in names
    }
)
#: Most characters before a key that are searched for the text it may belong to.
_MOST_SEARCHED = 500

_NUMBERS = "float float32 float64 double real lreal decimal num numeric single"
_INTEGERS = (
    "int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 long short byte sint dint lint usint "
    "uint udint ulint word dword lword count counter"
)
_OTHER_TYPES = (
    ("number", _NUMBERS),
    ("integer", _INTEGERS),
    ("boolean", "bool bit flag truefalse"),
    ("string", "str text char varchar wstring utf8"),
    ("enum", "enumeration choice options select"),
    ("datetime", "datetime date iso8601 rfc3339"),
    ("timestamp_ms", "timestampms epoch epochms unixtime millis unixms"),
    ("object", "struct record dict json document"),
    ("array", "list sequence tuple"),
    ("map", "mapping hashmap dictionary"),
    ("any", "unknown variant anything"),
    ("ucum", "unit uom"),
)
_TYPE_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {word: (name,) for name, words in _OTHER_TYPES for word in words.split()}
    | dict.fromkeys(("dict", "json"), ("object", "map", "any"))
    | dict.fromkeys(("time", "timestamp", "instant", "dateandtime"), ("datetime", "timestamp_ms"))
)
_TIMES = ("datetime", "timestamp_ms")
_ALL_TYPES = tuple(name for name, _ in _OTHER_TYPES)

#: What other formats call a key of ours.
_OTHER_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": ("id", "label"),
        "title": ("label",),
        "display_name": ("label",),
        "displayname": ("label",),
        "desc": ("description",),
        "comment": ("description",),
        "doc": ("description",),
        "documentation": ("description",),
        "enum": ("values",),
        "options": ("values",),
        "choices": ("values",),
        "members": ("values",),
        "minimum": ("min",),
        "maximum": ("max",),
        "low": ("min",),
        "high": ("max",),
        "lower": ("min",),
        "upper": ("max",),
        "datatype": ("type",),
        "data_type": ("type",),
        "dtype": ("type",),
        "uom": ("unit",),
        "eu": ("unit",),
        "engineering_unit": ("unit",),
        "engineering_units": ("unit",),
        "regex": ("pattern",),
        "regexp": ("pattern",),
        "length": ("max_length",),
        "parent": ("extends",),
        "parents": ("extends",),
        "inherits": ("extends",),
        "base": ("extends",),
        "type": ("class",),
        "template": ("class",),
        "tags": ("metrics",),
        "tag": ("metrics",),
        "measurements": ("metrics",),
        "variables": ("metrics",),
        "signals": ("metrics",),
        "datapoints": ("metrics",),
        "sensors": ("metrics",),
        "telemetry": ("metrics",),
        "attributes": ("properties",),
        "messages": ("topics",),
        "schema": ("payload", "json_schema"),
        "message": ("payload",),
        "properties": ("fields",),
        "pub": ("publish",),
        "sub": ("subscribe",),
        "team": ("owner",),
        "responsible": ("owner",),
        "contact": ("owner",),
        "imports": ("include",),
        "import": ("include",),
        "parts": ("children",),
        "components": ("children",),
        "types": ("classes",),
        "templates": ("classes",),
        "schemas": ("payloads",),
    }
)

#: What companies call a level of the standard, in the singular -> keys of levels, the usual first.
_LEVEL_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(("company", "companie", "corporation", "organisation"), ("enterprise",)),
        **dict.fromkeys(
            ("plant", "factory", "factorie", "facility", "facilitie", "location"), ("site",)
        ),
        **dict.fromkeys(("department", "hall", "workshop", "shop"), ("area",)),
        **dict.fromkeys(
            ("machine", "station", "workstation", "asset", "workcell"),
            ("cell", "work_unit", "unit", "equipment_module"),
        ),
        **dict.fromkeys(("sensor", "actuator", "device"), ("control_module",)),
    }
)

_ONE_VALUE = "a topic with one value is under `metrics:`; other topics have a `payload`"
_AS_PAYLOAD = "declare a payload with these fields under `payloads:`, and the topic under `topics:`"
_WHOLE = "list what an object has under `fields:`; if the message is one value, write its type under `value:`"
_IN_THE_KEY = "a field is required unless its key ends in ?, as in `name?`"
_LEVEL = "write the level of the equipment as the key, such as `cells:`"

#: Where a key belongs, by the declaration that does not have it and the key.
_PLACES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        **{
            ("a topic", key): _ONE_VALUE
            for key in ("type", "unit", "min", "max", "values", "max_length", "pattern", "open")
        },
        **{("a topic", key): _AS_PAYLOAD for key in ("fields", "items", "properties")},
        **{("a metric", key): _AS_PAYLOAD for key in ("fields", "items", "properties")},
        **{
            ("a field", key): _IN_THE_KEY for key in ("required", "optional")
        },
        ("the file", "metrics"): "metrics belong to a node of the tree, such as a site, or to a class",
        ("the file", "topics"): "topics belong to a node of the tree, such as a site, or to a class",
        **{
            ("a payload", key): _WHOLE
            for key in ("type", "unit", "min", "max", "values", "max_length", "pattern", "nullable")
        },
        ("a payload", "required"): _IN_THE_KEY,
        ("a node", "children"): _LEVEL,
        ("a node", "equipment"): _LEVEL,
        ("a node", "id"): "the key of a node is its topic level; other names are `label` and `asset`",
        ("a node", "level"): "the key around the nodes says their level, as `cells:` does",
        ("a level", "children"): "parts are under `children:` of a class",
    }
)  # fmt: skip

#: How a declaration looks, for an empty one.
_EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "a metric": "{type: number}",
        "a field": "{type: number}",
        "a property": "{type: number}",
        "a topic": "{payload: name/1}",
    }
)
_EMPTY = "write {} for an empty mapping"

_TRUE = frozenset({"true", "yes", "on", "y", "1", "1.0"})
_FALSE = frozenset({"false", "no", "off", "n", "0", "0.0"})

#: Characters that word processors write, and those of a keyboard.
_TYPED = {
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u2018\u2019\u200b\ufeff\xad"), ""),
    **dict.fromkeys(map(ord, "\u2010\u2011"), "-"),
    0xA0: " ",
}
_VERSION = re.compile(
    r"[vV\"'\u201c\u201d\u2018\u2019]?([0-9]{1,9})(?:\.([0-9]{1,9}))?(?:\.([0-9]{1,9}))?"
    r"((?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)[\"'\u201c\u201d\u2018\u2019]?",
    re.ASCII,
)
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?").fullmatch
_LEADING_ZEROS = re.compile(r"(?<![0-9.eE])(?:(?<=^)|(?<=[-+]))0+(?=[0-9])")
_INFINITE = re.compile(r"[-+]?\.?(?:inf|infinity|nan)|[-+]?\u221e", re.IGNORECASE).fullmatch
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})").fullmatch
_THOUSANDS = re.compile(
    r"[-+]?[0-9]{1,3}(?:[_ ,][0-9]{3})+(?:\.[0-9]+)?|[-+]?[0-9]+(?:_[0-9]+)+"
).fullmatch
_NUMBER_AND_UNIT = re.compile(r"([-+]?[0-9]+(?:\.[0-9]+)?) ?([A-Za-z%\u00b0][^\s]{0,20})").fullmatch
_PLAIN_VERSION = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}").fullmatch
_SERVER = re.compile(r"[A-Za-z0-9.-]+:[0-9]{1,5}(?:,.*)?").fullmatch
_SPACE_LIKE = re.compile(f"[{SPACES}]").fullmatch
_COLON_AND_SPACE_LIKE = re.compile(f":([{SPACES}])").search
_PAYLOAD = re.compile(r"[A-Za-z][A-Za-z0-9._-]*/[1-9][0-9]*").fullmatch
_TEXT_AND_COMMA = re.compile(r"[{,]\s*[^,:{}\[\]]+:\s+([^,{}\[\]\"']*,\s*)$")
