"""Findings with names that try to break out of a format, or to forge another finding."""

from __future__ import annotations

from hypothesis import strategies as st

from uns.diagnostics import Diagnostic, Severity, Span
from uns.reports import Report

#: What one format or another reads as its own.
ATTACKS = (
    "\n", "\r\n", "\n::error file=a,line=1::forged", "::stop-commands::x", "%0A::error::forged", "%",
    "##[error]forged", "]]>", "<failure/>", "</testsuites>", "&amp;", '"', "'", "\\", "\x1b[31m",
    "\x00", "\x07", "\x85", "\u2028", "\u202e", "\ud800", "\udcff", "\ufffe", "\U0001f600", "a,b:c", "|", "`",
    "](https://example.org)", "{0}", "<script>", "\t", " ", "#", "é", "../", "C:/",
)  # fmt: skip

# What breaks out of a format takes two pieces, one that ends something and one that begins something.
texts = st.lists(st.sampled_from(ATTACKS) | st.text(max_size=8), max_size=4).map("".join)
files = st.sampled_from(["plant.uns.yaml", "/ws/models/a b.uns.yaml", "../x.yaml", "<std>"]) | (
    texts.filter(bool)
)
numbers = st.integers(1, 10**6)
spans = st.builds(
    lambda file, line, column, more, end, excerpt: Span(
        file, line, column, line + more, column + end, excerpt
    ),
    files, numbers, numbers, st.integers(0, 2), st.integers(0, 9), texts,
)  # fmt: skip
diagnostics = st.builds(
    Diagnostic,
    st.sampled_from(["H201", "P201", "M301", "U201", "X999"]),
    st.sampled_from(["missing-required-topic", "unknown-unit"]),
    st.sampled_from(Severity),
    texts,
    st.none() | spans,
    st.none() | texts,
    st.lists(st.tuples(spans, texts), max_size=2).map(tuple),
    st.none() | texts,
)
# Findings meet in pairs: of one file or of two, with the same fingerprint, in a row or not.
reports = st.builds(
    Report,
    st.lists(diagnostics, max_size=3).map(tuple),
    st.lists(files, max_size=2, unique=True).map(tuple),
    st.sampled_from(["", "/ws"]),
    st.sampled_from(["", "2 errors in 1 model"]),
    st.sampled_from(Severity),
)


def finding(
    number: int = 0, severity: Severity = Severity.WARNING, message: str = "no unit"
) -> Diagnostic:
    """A finding on line ``number``."""
    span = Span("plant.uns.yaml", number + 1, 1, number + 1, 5, "line")
    return Diagnostic("P201", "unknown-unit", severity, message, span, "try kW")
