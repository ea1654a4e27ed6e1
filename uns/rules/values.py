"""Rules of family P: the types and ranges of what topics carry."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from uns.counts import Count, in_words
from uns.diagnostics import Severity
from uns.linting.rule import Finding, rule
from uns.linting.surveys import Declared, Survey
from uns.model.tree import Kind
from uns.payloads import PayloadType, ValueType
from uns.rules.units import once

# --- types -----------------------------------------------------------------------------------------

#: What a program that knows one of the types can read as well.
_FAMILIES = {"number": "number", "integer": "number", "string": "text", "enum": "text"}


@rule("P301", "mixed-types", Severity.WARNING)
def mixed_types(survey: Survey) -> Iterator[Finding]:
    """Metrics of one name have types that no reader can take for one another.

    A number and an integer go together, and so do a string and an enum.

    Why:
        Who subscribes to `+/+/running` gets true from one machine and 1 from the next, and a
        column of a table takes one of them only.

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
        if len(families) < 2:
            continue
        usual = max(families.values(), key=_weight)
        for odd in families.values():
            if odd is not usual:
                first, span = odd[0], usual[0].span_of("type")
                yield Finding(
                    f"metric {key!r} is {_a(_type(first))} in {_topics(odd)}, "
                    f"and {_a(_type(usual[0]))} in {_topics(usual)}",
                    first.span_of("type"),
                    "give all of them one type, or different names",
                    ((span, f"{_a(_type(usual[0]))} here"),) if span else (),
                    first.node.template.text,
                )


def _type(declared: Declared) -> str:
    return declared.endpoint.metric.type if declared.endpoint.metric else ""


def _a(type_: str) -> str:
    return f"an {type_}" if type_[0] in "aeio" else f"a {type_}"


def _weight(declared: list[Declared]) -> Count:
    return sum(d.topics for d in declared)


def _topics(declared: list[Declared]) -> str:
    return in_words(_weight(declared), "topic")


# --- ranges and values -----------------------------------------------------------------------------


@rule("P302", "single-value", Severity.WARNING)
def single_value(survey: Survey) -> Iterator[Finding]:
    """A metric can have one value only.

    Why:
        A topic that never says anything new is a slip in its range or its list of values, or a
        fact, which is a property.

    Example:
        sites: {lyon: {metrics: {speed: {type: number, unit: m/s, min: 3, max: 3}}}}

    Instead:
        sites: {lyon: {metrics: {speed: {type: number, unit: m/s, min: 0, max: 3}}}}
    """
    return once(
        Finding(
            f"{typed.what} can be {only} and nothing else",
            typed.span_of(facet),
            "widen it, or make it a property of its equipment",
            path=typed.path,
        )
        for typed in survey.values
        if typed.node is not None
        for only, facet in _only_value(typed.value)
    )


def _only_value(value: ValueType) -> Iterator[tuple[str, str]]:
    """The one value of a type, and the facet that says so."""
    if value.minimum is not None and value.minimum == value.maximum:
        yield str(value.minimum), "max"
    if len(value.values) == 1 and not value.open:
        yield repr(value.values[0]), "values"
    if value.max_length == 0:
        yield "the empty text", "max_length"


