"""The screen: colour, strokes, and what is never written raw."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.cli.terminal import Screen, Style
from uns.diagnostics import Diagnostic, Severity, Span, draw, visible


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "colour"),
    [
        pytest.param(Terminal(), {}, True, id="terminal"),
        pytest.param(io.StringIO(), {}, False, id="file"),
        pytest.param(Terminal(), {"TERM": "dumb"}, False, id="dumb terminal"),
        pytest.param(Terminal(), {"TERM": "xterm"}, True, id="xterm"),
        pytest.param(Terminal(), {"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param(Terminal(), {"NO_COLOR": ""}, True, id="empty NO_COLOR"),
        pytest.param(io.StringIO(), {"FORCE_COLOR": "1"}, True, id="FORCE_COLOR"),
        pytest.param(io.StringIO(), {"FORCE_COLOR": ""}, False, id="empty FORCE_COLOR"),
        pytest.param(
            io.StringIO(), {"FORCE_COLOR": "1", "TERM": "dumb"}, True, id="FORCE_COLOR is force"
        ),
        pytest.param(
            Terminal(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, id="NO_COLOR outweighs it"
        ),
    ],
)
def test_colour(stream: io.StringIO, environment: dict[str, str], colour: bool):
    assert Screen.of(stream, environment).colour is colour


def test_the_environment_is_the_program_s_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert Screen.of(io.StringIO()).colour


def test_paint():
    assert Screen(io.StringIO(), colour=True).paint("a", Style.ERROR) == "\x1b[1;31ma\x1b[0m"
    assert Screen(io.StringIO(), colour=True).paint("", Style.ERROR) == ""
    assert Screen(io.StringIO()).paint("a", Style.ERROR) == "a"


@pytest.mark.parametrize(
    ("encoding", "unicode", "child"),
    [
        pytest.param("utf-8", True, "├── ", id="UTF-8"),
        pytest.param("utf-16", True, "├── ", id="UTF-16"),
        pytest.param("cp437", False, "├── ", id="code page 437 has the strokes"),
        pytest.param("latin-1", False, "|-- ", id="Latin-1"),
        pytest.param("ascii", False, "|-- ", id="ASCII"),
    ],
)
def test_strokes(encoding: str, unicode: bool, child: str):
    screen = Screen(io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    assert screen.strokes.child == child
    assert screen.is_unicode is unicode
    assert {len(stroke) for stroke in screen.strokes} == {4}


def test_a_stream_without_encoding_gets_ascii():
    assert Screen(io.StringIO()).strokes.child == "|-- "
    assert not Screen(io.StringIO()).is_unicode


def finding(severity: Severity = Severity.ERROR) -> Diagnostic:
    return Diagnostic(
        "M403",
        "name-clash",
        severity,
        "two of one name",
        Span("plant.uns.yaml", 12, 3, 12, 6, "  a-b: {}"),
        "rename one",
        ((Span("plant.uns.yaml", 7, 3, 7, 6, "  a-b: {}"), "first here"),),
    )


def test_a_finding_in_colour():
    stream = io.StringIO()
    Screen(stream, colour=True).finding(finding())
    assert stream.getvalue().splitlines() == [
        "\x1b[1;31merror[M403]\x1b[0m: \x1b[1mtwo of one name  (name-clash)\x1b[0m",
        "\x1b[34m   --> \x1b[0mplant.uns.yaml:12:3",
        "\x1b[34m    |\x1b[0m",
        "\x1b[34m 12 |\x1b[0m   a-b: {}",
        "\x1b[34m    |\x1b[0m\x1b[1;31m   ^^^\x1b[0m",
        "\x1b[34m   ::: \x1b[0mplant.uns.yaml:7:3",
        "\x1b[34m    |\x1b[0m",
        "\x1b[34m  7 |\x1b[0m   a-b: {}",
        "\x1b[34m    |\x1b[0m\x1b[1;31m   --- first here\x1b[0m",
        "\x1b[1;36m    = help:\x1b[0m rename one",
    ]


@pytest.mark.parametrize(
    ("severity", "start"),
    [
        pytest.param(Severity.ERROR, "\x1b[1;31merror", id="error"),
        pytest.param(Severity.WARNING, "\x1b[1;33mwarning", id="warning"),
        pytest.param(Severity.INFO, "\x1b[1;36minfo", id="info"),
    ],
)
def test_a_severity_has_its_colour(severity: Severity, start: str):
    stream = io.StringIO()
    Screen(stream, colour=True).finding(finding(severity))
    assert stream.getvalue().startswith(start)


# --- laws ------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(), max_size=30)
LINE = TEXT.filter(lambda text: "\n" not in text)
HELP = st.none() | TEXT.filter(bool)


@st.composite
def diagnostics(draw: st.DrawFn) -> Diagnostic:
    source = draw(LINE)
    start = draw(st.integers(1, len(source) + 1))
    end = draw(st.integers(start, len(source) + 1))
    line = draw(st.integers(1, 12_345))
    span = Span(draw(TEXT), line, start, line, end, source)
    return Diagnostic(
        "M101",
        "some-fault",
        draw(st.sampled_from(Severity)),
        draw(TEXT),
        draw(st.none() | st.just(span)),
        draw(HELP),
        ((span, draw(TEXT)),) if draw(st.booleans()) else (),
    )


@given(diagnostics())
def test_colour_changes_no_text_and_nothing_is_written_raw(diagnostic: Diagnostic):
    plain, coloured = io.StringIO(newline="\n"), io.StringIO(newline="\n")
    Screen(plain).finding(diagnostic)
    Screen(coloured, colour=True).finding(diagnostic)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured.getvalue()) == plain.getvalue()
    assert plain.getvalue() == "".join(
        f"{visible(line)}\n" for line in draw(diagnostic).split("\n")
    )
    assert not {c for c in plain.getvalue() if ord(c) < 32 or ord(c) == 127} - {"\n"}


def test_a_program_with_a_real_terminal_writes_in_colour():
    """By way of `script`-like help from the standard library: a pseudo-terminal."""
    program = (
        "import os, pty, sys\n"
        "code = 'import sys; from uns.cli.terminal import Screen; print(Screen.of(sys.stdout).colour)'\n"
        "os.environ.pop('NO_COLOR', None); os.environ.pop('FORCE_COLOR', None)\n"
        "os.environ['TERM'] = 'xterm'\n"
        "sys.exit(pty.spawn([sys.executable, '-c', code]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.stdout.strip() == "True"
