"""Rules of family P: types, ranges and times of values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator

from uns.diagnostics import Severity
from uns.linting.rule import Finding, rule
from uns.linting.surveys import Declared, Survey
from uns.model.tree import Kind
from uns.payloads import PayloadType, ValueType
from uns.rules.units import in_topics, report_mixed

# --- types -----------------------------------------------------------------------------------------

#: Types that a reader of the other can take as well share a word here.
_FAMILIES = {"number": "number", "integer": "number", "string": "text", "enum": "text"}


@rule("P301", "mixed-types", Severity.WARNING)
def mixed_types(survey: Survey) -> Iterator[Finding]:
    """Metrics of the same name have types that do not go together.

    A number and an integer go together, and so do a string and an enum.

    Why:
        A subscriber of `+/+/running` gets true from one machine and 1 from the next, and a
        column of a table can hold only one of them.

    Example:
        sites:
          lyon: {metrics: {running: {type: boolean}}}
          oslo: {metrics: {running: {type: integer}}}

    Instead:
        sites:
          lyon: {metrics: {running: {type: boolean}}}
          oslo: {metrics: {running: {type: boolean}}}
    """
    for key, metrics in survey.metrics.items():
        families: dict[str, list[Declared]] = {}
        for declared in metrics:
            type_ = _type(declared)
            families.setdefault(_FAMILIES.get(type_, type_), []).append(declared)
        groups = {_type(family[0]): family for family in families.values()}
        help_ = "give all of them the same type, or different names"
        yield from report_mixed(key, "type", groups, _with_article, help_)


def _type(declared: Declared) -> str:
    return declared.endpoint.metric.type if declared.endpoint.metric else ""


def _with_article(type_: str) -> str:
    return f"an {type_}" if type_[0] in "aeio" else f"a {type_}"


# --- ranges and values -----------------------------------------------------------------------------


@rule("P302", "single-value", Severity.WARNING)
def single_value(survey: Survey) -> Iterator[Finding]:
    """A metric can have only one value.

    Why:
        Either its range or its list of values is wrong, or it is a constant, which belongs in a
        property.

    Example:
        sites: {lyon: {metrics: {speed: {type: number, unit: m/s, min: 3, max: 3}}}}

    Instead:
        sites: {lyon: {metrics: {speed: {type: number, unit: m/s, min: 0, max: 3}}}}
    """
    return (
        Finding(
            f"{typed.what} can only be {only}",
            typed.span_of(facet),
            "widen it, or make it a property of its equipment",
            path=typed.path,
        )
        for typed in survey.values
        if typed.node is not None
        for only, facet in _only_value(typed.value)
    )


def _only_value(value: ValueType) -> Iterator[tuple[str, str]]:
    """The only value of a type, with the facet that makes it so."""
    if value.minimum is not None and value.minimum == value.maximum:
        yield str(value.minimum), "max"
    if len(value.values) == 1 and not value.open:
        yield repr(value.values[0]), "values"
    if value.max_length == 0:
        yield "the empty text", "max_length"


@rule("P303", "look-alike-values", Severity.WARNING)
def look_alike_values(survey: Survey) -> Iterator[Finding]:
    """Two values of an enum differ only in case, spaces, dashes or underscores.

    Why:
        A program sees two states, a person sees one. Some messages will have the wrong one.

    Example:
        sites: {lyon: {metrics: {mode: {type: enum, values: [auto, Auto, manual]}}}}

    Instead:
        sites: {lyon: {metrics: {mode: {type: enum, values: [auto, manual]}}}}
    """
    return (
        Finding(
            f"the values {one!r} and {other!r} of {typed.what} look alike",
            typed.span_of("values"),
            "keep one of the two",
            path=typed.path,
        )
        for typed in survey.values
        for one, other in _look_alikes(typed.value.values)
    )


def _look_alikes(values: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    for value in values:
        looks = re.sub(r"[\s_-]+", "", unicodedata.normalize("NFKC", value).casefold())
        if looks in seen:
            yield seen[looks], value
        seen.setdefault(looks, value)


#: The integers that a 64-bit float, and with it JSON in most programs, holds exactly [RFC 8259 §6].
_SAFE = 2**53 - 1


@rule("P304", "unsafe-integer", Severity.WARNING)
def unsafe_integer(survey: Survey) -> Iterator[Finding]:
    """An integer may be too large for most programs to read from JSON exactly.

    Why:
        JavaScript and other programs that keep JSON numbers as 64-bit floats round integers
        beyond 2^53 - 1. A serial number then becomes that of another part.

    Example:
        payloads:
          part/1: {fields: {at: {type: timestamp_ms}, serial: {type: integer, min: 0, max: 18446744073709551615}}}
        sites: {lyon: {topics: {part: {payload: part/1}}}}

    Instead:
        payloads:
          part/1: {fields: {at: {type: timestamp_ms}, serial: {type: string, pattern: "[0-9]{1,20}"}}}
        sites: {lyon: {topics: {part: {payload: part/1}}}}
    """
    return (
        Finding(
            f"{typed.what} may be {bound}, which is too large to be exact in JSON",
            typed.span_of(facet),
            "stay within 2^53 - 1 (9,007,199,254,740,991), or send it as a string",
            path=typed.path,
        )
        for typed in survey.values
        if typed.value.type == "integer"
        for bound, facet in ((typed.value.minimum, "min"), (typed.value.maximum, "max"))
        if bound is not None and abs(bound) > _SAFE
    )


@rule("P305", "number-without-range", Severity.INFO, default=False)
def number_without_range(survey: Survey) -> Iterator[Finding]:
    """A metric is a number without `min` and `max`.

    Off by default: ranges are not always known.

    Why:
        With a range, checks find the broken sensor that sends -32768, and a dashboard knows the
        ends of its scale.

    Example:
        sites: {lyon: {metrics: {level: {type: number, unit: "%"}}}}

    Instead:
        sites: {lyon: {metrics: {level: {type: number, unit: "%", min: 0, max: 100}}}}
    """
    types, limits = ("number", "integer"), ("minimum", "maximum")
    yield from _unlimited(survey, types, limits, "range", "add `min` and `max`")


def _unlimited(
    survey: Survey, types: Container[str], limits: Iterable[str], noun: str, help_: str
) -> Iterator[Finding]:
    """Metrics of some types without any of the limits, together by their names."""
    for key, metrics in survey.metrics.items():
        found = [
            declared
            for declared in metrics
            if _type(declared) in types
            and all(getattr(declared.endpoint.metric, limit) is None for limit in limits)
        ]
        if found:
            message = f"metric {key!r} has no {noun} in {in_topics(found)}"
            yield Finding(message, found[0].span, help_, path=found[0].node.template.text)


@rule("P306", "text-without-limit", Severity.INFO, default=False)
def text_without_limit(survey: Survey) -> Iterator[Finding]:
    """A metric is text without a limit on its length.

    Off by default: it matters only where a database column or a display has a fixed width.

    Why:
        A program that stores the text has to guess its length, and may cut it off.

    Example:
        sites: {lyon: {metrics: {product: {type: string}}}}

    Instead:
        sites: {lyon: {metrics: {product: {type: string, max_length: 40}}}}
    """
    limits, help_ = ("max_length", "pattern"), "add `max_length` or a `pattern`"
    yield from _unlimited(survey, ("string",), limits, "`max_length`", help_)


# --- time ------------------------------------------------------------------------------------------

_TIME_TYPES = frozenset({"timestamp_ms", "datetime"})
#: Names of a point in time end in one of these words.
_INSTANTS = frozenset({"timestamp", "ts", "datetime"})
#: A field of another type counts as a time if its name has one of these words.
_TIMES = _INSTANTS | {"time", "date", "day", "at", "ms"}


def _words(name: str) -> list[str]:
    """Split a name into its words, in lower case.

    >>> _words("lastTimeStamp"), _words("start_time_ms"), _words("TS")
    (['last', 'timestamp'], ['start', 'time', 'ms'], ['ts'])
    """
    name = re.sub("[Tt]ime[Ss]tamp", "Timestamp", name)
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)]


@rule("P307", "bare-timestamp", Severity.WARNING)
def bare_timestamp(survey: Survey) -> Iterator[Finding]:
    """A timestamp is a plain number or plain text, so its format is not known.

    Why:
        Seconds and milliseconds are both numbers. One reader ends up in 1970, the other in the
        year 58000, and neither reports an error.

    Example:
        payloads: {count/1: {fields: {timestamp: {type: integer}, count: {type: integer}}}}
        sites: {lyon: {topics: {count: {payload: count/1}}}}

    Instead:
        payloads: {count/1: {fields: {timestamp: {type: timestamp_ms}, count: {type: integer}}}}
        sites: {lyon: {topics: {count: {payload: count/1}}}}
    """
    return (
        Finding(
            f"{typed.what} is a timestamp, but its type is {typed.value.type}",
            typed.span_of("type"),
            "use `timestamp_ms` for milliseconds since 1970, or `datetime` for RFC 3339 text",
            path=typed.path,
        )
        for typed in survey.values
        if typed.node is None and _is_bare(typed.value) and _names_an_instant(typed.name)
    )


def _is_bare(value: ValueType) -> bool:
    if value.type == "string":
        return value.pattern is None
    return value.type in {"integer", "number"} and value.unit is None


def _names_an_instant(name: str) -> bool:
    words = _words(name)
    return words in (["time"], ["date"]) or bool(words and words[-1] in _INSTANTS)


@rule("P308", "missing-timestamp", Severity.WARNING)
def missing_timestamp(survey: Survey) -> Iterator[Finding]:
    """The messages of a retained state do not have a time.

    Payloads that are one value, text or bytes are not reported: there is no place for a time in them.

    Why:
        A new subscriber gets the last message, a second or a year after it was sent. Without a
        time in it, there is no way to tell which.

    Example:
        payloads: {door/1: {fields: {open: {type: boolean}}}}
        sites: {lyon: {topics: {door: {payload: door/1}}}}

    Instead:
        payloads: {door/1: {fields: {timestamp_ms: {type: timestamp_ms}, open: {type: boolean}}}}
        sites: {lyon: {topics: {door: {payload: door/1}}}}
    """
    users: dict[str, list[Declared]] = {}
    for declared in survey.endpoints:
        endpoint = declared.endpoint
        if endpoint.retain and endpoint.kind is Kind.STATE:
            users.setdefault(endpoint.contract.name, []).append(declared)
    namespace = survey.namespace
    for name, declared_ in users.items():
        payload = namespace.payloads[name]
        if payload.fields and not _has_a_time(payload):
            yield Finding(
                f"{name} does not have a time, and is retained by {in_topics(declared_)}, "
                f"such as {declared_[0].node.template.text!r}",
                namespace.locate("payloads", name, key=True),
                "add a field, such as `timestamp_ms: {type: timestamp_ms}`, in a new version",
                path=f"payload {name}",
            )


def _has_a_time(payload: PayloadType) -> bool:
    """True if a top-level field is a time, by its type or at least by its name."""
    return any(
        field.value.type in _TIME_TYPES or not _TIMES.isdisjoint(_words(field.name))
        for field in payload.fields
    )