@rule("P303", "look-alike-values", Severity.WARNING)
def look_alike_values(survey: Survey) -> Iterator[Finding]:
    """Two values of an enum differ in capitals, spaces or dashes only.

    Why:
        They are two states to a program and one to the person who types them, so half of the
        messages say the other one.

    Example:
        sites: {lyon: {metrics: {mode: {type: enum, values: [auto, Auto, manual]}}}}

    Instead:
        sites: {lyon: {metrics: {mode: {type: enum, values: [auto, manual]}}}}
    """
    return once(
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
    """An integer may be larger than what most programs read from JSON without loss.

    Why:
        JavaScript and every program that holds JSON numbers as 64-bit floats round integers
        beyond 2^53 - 1 to a neighbour. A serial number then names another part.

    Example:
        payloads:
          part/1: {fields: {at: {type: timestamp_ms}, serial: {type: integer, min: 0, max: 18446744073709551615}}}
        sites: {lyon: {topics: {part: {payload: part/1}}}}

    Instead:
        payloads:
          part/1: {fields: {at: {type: timestamp_ms}, serial: {type: string, pattern: "[0-9]{1,20}"}}}
        sites: {lyon: {topics: {part: {payload: part/1}}}}
    """
    return once(
        Finding(
            f"{typed.what} may be {bound}, beyond the integers that JSON keeps exactly",
            typed.span_of(facet),
            "stay within 2^53 - 1, which is 9,007,199,254,740,991, or send it as a string",
            path=typed.path,
        )
        for typed in survey.values
        if typed.value.type == "integer"
        for bound, facet in ((typed.value.minimum, "min"), (typed.value.maximum, "max"))
        if bound is not None and abs(bound) > _SAFE
    )


@rule("P305", "number-without-range", Severity.INFO, default=False)
def number_without_range(survey: Survey) -> Iterator[Finding]:
    """A metric is a number, and nothing says between which bounds.

    Off by default: ranges are not always known.

    Why:
        A range finds the broken sensor that says -32768, and it is what a dashboard takes for
        the ends of its scale.

    Example:
        sites: {lyon: {metrics: {level: {type: number, unit: "%"}}}}

    Instead:
        sites: {lyon: {metrics: {level: {type: number, unit: "%", min: 0, max: 100}}}}
    """
    for key, metrics in survey.metrics.items():
        unbounded = [
            declared
            for declared in metrics
            if (metric := declared.endpoint.metric)
            and metric.type in {"number", "integer"}
            and metric.minimum is None
            and metric.maximum is None
        ]
        if unbounded:
            yield Finding(
                f"metric {key!r} has no range in {_topics(unbounded)}",
                unbounded[0].span,
                "say `min` and `max`",
                path=unbounded[0].node.template.text,
            )


@rule("P306", "text-without-limit", Severity.INFO, default=False)
def text_without_limit(survey: Survey) -> Iterator[Finding]:
    """A metric is a text of any length.

    Off by default: it matters where a column of a database or the screen of a panel is fixed.

    Why:
        Whoever stores the text has to guess how long it gets, and cuts it.

    Example:
        sites: {lyon: {metrics: {product: {type: string}}}}

    Instead:
        sites: {lyon: {metrics: {product: {type: string, max_length: 40}}}}
    """
    for key, metrics in survey.metrics.items():
        unlimited = [
            declared
            for declared in metrics
            if (metric := declared.endpoint.metric)
            and metric.type == "string"
            and metric.max_length is None
            and metric.pattern is None
        ]
        if unlimited:
            yield Finding(
                f"metric {key!r} has no `max_length` in {_topics(unlimited)}",
                unlimited[0].span,
                "say how many characters it has at most, or which `pattern` it follows",
                path=unlimited[0].node.template.text,
            )


# --- time ------------------------------------------------------------------------------------------

_TIME_TYPES = frozenset({"timestamp_ms", "datetime"})
#: Words that a name of an instant ends in.
_INSTANTS = frozenset({"timestamp", "ts", "datetime"})
#: Words by which a field of another type still tells when.
_TIMES = _INSTANTS | {"time", "date", "day", "at", "ms"}


def _words(name: str) -> list[str]:
    """The words of a name, however they are put together.

    >>> _words("lastTimeStamp"), _words("start_time_ms"), _words("TS")
    (['last', 'timestamp'], ['start', 'time', 'ms'], ['ts'])
    """
    name = re.sub("[Tt]ime[Ss]tamp", "Timestamp", name)
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)]


@rule("P307", "bare-timestamp", Severity.WARNING)
def bare_timestamp(survey: Survey) -> Iterator[Finding]:
    """A timestamp is a plain number or a plain text, so nothing says how it is written.

    Why:
        Seconds and milliseconds are both numbers. One reader puts the value into 1970, the other
        into the year 58000, and neither reports an error.

    Example:
        payloads: {count/1: {fields: {timestamp: {type: integer}, count: {type: integer}}}}
        sites: {lyon: {topics: {count: {payload: count/1}}}}

    Instead:
        payloads: {count/1: {fields: {timestamp: {type: timestamp_ms}, count: {type: integer}}}}
        sites: {lyon: {topics: {count: {payload: count/1}}}}
    """
    return once(
        Finding(
            f"{typed.what} is a timestamp, and its type is {typed.value.type}",
            typed.span_of("type"),
            "say `timestamp_ms` for milliseconds since 1970, or `datetime` for RFC 3339 text",
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
    """The messages of a retained state do not say when they were true.

    Why:
        A broker hands the last message to whoever connects, a second or a year after it was
        sent. Without a time in it nobody can tell which.

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
        if payload.fields and not _tells_when(payload):
            yield Finding(
                f"{name} says nothing of time, and is retained by {_topics(declared_)}, "
                f"such as {declared_[0].node.template.text!r}",
                namespace.locate("payloads", name, key=True),
                "add a field, such as `timestamp_ms: {type: timestamp_ms}`, in a new version",
                path=f"payload {name}",
            )


def _tells_when(payload: PayloadType) -> bool:
    """Whether a field at the top is a time, by its type or at least by its name."""
    return any(
        field.value.type in _TIME_TYPES or not _TIMES.isdisjoint(_words(field.name))
        for field in payload.fields
    )
