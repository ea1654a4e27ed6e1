"""The codes of a model file's faults: stable, named once, and safe to print."""

from __future__ import annotations

import re
from typing import Any

import pytest

from uns.diagnostics import Diagnostic, Severity, Span
from uns.loading.faults import FAULTS, LONGEST_MESSAGE, Faults, TooManyFaults


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
