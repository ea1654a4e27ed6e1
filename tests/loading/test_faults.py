"""The codes of a model file's faults: stable, named once, and safe to print."""

from __future__ import annotations

import re
from typing import Any

import pytest

from uns.diagnostics import Diagnostic, Severity, Span
from uns.loading.faults import (
    FAULTS,
    LONGEST_MESSAGE,
    MOST_OF_ONE_CAUSE,
    MOST_TOLD,
    Faults,
    TooManyFaults,
)


def test_codes_and_names() -> None:
    assert list(FAULTS) == sorted(FAULTS)
    for code, (name, meaning) in FAULTS.items():
        assert re.fullmatch(r"M[1-5][0-9]{2}", code)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
        assert re.fullmatch(r"[A-Z].*[^.]\.", meaning)
    assert len({name for name, _ in FAULTS.values()}) == len(FAULTS)


def fault(code: str, message: str, span: Span | None = None, **more: Any) -> Diagnostic:
    faults = Faults()
    faults.add(code, message, span, **more)
    (found,) = faults
    return found


def test_a_fault_is_an_error() -> None:
    span = Span("a", 1, 1, 1, 2)
    found = fault("M301", "no class", span, help="x", related=((span, "y"),))
    assert (found.name, found.severity) == ("undefined-class", Severity.ERROR)
    assert (found.span, found.help, found.related) == (span, "x", ((span, "y"),))
    with pytest.raises(KeyError):
        fault("M999", "nothing")


def test_what_a_file_says_is_shown_visible_and_short() -> None:
    found = fault("M201", "no key `\x1b[31m`", help="write \u202e")
    assert (found.message, found.help) == ("no key `\\x1b[31m`", "write \\u202e")
    long = fault("M201", "a" * 5_000 + " end")
    assert len(long.message) <= LONGEST_MESSAGE + len(" ... ")
    assert long.message.endswith(" end")


def test_a_collector_keeps_each_fault_once_and_in_order() -> None:
    faults = Faults()
    assert not faults
    for code in ("M110", "M101", "M110"):
        faults.add(code, "something", Span("a", 1, 1, 1, 2), help="x")
    assert [found.code for found in faults] == ["M110", "M101"]


def test_a_muted_collector_takes_nothing() -> None:
    faults = Faults(stop_after=1)
    with faults.mute():
        faults.add("M110", "nothing", None)
    assert len(faults) == 0
    with pytest.raises(TooManyFaults):
        faults.add("M110", "nothing", None)


def test_a_collector_stops_when_it_has_enough() -> None:
    faults = Faults(stop_after=2)
    faults.add("M301", "first", None)
    faults.add("M301", "first", None)
    with pytest.raises(TooManyFaults):
        faults.add("M301", "second", None)
    assert [found.message for found in faults] == [
        "first",
        "second",
        "more than 2 faults; loading stops here",
    ]


def at(line: int, file: str = "a") -> Span:
    return Span(file, line, 1, line, 2)


def test_faults_with_one_cause_are_one_with_the_first_place_first() -> None:
    faults = Faults(stop_after=4)
    for line in (4, 2, 9):
        faults.add("M301", "no class", at(line), cause="Filer", label=f"at {line}")
    faults.add("M301", "another", at(1), cause="Oven")
    faults.add("M302", "no payload", at(3, "b"), cause="Filer")
    assert len(faults) == 3
    first, other, payload = faults
    assert (first.span, first.related) == (at(2), ((at(4), "at 4"), (at(9), "at 9")))
    assert (other.related, payload.related) == ((), ())


def test_a_cause_in_two_files_is_told_where_it_was_found_first() -> None:
    faults = Faults()
    faults.add("M301", "no class", at(9, "b"), cause="Filer")
    faults.add("M301", "no class", at(1, "a"), cause="Filer")
    (found,) = faults
    assert (found.span, found.related) == (at(9, "b"), ((at(1, "a"), "and here"),))


def test_a_cause_in_many_places_is_short() -> None:
    faults = Faults(stop_after=2)
    for line in range(MOST_OF_ONE_CAUSE * 2):
        faults.add("M301", "no class", at(line), cause="Filer")
    (found,) = faults
    assert len(found.related) == MOST_TOLD
    assert found.related[-1][1] == "and here and in many more places"
